"""Hiring, from the answer to a question to the day itself: option, firm, held; or declined or lapsed.

One function per step; each says who did it (`by`; None: the house itself), writes history, and tells the hirer in the
same transaction. Before this comes hire.requesting; prices and answers to them are in hire.quoting, changes of a date
in venue.hire.rebooking, calling off in venue.hire.cancelling, the key in venue.hire.handing_over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lokaal.exceptions import Refusal
from lokaal.people.models import Person
from venue import allocating, options, searching
from venue.allocating import retried
from venue.emails import hiring as emails
from venue.exceptions import NotFree, NotNow, WrongTime
from venue.food import catering
from venue.hire import bookings, quoting
from venue.models import (
    LIVE_STATES,
    OPTION_STATES,
    Booking,
    BookingDate,
    BookingState,
    DateState,
    EventKind,
    Hold,
    Quote,
    QuoteState,
    TariffClass,
    Use,
)
from venue.models.booking import REASON_LENGTH

# Option ------------------------------------------------------------------------------------------


@retried
def give_option(booking: Booking, *, by: Person, until: datetime | None = None) -> Booking:
    """Hold the rooms of a request until a moment (UTC; as long as the house gives an option). Longer, too: again.

    A date on which another's option stands waits behind it, and gets an option of its own when that one goes. A date
    that is firmly somebody else's is refused with the reason; when that is so for all, Taken is raised and nothing
    changed. Raises NotAllowed, NotNow and WrongTime (a moment that is over, or after the first date begins).
    """
    with transaction.atomic():
        now = bookings.locked(booking)
        bookings.check_planner(now, by)
        if now.state not in {BookingState.REQUEST, *OPTION_STATES, BookingState.LAPSED}:
            raise NotNow(bookings.STANDS[BookingState(now.state)])
        dates = bookings.planned(now)
        if not dates or dates[0].use.starts_at <= timezone.now():
            raise NotNow(_("Deze datum is al geweest. Vraag een andere datum."))
        first = dates[0].use.starts_at
        until = until or _whole_hour(options.option_ends_at(now.centre_id, first), first)
        if until <= timezone.now():
            raise WrongTime(_("Dat is al geweest. Kies een later moment."))
        if until > first:
            raise WrongTime(_("Een optie geldt hoogstens tot het begin van de eerste datum."))
        refusals = [refusal for date in dates if (refusal := _held(date, until))]
        if len(refusals) == len(dates):
            raise refusals[0]
        now.option_until = bookings.option_until(now)
        now.save(update_fields=["option_until"])
        was_quoted = now.quotes.filter(state=QuoteState.SENT).exists()
        waits = now.option_until is None
        bookings.go(
            now,
            BookingState.QUOTED if was_quoted else BookingState.OPTION,
            since={BookingState.REQUEST, *OPTION_STATES, BookingState.LAPSED},
        )
        bookings.record(
            now,
            EventKind.WAITING if waits else EventKind.OPTION,
            by=by,
            tell=emails.waiting if waits else emails.option,
        )
        if refusals:
            quoting.renew(now, by=by)
    return now


def _whole_hour(moment: datetime, latest: datetime) -> datetime:
    """The next whole hour, which is easier to say; not later than `latest`."""
    return min(latest, (moment + timedelta(minutes=59)).replace(minute=0, second=0, microsecond=0))


def _held(date: BookingDate, until: datetime) -> Refusal | None:
    """Hold the room of a date, or let it wait behind another's option. Returns why neither can be."""
    try:
        allocating.hold(date.use, Hold.OPTION, until=until)
    except NotFree as refusal:
        wanted = allocating.wanted_of(date.use)
        checked = searching.check_each([wanted], for_staff=True, besides=[date.use.pk])[0]
        if checked.use is not None and checked.use.hold == Hold.OPTION:
            allocating.hold(date.use, Hold.WAITING)
            return None
        bookings.release([date], reason=str(refusal))
        date.state = DateState.REFUSED
        date.reason = str(refusal)[:REASON_LENGTH]
        date.sequence += 1
        date.save(update_fields=["state", "reason", "sequence"])
        return bookings.with_alternatives(wanted, refusal)
    return None


def options_changed(*, released: Iterable[UUID], promoted: Iterable[UUID]) -> None:
    """Let bookings follow what became of their options (job `venue.options_changed`). Twice is harmless.

    Looks at what is true by now: an option that was given again, or a room that became firm, is left alone.
    """
    released, promoted = set(released), set(promoted)
    keys = (
        Booking.objects.filter(dates__use__in=released | promoted, state__in=OPTION_STATES)
        .distinct()
        .order_by("id")
        .values_list("pk", flat=True)
    )
    for key in list(keys):
        _follow_options(key, released, promoted)


@retried
def _follow_options(key: UUID, released: Collection[UUID], promoted: Collection[UUID]) -> None:
    with transaction.atomic():
        booking = bookings.locked(key)
        if booking.state not in OPTION_STATES:
            return
        dates = bookings.planned(booking)
        gone = [date for date in dates if date.use_id in released and _is_gone(date)]
        given = [d for d in dates if d.use_id in promoted and d.use.is_blocking]
        given = [date for date in given if not _is_told(date)]
        if len(gone) == len(dates):
            bookings.go(booking, BookingState.LAPSED, since=OPTION_STATES)
            _let_go_of_food(dates)
            bookings.record(booking, EventKind.LAPSED, tell=emails.lapsed)
            emails.notice(booking, _("De optie is verlopen. De zaal is weer vrij."))
            return
        for date in gone:
            date.state, date.reason = DateState.REFUSED, _("De optie is verlopen.")
            date.save(update_fields=["state", "reason"])
            catering.let_go(date.use, reason=date.reason)
            bookings.record(booking, EventKind.LAPSED, date=date, tell=emails.date_lapsed)
        booking.option_until = bookings.option_until(booking)
        booking.save(update_fields=["option_until"])
        for date in given:
            bookings.record(booking, EventKind.PROMOTED, date=date, tell=emails.promoted)
        if gone:
            quoting.renew(booking, by=None)


def _let_go_of_food(dates: Iterable[BookingDate]) -> None:
    """What the kitchen would make is free for others too; who says yes after all orders anew."""
    catering.let_go_each([date.use for date in dates], reason=_("De optie is verlopen."))


def _is_told(date: BookingDate) -> bool:
    """Whether the hirer heard of the option that the date holds now."""
    since = date.use.changed_at
    return date.events.filter(kind=EventKind.PROMOTED, at__gte=since).exists()


def _is_gone(date: BookingDate) -> bool:
    return date.use.hold in {Hold.RELEASED, Hold.OPTION} and not date.use.is_blocking


# What the clock does ------------------------------------------------------------------------------


def remind_of_options(*, within: timedelta = timedelta(days=2)) -> int:
    """Remind hirers whose option or quote runs out soon, once for each moment it runs out. Returns how many."""
    keys = list(
        Booking.objects.about_to_lapse(within=within)
        .filter(option_until__gt=timezone.now())
        .values_list("pk", flat=True)
    )
    return sum(_reminded(key, within) for key in keys)


def _reminded(key: UUID, within: timedelta) -> bool:
    with transaction.atomic():
        booking = bookings.locked(key)
        until = booking.option_until
        if booking.state not in OPTION_STATES or until is None or until > timezone.now() + within:
            return False
        if booking.events.filter(kind=EventKind.REMINDED, at__gt=booking.state_changed_at).exists():
            return False
        bookings.record(booking, EventKind.REMINDED, tell=emails.reminded)
    return True


def close_unanswered() -> int:
    """Close what was never answered in time: all its dates have begun. Returns how many. Twice is harmless."""
    over = (
        Booking.objects.filter(state__in=[BookingState.REQUEST, *OPTION_STATES])
        .exclude(dates__in=BookingDate.objects.planned().filter(use__starts_at__gt=timezone.now()))
        .order_by("id")
        .values_list("pk", flat=True)
    )
    return sum(_closed(key) for key in list(over))


@retried
def _closed(key: UUID) -> bool:
    with transaction.atomic():
        booking = bookings.locked(key)
        dates = bookings.planned(booking)
        is_open = booking.state in {BookingState.REQUEST, *OPTION_STATES}
        if not is_open or any(date.use.starts_at > timezone.now() for date in dates):
            return False
        was_asked = booking.state == BookingState.REQUEST
        bookings.release(dates)
        bookings.go(booking, BookingState.LAPSED, since={BookingState.REQUEST, *OPTION_STATES})
        _let_go_of_food(dates)
        if was_asked:
            bookings.record(booking, EventKind.UNANSWERED, tell=emails.unanswered)
        else:
            bookings.record(booking, EventKind.LAPSED, tell=emails.lapsed)
    return True


@retried
def offer(quote: Quote, *, by: Person, until: datetime | None = None, note: str = "") -> Quote:
    """Hold the rooms, where nothing is held yet, and send the price: both or neither.

    Raises what `give_option` and quoting.send raise.
    """
    with transaction.atomic():
        booking = bookings.locked(quote.booking_id)
        if booking.state not in OPTION_STATES:
            give_option(booking, by=by, until=until)
        sent, _secret = quoting.send(quote, by=by, valid_until=until, note=note)
    return sent


# Yes or no of the house -----------------------------------------------------------------------------


@retried
def confirm(booking: Booking, *, by: Person) -> Booking:
    """Make a booking firm without waiting for the hirer's answer: agreed by phone or at the desk. Twice is harmless.

    The quote that was sent holds; without one the price of now is written down as agreed. Raises PriceUnknown (a tariff
    or VAT rate is missing), NotAllowed, NotNow and Taken.
    """
    with transaction.atomic():
        now = bookings.locked(booking)
        bookings.check_planner(now, by)
        if now.state == BookingState.CONFIRMED:
            return now
        if now.state not in {*LIVE_STATES, BookingState.LAPSED}:
            raise NotNow(bookings.STANDS[BookingState(now.state)])
        now.is_class_checked = True
        now.save(update_fields=["is_class_checked"])
        sent = now.quotes.filter(state=QuoteState.SENT).first()
        if sent:
            return quoting.accept(sent, by=by)
        quoting.agree(now, by=by)
        return bookings.firm(now, by=by)


@retried
def decline(booking: Booking, *, reason: str, by: Person) -> Booking:
    """Say no to a request, with the reason, and let go of what was held. Twice is harmless.

    Raises NotAllowed and NotNow (it is firm already: cancel it instead; or over).
    """
    if not reason.strip():
        raise NotNow(_("Schrijf op waarom het niet kan. De huurder leest dat."))
    with transaction.atomic():
        now = bookings.locked(booking)
        bookings.check_planner(now, by)
        if now.state == BookingState.DECLINED:
            return now
        bookings.go(now, BookingState.DECLINED, since={BookingState.REQUEST, *OPTION_STATES})
        now.decline_reason = reason[:REASON_LENGTH]
        now.option_until = None
        now.save(update_fields=["decline_reason", "option_until"])
        quoting.give_up(now)
        bookings.release(bookings.planned(now), by=by, reason=reason)
        bookings.record(now, EventKind.DECLINED, by=by, text=reason, tell=emails.declined)
    return now


@retried
def set_class(booking: Booking, tariff_class: TariffClass, *, by: Person) -> Booking:
    """Staff looked which class of prices holds. Raises NotAllowed, and NotNow once a price was agreed."""
    with transaction.atomic():
        now = bookings.locked(booking)
        bookings.check_planner(now, by)
        if now.state not in {BookingState.REQUEST, *OPTION_STATES, BookingState.LAPSED}:
            raise NotNow(_("De prijs is al afgesproken. Maak een nieuwe boeking."))
        now.tariff_class, now.is_class_checked = tariff_class, True
        now.is_private_party = now.is_private_party or tariff_class.is_private_party
        now.save(update_fields=["tariff_class", "is_class_checked", "is_private_party"])
        if now.is_private_party:
            allocating.hide(Use.objects.filter(booking_date__booking=now))
        bookings.record(now, EventKind.CLASS_CHECKED, by=by, text=tariff_class.name)
    return now


@retried
def drop_alcohol(booking: Booking, *, by: Person | None = None) -> Booking:
    """It goes on without alcohol after all. `by` None: the hirer, with the link. Twice is harmless."""
    with transaction.atomic():
        now = bookings.locked(booking)
        if by is not None:
            bookings.check_planner(now, by)
        if now.serves_alcohol:
            now.serves_alcohol = False
            now.save(update_fields=["serves_alcohol"])
            bookings.record(now, EventKind.NO_ALCOHOL, by=by, by_hirer=by is None)
    return now


# The day itself -------------------------------------------------------------------------------------


def held(date: BookingDate, *, by: Person) -> BookingDate:
    """They came. Twice is harmless; right after a mistake `no_show` puts it right. Raises NotNow, NotAllowed."""
    return _rounded_off(date, DateState.HELD, EventKind.HELD, by)


def no_show(date: BookingDate, *, by: Person) -> BookingDate:
    """They did not come. The price is owed all the same. Raises NotNow, NotAllowed."""
    return _rounded_off(date, DateState.NO_SHOW, EventKind.NO_SHOW, by)


def _rounded_off(date: BookingDate, state: DateState, kind: EventKind, by: Person) -> BookingDate:
    with transaction.atomic():
        booking = bookings.locked(date.booking_id)
        bookings.check_staff(booking, by)
        now = BookingDate.objects.select_related("use__space").get(pk=date.pk)
        if now.state == state:
            return now
        if booking.state not in {BookingState.CONFIRMED, BookingState.FINISHED}:
            raise NotNow(bookings.STANDS[BookingState(booking.state)])
        if now.state not in {DateState.PLANNED, DateState.HELD, DateState.NO_SHOW}:
            raise NotNow(_("Deze datum gaat niet door."))
        if now.use.starts_at > timezone.now():
            raise NotNow(_("Deze datum moet nog komen."))
        now.state = state
        now.save(update_fields=["state"])
        bookings.record(booking, kind, date=now, by=by)
        if booking.state == BookingState.CONFIRMED:
            bookings.settle(booking)
    return now
