"""Joining a course, missing one time, coming another time, leaving: without an account. A GET changes nothing.

The page of a party in a course opens as that of a sign-up does: by its link, its code, its account, or at the desk.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities import courses, emails, limits, making_up, perms
from activities.calendars import calendar_bytes
from activities.course_page import groups_of, my_times
from activities.exceptions import AlreadyInCourse, Full, NeedsGuardian, NotOpen, OfferGone
from activities.forms.courses import CourseJoinForm, MakeUpForm
from activities.forms.joining import ALL_DATES, ChangeForm, DeskSignUpForm, RejoinForm
from activities.models import Activity, CourseSignUp, Series
from activities.models.activity import EDITING_ROLES
from lokaal.exceptions import Refusal, TooOften
from lokaal.look.qr import qr_svg
from lokaal.pages import is_open, private
from lokaal.people.perms import may_pass, public, signed_in, staff_required, visiting

#: In the session: parties in a course that were opened with their code.
OPENED_BY_CODE = "courses_opened_by_code"

CourseView = Callable[[HttpRequest, CourseSignUp, str], HttpResponse]

STATUS_OF = {TooOften: 429, Full: 409, NotOpen: 409, OfferGone: 409, NeedsGuardian: 400}


# Joining -----------------------------------------------------------------------------------------


@public
def course_join(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form of the activity page is sent here, and comes back on a page of its own when something is missing."""
    activity = get_object_or_404(Activity.objects.visible_to(request.user).with_page(), pk=pk)
    data = request.POST if request.method == "POST" else None
    form = CourseJoinForm.for_activity(activity, data, visitor=request.user)
    if data is None or not form.is_valid():
        return _join_page(request, activity, form)
    try:
        limits.consume(limits.JOIN_FROM_ADDRESS, limits.address_of(request))
        if form.contact:
            limits.consume(limits.JOIN_WITH_CONTACT, form.contact)
        joined = courses.join(
            form.chosen.series,
            name=form.cleaned_data["name"],
            phone=form.cleaned_data.get("phone", ""),
            email=form.cleaned_data.get("email", ""),
            companions=form.cleaned_data["companions"],
            wants_call=form.cleaned_data.get("wants_call", False),
            person=visiting(request),
            form_token=form.cleaned_data["token"],
            language=get_language() or "nl",
            **form.told,
        )
    except AlreadyInCourse as refusal:
        return _already_there(request, refusal.course)
    except Refusal as refusal:
        form = CourseJoinForm.for_activity(activity, data, visitor=request.user)
        form.add_error(None, refusal.message)
        return _join_page(request, activity, form, status=STATUS_OF.get(type(refusal), 400))
    if not joined.secret:
        return _already_there(request, joined.course)
    return redirect("activities:course", joined.course.pk, joined.secret)


def _join_page(
    request: HttpRequest, activity: Activity, form: CourseJoinForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "activity": activity,
        "words": activity.words(get_language() or "nl"),
        "course_form": form,
    }
    return render(request, "activities/courses/course_join.html", context, status=status)


def _already_there(request: HttpRequest, found: CourseSignUp) -> HttpResponse:
    """Answer kindly. A stranger who knows a name and a number learns no code, no link and no address here."""
    if request.user.is_authenticated and found.person_id == request.user.pk:
        return redirect("activities:course", found.pk)
    courses.remind(found)
    context = {
        "activity": found.series.activity,
        "channel": emails.reaches_by_message(found),
    }
    return render(request, "activities/courses/already_there.html", context)


# The page of a party in a course -----------------------------------------------------------------


def for_holder(view: CourseView) -> Callable[..., HttpResponse]:
    """Give a view the party, for whoever may open it; anybody else gets a plain sentence and a phone number."""

    @public
    @functools.wraps(view)
    def guarded(request: HttpRequest, pk: UUID, secret: str = "") -> HttpResponse:
        found = courses.find_by_secret(pk, secret) if secret else _opened(request, pk)
        if found is None:
            response = _sentence(
                request,
                status=404,
                heading=_("Deze link werkt niet"),
                sentence=_("Misschien mist een stuk van de link. Heb je een code? Vul die in."),
            )
        elif not courses.coming_dates(found.series):
            response = _sentence(
                request,
                status=410,
                heading=_("Deze cursus is al geweest"),
                sentence=_("Je hoeft niets meer te doen. Kijk in de agenda wat er nu is."),
            )
        else:
            response = view(request, found, secret)
        return private(response)

    return guarded


@for_holder
@require_safe
def course(request: HttpRequest, found: CourseSignUp, secret: str) -> HttpResponse:
    return _course_page(request, found, secret)


@for_holder
def course_change(request: HttpRequest, found: CourseSignUp, secret: str) -> HttpResponse:
    form = ChangeForm(request.POST or None, initial={"companions": found.companions})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            courses.change_party(found, form.cleaned_data["companions"])
        except Refusal as refusal:
            form.add_error("companions", refusal.message)
            status = STATUS_OF.get(type(refusal), 400)
        else:
            messages.success(request, _("Dat is veranderd."))
            return redirect(_address(found, secret))
    context = _context(found, secret) | {"form": form}
    return render(request, "activities/courses/course_change.html", context, status=status)


@for_holder
@require_POST
def course_cancel(request: HttpRequest, found: CourseSignUp, secret: str) -> HttpResponse:
    """Leave the whole course, or its queue."""
    by = None if secret else visiting(request)
    try:
        courses.cancel(found, by=by)
    except NotOpen as refusal:
        messages.error(request, refusal.message)
    return redirect(_address(found, secret))


@for_holder
@require_POST
def course_rejoin(request: HttpRequest, found: CourseSignUp, secret: str) -> HttpResponse:
    form = RejoinForm(request.POST)
    form.is_valid()  # a token always cleans to one
    try:
        joined = courses.rejoin(
            found, form_token=form.cleaned_data["token"], language=get_language() or "nl"
        )
    except AlreadyInCourse as refusal:
        return _already_there(request, refusal.course)
    except Refusal as refusal:
        return _refused(request, found, secret, refusal)
    if not joined.secret:
        return _already_there(request, joined.course)
    return redirect("activities:course", joined.course.pk, joined.secret)


@for_holder
@require_POST
def course_accept(request: HttpRequest, found: CourseSignUp, secret: str) -> HttpResponse:
    """Take the place that is offered."""
    try:
        courses.accept(found)
    except Refusal as refusal:
        return _refused(request, found, secret, refusal)
    messages.success(request, _("Gelukt. Je doet mee."))
    return redirect(_address(found, secret))


@for_holder
@require_POST
def course_miss(request: HttpRequest, found: CourseSignUp, secret: str) -> HttpResponse:
    """Once not: `sign_up` names the time. The same button takes another time back that was chosen."""
    sign_up = _time_of(request, found)
    if sign_up is None:
        return redirect(_address(found, secret))
    try:
        making_up.miss(sign_up, by=None if secret else visiting(request))
    except Refusal as refusal:
        return _refused(request, found, secret, refusal)
    messages.success(request, _("Goed dat je het zegt. Je doet nog wel mee."))
    return redirect(f"{_address(found, secret)}#datums")


@for_holder
@require_POST
def course_come(request: HttpRequest, found: CourseSignUp, secret: str) -> HttpResponse:
    """Come after all, to a time that was missed."""
    sign_up = _time_of(request, found)
    if sign_up is None:
        return redirect(_address(found, secret))
    try:
        making_up.come_after_all(sign_up)
    except Refusal as refusal:
        return _refused(request, found, secret, refusal)
    messages.success(request, _("Fijn. Je komt toch."))
    return redirect(f"{_address(found, secret)}#datums")


@for_holder
def course_make_up(request: HttpRequest, found: CourseSignUp, secret: str) -> HttpResponse:
    """Choose another time instead of one that is missed."""
    status = 200
    form = _make_up_form(request, found)
    if request.method == "POST" and form.is_valid():
        try:
            making_up.make_up(*form.chosen)
        except Refusal as refusal:
            form = _make_up_form(request, found)
            form.add_error(None, refusal.message)
            status = STATUS_OF.get(type(refusal), 409)
        else:
            messages.success(request, _("Gelukt. Je komt een andere keer."))
            return redirect(f"{_address(found, secret)}#datums")
    context = _context(found, secret) | {"form": form}
    return render(request, "activities/courses/course_make_up.html", context, status=status)


def _make_up_form(request: HttpRequest, found: CourseSignUp) -> MakeUpForm:
    dates = making_up.other_times(found)[:ALL_DATES]
    data = request.POST if request.method == "POST" else None
    return MakeUpForm(data, missed=making_up.missed(found), dates=dates)


@for_holder
@require_safe
def course_slip(request: HttpRequest, found: CourseSignUp, secret: str) -> HttpResponse:
    """A slip to print or to photograph: all dates, the code, and a QR code of the same."""
    page = _address(found, secret) if secret else f"{reverse('activities:code')}?code={found.code}"
    context = _context(found, secret) | {
        "qr": qr_svg(page),
        "is_desk": perms.can_keep_course(request.user, found.series.activity),
    }
    return render(request, "activities/courses/course_slip.html", context)


@for_holder
@require_safe
def course_calendar(request: HttpRequest, found: CourseSignUp, secret: str) -> HttpResponse:
    """The dates as a file for the calendar of a phone."""
    context = _context(found, secret)
    dates = [one.sign_up.occurrence for one in context["times"] if one.sign_up.is_live]
    response = HttpResponse(
        calendar_bytes(dates, name=context["title"]), content_type="text/calendar; charset=utf-8"
    )
    name = slugify(context["title"]) or "lokaal"
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


def _course_page(
    request: HttpRequest, found: CourseSignUp, secret: str, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = _context(found, secret) | {
        "problem": problem,
        "rejoin_form": RejoinForm(),
        "position": courses.position_of(found),
        "channel": emails.reaches_by_message(found),
        "is_desk": perms.can_keep_course(request.user, found.series.activity),
    }
    return render(request, "activities/courses/course.html", context, status=status)


def _refused(
    request: HttpRequest, found: CourseSignUp, secret: str, refusal: Refusal
) -> HttpResponse:
    found = CourseSignUp.objects.with_page().get(pk=found.pk)
    status = STATUS_OF.get(type(refusal), 409)
    return _course_page(request, found, secret, problem=str(refusal), status=status)


def _context(found: CourseSignUp, secret: str) -> dict[str, Any]:
    """What every page of a party in a course shows, and its addresses with the secret they were asked with."""
    activity = found.series.activity
    words = activity.words(get_language() or "nl")
    missed = {one.pk for one in making_up.missed(found)}
    views = ("change", "cancel", "rejoin", "accept", "miss", "come", "make_up", "slip", "calendar")
    return {
        "course": found,
        "activity": activity,
        "centre": activity.centre,
        "words": words,
        "title": words.title,
        "times": my_times(found, missed),
        "dates": courses.coming_dates(found.series),
        "can_make_up": bool(missed),
        "page_url": _address(found, secret),
        **{f"{view}_url": _address(found, secret, f"course_{view}") for view in views},
    }


def _address(found: CourseSignUp, secret: str, view: str = "course") -> str:
    return reverse(f"activities:{view}", args=[found.pk, secret] if secret else [found.pk])


def _opened(request: HttpRequest, pk: UUID) -> CourseSignUp | None:
    """Return the party for whoever opens it without its link: by code just now, by account, or at the desk."""
    found = CourseSignUp.objects.with_page().filter(pk=pk).first()
    if found is None:
        return None
    if is_open(request, OPENED_BY_CODE, pk) or perms.is_of(request.user, found):
        return found
    keeps_it = perms.can_keep_course(request.user, found.series.activity)
    return found if keeps_it and may_pass(request) else None


def _time_of(request: HttpRequest, found: CourseSignUp) -> Any:
    """The time of this course that a form names; None for one of somebody else."""
    try:
        pk = UUID(request.POST.get("sign_up", ""))
    except ValueError:
        return None
    return found.dates.filter(pk=pk).first()


# For the desk and the organiser ------------------------------------------------------------------


@staff_required(*EDITING_ROLES)
def desk_course(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A host puts somebody in a course: a name is enough, and the slip can be printed at once."""
    series = get_object_or_404(Series.objects.select_related("activity__centre"), pk=pk)
    if not perms.can_keep_course(request.user, series.activity):
        return _sentence(
            request,
            status=403,
            heading=_("Dit is de lijst van een ander huis"),
            sentence=_("Vraag het aan de balie van dat huis."),
        )
    form = DeskSignUpForm(request.POST or None)
    form.say_needs(series.activity.cost_kind)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            joined = courses.join(
                series,
                name=form.cleaned_data["name"],
                phone=form.cleaned_data["phone"],
                companions=form.cleaned_data["companions"],
                form_token=form.cleaned_data["token"],
                language=get_language() or "nl",
                entered_by=visiting(request),
                **form.told,
            )
        except AlreadyInCourse as refusal:
            messages.info(request, _("Deze gast doet al mee."))
            return redirect("activities:course_slip", refusal.course.pk)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = STATUS_OF.get(type(refusal), 400)
        else:
            return redirect(_address(joined.course, joined.secret, "course_slip"))
    groups = groups_of(series.activity)
    parts = set(courses.parts_of(series.pk))
    context = {
        "form": form,
        "activity": series.activity,
        "centre": series.activity.centre,
        "words": series.activity.words(get_language() or "nl"),
        "group": next((group for group in groups if group.series.pk in parts), None),
    }
    return render(request, "activities/courses/desk_course.html", context, status=status)


def course_people(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who does the course, and who waits, for its organisers and the desk."""
    person = signed_in(request)
    activity = get_object_or_404(
        Activity.objects.editable_by(person).select_related("centre"), pk=pk
    )
    groups = [
        {
            "group": group,
            "joined": list(group.series.course_sign_ups.inside()),
            "waiting": list(group.series.course_sign_ups.waiting()),
        }
        for group in groups_of(activity)
    ]
    context = {
        "activity": activity,
        "groups": groups,
        "is_desk": perms.can_keep_course(request.user, activity),
    }
    return private(render(request, "activities/courses/course_people.html", context))


def _sentence(request: HttpRequest, *, status: int, heading: str, sentence: str) -> HttpResponse:
    """A page that says in plain words what is the matter, with a way on and a phone number."""
    context = {"heading": heading, "sentence": sentence}
    return render(request, "activities/sentence.html", context, status=status)
