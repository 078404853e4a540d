"""Taking over a file of the bank: every line once, what is sure at once, the rest for a person.

Sure is only: money that came in, with the numbers of open invoices written along, that come to exactly that amount.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lokaal.centres.models import Centre
from lokaal.people.models import Person
from venue.exceptions import NotReadable
from venue.hire import deposits
from venue.models import (
    BankEntry,
    BankFile,
    Booking,
    DepositKind,
    Invoice,
    InvoiceKind,
    InvoiceSeries,
    InvoiceState,
    Seller,
)
from venue.models.invoice import InvoiceQuerySet
from venue.money import paying
from venue.money.bank_files import Line, read

MOST_CANDIDATES = 8
MOST_DEPOSITS = 500


@dataclass(frozen=True)
class Imported:
    """What became of a bank file, in numbers of lines."""

    file: BankFile
    new: int
    known: int
    matched: int

    @property
    def waiting(self) -> int:
        return self.new - self.matched


@dataclass(frozen=True)
class Candidate:
    """An invoice that a line may be about, and why we think so."""

    invoice: Invoice
    why: str


def import_file(name: str, content: bytes, *, by: Person | None = None) -> Imported:
    """Take over a bank file, all or nothing. The same file, or a line that came before, adds nothing.

    Raises NotReadable for what is no bank file of ours; then nothing was written.
    """
    lines = read(content)
    _check_account(lines)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        file, is_new = BankFile.objects.get_or_create(
            digest=digest, defaults={"name": name[:200], "by": by}
        )
        if not is_new:
            return Imported(file, new=0, known=len(lines), matched=0)
        entries = [_entry(file, line, print_) for line, print_ in _fingerprints(lines)]
        BankEntry.objects.bulk_create(entries, ignore_conflicts=True)
        fresh = list(file.entries.order_by("booked_on", "id"))
        spellings = _spellings()
        matched = sum(_match_if_sure(entry, spellings, by) for entry in fresh)
        BankEntry.objects.bulk_update([entry for entry in fresh if entry.doubt], ["doubt"])
    return Imported(file, new=len(fresh), known=len(lines) - len(fresh), matched=matched)


def _check_account(lines: Sequence[Line]) -> None:
    ours = set(Seller.objects.values_list("iban", flat=True))
    if any(line.account_iban not in ours for line in lines):
        raise NotReadable(_("Dit bestand is van een andere rekening dan de onze."))


def _fingerprints(lines: Iterable[Line]) -> list[tuple[Line, str]]:
    """Tell every line apart, also two that are the same in every word: those are counted."""
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        said = "|".join(
            [
                line.account_iban,
                line.booked_on.isoformat(),
                str(line.amount_cents),
                line.reference,
                line.other_iban,
                line.description,
            ]
        )
        seen[said] += 1
        found.append((line, hashlib.sha256(f"{said}|{seen[said]}".encode()).hexdigest()))
    return found


def _entry(file: BankFile, line: Line, fingerprint: str) -> BankEntry:
    return BankEntry(
        bank_file=file,
        fingerprint=fingerprint,
        account_iban=line.account_iban,
        booked_on=line.booked_on,
        amount_cents=line.amount_cents,
        is_reversal=line.is_reversal,
        other_name=line.other_name,
        other_iban=line.other_iban,
        description=line.description,
    )


def _match_if_sure(entry: BankEntry, spellings: Spellings, by: Person | None) -> bool:
    """Let a line pay its invoices when that is sure; else note on it why not (the caller saves that)."""
    named = _named_in(entry.description, spellings)
    entry.doubt = _doubt(entry, named)
    if entry.doubt:
        return False
    paying.match(entry, named, by=by)
    return True


def _doubt(entry: BankEntry, named: Sequence[Invoice]) -> str:
    """Why a person must look; nothing when it is sure."""
    if entry.amount_cents < 0:
        return _("Hier ging geld weg.")
    if entry.is_reversal:
        return _("De bank heeft dit teruggeboekt.")
    if not named:
        return _("Er staat geen nummer van een factuur bij.")
    opened = [invoice.open_cents for invoice in named]  # type: ignore[attr-defined]  # annotated
    if any(cents <= 0 for cents in opened):
        return _("Deze factuur is al betaald.")
    if any(invoice.uncollectible_at for invoice in named):
        return _("Van deze factuur verwachtten wij geen geld meer.")
    if sum(opened) != entry.amount_cents:
        return _("Het bedrag is anders dan op de factuur.")
    return ""


#: How the numbers of every series may be spelled.
Spellings = list[tuple[InvoiceSeries, re.Pattern[str]]]


def _spellings() -> Spellings:
    """However people write a number: F2026-0001, f 2026/0001, 2026-0001; not as a part of a longer one."""
    found = []
    for series in InvoiceSeries.objects.filter(kind=InvoiceKind.INVOICE):
        prefix = r"[\W_]*".join(map(re.escape, series.prefix))
        digits = rf"\d{{{series.digits},{series.digits + 3}}}"
        spelled = rf"(?<![A-Za-z0-9])(?:{prefix})?[\W_]*(20\d\d)[\W_]*({digits})(?!\d)"
        found.append((series, re.compile(spelled, re.IGNORECASE)))
    return found


def _named_in(text: str, spellings: Spellings) -> list[Invoice]:
    """The issued invoices whose number is written in a text."""
    numbers = {
        series.text(int(year), int(sequence))
        for series, spelled in spellings
        for year, sequence in spelled.findall(text)
    }
    if not numbers:
        return []
    found = Invoice.objects.with_money().filter(
        number__in=numbers, state=InvoiceState.ISSUED, kind=InvoiceKind.INVOICE
    )
    return list(found.order_by("due_on", "number"))


def candidates(
    entry: BankEntry, among: InvoiceQuerySet | None = None, *, words: str = ""
) -> list[Candidate]:
    """The invoices that a line may be about, best first: by number, amount, account and name.

    `words`: what a person looked for, by number or name; those stand in front.
    """
    every = Invoice.objects.all() if among is None else among
    found: dict[UUID, Candidate] = {}

    def add(invoices: Iterable[Invoice], why: str) -> None:
        for invoice in invoices:
            found.setdefault(invoice.pk, Candidate(invoice, why))

    issued = every.with_list().filter(state=InvoiceState.ISSUED, kind=InvoiceKind.INVOICE)
    opened = every.open().select_related("hirer", "centre", "credited_invoice")
    if words:
        add(issued.found_by(words)[:MOST_CANDIDATES], _("Gevonden met zoeken."))
    named = [invoice.pk for invoice in _named_in(entry.description, _spellings())]
    add(issued.filter(pk__in=named), _("Dit nummer staat erbij."))
    same_amount = opened.filter(open_cents=entry.amount_cents)  # type: ignore[misc]  # annotated
    add(same_amount[:MOST_CANDIDATES], _("Hetzelfde bedrag."))
    if entry.amount_cents < 0:
        paid_back = issued.filter(payment_parts__amount_cents=-entry.amount_cents).distinct()
        add(paid_back.order_by("-issued_on")[:MOST_CANDIDATES], _("Dit bedrag is eerder betaald."))
    if entry.other_iban:
        same = opened.filter(payment_parts__payment__bank_entry__other_iban=entry.other_iban)
        add(same.distinct()[:MOST_CANDIDATES], _("Dezelfde rekening."))
    if entry.other_name:
        add(
            opened.filter(hirer__name__iexact=entry.other_name)[:MOST_CANDIDATES],
            _("Dezelfde naam."),
        )
    return list(found.values())[:MOST_CANDIDATES]


def deposit_candidates(entry: BankEntry, centres: Iterable[Centre]) -> list[Booking]:
    """The bookings whose deposit this line may be: asked and not yet received, or held and to be given back."""
    coming = entry.amount_cents > 0
    asked = Q(deposit_entries__kind=DepositKind.ASKED)
    found = (
        Booking.objects.filter(asked, centre__in=list(centres))
        .select_related("hirer")
        .prefetch_related("deposit_entries")
        .distinct()
        .order_by("-asked_at")
    )
    amount = abs(entry.amount_cents)
    named = [booking for booking in found[:MOST_DEPOSITS] if _is_about(entry, booking)]
    return [
        booking
        for booking in named
        if amount
        <= (deposits.of(booking).open_cents if coming else deposits.of(booking).held_cents)
    ][:MOST_CANDIDATES]


def _is_about(entry: BankEntry, booking: Booking) -> bool:
    """The amount is the deposit, or the number of the booking stands along."""
    standing = deposits.of(booking)
    amount = standing.open_cents if entry.amount_cents > 0 else standing.held_cents
    return amount == abs(entry.amount_cents) or booking.reference in entry.description
