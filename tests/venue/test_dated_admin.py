"""Dated rows and money in /beheer/: what people were told stays, nothing runs backwards, and nobody reads cents."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lokaal.people.models import Role
from tests.centres.factories import CentreFactory
from tests.people.factories import PersonFactory
from tests.venue.factories import (
    EquipmentFactory,
    PartFactory,
    SpaceFactory,
    SpaceLayoutFactory,
    TariffFactory,
)
from tests.venue.food.factories import CheckPointFactory, kitchen, log_row, terms
from tests.venue.money.factories import LONG_AGO, SellerFactory, issued
from venue.models import (
    CateringTerms,
    CheckPoint,
    FoodSafetyLimit,
    KitchenRule,
    LogKind,
    ReminderStep,
    Tariff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def administrator(client: Client, settings: Any) -> None:
    settings.DEMO = True  # no second factor is asked
    client.force_login(PersonFactory(role=Role.ADMINISTRATOR))


def page(model: type, name: str, *args: Any) -> str:
    return reverse(f"admin:venue_{model._meta.model_name}_{name}", args=args)


def change(client: Client, row: Any, data: dict[str, Any]) -> Any:
    return client.post(page(type(row), "change", row.pk), data)


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    return dict(response.context["adminform"].form.errors)


def from_today(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


# Terms of the kitchen ----------------------------------------------------------------------------------

HOURS = {"final_count_hours": 9, "cancel_hours": 9, "reminder_hours": 9, "days_ahead": 9}


def test_terms_that_hold_are_closed_and_followed_never_changed(client: Client) -> None:
    held = terms(cancel_hours=2)
    change(client, held, HOURS | {"valid_from": "2019-01-01", "valid_until": from_today(0)})
    held.refresh_from_db()
    assert (held.cancel_hours, held.valid_from, held.valid_until) == (
        2,
        date(2020, 1, 1),
        from_today(0),
    )
    client.post(page(CateringTerms, "add"), HOURS | {"valid_from": from_today(1)})
    assert list(CateringTerms.objects.values_list("cancel_hours", "valid_from")) == [
        (9, from_today(1)),
        (2, date(2020, 1, 1)),
    ]


def test_terms_are_not_closed_in_the_past(client: Client) -> None:
    held = terms()
    response = change(client, held, {"valid_until": from_today(-2)})
    assert errors(response) == {"valid_until": ["Die dag is al geweest. Kies een latere."]}
    held.refresh_from_db()
    assert held.valid_until is None


def test_terms_that_hold_are_not_deleted_and_those_to_come_are(client: Client) -> None:
    held = terms(valid_until=from_today(0))
    later = CateringTerms.objects.create(
        final_count_hours=1, cancel_hours=1, valid_from=from_today(1)
    )
    for row in (held, later):
        client.post(page(CateringTerms, "delete", row.pk), {"post": "yes"})
    assert list(CateringTerms.objects.all()) == [held]


def test_row_that_is_over_is_looked_at_only(client: Client) -> None:
    rows = [
        terms(valid_until=from_today(-1)),
        TariffFactory(valid_until=from_today(-1)),
        SellerFactory(valid_until=from_today(-1)),
        FoodSafetyLimit.objects.create(
            kind=LogKind.COOLING_BEGUN, lowest=1, valid_from=LONG_AGO, valid_until=from_today(-1)
        ),
    ]
    for row in rows:
        assert client.get(page(type(row), "change", row.pk)).status_code == 200
        assert change(client, row, {"valid_until": ""}).status_code == 403
        row.refresh_from_db()
        assert row.valid_until == from_today(-1)


@pytest.mark.parametrize("until", ["", "9999-01-01"])
def test_row_is_not_stretched_over_the_next_one(client: Client, until: str) -> None:
    held = terms(valid_until=from_today(0))
    CateringTerms.objects.create(final_count_hours=1, cancel_hours=1, valid_from=from_today(1))
    tariff = TariffFactory(valid_until=from_today(0))
    TariffFactory(space=tariff.space, tariff_class=tariff.tariff_class, valid_from=from_today(1))
    said = {}
    for row in (held, tariff):
        said |= {type(row): errors(change(client, row, {"valid_until": until}))}
        row.refresh_from_db()
        assert row.valid_until == from_today(0)
    assert said == {
        CateringTerms: {"__all__": ["Voor deze dagen gelden al afspraken."]},
        Tariff: {
            "__all__": ["Voor deze dagen geldt al een prijs. Vul daar eerst een laatste dag in."]
        },
    }


@pytest.mark.parametrize("model", [CateringTerms, KitchenRule, FoodSafetyLimit])
def test_stretch_that_runs_backwards_is_refused_in_words(client: Client, model: type) -> None:
    CateringTerms.objects.all().delete()
    FoodSafetyLimit.objects.all().delete()
    data = HOURS | {
        "centre": CentreFactory().pk,
        "weekday": 1,
        "starts": "09:00",
        "ends": "12:00",
        "slot_minutes": 30,
        "capacity": 9,
        "kind": LogKind.FRIDGE,
        "highest": 7,
        "valid_from": from_today(9),
        "valid_until": from_today(8),
    }
    response = client.post(page(model, "add"), data)
    assert errors(response) == {"valid_until": ["Het einde ligt voor het begin."]}
    assert not model.objects.exists()
    client.post(page(model, "add"), data | {"valid_until": from_today(9)})
    assert model.objects.count() == 1


@pytest.mark.parametrize("ends", ["08:00", "09:00"])
def test_kitchen_time_without_length_is_refused_in_words(client: Client, ends: str) -> None:
    data = {"weekday": 1, "slot_minutes": 30, "capacity": 9, "valid_from": from_today(0)}
    data |= {"centre": CentreFactory().pk, "starts": "09:00", "ends": ends}
    response = client.post(page(KitchenRule, "add"), data)
    assert errors(response) == {"ends": ["Het einde ligt voor het begin."]}
    assert not KitchenRule.objects.exists()


def test_kitchen_time_stays_in_its_house(client: Client) -> None:
    centre = kitchen(capacity=10)
    rule = KitchenRule.objects.filter(centre=centre).first()
    data = {"weekday": rule.weekday, "starts": "08:00", "ends": "20:00", "slot_minutes": 30}
    data |= {"capacity": 12, "valid_from": "2020-01-01", "centre": CentreFactory().pk}
    change(client, rule, data)
    rule.refresh_from_db()
    assert (rule.centre, rule.capacity) == (centre, 12)


# What the log says -------------------------------------------------------------------------------------


def test_check_point_of_the_log_keeps_its_name_and_kind(client: Client) -> None:
    fresh = CheckPointFactory(name="Koelkast 1")
    logged = log_row(0).point
    data = {"name": "Vriezer", "kind": LogKind.FREEZER, "how_often": "weekly", "position": 3}
    change(client, fresh, data)
    change(client, logged, data)
    before = logged.name
    assert list(
        CheckPoint.objects.order_by("pk").values_list("name", "kind", "how_often", "position")
    ) == [
        ("Vriezer", LogKind.FREEZER, "weekly", 3),
        (before, LogKind.FRIDGE, "weekly", 3),
    ]


def test_name_that_is_taken_in_the_same_house_is_refused_in_words(client: Client) -> None:
    """The house is only shown, and yet it counts."""
    space = SpaceFactory()
    one = {"centre": space.centre}
    part, taken = PartFactory(name="Podium", **one), PartFactory(name="Keuken", **one)
    thing, other = EquipmentFactory(name="Beamer", **one), EquipmentFactory(name="Piano", **one)
    fridge, freezer = CheckPointFactory(**one), CheckPointFactory(**one)
    rows = SpaceLayoutFactory(space=space, layout="dinner")
    said = [
        change(client, part, {"name": taken.name}),
        change(client, thing, {"name": other.name, "stock": 1, "is_active": "on"}),
        change(
            client,
            fridge,
            {"name": freezer.name, "kind": "fridge", "how_often": "daily", "position": 0},
        ),
        change(client, rows, {"layout": "theatre", "capacity": 9}),
    ]
    assert [list(errors(response)) for response in said] == [["__all__"]] * 4
    for row in (part, thing, fridge, rows):
        before = str(row)
        row.refresh_from_db()
        assert str(row) == before


# Money -------------------------------------------------------------------------------------------------


def test_tone_of_a_reminder_is_chosen_once(client: Client) -> None:
    step = ReminderStep.objects.update_or_create(tone="friendly", defaults={"days_late": 7})[0]
    response = change(client, step, {"tone": "last", "days_late": 9})
    assert response.status_code == 302
    assert ReminderStep.objects.get(tone="friendly").days_late == 9


@pytest.mark.parametrize("name", ["changelist", "change"])
def test_money_is_shown_in_euros(client: Client, name: str) -> None:
    invoice = issued()
    for row in (invoice, invoice.lines.get(), invoice.vat_rows.get()):
        where = [row.pk] if name == "change" else []
        shown = client.get(page(type(row), name, *where)).content.decode()
        assert "€\xa0121" in shown
        assert "12100" not in shown


def test_price_that_holds_is_shown_in_euros(client: Client) -> None:
    tariff = TariffFactory(price_cents=1250, deposit_cents=5000, day_cap_cents=9900)
    shown = client.get(page(Tariff, "change", tariff.pk)).content.decode()
    assert all(f"€\xa0{amount}" in shown for amount in ("12,50", "50", "99"))
    assert not any(cents in shown for cents in ("1250", "5000", "9900"))


def test_rows_are_found_by_when_they_hold(client: Client) -> None:
    CateringTerms.objects.all().delete()
    over, now, later = (
        CateringTerms.objects.create(
            final_count_hours=1,
            cancel_hours=1,
            valid_from=from_today(first),
            valid_until=from_today(first + 4),
        )
        for first in (-10, -2, 5)
    )
    for asked, expected in [
        ("now", [now]),
        ("later", [later]),
        ("over", [over]),
        ("", [later, now, over]),
    ]:
        response = client.get(page(CateringTerms, "changelist"), {"holds": asked} if asked else {})
        assert list(response.context["cl"].queryset) == expected
