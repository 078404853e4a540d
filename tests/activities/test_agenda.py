"""The agenda: which dates it shows, in which order, on which day, and that any address gives a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from activities.agenda import PAGE
from activities.models import Activity, Audience, CostKind, Occurrence, QueueRule
from lokaal import local_time
from lokaal.centres.models import Centre
from tests.activities.factories import (
    ActivityFactory,
    ActivityTranslationFactory,
    CentreFactory,
    OccurrenceFactory,
)

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)
WEDNESDAY = date(2026, 11, 25)
SUNDAY = date(2026, 11, 29)


@pytest.fixture(autouse=True)
def tuesday_morning() -> Iterator[None]:
    """It is Tuesday 24 November 2026, 9.40 uur."""
    with time_machine.travel(datetime(2026, 11, 24, 8, 40, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def water() -> Centre:
    return CentreFactory(name="Waterkracht", slug="waterkracht", mark="p-wk", position=1)


@pytest.fixture
def new_town() -> Centre:
    return CentreFactory(name="Nieuwstad", slug="nieuwstad", mark="p-ns", position=2)


def on(day: date, clock: str, name: str = "", *, hours: float = 2, **fields: Any) -> Occurrence:
    """Plan a date at a time on the local clock. Fields of the activity begin with activity__."""
    hour, minute = (int(part) for part in clock.split("."))
    starts_at = local_time.at(day, time(hour, minute))
    if name:
        fields.setdefault("activity__title", name)
    return OccurrenceFactory(
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), **fields
    )


def agenda(query: str = "", *, language: str = "") -> HttpResponse:
    response = Client().get(f"{f'/{language}' if language else ''}/agenda/{query}")
    assert response.status_code == 200
    return response


def listed(response: HttpResponse) -> list[tuple[str, list[str]]]:
    """Return the days of the list with the titles under them."""
    days = response.context["agenda"].days
    return [(day.heading, [card.title for card in day.cards]) for day in days if day.cards]


def titles(query: str = "", **options: Any) -> list[str]:
    """Return the titles on the page, in their order, and check that the page writes them down."""
    response = agenda(query, **options)
    page = response.context["agenda"]
    shown = page.found + [card for day in page.days for card in day.cards]
    written = re.findall(r'<h3><a href="([^"]+)"[^>]*>([^<]+)</a></h3>', response.content.decode())
    assert written == [(card.url, escape(card.title)) for card in shown]
    return [card.title for card in shown]


# The week ----------------------------------------------------------------------------------------


def test_agenda_shows_what_is_still_on_this_week_by_day_and_clock() -> None:
    on(TUESDAY, "13.30", "Naaicafé")
    on(TUESDAY, "9.00", "Koffie-inloop")  # runs until 11.00
    on(TUESDAY, "7.00", "Vroege vogels", hours=1)  # is over
    on(MONDAY, "10.00", "Gisteren")
    on(SUNDAY, "23.30", "Nachtconcert")
    on(WEDNESDAY, "0.00", "Middernacht")
    on(date(2026, 11, 30), "0.00", "Volgende week")
    assert listed(agenda()) == [
        ("Vandaag, dinsdag 24 november", ["Koffie-inloop", "Naaicafé"]),
        ("Morgen, woensdag 25 november", ["Middernacht"]),
        ("Zondag 29 november", ["Nachtconcert"]),
    ]


def test_agenda_orders_dates_of_the_same_minute_by_id() -> None:
    made = [on(TUESDAY, "13.00") for _number in range(5)]
    cards = agenda().context["agenda"].days[0].cards
    assert [card.id for card in cards] == sorted(one.pk for one in made)


def test_agenda_from_a_day_shows_all_of_that_day_and_the_rest_of_its_week() -> None:
    on(MONDAY, "10.00", "Maandag")
    on(TUESDAY, "7.00", "Vroege vogels", hours=1)
    on(date(2026, 11, 30), "10.00", "Week erna")
    assert titles("?from=2026-11-23") == ["Maandag", "Vroege vogels"]
    assert titles("?from=2026-11-24") == ["Vroege vogels"]
    assert titles("?from=2026-12-02") == []
    assert titles("?from=2026-11-30") == ["Week erna"]


def test_agenda_offers_what_was_on_earlier_today() -> None:
    on(TUESDAY, "7.00", "Vroege vogels", hours=1)
    page = agenda().content.decode()
    assert '<a class="link" href="/agenda/?from=2026-11-24#dagen">' in page
    assert "Laat ook zien wat vandaag al was" in page
    assert "Laat ook zien wat vandaag al was" not in agenda("?from=2026-11-24").content.decode()


def test_agenda_days_begin_at_local_midnight_on_both_clock_changes() -> None:
    # In UTC both of these begin on the day before.
    on(date(2027, 3, 28), "0.30", "Nacht van de zomertijd", hours=1)
    on(date(2026, 10, 25), "0.30", "Nacht van de wintertijd", hours=1)
    on(date(2027, 3, 28), "23.30", "Laat in de zomertijd", hours=0.25)
    on(date(2026, 10, 25), "23.30", "Laat in de wintertijd", hours=0.25)
    assert listed(agenda("?from=2027-03-28")) == [
        ("Zondag 28 maart 2027", ["Nacht van de zomertijd", "Laat in de zomertijd"])
    ]
    assert listed(agenda("?from=2026-10-25")) == [
        ("Zondag 25 oktober", ["Nacht van de wintertijd", "Laat in de wintertijd"])
    ]
    assert titles("?from=2027-03-29") == []
    assert titles("?from=2026-10-26") == []


def test_agenda_counts_what_is_held_per_day() -> None:
    on(MONDAY, "10.00")
    on(TUESDAY, "7.00", hours=1)
    on(TUESDAY, "13.00")
    on(WEDNESDAY, "10.00", cancelled=True)
    on(SUNDAY, "23.30")
    strip = agenda().context["agenda"].strip
    assert [(day.short, day.date, day.text) for day in strip] == [
        ("ma", "23", "1 ding"),
        ("di", "24", "2 dingen"),
        ("wo", "25", "nog niets"),
        ("do", "26", "nog niets"),
        ("vr", "27", "nog niets"),
        ("za", "28", "nog niets"),
        ("zo", "29", "1 ding"),
    ]
    assert [day.is_chosen for day in strip].index(True) == 1
    assert strip[0].url == "?from=2026-11-23#dagen"


def test_agenda_leads_to_the_week_before_and_after() -> None:
    context = agenda("?free=1&from=2026-11-26").context
    assert context["earlier"] == "/agenda/?free=1&from=2026-11-16#dagen"
    assert context["later"] == "/agenda/?free=1&from=2026-11-30#dagen"


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("", "Wat is er deze week?"),
        ("?from=2026-11-29", "Wat is er deze week?"),
        ("?from=2026-11-30", "Wat is er volgende week?"),
        ("?from=2026-12-09", "Wat is er in de week van maandag 7 december?"),
        ("?from=2026-11-18", "Wat was er in de week van maandag 16 november?"),
    ],
)
def test_agenda_heading_names_the_week(query: str, heading: str) -> None:
    assert agenda(query).context["heading"] == heading


def test_agenda_hides_drafts_stopped_activities_and_centres_out_of_use(
    water: Centre, new_town: Centre
) -> None:
    new_town.is_active = False
    new_town.save()
    on(TUESDAY, "13.00", "Concept", activity__draft=True)
    on(TUESDAY, "13.00", "Gestopt", activity__stopped=True)
    on(TUESDAY, "13.00", "Dicht huis", activity__centre=new_town)
    on(TUESDAY, "13.00", "Naaicafé", activity__centre=water)
    response = agenda()
    assert listed(response) == [("Vandaag, dinsdag 24 november", ["Naaicafé"])]
    assert response.context["agenda"].strip[1].text == "1 ding"
    assert "nieuwstad" not in response.content.decode()


def test_agenda_shows_a_date_that_is_called_off_as_such() -> None:
    on(TUESDAY, "13.00", "Naaicafé", cancelled=True)
    response = agenda()
    card = response.context["agenda"].days[0].cards[0]
    assert (card.title, card.is_gone, card.badge.label) == ("Naaicafé", True, "Gaat niet door")
    assert '<li class="act gone">' in response.content.decode()


# What runs for days ------------------------------------------------------------------------------


def test_agenda_shows_what_began_before_and_still_runs_first() -> None:
    on(MONDAY, "20.00", "Nacht van het boek", hours=14)
    on(MONDAY, "10.00", "Expositie", hours=4 * 24)
    on(MONDAY, "10.00", "Voorbij", hours=23.5)
    on(TUESDAY, "10.00", "Koffie")
    assert titles() == ["Expositie", "Nacht van het boek", "Koffie"]
    assert titles("?from=2026-11-25") == ["Expositie"]
    assert titles("?from=2026-11-27") == ["Expositie"]
    assert titles("?from=2026-11-28") == []


def test_agenda_says_until_when_something_runs() -> None:
    on(MONDAY, "10.00", "Expositie", hours=4 * 24)
    on(TUESDAY, "20.00", "Feest", hours=6)
    exhibition, party = agenda().context["agenda"].days[0].cards
    assert exhibition.facts[0] == ("calendar-days", "tot en met vrijdag 27 november")
    assert (exhibition.tile_top, exhibition.tile_main) == ("ma", "23")
    assert exhibition.badge.label == "Nu bezig"
    assert [sign for sign, _text in party.facts] == ["currency-euro", "ticket"]
    assert (party.tile_top, party.tile_main) == ("", "20.00")


def test_agenda_shows_a_whole_day_and_a_date_without_length() -> None:
    OccurrenceFactory(
        activity__title="Open dag",
        starts_at=local_time.day_starts_at(WEDNESDAY),
        ends_at=local_time.day_starts_at(WEDNESDAY + timedelta(days=1)),
        is_all_day=True,
    )
    on(WEDNESDAY, "0.00", "Om middernacht", hours=0)
    response = agenda("?from=2026-11-25")
    whole_day, no_length = sorted(
        response.context["agenda"].days[0].cards, key=lambda card: card.title, reverse=True
    )
    assert (whole_day.title, whole_day.tile_main) == ("Open dag", "hele dag")
    assert whole_day.datetime == "2026-11-25"
    assert (no_length.title, no_length.tile_main) == ("Om middernacht", "0.00")


# Choices -----------------------------------------------------------------------------------------


def test_agenda_by_centre(water: Centre, new_town: Centre) -> None:
    on(TUESDAY, "13.00", "Naaicafé", activity__centre=water)
    on(TUESDAY, "14.00", "Wandelgroep", activity__centre=new_town)
    on(TUESDAY, "15.00", "Elders")
    assert titles("?centre=waterkracht") == ["Naaicafé"]
    assert titles("?centre=nieuwstad&centre=waterkracht") == ["Naaicafé", "Wandelgroep"]
    assert titles("?centre=bestaat-niet") == ["Naaicafé", "Wandelgroep", "Elders"]


def test_agenda_shows_a_date_at_the_centre_of_the_date(water: Centre, new_town: Centre) -> None:
    on(TUESDAY, "13.00", "Uitje", activity__centre=water, centre=new_town)
    assert titles("?centre=nieuwstad") == ["Uitje"]
    assert titles("?centre=waterkracht") == []


def test_agenda_by_part_of_the_day_on_the_local_clock() -> None:
    on(WEDNESDAY, "11.59", "Ochtend")
    on(WEDNESDAY, "12.00", "Middag")
    on(WEDNESDAY, "17.59", "Late middag")
    on(WEDNESDAY, "18.00", "Avond")
    on(WEDNESDAY, "0.30", "Nacht")
    OccurrenceFactory(
        activity__title="Hele dag",
        starts_at=local_time.day_starts_at(WEDNESDAY),
        ends_at=local_time.day_starts_at(WEDNESDAY + timedelta(days=1)),
        is_all_day=True,
    )
    assert titles("?part=morning") == ["Hele dag", "Nacht", "Ochtend"]
    assert titles("?part=afternoon") == ["Hele dag", "Middag", "Late middag"]
    assert titles("?part=evening") == ["Hele dag", "Avond"]
    assert titles("?part=evening&part=morning") == ["Hele dag", "Nacht", "Ochtend", "Avond"]


def test_agenda_by_part_of_the_day_in_summer_time() -> None:
    day = date(2027, 6, 22)
    on(day, "12.00", "Middag")  # 10.00 UTC
    on(day, "11.30", "Ochtend")
    assert titles("?from=2027-06-22&part=afternoon") == ["Middag"]
    assert titles("?from=2027-06-22&part=morning") == ["Ochtend"]


def test_agenda_by_whom_price_language_and_door() -> None:
    on(TUESDAY, "13.00", "Kinderen", activity__audience=Audience.CHILDREN)
    on(TUESDAY, "13.01", "Vrouwen", activity__audience=Audience.WOMEN)
    on(TUESDAY, "13.02", "Betaald", activity__paid=True)
    on(TUESDAY, "13.03", "Wat je kunt", activity__cost_kind=CostKind.PAY_WHAT_YOU_CAN)
    on(TUESDAY, "13.04", "Turks", activity__languages=["nl", "tr"])
    on(TUESDAY, "13.05", "Zonder drempel", activity__step_free="yes")
    on(TUESDAY, "13.06", "Met drempel", activity__step_free="no")
    on(TUESDAY, "13.07", "Niet gezegd", activity__cost_kind=CostKind.UNKNOWN)
    assert titles("?for=children") == ["Kinderen"]
    assert titles("?for=children&for=women") == ["Kinderen", "Vrouwen"]
    assert titles("?free=1") == [
        "Kinderen",
        "Vrouwen",
        "Turks",
        "Zonder drempel",
        "Met drempel",
    ]
    assert titles("?language=tr") == ["Turks"]
    assert titles("?language=tr&language=ar") == ["Turks"]
    assert titles("?step_free=1") == ["Zonder drempel"]
    assert titles("?step_free=1&free=1&language=tr") == []


def test_agenda_counts_only_what_fits_the_choices() -> None:
    on(TUESDAY, "13.00", activity__languages=["tr"])
    on(TUESDAY, "13.00")
    strip = agenda("?language=tr").context["agenda"].strip
    assert (strip[1].text, strip[1].url) == ("1 ding", "?language=tr&from=2026-11-24#dagen")


def test_agenda_keeps_the_choices_ticked(water: Centre, new_town: Centre) -> None:
    page = agenda("?centre=nieuwstad&part=evening&free=1&language=tr&step_free=1&for=women").content
    ticked = re.findall(r'name="(\w+)" value="([^"]+)" checked', page.decode())
    assert ticked == [
        ("centre", "nieuwstad"),
        ("part", "evening"),
        ("for", "women"),
        ("free", "1"),
        ("step_free", "1"),
        ("language", "tr"),
    ]


def test_agenda_keeps_words_and_day_when_choices_change() -> None:
    page = agenda("?q=soep&from=2026-11-25").content.decode()
    filters = page[page.index('class="filters"') :]
    assert '<input type="hidden" name="q" value="soep">' in filters
    assert '<input type="hidden" name="from" value="2026-11-25">' in filters


# Invitations -------------------------------------------------------------------------------------


def test_agenda_invites_on_the_first_empty_day() -> None:
    on(TUESDAY, "13.00")
    on(date(2026, 11, 26), "13.00")
    page = agenda().content.decode()
    assert page.count('class="maak"') == 1
    assert "<h3>Woensdag is nog leeg</h3>" in page
    assert page.count("Nog niets.") == 3  # Friday, Saturday, Sunday


def test_agenda_invites_once_for_an_empty_week() -> None:
    page = agenda().content.decode()
    assert page.count('class="maak"') == 1
    assert "<h2>Deze week is nog leeg</h2>" in page
    assert f'<a class="btn" href="{reverse("activities:wish")}">' in page


def test_agenda_invites_when_nothing_fits_the_choices(water: Centre) -> None:
    on(TUESDAY, "13.00")
    page = agenda("?centre=waterkracht").content.decode()
    assert "<h2>Deze week vonden we niets</h2>" in page
    assert f'href="{reverse("activities:wish")}?centre=waterkracht"' in page
    assert 'href="/agenda/?"' in page  # Laat alles zien


def test_agenda_invites_with_the_words_that_were_not_found() -> None:
    page = agenda("?q=schaken+%26+dammen").content.decode()
    assert "<h2>Niets gevonden? Zeg wat je mist</h2>" in page
    assert f'href="{reverse("activities:wish")}?q=schaken+%26+dammen"' in page


# Searching ---------------------------------------------------------------------------------------


def test_search_shows_every_activity_once_with_its_next_date() -> None:
    sewing = ActivityFactory(title="Naaicafé")
    on(MONDAY, "13.30", activity=sewing)
    on(date(2026, 12, 8), "13.30", activity=sewing)
    on(date(2026, 12, 1), "13.30", activity=sewing)
    on(WEDNESDAY, "10.00", "Naailes")
    on(WEDNESDAY, "10.00", "Yoga", activity__summary="")
    response = agenda("?q=naai")
    cards = response.context["agenda"].found
    assert [(card.title, card.tile_main, card.time) for card in cards] == [
        ("Naailes", "25", "10.00"),
        ("Naaicafé", "1", "13.30"),
    ]
    assert response.context["agenda"].is_exact
    assert titles("?q=naai&from=2026-12-02") == ["Naaicafé"]
    assert "Dit vonden we" in response.content.decode()


def test_search_forgives_and_says_so() -> None:
    on(TUESDAY, "13.30", "Buurtmaaltijd")
    response = agenda("?q=buutmaaltijd")
    assert [card.title for card in response.context["agenda"].found] == ["Buurtmaaltijd"]
    assert "Dit lijkt erop" in response.content.decode()


def test_search_prefers_a_date_that_is_held() -> None:
    sewing = ActivityFactory(title="Naaicafé")
    on(TUESDAY, "13.30", activity=sewing, cancelled=True)
    held = on(date(2026, 12, 1), "13.30", activity=sewing)
    assert [card.id for card in agenda("?q=naai").context["agenda"].found] == [held.pk]
    held.delete()
    (card,) = agenda("?q=naai").context["agenda"].found
    assert card.is_gone


def test_search_finds_a_date_by_its_own_name_and_shows_that_date() -> None:
    sewing = ActivityFactory(title="Naaicafé")
    on(TUESDAY, "13.30", activity=sewing)
    fair = on(date(2026, 12, 15), "13.30", activity=sewing, title="Kerstmarkt")
    on(date(2026, 11, 17), "13.30", activity=sewing, title="Lampionnen")  # is over
    on(WEDNESDAY, "10.00", activity__draft=True, title="Kerstmarkt in concept")
    for question in ["kerstmarkt", "kerstmarkten", "kerst", "naaien kerstmarkt", "kersmarkt"]:
        found = agenda(f"?q={question}").context["agenda"].found
        assert [(card.id, card.title) for card in found] == [(fair.pk, "Kerstmarkt")], question
    assert titles("?q=naaicafe") == ["Naaicafé"]
    assert titles("?q=lampionnen") == []
    assert titles("?q=lampionnen&from=2026-11-16") == ["Lampionnen"]


def test_search_by_own_names_costs_the_same_at_any_size(django_assert_num_queries: Any) -> None:
    for number in range(PAGE + 1):
        on(WEDNESDAY, "13.30", f"Naaicafé {number}", title="Kerstmarkt")
    with django_assert_num_queries(4):  # centres, what is meant, its dates; the footer
        assert len(agenda("?q=kerstmarkt").context["agenda"].found) == PAGE
    with django_assert_num_queries(5):  # and what looks like it
        assert len(agenda("?q=kestmarkt").context["agenda"].found) == PAGE


def test_search_keeps_to_the_choices() -> None:
    on(TUESDAY, "13.30", "Naaicafé", activity__languages=["tr"])
    on(TUESDAY, "20.00", "Naailes")
    assert titles("?q=naai&language=tr") == ["Naaicafé"]
    assert titles("?q=naai&part=evening") == ["Naailes"]


def test_search_finds_what_runs_now_and_nothing_that_is_over() -> None:
    on(MONDAY, "9.00", "Expositie", hours=4 * 24)
    on(MONDAY, "9.00", "Expositie van vroeger")
    on(TUESDAY, "13.00", "Expositie in concept", activity__draft=True)
    assert titles("?q=expositie") == ["Expositie"]


# Pages of thirty ---------------------------------------------------------------------------------


def test_agenda_pages_by_cursor_without_loss_or_doubles() -> None:
    made = [on(TUESDAY, "13.00") for _number in range(PAGE + 5)]
    made += [on(WEDNESDAY, "13.00") for _number in range(PAGE)]
    on(MONDAY, "9.00", "Expositie", hours=4 * 24)
    seen: list[UUID] = []
    sizes = []
    query = "?from=2026-11-24"
    while query:
        page = agenda(query).context["agenda"]
        cards = [card for day in page.days for card in day.cards]
        sizes.append(len(cards))
        seen += [card.id for card in cards if card.title != "Expositie"]
        query = page.more
    assert sizes == [PAGE + 1, PAGE, 5]  # what runs on comes on top of the first page
    assert seen == [one.pk for one in sorted(made, key=lambda one: (one.starts_at, one.pk))]


def test_agenda_on_a_next_page_repeats_the_day_and_shows_no_empty_days_before_it() -> None:
    for _number in range(PAGE + 1):
        on(WEDNESDAY, "13.00")
    first = agenda()
    second = agenda(first.context["agenda"].more)
    assert "Toon meer" in first.content.decode()
    assert "Toon meer" not in second.content.decode()
    headings = [day.heading for day in second.context["agenda"].days]
    assert headings[0] == "Morgen, woensdag 25 november"


def test_search_pages_too() -> None:
    for number in range(PAGE + 3):
        on(TUESDAY + timedelta(days=number), "13.00", f"Naailes {number:02d}")
    first = agenda("?q=naailes").context["agenda"]
    second = agenda(first.more).context["agenda"]
    assert [card.title for card in first.found + second.found] == [
        f"Naailes {number:02d}" for number in range(PAGE + 3)
    ]


# Words on a card ---------------------------------------------------------------------------------


def facts(**fields: Any) -> list[str]:
    Occurrence.objects.all().delete()
    Activity.objects.all().delete()
    on(TUESDAY, "13.00", "Iets", **fields)
    return [text for _sign, text in agenda().context["agenda"].days[0].cards[0].facts]


def test_card_says_price_door_audience_language_and_places_in_that_order() -> None:
    assert facts() == ["Gratis", "Meld je aan"]
    assert facts(activity__drop_in=True, activity__step_free="yes") == [
        "Gratis",
        "Zonder drempel",
        "Loop zo binnen",
    ]
    assert facts(capacity=10, places_taken=9) == ["Gratis", "Nog 1 plek"]
    assert facts(activity__cost_kind=CostKind.UNKNOWN) == ["Meld je aan"]
    assert facts(capacity=10, activity__paid=True) == ["€\N{NO-BREAK SPACE}4", "Nog 10 plekken"]
    assert facts(
        activity__cost_kind=CostKind.PAY_WHAT_YOU_CAN,
        activity__cost_cents=250,
        activity__audience=Audience.CHILDREN,
        activity__audience_note="van 8 tot 12 jaar",
        activity__drop_in=True,
    ) == ["€\N{NO-BREAK SPACE}2,50, of wat je kunt", "Kinderen van 8 tot 12 jaar", "Loop zo binnen"]
    assert facts(activity__languages=["nl", "tr", "so"], activity__drop_in=True) == [
        "Gratis",
        "Nederlands, Turks en Somalisch",
        "Loop zo binnen",
    ]
    assert facts(activity__languages=["nl"], activity__drop_in=True) == ["Gratis", "Loop zo binnen"]


def test_card_says_full_and_now() -> None:
    on(TUESDAY, "9.00", "Nu", hours=1)
    on(TUESDAY, "13.00", "Vol", capacity=4, places_taken=4)
    now, full = agenda().context["agenda"].days[0].cards
    assert (now.badge.label, now.is_now) == ("Nu bezig", True)
    assert full.badge.label == "Vol. Er is een wachtlijst"
    assert full.facts == (("currency-euro", "Gratis"),)


def test_card_is_full_while_somebody_waits_and_says_so_without_a_queue() -> None:
    on(TUESDAY, "13.00", "Er wacht iemand", capacity=4, places_taken=2, waiting=1)
    rule = {"activity__queue_rule": QueueRule.NONE}
    on(TUESDAY, "14.00", "Geen wachtlijst", capacity=4, places_taken=4, **rule)
    waited, full = agenda().context["agenda"].days[0].cards
    assert (waited.badge.label, waited.facts) == (
        "Vol. Er is een wachtlijst",
        (("currency-euro", "Gratis"),),
    )
    assert full.badge.label == "Vol"


def test_card_takes_name_and_room_of_the_date_before_those_of_the_activity() -> None:
    on(TUESDAY, "13.00", "Naaicafé", activity__room="Atelier", title="Kerstnaaien", room="Zaal")
    on(TUESDAY, "14.00", "Yoga", activity__room="Atelier")
    cards = agenda().context["agenda"].days[0].cards
    assert [(card.title, card.room) for card in cards] == [
        ("Kerstnaaien", "Zaal"),
        ("Yoga", "Atelier"),
    ]


def test_card_leads_to_the_date() -> None:
    made = on(TUESDAY, "13.00")
    (card,) = agenda().context["agenda"].days[0].cards
    assert card.url == f"/activities/{made.activity_id}/?date={made.pk}"
    (card,) = agenda(language="en").context["agenda"].days[0].cards
    assert card.url == f"/en/activities/{made.activity_id}/?date={made.pk}"


def test_agenda_in_english_uses_translations_and_marks_what_stays_dutch() -> None:
    sewing = ActivityFactory(
        title="Naaicafé", audience=Audience.CHILDREN, audience_note="van 8 jaar"
    )
    ActivityTranslationFactory(
        activity=sewing, language="en", title="Sewing café", audience_note="from 8 years"
    )
    ActivityTranslationFactory(activity=sewing, language="tr", title="Dikiş")
    on(TUESDAY, "13.30", activity=sewing, room="Atelier")
    on(TUESDAY, "14.00", "Wandelgroep")
    on(TUESDAY, "15.00", activity=sewing, title="Kerstnaaien")
    response = agenda(language="en")
    (day,) = [day for day in response.context["agenda"].days if day.cards]
    assert day.heading == "Today, Tuesday 24 November"
    assert [(card.title, card.lang, card.tile_main) for card in day.cards] == [
        ("Sewing café", "", "13:30"),
        ("Wandelgroep", "nl", "14:00"),
        ("Kerstnaaien", "nl", "15:00"),
    ]
    assert day.cards[0].facts[1] == ("users", "Children from 8 years")
    assert 'lang="nl">Wandelgroep</a>' in response.content.decode()
    assert '<bdi class="wrap" lang="nl">Atelier</bdi>' in response.content.decode()


def test_agenda_in_dutch_uses_the_dutch_translation_of_a_foreign_text() -> None:
    talk = ActivityFactory(title="Sohbet", text_language="tr")
    on(TUESDAY, "13.30", activity=talk)
    (card,) = agenda().context["agenda"].days[0].cards
    assert (card.title, card.lang) == ("Sohbet", "tr")
    ActivityTranslationFactory(activity=talk, language="nl", title="Praten")
    (card,) = agenda().context["agenda"].days[0].cards
    assert (card.title, card.lang) == ("Praten", "")


def test_agenda_escapes_what_people_write() -> None:
    nasty = "<script>alert(1)</script>"
    on(TUESDAY, "13.00", nasty, room='"><b>', activity__audience_note="<i>")
    for query in ("", f"?q={nasty}"):
        page = agenda(query).content.decode()
        assert "<script>alert" not in page
        assert "<b>," not in page


# Any address gives a page -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "?from=0000-00-00",
        "?from=9999-12-31",
        "?from=2026-02-30",
        "?from=-1",
        "?from=２０２６-11-24",
        "?from=",
        "?after=1",
        "?after=99999999999999999999-" + "0" * 32,
        "?after=9999999999999999-" + "f" * 32,
        "?after=0-" + "0" * 32,
        "?q=%00",
        "?q=%FF%FE",
        "?q=%F0%9F%98%80",
        "?q=" + "a" * 6_000,
        "?q=%27%3B+drop+table+x%3B--",
        "?q=%25%28x%29s+%7B0%7D",
        "?centre=%00&part=x&for=everyone&language=xx&free=2&step_free=yes",
        "?centre=" + "&centre=".join("abc"),
        "?unknown=1",
    ],
)
def test_agenda_answers_any_address(query: str) -> None:
    on(TUESDAY, "13.00", "Naaicafé")
    page = agenda(query).content.decode()
    assert '<main id="inhoud"' in page
    assert page.rstrip().endswith("</html>")


def test_agenda_ignores_what_it_does_not_understand() -> None:
    on(TUESDAY, "13.00", "Naaicafé")
    assert titles("?from=2026-02-30&after=x&centre=y&part=z&for=everyone") == ["Naaicafé"]


@pytest.mark.parametrize("day", ["2000-01-01", "2099-12-31", "2026-12-31", "2024-02-29"])
def test_agenda_opens_on_any_day_it_knows(day: str) -> None:
    assert titles(f"?from={day}") == []


def test_agenda_does_not_take_posts() -> None:
    assert Client().post("/agenda/").status_code == 405


# What it costs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 30])
def test_agenda_costs_the_same_queries_for_one_date_and_for_thirty(
    number: int, django_assert_num_queries: Any
) -> None:
    for _number in range(number):
        ActivityTranslationFactory(activity=on(TUESDAY, "13.00").activity, language="en")
    for path, queries in [
        ("/agenda/", 4),  # centres, dates, counts; the footer
        ("/agenda/?from=2026-11-23&part=afternoon&free=1&language=nl", 4),
        ("/en/agenda/", 4),
        ("/agenda/?q=naaicafé", 4),  # centres, what is meant, its dates; the footer
        ("/agenda/?q=nuaicafee", 5),  # and what looks like it
    ]:
        with django_assert_num_queries(queries):
            assert Client().get(path).status_code == 200


# For search engines -------------------------------------------------------------------------------


def test_agenda_is_indexed_only_as_a_whole() -> None:
    assert "noindex" not in agenda().content.decode()
    for query in ("?q=soep", "?from=2026-11-30", "?free=1"):
        page = agenda(query).content.decode()
        assert '<meta name="robots" content="noindex, follow">' in page
        assert 'rel="canonical" href="http://localhost:' in page


def test_agenda_offers_the_calendar_of_the_chosen_centre(water: Centre, new_town: Centre) -> None:
    context = agenda("?centre=waterkracht").context
    assert context["calendar"] == "/centres/waterkracht/agenda.ics"
    assert context["webcal"].startswith("webcal://localhost")
    assert agenda("?centre=waterkracht&centre=nieuwstad").context["calendar"] == "/agenda.ics"
