"""From a rule to dates."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from lokaal import repeating
from lokaal.local_time import NoSuchTime
from lokaal.repeating import LAST, Every, Rule, WrongRule

TUESDAY = date(2027, 1, 5)


def rule(**changes: Any) -> Rule:
    """Every Tuesday evening of January 2027."""
    fields: dict[str, Any] = {
        "every": Every.WEEK,
        "first_on": TUESDAY,
        "last_on": date(2027, 1, 31),
        "starts": time(19),
        "ends": time(22),
    }
    return Rule(**fields | changes)


def days(**changes: Any) -> list[str]:
    return [f"{day:%d-%m}" for day in repeating.days(rule(**changes))]


def test_every_week_on_the_weekday_of_the_first_day() -> None:
    assert days() == ["05-01", "12-01", "19-01", "26-01"]


def test_every_few_weeks_up_to_and_including_the_last_day() -> None:
    assert days(interval=2) == ["05-01", "19-01"]
    assert days(interval=3, last_on=date(2027, 1, 26)) == ["05-01", "26-01"]


@pytest.mark.parametrize(
    ("nth", "expected"),
    [
        (None, ["05-01", "02-02", "02-03", "06-04"]),
        (1, ["05-01", "02-02", "02-03", "06-04"]),
        (2, ["12-01", "09-02", "09-03", "13-04"]),
        (LAST, ["26-01", "23-02", "30-03", "27-04"]),
    ],
)
def test_every_month_on_the_nth_or_last_weekday(nth: int | None, expected: list[str]) -> None:
    assert days(every=Every.MONTH, nth=nth, last_on=date(2027, 4, 30)) == expected


def test_a_fifth_weekday_means_the_last_of_every_month() -> None:
    fifth = date(2027, 3, 30)
    assert repeating.nth_of(fifth) == LAST
    assert days(every=Every.MONTH, first_on=fifth, last_on=date(2027, 5, 31)) == [
        "30-03",
        "27-04",
        "25-05",
    ]


def test_own_days_in_order_each_once() -> None:
    own = (date(2027, 3, 1), TUESDAY, date(2027, 3, 1))
    assert days(every=Every.OWN, own_days=own) == ["05-01", "01-03"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"last_on": date(2030, 1, 5)}, "Een reeks duurt hoogstens een jaar."),
        ({"last_on": TUESDAY - timedelta(days=1)}, "De laatste datum ligt voor de eerste."),
        ({"interval": 0}, "Kies om de hoeveel weken of maanden: 1 of meer."),
        ({"nth": 5, "every": Every.MONTH}, "Kies de eerste, tweede, derde, vierde of laatste"),
        ({"every": Every.OWN}, "Kies minstens één datum."),
        (
            {"every": Every.OWN, "own_days": (TUESDAY, date(2030, 1, 1))},
            "Een reeks duurt hoogstens een jaar.",
        ),
        (
            {"every": Every.MONTH, "nth": 1, "first_on": date(2027, 1, 20)},
            "In die weken valt geen enkele datum.",
        ),
        (
            {
                "every": Every.OWN,
                "own_days": tuple(TUESDAY + timedelta(days=n) for n in range(121)),
            },
            "Een reeks heeft hoogstens 120 datums.",
        ),
    ],
)
def test_rule_that_makes_no_series_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(WrongRule) as refused:
        repeating.days(rule(**changes))
    assert str(refused.value).startswith(sentence)


def test_plan_keeps_the_local_time_when_the_clock_changes() -> None:
    planned = repeating.plan(rule(first_on=date(2027, 3, 23), last_on=date(2027, 4, 1)))
    assert [one.starts_at for one in planned] == [
        datetime(2027, 3, 23, 18, tzinfo=UTC),
        datetime(2027, 3, 30, 17, tzinfo=UTC),
    ]


def test_plan_across_midnight_ends_on_the_next_day() -> None:
    planned = repeating.plan(rule(starts=time(21), ends=time(1)))[0]
    assert planned.starts_at
    assert planned.ends_at
    assert planned.ends_at - planned.starts_at == timedelta(hours=4)


@pytest.mark.parametrize("sunday", [date(2027, 3, 28), date(2027, 10, 31)])
def test_plan_says_which_date_has_no_such_time_and_keeps_the_others(sunday: date) -> None:
    week = timedelta(weeks=1)
    planned = repeating.plan(
        rule(first_on=sunday - week, last_on=sunday + week, starts=time(2, 30), ends=time(6))
    )
    assert [one.is_on for one in planned] == [True, False, True]
    assert isinstance(planned[1].problem, NoSuchTime)


def test_plan_skips_days_with_the_reason() -> None:
    planned = repeating.plan(rule(), skip={date(2027, 1, 12): "Voorjaarsvakantie"})
    assert [(one.is_on, one.skipped) for one in planned] == [
        (True, ""),
        (False, "Voorjaarsvakantie"),
        (True, ""),
        (True, ""),
    ]
    assert planned[1].starts_at  # it can come back


def test_moments_of_the_same_time_twice_are_refused() -> None:
    with pytest.raises(WrongRule, match="Het einde is gelijk aan het begin"):
        repeating.moments(TUESDAY, time(19), time(19))


@given(
    first=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    weeks=st.integers(0, 51),
    interval=st.integers(1, 8),
    starts=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    minutes=st.integers(1, 24 * 60 - 1),
)
def test_every_date_of_a_weekly_series_is_that_weekday_and_that_time_on_the_clock(
    first: date, weeks: int, interval: int, starts: time, minutes: int
) -> None:
    ends = (datetime.combine(first, starts) + timedelta(minutes=minutes)).time()
    planned = repeating.plan(
        rule(
            first_on=first,
            last_on=first + timedelta(weeks=weeks),
            interval=interval,
            starts=starts,
            ends=ends,
        )
    )
    assert len(planned) == weeks // interval + 1
    for nth, one in enumerate(planned):
        assert one.on == first + timedelta(weeks=nth * interval)
        if one.is_on:
            assert one.starts_at
            assert one.ends_at
            assert timezone.localtime(one.starts_at).time() == starts
            assert timezone.localtime(one.ends_at).time() == ends
            assert one.starts_at < one.ends_at
