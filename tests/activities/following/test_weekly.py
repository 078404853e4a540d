"""The message of the week: what is news, when it goes out, to whom."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from activities import organising, planning
from activities.following import weekly
from activities.models import Activity, ActivityState, Occurrence
from lokaal.outbox import sending
from lokaal.outbox.models import Message, MessageState
from lokaal.people.models import Channel
from tests.activities.factories import (
    ActivityFactory,
    ActivityTranslationFactory,
    CentreFactory,
    OccurrenceFactory,
    PersonFactory,
    SeriesFactory,
)
from tests.activities.following.making import THURSDAY, follower_of, theme
from tests.parallel import at_once

pytestmark = pytest.mark.django_db

LAST_WEEK = THURSDAY - timedelta(days=7)
LONG_AGO = THURSDAY - timedelta(days=90)


@pytest.fixture
def thursday():
    with time_machine.travel(THURSDAY, tick=False) as clock:
        yield clock


def old(activity: Activity) -> Activity:
    """An activity of long ago: that it is there is no news."""
    Activity.objects.filter(pk=activity.pk).update(created_at=LONG_AGO, published_at=LONG_AGO)
    return activity


def date_of(activity, days=5, *, made_at=LONG_AGO, **fields) -> Occurrence:
    found = OccurrenceFactory(
        activity=activity, starts_at=timezone.now() + timedelta(days=days), **fields
    )
    Occurrence.objects.filter(pk=found.pk).update(created_at=made_at, updated_at=made_at)
    found.refresh_from_db()
    return found


def told() -> Message:
    return Message.objects.get(key__contains=":news:")


def test_new_activity_of_a_theme_is_told_with_its_first_dates(thursday):
    food = theme()
    activity = ActivityFactory(title="Soep koken", created_at=THURSDAY - timedelta(days=2))
    activity.themes.add(food)
    for days in (3, 10, 17, 24):
        date_of(activity, days)
    found = follower_of(food, since=LAST_WEEK)
    Message.objects.all().delete()

    assert [weekly.tell_all(), weekly.tell_all()] == [1, 0]

    message = told()
    assert message.subject == "Nieuws uit de buurt"
    assert "Nieuw: Soep koken" in message.text
    assert "zondag 29 november" in message.text
    assert message.text.count(" uur") == 3
    assert "En later nog een paar keer." in message.text
    assert reverse("activities:activity", args=[activity.pk]) in message.text
    assert f"/volgen/{found.id}/{found.secret()}/" in message.text
    found.refresh_from_db()
    assert found.told_until == THURSDAY


def test_message_is_in_the_language_of_the_follower(thursday):
    activity = ActivityFactory(title="Soep koken", created_at=THURSDAY)
    ActivityTranslationFactory(activity=activity, title="Making soup")
    date_of(activity)
    follower_of(activity, since=LAST_WEEK, language="en")

    weekly.tell_all()

    message = told()
    assert message.language == "en"
    assert "Making soup" in message.text
    assert f"/en/activities/{activity.pk}/" in message.text


def test_mail_carries_a_button_that_stops_it(thursday):
    activity = ActivityFactory(created_at=THURSDAY)
    date_of(activity)
    found = follower_of(activity, since=LAST_WEEK)

    weekly.tell_all()

    mail = sending.as_mail(told()).message()
    stop = reverse("activities:follower_stop", args=[found.pk, found.secret()])
    assert mail["List-Unsubscribe"] == f"<http://localhost:8000{stop}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_draft_that_comes_into_the_agenda_is_new(thursday):
    activity = ActivityFactory(draft=True, created_at=LONG_AGO)
    date_of(activity)
    follower_of(activity, since=LAST_WEEK)
    organising.publish(activity)

    assert weekly.tell_all() == 1

    assert "Nieuw: " in told().text
    activity.refresh_from_db()
    assert activity.published_at == THURSDAY


def test_dates_added_by_hand_are_news_and_those_of_a_series_are_not(thursday):
    by_hand, by_rule = old(ActivityFactory(title="Los")), old(ActivityFactory(title="Elke week"))
    date_of(by_hand, made_at=THURSDAY - timedelta(days=1))
    series = SeriesFactory(activity=by_rule, created_at=LONG_AGO)
    date_of(by_rule, made_at=THURSDAY - timedelta(days=1), series=series)
    follower_of(by_hand, by_rule, since=LAST_WEEK)

    weekly.tell_all()

    text = told().text
    assert "Nieuwe datums: Los" in text
    assert "Elke week" not in text


def test_what_is_called_off_or_moved_soon_is_news(thursday):
    activity = old(ActivityFactory(title="Naaicafé"))
    off, moved, far = date_of(activity, 3), date_of(activity, 10), date_of(activity, 60)
    planning.cancel(off, reason="", by=None)
    planning.move(
        moved,
        starts_at=moved.starts_at + timedelta(hours=2),
        ends_at=moved.ends_at + timedelta(hours=2),
        by=None,
    )
    planning.cancel(far, reason="", by=None)
    follower_of(activity, since=LAST_WEEK)

    weekly.tell_all()

    text = told().text
    assert "Gaat niet door: Naaicafé\nzondag 29 november" in text
    assert "Andere tijd: Naaicafé\nzondag 6 december" in text
    assert "januari" not in text


def test_what_an_organiser_begins_is_news(thursday):
    emine = PersonFactory(name="Emine Yilmaz")
    activity = ActivityFactory(title="Iets nieuws", created_at=THURSDAY)
    activity.organisers.add(emine)
    date_of(activity)
    date_of(ActivityFactory(title="Van een ander", created_at=THURSDAY))
    follower_of(emine, since=LAST_WEEK)

    weekly.tell_all()

    assert "Nieuw: Iets nieuws" in told().text
    assert "Van een ander" not in told().text


@pytest.mark.parametrize(
    "change",
    [
        {"state": ActivityState.DRAFT},
        {"state": ActivityState.STOPPED},
        {"created_at": LONG_AGO},
    ],
)
def test_no_news_is_no_message(thursday, change):
    activity = ActivityFactory(created_at=THURSDAY)
    date_of(activity)
    follower_of(activity, since=LAST_WEEK)
    Activity.objects.filter(pk=activity.pk).update(**change)
    Message.objects.all().delete()

    assert weekly.tell_all() == 0

    assert not Message.objects.exists()


def test_who_did_not_say_yes_hears_nothing(thursday):
    from activities.following import starting

    activity = ActivityFactory(created_at=THURSDAY)
    date_of(activity)
    starting.start([activity], email="emine@voorbeeld.nl", language="nl")

    thursday.shift(timedelta(days=7))

    assert weekly.tell_all() == 0


def test_nothing_is_told_twice_and_nothing_is_lost_between_two_weeks(thursday):
    activity = old(ActivityFactory(title="Los"))
    date_of(activity, 20, made_at=THURSDAY - timedelta(days=1))
    follower_of(activity, since=LAST_WEEK)
    assert weekly.tell_all() == 1
    date_of(activity, 30, made_at=THURSDAY + timedelta(hours=2))
    assert weekly.tell_all() == 0

    thursday.shift(timedelta(days=7))

    assert weekly.tell_all() == 1
    last = Message.objects.filter(key__contains=":news:").order_by("created_at").last()
    assert last.text.count(" uur") == 1


@pytest.mark.parametrize(
    ("shift", "count"),
    [
        (timedelta(minutes=-6), 0),  # 8.59
        (timedelta(hours=10), 1),  # 19.05
        (timedelta(hours=11), 0),  # 20.05
        (timedelta(days=1), 1),  # Friday: the worker was late
        (timedelta(days=2), 0),
        (timedelta(days=-1), 0),
    ],
)
def test_message_goes_out_on_thursday_by_day(thursday, shift, count):
    activity = ActivityFactory(created_at=THURSDAY - timedelta(days=3))
    date_of(activity, 9)
    follower_of(activity, since=LAST_WEEK)
    thursday.shift(shift)

    assert weekly.tell_all() == count


def test_paper_waits_at_the_desk(thursday):
    from activities.following import starting

    activity, centre = ActivityFactory(created_at=THURSDAY), CentreFactory()
    date_of(activity)
    found = starting.start(
        [activity], name="Gerda", paper_at=centre, language="nl", entered_by=PersonFactory()
    )
    type(found).objects.update(told_until=LAST_WEEK)

    weekly.tell_all()

    message = told()
    assert (message.channel, message.state) == (Channel.PAPER, MessageState.TO_PRINT)
    assert (message.to_name, message.centre) == ("Gerda", centre)


def test_text_message_is_short_and_can_stop(thursday, settings):
    settings.SMS_BACKEND = "lokaal.outbox.sms.ConsoleBackend"
    activity = ActivityFactory(title="Soep koken", created_at=THURSDAY)
    date_of(activity)
    found = follower_of(activity, since=LAST_WEEK, email="", phone="0612345678")

    weekly.tell_all()

    message = told()
    assert message.text.startswith("Lokaal: Soep koken, dinsdag 1 december.")
    assert f"Stoppen? http://localhost:8000/volgen/{found.id}/" in message.text


def test_news_costs_the_same_at_1_and_at_30(thursday, django_assert_num_queries):
    from activities.following.news import news_of

    food = theme()
    found = follower_of(food)
    follows = list(found.follows.all())

    def count():
        with django_assert_num_queries(3):
            return len(news_of(follows, since=LAST_WEEK, now=THURSDAY))

    def add():
        activity = ActivityFactory(created_at=THURSDAY)
        activity.themes.add(food)
        date_of(activity)

    add()
    assert count() == 1
    for _number in range(29):
        add()
    assert count() == 20


@pytest.mark.django_db(transaction=True)
def test_tell_at_once_tells_once():
    with time_machine.travel(THURSDAY, tick=False):
        activity = ActivityFactory(created_at=THURSDAY)
        date_of(activity)
        follower_of(activity, since=LAST_WEEK)

        at_once(*[weekly.tell_all] * 4)

        assert Message.objects.filter(key__contains=":news:").count() == 1
