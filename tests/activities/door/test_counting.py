"""Heads: a press is never lost and never counted twice, on however many tablets."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from activities.door import counting
from activities.door.taps import Tap
from activities.exceptions import NotOpen
from activities.models import HeadTap, Occurrence
from tests.activities.factories import ActivityFactory, OccurrenceFactory, PersonFactory
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


def drop_in(**fields: Any) -> Occurrence:
    return OccurrenceFactory(activity=ActivityFactory(drop_in=True), running=True, **fields)


def test_each_press_is_a_row_and_their_sum_stands_on_the_date() -> None:
    host = PersonFactory()
    occurrence = drop_in()
    tapped_at = timezone.now() - timedelta(seconds=50)

    counting.count(occurrence, 1, Tap(by=host, tapped_at=tapped_at))
    counting.count(occurrence, 1, Tap())
    counted = counting.count(occurrence, -1, Tap())

    assert counted.heads == 1
    occurrence.refresh_from_db()
    assert occurrence.heads == 1
    assert list(occurrence.head_taps.order_by("id").values_list("change", "by")) == [
        (1, host.pk),
        (1, None),
        (-1, None),
    ]
    assert occurrence.head_taps.get(by=host).tapped_at == tapped_at


def test_a_press_sent_twice_counts_once() -> None:
    occurrence = drop_in()
    tap = Tap()

    counting.count(occurrence, 1, tap)
    counting.count(occurrence, 1, tap)

    occurrence.refresh_from_db()
    assert (occurrence.heads, HeadTap.objects.count()) == (1, 1)


def test_there_is_never_less_than_nobody() -> None:
    occurrence = drop_in()

    with pytest.raises(NotOpen) as refusal:
        counting.count(occurrence, -1, Tap())

    assert str(refusal.value) == "Er is nog niemand geteld."
    assert HeadTap.objects.count() == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        Occurrence.objects.filter(pk=occurrence.pk).update(heads=-1)


def test_nobody_is_counted_on_another_day() -> None:
    occurrence = OccurrenceFactory(activity=ActivityFactory(drop_in=True))

    with pytest.raises(NotOpen):
        counting.count(occurrence, 1, Tap())

    assert HeadTap.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_tablets_at_once_never_lose_a_press() -> None:
    occurrence = drop_in()

    def press_five_times() -> None:
        for _number in range(5):
            counting.count(occurrence, 1, Tap())

    assert at_once(*[press_five_times] * 4) == [None] * 4

    occurrence.refresh_from_db()
    assert (occurrence.heads, HeadTap.objects.count()) == (20, 20)


@pytest.mark.django_db(transaction=True)
def test_the_same_press_twice_at_once_counts_once() -> None:
    occurrence = drop_in()
    tap = Tap()

    def press() -> int:
        return counting.count(occurrence, 1, tap).heads

    assert at_once(press, press) == [1, 1]
    assert HeadTap.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_head_taken_back_by_two_at_once_goes_once() -> None:
    occurrence = drop_in()
    counting.count(occurrence, 1, Tap())

    def take_back() -> int:
        return counting.count(occurrence, -1, Tap()).heads

    taken = at_once(take_back, take_back)

    assert sorted(type(one).__name__ for one in taken) == ["NotOpen", "int"]
    occurrence.refresh_from_db()
    assert occurrence.heads == 0
