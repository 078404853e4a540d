"""The floor: the least that a Django page with rows from a database can cost."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from activities.models import Occurrence
from lokaal.people.perms import public


@public
def floor(request: HttpRequest) -> HttpResponse:
    """One query, twenty rows, a template without a parent; the same middleware as every page."""
    rows = Occurrence.objects.filter(starts_at__gte=timezone.now()).order_by("starts_at", "id")[:20]
    return render(request, "bench/floor.html", {"rows": rows})
