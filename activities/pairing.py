"""How old dates find their moment in a new rule.

The organiser says on which day the first date in scope falls then; all others shift by as many days (not to a list of
days: those are said one by one). Of the new rule a date takes the moment of that day, else one in the same week, else
(of a monthly rule) in the same month. A date for which none is left falls away: it is called off when nobody is on its
list, and somebody must say what happens when there are people. A moment that is left over is a new date, unless an old
day that was skipped or left out stands for it: what was decided stays decided (activities.series).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone

from activities.models import Occurrence, Series
from lokaal import repeating


def by_rule(
    of: Series, dates: Sequence[Occurrence]
) -> tuple[list[Occurrence], list[date], list[Occurrence]]:
    """The dates that the rule made, all days that it decided on since, and the dates that somebody added to it.

    Added ones (to make up for a day, in a course) belong to the series, but a new rule does not move them. Nor does it
    a date that somebody moved out of the past.
    """
    if not dates:
        return [], [], []
    first = slot_day(dates[0])
    old = repeating.between(of.rule, first, decided(of, first))
    now = timezone.now()
    moments = {planned.starts_at for planned in repeating.plan_on(old, of.rule)}
    regular = [
        one for one in dates if now < one.original_starts_at and one.original_starts_at in moments
    ]
    extra = [one for one in dates if one not in regular]
    return regular, [on for on in old if regular and on >= slot_day(regular[0])], extra


def pairs(
    old: Sequence[date], new: Sequence[date], shift: timedelta, *, is_monthly: bool
) -> dict[date, date]:
    """Which day of the new rule stands for which old day, each at most once."""
    found: dict[date, date] = {}
    free = set(new)
    periods = [lambda on: on, lambda on: on.isocalendar()[:2]]
    if is_monthly:
        periods.append(lambda on: (on.year, on.month))
    for period in periods:
        for on in old:
            wish = on + shift
            near = sorted(
                (one for one in free if period(one) == period(wish)),
                key=lambda one: (abs(one - wish), one),
            )
            if on not in found and near:
                found[on] = near[0]
                free.discard(near[0])
    return found


def slot_day(occurrence: Occurrence) -> date:
    """The local day that the rule has for a date."""
    return timezone.localdate(occurrence.original_starts_at)


def decided(of: Series, first: date) -> date:
    return max(first, of.planned_until or of.last_on or first)
