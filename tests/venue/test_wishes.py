"""What can never be, whoever else is there; and what the house as a whole can hold: people, things, hours."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from lokaal import local_time
from lokaal.local_time import NoSuchTime
from lokaal.people.models import Role
from tests.centres.factories import CentreFactory, SpecialDayFactory
from tests.people.factories import PersonFactory, StaffRoleFactory
from tests.venue.factories import (
    BuildingFactory,
    EquipmentFactory,
    PartFactory,
    SpaceFactory,
    evening,
)
from tests.venue.wanting import hall, planner, wanted
from venue import allocating
from venue.exceptions import Closed, DoesNotFit, HouseFull, NoBuffer, OutOfStock, WrongTime
from venue.models import EquipmentUse, HireHours, Hold, Layout, Use, UseKind

pytestmark = pytest.mark.django_db


# Times and people --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "sentence"),
    [
        (timedelta(0), "Het einde ligt voor het begin."),
        (timedelta(hours=-1), "Het einde ligt voor het begin."),
        (timedelta(days=32), "Dat is langer dan een maand. Maak er twee van."),
    ],
)
def test_take_refuses_a_length_that_cannot_be(length: timedelta, sentence: str) -> None:
    start, _end = evening()
    with pytest.raises(WrongTime) as refused:
        allocating.take(wanted(SpaceFactory(), ends_at=start + length))
    assert str(refused.value) == sentence
    assert not Use.objects.exists()


@pytest.mark.parametrize("year", [2040, 9999])
def test_take_refuses_what_is_too_far_ahead(year: int) -> None:
    start = datetime(year, 12, 31, 18, tzinfo=UTC)
    with pytest.raises(WrongTime, match="Zo ver vooruit plannen wij nog niet"):
        allocating.take(wanted(SpaceFactory(), starts_at=start, ends_at=start + timedelta(hours=1)))


def test_a_time_that_the_clock_skips_is_refused_before_it_is_asked() -> None:
    with pytest.raises(NoSuchTime, match="gaat de klok een uur vooruit of terug"):
        local_time.at(date(2027, 3, 28), time(2, 30))


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        (21, "Er passen 20 mensen in Zaal X."),
        (10_000, "Er passen 20 mensen in Zaal X."),
        (-1, "Vul in met hoeveel mensen je komt."),
    ],
)
def test_take_refuses_more_people_than_fit(people: int, sentence: str) -> None:
    with pytest.raises(DoesNotFit) as refused:
        allocating.take(wanted(SpaceFactory(name="Zaal X"), people=people))
    assert str(refused.value) == sentence


def test_take_refuses_absurd_numbers_where_nobody_wrote_down_what_fits() -> None:
    space = SpaceFactory(capacity=0)
    allocating.take(wanted(space, people=500))
    with pytest.raises(DoesNotFit, match="Er passen 10000 mensen"):
        allocating.take(wanted(space, people=10**12, days=8))


def test_take_refuses_a_layout_that_is_not_offered() -> None:
    with pytest.raises(DoesNotFit, match="Zo kan deze zaal niet staan"):
        allocating.take(wanted(SpaceFactory(), layout=Layout.DINNER))


def test_take_refuses_a_space_out_of_use_or_without_parts() -> None:
    with pytest.raises(DoesNotFit, match="niet in gebruik"):
        allocating.take(wanted(SpaceFactory(is_active=False)))
    with pytest.raises(DoesNotFit, match="nog niet af"):
        allocating.take(wanted(SpaceFactory(parts=[])))
    assert not Use.objects.exists()


# The fire rule -----------------------------------------------------------------------------------


def test_house_is_full_over_all_spaces_staff_counted() -> None:
    house = hall()
    BuildingFactory(centre=house.centre, maximum_people=40)
    allocating.take(wanted(house.a, people=18, staff=2))
    with pytest.raises(HouseFull, match="te veel mensen in huis"):
        allocating.take(wanted(house.b, people=20, staff=1))
    allocating.take(wanted(house.b, people=19, staff=1))
    allocating.take(wanted(house.b, people=30, days=8))  # another day


def test_house_is_counted_at_its_fullest_moment_not_added_up() -> None:
    centre = CentreFactory()
    BuildingFactory(centre=centre, maximum_people=20)
    for hour in (16, 17, 18, 19):
        allocating.take(wanted(SpaceFactory(centre=centre), people=10, hour=hour, hours=1))
    allocating.take(wanted(SpaceFactory(centre=centre), people=10, hour=16, hours=4))
    with pytest.raises(HouseFull):
        allocating.take(wanted(SpaceFactory(centre=centre), people=1, hour=18, hours=1))


def test_change_to_more_people_than_the_house_holds_is_refused() -> None:
    space = SpaceFactory()
    BuildingFactory(centre=space.centre, maximum_people=15)
    use = allocating.take(wanted(space, people=10))
    with pytest.raises(HouseFull):
        allocating.change(use, people=16)
    use.refresh_from_db()
    assert use.people == 10


def test_asked_uses_do_not_count_until_they_are_held() -> None:
    house = hall()
    BuildingFactory(centre=house.centre, maximum_people=25)
    allocating.take(wanted(house.a, people=20))
    asked = allocating.take(wanted(house.b, people=20), hold=Hold.REQUESTED)
    with pytest.raises(HouseFull):
        allocating.hold(asked, Hold.FIRM)
    asked.refresh_from_db()
    assert asked.hold == Hold.REQUESTED


# Equipment ---------------------------------------------------------------------------------------


def test_counted_equipment_stays_within_the_stock() -> None:
    house = hall()
    beamer = EquipmentFactory(centre=house.centre, name="beamer", stock=3)
    allocating.take(wanted(house.a, equipment={beamer.pk: 2}))
    with pytest.raises(OutOfStock) as refused:
        allocating.take(wanted(house.b, equipment={beamer.pk: 2}))
    assert str(refused.value) == "Er zijn dan nog 1 van: beamer."
    allocating.take(wanted(house.b, equipment={beamer.pk: 1}))
    assert sorted(EquipmentUse.objects.values_list("count", flat=True)) == [1, 2]


def test_equipment_is_taken_from_setting_up_until_clearing_up() -> None:
    house = hall()
    house.a.before_minutes = 30
    house.a.save()
    beamer = EquipmentFactory(centre=house.centre, stock=1)
    allocating.take(wanted(house.a, equipment={beamer.pk: 1}))
    with pytest.raises(OutOfStock):
        allocating.take(wanted(house.b, hour=16, equipment={beamer.pk: 1}))


def test_unique_equipment_is_a_part_that_only_one_can_use() -> None:
    house = hall()
    light = EquipmentFactory(
        centre=house.centre, name="podiumlicht", part=PartFactory(centre=house.centre)
    )
    use = allocating.take(wanted(house.a, equipment={light.pk: 1}))
    assert allocating.wanted_of(use).equipment == {light.pk: 1}
    with pytest.raises(OutOfStock, match=r"^podiumlicht is dan al in gebruik\.$"):
        allocating.take(wanted(house.b, equipment={light.pk: 1}))
    with pytest.raises(OutOfStock, match="Er is er maar één van: podiumlicht"):
        allocating.take(wanted(house.b, days=8, equipment={light.pk: 2}))


def test_equipment_that_stands_in_the_space_comes_with_it() -> None:
    house = hall()
    piano = EquipmentFactory(centre=house.centre, stock=0)
    piano.fixed_in.set([house.a])
    use = allocating.take(wanted(house.a, equipment={piano.pk: 1}))
    assert not use.equipment_uses.exists()
    with pytest.raises(OutOfStock):
        allocating.take(wanted(house.b, equipment={piano.pk: 1}))


@pytest.mark.parametrize("is_there", [True, False])
def test_equipment_of_another_house_is_refused(is_there: bool) -> None:
    foreign = EquipmentFactory().pk if is_there else uuid4()
    with pytest.raises(OutOfStock, match="Niet alles wat je vraagt is in dit huis"):
        allocating.take(wanted(SpaceFactory(), equipment={foreign: 1}))


def test_none_of_an_equipment_is_none() -> None:
    space = SpaceFactory()
    beamer = EquipmentFactory(centre=space.centre)
    use = allocating.take(wanted(space, equipment={beamer.pk: 0}))
    assert not use.equipment_uses.exists()


# Hours and buffers: hirers and staff -----------------------------------------------------------------


def closed_house() -> tuple:
    space = SpaceFactory()
    weekday = timezone.localdate(evening()[0]).isoweekday()
    HireHours.objects.create(centre=space.centre, weekday=weekday, opens=time(9), closes=time(18))
    return space, planner()


def test_booking_outside_the_hours_is_refused_whoever_forgot_to_say_who_asks() -> None:
    space, _by = closed_house()
    with pytest.raises(Closed, match=r"^Die dag verhuren wij van 9\.00 tot 18\.00 uur\.$"):
        allocating.take(wanted(space))


def test_staff_may_book_outside_the_hours_with_a_reason() -> None:
    space, by = closed_house()
    with pytest.raises(Closed):
        allocating.take(wanted(space, by=by))
    use = allocating.take(wanted(space, by=by, hours_reason="De burgemeester komt."))
    assert use.hours_reason == "De burgemeester komt."


@pytest.mark.parametrize("role", [None, Role.HOST, Role.TREASURER])
def test_reason_of_who_does_not_plan_rooms_does_not_count(role: Role | None) -> None:
    space, _by = closed_house()
    with pytest.raises(Closed):
        allocating.take(wanted(space, by=PersonFactory(role=role), hours_reason="Ik wil het."))
    with pytest.raises(Closed):
        allocating.take(wanted(space, hours_reason="Ik wil het."))


def test_reason_of_who_plans_another_house_does_not_count() -> None:
    space, _by = closed_house()
    elsewhere = StaffRoleFactory(role=Role.VENUE, centre=CentreFactory()).person
    with pytest.raises(Closed):
        allocating.take(wanted(space, by=elsewhere, hours_reason="Ik wil het."))


@pytest.mark.parametrize("kind", [UseKind.ACTIVITY, UseKind.SHIFT, UseKind.CLOSURE])
def test_own_use_of_the_house_is_not_bound_to_the_hours_of_hire(kind: UseKind) -> None:
    space, _by = closed_house()
    assert allocating.take(wanted(space, kind=kind)).kind == kind


def test_moving_a_booking_asks_for_the_reason_anew() -> None:
    space, by = closed_house()
    use = allocating.take(wanted(space, by=by, hours_reason="De burgemeester komt."))
    with pytest.raises(Closed):
        allocating.change(use, ends_at=use.ends_at + timedelta(hours=1))
    assert allocating.change(use, people=5).hours_reason == "De burgemeester komt."
    moved = allocating.change(
        use, ends_at=use.ends_at + timedelta(hours=1), hours_reason="Hij blijft eten.", by=by
    )
    assert moved.hours_reason == "Hij blijft eten."


def test_what_was_agreed_is_not_asked_again() -> None:
    space, by = closed_house()
    use = allocating.take(wanted(space, by=by, people=20, hours_reason="De burgemeester komt."))
    by.staff_roles.all().delete()
    space.layouts.update(capacity=10)
    space.before_minutes = 30
    space.is_active = False
    space.save()
    shorter = allocating.change(use, ends_at=use.ends_at - timedelta(hours=1), set_up="Rijen.")
    assert (shorter.hours_reason, shorter.before_minutes) == ("De burgemeester komt.", 0)
    with pytest.raises(DoesNotFit, match="niet in gebruik"):
        allocating.change(use, people=12)


def test_closed_day_is_closed_for_hirers() -> None:
    space = SpaceFactory()
    SpecialDayFactory(date=timezone.localdate(evening()[0]), reason="Kerst", centre=space.centre)
    with pytest.raises(Closed, match=r"^Dan is het huis dicht\. .*: dicht\. Kerst\.$"):
        allocating.take(wanted(space))


def test_buffer_is_dropped_by_staff_with_a_reason_only() -> None:
    space, by = SpaceFactory(before_minutes=30), planner()
    with pytest.raises(NoBuffer, match="Schrijf op waarom"):
        allocating.take(wanted(space, before_minutes=0, by=by))
    with pytest.raises(NoBuffer, match="Alleen wie de zalen plant"):
        allocating.take(wanted(space, before_minutes=0, buffer_reason="Zelfde opstelling."))
    use = allocating.take(
        wanted(space, before_minutes=0, buffer_reason="Zelfde opstelling.", by=by)
    )
    assert (use.before_minutes, use.allocations.count()) == (0, 1)


def test_own_use_drops_a_buffer_with_a_reason() -> None:
    space = SpaceFactory(before_minutes=30)
    with pytest.raises(NoBuffer):
        allocating.take(wanted(space, kind=UseKind.ACTIVITY, before_minutes=0))
    allocating.take(
        wanted(space, kind=UseKind.ACTIVITY, before_minutes=0, buffer_reason="Zelfde groep.")
    )


def test_more_buffer_needs_no_reason_and_less_than_none_is_refused() -> None:
    space = SpaceFactory(before_minutes=30)
    assert allocating.take(wanted(space, before_minutes=90)).before_minutes == 90
    with pytest.raises(WrongTime):
        allocating.take(wanted(space, days=8, before_minutes=-5, buffer_reason="x", by=planner()))


def test_closing_a_space_needs_no_time_to_set_up() -> None:
    use = allocating.take(wanted(SpaceFactory(before_minutes=30), kind=UseKind.CLOSURE))
    assert (use.before_minutes, use.allocations.count()) == (0, 1)
