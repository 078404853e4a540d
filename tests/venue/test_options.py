"""Options: they block, run out, and go to who waits."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.parallel import at_once
from tests.venue.factories import BuildingFactory, EquipmentFactory, SpaceFactory
from tests.venue.wanting import ASTRAY, OVERLAPS, count, hall, wanted
from venue import allocating, options, tasks
from venue.exceptions import HouseFull, NotNow, Taken
from venue.models import Building, Hold, Space, Use

pytestmark = pytest.mark.django_db


def option(space: Space, **changes: Any) -> Use:
    until = timezone.now() + timedelta(days=2)
    return allocating.take(wanted(space, **changes), hold=Hold.OPTION, held_until=until)


def waiting(space: Space, **changes: Any) -> Use:
    return allocating.take(wanted(space, **changes), hold=Hold.WAITING)


def runs_out(use: Use) -> Use:
    """Let the time of an option be over, as if it had been given long ago."""
    use.held_until = timezone.now() - timedelta(minutes=1)
    use.save(update_fields=["held_until"])
    return use


def hold_of(use: Use) -> str:
    return Use.objects.get(pk=use.pk).hold


def told() -> list[dict[str, list[str]]]:
    """What the job that tells the bookings was given."""
    jobs = ProcrastinateJob.objects.filter(task_name=options.CHANGED_JOB).order_by("id")
    return [job.args for job in jobs]


def test_option_blocks_until_its_time_has_run_out() -> None:
    space = SpaceFactory()
    option(space)
    with pytest.raises(Taken):
        allocating.take(wanted(space))


def test_option_that_ran_out_makes_room_at_the_moment_another_asks() -> None:
    space = SpaceFactory()
    late = runs_out(option(space))
    taken = allocating.take(wanted(space))
    assert (hold_of(late), hold_of(taken)) == (Hold.RELEASED, Hold.FIRM)
    assert told() == [{"released": [str(late.pk)], "promoted": []}]
    assert count(ASTRAY) == 0


def test_option_that_ran_out_no_longer_counts_for_the_house_or_the_stock() -> None:
    house = hall()
    BuildingFactory(centre=house.centre, maximum_people=20)
    beamer = EquipmentFactory(centre=house.centre, stock=1)
    late = runs_out(option(house.a, people=15, equipment={beamer.pk: 1}))
    taken = allocating.take(wanted(house.b, people=20, equipment={beamer.pk: 1}))
    assert (hold_of(late), hold_of(taken)) == (Hold.RELEASED, Hold.FIRM)
    assert [row.count for row in taken.equipment_uses.filter(blocking=True)] == [1]


def test_job_lets_go_of_every_option_that_ran_out_once() -> None:
    first, second = SpaceFactory(), SpaceFactory()
    late = [option(first), option(second), option(first, days=8)]
    for use in late[:2]:
        runs_out(use)
    lapse = options.lapse_all()
    assert set(lapse.released) == {late[0].pk, late[1].pk}
    assert [hold_of(use) for use in late] == [Hold.RELEASED, Hold.RELEASED, Hold.OPTION]
    assert options.lapse_all() == options.Lapse()
    assert len(told()) == 2


def test_job_of_every_minute_does_that() -> None:
    space = SpaceFactory()
    late = runs_out(option(space))
    tasks.lapse_options(timestamp=0)
    tasks.lapse_options(timestamp=60)
    assert hold_of(late) == Hold.RELEASED
    assert told() == [{"released": [str(late.pk)], "promoted": []}]
    for args in told() * 2:
        tasks.options_changed(**args)  # nobody's booking: nobody to tell


def test_who_waits_gets_the_option_for_as_long_as_the_house_gives_one() -> None:
    space = SpaceFactory()
    BuildingFactory(centre=space.centre, option_days=3)
    first, next_up = option(space), waiting(space)
    runs_out(first)
    lapse = options.lapse_all()
    assert lapse.promoted == (next_up.pk,)
    next_up.refresh_from_db()
    assert next_up.hold == Hold.OPTION
    left = next_up.held_until - timezone.now()
    assert timedelta(days=2, hours=23) < left <= timedelta(days=3)


def test_option_without_a_moment_lasts_as_long_as_the_house_gives_one() -> None:
    space = SpaceFactory()
    BuildingFactory(centre=space.centre, option_days=3)
    given = allocating.take(wanted(space), hold=Hold.OPTION)
    later = allocating.hold(
        allocating.take(wanted(space, days=9), hold=Hold.REQUESTED), Hold.OPTION
    )
    soon = allocating.take(wanted(space, days=1), hold=Hold.OPTION)
    days = [(use.held_until - timezone.now()).total_seconds() / 86_400 for use in (given, later)]
    assert days == pytest.approx([3, 3], abs=0.01)
    assert soon.held_until == soon.starts_at


def test_option_never_outlives_the_begin_of_the_use() -> None:
    space = SpaceFactory()
    first = option(space, days=2)
    next_up = waiting(space, days=2)
    allocating.release(first)
    next_up.refresh_from_db()
    assert next_up.held_until == next_up.starts_at


def test_first_come_is_first_served_and_the_other_waits_on() -> None:
    space = SpaceFactory()
    late = option(space)
    first, second = waiting(space), waiting(space)
    assert [options.rank(use) for use in (late, first, second)] == [1, 2, 3]
    runs_out(late)
    assert [options.rank(use) for use in (first, second)] == [1, 2]
    assert options.lapse_all() == options.Lapse((late.pk,), (first.pk,))
    assert [hold_of(use) for use in (late, first, second)] == [
        Hold.RELEASED,
        Hold.OPTION,
        Hold.WAITING,
    ]
    assert [options.rank(use) for use in (first, second)] == [1, 2]
    assert told() == [{"released": [str(late.pk)], "promoted": [str(first.pk)]}]


def test_two_who_wait_for_half_a_hall_each_both_get_it() -> None:
    house = hall()
    late = option(house.whole)
    halves = [waiting(house.a), waiting(house.b)]
    runs_out(late)
    assert options.lapse_all() == options.Lapse((late.pk,), tuple(use.pk for use in halves))


def test_who_waits_for_the_whole_does_not_keep_a_half_from_the_next() -> None:
    house = hall()
    allocating.take(wanted(house.b))
    late = option(house.a)
    whole, half = waiting(house.whole), waiting(house.a)
    runs_out(late)
    assert options.lapse_all() == options.Lapse((late.pk,), (half.pk,))
    assert hold_of(whole) == Hold.WAITING


def test_newcomer_does_not_pass_who_waits() -> None:
    space = SpaceFactory()
    first, next_up = option(space), waiting(space)
    runs_out(first)
    with pytest.raises(Taken):
        allocating.take(wanted(space))
    assert hold_of(next_up) == Hold.OPTION


def test_option_that_ran_out_is_not_moved_or_swapped() -> None:
    house = hall()
    late, other = runs_out(option(house.a)), allocating.take(wanted(house.b))
    with pytest.raises(NotNow, match="al vrijgegeven"):
        allocating.swap(late, other)
    with pytest.raises(NotNow, match="al vrijgegeven"):
        allocating.change(late, people=2)
    assert (hold_of(late), hold_of(other)) == (Hold.RELEASED, Hold.FIRM)
    assert count(ASTRAY) == 0


def test_declined_option_goes_to_who_waits() -> None:
    space = SpaceFactory()
    first, next_up = option(space), waiting(space)
    allocating.release(first)
    assert hold_of(next_up) == Hold.OPTION
    assert told() == [{"released": [], "promoted": [str(next_up.pk)]}]


def test_moved_use_leaves_its_place_to_who_waits() -> None:
    space = SpaceFactory()
    first, next_up = allocating.take(wanted(space)), waiting(space)
    allocating.change(first, starts_at=first.ends_at, ends_at=first.ends_at + timedelta(hours=1))
    assert hold_of(next_up) == Hold.OPTION


def test_who_waits_in_vain_waits_on_when_the_house_is_full() -> None:
    house = hall()
    BuildingFactory(centre=house.centre, maximum_people=30)
    first = option(house.a, people=20)
    next_up = waiting(house.a, people=20)
    allocating.take(wanted(house.b, people=10))
    Building.objects.update(maximum_people=20)
    allocating.release(first)
    assert hold_of(next_up) == Hold.WAITING
    with pytest.raises(HouseFull):
        allocating.hold(next_up, Hold.FIRM)


def test_who_waited_for_what_is_past_gets_nothing() -> None:
    space = SpaceFactory()
    start = timezone.now() - timedelta(hours=1)
    times = {"starts_at": start, "ends_at": start + timedelta(hours=3)}
    first, next_up = option(space, **times), waiting(space, **times)
    allocating.release(first)
    assert hold_of(next_up) == Hold.WAITING


def test_nobody_waits_for_a_room_that_is_free() -> None:
    alone = waiting(SpaceFactory())
    assert options.lapse_all() == options.Lapse((), (alone.pk,))
    assert options.lapse_all() == options.Lapse()


def test_ranks_of_many_in_one_query(django_assert_num_queries: Any) -> None:
    space = SpaceFactory()
    held = option(space)
    line = [waiting(space) for _ in range(3)]
    elsewhere = waiting(SpaceFactory())
    with django_assert_num_queries(1):
        found = options.ranks([use.pk for use in (held, *line, elsewhere)])
    assert [found.get(use.pk, 1) for use in (held, *line, elsewhere)] == [1, 2, 3, 4, 1]


@pytest.mark.django_db(transaction=True)
def test_option_runs_out_once_when_job_and_asker_come_together() -> None:
    space = SpaceFactory()
    late = option(space)
    first, second = waiting(space), waiting(space)
    runs_out(late)
    results = at_once(
        options.lapse_all,
        options.lapse_all,
        lambda: allocating.take(wanted(space)),
        lambda: allocating.release(late),
    )
    assert not [one for one in results if isinstance(one, Exception) and type(one) is not Taken]
    assert [hold_of(use) for use in (late, first, second)] == [
        Hold.RELEASED,
        Hold.OPTION,
        Hold.WAITING,
    ]
    assert count(OVERLAPS) == 0
    ours = {str(first.pk), str(second.pk)}  # jobs of other tests may be there still
    promoted = [key for args in told() for key in args["promoted"] if key in ours]
    assert promoted == [str(first.pk)]
