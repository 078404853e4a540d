"""Dates as iCalendar: for the calendar on a phone, for the feeds, and beside a message."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vDuration, vText

from activities.models import Occurrence

PRODUCT = "-//Lokaal//Agenda//NL"
REFRESH = timedelta(hours=1)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")

#: The rule of the European Union, in force since 1996: a rule has no last year, unlike a list of dates.
ZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""


def calendar_bytes(
    occurrences: Iterable[Occurrence], *, name: str, method: str = "PUBLISH"
) -> bytes:
    """Return a whole calendar file in the active language. `method`: PUBLISH for feeds, REQUEST or CANCEL for mail."""
    calendar = empty_calendar(name=name, method=method)
    for occurrence in occurrences:
        calendar.add_component(occurrence_event(occurrence))
    return bytes(calendar.to_ical())


def empty_calendar(*, name: str, method: str = "PUBLISH") -> Calendar:
    """Return a calendar with its head and time zone, and no events."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add("name", vText(_line(name)))
    calendar.add("x-wr-calname", vText(_line(name)))
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    if method == "PUBLISH":
        calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(REFRESH))
    calendar.add_component(Timezone.from_ical(ZONE.replace("\n", "\r\n")))
    return calendar


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
    event.add("summary", _line(occurrence.title or words.title))
    event.add("location", _line(", ".join(part for part in place if part)))
    event.add("status", "CANCELLED" if occurrence.is_cancelled else "CONFIRMED")
    event.add("url", url)
    event.add(
        "description",
        _plain(
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
        event.add("dtstart", _clock_time(occurrence.starts_at))
        if occurrence.ends_at > occurrence.starts_at:  # else nobody said when it ends
            event.add("dtend", _clock_time(occurrence.ends_at))


def last_day(occurrence: Occurrence) -> date:
    """Return the last local day on which a date goes on. The end is exclusive: midnight belongs to the day before."""
    first = timezone.localdate(occurrence.starts_at)
    return max(first, timezone.localdate(occurrence.ends_at - datetime.resolution))


def _clock_time(moment: datetime) -> datetime:
    """Return the time on the clock here; in UTC for the second of an hour that comes twice, which has no own name."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return moment.astimezone(UTC) if local.fold else local


def _plain(text: str) -> str:
    """Return text without the characters that break a line of the format."""
    return CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def _line(text: str) -> str:
    return " ".join(_plain(text).split())
