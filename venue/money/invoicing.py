"""From what is owed to an invoice: draft, issue, credit, send.

A draft can be thrown away. What is issued has a number and never changes (migration 0004); it is put right by a credit
note, which takes lines back whole, so that they can be invoiced again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from babel import Locale
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lokaal import constraints
from lokaal.people.models import Person
from venue.emails import invoices as emails
from venue.exceptions import AlreadyInvoiced, Incomplete, NotNow
from venue.models import (
    Booking,
    CateringOrder,
    Hirer,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    InvoiceVat,
    Party,
    Seller,
    VatCategory,
    VatRate,
    seller_on,
)
from venue.money import charging, rounding
from venue.money.charging import Chargeable
from venue.money.numbering import take_number

LONGEST_REASON = 300
#: Countries by their two letters (BR-CL-14), and how VAT numbers of Greece and Northern Ireland begin (BR-CO-09).
COUNTRIES = {code for code in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", code)}
VAT_COUNTRIES = {"EL", "XI"}


# Draft -------------------------------------------------------------------------------------------


def draft_for(
    what: Booking | Hirer | CateringOrder, *, month: date | None = None, by: Person | None = None
) -> list[Invoice]:
    """Make drafts of what a booking, hirer or order owes: one per calendar month (`month`: only the one of that day).

    An order by itself is invoiced to the person who ordered, whose address is then still to be filled in.
    Raises NotNow when there is nothing to charge, AlreadyInvoiced when somebody else was just before us.
    """
    if isinstance(what, Booking):
        charges = charging.of_booking(what)
    elif isinstance(what, CateringOrder):
        charges = charging.of_order(what)
    else:
        charges = charging.of_hirer(what)
    if month is not None:
        charges = [one for one in charges if one.month == month.replace(day=1)]
    if not charges:
        raise NotNow(_("Er is niets om op een factuur te zetten."))
    months = sorted({charge.month for charge in charges})
    with transaction.atomic():
        return [
            draft([charge for charge in charges if charge.month == first], by=by)
            for first in months
        ]


def draft(charges: Sequence[Chargeable], *, by: Person | None = None) -> Invoice:
    """Make one draft of these charges: of one hirer, within one calendar month.

    Raises NotNow for charges that cannot stand together, AlreadyInvoiced for one that stands on an invoice.
    """
    if not charges:
        raise NotNow(_("Er is niets om op een factuur te zetten."))
    if len({charge.hirer.pk for charge in charges}) > 1:
        raise NotNow(_("Op een factuur staat maar één huurder."))
    if len({charge.month for charge in charges}) > 1:
        raise NotNow(_("Een factuur gaat over hoogstens één maand."))
    hirer = charges[0].hirer
    centres = {charge.centre.pk: charge.centre for charge in charges}
    references = sorted({charge.order_reference for charge in charges} - {""})
    with transaction.atomic():
        invoice = Invoice.objects.create(
            hirer=hirer,
            centre=next(iter(centres.values())) if len(centres) == 1 else None,
            language=hirer.language,
            buyer_reference=hirer.buyer_reference,
            order_reference=", ".join(references)[:60],
            period_from=min(charge.first for charge in charges),
            period_until=max(charge.last for charge in charges),
            created_by=by,
        )
        _add_lines(invoice, charges)
        _sum_up(invoice)
    return invoice


def add_line(
    invoice: Invoice,
    *,
    description: str,
    amount_cents: int,
    vat_code_id: UUID,
    pillar: str,
    quantity: Decimal = Decimal(1),
) -> InvoiceLine:
    """Add a line by hand to a draft: cost of cancelling, damage, a discount (below zero). Raises NotNow."""
    with transaction.atomic():
        locked = locked_invoice(invoice)
        _refuse_unless_draft(locked)
        price = abs(amount_cents)
        line = InvoiceLine.objects.create(
            invoice=locked,
            position=_next_position(locked),
            description=description,
            quantity=quantity if amount_cents > 0 else -quantity,
            unit_price_cents=price,
            vat_code_id=vat_code_id,
            gross_cents=rounding.amount_of(quantity, amount_cents),
            pillar=pillar,
            centre_id=locked.centre_id,
        )
        _sum_up(locked)
    return line


def remove_line(line: InvoiceLine) -> None:
    """Take a line off a draft; what it charged can be charged again. Raises NotNow."""
    with transaction.atomic():
        locked = locked_invoice(line.invoice)
        _refuse_unless_draft(locked)
        line.delete()
        _sum_up(locked)


def throw_away(invoice: Invoice) -> None:
    """Throw a draft away; what it charged can be charged again. Raises NotNow for what was issued."""
    with transaction.atomic():
        locked = locked_invoice(invoice)
        _refuse_unless_draft(locked)
        locked.delete()


# Issue -------------------------------------------------------------------------------------------


def issue(invoice: Invoice, *, by: Person | None = None, on: date | None = None) -> Invoice:
    """Give a draft its number and date (local, today), freeze who sells, who buys and the VAT, and return it.

    Raises NotNow when it was issued already or nothing is owed; Incomplete when something that the law wants on it is
    not known. Then nothing was written and no number was used.
    """
    day = on or timezone.localdate()
    with transaction.atomic():
        locked = locked_invoice(invoice)
        _refuse_unless_draft(locked)
        if day > timezone.localdate():
            raise NotNow(_("Een factuur krijgt geen datum die nog komt."))
        if locked.credited_invoice is not None:
            locked_invoice(locked.credited_invoice)
        lines = list(locked.lines.select_related("vat_code", "credited_line").order_by("position"))
        seller = seller_on(day)
        if seller is None:
            raise Incomplete(
                _("Er staat nog niet wie de facturen stuurt. Vul dat in in het beheer.")
            )
        _freeze_vat(lines, day)
        rows = _vat_rows(locked, lines)
        _write_totals(locked, rows)
        _check_issue(locked, lines, rows, seller)
        InvoiceLine.objects.bulk_update(
            lines,
            ["vat_category", "vat_percent", "vat_ground", "exemption_code", "net_cents"],
        )
        locked.vat_rows.all().delete()
        InvoiceVat.objects.bulk_create(rows)
        locked.seller = _seller_party(seller).as_json()
        locked.buyer = _buyer_of(locked).as_json()
        locked.series, locked.sequence, locked.number = take_number(InvoiceKind(locked.kind), day)
        locked.year, locked.issued_on = day.year, day
        locked.due_on = day + timedelta(days=seller.payment_days)
        locked.issued_at, locked.issued_by = timezone.now(), by.name if by else ""
        locked.state = InvoiceState.ISSUED
        locked.save()
        _release_credited(lines)
    return locked


def _check_issue(
    invoice: Invoice, lines: Sequence[InvoiceLine], rows: Sequence[InvoiceVat], seller: Seller
) -> None:
    """Raise what keeps this draft from being issued."""
    if not lines or invoice.gross_cents == 0:
        raise NotNow(_("Op deze factuur staat geen bedrag."))
    if invoice.gross_cents < 0 and invoice.is_credit:
        raise NotNow(_("Dit is samen een korting. Neem dan de hele factuur terug."))
    if invoice.gross_cents < 0:
        raise NotNow(_("Het totaal is lager dan nul. Maak dan een creditfactuur."))
    categories = {row.category for row in rows}
    if VatCategory.OUTSIDE in categories and len(categories) > 1:
        raise NotNow(_("Wat buiten de btw valt, staat op een eigen factuur."))
    if categories - {VatCategory.OUTSIDE} and not seller.vat_id:
        raise Incomplete(_("Het btw-nummer van de afzender ontbreekt. Vul dat in in het beheer."))
    if not invoice.is_credit:
        check_buyer(invoice.hirer)


def check_buyer(hirer: Hirer) -> None:
    """Raise Incomplete when the law or a receiving computer would miss something about the buyer."""
    if not (hirer.street.strip() and hirer.postcode.strip() and hirer.city.strip()):
        raise Incomplete(_("Het adres van de huurder is niet volledig. Vul het eerst in."))
    if hirer.kvk_number and not re.fullmatch(r"\d{8}", hirer.kvk_number):
        raise Incomplete(_("Het KvK-nummer van de huurder heeft geen 8 cijfers."))
    if hirer.oin and not re.fullmatch(r"\d{20}", hirer.oin):
        raise Incomplete(_("Het OIN van de huurder heeft geen 20 cijfers."))
    buyer = _buyer_party(hirer)
    if buyer.country not in COUNTRIES:
        raise Incomplete(_("Het land van de huurder klopt niet. Nederland is NL."))
    if buyer.vat_id and buyer.vat_id[:2] not in COUNTRIES | VAT_COUNTRIES:
        raise Incomplete(_("Het btw-nummer van de huurder begint niet met een land, zoals NL."))


def _freeze_vat(lines: Sequence[InvoiceLine], day: date) -> None:
    """Write on every line what its VAT code means on the day of delivery; a credit line repeats what it takes back."""
    codes = {line.vat_code_id for line in lines}
    rates = list(VatRate.objects.filter(vat_code__in=codes))
    missing = set()
    for line in lines:
        if line.credited_line is not None:
            of = line.credited_line
            line.vat_category, line.vat_percent = of.vat_category, of.vat_percent
            line.vat_ground, line.exemption_code = of.vat_ground, of.exemption_code
            continue
        on = line.delivered_from or day
        rate = next(
            (r for r in rates if r.vat_code_id == line.vat_code_id and r.holds_on(on)), None
        )
        if rate is None:
            missing.add(line.vat_code.name)
            continue
        line.vat_category, line.vat_percent = rate.category, rate.percent
        line.vat_ground, line.exemption_code = rate.legal_ground, rate.exemption_code
    if missing:
        raise Incomplete(
            _("Voor %(codes)s staat nog geen btw-tarief. Vul dat eerst in.")
            % {"codes": ", ".join(sorted(missing))}
        )


def _vat_rows(invoice: Invoice, lines: Sequence[InvoiceLine]) -> list[InvoiceVat]:
    """Split every rate into net and VAT, and share the net over its lines."""
    groups: dict[tuple[str, Decimal], list[InvoiceLine]] = {}
    for line in lines:
        groups.setdefault((line.vat_category, line.vat_percent), []).append(line)
    rows = []
    for (category, percent), members in sorted(
        groups.items(), key=lambda one: (-one[0][1], one[0][0])
    ):
        gross = sum(line.gross_cents for line in members)
        net = gross - rounding.vat_in(gross, percent)
        if invoice.credited_invoice is not None:
            net = _rest_to_credit(invoice.credited_invoice, category, percent, members, net)
        parts = rounding.shares(net, [line.gross_cents for line in members], percent)
        for line, part in zip(members, parts, strict=True):
            line.net_cents = part
        codes = {line.exemption_code for line in members}
        rows.append(
            InvoiceVat(
                invoice=invoice,
                category=category,
                percent=percent,
                legal_ground="; ".join(sorted({line.vat_ground for line in members} - {""}))[:200],
                exemption_code=codes.pop() if len(codes) == 1 else "",
                net_cents=net,
                vat_cents=gross - net,
                gross_cents=gross,
            )
        )
    return rows


def _rest_to_credit(
    of: Invoice, category: str, percent: Decimal, members: Sequence[InvoiceLine], net: int
) -> int:
    """The net to take back. The last lines of a rate take exactly what is left of it, so that nothing stays behind."""
    same_rate = {"vat_category": category, "vat_percent": percent}
    now = [pk for line in members if (pk := line.credited_line_id) is not None]
    left = of.lines.filter(**same_rate, released_at=None).exclude(pk__in=now).exists()
    if left:
        return net
    rate = {"category": category, "percent": percent}
    before = InvoiceVat.objects.filter(
        invoice__credited_invoice=of, invoice__state=InvoiceState.ISSUED, **rate
    )
    whole = of.vat_rows.get(**rate)
    return whole.net_cents - sum(row.net_cents for row in before)


def _release_credited(lines: Iterable[InvoiceLine]) -> None:
    """What was taken back can be invoiced again."""
    taken_back = [pk for line in lines if (pk := line.credited_line_id) is not None]
    InvoiceLine.objects.filter(pk__in=taken_back, released_at=None).update(
        released_at=timezone.now()
    )


# Credit ------------------------------------------------------------------------------------------


def credit(
    invoice: Invoice,
    *,
    reason: str,
    lines: Iterable[InvoiceLine] | None = None,
    by: Person | None = None,
) -> Invoice:
    """Make a draft credit note that takes back all lines of an issued invoice, or some; whole lines, each once.

    Raises NotNow when there is nothing (left) to take back or no reason is given.
    """
    if not reason.strip():
        raise NotNow(_("Schrijf op waarom je dit terugneemt."))
    chosen = None if lines is None else {line.pk for line in lines}
    with transaction.atomic():
        of = locked_invoice(invoice)
        if of.is_draft or of.is_credit:
            raise NotNow(_("Alleen een vastgelegde factuur kun je crediteren."))
        taken = [
            line
            for line in of.lines.not_credited().order_by("position")
            if chosen is None or line.pk in chosen
        ]
        if not taken or (chosen is not None and len(taken) != len(chosen)):
            raise NotNow(_("Dit staat al op een creditfactuur."))
        note = Invoice.objects.create(
            kind=InvoiceKind.CREDIT,
            credited_invoice=of,
            reason=reason.strip()[:LONGEST_REASON],
            hirer_id=of.hirer_id,
            centre_id=of.centre_id,
            language=of.language,
            buyer_reference=of.buyer_reference,
            order_reference=of.order_reference,
            period_from=of.period_from,
            period_until=of.period_until,
            created_by=by,
        )
        InvoiceLine.objects.bulk_create(
            _taken_back(line, note, position) for position, line in enumerate(taken, start=1)
        )
        _sum_up(note)
    return note


def _taken_back(line: InvoiceLine, note: Invoice, position: int) -> InvoiceLine:
    return InvoiceLine(
        invoice=note,
        position=position,
        credited_line=line,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        unit_price_cents=line.unit_price_cents,
        gross_cents=line.gross_cents,
        vat_code_id=line.vat_code_id,
        pillar=line.pillar,
        centre_id=line.centre_id,
        booking_id=line.booking_id,
        booking_date_id=line.booking_date_id,
        quote_line_id=line.quote_line_id,
        order_id=line.order_id,
        delivered_from=line.delivered_from,
        delivered_until=line.delivered_until,
    )


# Send --------------------------------------------------------------------------------------------


def send(invoice: Invoice, *, again: bool = False) -> None:
    """Mail an issued invoice or credit note, with its PDF and its UBL file: once, or `again` (once a day).

    Raises NotNow for a draft, Incomplete when no address is known: then it is printed (`mark_sent`).
    """
    with transaction.atomic():
        locked = locked_invoice(invoice)
        if locked.is_draft:
            raise NotNow(_("Dit is nog een concept. Leg de factuur eerst vast."))
        if not locked.buyer_party.email:
            raise Incomplete(_("Er is geen e-mailadres. Print de factuur en geef hem mee."))
        emails.sent(locked, again=again)
        _note_sent(locked)


def mark_sent(invoice: Invoice) -> None:
    """Printed, and posted or given along. Raises NotNow for a draft."""
    with transaction.atomic():
        locked = locked_invoice(invoice)
        if locked.is_draft:
            raise NotNow(_("Dit is nog een concept. Leg de factuur eerst vast."))
        _note_sent(locked)


def _note_sent(invoice: Invoice) -> None:
    if invoice.sent_at is None:
        invoice.sent_at = timezone.now()
        invoice.save(update_fields=["sent_at"])


# Shared ------------------------------------------------------------------------------------------


def locked_invoice(invoice: Invoice) -> Invoice:
    """Lock an invoice until the transaction ends and read it again. Raises NotNow for a draft that is gone."""
    found = Invoice.objects.select_for_update(of=("self",)).select_related(
        "hirer", "credited_invoice"
    )
    try:
        return found.get(pk=invoice.pk)
    except Invoice.DoesNotExist as gone:
        raise NotNow(_("Dit concept is al weg.")) from gone


def _refuse_unless_draft(invoice: Invoice) -> None:
    if not invoice.is_draft:
        raise NotNow(_("Deze factuur ligt al vast. Een fout herstel je met een creditfactuur."))


def _next_position(invoice: Invoice) -> int:
    last = invoice.lines.order_by("-position").first()
    return last.position + 1 if last else 1


def _add_lines(invoice: Invoice, charges: Sequence[Chargeable]) -> None:
    lines = [
        InvoiceLine(
            invoice=invoice,
            position=position,
            description=charge.description,
            quantity=charge.quantity,
            unit=charge.unit,
            unit_price_cents=charge.unit_cents,
            gross_cents=charge.amount_cents,
            vat_code=charge.vat_code,
            pillar=charge.pillar,
            centre=charge.centre,
            booking=charge.booking,
            booking_date=charge.booking_date,
            quote_line=charge.quote_line,
            order=charge.order,
            delivered_from=charge.first,
            delivered_until=charge.last,
            charge_key=charge.key,
        )
        for position, charge in enumerate(charges, start=1)
    ]
    try:
        with transaction.atomic():
            InvoiceLine.objects.bulk_create(lines)
    except IntegrityError as problem:
        if constraints.broken_by(problem) != "venue_invoiceline_invoiced_once":
            raise
        raise AlreadyInvoiced(
            ngettext(
                "Dit staat al op een factuur.",
                "Een deel hiervan staat al op een factuur.",
                len(lines),
            )
        ) from problem


def _sum_up(invoice: Invoice) -> None:
    """Show on a draft what it comes to; the VAT is worked out at issue."""
    invoice.gross_cents = sum(invoice.lines.values_list("gross_cents", flat=True))
    invoice.net_cents, invoice.vat_cents = invoice.gross_cents, 0
    invoice.save(update_fields=["gross_cents", "net_cents", "vat_cents"])


def _write_totals(invoice: Invoice, rows: Sequence[InvoiceVat]) -> None:
    invoice.net_cents = sum(row.net_cents for row in rows)
    invoice.vat_cents = sum(row.vat_cents for row in rows)
    invoice.gross_cents = sum(row.gross_cents for row in rows)


def _seller_party(seller: Seller) -> Party:
    return Party(
        name=seller.legal_name,
        street=seller.street,
        postcode=seller.postcode,
        city=seller.city,
        country=seller.country,
        kvk_number=seller.kvk_number,
        vat_id=seller.vat_id,
        email=seller.email,
        phone=seller.phone,
        iban=seller.iban,
        bic=seller.bic,
        account_name=seller.account_name or seller.legal_name,
    )


def _buyer_of(invoice: Invoice) -> Party:
    """Who gets it: the hirer as it is today; of a credit note the one who got the invoice, at the address of today."""
    now = _buyer_party(invoice.hirer)
    if invoice.credited_invoice is None:
        return now
    then = invoice.credited_invoice.buyer_party
    return replace(then, email=now.email or then.email)


def _buyer_party(hirer: Hirer) -> Party:
    return Party(
        name=hirer.name,
        contact="" if hirer.contact_name == hirer.name else hirer.contact_name,
        street=hirer.street.strip(),
        postcode=hirer.postcode.strip(),
        city=hirer.city.strip(),
        country=hirer.country.upper() or "NL",
        kvk_number=hirer.kvk_number,
        oin=hirer.oin,
        vat_id=hirer.vat_id.replace(" ", "").replace(".", "").upper(),
        email=hirer.invoice_email or hirer.email,
        phone=str(hirer.phone) if hirer.phone else "",
    )
