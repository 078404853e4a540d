"""Times, days and money as people say them, in the language of the reader.

Dutch: 13.30, dinsdag 24 november, € 3,50. English: 13:30, Tuesday 24 November, €3.50.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_currency
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

#: How a day is written in full, without and with its year, where that differs from Dutch.
DAY_PATTERNS = {"tr": ("d MMMM EEEE", "d MMMM y EEEE"), "ar": ("EEEE، d MMMM", "EEEE، d MMMM y")}
DUTCH_DAY_PATTERN = ("EEEE d MMMM", "EEEE d MMMM y")
#: British money and days, not American.
LOCALES = {"en": "en_GB"}


class Tile(NamedTuple):
    """The three lines of a date tile: di, 24, nov."""

    top: str
    main: str
    bottom: str


def clock(moment: datetime | time) -> str:
    """The time on a Dutch clock, without a leading zero: 9.30 in Dutch, 9:30 in other languages."""
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        moment = timezone.localtime(moment)
    return f"{moment.hour}{'.' if _language() == 'nl' else ':'}{moment.minute:02d}"


def clock_range(start: datetime | time, end: datetime | time) -> str:
    """13.30 tot 15.30 uur."""
    return _("%(start)s tot %(end)s uur") % {"start": clock(start), "end": clock(end)}


def day_and_clock(moment: datetime) -> str:
    """dinsdag 1 december, 12.00 uur."""
    return _("%(day)s, %(time)s uur") % {"day": day(moment), "time": clock(moment)}


def day_and_range(start: datetime, end: datetime) -> str:
    """dinsdag 1 december, 13.30 tot 15.30 uur."""
    return _("%(day)s, %(time)s") % {"day": day(start), "time": clock_range(start, end)}


def day(moment: date | datetime) -> str:
    """The day in full: dinsdag 24 november. With the year when that is not this year."""
    this = _date(moment)
    return _day(this, _language(), this.year != _today().year)


def relative_day(moment: date | datetime) -> str:
    """The day as a heading: Vandaag, dinsdag 24 november. Starts with a capital, also for other days."""
    this = _date(moment)
    names = {-1: _("Gisteren, %(day)s"), 0: _("Vandaag, %(day)s"), 1: _("Morgen, %(day)s")}
    sentence = names.get((this - _today()).days)
    if sentence is not None:
        return sentence % {"day": day(this)}
    text = day(this)
    return text[:1].upper() + text[1:]


def tile(moment: date | datetime) -> Tile:
    """The short day, the date and the short month, for a tile: di, 24, nov."""
    return _tile(_date(moment), _language())


def euro(cents: int) -> str:
    """An amount in cents: € 4, € 3,50, € 1.250. Cents are left out when there are none."""
    return _euro(cents, _language())


def locale() -> Locale:
    """How numbers and days are written for the reader (babel)."""
    return _locale(_language())


def _language() -> str:
    return (get_language() or "nl").split("-")[0]


def _today() -> date:
    return timezone.localdate()


def _date(moment: date | datetime) -> date:
    """The local date of a date or a moment."""
    if isinstance(moment, datetime):
        return timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()
    return moment


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES.get(language, language))


@lru_cache(maxsize=2048)
def _day(this: date, language: str, with_year: bool) -> str:
    plain, dated = DAY_PATTERNS.get(language, DUTCH_DAY_PATTERN)
    return format_date(this, dated if with_year else plain, locale=_locale(language))


@lru_cache(maxsize=2048)
def _tile(this: date, language: str) -> Tile:
    locale = _locale(language)
    return Tile(
        locale.days["stand-alone"]["abbreviated"][this.weekday()],
        str(this.day),
        locale.months["stand-alone"]["abbreviated"][this.month].rstrip("."),
    )


@lru_cache(maxsize=2048)
def _euro(cents: int, language: str) -> str:
    locale = _locale(language)
    pattern = locale.currency_formats["standard"].pattern
    if cents % 100 == 0:
        pattern = pattern.replace(".00", "")
    return format_currency(
        Decimal(cents) / 100, "EUR", pattern, locale=locale, currency_digits=False
    )
