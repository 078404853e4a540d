"""What a refusal looks like on a page: its status, and a plain page with a way on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from activities.exceptions import (
    AlreadyAnswered,
    AlreadyCoached,
    AlreadySupports,
    NotOpen,
    NotToAdopt,
    WrongState,
)
from lokaal.exceptions import Refusal, TooOften

_STATUS: dict[type[Refusal], int] = {
    TooOften: 429,
    AlreadyAnswered: 409,
    AlreadyCoached: 409,
    AlreadySupports: 409,
    NotOpen: 409,
    NotToAdopt: 409,
    WrongState: 409,
}


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a page that shows a refusal."""
    return _STATUS.get(type(refusal), 400)


def plain_page(request: HttpRequest, *, status: int, heading: str, sentence: str) -> HttpResponse:
    """A page that says in plain words what is the matter, with a way on and a phone number."""
    context = {"heading": heading, "sentence": sentence}
    return render(request, "activities/sentence.html", context, status=status)
