"""People in the admin: an old address, an old session or a clever form opens nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lokaal.outbox.models import Message
from lokaal.people.models import Person, Role, StaffRole
from tests.centres.factories import CentreFactory
from tests.people.factories import TOTP_SECRET, PersonFactory, StaffRoleFactory

pytestmark = pytest.mark.django_db

LIST = "/beheer/people/person/"
LAST = "Dit is de laatste beheerder van alle huizen. Maak eerst iemand anders beheerder."


@pytest.fixture
def daan(client: Client) -> Person:
    """The administrator, signed in (the tests run in demo mode: no second factor is asked)."""
    person = PersonFactory(name="Daan Voskamp", email="daan@voorbeeld.nl", role=Role.ADMINISTRATOR)
    client.force_login(person)
    return person


def form_of(
    person: Person | None, roles: list[dict[str, Any]] | None = None, **changes: Any
) -> dict[str, Any]:
    """What the browser sends: the form of a person with their roles, changed here and there."""
    stored = list(person.staff_roles.all()) if person else []
    rows = [
        {
            "id": role.pk,
            "person": role.person_id,
            "role": role.role,
            "centre": role.centre_id or "",
            "starts_on": role.starts_on.isoformat(),
            "ends_on": role.ends_on or "",
        }
        for role in stored
    ]
    for row, change in zip(rows, roles or [], strict=False):
        row.update(change)
    rows += (roles or [])[len(stored) :]
    data = {
        "name": person.name if person else "",
        "email": (person.email if person else "") or "",
        "phone": "",
        "preferred_language": "nl",
        "channel": "",
        "birth_date": "",
        "staff_roles-TOTAL_FORMS": len(rows),
        "staff_roles-INITIAL_FORMS": len(stored),
    }
    if person is None or person.is_active:
        data["is_active"] = "on"
    data |= {
        f"staff_roles-{n}-{key}": value for n, row in enumerate(rows) for key, value in row.items()
    }
    data |= changes
    return {key: value for key, value in data.items() if value is not None}


def page_of(person: Person) -> str:
    return reverse("admin:people_person_change", args=[person.pk])


def errors(response: Any) -> list[str]:
    formset = response.context["inline_admin_formsets"][0].formset if response.context else None
    found = [*response.context["adminform"].form.errors.values()]
    found += [formset.non_form_errors(), *(e for f in formset.forms for e in f.errors.values())]
    return [text for texts in found for text in texts]


# Looking -----------------------------------------------------------------------------------------


def test_list_is_searched_and_filtered(client: Client, daan: Person) -> None:
    nermin = PersonFactory(name="Nermin Aksoy", role=Role.HOST)
    PersonFactory(name="Joop Wesselink")
    assert list(client.get(LIST, {"q": "nermin"}).context["cl"].queryset) == [nermin]
    assert list(client.get(LIST, {"role": "host"}).context["cl"].queryset) == [nermin]
    assert {p.name for p in client.get(LIST, {"role": "any"}).context["cl"].queryset} == {
        "Daan Voskamp",
        "Nermin Aksoy",
    }
    assert {p.name for p in client.get(LIST, {"role": "none"}).context["cl"].queryset} == {
        "Joop Wesselink"
    }


def test_list_shows_roles_of_today(client: Client, daan: Person) -> None:
    centre = CentreFactory(name="Waterkracht")
    person = StaffRoleFactory(role=Role.HOST, centre=centre).person
    StaffRoleFactory(
        person=person, role=Role.KITCHEN, starts_on=timezone.localdate() + timedelta(1)
    )
    page = client.get(LIST).content.decode()
    assert "gastvrouw of gastheer (Waterkracht)" in page
    assert '<td class="field-roles">gastvrouw of gastheer (Waterkracht)</td>' in page


def test_list_costs_the_same_at_one_and_at_thirty(
    client: Client, daan: Person, django_assert_num_queries: Any
) -> None:
    client.get(LIST)
    for _ in range(2):
        with django_assert_num_queries(9):
            client.get(LIST)
        for _ in range(30):
            StaffRoleFactory(centre=CentreFactory())


@pytest.mark.parametrize("role", [None, Role.HOST, Role.SOCIAL_WORKER])
def test_others_do_not_get_in(client: Client, role: Role | None) -> None:
    client.force_login(PersonFactory(role=role))
    assert client.get(LIST).status_code == 302
    assert client.get(LIST, follow=True).status_code == 403


def test_director_looks_and_changes_nothing(client: Client) -> None:
    client.force_login(PersonFactory(role=Role.DIRECTOR))
    person = PersonFactory()
    assert client.get(page_of(person)).status_code == 200
    assert client.post(page_of(person), form_of(person, name="Anders")).status_code == 403


def test_administrator_of_one_centre_gives_no_roles(client: Client) -> None:
    own = StaffRoleFactory(role=Role.ADMINISTRATOR, centre=CentreFactory()).person
    client.force_login(own)
    assert client.post(page_of(own), form_of(own, name="Anders")).status_code == 403


# Changing ----------------------------------------------------------------------------------------


def test_entering_a_person_needs_a_name_only(client: Client, daan: Person) -> None:
    client.post(f"{LIST}add/", form_of(None, name=" Gerda\u202e Harmsen "))
    person = Person.objects.exclude(pk=daan.pk).get()
    assert (person.name, person.email, person.entered_by) == ("Gerda Harmsen", None, daan)
    assert not person.has_usable_password()


def test_form_has_no_password_and_no_tricks(client: Client, daan: Person) -> None:
    fields = client.get(page_of(daan)).context["adminform"].form.fields
    assert list(fields) == [
        "name",
        "email",
        "phone",
        "preferred_language",
        "channel",
        "is_active",
        "birth_date",
    ]
    person = PersonFactory()
    client.post(page_of(person), form_of(person, password="x", session_round="7", is_staff="on"))
    person.refresh_from_db()
    assert not person.is_staff
    assert (person.session_round, person.has_usable_password()) == (0, False)


def test_giving_and_ending_a_role(client: Client, daan: Person) -> None:
    person, today = PersonFactory(), timezone.localdate()
    given = {"role": "host", "centre": "", "starts_on": today.isoformat(), "ends_on": ""}
    client.post(page_of(person), form_of(person, [given]))
    assert list(person.staff_roles.values_list("role", "ends_on")) == [("host", None)]
    client.post(page_of(person), form_of(person, [{"ends_on": today.isoformat()}]))
    assert list(person.staff_roles.values_list("role", "ends_on")) == [("host", today)]


def test_changing_the_address_forgets_and_warns_the_one_before(
    client: Client, daan: Person
) -> None:
    person = PersonFactory(email="oud@voorbeeld.nl")
    person.prove_email("oud@voorbeeld.nl")
    client.post(page_of(person), form_of(person, email="Nieuw@voorbeeld.nl"))
    person.refresh_from_db()
    assert person.email == "nieuw@voorbeeld.nl"
    assert EmailAddress.objects.count() == 0
    message = Message.objects.get()
    assert (message.to_address, message.subject) == (
        "oud@voorbeeld.nl",
        "Je e-mailadres is veranderd",
    )


def test_address_of_somebody_else_is_refused(client: Client, daan: Person) -> None:
    person = PersonFactory()
    response = client.post(page_of(person), form_of(person, email="DAAN@voorbeeld.nl"))
    assert errors(response) == ["Iemand anders heeft dit e-mailadres al."]


def test_closing_an_account_closes_its_sessions(client: Client, daan: Person) -> None:
    person = PersonFactory()
    theirs = Client()
    theirs.force_login(person)
    client.post(page_of(person), form_of(person, is_active=None))
    person.refresh_from_db()
    assert not person.is_active
    person.activate()
    assert theirs.get("/me/").status_code == 302


def test_nobody_is_removed_here(client: Client, daan: Person) -> None:
    person = PersonFactory()
    assert (
        client.post(
            reverse("admin:people_person_delete", args=[person.pk]), {"post": "yes"}
        ).status_code
        == 403
    )
    chosen = {"action": "delete_selected", "_selected_action": [str(person.pk)], "post": "yes"}
    client.post(LIST, chosen)
    assert Person.objects.filter(pk=person.pk).exists()


# The administrator who stays ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"ends_on": "2030-01-01"},
        {"role": "host"},
        {"starts_on": "2999-01-01"},
        {"DELETE": "on"},
    ],
    ids=str,
)
def test_last_administrator_keeps_the_role(
    client: Client, daan: Person, change: dict[str, str]
) -> None:
    response = client.post(page_of(daan), form_of(daan, [change]))
    assert set(errors(response)) == {LAST}
    assert StaffRole.objects.lasting_administrators().count() == 1


def test_last_administrator_keeps_the_role_for_all_centres(client: Client, daan: Person) -> None:
    response = client.post(page_of(daan), form_of(daan, [{"centre": str(CentreFactory().pk)}]))
    assert set(errors(response)) == {LAST}


def test_last_administrator_with_two_rows_cannot_lose_both(client: Client, daan: Person) -> None:
    StaffRoleFactory(
        person=daan, role=Role.ADMINISTRATOR, starts_on=timezone.localdate() - timedelta(9)
    )
    response = client.post(page_of(daan), form_of(daan, [{"DELETE": "on"}, {"DELETE": "on"}]))
    assert errors(response) == [LAST]
    client.post(page_of(daan), form_of(daan, [{"DELETE": "on"}, {}]))
    assert StaffRole.objects.lasting_administrators().count() == 1


def test_last_administrator_is_not_closed(client: Client, daan: Person) -> None:
    response = client.post(page_of(daan), form_of(daan, is_active=None))
    assert errors(response) == [LAST]
    daan.refresh_from_db()
    assert daan.is_active


# Actions -----------------------------------------------------------------------------------------


def test_removing_a_second_factor_tells_the_person(client: Client, daan: Person) -> None:
    person = PersonFactory(email="bas@voorbeeld.nl", role=Role.SOCIAL_WORKER, with_app=True)
    client.post(LIST, {"action": "remove_second_factor", "_selected_action": [str(person.pk)]})
    assert not Authenticator.objects.exists()
    message = Message.objects.get()
    assert (message.to_address, message.subject) == (
        "bas@voorbeeld.nl",
        "Je tweede slot is weg",
    )
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.change_message) == (
        daan,
        str(person.pk),
        "Tweede slot weggehaald.",
    )


def test_removing_second_factors_goes_one_by_one(client: Client, daan: Person) -> None:
    people = [PersonFactory(with_app=True), PersonFactory(with_app=True)]
    client.post(
        LIST, {"action": "remove_second_factor", "_selected_action": [str(p.pk) for p in people]}
    )
    assert Authenticator.objects.count() == 4


def test_signing_out_everywhere(client: Client, daan: Person) -> None:
    person, theirs = PersonFactory(), Client()
    theirs.force_login(person)
    client.post(LIST, {"action": "sign_out_everywhere", "_selected_action": [str(person.pk)]})
    assert theirs.get("/me/").status_code == 302


# What allauth keeps ------------------------------------------------------------------------------


def test_addresses_and_factors_are_only_looked_at(client: Client, daan: Person) -> None:
    person = PersonFactory(with_app=True)
    person.prove_email(person.email or "")
    for model, row in (
        ("account_emailaddress", EmailAddress.objects.get()),
        ("mfa_authenticator", Authenticator.objects.first()),
    ):
        assert row is not None
        assert client.get(reverse(f"admin:{model}_changelist")).status_code == 200
        page = client.get(reverse(f"admin:{model}_change", args=[row.pk]))
        assert page.status_code == 200
        assert TOTP_SECRET not in page.content.decode()
        assert "gAAAA" not in page.content.decode()  # nor its encrypted form
        for address in ("add", "change", "delete"):
            args = [] if address == "add" else [row.pk]
            url = reverse(f"admin:{model}_{address}", args=args)
            assert client.post(url, {"verified": "on", "post": "yes"}).status_code == 403


def test_roles_are_listed_with_their_people(client: Client, daan: Person) -> None:
    page = client.get("/beheer/people/staffrole/")
    assert f'<a href="{page_of(daan)}">Daan Voskamp</a>' in page.content.decode()
    assert client.get("/beheer/people/staffrole/add/").status_code == 403
