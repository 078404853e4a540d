"""What the tests of organising share: a centre, its host, an organiser, and a fixed noon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine

from activities.models import Activity, Occurrence
from lokaal.centres.models import Centre
from lokaal.people.models import Person
from tests.activities.factories import (
    ActivityFactory,
    CentreFactory,
    OccurrenceFactory,
    PersonFactory,
)
from tests.activities.organising.pages import AMSTERDAM


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Tuesday 24 November 2026, twelve o'clock."""
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=AMSTERDAM), tick=False):
        yield


@pytest.fixture
def centre() -> Centre:
    return CentreFactory()


@pytest.fixture
def host(centre: Centre) -> Person:
    return PersonFactory(host_of=centre)


@pytest.fixture
def organiser() -> Person:
    return PersonFactory()


@pytest.fixture
def activity(centre: Centre, organiser: Person) -> Activity:
    made = ActivityFactory(centre=centre, title="Naaicafé", default_capacity=8)
    made.organisers.add(organiser)
    return made


@pytest.fixture
def occurrence(activity: Activity) -> Occurrence:
    return OccurrenceFactory(
        activity=activity,
        starts_at=datetime(2026, 12, 1, 13, 30, tzinfo=AMSTERDAM),
        ends_at=datetime(2026, 12, 1, 15, 30, tzinfo=AMSTERDAM),
        capacity=8,
    )
