"""Money, for tests: who sells, in which series, what VAT means, and an invoice with lines."""

from datetime import date
from decimal import Decimal
from typing import Any

import factory

from tests.centres.factories import CentreFactory
from venue.models import (
    Hirer,
    HirerKind,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceSeries,
    Pillar,
    Seller,
    VatCode,
    VatRate,
)
from venue.money import invoicing

LONG_AGO = date(2020, 1, 1)


class SellerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Seller
        django_get_or_create = ("valid_from",)

    legal_name = "Stichting Buurthuis Voorbeeld"
    street = "Dorpsstraat 1"
    postcode = "7201 AA"
    city = "Zutphen"
    kvk_number = "12345678"
    vat_id = "NL002455799B11"
    iban = "NL91ABNA0417164300"
    bic = "ABNANL2A"
    email = "geld@voorbeeld.nl"
    phone = "0575 00 12 34"
    valid_from = LONG_AGO


class InvoiceSeriesFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = InvoiceSeries
        django_get_or_create = ("prefix",)

    kind = InvoiceKind.INVOICE
    prefix = "F"


class VatCodeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = VatCode
        django_get_or_create = ("code",)

    code = "drinks"
    name = factory.LazyAttribute(lambda o: o.code.capitalize())


class VatRateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = VatRate
        django_get_or_create = ("vat_code", "valid_from")

    vat_code = factory.SubFactory(VatCodeFactory)
    category = "S"
    percent = Decimal(21)
    valid_from = LONG_AGO


class HirerFactory(factory.django.DjangoModelFactory):
    """A private person with an address; `company=True` and `municipality=True` for the others."""

    class Meta:
        model = Hirer

    class Params:
        company = factory.Trait(
            kind=HirerKind.ORGANISATION,
            name="Koor De Klank",
            contact_name="Nel de Wit",
            kvk_number="87654321",
            vat_id="NL004495445B01",
        )
        municipality = factory.Trait(
            kind=HirerKind.ORGANISATION,
            name="Gemeente Voorbeeld",
            contact_name="Karin Pol",
            oin="00000001234567890000",
            buyer_reference="BDF-2026-17",
        )

    kind = HirerKind.PERSON
    name = "Joop Wesselink"
    email = "joop@voorbeeld.nl"
    street = "Kerklaan 12"
    postcode = "7203 BB"
    city = "Zutphen"


def vat(code: str, percent: int | str = 0, category: str = "S", ground: str = "") -> VatCode:
    """A VAT code with its rate: vat("drinks", 21), vat("room", 0, "E", "art. 11 Wet OB")."""
    found = VatCodeFactory(code=code)
    VatRateFactory(vat_code=found, percent=Decimal(percent), category=category, legal_ground=ground)
    return found


def house_that_sells() -> None:
    """Who sells and in which series, as every issue needs."""
    SellerFactory()
    InvoiceSeriesFactory()
    InvoiceSeriesFactory(kind=InvoiceKind.CREDIT, prefix="C")


def draft(*amounts: Any, hirer: Hirer | None = None, **fields: Any) -> Invoice:
    """A draft with a line per (amount in cents, VAT code); of a month that is over."""
    invoice = Invoice.objects.create(
        hirer=hirer or HirerFactory(),
        centre=fields.pop("centre", None) or CentreFactory(),
        period_from=fields.pop("period_from", date(2026, 10, 1)),
        period_until=fields.pop("period_until", date(2026, 10, 31)),
        **fields,
    )
    for position, (cents, code) in enumerate(amounts, start=1):
        InvoiceLine.objects.create(
            invoice=invoice,
            position=position,
            description=f"Regel {position}",
            quantity=Decimal(1 if cents > 0 else -1),
            unit_price_cents=abs(cents),
            gross_cents=cents,
            vat_code=code,
            pillar=Pillar.HIRE,
            centre=invoice.centre,
        )
    return invoice


def issued(*amounts: Any, on: date | None = None, **fields: Any) -> Invoice:
    """An issued invoice with these lines."""
    house_that_sells()
    lines = amounts or ((12100, vat("drinks", 21)),)
    return invoicing.issue(draft(*lines, **fields), on=on)
