"""Why something about a centre cannot be done. Each message is a sentence for the person who asked."""

from lokaal.exceptions import Refusal


class NotAPhoto(Refusal):
    """The file is not a picture that we can show, or it is too big."""


class NotProposed(Refusal):
    """A closed day was asked for that is not among the proposals."""
