"""What the database answers about spaces and times, and how that is said. One source for search, preview and save."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from venue.models import Space


class Ask(NamedTuple):
    """One question to the database: this space, this time, these buffers, this many people."""

    space: Space
    starts_at: datetime
    ends_at: datetime
    before: int
    after: int
    people: int


class Answer(NamedTuple):
    """The use in the way, how many more people may be in the house (None: no maximum), which equipment is short."""

    taken_by: UUID | None
    places_left: int | None
    short_of: str | None


ANSWERS = """
WITH ask AS (
    SELECT *, tstzrange(starts_at, ends_at) AS during,
        tstzrange(starts_at - before * interval '1 minute', ends_at + after * interval '1 minute') AS padded
    FROM unnest(%(spaces)s::uuid[], %(centres)s::uuid[], %(starts)s::timestamptz[], %(ends)s::timestamptz[],
        %(before)s::int[], %(after)s::int[]) WITH ORDINALITY
        AS ask (space_id, centre_id, starts_at, ends_at, before, after, nth)
), crowd AS MATERIALIZED (
    SELECT house.centre_id, during,
        house.maximum_people - venue_people_peak(house.centre_id, during, %(besides)s::uuid[], %(now)s) AS places_left
    FROM (SELECT DISTINCT centre_id, during FROM ask) moment JOIN venue_building house USING (centre_id)
)
SELECT taken.use_id, crowd.places_left, short.name
FROM ask
LEFT JOIN crowd USING (centre_id, during)
LEFT JOIN LATERAL (
    SELECT b.use_id FROM venue_space_parts sp
    CROSS JOIN LATERAL venue_busy(sp.part_id, ask.during, ask.before, ask.after, %(besides)s::uuid[], %(now)s) b
    WHERE sp.space_id = ask.space_id
    ORDER BY lower(b.busy), b.use_id LIMIT 1
) taken ON true
LEFT JOIN LATERAL (
    SELECT item.name FROM unnest(%(names)s::text[], %(counts)s::int[]) AS item (name, count)
    LEFT JOIN venue_equipment e ON e.centre_id = ask.centre_id AND e.name = item.name AND e.is_active
    WHERE NOT EXISTS (
        SELECT FROM venue_equipment_fixed_in f WHERE f.equipment_id = e.id AND f.space_id = ask.space_id
    ) AND CASE
        WHEN e.id IS NULL THEN true
        WHEN e.part_id IS NULL THEN
            e.stock - venue_equipment_peak(e.id, ask.padded, %(besides)s::uuid[], %(now)s) < item.count
        ELSE item.count > 1 OR EXISTS (
            SELECT FROM venue_busy(e.part_id, ask.during, ask.before, ask.after, %(besides)s::uuid[], %(now)s))
    END
    LIMIT 1
) short ON true
ORDER BY ask.nth
"""

FREE = """
SELECT space_id, lower(free), upper(free) FROM (
    SELECT ask.space_id, unnest(
        tstzmultirange(tstzrange(ask.starts_at, ask.ends_at)) - coalesce((
            SELECT range_agg(b.busy) FROM venue_space_parts sp
            CROSS JOIN LATERAL venue_busy(
                sp.part_id, tstzrange(ask.starts_at, ask.ends_at), ask.before, ask.after, '{}'::uuid[], %(now)s) b
            WHERE sp.space_id = ask.space_id), '{}'::tstzmultirange)) AS free
    FROM unnest(%(spaces)s::uuid[], %(starts)s::timestamptz[], %(ends)s::timestamptz[], %(before)s::int[],
        %(after)s::int[]) AS ask (space_id, starts_at, ends_at, before, after)
) stretch
WHERE upper(free) - lower(free) >= %(length)s
ORDER BY lower(free), space_id
"""


def of(
    asks: Sequence[Ask], equipment: Mapping[str, int], *, besides: Iterable[UUID] = ()
) -> list[Answer]:
    """What the database knows of each question, in order, in one query."""
    if not asks:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            ANSWERS,
            {
                "spaces": [ask.space.pk for ask in asks],
                "centres": [ask.space.centre_id for ask in asks],
                "starts": [ask.starts_at for ask in asks],
                "ends": [ask.ends_at for ask in asks],
                "before": [ask.before for ask in asks],
                "after": [ask.after for ask in asks],
                "besides": list(besides),
                "names": list(equipment),
                "counts": list(equipment.values()),
                "now": timezone.now(),
            },
        )
        return [Answer(*row) for row in cursor.fetchall()]


def free(asks: Sequence[Ask], length: timedelta) -> list[tuple[UUID, datetime, datetime]]:
    """The stretches in which spaces (by key) are free at least this long, within the times asked, in order of time."""
    values: dict[str, Any] = {
        "spaces": [ask.space.pk for ask in asks],
        "starts": [ask.starts_at for ask in asks],
        "ends": [ask.ends_at for ask in asks],
        "before": [ask.before for ask in asks],
        "after": [ask.after for ask in asks],
        "length": length,
        "now": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(FREE, values)
        return list(cursor.fetchall())


def is_taken(space: str) -> str:
    return _("%(space)s is dan al bezet.") % {"space": space}


def house_is_full() -> str:
    return _("Dan zijn er te veel mensen in huis. Dat mag niet van de brandweer.")


def people_fit(space: str, most: int) -> str:
    return ngettext(
        "Er past %(most)s mens in %(space)s.", "Er passen %(most)s mensen in %(space)s.", most
    ) % {"most": most, "space": space}
