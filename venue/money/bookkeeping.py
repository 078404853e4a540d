"""The figures of the treasurer, on a page and as CSV: invoices, VAT per quarter, open items, revenue, free use.

Amounts are cents; what a credit note takes back counts below zero. VAT falls in the quarter of the date of the invoice
(factuurstelsel). The page and the file are made of the same rows.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import ExtractQuarter, ExtractYear
from django.utils.translation import gettext as _

from lokaal.centres.models import Centre
from venue.models import (
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    InvoiceVat,
    Pillar,
    VatCategory,
)
from venue.money import charging
from venue.papers.invoice import rate_name

#: A spreadsheet takes a cell that begins like this for a sum to work out.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|")


@dataclass(frozen=True)
class Money:
    """An amount in cents, so that a table knows which cells are numbers."""

    cents: int


Cell = str | int | date | Money | Decimal | None


@dataclass(frozen=True)
class Sheet:
    """A table of figures: for the page and for the file alike."""

    name: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] = ()


def sheets(
    invoices: QuerySet[Invoice], year: int, centres: Iterable[Centre]
) -> dict[str, Callable[[], Sheet]]:
    """Every sheet by its name, made when it is asked for. `invoices` are those that the person may see."""
    here = list(centres)
    return {
        "invoices": lambda: invoice_sheet(invoices, year),
        "vat": lambda: vat_sheet(invoices, year),
        "open": lambda: open_sheet(invoices),
        "revenue": lambda: revenue_sheet(invoices, year),
        "free": lambda: free_sheet(here, year),
    }


def invoice_sheet(invoices: QuerySet[Invoice], year: int) -> Sheet:
    """Every invoice and credit note of a year, in the order of their numbers."""
    found = (
        _issued(invoices, year)
        .with_money()  # type: ignore[attr-defined]
        .select_related("centre", "credited_invoice")
        .order_by("kind", "number")
    )
    rows: list[Sequence[Cell]] = [
        (
            invoice.number,
            invoice.get_kind_display(),
            invoice.issued_on,
            invoice.due_on,
            invoice.buyer_party.name,
            invoice.centre.name if invoice.centre else "",
            str(invoice.credited_invoice or ""),
            Money(invoice.sign * invoice.net_cents),
            Money(invoice.sign * invoice.vat_cents),
            Money(invoice.sign * invoice.gross_cents),
            Money(invoice.paid_cents),
            Money(0 if invoice.uncollectible_at else invoice.open_cents),
        )
        for invoice in found
    ]
    heads = [
        _("Nummer"),
        _("Soort"),
        _("Datum"),
        _("Betalen tot en met"),
        _("Voor wie"),
        _("Huis"),
        _("Hoort bij"),
        _("Zonder btw"),
        _("Btw"),
        _("Met btw"),
        _("Betaald"),
        _("Open"),
    ]
    return Sheet("invoices", _("Facturen"), heads, rows, _total(rows, len(heads)))


def vat_sheet(invoices: QuerySet[Invoice], year: int) -> Sheet:
    """Per quarter and rate: net, VAT and gross."""
    found = (
        InvoiceVat.objects.filter(invoice__in=_issued(invoices, year))
        .annotate(quarter=ExtractQuarter("invoice__issued_on"))
        .values("quarter", "category", "percent")
        .annotate(
            net=_signed_sum("net_cents", "invoice__kind"),
            vat=_signed_sum("vat_cents", "invoice__kind"),
            gross=_signed_sum("gross_cents", "invoice__kind"),
        )
        .order_by("quarter", "-percent", "category")
    )
    rows: list[Sequence[Cell]] = [
        (
            _("%(quarter)se kwartaal %(year)s") % {"quarter": row["quarter"], "year": year},
            rate_name(row["category"], row["percent"]),
            str(VatCategory(row["category"]).label),
            Money(row["net"]),
            Money(row["vat"]),
            Money(row["gross"]),
        )
        for row in found
    ]
    heads = [_("Kwartaal"), _("Tarief"), _("Soort"), _("Zonder btw"), _("Btw"), _("Met btw")]
    return Sheet("vat", _("Btw per kwartaal"), heads, rows, _total(rows, len(heads)))


def open_sheet(invoices: QuerySet[Invoice]) -> Sheet:
    """What is still to come, or to be given back, today."""
    found = invoices.open().order_by("due_on", "number")  # type: ignore[attr-defined]
    rows: list[Sequence[Cell]] = [
        (
            invoice.number,
            invoice.buyer_party.name,
            invoice.issued_on,
            invoice.due_on,
            Money(invoice.gross_cents),
            Money(invoice.paid_cents),
            Money(invoice.credited_cents),
            Money(invoice.open_cents),
        )
        for invoice in found
    ]
    heads = [
        _("Nummer"),
        _("Voor wie"),
        _("Datum"),
        _("Betalen tot en met"),
        _("Bedrag"),
        _("Betaald"),
        _("Gecrediteerd"),
        _("Open"),
    ]
    return Sheet("open", _("Open posten"), heads, rows, _total(rows, len(heads)))


def revenue_sheet(invoices: QuerySet[Invoice], year: int) -> Sheet:
    """What every part of the house earned, without VAT, per quarter."""
    found = (
        InvoiceLine.objects.filter(invoice__in=_issued(invoices, year))
        .annotate(quarter=ExtractQuarter("invoice__issued_on"))
        .values("pillar", "centre__name", "quarter")
        .annotate(net=_signed_sum("net_cents", "invoice__kind"))
    )
    per: dict[tuple[str, str], list[int]] = {}
    for row in found:
        key = (row["pillar"], row["centre__name"] or "")
        per.setdefault(key, [0, 0, 0, 0])[row["quarter"] - 1] += row["net"]
    order = {value: place for place, value in enumerate(Pillar.values)}
    rows: list[Sequence[Cell]] = [
        (str(Pillar(pillar).label), centre, *map(Money, quarters), Money(sum(quarters)))
        for (pillar, centre), quarters in sorted(
            per.items(), key=lambda one: (order[one[0][0]], one[0][1])
        )
    ]
    heads = [_("Onderdeel"), _("Huis"), *_quarters(), _("Heel het jaar")]
    return Sheet("revenue", _("Opbrengst zonder btw"), heads, rows, _total(rows, len(heads)))


def free_sheet(centres: Iterable[Centre], year: int) -> Sheet:
    """What was given free, at the price that others pay: for the report to the municipality."""
    found = (
        charging.of_free_use(date(year, 1, 1), date(year, 12, 31), centres)
        .annotate(quarter=ExtractQuarter("date__use__starts_at"))
        .values("quote__class_name", "quote__booking__centre__name", "quarter")
        .annotate(waived=Sum("waived_cents"))
    )
    per: dict[tuple[str, str], list[int]] = {}
    for row in found:
        key = (row["quote__class_name"], row["quote__booking__centre__name"])
        per.setdefault(key, [0, 0, 0, 0])[row["quarter"] - 1] += row["waived"]
    rows: list[Sequence[Cell]] = [
        (name, centre, *map(Money, quarters), Money(sum(quarters)))
        for (name, centre), quarters in sorted(per.items())
    ]
    heads = [_("Prijsgroep"), _("Huis"), *_quarters(), _("Heel het jaar")]
    return Sheet("free", _("Gratis gegeven"), heads, rows, _total(rows, len(heads)))


def years(invoices: QuerySet[Invoice]) -> list[int]:
    """The years in which something was issued, the newest first."""
    found = (
        invoices.filter(state=InvoiceState.ISSUED)
        .annotate(of_year=ExtractYear("issued_on"))
        .values_list("of_year", flat=True)
        .distinct()
        .order_by("-of_year")
    )
    return list(found)


# CSV ---------------------------------------------------------------------------------------------


def as_csv(sheet: Sheet, *, dutch: bool = True) -> bytes:
    """Return a sheet as a file. `dutch`: as a Dutch Excel opens it right (semicolons, decimal comma, a mark in front).

    Else as programs like it: commas and decimal points. Text that a spreadsheet would take for a sum is made harmless.
    """
    out = StringIO()
    writer = csv.writer(out, delimiter=";" if dutch else ",", lineterminator="\r\n")
    writer.writerow([_text(head) for head in sheet.heads])
    for row in [*sheet.rows, *([sheet.total] if sheet.total else [])]:
        writer.writerow([_written(cell, dutch) for cell in row])
    return out.getvalue().encode("utf-8-sig" if dutch else "utf-8")


def _written(cell: Cell, dutch: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Money):
        number = f"{Decimal(cell.cents) / 100:.2f}"
        return number.replace(".", ",") if dutch else number
    if isinstance(cell, date):
        return f"{cell:%d-%m-%Y}" if dutch else cell.isoformat()
    if isinstance(cell, int | Decimal):
        return str(cell)
    return _text(cell)


def _text(text: str) -> str:
    """Text as text: with an apostrophe in front where a spreadsheet would begin to calculate."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


# Shared ------------------------------------------------------------------------------------------


def _issued(invoices: QuerySet[Invoice], year: int) -> QuerySet[Invoice]:
    return invoices.filter(
        state=InvoiceState.ISSUED,
        issued_on__gte=date(year, 1, 1),
        issued_on__lte=date(year, 12, 31),
    )


def _signed_sum(field: str, kind: str) -> Sum:
    """The sum of a field, where credit notes take away."""
    return Sum(
        F(field)
        * Case(
            When(Q(**{kind: InvoiceKind.CREDIT}), then=Value(-1)),
            default=Value(1),
            output_field=IntegerField(),
        )
    )


def _quarters() -> list[str]:
    return [_("Kwartaal %(number)s") % {"number": number} for number in (1, 2, 3, 4)]


def _total(rows: Sequence[Sequence[Any]], width: int) -> Sequence[Cell]:
    """The last row: the sum of every column of money."""
    if not rows:
        return ()
    total: list[Cell] = [""] * width
    total[0] = _("Totaal")
    for column in range(1, width):
        cells = [row[column] for row in rows]
        if all(isinstance(cell, Money) for cell in cells):
            total[column] = Money(sum(cell.cents for cell in cells))
    return total
