"""Taking, moving and letting go of spaces: the one module that writes uses and their allocations, for everyone.

Bookings, activities, shifts and closures all come here, so that what goes on in the house blocks a room by
construction. The database refuses what cannot be (venue.models.use, migration 0003); this module says it in words.

Who writes in a house takes its turn first: one advisory lock per house, in one order, before any row is touched (the
fire rule counts the whole house, so two writers of one house can never pass each other anyway). An action on several
houses takes all turns in one call (`take_each`, `swap`, `hold_each`, `release_each`). Whoever must lock rows of their
own as well (a booking) calls `take_turn` before that.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange, NumericRange
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import errors

from lokaal.exceptions import Refusal
from venue import answers
from venue.exceptions import DoesNotFit, HouseFull, NotFree, NotNow, OutOfStock, Taken
from venue.models import (
    BLOCKING_HOLDS,
    Allocation,
    Equipment,
    EquipmentUse,
    Hold,
    Part,
    Space,
    Use,
    UseKind,
)
from venue.models.use import UseQuerySet
from venue.turns import locked_uses, retried, take_turn, take_turn_of
from venue.wishes import (
    Outcome,
    Rules,
    Wanted,
    changed,
    check,
    may_depart,
    out_of_each_others_way,
)

__all__ = [
    "Outcome",
    "Wanted",
    "buffers",
    "change",
    "change_each",
    "changed",
    "check",
    "hide",
    "hold",
    "hold_each",
    "may_depart",
    "note",
    "release",
    "release_each",
    "retried",
    "rows_of",
    "set_hold",
    "swap",
    "take",
    "take_again",
    "take_each",
    "take_turn",
    "take_turn_of",
    "wanted_each",
    "wanted_of",
]

TITLE_LENGTH = 120


# Taking ------------------------------------------------------------------------------------------


@retried
def take(wanted: Wanted, *, hold: Hold = Hold.FIRM, held_until: datetime | None = None) -> Use:
    """Use a space and return the use.

    An option (`hold=Hold.OPTION`) blocks until `held_until` (UTC), or else as long as the house gives one.
    Raises Taken, HouseFull, OutOfStock or Closed (each with alternatives), DoesNotFit, NoBuffer or WrongTime; then
    nothing was written.
    """
    outcome = take_each([wanted], hold=hold, held_until=held_until)[0]
    if outcome.use is None:
        raise _with_alternatives(wanted, outcome.refusal or Refusal(_("Dit lukt niet.")))
    return outcome.use


@retried
def take_each(
    wanted: Sequence[Wanted], *, hold: Hold = Hold.FIRM, held_until: datetime | None = None
) -> list[Outcome]:
    """Use what is free of several wants, each on its own, and say of every other why not (same order).

    The refusals carry no alternatives; `venue.searching.alternatives` finds them for the ones that are shown.
    """
    if not wanted:
        return []
    with transaction.atomic():
        take_turn_of(want.space.centre_id for want in wanted)
        _let_go_of_run_out(wanted)
        rules = Rules.of(wanted)
        return [_tried(one, rules, hold, held_until) for one in wanted]


def note(wanted: Wanted) -> Use:
    """Write down a use that was refused or skipped: it holds nothing, and can be offered again (`hold`)."""
    with transaction.atomic():
        return _written(Use(), wanted, Hold.RELEASED)


# Changing ----------------------------------------------------------------------------------------


@retried
def change(use: Use, **changes: Any) -> Use:
    """Move, extend, shorten, or give a use another room, layout, number of people or equipment.

    `changes` are fields of Wanted. All or nothing: when it cannot be, the use stays as it was. In another room or
    layout the buffers are those of that room; at another time or house a reason to be outside the hours is given anew.
    Raises NotNow for a use that was released, and what `take` raises.
    """
    outcome = change_each([(use, changes)])[0]
    if outcome.use is None:
        raise _with_alternatives(outcome.wanted, outcome.refusal or Refusal(_("Dit lukt niet.")))
    return outcome.use


@retried
def change_each(
    changes: Sequence[tuple[Use, Mapping[str, Any]]], *, is_given_away: bool = True
) -> list[Outcome]:
    """Change several uses, each on its own, and say of every other why not (same order): it stayed as it was.

    What comes free is given to who waits, unless the caller has other plans with it (`is_given_away=False`).
    """
    if not changes:
        return []
    with transaction.atomic():
        to = {fields["space"].centre_id for _use, fields in changes if "space" in fields}
        locked = locked_uses([use for use, _fields in changes], also=to)
        now = [wanted_of(use) for use in locked]
        wanted = [changed(was, fields) for was, (_u, fields) in zip(now, changes, strict=True)]
        _let_go_of_run_out([*now, *wanted], locked)
        rules = Rules.of(wanted)
        outcomes: dict[int, Outcome] = {}
        for nth in out_of_each_others_way(now, wanted):
            outcomes[nth] = _rewritten(locked[nth], now[nth], wanted[nth], rules)
        for nth, outcome in outcomes.items():
            if is_given_away and outcome.use and outcome.use.hold in BLOCKING_HOLDS:
                _give_to_who_waits(now[nth])
        return [outcomes[nth] for nth in range(len(changes))]


@retried
def swap(one: Use, other: Use) -> tuple[Use, Use]:
    """Let two uses change rooms, both at once. Raises what `take` raises; then both stay where they were."""
    with transaction.atomic():
        first, second = locked_uses([one, other])
        now = [wanted_of(first), wanted_of(second)]
        _let_go_of_run_out(now, [first, second])
        if Hold.RELEASED in (first.hold, second.hold):
            raise NotNow(_("Deze zaal is al vrijgegeven."))
        to_second = changed(now[0], {"space": second.space})
        to_first = changed(now[1], {"space": first.space})
        rules = Rules.of([to_second, to_first])
        rules.check(to_second, was=now[0])
        rules.check(to_first, was=now[1])
        held = Hold(second.hold), second.held_until
        set_hold(second, Hold.RELEASED)  # out of the way of the first; written again below
        try:
            with transaction.atomic():
                first = _in_words(
                    to_second, None, lambda: _written(first, to_second, Hold(first.hold))
                )
                second = _in_words(to_first, None, lambda: _written(second, to_first, *held))
        except Taken as refusal:
            raise Taken(_("Ruilen kan niet. Een van de zalen is dan al bezet.")) from refusal
        return first, second


@retried
def hold(use: Use, as_: Hold, *, until: datetime | None = None) -> Use:
    """Make a use firm or an option (until a moment, UTC), or let it wait behind the option of another.

    Raises Taken when it would block and somebody else has the space; it then keeps the hold it had.
    """
    return hold_each([use], as_, until=until)[0]


@retried
def hold_each(
    uses: Sequence[Use],
    as_: Hold,
    *,
    until: datetime | None = None,
    only_from: Iterable[Hold] | None = None,
) -> list[Use]:
    """Do that for several uses, all or none, and return them in the same order.

    `only_from`: raise NotNow when one of them is not held like that any more; an option that ran out counts as
    released. So accepting twice, or two rivals who accept at the same moment, confirms exactly one.
    """
    with transaction.atomic():
        locked = locked_uses(uses)
        wanted = [wanted_of(use) for use in locked]
        if only_from is not None:
            allowed = set(only_from)
            for use in locked:
                if use.hold not in allowed or (use.hold == Hold.OPTION and not use.is_blocking):
                    raise NotNow(_("Deze zaal is niet meer voor je vastgehouden."))
        _let_go_of_run_out(wanted, locked)
        done = []
        for use, want in zip(locked, wanted, strict=True):
            was_blocking = use.hold in BLOCKING_HOLDS
            done.append(_in_words(want, None, functools.partial(set_hold, use, as_, until)))
            if was_blocking and as_ not in BLOCKING_HOLDS:
                _give_to_who_waits(want)
        return done


@retried
def take_again(
    uses: Sequence[Use], *, hold: Hold = Hold.FIRM, held_until: datetime | None = None
) -> list[Outcome]:
    """Take released uses after all (a date that was refused or skipped), each on its own; why not of every other.

    A use that was not released stays as it is: twice is harmless.
    """
    with transaction.atomic():
        locked = locked_uses(uses)
        wanted = [wanted_of(use) for use in locked]
        if wanted:
            _let_go_of_run_out(wanted)
        rules = Rules.of(wanted)
        outcomes = []
        for use, want in zip(locked, wanted, strict=True):
            if use.hold != Hold.RELEASED:
                outcomes.append(Outcome(want, use=use))
                continue
            try:
                rules.check(replace(want, before_minutes=None, after_minutes=None))
                write = functools.partial(set_hold, use, hold, held_until)
                outcomes.append(Outcome(want, use=_in_words(want, None, write)))
            except Refusal as refusal:
                outcomes.append(Outcome(want, refusal=refusal))
        return outcomes


def release(use: Use) -> Use:
    """Let go of a space, and give it to who waits. The row stays, as what was there once. Twice is harmless."""
    return release_each([use])[0]


@retried
def release_each(uses: Sequence[Use]) -> list[Use]:
    """Let go of several spaces, and give them to who waits."""
    with transaction.atomic():
        locked = locked_uses(uses)
        for use in locked:
            if use.hold != Hold.RELEASED:
                set_hold(use, Hold.RELEASED)
        for use in locked:
            _give_to_who_waits(wanted_of(use))
        return locked


def set_hold(use: Use, hold: Hold, until: datetime | None = None) -> Use:
    """Write how a use holds its rows. For venue's own modules: the caller has the turn and catches what is refused."""
    use.hold, use.held_until = hold, _held_until(use, hold, until)
    use.save(update_fields=["hold", "held_until", "changed_at"])
    blocking = hold in BLOCKING_HOLDS
    use.allocations.exclude(blocking=blocking).update(blocking=blocking)
    use.equipment_uses.exclude(blocking=blocking).update(blocking=blocking)
    return use


def hide(uses: UseQuerySet) -> None:
    """From now on nobody reads at the door or in a calendar what these uses are for."""
    uses.update(is_private=True, changed_at=timezone.now())


def wanted_of(use: Use) -> Wanted:
    """What a use holds, as one would ask for it."""
    unique = Equipment.objects.filter(part__allocations__use=use).exclude(part__spaces=use.space)
    return _wanted(
        use,
        {row.equipment_id: row.count for row in use.equipment_uses.all()}
        | dict.fromkeys(unique.values_list("id", flat=True), 1),
    )


def wanted_each(uses: Sequence[Use]) -> list[Wanted]:
    """What several uses hold, in order, in a fixed number of queries."""
    equipment: dict[UUID, dict[UUID, int]] = {use.pk: {} for use in uses}
    for row in EquipmentUse.objects.filter(use__in=uses):
        equipment[row.use_id][row.equipment_id] = row.count
    own = Space.parts.through.objects.filter(
        space_id=OuterRef("use__space_id"), part_id=OuterRef("part_id")
    )
    unique = Allocation.objects.filter(~Exists(own), use__in=uses, part__equipment__isnull=False)
    for use_pk, pk in unique.values_list("use_id", "part__equipment"):
        equipment[use_pk][pk] = 1
    return [_wanted(use, equipment[use.pk]) for use in uses]


def _wanted(use: Use, equipment: Mapping[UUID, int]) -> Wanted:
    return Wanted(
        space=use.space,
        starts_at=use.starts_at,
        ends_at=use.ends_at,
        kind=UseKind(use.kind),
        title=use.title,
        people=use.people,
        staff=use.staff,
        layout=use.layout,
        is_private=use.is_private,
        equipment=equipment,
        before_minutes=use.before_minutes,
        after_minutes=use.after_minutes,
        buffer_reason=use.buffer_reason,
        hours_reason=use.hours_reason,
        set_up=use.set_up,
        closes=use.closes,
        by=use.by,
    )


def buffers(space: Space, layout: str) -> tuple[int, int]:
    """Minutes to set up and to clear up: those of the layout, or else of the space."""
    return space.buffers_for(layout)


# Writing -----------------------------------------------------------------------------------------


def _rewritten(use: Use, was: Wanted, wanted: Wanted, rules: Rules) -> Outcome:
    try:
        if use.hold == Hold.RELEASED:
            raise NotNow(_("Deze zaal is al vrijgegeven."))
        rules.check(wanted, was=was)
        done = _in_words(wanted, None, lambda: _written(use, wanted, Hold(use.hold)))
    except Refusal as refusal:
        return Outcome(wanted, refusal=refusal)
    return Outcome(wanted, use=done)


def _tried(wanted: Wanted, rules: Rules, hold: Hold, held_until: datetime | None) -> Outcome:
    try:
        use = _in_words(wanted, rules, lambda: _written(Use(), wanted, hold, held_until))
    except Refusal as refusal:
        return Outcome(wanted, refusal=refusal)
    return Outcome(wanted, use=use)


def _in_words(wanted: Wanted, rules: Rules | None, write: Callable[[], Use]) -> Use:
    """Check and write in a savepoint; what the database refuses becomes a sentence."""
    if rules is not None:
        rules.check(wanted)
    try:
        with transaction.atomic():
            return write()
    except IntegrityError as problem:
        refusal = _refusal(wanted, problem)
        if refusal is None:
            raise
        raise refusal from problem


def _refusal(wanted: Wanted, problem: IntegrityError) -> Refusal | None:
    """What the database refused, as a sentence; None for what is no answer to a wish but a mistake of ours."""
    cause = problem.__cause__
    if not isinstance(cause, errors.Error):
        return None
    detail = cause.diag.message_detail or ""
    match cause.diag.constraint_name:
        case "venue_allocation_never_twice":
            unique = Equipment.objects.filter(pk__in=wanted.equipment, part__isnull=False)
            in_use = next((one for one in unique if str(one.part_id) in detail), None)
            if in_use:
                return OutOfStock(_("%(what)s is dan al in gebruik.") % {"what": in_use.name})
            return Taken(answers.is_taken(wanted.space.name))
        case "venue_use_building_maximum":
            return HouseFull(answers.house_is_full())
        case "venue_equipmentuse_within_stock":
            equipment, left = detail.split()
            return OutOfStock(
                _("Er zijn dan nog %(left)s van: %(what)s.")
                % {"left": left, "what": Equipment.objects.get(pk=equipment).name}
            )
    return None


def _with_alternatives(wanted: Wanted, refusal: Refusal) -> Refusal:
    from venue import searching

    if isinstance(refusal, NotFree) and not refusal.alternatives:
        refusal.alternatives = tuple(searching.alternatives(wanted))
    return refusal


def _written(use: Use, wanted: Wanted, hold: Hold, held_until: datetime | None = None) -> Use:
    """Write a use and its rows as wanted. The database checks; the caller holds the turn and a savepoint."""
    is_closure = wanted.kind == UseKind.CLOSURE
    before, after = (0, 0) if is_closure else wanted.space.buffers_for(wanted.layout)
    use.kind, use.space, use.centre_id = wanted.kind, wanted.space, wanted.space.centre_id
    use.layout, use.title = wanted.layout, wanted.title[:TITLE_LENGTH]
    use.is_private = wanted.is_private
    use.starts_at, use.ends_at = wanted.starts_at, wanted.ends_at
    use.people, use.staff = wanted.people, wanted.staff
    use.before_minutes = before if wanted.before_minutes is None else wanted.before_minutes
    use.after_minutes = after if wanted.after_minutes is None else wanted.after_minutes
    use.buffer_reason, use.hours_reason = wanted.buffer_reason, wanted.hours_reason
    use.set_up, use.closes = wanted.set_up, wanted.closes
    use.by = wanted.by or use.by
    is_new = use._state.adding
    if is_new or hold != use.hold or held_until is not None:
        use.hold, use.held_until = hold, _held_until(use, hold, held_until)
    equipment = _equipment(wanted)
    parts = set(Part.objects.filter(spaces=wanted.space).values_list("pk", flat=True))
    if not parts:
        raise DoesNotFit(_("Deze zaal is nog niet af. Vraag het een medewerker."))
    parts |= {one.part_id for one in equipment if one.part_id}
    if not is_new:
        use.allocations.all().delete()
        use.equipment_uses.all().delete()
    use.save()
    Allocation.objects.bulk_create(rows_of(use, parts))
    EquipmentUse.objects.bulk_create(
        EquipmentUse(
            use=use,
            equipment=one,
            count=wanted.equipment[one.pk],
            during=DateTimeTZRange(use.taken_from, use.taken_until),
            blocking=use.hold in BLOCKING_HOLDS,
        )
        for one in equipment
        if one.part_id is None
    )
    return use


def _held_until(use: Use, hold: Hold, until: datetime | None) -> datetime | None:
    """Until when an option blocks: as was said, or else as long as the house gives one."""
    from venue import options

    if hold != Hold.OPTION:
        return None
    return until or options.option_ends_at(use.centre_id, use.starts_at)


def rows_of(use: Use, parts: Iterable[UUID]) -> list[Allocation]:
    """The use itself, and its buffers, for every part, in the order in which all rows are written."""
    own = NumericRange(use.number, use.number + 1)
    stretches = [(use.starts_at, use.ends_at, NumericRange(None, None))]
    if use.before_minutes:
        stretches.append((use.taken_from, use.starts_at, own))
    if use.after_minutes:
        stretches.append((use.ends_at, use.taken_until, own))
    blocking = use.hold in BLOCKING_HOLDS
    return [
        Allocation(
            use=use, part_id=part, during=DateTimeTZRange(start, end), kind=kind, blocking=blocking
        )
        for part in sorted(parts)
        for start, end, kind in stretches
    ]


def _equipment(wanted: Wanted) -> list[Equipment]:
    """The equipment that must be brought, in order: what stands in the space for good comes with it."""
    asked = {pk for pk, count in wanted.equipment.items() if count > 0}
    if not asked:
        return []
    there = Equipment.objects.filter(pk__in=asked, centre=wanted.space.centre_id).order_by("pk")
    found = list(there.filter(Q(is_active=True) | Q(fixed_in=wanted.space)).distinct())
    if len(found) < len(asked):
        raise OutOfStock(_("Niet alles wat je vraagt is in dit huis."))
    fixed = set(there.filter(fixed_in=wanted.space).values_list("pk", flat=True))
    brought = [one for one in found if one.pk not in fixed]
    for one in brought:
        if one.part_id and wanted.equipment[one.pk] > 1:
            raise OutOfStock(_("Er is er maar één van: %(what)s.") % {"what": one.name})
    return brought


# Who is next ------------------------------------------------------------------------------------


def _let_go_of_run_out(wants: Sequence[Wanted], uses: Sequence[Use] = ()) -> None:
    """Let go of what ran out in these houses; `uses` are those that we hold, which may be among them."""
    from venue import options

    options.let_go_of_run_out({want.space.centre_id for want in wants})
    for use in uses:
        if use.hold == Hold.OPTION and not use.is_blocking:
            use.refresh_from_db(fields=["hold", "held_until"])


def _give_to_who_waits(freed: Wanted) -> None:
    from venue import options

    options.give_to_who_waits({freed.space.centre_id}, freed.starts_at, freed.ends_at)
