"""People and their roles: addresses, sessions, and the administrator who stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from lokaal.people.exceptions import AddressTaken, LastAdministrator
from lokaal.people.models import Person, Role, StaffRole
from tests.centres.factories import CentreFactory
from tests.parallel import at_once
from tests.people.factories import PersonFactory, StaffRoleFactory

LAST = "Dit is de laatste beheerder van alle huizen. Maak eerst iemand anders beheerder."

pytestmark = pytest.mark.django_db


def check_constraints_now() -> None:
    """Do what a commit does."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


# Addresses ---------------------------------------------------------------------------------------


def test_person_needs_a_name_only() -> None:
    first, second = PersonFactory(name_only=True), PersonFactory(name_only=True)
    assert (first.email, second.email, str(first.phone)) == (None, None, "")


def test_person_address_is_kept_in_small_letters() -> None:
    person = PersonFactory(email=" Nermin@Voorbeeld.NL ")
    assert Person.objects.get().email == "nermin@voorbeeld.nl"
    assert list(Person.objects.with_email("NERMIN@voorbeeld.nl ")) == [person]


def test_person_name_is_cleaned_when_saved() -> None:
    assert PersonFactory(name=" Jo\u202e\x00 de  Boer ").name == "Jo de Boer"


def test_person_without_a_name_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError, match="people_person_name_not_empty"):
        PersonFactory(name="\u200e")


def test_person_with_capitals_in_address_is_refused_by_the_database() -> None:
    person = PersonFactory()
    with pytest.raises(IntegrityError, match="people_person_email_lower"):
        Person.objects.filter(pk=person.pk).update(email="A@voorbeeld.nl")


def test_change_email_forgets_the_address_before() -> None:
    person = PersonFactory(email="oud@voorbeeld.nl")
    person.prove_email("oud@voorbeeld.nl")
    person.change_email("Nieuw@voorbeeld.nl")
    assert person.email == "nieuw@voorbeeld.nl"
    assert list(EmailAddress.objects.all()) == []


def test_change_email_refuses_the_address_of_somebody_else() -> None:
    PersonFactory(email="sahra@voorbeeld.nl")
    person = PersonFactory(email="joop@voorbeeld.nl")
    with pytest.raises(AddressTaken, match=r"^Iemand anders heeft dit e-mailadres al\.$"):
        person.change_email("sahra@voorbeeld.nl")
    person.refresh_from_db()
    assert person.email == "joop@voorbeeld.nl"


def test_change_email_refuses_what_is_no_address() -> None:
    with pytest.raises(ValidationError):
        PersonFactory().change_email("geen adres")


def test_prove_email_proves_only_the_own_address() -> None:
    person = PersonFactory(email="joop@voorbeeld.nl")
    assert person.prove_email("sahra@voorbeeld.nl") is False
    assert person.prove_email("Joop@voorbeeld.nl") is True
    assert person.prove_email("joop@voorbeeld.nl") is True
    rows = EmailAddress.objects.values_list("user", "email", "verified", "primary")
    assert list(rows) == [(person.pk, "joop@voorbeeld.nl", True, True)]


# Sessions ----------------------------------------------------------------------------------------


def test_close_sessions_signs_out_everywhere(client: Client) -> None:
    person = PersonFactory()
    client.force_login(person)
    assert client.get("/me/").status_code == 200
    person.close_sessions()
    assert client.get("/me/").status_code == 302


def test_deactivate_closes_sessions_for_good(client: Client) -> None:
    person = PersonFactory()
    client.force_login(person)
    person.deactivate()
    assert client.get("/me/").status_code == 302
    client.force_login(person)
    assert client.get("/me/").status_code == 302
    other = Client()
    person.activate()
    other.force_login(person)
    assert other.get("/me/").status_code == 200


def test_activate_does_not_open_old_sessions(client: Client) -> None:
    person = PersonFactory()
    client.force_login(person)
    cookie = client.cookies["sessionid"].value
    person.deactivate()
    person.activate()
    client.cookies["sessionid"] = cookie
    assert client.get("/me/").status_code == 302


# Roles -------------------------------------------------------------------------------------------


def test_role_counts_on_its_days_only() -> None:
    today = timezone.localdate()
    person = PersonFactory()
    StaffRoleFactory(person=person, role=Role.HOST, ends_on=today)
    StaffRoleFactory(
        person=person,
        role=Role.KITCHEN,
        starts_on=today - timedelta(9),
        ends_on=today - timedelta(1),
    )
    StaffRoleFactory(person=person, role=Role.TREASURER, starts_on=today + timedelta(1))
    assert [role.role for role in person.current_roles] == [Role.HOST]
    assert person.holds(Role.HOST)
    assert not person.holds(Role.KITCHEN, Role.TREASURER)


def test_role_at_one_centre_does_not_count_at_another() -> None:
    here, there = CentreFactory(), CentreFactory()
    person = PersonFactory()
    StaffRoleFactory(person=person, role=Role.HOST, centre=here)
    assert person.holds(Role.HOST)
    assert person.holds(Role.HOST, centre_id=here.pk)
    assert not person.holds(Role.HOST, centre_id=there.pk)


def test_role_cannot_be_given_twice() -> None:
    role = StaffRoleFactory()
    again = StaffRole(person=role.person, role=role.role)
    with pytest.raises(ValidationError) as refusal:
        again.full_clean()
    assert refusal.value.messages == ["Deze rol is al gegeven."]


def test_role_cannot_end_before_it_starts() -> None:
    role = StaffRole(
        person=PersonFactory(), role=Role.HOST, ends_on=timezone.localdate() - timedelta(1)
    )
    with pytest.raises(ValidationError) as refusal:
        role.full_clean()
    assert refusal.value.messages == ["Het einde ligt voor het begin."]


# The administrator who stays ---------------------------------------------------------------------


def administrator() -> Person:
    return PersonFactory(role=Role.ADMINISTRATOR)


def test_last_administrator_cannot_be_ended_removed_or_closed() -> None:
    person = administrator()
    role = person.staff_roles.get()
    for action in (role.end, role.delete, person.deactivate, person.delete):
        with pytest.raises(LastAdministrator, match=f"^{re.escape(LAST)}$"):
            action()
    role.refresh_from_db()
    person.refresh_from_db()
    assert (role.ends_on, person.is_active) == (None, True)


def test_last_administrator_cannot_become_something_else() -> None:
    role = administrator().staff_roles.get()
    role.role = Role.HOST
    with pytest.raises(ValidationError) as refusal:
        role.full_clean()
    assert refusal.value.messages == [LAST]
    with pytest.raises(LastAdministrator):
        role.save()


@pytest.mark.parametrize("state", ["ends", "one centre", "later", "closed"])
def test_last_administrator_is_not_replaced_by_one_who_does_not_last(state: str) -> None:
    role = administrator().staff_roles.get()
    today = timezone.localdate()
    match state:
        case "ends":
            StaffRoleFactory(role=Role.ADMINISTRATOR, ends_on=today + timedelta(30))
        case "one centre":
            StaffRoleFactory(role=Role.ADMINISTRATOR, centre=CentreFactory())
        case "later":
            StaffRoleFactory(role=Role.ADMINISTRATOR, starts_on=today + timedelta(1))
        case "closed":
            StaffRoleFactory(role=Role.ADMINISTRATOR, person__closed=True)
    with pytest.raises(LastAdministrator):
        role.end()


def test_administrator_may_go_when_another_stays() -> None:
    going, staying = administrator(), administrator()
    going.staff_roles.get().end()
    going.deactivate()
    check_constraints_now()
    assert [role.person for role in StaffRole.objects.lasting_administrators()] == [staying]


def deleting(person: Person) -> None:
    StaffRole.objects.filter(person=person).delete()


def ending(person: Person) -> None:
    StaffRole.objects.filter(person=person).update(ends_on=timezone.localdate())


def closing(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=False)


@pytest.mark.parametrize("past_the_model", [deleting, ending, closing])
def test_database_keeps_the_last_administrator(past_the_model: Callable[[Person], None]) -> None:
    person = administrator()
    with transaction.atomic():
        past_the_model(person)
        with pytest.raises(IntegrityError, match="the last administrator of all centres stays"):
            check_constraints_now()
        transaction.set_rollback(True)
    assert StaffRole.objects.lasting_administrators().count() == 1


def test_database_lets_the_role_be_handed_over_in_one_transaction() -> None:
    before, after = administrator(), PersonFactory()
    StaffRole.objects.filter(person=before).delete()
    StaffRole.objects.create(person=after, role=Role.ADMINISTRATOR)
    check_constraints_now()
    assert [role.person for role in StaffRole.objects.lasting_administrators()] == [after]


def test_house_without_any_administrator_lets_others_be_closed() -> None:
    PersonFactory().deactivate()
    StaffRoleFactory().end()
    check_constraints_now()


@pytest.mark.django_db(transaction=True)
def test_two_administrators_ending_each_other_leave_one() -> None:
    roles = [administrator().staff_roles.get() for _ in range(2)]
    results = at_once(*(role.end for role in roles))
    assert sorted(type(result) for result in results if result) == [LastAdministrator]
    assert StaffRole.objects.lasting_administrators().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_ended_past_the_model_leave_one() -> None:
    pks = [administrator().staff_roles.get().pk for _ in range(2)]

    def end(pk: object) -> int:
        return StaffRole.objects.filter(pk=pk).update(ends_on=timezone.localdate())

    results = at_once(*(lambda pk=pk: end(pk) for pk in pks))
    assert {type(result) for result in results} == {int, IntegrityError}
    assert StaffRole.objects.lasting_administrators().count() == 1
