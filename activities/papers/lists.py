"""The list of who comes to a date, to sign at the door: names and parties. No numbers, no needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities.models import Occurrence
from activities.organised import guests
from activities.papers.typesetting import typeset
from lokaal.look.formats import day, day_and_range

#: Lines for who comes in without having signed up.
EMPTY_LINES = 6


def people_pdf(occurrence: Occurrence) -> bytes:
    """Set the list in the language that is on. Load the date `with_card()` and `with_live_sign_ups()`."""
    return typeset("people", people(occurrence), mark=occurrence.centre.mark, most_pages=99)


def people(occurrence: Occurrence) -> dict[str, Any]:
    """What stands on it: those on the list in the order in which they came, not those who wait."""
    language = get_language() or settings.LANGUAGE_CODE
    activity = occurrence.activity
    words = activity.words(language)
    title = occurrence.title or words.title
    spoken = activity.text_language if occurrence.title else words.language
    coming, _waiting = guests(occurrence)
    when = (
        day(occurrence.starts_at)
        if occurrence.is_all_day
        else day_and_range(occurrence.starts_at, occurrence.ends_at)
    )
    return {
        "title": _("Wie komt er? %(title)s, %(day)s")
        % {"title": title, "day": day(occurrence.starts_at)},
        "description": _("Lijst voor aan de deur."),
        "heading": title,
        "words_lang": spoken if spoken != language else "",
        "when": when,
        "room": occurrence.place,
        "room_lang": activity.text_language if activity.text_language != language else "",
        "place": {"name": occurrence.centre.name},
        "mark_alt": _("Het teken van %(place)s") % {"place": occurrence.centre.name},
        "rows": [{"name": guest.name, "party": guest.party} for guest in coming],
        "empty": EMPTY_LINES,
        "columns": [_("Naam"), _("Met wie"), _("Ik ben er")],
        "note": _("Gooi deze lijst na afloop weg."),
        "page": _("Bladzijde"),
    }
