"""A use itself: the moment of a time on the clock within it."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from lokaal.local_time import NoSuchTime, at
from venue.models import Use

FRIDAY, SATURDAY = date(2026, 11, 27), date(2026, 11, 28)
EVENING = Use(starts_at=at(FRIDAY, time(19)), ends_at=at(SATURDAY, time(2)))


@pytest.mark.parametrize(
    ("clock", "moment"),
    [
        (time(20), at(FRIDAY, time(20))),
        (time(0, 30), at(SATURDAY, time(0, 30))),
        (time(2), at(SATURDAY, time(2))),
        (time(2, 30), at(FRIDAY, time(2, 30))),  # not in it: whoever asks is refused that time
        (time(18), at(FRIDAY, time(18))),
    ],
)
def test_moment_at_is_on_the_first_day_or_in_the_night_after_it(
    clock: time, moment: datetime
) -> None:
    assert EVENING.moment_at(clock) == moment


def test_moment_at_refuses_a_time_that_does_not_exist() -> None:
    use = Use(starts_at=at(date(2026, 3, 28), time(22)), ends_at=at(date(2026, 3, 29), time(4)))
    with pytest.raises(NoSuchTime):
        use.moment_at(time(2, 30))
