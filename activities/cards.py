"""Dates as cards: the rows of a list, found by one query and made into ready values.

The agenda is the page that everyone opens, so its lists are asked in SQL of their own (composing a query took longer
than answering it) and a row becomes a card once; the template only writes it down. Keyset paging and an index for every
way of asking keep the cost the same in the tenth year as on the first day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from psycopg import sql

from activities.models import (
    ActivityState,
    Audience,
    CostKind,
    OccurrenceState,
    Participation,
    QueueRule,
)
from activities.models.activity import cost_of_date
from activities.models.occurrence import LONG
from activities.searching import Found
from lokaal.centres.models import Centre, Fact
from lokaal.languages import spoken_name
from lokaal.look import formats

TINTS = ("zon", "roos", "lucht", "munt")
NO_ID = UUID(int=0)


class Place(NamedTuple):
    """What a list says about a centre."""

    id: UUID
    slug: str
    name: str
    mark: str
    is_active: bool


def places() -> dict[UUID, Place]:
    """Return every centre, in the order of the house; also those no longer in use, whose dates stay hidden."""
    rows = Centre.objects.order_by("position", "name").values_list(*Place._fields)
    return {row[0]: Place(*row) for row in rows}


class Badge(NamedTuple):
    kind: str
    icon: str
    label: str


@dataclass(slots=True)
class Card:
    """One date, ready to be written down. `day` and `starts_at` are for sorting: local date, UTC."""

    id: UUID
    activity_id: UUID
    starts_at: dt.datetime
    local: dt.datetime
    centre: Place
    title: str
    lang: str
    summary: str
    url: str
    datetime: str
    time: str
    room: str
    room_lang: str
    badge: Badge | None
    facts: tuple[tuple[str, str], ...]
    is_gone: bool
    is_now: bool
    tint: str = ""
    tile_top: str = ""
    tile_main: str = ""
    tile_bottom: str = ""

    @property
    def text(self) -> str:
        """The line under the title in a short list: what stands on the badge, and what tells this date apart."""
        told = [self.badge.label] if self.badge else []
        facts = [text for sign, text in self.facts if sign != "wheel"]
        return ". ".join(told + facts[len(told) - 2 :])

    def with_date_tile(self) -> Card:
        """Show the date on the tile, and the time beside the place instead of the room."""
        self.tile_top, self.tile_main, self.tile_bottom = formats.tile(self.local)
        self.room = ""
        return self

    def with_time_tile(self) -> Card:
        """Show the time on the tile, for lists under the heading of a day."""
        self.tile_top, self.tile_main, self.tile_bottom = "", self.time, ""
        self.time = ""
        return self


# Asking ------------------------------------------------------------------------------------------

#: In the order in which _card reads them.
COLUMNS = sql.SQL(
    """
    date.id, date.activity_id, date.centre_id, date.starts_at, date.ends_at, date.is_all_day, date.title, date.room,
    date.state, date.capacity, date.places_taken, date.waiting, activity.title, activity.text_language,
    activity.summary, activity.room, activity.participation, activity.queue_rule, activity.audience,
    activity.audience_note, activity.cost_kind, activity.cost_cents, activity.languages, activity.step_free,
    words.title, words.summary, words.audience_note, date.own_cost_cents
    """
)
WORDS = sql.SQL(
    """
    LEFT JOIN activities_activitytranslation words
        ON words.activity_id = activity.id AND words.language = %(language)s
    """
)
DATES = sql.SQL(
    """
    SELECT {columns} FROM activities_occurrence date
    JOIN activities_activity activity ON activity.id = date.activity_id AND activity.state = %(public)s {words}
    WHERE {conditions} ORDER BY date.starts_at, date.id LIMIT %(most)s
    """
)
NEXT_DATES = sql.SQL(
    """
    SELECT {columns} FROM activities_activity activity
    CROSS JOIN LATERAL (
        SELECT date.* FROM activities_occurrence date
        WHERE date.activity_id = activity.id AND (date.id = ANY(%(dates)s) OR activity.id = ANY(%(activities)s))
            AND {conditions}
        ORDER BY date.id = ANY(%(dates)s) DESC, date.state DESC, date.starts_at, date.id LIMIT 1
    ) date {words}
    WHERE activity.id = ANY(%(either)s) AND activity.state = %(public)s AND {after}
    ORDER BY date.starts_at, date.id LIMIT %(most)s
    """
)

#: The half-open stretch in which a date begins, and the moment at which it is not over yet. A date may have no length.
BEGINS = sql.SQL(
    "date.starts_at >= %(begins)s AND date.starts_at < %(stops)s"
    " AND (date.ends_at > %(not_over)s OR date.starts_at >= %(not_over)s)"
)
#: Dates that began earlier and still run; the partial index activities_occurrence_long holds them.
RUNS = sql.SQL(
    "date.ends_at - date.starts_at > %(long)s AND date.starts_at < %(begins)s AND date.ends_at > %(not_over)s"
)
AFTER = sql.SQL("(date.starts_at, date.id) > (%(after_at)s, %(after_id)s)")
HAPPENS = sql.SQL("date.state = %(planned)s")
HAS_PLACE = sql.SQL(
    "(date.capacity IS NULL OR date.places_taken < date.capacity AND date.waiting = 0)"
)
ALWAYS = sql.SQL("TRUE")


class Cursor(NamedTuple):
    """The last date of the page before (UTC)."""

    starts_at: dt.datetime
    id: UUID


class Narrowing(NamedTuple):
    """Conditions on `date` and `activity`, with their values. `of_activity`: some are about the activity."""

    conditions: tuple[sql.SQL, ...] = ()
    values: Mapping[str, Any] = {}
    of_activity: bool = False


def between(
    begins: dt.datetime,
    stops: dt.datetime,
    narrowing: Narrowing,
    places: Mapping[UUID, Place],
    *,
    most: int,
    at: dt.datetime,
    not_over: dt.datetime | None = None,
    after: Cursor | None = None,
) -> list[Card]:
    """Return the public dates of a stretch in the order of the clock, at most so many.

    Without a cursor those come first that began earlier and run into the stretch (on top of the most). `not_over` is
    the moment at which a date must still run, the begin of the stretch when it is not given.
    """
    values = {
        "begins": begins if after else begins - LONG,
        "stops": stops,
        "not_over": not_over or begins,
        "long": LONG,
        "most": most,
    }
    conditions = [BEGINS, *narrowing.conditions]
    if after:
        values |= {"after_at": after.starts_at, "after_id": after.id}
        statement = _dates([*conditions, AFTER])
    else:
        statement = sql.SQL("({}) UNION ALL ({}) ORDER BY 4, 1").format(
            _dates([RUNS, *narrowing.conditions]), _dates(conditions)
        )
    return _cards(statement, values | dict(narrowing.values), places, at)


def next_of(
    found: Found,
    begins: dt.datetime,
    not_over: dt.datetime,
    narrowing: Narrowing,
    places: Mapping[UUID, Place],
    *,
    most: int,
    at: dt.datetime,
    after: Cursor | None = None,
) -> list[Card]:
    """Return for each activity its next date, in the order of the clock.

    A date that was found by its own name goes first, then one that is held.
    """
    values: dict[str, Any] = {
        "activities": found.ids,
        "dates": [date for dates in found.dates.values() for date in dates],
        "either": [*found.ids, *found.dates],
        "begins": begins,
        "stops": dt.datetime.max.replace(tzinfo=begins.tzinfo),
        "not_over": not_over,
        "most": most,
    }
    if after:
        values |= {"after_at": after.starts_at, "after_id": after.id}
    statement = NEXT_DATES.format(
        columns=COLUMNS,
        words=WORDS,
        conditions=sql.SQL(" AND ").join([BEGINS, *narrowing.conditions]),
        after=AFTER if after else ALWAYS,
    )
    return _cards(statement, values | dict(narrowing.values), places, at)


def _dates(conditions: Sequence[sql.SQL]) -> sql.Composed:
    return DATES.format(columns=COLUMNS, words=WORDS, conditions=sql.SQL(" AND ").join(conditions))


def _cards(
    statement: sql.Composed,
    values: dict[str, Any],
    places: Mapping[UUID, Place],
    at: dt.datetime,
) -> list[Card]:
    language = get_language() or "nl"
    start = reverse("activities:activity", args=[NO_ID]).removesuffix(f"{NO_ID}/")
    values |= {
        "language": language,
        "public": ActivityState.PUBLISHED.value,
        "planned": OccurrenceState.PLANNED.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    return tinted([_card(row, places, start, language, at) for row in rows if row[2] in places])


def tinted(made: list[Card]) -> list[Card]:
    """Give the tiles their tints in turn. They carry no meaning."""
    for number, card in enumerate(made):
        card.tint = TINTS[number % len(TINTS)]
    return made


# Making ------------------------------------------------------------------------------------------


def _card(
    row: Sequence[Any], places: Mapping[UUID, Place], start: str, language: str, at: dt.datetime
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
        waiting,
        title,
        text_language,
        summary,
        room,
        participation,
        queue_rule,
        audience,
        audience_note,
        cost_kind,
        cost_cents,
        languages,
        step_free,
        words_title,
        words_summary,
        words_audience_note,
        own_cost_cents,
    ) = row
    shown_language = text_language
    if words_title and text_language != language:
        title, summary, audience_note = words_title, words_summary, words_audience_note
        shown_language = language
    if own_title:
        shown_language = text_language
    local = timezone.localtime(starts_at)
    is_gone = state == OccurrenceState.CANCELLED
    is_now = starts_at <= at < ends_at and not is_gone
    left = None
    if capacity is not None and participation == Participation.SIGN_UP:
        left = max(capacity - places_taken, 0)
        if waiting and at < starts_at:  # newcomers queue (activities.queue)
            left = 0
    return Card(
        id=key,
        activity_id=activity_id,
        starts_at=starts_at,
        local=local,
        centre=places[centre_id],
        title=own_title or title,
        lang="" if shown_language == language else shown_language,
        summary=summary,
        url=f"{start}{activity_id}/?date={key}",
        datetime=local.date().isoformat() if is_all_day else local.isoformat(timespec="minutes"),
        time=_("hele dag") if is_all_day else formats.clock(local.time()),
        room=own_room or room,
        room_lang="" if text_language == language else text_language,
        badge=_badge(is_gone, is_now, left == 0, queue_rule != QueueRule.NONE and at < starts_at),
        facts=_until(starts_at, ends_at)
        + _facts(
            *cost_of_date(own_cost_cents, cost_kind, cost_cents),
            step_free,
            audience,
            audience_note,
            tuple(languages),
            participation,
            -1 if left is None else left,
            is_gone,
            language,
        ),
        is_gone=is_gone,
        is_now=is_now,
    )


def _badge(is_gone: bool, is_now: bool, is_full: bool, can_wait: bool) -> Badge | None:
    if is_gone:
        return Badge("warn", "x-circle", _("Gaat niet door"))
    if is_now:
        return Badge("zon", "clock", _("Nu bezig"))
    if is_full:
        words = _("Vol. Er is een wachtlijst") if can_wait else _("Vol")
        return Badge("line", "queue-list", words)
    return None


def _until(starts_at: dt.datetime, ends_at: dt.datetime) -> tuple[tuple[str, str], ...]:
    """Say the last day of a date that goes on for days. A night that ends after midnight belongs to its own day."""
    if ends_at - starts_at <= LONG:
        return ()
    last = timezone.localdate(ends_at - dt.datetime.resolution)  # the end is exclusive
    if last == timezone.localdate(starts_at):
        return ()
    return (("calendar-days", _("tot en met %(day)s") % {"day": formats.day(last)}),)


@lru_cache(maxsize=4096)
def _facts(
    cost_kind: str,
    cost_cents: int,
    step_free: str,
    audience: str,
    audience_note: str,
    languages: tuple[str, ...],
    participation: str,
    left: int,
    is_gone: bool,
    reader: str,
) -> tuple[tuple[str, str], ...]:
    """Return the facts in their fixed order: cost, step-free, for whom or language, places or drop-in.

    `left` is below zero where there is no limit. Much is alike among cards, so the answers are kept.
    """
    cost = cost_in_words(cost_kind, cost_cents)
    facts = [("currency-euro", cost)] if cost else []
    if step_free == Fact.YES:
        facts.append(("wheel", _("Zonder drempel")))
    if audience != Audience.EVERYONE:
        facts.append(("users", audience_in_words(audience, audience_note)))
    elif languages and languages != ("nl",):
        facts.append(("language", languages_in_words(languages, reader)))
    if participation == Participation.DROP_IN:
        facts.append(("arrow-right-end-on-rectangle", _("Loop zo binnen")))
    elif left > 0 and not is_gone:
        facts.append(("ticket", places_in_words(left)))
    elif left < 0 and not is_gone:
        facts.append(("ticket", _("Meld je aan")))
    return tuple(facts)


def cost_in_words(kind: str, cents: int) -> str:
    """€ 4. Nothing when nobody has said what it costs."""
    if kind == CostKind.UNKNOWN:
        return ""
    if kind == CostKind.FREE:
        return _("Gratis")
    if kind == CostKind.FIXED:
        return formats.euro(cents)
    if cents:
        return _("%(price)s, of wat je kunt") % {"price": formats.euro(cents)}
    return _("Betaal wat je kunt")


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


def places_in_words(left: int) -> str:
    return ngettext("Nog %(places)d plek", "Nog %(places)d plekken", left) % {"places": left}
