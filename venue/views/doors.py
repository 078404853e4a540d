"""The screen at a door and the calendar of a room, opened by a secret; and where staff make and revoke those."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lokaal.look.qr import qr_svg
from lokaal.people.perms import public, signed_in, staff_required
from venue import perms
from venue.board import calendars
from venue.board import door as doors
from venue.models import DoorLink, DoorPurpose, Space
from venue.views.uses import centres_planned

REFRESH_SECONDS = 60
CALENDAR_SECONDS = 5 * 60


@public
@never_cache
@require_safe
def door(request: HttpRequest, secret: str) -> HttpResponse:
    """Now and next of one room, large. The page asks for itself again every minute."""
    link = doors.find_link(secret, DoorPurpose.SCREEN)
    if link is None:
        raise Http404
    found = doors.door_of(link.space, now=timezone.now())
    response = render(request, "venue/door.html", {"door": found, "seconds": REFRESH_SECONDS})
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@public
@require_safe
def space_calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar of one room."""
    link = doors.find_link(secret, DoorPurpose.CALENDAR)
    if link is None:
        raise Http404
    feed = calendars.space_calendar(link.space, now=timezone.now())
    response = HttpResponse(feed, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{link.space.slug}.ics"'
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, max_age=CALENDAR_SECONDS)
    return response


@never_cache
@require_safe
@staff_required(*perms.PLANNING_ROLES)
def door_links(request: HttpRequest) -> HttpResponse:
    """The rooms, and the links of their screens and calendars."""
    centres = centres_planned(request)
    rows = [
        {
            "space": row.space,
            "links": [
                {
                    "link": link,
                    "is_screen": link.purpose == DoorPurpose.SCREEN,
                    "url": settings.ORIGIN + address(link) if link.secret else "",
                    "qr": qr_svg(address(link)) if link.secret else "",
                }
                for link in row.links
            ],
        }
        for row in doors.rows(centres)
    ]
    return render(request, "venue/door_links.html", {"rows": rows, "several": len(centres) > 1})


@require_POST
@staff_required(*perms.PLANNING_ROLES)
def door_link_make(request: HttpRequest, pk: UUID, purpose: str) -> HttpResponse:
    """A new link for a room: `screen` or `calendar`."""
    spaces = Space.objects.in_use().filter(centre__in=centres_planned(request))
    space = get_object_or_404(spaces, pk=pk)
    if purpose not in DoorPurpose.values:
        raise Http404
    doors.make_link(space, DoorPurpose(purpose), by=signed_in(request))
    messages.success(request, _("De link van %(room)s is er.") % {"room": space.name})
    return redirect(f"{reverse('venue:door_links')}#zaal-{space.pk}")


@require_POST
@staff_required(*perms.PLANNING_ROLES)
def door_link_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a link back. The screen or calendar that used it shows nothing any more."""
    links = DoorLink.objects.live().filter(space__centre__in=centres_planned(request))
    link = get_object_or_404(links, pk=pk)
    doors.revoke_link(link)
    messages.success(request, _("De link werkt niet meer."))
    return redirect(f"{reverse('venue:door_links')}#zaal-{link.space_id}")


def address(link: DoorLink) -> str:
    """Where a link opens."""
    name = "door" if link.purpose == DoorPurpose.SCREEN else "space_calendar"
    return reverse(f"venue:{name}", args=[link.secret])
