"""When a house can be hired."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from lokaal.centres.models import Centre, Weekday
from lokaal.local_time import at
from tests.centres.factories import CentreFactory, SpecialDayFactory
from tests.venue.factories import SpaceFactory
from tests.venue.wanting import wanted
from venue import hours
from venue.models import HireHours

pytestmark = pytest.mark.django_db

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TUESDAY = date(2027, 2, 2)


def open_from(centre: Centre, opens: str, closes: str, *days: int) -> None:
    for day in days or Weekday.values:
        HireHours.objects.create(
            centre=centre,
            weekday=day,
            opens=time.fromisoformat(opens),
            closes=time.fromisoformat(closes),
        )


def problem(centre: Centre, starts: str, ends: str) -> str:
    """Why a booking from one local time to another cannot be; empty when it can."""
    space = SpaceFactory(centre=centre)
    times = [datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM) for text in (starts, ends)]
    return str(hours.problem(wanted(space, starts_at=times[0], ends_at=times[1])) or "")


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        ("2027-02-02 09:00", "2027-02-02 22:00", ""),
        ("2027-02-02 08:59", "2027-02-02 12:00", "Die dag verhuren wij van 9.00 tot 22.00 uur."),
        ("2027-02-02 19:00", "2027-02-02 22:01", "Die dag verhuren wij van 9.00 tot 22.00 uur."),
        ("2027-02-02 21:00", "2027-02-03 10:00", "Die dag verhuren wij van 9.00 tot 22.00 uur."),
        ("2027-02-07 12:00", "2027-02-07 14:00", "Op die dag verhuren wij niet."),
    ],
)
def test_booking_lies_within_the_hours_of_the_week(starts: str, ends: str, expected: str) -> None:
    centre = CentreFactory()
    open_from(centre, "09:00", "22:00", 1, 2, 3, 4, 5, 6)
    assert problem(centre, starts, ends) == expected


def test_hours_past_midnight_hold_the_next_morning_too() -> None:
    centre = CentreFactory()
    open_from(centre, "18:00", "02:00", 5)
    assert problem(centre, "2027-02-05 22:00", "2027-02-06 02:00") == ""
    assert problem(centre, "2027-02-06 00:30", "2027-02-06 01:30") == ""
    assert problem(centre, "2027-02-06 00:30", "2027-02-06 02:30") != ""


def test_hours_that_touch_are_one() -> None:
    centre = CentreFactory()
    open_from(centre, "09:00", "13:00")
    open_from(centre, "13:00", "18:00")
    open_from(centre, "20:00", "22:00")
    assert problem(centre, "2027-02-02 12:00", "2027-02-02 14:00") == ""
    assert problem(centre, "2027-02-02 17:00", "2027-02-02 21:00") == (
        "Die dag verhuren wij van 9.00 tot 18.00 uur en 20.00 tot 22.00 uur."
    )


def test_closed_day_of_the_house_or_of_all_houses_is_closed_for_hire() -> None:
    centre = CentreFactory()
    open_from(centre, "09:00", "22:00")
    SpecialDayFactory(date=TUESDAY, reason="Verbouwing")
    assert problem(centre, "2027-02-02 10:00", "2027-02-02 12:00") == (
        "Dan is het huis dicht. Dinsdag 2 februari 2027: dicht. Verbouwing."
    )
    assert problem(centre, "2027-02-03 10:00", "2027-02-03 12:00") == ""


def test_special_hours_of_a_day_hold_for_hire_too() -> None:
    centre = CentreFactory()
    open_from(centre, "09:00", "22:00")
    SpecialDayFactory(date=TUESDAY, centre=centre, reason="Kort", opens=time(10), closes=time(15))
    assert problem(centre, "2027-02-02 10:00", "2027-02-02 15:00") == ""
    assert problem(centre, "2027-02-02 09:00", "2027-02-02 15:00") == (
        "Die dag verhuren wij van 10.00 tot 15.00 uur."
    )


def test_house_without_hours_of_hire_is_closed_on_closed_days_only() -> None:
    centre = CentreFactory(hours={2: [("9:00", "12:00")]})
    assert problem(centre, "2027-02-02 20:00", "2027-02-03 03:00") == ""
    SpecialDayFactory(date=TUESDAY, centre=centre, reason="")
    assert problem(centre, "2027-02-02 20:00", "2027-02-02 21:00") == "Dan is het huis dicht."


def test_night_of_the_clock_change_is_as_long_as_it_is() -> None:
    centre = CentreFactory()
    open_from(centre, "22:00", "04:00", 6)  # Saturday 27 March 2027, the clock goes forward
    assert problem(centre, "2027-03-27 22:00", "2027-03-28 04:00") == ""
    assert problem(centre, "2027-03-27 22:00", "2027-03-28 04:01") != ""


def test_hours_of_all_houses_come_in_one_query(django_assert_num_queries) -> None:
    centres = [CentreFactory() for _ in range(5)]
    for centre in centres:
        open_from(centre, "09:00", "22:00")
    with django_assert_num_queries(1):
        found = hours.hire_openings()
    assert found.keys() == {centre.pk for centre in centres}
    assert all(
        opening.covers(at(TUESDAY, time(9)), at(TUESDAY, time(22))) for opening in found.values()
    )
