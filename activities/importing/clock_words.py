"""Dates, times and lengths as people type them in a table: di 24 november 2026, 24-11-26, 19.30 uur, 1,5 uur."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from activities.importing import limits

MONTHS = {
    "jan": 1, "feb": 2, "mrt": 3, "maa": 3, "mar": 3, "mär": 3, "apr": 4, "mei": 5, "may": 5, "mai": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dec": 12, "dez": 12,
}  # fmt: skip
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})\b")
WORDS = re.compile(r"(\d{1,2})(?:e|st|nd|rd|th|\.)?[ -]*([a-zä]{3,10})\.?,?[ -]*'?(\d{4}|\d{2})\b")
MONTH_FIRST_WORDS = re.compile(r"([a-z]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b")
CLOCK = r"(\d{1,2})(?:[.:u](\d{2}))?(?:[.:]\d{2})?\s*(?:uur|u|h|uhr)?\s*(am|pm|a\.m\.|p\.m\.)?"
TIME = re.compile(rf"^\s*{CLOCK}\s*$")
SPAN = re.compile(rf"^\s*(?:van )?{CLOCK}\s*(?:-|–|—|tot|to|t/m|bis)\s*{CLOCK}\s*$")
DIGITS = re.compile(r"^\s*(\d{1,2})(\d{2})\s*(?:uur|u)?\s*$")
LENGTH = re.compile(
    r"(?:(\d{1,2}(?:\.\d+)?)\s*(?:uur|uren|u|hours?|h|std))?\s*(?:en )?"
    r"(?:(\d{1,4})\s*(?:minuten|minutes|min|m)\.?)?"
)
#: Excel counts days from here.
EXCEL_START = datetime(1899, 12, 30)  # noqa: DTZ001 -- a day on a sheet has no zone


class UnreadableWords(Exception):
    """The message is a sentence that says what could not be read."""


def date_in(cell: Any, *, month_first: bool = False) -> date:
    return datetime_in(cell, month_first=month_first)[0]


def datetime_in(cell: Any, *, month_first: bool = False) -> tuple[date, time | None]:
    """Return the day in a cell, and the time when one stands beside it. Raises UnreadableWords."""
    if isinstance(cell, datetime):
        return _sane(cell.date()), cell.time().replace(
            tzinfo=None
        ) if cell.time() != time.min else None
    if isinstance(cell, date):
        return _sane(cell), None
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 20_000 < cell < 80_000:
        return datetime_in(EXCEL_START + timedelta(days=float(cell)))
    text = " ".join(str(cell or "").lower().replace("\u00a0", " ").split())
    if not text:
        raise UnreadableWords(_("Er staat geen datum in deze rij."))
    for pattern, order in (
        (ISO, "ymd"),
        (NUMBERS, "mdy" if month_first else "dmy"),
        (WORDS, "dmy"),
        (MONTH_FIRST_WORDS, "mdy"),
    ):
        found = pattern.search(text)
        if found:
            day = _day(dict(zip(order, found.groups(), strict=True)), text)
            return _sane(day), _time_beside(text[found.end() :])
    raise UnreadableWords(
        _("“%(words)s” is geen hele datum. Schrijf bijvoorbeeld 24-11-2026.") % {"words": text[:40]}
    )


def _day(parts: dict[str, str], text: str) -> date:
    month = parts["m"]
    number = int(month) if month.isdigit() else MONTHS.get(month[:3], 0)
    year = int(parts["y"])
    try:
        return date(2000 + year if year < 100 else year, number, int(parts["d"]))
    except ValueError:
        raise UnreadableWords(
            _("“%(words)s” bestaat niet als datum.") % {"words": text[:40]}
        ) from None


def _sane(day: date) -> date:
    if not limits.FIRST_YEAR <= day.year <= timezone.now().year + limits.YEARS_AHEAD:
        raise UnreadableWords(_("Het jaar %(year)d kan niet kloppen.") % {"year": day.year})
    return day


def _time_beside(rest: str) -> time | None:
    rest = rest.strip(" ,t").removeprefix("om ").strip()
    if not rest or not rest[0].isdigit():
        return None
    try:
        return times_in(rest)[0]
    except UnreadableWords:
        return None


def times_in(cell: Any) -> tuple[time, time | None]:
    """Return the begin, and the end when both stand in one cell (19.30 - 21.30). Raises UnreadableWords."""
    if isinstance(cell, str):
        found = SPAN.match(cell.strip().lower())
        if found:
            first = _clock(found[1], found[2], found[3] or "", cell)
            return first, _clock(found[4], found[5], found[6] or "", cell)
    return time_in(cell), None


def time_in(cell: Any) -> time:
    """Return the time in a cell. Raises UnreadableWords."""
    if isinstance(cell, datetime):
        return cell.time().replace(microsecond=0)
    if isinstance(cell, time):
        return cell.replace(microsecond=0, tzinfo=None)
    if isinstance(cell, timedelta):
        cell = cell / timedelta(days=1)
    if isinstance(cell, float) and 0 <= cell < 1:
        minutes = round(cell * 24 * 60)
        return time(minutes // 60 % 24, minutes % 60)
    text = str(cell).strip().lower()
    found = TIME.match(text)
    if found:
        return _clock(found[1], found[2], found[3] or "", text)
    digits = DIGITS.match(text)
    if digits:
        return _clock(digits[1], digits[2], "", text)
    raise UnreadableWords(
        _("“%(words)s” is geen tijd. Schrijf bijvoorbeeld 19.30.") % {"words": text[:40]}
    )


def _clock(hours: str, minutes: str | None, half: str, text: str) -> time:
    hour = int(hours)
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        return time(0 if hour == 24 and not int(minutes or 0) else hour, int(minutes or 0))
    except ValueError:
        raise UnreadableWords(
            _("“%(words)s” is geen tijd. Schrijf bijvoorbeeld 19.30.") % {"words": text[:40]}
        ) from None


def duration_in(cell: Any) -> timedelta:
    """Return how long something takes: 1:30, 1,5 uur, 90 min, 90 (minutes). Raises UnreadableWords."""
    if isinstance(cell, timedelta):
        return cell
    if isinstance(cell, time):
        return timedelta(hours=cell.hour, minutes=cell.minute)
    text = str(cell).strip().lower().replace(",", ".")
    found = re.fullmatch(r"(\d{1,2})[:u](\d{2})(?::\d{2})?", text)
    if found:
        return timedelta(hours=int(found[1]), minutes=int(found[2]))
    found = LENGTH.fullmatch(text)
    if found and (found[1] or found[2]):
        return timedelta(hours=float(found[1] or 0), minutes=int(found[2] or 0))
    found = re.fullmatch(r"\d{1,3}(?:\.\d+)?", text)
    if found:
        number = float(text)
        if number <= 0:
            raise UnreadableWords(
                _("“%(words)s” is geen duur. Schrijf bijvoorbeeld 1:30.") % {"words": text[:40]}
            )
        return timedelta(hours=number) if number < 10 else timedelta(minutes=number)
    raise UnreadableWords(
        _("“%(words)s” is geen duur. Schrijf bijvoorbeeld 1:30.") % {"words": text[:40]}
    )


def is_month_first(cells: Iterable[Any]) -> bool:
    """Tell whether dates must be written month first (11/24/2026), because day first cannot be."""
    pairs = [
        (int(found[1]), int(found[2]))
        for cell in cells
        if isinstance(cell, str) and (found := NUMBERS.search(cell)) and not ISO.search(cell)
    ]
    return any(second > 12 for _first, second in pairs) and not any(
        first > 12 for first, _second in pairs
    )
