"""How many came, per centre, activity and month: counts of people, the same before and after names are forgotten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from activities.models import (
    DateCount,
    Occurrence,
    OccurrenceState,
    Presence,
    SignUp,
    SignUpState,
    TillEntry,
)
from lokaal.centres.models import Centre
from lokaal.local_time import day_starts_at

_SIZE = F("companions") + 1
_JOINED = Q(state=SignUpState.JOINED)
#: How a list is added up: in people, as long as its names are there and once more when they are forgotten.
LIST_SUMS = {
    "people": Sum(_SIZE, filter=_JOINED, default=0),
    "present": Sum(_SIZE, filter=_JOINED & Q(presence=Presence.PRESENT), default=0),
    "absent": Sum(_SIZE, filter=_JOINED & Q(presence=Presence.ABSENT), default=0),
    "cancelled": Sum(_SIZE, filter=Q(state=SignUpState.CANCELLED), default=0),
    "waited": Sum(
        _SIZE,
        filter=Q(state__in=[SignUpState.WAITING, SignUpState.OFFERED, SignUpState.LAPSED]),
        default=0,
    ),
}

#: What is counted apart: a centre, an activity and the first day of a month (local).
Key = tuple[UUID, UUID, date]


@dataclass
class Figures:
    """Of one activity in one month. `visits` is everybody who came: those on a list, and heads.

    Who is marked neither present nor absent is in `people` only: nobody was looking.
    """

    held: int = 0
    called_off: int = 0
    people: int = 0
    present: int = 0
    absent: int = 0
    cancelled: int = 0
    waited: int = 0
    heads: int = 0
    paid_cents: int = 0

    @property
    def visits(self) -> int:
        return self.present + self.heads

    def add(self, other: Figures) -> None:
        for counted in fields(self):
            name = counted.name
            setattr(self, name, getattr(self, name) + getattr(other, name))


def by_month(centres: Iterable[Centre], first: date, last: date) -> dict[Key, Figures]:
    """The figures of all that begins from `first` to `last` (local days, half open), in four queries.

    A visit is a person on a date: somebody who came ten times is ten visits.
    """
    held = Q(state=OccurrenceState.PLANNED)
    going_ahead = Q(occurrence__state=OccurrenceState.PLANNED)
    numbers = ("people", "present", "absent", "cancelled", "waited")
    figures: dict[Key, Figures] = defaultdict(Figures)
    for rows, path, sums in (
        (
            Occurrence.objects.all(),
            "",
            {
                "held": Count("id", filter=held),
                "called_off": Count("id", filter=~held),
                "heads": Sum("heads", filter=held),
            },
        ),
        (SignUp.objects.filter(going_ahead), "occurrence__", LIST_SUMS),
        (
            DateCount.objects.filter(going_ahead),
            "occurrence__",
            {name: Sum(name) for name in numbers},
        ),
        (TillEntry.objects.all(), "occurrence__", {"paid_cents": Sum("cents")}),
    ):
        _add_up(figures, rows, path, sums, [centre.pk for centre in centres], first, last)
    return dict(figures)


def together(figures: Iterable[Figures]) -> Figures:
    """Add figures up, for a month, an activity, a centre or a year."""
    sums = Figures()
    for one in figures:
        sums.add(one)
    return sums


def _add_up(
    figures: dict[Key, Figures],
    rows: QuerySet[Any],
    path: str,
    sums: dict[str, Any],
    centre_ids: list[UUID],
    first: date,
    last: date,
) -> None:
    """Add the sums of some rows to the figures. `path` leads from a row to its date."""
    within = {
        f"{path}centre__in": centre_ids,
        f"{path}starts_at__gte": day_starts_at(first),
        f"{path}starts_at__lt": day_starts_at(last),
    }
    names = (f"{path}centre_id", f"{path}activity_id", "month")
    found = (
        rows.filter(**within)
        .order_by()
        .annotate(month=TruncMonth(f"{path}starts_at"))
        .values(*names)
        .annotate(**{f"sum_{name}": number for name, number in sums.items()})
    )
    for row in found:
        key = (row[names[0]], row[names[1]], row["month"].date())
        figures[key].add(Figures(**{name: row[f"sum_{name}"] or 0 for name in sums}))
