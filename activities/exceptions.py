"""Why something about an activity cannot be done. Each message is a sentence for the person who asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lokaal.exceptions import Refusal

if TYPE_CHECKING:
    from activities.models import SignUp


class Full(Refusal):
    """No place is left for a party of this size. `places_left` tells how many there are."""

    def __init__(self, message: str, *, places_left: int) -> None:
        super().__init__(message)
        self.places_left = places_left


class NotOpen(Refusal):
    """The date is over, cancelled, or its activity is not public."""


class AlreadyThere(Refusal):
    """This person already holds a live sign-up for the date. `sign_up` is that one: never show it to a stranger."""

    def __init__(self, message: str, *, sign_up: SignUp) -> None:
        super().__init__(message)
        self.sign_up = sign_up


class TooManyCompanions(Refusal):
    """One sign-up cannot bring this many others, or fewer than none."""


class AlreadyAnswered(Refusal):
    """Somebody answered this wish before, in other words."""


class BelowTaken(Refusal):
    """The capacity asked for is lower than the number of people who already joined."""


class WrongTime(Refusal):
    """The end is not after the start, or the local time does not exist on that date."""


class NotReady(Refusal):
    """An activity cannot go into or out of the agenda yet."""


class NoRoom(Refusal):
    """The room of a date is in use by somebody else then, or too small. The message says the day and what is free."""
