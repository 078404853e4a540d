"""Building what the made-up neighbourhood asks: questions at every step, a knowledge session with a guest."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from activities import planning
from activities.models import (
    Activity,
    ActivityState,
    CostKind,
    KnowledgeSession,
    Question,
    QuestionTheme,
    Showing,
)
from activities.voice import answering, asking, sessions
from lokaal import local_time
from lokaal.centres.models import Centre
from lokaal.people.models import Person
from lokaal.portal.demo.voice import NOTES, OFFICIAL, QUESTIONS, SESSION, THEMES, QuestionPlan
from lokaal.portal.demo.week import WATERKRACHT

SESSION_IN_DAYS = 8
SESSION_AT = time(19)


def build(centres: dict[str, Centre], people: dict[str, Person], today: date) -> None:
    """Make the themes, questions and the session, the first time only: what became of them since is not undone."""
    if Question.objects.exists():
        return
    staff = people["coordinator"]
    themes = {
        name: QuestionTheme.objects.create(name=name, name_en=english, position=number)
        for number, (name, english) in enumerate(THEMES)
    }
    session = _session(centres[WATERKRACHT], themes["Wonen"], staff, today)
    for plan in QUESTIONS:
        question = _asked(plan, centres[plan.centre], themes[plan.theme], staff)
        _along(question, plan, staff, today)
        if plan.on_list:
            sessions.put_on_list(session, question, by=staff)
    for kind, text in NOTES:
        sessions.add_note(session, kind=kind, text=text, language="nl", by=staff)


def _asked(plan: QuestionPlan, centre: Centre, theme: QuestionTheme, staff: Person) -> Question:
    """Ask it as if somebody had, some days ago."""
    question = asking.ask(
        text=plan.text,
        kind=plan.kind,
        theme=theme,
        centre=centre,
        name=plan.name,
        shows_name=bool(plan.name),
        language=plan.language,
        entered_by=staff,
    ).question
    then = _ago(plan.days_ago)
    showing = Showing.WAITING if plan.waits else Showing.SHOWN
    Question.objects.filter(pk=question.pk).update(
        created_at=then, state_since=then, entered_by=None, showing=showing
    )
    for example in plan.examples:
        asking.me_too(question, language="nl", example=example, entered_by=staff)
    rest = plan.me_too - len(plan.examples)
    if rest > 0:
        asking.me_too(question, language="nl", people=rest, entered_by=staff)
    question.refresh_from_db()
    return question


def _along(question: Question, plan: QuestionPlan, staff: Person, today: date) -> None:
    """Take the steps, each some days ago."""
    name, function, email = OFFICIAL
    due_on = today + timedelta(days=plan.due)
    owner: dict[str, Any] = {
        "owner_name": name,
        "owner_function": function,
        "owner_email": email,
    }
    who = {"name": name, "function": function}
    if plan.picked_up is not None:
        promised = today - timedelta(days=plan.answered - 3) if plan.answered else due_on
        answering.pick_up(question, **owner, due_on=promised, by=staff)
        _was(question, plan.picked_up)
    if plan.answered is not None:
        answering.answer(question, text=plan.answer, **who, by=staff)
        _was(question, plan.answered, "answered_at")
    if plan.better_answer:
        answering.correct(question, text=plan.better_answer, **who, by=staff)
        _was(question, (plan.answered or 0) - 4)
    if plan.promise:
        answering.promise(question, text=plan.promise, **owner, due_on=due_on, by=staff)
        _was(question, (plan.answered or 0) - 5)
    if plan.finished is not None:
        answering.finish(question, text=plan.done, **who, by=staff)
        _was(question, plan.finished, "done_at")


def _was(question: Question, days_ago: int, field: str = "") -> None:
    """Say that the last step was so many days ago (the actions know only now; this is history that nobody lived)."""
    then = _ago(days_ago)
    last = question.steps.order_by("-at", "-id").first()
    if last is not None:
        question.steps.filter(pk=last.pk).update(at=then)
    changed = {"state_since": then} | ({field: then} if field else {})
    Question.objects.filter(pk=question.pk).update(**changed)


def _session(centre: Centre, theme: QuestionTheme, staff: Person, today: date) -> KnowledgeSession:
    """A date on which the municipality comes, with its official invited."""
    activity = Activity.objects.create(
        centre=centre,
        title="Praten met de gemeente",
        summary="Jij vraagt. De gemeente luistert en legt uit.",
        cost_kind=CostKind.FREE,
        languages=["nl"],
        state=ActivityState.PUBLISHED,
        organiser_name=staff.name,
    )
    activity.translations.create(
        language="en",
        title="Talking with the municipality",
        summary="You ask. The municipality listens and explains.",
    )
    on = today + timedelta(days=SESSION_IN_DAYS)
    starts_at = local_time.at(on, SESSION_AT)
    occurrence = planning.plan(
        activity, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), capacity=30
    )
    session = sessions.make(occurrence, theme=theme, about=SESSION, by=staff)
    if not occurrence.is_over():
        name, _function, email = OFFICIAL
        sessions.invite(
            session,
            name=name,
            function="gebiedsregisseur",
            organisation="gemeente",
            email=email,
            language="nl",
            by=staff,
        )
    return session


def _ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)
