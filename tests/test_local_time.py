from datetime import UTC, date, datetime, time

import pytest

from lokaal import local_time


def test_at_gives_the_utc_moment_in_winter_and_summer() -> None:
    assert local_time.at(date(2026, 11, 24), time(19, 0)) == datetime(
        2026, 11, 24, 18, 0, tzinfo=UTC
    )
    assert local_time.at(date(2026, 7, 24), time(19, 0)) == datetime(2026, 7, 24, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2026, 10, 25)])
def test_at_refuses_the_hour_of_a_clock_change(day: date) -> None:
    with pytest.raises(local_time.NoSuchTime):
        local_time.at(day, time(2, 30))


def test_day_starts_at_midnight_on_the_day_of_a_clock_change() -> None:
    assert local_time.day_starts_at(date(2027, 3, 28)) == datetime(2027, 3, 27, 23, 0, tzinfo=UTC)
    assert local_time.day_starts_at(date(2026, 10, 25)) == datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
