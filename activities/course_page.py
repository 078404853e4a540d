"""What a page says about a course: which groups there are, when each meets, and whether there is place."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.activity_page import Line, lines
from activities.courses import CourseQueue
from activities.models import Activity, CourseSignUp, Occurrence, Series, SignUp
from lokaal.look.formats import clock_range, day
from lokaal.look.own_words import joined


@dataclass(frozen=True)
class Group:
    """One course that people can join: its coming dates, and how many came before."""

    series: Series
    dates: list[Occurrence]
    has_begun: bool

    @property
    def held(self) -> list[Occurrence]:
        return [date for date in self.dates if not date.is_cancelled]

    @property
    def queue(self) -> CourseQueue:
        return CourseQueue(self.series, self.dates)

    @property
    def label(self) -> str:
        """Vanaf dinsdag 8 december. Of: al begonnen, verder op dinsdag 8 december."""
        first = self.held[0] if self.held else self.dates[0]
        words = _("Al begonnen, verder op %(day)s") if self.has_begun else _("Vanaf %(day)s")
        return words % {"day": day(first.starts_at)}

    @property
    def hint(self) -> str:
        """6 keer, 19.00 tot 21.00 uur. Nog 3 plekken."""
        first = self.held[0] if self.held else self.dates[0]
        times = ngettext("%(times)d keer", "%(times)d keer", len(self.held)) % {
            "times": len(self.held)
        }
        when = "" if first.is_all_day else clock_range(first.starts_at, first.ends_at)
        return joined([joined([times, when], ", "), self.places.rstrip(".")])

    @property
    def places(self) -> str:
        """Whether there is place, in a sentence."""
        queue = self.queue
        if queue.has_place_for(1):
            left = queue.left
            if left is None:
                return _("Er is plek.")
            return ngettext("Nog %(left)d plek.", "Nog %(left)d plekken.", left) % {"left": left}
        return _("Vol. Je komt op de wachtlijst.") if queue.takes_newcomers else _("Vol.")

    @property
    def is_open(self) -> bool:
        """Whether somebody can join it, or its queue."""
        queue = self.queue
        return bool(self.held) and (queue.has_place_for(1) or queue.takes_newcomers)

    @property
    def has_place(self) -> bool:
        """Whether who joins now is in at once; else they wait."""
        return self.queue.has_place_for(1)

    @property
    def halfway(self) -> str:
        """What who joins now takes part in, when the course began before; else nothing."""
        if not self.has_begun or not self.held:
            return ""
        words = ngettext(
            "De cursus is al begonnen. Je doet mee vanaf %(day)s: nog %(times)d keer.",
            "De cursus is al begonnen. Je doet mee vanaf %(day)s: nog %(times)d keer.",
            len(self.held),
        )
        return words % {"day": day(self.held[0].starts_at), "times": len(self.held)}

    @property
    def lines(self) -> list[Line]:
        """Its coming dates in words. Places stand with the course, not with each date."""
        return lines(self.dates)


def groups_of(activity: Activity) -> list[Group]:
    """The courses of an activity that have a coming date, first one first. Three queries."""
    now = timezone.now()
    all_series = {one.pk: one for one in activity.series.all()}
    for one in all_series.values():
        one.activity = activity

    def first_of(pk: UUID) -> UUID:
        before = all_series[pk].follows_id
        return first_of(before) if before else pk

    dates = defaultdict(list)
    for date in activity.occurrences.filter(series__isnull=False).upcoming():
        date.activity = activity
        if date.series_id:
            dates[first_of(date.series_id)].append(date)
    began = activity.occurrences.going_ahead().filter(starts_at__lte=now, series__isnull=False)
    begun = {first_of(pk) for pk in began.values_list("series_id", flat=True).distinct() if pk}
    found = [Group(all_series[pk], ours, pk in begun) for pk, ours in dates.items()]
    return sorted(found, key=lambda group: (group.dates[0].starts_at, group.series.pk))


@dataclass(frozen=True)
class MyTime:
    """One date of somebody's course, as a line of their page."""

    sign_up: SignUp
    day: str
    text: str
    badge: tuple[str, str, str] | None
    can_miss: bool = False
    can_come: bool = False
    is_gone: bool = False


def my_times(course: CourseSignUp, missed: set[UUID]) -> list[MyTime]:
    """The dates of a party in a course, with what it can do about each. `missed`: those not made up yet."""
    rows = course.dates.select_related("occurrence__activity", "occurrence__centre")
    return [
        _my_time(row, is_missed=row.pk in missed)
        for row in rows.order_by("occurrence__starts_at", "id")
        if row.is_live or row.makes_up_id is None
    ]


def _my_time(row: SignUp, *, is_missed: bool) -> MyTime:
    date = row.occurrence
    is_over = date.is_over()
    hours = _("De hele dag") if date.is_all_day else clock_range(date.starts_at, date.ends_at)
    told = [hours, date.place]
    if row.makes_up_id:
        told.append(_("In plaats van een keer die je mist"))
    badge = None
    if date.is_cancelled:
        badge = ("warn", "x-circle", _("Gaat niet door"))
    elif not row.is_live:
        badge = ("line", "x-mark", _("Je komt niet") if not is_over else _("Je was er niet"))
    elif is_over:
        badge = ("line", "check", _("Geweest"))
    elif row.is_joined:
        badge = ("munt", "check", _("Je komt"))
    return MyTime(
        row,
        capfirst(day(date.starts_at)),
        joined(told),
        badge,
        can_miss=row.is_joined and not is_over and not date.is_cancelled,
        can_come=is_missed and not row.is_live and not is_over and not date.is_cancelled,
        is_gone=date.is_cancelled or not row.is_live,
    )
