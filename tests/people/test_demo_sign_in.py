"""Carrying on as somebody exists in demo mode only, for a browser on this machine only."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from django.test import Client, RequestFactory

from lokaal.people import demo_sign_in, urls
from lokaal.people.models import Person, Role
from tests.people.factories import PersonFactory
from tests.people.test_signing_in import signed_in

pytestmark = pytest.mark.django_db

ADDRESS = "/demo/sign-in/"
OTHER_PLACES: list[dict[str, Any]] = [
    {"REMOTE_ADDR": "203.0.113.7"},
    {"REMOTE_ADDR": "192.168.1.4"},
    {"REMOTE_ADDR": ""},
    {"HTTP_HOST": "lokaal.voorbeeld"},
    {"HTTP_HOST": "localhost.kwaad.example"},
    {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    {"HTTP_X_FORWARDED_HOST": "localhost"},
    {"HTTP_X_FORWARDED_PROTO": "http"},
    {"HTTP_FORWARDED": "for=127.0.0.1"},
    {"HTTP_VIA": "1.1 proxy"},
    {"HTTP_X_REAL_IP": "127.0.0.1"},
]


@pytest.fixture
def nermin() -> Person:
    return PersonFactory(name="Nermin Aksoy", email="nermin@voorbeeld.nl", role=Role.HOST)


@pytest.fixture
def here(settings: Any) -> dict[str, Any]:
    settings.ALLOWED_HOSTS = ["*"]
    return {"HTTP_HOST": "localhost:8000", "REMOTE_ADDR": "127.0.0.1"}


def test_demo_offers_every_kind_of_user() -> None:
    offered = [person for person in demo_sign_in.PEOPLE if person.is_offered]
    assert {role for person in offered for role in person.roles} == set(Role)
    assert {"resident", "organiser", "volunteer"} <= {person.key for person in offered}
    assert all(person.email.endswith("@voorbeeld.nl") for person in offered if person.email)
    assert len({person.key for person in demo_sign_in.PEOPLE}) == len(demo_sign_in.PEOPLE)


def test_demo_sign_in_carries_on_as_that_person(
    client: Client, nermin: Person, here: dict[str, Any]
) -> None:
    page = client.get("/account/login/code/", **here).content.decode()
    assert 'aria-label="Ga verder als Nermin Aksoy"' in page
    assert "Joop Wesselink" not in page  # is not there
    answer = client.post(ADDRESS, {"key": "host"}, **here)
    assert answer.url == "/me/"
    assert signed_in(client) == nermin


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000"])
def test_demo_sign_in_knows_the_names_of_this_machine(
    client: Client, nermin: Person, here: dict[str, Any], host: str
) -> None:
    client.post(ADDRESS, {"key": "host"}, **here | {"HTTP_HOST": host, "REMOTE_ADDR": "::1"})
    assert signed_in(client) == nermin


@pytest.mark.parametrize("place", OTHER_PLACES, ids=str)
def test_demo_sign_in_refuses_from_elsewhere(
    client: Client, nermin: Person, here: dict[str, Any], place: dict[str, Any]
) -> None:
    answer = client.post(ADDRESS, {"key": "host"}, **here | place)
    assert answer.status_code == 403
    assert signed_in(client) is None


@pytest.mark.parametrize("place", OTHER_PLACES[:2] + OTHER_PLACES[3:], ids=str)
def test_sign_in_page_offers_nobody_elsewhere(
    client: Client, nermin: Person, here: dict[str, Any], place: dict[str, Any]
) -> None:
    page = client.get("/account/login/code/", **here | place)
    assert page.status_code == 200
    assert "Ga verder" not in page.content.decode()


def test_demo_sign_in_refuses_when_this_is_no_demo(
    client: Client, nermin: Person, here: dict[str, Any], settings: Any
) -> None:
    settings.DEMO = False
    settings.SECURE_SSL_REDIRECT = False
    assert client.post(ADDRESS, {"key": "host"}, **here).status_code == 403
    assert signed_in(client) is None


def test_demo_sign_in_has_no_address_when_this_is_no_demo(settings: Any) -> None:
    settings.DEMO = False
    try:
        names = {pattern.name for pattern in importlib.reload(urls).urlpatterns}
    finally:
        settings.DEMO = True
        with_demo = {pattern.name for pattern in importlib.reload(urls).urlpatterns}
    assert with_demo - names == {"demo_sign_in"}


def test_demo_sign_in_refuses_get(client: Client, nermin: Person, here: dict[str, Any]) -> None:
    assert client.get(f"{ADDRESS}?key=host", **here).status_code == 405
    assert signed_in(client) is None


def test_demo_sign_in_refuses_a_post_of_another_site(nermin: Person, here: dict[str, Any]) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(ADDRESS, {"key": "host"}, **here).status_code == 403
    assert signed_in(client) is None


@pytest.mark.parametrize(
    "key", ["", "nobody", "municipality", "neighbour", "\x00", "mens@voorbeeld.nl"]
)
def test_demo_sign_in_knows_its_own_people_only(
    client: Client, here: dict[str, Any], key: str
) -> None:
    PersonFactory(email="mens@voorbeeld.nl")
    PersonFactory(email="karin@voorbeeld.nl")
    assert client.post(ADDRESS, {"key": key}, **here).url == "/account/login/code/"
    assert signed_in(client) is None


def test_demo_sign_in_of_a_closed_person_is_refused(client: Client, here: dict[str, Any]) -> None:
    PersonFactory(email="nermin@voorbeeld.nl", closed=True)
    client.post(ADDRESS, {"key": "host"}, **here)
    assert signed_in(client) is None


def test_demo_sign_in_never_leads_to_another_site(
    client: Client, nermin: Person, here: dict[str, Any]
) -> None:
    answer = client.post(ADDRESS, {"key": "host", "next": "https://kwaad.example/"}, **here)
    assert answer.url == "/me/"
    assert client.post(ADDRESS, {"key": "host", "next": "/agenda/"}, **here).url == "/agenda/"


def test_demo_leaves_nothing_of_the_session_before(
    client: Client, nermin: Person, here: dict[str, Any]
) -> None:
    client.force_login(PersonFactory())
    session = client.session
    session["second_factor"] = {"person": "x", "at": 0}
    session.save()
    client.post(ADDRESS, {"key": "host"}, **here)
    assert signed_in(client) == nermin
    assert "second_factor" not in client.session


def test_is_possible_needs_a_loopback_address_and_name(rf: RequestFactory) -> None:
    assert demo_sign_in.is_possible(rf.get("/", HTTP_HOST="localhost"))
    assert not demo_sign_in.is_possible(rf.get("/", HTTP_HOST="testserver"))
