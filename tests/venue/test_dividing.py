"""Of what a space is made, and what is planned in it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.parallel import at_once
from tests.venue.factories import EquipmentFactory, PartFactory, SpaceFactory
from tests.venue.wanting import ASTRAY, OVERLAPS, count, hall, wanted
from venue import allocating, dividing
from venue.dividing import Clash, Clashes
from venue.exceptions import NotNow, Taken
from venue.models import Allocation, Hold, Part, Space, Use

pytestmark = pytest.mark.django_db


def parts_of(use: Use) -> set[str]:
    return set(use.allocations.values_list("part__name", flat=True))


def test_set_parts_rewrites_what_is_planned() -> None:
    house = hall()
    stage = PartFactory(centre=house.centre, name="Podium")
    house.a.before_minutes = 15
    house.a.save()
    use = allocating.take(wanted(house.a))
    asked = allocating.take(wanted(house.a), hold=Hold.REQUESTED)
    dividing.set_parts(house.a, [stage, *house.a.parts.all()])
    assert parts_of(use) == parts_of(asked) == {"A", "Podium"}
    assert use.allocations.count() == 4
    dividing.set_parts(house.a, [stage])
    assert set(house.a.parts.all()) == {stage}
    assert parts_of(use) == {"Podium"}
    allocating.take(wanted(house.whole))
    assert count(OVERLAPS) == count(ASTRAY) == 0


def test_set_parts_that_would_make_uses_meet_changes_nothing_and_says_which() -> None:
    house = hall()
    in_a = [allocating.take(wanted(house.a, days=days)) for days in (7, 8, 9)]
    in_b = [allocating.take(wanted(house.b, days=days)) for days in (7, 9)]
    with pytest.raises(Clashes) as refused:
        dividing.set_parts(house.a, Part.objects.filter(centre=house.centre))
    assert refused.value.clashes == (Clash(in_a[0], in_b[0]), Clash(in_a[2], in_b[1]))
    assert str(refused.value).startswith(
        "Dat kan niet. 2 afspraken botsen dan met andere. De eerste: Koor,"
    )
    assert [part.name for part in house.a.parts.all()] == ["A"]
    assert {frozenset(parts_of(use)) for use in in_a} == {frozenset("A")}


def test_set_parts_leaves_the_past() -> None:
    house = hall()
    start = timezone.now() - timedelta(days=2)
    past = allocating.take(wanted(house.a, starts_at=start, ends_at=start + timedelta(hours=1)))
    stage = PartFactory(centre=house.centre, name="Podium")
    dividing.set_parts(house.a, [stage])
    assert parts_of(past) == {"A"}


def test_set_parts_forgets_options_that_ran_out() -> None:
    house = hall()
    until = timezone.now() + timedelta(days=1)
    late = allocating.take(wanted(house.b), hold=Hold.OPTION, held_until=until)
    allocating.take(wanted(house.a))
    Use.objects.filter(pk=late.pk).update(held_until=timezone.now() - timedelta(days=1))
    dividing.set_parts(house.a, Part.objects.filter(centre=house.centre))
    assert count(OVERLAPS) == 0


@pytest.mark.parametrize("parts", [[], ["foreign"]])
def test_set_parts_to_none_or_of_another_house_is_refused(parts: list[str]) -> None:
    house = hall()
    with pytest.raises(NotNow):
        dividing.set_parts(house.a, [PartFactory() for _ in parts])
    assert house.a.parts.count() == 1


def test_divide_cuts_a_part_in_every_space_and_every_use() -> None:
    house = hall()
    uses = [allocating.take(wanted(house.a)), allocating.take(wanted(house.whole, days=8))]
    part = Part.objects.get(name="A")
    pieces = dividing.divide(part, ["A voor", "A achter"])
    assert [piece.name for piece in pieces] == ["A voor", "A achter"]
    assert [parts_of(use) for use in uses] == [{"A voor", "A achter"}, {"A voor", "A achter", "B"}]
    front = SpaceFactory(centre=house.centre, parts=pieces[:1])
    with pytest.raises(Taken):
        allocating.take(wanted(front))
    allocating.take(wanted(front, days=9))
    with pytest.raises(Taken):
        allocating.take(wanted(house.whole, days=9))
    assert count(OVERLAPS) == count(ASTRAY) == 0


def test_divide_may_keep_the_part_as_one_of_the_pieces() -> None:
    house = hall()
    use = allocating.take(wanted(house.a))
    part = Part.objects.get(name="A")
    assert dividing.divide(part, ["A", "Nis"])[0] == part
    assert parts_of(use) == {"A", "Nis"}


@pytest.mark.parametrize("names", [[], ["A"], ["X", "X"], ["X", " "], ["X", "B"], ["X", "Y" * 200]])
def test_divide_into_what_is_no_division_is_refused(names: list[str]) -> None:
    house = hall()
    with pytest.raises(NotNow):
        dividing.divide(house.a.parts.get(), names)
    assert set(Part.objects.values_list("name", flat=True)) == {"A", "B"}


def test_divide_of_unique_equipment_is_refused() -> None:
    part = PartFactory()
    EquipmentFactory(centre=part.centre, part=part)
    with pytest.raises(NotNow):
        dividing.divide(part, ["X", "Y"])


@pytest.mark.django_db(transaction=True)
def test_dividing_and_booking_at_the_same_moment_never_meet() -> None:
    house = hall()
    both = list(Part.objects.filter(centre=house.centre))
    results: list[Any] = at_once(
        lambda: dividing.set_parts(house.a, both),
        lambda: allocating.take(wanted(house.a)),
        lambda: allocating.take(wanted(house.b)),
        lambda: dividing.set_parts(house.b, both),
    )
    assert {type(one) for one in results} <= {Space, Use, Taken, Clashes}
    assert count(OVERLAPS) == count(ASTRAY) == 0
    assert Allocation.objects.exists()
