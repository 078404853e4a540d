"""The rooms of dates. What stands as the room of a date and is the name of a space of its house, is held for that date.

Other words ("bij de voordeur") are words only. venue.allocating keeps two dates, or a date and a booking, apart. Called
by activities.planning and activities.organising, in the transaction of the change.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from activities.exceptions import NoRoom
from activities.models import Activity, Occurrence
from lokaal.exceptions import Refusal
from lokaal.look.formats import clock_range, day
from lokaal.people.models import Person
from venue import allocating, searching
from venue.allocating import Wanted
from venue.food import catering
from venue.models import Hold, Space, Use, UseKind
from venue.searching import Checked


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
    held = _held(occurrence)
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


def settle_all(
    occurrences: Sequence[Occurrence], *, centre: UUID, by: Person | None
) -> list[tuple[Occurrence, NoRoom]]:
    """Hold the rooms of dates of one house as they stand now, all in one go, also where they take each other's place.

    Returns those whose room cannot be held, each with why. Such a date keeps what it held before, if anything: the
    caller gives it other words (`no_room_yet`) and settles it again, or undoes the whole.
    """
    spaces = spaces_of(centre)
    wishes = [(one, _held(one), _wanted(one, by, spaces)) for one in occurrences]
    _let_go([(one, held) for one, held, wanted in wishes if held and wanted is None], by)
    changing = [(one, held, wanted) for one, held, wanted in wishes if held and wanted]
    taking = [(one, wanted) for one, held, wanted in wishes if wanted and held is None]
    changed = allocating.change_each([(held, _changing(want)) for _one, held, want in changing])
    taken = allocating.take_each([want for _one, want in taking])
    refused = []
    for (occurrence, _use, _wish), outcome in zip(changing, changed, strict=True):
        if outcome.use:
            catering.moved(outcome.use, by=by)
        else:
            refused.append((occurrence, outcome.refusal))
    for (occurrence, _wish), outcome in zip(taking, taken, strict=True):
        occurrence.use = outcome.use or occurrence.use
        if outcome.use is None:
            refused.append((occurrence, outcome.refusal))
    Occurrence.objects.bulk_update([one for one, _wish in taking], ["use"], batch_size=500)
    return [
        (one, _with_day(refusal or Refusal(_("Dit lukt niet.")), one)) for one, refusal in refused
    ]


def _let_go(letting_go: Sequence[tuple[Occurrence, Use]], by: Person | None) -> None:
    allocating.release_each([held for _one, held in letting_go])
    for occurrence, held in letting_go:
        if occurrence.is_cancelled:
            catering.let_go(held, by=by, reason=occurrence.cancel_reason)


def checked(
    occurrences: Sequence[Occurrence], *, centre: UUID, besides: Iterable[UUID] = ()
) -> list[Checked | None]:
    """What each date, saved or not, would meet in its room, in order; None for one that asks for no room.

    `besides`: uses that do not count, since they are being moved. A fixed number of queries; writes nothing.
    """
    spaces = spaces_of(centre)
    wants = {nth: _wanted(one, None, spaces) for nth, one in enumerate(occurrences)}
    asked = {nth: want for nth, want in wants.items() if want}
    found = searching.check_each(list(asked.values()), for_staff=False, besides=besides)
    answers = dict(zip(asked, found, strict=True))
    return [answers.get(nth) for nth in wants]


def no_room_yet() -> str:
    """What stands as the room of a date whose room somebody else has: words, so nothing is held."""
    return _("zaal volgt nog")


def has_no_room_yet(occurrence: Occurrence) -> bool:
    """Whether a date still waits for a room, in whatever language that was written down."""
    return occurrence.room in waiting_words()


@functools.cache
def waiting_words() -> frozenset[str]:
    """What stands as the room of a date that waits for one, in every language of the house."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            found.add(no_room_yet())
    return frozenset(found)


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


def _held(occurrence: Occurrence) -> Use | None:
    """What a date holds now."""
    use = occurrence.use
    return use if use and use.hold != Hold.RELEASED else None


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
