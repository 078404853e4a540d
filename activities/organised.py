"""How an activity and its dates are told to whoever organises them: states, rows and lists in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from activities.cards import cost_in_words, languages_in_words
from activities.forms.organising import PARTS
from activities.models import (
    Activity,
    ActivityState,
    CostKind,
    Every,
    Need,
    Occurrence,
    Series,
    SignUp,
)
from activities.rescheduling import Becomes, Turn
from activities.series import Standing
from lokaal.centres.models import Fact
from lokaal.look.formats import clock, clock_range, day, tile
from lokaal.look.own_words import joined, own_words, sentence
from lokaal.repeating import nth_of


@dataclass(frozen=True)
class Badge:
    """A state as a word with its pictogram. `kind` is the badge's look: line, dash, inv, warn, munt, zon."""

    icon: str
    label: str
    kind: str


@dataclass(frozen=True)
class DateRow:
    """A date in a list."""

    occurrence: Occurrence
    day: str
    text: str
    badge: Badge | None


@dataclass(frozen=True)
class PartRow:
    """A part of what an activity tells, and what it says now."""

    slug: str
    icon: str
    heading: str
    text: str


@dataclass(frozen=True)
class Guest:
    """One party on the list or in the queue. `needs` is empty for who may not read them."""

    name: str
    party: str
    phone: str
    phone_href: str
    about: str = ""
    needs: tuple[str, ...] = ()


def activity_badge(activity: Activity) -> Badge:
    if activity.state == ActivityState.PUBLISHED:
        return Badge("check-circle", _("In de agenda"), "munt")
    if activity.state == ActivityState.STOPPED:
        return Badge("archive-box", _("Gestopt"), "line")
    return Badge("pencil-square", _("Concept. Nog niemand ziet het"), "dash")


def activity_card(activity: Activity) -> dict[str, Any]:
    """An activity loaded `for_list()`, as a card with its first coming date (components/acts.html)."""
    first = activity.next_starts_at
    top, main, bottom = tile(first) if first else ("", "?", "")
    return {
        "tint": "zon" if first else "",
        "tile_top": top,
        "tile_main": main,
        "tile_bottom": bottom,
        "datetime": first.isoformat() if first else "",
        "url": reverse("activities:activity_manage", args=[activity.pk]),
        "title": activity.title,
        "lang": activity.text_language,
        "centre": activity.centre,
        "time": clock(first) if first else "",
        "badge": activity_badge(activity),
        "facts": [] if first else [("calendar-days", _("Er zijn nog geen datums"))],
    }


def state_badge(occurrence: Occurrence) -> Badge | None:
    if occurrence.is_cancelled:
        return Badge("x-circle", _("Gaat niet door"), "warn")
    if occurrence.is_running():
        return Badge("clock", _("Nu bezig"), "zon")
    if occurrence.is_over():
        return Badge("check", _("Geweest"), "line")
    if occurrence.waiting:
        words = ngettext(
            "Vol. Er wacht %(waiting)d.", "Vol. Er wachten %(waiting)d.", occurrence.waiting
        )
        return Badge("queue-list", words % {"waiting": occurrence.waiting}, "line")
    if occurrence.is_full:
        return Badge("queue-list", _("Vol"), "line")
    return None


def date_rows(dates: Iterable[Occurrence]) -> list[DateRow]:
    return [
        DateRow(date, capfirst(day(date.starts_at)), _date_text(date), state_badge(date))
        for date in dates
    ]


def _date_text(occurrence: Occurrence) -> str:
    own = [
        own_words(text.rstrip("."), occurrence.activity.text_language)
        for text in (occurrence.title, occurrence.note)
    ]
    return joined([hours(occurrence), places(occurrence), *own])


def when(occurrence: Occurrence) -> str:
    """Dinsdag 1 december, 13.30 tot 15.30 uur."""
    return f"{capfirst(day(occurrence.starts_at))}, {hours(occurrence)}"


def hours(occurrence: Occurrence) -> str:
    starts, ends = timezone.localtime(occurrence.starts_at), timezone.localtime(occurrence.ends_at)
    if occurrence.is_all_day:
        return _("de hele dag")
    if starts.date() == ends.date():
        return clock_range(starts, ends)
    return _("%(start)s uur tot %(day)s, %(end)s uur") % {
        "start": clock(starts),
        "day": day(ends),
        "end": clock(ends),
    }


def places(occurrence: Occurrence) -> str:
    taken = occurrence.places_taken
    if occurrence.capacity is not None:
        words = ngettext(
            "%(taken)d van %(capacity)d plek bezet",
            "%(taken)d van %(capacity)d plekken bezet",
            occurrence.capacity,
        )
        return words % {"taken": taken, "capacity": occurrence.capacity}
    if not taken:
        return ""
    return ngettext("%(taken)d mens komt", "%(taken)d mensen komen", taken) % {"taken": taken}


def guests(occurrence: Occurrence, *, with_needs: bool = False) -> tuple[list[Guest], list[Guest]]:
    """Who comes and who waits, of a date loaded `with_live_sign_ups()`. With needs it costs one query more.

    A number stands there only where somebody asked to be called. Of those who wait, who has an offer is first.
    """
    live = occurrence.live_sign_ups
    needs: dict[UUID | None, list[Need]] = {}
    if with_needs:
        courses: dict[UUID | None, UUID] = {one.course_id: one.pk for one in live if one.course_id}
        theirs = Q(sign_up__in=live) | Q(course_sign_up__in=courses)
        for need in Need.objects.filter(theirs):
            of = courses.get(need.course_sign_up_id, need.sign_up_id)
            needs.setdefault(of, []).append(need)
    waiting = [sign_up for sign_up in live if not sign_up.is_joined]
    waiting.sort(key=lambda one: (one.is_waiting, one.queued_at or one.created_at, one.pk))
    offers = sum(sign_up.is_offered for sign_up in waiting)
    return (
        [_guest(one, needs.get(one.pk, [])) for one in live if one.is_joined],
        [
            _guest(one, needs.get(one.pk, []), place=number - offers)
            for number, one in enumerate(waiting, start=1)
        ],
    )


def _guest(sign_up: SignUp, needs: Iterable[Need], *, place: int = 0) -> Guest:
    asked = sign_up.wants_call and sign_up.phone
    return Guest(
        sign_up.name,
        _with_whom(sign_up),
        str(sign_up.phone) if asked else "",
        sign_up.phone.as_rfc3966 if asked else "",
        _about(sign_up, place),
        tuple(_need_in_words(need, sign_up) for need in needs),
    )


def _with_whom(sign_up: SignUp) -> str:
    if not sign_up.companions:
        return _("Komt alleen")
    others = ngettext(
        "Neemt %(others)d mens mee", "Neemt %(others)d mensen mee", sign_up.companions
    ) % {"others": sign_up.companions}
    names = ", ".join(name for name in sign_up.companion_names if name)
    return f"{others}: {names}" if names else others


def _about(sign_up: SignUp, place: int) -> str:
    """What else the list says of a party: its place in the queue, who signed it up, why it went before others."""
    words = []
    if sign_up.is_waiting:
        words.append(_("Nummer %(place)d.") % {"place": place})
    elif sign_up.is_offered and sign_up.offered_until:
        said = {"day": day(sign_up.offered_until), "time": clock(sign_up.offered_until)}
        words.append(_("Heeft een aanbod tot %(day)s, %(time)s uur.") % said)
    if sign_up.contact_name:
        words.append(_("Aangemeld door %(name)s.") % {"name": sign_up.contact_name})
    if sign_up.moved_ahead_reason:
        words.append(_("Ging voor: %(reason)s") % {"reason": sign_up.moved_ahead_reason})
    return " ".join(words)


def _need_in_words(need: Need, sign_up: SignUp) -> str:
    """Tolk (Tigrinya), Deniz."""
    what = capfirst(need.get_kind_display())
    told = need.language or need.words
    if told:
        what = f"{what}: {told}"
    if not need.whose:
        return what
    names = sign_up.companion_names[need.whose - 1 : need.whose]
    name = names[0] if names and names[0] else _("wie meekomt")
    return f"{what} ({name})"


def hint_of_address(email: str | None) -> str:
    """Enough of an address to tell two people of one name apart, too little to write to: em…@voorbeeld.nl."""
    if not email:
        return ""
    name, _at, host = email.rpartition("@")
    return f"{name[:2]}…@{host}"


# Series ------------------------------------------------------------------------------------------


def rule_in_words(of: Series) -> str:
    """Elke dinsdag, 13.30 tot 15.30 uur."""
    return _("%(when)s, %(hours)s") % {
        "when": _days_in_words(of),
        "hours": clock_range(of.starts, of.ends),
    }


def _days_in_words(of: Series) -> str:
    """How often, without the times. Every sentence stands whole, for other languages."""
    every, is_often = of.every, of.interval == 1
    said = {
        "number": of.interval,
        "weekday": date_format(of.first_on, "l"),
        "nth": nth_in_words(of.nth or nth_of(of.first_on)),
    }
    if every == Every.OWN:
        return _("Op eigen datums")
    if every == Every.DAY:
        return _("Elke dag") if is_often else _("Elke %(number)d dagen") % said
    if every == Every.WORKDAY:
        if is_often:
            return _("Van maandag tot en met vrijdag")
        return _("Elke %(number)d weken, van maandag tot en met vrijdag") % said
    if every == Every.MONTH:
        if is_often:
            return _("Elke maand op de %(nth)s %(weekday)s") % said
        return _("Elke %(number)d maanden op de %(nth)s %(weekday)s") % said
    if is_often:
        return _("Elke %(weekday)s") % said
    return _("Elke %(number)d weken op %(weekday)s") % said


def nth_in_words(nth: int) -> str:
    """Which such weekday of the month: tweede, laatste."""
    words = {1: _("eerste"), 2: _("tweede"), 3: _("derde"), 4: _("vierde")}
    return words.get(nth, _("laatste"))


@dataclass(frozen=True)
class SeriesLink:
    series: Series
    rule: str


def series_links(found: Iterable[Series]) -> list[SeriesLink]:
    """Series as a list of what they are."""
    return [SeriesLink(one, rule_in_words(one)) for one in found]


def until_in_words(of: Series) -> str:
    """Until when a series goes on."""
    if of.last_on is None:
        return _("Het gaat door. Er komen vanzelf datums bij.")
    if of.is_over():
        return _("De laatste dag was %(day)s.") % {"day": day(of.last_on)}
    return _("De laatste dag is %(day)s.") % {"day": day(of.last_on)}


def facts_of_series(of: Series) -> list[tuple[str, str]]:
    """What a series says of all its dates: a pictogram and words."""
    found: list[tuple[str, str]] = []
    if of.place:
        found.append(("map-pin", own_words(of.place, of.activity.text_language)))
    if of.capacity is not None:
        words = ngettext("%(places)d plek", "%(places)d plekken", of.capacity)
        found.append(("ticket", words % {"places": of.capacity}))
    if of.own_cost_cents is not None:
        kind = CostKind.FIXED if of.own_cost_cents else CostKind.FREE
        found.append(("currency-euro", cost_in_words(kind, of.own_cost_cents)))
    if of.host:
        found.append(("user-circle", _("%(name)s ontvangt") % {"name": of.host.name}))
    if of.note:
        found.append(("chat-bubble-left-ellipsis", own_words(of.note, of.activity.text_language)))
    if of.skips_school_holidays:
        found.append(("sun", _("Niet in de schoolvakantie")))
    if of.skips_closed_days:
        found.append(("home", _("Niet als het huis dicht is")))
    return found


@dataclass(frozen=True)
class TurnRow:
    """What a change means for one date, in words. `at`: when it is now, or when a new one begins (UTC)."""

    at: datetime
    day: str
    text: str
    badge: Badge
    is_gone: bool = False


def turn_rows(turns: Iterable[Turn]) -> list[TurnRow]:
    return [
        _turn_of_date(one, one.occurrence) if one.occurrence else _new_date(one) for one in turns
    ]


def _new_date(turn: Turn) -> TurnRow:
    slot = turn.slot
    if slot is None or slot.planned.starts_at is None or slot.planned.ends_at is None:
        raise ValueError("a new date has a moment")
    is_off = slot.standing == Standing.DAY_OFF
    return TurnRow(
        slot.planned.starts_at,
        capfirst(day(slot.planned.starts_at)),
        joined(
            [clock_range(slot.planned.starts_at, slot.planned.ends_at), turn.reason.rstrip(".")]
        ),
        Badge("sun", _("Slaan we over"), "line") if is_off else Badge("plus", _("Nieuw"), "zon"),
        is_off,
    )


def _turn_of_date(turn: Turn, now: Occurrence) -> TurnRow:
    told = [hours(now), people_in_words(turn.people) if turn.people else ""]
    if now.is_cancelled:
        badge = Badge("x-circle", _("Gaat niet door"), "line")
    elif turn.becomes == Becomes.GONE:
        badge = Badge("x-circle", _("Vervalt"), "warn")
        told.append(turn.reason.rstrip("."))
    elif turn.becomes == Becomes.SAME:
        said = _("Was al anders. Blijft zo") if turn.is_own else _("Blijft zo")
        badge = Badge("check", said, "line")
    else:
        badge = Badge("pencil-square", _("Verandert"), "munt")
        told += [_moved(turn, now), turn.reason.rstrip(".")]
    is_gone = now.is_cancelled or turn.becomes == Becomes.GONE
    return TurnRow(now.starts_at, capfirst(day(now.starts_at)), joined(told), badge, is_gone)


def _moved(turn: Turn, now: Occurrence) -> str:
    """To when a date goes; its day only where that is another."""
    slot = turn.slot.planned if turn.slot else None
    if not turn.moves or slot is None or slot.starts_at is None or slot.ends_at is None:
        return ""
    times = clock_range(slot.starts_at, slot.ends_at)
    if slot.on == timezone.localdate(now.starts_at):
        return _("Wordt %(hours)s") % {"hours": times}
    return _("Wordt %(day)s, %(hours)s") % {"day": day(slot.starts_at), "hours": times}


def people_in_words(people: int) -> str:
    return ngettext("%(people)d mens", "%(people)d mensen", people) % {"people": people}


# What an activity tells --------------------------------------------------------------------------


def part_rows(activity: Activity) -> list[PartRow]:
    def own(text: str) -> str:
        return own_words(text.rstrip("."), activity.text_language)

    told = {
        "words": own_words(activity.summary, activity.text_language),
        "taking-part": _taking_part(activity),
        "audience": joined(
            [capfirst(activity.get_audience_display()), own(activity.audience_note)]
        ),
        "cost": joined(
            [cost_in_words(activity.cost_kind, activity.cost_cents), own(activity.cost_note)]
        ),
        "languages": languages_in_words(activity.languages, get_language() or "nl"),
        "place": _place(activity),
        "mood": _mood(activity),
        "organiser": joined([own(activity.organiser_name), str(activity.contact_phone or "")]),
    }
    return [
        PartRow(slug, form.icon, str(form.heading), told[slug] or _("Nog niet verteld"))
        for slug, form in PARTS.items()
    ]


def _taking_part(activity: Activity) -> str:
    if activity.is_drop_in:
        return _("Loop zo binnen")
    if activity.is_course:
        return _("Een cursus: één keer aanmelden voor de hele reeks")
    if activity.default_capacity is None:
        return _("Eerst zeggen: ik kom. Er is altijd plek")
    words = ngettext(
        "Eerst zeggen: ik kom. %(places)d plek",
        "Eerst zeggen: ik kom. %(places)d plekken",
        activity.default_capacity,
    )
    return words % {"places": activity.default_capacity}


def _place(activity: Activity) -> str:
    step_free = {Fact.YES: _("Zonder drempel"), Fact.NO: _("Er is een drempel of trap")}
    toilet = {Fact.YES: _("Er is een aangepast toilet"), Fact.NO: _("Er is geen aangepast toilet")}
    return joined(
        [
            own_words(activity.room.rstrip("."), activity.text_language),
            step_free.get(Fact(activity.step_free)),
            toilet.get(Fact(activity.accessible_toilet)),
        ]
    )


def _mood(activity: Activity) -> str:
    bring = own_words(activity.bring.rstrip("."), activity.text_language)
    return joined(
        [
            capfirst(activity.get_mood_display()) if activity.mood else "",
            _("Er is iemand voor je") if activity.someone_greets == Fact.YES else "",
            _("Kinderen mogen mee") if activity.childcare == Fact.YES else "",
            sentence(_("Neem mee: %(things)s"), things=bring) if bring else "",
        ]
    )
