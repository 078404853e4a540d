"""What there is to do: the agenda and the page of an activity."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from activities.models import Activity
from lokaal.people.perms import public


@public
def agenda(request: HttpRequest) -> HttpResponse:
    return render(request, "activities/agenda.html")


@public
def activity(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Activity.objects.visible_to(request.user).with_page(), pk=pk)
    return render(request, "activities/activity.html", {"activity": found})
