"""Forgetting: after a year no name is left anywhere, and every number is."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.utils import timezone

from activities import perms, tasks
from activities.door import counting, figures, forgetting, tablets, till
from activities.door.taps import Tap
from activities.models import (
    CourseSignUp,
    DateCount,
    HeadTap,
    Occurrence,
    PaidBy,
    Presence,
    SignUp,
    SignUpState,
    Tablet,
    TillEntry,
)
from activities.models.door import NAMES_KEPT_FOR, ORGANISER_SEES_FOR
from activities.models.need import Need, NeedKind
from activities.models.time_question import TimeQuestion
from lokaal.centres.models import Centre
from tests.activities.factories import (
    SECRET,
    ActivityFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)
from tests.parallel import at_once

pytestmark = pytest.mark.django_db

NOON = "2026-11-24T11:00:00Z"
NAME = "Gerda Harmsen"


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def date_of(days_ago: int, **fields: Any) -> Occurrence:
    """A date that ended so many days ago, to the minute."""
    ends_at = timezone.now() - timedelta(days=days_ago)
    return OccurrenceFactory(starts_at=ends_at - timedelta(hours=2), ends_at=ends_at, **fields)


def full_list(occurrence: Occurrence) -> None:
    """Four people on the list, one cancelled, one who waited; each has left something that points at them."""
    SignUpFactory(
        occurrence=occurrence,
        name=NAME,
        companions=1,
        presence=Presence.PRESENT,
        phone="+31612345678",
        email="gerda@voorbeeld.nl",
        contact_name=NAME,
    )
    SignUpFactory(occurrence=occurrence, name=NAME, presence=Presence.ABSENT)
    SignUpFactory(occurrence=occurrence, name=NAME)
    SignUpFactory(occurrence=occurrence, name=NAME, cancelled=True, companions=2)
    SignUpFactory(
        occurrence=occurrence, name=NAME, state=SignUpState.WAITING, queued_at=timezone.now()
    )


def rows_that_hold(text: str) -> list[str]:
    """Every table of the activities that holds a text anywhere, whatever the column."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_app_config("activities").get_models():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(
                f"SELECT count(*) FROM {table} AS r WHERE r::text ILIKE %s", [f"%{text}%"]
            )
            if cursor.fetchone()[0]:
                found.append(model.__name__)
    return found


def test_after_a_year_a_name_is_found_in_no_table_and_the_numbers_stay() -> None:
    occurrence = date_of(365, capacity=10, heads=7)
    full_list(occurrence)
    assert rows_that_hold(NAME) == ["SignUp"]

    assert forgetting.forget_all() == 1

    for trace in (NAME, "612345678", "gerda@voorbeeld.nl", SECRET):
        assert rows_that_hold(trace) == []
    occurrence.refresh_from_db()
    assert (occurrence.places_taken, occurrence.heads, occurrence.capacity) == (4, 7, 10)
    assert list(
        DateCount.objects.values_list(
            "occurrence", "parties", "people", "present", "absent", "cancelled", "waited"
        )
    ) == [(occurrence.pk, 5, 4, 2, 1, 3, 1)]


def test_what_hangs_on_a_name_goes_with_it_and_a_date_that_makes_up_for_another_stays() -> None:
    occurrence = date_of(365)
    party = SignUpFactory(occurrence=occurrence, name=NAME, companion_names=[NAME])
    Need.objects.create(sign_up=party, kind=NeedKind.OTHER, words=f"{NAME} zit in een rolstoel.")
    TimeQuestion.objects.create(activity=occurrence.activity, sign_up=party, party_key="k" * 64)
    later = SignUpFactory(occurrence=date_of(30), name="Joop", makes_up=party)

    forgetting.forget_all()

    assert rows_that_hold(NAME) == []
    assert rows_that_hold("rolstoel") == []
    later.refresh_from_db()
    assert later.makes_up is None
    assert (Need.objects.count(), TimeQuestion.objects.count()) == (0, 0)


def test_a_list_of_less_than_a_year_ago_stays() -> None:
    full_list(date_of(364))

    assert forgetting.forget_all() == 0
    assert (SignUp.objects.count(), DateCount.objects.count()) == (5, 0)


def test_the_job_can_run_twice() -> None:
    full_list(date_of(400))

    tasks.forget_names(timestamp=0)
    tasks.forget_names(timestamp=0)

    assert DateCount.objects.get().parties == 5


def test_more_dates_than_fit_in_one_go_are_all_forgotten(monkeypatch: Any) -> None:
    monkeypatch.setattr(forgetting, "DATES_AT_ONCE", 2)
    activity = ActivityFactory()
    for days in range(366, 371):
        SignUpFactory(occurrence=date_of(days, activity=activity))

    assert forgetting.forget_all() == 5
    assert SignUp.objects.count() == 0


def test_a_date_without_a_list_gets_no_row() -> None:
    date_of(400)

    assert forgetting.forget_all() == 0
    assert DateCount.objects.count() == 0


def test_what_was_paid_stays_without_the_name() -> None:
    occurrence = date_of(0, activity=ActivityFactory(paid=True))
    party = SignUpFactory(occurrence=occurrence, name=NAME)
    entry = till.pay(
        occurrence,
        cents=400,
        paid_by=PaidBy.CASH,
        sign_up=party,
        form_token=uuid4(),
        by=PersonFactory(),
    )

    with time_machine.travel(timezone.now() + NAMES_KEPT_FOR):
        forgetting.forget_all()

    entry.refresh_from_db()
    assert (entry.sign_up, entry.cents, entry.people) == (None, 400, 1)
    assert TillEntry.objects.count() == 1


def test_who_joined_a_whole_course_is_forgotten_after_its_last_date() -> None:
    series = _series()
    first = date_of(380, activity=series.activity, series=series)
    last = date_of(366, activity=series.activity, series=series)
    course = CourseSignUp.objects.create(series=series, name=NAME, code="10000001", secret_hash="x")
    for occurrence in (first, last):
        SignUpFactory(occurrence=occurrence, name=NAME, course=course)
    still_on = _series()
    running = CourseSignUp.objects.create(
        series=still_on, name="Joop", code="10000002", secret_hash="x"
    )
    for days in (400, 30):
        SignUpFactory(
            occurrence=date_of(days, activity=still_on.activity, series=still_on),
            name="Joop",
            course=running,
        )

    forgetting.forget_all()

    assert rows_that_hold(NAME) == []
    assert list(CourseSignUp.objects.all()) == [running]
    assert SignUp.objects.count() == 1


def _series() -> Any:
    from datetime import time

    from activities.models import Every, Series

    return Series.objects.create(
        activity=ActivityFactory(),
        every=Every.WEEK,
        first_on=date(2025, 1, 1),
        starts=time(13),
        ends=time(15),
    )


def test_single_presses_and_old_tablets_go_after_three_months() -> None:
    host = PersonFactory()
    occurrence = OccurrenceFactory(activity=ActivityFactory(drop_in=True), running=True)
    tablet = tablets.make(occurrence.centre, by=host)
    counting.count(occurrence, 1, Tap(tablet=tablet))

    with time_machine.travel(timezone.now() + timedelta(days=91)):
        forgetting.forget_all()
        assert (HeadTap.objects.count(), Tablet.objects.count()) == (1, 1)
    with time_machine.travel(timezone.now() + timedelta(days=93)):
        forgetting.forget_all()

    assert (HeadTap.objects.count(), Tablet.objects.count()) == (0, 0)
    occurrence.refresh_from_db()
    assert occurrence.heads == 1


# Who sees names ----------------------------------------------------------------------------------


def test_an_organiser_sees_names_until_a_month_after_and_a_host_as_long_as_they_are_there() -> None:
    occurrence = date_of(0)
    organiser = PersonFactory()
    occurrence.activity.organisers.add(organiser)
    host = PersonFactory(host_of=occurrence.centre)
    stranger = PersonFactory(host_of=OccurrenceFactory().centre)

    def who_sees() -> list[bool]:
        return [perms.can_see_names(one, occurrence) for one in (organiser, host, stranger)]

    assert who_sees() == [True, True, False]
    with time_machine.travel(timezone.now() + ORGANISER_SEES_FOR - timedelta(seconds=1)):
        assert who_sees() == [True, True, False]
    with time_machine.travel(timezone.now() + ORGANISER_SEES_FOR):
        assert who_sees() == [False, True, False]


# Figures -----------------------------------------------------------------------------------------


def figures_of(centre: Centre) -> dict[Any, figures.Figures]:
    return figures.by_month([centre], date(2025, 1, 1), date(2027, 1, 1))


def test_figures_are_the_same_before_and_after_forgetting(django_assert_num_queries: Any) -> None:
    occurrence = date_of(370, heads=7, activity=ActivityFactory(paid=True))
    full_list(occurrence)
    key = (occurrence.centre_id, occurrence.activity_id, date(2025, 11, 1))
    told = figures.Figures(held=1, people=4, present=2, absent=1, cancelled=3, waited=1, heads=7)

    with django_assert_num_queries(4):
        assert figures_of(occurrence.centre) == {key: told}
    forgetting.forget_all()

    assert figures_of(occurrence.centre) == {key: told}
    assert told.visits == 9


def test_figures_are_per_centre_activity_and_local_month_and_leave_out_what_was_called_off() -> (
    None
):
    activity = ActivityFactory()
    # 30 November 23.30 UTC is 1 December in Amsterdam
    night = OccurrenceFactory(
        activity=activity, starts_at="2026-11-30T23:30Z", ends_at="2026-12-01T00:30Z", heads=2
    )
    OccurrenceFactory(
        activity=activity, starts_at="2026-12-02T12:00Z", ends_at="2026-12-02T14:00Z", heads=3
    )
    off = OccurrenceFactory(activity=activity, cancelled=True, heads=9)
    SignUpFactory(occurrence=off, presence=Presence.PRESENT)
    OccurrenceFactory(heads=5)

    found = figures_of(night.centre)

    key = (night.centre_id, activity.pk)
    assert found == {
        (*key, date(2026, 11, 1)): figures.Figures(called_off=1),
        (*key, date(2026, 12, 1)): figures.Figures(held=2, heads=5),
    }
    assert figures.together(found.values()) == figures.Figures(held=2, called_off=1, heads=5)


# Two at once -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_list_forgotten_by_two_at_once_is_counted_once() -> None:
    occurrence = date_of(400)
    full_list(occurrence)

    assert sorted(at_once(*[lambda: forgetting.forget_list(occurrence)] * 2)) == [False, True]

    assert DateCount.objects.get().parties == 5
