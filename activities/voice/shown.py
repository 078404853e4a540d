"""What the pages about questions show, as ready values: the list, the numbers, the line of what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Avg, Count, DurationField, F, Q
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from activities.models import (
    Question,
    QuestionKind,
    QuestionState,
    QuestionStep,
    QuestionStepKind,
    QuestionTheme,
)
from activities.models.question import ANSWERS
from lokaal.look import formats

#: How each state is shown: a class of the badge, a pictogram, a word.
STATE_BADGES = {
    QuestionState.ASKED: ("line", "chat-bubble-left-ellipsis", gettext_lazy("Gesteld")),
    QuestionState.PICKED_UP: ("lucht", "hand-raised", gettext_lazy("Opgepakt")),
    QuestionState.ANSWERED: ("munt", "chat-bubble-left-right", gettext_lazy("Beantwoord")),
    QuestionState.DONE: ("inv", "check-circle", gettext_lazy("Gedaan")),
}
KIND_WORDS = {
    QuestionKind.QUESTION: gettext_lazy("Een vraag"),
    QuestionKind.EXAMPLE: gettext_lazy("Een voorbeeld"),
    QuestionKind.NEED: gettext_lazy("Iets wat nodig is"),
}
STEP_ICONS = {
    QuestionStepKind.PICKED_UP: "hand-raised",
    QuestionStepKind.ANSWERED: "chat-bubble-left-right",
    QuestionStepKind.CORRECTED: "pencil-square",
    QuestionStepKind.PROMISED: "calendar-days",
    QuestionStepKind.DONE: "check-circle",
}
STEP_TINTS = {QuestionStepKind.DONE: "munt", QuestionStepKind.PROMISED: "zon"}


class Badge(NamedTuple):
    kind: str
    icon: str
    label: str | Promise


@dataclass(frozen=True)
class Row:
    """A question in a list."""

    question: Question
    badge: Badge
    theme: str
    theme_lang: str
    me_too: str
    answer: QuestionStep | None = None

    @property
    def url(self) -> str:
        return self.question.get_absolute_url()


@dataclass(frozen=True)
class Happened:
    """One line of what happened. `old`: an answer that was replaced; it stays to be read."""

    heading: str
    icon: str
    tint: str
    at: datetime
    who: str = ""
    text: str = ""
    language: str = "nl"
    due_on: date | None = None
    old: bool = False


@dataclass(frozen=True)
class Numbers:
    """How it goes: so many asked, answered, done; and how long an answer takes, in the middle."""

    asked: int
    answered: int
    done: int
    median_days: int | None

    @property
    def median(self) -> str:
        if self.median_days is None:
            return ""
        return ngettext("%(days)s dag", "%(days)s dagen", self.median_days) % {
            "days": self.median_days
        }


class Median(Avg):
    """The middle one of a stretch of time."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True)
class Page:
    """Everything on the page of one question."""

    row: Row
    kind: str | Promise
    line: list[Happened] = field(default_factory=list)
    examples: list[Any] = field(default_factory=list)


def badge_of(question: Question) -> Badge:
    return Badge(*STATE_BADGES[QuestionState(question.state)])


def row_of(question: Question, *, with_answer: bool = False) -> Row:
    """A question as a line; `with_answer` reads its loaded steps."""
    name, lang = theme_words(question.theme)
    return Row(
        question=question,
        badge=badge_of(question),
        theme=name,
        theme_lang=lang,
        me_too=me_too_words(question.me_too),
        answer=last_answer(question.steps.all()) if with_answer else None,
    )


def theme_words(theme: QuestionTheme | None) -> tuple[str, str]:
    """The name of a theme, and its language where that is another than the page's."""
    if theme is None:
        return "", ""
    language = get_language() or "nl"
    name, lang = theme.words(language)
    return name, lang if lang != language else ""


def me_too_words(people: int) -> str:
    if not people:
        return ""
    return ngettext("%(people)s mens heeft dit ook", "%(people)s mensen hebben dit ook", people) % {
        "people": people
    }


def last_answer(steps: Iterable[QuestionStep]) -> QuestionStep | None:
    answers = [step for step in steps if step.kind in ANSWERS]
    return answers[-1] if answers else None


def line_of(question: Question) -> list[Happened]:
    """What happened with a question, the first thing first. Load it `with_page()`."""
    steps = list(question.steps.all())
    current = last_answer(steps)
    return [_asked(question), *(_happened(step, current) for step in steps)]


def numbers(questions: Any = None) -> Numbers:
    """Count the shown questions. One query."""
    shown = Question.objects.shown() if questions is None else questions
    found = shown.order_by().aggregate(
        asked=Count("id"),
        answered=Count("id", filter=Q(answered_at__isnull=False)),
        done=Count("id", filter=Q(state=QuestionState.DONE)),
        median=Median(F("answered_at") - F("created_at"), output_field=DurationField()),
    )
    median = found["median"]
    return Numbers(
        found["asked"],
        found["answered"],
        found["done"],
        None if median is None else round(median.total_seconds() / 86_400),
    )


def _asked(question: Question) -> Happened:
    who = question.shown_name or (_("Een bewoner"))
    return Happened(
        heading=_("Gesteld"),
        icon="chat-bubble-left-ellipsis",
        tint="roos",
        at=question.created_at,
        who=who,
    )


def _happened(step: QuestionStep, current: QuestionStep | None) -> Happened:
    headings = {
        QuestionStepKind.PICKED_UP: _("Opgepakt"),
        QuestionStepKind.ANSWERED: _("Antwoord"),
        QuestionStepKind.CORRECTED: _("Antwoord verbeterd"),
        QuestionStepKind.PROMISED: _("Dit gaat er gebeuren"),
        QuestionStepKind.DONE: _("Dit is ermee gedaan"),
    }
    kind = QuestionStepKind(step.kind)
    return Happened(
        heading=headings[kind],
        icon=STEP_ICONS[kind],
        tint=STEP_TINTS.get(kind, "lucht"),
        at=step.at,
        who=step.signature,
        text=step.text,
        language=step.language,
        due_on=step.due_on,
        old=step.is_answer and current is not None and step.pk != current.pk,
    )


def due_words(question: Question) -> str | SafeString:
    """Before which day something is promised, or that the day is past; empty when nothing is."""
    if question.state == QuestionState.DONE:
        return ""
    by = question.pick_up_by if question.state == QuestionState.ASKED else question.due_on
    if by is None:
        return ""
    if question.is_late:
        return _("Te laat: was %(day)s") % {"day": formats.day(by)}
    return _("Uiterlijk %(day)s") % {"day": formats.day(by)}
