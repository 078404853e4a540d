"""A person's own dates as a calendar, at a secret address."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from activities import courses, my_calendar
from activities.models import PersonalCalendar, SignUp, SignUpState
from tests.activities.courses.making import course_of, dates_of, join
from tests.activities.factories import OccurrenceFactory, PersonFactory, SignUpFactory
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


def events(person) -> dict[str, str]:
    """The events of a person: what they are called, and how sure they are."""
    calendar = Calendar.from_ical(my_calendar.feed_of(person).content)
    return {str(event["summary"]): str(event["status"]) for event in calendar.walk("VEVENT")}


def date(title, days=3, **fields):
    return OccurrenceFactory(title=title, starts_at=timezone.now() + timedelta(days=days), **fields)


def url(found: PersonalCalendar, secret: str = "") -> str:
    return reverse("activities:personal_calendar", args=[found.pk, secret or found.secret()])


def test_feed_has_what_i_joined_wait_for_and_organise_and_nothing_else():
    me = PersonFactory()
    SignUpFactory(occurrence=date("Doet mee"), person=me)
    waits = SignUpFactory(occurrence=date("Wacht"), person=me)
    SignUp.objects.filter(pk=waits.pk).update(state=SignUpState.WAITING, queued_at=timezone.now())
    SignUpFactory(occurrence=date("Afgemeld"), person=me, cancelled=True)
    SignUpFactory(occurrence=date("Van een ander"), person=PersonFactory())
    SignUpFactory(occurrence=date("Lang geleden", days=-40), person=me)
    mine = date("Organiseert")
    mine.activity.organisers.add(me)
    SignUpFactory(occurrence=mine, person=me)
    SignUpFactory(occurrence=date("Gaat niet door", cancelled=True), person=me)

    assert events(me) == {
        "Doet mee": "CONFIRMED",
        "Wacht": "TENTATIVE",
        "Organiseert": "CONFIRMED",
        "Gaat niet door": "CANCELLED",
    }


def test_feed_has_all_dates_of_a_course_tentative_while_one_waits():
    me, series = PersonFactory(), course_of(0, 1, capacity=1)
    leaver = join(series, "Gerda").course
    join(series, person=me)
    assert events(me) == {"Fietsles": "TENTATIVE"}
    assert my_calendar.feed_of(me).content.count(b"BEGIN:VEVENT") == 2

    courses.cancel(leaver)

    assert events(me) == {"Fietsles": "CONFIRMED"}
    assert len(dates_of(series)) == 2


def test_feed_opens_at_its_address_and_says_when_nothing_changed(client: Client):
    me = PersonFactory()
    SignUpFactory(occurrence=date("Doet mee"), person=me)
    found = my_calendar.renew(me)

    response = client.get(url(found))

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in response["Cache-Control"]
    assert b"SUMMARY:Doet mee" in response.content
    again = client.get(url(found), headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    SignUpFactory(occurrence=date("Nog een"), person=me)
    changed = client.get(url(found), headers={"if-none-match": response["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != response["ETag"]


def test_feed_changes_when_a_place_comes_free(client: Client):
    me = PersonFactory()
    mine = SignUpFactory(occurrence=date("Wacht"), person=me)
    SignUp.objects.update(state=SignUpState.WAITING, queued_at=timezone.now())
    before = my_calendar.feed_of(me)

    mine.state = SignUpState.JOINED
    mine.save()

    after = my_calendar.feed_of(me)
    assert before.etag != after.etag
    assert (b"TENTATIVE" in before.content, b"TENTATIVE" in after.content) == (True, False)


def test_feed_is_closed_to_a_wrong_secret_and_a_closed_account(client: Client):
    me, other = PersonFactory(), PersonFactory()
    found, theirs = my_calendar.renew(me), my_calendar.renew(other)

    assert client.get(url(found, theirs.secret())).status_code == 404
    assert client.get(url(found)).status_code == 200
    me.is_active = False
    me.save()
    assert client.get(url(found)).status_code == 404


def test_new_address_stops_the_old_one(client: Client):
    me = PersonFactory()
    client.force_login(me)
    client.post(reverse("activities:my_calendar_renew"))
    old = PersonalCalendar.objects.get()

    client.post(reverse("activities:my_calendar_renew"))

    new = PersonalCalendar.objects.get()
    assert client.get(url(old)).status_code == 404
    assert client.get(url(new)).status_code == 200
    client.post(reverse("activities:my_calendar_stop"))
    assert client.get(url(new)).status_code == 404


def test_address_is_shown_on_my_page_and_a_get_makes_none(client: Client):
    me = PersonFactory()
    client.force_login(me)
    assert "Zet dit in je eigen agenda" in client.get("/me/").content.decode()
    assert client.get(reverse("activities:my_calendar_renew")).status_code == 405
    assert not PersonalCalendar.objects.exists()

    found = my_calendar.renew(me)

    page = client.get("/me/").content.decode()
    assert url(found) in page
    assert "webcal://" in page


def test_a_calendar_costs_the_same_at_1_and_at_30(django_assert_num_queries):
    me = PersonFactory()
    SignUpFactory(person=me)
    with django_assert_num_queries(5):
        my_calendar.feed_of(me)
    for number in range(30):
        SignUpFactory(occurrence=date(f"Datum {number}"), person=me)
    with django_assert_num_queries(5):
        my_calendar.feed_of(me)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_make_one_address():
    me = PersonFactory()

    results = at_once(*[lambda: my_calendar.renew(me)] * 4)

    assert not [result for result in results if isinstance(result, Exception)]
    assert PersonalCalendar.objects.count() == 1
