"""Changing a series: the dates from one on, or all that are still to come; stopping it; calling off several dates.

The past is never touched, nor are its sign-ups. A date keeps its row, its sign-ups and their codes: it is moved, never
made again. What was changed for one date alone (`own_fields`) stays, unless the change says otherwise. Everyone on a
list or in a queue hears once per change, with all their dates in one message.

How old dates find their moment in a new rule is in activities.pairing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities import courses, emails, pairing, planning, queue, rooms, series
from activities.exceptions import BelowTaken, NotNow, Undecided
from activities.initiatives import inviting, steps
from activities.models import Every, Occurrence, OccurrenceState, Series, SignUp
from activities.models.occurrence import AsTold
from activities.planning import TIMES
from activities.series import KEPT, ROOM, Answer, Slot, Standing
from lokaal.look.formats import day
from lokaal.people.models import Person
from lokaal.repeating import Planned, Rule, WrongRule
from venue import allocating

WEEK = timedelta(weeks=1)
#: What a series says besides its rule, by the name that a change gives it.
TERMS = ("room", "capacity", "note", "own_cost_cents", "host")
SKIPS = ("skips_school_holidays", "skips_closed_days")
RULE = ("every", "interval", "nth", "first_on", "last_on", "starts", "ends", "own_days")
#: The fields of a date that change with its series.
WRITTEN = [
    *("starts_at", "ends_at", *TERMS, "own_fields"),
    *("state", "cancel_reason", "cancelled_at"),
    *("sequence", "changed_by", "updated_at"),
]


class Scope(StrEnum):
    """Which dates a change is for. (One date alone: activities.planning.)"""

    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is to be different; what is not named stays as it is.

    `rule`: the whole new rule, its `first_on` the day of the first date in scope; None: days and times stay. `terms`:
    of TERMS and SKIPS. `is_for_own`: also where a date was changed by hand.
    """

    rule: Rule | None = None
    terms: Mapping[str, Any] = field(default_factory=dict)
    is_for_own: bool = False


class Becomes(StrEnum):
    """What a change makes of a date."""

    SAME = "same"
    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"  # the new rule does not have it


@dataclass(frozen=True)
class Turn:
    """One date of a change. `slot`: its moment in the new rule; `occurrence` None: a date that comes with the rule."""

    becomes: Becomes
    occurrence: Occurrence | None
    slot: Slot | None
    is_room_refused: bool = False
    reason: str = ""
    is_own: bool = False
    moves: bool = False

    @property
    def key(self) -> str:
        """By what an answer is given."""
        if self.occurrence:
            return str(self.occurrence.pk)
        return self.slot.on.isoformat() if self.slot else ""

    @property
    def people(self) -> int:
        """How many are on the list, or wait."""
        return self.occurrence.places_taken + self.occurrence.waiting if self.occurrence else 0

    @property
    def must_be_decided(self) -> bool:
        """Whether somebody must say what happens: people are on the list of a date that falls away."""
        is_on = self.occurrence is not None and not self.occurrence.is_cancelled
        return self.becomes == Becomes.GONE and is_on and self.people > 0


# Changing ----------------------------------------------------------------------------------------


def preview(
    of: Series, scope: Scope, change: Change, *, since: Occurrence | None = None
) -> list[Turn]:
    """What a change would mean for every date in scope, in the order of the clock. Writes nothing.

    Raises NotNow when the date itself has begun, and WrongRule.
    """
    turns = _turns(_target(of, change), of, _in_scope(of, scope, since), change)
    return sorted(turns, key=_begin_of)


def apply(
    of: Series,
    scope: Scope,
    change: Change,
    *,
    since: Occurrence | None = None,
    answers: Mapping[str, Answer],
    reason: str = "",
    by: Person | None,
) -> Series:
    """Change a series and its dates in scope, tell people, and return the series that has them now.

    `answers`, by Turn.key: for a date that falls away, held as it is (on its own) or called off; for one whose room is
    refused, another room; for a new one, whether it is made. `reason`: why dates are called off.
    Raises NotNow, WrongRule, BelowTaken, NoRoom (a room that is refused and not answered) and Undecided (people are on
    the list of a date that falls away, and nobody said what then); then nothing was written.
    """
    with transaction.atomic():
        allocating.take_turn_of([of.activity.centre_id])
        locked = series.locked(of)
        dates = _in_scope(locked, scope, since, lock=True)
        was = {one.pk: one.as_told() for one in dates}
        target = _target(locked, change)
        turns = _turns(target, locked, dates, change)
        _refuse(target, turns, answers, change)
        is_split = scope == Scope.FOLLOWING
        target = _saved(locked, target, dates, change, is_split=is_split, by=by)
        changed = _rewrite(target, turns, answers, change, reason=reason, by=by)
        made = _new_rows(target, turns, answers)
        series.make(target, made, by=by, must_have_room=True)
        decided = [turn.slot.on for turn in turns if turn.slot]
        if change.rule and decided:
            series.decided_until(target, max(decided))
        _after(changed, was)
        if target.activity.is_course:
            courses.settle(target.pk)
    of.refresh_from_db()
    return target


def stop(of: Series, *, first_off: date, reason: str, by: Person | None) -> int:
    """End a series: from a local day on there are no dates any more; how many were called off. Twice is harmless.

    Everyone who would come is told once. Raises NotNow for a day that is past.
    """
    if first_off < timezone.localdate():
        raise NotNow(_("Die dag is al geweest. Kies vandaag of een latere dag."))
    with transaction.atomic():
        allocating.take_turn_of([of.activity.centre_id])
        locked = series.locked(of)
        dates = [
            one for one in _in_scope(locked, Scope.ALL, None) if pairing.slot_day(one) >= first_off
        ]
        last = max(locked.first_on, first_off - series.ONE_DAY)
        locked.last_on = min(last, locked.last_on or last)
        locked.save(update_fields=["last_on"])
        called_off = cancel_each(dates, reason=reason, by=by)
    of.refresh_from_db()
    return len(called_off)


def cancel_each(dates: Sequence[Occurrence], *, reason: str, by: Person | None) -> list[Occurrence]:
    """Call off several dates of one house at once, and tell everyone once, with all their dates in one message.

    Their rooms and what the kitchen makes for them are let go of. What is called off already, or over, stays as it is.
    """
    if not dates:
        return []
    with transaction.atomic():
        allocating.take_turn_of({one.centre_id for one in dates})
        locked = [
            one
            for one in _locked([one.pk for one in dates])
            if not (one.is_cancelled or one.is_over())
        ]
        was = {one.pk: one.as_told() for one in locked}
        for occurrence in locked:
            _call_off(occurrence, reason)
        _write(locked, by=by)
        for centre in {one.centre_id for one in locked}:
            own = [one for one in locked if one.centre_id == centre]
            rooms.settle_all(own, centre=centre, by=by)
        _after(locked, was)
    return locked


def keep_each(dates: Iterable[Occurrence]) -> None:
    """Hold these dates although the house is closed or there is no school: nobody is asked again."""
    with transaction.atomic():
        locked = _locked([one.pk for one in dates])
        for occurrence in locked:
            if series.DAYS_OFF not in occurrence.own_fields:
                occurrence.own_fields = [*occurrence.own_fields, series.DAYS_OFF]
        Occurrence.objects.bulk_update(locked, ["own_fields"])


def first_day(of: Series, since: Occurrence | None) -> date | None:
    """The day that the rule has for the first date of a change; None where nothing of the rule is to come."""
    dates = _in_scope(of, Scope.FOLLOWING if since else Scope.ALL, since)
    regular = pairing.by_rule(of, dates)[0]
    return pairing.slot_day(regular[0]) if regular else None


def counted_from_first(of: Series, change: Change, since: Occurrence) -> Change:
    """The same change of all dates, where the first day of the rule was said of a later date than the first."""
    first, said = first_day(of, None), first_day(of, since)
    if change.rule is None or first is None or said is None:
        return change
    shift = change.rule.first_on - said
    return replace(change, rule=replace(change.rule, first_on=first + shift))


# What a change means -------------------------------------------------------------------------------


def _in_scope(
    of: Series, scope: Scope, since: Occurrence | None, *, lock: bool = False
) -> list[Occurrence]:
    """The dates of a change in the order of the rule: those to come, and those whose moment in the rule is to come."""
    now = timezone.now()
    dates = of.occurrences.filter(Q(starts_at__gt=now) | Q(original_starts_at__gt=now))
    if since is not None and scope == Scope.FOLLOWING:
        if since.starts_at <= now or since.series_id != of.pk:
            raise NotNow(_("Deze datum is al geweest of bezig. Die blijft zoals hij was."))
        dates = dates.filter(original_starts_at__gte=since.original_starts_at)
    found = (
        _locked(dates.values_list("pk", flat=True))
        if lock
        else list(dates.select_related("activity", "centre", "use"))
    )
    return sorted(found, key=lambda one: (one.original_starts_at, one.pk))


def _locked(keys: Iterable[UUID]) -> list[Occurrence]:
    """Dates as they are now, locked by key, as everywhere."""
    rows = Occurrence.objects.select_for_update(of=("self",), no_key=True)
    return list(
        rows.select_related("activity", "centre", "use").filter(pk__in=list(keys)).order_by("pk")
    )


def _target(of: Series, change: Change) -> Series:
    """The series as it will be, not saved."""
    names = ("activity", "created_at", "created_by", "follows", "planned_until", *SKIPS, *TERMS)
    terms = {name: getattr(of, name) for name in names} | dict(change.terms)
    if change.rule is None:
        rule = of.rule
        fields: dict[str, Any] = {"first_on": rule.first_on, "last_on": rule.last_on}
        fields |= {"starts": rule.starts, "ends": rule.ends, "own_days": list(rule.own_days)}
        fields |= {"every": of.every, "interval": of.interval, "nth": of.nth}
        return Series(places_taken=of.places_taken, waiting=of.waiting, **fields, **terms)
    activity = terms.pop("activity")
    made = series.draft(activity, change.rule, **terms)
    if made.first_on < timezone.localdate():
        raise WrongRule(_("De eerste dag is al geweest. Kies een latere dag."))
    return made


def _turns(target: Series, of: Series, dates: Sequence[Occurrence], change: Change) -> list[Turn]:
    if change.rule is None:
        slots = [_as_it_is(one) for one in dates]
        return _with_rooms(target, zip(dates, slots, strict=True), change)
    regular, old, extra = pairing.by_rule(of, dates)
    if not regular:
        raise NotNow(_("Deze reeks heeft geen datums meer die nog komen."))
    first = pairing.slot_day(regular[0])
    shift = timedelta(0) if target.every == Every.OWN else target.first_on - first
    rows = {pairing.slot_day(one): one for one in regular}
    days = sorted({*old, *rows})
    last = target.last_on or max(pairing.decided(of, first), days[-1] + shift)
    keys = [one.pk for one in regular]
    slots = series.slots_between(target, target.first_on, last, besides=keys)
    possible = {slot.on: slot for slot in slots if slot.standing.is_possible}
    pairs = pairing.pairs(days, sorted(possible), shift, is_monthly=target.every == Every.MONTH)
    meant = [(row, possible[pairs[on]] if on in pairs else None) for on, row in rows.items()]
    terms = replace(change, rule=None)
    turns = _with_rooms(target, meant, change)
    turns += _with_rooms(target, [(one, _as_it_is(one)) for one in extra], terms)
    left = [possible[on] for on in sorted(set(possible) - set(pairs.values()))]
    return turns + [
        Turn(Becomes.NEW, None, slot, slot.standing == Standing.TAKEN, slot.reason) for slot in left
    ]


def _with_rooms(
    target: Series, meant: Iterable[tuple[Occurrence, Slot | None]], change: Change
) -> list[Turn]:
    """What becomes of each date, and whether its room can be held then."""
    pairs = list(meant)
    if not pairs:
        return []
    now = timezone.now()
    asking = []
    for occurrence, slot in pairs:
        if slot and occurrence.starts_at > now:
            asking.append((occurrence.pk, _changed_copy(target, occurrence, slot, change)))
    uses = [one.use_id for one, _slot in pairs if one.use_id]
    centre = target.activity.centre_id
    met = rooms.checked([copy for _pk, copy in asking], centre=centre, besides=uses)
    answers = {pk: checked for (pk, _copy), checked in zip(asking, met, strict=True)}
    copies = dict(asking)
    turns = []
    for occurrence, slot in pairs:
        is_own = bool({*_own_of(occurrence)} - {series.DAYS_OFF}) and not change.is_for_own
        if slot is None:
            turns.append(Turn(Becomes.GONE, occurrence, None, reason=_gone(), is_own=is_own))
        elif slot.standing == Standing.DAY_OFF and slot.on != pairing.slot_day(occurrence):
            turns.append(Turn(Becomes.GONE, occurrence, None, reason=slot.reason, is_own=is_own))
        else:
            copy, checked = copies.get(occurrence.pk), answers.get(occurrence.pk)
            is_same = copy is None or _is_same(occurrence, copy)
            refused = checked is not None and not checked.is_free and not is_same
            becomes = Becomes.SAME if is_same else Becomes.CHANGED
            met_slot = replace(slot, other=checked.other) if refused and checked else slot
            reason = checked.reason if refused and checked else ""
            moves = copy is not None and copy.starts_at != occurrence.starts_at
            turns.append(Turn(becomes, occurrence, met_slot, refused, reason, is_own, moves))
    return turns


def _gone() -> str:
    return _("Deze datum hoort niet meer bij de reeks.")


def _as_it_is(occurrence: Occurrence) -> Slot:
    """The moment that stays its identity. Without an end: its times are left alone."""
    return Slot(Planned(pairing.slot_day(occurrence), occurrence.original_starts_at), Standing.FREE)


def _own_of(occurrence: Occurrence) -> list[str]:
    """What a change leaves alone. A room that is still awaited is no choice of anybody."""
    waits = rooms.has_no_room_yet(occurrence)
    return [name for name in occurrence.own_fields if not (name == ROOM and waits)]


def _changed_copy(target: Series, occurrence: Occurrence, slot: Slot, change: Change) -> Occurrence:
    """A date as it would be, not saved."""
    copy = Occurrence(
        **{
            name: getattr(occurrence, name)
            for name in (
                "id",
                "activity",
                "centre",
                "title",
                "starts_at",
                "ends_at",
                "state",
                *TERMS,
            )
        }
    )
    _set(copy, target, slot, change, own=_own_of(occurrence))
    return copy


def _set(
    occurrence: Occurrence, target: Series, slot: Slot, change: Change, *, own: Sequence[str]
) -> None:
    """Give a date what the change says, but for what is its own."""
    kept = () if change.is_for_own else own
    if change.rule and TIMES not in kept and slot.planned.starts_at and slot.planned.ends_at:
        occurrence.starts_at, occurrence.ends_at = slot.planned.starts_at, slot.planned.ends_at
    for name in TERMS:
        if name in change.terms and name not in kept:
            setattr(occurrence, name, getattr(target, name))


def _is_same(occurrence: Occurrence, other: Occurrence) -> bool:
    return all(
        getattr(occurrence, name) == getattr(other, name)
        for name in ("starts_at", "ends_at", *KEPT)
    )


def _refuse(
    target: Series, turns: Iterable[Turn], answers: Mapping[str, Answer], change: Change
) -> None:
    """Raise what must be known before anything is written."""
    undecided = [turn for turn in turns if turn.must_be_decided and turn.key not in answers]
    if undecided:
        raise Undecided(
            _("Er staan mensen op de lijst van een datum die vervalt. Zeg wat er dan gebeurt.")
        )
    if target.capacity is not None and target.capacity < target.places_taken:
        raise BelowTaken(_("Er hebben zich al meer mensen aangemeld."))
    for turn in turns:
        occurrence = turn.occurrence
        if turn.becomes != Becomes.CHANGED or occurrence is None or "capacity" not in change.terms:
            continue
        if "capacity" in occurrence.own_fields and not change.is_for_own:
            continue
        try:
            planning.check_capacity(occurrence, target.capacity)
        except BelowTaken as refusal:
            said = {"day": capfirst(day(occurrence.starts_at)), "problem": str(refusal)}
            raise BelowTaken(_("%(day)s: %(problem)s") % said) from refusal


# Writing -------------------------------------------------------------------------------------------


def _saved(
    locked: Series,
    target: Series,
    dates: Sequence[Occurrence],
    change: Change,
    *,
    is_split: bool,
    by: Person | None,
) -> Series:
    """Save the series as it will be: a new one that follows, or the same row where nothing stays behind."""
    keys = [one.pk for one in dates]
    if is_split and dates and locked.occurrences.exclude(pk__in=keys).exists():
        first = pairing.slot_day(dates[0])
        if change.rule is None:
            target.first_on = first
            target.own_days = [on for on in locked.own_days if on >= first]
        target.follows, target.created_by, target.created_at = locked, by, timezone.now()
        target.save(force_insert=True)
        before = max(locked.first_on, first - series.ONE_DAY)
        locked.last_on = min(before, locked.last_on or before)
        locked.own_days = [on for on in locked.own_days if on < first]
        locked.save(update_fields=["last_on", "own_days"])
        return target
    for name in (*RULE, *SKIPS, *TERMS):
        setattr(locked, name, getattr(target, name))
    locked.save(update_fields=[*RULE, *SKIPS, *TERMS])
    return locked


def _rewrite(
    target: Series,
    turns: Iterable[Turn],
    answers: Mapping[str, Answer],
    change: Change,
    *,
    reason: str,
    by: Person | None,
) -> list[Occurrence]:
    """Give the dates that were there their new moments and terms; those that changed for who would come, or fell away.

    Their identity within the series is written in two steps, since one takes the moment that another leaves.
    """
    there = [(turn, turn.occurrence) for turn in turns if turn.occurrence]
    now = timezone.now()
    touched = []
    for turn, occurrence in there:
        is_ahead = occurrence.starts_at > now
        answer = answers.get(turn.key)
        if turn.slot is None:
            occurrence.series = None
            if is_ahead and not occurrence.is_cancelled and not (answer and answer.is_on):
                _call_off(occurrence, reason or _gone())
                touched.append(occurrence)
            continue
        occurrence.series = target
        if change.rule and turn.slot.planned.starts_at:  # of an added date: as it was
            occurrence.original_starts_at = turn.slot.planned.starts_at
        if turn.becomes == Becomes.CHANGED:
            _change(occurrence, target, turn.slot, change, answer)
            touched.append(occurrence)
    rows = [occurrence for _turn, occurrence in there]
    Occurrence.objects.filter(pk__in=[one.pk for one in rows]).update(series=None)
    _write(touched, by=by)
    Occurrence.objects.bulk_update(rows, ["series", "original_starts_at"], batch_size=500)
    refused = rooms.settle_all(touched, centre=target.activity.centre_id, by=by)
    if refused:
        raise refused[0][1]
    return touched


def _change(
    occurrence: Occurrence, target: Series, slot: Slot, change: Change, answer: Answer | None
) -> None:
    own = _own_of(occurrence)
    _set(occurrence, target, slot, change, own=own)
    if change.is_for_own:
        own = [
            name for name in own if name not in change.terms and not (change.rule and name == TIMES)
        ]
    if ROOM in occurrence.own_fields and ROOM not in own and ROOM not in change.terms:
        own.append(ROOM)  # it still waits for a room
    if answer and answer.room is not None and answer.room != occurrence.room:
        occurrence.room = answer.room
        own = [*own, ROOM] if ROOM not in own else own
    occurrence.own_fields = own


def _call_off(occurrence: Occurrence, reason: str) -> None:
    occurrence.state = OccurrenceState.CANCELLED
    occurrence.cancel_reason = reason
    occurrence.cancelled_at = timezone.now()


def _write(dates: Sequence[Occurrence], *, by: Person | None) -> None:
    for occurrence in dates:
        occurrence.sequence += 1
        occurrence.changed_by = by
        occurrence.updated_at = timezone.now()
    Occurrence.objects.bulk_update(dates, WRITTEN, batch_size=500)


def _new_rows(
    target: Series, turns: Iterable[Turn], answers: Mapping[str, Answer]
) -> list[Occurrence]:
    slots = [turn.slot for turn in turns if turn.slot and turn.occurrence is None]
    given = {
        slot.on: answers[slot.on.isoformat()] for slot in slots if slot.on.isoformat() in answers
    }
    return series.rows_for(target, slots, given)


def _after(dates: Sequence[Occurrence], was: Mapping[UUID, AsTold]) -> None:
    """Give new places to who waits, count plans back again, and tell everyone once what became of their dates."""
    for occurrence in dates:
        queue.promote(occurrence)
    news = {one.pk: (one, was[one.pk]) for one in dates if was[one.pk].is_news(one)}
    mine: dict[object, list[SignUp]] = {}
    for sign_up in (
        SignUp.objects.live().filter(occurrence__in=news).with_recipient().order_by("id")
    ):
        mine.setdefault(_who(sign_up), []).append(sign_up)
    for sign_ups in mine.values():
        emails.dates_changed(sign_ups, news)
    inviting.tell_changed(news)
    for activity in {one.activity for one in dates}:
        steps.follow_dates(activity)


def _who(sign_up: SignUp) -> object:
    """By what we know that two sign-ups are of the same people; of a guest without any contact we do not."""
    return sign_up.person_id or sign_up.guest_key or sign_up.pk


def _begin_of(turn: Turn) -> datetime:
    if turn.slot and turn.slot.planned.starts_at:
        return turn.slot.planned.starts_at
    return turn.occurrence.starts_at if turn.occurrence else timezone.now()
