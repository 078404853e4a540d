"""One use of a room, for staff: put it there, look at it, change it, let it change rooms, let go of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lokaal.centres.models import Centre
from lokaal.exceptions import Refusal
from lokaal.look.widgets import Option
from lokaal.pages import get_or_post
from lokaal.people.perms import signed_in, staff_required
from venue import allocating, perms
from venue.board import placing, planned
from venue.board import planner as planning
from venue.forms.planner import SwapForm, UseForm, initial_of
from venue.models import Equipment, Hold, Space, Use, UseKind
from venue.views.planner import use_seen


def centres_planned(request: HttpRequest) -> list[Centre]:
    """The centres where this person plans rooms. Raises PermissionDenied when there is none."""
    centres = list(perms.centres_for(signed_in(request), *perms.PLANNING_ROLES))
    if not centres:
        raise PermissionDenied(_("Jouw huis is nu niet in gebruik."))
    return centres


def use_planned(request: HttpRequest, pk: UUID) -> Use:
    """A use at a centre where this person plans rooms."""
    centres = perms.centres_for(signed_in(request), *perms.PLANNING_ROLES)
    return get_object_or_404(Use.objects.at_centres(centres).with_place(), pk=pk)


def planner_url(use: Use, *, is_chosen: bool = True) -> str:
    """The week of a use in the planner, with the use chosen."""
    on = timezone.localdate(use.starts_at).isoformat()
    chosen = f"&use={use.pk}" if is_chosen else ""
    return f"{reverse('venue:planner')}?centre={use.centre.slug}&date={on}{chosen}"


# Something new -----------------------------------------------------------------------------------


@get_or_post
@staff_required(*perms.PLANNING_ROLES)
def use_new(request: HttpRequest) -> HttpResponse:
    """Put something of our own in a room. What the planner knows already is filled in."""
    centres = centres_planned(request)
    centre = planning.centre_of(request.GET, centres)
    spaces = placing.spaces_to_plan(centres)
    form = UseForm(
        request.POST or None,
        initial=prefilled(request.GET, centre, spaces),
        spaces=spaces,
        equipment=_equipment(centre),
    )
    clash = None
    if request.method == "POST" and form.is_valid():
        wanted = allocating.Wanted(**form.changes, by=signed_in(request))
        try:
            use = placing.place(wanted)
        except Refusal as refusal:
            clash = placing.clash(refusal, wanted)
        else:
            messages.success(request, _("%(title)s staat in de planner.") % {"title": use.title})
            return redirect(planner_url(use))
    on = planning.read_day(request.GET.get("date", "")) or timezone.localdate()
    context = {
        "form": form,
        "clash": clash,
        "centre": centre,
        "back_url": f"{reverse('venue:planner')}?centre={centre.slug}&date={on.isoformat()}",
        "close_url": f"{reverse('venue:space_close')}?{request.GET.urlencode()}",
        "hire_url": _hire_url(request.GET, centre, spaces),
    }
    status = 409 if clash else 200
    return render(request, "venue/use_new.html", context, status=status)


def prefilled(given: Any, centre: Centre, spaces: list[Space]) -> dict[str, Any]:
    """What the address of a new use says: room, day and times. What cannot be read is left open."""
    here = [space for space in spaces if space.centre_id == centre.pk]
    space = next((space for space in here if space.slug == given.get("room")), None)
    return {
        "kind": UseKind.ACTIVITY,
        "space": str(space.pk) if space else "",
        "day": planning.read_day(given.get("date", "")),
        "starts": _read_time(given.get("starts", "")),
        "ends": _read_time(given.get("ends", "")),
    }


def _read_time(text: str) -> time | None:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _equipment(centre: Centre) -> list[Equipment]:
    """The things of a house that are not fixed in a room only."""
    return list(Equipment.objects.filter(centre=centre, is_active=True, stock__gte=1))


def _hire_url(given: Any, centre: Centre, spaces: list[Space]) -> str:
    """Where a booking for a hirer begins: at the room and time that are known, or else at all rooms."""
    space = next(
        (
            space
            for space in spaces
            if space.centre_id == centre.pk and space.slug == given.get("room")
        ),
        None,
    )
    if space is None or not space.is_for_hire:
        return reverse("venue:spaces")
    said = {
        "day": given.get("date", ""),
        "starts": given.get("starts", ""),
        "ends": given.get("ends", ""),
    }
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{reverse('venue:request_new', args=[centre.slug, space.slug])}?{query}"


# One use -----------------------------------------------------------------------------------------


@require_safe
@staff_required(*perms.LOOKING_ROLES)
def use(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who, what, how it stands, who closes; and what can be done with it."""
    found = use_seen(request, pk)
    owner = planned.owner_of(found)
    return render(
        request,
        "venue/use.html",
        _of(found)
        | {
            "owner": owner,
            "facts": planned.facts(found),
            "can_plan": perms.can_plan(signed_in(request), found.centre),
            "is_over": placing.is_past(found),
            "is_released": found.hold == Hold.RELEASED,
            "is_closure": found.kind == UseKind.CLOSURE,
        },
    )


def _of(use: Use, **more: Any) -> dict[str, Any]:
    return {
        "use": use,
        "look": planned.look_of(use, timezone.now()),
        "when": planned.when(use),
        "planner_url": planner_url(use),
        **more,
    }


@get_or_post
@staff_required(*perms.PLANNING_ROLES)
def use_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another day, time, room, layout or number of people. Dragging in the planner ends here too."""
    found = use_planned(request, pk)
    if placing.is_past(found) or found.hold == Hold.RELEASED or found.kind == UseKind.CLOSURE:
        messages.error(request, _("Dit kan niet meer veranderen."))
        return redirect("venue:use", pk)
    spaces = placing.spaces_to_plan(centres_planned(request))
    if found.space_id not in {space.pk for space in spaces}:
        spaces.append(found.space)
    wanted = allocating.wanted_of(found)
    dragged = _dragged(request.GET, found, spaces)
    form = UseForm(
        request.POST or None,
        initial=initial_of(found, dict(wanted.equipment)) | dragged,
        spaces=spaces,
        equipment=_equipment(found.centre),
        use=found,
    )
    clash = None
    owner = planned.owner_of(found)
    if request.method == "POST" and form.is_valid():
        changes = form.changes
        try:
            moved = placing.move(found, by=signed_in(request), **changes)
        except Refusal as refusal:
            clash = placing.clash(refusal, replace(wanted, **changes), found)
        else:
            is_told = owner is not None and owner.is_told
            messages.success(
                request, _("Veranderd. De huurder krijgt bericht.") if is_told else _("Veranderd.")
            )
            for reason in moved.stayed_behind:
                messages.warning(request, reason)
            return redirect("venue:use", pk)
    context = _of(found, form=form, clash=clash, is_dragged=bool(dragged), owner=owner)
    return render(request, "venue/use_change.html", context, status=409 if clash else 200)


def _dragged(given: Any, use: Use, spaces: list[Space]) -> dict[str, Any]:
    """Where a use was dragged to, as fields of the form."""
    here = [space for space in spaces if space.centre_id == use.centre_id]
    space = next((space for space in here if space.slug == given.get("room")), None)
    found = {
        "space": str(space.pk) if space else None,
        "day": planning.read_day(given.get("date", "")),
        "starts": _read_time(given.get("starts", "")),
        "ends": _read_time(given.get("ends", "")),
    }
    return {name: value for name, value in found.items() if value is not None}


@get_or_post
@staff_required(*perms.PLANNING_ROLES)
def use_swap(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change rooms with something else of about the same time."""
    found = use_planned(request, pk)
    others = placing.swappable(found) if found.is_blocking and not placing.is_past(found) else []
    choices = [
        (
            str(other.pk),
            Option(
                other.title,
                f"{other.space.name}. {planned.when(other)}",
                icon=planned.look_of(other, timezone.now()).icon,
            ),
        )
        for other in others
    ]
    form = SwapForm(request.POST or None, choices=choices)
    if request.method == "POST" and form.is_valid():
        other = next(other for other in others if str(other.pk) == form.cleaned_data["other"])
        try:
            placing.swap(found, other, by=signed_in(request))
        except Refusal as refusal:
            form.add_error("other", str(refusal))
        else:
            messages.success(request, _("Geruild. Vertel het aan allebei."))
            return redirect("venue:use", pk)
    return render(request, "venue/use_swap.html", _of(found, form=form, others=others))


@get_or_post
@staff_required(*perms.PLANNING_ROLES)
def use_release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let go of the room. Asks first; what belongs to a booking or an activity is called off there."""
    found = use_planned(request, pk)
    owner = planned.owner_of(found)
    if request.method == "POST":
        try:
            placing.release(found, by=signed_in(request))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("%(room)s is weer vrij.") % {"room": found.space.name})
        return redirect("venue:use", pk)
    return render(request, "venue/use_release.html", _of(found, owner=owner))


@require_POST
@staff_required(*perms.PLANNING_ROLES)
def use_restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the room back for what was let go."""
    found = use_planned(request, pk)
    try:
        placing.restore(found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(title)s staat weer in de planner.") % {"title": found.title})
    return redirect("venue:use", pk)
