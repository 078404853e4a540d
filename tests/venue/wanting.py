"""What tests ask of rooms: a hall that can be divided, and wishes that are valid but for what the test is about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import connection

from lokaal.centres.models import Centre
from lokaal.people.models import Person, Role
from tests.centres.factories import CentreFactory
from tests.people.factories import PersonFactory
from tests.venue.factories import (
    HirerFactory,
    PartFactory,
    SpaceFactory,
    TariffClassFactory,
    evening,
)
from venue.allocating import Wanted
from venue.models import Booking, BookingState, Space, UseKind


@dataclass
class Hall:
    """Two halves and the whole of a hall, in a house."""

    centre: Centre
    a: Space
    b: Space
    whole: Space


def hall(**centre: Any) -> Hall:
    centre = CentreFactory(**centre)
    a, b = PartFactory(centre=centre, name="A"), PartFactory(centre=centre, name="B")
    return Hall(
        centre,
        SpaceFactory(centre=centre, name="Zaal A", parts=[a], capacity=20),
        SpaceFactory(centre=centre, name="Zaal B", parts=[b], capacity=30),
        SpaceFactory(centre=centre, name="Grote zaal", parts=[a, b], capacity=60),
    )


def wanted(
    space: Space,
    *,
    title: str = "Koor",
    kind: UseKind = UseKind.BOOKING,
    days: int = 7,
    hour: int = 19,
    hours: int = 3,
    **changes: Any,
) -> Wanted:
    """A booking of a space for an evening; `days`, `hour` and `hours` are those of `evening`."""
    starts_at, ends_at = evening(days, hour, hours)
    times: dict[str, datetime] = {
        "starts_at": changes.pop("starts_at", starts_at),
        "ends_at": changes.pop("ends_at", ends_at),
    }
    return Wanted(space=space, kind=kind, title=title, **times, **changes)


def booking_at(house: Hall, state: BookingState = BookingState.CONFIRMED, **fields: Any) -> Booking:
    """A booking without dates, for what hangs dates on it."""
    return Booking.objects.create(
        reference=uuid4().hex[:12],
        hirer=HirerFactory(),
        centre=house.centre,
        state=state,
        purpose="Koor",
        tariff_class=TariffClassFactory(),
        **fields,
    )


def planner(**fields: Any) -> Person:
    """Somebody who plans the rooms of all houses."""
    return PersonFactory(role=Role.VENUE, **fields)


#: Pairs of rows that should never be there together, found without the constraint that keeps them apart.
OVERLAPS = """
SELECT count(*) FROM venue_allocation a JOIN venue_allocation b ON a.part_id = b.part_id AND a.id < b.id
WHERE a.blocking AND b.blocking
    AND lower(a.during) < upper(b.during) AND lower(b.during) < upper(a.during)
    AND (lower(a.kind) IS NULL OR lower(b.kind) IS NULL OR a.use_id = b.use_id)
"""
#: Uses whose rows do not say what the use says.
ASTRAY = """
SELECT count(*) FROM venue_use u WHERE EXISTS (
    SELECT FROM venue_allocation a WHERE a.use_id = u.id AND a.blocking <> (u.hold IN ('firm', 'option'))
) OR (SELECT count(*) FROM venue_allocation a WHERE a.use_id = u.id AND lower(a.kind) IS NULL
        AND lower(a.during) = u.starts_at AND upper(a.during) = u.ends_at)
    < (SELECT count(*) FROM venue_space_parts p WHERE p.space_id = u.space_id)
"""


def count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])
