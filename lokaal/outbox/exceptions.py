"""Why something cannot be done with a message, in words."""

from lokaal.exceptions import Refusal


class AlreadyHandled(Refusal):
    """The message is not in a state from which this can be done: somebody else was first, or it was sent."""


class TextErased(Refusal):
    """The message was secret and its text is gone."""
