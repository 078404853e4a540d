"""Reading what a bank gives: CAMT.053 and MT940, as lines with an amount in cents. Nothing is written here.

A file is not trusted: no document type, no entities, no half files, no other currency, no amounts that do not add up.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import mt940
from django.utils.translation import gettext as _
from lxml import etree
from pycamt.parser import Camt053ParseError, Camt053Parser

from venue.exceptions import NotReadable

LARGEST = 10 * 1024 * 1024
#: Nobody's invoice is larger; a bank file that says so is broken.
MOST_CENTS = 10**11
CAMT = re.compile(r"^\{(urn:iso:std:iso:20022:tech:xsd:camt\.053\.[\d.]+)\}Document$")
NOT_GIVEN = {"NOTPROVIDED", "NOT PROVIDED", "NONREF"}


@dataclass(frozen=True)
class Line:
    """One line of a bank file: in (above zero) or out (below zero), in cents, as it was booked."""

    account_iban: str
    booked_on: date
    amount_cents: int
    is_reversal: bool = False
    other_name: str = ""
    other_iban: str = ""
    description: str = ""
    reference: str = ""


def read(content: bytes) -> list[Line]:
    """Return the booked lines of a bank file. Raises NotReadable, with a sentence for who brought it."""
    if not content.strip():
        raise NotReadable(_("Dit bestand is leeg."))
    if len(content) > LARGEST:
        raise NotReadable(_("Dit bestand is te groot. Neem een kortere periode."))
    start = content.lstrip(codecs.BOM_UTF8)[:2000].lstrip()
    if start.startswith((b"<", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _read_camt(content)
    if re.search(rb"(^|\n):20:", start):
        return _read_mt940(content)
    raise NotReadable(_("Dit is geen bankbestand. Kies CAMT.053 of MT940 bij je bank."))


def _read_camt(content: bytes) -> list[Line]:
    try:
        parser = Camt053Parser(content)
        if parser.tree.getroottree().docinfo.internalDTD is not None:  # in whatever encoding
            raise NotReadable(_("Dit bestand is niet te vertrouwen. Haal het opnieuw bij je bank."))
        kind = CAMT.match(parser.tree.tag)
        if kind is None:
            raise NotReadable(_("Dit is geen dagafschrift. Kies CAMT.053 bij je bank."))
        parser.namespaces = {None: kind[1]}
        found = parser.get_transactions()
    except (etree.XMLSyntaxError, Camt053ParseError, AttributeError, LookupError, ValueError) as e:
        raise NotReadable(_("Dit bestand is kapot. Haal het opnieuw bij je bank.")) from e
    booked = [row for row in found if (row.get("Status") or "BOOK") == "BOOK"]
    lines = [_line_of_camt(row) for row in booked]
    if sum(line.amount_cents for line in lines) != _booked_total(parser.tree, kind[1]):
        raise NotReadable(_("De bedragen in dit bestand kloppen niet met elkaar."))
    return lines


def _booked_total(tree: Any, namespace: str) -> int:
    """What the entries themselves come to, beside the transactions inside them."""
    names = {"c": namespace}
    total = 0
    for entry in tree.iterfind(".//c:Ntry", names):
        status = entry.findtext("c:Sts/c:Cd", namespaces=names) or entry.findtext(
            "c:Sts", default="BOOK", namespaces=names
        )
        if (status.strip() or "BOOK") != "BOOK":
            continue
        cents = _cents(entry.findtext("c:Amt", namespaces=names))
        total += -cents if entry.findtext("c:CdtDbtInd", namespaces=names) == "DBIT" else cents
    return total


def _line_of_camt(row: dict[str, Any]) -> Line:
    if row.get("Currency") != "EUR":
        raise NotReadable(_("In dit bestand staan bedragen die geen euro's zijn."))
    cents = _cents(row.get("Amount"))
    is_out = row.get("CreditDebitIndicator") == "DBIT"
    if row.get("CreditDebitIndicator") not in {"CRDT", "DBIT"} or cents <= 0:
        raise NotReadable(_("In dit bestand staat een bedrag dat niet kan."))
    other = "Creditor" if is_out else "Debtor"
    told = [
        row.get("RemittanceInformationFull"),
        row.get("RemittanceInformation"),
        row.get("AdditionalRemittanceInformation"),
        _given(row.get("EndToEndId")),
        row.get("AdditionalEntryInformation"),
    ]
    return Line(
        account_iban=(row.get("AccountIBAN") or "").replace(" ", ""),
        booked_on=_day(row.get("BookingDate")),
        amount_cents=-cents if is_out else cents,
        is_reversal=row.get("ReversalIndicator") in {"true", "1"},
        other_name=(row.get(f"{other}Name") or "")[:140],
        other_iban=(row.get(f"{other}IBAN") or "").replace(" ", "")[:34],
        description=_one_line(told),
        reference=row.get("TransactionID") or "",
    )


def _read_mt940(content: bytes) -> list[Line]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    try:
        transactions = list(mt940.parse(text, options=mt940.Options(reversal_sign=True)))
    except Exception as e:  # the library says no in many ways
        raise NotReadable(_("Dit bestand is kapot. Haal het opnieuw bij je bank.")) from e
    accounts = {found[:18] for found in re.findall(r"(?m)^:25:([A-Z]{2}\d{2}[A-Z0-9]+)", text)}
    if len(accounts) > 1:  # which line is of which account is not told apart
        raise NotReadable(_("In dit bestand staan meer rekeningen. Haal er één tegelijk."))
    return [_line_of_mt940(one.data, "".join(accounts)) for one in transactions]


def _line_of_mt940(row: dict[str, Any], account: str) -> Line:
    amount = row.get("amount")
    if amount is None or amount.currency not in {None, "EUR"}:
        raise NotReadable(_("In dit bestand staan bedragen die geen euro's zijn."))
    booked = row.get("entry_date") or row.get("date")
    if booked is None:
        raise NotReadable(_("Dit bestand is kapot. Haal het opnieuw bij je bank."))
    told = [
        row.get("transaction_details"),
        row.get("purpose"),
        _given(row.get("customer_reference")),
    ]
    other = re.search(r"\b[A-Z]{2}\d{2}[A-Z]{4}\d{10}\b", _one_line(told))
    return Line(
        account_iban=account,
        booked_on=date(booked.year, booked.month, booked.day),
        amount_cents=_cents(str(amount.amount)),
        is_reversal=(row.get("status") or "").startswith("R"),
        other_name=(row.get("applicant_name") or "")[:140],
        other_iban=other[0] if other else "",
        description=_one_line(told),
        reference=row.get("bank_reference") or "",
    )


def _cents(text: str | None) -> int:
    try:
        exact = Decimal((text or "").strip()) * 100
        cents = int(exact)
    except (InvalidOperation, ValueError, OverflowError) as problem:
        raise NotReadable(_("In dit bestand staat een bedrag dat niet kan.")) from problem
    if cents != exact or abs(cents) > MOST_CENTS:
        raise NotReadable(_("In dit bestand staat een bedrag dat niet kan."))
    return cents


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError as problem:
        raise NotReadable(_("In dit bestand staat een datum die niet kan.")) from problem


def _given(text: str | None) -> str:
    return "" if not text or text.upper() in NOT_GIVEN else text


def _one_line(texts: list[str | None]) -> str:
    """What was written along, each thing once, on one line."""
    kept: list[str] = []
    for text in texts:
        one = " ".join((text or "").replace("\x00", "").split())
        if one and not any(one in other for other in kept):
            kept.append(one)
    return " ".join(kept)[:500]
