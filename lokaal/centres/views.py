"""The pages of the meeting places: which there are, when they are open, how to get in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from lokaal.centres.access import access_facts
from lokaal.centres.models import Centre
from lokaal.centres.opening import opening_of, special_ahead
from lokaal.centres.photos import photo_response
from lokaal.people.perms import public

MAP = "https://www.openstreetmap.org/search"  # a plain link: nothing of it is loaded here


@public
@require_safe
def centres(request: HttpRequest) -> HttpResponse:
    """All meeting places: where they are, and which are open now."""
    now = timezone.now()
    places = [
        {"centre": centre, "status": opening_of(centre).status(now)}
        for centre in Centre.objects.open_to_public().with_hours()
    ]
    return render(request, "centres/centres.html", {"places": places})


@public
@require_safe
def centre(request: HttpRequest, slug: str) -> HttpResponse:
    """A meeting place: where, when open, how to get in."""
    found = get_object_or_404(Centre.objects.open_to_public().with_hours().with_words(), slug=slug)
    return render(request, "centres/centre.html", _page_of(found))


def _page_of(centre: Centre) -> dict[str, Any]:
    language = get_language() or "nl"
    opening = opening_of(centre)
    directions, directions_language = centre.words("directions", language)
    description, description_language = centre.words("photo_description", language)
    return {
        "centre": centre,
        "status": opening.status(timezone.now()),
        "week": opening.week_in_words(with_closed_days=True),
        "special_days": special_ahead(opening),
        "directions": directions,
        "directions_language": directions_language,
        "photo_description": description,
        "photo_language": description_language,
        "is_in_other_language": bool(directions) and directions_language != language,
        "facts": access_facts(centre),
        "map_url": f"{MAP}?{urlencode({'query': f'{centre.street}, {centre.postcode} {centre.city}'})}",
        "page_url": f"{settings.ORIGIN}{centre.get_absolute_url()}",
        "facade": f"centres/facades/{centre.mark}.html",
    }


@public
@require_safe
def photo(request: HttpRequest, name: str) -> FileResponse:
    return photo_response(Centre, name)
