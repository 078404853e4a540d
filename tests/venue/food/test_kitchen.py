"""What a kitchen can make at a time, the sheet of a day, and the pages of the kitchen."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lokaal.people.models import Person, Role
from tests.centres.factories import CentreFactory, SpecialDayFactory
from tests.parallel import at_once
from tests.people.factories import PersonFactory
from tests.venue.food.factories import (
    ADMIN_ROWS,
    DishFactory,
    IngredientFactory,
    in_days,
    kitchen,
    recipe_of,
)
from tests.venue.food.test_catering import lunch, with_room
from venue.exceptions import CannotBeOrdered, KitchenFull
from venue.food import catering, dishes, kitchen_sheet, lead_time
from venue.food import kitchen as capacity
from venue.food.catering import Wish
from venue.models import (
    Allergen,
    CateringOrder,
    Dish,
    KitchenRule,
    KitchenSlot,
    LogEntry,
    Measure,
    Need,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cook() -> Person:
    return PersonFactory(role=Role.KITCHEN, name="Lucia Martina")


# Blocks and slots ---------------------------------------------------------------------------------


def test_rules_are_cut_in_blocks_of_local_time():
    centre = CentreFactory()
    KitchenRule.objects.create(
        centre=centre, weekday=2, starts=time(11), ends=time(12, 10), capacity=8
    )
    blocks = capacity.blocks_on(centre, date(2026, 12, 1))
    assert [
        (timezone.localtime(b.starts_at).time(), timezone.localtime(b.ends_at).time(), b.capacity)
        for b in blocks
    ] == [
        (time(11), time(11, 30), 8),
        (time(11, 30), time(12), 8),
        (time(12), time(12, 10), 8),
    ]
    assert capacity.blocks_on(centre, date(2026, 12, 2)) == []


def test_night_of_the_clock_makes_no_block_twice_and_none_that_does_not_exist():
    centre = CentreFactory()
    for weekday in (7,):
        KitchenRule.objects.create(
            centre=centre,
            weekday=weekday,
            starts=time(1),
            ends=time(5),
            slot_minutes=60,
            capacity=8,
            valid_from=date(2020, 1, 1),
        )
    spring = capacity.blocks_on(centre, date(2027, 3, 28))
    assert [timezone.localtime(b.starts_at).hour for b in spring] == [1, 3, 4]
    for one, following in pairwise(spring):
        assert one.ends_at <= following.starts_at
    autumn = capacity.blocks_on(centre, date(2026, 10, 25))
    assert [timezone.localtime(b.starts_at).hour for b in autumn] == [1, 2, 3, 4]


def test_rules_at_the_same_time_are_refused_by_the_database():
    centre = kitchen()
    with pytest.raises(IntegrityError), transaction.atomic():
        KitchenRule.objects.create(
            centre=centre, weekday=1, starts=time(19), ends=time(21), capacity=1
        )


def test_slot_is_made_once_and_only_when_needed():
    centre = kitchen()
    assert KitchenSlot.objects.count() == 0
    first = capacity.slot_at(centre, in_days(1, 12, 10))
    again = capacity.slot_at(centre, in_days(1, 12, 29))
    assert (first, first.starts_at, first.capacity) == (again, in_days(1, 12), 60)
    assert capacity.slot_at(centre, in_days(1, 22)) is None


def test_capacity_goes_never_below_what_was_ordered():
    centre = kitchen(capacity=10)
    lunch(centre, DishFactory(centres=[centre]), 6)
    slot = KitchenSlot.objects.get()
    assert capacity.set_capacity(slot, 6).left == 0
    with pytest.raises(KitchenFull) as refused:
        capacity.set_capacity(slot, 5)
    assert str(refused.value) == "Er zijn al 6 porties besteld. Minder kan niet."
    with pytest.raises(IntegrityError), transaction.atomic():
        KitchenSlot.objects.update(used=7)


def test_slots_follow_the_rules_except_by_hand():
    centre = kitchen(capacity=10)
    dish = DishFactory(centres=[centre])
    lunch(centre, dish, 6, serving_at=in_days(1, 12))
    lunch(centre, dish, 1, serving_at=in_days(1, 13))
    lunch(centre, dish, 1, serving_at=in_days(1, 14))
    capacity.set_capacity(KitchenSlot.objects.get(starts_at=in_days(1, 14)), 33)
    KitchenRule.objects.update(capacity=4)
    assert capacity.follow_rules(centre) == 2
    found = KitchenSlot.objects.order_by("starts_at").values_list("capacity", "used")
    assert list(found) == [(6, 6), (4, 1), (33, 1)]


def test_kitchen_works_outside_its_hours_by_hand():
    centre = kitchen()
    start, end = in_days(1, 21), in_days(1, 23)
    slot = capacity.open_by_hand(centre, start, end, 12)
    assert capacity.slot_at(centre, in_days(1, 22)) == slot
    with pytest.raises(KitchenFull):
        capacity.open_by_hand(centre, in_days(1, 22), in_days(1, 23), 12)
    with pytest.raises(KitchenFull):
        capacity.open_by_hand(centre, in_days(1, 12), in_days(1, 13), 12)


@pytest.mark.django_db(transaction=True)
def test_slot_asked_at_once_is_made_once():
    centre = kitchen()
    slots = at_once(*[lambda: capacity.slot_at(centre, in_days(1, 12)) for _ in range(8)])
    assert len({slot.pk for slot in slots}) == 1
    assert KitchenSlot.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_kitchen_opened_by_hand_at_once_opens_once():
    centre = CentreFactory()

    def at(hour):
        return lambda: capacity.open_by_hand(centre, in_days(1, hour), in_days(1, hour + 2), 5)

    results = at_once(at(18), at(19), at(18))
    assert [type(r) for r in results].count(KitchenFull) == 2
    assert KitchenSlot.objects.count() == 1


# Working hours ------------------------------------------------------------------------------------


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("hours", "earliest"),
    [
        (0, "2026-11-27 16:00+01:00"),
        (1, "2026-11-27 17:00+01:00"),
        (2, "2026-11-30 10:00+01:00"),  # over the weekend
        (9, "2026-11-30 17:00+01:00"),
        (10, "2026-12-02 10:00+01:00"),  # Tuesday is a special day: closed
    ],
)
def test_working_hours_are_those_in_which_the_house_is_open(hours, earliest):
    day = [("09:00", "17:00")]
    centre = CentreFactory(hours={1: day, 2: day, 3: day, 4: day, 5: day})
    SpecialDayFactory(date=date(2026, 12, 1), reason="Studiedag")
    now = moment("2026-11-27 16:00+01:00")  # Friday
    found = lead_time.earliest(centre, hours, after=now)
    assert found == moment(earliest)
    assert lead_time.latest(centre, hours, before=found) == (
        now if hours not in {2, 10} else lead_time.latest(centre, hours, before=found)
    )


def test_latest_counts_back_over_the_weekend():
    day = [("09:00", "17:00")]
    centre = CentreFactory(hours={1: day, 5: day})
    serving = moment("2026-11-30 12:00+01:00")  # Monday: three hours are open before it
    assert lead_time.latest(centre, 3, before=serving) == moment("2026-11-30 09:00+01:00")
    assert lead_time.latest(centre, 4, before=serving) == moment("2026-11-27 16:00+01:00")


# The sums -----------------------------------------------------------------------------------------


def test_ingredients_are_added_up_exactly_over_recipes_and_measures():
    onion, flour, oil = (IngredientFactory(name=name) for name in ("Ui", "Bloem", "Olie"))
    soup = recipe_of(
        DishFactory(),
        [(onion, "0.1", Measure.KILOGRAM), (oil, "1", Measure.TABLESPOON)],
        portions=3,
    )
    pie = recipe_of(
        DishFactory(),
        [
            (onion, "2", Measure.PIECE),
            (flour, "333", Measure.GRAM),
            (oil, "2", Measure.TEASPOON),
        ],
        portions=3,
    )
    needed = {one.ingredient: one for one in dishes.needed_for([(soup, 7), (pie, 5), (soup, 2)])}
    assert list(needed) == [flour, oil, onion]  # by name
    assert [(q.amount, q.measure) for q in needed[onion].quantities] == [
        (Fraction(300), Measure.GRAM),  # 100 g for 3, nine times
        (Fraction(10, 3), Measure.PIECE),
    ]
    assert needed[onion].text == "300 g + 3,4 stuks"  # never too little
    assert needed[flour].quantities[0].amount == Fraction(555)
    assert [q.amount for q in needed[oil].quantities] == [Fraction(45) + Fraction(50, 3)]
    assert needed[oil].text == "62 ml"


@pytest.mark.parametrize(
    ("amount", "measure", "text"),
    [
        (Fraction(999), Measure.GRAM, "999 g"),
        (Fraction(1000), Measure.GRAM, "1 kg"),
        (Fraction(12345), Measure.GRAM, "12,345 kg"),
        (Fraction(1, 3), Measure.MILLILITRE, "1 ml"),
        (Fraction(2500), Measure.MILLILITRE, "2,5 l"),
        (Fraction(3), Measure.PIECE, "3 stuks"),
    ],
)
def test_quantity_is_written_as_cooks_do(amount, measure, text):
    assert dishes.Quantity(amount, measure).text == text


def test_day_sheet_adds_up_all_orders_of_the_day_and_no_other():
    centre = kitchen()
    lentils = IngredientFactory(name="Linzen", may=[Allergen.GLUTEN])
    soup = DishFactory(
        name="Soep",
        centres=[centre],
        recipe=[(lentils, "800", Measure.GRAM)],
        recipe__portions=10,
    )
    tea = DishFactory(name="Thee", centres=[centre], kitchen_portions=0)
    use, order = with_room(centre, soup, people=20)
    catering.change_lines(order, [Wish(soup, 20, is_per_person=True), Wish(tea, 15)], by=None)
    catering.set_needs(order, {Need.NO_GLUTEN: 2, Need.OTHER: 1})
    lunch(centre, soup, 3, serving_at=in_days(10, 12, 30))
    gone = lunch(centre, soup, 9, serving_at=in_days(10, 13)).order
    catering.cancel(gone)
    lunch(centre, soup, 5, serving_at=in_days(11, 12))

    [sheet] = kitchen_sheet.day_sheets([centre], timezone.localdate(order.serving_at))
    assert [(one.order.serving_at, one.place) for one in sheet.orders] == [
        (in_days(10, 12), use.space.name),
        (in_days(10, 12, 30), "Ophalen"),
    ]
    assert [(total.dish.name, total.count) for total in sheet.dishes] == [
        ("Soep", 23),
        ("Thee", 15),
    ]
    assert [(one.ingredient.name, one.text) for one in sheet.ingredients] == [("Linzen", "1,84 kg")]
    assert sheet.without_recipe == [tea]
    assert sheet.heads == 20
    [no_gluten, other] = sheet.orders[0].needs
    assert (no_gluten.count, no_gluten.unfit, no_gluten.unsure) == (2, (soup,), (tea,))
    assert (other.count, other.unfit, other.unsure) == (1, (), ())
    assert [(n.need, n.count) for n in sheet.needs] == [(Need.NO_GLUTEN, 2), (Need.OTHER, 1)]


def test_day_sheet_keeps_two_recipes_of_one_dish_apart():
    centre = kitchen()
    milk, water = IngredientFactory(contains=[Allergen.MILK]), IngredientFactory()
    soup = DishFactory(centres=[centre], recipe=[(milk, "1", Measure.LITRE)])
    lunch(centre, soup, 2)
    amounts = [dishes.Amount(water, 2, Measure.LITRE)]
    dishes.write_recipe(soup, portions=1, amounts=amounts, method="", by=None)
    lunch(centre, soup, 3)
    [sheet] = kitchen_sheet.day_sheets([centre], timezone.localdate(in_days(1)))
    assert sorted(total.count for total in sheet.dishes) == [2, 3]
    by_count = {total.count: total.facts for total in sheet.dishes}
    assert [cell.allergen for cell in by_count[2].contains] == [Allergen.MILK]
    assert by_count[3].contains == []
    assert {one.ingredient: one.text for one in sheet.ingredients} == {milk: "2 l", water: "6 l"}


# Prices and recipes -------------------------------------------------------------------------------


def test_price_holds_from_its_day_on_and_never_twice():
    dish = DishFactory(price=300)
    today = timezone.localdate()
    dishes.set_price(dish, 350, since=today + timedelta(days=3), by=None)
    dishes.set_price(dish, 400, since=today + timedelta(days=2), by=None)
    days = [dish.price_on(today + timedelta(days=n)) for n in (0, 1, 2, 30)]
    assert days == [300, 300, 400, 400]
    with pytest.raises(CannotBeOrdered):
        dishes.set_price(dish, 1, since=today - timedelta(days=1), by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        dish.prices.create(price_cents=9, valid_from=today)


def test_same_recipe_again_is_no_new_version():
    flour = IngredientFactory()
    dish = DishFactory()
    amounts = [dishes.Amount(flour, 2, Measure.KILOGRAM)]
    first = dishes.write_recipe(dish, portions=4, amounts=amounts, method="Roer.", by=None)
    again = dishes.write_recipe(dish, portions=4, amounts=amounts, method="Roer.", by=None)
    other = dishes.write_recipe(dish, portions=4, amounts=amounts, method="Klop.", by=None)
    assert (again, other.number, dish.versions.count()) == (first, 2, 2)


# In /beheer/ --------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", list(ADMIN_ROWS), ids=lambda model: model.__name__)
def test_admin_list_and_form_open_and_ask_the_same_at_one_and_at_five_rows(model, client):
    client.force_login(PersonFactory(role=Role.ADMINISTRATOR))
    base = f"admin:venue_{model._meta.model_name}"
    asked = []
    for number in range(5):
        row = ADMIN_ROWS[model](number)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(reverse(f"{base}_changelist"))
        assert response.status_code == 200
        asked.append(len(queries))
    assert len(set(asked[1:])) == 1
    assert asked[-1] <= 16
    assert client.get(reverse(f"{base}_change", args=[row.pk])).status_code == 200


def test_admin_changes_no_order_and_no_line_of_the_log(client):
    client.force_login(PersonFactory(role=Role.ADMINISTRATOR))
    for model in (CateringOrder, LogEntry, KitchenSlot, Dish):
        row = ADMIN_ROWS[model](1)
        name = f"admin:venue_{model._meta.model_name}"
        for address in (reverse(f"{name}_add"), reverse(f"{name}_delete", args=[row.pk])):
            assert client.post(address, {"post": "yes"}).status_code == 403
        assert client.post(reverse(f"{name}_change", args=[row.pk]), {}).status_code == 403


def test_rule_that_is_saved_in_the_admin_changes_coming_slots(client):
    centre = kitchen(capacity=10)
    lunch(centre, DishFactory(centres=[centre]), 2)
    rule = KitchenRule.objects.get(weekday=in_days(1).isoweekday())
    client.force_login(PersonFactory(role=Role.ADMINISTRATOR))
    client.post(
        reverse("admin:venue_kitchenrule_change", args=[rule.pk]),
        {
            "centre": str(centre.pk),
            "weekday": str(rule.weekday),
            "starts": "08:00",
            "ends": "20:00",
            "slot_minutes": "30",
            "capacity": "7",
            "valid_from": "2020-01-01",
        },
    )
    assert KitchenSlot.objects.get().capacity == 7
