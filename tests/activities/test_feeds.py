"""The agenda for machines: complete calendars with a fingerprint, news, the sitemap and robots.txt."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import time_machine
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client
from icalendar import Calendar

from activities import feeds
from activities.models import ActivityTranslation, Occurrence
from lokaal import local_time
from lokaal.centres.models import Centre
from tests.activities.factories import (
    ActivityFactory,
    ActivityTranslationFactory,
    CentreFactory,
    OccurrenceFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)


def at(day: date, clock: str = "12.00") -> datetime:
    hour, minute = (int(part) for part in clock.split("."))
    return local_time.day_starts_at(day) + timedelta(hours=hour, minutes=minute)


def on(day: date, *, hours: float = 2, **fields: Any) -> Occurrence:
    return OccurrenceFactory(starts_at=at(day), ends_at=at(day) + timedelta(hours=hours), **fields)


def body(response: HttpResponseBase) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content) if response.streaming else response.content


def uids(path: str) -> list[str]:
    """Return the occurrences of a calendar, as another program reads them, in order."""
    calendar = Calendar.from_ical(body(Client().get(path)))
    return [str(event["UID"]).split("@")[0] for event in calendar.walk("VEVENT")]


def keys(*occurrences: Occurrence) -> list[str]:
    return [str(occurrence.pk) for occurrence in occurrences]


# Which dates --------------------------------------------------------------------------------------


@time_machine.travel(datetime(2026, 11, 24, 8, 40, tzinfo=UTC), tick=False)
def test_calendar_shows_a_month_back_and_a_year_ahead() -> None:
    on(TODAY - timedelta(days=31))
    first = on(TODAY - timedelta(days=30))
    now = on(TODAY)
    last = on(TODAY + timedelta(days=366))
    on(TODAY + timedelta(days=367))
    assert uids("/agenda.ics") == keys(first, now, last)


def test_calendar_from_and_to_are_local_days_both_included() -> None:
    before = OccurrenceFactory(
        starts_at=at(date(2018, 5, 31), "22.00"), ends_at=at(date(2018, 5, 31), "23.59")
    )
    first = OccurrenceFactory(
        starts_at=at(date(2018, 6, 1), "0.00"), ends_at=at(date(2018, 6, 1), "1.00")
    )
    last = OccurrenceFactory(
        starts_at=at(date(2018, 6, 2), "23.59"), ends_at=at(date(2018, 6, 3), "1.00")
    )
    after = OccurrenceFactory(
        starts_at=at(date(2018, 6, 3), "0.00"), ends_at=at(date(2018, 6, 3), "1.00")
    )
    assert uids("/agenda.ics?from=2018-06-01&to=2018-06-02") == keys(first, last)
    assert uids("/agenda.ics?from=2018-05-31&to=2018-06-03") == keys(before, first, last, after)
    assert uids("/agenda.ics?from=2018-06-04&to=2018-06-01") == []


def test_calendar_holds_what_runs_into_its_days() -> None:
    long = on(date(2018, 5, 1), hours=40 * 24)
    night = OccurrenceFactory(
        starts_at=at(date(2018, 5, 31), "22.00"), ends_at=at(date(2018, 6, 1), "2.00")
    )
    no_length = OccurrenceFactory(
        starts_at=at(date(2018, 6, 1), "0.00"), ends_at=at(date(2018, 6, 1), "0.00")
    )
    assert uids("/agenda.ics?from=2018-06-01&to=2018-06-01") == keys(long, night, no_length)


def test_calendar_keeps_dates_that_are_called_off() -> None:
    gone = on(date(2018, 6, 1), cancelled=True)
    calendar = Calendar.from_ical(body(Client().get("/agenda.ics?from=2018-06-01&to=2018-06-01")))
    assert [
        (event["STATUS"], str(gone.pk) in event["UID"]) for event in calendar.walk("VEVENT")
    ] == [("CANCELLED", True)]


def test_calendar_hides_drafts_centres_out_of_use_and_the_future_of_what_stopped() -> None:
    span = "?from=2018-01-01&to=2099-01-01"
    on(date(2018, 6, 1), activity__draft=True)
    on(date(2018, 6, 1), activity__centre=CentreFactory(is_active=False))
    stopped = ActivityFactory(stopped=True)
    has_been = on(date(2018, 6, 1), activity=stopped)
    on(date(2098, 6, 1), activity=stopped)
    assert uids(f"/agenda.ics{span}") == keys(has_been)
    assert uids(f"/activities/{stopped.pk}/agenda.ics{span}") == keys(has_been)


def test_calendar_of_a_centre_and_of_an_activity() -> None:
    water = CentreFactory(slug="waterkracht", name="Waterkracht")
    here = on(date(2018, 6, 1), activity__centre=water)
    moved = on(date(2018, 6, 2), centre=water)
    other = on(date(2018, 6, 3))
    span = "?from=2018-01-01&to=2018-12-31"
    assert uids(f"/agenda.ics{span}") == keys(here, moved, other)
    assert uids(f"/centres/waterkracht/agenda.ics{span}") == keys(here, moved)
    assert uids(f"/activities/{other.activity_id}/agenda.ics{span}") == keys(other)


def test_calendar_of_what_is_not_public_is_not_found() -> None:
    draft = ActivityFactory(draft=True)
    closed = CentreFactory(is_active=False)
    for path in (
        f"/activities/{draft.pk}/agenda.ics",
        f"/centres/{closed.slug}/agenda.ics",
        "/centres/bestaat-niet/agenda.ics",
    ):
        assert Client().get(path).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["?from=x&to=y", "?from=0000-01-01", "?to=9999-12-31", "?from=%00", "?from=2026-02-30"],
)
def test_calendar_answers_any_span(query: str) -> None:
    occurrence = OccurrenceFactory()
    calendar = Calendar.from_ical(body(Client().get(f"/agenda.ics{query}")))
    assert [str(event["UID"]).split("@")[0] for event in calendar.walk("VEVENT")] == [
        str(occurrence.pk)
    ]


def test_calendar_is_complete_whatever_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "BATCH", 10)
    monkeypatch.setattr("activities.views.feeds.BATCH", 10)
    activity = ActivityFactory()
    made = [on(date(2018, 6, 1), activity=activity) for _number in range(25)]
    made += [on(date(2018, 6, 2), activity=activity) for _number in range(5)]
    path = "/agenda.ics?from=2018-06-01&to=2018-06-02"
    assert Client().get(path).streaming
    expected = sorted(made, key=lambda one: (one.starts_at, one.pk))
    assert uids(path) == keys(*expected)


def test_long_calendar_stays_in_the_language_of_its_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feeds, "BATCH", 2)
    monkeypatch.setattr("activities.views.feeds.BATCH", 2)
    activity = ActivityFactory(title="Naaicafé")
    ActivityTranslationFactory(activity=activity, language="en", title="Sewing café")
    for number in range(5):
        on(date(2018, 6, 1 + number), activity=activity, cancelled=True)
    response = Client().get("/en/agenda.ics?from=2018-06-01&to=2018-06-30")
    Client().get("/agenda/")  # another request in this thread, in Dutch
    events = Calendar.from_ical(body(response)).walk("VEVENT")
    assert {str(event["SUMMARY"]) for event in events} == {"Sewing café"}
    assert all("Gaat niet door" not in event["DESCRIPTION"] for event in events)


@pytest.mark.parametrize("number", [1, 30])
def test_calendar_costs_the_same_queries_for_one_date_and_for_thirty(
    number: int, django_assert_num_queries: Any
) -> None:
    for _number in range(number):
        ActivityTranslationFactory(activity=on(date(2018, 6, 1)).activity, language="en")
    with django_assert_num_queries(5):  # three for the fingerprint, dates, their words
        body(Client().get("/en/agenda.ics?from=2018-06-01&to=2018-06-01"))


# As a subscription --------------------------------------------------------------------------------


def test_calendar_is_a_calendar_with_its_name() -> None:
    CentreFactory(slug="waterkracht", name="Waterkracht")
    response = Client().get("/centres/waterkracht/agenda.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=300"
    calendar = Calendar.from_ical(body(response))
    assert calendar["X-WR-CALNAME"] == f"Waterkracht · {settings.SITE_NAME}"


def test_calendar_is_not_sent_again_to_who_has_it() -> None:
    made = on(date.today() + timedelta(days=1))  # noqa: DTZ011
    first = Client().get("/agenda.ics")
    again = Client().get("/agenda.ics", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = Client().get("/agenda.ics", headers={"if-modified-since": first["Last-Modified"]})
    assert since.status_code == 304
    made.room = "Zaal"
    made.save()
    changed = Client().get("/agenda.ics", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert b"Zaal" in body(changed)


@pytest.mark.parametrize("change", ["date", "activity", "words", "centre", "gone", "new"])
def test_fingerprint_changes_with_all_that_the_calendar_is_made_of(change: str) -> None:
    activity = ActivityFactory()
    ActivityTranslationFactory(activity=activity, language="en")
    made, other = on(date(2018, 6, 1), activity=activity), on(date(2018, 6, 2), activity=activity)
    path = "/en/agenda.ics?from=2018-06-01&to=2018-06-30"
    before = Client().get(path)["ETag"]
    assert Client().get(path)["ETag"] == before
    if change == "date":
        made.save()
    elif change == "activity":
        activity.save()
    elif change == "words":
        ActivityTranslation.objects.get().save()
    elif change == "centre":
        Centre.objects.update(name="Anders")
    elif change == "gone":
        other.delete()
    else:
        Occurrence.objects.bulk_create(
            [Occurrence(activity=activity, centre=activity.centre, starts_at=made.starts_at,
                        ends_at=made.ends_at, original_starts_at=made.starts_at)]
        )  # fmt: skip
    assert Client().get(path)["ETag"] != before


def test_fingerprints_of_other_languages_and_spans_differ() -> None:
    on(date(2018, 6, 1))
    paths = ("/agenda.ics", "/en/agenda.ics", "/agenda.ics?to=2030-01-01")
    assert len({Client().get(path)["ETag"] for path in paths}) == 3


def test_calendar_answers_head_and_refuses_post() -> None:
    assert Client().head("/agenda.ics").status_code == 200
    assert Client().post("/agenda.ics").status_code == 405


# News ---------------------------------------------------------------------------------------------


def test_rss_shows_the_newest_activities_with_a_date_to_come() -> None:
    now = datetime.now(UTC)
    older = ActivityFactory(title="Ouder & wijzer", created_at=now - timedelta(days=9))
    newer = ActivityFactory(title="Nieuwer", created_at=now - timedelta(days=1))
    OccurrenceFactory(activity=older)
    OccurrenceFactory(activity=newer)
    OccurrenceFactory(activity__title="Voorbij", over=True)
    OccurrenceFactory(activity__title="Afgezegd", cancelled=True)
    OccurrenceFactory(activity__title="Concept", activity__draft=True)
    ActivityFactory(title="Zonder datum")
    response = Client().get("/agenda/rss/")
    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    channel = ET.fromstring(response.content).find("channel")
    assert channel is not None
    assert [item.findtext("title") for item in channel.findall("item")] == [
        "Nieuwer",
        "Ouder & wijzer",
    ]
    first = channel.findall("item")[0]
    assert first.findtext("link") == f"{settings.ORIGIN}/activities/{newer.pk}/"
    assert first.findtext("guid") == f"urn:uuid:{newer.pk}"


@pytest.mark.parametrize("number", [1, 20])
def test_rss_costs_the_same_queries_for_one_and_for_twenty(
    number: int, django_assert_num_queries: Any
) -> None:
    for _number in range(number):
        OccurrenceFactory()
    with django_assert_num_queries(3):
        assert Client().get("/agenda/rss/").content.count(b"<item>") == number


# Search engines -----------------------------------------------------------------------------------


def test_sitemap_names_public_pages_in_every_language() -> None:
    shown = ActivityFactory()
    hidden = [ActivityFactory(draft=True), ActivityFactory(stopped=True)]
    page = Client().get("/sitemap.xml").content.decode()
    for code in ("", "/en"):
        assert f"{code}/activities/{shown.pk}/</loc>" in page
        assert f"{code}/centres/{shown.centre.slug}/</loc>" in page
        assert f"{code}/agenda/</loc>" in page
    assert f'hreflang="en" href="http://testserver/en/activities/{shown.pk}/"' in page
    assert f'hreflang="x-default" href="http://testserver/activities/{shown.pk}/"' in page
    assert not any(str(activity.pk) in page for activity in hidden)


def test_robots_may_not_read_what_is_private() -> None:
    response = Client().get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    for path in ("desk/", "sign-ups/", "beheer/", "account/", "me/", "code/"):
        assert f"Disallow: /{path}" in lines
        assert f"Disallow: /en/{path}" in lines
    assert f"Sitemap: {settings.ORIGIN}/sitemap.xml" in lines
    assert "Disallow: /agenda/" not in lines
