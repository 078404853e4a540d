"""Days that a series may leave out: without school, and on which the house is closed."""

from datetime import date, time

import pytest

from lokaal.centres import days_off
from lokaal.centres.models import SchoolHoliday
from lokaal.centres.opening import opening_of
from tests.centres.factories import CentreFactory, SpecialDayFactory

pytestmark = pytest.mark.django_db


def test_school_holidays_are_days_with_a_name() -> None:
    SchoolHoliday.objects.create(
        name="Voorjaarsvakantie", starts_on=date(2027, 2, 20), ends_on=date(2027, 2, 28)
    )
    found = days_off.school_holidays(date(2027, 2, 27), date(2027, 3, 5))
    assert found == {
        date(2027, 2, 27): "Voorjaarsvakantie",
        date(2027, 2, 28): "Voorjaarsvakantie",
    }


def test_closed_days_are_those_without_hours() -> None:
    centre = CentreFactory()
    SpecialDayFactory(date=date(2027, 12, 24), centre=centre, opens=time(9), closes=time(12))
    SpecialDayFactory(date=date(2027, 12, 25), centre=centre, reason="Kerst")
    SpecialDayFactory(date=date(2027, 12, 26), centre=CentreFactory(), reason="Elders dicht")
    first, last = date(2027, 12, 1), date(2027, 12, 31)
    assert days_off.closed_days(opening_of(centre), first, last) == {date(2027, 12, 25): "Kerst"}
    assert days_off.closed_days_of(centre, first, last) == {date(2027, 12, 25): "Kerst"}
