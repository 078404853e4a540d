"""What the agenda shows: the dates a visitor asked for, as ready values for the page.

The number of queries is fixed: one for the centres, one for a page of dates, one for the counts of the week; a search
adds one or two and needs no counts.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.conf import settings
from django.db import connection, models
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from psycopg import sql

from activities import cards, searching
from activities.cards import Card, Cursor, Narrowing, Place
from activities.models import ActivityState, Audience, CostKind, OccurrenceState
from activities.models.occurrence import LONG
from activities.planning import LONGEST
from lokaal import local_time
from lokaal.centres.models import Fact
from lokaal.languages import SPOKEN
from lokaal.look import formats

PAGE = 30
MOST_TODAY = 200
MOST_SOON = 40
ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(days=7)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2100, 1, 1)
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
CURSOR = re.compile(r"(\d{1,16})-([0-9a-f]{32})", re.ASCII)


class Part(models.TextChoices):
    """A part of the day, by the clock on the wall."""

    MORNING = "morning", gettext_lazy("Ochtend")
    AFTERNOON = "afternoon", gettext_lazy("Middag")
    EVENING = "evening", gettext_lazy("Avond")


#: Whom an activity is for, when a visitor says who they are. What is for everyone needs no choice.
AUDIENCES = [audience for audience in Audience if audience != Audience.EVERYONE]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a visitor asked to see. What the house does not know was left out, so every value can be used as it is."""

    words: str = ""
    centres: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    is_free: bool = False
    is_step_free: bool = False
    from_day: date | None = None
    after: Cursor | None = None

    @classmethod
    def read(cls, query: QueryDict, places: Iterable[Place]) -> Self:
        return cls(
            words=searching.readable(query.get("q", "")),
            centres=_known(query, "centre", [place.slug for place in places if place.is_active]),
            parts=_known(query, "part", Part.values),
            audiences=_known(query, "for", [audience.value for audience in AUDIENCES]),
            languages=_known(query, "language", SPOKEN),
            is_free=query.get("free") == "1",
            is_step_free=query.get("step_free") == "1",
            from_day=_day(query.get("from", "")),
            after=_cursor(query.get("after", "")),
        )

    @property
    def has_choices(self) -> bool:
        """Whether the list is narrowed down by more than words and days."""
        return bool(
            self.centres
            or self.parts
            or self.audiences
            or self.languages
            or self.is_free
            or self.is_step_free
        )

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The narrowing, as parts of an address."""
        return [
            *(("centre", slug) for slug in self.centres),
            *(("part", part) for part in self.parts),
            *(("for", audience) for audience in self.audiences),
            *(("language", language) for language in self.languages),
            *([("free", "1")] if self.is_free else []),
            *([("step_free", "1")] if self.is_step_free else []),
        ]

    @property
    def chosen(self) -> frozenset[tuple[str, str]]:
        return frozenset(self.choices)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What stays when other choices are made: words and day."""
        words = [("q", self.words)] if self.words else []
        return words + ([("from", self.from_day.isoformat())] if self.from_day else [])

    def query(
        self, *, day: date | None = None, after: Cursor | None = None, words: bool = True
    ) -> str:
        """Return the address of the agenda with the same words and choices, from another day or after a cursor."""
        parts = [("q", self.words)] if words and self.words else []
        parts += self.choices
        if day:
            parts.append(("from", day.isoformat()))
        if after:
            parts.append(("after", f"{(after.starts_at - EPOCH) // MICROSECOND}-{after.id.hex}"))
        return f"?{urlencode(parts)}" if parts else "?"


#: What is replaced in Wanted when somebody takes all choices back.
NO_CHOICES: dict[str, Any] = {
    "centres": (),
    "parts": (),
    "audiences": (),
    "languages": (),
    "is_free": False,
    "is_step_free": False,
    "after": None,
}


def _known(query: QueryDict, name: str, known: Iterable[str]) -> tuple[str, ...]:
    asked = query.getlist(name)
    return tuple(value for value in known if value in asked) if asked else ()


def _day(text: str) -> date | None:
    if not ISO_DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day < LAST_DAY else None


def _cursor(text: str) -> Cursor | None:
    found = CURSOR.fullmatch(text)
    return Cursor(EPOCH + int(found[1]) * MICROSECOND, UUID(found[2])) if found else None


# The agenda --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Day:
    """A day of the list, with its cards. `is_empty`: nothing is planned at all, so it invites to begin something."""

    date: date
    heading: str
    cards: list[Card] = field(default_factory=list)
    is_empty: bool = False


class StripDay(NamedTuple):
    """A day of the strip above the list."""

    url: str
    name: str
    short: str
    date: str
    text: str
    is_chosen: bool


@dataclass(slots=True)
class Agenda:
    """A page of the agenda: a week by days, or what was found by words."""

    wanted: Wanted
    monday: date
    first_day: date
    days: list[Day] = field(default_factory=list)
    found: list[Card] = field(default_factory=list)
    is_exact: bool = True
    strip: list[StripDay] = field(default_factory=list)
    gone_by: int = 0
    more: str = ""

    @property
    def is_search(self) -> bool:
        return bool(self.wanted.words)

    @property
    def cards(self) -> int:
        """How many cards this page shows."""
        return len(self.found) + sum(len(day.cards) for day in self.days)

    @property
    def invites(self) -> Day | None:
        """The first empty day: the one that asks to begin something."""
        return next((day for day in self.days if day.is_empty), None)


def week(wanted: Wanted, places: Mapping[UUID, Place], *, at: datetime) -> Agenda:
    """Return a page of a week, from the day that was asked for, or from now. Costs two queries."""
    today = timezone.localdate(at)
    first_day = wanted.from_day or today
    agenda = Agenda(wanted, first_day - timedelta(days=first_day.weekday()), first_day)
    narrowing = narrow(wanted, places)
    begins = local_time.day_starts_at(first_day)
    rows = cards.between(
        begins,
        local_time.day_starts_at(agenda.monday + ONE_WEEK),
        narrowing,
        places,
        most=PAGE + 1,
        at=at,
        not_over=begins if wanted.from_day else at,
        after=wanted.after,
    )
    page, agenda.more = _page(rows, wanted, first_day, runs_before=begins - LONG)
    counts = _counts(agenda.monday, narrowing, at)
    agenda.strip = [
        _strip_day(agenda.monday + n * ONE_DAY, counts, wanted, first_day) for n in range(7)
    ]
    if wanted.from_day is None and wanted.after is None:
        agenda.gone_by = counts.get(today, NOTHING).over
    agenda.days = _days(agenda, page, counts)
    return agenda


def search(wanted: Wanted, places: Mapping[UUID, Place], *, at: datetime) -> Agenda:
    """Return what the words mean: every activity once, with its next date, soonest first. Two or three queries."""
    first_day = wanted.from_day or timezone.localdate(at)
    agenda = Agenda(wanted, first_day - timedelta(days=first_day.weekday()), first_day)
    not_over = local_time.day_starts_at(first_day) if wanted.from_day else at
    found = searching.find(wanted.words, get_language() or "nl", not_over=not_over)
    agenda.is_exact = found.is_exact
    if found:
        rows = cards.next_of(
            found,
            not_over - LONGEST,
            not_over,
            narrow(wanted, places),
            places,
            most=PAGE + 1,
            at=at,
            after=wanted.after,
        )
        page, agenda.more = _page(rows, wanted, wanted.from_day)
        agenda.found = [card.with_date_tile() for card in page]
    return agenda


IN_CENTRES = sql.SQL("date.centre_id = ANY(%(centres)s)")
IN_PARTS = sql.SQL(
    "(date.is_all_day OR CASE WHEN date_part('hour', date.starts_at AT TIME ZONE %(zone)s) < 12 THEN 'morning'"
    " WHEN date_part('hour', date.starts_at AT TIME ZONE %(zone)s) < 18 THEN 'afternoon'"
    " ELSE 'evening' END = ANY(%(parts)s))"
)
FOR_AUDIENCES = sql.SQL("activity.audience = ANY(%(audiences)s)")
IN_LANGUAGES = sql.SQL("activity.languages && %(languages)s::varchar[]")
#: A date may have a price of its own; nothing is free then too.
FREE = sql.SQL(
    "CASE WHEN date.own_cost_cents IS NULL THEN activity.cost_kind = %(free)s ELSE date.own_cost_cents = 0 END"
)
STEP_FREE = sql.SQL("activity.step_free = %(yes)s")


def narrow(wanted: Wanted, places: Mapping[UUID, Place]) -> Narrowing:
    """Return the conditions of every choice. A centre that is no longer in use shows nothing."""
    conditions = []
    values: dict[str, object] = {}
    shown = [place.id for place in places.values() if place.is_active]
    if wanted.centres:
        shown = [place.id for place in places.values() if place.slug in wanted.centres]
    if len(shown) < len(places):
        conditions.append(IN_CENTRES)
        values["centres"] = shown
    if wanted.parts:
        conditions.append(IN_PARTS)
        values |= {"parts": list(wanted.parts), "zone": settings.TIME_ZONE}
    of_date = len(conditions)
    if wanted.audiences:
        conditions.append(FOR_AUDIENCES)
        values["audiences"] = list(wanted.audiences)
    if wanted.languages:
        conditions.append(IN_LANGUAGES)
        values["languages"] = list(wanted.languages)
    if wanted.is_free:
        conditions.append(FREE)
        values["free"] = CostKind.FREE.value
    if wanted.is_step_free:
        conditions.append(STEP_FREE)
        values["yes"] = Fact.YES.value
    return Narrowing(tuple(conditions), values, of_activity=len(conditions) > of_date)


def _page(
    rows: list[Card], wanted: Wanted, day: date | None, *, runs_before: datetime | None = None
) -> tuple[list[Card], str]:
    """Return the cards of one page, and the address of the next where there is one.

    The first page of a week may begin with long dates that run on from before, on top of its own.
    """
    size = PAGE
    if runs_before and not wanted.after:
        size += sum(card.starts_at < runs_before for card in rows)
    last = rows[:size][-1] if rows else None
    if last is None or len(rows) <= size:
        return rows, ""
    return rows[:size], wanted.query(day=day, after=Cursor(last.starts_at, last.id))


# Counting the week -------------------------------------------------------------------------------


class DayCount(NamedTuple):
    """How many dates a day has: all, those that are held, and those that are over."""

    all: int
    held: int
    over: int


NOTHING = DayCount(0, 0, 0)

COUNTS = sql.SQL(
    """
    SELECT (date.starts_at AT TIME ZONE %(zone)s)::date, count(*),
        count(*) FILTER (WHERE date.state = %(planned)s), count(*) FILTER (WHERE date.ends_at <= %(at)s)
    FROM activities_occurrence date {activity}
    WHERE date.starts_at >= %(begins)s AND date.starts_at < %(stops)s AND {conditions} GROUP BY 1
    """
)
ITS_ACTIVITY = sql.SQL(
    "JOIN activities_activity activity ON activity.id = date.activity_id AND activity.state = %(public)s"
)
#: As good as the join, but answered by indexes alone: few activities are hidden.
NOT_HIDDEN = sql.SQL(
    "NOT EXISTS (SELECT FROM activities_activity hidden"
    " WHERE hidden.id = date.activity_id AND hidden.state <> %(public)s)"
)


def _counts(monday: date, narrowing: Narrowing, at: datetime) -> dict[date, DayCount]:
    conditions = list(narrowing.conditions)
    if not narrowing.of_activity:
        conditions.append(NOT_HIDDEN)
    statement = COUNTS.format(
        activity=ITS_ACTIVITY if narrowing.of_activity else sql.SQL(""),
        conditions=sql.SQL(" AND ").join(conditions),
    )
    values: dict[str, Any] = {
        "zone": settings.TIME_ZONE,
        "planned": OccurrenceState.PLANNED.value,
        "public": ActivityState.PUBLISHED.value,
        "at": at,
        "begins": local_time.day_starts_at(monday),
        "stops": local_time.day_starts_at(monday + ONE_WEEK),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values | dict(narrowing.values))
        return {day: DayCount(*counts) for day, *counts in cursor.fetchall()}


def things_in_words(things: int) -> str:
    return ngettext("%(things)d ding", "%(things)d dingen", things) % {"things": things}


def _strip_day(
    day: date, counts: Mapping[date, DayCount], wanted: Wanted, first_day: date
) -> StripDay:
    held = counts.get(day, NOTHING).held
    short, number, _month = formats.tile(day)
    return StripDay(
        url=f"{wanted.query(day=day)}#dagen",
        name=formats.day(day),
        short=short,
        date=number,
        text=things_in_words(held) if held else _("nog niets"),
        is_chosen=day == first_day,
    )


def _days(agenda: Agenda, page: list[Card], counts: Mapping[date, DayCount]) -> list[Day]:
    """Group the cards of a page by day. Where no choices were made, days on which nothing is planned stand between."""
    by_day: dict[date, list[Card]] = {}
    for card in page:
        day = card.local.date()
        runs_on = day < agenda.first_day
        shown = card.with_date_tile() if runs_on else card.with_time_tile()
        by_day.setdefault(agenda.first_day if runs_on else day, []).append(shown)
    if not by_day and not counts:
        return []  # one invitation for the whole week, not seven
    cursor = agenda.wanted.after
    first = timezone.localdate(cursor.starts_at) if cursor else agenda.first_day
    last = max(by_day, default=first) if agenda.more else agenda.monday + timedelta(days=6)
    days = []
    day = first
    while day <= last:
        is_empty = day not in counts and day not in by_day and not agenda.wanted.has_choices
        if day in by_day or is_empty:
            days.append(Day(day, formats.relative_day(day), by_day.get(day, []), is_empty))
        day += ONE_DAY
    return days


# Short lists on the home page --------------------------------------------------------------------


def today(places: Mapping[UUID, Place], *, at: datetime) -> list[Card]:
    """Return what is on today at every centre and not over yet, in the order of the clock. Costs one query."""
    day = timezone.localdate(at)
    begins, stops = local_time.day_starts_at(day), local_time.day_starts_at(day + ONE_DAY)
    narrowing = narrow(Wanted(), places)
    return cards.between(begins, stops, narrowing, places, most=MOST_TODAY, at=at, not_over=at)


def soon(
    places: Mapping[UUID, Place], *, at: datetime, number: int = 3, not_of: Container[UUID] = ()
) -> list[Card]:
    """Return dates of the coming days that have a place left: other activities, on other days, where there are any.

    Activities in `not_of` (those of today) come only when nothing else is on. Costs one query.
    """
    day = timezone.localdate(at) + ONE_DAY
    begins, stops = local_time.day_starts_at(day), local_time.day_starts_at(day + 2 * ONE_WEEK)
    narrowing = narrow(Wanted(), places)
    narrowing = narrowing._replace(
        conditions=(*narrowing.conditions, cards.HAPPENS, cards.HAS_PLACE)
    )
    rows = [
        card
        for card in cards.between(begins, stops, narrowing, places, most=MOST_SOON, at=at)
        if card.starts_at >= begins
    ]
    rows.sort(key=lambda card: (card.activity_id in not_of, card.starts_at))
    chosen: list[Card] = []
    for by_day in (True, False):
        for card in rows:
            is_new = card.activity_id not in {other.activity_id for other in chosen}
            is_new_day = card.local.date() not in {other.local.date() for other in chosen}
            if len(chosen) < number and is_new and (is_new_day or not by_day):
                chosen.append(card)
    chosen.sort(key=lambda card: card.starts_at)
    return cards.tinted([card.with_date_tile() for card in chosen])
