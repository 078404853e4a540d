"""Finding activities by words, as people type them: whole words, beginnings, parts of words, by ear, with mistakes.

First every word must be there, as a stem, a beginning or a part of a longer word. Only where that finds nothing, what
looks or sounds most like it counts. Words in the reader's language count as much as the original.

A date with a name of its own is found by that name, alone or together with the words of its activity.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from psycopg import sql

from activities.models import ActivityState

LONGEST = 80  # characters of a question that are looked at
MOST_WORDS = 6
MOST_FOUND = 500
SHORTEST_BEGINNING = 3  # letters of a word that may be only a beginning
ALIKE = 0.4  # word similarity (pg_trgm) from which a title counts as meant
NEARLY_AS_ALIKE = 0.8  # share of the best similarity from which another title counts as well

WORD = re.compile(r"[^\W_]+")

#: Words that tell nothing about what is sought.
EMPTY_WORD = re.compile(
    "aan|als|bij|dat|de|den|der|die|dit|een|en|er|graag|het|ik|in|is|je|kan|met|mijn|naar|of|om|ons|ook|op|over|te|tot|"
    "u|uit|van|voor|wat|wil|willen|wij|a|an|and|at|by|for|from|i|my|some|the|to|want|with|would",
    re.IGNORECASE,
)

#: The activities in which one word stands. Every part of it can use a GIN index.
WITH_WORD = sql.SQL(
    """
    SELECT id FROM activities_activity
    WHERE search_vector @@ lokaal_search_word({word}, {ending}) OR search_sounds LIKE lokaal_sound_pattern({word})
    UNION SELECT activity_id FROM activities_activitytranslation WHERE language = %(language)s AND (
        search_vector @@ lokaal_search_word({word}, {ending}) OR search_sounds LIKE lokaal_sound_pattern({word})
    )
    """
)
#: Public dates with a name of their own that are not over. Few activities are hidden, so those are looked up.
COMING = sql.SQL(
    """
    date.title <> '' AND date.ends_at > %(not_over)s AND NOT EXISTS (
        SELECT FROM activities_activity hidden WHERE hidden.id = date.activity_id AND hidden.state <> %(state)s
    )
    """
)
#: Where a date's own name has a word. The partial GIN indexes of the dates that have one serve both.
NAMED = sql.SQL(
    """
    lokaal_title_vector(date.title) @@ lokaal_search_word({word}, {ending})
        OR lokaal_search_sounds(date.title, '') LIKE lokaal_sound_pattern({word})
    """
)
WITH_EVERY_WORD = sql.SQL(
    """
    (SELECT id, NULL::uuid FROM activities_activity
    WHERE state = %(state)s AND {conditions} ORDER BY id DESC LIMIT %(most)s)
    UNION ALL
    (SELECT date.activity_id, date.id FROM activities_occurrence date
    WHERE {coming} AND ({named}) AND {date_conditions} ORDER BY date.starts_at LIMIT %(most)s)
    """
)
#: What has too few sounds looks like nothing.
LIKENESS = sql.SQL(
    """
    CASE WHEN lokaal_sound_pattern({word}) IS NULL THEN 0
        ELSE word_similarity(lokaal_sound({word}), {sounds}) END
    """
)
ALIKE_ONES = sql.SQL(
    """
    SELECT id, date_id, alike, max(alike) OVER () AS best FROM (
        SELECT activity.id, NULL::uuid AS date_id, greatest({original}, {translation}) AS alike
        FROM activities_activity activity
        LEFT JOIN activities_activitytranslation translation
            ON translation.activity_id = activity.id AND translation.language = %(language)s
        WHERE activity.state = %(state)s
        UNION ALL
        SELECT date.activity_id, date.id, {named}
        FROM activities_occurrence date WHERE {coming} AND {nearly}
    ) compared
    WHERE alike >= %(alike)s ORDER BY alike DESC, id DESC, date_id DESC LIMIT %(most)s
    """
)
#: `<%%` is the test of word similarity (at least 0.6, as PostgreSQL has it) that the index answers.
NEARLY = sql.SQL("lokaal_sound({word}) <%% lokaal_search_sounds(date.title, '')")


@dataclass(frozen=True, slots=True)
class Found:
    """Public activities, and whether they are what was asked or only look like it.

    `dates`: dates with such a name of their own, by activity. Where `ids` does not have the activity, only those count.
    """

    ids: list[UUID]
    dates: dict[UUID, list[UUID]] = field(default_factory=dict)
    is_exact: bool = True

    def __bool__(self) -> bool:
        return bool(self.ids or self.dates)


def readable(question: str) -> str:
    """Return a question as it can be searched and shown: whole characters, on one line, of a sane length."""
    text = unicodedata.normalize("NFC", question[: 4 * LONGEST])
    text = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in text)
    return " ".join(text.split())[:LONGEST].strip()


def words_of(question: str) -> list[str]:
    """Return the first words of a question that tell what is sought; all of them when none does."""
    every = WORD.findall(readable(question))
    return ([word for word in every if not EMPTY_WORD.fullmatch(word)] or every)[:MOST_WORDS]


def find(question: str, language: str, *, not_over: datetime | None = None) -> Found:
    """Return what is public and meant by a question. Costs one or two queries; any characters are safe.

    `not_over`: the moment (now) at which a date must still run to count by its own name.
    """
    words = words_of(question)
    if not words:
        return Found([])
    at = not_over or timezone.now()
    return _with_every_word(words, language, at) or _alike(words, language, at)


def _found(rows: Iterable[tuple[UUID, UUID | None]], *, is_exact: bool) -> Found:
    """Sort rows of an activity, or of an activity and a date."""
    found = Found([], is_exact=is_exact)
    for activity, date in rows:
        if date is None:
            found.ids.append(activity)
        else:
            found.dates.setdefault(activity, []).append(date)
    return found


def _with_every_word(words: list[str], language: str, not_over: datetime) -> Found | None:
    conditions, date_conditions, named = [], [], []
    values: dict[str, Any] = {
        "language": language,
        "state": ActivityState.PUBLISHED,
        "most": MOST_FOUND,
        "not_over": not_over,
    }
    for number, word in enumerate(words):
        values[f"word{number}"] = word
        values[f"ending{number}"] = ":*" if len(word) >= SHORTEST_BEGINNING else ""
        placeholders = {
            "word": sql.Placeholder(f"word{number}"),
            "ending": sql.Placeholder(f"ending{number}"),
        }
        found, in_name = WITH_WORD.format(**placeholders), NAMED.format(**placeholders)
        conditions.append(sql.SQL("id IN ({})").format(found))
        date_conditions.append(sql.SQL("({} OR date.activity_id IN ({}))").format(in_name, found))
        named.append(in_name)
    statement = WITH_EVERY_WORD.format(
        conditions=sql.SQL(" AND ").join(conditions),
        coming=COMING,
        named=sql.SQL(" OR ").join(named),
        date_conditions=sql.SQL(" AND ").join(date_conditions),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    return _found(rows, is_exact=True) if rows else None


def _alike(words: list[str], language: str, not_over: datetime) -> Found:
    """Return what has a title or summary that looks most like the words together, if any does."""
    values: dict[str, Any] = {
        "language": language,
        "state": ActivityState.PUBLISHED,
        "alike": ALIKE,
        "most": MOST_FOUND,
        "not_over": not_over,
    }
    values |= {f"word{number}": word for number, word in enumerate(words)}
    statement = ALIKE_ONES.format(
        original=_likeness(sql.SQL("activity.search_sounds"), len(words)),
        translation=_likeness(sql.SQL("translation.search_sounds"), len(words)),
        coming=COMING,
        named=_likeness(sql.SQL("lokaal_search_sounds(date.title, '')"), len(words)),
        nearly=sql.SQL(" AND ").join(
            NEARLY.format(word=sql.Placeholder(f"word{n}")) for n in range(len(words))
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    near = [(key, date) for key, date, alike, best in rows if alike >= NEARLY_AS_ALIKE * best]
    return _found(near, is_exact=False)


def _likeness(sounds: sql.SQL, words: int) -> sql.Composable:
    """How much a text looks like each of the words, on average."""
    each = [LIKENESS.format(word=sql.Placeholder(f"word{n}"), sounds=sounds) for n in range(words)]
    return sql.SQL("({}) / {}").format(sql.SQL(" + ").join(each), sql.Literal(words))
