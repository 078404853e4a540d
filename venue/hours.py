"""When a house can be hired. Hirers stay within it; staff may go outside, and say why (`Wanted.hours_reason`).

Hire hours are those of the week (HireHours). On a special day of the house (lokaal.centres) its own hours hold, or it
is closed. A house whose hire hours nobody wrote down can be hired at any hour of a day on which it is not closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from lokaal import repeating
from lokaal.centres.models import Centre, Weekday
from lokaal.centres.opening import Hours, Opening, hours_in_words, opening_of
from venue.exceptions import Closed, WrongTime
from venue.models import HireHours

if TYPE_CHECKING:
    from venue.allocating import Wanted

DAY_AND_NIGHT: Mapping[int, tuple[Hours, ...]] = dict.fromkeys(
    Weekday.values, ((time.min, time.min),)
)

#: Who asks for 20.00 to 1.00 means the night that follows; 20.00 to 10.00 is a mistake.
NIGHT_ENDS = time(6)


def moments(day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    """The moments (UTC) of a local stretch; into the night when it ends before it begins.

    Raises WrongTime or WrongRule when the end is not after the start, NoSuchTime in the hours of a clock change.
    """
    if NIGHT_ENDS < ends < starts:
        raise WrongTime(_("Het einde ligt voor het begin."))
    return repeating.moments(day, starts, ends)


def hire_opening(centre: Centre) -> Opening:
    """When one house can be hired."""
    return hire_openings([centre.pk])[centre.pk]


def hire_openings(
    centres: Iterable[UUID] | None = None, *, since: date | None = None
) -> dict[UUID, Opening]:
    """When houses (all of them) can be hired, by house, in one query. Special days from `since` (today) on."""
    found = Centre.objects.with_hours(since).annotate(
        hire_rows=ArraySubquery(
            HireHours.objects.filter(centre=OuterRef("pk"))
            .order_by("weekday", "opens")
            .values(row=JSONObject(weekday="weekday", opens="opens", closes="closes"))
        )
    )
    if centres is not None:
        found = found.filter(pk__in=set(centres))
    return {centre.pk: _opening(centre) for centre in found}


def problem(wanted: Wanted) -> Closed | None:
    """Why a hirer cannot have this time, whoever else is there; None when the house is open for hire."""
    opening = hire_openings([wanted.space.centre_id], since=timezone.localdate(wanted.starts_at))
    return problem_with(opening[wanted.space.centre_id], wanted.starts_at, wanted.ends_at)


def problem_with(opening: Opening, starts_at: datetime, ends_at: datetime) -> Closed | None:
    """The same, for hours that were read before."""
    if opening.covers(starts_at, ends_at):
        return None
    on = timezone.localdate(starts_at)
    special = opening.special.get(on)
    hours = opening.hours_on(on)
    if special and not hours:
        reason = f" {special.sentence}." if special.reason else ""
        return Closed(_("Dan is het huis dicht.") + reason)
    if not hours:
        return Closed(_("Op die dag verhuren wij niet."))
    return Closed(_("Die dag verhuren wij van %(hours)s.") % {"hours": hours_in_words(hours)})


def _opening(centre: Centre) -> Opening:
    week: dict[int, tuple[Hours, ...]] = {}
    for row in centre.hire_rows:  # type: ignore[attr-defined]  # annotated above
        hours = (time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"]))
        week[row["weekday"]] = (*week.get(row["weekday"], ()), hours)
    return Opening(week or DAY_AND_NIGHT, opening_of(centre).special)
