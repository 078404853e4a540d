"""What the agenda shows: the dates a visitor asked for, as ready values for the page.

The number of queries is fixed: one for the centres, one for the counts of the week, one for a page of dates, one for
what still runs; a search adds one or two. A page of dates is found by keyset, so it costs the same in the tenth year.
Rows come as plain values and each becomes a card once; the template only writes them down.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, Self
from uuid import UUID

from django.db import models
from django.db.models import Count, F, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import searching
from activities.models import (
    Activity,
    Audience,
    CostKind,
    Occurrence,
    OccurrenceState,
    Participation,
)
from activities.models.occurrence import OccurrenceQuerySet
from lokaal import local_time
from lokaal.centres.models import Centre, Fact
from lokaal.languages import SPOKEN, spoken_name
from lokaal.look import formats

PAGE = 30
ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(days=7)
LONGEST_RUN = timedelta(days=31)  # see planning.LONGEST: a search looks no further back for what still runs
TINTS = ("zon", "roos", "lucht", "munt")

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2100, 1, 1)
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
CURSOR = re.compile(r"(\d{1,16})-([0-9a-f]{32})", re.ASCII)


class Part(models.TextChoices):
    """A part of the day, by the clock on the wall."""

    MORNING = "morning", gettext_lazy("Ochtend")
    AFTERNOON = "afternoon", gettext_lazy("Middag")
    EVENING = "evening", gettext_lazy("Avond")


#: From and until which hour of the local clock a date begins to belong to a part of the day.
HOURS = {Part.MORNING: (0, 12), Part.AFTERNOON: (12, 18), Part.EVENING: (18, 24)}

#: Whom an activity is for, when a visitor says who they are. What is for everyone needs no choice.
AUDIENCES = [audience for audience in Audience if audience != Audience.EVERYONE]


class Cursor(NamedTuple):
    """The last date of the page before."""

    starts_at: datetime
    id: UUID

    @classmethod
    def read(cls, text: str) -> Self | None:
        found = CURSOR.fullmatch(text)
        if not found:
            return None
        moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(found[1]))
        return cls(moment, UUID(found[2]))

    def __str__(self) -> str:
        since = self.starts_at - datetime.fromtimestamp(0, UTC)
        return f"{since // timedelta(microseconds=1)}-{self.id.hex}"


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
    def read(cls, query: QueryDict, centres: Iterable[Centre]) -> Self:
        return cls(
            words=searching.readable(query.get("q", "")),
            centres=_known(query, "centre", [centre.slug for centre in centres]),
            parts=_known(query, "part", Part.values),
            audiences=_known(query, "for", [audience.value for audience in AUDIENCES]),
            languages=_known(query, "language", SPOKEN),
            is_free=query.get("free") == "1",
            is_step_free=query.get("step_free") == "1",
            from_day=_day(query.get("from", "")),
            after=Cursor.read(query.get("after", "")),
        )

    @property
    def has_choices(self) -> bool:
        """Whether the list is narrowed down by more than words and days."""
        return bool(
            self.centres or self.parts or self.audiences or self.languages or self.is_free or self.is_step_free
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

    def query(self, *, day: date | None = None, after: Cursor | None = None, words: bool = True) -> str:
        """Return the address of the agenda with the same words and choices, from another day or after a cursor."""
        parts = [("q", self.words)] if words and self.words else []
        parts += self.choices
        if day:
            parts.append(("from", day.isoformat()))
        if after:
            parts.append(("after", str(after)))
        return f"?{urlencode(parts)}" if parts else "?"


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


# Cards -------------------------------------------------------------------------------------------


class Badge(NamedTuple):
    kind: str
    icon: str
    label: str


@dataclass(slots=True)
class Card:
    """One date, ready to be written down."""

    id: UUID
    activity_id: UUID
    centre: Centre
    day: date
    title: str
    lang: str
    summary: str
    url: str
    datetime: str
    time: str
    tint: str
    room: str
    badge: Badge | None
    facts: list[tuple[str, str]]
    is_gone: bool
    is_now: bool
    cursor: Cursor
    tile_top: str = ""
    tile_main: str = ""
    tile_bottom: str = ""

    @property
    def text(self) -> str:
        """The one sentence under the title in a short list: what stands on the badge, or else the summary."""
        return self.badge.label if self.badge else self.summary or ". ".join(text for _sign, text in self.facts[:2])

    def with_date_tile(self) -> Card:
        """Show the date on the tile, and the time beside the place."""
        self.tile_top, self.tile_main, self.tile_bottom = formats.tile(self.day)
        return self

    def with_time_tile(self) -> Card:
        """Show the time on the tile, for lists under the heading of a day."""
        self.tile_top, self.tile_main, self.tile_bottom = "", self.time, ""
        self.time = ""
        return self


#: What a card needs of the tables, in the order in which _card reads it.
COLUMNS = (
    "id",
    "activity_id",
    "centre_id",
    "starts_at",
    "ends_at",
    "is_all_day",
    "title",
    "room",
    "state",
    "capacity",
    "places_taken",
    "activity__title",
    "activity__text_language",
    "activity__summary",
    "activity__room",
    "activity__participation",
    "activity__audience",
    "activity__audience_note",
    "activity__cost_kind",
    "activity__cost_cents",
    "activity__languages",
    "activity__step_free",
    "words__title",
    "words__summary",
    "words__audience_note",
)


def cards(
    dates: OccurrenceQuerySet, centres: Mapping[UUID, Centre], *, at: datetime
) -> list[Card]:
    """Run a query of dates and return its rows as cards in the reader's language."""
    language = get_language() or "nl"
    start = reverse("activities:activity", args=[UUID(int=0)]).split(str(UUID(int=0)))[0]
    rows = dates.annotate(
        words=FilteredRelation(
            "activity__translations", condition=Q(activity__translations__language=language)
        )
    ).values_list(*COLUMNS)
    return [_card(row, centres, start, language, at) for row in rows]


def _card(
    row: Sequence, centres: Mapping[UUID, Centre], start: str, language: str, at: datetime
) -> Card:
    (
        key,
        activity_id,
        centre_id,
        starts_at,
        ends_at,
        is_all_day,
        own_title,
        own_room,
        state,
        capacity,
        places_taken,
        title,
        text_language,
        summary,
        room,
        participation,
        audience,
        audience_note,
        cost_kind,
        cost_cents,
        languages,
        step_free,
        words_title,
        words_summary,
        words_audience_note,
    ) = row
    shown_language = text_language
    if words_title and text_language != language:
        title, summary, shown_language = words_title, words_summary, language
        audience_note = words_audience_note
    local = timezone.localtime(starts_at)
    is_gone = state == OccurrenceState.CANCELLED
    is_now = starts_at <= at < ends_at and not is_gone
    is_limited = participation == Participation.SIGN_UP and capacity is not None
    places_left = capacity - places_taken if is_limited else None
    return Card(
        id=key,
        activity_id=activity_id,
        centre=centres[centre_id],
        day=local.date(),
        title=own_title or title,
        lang="" if shown_language == language else shown_language,
        summary=summary,
        url=f"{start}{activity_id}/?date={key}",
        datetime=local.date().isoformat() if is_all_day else local.isoformat(timespec="minutes"),
        time=_("Hele dag") if is_all_day else formats.clock(local),
        tint=TINTS[activity_id.int % 4],
        room=own_room or room,
        badge=_badge(is_gone=is_gone, is_now=is_now, is_full=places_left is not None and places_left <= 0),
        facts=[
            *_cost(cost_kind, cost_cents),
            *([("wheel", _("Zonder drempel"))] if step_free == Fact.YES else []),
            *_for_whom(audience, audience_note, languages, language),
            *_places(participation, places_left, is_gone=is_gone),
        ],
        is_gone=is_gone,
        is_now=is_now,
        cursor=Cursor(starts_at, key),
    )


def _badge(*, is_gone: bool, is_now: bool, is_full: bool) -> Badge | None:
    if is_gone:
        return Badge("warn", "x-circle", _("Gaat niet door"))
    if is_now:
        return Badge("zon", "clock", _("Nu bezig"))
    if is_full:
        return Badge("line", "queue-list", _("Vol"))
    return None


def _cost(kind: str, cents: int) -> list[tuple[str, str]]:
    return [("currency-euro", cost_in_words(kind, cents))]


def cost_in_words(kind: str, cents: int) -> str:
    if kind == CostKind.FREE:
        return _("Gratis")
    if kind == CostKind.FIXED:
        return formats.euro(cents)
    if cents:
        return _("%(price)s, of wat je kunt") % {"price": formats.euro(cents)}
    return _("Betaal wat je kunt")


def _for_whom(audience: str, note: str, languages: list[str], reader: str) -> list[tuple[str, str]]:
    if audience != Audience.EVERYONE:
        return [("users", audience_in_words(audience, note))]
    if languages and languages != ["nl"]:
        return [("language", languages_in_words(languages, reader))]
    return []


def audience_in_words(audience: str, note: str) -> str:
    """Kinderen van 8 tot 12 jaar."""
    label = str(Audience(audience).label)
    return f"{label[:1].upper()}{label[1:]} {note}".strip()


def languages_in_words(languages: Sequence[str], reader: str) -> str:
    """Nederlands, Turks en Arabisch."""
    names = [spoken_name(code, reader) for code in languages]
    if len(names) < 2:
        return "".join(names)
    return _("%(these)s en %(last)s") % {"these": ", ".join(names[:-1]), "last": names[-1]}


def _places(participation: str, left: int | None, *, is_gone: bool) -> list[tuple[str, str]]:
    if participation == Participation.DROP_IN:
        return [("arrow-right-end-on-rectangle", _("Loop zo binnen"))]
    if is_gone or left == 0:
        return []
    if left is None:
        return [("ticket", _("Er is plek. Meld je aan"))]
    return [("ticket", places_in_words(left))]


def places_in_words(left: int) -> str:
    return ngettext("Nog %(places)d plek", "Nog %(places)d plekken", left) % {"places": left}


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
    def has_cards(self) -> bool:
        return bool(self.found) or any(day.cards for day in self.days)


def week(wanted: Wanted, centres: Mapping[UUID, Centre], *, at: datetime) -> Agenda:
    """Return a page of a week, from the day that was asked for, or from now. Costs three queries, a next page two."""
    today = timezone.localdate(at)
    first_day = wanted.from_day or today
    monday = first_day - timedelta(days=first_day.weekday())
    starts = local_time.day_starts_at(first_day)
    ends = local_time.day_starts_at(monday + ONE_WEEK)
    asked = _narrowed(Occurrence.objects.public(), wanted, centres)
    agenda = Agenda(wanted, monday, first_day)

    dates = asked.between(starts, ends)
    if wanted.from_day is None:
        dates = dates.filter(ends_at__gt=at)
    running: list[Card] = []
    if wanted.after:
        dates = _after(dates, wanted.after)
    else:
        moment = starts if wanted.from_day else max(starts, at)
        running = cards(asked.running_into(starts).filter(ends_at__gt=moment), centres, at=at)
    page, agenda.more = _page(cards(dates[: PAGE + 1], centres, at=at), wanted, first_day)
    counts = _counts(asked, monday, at)

    agenda.strip = [_strip_day(monday + n * ONE_DAY, counts, wanted, first_day) for n in range(7)]
    agenda.gone_by = counts[today].over if wanted.from_day is None and not wanted.after and today in counts else 0
    agenda.days = _days(agenda, [*running, *page], counts)
    return agenda


def search(wanted: Wanted, centres: Mapping[UUID, Centre], *, at: datetime) -> Agenda:
    """Return what the words mean: every activity once, with its next date, soonest first. Costs two or three queries."""
    language = get_language() or "nl"
    today = timezone.localdate(at)
    first_day = wanted.from_day or today
    starts = local_time.day_starts_at(first_day) if wanted.from_day else at
    found = searching.find(wanted.words, language)
    agenda = Agenda(wanted, first_day - timedelta(days=first_day.weekday()), first_day)
    agenda.is_exact = found.is_exact
    if found.ids:
        coming = _narrowed(
            Occurrence.objects.filter(activity=OuterRef("pk")), wanted, centres
        ).filter(starts_at__gt=starts - LONGEST_RUN, ends_at__gt=starts)
        next_dates = Activity.objects.filter(id__in=found.ids).values(
            next=Subquery(coming.order_by("-state", "starts_at", "id").values("id")[:1])  # planned ones first
        )
        dates = Occurrence.objects.filter(id__in=next_dates).order_by("starts_at", "id")
        if wanted.after:
            dates = _after(dates, wanted.after)
        page, agenda.more = _page(cards(dates[: PAGE + 1], centres, at=at), wanted, wanted.from_day)
        agenda.found = [card.with_date_tile() for card in page]
    return agenda


def _narrowed(
    dates: OccurrenceQuerySet, wanted: Wanted, centres: Mapping[UUID, Centre]
) -> OccurrenceQuerySet:
    """Keep the dates that fit every choice. A centre that is no longer in use shows nothing."""
    if wanted.centres:
        dates = dates.filter(centre__in=[key for key, centre in centres.items() if centre.slug in wanted.centres])
    elif any(not centre.is_active for centre in centres.values()):
        dates = dates.filter(centre__in=[key for key, centre in centres.items() if centre.is_active])
    if wanted.parts:
        fits = Q(is_all_day=True)
        for part in wanted.parts:
            first, last = HOURS[Part(part)]
            fits |= Q(starts_at__hour__gte=first, starts_at__hour__lt=last)
        dates = dates.filter(fits)
    if wanted.audiences:
        dates = dates.filter(activity__audience__in=wanted.audiences)
    if wanted.languages:
        dates = dates.filter(activity__languages__overlap=list(wanted.languages))
    if wanted.is_free:
        dates = dates.filter(activity__cost_kind=CostKind.FREE)
    if wanted.is_step_free:
        dates = dates.filter(activity__step_free=Fact.YES)
    return dates


def _after(dates: OccurrenceQuerySet, cursor: Cursor) -> OccurrenceQuerySet:
    """Keep what comes after the cursor. The first condition alone is enough for the index to begin there."""
    return dates.filter(
        Q(starts_at__gt=cursor.starts_at) | Q(id__gt=cursor.id), starts_at__gte=cursor.starts_at
    )


def _page(rows: list[Card], wanted: Wanted, day: date | None) -> tuple[list[Card], str]:
    """Return the cards of one page, and the address of the next where there is one."""
    page = rows[:PAGE]
    more = wanted.query(day=day, after=page[-1].cursor) if len(rows) > PAGE else ""
    return page, more


class DayCount(NamedTuple):
    """How many dates a day has: all, those that are held, and those of them that are over."""

    all: int
    held: int
    over: int


NOTHING = DayCount(0, 0, 0)


def _counts(asked: OccurrenceQuerySet, monday: date, at: datetime) -> dict[date, DayCount]:
    starts, ends = local_time.day_starts_at(monday), local_time.day_starts_at(monday + ONE_WEEK)
    rows = (
        asked.between(starts, ends)
        .order_by()
        .values(day=TruncDate("starts_at"))
        .annotate(
            all=Count("*"),
            held=Count("id", filter=Q(state=OccurrenceState.PLANNED)),
            over=Count("id", filter=Q(ends_at__lte=at)),
        )
        .values_list("day", "all", "held", "over")
    )
    return {day: DayCount(*counts) for day, *counts in rows}


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
        text=ngettext("%(things)d ding", "%(things)d dingen", held) % {"things": held} if held else _("nog niets"),
        is_chosen=day == first_day,
    )


def _days(
    agenda: Agenda, page: list[Card], counts: Mapping[date, DayCount]
) -> list[Day]:
    """Group the cards of a page by day. Days on which nothing is planned stand between them, unless choices were made."""
    by_day: dict[date, list[Card]] = {}
    for card in page:
        by_day.setdefault(max(card.day, agenda.first_day), []).append(card.with_time_tile())
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


def today(centres: Mapping[UUID, Centre], *, at: datetime) -> list[Card]:
    """Return what is on today at every centre and not over yet, in the order of the clock. Costs one query."""
    starts = local_time.day_starts_at(timezone.localdate(at))
    ends = local_time.day_starts_at(timezone.localdate(at) + ONE_DAY)
    dates = _narrowed(Occurrence.objects.public(), Wanted(), centres)
    return cards(dates.between(starts, ends).filter(ends_at__gt=at), centres, at=at)


def soon(centres: Mapping[UUID, Centre], *, at: datetime, number: int = 3) -> list[Card]:
    """Return the first dates after today, of different activities and on different days where there are. One query."""
    starts = local_time.day_starts_at(timezone.localdate(at) + ONE_DAY)
    dates = _narrowed(Occurrence.objects.public(), Wanted(), centres).filter(
        state=OccurrenceState.PLANNED
    )
    rows = cards(
        dates.between(starts, starts + 2 * ONE_WEEK).exclude(capacity__lte=F("places_taken"))[:60],
        centres,
        at=at,
    )
    first_of_day = {card.day: card for card in reversed(rows)}
    chosen = list({card.activity_id: card for card in reversed(list(first_of_day.values()))}.values())
    chosen += [card for card in rows if card.activity_id not in {c.activity_id for c in chosen}]
    return [card.with_date_tile() for card in sorted(chosen[:number], key=lambda card: card.cursor)]
