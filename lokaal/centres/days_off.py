"""Days on which a series may be left out: the house is closed, or there is no school. One rule for all of the house."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from lokaal.centres.models import Centre, SchoolHoliday
from lokaal.centres.opening import Opening, opening_of

ONE_DAY = timedelta(days=1)


def school_holidays(first: date, last: date) -> dict[date, str]:
    """The days without school from one day up to and including another, each with the name of the holiday."""
    found = {}
    for holiday in SchoolHoliday.objects.during(first, last):
        on = max(first, holiday.starts_on)
        while on <= min(last, holiday.ends_on):
            found[on] = holiday.name
            on += ONE_DAY
    return found


def closed_days(opening: Opening, first: date, last: date) -> dict[date, str]:
    """The special days on which a house stays closed, each with the reason."""
    return {
        on: _(special.reason) if special.reason else _("Dan is het huis dicht.")
        for on, special in opening.special.items()
        if first <= on <= last and not special.hours
    }


def closed_days_of(centre: Centre, first: date, last: date) -> dict[date, str]:
    """The same of a house whose hours were not read yet."""
    return closed_days(opening_of(Centre.objects.with_hours(first).get(pk=centre.pk)), first, last)
