"""My page: my coming dates and nobody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lokaal.people.models import Role
from tests.activities.factories import OccurrenceFactory, SignUpFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


def test_my_page_needs_sign_in(client: Client) -> None:
    assert client.get("/me/").url == "/account/login/code/?next=/me/"


def test_my_page_shows_my_coming_dates_in_order(client: Client) -> None:
    me, now = PersonFactory(), timezone.now()
    later = OccurrenceFactory(
        title="Later", starts_at=now + timedelta(days=9), ends_at=now + timedelta(days=9, hours=2)
    )
    sooner = OccurrenceFactory(
        title="Eerst", starts_at=now + timedelta(days=2), ends_at=now + timedelta(days=2, hours=2)
    )
    over = OccurrenceFactory(
        title="Voorbij",
        starts_at=now - timedelta(days=2),
        ends_at=now - timedelta(days=2) + timedelta(hours=2),
    )
    mine = [SignUpFactory(occurrence=date, person=me) for date in (later, sooner, over)]
    SignUpFactory(occurrence=sooner, person=PersonFactory())
    SignUpFactory(occurrence=OccurrenceFactory(title="Afgezegd"), person=me, cancelled=True)
    client.force_login(me)
    cards = client.get("/me/").context["cards"]
    assert [(card.title, card.url) for card in cards] == [
        ("Eerst", reverse("activities:sign_up", args=[mine[1].pk])),
        ("Later", reverse("activities:sign_up", args=[mine[0].pk])),
    ]


def test_my_page_says_that_a_date_is_called_off(client: Client) -> None:
    me = PersonFactory()
    SignUpFactory(occurrence=OccurrenceFactory(cancelled=True), person=me)
    client.force_login(me)
    assert "Gaat niet door" in client.get("/me/").content.decode()


def test_my_page_invites_who_has_nothing_yet(client: Client) -> None:
    client.force_login(PersonFactory())
    page = client.get("/me/").content.decode()
    assert "Je hebt nog niets gekozen" in page
    assert "Jouw werk hier" not in page


@pytest.mark.parametrize(
    ("role", "desk", "admin"), [(Role.HOST, True, False), (Role.ADMINISTRATOR, True, True)]
)
def test_my_page_leads_staff_to_their_work(
    client: Client, role: Role, desk: bool, admin: bool
) -> None:
    client.force_login(PersonFactory(role=role))
    page = client.get("/me/").content.decode()
    assert ('class="door munt" href="/desk/"' in page) is desk
    assert ('href="/beheer/"' in page) is admin


def test_my_page_costs_the_same_at_one_and_at_twenty(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    me = PersonFactory()
    client.force_login(me)
    for _ in range(20):
        SignUpFactory(person=me)
    with django_assert_max_num_queries(11):
        client.get("/me/")


def test_my_page_leads_an_organiser_to_their_activities(client: Client) -> None:
    me = PersonFactory()
    OccurrenceFactory().activity.organisers.add(me)
    client.force_login(me)
    page = client.get("/me/").content.decode()
    assert 'href="/organise/"' in page
    assert 'class="door munt" href="/desk/"' not in page
