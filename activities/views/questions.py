"""Questions to the municipality: the list, one question, asking, having it too. A GET changes nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities import limits, perms, sharing
from activities.forms.questions import AskForm, MeTooForm, QuestionCodeForm
from activities.models import KnowledgeSession, MeToo, Question, QuestionState, QuestionTheme
from activities.models.question import QUESTION_LENGTH
from activities.searching import readable
from activities.voice import alike, asking, shown
from lokaal.centres.models import Centre
from lokaal.exceptions import Refusal, TooOften
from lokaal.look.qr import qr_svg
from lokaal.pages import get_or_post, is_open, open_for_a_while, private
from lokaal.people.perms import is_staff_member, public, visiting

PER_PAGE = 20
MOST_ALIKE = 3
MOST_FOUND = 100
MOST_EXAMPLES = 50
MOST_SESSIONS = 3

#: In the session: questions that were opened with their code, and what this browser has too.
OPENED_BY_CODE = "questions_opened_by_code"
HAS_TOO = "questions_i_have_too"


# The list ----------------------------------------------------------------------------------------


@public
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """What the neighbourhood asked, by theme, state and house; and what the municipality did with it."""
    chosen = _chosen(request)
    found = Question.objects.shown().with_row().prefetch_related("steps")
    if chosen["theme"]:
        found = found.filter(theme=UUID(chosen["theme"]))
    if chosen["state"]:
        found = found.filter(state=chosen["state"])
    if chosen["centre"]:
        found = found.filter(centre__slug=chosen["centre"])
    if chosen["q"]:
        found = found.filter(
            pk__in=alike.alike_ids(chosen["q"], most=MOST_FOUND, least=alike.MEANT)
        )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [shown.row_of(question, with_answer=True) for question in page]
    filled = {name: value for name, value in chosen.items() if value}
    context = {
        "page": page,
        "rows": rows,
        "numbers": shown.numbers(),
        "chosen": chosen,
        "groups": _groups(chosen),
        "is_filtered": bool(filled),
        "keep": [("q", chosen["q"])],
        "query": urlencode(filled),
        "sessions": list(KnowledgeSession.objects.public().upcoming().with_row()[:MOST_SESSIONS]),
        "platform_url": settings.PARTICIPATION_URL,
    }
    return render(request, "activities/questions/questions.html", context)


def _chosen(request: HttpRequest) -> dict[str, str]:
    """What to see; anything that is no choice is left out."""
    asked = {
        name: request.GET.get(name, "").replace("\x00", "")
        for name in ("theme", "state", "centre", "q")
    }
    try:
        UUID(asked["theme"])
    except ValueError:
        asked["theme"] = ""
    if asked["state"] not in QuestionState.values:
        asked["state"] = ""
    asked["centre"] = asked["centre"][:80]
    asked["q"] = readable(asked["q"])
    return asked


def _groups(chosen: dict[str, str]) -> list[dict[str, Any]]:
    def group(question: str, name: str, choices: list[tuple[str, Any]]) -> dict[str, Any]:
        everything = ("", _("Alles"))
        return {
            "question": question,
            "name": name,
            "type": "radio",
            "choices": [
                {"value": value, "label": label, "is_chosen": chosen[name] == value}
                for value, label in [everything, *choices]
            ],
        }

    themes = [(str(t.pk), shown.theme_words(t)[0]) for t in QuestionTheme.objects.in_use()]
    states = [(state.value, badge[2]) for state, badge in shown.STATE_BADGES.items()]
    centres = [(centre.slug, centre.name) for centre in Centre.objects.open_to_public()]
    groups = [group(_("Waar gaat het over?"), "theme", themes)] if themes else []
    groups.append(group(_("Wat is ermee gebeurd?"), "state", states))
    if len(centres) > 1:
        groups.append(group(_("In welke buurt?"), "centre", centres))
    return groups


# One question ------------------------------------------------------------------------------------


@public
@require_safe
def question(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A question, who has it too, and the line of what happened: what did the municipality do with it?"""
    found = get_object_or_404(Question.objects.shown().with_page(), pk=pk)
    return _question_page(request, found, MeTooForm(visitor=request.user))


def _question_page(
    request: HttpRequest, found: Question, form: MeTooForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "row": shown.row_of(found),
        "question": found,
        "kind": shown.KIND_WORDS[found.kind],  # type: ignore[index]
        "line": shown.line_of(found),
        "due": shown.due_words(found),
        "examples": list(found.supports.shown()[:MOST_EXAMPLES]),
        "form": form,
        "has_too": str(found.pk) in request.session.get(HAS_TOO, {}),
        "may_move_on": perms.can_see_question(request.user, found),
        "share": sharing.links(found.text, settings.ORIGIN + found.get_absolute_url()),
    }
    return render(request, "activities/questions/question.html", context, status=status)


@public
@require_POST
def question_me_too(request: HttpRequest, pk: UUID) -> HttpResponse:
    """I have that too: one press is enough; an example or an address may come with it, or later."""
    found = get_object_or_404(Question.objects.shown().with_page(), pk=pk)
    form = MeTooForm(request.POST, visitor=request.user)
    if not form.is_valid():
        return _question_page(request, found, form)
    try:
        limits.consume(limits.QUESTION_FROM_ADDRESS, limits.address_of(request))
        row, is_new = _have_too(request, found, form)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        status = 429 if isinstance(refusal, TooOften) else 409
        return _question_page(request, found, form, status=status)
    mine = request.session.get(HAS_TOO, {})
    request.session[HAS_TOO] = {**mine, str(found.pk): str(row.pk)}
    if form.cleaned_data["example"]:
        messages.success(request, _("Bedankt voor je voorbeeld."))
    elif is_new:
        messages.success(request, _("Bedankt. Jij telt mee."))
    else:
        messages.success(request, _("Bedankt. Jij telde al mee."))
    return redirect(f"{found.get_absolute_url()}#ook")


def _have_too(request: HttpRequest, found: Question, form: MeTooForm) -> tuple[MeToo, bool]:
    """Count this browser once: what it said before gets the example that comes now."""
    cleaned = form.cleaned_data
    given = {
        "example": cleaned["example"],
        "name": cleaned.get("name", ""),
        "phone": cleaned.get("phone", ""),
        "email": cleaned.get("email", ""),
    }
    before = request.session.get(HAS_TOO, {}).get(str(found.pk))
    if before and (row := MeToo.objects.filter(pk=before, question=found).first()):
        return asking.add_to_me_too(row, language=get_language() or "nl", **given), False
    return asking.me_too(
        found,
        language=get_language() or "nl",
        person=visiting(request),
        form_token=cleaned["token"],
        **given,
    )


# Asking ------------------------------------------------------------------------------------------


@public
@get_or_post
def question_new(request: HttpRequest) -> HttpResponse:
    """Ask something. What was asked before and looks like it is shown first, once."""
    if request.method != "POST":
        form = AskForm(initial=_asked_for(request), visitor=request.user)
        return _ask_page(request, form)
    form = AskForm(request.POST, visitor=request.user)
    if not form.is_valid():
        return _ask_page(request, form)
    if not form.cleaned_data["seen"]:
        found = alike.alike(form.cleaned_data["text"], most=MOST_ALIKE)
        if found and not asking.is_in(**_sender(request, form)):
            return _ask_page(request, form, rows=[shown.row_of(question) for question in found])
    try:
        limits.consume(limits.QUESTION_FROM_ADDRESS, limits.address_of(request))
        asked = asking.ask(
            text=form.cleaned_data["text"],
            kind=form.cleaned_data["kind"],
            theme=form.cleaned_data["theme"],
            centre=form.cleaned_data["centre"],
            shows_name=form.cleaned_data["shows_name"],
            language=get_language() or "nl",
            **_sender(request, form),
        )
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return _ask_page(request, form, status=429 if isinstance(refusal, TooOften) else 400)
    if not asked.secret:
        return redirect("activities:questions")
    return redirect("activities:question_follow", asked.question.pk, asked.secret)


def _sender(request: HttpRequest, form: AskForm) -> dict[str, Any]:
    cleaned = form.cleaned_data
    return {
        "name": cleaned.get("name", ""),
        "phone": cleaned.get("phone", ""),
        "email": cleaned.get("email", ""),
        "person": visiting(request),
        "form_token": cleaned["token"],
    }


def _ask_page(
    request: HttpRequest, form: AskForm, *, rows: list[shown.Row] | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "rows": rows, "me_too_form": MeTooForm(visitor=request.user)}
    return render(request, "activities/questions/question_new.html", context, status=status)


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    """What another page knows already: words of a search, the theme, the house."""
    words = request.GET.get("q", "").replace("\x00", "")
    chosen = _chosen(request)
    asked: dict[str, Any] = {"text": words[:QUESTION_LENGTH]}
    if chosen["theme"]:
        asked["theme"] = chosen["theme"]
    if chosen["centre"]:
        asked["centre"] = chosen["centre"]
    return asked


# What somebody asked themselves ------------------------------------------------------------------


@public
@require_safe
def question_follow(request: HttpRequest, pk: UUID, secret: str = "") -> HttpResponse:
    """Your question, also while nobody else can read it; for who has the link, the code or the account."""
    found = _mine(request, pk, secret)
    if found is None:
        return _link_does_not_work(request)
    context = {
        "question": found,
        "row": shown.row_of(found),
        "line": shown.line_of(found),
        "due": shown.due_words(found),
        "slip_url": _address("question_slip", found, secret),
        "reason": _why_hidden(found),
        "is_desk": is_staff_member(request),
    }
    return private(render(request, "activities/questions/question_follow.html", context))


@public
@require_safe
def question_slip(request: HttpRequest, pk: UUID, secret: str = "") -> HttpResponse:
    """A slip to print or to photograph: the code, and a QR code of the same."""
    found = _mine(request, pk, secret)
    if found is None:
        return _link_does_not_work(request)
    page = (
        _address("question_follow", found, secret)
        if secret
        else f"{reverse('activities:question_code')}?code={found.code}"
    )
    context = {
        "question": found,
        "qr": qr_svg(page),
        "page_url": _address("question_follow", found, secret),
        "is_desk": is_staff_member(request),
    }
    return private(render(request, "activities/questions/question_slip.html", context))


@public
@get_or_post
def question_code(request: HttpRequest) -> HttpResponse:
    """Somebody has a slip. The code opens the question in this browser for half an hour."""
    template = "activities/questions/question_code.html"
    if request.method != "POST":
        return render(request, template, {"form": QuestionCodeForm(initial=request.GET.dict())})
    form = QuestionCodeForm(request.POST)
    status = 200
    if form.is_valid():
        try:
            found = _found_by_code(request, form.cleaned_data["code"])
        except TooOften as refusal:
            form.add_error("code", refusal.message)
            status = 429
        else:
            if found:
                open_for_a_while(request, OPENED_BY_CODE, found.pk)
                return redirect("activities:question_follow", found.pk)
            form.add_error("code", _("Deze code kennen wij niet. Kijk nog eens goed, of bel ons."))
            status = 404
    return render(request, template, {"form": form}, status=status)


def _found_by_code(request: HttpRequest, typed: str) -> Question | None:
    return limits.look_up(
        lambda: asking.find_by_code(typed),
        (limits.WRONG_CODE_FROM_ADDRESS, limits.address_of(request)),
        (limits.WRONG_CODE_SAME, "".join(c for c in typed if c.isdigit())),
        (limits.WRONG_CODE_ANYWHERE, ""),
    )


def _mine(request: HttpRequest, pk: UUID, secret: str) -> Question | None:
    """The question, for whoever asked it: by link, by code just now, by account, or typed in at the desk just now."""
    if secret:
        return asking.find_by_secret(pk, secret)
    found = Question.objects.with_page().filter(pk=pk).first()
    if found is None:
        return None
    person = visiting(request)
    is_mine = person is not None and found.person_id == person.pk
    return found if is_mine or is_open(request, OPENED_BY_CODE, pk) else None


def _why_hidden(found: Question) -> str:
    if found.showing != "hidden":
        return ""
    look = found.looks.filter(is_shown=False).order_by("-at", "-id").first()
    return look.reason if look else ""


def _address(view: str, found: Question, secret: str) -> str:
    return reverse(f"activities:{view}", args=[found.pk, secret] if secret else [found.pk])


def _link_does_not_work(request: HttpRequest) -> HttpResponse:
    context = {
        "heading": _("Deze link werkt niet"),
        "sentence": _("Misschien mist een stuk van de link. Heb je een code? Vul die in."),
    }
    return private(render(request, "activities/questions/sentence.html", context, status=404))
