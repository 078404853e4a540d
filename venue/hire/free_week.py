"""A week of a room as everybody may see it: per day and part of the day free, taken or closed. Never who."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lokaal.centres.opening import Opening, first_moment
from lokaal.look.formats import clock, clock_range, day, tile
from venue import hours, searching
from venue.hire.finding import TIMES_OF, Part
from venue.models import Space
from venue.searching import FreeStretch, Need

ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(days=7)
#: A room that is free for less long than this is not called free.
SHORTEST = timedelta(hours=1)
MOST_DAYS_AHEAD = 400

#: Which hours a column of the week stands for, on the local clock.
HOURS_OF = {
    Part.MORNING: (time(7), time(12)),
    Part.AFTERNOON: (time(12), time(18)),
    Part.EVENING: (time(18), time.min),
}


class CellState(StrEnum):
    FREE = "free"
    PARTLY = "partly"
    TAKEN = "taken"
    CLOSED = "closed"
    OVER = "over"


@dataclass(frozen=True)
class Cell:
    """A part of a day. `text` is what stands in it, `told` what is read aloud, `url` asks for it."""

    state: CellState
    text: str
    told: str
    url: str = ""

    @property
    def icon(self) -> str:
        return {
            CellState.FREE: "check",
            CellState.PARTLY: "clock",
            CellState.TAKEN: "no-symbol",
            CellState.CLOSED: "minus",
            CellState.OVER: "minus",
        }[self.state]


@dataclass(frozen=True)
class Day:
    on: date
    short: str
    name: str
    is_today: bool
    cells: list[Cell]


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday; `previous` and `next` are the Mondays to go to, None where that makes no sense."""

    days: list[Day]
    parts: list[str]
    name: str
    previous: date | None
    next: date | None


def week_of(space: Space, on: date, *, layout: str = "") -> Week:
    """The week in which a day lies. Two queries, for a space that was loaded `with_page()`."""
    now = timezone.now()
    first = now + notice_of(space)
    monday = on - timedelta(days=on.weekday())
    this_monday = timezone.localdate(now) - timedelta(days=timezone.localdate(now).weekday())
    opening = hours.hire_openings([space.centre_id], since=monday)[space.centre_id]
    days = [monday + timedelta(days=number) for number in range(7)]
    windows = {(one, part): _window(one, part) for one in days for part in Part}
    need = Need(starts_at=now, ends_at=now + SHORTEST, layout=layout, for_hirer=False)
    coming = [(max(start, first), end) for start, end in windows.values() if end > first]
    free = searching.free_stretches(need, [space], coming)
    furthest = timezone.localdate(now) + timedelta(days=days_ahead(space))
    return Week(
        days=[
            Day(
                on=one,
                short=f"{tile(one).top} {one.day}",
                name=capfirst(day(one)),
                is_today=one == timezone.localdate(now),
                cells=[
                    _cell(space, one, part, windows[one, part], opening, free, first)
                    for part in Part
                ],
            )
            for one in days
        ],
        parts=[str(part.label) for part in Part],
        name=_("%(first)s tot en met %(last)s")
        % {"first": capfirst(day(days[0])), "last": day(days[-1])},
        previous=monday - ONE_WEEK if monday > this_monday else None,
        next=monday + ONE_WEEK if monday + ONE_WEEK <= furthest else None,
    )


def days_ahead(space: Space) -> int:
    """So many days ahead a room can be asked for."""
    building = getattr(space.centre, "building", None)
    return building.maximum_notice_days if building else MOST_DAYS_AHEAD


def notice_of(space: Space) -> timedelta:
    """So long before it begins somebody must have asked; later than that they call."""
    building = getattr(space.centre, "building", None)
    return timedelta(hours=building.minimum_notice_hours if building else 0)


def _window(on: date, part: Part) -> tuple[datetime, datetime]:
    starts, ends = HOURS_OF[part]
    return first_moment(on, starts), first_moment(on if ends > starts else on + ONE_DAY, ends)


def _cell(
    space: Space,
    on: date,
    part: Part,
    window: tuple[datetime, datetime],
    opening: Opening,
    free: Sequence[FreeStretch],
    first: datetime,
) -> Cell:
    when = f"{capfirst(day(on))}, {str(part.label).lower()}"
    open_then = [
        (max(stretch.starts_at, first), stretch.ends_at)
        for stretch in opening.within(*window)
        if stretch.ends_at > first
    ]
    if window[1] <= timezone.now():
        return Cell(CellState.OVER, _("Voorbij"), _("%(when)s: voorbij") % {"when": when})
    if window[1] <= first:
        return Cell(CellState.OVER, _("Bel ons"), _("%(when)s: bel ons") % {"when": when})
    if not open_then:
        return Cell(CellState.CLOSED, _("Dicht"), _("%(when)s: dicht") % {"when": when})
    inside = [
        (start, end)
        for opens, closes in open_then
        for one in free
        if (end := min(one.ends_at, closes)) - (start := max(one.starts_at, opens)) >= SHORTEST
    ]
    if not inside:
        return Cell(CellState.TAKEN, _("Bezet"), _("%(when)s: bezet") % {"when": when})
    best = max(inside, key=lambda one: one[1] - one[0])
    url = ask_url(space, on, *_proposed(on, part, best))
    if inside == open_then:
        return Cell(CellState.FREE, _("Vrij"), _("%(when)s: vrij") % {"when": when}, url)
    return Cell(
        CellState.PARTLY,
        f"{clock(best[0])}–{clock(best[1])}",
        _("%(when)s: vrij van %(times)s") % {"when": when, "times": clock_range(*best)},
        url,
    )


def _proposed(on: date, part: Part, free: tuple[datetime, datetime]) -> tuple[time, time]:
    """The usual hours of a part of the day as far as they are free, or else the free stretch itself."""
    starts, ends = TIMES_OF[part]
    start, end = max(free[0], first_moment(on, starts)), min(free[1], first_moment(on, ends))
    if end - start < SHORTEST:
        start, end = free
    return timezone.localtime(start).time(), timezone.localtime(end).time()


def ask_url(space: Space, on: date, starts: time, ends: time) -> str:
    """The first page of asking for a room at a time."""
    query = urlencode({"day": on.isoformat(), "starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"})
    return f"{reverse('venue:request_new', args=[space.centre.slug, space.slug])}?{query}"
