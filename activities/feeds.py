"""The agenda for machines: calendars that people subscribe to, complete for the days that were asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db.models import Count, Max, Prefetch, Q
from django.utils import timezone, translation

from activities.calendars import occurrence_event
from activities.models import Activity, ActivityState, ActivityTranslation, Occurrence
from activities.models.occurrence import IS_LONG, LONG, OccurrenceQuerySet
from lokaal import local_time
from lokaal.centres.models import Centre
from lokaal.icalendar import empty_calendar

BATCH = 500
DAYS_BACK = timedelta(days=30)
DAYS_AHEAD = timedelta(days=366)
FIRST_DAY = date(1970, 1, 1)
LAST_DAY = date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a calendar, both included."""

    first: date
    last: date

    @classmethod
    def read(cls, first: str, last: str) -> Self:
        """Read two ISO dates; what cannot be read counts as not given: a month back, a year ahead."""
        today = timezone.localdate()
        return cls(_day(first) or today - DAYS_BACK, _day(last) or today + DAYS_AHEAD)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Whether a calendar is still what somebody has. Changes with every row and word that the calendar is made of."""

    etag: str
    changed_at: datetime | None
    total: int


def dates_of(
    span: Span, *, centre: Centre | None = None, activity: Activity | None = None
) -> OccurrenceQuerySet:
    """Return every public date on these days, or running into them; of a stopped activity, what has been."""
    begins = local_time.day_starts_at(span.first)
    ends = local_time.day_starts_at(span.last + timedelta(days=1))
    runs_on = Q(ends_at__gt=begins) & (IS_LONG | Q(starts_at__gte=begins - LONG))
    has_been = Q(activity__state=ActivityState.STOPPED, starts_at__lt=timezone.now())
    dates = Occurrence.objects.filter(
        Q(activity__state=ActivityState.PUBLISHED) | has_been,
        Q(starts_at__gte=begins) | runs_on,
        starts_at__lt=ends,
        centre__is_active=True,
    )
    if centre:
        dates = dates.filter(centre=centre)
    if activity:
        dates = dates.filter(activity=activity)
    return dates


def fingerprint(dates: OccurrenceQuerySet, span: Span, name: str) -> Fingerprint:
    """Return the fingerprint of a calendar in the active language. Costs three small queries, whatever its size."""
    language = translation.get_language()
    facts = dates.aggregate(
        total=Count("id"), date_at=Max("updated_at"), activity_at=Max("activity__updated_at")
    )
    words = ActivityTranslation.objects.filter(language=language).aggregate(
        total=Count("id"), changed_at=Max("updated_at")
    )
    places = list(Centre.objects.order_by("id").values_list("id", "name", "street", "city"))
    parts = (settings.ORIGIN, language, name, span, facts, words, places)
    moments = [facts["date_at"], facts["activity_at"]]
    return Fingerprint(
        etag=f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"',
        changed_at=max((moment for moment in moments if moment), default=None),
        total=facts["total"],
    )


def calendar_parts(dates: OccurrenceQuerySet, name: str) -> Iterator[bytes]:
    """Return a calendar in the active language, some hundred dates at a time, so that any size fits in memory."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    words = ActivityTranslation.objects.filter(language=language)
    dates = dates.select_related("activity", "centre").prefetch_related(
        Prefetch("activity__translations", words)
    )
    return _parts(dates.order_by("starts_at", "id"), name, language)


def _parts(dates: OccurrenceQuerySet, name: str, language: str) -> Iterator[bytes]:
    """Yield the parts. The view, and with it the language of the request, is gone before the first is asked for."""
    ending = b"END:VCALENDAR\r\n"
    yield bytes(empty_calendar(name=name).to_ical()).removesuffix(ending)
    last: Occurrence | None = None
    while True:
        batch = list((_after(dates, last) if last else dates)[:BATCH])
        with translation.override(language):
            part = b"".join(occurrence_event(occurrence).to_ical() for occurrence in batch)
        yield part
        if len(batch) < BATCH:
            break
        last = batch[-1]
    yield ending


def _after(dates: OccurrenceQuerySet, last: Occurrence) -> OccurrenceQuerySet:
    return dates.filter(
        Q(starts_at__gt=last.starts_at) | Q(id__gt=last.id), starts_at__gte=last.starts_at
    )
