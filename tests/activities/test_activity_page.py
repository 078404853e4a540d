"""The page of an activity: facts for choosing, dates, and the way to join."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from activities import activity_page
from activities.models import Audience
from lokaal.centres.models import Fact
from tests.activities.factories import (
    ActivityFactory,
    ActivityTranslationFactory,
    OccurrenceFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db


def page_of(client: Client, activity, prefix: str = "") -> str:  # type: ignore[no-untyped-def]
    response = client.get(f"{prefix}/activities/{activity.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def test_facts_stand_in_their_fixed_order_and_unknown_says_nothing() -> None:
    activity = ActivityFactory(
        room="Atelier",
        languages=["nl", "tr"],
        step_free=Fact.YES,
        accessible_toilet=Fact.YES,
        audience=Audience.CHILDREN,
        audience_note="van 8 tot 12 jaar",
        someone_greets=Fact.YES,
        bring="Je schooltas",
    )
    said = activity_page.facts(activity, activity, [], "nl")
    assert [one.word for one in said] == [
        activity.centre.name,
        "Gratis",
        "Zonder drempel",
        "Nederlands en Turks",
        "Kinderen van 8 tot 12 jaar",
        "Iemand wacht je op",
        "Neem mee",
    ]
    assert said[2].text == "Er is een aangepast toilet"


def test_dates_a_week_apart_are_called_by_their_weekday() -> None:
    activity = ActivityFactory()
    first = timezone.now() + timedelta(days=1)
    dates = [
        OccurrenceFactory(activity=activity, starts_at=first + timedelta(weeks=n)) for n in range(3)
    ]
    assert activity_page.is_weekly(dates)
    assert not activity_page.is_weekly(dates[:2])
    assert not activity_page.is_weekly([dates[0], dates[2], dates[1]])


def test_page_shows_join_form_with_the_chosen_date_ticked(client: Client) -> None:
    activity = ActivityFactory()
    OccurrenceFactory(activity=activity)
    chosen = OccurrenceFactory(activity=activity, starts_at=timezone.now() + timedelta(days=8))
    page = client.get(chosen.get_absolute_url()).content.decode()
    assert "Ja, ik kom" in page
    ticked = [part for part in page.split("<input")[1:] if " checked" in part.split(">")[0]]
    assert any(str(chosen.pk) in part.split(">")[0] for part in ticked)


def test_drop_in_page_asks_nothing_and_tells_when(client: Client) -> None:
    activity = ActivityFactory(drop_in=True)
    OccurrenceFactory(activity=activity)
    OccurrenceFactory(
        activity=activity, cancelled=True, starts_at=timezone.now() + timedelta(days=8)
    )
    page = page_of(client, activity)
    assert "Je hoeft je niet aan te melden" in page
    assert "Ja, ik kom" not in page
    assert "Gaat niet door. Emine is dan weg" in page


def test_stopped_activity_says_so_and_invites(client: Client) -> None:
    page = page_of(client, ActivityFactory(stopped=True))
    assert "Deze activiteit is gestopt" in page
    assert "Begin het zelf" in page


def test_draft_is_for_its_organiser_only(client: Client) -> None:
    activity = ActivityFactory(draft=True)
    assert client.get(activity.get_absolute_url()).status_code == 404
    organiser, stranger = PersonFactory(), PersonFactory()
    activity.organisers.add(organiser)
    client.force_login(stranger)
    assert client.get(activity.get_absolute_url()).status_code == 404
    client.force_login(organiser)
    page = page_of(client, activity)
    assert "Dit staat nog niet in de agenda" in page
    assert "Aanpassen" in page


def test_english_page_shows_the_translation_or_marks_the_dutch(client: Client) -> None:
    translated = ActivityTranslationFactory().activity
    dutch = ActivityFactory(title="Taalcafé")
    page = page_of(client, translated, "/en")
    assert ">Sewing café</h1>" in page
    assert "hreflang" in page
    page = page_of(client, dutch, "/en")
    assert '<h1 lang="nl" itemprop="name">Taalcafé</h1>' in page


def test_search_engines_read_the_next_date(client: Client) -> None:
    occurrence = OccurrenceFactory()
    page = page_of(client, occurrence.activity)
    start = timezone.localtime(occurrence.starts_at).isoformat()
    assert 'itemtype="https://schema.org/Event"' in page
    assert f'<meta itemprop="startDate" content="{start}">' in page
    assert '<meta property="og:title"' in page


@pytest.mark.parametrize("number", [1, 30])
def test_page_costs_five_queries_for_a_visitor(
    client: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    activity = ActivityFactory()
    for n in range(number):
        OccurrenceFactory(activity=activity, starts_at=timezone.now() + timedelta(days=n + 1))
    with django_assert_num_queries(5):  # activity, organisers, translations, dates, footer
        page_of(client, activity)


def test_nonsense_date_in_the_address_is_ignored(client: Client) -> None:
    activity = OccurrenceFactory().activity
    for date in ("x", "\x00", "0" * 5000):
        assert client.get(activity.get_absolute_url(), {"date": date}).status_code == 200
