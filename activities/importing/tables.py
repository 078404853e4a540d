"""Tables: CSV and XLSX, one date a row. Columns are guessed from their headings; a person confirms them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from activities.importing import limits
from activities.importing.clock_words import (
    UnreadableWords,
    date_in,
    datetime_in,
    duration_in,
    is_month_first,
    time_in,
    times_in,
)
from activities.importing.exceptions import BrokenFile, TooMuch
from activities.importing.found import ONCE, Found, FoundDate, FoundSeries
from activities.importing.report import Entry, Outcome, Report, Topic
from activities.importing.wording import decoded, one_line, plain
from activities.models import SourceKind
from activities.planning import LONGEST
from lokaal.local_time import NoSuchTime, at

Cell = str | int | float | date | datetime | time | timedelta | None

DELIMITERS = ";\t,|"
HEADINGS_WITHIN = 15  # rows of title above the headings
SAMPLE = 5
XML_TRICKS = (
    b"<!DOCTYPE",
    b"<!ENTITY",
    "<!DOCTYPE".encode("utf-16-le"),
    "<!DOCTYPE".encode("utf-16-be"),
)

#: Words in headings, in Dutch, English and German, by the column they announce. The first that fits wins.
WORDS = {
    "uid": ("uid", "id", "kenmerk"),
    "end_date": ("einddatum", "datum einde", "end date", "datum tot", "enddatum", "t/m", "tot en met"),
    "date": ("begindatum", "startdatum", "start date", "datum begin", "datum", "date", "dag", "wanneer"),
    "end": ("eindtijd", "tijd einde", "end time", "einde", "eind", "tot", "end", "until", "to", "ende"),
    "start": (
        "begintijd", "starttijd", "start time", "aanvang", "begin", "start", "tijd", "van", "time", "tijden", "from",
        "uhrzeit", "hoe laat",
    ),
    "duration": ("duur", "duration", "length", "lengte", "dauer"),
    "title": (
        "activiteit", "titel", "naam", "title", "name", "subject", "summary", "onderwerp", "wat", "omschrijving kort",
        "event", "evenement", "titel activiteit",
    ),
    "room": ("zaal", "ruimte", "locatie", "plaats", "waar", "location", "room", "place", "lokaal", "where", "ort"),
    "text": (
        "omschrijving", "beschrijving", "toelichting", "description", "details", "informatie", "uitleg", "notes",
        "opmerking", "opmerkingen", "tekst", "beschreibung",
    ),
    "state": ("status", "stand", "gaat door", "state"),
}  # fmt: skip
CANCELLED = {
    "afgezegd",
    "geannuleerd",
    "vervalt",
    "vervallen",
    "gaat niet door",
    "cancelled",
    "canceled",
    "nee",
}


@dataclass
class Table:
    """Rows of cells with the number each has in the file, the first of them the headings."""

    kind: str
    headings: list[str]
    rows: list[tuple[int, list[Cell]]]
    other_sheets: list[str] = field(default_factory=list)

    def sample(self) -> list[list[str]]:
        """The first rows, as words."""
        return [[shown(cell) for cell in row] for _number, row in self.rows[:SAMPLE]]

    def column(self, index: int) -> list[Cell]:
        return [row[index] for _number, row in self.rows]


@dataclass
class Columns:
    """Which column is what, by number; None where the table has no such column."""

    title: int | None = None
    date: int | None = None
    start: int | None = None
    end: int | None = None
    duration: int | None = None
    end_date: int | None = None
    room: int | None = None
    text: int | None = None
    state: int | None = None
    uid: int | None = None
    month_first: bool = False

    @property
    def is_enough(self) -> bool:
        return self.title is not None and self.date is not None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Columns:
        return cls(**kept)


COLUMN_NAMES = [one.name for one in fields(Columns) if one.name != "month_first"]


# Reading the rows --------------------------------------------------------------------------------


def read_rows(content: bytes, kind: str) -> Table:
    """Return the table in a file. Raises BrokenFile or TooMuch."""
    if len(content) > limits.BYTES:
        raise TooMuch(_("Dit bestand is groter dan 10 MB. Dat is te veel."))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise BrokenFile(
            _("Dit is een oud Excel-bestand. Bewaar het als .xlsx en probeer het weer.")
        )
    others: list[str] = []
    if kind == SourceKind.XLSX:
        numbered, others = _sheet(content)
    else:
        numbered = _csv(decoded(content))
    numbered = [
        (number, row) for number, row in numbered if any(cell not in (None, "") for cell in row)
    ]
    if len(numbered) < 2:
        raise BrokenFile(
            _("Er staan geen rijen in dit bestand. Zet de namen van de kolommen bovenaan.")
        )
    width = max(len(row) for _number, row in numbered)
    numbered = [(number, row + [None] * (width - len(row))) for number, row in numbered]
    top = _headings_at([row for _number, row in numbered])
    headings = [one_line(shown(cell))[:60] for cell in numbered[top][1]]
    return Table(kind, headings, numbered[top + 1 :], others)


def _csv(text: str) -> list[tuple[int, list[Cell]]]:
    rows: list[tuple[int, list[Cell]]] = []
    first_line = text.split("\n", 1)[0].strip().lower()
    if first_line.startswith("sep=") and len(first_line) == 5:
        delimiter, text, skipped = first_line[4], text.split("\n", 1)[1], 1
    else:
        delimiter, skipped = _delimiter(text), 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = 1 + skipped
    try:
        for cells in reader:
            if len(rows) >= limits.ROWS:
                raise TooMuch(
                    _("Er staan meer dan %(most)d rijen in. Dat is te veel.")
                    % {"most": limits.ROWS}
                )
            if len(cells) > limits.COLUMNS or any(len(cell) > limits.CELL for cell in cells):
                raise TooMuch(_("Regel %(line)d is veel te lang.") % {"line": start})
            rows.append((start, [cell.strip() for cell in cells]))
            start = 1 + skipped + reader.line_num
    except csv.Error:
        raise BrokenFile(
            _("Regel %(line)d is niet te lezen. Is dit een tabel?") % {"line": start}
        ) from None
    return rows


def _delimiter(text: str) -> str:
    """Return the mark that cuts most of the first lines in the same number of cells."""
    lines = [line for line in text.splitlines()[:30] if line.strip()]

    def evenness(mark: str) -> tuple[int, int]:
        counts = Counter(line.count(mark) for line in lines)
        counts.pop(0, None)
        return max(counts.values(), default=0), max(counts, default=0)

    return max(DELIMITERS, key=evenness)


def _sheet(content: bytes) -> tuple[list[tuple[int, list[Cell]]], list[str]]:
    """Return the rows of the first sheet that has any, and the names of the other sheets that do."""
    import openpyxl  # here, since it would make every start of the house slower and few read a sheet

    _refuse_bomb(content)
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        filled = []
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = list(_cells(sheet))
            if any(cell not in (None, "") for _number, row in rows for cell in row):
                filled.append((sheet.title, rows))
    except TooMuch:
        raise
    except Exception as error:
        raise BrokenFile(
            _("Dit Excel-bestand is kapot of op slot. Bewaar het opnieuw als .xlsx.")
        ) from error
    if not filled:
        raise BrokenFile(
            _("Er staan geen rijen in dit bestand. Zet de namen van de kolommen bovenaan.")
        )
    return filled[0][1], [title for title, _rows in filled[1:]]


def _cells(sheet: Any) -> Iterator[tuple[int, list[Cell]]]:
    empty = 0
    for number, row in enumerate(
        sheet.iter_rows(values_only=True, max_row=limits.ROWS + 1, max_col=limits.COLUMNS), start=1
    ):
        cells = list(row)
        while cells and cells[-1] in (None, ""):
            cells.pop()
        if number > limits.ROWS and cells:
            raise TooMuch(
                _("Er staan meer dan %(most)d rijen in. Dat is te veel.") % {"most": limits.ROWS}
            )
        if any(isinstance(cell, str) and len(cell) > limits.CELL for cell in cells):
            raise TooMuch(_("Regel %(line)d is veel te lang.") % {"line": number})
        empty = 0 if cells else empty + 1
        if cells:
            yield number, cells


def _refuse_bomb(content: bytes) -> None:
    """Look at the sizes and the XML inside before anything is unpacked in full."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parcel:
            members = parcel.infolist()
            total = sum(member.file_size for member in members)
            if (
                len(members) > limits.ZIP_FILES
                or total > limits.UNPACKED_BYTES
                or total > max(len(content), 10_000) * limits.ZIP_RATIO
            ):
                raise TooMuch(_("Dit Excel-bestand is uitgepakt veel te groot."))
            if any(member.flag_bits & 1 for member in members):
                raise BrokenFile(
                    _("Dit Excel-bestand is kapot of op slot. Bewaar het opnieuw als .xlsx.")
                )
            for member in members:
                if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _refuse_tricks(parcel.read(member))
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise BrokenFile(
            _("Dit Excel-bestand is kapot of op slot. Bewaar het opnieuw als .xlsx.")
        ) from error


def _refuse_tricks(xml: bytes) -> None:
    if (
        any(trick in xml for trick in XML_TRICKS)
        or b"<!DOCTYPE" in xml[:2000].replace(b"\0", b"").upper()
    ):
        raise TooMuch(_("In dit Excel-bestand zit iets dat er niet hoort. We openen het niet."))


def shown(cell: Cell) -> str:
    """Return a cell as a person would read it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%d-%m-%Y}" if cell.time() == time.min else f"{cell:%d-%m-%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d-%m-%Y}"
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


# Guessing the columns ----------------------------------------------------------------------------


def _headings_at(rows: Sequence[Sequence[Cell]]) -> int:
    """Return which of the first rows names the columns: the one with most words we know."""
    known = [
        sum(_meaning(shown(cell)) is not None for cell in row) for row in rows[:HEADINGS_WITHIN]
    ]
    return known.index(max(known)) if max(known) >= 2 else 0


def _meaning(heading: str) -> str | None:
    words = re.sub(r"[^\w/ ]+", " ", heading.lower()).strip()
    for name, known in WORDS.items():
        if words in known:
            return name
    for name, known in WORDS.items():
        if any(re.search(rf"\b{re.escape(word)}\b", words) for word in known):
            return name
    return None


def guess(table: Table) -> Columns:
    """Return which columns are what, as far as their headings and contents say."""
    columns = Columns()
    for index, heading in enumerate(table.headings):
        name = _meaning(heading)
        if name and getattr(columns, name) is None:
            setattr(columns, name, index)
    if columns.title is None and columns.text is not None:
        columns.title, columns.text = columns.text, None
    if (
        columns.date is None
        and columns.start is not None
        and _mostly_dates(table.column(columns.start))
    ):
        columns.date, columns.start = columns.start, None
    if (
        columns.end is not None
        and columns.end_date is None
        and _mostly_dates(table.column(columns.end))
    ):
        columns.end_date, columns.end = columns.end, None
    if columns.date is not None:
        columns.month_first = is_month_first(table.column(columns.date))
    return columns


def _mostly_dates(cells: Sequence[Cell]) -> bool:
    filled = [cell for cell in cells if cell not in (None, "")][:50]
    return bool(filled) and sum(_is_date(cell) for cell in filled) * 2 > len(filled)


def _is_date(cell: Cell) -> bool:
    try:
        date_in(cell)
    except UnreadableWords:
        return False
    return True


# From rows to series -----------------------------------------------------------------------------


def read_table(table: Table, columns: Columns) -> Found:
    """Return every row as an event of its own, known by its UID or else by its name and its day."""
    report = Report(unit="row")
    series: list[FoundSeries] = []
    seen: Counter[str] = Counter()
    same: dict[tuple[str, datetime, datetime], int] = {}
    for number, row in table.rows:
        entry = report.add(number, _("rij"))
        reader = _Row(row, columns, entry)
        entry.name = reader.title[:120]
        try:
            found = reader.series()
        except (UnreadableWords, NoSuchTime) as problem:
            entry.outcome, entry.reason = Outcome.SKIPPED, str(problem)
            continue
        first = same.setdefault(
            (found.uid, found.dates[0].starts_at, found.dates[0].ends_at), number
        )
        if first != number or (reader.has_own_uid and seen[found.uid]):
            entry.outcome = Outcome.SKIPPED
            entry.reason = (
                _("Dubbel: rij %(number)d zegt hetzelfde.") % {"number": first}
                if first != number
                else _("Dubbel: dit nummer staat er al.")
            )
            continue
        seen[found.uid] += 1
        if seen[found.uid] > 1:
            found.uid += f":{seen[found.uid]}"
        series.append(found)
    for sheet in table.other_sheets:
        report.remark(
            Topic.READ_AS, sheet, _("Dit blad is niet gelezen. We lezen alleen het eerste.")
        )
    return Found(kind=table.kind, series=series, report=report)


@dataclass
class _Row:
    """One row, read by its columns."""

    cells: list[Cell]
    columns: Columns
    entry: Entry

    def cell(self, name: str) -> Cell:
        index = getattr(self.columns, name)
        return self.cells[index] if index is not None and index < len(self.cells) else None

    def text_of(self, name: str) -> str:
        return plain(shown(self.cell(name)))

    @property
    def title(self) -> str:
        return one_line(shown(self.cell("title")))

    @property
    def has_own_uid(self) -> bool:
        return bool(one_line(shown(self.cell("uid"))))

    def series(self) -> FoundSeries:
        """Raises UnreadableWords or NoSuchTime with what is wrong with this row."""
        if not self.title:
            raise UnreadableWords(_("Er staat geen naam in deze rij."))
        starts_at, ends_at, on, is_all_day = self._times()
        if ends_at - starts_at > LONGEST:
            raise UnreadableWords(
                _("Dit duurt langer dan %(days)d dagen.") % {"days": LONGEST.days}
            )
        text, room = self.text_of("text"), one_line(shown(self.cell("room")))
        found = FoundSeries(self._uid(on), self.title, text, room, self.entry)
        found.dates.append(
            FoundDate(
                key=ONCE,
                starts_at=starts_at,
                ends_at=ends_at,
                entry=self.entry,
                title=self.title,
                text=text,
                room=room,
                is_all_day=is_all_day,
                is_cancelled=one_line(shown(self.cell("state"))).casefold() in CANCELLED,
                planned_at=starts_at,
            )
        )
        return found

    def _uid(self, on: date) -> str:
        own = one_line(shown(self.cell("uid")))
        if own:
            return f"rij:{own}"[:500]
        return (
            "rij:" + sha256(f"{self.title.casefold()}|{on.isoformat()}".encode()).hexdigest()[:32]
        )

    def _times(self) -> tuple[datetime, datetime, date, bool]:
        month_first = self.columns.month_first
        on, start = datetime_in(self.cell("date"), month_first=month_first)
        end: time | None = None
        if self.cell("start") not in (None, ""):
            start, end = times_in(self.cell("start"))
        until, later_end = on, None
        if self.cell("end_date") not in (None, ""):
            until, later_end = datetime_in(self.cell("end_date"), month_first=month_first)
        if self.cell("end") not in (None, ""):
            end = self._end_time()
        end = end or later_end
        if until < on:
            raise UnreadableWords(_("Het einde ligt voor het begin."))
        if start is None:
            return at(on, time.min), at(until + timedelta(days=1), time.min), on, True
        return *self._span(on, start, until, end), on, False

    def _end_time(self) -> time:
        cell = self.cell("end")
        if isinstance(cell, datetime):
            return cell.time()
        return time_in(cell)

    def _span(
        self, on: date, start: time, until: date, end: time | None
    ) -> tuple[datetime, datetime]:
        starts_at = at(on, start)
        if end is None:
            length = (
                duration_in(self.cell("duration"))
                if self.cell("duration") not in (None, "")
                else timedelta()
            )
            if until > on:
                return starts_at, at(until, start)
            return starts_at, starts_at + length
        if until == on and end < start:  # 20.00 to 1.00: past midnight
            if self.cell("end_date") not in (None, ""):
                raise UnreadableWords(_("Het einde ligt voor het begin."))
            until += timedelta(days=1)
        return starts_at, at(until, end)
