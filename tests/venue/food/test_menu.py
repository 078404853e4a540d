"""The menu, ordering to pick up and eating along, by people without an account."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from lokaal.outbox.models import Message
from lokaal.people.models import Role
from tests.centres.factories import CentreFactory
from tests.parallel import at_once
from tests.people.factories import PersonFactory
from tests.venue.food.factories import (
    DishFactory,
    IngredientFactory,
    in_days,
    kitchen,
    recipe_of,
    terms,
)
from venue.exceptions import AlreadyAtTable, NotNow, TableFull, TooLate, WrongTime
from venue.food import catering, meals
from venue.food.catering import Wish
from venue.forms.menu import CateringForm
from venue.models import (
    Allergen,
    CateringOrder,
    Dish,
    DishTranslation,
    KitchenSlot,
    MealGuest,
    Measure,
    Need,
    OrderState,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counters(db: None) -> None:
    cache.clear()


# The card -----------------------------------------------------------------------------------------


def test_menu_says_price_with_vat_and_what_is_in_it(client):
    centre = kitchen()
    bread = IngredientFactory(contains=[Allergen.GLUTEN], may=[Allergen.SESAME])
    DishFactory(name="Tosti", centres=[centre], price=350, recipe=[(bread, "2", Measure.PIECE)])
    DishFactory(name="Raadsel", centres=[centre])
    DishFactory(name="Oud", centres=[centre], is_on_menu=False)
    DishFactory(name="Elders", centres=[CentreFactory()])
    page = client.get(reverse("venue:menu"), {"centre": centre.slug}).content.decode()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "Tosti € 3,50 inclusief btw" in text.replace("\xa0", " ")
    assert "Hier zit in: gluten Kan erin zitten: sesam" in text
    assert "Nog niet alles nagekeken. Vraag het ons." in text
    assert "Heb je een allergie?" in text
    assert "Oud" not in text
    assert "Elders" not in text


@pytest.mark.parametrize("view", ["menu", "menu_allergens"])
def test_card_of_several_houses_has_a_tab_for_each(client, view):
    here, there = kitchen(), kitchen()
    for centre in (here, there):
        DishFactory(centres=[centre], price=350)
    page = client.get(reverse(f"venue:{view}"), {"centre": there.slug}).content.decode()
    found = re.findall(r'<a href="([?]centre=[^"]+)"( aria-current="page")?>', page)
    assert dict(found) == {
        f"?centre={here.slug}": "",
        f"?centre={there.slug}": ' aria-current="page"',
    }


def test_menu_without_a_kitchen_is_a_plain_page(client):
    assert "De kaart is nog leeg" in client.get(reverse("venue:menu")).content.decode()


def test_menu_is_read_in_english_where_it_was_translated(client):
    centre = kitchen()
    dish = DishFactory(name="Linzensoep", centres=[centre])
    DishTranslation.objects.create(dish=dish, language="en", name="Lentil soup")
    DishFactory(name="Börek", centres=[centre])
    page = client.get("/en/menu/").content.decode()
    assert '<h3 lang="en">Lentil soup</h3>' in page
    assert '<h3 lang="nl">Börek</h3>' in page


def test_matrix_on_paper_says_to_ask_and_who_changed_it(client):
    by = PersonFactory(name="Lucia Martina")
    centre = kitchen()
    milk = IngredientFactory(contains=[Allergen.MILK])
    dish = DishFactory(centres=[centre], recipe=[(milk, "1", Measure.LITRE)])
    Dish.objects.filter(pk=dish.pk).update(
        changed_by=by, changed_at=timezone.now() + timedelta(seconds=1)
    )
    page = client.get(reverse("venue:menu_allergens")).content.decode()
    assert page.count('<th scope="col">') == 15
    assert "Heb je een allergie? Vraag het ons. Wij weten wat er in het eten zit." in page
    assert "door Lucia Martina" in page
    assert page.count("●") == 2  # milk, and the legend


def test_menu_asks_the_same_number_of_queries_at_one_and_thirty_dishes(
    client, django_assert_num_queries
):
    centre = kitchen()
    bread = IngredientFactory(contains=[Allergen.GLUTEN])
    for count in (1, 29):
        for _n in range(count):
            recipe_of(DishFactory(centres=[centre]), [(bread, "1", Measure.PIECE)])
        with django_assert_num_queries(8):
            page = client.get(reverse("venue:menu")).content.decode()
    assert page.count('<li class="dish">') == 30


@pytest.mark.parametrize("name", ["x", "..%2fsecret.key", f"{'a' * 32}.webp"])
def test_photo_that_no_dish_has_is_not_served(name, client):
    assert client.get(f"/media/dishes/{name}").status_code == 404


# Ordering -----------------------------------------------------------------------------------------


def ordering(centre, **counts):
    data = {"moment": in_days(1, 12).isoformat(), "name": "Gerda", "token": str(uuid4())}
    return reverse("venue:order_new", args=[centre.slug]), data | counts


def test_lunch_is_ordered_without_an_account(client):
    centre = kitchen()
    soup = DishFactory(name="Linzensoep", centres=[centre], price=300)
    address, data = ordering(centre, **{f"dish-{soup.pk}": "2"})
    response = client.post(address, data)
    order = CateringOrder.objects.get()
    assert response.url.startswith(f"/menu/orders/{order.pk}/")
    assert (order.name, order.serving_at, order.total_cents) == ("Gerda", in_days(1, 12), 600)
    page = client.get(response.url)
    text = page.content.decode().replace("\xa0", " ")
    assert order.shown_code in text
    assert "€ 6" in text
    assert page["Cache-Control"].startswith("max-age=0, no-cache")
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    slip = client.get(f"{response.url}slip/").content.decode()
    assert order.shown_code in slip
    assert "<svg" in slip
    again = client.post(address, data)
    assert (again.url, CateringOrder.objects.count()) == (response.url, 1)


def test_order_is_called_off_by_its_link_and_by_nobody_else(client, django_user_model):
    centre = kitchen()
    placed = catering.order(
        centre=centre,
        serving_at=in_days(1),
        wishes=[Wish(DishFactory(centres=[centre]), 1)],
        name="Gerda",
    )
    order = placed.order
    for wrong in (
        reverse("venue:order_cancel", args=[order.pk]),
        reverse("venue:order_cancel", args=[order.pk, "s" * 64]),
    ):
        assert client.post(wrong).status_code == 404
    right = reverse("venue:order_cancel", args=[order.pk, placed.secret])
    assert client.get(right).status_code == 405
    order.refresh_from_db()
    assert order.state == OrderState.ACCEPTED
    page = client.post(right, follow=True).content.decode()
    assert "Je bestelling is afgezegd" in page
    client.post(right)
    order.refresh_from_db()
    assert (order.state, KitchenSlot.objects.get().used) == (OrderState.CANCELLED, 0)


def test_code_opens_the_order_in_this_browser_only(client):
    centre = kitchen()
    order = catering.order(
        centre=centre,
        serving_at=in_days(1),
        wishes=[Wish(DishFactory(centres=[centre]), 1)],
        name="Gerda",
    ).order
    code_page = reverse("venue:order_code")
    order_page = reverse("venue:order", args=[order.pk])
    assert client.get(order_page).status_code == 404
    assert client.post(code_page, {"code": "00000000"}).status_code == 404
    assert client.post(code_page, {"code": order.shown_code}).url == order_page
    assert client.get(order_page).status_code == 200
    assert type(client)().get(order_page).status_code == 404


def test_guessing_codes_is_stopped(client):
    for _n in range(20):
        client.post(reverse("venue:order_code"), {"code": "12345678"})
    response = client.post(reverse("venue:order_code"), {"code": "12345678"})
    assert response.status_code == 429


def test_kitchen_that_just_filled_up_is_told_in_plain_words(client):
    centre = kitchen(capacity=3)
    soup = DishFactory(centres=[centre])
    address, data = ordering(centre, **{f"dish-{soup.pk}": "4"})
    response = client.post(address, data)
    assert response.status_code == 409
    assert "De keuken kan om 12.00 uur nog 3 porties maken." in response.content.decode()
    assert CateringOrder.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Kies eerst wat je wilt eten of drinken."),
        ({"SOUP": "-1"}, "Vul een getal in. Bijvoorbeeld 2."),
        ({"SOUP": "10000"}, "Dat is heel veel. Bel ons even."),
        ({"SOUP": "veel"}, "Vul een getal in. Bijvoorbeeld 2."),
        ({"SOUP": "1", "moment": ""}, "Kies een tijd."),
        ({"SOUP": "1", "moment": "gisteren"}, "Deze tijd is net vol. Kies een andere tijd."),
        ({"SOUP": "1", "name": ""}, "Vul je naam in. Je voornaam is genoeg."),
        ({"SOUP": "1", "website": "x"}, "Dit ging niet goed. Druk nog een keer op de knop."),
        ({"SOUP": "\x00"}, "Kies eerst wat je wilt eten of drinken."),
    ],
)
def test_order_form_says_what_is_missing(changes, sentence, client):
    centre = kitchen()
    soup = DishFactory(centres=[centre])
    address, data = ordering(centre)
    changed = {f"dish-{soup.pk}" if key == "SOUP" else key: v for key, v in changes.items()}
    response = client.post(address, data | changed)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert CateringOrder.objects.count() == 0


def test_order_page_asks_few_queries(client, django_assert_num_queries):
    centre = kitchen()
    for _n in range(30):
        DishFactory(centres=[centre])
    with django_assert_num_queries(8):
        client.get(reverse("venue:order_new", args=[centre.slug]))


# Eating along -------------------------------------------------------------------------------------


def a_meal(places=8, **fields) -> CateringOrder:
    centre = fields.pop("centre", None) or kitchen()
    return meals.plan(
        centre=centre,
        title="Buurtmaaltijd",
        serving_at=fields.pop("serving_at", in_days(5, 18)),
        wishes=[Wish(DishFactory(centres=[centre], price=400), 1)],
        places=places,
        by=fields.pop("by", None) or PersonFactory(role=Role.KITCHEN),
    )


def test_neighbour_eats_along_with_a_name(client):
    meal = a_meal()
    page = reverse("venue:meal", args=[meal.pk])
    assert "Nog 8 plekken" in client.get(page).content.decode()
    response = client.post(
        page, {"name": "Fatma", "companions": "2", "need": "halal", "token": str(uuid4())}
    )
    guest = MealGuest.objects.get()
    assert response.url.startswith(f"/menu/guests/{guest.pk}/")
    assert guest.shown_code in client.get(response.url).content.decode()
    meal.refresh_from_db()
    assert (meal.places_taken, meal.heads) == (3, 3)
    assert [(row.need, row.count) for row in meal.needs.all()] == [("halal", 1)]
    client.post(response.url + "leave/")
    client.post(response.url + "leave/")
    meal.refresh_from_db()
    assert (meal.places_taken, meal.needs.count()) == (0, 0)
    assert "Je bent afgemeld" in client.get(response.url).content.decode()


def test_needs_of_a_guest_are_kept_nowhere_beside_the_name():
    meal = a_meal()
    meals.join(meal, name="Fatma", companions=1, needs={Need.NO_MILK: 2})
    names = {field.name for field in MealGuest._meta.get_fields()}
    assert not {name for name in names if "need" in name or "note" in name or "diet" in name}
    assert meal.events.exclude(fact="ordered").count() == 0
    with pytest.raises(WrongTime):
        meals.join(meal, name="Joop", needs={Need.NO_MILK: 2})
    assert MealGuest.objects.count() == 1


def test_table_is_never_overfull_and_says_so():
    meal = a_meal(places=3)
    meals.join(meal, name="Fatma", companions=1)
    with pytest.raises(TableFull) as refused:
        meals.join(meal, name="Joop", companions=1)
    assert str(refused.value) == "Er is nog 1 plek. Jullie zijn met 2 mensen."
    meals.join(meal, name="Joop")
    meal.refresh_from_db()
    assert meals.why_closed(meal) == "Vol. Er is geen plek meer aan tafel."
    with pytest.raises(IntegrityError), transaction.atomic():
        CateringOrder.objects.update(places_taken=4)


def test_same_neighbour_sits_once():
    meal = a_meal()
    token = uuid4()
    first = meals.join(meal, name="Fatma", email="fatma@voorbeeld.nl", form_token=token)
    again = meals.join(meal, name="Fatma", email="fatma@voorbeeld.nl", form_token=token)
    assert (again.guest, again.secret, again.is_new) == (first.guest, first.secret, False)
    with pytest.raises(AlreadyAtTable):
        meals.join(meal, name="fatma ", email="fatma@voorbeeld.nl")
    meals.leave(first.guest)
    assert meals.join(meal, name="Fatma", email="fatma@voorbeeld.nl").is_new
    assert Message.objects.filter(key__endswith=":joined").count() == 2


def test_joining_stops_when_the_shopping_is_done():
    terms()
    meal = a_meal()
    CateringOrder.objects.update(final_count_until=timezone.now() - timedelta(minutes=1))
    with pytest.raises(TooLate) as refused:
        meals.join(meal, name="Fatma")
    assert str(refused.value).startswith("Aanmelden kan niet meer.")
    by = PersonFactory(role=Role.KITCHEN)
    catering.cancel(meal, by=by, reason="De oven is stuk.")
    with pytest.raises(NotNow):
        meals.join(meal, name="Fatma")


def test_places_go_never_below_who_sits_there_and_hold_portions():
    meal = a_meal(places=8)
    by = PersonFactory(role=Role.KITCHEN)
    meals.join(meal, name="Fatma", companions=4)
    with pytest.raises(TableFull):
        meals.set_places(meal, 4, by=by)
    meals.set_places(meal, 5, by=by)
    assert KitchenSlot.objects.get().used == 5


def test_another_dish_at_the_table_is_for_everybody_too():
    meal = a_meal(places=6)
    by = PersonFactory(role=Role.KITCHEN)
    other = DishFactory(centres=[meal.centre])
    meals.join(meal, name="Fatma", companions=1)
    catering.change_lines(meal, [Wish(other, 1)], by=by)
    line = meal.lines.get()
    assert (line.dish, line.count, line.is_per_person) == (other, 6, True)
    meal.refresh_from_db()
    assert (meal.slot_portions, meal.lines.get().to_make) == (6, 2)


def test_served_meal_is_counted_by_who_came(time_machine):
    time_machine.move_to("2026-11-24 09:00+01:00", tick=False)
    terms(final_count_hours=1)
    by = PersonFactory(role=Role.KITCHEN)
    meal = a_meal(serving_at=in_days(0, 18), by=by)
    meals.join(meal, name="Fatma", companions=4)
    time_machine.move_to("2026-11-24 18:30+01:00", tick=False)
    catering.served(meal, by=by)
    meal.refresh_from_db()
    line = meal.lines.get()
    assert (line.to_make, line.total_cents) == (5, 2000)


@pytest.mark.django_db(transaction=True)
def test_last_places_at_the_table_go_to_so_many_and_no_more():
    meal = a_meal(places=5)

    def join(number):
        return lambda: meals.join(meal, name=f"Buur {number}", companions=number % 2)

    results = at_once(*[join(number) for number in range(12)])
    meal.refresh_from_db()
    seated = sum(r.guest.party_size for r in results if isinstance(r, meals.Joined))
    assert (meal.places_taken, seated) == (5, 5)
    assert {type(r) for r in results} == {meals.Joined, TableFull}


@pytest.mark.django_db(transaction=True)
def test_leaving_twice_at_once_gives_back_once():
    meal = a_meal(places=5)
    guest = meals.join(meal, name="Fatma", companions=1).guest
    meals.join(meal, name="Joop")
    at_once(*[lambda: meals.leave(guest) for _ in range(4)])
    meal.refresh_from_db()
    assert meal.places_taken == 1


# With a room --------------------------------------------------------------------------------------


def test_catering_piece_of_a_request_may_stay_empty_and_gives_wishes():
    centre = kitchen()
    soup = DishFactory(centres=[centre])
    cards = list(Dish.objects.on_menu(centre).with_card())
    empty = CateringForm({"catering-serving": ""}, dishes=cards, prefix="catering")
    assert (empty.is_valid(), empty.is_wanted) == (True, False)
    without_time = CateringForm({f"catering-dish-{soup.pk}": "12"}, dishes=cards, prefix="catering")
    assert without_time.errors == {"serving": ["Vul in hoe laat je wilt eten of drinken."]}
    full = CateringForm(
        {
            f"catering-dish-{soup.pk}": "12",
            "catering-serving": "12:30",
            "catering-need-no_milk": "2",
        },
        dishes=cards,
        prefix="catering",
    )
    assert full.is_valid(), full.errors
    assert [(wish.dish, wish.count) for wish in full.wishes()] == [(soup, 12)]
    assert full.needs()[Need.NO_MILK] == 2


def test_final_count_is_asked_once(time_machine):
    from tests.venue.food.test_catering import with_room

    terms(final_count_hours=24, reminder_hours=24)
    centre = kitchen()
    _use, order = with_room(centre, DishFactory(centres=[centre]))
    CateringOrder.objects.update(name="Koor", email="koor@voorbeeld.nl")
    order.refresh_from_db()
    assert catering.remind_of_final_counts() == 0
    time_machine.move_to(order.final_count_until - timedelta(hours=3))
    assert catering.remind_of_final_counts() == 1
    assert catering.remind_of_final_counts() == 0
    message = Message.objects.get(key__contains=":final_count:")
    assert "Nu staat er: 20." in message.text


# In a browser -------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "javascript"), [(320, True), (360, False), (1280, True)])
def test_lunch_is_ordered_by_everybody(width, javascript, new_page, axe):
    centre = kitchen(centre=CentreFactory(slug="waterkracht"))
    bread = IngredientFactory(contains=[Allergen.GLUTEN])
    DishFactory(name="Tosti", centres=[centre], price=350, recipe=[(bread, "2", Measure.PIECE)])
    meal = a_meal(centre=centre)
    page = new_page(width=width, javascript=javascript)
    for address in ("/menu/", "/menu/allergens/", f"/menu/meals/{meal.pk}/", "/menu/code/"):
        page.goto(address)
        if javascript:
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto("/menu/")
    page.get_by_role("link", name="Bestel om op te halen").click()
    if javascript:
        axe(page)
        page.get_by_role("button", name="Eén meer: Tosti").click()
        page.get_by_role("button", name="Eén meer: Tosti").click()
        assert page.locator("[data-sum]").text_content().replace("\xa0", " ") == "€ 7"
    else:
        page.get_by_role("spinbutton", name="Tosti").fill("2")
    page.get_by_label("Wanneer haal je het op?").select_option(index=3)
    page.get_by_label("Je naam").fill("Gerda")
    page.get_by_role("button", name="Bestel", exact=True).click()
    assert page.get_by_role("heading", name="Je bestelling").is_visible()
    order = CateringOrder.objects.get(kind="pick_up")
    assert page.locator(".code").text_content() == order.shown_code
    assert order.lines.get().count == 2
    if javascript:
        axe(page)
