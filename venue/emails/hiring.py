"""What the house tells hirers, and the house itself about hirers. One function per message.

Each writes to the outbox in the transaction of the fact, under a key that names the event. A hirer of whom only a phone
number is known gets no message: the event stands on the list of who must be called (BookingEvent.is_to_call).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Event

from lokaal.icalendar import clock_time, empty_calendar, line
from lokaal.look.formats import clock, day, euro
from lokaal.outbox import writing
from lokaal.outbox.writing import in_its_language, link
from lokaal.people.models import Channel
from venue.models import (
    Booking,
    BookingDate,
    BookingEvent,
    BookingState,
    DateState,
    DepositEntry,
    Hirer,
    Hold,
    Quote,
    QuoteState,
    Space,
)

# To the hirer --------------------------------------------------------------------------------------


def requested(event: BookingEvent, *, rules: Sequence[str] = ()) -> None:
    """We have your question; you hear from us. `rules`: what the hirer should know, in sentences."""
    _tell(event, "hire_requested", rules="\n".join(rules))


def option(event: BookingEvent) -> None:
    """The room is held for you until a moment."""
    _tell(event, "hire_option")


def waiting(event: BookingEvent) -> None:
    """Somebody else has an option; you are next."""
    _tell(event, "hire_waiting")


def promoted(event: BookingEvent) -> None:
    """The other's option is gone: the room is held for you now."""
    _tell(event, "hire_promoted")


def lapsed(event: BookingEvent) -> None:
    """Your option ran out."""
    _tell(event, "hire_lapsed")


def date_lapsed(event: BookingEvent) -> None:
    """The option on one of your dates ran out."""
    _tell(event, "hire_date_lapsed")


def date_came_back(event: BookingEvent) -> None:
    """One of your dates that could not be, can be after all."""
    booking = event.booking
    date = BookingDate.objects.select_related("use__space", "use__centre").get(events=event)
    is_firm = date.use.hold == Hold.FIRM
    _tell(event, "hire_date_back", calendar=_calendar(booking, [date]) if is_firm else None)


def date_skipped(event: BookingEvent) -> None:
    """One of your dates is left out, at no cost; it can come back."""
    booking = event.booking
    date = BookingDate.objects.select_related("use__space", "use__centre").get(events=event)
    is_firm = booking.state == BookingState.CONFIRMED
    _tell(
        event,
        "hire_date_skipped",
        calendar=_calendar(booking, [date], method="CANCEL") if is_firm else None,
        left=in_its_language(lambda: "\n".join(when(one) for one in _dates(booking))),
    )


def said(event: BookingEvent) -> None:
    """A question or a word of whoever plans the rooms, in their own words."""
    _tell(event, "hire_said", mail=event.booking.centre.email)


def reminded(event: BookingEvent) -> None:
    """We hold the room for a short while yet; say yes or no in time."""
    _tell(event, "hire_reminded")


def unanswered(event: BookingEvent) -> None:
    """The date is over and we never answered. We are sorry."""
    _tell(event, "hire_unanswered")


def quoted(event: BookingEvent, quote: Quote, *, secret: str) -> None:
    """This is what it costs; say yes or no with this link."""
    _tell(
        event,
        "hire_quoted",
        quote=quote,
        total=in_its_language(lambda: euro(quote.total_cents)),
        deposit=in_its_language(lambda: euro(quote.deposit_cents)) if quote.deposit_cents else "",
        until=in_its_language(lambda: _moment(quote.valid_until)),
        quote_link=link("venue:quote", quote.pk, secret),
    )


def quote_declined(event: BookingEvent) -> None:
    """You said no; the room is free again."""
    _tell(event, "hire_quote_declined")
    notice(event.booking, _("De huurder heeft nee gezegd tegen de offerte."))


def confirmed(event: BookingEvent) -> None:
    """The room is yours, with a file for your calendar."""
    booking = event.booking
    quote = booking.quotes.filter(state=QuoteState.ACCEPTED).first()
    _tell(
        event,
        "hire_confirmed",
        calendar=_calendar(booking, _dates(booking)),
        quote=quote,
        total=in_its_language(lambda: euro(quote.total_cents)) if quote else "",
        deposit=in_its_language(lambda: euro(quote.deposit_cents))
        if quote and quote.deposit_cents
        else "",
    )
    if event.by_hirer:
        notice(booking, _("De huurder heeft ja gezegd. De zaal is vast."))


def declined(event: BookingEvent) -> None:
    """It cannot be, and why."""
    _tell(event, "hire_declined")


def changed(
    event: BookingEvent, *, was: tuple[datetime, datetime, Space], is_price_changed: bool
) -> None:
    """A date is otherwise now; what it was, and the price when that is another."""
    booking = event.booking
    quote = booking.quotes.filter(state=QuoteState.ACCEPTED).first()
    date = BookingDate.objects.select_related("use__space", "use__centre").get(events=event)
    is_firm = date.use.hold == Hold.FIRM
    starts_at, ends_at, space = was
    _tell(
        event,
        "hire_changed",
        calendar=_calendar(booking, [date]) if is_firm else None,
        changed=in_its_language(lambda: when(date)),
        was=in_its_language(lambda: _when(starts_at, ends_at, space, begins=False)),
        total=in_its_language(lambda: euro(quote.total_cents))
        if quote and is_price_changed
        else "",
    )


def dates_changed(
    event: BookingEvent, changed: Sequence[BookingDate], *, is_price_changed: bool
) -> None:
    """Some dates are otherwise now: all of them as they are, and the price when that is another."""
    booking = event.booking
    quote = booking.quotes.filter(state=QuoteState.ACCEPTED).first()
    is_firm = all(date.use.hold == Hold.FIRM for date in changed)
    _tell(
        event,
        "hire_dates_changed",
        calendar=_calendar(booking, changed) if is_firm else None,
        total=in_its_language(lambda: euro(quote.total_cents))
        if quote and is_price_changed
        else "",
    )


def change_declined(event: BookingEvent) -> None:
    """Your date cannot be otherwise, and why; it stays as it was."""
    date = BookingDate.objects.select_related("use__space").get(events=event)
    _tell(event, "hire_change_declined", changed=in_its_language(lambda: when(date)))


def cancelled(event: BookingEvent, dates: Sequence[BookingDate], *, cost_cents: int) -> None:
    """These dates do not go on, and what that costs."""
    booking = event.booking
    _tell(
        event,
        "hire_cancelled",
        calendar=_calendar(booking, dates, method="CANCEL"),
        gone=in_its_language(lambda: "\n".join(when(date) for date in dates)),
        cost=in_its_language(lambda: euro(cost_cents)) if cost_cents else "",
        left=in_its_language(lambda: "\n".join(when(date) for date in _dates(booking))),
    )


def deposit_returned(event: BookingEvent, entry: DepositEntry) -> None:
    """You get (a part of) your deposit back."""
    _tell(event, "hire_deposit_returned", amount=in_its_language(lambda: euro(entry.cents)))


def deposit_kept(event: BookingEvent, entry: DepositEntry) -> None:
    """We keep (a part of) your deposit, and why."""
    _tell(
        event,
        "hire_deposit_kept",
        amount=in_its_language(lambda: euro(entry.cents)),
        why=entry.reason,
    )


def must_call(hirer: Hirer) -> bool:
    """Whether this hirer hears from us by phone only."""
    to = recipient(hirer)
    return to.reached_by == Channel.PAPER and bool(to.phone) and to.channel != Channel.PAPER


# To the house --------------------------------------------------------------------------------------


def notice_request(booking: Booking) -> None:
    """Somebody asks for a room: to the address of the house."""
    notice(booking, _("Er is een nieuwe aanvraag."), key="requested")


def notice(booking: Booking, what: str, *, key: str = "") -> None:
    """Tell the house what happened, at the address of the centre; a house without one looks at its desk."""
    centre = booking.centre
    if not centre.email:
        return
    writing.post(
        f"booking:{booking.pk}:house:{key or timezone.now().isoformat()}",
        to=writing.Recipient(name=centre.name, email=centre.email),
        template="venue/emails/hire_notice",
        context={
            "booking": booking,
            "what": what,
            "dates": in_its_language(lambda: _all_dates(booking)),
            "desk_link": link("venue:booking_manage", booking.pk),
        },
        centre=centre,
    )


# How it is told --------------------------------------------------------------------------------------


def recipient(hirer: Hirer) -> writing.Recipient:
    return writing.Recipient.reached_at(
        hirer.contact_name or hirer.name,
        phone=hirer.phone,
        email=hirer.email,
        language=hirer.language,
        person=hirer.person,
    )


def when(date: BookingDate) -> str:
    """Dinsdag 1 december, 19.00 tot 22.00 uur, Grote zaal."""
    return _when(date.use.starts_at, date.use.ends_at, date.use.space)


def _tell(
    event: BookingEvent, template: str, *, calendar: bytes | None = None, **words: Any
) -> None:
    booking = event.booking
    if must_call(booking.hirer):
        return
    secret = booking.new_link()
    date = event.date
    writing.post(
        f"booking:{booking.pk}:{event.kind}:{event.pk}",
        to=recipient(booking.hirer),
        template=f"venue/emails/{template}",
        context={
            "booking": booking,
            "centre": booking.centre,
            "name": booking.hirer.contact_name or booking.hirer.name,
            "reason": event.text,
            "dates": in_its_language(lambda: _all_dates(booking)),
            "this_date": in_its_language(lambda: when(date)) if date else "",
            "until": in_its_language(lambda: _moment(booking.option_until)),
            "link": link("venue:booking", booking.pk, secret),
            **words,
        },
        calendar=calendar,
        centre=booking.centre,
        is_secret=True,
    )


def _dates(booking: Booking) -> list[BookingDate]:
    return list(
        booking.dates.planned()
        .select_related("use__space", "use__centre")
        .order_by("use__starts_at", "id")
    )


def _all_dates(booking: Booking) -> str:
    """Every date on a line of its own; of those that cannot be, why."""
    dates = booking.dates.select_related("use__space").order_by("use__starts_at", "id")
    lines = []
    for date in dates:
        if date.state == DateState.PLANNED:
            lines.append(when(date))
        elif date.state == DateState.REFUSED:
            lines.append(
                _("%(when)s: dit kan niet. %(reason)s")
                % {"when": when(date), "reason": date.reason}
            )
    return "\n".join(lines)


def _when(starts_at: datetime, ends_at: datetime, space: Space, *, begins: bool = True) -> str:
    """A date in words; `begins`: at the begin of a line, so with a capital."""
    return _("%(day)s, %(start)s tot %(end)s uur, %(space)s") % {
        "day": capfirst(day(starts_at)) if begins else day(starts_at),
        "start": clock(starts_at),
        "end": clock(ends_at),
        "space": space.name,
    }


def _moment(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return _("%(day)s, %(time)s uur") % {"day": day(moment), "time": clock(moment)}


def _calendar(booking: Booking, dates: Iterable[BookingDate], *, method: str = "PUBLISH") -> bytes:
    """The dates as events. A UID stays the same whatever happens to its date, so that calendars follow."""
    with override(booking.hirer.language):
        calendar = empty_calendar(name=booking.purpose or booking.centre.name, method=method)
        for date in dates:
            calendar.add_component(_event(booking, date, method))
        return bytes(calendar.to_ical())


def _event(booking: Booking, date: BookingDate, method: str) -> Event:
    use, centre = date.use, date.use.centre
    changed_at = use.changed_at.astimezone(UTC).replace(microsecond=0)
    event = Event()
    event.add("uid", f"booking-{date.pk}@{urlsplit(settings.ORIGIN).hostname}")
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("sequence", date.sequence)
    event.add("dtstart", clock_time(use.starts_at))
    event.add("dtend", clock_time(use.ends_at))
    event.add("summary", line(booking.purpose or use.title))
    event.add("location", line(f"{use.space.name}, {centre.name}, {centre.street}, {centre.city}"))
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    return event
