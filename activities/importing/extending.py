"""Calendars without an end get their next dates as time passes, from what was remembered of them."""

from __future__ import annotations

from activities.importing.calendars import read_calendar
from activities.importing.taking_over import add_later_dates
from activities.models import CalendarSource, ImportDraft


def extend_all() -> int:
    """Add the dates that came within sight, for every source. Safe to run twice. Returns how many were added."""
    return sum(extend(source) for source in CalendarSource.objects.endless())


def extend(source: CalendarSource) -> int:
    """Add the dates of one source that came within sight. Changes and cancels nothing."""
    if not source.endless:
        return 0
    return add_later_dates(source, read_calendar(source.endless.encode()))


def forget_stale_drafts() -> int:
    """Delete calendars that somebody brought and left lying for a day. Returns how many."""
    deleted, _rows = ImportDraft.objects.stale().delete()
    return deleted
