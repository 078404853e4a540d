"""The kitchen on its pages: one tap per step, and who may."""

from __future__ import annotations

from datetime import time, timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from lokaal import local_time
from lokaal.people.models import Person, Role, StaffRole
from tests.centres.factories import CentreFactory
from tests.people.factories import PersonFactory
from tests.venue.food.factories import (
    DishFactory,
    IngredientFactory,
    in_days,
    kitchen,
    limits,
    terms,
)
from tests.venue.food.test_catering import a_use, lunch, with_room
from venue.food import catering, meals
from venue.food import kitchen as capacity
from venue.food.catering import Wish
from venue.models import (
    Allergen,
    CateringOrder,
    Dish,
    KitchenSlot,
    Measure,
    Need,
    OrderState,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cook() -> Person:
    return PersonFactory(role=Role.KITCHEN, name="Lucia Martina")


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
