"""What pages of staff show of a use: its state as a sign and a word, its times in words, whose it is, what is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import OneToOneRel, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lokaal.look.formats import clock, clock_range, day
from venue.hire.offering import LAYOUT_ICONS
from venue.models import BookingDate, CateringOrder, Equipment, Hold, Layout, Use, UseKind


class Look(NamedTuple):
    """How a state is drawn (a class of planner.css) and said: a pictogram with a word, never one of them alone."""

    css: str
    icon: str
    word: Any
    badge: str


FIXED = Look("fixed", "lock-closed", gettext_lazy("Vast"), "inv")
OPTION = Look("option", "question-mark-circle", gettext_lazy("Optie"), "dash")
RUN_OUT = Look("option", "question-mark-circle", gettext_lazy("Optie verlopen"), "dash")
ACTIVITY = Look("activity", "users", gettext_lazy("Activiteit"), "lucht")
INSIDE = Look("inside", "home", gettext_lazy("Van het huis"), "munt")
SHUT = Look("shut", "no-symbol", gettext_lazy("Dicht"), "line")
ASKED = Look("asked", "hand-raised", gettext_lazy("Aangevraagd"), "line")
WAITING = Look("waiting", "clock", gettext_lazy("Wacht"), "line")
GONE = Look("gone", "x-mark", gettext_lazy("Vrijgegeven"), "line")

#: The signs that a planner explains, in the order of its legend.
LEGEND = (OPTION, FIXED, ACTIVITY, INSIDE, SHUT, ASKED, WAITING)

BY_KIND = {UseKind.ACTIVITY: ACTIVITY, UseKind.SHIFT: INSIDE, UseKind.CLOSURE: SHUT}
BY_HOLD = {Hold.WAITING: WAITING, Hold.REQUESTED: ASKED, Hold.RELEASED: GONE}


def look_of(use: Use, now: datetime) -> Look:
    """How a use stands at a moment (UTC): an option whose time has run out blocks no longer, and says so."""
    if use.hold in BY_HOLD:
        return BY_HOLD[Hold(use.hold)]
    if use.hold == Hold.OPTION:
        return OPTION if use.held_until and use.held_until > now else RUN_OUT
    return BY_KIND.get(UseKind(use.kind), FIXED)


def is_blocking(use: Use, now: datetime) -> bool:
    """Whether a use keeps others out at a moment (UTC)."""
    if use.hold == Hold.OPTION:
        return use.held_until is not None and use.held_until > now
    return use.hold == Hold.FIRM


# Times in words ----------------------------------------------------------------------------------


def hours(use: Use) -> str:
    """13.00 tot 17.00 uur. With the days where it goes on to another day, except into the night."""
    return stretch(use.starts_at, use.ends_at)


def stretch(starts_at: datetime, ends_at: datetime) -> str:
    starts, ends = timezone.localtime(starts_at), timezone.localtime(ends_at)
    if ends.date() > starts.date() and ends - starts > timedelta(hours=18):
        return _("%(start)s uur tot %(day)s, %(end)s uur") % {
            "start": clock(starts),
            "day": day(ends),
            "end": clock(ends),
        }
    return clock_range(starts, ends)


def when(use: Use) -> str:
    """Donderdag 26 november, 13.00 tot 17.00 uur."""
    return moment(use.starts_at, use.ends_at)


def moment(starts_at: datetime, ends_at: datetime) -> str:
    return f"{capfirst(day(starts_at))}, {stretch(starts_at, ends_at)}"


def around(use: Use) -> list[str]:
    """Klaarzetten vanaf 12.30; opgeruimd om 17.30."""
    said = []
    if use.before_minutes:
        said.append(_("klaarzetten vanaf %(time)s") % {"time": clock(use.taken_from)})
    if use.after_minutes:
        said.append(_("opgeruimd om %(time)s") % {"time": clock(use.taken_until)})
    return said


# Whose it is -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Owner:
    """Whose use it is: who to call, and the page where that is arranged. `said` tells where it is called off."""

    name: str
    said: str
    contact: str = ""
    phone: Any = ""
    url: str = ""
    is_told: bool = False  # gets word of a change by itself


def owner_row(use: Use) -> Any:
    """The row that points at a use: a date of a booking or activity, a shift. None for what staff planned here."""
    for relation in Use._meta.related_objects:
        if isinstance(relation, OneToOneRel):
            try:
                return getattr(use, relation.get_accessor_name() or "")
            except ObjectDoesNotExist:
                continue
    return None


def owner_of(use: Use) -> Owner | None:
    """Whose use it is; None for what staff planned here. What has an owner is called off there, not in the planner."""
    return owner_from(owner_row(use))


def owner_from(row: Any) -> Owner | None:
    """The owner that a row stands for."""
    if row is None:
        return None
    if isinstance(row, BookingDate):
        hirer = row.booking.hirer
        return Owner(
            name=hirer.name,
            said=_("Dit is een boeking. Zeg die bij de boeking af."),
            contact=hirer.contact_name,
            phone=hirer.phone,
            url=reverse("venue:booking_manage", args=[row.booking_id]),
            is_told=True,
        )
    url = row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""
    return Owner(name="", said=_("Dit hoort bij iets anders. Zeg het daar af."), url=url)


# What is told of it ------------------------------------------------------------------------------


def people_in_words(use: Use) -> str:
    """30 mensen, 2 medewerkers."""
    said = []
    if use.people:
        said.append(
            ngettext("%(count)d mens", "%(count)d mensen", use.people) % {"count": use.people}
        )
    if use.staff:
        said.append(
            ngettext("%(count)d medewerker", "%(count)d medewerkers", use.staff)
            % {"count": use.staff}
        )
    return ", ".join(said)


def layout_in_words(use: Use) -> str:
    return capfirst(str(Layout(use.layout).label)) if use.layout else ""


class Served(NamedTuple):
    """Something to eat or drink with a use: when it is served (UTC), and how many of all dishes together."""

    at: datetime
    number: int


def catering_of(uses: Iterable[UUID]) -> dict[UUID, list[Served]]:
    """What the kitchen serves with each of these uses, in one query. What was called off is not among it."""
    orders = CateringOrder.objects.not_cancelled().filter(use__in=list(uses))
    rows = orders.annotate(count=Sum("lines__count")).values_list("use", "serving_at", "count")
    found: dict[UUID, list[Served]] = {}
    for use, at, count in rows.order_by("serving_at"):
        found.setdefault(use, []).append(Served(at, count or 0))
    return found


def count_in_words(served: Served) -> str:
    """20 stuks."""
    return ngettext("%(count)d stuk", "%(count)d stuks", served.number) % {"count": served.number}


def catering_in_words(served: Served) -> str:
    """12.30 uur: 20 stuks."""
    return _("%(time)s uur: %(count)s") % {
        "time": clock(served.at),
        "count": count_in_words(served),
    }


def local_days(starts_at: datetime, ends_at: datetime) -> list[date]:
    """The local days that a half-open stretch (UTC) touches."""
    first = timezone.localdate(starts_at)
    last = timezone.localdate(ends_at - datetime.resolution)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


class Told(NamedTuple):
    """One fact about a use (components/facts.html): a sign, a word, and what is known of it."""

    icon: str
    word: str
    text: str


def facts(use: Use) -> list[Told]:
    """What is known of a use, in the order in which one asks. What nobody wrote down is left out."""
    things = [
        f"{row.count} × {row.equipment.name}" if row.count > 1 else row.equipment.name
        for row in use.equipment_uses.select_related("equipment").order_by("equipment__name")
    ]
    unique = Equipment.objects.filter(part__allocations__use=use).order_by("name").distinct()
    things += unique.values_list("name", flat=True)
    served = catering_of([use.pk]).get(use.pk, [])
    known = [
        Told("calendar-days", capfirst(day(use.starts_at)), hours(use)),
        Told("map-pin", use.space.name, use.centre.name),
        Told("users", people_in_words(use), ""),
        Told(LAYOUT_ICONS[Layout(use.layout)], layout_in_words(use), "") if use.layout else None,
        Told("wrench-screwdriver", _("Spullen"), ", ".join(things)) if things else None,
        Told("clipboard-document-list", _("Klaarzetten"), use.set_up) if use.set_up else None,
        Told("clock", _("Tijd eromheen"), capfirst("; ".join(around(use))))
        if around(use)
        else None,
        Told("bowl", _("Eten en drinken"), "; ".join(map(catering_in_words, served)))
        if served
        else None,
        Told("key", _("Sleutel en afsluiten"), use.closes) if use.closes else None,
        Told("information-circle", _("Zonder tijd om klaar te zetten"), use.buffer_reason)
        if use.buffer_reason
        else None,
        Told("information-circle", _("Buiten de tijden van het huis"), use.hours_reason)
        if use.hours_reason
        else None,
        Told("clock", _("Optie tot"), f"{day(use.held_until)}, {clock(use.held_until)}")
        if use.held_until
        else None,
        Told("user", _("Ingevuld door"), use.by.name) if use.by else None,
    ]
    return [told for told in known if told and told.word]
