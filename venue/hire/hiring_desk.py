"""The desk of room hire: what waits for whom plans the rooms, each thing one tap from done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lokaal.centres.models import Centre
from lokaal.local_time import day_starts_at
from lokaal.look.formats import clock, clock_range, day, relative_day
from lokaal.people.models import Person
from venue import perms
from venue.hire.booked import change_in_words, when_and_where
from venue.hire.offering import people_in_words
from venue.models import (
    Booking,
    BookingDate,
    BookingEvent,
    BookingState,
    ChangeRequest,
    ChangeState,
    DateState,
    Invoice,
)
from venue.money import invoice_cards

#: A list shows so many; the rest follows when these are done.
MOST = 12
MOST_DATES = 200
OLD_AFTER = timedelta(days=2)
ONE_DAY = timedelta(days=1)
A_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Waiting:
    """A booking that waits for an answer, or an option that runs out."""

    booking: Booking
    title: str
    who: str
    dates: list[str]
    more_dates: int
    due: str
    is_urgent: bool
    price_group: str
    url: str


@dataclass(frozen=True)
class Visit:
    """A date of today or tomorrow: who comes when, and what to do at the door."""

    date: BookingDate
    booking: Booking
    time: str
    title: str
    about: str
    url: str
    hand_over_url: str
    is_firm: bool

    @property
    def hand_over(self) -> Any:
        return getattr(self.date, "hand_over", None)


class VisitDay(NamedTuple):
    heading: str
    visits: list[Visit]


@dataclass(frozen=True)
class Refused:
    """A date that could not be, and might be by now."""

    date: BookingDate
    booking: Booking
    words: str
    url: str


@dataclass(frozen=True)
class Asked:
    """A change that a hirer asks for."""

    change: ChangeRequest
    booking: Booking
    was: str
    wish: str
    url: str


@dataclass(frozen=True)
class Unpriced:
    """A firm booking with dates of which nobody agreed the price."""

    booking: Booking
    dates: list[str]
    more_dates: int
    url: str


@dataclass(frozen=True)
class Rows:
    """The first rows of a list, and whether there are more."""

    rows: Sequence[Any] = field(default_factory=list)
    has_more: bool = False

    def __bool__(self) -> bool:
        return bool(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Desk:
    """Everything on the page."""

    centres: list[Centre]
    chosen: Centre | None
    plans: bool
    requests: Rows
    options: Rows
    changes: Rows
    calls: Rows
    days: list[VisitDay]
    to_round_off: Rows
    refused: Rows
    unpriced: Rows
    unpaid: Rows

    @property
    def is_quiet(self) -> bool:
        return not any(
            (
                self.requests,
                self.options,
                self.changes,
                self.calls,
                self.to_round_off,
                self.refused,
                self.unpriced,
            )
        )


def desk_of(person: Person, *, centre_slug: str = "", now: datetime | None = None) -> Desk:
    """Gather what waits for this person, in a fixed number of queries. `centre_slug`: of one of their centres."""
    now = now or timezone.now()
    centres = list(perms.centres_for(person, *perms.LOOKING_ROLES))
    chosen = next((centre for centre in centres if centre.slug == centre_slug), None)
    here = [chosen] if chosen else centres
    planned = [centre for centre in here if perms.can_plan(person, centre)]
    requests, options = _unanswered(planned, now)
    return Desk(
        centres=centres,
        chosen=chosen,
        plans=bool(planned),
        requests=requests,
        options=options,
        changes=_changes(planned),
        calls=_first(
            list(
                BookingEvent.objects.to_tell_by_phone().filter(booking__centre__in=planned)[
                    : MOST + 1
                ]
            )
        ),
        days=_days(here, now),
        to_round_off=_to_round_off(here),
        refused=_refused(planned, now),
        unpriced=_unpriced(planned, now),
        unpaid=_unpaid(person, here),
    )


def waiting_count(person: Person) -> int:
    """How many requests wait for an answer of this person, for a number beside a link. One query."""
    centres = perms.centres_for(person, *perms.PLANNING_ROLES)
    return Booking.objects.in_centres(centres).filter(state=BookingState.REQUEST).count()


def found(person: Person, words: str) -> list[Waiting]:
    """Bookings by number, or by (part of) the name of who hires or what for, the newest first."""
    centres = perms.centres_for(person, *perms.PLANNING_ROLES)
    rows = Booking.objects.in_centres(centres).found_by(words).with_list()
    return [
        _waiting(row, row.get_state_display(), False) for row in rows.order_by("-asked_at")[:30]
    ]


# The lists ---------------------------------------------------------------------------------------


def _unanswered(centres: Sequence[Centre], now: datetime) -> tuple[Rows, Rows]:
    """Requests that wait, the longest waiting first, and options that run out soon, the soonest first."""
    rows = list(Booking.objects.in_centres(centres).to_answer().with_list())
    requests = [
        _waiting(row, _age(row.asked_at, now), now - row.asked_at > OLD_AFTER)
        for row in sorted(rows, key=lambda one: one.asked_at)
        if row.state == BookingState.REQUEST
    ]
    options = [
        _waiting(row, _left(row.option_until, now), True)
        for row in sorted(rows, key=lambda one: one.option_until or now)
        if row.state != BookingState.REQUEST
    ]
    return _first(requests), _first(options)


def _waiting(booking: Booking, due: str, is_urgent: bool) -> Waiting:
    dates = [date for date in booking.dates.all() if date.state == DateState.PLANNED]
    dates = dates or list(booking.dates.all())
    dates.sort(key=lambda date: date.use.starts_at)
    return Waiting(
        booking=booking,
        title=booking.purpose or booking.hirer.name,
        who=booking.hirer.name,
        dates=[when_and_where(date) for date in dates[:3]],
        more_dates=max(0, len(dates) - 3),
        due=due,
        is_urgent=is_urgent,
        price_group=booking.tariff_class.name,
        url=reverse("venue:booking_manage", args=[booking.pk]),
    )


def _changes(centres: Sequence[Centre]) -> Rows:
    rows = (
        ChangeRequest.objects.filter(state=ChangeState.OPEN, date__booking__centre__in=centres)
        .select_related("space", "date__use__space", "date__booking__hirer")
        .order_by("asked_at", "id")[: MOST + 1]
    )
    return _first(
        [
            Asked(
                row,
                row.date.booking,
                when_and_where(row.date),
                change_in_words(row),
                reverse("venue:booking_manage", args=[row.date.booking_id]),
            )
            for row in rows
        ]
    )


def _days(centres: Sequence[Centre], now: datetime) -> list[VisitDay]:
    today = timezone.localdate(now)
    start, end = day_starts_at(today), day_starts_at(today + 2 * ONE_DAY)
    rows = (
        BookingDate.objects.filter(
            use__centre__in=[centre.pk for centre in centres],
            use__starts_at__gte=start,
            use__starts_at__lt=end,
            state__in=[DateState.PLANNED, DateState.HELD],
            booking__state__in=[
                BookingState.OPTION,
                BookingState.QUOTED,
                BookingState.CONFIRMED,
                BookingState.FINISHED,
            ],
        )
        .select_related("use__space", "use__centre", "booking__hirer", "hand_over")
        .order_by("use__starts_at", "id")
    )
    visits = [(timezone.localdate(row.use.starts_at), _visit(row)) for row in rows]
    return [
        VisitDay(relative_day(on), [visit for day_of, visit in visits if day_of == on])
        for on in (today, today + ONE_DAY)
    ]


def _visit(date: BookingDate) -> Visit:
    use, booking = date.use, date.booking
    about = [use.space.name]
    if use.people:
        about.append(people_in_words(use.people))
    return Visit(
        date=date,
        booking=booking,
        time=clock_range(use.starts_at, use.ends_at),
        title=f"{booking.hirer.name}: {booking.purpose}",
        about=", ".join(about),
        url=reverse("venue:booking_manage", args=[booking.pk]),
        hand_over_url=reverse("venue:date_hand_over", args=[date.pk]),
        is_firm=booking.state in {BookingState.CONFIRMED, BookingState.FINISHED},
    )


def _to_round_off(centres: Sequence[Centre]) -> Rows:
    rows = (
        BookingDate.objects.to_round_off()
        .filter(use__centre__in=[centre.pk for centre in centres])
        .select_related("use__space", "booking__hirer")[: MOST + 1]
    )
    return _first([_visit(row) for row in rows])


def _refused(centres: Sequence[Centre], now: datetime) -> Rows:
    rows = (
        BookingDate.objects.filter(
            state=DateState.REFUSED,
            use__starts_at__gt=now,
            booking__centre__in=centres,
            booking__state__in=[
                BookingState.REQUEST,
                BookingState.OPTION,
                BookingState.QUOTED,
                BookingState.CONFIRMED,
            ],
        )
        .select_related("use__space", "booking__hirer")
        .order_by("use__starts_at", "id")[: MOST + 1]
    )
    return _first(
        [
            Refused(
                row,
                row.booking,
                when_and_where(row),
                reverse("venue:booking_manage", args=[row.booking_id]),
            )
            for row in rows
        ]
    )


def _unpriced(centres: Sequence[Centre], now: datetime) -> Rows:
    """Firm bookings of this year with dates that have no agreed price, the first date first."""
    dates = (
        BookingDate.objects.without_agreed_price()
        .filter(booking__centre__in=centres, use__starts_at__gt=now - A_YEAR)
        .select_related("use__space", "booking__hirer")[:MOST_DATES]
    )
    of_booking: dict[Any, list[BookingDate]] = {}
    for date in dates:
        of_booking.setdefault(date.booking_id, []).append(date)
    return _first(
        [
            Unpriced(
                rows[0].booking,
                [when_and_where(row) for row in rows[:3]],
                max(0, len(rows) - 3),
                reverse("venue:booking_manage", args=[pk]),
            )
            for pk, rows in of_booking.items()
        ]
    )


def _unpaid(person: Person, centres: Sequence[Centre]) -> Rows:
    """Invoices that should have been paid by now, for who may see them."""
    invoices = Invoice.objects.visible_to(person, *perms.PLANNING_ROLES, *perms.MONEY_ROLES)
    rows = invoices.filter(centre__in=centres).overdue().with_list().order_by("due_on")[: MOST + 1]
    return _first([invoice_cards.row(row) for row in rows])


def _first(rows: list[Any]) -> Rows:
    return Rows(rows[:MOST], len(rows) > MOST)


# In words ----------------------------------------------------------------------------------------


def _age(since: datetime, now: datetime) -> str:
    days = (timezone.localdate(now) - timezone.localdate(since)).days
    if days <= 0:
        return _("Vandaag gevraagd, %(time)s uur") % {"time": clock(since)}
    return ngettext("Wacht al %(days)s dag", "Wacht al %(days)s dagen", days) % {"days": days}


def _left(until: datetime | None, now: datetime) -> str:
    if until is None:
        return ""
    if until <= now:
        return _("Optie verlopen")
    hours = int((until - now).total_seconds() // 3600)
    if hours < 24:
        return ngettext(
            "Optie loopt af over %(hours)s uur", "Optie loopt af over %(hours)s uur", hours
        ) % {"hours": hours}
    return _("Optie tot %(day)s, %(time)s uur") % {"day": day(until), "time": clock(until)}
