"""Why something with a room, a booking, an order or an invoice cannot be done: a sentence for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from lokaal.exceptions import Refusal

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from venue.searching import Alternative


class NotFree(Refusal):
    """Not then, not there. `alternatives` are what fits instead, best first."""

    def __init__(
        self, message: str | _StrPromise, *, alternatives: Sequence[Alternative] = ()
    ) -> None:
        super().__init__(message)
        self.alternatives = tuple(alternatives)


class Taken(NotFree):
    """Somebody else uses (part of) the space then."""


class HouseFull(NotFree):
    """More people than the fire rules allow in the whole building at one moment."""


class OutOfStock(NotFree):
    """More of a kind of equipment than is left at that time."""


class Closed(NotFree):
    """Outside the hours in which the house is let, or on a day on which it is closed."""


class DoesNotFit(Refusal):
    """More people than the space holds in the layout, or a layout that it does not offer."""


class NoBuffer(Refusal):
    """Less time to set up or clear up than the space needs, without a reason or the right to decide that."""


class WrongTime(Refusal):
    """The end is not after the start, the stretch is too long, or the time does not exist."""


class NotNow(Refusal):
    """The booking, use or document is not in a state in which this can be done."""


class KitchenFull(Refusal):
    """The kitchen cannot make so much at that time, or does not work then. `others`: moments (UTC) when it can."""

    def __init__(self, message: str, *, others: Sequence[datetime] = ()) -> None:
        super().__init__(message)
        self.others = tuple(others)


class TooLate(Refusal):
    """The moment until which this could be asked, changed or called off has passed."""


class CannotBeOrdered(Refusal):
    """The dish is not on this card, has no price for that day, or not in this number."""


class TableFull(Refusal):
    """No place at the table is left for a party of this size. `places_left` tells how many there are."""

    def __init__(self, message: str, *, places_left: int) -> None:
        super().__init__(message)
        self.places_left = places_left


class AlreadyAtTable(Refusal):
    """This person, or this name with this contact, is on the list of the meal."""


class NotAllowed(Refusal):
    """A rule of the house or the law forbids it: alcohol at a private party, or outside the hours for it."""


class TooSoon(Refusal):
    """Asked too late or too far ahead, or residents go first."""


class PriceUnknown(Refusal):
    """A tariff or VAT rate is missing: staff must look before anything is promised."""


class AlreadyInvoiced(Refusal):
    """What should be charged stands on another invoice already."""


class Incomplete(Refusal):
    """Something that must stand on an invoice is not known: an address, a VAT rate, who sells."""


class NotReadable(Refusal):
    """A bank file that is no bank file, is broken, or is not to be trusted. Nothing of it was taken over."""


class WrongAmount(Refusal):
    """An amount that cannot be: zero or less."""
