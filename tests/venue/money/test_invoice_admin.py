"""Money in /beheer/: looked at by the director, and nothing in it can change what was issued or paid."""

from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lokaal.people.models import Role
from tests.people.factories import PersonFactory
from tests.venue.money.factories import SellerFactory, draft, issued, vat
from tests.venue.money.test_paying import camt, entry
from venue.models import (
    BankEntry,
    BankFile,
    Invoice,
    InvoiceCounter,
    InvoiceLine,
    InvoiceSeries,
    InvoiceVat,
    Payment,
    PaymentPart,
    Reminder,
    ReminderStep,
    Seller,
)
from venue.money import banking, invoicing, paying, reminding

pytestmark = pytest.mark.django_db

LOOKED_AT = [
    BankEntry,
    BankFile,
    Invoice,
    InvoiceCounter,
    InvoiceLine,
    InvoiceVat,
    Payment,
    PaymentPart,
    Reminder,
]
SET_UP = [Seller, InvoiceSeries, ReminderStep]


@pytest.fixture
def administrator(client, settings):
    settings.DEMO = True
    client.force_login(PersonFactory(role=Role.ADMINISTRATOR))
    return client


def page(model, name, *args):
    return reverse(f"admin:venue_{model._meta.model_name}_{name}", args=args)


def some_money(number=0):
    """An invoice that is late, reminded, partly credited and paid by the bank."""
    code = vat("drinks", 21)
    ReminderStep.objects.get_or_create(tone="friendly", defaults={"days_late": 7})
    invoice = issued((12100, code), (100, code), on=timezone.localdate() - timedelta(days=60))
    reminding.remind(invoice)
    banking.import_file(f"{number}.xml", camt(entry(500 + number, f"deel {number}")))
    paying.match(BankEntry.objects.latest("id"), [invoice])


def asked(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200, address
    return len(queries)


@pytest.mark.parametrize("model", LOOKED_AT + SET_UP)
def test_list_and_row_open_and_cost_the_same_whatever_there_is(administrator, model):
    some_money()
    row = model.objects.all()[0]
    addresses = [page(model, "changelist"), page(model, "change", row.pk)]
    for address in addresses:
        asked(administrator, address)
    one = [asked(administrator, address) for address in addresses]
    for number in range(1, 8):
        some_money(number)
    assert [asked(administrator, address) for address in addresses] == one
    assert max(one) <= 16
    found = administrator.get(page(model, "changelist"), {"q": "zoekt niets"})
    assert found.context["cl"].result_count == 0
    assert admin.site._registry[model].explanation


@pytest.mark.parametrize("model", LOOKED_AT)
def test_what_is_looked_at_cannot_be_made_changed_or_deleted(administrator, model):
    some_money()
    row = model.objects.all()[0]
    assert administrator.get(page(model, "add")).status_code == 403
    assert administrator.post(page(model, "change", row.pk), {}).status_code == 403
    assert administrator.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


def test_seller_that_sold_is_closed_and_followed_never_edited(administrator):
    seller = SellerFactory()
    form = {
        field.name: getattr(seller, field.name) or ""
        for field in Seller._meta.concrete_fields
        if field.name != "id"
    }
    response = administrator.post(page(Seller, "change", seller.pk), form | {"city": "Elders"})
    assert "Dit geldt al" in str(response.context["adminform"].form.non_field_errors())
    today = timezone.localdate()
    administrator.post(page(Seller, "change", seller.pk), form | {"valid_until": today})
    new = {"city": "Elders", "valid_from": today + timedelta(days=1), "valid_until": ""}
    administrator.post(page(Seller, "add"), form | new)
    assert list(Seller.objects.values_list("city", "valid_until").order_by("valid_from")) == [
        ("Zutphen", today),
        ("Elders", None),
    ]


def test_wrong_numbers_of_the_seller_are_refused(administrator):
    form = {
        "legal_name": "Stichting",
        "street": "Straat 1",
        "postcode": "7201 AA",
        "city": "Zutphen",
        "country": "NL",
        "email": "geld@voorbeeld.nl",
        "payment_days": 14,
        "valid_from": date(2026, 1, 1),
        "kvk_number": "1234",
        "vat_id": "NL000000000B00",
        "iban": "NL00ABNA0417164300",
    }
    response = administrator.post(page(Seller, "add"), form)
    assert set(response.context["adminform"].form.errors) == {"kvk_number", "vat_id", "iban"}
    assert not Seller.objects.exists()


def test_series_that_gave_numbers_keeps_its_look(administrator):
    done = issued()
    form = {"kind": "credit", "prefix": "X", "digits": 9, "is_active": "on"}
    administrator.post(page(InvoiceSeries, "change", done.series.pk), form)
    done.series.refresh_from_db()
    assert (done.series.kind, done.series.prefix, done.series.digits) == ("invoice", "F", 4)
    assert invoicing.issue(draft((100, vat("drinks", 21)))).number.startswith("F")
