"""A person's own calendar, at a secret address; and the buttons of "Mijn pagina" that make it and renew it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities import my_calendar
from activities.views.feeds import CALENDAR_SECONDS
from lokaal.people.perms import public, signed_in


@public
@require_safe
def personal_calendar(request: HttpRequest, pk: UUID, secret: str) -> HttpResponse:
    """The calendar, or 304 when the asker already has it."""
    found = my_calendar.find(pk, secret)
    if found is None:
        raise Http404
    feed = my_calendar.feed_of(found.person)
    response = get_conditional_response(request, etag=feed.etag)
    if response is None:
        response = HttpResponse(feed.content, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="mijn-agenda.ics"'
    response["ETag"] = feed.etag
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, max_age=CALENDAR_SECONDS)
    return response


@require_POST
def my_calendar_renew(request: HttpRequest) -> HttpResponse:
    """Make my address, or a new one: the old one stops."""
    my_calendar.renew(signed_in(request))
    messages.success(request, _("Je hebt een nieuw adres. Het oude werkt niet meer."))
    return redirect("portal:my_page")


@require_POST
def my_calendar_stop(request: HttpRequest) -> HttpResponse:
    my_calendar.stop(signed_in(request))
    messages.success(request, _("Het adres werkt niet meer."))
    return redirect("portal:my_page")
