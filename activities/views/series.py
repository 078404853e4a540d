"""Series on a phone: making one, its page, changing and stopping it, and what waits for somebody to decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from activities import attention, rescheduling, series
from activities.forms.series import (
    DaysOffForm,
    SeriesChangeForm,
    SeriesForm,
    SeriesStopForm,
    SlotsForm,
    TurnsForm,
)
from activities.models import Occurrence, Series
from activities.organised import (
    activity_badge,
    date_rows,
    facts_of_series,
    rule_in_words,
    turn_rows,
    until_in_words,
    when,
)
from activities.rescheduling import Scope
from activities.views.organising import activity_of, organiser_view
from lokaal.exceptions import Refusal
from lokaal.pages import get_or_post
from lokaal.people.fields import TokenField
from lokaal.people.perms import signed_in

MOST_DATES_SHOWN = 60


def _series(request: HttpRequest, pk: UUID) -> Series:
    return get_object_or_404(Series.objects.editable_by(signed_in(request)).with_page(), pk=pk)


def _of(of: Series, **more: Any) -> dict[str, Any]:
    return {"series": of, "activity": of.activity, "rule": rule_in_words(of), **more}


@organiser_view
@get_or_post
def series_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make a series: ask when, show every date and what it meets, then make those that are chosen."""
    activity = activity_of(request, pk)
    form = SeriesForm(request.POST or None, activity=activity)
    context: dict[str, Any] = {"activity": activity, "form": form}
    page = "activities/organising/series_new.html"
    if request.method != "POST" or not form.is_valid() or "again" in request.POST:
        return render(request, page, context)
    try:
        key = form.cleaned_data["token"]
        draft = series.draft(activity, form.rule(), key=key, **form.terms)
        made = Series.objects.filter(pk=draft.pk, activity=activity).first()
        if made:  # sent twice
            return redirect("activities:series_manage", pk=made.pk)
        slots = series.preview(draft)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return render(request, page, context)
    choice = SlotsForm(request.POST if "chosen" in request.POST else None, slots=slots)
    if "chosen" in request.POST and choice.is_valid():
        try:
            begun = series.begin(draft, answers=choice.answers(activity), by=signed_in(request))
        except Refusal as refusal:
            choice.add_error(None, str(refusal))
        else:
            count = begun.occurrences.count()
            said = ngettext(
                "De reeks is gemaakt. Er is %(count)d datum.",
                "De reeks is gemaakt. Er zijn %(count)d datums.",
                count,
            )
            messages.success(request, said % {"count": count})
            return redirect("activities:series_manage", pk=begun.pk)
    context |= {"choice": choice, "rule": rule_in_words(draft), "until": until_in_words(draft)}
    return render(request, "activities/organising/series_preview.html", context)


@organiser_view
@require_safe
def series_manage(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One series: its rule, its dates, and what can be done with it."""
    of = _series(request, pk)
    dates = list(of.occurrences.upcoming().select_related("activity")[: MOST_DATES_SHOWN + 1])
    context = _of(
        of,
        badge=activity_badge(of.activity),
        until=until_in_words(of),
        facts=facts_of_series(of),
        dates=date_rows(dates[:MOST_DATES_SHOWN]),
        has_more_dates=len(dates) > MOST_DATES_SHOWN,
    )
    return render(request, "activities/organising/series_manage.html", context)


@organiser_view
@require_POST
def series_extend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make more dates now, without waiting for the night."""
    of = _series(request, pk)
    decided = of.planned_until or timezone.localdate()
    until = max(decided, timezone.localdate()) + series.AHEAD - timedelta(days=1)
    try:
        made = series.extend(of, until=until, by=signed_in(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if made:
            said = ngettext("Er is %(made)d datum bij.", "Er zijn %(made)d datums bij.", len(made))
            messages.success(request, said % {"made": len(made)})
        else:
            messages.info(request, _("Er komen nu geen datums bij."))
    return redirect("activities:series_manage", pk=pk)


@organiser_view
@get_or_post
def series_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a series: ask what is different, show what that means for every date, then do it. People are told."""
    of = _series(request, pk)
    since = _since(request, of)
    if since and since.series and since.series != of:  # sent twice: it has a series of its own now
        return redirect("activities:series_manage", pk=since.series.pk)
    first = rescheduling.first_day(of, since)
    if first is None:
        messages.info(request, _("Deze reeks heeft geen datums meer die nog komen."))
        return redirect("activities:series_manage", pk=pk)
    form = SeriesChangeForm(request.POST or None, of=of, first=first, since=since)
    context = _of(of, form=form, since=when(since) if since else "")
    page = "activities/organising/series_change.html"
    if request.method != "POST" or not form.is_valid() or "again" in request.POST:
        return render(request, page, context)
    scope, change = form.chosen_scope, form.change
    if not change.rule and not change.terms:
        messages.info(request, _("Er is niets veranderd."))
        return redirect("activities:series_manage", pk=pk)
    try:
        if scope == Scope.ALL and since:  # the day that was filled in is that of `since`
            change = rescheduling.counted_from_first(of, change, since)
        turns = rescheduling.preview(of, scope, change, since=since)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return render(request, page, context)
    choice = TurnsForm(request.POST if "chosen" in request.POST else None, turns=turns)
    if "chosen" in request.POST and choice.is_valid():
        try:
            now = rescheduling.apply(
                of,
                scope,
                change,
                since=since,
                answers=choice.answers(of.activity),
                by=signed_in(request),
            )
        except Refusal as refusal:
            choice.add_error(None, str(refusal))
        else:
            messages.success(request, _("Veranderd. Wie zou komen, krijgt één bericht."))
            return redirect("activities:series_manage", pk=now.pk)
    context |= {"choice": choice, "rows": turn_rows(turns)}
    return render(request, "activities/organising/series_turns.html", context)


def _since(request: HttpRequest, of: Series) -> Occurrence | None:
    """The date from whose page somebody came; perhaps of the series that follows by now."""
    raw = request.GET.get("since", "")
    if not raw:
        return None
    key = TokenField().clean(raw)
    dates = of.activity.occurrences.exclude(series=None).with_card().select_related("series")
    return get_object_or_404(dates, pk=key)


@organiser_view
@get_or_post
def series_stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop a series from a day on. Who is on the list is told once."""
    of = _series(request, pk)
    form = SeriesStopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = rescheduling.stop(of, **form.cleaned_data, by=signed_in(request))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            said = ngettext(
                "De reeks stopt. %(count)d datum gaat niet door.",
                "De reeks stopt. %(count)d datums gaan niet door.",
                count,
            )
            messages.success(request, said % {"count": count})
            return redirect("activities:series_manage", pk=pk)
    return render(request, "activities/organising/series_stop.html", _of(of, form=form))


@organiser_view
@get_or_post
def organise_attention(request: HttpRequest) -> HttpResponse:
    """What waits for somebody to decide: nobody organises it, a host left, no room yet, a holiday in between."""
    person = signed_in(request)
    waiting = attention.for_person(person)
    forms = []
    for number, day_off in enumerate(waiting.days_off):
        is_sent = request.method == "POST" and request.POST.get("reason") == day_off.reason
        prefix = f"off-{number}"
        form = DaysOffForm(request.POST if is_sent else None, dates=day_off.dates, prefix=prefix)
        if is_sent and form.is_valid():
            if "keep" in request.POST:
                rescheduling.keep_each(form.chosen)
                messages.success(request, _("Deze datums gaan gewoon door."))
            else:
                reason = f"{day_off.reason.rstrip('.')}."
                rescheduling.cancel_each(form.chosen, reason=reason, by=person)
                messages.success(request, _("Afgezegd. Wie zou komen, krijgt één bericht."))
            return redirect("activities:organise_attention")
        forms.append((day_off, form))
    return render(
        request,
        "activities/organising/organise_attention.html",
        {
            "waiting": waiting,
            "days_off": forms,
            "hosts_left": date_rows(waiting.hosts_left),
            "without_room": date_rows(waiting.without_room),
        },
    )
