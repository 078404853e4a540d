"""The poster of one activity: what, when, where, what it costs, and a code that leads to its page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities import activity_page
from activities.models import Activity, Occurrence
from activities.papers.typesetting import typeset
from lokaal.look import formats

DATES_ON_POSTER = 4
SIZES = (24, 22, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10)


def poster_pdf(activity: Activity, dates: Sequence[Occurrence]) -> bytes:
    """Set the poster in the language that is on. Load the activity `with_page()`; the dates are those to come."""
    return typeset(
        "poster",
        poster(activity, dates),
        mark=activity.centre.mark,
        qr=activity.get_absolute_url(),
        sizes=SIZES,
    )


def poster(activity: Activity, dates: Sequence[Occurrence]) -> dict[str, Any]:
    """What stands on it. No name but that of who organises it, when the page shows that too."""
    language = get_language() or settings.LANGUAGE_CODE
    words = activity.words(language)
    other = words.language if words.language != language else ""
    centre = activity.centre
    phone = activity.contact_phone or centre.phone
    facts = [
        fact for fact in activity_page.facts(activity, words, [], language) if fact.centre is None
    ]
    return {
        "title": words.title,
        "description": words.summary or words.title,
        "heading": words.title,
        "words_lang": other,
        "summary": words.summary,
        "when": when(dates),
        "place": {
            "name": centre.name,
            "room": activity.room,
            "room_lang": activity.text_language if activity.text_language != language else "",
            "street": f"{centre.street}, {centre.city}",
            "phone": str(phone.as_national) if phone else settings.SITE_PHONE,
        },
        "facts": [
            {"word": str(fact.word), "text": str(fact.text), "lang": fact.lang} for fact in facts
        ],
        "organiser": _("Van %(name)s") % {"name": activity.organiser_name}
        if activity.organiser_name
        else "",
        "mark_alt": _("Het teken van %(place)s") % {"place": centre.name},
        "qr_alt": _("Code voor de camera van je telefoon. Je komt bij deze activiteit."),
        "words": {
            "when": _("Wanneer?"),
            "where": _("Waar?"),
            "ask": _("Vraag? Bel ons"),
            "no_date": _("Vraag ons wanneer."),
            "scan": _("Loop zo binnen. Meer weten? Scan dit.")
            if activity.is_drop_in
            else _("Doe mee. Scan dit."),
        },
    }


def when(dates: Sequence[Occurrence]) -> list[str]:
    """The dates in words that stay true on a wall: never today or tomorrow."""
    held = [date for date in dates if not date.is_cancelled]
    if not held:
        return []
    if activity_page.is_weekly(dates):
        weekday = date_format(timezone.localtime(held[0].starts_at), "l")
        habit = capfirst(_("elke %(weekday)s") % {"weekday": weekday})
        return [f"{habit}, {_time(held[0])}"]
    return [
        capfirst(f"{formats.day(date.starts_at)}, {_time(date)}") for date in held[:DATES_ON_POSTER]
    ]


def _time(date: Occurrence) -> str:
    if date.is_all_day:
        return _("hele dag")
    if date.ends_at == date.starts_at:  # nobody said when it ends
        return _("%(time)s uur") % {"time": formats.clock(date.starts_at)}
    return formats.clock_range(date.starts_at, date.ends_at)
