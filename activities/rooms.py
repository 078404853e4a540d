"""The rooms of dates. What stands as the room of a date and is the name of a space of its house, is held for that date.

Other words ("bij de voordeur") are words only. venue.allocating keeps two dates, or a date and a booking, apart. Called
by activities.planning and activities.organising, in the transaction of the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.exceptions import NoRoom
from activities.models import Activity, Occurrence
from lokaal.exceptions import Refusal
from lokaal.look.formats import clock_range, day
from lokaal.people.models import Person
from venue import allocating, searching
from venue.allocating import Wanted
from venue.food import catering
from venue.models import Hold, Space, UseKind


def spaces_of(centre: UUID) -> dict[str, Space]:
    """The spaces of a house by name, in small letters."""
    spaces = Space.objects.in_use().filter(centre=centre).prefetch_related("layouts")
    return {space.name.lower(): space for space in spaces}


def settle(occurrence: Occurrence, *, by: Person | None, is_needed: bool = True) -> None:
    """Hold the room of a date as the date stands now: take, move or let go of it.

    Raises NoRoom when the room is not free or too small. Not `is_needed` (an import): the date then
    stays without its room, and `without_room` tells so.
    """
    wanted = _wanted(occurrence, by, spaces_of(occurrence.activity.centre_id))
    held = occurrence.use if occurrence.use and occurrence.use.hold != Hold.RELEASED else None
    if wanted is None:
        if held:
            allocating.release(held)
        if held and occurrence.is_cancelled:
            catering.let_go(held, by=by, reason=occurrence.cancel_reason)
        return
    try:
        use = allocating.change(held, **_changing(wanted)) if held else allocating.take(wanted)
    except Refusal as refusal:
        if is_needed:
            raise _with_day(refusal, occurrence) from refusal
        if held:
            allocating.release(held)
        return
    if held:
        catering.moved(use, by=by)
    if occurrence.use_id != use.pk:
        occurrence.use = use
        occurrence.save(update_fields=["use"])


def settle_each(occurrences: Iterable[Occurrence], *, by: Person | None) -> None:
    """Hold the rooms of dates that are to come. Raises for the first whose room is not free."""
    for occurrence in occurrences:
        settle(occurrence, by=by)


def take_free(occurrences: Sequence[Occurrence], *, centre: UUID, by: Person | None) -> None:
    """Hold the rooms of new dates to come in a house, where they are free; others stay without (`without_room`)."""
    spaces = spaces_of(centre)
    ahead = [one for one in occurrences if not one.is_over()]
    wants = [(one, wanted) for one in ahead if (wanted := _wanted(one, by, spaces))]
    outcomes = allocating.take_each([wanted for _one, wanted in wants])
    taken = []
    for (occurrence, _its), outcome in zip(wants, outcomes, strict=True):
        if outcome.use:
            occurrence.use = outcome.use
            taken.append(occurrence)
    Occurrence.objects.bulk_update(taken, ["use"], batch_size=500)


def without_room(occurrences: Iterable[Occurrence], *, centre: UUID) -> list[Occurrence]:
    """Those that should hold a space of the house and do not: somebody else has it, or it is too small."""
    spaces = spaces_of(centre)
    return [
        one
        for one in occurrences
        if not one.is_over()
        and _wanted(one, None, spaces)
        and (one.use is None or one.use.hold == Hold.RELEASED)
    ]


def problems(
    activity: Activity, moments: Sequence[tuple[datetime, datetime]]
) -> dict[datetime, str]:
    """Why the room of an activity cannot be held from some of these moments (begin and end, UTC), by begin."""
    space = spaces_of(activity.centre_id).get(activity.room.lower())
    if space is None or not moments:
        return {}
    wants = [
        Wanted(
            space=space,
            starts_at=starts_at,
            ends_at=ends_at,
            kind=UseKind.ACTIVITY,
            title=activity.title,
            people=activity.default_capacity or 0,
        )
        for starts_at, ends_at in moments
    ]
    checked = zip(moments, searching.check_each(wants, for_staff=False), strict=True)
    return {starts_at: found.reason for (starts_at, _end), found in checked if not found.is_free}


def _wanted(
    occurrence: Occurrence, by: Person | None, spaces: Mapping[str, Space]
) -> Wanted | None:
    """What a date asks of a space; None for one that is cancelled, without an end, or elsewhere."""
    if occurrence.is_cancelled or occurrence.ends_at <= occurrence.starts_at:
        return None
    space = spaces.get(occurrence.place.lower())
    if space is None:
        return None
    return Wanted(
        space=space,
        starts_at=occurrence.starts_at,
        ends_at=occurrence.ends_at,
        kind=UseKind.ACTIVITY,
        title=occurrence.title or occurrence.activity.title,
        people=occurrence.capacity or 0,
        by=by,
    )


def _changing(wanted: Wanted) -> dict[str, object]:
    """The fields that a date decides; set-up, buffers and who closes are the planner's."""
    names = ("space", "starts_at", "ends_at", "title", "people", "by")
    return {name: getattr(wanted, name) for name in names}


def _with_day(refusal: Refusal, occurrence: Occurrence) -> NoRoom:
    """The refusal with its day before it, and what is free instead after it."""
    found = getattr(refusal, "alternatives", ())
    free = ", ".join(f"{one.space.name} {clock_range(one.starts_at, one.ends_at)}" for one in found)
    said = {"day": capfirst(day(occurrence.starts_at)), "problem": str(refusal), "free": free}
    if free:
        return NoRoom(_("%(day)s: %(problem)s Wel vrij: %(free)s.") % said)
    return NoRoom(_("%(day)s: %(problem)s") % said)
