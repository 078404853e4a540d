"""Citizen service numbers (BSN), which the house may not keep (Wabb; domain.md)."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from lokaal.exceptions import Refusal

#: Nine digits in a row, with or without marks between them, that are not part of a longer number or of +31 6…
NINE_DIGITS = re.compile(r"(?<!\d)(?<!\+31)(?<!\+31[ .-])(?<!0031[ .-])\d(?:[ .-]?\d){8}(?!\d)")
WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


class HoldsBSN(Refusal):
    """The text holds a citizen service number."""


def check_none(*texts: str) -> None:
    """Raise HoldsBSN when nine digits in one of the texts pass the eleven test."""
    for text in texts:
        for found in NINE_DIGITS.findall(text):
            digits = [int(sign) for sign in found if sign.isdigit()]
            total = sum(digit * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
            if any(digits) and total % 11 == 0:
                raise HoldsBSN(_("Hier staat een burgerservicenummer (BSN). Haal dat nummer weg."))
