"""How words from elsewhere fit our fields: what is too long is cut between words, and that is said."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from activities.importing.found import FoundDate, FoundSeries
from activities.importing.report import Report, Topic
from activities.importing.wording import shortened
from activities.models import Activity, Occurrence
from lokaal.centres.models import Centre


def _length(model: type, field: str) -> int:
    return int(model._meta.get_field(field).max_length)  # type: ignore[attr-defined]


TITLE = _length(Activity, "title")
DESCRIPTION = _length(Activity, "description")
ROOM = min(_length(Activity, "room"), _length(Occurrence, "room"))
NOTE = _length(Occurrence, "note")

#: The values of a date that belong together: they are taken over, or kept, as one.
DATE_PARTS = {
    "times": ("starts_at", "ends_at", "is_all_day"),
    "title": ("title",),
    "note": ("note",),
    "room": ("room",),
    "cancelled": ("is_cancelled",),
}


def series_values(series: FoundSeries, centre: Centre, report: Report) -> dict[str, Any]:
    """Return the words of an activity as our fields hold them."""
    title = shortened(series.title, TITLE)
    text = series.text
    line = series.entry.line
    if not title:
        title = _("Activiteit")
        report.remark(Topic.READ_AS, title, _("In de bron staat geen naam."), line)
    elif title != series.title:
        text = f"{series.title}\n\n{text}".strip()
        report.remark(
            Topic.READ_AS, title, _("De naam is ingekort. Hij staat heel in de tekst."), line
        )
    if len(text) > DESCRIPTION:
        report.remark(Topic.READ_AS, title, _("De tekst is ingekort. Hij was erg lang."), line)
    return {
        "title": title,
        "description": shortened(text, DESCRIPTION),
        "room": room(series.room, centre),
    }


def date_values(
    date: FoundDate, words: FoundSeries, centre: Centre, report: Report
) -> dict[str, Any]:
    """Return a date as our fields hold it: its own words only where they differ from those of the activity."""
    note = "" if date.text in ("", words.text) else shortened(date.text, NOTE)
    if note and len(date.text) > NOTE:
        report.remark(
            Topic.READ_AS,
            date.title,
            _("De eigen tekst van deze datum is ingekort."),
            date.entry.line,
        )
    own_room = room(date.room, centre)
    return {
        "starts_at": stamp(date.starts_at),
        "ends_at": stamp(date.ends_at),
        "is_all_day": date.is_all_day,
        "title": "" if date.title in ("", words.title) else shortened(date.title, TITLE),
        "note": " ".join(note.split()),
        "room": "" if own_room == room(words.room, centre) else own_room,
        "is_cancelled": date.is_cancelled,
    }


def values_here(occurrence: Occurrence) -> dict[str, Any]:
    """Return the same values of a date as it stands here now."""
    return {
        "starts_at": stamp(occurrence.starts_at),
        "ends_at": stamp(occurrence.ends_at),
        "is_all_day": occurrence.is_all_day,
        "title": occurrence.title,
        "note": occurrence.note,
        "room": occurrence.room,
        "is_cancelled": occurrence.is_cancelled,
    }


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def moment(stamped: str) -> datetime:
    return datetime.fromisoformat(stamped)


def room(place: str, centre: Centre) -> str:
    """Return what a place says beside the centre's own name and address: the room, or nothing."""
    own = {
        part.casefold()
        for part in (centre.name, centre.street, centre.postcode, centre.city)
        if part
    }
    own |= {f"{centre.postcode} {centre.city}".casefold().strip(), "nederland", "netherlands"}
    parts = [part.strip() for part in re.split(r"[,@\n]", place)]
    return shortened(", ".join(part for part in parts if part and part.casefold() not in own), ROOM)
