"""Rules and series for the tests, and what became of them in words."""

from __future__ import annotations

from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from activities import series
from activities.models import Activity, Occurrence, Series
from lokaal.outbox.models import Message
from lokaal.repeating import Every, Rule

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TUESDAY = date(2026, 12, 1)


def rule(**changes: Any) -> Rule:
    """Every Tuesday of December, 13.30 to 15.30."""
    fields: dict[str, Any] = {
        "every": Every.WEEK,
        "first_on": TUESDAY,
        "last_on": date(2026, 12, 29),
        "starts": time(13, 30),
        "ends": time(15, 30),
    }
    return Rule(**fields | changes)


def begun(activity: Activity, *, by: Any = None, terms: Any = None, **changes: Any) -> Series:
    """A series with its dates."""
    draft = series.draft(activity, rule(**changes), **{"capacity": 8, **(terms or {})})
    return series.begin(draft, answers={}, by=by)


def dates(of: Series | Activity) -> list[str]:
    """Its dates on the clock of the wall; those called off with a cross."""
    return [
        f"{row.starts_at.astimezone(AMSTERDAM):%d-%m %H:%M}{' x' if row.is_cancelled else ''}"
        for row in of.occurrences.order_by("starts_at", "id")
    ]


def on(of: Series | Activity, day: date) -> Occurrence:
    """The date of a local day."""
    return next(
        row
        for row in of.occurrences.select_related("activity", "centre")
        if row.starts_at.astimezone(AMSTERDAM).date() == day
    )


def told() -> dict[str, list[str]]:
    """Who got which subjects."""
    heard: dict[str, list[str]] = {}
    for message in Message.objects.order_by("created_at", "id"):
        heard.setdefault(message.to_name, []).append(message.subject)
    return heard
