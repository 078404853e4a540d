"""What there is to do: the agenda and the page of an activity."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities import agenda as showing
from activities.agenda import AUDIENCES, ONE_WEEK, Agenda, Part, Wanted
from activities.models import Activity
from lokaal.centres.models import Centre
from lokaal.languages import SPOKEN, spoken_name
from lokaal.people.perms import public


@public
@require_safe
def agenda(request: HttpRequest) -> HttpResponse:
    """A week of the house, or what was found by words. The whole state of the page is in its address."""
    now = timezone.now()
    centres = {centre.id: centre for centre in Centre.objects.order_by("position", "name")}
    wanted = Wanted.read(request.GET, [centre for centre in centres.values() if centre.is_active])
    shown = showing.search if wanted.words else showing.week
    page = shown(wanted, centres, at=now)
    context = {
        "agenda": page,
        "wanted": wanted,
        "filters": _filters(wanted, list(centres.values())),
        "section": "agenda",
        **_ways(page),
    }
    return render(request, "activities/agenda.html", context)


def _ways(page: Agenda) -> dict[str, str]:
    """The addresses that lead on from a page of the agenda."""
    wanted = page.wanted
    path = reverse("activities:agenda")
    if page.is_search:
        return {"everything": path}
    return {
        "earlier": f"{path}{wanted.query(day=page.monday - ONE_WEEK)}",
        "later": f"{path}{wanted.query(day=page.monday + ONE_WEEK)}",
        "whole_day": f"{path}{wanted.query(day=page.first_day)}#dagen",
        "everything": path,
    }


def _filters(wanted: Wanted, centres: list[Centre]) -> list[dict[str, Any]]:
    """The questions beside the agenda, with what was chosen."""
    reader = get_language() or "nl"
    places = [(centre.slug, centre.name) for centre in centres if centre.is_active]
    return [
        *([_group(_("Waar?"), "centre", places, wanted.centres)] if len(places) > 1 else []),
        _group(_("Wanneer?"), "part", Part.choices, wanted.parts),
        _group(
            _("Voor wie?"),
            "for",
            [(audience.value, str(audience.label).capitalize()) for audience in AUDIENCES],
            wanted.audiences,
        ),
        _group(_("Wat kost het?"), "free", [("1", _("Alleen gratis"))], ("1",) if wanted.is_free else ()),
        _group(
            _("Kun je er makkelijk in?"),
            "step_free",
            [("1", _("Zonder drempel"))],
            ("1",) if wanted.is_step_free else (),
        ),
        _group(
            _("Welke taal?"),
            "language",
            [(code, spoken_name(code, reader)) for code in SPOKEN],
            wanted.languages,
        ),
    ]


def _group(
    question: str, name: str, choices: list[tuple[str, Any]], chosen: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "question": question,
        "name": name,
        "choices": [
            {"value": value, "label": label, "is_chosen": value in chosen} for value, label in choices
        ],
    }


@public
@require_safe
def activity(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Activity.objects.visible_to(request.user).with_page(), pk=pk)
    return render(request, "activities/activity.html", {"activity": found})
