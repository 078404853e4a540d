"""Dates as iCalendar: for the calendar on a phone, for the feeds, and beside a message."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Event

from activities.models import Occurrence
from lokaal.icalendar import clock_time, empty_calendar, line, plain


def calendar_bytes(
    occurrences: Iterable[Occurrence], *, name: str, method: str = "PUBLISH"
) -> bytes:
    """Return a whole calendar file in the active language. `method`: PUBLISH for feeds, REQUEST or CANCEL for mail."""
    calendar = empty_calendar(name=name, method=method)
    for occurrence in occurrences:
        calendar.add_component(occurrence_event(occurrence))
    return bytes(calendar.to_ical())


def occurrence_event(occurrence: Occurrence) -> Event:
    """Return one date as an event. Its UID stays the same whatever happens to the date; a cancelled one stays too.

    Every value comes from the rows alone, so that the same rows give the same bytes.
    """
    activity, centre = occurrence.activity, occurrence.centre
    words = activity.words(get_language() or settings.LANGUAGE_CODE)
    changed_at = max(occurrence.updated_at, activity.updated_at, words.updated_at)
    changed_at = changed_at.astimezone(UTC).replace(microsecond=0)
    url = settings.ORIGIN + occurrence.get_absolute_url()
    place = [occurrence.room or activity.room, centre.name, centre.street, centre.city]

    event = Event()
    event.add("uid", event_uid(occurrence))
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("sequence", occurrence.sequence)
    _add_times(event, occurrence)
    event.add("summary", line(occurrence.title or words.title))
    event.add("location", line(", ".join(part for part in place if part)))
    event.add("status", "CANCELLED" if occurrence.is_cancelled else "CONFIRMED")
    event.add("url", url)
    event.add(
        "description",
        plain(
            "\n\n".join(
                part for part in [*_news(occurrence), words.summary, words.description, url] if part
            )
        ),
    )
    return event


def event_uid(occurrence: Occurrence) -> str:
    return f"{occurrence.id}@{urlsplit(settings.ORIGIN).hostname}"


def _news(occurrence: Occurrence) -> list[str]:
    """Return what is particular about this date, in sentences."""
    if not occurrence.is_cancelled:
        return [occurrence.note]
    return [_("Gaat niet door."), occurrence.cancel_reason, occurrence.note]


def _add_times(event: Event, occurrence: Occurrence) -> None:
    if occurrence.is_all_day:
        event.add("dtstart", timezone.localdate(occurrence.starts_at))
        event.add("dtend", last_day(occurrence) + timedelta(days=1))
    else:
        event.add("dtstart", clock_time(occurrence.starts_at))
        if occurrence.ends_at > occurrence.starts_at:  # else nobody said when it ends
            event.add("dtend", clock_time(occurrence.ends_at))


def last_day(occurrence: Occurrence) -> date:
    """Return the last local day on which a date goes on. The end is exclusive: midnight belongs to the day before."""
    first = timezone.localdate(occurrence.starts_at)
    return max(first, timezone.localdate(occurrence.ends_at - datetime.resolution))
