"""Help: a voice, an open door, and the numbers for when it cannot wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lokaal.centres.models import Centre
from lokaal.centres.opening import opening_of
from lokaal.people.perms import public

#: Where "close this page quickly" leads: a page that tells nothing about the one who was here.
NEUTRAL_PAGE = "https://nl.wikipedia.org/wiki/Weer"


@dataclass(frozen=True)
class UrgentNumber:
    """A number that answers at any hour, and what it is for."""

    icon: str
    word: str
    text: str
    number: str
    href: str


def urgent_numbers() -> list[UrgentNumber]:
    """National numbers: police and ambulance, suicide prevention (113.nl), violence at home (veiligthuis.nl)."""
    return [
        UrgentNumber(
            "exclamation-triangle",
            _("Gevaar? Bel nu"),
            _("Politie, brandweer of ambulance."),
            "112",
            "tel:112",
        ),
        UrgentNumber(
            "chat-bubble-left-right",
            _("Denk je aan zelfmoord?"),
            _("Praat met 113. Gratis, dag en nacht. Je naam hoeft niet."),
            "0800-0113",
            "tel:08000113",
        ),
        UrgentNumber(
            "home",
            _("Is het thuis niet veilig?"),
            _("Bel Veilig Thuis. Gratis, dag en nacht."),
            "0800-2000",
            "tel:08002000",
        ),
    ]


@public
@never_cache  # after a quick exit the back button shows nothing
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How to get help: call, come by, or the urgent numbers. A form follows with the welfare part."""
    now = timezone.now()
    places: list[dict[str, Any]] = [
        {"centre": centre, "status": opening_of(centre).status(now)}
        for centre in Centre.objects.open_to_public().with_hours()
    ]
    places.sort(key=lambda place: not place["status"].is_open)
    return render(
        request,
        "portal/help.html",
        {
            "places": places,
            "urgent_numbers": urgent_numbers(),
            "neutral_page": NEUTRAL_PAGE,
            "section": "help",
        },
    )
