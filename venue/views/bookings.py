"""A booking and its quote for who hires, by secret link. A GET changes nothing.

A booking opens for whoever has its link or just looked it up by number and contact, the account it was made with, or
plans the rooms of its house.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lokaal.exceptions import Refusal, TooOften
from lokaal.pages import is_open, open_for_a_while, private
from lokaal.people.models import Person
from lokaal.people.perms import may_pass, public
from venue import limits, perms
from venue.exceptions import NotFree
from venue.forms.bookings import ChangeForm, LookupForm, ReasonForm
from venue.hire import booked, bookings, cancelling, deposits, hiring, quoting, rebooking
from venue.models import Booking, BookingDate, ChangeRequest, Quote, Space

#: In the session: bookings that were looked up, or made just now.
OPENED = "bookings_opened"

BookingView = Callable[..., HttpResponse]


def sentence(
    request: HttpRequest, *, status: int, heading: str, text: str, lookup: bool = False
) -> HttpResponse:
    """A page that says one thing, and where to go from there."""
    context = {"heading": heading, "sentence": text, "lookup": lookup}
    response = render(request, "venue/booking_sentence.html", context, status=status)
    return private(response)


def for_hirer(view: BookingView) -> BookingView:
    """Give a view the booking, for whoever may open it; anybody else gets a plain sentence and a way on."""

    @public
    @functools.wraps(view)
    def guarded(request: HttpRequest, pk: UUID, secret: str = "", **rest: Any) -> HttpResponse:
        found = Booking.objects.with_hirer_page().filter(pk=pk).first()
        if found is None or not _may_open(request, found, secret):
            return sentence(
                request,
                status=404,
                heading=_("Deze link werkt niet"),
                text=_("Misschien mist er een stukje. Zoek je boeking met je nummer."),
                lookup=True,
            )
        return private(view(request, found, secret, **rest))

    return guarded


def _may_open(request: HttpRequest, booking: Booking, secret: str) -> bool:
    if secret:
        return booking.has_secret(secret)
    if is_open(request, OPENED, booking.pk):
        return True
    person = request.user
    if not isinstance(person, Person):
        return False
    if booking.hirer.person_id == person.pk:
        return True
    return perms.can_plan(person, booking.centre) and may_pass(request)


def address(booking: Booking, secret: str, view: str = "booking", *more: Any) -> str:
    """A page of a booking, with the secret it was asked with."""
    return reverse(f"venue:{view}", args=[booking.pk, *([secret] if secret else []), *more])


# The booking -------------------------------------------------------------------------------------


@for_hirer
@require_safe
def booking(request: HttpRequest, found: Booking, secret: str) -> HttpResponse:
    return render(request, "venue/booking.html", _context(found, secret))


def _context(found: Booking, secret: str) -> dict[str, Any]:
    cards = [
        replace(
            card,
            change_url=address(found, secret, "booking_change", card.pk),
            cancel_url=address(found, secret, "booking_date_cancel", card.pk),
        )
        for card in booked.date_cards(found)
    ]
    quote = booked.told_quote(found.quotes.all())
    return {
        "booking": found,
        "hirer": found.hirer,
        "centre": found.centre,
        "secret": secret,
        "stand": booked.stand_of(found),
        "cards": cards,
        "quote": quote,
        "quote_stand": booked.quote_stand(quote) if quote else None,
        "deposit": deposits.of(found),
        "can_cancel": found.is_live and any(card.can_change for card in cards),
        "coming": sum(card.can_change for card in cards),
        "page_url": address(found, secret),
        "quote_url": address(found, secret, "booking_quote"),
        "cancel_url": address(found, secret, "booking_cancel"),
        "no_alcohol_url": address(found, secret, "booking_without_alcohol"),
    }


@for_hirer
def booking_cancel(request: HttpRequest, found: Booking, secret: str) -> HttpResponse:
    """What calling off costs now, and then the button that does it."""
    return _cancel(request, found, secret, None)


@for_hirer
def booking_date_cancel(
    request: HttpRequest, found: Booking, secret: str, date: UUID
) -> HttpResponse:
    """The same for one date of several."""
    return _cancel(request, found, secret, _date_of(found, date))


def _cancel(
    request: HttpRequest, found: Booking, secret: str, date: BookingDate | None
) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            if date is None:
                cancelling.cancel(found, reason=reason)
            else:
                cancelling.cancel_date(date, reason=reason)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("Het is afgezegd. Fijn dat je het laat weten."))
            return redirect(address(found, secret))
    dates = None if date is None else [date]
    cards = booked.date_cards(found)
    context = {
        "form": form,
        "booking": found,
        "centre": found.centre,
        "page_url": address(found, secret),
        "cost": cancelling.cancel_cost(found, dates),
        "cards": [
            card for card in cards if card.can_change and (date is None or card.pk == date.pk)
        ],
        "is_whole": date is None,
    }
    return render(request, "venue/booking_cancel.html", context, status=status)


@for_hirer
@require_POST
def booking_without_alcohol(request: HttpRequest, found: Booking, secret: str) -> HttpResponse:
    """It goes on without alcohol after all."""
    hiring.drop_alcohol(found)
    messages.success(request, _("Genoteerd: zonder alcohol."))
    return redirect(address(found, secret))


@for_hirer
def booking_change(request: HttpRequest, found: Booking, secret: str, date: UUID) -> HttpResponse:
    """Ask for a date to be otherwise. Nothing changes until staff says yes."""
    row = _date_of(found, date)
    spaces = list(Space.objects.for_hire().with_search().filter(centre=row.use.centre_id))
    form = ChangeForm(request.POST or None, date=row, spaces=spaces)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            rebooking.ask(row, **form.wish)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("Wij hebben je vraag. Tot dan blijft alles zoals het was."))
            return redirect(address(found, secret))
    context = {
        "form": form,
        "booking": found,
        "centre": found.centre,
        "card": booked.date_card(row, found),
        "page_url": address(found, secret),
        "cancel_url": address(found, secret, "booking_date_cancel", date),
    }
    return render(request, "venue/booking_change.html", context, status=status)


@for_hirer
@require_POST
def booking_change_withdraw(
    request: HttpRequest, found: Booking, secret: str, change: UUID
) -> HttpResponse:
    """Never mind: the date stays as it is."""
    row = get_object_or_404(ChangeRequest, pk=change, date__booking=found)
    try:
        rebooking.withdraw(row)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Je vraag is ingetrokken. Alles blijft zoals het was."))
    return redirect(address(found, secret))


def _date_of(found: Booking, pk: UUID) -> BookingDate:
    return get_object_or_404(
        BookingDate.objects.select_related("use__space__centre", "booking").prefetch_related(
            "changes__space"
        ),
        pk=pk,
        booking=found,
    )


# The quote ---------------------------------------------------------------------------------------


@for_hirer
def booking_quote(request: HttpRequest, found: Booking, secret: str) -> HttpResponse:
    """The price as it was told last, for who opened the booking."""
    told = booked.told_quote(found.quotes.all())
    if told is None:
        messages.info(request, _("Er is nog geen prijs. Je krijgt bericht van ons."))
        return redirect(address(found, secret))
    row = Quote.objects.with_page().get(pk=told.pk)
    return _quote(request, row, address(found, secret, "booking_quote"), address(found, secret))


def quote_by_link(view: BookingView) -> BookingView:
    """Give a view the quote whose link this is; anybody else gets a plain sentence."""

    @public
    @functools.wraps(view)
    def guarded(request: HttpRequest, pk: UUID, secret: str) -> HttpResponse:
        found = quoting.find_by_secret(pk, secret)
        if found is None:
            return sentence(
                request,
                status=404,
                heading=_("Deze link werkt niet"),
                text=_("Misschien mist er een stukje. Zoek je boeking met je nummer."),
                lookup=True,
            )
        return private(view(request, found, secret))

    return guarded


@quote_by_link
def quote(request: HttpRequest, found: Quote, secret: str) -> HttpResponse:
    """What it costs and why, by its own link: say yes, or no with a reason."""
    return _quote(request, found, reverse("venue:quote", args=[found.pk, secret]), "")


def _quote(request: HttpRequest, found: Quote, here: str, booking_url: str) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    problem, others, status = "", [], 200
    if request.method == "POST" and form.is_valid():
        try:
            return _answered(request, found, form, here, booking_url)
        except Refusal as refusal:
            problem, status = str(refusal), 409
            others = list(refusal.alternatives) if isinstance(refusal, NotFree) else []
            found = Quote.objects.with_page().get(pk=found.pk)
    context = quote_context(found) | {
        "form": form,
        "problem": problem,
        "alternatives": others,
        "here": here,
        "booking_url": booking_url,
        "asks_why": request.GET.get("no") == "1",
    }
    return render(request, "venue/quote.html", context, status=status)


def _answered(
    request: HttpRequest, found: Quote, form: ReasonForm, here: str, booking_url: str
) -> HttpResponse:
    if request.POST.get("answer") == "no":
        quoting.decline(found, reason=form.cleaned_data["reason"])
        messages.success(request, _("Je hebt nee gezegd. De zaal is weer vrij."))
    else:
        booking_now = quoting.accept(found)
        messages.success(request, _("Je hebt ja gezegd. De zaal is van jou."))
        open_for_a_while(request, OPENED, booking_now.pk)
    return redirect(booking_url or here)


def quote_context(found: Quote) -> dict[str, Any]:
    """What a quote says, on the screen and on paper."""
    return {
        "quote": found,
        "booking": found.booking,
        "hirer": found.booking.hirer,
        "centre": found.booking.centre,
        "lines": booked.quote_lines(found),
        "stand": booked.quote_stand(found),
        "rules": booked.cancel_rules(found.booking.centre),
    }


# A lost link -------------------------------------------------------------------------------------


@public
def booking_lookup(request: HttpRequest) -> HttpResponse:
    """Number and phone or e-mail: the booking opens in this browser for half an hour."""
    if request.method != "POST":
        form = LookupForm(initial={"reference": request.GET.get("reference", "")[:20]})
        return private(render(request, "venue/booking_lookup.html", {"form": form}))
    form = LookupForm(request.POST)
    status = 200
    if form.is_valid():
        try:
            found = _looked_up(request, form)
        except TooOften as refusal:
            form.add_error(None, str(refusal))
            status = 429
        else:
            if found:
                open_for_a_while(request, OPENED, found.pk)
                return redirect("venue:booking", found.pk)
            form.add_error(None, _("Dit vinden wij niet. Kijk je nummer na, of bel ons."))
            status = 404
    return private(render(request, "venue/booking_lookup.html", {"form": form}, status=status))


def _looked_up(request: HttpRequest, form: LookupForm) -> Booking | None:
    """Look a booking up. Wrong tries are counted; who guesses too often may not look for a while."""
    reference = form.cleaned_data["reference"]
    return limits.look_up(
        lambda: bookings.find_by_reference(reference, phone=form.phone, email=form.email),
        (limits.WRONG_REFERENCE_FROM_ADDRESS, limits.address_of(request)),
        (limits.WRONG_REFERENCE_SAME, reference),
        (limits.WRONG_REFERENCE_ANYWHERE, ""),
    )
