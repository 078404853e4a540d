"""Rooms and what happens in them, for tests: valid and as small as can be."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import factory

from lokaal import local_time
from tests.centres.factories import CentreFactory
from venue.models import Building, Equipment, Layout, Part, Space, SpaceLayout


class BuildingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Building

    centre = factory.SubFactory(CentreFactory)
    maximum_people = 120


class PartFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Part

    centre = factory.SubFactory(CentreFactory)
    name = factory.Sequence(lambda n: f"Deel {n}")


class SpaceFactory(factory.django.DjangoModelFactory):
    """A space of one part of its own, for 20 people in rows; `parts=[…]` gives it others."""

    class Meta:
        model = Space
        skip_postgeneration_save = True

    centre = factory.SubFactory(CentreFactory)
    name = factory.Sequence(lambda n: f"Zaal {n}")
    slug = factory.Sequence(lambda n: f"zaal-{n}")

    @factory.post_generation
    def parts(self, create: bool, given: list[Part] | None, **kwargs: Any) -> None:
        self.parts.set(given if given is not None else [PartFactory(centre=self.centre)])

    @factory.post_generation
    def capacity(self, create: bool, given: int | None, **kwargs: Any) -> None:
        if given != 0:
            SpaceLayoutFactory(space=self, capacity=given or 20)


class SpaceLayoutFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SpaceLayout

    space = factory.SubFactory(SpaceFactory, capacity=0)
    layout = Layout.THEATRE
    capacity = 20


class EquipmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Equipment

    centre = factory.SubFactory(CentreFactory)
    name = factory.Sequence(lambda n: f"Beamer {n}")
    stock = 1


def evening(days: int = 7, hour: int = 19, hours: int = 3) -> tuple[datetime, datetime]:
    """From `hour` on the local clock, some days from today, `hours` long (UTC)."""
    day = (datetime.now(UTC) + timedelta(days=days)).date()
    start = local_time.at(day, time(hour))
    return start, start + timedelta(hours=hours)
