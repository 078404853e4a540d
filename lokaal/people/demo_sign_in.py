"""Demo mode: who one may carry on as, without a password. Outside demo mode none of this can be reached.

The demo data (`manage.py demo`) makes these people; the sign-in page offers them. All are invented.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lokaal.people.models import Person, Role

#: Every invented person who can sign in has an address that ends so; no real one can (it is nobody's domain).
MARKER = "@voorbeeld.nl"


@dataclass(frozen=True)
class DemoPerson:
    """An invented person. `offered_as` and `why` stand on their door; without them no door is made."""

    key: str
    name: str
    email: str | None
    offered_as: Promise | str = ""
    why: Promise | str = ""
    icon: str = "user"
    roles: tuple[Role, ...] = ()
    language: str = "nl"

    @property
    def is_offered(self) -> bool:
        return bool(self.email and self.offered_as)


PEOPLE = (
    DemoPerson("resident", "Rachid Amrani", "rachid@voorbeeld.nl",
               _("bewoner"), _("Kijkt wat er is en doet mee."), "home"),
    DemoPerson("organiser", "Sahra Warsame", "sahra@voorbeeld.nl",
               _("organisator"), _("Is 19 en bedenkt dingen voor de buurt."), "light-bulb"),
    DemoPerson("volunteer", "Joop Wesselink", "joop@voorbeeld.nl",
               _("vrijwilliger"), _("Repareert wat kapot is."), "wrench-screwdriver"),
    DemoPerson("buddy", "Olena Koval", "olena@voorbeeld.nl",
               _("taalmaatje"), _("Oefent Nederlands met anderen. Leest liever Engels."), "language", (), "en"),
    DemoPerson("learner", "Mehari Tesfay", "mehari@voorbeeld.nl",
               _("leerling"), _("Leert een vak in huis."), "academic-cap"),
    DemoPerson("host", "Nermin Aksoy", "nermin@voorbeeld.nl",
               _("gastvrouw"), _("Zit aan de balie en kent iedereen."), "hand-raised", (Role.HOST,)),
    DemoPerson("coordinator", "Ilse Nijhuis", "ilse@voorbeeld.nl",
               _("coördinator"), _("Regelt de week en de vrijwilligers."), "calendar-days", (Role.COORDINATOR,)),
    DemoPerson("social_worker", "Bas Roelofs", "bas@voorbeeld.nl",
               _("sociaal werker"), _("Luistert en denkt mee."), "lifebuoy", (Role.SOCIAL_WORKER,)),
    DemoPerson("kitchen", "Lucia Martina", "lucia@voorbeeld.nl",
               _("keuken"), _("Kookt voor de buurt."), "bowl", (Role.KITCHEN,)),
    DemoPerson("treasurer", "Wim Hartgers", "wim@voorbeeld.nl",
               _("penningmeester"), _("Houdt het geld bij."), "currency-euro", (Role.TREASURER,)),
    DemoPerson("privacy_officer", "Femke Dijkstra", "femke@voorbeeld.nl",
               _("privacy-functionaris"), _("Kijkt of wij goed omgaan met gegevens."), "shield-check",
               (Role.PRIVACY_OFFICER,)),
    DemoPerson("director", "Anouk ter Beek", "anouk@voorbeeld.nl",
               _("directeur"), _("Wil weten hoe het gaat."), "eye", (Role.DIRECTOR,)),
    DemoPerson("administrator", "Daan Voskamp", "daan@voorbeeld.nl",
               _("beheerder en zaalbeheer"), _("Mag alles instellen en beheert de zalen."), "key",
               (Role.ADMINISTRATOR, Role.VENUE)),
    DemoPerson("neighbour", "Gerda Harmsen", None),  # 84, no phone, no e-mail: everything comes on paper
    DemoPerson("sewer", "Emine Kaya", "emine@voorbeeld.nl"),
    DemoPerson("municipality", "Karin Pol", "karin@voorbeeld.nl"),
)  # fmt: skip


def is_possible(request: HttpRequest) -> bool:
    """True in demo mode, for a browser on this very machine that came without a proxy in between."""
    if not settings.DEMO:
        return False
    came_through_proxy = any(
        name == "HTTP_FORWARDED"
        or name.startswith("HTTP_X_FORWARDED")
        or name in {"HTTP_VIA", "HTTP_X_REAL_IP"}
        for name in request.META
    )
    host, _port = split_domain_port(request.META.get("HTTP_HOST", ""))
    return (
        not came_through_proxy
        and _is_loopback(request.META.get("REMOTE_ADDR", ""))
        and (host == "localhost" or _is_loopback(host))
    )


def offered(request: HttpRequest) -> list[DemoPerson]:
    """Those whom the sign-in page offers: nobody unless it is possible, and only people who are there."""
    if not is_possible(request):
        return []
    candidates = [person for person in PEOPLE if person.is_offered]
    there = set(
        Person.objects.active()
        .filter(email__in=[person.email for person in candidates])
        .values_list("email", flat=True)
    )
    return [person for person in candidates if person.email in there]


def find(key: str) -> Person | None:
    """The person to carry on as; None when nobody is offered under the key."""
    demo_person = next((p for p in PEOPLE if p.key == key and p.is_offered), None)
    if demo_person is None or not (demo_person.email or "").endswith(MARKER):
        return None
    return Person.objects.active().with_email(demo_person.email or "").first()


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False
