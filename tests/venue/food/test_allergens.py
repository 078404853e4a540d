"""What is in a dish: derived from its ingredients; not checked is something else than none."""

from __future__ import annotations

import pytest

from lokaal.centres.models import Fact
from lokaal.people.models import Role
from tests.people.factories import PersonFactory
from tests.venue.food.factories import FOURTEEN, DishFactory, IngredientFactory, recipe_of
from venue.food import allergens
from venue.food.allergens import Presence
from venue.models import Allergen, Dish, IngredientAllergen, Measure, Need, Trace

pytestmark = pytest.mark.django_db


def dish_of(*ingredients):
    return DishFactory(recipe=[(one, "1", Measure.GRAM) for one in ingredients])


def presence(dish) -> dict[Allergen, Presence]:
    return {cell.allergen: cell.presence for cell in allergens.facts_of_dish(dish).cells}


def test_there_are_fourteen_in_the_order_of_the_regulation():
    assert [str(one) for one in Allergen] == [
        "gluten",
        "crustaceans",
        "egg",
        "fish",
        "peanut",
        "soy",
        "milk",
        "nuts",
        "celery",
        "mustard",
        "sesame",
        "sulphite",
        "lupin",
        "molluscs",
    ]


def test_dish_contains_what_any_ingredient_contains():
    flour = IngredientFactory(contains=[Allergen.GLUTEN], may=[Allergen.SESAME])
    tahini = IngredientFactory(contains=[Allergen.SESAME])
    found = presence(dish_of(flour, tahini, IngredientFactory()))
    assert found.pop(Allergen.GLUTEN) == Presence.CONTAINS
    assert found.pop(Allergen.SESAME) == Presence.CONTAINS
    assert set(found.values()) == {Presence.NONE}


def test_may_contain_stays_apart():
    facts = allergens.facts_of_dish(dish_of(IngredientFactory(may=[Allergen.NUTS])))
    assert [cell.allergen for cell in facts.may_contain] == [Allergen.NUTS]
    assert (facts.contains, facts.is_checked, facts.has_none) == ([], True, False)


def test_one_unchecked_ingredient_makes_the_dish_not_checked():
    spice = IngredientFactory(unchecked=True)
    dish = dish_of(IngredientFactory(contains=[Allergen.MILK]), spice)
    facts = allergens.facts_of_dish(dish)
    found = presence(dish)
    assert found.pop(Allergen.MILK) == Presence.CONTAINS
    assert set(found.values()) == {Presence.NOT_CHECKED}
    assert (facts.is_checked, facts.unchecked, facts.has_none) == (False, (spice,), False)


def test_dish_without_a_recipe_is_not_checked():
    facts = allergens.facts_of_dish(DishFactory())
    assert not facts.is_checked
    assert {cell.presence for cell in facts.cells} == {Presence.NOT_CHECKED}
    assert len(facts.cells) == 14


def test_checked_dish_with_nothing_says_none_of_the_fourteen():
    facts = allergens.facts_of_dish(dish_of(IngredientFactory(), IngredientFactory()))
    assert (facts.has_none, [cell.mark for cell in facts.cells]) == (True, ["–"] * 14)


@pytest.mark.parametrize("allergen", FOURTEEN)
def test_every_allergen_is_carried_to_the_dish(allergen):
    found = presence(dish_of(IngredientFactory(contains=[allergen])))
    assert [one for one in FOURTEEN if found[one] == Presence.CONTAINS] == [allergen]


@pytest.mark.parametrize(
    ("facts", "result"),
    [
        ([Fact.YES, Fact.YES], Fact.YES),
        ([Fact.YES, Fact.UNKNOWN], Fact.UNKNOWN),
        ([Fact.NO, Fact.UNKNOWN], Fact.NO),
        ([], Fact.UNKNOWN),
    ],
)
def test_halal_is_yes_only_when_all_say_yes(facts, result):
    dish = dish_of(*[IngredientFactory(is_halal=fact) for fact in facts])
    assert allergens.facts_of_dish(dish).halal == result


def test_suits_says_yes_no_or_not_known():
    milk = allergens.facts_of_dish(
        dish_of(IngredientFactory(contains=[Allergen.MILK], is_vegan=Fact.NO))
    )
    plain = allergens.facts_of_dish(dish_of(IngredientFactory()))
    unknown = allergens.facts_of_dish(dish_of(IngredientFactory(unchecked=True)))
    assert [facts.suits(Need.NO_MILK) for facts in (milk, plain, unknown)] == [False, True, None]
    assert [facts.suits(Need.VEGAN) for facts in (milk, plain, unknown)] == [False, True, None]
    assert plain.suits(Need.OTHER) is None


def test_may_contain_does_not_suit():
    facts = allergens.facts_of_dish(dish_of(IngredientFactory(may=[Allergen.PEANUT])))
    assert facts.suits(Need.NO_NUTS) is False


def test_label_is_signed_and_replaces_what_was_there():
    by = PersonFactory(role=Role.KITCHEN, name="Lucia Martina")
    bread = IngredientFactory(unchecked=True, contains=[Allergen.LUPIN])
    dish = dish_of(bread)
    allergens.write_label(
        bread,
        {Allergen.GLUTEN: Trace.CONTAINS, Allergen.SESAME: Trace.MAY_CONTAIN},
        details={Allergen.GLUTEN: "tarwe"},
        vegetarian=Fact.UNKNOWN,
        vegan=Fact.YES,
        halal=Fact.YES,
        by=by,
    )
    bread.refresh_from_db()
    rows = IngredientAllergen.objects.order_by("allergen").values_list(
        "allergen", "trace", "detail"
    )
    assert list(rows) == [("gluten", "contains", "tarwe"), ("sesame", "may", "")]
    assert (bread.is_vegetarian, bread.is_checked, bread.checked_by) == (Fact.YES, True, by)
    facts = allergens.facts_of_dish(dish)
    assert (facts.contains[0].detail, facts.changed_by) == ("tarwe", "Lucia Martina")


def test_vegan_with_milk_contradicts_itself():
    traces = {Allergen.MILK: Trace.CONTAINS}
    assert allergens.contradiction(traces, vegetarian=Fact.YES, vegan=Fact.YES) == Allergen.MILK
    assert allergens.contradiction(traces, vegetarian=Fact.YES, vegan=Fact.NO) is None
    fish = {Allergen.FISH: Trace.CONTAINS}
    assert allergens.contradiction(fish, vegetarian=Fact.YES, vegan=Fact.NO) == Allergen.FISH


def test_matrix_asks_the_database_the_same_for_one_dish_and_for_thirty(
    django_assert_num_queries,
):
    flour = IngredientFactory(contains=[Allergen.GLUTEN])
    for count in (1, 29):
        for _n in range(count):
            recipe_of(DishFactory(), [(flour, "1", Measure.GRAM)])
        with django_assert_num_queries(5):
            matrix = allergens.matrix(Dish.objects.all().with_card())
        assert {row.facts.contains[0].allergen for row in matrix.rows} == {Allergen.GLUTEN}
    assert len(matrix.rows) == 30
