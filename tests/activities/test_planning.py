from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from activities import planning
from activities.exceptions import BelowTaken, WrongTime
from activities.models import Occurrence, OccurrenceState
from lokaal.outbox.models import Message, MessageState
from tests.activities.factories import (
    ActivityFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)
from tests.parallel import at_once

pytestmark = pytest.mark.django_db

TUESDAY = datetime(2030, 11, 26, 12, 30, tzinfo=UTC)
TWO_HOURS = timedelta(hours=2)


def told() -> dict[str, list[str]]:
    """Who got which subjects."""
    heard: dict[str, list[str]] = {}
    for message in Message.objects.order_by("created_at", "id"):
        heard.setdefault(message.to_name, []).append(message.subject)
    return heard


def test_plan_adds_a_date_at_the_centre_of_the_activity():
    activity = ActivityFactory(default_capacity=12)

    made = planning.plan(activity, starts_at=TUESDAY, ends_at=TUESDAY + TWO_HOURS, room="Atelier")

    row = Occurrence.objects.get()
    assert row == made
    assert (row.activity, row.centre, row.room) == (activity, activity.centre, "Atelier")
    assert (row.starts_at, row.ends_at) == (TUESDAY, TUESDAY + TWO_HOURS)
    assert row.original_starts_at == TUESDAY
    assert (row.capacity, row.places_taken, row.sequence) == (12, 0, 0)
    assert row.state == OccurrenceState.PLANNED


@pytest.mark.parametrize("capacity", [None, 3])
def test_plan_takes_the_capacity_that_is_given(capacity):
    activity = ActivityFactory(default_capacity=12)

    made = planning.plan(
        activity, starts_at=TUESDAY, ends_at=TUESDAY + TWO_HOURS, capacity=capacity
    )

    assert made.capacity == capacity


@pytest.mark.parametrize("length", [timedelta(0), timedelta(hours=-1)])
def test_plan_refuses_an_end_before_the_start(length):
    with pytest.raises(WrongTime) as refused:
        planning.plan(ActivityFactory(), starts_at=TUESDAY, ends_at=TUESDAY + length)

    assert str(refused.value) == "Het einde ligt voor het begin. Kies een latere tijd."
    assert not Occurrence.objects.exists()


def test_plan_refuses_more_than_31_days():
    activity = ActivityFactory()
    planning.plan(activity, starts_at=TUESDAY, ends_at=TUESDAY + timedelta(days=31))

    with pytest.raises(WrongTime) as refused:
        planning.plan(activity, starts_at=TUESDAY, ends_at=TUESDAY + timedelta(days=31, minutes=1))

    assert str(refused.value) == "Een datum duurt hoogstens 31 dagen. Maak er meer datums van."
    assert Occurrence.objects.count() == 1


def test_move_keeps_the_original_date_and_tells_who_is_on_the_list():
    host = PersonFactory()
    occurrence = OccurrenceFactory(activity__title="Naaicafé", starts_at=TUESDAY)
    SignUpFactory(occurrence=occurrence, name="Emine", email="emine@voorbeeld.nl")
    SignUpFactory(occurrence=occurrence, name="Weg", email="weg@voorbeeld.nl", cancelled=True)

    planning.move(
        occurrence,
        starts_at=TUESDAY + timedelta(days=1),
        ends_at=TUESDAY + timedelta(days=1, hours=2),
        by=host,
    )

    occurrence.refresh_from_db()
    assert occurrence.starts_at == TUESDAY + timedelta(days=1)
    assert occurrence.original_starts_at == TUESDAY
    assert (occurrence.sequence, occurrence.changed_by) == (1, host)
    assert told() == {"Emine": ["Nieuwe tijd: Naaicafé, woensdag 27 november 2030"]}
    message = Message.objects.get()
    assert "Het was: dinsdag 26 november 2030, 13.30 uur." in message.text
    assert "DTSTART;TZID=Europe/Amsterdam:20301127T133000" in message.calendar


def test_move_twice_to_the_same_time_tells_once():
    occurrence = OccurrenceFactory(starts_at=TUESDAY)
    SignUpFactory(occurrence=occurrence, email="emine@voorbeeld.nl")
    times = {"starts_at": TUESDAY + TWO_HOURS, "ends_at": TUESDAY + 2 * TWO_HOURS}

    planning.move(occurrence, **times, by=None)
    planning.move(occurrence, **times, by=None)

    assert Occurrence.objects.get().sequence == 1
    assert Message.objects.count() == 1


def test_move_and_back_tells_twice():
    occurrence = OccurrenceFactory(activity__title="Naaicafé", starts_at=TUESDAY)
    SignUpFactory(occurrence=occurrence, name="Emine", email="emine@voorbeeld.nl")

    planning.move(
        occurrence, starts_at=TUESDAY + TWO_HOURS, ends_at=TUESDAY + 2 * TWO_HOURS, by=None
    )
    planning.move(occurrence, starts_at=TUESDAY, ends_at=TUESDAY + TWO_HOURS, by=None)

    assert told() == {"Emine": ["Nieuwe tijd: Naaicafé, dinsdag 26 november 2030"] * 2}


def test_move_refuses_an_end_before_the_start_and_changes_nothing():
    occurrence = OccurrenceFactory(starts_at=TUESDAY)

    with pytest.raises(WrongTime):
        planning.move(occurrence, starts_at=TUESDAY + TWO_HOURS, ends_at=TUESDAY, by=None)

    occurrence.refresh_from_db()
    assert (occurrence.starts_at, occurrence.sequence) == (TUESDAY, 0)


def test_move_of_a_date_in_the_past_tells_nobody():
    occurrence = OccurrenceFactory(over=True)
    SignUpFactory(occurrence=occurrence, email="emine@voorbeeld.nl")

    planning.move(
        occurrence,
        starts_at=occurrence.starts_at - TWO_HOURS,
        ends_at=occurrence.starts_at,
        by=None,
    )

    assert not Message.objects.exists()


def test_change_writes_what_is_particular_about_a_date():
    host = PersonFactory()
    occurrence = OccurrenceFactory(capacity=10)

    planning.change(
        occurrence, room="Grote zaal", capacity=20, note="Neem een jas mee.", title="Feest", by=host
    )

    row = Occurrence.objects.get()
    assert (row.room, row.capacity, row.note, row.title) == (
        "Grote zaal",
        20,
        "Neem een jas mee.",
        "Feest",
    )
    assert (row.sequence, row.changed_by) == (1, host)
    assert (occurrence.room, occurrence.sequence) == ("Grote zaal", 1)


def test_change_refuses_fewer_places_than_are_taken():
    occurrence = OccurrenceFactory(capacity=10)
    SignUpFactory(occurrence=occurrence, companions=2)

    with pytest.raises(BelowTaken) as refused:
        planning.change(occurrence, room="", capacity=2, note="", title="", by=None)

    assert str(refused.value) == "Er staan al 3 mensen op de lijst. Minder plekken kan niet."
    assert Occurrence.objects.get().capacity == 10


def test_change_may_bring_the_places_down_to_those_taken_and_take_the_limit_away():
    occurrence = OccurrenceFactory(capacity=10)
    SignUpFactory(occurrence=occurrence, companions=2)

    planning.change(occurrence, room="", capacity=3, note="", title="", by=None)
    assert Occurrence.objects.get().capacity == 3
    planning.change(occurrence, room="", capacity=None, note="", title="", by=None)
    assert Occurrence.objects.get().capacity is None


def test_change_without_a_difference_writes_nothing():
    occurrence = OccurrenceFactory(capacity=10)

    planning.change(occurrence, room="", capacity=10, note="", title="", by=PersonFactory())

    row = Occurrence.objects.get()
    assert (row.sequence, row.changed_by) == (0, None)


def test_cancel_tells_everyone_on_the_list_once():
    host = PersonFactory()
    occurrence = OccurrenceFactory(activity__title="Naaicafé", starts_at=TUESDAY)
    SignUpFactory(occurrence=occurrence, name="Emine", email="emine@voorbeeld.nl")
    SignUpFactory(occurrence=occurrence, name="Gerda")
    SignUpFactory(occurrence=occurrence, name="Weg", email="weg@voorbeeld.nl", cancelled=True)

    planning.cancel(occurrence, reason="Emine is dan weg.", by=host)
    planning.cancel(occurrence, reason="Nog een keer.", by=host)

    row = Occurrence.objects.get()
    assert (row.state, row.cancel_reason) == (OccurrenceState.CANCELLED, "Emine is dan weg.")
    assert (row.sequence, row.changed_by, row.places_taken) == (1, host, 2)
    subject = "Gaat niet door: Naaicafé, dinsdag 26 november 2030"
    assert told() == {"Emine": [subject], "Gerda": [subject]}
    by_mail = Message.objects.get(to_name="Emine")
    assert "Emine is dan weg." in by_mail.text
    assert "METHOD:CANCEL" in by_mail.calendar
    on_paper = Message.objects.get(to_name="Gerda")
    assert (on_paper.state, on_paper.centre) == (MessageState.TO_PRINT, occurrence.centre)


def test_cancel_of_a_date_in_the_past_tells_nobody():
    occurrence = OccurrenceFactory(over=True)
    SignUpFactory(occurrence=occurrence, email="emine@voorbeeld.nl")

    planning.cancel(occurrence, reason="", by=None)

    assert Occurrence.objects.get().is_cancelled
    assert not Message.objects.exists()


def test_reinstate_tells_everyone_and_a_second_cancellation_too():
    occurrence = OccurrenceFactory(activity__title="Naaicafé", starts_at=TUESDAY)
    SignUpFactory(occurrence=occurrence, name="Emine", email="emine@voorbeeld.nl")

    planning.cancel(occurrence, reason="Ziek.", by=None)
    planning.reinstate(occurrence, by=None)
    planning.reinstate(occurrence, by=None)

    row = Occurrence.objects.get()
    assert (row.state, row.cancel_reason, row.cancelled_at) == (OccurrenceState.PLANNED, "", None)
    planning.cancel(occurrence, reason="Weer ziek.", by=None)
    day = "dinsdag 26 november 2030"
    assert told() == {
        "Emine": [
            f"Gaat niet door: Naaicafé, {day}",
            f"Gaat toch door: Naaicafé, {day}",
            f"Gaat niet door: Naaicafé, {day}",
        ]
    }


@pytest.mark.django_db(transaction=True)
def test_two_cancel_at_the_same_moment_and_one_message_goes_out():
    occurrence = OccurrenceFactory()
    SignUpFactory(occurrence=occurrence, email="emine@voorbeeld.nl")

    results = at_once(
        *[lambda n=n: planning.cancel(occurrence, reason=f"Reden {n}", by=None) for n in range(8)]
    )

    row = Occurrence.objects.get()
    assert {result.cancel_reason for result in results} == {row.cancel_reason}
    assert row.sequence == 1
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_room_and_time_changed_at_the_same_moment_both_stay():
    OccurrenceFactory(starts_at=TUESDAY, capacity=10)
    later = {"starts_at": TUESDAY + TWO_HOURS, "ends_at": TUESDAY + 2 * TWO_HOURS}

    at_once(
        *[
            lambda: planning.move(Occurrence.objects.get(), **later, by=None),
            lambda: planning.change(
                Occurrence.objects.get(), room="Tuin", capacity=10, note="", title="", by=None
            ),
        ]
    )

    row = Occurrence.objects.get()
    assert (row.starts_at, row.room, row.sequence) == (TUESDAY + TWO_HOURS, "Tuin", 2)


def test_all_day_date_can_be_moved_to_times():
    day = timezone.now().replace(hour=23, minute=0, second=0, microsecond=0) + timedelta(days=3)
    occurrence = OccurrenceFactory(starts_at=day, ends_at=day + timedelta(days=1), is_all_day=True)

    planning.move(
        occurrence,
        starts_at=day + TWO_HOURS,
        ends_at=day + 2 * TWO_HOURS,
        is_all_day=False,
        by=None,
    )

    assert Occurrence.objects.get().is_all_day is False
