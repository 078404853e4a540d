"""Messages at the desk: print them, and decide about those that did not arrive."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lokaal.exceptions import Refusal
from lokaal.next_page import next_page
from lokaal.outbox.exceptions import AlreadyHandled
from lokaal.outbox.forms import PrintedForm
from lokaal.outbox.models import Message
from lokaal.outbox.perms import DESK_ROLES
from lokaal.outbox.slips import Slip
from lokaal.people.perms import signed_in, staff_required

SLIPS_AT_ONCE = 40
ROWS_ON_A_PAGE = 25


@never_cache
@require_safe
@staff_required(*DESK_ROLES)
def slips(request: HttpRequest) -> HttpResponse:
    """All paper that waits on the desks of this person, ready to print."""
    waiting = Message.objects.visible_to(signed_in(request)).to_print().with_list()
    return render(
        request,
        "outbox/slips.html",
        {"slips": [Slip.of(message) for message in waiting[:SLIPS_AT_ONCE]]},
    )


@never_cache
@require_safe
@staff_required(*DESK_ROLES)
def message_slip(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One message on paper. It can be printed again later: paper gets lost."""
    message = get_object_or_404(Message.objects.visible_to(signed_in(request)).with_list(), pk=pk)
    if not message.can_be_printed:
        messages.error(request, _("Dit bericht is er niet meer op papier."))
        return redirect("portal:desk")
    return render(request, "outbox/slips.html", {"slips": [Slip.of(message)]})


@require_POST
@staff_required(*DESK_ROLES)
def slips_printed(request: HttpRequest) -> HttpResponse:
    """These slips were printed. What somebody else marked first stays as it was."""
    form = PrintedForm(request.POST, person=signed_in(request))
    if not form.is_valid():
        messages.error(request, _("Kies eerst wat er geprint is."))
        return redirect("outbox:slips")
    printed = 0
    for message in form.cleaned_data["message"]:
        try:
            message.mark_printed(by=request.user)
        except AlreadyHandled:
            continue
        printed += 1
    messages.success(
        request,
        ngettext("%(count)s briefje is geprint.", "%(count)s briefjes zijn geprint.", printed)
        % {"count": printed},
    )
    return redirect("portal:desk")


@never_cache
@require_safe
@staff_required(*DESK_ROLES)
def failed(request: HttpRequest) -> HttpResponse:
    """Everything that did not arrive, newest first."""
    rows = Message.objects.visible_to(signed_in(request)).failed().with_list()
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "outbox/failed.html", {"page": page})


@require_POST
@staff_required(*DESK_ROLES)
def message_try_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _decide(
        request, pk, lambda m: m.try_again(by=signed_in(request)), _("We sturen het nog een keer.")
    )


@require_POST
@staff_required(*DESK_ROLES)
def message_print_instead(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _decide(
        request,
        pk,
        lambda m: m.print_instead(by=signed_in(request)),
        _("Het ligt klaar om te printen."),
    )


@require_POST
@staff_required(*DESK_ROLES)
def message_drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _decide(
        request, pk, lambda m: m.drop(by=signed_in(request)), _("Dit bericht gaat niet meer weg.")
    )


@require_POST
@staff_required(*DESK_ROLES)
def message_printed(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _decide(
        request, pk, lambda m: m.mark_printed(by=signed_in(request)), _("Het briefje is geprint.")
    )


def _decide(
    request: HttpRequest, pk: UUID, action: Callable[[Message], None], told: str
) -> HttpResponse:
    message = get_object_or_404(Message.objects.visible_to(signed_in(request)), pk=pk)
    try:
        action(message)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, told)
    return redirect(next_page(request) or "portal:desk")
