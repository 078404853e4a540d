"""Asking for a room in steps: what each step keeps and refuses, the price before sending, and sending once."""

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lokaal.people.models import Role
from tests.people.factories import PersonFactory
from tests.venue.factories import (
    AlcoholRuleFactory,
    BuildingFactory,
    EquipmentFactory,
    Offered,
    SpaceFactory,
    SpaceLayoutFactory,
    TariffClassFactory,
    TariffFactory,
)
from tests.venue.food.factories import DishFactory, kitchen
from tests.venue.hire.pages import (
    answer,
    begin,
    step_url,
    text_of,
    until_check,
    when,
)
from venue import allocating, limits
from venue.models import (
    Booking,
    BookingState,
    CateringOrder,
    DateState,
    Hirer,
    HirerKind,
    Hold,
    Layout,
    OrderState,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counters(db):
    cache.clear()


@pytest.fixture
def house():
    return Offered()


def first_page(house):
    return reverse("venue:request_new", args=[house.centre.slug, house.space.slug])


# The whole road ----------------------------------------------------------------------------------


def test_request_goes_from_the_first_question_to_a_booking(client, house):
    beamer = EquipmentFactory(centre=house.centre, name="Beamer")
    url = begin(client, house)
    answer(client, url, "when", **when(house))
    answer(client, url, "needs", equipment=str(beamer.pk), catering="Koffie voor 20", note="Piano?")
    answer(client, url, "group", tariff_class=str(house.club.pk))
    answer(client, url, "contact", wants_call="on")

    said = text_of(client.get(step_url(url, "check")))
    assert "Wat het kost € 37,50 Grote zaal" in said
    assert "Waarom deze prijs? Prijsgroep: Maatschappelijk. Voor verenigingen." in said
    assert "Borg: € 50. Die krijg je terug." in said
    assert not Booking.objects.exists()

    response = answer(client, url, "check")

    booking = Booking.objects.get()
    assert response.url.startswith(f"/zalen/bookings/{booking.pk}/")
    date_ = booking.dates.get()
    assert (booking.state, booking.purpose, booking.tariff_class, booking.by) == (
        BookingState.REQUEST,
        "Koor",
        house.club,
        None,
    )
    assert booking.note == "Wil gebeld worden.\n\nEten en drinken: Koffie voor 20\n\nPiano?"
    assert (date_.use.people, date_.use.layout, date_.use.hold) == (
        20,
        Layout.THEATRE,
        Hold.REQUESTED,
    )
    assert date_.equipment == {beamer.pk: 1}
    hirer = booking.hirer
    assert (hirer.kind, hirer.name, hirer.contact_name, hirer.phone.as_e164, hirer.person) == (
        HirerKind.GROUP,
        "Koor De Zon",
        "Els",
        "+31612345678",
        None,
    )
    page = client.get(response.url)
    assert "Wij hebben je aanvraag" in text_of(page)
    assert booking.reference in text_of(page)


def test_request_in_english_keeps_the_language_of_the_hirer(client, house):
    url = step_url(until_check(client, house), "check")
    client.post(f"/en{url}")
    assert Hirer.objects.get().language == "en"


def test_request_sent_twice_is_one_request(client, house):
    url = until_check(client, house)
    first, second = client.post(url), client.post(url)
    assert Booking.objects.count() == 1
    booking = Booking.objects.get()
    assert (first.status_code, second.status_code) == (302, 302)
    assert second.url == reverse("venue:booking", args=[booking.pk])
    assert client.get(second.url).status_code == 200


def test_request_sent_twice_from_two_tabs_is_one_request(house):
    one, other = Client(), Client()
    url = until_check(one, house)
    other.cookies = one.cookies
    assert [one.post(url).status_code, other.post(url).status_code] == [302, 302]
    assert Booking.objects.count() == 1


def test_request_forgets_the_answers_once_sent(client, house):
    client.post(until_check(client, house))
    kept = str(client.session["room_requests"])
    assert "Els" not in kept
    assert "0612345678" not in kept


def test_looking_at_the_steps_changes_nothing(client, house):
    url = until_check(client, house)
    for step in ("what", "when", "needs", "group", "contact", "check"):
        assert client.get(step_url(url, step)).status_code == 200
    assert not Booking.objects.exists()
    assert not Hirer.objects.exists()


def test_steps_open_in_order(client, house):
    url = begin(client, house)
    assert client.get(step_url(url, "check")).url == step_url(url, "when")
    assert client.get(step_url(url, "dates")).url == step_url(url, "when")
    answer(client, url, "when", **when(house))
    assert client.get(step_url(url, "contact")).url == step_url(url, "needs")


def test_request_of_somebody_else_or_long_ago_says_so_plainly(client, house):
    url = begin(client, house)
    stranger = Client().get(url)
    assert stranger.status_code == 404
    assert "Je aanvraag staat niet meer open" in text_of(stranger)
    assert (
        Client().get(reverse("venue:request_step", args=[uuid.uuid4(), "when"])).status_code == 404
    )


# What is refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"purpose": ""}, "Vertel wat jullie gaan doen."),
        ({"people": ""}, "Vul een getal in. Ongeveer is goed."),
        ({"people": "10000"}, "In deze zaal passen 40 mensen."),
        ({"people": "0"}, "Dit getal is te klein. Kies 1 of meer."),
        ({"people": "\x00"}, "Vul een getal in."),
        ({"purpose": "Hulp voor 111222333"}, "Hier staat een burgerservicenummer (BSN)."),
    ],
)
def test_first_question_says_what_to_do(client, house, answers, said):
    from tests.venue.hire.pages import ANSWERS

    response = client.post(first_page(house), ANSWERS["what"] | answers)
    assert response.status_code == 200
    assert said in text_of(response)
    assert "room_requests" not in client.session


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ({"ends": "19:00"}, "Het einde is gelijk aan het begin."),
        ({"ends": "18:00"}, "Het einde ligt voor het begin."),
        ({"day": "2020-01-01"}, "Die dag is al geweest."),
        ({"repeats": "weekly"}, "Kies de laatste dag."),
        ({"repeats": "weekly", "until": "2020-01-01"}, "Die dag is al geweest."),
    ],
)
def test_time_that_cannot_be_says_so(client, house, times, said):
    url = begin(client, house)
    response = answer(client, url, "when", **when(house) | times)
    assert said in text_of(response)


def test_time_in_the_hour_that_spring_skips_says_so(client, house):
    with time_machine.travel("2027-03-01 12:00"):
        url = begin(client, house)
        response = answer(
            client,
            url,
            "when",
            **when(house) | {"day": "2027-03-28", "starts": "02:30", "ends": "04:00"},
        )
    assert "In die nacht gaat de klok een uur vooruit of terug." in text_of(response)


def test_time_past_midnight_is_one_evening(client, house):
    url = begin(client, house)
    answer(client, url, "when", **when(house) | {"starts": "20:00", "ends": "00:30"})
    said = text_of(client.get(step_url(url, "needs")))
    assert "Vraag 3 van 6" in said


def test_time_that_is_taken_proposes_what_fits_and_one_press_moves_there(client, house):
    small = SpaceFactory(centre=house.centre, name="Kleine zaal", capacity=25)
    allocating.take(house.wanted(title="Geheim overleg"))
    url = begin(client, house)

    response = answer(client, url, "when", **when(house))

    said = text_of(response)
    assert "Grote zaal is dan al bezet. Dit kan wel:" in said
    assert "Geheim" not in said
    proposals = response.context["alternatives"]
    assert proposals[0]["space"] == small

    moved = answer(client, url, "when", choose=proposals[0]["key"])
    assert moved.url == step_url(url, "needs")
    assert "Kleine zaal" in text_of(client.get(moved.url))


def test_proposal_that_is_gone_by_then_asks_to_choose_again(client, house):
    small = SpaceFactory(centre=house.centre, name="Kleine zaal", capacity=25)
    allocating.take(house.wanted())
    url = begin(client, house)
    key = answer(client, url, "when", **when(house)).context["alternatives"][0]["key"]
    allocating.take(house.wanted(space=small))
    for choice in (key, "x", "\x00"):
        assert "Dat kan net niet meer. Kies opnieuw." in text_of(
            answer(client, url, "when", choose=choice)
        )


def test_room_taken_while_filling_in_is_said_at_the_end_with_what_fits(client, house):
    url = until_check(client, house)
    allocating.take(house.wanted(title="Geheim overleg"))
    response = client.post(url)
    assert response.status_code == 409
    said = text_of(response)
    assert "Je aanvraag is nog niet verstuurd" in said
    assert "Grote zaal is dan al bezet." in said
    assert "Geheim" not in said
    assert response.context["alternatives"]
    assert not Booking.objects.exists()


def test_notice_of_the_house_is_said_when_the_time_is_chosen(client, house):
    BuildingFactory(centre=house.centre, minimum_notice_hours=24 * 10)
    url = begin(client, house)
    response = answer(client, url, "when", **when(house))
    assert "Vraag een zaal minstens 240 uur vooraf." in text_of(response)


def test_residents_go_first_is_said_to_others(client, house):
    BuildingFactory(centre=house.centre, residents_first_days=3)
    url = until_check(client, house)
    response = client.post(url)
    assert response.status_code == 409
    assert "Bewoners gaan voor." in text_of(response)


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        ({"name": ""}, "Vul je naam in. Je voornaam is genoeg."),
        ({"phone": "", "email": ""}, "Vul je telefoon of je e-mail in. Eén van de twee is genoeg."),
        ({"phone": "12"}, "Dit nummer heeft te weinig cijfers."),
        ({"phone": "", "email": "els"}, "Dit e-mailadres klopt niet."),
        (
            {"phone": "", "email": "els@voorbeeld.nl", "wants_call": "on"},
            "Vul je telefoonnummer in.",
        ),
        ({"website": "x"}, "Dit ging niet goed. Druk nog een keer op de knop."),
    ],
)
def test_contact_says_what_is_missing(client, house, contact, said):
    url = begin(client, house)
    answer(client, url, "when", **when(house))
    answer(client, url, "needs")
    answer(client, url, "group", tariff_class=str(house.club.pk))
    assert said in text_of(answer(client, url, "contact", **contact))


def test_organisation_gives_its_address_for_the_invoice(client, house):
    url = begin(client, house)
    answer(client, url, "when", **when(house))
    answer(client, url, "needs")
    answer(client, url, "group", kind="organisation", tariff_class=str(house.club.pk))
    missing = answer(client, url, "contact", kvk_number="123")
    assert "Straat en nummer: Vul dit in. Het staat op de factuur." in text_of(missing)
    assert "Een KvK-nummer heeft 8 cijfers." in text_of(missing)

    address = {"street": "Bronsweg 1", "postcode": "7202 AA", "city": "Zutphen"}
    sent = answer(client, url, "contact", kvk_number="1234 5678", buyer_reference="PO 7", **address)
    client.post(sent.url)

    hirer = Hirer.objects.get()
    assert (hirer.kind, hirer.kvk_number, hirer.street, hirer.buyer_reference) == (
        HirerKind.ORGANISATION,
        "12345678",
        "Bronsweg 1",
        "PO 7",
    )


def test_too_many_requests_from_one_contact_wait_a_while(client, house, monkeypatch):
    few = limits.Limit("hire_contact", most=1, seconds=600)
    monkeypatch.setattr("venue.limits.HIRE_WITH_CONTACT", few)
    client.post(until_check(client, house))
    response = client.post(until_check(client, house, days=8))
    assert response.status_code == 429
    assert "Dit is te vaak geprobeerd." in text_of(response)
    assert Booking.objects.count() == 1


# Prices, parties and alcohol ---------------------------------------------------------------------


def test_classes_are_shown_with_their_price_and_for_whom(client, house):
    free = TariffClassFactory(name="Bewoners", free=True, explanation="Voor de buurt.")
    firm = TariffClassFactory(name="Bedrijven", explanation="Voor wie verdient.")
    url = begin(client, house)
    answer(client, url, "when", **when(house))
    answer(client, url, "needs")
    said = text_of(client.get(step_url(url, "group")))
    assert "Maatschappelijk: € 37,50 Voor verenigingen." in said
    assert "Bewoners: Gratis Voor de buurt." in said
    assert "Bedrijven: Wij kijken wat het kost. Voor wie verdient." in said
    answer(client, url, "group", tariff_class=str(firm.pk))
    answer(client, url, "contact")
    check = text_of(client.get(step_url(url, "check")))
    assert "Wij kijken wat het kost." in check
    assert "nog geen prijs. Wij kijken ernaar." in check
    assert free.pk != firm.pk


def test_private_party_has_its_own_class_and_no_alcohol(client, house):
    AlcoholRuleFactory(centre=house.centre)
    party = TariffClassFactory(name="Feest", party=True)
    TariffFactory(space=house.space, tariff_class=party)
    url = begin(client, house, is_private_party="yes", serves_alcohol="yes")
    answer(client, url, "when", **when(house))
    answer(client, url, "needs")
    choices = text_of(client.get(step_url(url, "group")))
    assert "Feest: € 37,50" in choices
    assert "Maatschappelijk" not in choices
    answer(client, url, "group", kind="person", tariff_class=str(party.pk))
    answer(client, url, "contact")
    said = text_of(client.get(step_url(url, "check")))
    assert "Bij een privéfeest schenken wij geen alcohol. Dat mag niet van de gemeente." in said
    client.post(step_url(url, "check"))
    booking = Booking.objects.get()
    assert (booking.is_private_party, booking.serves_alcohol) == (True, True)
    assert booking.dates.get().use.is_private is True


def test_layout_that_does_not_hold_them_cannot_be_chosen(client, house):
    SpaceLayoutFactory(space=house.space, layout=Layout.U_SHAPE, capacity=10)
    url = begin(client, house)
    answer(client, url, "when", **when(house))
    content = client.get(step_url(url, "needs")).content.decode()
    assert 'value="u_shape"' in content
    assert content.count("disabled") == 1


# Food --------------------------------------------------------------------------------------------


def to_food(client, house, **times):
    url = begin(client, house)
    answer(client, url, "when", **when(house, **times))
    response = answer(client, url, "needs")
    assert response.url == step_url(url, "food")
    return url


def finish(client, house, url):
    answer(client, url, "group", tariff_class=str(house.club.pk))
    answer(client, url, "contact")
    return client.post(step_url(url, "check"), follow=True)


def test_food_is_chosen_from_the_card_and_ordered_with_the_room(client, house):
    soup = DishFactory(name="Linzensoep", centres=[kitchen(centre=house.centre).pk])
    url = to_food(client, house)
    assert "Linzensoep" in text_of(client.get(step_url(url, "food")))
    wanted = {
        f"catering-dish-{soup.pk}": "20",
        "catering-serving": "19:30",
        "catering-need-vegan": "2",
    }
    answer(client, url, "food", **wanted)
    answer(client, url, "group", tariff_class=str(house.club.pk))
    answer(client, url, "contact")
    said = text_of(client.get(step_url(url, "check")))
    assert "20 × Linzensoep € 60" in said
    assert "Eten en drinken samen € 60" in said
    assert not CateringOrder.objects.exists()

    client.post(step_url(url, "check"))
    client.post(step_url(url, "check"))

    order = CateringOrder.objects.get()
    date_ = Booking.objects.get().dates.get()
    assert (order.use, order.state, order.people) == (date_.use, OrderState.ASKED, 20)
    assert timezone.localtime(order.serving_at).hour == 19
    assert [(line.dish, line.count) for line in order.lines.all()] == [(soup, 20)]
    assert order.needs.get().count == 2
    assert "Eten en drinken: 20 × Linzensoep, 19.30 uur" in Booking.objects.get().note


def test_food_is_skipped_without_a_choice(client, house):
    DishFactory(centres=[kitchen(centre=house.centre).pk])
    url = to_food(client, house)
    answer(client, url, "food", **{"catering-serving": ""})
    said = text_of(finish(client, house, url))
    assert "Wij hebben je aanvraag" in said
    assert not CateringOrder.objects.exists()


def test_food_that_the_kitchen_cannot_make_is_said_and_the_room_stays_asked(client, house):
    soup = DishFactory(name="Linzensoep", centres=[kitchen(10, centre=house.centre).pk])
    url = to_food(client, house)
    answer(client, url, "food", **{f"catering-dish-{soup.pk}": "20", "catering-serving": "19:30"})
    said = text_of(finish(client, house, url))
    assert "De zaal is gevraagd. Het eten nog niet." in said
    assert not CateringOrder.objects.exists()
    assert "Eten en drinken: 20 × Linzensoep" in Booking.objects.get().note


def test_food_asks_what_is_missing(client, house):
    soup = DishFactory(centres=[kitchen(centre=house.centre).pk])
    url = to_food(client, house)
    response = answer(
        client, url, "food", **{f"catering-dish-{soup.pk}": "5", "catering-serving": ""}
    )
    assert "Vul in hoe laat je wilt eten of drinken." in text_of(response)


# Series ------------------------------------------------------------------------------------------


def weekly(house, weeks=3, **times):
    times = when(house) | times
    last = date.fromisoformat(times["day"]) + timedelta(weeks=weeks - 1)
    return times | {"repeats": "weekly", "until": last.isoformat()}


def test_series_shows_each_date_and_asks_for_the_ticked_ones(client, house):
    allocating.take(house.wanted(days=14, title="Geheim overleg"))
    url = begin(client, house)
    response = answer(client, url, "when", **weekly(house, 4))
    assert response.url == step_url(url, "dates")

    page = client.get(response.url)
    said = text_of(page)
    assert said.count("Vrij.") == 3
    assert "Grote zaal is dan al bezet." in said
    assert "Geheim" not in said

    free = page.context["form"].initial["days"]
    answer(client, url, "dates", days=free[:2])
    answer(client, url, "needs")
    answer(client, url, "group", tariff_class=str(house.club.pk))
    answer(client, url, "contact")
    assert "2 keer 3 uur, elke keer € 37,50 € 75" in text_of(client.get(step_url(url, "check")))
    client.post(step_url(url, "check"))

    states = list(
        Booking.objects.get().dates.order_by("use__starts_at").values_list("state", flat=True)
    )
    assert states == [DateState.PLANNED, DateState.REFUSED, DateState.PLANNED, DateState.SKIPPED]


def test_series_takes_another_room_on_the_date_that_is_taken(client, house):
    small = SpaceFactory(centre=house.centre, name="Kleine zaal", capacity=25)
    allocating.take(house.wanted(days=14))
    url = begin(client, house)
    answer(client, url, "when", **weekly(house, 3))
    page = client.get(step_url(url, "dates"))
    assert "Kleine zaal is wel vrij." in text_of(page)
    values = [value for value, _option in page.context["form"].fields["days"].choices]
    answer(client, url, "dates", days=values)
    answer(client, url, "needs")
    answer(client, url, "group", tariff_class=str(house.club.pk))
    answer(client, url, "contact")
    client.post(step_url(url, "check"))
    rooms = (
        Booking.objects.get()
        .dates.order_by("use__starts_at")
        .values_list("use__space__name", flat=True)
    )
    assert list(rooms) == ["Grote zaal", small.name, "Grote zaal"]


def test_series_of_three_years_is_refused_in_plain_words(client, house):
    url = begin(client, house)
    response = answer(client, url, "when", **weekly(house, 52 * 2))
    said = text_of(response)
    assert "Een reeks duurt hoogstens een jaar." in said or "binnen twee jaar" in said


def test_series_without_a_ticked_day_asks_for_one(client, house):
    url = begin(client, house)
    answer(client, url, "when", **weekly(house))
    assert "Kies minstens één dag." in text_of(answer(client, url, "dates"))


# Who fills it in ---------------------------------------------------------------------------------


def test_signed_in_people_find_their_own_details(client, house):
    person = PersonFactory(name="Gerda", phone="+31612300001")
    client.force_login(person)
    url = begin(client, house)
    answer(client, url, "when", **when(house))
    answer(client, url, "needs")
    answer(client, url, "group", kind="person", tariff_class=str(house.club.pk))
    content = client.get(step_url(url, "contact")).content.decode()
    assert 'value="Gerda"' in content
    assert f'value="{person.email}"' in content
    client.post(step_url(url, "contact"), {"name": "Gerda", "phone": "", "email": person.email})
    client.post(step_url(url, "check"))
    assert Hirer.objects.get().person == person


def test_staff_fills_in_for_somebody_without_phone_or_mail(client, house):
    client.force_login(house.planner)
    url = begin(client, house)
    assert "Je vult dit in voor iemand anders." in text_of(client.get(url))
    answer(client, url, "when", **when(house))
    answer(client, url, "needs")
    answer(client, url, "group", kind="person", tariff_class=str(house.club.pk))
    answer(client, url, "contact", phone="", email="", name="Gerda")
    response = client.post(step_url(url, "check"))
    booking = Booking.objects.get()
    assert response.url == reverse("venue:booking_manage", args=[booking.pk])
    assert (booking.by, booking.hirer.name, booking.hirer.person) == (house.planner, "Gerda", None)
    assert booking.is_class_checked is True


def test_host_who_does_not_plan_asks_like_anybody_else(client, house):
    host = PersonFactory(role=Role.HOST)
    client.force_login(host)
    client.post(until_check(client, house))
    assert Booking.objects.get().by is None


# Speed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weeks", [2, 30])
def test_steps_take_a_fixed_number_of_queries(client, house, weeks, django_assert_num_queries):
    url = begin(client, house)
    answer(client, url, "when", **weekly(house, weeks))
    days = client.get(step_url(url, "dates")).context["form"].initial["days"]
    assert len(days) == weeks
    answer(client, url, "dates", days=days)
    answer(client, url, "needs")
    answer(client, url, "group", tariff_class=str(house.club.pk))
    answer(client, url, "contact")
    with django_assert_num_queries(15):
        assert client.get(step_url(url, "check")).status_code == 200
