"""The sheet of a kitchen for a day: what, when, for whom, how much of everything, and what to watch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lokaal.centres.models import Centre
from lokaal.local_time import day_starts_at
from venue.food.allergens import DishFacts, Matrix, Row, facts_of
from venue.food.dishes import Needed, needed_for
from venue.models import (
    CateringOrder,
    Dish,
    Need,
    OrderKind,
    OrderLine,
    OrderState,
    RecipeVersion,
)


@dataclass(frozen=True)
class SheetLine:
    """A dish of an order: how many to make, and what is known of it."""

    line: OrderLine
    count: int
    facts: DishFacts


@dataclass(frozen=True)
class SheetNeed:
    """How many people of an order have a need, and which of its dishes they leave alone, or have to be asked about."""

    need: Need
    count: int
    unfit: tuple[Dish, ...] = ()
    unsure: tuple[Dish, ...] = ()

    @property
    def label(self) -> str:
        return capfirst(str(self.need.label))


@dataclass(frozen=True)
class SheetOrder:
    """An order as the kitchen works on it."""

    order: CateringOrder
    lines: list[SheetLine]
    needs: list[SheetNeed]

    @property
    def place(self) -> str:
        """Where it goes: the room, the counter, the table."""
        if self.order.use:
            return self.order.use.space.name
        return _("Ophalen") if self.order.kind == OrderKind.PICK_UP else _("Aan tafel")

    @property
    def heads(self) -> int:
        return self.order.heads

    @property
    def is_waiting(self) -> bool:
        return self.order.state == OrderState.ASKED


@dataclass(frozen=True)
class DishTotal:
    """How many of one dish the whole day asks."""

    dish: Dish
    count: int
    facts: DishFacts


@dataclass(frozen=True)
class DaySheet:
    """All orders of a day at one kitchen that were not called off, and what they need together."""

    centre: Centre
    day: date
    orders: list[SheetOrder] = field(default_factory=list)
    dishes: list[DishTotal] = field(default_factory=list)
    ingredients: list[Needed] = field(default_factory=list)
    without_recipe: list[Dish] = field(default_factory=list)
    needs: list[SheetNeed] = field(default_factory=list)
    matrix: Matrix = field(default_factory=Matrix)

    @property
    def heads(self) -> int:
        return sum(one.heads for one in self.orders)

    @property
    def to_do(self) -> list[SheetOrder]:
        return [one for one in self.orders if one.order.is_live]

    @property
    def done(self) -> list[SheetOrder]:
        return [one for one in self.orders if not one.order.is_live]


def day_sheets(centres: Iterable[Centre], first: date, days: int = 1) -> list[DaySheet]:
    """The sheets of some kitchens for some days, by day then as the centres are given. A fixed number of queries."""
    places = list(centres)
    start, end = day_starts_at(first), day_starts_at(first + timedelta(days=days))
    rows = (
        CateringOrder.objects.not_cancelled()
        .filter(centre__in=places)
        .served_between(start, end)
        .with_recipes()
    )
    by_place: dict[tuple[date, UUID], list[CateringOrder]] = {}
    for order in rows:
        by_place.setdefault((timezone.localdate(order.serving_at), order.centre_id), []).append(
            order
        )
    return [
        sheet_of(centre, day, by_place.get((day, centre.pk), []))
        for day in (first + timedelta(days=number) for number in range(days))
        for centre in places
    ]


def sheet_of(centre: Centre, day: date, orders: list[CateringOrder]) -> DaySheet:
    """Write the sheet of orders that were loaded `with_recipes()`."""
    facts: dict[UUID | None, DishFacts] = {}
    sheet_orders = [_order(order, facts) for order in orders]
    lines = [line for one in sheet_orders for line in one.lines if line.count]
    totals = _totals(lines)
    return DaySheet(
        centre=centre,
        day=day,
        orders=sheet_orders,
        dishes=totals,
        ingredients=needed_for(_makes(lines)),
        without_recipe=[total.dish for total in totals if _has_no_recipe(total, lines)],
        needs=_all_needs(sheet_orders),
        matrix=Matrix([Row(total.dish, total.facts) for total in totals]),
    )


def _order(order: CateringOrder, known: dict[UUID | None, DishFacts]) -> SheetOrder:
    lines = [
        SheetLine(line, line.to_make, _facts(line.recipe, known)) for line in order.lines.all()
    ]
    needs = [_need(Need(row.need), row.count, lines) for row in order.needs.all()]
    return SheetOrder(order, lines, sorted(needs, key=lambda one: list(Need).index(one.need)))


def _facts(recipe: RecipeVersion | None, known: dict[UUID | None, DishFacts]) -> DishFacts:
    key = recipe.pk if recipe else None
    if key not in known:
        known[key] = facts_of(recipe)
    return known[key]


def _need(need: Need, count: int, lines: Iterable[SheetLine]) -> SheetNeed:
    verdicts = [(line.line.dish, line.facts.suits(need)) for line in lines]
    return SheetNeed(
        need,
        count,
        unfit=tuple(dish for dish, suits in verdicts if suits is False),
        unsure=tuple(dish for dish, suits in verdicts if suits is None and need != Need.OTHER),
    )


def _totals(lines: Iterable[SheetLine]) -> list[DishTotal]:
    """How many of each dish; the same dish by another recipe is another row, for it may hold something else."""
    found: dict[tuple[UUID, UUID | None], DishTotal] = {}
    for one in lines:
        key = (one.line.dish_id, one.line.recipe_id)
        before = found[key].count if key in found else 0
        found[key] = DishTotal(one.line.dish, before + one.count, one.facts)
    return sorted(found.values(), key=lambda one: (one.dish.position, one.dish.name.casefold()))


def _makes(lines: Iterable[SheetLine]) -> list[tuple[RecipeVersion, int]]:
    return [(one.line.recipe, one.count) for one in lines if one.line.recipe]


def _has_no_recipe(total: DishTotal, lines: Iterable[SheetLine]) -> bool:
    return any(
        one.line.dish_id == total.dish.pk and one.facts is total.facts and not one.line.recipe
        for one in lines
    )


def _all_needs(orders: Iterable[SheetOrder]) -> list[SheetNeed]:
    counts: dict[Need, int] = {}
    for one in orders:
        for need in one.needs:
            counts[need.need] = counts.get(need.need, 0) + need.count
    return [SheetNeed(need, counts[need]) for need in Need if need in counts]
