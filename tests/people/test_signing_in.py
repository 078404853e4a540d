"""Signing in: by code, by password; making an account; and what a stranger may learn from it (nothing)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from lokaal.outbox.models import Message, MessageState
from lokaal.people.models import Channel, Person
from tests.parallel import at_once
from tests.people.factories import PASSWORD, TOTP_SECRET, PersonFactory

pytestmark = pytest.mark.django_db

SIGN_IN = "/account/login/code/"
CONFIRM = "/account/login/code/confirm/"
PASSWORD_SIGN_IN = "/account/login/"
SIGN_UP = "/account/signup/"
CONFIRM_EMAIL = "/account/confirm-email/"
TOO_OFTEN = "Je probeerde het te vaak. Wacht een paar minuten."


def code_of(email: str) -> str:
    """The code in the newest message to an address."""
    message = Message.objects.filter(to_address=email).latest("created_at")
    found = re.search(r"^\d{6}$", message.text, re.MULTILINE)
    assert found, message.text
    return found.group()


def signed_in(client: Client) -> Person | None:
    key = client.session.get("_auth_user_id")
    return Person.objects.get(pk=key) if key else None


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def plain(response: Any) -> str:
    """The page without what differs per visit: tokens and the address that was typed."""
    text = re.sub(r'value="[A-Za-z0-9]{64}"', "", response.content.decode())
    return re.sub(r"[a-z]+@voorbeeld\.nl", "ADDRESS", text)


# By code -----------------------------------------------------------------------------------------


def test_sign_in_by_code_of_a_person_whom_the_desk_entered(client: Client) -> None:
    person = PersonFactory(email="gerrit@voorbeeld.nl")
    assert client.post(SIGN_IN, {"email": "Gerrit@Voorbeeld.nl"}).url == CONFIRM
    message = Message.objects.get()
    code = code_of("gerrit@voorbeeld.nl")
    assert (message.person, message.channel, message.is_secret) == (person, Channel.EMAIL, True)
    assert message.subject == f"Je code is {code}"
    response = client.post(CONFIRM, {"code": code})
    assert response.url == "/me/"
    assert signed_in(client) == person
    rows = EmailAddress.objects.values_list("email", "verified", "primary")
    assert list(rows) == [("gerrit@voorbeeld.nl", True, True)]
    assert Message.objects.count() == 1


def test_sign_in_code_may_be_typed_with_spaces(client: Client) -> None:
    PersonFactory(email="gerrit@voorbeeld.nl")
    client.post(SIGN_IN, {"email": "gerrit@voorbeeld.nl"})
    code = code_of("gerrit@voorbeeld.nl")
    client.post(CONFIRM, {"code": f" {code[:3]} {code[3:]} "})
    assert signed_in(client) is not None


def test_sign_in_leads_to_where_one_was_going(client: Client) -> None:
    PersonFactory(email="gerrit@voorbeeld.nl")
    asked = client.get("/me/details/").url
    assert asked == f"{SIGN_IN}?next=/me/details/"
    confirm = client.post(asked, {"email": "gerrit@voorbeeld.nl"}).url
    assert client.post(confirm, {"code": code_of("gerrit@voorbeeld.nl")}).url == "/me/details/"


@pytest.mark.parametrize(
    "foreign", ["https://kwaad.example/", "//kwaad.example", "javascript:alert(1)"]
)
def test_sign_in_never_leads_to_another_site(client: Client, foreign: str) -> None:
    PersonFactory(email="gerrit@voorbeeld.nl")
    client.post(f"{SIGN_IN}?next={foreign}", {"email": "gerrit@voorbeeld.nl"})
    response = client.post(f"{CONFIRM}?next={foreign}", {"code": code_of("gerrit@voorbeeld.nl")})
    assert response.url == "/me/"


def test_sign_in_code_that_is_wrong_is_refused_and_dies_after_three(client: Client) -> None:
    PersonFactory(email="gerrit@voorbeeld.nl")
    client.post(SIGN_IN, {"email": "gerrit@voorbeeld.nl"})
    code = code_of("gerrit@voorbeeld.nl")
    for _ in range(2):
        page = client.post(CONFIRM, {"code": wrong(code)})
        assert "Deze code klopt niet. Kijk nog eens en typ hem over." in page.content.decode()
    assert client.post(CONFIRM, {"code": wrong(code)}).url == SIGN_IN
    assert client.post(CONFIRM, {"code": code}).url == SIGN_IN
    assert signed_in(client) is None


def test_sign_in_code_is_of_one_session(client: Client) -> None:
    PersonFactory(email="gerrit@voorbeeld.nl")
    client.post(SIGN_IN, {"email": "gerrit@voorbeeld.nl"})
    thief = Client()
    thief.post(CONFIRM, {"code": code_of("gerrit@voorbeeld.nl")})
    assert signed_in(thief) is None


def test_sign_in_code_works_a_quarter_of_an_hour(client: Client, time_machine: Any) -> None:
    PersonFactory(email="gerrit@voorbeeld.nl")
    time_machine.move_to("2026-11-24 10:00Z")
    client.post(SIGN_IN, {"email": "gerrit@voorbeeld.nl"})
    time_machine.move_to("2026-11-24 10:15:01Z")
    assert client.post(CONFIRM, {"code": code_of("gerrit@voorbeeld.nl")}).url == SIGN_IN
    assert signed_in(client) is None


def test_new_code_makes_the_one_before_worthless(client: Client) -> None:
    PersonFactory(email="gerrit@voorbeeld.nl")
    client.post(SIGN_IN, {"email": "gerrit@voorbeeld.nl"})
    first = code_of("gerrit@voorbeeld.nl")
    client.post(CONFIRM, {"action": "resend"})
    second = code_of("gerrit@voorbeeld.nl")
    if first != second:
        client.post(CONFIRM, {"code": first})
        assert signed_in(client) is None
    client.post(CONFIRM, {"code": second})
    assert signed_in(client) is not None


def test_closed_account_gets_no_code(client: Client) -> None:
    PersonFactory(email="gerrit@voorbeeld.nl", closed=True)
    client.post(SIGN_IN, {"email": "gerrit@voorbeeld.nl"})
    assert Message.objects.get().subject == "Er is nog geen account met dit e-mailadres"


def test_account_closed_while_signing_in_stays_out(client: Client) -> None:
    person = PersonFactory(email="gerrit@voorbeeld.nl")
    client.post(SIGN_IN, {"email": "gerrit@voorbeeld.nl"})
    person.deactivate()
    response = client.post(CONFIRM, {"code": code_of("gerrit@voorbeeld.nl")})
    assert response.url == reverse("account_inactive")
    assert signed_in(client) is None


def test_code_goes_to_the_address_whatever_channel_the_person_likes(client: Client) -> None:
    PersonFactory(email="gerrit@voorbeeld.nl", phone="+31612345678", channel=Channel.SMS)
    client.post(SIGN_IN, {"email": "gerrit@voorbeeld.nl"})
    message = Message.objects.get()
    assert (message.channel, message.to_address) == (Channel.EMAIL, "gerrit@voorbeeld.nl")
    assert message.state == MessageState.QUEUED


def test_code_is_written_in_the_language_of_the_person(client: Client) -> None:
    PersonFactory(email="gerrit@voorbeeld.nl", english=True)
    client.post(SIGN_IN, {"email": "gerrit@voorbeeld.nl"})
    assert Message.objects.get().language == "en"


def test_address_changed_by_staff_no_longer_opens_the_account(client: Client) -> None:
    person = PersonFactory(email="oud@voorbeeld.nl")
    person.prove_email("oud@voorbeeld.nl")
    person.change_email("nieuw@voorbeeld.nl")
    client.post(SIGN_IN, {"email": "oud@voorbeeld.nl"})
    assert Message.objects.get().subject == "Er is nog geen account met dit e-mailadres"


# What a stranger learns: nothing -----------------------------------------------------------------


def test_unknown_address_sees_the_same_pages(client: Client) -> None:
    PersonFactory(email="bekend@voorbeeld.nl")
    known, unknown = Client(), Client()
    pages = []
    for visitor, email in ((known, "bekend@voorbeeld.nl"), (unknown, "vreemd@voorbeeld.nl")):
        answer = visitor.post(SIGN_IN, {"email": email})
        seen = [answer.status_code, answer.url, plain(visitor.get(CONFIRM))]
        for _ in range(3):
            guess = visitor.post(CONFIRM, {"code": "12345"})
            seen += [guess.status_code, guess.headers.get("Location"), plain(guess)]
        seen.append(plain(visitor.get(SIGN_IN)))
        pages.append(seen)
    assert pages[0] == pages[1]


def test_unknown_address_gets_a_mail_that_explains(client: Client) -> None:
    client.post(SIGN_IN, {"email": "vreemd@voorbeeld.nl"})
    message = Message.objects.get()
    assert (message.person, message.to_address) == (None, "vreemd@voorbeeld.nl")
    assert message.subject == "Er is nog geen account met dit e-mailadres"
    assert reverse("account_signup") in message.text


def test_unknown_address_writes_as_much(client: Client) -> None:
    """So it takes about as long: one message and one session, whether we know somebody or not."""
    PersonFactory(email="bekend@voorbeeld.nl")

    def written(email: str) -> list[str]:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            Client().post(SIGN_IN, {"email": email})
        words = [query["sql"].split() for query in queries]
        return sorted(f"{sql[0]} {sql[2]}" for sql in words if sql[0] == "INSERT")

    assert written("bekend@voorbeeld.nl") == written("vreemd@voorbeeld.nl")
    assert 'INSERT "outbox_message"' in written("vreemd@voorbeeld.nl")


def test_signing_up_with_a_known_address_looks_the_same_and_makes_nobody() -> None:
    PersonFactory(email="bekend@voorbeeld.nl", name="Wie Er Al Is")
    pages = []
    for email in ("bekend@voorbeeld.nl", "vreemd@voorbeeld.nl"):
        visitor = Client()
        answer = visitor.post(SIGN_UP, {"name": "Iemand", "email": email})
        pages.append((answer.status_code, answer.url, plain(visitor.get(CONFIRM_EMAIL))))
    assert pages[0] == pages[1]
    subjects = dict(Message.objects.values_list("to_address", "subject"))
    assert subjects["bekend@voorbeeld.nl"] == "Je hebt al een account"
    assert Person.objects.get(email="bekend@voorbeeld.nl").name == "Wie Er Al Is"


def test_forgotten_password_of_an_unknown_address_looks_the_same() -> None:
    PersonFactory(email="bekend@voorbeeld.nl", password=PASSWORD)
    pages = []
    for email in ("bekend@voorbeeld.nl", "vreemd@voorbeeld.nl"):
        visitor = Client()
        answer = visitor.post("/account/password/reset/", {"email": email})
        pages.append((answer.status_code, answer.url, plain(visitor.get(answer.url))))
    assert pages[0] == pages[1]


# By password -------------------------------------------------------------------------------------


def test_sign_in_by_password(client: Client) -> None:
    person = PersonFactory(password=PASSWORD)
    person.prove_email(person.email)
    assert (
        client.post(PASSWORD_SIGN_IN, {"login": person.email, "password": PASSWORD}).url == "/me/"
    )
    assert signed_in(client) == person


@pytest.mark.parametrize("email", ["bekend@voorbeeld.nl", "vreemd@voorbeeld.nl"])
def test_wrong_password_says_the_same_to_everyone(client: Client, email: str) -> None:
    PersonFactory(email="bekend@voorbeeld.nl", password=PASSWORD)
    page = client.post(PASSWORD_SIGN_IN, {"login": email, "password": "iets anders"})
    assert "Je e-mailadres of wachtwoord klopt niet." in page.content.decode()
    assert signed_in(client) is None


def test_password_alone_does_not_pass_a_second_factor(client: Client) -> None:
    person = PersonFactory(password=PASSWORD, with_app=True)
    person.prove_email(person.email)
    response = client.post(PASSWORD_SIGN_IN, {"login": person.email, "password": PASSWORD})
    assert response.url == "/account/2fa/authenticate/"
    assert signed_in(client) is None


def test_forgotten_password_is_chosen_anew(client: Client) -> None:
    person = PersonFactory(email="gerrit@voorbeeld.nl", password=PASSWORD)
    client.post("/account/password/reset/", {"email": "gerrit@voorbeeld.nl"})
    answer = client.post(
        "/account/password/reset/confirm/", {"code": code_of("gerrit@voorbeeld.nl")}
    )
    client.post(answer.url, {"password1": "nieuw paard nieuwe batterij"})
    person.refresh_from_db()
    assert person.check_password("nieuw paard nieuwe batterij")


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("kort", "Dit is te kort. Neem minstens 10 tekens."),
        ("1234567890", "Dit wachtwoord is te makkelijk. Neem een ander."),
        ("x" * 10_000, "Dit wachtwoord is te lang. Neem een korter wachtwoord."),
        ("\x00" * 12, "Hier staat een teken dat niet kan. Typ het opnieuw."),
    ],
)
def test_bad_password_is_refused_in_plain_words(
    client: Client, password: str, sentence: str
) -> None:
    person = PersonFactory()
    client.force_login(person)
    page = client.post("/account/password/set/", {"password1": password})
    assert sentence in page.content.decode()
    person.refresh_from_db()
    assert not person.has_usable_password()


def test_setting_a_password_signs_out_elsewhere(client: Client) -> None:
    person = PersonFactory()
    elsewhere = Client()
    elsewhere.force_login(person)
    client.force_login(person)
    assert client.post("/account/password/set/", {"password1": PASSWORD}).url == "/account/2fa/"
    assert client.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302
    assert Message.objects.get().subject == "Je hebt nu een wachtwoord"


# Making an account -------------------------------------------------------------------------------


def test_sign_up_asks_a_name_and_an_address(client: Client) -> None:
    form = client.get(SIGN_UP).context["form"]
    assert list(form.fields) == ["name", "email"]


def test_sign_up_makes_a_person_in_the_language_of_the_page(client: Client) -> None:
    with override("en"):
        address = reverse("account_signup")
    client.post(address, {"name": " Olena\u202e  Koval ", "email": "Olena@voorbeeld.nl"})
    message = Message.objects.get()
    assert (message.language, message.is_secret) == ("en", True)
    assert signed_in(client) is None
    answer = client.post("/en/account/confirm-email/", {"code": code_of("olena@voorbeeld.nl")})
    person = Person.objects.get()
    assert answer.url == "/en/me/"
    assert signed_in(client) == person
    assert (person.name, person.email, person.preferred_language) == (
        "Olena Koval",
        "olena@voorbeeld.nl",
        "en",
    )
    assert not person.has_usable_password()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Vul je naam in. Je voornaam is genoeg."),
        ("\u202e \u200d", "Vul je naam in. Je voornaam is genoeg."),
        ("a" * 10_000, "Deze naam is te lang. Schrijf hem korter."),
    ],
)
def test_sign_up_refuses_a_bad_name(client: Client, name: str, sentence: str) -> None:
    page = client.post(SIGN_UP, {"name": name, "email": "olena@voorbeeld.nl"})
    assert sentence in page.content.decode()
    assert Person.objects.count() == 0


@pytest.mark.parametrize(
    "email", ["", "geen adres", "a@b", "x" * 300 + "@voorbeeld.nl", "a\x00@voorbeeld.nl"]
)
def test_sign_up_refuses_a_bad_address(client: Client, email: str) -> None:
    page = client.post(SIGN_UP, {"name": "Olena", "email": email})
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"email"}
    assert Person.objects.count() == 0


def test_sign_up_keeps_emoji_and_arabic(client: Client) -> None:
    client.post(SIGN_UP, {"name": "محمد 🌻", "email": "m@voorbeeld.nl"})
    assert Person.objects.get().name == "محمد 🌻"


def test_nobody_gets_in_before_the_address_is_confirmed(client: Client) -> None:
    client.post(SIGN_UP, {"name": "Olena", "email": "olena@voorbeeld.nl"})
    assert client.get("/me/").status_code == 302


# Changing the address ----------------------------------------------------------------------------


def test_new_address_counts_after_its_code(client: Client) -> None:
    person = PersonFactory(email="oud@voorbeeld.nl")
    person.prove_email("oud@voorbeeld.nl")
    client.force_login(person)
    client.post("/account/email/", {"action_add": "1", "email": "nieuw@voorbeeld.nl"})
    person.refresh_from_db()
    assert person.email == "oud@voorbeeld.nl"
    client.post(CONFIRM_EMAIL, {"code": code_of("nieuw@voorbeeld.nl")})
    person.refresh_from_db()
    assert person.email == "nieuw@voorbeeld.nl"
    assert list(EmailAddress.objects.values_list("email", "verified")) == [
        ("nieuw@voorbeeld.nl", True)
    ]
    assert (
        Message.objects.filter(to_address="oud@voorbeeld.nl").get().subject
        == "Je e-mailadres is veranderd"
    )


def test_new_address_of_somebody_else_is_never_taken_over(client: Client) -> None:
    owner = PersonFactory(email="sahra@voorbeeld.nl")
    person = PersonFactory(email="joop@voorbeeld.nl")
    client.force_login(person)
    client.post("/account/email/", {"action_add": "1", "email": "sahra@voorbeeld.nl"})
    client.post(CONFIRM_EMAIL, {"code": code_of("sahra@voorbeeld.nl")})
    person.refresh_from_db()
    owner.refresh_from_db()
    assert (person.email, owner.email) == ("joop@voorbeeld.nl", "sahra@voorbeeld.nl")


# Too often ---------------------------------------------------------------------------------------


def test_codes_for_one_address_are_few(client: Client) -> None:
    PersonFactory(email="gerrit@voorbeeld.nl")
    for _ in range(3):
        assert Client().post(SIGN_IN, {"email": "gerrit@voorbeeld.nl"}).status_code == 302
    page = Client().post(SIGN_IN, {"email": "Gerrit@voorbeeld.nl"})
    assert TOO_OFTEN in page.content.decode()
    assert Message.objects.count() == 3


def test_wrong_passwords_for_one_address_are_few(client: Client) -> None:
    person = PersonFactory(password=PASSWORD)
    person.prove_email(person.email)
    for _ in range(5):
        client.post(PASSWORD_SIGN_IN, {"login": person.email, "password": "fout"})
    page = client.post(PASSWORD_SIGN_IN, {"login": person.email, "password": PASSWORD})
    assert TOO_OFTEN in page.content.decode()
    assert signed_in(client) is None


def test_sign_ups_from_one_place_are_few(client: Client) -> None:
    for number in range(10):
        Client().post(SIGN_UP, {"name": "Bot", "email": f"bot{number}@voorbeeld.nl"})
    page = Client().post(SIGN_UP, {"name": "Bot", "email": "nogeen@voorbeeld.nl"})
    assert page.status_code == 429
    assert "Wacht even" in page.content.decode()
    assert Person.objects.count() == 10


def test_behind_our_proxy_the_visitor_is_counted_and_not_the_proxy(
    client: Client, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(11):
        answer = client.post(
            SIGN_UP,
            {"name": "Buur", "email": f"buur{number}@voorbeeld.nl"},
            headers={"x-forwarded-for": f"6.6.6.6, 203.0.113.{number}"},
        )
        assert answer.status_code == 302
        client = Client()


@pytest.mark.django_db(transaction=True)
def test_limits_hold_across_processes() -> None:
    """The counters live in the database: as many at once as one likes, three codes are sent."""
    PersonFactory(email="gerrit@voorbeeld.nl")

    def ask() -> int:
        return Client().post(SIGN_IN, {"email": "gerrit@voorbeeld.nl"}).status_code

    answers: list[int] = at_once(*[ask] * 8)
    assert answers.count(302) <= 3
    assert Message.objects.count() == answers.count(302)


# The second step of signing in -------------------------------------------------------------------


def now_code() -> str:
    from allauth.mfa.totp.internal.auth import (
        format_hotp_value,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    return format_hotp_value(hotp_value(TOTP_SECRET, list(yield_hotp_counters_from_time())[1]))


@pytest.fixture
def at_second_step(client: Client) -> Callable[..., Person]:
    def go(**traits: Any) -> Person:
        person = PersonFactory(email="gerrit@voorbeeld.nl", with_app=True, **traits)
        client.post(SIGN_IN, {"email": "gerrit@voorbeeld.nl"})
        answer = client.post(CONFIRM, {"code": code_of("gerrit@voorbeeld.nl")})
        assert answer.url == "/account/2fa/authenticate/"
        return person

    return go


def test_app_code_finishes_signing_in(
    client: Client, at_second_step: Callable[..., Person]
) -> None:
    person = at_second_step()
    assert client.post("/account/2fa/authenticate/", {"code": now_code()}).url == "/me/"
    assert signed_in(client) == person


def test_app_code_works_once(client: Client, at_second_step: Callable[..., Person]) -> None:
    at_second_step()
    code = now_code()
    client.post("/account/2fa/authenticate/", {"code": code})
    client.post("/account/logout/")
    client.post(SIGN_IN, {"email": "gerrit@voorbeeld.nl"})
    client.post(CONFIRM, {"code": code_of("gerrit@voorbeeld.nl")})
    client.post("/account/2fa/authenticate/", {"code": code})
    assert signed_in(client) is None


def test_recovery_code_works_once(client: Client, at_second_step: Callable[..., Person]) -> None:
    from allauth.mfa.models import Authenticator

    at_second_step()
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    assert client.post("/account/2fa/authenticate/", {"code": code}).url == "/me/"
    assert code not in Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()


def test_secrets_of_factors_are_stored_encrypted(settings: Any) -> None:
    from allauth.mfa.models import Authenticator

    PersonFactory(with_app=True)
    app = Authenticator.objects.get(type="totp")
    assert TOTP_SECRET not in str(app.data)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "een nieuwe sleutel"
    assert app.wrap().validate_code(now_code())
