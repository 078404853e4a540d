"""Rows for the tests of looking back, lessons and the neighbourhood table."""

from __future__ import annotations

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from activities.models import (
    Lesson,
    LookBack,
    Matter,
    NeighbourhoodTable,
    Outcome,
    Readers,
    Reflection,
    Showing,
    TableItem,
    WishState,
)
from tests.activities.factories import ActivityFactory, CentreFactory, PersonFactory
from tests.activities.initiatives.plan_factories import PlannedWishFactory


class TriedWishFactory(PlannedWishFactory):
    """A wish that is being tried with an activity of its house."""

    state = WishState.TRYING
    activity = factory.SubFactory(ActivityFactory, centre=factory.SelfAttribute("..centre"))


class LookBackFactory(DjangoModelFactory):
    """A look back at an activity that ran without a wish. Traits: `kept`, `stopped`, decided today."""

    class Meta:
        model = LookBack

    class Params:
        decided = factory.Trait(
            reason="Er kwamen veel mensen.",
            decided_at=factory.LazyFunction(timezone.now),
        )
        kept = factory.Trait(decided=True, outcome=Outcome.KEPT)
        stopped = factory.Trait(decided=True, outcome=Outcome.STOPPED)

    activity = factory.SubFactory(ActivityFactory)
    centre = factory.SelfAttribute("activity.centre")
    title = factory.SelfAttribute("activity.title")
    summary = factory.SelfAttribute("activity.summary")


class ReflectionFactory(DjangoModelFactory):
    class Meta:
        model = Reflection

    look_back = factory.SubFactory(LookBackFactory)
    person = factory.SubFactory(PersonFactory)
    happened = "Er kwamen steeds meer mensen."


class LessonFactory(DjangoModelFactory):
    """A lesson that everybody may read. Trait: `waiting`."""

    class Meta:
        model = Lesson

    class Params:
        waiting = factory.Trait(showing=Showing.WAITING)

    look_back = factory.SubFactory(LookBackFactory, kept=True)
    person = factory.SubFactory(PersonFactory)
    matter = Matter.ROOM
    text = "Neem de grote zaal."
    readers = Readers.EVERYONE
    showing = Showing.SHOWN


class TableFactory(DjangoModelFactory):
    """A table of today, with an empty list."""

    class Meta:
        model = NeighbourhoodTable

    centre = factory.SubFactory(CentreFactory)
    held_on = factory.LazyFunction(timezone.localdate)


class TableItemFactory(DjangoModelFactory):
    class Meta:
        model = TableItem

    table = factory.SubFactory(TableFactory)
    subject = factory.Sequence(lambda n: f"Onderwerp {n}")
    position = factory.Sequence(lambda n: n + 1)
