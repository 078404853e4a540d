"""Staff put something in a room, move it, or let go of it; and what can be done when it does not fit.

Rooms are taken by `venue.allocating`. What is added here is what staff may and hirers may not: outside the hours of the
house, or without time to set up, each with a reason that is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lokaal.exceptions import Refusal
from lokaal.local_time import day_starts_at
from lokaal.people.models import Person
from venue import allocating, closing, hours
from venue.allocating import Wanted
from venue.board import planned
from venue.board.planner import ONE_DAY
from venue.closing import Cancel, Closing, Decision, Move
from venue.exceptions import Closed, HouseFull, NotNow, Taken
from venue.food import catering
from venue.hire import cancelling, rebooking
from venue.models import Allocation, BookingDate, Hold, Space, Use, UseKind
from venue.searching import Alternative


def place(wanted: Wanted) -> Use:
    """Put something in a room, for good. Raises Closed outside the hours without a reason, and what `take` raises."""
    check_hours(wanted)
    return allocating.take(wanted)


@dataclass(frozen=True)
class Moved:
    """A use as it is now, and what the kitchen could not let follow: the reasons, for who moved it."""

    use: Use
    stayed_behind: list[str] = field(default_factory=list)


@allocating.retried
def move(use: Use, *, by: Person, **changes: Any) -> Moved:
    """Change a use, and let its orders follow. A date of a booking is changed as such: its hirer gets word.

    Raises Closed outside the hours without a reason, NotNow for another time of what belongs to an activity, and what
    `allocating.change` raises.
    """
    row = planned.owner_row(use)
    if isinstance(row, BookingDate):
        done = rebooking.change(row, by=by, **changes)
        return Moved(done.date.use, [str(one.refusal) for one in done.stayed_behind])
    wanted = replace(allocating.wanted_of(use), **changes)
    if row is not None and (wanted.starts_at, wanted.ends_at) != (use.starts_at, use.ends_at):
        raise NotNow(_("Verander de tijd waar dit bij hoort. De zaal gaat dan mee."))
    check_hours(wanted)
    with transaction.atomic():
        changed = allocating.change(use, by=by, **changes)
        followed = catering.moved(changed, by=by)
    return Moved(changed, [str(one.refusal) for one in followed if one.refusal])


def check_hours(wanted: Wanted) -> None:
    """Raise Closed when the house is not open then and nobody said why. A room may always be closed."""
    if wanted.kind == UseKind.CLOSURE or wanted.hours_reason:
        return
    problem = hours.problem(wanted)
    if problem:
        raise problem


@allocating.retried
def release(use: Use, *, by: Person) -> Use:
    """Let go of what staff planned here, and of what the kitchen would make for it; a closed room opens again.

    Raises NotNow for a use that belongs to a booking, an activity or a shift.
    """
    owner = planned.owner_of(use)
    if owner:
        raise NotNow(owner.said)
    if use.kind == UseKind.CLOSURE:
        return closing.reopen(use)
    with transaction.atomic():
        released = allocating.release(use)
        catering.let_go(released, by=by)
    return released


def restore(use: Use) -> Use:
    """Take back a space that was let go of. Raises NotNow when it was not, or belongs elsewhere; and Taken."""
    owner = planned.owner_of(use)
    if owner:
        raise NotNow(owner.said)
    if use.hold != Hold.RELEASED:
        raise NotNow(_("Dit staat er nog."))
    return allocating.hold(use, Hold.FIRM)


@allocating.retried
def swap(use: Use, other: Use, *, by: Person | None = None) -> None:
    """Let two uses change rooms, and tell the hirers of both. Raises what `allocating.swap` raises; then both stay."""
    with transaction.atomic():
        first, second = allocating.swap(use, other)
        rebooking.swapped(first, was=second.space, by=by)
        rebooking.swapped(second, was=first.space, by=by)


def swappable(use: Use) -> list[Use]:
    """What stands in other rooms of the house at about the same time: the same local days, overlapping ones first."""
    days = planned.local_days(use.starts_at, use.ends_at)
    begin, end = day_starts_at(days[0]), day_starts_at(days[-1] + ONE_DAY)
    others = (
        Use.objects.blocking()
        .overlapping(begin, end)
        .filter(centre=use.centre_id)
        .exclude(kind=UseKind.CLOSURE)
        .exclude(space__parts__in=use.space.parts.all())
        .with_place()
        .distinct()
    )
    return sorted(
        others,
        key=lambda other: (
            not (other.starts_at < use.ends_at and use.starts_at < other.ends_at),
            other.starts_at,
        ),
    )


# When it does not fit ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """A room and time that are free, as one button: what it sends, and what it says."""

    value: str
    room: str
    when: str


@dataclass(frozen=True)
class Clash:
    """Why something does not fit, who is there, and what can be done: another room or time, or a reason."""

    message: str
    ways: list[Way] = field(default_factory=list)
    others: list[Use] = field(default_factory=list)
    is_only_buffer: bool = False
    asks_hours: bool = False
    is_full: bool = False


def clash(refusal: Refusal, wanted: Wanted, use: Use | None = None) -> Clash:
    """Explain a refusal of `place` or `move` to staff. `use`: what was being changed."""
    ways = [_way(one, wanted) for one in getattr(refusal, "alternatives", ())]
    if isinstance(refusal, Closed):
        return Clash(str(refusal), ways, asks_hours=True)
    if isinstance(refusal, HouseFull):
        return Clash(str(refusal), ways, in_the_house(wanted, use), is_full=True)
    if not isinstance(refusal, Taken):
        return Clash(str(refusal), ways)
    others = in_the_way(wanted, use)
    is_only_buffer = bool(others) and all(
        other.taken_until <= wanted.starts_at or other.taken_from >= wanted.ends_at
        for other in others
    )
    return Clash(str(refusal), ways, others, is_only_buffer=is_only_buffer)


def _way(one: Alternative, wanted: Wanted) -> Way:
    is_elsewhere = one.space.centre_id != wanted.space.centre_id
    return Way(
        value=way_value(one.space, one.starts_at, one.ends_at),
        room=str(one.space) if is_elsewhere else one.space.name,
        when=planned.moment(one.starts_at, one.ends_at),
    )


def way_value(space: Space, starts_at: datetime, ends_at: datetime) -> str:
    """A room and time in one text, as a button sends it."""
    return f"{space.pk}|{starts_at.isoformat()}|{ends_at.isoformat()}"


def in_the_way(wanted: Wanted, use: Use | None = None) -> list[Use]:
    """Who has (part of) the room then, set-up time included on both sides."""
    before, after = allocating.buffers(wanted.space, wanted.layout)
    probe = Use(
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        before_minutes=before if wanted.before_minutes is None else wanted.before_minutes,
        after_minutes=after if wanted.after_minutes is None else wanted.after_minutes,
    )
    found = Use.objects.blocking().filter(
        allocations__part__in=wanted.space.parts.all(),
        allocations__during__overlap=(probe.taken_from, probe.taken_until),
    )
    found = found.exclude(pk=use.pk) if use else found
    return list(found.distinct().with_place().order_by("starts_at", "id"))


def in_the_house(wanted: Wanted, use: Use | None = None) -> list[Use]:
    """Who else is in the house then: with so many people it is full."""
    found = Use.objects.blocking().overlapping(wanted.starts_at, wanted.ends_at)
    found = found.filter(Q(people__gt=0) | Q(staff__gt=0), centre=wanted.space.centre_id)
    found = found.exclude(pk=use.pk) if use else found
    return list(found.with_place())


# A room that closes ------------------------------------------------------------------------------


def rooms_instead(space: Space, uses: Sequence[Use]) -> dict[UUID, list[Space]]:
    """For each use in a space that closes: the other rooms of the house that hold it and are free then, smallest first.

    Three queries, however many uses. The database has the last word when it is moved.
    """
    if not uses:
        return {}
    begin = min(use.taken_from for use in uses)
    end = max(use.taken_until for use in uses)
    rooms = list(
        Space.objects.in_use()
        .filter(centre=space.centre_id)
        .exclude(parts__in=space.parts.all())
        .prefetch_related("layouts", "parts")
        .distinct()
    )
    taken = list(
        Allocation.objects.filter(
            part__centre=space.centre_id, blocking=True, during__overlap=(begin, end)
        ).values_list("part", "during")
    )
    return {
        use.pk: sorted(
            (room for room in rooms if _holds(room, use) and _is_free(room, use, taken)),
            key=lambda room: (room.capacity_for(use.layout) or 0, room.position),
        )
        for use in uses
    }


def _holds(room: Space, use: Use) -> bool:
    most = room.capacity_for(use.layout)
    return use.people <= most if most is not None else not use.layout


def _is_free(room: Space, use: Use, taken: Iterable[tuple[UUID, Any]]) -> bool:
    parts = {part.pk for part in room.parts.all()}
    return not any(
        part in parts and during.lower < use.ends_at and use.starts_at < during.upper
        for part, during in taken
    )


@allocating.retried
def close(
    space: Space,
    begin: datetime,
    end: datetime,
    *,
    title: str,
    decisions: Mapping[UUID, Decision],
    by: Person,
) -> Closing:
    """Close a room between two moments (UTC), with a decision for each use in it. All or nothing.

    Dates of bookings are moved and called off as such, free of charge, so that hirers get word. For what else is called
    off the kitchen makes nothing. Raises what `closing.close` raises, and NotNow for a booking that is running.
    """
    with transaction.atomic():
        allocating.take_turn(spaces=[space])
        dates = BookingDate.objects.filter(use__in=decisions).order_by("booking", "id")
        for date in dates.select_related("use"):
            decision = decisions[date.use_id]
            if isinstance(decision, Move):
                rebooking.change(date, by=by, keeps_price=True, space=decision.to)
            elif isinstance(decision, Cancel):
                cancelling.cancel_date(date, reason=title, by=by, free_of_charge=True)
        done = closing.close(space, begin, end, title=title, decisions=decisions, by=by)
        for use in done.cancelled:
            catering.let_go(use, by=by, reason=title)
    return done


def may_cancel(use: Use) -> bool:
    """Whether closing a room may call a use off: what staff planned here, and dates of bookings."""
    row = planned.owner_row(use)
    return row is None or isinstance(row, BookingDate)


def is_past(use: Use) -> bool:
    return use.ends_at <= timezone.now()


def spaces_to_plan(centres: Iterable[Any]) -> list[Space]:
    """The spaces in use of these centres, in the order of the house."""
    return list(Space.objects.in_use().filter(centre__in=centres).select_related("centre"))
