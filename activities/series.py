"""Series: a rule becomes dates, each a row of its own. Showing one first, beginning it, adding dates as time passes.

What makes a date itself. A date of a series is known by its series and the moment that the rule had for it
(`original_starts_at`); a unique constraint lets that be once. And a series remembers until which day it was decided
(`planned_until`): every day of the rule up to there was made into a date, left out because the house is closed or there
is no school, or skipped by somebody. Nothing is ever made on or before that day again. So a date that was moved, called
off or skipped never comes back, however often the job runs.

When the rule itself changes (activities.rescheduling), each date in scope gets the moment that the new rule has for it
as its identity, in the same transaction; "following" gives those dates a series of their own, that follows the first.
The days decided stay decided: `planned_until` only moves on. So the rule of Tuesday never brings back what is now on
Wednesday, nor the other way round.

Whoever makes or changes dates of a series takes the turn of the house, then locks the row of the series, then its dates
by key. The job, the button "more dates" and a change of the rule come one after the other.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from activities import courses, planning, rooms
from activities.models import Activity, ActivityState, Every, Occurrence, Series
from lokaal import local_time, repeating
from lokaal.centres import days_off
from lokaal.exceptions import Refusal
from lokaal.people.models import Person
from lokaal.repeating import Planned, Rule, WrongRule
from venue import allocating
from venue.models import Space

logger = logging.getLogger(__name__)

#: A series without a last day has its dates this far ahead. (119 days: even a daily one stays under MOST_DATES.)
AHEAD = timedelta(weeks=17)
#: By hand at most this far: who takes part next year is not known yet.
FURTHEST = timedelta(days=366)
ONE_DAY = timedelta(days=1)
#: In `own_fields`: this date is held although the house is closed or there is no school.
DAYS_OFF = "days_off"
ROOM = "room"
#: What a series says of its dates besides their times. Each is a field of both.
KEPT = ("room", "capacity", "note", "own_cost_cents", "host_id")


class Standing(StrEnum):
    """What a date of a rule would meet."""

    FREE = "free"
    TAKEN = "taken"  # the room is not free, or too small
    DAY_OFF = "day_off"  # left out, unless somebody says otherwise
    THERE = "there"  # the activity has a date at that moment
    PAST = "past"
    NO_TIME = "no_time"  # the clock skips it, or shows it twice

    @property
    def is_possible(self) -> bool:
        return self in (Standing.FREE, Standing.TAKEN, Standing.DAY_OFF)


@dataclass(frozen=True)
class Slot:
    """One date of a rule before it is made. `other`: a room that is free then; `reason` says what is the matter."""

    planned: Planned
    standing: Standing
    reason: str = ""
    other: Space | None = None

    @property
    def on(self) -> date:
        return self.planned.on


@dataclass(frozen=True)
class Answer:
    """What becomes of one date: held or not, in another room (`room`; words hold nothing) or in that of the series."""

    is_on: bool = True
    room: str | None = None


SKIP = Answer(is_on=False)


# Beginning ---------------------------------------------------------------------------------------


def draft(activity: Activity, rule: Rule, *, key: UUID | None = None, **terms: Any) -> Series:
    """A series that is not saved yet. `terms`: its room, capacity, note, host, price and what it skips.

    Raises WrongRule when no series can be made of this.
    """
    days = sorted(rule.own_days) if rule.every == repeating.Every.OWN else []
    first, last = (days[0], days[-1]) if days else (rule.first_on, rule.last_on)
    rule = replace(rule, first_on=first, last_on=last)
    _check(rule)
    if (
        rule.every == repeating.Every.MONTH
    ):  # said once, so that a later first day does not change it
        rule = replace(rule, nth=rule.nth or repeating.nth_of(rule.first_on))
    given = {"id": key} if key else {}
    return Series(
        activity=activity,
        every=Every(rule.every.value),
        interval=rule.interval,
        nth=rule.nth,
        first_on=rule.first_on,
        last_on=rule.last_on,
        starts=rule.starts,
        ends=rule.ends,
        own_days=list(rule.own_days),
        **given,
        **terms,
    )


def preview(series: Series) -> list[Slot]:
    """Every date that a new series would have, and what it would meet. Writes nothing; a fixed number of queries.

    Raises WrongRule when there is no date at all.
    """
    first = max(series.first_on, timezone.localdate())
    slots = _slots(series, repeating.between(series.rule, first, _horizon(series)))
    if not any(slot.standing != Standing.PAST for slot in slots):
        raise WrongRule(_("Op die dagen valt geen enkele datum. Kies andere dagen."))
    return slots


def begin(series: Series, *, answers: Mapping[date, Answer], by: Person | None) -> Series:
    """Save a draft and make its dates, with their rooms, and return it. The same key again makes nothing.

    A date without an answer is made when it is free, and left out when it is not; one that is there on its own joins
    the series. Raises WrongRule (also when no date is left), and NoRoom when
    somebody took a room in the meantime; then nothing was written.
    """
    with transaction.atomic():
        allocating.take_turn_of([series.activity.centre_id])
        try:
            with transaction.atomic():
                series.created_by = by
                series.save(force_insert=True)
        except IntegrityError as error:
            made_before = Series.objects.filter(pk=series.pk, activity=series.activity).first()
            if made_before is None:  # the key of something else
                raise WrongRule(_("Dit lukt niet.")) from error
            return made_before
        slots = preview(series)
        made = rows_for(series, slots, answers)
        make(series, made, by=by, must_have_room=True)
        _take_in(series, [slot for slot in slots if slot.standing == Standing.THERE])
        if not series.occurrences.exists():
            raise WrongRule(_("Kies minstens één datum."))
        decided_until(series, _horizon(series))
    return series


# As time passes ----------------------------------------------------------------------------------


def extend_all() -> int:
    """Add the dates that came within sight of series without a last day; how many. The job of every night."""
    until = timezone.localdate() + AHEAD
    behind = Series.objects.going_on().filter(Q(planned_until__lt=until) | Q(planned_until=None))
    made = 0
    for series in behind.order_by("id").select_related("activity"):
        try:
            made += len(extend(series, by=None))
        except Refusal:
            logger.exception("series %s cannot be extended", series.pk)
    return made


def extend(series: Series, *, until: date | None = None, by: Person | None) -> list[Occurrence]:
    """Add the dates of a series up to and including a day (AHEAD from today) that were not decided on yet.

    Twice, and twice at once, is harmless: what was decided is not decided again. Days off are left out as the series
    says. A date whose room somebody else has is made without it, and says so (rooms.has_no_room_yet).
    """
    today = timezone.localdate()
    last = min(until or today + AHEAD, today + FURTHEST)
    with transaction.atomic():
        allocating.take_turn_of([series.activity.centre_id])
        now = locked(series)
        if now.activity.state == ActivityState.STOPPED:
            return []
        last = min(last, now.last_on or last)
        first = max(now.first_on, today, _next_day(now))
        if first > last:
            return []
        slots = _slots(now, repeating.between(now.rule, first, last))
        taken = {slot.on for slot in slots if slot.standing == Standing.TAKEN}
        answers = {on: Answer(room=words_without_room(now.activity)) for on in taken}
        made = rows_for(now, slots, answers)
        make(now, made, by=by, must_have_room=False)
        decided_until(now, last)
    series.refresh_from_db()
    return made


def add_to_course(activity: Activity, dates: Sequence[Occurrence]) -> None:
    """Let dates that somebody added to a course belong to its series: who is in the course is on their list.

    To the newest series that is not over; without one the dates stay on their own. A new rule leaves them alone.
    Raises Full. In the transaction that made the dates.
    """
    of = activity.series.not_over().order_by("-first_on", "-id").first()
    if of is None or not activity.is_course or not dates:
        return
    now = locked(of)
    for occurrence in dates:
        occurrence.series = now
    Occurrence.objects.bulk_update(dates, ["series"])
    courses.include_all(now.pk)


def end_all(activity: Activity) -> None:
    """Let no series of an activity go on: it stops, and has no dates to come. Called by organising.stop."""
    for series in activity.series.going_on():
        last = max(series.first_on, min(_next_day(series) - ONE_DAY, timezone.localdate()))
        Series.objects.filter(pk=series.pk).update(last_on=last)


# Pieces, also for activities.rescheduling ----------------------------------------------------------


def dates_of(series: Series) -> Any:
    """The dates of a series in order of the clock."""
    return series.occurrences.order_by("starts_at", "id")


def slots_between(
    series: Series, first: date, last: date, *, besides: Collection[UUID]
) -> list[Slot]:
    """What a series would meet between two days. `besides`: dates that do not count, since they are being changed."""
    return _slots(series, repeating.between(series.rule, first, last), besides=besides)


def locked(of: Series) -> Series:
    """The row of a series as it is now, locked; of a course, after the first of its parts, as who joins it does."""
    if of.activity.is_course:
        Series.objects.locked(courses.parts_of(of.pk)[0])
    return Series.objects.locked(of.pk)


def _check(rule: Rule) -> None:
    repeating.check(rule)
    if rule.last_on is not None:
        repeating.days(rule)
    if rule.first_on > timezone.localdate() + FURTHEST:
        raise WrongRule(_("Zo ver vooruit plannen wij nog niet."))
    if rule.starts == rule.ends:
        raise WrongRule(_("Het einde is gelijk aan het begin."))


def _horizon(series: Series) -> date:
    """Until which day a new series has dates."""
    return series.last_on or max(series.first_on, timezone.localdate()) + AHEAD


def _next_day(series: Series) -> date:
    """The first day on which nothing was decided."""
    return series.planned_until + ONE_DAY if series.planned_until else series.first_on


def _slots(series: Series, days: Sequence[date], *, besides: Collection[UUID] = ()) -> list[Slot]:
    if not days:
        return []
    skip: dict[date, str] = {}
    centre = series.activity.centre
    if series.skips_closed_days:
        skip |= days_off.closed_days_of(centre, days[0], days[-1])
    if series.skips_school_holidays:
        skip |= days_off.school_holidays(days[0], days[-1])
    planned = repeating.plan_on(days, series.rule, skip=skip)
    there = _there(series, days[0], days[-1], besides)
    uses = Occurrence.objects.filter(pk__in=besides).exclude(use=None).values_list("use", flat=True)
    standings = [_standing(one, there) for one in planned]
    asking = [
        _row(series, one, None)
        for one, standing in zip(planned, standings, strict=True)
        if standing == Standing.FREE
    ]
    answers = iter(rooms.checked(asking, centre=centre.pk, besides=list(uses) if besides else ()))
    found = []
    for one, standing in zip(planned, standings, strict=True):
        met = next(answers) if standing == Standing.FREE else None
        if met is not None and not met.is_free:
            found.append(Slot(one, Standing.TAKEN, met.reason, met.other))
        else:
            found.append(Slot(one, standing, _reason(one, standing)))
    return found


def _standing(planned: Planned, there: Collection[datetime]) -> Standing:
    if planned.problem is not None or planned.starts_at is None:
        return Standing.NO_TIME
    if planned.starts_at <= timezone.now():
        return Standing.PAST
    if planned.starts_at in there:
        return Standing.THERE
    return Standing.DAY_OFF if planned.skipped else Standing.FREE


def _reason(planned: Planned, standing: Standing) -> str:
    if standing == Standing.NO_TIME:
        return str(planned.problem)
    if standing == Standing.DAY_OFF:
        return planned.skipped
    if standing == Standing.THERE:
        return _("Deze datum staat er al.")
    return _("Deze datum is al geweest.") if standing == Standing.PAST else ""


def _there(series: Series, first: date, last: date, besides: Collection[UUID]) -> set[datetime]:
    """The moments at which the activity has a date, and those for which this series had one, wherever it went."""
    begin = local_time.day_starts_at(first)
    end = local_time.day_starts_at(last + ONE_DAY)
    starts = Q(starts_at__gte=begin, starts_at__lt=end)
    known = Q(series=series.pk, original_starts_at__gte=begin, original_starts_at__lt=end)
    dates = series.activity.occurrences.filter(starts | known).exclude(pk__in=besides)
    found = set()
    for row in dates.values_list("starts_at", "original_starts_at", "series"):
        found.add(row[0].astimezone(UTC))
        if row[2] == series.pk:
            found.add(row[1].astimezone(UTC))
    return found


def _row(series: Series, planned: Planned, answer: Answer | None) -> Occurrence:
    """A date of a series, not saved."""
    if planned.starts_at is None or planned.ends_at is None:
        raise planned.problem or WrongRule(_("Op die dagen valt geen enkele datum."))
    own = []
    room = series.room
    if answer and answer.room is not None and answer.room != room:
        room = answer.room
        own.append(ROOM)
    if planned.skipped:
        own.append(DAYS_OFF)
    return Occurrence(
        activity=series.activity,
        centre=series.activity.centre,
        series=series,
        starts_at=planned.starts_at,
        ends_at=planned.ends_at,
        original_starts_at=planned.starts_at,
        room=room,
        capacity=series.capacity,
        note=series.note,
        own_cost_cents=series.own_cost_cents,
        host=series.host,
        own_fields=own,
    )


def rows_for(
    series: Series, slots: Iterable[Slot], answers: Mapping[date, Answer]
) -> list[Occurrence]:
    """The dates to make of these slots: those that are free, and those for which somebody said how."""
    rows = []
    for slot in slots:
        answer = answers.get(slot.on)
        is_on = answer.is_on if answer else slot.standing == Standing.FREE
        if is_on and slot.standing.is_possible:
            rows.append(_row(series, slot.planned, answer))
    return rows


def make(
    series: Series, dates: list[Occurrence], *, by: Person | None, must_have_room: bool
) -> None:
    """Save new dates and hold their rooms. Raises NoRoom (`must_have_room`) for the first that is refused."""
    for occurrence in dates:
        planning.check_times(occurrence.starts_at, occurrence.ends_at)
        occurrence.changed_by = by
    Occurrence.objects.bulk_create(dates)
    hold_rooms(dates, series.activity, by=by, must_have_room=must_have_room)
    if dates and series.activity.is_course:
        courses.include_all(series.pk)


def _take_in(series: Series, slots: Iterable[Slot]) -> None:
    """Dates that stood there on their own, at a moment of the rule, belong to the series from now on, as they are."""
    moments = {
        slot.planned.starts_at: slot.planned.ends_at for slot in slots if slot.planned.starts_at
    }
    alone = series.activity.occurrences.filter(series=None, starts_at__in=moments)
    found: dict[datetime, Occurrence] = {}
    for occurrence in alone.select_for_update(of=("self",), no_key=True).order_by("id"):
        found.setdefault(occurrence.starts_at, occurrence)
    for occurrence in found.values():
        own = [name for name in KEPT if getattr(occurrence, name) != getattr(series, name)]
        if occurrence.ends_at != moments[occurrence.starts_at]:
            own.append(planning.TIMES)
        occurrence.series = series
        occurrence.original_starts_at = occurrence.starts_at
        occurrence.own_fields = own
    Occurrence.objects.bulk_update(
        found.values(), ["series", "original_starts_at", "own_fields"], batch_size=500
    )


def hold_rooms(
    dates: Sequence[Occurrence], activity: Activity, *, by: Person | None, must_have_room: bool
) -> None:
    """Hold the rooms of saved dates. Where that is refused: raise NoRoom, or let the date be without for now."""
    refused = rooms.settle_all(dates, centre=activity.centre_id, by=by)
    if refused and must_have_room:
        raise refused[0][1]
    if refused:
        without(dates=[occurrence for occurrence, _why in refused], activity=activity, by=by)


def without(*, dates: Sequence[Occurrence], activity: Activity, by: Person | None) -> None:
    """Let dates be without a room for now: they say so, hold nothing, and wait for somebody to give them one."""
    words = words_without_room(activity)
    for occurrence in dates:
        occurrence.room = words
        if ROOM not in occurrence.own_fields:
            occurrence.own_fields = [*occurrence.own_fields, ROOM]
    Occurrence.objects.bulk_update(dates, ["room", "own_fields"])
    rooms.settle_all(dates, centre=activity.centre_id, by=by)


def words_without_room(activity: Activity) -> str:
    with override(activity.text_language):
        return rooms.no_room_yet()


def decided_until(series: Series, last: date) -> None:
    """Nothing is made any more on or before this day. It only moves on."""
    series.planned_until = max(last, series.planned_until or last)
    series.save(update_fields=["planned_until"])
