"""Calling off: what it costs by notice, all of it or one date, by hirer or staff."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from lokaal.outbox.models import Message
from lokaal.people.models import Role
from tests.parallel import at_once
from tests.people.factories import PersonFactory
from tests.venue.factories import Offered
from tests.venue.money import factories as invoice_factories
from venue.exceptions import NotAllowed, NotNow
from venue.hire import cancelling, hiring, quoting
from venue.models import BookingState, CancellationRule, DateState, EventKind, Hold, QuoteState
from venue.money import charging

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    """Less than two weeks before: a quarter. Less than two days: everything."""
    house = Offered()
    for hours, percent in ((14 * 24, 25), (48, 100)):
        CancellationRule.objects.create(
            centre=house.centre, notice_hours=hours, percent=percent, valid_from=date(2020, 1, 1)
        )
    return house


def firm(house, *wants):
    booking = house.ask(*wants)
    return hiring.confirm(booking, by=house.planner)


def later(**ahead):
    return time_machine.travel(timezone.now() + timedelta(**ahead), tick=False)


@pytest.mark.parametrize(("days", "percent", "cents"), [(20, 0, 0), (7, 25, 938), (1, 100, 3750)])
def test_cancel_costs_more_the_shorter_before(house, days, percent, cents):
    booking = firm(house, house.wanted(days))

    cost = cancelling.cancel_cost(booking)
    assert (list(cost.percents.values()), cost.total_cents) == ([percent], cents)
    cancelling.cancel(booking, reason="Wij zijn ziek.")

    booking.refresh_from_db()
    one = booking.dates.get()
    assert booking.state == BookingState.CANCELLED
    assert (one.state, one.cancel_percent, one.reason, one.use.hold) == (
        DateState.CANCELLED,
        percent,
        "Wij zijn ziek.",
        Hold.RELEASED,
    )
    assert [charge.amount_cents for charge in charging.of_booking(booking)] == (
        [cents] if cents else []
    )
    message = Message.objects.get(subject="Afgezegd: Repetitie")
    said = "Je betaalt hier niets voor." if not cents else "Daarom betaal je nog €"
    assert said in message.text
    assert "METHOD:CANCEL" in message.calendar
    event = booking.events.last()
    assert (event.kind, event.by_hirer) == (EventKind.CANCELLED, True)


def test_cancel_of_what_is_not_firm_costs_nothing(house):
    booking = house.ask(house.wanted(1, hour=23))
    hiring.give_option(booking, by=house.planner)
    assert cancelling.cancel_cost(booking).is_free is True
    cancelling.cancel(booking)
    booking.refresh_from_db()
    assert (booking.state, booking.option_until) == (BookingState.CANCELLED, None)
    assert booking.dates.get().cancel_percent == 0


def test_cancel_gives_the_room_to_who_waits(house):
    first, second = house.ask(), house.ask()
    hiring.give_option(first, by=house.planner)
    hiring.give_option(second, by=house.planner)
    cancelling.cancel(first)
    assert second.dates.get().use.hold == Hold.OPTION


def test_cancel_replaces_what_was_offered(house):
    booking = house.ask()
    hiring.give_option(booking, by=house.planner)
    quote, _secret = quoting.send(quoting.draft(booking, by=house.planner), by=house.planner)
    cancelling.cancel(booking)
    quote.refresh_from_db()
    assert quote.state == QuoteState.REPLACED


def test_cancel_twice_counts_once(house):
    booking = firm(house)
    cancelling.cancel(booking)
    cancelling.cancel(booking)
    assert booking.events.filter(kind=EventKind.CANCELLED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_cancel_at_the_same_moment_tells_once(house):
    booking = firm(house)
    results = at_once(*[lambda: cancelling.cancel(booking)] * 4)
    assert not [result for result in results if isinstance(result, Exception)]
    assert Message.objects.filter(subject="Afgezegd: Repetitie").count() == 1


def test_cancel_by_staff_can_be_free_of_charge(house):
    booking = firm(house, house.wanted(1))
    with pytest.raises(NotAllowed):
        cancelling.cancel(booking, free_of_charge=True)
    with pytest.raises(NotAllowed):
        cancelling.cancel(booking, by=PersonFactory(role=Role.HOST))
    cancelling.cancel(booking, by=house.planner, free_of_charge=True)
    assert booking.dates.get().cancel_percent == 0
    assert booking.events.last().by == house.planner


def test_cancel_of_what_was_is_refused(house):
    booking = firm(house)
    with later(days=8), pytest.raises(NotNow, match="Deze boeking is al geweest of bezig"):
        cancelling.cancel(booking)
    assert booking.dates.get().state == DateState.PLANNED


def test_cancel_of_a_series_keeps_the_past(house):
    booking = firm(house, house.wanted(7), house.wanted(30))
    first, last = booking.dates.order_by("use__starts_at")
    with later(days=8):
        hiring.held(first, by=house.planner)
        cancelling.cancel(booking)
    booking.refresh_from_db()
    first.refresh_from_db()
    last.refresh_from_db()
    assert booking.state == BookingState.FINISHED
    assert (first.state, last.state) == (DateState.HELD, DateState.CANCELLED)


def test_cancel_date_leaves_the_others(house):
    booking = firm(house, house.wanted(7), house.wanted(14, hour=10))
    first, last = booking.dates.order_by("use__starts_at")
    cancelling.cancel_date(first, reason="Vakantie.")
    cancelling.cancel_date(first, reason="Vakantie.")
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED
    assert booking.events.filter(kind=EventKind.DATE_CANCELLED).count() == 1
    assert last.use.hold == Hold.FIRM
    assert "Dit blijft staan:" in Message.objects.get(subject="Afgezegd: Repetitie").text
    cancelling.cancel_date(last)
    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED


def test_cancel_date_of_an_open_quote_sends_the_price_of_what_is_left(house):
    booking = house.ask(house.wanted(20), house.wanted(27))
    hiring.give_option(booking, by=house.planner)
    first, _secret = quoting.send(quoting.draft(booking, by=house.planner), by=house.planner)
    gone, left = booking.dates.order_by("use__starts_at")

    cancelling.cancel_date(gone)

    first.refresh_from_db()
    second = booking.quotes.get(version=2)
    assert (first.state, first.total_cents) == (QuoteState.REPLACED, 7500)
    assert (second.state, second.total_cents) == (QuoteState.SENT, 3750)
    quoting.accept(second)
    assert [charge.booking_date for charge in charging.of_booking(booking)] == [left]
    assert quoting.agreed(booking).total_cents == 3750


def test_cancel_date_that_was_the_last_one_ends_the_open_quote(house):
    booking = house.ask(house.wanted(20))
    hiring.give_option(booking, by=house.planner)
    quoting.send(quoting.draft(booking, by=house.planner), by=house.planner)
    cancelling.cancel_date(booking.dates.get())
    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED
    assert booking.quotes.get().state == QuoteState.REPLACED


def test_cancel_of_what_stands_on_an_invoice_tells_the_house(house):
    house.centre.email = "huis@voorbeeld.nl"
    house.centre.save()
    booking = firm(house, house.wanted(20))
    bill = invoice_factories.draft((3750, house.tariff.vat_code), hirer=booking.hirer)
    bill.lines.update(booking_date=booking.dates.get())
    cancelling.cancel(booking)
    told = Message.objects.filter(to_address="huis@voorbeeld.nl")
    assert sum("Maak een creditnota." in message.text for message in told) == 1
