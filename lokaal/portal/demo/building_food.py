"""Building the made-up kitchen: its ingredients, dishes, hours and log. Again adds nothing that is there."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from lokaal.centres.models import Centre
from lokaal.people.models import Person
from lokaal.portal.demo.building_rooms import SINCE
from lokaal.portal.demo.food import (
    CHECK_POINTS,
    DISHES,
    INGREDIENTS,
    KITCHEN_CENTRE,
    KITCHEN_HOURS,
    DishPlan,
)
from venue.food.dishes import Amount, write_recipe
from venue.models import (
    CheckPoint,
    Dish,
    DishPrice,
    DishTranslation,
    Ingredient,
    IngredientAllergen,
    KitchenRule,
    VatCode,
)


def build(centres: dict[str, Centre], *, cook: Person) -> dict[str, Dish]:
    """Make the kitchen when it is not there yet, and return its dishes by name."""
    if not KitchenRule.objects.exists():
        _rules(centres[KITCHEN_CENTRE])
    if not Ingredient.objects.exists():
        _ingredients(cook)
    for position, plan in enumerate(DISHES):
        if not Dish.objects.filter(name=plan.name).exists():
            _dish(plan, position, list(centres.values()), cook)
    return {dish.name: dish for dish in Dish.objects.all()}


def _rules(centre: Centre) -> None:
    KitchenRule.objects.bulk_create(
        KitchenRule(
            centre=centre,
            weekday=day,
            starts=starts,
            ends=ends,
            slot_minutes=minutes,
            capacity=capacity,
            valid_from=SINCE,
        )
        for day, starts, ends, minutes, capacity in KITCHEN_HOURS
    )
    CheckPoint.objects.bulk_create(
        CheckPoint(centre=centre, kind=kind, name=name, how_often=often, position=position)
        for position, (kind, name, often) in enumerate(CHECK_POINTS)
    )


def _ingredients(cook: Person) -> None:
    for plan in INGREDIENTS:
        ingredient = Ingredient.objects.create(
            name=plan.name,
            is_vegetarian=plan.is_vegetarian,
            is_vegan=plan.is_vegan,
            is_halal=plan.is_halal,
            checked_at=timezone.now() if plan.is_checked else None,
            checked_by=cook if plan.is_checked else None,
        )
        IngredientAllergen.objects.bulk_create(
            IngredientAllergen(
                ingredient=ingredient, allergen=allergen, trace=trace, detail=plan.detail
            )
            for allergen, trace in plan.allergens.items()
        )


def _dish(plan: DishPlan, position: int, centres: list[Centre], cook: Person) -> None:
    dish = Dish.objects.create(
        name=plan.name,
        description=plan.description,
        course=plan.course,
        vat_code=VatCode.objects.get(code=plan.vat_code),
        lead_hours=plan.lead_hours,
        minimum_count=plan.minimum_count,
        maximum_count=plan.maximum_count,
        kitchen_portions=plan.kitchen_portions,
        is_for_lunch=plan.is_for_lunch,
        position=position,
    )
    dish.centres.set(centres)
    DishPrice.objects.create(dish=dish, price_cents=plan.price_cents, valid_from=SINCE)
    DishTranslation.objects.create(
        dish=dish, language="en", name=plan.english, description=plan.english_description
    )
    write_recipe(
        dish,
        portions=plan.recipe_for,
        amounts=[
            Amount(Ingredient.objects.get(name=name), Decimal(quantity), measure)
            for name, quantity, measure in plan.recipe
        ],
        method="",
        by=cook,
    )
