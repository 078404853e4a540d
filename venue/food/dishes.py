"""Dishes, their recipes and prices: what is written down stays, what changes is written down anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from uuid import UUID

from babel.numbers import format_decimal
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lokaal.look.formats import locale
from lokaal.people.models import Person
from venue.exceptions import CannotBeOrdered
from venue.models import (
    Dish,
    DishPrice,
    Ingredient,
    Measure,
    RecipeIngredient,
    RecipeVersion,
)

#: In which smallest measure the others are counted, and how many of it they are.
SMALLEST = {
    Measure.GRAM: (Measure.GRAM, 1),
    Measure.KILOGRAM: (Measure.GRAM, 1000),
    Measure.MILLILITRE: (Measure.MILLILITRE, 1),
    Measure.LITRE: (Measure.MILLILITRE, 1000),
    Measure.TABLESPOON: (Measure.MILLILITRE, 15),
    Measure.TEASPOON: (Measure.MILLILITRE, 5),
    Measure.PIECE: (Measure.PIECE, 1),
}
#: From so many of the smallest on, the larger measure is read more easily.
LARGER = {Measure.GRAM: Measure.KILOGRAM, Measure.MILLILITRE: Measure.LITRE}
A_THOUSAND = 1000


@dataclass(frozen=True)
class Quantity:
    """How much of an ingredient, exactly, in one of the smallest measures (gram, millilitre, piece)."""

    amount: Fraction
    measure: Measure

    @property
    def text(self) -> str:
        """2,4 kg, 750 ml, 3 stuks. Never too little: rounded up to a gram, a millilitre, a tenth of a piece."""
        if self.measure == Measure.PIECE:
            number = Decimal(ceil(self.amount * 10)) / 10
            return _("%(number)s stuks") % {"number": _number(number)}
        whole = Decimal(ceil(self.amount))
        if whole < A_THOUSAND:
            return f"{_number(whole)} {self.measure}"
        return f"{_number(whole / A_THOUSAND)} {LARGER[self.measure]}"


@dataclass(frozen=True)
class Needed:
    """An ingredient of a day, with all quantities of it: those of one kind are one."""

    ingredient: Ingredient
    quantities: tuple[Quantity, ...]

    @property
    def text(self) -> str:
        return " + ".join(quantity.text for quantity in self.quantities)


@dataclass(frozen=True)
class Amount:
    """A line of a recipe that is being written."""

    ingredient: Ingredient
    quantity: Decimal
    measure: Measure


def needed_for(makes: Iterable[tuple[RecipeVersion, int]]) -> list[Needed]:
    """Add up the ingredients for so many of each recipe, by name. Exact: no rounding before the sum."""
    ingredients: dict[UUID, Ingredient] = {}
    amounts: dict[tuple[UUID, Measure], Fraction] = {}
    for version, count in makes:
        for row in version.ingredients.all():
            ingredients[row.ingredient_id] = row.ingredient
            measure, factor = SMALLEST[Measure(row.unit)]
            key = (row.ingredient_id, measure)
            amounts[key] = amounts.get(key, Fraction(0)) + (
                Fraction(row.quantity) * factor * count / version.portions
            )
    return [
        Needed(
            ingredient,
            tuple(
                Quantity(amounts[ingredient.pk, measure], measure)
                for measure in (Measure.GRAM, Measure.MILLILITRE, Measure.PIECE)
                if amounts.get((ingredient.pk, measure))
            ),
        )
        for ingredient in sorted(ingredients.values(), key=lambda one: one.name.casefold())
        if any(amounts.get((ingredient.pk, measure)) for measure in Measure)
    ]


def as_written(row: RecipeIngredient) -> str:
    """How much a recipe says, in the measure of the cook: 0,5 kg, 2 eetlepels."""
    number = _number(row.quantity.normalize())
    if row.unit == Measure.PIECE:
        return _("%(number)s stuks") % {"number": number}
    if row.unit == Measure.TABLESPOON:
        return _("%(number)s eetlepels") % {"number": number}
    if row.unit == Measure.TEASPOON:
        return _("%(number)s theelepels") % {"number": number}
    return f"{number} {row.unit}"


def write_recipe(
    dish: Dish, *, portions: int, amounts: Sequence[Amount], method: str, by: Person | None
) -> RecipeVersion:
    """Write down another version of a recipe; orders that were made keep the version they had.

    The same recipe again makes no new version. Two at once make two versions, the last one counts.
    """
    with transaction.atomic():
        locked = Dish.objects.select_for_update(no_key=True).get(pk=dish.pk)
        last = locked.versions.with_ingredients().first()
        if last and last.is_current and _says(last) == (portions, method, _lines(amounts)):
            return last
        locked.versions.filter(is_current=True).update(is_current=False)
        version = RecipeVersion.objects.create(
            dish=locked,
            number=(last.number if last else 0) + 1,
            portions=portions,
            method=method,
            made_by=by,
        )
        RecipeIngredient.objects.bulk_create(
            RecipeIngredient(
                version=version,
                ingredient=amount.ingredient,
                quantity=amount.quantity,
                unit=amount.measure,
                position=position,
            )
            for position, amount in enumerate(amounts)
        )
        touch(locked, by=by)
    return version


def set_price(dish: Dish, price_cents: int, *, since: date, by: Person | None) -> None:
    """Let a dish cost something from a day on (local date); what held before ends the day before.

    A price that begins later than `since` is replaced. Raises CannotBeOrdered for a day in the past: orders have used
    that price.
    """
    if since < timezone.localdate():
        raise CannotBeOrdered(_("Kies vandaag of een dag die nog komt."))
    with transaction.atomic():
        locked = Dish.objects.select_for_update(no_key=True).get(pk=dish.pk)
        locked.prices.filter(valid_from__gte=since).delete()
        locked.prices.filter(Q(valid_until=None) | Q(valid_until__gte=since)).update(
            valid_until=since - timedelta(days=1)
        )
        DishPrice.objects.create(dish=locked, price_cents=price_cents, valid_from=since)
        touch(locked, by=by)


def touch(dish: Dish, *, by: Person | None) -> None:
    """Record that something about a dish was changed, and by whom: it stands on the menu."""
    dish.changed_at, dish.changed_by = timezone.now(), by
    dish.save(update_fields=["changed_at", "changed_by"])


def _says(version: RecipeVersion) -> tuple[int, str, list[tuple[UUID, Decimal, str]]]:
    lines = [(row.ingredient_id, row.quantity, row.unit) for row in version.ingredients.all()]
    return version.portions, version.method, lines


def _lines(amounts: Sequence[Amount]) -> list[tuple[UUID, Decimal, str]]:
    return [(one.ingredient.pk, one.quantity, str(one.measure)) for one in amounts]


def _number(number: Decimal) -> str:
    return format_decimal(number, locale=locale())
