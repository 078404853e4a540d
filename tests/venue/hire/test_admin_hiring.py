"""Prices, rules and bookings in /beheer/: dated rows are closed and followed, bookings are looked at."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from lokaal.people.models import Role
from tests.people.factories import PersonFactory
from tests.venue.factories import (
    AlcoholRuleFactory,
    HirerFactory,
    Offered,
    SurchargeFactory,
    TariffClassFactory,
    TariffFactory,
    VatCodeFactory,
)
from venue.hire import deposits, handing_over, hiring, pricing, rebooking
from venue.models import (
    AlcoholRule,
    Booking,
    BookingDate,
    BookingEvent,
    BookingLink,
    CancellationRule,
    ChangeRequest,
    DepositEntry,
    HandOver,
    Hirer,
    Quote,
    QuoteLine,
    Surcharge,
    Tariff,
    TariffClass,
    VatCode,
    VatRate,
)

pytestmark = pytest.mark.django_db

LOOKED_AT = [
    Booking,
    BookingDate,
    BookingEvent,
    BookingLink,
    ChangeRequest,
    DepositEntry,
    HandOver,
    Quote,
    QuoteLine,
]
MAKERS: dict[type[Model], Callable[[], Any]] = {
    TariffClass: TariffClassFactory,
    Tariff: TariffFactory,
    Surcharge: SurchargeFactory,
    VatCode: VatCodeFactory,
    VatRate: lambda: VatRate.objects.get(vat_code=VatCodeFactory()),
    AlcoholRule: AlcoholRuleFactory,
    CancellationRule: lambda: CancellationRule.objects.create(
        centre=AlcoholRuleFactory().centre,
        notice_hours=48,
        percent=50,
        valid_from=date(2020, 1, 1),
    ),
    Hirer: HirerFactory,
} | {
    model: lambda model=model: model._base_manager.filter(**of(model)).first()
    for model in LOOKED_AT
}


def of(model):
    """The row that belongs to a whole new booking, with all that can hang on it."""
    house = Offered()
    booking = hiring.confirm(house.ask(), by=house.planner)
    on = booking.dates.get()
    handing_over.hand_over(on, signed_name="Emine", by=house.planner)
    deposits.receive(booking, 5000, by=house.planner)
    use = on.use
    rebooking.ask(on, space=use.space, starts_at=use.starts_at, ends_at=use.ends_at, people=10)
    keys = {
        Booking: "pk",
        ChangeRequest: "date__booking",
        HandOver: "date__booking",
        QuoteLine: "quote__booking",
    }
    return {keys.get(model, "booking"): booking.pk}


MODELS = [pytest.param(model, id=model._meta.label) for model in MAKERS]


@pytest.fixture
def administrator():
    return as_(Role.ADMINISTRATOR)


def as_(role):
    client = Client()
    client.force_login(PersonFactory(role=role))
    return client


def page(model, name, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def asked(client, address):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200, address
    return len(queries)


@pytest.mark.parametrize("model", MODELS)
def test_list_and_form_cost_the_same_whatever_there_is(administrator, model):
    row = MAKERS[model]()
    addresses = [page(model, "changelist"), page(model, "change", row.pk)]
    for address in addresses:
        asked(administrator, address)  # content types are asked once per process
    one = [asked(administrator, address) for address in addresses]
    for _number in range(5):
        MAKERS[model]()
    assert [asked(administrator, address) for address in addresses] == one
    assert max(one) <= 16


@pytest.mark.parametrize("model", MODELS)
def test_list_is_explained_and_searched(administrator, model):
    assert admin.site._registry[model].explanation
    response = administrator.get(page(model, "changelist"), {"q": "zoektérm die niets vindt"})
    assert response.context["cl"].result_count == 0


@pytest.mark.parametrize("model", MODELS)
def test_director_looks_and_changes_nothing(model):
    client = as_(Role.DIRECTOR)
    row = MAKERS[model]()
    assert client.get(page(model, "changelist")).status_code == 200
    assert client.get(page(model, "change", row.pk)).status_code == 200
    assert client.get(page(model, "add")).status_code == 403
    assert client.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_nothing_that_was_is_deleted(administrator, model):
    row = MAKERS[model]()
    administrator.post(page(model, "delete", row.pk), {"post": "yes"})
    administrator.post(
        page(model, "changelist"),
        {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
    )
    assert model._base_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", LOOKED_AT)
def test_bookings_and_quotes_are_looked_at_only(administrator, model):
    row = MAKERS[model]()
    assert administrator.get(page(model, "add")).status_code == 403
    assert administrator.post(page(model, "change", row.pk), {}).status_code == 403
    shown = administrator.get(page(model, "change", row.pk)).content.decode()
    for name in ("secret_hash", "form_key"):
        assert name not in shown


# Dated rows --------------------------------------------------------------------------------------


def filled(tariff, **changes):
    """The form of a tariff, as a browser sends it."""
    values = {
        "space": tariff.space.pk,
        "tariff_class": tariff.tariff_class.pk,
        "unit": tariff.unit,
        "weekday": "",
        "price_cents": "12,50",
        "day_cap_cents": "",
        "rounding_minutes": tariff.rounding_minutes,
        "block_minutes": tariff.block_minutes,
        "starts": "",
        "ends": "",
        "deposit_cents": "",
        "vat_code": tariff.vat_code.pk,
        "valid_from": tariff.valid_from.isoformat(),
        "valid_until": "",
    }
    return values | changes


def errors(response):
    return [
        str(error)
        for found in response.context["adminform"].form.errors.values()
        for error in found
    ]


def test_a_price_is_typed_in_euros(administrator):
    like = TariffFactory()
    tomorrow = timezone.localdate() + timedelta(days=1)
    other = TariffFactory.build(
        space=like.space,
        tariff_class=TariffClassFactory(),
        vat_code=like.vat_code,
        valid_from=tomorrow,
    )
    administrator.post(
        page(Tariff, "add"),
        filled(other, price_cents="€ 17,50", day_cap_cents="80", deposit_cents="50"),
    )
    row = Tariff.objects.get(tariff_class=other.tariff_class)
    assert (row.price_cents, row.day_cap_cents, row.deposit_cents) == (1750, 8000, 5000)
    shown = administrator.get(page(Tariff, "change", row.pk)).content.decode()
    assert 'value="17,50"' in shown


@pytest.mark.parametrize("price", ["0", "-1", "gratis", ""])
def test_a_price_is_never_nothing(administrator, price):
    like = TariffFactory()
    other = TariffFactory.build(
        space=like.space, tariff_class=TariffClassFactory(), vat_code=like.vat_code
    )
    response = administrator.post(page(Tariff, "add"), filled(other, price_cents=price))
    assert errors(response)
    assert Tariff.objects.count() == 1


def test_a_price_that_holds_is_closed_and_never_changed(administrator):
    tariff = TariffFactory()
    today = timezone.localdate()

    administrator.post(
        page(Tariff, "change", tariff.pk),
        filled(tariff, price_cents="99", valid_until=today.isoformat()),
    )

    tariff.refresh_from_db()
    assert (tariff.price_cents, tariff.valid_until) == (1250, today)
    shown = administrator.get(page(Tariff, "change", tariff.pk)).content.decode()
    assert "Dit geldt al. Vul hier een laatste dag in, en maak een nieuwe regel." in shown


def test_a_price_is_not_closed_in_the_past(administrator):
    tariff = TariffFactory()
    response = administrator.post(
        page(Tariff, "change", tariff.pk), {"valid_until": date(2021, 1, 1).isoformat()}
    )
    assert errors(response) == ["Die dag is al geweest. Kies een latere."]
    tariff.refresh_from_db()
    assert tariff.valid_until is None


def test_a_price_that_has_yet_to_begin_can_be_changed_and_deleted(administrator):
    tariff = TariffFactory(valid_from=timezone.localdate() + timedelta(days=30))
    administrator.post(page(Tariff, "change", tariff.pk), filled(tariff, price_cents="15"))
    tariff.refresh_from_db()
    assert tariff.price_cents == 1500
    administrator.post(page(Tariff, "delete", tariff.pk), {"post": "yes"})
    assert not Tariff.objects.exists()


def test_two_prices_for_the_same_days_are_refused_in_words(administrator):
    tariff = TariffFactory()
    response = administrator.post(page(Tariff, "add"), filled(tariff, valid_from="2026-01-01"))
    assert errors(response) == [
        "Voor deze dagen geldt al een prijs. Vul daar eerst een laatste dag in."
    ]


def test_an_end_before_the_begin_is_refused_in_words(administrator):
    like = TariffFactory()
    other = TariffFactory.build(
        space=like.space, tariff_class=TariffClassFactory(), vat_code=like.vat_code
    )
    response = administrator.post(
        page(Tariff, "add"), filled(other, valid_from="2027-02-01", valid_until="2027-01-01")
    )
    assert errors(response) == ["Het einde ligt voor het begin."]


def test_an_evening_needs_its_times(administrator):
    like = TariffFactory()
    other = TariffFactory.build(
        space=like.space, tariff_class=TariffClassFactory(), vat_code=like.vat_code, unit="evening"
    )
    response = administrator.post(page(Tariff, "add"), filled(other))
    assert errors(response) == ["Vul in hoe laat de avond begint en eindigt."]
    administrator.post(page(Tariff, "add"), filled(other, starts="18:00", ends="23:00"))
    assert Tariff.objects.get(unit="evening").starts == time(18)


def test_a_vat_rate_that_holds_is_never_changed_in_code_either():
    from django.core.exceptions import ValidationError

    rate = VatCodeFactory().rates.get()
    rate.percent = 9
    with pytest.raises(ValidationError, match="Dit geldt al"):
        rate.full_clean()


def test_only_one_class_is_the_yardstick_and_it_pays(administrator):
    TariffClassFactory(yardstick=True)
    values = {"name": "Nog een", "slug": "nog-een", "explanation": "x", "position": "0"}
    response = administrator.post(page(TariffClass, "add"), values | {"is_yardstick": "on"})
    assert errors(response) == ["Een andere prijsgroep telt al hoeveel gratis is."]


def test_a_class_is_named_in_other_languages(administrator):
    group = TariffClassFactory(name="Bewoners", explanation="Voor de buurt.")
    values = {
        "name": "Bewoners",
        "slug": group.slug,
        "explanation": "Voor de buurt.",
        "position": "0",
        "name_en": "Residents",
        "explanation_en": "For the neighbourhood.",
    }
    administrator.post(page(TariffClass, "change", group.pk), values)

    group.refresh_from_db()
    assert group.translations == {
        "en": {"name": "Residents", "explanation": "For the neighbourhood."}
    }
    with translation.override("en"):
        assert pricing.why(group).endswith("Residents. For the neighbourhood.")
    assert (group.shown_name, group.shown_explanation) == ("Bewoners", "Voor de buurt.")
    shown = administrator.get(page(TariffClass, "change", group.pk)).content.decode()
    assert 'value="Residents"' in shown


def test_a_surcharge_is_named_in_other_languages_before_it_holds(administrator):
    row = SurchargeFactory(name="Schoonmaken", valid_from=timezone.localdate() + timedelta(days=9))
    values = {
        "centre": row.centre.pk,
        "name": "Schoonmaken",
        "name_en": "Cleaning",
        "kind": row.kind,
        "unit": row.unit,
        "price_cents": "25",
        "vat_code": row.vat_code.pk,
        "valid_from": f"{row.valid_from:%d-%m-%Y}",
    }
    response = administrator.post(page(Surcharge, "change", row.pk), values)
    assert response.status_code == 302, errors(response)
    row.refresh_from_db()
    assert row.translations == {"en": {"name": "Cleaning"}}
    with translation.override("en"):
        assert row.shown_name == "Cleaning"


def test_a_surcharge_that_holds_keeps_its_words_when_it_is_closed(administrator):
    row = SurchargeFactory(translations={"en": {"name": "Cleaning"}})
    until = timezone.localdate() + timedelta(days=30)
    response = administrator.post(
        page(Surcharge, "change", row.pk), {"valid_until": f"{until:%d-%m-%Y}"}
    )
    assert response.status_code == 302, errors(response)
    row.refresh_from_db()
    assert (row.valid_until, row.translations) == (until, {"en": {"name": "Cleaning"}})
