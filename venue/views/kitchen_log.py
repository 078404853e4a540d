"""The kitchen log: measuring, cooling, cleaning, what was done about a wrong value, and the month on paper."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lokaal.exceptions import Refusal
from lokaal.pages import get_or_post
from lokaal.people.perms import signed_in
from venue import perms
from venue.food import food_safety
from venue.forms.kitchen import CorrectionForm, MeasureForm, MonthForm
from venue.models import FIXED, CheckPoint, LogEntry, LogKind, Remedy
from venue.views.kitchen import centres_of, kitchen_staff

#: What can be written down at any moment, beside the fixed points.
LOOSE = (
    LogKind.ARRIVAL_COOL,
    LogKind.ARRIVAL_FROZEN,
    LogKind.CORE,
    LogKind.HOT_HOLDING,
    LogKind.COOLING_BEGUN,
)
LINES_SHOWN = 12


@kitchen_staff
@require_safe
def kitchen_log(request: HttpRequest) -> HttpResponse:
    """What is wrong, what still waits today, what is cooling, and the newest lines."""
    centres, chosen = centres_of(request)
    entries = LogEntry.objects.filter(centre=chosen)
    asks = food_safety.open_lines(chosen)
    limits = food_safety.limits_on(timezone.localdate())
    context = {
        "centres": centres,
        "chosen": chosen,
        "alerts": asks.alerts,
        "due": food_safety.due(chosen),
        "coolings": asks.coolings,
        "loose": [{"kind": kind, "limit": limits.get(kind)} for kind in LOOSE],
        "entries": list(entries.with_rows()[:LINES_SHOWN]),
        "limits": limits,
    }
    return render(request, "venue/kitchen/log.html", context)


@kitchen_staff
@get_or_post
def kitchen_log_point(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Measure one fridge or freezer; or write down, with one tap, that something was cleaned."""
    here = perms.centres_for(signed_in(request), *perms.KITCHEN_ROLES)
    rows = CheckPoint.objects.in_use().filter(centre__in=here).select_related("centre")
    point = get_object_or_404(rows, pk=pk)
    if point.kind == LogKind.CLEANING:
        return _cleaned(request, point)
    return _measured(request, LogKind(point.kind), point=point, centre=point.centre)


@kitchen_staff
@get_or_post
def kitchen_log_measure(request: HttpRequest, kind: str) -> HttpResponse:
    """Measure a delivery, a dish, what is kept hot, or the begin of cooling."""
    if kind not in {str(one) for one in LOOSE}:
        raise Http404
    _centres, chosen = centres_of(request)
    return _measured(request, LogKind(kind), point=None, centre=chosen)


@kitchen_staff
@get_or_post
def kitchen_log_cooled(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How cold is it at the end of cooling?"""
    begun = get_object_or_404(entries_of(request).cooling().select_related("centre"), pk=pk)
    return _measured(request, LogKind.COOLED, point=None, centre=begun.centre, begun=begun)


@kitchen_staff
@get_or_post
def kitchen_log_correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A value was outside its limit: what was done about it?"""
    entry = get_object_or_404(entries_of(request).with_rows().select_related("centre"), pk=pk)
    form = CorrectionForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            food_safety.correct(
                entry,
                Remedy(form.cleaned_data["remedy"]),
                note=form.cleaned_data["note"],
                by=signed_in(request),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            messages.success(request, _("Opgeschreven, met jouw naam erbij."))
            return redirect(_log_of(entry))
    return render(
        request, "venue/kitchen/log_correct.html", {"entry": entry, "form": form}, status=status
    )


@kitchen_staff
@require_safe
def kitchen_log_month(request: HttpRequest) -> HttpResponse:
    """A month of the log on paper, for the inspector of the NVWA."""
    centres, chosen = centres_of(request)
    form = MonthForm(request.GET)
    today = timezone.localdate()
    typed = form.cleaned_data["month"] if form.is_valid() else ""
    month = date(int(typed[:4]), int(typed[5:]), 1) if typed[:4] > "0001" else today.replace(day=1)
    entries = food_safety.month_of(chosen, month)
    context = {
        "centres": centres,
        "chosen": chosen,
        "month": month,
        "entries": entries,
        "wrong": sum(entry.is_within is not True for entry in entries),
        "limits": food_safety.limits_on(month).values(),
        "form": MonthForm(initial={"month": f"{month:%Y-%m}"}),
    }
    return render(request, "venue/kitchen/log_month.html", context)


def entries_of(request: HttpRequest) -> Any:
    here = perms.centres_for(signed_in(request), *perms.KITCHEN_ROLES)
    return LogEntry.objects.filter(centre__in=here)


def _measured(
    request: HttpRequest,
    kind: LogKind,
    *,
    point: CheckPoint | None,
    centre: Any,
    begun: LogEntry | None = None,
) -> HttpResponse:
    """Ask for a temperature and write it down; a wrong one asks at once what was done."""
    form = MeasureForm(request.POST or None, kind=kind, has_point=point is not None)
    status = 200
    if request.method == "POST" and form.is_valid():
        by, token = signed_in(request), form.cleaned_data["token"]
        try:
            if begun is not None:
                entry = food_safety.cooled(
                    begun, form.cleaned_data["celsius"], by=by, form_key=token
                )
            else:
                entry = food_safety.measure(
                    centre,
                    kind,
                    form.cleaned_data["celsius"],
                    by=by,
                    point=point,
                    subject=form.cleaned_data.get("subject", ""),
                    form_key=token,
                )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = 409
        else:
            if entry.is_within:
                messages.success(request, _("Goed. Opgeschreven, met jouw naam erbij."))
                return redirect(_log_of(entry))
            return redirect("venue:kitchen_log_correct", entry.pk)
    context = {
        "form": form,
        "kind": kind,
        "point": point,
        "begun": begun,
        "centre": centre,
        "limit": food_safety.limit_on(kind, timezone.localdate()),
        "is_fixed": kind in FIXED,
    }
    return render(request, "venue/kitchen/log_measure.html", context, status=status)


@require_POST
def _cleaned(request: HttpRequest, point: CheckPoint) -> HttpResponse:
    entry = food_safety.cleaned(point, by=signed_in(request))
    messages.success(request, _("Schoon. Opgeschreven, met jouw naam erbij."))
    return redirect(_log_of(entry))


def _log_of(entry: LogEntry) -> str:
    return f"{reverse('venue:kitchen_log')}?{urlencode({'centre': entry.centre.slug})}"
