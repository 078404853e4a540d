"""Lessons: what was learned from what was tried, for who begins something like it, at the step where it matters.

Only this module changes lessons. Whether everybody may read one is decided in activities.initiatives.moderating.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import BooleanField, Case, F, Func, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable

from activities.initiatives import finding, moderating
from activities.models import Lesson, LookBack, Matter, Readers, Wish
from activities.models.look_back import FOR_SEARCH
from activities.models.wish import Showing
from lokaal import bsn
from lokaal.people.models import Person

#: So many lessons stand at one step; more is a lecture.
MOST_AT_A_STEP = 3
#: So many tries are shown to who begins.
MOST_LIKE = 3
#: Lessons about these have no step of their own in a plan: they stand where a plan says "something else".
WITHOUT_STEP = {Matter.TIME, Matter.FORM, Matter.OTHER}


def add(
    look_back: LookBack,
    *,
    text: str,
    matter: Matter,
    readers: Readers,
    language: str,
    person: Person | None,
    with_name: bool = False,
    form_token: UUID | None = None,
    entered_by: Person | None = None,
) -> Lesson:
    """Keep a lesson. The same form again gives the one that was made before.

    Raises HoldsBSN, and HoldsContact when others may read it.
    """
    _check(text, readers)
    made = {
        "look_back": look_back,
        "text": text,
        "matter": matter,
        "readers": readers,
        "language": language,
        "person": person,
        "with_name": with_name,
        "entered_by": entered_by,
        "showing": moderating.first_showing(person, entered_by=entered_by),
    }
    if form_token is None:
        return Lesson.objects.create(**made)
    lesson, _is_new = Lesson.objects.get_or_create(form_token=form_token, defaults=made)
    return lesson


def change(
    lesson: Lesson, *, text: str, matter: Matter, readers: Readers, with_name: bool
) -> Lesson:
    """Say it differently, or to others. The same again changes nothing. Raises what `add` raises."""
    _check(text, readers)
    with transaction.atomic():
        locked = (
            Lesson.objects.select_for_update(of=("self",), no_key=True)
            .select_related("person", "entered_by")
            .get(pk=lesson.pk)
        )
        if locked.text != text or locked.readers != readers:
            locked.showing = (
                Showing.WAITING
                if locked.showing == Showing.HIDDEN
                else moderating.first_showing(locked.person, entered_by=locked.entered_by)
            )
        locked.text, locked.matter = text, matter
        locked.readers, locked.with_name = readers, with_name
        locked.save(
            update_fields=["text", "matter", "readers", "with_name", "showing", "updated_at"]
        )
    return locked


def take_back(lesson: Lesson) -> None:
    """Take a lesson away for good: it was somebody's own. Twice is harmless."""
    Lesson.objects.filter(pk=lesson.pk).delete()


def _check(text: str, readers: Readers) -> None:
    if readers == Readers.US:
        bsn.check_none(text)
    else:
        moderating.check_public(text)


# For who begins ----------------------------------------------------------------------------------


def for_step(kind: str, wish: Wish, *, most: int = MOST_AT_A_STEP) -> list[Lesson]:
    """Return the lessons that matter at a step of the plan of a wish. `kind`: of the step (PlanStepKind).

    First what it grew from, then its own house and what resembles it. One query, and one for what it grew from.
    """
    return for_plan(wish, most=most).get(kind, [])


def for_plan(wish: Wish, *, most: int = MOST_AT_A_STEP) -> dict[str, list[Lesson]]:
    """Return the lessons for every step of a plan, by its kind. One query, however many steps."""
    found: dict[str, list[Lesson]] = {}
    for lesson in _nearest(wish):
        kind = str(Matter.OTHER if lesson.matter in WITHOUT_STEP else lesson.matter)
        at_step = found.setdefault(kind, [])
        if len(at_step) < most:
            at_step.append(lesson)
    return found


def _nearest(wish: Wish) -> Iterable[Lesson]:
    """Lessons of decided tries that who organises this wish may read, nearest first."""
    likeness = likeness_to(wish.text, "look_back__")
    grew_from = Case(
        When(look_back__grew_into=wish.pk, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    own_house = Case(
        When(look_back__centre=wish.centre_id, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    return (
        Lesson.objects.for_organisers(wish.centre)
        .exclude(look_back__wish=wish.pk)
        .select_related("look_back__centre", "person")
        .defer(*FOR_SEARCH, *(f"look_back__{name}" for name in FOR_SEARCH))
        .annotate(grew_from=grew_from, own_house=own_house, likeness=likeness)
        .order_by(
            "-grew_from",
            Case(When(likeness__gt=0, then=F("own_house")), default=Value(0)).desc(),
            "-likeness",
            "-own_house",
            "-id",
        )[:MOST_COMPARED]
    )


#: After so many lessons the rest is too far off to matter.
MOST_COMPARED = 200


def likeness_to(text: str, of: str = "") -> Combinable:
    """How many words of a text stand in the name or sentence of what was tried, as a number to sort by.

    `of`: the way to the look-back, "look_back__" from a lesson.
    """
    likeness: Combinable = Value(0, output_field=IntegerField())
    for word in finding.telling_words(text):
        as_written = _test("@@", F(f"{of}search_vector"), "lokaal_search_word", word, ":*")
        by_ear = _test("LIKE", F(f"{of}search_sounds"), "lokaal_sound_pattern", word)
        has_word = When(Q(as_written) | Q(by_ear), then=Value(1))
        likeness = likeness + Case(has_word, default=Value(0), output_field=IntegerField())
    return likeness


def _test(sign: str, field: F, function: str, *values: str) -> Func:
    """A test of a column against what a function of ours makes of a word."""
    return Func(
        field,
        Func(*(Value(value) for value in values), function=function),
        template="(%(expressions)s)",
        arg_joiner=f" {sign} ",
        output_field=BooleanField(),
    )


def like(text: str, *, most: int = MOST_LIKE) -> list[LookBack]:
    """Return what was tried before and resembles a text, with the lessons that everybody may read: `public_lessons`.

    For the page where somebody begins, and an empty search. Nearest first. Two queries.
    """
    return list(
        LookBack.objects.public()
        .with_page()
        .with_public_lessons()
        .annotate(likeness=likeness_to(text))
        .filter(likeness__gt=0)
        .order_by("-likeness", "-decided_at", "-id")[:most]
    )
