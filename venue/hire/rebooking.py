"""Another time, room or number of people for a date of a booking: the hirer asks, staff says yes or no.

Until then nothing changes. A yes moves the room, lets the orders follow, and makes a new version of the price when that
is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lokaal.people.models import Person
from venue import allocating, perms, series
from venue.allocating import retried
from venue.emails import hiring as emails
from venue.exceptions import NotAllowed, NotNow, WrongTime
from venue.food import catering
from venue.hire import bookings, house_rules, pricing, quoting
from venue.hire.pricing import Price
from venue.models import (
    LIVE_STATES,
    Booking,
    BookingDate,
    BookingState,
    ChangeRequest,
    ChangeState,
    DateState,
    EventKind,
    InvoiceLine,
    Space,
    Use,
)
from venue.models.booking import REASON_LENGTH


@dataclass(frozen=True)
class SeriesRebooked:
    """What became of each date of a change, whether the price changed, and the orders that could not follow."""

    dates: Sequence[series.Changed]
    is_price_changed: bool
    stayed_behind: Sequence[catering.Followed] = ()


@dataclass(frozen=True)
class Rebooked:
    """A date as it is now, whether its price changed, and the orders that could not follow, each with the reason."""

    date: BookingDate
    is_price_changed: bool
    stayed_behind: Sequence[catering.Followed] = ()


def price_after(change: ChangeRequest) -> Price:
    """What the date would cost when the change is made, for the class of the booking."""
    date = BookingDate.objects.with_price_facts().select_related("booking").get(pk=change.date_id)
    stay = replace(
        pricing.stay_of(date),
        space=change.space,
        starts_at=change.starts_at,
        ends_at=change.ends_at,
        layout=change.layout,
    )
    return pricing.price(stay, date.booking.tariff_class)


def ask(
    date: BookingDate,
    *,
    space: Space,
    starts_at: datetime,
    ends_at: datetime,
    people: int,
    layout: str = "",
    note: str = "",
    by: Person | None = None,
) -> ChangeRequest:
    """Ask for a date to be otherwise (times UTC). An earlier question about it is replaced.

    Raises NotNow (over, or not going on), WrongTime, DoesNotFit, NotAllowed (a room that is not for hire).
    """
    with transaction.atomic():
        booking = bookings.locked(date.booking_id)
        now = _planned(date, booking)
        if starts_at <= timezone.now():
            raise WrongTime(_("Dat is al geweest. Kies een later moment."))
        if by is None and not (space.is_for_hire and space.is_active):
            raise NotAllowed(_("Deze zaal is niet te huur. Kies een andere zaal."))
        wanted = replace(
            allocating.wanted_of(now.use),
            space=space,
            starts_at=starts_at,
            ends_at=ends_at,
            people=people,
            layout=layout,
            before_minutes=None,
            after_minutes=None,
        )
        allocating.check(wanted)
        now.changes.filter(state=ChangeState.OPEN).update(
            state=ChangeState.WITHDRAWN, answered_at=timezone.now()
        )
        change = ChangeRequest.objects.create(
            date=now,
            space=space,
            starts_at=starts_at,
            ends_at=ends_at,
            people=people,
            layout=layout,
            note=note,
        )
        bookings.record(
            booking,
            EventKind.CHANGE_ASKED,
            date=now,
            by=by,
            by_hirer=by is None,
            text=note,
        )
        if by is None:
            emails.notice(booking, _("De huurder vraagt een verandering."))
    return change


def withdraw(change: ChangeRequest, *, by: Person | None = None) -> ChangeRequest:
    """Take a question back. Twice is harmless. Raises NotNow when it was answered."""
    with transaction.atomic():
        bookings.locked(change.date.booking_id)
        now = ChangeRequest.objects.get(pk=change.pk)
        if now.state == ChangeState.WITHDRAWN:
            return now
        return _answered(now, ChangeState.WITHDRAWN, by=by)


@retried
def accept(change: ChangeRequest, *, by: Person, hours_reason: str = "") -> Rebooked:
    """Do as was asked. Twice is harmless. Raises Taken (with alternatives) and whatever else allocating.change raises,
    PriceUnknown (a firm booking keeps its price until the new one is known), NotNow, NotAllowed.
    """
    with transaction.atomic():
        booking = bookings.locked(change.date.booking_id, centres=[change.space.centre])
        bookings.check_planner(booking, by)
        now = ChangeRequest.objects.select_related("space__centre", "date").get(pk=change.pk)
        if now.state == ChangeState.ACCEPTED:
            return Rebooked(now.date, is_price_changed=False)
        _check_open(now)
        fields: dict[str, Any] = {
            "space": now.space,
            "starts_at": now.starts_at,
            "ends_at": now.ends_at,
            "layout": now.layout,
            "people": now.people,
        }
        if hours_reason:
            fields |= {"hours_reason": hours_reason, "by": by}
        done = _changed(booking, now.date, fields, by=by)
        _answered(now, ChangeState.ACCEPTED, by=by)
    return done


@retried
def change(date: BookingDate, *, by: Person, keeps_price: bool = False, **fields: Any) -> Rebooked:
    """Staff changes a date at once (fields of allocating.Wanted), as agreed by phone. Raises what `accept` raises.

    `keeps_price`: it is the house that needs it otherwise, so what was agreed stays.
    """
    space = fields.get("space")
    with transaction.atomic():
        booking = bookings.locked(date.booking_id, centres=[space.centre] if space else ())
        bookings.check_planner(booking, by)
        return _changed(booking, date, {**fields, "by": by}, by=by, keeps_price=keeps_price)


@retried
def change_series(
    date: BookingDate, scope: series.Scope, *, by: Person, keeps_price: bool = False, **changes: Any
) -> SeriesRebooked:
    """Staff changes a date of a series, it and the following, or all that are to come (`changes`: of series.change).

    Each date on its own: one that is taken, or stands on an invoice, stays as it was and says why. One new price and
    one message for all of them. Raises PriceUnknown, NotAllowed and NotNow; then nothing changed.
    """
    space = changes.get("space")
    with transaction.atomic():
        booking = bookings.locked(date.booking_id, centres=[space.centre] if space else ())
        _check_planner(booking, by, space)
        if booking.state not in LIVE_STATES:
            raise NotNow(bookings.STANDS[BookingState(booking.state)])
        found = series.change(
            date, scope, refuse=_invoiced(booking, keeps_price=keeps_price), by=by, **changes
        )
        dates = [one.date for one in found if one.refusal is None]
        if not dates:
            return SeriesRebooked(found, is_price_changed=False)
        BookingDate.objects.filter(pk__in=[one.pk for one in dates]).update(
            is_price_kept=keeps_price
        )
        _check_rules(booking, dates)
        followed = [one for on in dates for one in catering.moved(on.use, by=by)]
        is_price_changed = not keeps_price and _new_price(booking, dates, by=by)
        _follow_option(booking)
        bookings.record(
            booking,
            EventKind.CHANGED,
            by=by,
            tell=lambda event: emails.dates_changed(
                event, dates, is_price_changed=is_price_changed
            ),
        )
    return SeriesRebooked(found, is_price_changed, [one for one in followed if one.refusal])


def dates_in(date: BookingDate) -> dict[series.Scope, int]:
    """How many dates a change is for, by scope. Empty for a date that stands alone: there is nothing to choose."""
    if date.series_id is None:
        return {}
    coming = BookingDate.objects.planned().filter(
        series=date.series_id, use__starts_at__gt=timezone.now()
    )
    starts = list(coming.values_list("use__starts_at", flat=True))
    if len(starts) < 2:
        return {}
    following = sum(one >= date.use.starts_at for one in starts)
    return {series.Scope.THIS: 1, series.Scope.FOLLOWING: following, series.Scope.ALL: len(starts)}


def preview_series(
    date: BookingDate, scope: series.Scope, *, by: Person, keeps_price: bool = False, **changes: Any
) -> list[series.Previewed]:
    """What `change_series` would do with each date: free, taken, closed, or stays as it was. Writes nothing.

    Raises NotNow when the date itself has begun.
    """
    refuse = _invoiced(date.booking, keeps_price=keeps_price)
    return series.preview_change(date, scope, for_staff=True, refuse=refuse, by=by, **changes)


def swapped(use: Use, *, was: Space, by: Person | None = None) -> None:
    """Tell the hirer, if any, that staff gave a use another room. What was agreed stays. For a transaction."""
    date = BookingDate.objects.filter(use=use).first()
    if date is None:
        return
    booking = bookings.locked(date.booking_id)
    _check_rules(booking, [date])
    date.sequence += 1
    date.is_price_kept = True
    date.save(update_fields=["sequence", "is_price_kept"])
    bookings.record(
        booking,
        EventKind.CHANGED,
        date=date,
        by=by,
        tell=lambda event: emails.changed(
            event, was=(use.starts_at, use.ends_at, was), is_price_changed=False
        ),
    )


@retried
def skip(date: BookingDate, *, reason: str = "", by: Person) -> BookingDate:
    """Leave out one date of several, at no cost, and tell the hirer. It can come back (`bring_back`).

    Twice is harmless. Raises NotNow (over, on an invoice, or the last date that is left) and NotAllowed.
    """
    with transaction.atomic():
        booking = _live(date.booking_id, by)
        if BookingDate.objects.get(pk=date.pk).state == DateState.SKIPPED:
            return date
        now = _planned(date, booking)
        refusal = _on_an_invoice(now)
        if refusal is not None:
            raise refusal
        if not booking.dates.planned().exclude(pk=now.pk).exists():
            raise NotNow(_("Dit is de enige datum. Zeg de hele boeking af."))
        catering.let_go(now.use, by=by, reason=reason)
        skipped = series.skip(now, reason=reason)
        _follow_option(booking)
        bookings.record(
            booking,
            EventKind.SKIPPED,
            date=skipped,
            by=by,
            text=reason,
            tell=emails.date_skipped,
        )
        quoting.renew(booking, by=by)
    return skipped


@retried
def bring_back(date: BookingDate, *, by: Person) -> BookingDate:
    """Plan a date after all that was refused or skipped, with its price, and tell the hirer. Twice is harmless.

    Raises what series.bring_back raises, PriceUnknown, NotNow (the booking is over) and NotAllowed.
    """
    with transaction.atomic():
        booking = _live(date.booking_id, by)
        if BookingDate.objects.get(pk=date.pk).state == DateState.PLANNED:
            return date
        back = series.bring_back(date)
        _came_back(booking, [back], by=by)
    return back


@retried
def offer_again(booking: Booking, *, by: Person) -> list[BookingDate]:
    """Try all refused dates of the series of a booking once more; return those that are planned now."""
    with transaction.atomic():
        now = _live(booking.pk, by)
        found = [one for row in now.series.all() for one in series.offer_again(row)]
        back = [one.date for one in found if one.refusal is None]
        _came_back(now, back, by=by)
    return back


def _live(pk: UUID, by: Person) -> Booking:
    booking = bookings.locked(pk)
    bookings.check_planner(booking, by)
    if booking.state not in LIVE_STATES:
        raise NotNow(bookings.STANDS[BookingState(booking.state)])
    return booking


def _came_back(booking: Booking, dates: Sequence[BookingDate], *, by: Person) -> None:
    if not dates:
        return
    _check_rules(booking, dates)
    _new_price(booking, dates, by=by)
    for date in dates:
        bookings.record(booking, EventKind.CAME_BACK, date=date, by=by, tell=emails.date_came_back)


def decline(change: ChangeRequest, *, reason: str, by: Person) -> ChangeRequest:
    """Say no, with the reason: the date stays as it was. Twice is harmless. Raises NotNow and NotAllowed."""
    if not reason.strip():
        raise NotNow(_("Schrijf op waarom het niet kan. De huurder leest dat."))
    with transaction.atomic():
        booking = bookings.locked(change.date.booking_id)
        bookings.check_planner(booking, by)
        now = ChangeRequest.objects.select_related("date__use__space").get(pk=change.pk)
        if now.state == ChangeState.DECLINED:
            return now
        _answered(now, ChangeState.DECLINED, by=by, reason=reason)
        bookings.record(
            booking,
            EventKind.CHANGE_DECLINED,
            date=now.date,
            by=by,
            text=reason,
            tell=emails.change_declined,
        )
    return now


def _changed(
    booking: Booking,
    date: BookingDate,
    fields: Mapping[str, Any],
    *,
    by: Person,
    keeps_price: bool = False,
) -> Rebooked:
    """Change a date of a locked booking, and what hangs on it."""
    now = _planned(date, booking)
    _check_planner(booking, by, fields.get("space"))
    refusal = _on_an_invoice(now)
    if refusal and booking.state == BookingState.CONFIRMED and not keeps_price:
        raise refusal
    was = now.use.starts_at, now.use.ends_at, now.use.space
    use = allocating.change(now.use, **fields)
    now.use = use
    now.sequence += 1
    now.is_price_kept = keeps_price
    now.save(update_fields=["sequence", "is_price_kept"])
    _check_rules(booking, [now])
    followed = catering.moved(use, by=by)
    is_price_changed = not keeps_price and _new_price(booking, [now], by=by)
    _follow_option(booking)
    bookings.record(
        booking,
        EventKind.CHANGED,
        date=now,
        by=by,
        tell=lambda event: emails.changed(event, was=was, is_price_changed=is_price_changed),
    )
    return Rebooked(now, is_price_changed, [one for one in followed if one.refusal])


def _new_price(booking: Booking, dates: Sequence[BookingDate], *, by: Person) -> bool:
    """Make the version of the price that follows from these dates; True when it is another price than was told."""
    told = quoting.agreed(booking)
    if told is None:
        return quoting.renew(booking, by=by, changed=dates)
    return quoting.agree(booking, by=by).total_cents != told.total_cents


def _follow_option(booking: Booking) -> None:
    if booking.option_until is not None:
        booking.option_until = bookings.option_until(booking)
        booking.save(update_fields=["option_until"])


def _check_planner(booking: Booking, by: Person, space: Space | None) -> None:
    """Raise NotAllowed unless this person plans the rooms of the house of the booking, and of where a date goes."""
    bookings.check_planner(booking, by)
    if space is not None and not perms.can_plan(by, space.centre):
        raise NotAllowed(_("Dit doet iemand die de zalen plant."))


def _check_rules(booking: Booking, dates: Sequence[BookingDate]) -> None:
    """Raise NotAllowed when alcohol cannot be served on a date of a firm booking as it is now."""
    if booking.state == BookingState.CONFIRMED:
        house_rules.check(booking, [pricing.stay_of(date) for date in dates])


def _planned(date: BookingDate, booking: Booking) -> BookingDate:
    now = BookingDate.objects.select_related("use__space__centre", "use__by").get(pk=date.pk)
    if booking.state not in LIVE_STATES:
        raise NotNow(bookings.STANDS[BookingState(booking.state)])
    if now.state != DateState.PLANNED:
        raise NotNow(_("Deze datum gaat al niet door, of is al geweest."))
    if now.use.starts_at <= timezone.now():
        raise NotNow(_("Deze datum is al geweest of bezig. Bel ons."))
    return now


def _on_an_invoice(date: BookingDate) -> NotNow | None:
    lines = InvoiceLine.objects.filter(booking_date=date, released_at=None, credited_line=None)
    return _why_invoiced() if lines.exists() else None


def _invoiced(booking: Booking, *, keeps_price: bool) -> Callable[[BookingDate], NotNow | None]:
    """Why a date of a booking may not be changed: it stands on an invoice. One query for all of them."""
    if keeps_price or booking.state != BookingState.CONFIRMED:
        return lambda _date: None
    lines = InvoiceLine.objects.filter(
        booking_date__booking=booking, released_at=None, credited_line=None
    )
    on_an_invoice = set(lines.values_list("booking_date_id", flat=True))
    return lambda one: _why_invoiced() if one.pk in on_an_invoice else None


def _why_invoiced() -> NotNow:
    return NotNow(_("Deze datum staat op een factuur. Maak daar eerst een creditnota van."))


def _check_open(change: ChangeRequest) -> None:
    if change.state != ChangeState.OPEN:
        raise NotNow(_("Deze vraag is al beantwoord of ingetrokken."))


def _answered(
    change: ChangeRequest, state: ChangeState, *, by: Person | None, reason: str = ""
) -> ChangeRequest:
    _check_open(change)
    change.state, change.answered_at, change.by = state, timezone.now(), by
    change.reason = reason[:REASON_LENGTH]
    change.save(update_fields=["state", "answered_at", "by", "reason"])
    return change
