"""Alcohol and private parties: explained when somebody asks, checked when it becomes firm."""

from datetime import date, time, timedelta

import pytest

from lokaal import local_time
from tests.venue.factories import (
    AlcoholRuleFactory,
    PartFactory,
    SpaceFactory,
)
from venue.exceptions import NotAllowed
from venue.hire import house_rules
from venue.hire.pricing import Stay
from venue.models import Booking, TariffClass

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 12, 1)
ADULTS = "Alcohol is alleen voor mensen van 18 jaar en ouder."
SERVED = "Iemand van ons schenkt, of een vrijwilliger met een diploma."
NO_PARTY = "Bij een privéfeest schenken wij geen alcohol. Dat mag niet van de gemeente."


@pytest.fixture
def space():
    return SpaceFactory(name="Grote zaal")


def stay(space, start, hours, on=TUESDAY):
    starts_at = local_time.at(on, time(start))
    return Stay(space, starts_at, starts_at + timedelta(hours=hours))


def unsaved(**fields):
    return Booking(tariff_class=TariffClass(), **fields)


def said(*stays, party=False, alcohol=True):
    return house_rules.explanation(stays, is_private_party=party, serves_alcohol=alcohol)


def test_explanation_is_silent_without_alcohol(space):
    assert said(stay(space, 19, 3), alcohol=False) == []


def test_explanation_of_a_party_says_that_there_is_no_alcohol(space):
    AlcoholRuleFactory(centre=space.centre)
    assert said(stay(space, 19, 3), party=True, alcohol=False) == [NO_PARTY]
    assert said(stay(space, 19, 3), party=True) == [NO_PARTY]


def test_explanation_within_the_hours_names_who_serves(space):
    AlcoholRuleFactory(centre=space.centre)
    assert said(stay(space, 19, 3)) == [ADULTS, SERVED]


def test_explanation_partly_outside_the_hours_names_them(space):
    AlcoholRuleFactory(centre=space.centre)
    assert said(stay(space, 14, 4)) == [
        "Dinsdag 1 december schenken wij alcohol van 16.00 tot 0.00 uur. Daarbuiten niet.",
        ADULTS,
        SERVED,
    ]


@pytest.mark.parametrize(("start", "hours", "days"), [(10, 4, 0), (12, 4, 0), (19, 3, 1)])
def test_explanation_outside_the_hours_says_no(space, start, hours, days):
    AlcoholRuleFactory(centre=space.centre)
    (sentence,) = said(stay(space, start, hours, TUESDAY + timedelta(days=days)))
    assert sentence.endswith("schenken wij dan geen alcohol.")


def test_explanation_without_any_rule_says_no(space):
    assert said(stay(space, 19, 3)) == ["Op dinsdag 1 december schenken wij dan geen alcohol."]


def test_the_night_belongs_to_the_evening_before(space):
    AlcoholRuleFactory(centre=space.centre, ends=time(1))
    assert said(stay(space, 22, 3)) == [ADULTS, SERVED]
    wednesday_night = TUESDAY + timedelta(days=1)
    assert said(stay(space, 0, 1, wednesday_night)) == [ADULTS, SERVED]


def test_a_rule_holds_only_in_its_days(space):
    AlcoholRuleFactory(centre=space.centre, valid_until=TUESDAY - timedelta(days=1))
    assert said(stay(space, 19, 3)) == ["Op dinsdag 1 december schenken wij dan geen alcohol."]


def test_a_rule_does_not_hold_in_a_room_that_shares_a_part_with_one_it_leaves_out(space):
    part = PartFactory(centre=space.centre)
    young = SpaceFactory(centre=space.centre, name="Jongerenruimte", parts=[part])
    whole = SpaceFactory(
        centre=space.centre, name="Alles", parts=[part, PartFactory(centre=space.centre)]
    )
    AlcoholRuleFactory(centre=space.centre).not_in.add(young)
    assert said(stay(young, 19, 3)) == ["In Jongerenruimte schenken wij geen alcohol."]
    assert said(stay(whole, 19, 3)) == ["In Alles schenken wij geen alcohol."]
    assert said(stay(space, 19, 3)) == [ADULTS, SERVED]


def test_check_refuses_a_party_with_alcohol_unless_the_rule_allows_it(space):
    AlcoholRuleFactory(centre=space.centre)
    booking = unsaved(serves_alcohol=True, is_private_party=True)
    with pytest.raises(NotAllowed, match="Bij een privéfeest schenken wij geen alcohol"):
        house_rules.check(booking, [stay(space, 19, 3)])
    AlcoholRuleFactory(centre=space.centre, starts=time(15), allows_private_parties=True)
    house_rules.check(booking, [stay(space, 19, 3)])


def test_check_asks_nothing_without_alcohol(space, django_assert_num_queries):
    with django_assert_num_queries(0):
        house_rules.check(unsaved(is_private_party=True), [stay(space, 19, 3)])


@pytest.mark.parametrize("dates", [1, 52])
def test_servings_take_a_fixed_number_of_queries(space, dates, django_assert_num_queries):
    AlcoholRuleFactory(centre=space.centre)
    stays = [stay(space, 19, 3, TUESDAY + timedelta(days=7 * number)) for number in range(dates)]
    with django_assert_num_queries(3):
        found = house_rules.servings(stays, is_private_party=False)
    assert all(serving.is_whole for serving in found)
