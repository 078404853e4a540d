"""The dates of a booking for staff: changed, called off, brought back; who came, and who got the key."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lokaal.exceptions import Refusal
from lokaal.look.formats import day
from lokaal.next_page import next_page
from lokaal.pages import get_or_post
from lokaal.people.perms import signed_in
from venue import perms
from venue.forms.hiring_desk import (
    HandBackForm,
    HandOverForm,
    SkipForm,
    StaffCancelForm,
    StaffChangeForm,
)
from venue.hire import booked, cancelling, handing_over, hiring, rebooking
from venue.models import BookingDate, RoomState, Space
from venue.series import Scope
from venue.views.hiring_desk import at_the_door, do, in_words, planner

#: Of so many dates that stayed as they were it is said why.
MOST_SAID = 6


def _date(request: HttpRequest, pk: UUID, *roles: Any) -> BookingDate:
    """A date at a house where this person holds one of the roles."""
    centres = perms.centres_for(signed_in(request), *(roles or perms.PLANNING_ROLES))
    rows = BookingDate.objects.select_related(
        "use__space__centre", "booking__hirer", "booking__centre", "booking__tariff_class"
    )
    return get_object_or_404(rows, pk=pk, use__centre__in=centres)


@get_or_post
@planner
def date_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another time, room or number of people, as agreed by phone; for this date, the following or all to come.

    Of a series it is shown first what each date would meet. `sure` does it, `again` goes back to the form.
    """
    date = _date(request, pk)
    spaces = list(Space.objects.in_use().with_search().filter(centre=date.use.centre_id))
    form = StaffChangeForm(
        request.POST or None, date=date, spaces=spaces, dates_in=rebooking.dates_in(date)
    )
    if request.method == "POST" and form.is_valid() and "again" not in request.POST:
        try:
            if form.has_choice and "sure" not in request.POST:
                return _change_check(request, date, form)
            if form.chosen_scope == Scope.THIS:
                return _changed(request, date, form)
            return _series_changed(request, date, form)
        except Refusal as refusal:
            form.add_error(None, in_words(refusal))
    context = {
        "booking": date.booking,
        "form": form,
        "title": _("Verander deze datum"),
        "button": _("Kijk of het kan") if form.has_choice else _("Verander"),
        "lines": [booked.when_and_where(date)],
    }
    return render(request, "venue/desk_form.html", context)


def _changed(request: HttpRequest, date: BookingDate, form: StaffChangeForm) -> HttpResponse:
    """Change this date only. Raises what rebooking.change raises."""
    done = rebooking.change(
        date,
        by=signed_in(request),
        keeps_price=form.cleaned_data["keeps_price"],
        **form.fields_of_wanted,
    )
    messages.success(request, _("De datum is veranderd. De huurder krijgt bericht."))
    for order in done.stayed_behind:
        messages.warning(request, str(order.refusal))
    return redirect("venue:booking_manage", date.booking_id)


def _series_changed(request: HttpRequest, date: BookingDate, form: StaffChangeForm) -> HttpResponse:
    """Change the dates that can be, and say which stayed. Raises what rebooking.change_series raises."""
    done = rebooking.change_series(
        date,
        form.chosen_scope,
        by=signed_in(request),
        keeps_price=form.cleaned_data["keeps_price"],
        **form.changes,
    )
    stayed = [one for one in done.dates if one.refusal is not None]
    count = len(done.dates) - len(stayed)
    if count:
        said = ngettext(
            "%(count)s datum is veranderd. De huurder krijgt bericht.",
            "%(count)s datums zijn veranderd. De huurder krijgt één bericht.",
            count,
        )
        messages.success(request, said % {"count": count})
    for one in stayed[:MOST_SAID]:
        said = _("%(day)s blijft zoals het was. %(reason)s")
        messages.warning(
            request, said % {"day": capfirst(day(one.date.use.starts_at)), "reason": one.refusal}
        )
    for order in done.stayed_behind:
        messages.warning(request, str(order.refusal))
    return redirect("venue:booking_manage", date.booking_id)


def _change_check(request: HttpRequest, date: BookingDate, form: StaffChangeForm) -> HttpResponse:
    """What each date would meet, before anything is done."""
    seen = rebooking.preview_series(
        date,
        form.chosen_scope,
        by=signed_in(request),
        keeps_price=form.cleaned_data["keeps_price"],
        **form.changes,
    )
    cards = [booked.changed_card(one) for one in seen]
    free = sum(card.is_free for card in cards)
    context = {
        "booking": date.booking,
        "cards": cards,
        "free": free,
        "staying": len(cards) - free,
        "answers": [(name, form.data[name]) for name in form.fields if name in form.data],
    }
    return render(request, "venue/date_change_check.html", context)


@get_or_post
@planner
def date_skip(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Leave one date out, at no cost. It can come back."""
    date = _date(request, pk)
    form = SkipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return do(
            request,
            date.booking_id,
            lambda: rebooking.skip(date, reason=form.cleaned_data["reason"], by=signed_in(request)),
            _("De datum is overgeslagen. De huurder krijgt bericht."),
        )
    context = {
        "booking": date.booking,
        "form": form,
        "title": _("Sla deze datum over"),
        "button": _("Sla over"),
        "lines": [
            booked.when_and_where(date),
            _("De huurder betaalt deze datum niet. Je kunt hem later terugzetten."),
        ],
    }
    return render(request, "venue/desk_form.html", context)


@get_or_post
@planner
def date_call_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One date does not go on."""
    date = _date(request, pk)
    form = StaffCancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return do(
            request,
            date.booking_id,
            lambda: cancelling.cancel_date(date, by=signed_in(request), **form.cleaned_data),
            _("De datum is afgezegd. De huurder krijgt bericht."),
        )
    context = {
        "booking": date.booking,
        "form": form,
        "title": _("Zeg deze datum af"),
        "button": _("Zeg af"),
        "is_danger": True,
        "lines": [booked.when_and_where(date)],
        "cost": cancelling.cancel_cost(date.booking, [date]),
    }
    return render(request, "venue/desk_form.html", context)


@require_POST
@planner
def date_bring_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A date that could not be, or was skipped: try once more."""
    date = _date(request, pk)
    return do(
        request,
        date.booking_id,
        lambda: rebooking.bring_back(date, by=signed_in(request)),
        _("Het kan nu wel. De datum staat erbij."),
    )


@require_POST
@at_the_door
def date_held(request: HttpRequest, pk: UUID) -> HttpResponse:
    """They came."""
    date = _date(request, pk, *perms.LOOKING_ROLES)
    return do(
        request,
        date.booking_id,
        lambda: hiring.held(date, by=signed_in(request)),
        _("Genoteerd: ze zijn geweest."),
    )


@require_POST
@at_the_door
def date_no_show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """They did not come."""
    date = _date(request, pk, *perms.LOOKING_ROLES)
    return do(
        request,
        date.booking_id,
        lambda: hiring.no_show(date, by=signed_in(request)),
        _("Genoteerd: ze zijn niet gekomen."),
    )


@get_or_post
@at_the_door
def date_hand_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form at the door: who got the key, and how the room was afterwards. Also to print and sign."""
    date = _date(request, pk, *perms.LOOKING_ROLES)
    form_of_date = getattr(date, "hand_over", None)
    is_back = form_of_date is not None
    data = request.POST if request.method == "POST" else None
    form: forms.Form = (
        HandBackForm(data)
        if is_back
        else HandOverForm(
            data,
            initial={"signed_name": date.booking.hirer.contact_name or date.booking.hirer.name},
        )
    )
    if data is not None and form.is_valid():
        try:
            _handed(request, date, form)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Het staat erbij."))
            return redirect(next_page(request) or "venue:hiring_desk")
    context = {
        "date": date,
        "booking": date.booking,
        "hirer": date.booking.hirer,
        "centre": date.booking.centre,
        "words": booked.when_and_where(date),
        "hand_over": form_of_date,
        "form": form,
        "may_manage": perms.can_plan(signed_in(request), date.booking.centre),
    }
    return render(request, "venue/desk_hand_over.html", context)


def _handed(request: HttpRequest, date: BookingDate, form: forms.Form) -> None:
    said, by = form.cleaned_data, signed_in(request)
    if isinstance(form, HandOverForm):
        handing_over.hand_over(date, signed_name=said["signed_name"], keys=said["keys"], by=by)
    else:
        handing_over.hand_back(
            date,
            room_state=RoomState(said["room_state"]),
            damage_note=said["damage_note"],
            by=by,
        )
