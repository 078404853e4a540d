"""Why something about an activity cannot be done. Each message is a sentence for the person who asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lokaal.exceptions import Refusal

if TYPE_CHECKING:
    from activities.models import CourseSignUp, SignUp, Support


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


class HoldsContact(Refusal):
    """A text that everybody will read holds a phone number or an e-mail address."""


class NameTaken(Refusal):
    """Something of its kind has this name already."""


class NoPot(Refusal):
    """The house has no small pot for this year, or nobody said yet what one initiative gets at most."""


class NotEnough(Refusal):
    """The small pot, or a grant out of it, holds less than was asked. `left_cents` tells how much there is."""

    def __init__(self, message: str, *, left_cents: int) -> None:
        super().__init__(message)
        self.left_cents = left_cents


class AlreadyDecided(Refusal):
    """Somebody answered this before, and differently."""


class NotShown(Refusal):
    """Nobody may see this text now: it waits for a look, or it was hidden."""


class StepTaken(Refusal):
    """A question has gone on since: somebody else took this step, or it is not its turn yet."""


class NoAnswerer(Refusal):
    """An answer, a promise or a result without a name."""


class OfferGone(Refusal):
    """No place is offered to this party (any more)."""


class NeedsReason(Refusal):
    """Whoever decides this says why: who goes before others, what cannot be now (and what one could do)."""


class NeedsGuardian(Refusal):
    """A child comes with the name of a parent, a way to reach them, and their consent. `field` lacks."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class WrongState(Refusal):
    """A wish cannot go this way from where it is now."""


class AlreadyCoached(Refusal):
    """Somebody else looks after this wish already."""


class AlreadySupports(Refusal):
    """This person supports the wish already. `support` is that one: never show it to a stranger."""

    def __init__(self, message: str, *, support: Support) -> None:
        super().__init__(message)
        self.support = support


class NotToAdopt(Refusal):
    """Nobody let this wish go, or somebody else was first to take it over."""


class WrongAmount(Refusal):
    """No amount where there should be one, or another one than was shown."""


class AlreadyTakenBack(Refusal):
    """This row of the till takes another back; it cannot be taken back itself."""


class NothingToCount(Refusal):
    """Everything in this till was counted already."""


class CannotMakeUp(Refusal):
    """No time of a course was missed for which this one could stand."""


class AlreadyInCourse(Refusal):
    """These people are in the course, or in its queue. `course` is that party: never show it to a stranger."""

    def __init__(self, message: str, *, course: CourseSignUp) -> None:
        super().__init__(message)
        self.course = course


class NotNow(Refusal):
    """The date has begun, or the day is past: what was, stays as it was."""


class Undecided(Refusal):
    """People are on the list of a date that falls away, and nobody said what happens to it."""


class NotReachable(Refusal):
    """The house cannot write to this address or number."""
