"""Once not, and another time instead."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from activities import courses, making_up, planning
from activities.exceptions import AlreadyThere, CannotMakeUp, Full, NotOpen
from activities.models import Presence, SignUp, SignUpState
from lokaal.outbox.models import Message
from tests.activities.courses.making import course_of, date_of, dates_of, join, names_on, taken
from tests.activities.factories import OccurrenceFactory, SignUpFactory
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


def time_of(course, number: int) -> SignUp:
    """The sign-up of a party for one date of its course, the first is 0."""
    return course.dates.filter(makes_up=None).order_by("occurrence__starts_at")[number]


def test_miss_frees_one_date_and_stays_in_the_course():
    series = course_of(0, 1, capacity=3)
    course = join(series, email="emine@voorbeeld.nl", companions=1).course

    making_up.miss(time_of(course, 0))
    making_up.miss(time_of(course, 0))

    assert [date.places_taken for date in dates_of(series)] == [0, 2]
    course.refresh_from_db()
    assert course.state == SignUpState.JOINED
    assert taken(series) == 2
    message = Message.objects.get(key__contains=":missed:")
    assert message.subject.startswith("Je komt niet: Fietsles, ")
    assert course.shown_code in message.text
    assert "METHOD:CANCEL" in message.calendar
    assert Message.objects.count() == 2


def test_miss_is_refused_when_the_date_is_over():
    series = course_of(0, 1)
    course = join(series).course

    with time_machine.travel(timezone.now() + timedelta(days=2)), pytest.raises(NotOpen) as refused:
        making_up.miss(time_of(course, 0))

    assert str(refused.value) == "Deze datum is al geweest. Afmelden hoeft niet meer."


def test_who_missed_a_time_comes_another_time_of_a_parallel_course():
    series = course_of(0, 1, capacity=2)
    other = course_of(0, 1, activity=series.activity, capacity=2)
    course = join(series, email="emine@voorbeeld.nl", companions=1).course
    making_up.miss(time_of(course, 0))

    chosen = making_up.make_up(time_of(course, 0), dates_of(other)[1])

    assert (chosen.course, chosen.makes_up) == (course, time_of(course, 0))
    assert names_on(dates_of(other)[1]) == ["Emine"]
    assert dates_of(other)[1].places_taken == 2
    assert making_up.missed(course) == []
    assert taken(series) == 2
    message = Message.objects.get(key__contains=":taken:")
    assert message.subject.startswith("Je komt: Fietsles, ")
    assert course.shown_code in message.text
    assert message.calendar.count("BEGIN:VEVENT") == 1


def test_one_time_missed_is_one_other_time():
    series = course_of(0, 1)
    other = course_of(0, 1, activity=series.activity)
    course = join(series).course
    making_up.miss(time_of(course, 0))
    making_up.make_up(time_of(course, 0), dates_of(other)[0])

    with pytest.raises(CannotMakeUp) as refused:
        making_up.make_up(time_of(course, 0), dates_of(other)[1])
    with pytest.raises(CannotMakeUp):
        making_up.make_up(time_of(course, 1), dates_of(other)[1])

    assert str(refused.value) == "Voor deze keer heb je al een andere datum."
    assert names_on(dates_of(other)[1]) == []


def test_other_time_that_is_taken_back_can_be_chosen_anew():
    series = course_of(0, 1)
    other = course_of(0, 1, activity=series.activity)
    course = join(series).course
    making_up.miss(time_of(course, 0))
    chosen = making_up.make_up(time_of(course, 0), dates_of(other)[0])

    making_up.miss(chosen)
    making_up.make_up(time_of(course, 0), dates_of(other)[1])

    assert [names_on(date) for date in dates_of(other)] == [[], ["Emine"]]
    assert taken(series) == 1


def test_who_was_absent_or_whose_date_was_called_off_missed_it_too():
    series = course_of(0, 1, 2)
    course = join(series).course
    first, second, _third = dates_of(series)
    planning.cancel(second, reason="", by=None)
    with time_machine.travel(first.ends_at + timedelta(minutes=5)):
        SignUp.objects.filter(occurrence=first).update(presence=Presence.ABSENT)

        assert [one.occurrence for one in making_up.missed(course)] == [first, second]


def test_nothing_was_missed_by_who_is_not_in_the_course():
    course = join(course_of(0)).course
    courses.cancel(course)
    course.refresh_from_db()

    assert making_up.missed(course) == []
    with pytest.raises(NotOpen):
        making_up.make_up(time_of(course, 0), OccurrenceFactory())


def test_other_times_have_place_and_are_not_ones_own():
    series = course_of(0, 1, capacity=2)
    other = course_of(-1, 0, 1, 2, activity=series.activity, capacity=2)
    free, full, off = dates_of(other)[1:]
    SignUpFactory(occurrence=full)
    planning.cancel(off, reason="", by=None)
    OccurrenceFactory()
    course = join(series, companions=1).course

    assert list(making_up.other_times(course)) == [free]


def test_make_up_is_refused_without_place_or_on_another_activity():
    series = course_of(0, 1)
    full = date_of(course_of(activity=series.activity), 0, capacity=1)
    SignUpFactory(occurrence=full)
    course = join(series).course
    missed = making_up.miss(time_of(course, 0))

    with pytest.raises(Full):
        making_up.make_up(missed, full)
    with pytest.raises(CannotMakeUp) as refused:
        making_up.make_up(missed, OccurrenceFactory())
    with pytest.raises(AlreadyThere):
        making_up.make_up(missed, dates_of(series)[1])

    assert str(refused.value) == "Kies een datum van dezelfde activiteit."
    assert taken(series) == 1


def test_come_after_all_takes_the_place_again():
    series = course_of(0, 1, capacity=2)
    course = join(series, companions=1).course
    missed = making_up.miss(time_of(course, 0))

    making_up.come_after_all(missed)
    making_up.come_after_all(missed)

    assert [date.places_taken for date in dates_of(series)] == [2, 2]
    assert making_up.missed(course) == []


def test_come_after_all_is_refused_when_somebody_else_has_the_place():
    series = course_of(0, 1, capacity=1)
    other = course_of(0, activity=series.activity)
    course, theirs = join(series).course, join(other, "Gerda").course
    missed = making_up.miss(time_of(course, 0))
    making_up.make_up(making_up.miss(time_of(theirs, 0)), missed.occurrence)

    with pytest.raises(Full):
        making_up.come_after_all(missed)

    assert names_on(missed.occurrence) == ["Gerda"]


def test_come_after_all_is_refused_when_another_time_was_chosen():
    series = course_of(0, 1)
    other = course_of(0, activity=series.activity)
    course = join(series).course
    missed = making_up.miss(time_of(course, 0))
    making_up.make_up(missed, dates_of(other)[0])

    with pytest.raises(CannotMakeUp) as refused:
        making_up.come_after_all(missed)

    assert str(refused.value) == "Je koos al een andere keer. Zeg die eerst af."


def test_leaving_the_course_gives_the_other_time_back_too():
    series = course_of(0, 1)
    other = course_of(0, activity=series.activity)
    course = join(series).course
    making_up.make_up(making_up.miss(time_of(course, 0)), dates_of(other)[0])

    courses.cancel(course)

    assert dates_of(other)[0].places_taken == 0
    assert taken(series) == 0


def test_a_change_of_party_leaves_a_time_that_was_missed_alone():
    series = course_of(0, 1)
    course = join(series).course
    making_up.miss(time_of(course, 0))

    courses.change_party(course, 2)

    assert [date.places_taken for date in dates_of(series)] == [0, 3]
    assert taken(series) == 3


def test_a_date_that_a_guest_of_another_course_filled_keeps_the_queue_waiting():
    series = course_of(0, 1, capacity=1)
    other = course_of(0, activity=series.activity)
    course, theirs = join(series).course, join(other, "Gerda").course
    missed = making_up.miss(time_of(course, 0))
    chosen = making_up.make_up(making_up.miss(time_of(theirs, 0)), missed.occurrence)
    waiting = join(series, "Joop").course

    courses.cancel(course)
    waiting.refresh_from_db()
    assert waiting.is_waiting
    making_up.miss(chosen)
    courses.settle_all()

    waiting.refresh_from_db()
    assert waiting.is_joined
    assert taken(series) == 1


@pytest.mark.django_db(transaction=True)
def test_last_place_on_another_date_goes_to_exactly_one():
    series = course_of(0, 1)
    target = date_of(course_of(activity=series.activity), 0, capacity=1)
    missed = [making_up.miss(time_of(join(series, f"Mens {n}").course, 0)) for n in range(4)]

    results = at_once(*[lambda one=one: making_up.make_up(one, target) for one in missed])

    assert sum(isinstance(result, Full) for result in results) == 3
    target.refresh_from_db()
    assert target.places_taken == 1


@pytest.mark.django_db(transaction=True)
def test_one_time_missed_is_one_other_time_also_at_once():
    series = course_of(0)
    other = course_of(0, 1, 2, activity=series.activity)
    course = join(series).course
    missed = making_up.miss(time_of(course, 0))

    results = at_once(
        *[lambda date=date: making_up.make_up(missed, date) for date in dates_of(other)]
    )

    assert sum(isinstance(result, CannotMakeUp) for result in results) == 2
    assert SignUp.objects.live().filter(makes_up=missed).count() == 1
