"""The row of a booking and what every step on it has in common: whose turn it is, the state, the history, the links.

A step takes the turn of the houses first (venue.allocating), then locks the booking, then reads it again: whoever comes
second sees what the first one did. The steps are in `hiring`, `quoting`, `rebooking`, `handing_over` and `deposits`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lokaal import bsn
from lokaal.centres.models import Centre
from lokaal.exceptions import Refusal
from lokaal.people.models import Person, Role
from venue import allocating, perms
from venue.allocating import Wanted
from venue.emails import hiring as emails
from venue.exceptions import NotAllowed, NotFree, NotNow, Taken
from venue.hire import house_rules
from venue.hire.pricing import stay_of
from venue.models import (
    LIVE_STATES,
    Booking,
    BookingDate,
    BookingEvent,
    BookingState,
    DateState,
    EventKind,
    Hold,
    Use,
)

#: Where a booking stands, said to somebody who wants something that can no longer be.
STANDS = {
    BookingState.REQUEST: gettext_lazy("Deze aanvraag wacht nog op antwoord."),
    BookingState.OPTION: gettext_lazy("De zaal is nog niet vast. Er is een optie."),
    BookingState.QUOTED: gettext_lazy("De zaal is nog niet vast. Er is een offerte verstuurd."),
    BookingState.CONFIRMED: gettext_lazy("Deze boeking staat al vast."),
    BookingState.FINISHED: gettext_lazy("Deze boeking is al geweest."),
    BookingState.DECLINED: gettext_lazy("Deze aanvraag is afgewezen."),
    BookingState.LAPSED: gettext_lazy("De optie is verlopen."),
    BookingState.CANCELLED: gettext_lazy("Deze boeking is afgezegd."),
}
TEXT_LENGTH = 500
#: The same words within this time are one press too many.
PRESSED_TWICE = timedelta(minutes=5)


def locked(booking: Booking | UUID, *, centres: Iterable[Centre] = ()) -> Booking:
    """The booking as it is now, its own until the transaction ends, after the turns of its houses were taken.

    `centres`: other houses in which something will be taken as well.
    """
    pk = booking if isinstance(booking, UUID) else booking.pk
    uses = Use.objects.filter(booking_date__booking=pk)
    houses = set(uses.values_list("centre_id", flat=True))
    allocating.take_turn_of(houses | {centre.pk for centre in centres})
    row = (
        Booking.objects.select_for_update(of=("self",), no_key=True)
        .select_related("hirer__person", "centre", "tariff_class")
        .get(pk=pk)
    )
    if set(uses.values_list("centre_id", flat=True)) - houses:
        raise NotNow(_("Iemand anders verandert dit net. Probeer het nog eens."))
    return row


def planned(booking: Booking) -> list[BookingDate]:
    """The dates that are to be held, with all that their price is made of, first date first."""
    dates = BookingDate.objects.planned().filter(booking=booking).with_price_facts()
    return list(dates.select_related("use__space__centre").order_by("use__starts_at", "id"))


def go(booking: Booking, state: BookingState, *, since: Iterable[BookingState]) -> Booking:
    """Put a locked booking in another state. Raises NotNow when it is not in one of those it can come from."""
    if booking.state not in set(since):
        raise NotNow(STANDS[BookingState(booking.state)])
    booking.state = state
    booking.state_changed_at = timezone.now()
    booking.save(update_fields=["state", "state_changed_at"])
    return booking


def settle(booking: Booking) -> Booking:
    """Give a locked booking the state that follows from its dates, once none of them is still to be held."""
    states = set(booking.dates.values_list("state", flat=True))
    if DateState.PLANNED in states or booking.state not in LIVE_STATES:
        return booking
    held = states & {DateState.HELD, DateState.NO_SHOW}
    return go(booking, BookingState.FINISHED if held else BookingState.CANCELLED, since=LIVE_STATES)


def record(
    booking: Booking,
    kind: EventKind,
    *,
    by: Person | None = None,
    by_hirer: bool = False,
    date: BookingDate | None = None,
    text: str = "",
    tell: Callable[[BookingEvent], None] | None = None,
) -> BookingEvent:
    """Write down what happened and tell the hirer (`tell` of venue.emails.hiring). Raises HoldsBSN for the text.

    A hirer of whom only a phone number is known stands on the list of who must be called, but for what they did
    themselves: they know that.
    """
    bsn.check_none(text)
    knows = by_hirer or kind == EventKind.ASKED
    event = BookingEvent.objects.create(
        booking=booking,
        date=date,
        kind=kind,
        by=by,
        by_hirer=by_hirer,
        text=text[:TEXT_LENGTH],
        is_to_call=tell is not None and not knows and emails.must_call(booking.hirer),
    )
    if tell is not None:
        tell(event)
    return event


def say(booking: Booking, text: str, *, by: Person) -> BookingEvent:
    """Send the hirer a question or a word of the house. The same words again within minutes are sent once.

    Raises NotNow (no words), NotAllowed and HoldsBSN; then nothing is sent.
    """
    words = text.strip()
    if not words:
        raise NotNow(_("Schrijf op wat je wilt zeggen of vragen."))
    with transaction.atomic():
        now = locked(booking)
        check_planner(now, by)
        just_said = now.events.filter(
            kind=EventKind.SAID, by=by, text=words, at__gt=timezone.now() - PRESSED_TWICE
        ).first()
        return just_said or record(now, EventKind.SAID, by=by, text=words, tell=emails.said)


def called(event: BookingEvent, *, by: Person) -> None:
    """Somebody of the house rang the hirer about this. Twice is harmless: the first time counts."""
    check_planner(event.booking, by)
    BookingEvent.objects.filter(pk=event.pk, called_at=None).update(called_at=timezone.now())


def find_by_secret(pk: UUID, secret: str) -> Booking | None:
    """Return the booking whose link this is, with its page; None for a wrong, shortened or foreign link."""
    booking = Booking.objects.with_page().filter(pk=pk).first()
    return booking if booking and booking.has_secret(secret) else None


def find_by_reference(reference: str, *, phone: str = "", email: str = "") -> Booking | None:
    """Return the booking with this number that was asked with this phone number or address; None for any other.

    Whoever lets people try limits how often (venue.limits).
    """
    given = Q(hirer__phone=phone) if phone else Q(pk=None)
    if email:
        given |= Q(hirer__email__iexact=email)
    return Booking.objects.filter(given, reference=reference).first()


def firm(booking: Booking, *, by: Person | None, by_hirer: bool = False) -> Booking:
    """Make all planned dates of a locked booking firm, all or none, and tell the hirer.

    Raises NotAllowed (alcohol), NotNow (nothing to hold, or it has been), Taken (somebody else has the room; with
    alternatives where one date is meant) and what allocating.hold raises.
    """
    dates = planned(booking)
    _check_ahead(dates)
    house_rules.check(booking, [stay_of(date) for date in dates])
    waits = any(date.use.hold == Hold.WAITING for date in dates)
    try:
        allocating.hold_each([date.use for date in dates], Hold.FIRM)
    except Taken as refusal:
        raise _why_taken(booking, dates, refusal, waits=waits) from refusal
    booking.option_until = None
    booking.save(update_fields=["option_until"])
    go(booking, BookingState.CONFIRMED, since={*LIVE_STATES, BookingState.LAPSED})
    record(booking, EventKind.CONFIRMED, by=by, by_hirer=by_hirer, tell=emails.confirmed)
    return booking


def _check_ahead(dates: list[BookingDate]) -> None:
    if not dates:
        raise NotNow(_("Er is geen datum meer over. Vraag een andere datum."))
    if dates[0].use.starts_at <= timezone.now():
        raise NotNow(_("Deze datum is al geweest. Vraag een andere datum."))


def _why_taken(booking: Booking, dates: list[BookingDate], refusal: Taken, *, waits: bool) -> Taken:
    from venue import searching

    others = searching.alternatives(allocating.wanted_of(dates[0].use)) if len(dates) == 1 else ()
    if waits:
        said = _("Iemand anders heeft nog een optie op deze zaal. Jij bent hierna aan de beurt.")
    elif booking.has_lapsed:
        said = _("Je optie is verlopen. Iemand anders heeft de zaal nu.")
    else:
        said = str(refusal)
    return Taken(said, alternatives=others)


def release(dates: Iterable[BookingDate], *, by: Person | None = None, reason: str = "") -> None:
    """Let go of the rooms of dates, and of the orders that hang on them."""
    from venue.food import catering

    uses = [date.use for date in dates]
    if not uses:
        return
    allocating.release_each(uses)
    for use in uses:
        catering.let_go(use, by=by, reason=reason)


def option_until(booking: Booking) -> datetime | None:
    """Until when the options of its planned dates hold: the first that runs out; None when it holds none."""
    return (
        Use.objects.filter(
            booking_date__booking=booking,
            booking_date__state=DateState.PLANNED,
            hold=Hold.OPTION,
        )
        .order_by("held_until")
        .values_list("held_until", flat=True)
        .first()
    )


def next_reference() -> str:
    """A short number to name a booking by: B1042."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('venue_booking_reference')")
        return f"B{cursor.fetchone()[0]}"


def check_planner(booking: Booking, by: Person) -> None:
    """Raise NotAllowed unless this person plans the rooms of the house of the booking."""
    if not perms.can_plan(by, booking.centre):
        raise NotAllowed(_("Dit doet iemand die de zalen plant."))


def check_staff(booking: Booking, by: Person, *roles: Role) -> None:
    """Raise NotAllowed unless this person works in the house of the booking (as one of the roles)."""
    if not by.holds(*(roles or perms.LOOKING_ROLES), centre_id=booking.centre_id):
        raise NotAllowed(_("Dit doet iemand die in dit huis werkt."))


def with_alternatives(want: Wanted, refusal: Refusal | None) -> Refusal:
    """A refusal together with what fits instead, where it says that something is not free."""
    from venue import searching

    if isinstance(refusal, NotFree) and not refusal.alternatives:
        refusal.alternatives = tuple(searching.alternatives(want))
    return refusal or Refusal(_("Dit lukt niet."))
