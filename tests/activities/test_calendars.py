"""Dates as iCalendar: what another calendar reads back is what stands in the house."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import translation
from icalendar import Calendar, Event

from activities.calendars import calendar_bytes, last_day, occurrence_event
from activities.models import Occurrence
from lokaal import local_time
from tests.activities.factories import (
    ActivityFactory,
    ActivityTranslationFactory,
    CentreFactory,
    OccurrenceFactory,
)

pytestmark = pytest.mark.django_db

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def sewing() -> Occurrence:
    """Tuesday 24 November 2026, 13.30 to 15.30 uur."""
    starts_at = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
    return OccurrenceFactory(
        activity__title="Naaicafé",
        activity__summary="Samen naaien.",
        activity__description="Kom met een broek,\nof kom voor de thee; alles mag.",
        activity__room="Atelier",
        activity__centre=CentreFactory(name="Waterkracht", street="Bronsweg 12", city="Zutphen"),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
    )


def read_back(*occurrences: Occurrence) -> list[Event]:
    """Return the events as another program reads them from the bytes."""
    return Calendar.from_ical(calendar_bytes(occurrences, name="Lokaal")).walk("VEVENT")


def test_event_says_what_where_and_when(sewing: Occurrence) -> None:
    (event,) = read_back(sewing)
    host = urlsplit(settings.ORIGIN).hostname
    assert event["UID"] == f"{sewing.pk}@{host}"
    assert event["SUMMARY"] == "Naaicafé"
    assert event["LOCATION"] == "Atelier, Waterkracht, Bronsweg 12, Zutphen"
    assert event["STATUS"] == "CONFIRMED"
    assert event["SEQUENCE"] == 0
    assert event["URL"] == settings.ORIGIN + sewing.get_absolute_url()
    assert event["DTSTART"].dt == datetime(2026, 11, 24, 13, 30, tzinfo=AMSTERDAM)
    assert event["DTEND"].dt == datetime(2026, 11, 24, 15, 30, tzinfo=AMSTERDAM)
    assert event["DTSTART"].params["TZID"] == "Europe/Amsterdam"
    assert event["DESCRIPTION"] == (
        "Samen naaien.\n\nKom met een broek,\nof kom voor de thee; alles mag.\n\n" + event["URL"]
    )


def test_event_keeps_its_uid_when_the_date_moves_or_is_called_off(sewing: Occurrence) -> None:
    before = occurrence_event(sewing)["UID"]
    sewing.starts_at -= timedelta(days=1)
    sewing.state = "cancelled"
    sewing.sequence = 3
    sewing.cancel_reason = "Emine is dan weg."
    sewing.note = "Volgende week weer."
    (event,) = read_back(sewing)
    assert event["UID"] == before
    assert event["STATUS"] == "CANCELLED"
    assert event["SEQUENCE"] == 3
    assert event["DESCRIPTION"].startswith(
        "Gaat niet door.\n\nEmine is dan weg.\n\nVolgende week weer.\n\nSamen naaien."
    )


def test_event_takes_name_and_room_of_the_date_first(sewing: Occurrence) -> None:
    sewing.title, sewing.room = "Kerstnaaien", "Zaal"
    (event,) = read_back(sewing)
    assert (event["SUMMARY"], event["LOCATION"].split(", ")[0]) == ("Kerstnaaien", "Zaal")


def test_event_was_changed_when_date_activity_or_words_changed(sewing: Occurrence) -> None:
    assert occurrence_event(sewing)["LAST-MODIFIED"].dt == sewing.updated_at.replace(microsecond=0)
    sewing.activity.save()
    assert sewing.activity.updated_at > sewing.updated_at
    event = occurrence_event(sewing)
    changed = sewing.activity.updated_at.replace(microsecond=0)
    assert event["LAST-MODIFIED"].dt == event["DTSTAMP"].dt == changed


def test_the_same_rows_give_the_same_bytes(sewing: Occurrence) -> None:
    first = calendar_bytes([sewing], name="Lokaal")
    assert calendar_bytes([Occurrence.objects.get(pk=sewing.pk)], name="Lokaal") == first


def test_all_day_dates_have_days_and_an_exclusive_end() -> None:
    first = date(2027, 3, 27)  # the clock changes on the second day
    weekend = OccurrenceFactory(
        starts_at=local_time.day_starts_at(first),
        ends_at=local_time.day_starts_at(first + timedelta(days=2)),
        is_all_day=True,
    )
    (event,) = read_back(weekend)
    assert event["DTSTART"].dt == first
    assert event["DTEND"].dt == date(2027, 3, 29)
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert last_day(weekend) == date(2027, 3, 28)


@pytest.mark.parametrize(
    ("hours", "ends"), [(0, date(2026, 11, 25)), (10, date(2026, 11, 25)), (25, date(2026, 11, 26))]
)
def test_all_day_dates_with_an_odd_end_cover_the_days_they_touch(hours: int, ends: date) -> None:
    starts_at = local_time.day_starts_at(date(2026, 11, 24))
    odd = OccurrenceFactory(
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), is_all_day=True
    )
    (event,) = read_back(odd)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 11, 24), ends)


def test_a_date_without_length_has_no_end(sewing: Occurrence) -> None:
    sewing.ends_at = sewing.starts_at
    (event,) = read_back(sewing)
    assert "DTEND" not in event


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # the first 2.30 uur of that night
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),  # the second
        datetime(2027, 3, 28, 0, 59, tzinfo=UTC),  # the last minute of winter time
        datetime(2027, 3, 28, 1, 0, tzinfo=UTC),  # the first of summer time
        datetime(2026, 7, 1, 10, 0, tzinfo=UTC),
        datetime(1999, 12, 31, 22, 30, tzinfo=UTC),
    ],
)
def test_every_moment_is_read_back_as_the_same_moment(moment: datetime) -> None:
    made = OccurrenceFactory(starts_at=moment, ends_at=moment + timedelta(minutes=15))
    (event,) = read_back(made)
    assert event["DTSTART"].dt.astimezone(UTC) == moment
    assert event["DTEND"].dt.astimezone(UTC) == made.ends_at


def test_time_zone_component_is_the_rule_of_the_time_zone() -> None:
    (zone,) = Calendar.from_ical(calendar_bytes([], name="Lokaal")).walk("VTIMEZONE")
    ours = zone.to_tz()
    for month in range(1, 13):
        for day in (1, 15, 28):
            moment = datetime(2026, month, day, 12)  # noqa: DTZ001
            theirs = moment.replace(tzinfo=AMSTERDAM).utcoffset()
            assert moment.replace(tzinfo=ours).utcoffset() == theirs


def test_calendar_says_its_name_method_and_how_often_to_come_back() -> None:
    calendar = Calendar.from_ical(calendar_bytes([], name="Lokaal"))
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"] == "-//Lokaal//Agenda//NL"
    assert calendar["METHOD"] == "PUBLISH"
    assert b"\r\nNAME:Naaien\\; Lokaal\r\n" in calendar_bytes([], name="Naaien;\nLokaal")
    raw = calendar_bytes([], name="Lokaal")
    assert b"\r\nX-WR-CALNAME:Lokaal\r\n" in raw
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in raw
    assert b"X-PUBLISHED-TTL:PT1H\r\n" in raw


def test_calendar_for_a_message_has_its_method_and_no_refreshing(sewing: Occurrence) -> None:
    raw = calendar_bytes([sewing], name="Naaicafé", method="REQUEST")
    assert b"\r\nMETHOD:REQUEST\r\n" in raw
    assert b"REFRESH-INTERVAL" not in raw


def test_lines_are_folded_and_odd_characters_cannot_break_them(sewing: Occurrence) -> None:
    text = "Ünïcode 😀 \u202eomgekeerd\u202c; a,b\\c\r\nEND:VEVENT\rx\x0b\x85\u2028y " * 20
    sewing.activity.description = text
    sewing.title = "Een\nregel\x01"
    raw = calendar_bytes([sewing], name="Naam\r\nX-KWAAD:ja")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r\nX-KWAAD" not in raw
    (event,) = Calendar.from_ical(raw).walk("VEVENT")
    assert event["DESCRIPTION"].count("END:VEVENT") == 20
    assert "😀" in event["DESCRIPTION"]


def test_event_is_in_the_active_language_with_the_original_as_its_fallback() -> None:
    activity = ActivityFactory(title="Naaicafé", summary="Samen naaien.")
    ActivityTranslationFactory(activity=activity, language="en", title="Sewing café", summary="")
    made = OccurrenceFactory(activity=activity)
    with translation.override("en"):
        (event,) = read_back(made)
        assert event["SUMMARY"] == "Sewing café"
        assert "/en/activities/" in event["URL"]
    with translation.override("nl"):
        assert read_back(made)[0]["SUMMARY"] == "Naaicafé"
