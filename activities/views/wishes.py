"""Begin het zelf: a wish, and when the answer comes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language

from activities import limits, wishing
from activities.forms.wishes import WISH_LENGTH, WishForm
from activities.models import Wish
from lokaal.centres.models import Centre
from lokaal.exceptions import TooOften
from lokaal.people.perms import public, visiting


@public
def wish(request: HttpRequest) -> HttpResponse:
    """Begin het zelf. An empty search brings its words along as `q`, a centre's page its name as `centre`."""
    if request.method != "POST":
        form = WishForm(initial=_asked_for(request), visitor=request.user)
        return render(request, "activities/wish.html", {"form": form})
    form = WishForm(request.POST, visitor=request.user)
    status = 200
    if form.is_valid():
        try:
            limits.consume(limits.WISH_FROM_ADDRESS, limits.address_of(request))
        except TooOften as refusal:
            form.add_error(None, refusal.message)
            status = 429
        else:
            return redirect("activities:wish_thanks", _told(request, form).pk)
    return render(request, "activities/wish.html", {"form": form}, status=status)


@public
def wish_thanks(request: HttpRequest, pk: UUID) -> HttpResponse:
    """When you hear from us. Whoever has this address sees a date, not the wish or who told it."""
    found = get_object_or_404(Wish, pk=pk)
    can_be_reached = bool(found.phone or found.email)
    context = {"answer_by": found.answer_by, "can_be_reached": can_be_reached}
    return render(request, "activities/wish_thanks.html", context)


def _told(request: HttpRequest, form: WishForm) -> Wish:
    cleaned = form.cleaned_data
    return wishing.tell(
        text=cleaned["text"],
        centre=cleaned["centre"],
        name=cleaned.get("name", ""),
        phone=cleaned.get("phone", ""),
        email=cleaned.get("email", ""),
        wants_call=cleaned.get("wants_call", False),
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
