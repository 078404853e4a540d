"""Bookings that come back."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from lokaal.centres.models import SchoolHoliday
from lokaal.repeating import Every, Rule, WrongRule
from tests.centres.factories import SpecialDayFactory
from tests.parallel import at_once
from tests.venue.wanting import ASTRAY, OVERLAPS, Hall, booking_at, count, hall, planner, wanted
from venue import allocating, series
from venue.allocating import Wanted
from venue.exceptions import NotNow, Taken
from venue.models import (
    Booking,
    BookingDate,
    BookingSeries,
    BookingState,
    DateState,
    Hold,
    Space,
    Use,
    UseKind,
)
from venue.searching import State
from venue.series import Scope

pytestmark = pytest.mark.django_db

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FIRST = date(2027, 1, 5)  # a Tuesday


@pytest.fixture(autouse=True)
def december() -> Any:
    with time_machine.travel(local("2026-12-01 12:00"), tick=False):
        yield


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def rule(**changes: Any) -> Rule:
    """Four Tuesday evenings of January 2027."""
    fields: dict[str, Any] = {
        "every": Every.WEEK,
        "first_on": FIRST,
        "last_on": date(2027, 1, 26),
        "starts": time(19),
        "ends": time(22),
    }
    return Rule(**fields | changes)


def evening_of(space: Space, on: date, **changes: Any) -> Wanted:
    return wanted(
        space,
        starts_at=local(f"{on} 19:00"),
        ends_at=local(f"{on} 22:00"),
        kind=UseKind.ACTIVITY,
        **changes,
    )


def saved(house: Hall, booking: Booking | None = None, **changes: Any) -> series.Saved:
    return series.save(
        booking or booking_at(house),
        rule(**changes),
        wanted(house.a, people=10),
        hold=Hold.FIRM,
    )


def states(saved_series: series.Saved) -> list[tuple[str, str]]:
    """The day and state of every date, in order."""
    dates = BookingDate.objects.filter(booking=saved_series.series.booking)
    return [(f"{one.original_on:%d-%m}", one.state) for one in dates.order_by("original_on")]


def times(dates: Any) -> list[str]:
    found = BookingDate.objects.filter(pk__in=[one.pk for one in dates]).order_by("original_on")
    return [f"{timezone.localtime(one.use.starts_at):%d-%m %H:%M}" for one in found]


# Preview and save ----------------------------------------------------------------------------------


def test_preview_says_of_every_date_what_it_would_meet_and_writes_nothing() -> None:
    house = hall()
    toneel = allocating.take(evening_of(house.a, date(2027, 1, 12), title="Toneel"))
    SpecialDayFactory(date=date(2027, 1, 19), reason="Verbouwing", centre=house.centre)
    SchoolHoliday.objects.create(
        name="Vakantie", starts_on=date(2027, 1, 25), ends_on=date(2027, 1, 31)
    )
    found = series.preview(
        rule(), wanted(house.a, people=10), for_staff=True, skips_school_holidays=True
    )
    assert [(one.planned.on.day, one.state, one.reason) for one in found] == [
        (5, State.FREE, ""),
        (12, State.TAKEN, "Zaal A is dan al bezet."),
        (19, None, "Verbouwing"),
        (26, None, "Vakantie"),
    ]
    taken = found[1].checked
    assert taken
    assert (taken.use, taken.other) == (toneel, house.b)
    assert Use.objects.count() == 1


def test_preview_says_closed_where_closed_days_are_not_left_out() -> None:
    house = hall()
    SpecialDayFactory(date=date(2027, 1, 19), reason="Verbouwing", centre=house.centre)
    found = series.preview(rule(), wanted(house.a), for_staff=False, skips_closed_days=False)
    assert [one.state for one in found] == [State.FREE, State.FREE, State.CLOSED, State.FREE]


def test_save_takes_what_is_free_and_keeps_the_rest_with_the_reason() -> None:
    house = hall()
    allocating.take(evening_of(house.a, date(2027, 1, 12)))
    result = saved(house)
    assert states(result) == [
        ("05-01", "planned"),
        ("12-01", "refused"),
        ("19-01", "planned"),
        ("26-01", "planned"),
    ]
    refused = result.refused[0]
    assert (refused.reason, refused.use.hold) == ("Zaal A is dan al bezet.", Hold.RELEASED)
    assert Use.objects.filter(hold=Hold.FIRM, kind=UseKind.BOOKING).count() == 3
    assert times(result.dates)[0] == "05-01 19:00"
    assert count(OVERLAPS) == count(ASTRAY) == 0


def test_save_meets_what_the_preview_said() -> None:
    house = hall()
    for on in (date(2027, 1, 5), date(2027, 1, 26)):
        allocating.take(evening_of(house.whole, on))
    seen = series.preview(rule(), wanted(house.a), for_staff=False)
    result = saved(house)
    assert [one.is_free for one in seen] == [state == "planned" for _day, state in states(result)]


def test_save_keeps_skipped_days_and_days_that_were_unticked() -> None:
    house = hall()
    SpecialDayFactory(date=date(2027, 1, 19), reason="Verbouwing", centre=house.centre)
    result = series.save(
        booking_at(house),
        rule(),
        wanted(house.a),
        hold=Hold.FIRM,
        only={date(2027, 1, 12): False},
    )
    assert [(one.state, one.reason) for one in result.dates] == [
        (DateState.PLANNED, ""),
        (DateState.SKIPPED, ""),
        (DateState.SKIPPED, "Verbouwing"),
        (DateState.PLANNED, ""),
    ]


def test_save_of_a_time_that_does_not_exist_leaves_that_day_out() -> None:
    house = hall()
    result = saved(
        house,
        first_on=date(2027, 3, 21),
        last_on=date(2027, 4, 4),
        starts=time(2, 30),
        ends=time(5),
    )
    assert [one.on for one in result.left_out] == [date(2027, 3, 28)]
    assert [f"{one.original_on:%d-%m}" for one in result.dates] == ["21-03", "04-04"]


def test_save_of_three_years_is_refused_and_writes_nothing() -> None:
    house = hall()
    with pytest.raises(WrongRule, match="Een reeks duurt hoogstens een jaar"):
        saved(house, last_on=date(2030, 1, 5))
    assert not BookingSeries.objects.exists()


def test_save_keeps_the_rule() -> None:
    asked = rule(every=Every.MONTH, nth=-1, last_on=date(2027, 4, 30))
    house = hall()
    result = series.save(booking_at(house), asked, wanted(house.a), hold=Hold.FIRM)
    kept = BookingSeries.objects.get(pk=result.series.pk).rule
    assert kept == Rule(
        **{**vars(asked), "first_on": date(2027, 1, 26), "last_on": date(2027, 4, 27)}
    )


# Mending -----------------------------------------------------------------------------------------


def test_offer_again_takes_what_came_free_and_renews_the_reason() -> None:
    house = hall()
    first = allocating.take(evening_of(house.a, date(2027, 1, 12)))
    allocating.take(evening_of(house.a, date(2027, 1, 19)))
    result = saved(house)
    allocating.release(first)
    changed = series.offer_again(result.series)
    assert [str(one.refusal or "") for one in changed] == ["", "Zaal A is dan al bezet."]
    assert states(result) == [
        ("05-01", "planned"),
        ("12-01", "planned"),
        ("19-01", "refused"),
        ("26-01", "planned"),
    ]
    assert series.offer_again(result.series)[0].date.original_on == date(2027, 1, 19)


def test_skipped_date_frees_its_space_and_can_come_back() -> None:
    house = hall()
    result = saved(house)
    one = result.dates[1]
    for _twice in range(2):
        assert series.skip(one, reason="Carnaval").state == DateState.SKIPPED
    guest = allocating.take(evening_of(house.a, date(2027, 1, 12)))
    with pytest.raises(Taken, match="Zaal A is dan al bezet"):
        series.bring_back(one)
    assert states(result)[1] == ("12-01", "skipped")
    allocating.release(guest)
    for _twice in range(2):
        assert series.bring_back(one).state == DateState.PLANNED
    assert Use.objects.get(pk=one.use_id).hold == Hold.FIRM


def test_date_comes_back_as_firmly_as_the_booking_stands() -> None:
    house = hall()
    until = timezone.now() + timedelta(days=5)
    booking = booking_at(house, BookingState.OPTION, option_until=until)
    result = series.save(booking, rule(), wanted(house.a), hold=Hold.OPTION, held_until=until)
    one = series.bring_back(series.skip(result.dates[0]))
    assert (one.use.hold, one.use.held_until) == (Hold.OPTION, until)


@pytest.mark.django_db(transaction=True)
def test_skip_and_bring_back_at_the_same_moment_do_no_harm() -> None:
    house = hall()
    one = saved(house).dates[0]
    results = at_once(
        lambda: series.skip(one),
        lambda: series.bring_back(one),
        lambda: series.skip(one),
        lambda: series.bring_back(one),
    )
    assert [type(result) for result in results] == [BookingDate] * 4
    assert count(OVERLAPS) == count(ASTRAY) == 0


def test_the_past_is_not_skipped_or_brought_back_or_changed() -> None:
    house = hall()
    one = saved(house).dates[0]
    with time_machine.travel(local("2027-01-05 19:30"), tick=False):
        for action in (
            lambda: series.skip(one),
            lambda: series.change(one, Scope.THIS, people=5),
            lambda: series.change(one, Scope.FOLLOWING, people=5),
        ):
            with pytest.raises(NotNow, match="blijft zoals hij was"):
                action()


# This, the following, all --------------------------------------------------------------------------


def test_change_of_one_date_leaves_the_others() -> None:
    house = hall()
    result = saved(house)
    series.change(result.dates[1], Scope.THIS, starts=time(20), ends=time(23))
    assert times(result.dates) == ["05-01 19:00", "12-01 20:00", "19-01 19:00", "26-01 19:00"]
    assert BookingSeries.objects.count() == 1
    assert BookingDate.objects.get(pk=result.dates[1].pk).sequence == 1


def test_change_of_the_following_makes_a_series_of_their_own() -> None:
    house = hall()
    result = saved(house)
    changed = series.change(result.dates[2], Scope.FOLLOWING, starts=time(20), ends=time(0))
    assert [one.refusal for one in changed] == [None, None]
    assert times(result.dates) == ["05-01 19:00", "12-01 19:00", "19-01 20:00", "26-01 20:00"]
    old, new = BookingSeries.objects.order_by("first_on")
    assert (old.last_on, old.starts) == (date(2027, 1, 12), time(19))
    assert (new.first_on, new.last_on, new.starts) == (
        date(2027, 1, 19),
        date(2027, 1, 26),
        time(20),
    )


def test_change_of_all_leaves_the_past() -> None:
    house = hall()
    result = saved(house)
    with time_machine.travel(local("2027-01-13 12:00"), tick=False):
        series.change(result.dates[3], Scope.ALL, starts=time(18), space=house.b)
    assert times(result.dates) == ["05-01 19:00", "12-01 19:00", "19-01 18:00", "26-01 18:00"]
    assert list(Use.objects.order_by("starts_at").values_list("space__name", flat=True)) == [
        "Zaal A",
        "Zaal A",
        "Zaal B",
        "Zaal B",
    ]


@pytest.mark.parametrize("days_later", [1, 7, -7])
def test_change_to_another_day_does_not_meet_itself(days_later: int) -> None:
    house = hall()
    result = saved(house)
    changed = series.change(result.dates[0], Scope.ALL, days_later=days_later)
    assert [one.refusal for one in changed] == [None] * 4
    shift = timedelta(days=days_later)
    assert times(result.dates) == [
        f"{on + shift:%d-%m} 19:00" for on in (FIRST + timedelta(weeks=n) for n in range(4))
    ]


def test_change_that_cannot_be_on_one_date_says_so_and_leaves_that_one() -> None:
    house = hall()
    allocating.take(evening_of(house.b, date(2027, 1, 12)))
    result = saved(house)
    seen = series.preview_change(result.dates[0], Scope.ALL, for_staff=True, space=house.b)
    changed = series.change(result.dates[0], Scope.ALL, space=house.b)
    assert [one.is_free for one in seen] == [one.refusal is None for one in changed]
    assert [str(one.refusal or "") for one in changed] == ["", "Zaal B is dan al bezet.", "", ""]
    spaces = [Use.objects.get(pk=one.use_id).space.name for one in result.dates]
    assert spaces == ["Zaal B", "Zaal A", "Zaal B", "Zaal B"]


def test_preview_of_a_change_does_not_meet_the_series_itself() -> None:
    house = hall()
    result = saved(house)
    seen = series.preview_change(
        result.dates[0], Scope.ALL, for_staff=True, starts=time(18), days_later=7
    )
    assert [(one.planned.on.day, one.state) for one in seen] == [
        (day, State.FREE) for day in (12, 19, 26, 2)
    ]


def test_change_to_a_time_that_does_not_exist_leaves_that_date() -> None:
    house = hall()
    result = saved(house, first_on=date(2027, 3, 21), last_on=date(2027, 3, 28))
    changed = series.change(result.dates[0], Scope.ALL, starts=time(2, 30), ends=time(5))
    assert [one.refusal is None for one in changed] == [True, False]
    assert times(result.dates) == ["21-03 02:30", "28-03 19:00"]


def test_change_by_staff_may_go_outside_the_hours() -> None:
    house = hall()
    result = saved(house)
    changed = series.change(
        result.dates[0], Scope.THIS, ends=time(2), by=planner(), hours_reason="Bruiloft."
    )
    assert changed[0].date.use.hours_reason == "Bruiloft."


def test_change_of_a_date_that_is_over_and_stands_alone_is_refused() -> None:
    house = hall()
    result = saved(house)
    BookingDate.objects.filter(pk=result.dates[0].pk).update(series=None)
    with (
        time_machine.travel(local("2027-01-13 12:00"), tick=False),
        pytest.raises(NotNow, match="blijft zoals hij was"),
    ):
        series.change(result.dates[0], Scope.ALL, starts=time(18))
