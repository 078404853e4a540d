"""An invoice or credit note as a PDF: the same rows always give the same paper."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path
from typing import Any

import segno.helpers
import typst
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from stdnum import iban

from lokaal.look.formats import locale
from venue.models import Invoice, InvoiceLine, InvoiceVat, Party, Unit, VatCategory

FONTS = (
    "fontpkg_bricolage_grotesque",
    "fontpkg_atkinson_hyperlegible",
    "fontpkg_noto_sans_arabic",
)


def invoice_pdf(invoice: Invoice) -> bytes:
    """Set an issued invoice or credit note. Load it `with_page()`."""
    with override(invoice.language):
        paper = _paper(invoice)
    sources: dict[str, bytes] = {
        "main": Path(__file__).with_name("invoice.typ").read_bytes(),
        "paper.json": json.dumps(paper).encode(),
        "logo.svg": (settings.BASE_DIR / "static" / "img" / "logo.svg").read_bytes(),
    }
    if not invoice.is_credit:
        sources["pay.svg"] = _pay_code(invoice)
    with (
        as_file(files(FONTS[0]) / "files") as headings,
        as_file(files(FONTS[1]) / "files") as text,
        as_file(files(FONTS[2]) / "files") as arabic,
    ):
        return typst.compile(
            sources,  # type: ignore[call-overload]  # several files, which its stubs leave out
            format="pdf",
            font_paths=[headings, text, arabic],
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
        )


def _pay_code(invoice: Invoice) -> bytes:
    """The code that a banking app reads (EPC069-12): who, which account, how much, and the number as plain text.

    No structured reference: our numbers are no ISO 11649 references, and banks refuse what only looks like one.
    """
    seller = invoice.seller_party
    code = segno.helpers.make_epc_qr(
        name=(seller.account_name or seller.name)[:70],
        iban=seller.iban,
        amount=Decimal(invoice.gross_cents) / 100,
        text=str(invoice),
        encoding="utf-8",
    )
    out = BytesIO()
    code.save(out, kind="svg", border=2, xmldecl=False, dark="#000")
    return out.getvalue()


def _paper(invoice: Invoice) -> dict[str, Any]:
    seller, buyer = invoice.seller_party, invoice.buyer_party
    heading = _heading(invoice)
    paper: dict[str, Any] = {
        "lang": invoice.language,
        "title": heading,
        "description": _("%(heading)s van %(seller)s voor %(buyer)s")
        % {"heading": heading, "seller": seller.name, "buyer": buyer.name},
        "heading": heading,
        "house": settings.SITE_NAME,
        "logo": _("Logo van %(house)s") % {"house": settings.SITE_NAME},
        "seller": {
            "name": seller.name,
            "street": seller.street,
            "town": _town(seller),
            "email": seller.email,
            "phone": seller.phone,
        },
        "buyer": {
            "name": buyer.name,
            "contact": buyer.contact,
            "street": buyer.street,
            "town": _town(buyer),
            "numbers": _numbers(buyer),
        },
        "facts": _facts(invoice),
        "intro": _intro(invoice),
        "columns": [
            _("Wat"),
            _("Aantal"),
            _("Prijs met btw"),
            _("Btw"),
            _("Bedrag"),
        ],
        "lines": [_line(line) for line in invoice.lines.all()],
        "grounds": _grounds(invoice),
        "rates": [_rate(row) for row in invoice.vat_rows.all()],
        "words": {
            "to": _("Voor"),
            "rates": [_("Btw"), _("Zonder btw"), _("Btw"), _("Met btw")],
            "total": _("Totaal"),
        },
        "totals": {
            "net": money(invoice.net_cents),
            "vat": money(invoice.vat_cents),
            "gross": money(invoice.gross_cents),
        },
        "note": invoice.note,
        "footer": _footer(seller),
        "page": _("Bladzijde"),
    }
    if invoice.is_credit:
        paper["back"] = _back(invoice)
    else:
        paper["pay"] = _pay(invoice)
    return paper


def _heading(invoice: Invoice) -> str:
    kind = _("Creditfactuur") if invoice.is_credit else _("Factuur")
    return f"{kind} {invoice.number}"


def _facts(invoice: Invoice) -> list[list[str]]:
    facts = [[_("Nummer"), str(invoice)], [_("Datum"), date_words(invoice.issued_on)]]
    if invoice.credited_invoice is not None:
        facts.append([_("Hoort bij factuur"), str(invoice.credited_invoice)])
    else:
        facts.append([_("Betalen tot en met"), date_words(invoice.due_on)])
    if invoice.period_from and invoice.period_until:
        facts.append([_("Geleverd"), _days(invoice.period_from, invoice.period_until)])
    if invoice.buyer_reference:
        facts.append([_("Jouw kenmerk"), invoice.buyer_reference])
    if invoice.order_reference:
        facts.append([_("Ons kenmerk"), invoice.order_reference])
    return facts


def _intro(invoice: Invoice) -> str:
    if invoice.credited_invoice is None:
        return ""
    return _("Wij nemen dit terug van factuur %(number)s. Reden: %(reason)s") % {
        "number": invoice.credited_invoice,
        "reason": invoice.reason,
    }


def _line(line: InvoiceLine) -> dict[str, str]:
    quantity = format_decimal(line.quantity.normalize(), locale=locale())
    if line.unit != Unit.PIECE:
        quantity = f"{quantity} {line.get_unit_display()}"
    return {
        "what": line.description,
        "quantity": quantity,
        "price": money(line.unit_price_cents),
        "vat": rate_name(line.vat_category, line.vat_percent),
        "amount": money(line.gross_cents),
    }


def _rate(row: InvoiceVat) -> dict[str, str]:
    return {
        "name": rate_name(row.category, row.percent),
        "net": money(row.net_cents),
        "vat": money(row.vat_cents),
        "gross": money(row.gross_cents),
    }


def _grounds(invoice: Invoice) -> list[str]:
    """Why no VAT is asked, as the law wants it said on the invoice."""
    grounds = [
        row.legal_ground
        for row in invoice.vat_rows.all()
        if row.legal_ground and row.category != VatCategory.STANDARD
    ]
    return [f"{ground[:1].upper()}{ground[1:]}" for ground in grounds]


def _pay(invoice: Invoice) -> dict[str, Any]:
    seller = invoice.seller_party
    return {
        "heading": _("Zo betaal je"),
        "facts": [
            [_("Bedrag"), money(invoice.gross_cents)],
            [_("Tot en met"), date_words(invoice.due_on)],
            [_("Naar"), iban.format(seller.iban) if seller.iban else ""],
            [_("Op naam van"), seller.account_name],
            [_("Zet erbij"), str(invoice)],
        ],
        "qr": _("Of scan dit met je bank-app"),
        "qr_alt": _("Code voor je bank-app. Het bedrag en het nummer staan er al in."),
    }


def _back(invoice: Invoice) -> dict[str, str]:
    return {
        "heading": _("Je hoeft niets te betalen"),
        "text": _(
            "Wij trekken %(amount)s af van factuur %(number)s. Had je al betaald? Dan krijg je het terug."
        )
        % {"amount": money(invoice.gross_cents), "number": invoice.credited_invoice},
    }


def _footer(seller: Party) -> str:
    parts = [seller.name]
    if seller.kvk_number:
        parts.append(_("KvK %(number)s") % {"number": seller.kvk_number})
    if seller.vat_id:
        parts.append(_("btw-nummer %(number)s") % {"number": seller.vat_id})
    if seller.iban:
        parts.append(iban.format(seller.iban, "\u00a0"))
    if seller.bic:
        parts.append(seller.bic)
    return " · ".join(parts)


def _numbers(party: Party) -> list[str]:
    numbers = []
    if party.kvk_number:
        numbers.append(_("KvK %(number)s") % {"number": party.kvk_number})
    if party.oin:
        numbers.append(_("OIN %(number)s") % {"number": party.oin})
    if party.vat_id:
        numbers.append(_("btw-nummer %(number)s") % {"number": party.vat_id})
    return numbers


def _days(first: date, last: date) -> str:
    """One day, or a stretch: 1 – 31 oktober 2026."""
    if first == last:
        return date_words(first)
    start = str(first.day) if first.replace(day=1) == last.replace(day=1) else date_words(first)
    return f"{start} – {date_words(last)}"


def _town(party: Party) -> str:
    town = f"{party.postcode} {party.city}".strip()
    return town if party.country in {"NL", ""} else f"{town}, {party.country}"


def rate_name(category: str, percent: Decimal) -> str:
    """How a rate is called: 21%, vrijgesteld, geen btw."""
    if category == VatCategory.STANDARD:
        return f"{format_decimal(percent.normalize(), locale=locale())}%"
    names = {
        VatCategory.EXEMPT: _("vrijgesteld"),
        VatCategory.ZERO: "0%",
        VatCategory.OUTSIDE: _("geen btw"),
    }
    return names.get(VatCategory(category), "") if category else "–"


def money(cents: int) -> str:
    """An amount with its cents, always: on an invoice € 4 is € 4,00."""
    return format_currency(Decimal(cents) / 100, "EUR", locale=locale())


def date_words(day: date | None) -> str:
    return format_date(day, "d MMMM y", locale=locale()) if day else "–"
