"""The calendar of a room (iCalendar), for the agenda of whoever looks after it. Private titles stay hidden."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Event

from lokaal.icalendar import clock_time, empty_calendar, line
from venue.board import door
from venue.models import Hold, Space, Use

DAYS_BACK = timedelta(days=30)
DAYS_AHEAD = timedelta(days=400)


def space_calendar(space: Space, *, now: datetime) -> bytes:
    """The uses that keep others out of a space, a month back and a year ahead, in the active language."""
    uses = door.uses_of(space, now - DAYS_BACK, now + DAYS_AHEAD, now=now)
    return calendar_bytes(uses, name=str(space))


def calendar_bytes(uses: Iterable[Use], *, name: str) -> bytes:
    calendar = empty_calendar(name=name)
    for use in uses:
        calendar.add_component(use_event(use))
    return bytes(calendar.to_ical())


def use_event(use: Use) -> Event:
    """One use as an event. Its UID stays the same whatever happens to it; the same row gives the same bytes."""
    changed_at = use.changed_at.astimezone(UTC).replace(microsecond=0)
    event = Event()
    event.add("uid", f"use-{use.id}@{urlsplit(settings.ORIGIN).hostname}")
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("dtstart", clock_time(use.starts_at))
    event.add("dtend", clock_time(use.ends_at))
    event.add("summary", line(door.shown_title(use)))
    event.add("location", line(f"{use.space.name}, {use.centre.name}, {use.centre.address}"))
    event.add("status", "TENTATIVE" if use.hold == Hold.OPTION else "CONFIRMED")
    event.add("class", "PRIVATE" if door.is_hidden(use) else "PUBLIC")
    return event
