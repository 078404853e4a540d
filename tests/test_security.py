"""What holds for the whole house: which doors are open, what a page may run, what a strange request gets."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from logging.handlers import BufferingHandler
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from lokaal.keys import new_key
from lokaal.people.models import Role
from tests.activities.factories import ActivityFactory, OccurrenceFactory, SignUpFactory
from tests.people.factories import PersonFactory

BASE_DIR = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counters(db: None) -> None:
    cache.clear()


# Which doors are open ----------------------------------------------------------------------------

#: Every address that opens without signing in. A new one is added here by who makes it, on purpose.
PUBLIC = {
    # what anybody may see
    "portal:home",
    "portal:help",
    "activities:agenda",
    "activities:agenda_calendar",
    "activities:agenda_rss",
    "activities:activity",
    "activities:activity_calendar",
    "activities:centre_calendar",
    "centres:centres",
    "centres:centre",
    "centre_photo",
    "space_photo",
    "venue:spaces",
    "venue:space",
    "venue:request_new",
    "venue:request_step",
    "venue:booking",
    "venue:booking_cancel",
    "venue:booking_change",
    "venue:booking_change_withdraw",
    "venue:booking_date_cancel",
    "venue:booking_lookup",
    "venue:booking_quote",
    "venue:booking_without_alcohol",
    "venue:quote",
    "robots",
    "sitemap",
    # the screen at a door and the calendar of a room, by a secret
    "venue:door",
    "venue:space_calendar",
    # the tablet at the door, by a secret of one day
    "activities:tablet",
    "activities:tablet_date",
    "activities:tablet_party",
    "activities:tablet_taps",
    # taking part needs no account
    "activities:occurrence_join",
    "activities:code",
    "activities:sign_up",
    "activities:sign_up_accept",
    "activities:sign_up_calendar",
    "activities:sign_up_cancel",
    "activities:sign_up_change",
    "activities:sign_up_party",
    "activities:sign_up_rejoin",
    "activities:sign_up_slip",
    # following, a calendar of one's own, does the time suit: by a secret
    "activities:follow",
    "activities:follow_asked",
    "activities:follower",
    "activities:follower_confirm",
    "activities:follower_stop",
    "activities:follower_stop_one",
    "activities:personal_calendar",
    "activities:time_question",
    "activities:time_question_answer",
    # courses
    "activities:course",
    "activities:course_accept",
    "activities:course_calendar",
    "activities:course_cancel",
    "activities:course_change",
    "activities:course_come",
    "activities:course_join",
    "activities:course_make_up",
    "activities:course_miss",
    "activities:course_rejoin",
    "activities:course_slip",
    "activities:wish",
    "activities:wish_thanks",
    # ideas: reading, supporting, taking over, saying that a text should not stand here
    "activities:wishes",
    "activities:wish_page",
    "activities:wish_adopt",
    "activities:wish_mine",
    "activities:wish_let_go",
    "activities:wish_keep",
    "activities:wish_come_back",
    "activities:wish_slip",
    "activities:support",
    "activities:support_new",
    "activities:support_change",
    "activities:support_take_back",
    "activities:support_slip",
    "activities:report",
    # a voice; the page of a guest opens by a secret
    "activities:questions",
    "activities:question",
    "activities:question_code",
    "activities:question_follow",
    "activities:question_me_too",
    "activities:question_new",
    "activities:question_slip",
    "activities:session",
    "activities:session_guest",
    "activities:session_guest_answer",
    "activities:session_guest_note",
    # the programme on paper; the screen in the hall opens by a secret
    "activities:hall_screen",
    "activities:programme",
    # what was tried and learned; looking back by a link; the neighbourhood table
    "activities:tried_list",
    "activities:tried_one",
    "activities:reaction_open",
    "activities:reaction",
    "activities:reflection",
    "activities:reflection_step",
    "activities:tables",
    "activities:table",
    # the menu, ordering, eating along
    "dish_photo",
    "venue:menu",
    "venue:menu_allergens",
    "venue:meal",
    "venue:meal_guest",
    "venue:meal_guest_leave",
    "venue:meal_guest_slip",
    "venue:order",
    "venue:order_cancel",
    "venue:order_code",
    "venue:order_new",
    "venue:order_slip",
    # coming in
    "account_request_login_code",
    "account_confirm_login_code",
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_email_verification_sent",
    "account_reset_password",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "account_password_reset_completed",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "admin:login",
    # the plan of an idea, by its secret or code; what supporters and helpers get
    "activities:wish_plan",
    "activities:plan_begin",
    "activities:plan_first_date",
    "activities:plan_note",
    "activities:plan_keep",
    "activities:plan_paper",
    "activities:plan_try",
    "activities:plan_pot",
    "activities:step_new",
    "activities:step",
    "activities:step_done",
    "activities:step_reopen",
    "activities:step_remove",
    "activities:plan_helper",
    "activities:grant_withdraw",
    "activities:grant_spend",
    "activities:invitation",
    "activities:helper",
}
#: These exist for visitors on the machine itself, in demo mode (their own tests prove it).
PUBLIC_IN_A_DEMO = {
    "people:demo_sign_in",
    "outbox:demo_mail",
    "outbox:demo_mail_attachment",
    "outbox:demo_mail_calendar",
    "outbox:demo_mail_html",
    "outbox:demo_mail_text",
}


class Route(NamedTuple):
    name: str
    pattern: URLPattern
    is_public: bool


def routes(resolver: Any = None, spaces: tuple[str, ...] = ()) -> Iterator[Route]:
    """Every address of the house, by walking the resolver."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from routes(pattern, inner)
        else:
            name = ":".join([*spaces, pattern.name or str(pattern.pattern)])
            yield Route(name, pattern, not getattr(pattern.callback, "login_required", True))


def example(route: Route, **special: Any) -> str | None:
    """An address of the route, with rows that are not there; None where none can be made."""
    examples = {
        "UUIDConverter": new_key(),
        "IntConverter": 999_999,
        "SlugConverter": "nergens",
        "StringConverter": "x",
    }
    kinds = {name: type(kind).__name__ for name, kind in route.pattern.pattern.converters.items()}
    try:
        return reverse(
            route.name,
            kwargs={
                name: special.get(name, examples.get(kind, "x")) for name, kind in kinds.items()
            },
        )
    except NoReverseMatch:
        return None


def test_public_routes_are_these() -> None:
    assert {route.name for route in routes() if route.is_public} == PUBLIC | PUBLIC_IN_A_DEMO


def test_everything_else_asks_to_sign_in(client: Client) -> None:
    asked = {}
    for route in routes():
        if not route.is_public and (address := example(route)):
            response = client.get(address)
            asked[route.name] = (
                response.status_code,
                response.headers.get("Location", "").split("?")[0],
            )
    assert len(asked) > 30
    ways_in = {(302, "/account/login/code/"), (302, "/beheer/login/")}
    assert {name: answer for name, answer in asked.items() if answer not in ways_in} == {}


def test_admin_sign_in_takes_no_password(client: Client) -> None:
    person = PersonFactory(role=Role.ADMINISTRATOR, password="paard batterij nietje")
    data = {"username": person.email, "password": "paard batterij nietje", "next": "/beheer/"}
    response = client.post("/beheer/login/", data)
    assert response.url.startswith("/account/login/code/")
    assert "_auth_user_id" not in client.session


# What a page may run -----------------------------------------------------------------------------

POLICY = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'", "data:"},
    "font-src": {"'self'"},
    "connect-src": {"'self'"},
    "manifest-src": {"'self'"},
    "worker-src": {"'self'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'"},
    "base-uri": {"'none'"},
    "object-src": {"'none'"},
}


class Page(NamedTuple):
    kind: str
    address: str
    role: Role | None = None
    signed_in: bool = False
    status: int = 200


PAGES = [
    Page("home", "/"),
    Page("agenda", "/agenda/"),
    Page("english", "/en/agenda/"),
    Page("rooms", "/zalen/"),
    Page("find a booking", "/zalen/booking/"),
    Page("activity", "ACTIVITY"),
    Page("help", "/help/"),
    Page("sign in", "/account/login/code/"),
    Page("password", "/account/login/"),
    Page("account", "/account/signup/"),
    Page("mine", "/me/", signed_in=True),
    Page("details", "/me/details/", signed_in=True),
    Page("ways in", "/account/2fa/", signed_in=True),
    Page("app", "/account/2fa/totp/activate/", signed_in=True),
    Page("passkey", "/account/2fa/webauthn/add/", signed_in=True),
    Page("second factor", "/me/second-factor/", signed_in=True),
    Page("desk", "/desk/", Role.HOST, signed_in=True),
    Page("hire", "/verhuur/", Role.VENUE, signed_in=True),
    Page("admin", "/beheer/", Role.ADMINISTRATOR, signed_in=True),
    Page("admin list", "/beheer/people/person/", Role.ADMINISTRATOR, signed_in=True),
    Page("admin form", "/beheer/people/person/add/", Role.ADMINISTRATOR, signed_in=True),
    Page("not there", "/nergens/", status=404),
    Page("not allowed", "/messages/failed/", signed_in=True, status=403),
]


LOADING = {"script", "link", "img", "form", "iframe"}


class Inline(HTMLParser):
    """Collects what a strict policy forbids: script and style inside the page, and handlers in attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (
            tag == "script" and "src" not in given and given.get("type") != "application/json"
        ):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if (
                name == "style"
                or name.startswith("on")
                or (value or "").strip().lower().startswith("javascript:")
            ):
                self.found.append(f"<{tag} {name}={value}>")
            if tag in LOADING and name in {"src", "href", "action"} and _is_foreign(value or ""):
                self.found.append(f"<{tag} {name}={value}>")


def _is_foreign(address: str) -> bool:
    names_a_host = re.match(r"(https?:)?//", address)
    return bool(names_a_host) and not address.startswith(f"{settings.ORIGIN}/")


def opened(page: Page) -> Any:
    client = Client(raise_request_exception=False)
    if page.signed_in:
        client.force_login(PersonFactory(role=page.role))
    address = page.address
    if address == "ACTIVITY":
        with translation.override("nl"):
            address = OccurrenceFactory().activity.get_absolute_url()
    return client.get(address)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.kind)
def test_page_is_strict(page: Page) -> None:
    response = opened(page)
    assert response.status_code == page.status
    header = response.headers["Content-Security-Policy"]
    directives = {
        name: set(values)
        for name, *values in (part.split() for part in header.split(";") if part.strip())
    }
    assert directives == POLICY
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    parser = Inline()
    parser.feed(response.content.decode())
    assert parser.found == []


# Cookies, and the settings of a real house -------------------------------------------------------


def test_cookies_are_kept_from_scripts_and_other_sites(client: Client) -> None:
    client.get("/account/login/code/")
    client.post("/account/signup/", {"name": "Joop", "email": "joop@voorbeeld.nl"})
    assert {"sessionid", "csrftoken"} <= set(client.cookies)
    for name in ("sessionid", "csrftoken"):
        assert (name, client.cookies[name]["httponly"], client.cookies[name]["samesite"]) == (
            name,
            True,
            "Lax",
        )


def test_looking_around_sets_no_cookie(client: Client) -> None:
    client.get("/help/")
    assert dict(client.cookies) == {}


def test_post_of_another_site_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/account/login/code/", {"email": "joop@voorbeeld.nl"}).status_code == 403


REAL_HOUSE = {
    "DATABASE_URL": "postgresql://lokaal@db.voorbeeld/lokaal",
    "LOKAAL_SECRET_KEY": "een-lange-sleutel-die-alleen-dit-huis-kent-0123456789-abcdefghij",
    "LOKAAL_HOSTS": "lokaal.voorbeeld",
    "LOKAAL_ORIGIN": "https://lokaal.voorbeeld",
    "LOKAAL_BEHIND_PROXY": "1",
    "DJANGO_SETTINGS_MODULE": "lokaal.settings",
}
ASK_REAL_HOUSE = """
import json, django
django.setup()
from django.conf import settings
from django.urls import NoReverseMatch, resolve, reverse, Resolver404
names = ["DEMO", "DEBUG", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SECURE",
    "ALLOWED_HOSTS", "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", "ALLAUTH_TRUSTED_PROXY_COUNT"]
found = {name: getattr(settings, name) for name in names}
try:
    reverse("people:demo_sign_in")
except NoReverseMatch:
    found["demo name"] = "none"
try:
    resolve("/demo/sign-in/")
except Resolver404:
    found["demo address"] = "none"
print(json.dumps(found))
"""


def in_a_real_house(*command: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the environment of production. Nothing connects to the database."""
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "LOKAAL_DATA") if name in os.environ
    }
    return subprocess.run(
        [sys.executable, *command],
        cwd=BASE_DIR,
        env=kept | REAL_HOUSE,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_check_deploy_is_clean() -> None:
    done = in_a_real_house("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stdout.strip()) == (
        0,
        "System check identified no issues (0 silenced).",
    ), done.stderr


def test_real_house_is_closed_tight() -> None:
    done = in_a_real_house("-c", ASK_REAL_HOUSE)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "DEMO": False,
        "DEBUG": False,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SECURE": True,
        "ALLOWED_HOSTS": ["lokaal.voorbeeld"],
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
        "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
        "demo name": "none",
        "demo address": "none",
    }


def test_real_house_sends_hsts(settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.SECURE_HSTS_PRELOAD = True
    response = Client().get("/help/", secure=True)
    assert (
        response.headers["Strict-Transport-Security"]
        == "max-age=31536000; includeSubDomains; preload"
    )


@pytest.mark.parametrize("missing", ["LOKAAL_SECRET_KEY", "LOKAAL_ORIGIN"])
def test_real_house_does_not_start_without(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(REAL_HOUSE, missing)
    done = in_a_real_house("-c", "import django; django.setup()")
    assert done.returncode != 0
    assert missing in done.stderr


# Strange requests --------------------------------------------------------------------------------

STRANGE = [
    "\x00",
    "a\x00b",
    "\ud800".encode("utf-16", "surrogatepass").decode("latin-1"),
    "😀" * 50,
    "\u202eabc",
    "x" * 5_000,
    "' OR 1=1 --",
    "-1",
    "9" * 40,
]
FIELDS = [
    "q",
    "page",
    "next",
    "date",
    "day",
    "week",
    "centre",
    "from",
    "to",
    "code",
    "name",
    "email",
    "phone",
    "after",
    "people",
    "part",
    "starts",
    "ends",
    "layout",
    "equipment",
    "until",
    "shown",
    "purpose",
    "reference",
    "contact",
]


def signed_in_as(role: Role | None) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(PersonFactory(role=role))
    return client


@pytest.mark.parametrize("strange", STRANGE, ids=range(len(STRANGE)))
def test_strange_query_breaks_no_page(strange: str) -> None:
    date = OccurrenceFactory()
    rows = {"pk": date.activity.pk, "slug": date.centre.slug}
    staff = signed_in_as(Role.ADMINISTRATOR)
    broken = []
    for route in routes():
        if route.name.startswith("admin:") or not (address := example(route, **rows)):
            continue
        response = staff.get(address, dict.fromkeys(FIELDS, strange))
        if response.status_code >= 500:
            broken.append(route.name)
    assert broken == []


@pytest.mark.parametrize("strange", STRANGE, ids=range(len(STRANGE)))
def test_strange_form_breaks_no_page(strange: str) -> None:
    date = OccurrenceFactory()
    rows = {"pk": date.activity.pk, "slug": date.centre.slug}
    broken = []
    for route in routes():
        if not route.is_public or not (address := example(route, **rows)):
            continue
        visitor = Client(raise_request_exception=False)
        data = dict.fromkeys(
            [*FIELDS, "login", "password", "credential", "key", "companions", "title", "text"],
            strange,
        )
        if visitor.post(address, data).status_code >= 500:
            broken.append(route.name)
    assert broken == []


@pytest.mark.parametrize(
    "address",
    [
        "/%00/",
        "/agenda/%00/",
        "/centres/a%00b/",
        "/media/centres/%00",
        "/media/centres/..%2f..%2fsecret.key",
        "/sign-ups/%00/",
        "/sign-ups/01890a5d-ac96-774b-bcce-b302099a8057/%00/",
        "/activities/nonsense/",
        "/en/%00/",
        "/account/2fa/webauthn/keys/99999999999999999999/remove/",
        "/beheer/people/person/%00/change/",
        "/beheer/people/person/nonsense/change/",
    ],
)
def test_strange_address_is_simply_not_there(address: str) -> None:
    for client in (Client(raise_request_exception=False), signed_in_as(Role.ADMINISTRATOR)):
        assert client.get(address).status_code in {302, 400, 404}


def test_visitor_by_a_made_up_name_gets_a_plain_page_and_fills_no_log(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = BufferingHandler(capacity=100)
    monkeypatch.setattr(logging.getLogger(), "handlers", [written])

    response = Client(headers={"host": "evil.example"}).get("/")

    assert response.status_code == 400
    assert "<h1>Dat begrepen wij niet</h1>" in response.content.decode()
    assert written.buffer == []


def test_row_that_is_not_there_is_simply_not_there() -> None:
    """Every address with an identifier, for who may do most: a plain 404 (or back to where one was), never a 500."""
    staff, director = signed_in_as(Role.ADMINISTRATOR), signed_in_as(Role.DIRECTOR)
    broken = {}
    for route in routes():
        if "pk" in route.pattern.pattern.converters and not route.name.startswith("admin:"):
            response = staff.get(example(route) or "/")
            if response.status_code == 403:  # the small pot is of who decides of money
                response = director.get(example(route) or "/")
            if response.status_code not in {302, 404, 405}:
                broken[route.name] = response.status_code
    assert broken == {}


def test_rows_of_somebody_else_are_simply_not_there() -> None:
    theirs = PersonFactory(with_app=True)
    sign_up = SignUpFactory(person=theirs)
    draft = ActivityFactory(draft=True)
    stranger = signed_in_as(None)
    passkey = theirs.authenticator_set.first()
    for address in (
        reverse("activities:sign_up", args=[sign_up.pk]),
        reverse("activities:sign_up", args=[theirs.pk]),
        reverse("activities:activity", args=[draft.pk]),
        reverse("activities:activity", args=[theirs.pk]),
    ):
        assert (address, stranger.get(address).status_code) == (address, 404)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert stranger.get(reverse(name, args=[passkey.pk])).status_code == 404
    person_page = reverse("admin:people_person_change", args=[theirs.pk])
    assert stranger.get(person_page, follow=True).status_code == 403
    assert UUID(str(theirs.pk)).version == 7


def test_password_of_the_house_is_nowhere_in_its_pages(client: Client) -> None:
    client.force_login(PersonFactory(role=Role.ADMINISTRATOR))
    for page in PAGES[:10]:
        assert settings.SECRET_KEY not in opened(page).content.decode()
