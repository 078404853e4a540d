"""Asking for rooms: without an account, once per form, within the notice of the house; nothing is held by it."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from lokaal import repeating
from lokaal.bsn import HoldsBSN
from lokaal.exceptions import Refusal
from lokaal.outbox.models import Message
from lokaal.people.models import Role
from tests.parallel import at_once
from tests.people.factories import PersonFactory, StaffRoleFactory
from tests.venue.factories import (
    BuildingFactory,
    HirerFactory,
    Offered,
    SpaceFactory,
    TariffClassFactory,
)
from venue.exceptions import DoesNotFit, NotAllowed, Taken, TooSoon, WrongTime
from venue.hire import bookings, hiring, requesting
from venue.models import Booking, BookingState, DateState, EventKind, Hirer, HirerKind, Hold, Use

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return Offered()


def request(house, *wants, **fields):
    values = {
        "hirer": Hirer(kind=HirerKind.GROUP, name="Koor Zonder Naam", email="koor@voorbeeld.nl"),
        "purpose": "Repetitie",
        "tariff_class": house.club,
    }
    return requesting.request(wants=wants or [house.wanted()], **values | fields)


def test_request_keeps_what_was_asked_and_holds_nothing(house):
    asked = request(house, house.wanted(layout="theatre"), note="Met piano?")

    booking = Booking.objects.get()
    assert asked.booking == booking
    assert asked.is_new is True
    assert (booking.state, booking.purpose, booking.note) == (
        BookingState.REQUEST,
        "Repetitie",
        "Met piano?",
    )
    assert booking.reference.startswith("B1")
    assert booking.is_class_checked is False
    date = booking.dates.get()
    assert (date.state, date.use.hold, date.use.title, date.use.people) == (
        DateState.PLANNED,
        Hold.REQUESTED,
        "Repetitie",
        20,
    )
    assert not date.use.allocations.filter(blocking=True).exists()
    event = booking.events.get()
    assert (event.kind, event.by, event.by_hirer) == (EventKind.ASKED, None, True)
    message = Message.objects.get()
    assert "Je hoort van ons. De zaal is nog niet vast." in message.text
    assert "19.00 tot 22.00 uur, Grote zaal" in message.text
    link = re.search(rf"/zalen/bookings/{booking.pk}/([0-9a-f]{{64}})/", message.text)
    assert bookings.find_by_secret(booking.pk, link[1]) == booking
    assert message.is_secret is True


def test_request_gives_a_link_of_which_only_a_hash_is_kept(house):
    asked = request(house)
    assert bookings.find_by_secret(asked.booking.pk, asked.secret) == asked.booking
    assert bookings.find_by_secret(asked.booking.pk, asked.secret[:-1]) is None
    other = request(house)
    assert bookings.find_by_secret(other.booking.pk, asked.secret) is None
    hashes = {link.secret_hash for link in asked.booking.links.all()}
    assert asked.secret not in hashes
    assert len(hashes) == 2  # that of the page, and that of the message


def test_request_sent_twice_makes_one_booking(house):
    token = uuid.uuid4()
    first, second = request(house, form_token=token), request(house, form_token=token)
    assert (first.is_new, second.is_new) == (True, False)
    assert second.booking == first.booking
    assert bookings.find_by_secret(first.booking.pk, second.secret) == first.booking
    assert Booking.objects.count() == Hirer.objects.count() == Message.objects.count() == 1


def test_request_with_the_form_of_another_shows_them_nothing(house):
    token = uuid.uuid4()
    first = request(house, form_token=token)
    other = Hirer(kind=HirerKind.PERSON, name="Iemand", email="iemand@voorbeeld.nl")
    second = request(house, hirer=other, form_token=token)
    assert second.is_new is True
    assert second.booking != first.booking


@pytest.mark.django_db(transaction=True)
def test_request_sent_at_the_same_moment_makes_one_booking(house):
    token = uuid.uuid4()
    results = at_once(*[lambda: request(house, form_token=token) for _ in range(5)])
    assert sorted(result.is_new for result in results) == [False] * 4 + [True]
    assert Booking.objects.count() == Use.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_requests_at_the_same_moment_are_all_kept(house):
    results = at_once(*[lambda: request(house) for _ in range(8)])
    assert {type(result) for result in results} == {requesting.Requested}
    assert Booking.objects.values("reference").distinct().count() == 8


def test_request_for_a_room_that_is_firmly_taken_names_others(house):
    hiring.confirm(house.ask(), by=house.planner)
    SpaceFactory(centre=house.centre, name="Atelier", capacity=40)
    with pytest.raises(Taken) as refused:
        request(house)
    assert refused.value.alternatives
    assert Booking.objects.count() == 1


def test_request_behind_an_option_is_kept(house):
    hiring.give_option(house.ask(), by=house.planner)
    assert request(house).booking.dates.get().use.hold == Hold.REQUESTED


def test_request_for_several_dates_keeps_the_taken_one_with_the_reason(house):
    hiring.confirm(house.ask(house.wanted(14)), by=house.planner)
    booking = request(house, house.wanted(7), house.wanted(14)).booking
    dates = booking.dates.order_by("use__starts_at")
    assert [(date.state, date.reason) for date in dates] == [
        (DateState.PLANNED, ""),
        (DateState.REFUSED, "Grote zaal is dan al bezet."),
    ]
    assert (
        "dit kan niet. Grote zaal is dan al bezet."
        in Message.objects.get(to_name="Koor Zonder Naam").text
    )


def test_request_of_too_many_people_says_how_many_fit(house):
    with pytest.raises(DoesNotFit, match="40"):
        request(house, house.wanted(people=10_000))
    assert Hirer.objects.count() == 0


@pytest.mark.parametrize("count", [0, 61])
def test_request_needs_a_sane_number_of_dates(house, count):
    with pytest.raises(WrongTime):
        requesting.request(
            hirer=HirerFactory(),
            wants=[house.wanted()] * count,
            purpose="",
            tariff_class=house.club,
        )


def test_request_that_ends_before_it_begins_is_refused(house):
    want = house.wanted()
    with pytest.raises(WrongTime):
        request(house, house.wanted(starts_at=want.ends_at, ends_at=want.starts_at))


def test_request_for_a_room_that_is_not_for_hire_is_refused_but_for_planners(house):
    kitchen = SpaceFactory(centre=house.centre, is_for_hire=False)
    with pytest.raises(NotAllowed, match="Deze zaal is niet te huur"):
        request(house, house.wanted(space=kitchen))
    assert request(house, house.wanted(space=kitchen), by=house.planner).is_new is True


def test_request_explains_the_rules_of_the_house(house):
    request(house, is_private_party=True, serves_alcohol=True)
    assert "Bij een privéfeest schenken wij geen alcohol." in Message.objects.get().text
    booking = Booking.objects.get()
    assert (booking.serves_alcohol, booking.dates.get().use.is_private) == (True, True)


def test_request_tells_the_house_where_it_has_an_address(house):
    house.centre.email = "huis@voorbeeld.nl"
    house.centre.save()
    asked = request(house)
    message = Message.objects.get(to_address="huis@voorbeeld.nl")
    assert message.subject == f"{asked.booking.reference}: Er is een nieuwe aanvraag."
    assert f"/verhuur/{asked.booking.pk}/" in message.text


def test_request_hides_at_the_door_what_a_person_does(house):
    person = HirerFactory(kind=HirerKind.PERSON)
    assert request(house, hirer=person).booking.dates.get().use.is_private is True


def test_request_by_the_desk_says_who_filled_it_in(house):
    host = PersonFactory(role=Role.HOST)
    booking = request(house, by=host).booking
    assert (booking.by, booking.is_class_checked) == (host, False)
    assert booking.events.get().by == host


# Notice --------------------------------------------------------------------------------------------


@pytest.fixture
def strict(house):
    return BuildingFactory(
        centre=house.centre,
        minimum_notice_hours=48,
        maximum_notice_days=100,
        residents_first_days=0,
    )


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (1, "Vraag een zaal minstens 48 uur vooraf. Moet het sneller"),
        (102, "Je kunt hoogstens 100 dagen vooraf huren. Kies een eerdere datum"),
    ],
)
def test_request_outside_the_notice_of_the_house_is_refused_but_for_planners(
    house, strict, days, said
):
    with pytest.raises(TooSoon, match=said):
        request(house, house.wanted(days))
    with pytest.raises(TooSoon):
        request(house, house.wanted(days), by=PersonFactory(role=Role.HOST))
    assert request(house, house.wanted(days), by=house.planner).is_new is True


def test_request_lets_residents_go_first(house, strict):
    strict.residents_first_days = 30
    strict.save()
    residents = TariffClassFactory(free=True)
    with pytest.raises(TooSoon, match=r"Bewoners gaan voor\. Jij kunt deze datum vragen vanaf "):
        request(house, house.wanted(32))
    assert request(house, house.wanted(30)).is_new is True
    assert request(house, house.wanted(60), tariff_class=residents).is_new is True


def test_request_goes_by_the_class_that_was_agreed_with_the_hirer(house):
    """Who pays as a company is no resident by choosing so."""
    BuildingFactory(centre=house.centre, residents_first_days=10)
    hirer = HirerFactory(tariff_class=house.club)
    residents = TariffClassFactory(free=True)
    with pytest.raises(TooSoon, match="Bewoners gaan voor"):
        house.ask(house.wanted(20), hirer=hirer, tariff_class=residents)
    assert house.ask(house.wanted(20), tariff_class=residents).tariff_class == residents


def test_request_by_a_planner_of_another_house_keeps_to_the_notice(house):
    other = Offered()
    BuildingFactory(centre=other.centre, minimum_notice_hours=200)
    by = StaffRoleFactory(role=Role.VENUE, centre=house.centre).person
    with pytest.raises(TooSoon):
        house.ask(house.wanted(), other.wanted(), by=by)


@pytest.mark.parametrize("field", ["purpose", "note"])
def test_request_keeps_no_citizen_service_number(house, field):
    with pytest.raises(HoldsBSN):
        house.ask(**{field: "Mijn BSN is 111 222 333."})
    assert not Booking.objects.exists()


def test_request_for_a_time_that_is_over_is_refused_for_everybody(house):
    want = house.wanted()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        for by in (None, house.planner):
            with pytest.raises(WrongTime, match="Dat is al geweest"):
                request(house, want, by=by)


# Again and again -----------------------------------------------------------------------------------


def weekly(want, weeks):
    """Every week at the time of a want, so many times."""
    begin, end = timezone.localtime(want.starts_at), timezone.localtime(want.ends_at)
    return requesting.Repeat(
        repeating.Rule(
            every=repeating.Every.WEEK,
            first_on=begin.date(),
            last_on=begin.date() + timedelta(weeks=weeks - 1),
            starts=begin.time(),
            ends=end.time(),
        )
    )


def test_request_for_a_series_keeps_the_date_that_is_firmly_taken_as_refused(house):
    hiring.confirm(house.ask(house.wanted(14)), by=house.planner)
    want = house.wanted(7)
    booking = request(house, want, repeat=weekly(want, 3)).booking
    dates = booking.dates.order_by("original_on")
    assert [date.state for date in dates] == [
        DateState.PLANNED,
        DateState.REFUSED,
        DateState.PLANNED,
    ]
    assert booking.series.count() == 1


def test_request_for_a_series_keeps_every_date_within_the_notice(house, strict):
    want = house.wanted(82)
    with pytest.raises(TooSoon, match="Je kunt hoogstens 100 dagen vooraf huren"):
        request(house, want, repeat=weekly(want, 4))
    assert not Booking.objects.exists()
    assert request(house, want, repeat=weekly(want, 2)).booking.dates.count() == 2
    assert request(house, want, repeat=weekly(want, 4), by=house.planner).is_new is True


def test_request_for_a_series_without_an_end_in_sight_is_refused(house):
    want = house.wanted(7)
    with pytest.raises(Refusal):
        request(house, want, repeat=weekly(want, 52 * 3))
    assert not Hirer.objects.exists()
