"""Saying that a text should not stand here, and looking at what residents wrote."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from activities import limits
from activities.forms.wishes import HideForm, ReportForm
from activities.idea_cards import other_language
from activities.initiatives import moderating
from activities.models import Showing
from activities.views.refusing import status_of
from lokaal.exceptions import Refusal
from lokaal.next_page import next_page
from lokaal.outbox.perms import DESK_ROLES
from lokaal.pages import get_or_post, private
from lokaal.people.perms import public, signed_in, staff_required


@public
@get_or_post
def report(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Somebody says what is wrong with a text that is shown. Nobody learns who."""
    text = moderating.find(kind, pk)
    if text is None or text.showing != Showing.SHOWN:
        raise Http404
    form = ReportForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            limits.consume(limits.REPORT_FROM_ADDRESS, limits.address_of(request))
            moderating.report(text, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = status_of(refusal)
        else:
            messages.success(request, _("Bedankt. Wij kijken ernaar."))
            return redirect(next_page(request) or "activities:wishes")
    context = {
        "said": moderating.said(text),
        "lang": other_language(text.language),
        "form": form,
        "next": next_page(request),
    }
    return private(render(request, "activities/moderating/report.html", context, status=status))


@never_cache
@require_safe
@staff_required(*DESK_ROLES)
def looks(request: HttpRequest) -> HttpResponse:
    """What waits for somebody to read it, and what was reported."""
    return _looks_page(request)


def _looks_page(
    request: HttpRequest, *, form: HideForm | None = None, of: UUID | None = None
) -> HttpResponse:
    waiting = moderating.waiting_for(signed_in(request))
    rows = [
        {
            "waiting": one,
            "lang": other_language(one.text.language),
            "form": form if form and one.text.pk == of else HideForm(auto_id=f"{one.text.pk}_%s"),
            "is_open": bool(form and one.text.pk == of),
        }
        for one in waiting
    ]
    status = 400 if form else 200
    return render(request, "activities/moderating/looks.html", {"rows": rows}, status=status)


@require_POST
@staff_required(*DESK_ROLES)
def look(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Let a text be seen, with one tap; or not, with a reason that its writer reads."""
    text = moderating.find(kind, pk)
    if text is None or not moderating.can_look(request.user, text):
        raise Http404
    if "show" in request.POST:
        moderating.show(text, by=signed_in(request))
        messages.success(request, _("Staat op de site."))
        return redirect("activities:looks")
    form = HideForm(request.POST, auto_id=f"{pk}_%s")
    if not form.is_valid():
        return _looks_page(request, form=form, of=pk)
    moderating.hide(text, by=signed_in(request), reason=form.cleaned_data["reason"])
    messages.success(request, _("Staat niet op de site. De schrijver hoort waarom."))
    return redirect("activities:looks")
