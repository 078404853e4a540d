"""The first layer of iCalendar (RFC 5545, 3.1): bytes become unfolded lines, lines components, with their numbers.

Mistakes that real programs make are read as they were meant: any line ending, folds in the middle of a letter, text
that runs on without a fold. What cannot be meant as a calendar is refused with the number of the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from activities.importing import limits
from activities.importing.exceptions import BrokenFile, TooMuch
from activities.importing.wording import encoding_of

PROPERTY = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]*)\s*(?:;[^:]*)?:|\s*([A-Za-z][A-Za-z0-9-]*)\s*;")
FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]")
LINE_ENDS = re.compile(rb"\r\n|\n|\r")
#: Not read by us, and allowed to be long: a picture or document inside the file.
UNREAD_AND_LONG = ("ATTACH", "IMAGE", "X-", "PHOTO", "LOGO")
#: Text properties in which a program may have forgotten to fold or escape the next lines.
FREE_TEXT = {"DESCRIPTION", "SUMMARY", "LOCATION", "COMMENT", "X-ALT-DESC"}
KNOWN = {
    "BEGIN", "END", "ACTION", "ATTACH", "ATTENDEE", "CALSCALE", "CATEGORIES", "CLASS", "COLOR", "COMMENT",
    "COMPLETED", "CONFERENCE", "CONTACT", "CREATED", "DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART", "DUE",
    "DURATION", "EXDATE", "EXRULE", "FREEBUSY", "GEO", "IMAGE", "LAST-MODIFIED", "LOCATION", "METHOD", "NAME",
    "ORGANIZER", "PERCENT-COMPLETE", "PRIORITY", "PRODID", "RDATE", "RECURRENCE-ID", "REFRESH-INTERVAL",
    "RELATED-TO", "REPEAT", "REQUEST-STATUS", "RESOURCES", "RRULE", "SEQUENCE", "SOURCE", "STATUS",
    "STRUCTURED-DATA", "SUMMARY", "TRANSP", "TRIGGER", "TZID", "TZNAME", "TZOFFSETFROM", "TZOFFSETTO", "TZURL",
    "UID", "URL", "VERSION",
}  # fmt: skip


@dataclass
class Line:
    """One unfolded line: the number of its first physical line, the name of its property, and all of it."""

    number: int
    name: str
    text: str


@dataclass
class Part:
    """A component as it stands in the file."""

    name: str
    line: int
    lines: list[Line] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def value(self, name: str) -> str:
        """The text after the colon of the first property with this name; empty when there is none."""
        for line in self.lines:
            if line.name == name:
                return value_of(line.text)
        return ""

    def walk(self) -> Iterator[Part]:
        yield self
        for part in self.parts:
            yield from part.walk()


def value_of(text: str) -> str:
    """Return what stands after the first colon outside quotes."""
    is_quoted = False
    for place, character in enumerate(text):
        if character == '"':
            is_quoted = not is_quoted
        elif character == ":" and not is_quoted:
            return text[place + 1 :].strip()
    return ""


def read_parts(content: bytes) -> list[Part]:
    """Return the calendars of a file as trees of components. Raises BrokenFile or TooMuch, naming the line."""
    _refuse_other_kinds(content)
    calendars: list[Part] = []
    open_parts: list[Part] = []
    count = 0
    for line in _lines(content):
        if line.name == "BEGIN":
            count += 1
            part = Part(value_of(line.text).upper(), line.number)
            _refuse_excess(open_parts, part, count)
            (open_parts[-1].parts if open_parts else calendars).append(part)
            open_parts.append(part)
        elif line.name == "END":
            _close(open_parts, value_of(line.text).upper(), line.number)
        elif open_parts:
            open_parts[-1].lines.append(line)
        elif not calendars:
            raise BrokenFile(
                _("Dit bestand is geen agenda. Een agenda begint met BEGIN:VCALENDAR.")
            )
    if open_parts:
        raise BrokenFile(
            _("Het bestand is afgebroken. Onderdeel %(name)s van regel %(line)d heeft geen einde.")
            % {"name": open_parts[-1].name, "line": open_parts[-1].line}
        )
    if not calendars:
        raise BrokenFile(_("Dit bestand is leeg. Er staat geen agenda in."))
    return calendars


def _refuse_other_kinds(content: bytes) -> None:
    head = content[:2000].lstrip(b"\xef\xbb\xbf\r\n\t \0").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        raise BrokenFile(_("Dit is een webpagina, geen agenda. Zoek de link die op .ics eindigt."))
    if head.startswith((b"<?xml", b"<!doctype", b"%pdf", b"pk\x03\x04", b"{")):
        raise BrokenFile(_("Dit bestand is geen agenda. Een agenda begint met BEGIN:VCALENDAR."))


def _refuse_excess(open_parts: list[Part], part: Part, count: int) -> None:
    if not open_parts and part.name != "VCALENDAR":
        raise BrokenFile(_("Dit bestand is geen agenda. Een agenda begint met BEGIN:VCALENDAR."))
    if open_parts and part.name == "VCALENDAR":
        raise BrokenFile(
            _("Regel %(line)d begint een agenda in een agenda. Het bestand is kapot.")
            % {"line": part.line}
        )
    if len(open_parts) >= limits.DEPTH:
        raise TooMuch(
            _("Regel %(line)d: er zitten te veel onderdelen in elkaar.") % {"line": part.line}
        )
    if count > limits.COMPONENTS:
        raise TooMuch(
            _("Er staan meer dan %(most)d onderdelen in het bestand. Dat is te veel.")
            % {"most": limits.COMPONENTS}
        )


def _close(open_parts: list[Part], name: str, number: int) -> None:
    if not open_parts or open_parts[-1].name != name:
        raise BrokenFile(
            _("Regel %(line)d sluit %(name)s, maar dat was niet open. Het bestand is kapot.")
            % {"line": number, "name": name or "?"}
        )
    open_parts.pop()


def _lines(content: bytes) -> Iterator[Line]:
    """Unfold on bytes: some programs fold in the middle of a letter."""
    encoding, start = encoding_of(FOLD.sub(b"", content))
    content = content[start:]
    if encoding.startswith(("utf-16", "utf-32")):
        content, encoding = content.decode(encoding, "replace").encode(), "utf-8"
    current: Line | None = None
    tail: list[str] = []  # text that ran on without a fold
    for number, raw in _unfolded(content):
        text = raw.decode(encoding, "replace").replace("\0", "").strip()
        if len(text) > limits.LINE and not _name_of(text[:50]).startswith(UNREAD_AND_LONG):
            raise TooMuch(_("Regel %(line)d is veel te lang.") % {"line": number})
        name = _name_of(text)
        if current is not None and _runs_on(current, name, text):
            tail.append(text)
            continue
        if current is not None:
            yield _with_tail(current, tail)
        current, tail = Line(number, name, text), []
    if current is not None:
        yield _with_tail(current, tail)


def _with_tail(line: Line, tail: list[str]) -> Line:
    return Line(line.number, line.name, "\\n".join([line.text, *tail])) if tail else line


def _unfolded(content: bytes) -> Iterator[tuple[int, bytes]]:
    pieces: list[bytes] = []
    first = 0
    for number, physical in enumerate(LINE_ENDS.split(content), start=1):
        if physical[:1] in (b" ", b"\t") and pieces:
            pieces.append(physical[1:])
        elif physical.strip():
            if pieces:
                yield first, b"".join(pieces)
            pieces, first = [physical], number
    if pieces:
        yield first, b"".join(pieces)


def _name_of(text: str) -> str:
    found = PROPERTY.match(text)
    return (found[1] or found[2]).upper() if found else ""


def _runs_on(current: Line, name: str, text: str) -> bool:
    """Tell whether a line is the rest of the text before it, written without a fold."""
    if current.name not in FREE_TEXT:
        return False
    if not name:
        return True
    return name not in KNOWN and not name.startswith("X-") and not text[: len(name)].isupper()
