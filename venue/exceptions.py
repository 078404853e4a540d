"""Why something with a room, a booking, an order or an invoice cannot be done: a sentence for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lokaal.exceptions import Refusal

if TYPE_CHECKING:
    from venue.searching import Alternative


class Taken(Refusal):
    """Somebody else uses (part of) the space then. `alternatives` are what fits instead, best first."""

    def __init__(self, message: str, *, alternatives: Sequence[Alternative] = ()) -> None:
        super().__init__(message)
        self.alternatives = tuple(alternatives)


class HouseFull(Refusal):
    """More people than the fire rules allow in the whole building at one moment."""


class OutOfStock(Refusal):
    """More of a kind of equipment than is left at that time."""


class DoesNotFit(Refusal):
    """More people than the space holds in the layout, or a layout that it does not offer."""


class Closed(Refusal):
    """Outside the hours in which the house is let, or on a day on which it is closed."""


class WrongTime(Refusal):
    """The end is not after the start, the stretch is too long, or the time does not exist."""


class NotNow(Refusal):
    """The booking, use or document is not in a state in which this can be done."""
