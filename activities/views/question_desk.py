"""Questions at the desk: what is late, what is new, bringing one further, typing in what is said or stands on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from activities import perms
from activities.forms.questions import (
    AnswerForm,
    DeskAskForm,
    DoneForm,
    PaperListForm,
    PickUpForm,
    PromiseForm,
    ThemeForm,
)
from activities.models import (
    AnswerDraft,
    KnowledgeSession,
    Question,
    QuestionState,
    QuestionTheme,
)
from activities.models.activity import EDITING_ROLES
from activities.models.wish import NAMING_ROLES
from activities.voice import alike, answering, asking, sessions, shown
from lokaal.exceptions import Refusal
from lokaal.outbox.perms import desks_of
from lokaal.pages import get_or_post, open_for_a_while
from lokaal.people.models import Person
from lokaal.people.perms import signed_in, staff_required

MOST_ROWS = 50
MOST_ALIKE = 3

#: What each step is called in an address, what is said when it is done, and in which states its form is offered.
STEPS: dict[str, tuple[Any, set[str]]] = {
    "pick-up": (gettext_lazy("De vraag is opgepakt."), {QuestionState.ASKED}),
    "answer": (
        gettext_lazy("Het antwoord staat op de site."),
        {QuestionState.ASKED, QuestionState.PICKED_UP},
    ),
    "promise": (
        gettext_lazy("De afspraak staat op de site."),
        {QuestionState.PICKED_UP, QuestionState.ANSWERED},
    ),
    "done": (gettext_lazy("Wat ermee is gedaan, staat op de site."), {QuestionState.ANSWERED}),
    "correct": (
        gettext_lazy("Het betere antwoord staat op de site."),
        {QuestionState.ANSWERED, QuestionState.DONE},
    ),
}


# Lists -------------------------------------------------------------------------------------------


@never_cache
@require_safe
@staff_required(*EDITING_ROLES)
def desk_questions(request: HttpRequest) -> HttpResponse:
    """What needs somebody: late ones, answers of guests, new ones; then what goes on, and the sessions."""
    person = signed_in(request)
    mine = Question.objects.of_desks(desks_of(person))
    late = list(mine.late().with_row()[:MOST_ROWS])
    late_ids = {question.pk for question in late}
    open_ones = [
        question
        for question in mine.shown().open().with_row().order_by("created_at", "id")[:MOST_ROWS]
        if question.pk not in late_ids
    ]
    sessions_here = KnowledgeSession.objects.of_centres(desks_of(person))
    upcoming = sessions_here.upcoming().with_page().prefetch_related("guests")[:MOST_ROWS]
    context = {
        "late": [_desk_row(question) for question in late],
        "new": [_desk_row(q) for q in open_ones if q.state == QuestionState.ASKED],
        "going": [_desk_row(q) for q in open_ones if q.state != QuestionState.ASKED],
        "drafts": list(_drafts_of(person)[:MOST_ROWS]),
        "sessions": list(upcoming),
        "may_move": person.holds(*NAMING_ROLES),
    }
    return render(request, "activities/questions/desk_questions.html", context)


def _desk_row(question: Question) -> dict[str, Any]:
    return {
        "row": shown.row_of(question),
        "due": shown.due_words(question),
        "late": question.is_late,
    }


def _drafts_of(person: Person) -> models.QuerySet[AnswerDraft]:
    desks = desks_of(person)
    rows = AnswerDraft.objects.waiting().select_related("guest", "question")
    return rows if desks is None else rows.filter(guest__session__occurrence__centre__in=desks)


# One question ------------------------------------------------------------------------------------


@never_cache
@require_safe
@staff_required(*EDITING_ROLES)
def desk_question(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A question in full, with what can be done now."""
    return _desk_page(request, _seen(request, pk))


@never_cache
@require_POST
@staff_required(*NAMING_ROLES)
def desk_question_step(request: HttpRequest, pk: UUID, step: str) -> HttpResponse:
    """Bring a question further: pick-up, promise, answer, correct or done."""
    found = _seen(request, pk)
    if step not in STEPS or not perms.can_move_question(request.user, found):
        raise Http404
    form = _form(step, found, by=signed_in(request), data=request.POST)
    if not form.is_valid():
        return _desk_page(request, found, wrong=(step, form))
    try:
        _act(step, found, form.cleaned_data, by=signed_in(request))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, STEPS[step][0])
    return redirect("activities:desk_question", pk)


def _act(step: str, found: Question, cleaned: dict[str, Any], *, by: Person) -> None:
    if step == "pick-up":
        answering.pick_up(
            found,
            owner_name=cleaned["name"],
            owner_function=cleaned["function"],
            owner_email=cleaned["email"],
            due_on=cleaned["due_on"],
            session=cleaned["session"],
            by=by,
        )
        if cleaned["session"]:
            sessions.put_on_list(cleaned["session"], found, by=by)
        return
    if step == "promise":
        answering.promise(
            found,
            text=cleaned["text"],
            owner_name=cleaned["name"],
            owner_function=cleaned["function"],
            owner_email=cleaned["email"],
            due_on=cleaned["due_on"],
            by=by,
        )
        return
    does: dict[str, Callable[..., object]] = {
        "answer": answering.answer,
        "correct": answering.correct,
        "done": answering.finish,
    }
    does[step](
        found,
        text=cleaned["text"],
        name=cleaned["name"],
        function=cleaned["function"],
        language=get_language() or "nl",
        by=by,
    )


def _form(step: str, found: Question, *, by: Person, data: Any = None) -> forms.Form:
    owner = {"name": found.owner_name, "function": found.owner_function}
    if step == "pick-up":
        return PickUpForm(data, by=by, prefix=step)
    if step == "promise":
        return PromiseForm(data, initial=owner | {"email": found.owner_email}, prefix=step)
    if step == "done":
        return DoneForm(data, initial=owner, prefix=step)
    if step == "correct":
        last = shown.last_answer(found.steps.all())
        said = {"text": last.text, "name": last.name, "function": last.function} if last else {}
        return AnswerForm(data, initial=said, prefix=step)
    return AnswerForm(data, initial=owner, prefix=step)


def _desk_page(
    request: HttpRequest, found: Question, *, wrong: tuple[str, forms.Form] | None = None
) -> HttpResponse:
    person = signed_in(request)
    may_move = perms.can_move_question(request.user, found) and found.is_shown
    offered = [step for step, (_said, states) in STEPS.items() if found.state in states]
    steps = [
        {
            "step": step,
            "form": wrong[1] if wrong and wrong[0] == step else _form(step, found, by=person),
            "url": reverse("activities:desk_question_step", args=[found.pk, step]),
            "is_open": wrong is not None and wrong[0] == step,
        }
        for step in offered
        if may_move
    ]
    context = {
        "question": found,
        "row": shown.row_of(found),
        "kind": shown.KIND_WORDS[found.kind],  # type: ignore[index]
        "line": shown.line_of(found),
        "due": shown.due_words(found),
        "steps": steps,
        "wrong": wrong[1] if wrong else None,
        "examples": list(found.supports.exclude(example="")[:MOST_ROWS]),
        "drafts": list(
            AnswerDraft.objects.waiting().filter(question=found).select_related("guest")
        ),
        "paper_form": PaperListForm(),
        "may_move": may_move,
    }
    return render(request, "activities/questions/desk_question.html", context)


@require_POST
@staff_required(*EDITING_ROLES)
def desk_question_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Count the people on a list on paper."""
    found = _seen(request, pk)
    form = PaperListForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect("activities:desk_question", pk)
    try:
        asking.me_too(
            found,
            people=form.cleaned_data["people"],
            language=get_language() or "nl",
            form_token=form.cleaned_data["token"],
            entered_by=signed_in(request),
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Deze mensen tellen mee."))
    return redirect("activities:desk_question", pk)


@never_cache
@get_or_post
@staff_required(*EDITING_ROLES)
def desk_question_new(request: HttpRequest) -> HttpResponse:
    """A host types in what somebody says, or what stands on paper; the slip can be printed at once.

    What was asked before and looks like it is shown first, once: the guest may count along with that.
    """
    form = DeskAskForm(request.POST if request.method == "POST" else None)
    rows: list[shown.Row] = []
    if form.is_valid():
        cleaned = form.cleaned_data
        if not (cleaned["seen"] or cleaned["same"]):
            rows = [shown.row_of(q) for q in alike.alike(cleaned["text"], most=MOST_ALIKE)]
        if rows and asking.is_in(**_sender(form)):
            rows = []  # pressed twice: the question that is like it is this one
        if not rows:
            try:
                return _count_along(request, form) if cleaned["same"] else _take_in(request, form)
            except Refusal as refusal:
                form.add_error(None, refusal.message)
    context = {"form": form, "rows": rows}
    return render(request, "activities/questions/desk_question_new.html", context)


def _take_in(request: HttpRequest, form: DeskAskForm) -> HttpResponse:
    from activities.views.questions import OPENED_BY_CODE

    cleaned = form.cleaned_data
    asked = asking.ask(
        text=cleaned["text"],
        kind=cleaned["kind"],
        theme=cleaned["theme"],
        centre=cleaned["centre"],
        shows_name=cleaned["shows_name"],
        language=get_language() or "nl",
        entered_by=signed_in(request),
        **_sender(form),
    )
    open_for_a_while(request, OPENED_BY_CODE, asked.question.pk)
    messages.success(request, _("De vraag is binnen. Print het briefje."))
    return redirect("activities:question_slip", asked.question.pk)


def _sender(form: DeskAskForm) -> dict[str, Any]:
    cleaned = form.cleaned_data
    return {
        "name": cleaned["name"],
        "phone": cleaned["phone"],
        "email": cleaned["email"],
        "form_token": cleaned["token"],
    }


def _count_along(request: HttpRequest, form: DeskAskForm) -> HttpResponse:
    """The guest has what somebody asked before, and hears the answer where they can be reached."""
    found = get_object_or_404(Question.objects.shown(), pk=form.cleaned_data["same"])
    _row, is_new = asking.me_too(
        found,
        language=get_language() or "nl",
        entered_by=signed_in(request),
        **_sender(form),
    )
    said = _("Je gast telt mee.") if is_new else _("Je gast telde al mee.")
    messages.success(request, said)
    return redirect(found.get_absolute_url())


# Themes ------------------------------------------------------------------------------------------


@never_cache
@get_or_post
@staff_required(*NAMING_ROLES)
def desk_themes(request: HttpRequest) -> HttpResponse:
    """The themes to choose from: add one, or take one out of use."""
    form = ThemeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.save()
        messages.success(request, _("Het thema is er."))
        return redirect("activities:desk_themes")
    themes = QuestionTheme.objects.annotate(
        total=models.Count("questions"),
    )
    return render(
        request, "activities/questions/desk_themes.html", {"form": form, "themes": themes}
    )


@require_POST
@staff_required(*NAMING_ROLES)
def desk_theme_use(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a theme out of use, or into use again. Its questions stay."""
    theme = get_object_or_404(QuestionTheme, pk=pk)
    is_active = "in_use" in request.POST
    QuestionTheme.objects.filter(pk=theme.pk).update(is_active=is_active)
    messages.success(request, _("Dat is veranderd."))
    return redirect("activities:desk_themes")


def _seen(request: HttpRequest, pk: UUID) -> Question:
    """The question, when it is for the desk of this person."""
    found = get_object_or_404(Question.objects.with_page(), pk=pk)
    if not perms.can_see_question(request.user, found):
        raise Http404
    return found
