"""Closing a room for a while: first see what is in it, then decide for each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lokaal.exceptions import Refusal
from lokaal.pages import get_or_post
from lokaal.people.perms import signed_in, staff_required
from venue import closing, perms
from venue.board import placing, planned
from venue.board import planner as planning
from venue.closing import Closing
from venue.forms.planner import CloseForm, DecideForm
from venue.views.uses import centres_planned, prefilled


@get_or_post
@staff_required(*perms.PLANNING_ROLES)
def space_close(request: HttpRequest) -> HttpResponse:
    """Ask which room, when and why; show what is in it, ask what becomes of each; then close."""
    centres = centres_planned(request)
    centre = planning.centre_of(request.GET, centres)
    spaces = placing.spaces_to_plan(centres)
    initial = prefilled(request.GET, centre, spaces)
    form = CloseForm(request.POST or None, initial=initial, spaces=spaces)
    context: dict[str, Any] = {
        "form": form,
        "back_url": f"{reverse('venue:planner')}?centre={centre.slug}",
    }
    if request.method != "POST" or not form.is_valid() or "again" in request.POST:
        return render(request, "venue/space_close.html", context)
    asked = form.cleaned_data
    space, begin, end = asked["space"], asked["starts_at"], asked["ends_at"]
    uses = list(closing.listed(space, begin, end))
    is_decided = "decided" in request.POST
    rooms = placing.rooms_instead(space, uses)
    decide = DecideForm(
        request.POST if is_decided else None,
        uses=[(use, planned.when(use), rooms[use.pk], placing.may_cancel(use)) for use in uses],
    )
    if not uses or (is_decided and decide.is_valid()):
        try:
            done = placing.close(
                space,
                begin,
                end,
                title=asked["title"],
                decisions=decide.decisions if uses else {},
                by=signed_in(request),
            )
        except Refusal as refusal:
            context["problem"] = str(refusal)
        else:
            _tell(request, done, space.name)
            on = timezone.localdate(begin).isoformat()
            return redirect(f"{reverse('venue:planner')}?centre={space.centre.slug}&date={on}")
    if not uses:
        return render(request, "venue/space_close.html", context, status=409)
    context |= {
        "decide": decide,
        "space": space,
        "when": planned.moment(begin, end),
        "kept": [(name, request.POST.get(name, "")) for name in form.fields],
    }
    return render(request, "venue/space_close_decide.html", context)


def _tell(request: HttpRequest, done: Closing, room: str) -> None:
    """Say what was done, and to whom it must still be told."""
    if done.closures:
        messages.success(request, _("%(room)s gaat dicht.") % {"room": room})
    else:
        messages.info(request, _("%(room)s blijft open. Alles blijft staan.") % {"room": room})
    changed = [use.title for use in (*done.moved, *done.cancelled)]
    if changed:
        words = ngettext("Vertel het aan: %(names)s.", "Vertel het aan: %(names)s.", len(changed))
        messages.warning(request, words % {"names": ", ".join(changed)})
