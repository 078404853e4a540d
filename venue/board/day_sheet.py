"""The day sheet: what the person in the house has to do in each room on a day, in the order of the clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lokaal.centres.models import Centre
from lokaal.local_time import day_starts_at
from lokaal.look.formats import clock, day
from venue.board import planned
from venue.board.planned import Look, Served
from venue.board.planner import ONE_DAY, span_on
from venue.hire.offering import LAYOUT_ICONS
from venue.models import Equipment, EquipmentUse, Layout, Space, Use, UseKind


@dataclass(frozen=True)
class Task:
    """One thing to do, with a box to tick: when (empty: any time), a pictogram, and what."""

    time: str
    icon: str
    text: str


@dataclass(frozen=True)
class Entry:
    """A use on paper."""

    use: Use
    look: Look
    time: str
    title: str
    about: list[str]
    tasks: list[Task]
    contact: str = ""
    phone: Any = ""


@dataclass
class SheetRoom:
    space: Space
    entries: list[Entry] = field(default_factory=list)


@dataclass
class Sheet:
    """The rooms of one centre on one day; `free` are the rooms in which nothing happens."""

    centre: Centre
    rooms: list[SheetRoom]
    people: int = 0

    @property
    def used(self) -> list[SheetRoom]:
        return [room for room in self.rooms if room.entries]

    @property
    def free(self) -> str:
        return ", ".join(room.space.name for room in self.rooms if not room.entries)

    @property
    def closing(self) -> list[str]:
        """What is done when the last one goes home."""
        return [_("Ramen en deuren dicht"), _("Lampen en verwarming uit"), _("Alarm aan")]


def address(centre: Centre | None, on: date) -> str:
    """The page of a day sheet; of all centres without one."""
    said = {"centre": centre.slug if centre else "", "date": on.isoformat()}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{reverse('venue:day_sheet')}?{query}"


def sheets(centres: Sequence[Centre], on: date) -> list[Sheet]:
    """Write the sheets of some centres, in a fixed number of queries. What only waits or was asked is not on them."""
    uses = _uses(centres, on)
    catered = planned.catering_of(use.pk for use in uses)
    unique = _unique_equipment(uses)
    by_space: dict[UUID, list[Use]] = defaultdict(list)
    for use in uses:
        by_space[use.space_id].append(use)
    spaces: dict[UUID, list[Space]] = defaultdict(list)
    for space in Space.objects.filter(centre__in=centres).order_by("position", "name"):
        if space.is_active or space.pk in by_space:
            spaces[space.centre_id].append(space)
    return [
        Sheet(
            centre=centre,
            rooms=[
                SheetRoom(
                    space,
                    [
                        _entry(use, on, unique[use.pk], catered.get(use.pk, []))
                        for use in by_space[space.pk]
                    ],
                )
                for space in spaces[centre.pk]
            ],
            people=sum(
                use.people + use.staff
                for space in spaces[centre.pk]
                for use in by_space[space.pk]
                if use.kind != UseKind.CLOSURE
            ),
        )
        for centre in centres
    ]


def _uses(centres: Sequence[Centre], on: date) -> list[Use]:
    counted = EquipmentUse.objects.select_related("equipment").order_by("equipment__name")
    found = (
        Use.objects.blocking()
        .at_centres(centres)
        .overlapping(day_starts_at(on), day_starts_at(on + ONE_DAY))
        .select_related("booking_date__booking__hirer")
        .prefetch_related(Prefetch("equipment_uses", counted))
        .order_by("starts_at", "id")
    )
    return [use for use in found if span_on(use, on)]


def _unique_equipment(uses: Sequence[Use]) -> dict[UUID, list[str]]:
    """By use: the names of the things of which there is only one."""
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = (
        Equipment.objects.filter(part__allocations__use__in=[use.pk for use in uses])
        .values_list("part__allocations__use", "name")
        .distinct()
        .order_by("name")
    )
    for use, name in rows:
        found[use].append(name)
    return found


def _entry(use: Use, on: date, unique: list[str], served: list[Served]) -> Entry:
    owner = planned.owner_from(getattr(use, "booking_date", None))
    things = [
        f"{row.count} × {row.equipment.name}" if row.count > 1 else row.equipment.name
        for row in use.equipment_uses.all()
    ] + unique
    people = planned.people_in_words(use)
    return Entry(
        use=use,
        look=planned.look_of(use, timezone.now()),
        time=_time(use, on),
        title=use.title,
        about=[
            said for said in [owner.name if owner else "", people] if said and said != use.title
        ],
        tasks=_tasks(use, on, things, served),
        contact=owner.contact if owner else "",
        phone=owner.phone if owner else "",
    )


def _time(use: Use, on: date) -> str:
    """13.00 tot 17.00 uur; on the days of something longer: from when, or until when."""
    starts, ends = timezone.localtime(use.starts_at), timezone.localtime(use.ends_at)
    span = span_on(use, on)
    if span is None or (span.start is not None and span.end is not None):
        return planned.hours(use)
    if span.start is not None:
        return _("vanaf %(time)s uur, tot %(day)s") % {"time": clock(starts), "day": day(ends)}
    if span.end is not None:
        return _("tot %(time)s uur") % {"time": clock(ends)}
    return _("de hele dag, tot %(day)s") % {"day": day(ends)}


def _tasks(use: Use, on: date, things: list[str], served: list[Served]) -> list[Task]:
    """What has to be done for a use on this day, in the order in which it is done."""
    span = span_on(use, on)
    if span is None or use.kind == UseKind.CLOSURE:
        return []
    tasks = []
    if span.start is not None:
        tasks += _set_up(use, things)
        tasks += [Task(clock(one.at), "bowl", planned.count_in_words(one)) for one in served]
    if span.end is not None:
        if use.after_minutes:
            tasks.append(Task(clock(use.ends_at), "arrow-path", _("Opruimen")))
        if use.closes:
            tasks.append(Task("", "key", _("Afsluiten: %(who)s") % {"who": use.closes}))
    return tasks


def _set_up(use: Use, things: list[str]) -> list[Task]:
    ready = clock(use.taken_from) if use.before_minutes else ""
    tasks = []
    if use.layout:
        layout = Layout(use.layout)
        tasks.append(Task(ready, LAYOUT_ICONS[layout], capfirst(str(layout.label))))
    elif ready:
        tasks.append(Task(ready, "clock", _("Zaal klaarzetten")))
    if use.set_up:
        tasks.append(Task("", "clipboard-document-list", use.set_up))
    if things:
        tasks.append(Task("", "wrench-screwdriver", ", ".join(things)))
    return tasks
