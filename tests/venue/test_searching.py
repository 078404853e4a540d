"""Finding a room: what is free, what fits, and what fits instead."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lokaal.bench import filling_rooms
from lokaal.centres.models import Fact
from tests.centres.factories import CentreFactory, SpecialDayFactory
from tests.venue.factories import (
    BuildingFactory,
    EquipmentFactory,
    PartFactory,
    SpaceFactory,
    SpaceLayoutFactory,
    evening,
)
from tests.venue.wanting import OVERLAPS, count, hall, planner, wanted
from venue import allocating, answers, searching
from venue.answers import Ask
from venue.models import Allocation, HireHours, Hold, Layout, Space, Use
from venue.searching import Need, State

pytestmark = pytest.mark.django_db


def need(*, days: int = 7, hour: int = 19, hours: int = 3, **changes: Any) -> Need:
    starts_at, ends_at = evening(days, hour, hours)
    return Need(**{"starts_at": starts_at, "ends_at": ends_at} | changes)


def good(asked: Need) -> list[str]:
    """The names of the spaces that can be asked for, best first."""
    return [one.space.name for one in searching.find(asked) if one.is_good]


# Search ------------------------------------------------------------------------------------------


def test_find_gives_the_smallest_that_fits_first_combined_rooms_too() -> None:
    house = hall()
    assert good(need(people=15)) == ["Zaal A", "Zaal B", "Grote zaal"]
    assert good(need(people=25)) == ["Zaal B", "Grote zaal"]
    assert good(need(people=60)) == ["Grote zaal"]
    assert good(need(people=61)) == []
    assert {one.space for one in searching.find(need(people=61))} == {
        house.a,
        house.b,
        house.whole,
    }


def test_find_of_equal_size_gives_the_step_free_one_first() -> None:
    centre = CentreFactory()
    SpaceFactory(centre=centre, name="Boven", step_free=Fact.NO)
    SpaceFactory(centre=centre, name="Beneden", step_free=Fact.YES)
    assert good(need()) == ["Beneden", "Boven"]


def test_find_looks_at_the_capacity_of_the_layout() -> None:
    space = SpaceFactory(name="Zaal", capacity=80)
    SpaceLayoutFactory(space=space, layout=Layout.DINNER, capacity=48)
    found = searching.find(need(people=60, layout=Layout.DINNER))[0]
    assert (found.fits, found.capacity, found.reason) == (False, 48, "Er passen 48 mensen in Zaal.")
    assert searching.find(need(people=60))[0].capacity == 80
    u_shape = searching.find(need(layout=Layout.U_SHAPE))[0]
    assert (u_shape.fits, u_shape.reason) == (False, "Zo kan deze zaal niet staan.")


def test_find_of_a_space_with_unknown_capacity_says_that_it_is_unknown() -> None:
    SpaceFactory(capacity=0)
    found = searching.find(need())[0]
    assert (found.fits, found.reason) == (False, "Wij weten nog niet hoeveel mensen hier passen.")


@pytest.mark.parametrize(
    ("step_free", "reason"),
    [
        (Fact.YES, ""),
        (Fact.NO, "Deze zaal heeft een drempel."),
        (Fact.UNKNOWN, "Wij weten niet of je hier zonder drempel binnenkomt."),
    ],
)
def test_find_step_free_takes_unknown_for_no_and_says_which(step_free: Fact, reason: str) -> None:
    SpaceFactory(step_free=step_free)
    found = searching.find(need(step_free=True))[0]
    assert (found.is_good, found.reason) == (not reason, reason)


def test_find_tells_taken_from_free_and_counts_the_buffers_of_who_asks() -> None:
    house = hall()
    use = allocating.take(wanted(house.a, hour=16))
    assert good(need(people=5)) == ["Zaal A", "Zaal B", "Grote zaal"]
    Space.objects.filter(pk=house.a.pk).update(before_minutes=15)
    found = {one.space.name: one for one in searching.find(need(people=5))}
    assert {name: one.state for name, one in found.items()} == {
        "Zaal A": State.TAKEN,
        "Zaal B": State.FREE,
        "Grote zaal": State.FREE,
    }
    assert (found["Zaal A"].reason, found["Zaal A"].taken_by) == (
        "Zaal A is dan al bezet.",
        use.pk,
    )


def test_find_takes_an_option_that_ran_out_for_free_unless_somebody_waits() -> None:
    space = SpaceFactory()
    until = timezone.now() + timedelta(days=1)
    late = allocating.take(wanted(space), hold=Hold.OPTION, held_until=until)
    assert searching.find(need())[0].state == State.TAKEN
    Use.objects.update(held_until=timezone.now() - timedelta(minutes=1))
    assert searching.find(need())[0].state == State.FREE
    Use.objects.update(held_until=until)
    allocating.take(wanted(space), hold=Hold.WAITING)
    Use.objects.filter(pk=late.pk).update(held_until=timezone.now() - timedelta(minutes=1))
    found = searching.find(need())[0]
    assert (found.state, found.taken_by) == (State.TAKEN, late.pk)


def test_find_says_when_the_house_would_be_too_full() -> None:
    house = hall()
    BuildingFactory(centre=house.centre, maximum_people=30)
    allocating.take(wanted(house.a, people=15))
    found = {one.space.name: one.state for one in searching.find(need(people=16))}
    assert found["Zaal B"] == State.FULL
    assert good(need(people=15)) == ["Zaal B"]
    assert good(need(people=14, staff=2)) == []


def test_find_with_a_beamer_fixed_or_in_stock_or_unique() -> None:
    house = hall()
    there = CentreFactory()
    SpaceFactory(centre=there, name="Ver weg")
    fixed = EquipmentFactory(centre=house.centre, name="Beamer", stock=1)
    fixed.fixed_in.set([house.b])
    assert good(need(people=5, equipment={"Beamer": 1})) == ["Zaal A", "Zaal B", "Grote zaal"]
    found = {one.space.name: one for one in searching.find(need(people=5, equipment={"Beamer": 1}))}
    assert (found["Ver weg"].state, found["Ver weg"].reason) == (
        State.SHORT,
        "Dan is er niet genoeg: Beamer.",
    )
    assert (found["Zaal A"].equipment, found["Zaal B"].equipment) == ({fixed.pk: 1}, {})
    allocating.take(wanted(house.a, equipment={fixed.pk: 1}))
    assert good(need(people=5, equipment={"Beamer": 1})) == ["Zaal B"]


def test_find_with_unique_equipment_in_use_says_so() -> None:
    house = hall()
    light = EquipmentFactory(
        centre=house.centre, name="Licht", part=PartFactory(centre=house.centre)
    )
    assert good(need(people=25, equipment={"Licht": 1})) == ["Zaal B", "Grote zaal"]
    allocating.take(wanted(house.a, equipment={light.pk: 1}))
    assert good(need(people=25, equipment={"Licht": 1})) == []
    assert good(need(people=25, equipment={"Licht": 1}, days=8)) == ["Zaal B", "Grote zaal"]


def test_find_for_a_hirer_knows_the_hours_and_what_is_for_hire() -> None:
    centre = CentreFactory()
    SpaceFactory(centre=centre, name="Zaal")
    SpaceFactory(centre=centre, name="Kantoor", is_for_hire=False)
    SpaceFactory(centre=centre, name="Oud", is_active=False)
    weekday = timezone.localdate(evening()[0]).isoweekday()
    HireHours.objects.create(centre=centre, weekday=weekday, opens=time(9), closes=time(18))
    found = searching.find(need())
    assert [(one.space.name, one.state, one.reason) for one in found] == [
        ("Zaal", State.CLOSED, "Die dag verhuren wij van 9.00 tot 18.00 uur.")
    ]
    assert set(good(need(for_hirer=False))) == {"Zaal", "Kantoor"}


def test_find_in_one_house_only() -> None:
    here = SpaceFactory(name="Hier")
    SpaceFactory(name="Daar")
    assert good(need(centre=here.centre)) == ["Hier"]


def test_find_in_a_house_that_is_out_of_use_finds_nothing() -> None:
    SpaceFactory(centre=CentreFactory(is_active=False))
    assert searching.find(need()) == []


def test_find_series_puts_what_is_free_most_often_first() -> None:
    house = hall()
    moments = [evening(days) for days in (7, 14, 21)]
    allocating.take(wanted(house.a, days=14))
    found = searching.find_series(need(people=5), moments)
    assert [(one.space.name, one.free_count) for one in found] == [
        ("Zaal B", 3),
        ("Zaal A", 2),
        ("Grote zaal", 2),
    ]
    assert [one.state for one in found[1].dates] == [State.FREE, State.TAKEN, State.FREE]
    assert searching.find_series(need(), []) == []


@pytest.mark.parametrize("rooms", [1, 30])
def test_find_costs_the_same_for_one_room_and_for_thirty(
    rooms: int, django_assert_num_queries: Any
) -> None:
    centre = CentreFactory()
    SpaceFactory.create_batch(rooms, centre=centre)
    EquipmentFactory(centre=centre, name="Beamer", stock=50)
    with django_assert_num_queries(6):
        found = searching.find(need(equipment={"Beamer": 1}))
    assert len(found) == rooms
    with django_assert_num_queries(6):
        searching.find_series(need(), [evening(days) for days in range(7, 60, 7)])


def test_is_free_knows_buffers_and_what_does_not_count() -> None:
    space = SpaceFactory(before_minutes=30)
    use = allocating.take(wanted(space))
    start, end = use.starts_at, use.ends_at
    assert not searching.is_free(space, start, end)
    assert searching.is_free(space, start, end, besides=[use.pk])
    assert not searching.is_free(space, end, end + timedelta(hours=1))
    assert searching.is_free(space, end + timedelta(minutes=30), end + timedelta(hours=1))


# Preview -----------------------------------------------------------------------------------------


def test_check_each_says_free_taken_or_closed_and_which_room_is_free_instead() -> None:
    house = hall()
    use = allocating.take(wanted(house.a, days=8, title="Toneel"))
    SpecialDayFactory(date=timezone.localdate(evening(9)[0]), reason="Kerst", centre=house.centre)
    wants = [wanted(house.a, days=days, people=10) for days in (7, 8, 9)]
    free, taken, closed = searching.check_each(wants, for_staff=True)
    assert (free.state, free.reason, free.use, free.other) == (State.FREE, "", None, None)
    assert (taken.state, taken.reason, taken.use, taken.other) == (
        State.TAKEN,
        "Zaal A is dan al bezet.",
        use,
        house.b,
    )
    assert (closed.state, closed.use, closed.other) == (State.CLOSED, None, None)
    assert closed.reason.endswith("dicht. Kerst.")


def test_check_each_tells_hirers_nothing_about_others() -> None:
    space = SpaceFactory()
    allocating.take(wanted(space))
    checked = searching.check_each([wanted(space)], for_staff=False)[0]
    assert (checked.state, checked.use) == (State.TAKEN, None)


def test_check_each_leaves_out_what_is_being_moved() -> None:
    use = allocating.take(wanted(SpaceFactory()))
    again = [allocating.wanted_of(use)]
    assert searching.check_each(again, for_staff=True)[0].state == State.TAKEN
    assert searching.check_each(again, for_staff=True, besides=[use.pk])[0].is_free


def test_check_each_costs_the_same_for_every_series(django_assert_num_queries: Any) -> None:
    house = hall()
    for days in range(7, 60, 7):
        allocating.take(wanted(house.a, days=days))
    for last in (8, 60):
        space = Space.objects.select_related("centre").get(pk=house.a.pk)
        wants = [wanted(space, days=days, people=5) for days in range(7, last, 7)]
        with django_assert_num_queries(9):
            checked = searching.check_each(wants, for_staff=True)
        assert {one.state for one in checked} == {State.TAKEN}


# What fits instead ---------------------------------------------------------------------------------


def test_alternatives_are_other_rooms_then_near_times_then_the_other_house() -> None:
    house = hall()
    elsewhere = SpaceFactory(name="Ver weg")
    allocating.take(wanted(house.a))
    start, end = evening()
    found = searching.alternatives(wanted(house.a, people=15))
    assert [(one.space, one.starts_at) for one in found] == [
        (house.b, start),
        (house.a, start - timedelta(hours=3)),
        (elsewhere, start),
    ]
    assert {one.ends_at - one.starts_at for one in found} == {end - start}


def test_alternatives_lie_within_the_hours_of_hire() -> None:
    space = SpaceFactory()
    start = evening()[0]
    HireHours.objects.create(
        centre=space.centre,
        weekday=timezone.localdate(start).isoweekday(),
        opens=time(17),
        closes=time(23),
    )
    allocating.take(wanted(space, hour=18, hours=2))
    found = searching.alternatives(wanted(space, hour=18, hours=2))
    assert [timezone.localtime(one.starts_at).hour for one in found] == [20]


def test_every_alternative_can_be_taken() -> None:
    house = hall()
    house.a.before_minutes = house.a.after_minutes = 25
    house.a.save()
    allocating.take(wanted(house.a, hour=10, hours=1))
    allocating.take(wanted(house.a, hour=19))
    for hour in (9, 10, 12, 19, 20):
        asked = wanted(house.a, hour=hour, hours=2, people=12)
        for one in searching.alternatives(asked, most=20):
            assert one.starts_at.minute % 15 == 0
            use = allocating.take(
                wanted(one.space, starts_at=one.starts_at, ends_at=one.ends_at, people=12)
            )
            Use.objects.filter(pk=use.pk).delete()
    assert count(OVERLAPS) == 0


def test_alternatives_are_never_in_the_past() -> None:
    space = SpaceFactory()
    start = timezone.now() + timedelta(minutes=5)
    times = {"starts_at": start, "ends_at": start + timedelta(minutes=30)}
    allocating.take(wanted(space, **times))
    assert all(
        one.starts_at >= timezone.now() for one in searching.alternatives(wanted(space, **times))
    )


def test_nearest_gives_rooms_that_fit_at_the_nearest_times() -> None:
    house = hall()
    allocating.take(wanted(house.whole))
    start = evening()[0]
    found = searching.nearest(need(people=25))
    assert [(one.space, one.starts_at) for one in found] == [
        (house.b, start - timedelta(hours=3)),
        (house.whole, start - timedelta(hours=3)),
    ]


def test_later_finds_the_first_free_evenings() -> None:
    house = hall()
    for days in (7, 8):
        allocating.take(wanted(house.whole, days=days))
    allocating.take(wanted(house.b, days=9))
    evenings = [evening(days, 18, 5) for days in range(7, 12)]
    _nearest, found = searching.nearest_and_later(need(people=15), evenings)
    assert [(one.space, one.starts_at) for one in found] == [
        (house.a, evenings[2][0]),
        (house.a, evenings[3][0]),
        (house.a, evenings[4][0]),
    ]


def test_free_stretches_are_what_is_left_of_a_window() -> None:
    space = SpaceFactory(before_minutes=15)
    allocating.take(wanted(space, hour=12, hours=2))
    window = evening(hour=9, hours=9)
    found = searching.free_stretches(need(hours=1), [space], [window])
    start = window[0]
    assert [(one.starts_at, one.ends_at) for one in found] == [
        (start, start + timedelta(hours=2, minutes=45)),
        (start + timedelta(hours=5, minutes=15), window[1]),
    ]
    assert searching.free_stretches(need(hours=5), [space], [window]) == []
    assert searching.free_stretches(need(), [], [window]) == []


def test_staff_search_and_save_agree_outside_the_hours() -> None:
    space, by = SpaceFactory(), planner()
    HireHours.objects.create(centre=space.centre, weekday=1, opens=time(1), closes=time(2))
    asked = wanted(space, by=by, hours_reason="Raadsvergadering.")
    assert searching.check_each([asked], for_staff=True)[0].is_free
    allocating.take(asked)


STRETCH = st.tuples(st.integers(0, 40), st.integers(1, 16))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    uses=st.lists(STRETCH, max_size=5),
    length=st.integers(1, 12),
    buffers=st.tuples(st.integers(0, 3), st.integers(0, 3)),
)
def test_free_stretches_are_exactly_the_times_that_are_free(
    uses: list[tuple[int, int]], length: int, buffers: tuple[int, int]
) -> None:
    quarter = timedelta(minutes=15)
    start = evening(hour=8)[0]
    end = start + 60 * quarter
    with transaction.atomic():
        space = SpaceFactory(before_minutes=15 * buffers[0], after_minutes=15 * buffers[1])
        for begin, number in uses:
            times = {"starts_at": start + begin * quarter}
            times["ends_at"] = times["starts_at"] + number * quarter
            allocating.take_each([wanted(space, **times)])
        asked = need(starts_at=start, ends_at=start + length * quarter)
        found = searching.free_stretches(asked, [space], [(start, end)])
        asks = [
            Ask(space, begin, begin + length * quarter, *space.buffers_for(""), 0)
            for begin in (start + nth * quarter for nth in range(60 - length + 1))
        ]
        for ask, answer in zip(asks, answers.of(asks, {}), strict=True):
            is_within = any(
                one.starts_at <= ask.starts_at and ask.ends_at <= one.ends_at for one in found
            )
            assert (answer.taken_by is None) == is_within
        transaction.set_rollback(True)


# A house with a past -----------------------------------------------------------------------------

READ = """
SELECT relname, seq_tup_read, coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables
WHERE relname IN ('venue_allocation', 'venue_use')
"""


def rows_read() -> dict[str, tuple[int, int]]:
    """How many rows this transaction read so far of what is planned: one after another, and by an index."""
    with connection.cursor() as cursor:
        cursor.execute(READ)
        return {table: (one_by_one, by_index) for table, one_by_one, by_index in cursor.fetchall()}


def test_search_reads_only_what_is_near_in_a_house_with_a_past() -> None:
    filling_rooms.fill(allocations=30_000)
    assert Allocation.objects.count() == 30_000
    asked = need(people=20, equipment={"Beamer": 1})
    before = rows_read()
    found = searching.find(asked)
    after = rows_read()
    assert len(found) == 36
    assert any(one.is_good for one in found)
    assert any(one.state == State.TAKEN for one in found)
    for table, (one_by_one, by_index) in after.items():
        assert one_by_one == before[table][0]
        assert 0 < by_index - before[table][1] < 500
