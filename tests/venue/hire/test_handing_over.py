"""The form at the door: the key goes, the key comes back."""

import pytest

from lokaal.people.models import Role
from tests.people.factories import PersonFactory
from tests.venue.factories import Offered
from venue.exceptions import NotAllowed, NotNow
from venue.hire import handing_over, hiring
from venue.models import EventKind, HandOver, RoomState

pytestmark = pytest.mark.django_db


@pytest.fixture
def date():
    house = Offered()
    return hiring.confirm(house.ask(), by=house.planner).dates.get()


@pytest.fixture
def host():
    return PersonFactory(role=Role.HOST)


def test_hand_over_keeps_who_signed(date, host):
    handing_over.hand_over(date, signed_name="Emine", keys="Sleutel 4", by=host)
    handing_over.hand_over(date, signed_name="Emine K.", keys="Sleutel 4", by=host)
    form = HandOver.objects.get()
    assert (form.signed_name, form.keys, form.handed_by) == ("Emine K.", "Sleutel 4", host)
    assert date.events.filter(kind=EventKind.HANDED_OVER).count() == 1


def test_hand_back_says_how_the_room_was(date, host):
    handing_over.hand_over(date, signed_name="Emine", by=host)
    with pytest.raises(NotNow, match="Schrijf op wat er stuk is"):
        handing_over.hand_back(date, room_state=RoomState.DAMAGED, by=host)
    handing_over.hand_back(
        date, room_state=RoomState.DAMAGED, damage_note="Een stoel zonder poot.", by=host
    )
    form = HandOver.objects.get()
    assert (form.room_state, form.damage_note, form.returned_to) == (
        RoomState.DAMAGED,
        "Een stoel zonder poot.",
        host,
    )
    with pytest.raises(NotNow, match="De sleutel is al terug"):
        handing_over.hand_over(date, signed_name="Iemand", by=host)


def test_hand_back_needs_a_key_that_was_given(date, host):
    with pytest.raises(NotNow, match="Er is nog geen sleutel gegeven"):
        handing_over.hand_back(date, room_state=RoomState.GOOD, by=host)


def test_hand_over_is_for_staff_and_for_what_is_firm(host):
    house = Offered()
    date = house.ask().dates.get()
    with pytest.raises(NotAllowed):
        handing_over.hand_over(date, signed_name="Emine", by=PersonFactory())
    with pytest.raises(NotNow, match="Deze aanvraag wacht nog op antwoord"):
        handing_over.hand_over(date, signed_name="Emine", by=host)
