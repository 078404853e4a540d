"""My details, and signing out everywhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from lokaal.people.models import Channel
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

DETAILS = {"name": "Joop Wesselink", "phone": "", "preferred_language": "nl", "channel": "email"}


def test_my_details_changes_what_was_asked(client: Client) -> None:
    person = PersonFactory()
    client.force_login(person)
    changes = {
        "name": "Joop\u202e  W.",
        "phone": "06 12345678",
        "preferred_language": "en",
        "channel": "sms",
    }
    assert client.post("/me/details/", changes).url == "/me/"
    person.refresh_from_db()
    assert (person.name, person.phone.as_e164) == ("Joop W.", "+31612345678")
    assert (person.preferred_language, person.channel) == ("en", Channel.SMS)


def test_my_details_changes_nothing_else(client: Client) -> None:
    person, other = PersonFactory(email="joop@voorbeeld.nl"), PersonFactory(name="Iemand Anders")
    client.force_login(person)
    client.post(
        "/me/details/",
        DETAILS
        | {"email": "x@voorbeeld.nl", "is_active": "", "pk": str(other.pk), "id": str(other.pk)},
    )
    person.refresh_from_db()
    other.refresh_from_db()
    assert (person.email, person.is_active, other.name) == (
        "joop@voorbeeld.nl",
        True,
        "Iemand Anders",
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Vul je naam in. Je voornaam is genoeg."),
        ({"name": "a" * 10_000}, "Deze naam is te lang. Schrijf hem korter."),
        ({"phone": "06 12"}, "Dit nummer klopt niet. Een nummer heeft 10 cijfers."),
        ({"channel": "sms"}, "Vul je telefoonnummer in. Daar komt de sms."),
    ],
)
def test_my_details_refuses_in_plain_words(
    client: Client, change: dict[str, str], sentence: str
) -> None:
    person = PersonFactory(name="Joop")
    client.force_login(person)
    page = client.post("/me/details/", DETAILS | change)
    assert page.status_code == 200
    assert sentence in page.content.decode()
    person.refresh_from_db()
    assert person.name == "Joop"


@pytest.mark.parametrize(
    "change", [{"preferred_language": "xx"}, {"channel": "pigeon"}, {"phone": "\x00"}]
)
def test_my_details_refuses_what_no_form_offers(client: Client, change: dict[str, str]) -> None:
    client.force_login(PersonFactory())
    page = client.post("/me/details/", DETAILS | change)
    assert list(page.context["form"].errors) == list(change)


def test_my_details_offers_only_ways_that_reach(client: Client, settings: Any) -> None:
    settings.SMS_BACKEND = ""
    client.force_login(PersonFactory(name_only=True))
    ways = client.get("/me/details/").context["form"].fields["channel"].choices
    assert [value for value, _words in ways] == ["paper"]


def test_sign_out_everywhere_closes_every_session(client: Client) -> None:
    person, elsewhere, other = PersonFactory(), Client(), Client()
    client.force_login(person)
    elsewhere.force_login(person)
    other.force_login(PersonFactory())
    assert client.get("/me/sign-out-everywhere/").status_code == 405
    assert client.post("/me/sign-out-everywhere/").url == "/"
    assert [c.get("/me/").status_code for c in (client, elsewhere, other)] == [302, 302, 200]


def test_sign_out_is_a_post(client: Client) -> None:
    client.force_login(PersonFactory())
    assert "Wil je uitloggen?" in client.get("/account/logout/").content.decode()
    assert client.get("/me/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/me/").status_code == 302
