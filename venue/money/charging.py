"""What can be put on an invoice: the agreed lines of bookings, the cost of cancelling, and catering orders.

Everything that can be charged has a key. A key stands on one invoice line at a time (InvoiceLine.charge_key).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from lokaal.centres.models import Centre
from lokaal.look.formats import clock, day
from venue.exceptions import NotNow
from venue.models import (
    Booking,
    BookingDate,
    BookingState,
    CateringOrder,
    DateState,
    Hirer,
    HirerKind,
    Invoice,
    InvoiceLine,
    OrderLine,
    OrderState,
    Pillar,
    QuoteLine,
    QuoteState,
    Unit,
    VatCode,
)
from venue.money.rounding import amount_of

#: Bookings whose agreed price is owed. Of what was cancelled only the cost of cancelling is.
OWED_STATES = (BookingState.CONFIRMED, BookingState.FINISHED, BookingState.CANCELLED)
#: Dates of which the agreed price is owed.
OWED_DATES = (DateState.PLANNED, DateState.HELD, DateState.NO_SHOW)
#: How long after it was served somebody may still find that food was otherwise than the invoice says.
LOOKED_BACK = timedelta(days=92)
#: How a tariff or surcharge counts, as EN 16931 counts.
UNITS = {"hour": Unit.HOUR, "day": Unit.DAY, "person": Unit.PERSON}


@dataclass(frozen=True)
class Chargeable:
    """One line to be. Amounts are cents and include VAT; a negative amount is a discount."""

    key: str
    hirer: Hirer
    centre: Centre
    description: str
    quantity: Decimal
    unit: Unit
    unit_cents: int
    amount_cents: int
    vat_code: VatCode
    pillar: Pillar
    first: date
    last: date
    booking: Booking | None = None
    booking_date: BookingDate | None = None
    quote_line: QuoteLine | None = None
    order: CateringOrder | None = None
    order_reference: str = ""

    @property
    def month(self) -> date:
        """The first day of the month in which it was delivered."""
        return self.first.replace(day=1)

    def counted(self) -> Chargeable:
        """Return it so that quantity × price is the amount: as it is, turned round for a discount, or as one piece."""
        quantity, price = self.quantity, self.unit_cents
        if price < 0:
            quantity, price = -quantity, -price
        if price and amount_of(quantity, price) == self.amount_cents:
            return replace(self, quantity=quantity, unit_cents=price)
        return replace(
            self,
            quantity=Decimal(1 if self.amount_cents > 0 else -1),
            unit=Unit.PIECE,
            unit_cents=abs(self.amount_cents),
        )


def of_booking(booking: Booking) -> list[Chargeable]:
    """What is owed for a booking and stands on no invoice yet."""
    return _sorted(
        _of_quotes(_quote_lines().filter(quote__booking=booking))
        + _of_orders(_order_lines().filter(order__use__booking_date__booking=booking))
    )


def of_hirer(hirer: Hirer) -> list[Chargeable]:
    """What a hirer owes, of all their bookings, and stands on no invoice yet."""
    return _sorted(
        _of_quotes(_quote_lines().filter(quote__booking__hirer=hirer))
        + _of_orders(_order_lines().filter(order__use__booking_date__booking__hirer=hirer))
    )


def of_order(order: CateringOrder) -> list[Chargeable]:
    """What is owed for a catering order and stands on no invoice yet: by the hirer of its room, or who ordered it."""
    lines = list(_free_order_lines().filter(order=order))
    if not lines:
        return []
    booking = _booking_of(lines[0].order)
    hirer = booking.hirer if booking else _hirer_of(order)
    return [_of_order_line(line, hirer).counted() for line in lines]


def waiting(centres: Iterable[Centre], *, until: date | None = None) -> list[Chargeable]:
    """What hirers owe for what was delivered up to and including a day (today) and stands on no invoice yet.

    Orders without a room are paid when they are picked up; they are invoiced one by one, when somebody asks.
    """
    here, last = list(centres), until or timezone.localdate()
    found = _of_quotes(_quote_lines().filter(quote__booking__centre__in=here)) + _of_orders(
        _order_lines().filter(order__use__booking_date__booking__centre__in=here)
    )
    return _sorted(one for one in found if one.first <= last)


@dataclass(frozen=True)
class ChangedSince:
    """Food that became otherwise after it stood on an invoice. `now_cents`: what it would cost as it is ordered now."""

    line: InvoiceLine
    now_cents: int

    @property
    def more_cents(self) -> int:
        """What is owed beyond the line; below zero when the line says too much."""
        return self.now_cents - self.line.gross_cents


def changed_since(centres: Iterable[Centre], *, since: date | None = None) -> list[ChangedSince]:
    """Lines for food whose order was changed or called off after they were written, newest first.

    Of what was served since a day (LOOKED_BACK ago). A credit note puts it right.
    """
    first = since or timezone.localdate() - LOOKED_BACK
    return _changed(Q(centre__in=list(centres), delivered_from__gte=first))


def changed_on(invoice: Invoice) -> list[ChangedSince]:
    """The same, of one invoice."""
    return _changed(Q(invoice=invoice))


def _changed(asked: Q) -> list[ChangedSince]:
    lines = list(
        InvoiceLine.objects.filter(asked, order__isnull=False, released_at=None, credited_line=None)
        .not_credited()
        .select_related("invoice__hirer", "order")
        .order_by("-delivered_from", "id")
    )
    keys = [UUID(line.charge_key.removeprefix("order_line:")) for line in lines]
    ordered = OrderLine.objects.select_related("order").in_bulk(keys)
    found = [
        ChangedSince(line, _cost_now(ordered.get(key)))
        for line, key in zip(lines, keys, strict=True)
    ]
    return [one for one in found if one.more_cents]


def _cost_now(line: OrderLine | None) -> int:
    if line is None or line.order.state == OrderState.CANCELLED:
        return 0
    return line.total_cents


def _sorted(charges: Iterable[Chargeable]) -> list[Chargeable]:
    """By hirer, day and booking, the room before the food."""
    return sorted(
        charges, key=lambda one: (one.hirer.name, str(one.hirer.pk), one.first, one.order_reference)
    )


def _not_invoiced(kind: str, pk: Any) -> Any:
    """The condition that this stands on no invoice now."""
    key = Concat(Value(f"{kind}:"), Cast(pk, CharField()))
    return ~Exists(InvoiceLine.objects.filter(charge_key=key, released_at=None))


def _quote_lines() -> QuerySet[QuoteLine]:
    """The agreed lines with a price, of bookings that owe it, that stand on no invoice yet.

    A line that a later version of the quote repeats is the same thing, and is not charged again (`original`).
    """
    return (
        QuoteLine.objects.filter(
            _not_invoiced("quote_line", Coalesce(OuterRef("original_id"), OuterRef("pk"))),
            quote__state=QuoteState.ACCEPTED,
            quote__booking__state__in=OWED_STATES,
        )
        .exclude(amount_cents=0)
        .select_related(
            "vat_code",
            "date__use__space",
            "quote__booking__hirer",
            "quote__booking__centre",
        )
        .prefetch_related(
            Prefetch("quote__booking__dates", BookingDate.objects.select_related("use"))
        )
        .order_by("quote__booking__asked_at", "quote_id", "position", "id")
    )


def _of_quotes(lines: Iterable[QuoteLine]) -> list[Chargeable]:
    charges = (_of_quote_line(line) for line in lines)
    return [charge.counted() for charge in charges if charge is not None]


def _of_quote_line(line: QuoteLine) -> Chargeable | None:
    """The line as it is owed now: whole, partly when its date was cancelled late, or not at all."""
    booking, on = line.quote.booking, line.date
    percent = 100 if on is None else owed_percent(on)
    if on is None and booking.state == BookingState.CANCELLED:
        percent = 0
    amount = amount_of(Decimal(percent) / 100, line.amount_cents)
    if not amount or line.vat_code is None:  # what has an amount, has a code (QuoteLine)
        return None
    delivered = _day(booking, on)
    with override(booking.hirer.language):
        words = line.description if on is None else f"{line.description}, {_when(on)}"
        if percent != 100:
            words = _("Afgezegd (%(percent)s%%): %(what)s") % {"percent": percent, "what": words}
    return Chargeable(
        key=f"quote_line:{line.original_id or line.pk}",
        hirer=booking.hirer,
        centre=booking.centre,
        description=words[:300],
        quantity=line.quantity if percent == 100 else Decimal(1),
        unit=UNITS.get(line.unit, Unit.PIECE),
        unit_cents=line.unit_cents if percent == 100 else amount,
        amount_cents=amount,
        vat_code=line.vat_code,
        pillar=Pillar.HIRE,
        first=delivered,
        last=delivered,
        booking=booking,
        booking_date=on,
        quote_line=line,
        order_reference=booking.reference,
    )


def _free_order_lines() -> QuerySet[OrderLine]:
    """The lines of orders that the kitchen said yes to, that stand on no invoice yet."""
    return (
        OrderLine.objects.filter(
            _not_invoiced("order_line", OuterRef("pk")), unit_price_cents__gt=0
        )
        .exclude(order__state__in=[OrderState.ASKED, OrderState.CANCELLED])
        .select_related(
            "vat_code",
            "dish",
            "order__centre",
            "order__use__booking_date__booking__hirer",
            "order__use__booking_date__booking__centre",
        )
        .order_by("order__serving_at", "order_id", "dish__position", "id")
    )


def _order_lines() -> QuerySet[OrderLine]:
    """Those of rooms that are hired and owed."""
    return _free_order_lines().filter(
        order__use__booking_date__booking__state__in=OWED_STATES,
        order__use__booking_date__state__in=OWED_DATES,
    )


def _of_orders(lines: Iterable[OrderLine]) -> list[Chargeable]:
    return [
        _of_order_line(line, booking.hirer).counted()
        for line in lines
        if (booking := _booking_of(line.order)) is not None
    ]


def _of_order_line(line: OrderLine, hirer: Hirer) -> Chargeable:
    order = line.order
    served_on = timezone.localdate(order.serving_at)
    booking = _booking_of(order)
    with override(hirer.language):
        words = f"{line.dish.name}, {day(served_on)}"
    return Chargeable(
        key=f"order_line:{line.pk}",
        hirer=hirer,
        centre=order.centre,
        description=words[:300],
        quantity=Decimal(line.to_make),
        unit=Unit.PIECE,
        unit_cents=line.unit_price_cents,
        amount_cents=line.to_make * line.unit_price_cents,
        vat_code=line.vat_code,
        pillar=Pillar.KITCHEN,
        first=served_on,
        last=served_on,
        booking=booking,
        booking_date=getattr(order.use, "booking_date", None) if booking else None,
        order=order,
        order_reference=booking.reference if booking else order.shown_code,
    )


def _booking_of(order: CateringOrder) -> Booking | None:
    on = getattr(order.use, "booking_date", None) if order.use else None
    return on.booking if on else None


def _hirer_of(order: CateringOrder) -> Hirer:
    """Who ordered without a room, as somebody who can get an invoice; the same one the next time."""
    if not order.name:
        raise NotNow(_("Bij deze bestelling staat geen naam. Dan kan er geen factuur."))
    found = Hirer.objects.filter(kind=HirerKind.PERSON, name=order.name)
    if order.person_id:
        found = found.filter(person_id=order.person_id)
    else:
        found = found.filter(email=order.email, phone=order.phone)
    return found.first() or Hirer.objects.create(
        kind=HirerKind.PERSON,
        name=order.name,
        email=order.email,
        phone=order.phone,
        language=order.language,
        person=order.person,
    )


def owed_percent(on: BookingDate) -> int:
    """How much of the price of a date is owed: all, what late cancelling costs, or nothing."""
    if on.state in OWED_DATES:
        return 100
    if on.state == DateState.CANCELLED:
        return on.cancel_percent or 0
    return 0


def _day(booking: Booking, on: BookingDate | None) -> date:
    """The local day of a date; what is for the whole booking is delivered with its first date."""
    dates = [on] if on else [one for one in booking.dates.all() if one.state in OWED_DATES]
    starts = [one.use.starts_at for one in dates] or [booking.asked_at]
    return timezone.localdate(min(starts))


def _when(on: BookingDate) -> str:
    use = on.use
    return f"{day(use.starts_at)} {clock(use.starts_at)}–{clock(use.ends_at)}"


def of_free_use(first: date, last: date, centres: Iterable[Centre]) -> QuerySet[QuoteLine]:
    """The agreed lines with something given free, for dates from the first to the last day."""
    return QuoteLine.objects.filter(
        Q(date__state__in=OWED_DATES),
        quote__state=QuoteState.ACCEPTED,
        quote__booking__centre__in=list(centres),
        waived_cents__gt=0,
        date__use__starts_at__date__gte=first,
        date__use__starts_at__date__lte=last,
    )
