"""Quotes: made of the tariffs, completed by staff, sent with a secret link, accepted or declined once.

A version that the hirer was told never changes (trigger): a new price is a new version. What staff agrees by word of
mouth becomes a version too, so that every agreed price stands in one place: `agreed(booking)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from lokaal import bsn
from lokaal.people.models import Person
from lokaal.secret_links import hash_of, new_secret
from venue import allocating, options
from venue.allocating import retried
from venue.emails import hiring as emails
from venue.exceptions import NotNow, PriceUnknown, WrongTime
from venue.hire import bookings, deposits, pricing
from venue.hire.pricing import PriceLine
from venue.models import (
    LIVE_STATES,
    OPTION_STATES,
    Booking,
    BookingDate,
    BookingState,
    DateState,
    EventKind,
    Hold,
    LineKind,
    Quote,
    QuoteLine,
    QuoteState,
    VatCode,
    VatRate,
)
from venue.models.booking import REASON_LENGTH
from venue.money.rounding import amount_of

MOST_VERSIONS = 200
#: Bookings that must stand in an agreed price.
FIRM_STATES = (BookingState.CONFIRMED, BookingState.FINISHED)
#: A line with all of these the same is the same line in a later version.
SAME = (
    "date_id",
    "kind",
    "description",
    "quantity",
    "unit",
    "amount_cents",
    "vat_code_id",
    "tariff_id",
    "surcharge_id",
)


# Making ------------------------------------------------------------------------------------------


@retried
def draft(booking: Booking, *, by: Person) -> Quote:
    """Make the next version from the tariffs of now, or make the draft anew. Nobody is told yet.

    What has no price yet stands in `missing`; staff adds a line for it (`add_line`), or a tariff and drafts again.
    Raises NotAllowed (does not plan here) and NotNow (the booking is over).
    """
    with transaction.atomic():
        now = bookings.locked(booking)
        bookings.check_planner(now, by)
        if now.state not in {*LIVE_STATES, BookingState.LAPSED}:
            raise NotNow(bookings.STANDS[BookingState(now.state)])
        return _draft(now, by=by)


def add_line(
    quote: Quote,
    *,
    description: str,
    unit_cents: int,
    vat_code: VatCode | None,
    by: Person,
    quantity: Decimal = Decimal(1),
    unit: str = "time",
    date: BookingDate | None = None,
    waived_cents: int = 0,
) -> Quote:
    """Add a line of one's own to a draft; a negative price is a discount.

    Raises NotNow once it was told, and for a date of another booking.
    """
    with transaction.atomic():
        now = _locked_draft(quote, by)
        if date is not None and date.booking_id != now.booking_id:
            raise NotNow(_("Die datum hoort bij een andere boeking."))
        QuoteLine.objects.create(
            quote=now,
            date=date,
            date_sequence=date.sequence if date else 0,
            position=(now.lines.aggregate(last=Max("position"))["last"] or 0) + 1,
            kind=LineKind.OTHER,
            description=description,
            quantity=quantity,
            unit=unit,
            unit_cents=unit_cents,
            amount_cents=_signed_amount(quantity, unit_cents),
            waived_cents=waived_cents,
            vat_code=vat_code,
        )
        return _added_up(now)


def remove_line(line: QuoteLine, *, by: Person) -> Quote:
    """Take a line out of a draft. Raises NotNow once it was told."""
    with transaction.atomic():
        now = _locked_draft(line.quote, by)
        now.lines.filter(pk=line.pk).delete()
        return _added_up(now)


# Sending and answering ------------------------------------------------------------------------------


@retried
def send(
    quote: Quote, *, by: Person, valid_until: datetime | None = None, note: str = ""
) -> tuple[Quote, str]:
    """Send a draft to the hirer and return it with the secret of its link. The option holds as long as the quote.

    An earlier version that was sent is replaced. Raises PriceUnknown (something has no price), NotNow (told already, no
    option, no date left) and WrongTime (valid until a moment that is over, or after the first date).
    """
    with transaction.atomic():
        booking = bookings.locked(quote.booking_id)
        now = _locked_draft(quote, by)
        return now, _send(now, booking, by=by, valid_until=valid_until, note=note)


def _send(
    quote: Quote,
    booking: Booking,
    *,
    by: Person | None,
    valid_until: datetime | None = None,
    note: str = "",
) -> str:
    """Send a draft of a locked booking and return the secret of its link."""
    if booking.state not in OPTION_STATES:
        raise NotNow(_("Geef eerst een optie. Dan is de zaal vast zolang de offerte geldt."))
    dates = bookings.planned(booking)
    if not dates:
        raise NotNow(_("Er is geen datum meer over. Vraag een andere datum."))
    first = dates[0].use.starts_at
    until = booking.option_until or options.option_ends_at(booking.centre_id, first)
    until = valid_until or min(until, first)
    if until <= timezone.now():
        raise WrongTime(_("Dat is al geweest. Kies een later moment."))
    if until > first:
        raise WrongTime(_("Een offerte geldt hoogstens tot het begin van de eerste datum."))
    _check_complete(quote)
    bsn.check_none(note)
    secret = new_secret()
    booking.quotes.filter(state=QuoteState.SENT).update(state=QuoteState.REPLACED)
    quote.state, quote.valid_until, quote.note = QuoteState.SENT, until, note
    quote.secret_hash = hash_of(secret)
    quote.sealed_at = quote.sent_at = timezone.now()
    quote.by = by
    quote.save()
    held = [date.use for date in dates if date.use.hold == Hold.OPTION]
    if held:
        allocating.hold_each(held, Hold.OPTION, until=until)
        booking.option_until = until
    booking.is_class_checked = True
    booking.save(update_fields=["option_until", "is_class_checked"])
    bookings.go(booking, BookingState.QUOTED, since=OPTION_STATES)
    bookings.record(
        booking,
        EventKind.QUOTED,
        by=by,
        text=quote.number,
        tell=lambda event: emails.quoted(event, quote, secret=secret),
    )
    return secret


@retried
def accept(quote: Quote, *, by: Person | None = None) -> Booking:
    """Say yes to a quote: every date becomes firm, or none. `by` None: the hirer, with the link. Twice is harmless.

    After the option ran out it still works as long as nobody else has the room. Raises NotNow (replaced, declined or
    over), Taken (somebody else has the room, or their option is not over), NotAllowed (alcohol; not a planner).
    """
    with transaction.atomic():
        booking = bookings.locked(quote.booking_id)
        if by is not None:
            bookings.check_planner(booking, by)
        now = _locked(quote)
        if now.state == QuoteState.ACCEPTED:
            return booking
        _check_open(now)
        if booking.state not in {*OPTION_STATES, BookingState.LAPSED}:
            raise NotNow(bookings.STANDS[BookingState(booking.state)])
        _seal_as_accepted(now, by)
        return bookings.firm(booking, by=by, by_hirer=by is None)


@retried
def decline(quote: Quote, *, reason: str = "", by: Person | None = None) -> Booking:
    """Say no to a quote, with the reason: the room is free again. Twice is harmless. Raises NotNow."""
    with transaction.atomic():
        booking = bookings.locked(quote.booking_id)
        if by is not None:
            bookings.check_planner(booking, by)
        now = _locked(quote)
        if now.state == QuoteState.DECLINED:
            return booking
        _check_open(now)
        now.state, now.answered_at, now.answered_by = QuoteState.DECLINED, timezone.now(), by
        now.decline_reason = reason[:REASON_LENGTH]
        now.save(update_fields=["state", "answered_at", "answered_by", "decline_reason"])
        if booking.state in OPTION_STATES:
            dates = bookings.planned(booking)
            bookings.release(dates)
            BookingDate.objects.filter(pk__in=[date.pk for date in dates]).update(
                state=DateState.CANCELLED, cancelled_at=timezone.now()
            )
            bookings.go(booking, BookingState.CANCELLED, since=OPTION_STATES)
        bookings.record(
            booking,
            EventKind.QUOTE_DECLINED,
            by=by,
            by_hirer=by is None,
            text=reason,
            tell=emails.quote_declined,
        )
    return booking


def find_by_secret(pk: UUID, secret: str) -> Quote | None:
    """Return the quote whose link this is, with its page; None for a wrong, shortened or foreign link."""
    quote = Quote.objects.with_page().filter(pk=pk).first()
    return quote if quote and quote.has_secret(secret) else None


# What was agreed ------------------------------------------------------------------------------------


def agreed(booking: Booking) -> Quote | None:
    """The version that holds: what the invoice is made of."""
    return booking.quotes.with_page().filter(state=QuoteState.ACCEPTED).first()


def agree(booking: Booking, *, by: Person) -> Quote:
    """Write down the price of now as agreed, without sending it. For a locked booking.

    Lines of dates that were agreed before and did not change stay as they were, also when tariffs changed since.
    Raises PriceUnknown.
    """
    before = agreed(booking)
    now = _draft(booking, by=by, before=before)
    _check_complete(now)
    booking.quotes.filter(state=QuoteState.SENT).update(state=QuoteState.REPLACED)
    _seal_as_accepted(now, by)
    return now


@retried
def agree_again(booking: Booking, *, by: Person) -> Quote | None:
    """Give the dates of a firm booking that stand in no agreed price theirs, from the tariffs. Twice is harmless.

    Raises PriceUnknown (then nothing changed), NotNow (not firm) and NotAllowed.
    """
    with transaction.atomic():
        now = bookings.locked(booking)
        bookings.check_planner(now, by)
        if now.state not in FIRM_STATES:
            raise NotNow(bookings.STANDS[BookingState(now.state)])
        if not now.dates.without_agreed_price().exists():
            return agreed(now)
        return agree(now, by=by)


def renew(booking: Booking, *, by: Person | None, changed: Sequence[BookingDate] = ()) -> bool:
    """Send the version that follows the one that was sent, now that dates are gone or `changed`. For a locked booking.

    Returns whether the price is another. What it says of other dates, and of the whole booking, stays. Where a price is
    missing, or was made by hand, staff completes the new version; what was offered does not hold any more.
    """
    told = booking.quotes.filter(state=QuoteState.SENT).first()
    if told is None or booking.has_lapsed:
        return False
    with transaction.atomic():
        draft = _draft(booking, by=by, before=told)
        if not draft.missing and _said(draft) == _said(told):
            transaction.set_rollback(True)
            return False
    if draft.missing or told.lines.filter(kind=LineKind.OTHER, date__in=changed).exists():
        booking.quotes.filter(state=QuoteState.SENT).update(state=QuoteState.REPLACED)
        bookings.go(booking, BookingState.OPTION, since=OPTION_STATES)
        return True
    _send(draft, booking, by=by, note=told.note)
    return draft.total_cents != told.total_cents


def _said(quote: Quote) -> list[tuple[object, ...]]:
    """What the lines of a quote say, whatever their order."""
    return sorted(quote.lines.values_list(*SAME), key=str)


def give_up(booking: Booking) -> None:
    """Nothing that was offered holds any more: the booking is over before it was agreed. For a locked booking."""
    booking.quotes.filter(state=QuoteState.DRAFT).delete()
    booking.quotes.filter(state=QuoteState.SENT).update(state=QuoteState.REPLACED)


def _seal_as_accepted(quote: Quote, by: Person | None) -> None:
    accepted = quote.booking.quotes.filter(state=QuoteState.ACCEPTED).exclude(pk=quote.pk)
    accepted.update(state=QuoteState.REPLACED)
    quote.state, quote.answered_at, quote.answered_by = QuoteState.ACCEPTED, timezone.now(), by
    if quote.sealed_at is None:
        quote.sealed_at = quote.answered_at
        quote.by = by
        quote.save()
    else:
        quote.save(update_fields=["state", "answered_at", "answered_by"])
    deposits.ask_once(quote.booking, quote.deposit_cents, by=by)


def _draft(booking: Booking, *, by: Person | None, before: Quote | None = None) -> Quote:
    """The draft of a locked booking, its lines made anew. `before`: lines of dates that did not change are its."""
    with override(booking.hirer.language):
        price = pricing.price(_to_price(booking), booking.tariff_class)
        quote = booking.quotes.filter(state=QuoteState.DRAFT).first()
        if quote is None:
            last = booking.quotes.aggregate(last=Max("version"))["last"] or 0
            if last >= MOST_VERSIONS:
                raise NotNow(_("Er zijn al te veel offertes. Maak een nieuwe boeking."))
            quote = Quote(booking=booking, version=last + 1)
        quote.language = booking.hirer.language
        quote.class_name, quote.why = price.tariff_class.shown_name, price.why[:400]
        quote.deposit_cents = price.deposit_cents
        quote.by = by
        quote.save()
        quote.lines.all().delete()
        kept = _kept(quote, before)
        same = {line.date_id for line in kept}
        fresh = [
            _line(quote, line, stay.stay.booking_date, before)
            for stay in price.stays
            for line in stay.lines
            if stay.stay.booking_date is None or stay.stay.booking_date.pk not in same
        ]
        if before is not None:
            quote.deposit_cents = max(quote.deposit_cents, before.deposit_cents)
        for position, line in enumerate([*kept, *fresh], start=1):
            line.position = position
        QuoteLine.objects.bulk_create([*kept, *fresh])
        return _added_up(quote)


def _to_price(booking: Booking) -> list[BookingDate]:
    """The dates that are to be held, and those that were held while nobody had agreed their price."""
    over = booking.dates.without_agreed_price().exclude(state=DateState.PLANNED).with_price_facts()
    dates = [*bookings.planned(booking), *over.select_related("use__space__centre")]
    return sorted(dates, key=lambda date: (date.use.starts_at, date.pk))


def _line(
    quote: Quote, line: PriceLine, date: BookingDate | None, before: Quote | None
) -> QuoteLine:
    """A line of a calculation. Where the version before held the very same one, it stays that line for the invoice."""
    made = QuoteLine(
        quote=quote,
        date=date,
        date_sequence=date.sequence if date else 0,
        kind=line.kind,
        description=line.description[:200],
        quantity=line.quantity,
        unit=line.unit,
        unit_cents=line.unit_cents,
        amount_cents=line.amount_cents,
        waived_cents=line.waived_cents,
        vat_code=line.vat_code,
        tariff=line.tariff,
        surcharge=line.surcharge,
    )
    for old in before.lines.all() if before else ():
        if all(getattr(old, name) == getattr(made, name) for name in SAME):
            made.original_id = old.original_id or old.pk
    return made


def _kept(quote: Quote, before: Quote | None) -> list[QuoteLine]:
    """Copies of the agreed lines, but for those of dates that are to be held otherwise than was agreed."""
    if before is None:
        return []
    lines = before.lines.select_related("date__use").order_by("position", "id")
    return [
        QuoteLine(
            quote=quote,
            date=line.date,
            date_sequence=line.date_sequence,
            kind=line.kind,
            description=line.description,
            quantity=line.quantity,
            unit=line.unit,
            unit_cents=line.unit_cents,
            amount_cents=line.amount_cents,
            waived_cents=line.waived_cents,
            vat_code_id=line.vat_code_id,
            tariff_id=line.tariff_id,
            surcharge_id=line.surcharge_id,
            original_id=line.original_id or line.pk,
        )
        for line in lines
        if line.date is None
        or (line.date.state != DateState.PLANNED and before.state == QuoteState.ACCEPTED)
        or (
            line.date.state == DateState.PLANNED
            and (line.date.sequence == line.date_sequence or line.date.is_price_kept)
        )
    ]


def _added_up(quote: Quote) -> Quote:
    """Count the lines of a draft, and say what is missing."""
    lines = list(quote.lines.all())
    total = sum(line.amount_cents for line in lines)
    quote.total_cents = max(0, total)
    quote.waived_cents = sum(line.waived_cents for line in lines)
    quote.missing = "\n".join(_missing(quote, lines))[:2000]
    if total < 0:
        quote.missing = _("De korting is hoger dan de prijs.")
    quote.save(update_fields=["total_cents", "waived_cents", "missing", "deposit_cents"])
    return quote


def _missing(quote: Quote, lines: Iterable[QuoteLine]) -> list[str]:
    """What staff must look at: dates without any line, and VAT that is not known on the day."""
    lines = list(lines)
    dates = {date.pk: date for date in _to_price(quote.booking)}
    priced = {line.date_id for line in lines}
    said = [
        pricing.no_price(pricing.stay_of(date)) for pk, date in dates.items() if pk not in priced
    ]
    codes = {line.vat_code_id for line in lines if line.vat_code_id}
    rates = list(VatRate.objects.filter(vat_code__in=codes))
    first = next(iter(dates.values()), None)
    for line in lines:
        on = dates.get(line.date_id) if line.date_id else first
        if not line.amount_cents or on is None:
            continue
        stay = pricing.stay_of(on)
        if not any(r.vat_code_id == line.vat_code_id and r.holds_on(stay.day) for r in rates):
            said.append(pricing.no_rate(stay))
    return list(dict.fromkeys(said))


def _check_complete(quote: Quote) -> None:
    if quote.missing:
        raise PriceUnknown(quote.missing.splitlines()[0])


def _check_open(quote: Quote) -> None:
    match quote.state:
        case QuoteState.DRAFT:
            raise NotNow(_("Deze offerte is nog niet verstuurd."))
        case QuoteState.REPLACED:
            raise NotNow(_("Er is een nieuwere offerte. Kijk in je laatste bericht."))
        case QuoteState.DECLINED:
            raise NotNow(_("Je hebt nee gezegd tegen deze offerte. Bel ons als dat anders is."))
        case QuoteState.ACCEPTED:
            raise NotNow(_("Deze offerte is al aangenomen."))


def _locked(quote: Quote) -> Quote:
    return (
        Quote.objects.select_for_update(of=("self",), no_key=True)
        .select_related("booking__hirer", "booking__centre")
        .get(pk=quote.pk)
    )


def _locked_draft(quote: Quote, by: Person) -> Quote:
    now = _locked(quote)
    bookings.check_planner(now.booking, by)
    if now.state != QuoteState.DRAFT:
        raise NotNow(_("Deze offerte is al verstuurd. Maak een nieuwe versie."))
    return now


def _signed_amount(quantity: Decimal, unit_cents: int) -> int:
    """Half a cent goes away from zero, for a discount too."""
    amount = amount_of(quantity, abs(unit_cents))
    return amount if unit_cents >= 0 else -amount
