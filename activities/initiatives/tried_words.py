"""What was tried, in words and ready values: badges, when it was, how many came, and the answers that may be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from activities.initiatives.looking_back import Counted
from activities.models import Choice, Lesson, LookBack, Matter, Outcome, Readers, Reflection
from activities.models.look_back import QUESTIONS
from activities.organised import Badge
from lokaal.look.formats import day

#: A published figure below this could point at people.
FEWEST = 5
#: The four questions as they are asked, with a line of help (domain.md, 5).
ASKED: dict[str, tuple[Any, Any]] = {
    "why": (
        gettext_lazy("Waarom vonden we dat er iets moest gebeuren?"),
        gettext_lazy("Denk terug aan het begin. Wat miste er?"),
    ),
    "happened": (
        gettext_lazy("Wat gebeurde er?"),
        gettext_lazy("Vertel wat je zag. Ook wat klein was."),
    ),
    "missing": (
        gettext_lazy("Wie was er niet?"),
        gettext_lazy("Voor wie was het ook bedoeld? Schrijf geen namen op."),
    ),
    "better_form": (
        gettext_lazy("Welke vorm past beter?"),
        gettext_lazy("Een andere dag, plek of manier? Of past het zo?"),
    ),
}
#: What stands beside a matter of lessons.
MATTER_ICONS = {
    Matter.ROOM: "home",
    Matter.MONEY: "currency-euro",
    Matter.HELPERS: "user-group",
    Matter.ACCESS: "key",
    Matter.POSTER: "megaphone",
    Matter.TIME: "clock",
    Matter.FORM: "sparkles",
    Matter.OTHER: "light-bulb",
}
CHOICE_ICONS = {
    Choice.AGAIN: "arrow-path",
    Choice.DIFFERENT: "adjustments-horizontal",
    Choice.NO_NEED: "x-mark",
}


def outcome_badge(outcome: str) -> Badge:
    if outcome == Outcome.KEPT:
        return Badge("check-circle", _("Gebleven"), "munt")
    if outcome == Outcome.ADAPTED:
        return Badge("arrow-path", _("Aangepast"), "zon")
    if outcome == Outcome.STOPPED:
        return Badge("light-bulb", _("Gestopt, en geleerd"), "line")
    return Badge("clock", _("Nog geen besluit"), "dash")


def when(look_back: LookBack) -> str:
    """Van dinsdag 3 maart tot en met dinsdag 24 maart; empty when it was never held."""
    first, last = look_back.first_on, look_back.last_on
    if first is None or last is None:
        return ""
    if first == last:
        return capfirst(day(first))
    return _("Van %(first)s tot en met %(last)s") % {"first": day(first), "last": day(last)}


def how_often(look_back: LookBack) -> str:
    """4 keer geweest."""
    times = look_back.times_held
    if not times:
        return _("Het is niet doorgegaan")
    return ngettext("%(times)d keer geweest", "%(times)d keer geweest", times) % {"times": times}


def how_many(look_back: LookBack) -> str:
    """Samen 31 bezoeken. Few visits are not counted out: they could point at somebody. Empty when never held."""
    people = look_back.people_came
    if not look_back.times_held:
        return ""
    if people < FEWEST:
        return _("Minder dan %(few)d bezoeken") % {"few": FEWEST}
    return _("Samen %(people)d bezoeken") % {"people": people}


def facts(look_back: LookBack) -> list[tuple[str, str]]:
    """When, how often and how many, as a pictogram and words."""
    return [
        (icon, words)
        for icon, words in (
            ("calendar-days", when(look_back)),
            ("arrow-path", how_often(look_back)),
            ("users", how_many(look_back)),
        )
        if words
    ]


def card(look_back: LookBack) -> dict[str, Any]:
    """What was tried, for a list: loaded with_page() and with_public_lessons()."""
    lessons = look_back.public_lessons
    return {
        "look_back": look_back,
        "badge": outcome_badge(look_back.outcome),
        "facts": facts(look_back),
        "lesson": lessons[0] if lessons else None,
        "more": max(0, len(lessons) - 1),
    }


@dataclass(frozen=True)
class Answered:
    """One question and what was said about it by several, each with the language and maybe a first name."""

    question: str
    slug: str
    answers: list[tuple[str, str, str]]


def answers_of(reflections: Iterable[Reflection]) -> list[Answered]:
    """The answers by question, in the order in which they are asked; questions without an answer are left out."""
    told = list(reflections)
    found = []
    for slug in QUESTIONS:
        said = [
            (str(getattr(one, slug)), one.language, one.shown_name)
            for one in told
            if getattr(one, slug)
        ]
        if said:
            found.append(Answered(str(ASKED[slug][0]), slug, said))
    return found


@dataclass(frozen=True)
class Matters:
    """The lessons about one matter."""

    icon: str
    name: str
    lessons: list[Lesson]


def by_matter(lessons: Iterable[Lesson]) -> list[Matters]:
    """Lessons in the order of the steps of a plan."""
    sorted_out: dict[str, list[Lesson]] = {}
    for lesson in lessons:
        sorted_out.setdefault(lesson.matter, []).append(lesson)
    return [
        Matters(MATTER_ICONS[matter], capfirst(str(matter.label)), sorted_out[matter])
        for matter in Matter
        if matter in sorted_out
    ]


def reactions_in_words(counted: Counted) -> list[tuple[str, str]]:
    """What those who came said, as a pictogram and words. Nothing while so few answered that it points at them."""
    if counted.total < FEWEST:
        return []
    return [
        (
            CHOICE_ICONS[Choice.AGAIN],
            ngettext("%(number)d zegt: weer zo", "%(number)d zeggen: weer zo", counted.again)
            % {"number": counted.again},
        ),
        (
            CHOICE_ICONS[Choice.DIFFERENT],
            ngettext("%(number)d zegt: anders", "%(number)d zeggen: anders", counted.different)
            % {"number": counted.different},
        ),
        (
            CHOICE_ICONS[Choice.NO_NEED],
            ngettext(
                "%(number)d zegt: hoeft niet", "%(number)d zeggen: hoeft niet", counted.no_need
            )
            % {"number": counted.no_need},
        ),
    ]


def readers_in_words(readers: str) -> str:
    """Who reads it, as a line under what somebody wrote."""
    return {
        Readers.US: _("Alleen wij lezen dit."),
        Readers.HOUSE: _("Wie in dit huis iets organiseert, leest dit."),
        Readers.EVERYONE: _("Iedereen leest dit."),
    }[Readers(readers)]


def page_language() -> str:
    """The language in which somebody writes here: that of the page."""
    return get_language() or "nl"
