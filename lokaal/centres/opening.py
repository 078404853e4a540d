"""When the door is open: now, until when, and when it opens again. Right across midnight, special days and DST.

Hours are the clock on the wall. A time that the clock skips in spring means the first moment that does exist; a time
that comes twice in autumn means the first of the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lokaal.centres.models import Centre, Weekday
from lokaal.look.formats import clock, clock_range, day

Hours = tuple[time, time]  # opens, closes; closes at or before opens: on the next day

DAYS_AHEAD = 400  # a longer closure has no known end
ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Stretch:
    """A half-open stretch of time (UTC) in which the door is open."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Special:
    """A date with hours of its own; without hours the door stays closed."""

    date: date
    reason: str
    hours: tuple[Hours, ...] = ()

    @property
    def sentence(self) -> str:
        """vrijdag 25 december: dicht. Eerste Kerstdag"""
        return _("%(day)s: %(hours)s. %(reason)s") % {
            "day": capfirst(day(self.date)),
            "hours": hours_in_words(self.hours) if self.hours else _("dicht"),
            "reason": _(self.reason) if self.reason else "",
        }


@dataclass(frozen=True)
class OpeningStatus:
    """Whether the door is open at a moment.

    `until` is when it closes (None: not open, or never closes); `opens_at` is the next opening (None: open now, or not
    known). `reason` tells why this day differs from the usual week; empty on a usual day.
    """

    at: datetime
    is_open: bool
    until: datetime | None = None
    opens_at: datetime | None = None
    reason: str = ""

    @property
    def label(self) -> str:
        return _("Nu open") if self.is_open else _("Nu dicht")

    @property
    def detail(self) -> str:
        """What stands after the label: tot 17.00 uur, open om 13.00 uur. Empty when nothing more is known."""
        if self.is_open:
            return self._until()
        if self.opens_at is None:
            return ""
        wait = _days_between(self.at, self.opens_at)
        if wait == 0:
            return _("open om %(time)s uur") % {"time": clock(self.opens_at)}
        if wait == 1:
            return _("morgen open om %(time)s uur") % {"time": clock(self.opens_at)}
        return _("tot %(day)s, %(time)s uur") % _day_and_time(self.opens_at)

    @property
    def sentence(self) -> str:
        """The whole in one line: Nu open tot 17.00 uur; Nu dicht. Morgen open om 9.00 uur."""
        if self.is_open:
            return _("Nu open %(until)s") % {"until": self._until()}
        if self.opens_at is None:
            return _("Nu dicht")
        wait = _days_between(self.at, self.opens_at)
        if wait == 0:
            return _("Nu dicht. Open om %(time)s uur") % {"time": clock(self.opens_at)}
        if wait == 1:
            return _("Nu dicht. Morgen open om %(time)s uur") % {"time": clock(self.opens_at)}
        return _("Dicht tot %(day)s, %(time)s uur") % _day_and_time(self.opens_at)

    def _until(self) -> str:
        if self.until is None:
            return _("dag en nacht")
        closing = timezone.localtime(self.until)
        if self.until - self.at > ONE_DAY:
            return _("tot %(day)s, %(time)s uur") % _day_and_time(self.until)
        if closing.time() == time.min:
            return _("tot middernacht")
        return _("tot %(time)s uur") % {"time": clock(self.until)}


@dataclass(frozen=True)
class Opening:
    """The hours of one centre: the usual week (by ISO weekday) and the special days (by date)."""

    week: Mapping[int, tuple[Hours, ...]]
    special: Mapping[date, Special] = field(default_factory=dict)

    def hours_on(self, on: date) -> tuple[Hours, ...]:
        """The hours that begin on a date. A night that began the day before is not among them."""
        if on in self.special:
            return self.special[on].hours
        return self.week.get(on.isoweekday(), ())

    def stretches(self, first: date) -> Iterator[Stretch]:
        """Stretches that begin on or after a date, in order, those that touch made into one."""
        current: Stretch | None = None
        for number in range(DAYS_AHEAD):
            for stretch in self._begin_on(first + number * ONE_DAY):
                if current is None:
                    current = stretch
                elif stretch.starts_at <= current.ends_at:
                    current = Stretch(current.starts_at, max(current.ends_at, stretch.ends_at))
                else:
                    yield current
                    current = stretch
        if current is not None:
            yield current

    def within(self, starts_at: datetime, ends_at: datetime) -> list[Stretch]:
        """When the door is open between two moments (UTC), in order, those that touch made into one."""
        found: list[Stretch] = []
        on = timezone.localdate(starts_at) - ONE_DAY
        while on <= timezone.localdate(ends_at):
            for stretch in self._begin_on(on):
                opens, closes = max(stretch.starts_at, starts_at), min(stretch.ends_at, ends_at)
                if opens >= closes:
                    continue
                if found and opens <= found[-1].ends_at:
                    found[-1] = Stretch(found[-1].starts_at, max(found[-1].ends_at, closes))
                else:
                    found.append(Stretch(opens, closes))
            on += ONE_DAY
        return found

    def covers(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether the door is open from one moment to another (UTC) without a break."""
        return self.within(starts_at, ends_at) == [Stretch(starts_at, ends_at)]

    def status(self, at: datetime) -> OpeningStatus:
        today = timezone.localdate(at)
        special = self.special.get(today)
        reason = special.reason if special else ""
        if not self._ever_opens():
            return OpeningStatus(at, is_open=False, reason=reason)
        yesterday = today - ONE_DAY
        for stretch in self.stretches(yesterday):
            if stretch.ends_at <= at:
                continue
            if stretch.starts_at <= at:
                known = stretch.ends_at < first_moment(
                    yesterday + (DAYS_AHEAD - 1) * ONE_DAY, time.min
                )
                until = stretch.ends_at if known else None
                return OpeningStatus(at, is_open=True, until=until, reason=reason)
            return OpeningStatus(at, is_open=False, opens_at=stretch.starts_at, reason=reason)
        return OpeningStatus(at, is_open=False, reason=reason)

    def week_in_words(self, *, with_closed_days: bool = False) -> list[str]:
        """The usual week as sentences, days in a row with the same hours together."""
        days = [(weekday, joined(self.week.get(weekday, ()))) for weekday in Weekday.values]
        sentences = []
        for hours, group in groupby(days, key=lambda pair: pair[1]):
            run = [weekday for weekday, _hours in group]
            if hours or with_closed_days:
                sentences.append(
                    _days_in_words(run) % {"hours": hours_in_words(hours) if hours else _("dicht")}
                )
        return sentences

    def _begin_on(self, on: date) -> list[Stretch]:
        found = []
        for opens, closes in sorted(self.hours_on(on)):
            ends_on = on if closes > opens else on + ONE_DAY
            stretch = Stretch(first_moment(on, opens), first_moment(ends_on, closes))
            if stretch.starts_at < stretch.ends_at:  # both may fall in the hour that spring skips
                found.append(stretch)
        return found

    def _ever_opens(self) -> bool:
        return any(self.week.values()) or any(special.hours for special in self.special.values())


def opening_of(centre: Centre) -> Opening:
    """The hours of a centre, without a query when it was loaded `with_hours()`."""
    if not hasattr(centre, "hours_rows"):
        centre = Centre.objects.with_hours().get(pk=centre.pk)
    week: dict[int, tuple[Hours, ...]] = {}
    for row in centre.hours_rows:
        week[row["weekday"]] = (*week.get(row["weekday"], ()), _hours(row))
    return Opening(week, _special_days(centre.special_rows))


def opening_status(centre: Centre, at: datetime | None = None) -> OpeningStatus:
    """Whether the door of this centre is open at a moment (now), and until or from when."""
    return opening_of(centre).status(at or timezone.now())


def special_ahead(opening: Opening, *, days: int = 60, today: date | None = None) -> list[Special]:
    """The special days from today on, soonest first."""
    first = today or timezone.localdate()
    last = first + timedelta(days=days)
    return [opening.special[on] for on in sorted(opening.special) if first <= on <= last]


def first_moment(day: date, moment: time) -> datetime:
    """Return the first UTC moment at which the local clock shows this time or, where it is skipped, a later one."""
    zone = timezone.get_default_timezone()
    local = datetime.combine(day, moment, zone)
    found = local.astimezone(UTC)
    later = local.replace(fold=1).astimezone(UTC)
    if later >= found:
        return found
    # A skipped time: the clock jumps somewhere between the two readings.
    while later.astimezone(zone).replace(tzinfo=None) < local.replace(tzinfo=None):
        later += ONE_MINUTE - timedelta(seconds=later.second, microseconds=later.microsecond)
    return later


def joined(hours: Iterable[Hours]) -> tuple[Hours, ...]:
    """The hours of one day with those that touch made into one: 9–12 and 12–17 is 9–17."""
    result: list[Hours] = []
    for opens, closes in sorted(hours):
        if result and result[-1][0] < result[-1][1] and opens <= result[-1][1]:
            before = result.pop()
            past_midnight = closes <= opens
            result.append((before[0], closes if past_midnight else max(before[1], closes)))
        else:
            result.append((opens, closes))
    return tuple(result)


def hours_in_words(hours: Iterable[Hours]) -> str:
    """9.00 tot 12.00 uur en 13.00 tot 17.00 uur."""
    parts = [_stretch_in_words(opens, closes) for opens, closes in joined(hours)]
    if len(parts) < 2:
        return "".join(parts)
    return _("%(these)s en %(last)s") % {"these": ", ".join(parts[:-1]), "last": parts[-1]}


def _stretch_in_words(opens: time, closes: time) -> str:
    if opens == closes:
        return _("dag en nacht") if opens == time.min else clock_range(opens, closes)
    if closes == time.min:
        return _("%(start)s uur tot middernacht") % {"start": clock(opens)}
    return clock_range(opens, closes)


def _days_in_words(weekdays: list[int]) -> str:
    """A sentence with a place for the hours: Maandag tot en met vrijdag: %(hours)s"""
    first, last = str(Weekday(weekdays[0]).label), str(Weekday(weekdays[-1]).label)
    if len(weekdays) == len(Weekday):
        sentence, names = _("Elke dag: {hours}"), {}
    elif len(weekdays) == 1:
        sentence, names = _("{day}: {hours}"), {"day": capfirst(first)}
    elif len(weekdays) == 2:
        sentence, names = _("{first} en {last}: {hours}"), {"first": capfirst(first), "last": last}
    else:
        sentence = _("{first} tot en met {last}: {hours}")
        names = {"first": capfirst(first), "last": last}
    return sentence.format(hours="%(hours)s", **names)


def _days_between(start: datetime, end: datetime) -> int:
    return (timezone.localdate(end) - timezone.localdate(start)).days


def _day_and_time(moment: datetime) -> dict[str, str]:
    return {"day": day(moment), "time": clock(moment)}


def _special_days(rows: list[dict[str, Any]]) -> dict[date, Special]:
    """By date: what the centre itself says beats what holds for all; a closed day beats hours on the same date."""
    found = {}
    for on, group in groupby(rows, key=lambda row: row["date"]):
        of_the_day = list(group)
        own = [row for row in of_the_day if row["is_own"]] or of_the_day
        closed = [row for row in own if row["opens"] is None]
        hours = () if closed else tuple(_hours(row) for row in own)
        special = Special(date.fromisoformat(on), (closed or own)[0]["reason"], hours)
        found[special.date] = special
    return found


def _hours(row: dict[str, Any]) -> Hours:
    return time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"])
