"""What every app's own exceptions have in common."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Refusal(Exception):
    """An action was refused. The message is a plain, translated sentence for the person who asked."""

    def __init__(self, message: "str | _StrPromise") -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class TooOften(Refusal):
    """The same thing was tried too many times in a short while."""
