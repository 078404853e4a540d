"""Joining a date, changing it, cancelling it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lokaal.people.perms import public


@public
def occurrence_join(request: HttpRequest, pk: UUID) -> HttpResponse:
    return render(request, "activities/occurrence_join.html")


@public
def sign_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    return render(request, "activities/sign_up.html")
