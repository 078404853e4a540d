"""A report as a page tells it: the counts, then what needs a look, then what was left aside and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.importing.report import Entry, Outcome, Remark, Report, Topic

MOST_SHOWN = 100
MOST_NEWS_SHOWN = 20
LINES_SHOWN = 12


@dataclass(frozen=True)
class Stat:
    number: int
    words: str
    tint: str


@dataclass(frozen=True)
class Look:
    """Remarks about one topic. `more` is how many are not shown."""

    heading: str
    hint: str
    icon: str
    remarks: list[Remark]
    more: int


@dataclass(frozen=True)
class LeftAside:
    """Components that were skipped for one reason."""

    reason: str
    number: int
    examples: list[Entry]
    more: int


@dataclass(frozen=True)
class Told:
    stats: list[Stat]
    sum: str
    looks: list[Look]
    left_aside: list[LeftAside]
    unit: str


def tell(report: Report) -> Told:
    """Return the report as headings and sentences in the language of the reader."""
    return Told(
        stats=_stats(report), sum=_sum(report), looks=_looks(report), left_aside=_left_aside(report),
        unit=_("rij") if report.unit == "row" else _("regel"),
    )  # fmt: skip


def _stats(report: Report) -> list[Stat]:
    dates = report.dates
    changed = dates["moved"] + dates["changed"]
    cancelled, unchanged = dates["cancelled"], dates["unchanged"]
    rows = [
        Stat(
            dates["activities"],
            ngettext("nieuwe activiteit", "nieuwe activiteiten", dates["activities"]),
            "lucht",
        ),
        Stat(dates["created"], ngettext("nieuwe datum", "nieuwe datums", dates["created"]), "munt"),
        Stat(changed, ngettext("datum veranderd", "datums veranderd", changed), "zon"),
        Stat(
            dates["text"],
            ngettext("activiteit veranderd", "activiteiten veranderd", dates["text"]),
            "zon",
        ),
        Stat(cancelled, ngettext("datum afgezegd", "datums afgezegd", cancelled), "roos"),
        Stat(unchanged, ngettext("datum is gelijk", "datums zijn gelijk", unchanged), ""),
    ]
    return [row for row in rows if row.number]


def _sum(report: Report) -> str:
    """One sentence in which every component of the file is counted."""
    counts = report.counts
    words = {
        Outcome.CREATED: _("%(number)d nieuw"),
        Outcome.UPDATED: _("%(number)d veranderd"),
        Outcome.UNCHANGED: _("%(number)d gelijk"),
        Outcome.SKIPPED: _("%(number)d overgeslagen"),
    }
    parts = [words[outcome] % {"number": counts[outcome]} for outcome in Outcome if counts[outcome]]
    whole = (
        ngettext("%(total)d rij in het bestand", "%(total)d rijen in het bestand", report.total)
        if report.unit == "row"
        else ngettext(
            "%(total)d onderdeel in het bestand",
            "%(total)d onderdelen in het bestand",
            report.total,
        )
    ) % {"total": report.total}
    return f"{whole}: {', '.join(parts)}." if parts else f"{whole}."


def _looks(report: Report) -> list[Look]:
    headings = {
        Topic.VANISHED: (
            _("Niet meer in de bron"),
            _("Hier gaan deze datums nog door."),
            "question-mark-circle",
        ),
        Topic.CANCELLED: (_("Afgezegd"), _("Wie op de lijst staat, krijgt bericht."), "x-circle"),
        Topic.KEPT: (_("Hier veranderd"), _("Dat laten we zo."), "hand-raised"),
        Topic.READ_AS: (
            _("Kijk dit even na"),
            _("Dit is overgenomen, maar net iets anders."),
            "eye",
        ),
        Topic.CHANGED: (
            capfirst(ngettext("datum veranderd", "datums veranderd", 2)),
            "",
            "pencil-square",
        ),
        Topic.NEW: (capfirst(ngettext("nieuwe datum", "nieuwe datums", 2)), "", "plus"),
    }
    looks = []
    for topic, (heading, hint, icon) in headings.items():
        remarks = report.about(topic)
        if remarks:
            most = MOST_NEWS_SHOWN if topic in (Topic.CHANGED, Topic.NEW) else MOST_SHOWN
            more = max(len(remarks) - most, 0)
            looks.append(Look(heading, hint, icon, remarks[:most], more))
    return looks


def _left_aside(report: Report) -> list[LeftAside]:
    """Group what was skipped by its reason; activities and rows before alarms and time zones."""
    by_reason: dict[tuple[bool, str], list[Entry]] = defaultdict(list)
    for entry in report.skipped():
        is_minor = report.unit != "row" and entry.kind != "VEVENT"
        by_reason[is_minor, entry.reason].append(entry)
    return [
        LeftAside(reason, len(entries), entries[:LINES_SHOWN], max(len(entries) - LINES_SHOWN, 0))
        for (_is_minor, reason), entries in sorted(
            by_reason.items(), key=lambda item: (item[0][0], -len(item[1]))
        )
    ]
