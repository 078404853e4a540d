"""The planner: who is in which room, for a day, a week or a month. It reads uses, and nothing else says what is taken.

Places in a row are counted in quarters of an hour of the local clock: the first quarter of the axis is column 1. A
night belongs to the evening before: what ends by 6.00 is drawn with the day on which it began, and the axis is longer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lokaal.centres.models import Centre
from lokaal.centres.opening import Opening, hours_in_words, opening_of
from lokaal.local_time import day_starts_at
from lokaal.look.formats import clock, day, tile
from venue.board import planned
from venue.board.planned import Look
from venue.food import catering
from venue.models import Hold, Space, Use

ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(days=7)
QUARTERS = 96  # of a day
NIGHT = 24  # quarters after midnight that belong to the evening before: until 6.00
FIRST_QUARTER, LAST_QUARTER = 8 * 4, 23 * 4
SHORTEST_GAP = 2
USUAL_LENGTH = 8  # quarters that a new use is filled in with
VIEWS = ("day", "week", "month")
FIRST_DAY, LAST_DAY = date(2000, 1, 10), date(2199, 12, 1)


# What is asked -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """The whole state of the page, as its address says it. What cannot be read counts as not asked."""

    view: str
    day: date
    centre: Centre
    room: str = ""
    use: UUID | None = None

    @classmethod
    def read(cls, given: Any, centres: Sequence[Centre], today: date) -> Self:
        """Read a query; `centres` are those whose planner this person may see, at least one."""
        view = given.get("view", "")
        return cls(
            view=view if view in VIEWS else "week",
            day=read_day(given.get("date", "")) or today,
            centre=centre_of(given, centres),
            room=given.get("room", "")[:80],
            use=read_key(given.get("use", "")),
        )

    def url(self, **changes: Any) -> str:
        """The address of this page with something else in it."""
        wanted = {
            "view": self.view,
            "date": self.day,
            "centre": self.centre.slug,
            "room": self.room,
        } | changes
        if wanted["view"] == "week":
            wanted["view"] = ""
        said = {name: str(value) for name, value in wanted.items() if value}
        return f"{reverse('venue:planner')}?{urlencode(said)}"

    @property
    def days(self) -> list[date]:
        """The local days that are shown."""
        if self.view == "day":
            return [self.day]
        monday = self.day - timedelta(days=self.day.weekday())
        if self.view == "week":
            return [monday + timedelta(days=n) for n in range(7)]
        first = self.day.replace(day=1)
        monday = first - timedelta(days=first.weekday())
        weeks = -(-((next_month(first) - monday).days) // 7)
        return [monday + timedelta(days=n) for n in range(7 * weeks)]

    @property
    def earlier(self) -> date:
        """A day in the stretch before this one."""
        if self.view == "month":
            return (self.day.replace(day=1) - ONE_DAY).replace(day=1)
        return self.day - (ONE_DAY if self.view == "day" else ONE_WEEK)

    @property
    def later(self) -> date:
        """A day in the stretch after this one."""
        if self.view == "month":
            return next_month(self.day.replace(day=1))
        return self.day + (ONE_DAY if self.view == "day" else ONE_WEEK)


def centre_of(given: Any, centres: Sequence[Centre]) -> Centre:
    """The centre that is asked for, or else the first."""
    slug = given.get("centre", "")
    return next((centre for centre in centres if centre.slug == slug), centres[0])


def read_day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def read_key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


# What is drawn -----------------------------------------------------------------------------------


class Place(NamedTuple):
    """Where something stands in a row: its first column, and how many columns it is wide."""

    start: int
    length: int

    @property
    def css(self) -> str:
        return f"s{self.start} d{self.length}"


@dataclass(frozen=True)
class Slot:
    """A use in its room on one day."""

    use: Use
    look: Look
    place: Place
    lane: int
    when: str
    is_begun: bool  # it goes on from the day before
    goes_on: bool  # it goes on to the day after
    before: Place | None = None
    after: Place | None = None
    is_catered: bool = False
    url: str = ""
    is_chosen: bool = False
    moves: bool = False


@dataclass(frozen=True)
class Shadow:
    """A stretch that is taken because another space uses a part of this one."""

    place: Place
    title: str
    space: str


@dataclass(frozen=True)
class Gap:
    """A free stretch, and the address where something is put in it."""

    place: Place
    url: str
    words: str


@dataclass
class Row:
    """One room on one day. `lanes` is more than one where something asked for lies over something else."""

    space: Space
    day: date
    label: str
    slots: list[Slot] = field(default_factory=list)
    shadows: list[Shadow] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    lanes: int = 1
    is_taken: bool = False

    @property
    def is_free(self) -> bool:
        return not self.slots and not self.shadows


@dataclass(frozen=True)
class Line:
    """A use in the list of a day on the phone, by time."""

    slot: Slot
    space: Space
    time: str
    words: str
    url: str


@dataclass
class Day:
    """One day: its rows for the grid, its lines for the phone."""

    date: date
    heading: str
    note: str
    rows: list[Row]
    lines: list[Line]
    is_today: bool
    new_url: str = ""

    @property
    def free(self) -> str:
        """The rooms in which nothing is planned: Atelier, Keuken."""
        return ", ".join(row.space.name for row in self.rows if row.is_free)

    @property
    def is_all_free(self) -> bool:
        return all(row.is_free for row in self.rows)

    @property
    def count(self) -> int:
        return len(self.lines)


class Hour(NamedTuple):
    label: str
    css: str


@dataclass(frozen=True)
class Axis:
    """The hours above the rooms, in quarters from midnight; past 96 is the night after."""

    first: int
    last: int

    @property
    def css(self) -> str:
        return f"q{self.last - self.first}"

    @property
    def hours(self) -> list[Hour]:
        """Every second hour, with the columns up to the next."""
        found = []
        for quarter in range(self.first, self.last, 8):
            width = min(8, self.last - quarter)
            label = clock(time(quarter // 4 % 24)) if width == 8 else str(quarter // 4 % 24)
            found.append(Hour(label, f"d{width}"))
        return found

    def place(self, start: int, end: int) -> Place | None:
        """Where a stretch of quarters stands; what falls outside the axis is cut off. None when nothing is left."""
        first, last = max(start, self.first), min(end, self.last)
        return Place(first - self.first + 1, last - first) if last > first else None


@dataclass(frozen=True)
class Planner:
    """Everything on the page of a day or a week."""

    asked: Asked
    days: list[Day]
    axis: Axis
    rooms: list[Space]
    by_day: bool  # one room was asked for: rows are days

    @property
    def rows(self) -> list[Row]:
        return [row for day in self.days for row in day.rows]


# Drawing a day or a week -------------------------------------------------------------------------


class Span(NamedTuple):
    """What a use takes of one local day, in quarters from its midnight. None where it began before or goes on after."""

    start: int | None
    end: int | None


@dataclass(frozen=True)
class Piece:
    """A use on one day, before it has a place."""

    use: Use
    span: Span
    before: int  # quarters of setting up, on this day
    after: int


def planner(asked: Asked, *, now: datetime, can_plan: bool) -> Planner:
    """Draw the rooms of a centre. `can_plan`: free stretches are ways to a new use."""
    uses = uses_between(asked.centre, asked.days[0], asked.days[-1])
    spaces = spaces_of(asked.centre, uses)
    rooms = [space for space in spaces if space.slug == asked.room] if asked.room else []
    shown = rooms or spaces
    pieces = _pieces(uses, asked.days)
    axis = _axis(piece for day_pieces in pieces.values() for piece in day_pieces)
    drawing = Drawing(
        asked=asked,
        axis=axis,
        now=now,
        can_plan=can_plan,
        overlaps=overlapping(spaces),
        catered=catering.portions_of(use.pk for use in uses),
        opening=opening_of(Centre.objects.with_hours(asked.days[0]).get(pk=asked.centre.pk)),
        names={space.pk: space for space in spaces},
    )
    days = [drawing.day(on, shown, pieces[on], by_day=bool(rooms)) for on in asked.days]
    return Planner(asked, days, axis, spaces, by_day=bool(rooms) and len(days) > 1)


def uses_between(centre: Centre, first: date, last: date) -> list[Use]:
    """What a planner shows of some local days, both included, in one query."""
    found = Use.objects.shown().filter(centre=centre)
    return list(
        found.overlapping(day_starts_at(first), day_starts_at(last + ONE_DAY))
        .defer("during", "set_up", "closes", "buffer_reason", "hours_reason")
        .order_by("starts_at", "id")
    )


def spaces_of(centre: Centre, uses: Iterable[Use]) -> list[Space]:
    """The spaces of a centre in use, and those that are not but in which something is planned."""
    used = {use.space_id for use in uses}
    found = Space.objects.filter(Q(is_active=True) | Q(pk__in=used), centre=centre)
    return list(found.prefetch_related("parts").order_by("position", "name"))


def overlapping(spaces: Sequence[Space]) -> dict[UUID, set[UUID]]:
    """By space: the other spaces that share a part with it."""
    by_part: dict[UUID, set[UUID]] = defaultdict(set)
    for space in spaces:
        for part in space.parts.all():
            by_part[part.pk].add(space.pk)
    return {
        space.pk: {
            other for part in space.parts.all() for other in by_part[part.pk] if other != space.pk
        }
        for space in spaces
    }


def quarter(moment: datetime, on: date, *, up: bool = False) -> int:
    """The quarter of the local clock in which a moment falls, from midnight of a day; `up`: the first after it."""
    local = timezone.localtime(moment)
    minutes = (local.date() - on).days * 24 * 60 + local.hour * 60 + local.minute
    return -(-minutes // 15) if up else minutes // 15


def span_on(use: Use, on: date) -> Span | None:
    """What a use takes of a local day. None when it is drawn on another day."""
    start, end = quarter(use.starts_at, on), quarter(use.ends_at, on, up=True)
    if end <= 0 or start >= QUARTERS or (start < 0 and end <= NIGHT):
        return None
    if start < 0:
        return Span(None, end if end <= QUARTERS else None)
    return Span(start, max(end, start + 1) if end <= QUARTERS + NIGHT else None)


def _pieces(uses: Iterable[Use], days: Sequence[date]) -> dict[date, list[Piece]]:
    """The uses by day. One that goes on for several days stands on each of them."""
    found: dict[date, list[Piece]] = {on: [] for on in days}
    for use in uses:
        for on in planned.local_days(use.starts_at, use.ends_at):
            span = span_on(use, on) if on in found else None
            if span is None:
                continue
            before = -(-use.before_minutes // 15) if span.start is not None else 0
            after = -(-use.after_minutes // 15) if span.end is not None else 0
            found[on].append(Piece(use, span, before, after))
    return found


def _axis(pieces: Iterable[Piece]) -> Axis:
    """From 8.00 to 23.00, or longer in whole hours: what begins or ends outside must be seen, with its set-up time."""
    first, last = FIRST_QUARTER, LAST_QUARTER
    for piece in pieces:
        if piece.span.start is not None:
            first = min(first, piece.span.start - piece.before)
        if piece.span.end is not None:
            last = max(last, piece.span.end + piece.after)
    first, last = max(first, 0), min(last, QUARTERS + NIGHT)
    return Axis(first // 4 * 4, -(-last // 4) * 4)


@dataclass(frozen=True)
class Drawing:
    """What every row needs to be drawn."""

    asked: Asked
    axis: Axis
    now: datetime
    can_plan: bool
    overlaps: dict[UUID, set[UUID]]
    catered: Mapping[UUID, int]
    opening: Opening
    names: dict[UUID, Space]

    def day(self, on: date, rooms: Sequence[Space], pieces: list[Piece], *, by_day: bool) -> Day:
        rows = [self._row(space, on, pieces, by_day=by_day) for space in rooms]
        lines = [self._line(slot, row.space) for row in rows for slot in row.slots]
        today = timezone.localdate(self.now)
        new_url = ""
        if self.can_plan and on >= today:
            room = self.asked.room if by_day else ""
            new_url = new_use_url(self.asked.centre, room=room, on=on)
        return Day(
            date=on,
            heading=_heading(on, today),
            note=_opening_note(self.opening, on),
            rows=rows,
            lines=sorted(lines, key=lambda line: (line.slot.use.starts_at, line.space.position)),
            is_today=on == today,
            new_url=new_url,
        )

    def _row(self, space: Space, on: date, pieces: list[Piece], *, by_day: bool) -> Row:
        label = f"{tile(on).top} {on.day}" if by_day else space.name
        row = Row(space, on, label)
        taken: list[tuple[int, int]] = []
        lanes: list[list[Place]] = []
        own = [piece for piece in pieces if piece.use.space_id == space.pk]
        for piece in sorted(own, key=lambda piece: not planned.is_blocking(piece.use, self.now)):
            slot = self._slot(piece, on, lanes)
            if slot is None:
                continue
            row.slots.append(slot)
            if planned.is_blocking(piece.use, self.now):
                taken.append(self._taken(piece))
        for piece in pieces:
            others = self.overlaps.get(space.pk, set())
            if piece.use.space_id in others and planned.is_blocking(piece.use, self.now):
                start, end = self._whole(piece)
                place = self.axis.place(start, end)
                if place:
                    other = self.names[piece.use.space_id].name
                    row.shadows.append(Shadow(place, piece.use.title, other))
                taken.append(self._taken(piece))
        row.lanes = max(1, len(lanes))
        row.slots.sort(key=lambda slot: slot.use.starts_at)
        if self.can_plan and on >= timezone.localdate(self.now) and space.is_active:
            row.gaps = self._gaps(space, on, taken)
        return row

    def _whole(self, piece: Piece) -> tuple[int, int]:
        """The stretch of a use itself, up to the ends of the axis where it goes on."""
        start = self.axis.first if piece.span.start is None else piece.span.start
        end = self.axis.last if piece.span.end is None else piece.span.end
        return start, end

    def _taken(self, piece: Piece) -> tuple[int, int]:
        start, end = self._whole(piece)
        return start - piece.before, end + piece.after

    def _slot(self, piece: Piece, on: date, lanes: list[list[Place]]) -> Slot | None:
        start, end = self._whole(piece)
        # Something that ended before the axis begins still shows, one quarter wide, at its edge.
        place = self.axis.place(start, end) or Place(1, 1)
        use = piece.use
        look = planned.look_of(use, self.now)
        return Slot(
            use=use,
            look=look,
            place=place,
            lane=_lane(place, lanes),
            when=_when(use, on, piece.span),
            is_begun=piece.span.start is None,
            goes_on=piece.span.end is None,
            before=self.axis.place(start - piece.before, start) if piece.before else None,
            after=self.axis.place(end, end + piece.after) if piece.after else None,
            is_catered=use.pk in self.catered,
            url=f"{self.asked.url(use=use.pk)}#gebruik",
            is_chosen=use.pk == self.asked.use,
            moves=self.can_plan and use.ends_at > self.now and use.hold != Hold.RELEASED,
        )

    def _line(self, slot: Slot, space: Space) -> Line:
        use = slot.use
        return Line(
            slot=slot,
            space=space,
            time=clock(use.starts_at) if not slot.is_begun else clock(time.min),
            words=". ".join(
                [str(slot.look.word), *(capfirst(said) for said in planned.around(use))]
            ),
            url=reverse("venue:use", args=[use.pk]),
        )

    def _gaps(self, space: Space, on: date, taken: list[tuple[int, int]]) -> list[Gap]:
        start = self.axis.first
        last = min(self.axis.last, QUARTERS)
        if on == timezone.localdate(self.now):
            start = max(start, quarter(self.now, on, up=True))
        gaps = []
        for first, end in [*sorted(taken), (last, last)]:
            stop = min(first, last)
            if stop - start >= SHORTEST_GAP:
                gaps.append(self._gap(space, on, start, stop))
            start = max(start, end)
        return gaps

    def _gap(self, space: Space, on: date, start: int, end: int) -> Gap:
        first, last = clock_of(start), clock_of(end)
        words = _("Vrij: %(room)s, %(start)s tot %(end)s") % {
            "room": space.name,
            "start": clock(first),
            "end": clock(last),
        }
        place = self.axis.place(start, end) or Place(1, 1)
        until = clock_of(min(end, start + USUAL_LENGTH))
        url = new_use_url(self.asked.centre, room=space.slug, on=on, starts=first, ends=until)
        return Gap(place, url, words)


def new_use_url(
    centre: Centre,
    *,
    room: str = "",
    on: date | None = None,
    starts: time | None = None,
    ends: time | None = None,
) -> str:
    """Where a new use is filled in, with what is known already."""
    said = {
        "centre": centre.slug,
        "room": room,
        "date": on.isoformat() if on else "",
        "starts": f"{starts:%H:%M}" if starts else "",
        "ends": f"{ends:%H:%M}" if ends else "",
    }
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{reverse('venue:use_new')}?{query}"


def clock_of(quarters: int) -> time:
    """The time on the clock so many quarters after midnight."""
    return time(quarters // 4 % 24, quarters % 4 * 15)


def _lane(place: Place, lanes: list[list[Place]]) -> int:
    """The first lane in which there is room; a new one when there is none."""
    for number, lane in enumerate(lanes, start=1):
        if all(
            place.start >= other.start + other.length or other.start >= place.start + place.length
            for other in lane
        ):
            lane.append(place)
            return number
    lanes.append([place])
    return len(lanes)


def _heading(on: date, today: date) -> str:
    if on == today:
        return _("%(day)s, vandaag") % {"day": capfirst(day(on))}
    return capfirst(day(on))


def _opening_note(opening: Opening, on: date) -> str:
    """When the door is open on a day, and why it is not: Open 9.00 tot 21.30 uur; Dicht. Eerste Kerstdag."""
    special = opening.special.get(on)
    opens = opening.hours_on(on)
    said = [_("Open %(hours)s") % {"hours": hours_in_words(opens)} if opens else _("Dicht")]
    if special and special.reason:
        said.append(_(special.reason))
    return ". ".join(said)


def _when(use: Use, on: date, span: Span) -> str:
    """13.00 tot 17.00 uur; with days where it began before or goes on after this one."""
    if span.start is not None and span.end is not None:
        return planned.hours(use)
    if span.start is None and span.end is None:
        return _("de hele dag")
    if span.start is None:
        return _("tot %(time)s uur") % {"time": clock(use.ends_at)}
    return _("vanaf %(time)s uur") % {"time": clock(use.starts_at)}
