"""A question or a word of the house to who hires: sent once, in writing or by phone, and kept."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from lokaal.bsn import HoldsBSN
from lokaal.outbox.models import Message
from lokaal.people.models import Role
from tests.parallel import at_once
from tests.people.factories import PersonFactory
from tests.venue.factories import HirerFactory, Offered
from venue.exceptions import NotAllowed, NotNow
from venue.hire import bookings
from venue.models import EventKind

pytestmark = pytest.mark.django_db

ASKED = "Hoeveel stoelen wil je?"


@pytest.fixture
def house():
    return Offered()


def said(booking):
    return booking.events.filter(kind=EventKind.SAID)


def test_say_sends_the_words_and_keeps_them(house):
    booking = house.ask()
    event = bookings.say(booking, f" {ASKED} ", by=house.planner)
    assert (event.text, event.by, event.is_to_call) == (ASKED, house.planner, False)
    message = Message.objects.get(subject="Bericht van ons: Repetitie")
    assert message.to_address == booking.hirer.email
    assert f"\n{ASKED}\n" in message.text
    assert "Wil je antwoorden? Bel " in message.text


def test_say_is_written_in_the_language_of_the_hirer(house):
    booking = house.ask(hirer=HirerFactory(language="en"))
    bookings.say(booking, "How many chairs?", by=house.planner)
    message = Message.objects.order_by("pk").filter(text__contains="How many chairs?").get()
    assert message.language == "en"


def test_say_to_who_only_has_a_phone_goes_on_the_list_to_call(house, settings):
    settings.SMS_BACKEND = ""
    booking = house.ask(hirer=HirerFactory(by_phone=True))
    event = bookings.say(booking, ASKED, by=house.planner)
    assert event.is_to_call is True
    assert not Message.objects.filter(text__contains=ASKED).exists()


def test_say_twice_sends_once_but_may_be_asked_again_later(house):
    booking = house.ask()
    for _press in range(2):
        bookings.say(booking, ASKED, by=house.planner)
    assert said(booking).count() == 1
    bookings.say(booking, "En tafels?", by=house.planner)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        bookings.say(booking, ASKED, by=house.planner)
    assert said(booking).count() == 3


def test_say_refuses_no_words_a_number_of_the_state_and_who_does_not_plan(house):
    booking = house.ask()
    with pytest.raises(NotNow, match="Schrijf op wat je wilt zeggen"):
        bookings.say(booking, "  ", by=house.planner)
    with pytest.raises(HoldsBSN):
        bookings.say(booking, "Is je nummer 111222333?", by=house.planner)
    with pytest.raises(NotAllowed):
        bookings.say(booking, ASKED, by=PersonFactory(role=Role.HOST))
    assert not said(booking).exists()


@pytest.mark.django_db(transaction=True)
def test_say_at_once_sends_once(house):
    booking = house.ask()
    at_once(*[partial(bookings.say, booking, ASKED, by=house.planner)] * 2)
    assert said(booking).count() == 1
    assert Message.objects.filter(text__contains=ASKED).count() == 1
