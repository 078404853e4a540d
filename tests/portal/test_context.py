"""What every page shows, at no cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import translation

from lokaal.people.models import Person, Role, StaffRole
from lokaal.portal import context
from tests.centres.factories import CentreFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "_kept", {})


def test_footer_says_where_and_when() -> None:
    CentreFactory(name="Waterkracht", slug="waterkracht", hours={6: [("10:00", "16:00")]})
    CentreFactory(is_active=False)
    assert context.footer_centres() == [
        context.FooterCentre(
            "Waterkracht",
            "Bronsweg 12, Zutphen",
            ("Zaterdag: 10.00 tot 16.00 uur",),
            "/centres/waterkracht/",
        )
    ]


def test_footer_asks_once_a_minute_per_language(
    settings: Any, django_assert_num_queries: Any
) -> None:
    settings.FOOTER_SECONDS = 60
    CentreFactory(slug="waterkracht")
    with django_assert_num_queries(2):
        for _time in range(3):
            for language in ("nl", "en"):
                with translation.override(language):
                    context.footer_centres()
    with translation.override("en"):
        assert context.footer_centres()[0].url == "/en/centres/waterkracht/"


def test_nothing_is_asked_before_a_page_needs_it(django_assert_num_queries: Any) -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with django_assert_num_queries(0):
        shown = context.house(request)
        assert not shown["is_staff_member"]
    with django_assert_num_queries(1):
        assert list(shown["footer_centres"]) == []


def test_staff_see_their_doors() -> None:
    person = Person.objects.create_user("nermin@voorbeeld.nl", name="Nermin")
    request = RequestFactory().get("/")
    request.user = person
    assert not context.house(request)["is_staff_member"]
    request.user = Person.objects.get()
    StaffRole.objects.create(person=person, role=Role.HOST)
    assert context.house(request)["is_staff_member"]
    assert not context.is_staff_member(RequestFactory().get("/"))
