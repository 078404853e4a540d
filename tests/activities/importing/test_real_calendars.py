"""Real calendars, beside the checkout: what the agenda shows equals, event by event, what the files say.

The files are not ours to keep in the repository. Where the folder is missing this says so loudly.
"""

from __future__ import annotations

import warnings
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
import recurring_ical_events
from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from activities.importing.recurrence import as_utc
from activities.importing.wording import one_line
from activities.models import Occurrence
from lokaal.centres.models import Centre
from tests.activities.importing.conftest import HERE, NOW

FOLDER = settings.BASE_DIR.parent / "shared" / "data" / "calendars"
FILES = sorted(FOLDER.glob("*.ics"))
MISSING = f"THE REAL CALENDARS ARE NOT HERE: {FOLDER} has no .ics files, so the import was not tried on real input."

#: The stretch that issue 3 names for the calendar of the workshop; the others are looked at over all their dates.
STRETCHES = {
    "fablab_cottbus.ics": (datetime(2018, 1, 1, tzinfo=HERE), datetime(2020, 1, 1, tzinfo=HERE))
}
EVERYTHING = (
    datetime(1990, 1, 1, tzinfo=HERE),
    NOW + relativedelta(months=settings.CALENDAR_MONTHS_AHEAD),
)

Shown = list[tuple[datetime, datetime, str, bool]]

if not FILES:
    warnings.warn(MISSING, stacklevel=1)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILES, reason=MISSING),
]


def said(path: Path, start: datetime, end: datetime) -> Shown:
    """What recurring_ical_events finds in the file."""
    query = recurring_ical_events.of(icalendar.Calendar.from_ical(path.read_bytes()))
    return in_order(query.between(start, end), start, end)


def in_order(events: Any, start: datetime, end: datetime) -> Shown:
    shown = [
        (
            as_utc(event["DTSTART"].dt, HERE),
            as_utc(event["DTEND"].dt if "DTEND" in event else event["DTSTART"].dt, HERE),
            one_line(str(event["SUMMARY"])),
            str(event.get("STATUS", "")).upper() == "CANCELLED",
        )
        for event in events
    ]
    return sorted(one for one in shown if start <= one[0] < end)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_agenda_shows_what_the_real_calendar_says(
    path: Path, centre: Centre, client: Client
) -> None:
    start, end = STRETCHES.get(path.name, EVERYTHING)
    expected = said(path, start, end)
    assert len(expected) > 2
    call_command("import_calendar", str(path), centre=centre.slug, verbosity=0)

    rows = (
        Occurrence.objects.public()
        .select_related("activity")
        .filter(starts_at__gte=start, starts_at__lt=end)
    )
    assert expected == sorted(
        (row.starts_at, row.ends_at, row.title or row.activity.title, row.is_cancelled)
        for row in rows
    )
    assert expected == feed(client, start, end)

    # And a second time nothing changes.
    before = list(Occurrence.objects.order_by("pk").values())
    call_command("import_calendar", str(path), centre=centre.slug, verbosity=0)
    assert list(Occurrence.objects.order_by("pk").values()) == before


def feed(client: Client, start: datetime, end: datetime) -> Shown:
    """What the public feed shows, in pages of a year at most."""
    shown: Shown = []
    while start < end:
        until = min(start + timedelta(days=366), end)
        answer = client.get(
            reverse("activities:agenda_calendar"),
            {"from": f"{start:%Y-%m-%d}", "to": f"{until:%Y-%m-%d}"},
        )
        assert answer.status_code == 200
        calendar = icalendar.Calendar.from_ical(getattr(answer, "content", b"") or b"".join(answer))
        shown += in_order(calendar.walk("VEVENT"), start, until)
        start = until
    return sorted(shown)
