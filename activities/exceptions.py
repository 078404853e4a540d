"""Why something about an activity cannot be done. Each message is a sentence for the person who asked."""

from lokaal.exceptions import Refusal


class Full(Refusal):
    """No place is left for a party of this size."""


class NotOpen(Refusal):
    """The date is over, cancelled, or its activity is not public."""


class AlreadyThere(Refusal):
    """This person already holds a live sign-up for the date."""


class BelowTaken(Refusal):
    """The capacity asked for is lower than the number of people who already joined."""


class WrongTime(Refusal):
    """The end is not after the start, or the local time does not exist on that date."""
