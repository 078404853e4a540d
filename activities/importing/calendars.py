"""iCalendar files (RFC 5545): what each component says, as series with dates.

Our own first layer (content_lines) knows the line of everything; icalendar reads the properties, x_wr_timezone and
recurring_ical_events give times and recurrences their meaning.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from hashlib import sha256

import x_wr_timezone
from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event
from icalendar.timezone import tzp

from activities.importing import limits, recurrence
from activities.importing.content_lines import Part, read_parts
from activities.importing.exceptions import BrokenFile, TooMuch
from activities.importing.found import ONCE, Found, FoundDate, FoundSeries
from activities.importing.recurrence import Budget, DatedOccurrence, as_utc, listed
from activities.importing.report import Entry, Outcome, Report, Topic
from activities.importing.wording import one_line, plain
from activities.planning import LONGEST

TIME_PROPERTIES = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
READ_PROPERTIES = {
    *TIME_PROPERTIES, "UID", "SEQUENCE", "STATUS", "SUMMARY", "DESCRIPTION", "X-ALT-DESC", "LOCATION", "URL", "CLASS"
}  # fmt: skip
READ_OF_CALENDAR = {"VERSION", "PRODID", "CALSCALE", "METHOD"}
PRIVATE = {"PRIVATE", "CONFIDENTIAL"}
UID_LENGTH = 500

#: icalendar keeps the zones of a file in one cache for the whole process: one file at a time, each with its own.
one_file_at_a_time = threading.Lock()


@dataclass
class _Event:
    """A VEVENT on its way from lines to dates."""

    part: Part
    entry: Entry
    event: Event
    uid: str = ""

    @property
    def is_core(self) -> bool:
        return "RECURRENCE-ID" not in self.event

    @property
    def sequence(self) -> int:
        return int(self.event.get("SEQUENCE", -1))


@dataclass
class _Reading:
    """One file being read."""

    now: datetime
    report: Report = field(default_factory=Report)
    budget: Budget = field(default_factory=Budget)
    unread_uids: set[str] = field(default_factory=set)
    groups: dict[str, list[_Event]] = field(default_factory=lambda: defaultdict(list))
    heads: dict[str, tuple[Part, list[Part]]] = field(default_factory=dict)

    def skip(self, entry: Entry, reason: str, uid: str = "") -> None:
        entry.outcome, entry.reason = Outcome.SKIPPED, reason
        if uid:
            self.unread_uids.add(uid)


def read_calendar(content: bytes, *, now: datetime | None = None) -> Found:
    """Return what an iCalendar file says. Raises BrokenFile or TooMuch.

    Rules without an end give dates from their start until settings.CALENDAR_MONTHS_AHEAD from now; other rules all
    their dates, as far as those lie within limits.AHEAD.
    """
    if len(content) > limits.BYTES:
        raise TooMuch(_("Dit bestand is groter dan 10 MB. Dat is te veel."))
    calendars = read_parts(content)
    reading = _Reading(now or timezone.now())
    with one_file_at_a_time:
        tzp.use_default()
        for part in calendars:
            _read_one(reading, part)
    series = []
    endless: list[str] = []
    for uid, group in reading.groups.items():
        found, is_endless = _series(reading, uid, group)
        if found is not None:
            series.append(found)
            if is_endless:
                endless.append(uid)
    return Found(
        kind="ical",
        series=series,
        report=reading.report,
        unread_uids=reading.unread_uids,
        endless=_remembered(reading, endless),
    )


# From lines to events ----------------------------------------------------------------------------


def _read_one(reading: _Reading, calendar: Part) -> None:
    scale = calendar.value("CALSCALE").upper()
    if scale not in ("", "GREGORIAN"):
        raise BrokenFile(
            _("Deze agenda telt niet volgens onze kalender (%(scale)s).") % {"scale": scale[:40]}
        )
    zones = [part for part in calendar.parts if part.name == "VTIMEZONE"]
    wanted: list[tuple[Part, Entry]] = []
    for part in calendar.parts:
        entries = [reading.report.add(inner.line, inner.name) for inner in part.walk()]
        for entry in entries:
            entry.reason = _reason_of_kind(entry.kind)
        if part.name == "VEVENT":
            entries[0].reason = ""
            entries[0].name = one_line(unescaped(part.value("SUMMARY")))[:120]
            wanted.append((part, entries[0]))
    usable = [zone for zone in zones if _is_sane_zone(zone, reading)]
    if calendar.value("X-WR-TIMEZONE") and _zone_of(calendar) is None:
        reading.report.remark(
            Topic.READ_AS,
            "",
            _("Tijdzone “%(zone)s” kennen we niet. We lezen de tijd als onze tijd.")
            % {"zone": calendar.value("X-WR-TIMEZONE")[:60]},
            calendar.line,
        )
    text = _text(calendar, usable, (part for part, _entry in wanted))
    events = _parsed(calendar, text)
    for (part, entry), event in zip(wanted, events, strict=True):
        _take_in(reading, _Event(part, entry, event), calendar, usable)


def unescaped(text: str) -> str:
    return (
        text.replace("\\n", "\n")
        .replace("\\N", "\n")
        .replace("\\,", ",")
        .replace("\\;", ";")
        .replace("\\\\", "\\")
    )


def _reason_of_kind(kind: str) -> str:
    if kind in ("VTIMEZONE", "STANDARD", "DAYLIGHT"):
        return _("Een tijdzone. Die is alleen gebruikt om de tijden te lezen.")
    return {
        "VALARM": _("Een herinnering voor de eigenaar van de agenda."),
        "VTODO": _("Een taak is geen activiteit."),
        "VJOURNAL": _("Een aantekening is geen activiteit."),
        "VFREEBUSY": _("Bezette tijd zonder naam is geen activiteit."),
        "VEVENT": _("Een activiteit in een ander onderdeel lezen we niet."),
    }.get(kind, "")


def _is_sane_zone(zone: Part, reading: _Reading) -> bool:
    """Zones change once or twice a year; a rule that does it more often is no zone."""
    for part in zone.walk():
        for line in part.lines:
            if line.name in ("RRULE", "EXRULE") and "FREQ=YEARLY" not in line.text.upper().replace(
                " ", ""
            ):
                raise TooMuch(
                    _("Regel %(line)d: deze tijdzone verandert te vaak.") % {"line": line.number}
                )
            if line.name == "RRULE" and any(
                word in line.text.upper() for word in ("BYSECOND", "BYMINUTE", "BYHOUR")
            ):
                raise TooMuch(
                    _("Regel %(line)d: deze tijdzone verandert te vaak.") % {"line": line.number}
                )
    is_whole = bool(zone.value("TZID")) and all(
        part.value("DTSTART") and part.value("TZOFFSETFROM") and part.value("TZOFFSETTO")
        for part in zone.parts
    )
    if not is_whole or not zone.parts:
        reading.report.remark(
            Topic.READ_AS,
            zone.value("TZID"),
            _("Deze tijdzone is niet heel. We gebruiken haar naam."),
            zone.line,
        )
        return False
    return True


def _text(calendar: Part, zones: list[Part], events: Iterable[Part]) -> str:
    """Return the calendar with only what we read: no attendees, no attachments, no alarms."""
    lines = ["BEGIN:VCALENDAR"]
    lines += [line.text for line in calendar.lines if line.name in READ_OF_CALENDAR]
    if _zone_of(calendar) is not None:
        lines.append(f"X-WR-TIMEZONE:{calendar.value('X-WR-TIMEZONE')}")
    for zone in zones:
        for part in (zone, *zone.parts):
            lines.append(f"BEGIN:{part.name}")
            lines += [line.text for line in part.lines if line.name]
            if part is not zone:
                lines.append(f"END:{part.name}")
        lines.append("END:VTIMEZONE")
    for event in events:
        lines.append("BEGIN:VEVENT")
        lines += [line.text for line in event.lines if line.name in READ_PROPERTIES]
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return "\r\n".join(lines) + "\r\n"


def _parsed(calendar: Part, text: str) -> list[Event]:
    """Return the events in the order of the file. Zones that cannot be worked out are left to their name."""
    try:
        parsed = Calendar.from_ical(text)
        zone = _zone_of(calendar)
        if zone is not None:
            parsed = x_wr_timezone.to_standard(parsed, timezone=zone)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError) as error:
        raise BrokenFile(
            _("De agenda van regel %(line)d is niet te lezen: %(error)s")
            % {"line": calendar.line, "error": one_line(str(error))[:200]}
        ) from error
    return [part for part in parsed.subcomponents if part.name == "VEVENT"]


def _zone_of(calendar: Part) -> tzinfo | None:
    """Return the zone that X-WR-TIMEZONE names, when there is such a zone."""
    name = calendar.value("X-WR-TIMEZONE")
    return tzp.timezone(name) if name else None


def _take_in(reading: _Reading, item: _Event, calendar: Part, zones: list[Part]) -> None:
    """Put an event with the others of its UID, or skip it with the reason."""
    event, entry = item.event, item.entry
    uid = one_line(str(event.get("UID", "")))
    if not uid:
        uid = _own_uid(item.part)
        reading.report.remark(
            Topic.READ_AS,
            entry.name,
            _("Dit heeft geen nummer (UID). We kennen het aan naam en begin."),
            entry.line,
        )
    if len(uid) > UID_LENGTH:
        uid = "sha256:" + sha256(uid.encode()).hexdigest()
    item.uid = uid
    if reason := _reason_against(item, calendar):
        reading.skip(entry, reason, uid)
        return
    _remark_on_zone(reading, item)
    for line in item.part.lines:
        if not line.name:
            reading.report.remark(
                Topic.READ_AS,
                entry.name,
                _("Regel %(line)d is niet te lezen.") % {"line": line.number},
                entry.line,
            )
    if calendar.value("METHOD").upper() == "CANCEL":
        event["STATUS"] = "CANCELLED"
    reading.heads.setdefault(uid, (calendar, zones))
    reading.groups[uid].append(item)


def _own_uid(part: Part) -> str:
    words = f"{part.value('DTSTART')}|{part.value('SUMMARY')}|{part.value('RECURRENCE-ID')}"
    return "zonder-uid:" + sha256(words.encode()).hexdigest()[:32]


def _reason_against(item: _Event, calendar: Part) -> str:
    """Return why an event is not taken over; empty when it is."""
    event, names = item.event, {line.name for line in item.part.lines}
    for name, _error in event.errors:
        if name in TIME_PROPERTIES:
            return _("%(name)s is niet te lezen: %(value)s") % {
                "name": name,
                "value": one_line(item.part.value(name))[:80],
            }
    if "DTSTART" not in event:
        return _("Er staat niet bij wanneer het is (DTSTART).")
    if "EXRULE" in names:
        return _("Een herhaling met EXRULE kunnen we niet goed lezen.")
    if isinstance(event.get("DTSTART"), list) or isinstance(event.get("DTEND"), list):
        return _("Er staat meer dan één begin of einde bij.")
    if str(event.get("CLASS", "")).upper() in PRIVATE:
        return _("Dit staat als privé in de bron. Dat zetten we niet in de agenda.")
    return _reason_against_times(item)


def _reason_against_times(item: _Event) -> str:
    event = item.event
    extra = [len(dates.dts) for name in ("EXDATE", "RDATE") for dates in listed(event.get(name))]
    if sum(extra) > limits.LISTED_DATES:
        raise TooMuch(_("Regel %(line)d noemt veel te veel datums.") % {"line": item.entry.line})
    moments = [event[name].dt for name in ("DTSTART", "DTEND", "RECURRENCE-ID") if name in event]
    if any(not isinstance(moment, date) for moment in moments):
        return _("Het begin of het einde is geen datum.")
    last_year = timezone.now().year + limits.YEARS_AHEAD
    for moment in moments:
        if not limits.FIRST_YEAR <= moment.year <= last_year:
            return _("Het jaar %(year)d kan niet kloppen.") % {"year": moment.year}
    return ""


def _remark_on_zone(reading: _Reading, item: _Event) -> None:
    for name in ("DTSTART", "DTEND"):
        value = item.event.get(name)
        zone = value.params.get("TZID") if value is not None else None
        is_floating = (
            isinstance(value.dt, datetime) and value.dt.tzinfo is None
            if value is not None
            else False
        )
        if zone and is_floating:
            reading.report.remark(
                Topic.READ_AS,
                item.entry.name,
                _("Tijdzone “%(zone)s” kennen we niet. We lezen de tijd als onze tijd.")
                % {"zone": str(zone)[:60]},
                item.entry.line,
            )


# From events to dates ----------------------------------------------------------------------------


def _series(reading: _Reading, uid: str, group: list[_Event]) -> tuple[FoundSeries | None, bool]:
    """Return the series of one UID and whether it goes on without an end; None when it has no date at all."""
    group = _without_doubles(reading, group)
    items = {id(item.event): item for item in group}
    core = next((item for item in group if item.is_core), None)
    lead = core or min(group, key=lambda item: as_utc(item.event["DTSTART"].dt, UTC))
    try:
        is_endless = any(recurrence.is_endless(item.event, reading.now) for item in group)
        last = _looking_until(reading.now, is_endless)
        for item in group:
            recurrence.refuse_dear_rules(
                item.event, last=last, line=item.entry.line, budget=reading.budget
            )
        found = list(
            recurrence.work_out(
                [item.event for item in group],
                first=recurrence.earliest([item.event for item in group]),
                last=last,
                line=lead.entry.line,
                budget=reading.budget,
            )
        )
    except recurrence.MISTAKES:
        rule = one_line(lead.part.value("RRULE"))[:80]
        for item in group:
            reading.skip(
                item.entry, _("De herhaling is niet te lezen: %(rule)s") % {"rule": rule}, uid
            )
        return None, False
    series = _described(uid, lead, is_recurring=core is None or _recurs(core.event))
    for occurrence in found:
        _add_date(reading, series, items[id(occurrence.component)], occurrence)
    _explain_silent(reading, group, series, last)
    return (series if series.dates else None), is_endless


def _recurs(event: Event) -> bool:
    return "RRULE" in event or "RDATE" in event


def _without_doubles(reading: _Reading, group: list[_Event]) -> list[_Event]:
    """Keep, of components that describe the same date, the newest (the highest SEQUENCE; of equal ones the first)."""
    kept: dict[object, _Event] = {}
    for item in group:
        place = (
            None if item.is_core else recurrence.as_utc(item.event["RECURRENCE-ID"].dt, zone_here())
        )
        other = kept.get(place)
        if other is None:
            kept[place] = item
            continue
        newer, older = (item, other) if item.sequence > other.sequence else (other, item)
        kept[place] = newer
        reading.skip(
            older.entry,
            _("Dubbel: regel %(line)d zegt hetzelfde of is nieuwer.") % {"line": newer.entry.line},
        )
    newest = {id(item) for item in kept.values()}
    return [item for item in group if id(item) in newest]


def _described(uid: str, item: _Event, *, is_recurring: bool) -> FoundSeries:
    title, text, room = words_of(item.event)
    return FoundSeries(uid, title, text, room, item.entry, is_recurring=is_recurring)


def words_of(event: Event) -> tuple[str, str, str]:
    """Return the title, the text and the place of an event, without HTML."""
    title = one_line(_string(event, "SUMMARY"))
    text = plain(_string(event, "DESCRIPTION")) or plain(
        _string(event, "X-ALT-DESC").replace("\\n", "\n")
    )
    address = one_line(_string(event, "URL"))
    if address.startswith(("http://", "https://")) and address not in text:
        text = f"{text}\n\n{address}".strip()
    return title, text, one_line(_string(event, "LOCATION"))


def _string(event: Event, name: str) -> str:
    value = next(iter(listed(event.get(name))), "")
    return str(value)


def _add_date(
    reading: _Reading, series: FoundSeries, item: _Event, occurrence: DatedOccurrence
) -> None:
    here = zone_here()
    starts_at, ends_at = as_utc(occurrence.start, here), as_utc(occurrence.end, here)
    if ends_at - starts_at > LONGEST:
        item.entry.reason = _("Dit duurt langer dan %(days)d dagen.") % {"days": LONGEST.days}
        return
    planned_at = as_utc(occurrence.planned, _zone_beside(series, occurrence) or here)
    title, text, room = words_of(item.event)
    series.dates.append(
        FoundDate(
            key=planned_at.strftime("%Y%m%dT%H%M%SZ") if series.is_recurring else ONCE,
            starts_at=starts_at,
            ends_at=ends_at,
            entry=item.entry,
            title=title,
            text=text,
            room=room,
            is_all_day=not isinstance(occurrence.start, datetime),
            is_cancelled=str(item.event.get("STATUS", "")).upper() == "CANCELLED",
            planned_at=planned_at,
        )
    )


def _zone_beside(series: FoundSeries, occurrence: DatedOccurrence) -> tzinfo | None:
    """A RECURRENCE-ID without a zone is in the zone of the event's own times."""
    return occurrence.start.tzinfo if isinstance(occurrence.start, datetime) else None


def _explain_silent(
    reading: _Reading, group: list[_Event], series: FoundSeries, last: datetime
) -> None:
    """Say of each component without a date why: its date was taken out, or lies beyond what we look at."""
    heard = {id(date.entry) for date in series.dates}
    if series.dates:
        heard.add(id(series.entry))
    for item in group:
        if id(item.entry) in heard:
            continue
        if item.entry.reason:
            reading.skip(item.entry, item.entry.reason, item.uid)
        elif as_utc(item.event["DTSTART"].dt, zone_here()) > last:
            reading.skip(
                item.entry,
                _("Dit ligt te ver vooruit. Neem de agenda later nog eens over."),
                item.uid,
            )
        else:
            reading.skip(item.entry, _("De herhaling geeft geen enkele datum."))


def _looking_until(now: datetime, is_endless: bool) -> datetime:
    if is_endless:
        return now + relativedelta(months=settings.CALENDAR_MONTHS_AHEAD)
    return now + limits.AHEAD


def zone_here() -> tzinfo:
    """The zone of the centres: times without a zone are read in it."""
    return timezone.get_default_timezone()


# What is needed to add dates later ---------------------------------------------------------------


def _remembered(reading: _Reading, uids: list[str]) -> str:
    """Return the events that go on without an end, as a calendar of their own, without anything about persons."""
    calendars: dict[int, tuple[Part, list[Part], list[Part]]] = {}
    for uid in uids:
        calendar, zones = reading.heads[uid]
        _head, _zones, parts = calendars.setdefault(id(calendar), (calendar, zones, []))
        parts += [item.part for item in reading.groups[uid]]
    return "".join(_text(*whole) for whole in calendars.values())
