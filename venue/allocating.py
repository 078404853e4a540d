"""Taking, moving and letting go of spaces: the one module that writes uses and their allocations, for everyone.

Bookings, activities, shifts and closures all come here, so that what goes on in the house blocks a room by
construction. The database refuses what cannot be (venue.models.use, migration 0003); this module says it in words.

Locks are taken before anything is written, for all parts, equipment and houses together, in one order. An action that
takes several spaces therefore does so in one call (`take_each`, `swap`), never in two calls of one transaction.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange, NumericRange
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg import errors

from lokaal.exceptions import Refusal
from lokaal.people.models import Person
from venue.exceptions import DoesNotFit, HouseFull, NotNow, OutOfStock, Taken, WrongTime
from venue.models import (
    BLOCKING_HOLDS,
    Allocation,
    Equipment,
    EquipmentUse,
    Hold,
    Part,
    Space,
    SpaceLayout,
    Use,
    UseKind,
    lock_key,
)

if TYPE_CHECKING:
    from venue.searching import Alternative

LONGEST = timedelta(days=31)

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Wanted:
    """What is asked of a space. Times are UTC, half-open; `people` are guests, `staff` are counted with them.

    `before_minutes` and `after_minutes` None: as the layout or else the space says. Less than that needs a
    `buffer_reason`. `equipment` says how many of which counted or unique equipment.
    """

    space: Space
    starts_at: datetime
    ends_at: datetime
    kind: UseKind
    title: str
    people: int = 0
    staff: int = 0
    layout: str = ""
    is_private: bool = False
    equipment: Mapping[UUID, int] = field(default_factory=dict)
    before_minutes: int | None = None
    after_minutes: int | None = None
    buffer_reason: str = ""
    hours_reason: str = ""
    set_up: str = ""
    closes: str = ""
    by: Person | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one date of several: a use, or the reason why not."""

    wanted: Wanted
    use: Use | None = None
    refusal: Refusal | None = None


def retried(action: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Do an action once more when the database broke a deadlock with it; only where it owns the transaction."""

    @functools.wraps(action)
    def again(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return action(*args, **kwargs)
        except OperationalError as problem:
            is_ours = isinstance(problem.__cause__, errors.DeadlockDetected)
            if not is_ours or connection.in_atomic_block:
                raise
        return action(*args, **kwargs)

    return again


@retried
def take(wanted: Wanted, *, hold: Hold = Hold.FIRM, held_until: datetime | None = None) -> Use:
    """Use a space and return the use. An option (`hold=Hold.OPTION`) blocks until `held_until` (UTC).

    Raises Taken (with alternatives), HouseFull, OutOfStock, DoesNotFit or WrongTime; then nothing was written.
    """
    outcome = take_each([wanted], hold=hold, held_until=held_until)[0]
    if outcome.use is None:
        raise outcome.refusal or Refusal(_("Dit lukt niet."))
    return outcome.use


@retried
def take_each(
    wanted: Sequence[Wanted], *, hold: Hold = Hold.FIRM, held_until: datetime | None = None
) -> list[Outcome]:
    """Use what is free of several wants, each on its own, and say of every other why not (same order)."""
    with transaction.atomic():
        _lock(wanted)
        return [_tried(one, hold, held_until) for one in wanted]


@retried
def change(use: Use, **changes: Any) -> Use:
    """Move, extend, shorten, or give a use another room, layout, number of people or equipment.

    `changes` are fields of Wanted. All or nothing: when it cannot be, the use stays as it was.
    Raises NotNow for a use that was released, and what `take` raises.
    """
    with transaction.atomic():
        now = Use.objects.select_related("space").get(pk=use.pk)
        wanted = replace(wanted_of(now), **changes)
        _lock([wanted_of(now), wanted])
        locked = _locked(use)
        if locked.hold == Hold.RELEASED:
            raise NotNow(_("Deze zaal is al vrijgegeven."))
        return _in_words(wanted, lambda: _written(locked, wanted, Hold(locked.hold)))


@retried
def swap(one: Use, other: Use) -> tuple[Use, Use]:
    """Let two uses change rooms, both at once. Raises what `take` raises; then both stay where they were."""
    with transaction.atomic():
        uses = {
            use.pk: use
            for use in Use.objects.select_related("space").filter(pk__in=[one.pk, other.pk])
        }
        first, second = uses[one.pk], uses[other.pk]
        to_second = replace(wanted_of(first), space=second.space)
        to_first = replace(wanted_of(second), space=first.space)
        _lock([wanted_of(first), wanted_of(second), to_first, to_second])
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS venue_allocation_never_twice DEFERRED")
        first, second = _locked(first), _locked(second)
        first = _in_words(to_second, lambda: _written(first, to_second, Hold(first.hold)))

        def settled() -> Use:
            written = _written(second, to_first, Hold(second.hold))
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS venue_allocation_never_twice IMMEDIATE")
            return written

        return first, _in_words(to_first, settled)


@retried
def hold(use: Use, as_: Hold, *, until: datetime | None = None) -> Use:
    """Make a use firm or an option (until a moment, UTC), or let it wait behind the option of another.

    Raises Taken when it would block and somebody else has the space; it then keeps the hold it had.
    """
    with transaction.atomic():
        now = Use.objects.select_related("space").get(pk=use.pk)
        wanted = wanted_of(now)
        _lock([wanted])
        locked = _locked(use)
        return _in_words(wanted, lambda: _written(locked, wanted, as_, until))


def release(use: Use) -> Use:
    """Let go of a space. The row stays, so that it is known what was there; twice does no harm."""
    with transaction.atomic():
        locked = _locked(use)
        locked.hold, locked.held_until = Hold.RELEASED, None
        locked.save(update_fields=["hold", "held_until", "changed_at"])
        locked.allocations.update(blocking=False)
        locked.equipment_uses.update(blocking=False)
        return locked


def wanted_of(use: Use) -> Wanted:
    """What a use holds, as one would ask for it."""
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
        equipment={row.equipment_id: row.count for row in use.equipment_uses.all()}
        | dict.fromkeys(
            Equipment.objects.filter(part__allocations__use=use).values_list("id", flat=True), 1
        ),
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
    row = SpaceLayout.objects.filter(space=space, layout=layout).first() if layout else None
    before = row.before_minutes if row and row.before_minutes is not None else space.before_minutes
    after = row.after_minutes if row and row.after_minutes is not None else space.after_minutes
    return before, after


def check(wanted: Wanted) -> None:
    """Raise WrongTime or DoesNotFit for what can never be, whoever else is there."""
    if wanted.ends_at <= wanted.starts_at:
        raise WrongTime(_("Het einde ligt voor het begin."))
    if wanted.ends_at - wanted.starts_at > LONGEST:
        raise WrongTime(_("Dat is langer dan een maand. Maak er twee van."))
    if wanted.kind == UseKind.CLOSURE:
        return
    most = wanted.space.capacity_for(wanted.layout)
    if most is None and wanted.layout:
        raise DoesNotFit(_("Zo kan deze zaal niet staan. Kies een andere opstelling."))
    if most is not None and wanted.people > most:
        raise DoesNotFit(
            ngettext(
                "Er past %(most)s mens in %(space)s.",
                "Er passen %(most)s mensen in %(space)s.",
                most,
            )
            % {"most": most, "space": wanted.space.name}
        )


def _tried(wanted: Wanted, hold: Hold, held_until: datetime | None) -> Outcome:
    try:
        use = _in_words(wanted, lambda: _written(Use(), wanted, hold, held_until))
    except Refusal as refusal:
        return Outcome(wanted, refusal=refusal)
    return Outcome(wanted, use=use)


def _in_words(wanted: Wanted, write: Callable[[], Use]) -> Use:
    """Write in a savepoint; what the database refuses becomes a sentence, with what fits instead."""
    from venue import options, searching  # both read what this module writes

    check(wanted)
    options.let_go_of_run_out(wanted.space, wanted.starts_at, wanted.ends_at)
    try:
        with transaction.atomic():
            return write()
    except IntegrityError as problem:
        refusal = _refusal(wanted, problem, searching.alternatives)
        if refusal is None:
            raise
        raise refusal from problem


def _refusal(
    wanted: Wanted, problem: IntegrityError, alternatives: Callable[[Wanted], Sequence[Alternative]]
) -> Refusal | None:
    """What the database refused, as a sentence; None for what is no answer to a wish but a mistake of ours."""
    cause = problem.__cause__
    if not isinstance(cause, errors.Error):
        return None
    match cause.diag.constraint_name:
        case "venue_allocation_never_twice":
            return Taken(
                _("%(space)s is dan al bezet.") % {"space": wanted.space.name},
                alternatives=alternatives(wanted),
            )
        case "venue_use_building_maximum":
            return HouseFull(
                _("Dan zijn er te veel mensen in huis. Dat mag niet van de brandweer.")
            )
        case "venue_equipmentuse_within_stock":
            equipment, left = (cause.diag.message_detail or "").split()
            return OutOfStock(
                _("Er zijn dan nog %(left)s van: %(what)s.")
                % {"left": left, "what": Equipment.objects.get(pk=equipment).name}
            )
    return None


def _written(use: Use, wanted: Wanted, hold: Hold, held_until: datetime | None = None) -> Use:
    """Write a use and its rows as wanted. The database checks; the caller holds the locks and a savepoint."""
    before, after = buffers(wanted.space, wanted.layout)
    use.kind, use.space, use.centre_id = wanted.kind, wanted.space, wanted.space.centre_id
    use.layout, use.title, use.is_private = wanted.layout, wanted.title, wanted.is_private
    use.starts_at, use.ends_at = wanted.starts_at, wanted.ends_at
    use.people, use.staff = wanted.people, wanted.staff
    use.before_minutes = before if wanted.before_minutes is None else wanted.before_minutes
    use.after_minutes = after if wanted.after_minutes is None else wanted.after_minutes
    use.buffer_reason, use.hours_reason = wanted.buffer_reason, wanted.hours_reason
    use.set_up, use.closes = wanted.set_up, wanted.closes
    use.by = wanted.by or use.by
    if hold != use.hold or held_until is not None or use._state.adding:
        use.hold, use.held_until = hold, held_until if hold == Hold.OPTION else None
    use.save()
    use.allocations.all().delete()
    use.equipment_uses.all().delete()
    Allocation.objects.bulk_create(_allocations(use, _parts(wanted)))
    EquipmentUse.objects.bulk_create(_equipment_uses(use, wanted))
    return use


def _allocations(use: Use, parts: Iterable[UUID]) -> list[Allocation]:
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


def _equipment_uses(use: Use, wanted: Wanted) -> list[EquipmentUse]:
    counted = Equipment.objects.filter(pk__in=wanted.equipment, part=None).values_list(
        "pk", flat=True
    )
    return [
        EquipmentUse(
            use=use,
            equipment_id=pk,
            count=wanted.equipment[pk],
            during=DateTimeTZRange(use.taken_from, use.taken_until),
            blocking=use.hold in BLOCKING_HOLDS,
        )
        for pk in sorted(counted)
        if wanted.equipment[pk] > 0
    ]


def _parts(wanted: Wanted) -> set[UUID]:
    """The parts of the space, and of the unique equipment that was asked."""
    found = set(Part.objects.filter(spaces=wanted.space).values_list("pk", flat=True))
    asked = [pk for pk, count in wanted.equipment.items() if count > 0]
    return found | set(Part.objects.filter(equipment__in=asked).values_list("pk", flat=True))


def _lock(wants: Sequence[Wanted]) -> None:
    """Let one at a time write these parts, equipment and houses, until the transaction ends. Always in one order."""
    spaces = {want.space.pk for want in wants}
    equipment = {pk for want in wants for pk in want.equipment}
    keys = {want.space.centre_id for want in wants} | equipment
    keys |= set(Part.objects.filter(spaces__in=spaces).values_list("pk", flat=True))
    keys |= set(Part.objects.filter(equipment__in=equipment).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        for key in sorted(lock_key(pk) for pk in keys):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _locked(use: Use) -> Use:
    """The row as it is now, locked until the transaction ends."""
    return (
        Use.objects.select_for_update(of=("self",), no_key=True)
        .select_related("space")
        .get(pk=use.pk)
    )
