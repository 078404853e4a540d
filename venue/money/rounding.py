"""Splitting prices that include VAT into what is ours and what is the tax, to the cent.

Per rate: VAT is rounded half up over the sum of the lines, the rest is net. The lines share that net by largest
remainder, so that they add up exactly. All amounts are cents.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor


def half_up(exact: Fraction) -> int:
    """The nearest whole number; a half goes up."""
    return floor(exact + Fraction(1, 2))


def amount_of(quantity: Decimal, unit_cents: int) -> int:
    """What so many cost together."""
    return half_up(Fraction(quantity) * unit_cents)


def vat_in(gross: int, percent: Decimal) -> int:
    """The VAT inside an amount."""
    rate = Fraction(percent)
    return half_up(gross * rate / (100 + rate))


def shares(whole: int, grosses: Sequence[int], percent: Decimal) -> list[int]:
    """The net of each line of one rate, adding up to `whole`: first rounded down, then a cent more by remainder."""
    exact = [gross * 100 / (100 + Fraction(percent)) for gross in grosses]
    nets = [floor(one) for one in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (nets[i] - exact[i], i))
    each, left = divmod(whole - sum(nets), len(nets))
    for rank, i in enumerate(by_remainder):
        nets[i] += each + (rank < left)
    return nets
