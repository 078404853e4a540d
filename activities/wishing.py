"""Wishes: somebody tells what is missing, the house answers within 14 days."""

from __future__ import annotations

import re
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber

from activities import emails
from activities.exceptions import AlreadyAnswered, HoldsBSN
from activities.models import Wish
from lokaal.centres.models import Centre
from lokaal.people.models import Person

#: Nine digits in a row, with or without marks between them, that are not part of a longer number or of +31 6…
NINE_DIGITS = re.compile(r"(?<!\d)(?<!\+31)(?<!\+31[ .-])(?<!0031[ .-])\d(?:[ .-]?\d){8}(?!\d)")
BSN_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def tell(
    *,
    text: str,
    language: str,
    centre: Centre | None = None,
    name: str = "",
    phone: str | PhoneNumber = "",
    email: str = "",
    wants_call: bool = False,
    person: Person | None = None,
    form_token: UUID | None = None,
    entered_by: Person | None = None,
) -> Wish:
    """Keep a wish, and thank whoever can be reached. The same form again gives the wish that was made before.

    Raises HoldsBSN when the text holds a citizen service number: the house may not keep one (Wabb; domain.md).
    """
    check_no_bsn(text)
    told = {
        "text": text,
        "language": language,
        "centre": centre,
        "name": name or (person.name if person else ""),
        "phone": phone or (person.phone if person else ""),
        "email": email or (person.email if person else "") or "",
        "wants_call": wants_call,
        "person": person,
        "entered_by": entered_by,
    }
    with transaction.atomic():
        if form_token:
            wish, is_new = Wish.objects.get_or_create(form_token=form_token, defaults=told)
        else:
            wish, is_new = Wish.objects.create(**told), True
        if is_new:
            emails.wish_received(wish)
    return wish


def answer(wish: Wish, *, by: Person) -> Wish:
    """Mark a wish as answered. Twice is harmless: the first answer counts."""
    with transaction.atomic():
        locked = Wish.objects.select_for_update(of=("self",)).get(pk=wish.pk)
        if not locked.is_answered:
            locked.answered_at = timezone.now()
            locked.answered_by = by
            locked.save(update_fields=["answered_at", "answered_by"])
    return locked


def reply(wish: Wish, *, text: str, by: Person) -> Wish:
    """Answer a wish in writing, along the way in which the person is reached. The same reply again sends nothing.

    Raises AlreadyAnswered when somebody answered before, and HoldsBSN when the text holds a citizen service number.
    """
    check_no_bsn(text)
    with transaction.atomic():
        locked = Wish.objects.select_for_update(of=("self",)).get(pk=wish.pk)
        if not locked.is_answered:
            locked.reply = text
            locked.save(update_fields=["reply"])
            locked = answer(locked, by=by)
            emails.wish_answered(locked)
        elif locked.reply != text:
            raise AlreadyAnswered(_("Iemand heeft al geantwoord. Jouw antwoord is niet verstuurd."))
    return locked


def check_no_bsn(text: str) -> None:
    """Raise HoldsBSN when nine digits in the text pass the eleven test."""
    for found in NINE_DIGITS.findall(text):
        digits = [int(sign) for sign in found if sign.isdigit()]
        total = sum(digit * weight for digit, weight in zip(digits, BSN_WEIGHTS, strict=True))
        if any(digits) and total % 11 == 0:
            raise HoldsBSN(_("Hier staat een burgerservicenummer (BSN). Haal dat nummer weg."))
