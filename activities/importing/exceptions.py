"""Why a calendar cannot be taken over. Each message is a sentence for the person who brought it."""

from lokaal.exceptions import Refusal


class ImportRefused(Refusal):
    """Nothing was taken over."""


class BrokenFile(ImportRefused):
    """The file is not what it should be: no calendar, cut off, or not readable."""


class TooMuch(ImportRefused):
    """The file asks for more than any calendar of a house does: size, depth, dates or time."""


class SourceNotReachable(ImportRefused):
    """The web address does not give a calendar."""


class AddressRefused(ImportRefused):
    """The web address does not lead to the public internet, or not by a way that is allowed."""
