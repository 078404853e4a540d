"""A month in the planner: how often something is planned on each day, and in which room the most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import ngettext

from lokaal.local_time import day_starts_at
from lokaal.look.formats import day
from venue.board.planner import ONE_DAY, Asked, spaces_of
from venue.models import Space, Use


@dataclass(frozen=True)
class MonthDay:
    """One day of a month: how often something is planned, and the room with the most."""

    date: date
    heading: str
    url: str
    count: int
    busiest: str
    is_today: bool
    is_busiest: bool
    is_outside: bool
    level: int  # 0 (nothing) to 4 (as much as the busiest day)

    @property
    def words(self) -> str:
        return times_in_words(self.count)


@dataclass(frozen=True)
class Month:
    weeks: list[list[MonthDay]]
    rooms: list[Space]
    busiest: MonthDay | None
    total: int


def times_in_words(count: int) -> str:
    """7 keer."""
    return ngettext("%(count)d keer", "%(count)d keer", count) % {"count": count}


def month(asked: Asked, *, now: datetime) -> Month:
    """Count what begins on each day of a month (and of the weeks around it), in one query."""
    days = asked.days
    spaces = spaces_of(asked.centre, ())
    counts = _counts(asked, days, spaces)
    of_month = [on for on in days if on.month == asked.day.month]
    most = max((sum(counts[on].values()) for on in of_month), default=0)
    top = next((on for on in of_month if most and sum(counts[on].values()) == most), None)
    today = timezone.localdate(now)
    found = []
    for on in days:
        count = sum(counts[on].values())
        rooms = sorted(counts[on].items(), key=lambda item: (-item[1], item[0]))
        found.append(
            MonthDay(
                date=on,
                heading=day(on),
                url=asked.url(view="day", date=on),
                count=count,
                busiest=rooms[0][0] if rooms and rooms[0][1] > 1 else "",
                is_today=on == today,
                is_busiest=on == top,
                is_outside=on.month != asked.day.month,
                level=min(4, -(-4 * count // most)) if most else 0,
            )
        )
    return Month(
        weeks=[found[start : start + 7] for start in range(0, len(found), 7)],
        rooms=spaces,
        busiest=next((one for one in found if one.is_busiest), None),
        total=sum(one.count for one in found if not one.is_outside),
    )


def _counts(
    asked: Asked, days: Sequence[date], spaces: Sequence[Space]
) -> dict[date, dict[str, int]]:
    """By day: how often something begins, by the name of the room."""
    begin, end = day_starts_at(days[0]), day_starts_at(days[-1] + ONE_DAY)
    uses = Use.objects.shown().filter(centre=asked.centre).overlapping(begin, end)
    if any(space.slug == asked.room for space in spaces):
        uses = uses.filter(space__slug=asked.room)
    rows = (
        uses.filter(starts_at__gte=begin)
        .values(on=TruncDate("starts_at", tzinfo=timezone.get_default_timezone()))
        .annotate(count=Count("id"))
        .values_list("on", "space__name", "count")
        .order_by()
    )
    found: dict[date, dict[str, int]] = {on: {} for on in days}
    for on, room, count in rows:
        found[on][room] = found[on].get(room, 0) + count
    return found
