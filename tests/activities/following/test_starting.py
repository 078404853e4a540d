"""Beginning to follow, saying yes, stopping."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.utils import timezone

from activities.exceptions import NotReachable
from activities.following import starting
from activities.models import Follow, Follower
from lokaal.outbox.models import Message, MessageState
from tests.activities.factories import ActivityFactory, CentreFactory, PersonFactory
from tests.activities.following.making import follower_of, theme
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


def start(*targets, **fields):
    return starting.start(targets, **{"email": "emine@voorbeeld.nl", "language": "nl"} | fields)


def test_start_asks_for_a_yes_at_the_address_first():
    activity, food = ActivityFactory(title="Naaicafé"), theme()

    found = start(activity, food)

    assert [(one.activity, one.theme, one.confirmed_at) for one in found.follows.all()] == [
        (activity, None, None),
        (None, food, None),
    ]
    message = Message.objects.get()
    assert (message.subject, message.to_address) == (
        "Wil je bericht van ons?",
        "emine@voorbeeld.nl",
    )
    assert "Iemand vroeg om nieuws over: Naaicafé, Koken en eten." in message.text
    assert f"/volgen/{found.id}/{found.secret()}/" in message.text
    assert message.is_secret is True


def test_start_asks_in_the_language_that_was_on():
    start(theme(), language="en")

    message = Message.objects.get()
    assert message.language == "en"
    assert "Cooking and eating" in message.text


def test_start_twice_asks_once_and_keeps_one_row():
    activity = ActivityFactory()

    first, second = start(activity), start(activity, email="Emine@voorbeeld.nl")

    assert first == second
    assert Follow.objects.count() == 1
    assert Message.objects.count() == 1


def test_start_by_phone_asks_by_text_message(settings):
    settings.SMS_BACKEND = "lokaal.outbox.sms.ConsoleBackend"

    found = start(ActivityFactory(title="Naaicafé"), email="", phone="0612345678")

    message = Message.objects.get()
    assert message.to_address == "+31612345678"
    assert message.text.startswith(
        "Lokaal: wil je een keer per week nieuws over Naaicafé? Zeg hier ja:"
    )
    assert found.secret() in message.text


def test_start_by_phone_is_refused_where_no_texts_are_sent(settings):
    settings.SMS_BACKEND = ""

    with pytest.raises(NotReachable) as refused:
        start(ActivityFactory(), email="", phone="0612345678")

    assert str(refused.value) == (
        "Een sms sturen kan hier niet. Vul je e-mailadres in, of vraag het aan de balie."
    )
    assert not Follower.objects.exists()


def test_start_of_who_signed_in_needs_no_yes():
    me = PersonFactory()

    found = start(theme(), email="", person=me)

    assert found.person == me
    assert found.follows.confirmed().count() == 1
    assert not Message.objects.exists()


def test_start_on_paper_needs_no_yes_and_is_one_row_each():
    centre, host = CentreFactory(), PersonFactory()

    first = start(theme(), email="", name="Gerda", paper_at=centre, entered_by=host)
    second = start(theme("Taal"), email="", name="Gerda", paper_at=centre, entered_by=host)

    assert first != second
    assert (first.is_on_paper, first.entered_by) == (True, host)
    assert first.follows.confirmed().count() == 1


def test_nobody_follows_without_any_way_to_hear_of_it():
    with pytest.raises(IntegrityError):
        Follower.objects.create(name="Niemand")


def test_what_a_stranger_adds_to_a_known_address_waits_for_a_yes_too():
    found = follower_of(ActivityFactory())

    start(ActivityFactory())

    assert found.follows.confirmed().count() == 1
    assert found.follows.pending().count() == 1


def test_confirm_twice_is_harmless_and_news_begins_now():
    found = start(theme())
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        starting.confirm(found)
        said_at = Follow.objects.get().confirmed_at
        found.refresh_from_db()
        assert found.told_until == said_at
    starting.confirm(found)

    assert Follow.objects.get().confirmed_at == said_at


def test_stop_one_thing_keeps_the_other_and_the_last_forgets_the_person():
    found = follower_of(ActivityFactory(), theme())
    first, second = found.follows.all()

    starting.stop(first)
    assert list(found.follows.all()) == [second]
    starting.stop(second)
    starting.stop(second)

    assert not Follower.objects.exists()


def test_stop_all_forgets_the_person_twice():
    found = follower_of(ActivityFactory(), theme())

    starting.stop_all(found)
    starting.stop_all(found)

    assert not Follower.objects.exists()
    assert not Follow.objects.exists()
    assert starting.find(found.pk, found.secret()) is None


def test_forget_without_yes_leaves_who_said_yes():
    sure = follower_of(theme(), email="ja@voorbeeld.nl")
    start(ActivityFactory())
    starting.forget_without_yes()
    assert Follower.objects.count() == 2

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        starting.forget_without_yes()

    assert Follower.objects.get() == sure


def test_find_opens_for_its_own_secret_only():
    mine, theirs = follower_of(theme()), follower_of(theme("Taal"), email="ander@voorbeeld.nl")

    assert starting.find(mine.pk, mine.secret()) == mine
    assert starting.find(mine.pk, theirs.secret()) is None
    assert starting.find(mine.pk, "é") is None


def test_links_still_open_after_our_key_changed(settings):
    found = follower_of(theme())
    secret = found.secret()

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "een nieuwe sleutel"

    assert starting.find(found.pk, secret) == found
    settings.SECRET_KEY_FALLBACKS = []
    assert starting.find(found.pk, secret) is None


def test_the_secret_of_a_message_is_erased_once_it_is_sent(settings):
    settings.DEMO = False
    start(theme())
    message = Message.objects.get()
    Message.objects.update(state=MessageState.SENDING)

    message.mark_sent()

    message.refresh_from_db()
    assert (message.text, message.stop_link) == ("", "")


@pytest.mark.django_db(transaction=True)
def test_start_at_once_makes_one_row():
    activity = ActivityFactory()

    results = at_once(*[lambda: start(activity)] * 5)

    assert set(results) == {Follower.objects.get()}
    assert Follow.objects.count() == 1
    assert Message.objects.count() == 1
