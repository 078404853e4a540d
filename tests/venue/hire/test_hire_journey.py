"""From "20 people, Tuesday evening" to a room that is theirs, in a real browser; and every page of hire under axe."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from lokaal.centres.models import Fact
from lokaal.outbox.models import Message
from lokaal.people.models import Role
from tests.people.factories import PersonFactory
from tests.venue.factories import (
    EquipmentFactory,
    Offered,
    SpaceFactory,
    TariffClassFactory,
)
from tests.venue.hire.pages import page_of
from tests.venue.money.factories import house_that_sells
from venue.hire import hiring, quoting
from venue.models import Booking, BookingState, Invoice, Quote, QuoteState

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(db):
    cache.clear()
    house = Offered(step_free=Fact.YES)
    TariffClassFactory(name="Bewoners", free=True, explanation="Voor de buurt.")
    SpaceFactory(centre=house.centre, name="Kamer", capacity=8)
    EquipmentFactory(centre=house.centre, name="Beamer")
    return house


def next_tuesday():
    today = timezone.localdate()
    return today + timedelta(days=(1 - today.weekday()) % 7 or 7) + timedelta(days=7)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", {"more": "Meer kiezen", "search": "Zoek een zaal", "ask": "Vraag deze zaal aan",
                "on": "Verder", "send": "Verstuur mijn aanvraag", "there": "Wij hebben je aanvraag",
                "yes": "Ja, ik ga akkoord", "firm": "Je hebt ja gezegd"}),
        ("en", {"more": "More choices", "search": "Find a room", "ask": "Ask for this room",
                "on": "Continue", "send": "Send my request", "there": "We have your request",
                "yes": "Yes, I agree", "firm": "You said yes"}),
    ],
)  # fmt: skip
def test_hirer_goes_from_a_search_to_a_room_on_a_phone_without_javascript(
    new_page: Any, house: Offered, language: str, said: dict[str, str]
) -> None:
    page = new_page(javascript=False, language=language)
    prefix = "" if language == "nl" else f"/{language}"
    page.goto(f"{prefix}/zalen/")

    page.locator("[name=people]").fill("20")
    page.locator("[name=day]").fill(next_tuesday().isoformat())
    page.locator("[name=part][value=evening]").check()
    page.get_by_text(said["more"], exact=True).click()
    page.locator("[name=step_free]").check()
    page.locator("[name=equipment][value=Beamer]").check()
    page.get_by_role("button", name=said["search"]).click()
    page.get_by_role("link", name="Grote zaal").first.click()
    page.get_by_role("link", name=said["ask"]).first.click()

    page.locator("[name=purpose]").fill("Koor")
    page.get_by_role("button", name=said["on"]).click()
    page.get_by_role("button", name=said["on"]).click()  # the time came along
    page.get_by_role("button", name=said["on"]).click()
    page.locator("[name=kind][value=group]").check()
    page.locator(f"[name=tariff_class][value='{house.club.pk}']").check()
    page.get_by_role("button", name=said["on"]).click()
    page.locator("[name=organisation]").fill("Koor De Zon")
    page.locator("[name=name]").fill("Els")
    page.locator("[name=email]").fill("els@voorbeeld.nl")
    page.get_by_role("button", name=said["on"]).click()
    assert "37" in page.locator(".total").inner_text()
    page.get_by_role("button", name=said["send"]).click()

    assert page.get_by_role("heading", level=1).inner_text() == said["there"]
    booking = Booking.objects.get()
    assert booking.reference in page.locator("main").inner_text()
    start = timezone.localtime(booking.dates.get().use.starts_at)
    assert (start.date(), start.hour) == (next_tuesday(), 19)

    hiring.give_option(booking, by=house.planner)
    quoting.send(quoting.draft(booking, by=house.planner), by=house.planner)
    letter = Message.objects.filter(to_address="els@voorbeeld.nl").latest("id")
    link = next(word for word in letter.text.split() if "/zalen/quotes/" in word)
    page.goto("/" + link.split("/", maxsplit=3)[3])
    page.get_by_role("button", name=said["yes"]).click()

    assert said["firm"] in page.locator("main").inner_text()
    booking.refresh_from_db()
    assert (booking.state, Quote.objects.get().state) == (
        BookingState.CONFIRMED,
        QuoteState.ACCEPTED,
    )


def test_staff_brings_a_request_to_a_paid_invoice_on_a_phone_without_javascript(
    new_page: Any, house: Offered, client: Client, live_server: Any, settings: Any
) -> None:
    settings.DEMO = True  # no second factor is asked
    house_that_sells()
    booking = house.ask(purpose="Koor")
    hirer = new_page(javascript=False)
    staff = new_page(javascript=False)
    client.force_login(PersonFactory(role=Role.DIRECTOR))
    session = client.cookies["sessionid"].value
    staff.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])

    staff.goto("/verhuur/")
    staff.get_by_role("link", name="Koor").first.click()
    for step in ("Nagekeken", "Houd de zaal vast", "Reken de prijs uit", "Verstuur de offerte"):
        staff.get_by_role("button", name=step, exact=True).click()
    hirer.goto(page_of(booking))
    hirer.get_by_role("link", name="Zeg ja of nee").click()
    hirer.get_by_role("button", name="Ja, ik ga akkoord").click()
    assert "De zaal is van jou" in hirer.locator("h1").inner_text()

    staff.reload()
    staff.get_by_role("button", name="Maak de factuur").click()
    staff.get_by_role("link", name="Vul het adres in").click()
    for field, value in {"street": "Kerklaan 12", "postcode": "7203 BB", "city": "Zutphen"}.items():
        staff.locator(f"[name={field}]").fill(value)
    staff.get_by_role("button", name="Bewaar").click()
    staff.get_by_role("button", name="Leg vast en verstuur").click()
    staff.get_by_role("link", name="Vul een betaling in").click()
    staff.locator("[name=method]").first.check()
    staff.get_by_role("button", name="Bewaar").click()

    invoice = Invoice.objects.paid().get()
    assert (invoice.gross_cents, invoice.lines.get().booking) == (3750, booking)
    assert invoice.number in staff.locator("h1").inner_text()
    assert Message.objects.filter(subject__contains=invoice.number).count() == 1


def public_pages(house: Offered) -> list[str]:
    booking = hiring.give_option(house.ask(), by=house.planner)
    quote, secret = quoting.send(quoting.draft(booking, by=house.planner), by=house.planner)
    date = booking.dates.get()
    day = next_tuesday().isoformat()
    return [
        "/zalen/",
        f"/zalen/?people=20&day={day}&part=evening&step_free=on",
        f"/zalen/?people=500&day={day}&part=evening",
        house.space.get_absolute_url(),
        f"{house.space.get_absolute_url()}aanvragen/",
        page_of(booking),
        page_of(booking, "booking_cancel"),
        page_of(booking, "booking_change", date.pk),
        f"/zalen/quotes/{quote.pk}/{secret}/",
        "/zalen/booking/",
    ]


def test_public_pages_fit_the_smallest_phone_and_satisfy_axe(
    new_page: Any, axe: Any, house: Offered
) -> None:
    page = new_page(width=320)
    for path in public_pages(house):
        for prefix in ("", "/en"):
            page.goto(prefix + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, prefix + path
            axe(page)


def test_staff_pages_fit_a_phone_and_satisfy_axe(
    new_page: Any, axe: Any, house: Offered, client: Client, live_server: Any
) -> None:
    client.force_login(house.planner)
    request = house.ask()
    booking = hiring.confirm(house.ask(house.wanted(1)), by=house.planner)
    drafted = house.ask(house.wanted(days=9))
    quoting.draft(drafted, by=house.planner)
    page = new_page(width=360)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    for path in (
        "/verhuur/",
        f"/verhuur/{request.pk}/",
        f"/verhuur/{drafted.pk}/",
        f"/verhuur/{request.pk}/decline/",
        f"/verhuur/dates/{booking.dates.get().pk}/key/",
        f"/verhuur/dates/{booking.dates.get().pk}/change/",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        axe(page)
