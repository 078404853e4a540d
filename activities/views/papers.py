"""Paper and the screen in the hall: PDFs of what the pages show, and where staff find them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from activities import limits, perms
from activities.models import HallScreen, Occurrence
from activities.models.activity import EDITING_ROLES
from activities.papers import hall
from activities.papers.lists import people_pdf
from activities.papers.poster import DATES_ON_POSTER, poster_pdf
from activities.papers.programme import Form, monday_of, programme_pdf
from activities.views.organising import activity_of, organiser_view
from activities.views.refusing import plain_page
from lokaal.centres.models import Centre
from lokaal.exceptions import TooOften
from lokaal.look.formats import day
from lokaal.look.qr import qr_svg
from lokaal.outbox.perms import desks_of
from lokaal.pages import private
from lokaal.people.perms import public, signed_in, staff_required

REFRESH_SECONDS = 120
WEEKS_OFFERED = 4
#: Paper of years ago or far ahead helps nobody.
FURTHEST = timedelta(weeks=60)
DATES_LOOKED_AT = 8


# The programme -----------------------------------------------------------------------------------


@public
@require_safe
def programme(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The week at one centre as PDF: on A4, as a poster on A3, or to fold. `?week=` is a day of it; else this one."""
    if form not in Form.values:
        raise Http404
    monday = monday_of(_day(request.GET.get("week", "")))
    centre = get_object_or_404(Centre.objects.open_to_public().with_hours(on=monday), slug=slug)
    try:
        limits.consume(limits.PAPER_FROM_ADDRESS, limits.address_of(request))
    except TooOften as refusal:
        return plain_page(request, status=429, heading=_("Even wachten"), sentence=str(refusal))
    made = programme_pdf(centre, monday, Form(form))
    return _pdf(made, f"{centre.slug}-{monday.isoformat()}-{form}")


def _day(text: str) -> date | None:
    """A day as an address writes it, when it is not too far away."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return None
    return asked if abs(asked - timezone.localdate()) <= FURTHEST else None


# For organisers ----------------------------------------------------------------------------------


@organiser_view
@require_safe
def poster(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The poster of an activity, for whoever may change it."""
    activity = activity_of(request, pk)
    dates = activity.occurrences.to_choose(most=max(DATES_LOOKED_AT, DATES_ON_POSTER))
    for occurrence in dates:
        occurrence.activity = activity
    return private(_pdf(poster_pdf(activity, dates), f"poster-{slugify(activity.title)}"))


@organiser_view
@require_safe
def people(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The list for the door, for whoever may see the names."""
    occurrence = get_object_or_404(
        Occurrence.objects.editable_by(signed_in(request))
        .with_card()
        .with_live_sign_ups()
        .prefetch_related("activity__translations"),
        pk=pk,
    )
    if not perms.can_see_names(request.user, occurrence):
        raise Http404
    on = timezone.localdate(occurrence.starts_at)
    return private(_pdf(people_pdf(occurrence), f"lijst-{on.isoformat()}"))


# The screen in the hall --------------------------------------------------------------------------


@public
@never_cache
@require_safe
def hall_screen(request: HttpRequest, secret: str) -> HttpResponse:
    """What is on today and the next days, large. The page asks for itself again, without a script."""
    found = hall.find_link(secret)
    if found is None:
        raise Http404
    centre = Centre.objects.with_hours().get(pk=found.centre_id)
    with override(found.language):
        shown = hall.hall_of(centre, now=timezone.now())
        context = {
            "hall": shown,
            "seconds": REFRESH_SECONDS,
            "agenda_qr": qr_svg(f"{reverse('activities:agenda')}?centre={centre.slug}"),
        }
        response = render(request, "activities/papers/hall.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


# At the desk -------------------------------------------------------------------------------------


@never_cache
@require_safe
@staff_required(*EDITING_ROLES)
def desk_papers(request: HttpRequest) -> HttpResponse:
    """What can be printed, and the screens in the hall."""
    monday = monday_of()
    weeks = [monday + n * timedelta(weeks=1) for n in range(WEEKS_OFFERED)]
    screens: dict[object, list[dict[str, Any]]] = {}
    centres = _centres(request)
    for screen in HallScreen.objects.live().filter(centre__in=centres).select_related("by"):
        address = reverse("activities:hall_screen", args=[screen.secret]) if screen.secret else ""
        screens.setdefault(screen.centre_id, []).append(
            {
                "screen": screen,
                "url": settings.ORIGIN + address if address else "",
                "qr": qr_svg(address) if address else "",
            }
        )
    rows = [
        {
            "centre": centre,
            "weeks": [
                {
                    "name": _("Week van %(day)s") % {"day": day(week)},
                    "is_now": week == monday,
                    "forms": [
                        {
                            "label": form.label,
                            "url": f"{reverse('activities:programme', args=[centre.slug, form.value])}"
                            f"?week={week.isoformat()}",
                        }
                        for form in Form
                    ],
                }
                for week in weeks
            ],
            "screens": screens.get(centre.pk, []),
        }
        for centre in centres
    ]
    return render(request, "activities/papers/desk_papers.html", {"rows": rows})


@require_POST
@staff_required(*EDITING_ROLES)
def hall_screen_make(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new link for the screen of a centre, in the language of this page."""
    centre = get_object_or_404(_centres(request), pk=pk)
    hall.make_link(centre, language=get_language() or settings.LANGUAGE_CODE, by=signed_in(request))
    messages.success(request, _("De link is er."))
    return redirect(f"{reverse('activities:desk_papers')}#huis-{centre.pk}")


@require_POST
@staff_required(*EDITING_ROLES)
def hall_screen_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a link back. The screen that used it shows nothing any more."""
    screen = get_object_or_404(
        HallScreen.objects.live().filter(centre__in=_centres(request)), pk=pk
    )
    hall.revoke_link(screen)
    messages.success(request, _("De link werkt niet meer."))
    return redirect(f"{reverse('activities:desk_papers')}#huis-{screen.centre_id}")


def _centres(request: HttpRequest) -> Any:
    """The centres at whose desk this person stands."""
    desks = desks_of(signed_in(request))
    centres = Centre.objects.open_to_public()
    return centres if desks is None else centres.filter(pk__in=desks)


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
