"""The screen in the hall of a centre: what is on today and the next days, where, and what is called off. No names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.cards import Card
from activities.models import HallScreen
from activities.papers.programme import closed_words, dates_of
from lokaal.centres.models import Centre
from lokaal.centres.opening import Opening, OpeningStatus, opening_of
from lokaal.look import formats
from lokaal.people.models import Person
from lokaal.secret_links import hash_of

ONE_DAY = timedelta(days=1)
NEXT_DAYS = 3
MOST_TODAY = 10
MOST_NEXT = 3
#: How high the parts of the screen are, in letters of its own (rem, as hall.css sets them). Nobody scrolls in a hall.
AROUND, DAY, LINE = 14.0, 4.6, 1.35
SPACE_TODAY, LINE_TODAY, SPACE_NEXT = 1.2, 1.76, 0.9
#: How wide a letter is, and what stands beside the words: the time and the edges.
LETTER_TODAY, BESIDE_TODAY, LETTER_NEXT, BESIDE_NEXT = 0.68, 12.0, 0.52, 8.0
#: The heights that hall.css knows; what is higher scrolls. A screen that lies is at least 4:3, one that stands 9:16.
HEIGHTS = range(44, 141, 4)
LYING, STANDING = 4 / 3, 9 / 16


@transaction.atomic
def make_link(centre: Centre, *, language: str, by: Person) -> HallScreen:
    """Make a link for a screen. Its secret is kept nowhere: `HallScreen.secret` makes it again."""
    screen = HallScreen(centre=centre, language=language, by=by)
    screen.secret_hash = hash_of(screen.made_secret())
    screen.save()
    return screen


def revoke_link(screen: HallScreen) -> None:
    """Take a link back: from now on it opens nothing. Twice does no harm."""
    HallScreen.objects.filter(pk=screen.pk, revoked_at=None).update(revoked_at=timezone.now())


def find_link(secret: str) -> HallScreen | None:
    """The screen that opens with a secret; None for one that was taken back."""
    return HallScreen.objects.opened_by(secret).first()


@dataclass(frozen=True)
class HallLine:
    """A date on the screen."""

    time: str
    title: str
    lang: str
    room: str
    room_lang: str
    state: str
    is_now: bool
    is_gone: bool


@dataclass(frozen=True)
class HallDay:
    """A day on the screen. `more`: dates that do not fit."""

    heading: str
    note: str
    lines: list[HallLine]
    more: int = 0


@dataclass(frozen=True)
class Hall:
    """Everything on the screen."""

    centre: Centre
    clock: str
    today: str
    status: OpeningStatus
    day: HallDay
    next: list[HallDay]

    @property
    def height(self) -> int:
        """So many letters must fit under each other when today stands beside the next days, on a screen that lies."""
        return next(
            (
                high
                for high in HEIGHTS
                if AROUND + max(self._today(high * LYING * 0.6), self._next(high * LYING * 0.4))
                <= high
            ),
            HEIGHTS[-1],
        )

    @property
    def tall_height(self) -> int:
        """And when the next days stand below, on a screen that stands."""
        return next(
            (
                high
                for high in HEIGHTS
                if AROUND + self._today(high * STANDING) + self._next(high * STANDING) <= high
            ),
            HEIGHTS[-1],
        )

    def _today(self, width: float) -> float:
        """How high today is, with room for what needs another line."""
        letters = (width - BESIDE_TODAY) / LETTER_TODAY
        rows = [
            sum(ceil(len(text) / letters) for text in (line.title, line.room, line.state))
            for line in self.day.lines
        ]
        return _around(self.day) + sum(SPACE_TODAY + LINE_TODAY * row for row in rows)

    def _next(self, width: float) -> float:
        """How high the next days are: there the room stands behind the title."""
        letters = (width - BESIDE_NEXT) / LETTER_NEXT
        rows = [
            ceil(len(f"{line.title}, {line.room}") / letters) + bool(line.state)
            for day in self.next
            for line in day.lines
        ]
        return sum(map(_around, self.next)) + sum(SPACE_NEXT + LINE * row for row in rows)


def _around(day: HallDay) -> float:
    return DAY + 2 * LINE * (bool(day.note) + bool(day.more) + (not day.lines))


def hall_of(centre: Centre, *, now: datetime) -> Hall:
    """What the screen shows at a moment (UTC). Load the centre `with_hours()`. Two queries."""
    today = timezone.localdate(now)
    opening = opening_of(centre)
    found = dates_of(centre, today, today + (NEXT_DAYS + 1) * ONE_DAY, at=now)
    by_day: dict[date, list[Card]] = {today + n * ONE_DAY: [] for n in range(NEXT_DAYS + 1)}
    for card in found:
        by_day[max(card.local.date(), today)].append(card)
    days = list(by_day.items())
    return Hall(
        centre=centre,
        clock=formats.clock(now),
        today=capfirst(formats.day(today)),
        status=opening.status(now),
        day=_day(_("Vandaag"), opening, today, days[0][1], MOST_TODAY),
        next=[
            _day(
                _("Morgen") if number == 1 else capfirst(formats.day(day)),
                opening,
                day,
                cards_of_day,
                MOST_NEXT,
            )
            for number, (day, cards_of_day) in enumerate(days[1:], start=1)
        ],
    )


def _day(heading: str, opening: Opening, day: date, found: list[Card], most: int) -> HallDay:
    return HallDay(
        heading=heading,
        note=closed_words(opening, day),
        lines=[_line(card) for card in found[:most]],
        more=max(0, len(found) - most),
    )


def _line(card: Card) -> HallLine:
    return HallLine(
        time=card.time,
        title=card.title,
        lang=card.lang,
        room=card.room,
        room_lang=card.room_lang,
        state=card.badge.label if card.badge else "",
        is_now=card.is_now,
        is_gone=card.is_gone,
    )
