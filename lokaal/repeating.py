"""From a rule to dates: every day, every working day, every (few) weeks, the last Friday of the month, or a list.

Days and times are local: a series at 19.00 is at 19.00 in summer and in winter. Nothing here asks the database; which
days to skip (school holidays, closed days) is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from dateutil.rrule import DAILY, MO, MONTHLY, WEEKLY, rrule, weekday
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lokaal import local_time
from lokaal.exceptions import Refusal

LONGEST = timedelta(days=366)
MOST_DATES = 120
MOST_BETWEEN = 99
ONE_DAY = timedelta(days=1)
LAST = -1  # the last such weekday of the month
MONDAY_TO_FRIDAY = range(5)


class Every(StrEnum):
    """How often."""

    DAY = "daily"
    WORKDAY = "workday"
    WEEK = "weekly"
    MONTH = "monthly"
    OWN = "own"


class WrongRule(Refusal):
    """No dates can be made of this rule: it ends before it begins, goes on too long, or says nothing."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """When something is, again and again. An `ends` at or before `starts` is on the next day.

    DAY: every `interval` days. WORKDAY: Monday to Friday, every `interval` weeks. WEEK: on the weekday of `first_on`,
    every `interval` weeks. MONTH: on the `nth` such weekday (1 to 4, LAST; None: as `first_on` is), every `interval`
    months. OWN: on `own_days`. All up to and including `last_on`; a rule without one goes on, and is asked `between`.
    """

    every: Every
    first_on: date
    last_on: date | None
    starts: time
    ends: time
    interval: int = 1
    nth: int | None = None
    own_days: tuple[date, ...] = ()


@dataclass(frozen=True)
class Planned:
    """One date of a series: its moments (UTC), or why it has none. `skipped` says why it is left out."""

    on: date
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    skipped: str = ""
    problem: Refusal | None = None

    @property
    def is_on(self) -> bool:
        return not self.skipped and self.problem is None


def check(rule: Rule) -> None:
    """Raise WrongRule when no series can be made of this."""
    if rule.interval < 1:
        raise WrongRule(_("Kies om de hoeveel weken of maanden: 1 of meer."))
    if rule.interval > MOST_BETWEEN:
        raise WrongRule(_("Er zit te veel tijd tussen de datums. Kies een kleiner getal."))
    if rule.nth is not None and rule.nth not in (1, 2, 3, 4, LAST):
        raise WrongRule(_("Kies de eerste, tweede, derde, vierde of laatste keer in de maand."))
    is_own = rule.every == Every.OWN
    days = sorted(rule.own_days) if is_own else [rule.first_on, rule.last_on or rule.first_on]
    if not days:
        raise WrongRule(_("Kies minstens één datum."))
    if days[-1] < days[0]:
        raise WrongRule(_("De laatste datum ligt voor de eerste."))
    if days[-1] - days[0] > LONGEST:
        raise WrongRule(_("Een reeks duurt hoogstens een jaar. Kies een eerdere laatste datum."))


def days(rule: Rule) -> list[date]:
    """The local days of a rule with a last day, in order, each once. Raises WrongRule."""
    check(rule)
    last = max(rule.own_days) if rule.every == Every.OWN else rule.last_on or rule.first_on
    found = _days(rule, last)
    if not found:
        raise WrongRule(_("In die weken valt geen enkele datum."))
    return _not_too_many(found)


def between(rule: Rule, first: date, last: date) -> list[date]:
    """The local days of a rule from one day up to and including another, in order, each once; there may be none.

    The interval is counted from `first_on`, however far back that is. Raises WrongRule.
    """
    check(rule)
    return [on for on in _days(rule, min(last, rule.last_on or last)) if on >= first]


def plan(rule: Rule, *, skip: Mapping[date, str] | None = None) -> list[Planned]:
    """The dates of a rule with a last day, with their moments, in order. Raises WrongRule."""
    return plan_on(days(rule), rule, skip=skip)


def plan_on(
    on_days: Iterable[date], rule: Rule, *, skip: Mapping[date, str] | None = None
) -> list[Planned]:
    """Days of a rule with their moments. Days to `skip` stay in the list, with the reason.

    A time that does not exist (the clock goes forward) is a problem of that one date. The same time twice raises
    WrongRule.
    """
    if rule.starts == rule.ends:
        raise WrongRule(_("Het einde is gelijk aan het begin."))
    found = []
    for on in on_days:
        reason = (skip or {}).get(on, "")
        try:
            starts_at, ends_at = moments(on, rule.starts, rule.ends)
        except Refusal as refusal:
            found.append(Planned(on, skipped=reason, problem=refusal))
        else:
            found.append(Planned(on, starts_at, ends_at, skipped=reason))
    return found


def moments(on: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    """The begin and end (UTC) of local times on a day; an end at or before the begin is on the next day.

    Raises NoSuchTime. The same time twice is a whole day and night, which nobody means: it raises WrongRule.
    """
    if starts == ends:
        raise WrongRule(_("Het einde is gelijk aan het begin."))
    ends_on = on if ends > starts else on + ONE_DAY
    return local_time.at(on, starts), local_time.at(ends_on, ends)


def nth_of(on: date) -> int:
    """Which such weekday of its month a day is: 1 to 4, or LAST for a fifth."""
    nth = (on.day - 1) // 7 + 1
    return nth if nth < 5 else LAST


def _not_too_many(found: list[date]) -> list[date]:
    if len(found) > MOST_DATES:
        raise WrongRule(
            ngettext(
                "Een reeks heeft hoogstens %(most)d datum.",
                "Een reeks heeft hoogstens %(most)d datums.",
                MOST_DATES,
            )
            % {"most": MOST_DATES}
        )
    return found


def _days(rule: Rule, last: date) -> list[date]:
    if rule.every == Every.OWN:
        return sorted({on for on in rule.own_days if on <= last})
    return [moment.date() for moment in _rrule(rule, datetime.combine(last, time.min))]


def _rrule(rule: Rule, until: datetime) -> rrule:
    start = datetime.combine(rule.first_on, time.min)
    if rule.every == Every.MONTH:
        nth = rule.nth or nth_of(rule.first_on)
        of_month = weekday(rule.first_on.weekday())(nth)
        return rrule(MONTHLY, start, rule.interval, until=until, byweekday=of_month)
    if rule.every == Every.DAY:
        return rrule(DAILY, start, rule.interval, until=until)
    if rule.every == Every.WORKDAY:
        return rrule(WEEKLY, start, rule.interval, MO, until=until, byweekday=MONDAY_TO_FRIDAY)
    return rrule(WEEKLY, start, rule.interval, until=until)
