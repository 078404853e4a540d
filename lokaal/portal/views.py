"""Pages made of all the apps."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lokaal.people.perms import public


@public
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html")
