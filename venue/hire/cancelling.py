"""Calling off: all that is to come of a booking, or one date of it, and what that costs by how long before it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lokaal.people.models import Person
from venue.allocating import retried
from venue.emails import hiring as emails
from venue.exceptions import NotAllowed, NotNow
from venue.hire import bookings, quoting
from venue.models import (
    LIVE_STATES,
    OPTION_STATES,
    Booking,
    BookingDate,
    BookingState,
    CancellationRule,
    DateState,
    EventKind,
    InvoiceLine,
)
from venue.models.booking import REASON_LENGTH
from venue.money.rounding import amount_of

AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class CancelCost:
    """What calling off costs now: per date the part of its price, and all together (cents, including VAT)."""

    percents: Mapping[UUID, int]
    total_cents: int

    @property
    def is_free(self) -> bool:
        return self.total_cents == 0


def cancel_cost(
    booking: Booking, dates: Iterable[BookingDate] | None = None, *, at: datetime | None = None
) -> CancelCost:
    """What it costs to call off these dates (all that are to be held) at a moment (now). Only firm bookings cost."""
    moment = at or timezone.now()
    wanted = list(dates) if dates is not None else bookings.planned(booking)
    wanted = [date for date in wanted if date.use.starts_at > moment]
    if booking.state != BookingState.CONFIRMED:
        return CancelCost({date.pk: 0 for date in wanted}, 0)
    rules = list(
        CancellationRule.objects.on(timezone.localdate(moment)).filter(
            centre__in={date.use.centre_id for date in wanted}
        )
    )
    percents = {date.pk: _percent(date, rules, moment) for date in wanted}
    quote = quoting.agreed(booking)
    total = sum(
        _share(percents[line.date_id], line.amount_cents)
        for line in (quote.lines.all() if quote else ())
        if line.date_id in percents
    )
    return CancelCost(percents, max(0, total))


def _share(percent: int, cents: int) -> int:
    """A part of an amount, half a cent up (of a discount: down)."""
    share = amount_of(Decimal(percent) / 100, abs(cents))
    return share if cents >= 0 else -share


def _percent(date: BookingDate, rules: Iterable[CancellationRule], moment: datetime) -> int:
    """The dearest rule for who calls off so shortly before."""
    ahead = date.use.starts_at - moment
    return max(
        (
            rule.percent
            for rule in rules
            if rule.centre_id == date.use.centre_id and ahead < rule.notice_hours * AN_HOUR
        ),
        default=0,
    )


@retried
def cancel(
    booking: Booking, *, reason: str = "", by: Person | None = None, free_of_charge: bool = False
) -> Booking:
    """Call off all that is still to come of a booking. Twice is harmless. `by` None: the hirer, with the link.

    What it costs (`cancel_cost`) is written on each date and charged. `free_of_charge`: staff lets it go for nothing,
    for a reason. Raises NotNow (over, or running now) and NotAllowed.
    """
    with transaction.atomic():
        now = bookings.locked(booking)
        if by is not None:
            bookings.check_planner(now, by)
        if now.state == BookingState.CANCELLED:
            return now
        if now.state not in {*LIVE_STATES, BookingState.LAPSED}:
            raise NotNow(bookings.STANDS[BookingState(now.state)])
        coming = [d for d in bookings.planned(now) if d.use.starts_at > timezone.now()]
        if not coming:
            raise NotNow(_("Deze boeking is al geweest of bezig. Bel ons."))
        cost = _cancel_dates(now, coming, reason, by=by, free_of_charge=free_of_charge)
        if now.state != BookingState.CONFIRMED:
            quoting.give_up(now)
        if now.state == BookingState.LAPSED:
            bookings.go(now, BookingState.CANCELLED, since={BookingState.LAPSED})
        bookings.settle(now)
        now.option_until = None
        now.save(update_fields=["option_until"])
        bookings.record(
            now,
            EventKind.CANCELLED,
            by=by,
            by_hirer=by is None,
            text=reason,
            tell=lambda event: emails.cancelled(event, coming, cost_cents=cost),
        )
        if by is None:
            emails.notice(now, _("De huurder heeft afgezegd."))
    return now


@retried
def cancel_date(
    date: BookingDate,
    *,
    reason: str = "",
    by: Person | None = None,
    free_of_charge: bool = False,
) -> BookingDate:
    """Call off one date of several. Raises what `cancel` raises. Twice is harmless."""
    with transaction.atomic():
        booking = bookings.locked(date.booking_id)
        if by is not None:
            bookings.check_planner(booking, by)
        now = BookingDate.objects.select_related("use__space__centre").get(pk=date.pk)
        if now.state == DateState.CANCELLED:
            return now
        if now.state != DateState.PLANNED or booking.state not in LIVE_STATES:
            raise NotNow(_("Deze datum gaat al niet door, of is al geweest."))
        if now.use.starts_at <= timezone.now():
            raise NotNow(_("Deze datum is al geweest of bezig. Bel ons."))
        cost = _cancel_dates(booking, [now], reason, by=by, free_of_charge=free_of_charge)
        bookings.settle(booking)
        if booking.state == BookingState.CANCELLED:
            quoting.give_up(booking)
        bookings.record(
            booking,
            EventKind.DATE_CANCELLED,
            date=now,
            by=by,
            by_hirer=by is None,
            text=reason,
            tell=lambda event: emails.cancelled(event, [now], cost_cents=cost),
        )
        if by is None:
            emails.notice(booking, _("De huurder heeft een datum afgezegd."))
        if booking.state in OPTION_STATES:
            booking.option_until = bookings.option_until(booking)
            booking.save(update_fields=["option_until"])
            quoting.renew(booking, by=by)
    return now


def _cancel_dates(
    booking: Booking,
    dates: Sequence[BookingDate],
    reason: str,
    *,
    by: Person | None,
    free_of_charge: bool,
) -> int:
    """Call off dates of a locked booking and return what that costs."""
    if free_of_charge and by is None:
        raise NotAllowed(_("Alleen wie de zalen plant mag de kosten laten vallen."))
    cost = CancelCost({}, 0) if free_of_charge else cancel_cost(booking, dates)
    bookings.release(dates, by=by, reason=reason)
    for one in dates:
        one.state, one.cancelled_at = DateState.CANCELLED, timezone.now()
        one.reason = reason[:REASON_LENGTH]
        one.cancel_percent = cost.percents.get(one.pk, 0)
        one.sequence += 1
        one.save(update_fields=["state", "cancelled_at", "reason", "cancel_percent", "sequence"])
    billed = InvoiceLine.objects.filter(booking_date__in=dates, released_at=None)
    if billed.filter(credited_line=None).exists():
        said = _("Er is afgezegd na de factuur. Maak een creditnota.")
        emails.notice(booking, said, key=f"billed:{dates[0].pk}")
    return cost.total_cents
