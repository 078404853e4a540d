"""A booking in plain words: where it stands, what happens next, its dates. For the hirer and for the desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lokaal.centres.models import Centre
from lokaal.look.formats import clock_range, day, day_and_clock, day_and_range, euro, tile
from lokaal.people.models import Person
from venue.hire.offering import notice_in_words, people_in_words
from venue.hire.pricing import Price, quantity_in_words
from venue.models import (
    Booking,
    BookingDate,
    BookingState,
    CancellationRule,
    ChangeRequest,
    ChangeState,
    DateState,
    Layout,
    Quote,
    QuoteState,
)
from venue.searching import State
from venue.series import Previewed


class Stage(NamedTuple):
    """A step on the road of a booking: gone by, now, or still to come."""

    word: Any
    icon: str


#: The road of every booking. What ended early says so in words instead.
ROAD = (
    Stage(gettext_lazy("Gevraagd"), "paper-airplane"),
    Stage(gettext_lazy("Bewaard"), "clock"),
    Stage(gettext_lazy("Prijs"), "currency-euro"),
    Stage(gettext_lazy("Vast"), "lock-closed"),
)

REACHED = {
    BookingState.REQUEST: 0,
    BookingState.OPTION: 1,
    BookingState.QUOTED: 2,
    BookingState.CONFIRMED: 3,
    BookingState.FINISHED: 3,
}


class RoadStep(NamedTuple):
    word: str
    icon: str
    state: str  # done, now or coming


@dataclass(frozen=True)
class Stand:
    """Where a booking stands: a heading, what happens next, and how it looks."""

    heading: str
    sentence: str
    tint: str
    icon: str
    road: list[RoadStep]


def stand_of(booking: Booking) -> Stand:
    """Where a booking stands, said to the hirer."""
    heading, sentence, tint, icon = _words_of(booking)
    return Stand(heading, sentence, tint, icon, _road(booking))


def _words_of(booking: Booking) -> tuple[str, str, str, str]:
    if booking.has_lapsed:
        return (
            _("Je optie is verlopen"),
            _("De zaal is weer vrij voor anderen. Wil je hem nog? Bel ons."),
            "zon",
            "clock",
        )
    until = _until(booking.option_until)
    match BookingState(booking.state):
        case BookingState.REQUEST:
            return (
                _("Wij hebben je aanvraag"),
                _("De zaal is nog niet van jou. Wij kijken of het kan. Dan hoor je van ons."),
                "zon",
                "paper-airplane",
            )
        case BookingState.OPTION if booking.is_waiting:
            return (
                _("Je staat in de wacht"),
                _("Iemand anders heeft een optie. Gaat dat niet door? Dan ben jij aan de beurt."),
                "zon",
                "queue-list",
            )
        case BookingState.OPTION:
            return (
                _("Wij houden de zaal vast"),
                _("De zaal is voor jou tot %(until)s. Je krijgt nog een prijs van ons.")
                % {"until": until},
                "zon",
                "clock",
            )
        case BookingState.QUOTED:
            return (
                _("Zeg ja of nee tegen de prijs"),
                _("Wij houden de zaal vast tot %(until)s.") % {"until": until}
                if until
                else _("Daarna is de zaal van jou."),
                "zon",
                "currency-euro",
            )
        case BookingState.CONFIRMED:
            return (
                _("De zaal is van jou"),
                _("Je hoeft nu niets te doen. Tot dan!"),
                "munt",
                "check-circle",
            )
        case BookingState.FINISHED:
            return _("Dit is geweest"), _("Bedankt dat je er was."), "munt", "face-smile"
        case BookingState.DECLINED:
            return (
                _("Het kan niet"),
                f"{booking.decline_reason} {_('Wil je iets anders proberen? Bel ons.')}".strip(),
                "fout",
                "x-circle",
            )
        case _:
            return _("Dit is afgezegd"), _("De zaal is weer vrij voor anderen."), "fout", "x-circle"


def _until(moment: datetime | None) -> str:
    """Dinsdag 1 december, 12.00 uur."""
    return "" if moment is None else day_and_clock(moment)


def _road(booking: Booking) -> list[RoadStep]:
    reached = None if booking.has_lapsed else REACHED.get(BookingState(booking.state))
    if reached is None:
        return []
    is_there = reached == len(ROAD) - 1
    return [
        RoadStep(
            str(stage.word),
            stage.icon,
            "done"
            if number < reached or (is_there and number == reached)
            else "now"
            if number == reached
            else "coming",
        )
        for number, stage in enumerate(ROAD)
    ]


# Dates -------------------------------------------------------------------------------------------


class Badge(NamedTuple):
    kind: str
    icon: str
    label: Any


BADGES = {
    DateState.REFUSED: Badge("warn", "no-symbol", gettext_lazy("Kan niet")),
    DateState.SKIPPED: Badge("line", "minus", gettext_lazy("Overgeslagen")),
    DateState.CANCELLED: Badge("warn", "x-circle", gettext_lazy("Afgezegd")),
    DateState.HELD: Badge("munt", "check", gettext_lazy("Geweest")),
    DateState.NO_SHOW: Badge("warn", "user", gettext_lazy("Niet gekomen")),
}
OPTION = Badge("dash", "question-mark-circle", gettext_lazy("Nog niet vast"))
WAITING = Badge("dash", "queue-list", gettext_lazy("In de wacht"))
GONE = Badge("warn", "x-circle", gettext_lazy("Gaat niet door"))
FIRM = Badge("inv", "lock-closed", gettext_lazy("Vast"))


@dataclass(frozen=True)
class DateCard:
    """A date of a booking, as its page shows it."""

    pk: UUID
    row: BookingDate
    top: str
    main: str
    bottom: str
    datetime: str
    day: str
    time: str
    room: str
    about: str
    badge: Badge
    reason: str
    is_gone: bool
    can_change: bool
    is_over: bool
    change: ChangeRequest | None = None
    change_url: str = ""
    cancel_url: str = ""
    price_words: str = ""  # of the change, for staff

    @property
    def change_words(self) -> str:
        """What was asked instead."""
        return change_in_words(self.change) if self.change else ""


def date_card(date: BookingDate, booking: Booking) -> DateCard:
    use, now = date.use, timezone.now()
    local = timezone.localtime(use.starts_at)
    small = tile(local)
    is_coming = use.starts_at > now and date.state == DateState.PLANNED and booking.is_live
    said = [people_in_words(use.people) if use.people else ""]
    said.append(str(Layout(use.layout).label) if use.layout else "")
    return DateCard(
        pk=date.pk,
        row=date,
        top=small.top,
        main=small.main,
        bottom=small.bottom,
        datetime=local.isoformat(timespec="minutes"),
        day=capfirst(day(local)),
        time=clock_range(use.starts_at, use.ends_at),
        room=use.space.name,
        about=", ".join(part for part in said if part),
        badge=_badge(date, booking),
        reason=date.reason,
        is_gone=date.state in {DateState.REFUSED, DateState.CANCELLED, DateState.SKIPPED},
        can_change=is_coming,
        is_over=use.ends_at <= now,
        change=next((one for one in date.changes.all() if one.state == ChangeState.OPEN), None),
    )


def date_cards(booking: Booking) -> list[DateCard]:
    """All dates of a booking, first date first."""
    dates = sorted(booking.dates.all(), key=lambda date: (date.use.starts_at, date.pk))
    return [date_card(date, booking) for date in dates]


def _badge(date: BookingDate, booking: Booking) -> Badge:
    if date.state in BADGES:
        return BADGES[DateState(date.state)]
    if date.use.hold == "waiting":
        return WAITING
    if booking.state in {BookingState.CONFIRMED, BookingState.FINISHED}:
        return FIRM
    return OPTION if booking.is_live else GONE


#: What a date would meet when it is changed.
MEETS = {
    State.FREE: Badge("munt", "check", gettext_lazy("Vrij")),
    State.TAKEN: Badge("warn", "no-symbol", gettext_lazy("Bezet")),
    State.CLOSED: Badge("warn", "lock-closed", gettext_lazy("Dicht")),
    State.FULL: Badge("warn", "users", gettext_lazy("Te vol")),
    State.SHORT: Badge("warn", "wrench-screwdriver", gettext_lazy("Spullen zijn weg")),
}
STAYS = Badge("line", "minus", gettext_lazy("Blijft zo"))


class ChangedCard(NamedTuple):
    """A date of a series as a change would make it, and what it would meet."""

    day: str
    time: str
    room: str
    badge: Badge
    reason: str
    is_free: bool
    other_title: str = ""  # what is in the way, for staff
    other_url: str = ""


def changed_card(one: Previewed) -> ChangedCard:
    """What a change would do with a date: free, taken, closed, free in another room, or it stays as it was."""
    checked = one.checked
    reason = "" if one.is_free else one.reason
    if checked is not None and not checked.is_free and checked.other is not None:
        reason = _("%(reason)s %(room)s is wel vrij.") % {
            "reason": reason,
            "room": checked.other.name,
        }
    starts_at, ends_at = one.planned.starts_at, one.planned.ends_at
    other = checked.use if checked else None
    return ChangedCard(
        day=capfirst(day(starts_at or one.planned.on)),
        time=clock_range(starts_at, ends_at) if starts_at and ends_at else "",
        room=checked.wanted.space.name if checked else "",
        badge=MEETS[checked.state] if checked else STAYS,
        reason=reason,
        is_free=one.is_free,
        other_title=other.title if other else "",
        other_url=reverse("venue:use", args=[other.pk]) if other else "",
    )


class MyBooking(NamedTuple):
    """A booking in a list of one's own: what for, where it stands, the first date and room, and its page."""

    title: str
    stand: str
    when: str
    url: str


def bookings_of(person: Person, *, most: int = 10) -> list[MyBooking]:
    """What somebody hires with their account and may still become something, the newest first."""
    rows = Booking.objects.of(person).live().with_list()[:most]
    return [
        MyBooking(
            row.purpose,
            stand_of(row).heading,
            when_and_where(row.first_date) if row.first_date else "",
            reverse("venue:booking", args=[row.pk]),
        )
        for row in rows
    ]


def when_and_where(date: BookingDate) -> str:
    """Dinsdag 1 december, 19.00 tot 22.00 uur, Grote zaal."""
    return _("%(when)s, %(room)s") % {
        "when": capfirst(day_and_range(date.use.starts_at, date.use.ends_at)),
        "room": date.use.space.name,
    }


def change_in_words(change: ChangeRequest) -> str:
    """Dinsdag 1 december, 19.00 tot 22.00 uur, Grote zaal."""
    return _("%(day)s, %(time)s, %(room)s") % {
        "day": capfirst(day(change.starts_at)),
        "time": clock_range(change.starts_at, change.ends_at),
        "room": change.space.name,
    }


# The price ---------------------------------------------------------------------------------------


def told_quote(quotes: Iterable[Quote]) -> Quote | None:
    """The version that counts for the hirer: the agreed one, or else the last that was sent."""
    told = [quote for quote in quotes if quote.state != QuoteState.DRAFT]
    agreed = [quote for quote in told if quote.state == QuoteState.ACCEPTED]
    return max(agreed or told, key=lambda quote: quote.version, default=None)


@dataclass(frozen=True)
class QuoteStand:
    """Where a quote stands, said to the hirer. `can_answer`: yes and no can be pressed."""

    heading: str
    sentence: str
    tint: str
    icon: str
    can_answer: bool


def quote_stand(quote: Quote) -> QuoteStand:
    match QuoteState(quote.state):
        case QuoteState.ACCEPTED:
            return QuoteStand(
                _("Je hebt ja gezegd"), _("De zaal is van jou."), "munt", "check-circle", False
            )
        case QuoteState.DECLINED:
            return QuoteStand(
                _("Je hebt nee gezegd"),
                _("De zaal is weer vrij. Wil je toch? Bel ons."),
                "zon",
                "x-circle",
                False,
            )
        case QuoteState.REPLACED:
            return QuoteStand(
                _("Deze prijs geldt niet meer"),
                _("Er is een nieuwe prijs. Kijk in je laatste bericht."),
                "zon",
                "arrow-path",
                False,
            )
        case QuoteState.DRAFT:
            return QuoteStand(
                _("Deze prijs is nog niet af"),
                _("Je krijgt bericht als hij klaar is."),
                "zon",
                "clock",
                False,
            )
    if quote.booking.state in {BookingState.CANCELLED, BookingState.DECLINED}:
        return QuoteStand(
            _("Deze prijs geldt niet meer"), _("De boeking is afgezegd."), "zon", "x-circle", False
        )
    if quote.has_run_out:
        return QuoteStand(
            _("De tijd om ja te zeggen is voorbij"),
            _("Misschien is de zaal nog vrij. Probeer het, of bel ons."),
            "zon",
            "clock",
            True,
        )
    return QuoteStand(
        _("Ga je akkoord?"),
        _("Zeg ja of nee voor %(until)s.") % {"until": _until(quote.valid_until)},
        "zon",
        "currency-euro",
        True,
    )


def price_in_words(price: Price) -> str:
    """Deze datum kost dan € 50. Or why that is not known yet."""
    if not price.is_complete:
        return " ".join(price.missing)
    return _("Deze datum kost dan %(amount)s.") % {"amount": euro(price.total_cents)}


class QuoteLineCard(NamedTuple):
    """A line of a quote in words; `when` is the date it is about."""

    pk: UUID
    when: str
    description: str
    quantity: str
    cents: int
    waived_cents: int


def quote_lines(quote: Quote) -> list[QuoteLineCard]:
    return [
        QuoteLineCard(
            line.pk,
            day_and_range(line.date.use.starts_at, line.date.use.ends_at) if line.date else "",
            line.description,
            quantity_in_words(line.quantity, line.unit),
            line.amount_cents,
            line.waived_cents,
        )
        for line in quote.lines.all()
    ]


def cancel_rules(centre: Centre) -> list[str]:
    """What calling off costs by how long before, from the cheapest; in sentences."""
    rules = CancellationRule.objects.on(timezone.localdate()).filter(centre=centre)
    said = [_rule_in_words(rule) for rule in rules.order_by("-notice_hours")]
    return [_("Op tijd afzeggen is gratis."), *said]


def _rule_in_words(rule: CancellationRule) -> str:
    when = notice_in_words(rule.notice_hours)
    return _("Korter dan %(when)s vooraf: je betaalt %(percent)s%% van de prijs.") % {
        "when": when,
        "percent": rule.percent,
    }
