"""The pots of the house, for coordinators, the treasurer and the director."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from activities.initiatives import pot
from activities.initiatives.steps import By
from activities.models import Grant, Pot, Spending
from lokaal.centres.models import Centre
from lokaal.people.models import Person, Role, StaffRole
from tests.activities.factories import CentreFactory, PersonFactory
from tests.activities.initiatives.plan_factories import (
    PlannedWishFactory,
    PotFactory,
    maximum,
    plain,
)
from tests.activities.organising.pages import as_

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
QUERIES_OF_POTS = 8


@pytest.fixture(autouse=True)
def noon(settings: Any) -> Iterator[None]:
    """Tuesday 24 November 2026, twelve o'clock. Staff need no second factor here."""
    settings.DEMO = True
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=AMSTERDAM), tick=False):
        yield


@pytest.fixture
def centre() -> Centre:
    maximum()
    return PotFactory().centre


@pytest.fixture
def treasurer(centre: Centre) -> Person:
    person = PersonFactory()
    StaffRole.objects.create(person=person, role=Role.TREASURER)
    return person


@pytest.fixture
def grant(centre: Centre) -> Grant:
    wish = PlannedWishFactory(centre=centre)
    return pot.ask(wish, amount_cents=75_00, purpose="Stof en garen.", by=By(wish.person))


def url(view: str, *args: object) -> str:
    return reverse(f"activities:{view}", args=args)


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.COORDINATOR, 200),
        (Role.TREASURER, 200),
        (Role.DIRECTOR, 200),
        (Role.HOST, 403),
        (Role.ADMINISTRATOR, 403),
    ],
)
def test_who_sees_the_pots(centre: Centre, grant: Grant, role: Role, status: int) -> None:
    person = PersonFactory()
    StaffRole.objects.create(person=person, role=role)
    assert as_(person).get(url("pots")).status_code == status
    assert as_(person).get(url("grant", grant.pk)).status_code == status
    assert as_(PersonFactory()).get(url("pots")).status_code == 403
    assert Client().get(url("pots")).status_code == 302


def test_a_coordinator_decides_of_one_house_only(grant: Grant) -> None:
    person = PersonFactory()
    other = CentreFactory()
    StaffRole.objects.create(person=person, role=Role.COORDINATOR, centre=other)
    client = as_(person)
    assert [card.centre for card in client.get(url("pots")).context["cards"]] == [other]
    for view in ("grant_give", "grant_refuse", "grant_bought", "grant_close"):
        assert client.post(url(view, grant.pk), {"amount": "5", "words": "x"}).status_code == 403
    assert client.get(url("pot_fill", grant.centre.slug, 2026)).status_code == 403
    grant.refresh_from_db()
    assert grant.state == "asked"
    assert not Grant.objects.to_decide_by(person).exists()


def test_the_pots_show_what_waits_and_what_is_left(treasurer: Person, grant: Grant) -> None:
    page = as_(treasurer).get(url("pots"))
    text = plain(page.text)
    assert "<b>€ 200</b> zit er nog in" in text
    assert "Wacht op antwoord" in text
    assert list(Grant.objects.to_decide_by(treasurer)) == [grant]
    desk = as_(treasurer).get(reverse("portal:desk"))
    assert desk.context["desk"].counts.grants == 1
    assert "1 keer geld gevraagd" in plain(desk.text)


@pytest.mark.parametrize("more", [1, 30])
def test_the_pots_ask_as_much_at_1_and_at_30_rows(
    treasurer: Person,
    centre: Centre,
    more: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    Pot.objects.update(budget_cents=10_000_00)
    for _n in range(more):
        pot.ask(PlannedWishFactory(centre=centre), amount_cents=5_00, purpose="Thee.", by=By())
    client = as_(treasurer)
    client.get(url("pots"))
    with django_assert_num_queries(QUERIES_OF_POTS):
        assert client.get(url("pots")).status_code == 200


def test_a_pot_is_filled_and_not_below_what_was_given(treasurer: Person, grant: Grant) -> None:
    client = as_(treasurer)
    page = url("pot_fill", grant.centre.slug, 2026)
    assert 'value="200"' in client.get(page).text
    client.post(page, {"budget": "1.500"})
    client.post(page, {"budget": "1500"})
    assert Pot.objects.get().budget_cents == 1_500_00
    pot.give(grant, by=treasurer)
    refused = client.post(page, {"budget": "74,99"})
    assert refused.status_code == 400
    [problem] = refused.context["form"].errors["budget"]
    assert plain(problem) == "Er is al € 75 uit het potje gegeven. Minder kan niet."
    negative = client.post(page, {"budget": "-5"})
    assert negative.context["form"].errors == {"budget": ["Vul een bedrag in. Bijvoorbeeld 3,50."]}
    assert Pot.objects.get().budget_cents == 1_500_00


def test_a_pot_of_next_year_is_filled_but_not_of_a_far_one(
    treasurer: Person, centre: Centre
) -> None:
    client = as_(treasurer)
    client.post(url("pot_fill", centre.slug, 2027), {"budget": "300"})
    assert Pot.objects.get(year=2027).budget_cents == 300_00
    assert client.get(url("pot_fill", centre.slug, 2031)).status_code == 404


def test_a_grant_is_given_bought_from_and_closed(treasurer: Person, grant: Grant) -> None:
    client = as_(treasurer)
    assert said(client.post(url("grant_give", grant.pk), {"amount": "50"})) == [
        "Gegeven. Wie het vroeg, krijgt bericht."
    ]
    data = {"what": "Garen", "amount": "20", "on": "2026-11-20", "token": str(uuid.uuid4())}
    for _twice in range(2):
        client.post(url("grant_bought", grant.pk), data)
    spending = Spending.objects.get()
    client.post(url("spending_receipt", grant.pk, spending.pk), {"seen": "1"})
    spending.refresh_from_db()
    assert spending.has_receipt
    assert said(client.post(url("grant_close", grant.pk)))[-1:] == [
        "Klaar. Wat over is, zit weer in het potje."
    ]
    assert said(client.post(url("spending_strike", grant.pk, spending.pk)))[-1:] == [
        "Deze bijdrage is niet open. Je kunt er niets meer bij schrijven."
    ]
    grant.refresh_from_db()
    assert (grant.state, grant.spent_cents, Pot.objects.get().granted_cents) == (
        "closed",
        20_00,
        20_00,
    )


def test_a_spending_is_struck_out(treasurer: Person, grant: Grant) -> None:
    pot.give(grant, by=treasurer)
    spending = pot.spend(
        grant, amount_cents=5_00, what="Thee", on=date(2026, 11, 20), by=By(treasurer)
    )
    client = as_(treasurer)
    client.post(url("spending_strike", grant.pk, spending.pk))
    grant.refresh_from_db()
    assert grant.spent_cents == 0
    assert "Doorgestreept" in client.get(url("grant", grant.pk)).text


def test_what_is_not_there_is_not_given(treasurer: Person, grant: Grant) -> None:
    response = as_(treasurer).post(url("grant_give", grant.pk), {"amount": "200,01"})
    assert response.status_code == 400
    [problem] = response.context["give_form"].errors["amount"]
    assert plain(problem) == "In het potje zit nog € 200. Meer kan niet."
    grant.refresh_from_db()
    assert grant.state == "asked"


def test_refusing_says_why(treasurer: Person, grant: Grant) -> None:
    client = as_(treasurer)
    empty = client.post(url("grant_refuse", grant.pk), {"words": " "})
    assert empty.context["refuse_form"].errors == {
        "words": ["Vertel waarom het nu niet kan, en wat wel kan."]
    }
    client.post(url("grant_refuse", grant.pk), {"words": "Vraag stof aan de kringloop."})
    grant.refresh_from_db()
    assert (grant.state, grant.decision_words) == ("refused", "Vraag stof aan de kringloop.")


@pytest.mark.parametrize("view", ["grant_give", "grant_refuse", "grant_bought", "grant_close"])
def test_a_get_decides_nothing(treasurer: Person, grant: Grant, view: str) -> None:
    assert as_(treasurer).get(url(view, grant.pk)).status_code == 405
