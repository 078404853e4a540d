"""Does the time still suit you? A page by secret link: choose, and it is said. A GET changes nothing."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities import reminding
from activities.models import TimeAnswer, TimeQuestion
from lokaal.pages import private
from lokaal.people.perms import public


@public
@require_safe
def time_question(request: HttpRequest, pk: UUID, secret: str) -> HttpResponse:
    question = reminding.find_question(pk, secret)
    return private(_gone(request) if question is None else _page(request, question, secret))


@public
@require_POST
def time_question_answer(request: HttpRequest, pk: UUID, secret: str) -> HttpResponse:
    question = reminding.find_question(pk, secret)
    if question is None:
        return private(_gone(request))
    answered = request.POST.get("answer", "")
    if answered in TimeAnswer.values and answered:
        reminding.answer(question, TimeAnswer(answered))
    return private(redirect("activities:time_question", pk, secret))


def _page(request: HttpRequest, question: TimeQuestion, secret: str) -> HttpResponse:
    context = {
        "question": question,
        "activity": question.activity,
        "words": question.activity.words(get_language() or "nl"),
        "secret": secret,
        "said": reminding.said(question.answer) if question.answer else "",
        "answers": [
            (TimeAnswer.FITS, "check", _("De tijd past nog"), _("Ik kom de volgende keer.")),
            (
                TimeAnswer.OTHER_TIME,
                "clock",
                _("Liever een andere tijd"),
                _("Dan kijken wij of dat kan."),
            ),
            (TimeAnswer.STOP, "x-mark", _("Ik stop ermee"), _("Dan halen wij je van de lijst.")),
        ],
    }
    return render(request, "activities/time_question.html", context)


def _gone(request: HttpRequest) -> HttpResponse:
    context = {
        "heading": _("Deze link werkt niet"),
        "sentence": _("Misschien mist een stuk van de link. Of de vraag is al oud."),
    }
    return render(request, "activities/sentence.html", context, status=404)
