"""Organising outside the admin, on a phone: an activity, its dates, who comes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from activities import attention, organising, perms, planning, reminding
from activities.exceptions import BelowTaken
from activities.forms.dates import (
    CancelDateForm,
    ChangeDateForm,
    DatesForm,
    MoveForm,
    PlannedDatesForm,
)
from activities.forms.organising import (
    PARTS,
    NewActivityForm,
    PersonSearchForm,
    TranslationForm,
)
from activities.models import Activity, Occurrence
from activities.organised import (
    activity_badge,
    activity_card,
    date_rows,
    guests,
    hint_of_address,
    part_rows,
    rule_in_words,
    series_links,
    state_badge,
    when,
)
from activities.plan_page import plans_of
from lokaal import languages, local_time
from lokaal.exceptions import Refusal
from lokaal.pages import get_or_post
from lokaal.people import perms as people_perms
from lokaal.people.fields import TokenField
from lokaal.people.models import Person
from lokaal.people.perms import signed_in

PER_PAGE = 20
MOST_DATES_SHOWN = 60

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase]


def organiser_view(view: View[Arguments]) -> View[Arguments]:
    """For whoever is signed in; staff pass their second factor first, since their roles open more than their own."""

    @functools.wraps(view)
    def guarded(
        request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponseBase:
        if people_perms.holds_staff_role(request.user):
            return people_perms.way_in(request) or view(request, *args, **kwargs)
        return view(request, *args, **kwargs)

    return guarded


def activity_of(request: HttpRequest, pk: UUID) -> Activity:
    return get_object_or_404(Activity.objects.editable_by(signed_in(request)).with_page(), pk=pk)


def _occurrence(request: HttpRequest, pk: UUID) -> Occurrence:
    return get_object_or_404(
        Occurrence.objects.editable_by(signed_in(request)).with_manage(), pk=pk
    )


def _manage_url(activity: Activity | UUID) -> str:
    pk = activity.pk if isinstance(activity, Activity) else activity
    return reverse("activities:activity_manage", args=[pk])


# Activities --------------------------------------------------------------------------------------


@organiser_view
@require_safe
def organise(request: HttpRequest) -> HttpResponse:
    """What I organise; for hosts all of their centre."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:120]
    found = Activity.objects.editable_by(signed_in(request)).named_like(query).for_list()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "activities/organising/organise.html",
        {
            "page": page,
            "cards": [activity_card(activity) for activity in page],
            "waiting": attention.for_person(signed_in(request)).count,
            "q": query,
            "page_query": urlencode({"q": query}) if query else "",
            "can_add": perms.can_add_activity(request.user),
            "can_import": perms.can_import(request.user),
            "plans": plans_of(signed_in(request)) if not query and page.number == 1 else [],
        },
    )


@organiser_view
@get_or_post
def activity_new(request: HttpRequest) -> HttpResponse:
    """Begin an activity: five questions, then it is a draft."""
    centres = perms.centres_to_add_at(request.user)
    if not centres:
        raise PermissionDenied(_("Een gastvrouw of gastheer maakt dit voor je. Vraag het gerust."))
    form = NewActivityForm(request.POST or None, centres=centres)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        activity = organising.start(key=fields.pop("token"), **fields)
        messages.success(request, _("Bewaard. Nog niemand ziet het. Zet er nu datums bij."))
        return redirect(_manage_url(activity))
    return render(request, "activities/organising/activity_new.html", {"form": form})


@organiser_view
@require_safe
def activity_manage(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One activity: what it says, its dates, who organises, and whether it is in the agenda."""
    activity = activity_of(request, pk)
    dates = list(activity.occurrences.upcoming()[: MOST_DATES_SHOWN + 1])
    return render(
        request,
        "activities/organising/activity_manage.html",
        {
            "activity": activity,
            "badge": activity_badge(activity),
            "dates": date_rows(dates[:MOST_DATES_SHOWN]),
            "series": series_links(activity.series.not_over()),
            "has_more_dates": len(dates) > MOST_DATES_SHOWN,
            "parts": part_rows(activity),
            "translations": [
                (code, name, any(words.language == code for words in activity.translations.all()))
                for code, name in languages.OWN_NAMES.items()
                if code != activity.text_language
            ],
            "can_add": perms.can_add_activity(request.user, activity.centre),
            "can_theme": perms.can_choose_themes(request.user, activity),
            "time_answers": reminding.answers_in_words(activity),
            "token": TokenField().initial(),
        },
    )


@organiser_view
@get_or_post
def activity_edit(request: HttpRequest, pk: UUID, part: str) -> HttpResponse:
    """Change one part of what an activity tells."""
    activity = activity_of(request, pk)
    if part not in PARTS:
        raise Http404
    form = PARTS[part].of(activity, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            organising.edit(activity, by=signed_in(request), **form.changes)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Bewaard."))
            return redirect(_manage_url(activity))
    return render(
        request, "activities/organising/activity_edit.html", {"activity": activity, "form": form}
    )


@organiser_view
@get_or_post
def activity_translate(request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
    """The words of an activity in another language."""
    activity = activity_of(request, pk)
    if language not in languages.OWN_NAMES or language == activity.text_language:
        raise Http404
    words = next((t for t in activity.translations.all() if t.language == language), None)
    form = TranslationForm(request.POST or None, activity=activity, words=words, language=language)
    if request.method == "POST" and form.is_valid():
        organising.translate(activity, language, **form.cleaned_data)
        messages.success(request, _("Bewaard."))
        return redirect(_manage_url(activity))
    return render(
        request,
        "activities/organising/activity_translate.html",
        {
            "activity": activity,
            "form": form,
            "language": language,
            "language_name": languages.OWN_NAMES[language],
        },
    )


@organiser_view
@require_POST
def activity_publish(request: HttpRequest, pk: UUID) -> HttpResponse:
    activity = activity_of(request, pk)
    try:
        organising.publish(activity)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Het staat in de agenda. Iedereen kan het nu zien."))
    return redirect(_manage_url(activity))


@organiser_view
@require_POST
def activity_stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    activity = activity_of(request, pk)
    try:
        organising.stop(activity)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Gestopt. Het staat niet meer in de agenda."))
    return redirect(_manage_url(activity))


@organiser_view
@require_POST
def activity_copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A draft with the same words, for something that resembles it."""
    activity = activity_of(request, pk)
    if not perms.can_add_activity(request.user, activity.centre):
        raise PermissionDenied(_("Een gastvrouw of gastheer maakt dit voor je. Vraag het gerust."))
    key = TokenField().clean(request.POST.get("token"))
    made = organising.copy(activity, key=key, organiser=signed_in(request))
    messages.success(request, _("Dit is de kopie. Verander wat anders is."))
    return redirect(_manage_url(made))


@organiser_view
@get_or_post
def activity_organisers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who organises this. Hosts and coordinators choose people."""
    activity = activity_of(request, pk)
    if not perms.can_add_activity(request.user, activity.centre):
        raise PermissionDenied(_("Een gastvrouw of gastheer doet dit voor je. Vraag het gerust."))
    if request.method == "POST":
        _change_organisers(request, activity)
        return redirect(reverse("activities:activity_organisers", args=[activity.pk]))
    organisers = list(activity.organisers.all())
    form = PersonSearchForm(request.GET if "q" in request.GET else None)
    found = None
    if form.is_valid():
        known = [person.pk for person in organisers]
        matching = Person.objects.matching(form.cleaned_data["q"]).exclude(pk__in=known)
        found = [(person, hint_of_address(person.email)) for person in matching[:10]]
    return render(
        request,
        "activities/organising/activity_organisers.html",
        {"activity": activity, "organisers": organisers, "form": form, "found": found},
    )


def _change_organisers(request: HttpRequest, activity: Activity) -> None:
    if "remove" in request.POST:
        key = TokenField().clean(request.POST["remove"])
        person = get_object_or_404(activity.organisers, pk=key)
        organising.remove_organiser(activity, person)
        message = _("%(name)s organiseert dit niet meer.")
    else:
        key = TokenField().clean(request.POST.get("add"))
        person = get_object_or_404(Person.objects.filter(is_active=True), pk=key)
        organising.add_organiser(activity, person)
        message = _("%(name)s organiseert dit nu ook.")
    messages.success(request, message % {"name": person.name})


# Dates -------------------------------------------------------------------------------------------


@organiser_view
@get_or_post
def dates_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add dates: ask when, show them one by one, make those that are chosen."""
    activity = activity_of(request, pk)
    form = DatesForm(request.POST or None)
    context: dict[str, Any] = {"activity": activity, "form": form}
    if request.method != "POST" or not form.is_valid() or "again" in request.POST:
        return render(request, "activities/organising/dates_add.html", context)
    planned = organising.planned_dates(activity, **form.plan)
    is_chosen = "chosen" in request.POST
    choice = PlannedDatesForm(request.POST if is_chosen else None, planned=planned)
    if is_chosen and choice.is_valid():
        try:
            made = organising.add_dates(
                activity, planned, chosen=choice.chosen, by=signed_in(request)
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("activities:dates_add", pk=pk)
        message = ngettext("Er is %(made)d datum bij.", "Er zijn %(made)d datums bij.", len(made))
        if made:
            messages.success(request, message % {"made": len(made)})
        else:
            messages.info(request, _("Deze datums stonden er al."))
        return redirect(_manage_url(activity))
    return render(
        request,
        "activities/organising/dates_preview.html",
        {**context, "choice": choice, "can_add": any(not date.problem for date in planned)},
    )


@organiser_view
@require_safe
def occurrence_manage(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One date: what is known of it, and what can be done with it."""
    occurrence = _occurrence(request, pk)
    rule = rule_in_words(occurrence.series) if occurrence.series else ""
    may_hold_session = perms.can_make_session(request.user, occurrence)
    context = _of(occurrence, rule=rule, may_hold_session=may_hold_session)
    return render(request, "activities/organising/occurrence_manage.html", context)


def _of(occurrence: Occurrence, **more: Any) -> dict[str, Any]:
    return {
        "occurrence": occurrence,
        "activity": occurrence.activity,
        "when": when(occurrence),
        "badge": state_badge(occurrence),
        **more,
    }


@organiser_view
@get_or_post
def occurrence_move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another day or time. Who is on the list is told."""
    occurrence = _occurrence(request, pk)
    form = MoveForm(request.POST or None, occurrence=occurrence)
    if request.method == "POST" and form.is_valid():
        try:
            _move(occurrence, form.cleaned_data, by=signed_in(request))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Veranderd. Wie zou komen, krijgt bericht."))
            return redirect("activities:occurrence_manage", pk=pk)
    context = _of(occurrence, form=form)
    return render(request, "activities/organising/occurrence_move.html", context)


def _move(occurrence: Occurrence, fields: dict[str, Any], *, by: Person) -> None:
    """Move a date to local days and times. Raises WrongTime and NoSuchTime."""
    first = fields["first"]
    last = fields.get("last") or first
    if occurrence.is_all_day:
        starts_at = local_time.day_starts_at(first)
        ends_at = local_time.day_starts_at(last + organising.ONE_DAY)
    else:
        starts_at = local_time.at(first, fields["starts"])
        ends_at = local_time.at(last, fields["ends"])
    planning.move(occurrence, starts_at=starts_at, ends_at=ends_at, by=by)


@organiser_view
@get_or_post
def occurrence_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The name, room, places and note of one date."""
    occurrence = _occurrence(request, pk)
    form = ChangeDateForm(request.POST or None, occurrence=occurrence)
    if request.method == "POST" and form.is_valid():
        try:
            planning.change(occurrence, **form.fields_of_date, by=signed_in(request), is_told=True)
        except BelowTaken as refusal:
            form.add_error("capacity", str(refusal))
        except Refusal as refusal:
            form.add_error("room", str(refusal))
        else:
            messages.success(request, _("Bewaard."))
            return redirect("activities:occurrence_manage", pk=pk)
    context = _of(occurrence, form=form)
    return render(request, "activities/organising/occurrence_change.html", context)


@organiser_view
@get_or_post
def occurrence_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Call a date off, with the reason. Who is on the list is told."""
    occurrence = _occurrence(request, pk)
    form = CancelDateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        planning.cancel(occurrence, reason=form.cleaned_data["reason"], by=signed_in(request))
        messages.success(request, _("Het gaat niet door. Wie zou komen, krijgt bericht."))
        return redirect("activities:occurrence_manage", pk=pk)
    context = _of(occurrence, form=form)
    return render(request, "activities/organising/occurrence_cancel.html", context)


@organiser_view
@require_POST
def occurrence_reinstate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hold a date after all."""
    occurrence = _occurrence(request, pk)
    try:
        planning.reinstate(occurrence, by=signed_in(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Het gaat toch door. Wie zou komen, krijgt bericht."))
    return redirect("activities:occurrence_manage", pk=pk)


@organiser_view
@require_safe
def occurrence_people(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who comes: names and how many, and a number only of those who asked to be called. Made to be printed too."""
    occurrence = get_object_or_404(
        Occurrence.objects.editable_by(signed_in(request)).with_card().with_live_sign_ups(), pk=pk
    )
    may_read = perms.can_see_needs(request.user, occurrence.activity)
    may_see = perms.can_see_names(request.user, occurrence)
    coming, waiting = guests(occurrence, with_needs=may_read) if may_see else ([], [])
    context = _of(occurrence, guests=coming, waiting=waiting, names_are_gone=not may_see)
    return render(request, "activities/organising/occurrence_people.html", context)
