"""Money against invoices: by hand, from the bank, back to the payer, and the deposit.

Whether an invoice is paid follows from the parts of payments alone (InvoiceQuerySet.with_money). A payment is split
over invoices whole: what comes in too much stands on the last of them, as money to give back. A mistake is undone, not
wiped out. Amounts are cents; below zero is money that went out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lokaal.people.models import Person
from venue.exceptions import NotNow
from venue.hire import deposits
from venue.models import (
    BankEntry,
    Booking,
    EntryState,
    Invoice,
    InvoiceKind,
    Payment,
    PaymentMethod,
    PaymentPart,
)


@dataclass(frozen=True)
class Standing:
    """How an invoice stands with its money, in cents and in a word."""

    gross: int
    paid: int
    credited: int

    @property
    def open(self) -> int:
        """What is still to come; below zero is to be given back."""
        return self.gross - self.paid - self.credited


def standing(invoice: Invoice) -> Standing:
    """How an invoice stands now, read from the database."""
    found = Invoice.objects.with_money().get(pk=invoice.pk)
    return Standing(found.gross_cents, found.paid_cents, found.credited_cents)  # type: ignore[attr-defined]  # annotated


def receive(
    invoice: Invoice,
    *,
    amount_cents: int,
    on: date,
    method: PaymentMethod = PaymentMethod.BANK,
    note: str = "",
    token: UUID | None = None,
    by: Person | None = None,
) -> Payment:
    """Write down money for an invoice by hand: in (above zero) or given back (below zero).

    The same `token` twice makes one payment. Raises NotNow for a draft, a credit note, nothing, or a day to come.
    """
    _check(amount_cents, on)
    with transaction.atomic():
        (locked,) = _locked([invoice])
        if token is not None:
            known = Payment.objects.filter(token=token).first()
            if known is not None:
                return known
        payment = Payment.objects.create(
            paid_on=on,
            amount_cents=amount_cents,
            method=method,
            note=note[:200],
            token=token,
            by=by,
        )
        PaymentPart.objects.create(payment=payment, invoice=locked, amount_cents=amount_cents)
    return payment


def divide(amount: int, invoices: Sequence[Invoice]) -> dict[UUID, int]:
    """How an amount pays these invoices (loaded with_money): the oldest first, what is too much on the last.

    Money that went out is divided the same way over what is to be given back.
    """
    left, parts = amount, {}
    ordered = sorted(invoices, key=lambda one: (one.due_on or date.max, one.number or ""))
    for invoice in ordered:
        opened = invoice.open_cents  # type: ignore[attr-defined]  # annotated
        part = min(left, max(opened, 0)) if amount > 0 else max(left, min(opened, 0))
        parts[invoice.pk] = part
        left -= part
    if left:
        parts[ordered[-1].pk] += left
    return {pk: part for pk, part in parts.items() if part}


def match(
    entry: BankEntry,
    invoices: Iterable[Invoice],
    *,
    parts: Mapping[UUID, int] | None = None,
    by: Person | None = None,
) -> Payment:
    """Say which invoices a line of the bank pays; without `parts` it is divided, the oldest first.

    Raises NotNow when somebody decided before us, or the parts do not add up to the line.
    """
    with transaction.atomic():
        locked_entry = BankEntry.objects.select_for_update().get(pk=entry.pk)
        if locked_entry.state in {EntryState.MATCHED, EntryState.DEPOSIT}:
            raise NotNow(_("Deze regel is al verwerkt."))
        chosen = _locked(invoices)
        if not chosen:
            raise NotNow(_("Kies een factuur."))
        amount = locked_entry.amount_cents
        shares = dict(parts) if parts is not None else divide(amount, chosen)
        if sum(shares.values()) != amount:
            raise NotNow(_("De delen zijn samen niet het bedrag van de bank."))
        payment = Payment.objects.create(
            paid_on=locked_entry.booked_on,
            amount_cents=amount,
            method=PaymentMethod.BANK,
            note=locked_entry.description[:200],
            bank_entry=locked_entry,
            by=by,
        )
        try:
            with transaction.atomic():
                PaymentPart.objects.bulk_create(
                    PaymentPart(payment=payment, invoice_id=pk, amount_cents=part)
                    for pk, part in sorted(shares.items())
                    if part
                )
        except IntegrityError as problem:
            raise NotNow(_("De delen zijn samen niet het bedrag van de bank.")) from problem
        _decide(locked_entry, EntryState.MATCHED, by)
    return payment


def match_deposit(entry: BankEntry, booking: Booking, *, by: Person) -> None:
    """This line is the deposit of a booking: received, or given back. It is owed, never earned (venue.hire.deposits).

    Raises NotNow when somebody decided before us, or more would go back than is held.
    """
    with transaction.atomic():
        locked = BankEntry.objects.select_for_update().get(pk=entry.pk)
        if locked.state != EntryState.WAITING:
            raise NotNow(_("Deze regel is al verwerkt."))
        if locked.amount_cents > 0:
            deposits.receive(booking, locked.amount_cents, by=by)
        else:
            deposits.give_back(booking, -locked.amount_cents, by=by)
        _decide(locked, EntryState.DEPOSIT, by)


def leave(entry: BankEntry, *, by: Person | None = None) -> None:
    """This line pays no invoice: a subsidy, the energy bill, a deposit. Raises NotNow when it was matched."""
    with transaction.atomic():
        locked = BankEntry.objects.select_for_update().get(pk=entry.pk)
        if locked.state in {EntryState.MATCHED, EntryState.DEPOSIT}:
            raise NotNow(_("Deze regel is al verwerkt."))
        _decide(locked, EntryState.LEFT, by)


def reopen(entry: BankEntry) -> None:
    """Look at a line again that was left aside."""
    BankEntry.objects.filter(pk=entry.pk, state=EntryState.LEFT).update(
        state=EntryState.WAITING, decided_at=None, decided_by=None
    )


def undo(payment: Payment, *, reason: str) -> None:
    """Take a payment back that was written down wrongly. The row stays, its line of the bank waits again."""
    if not reason.strip():
        raise NotNow(_("Schrijf op waarom dit niet klopt."))
    with transaction.atomic():
        locked = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
        if locked.undone_at is not None:
            raise NotNow(_("Deze betaling is al teruggedraaid."))
        if locked.bank_entry_id is not None:
            raise NotNow(_("Dit komt van de bank. Kies dan een andere factuur."))
        locked.parts.all().delete()
        locked.undone_at, locked.undone_reason = timezone.now(), reason.strip()[:200]
        locked.save(update_fields=["undone_at", "undone_reason"])


def move(payment: Payment, invoices: Iterable[Invoice]) -> None:
    """Let a payment pay other invoices than was first said. Raises NotNow."""
    with transaction.atomic():
        locked = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
        if locked.undone_at is not None:
            raise NotNow(_("Deze betaling is al teruggedraaid."))
        old = [part.invoice_id for part in locked.parts.all()]
        chosen = list(invoices)
        _locked([*chosen, *Invoice.objects.filter(pk__in=old)])
        locked.parts.all().delete()
        fresh = list(Invoice.objects.with_money().filter(pk__in=[one.pk for one in chosen]))
        if not fresh:
            raise NotNow(_("Kies een factuur."))
        shares = divide(locked.amount_cents, fresh)
        PaymentPart.objects.bulk_create(
            PaymentPart(payment=locked, invoice_id=pk, amount_cents=part)
            for pk, part in sorted(shares.items())
        )


def _check(amount_cents: int, on: date) -> None:
    if not amount_cents:
        raise NotNow(_("Vul een bedrag in."))
    if on > timezone.localdate():
        raise NotNow(_("Die dag komt nog. Kies de dag van de betaling."))


def _locked(invoices: Iterable[Invoice]) -> list[Invoice]:
    """Lock invoices, always in one order, and return them with their money. Only issued invoices can be paid."""
    keys = sorted({one.pk for one in invoices})
    list(Invoice.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    found = list(Invoice.objects.with_money().filter(pk__in=keys).order_by("pk"))
    if any(one.is_draft or one.kind == InvoiceKind.CREDIT for one in found):
        raise NotNow(_("Alleen een vastgelegde factuur kan betaald worden."))
    return found


def _decide(entry: BankEntry, state: EntryState, by: Person | None) -> None:
    entry.state, entry.decided_at, entry.decided_by, entry.doubt = state, timezone.now(), by, ""
    entry.save(update_fields=["state", "decided_at", "decided_by", "doubt"])
