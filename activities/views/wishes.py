"""Begin het zelf: a wish, what is there already that looks like it, and when the answer comes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language

from activities import limits
from activities.forms.wishes import TextForm, WishForm
from activities.idea_cards import cards_of_similar
from activities.initiatives import finding, lessons, wishing
from activities.initiatives.tried_words import card
from activities.models import Wish
from activities.models.wish import WISH_LENGTH
from lokaal.centres.models import Centre
from lokaal.exceptions import TooOften
from lokaal.pages import private
from lokaal.people.perms import public, visiting

#: The button that asks what is there already, and the one that goes on after that.
LOOK, GO_ON = "look", "go_on"


@public
def wish(request: HttpRequest) -> HttpResponse:
    """Begin het zelf. An empty search brings its words along as `q`, a centre's page its name as `centre`.

    What looks like it is shown first: what runs, what others want, and what was tried. Then one goes on.
    """
    step = request.POST.get("step", "")
    if request.method != "POST" or step in (LOOK, GO_ON):
        return _first_step(request, step)
    form = WishForm(request.POST, visitor=request.user)
    status = 200
    if form.is_valid():
        try:
            limits.consume(limits.WISH_FROM_ADDRESS, limits.address_of(request))
        except TooOften as refusal:
            form.add_error(None, refusal.message)
            status = 429
        else:
            told = _told(request, form)
            parts = [told.wish.pk, told.secret] if told.secret else [told.wish.pk]
            return redirect("activities:wish_thanks", *parts)
    return render(request, "activities/wish.html", {"form": form}, status=status)


def _first_step(request: HttpRequest, step: str) -> HttpResponse:
    """The sentence alone; what looks like it; or the whole form, when nothing does or somebody goes on."""
    asked = _asked_for(request)
    if step:
        first = TextForm(request.POST)
        if not first.is_valid():
            return render(request, "activities/wish_text.html", {"form": first})
        asked = {"text": first.cleaned_data["text"], "centre": first.cleaned_data["centre"]}
    if not asked["text"]:
        return render(request, "activities/wish_text.html", {"form": TextForm(initial=asked)})
    similar = finding.similar_to(asked["text"]) if step != GO_ON else None
    tries = lessons.like(asked["text"]) if step != GO_ON else []
    if similar and tries:  # what stopped stands there once, with its lessons
        tried = {one.activity_id for one in tries}
        ongoing = [one for one in similar.activities if one.is_public or one.pk not in tried]
        similar = replace(similar, activities=ongoing)
    if similar or tries:
        context = {
            "form": TextForm(initial=asked),
            "similar": cards_of_similar(similar) if similar else [],
            "tries": [card(look_back) for look_back in tries],
            "text": asked["text"],
        }
        return render(request, "activities/wish_similar.html", context)
    form = WishForm(initial=asked, visitor=request.user)
    return render(request, "activities/wish.html", {"form": form})


@public
def wish_thanks(request: HttpRequest, pk: UUID, secret: str = "") -> HttpResponse:
    """When you hear from us. Without the secret one sees a date, not the wish or who told it."""
    found = get_object_or_404(Wish.objects.with_page(), pk=pk)
    is_owner = found.has_secret(secret)
    context = {
        "answer_by": found.answer_by,
        "can_be_reached": bool(found.phone or found.email),
        "wish": found if is_owner else None,
        "secret": secret if is_owner else "",
    }
    response = render(request, "activities/wish_thanks.html", context)
    return private(response) if secret else response


def _told(request: HttpRequest, form: WishForm) -> wishing.Told:
    cleaned = form.cleaned_data
    return wishing.tell(
        text=cleaned["text"],
        centre=cleaned["centre"],
        name=cleaned.get("name", ""),
        phone=cleaned.get("phone", ""),
        email=cleaned.get("email", ""),
        wants_call=cleaned.get("wants_call", False),
        shows_name=cleaned["shows_name"],
        person=visiting(request),
        form_token=cleaned["token"],
        language=get_language() or "nl",
    )


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    words = request.GET.get("q", "").replace("\x00", "")
    slug = request.GET.get("centre", "").replace("\x00", "")
    asked: dict[str, Any] = {"text": words[:WISH_LENGTH]}
    if slug:
        asked["centre"] = Centre.objects.open_to_public().filter(slug=slug).first()
    return asked
