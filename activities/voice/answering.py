"""What is done with a question: picked up, answered, promised, done. Only this module changes its state.

Each step locks the question, reads it again, and adds a row that never changes, so that everybody can read the line
of what happened. An answer always has a name: of an official or of somebody who works here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import emails
from activities.exceptions import NoAnswerer, NotShown, StepTaken
from activities.models import (
    KnowledgeSession,
    Question,
    QuestionState,
    QuestionStep,
    QuestionStepKind,
)
from activities.models.question import ANSWERS
from lokaal import bsn
from lokaal.people.models import Person


def pick_up(
    question: Question,
    *,
    owner_name: str,
    owner_function: str,
    due_on: date,
    by: Person,
    owner_email: str = "",
    session: KnowledgeSession | None = None,
) -> Question:
    """Somebody takes a question on and says by which day there is an answer. The same again changes nothing.

    `by` keeps an eye on it. Raises StepTaken when somebody else picked it up, NotShown, and NoAnswerer without a name.
    """
    _check_name(owner_name)
    with transaction.atomic():
        locked = _locked(question)
        if locked.state == QuestionState.PICKED_UP and locked.owner_name == owner_name:
            return locked
        if locked.state != QuestionState.ASKED:
            raise StepTaken(_("Iemand was je voor. Kijk wat er nu staat."))
        _check_shown(locked)
        _own(locked, owner_name, owner_function, owner_email, due_on)
        locked.session, locked.keeper = session, by
        _go_on(locked, QuestionState.PICKED_UP, "session", "keeper", *OWNER)
        _step(locked, QuestionStepKind.PICKED_UP, owner_name, owner_function, by, due_on=due_on)
    return locked


def promise(
    question: Question,
    *,
    text: str,
    owner_name: str,
    owner_function: str,
    due_on: date,
    by: Person,
    owner_email: str = "",
) -> Question:
    """Say what comes next, who does it and before which day: a follow-up, or another day or owner.

    The same promise again changes nothing. Raises StepTaken before it is picked up or once it is done, NotShown,
    NoAnswerer, and HoldsBSN.
    """
    _check_name(owner_name)
    bsn.check_none(text)
    with transaction.atomic():
        locked = _locked(question)
        if locked.state not in {QuestionState.PICKED_UP, QuestionState.ANSWERED}:
            raise StepTaken(_("Dit kan nu niet. Kijk wat er nu staat."))
        _check_shown(locked)
        last = locked.steps.last()
        said = (QuestionStepKind.PROMISED, text, owner_name, due_on)
        if last and (last.kind, last.text, last.name, last.due_on) == said:
            return locked
        _own(locked, owner_name, owner_function, owner_email, due_on)
        locked.keeper = by
        locked.save(update_fields=["keeper", *OWNER])
        _step(
            locked,
            QuestionStepKind.PROMISED,
            owner_name,
            owner_function,
            by,
            text=text,
            due_on=due_on,
        )
    return locked


def answer(
    question: Question,
    *,
    text: str,
    name: str,
    function: str,
    by: Person,
    language: str = "nl",
) -> QuestionStep:
    """Answer a question in plain words, and tell who asked it and who has it too, each once.

    The same answer again changes nothing. Raises StepTaken when it was answered before in other words, NotShown,
    NoAnswerer, and HoldsBSN.
    """
    _check_name(name)
    bsn.check_none(text)
    with transaction.atomic():
        locked = _locked(question)
        if locked.answered_at is not None:
            last = current_answer(locked)
            if last and (last.text, last.name) == (text, name):
                return last
            raise StepTaken(_("Deze vraag heeft al een antwoord. Verbeter dat antwoord."))
        _check_shown(locked)
        locked.answered_at = timezone.now()
        locked.due_on = None
        locked.keeper = locked.keeper or by
        _go_on(locked, QuestionState.ANSWERED, "answered_at", "due_on", "keeper")
        step = _step(
            locked, QuestionStepKind.ANSWERED, name, function, by, text=text, language=language
        )
        emails.question_answered(locked, step)
    return step


def correct(
    question: Question, *, text: str, name: str, function: str, by: Person, language: str = "nl"
) -> QuestionStep:
    """Put a better answer in the place of the one that stands there. The earlier one stays to be read.

    The same words again change nothing. Raises StepTaken when there is no answer yet, NotShown, NoAnswerer, and
    HoldsBSN.
    """
    _check_name(name)
    bsn.check_none(text)
    with transaction.atomic():
        locked = _locked(question)
        last = current_answer(locked)
        if last is None:
            raise StepTaken(_("Er is nog geen antwoord. Geef eerst antwoord."))
        if (last.text, last.name, last.function) == (text, name, function):
            return last
        _check_shown(locked)
        return _step(
            locked, QuestionStepKind.CORRECTED, name, function, by, text=text, language=language
        )


def finish(
    question: Question, *, text: str, name: str, function: str, by: Person, language: str = "nl"
) -> QuestionStep:
    """Say what was done with it, and tell who asked it and who has it too, each once. The same again changes nothing.

    Raises StepTaken when it is not answered yet, or done already in other words; NotShown, NoAnswerer, and HoldsBSN.
    """
    _check_name(name)
    bsn.check_none(text)
    with transaction.atomic():
        locked = _locked(question)
        if locked.state == QuestionState.DONE:
            last = locked.steps.filter(kind=QuestionStepKind.DONE).last()
            if last and (last.text, last.name) == (text, name):
                return last
            raise StepTaken(_("Iemand was je voor. Kijk wat er nu staat."))
        if locked.state != QuestionState.ANSWERED:
            raise StepTaken(_("Er is nog geen antwoord. Geef eerst antwoord."))
        _check_shown(locked)
        locked.done_at = timezone.now()
        locked.due_on = None
        _go_on(locked, QuestionState.DONE, "done_at", "due_on")
        step = _step(
            locked, QuestionStepKind.DONE, name, function, by, text=text, language=language
        )
        emails.question_done(locked, step)
    return step


def current_answer(question: Question) -> QuestionStep | None:
    """The answer that counts: the last version of it."""
    return question.steps.filter(kind__in=ANSWERS).order_by("at", "id").last()


def nudge_late() -> int:
    """Remind, once per promised day, who keeps an eye on a question that is late, and whoever promised something.

    Returns how many questions were late. Twice on a day sends nothing more.
    """
    late = list(Question.objects.late().with_row().select_related("keeper"))
    for question in late:
        with transaction.atomic():
            emails.question_late(question, watching=list(_watching(question)))
    return len(late)


def _watching(question: Question) -> Iterator[Person]:
    """Who keeps an eye on it, while they are here; else the coordinators of its house."""
    from activities.voice.watching import coordinators_of

    if question.keeper and question.keeper.is_active:
        yield question.keeper
    else:
        yield from coordinators_of(question)


# What the steps share ----------------------------------------------------------------------------

OWNER = ("owner_name", "owner_function", "owner_email", "due_on")


def _locked(question: Question) -> Question:
    return Question.objects.select_for_update(of=("self",), no_key=True).get(pk=question.pk)


def _check_name(name: str) -> None:
    if not name.strip():
        raise NoAnswerer(_("Zeg wie het is. Een antwoord heeft een naam."))


def _check_shown(question: Question) -> None:
    if not question.is_shown:
        raise NotShown(_("Deze vraag staat nu niet op de site. Kijk er eerst naar."))


def _own(question: Question, name: str, function: str, email: str, due_on: date) -> None:
    question.owner_name, question.owner_function = name, function
    question.owner_email, question.due_on = email, due_on


def _go_on(question: Question, state: QuestionState, *fields: str) -> None:
    question.state = state
    question.state_since = timezone.now()
    question.save(update_fields=["state", "state_since", *fields])


def _step(
    question: Question,
    kind: QuestionStepKind,
    name: str,
    function: str,
    by: Person,
    *,
    text: str = "",
    language: str = "nl",
    due_on: date | None = None,
) -> QuestionStep:
    return QuestionStep.objects.create(
        question=question,
        kind=kind,
        name=name,
        function=function,
        text=text,
        language=language,
        due_on=due_on,
        by=by,
    )
