"""An idea in /beheer/ goes with what belongs to it; money that was asked keeps it, and the page says so."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from activities.models import Happened, Support, Wish, WishMoment
from lokaal.people.models import Role
from tests.activities.factories import SupportFactory
from tests.activities.initiatives.admin_rows import asked
from tests.activities.initiatives.plan_factories import PlanStepFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(settings) -> Client:
    settings.DEMO = True
    client = Client()
    client.force_login(PersonFactory(role=Role.ADMINISTRATOR))
    return client


def delete_page(wish: Wish) -> str:
    return reverse("admin:activities_wish_delete", args=[wish.pk])


def test_idea_goes_with_its_plan_its_support_and_its_lines(administrator: Client):
    wish = PlanStepFactory().plan.wish
    SupportFactory(wish=wish)
    WishMoment.objects.create(wish=wish, what=Happened.ANSWERED, state=wish.state)

    assert administrator.post(delete_page(wish), {"post": "yes"}).status_code == 302

    assert not Wish.objects.filter(pk=wish.pk).exists()
    assert not Support.objects.exists()


def test_idea_of_which_money_was_asked_stays(administrator: Client):
    wish = asked().wish

    page = administrator.get(delete_page(wish)).content.decode()
    administrator.post(delete_page(wish), {"post": "yes"})

    assert 'name="post"' not in page
    assert Wish.objects.filter(pk=wish.pk).exists()
