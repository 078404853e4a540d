"""Passkeys in a real browser with a make-believe device: made, used to sign in, used as second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator

from lokaal.people import second_factor
from tests.people.factories import PersonFactory
from tests.people.test_signing_in import code_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def sign_in_by_code(page: Page, email: str) -> None:
    page.goto("/account/login/code/")
    page.get_by_label("Wat is je e-mailadres?").fill(email)
    page.get_by_role("button", name="Stuur mij een code").click()
    page.get_by_label("De code").fill(code_of(email))
    page.get_by_role("button", name="Log nu in").click()


def with_device(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def test_passkey_is_made_and_signs_in(page: Page, axe: Any) -> None:
    person = PersonFactory(name="Bas Roelofs", email="bas@voorbeeld.nl")
    with_device(page)
    sign_in_by_code(page, "bas@voorbeeld.nl")
    page.wait_for_url("**/me/")
    page.goto("/account/2fa/webauthn/add/")
    axe(page)
    page.get_by_label("Hoe noem je deze passkey?").fill("mijn\u202e telefoon")
    page.get_by_role("button", name="Maak de passkey").click()
    page.wait_for_url("**/recovery-codes/")
    axe(page)
    passkey = Authenticator.objects.get(type="webauthn")
    assert (passkey.user, str(passkey), passkey.wrap().is_passwordless) == (
        person,
        "mijn telefoon",
        True,
    )

    page.goto("/account/logout/")
    page.get_by_role("button", name="Log uit").click()
    page.goto("/account/login/code/?next=/account/2fa/webauthn/")
    page.get_by_role("button", name="Met een passkey").click()
    page.get_by_text("mijn telefoon").wait_for()
    assert urlsplit(page.url).path == "/account/2fa/webauthn/"
    axe(page)
    # it counts as two factors: what asks for one opens without another question
    page.goto("/me/second-factor/")
    page.wait_for_url("**/me/")
    assert second_factor.is_set_up(person)


def test_passkey_that_is_not_there_says_so(page: Page) -> None:
    with_device(page)
    page.goto("/account/login/code/")
    page.get_by_role("button", name="Met een passkey").click()
    page.get_by_text("Dat lukte niet. Probeer het nog eens, of vraag een code.").wait_for()
    assert page.url.endswith("/account/login/code/")


def test_without_javascript_the_button_is_hidden_and_the_page_says_why(new_page: Any) -> None:
    page = new_page(javascript=False)
    page.goto("/account/login/code/")
    assert page.get_by_role("button", name="Met een passkey").count() == 0
    told = page.locator("noscript p")
    assert told.inner_text() == "Inloggen met een passkey kan alleen met JavaScript."
    assert told.is_visible()


def test_signing_in_works_without_javascript(new_page: Any) -> None:
    PersonFactory(name="Bas Roelofs", email="bas@voorbeeld.nl")
    page = new_page(javascript=False, width=320)
    sign_in_by_code(page, "bas@voorbeeld.nl")
    assert page.get_by_role("heading", name="Dag Bas").is_visible()


COMING_IN = [
    "/account/login/code/",
    "/account/login/",
    "/account/signup/",
    "/account/password/reset/",
]
MINE = [
    "/me/",
    "/me/details/",
    "/me/second-factor/",
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/email/",
    "/account/password/set/",
    "/account/logout/",
]


def test_every_page_is_accessible_and_fits_a_small_phone(new_page: Any, axe: Any) -> None:
    PersonFactory(name="Bas Roelofs", email="bas@voorbeeld.nl")
    page = new_page(width=320)
    for address in COMING_IN:
        _look_at(page, address, axe)
    sign_in_by_code(page, "bas@voorbeeld.nl")
    page.wait_for_url("**/me/")
    for address in MINE:
        _look_at(page, address, axe)
        assert page.url.endswith(address), "sent away from a page of one's own"


def _look_at(page: Page, address: str, axe: Any) -> None:
    page.goto(address)
    axe(page)
    assert (address, page.evaluate("document.documentElement.scrollWidth")) == (address, 320)
