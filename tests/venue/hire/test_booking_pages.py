"""A booking and its quote for who hires: by secret link, looked up by number, answered, changed, called off."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lokaal.people.models import Role
from tests.people.factories import PersonFactory
from tests.venue.factories import HirerFactory, Offered
from tests.venue.hire.pages import page_of, text_of
from venue import limits
from venue.hire import hiring, quoting, rebooking
from venue.models import (
    BookingState,
    CancellationRule,
    ChangeRequest,
    ChangeState,
    DateState,
    Hold,
    QuoteState,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counters(db):
    cache.clear()


@pytest.fixture
def house():
    return Offered()


def quoted(house, *wants, **fields):
    """A booking with a quote that was sent, and the secret of that quote."""
    booking = hiring.give_option(house.ask(*wants, **fields), by=house.planner)
    quote, secret = quoting.send(quoting.draft(booking, by=house.planner), by=house.planner)
    return quote, secret


def quote_page(quote, secret):
    return reverse("venue:quote", args=[quote.pk, secret])


# Opening -----------------------------------------------------------------------------------------


def test_booking_opens_with_its_link_and_is_kept_private(client, house):
    booking = house.ask(note="Met piano")
    response = client.get(page_of(booking))
    said = text_of(response)
    assert "Wij hebben je aanvraag De zaal is nog niet van jou." in said
    assert booking.reference in said
    assert "19.00 tot 22.00 uur , Grote zaal" in said
    assert "Met piano" in said
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]


def test_wrong_short_or_foreign_link_says_so_plainly(client, house):
    booking, other = house.ask(), house.ask(house.wanted(days=9))
    secret = other.new_link()
    for wrong in (secret, booking.new_link()[:-1], "x", "%00", "é"):
        response = client.get(f"/zalen/bookings/{booking.pk}/{wrong}/")
        assert response.status_code == 404
        assert "Deze link werkt niet" in text_of(response)
        assert "Zoek mijn boeking" in text_of(response)
    assert client.get(f"/zalen/bookings/{uuid4()}/{secret}/").status_code == 404
    assert client.get(f"/zalen/bookings/{booking.pk}/").status_code == 404


def test_booking_opens_for_its_own_account_and_for_who_plans(client, house):
    person = PersonFactory()
    booking = house.ask(hirer=HirerFactory(person=person))
    page = reverse("venue:booking", args=[booking.pk])
    client.force_login(PersonFactory())
    assert client.get(page).status_code == 404
    for visitor in (person, house.planner):
        client.force_login(visitor)
        assert client.get(page).status_code == 200
    client.force_login(PersonFactory(role=Role.KITCHEN))
    assert client.get(page).status_code == 404


def test_my_page_leads_to_the_rooms_that_somebody_hires(client, house):
    person = PersonFactory()
    house.ask(hirer=HirerFactory(person=person), purpose="Koor")
    house.ask(house.wanted(days=9), purpose="Van een ander")
    client.force_login(person)
    said = text_of(client.get("/me/"))
    assert "Zalen die je huurt Koor" in said
    assert "Wij hebben je aanvraag" in said
    assert "Van een ander" not in said


def test_looking_changes_nothing(client, house):
    quote, secret = quoted(house)
    booking = quote.booking
    date = booking.dates.get()
    for page in (
        page_of(booking),
        page_of(booking, "booking_quote"),
        page_of(booking, "booking_cancel"),
        page_of(booking, "booking_change", date.pk),
        page_of(booking, "booking_date_cancel", date.pk),
        quote_page(quote, secret),
    ):
        assert client.get(page).status_code == 200
    booking.refresh_from_db()
    quote.refresh_from_db()
    assert (booking.state, quote.state) == (BookingState.QUOTED, QuoteState.SENT)
    assert date.use.hold == Hold.OPTION


# Where it stands ---------------------------------------------------------------------------------


def test_every_state_is_said_in_plain_words(client, house):
    booking = house.ask()
    page = page_of(booking)

    hiring.give_option(booking, by=house.planner)
    assert "Wij houden de zaal vast De zaal is voor jou tot" in text_of(client.get(page))

    booking.refresh_from_db()
    with time_machine.travel(booking.option_until + timedelta(seconds=1)):
        assert "Je optie is verlopen" in text_of(client.get(page))

    quoting.send(quoting.draft(booking, by=house.planner), by=house.planner)
    assert "Zeg ja of nee tegen de prijs" in text_of(client.get(page))

    hiring.confirm(booking, by=house.planner)
    said = text_of(client.get(page))
    assert "De zaal is van jou" in said
    assert "Kom naar de balie. Daar krijg je de sleutel." in said
    assert "Borg: € 50. Die krijg je terug." in said


def test_refusal_of_the_house_is_shown_with_the_reason(client, house):
    booking = house.ask()
    hiring.decline(booking, reason="Dan is er feest.", by=house.planner)
    said = text_of(client.get(page_of(booking)))
    assert "Het kan niet Dan is er feest. Wil je iets anders proberen? Bel ons." in said
    assert "Afzeggen" not in said


def test_second_in_line_is_told_so(client, house):
    first = house.ask()
    second = house.ask()
    hiring.give_option(first, by=house.planner)
    hiring.give_option(second, by=house.planner)
    said = text_of(client.get(page_of(second)))
    assert "Je staat in de wacht Iemand anders heeft een optie." in said


# The quote ---------------------------------------------------------------------------------------


def test_quote_says_what_why_and_until_when(client, house):
    quote, secret = quoted(house)
    said = text_of(client.get(quote_page(quote, secret)))
    for sentence in (
        f"Offerte {quote.number} voor",
        "3 uur € 37,50",
        "Samen, met btw € 37,50",
        "Borg. Die krijg je terug. € 50",
        "Waarom deze prijs? Prijsgroep: Maatschappelijk. Voor verenigingen.",
        "Zeg ja of nee voor",
    ):
        assert sentence in said


def test_quote_is_accepted_with_one_press_and_once(client, house):
    quote, secret = quoted(house)
    page = quote_page(quote, secret)
    response = client.post(page, {"answer": "yes"}, follow=True)
    said = text_of(response)
    assert "Je hebt ja gezegd. De zaal is van jou." in said
    quote.refresh_from_db()
    assert (quote.state, quote.booking.state) == (QuoteState.ACCEPTED, BookingState.CONFIRMED)
    again = client.post(page, {"answer": "yes"}, follow=True)
    assert again.status_code == 200
    assert quote.booking.events.filter(kind="confirmed").count() == 1


def test_quote_is_declined_with_a_reason(client, house):
    quote, secret = quoted(house)
    client.post(quote_page(quote, secret), {"answer": "no", "reason": "Te duur"})
    quote.refresh_from_db()
    assert (quote.state, quote.decline_reason) == (QuoteState.DECLINED, "Te duur")
    assert quote.booking.state == BookingState.CANCELLED
    late = client.post(quote_page(quote, secret), {"answer": "yes"})
    assert late.status_code == 409
    assert "Je hebt nee gezegd tegen deze offerte." in text_of(late)


def test_quote_that_was_replaced_says_so(client, house):
    quote, secret = quoted(house)
    quoting.send(quoting.draft(quote.booking, by=house.planner), by=house.planner)
    page = quote_page(quote, secret)
    assert "Deze prijs geldt niet meer Er is een nieuwe prijs." in text_of(client.get(page))
    response = client.post(page, {"answer": "yes"})
    assert response.status_code == 409
    assert "Er is een nieuwere offerte." in text_of(response)


def test_accepting_after_expiry_works_while_the_room_is_free(client, house):
    quote, secret = quoted(house, house.wanted(days=10))
    page = quote_page(quote, secret)
    with time_machine.travel(quote.valid_until + timedelta(minutes=1)):
        assert "De tijd om ja te zeggen is voorbij" in text_of(client.get(page))
        assert "Je hebt ja gezegd" in text_of(client.post(page, {"answer": "yes"}, follow=True))


def test_accepting_after_expiry_when_somebody_else_has_the_room_says_so(client, house):
    evening = house.wanted(days=10)
    quote, secret = quoted(house, evening)
    page = quote_page(quote, secret)
    with time_machine.travel(quote.valid_until + timedelta(minutes=1)):
        other = house.ask(evening, hirer=HirerFactory(name="Geheim genootschap"))
        hiring.confirm(other, by=house.planner)
        response = client.post(page, {"answer": "yes"})
        said = text_of(response)
        assert response.status_code == 409
        assert "Je optie is verlopen. Iemand anders heeft de zaal nu." in said
        assert "Geheim" not in said


def test_foreign_link_of_a_quote_says_so_plainly(client, house):
    quote, secret = quoted(house)
    other, _secret = quoted(house, house.wanted(days=10))
    for page in (quote_page(other, secret), quote_page(quote, secret[:-1])):
        for response in (client.get(page), client.post(page, {"answer": "yes"})):
            assert response.status_code == 404
            assert "Deze link werkt niet" in text_of(response)
    other.refresh_from_db()
    assert other.state == QuoteState.SENT


def test_quote_opens_from_the_booking_too(client, house):
    quote, _secret = quoted(house)
    page = page_of(quote.booking, "booking_quote")
    assert "Dit kost het" in text_of(client.get(page))
    response = client.post(page, {"answer": "yes"})
    assert response.url == page.removesuffix("quote/")
    without = page_of(house.ask(house.wanted(days=12)), "booking_quote")
    assert "Er is nog geen prijs." in text_of(client.get(without, follow=True))


# Calling off -------------------------------------------------------------------------------------


def test_calling_off_shows_the_cost_first_and_then_does_it(client, house):
    CancellationRule.objects.create(
        centre=house.centre, notice_hours=24 * 10, percent=50, valid_from="2020-01-01"
    )
    booking = hiring.confirm(house.ask(), by=house.planner)
    page = page_of(booking, "booking_cancel")
    assert "Afzeggen kost nu € 18,75" in text_of(client.get(page))
    response = client.post(page, {"reason": "Ziek"}, follow=True)
    assert "Het is afgezegd." in text_of(response)
    booking.refresh_from_db()
    date = booking.dates.get()
    assert (booking.state, date.state, date.cancel_percent, date.reason) == (
        BookingState.CANCELLED,
        DateState.CANCELLED,
        50,
        "Ziek",
    )
    assert client.post(page, {"reason": "Ziek"}).status_code == 302
    assert booking.events.filter(kind="cancelled").count() == 1


def test_calling_off_a_request_costs_nothing(client, house):
    booking = house.ask()
    assert "Afzeggen kost nu niets" in text_of(client.get(page_of(booking, "booking_cancel")))


def test_one_date_of_several_is_called_off(client, house):
    booking = house.ask(house.wanted(), house.wanted(days=8))
    first, second = booking.dates.order_by("use__starts_at")
    client.post(page_of(booking, "booking_date_cancel", first.pk), {"reason": ""})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (DateState.CANCELLED, DateState.PLANNED)


def test_date_of_another_booking_is_not_there(client, house):
    booking, other = house.ask(), house.ask(house.wanted(days=9))
    date = other.dates.get()
    for view in ("booking_change", "booking_date_cancel"):
        assert client.post(page_of(booking, view, date.pk), {"reason": ""}).status_code == 404
    date.refresh_from_db()
    assert date.state == DateState.PLANNED


def test_calling_off_what_has_been_is_refused_in_words(client, house):
    booking = hiring.confirm(house.ask(), by=house.planner)
    page = page_of(booking, "booking_cancel")
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        assert "Er is niets meer af te zeggen" in text_of(client.get(page))
        response = client.post(page, {"reason": ""})
        assert response.status_code == 409
        assert "Deze boeking is al geweest of bezig. Bel ons." in text_of(response)


# Changing ----------------------------------------------------------------------------------------


def wish(date, **changes):
    start = timezone.localtime(date.use.starts_at)
    return {
        "day": start.date().isoformat(),
        "starts": "18:00",
        "ends": "22:00",
        "people": "25",
        "space": str(date.use.space_id),
        "layout": "",
        "note": "Een uur eerder",
    } | changes


def test_change_is_asked_shown_and_taken_back(client, house):
    booking = house.ask()
    date = booking.dates.get()
    page = page_of(booking, "booking_change", date.pk)
    assert "Nu is het" in text_of(client.get(page))

    response = client.post(page, wish(date), follow=True)

    said = text_of(response)
    assert "Wij hebben je vraag. Tot dan blijft alles zoals het was." in said
    assert "Jij vroeg:" in said
    assert "18.00 tot 22.00 uur, Grote zaal" in said
    change = ChangeRequest.objects.get()
    assert (change.state, change.people, change.note) == (ChangeState.OPEN, 25, "Een uur eerder")
    client.post(page_of(booking, "booking_change_withdraw", change.pk))
    change.refresh_from_db()
    assert change.state == ChangeState.WITHDRAWN


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"people": "10000"}, "Er passen 40 mensen in Grote zaal."),
        ({"ends": "18:00"}, "Het einde is gelijk aan het begin."),
        ({"day": "2020-01-01"}, "Die dag is al geweest."),
        ({"space": "x"}, "Kies een antwoord uit de lijst."),
    ],
)
def test_change_that_cannot_be_says_so(client, house, changes, said):
    booking = house.ask()
    date = booking.dates.get()
    response = client.post(page_of(booking, "booking_change", date.pk), wish(date, **changes))
    assert said in text_of(response)
    assert not ChangeRequest.objects.exists()


def test_change_of_another_booking_is_not_taken_back(client, house):
    booking, other = house.ask(), house.ask(house.wanted(days=9))
    date = other.dates.get()
    change = rebooking.ask(date, space=house.space, starts_at=date.use.starts_at,
                           ends_at=date.use.ends_at, people=5)  # fmt: skip
    page = page_of(booking, "booking_change_withdraw", change.pk)
    assert client.post(page).status_code == 404
    assert client.get(page).status_code == 405


# A lost link -------------------------------------------------------------------------------------


def lookup(client, reference, contact):
    return client.post("/zalen/booking/", {"reference": reference, "contact": contact})


def test_lost_booking_is_found_by_number_and_phone_or_mail(house):
    booking = house.ask(hirer=HirerFactory(email="els@voorbeeld.nl", phone="+31612345678"))
    for contact in ("06 12345678", "+31 6 1234 5678", "Els@Voorbeeld.nl"):
        client = Client()
        response = lookup(client, booking.reference.lower(), contact)
        assert response.url == reverse("venue:booking", args=[booking.pk])
        assert booking.reference in text_of(client.get(response.url))


def test_lost_booking_closes_again_after_half_an_hour(client, house):
    booking = house.ask(hirer=HirerFactory(email="els@voorbeeld.nl"))
    page = lookup(client, booking.reference, "els@voorbeeld.nl").url
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert client.get(page).status_code == 404


@pytest.mark.parametrize("contact", ["0612345679", "ander@voorbeeld.nl", "", "x", "\x00", "@"])
def test_lost_booking_is_not_found_with_a_wrong_contact(client, house, contact):
    booking = house.ask(hirer=HirerFactory(email="", phone="+31612345678"))
    response = lookup(client, booking.reference, contact)
    assert response.status_code in {200, 404}
    assert "room_requests" not in client.session
    assert client.get(reverse("venue:booking", args=[booking.pk])).status_code == 404


def test_guessing_numbers_soon_stops(client, house, monkeypatch):
    few = limits.Limit("reference_same", most=2, seconds=600)
    monkeypatch.setattr("venue.limits.WRONG_REFERENCE_SAME", few)
    booking = house.ask(hirer=HirerFactory(email="els@voorbeeld.nl"))
    answers = [
        lookup(client, booking.reference, "fout@voorbeeld.nl").status_code for _n in range(3)
    ]
    assert answers == [404, 404, 429]
    assert lookup(client, booking.reference, "els@voorbeeld.nl").status_code == 429


# Speed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dates", [1, 30])
def test_booking_page_takes_a_fixed_number_of_queries(
    client, house, dates, django_assert_num_queries
):
    booking = house.ask(*[house.wanted(days=7 + number) for number in range(dates)])
    page = page_of(booking)
    client.get(page)
    with django_assert_num_queries(7):
        assert text_of(client.get(page)).count("Verander of zeg af") == dates


@pytest.mark.parametrize("dates", [1, 30])
def test_quote_page_takes_a_fixed_number_of_queries(
    client, house, dates, django_assert_num_queries
):
    quote, secret = quoted(house, *[house.wanted(days=7 + number) for number in range(dates)])
    page = quote_page(quote, secret)
    client.get(page)
    with django_assert_num_queries(4):
        assert client.get(page).status_code == 200


# Alcohol -----------------------------------------------------------------------------------------


def test_hirer_lets_a_party_go_on_without_alcohol(client, house):
    booking = house.ask(is_private_party=True, serves_alcohol=True)
    page = page_of(booking)
    assert "Jullie willen alcohol schenken Toch zonder alcohol" in text_of(client.get(page))
    said = text_of(client.post(f"{page}no-alcohol/", follow=True))
    assert "Genoteerd: zonder alcohol." in said
    assert "Toch zonder alcohol" not in said
    booking.refresh_from_db()
    assert booking.serves_alcohol is False


def test_alcohol_is_dropped_by_a_button_only(client, house):
    booking = house.ask(serves_alcohol=True)
    assert client.get(f"{page_of(booking)}no-alcohol/").status_code == 405
    assert client.post(f"/zalen/bookings/{booking.pk}/no-alcohol/").status_code == 404
    booking.refresh_from_db()
    assert booking.serves_alcohol is True
