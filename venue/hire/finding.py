"""Looking for a room: what was asked, and what the page says to that. What is free is asked of venue.searching."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lokaal import repeating
from lokaal.centres.models import Centre, Fact, Weekday
from lokaal.exceptions import Refusal
from lokaal.look.formats import clock_range, day, day_and_range
from lokaal.repeating import Every, Rule
from venue import searching
from venue.allocating import Wanted
from venue.exceptions import WrongTime
from venue.hire import offering
from venue.hire.offering import PriceGroup, RoomCard
from venue.hours import hire_openings, moments
from venue.models import Space, UseKind
from venue.searching import Found, Need

#: So many days ahead the same hours are proposed when nothing is free.
DAYS_AHEAD = 14
MOST_PROPOSED = 6

Moment = tuple[datetime, datetime]
#: The prices, asked of the database when the first card needs them.
Groups = Callable[[], Sequence[PriceGroup]]


class Part(models.TextChoices):
    """A part of the day, on the local clock. Who needs other times fills those in."""

    MORNING = "morning", gettext_lazy("Ochtend")
    AFTERNOON = "afternoon", gettext_lazy("Middag")
    EVENING = "evening", gettext_lazy("Avond")


TIMES_OF = {
    Part.MORNING: (time(9), time(12)),
    Part.AFTERNOON: (time(13), time(17)),
    Part.EVENING: (time(19), time(22)),
}


@dataclass(frozen=True)
class Asked:
    """What somebody asked of the house. Without a day nothing is said about being free."""

    people: int = 0
    day: date | None = None
    starts: time | None = None
    ends: time | None = None
    layout: str = ""
    is_step_free: bool = False
    equipment: tuple[str, ...] = ()
    centre: str = ""
    until: date | None = None

    @property
    def moment(self) -> Moment | None:
        """The time that was asked (UTC), when a day and times were. Raises WrongTime or NoSuchTime."""
        if self.day is None or self.starts is None or self.ends is None:
            return None
        return moments(self.day, self.starts, self.ends)

    @property
    def rule(self) -> Rule:
        """Every week from the day up to and including `until`; for who asked a day, times and an end."""
        if self.day is None or self.starts is None or self.ends is None or self.until is None:
            raise WrongTime(_("Kies een dag."))
        return Rule(
            every=Every.WEEK,
            first_on=self.day,
            last_on=self.until,
            starts=self.starts,
            ends=self.ends,
        )

    @property
    def is_empty(self) -> bool:
        return self == Asked()

    def query(self, starts_at: datetime | None = None, ends_at: datetime | None = None) -> str:
        """What goes along to the page of a room: the time (another one when given), and how many people."""
        starts, ends, on = self.starts, self.ends, self.day
        if starts_at and ends_at:
            local, until = timezone.localtime(starts_at), timezone.localtime(ends_at)
            on, starts, ends = local.date(), local.time(), until.time()
        parts: list[tuple[str, Any]] = [
            ("day", on and on.isoformat()),
            ("starts", starts and f"{starts:%H:%M}"),
            ("ends", ends and f"{ends:%H:%M}"),
            ("people", self.people),
            ("layout", self.layout),
            ("until", self.until and self.until.isoformat()),
        ]
        given = [(name, value) for name, value in parts if value]
        given += [("equipment", name) for name in self.equipment]
        return f"?{urlencode(given)}" if given else ""


@dataclass(frozen=True)
class Proposal:
    """A room and time that do fit, one tap away."""

    title: str
    centre: Centre
    text: str
    url: str


@dataclass(frozen=True)
class Miss:
    """A room that does not do, and why."""

    title: str
    centre: Centre
    reason: str
    url: str


@dataclass(frozen=True)
class Results:
    """What the page of rooms says. `heading` and `sentence` say what was understood and found."""

    cards: list[RoomCard]
    heading: str = ""
    sentence: str = ""
    proposals: list[Proposal] = field(default_factory=list)
    misses: list[Miss] = field(default_factory=list)
    nothing: str = ""
    problem: str = ""


def look(asked: Asked, rooms: Sequence[Space], groups: Groups) -> Results:
    """The rooms for what was asked; all of them when nothing was."""
    try:
        moment = asked.moment
    except Refusal as refusal:
        return Results([], problem=str(refusal))
    if moment is None:
        return _without_time(asked, rooms, groups)
    if moment[0] < timezone.now():
        return Results([], problem=_("Die tijd is al geweest. Kies een andere tijd."))
    if asked.until is not None:
        return _every_week(asked, moment, rooms, groups)
    return _at(asked, moment, rooms, groups)


def _without_time(asked: Asked, rooms: Sequence[Space], groups: Groups) -> Results:
    fitting = [room for room in rooms if _may_do(room, asked)]
    if asked.people:
        fitting.sort(key=lambda room: room.capacity_for(asked.layout) or 0)
    cards = [_card(room, asked, groups) for room in fitting]
    if asked.is_empty:
        return Results(cards)
    if not cards:
        return Results([], nothing=_too_many(asked, rooms))
    sentence = _("Kies een dag. Dan zie je wat er vrij is.")
    return Results(cards, heading=_fit_in_words(len(cards)), sentence=sentence)


def _at(asked: Asked, moment: Moment, rooms: Sequence[Space], groups: Groups) -> Results:
    need = need_of(asked, moment, rooms)
    found = searching.find(need)
    good = [one for one in found if one.is_good]
    known = {room.pk: room for room in rooms}
    cards = [_card(known.get(one.space.pk, one.space), asked, groups, badge=FREE) for one in good]
    heading = capfirst(day_and_range(*moment))
    misses = [
        Miss(
            one.space.name,
            one.space.centre,
            one.reason,
            f"{one.space.get_absolute_url()}{asked.query()}",
        )
        for one in found
        if not one.is_good
    ]
    if cards:
        return Results(cards, heading, _free_in_words(len(cards)), misses=misses)
    if not any(one.fits for one in found):
        return Results([], heading, nothing=_too_many(asked, rooms), misses=misses)
    return Results(
        [],
        heading,
        nothing=_("Dan is er niets vrij dat past. Dit kan wel:"),
        proposals=proposals(asked, need),
        misses=misses,
    )


def _every_week(asked: Asked, moment: Moment, rooms: Sequence[Space], groups: Groups) -> Results:
    """The same for a row of weeks: rooms that are free most often come first."""
    try:
        dates = [one for one in repeating.plan(asked.rule) if one.starts_at and one.ends_at]
    except Refusal as refusal:
        return Results([], problem=str(refusal))
    need = need_of(asked, moment, rooms)
    moments_asked = [(one.starts_at, one.ends_at) for one in dates]
    found = searching.find_series(need, moments_asked)  # type: ignore[arg-type]  # those without were left out
    cards = [
        _card(one.space, asked, groups, badge=_free_so_often(one.free_count, len(dates)))
        for one in found
        if one.free_count
    ]
    heading = _("Elke %(weekday)s, %(time)s") % {
        "weekday": Weekday(timezone.localdate(moment[0]).isoweekday()).label,
        "time": clock_range(*moment),
    }
    sentence = _("Van %(first)s tot en met %(last)s. Wat het vaakst vrij is staat voorop.") % {
        "first": day(dates[0].on),
        "last": day(dates[-1].on),
    }
    if not cards:
        return Results(
            [], heading, nothing=_("Dan is er niets vrij dat past. Kies een andere dag.")
        )
    return Results(cards, heading, sentence)


def _free_so_often(free: int, total: int) -> dict[str, Any]:
    if free == total:
        return FREE | {"label": _("Altijd vrij")}
    said = _("%(free)s van de %(total)s keer vrij") % {"free": free, "total": total}
    return {"kind": "line", "icon": "clock", "label": said}


FREE: dict[str, Any] = {"kind": "munt", "icon": "check-circle", "label": gettext_lazy("Vrij")}


@dataclass(frozen=True)
class Chosen:
    """The time that somebody came with to the page of a room, in words, and where to ask for it."""

    words: str
    is_good: bool
    reason: str
    ask_url: str


def chosen(room: Space, asked: Asked) -> Chosen | None:
    """Whether a room is free at the time that was chosen; None when none was."""
    try:
        moment = asked.moment
    except Refusal as refusal:
        return Chosen("", False, str(refusal), "")
    if moment is None:
        return None
    words = capfirst(day_and_range(*moment))
    if moment[0] < timezone.now():
        return Chosen(words, False, _("Die tijd is al geweest. Kies een andere tijd."), "")
    wanted = Wanted(
        space=room,
        starts_at=moment[0],
        ends_at=moment[1],
        kind=UseKind.BOOKING,
        title="",
        people=asked.people,
        layout=asked.layout,
    )
    checked = searching.check_each([wanted], for_staff=False)[0]
    url = reverse("venue:request_new", args=[room.centre.slug, room.slug])
    return Chosen(words, checked.is_free, checked.reason, f"{url}{asked.query()}")


def need_of(asked: Asked, moment: Moment, rooms: Sequence[Space]) -> Need:
    centres = {room.centre.slug: room.centre for room in rooms}
    return Need(
        starts_at=moment[0],
        ends_at=moment[1],
        people=asked.people or 1,
        layout=asked.layout,
        step_free=asked.is_step_free,
        equipment=dict.fromkeys(asked.equipment, 1),
        centre=centres.get(asked.centre),
        spaces=rooms,
        openings=hire_openings(
            {room.centre_id for room in rooms}, since=timezone.localdate(moment[0])
        ),
    )


def proposals(asked: Asked, need: Need) -> list[Proposal]:
    """The nearest times on the day, and the same hours on the days after it."""
    windows = []
    for ahead in range(1, DAYS_AHEAD + 1):
        try:
            windows.append(moments(asked.day + timedelta(days=ahead), asked.starts, asked.ends))  # type: ignore[operator, arg-type]
        except Refusal:
            continue
    near, later = searching.nearest_and_later(need, windows)
    return [_proposal(asked, one) for one in [*near, *later][:MOST_PROPOSED]]


def _proposal(asked: Asked, one: Found) -> Proposal:
    return Proposal(
        one.space.name,
        one.space.centre,
        capfirst(day_and_range(one.starts_at, one.ends_at)),
        f"{one.space.get_absolute_url()}{asked.query(one.starts_at, one.ends_at)}",
    )


def _card(
    room: Space,
    asked: Asked,
    groups: Groups,
    *,
    badge: dict[str, Any] | None = None,
) -> RoomCard:
    return offering.card_of(
        room,
        layout=asked.layout,
        query=asked.query(),
        price=offering.cheapest(room, groups()),
        badge=badge,
    )


def _may_do(room: Space, asked: Asked) -> bool:
    """Whether a room can do at any time: large enough as it stands, reachable, with what is needed in the house."""
    capacity = room.capacity_for(asked.layout)
    if (asked.people or asked.layout) and (capacity or 0) < max(asked.people, 1):
        return False
    if asked.is_step_free and room.step_free != Fact.YES:
        return False
    if asked.centre and room.centre.slug != asked.centre:
        return False
    things = {thing.name for thing in room.centre.equipment.all() if thing.is_active}
    return things.issuperset(asked.equipment)


def _too_many(asked: Asked, rooms: Sequence[Space]) -> str:
    largest = max(rooms, key=lambda room: room.largest_capacity, default=None)
    if largest is not None and asked.people > largest.largest_capacity:
        return _("Zo veel mensen passen er niet. In %(room)s passen er %(count)s.") % {
            "room": largest.name,
            "count": largest.largest_capacity,
        }
    return _("Zo hebben wij geen zaal. Kies iets minder, of bel ons.")


def _fit_in_words(count: int) -> str:
    return ngettext("%(count)d zaal past", "%(count)d zalen passen", count) % {"count": count}


def _free_in_words(count: int) -> str:
    return ngettext(
        "Er is %(count)d zaal vrij. De kleinste die past staat voorop.",
        "Er zijn %(count)d zalen vrij. De kleinste die past staat voorop.",
        count,
    ) % {"count": count}
