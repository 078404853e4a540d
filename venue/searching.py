"""Which spaces are free, and what fits instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from venue.models import Space

if TYPE_CHECKING:
    from venue.allocating import Wanted


@dataclass(frozen=True)
class Alternative:
    """A space and time (UTC) that are free, near what was asked."""

    space: Space
    starts_at: datetime
    ends_at: datetime


def alternatives(wanted: Wanted, *, most: int = 5) -> list[Alternative]:
    """What fits instead, best first."""
    return []
