"""How an activity and its dates are told to whoever organises them: states, rows and lists in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from activities.cards import cost_in_words, languages_in_words
from activities.forms.organising import PARTS
from activities.models import Activity, ActivityState, Occurrence
from lokaal.centres.models import Fact
from lokaal.look.formats import clock, clock_range, day, tile
from lokaal.look.own_words import joined, own_words, sentence


@dataclass(frozen=True)
class Badge:
    """A state as a word with its pictogram. `kind` is the badge's look: line, dash, inv, warn, munt, zon."""

    icon: str
    label: str
    kind: str


@dataclass(frozen=True)
class DateRow:
    """A date in a list."""

    occurrence: Occurrence
    day: str
    text: str
    badge: Badge | None


@dataclass(frozen=True)
class PartRow:
    """A part of what an activity tells, and what it says now."""

    slug: str
    icon: str
    heading: str
    text: str


@dataclass(frozen=True)
class Guest:
    """One party on the list."""

    name: str
    party: str
    phone: str
    phone_href: str


def activity_badge(activity: Activity) -> Badge:
    if activity.state == ActivityState.PUBLISHED:
        return Badge("check-circle", _("In de agenda"), "munt")
    if activity.state == ActivityState.STOPPED:
        return Badge("archive-box", _("Gestopt"), "line")
    return Badge("pencil-square", _("Concept. Nog niemand ziet het"), "dash")


def activity_card(activity: Activity) -> dict[str, Any]:
    """An activity loaded `for_list()`, as a card with its first coming date (components/acts.html)."""
    first = activity.next_starts_at
    top, main, bottom = tile(first) if first else ("", "?", "")
    return {
        "tint": "zon" if first else "",
        "tile_top": top,
        "tile_main": main,
        "tile_bottom": bottom,
        "datetime": first.isoformat() if first else "",
        "url": reverse("activities:activity_manage", args=[activity.pk]),
        "title": activity.title,
        "lang": activity.text_language,
        "centre": activity.centre,
        "time": clock(first) if first else "",
        "badge": activity_badge(activity),
        "facts": [] if first else [("calendar-days", _("Er zijn nog geen datums"))],
    }


def state_badge(occurrence: Occurrence) -> Badge | None:
    if occurrence.is_cancelled:
        return Badge("x-circle", _("Gaat niet door"), "warn")
    if occurrence.is_running():
        return Badge("clock", _("Nu bezig"), "zon")
    if occurrence.is_over():
        return Badge("check", _("Geweest"), "line")
    if occurrence.is_full:
        return Badge("queue-list", _("Vol"), "line")
    return None


def date_rows(dates: Iterable[Occurrence]) -> list[DateRow]:
    return [
        DateRow(date, capfirst(day(date.starts_at)), _date_text(date), state_badge(date))
        for date in dates
    ]


def _date_text(occurrence: Occurrence) -> str:
    own = [
        own_words(text.rstrip("."), occurrence.activity.text_language)
        for text in (occurrence.title, occurrence.note)
    ]
    return joined([hours(occurrence), places(occurrence), *own])


def when(occurrence: Occurrence) -> str:
    """Dinsdag 1 december, 13.30 tot 15.30 uur."""
    return f"{capfirst(day(occurrence.starts_at))}, {hours(occurrence)}"


def hours(occurrence: Occurrence) -> str:
    starts, ends = timezone.localtime(occurrence.starts_at), timezone.localtime(occurrence.ends_at)
    if occurrence.is_all_day:
        return _("de hele dag")
    if starts.date() == ends.date():
        return clock_range(starts, ends)
    return _("%(start)s uur tot %(day)s, %(end)s uur") % {
        "start": clock(starts),
        "day": day(ends),
        "end": clock(ends),
    }


def places(occurrence: Occurrence) -> str:
    taken = occurrence.places_taken
    if occurrence.capacity is not None:
        words = ngettext(
            "%(taken)d van %(capacity)d plek bezet",
            "%(taken)d van %(capacity)d plekken bezet",
            occurrence.capacity,
        )
        return words % {"taken": taken, "capacity": occurrence.capacity}
    if not taken:
        return ""
    return ngettext("%(taken)d mens komt", "%(taken)d mensen komen", taken) % {"taken": taken}


def guests(occurrence: Occurrence) -> list[Guest]:
    """The list of a date loaded `with_live_sign_ups()`; a number only where somebody asked to be called."""
    found = []
    for sign_up in occurrence.live_sign_ups:
        others = ngettext(
            "Neemt %(others)d mens mee", "Neemt %(others)d mensen mee", sign_up.companions
        ) % {"others": sign_up.companions}
        asked = sign_up.wants_call and sign_up.phone
        found.append(
            Guest(
                sign_up.name,
                others if sign_up.companions else _("Komt alleen"),
                str(sign_up.phone) if asked else "",
                sign_up.phone.as_rfc3966 if asked else "",
            )
        )
    return found


def hint_of_address(email: str | None) -> str:
    """Enough of an address to tell two people of one name apart, too little to write to: em…@voorbeeld.nl."""
    if not email:
        return ""
    name, _at, host = email.rpartition("@")
    return f"{name[:2]}…@{host}"


# What an activity tells --------------------------------------------------------------------------


def part_rows(activity: Activity) -> list[PartRow]:
    def own(text: str) -> str:
        return own_words(text.rstrip("."), activity.text_language)

    told = {
        "words": own_words(activity.summary, activity.text_language),
        "taking-part": _taking_part(activity),
        "audience": joined(
            [capfirst(activity.get_audience_display()), own(activity.audience_note)]
        ),
        "cost": joined(
            [cost_in_words(activity.cost_kind, activity.cost_cents), own(activity.cost_note)]
        ),
        "languages": languages_in_words(activity.languages, get_language() or "nl"),
        "place": _place(activity),
        "mood": _mood(activity),
        "organiser": joined([own(activity.organiser_name), str(activity.contact_phone or "")]),
    }
    return [
        PartRow(slug, form.icon, str(form.heading), told[slug] or _("Nog niet verteld"))
        for slug, form in PARTS.items()
    ]


def _taking_part(activity: Activity) -> str:
    if activity.is_drop_in:
        return _("Loop zo binnen")
    if activity.default_capacity is None:
        return _("Eerst zeggen: ik kom. Er is altijd plek")
    words = ngettext(
        "Eerst zeggen: ik kom. %(places)d plek",
        "Eerst zeggen: ik kom. %(places)d plekken",
        activity.default_capacity,
    )
    return words % {"places": activity.default_capacity}


def _place(activity: Activity) -> str:
    step_free = {Fact.YES: _("Zonder drempel"), Fact.NO: _("Er is een drempel of trap")}
    toilet = {Fact.YES: _("Er is een aangepast toilet"), Fact.NO: _("Er is geen aangepast toilet")}
    return joined(
        [
            own_words(activity.room.rstrip("."), activity.text_language),
            step_free.get(Fact(activity.step_free)),
            toilet.get(Fact(activity.accessible_toilet)),
        ]
    )


def _mood(activity: Activity) -> str:
    bring = own_words(activity.bring.rstrip("."), activity.text_language)
    return joined(
        [
            capfirst(activity.get_mood_display()) if activity.mood else "",
            _("Er is iemand voor je") if activity.someone_greets == Fact.YES else "",
            _("Kinderen mogen mee") if activity.childcare == Fact.YES else "",
            sentence(_("Neem mee: %(things)s"), things=bring) if bring else "",
        ]
    )
