"""My page: what I am going to do, how the house writes to me, how I sign in."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from activities.idea_cards import IdeaCard, cards_of
from activities.models import CourseSignUp, PersonalCalendar, SignUp, Wish
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
WAITS = {"kind": "line", "icon": "queue-list", "label": gettext_lazy("Wachtlijst")}
OFFERED = {"kind": "zon", "icon": "ticket", "label": gettext_lazy("Er is plek voor je")}


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
        "ideas": ideas_of(person),
        "waits_for": courses_waited_for(person),
        "bookings": bookings_of(person),
        "may_organise": perms.holds_staff_role(person, *EDITING_ROLES) or person.organises.exists(),
        "works_here": perms.holds_staff_role(person),
        "may_administer": perms.holds_staff_role(person, *perms.ADMIN_ROLES),
        "way": WAYS[Recipient.from_person(person).reached_by],
        "calendar_address": calendar_address(person),
        "calendar_scheme": urlsplit(settings.ORIGIN).scheme,
        "language": OWN_NAMES.get(person.preferred_language, OWN_NAMES[SOURCE]),
    }
    return render(request, "portal/my_page.html", context)


def courses_waited_for(person: Person) -> list[tuple[str, str]]:
    """The courses in whose queue a person stands: what each is called, and its page."""
    waiting = CourseSignUp.objects.of(person).waiting().with_page()
    with_words = waiting.prefetch_related("series__activity__translations")
    language = get_language() or SOURCE
    return [
        (one.series.activity.words(language).title, reverse("activities:course", args=[one.pk]))
        for one in with_words[:MOST_DATES]
    ]


def calendar_address(person: Person) -> str:
    """The secret address of my own calendar, without its scheme; nothing before somebody asked for one."""
    found = PersonalCalendar.objects.filter(person=person).first()
    if found is None:
        return ""
    path = reverse("activities:personal_calendar", args=[found.pk, found.secret()])
    return f"{urlsplit(settings.ORIGIN).netloc}{path}"


def ideas_of(person: Person) -> list[IdeaCard]:
    """The ideas that a person told, took over, supports or helps to organise, and that are not done."""
    return cards_of(Wish.objects.concerning(person).on_its_way().for_list()[:MOST_DATES])


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
        badge=_badge(sign_up),
        facts=_facts(sign_up),
        is_gone=date.is_cancelled,
    )


def _badge(sign_up: SignUp) -> dict[str, Any] | None:
    if sign_up.occurrence.is_cancelled:
        return GONE
    if sign_up.is_waiting:
        return WAITS
    return OFFERED if sign_up.is_offered else None


def _facts(sign_up: SignUp) -> list[tuple[str, str]]:
    found = []
    if not sign_up.is_for_self:
        found.append(("user", _("Voor %(name)s") % {"name": sign_up.name}))
    if sign_up.companions:
        words = ngettext(
            "Je neemt %(number)s mens mee", "Je neemt %(number)s mensen mee", sign_up.companions
        )
        found.append(("users", words % {"number": sign_up.companions}))
    if sign_up.offer_stands and sign_up.offered_until:
        until = {
            "day": formats.day(sign_up.offered_until),
            "time": formats.clock(sign_up.offered_until),
        }
        found.append(("clock", _("Zeg ja of nee voor %(day)s, %(time)s uur") % until))
    return found
