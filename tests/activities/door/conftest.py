"""At the door of Waterkracht at noon, with somebody who keeps its lists."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from activities.models import Tablet
from lokaal.centres.models import Centre
from lokaal.people.models import Person
from tests.activities.factories import CentreFactory, PersonFactory


@pytest.fixture
def house(settings: Any) -> Centre:
    settings.DEMO = True  # no second factor is asked
    return CentreFactory(name="Waterkracht", slug="wk", mark="p-wk")


@pytest.fixture
def host(house: Centre) -> Person:
    return PersonFactory(name="Nermin Aksoy", host_of=house)


@pytest.fixture
def client(host: Person) -> Client:
    """The browser of the host."""
    return signed_in_as(host)


@pytest.fixture
def tablet(house: Centre, host: Person) -> Tablet:
    from activities.door import tablets

    return tablets.make(house, by=host)


def signed_in_as(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client
