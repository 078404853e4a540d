"""Working hours: the hours in which the house is open. By these the kitchen counts how long something takes.

"Four working hours" before lunch on Monday is Friday afternoon when the house is closed at the weekend. Opening hours
and special days come from lokaal.centres. A house without opening hours works day and night.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from lokaal.centres.models import Centre
from lokaal.centres.opening import Stretch, opening_of

#: How far is looked for enough working hours.
DAYS_SEEN = 60
NEARLY = timedelta(seconds=1)


def earliest(centre: Centre, hours: int, *, after: datetime | None = None) -> datetime:
    """The first moment (UTC) with so many working hours between `after` (now) and it."""
    now = after or timezone.now()
    if not hours:
        return now
    end = now + timedelta(days=DAYS_SEEN)
    return earliest_in(open_between(centre, now, end), hours, after=now) or end


def earliest_in(stretches: Iterable[Stretch], hours: int, *, after: datetime) -> datetime | None:
    """The same within the stretches in which the house is open from `after` on; None when they are too few."""
    missing = timedelta(hours=hours)
    if not missing:
        return after
    for stretch in stretches:
        length = stretch.ends_at - stretch.starts_at
        if length >= missing:
            return stretch.starts_at + missing
        missing -= length
    return None


def latest(centre: Centre, hours: int, *, before: datetime) -> datetime:
    """The last moment (UTC) with so many working hours between it and `before`."""
    missing = timedelta(hours=hours)
    if not missing:
        return before
    first = before - timedelta(days=DAYS_SEEN)
    for stretch in reversed(open_between(centre, first, before)):
        length = stretch.ends_at - stretch.starts_at
        if length >= missing:
            return stretch.ends_at - missing
        missing -= length
    return first


def is_in_time(centre: Centre, hours: int, serving_at: datetime) -> bool:
    """Whether there are still so many working hours until a moment (UTC)."""
    return serving_at + NEARLY > earliest(centre, hours)


def is_open(centre: Centre, moment: datetime) -> bool:
    """Whether the house is open at a moment (UTC), its closing time included: then one can still pick up."""
    return any(
        stretch.starts_at <= moment <= stretch.ends_at
        for stretch in open_between(
            centre, moment - timedelta(days=1), moment + timedelta(seconds=1)
        )
    )


def open_between(centre: Centre, start: datetime, end: datetime) -> list[Stretch]:
    """The stretches in which the house is open within [start, end), in order."""
    first = timezone.localdate(start) - timedelta(days=1)
    loaded = Centre.objects.with_hours(first).get(pk=centre.pk)
    opening = opening_of(loaded)
    if not any(opening.week.values()) and not any(day.hours for day in opening.special.values()):
        return [Stretch(start, end)]
    found = []
    for stretch in opening.stretches(first):
        if stretch.starts_at >= end:
            break
        if stretch.ends_at > start:
            found.append(Stretch(max(stretch.starts_at, start), min(stretch.ends_at, end)))
    return found
