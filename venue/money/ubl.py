"""An invoice or credit note as UBL 2.1: EN 16931 by the rules of Peppol BIS Billing 3, with those of the Netherlands.

A buyer without a number in a trade register has no electronic address on the network, while the rules want one. Such a
document names the address of the seller ("care of"): were it sent over the network, it would come back to us. The buyer
is not given a number that is not theirs.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from venue.models import Invoice, InvoiceLine, InvoiceVat, Party, VatCategory
from venue.models.vat import OUT_OF_SCOPE

#: Code lists: who keeps the register of a number (ISO 6523, and the list of electronic addresses).
KVK, OIN, DUTCH_VAT = "0106", "0190", "9944"
#: Most decimals of a net price; the rules leave them free.
MOST_DECIMALS = 10
#: How near quantity × price must come to the net of a line: far within what the rules allow (R120: 0.02).
NEAR = Decimal("0.001")
NAME_LENGTH = 100


@dataclass(frozen=True)
class Number:
    """A number with the register it stands in."""

    scheme: str
    id: str


def invoice_xml(invoice: Invoice) -> bytes:
    """Return the UBL file of an issued invoice. Load it `with_page()`."""
    with override(invoice.language):
        text = render_to_string("venue/ubl/document.xml", _document(invoice))
    return text.lstrip().encode()


def file_name(invoice: Invoice, ending: str) -> str:
    """How the files of an invoice are called: F2026-0001.xml."""
    return f"{invoice.number}.{ending}"


def _document(invoice: Invoice) -> dict[str, Any]:
    rates = [_rate(row) for row in invoice.vat_rows.all()]
    has_vat = any(rate["category"] != VatCategory.OUTSIDE for rate in rates)
    seller, buyer = invoice.seller_party, invoice.buyer_party
    is_credit = invoice.is_credit
    return {
        "root": "CreditNote" if is_credit else "Invoice",
        "quantity_name": "CreditedQuantity" if is_credit else "InvoicedQuantity",
        "is_credit": is_credit,
        "number": invoice.number,
        "issued_on": _date(invoice.issued_on),
        "due_on": _date(invoice.due_on),
        "note": _clean(invoice.reason if is_credit else invoice.note),
        "buyer_reference": _clean(
            invoice.buyer_reference or invoice.order_reference or str(invoice.number)
        ),
        "period": _period(invoice.period_from, invoice.period_until),
        "credited_number": _clean(str(invoice.credited_invoice or "")),
        "seller": _party(seller, endpoint=_endpoint(seller), has_vat=has_vat),
        "buyer": _party(buyer, endpoint=_endpoint(buyer) or _endpoint(seller), has_vat=has_vat),
        "account": {
            "iban": seller.iban,
            "name": _clean(seller.account_name or seller.name),
        },
        "terms": _terms(invoice),
        "totals": {
            "net": _amount(invoice.net_cents),
            "vat": _amount(invoice.vat_cents),
            "gross": _amount(invoice.gross_cents),
        },
        "rates": rates,
        "lines": [_line(line) for line in invoice.lines.all()],
    }


def _terms(invoice: Invoice) -> str:
    if invoice.is_credit:
        return _("Wij trekken dit af van factuur %(number)s.") % {
            "number": invoice.credited_invoice
        }
    return _("Betaal uiterlijk op %(date)s.") % {"date": _date(invoice.due_on)}


def _party(party: Party, *, endpoint: Number | None, has_vat: bool) -> dict[str, Any]:
    """Return a party. On a document outside VAT nobody has a VAT number (BR-O-02)."""
    return {
        "endpoint": endpoint,
        "legal": _legal(party),
        "name": _clean(party.name),
        "street": _clean(party.street),
        "city": _clean(party.city),
        "postcode": _clean(party.postcode),
        "country": party.country or "NL",
        "vat_id": party.vat_id if has_vat else "",
        "contact": _clean(party.contact),
        "phone": _clean(party.phone),
        "email": _clean(party.email),
    }


def _legal(party: Party) -> Number | None:
    """The number of a company (KvK) or government (OIN); a person has none."""
    if party.oin:
        return Number(OIN, party.oin)
    return Number(KVK, party.kvk_number) if party.kvk_number else None


def _endpoint(party: Party) -> Number | None:
    """The electronic address on the network, as far as we know one."""
    legal = _legal(party)
    if legal is None and party.vat_id.startswith("NL"):
        return Number(DUTCH_VAT, party.vat_id)
    return legal


def _rate(row: InvoiceVat) -> dict[str, Any]:
    outside = row.category == VatCategory.OUTSIDE
    reason, code = row.legal_ground, row.exemption_code
    if row.category in {VatCategory.STANDARD, VatCategory.ZERO}:
        reason, code = "", ""  # BR-S-10, BR-Z-10: a taxed rate gives no reason
    elif outside:
        code = code or OUT_OF_SCOPE
    return {
        "category": row.category,
        "percent": None if outside else _percent(row.percent),
        "net": _amount(row.net_cents),
        "vat": _amount(row.vat_cents),
        "exemption_reason": _clean(reason),
        "exemption_code": _clean(code),
    }


def _line(line: InvoiceLine) -> dict[str, Any]:
    description = _clean(line.description)
    return {
        "position": line.position,
        "unit": line.unit,
        "quantity": f"{line.quantity.normalize():f}",
        "net": _amount(line.net_cents),
        "period": _period(line.delivered_from, line.delivered_until),
        "name": description[:NAME_LENGTH],
        "description": description if len(description) > NAME_LENGTH else "",
        "category": line.vat_category,
        "percent": None if line.vat_category == VatCategory.OUTSIDE else _percent(line.vat_percent),
        "price": _price(line),
    }


def _price(line: InvoiceLine) -> str:
    """The net price, with as few decimals as make quantity × price the net of the line. Never below zero (BR-27)."""
    net, quantity = abs(Decimal(line.net_cents) / 100), abs(line.quantity)
    decimals = 2
    while abs(quantity * round(net / quantity, decimals) - net) > NEAR and decimals < MOST_DECIMALS:
        decimals += 1
    return f"{round(net / quantity, decimals):f}"


def _period(first: Any, last: Any) -> tuple[str, str] | None:
    return (_date(first), _date(last)) if first and last else None


def _date(day: Any) -> str:
    return day.isoformat() if day else ""


def _amount(cents: int) -> str:
    return f"{Decimal(cents) / 100:.2f}"


def _percent(percent: Decimal) -> str:
    return f"{percent.normalize():f}"


def _clean(text: str) -> str:
    """One line without what XML cannot hold."""
    kept = "".join(
        " " if c in "\n\t\r" else c
        for c in text
        if c in "\n\t\r" or unicodedata.category(c) not in {"Cc", "Cs", "Cn"}
    )
    return " ".join(kept.split())
