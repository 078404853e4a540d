"""The agenda: exactly the dates that were asked for, in the order of the clock, at a fixed number of queries."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from activities import agenda
from activities.cards import places
from activities.models import Audience, CostKind, Occurrence
from lokaal import local_time
from lokaal.centres.models import Fact
from tests.activities.factories import (
    ActivityFactory,
    ActivityTranslationFactory,
    CentreFactory,
    OccurrenceFactory,
)

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 11, 24)
NOON = local_time.at(TUESDAY, time(12))
AGENDA = "/agenda/"


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def on(day: date, hour: int, minute: int = 0, **fields: Any) -> Occurrence:
    starts_at = local_time.at(day, time(hour, minute))
    return OccurrenceFactory(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), **fields)


def shown(client: Client, **query: Any) -> list[str]:
    """The titles on the page, in order."""
    response = client.get(AGENDA, query)
    assert response.status_code == 200
    return re.findall(
        r'<h3><a href="[^"]*\?date=[^"]*"(?: lang="[^"]*")?>([^<]*)</a></h3>',
        response.content.decode(),
    )


def titled(title: str, **fields: Any) -> Any:
    return ActivityFactory(title=title, **fields)


def test_agenda_shows_what_is_not_over_this_week_in_the_order_of_the_clock(client: Client) -> None:
    on(TUESDAY, 20, activity=titled("Avond"))
    on(TUESDAY, 9, activity=titled("Ochtend"))
    on(TUESDAY, 14, activity=titled("Middag"))
    on(TUESDAY + timedelta(days=5), 10, activity=titled("Zondag"))
    on(TUESDAY + timedelta(days=6), 10, activity=titled("Maandag erna"))
    on(TUESDAY - timedelta(days=1), 10, activity=titled("Gisteren"))

    assert shown(client) == ["Middag", "Avond", "Zondag"]
    assert shown(client, **{"from": "2026-11-24"}) == ["Ochtend", "Middag", "Avond", "Zondag"]
    assert shown(client, **{"from": "2026-11-30"}) == ["Maandag erna"]


def test_day_is_a_local_day(client: Client) -> None:
    wednesday = TUESDAY + timedelta(days=1)
    on(wednesday, 0, 15, activity=titled("Kwart over middernacht"))
    on(wednesday, 23, 45, activity=titled("Laat"))

    strip = client.get(AGENDA).content.decode()
    assert shown(client, **{"from": "2026-11-25"}) == ["Kwart over middernacht", "Laat"]
    assert 'id="dag-2026-11-25"' in strip
    assert 'id="dag-2026-11-26"' in strip  # empty, and it invites


def test_hidden_activities_are_not_there_and_cancelled_dates_say_so(client: Client) -> None:
    on(TUESDAY, 14, activity=titled("Concept", state="draft"))
    on(TUESDAY, 14, activity=titled("Gestopt", state="stopped"))
    on(TUESDAY, 15, activity=titled("Afgezegd"), cancelled=True)

    page = client.get(AGENDA).content.decode()
    assert shown(client) == ["Afgezegd"]
    assert "Gaat niet door" in page
    assert '<li class="act gone">' in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"centre": "west"}, ["Naaien"]),
        ({"centre": ["west", "oost"]}, ["Naaien", "Koken", "Spel"]),
        ({"part": "afternoon"}, ["Naaien"]),
        ({"part": "evening"}, ["Koken", "Spel"]),
        ({"for": "children"}, ["Spel"]),
        ({"free": "1"}, ["Naaien", "Spel"]),
        ({"language": "tr"}, ["Naaien"]),
        ({"step_free": "1"}, ["Koken"]),
        ({"free": "1", "for": "children", "part": "evening"}, ["Spel"]),
        ({"centre": "nergens", "part": "nacht", "for": "x", "language": "??", "free": "ja"}, None),
    ],
)
def test_choices_narrow_the_list(
    client: Client, query: dict[str, Any], expected: list[str] | None
) -> None:
    west, east = CentreFactory(slug="west"), CentreFactory(slug="oost")
    on(TUESDAY, 14, activity=titled("Naaien", centre=west, languages=["nl", "tr"]))
    on(
        TUESDAY,
        18,
        activity=titled(
            "Koken", centre=east, cost_kind=CostKind.FIXED, cost_cents=400, step_free=Fact.YES
        ),
    )
    on(TUESDAY, 19, activity=titled("Spel", centre=east, audience=Audience.CHILDREN))

    assert shown(client, **query) == (expected or ["Naaien", "Koken", "Spel"])


def test_empty_agenda_invites_to_begin_it_yourself(client: Client) -> None:
    page = client.get(AGENDA).content.decode()
    assert "Deze week is nog leeg" in page
    assert f'href="{reverse("activities:wish")}"' in page


def test_empty_search_takes_the_words_along(client: Client) -> None:
    page = client.get(AGENDA, {"q": "bijen houden"}).content.decode()
    assert "Dit is er nog niet" in page
    assert f"{reverse('activities:wish')}?q=bijen+houden" in page


def test_long_day_is_shown_in_pages_and_every_date_once(client: Client) -> None:
    activity = titled("Druk")
    made = [
        on(TUESDAY, 13 + n // 12, n % 12 * 5, activity=activity, title=f"Nr {n}") for n in range(75)
    ]

    seen: list[str] = []
    address: str | None = AGENDA
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r">(Nr \d+)</a></h3>", page)
        more = re.search(r'href="([^"]*after=[^"#]*)#dagen" rel="next"', page)
        address = more[1].replace("&amp;", "&") if more else None
    assert seen == [one.title for one in made]


@pytest.mark.parametrize("number", [1, 30])
def test_agenda_costs_four_queries(
    client: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(number):
        on(TUESDAY, 13, n, activity=titled(f"Nr {n}"))
    with django_assert_num_queries(
        4
    ):  # centres, dates, counts, and the footer (kept for a minute outside tests)
        assert len(shown(client)) == number


def test_translation_is_shown_in_english_and_dutch_is_marked(client: Client) -> None:
    translated = titled("Naaicafé")
    ActivityTranslationFactory(activity=translated, title="Sewing café")
    on(TUESDAY, 14, activity=translated)
    on(TUESDAY, 15, activity=titled("Taalcafé"))

    page = client.get("/en/agenda/").content.decode()
    assert '<html lang="en"' in page
    assert ">Sewing café</a></h3>" in page
    assert 'lang="nl">Taalcafé</a></h3>' in page
    assert "What's on this week?" in page.replace("&#x27;", "'")


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-02-30"},
        {"from": "0000-00-00"},
        {"from": "9999-12-31"},
        {"from": "morgen"},
        {"after": "999-zz"},
        {"after": f"{'9' * 16}-{'0' * 32}"},
        {"q": "x" * 10_000},
        {"q": "a\x00b"},
        {"q": "' OR 1=1; --"},
        {"q": "!!! ((( :* & |"},
        {"q": "🙂 \u202eevil"},
        {"centre": "\x00"},
    ],
)
def test_nonsense_in_the_address_is_answered_with_a_page(
    client: Client, query: dict[str, str]
) -> None:
    on(TUESDAY, 14, activity=titled("Koffie"))
    response = client.get(AGENDA, query)
    assert response.status_code == 200
    assert "</html>" in response.content.decode()


def test_today_leaves_out_what_is_over_and_soon_shows_other_days() -> None:
    on(TUESDAY, 9, activity=titled("Voorbij"))
    on(TUESDAY, 15, activity=titled("Straks"))
    on(
        TUESDAY + timedelta(days=1),
        10,
        activity=titled("Morgen vol", default_capacity=1),
        capacity=0,
    )
    on(TUESDAY + timedelta(days=1), 10, activity=titled("Morgen"))
    on(TUESDAY + timedelta(days=2), 10, activity=titled("Overmorgen"))

    known = places()
    assert [card.title for card in agenda.today(known, at=timezone.now())] == ["Straks"]
    assert [card.title for card in agenda.soon(known, at=timezone.now())] == [
        "Morgen",
        "Overmorgen",
    ]


def test_dates_of_a_centre_that_closed_for_good_are_hidden(client: Client) -> None:
    closed = CentreFactory(is_active=False)
    on(TUESDAY, 14, activity=titled("Weg", centre=closed))
    on(TUESDAY, 14, activity=titled("Hier"))
    assert shown(client) == ["Hier"]


def test_agenda_refuses_other_verbs_than_reading(client: Client) -> None:
    assert client.post(AGENDA).status_code == 405
    assert Occurrence.objects.count() == 0


def test_week_of_a_clock_change_keeps_its_days(client: Client) -> None:
    sunday = date(2027, 3, 28)
    on(sunday, 0, 30, activity=titled("Vroeg"))
    on(sunday, 23, 30, activity=titled("Laat"))
    assert shown(client, **{"from": "2027-03-28"}) == ["Vroeg", "Laat"]
