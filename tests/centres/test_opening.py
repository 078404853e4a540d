"""The door: open or closed at any minute, and said in words."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from lokaal.centres.models import Centre
from lokaal.centres.opening import (
    Hours,
    Opening,
    Special,
    first_moment,
    hours_in_words,
    opening_of,
    opening_status,
    special_ahead,
)
from tests.centres.factories import CentreFactory, SpecialDayFactory

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WEEKDAYS = dict.fromkeys(range(1, 6), (("9:00", "17:00"),))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def clock_times(pairs: Iterable[tuple[str, str]]) -> tuple[Hours, ...]:
    return tuple((time.fromisoformat(a.zfill(5)), time.fromisoformat(b.zfill(5))) for a, b in pairs)


def opening(week: dict[int, Iterable[tuple[str, str]]], *special: Special) -> Opening:
    return Opening(
        {day: clock_times(pairs) for day, pairs in week.items()}, {day.date: day for day in special}
    )


CHRISTMAS = Special(date(2026, 12, 25), "Eerste Kerstdag")
# 24 November 2026 is a Tuesday.


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("2026-11-24 08:59:59", "Nu dicht. Open om 9.00 uur"),
        ("2026-11-24 09:00", "Nu open tot 17.00 uur"),
        ("2026-11-24 16:59:59", "Nu open tot 17.00 uur"),
        ("2026-11-24 17:00", "Nu dicht. Morgen open om 9.00 uur"),
        ("2026-11-27 17:00", "Dicht tot maandag 30 november, 9.00 uur"),
        ("2026-11-29 12:00", "Nu dicht. Morgen open om 9.00 uur"),
    ],
)
def test_status_says_when_the_door_opens_and_closes(at: str, sentence: str) -> None:
    with time_machine.travel(local("2026-11-24 12:00"), tick=False):
        assert opening(WEEKDAYS).status(local(at)).sentence == sentence


def test_status_has_a_label_and_a_detail() -> None:
    door = opening(WEEKDAYS)
    with time_machine.travel(local("2026-11-24 12:00"), tick=False):
        found = [
            (status.label, status.detail)
            for status in (
                door.status(local("2026-11-24 12:00")),
                door.status(local("2026-11-24 08:00")),
                door.status(local("2026-11-24 20:00")),
                door.status(local("2026-11-28 12:00")),
            )
        ]
    assert found == [
        ("Nu open", "tot 17.00 uur"),
        ("Nu dicht", "open om 9.00 uur"),
        ("Nu dicht", "morgen open om 9.00 uur"),
        ("Nu dicht", "tot maandag 30 november, 9.00 uur"),
    ]


def test_night_runs_into_the_next_day() -> None:
    door = opening({6: [("20:00", "2:00")]})
    assert door.status(local("2026-11-28 23:00")).until == local("2026-11-29 02:00")
    assert door.status(local("2026-11-29 01:59")).sentence == "Nu open tot 2.00 uur"
    assert not door.status(local("2026-11-29 02:00")).is_open
    assert not door.status(local("2026-11-28 01:00")).is_open


def test_night_of_the_day_before_goes_on_when_today_is_closed() -> None:
    door = opening({4: [("20:00", "2:00")], 5: [("9:00", "17:00")]}, CHRISTMAS)
    status = door.status(local("2026-12-25 01:00"))
    assert (status.is_open, status.reason) == (True, "Eerste Kerstdag")
    assert not door.status(local("2026-12-25 10:00")).is_open


def test_special_day_closes_and_tells_why() -> None:
    status = opening(WEEKDAYS, CHRISTMAS).status(local("2026-12-25 10:00"))
    assert status.reason == "Eerste Kerstdag"
    assert status.opens_at == local("2026-12-28 09:00")


def test_special_day_keeps_other_hours_in_several_stretches() -> None:
    special = Special(
        date(2026, 11, 24), "Feest", clock_times([("10:00", "11:00"), ("14:00", "15:00")])
    )
    door = opening(WEEKDAYS, special)
    assert door.status(local("2026-11-24 09:30")).opens_at == local("2026-11-24 10:00")
    assert door.status(local("2026-11-24 11:30")).opens_at == local("2026-11-24 14:00")
    assert door.status(local("2026-11-24 14:30")).until == local("2026-11-24 15:00")
    assert door.status(local("2026-11-24 16:00")).opens_at == local("2026-11-25 09:00")


def test_stretches_that_touch_are_one() -> None:
    door = opening({2: [("9:00", "12:00"), ("12:00", "17:00"), ("16:00", "18:00")]})
    assert door.status(local("2026-11-24 11:00")).until == local("2026-11-24 18:00")


def test_midnight_joins_two_days() -> None:
    door = opening({6: [("20:00", "0:00")], 7: [("0:00", "3:00")]})
    assert door.status(local("2026-11-28 21:00")).until == local("2026-11-29 03:00")


def test_closing_at_midnight_is_said_in_words() -> None:
    door = opening({6: [("20:00", "0:00")]})
    assert door.status(local("2026-11-28 21:00")).sentence == "Nu open tot middernacht"


def test_day_and_night_has_no_closing_time() -> None:
    status = opening({day: [("0:00", "0:00")] for day in range(1, 8)}).status(
        local("2026-11-24 12:00")
    )
    assert (status.is_open, status.until) == (True, None)
    assert status.sentence == "Nu open dag en nacht"


def test_day_and_night_closes_for_a_special_day() -> None:
    door = opening({day: [("0:00", "0:00")] for day in range(1, 8)}, CHRISTMAS)
    with time_machine.travel(local("2026-11-24 12:00"), tick=False):
        status = door.status(local("2026-11-24 12:00"))
        assert status.until == local("2026-12-25 00:00")
        assert status.sentence == "Nu open tot vrijdag 25 december, 0.00 uur"


def test_centre_without_hours_is_closed_and_promises_nothing() -> None:
    status = opening({}).status(local("2026-11-24 12:00"))
    assert (status.is_open, status.opens_at) == (False, None)
    assert (status.sentence, status.detail) == ("Nu dicht", "")


def test_spring_skips_an_hour() -> None:
    # 28 March 2027: at 2.00 the clock jumps to 3.00.
    assert first_moment(date(2027, 3, 28), time(2, 30)) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    assert first_moment(date(2027, 3, 28), time(2, 0)) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    door = opening({7: [("2:30", "4:00")]})
    assert door.status(local("2027-03-28 03:00")).until == local("2027-03-28 04:00")
    assert door.status(local("2027-03-28 01:59")).opens_at == local("2027-03-28 03:00")


def test_spring_skips_a_whole_stretch() -> None:
    door = opening({7: [("2:10", "2:50")]})
    assert door.status(local("2027-03-28 01:00")).opens_at == local("2027-04-04 02:10")


def test_autumn_repeats_an_hour() -> None:
    # 25 October 2026: at 3.00 the clock goes back to 2.00.
    door = opening({6: [("22:00", "4:00")]})
    status = door.status(local("2026-10-24 22:00"))
    assert status.until is not None
    assert status.until - status.at.astimezone(UTC) == timedelta(hours=7)


# A naive oracle: walk the minutes, read the clock on the wall --------------------------------------

DST_WEEKS = [date(2026, 10, 21), date(2027, 3, 24), date(2026, 11, 23)]
MINUTES = 8 * 24 * 60
half_hours = st.integers(0, 47).map(lambda half: time(half // 2, 30 * (half % 2)))
hours = st.lists(st.tuples(half_hours, half_hours), max_size=3).map(tuple)


def oracle(door: Opening, first: date) -> list[bool]:
    """Open or closed, minute by minute, from local midnight of `first`: by looking at the clock only."""
    start = datetime.combine(first - timedelta(days=2), time.min, AMSTERDAM).astimezone(UTC)
    minutes = [start + timedelta(minutes=number) for number in range(MINUTES + 4 * 24 * 60)]
    walls = [minute.astimezone(AMSTERDAM).replace(tzinfo=None) for minute in minutes]
    reached: dict[datetime, int] = {}
    highest = walls[0] - timedelta(minutes=1)
    for number, wall in enumerate(walls):
        while highest < wall:
            highest += timedelta(minutes=1)
            reached[highest] = number
    is_open = [False] * len(minutes)
    for offset in range(-2, 9):
        day = first + timedelta(days=offset)
        for opens, closes in door.hours_on(day):
            end_day = day if closes > opens else day + timedelta(days=1)
            begin = reached[datetime.combine(day, opens)]
            end = reached[datetime.combine(end_day, closes)]
            is_open[begin:end] = [True] * (end - begin)
    return is_open[2 * 24 * 60 : 2 * 24 * 60 + MINUTES]


@settings(max_examples=25, deadline=None)
@given(
    first=st.sampled_from(DST_WEEKS),
    week=st.dictionaries(st.integers(1, 7), hours),
    special=st.dictionaries(st.integers(-1, 8), hours, max_size=3),
    step=st.integers(7, 29),
)
def test_status_agrees_with_the_clock_on_the_wall(
    first: date,
    week: dict[int, tuple[Hours, ...]],
    special: dict[int, tuple[Hours, ...]],
    step: int,
) -> None:
    days = {first + timedelta(days=offset): hours for offset, hours in special.items()}
    door = Opening(week, {day: Special(day, "anders", hours) for day, hours in days.items()})
    expected = oracle(door, first)
    start = datetime.combine(first, time.min, AMSTERDAM).astimezone(UTC)
    for number in range(0, MINUTES - 24 * 60, step):
        status = door.status(start + timedelta(minutes=number))
        assert status.is_open == expected[number], (number, status)
        change = next((n for n in range(number, MINUTES) if expected[n] != expected[number]), None)
        if change is not None:
            promised = status.until if status.is_open else status.opens_at
            assert promised == start + timedelta(minutes=change)


# Rows ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_hours_of_all_centres_come_in_one_query(
    django_assert_num_queries: CaptureQueriesContext,
) -> None:
    for _number in range(3):
        CentreFactory(hours={2: [("9:00", "12:00"), ("13:00", "17:00")]})
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = [
            opening_status(centre, local("2026-11-24 12:30")).opens_at
            for centre in Centre.objects.open_to_public().with_hours()
        ]
    assert found == [local("2026-11-24 13:00")] * 3


@pytest.mark.django_db
def test_status_loads_the_hours_itself() -> None:
    centre = CentreFactory(hours={2: [("9:00", "17:00")]})
    assert opening_status(centre, local("2026-11-24 12:00")).is_open


@pytest.mark.django_db
def test_own_special_day_beats_the_general_one() -> None:
    first = CentreFactory(hours={5: [("9:00", "17:00")]})
    second = CentreFactory(hours={5: [("9:00", "17:00")]})
    SpecialDayFactory(date=date(2026, 12, 25), reason="Kerst")
    SpecialDayFactory(
        date=date(2026, 12, 25), centre=first, reason="Kerstlunch", opens=time(12), closes=time(14)
    )
    at = local("2026-12-25 13:00")
    with time_machine.travel(local("2026-12-20 12:00"), tick=False):
        statuses = [opening_status(centre, at) for centre in (first, second)]
    assert [(status.is_open, status.reason) for status in statuses] == [
        (True, "Kerstlunch"),
        (False, "Kerst"),
    ]


@pytest.mark.django_db
def test_closed_beats_hours_on_the_same_date() -> None:
    centre = CentreFactory()
    SpecialDayFactory(date=date(2026, 12, 25), reason="Open", opens=time(12), closes=time(14))
    SpecialDayFactory(date=date(2026, 12, 25), reason="Dicht")
    with time_machine.travel(local("2026-12-20 12:00"), tick=False):
        assert special_ahead(opening_of(centre)) == [Special(date(2026, 12, 25), "Dicht")]


# In words -----------------------------------------------------------------------------------------


def test_week_is_said_in_runs_of_equal_days() -> None:
    week = {day: [("9:00", "21:30")] for day in range(1, 6)} | {6: [("10:00", "16:00")]}
    assert opening(week).week_in_words() == [
        "Maandag tot en met vrijdag: 9.00 tot 21.30 uur",
        "Zaterdag: 10.00 tot 16.00 uur",
    ]
    assert opening(week).week_in_words(with_closed_days=True)[-1] == "Zondag: dicht"


def test_two_equal_days_and_two_stretches_are_said() -> None:
    week = {day: [("9:00", "12:00"), ("13:00", "17:00")] for day in (6, 7)}
    assert opening(week).week_in_words() == [
        "Zaterdag en zondag: 9.00 tot 12.00 uur en 13.00 tot 17.00 uur"
    ]


def test_every_day_the_same_is_said_once() -> None:
    assert opening({day: [("0:00", "0:00")] for day in range(1, 8)}).week_in_words() == [
        "Elke dag: dag en nacht"
    ]


def test_hours_that_touch_are_said_as_one() -> None:
    assert (
        hours_in_words(clock_times([("9:00", "12:00"), ("12:00", "0:00")]))
        == "9.00 uur tot middernacht"
    )


def test_special_day_is_said_with_its_reason() -> None:
    with time_machine.travel(local("2026-12-20 12:00"), tick=False):
        assert CHRISTMAS.sentence == "Vrijdag 25 december: dicht. Eerste Kerstdag"
        other = Special(date(2026, 12, 24), "Kerstavond", clock_times([("9:00", "15:00")]))
        assert other.sentence == "Donderdag 24 december: 9.00 tot 15.00 uur. Kerstavond"
