"""Staff pages ask a role that is held today and a second factor passed in this session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from lokaal.people import perms, second_factor
from lokaal.people.models import Person, Role
from tests.centres.factories import CentreFactory
from tests.people.factories import TOTP_SECRET, PersonFactory, StaffRoleFactory
from tests.people.test_signing_in import code_of, now_code

pytestmark = pytest.mark.django_db

PAGE = "/me/second-factor/"


@pytest.fixture(autouse=True)
def real_house(settings: Any) -> None:
    settings.DEMO = False
    settings.SECURE_SSL_REDIRECT = False


@perms.staff_required(Role.HOST, Role.COORDINATOR)
def desk(request: HttpRequest) -> HttpResponse:
    return HttpResponse("balie")


@perms.staff_required()
def any_staff(request: HttpRequest) -> HttpResponse:
    return HttpResponse("medewerkers")


@pytest.fixture
def ask(rf: RequestFactory) -> Callable[..., HttpRequest]:
    """A request of a person, with or without the factor passed (so long ago)."""

    def make(person: Any, *, passed: bool = False, ago: timedelta = timedelta(0)) -> HttpRequest:
        request = rf.get("/desk/?day=1")
        request.session = SessionStore()
        request.user = Person.objects.get(pk=person.pk) if person.pk else person
        if passed:
            at = (timezone.now() - ago).timestamp()
            request.session[second_factor.MARK] = {"person": str(person.pk), "at": at}
        return request

    return make


def test_staff_with_role_and_factor_come_in(ask: Callable[..., HttpRequest]) -> None:
    request = ask(PersonFactory(role=Role.HOST), passed=True)
    assert desk(request).content == b"balie"
    assert any_staff(request).content == b"medewerkers"
    assert perms.is_staff_member(request)
    assert perms.is_staff_member(request, Role.HOST)
    assert not perms.is_staff_member(request, Role.TREASURER)


def test_staff_without_factor_are_led_to_it_and_back(ask: Callable[..., HttpRequest]) -> None:
    request = ask(PersonFactory(role=Role.HOST))
    assert desk(request).url == f"{PAGE}?next=%2Fdesk%2F%3Fday%3D1"  # type: ignore[attr-defined]
    assert not perms.is_staff_member(request)


def test_staff_with_factor_of_yesterday_show_it_again(ask: Callable[..., HttpRequest]) -> None:
    host = PersonFactory(role=Role.HOST)
    assert desk(ask(host, passed=True, ago=timedelta(hours=11, minutes=59))).status_code == 200
    assert desk(ask(host, passed=True, ago=timedelta(hours=12, minutes=1))).status_code == 302


def test_factor_of_somebody_else_does_not_count(ask: Callable[..., HttpRequest]) -> None:
    request = ask(PersonFactory(role=Role.HOST))
    request.session[second_factor.MARK] = {
        "person": str(PersonFactory().pk),
        "at": timezone.now().timestamp(),
    }
    assert desk(request).status_code == 302


@pytest.mark.parametrize("role", [None, Role.KITCHEN])
def test_others_are_refused_in_words(ask: Callable[..., HttpRequest], role: Role | None) -> None:
    with pytest.raises(
        PermissionDenied, match=r"^Deze pagina is voor medewerkers\. Mis je iets\? Bel ons\.$"
    ):
        desk(ask(PersonFactory(role=role), passed=True))


def test_role_that_ended_is_out_at_the_next_request(ask: Callable[..., HttpRequest]) -> None:
    role = StaffRoleFactory(role=Role.HOST, starts_on=timezone.localdate() - timedelta(9))
    assert desk(ask(role.person, passed=True)).status_code == 200
    role.end(timezone.localdate() - timedelta(1))
    with pytest.raises(PermissionDenied):
        desk(ask(role.person, passed=True))


def test_closed_person_is_out_at_the_next_request(ask: Callable[..., HttpRequest]) -> None:
    host = PersonFactory(role=Role.HOST)
    host.deactivate()
    assert not perms.holds_staff_role(host)
    with pytest.raises(PermissionDenied):
        desk(ask(host, passed=True))


def test_demo_asks_no_second_factor(ask: Callable[..., HttpRequest], settings: Any) -> None:
    settings.DEMO = True
    assert desk(ask(PersonFactory(role=Role.HOST))).status_code == 200


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.ADMINISTRATOR, True),
        (Role.DIRECTOR, True),
        (Role.HOST, False),
        (Role.PRIVACY_OFFICER, False),
        (None, False),
    ],
)
def test_admin_is_for_administrators_and_directors(
    ask: Callable[..., HttpRequest], role: Role | None, may: bool
) -> None:
    person = PersonFactory(role=role)
    assert perms.may_enter_admin(ask(person, passed=True)) is may
    assert perms.may_enter_admin(ask(person)) is False


def test_director_looks_and_administrator_changes() -> None:
    director, administrator = (
        PersonFactory(role=Role.DIRECTOR),
        PersonFactory(role=Role.ADMINISTRATOR),
    )
    assert director.has_perm("people.view_person")
    assert not director.has_perm("people.change_person")
    assert administrator.has_perm("people.change_person")
    assert not PersonFactory(role=Role.HOST).has_perm("people.view_person")
    assert not PersonFactory(role=Role.HOST).has_module_perms("people")


def test_only_administrators_of_all_centres_give_roles() -> None:
    at_one = StaffRoleFactory(role=Role.ADMINISTRATOR, centre=CentreFactory()).person
    assert not perms.may_give_roles(at_one)
    assert not perms.may_give_roles(PersonFactory(role=Role.DIRECTOR))
    assert perms.may_give_roles(PersonFactory(role=Role.ADMINISTRATOR))


# The page and what sets the mark -----------------------------------------------------------------


def test_page_tells_why_and_offers_two_ways(client: Client) -> None:
    client.force_login(PersonFactory(role=Role.HOST))
    page = client.get(PAGE).content.decode()
    assert (
        "Medewerkers zien gegevens van bewoners. Daarom moet je twee keer laten zien wie je bent."
        in page
    )
    assert 'href="/account/2fa/webauthn/add/"' in page
    assert 'href="/account/2fa/totp/activate/"' in page


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_leads_on_to_where_one_was_going(client: Client) -> None:
    client.force_login(PersonFactory(role=Role.HOST))
    asked = client.get("/desk/").url
    assert asked == f"{PAGE}?next=%2Fdesk%2F"
    client.get(asked)
    client.get("/account/2fa/totp/activate/")
    session = client.session
    session["mfa.totp.secret"] = TOTP_SECRET
    session.save()
    answer = client.post("/account/2fa/totp/activate/", {"code": now_code()})
    assert answer.url == "/account/2fa/recovery-codes/"
    assert "Je reservecodes" in client.get(answer.url).content.decode()
    assert client.get(PAGE).url == "/desk/"
    assert client.get("/desk/").status_code == 200


def test_app_code_again_leads_on(client: Client) -> None:
    client.force_login(PersonFactory(role=Role.HOST, with_app=True))
    asked = client.get("/desk/").url
    assert "Laat zien dat jij het bent" in client.get(asked).content.decode()
    again = client.get("/account/2fa/reauthenticate/?next=/me/second-factor/")
    assert again.status_code == 200
    answer = client.post(
        "/account/2fa/reauthenticate/?next=/me/second-factor/", {"code": now_code(), "next": PAGE}
    )
    assert answer.url == PAGE
    assert client.get(PAGE).url == "/desk/"


def test_signing_in_with_the_app_passes_it_at_once(client: Client) -> None:
    PersonFactory(email="nermin@voorbeeld.nl", role=Role.HOST, with_app=True)
    client.post("/account/login/code/", {"email": "nermin@voorbeeld.nl"})
    client.post("/account/login/code/confirm/", {"code": code_of("nermin@voorbeeld.nl")})
    client.post("/account/2fa/authenticate/", {"code": now_code()})
    assert client.get("/desk/").status_code == 200


def test_next_never_leads_to_another_site(client: Client) -> None:
    client.force_login(PersonFactory(role=Role.HOST, with_app=True))
    client.get(f"{PAGE}?next=https://kwaad.example/")
    client.post("/account/2fa/reauthenticate/", {"code": now_code()})
    assert client.get(PAGE).url == "/me/"


def test_taking_the_app_away_takes_the_mark_away(client: Client) -> None:
    client.force_login(PersonFactory(role=Role.HOST, with_app=True))
    client.post("/account/2fa/reauthenticate/", {"code": now_code()})
    assert client.get("/desk/").status_code == 200
    client.post("/account/2fa/totp/deactivate/")
    assert Authenticator.objects.count() == 0
    assert client.get("/desk/").status_code == 302


def test_taking_the_app_away_asks_who_it_is_first(client: Client) -> None:
    client.force_login(PersonFactory(role=Role.HOST, with_app=True))
    assert "/reauthenticate/" in client.post("/account/2fa/totp/deactivate/").url
    assert Authenticator.objects.filter(type="totp").exists()


def test_new_recovery_codes_prove_nothing(client: Client) -> None:
    client.force_login(PersonFactory(role=Role.HOST))
    client.post("/account/2fa/recovery-codes/generate/")
    assert client.get("/desk/").status_code == 302


def test_remove_takes_every_factor_and_session(client: Client) -> None:
    person = PersonFactory(with_app=True)
    client.force_login(person)
    assert second_factor.remove(person) == 2
    assert not second_factor.is_set_up(person)
    assert client.get("/me/").status_code == 302
