"""What the page of an activity says, as ready values: its facts for choosing, and its coming dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.calendars import last_day
from activities.cards import audience_in_words, cost_in_words, languages_in_words
from activities.forms.joining import places_sentence
from activities.models import Activity, ActivityTranslation, Audience, Mood, Occurrence
from activities.models.occurrence import LONG
from lokaal.centres.models import Fact
from lokaal.look import formats
from lokaal.look.own_words import joined, own_words

ONE_WEEK = timedelta(days=7)
#: So many dates in a row, a week apart, are called "every Tuesday".
DATES_OF_A_HABIT = 3


@dataclass(frozen=True)
class Said:
    """One fact: a pictogram (or a centre's stone), a word, and a line under it. `lang` of the line, when another."""

    word: str
    icon: str = ""
    text: str = ""
    centre: Any = None
    lang: str = ""


@dataclass(frozen=True)
class Line:
    """A coming date, as a line of the list."""

    datetime: str
    day: str
    text: str
    is_gone: bool


def facts(
    activity: Activity,
    words: Activity | ActivityTranslation,
    dates: Sequence[Occurrence],
    language: str,
) -> list[Said]:
    """Return the facts in their fixed order: when, where, cost, getting in, language, for whom, and what helps."""
    other = words.language if words.language != language else ""
    return [
        *_when(dates),
        Said(
            activity.centre.name,
            text=activity.room,
            centre=activity.centre,
            lang=activity.text_language if activity.text_language != language else "",
        ),
        _cost(activity, words.cost_note, other),
        *_getting_in(activity),
        *_language_and_audience(activity, words, language),
        *_what_helps(activity),
        *([Said(_("Neem mee"), "archive-box", words.bring, lang=other)] if words.bring else []),
    ]


def _cost(activity: Activity, note: str, lang: str) -> Said:
    cost = cost_in_words(activity.cost_kind, activity.cost_cents)
    if cost:
        return Said(cost, "currency-euro", note, lang=lang)
    if note:
        return Said(_("Over de prijs"), "currency-euro", note, lang=lang)
    return Said(_("De prijs is niet bekend"), "currency-euro", _("Vraag het ons."))


def _getting_in(activity: Activity) -> list[Said]:
    """Unknown says nothing: it is something else than no."""
    if activity.step_free == Fact.YES:
        toilet = _("Er is een aangepast toilet") if activity.accessible_toilet == Fact.YES else ""
        return [Said(_("Zonder drempel"), "wheel", toilet)]
    if activity.step_free == Fact.NO:
        return [Said(_("Er is een drempel"), "wheel", _("Bel ons. Wij helpen je naar binnen."))]
    return []


def _language_and_audience(
    activity: Activity, words: Activity | ActivityTranslation, language: str
) -> list[Said]:
    found = []
    if activity.languages:
        spoken = languages_in_words(activity.languages, language)
        found.append(Said(spoken, "language", _("Andere taal? Wij helpen")))
    if activity.audience != Audience.EVERYONE:
        found.append(Said(audience_in_words(activity.audience, words.audience_note), "users"))
    elif words.audience_note:
        found.append(Said(capfirst(words.audience_note), "users"))
    return found


def _what_helps(activity: Activity) -> list[Said]:
    found = []
    if activity.childcare == Fact.YES:
        found.append(Said(_("Kinderen mogen mee"), "face-smile"))
    if activity.someone_greets == Fact.YES:
        found.append(Said(_("Er is iemand voor je"), "hand-raised", _("Fijn als je alleen komt")))
    if activity.mood:
        mood = (
            _("Het is er rustig")
            if activity.mood == Mood.QUIET
            else _("Het is er druk en gezellig")
        )
        found.append(Said(mood, "speaker-wave"))
    return found


def lines(dates: Sequence[Occurrence]) -> list[Line]:
    """Return the coming dates in words: day, time, and whether it is on."""
    return [
        Line(
            timezone.localtime(date.starts_at).isoformat(timespec="minutes"),
            formats.relative_day(date.starts_at),
            joined(
                [
                    _time(date),
                    _own_cost(date),
                    _state(date),
                    _own(date.title, date),
                    _own(date.note, date),
                ]
            ),
            date.is_cancelled,
        )
        for date in dates
    ]


def _when(dates: Sequence[Occurrence]) -> list[Said]:
    held = [date for date in dates if not date.is_cancelled]
    if not held:
        return []
    day = formats.relative_day(held[0].starts_at)
    if is_weekly(dates):
        day = _("Elke %(weekday)s") % {
            "weekday": date_format(timezone.localtime(held[0].starts_at), "l")
        }
    return [Said(day, "calendar-days", _time(held[0]))]


def is_weekly(dates: Sequence[Occurrence]) -> bool:
    """Whether these dates follow each other week after week, by the clock on the wall (one called off still counts)."""
    moments = [timezone.localtime(date.starts_at).replace(tzinfo=None) for date in dates]
    return len(moments) >= DATES_OF_A_HABIT and all(
        later - earlier == ONE_WEEK for earlier, later in pairwise(moments)
    )


def _time(date: Occurrence) -> str:
    first, last = timezone.localdate(date.starts_at), last_day(date)
    if last > first and date.ends_at - date.starts_at > LONG:
        return capfirst(_("tot en met %(day)s") % {"day": formats.day(last)})
    if date.is_all_day:
        return _("De hele dag")
    if date.ends_at == date.starts_at:  # nobody said when it ends
        return (_("Om %(time)s uur.") % {"time": formats.clock(date.starts_at)}).rstrip(".")
    return formats.clock_range(date.starts_at, date.ends_at)


def _own_cost(date: Occurrence) -> str:
    """What this date costs, where that is something else than usual."""
    if date.own_cost_cents is None or date.is_cancelled:
        return ""
    return cost_in_words(*date.cost)


def _own(text: str, date: Occurrence) -> str:
    return own_words(text, date.activity.text_language)


def _state(date: Occurrence) -> str:
    if date.is_cancelled:
        return joined([_("Gaat niet door"), _own(date.cancel_reason.rstrip("."), date)])
    if not date.activity.takes_sign_ups:  # of a course the places stand with the whole
        return ""
    return places_sentence(date).rstrip(".")
