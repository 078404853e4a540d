"""Fill the rooms of a database with what ten busy years leave behind, to see how quick search and planner stay.

The density stays the same at every size (two houses, twelve parts each, three stretches a day, half of them in use): a
smaller database is a younger house.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from lokaal.bench.filling import UUID7
from lokaal.centres.models import Centre, Weekday
from venue.models import Building, Equipment, HireHours, Layout, Part, Space, SpaceLayout

HOUSES = 2
PARTS = 12  # in each house; every two neighbours together are a space as well
USES_A_WEEK = 260
ROWS_A_USE = 3  # the use, setting up, clearing up
WEEKS_AHEAD = 26

# Three stretches a day in every room, about half of them in use. Each with a quarter of an hour before and after.
USE_ROWS = """
CREATE TEMP TABLE taken ON COMMIT DROP AS
SELECT pg_temp.uuid7(starts_at - interval '30 days') AS id, *, starts_at + interval '3 hours' AS ends_at,
    nextval('venue_use_number') AS number
FROM (
    SELECT room.*, row_number() OVER slots AS nth,
        ((%(first_day)s::date + day)::timestamp + hour * interval '1 hour') AT TIME ZONE 'Europe/Amsterdam' AS starts_at
    FROM generate_series(0, 7 * %(weeks)s) day, unnest(ARRAY[9, 14, 19]) hour,
        unnest(%(centres)s::uuid[], %(spaces)s::uuid[], %(parts)s::uuid[]) WITH ORDINALITY
            AS room (centre_id, space_id, part_id, position)
    WHERE abs(hashint8(day * 100000 + hour * 1000 + position)) %% 100 < 52
    WINDOW slots AS (ORDER BY day, hour, position)
) slot
WHERE nth <= %(uses)s;
INSERT INTO venue_use (id, number, kind, centre_id, space_id, layout, starts_at, ends_at, people, staff, hold, title,
    is_private, before_minutes, after_minutes, buffer_reason, hours_reason, set_up, closes, created_at, changed_at)
SELECT id, number, CASE WHEN nth %% 3 = 0 THEN 'activity' ELSE 'booking' END, centre_id, space_id, 'theatre', starts_at,
    ends_at, 4 + nth %% 5, 1, 'firm', 'Koor ' || nth %% 200, nth %% 4 = 0, 15, 15, '', '', '', '',
    starts_at - interval '30 days', now()
FROM taken ORDER BY nth;
INSERT INTO venue_allocation (id, use_id, part_id, during, kind, blocking)
SELECT pg_temp.uuid7(starts_at), id, part_id, during, kind, true FROM taken CROSS JOIN LATERAL (VALUES
    (tstzrange(starts_at, ends_at), int8range(NULL, NULL)),
    (tstzrange(starts_at - interval '15 minutes', starts_at), int8range(number, number + 1)),
    (tstzrange(ends_at, ends_at + interval '15 minutes'), int8range(number, number + 1))
) stretch (during, kind)
ORDER BY nth;
"""


def fill(*, allocations: int, at: datetime | None = None) -> list[Space]:
    """Add two houses with this many allocations (in threes), the last half a year ahead of a moment (now).

    A house younger than a year has half of its uses ahead. Existing rows are not touched. Returns the spaces.
    """
    uses = max(1, allocations // ROWS_A_USE)
    weeks = max(2, -(-uses // USES_A_WEEK))
    today = timezone.localdate(at)
    monday = today - timedelta(days=today.weekday())
    with transaction.atomic(), connection.cursor() as cursor:
        rooms, pairs = _houses()
        values: dict[str, Any] = {
            "centres": [room.centre_id for room, _part in rooms],
            "spaces": [room.pk for room, _part in rooms],
            "parts": [part.pk for _room, part in rooms],
            "uses": uses,
            "weeks": weeks + 2,
            "first_day": monday - timedelta(weeks=weeks - min(WEEKS_AHEAD, weeks // 2)),
        }
        cursor.execute("SET LOCAL jit = off")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(UUID7)
        cursor.execute("ALTER TABLE venue_use DISABLE TRIGGER USER")  # the people fit by design
        for statement in USE_ROWS.split(";\n"):
            if statement.strip():
                cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE venue_use ENABLE TRIGGER USER")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return [*(room for room, _part in rooms), *pairs]


def _houses() -> tuple[list[tuple[Space, Part]], list[Space]]:
    """The rooms with their parts, and the spaces of two neighbouring rooms together."""
    rooms, pairs = [], []
    for number in range(1, HOUSES + 1):
        centre = Centre.objects.create(
            name=f"Zalenhuis {number}",
            slug=f"zalenhuis-{number}",
            street=f"Straat {number}",
            city="Zutphen",
            position=1_000 + number,
        )
        Building.objects.create(centre=centre, maximum_people=400)
        HireHours.objects.bulk_create(
            HireHours(centre=centre, weekday=day, opens=time(8), closes=time(23)) for day in Weekday
        )
        Equipment.objects.create(centre=centre, name="Beamer", stock=4)
        parts = [Part.objects.create(centre=centre, name=f"Deel {n}") for n in range(PARTS)]
        here = [(_space(centre, [part], n), part) for n, part in enumerate(parts)]
        rooms += here
        pairs += [_space(centre, parts[n : n + 2], PARTS + n) for n in range(0, PARTS - 1, 2)]
    return rooms, pairs


def _space(centre: Centre, parts: list[Part], position: int) -> Space:
    space = Space.objects.create(
        centre=centre,
        name=f"Zaal {position}",
        slug=f"zaal-{position}",
        position=position,
        step_free="yes" if position % 2 else "",
        before_minutes=15,
        after_minutes=15,
    )
    space.parts.set(parts)
    capacity = len(parts) * (8 + 5 * (position % PARTS))
    SpaceLayout.objects.create(space=space, layout=Layout.THEATRE, capacity=capacity)
    return space
