"""A row of every kind around ideas that stands in /beheer/, as bare as can be: thirty of them are made in a test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Model
from django.utils import timezone

from activities.models import (
    Choice,
    Grant,
    GrantMaximum,
    GrantState,
    Helper,
    Lesson,
    LookBack,
    NeighbourhoodTable,
    Plan,
    PlanNote,
    PlanStep,
    PlanTemplate,
    Pot,
    Reaction,
    Readers,
    Reflection,
    Spending,
    TableItem,
    TemplateStep,
)
from tests.activities.factories import ActivityFactory
from tests.activities.initiatives.look_back_factories import (
    LessonFactory,
    LookBackFactory,
    ReflectionFactory,
    TableFactory,
    TableItemFactory,
)
from tests.activities.initiatives.plan_factories import (
    PlanFactory,
    PlannedWishFactory,
    PlanStepFactory,
    PlanTemplateFactory,
    PotFactory,
    SupportFactory,
    TemplateStepFactory,
    house_of,
)


def asked() -> Grant:
    wish = PlannedWishFactory()
    return Grant.objects.create(
        centre=house_of(wish), wish=wish, amount_cents=10_00, purpose="Muziek."
    )


def bought() -> Spending:
    wish = PlannedWishFactory()
    centre = house_of(wish)
    grant = Grant.objects.create(
        centre=centre,
        pot=PotFactory(centre=centre, granted_cents=10_00),
        wish=wish,
        state=GrantState.GRANTED,
        amount_cents=10_00,
        purpose="Muziek.",
        decided_at=timezone.now(),
    )
    return Spending.objects.create(
        grant=grant, amount_cents=4_00, what="Liedboekjes", spent_on=date(2026, 11, 20)
    )


def asked_to_help(number: int) -> Helper:
    return Helper.objects.create(
        activity=ActivityFactory(),
        support=SupportFactory(),
        name="Emine",
        code=f"{number + 40_000_000}",
    )


def table_item() -> TableItem:
    return TableItemFactory(
        wish=PlannedWishFactory(), look_back=LookBackFactory(), grant=asked(), subject=""
    )


INITIATIVE_ROWS: dict[type[Model], Callable[[int], Model]] = {
    LookBack: lambda number: LookBackFactory(kept=True),
    Lesson: lambda number: LessonFactory(),
    Reflection: lambda number: ReflectionFactory(readers=Readers.HOUSE),
    Reaction: lambda number: Reaction.objects.create(
        look_back=LookBackFactory(),
        choice=Choice.AGAIN,
        answered_at=timezone.now(),
        readers=Readers.HOUSE,
    ),
    NeighbourhoodTable: lambda number: TableFactory(),
    TableItem: lambda number: table_item(),
    PlanTemplate: lambda number: PlanTemplateFactory(),
    TemplateStep: lambda number: TemplateStepFactory(),
    Plan: lambda number: PlanFactory(),
    PlanStep: lambda number: PlanStepFactory(),
    PlanNote: lambda number: PlanNote.objects.create(plan=PlanFactory(), text="Ik bel Karin."),
    Helper: asked_to_help,
    GrantMaximum: lambda number: GrantMaximum.objects.create(
        most_cents=250_00,
        valid_from=date(2000 + number, 1, 1),
        valid_until=date(2000 + number, 12, 31),
    ),
    Pot: lambda number: PotFactory(),
    Grant: lambda number: asked(),
    Spending: lambda number: bought(),
}
