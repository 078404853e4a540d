"""The front page: who is open, what is on today per place, what comes soon, and the doors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import translation

from lokaal.centres.models import Centre, OpeningHours
from lokaal.portal.home import LINES
from tests.activities.factories import ActivityFactory, CentreFactory, OccurrenceFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 8, 40, tzinfo=UTC)  # Tuesday, 9.40 uur


@pytest.fixture(autouse=True)
def tuesday_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False), translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def water() -> Centre:
    centre = CentreFactory(name="Waterkracht", slug="waterkracht", mark="p-wk", position=1)
    OpeningHours.objects.create(centre=centre, weekday=2, opens=time(9), closes=time(21, 30))
    return centre


@pytest.fixture
def new_town() -> Centre:
    centre = CentreFactory(name="Nieuwstad", slug="nieuwstad", mark="p-ns", position=2)
    OpeningHours.objects.create(centre=centre, weekday=2, opens=time(13), closes=time(17))
    return centre


def on(title: str, *, hours: float, length: float = 2, **fields: Any) -> Any:
    """Plan a date that begins so many hours from now."""
    starts_at = NOW + timedelta(hours=hours)
    return OccurrenceFactory(
        activity__title=title,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=length),
        **fields,
    )


def home(code: str = "") -> Any:
    response = Client().get(f"/{code}/" if code else "/")
    assert response.status_code == 200
    return response


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_home_says_who_is_open_and_lights_their_windows(water: Centre, new_town: Centre) -> None:
    response = home()
    assert [
        (place["centre"].name, place["status"].label, place["status"].detail)
        for place in response.context["centres"]
    ] == [
        ("Waterkracht", "Nu open", "tot 21.30 uur"),
        ("Nieuwstad", "Nu dicht", "open om 13.00 uur"),
    ]
    assert response.context["lights"] == {"p-wk"}
    assert text(response).count('<g class="lit">') == 1


@pytest.mark.parametrize("path", ["/", "/agenda/", "/centres/waterkracht/", "/en/help/"])
def test_shared_page_brings_the_picture_of_the_house(
    path: str, water: Centre, settings: Any
) -> None:
    settings.ORIGIN = "https://lokaal.example"
    shown = Client().get(path).content.decode()
    pictures = re.findall(r'<meta property="og:image" content="([^"]+)">', shown)
    assert pictures == ["https://lokaal.example/static/share.png"]
    (words,) = re.findall(r'<meta property="og:image:alt" content="([^"]+)">', shown)
    assert words
    picture = Client().get(urlsplit(pictures[0]).path)
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")


def test_home_shows_today_per_place_in_the_order_of_the_clock(
    water: Centre, new_town: Centre
) -> None:
    on("Sjoelen", hours=10, activity__centre=water, activity__drop_in=True)
    on("Koffie-inloop", hours=-0.5, activity__centre=water, activity__drop_in=True)
    on("Taalcafé", hours=4, activity__centre=new_town, capacity=10, places_taken=7)
    on("Voorbij", hours=-3, activity__centre=water)
    on("Morgen", hours=24, activity__centre=water)
    on("Concept", hours=1, activity__centre=water, activity__draft=True)
    response = home()
    shown = [
        (place["centre"].name, [(c.time, c.title, c.text, c.is_now) for c in place["cards"]])
        for place in response.context["centres"]
    ]
    assert shown == [
        (
            "Waterkracht",
            [
                ("9.10", "Koffie-inloop", "Nu bezig. Loop zo binnen", True),
                ("19.40", "Sjoelen", "Gratis. Loop zo binnen", False),
            ],
        ),
        ("Nieuwstad", [("13.40", "Taalcafé", "Gratis. Nog 3 plekken", False)]),
    ]
    assert "Vandaag nog: 2 dingen" in text(response)
    assert "Vandaag nog: 1 ding" in text(response)


def test_home_shows_a_date_at_the_place_where_it_is(water: Centre, new_town: Centre) -> None:
    on("Uitje", hours=1, activity__centre=water, centre=new_town)
    first, second = home().context["centres"]
    assert ([card.title for card in first["cards"]], [c.title for c in second["cards"]]) == (
        [],
        ["Uitje"],
    )


def test_home_leads_on_when_a_place_has_more_today(water: Centre) -> None:
    for _number in range(LINES + 2):
        on("Koffie", hours=1, activity__centre=water)
    response = home()
    assert len(response.context["centres"][0]["cards"]) == LINES
    assert '<a class="link" href="/agenda/?centre=waterkracht">Nog 2 dingen' in text(response)


def test_home_says_when_there_is_nothing_today(water: Centre) -> None:
    shown = text(home())
    assert "Vandaag niets meer" in shown
    assert "Vandaag is er niets meer." in shown
    assert "Straks in de buurt" not in shown


def test_home_shows_soon_what_is_not_on_today_on_different_days() -> None:
    coffee = ActivityFactory(title="Koffie")
    for day in range(4):
        OccurrenceFactory(
            activity=coffee,
            starts_at=NOW + timedelta(days=day, hours=1),
            ends_at=NOW + timedelta(days=day, hours=2),
        )
    on("Buurtmaaltijd", hours=26)
    on("Zelfde dag", hours=27)
    on("Vol", hours=49, capacity=3, places_taken=3)
    on("Afgezegd", hours=50, cancelled=True)
    on("Vrouwenontbijt", hours=51)
    on("Repaircafé", hours=24 * 4)
    cards = home().context["soon"]
    assert [(card.title, card.tile_top, card.tile_main) for card in cards] == [
        ("Buurtmaaltijd", "wo", "25"),
        ("Vrouwenontbijt", "do", "26"),
        ("Repaircafé", "za", "28"),
    ]


def test_home_repeats_what_is_on_today_only_when_nothing_else_comes() -> None:
    coffee = ActivityFactory(title="Koffie")
    for day in range(3):
        OccurrenceFactory(
            activity=coffee,
            starts_at=NOW + timedelta(days=day, hours=1),
            ends_at=NOW + timedelta(days=day, hours=2),
        )
    on("Naaien", hours=72)
    assert [card.title for card in home().context["soon"]] == ["Koffie", "Naaien"]


def test_home_has_three_doors_and_an_invitation() -> None:
    response = home()
    assert [(door["word"], door["url"]) for door in response.context["doors"]] == [
        ("Meedoen", "/agenda/"),
        ("Begin het zelf", "/begin/"),
        ("Hulp nodig", "/help/"),
    ]
    assert "Iets missen? Begin het zelf" in text(response)


def test_home_leaves_out_a_centre_that_is_no_longer_in_use(water: Centre) -> None:
    closed = CentreFactory(name="Oud huis", is_active=False)
    on("Koffie", hours=1, activity__centre=closed)
    response = home()
    assert [place["centre"].name for place in response.context["centres"]] == ["Waterkracht"]
    assert "Koffie</a>" not in text(response)


def test_home_works_in_an_empty_house() -> None:
    assert home().context["centres"] == []


def test_home_speaks_english(water: Centre) -> None:
    response = home("en")
    assert response.context["today"] == "Today, Tuesday 24 November"
    assert [door["url"] for door in response.context["doors"]] == [
        "/en/agenda/",
        "/en/begin/",
        "/en/help/",
    ]
    assert '<html lang="en"' in text(response)


@pytest.mark.parametrize("number", [1, 30])
def test_home_costs_the_same_queries_for_one_date_and_for_thirty(
    number: int, django_assert_num_queries: Any, water: Centre
) -> None:
    for hour in range(number):
        on("Koffie", hours=hour, activity__centre=water)
    with django_assert_num_queries(5):  # places, today, centres with hours, soon; the footer
        home()
