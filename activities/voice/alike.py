"""Finding questions that were asked before, as people write: by ear, with mistakes, in other words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import sql

from activities.models import Question
from activities.models.wish import Showing
from activities.searching import EMPTY_WORD, WORD, readable

LONGEST_TEXT = 500
MOST_WORDS = 10
SHORTEST_WORD = 3
#: Share of its words that a question must have, or nearly have, to be shown to who asks the same.
ALIKE = 0.45
#: Of what somebody searches, nearly all words must be there.
MEANT = 0.6
#: So much must a single word look like one of the other text to count at all (pg_trgm).
WORD_ALIKE = 0.55

#: Words of nearly every question.
SAID_EVERYWHERE = {
    "gemeente",
    "waarom",
    "wanneer",
    "hoe",
    "wie",
    "waar",
    "wordt",
    "worden",
    "moet",
    "niet",
    "geen",
}

#: Each way in can use an index; then the few that are left are compared word by word.
ONES_ALIKE = sql.SQL(
    """
    SELECT id FROM (
        SELECT id, ({likeness}) / {words} AS alike
        FROM activities_question
        WHERE showing = %(shown)s AND ({entrances})
    ) compared
    WHERE alike >= %(least)s ORDER BY alike DESC, id DESC LIMIT %(most)s
    """
)
ENTRANCE = sql.SQL(
    """
    search_vector @@ lokaal_search_word({word}, {ending}) OR search_sounds LIKE lokaal_sound_pattern({word})
        OR lokaal_sound({word}) <%% search_sounds
    """
)
LIKENESS = sql.SQL(
    """
    CASE WHEN search_vector @@ lokaal_search_word({word}, {ending}) OR search_sounds LIKE lokaal_sound_pattern({word})
            THEN 1
        WHEN lokaal_sound_pattern({word}) IS NULL THEN 0
        WHEN word_similarity(lokaal_sound({word}), search_sounds) >= %(word_alike)s
            THEN word_similarity(lokaal_sound({word}), search_sounds)
        ELSE 0 END
    """
)


def alike(text: str, *, most: int, least: float = ALIKE) -> list[Question]:
    """Return shown questions that are about the same, the likest first. Two queries; any characters are safe."""
    ids = alike_ids(text, most=most, least=least)
    found = Question.objects.with_row().in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def alike_ids(text: str, *, most: int, least: float = ALIKE) -> list[UUID]:
    """Return the keys of those questions, the likest first. One query, or none for a text that says nothing."""
    words = telling_words(text)
    if not words:
        return []
    values: dict[str, Any] = {
        "shown": Showing.SHOWN,
        "least": least,
        "most": most,
        "word_alike": WORD_ALIKE,
    }
    entrances, likeness = [], []
    for number, word in enumerate(words):
        values[f"word{number}"] = word
        values[f"ending{number}"] = ":*" if len(word) > SHORTEST_WORD else ""
        names = {
            "word": sql.Placeholder(f"word{number}"),
            "ending": sql.Placeholder(f"ending{number}"),
        }
        entrances.append(ENTRANCE.format(**names))
        likeness.append(LIKENESS.format(**names))
    statement = ONES_ALIKE.format(
        likeness=sql.SQL(" + ").join(likeness),
        words=sql.Literal(float(len(words))),
        entrances=sql.SQL(" OR ").join(entrances),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


def telling_words(text: str) -> list[str]:
    """The words of a text that tell what it is about, each once, in their order."""
    every = [word.lower() for word in WORD.findall(readable_text(text))]
    words = [w for w in every if len(w) >= SHORTEST_WORD and not EMPTY_WORD.fullmatch(w)]
    telling = [word for word in words if word not in SAID_EVERYWHERE] or words or every
    return list(dict.fromkeys(telling))[:MOST_WORDS]


def readable_text(text: str) -> str:
    """Whole characters, without what PostgreSQL refuses."""
    return " ".join(readable(part) for part in text[:LONGEST_TEXT].split())
