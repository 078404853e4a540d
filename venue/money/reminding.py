"""When an invoice is late: reminders in steps, paying in parts, and giving up.

The steps are rows of the treasurer (ReminderStep). Each goes out once, one at a time, and none to somebody who pays in
parts as was agreed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lokaal.exceptions import Refusal
from venue.emails import invoices as emails
from venue.exceptions import NotNow
from venue.models import Invoice, Reminder, ReminderStep
from venue.models.invoice import InvoiceQuerySet
from venue.money.invoicing import LONGEST_REASON, locked_invoice


@dataclass(frozen=True)
class Due:
    """A reminder that may go out: which step, and since when."""

    invoice: Invoice
    step: ReminderStep
    since: date


def due_reminders(day: date | None = None, *, invoices: InvoiceQuerySet | None = None) -> list[Due]:
    """The next reminder of every invoice (of these) that is late, where its time has come.

    None while somebody pays in parts.
    """
    today = day or timezone.localdate()
    steps = list(ReminderStep.objects.order_by("days_late"))
    found = Invoice.objects.all() if invoices is None else invoices
    late = found.overdue(today).select_related("hirer", "centre")
    dues = []
    for invoice in late.prefetch_related("reminders").order_by("due_on", "number"):
        if invoice.instalments_until and invoice.instalments_until >= today:
            continue
        due = _next_step(invoice, steps)
        if due is not None and due.since <= today:
            dues.append(due)
    return dues


def _next_step(invoice: Invoice, steps: Sequence[ReminderStep]) -> Due | None:
    """The first step that was not taken. After a late one the next waits as long as between them is meant."""
    taken = {reminder.tone: reminder.sent_on for reminder in invoice.reminders.all()}
    previous: ReminderStep | None = None
    for step in steps:
        if step.tone in taken:
            previous = step
            continue
        since = _due_on(invoice) + timedelta(days=step.days_late)
        if previous is not None:
            waited = taken[previous.tone] + timedelta(days=step.days_late - previous.days_late)
            since = max(since, waited)
        return Due(invoice, step, since)
    return None


def _due_on(invoice: Invoice) -> date:
    if invoice.due_on is None:
        raise ValueError("An issued invoice has a due date.")
    return invoice.due_on


def remind(invoice: Invoice, *, on: date | None = None) -> Reminder:
    """Send the reminder whose time has come. Raises NotNow when none has, also when somebody was just before us."""
    today = on or timezone.localdate()
    with transaction.atomic():
        locked = locked_invoice(invoice)
        dues = due_reminders(today, invoices=Invoice.objects.filter(pk=locked.pk))
        if not dues:
            raise NotNow(_("Er hoeft nu geen herinnering weg."))
        due = dues[0]
        reminder = Reminder.objects.create(
            invoice=locked,
            tone=due.step.tone,
            sent_on=today,
            open_cents=due.invoice.open_cents,  # type: ignore[attr-defined]  # annotated
        )
        emails.reminded(due.invoice, reminder)
    return reminder


def remind_all(on: date | None = None) -> int:
    """Send every reminder whose time has come; for the daily job. Twice a day does no harm. Returns how many."""
    count = 0
    for due in due_reminders(on):
        try:
            remind(due.invoice, on=on)
        except Refusal:
            continue
        count += 1
    return count


def agree_instalments(invoice: Invoice, *, until: date, note: str) -> None:
    """Somebody pays in parts, as was agreed: no reminders until that day. Raises NotNow."""
    if until < timezone.localdate():
        raise NotNow(_("Die dag is al geweest. Kies een latere."))
    _write_afterwards(invoice, instalments_until=until, instalments_note=note[:LONGEST_REASON])


def give_up(invoice: Invoice, *, reason: str) -> None:
    """Nobody expects this money any more. It stays on the list, with the reason. Raises NotNow."""
    if not reason.strip():
        raise NotNow(_("Schrijf op waarom het geld niet meer komt."))
    with_money = Invoice.objects.with_money().get(pk=invoice.pk)
    if with_money.open_cents <= 0:  # type: ignore[attr-defined]  # annotated
        raise NotNow(_("Hier staat niets meer open."))
    _write_afterwards(
        invoice,
        uncollectible_at=timezone.now(),
        uncollectible_reason=reason.strip()[:LONGEST_REASON],
    )


def take_up_again(invoice: Invoice) -> None:
    """The money may come after all. Raises NotNow for a draft."""
    _write_afterwards(invoice, uncollectible_at=None, uncollectible_reason="")


def _write_afterwards(invoice: Invoice, **values: object) -> None:
    """Write what may still be written on an issued invoice (Invoice.AFTER_ISSUE)."""
    with transaction.atomic():
        locked = locked_invoice(invoice)
        if locked.is_draft or locked.is_credit:
            raise NotNow(_("Dat kan alleen bij een vastgelegde factuur."))
        for field, value in values.items():
            setattr(locked, field, value)
        locked.save(update_fields=list(values))
