"""Options that run out: the room is free again, and the next in line gets it."""

from __future__ import annotations

from datetime import datetime

from venue.models import Space


def let_go_of_run_out(space: Space, starts_at: datetime, ends_at: datetime) -> None:
    """Release options on a space whose time has run out, and give the room to who waits. The caller holds the locks."""
