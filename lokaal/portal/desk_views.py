"""Pages of the desk: today, the list of one date, and the two things that are noted there."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from activities import attendance, enrolment, wishing
from activities.exceptions import NotOpen
from activities.models import Occurrence, Presence, SignUp
from activities.perms import can_keep_list
from lokaal.outbox.perms import DESK_ROLES, desks_of
from lokaal.people.perms import signed_in, staff_required
from lokaal.portal.desk import date_of, desk_of, waiting_wish, wishes_of_desks


@never_cache
@require_safe
@staff_required()
def desk(request: HttpRequest) -> HttpResponse:
    """What needs me today?"""
    gathered = desk_of(signed_in(request), centre_slug=request.GET.get("centre", ""))
    return render(request, "portal/desk.html", {"desk": gathered, "now": timezone.now()})


@never_cache
@require_safe
@staff_required(*DESK_ROLES)
def desk_date(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The whole list of one date, on the screen and on paper for the door."""
    occurrence = get_object_or_404(
        Occurrence.objects.with_card()
        .with_live_sign_ups()
        .prefetch_related("activity__translations"),
        pk=pk,
    )
    if not can_keep_list(request.user, occurrence):
        messages.error(request, _("Deze lijst hoort bij een andere plek."))
        return redirect("portal:desk")
    date = date_of(
        occurrence, now=timezone.now(), may_see_names=True, back=request.path, whole=True
    )
    return render(request, "portal/desk_date.html", {"date": date})


@require_POST
@staff_required(*DESK_ROLES)
def desk_presence(request: HttpRequest, pk: UUID) -> HttpResponse:
    """This party came in; pressed once more, that is taken back."""
    sign_up = _kept_sign_up(request, pk)
    if sign_up is None:
        return redirect("portal:desk")
    was_there = sign_up.presence == Presence.PRESENT
    try:
        attendance.mark(sign_up, Presence.UNKNOWN if was_there else Presence.PRESENT)
    except NotOpen as refusal:
        messages.error(request, str(refusal))
    return redirect(_next(request))


@require_POST
@staff_required(*DESK_ROLES)
def desk_called(request: HttpRequest, pk: UUID) -> HttpResponse:
    """This party was called, as they had asked."""
    sign_up = _kept_sign_up(request, pk)
    if sign_up is None:
        return redirect("portal:desk")
    enrolment.called(sign_up)
    messages.success(request, _("%(name)s is gebeld.") % {"name": sign_up.name})
    return redirect(_next(request))


@never_cache
@require_safe
@staff_required(*DESK_ROLES)
def desk_wish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A wish in full, who made it, and how to answer."""
    wish = get_object_or_404(wishes_of_desks(desks_of(signed_in(request))), pk=pk)
    return render(request, "portal/desk_wish.html", {"waiting": waiting_wish(wish)})


@require_POST
@staff_required(*DESK_ROLES)
def desk_wish_answered(request: HttpRequest, pk: UUID) -> HttpResponse:
    """This wish was answered. Twice is harmless."""
    wish = get_object_or_404(wishes_of_desks(desks_of(signed_in(request))), pk=pk)
    wishing.answer(wish, by=signed_in(request))
    messages.success(request, _("Deze wens is beantwoord."))
    return redirect("portal:desk")


def _kept_sign_up(request: HttpRequest, pk: UUID) -> SignUp | None:
    """The sign-up, when its list is kept at a desk of this person; else a sentence on the next page."""
    sign_up = SignUp.objects.with_page().filter(pk=pk).first()
    if sign_up is None or not can_keep_list(request.user, sign_up.occurrence):
        messages.error(request, _("Deze lijst hoort bij een andere plek."))
        return None
    return sign_up


def _next(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return wanted
    return reverse("portal:desk")
