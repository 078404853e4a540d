"""What the house tells about money: the invoice, the credit note, and that it has not been paid yet."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from stdnum import iban

from lokaal.outbox import writing
from lokaal.outbox.writing import in_its_language
from lokaal.people.models import Channel
from venue.models import Invoice, Reminder
from venue.money.ubl import file_name, invoice_xml
from venue.papers.invoice import date_words, invoice_pdf, money


def sent(invoice: Invoice, *, again: bool = False) -> None:
    """Here is your invoice, or your credit note; the PDF and the UBL file go along. `again`: at most once a day."""
    template = "credit_note" if invoice.is_credit else "invoice"
    key = f"invoice:{invoice.id}:sent"
    _tell(invoice, template, key=f"{key}:{timezone.localdate()}" if again else key)


def reminded(invoice: Invoice, reminder: Reminder) -> None:
    """It has not been paid yet. `invoice` is loaded with its money."""
    _tell(
        invoice,
        f"reminder_{reminder.tone}",
        key=f"invoice:{invoice.id}:reminder:{reminder.tone}",
        open_amount=in_its_language(lambda: money(reminder.open_cents)),
    )


def _tell(invoice: Invoice, template: str, *, key: str, **words: Any) -> None:
    whole = Invoice.objects.with_page().get(pk=invoice.pk)
    buyer, seller = whole.buyer_party, whole.seller_party
    person = whole.hirer.person
    writing.post(
        key,
        to=writing.Recipient(
            name=buyer.contact or buyer.name,
            email=buyer.email,
            phone="",  # an invoice does not fit in a text message
            language=whole.language,
            person=person,
            channel=Channel.EMAIL if buyer.email else Channel.PAPER,
        ),
        template=f"venue/emails/{template}",
        context={
            "invoice": whole,
            "name": buyer.contact or buyer.name,
            "amount": in_its_language(lambda: money(whole.gross_cents)),
            "due": in_its_language(lambda: date_words(whole.due_on)),
            "iban": iban.format(seller.iban),
            "account_name": seller.account_name or seller.name,
            "credited": whole.credited_invoice,
            **words,
        },
        attachments=[
            writing.Attached(file_name(whole, "pdf"), invoice_pdf(whole), "application/pdf"),
            writing.Attached(file_name(whole, "xml"), invoice_xml(whole), "application/xml"),
        ],
        centre=whole.centre,
    )
