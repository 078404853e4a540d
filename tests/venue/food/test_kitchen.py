"""What a kitchen can make at a time, the sheet of a day, and the pages of the kitchen."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from urllib.parse import urlencode

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lokaal import local_time
from lokaal.people.models import Person, Role, StaffRole
from tests.centres.factories import CentreFactory, SpecialDayFactory
from tests.parallel import at_once
from tests.people.factories import PersonFactory
from tests.venue.food.factories import (
    ADMIN_ROWS,
    DishFactory,
    IngredientFactory,
    in_days,
    kitchen,
    limits,
    recipe_of,
    terms,
)
from tests.venue.food.test_catering import a_use, lunch, with_room
from venue.exceptions import CannotBeOrdered, KitchenFull
from venue.food import catering, dishes, kitchen_sheet, lead_time, meals
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
    OrderState,
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


# Pages --------------------------------------------------------------------------------------------


def act(client, order, what, **data):
    address = reverse("venue:kitchen_order_act", args=[order.pk, what])
    return client.post(address, data)


def test_one_tap_each_from_asked_to_served(client, cook):
    centre = kitchen(capacity=99, slot_minutes=720)
    start = local_time.at(timezone.localdate(), time(8))
    KitchenSlot.objects.create(
        centre=centre, starts_at=start, ends_at=start + timedelta(hours=16), capacity=99
    )
    order = lunch(
        centre, DishFactory(centres=[centre]), serving_at=timezone.now() + timedelta(minutes=1)
    ).order
    client.force_login(cook)
    here = f"{reverse('venue:kitchen')}?{urlencode({'centre': centre.slug})}"
    response = act(client, order, "ready", next=here)
    assert response.url == here
    assert "Opgehaald" in client.get(here).content.decode()
    act(client, order, "not-ready")
    act(client, order, "ready")
    act(client, order, "served")
    order.refresh_from_db()
    assert order.state == OrderState.SERVED
    assert order.events.last().by == cook
    page = client.get(act(client, order, "ready").url, follow=True).content.decode()
    assert "Dat kan niet meer: Opgediend." in page


def test_tap_that_is_none_is_not_there(client, cook):
    centre = kitchen()
    order = lunch(centre, DishFactory(centres=[centre])).order
    client.force_login(cook)
    assert act(client, order, "explode").status_code == 404
    assert (
        client.get(reverse("venue:kitchen_order_act", args=[order.pk, "ready"])).status_code == 405
    )
    order.refresh_from_db()
    assert order.state == OrderState.ACCEPTED


def test_order_of_another_kitchen_is_not_there(client):
    centre = kitchen()
    order = lunch(centre, DishFactory(centres=[centre])).order
    elsewhere = PersonFactory()
    StaffRole.objects.create(person=elsewhere, role=Role.KITCHEN, centre=CentreFactory())
    client.force_login(elsewhere)
    for name in ("kitchen_order", "kitchen_order_people", "kitchen_order_cancel"):
        assert client.get(reverse(f"venue:{name}", args=[order.pk])).status_code == 404
    assert act(client, order, "ready").status_code == 404


def test_who_makes_invoices_starts_one_from_an_agreed_order(client, cook):
    centre = kitchen()
    order = lunch(centre, DishFactory(centres=[centre])).order
    button = reverse("venue:invoice_of_order", args=[order.pk])
    page = reverse("venue:kitchen_order", args=[order.pk])
    client.force_login(PersonFactory(role=Role.DIRECTOR))
    CateringOrder.objects.filter(pk=order.pk).update(state=OrderState.ACCEPTED)
    assert button in client.get(page).content.decode()
    CateringOrder.objects.filter(pk=order.pk).update(state=OrderState.ASKED)
    assert button not in client.get(page).content.decode()
    CateringOrder.objects.filter(pk=order.pk).update(state=OrderState.ACCEPTED)
    client.force_login(cook)
    assert button not in client.get(page).content.decode()


@pytest.mark.parametrize("role", [Role.HOST, Role.TREASURER, Role.SOCIAL_WORKER, None])
def test_kitchen_is_for_who_works_there(role, client):
    CentreFactory()
    client.force_login(PersonFactory(role=role))
    assert client.get(reverse("venue:kitchen")).status_code == 403


def test_people_page_refuses_after_the_last_moment_in_plain_words(client, cook):
    terms()
    centre = kitchen()
    _use, order = with_room(centre, DishFactory(centres=[centre]))
    CateringOrder.objects.update(final_count_until=timezone.now() - timedelta(hours=1))
    client.force_login(cook)
    address = reverse("venue:kitchen_order_people", args=[order.pk])
    response = client.post(address, {"people": "30"})
    assert response.status_code == 409
    assert "Het aantal staat vast sinds" in response.content.decode()
    client.post(address, {"people": "30", "reason": "Zij belden", "is_final": "on"})
    order.refresh_from_db()
    assert (order.people, order.is_final) == (30, True)


def test_lines_page_changes_what_and_how_many(client, cook):
    centre = kitchen()
    soup, bread = DishFactory(centres=[centre]), DishFactory(centres=[centre])
    order = lunch(centre, soup, 2).order
    client.force_login(cook)
    address = reverse("venue:kitchen_order_lines", args=[order.pk])
    client.post(address, {f"dish-{soup.pk}": "5", f"dish-{bread.pk}": "1"})
    assert {line.dish: line.count for line in order.lines.all()} == {soup: 5, bread: 1}


def test_food_with_a_room_is_ordered_on_a_page(client, cook):
    centre = kitchen()
    soup = DishFactory(centres=[centre])
    use = a_use(centre)
    client.force_login(cook)
    response = client.post(
        reverse("venue:kitchen_use_order", args=[use.pk]),
        {
            "time": "12:30",
            "people": "12",
            "per_person": "on",
            f"dish-{soup.pk}": "1",
            "need-halal": "3",
        },
    )
    order = CateringOrder.objects.get()
    assert response.url == reverse("venue:kitchen_order", args=[order.pk])
    assert (order.serving_at, order.people, order.lines.get().count) == (
        in_days(10, 12, 30),
        12,
        12,
    )
    assert order.needs.get().count == 3


def test_meal_is_planned_and_moved_on_pages(client, cook):
    centre = kitchen()
    soup = DishFactory(centres=[centre])
    client.force_login(cook)
    client.post(
        reverse("venue:kitchen_meal_new"),
        {
            "title": "Buurtmaaltijd",
            "centre": str(centre.pk),
            "day": in_days(3).date().isoformat(),
            "time": "18:00",
            "places": "30",
            "dishes": [str(soup.pk)],
        },
    )
    meal = CateringOrder.objects.get()
    assert (meal.title, meal.places, meal.slot_portions) == ("Buurtmaaltijd", 30, 30)
    client.post(
        reverse("venue:kitchen_order_move", args=[meal.pk]),
        {"day": in_days(4).date().isoformat(), "time": "17:30"},
    )
    meal.refresh_from_db()
    assert meal.serving_at == in_days(4, 17, 30)
    client.post(reverse("venue:kitchen_order_places", args=[meal.pk]), {"places": "40"})
    meal.refresh_from_db()
    assert (meal.places, meal.slot_portions) == (40, 40)


def test_capacity_page_sets_by_hand(client, cook):
    centre = kitchen(capacity=10)
    client.force_login(cook)
    address = reverse("venue:kitchen_capacity")
    client.post(address, {"moment": in_days(1, 12).isoformat(), "capacity": "4"})
    slot = KitchenSlot.objects.get()
    assert (slot.capacity, slot.is_by_hand, slot.centre) == (4, True, centre)
    response = client.post(address, {"moment": "onzin", "capacity": "-1"}, follow=True)
    assert "Vul een getal in. Bijvoorbeeld 20." in response.content.decode()


def test_open_page_opens_the_kitchen(client, cook):
    centre = kitchen()
    client.force_login(cook)
    address = reverse("venue:kitchen_open")
    data = {
        "day": in_days(2).date().isoformat(),
        "time": "21:00",
        "until": "23:00",
        "capacity": "9",
    }
    client.post(address, data)
    assert capacity.slot_at(centre, in_days(2, 22)).capacity == 9
    response = client.post(address, data | {"until": "20:00"})
    assert "Het einde ligt voor het begin." in response.content.decode()


def test_recipe_page_makes_a_new_version(client, cook):
    centre = kitchen()
    flour, milk = IngredientFactory(), IngredientFactory()
    dish = DishFactory(centres=[centre], recipe=[(flour, "1", Measure.KILOGRAM)])
    client.force_login(cook)
    address = reverse("venue:kitchen_recipe", args=[dish.pk])
    response = client.post(
        address,
        {
            "portions": "4",
            "quantity-0": "1/2",
            "unit-0": "kg",
            "ingredient-0": str(flour.pk),
            "quantity-1": "0,25",
            "unit-1": "l",
            "ingredient-1": str(milk.pk),
            "method": "Roer.",
        },
        follow=True,
    )
    assert "Bewaard als versie 2." in response.content.decode()
    rows = dish.recipe.ingredients.values_list("quantity", "unit", "ingredient")
    assert [(str(q), u, i) for q, u, i in rows] == [
        ("0.500", "kg", flour.pk),
        ("0.250", "l", milk.pk),
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"method": "Roer."}, "Vul in voor hoeveel dit genoeg is."),
        ({"portions": "4"}, "Zet er minstens één ingrediënt in."),
        ({"portions": "4", "quantity-0": "veel", "ingredient-0": "x"}, "Bijvoorbeeld 0,5."),
        ({"portions": "4", "quantity-0": "1"}, "Kies waarvan."),
        ({"portions": "4", "quantity-0": "1/0"}, "Bijvoorbeeld 0,5."),
        ({"portions": "4", "quantity-900000": "1"}, "Zet er minstens één ingrediënt in."),
    ],
)
def test_recipe_page_says_what_is_missing(data, sentence, client, cook):
    centre = kitchen()
    dish = DishFactory(centres=[centre])
    client.force_login(cook)
    response = client.post(reverse("venue:kitchen_recipe", args=[dish.pk]), data)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not dish.versions.exists()


def test_dish_page_keeps_price_and_says_who_changed_it(client, cook):
    centre = kitchen()
    dish = DishFactory(centres=[centre], price=300)
    client.force_login(cook)
    response = client.post(
        reverse("venue:kitchen_dish_edit", args=[dish.pk]),
        {
            "name": "Linzensoep",
            "course": "soup",
            "centres": [str(centre.pk)],
            "vat_code": str(dish.vat_code_id),
            "lead_hours": "4",
            "minimum_count": "1",
            "kitchen_portions": "1",
            "is_on_menu": "on",
            "price": "3,75",
        },
    )
    assert response.url == reverse("venue:kitchen_dish", args=[dish.pk])
    dish.refresh_from_db()
    assert (dish.name, dish.changed_by, dish.price_on(timezone.localdate())) == (
        "Linzensoep",
        cook,
        375,
    )
    assert "Linzensoep" in client.get(response.url).content.decode()


def test_dish_of_another_kitchen_is_not_there(client):
    dish = DishFactory(centres=[CentreFactory()])
    elsewhere = PersonFactory()
    StaffRole.objects.create(person=elsewhere, role=Role.KITCHEN, centre=CentreFactory())
    client.force_login(elsewhere)
    for name in ("kitchen_dish", "kitchen_dish_edit", "kitchen_recipe"):
        assert client.get(reverse(f"venue:{name}", args=[dish.pk])).status_code == 404


def test_label_page_asks_all_fourteen(client, cook):
    CentreFactory()
    bread = IngredientFactory(unchecked=True)
    client.force_login(cook)
    address = reverse("venue:kitchen_ingredient", args=[bread.pk])
    response = client.post(address, {"allergen-gluten": "contains"})
    assert response.content.decode().count("Lees het etiket en kies een antwoord.") >= 13
    bread.refresh_from_db()
    assert not bread.is_checked
    answers = {f"allergen-{one}": "no" for one in Allergen} | {"allergen-gluten": "contains"}
    client.post(address, answers | {"detail-gluten": "tarwe", "vegan": "yes"})
    bread.refresh_from_db()
    assert (bread.is_checked, bread.checked_by) == (True, cook)
    assert bread.allergens.get().detail == "tarwe"
    response = client.post(address, answers | {"allergen-milk": "contains", "vegan": "yes"})
    assert "Er zit melk in. Dan klopt dit niet." in response.content.decode()


def test_kitchen_page_asks_the_same_number_of_queries_at_one_and_thirty_orders(
    client, cook, django_assert_num_queries
):
    limits()
    centre = kitchen(capacity=999)
    flour = IngredientFactory(contains=[Allergen.GLUTEN])
    client.force_login(cook)
    address = reverse("venue:kitchen")
    query = {"day": in_days(10).date().isoformat()}
    for count in (1, 29):
        for _n in range(count):
            dish = DishFactory(centres=[centre], recipe=[(flour, "1", Measure.GRAM)])
            use = a_use(centre)
            placed = catering.order(
                centre=centre,
                use=use,
                serving_at=in_days(10, 12),
                people=3,
                wishes=[Wish(dish, 3)],
                needs={Need.NO_GLUTEN: 1},
            )
            catering.accept(placed.order, by=cook)
        with django_assert_num_queries(14):
            page = client.get(address, query).content.decode()
    assert page.count('<article class="order') == 30


def test_meal_leaves_when_it_is_called_off_and_tells_its_guests(cook):
    centre = kitchen()
    meal = meals.plan(
        centre=centre,
        title="Buurtmaaltijd",
        serving_at=in_days(5, 18),
        wishes=[Wish(DishFactory(centres=[centre]), 1)],
        places=4,
        by=cook,
    )
    meals.join(meal, name="Gerda")
    catering.cancel(meal, by=cook, reason="De oven is stuk.")
    from lokaal.outbox.models import Message

    assert [m.to_name for m in Message.objects.all()] == ["Gerda"]
    assert Dish.objects.count() == 1
    assert KitchenSlot.objects.get().used == 0


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


# In a browser -------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_kitchen_can_be_read_and_used_by_everybody(width, new_page, axe, settings):
    settings.DEMO = True
    limits()
    cook = PersonFactory(role=Role.KITCHEN)
    centre = kitchen(centre=CentreFactory(slug="waterkracht"))
    bread = IngredientFactory(contains=[Allergen.GLUTEN])
    dish = DishFactory(centres=[centre], recipe=[(bread, "1", Measure.PIECE)])
    _use, order = with_room(centre, dish)
    page = new_page(width=width)
    page.context.add_cookies([session_of(cook, page)])
    day = in_days(10).date().isoformat()
    for address in (
        f"/keuken/?day={day}",
        f"/keuken/day-sheet/?day={day}",
        f"/keuken/orders/{order.pk}/",
        f"/keuken/orders/{order.pk}/lines/",
        f"/keuken/orders/{order.pk}/needs/",
        "/keuken/log/",
        "/keuken/log/measure/core/",
        "/keuken/log/month/",
        "/keuken/dishes/",
        f"/keuken/dishes/{dish.pk}/",
        f"/keuken/dishes/{dish.pk}/recipe/",
        f"/keuken/dishes/{dish.pk}/edit/",
        f"/keuken/ingredients/{bread.pk}/",
        f"/keuken/capacity/?day={day}",
        "/keuken/meals/new/",
    ):
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    page.goto(f"/keuken/?day={day}")
    page.get_by_role("button", name="Wij maken dit").click()
    page.get_by_role("button", name="Klaar").click()
    assert page.locator("article.order .badge", has_text="Klaar").is_visible()
    order.refresh_from_db()
    assert order.state == OrderState.READY


def session_of(person: Person, page) -> dict[str, str]:
    """The cookie of somebody who is signed in."""
    from importlib import import_module

    from django.conf import settings

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store["_auth_user_id"] = str(person.pk)
    store["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    store["_auth_user_hash"] = person.get_session_auth_hash()
    store.save()
    page.goto("/menu/")
    origin = page.evaluate("location.origin")
    return {"name": settings.SESSION_COOKIE_NAME, "value": store.session_key, "url": origin}
