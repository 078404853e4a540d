"""Looking back on a phone: four questions, one tap of those who came, lessons, and the decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from activities import limits, perms
from activities.forms.look_backs import (
    AnswerForm,
    DecideForm,
    ForWhomForm,
    LessonForm,
    PaperFormSet,
    PileForm,
    ReactionForm,
    ReadersForm,
)
from activities.initiatives import deciding, lessons, looking_back
from activities.initiatives.tried_words import (
    ASKED,
    CHOICE_ICONS,
    by_matter,
    facts,
    outcome_badge,
    page_language,
    readers_in_words,
    when,
)
from activities.models import (
    Activity,
    Choice,
    Lesson,
    LookBack,
    Matter,
    Outcome,
    Reaction,
    Readers,
    Reflection,
)
from activities.models.look_back import QUESTIONS
from activities.views.organising import organiser_view
from lokaal.exceptions import Refusal, TooOften
from lokaal.look.qr import qr_svg
from lokaal.pages import get_or_post, private
from lokaal.people.perms import public, signed_in, visiting

#: After the four questions.
READERS_STEP = "readers"
STEPS = (*QUESTIONS, READERS_STEP)


def _look_back(request: HttpRequest, pk: UUID) -> LookBack:
    mine = LookBack.objects.workable_by(signed_in(request)).with_page()
    return get_object_or_404(mine, pk=pk)


# For organisers, the coach and the desk ----------------------------------------------------------


@organiser_view
@require_POST
def look_back_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin to look back at an activity; or go on where one began."""
    activity = get_object_or_404(Activity.objects.editable_by(signed_in(request)), pk=pk)
    try:
        made = looking_back.open_for(activity, by=signed_in(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("activities:activity_manage", pk)
    return redirect("activities:look_back", made.pk)


@organiser_view
@require_safe
def look_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One look-back: what is answered, by whom, what those who came say, the lessons, and what was decided."""
    found = _look_back(request, pk)
    person = signed_in(request)
    if not found.is_decided:
        looking_back.refresh_numbers(found)
    reflections = list(found.reflections.select_related("person"))
    mine = next((one for one in reflections if one.person_id == person.pk), None)
    reactions = list(found.reactions.answered().exclude(sentence=""))
    return render(
        request,
        "activities/look_backs/look_back.html",
        {
            "look_back": found,
            "badge": outcome_badge(found.outcome),
            "facts": facts(found),
            "mine": mine,
            "mine_done": bool(mine and mine.answers),
            "others": [_told(one) for one in reflections if one is not mine and one.answers],
            "own": _told(mine) if mine else None,
            "counted": looking_back.counted(found),
            "reactions": reactions,
            "lessons": [_lesson_row(one, request) for one in _lessons(found)],
            "can_enter": perms.can_stand_at_desk(person, found.centre),
            "for_whom": ForWhomForm(),
        },
    )


def _lessons(found: LookBack) -> list[Lesson]:
    return list(found.lessons.select_related("person"))


def _lesson_row(lesson: Lesson, request: HttpRequest) -> dict[str, Any]:
    return {
        "lesson": lesson,
        "group": by_matter([lesson])[0],
        "readers": readers_in_words(lesson.readers),
        "is_mine": _is_mine(lesson, request),
    }


def _is_mine(lesson: Lesson, request: HttpRequest) -> bool:
    person = signed_in(request)
    typed_in = lesson.person_id is None and lesson.entered_by_id == person.pk
    return lesson.person_id == person.pk or typed_in


def _told(reflection: Reflection) -> dict[str, Any]:
    """What somebody answered, for those who organise it."""
    return {
        "reflection": reflection,
        "who": reflection.writer_name or _("Een organisator"),
        "as": reflection.get_writer_display(),
        "answers": [(ASKED[name][0], text) for name, text in reflection.answers],
        "readers": readers_in_words(reflection.readers),
    }


@organiser_view
@require_POST
def look_back_ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask everybody who came, once."""
    found = _look_back(request, pk)
    asked = looking_back.ask(found)
    if asked:
        message = ngettext(
            "%(asked)d mens krijgt een bericht.", "%(asked)d mensen krijgen een bericht.", asked
        )
        messages.success(request, message % {"asked": asked})
    else:
        messages.info(request, _("Niemand krijgt een bericht. Vraag het op papier."))
    return redirect("activities:look_back", pk)


@organiser_view
@require_safe
def look_back_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The question on paper, two on a sheet, with a code for who has a phone."""
    found = _look_back(request, pk)
    path = reverse("activities:reaction_open", args=[found.pk])
    return render(
        request,
        "activities/look_backs/look_back_paper.html",
        {"look_back": found, "qr": qr_svg(path), "copies": range(2)},
    )


@organiser_view
@get_or_post
def look_back_enter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Type in a pile of paper forms."""
    found = _look_back(request, pk)
    pile = PileForm(request.POST or None)
    papers = PaperFormSet(request.POST or None, prefix="paper")
    if request.method == "POST" and pile.is_valid() and papers.is_valid():
        try:
            entered = looking_back.enter_paper(
                found,
                [form.paper for form in papers if form.paper],
                language=page_language(),
                form_token=pile.cleaned_data["token"],
                by=signed_in(request),
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            message = ngettext(
                "%(entered)d papier is ingevuld.", "%(entered)d papieren zijn ingevuld.", entered
            )
            messages.success(request, message % {"entered": entered})
        return redirect("activities:look_back", pk)
    return render(
        request,
        "activities/look_backs/look_back_enter.html",
        {"look_back": found, "pile": pile, "papers": papers},
    )


@organiser_view
@get_or_post
def look_back_decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep, adapt or stop, with a reason."""
    found = _look_back(request, pk)
    if found.is_decided:
        messages.info(request, _("Er is al besloten."))
        return redirect("activities:look_back", pk)
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(found, form.cleaned_data, request)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Besloten. Iedereen die meedeed, krijgt bericht."))
            return redirect("activities:look_back", pk)
    return render(
        request,
        "activities/look_backs/look_back_decide.html",
        {"look_back": found, "form": form, "counted": looking_back.counted(found)},
    )


def _decide(found: LookBack, said: dict[str, Any], request: HttpRequest) -> None:
    reason, by = said["reason"], signed_in(request)
    if said["outcome"] == Outcome.KEPT:
        deciding.keep(found, reason=reason, language=page_language(), by=by)
    elif said["outcome"] == Outcome.STOPPED:
        deciding.stop(found, reason=reason, language=page_language(), by=by)
    else:
        deciding.adapt(
            found,
            reason=reason,
            text=said["text"],
            language=page_language(),
            by=by,
            form_token=said["token"],
        )


# The four questions ------------------------------------------------------------------------------


@organiser_view
@require_POST
def reflection_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin my own answers, or those of somebody at the desk who has no account."""
    found = _look_back(request, pk)
    person = signed_in(request)
    if "name" not in request.POST:
        mine = looking_back.begin(found, person=person, language=page_language())
        return redirect("activities:reflection_step", mine.pk, QUESTIONS[0])
    if not perms.can_stand_at_desk(person, found.centre):
        raise PermissionDenied(_("Een gastvrouw of gastheer doet dit voor je. Vraag het gerust."))
    form = ForWhomForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors["name"]))))
        return redirect("activities:look_back", pk)
    made = looking_back.begin(
        found,
        person=None,
        name=form.cleaned_data["name"],
        language=page_language(),
        entered_by=person,
    )
    return redirect("activities:reflection_step", made.pk, QUESTIONS[0])


@public
@get_or_post
def reflection(request: HttpRequest, pk: UUID, secret: str = "") -> HttpResponse:
    """My answers together, and a lesson for the next one. A guest opens them with a link."""
    found = _reflection(request, pk, secret)
    form = LessonForm(
        request.POST or None,
        initial={"readers": found.readers, "with_name": found.with_name, "matter": Matter.OTHER},
    )
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        lessons.add(
            found.look_back,
            text=cleaned["text"],
            matter=Matter(cleaned["matter"]),
            readers=Readers(cleaned["readers"]),
            with_name=cleaned["with_name"],
            language=page_language(),
            person=found.person,
            entered_by=found.entered_by,
            form_token=cleaned["token"],
        )
        messages.success(request, _("Bewaard. Bedankt voor je les."))
        return redirect(_answers_url(found, secret))
    return private(
        render(
            request,
            "activities/look_backs/reflection.html",
            {
                "look_back": found.look_back,
                "reflection": found,
                "form": form,
                "steps": [
                    (ASKED[name][0], getattr(found, name), _step_url(found, name, secret))
                    for name in QUESTIONS
                ],
                "first_url": _step_url(found, QUESTIONS[0], secret),
                "readers": readers_in_words(found.readers),
                "readers_url": _step_url(found, READERS_STEP, secret),
                "is_guest": bool(secret),
            },
        )
    )


@public
@get_or_post
def reflection_step(
    request: HttpRequest, pk: UUID, question: str, secret: str = ""
) -> HttpResponse:
    """One question; what is written is kept at once."""
    found = _reflection(request, pk, secret)
    if question not in STEPS:
        raise Http404
    form = _step_form(request, found, question)
    if request.method == "POST" and form.is_valid():
        try:
            _keep_step(found, question, form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(_after(found, question, secret))
    number = STEPS.index(question) + 1
    return private(
        render(
            request,
            "activities/look_backs/reflection_step.html",
            {
                "look_back": found.look_back,
                "form": form,
                "number": number,
                "total": len(STEPS),
                "is_last": question == READERS_STEP,
                "back_url": (
                    _step_url(found, STEPS[number - 2], secret)
                    if number > 1
                    else _answers_url(found, secret)
                ),
            },
        )
    )


def _step_form(request: HttpRequest, found: Reflection, question: str) -> Any:
    if question == READERS_STEP:
        initial = {"with_name": found.with_name}
        if found.is_finished:
            initial["readers"] = found.readers  # type: ignore[assignment]
        return ReadersForm(request.POST or None, initial=initial)
    asked, hint = ASKED[question]
    return AnswerForm(
        request.POST or None,
        initial={"text": getattr(found, question)},
        question=asked,
        hint=hint,
    )


def _keep_step(found: Reflection, question: str, said: dict[str, Any]) -> None:
    if question == READERS_STEP:
        looking_back.finish(
            found, readers=Readers(said["readers"]), with_name=bool(said["with_name"])
        )
    else:
        looking_back.answer(found, question, said["text"])


def _after(found: Reflection, question: str, secret: str) -> str:
    if question == READERS_STEP:
        return _answers_url(found, secret)
    return _step_url(found, STEPS[STEPS.index(question) + 1], secret)


def _step_url(found: Reflection, question: str, secret: str) -> str:
    parts = [found.pk, secret, question] if secret else [found.pk, question]
    return reverse("activities:reflection_step", args=parts)


def _answers_url(found: Reflection, secret: str) -> str:
    return reverse("activities:reflection", args=[found.pk, secret] if secret else [found.pk])


def _reflection(request: HttpRequest, pk: UUID, secret: str) -> Reflection:
    """The answers of a link, or one's own, or those that one types in for somebody."""
    if secret:
        found = looking_back.find_reflection(pk, secret)
        if found is None:
            raise Http404
        return found
    person = visiting(request)
    if person is None:
        raise Http404
    return get_object_or_404(Reflection.objects.of(person).with_page(), pk=pk)


# Lessons -----------------------------------------------------------------------------------------


@organiser_view
@get_or_post
def lesson_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One lesson, for who begins something like it."""
    found = _look_back(request, pk)
    form = LessonForm(request.POST or None, initial={"matter": Matter.OTHER})
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        lessons.add(
            found,
            text=cleaned["text"],
            matter=Matter(cleaned["matter"]),
            readers=Readers(cleaned["readers"]),
            with_name=cleaned["with_name"],
            language=page_language(),
            person=signed_in(request),
            form_token=cleaned["token"],
        )
        messages.success(request, _("Bewaard. Bedankt voor je les."))
        return redirect("activities:look_back", pk)
    context = {"look_back": found, "form": form, "lesson": None}
    return render(request, "activities/look_backs/lesson.html", context)


@organiser_view
@get_or_post
def lesson_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say one's own lesson differently, or to others."""
    lesson = _own_lesson(request, pk)
    form = LessonForm(
        request.POST or None,
        initial={
            "text": lesson.text,
            "matter": lesson.matter,
            "readers": lesson.readers,
            "with_name": lesson.with_name,
        },
    )
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        lessons.change(
            lesson,
            text=cleaned["text"],
            matter=Matter(cleaned["matter"]),
            readers=Readers(cleaned["readers"]),
            with_name=cleaned["with_name"],
        )
        messages.success(request, _("Bewaard."))
        return redirect("activities:look_back", lesson.look_back_id)
    context = {"look_back": lesson.look_back, "form": form, "lesson": lesson}
    return render(request, "activities/look_backs/lesson.html", context)


@organiser_view
@require_POST
def lesson_take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    lesson = _own_lesson(request, pk)
    lessons.take_back(lesson)
    messages.success(request, _("Weg. Niemand leest dit nog."))
    return redirect("activities:look_back", lesson.look_back_id)


def _own_lesson(request: HttpRequest, pk: UUID) -> Lesson:
    lesson = get_object_or_404(Lesson.objects.select_related("look_back__centre"), pk=pk)
    if not _is_mine(lesson, request):
        raise Http404
    return lesson


# Those who came ----------------------------------------------------------------------------------


@public
@get_or_post
def reaction(request: HttpRequest, pk: UUID, secret: str) -> HttpResponse:
    """The question of the message: one tap, then a sentence if one likes. A GET changes nothing."""
    found = looking_back.find_reaction(pk, secret)
    if found is None:
        return _not_a_link(request)
    form = ReactionForm(request.POST or None, initial=_said(found))
    if request.method == "POST" and form.is_valid():
        try:
            looking_back.react(
                found,
                choice=Choice(form.cleaned_data["choice"]),
                sentence=form.cleaned_data["sentence"],
                readers=form.readers,
            )
        except Refusal as refusal:
            messages.info(request, str(refusal))
        else:
            messages.success(request, _("Bedankt. Wij lezen je antwoord."))
        return redirect("activities:reaction", pk, secret)
    return _reaction_page(request, found.look_back, form, found)


def _said(found: Reaction) -> dict[str, Any]:
    return {
        "choice": found.choice,
        "sentence": found.sentence,
        "for_all": found.readers == Readers.EVERYONE,
    }


@public
@get_or_post
def reaction_open(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same question for who walked in without a name: by the code on the paper, or on the page."""
    found = get_object_or_404(LookBack.objects.with_page().askable(), pk=pk)
    form = ReactionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            limits.consume(limits.REACTION_FROM_ADDRESS, limits.address_of(request))
            made = looking_back.react_openly(
                found,
                choice=Choice(form.cleaned_data["choice"]),
                sentence=form.cleaned_data["sentence"],
                readers=form.readers,
                language=page_language(),
                form_token=form.cleaned_data["token"],
            )
        except TooOften as refusal:
            form.add_error(None, refusal.message)
            return _reaction_page(request, found, form, None, status=429)
        except Refusal as refusal:
            messages.info(request, str(refusal))
            return redirect("activities:reaction_open", pk)
        messages.success(request, _("Bedankt. Wij lezen je antwoord."))
        return redirect("activities:reaction", made.pk, looking_back.secret_of(made))
    return _reaction_page(request, found, form, None)


def _reaction_page(
    request: HttpRequest,
    found: LookBack,
    form: ReactionForm,
    given: Reaction | None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "look_back": found,
        "form": form,
        "given": given if given and given.choice else None,
        "when": when(found),
        "taps": [(value, capfirst(value.label), CHOICE_ICONS[value]) for value in Choice],
    }
    page = render(request, "activities/look_backs/reaction.html", context, status=status)
    return private(page)


def _not_a_link(request: HttpRequest) -> HttpResponse:
    context = {
        "heading": _("Deze link klopt niet"),
        "sentence": _("Open de hele link uit je bericht. Of bel ons."),
    }
    return private(render(request, "activities/sentence.html", context, status=404))
