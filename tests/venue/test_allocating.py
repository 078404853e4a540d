"""Taking, moving and letting go of spaces."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange, NumericRange
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.parallel import at_once
from tests.people.factories import PersonFactory
from tests.venue.factories import (
    BuildingFactory,
    EquipmentFactory,
    PartFactory,
    SpaceFactory,
    SpaceLayoutFactory,
    evening,
)
from tests.venue.wanting import ASTRAY, OVERLAPS, count, hall, planner, wanted
from venue import allocating
from venue.exceptions import (
    DoesNotFit,
    NotNow,
    Taken,
)
from venue.models import Allocation, Hold, Layout, Use, UseKind

pytestmark = pytest.mark.django_db


def rows(use: Use) -> set[tuple[str, datetime, datetime, bool, bool]]:
    """Part, begin, end, whether it is the use itself (and no buffer), whether it blocks."""
    return {
        (row.part.name, row.during.lower, row.during.upper, row.kind.lower is None, row.blocking)
        for row in use.allocations.select_related("part")
    }


# Taking ------------------------------------------------------------------------------------------


def test_take_writes_the_use_and_a_row_for_every_part_and_buffer() -> None:
    house = hall()
    house.whole.before_minutes, house.whole.after_minutes = 30, 15
    house.whole.save()
    by = PersonFactory()
    use = allocating.take(wanted(house.whole, people=40, staff=2, title="Feest", by=by))
    start, end = use.starts_at, use.ends_at
    before, after = start - timedelta(minutes=30), end + timedelta(minutes=15)
    use.refresh_from_db()
    assert (use.title, use.people, use.staff, use.by, use.hold) == ("Feest", 40, 2, by, Hold.FIRM)
    assert (use.centre, use.before_minutes, use.after_minutes) == (house.centre, 30, 15)
    assert rows(use) == {
        (part, lower, upper, is_use, True)
        for part in "AB"
        for lower, upper, is_use in [
            (before, start, False),
            (start, end, True),
            (end, after, False),
        ]
    }


def test_take_of_a_taken_space_says_so_with_what_fits_instead() -> None:
    house = hall()
    allocating.take(wanted(house.a))
    with pytest.raises(Taken, match=r"^Zaal A is dan al bezet\.$") as refused:
        allocating.take(wanted(house.a, people=10))
    start, end = evening()
    found = [(one.space, one.starts_at, one.ends_at) for one in refused.value.alternatives]
    assert found[0] == (house.b, start, end)
    assert (house.a, start - timedelta(hours=3), start) in found
    assert Use.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "second"), [("whole", "a"), ("whole", "b"), ("a", "whole"), ("b", "whole")]
)
def test_whole_and_half_of_a_hall_keep_each_other_out(first: str, second: str) -> None:
    house = hall()
    allocating.take(wanted(getattr(house, first)))
    with pytest.raises(Taken):
        allocating.take(wanted(getattr(house, second)))


def test_halves_of_a_hall_leave_each_other_alone() -> None:
    house = hall()
    allocating.take(wanted(house.a))
    allocating.take(wanted(house.b))
    assert Use.objects.count() == 2


def test_back_to_back_without_buffers_touch_but_do_not_meet() -> None:
    space = SpaceFactory()
    allocating.take(wanted(space, hour=16))
    allocating.take(wanted(space, hour=19))
    assert count(OVERLAPS) == 0


def test_buffers_of_two_uses_share_the_gap() -> None:
    space = SpaceFactory(before_minutes=30, after_minutes=30)
    allocating.take(wanted(space, hour=14, hours=2))
    start = evening(hour=16)[0]
    with pytest.raises(Taken):
        allocating.take(wanted(space, starts_at=start, ends_at=start + timedelta(hours=1)))
    late = start + timedelta(minutes=29)
    with pytest.raises(Taken):  # their clearing up would run into our time
        allocating.take(wanted(space, starts_at=late, ends_at=late + timedelta(hours=1)))
    half_past = start + timedelta(minutes=30)
    allocating.take(wanted(space, starts_at=half_past, ends_at=half_past + timedelta(hours=1)))


def test_buffers_are_those_of_the_layout_where_it_has_its_own() -> None:
    space = SpaceFactory(before_minutes=15, after_minutes=15, capacity=0)
    SpaceLayoutFactory(space=space, layout=Layout.DINNER, before_minutes=60)
    SpaceLayoutFactory(space=space, layout=Layout.THEATRE, after_minutes=0)
    dinner = allocating.take(wanted(space, layout=Layout.DINNER))
    theatre = allocating.take(wanted(space, layout=Layout.THEATRE, days=8))
    assert (dinner.before_minutes, dinner.after_minutes) == (60, 15)
    assert (theatre.before_minutes, theatre.after_minutes) == (15, 0)


def test_take_across_midnight_is_one_stretch() -> None:
    space = SpaceFactory()
    use = allocating.take(wanted(space, hour=21, hours=5))
    assert timezone.localtime(use.ends_at).hour == 2
    with pytest.raises(Taken):
        allocating.take(wanted(space, days=8, hour=1, hours=2))


def test_take_each_takes_what_is_free_and_says_why_not_of_the_rest() -> None:
    space = SpaceFactory(name="Atelier")
    allocating.take(wanted(space, days=8))
    asked = [wanted(space, days=days) for days in (7, 8, 9)]
    outcomes = allocating.take_each(asked)
    assert [one.use is not None for one in outcomes] == [True, False, True]
    assert str(outcomes[1].refusal) == "Atelier is dan al bezet."
    assert [one.wanted for one in outcomes] == asked
    assert Use.objects.count() == 3


def test_take_each_of_nothing_does_nothing() -> None:
    assert allocating.take_each([]) == []


def test_take_makes_a_long_title_fit() -> None:
    use = allocating.take(wanted(SpaceFactory(), title="k" * 300))
    assert use.title == "k" * 120


def test_asked_and_waiting_uses_keep_nobody_out() -> None:
    space = SpaceFactory()
    for hold in (Hold.REQUESTED, Hold.WAITING, Hold.FIRM, Hold.WAITING):
        allocating.take(wanted(space), hold=hold)
    assert Counter(Use.objects.values_list("hold", flat=True)) == {
        "requested": 1,
        "waiting": 2,
        "firm": 1,
    }
    assert Allocation.objects.filter(blocking=True).count() == 1


def test_note_keeps_what_was_refused_and_holds_nothing() -> None:
    space = SpaceFactory()
    allocating.take(wanted(space))
    noted = allocating.note(wanted(space))
    assert noted.hold == Hold.RELEASED
    assert {row[4] for row in rows(noted)} == {False}


# Two at once -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_take_at_the_same_moment_gives_the_space_to_one() -> None:
    space = SpaceFactory()
    results = at_once(*[lambda: allocating.take(wanted(space)) for _ in range(8)])
    assert Counter(type(result) for result in results) == {Use: 1, Taken: 7}
    assert Use.objects.count() == 1
    assert Allocation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_changes_of_one_use_at_the_same_moment_are_all_kept() -> None:
    use = allocating.take(wanted(SpaceFactory()))
    longer = use.ends_at + timedelta(hours=1)
    results = at_once(
        lambda: allocating.change(use, ends_at=longer),
        lambda: allocating.change(use, people=12),
        lambda: allocating.change(use, set_up="Een podium."),
    )
    assert [type(result) for result in results] == [Use] * 3
    use.refresh_from_db()
    assert (use.ends_at, use.people, use.set_up) == (longer, 12, "Een podium.")


@pytest.mark.django_db(transaction=True)
def test_two_waiting_rivals_confirm_exactly_one() -> None:
    space = SpaceFactory()
    until = timezone.now() + timedelta(days=2)
    option = allocating.take(wanted(space), hold=Hold.OPTION, held_until=until)
    second = allocating.take(wanted(space), hold=Hold.WAITING)
    results = at_once(
        lambda: allocating.hold_each([option], Hold.FIRM, only_from=[Hold.OPTION]),
        lambda: allocating.hold_each([option], Hold.FIRM, only_from=[Hold.OPTION]),
        lambda: allocating.hold(second, Hold.FIRM),
    )
    assert Counter(type(result) for result in results) == {list: 1, NotNow: 1, Taken: 1}
    assert list(Use.objects.filter(hold=Hold.FIRM)) == [option]


# What the database refuses by itself ---------------------------------------------------------------


def test_database_keeps_uses_apart_without_us() -> None:
    use = allocating.take(wanted(SpaceFactory()))
    row = use.allocations.get()
    other = allocating.take(wanted(SpaceFactory()))
    with pytest.raises(IntegrityError, match="venue_allocation_never_twice"), transaction.atomic():
        Allocation.objects.create(
            use=other, part=row.part, during=row.during, kind=row.kind, blocking=True
        )


@pytest.mark.parametrize(
    "during",
    [
        None,
        DateTimeTZRange(empty=True),
        DateTimeTZRange(None, datetime(2030, 1, 1, tzinfo=UTC)),
        DateTimeTZRange(datetime(2030, 1, 1, tzinfo=UTC), None),
    ],
)
def test_database_refuses_a_row_without_a_length(during: DateTimeTZRange | None) -> None:
    use = allocating.take(wanted(SpaceFactory()))
    with pytest.raises(IntegrityError), transaction.atomic():
        Allocation.objects.create(
            use=use,
            part=PartFactory(),
            during=during,
            kind=NumericRange(None, None),
            blocking=True,
        )


def test_database_refuses_a_use_that_ends_before_it_begins() -> None:
    use = allocating.take(wanted(SpaceFactory()))
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        Use.objects.filter(pk=use.pk).update(ends_at=use.starts_at)


def test_database_refuses_a_space_of_parts_of_another_house() -> None:
    with pytest.raises(IntegrityError, match="venue_space_part_of_house"), transaction.atomic():
        SpaceFactory(parts=[PartFactory()])


# Changing ----------------------------------------------------------------------------------------


def test_change_moves_extends_shortens_and_gives_another_room() -> None:
    house = hall()
    use = allocating.take(wanted(house.a, people=10))
    start, end = evening(days=9, hour=14, hours=2)
    for changes in (
        {"starts_at": start, "ends_at": end},
        {"ends_at": end + timedelta(hours=1)},
        {"ends_at": start + timedelta(minutes=30)},
        {"space": house.whole},
        {"people": 55},
    ):
        changed = allocating.change(use, **changes)
        assert {name: getattr(changed, name) for name in changes} == changes
    use.refresh_from_db()
    assert (use.starts_at, use.ends_at) == (start, start + timedelta(minutes=30))
    assert {row[0] for row in rows(use)} == {"A", "B"}
    assert Use.objects.count() == 1


def test_change_that_cannot_be_leaves_all_as_it_was() -> None:
    house = hall()
    beamer = EquipmentFactory(centre=house.centre)
    allocating.take(wanted(house.b))
    use = allocating.take(wanted(house.a, people=10, equipment={beamer.pk: 1}))
    before = rows(use)
    with pytest.raises(Taken):
        allocating.change(use, space=house.whole, people=50, equipment={})
    use.refresh_from_db()
    assert (use.space, use.people, rows(use)) == (house.a, 10, before)
    assert allocating.wanted_of(use).equipment == {beamer.pk: 1}


def test_wanted_each_says_of_every_use_what_it_holds(django_assert_num_queries: Any) -> None:
    house = hall()
    beamer = EquipmentFactory(centre=house.centre)
    piano = EquipmentFactory(centre=house.centre, part=PartFactory(centre=house.centre))
    uses = [
        allocating.take(wanted(house.a, days=days, people=days, equipment=equipment))
        for days, equipment in enumerate([{}, {beamer.pk: 1}, {beamer.pk: 1, piano.pk: 1}], 1)
    ]
    with django_assert_num_queries(2):
        found = allocating.wanted_each(uses)
    assert found == [allocating.wanted_of(use) for use in uses]
    assert found[2].equipment == {beamer.pk: 1, piano.pk: 1}


def test_change_within_its_own_time_does_not_meet_itself() -> None:
    use = allocating.take(wanted(SpaceFactory(before_minutes=30, after_minutes=30)))
    moved = allocating.change(
        use,
        starts_at=use.starts_at + timedelta(minutes=10),
        ends_at=use.ends_at + timedelta(minutes=10),
    )
    assert moved.starts_at == use.starts_at + timedelta(minutes=10)


def test_change_of_room_brings_the_buffers_of_that_room() -> None:
    by = planner()
    one = SpaceFactory(before_minutes=30)
    other = SpaceFactory(centre=one.centre, before_minutes=10, after_minutes=20)
    use = allocating.take(wanted(one, before_minutes=0, buffer_reason="Zelfde groep.", by=by))
    assert allocating.change(use, people=3).before_minutes == 0
    moved = allocating.change(use, space=other)
    assert (moved.before_minutes, moved.after_minutes, moved.buffer_reason) == (10, 20, "")


def test_buffers_stay_what_they_were_when_the_space_gets_others_later() -> None:
    space = SpaceFactory(before_minutes=10)
    use = allocating.take(wanted(space))
    space.before_minutes = 60
    space.save()
    assert allocating.change(use, people=3).before_minutes == 10


def test_change_to_the_other_house_leaves_its_things_behind() -> None:
    space = SpaceFactory()
    beamer = EquipmentFactory(centre=space.centre)
    use = allocating.take(wanted(space, equipment={beamer.pk: 1}))
    other = SpaceFactory()
    moved = allocating.change(use, space=other)
    assert (moved.centre, moved.equipment_uses.count()) == (other.centre, 0)


def test_change_of_a_released_use_is_refused() -> None:
    use = allocating.release(allocating.take(wanted(SpaceFactory())))
    with pytest.raises(NotNow, match="al vrijgegeven"):
        allocating.change(use, people=3)


def test_change_of_a_use_that_is_gone_is_refused() -> None:
    use = allocating.take(wanted(SpaceFactory()))
    Use.objects.filter(pk=use.pk).delete()
    with pytest.raises(NotNow, match="is er niet meer"):
        allocating.change(use, people=3)


@pytest.mark.parametrize("days_later", [1, -1])
def test_change_each_moves_a_row_of_dates_without_meeting_itself(days_later: int) -> None:
    space = SpaceFactory()
    uses = [allocating.take(wanted(space, days=days)) for days in (7, 8, 9)]
    shift = timedelta(days=days_later)
    outcomes = allocating.change_each(
        [(u, {"starts_at": u.starts_at + shift, "ends_at": u.ends_at + shift}) for u in uses]
    )
    assert [one.refusal for one in outcomes] == [None] * 3
    assert [one.use.starts_at for one in outcomes if one.use] == [u.starts_at + shift for u in uses]


# Swapping ----------------------------------------------------------------------------------------


def test_swap_lets_two_uses_change_rooms() -> None:
    one, other = SpaceFactory(), SpaceFactory()
    first, second = allocating.take(wanted(one)), allocating.take(wanted(other))
    allocating.swap(first, second)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.space, second.space) == (other, one)
    assert (first.hold, second.hold) == (Hold.FIRM, Hold.FIRM)
    assert count(ASTRAY) == 0


def test_swap_in_a_full_house_is_fine() -> None:
    house = hall()
    BuildingFactory(centre=house.centre, maximum_people=30)
    first = allocating.take(wanted(house.a, people=20))
    second = allocating.take(wanted(house.b, people=10))
    allocating.swap(first, second)
    first.refresh_from_db()
    assert first.space == house.b


def test_swap_that_cannot_be_leaves_both() -> None:
    house = hall()
    first = allocating.take(wanted(house.a, hour=19))
    second = allocating.take(wanted(house.b, hour=15))
    allocating.take(wanted(house.b, hour=20, hours=1))
    with pytest.raises(Taken, match="Ruilen kan niet"):
        allocating.swap(first, second)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.space, first.hold, second.space, second.hold) == (
        house.a,
        Hold.FIRM,
        house.b,
        Hold.FIRM,
    )
    assert count(ASTRAY) == 0


def test_swap_keeps_an_option_an_option() -> None:
    house = hall()
    until = timezone.now() + timedelta(days=3)
    first = allocating.take(wanted(house.a), hold=Hold.OPTION, held_until=until)
    second = allocating.take(wanted(house.b), hold=Hold.OPTION, held_until=until)
    allocating.swap(first, second)
    assert list(Use.objects.values_list("hold", "held_until")) == [(Hold.OPTION, until)] * 2


def test_swap_of_too_many_people_is_refused() -> None:
    house = hall()
    first = allocating.take(wanted(house.a, people=5))
    second = allocating.take(wanted(house.b, people=25))
    with pytest.raises(DoesNotFit, match="Er passen 20 mensen in Zaal A"):
        allocating.swap(first, second)


# Holding and letting go ----------------------------------------------------------------------------


def test_hold_makes_an_option_firm_and_forgets_its_end() -> None:
    until = timezone.now() + timedelta(days=3)
    use = allocating.take(wanted(SpaceFactory()), hold=Hold.OPTION, held_until=until)
    firm = allocating.hold(use, Hold.FIRM)
    assert (firm.hold, firm.held_until) == (Hold.FIRM, None)


def test_hold_of_what_another_has_is_refused_and_keeps_the_hold_it_had() -> None:
    space = SpaceFactory()
    allocating.take(wanted(space))
    waiting = allocating.take(wanted(space), hold=Hold.WAITING)
    with pytest.raises(Taken):
        allocating.hold(waiting, Hold.FIRM)
    waiting.refresh_from_db()
    assert waiting.hold == Hold.WAITING
    assert count(ASTRAY) == 0


def test_hold_each_is_all_or_none() -> None:
    space = SpaceFactory()
    allocating.take(wanted(space, days=8))
    asked = [allocating.take(wanted(space, days=days), hold=Hold.REQUESTED) for days in (7, 8)]
    with pytest.raises(Taken):
        allocating.hold_each(asked, Hold.FIRM)
    assert Use.objects.filter(hold=Hold.REQUESTED).count() == 2


def test_option_that_ran_out_is_not_confirmed() -> None:
    past = timezone.now() - timedelta(minutes=1)
    use = allocating.take(wanted(SpaceFactory()), hold=Hold.OPTION, held_until=past)
    with pytest.raises(NotNow, match="niet meer voor je vastgehouden"):
        allocating.hold_each([use], Hold.FIRM, only_from=[Hold.OPTION])


def test_release_frees_the_space_and_keeps_the_row() -> None:
    space = SpaceFactory()
    beamer = EquipmentFactory(centre=space.centre)
    use = allocating.take(wanted(space, equipment={beamer.pk: 1}))
    for _twice in range(2):
        assert allocating.release(use).hold == Hold.RELEASED
    allocating.take(wanted(space, equipment={beamer.pk: 1}))
    assert Use.objects.count() == 2


def test_take_again_takes_what_is_free_once_more() -> None:
    space = SpaceFactory()
    uses = [allocating.note(wanted(space, days=days)) for days in (7, 8)]
    allocating.take(wanted(space, days=8))
    outcomes = allocating.take_again(uses)
    assert [one.use is not None for one in outcomes] == [True, False]
    assert str(outcomes[1].refusal) == f"{space.name} is dan al bezet."
    assert allocating.take_again(uses[:1])[0].use == uses[0]
    assert count(ASTRAY) == 0


# Ranges, by hypothesis ---------------------------------------------------------------------------

MINUTES = st.integers(0, 240)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    first=st.tuples(MINUTES, st.integers(1, 120), st.integers(0, 45), st.integers(0, 45)),
    second=st.tuples(MINUTES, st.integers(1, 120), st.integers(0, 45), st.integers(0, 45)),
)
def test_two_uses_are_both_taken_exactly_when_neither_touches_the_use_of_the_other(
    first: tuple[int, int, int, int], second: tuple[int, int, int, int]
) -> None:
    from venue import searching

    base = evening()[0]

    def asked(space, numbers):
        begin, length, before, after = numbers
        return wanted(
            space,
            kind=UseKind.ACTIVITY,
            starts_at=base + timedelta(minutes=begin),
            ends_at=base + timedelta(minutes=begin + length),
            before_minutes=before,
            after_minutes=after,
        )

    def meets(one, other):
        begin, length, before, after = one
        return begin - before < other[0] + other[1] and other[0] < begin + length + after

    with transaction.atomic():
        space = SpaceFactory()
        allocating.take(asked(space, first))
        clash = meets(first, second) or meets(second, first)
        checked = searching.check_each([asked(space, second)], for_staff=False)[0]
        outcome = allocating.take_each([asked(space, second)])[0]
        assert (outcome.use is None) == clash == (not checked.is_free)
        assert count(OVERLAPS) == 0
        transaction.set_rollback(True)
    assert connection.in_atomic_block
