"""Who came: the newest press counts, a walk-in is put on the list, absent only where a host says so."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from activities import enrolment
from activities.door import checking_in, counting
from activities.door.taps import OLDEST, Tap, moment_of
from activities.exceptions import Full, NotOpen
from activities.models import Occurrence, Presence, SignUp, SignUpState
from lokaal.outbox.models import Message
from tests.activities.factories import (
    ActivityFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)
from tests.parallel import at_once
from venue.models import Building

pytestmark = pytest.mark.django_db

NOON = "2026-11-24T11:00:00Z"


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def date(**fields: Any) -> Occurrence:
    """A date that began an hour ago."""
    return OccurrenceFactory(running=True, **fields)


def ago(seconds: int, **fields: Any) -> Tap:
    return Tap(tapped_at=timezone.now() - timedelta(seconds=seconds), **fields)


def presence_of(sign_up: SignUp) -> str:
    sign_up.refresh_from_db()
    return sign_up.presence


# Marking -----------------------------------------------------------------------------------------


def test_a_press_notes_that_a_party_is_there_with_its_own_time_and_key() -> None:
    sign_up = SignUpFactory(occurrence=date())
    tap = ago(40)

    checking_in.mark(sign_up, Presence.PRESENT, tap)

    assert presence_of(sign_up) == Presence.PRESENT
    assert (sign_up.presence_at, sign_up.presence_key) == (tap.tapped_at, tap.key)


def test_the_newest_press_counts_also_when_an_older_one_arrives_later() -> None:
    sign_up = SignUpFactory(occurrence=date())

    checking_in.mark(sign_up, Presence.UNKNOWN, ago(10))
    checking_in.mark(sign_up, Presence.PRESENT, ago(60))

    assert presence_of(sign_up) == Presence.UNKNOWN


def test_a_press_sent_again_does_not_undo_what_came_after_it() -> None:
    sign_up = SignUpFactory(occurrence=date())
    first = ago(60)

    checking_in.mark(sign_up, Presence.PRESENT, first)
    checking_in.mark(sign_up, Presence.UNKNOWN, ago(30))
    checking_in.mark(sign_up, Presence.PRESENT, first)

    assert presence_of(sign_up) == Presence.UNKNOWN


def test_what_the_same_hand_pressed_next_counts_though_a_slow_connection_made_the_first_look_later() -> (
    None
):
    sign_up = SignUpFactory(occurrence=date())
    slow = ago(1)

    checking_in.mark(sign_up, Presence.PRESENT, slow)
    checking_in.mark(sign_up, Presence.UNKNOWN, ago(3, after=slow.key))

    assert presence_of(sign_up) == Presence.UNKNOWN
    assert (
        sign_up.presence_at == slow.tapped_at
    )  # an older press of another hand still comes too late


def test_a_press_without_a_time_is_of_now_and_can_be_taken_back() -> None:
    sign_up = SignUpFactory(occurrence=date())

    checking_in.mark(sign_up, Presence.PRESENT)
    with time_machine.travel(timezone.now() + timedelta(seconds=1)):
        checking_in.mark(sign_up, Presence.UNKNOWN)

    assert presence_of(sign_up) == Presence.UNKNOWN


def test_how_long_a_press_waited_says_when_it_was_made_whatever_the_clock_of_the_tablet() -> None:
    now = timezone.now()

    assert moment_of(90_000) == now - timedelta(seconds=90)
    assert moment_of(-5_000) == now
    assert moment_of(10**14) == now - OLDEST


@pytest.mark.parametrize(
    ("occurrence", "sentence"),
    [
        ({}, "Dit is pas later. Je kunt nog niet zeggen wie er is."),
        ({"running": True, "cancelled": True}, "Gaat niet door. Er is hier niemand te tellen."),
    ],
)
def test_nobody_is_there_before_the_day_or_when_it_was_called_off(
    occurrence: dict[str, bool], sentence: str
) -> None:
    sign_up = SignUpFactory(occurrence=OccurrenceFactory(**occurrence))

    with pytest.raises(NotOpen) as refusal:
        checking_in.mark(sign_up, Presence.PRESENT)

    assert str(refusal.value) == sentence
    assert presence_of(sign_up) == Presence.UNKNOWN


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (SignUpState.WAITING, "Joop staat niet op de lijst."),
        (SignUpState.OFFERED, "Joop staat niet op de lijst."),
        (SignUpState.CANCELLED, "Joop staat niet meer op de lijst."),
    ],
)
def test_only_who_is_on_the_list_can_be_there(state: SignUpState, sentence: str) -> None:
    now = timezone.now()
    sign_up = SignUpFactory(
        occurrence=date(), name="Joop", state=state, queued_at=now, offered_until=now
    )

    with pytest.raises(NotOpen) as refusal:
        checking_in.mark(sign_up, Presence.PRESENT)

    assert str(refusal.value) == sentence
    assert presence_of(sign_up) == Presence.UNKNOWN


# Who is not on the list --------------------------------------------------------------------------


def test_who_walks_in_is_put_on_the_list_is_there_and_gets_no_message() -> None:
    host = PersonFactory()
    occurrence = date(capacity=2)
    tap = ago(5, by=host)

    sign_up = checking_in.walk_in(occurrence, "Fatma", tap=tap, language="nl")

    occurrence.refresh_from_db()
    assert list(occurrence.sign_ups.values_list("name", "state", "presence", "entered_by")) == [
        ("Fatma", SignUpState.JOINED, Presence.PRESENT, host.pk)
    ]
    assert (occurrence.places_taken, occurrence.heads) == (1, 0)
    assert sign_up.presence == Presence.UNKNOWN or presence_of(sign_up) == Presence.PRESENT
    assert Message.objects.count() == 0


def test_the_same_walk_in_sent_twice_is_one_person() -> None:
    occurrence = date(capacity=1)
    tap = ago(5)

    first = checking_in.walk_in(occurrence, "Fatma", tap=tap, language="nl")
    again = checking_in.walk_in(occurrence, "Fatma", tap=tap, language="nl")

    assert first == again
    assert SignUp.objects.count() == 1


def test_a_walk_in_that_is_sent_again_when_it_is_full_by_then_is_known() -> None:
    occurrence = date(capacity=1)
    tap = ago(5)
    first = checking_in.walk_in(occurrence, "Fatma", tap=tap, language="nl")
    checking_in.mark(first, Presence.UNKNOWN, ago(2))

    assert checking_in.walk_in(occurrence, "Fatma", tap=tap, language="nl") == first
    assert presence_of(first) == Presence.UNKNOWN


def test_two_who_have_the_same_name_are_two_people() -> None:
    occurrence = date(capacity=5)

    checking_in.walk_in(occurrence, "Fatma", tap=ago(5), language="nl")
    checking_in.walk_in(occurrence, "Fatma", tap=ago(4), language="nl")

    occurrence.refresh_from_db()
    assert occurrence.places_taken == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"capacity": 1, "heads": 1}, "Vol. Er is geen plek meer op deze datum."),
        ({"capacity": 5, "waiting": 1}, "Er wachten mensen op een plek. Die gaan voor."),
    ],
)
def test_nobody_walks_past_a_full_list_or_those_who_wait(
    fields: dict[str, int], sentence: str
) -> None:
    occurrence = date(**fields)

    with pytest.raises(Full) as refusal:
        checking_in.walk_in(occurrence, "Fatma", tap=ago(5), language="nl")

    assert str(refusal.value) == sentence
    assert SignUp.objects.count() == 0


def test_nobody_walks_onto_the_list_of_tomorrow() -> None:
    with pytest.raises(NotOpen):
        checking_in.walk_in(OccurrenceFactory(), "Fatma", tap=ago(5), language="nl")

    assert SignUp.objects.count() == 0


# One more ----------------------------------------------------------------------------------------


def test_a_host_counts_one_over_what_fits_and_nobody_else_does() -> None:
    occurrence = date(capacity=1)
    SignUpFactory(occurrence=occurrence)

    with pytest.raises(Full) as refusal:
        counting.count(occurrence, 1, Tap())
    assert str(refusal.value) == "Vol. Vraag het aan de balie."
    counting.count(occurrence, 1, Tap(is_host=True))

    occurrence.refresh_from_db()
    assert (occurrence.heads, occurrence.places_taken) == (1, 1)


def test_not_even_a_host_lets_in_more_than_the_fire_rules_allow() -> None:
    occurrence = date(capacity=2)
    Building.objects.create(centre=occurrence.centre, maximum_people=3)
    SignUpFactory(occurrence=occurrence, companions=1, presence=Presence.PRESENT)
    counting.count(occurrence, 1, Tap(is_host=True))

    with pytest.raises(Full) as refusal:
        counting.count(occurrence, 1, Tap(is_host=True))

    assert str(refusal.value) == (
        "Dan zijn er te veel mensen in huis. Dat mag niet van de brandweer."
    )
    occurrence.refresh_from_db()
    assert occurrence.heads == 1


def test_who_walks_in_and_out_all_day_is_always_counted() -> None:
    occurrence = date(activity=ActivityFactory(drop_in=True), capacity=1)
    Building.objects.create(centre=occurrence.centre, maximum_people=1)

    for _number in range(3):
        counting.count(occurrence, 1, Tap())

    occurrence.refresh_from_db()
    assert occurrence.heads == 3


# Klaar -------------------------------------------------------------------------------------------


def test_absent_is_only_who_the_host_says_was_absent() -> None:
    host = PersonFactory()
    occurrence = date()
    there = SignUpFactory(occurrence=occurrence, presence=Presence.PRESENT)
    unmarked = SignUpFactory(occurrence=occurrence)
    waiting = SignUpFactory(
        occurrence=occurrence, state=SignUpState.WAITING, queued_at=timezone.now()
    )

    assert checking_in.close_list(occurrence, rest_was_absent=False, by=host) == 0
    assert presence_of(unmarked) == Presence.UNKNOWN

    assert checking_in.close_list(occurrence, rest_was_absent=True, by=PersonFactory()) == 1
    assert [presence_of(one) for one in (there, unmarked, waiting)] == [
        Presence.PRESENT,
        Presence.ABSENT,
        Presence.UNKNOWN,
    ]
    occurrence.refresh_from_db()
    assert (occurrence.list_closed_at, occurrence.list_closed_by) == (timezone.now(), host)


def test_who_comes_after_the_list_was_done_is_there_after_all() -> None:
    occurrence = date()
    late = SignUpFactory(occurrence=occurrence)
    checking_in.close_list(occurrence, rest_was_absent=True, by=PersonFactory())

    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        checking_in.mark(late, Presence.PRESENT)

    assert presence_of(late) == Presence.PRESENT


def test_a_list_is_not_done_before_it_begins() -> None:
    occurrence = OccurrenceFactory(starts_at=timezone.now() + timedelta(minutes=5))

    with pytest.raises(NotOpen) as refusal:
        checking_in.close_list(occurrence, rest_was_absent=True, by=PersonFactory())

    assert str(refusal.value) == "Het is nog niet begonnen. Misschien komen ze nog."


def test_absent_changes_nothing_else() -> None:
    occurrence = date(capacity=3)
    sign_up = SignUpFactory(occurrence=occurrence)

    checking_in.close_list(occurrence, rest_was_absent=True, by=PersonFactory())

    sign_up.refresh_from_db()
    occurrence.refresh_from_db()
    assert (sign_up.state, occurrence.places_taken) == (SignUpState.JOINED, 1)
    again = OccurrenceFactory(activity=occurrence.activity)
    assert enrolment.join(again, name=sign_up.name, language="nl").is_new


# Two at once -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_same_walk_in_twice_at_once_is_one_person() -> None:
    occurrence = date(capacity=5)
    tap = ago(5)

    def press() -> SignUp:
        return checking_in.walk_in(occurrence, "Fatma", tap=tap, language="nl")

    pressed = at_once(press, press)

    assert pressed[0] == pressed[1]
    occurrence.refresh_from_db()
    assert (SignUp.objects.count(), occurrence.places_taken) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_tablets_and_one_chair_let_one_in() -> None:
    occurrence = date(capacity=1)

    def press(name: str) -> Any:
        return lambda: checking_in.walk_in(occurrence, name, tap=Tap(key=uuid4()), language="nl")

    pressed = at_once(press("Fatma"), press("Joop"))

    assert sorted(type(one).__name__ for one in pressed) == ["Full", "SignUp"]
    occurrence.refresh_from_db()
    assert occurrence.places_taken == 1
