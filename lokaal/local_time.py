"""The clock on the wall. Dates and times that people write are local (Europe/Amsterdam); the database keeps UTC."""

from datetime import UTC, date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from lokaal.exceptions import Refusal


class NoSuchTime(Refusal):
    """The local time is skipped by the clock change of spring, or happens twice in that of autumn."""


def at(day: date, moment: time) -> datetime:
    """Return the UTC moment at which the local clock shows this time on this day.

    Raises NoSuchTime for the hour that does not exist in spring and the hour that comes twice in autumn.
    """
    zone = timezone.get_default_timezone()
    first = datetime.combine(day, moment, zone)
    second = first.replace(fold=1)
    if first.utcoffset() != second.utcoffset():
        raise NoSuchTime(
            _("In die nacht gaat de klok een uur vooruit of terug. Kies een andere tijd.")
        )
    return first.astimezone(UTC)


def day_starts_at(day: date) -> datetime:
    """Return the UTC moment at which a local day begins (midnight never falls in a clock change here)."""
    return at(day, time.min)
