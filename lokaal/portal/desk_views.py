"""Pages of the desk: today, the list of one date, and the two things that are noted there."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities import enrolment
from activities.door import checking_in
from activities.emails import reply_channel
from activities.exceptions import AlreadyAnswered, NotOpen
from activities.forms.wishes import ReplyForm
from activities.initiatives import wishing
from activities.models import Occurrence, Presence, SignUp
from activities.perms import can_keep_list
from lokaal.exceptions import Refusal
from lokaal.languages import spoken_name
from lokaal.next_page import next_page
from lokaal.outbox.perms import DESK_ROLES, desks_of
from lokaal.people.models import Channel
from lokaal.people.perms import signed_in, staff_required
from lokaal.portal.desk import date_of, desk_of, waiting_wish, wishes_of_desks

#: What became of a reply, by the channel along which it goes.
REPLIED = {
    Channel.EMAIL: gettext_lazy("Je antwoord is verstuurd."),
    Channel.PAPER: gettext_lazy("Je antwoord ligt klaar. Print het en geef het mee."),
}


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
        messages.error(request, _("Deze lijst hoort bij een ander huis."))
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
        checking_in.mark(sign_up, Presence.UNKNOWN if was_there else Presence.PRESENT)
    except NotOpen as refusal:
        messages.error(request, str(refusal))
    return redirect(next_page(request) or "portal:desk")


@require_POST
@staff_required(*DESK_ROLES)
def desk_called(request: HttpRequest, pk: UUID) -> HttpResponse:
    """This party was called, as they had asked."""
    sign_up = _kept_sign_up(request, pk)
    if sign_up is None:
        return redirect("portal:desk")
    enrolment.called(sign_up)
    messages.success(request, _("%(name)s is gebeld.") % {"name": sign_up.name})
    return redirect(next_page(request) or "portal:desk")


@require_POST
@staff_required(*DESK_ROLES)
def desk_offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody was rung about a place, and said yes or no."""
    sign_up = _kept_sign_up(request, pk)
    if sign_up is None:
        return redirect("portal:desk")
    try:
        if request.POST.get("answer") == "yes":
            enrolment.accept(sign_up)
            messages.success(request, _("%(name)s staat op de lijst.") % {"name": sign_up.name})
        else:
            enrolment.cancel(sign_up, by=signed_in(request))
            messages.success(
                request, _("De plek is voor wie na %(name)s komt.") % {"name": sign_up.name}
            )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(next_page(request) or "portal:desk")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(*DESK_ROLES)
def desk_wish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A wish in full, who made it, and how to answer: call, or write a reply."""
    wish = get_object_or_404(wishes_of_desks(desks_of(signed_in(request))), pk=pk)
    channel = reply_channel(wish)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if channel and form.is_valid():
        try:
            wishing.reply(wish, text=form.cleaned_data["text"], by=signed_in(request))
        except AlreadyAnswered as refusal:
            messages.error(request, str(refusal))
            return redirect("portal:desk_wish", pk)
        messages.success(request, REPLIED[Channel(channel)])
        return redirect("portal:desk")
    language = get_language() or "nl"
    context = {
        "waiting": waiting_wish(wish),
        "form": form,
        "channel": channel,
        "written_in": spoken_name(wish.language, language) if wish.language != language else "",
    }
    return render(request, "portal/desk_wish.html", context)


@require_POST
@staff_required(*DESK_ROLES)
def desk_wish_answered(request: HttpRequest, pk: UUID) -> HttpResponse:
    """This wish was answered. Twice is harmless."""
    wish = get_object_or_404(wishes_of_desks(desks_of(signed_in(request))), pk=pk)
    wishing.answer(wish, by=signed_in(request))
    messages.success(request, _("Dit idee is beantwoord."))
    return redirect("portal:desk")


def _kept_sign_up(request: HttpRequest, pk: UUID) -> SignUp | None:
    """The sign-up, when its list is kept at a desk of this person; else a sentence on the next page."""
    sign_up = SignUp.objects.with_page().filter(pk=pk).first()
    if sign_up is None or not can_keep_list(request.user, sign_up.occurrence):
        messages.error(request, _("Deze lijst hoort bij een ander huis."))
        return None
    return sign_up
