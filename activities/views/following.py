"""Following: choosing what, saying yes at the address, stopping with one tap. A GET changes nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from activities import limits, perms
from activities.emails.following import name_of
from activities.following import starting, theming
from activities.forms.following import FollowForm, ThemeForm, ThemesOfForm
from activities.models import Activity, Follower, Theme
from activities.models.activity import EDITING_ROLES
from lokaal.exceptions import Refusal, TooOften
from lokaal.pages import get_or_post, private
from lokaal.people.models import Role
from lokaal.people.perms import public, signed_in, staff_required, visiting

THEME_ROLES = (Role.COORDINATOR, Role.DIRECTOR, Role.ADMINISTRATOR)


# Beginning ---------------------------------------------------------------------------------------


@public
@get_or_post
def follow(request: HttpRequest) -> HttpResponse:
    """Choose what to follow. The page of an activity brings itself along as `activity`."""
    activity = _asked_for(request)
    data = request.POST if request.method == "POST" else None
    form = FollowForm(data, visitor=request.user, activity=activity)
    status = 200
    if data is not None and form.is_valid():
        try:
            limits.consume(limits.FOLLOW_FROM_ADDRESS, limits.address_of(request))
            if form.contact:
                limits.consume(limits.FOLLOW_WITH_CONTACT, form.contact)
            follower = _start(request, form)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = 429 if isinstance(refusal, TooOften) else 400
        else:
            if follower.person_id:
                messages.success(request, _("Gelukt. Je krijgt bericht als er nieuws is."))
                return redirect("activities:follow_mine")
            return redirect("activities:follow_asked")
    context = {"form": form, "activity": activity}
    return render(request, "activities/following/follow.html", context, status=status)


@public
@require_safe
def follow_asked(request: HttpRequest) -> HttpResponse:
    """Look at your mail. The same page, whether we know the address or not."""
    return render(request, "activities/following/follow_asked.html")


def follow_mine(request: HttpRequest) -> HttpResponse:
    """What I follow, for who is signed in."""
    follower = starting.follower_of(signed_in(request))
    if follower is None:
        return redirect("activities:follow")
    return redirect("activities:follower", follower.pk, follower.secret())


@staff_required(*EDITING_ROLES)
@get_or_post
def desk_follow(request: HttpRequest) -> HttpResponse:
    """A host writes down what somebody wants to follow. Without address or number it is printed at the desk."""
    activity = _asked_for(request)
    data = request.POST if request.method == "POST" else None
    form = FollowForm(data, visitor=request.user, activity=activity, is_desk=True)
    centres = perms.centres_to_add_at(request.user)
    status = 200
    if data is not None and form.is_valid() and centres:
        try:
            follower = starting.start(
                form.chosen,
                name=form.cleaned_data["name"],
                email=form.cleaned_data["email"],
                phone=form.cleaned_data["phone"],
                paper_at=activity.centre if activity else centres[0],
                language=get_language() or "nl",
                entered_by=visiting(request),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = 400
        else:
            said = (
                _("Gelukt. Het nieuws ligt elke week aan de balie.")
                if follower.is_on_paper
                else _("Gelukt. Er gaat nu een bericht met de vraag om ja te zeggen.")
            )
            messages.success(request, said)
            return redirect("activities:desk_follow")
    context = {"form": form, "activity": activity}
    return render(request, "activities/following/desk_follow.html", context, status=status)


def _start(request: HttpRequest, form: FollowForm) -> Follower:
    return starting.start(
        form.chosen,
        email=form.cleaned_data.get("email", ""),
        phone=form.cleaned_data.get("phone", ""),
        person=visiting(request),
        language=get_language() or "nl",
    )


def _asked_for(request: HttpRequest) -> Activity | None:
    try:
        pk = UUID(request.GET.get("activity", ""))
    except ValueError:
        return None
    return Activity.objects.public().with_page().filter(pk=pk).first()


# The page of who follows, by secret link ---------------------------------------------------------


@public
@require_safe
def follower(request: HttpRequest, pk: UUID, secret: str) -> HttpResponse:
    """What I follow: say yes, stop one thing, stop all."""
    found = starting.find(pk, secret)
    if found is None:
        return private(_stopped(request, status=404))
    follows = found.follows.with_words()
    context = {
        "follower": found,
        "secret": secret,
        "follows": [(one, name_of(one)) for one in follows if one.confirmed_at],
        "pending": [name_of(one) for one in follows if not one.confirmed_at],
    }
    return private(render(request, "activities/following/follower.html", context))


@public
@require_POST
def follower_confirm(request: HttpRequest, pk: UUID, secret: str) -> HttpResponse:
    found = starting.find(pk, secret)
    if found is None:
        return private(_stopped(request))
    starting.confirm(found)
    messages.success(request, _("Gelukt. Je krijgt bericht als er nieuws is."))
    return private(redirect("activities:follower", pk, secret))


@csrf_exempt  # mail programs press this button themselves (RFC 8058); the secret in the address is the proof
@public
@get_or_post
def follower_stop(request: HttpRequest, pk: UUID, secret: str) -> HttpResponse:
    """Stop all: a GET shows the button, a POST does it."""
    found = starting.find(pk, secret)
    if request.method == "POST":
        if found:
            starting.stop_all(found)
        return private(_stopped(request))
    if found is None:
        return private(_stopped(request, status=404))
    return private(redirect("activities:follower", pk, secret))


@public
@require_POST
def follower_stop_one(request: HttpRequest, pk: UUID, secret: str) -> HttpResponse:
    found = starting.find(pk, secret)
    if found is None:
        return private(_stopped(request))
    asked = request.POST.get("follow", "")
    one = next((one for one in found.follows.all() if str(one.pk) == asked), None)
    if one:
        starting.stop(one)
    if starting.find(pk, secret) is None:
        return private(_stopped(request))
    messages.success(request, _("Dat volg je niet meer."))
    return private(redirect("activities:follower", pk, secret))


def _stopped(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    """The same for who stopped just now, who had stopped, and a wrong link: there is nothing (any more)."""
    return render(request, "activities/following/stopped.html", status=status)


# Themes ------------------------------------------------------------------------------------------


@staff_required(*THEME_ROLES)
@require_safe
def themes(request: HttpRequest) -> HttpResponse:
    """The themes of the house, and how many activities are about each."""
    rows = Theme.objects.with_words().with_count()
    return render(request, "activities/following/themes.html", {"themes": rows})


@staff_required(*THEME_ROLES)
@get_or_post
def theme(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """Add a theme, or change its names."""
    found = get_object_or_404(Theme.objects.with_words(), pk=pk) if pk else None
    form = ThemeForm(request.POST if request.method == "POST" else None, theme=found)
    if request.method == "POST" and form.is_valid():
        theming.keep(
            found,
            name=form.cleaned_data["name"],
            is_active=form.cleaned_data["is_active"],
            translations=form.translations,
        )
        messages.success(request, _("Dat is bewaard."))
        return redirect("activities:themes")
    return render(request, "activities/following/theme.html", {"form": form, "theme": found})


@staff_required(*THEME_ROLES)
@get_or_post
def activity_themes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Which themes is this activity about?"""
    activity = get_object_or_404(Activity.objects.editable_by(signed_in(request)), pk=pk)
    form = ThemesOfForm(request.POST if request.method == "POST" else None, activity=activity)
    if request.method == "POST" and form.is_valid():
        theming.choose(activity, form.chosen)
        messages.success(request, _("Dat is bewaard."))
        return redirect("activities:activity_manage", activity.pk)
    context: dict[str, Any] = {"form": form, "activity": activity}
    return render(request, "activities/following/activity_themes.html", context)
