"""A plan as people see it: its steps with their days and lessons, the dates and helpers, the money."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.forms.plans import KIND_ICONS
from activities.idea_cards import StateSign, other_language, state_sign
from activities.initiatives import lessons
from activities.models import (
    Activity,
    Grant,
    GrantState,
    Helper,
    HelperAnswer,
    Lesson,
    Plan,
    PlanNote,
    PlanStep,
    Wish,
    WishState,
)
from activities.organised import state_badge
from lokaal.look.formats import clock_range, day, day_and_clock, euro
from lokaal.look.own_words import joined, own_words, sentence
from lokaal.people.models import Person

#: The pictogram and the plane of how a grant stands; its word is that of the state.
GRANT_SIGNS: dict[str, tuple[str, str]] = {
    GrantState.ASKED: ("clock", "dash"),
    GrantState.GRANTED: ("check-circle", "munt"),
    GrantState.REFUSED: ("x-circle", "line"),
    GrantState.WITHDRAWN: ("arrow-uturn-left", "line"),
    GrantState.CLOSED: ("archive-box", "line"),
}


@dataclass(frozen=True)
class StepRow:
    """A step in a list. `about` says when, by whom and what was noted; `lessons` are those of its kind."""

    step: PlanStep
    icon: str
    kind: str
    lang: str
    when: str
    about: Any
    lessons: list[Lesson] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)

    @property
    def is_late(self) -> bool:
        return self.step.is_late


@dataclass(frozen=True)
class DateRow:
    """A try-out date: the day, the hours, how it stands."""

    day: str
    hours: str
    badge: Any
    is_gone: bool


@dataclass(frozen=True)
class HelperRow:
    helper: Helper
    icon: str
    words: str

    @property
    def helps(self) -> bool:
        return self.helper.answer == HelperAnswer.YES

    @property
    def cannot(self) -> bool:
        return self.helper.answer == HelperAnswer.NO


@dataclass(frozen=True)
class GrantRow:
    """Money that was asked: how it stands, in words."""

    grant: Grant
    icon: str
    kind: str
    label: str
    words: str


@dataclass(frozen=True)
class PlanLink:
    """A plan in a list, with what is late in words."""

    wish: Wish
    lang: str
    badge: StateSign
    late: str


def step_rows(plan: Plan, wish: Wish) -> tuple[list[StepRow], list[StepRow]]:
    """What is still to be done, in order, and what is done. The lessons of a kind stand at its first open step."""
    learned = dict(lessons.for_plan(wish))
    todo, done = [], []
    for step in plan.steps.in_order().select_related("person"):
        if step.is_done:
            done.append(step_row(step))
        else:
            todo.append(step_row(step, learned.pop(step.kind, [])))
    return todo, done


def step_row(step: PlanStep, learned: Iterable[Lesson] = ()) -> StepRow:
    return StepRow(
        step=step,
        icon=KIND_ICONS[step.kind],
        kind=capfirst(str(step.get_kind_display())),
        lang=other_language(step.language),
        when=when_of(step),
        about=joined([_by_whom(step), own_words(step.note.rstrip("."), step.language)]),
        lessons=list(learned),
    )


def when_of(step: PlanStep) -> str:
    """On which day a step was or is to be done, or how long before a first time that has no day yet."""
    if step.done_at:
        words = {"day": day(step.done_at), "name": step.done_name}
        if step.done_name:
            return _("Klaar op %(day)s, door %(name)s") % words
        return _("Klaar op %(day)s") % words
    if step.due_on:
        return capfirst(day(step.due_on))
    if step.days_before is None:
        return _("Geen dag")
    if step.days_before == 0:
        return _("Op de dag zelf")
    return ngettext(
        "%(n)s dag voor de eerste keer", "%(n)s dagen voor de eerste keer", step.days_before
    ) % {"n": step.days_before}


def _by_whom(step: PlanStep) -> Any:
    return sentence(_("%(name)s doet dit"), name=step.doer) if step.doer else ""


def plans_of(person: Person) -> list[PlanLink]:
    """The plans of what this person began or organises along, with how many steps are late. One query."""
    late = Q(plan__steps__done_at=None, plan__steps__due_on__lt=timezone.localdate())
    organised = Wish.organisers.through.objects.filter(wish=OuterRef("pk"), person=person)
    mine = (
        Wish.objects.on_its_way()
        .filter(Q(person=person, let_go_at=None) | Q(Exists(organised)))
        .filter(Q(plan__isnull=False) | Q(state=WishState.PLANNING))
        .defer("search_vector", "search_sounds")
        .annotate(late_steps=Count("plan__steps", filter=late))
        .order_by("-late_steps", "created_at", "id")
    )
    return [
        PlanLink(wish, other_language(wish.language), state_sign(wish), late_words(wish.late_steps))
        for wish in mine
    ]


def late_words(late: int) -> str:
    """2 stappen zijn te laat. Empty for none."""
    if not late:
        return ""
    return ngettext(
        "%(n)s stap is te laat. Kijk samen wat kan.",
        "%(n)s stappen zijn te laat. Kijk samen wat kan.",
        late,
    ) % {"n": late}


def date_rows(activity: Activity) -> list[DateRow]:
    return [
        DateRow(
            day=capfirst(day(date.starts_at)),
            hours=clock_range(date.starts_at, date.ends_at),
            badge=state_badge(date),
            is_gone=date.is_cancelled,
        )
        for date in activity.occurrences.order_by("starts_at", "id")
    ]


def helper_rows(activity: Activity) -> list[HelperRow]:
    signs = {
        HelperAnswer.YES: ("check-circle", _("Helpt mee")),
        HelperAnswer.WAITING: ("clock", _("Nog geen antwoord")),
        HelperAnswer.NO: ("x-circle", _("Kan niet")),
    }
    return [
        HelperRow(helper, *signs[HelperAnswer(helper.answer)])
        for helper in Helper.objects.filter(activity=activity).in_order()
    ]


def note_rows(plan: Plan) -> list[dict[str, Any]]:
    """What they wrote to each other, first one first."""
    return [
        {
            "text": note.text,
            "lang": other_language(note.language),
            "name": _writer(note),
            "at": day_and_clock(note.created_at),
        }
        for note in plan.notes.select_related("writer")
    ]


def _writer(note: PlanNote) -> str:
    return note.writer_name or _("Iemand met de link")


def grant_row(grant: Grant) -> GrantRow:
    icon, kind = GRANT_SIGNS[grant.state]
    amount = euro(grant.amount_cents)
    if grant.state == GrantState.GRANTED:
        words = _("Je krijgt %(amount)s. Daarvan is nog %(left)s over.")
    elif grant.state == GrantState.CLOSED:
        words = _("Je kreeg %(amount)s. Uitgegeven is %(spent)s.")
    else:
        words = _("Je vroeg %(amount)s.")
    told = {"amount": amount, "left": euro(grant.left_cents), "spent": euro(grant.spent_cents)}
    return GrantRow(grant, icon, kind, capfirst(str(grant.get_state_display())), words % told)
