"""The front page: open or closed, today per place, soon, and the doors."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from lokaal import local_time
from lokaal.centres.models import Mark, OpeningHours
from tests.activities.factories import ActivityFactory, CentreFactory, OccurrenceFactory

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with time_machine.travel(local_time.at(TUESDAY, time(12)), tick=False):
        yield


def test_home_tells_who_is_open_and_lights_the_windows(client: Client) -> None:
    open_one = CentreFactory(name="Waterkracht", mark=Mark.WAVES)
    OpeningHours.objects.create(centre=open_one, weekday=2, opens=time(9), closes=time(21, 30))
    CentreFactory(name="Nieuwstad", mark=Mark.HOUSE)
    page = client.get("/").content.decode()
    assert '<span class="state on">Nu open</span> tot 21.30 uur' in page
    assert '<span class="state">Nu dicht</span>' in page
    assert page.count('<g class="lit">') == 1


def test_home_shows_today_with_times_and_counts_what_is_left(client: Client) -> None:
    centre = CentreFactory(slug="waterkracht")
    for hour, title in ((9, "Koffie"), (14, "Naaicafé"), (19, "Sjoelen")):
        OccurrenceFactory(
            activity=ActivityFactory(title=title, centre=centre),
            starts_at=local_time.at(TUESDAY, time(hour, 30)),
            ends_at=local_time.at(TUESDAY, time(hour + 1)),
        )
    page = client.get("/").content.decode()
    assert "Vandaag nog: 2 dingen" in page
    assert ">14.30</time>" in page
    assert "Naaicafé" in page
    assert "Koffie-inloop" not in page
    assert ">9.30</time>" not in page


def test_home_has_three_doors_and_an_invitation(client: Client) -> None:
    page = client.get("/").content.decode()
    for name in ("activities:agenda", "activities:wish", "portal:help"):
        assert '<a class="door ' in page
        assert f'href="{reverse(name)}"' in page
    assert "Iets missen? Begin het zelf" in page


@pytest.mark.parametrize("number", [1, 30])
def test_home_costs_five_queries(
    client: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    centre = CentreFactory()
    for n in range(number):
        OccurrenceFactory(
            activity=ActivityFactory(centre=centre),
            starts_at=local_time.at(TUESDAY, time(13)) + timedelta(minutes=n),
        )
    with django_assert_num_queries(5):  # places, today, hours, soon, footer
        client.get("/")


def test_english_home_is_english(client: Client) -> None:
    page = client.get("/en/").content.decode()
    assert "Come in." in page
    assert "Kom binnen" not in page
