"""What waits for somebody to decide, of the activities that a person may change. Nothing is decided by itself.

An activity whose last organiser left goes on until somebody takes it over or calls its dates off. A date keeps its
host, its room that is still awaited, and its place in a holiday that was entered later, until somebody says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from activities import rooms, series
from activities.models import Activity, Occurrence
from activities.models.occurrence import OccurrenceQuerySet
from lokaal.centres import days_off
from lokaal.centres.models import Centre, SchoolHoliday, SpecialDay
from lokaal.centres.opening import opening_of
from lokaal.people.models import Person

MOST = 60


@dataclass(frozen=True)
class DayOff:
    """The dates of series that fall in one holiday, or on a day on which their house is closed."""

    reason: str
    dates: Sequence[Occurrence]


@dataclass(frozen=True)
class Attention:
    """`unled`: activities without an organiser. `hosts_left`: dates whose host is no longer here."""

    unled: Sequence[Activity]
    hosts_left: Sequence[Occurrence]
    without_room: Sequence[Occurrence]
    days_off: Sequence[DayOff]

    @property
    def count(self) -> int:
        dates = sum(len(day_off.dates) for day_off in self.days_off)
        return len(self.unled) + len(self.hosts_left) + len(self.without_room) + dates


def for_person(person: Person) -> Attention:
    """All that waits for this person, soonest first; a fixed number of queries."""
    ahead = Occurrence.objects.editable_by(person).upcoming().going_ahead().with_card()
    unled = Activity.objects.editable_by(person).unled()
    return Attention(
        list(unled.select_related("centre").order_by("title", "id")[:MOST]),
        list(ahead.filter(host__is_active=False).select_related("host")[:MOST]),
        list(ahead.filter(room__in=rooms.waiting_words())[:MOST]),
        _days_off(list(_on_days_off(person)[:MOST])),
    )


def _on_days_off(person: Person) -> OccurrenceQuerySet:
    holiday = SchoolHoliday.objects.filter(
        starts_on__lte=OuterRef("local_day"), ends_on__gte=OuterRef("local_day")
    )
    closed = SpecialDay.objects.filter(
        Q(centre=OuterRef("centre")) | Q(centre=None), date=OuterRef("local_day"), opens=None
    )
    touched = Q(Exists(holiday), series__skips_school_holidays=True) | Q(
        Exists(closed), series__skips_closed_days=True
    )
    return (
        Occurrence.objects.editable_by(person)
        .upcoming()
        .going_ahead()
        .with_card()
        .select_related("series")
        .annotate(local_day=TruncDate("starts_at", tzinfo=timezone.get_default_timezone()))
        .filter(touched)
        .exclude(own_fields__contains=[series.DAYS_OFF])
    )


def _days_off(dates: Sequence[Occurrence]) -> list[DayOff]:
    """The dates by the reason of their day off. A house that keeps hours of its own on a day is not closed then."""
    if not dates:
        return []
    days = [timezone.localdate(one.starts_at) for one in dates]
    holidays = days_off.school_holidays(min(days), max(days))
    houses = Centre.objects.with_hours(min(days)).filter(pk__in={one.centre_id for one in dates})
    closed = {
        house.pk: days_off.closed_days(opening_of(house), min(days), max(days)) for house in houses
    }
    found: dict[str, list[Occurrence]] = {}
    for occurrence, on in zip(dates, days, strict=True):
        of = occurrence.series
        reason = closed[occurrence.centre_id].get(on, "") if of and of.skips_closed_days else ""
        if not reason and of and of.skips_school_holidays:
            reason = holidays.get(on, "")
        if reason:
            found.setdefault(reason, []).append(occurrence)
    return [DayOff(reason, of) for reason, of in found.items()]
