"""The price of one date, where people choose: on its card and on the page of its activity."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from activities.models import Activity, CostKind
from tests.activities.factories import OccurrenceFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("own", "kind", "cents", "words"),
    [
        (None, CostKind.FIXED, 400, "€\xa04"),
        (None, CostKind.PAY_WHAT_YOU_CAN, 400, "€\xa04, of wat je kunt"),
        (250, CostKind.FIXED, 400, "€\xa02,50"),
        (250, CostKind.FREE, 0, "€\xa02,50"),
        (0, CostKind.FIXED, 400, "Gratis"),
    ],
)
def test_card_of_a_date_says_its_own_price(
    activity: Activity, own: int | None, kind: str, cents: int, words: str
) -> None:
    Activity.objects.update(cost_kind=kind, cost_cents=cents)
    occurrence = OccurrenceFactory(activity=activity, own_cost_cents=own)
    page = Client().get(reverse("activities:agenda"), {"day": f"{occurrence.starts_at:%Y-%m-%d}"})
    assert words in cards_of(page)


def cards_of(page: Any) -> str:
    return page.content.decode().split("<main")[1].split("</main>")[0]


def test_page_of_the_activity_says_which_date_costs_something_else(activity: Activity) -> None:
    OccurrenceFactory(activity=activity, own_cost_cents=250)
    OccurrenceFactory(activity=activity)
    assert cards_of(Client().get(activity.get_absolute_url())).count("€\xa02,50") == 1
