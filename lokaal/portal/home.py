"""The front page: who is open, what is on today, what comes soon, and the doors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities import agenda
from activities.cards import Card, places
from lokaal.centres.models import Centre
from lokaal.centres.opening import opening_of
from lokaal.look import formats
from lokaal.people.perms import public

LINES = 6


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Open or closed, today per place, and a few dates of the coming days. The number of queries is fixed."""
    now = timezone.now()
    known = places()
    today = agenda.today(known, at=now)
    centres = [
        _centre(centre, [card for card in today if card.centre.id == centre.pk])
        for centre in Centre.objects.open_to_public().with_hours()
    ]
    context = {
        "centres": centres,
        "lights": {one["centre"].mark for one in centres if one["status"].is_open},
        "today": formats.relative_day(timezone.localdate(now)),
        "soon": agenda.soon(known, at=now, not_of={card.activity_id for card in today}),
        "doors": _doors(),
        "also": _also(),
        "section": "home",
    }
    return render(request, "portal/home.html", context)


def _centre(centre: Centre, cards: list[Card]) -> dict[str, Any]:
    return {
        "centre": centre,
        "status": opening_of(centre).status(timezone.now()),
        "number": len(cards),
        "cards": cards[:LINES],
        "more": max(0, len(cards) - LINES),
        "agenda": f"{reverse('activities:agenda')}?centre={centre.slug}",
    }


def _doors() -> list[dict[str, str]]:
    """The three main choices, each with a word and one sentence."""
    return [
        {
            "tint": "zon",
            "icon": "users",
            "url": reverse("activities:agenda"),
            "word": _("Meedoen"),
            "sentence": _("Kijk wat er is. Kies iets leuks. Kom gewoon."),
        },
        {
            "tint": "munt",
            "icon": "light-bulb",
            "url": reverse("activities:wish"),
            "word": _("Begin het zelf"),
            "sentence": _("Is er iets nog niet? Vertel je idee. Wij helpen."),
        },
        {
            "tint": "roos",
            "icon": "lifebuoy",
            "url": reverse("portal:help"),
            "word": _("Hulp nodig"),
            "sentence": _("Zit je ergens mee? Vertel het. Wij luisteren."),
        },
    ]


def _also() -> list[dict[str, str]]:
    """What else the house is for."""
    return [
        {
            "tint": "lucht",
            "icon": "building-office-2",
            "url": reverse("venue:spaces"),
            "word": _("Een zaal huren"),
            "sentence": _("Voor je groep, je vergadering of je feest."),
        },
        {
            "tint": "munt",
            "icon": "chat-bubble-left-right",
            "url": reverse("activities:wishes"),
            "word": _("Wat wil de buurt?"),
            "sentence": _("Lees de ideeën. Doe mee, of neem er een over."),
        },
        {
            "tint": "zon",
            "icon": "bowl",
            "url": reverse("venue:menu"),
            "word": _("Wat kun je eten?"),
            "sentence": _("Soep, lunch en hapjes uit onze keuken."),
        },
    ]
