"""Courses for the tests: a series of a course activity with dates a week apart, at this time of the day."""

from datetime import timedelta

from django.db.models import F, Sum
from django.utils import timezone

from activities import courses
from activities.models import Occurrence, Participation, Series, SignUp
from activities.models.party import HOLDING
from tests.activities.factories import OccurrenceFactory, SeriesFactory


def course_of(*weeks: int, capacity: int | None = None, activity=None, **fields) -> Series:
    """A course with a date in so many weeks from tomorrow; a negative number has been."""
    if activity:
        fields["activity"] = activity
    else:
        fields = {
            "activity__title": "Fietsles",
            "activity__participation": Participation.COURSE,
        } | fields
    series = SeriesFactory(capacity=capacity, **fields)
    for week in weeks:
        date_of(series, week)
    return series


def date_of(series: Series, week: int, **fields) -> Occurrence:
    starts_at = timezone.now() + timedelta(days=1, weeks=week)
    given = {"starts_at": starts_at, "capacity": series.capacity} | fields
    return OccurrenceFactory(activity=series.activity, series=series, **given)


def join(series: Series, name: str = "Emine", **fields):
    return courses.join(series, name=name, **{"language": "nl"} | fields)


def dates_of(series: Series) -> list[Occurrence]:
    return list(series.occurrences.order_by("starts_at"))


def taken(series: Series) -> int:
    """The places that the series counts, after checking that it and each of its dates count right."""
    series.refresh_from_db()
    inside = series.course_sign_ups.filter(state__in=HOLDING)
    held = inside.aggregate(n=Sum(F("companions") + 1))["n"] or 0
    assert series.places_taken == held
    assert series.capacity is None or held <= series.capacity
    assert series.waiting == series.course_sign_ups.waiting().count()
    for date in Occurrence.objects.filter(activity=series.activity):
        on_it = date.sign_ups.filter(state__in=HOLDING).aggregate(n=Sum(F("companions") + 1))
        assert date.places_taken == (on_it["n"] or 0)
    return held


def names_on(date: Occurrence) -> list[str]:
    """Who is on the list of a date."""
    return sorted(SignUp.objects.joined().filter(occurrence=date).values_list("name", flat=True))
