"""How an invoice looks in a list and on its page: its state in a word, its amounts, what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lokaal.look.formats import day, euro
from venue.models import Invoice


@dataclass(frozen=True)
class Badge:
    """The state of an invoice: a word, its sign, and how it is drawn (style sheet)."""

    word: str
    icon: str
    kind: str


@dataclass(frozen=True)
class Row:
    """An invoice as a row in a list."""

    invoice: Invoice
    title: str
    text: str
    amount: int
    badge: Badge


def row(invoice: Invoice) -> Row:
    """The invoice (loaded with_list) as a row."""
    return Row(
        invoice=invoice,
        title=invoice.number or _("Concept"),
        text=about(invoice),
        amount=amount(invoice),
        badge=badge(invoice),
    )


def amount(invoice: Any) -> int:
    """What is open; of what is not open (any more) the whole, below zero for a credit note."""
    opened: int = invoice.open_cents
    return opened or invoice.sign * invoice.gross_cents


def badge(invoice: Any) -> Badge:
    """The state of an invoice (loaded with_money) in one or two words."""
    if invoice.is_draft:
        return Badge(_("Concept"), "pencil-square", "dash")
    if invoice.is_credit:
        return Badge(_("Creditfactuur"), "arrow-uturn-left", "line")
    if invoice.open_cents == 0:
        return Badge(_("Betaald"), "check", "munt")
    if invoice.open_cents < 0:
        return Badge(_("Terug te betalen"), "arrow-uturn-left", "zon")
    if invoice.uncollectible_at:
        return Badge(_("Komt niet meer"), "no-symbol", "line")
    today = timezone.localdate()
    if invoice.instalments_until and invoice.instalments_until >= today:
        return Badge(_("Betaalt in delen"), "clock", "lucht")
    if invoice.due_on < today:
        return Badge(_("Te laat"), "exclamation-triangle", "warn")
    if invoice.paid_cents or invoice.credited_cents:
        return Badge(_("Deels betaald"), "clock", "lucht")
    return Badge(_("Open"), "clock", "line")


def about(invoice: Any) -> str:
    """The dates, and what is still open when that is not the whole."""
    if invoice.is_draft:
        return _("Gemaakt op %(day)s.") % {"day": day(invoice.created_at)}
    words = [_("Van %(day)s.") % {"day": day(invoice.issued_on)}]
    if invoice.is_credit:
        words.append(_("Hoort bij %(number)s.") % {"number": invoice.credited_invoice})
    elif invoice.open_cents > 0:
        words.append(_("Betalen tot en met %(day)s.") % {"day": day(invoice.due_on)})
        if invoice.open_cents != invoice.gross_cents:
            words.append(
                _("Dit is de rest van %(amount)s.") % {"amount": euro(invoice.gross_cents)}
            )
    return " ".join(words)
