"""Room hire for staff: what waits, the page of a booking, and one button for each step. Rules are in hire.hiring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lokaal.exceptions import Refusal
from lokaal.look.formats import clock, day
from lokaal.next_page import next_page
from lokaal.pages import get_or_post
from lokaal.people.models import Person
from lokaal.people.perms import signed_in, staff_required
from venue import perms
from venue.emails import hiring as emails
from venue.exceptions import NotFree
from venue.forms.hiring_desk import (
    ClassForm,
    DeclineForm,
    DepositStepForm,
    LineForm,
    SayForm,
    SendQuoteForm,
    StaffCancelForm,
    UntilForm,
)
from venue.hire import (
    booked,
    bookings,
    cancelling,
    deposits,
    hiring,
    hiring_desk,
    quoting,
    rebooking,
)
from venue.models import (
    OPTION_STATES,
    Booking,
    BookingEvent,
    BookingState,
    ChangeRequest,
    DateState,
    DepositKind,
    Quote,
    QuoteLine,
    QuoteState,
    TariffClass,
    VatCode,
)

planner = staff_required(*perms.PLANNING_ROLES)
at_the_door = staff_required(*perms.LOOKING_ROLES)


# The desk ----------------------------------------------------------------------------------------


@never_cache
@require_safe
@at_the_door
def hiring_desk_page(request: HttpRequest) -> HttpResponse:
    """What waits for me? With words in `q`: the bookings that are meant."""
    person = signed_in(request)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    context = {
        "desk": hiring_desk.desk_of(person, centre_slug=request.GET.get("centre", "")),
        "words": words,
        "found": hiring_desk.found(person, words) if words else [],
    }
    return render(request, "venue/desk_hiring.html", context)


# The page of a booking ---------------------------------------------------------------------------


@never_cache
@require_safe
@planner
def booking_manage(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All of a booking, with the step that comes next."""
    found = _managed(request, pk)
    return render(request, "venue/desk_booking.html", _page_of(found, signed_in(request)))


def _managed(request: HttpRequest, pk: UUID) -> Booking:
    """A booking with all that its page shows."""
    rows = Booking.objects.with_manage_page()
    quotes = Prefetch("quotes", Quote.objects.with_lines())
    return _booking(request, pk, rows.prefetch_related(quotes))


def _page_of(found: Booking, person: Person, **forms_with_errors: forms.Form) -> dict[str, Any]:
    quotes = sorted(found.quotes.all(), key=lambda quote: -quote.version)
    draft = next((one for one in quotes if one.state == QuoteState.DRAFT), None)
    row = draft or booked.told_quote(quotes)
    is_open = found.state in {BookingState.REQUEST, *OPTION_STATES, BookingState.LAPSED}
    cards = [_with_price(card) for card in booked.date_cards(found)]
    context: dict[str, Any] = {
        "booking": found,
        "hirer": found.hirer,
        "centre": found.centre,
        "stand": booked.stand_of(found),
        "cards": cards,
        "events": list(found.events.all()),
        "quote": row,
        "quote_lines": booked.quote_lines(row) if row else [],
        "is_draft": draft is not None,
        "older": [one for one in quotes if row is None or one.pk != row.pk],
        "deposit": deposits.of(found),
        "can_option": is_open,
        "next_step": _next_step(found, has_draft=draft is not None),
        "can_quote": found.state in {*OPTION_STATES, BookingState.REQUEST, BookingState.LAPSED},
        "can_confirm": is_open,
        "can_decline": found.state in {BookingState.REQUEST, *OPTION_STATES},
        "can_cancel": found.state == BookingState.CONFIRMED,
        "can_invoice": found.state in quoting.FIRM_STATES
        and person.holds(*perms.MONEY_ROLES, centre_id=found.centre_id),
        "has_refused": any(
            card.row.state == DateState.REFUSED and card.row.series_id for card in cards
        ),
        "until_form": UntilForm(),
        "send_form": SendQuoteForm(),
        "line_form": LineForm(codes=VatCode.objects.all()) if draft else None,
        "class_form": ClassForm(
            classes=TariffClass.objects.all(), initial={"tariff_class": found.tariff_class_id}
        )
        if is_open
        else None,
        "deposit_form": DepositStepForm(),
    }
    return context | forms_with_errors


def _next_step(found: Booking, *, has_draft: bool) -> str:
    """What staff does next: hold the room, make the price, send it; nothing while the hirer has the word."""
    if has_draft:
        return "send"
    return {
        BookingState.REQUEST: "hold",
        BookingState.LAPSED: "hold",
        BookingState.OPTION: "price",
    }.get(BookingState(found.state), "")


def _with_price(card: booked.DateCard) -> booked.DateCard:
    """A change that is asked, with what the date would cost by it."""
    if card.change is None:
        return card
    return replace(card, price_words=booked.price_in_words(rebooking.price_after(card.change)))


def _booking(request: HttpRequest, pk: UUID, rows: Any = None) -> Booking:
    """A booking of a house where this person plans the rooms."""
    centres = perms.centres_for(signed_in(request), *perms.PLANNING_ROLES)
    queryset = Booking.objects.all() if rows is None else rows
    found: Booking = get_object_or_404(queryset.in_centres(centres), pk=pk)
    return found


def _back(request: HttpRequest, pk: UUID) -> HttpResponse:
    return redirect(next_page(request) or reverse("venue:booking_manage", args=[pk]))


def do(request: HttpRequest, pk: UUID, action: Callable[[], Any], done: str) -> HttpResponse:
    """Take a step, and say what became of it."""
    try:
        action()
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, done)
    return _back(request, pk)


def in_words(refusal: Refusal) -> str:
    """The refusal with what fits instead."""
    others = refusal.alternatives if isinstance(refusal, NotFree) else ()
    if not others:
        return str(refusal)
    said = [
        _("%(room)s, %(day)s om %(time)s uur")
        % {"room": one.space.name, "day": day(one.starts_at), "time": clock(one.starts_at)}
        for one in others[:3]
    ]
    return _("%(refusal)s Wel vrij: %(others)s.") % {
        "refusal": refusal,
        "others": "; ".join(said),
    }


def _with_errors(request: HttpRequest, pk: UUID, **bound: forms.Form) -> HttpResponse:
    """The page again, with the form that was filled in wrongly."""
    context = _page_of(_managed(request, pk), signed_in(request), **bound)
    context["wrong_form"] = next(iter(bound.values()))
    return render(request, "venue/desk_booking.html", context)


# Yes or no ---------------------------------------------------------------------------------------


@require_POST
@planner
def booking_option(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hold the room for the hirer, until a moment or as long as the house does."""
    found = _booking(request, pk)
    form = UntilForm(request.POST)
    if not form.is_valid():
        return _with_errors(request, pk, until_form=form)
    return do(
        request,
        pk,
        lambda: hiring.give_option(found, by=signed_in(request), until=form.until),
        _("De zaal wordt vastgehouden. De huurder krijgt bericht."),
    )


@require_POST
@planner
def booking_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agreed by phone or at the desk: the room is theirs."""
    found = _booking(request, pk)
    return do(
        request,
        pk,
        lambda: hiring.confirm(found, by=signed_in(request)),
        _("De boeking is vast. De huurder krijgt bericht."),
    )


@get_or_post
@planner
def booking_decline(request: HttpRequest, pk: UUID) -> HttpResponse:
    """No, with the reason that the hirer reads."""
    found = _booking(request, pk, Booking.objects.with_list())
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return do(
            request,
            pk,
            lambda: hiring.decline(
                found, reason=form.cleaned_data["reason"], by=signed_in(request)
            ),
            _("De aanvraag is afgewezen. De huurder krijgt bericht."),
        )
    context = _small_page(
        found, form, _("Zeg nee tegen deze aanvraag"), _("Stuur nee"), is_danger=True
    )
    return render(request, "venue/desk_form.html", context)


@require_POST
@planner
def booking_class(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Staff looked which class of prices holds."""
    found = _booking(request, pk)
    form = ClassForm(request.POST, classes=TariffClass.objects.all())
    if not form.is_valid():
        return _with_errors(request, pk, class_form=form)
    return do(
        request,
        pk,
        lambda: hiring.set_class(found, form.cleaned_data["tariff_class"], by=signed_in(request)),
        _("De prijsgroep is nagekeken."),
    )


@require_POST
@planner
def booking_no_alcohol(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agreed with the hirer: it goes on without alcohol."""
    found = _booking(request, pk)
    return do(
        request,
        pk,
        lambda: hiring.drop_alcohol(found, by=signed_in(request)),
        _("Genoteerd: zonder alcohol."),
    )


@get_or_post
@planner
def booking_call_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The hirer calls off by phone, or the house has to; with what that costs."""
    found = _booking(request, pk, Booking.objects.with_list())
    form = StaffCancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return do(
            request,
            pk,
            lambda: cancelling.cancel(found, by=signed_in(request), **form.cleaned_data),
            _("De boeking is afgezegd. De huurder krijgt bericht."),
        )
    context = _small_page(found, form, _("Zeg deze boeking af"), _("Zeg af"), is_danger=True)
    context["cost"] = cancelling.cancel_cost(found)
    return render(request, "venue/desk_form.html", context)


def _small_page(
    found: Booking, form: forms.Form, title: str, button: str, *, is_danger: bool = False
) -> dict[str, Any]:
    dates = sorted(found.dates.all(), key=lambda one: one.use.starts_at)
    return {
        "booking": found,
        "form": form,
        "title": title,
        "button": button,
        "is_danger": is_danger,
        "lines": [booked.when_and_where(one) for one in dates[:5]],
    }


@get_or_post
@planner
def booking_say(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A question or a word to the hirer. Who only has a phone stands on the list of who must be called."""
    found = _booking(request, pk, Booking.objects.with_list())
    calls = emails.must_call(found.hirer)
    form = SayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return do(
            request,
            pk,
            lambda: bookings.say(found, form.cleaned_data["text"], by=signed_in(request)),
            _("Dit staat nu op de bellijst. Bel de huurder.")
            if calls
            else _("De huurder krijgt je bericht."),
        )
    button = _("Zet op de bellijst") if calls else _("Verstuur")
    context = _small_page(found, form, _("Vraag of zeg iets"), button)
    context["icon"] = "phone" if calls else "paper-airplane"
    context["lines"] = [_("Deze huurder heeft geen e-mail. Wij bellen hierover.")] if calls else []
    return render(request, "venue/desk_form.html", context)


# The price ---------------------------------------------------------------------------------------


@require_POST
@planner
def booking_quote_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make the price from the tariffs of now. Nobody is told yet."""
    found = _booking(request, pk)
    return do(
        request,
        pk,
        lambda: quoting.draft(found, by=signed_in(request)),
        _("De offerte staat klaar. Kijk hem na en verstuur hem."),
    )


@require_POST
@planner
def booking_quote_send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send the draft to the hirer. A request gets its option at the same moment."""
    found = _booking(request, pk)
    form = SendQuoteForm(request.POST)
    if not form.is_valid():
        return _with_errors(request, pk, send_form=form)
    draft = get_object_or_404(Quote, booking=found, state=QuoteState.DRAFT)

    return do(
        request,
        pk,
        lambda: hiring.offer(
            draft, by=signed_in(request), until=form.until, note=form.cleaned_data["note"]
        ),
        _("De offerte is verstuurd."),
    )


@require_POST
@planner
def quote_line_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A line of our own on the draft."""
    found = _booking(request, pk)
    form = LineForm(request.POST, codes=VatCode.objects.all())
    if not form.is_valid():
        return _with_errors(request, pk, line_form=form)
    draft = get_object_or_404(Quote, booking=found, state=QuoteState.DRAFT)
    return do(
        request,
        pk,
        lambda: quoting.add_line(
            draft,
            description=form.cleaned_data["description"],
            unit_cents=form.unit_cents,
            vat_code=form.cleaned_data["vat_code"],
            by=signed_in(request),
        ),
        _("De regel staat op de offerte."),
    )


@require_POST
@planner
def quote_line_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a line off the draft."""
    centres = perms.centres_for(signed_in(request), *perms.PLANNING_ROLES)
    line = get_object_or_404(
        QuoteLine.objects.select_related("quote"), pk=pk, quote__booking__centre__in=centres
    )
    return do(
        request,
        line.quote.booking_id,
        lambda: quoting.remove_line(line, by=signed_in(request)),
        _("De regel is weg."),
    )


@require_POST
@planner
def booking_agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the dates of a firm booking that have no price theirs, from the tariffs."""
    found = _booking(request, pk)
    return do(
        request,
        pk,
        lambda: quoting.agree_again(found, by=signed_in(request)),
        _("De prijs staat erbij."),
    )


@require_POST
@planner
def booking_deposit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What happened with the deposit."""
    found = _booking(request, pk)
    form = DepositStepForm(request.POST)
    if not form.is_valid():
        return _with_errors(request, pk, deposit_form=form)
    cents, by = form.cleaned_data["cents"], signed_in(request)
    steps: dict[str, Callable[[], Any]] = {
        DepositKind.RECEIVED: lambda: deposits.receive(found, cents, by=by),
        DepositKind.RETURNED: lambda: deposits.give_back(found, cents, by=by),
        DepositKind.KEPT: lambda: deposits.keep(
            found, cents, reason=form.cleaned_data["reason"], by=by
        ),
    }
    return do(request, pk, steps[form.cleaned_data["kind"]], _("De borg is bijgewerkt."))


@require_POST
@planner
def booking_offer_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Try all refused dates of a series once more."""
    found = _booking(request, pk)
    try:
        back = len(rebooking.offer_again(found, by=signed_in(request)))
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
        return _back(request, pk)
    if back:
        messages.success(request, _("Nu wel mogelijk: %(count)s.") % {"count": back})
    else:
        messages.info(request, _("Er is nog niets vrijgekomen."))
    return _back(request, pk)


# Questions of hirers -----------------------------------------------------------------------------


def _change(request: HttpRequest, pk: UUID) -> ChangeRequest:
    centres = perms.centres_for(signed_in(request), *perms.PLANNING_ROLES)
    rows = ChangeRequest.objects.select_related(
        "space__centre", "date__use__space", "date__booking__hirer", "date__booking__centre"
    )
    return get_object_or_404(rows, pk=pk, date__booking__centre__in=centres)


@require_POST
@planner
def change_accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Yes, it can be otherwise."""
    change = _change(request, pk)
    return do(
        request,
        change.date.booking_id,
        lambda: rebooking.accept(change, by=signed_in(request)),
        _("De datum is veranderd. De huurder krijgt bericht."),
    )


@get_or_post
@planner
def change_decline(request: HttpRequest, pk: UUID) -> HttpResponse:
    """No, with the reason; the date stays as it was."""
    change = _change(request, pk)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return do(
            request,
            change.date.booking_id,
            lambda: rebooking.decline(
                change, reason=form.cleaned_data["reason"], by=signed_in(request)
            ),
            _("De huurder krijgt bericht. De datum blijft zoals hij was."),
        )
    context = {
        "booking": change.date.booking,
        "form": form,
        "title": _("Deze verandering kan niet"),
        "button": _("Stuur nee"),
        "is_danger": True,
        "lines": [booked.when_and_where(change.date), booked.change_in_words(change)],
    }
    return render(request, "venue/desk_form.html", context)


@require_POST
@planner
def event_called(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody of the house rang the hirer about this."""
    centres = perms.centres_for(signed_in(request), *perms.PLANNING_ROLES)
    event = get_object_or_404(
        BookingEvent.objects.select_related("booking__centre"), pk=pk, booking__centre__in=centres
    )
    return do(
        request,
        event.booking_id,
        lambda: bookings.called(event, by=signed_in(request)),
        _("Genoteerd: gebeld."),
    )
