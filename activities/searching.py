"""Finding activities by words, as people type them: whole words, beginnings, parts of words, by ear, with mistakes.

First every word must be there, as a stem, a beginning or a part of a longer word. Only where that finds nothing, what
looks or sounds most like it counts. Words in the reader's language count as much as the original.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
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
WITH_EVERY_WORD = sql.SQL(
    """
    SELECT id FROM activities_activity
    WHERE state = %(state)s AND {conditions} ORDER BY id DESC LIMIT %(most)s
    """
)
#: What has too few sounds looks like nothing.
LIKENESS = sql.SQL(
    """
    CASE WHEN lokaal_sound_pattern({word}) IS NULL THEN 0
        ELSE word_similarity(lokaal_sound({word}), {table}.search_sounds) END
    """
)
ALIKE_ONES = sql.SQL(
    """
    SELECT id, alike, max(alike) OVER () AS best FROM (
        SELECT activity.id, greatest({original}, {translation}) AS alike
        FROM activities_activity activity
        LEFT JOIN activities_activitytranslation translation
            ON translation.activity_id = activity.id AND translation.language = %(language)s
        WHERE activity.state = %(state)s
    ) compared
    WHERE alike >= %(alike)s ORDER BY alike DESC, id DESC LIMIT %(most)s
    """
)


@dataclass(frozen=True, slots=True)
class Found:
    """Public activities, and whether they are what was asked or only look like it."""

    ids: list[UUID]
    is_exact: bool = True


def readable(question: str) -> str:
    """Return a question as it can be searched and shown: whole characters, on one line, of a sane length."""
    text = unicodedata.normalize("NFC", question[: 4 * LONGEST])
    text = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in text)
    return " ".join(text.split())[:LONGEST].strip()


def find(question: str, language: str) -> Found:
    """Return the public activities that a question means. Costs one or two queries; any characters are safe."""
    every = WORD.findall(readable(question))
    words = [word for word in every if not EMPTY_WORD.fullmatch(word)] or every
    words = words[:MOST_WORDS]
    if not words:
        return Found([])
    found = _with_every_word(words, language)
    return Found(found) if found else Found(_alike(words, language), is_exact=False)


def _with_every_word(words: list[str], language: str) -> list[UUID]:
    conditions = []
    values: dict[str, Any] = {
        "language": language,
        "state": ActivityState.PUBLISHED,
        "most": MOST_FOUND,
    }
    for number, word in enumerate(words):
        values[f"word{number}"] = word
        values[f"ending{number}"] = ":*" if len(word) >= SHORTEST_BEGINNING else ""
        found = WITH_WORD.format(
            word=sql.Placeholder(f"word{number}"), ending=sql.Placeholder(f"ending{number}")
        )
        conditions.append(sql.SQL("id IN ({})").format(found))
    statement = WITH_EVERY_WORD.format(conditions=sql.SQL(" AND ").join(conditions))
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


def _alike(words: list[str], language: str) -> list[UUID]:
    """Return the activities whose title or summary looks most like the words together, if any does."""
    values: dict[str, Any] = {
        "language": language,
        "state": ActivityState.PUBLISHED,
        "alike": ALIKE,
        "most": MOST_FOUND,
    }
    values |= {f"word{number}": word for number, word in enumerate(words)}
    statement = ALIKE_ONES.format(
        original=_likeness("activity", len(words)), translation=_likeness("translation", len(words))
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [key for key, alike, best in cursor.fetchall() if alike >= NEARLY_AS_ALIKE * best]


def _likeness(table: str, words: int) -> sql.Composable:
    """How much a text looks like each of the words, on average."""
    each = [
        LIKENESS.format(word=sql.Placeholder(f"word{n}"), table=sql.Identifier(table))
        for n in range(words)
    ]
    return sql.SQL("({}) / {}").format(sql.SQL(" + ").join(each), sql.Literal(words))
