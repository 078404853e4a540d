"""The tests of importing live on one day: Tuesday 24 November 2026, noon."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

from activities.importing.calendars import read_calendar
from activities.importing.found import Found
from activities.importing.report import Report
from activities.importing.taking_over import take_over
from activities.models import Occurrence
from lokaal.centres.models import Centre
from tests.activities.factories import CentreFactory

CALENDARS = Path(__file__).parent / "calendars"
HERE = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=HERE)

Dates = list[tuple[str, str, str]]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def centre() -> Centre:
    return CentreFactory(name="Nieuwstad", slug="nieuwstad", postcode="7201 AB")


def calendar(name: str) -> bytes:
    """One of the calendars written for these tests, one per difficulty."""
    return (CALENDARS / name).read_bytes()


def ics(*events: str, head: str = "") -> bytes:
    """A calendar around events, each the lines of one VEVENT."""
    inner = "".join(f"BEGIN:VEVENT\n{lines.strip()}\nEND:VEVENT\n" for lines in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{inner}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def dates_of(found: Found) -> Dates:
    """Every date as (title, begin, end) on the clock here, in the order of time."""
    dates = [date for series in found.series for date in series.dates]
    return [
        (date.title, on_clock(date.starts_at), on_clock(date.ends_at))
        for date in sorted(dates, key=lambda date: (date.starts_at, date.title))
    ]


def on_clock(moment: datetime) -> str:
    return f"{moment.astimezone(HERE):%Y-%m-%d %H:%M}"


def dates_here() -> Dates:
    """The same of the rows in the database, with an asterisk before what is called off."""
    rows = Occurrence.objects.select_related("activity").order_by("starts_at", "activity__title")
    return [
        (
            ("* " if row.is_cancelled else "") + (row.title or row.activity.title),
            on_clock(row.starts_at),
            on_clock(row.ends_at),
        )
        for row in rows
    ]


@pytest.fixture
def bring(centre: Centre) -> Callable[..., Report]:
    """Take over a calendar (a name of a file, or bytes) as the source "agenda.ics"."""

    def take(content: str | bytes, **options: object) -> Report:
        found = read_calendar(calendar(content) if isinstance(content, str) else content)
        return take_over(found, **({"centre": centre, "name": "agenda.ics"} | options))

    return take
