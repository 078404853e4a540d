"""What we tried and learned, for everybody to find: lists and search. Nothing here changes anything.

Words are found as in the agenda (activities.searching): accents, spelling by ear and typing errors forgiven. They count
where they stand in the name, the sentence, the reason, a lesson or an answer that everybody may read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count
from psycopg import sql

from activities import searching
from activities.models import ActivityState, LookBack, Outcome, Readers
from activities.models.look_back import LookBackQuerySet
from activities.models.wish import Showing
from lokaal.centres.models import Centre

MOST_FOUND = 200

#: What is public: LookBackQuerySet.public(), in SQL.
PUBLIC = sql.SQL(
    """
    FROM activities_lookback tried
    JOIN activities_activity activity ON activity.id = tried.activity_id
    LEFT JOIN activities_wish wish ON wish.id = tried.wish_id
    WHERE tried.outcome <> '' AND activity.state = ANY(%(states)s)
        AND (wish.id IS NULL OR wish.showing = %(shown)s)
    """
)
HAS_WORD = sql.SQL(
    """
    (tried.search_vector @@ lokaal_search_word({word}, {ending})
        OR tried.search_sounds LIKE lokaal_sound_pattern({word})
        OR EXISTS (
            SELECT FROM activities_lesson lesson WHERE lesson.look_back_id = tried.id
                AND lesson.readers = %(everyone)s AND lesson.showing = %(shown)s
                AND (lesson.search_vector @@ lokaal_search_word({word}, {ending})
                    OR lesson.search_sounds LIKE lokaal_sound_pattern({word}))
        )
        OR EXISTS (
            SELECT FROM activities_reflection said WHERE said.look_back_id = tried.id
                AND said.readers = %(everyone)s AND said.showing = %(shown)s
                AND lokaal_search_vector(
                    said.language, said.why || ' ' || said.happened, said.missing, said.better_form)
                    @@ lokaal_search_word({word}, {ending})
        ))
    """
)
EXACT = sql.SQL(
    "SELECT tried.id {public} AND {conditions} ORDER BY tried.decided_at DESC LIMIT %(most)s"
)
#: What has too few sounds looks like nothing.
LIKENESS = sql.SQL(
    """
    CASE WHEN lokaal_sound_pattern({word}) IS NULL THEN 0
        ELSE word_similarity(lokaal_sound({word}), tried.search_sounds) END
    """
)
ALIKE = sql.SQL(
    """
    SELECT id FROM (
        SELECT tried.id, tried.decided_at, ({likeness}) / {count} AS alike {public}
    ) compared
    WHERE alike >= %(alike)s ORDER BY alike DESC, decided_at DESC LIMIT %(most)s
    """
)


@dataclass(frozen=True)
class Found:
    """What was tried and answers a question, best first; and whether it is what was asked, or only looks like it."""

    ids: list[UUID]
    is_exact: bool = True


def find(question: str) -> Found:
    """Return what was tried and is meant by a question. Costs one or two queries; any characters are safe."""
    words = searching.words_of(question)
    if not words:
        return Found([])
    values = _values(words)
    exact = _rows(
        EXACT.format(
            public=PUBLIC,
            conditions=sql.SQL(" AND ").join(
                HAS_WORD.format(
                    word=sql.Placeholder(f"word{n}"), ending=sql.Placeholder(f"ending{n}")
                )
                for n in range(len(words))
            ),
        ),
        values,
    )
    if exact:
        return Found(exact)
    likeness = sql.SQL(" + ").join(
        LIKENESS.format(word=sql.Placeholder(f"word{n}")) for n in range(len(words))
    )
    alike = _rows(
        ALIKE.format(public=PUBLIC, likeness=likeness, count=sql.Literal(len(words))), values
    )
    return Found(alike, is_exact=False)


def _values(words: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "states": [ActivityState.PUBLISHED, ActivityState.STOPPED],
        "shown": Showing.SHOWN,
        "everyone": Readers.EVERYONE,
        "alike": searching.ALIKE,
        "most": MOST_FOUND,
    }
    for number, word in enumerate(words):
        values[f"word{number}"] = word
        values[f"ending{number}"] = ":*" if len(word) >= searching.SHORTEST_BEGINNING else ""
    return values


def _rows(statement: sql.Composed, values: dict[str, Any]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [key for (key,) in cursor.fetchall()]


@dataclass(frozen=True)
class Counts:
    """How much was tried, and what became of it."""

    kept: int
    adapted: int
    stopped: int

    @property
    def total(self) -> int:
        return self.kept + self.adapted + self.stopped


def of(
    *, year: int | None = None, centre: Centre | None = None, outcome: str = "", ids: Any = None
) -> LookBackQuerySet:
    """What everybody may see, of a year of decision, a house, an outcome, or among what was found."""
    found = LookBack.objects.public()
    if year:
        found = found.filter(decided_at__year=year)
    if centre:
        found = found.filter(centre=centre)
    if outcome:
        found = found.filter(outcome=outcome)
    if ids is not None:
        found = found.filter(pk__in=ids)
    return found


def counts_of(found: LookBackQuerySet) -> Counts:
    """Count by what became of it. One query."""
    rows = dict(found.order_by().values_list("outcome").annotate(number=Count("pk")))
    return Counts(
        rows.get(Outcome.KEPT, 0), rows.get(Outcome.ADAPTED, 0), rows.get(Outcome.STOPPED, 0)
    )


def years() -> list[int]:
    """The years in which something was decided, newest first. One query."""
    days = LookBack.objects.public().datetimes("decided_at", "year", order="DESC")
    return [day.year for day in days]
