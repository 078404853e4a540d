"""Centres in the admin: one with a future stays, and holidays are proposed, never entered by themselves."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from lokaal.centres.models import Centre, SpecialDay
from lokaal.people.models import Role
from tests.activities.factories import OccurrenceFactory
from tests.centres.factories import CentreFactory, SpecialDayFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 24, 11, tzinfo=UTC), tick=False):
        yield


def as_(role: Role) -> Client:
    client = Client()
    client.force_login(PersonFactory(role=role))
    return client


@pytest.fixture
def administrator() -> Client:
    return as_(Role.ADMINISTRATOR)


def page(model: type[Model], name: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_centre_with_a_future_stays(administrator: Client) -> None:
    centre = OccurrenceFactory(activity__centre__name="Waterkracht").centre
    response = administrator.post(page(Centre, "delete", centre.pk), {"post": "yes"})
    assert response["Location"] == page(Centre, "change", centre.pk)
    why = "Waterkracht kan niet weg. Er horen zalen, activiteiten of ideeën bij. "
    assert said(response) == [f"{why}Haal het vinkje weg bij “in gebruik”."]
    assert Centre.objects.filter(pk=centre.pk).exists()


def test_centre_without_anything_goes(administrator: Client) -> None:
    centre = CentreFactory(hours={1: [("9:00", "17:00")]})
    administrator.post(page(Centre, "delete", centre.pk), {"post": "yes"})
    assert not Centre.objects.exists()


def test_holidays_are_proposed_and_only_the_chosen_ones_entered(administrator: Client) -> None:
    first, second = CentreFactory(name="Waterkracht"), CentreFactory(name="Nieuwstad")
    SpecialDayFactory(date=date(2026, 12, 26), centre=first, reason="Kerstlunch")
    address = reverse("admin:centres_specialday_propose")
    rows = {row["day"]: row for row in administrator.get(address).context["form"].rows()}
    christmas = rows["Vrijdag 25 december"]
    assert [str(label) for _value, label, _is_ticked in christmas["picks"]] == [
        "Alle huizen",
        "Waterkracht",
        "Nieuwstad",
    ]
    assert [label for _value, label, _ in rows["Zaterdag 26 december"]["picks"]] == ["Nieuwstad"]
    assert SpecialDay.objects.count() == 1
    chosen = ["2026-12-25:all", f"2026-12-25:{first.pk}", f"2026-12-26:{second.pk}"]
    for _time in range(2):
        administrator.post(address, {"chosen": chosen})
    entered = SpecialDay.objects.order_by("date").values_list("date", "centre__name", "reason")
    assert set(entered) == {
        (date(2026, 12, 25), None, "Eerste kerstdag"),
        (date(2026, 12, 26), "Nieuwstad", "Tweede kerstdag"),
        (date(2026, 12, 26), "Waterkracht", "Kerstlunch"),
    }


@pytest.mark.parametrize("chosen", [[], ["2026-12-24:all"], ["onzin"], ["2026-12-25:onzin"]])
def test_what_was_not_proposed_is_not_entered(administrator: Client, chosen: list[str]) -> None:
    response = administrator.post(reverse("admin:centres_specialday_propose"), {"chosen": chosen})
    assert response.context["form"].errors["chosen"]
    assert not SpecialDay.objects.exists()


def test_director_enters_no_holidays() -> None:
    client = as_(Role.DIRECTOR)
    assert client.get(reverse("admin:centres_specialday_propose")).status_code == 403
