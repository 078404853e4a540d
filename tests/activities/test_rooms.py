"""The rooms of dates: what names a space of the house is held for the date, and moves along with it."""

from datetime import timedelta

import pytest

from activities import organising, planning
from activities.exceptions import NoRoom
from activities.models import Occurrence
from tests.activities.factories import ActivityFactory
from tests.parallel import at_once
from tests.venue.factories import SpaceFactory, evening
from venue import allocating
from venue.models import Hold, Use, UseKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def space(centre):
    return SpaceFactory(centre=centre, name="Atelier")


@pytest.fixture
def centre():
    return ActivityFactory().centre


@pytest.fixture
def activity(centre):
    return ActivityFactory(centre=centre, title="Naaicafé", room="atelier", default_capacity=10)


def planned(activity, **changes):
    starts_at, ends_at = evening()
    return planning.plan(activity, starts_at=starts_at, ends_at=ends_at, **changes)


def uses():
    return list(
        Use.objects.shown().values_list("space__name", "kind", "title", "people", "starts_at")
    )


def test_plan_holds_the_room_that_the_activity_names(space, activity):
    occurrence = planned(activity)
    assert occurrence.use.space == space
    assert uses() == [("Atelier", UseKind.ACTIVITY, "Naaicafé", 10, occurrence.starts_at)]


def test_plan_holds_nothing_for_words_that_name_no_space(space, activity):
    assert planned(activity, room="Bij de voordeur").use is None
    assert uses() == []


def test_plan_holds_no_space_of_another_house(activity):
    SpaceFactory(name="Atelier")
    assert planned(activity).use is None


def test_plan_refuses_a_room_that_somebody_has_and_says_what_is_free(space, activity, centre):
    SpaceFactory(centre=centre, name="Huiskamer")
    planned(activity)
    other = ActivityFactory(centre=centre, room="Atelier")
    with pytest.raises(NoRoom) as refusal:
        planned(other)
    assert "Atelier is dan al bezet" in str(refusal.value)
    assert "Wel vrij: " in str(refusal.value)
    assert Occurrence.objects.filter(activity=other).count() == 0


def test_move_takes_the_room_along(space, activity):
    occurrence = planned(activity)
    starts_at, ends_at = evening(days=8)
    planning.move(occurrence, starts_at=starts_at, ends_at=ends_at, by=None)
    assert uses() == [("Atelier", UseKind.ACTIVITY, "Naaicafé", 10, starts_at)]


def test_move_refuses_a_time_when_the_room_is_not_free(space, activity, centre):
    occurrence = planned(activity)
    was = occurrence.starts_at
    later = occurrence.starts_at + timedelta(days=1)
    planning.plan(
        ActivityFactory(centre=centre, room="Atelier"),
        starts_at=later,
        ends_at=later + timedelta(hours=3),
    )
    with pytest.raises(NoRoom):
        planning.move(occurrence, starts_at=later, ends_at=later + timedelta(hours=2), by=None)
    occurrence.refresh_from_db()
    assert occurrence.starts_at == was
    assert occurrence.use.starts_at == was


def test_cancel_lets_go_and_reinstate_takes_again(space, activity):
    occurrence = planned(activity)
    planning.cancel(occurrence, reason="Ziek", by=None)
    assert uses() == []
    planning.reinstate(occurrence, by=None)
    assert uses() == [("Atelier", UseKind.ACTIVITY, "Naaicafé", 10, occurrence.starts_at)]


def test_reinstate_refuses_when_somebody_has_the_room_by_now(space, activity, centre):
    occurrence = planned(activity)
    planning.cancel(occurrence, reason="Ziek", by=None)
    planned(ActivityFactory(centre=centre, room="Atelier"))
    with pytest.raises(NoRoom):
        planning.reinstate(occurrence, by=None)
    occurrence.refresh_from_db()
    assert occurrence.is_cancelled


def test_change_to_another_room_lets_go_of_the_first(space, activity, centre):
    SpaceFactory(centre=centre, name="Huiskamer")
    occurrence = planned(activity)
    planning.change(occurrence, room="Huiskamer", capacity=12, note="", title="", by=None)
    assert uses() == [("Huiskamer", UseKind.ACTIVITY, "Naaicafé", 12, occurrence.starts_at)]
    planning.change(occurrence, room="In het park", capacity=12, note="", title="", by=None)
    assert uses() == []


def test_edit_moves_every_date_to_come_or_none(space, activity, centre):
    SpaceFactory(centre=centre, name="Huiskamer")
    first = planned(activity)
    starts_at, ends_at = evening(days=14)
    second = planning.plan(activity, starts_at=starts_at, ends_at=ends_at)
    blocker = planning.plan(
        ActivityFactory(centre=centre, room="Huiskamer"), starts_at=starts_at, ends_at=ends_at
    )
    with pytest.raises(NoRoom):
        organising.edit(activity, room="Huiskamer")
    assert {use.space.name for use in Use.objects.filter(occurrence__in=[first, second])} == {
        "Atelier"
    }
    planning.cancel(blocker, reason="", by=None)
    organising.edit(activity, room="Huiskamer")
    assert {use.space.name for use in Use.objects.filter(occurrence__in=[first, second])} == {
        "Huiskamer"
    }


def test_planned_dates_say_when_the_room_is_taken(space, activity, centre):
    blocker = planned(ActivityFactory(centre=centre, room="Atelier"))
    local = blocker.starts_at.astimezone()
    day = evening()[0].date()
    found = organising.planned_dates(
        activity,
        first=day,
        starts=local.replace(hour=19, minute=0).time(),
        ends=local.replace(hour=21, minute=0).time(),
        every_weeks=1,
        times=2,
    )
    assert [bool(date.problem) for date in found] == [True, False]
    assert "Atelier" in found[0].problem


@pytest.mark.django_db(transaction=True)
def test_two_dates_at_the_same_moment_get_the_room_once(space, activity, centre):
    other = ActivityFactory(centre=centre, room="Atelier")
    results = at_once(lambda: planned(activity), lambda: planned(other))
    assert sorted(type(result).__name__ for result in results) == ["NoRoom", "Occurrence"]
    assert Use.objects.filter(hold=Hold.FIRM).count() == 1
    assert Occurrence.objects.count() == 1


def test_released_use_of_a_date_is_history(space, activity):
    occurrence = planned(activity)
    allocating.release(occurrence.use)
    occurrence.refresh_from_db()
    planning.change(occurrence, room="", capacity=8, note="", title="", by=None)
    occurrence.refresh_from_db()
    assert occurrence.use.hold == Hold.FIRM
    assert Use.objects.count() == 2


def test_room_of_a_date_follows_when_the_planner_gives_it_another(space, activity, centre):
    SpaceFactory(centre=centre, name="Huiskamer")
    occurrence = planned(activity)
    before = occurrence.sequence
    other = planned(ActivityFactory(centre=centre, room="Huiskamer"))
    allocating.swap(occurrence.use, other.use)
    for one in (occurrence, other):
        one.refresh_from_db()
    assert (occurrence.place, other.place) == ("Huiskamer", "Atelier")
    assert occurrence.sequence == before + 1


def test_room_that_the_activity_changes_stays_the_activitys(space, activity, centre):
    SpaceFactory(centre=centre, name="Huiskamer")
    occurrence = planned(activity)
    organising.edit(activity, room="Huiskamer")
    occurrence.refresh_from_db()
    assert (occurrence.room, occurrence.place) == ("", "Huiskamer")
