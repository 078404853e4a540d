"""The till of a date and of a day: what was paid at the door, and the cash counted."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from activities.door import lists
from activities.door import till as tills
from activities.forms.door import CloseTillForm, PayForm
from activities.models import CostKind, Occurrence, PaidBy, SignUp, TillClosing, TillEntry
from activities.models.activity import EDITING_ROLES
from activities.models.door import day_of
from activities.views.door import Keeper, centres_kept
from activities.views.organising import organiser_view
from lokaal.centres.models import Centre
from lokaal.exceptions import Refusal
from lokaal.pages import get_or_post
from lokaal.people.perms import signed_in, staff_required

#: A pictogram for each way to pay.
ICONS = {
    PaidBy.CASH: "currency-euro",
    PaidBy.CARD: "device-phone-mobile",
    PaidBy.VOUCHER: "ticket",
    PaidBy.WAIVED: "heart",
}


@never_cache
@organiser_view
@require_safe
def till(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who is on the list and what they paid; what came in without a name; the sum."""
    occurrence, keeper = _opened(request, pk)
    entries = list(occurrence.till_entries.with_list().order_by("taken_at", "id"))
    listed = lists.door_list(occurrence, is_host=keeper.is_host_of(occurrence))
    paid: dict[UUID | None, list[TillEntry]] = {}
    for entry in entries:
        paid.setdefault(entry.sign_up_id, []).append(entry)
    parties = [
        {
            "party": party,
            "owed_cents": listed.price_cents * party.people,
            "entries": paid.get(party.pk, []),
            "is_paid": any(_stands(entry) for entry in paid.get(party.pk, [])),
        }
        for party in listed.parties
    ]
    on_list = {party.pk for party in listed.parties}
    context = {
        **_of(occurrence, listed),
        "parties": parties,
        "others": [[entry] for entry in entries if entry.sign_up_id not in on_list],
        "sums": tills.sums_of(entries),
        "ways": _ways(tills.sums_of(entries)),
        "may_count": keeper.is_host_of(occurrence),
    }
    return render(request, "activities/door/till.html", context)


@never_cache
@organiser_view
@get_or_post
def till_pay(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One party, or somebody without a name, pays: the amount stands there already, the button says how."""
    occurrence, keeper = _opened(request, pk)
    sign_up = _party(occurrence, (request.POST or request.GET).get("party", ""))
    listed = lists.door_list(occurrence, is_host=keeper.is_host_of(occurrence))
    price = listed.price_cents
    people = sign_up.party_size if sign_up else 1
    initial = {"people": people, "amount": _typed(price * people) if price else ""}
    form = PayForm(request.POST if request.method == "POST" else None, initial=initial)
    if sign_up:
        form.fields["people"].required = False
    if request.method == "POST" and form.is_valid():
        try:
            entry = tills.pay(
                occurrence,
                cents=form.cleaned_data["amount"],
                paid_by=PaidBy(form.cleaned_data["paid_by"]),
                sign_up=sign_up,
                people=form.cleaned_data["people"] or 1,
                form_token=form.cleaned_data["token"],
                by=signed_in(request),
            )
        except Refusal as refusal:
            form.add_error("amount", str(refusal))
        else:
            return redirect(f"{reverse('activities:till', args=[pk])}#e-{entry.pk}")
    context = {
        **_of(occurrence, listed),
        "form": form,
        "party": sign_up,
        "people": people,
        "owed_cents": price * people,
        "buttons": [(way, PaidBy(way).label, ICONS[PaidBy(way)]) for way in PaidBy.values],
    }
    return render(request, "activities/door/till_pay.html", context)


@organiser_view
@require_POST
def till_take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A mistake: a row of its own takes the entry back."""
    entry = get_object_or_404(TillEntry.objects.with_list(), pk=pk)
    _opened(request, entry.occurrence_id)
    try:
        tills.take_back(entry, by=signed_in(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Teruggedraaid. Schrijf het nu goed op."))
    return redirect("activities:till", entry.occurrence_id)


@never_cache
@staff_required(*EDITING_ROLES)
@get_or_post
def till_day(request: HttpRequest, slug: str) -> HttpResponse:
    """The till of a day at a centre: per date, all together, and the cash counted. Made to be printed too."""
    centre = _kept_centre(request, slug)
    on = _day(request)
    entries = list(TillEntry.objects.of_day(centre, on).with_list())
    still_open = tills.sums_of(entry for entry in entries if entry.closing_id is None)
    form = CloseTillForm(
        request.POST if request.method == "POST" else None,
        initial={"shown": still_open.cash_cents},
    )
    if request.method == "POST" and form.is_valid():
        try:
            tills.close_day(
                centre,
                on,
                counted_cents=form.cleaned_data["counted"],
                shown_cents=form.cleaned_data["shown"],
                note=form.cleaned_data["note"],
                by=signed_in(request),
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("De kas is geteld."))
        return redirect(_day_url(centre, on))
    sums = tills.sums_of(entries)
    context = {
        "centre": centre,
        "on": on,
        "is_today": on == timezone.localdate(),
        "dates": [
            {"title": lists.titled(one), "occurrence": one, "sums": its, "ways": _ways(its)}
            for one, its in tills.sums_by_date(entries).items()
        ],
        "sums": sums,
        "ways": _ways(sums),
        "open": still_open,
        "has_open": any(entry.closing_id is None for entry in entries),
        "closings": TillClosing.objects.filter(centre=centre, on=on).select_related("by"),
        "form": form,
    }
    return render(request, "activities/door/till_day.html", context)


# What several views share ------------------------------------------------------------------------


def _opened(request: HttpRequest, pk: UUID) -> tuple[Occurrence, Keeper]:
    """The date, for who may write down what was paid."""
    keeper = Keeper(signed_in(request))
    occurrence = keeper.find(pk)
    if occurrence is None:
        raise Http404
    return occurrence, keeper


def _party(occurrence: Occurrence, key: str) -> SignUp | None:
    """The party on the list of a date that the page is about; None for somebody without a name."""
    if not key:
        return None
    try:
        found = occurrence.sign_ups.joined().filter(pk=UUID(key)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def _kept_centre(request: HttpRequest, slug: str) -> Centre:
    found = next((one for one in centres_kept(signed_in(request)) if one.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _day(request: HttpRequest) -> date:
    """The day in the address; today without one."""
    try:
        return parse_date(request.GET.get("on", "")) or timezone.localdate()
    except ValueError:
        return timezone.localdate()


def _day_url(centre: Centre, on: date) -> str:
    return f"{reverse('activities:till_day', args=[centre.slug])}?on={on.isoformat()}"


def _of(occurrence: Occurrence, listed: lists.DoorList) -> dict[str, Any]:
    return {
        "list": listed,
        "occurrence": occurrence,
        "pays_what_they_can": occurrence.cost[0] == CostKind.PAY_WHAT_YOU_CAN,
        "till_url": reverse("activities:till", args=[occurrence.pk]),
        "date_url": reverse("activities:door_date", args=[occurrence.pk]),
        "day_url": _day_url(occurrence.centre, day_of(occurrence)),
    }


def _ways(sums: tills.Sums) -> list[tuple[str, int]]:
    """The ways to pay by which something came in, with how much."""
    return [
        (str(PaidBy(way).label), cents)
        for way, cents in sums.by_way.items()
        if cents and way != PaidBy.WAIVED
    ]


def _stands(entry: TillEntry) -> bool:
    return not entry.is_correction and not entry.is_taken_back


def _typed(cents: int) -> str:
    """An amount as people type it: 4, or 3,50."""
    return str(cents // 100) if cents % 100 == 0 else f"{cents // 100},{cents % 100:02d}"
