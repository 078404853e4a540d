"""A course as a series: what is added, moved or split takes its people along."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from activities import courses, organising, rescheduling, series
from activities.models import Activity, Participation, Series, SignUp
from activities.organising import PlannedDate
from activities.rescheduling import Change, Scope
from lokaal.outbox.models import Message
from tests.activities.series.rules import AMSTERDAM, TUESDAY, begun, dates, on, told
from venue.models import Hold, Use

pytestmark = pytest.mark.django_db

SECOND = date(2026, 12, 8)


@pytest.fixture
def course(activity: Activity) -> Series:
    """Five Tuesdays, with Emine and Gerda in it."""
    activity.participation = Participation.COURSE
    activity.save()
    made = begun(activity)
    for name in ("Emine", "Gerda"):
        courses.join(made, name=name, email=f"{name.lower()}@voorbeeld.nl", language="nl")
    Message.objects.all().delete()
    return made


def lists(activity: Activity) -> dict[str, int]:
    """How many people are on the list of every date."""
    return {
        f"{row.starts_at.astimezone(AMSTERDAM):%d-%m %H:%M}": row.places_taken
        for row in activity.occurrences.order_by("starts_at")
    }


def test_change_moves_the_dates_of_a_course_and_tells_its_people_once(
    course: Series, activity: Activity
) -> None:
    codes = set(SignUp.objects.values_list("code", "occurrence"))
    new = replace(course.rule, starts=time(14), ends=time(16))
    rescheduling.apply(course, Scope.ALL, Change(rule=new), answers={}, by=None)
    assert set(lists(activity).values()) == {2}
    assert next(iter(lists(activity))) == "01-12 14:00"
    assert set(SignUp.objects.values_list("code", "occurrence")) == codes
    assert told() == {"Emine": ["Veranderd: Naaicafé"], "Gerda": ["Veranderd: Naaicafé"]}


def test_more_dates_of_a_course_take_its_people_along(course: Series, activity: Activity) -> None:
    new = replace(course.rule, last_on=date(2027, 1, 12))
    rescheduling.apply(course, Scope.ALL, Change(rule=new), answers={}, by=None)
    assert len(lists(activity)) == 7
    assert set(lists(activity).values()) == {2}


def test_following_keeps_the_people_of_a_course(course: Series, activity: Activity) -> None:
    new = replace(course.rule, first_on=date(2026, 12, 10), last_on=date(2027, 1, 7))
    since = on(course, SECOND)
    later = rescheduling.apply(
        course, Scope.FOLLOWING, Change(rule=new), since=since, answers={}, by=None
    )
    assert dates(later)[0] == "10-12 13:30"
    assert set(lists(activity).values()) == {2}
    assert len(lists(activity)) == 6


def test_date_added_to_a_course_has_its_people_and_stays_when_the_rule_changes(
    course: Series, activity: Activity
) -> None:
    starts_at = datetime(2026, 12, 10, 9, tzinfo=AMSTERDAM)
    planned = PlannedDate(starts_at.date(), starts_at, starts_at.replace(hour=11))
    [made] = organising.add_dates(activity, [planned], chosen={planned.day})
    assert made.series == course
    assert lists(activity)["10-12 09:00"] == 2
    new = replace(
        course.rule, starts=time(14), ends=time(16), first_on=date(2026, 12, 2), last_on=None
    )
    rescheduling.apply(course, Scope.ALL, Change(rule=new), answers={}, by=None)
    assert dates(course)[:4] == ["02-12 14:00", "09-12 14:00", "10-12 09:00", "16-12 14:00"]
    assert set(lists(activity).values()) == {2}


def test_stop_of_a_course_tells_its_people_once(course: Series, activity: Activity) -> None:
    assert rescheduling.stop(course, first_off=SECOND, reason="Te weinig mensen.", by=None) == 4
    assert told() == {name: ["Gaat niet door: Naaicafé"] for name in ("Emine", "Gerda")}


def test_extension_of_a_course_takes_its_people_along(activity: Activity) -> None:
    activity.participation = Participation.COURSE
    activity.save()
    made = begun(activity, last_on=None)
    courses.join(made, name="Emine", email="emine@voorbeeld.nl", language="nl")
    series.extend(made, until=date(2027, 5, 1), by=None)
    assert set(lists(activity).values()) == {1}
    assert dates(made)[0] == f"{TUESDAY:%d-%m} 13:30"
    assert not Use.objects.filter(hold=Hold.FIRM).exists()
