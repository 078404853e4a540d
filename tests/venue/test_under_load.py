"""Thirty-two people at once: nothing is used twice, nobody is forgotten, nobody sees a deadlock."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from lokaal.exceptions import Refusal
from tests.centres.factories import CentreFactory
from tests.parallel import at_once
from tests.venue.factories import (
    BuildingFactory,
    EquipmentFactory,
    PartFactory,
    SpaceFactory,
    evening,
)
from tests.venue.wanting import ASTRAY, OVERLAPS, count, hall, wanted
from venue import allocating, dividing, options
from venue.models import Equipment, EquipmentUse, Hold, Part, Space, Use, UseKind

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 32
ACTIONS = 12

#: The most people in a house at one moment, and the most of one thing in use, counted from the uses alone.
FULLEST = """
SELECT coalesce(max(crowd), 0) FROM (
    SELECT (SELECT sum(o.people + o.staff) FROM venue_use o WHERE o.hold IN ('firm', 'option')
        AND o.centre_id = u.centre_id AND o.starts_at <= u.starts_at AND o.ends_at > u.starts_at) AS crowd
    FROM venue_use u WHERE u.hold IN ('firm', 'option')) moments
"""
MOST_IN_USE = """
SELECT coalesce(max(taken), 0) FROM (
    SELECT (SELECT sum(o.count) FROM venue_equipmentuse o WHERE o.blocking AND o.equipment_id = e.equipment_id
        AND lower(o.during) <= lower(e.during) AND upper(o.during) > lower(e.during)) AS taken
    FROM venue_equipmentuse e WHERE e.blocking) moments
"""


class Client:
    """Somebody who does a dozen random things, and remembers what became of each."""

    def __init__(self, seed: int, spaces: list[Space], things: list[Equipment]) -> None:
        self.chance = random.Random(seed)
        self.spaces = spaces
        self.things = things
        self.mine: list[Use] = []
        self.outcomes: Counter[str] = Counter()

    def live(self) -> "Client":
        for _ in range(ACTIONS):
            action = self.chance.choice(
                [self.book, self.book, self.book_several, self.move, self.other_room, self.swap,
                 self.cancel, self.option, self.confirm, options.lapse_all]
            )  # fmt: skip
            try:
                done = action()
            except Refusal:
                self.outcomes["refused"] += 1
            else:
                self.outcomes["done" if done is not None else "nothing to do"] += 1
        return self

    def time(self) -> tuple[datetime, datetime]:
        start = evening(self.chance.randint(7, 8), 9)[0]
        start += timedelta(minutes=15 * self.chance.randint(0, 40))
        return start, start + timedelta(minutes=15 * self.chance.randint(1, 12))

    def want(self, space: Space | None = None) -> allocating.Wanted:
        start, end = self.time()
        space = space or self.chance.choice(self.spaces)
        thing = next(one for one in self.things if one.centre_id == space.centre_id)
        return wanted(
            space,
            kind=UseKind.ACTIVITY,
            starts_at=start,
            ends_at=end,
            people=self.chance.randint(0, 12),
            equipment={thing.pk: self.chance.randint(0, 2)},
        )

    def book(self) -> Use:
        self.mine.append(allocating.take(self.want()))
        return self.mine[-1]

    def book_several(self) -> list[Use]:
        outcomes = allocating.take_each([self.want() for _ in range(4)])
        assert all((one.use is None) != (one.refusal is None) for one in outcomes)
        self.mine += [one.use for one in outcomes if one.use]
        return self.mine

    def option(self) -> Use:
        until = timezone.now() + timedelta(milliseconds=self.chance.randint(0, 200))
        hold = self.chance.choice([Hold.OPTION, Hold.WAITING])
        self.mine.append(allocating.take(self.want(), hold=hold, held_until=until))
        return self.mine[-1]

    def one_of_mine(self) -> Use | None:
        return self.chance.choice(self.mine) if self.mine else None

    def move(self) -> Use | None:
        use = self.one_of_mine()
        start, end = self.time()
        return use and allocating.change(use, starts_at=start, ends_at=end)

    def other_room(self) -> Use | None:
        use = self.one_of_mine()
        return use and allocating.change(use, space=self.chance.choice(self.spaces), people=1)

    def swap(self) -> object:
        if len(self.mine) < 2:
            return None
        return allocating.swap(*self.chance.sample(self.mine, 2))

    def cancel(self) -> Use | None:
        use = self.one_of_mine()
        return use and allocating.release(use)

    def confirm(self) -> object:
        use = self.one_of_mine()
        return use and allocating.hold_each([use], Hold.FIRM, only_from=[Hold.OPTION])


def two_houses() -> list[Space]:
    """Two houses, each with a hall in halves, two rooms with set-up time, and a space over three parts."""
    spaces = []
    for _ in range(2):
        house = hall()
        BuildingFactory(centre=house.centre, maximum_people=40)
        EquipmentFactory(centre=house.centre, stock=3)
        c, d = PartFactory(centre=house.centre), PartFactory(centre=house.centre)
        spaces += [
            house.a,
            house.b,
            house.whole,
            SpaceFactory(centre=house.centre, parts=[c], before_minutes=15, after_minutes=15),
            SpaceFactory(centre=house.centre, parts=[d], after_minutes=30),
            SpaceFactory(centre=house.centre, parts=[*house.b.parts.all(), c, d]),
        ]
    return spaces


def test_nothing_is_used_twice_and_nobody_is_forgotten() -> None:
    spaces = two_houses()
    things = list(Equipment.objects.all())
    clients = [Client(seed, spaces, things) for seed in range(CLIENTS)]
    results = at_once(*[client.live for client in clients])
    # Every call ended in a use or in a sentence: at_once would show a deadlock or any other exception here.
    assert [one for one in results if isinstance(one, BaseException)] == []
    assert sum(sum(client.outcomes.values()) for client in clients) == CLIENTS * ACTIONS
    assert sum(client.outcomes["done"] for client in clients) > CLIENTS
    assert sum(client.outcomes["refused"] for client in clients) > CLIENTS
    assert count(OVERLAPS) == 0
    assert count(ASTRAY) == 0
    assert count(FULLEST) <= 40
    assert count(MOST_IN_USE) <= 3
    kept = {use.pk for client in clients for use in client.mine}
    assert kept == set(Use.objects.values_list("pk", flat=True))


def test_house_ends_exactly_full() -> None:
    centre = CentreFactory()
    BuildingFactory(centre=centre, maximum_people=20)
    spaces = SpaceFactory.create_batch(CLIENTS, centre=centre)
    results = at_once(
        *[lambda space=space: allocating.take(wanted(space, people=1)) for space in spaces]
    )
    assert Counter(type(one).__name__ for one in results) == {"Use": 20, "HouseFull": 12}
    assert count(FULLEST) == 20


def test_stock_ends_exactly_used_up() -> None:
    centre = CentreFactory()
    beamer = EquipmentFactory(centre=centre, stock=9)
    spaces = SpaceFactory.create_batch(CLIENTS, centre=centre)
    results = at_once(
        *[
            lambda space=space: allocating.take(wanted(space, equipment={beamer.pk: 1}))
            for space in spaces
        ]
    )
    assert Counter(type(one).__name__ for one in results) == {"Use": 9, "OutOfStock": 23}
    assert EquipmentUse.objects.filter(blocking=True).count() == 9


def test_swaps_between_houses_in_every_order_never_lock_each_other_out() -> None:
    spaces = SpaceFactory.create_batch(4)
    uses = [allocating.take(wanted(space, people=2)) for space in spaces]
    pairs = [(one, other) for one in uses for other in uses if one != other]
    swaps: list[Callable[[], Any]] = [lambda p=pair: allocating.swap(*p) for pair in pairs]
    results = at_once(*swaps)
    assert [str(one) for one in results if not isinstance(one, tuple)] == []
    assert set(Use.objects.values_list("space", flat=True)) == {space.pk for space in spaces}
    assert count(OVERLAPS) == count(ASTRAY) == 0


def test_series_booked_by_all_at_once_each_get_a_date_or_a_reason() -> None:
    space = SpaceFactory()
    days = list(range(7, 19))
    results: list[list[allocating.Outcome]] = at_once(
        *[
            lambda n=n: allocating.take_each(
                [wanted(space, days=day) for day in (days[n:] + days[:n])]
            )
            for n in range(8)
        ]
    )
    outcomes = [one for result in results for one in result]
    assert len(outcomes) == 8 * len(days)
    assert sum(one.use is not None for one in outcomes) == len(days) == Use.objects.count()
    assert {str(one.refusal) for one in outcomes if one.refusal} == {
        f"{space.name} is dan al bezet."
    }


def test_room_is_divided_while_it_is_booked() -> None:
    house = hall()
    both = list(Part.objects.filter(centre=house.centre))
    actions: list[Callable[[], Any]] = [
        lambda day=day, space=space: allocating.take(wanted(space, days=day))
        for day in range(7, 15)
        for space in (house.a, house.b)
    ]
    results = at_once(*actions, *[lambda: dividing.set_parts(house.a, both)] * 4)
    assert not [
        one for one in results if isinstance(one, Exception) and not isinstance(one, Refusal)
    ]
    assert count(OVERLAPS) == count(ASTRAY) == 0
