"""Rooms to hire: which there are, which is free, and the page of each. For everybody, and a GET changes nothing."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from lokaal.centres.photos import photo_response
from lokaal.people.perms import public
from venue.forms.spaces import ChosenForm, SearchForm
from venue.hire import finding, free_week, house_rules, offering
from venue.hire.drawing import plan_of
from venue.models import Space


@public
@require_safe
def spaces(request: HttpRequest) -> HttpResponse:
    """All rooms, or those that fit what was asked."""
    rooms = offering.spaces_for_hire()
    form = SearchForm(
        request.GET,
        centres=dict.fromkeys(room.centre for room in rooms),
        equipment=offering.equipment_names(rooms),
    )
    asked = form.asked
    prices_on = asked.day or timezone.localdate()
    groups = cache(lambda: offering.price_groups(rooms, prices_on))
    results = finding.look(asked, rooms, groups)
    context = {
        "form": form,
        "is_search": not asked.is_empty,
        "results": results,
        "places": offering.by_centre(results.cards) if asked.is_empty else [],
    }
    return render(request, "venue/spaces.html", context)


@public
@require_safe
def space(request: HttpRequest, centre: str, slug: str) -> HttpResponse:
    """A room: what it is, when it is free, what it costs, how you get there. A chosen time comes along as a query."""
    rooms = Space.objects.for_hire().with_page()
    rooms = rooms.annotate(party_alcohol=house_rules.parties_serve_alcohol())
    room = get_object_or_404(rooms, centre__slug=centre, slug=slug)
    form = ChosenForm(request.GET)
    form.is_valid()
    context = _page_of(room, form)
    return render(request, "venue/space.html", context)


def _page_of(room: Space, form: ChosenForm) -> dict[str, Any]:
    language = get_language() or "nl"
    centre = room.centre
    description, description_language = room.words("description", language)
    photo_description, photo_language = room.words("photo_description", language)
    directions, directions_language = offering.directions_of(room, language)
    groups = offering.price_groups([room], timezone.localdate())
    return {
        "space": room,
        "centre": centre,
        "plan": plan_of(room, form.asked.layout, is_divided=offering.is_divided(room)),
        "description": description,
        "description_language": "" if description_language == language else description_language,
        "photo_description": photo_description,
        "photo_language": "" if photo_language == language else photo_language,
        "fits": offering.fits(room),
        "access": offering.access_of(room),
        "things": offering.equipment_of(room),
        "good_to_know": offering.good_to_know(room),
        "prices": offering.prices_of(room, groups),
        "week": free_week.week_of(room, form.week, layout=form.asked.layout),
        "chosen": finding.chosen(room, form.asked),
        "query": form.asked.query(),
        "directions": directions,
        "directions_language": directions_language,
        "canonical": room.get_absolute_url(),
        "share_image": f"{settings.ORIGIN}{room.photo_url}" if room.photo_url else "",
    }


@public
@require_safe
def photo(request: HttpRequest, name: str) -> FileResponse:
    return photo_response(Space, name)
