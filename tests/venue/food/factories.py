"""The kitchen for tests: valid and as small as can be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import factory
from django.db.models import Model
from django.utils import timezone

from lokaal import local_time
from lokaal.centres.models import Centre, Fact
from tests.centres.factories import CentreFactory
from venue.models import (
    Allergen,
    CateringOrder,
    CateringTerms,
    CheckPoint,
    Course,
    Dish,
    DishPrice,
    DishTranslation,
    FoodSafetyLimit,
    Ingredient,
    IngredientAllergen,
    KitchenRule,
    KitchenSlot,
    LogCorrection,
    LogEntry,
    LogKind,
    MealGuest,
    Measure,
    Need,
    OrderEvent,
    OrderFact,
    OrderKind,
    OrderLine,
    OrderNeed,
    RecipeIngredient,
    RecipeVersion,
    Remedy,
    Trace,
    VatCode,
)


def in_days(days: int, hour: int = 12, minute: int = 0) -> datetime:
    """A moment on the local clock, some days from today (UTC)."""
    return local_time.at(timezone.localdate() + timedelta(days=days), time(hour, minute))


class IngredientFactory(factory.django.DjangoModelFactory[Ingredient]):
    """A checked ingredient that everybody may eat. `contains=[…]`, `may=[…]`; trait `unchecked`."""

    class Meta:
        model = Ingredient
        skip_postgeneration_save = True

    class Params:
        unchecked = factory.Trait(checked_at=None, is_vegetarian="", is_vegan="", is_halal="")

    name = factory.Sequence(lambda n: f"Ingrediënt {n}")
    is_vegetarian = Fact.YES
    is_vegan = Fact.YES
    is_halal = Fact.YES
    checked_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def contains(self: Ingredient, create: bool, given: Any, **kwargs: Any) -> None:
        for allergen in given or ():
            IngredientAllergen.objects.create(
                ingredient=self, allergen=allergen, trace=Trace.CONTAINS
            )

    @factory.post_generation
    def may(self: Ingredient, create: bool, given: Any, **kwargs: Any) -> None:
        for allergen in given or ():
            IngredientAllergen.objects.create(
                ingredient=self, allergen=allergen, trace=Trace.MAY_CONTAIN
            )


class VatCodeFactory(factory.django.DjangoModelFactory[VatCode]):
    class Meta:
        model = VatCode
        django_get_or_create = ("code",)

    code = "eten"
    name = "Eten en drinken"


class DishFactory(factory.django.DjangoModelFactory[Dish]):
    """On the card, € 3, to order at once. `centres=[…]`, `price=None` for none, `recipe=[(ingredient, "1", "kg")]`."""

    class Meta:
        model = Dish
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Soep {n}")
    course = Course.SOUP
    vat_code = factory.SubFactory(VatCodeFactory)

    @factory.post_generation
    def centres(self: Dish, create: bool, given: Any, **kwargs: Any) -> None:
        self.centres.set(given or [])

    @factory.post_generation
    def price(self: Dish, create: bool, given: Any, **kwargs: Any) -> None:
        if given is None and "price" not in kwargs:
            given = 300
        if given:
            DishPrice.objects.create(dish=self, price_cents=given, valid_from=date(2020, 1, 1))

    @factory.post_generation
    def recipe(self: Dish, create: bool, given: Any, **kwargs: Any) -> None:
        if given:
            recipe_of(self, given, portions=kwargs.get("portions", 1))


def recipe_of(
    dish: Dish, rows: list[tuple[Ingredient, str, Measure]], *, portions: int = 1
) -> RecipeVersion:
    version = RecipeVersion.objects.create(
        dish=dish, number=dish.versions.count() + 1, portions=portions
    )
    for position, (ingredient, quantity, unit) in enumerate(rows):
        RecipeIngredient.objects.create(
            version=version,
            ingredient=ingredient,
            quantity=Decimal(quantity),
            unit=unit,
            position=position,
        )
    return version


def kitchen(capacity: int = 60, **fields: Any) -> Centre:
    """A centre whose kitchen works every day from 8 to 20, in blocks of half an hour. No hours: always open."""
    centre = fields.pop("centre", None) or CentreFactory()
    for weekday in range(1, 8):
        KitchenRule.objects.create(
            centre=centre,
            weekday=weekday,
            starts=time(8),
            ends=time(20),
            capacity=capacity,
            valid_from=date(2020, 1, 1),
            **fields,
        )
    return centre


def terms(**fields: Any) -> CateringTerms:
    """The terms of the house from 2020 on, in place of those that a house begins with."""
    CateringTerms.objects.all().delete()
    said = {"final_count_hours": 24, "cancel_hours": 2, "valid_from": date(2020, 1, 1)}
    return CateringTerms.objects.create(**said | fields)


def limits() -> None:
    """The limits that a house begins with, also where a test emptied the tables."""
    for kind, lowest, highest, within in [
        (LogKind.FRIDGE, None, 7, None),
        (LogKind.FREEZER, None, -18, None),
        (LogKind.ARRIVAL_COOL, None, 7, None),
        (LogKind.ARRIVAL_FROZEN, None, -15, None),
        (LogKind.CORE, 75, None, None),
        (LogKind.HOT_HOLDING, 60, None, None),
        (LogKind.COOLED, None, 7, 300),
    ]:
        FoodSafetyLimit.objects.get_or_create(
            kind=kind,
            defaults={
                "lowest": lowest,
                "highest": highest,
                "within_minutes": within,
                "valid_from": date(2020, 1, 1),
            },
        )


class CheckPointFactory(factory.django.DjangoModelFactory[CheckPoint]):
    class Meta:
        model = CheckPoint

    centre = factory.SubFactory(CentreFactory)
    kind = LogKind.FRIDGE
    name = factory.Sequence(lambda n: f"Koelkast {n}")


#: Every allergen, for tests that go through them all.
FOURTEEN = list(Allergen)


def order_row(number: int) -> CateringOrder:
    """An order as a bare row, for lists."""
    return CateringOrder.objects.create(
        kind=OrderKind.PICK_UP,
        centre=CentreFactory(),
        serving_at=in_days(1),
        name=f"Gerda {number}",
        code=f"{number:08d}",
        secret_hash=f"{number:064d}",
    )


def meal_row(number: int) -> CateringOrder:
    return CateringOrder.objects.create(
        kind=OrderKind.MEAL,
        centre=CentreFactory(),
        title="Buurtmaaltijd",
        serving_at=in_days(1),
        places=9,
        code=f"9{number:07d}",
        secret_hash=f"9{number:063d}",
    )


def log_row(number: int) -> LogEntry:
    """A fridge that was measured, and too warm when `number` is odd."""
    return LogEntry.objects.create(
        centre=CentreFactory(),
        kind=LogKind.FRIDGE,
        point=CheckPointFactory(),
        celsius=4 if number % 2 == 0 else 9,
        is_within=number % 2 == 0,
        signed_name="Lucia Martina",
    )


def recipe_row(number: int) -> RecipeVersion:
    return recipe_of(DishFactory(), [(IngredientFactory(), "1", Measure.KILOGRAM)])


def allergen_row(number: int) -> IngredientAllergen:
    return IngredientFactory(contains=[Allergen.MILK]).allergens.get()


def line_row(number: int) -> OrderLine:
    dish = DishFactory()
    return OrderLine.objects.create(
        order=order_row(number), dish=dish, count=2, unit_price_cents=300, vat_code=dish.vat_code
    )


#: A row of everything of the kitchen that stands in /beheer/.
ADMIN_ROWS: dict[type[Model], Callable[[int], Model]] = {
    Dish: lambda number: DishFactory(),
    Ingredient: lambda number: IngredientFactory(),
    CateringOrder: order_row,
    MealGuest: lambda number: MealGuest.objects.create(
        order=meal_row(number), name="Fatma", code=f"8{number:07d}", secret_hash=f"8{number:063d}"
    ),
    KitchenRule: lambda number: KitchenRule.objects.create(
        centre=CentreFactory(), weekday=1, starts=time(9), ends=time(12), capacity=9
    ),
    KitchenSlot: lambda number: KitchenSlot.objects.create(
        centre=CentreFactory(), starts_at=in_days(1, 9), ends_at=in_days(1, 10), capacity=9
    ),
    CateringTerms: lambda number: CateringTerms.objects.create(
        final_count_hours=1,
        cancel_hours=1,
        valid_from=date(1990 + number, 1, 1),
        valid_until=date(1990 + number, 6, 1),
    ),
    CheckPoint: lambda number: CheckPointFactory(),
    FoodSafetyLimit: lambda number: FoodSafetyLimit.objects.create(
        kind=LogKind.FRIDGE,
        highest=7,
        valid_from=date(1990 + number, 1, 1),
        valid_until=date(1990 + number, 6, 1),
    ),
    LogEntry: log_row,
    LogCorrection: lambda number: LogCorrection.objects.create(
        entry=log_row(1), remedy=Remedy.ADJUSTED, signed_name="Lucia Martina"
    ),
    DishPrice: lambda number: DishFactory().prices.get(),
    DishTranslation: lambda number: DishTranslation.objects.create(
        dish=DishFactory(), language="en", name="Soup"
    ),
    RecipeVersion: recipe_row,
    RecipeIngredient: lambda number: recipe_row(number).ingredients.get(),
    IngredientAllergen: allergen_row,
    OrderLine: line_row,
    OrderNeed: lambda number: OrderNeed.objects.create(
        order=order_row(number), need=Need.NO_GLUTEN, count=1
    ),
    OrderEvent: lambda number: OrderEvent.objects.create(
        order=order_row(number), fact=OrderFact.ORDERED
    ),
}
