"""Rules of recurrence: refused when they ask too much, worked out to single dates as far as we look.

The dates themselves come from recurring_ical_events; this module adds to each the moment the rule first gave it, by
which a date is known however often it moves.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import partial
from typing import Any

from dateutil.rrule import rrule
from django.utils.translation import gettext as _
from icalendar import Event
from recurring_ical_events import (
    BadRuleStringFormat,
    EventAdapter,
    Occurrence,
    PeriodEndBeforeStart,
    Series,
)

from activities.importing import limits
from activities.importing.exceptions import TooMuch

Moment = date | datetime

#: Seconds between two steps of a rule, and how much dearer a step becomes when the rule names days.
STEPS = {
    "SECONDLY": (1, 1),
    "MINUTELY": (60, 1),
    "HOURLY": (3_600, 1),
    "DAILY": (86_400, 1),
    "WEEKLY": (7 * 86_400, 3),
    "MONTHLY": (28 * 86_400, 10),
    "YEARLY": (365 * 86_400, 40),
}
DAY_PARTS = ("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYEASTER")
TIME_PARTS = ("BYHOUR", "BYMINUTE", "BYSECOND")
MISTAKES = (
    BadRuleStringFormat,
    PeriodEndBeforeStart,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    OverflowError,
    IndexError,
)


class Budget:
    """What one file may cost: steps of its rules, dates, and seconds."""

    def __init__(self) -> None:
        self.steps = 0
        self.dates = 0
        self.stop_at = time.monotonic() + limits.SECONDS

    def spend_steps(self, steps: int, line: int) -> None:
        self.steps += steps
        if steps > limits.STEPS_PER_EVENT or self.steps > limits.STEPS_PER_FILE:
            raise TooMuch(
                _("Regel %(line)d herhaalt veel te vaak. Dat is geen agenda.") % {"line": line}
            )

    def spend_date(self) -> None:
        self.dates += 1
        if self.dates > limits.DATES_PER_FILE:
            raise TooMuch(
                _("Het bestand geeft meer dan %(most)d datums. Dat is te veel.")
                % {"most": limits.DATES_PER_FILE}
            )

    def check_time(self) -> None:
        if time.monotonic() > self.stop_at:
            raise TooMuch(_("Dit bestand kost te veel tijd om te lezen."))


class DatedOccurrence(Occurrence):
    """A date that knows when the rule first gave it, and which component describes it."""

    def __init__(
        self,
        adapter: EventAdapter,
        start: Moment | None = None,
        end: Any = None,
        sequence: int = -1,
    ) -> None:
        super().__init__(adapter, start, end, sequence)
        if start is None and adapter.is_modification():
            self.planned: Moment = adapter._component["RECURRENCE-ID"].dt
        else:
            self.planned = self.start - adapter.move_recurrences_by

    @property
    def component(self) -> Event:
        return self._adapter._component


class _BoundedRule(rrule):
    """A rule that stops looking after a year. Its own loop only ends at a date, or in the year 9999."""

    years_left: int

    @property
    def _byweekno(self) -> Any:  # read once for every year that the loop enters
        self.years_left -= 1
        if self.years_left < 0:
            raise _LookedFarEnough
        return self.__dict__["_byweekno"]

    @_byweekno.setter
    def _byweekno(self, value: Any) -> None:
        self.__dict__["_byweekno"] = value

    def _iter(self) -> Iterator[datetime]:
        try:
            yield from super()._iter()  # type: ignore[misc]  # the stubs leave it out
        except _LookedFarEnough:
            return


class _LookedFarEnough(Exception):
    """The rule gave no date for as long as we look."""


class _BoundedRules(Series.RecurrenceRules):
    def __init__(self, core: EventAdapter, *, last_year: int) -> None:
        self.last_year = last_year
        super().__init__(core)

    def rrulestr(self, rule_string: str) -> rrule:
        rule = super().rrulestr(rule_string)
        rule.__class__ = _BoundedRule
        rule.years_left = max(self.last_year - self.start.year, 0) + 5
        rule._invalidate_cache()
        return rule


class DatedSeries(Series):
    occurrence = DatedOccurrence

    def __init__(self, components: Sequence[EventAdapter], *, last_year: int) -> None:
        self.RecurrenceRules = partial(_BoundedRules, last_year=last_year)
        super().__init__(components)


def work_out(
    events: Sequence[Event], *, first: Moment, last: datetime, line: int, budget: Budget
) -> Iterator[DatedOccurrence]:
    """Yield the dates of the events with one UID. Raises TooMuch, and what is in MISTAKES for what cannot be read."""
    series = DatedSeries([EventAdapter(event) for event in events], last_year=last.year)
    for count, found in enumerate(series.between(first, last)):
        if count >= limits.DATES_PER_EVENT:
            raise TooMuch(
                _(
                    "Regel %(line)d herhaalt meer dan %(most)d keer. Dat is te vaak voor één activiteit."
                )
                % {"line": line, "most": limits.DATES_PER_EVENT}
            )
        budget.spend_date()
        if count % 100 == 0:
            budget.check_time()
        yield found


def is_endless(event: Event, now: datetime) -> bool:
    """Tell whether the event goes on without an end; an UNTIL in the year 9999 is how some programs write that."""
    return any(
        "COUNT" not in rule
        and ("UNTIL" not in rule or _until(rule).year > now.year + limits.YEARS_AHEAD)
        for rule in listed(event.get("RRULE"))
    )


def refuse_dear_rules(event: Event, *, last: datetime, line: int, budget: Budget) -> None:
    """Raise TooMuch for rules that cost too much to work out until `last`, before anything is worked out."""
    budget.check_time()
    for rule in listed(event.get("RRULE")):
        if str(next(iter(rule.get("FREQ", [""])))).upper() not in STEPS:
            raise ValueError("FREQ")
        count = _number(rule, "COUNT")
        if count is not None and count > limits.COUNT:
            raise TooMuch(
                _("Regel %(line)d herhaalt veel te vaak. Dat is geen agenda.") % {"line": line}
            )
        ends = min(_until(rule), last) if "UNTIL" in rule else last
        budget.spend_steps(_steps(rule, event["DTSTART"].dt, ends, count), line)


def _until(rule: Any) -> datetime:
    return as_utc(rule["UNTIL"][0], UTC)


def _steps(rule: Any, start: Moment, end: datetime, count: int | None) -> int:
    """Return about how many moments must be looked at."""
    seconds, days = STEPS[str(rule["FREQ"][0]).upper()]
    interval = max(_number(rule, "INTERVAL") or 1, 1)
    span = max((end - as_utc(start, UTC)).total_seconds(), 0)
    steps = span / (seconds * interval) + 1
    if count is not None and set(rule) <= {"FREQ", "COUNT", "INTERVAL", "WKST"}:
        steps = min(steps, max(count, 0) + 1)
    if any(part in rule for part in DAY_PARTS):
        steps *= days
    for part in TIME_PARTS:
        steps *= max(len(rule.get(part, [])), 1)
    return int(steps)


def _number(rule: Any, part: str) -> int | None:
    value = next(iter(rule.get(part, [])), None)
    return None if value is None else int(value)


def as_utc(moment: Moment, zone: tzinfo) -> datetime:
    """Return the UTC moment of a date, or of a local or zoned time."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=zone)
    elif moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


def listed(value: Any) -> list[Any]:
    """Return the values of a property that may stand in a component once, more often, or not."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def earliest(events: Sequence[Event]) -> datetime:
    """Return a moment before every date of these events, to start looking from."""
    moments = [event["DTSTART"].dt for event in events]
    for event in events:
        if "RECURRENCE-ID" in event:
            moments.append(event["RECURRENCE-ID"].dt)
        for dates in listed(event.get("RDATE")):
            moments += [
                entry.dt[0] if isinstance(entry.dt, tuple) else entry.dt for entry in dates.dts
            ]
    return min(as_utc(moment, UTC) for moment in moments) - timedelta(days=2)
