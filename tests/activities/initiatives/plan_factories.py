"""Rows for the tests of plans, try-outs and the small pot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import factory
import pytest
from factory.django import DjangoModelFactory

from activities.models import (
    GrantMaximum,
    Plan,
    PlanStep,
    PlanTemplate,
    Pot,
    Showing,
    Support,
    TemplateStep,
    Wish,
    WishState,
)
from lokaal.centres.models import Centre
from lokaal.exceptions import Refusal
from tests.activities.factories import CentreFactory, PersonFactory

START_OF_2026 = date(2026, 1, 1)


class PlannedWishFactory(DjangoModelFactory):
    """A wish of somebody with an account, with a coach, that everybody may read, in the phase of its plan."""

    class Meta:
        model = Wish

    text = "Samen zingen op zondag."
    centre = factory.SubFactory(CentreFactory)
    person = factory.SubFactory(PersonFactory)
    name = factory.SelfAttribute("person.name")
    email = factory.SelfAttribute("person.email")
    coach = factory.SubFactory(PersonFactory)
    state = WishState.PLANNING
    showing = Showing.SHOWN


class SupportFactory(DjangoModelFactory):
    """Somebody who comes, without an account."""

    class Meta:
        model = Support

    wish = factory.SubFactory(PlannedWishFactory)
    name = factory.Sequence(lambda n: f"Buur {n}")
    email = factory.Sequence(lambda n: f"buur{n}@voorbeeld.nl")
    code = factory.Sequence(lambda n: f"{n + 30_000_000:08d}")


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = Plan

    wish = factory.SubFactory(PlannedWishFactory)


class PlanStepFactory(DjangoModelFactory):
    class Meta:
        model = PlanStep

    plan = factory.SubFactory(PlanFactory)
    title = "Vraag wie er helpt"


class PlanTemplateFactory(DjangoModelFactory):
    class Meta:
        model = PlanTemplate

    name = factory.Sequence(lambda n: f"Samen eten {n}")


class TemplateStepFactory(DjangoModelFactory):
    class Meta:
        model = TemplateStep

    template = factory.SubFactory(PlanTemplateFactory)
    title = "Vraag de keuken"


class PotFactory(DjangoModelFactory):
    """Two hundred euro for 2026."""

    class Meta:
        model = Pot

    centre = factory.SubFactory(CentreFactory)
    year = 2026
    budget_cents = 200_00


def maximum(cents: int = 250_00, since: date = START_OF_2026) -> GrantMaximum:
    return GrantMaximum.objects.create(most_cents=cents, valid_from=since)


def house_of(wish: Wish) -> Centre:
    """The house of a wish that has one."""
    assert wish.centre is not None
    return wish.centre


def plain(text: object) -> str:
    """A sentence with ordinary spaces: amounts have one that does not break."""
    return str(text).replace("\xa0", " ")


@contextmanager
def refuses(kind: type[Refusal], sentence: str) -> Iterator[None]:
    """What happens within is refused with this sentence."""
    with pytest.raises(kind) as refused:
        yield
    assert plain(refused.value) == sentence
