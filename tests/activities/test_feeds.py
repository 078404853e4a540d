"""The agenda for machines: every date once, complete for the days asked, and 304 when nothing changed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import icalendar
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities import planning
from activities.models import Occurrence
from tests.activities.factories import ActivityFactory, CentreFactory, OccurrenceFactory

pytestmark = pytest.mark.django_db


def events(response: Any) -> list[Any]:
    content = response.content if hasattr(response, "content") else b"".join(response)
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


def test_feed_gives_each_date_with_uid_times_place_status_and_address(client: Client) -> None:
    centre = CentreFactory(name="Waterkracht", street="Bronsweg 12", city="Zutphen")
    activity = ActivityFactory(title="Naaicafé", centre=centre, room="Atelier")
    starts_at = datetime(2027, 7, 6, 11, 30, tzinfo=UTC)
    occurrence = OccurrenceFactory(activity=activity, starts_at=starts_at)

    response = client.get("/agenda.ics", {"from": "2027-07-06", "to": "2027-07-06"})
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = events(response)
    assert str(event["UID"]).startswith(f"{occurrence.pk}@")
    assert event["DTSTART"].params["TZID"] == "Europe/Amsterdam"
    assert event["DTSTART"].dt.replace(tzinfo=None) == datetime(2027, 7, 6, 13, 30)  # noqa: DTZ001 - the wall clock
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=2)
    assert str(event["SUMMARY"]) == "Naaicafé"
    assert str(event["LOCATION"]) == "Atelier, Waterkracht, Bronsweg 12, Zutphen"
    assert str(event["STATUS"]) == "CONFIRMED"
    assert str(event["URL"]).endswith(occurrence.get_absolute_url())


def test_feed_says_cancelled_and_keeps_the_uid_when_a_date_moves(client: Client) -> None:
    occurrence = OccurrenceFactory()
    (before,) = events(client.get("/agenda.ics"))
    planning.move(
        occurrence,
        starts_at=occurrence.starts_at + timedelta(hours=1),
        ends_at=occurrence.ends_at + timedelta(hours=1),
        by=None,
    )
    planning.cancel(occurrence, reason="Emine is dan weg.", by=None)
    (after,) = events(client.get("/agenda.ics"))
    assert after["UID"] == before["UID"]
    assert str(after["STATUS"]) == "CANCELLED"
    assert int(after["SEQUENCE"]) == int(before["SEQUENCE"]) + 2


def test_feed_of_centre_and_activity_hold_their_own_dates(client: Client) -> None:
    one, other = OccurrenceFactory(), OccurrenceFactory()
    draft = OccurrenceFactory(activity=ActivityFactory(draft=True))

    def ids(address: str) -> set[str]:
        return {str(event["UID"]).split("@")[0] for event in events(client.get(address))}

    assert ids("/agenda.ics") == {str(one.pk), str(other.pk)}
    assert ids(f"/centres/{one.centre.slug}/agenda.ics") == {str(one.pk)}
    assert ids(f"/activities/{other.activity_id}/agenda.ics") == {str(other.pk)}
    assert client.get(f"/activities/{draft.activity_id}/agenda.ics").status_code == 404


def test_feed_answers_not_modified_until_something_changes(client: Client) -> None:
    occurrence = OccurrenceFactory()
    etag = client.get("/agenda.ics")["ETag"]
    assert client.get("/agenda.ics", HTTP_IF_NONE_MATCH=etag).status_code == 304
    planning.cancel(occurrence, reason="", by=None)
    assert client.get("/agenda.ics", HTTP_IF_NONE_MATCH=etag).status_code == 200


def test_large_feed_is_complete(client: Client) -> None:
    activity = ActivityFactory()
    start = timezone.now()
    Occurrence.objects.bulk_create(
        OccurrenceFactory.build(
            activity=activity,
            centre=activity.centre,
            starts_at=start + timedelta(minutes=n),
            ends_at=start + timedelta(minutes=n + 30),
            original_starts_at=start,
        )
        for n in range(1_203)
    )
    found = events(client.get("/agenda.ics"))
    assert len(found) == 1_203
    assert len({str(event["UID"]) for event in found}) == 1_203


@pytest.mark.parametrize("query", [{"from": "gisteren"}, {"to": "9999-99-99"}, {"from": "\x00"}])
def test_nonsense_days_count_as_not_given(client: Client, query: dict[str, str]) -> None:
    OccurrenceFactory()
    assert len(events(client.get("/agenda.ics", query))) == 1


def test_rss_tells_what_is_new_with_a_date_to_come(client: Client) -> None:
    OccurrenceFactory(activity=ActivityFactory(title="Nieuw"))
    OccurrenceFactory(activity=ActivityFactory(title="Al geweest"), over=True)
    tree = ElementTree.fromstring(client.get(reverse("activities:agenda_rss")).content)
    assert [item.findtext("title") for item in tree.iter("item")] == ["Nieuw"]


def test_sitemap_lists_public_pages_in_both_languages(client: Client) -> None:
    public = OccurrenceFactory().activity
    draft = ActivityFactory(draft=True)
    text = client.get("/sitemap.xml").content.decode()
    assert f"/activities/{public.pk}/</loc>" in text
    assert f"/en/activities/{public.pk}/" in text
    assert str(draft.pk) not in text


def test_robots_keep_away_from_what_is_private(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /sign-ups/" in lines
    assert "Disallow: /desk/" in lines
