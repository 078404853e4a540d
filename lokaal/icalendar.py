"""What every calendar file of ours has in common (iCalendar): its head, the time zone, times and lines of text."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Timezone, vDuration, vText

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


def empty_calendar(*, name: str, method: str = "PUBLISH") -> Calendar:
    """Return a calendar with its head and time zone, and no events."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add("name", vText(line(name)))
    calendar.add("x-wr-calname", vText(line(name)))
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    if method == "PUBLISH":
        calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(REFRESH))
    calendar.add_component(Timezone.from_ical(ZONE.replace("\n", "\r\n")))
    return calendar


def clock_time(moment: datetime) -> datetime:
    """Return the time on the clock here; in UTC for the second of an hour that comes twice, which has no own name."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return moment.astimezone(UTC) if local.fold else local


def plain(text: str) -> str:
    """Return text without the characters that break a line of the format."""
    return CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def line(text: str) -> str:
    return " ".join(plain(text).split())
