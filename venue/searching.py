"""Which spaces are free, and what fits instead. Search, preview and save ask the database the same functions (0003).

The number of queries does not depend on the number of rooms or dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from lokaal import local_time
from lokaal.centres.models import Centre, Fact
from lokaal.centres.opening import Opening, Stretch
from venue import answers, hours
from venue.answers import Answer, Ask
from venue.models import Equipment, Space, Use, UseKind
from venue.wishes import Wanted, may_depart

QUARTER = timedelta(minutes=15)
#: Staff may plan at any hour; what we propose lies within these (local time).
DAY_BEGINS, DAY_ENDS = time(7), time(23, 45)


class State(StrEnum):
    """What a space is at a moment, for who asks."""

    FREE = "free"
    TAKEN = "taken"
    CLOSED = "closed"
    FULL = "full"  # the house would hold more people than it may
    SHORT = "short"  # the equipment is not there, or in use elsewhere


@dataclass(frozen=True, kw_only=True)
class Need:
    """What somebody looks for. Times are UTC, half-open. Equipment by name, so that it means the same in every house.

    A hirer gets rooms that are for hire, within the hours of hire; staff get every room at any hour.
    """

    starts_at: datetime
    ends_at: datetime
    people: int = 1
    layout: str = ""
    step_free: bool = False
    equipment: Mapping[str, int] = field(default_factory=dict)
    centre: Centre | None = None
    staff: int = 0
    for_hirer: bool = True
    #: What was read before, by a page that asks several things: spaces `with_search()`, and the hours of their houses.
    spaces: Sequence[Space] | None = None
    openings: Mapping[UUID, Opening] | None = None


@dataclass(frozen=True)
class Found:
    """A space, and whether it answers a need at its time. `capacity` None: nobody wrote down how many people fit.

    `equipment` is what to ask `venue.allocating` for. `reason` is a sentence when it does not fit or is not free.
    """

    space: Space
    starts_at: datetime
    ends_at: datetime
    state: State
    capacity: int | None
    fits: bool
    reason: str
    equipment: Mapping[UUID, int]
    taken_by: UUID | None = None  # the use in the way; for staff only

    @property
    def is_free(self) -> bool:
        return self.state == State.FREE

    @property
    def is_good(self) -> bool:
        """Free and fit: can be asked for."""
        return self.fits and self.is_free


@dataclass(frozen=True)
class FoundSeries:
    """A space, and how it answers a need at each of several times."""

    space: Space
    dates: Sequence[Found]

    @property
    def free_count(self) -> int:
        return sum(found.is_good for found in self.dates)


@dataclass(frozen=True)
class Alternative:
    """A space and time (UTC) that are free, near what was asked."""

    space: Space
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Checked:
    """What a wanted date would meet. `use` is the one in the way (for staff only); `other` a free room that fits."""

    wanted: Wanted
    state: State
    reason: str = ""
    use: Use | None = None
    other: Space | None = None

    @property
    def is_free(self) -> bool:
        return self.state == State.FREE


# Search ------------------------------------------------------------------------------------------


def find(need: Need) -> list[Found]:
    """Every space as an answer to a need, best first: free and fit, the smallest that holds them, then step-free.

    What does not do follows, nearest first: taken ones that would fit, then too small ones, largest first.
    """
    return [one.dates[0] for one in find_series(need, [(need.starts_at, need.ends_at)])]


def find_series(need: Need, moments: Sequence[tuple[datetime, datetime]]) -> list[FoundSeries]:
    """The same for several times at once: the space that is free most often comes first."""
    if not moments:
        return []
    spaces = list(_candidates(need))
    openings = _openings(need, spaces, moments[0][0])
    dates = {space.pk: [] for space in spaces}  # type: dict[UUID, list[Found]]
    asks = [
        Ask(space, start, end, *space.buffers_for(need.layout), need.people + need.staff)
        for start, end in moments
        for space in spaces
    ]
    for ask, answer in zip(asks, answers.of(asks, need.equipment), strict=True):
        dates[ask.space.pk].append(_found(need, ask, answer, openings.get(ask.space.centre_id)))
    return sorted(
        (FoundSeries(space, dates[space.pk]) for space in spaces),
        key=lambda one: (-one.free_count, *_rank(one.dates[0])),
    )


def is_free(
    space: Space,
    starts_at: datetime,
    ends_at: datetime,
    *,
    layout: str = "",
    besides: Iterable[UUID] = (),
) -> bool:
    """Whether nobody else has the space then, buffers counted. `besides`: uses that do not count, by key."""
    ask = Ask(space, starts_at, ends_at, *space.buffers_for(layout), 0)
    return answers.of([ask], {}, besides=besides)[0].taken_by is None


def check_each(
    wants: Sequence[Wanted], *, for_staff: bool, besides: Iterable[UUID] = ()
) -> list[Checked]:
    """What each wanted date would meet, in order, in a fixed number of queries. Nothing is written.

    For staff with who is in the way. `besides`: uses that do not count (those that are being moved), by key.
    """
    if not wants:
        return []
    besides = list(besides)
    prefetch_related_objects([want.space for want in wants], "layouts")
    names = _equipment_names(wants)
    openings = hours.hire_openings(
        {want.space.centre_id for want in wants},
        since=timezone.localdate(min(want.starts_at for want in wants)),
    )
    asks = [
        Ask(want.space, want.starts_at, want.ends_at, *_buffers(want), want.people + want.staff)
        for want in wants
    ]
    equipment = {
        names.get(pk, str(pk)): n for want in wants for pk, n in want.equipment.items() if n > 0
    }
    checked = []
    for want, answer in zip(wants, answers.of(asks, equipment, besides=besides), strict=True):
        opening = None if keeps_own_hours(want) else openings[want.space.centre_id]
        state, reason = _state(want.space, want.starts_at, want.ends_at, want.people + want.staff,
                               answer, opening)  # fmt: skip
        checked.append((Checked(want, state, reason), answer))
    uses = (
        Use.objects.with_place().in_bulk({a.taken_by for _c, a in checked if a.taken_by})
        if for_staff
        else {}
    )
    others = _other_rooms([c.wanted for c, _a in checked if c.state != State.FREE], names, openings,
                          for_staff=for_staff)  # fmt: skip
    return [
        replace(one, use=uses.get(answer.taken_by) if answer.taken_by else None,
                other=others.get((one.wanted.starts_at, one.wanted.ends_at)))
        if one.state != State.FREE
        else one
        for one, answer in checked
    ]  # fmt: skip


def keeps_own_hours(wanted: Wanted) -> bool:
    """Whether the hours of hire do not hold: the house's own use, or staff who said why."""
    return wanted.kind != UseKind.BOOKING or bool(wanted.hours_reason and may_depart(wanted))


# What fits instead -------------------------------------------------------------------------------


def alternatives(wanted: Wanted, *, most: int = 5) -> list[Alternative]:
    """What fits instead, best first: other rooms of the house, near times in the same room, the other house."""
    names = _equipment_names([wanted])
    need = Need(
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        people=wanted.people,
        staff=wanted.staff,
        layout=wanted.layout,
        equipment={names.get(pk, str(pk)): n for pk, n in wanted.equipment.items() if n > 0},
        for_hirer=not keeps_own_hours(wanted),
    )
    if need.ends_at <= need.starts_at:
        return []
    good = [one for one in find(need) if one.is_good and one.space.pk != wanted.space.pk]
    here = [one for one in good if one.space.centre_id == wanted.space.centre_id]
    there = [one for one in good if one.space.centre_id != wanted.space.centre_id]
    times = nearest_times(need, [wanted.space])
    found = [*here[:2], *times[:2], *there[:1], *here[2:], *times[2:], *there[1:]]
    return [Alternative(one.space, one.starts_at, one.ends_at) for one in found[:most]]


def nearest(need: Need, *, most: int = 5) -> list[Found]:
    """When nothing is free and fit: the rooms that do fit, at the nearest times of the same day, nearest first."""
    spaces = [
        space
        for space in _candidates(need)
        if _fits(need, space, space.capacity_for(need.layout))[0]
    ]
    return nearest_times(need, spaces)[:most]


def nearest_times(need: Need, spaces: Sequence[Space]) -> list[Found]:
    """Times on the same local day at which these rooms are free as long as asked, nearest first."""
    length = need.ends_at - need.starts_at
    on = timezone.localdate(need.starts_at)
    first = max(local_time.at(on, DAY_BEGINS), timezone.now())
    last = max(local_time.at(on, DAY_ENDS), need.ends_at)
    asks = []
    for stretch in free_stretches(need, spaces, [(first, last)]):
        start = _nearest_start(stretch, need.starts_at, length)
        if start is not None and start != need.starts_at:
            before, after = stretch.space.buffers_for(need.layout)
            asks.append(Ask(stretch.space, start, start + length, before, after,
                            need.people + need.staff))  # fmt: skip
    found = [
        _found(need, ask, answer, None)
        for ask, answer in zip(asks, answers.of(asks, need.equipment), strict=True)
    ]
    return sorted(
        (one for one in found if one.is_good),
        key=lambda one: (abs(one.starts_at - need.starts_at), one.starts_at, *_rank(one)),
    )


class FreeStretch(NamedTuple):
    """A space, and a stretch (UTC) in which it is free, the buffers of who asks counted."""

    space: Space
    starts_at: datetime
    ends_at: datetime


def free_stretches(
    need: Need, spaces: Sequence[Space], windows: Sequence[tuple[datetime, datetime]]
) -> list[FreeStretch]:
    """When these spaces are free as long as the need takes, within windows (UTC), in order of time.

    "First free evening of three hours": windows are the coming evenings.
    """
    windows = [window for window in windows if window[0] < window[1]]
    if not windows or not spaces:
        return []
    openings = _openings(need, spaces, windows[0][0])
    by_pk = {space.pk: space for space in spaces}
    open_at = {
        centre: [s for start, end in windows for s in _open(openings.get(centre), start, end)]
        for centre in {space.centre_id for space in spaces}
    }
    rows = [(space, stretch) for space in spaces for stretch in open_at[space.centre_id]]
    asks = [
        Ask(space, stretch.starts_at, stretch.ends_at, *space.buffers_for(need.layout), 0)
        for space, stretch in rows
    ]
    length = need.ends_at - need.starts_at
    return [FreeStretch(by_pk[pk], start, end) for pk, start, end in answers.free(asks, length)]


def nearest_and_later(
    need: Need, windows: Sequence[tuple[datetime, datetime]], *, most: int = 3
) -> tuple[list[Found], list[Found]]:
    """When nothing is free and fit: the nearest times of the same day, and the first later windows, in one search.

    `windows` are as long as the need, on days after it; of each the room that ranks best.
    """
    spaces = [s for s in _candidates(need) if _fits(need, s, s.capacity_for(need.layout))[0]]
    length = need.ends_at - need.starts_at
    on = timezone.localdate(need.starts_at)
    first = max(local_time.at(on, DAY_BEGINS), timezone.now())
    last = max(local_time.at(on, DAY_ENDS), need.ends_at)
    asks = []
    for stretch in free_stretches(need, spaces, [(first, last), *windows]):
        is_near = stretch.starts_at < last
        start = _nearest_start(stretch, need.starts_at, length) if is_near else stretch.starts_at
        if start is not None and start != need.starts_at:
            buffers = stretch.space.buffers_for(need.layout)
            people = need.people + need.staff
            asks.append(Ask(stretch.space, start, start + length, *buffers, people))
    found = [
        _found(need, ask, answer, None)
        for ask, answer in zip(asks, answers.of(asks, need.equipment), strict=True)
    ]
    good = [one for one in found if one.is_good]
    near = sorted(
        (one for one in good if one.starts_at < last),
        key=lambda one: (abs(one.starts_at - need.starts_at), one.starts_at, *_rank(one)),
    )
    later: dict[datetime, Found] = {}
    for one in sorted(good, key=_rank):
        if one.starts_at >= last:
            later.setdefault(one.starts_at, one)
    return near[:most], [later[start] for start in sorted(later)]


# Pieces ------------------------------------------------------------------------------------------


def _candidates(need: Need) -> Iterable[Space]:
    if need.spaces is not None:
        return [space for space in need.spaces if need.centre in (None, space.centre)]
    spaces = Space.objects.for_hire() if need.for_hirer else Space.objects.in_use()
    if need.centre is not None:
        spaces = spaces.filter(centre=need.centre)
    return spaces.with_search()


def _openings(need: Need, spaces: Iterable[Space], since: datetime) -> Mapping[UUID, Opening]:
    if not need.for_hirer:
        return {}
    if need.openings is not None:
        return need.openings
    return hours.hire_openings({s.centre_id for s in spaces}, since=timezone.localdate(since))


def _open(opening: Opening | None, start: datetime, end: datetime) -> list[Stretch]:
    return [Stretch(start, end)] if opening is None else opening.within(start, end)


def _found(need: Need, ask: Ask, answer: Answer, opening: Opening | None) -> Found:
    space = ask.space
    capacity = space.capacity_for(need.layout)
    fits, misfit = _fits(need, space, capacity)
    state, reason = _state(space, ask.starts_at, ask.ends_at, ask.people, answer, opening)
    fixed = {one.pk for one in space.fixed_equipment.all()}
    return Found(
        space=space,
        starts_at=ask.starts_at,
        ends_at=ask.ends_at,
        state=state,
        capacity=capacity,
        fits=fits,
        reason=misfit or reason,
        equipment={
            one.pk: need.equipment[one.name]
            for one in (space.centre.equipment.all() if need.equipment else [])
            if one.name in need.equipment and one.pk not in fixed
        },
        taken_by=answer.taken_by,
    )


def _fits(need: Need, space: Space, capacity: int | None) -> tuple[bool, str]:
    """Whether a room can hold the need at all, and why not."""
    if capacity is None:
        if need.layout:
            return False, _("Zo kan deze zaal niet staan.")
        return False, _("Wij weten nog niet hoeveel mensen hier passen.")
    if need.people > capacity:
        return False, answers.people_fit(space.name, capacity)
    if need.step_free and space.step_free != Fact.YES:
        return False, (
            _("Deze zaal heeft een drempel.")
            if space.step_free == Fact.NO
            else _("Wij weten niet of je hier zonder drempel binnenkomt.")
        )
    return True, ""


def _state(
    space: Space,
    starts_at: datetime,
    ends_at: datetime,
    people: int,
    answer: Answer,
    opening: Opening | None,
) -> tuple[State, str]:
    closed = hours.problem_with(opening, starts_at, ends_at) if opening is not None else None
    if closed:
        return State.CLOSED, str(closed)
    if answer.taken_by:
        return State.TAKEN, answers.is_taken(space.name)
    if people and answer.places_left is not None and people > answer.places_left:
        return State.FULL, answers.house_is_full()
    if answer.short_of:
        return State.SHORT, _("Dan is er niet genoeg: %(what)s.") % {"what": answer.short_of}
    return State.FREE, ""


def _rank(found: Found) -> tuple[bool, bool, int, bool, int, int, str]:
    """Smallest that fits first; of what does not fit, the largest."""
    size = found.capacity or 0
    return (
        not found.is_good,
        not found.fits,
        size if found.fits else -size,
        found.space.step_free != Fact.YES,
        found.space.centre.position,
        found.space.position,
        found.space.name,
    )


def _nearest_start(stretch: FreeStretch, wanted: datetime, length: timedelta) -> datetime | None:
    """The start within a free stretch nearest to what was wanted, on a whole quarter; None when none is left."""
    earliest = _rounded_up(stretch.starts_at)
    latest = stretch.ends_at - length
    if earliest > latest:
        return None
    if wanted <= earliest:
        return earliest
    if wanted <= latest:
        return wanted
    return max(earliest, latest - (latest - datetime.min.replace(tzinfo=UTC)) % QUARTER)


def _rounded_up(moment: datetime) -> datetime:
    over = (moment - datetime.min.replace(tzinfo=UTC)) % QUARTER
    return moment if not over else moment + QUARTER - over


def _buffers(wanted: Wanted) -> tuple[int, int]:
    before, after = wanted.space.buffers_for(wanted.layout)
    return (
        before if wanted.before_minutes is None else wanted.before_minutes,
        after if wanted.after_minutes is None else wanted.after_minutes,
    )


def _equipment_names(wants: Iterable[Wanted]) -> dict[UUID, str]:
    asked = {pk for want in wants for pk, count in want.equipment.items() if count > 0}
    if not asked:
        return {}
    return dict(Equipment.objects.filter(pk__in=asked).values_list("pk", "name"))


def _other_rooms(
    wants: Sequence[Wanted],
    names: Mapping[UUID, str],
    openings: Mapping[UUID, Opening],
    *,
    for_staff: bool,
) -> dict[tuple[datetime, datetime], Space]:
    """For every wanted date that cannot be: the smallest other room of the house that fits and is free."""
    if not wants:
        return {}
    first = wants[0]
    need = Need(
        starts_at=first.starts_at,
        ends_at=first.ends_at,
        people=first.people,
        staff=first.staff,
        layout=first.layout,
        equipment={names.get(pk, str(pk)): n for pk, n in first.equipment.items() if n > 0},
        centre=first.space.centre,
        for_hirer=not for_staff,
    )
    asks = [
        Ask(space, want.starts_at, want.ends_at, *space.buffers_for(first.layout),
            want.people + want.staff)
        for space in _candidates(need)
        if space.pk != first.space.pk
        for want in wants
    ]  # fmt: skip
    opening = None if keeps_own_hours(first) else openings.get(first.space.centre_id)
    best: dict[tuple[datetime, datetime], Found] = {}
    for ask, answer in zip(asks, answers.of(asks, need.equipment), strict=True):
        found = _found(need, ask, answer, opening)
        moment = (ask.starts_at, ask.ends_at)
        if found.is_good and (moment not in best or _rank(found) < _rank(best[moment])):
            best[moment] = found
    return {moment: found.space for moment, found in best.items()}
