"""My page: what I am going to do, how the house writes to me, how I sign in."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from activities.models import SignUp
from activities.models.activity import EDITING_ROLES
from lokaal.centres.models import Centre
from lokaal.languages import OWN_NAMES, SOURCE
from lokaal.look import formats
from lokaal.outbox.writing import Recipient
from lokaal.people import perms
from lokaal.people.models import Channel, Person
from venue.hire.booked import bookings_of

WAYS = {
    Channel.EMAIL: gettext_lazy("Per e-mail"),
    Channel.SMS: gettext_lazy("Als sms"),
    Channel.PAPER: gettext_lazy("Op papier, bij de balie"),
}
#: More than this many dates at once is no longer a page about me.
MOST_DATES = 20
GONE = {"kind": "warn", "icon": "x-circle", "label": gettext_lazy("Gaat niet door")}


class MyDate(NamedTuple):
    """A date that I joined, as a card that leads to my sign-up (templates/components/acts.html)."""

    title: str
    lang: str
    url: str
    centre: Centre
    room: str
    room_lang: str
    time: str
    datetime: str
    tint: str
    tile_top: str
    tile_main: str
    tile_bottom: str
    badge: dict[str, Any] | None
    facts: list[tuple[str, str]]
    is_gone: bool


def my_page(request: HttpRequest) -> HttpResponse:
    person = perms.signed_in(request)
    context = {
        "section": "mine",
        "cards": coming_dates(person),
        "bookings": bookings_of(person),
        "may_organise": perms.holds_staff_role(person, *EDITING_ROLES) or person.organises.exists(),
        "works_here": perms.holds_staff_role(person),
        "may_administer": perms.holds_staff_role(person, *perms.ADMIN_ROLES),
        "way": WAYS[Recipient.from_person(person).reached_by],
        "language": OWN_NAMES.get(person.preferred_language, OWN_NAMES[SOURCE]),
    }
    return render(request, "portal/my_page.html", context)


def coming_dates(person: Person) -> list[MyDate]:
    """The dates that a person joined and that are not over, first one first."""
    sign_ups = SignUp.objects.of(person).live().upcoming().with_page()
    with_words = sign_ups.prefetch_related("occurrence__activity__translations")
    return [_card(sign_up) for sign_up in with_words[:MOST_DATES]]


def _card(sign_up: SignUp) -> MyDate:
    date = sign_up.occurrence
    reader, own = get_language() or SOURCE, date.activity.text_language
    words = date.activity.words(reader)
    language = own if date.title else words.language
    local = timezone.localtime(date.starts_at)
    tile = formats.tile(local)
    return MyDate(
        title=date.title or words.title,
        lang="" if language == reader else language,
        url=reverse("activities:sign_up", args=[sign_up.pk]),
        centre=date.centre,
        room=date.place,
        room_lang="" if own == reader else own,
        time=_("Hele dag") if date.is_all_day else formats.clock(local),
        datetime=local.isoformat(timespec="minutes"),
        tint="zon" if local.date() == timezone.localdate() else "lucht",
        tile_top=tile.top,
        tile_main=tile.main,
        tile_bottom=tile.bottom,
        badge=GONE if date.is_cancelled else None,
        facts=_who_comes_along(sign_up),
        is_gone=date.is_cancelled,
    )


def _who_comes_along(sign_up: SignUp) -> list[tuple[str, str]]:
    if not sign_up.companions:
        return []
    words = ngettext(
        "Je neemt %(number)s mens mee", "Je neemt %(number)s mensen mee", sign_up.companions
    )
    return [("users", words % {"number": sign_up.companions})]
