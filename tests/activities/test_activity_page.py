"""The page of an activity: its facts, its dates, whose it is, and what it says when there is nothing to join."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from activities.models import Activity, Audience, CostKind, Mood, Occurrence
from tests.activities.factories import (
    ActivityFactory,
    ActivityTranslationFactory,
    CentreFactory,
    OccurrenceFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 8, 40, tzinfo=UTC)  # Tuesday, 9.40 uur
HALF_PAST_ONE = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def tuesday_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def planned(activity: Activity, *, weeks: int = 0, days: int = 0, **fields: Any) -> Occurrence:
    """Plan a date of two hours at 13.30 uur, so many weeks and days from today."""
    starts_at = HALF_PAST_ONE + timedelta(weeks=weeks, days=days)
    return OccurrenceFactory(
        activity=activity, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), **fields
    )


def page(
    activity: Activity, query: str = "", *, client: Client | None = None, code: str = ""
) -> str:
    prefix = f"/{code}" if code else ""
    response = (client or Client()).get(f"{prefix}/activities/{activity.pk}/{query}")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def facts(activity: Activity) -> list[tuple[str, str]]:
    response = Client().get(f"/activities/{activity.pk}/")
    return [(fact.word, fact.text) for fact in response.context["facts"]]


def test_page_tells_all_facts_in_a_fixed_order() -> None:
    activity = ActivityFactory(
        title="Naaicafé",
        centre=CentreFactory(name="Waterkracht"),
        room="Atelier",
        cost_note="Stof ligt klaar",
        step_free="yes",
        accessible_toilet="yes",
        languages=["nl", "tr"],
        audience=Audience.WOMEN,
        childcare="yes",
        someone_greets="yes",
        mood=Mood.QUIET,
        bring="Een broek",
    )
    for week in range(3):
        planned(activity, weeks=week)
    assert facts(activity) == [
        ("Elke dinsdag", "13.30 tot 15.30 uur"),
        ("Waterkracht", "Atelier"),
        ("Gratis", "Stof ligt klaar"),
        ("Zonder drempel", "Er is een aangepast toilet"),
        ("Nederlands en Turks", "Andere taal? Wij helpen"),
        ("Vrouwen", ""),
        ("Kinderen mogen mee", ""),
        ("Er is iemand voor je", "Fijn als je alleen komt"),
        ("Het is er rustig", ""),
        ("Neem mee", "Een broek"),
    ]


def test_page_says_nothing_about_what_is_unknown_and_says_no_when_it_is_no() -> None:
    activity = ActivityFactory(centre__name="Waterkracht", cost_kind=CostKind.FIXED, cost_cents=250)
    assert facts(activity) == [("Waterkracht", ""), ("€\N{NO-BREAK SPACE}2,50", "")]
    activity.step_free = "no"
    activity.save()
    assert facts(activity)[-1] == ("Er is een drempel", "Bel ons. Wij helpen je naar binnen.")


def test_page_does_not_call_free_what_nobody_has_said() -> None:
    activity = ActivityFactory(centre__name="Waterkracht", cost_kind=CostKind.UNKNOWN)
    planned(activity)
    assert facts(activity)[-1] == ("De prijs is niet bekend", "Vraag het ons.")
    assert "isAccessibleForFree" not in page(activity)
    activity.cost_note = "Neem iets lekkers mee"
    activity.save()
    assert facts(activity)[-1] == ("Over de prijs", "Neem iets lekkers mee")


def test_page_names_the_next_date_when_it_is_no_habit() -> None:
    activity = ActivityFactory()
    planned(activity, cancelled=True)
    planned(activity, days=1)
    planned(activity, weeks=3)
    assert facts(activity)[0] == ("Morgen, woensdag 25 november", "13.30 tot 15.30 uur")


def test_page_says_when_a_date_lasts_a_day_days_or_has_no_end() -> None:
    for fields, said in [
        ({"is_all_day": True}, "De hele dag"),
        ({"ends_at": HALF_PAST_ONE}, "Om 13.30 uur"),
        ({"ends_at": HALF_PAST_ONE + timedelta(days=3)}, "Tot en met vrijdag 27 november"),
        ({"ends_at": HALF_PAST_ONE + timedelta(hours=11)}, "13.30 tot 0.30 uur"),
    ]:
        activity = ActivityFactory()
        OccurrenceFactory(activity=activity, starts_at=HALF_PAST_ONE, **fields)
        assert facts(activity)[0][1] == said


def test_page_ticks_the_date_that_was_chosen_in_the_agenda() -> None:
    activity = ActivityFactory()
    first, second = planned(activity), planned(activity, weeks=1)
    far = planned(activity, weeks=40)

    def ticked(query: str) -> str:
        (value,) = re.findall(r'name="date" value="([^"]+)"[^>]* checked', page(activity, query))
        return value

    assert ticked("") == str(first.pk)
    assert ticked(f"?date={second.pk}") == str(second.pk)
    assert ticked(f"?date={far.pk}") == str(far.pk)
    for nonsense in ("?date=x", f"?date={uuid.uuid4()}", "?date=%00"):
        assert ticked(nonsense) == str(first.pk)


def test_page_strikes_a_date_that_is_called_off_and_says_why() -> None:
    activity = ActivityFactory(drop_in=True)
    planned(activity, cancelled=True)
    planned(activity, weeks=1)
    shown = page(activity)
    assert (
        '<li class="gone"><b><time datetime="2026-11-24T13:30+01:00">'
        "Vandaag, dinsdag 24 november</time></b><br>"
        "13.30 tot 15.30 uur. Gaat niet door. Emine is dan weg</li>"
    ) in shown
    assert shown.count('<li class="gone">') == 1


def test_page_of_something_to_drop_in_has_no_form() -> None:
    activity = ActivityFactory(drop_in=True)
    planned(activity)
    assert 'name="date"' not in page(activity)
    assert "Loop zo binnen" in page(activity)


def test_page_says_when_there_is_no_date_to_come() -> None:
    activity = ActivityFactory()
    planned(activity, weeks=-1)
    shown = page(activity)
    assert "Er is nu geen nieuwe datum." in shown
    assert 'name="date"' not in shown
    assert "schema.org/Event" not in shown


def test_page_of_what_stopped_says_so_and_invites() -> None:
    activity = ActivityFactory(stopped=True, title="Leesclub")
    planned(activity, weeks=-1)
    shown = page(activity)
    assert "Deze activiteit is gestopt" in shown
    assert "Wil jij dit weer?" in shown
    assert '<meta name="robots" content="noindex">' in shown
    assert 'name="date"' not in shown


def test_page_of_a_draft_is_for_its_organisers_and_staff_alone() -> None:
    activity = ActivityFactory(draft=True)
    address = f"/activities/{activity.pk}/"
    organiser, stranger = PersonFactory(), PersonFactory()
    activity.organisers.add(organiser)
    seen = {}
    for name, person in [
        ("visitor", None),
        ("stranger", stranger),
        ("organiser", organiser),
        ("host", PersonFactory(host_of=activity.centre)),
        ("host elsewhere", PersonFactory(host_of=CentreFactory())),
    ]:
        client = Client()
        if person:
            client.force_login(person)
        seen[name] = client.get(address).status_code
    assert seen == {
        "visitor": 404,
        "stranger": 404,
        "organiser": 200,
        "host": 200,
        "host elsewhere": 404,
    }
    client = Client()
    client.force_login(organiser)
    assert "Dit staat nog niet in de agenda" in page(activity, client=client)


def test_page_shows_whose_it_is_and_a_real_telephone() -> None:
    activity = ActivityFactory(
        organiser_name="Emine Kaya",
        organiser_words="Kom voor de thee.",
        contact_phone="+31612345678",
    )
    shown = page(activity)
    assert '<blockquote lang="nl">“Kom voor de thee.”</blockquote>' in shown
    assert "Emine Kaya" in shown
    assert 'href="tel:+31612345678"' in shown
    assert 'href="tel:+31612345678"' not in page(ActivityFactory())


def test_page_in_english_is_translated_or_says_that_it_is_not() -> None:
    activity = ActivityFactory(title="Naaicafé", summary="Samen naaien.")
    planned(activity)
    untranslated = page(activity, code="en")
    assert '<h1 lang="nl" itemprop="name">Naaicafé</h1>' in untranslated
    ActivityTranslationFactory(
        activity=activity, language="en", title="Sewing café", summary="Sew.", is_machine_made=True
    )
    translated = page(activity, code="en")
    assert '<h1 itemprop="name">Sewing café</h1>' in translated
    assert "Naaicafé" not in translated
    assert "Automatisch vertaald" not in page(activity)


def test_page_in_dutch_marks_a_text_in_another_language() -> None:
    activity = ActivityFactory(title="Sohbet", text_language="tr", description="Her salı.")
    shown = page(activity)
    assert '<h1 lang="tr" itemprop="name">Sohbet</h1>' in shown
    assert "Deze tekst is er alleen in het Turks." in shown
    assert "Deze tekst is er alleen in" not in page(ActivityFactory())


def test_page_says_that_words_were_translated_by_a_machine() -> None:
    activity = ActivityFactory(title="Sohbet", text_language="tr")
    ActivityTranslationFactory(
        activity=activity, language="nl", title="Praten", is_machine_made=True
    )
    shown = page(activity)
    assert '<h1 itemprop="name">Praten</h1>' in shown
    assert "Automatisch vertaald." in shown


def test_page_tells_machines_about_the_next_date() -> None:
    activity = ActivityFactory(title="Naaicafé", cost_kind=CostKind.FIXED, cost_cents=250)
    planned(activity, cancelled=True)
    planned(activity, weeks=1)
    shown = page(activity)
    assert 'itemtype="https://schema.org/Event"' in shown
    assert '<meta itemprop="startDate" content="2026-12-01T13:30:00+01:00">' in shown
    assert '<meta itemprop="endDate" content="2026-12-01T15:30:00+01:00">' in shown
    assert '<meta itemprop="isAccessibleForFree" content="false">' in shown
    activity.cost_kind, activity.cost_cents = CostKind.FREE, 0
    activity.save()
    assert '<meta itemprop="isAccessibleForFree" content="true">' in page(activity)
    assert '<meta itemprop="streetAddress" content="Bronsweg 12">' in shown
    assert '<meta property="og:title" content="Naaicafé">' in shown


def test_page_names_its_own_address_and_its_other_languages() -> None:
    activity = ActivityFactory()
    date = planned(activity)
    shown = page(activity, f"?date={date.pk}")
    origin = settings.ORIGIN
    assert f'<link rel="canonical" href="{origin}/activities/{activity.pk}/">' in shown
    assert f'hreflang="en" href="{origin}/en/activities/{activity.pk}/' in shown
    assert f'href="/activities/{activity.pk}/agenda.ics"' in shown


def test_page_escapes_what_people_write() -> None:
    nasty = "<script>alert(1)</script>"
    activity = ActivityFactory(
        title=nasty,
        summary=nasty,
        description=nasty,
        organiser_name=nasty,
        organiser_words=nasty,
        bring=nasty,
        room=nasty,
    )
    planned(activity, title=nasty, note=nasty)
    assert "<script>alert" not in page(activity)


def test_page_of_what_does_not_exist_is_not_found() -> None:
    assert Client().get(f"/activities/{uuid.uuid4()}/").status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_page_costs_the_same_queries_for_one_date_and_for_thirty(
    number: int, django_assert_num_queries: Any
) -> None:
    activity = ActivityFactory()
    for week in range(number):
        planned(activity, weeks=week)
    with django_assert_num_queries(5):  # activity, organisers, words, dates; the footer
        page(activity)


def test_page_stays_the_same_page_tomorrow() -> None:
    activity = ActivityFactory()
    date = planned(activity)
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        assert "Er is nu geen nieuwe datum." in page(activity, f"?date={date.pk}")


@pytest.mark.parametrize("kind", [CostKind.FREE, CostKind.UNKNOWN])
def test_database_refuses_a_price_that_is_none(kind: str) -> None:
    with pytest.raises(IntegrityError, match="activities_activity_cost"):
        ActivityFactory(cost_kind=kind, cost_cents=100)
