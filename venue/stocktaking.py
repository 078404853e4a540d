"""How many things, and how many people in a house, are promised from now on: less than that cannot be written down."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from venue.exceptions import NotNow
from venue.models import Building, Equipment
from venue.turns import take_turn_of


def most_promised(equipment: Equipment) -> int:
    """The most of a counted kind of equipment that is in use at one moment, now or later."""
    return _peak(
        "SELECT venue_equipment_peak(%s, tstzrange(%s, 'infinity'), '{}', %s)", equipment.pk
    )


def most_people(building: Building) -> int:
    """The most people who will be in a house at one moment, now or later, staff counted."""
    return _peak("SELECT venue_people_peak(%s, tstzrange(%s, 'infinity'), '{}', %s)", building.pk)


def check_stock(equipment: Equipment, stock: int) -> None:
    """Raise NotNow when more is promised than there would be. Inside a transaction that writes the stock."""
    take_turn_of([equipment.centre_id])
    promised = most_promised(equipment)
    if equipment.part_id is None and stock < promised:
        raise NotNow(
            _("Er zijn er al %(promised)d toegezegd. Minder kan nu niet.") % {"promised": promised}
        )


def check_maximum(building: Building, maximum: int) -> None:
    """Raise NotNow when more people are expected than might be in. Inside a transaction that writes the maximum."""
    take_turn_of([building.pk])
    expected = most_people(building)
    if maximum < expected:
        raise NotNow(
            _("Er komen al %(expected)d mensen tegelijk. Minder kan nu niet.")
            % {"expected": expected}
        )


def _peak(sql: str, key: UUID) -> int:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(sql, [key, now, now])
        return int(cursor.fetchone()[0])
