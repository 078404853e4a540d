"""Closing a space with uses in it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.venue.factories import SpaceFactory, evening
from tests.venue.wanting import ASTRAY, OVERLAPS, booking_at, count, hall, planner, wanted
from venue import allocating, closing
from venue.closing import Cancel, Decision, Leave, Move, NotDecided
from venue.exceptions import NotNow, Taken, WrongTime
from venue.models import BookingDate, DateState, Hold, Use, UseKind

pytestmark = pytest.mark.django_db

WEEK = (evening(6, 0)[0], evening(13, 0)[0])


def close(space: Any, decisions: dict[Any, Decision], **changes: Any) -> closing.Closing:
    start, end = changes.pop("between", WEEK)
    return closing.close(
        space, start, end, title="Schilderwerk", decisions=decisions, by=planner(), **changes
    )


def test_listed_shows_all_that_shares_a_part() -> None:
    house = hall()
    half = allocating.take(wanted(house.a))
    whole = allocating.take(wanted(house.whole, days=8))
    waits = allocating.take(wanted(house.a), hold=Hold.WAITING)
    allocating.take(wanted(house.b))
    allocating.take(wanted(house.a, days=20))
    allocating.release(allocating.take(wanted(house.a, days=9)))
    assert set(closing.listed(house.a, *WEEK)) == {half, whole, waits}


def test_close_of_an_empty_space_is_one_closure() -> None:
    house = hall()
    done = close(house.a, {})
    closure = Use.objects.get()
    assert (done.closures, done.moved, done.cancelled, done.left) == ((closure,), (), (), ())
    assert (closure.kind, closure.title, closure.starts_at, closure.ends_at) == (
        UseKind.CLOSURE,
        "Schilderwerk",
        *WEEK,
    )
    with pytest.raises(Taken):
        allocating.take(wanted(house.whole))
    allocating.take(wanted(house.b))


def test_close_moves_cancels_and_leaves_as_was_decided() -> None:
    house = hall()
    moved = allocating.take(wanted(house.a, days=7, people=10))
    cancelled = allocating.take(wanted(house.a, days=8))
    left = allocating.take(wanted(house.a, days=9))
    date = BookingDate.objects.create(
        booking=booking_at(house), use=cancelled, original_on=timezone.localdate()
    )
    done = close(house.a, {moved.pk: Move(house.b), cancelled.pk: Cancel(), left.pk: Leave()})
    assert [(use.starts_at, use.ends_at) for use in done.closures] == [
        (WEEK[0], left.starts_at),
        (left.ends_at, WEEK[1]),
    ]
    assert (done.moved, done.cancelled, done.left) == ((moved,), (cancelled,), (left,))
    assert Use.objects.get(pk=moved.pk).space == house.b
    assert Use.objects.get(pk=cancelled.pk).hold == Hold.RELEASED
    assert Use.objects.get(pk=left.pk).hold == Hold.FIRM
    date.refresh_from_db()
    assert (date.state, date.reason) == (DateState.CANCELLED, "Schilderwerk")
    assert count(OVERLAPS) == count(ASTRAY) == 0


def test_close_asks_about_what_came_in_meanwhile() -> None:
    house = hall()
    late = allocating.take(wanted(house.a))
    with pytest.raises(NotDecided, match="Kies eerst wat er gebeurt met 1 afspraak") as refused:
        close(house.a, {})
    assert refused.value.uses == [late]
    assert not Use.objects.filter(kind=UseKind.CLOSURE).exists()


def test_close_is_all_or_nothing() -> None:
    house = hall()
    allocating.take(wanted(house.b))
    cancelled = allocating.take(wanted(house.a, days=8))
    stuck = allocating.take(wanted(house.a, days=7))
    with pytest.raises(Taken, match="Zaal B is dan al bezet"):
        close(house.a, {cancelled.pk: Cancel(), stuck.pk: Move(house.b)})
    assert Use.objects.get(pk=cancelled.pk).hold == Hold.FIRM
    assert not Use.objects.filter(kind=UseKind.CLOSURE).exists()


def test_nothing_moves_to_a_space_that_closes_too() -> None:
    house = hall()
    use = allocating.take(wanted(house.a))
    with pytest.raises(NotNow, match="Grote zaal gaat dan ook dicht"):
        close(house.a, {use.pk: Move(house.whole)})


def test_who_waits_does_not_slip_into_a_space_that_closes() -> None:
    house = hall()
    first = allocating.take(wanted(house.a))
    waits = allocating.take(wanted(house.a), hold=Hold.WAITING)
    done = close(house.a, {first.pk: Cancel(), waits.pk: Leave()})
    assert len(done.closures) == 1
    assert Use.objects.get(pk=waits.pk).hold == Hold.WAITING


def test_option_that_ran_out_needs_no_decision() -> None:
    space = SpaceFactory()
    late = allocating.take(
        wanted(space), hold=Hold.OPTION, held_until=timezone.now() + timedelta(days=1)
    )
    Use.objects.filter(pk=late.pk).update(held_until=timezone.now() - timedelta(days=1))
    assert len(close(space, {}).closures) == 1


@pytest.mark.parametrize("length", [timedelta(0), timedelta(days=-1), timedelta(days=401)])
def test_close_for_a_time_that_cannot_be_is_refused(length: timedelta) -> None:
    with pytest.raises(WrongTime):
        close(SpaceFactory(), {}, between=(WEEK[0], WEEK[0] + length))


def test_reopen_ends_a_closure_now_or_takes_it_away() -> None:
    space = SpaceFactory()
    now = timezone.now()
    (running,) = close(
        space, {}, between=(now - timedelta(hours=2), now + timedelta(days=2))
    ).closures
    (coming,) = close(
        space, {}, between=(now + timedelta(days=3), now + timedelta(days=4))
    ).closures
    assert closing.reopen(running).ends_at < now + timedelta(minutes=1)
    assert closing.reopen(coming).hold == Hold.RELEASED
    assert closing.reopen(coming).hold == Hold.RELEASED
    with pytest.raises(NotNow, match="Dit is geen sluiting"):
        closing.reopen(allocating.take(wanted(space)))
