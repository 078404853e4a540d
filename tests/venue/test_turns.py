"""Whose turn it is to write in a house."""

from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from psycopg import errors

from tests.parallel import at_once
from tests.venue.factories import SpaceFactory
from tests.venue.wanting import ASTRAY, OVERLAPS, count, wanted
from venue import allocating
from venue.models import Use
from venue.turns import retried, take_turn_of

#: Well over what a turn takes, well under what a test may take.
WHILE = 0.3


def deadlock() -> OperationalError:
    error = OperationalError("deadlock detected")
    error.__cause__ = errors.DeadlockDetected()
    return error


def failing(*problems: Exception | None) -> tuple[Any, list[int]]:
    """An action that raises the problems one by one, and the calls it got."""
    calls: list[int] = []

    @retried
    def action() -> str:
        problem = problems[len(calls)]
        calls.append(1)
        if problem:
            raise problem
        return "done"

    return action, calls


@pytest.mark.django_db(transaction=True)
def test_deadlock_is_tried_once_more_where_the_action_owns_the_transaction() -> None:
    action, calls = failing(deadlock(), None)
    assert (action(), len(calls)) == ("done", 2)
    action, calls = failing(deadlock(), deadlock(), None)
    with pytest.raises(OperationalError, match="deadlock"):
        action()
    assert len(calls) == 2


@pytest.mark.django_db
def test_deadlock_within_another_transaction_is_for_its_owner() -> None:
    action, calls = failing(deadlock(), None)
    with pytest.raises(OperationalError, match="deadlock"):
        action()
    assert len(calls) == 1


@pytest.mark.django_db(transaction=True)
def test_other_trouble_is_not_tried_again() -> None:
    action, calls = failing(OperationalError("server closed the connection"), None)
    with pytest.raises(OperationalError, match="server closed"):
        action()
    assert len(calls) == 1


@pytest.mark.django_db(transaction=True)
def test_writers_of_one_house_wait_for_each_other_and_of_two_do_not() -> None:
    here, there = SpaceFactory(), SpaceFactory()
    has_turn, may_end, order = Event(), Event(), []

    def long() -> None:
        with transaction.atomic():
            take_turn_of([here.centre_id])
            has_turn.set()
            may_end.wait(10)
            order.append("long")

    def same_house() -> None:
        has_turn.wait(10)
        allocating.take(wanted(here))
        order.append("same house")

    def other_house() -> None:
        has_turn.wait(10)
        allocating.take(wanted(there))
        order.append("other house")
        may_end.wait(WHILE)  # the writer of the same house would have been done by now
        may_end.set()

    assert at_once(long, same_house, other_house) == [None] * 3
    assert order == ["other house", "long", "same house"]


@pytest.mark.django_db(transaction=True)
def test_use_that_goes_to_another_house_is_followed() -> None:
    spaces = SpaceFactory.create_batch(3)
    use = allocating.take(wanted(spaces[0]))
    later = use.ends_at + timedelta(hours=1)
    results = at_once(
        *[lambda space=space: allocating.change(use, space=space) for space in spaces],
        lambda: allocating.change(use, people=7),
        lambda: allocating.change(use, ends_at=later),
    )
    assert [type(one) for one in results] == [Use] * 5
    found = Use.objects.get()
    assert (found.people, found.ends_at) == (7, later)
    assert count(OVERLAPS) == count(ASTRAY) == 0
    assert not connection.in_atomic_block
