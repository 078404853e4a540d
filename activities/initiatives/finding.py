"""What there is already that looks like a wish: activities that run or ran, and other wishes, with what came of them.

A wish is a sentence, not a question of one word, so every word of it is sought by itself and the most in common comes
first. Accents, spelling by ear and typing errors are forgiven, as in the agenda.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import sql

from activities.models import Activity, ActivityState, Showing, Wish
from activities.searching import EMPTY_WORD, SHORTEST_BEGINNING, WORD, readable

MOST_WORDS = 10
MOST_SHOWN = 4
MOST_FOUND = 100

#: Words with which people begin a wish, and that say nothing about what it is.
WISHING_WORD = re.compile(
    "samen|leuk|leuke|iets|buurt|wijk|plek|plekje|keer|eens|mensen|iemand|anderen|andere|zou|zouden|kunnen|kan|mogen|"
    "heel|veel|meer|weer|altijd|graag|doen|gaan|maken|hebben|heb|hier|daar|dan|zo|niet|geen|maar|want|dag|wordt|we|"
    "mis|missen|zin|leren|like|love|something|people|together|could|would|more|here|not|learn|miss",
    re.IGNORECASE,
)

#: Where one word stands in a text: by its stem or beginning, as part of a longer word, or nearly. Indexes serve each.
HAS_WORD = sql.SQL(
    """
    ({row}.search_vector @@ lokaal_search_word({word}, {ending})
        OR {row}.search_sounds LIKE lokaal_sound_pattern({word})
        OR (length({word}) > 3 AND lokaal_sound({word}) <% {row}.search_sounds))
    """
)
WISHES = sql.SQL(
    """
    SELECT id, {score} AS score FROM activities_wish row
    WHERE showing = {shown} AND ({any_word}) ORDER BY score DESC, id DESC LIMIT {most}
    """
)
ACTIVITIES = sql.SQL(
    """
    SELECT id, max(score) AS score FROM (
        SELECT row.id, {score} AS score FROM activities_activity row
        WHERE row.state <> {draft} AND ({any_word})
        UNION ALL
        SELECT row.activity_id, {score} FROM activities_activitytranslation row
        JOIN activities_activity activity ON activity.id = row.activity_id AND activity.state <> {draft}
        WHERE {any_word}
    ) found GROUP BY id ORDER BY score DESC, id DESC LIMIT {most}
    """
)


#: What looks or sounds like a word from this likeness on (pg_trgm), when nothing holds the words themselves.
ALIKE = 0.5
LOOKS_LIKE = sql.SQL(
    "(length({word}) > 3 AND word_similarity(lokaal_sound({word}), {row}.search_sounds) >= {alike})"
)


@dataclass(frozen=True, slots=True)
class Similar:
    """What looks like a wish. Activities that run come before those that stopped."""

    activities: list[Activity]
    wishes: list[Wish]

    def __bool__(self) -> bool:
        return bool(self.activities or self.wishes)


def similar_to(text: str, *, but: UUID | None = None) -> Similar:
    """Return what looks most like a wish, at most four of each. Costs five to seven queries; any characters are safe.

    `but`: a wish that is not told itself.
    """
    words = telling_words(text)
    if not words:
        return Similar([], [])
    activities = _best(ACTIVITIES, words)
    wishes = [pk for pk in _best(WISHES, words) if pk != but]
    return Similar(_activities(activities[:MOST_SHOWN]), _wishes(wishes[:MOST_SHOWN]))


def wishes_like(text: str) -> list[UUID]:
    """Return the keys of shown wishes that hold the words of a question, the best first."""
    words = telling_words(text) or WORD.findall(readable(text))[:MOST_WORDS]
    return _best(WISHES, words) if words else []


def telling_words(text: str) -> list[str]:
    """Return the words of a sentence that tell what it is about."""
    words = [
        word
        for word in WORD.findall(" ".join(text.split())[:500].replace("\x00", ""))
        if not EMPTY_WORD.fullmatch(word) and not WISHING_WORD.fullmatch(word) and len(word) > 2
    ]
    return list(dict.fromkeys(words))[:MOST_WORDS]


def _best(statement: sql.SQL, words: list[str]) -> list[UUID]:
    """Those with the most words in common; only when there are none, those that look like it."""
    return _with_words(statement, words, HAS_WORD) or _with_words(statement, words, LOOKS_LIKE)


def _with_words(statement: sql.SQL, words: list[str], condition: sql.SQL) -> list[UUID]:
    """Those for which the condition holds for at least one word, and at least half as many as for the best one."""
    conditions = [
        condition.format(
            row=sql.Identifier("row"),
            word=sql.Literal(word),
            ending=sql.Literal(":*" if len(word) >= SHORTEST_BEGINNING else ""),
            alike=sql.Literal(ALIKE),
        )
        for word in words
    ]
    points = [sql.SQL("CASE WHEN {} THEN 1 ELSE 0 END").format(one) for one in conditions]
    composed = statement.format(
        score=sql.SQL("({})").format(sql.SQL(" + ").join(points)),
        any_word=sql.SQL(" OR ").join(conditions),
        shown=sql.Literal(str(Showing.SHOWN)),
        draft=sql.Literal(str(ActivityState.DRAFT)),
        most=sql.Literal(MOST_FOUND),
    )
    with connection.cursor() as cursor:
        cursor.execute(composed)
        rows: list[Any] = cursor.fetchall()
    return [pk for pk, score in rows if 2 * score >= rows[0][1]]


def _activities(keys: list[UUID]) -> list[Activity]:
    found = Activity.objects.for_list().prefetch_related("translations").in_bulk(keys)
    known = [found[pk] for pk in keys if pk in found]
    return sorted(known, key=lambda activity: activity.state == ActivityState.STOPPED)


def _wishes(keys: list[UUID]) -> list[Wish]:
    found = Wish.objects.for_list().in_bulk(keys)
    return [found[pk] for pk in keys if pk in found]
