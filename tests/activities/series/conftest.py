"""What the tests of series share: a fixed noon, a house with a room, an activity in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine

from activities.models import Activity
from lokaal.centres.models import Centre
from lokaal.people.models import Person
from tests.activities.factories import ActivityFactory, CentreFactory, PersonFactory
from tests.activities.series.rules import AMSTERDAM
from tests.venue.factories import SpaceFactory
from venue.models import Space


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Tuesday 24 November 2026, twelve o'clock."""
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=AMSTERDAM), tick=False):
        yield


@pytest.fixture
def centre() -> Centre:
    return CentreFactory()


@pytest.fixture
def space(centre: Centre) -> Space:
    return SpaceFactory(centre=centre, name="Atelier")


@pytest.fixture
def organiser() -> Person:
    return PersonFactory(name="Sahra")


@pytest.fixture
def activity(centre: Centre, organiser: Person) -> Activity:
    made = ActivityFactory(centre=centre, title="Naaicafé", default_capacity=8)
    made.organisers.add(organiser)
    return made
