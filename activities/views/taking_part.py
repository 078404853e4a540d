"""Joining a date, changing it, cancelling it: without an account and without JavaScript. A GET changes nothing.

A sign-up opens for whoever has its link, its code, the account it was made with, or stands at the desk of its centre.
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

from activities import courses, emails, enrolment, limits, perms
from activities.calendars import calendar_bytes
from activities.exceptions import (
    AlreadyThere,
    Full,
    NeedsGuardian,
    NeedsReason,
    NotOpen,
    OfferGone,
    TooManyCompanions,
)
from activities.forms.for_whom import PartyForm
from activities.forms.joining import (
    ALL_DATES,
    SHOWN_DATES,
    ChangeForm,
    CodeForm,
    DeskSignUpForm,
    JoinForm,
    PlaceForm,
    RejoinForm,
    places_sentence,
)
from activities.initiatives import inviting, looking_back, supporting, wishing
from activities.models import Activity, CourseSignUp, Helper, Occurrence, SignUp, Support, Wish
from activities.models.activity import EDITING_ROLES
from activities.queue import DateQueue, position_of
from activities.views import door
from activities.views.courses import OPENED_BY_CODE as OPENED_COURSES
from activities.views.ideas import OPENED_BY_CODE as OPENED_WISHES
from activities.views.supporting import OPENED_BY_CODE as OPENED_SUPPORTS
from activities.views.trying_out import OPENED_BY_CODE as OPENED_HELPERS
from lokaal.exceptions import Refusal, TooOften
from lokaal.look.qr import qr_svg
from lokaal.pages import get_or_post, is_open, open_for_a_while, private
from lokaal.people.perms import (
    may_pass,
    public,
    signed_in,
    staff_required,
    visiting,
)

#: In the session: sign-ups that were opened with their code.
OPENED_BY_CODE = "sign_ups_opened_by_code"

SignUpView = Callable[[HttpRequest, SignUp, str], HttpResponse]

STATUS_OF = {
    TooOften: 429,
    Full: 409,
    NotOpen: 409,
    OfferGone: 409,
    AlreadyThere: 409,
    TooManyCompanions: 400,
    NeedsGuardian: 400,
    NeedsReason: 400,
}


# Joining -----------------------------------------------------------------------------------------


@public
def occurrence_join(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form of the activity page is sent here, and comes back on a page of its own when something is missing."""
    activity = get_object_or_404(Activity.objects.visible_to(request.user).with_page(), pk=pk)
    form = _join_form(request, activity)
    if request.method != "POST" or not form.is_valid():
        return _join_page(request, activity, form)
    try:
        limits.consume(limits.JOIN_FROM_ADDRESS, limits.address_of(request))
        if form.contact:
            limits.consume(limits.JOIN_WITH_CONTACT, form.contact)
        joined = enrolment.join(
            form.occurrence,
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
    except AlreadyThere as refusal:
        return _already_there(request, refusal.sign_up)
    except Refusal as refusal:
        form = _join_form(request, activity)  # with the places as they are now
        form.add_error(None if isinstance(refusal, TooOften) else "date", refusal.message)
        return _join_page(request, activity, form, status=STATUS_OF.get(type(refusal), 400))
    if not joined.secret:
        return _already_there(request, joined.sign_up)
    return redirect("activities:sign_up", joined.sign_up.pk, joined.secret)


def _join_form(request: HttpRequest, activity: Activity) -> JoinForm:
    return JoinForm.for_activity(
        activity,
        request.POST if request.method == "POST" else None,
        visitor=request.user,
        asked=(request.POST or request.GET).get("date", ""),
        most=ALL_DATES if "all" in request.GET else SHOWN_DATES,
    )


def _join_page(
    request: HttpRequest, activity: Activity, form: JoinForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "activity": activity,
        "words": activity.words(get_language() or "nl"),
        "join_form": form,
    }
    return render(request, "activities/occurrence_join.html", context, status=status)


def _already_there(request: HttpRequest, found: SignUp) -> HttpResponse:
    """Answer kindly. A stranger who knows a name and a number learns no code, no link and no address here."""
    if request.user.is_authenticated and found.person_id == request.user.pk:
        return redirect("activities:sign_up", found.pk)
    enrolment.remind(found)
    return render(
        request,
        "activities/already_there.html",
        {
            "occurrence": found.occurrence,
            "is_joined": found.is_joined,
            "channel": emails.reaches_by_message(found),
        },
    )


# The page of a sign-up ---------------------------------------------------------------------------


def for_holder(view: SignUpView) -> Callable[..., HttpResponse]:
    """Give a view the sign-up, for whoever may open it; anybody else gets a plain sentence and a phone number.

    What follows is private.
    """

    @public
    @functools.wraps(view)
    def guarded(request: HttpRequest, pk: UUID, secret: str = "") -> HttpResponse:
        found = enrolment.find_by_secret(pk, secret) if secret else _opened(request, pk)
        if found is None:
            response = _sentence(
                request,
                status=404,
                heading=_("Deze link werkt niet"),
                sentence=_("Misschien mist een stuk van de link. Heb je een code? Vul die in."),
            )
        elif found.occurrence.is_over():
            response = _sentence(
                request,
                status=410,
                heading=_("Deze datum is al geweest"),
                sentence=_("Je hoeft niets meer te doen. Kijk in de agenda wat er nu is."),
                asked=looking_back.asked_of(found),
            )
        elif (
            found.course_id
        ):  # a date of a course is opened, missed and made up for with the course
            response = redirect("activities:course", found.course_id)
        else:
            response = view(request, found, secret)
        return private(response)

    return guarded


@for_holder
@require_safe
def sign_up(request: HttpRequest, found: SignUp, secret: str) -> HttpResponse:
    at_the_door = door.tablet_party_url(request, found)
    if at_the_door:
        return redirect(at_the_door)
    return _sign_up_page(request, found, secret)


@for_holder
def sign_up_change(request: HttpRequest, found: SignUp, secret: str) -> HttpResponse:
    form = ChangeForm(request.POST or None, initial={"companions": found.companions})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            enrolment.change_party(found, form.cleaned_data["companions"])
        except Refusal as refusal:
            form.add_error("companions", refusal.message)
            status = STATUS_OF.get(type(refusal), 400)
        else:
            messages.success(request, _("Dat is veranderd."))
            return redirect(_address(found, secret))
    context = _context(found, secret) | {"form": form}
    return render(request, "activities/sign_up_change.html", context, status=status)


@for_holder
@require_POST
def sign_up_cancel(request: HttpRequest, found: SignUp, secret: str) -> HttpResponse:
    by = None if secret else visiting(request)
    try:
        enrolment.cancel(found, by=by)
    except NotOpen as refusal:
        messages.error(request, refusal.message)
    return redirect(_address(found, secret))


@for_holder
@require_POST
def sign_up_accept(request: HttpRequest, found: SignUp, secret: str) -> HttpResponse:
    """Yes to the place that is offered. No is `sign_up_cancel`."""
    try:
        enrolment.accept(found)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(_address(found, secret))


@for_holder
def sign_up_party(request: HttpRequest, found: SignUp, secret: str) -> HttpResponse:
    """Who comes along, and what each of the party needs: for the party itself and for the organiser."""
    is_theirs = bool(secret) or _holds(request, found)
    if not is_theirs and not perms.can_see_needs(request.user, found.occurrence.activity):
        return _sentence(
            request,
            status=403,
            heading=_("Dit leest alleen wie het organiseert"),
            sentence=_("Vul samen met de gast de code in. Dan kan het wel."),
        )
    form = PartyForm(request.POST if request.method == "POST" else None, party=found)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            enrolment.tell_about_party(found, names=form.names, asked=form.asked)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = STATUS_OF.get(type(refusal), 400)
        else:
            messages.success(request, _("Bewaard."))
            return redirect(_address(found, secret))
    context = _context(found, secret) | {"form": form}
    return render(request, "activities/sign_up_party.html", context, status=status)


@for_holder
@require_POST
def sign_up_rejoin(request: HttpRequest, found: SignUp, secret: str) -> HttpResponse:
    form = RejoinForm(request.POST)
    form.is_valid()  # a token always cleans to one
    try:
        joined = enrolment.rejoin(
            found, form_token=form.cleaned_data["token"], language=get_language() or "nl"
        )
    except AlreadyThere as refusal:
        return _already_there(request, refusal.sign_up)
    except Refusal as refusal:
        status = STATUS_OF.get(type(refusal), 400)
        return _sign_up_page(request, found, secret, problem=str(refusal), status=status)
    if not joined.secret:
        return _already_there(request, joined.sign_up)
    return redirect("activities:sign_up", joined.sign_up.pk, joined.secret)


@for_holder
@require_safe
def sign_up_slip(request: HttpRequest, found: SignUp, secret: str) -> HttpResponse:
    """A slip to print or to photograph: the code, and a QR code of the same."""
    page = _address(found, secret) if secret else f"{reverse('activities:code')}?code={found.code}"
    context = _context(found, secret) | {
        "qr": qr_svg(page),
        "is_desk": perms.can_keep_list(request.user, found.occurrence),
        "position": position_of(found),
    }
    return render(request, "activities/sign_up_slip.html", context)


@for_holder
@require_safe
def sign_up_calendar(request: HttpRequest, found: SignUp, secret: str) -> HttpResponse:
    """The date as a file for the calendar of a phone."""
    title = _context(found, secret)["title"]
    response = HttpResponse(
        calendar_bytes([found.occurrence], name=title), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{slugify(title) or "lokaal"}.ics"'
    return response


def _sign_up_page(
    request: HttpRequest, found: SignUp, secret: str, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = _context(found, secret) | {
        "problem": problem,
        "rejoin_form": RejoinForm(),
        "channel": emails.reaches_by_message(found),
        "is_desk": perms.can_keep_list(request.user, found.occurrence),
        "door_url": door.party_url(request, found),
        "position": position_of(found),
        "places": places_sentence(found.occurrence),
        "is_queue": not DateQueue(found.occurrence).has_place_for(found.party_size),
    }
    return render(request, "activities/sign_up.html", context, status=status)


def _context(found: SignUp, secret: str) -> dict[str, Any]:
    """What every page of a sign-up shows, and its addresses with the secret they were asked with."""
    occurrence = found.occurrence
    words = occurrence.activity.words(get_language() or "nl")
    return {
        "sign_up": found,
        "occurrence": occurrence,
        "activity": occurrence.activity,
        "centre": occurrence.centre,
        "words": words,
        "title": occurrence.title or words.title,
        "page_url": _address(found, secret),
        "change_url": _address(found, secret, "sign_up_change"),
        "cancel_url": _address(found, secret, "sign_up_cancel"),
        "accept_url": _address(found, secret, "sign_up_accept"),
        "party_url": _address(found, secret, "sign_up_party"),
        "rejoin_url": _address(found, secret, "sign_up_rejoin"),
        "slip_url": _address(found, secret, "sign_up_slip"),
        "calendar_url": _address(found, secret, "sign_up_calendar"),
    }


def _address(found: SignUp, secret: str, view: str = "sign_up") -> str:
    return reverse(f"activities:{view}", args=[found.pk, secret] if secret else [found.pk])


def _opened(request: HttpRequest, pk: UUID) -> SignUp | None:
    """Return the sign-up for whoever opens it without its link: by code just now, by account, or at the desk."""
    found = SignUp.objects.with_page().filter(pk=pk).first()
    if found is None:
        return None
    if _holds(request, found):
        return found
    return (
        found if perms.can_keep_list(request.user, found.occurrence) and may_pass(request) else None
    )


def _holds(request: HttpRequest, found: SignUp) -> bool:
    """Whether it is the visitor's own: opened with its code just now, or made with their account."""
    return is_open(request, OPENED_BY_CODE, found.pk) or perms.is_of(request.user, found)


# By code -----------------------------------------------------------------------------------------

#: What a code may belong to: its name in the session, and its page.
OPENED_AS: dict[type, tuple[str, str]] = {
    SignUp: (OPENED_BY_CODE, "activities:sign_up"),
    CourseSignUp: (OPENED_COURSES, "activities:course"),
    Support: (OPENED_SUPPORTS, "activities:support"),
    Wish: (OPENED_WISHES, "activities:wish_mine"),
    Helper: (OPENED_HELPERS, "activities:helper"),
}


@public
def code(request: HttpRequest) -> HttpResponse:
    """Somebody has a slip. The code opens what it belongs to in this browser for half an hour."""
    if request.method != "POST":
        scanned = _scanned_at_the_door(request)
        if scanned:
            return redirect(scanned)
        return render(
            request, "activities/code.html", {"form": CodeForm(initial=request.GET.dict())}
        )
    form = CodeForm(request.POST)
    status = 200
    if form.is_valid():
        try:
            found = _found_by_code(request, form.cleaned_data["code"])
        except TooOften as refusal:
            form.add_error("code", refusal.message)
            status = 429
        else:
            if found:
                opened, page = OPENED_AS[type(found)]
                open_for_a_while(request, opened, found.pk)
                return redirect(page, found.pk)
            form.add_error("code", _("Deze code kennen wij niet. Kijk nog eens goed, of bel ons."))
            status = 404
    return render(request, "activities/code.html", {"form": form}, status=status)


def _scanned_at_the_door(request: HttpRequest) -> str:
    """A slip without a link, scanned by who may mark the party: where that is done. Nobody else learns anything."""
    if not request.user.is_authenticated and door.TABLET_HERE not in request.session:
        return ""
    found = enrolment.find_by_code(request.GET.get("code", ""))
    return door.party_url(request, found) if found else ""


def _found_by_code(
    request: HttpRequest, typed: str
) -> SignUp | CourseSignUp | Support | Wish | Helper | None:
    """Look a code up. Wrong ones are counted; who guesses too often may not look for a while."""
    return limits.look_up(
        lambda: (
            enrolment.find_by_code(typed)
            or courses.find_by_code(typed)
            or supporting.find_by_code(typed)
            or wishing.find_by_code(typed)
            or inviting.find_helper_by_code(typed)
        ),
        (limits.WRONG_CODE_FROM_ADDRESS, limits.address_of(request)),
        (limits.WRONG_CODE_SAME, "".join(c for c in typed if c.isdigit())),
        (limits.WRONG_CODE_ANYWHERE, ""),
    )


# At the desk -------------------------------------------------------------------------------------


@staff_required(*EDITING_ROLES)
def desk_sign_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A host puts somebody on the list: a name is enough, and the slip can be printed at once."""
    occurrence = get_object_or_404(Occurrence.objects.with_card(), pk=pk)
    if not perms.can_keep_list(request.user, occurrence):
        return _sentence(
            request,
            status=403,
            heading=_("Dit is de lijst van een ander huis"),
            sentence=_("Vraag het aan de balie van dat huis."),
        )
    if occurrence.activity.is_course and occurrence.series_id:
        return redirect("activities:desk_course", occurrence.series_id)
    form = DeskSignUpForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            joined = enrolment.join(
                occurrence,
                name=form.cleaned_data["name"],
                phone=form.cleaned_data["phone"],
                companions=form.cleaned_data["companions"],
                form_token=form.cleaned_data["token"],
                language=get_language() or "nl",
                entered_by=visiting(request),
                **form.told,
            )
        except AlreadyThere as refusal:
            messages.info(request, _("Deze gast staat al op de lijst."))
            return redirect("activities:sign_up_slip", refusal.sign_up.pk)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = STATUS_OF.get(type(refusal), 400)
            occurrence = Occurrence.objects.with_card().get(pk=pk)
        else:
            return redirect(_address(joined.sign_up, joined.secret, "sign_up_slip"))
    words = occurrence.activity.words(get_language() or "nl")
    context = {
        "form": form,
        "occurrence": occurrence,
        "centre": occurrence.centre,
        "words": words,
        "title": occurrence.title or words.title,
        "places": places_sentence(occurrence),
        "is_queue": not DateQueue(occurrence).has_place_for(1),
        "problem": enrolment.why_closed(occurrence),
    }
    return render(request, "activities/desk_sign_up.html", context, status=status)


@staff_required(*EDITING_ROLES)
@get_or_post
def sign_up_place(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A host gives somebody in the queue a free place, past others: with a reason, which stays on the list."""
    found = get_object_or_404(SignUp.objects.with_page(), pk=pk)
    if not perms.can_keep_list(request.user, found.occurrence):
        return _sentence(
            request,
            status=403,
            heading=_("Dit is de lijst van een ander huis"),
            sentence=_("Vraag het aan de balie van dat huis."),
        )
    form = PlaceForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            enrolment.give_place(found, by=signed_in(request), reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            form.add_error("reason" if isinstance(refusal, NeedsReason) else None, refusal.message)
            status = STATUS_OF.get(type(refusal), 400)
        else:
            messages.success(request, _("%(name)s staat op de lijst.") % {"name": found.name})
            return redirect("portal:desk_date", found.occurrence_id)
    context = _context(found, "") | {
        "form": form,
        "position": position_of(found),
        "places": places_sentence(found.occurrence),
    }
    return render(request, "activities/sign_up_place.html", context, status=status)


# What several views share ------------------------------------------------------------------------


def _sentence(
    request: HttpRequest, *, status: int, heading: str, sentence: str, **more: object
) -> HttpResponse:
    """A page that says in plain words what is the matter, with a way on and a phone number."""
    context = {"heading": heading, "sentence": sentence, **more}
    return render(request, "activities/sentence.html", context, status=status)
