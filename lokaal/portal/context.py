"""What every page shows: the centres in the footer, how to reach us, who is looking."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lokaal.centres.models import Centre
from lokaal.centres.opening import opening_of
from lokaal.people import perms
from venue.perms import LOOKING_ROLES


@dataclass(frozen=True)
class FooterCentre:
    """A centre as the footer says it: where, and when open in a usual week."""

    name: str
    address: str
    hours: tuple[str, ...]
    url: str


# Per language: until when (monotonic seconds), and the centres. A footer may be a minute old; no query, no rendering.
_kept: dict[str, tuple[float, list[FooterCentre]]] = {}


def house(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Nothing is asked before a template needs it; the footer costs one query a minute."""
    return {
        "site_name": settings.SITE_NAME,
        "site_phone": settings.SITE_PHONE,
        "site_email": settings.SITE_EMAIL,
        "origin": settings.ORIGIN,
        "footer_centres": SimpleLazyObject(footer_centres),
        "footer_links": SimpleLazyObject(footer_links),
        "is_staff_member": SimpleLazyObject(lambda: is_staff_member(request)),
        "sees_planner": SimpleLazyObject(lambda: sees_planner(request)),
    }


def footer_links() -> list[tuple[str, str]]:
    """What else there is, as address and words, below the places."""
    return [
        (reverse("activities:tried_list"), _("Wat we probeerden en leerden")),
        (reverse("activities:questions"), _("Vragen aan de gemeente")),
        (reverse("venue:menu"), _("Wat kun je eten?")),
        (reverse("venue:spaces"), _("Een zaal huren")),
        (reverse("venue:booking_lookup"), _("Mijn boeking terugvinden")),
    ]


def footer_centres() -> list[FooterCentre]:
    """The centres in use, in the reader's language. Kept in this process for settings.FOOTER_SECONDS."""
    language = get_language() or settings.LANGUAGE_CODE
    until, centres = _kept.get(language, (0.0, []))
    if monotonic() < until:
        return centres
    centres = [
        FooterCentre(
            centre.name,
            centre.address,
            tuple(opening_of(centre).week_in_words()),
            centre.get_absolute_url(),
        )
        for centre in Centre.objects.open_to_public().with_hours()
    ]
    if settings.FOOTER_SECONDS:
        _kept[language] = (monotonic() + settings.FOOTER_SECONDS, centres)
    return centres


def is_staff_member(request: HttpRequest) -> bool:
    """Whether to show the doors of the staff. False where there is no visitor, as on an error page."""
    return hasattr(request, "user") and perms.is_staff_member(request)


def sees_planner(request: HttpRequest) -> bool:
    """Whether to show the door of the planner, in the place of the front page (the name of the house leads there)."""
    return hasattr(request, "user") and perms.is_staff_member(request, *LOOKING_ROLES)
