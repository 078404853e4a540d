"""The programme of a week at one centre: on A4, as a poster on A3, and on a sheet to fold."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import agenda, cards
from activities.cards import Card
from activities.papers.typesetting import typeset
from lokaal import local_time
from lokaal.centres.models import Centre
from lokaal.centres.opening import Opening, opening_of
from lokaal.look import formats

ONE_DAY = timedelta(days=1)
MOST_DATES = 400
#: What changes by the hour does not stand on paper.
NOT_ON_PAPER = {"ticket", "calendar-days"}


class Form(models.TextChoices):
    """How it is printed."""

    SHEET = "a4", gettext_lazy("Op A4")
    POSTER = "a3", gettext_lazy("Poster op A3")
    FOLDED = "folded", gettext_lazy("A4 om te vouwen")


#: A week with at most so many dates is set in one column, in larger letters.
FEW = 6
#: Sizes of the letters that are tried, in points, and on how many pages it must fit.
SIZES = {
    Form.SHEET: ((14, 13, 12, 11, 10.5, 10, 9.5, 9, 8.5), 1),
    Form.POSTER: ((21, 20, 19, 18, 17, 16, 15, 14, 13, 12), 1),
    Form.FOLDED: ((14, 13, 12, 11, 10.5, 10, 9.5, 9, 8.5), 2),
}
LARGER = {Form.SHEET: (18, 17, 16, 15), Form.POSTER: (28, 26, 24, 22), Form.FOLDED: ()}
#: And then of a busy week with no more than what, when and where.
BRIEF_SIZES = {
    Form.SHEET: (10, 9.5, 9, 8.5),
    Form.POSTER: (14, 13, 12, 11),
    Form.FOLDED: (10, 9.5, 9, 8.5),
}


def programme_pdf(centre: Centre, monday: date, form: Form) -> bytes:
    """Set the week that begins on a Monday, in the language that is on. Load the centre `with_hours()`."""
    sizes, pages = SIZES[form]
    paper = programme(centre, monday, form)
    return typeset(
        "programme",
        paper,
        mark=centre.mark,
        qr=_agenda_of(centre),
        sizes=sizes if paper["turn"] else (*LARGER[form], *sizes),
        brief_sizes=BRIEF_SIZES[form],
        most_pages=pages,
    )


def programme(centre: Centre, monday: date, form: Form) -> dict[str, Any]:
    """What stands on it. The dates are those of the agenda, in the same words."""
    week = _("Week van %(day)s") % {"day": formats.day(monday)}
    days = _days(centre, monday)
    heading = _("Dit is er te doen")
    return {
        "title": f"{heading}: {centre.name}, {week}",
        "description": _("Het programma van een week, per dag."),
        "heading": heading,
        "week": week,
        "place": {
            "name": centre.name,
            "street": f"{centre.street}, {centre.city}",
            "phone": str(centre.phone.as_national) if centre.phone else settings.SITE_PHONE,
        },
        "mark_alt": _("Het teken van %(place)s") % {"place": centre.name},
        "hours": opening_of(centre).week_in_words(),
        "days": days,
        "turn": 0 if form != Form.FOLDED and _has_few(days) else _turn(days),
        "address": settings.ORIGIN.split("//")[-1] + reverse("activities:agenda"),
        "qr_alt": _("Code voor de camera van je telefoon. Je komt bij de agenda."),
        "words": {
            "empty": _("Nog niets. Wat zou jij willen?"),
            "scan": _("Doe mee. Scan dit."),
            "come": _("Kom langs"),
            "missing": _("Is het er nog niet?"),
            "begin": _("Begin het zelf. Wij helpen je."),
        },
        "fold": form == Form.FOLDED,
        "poster": form == Form.POSTER,
    }


def _days(centre: Centre, monday: date) -> list[dict[str, Any]]:
    opening = opening_of(centre)
    by_day: dict[date, list[Card]] = {monday + n * ONE_DAY: [] for n in range(7)}
    for card in dates_of(centre, monday, monday + 7 * ONE_DAY):
        by_day[max(card.local.date(), monday)].append(card)
    return [
        {
            "heading": capfirst(formats.day(day)),
            "note": closed_words(opening, day),
            "rows": [row(card) for card in found],
        }
        for day, found in by_day.items()
    ]


def _has_few(days: list[dict[str, Any]]) -> bool:
    return sum(len(day["rows"]) for day in days) <= FEW


def _turn(days: list[dict[str, Any]]) -> int:
    """With which day the second column begins, so that both are about equally long."""
    lengths = [2 + 3 * len(day["rows"]) for day in days]
    return min(range(1, len(days)), key=lambda turn: abs(sum(lengths[:turn]) - sum(lengths[turn:])))


def dates_of(centre: Centre, first: date, until: date, *, at: datetime | None = None) -> list[Card]:
    """The dates of the agenda at a centre, from one day up to another, that one not included. Two queries.

    `at`: the moment (UTC) at which somebody looks; what is over by then is left out. On paper there is none.
    """
    places = cards.places()
    wanted = agenda.Wanted(centres=(centre.slug,))
    begins = local_time.day_starts_at(first)
    return cards.between(
        begins,
        local_time.day_starts_at(until),
        agenda.narrow(wanted, places),
        places,
        most=MOST_DATES,
        at=at or begins,
        not_over=at,
    )


def row(card: Card) -> dict[str, Any]:
    """A date as a line on paper."""
    return {
        "time": card.time,
        "title": card.title,
        "lang": card.lang,
        "room": card.room,
        "room_lang": card.room_lang,
        "facts": ". ".join(text for sign, text in card.facts if sign not in NOT_ON_PAPER),
        "is_gone": card.is_gone,
        "state": _("Gaat niet door") if card.is_gone else "",
    }


def closed_words(opening: Opening, day: date) -> str:
    """That the house is shut on a day that is special; empty on a usual day."""
    special = opening.special.get(day)
    if special is None or special.hours:
        return ""
    return (
        _("Dicht: %(why)s") % {"why": _(special.reason)}
        if special.reason
        else _("Het huis is dicht")
    )


def monday_of(day: date | None = None) -> date:
    """The Monday of the week of a day (today)."""
    on = day or timezone.localdate()
    return on - timedelta(days=on.weekday())


def _agenda_of(centre: Centre) -> str:
    return f"{reverse('activities:agenda')}?centre={centre.slug}"
