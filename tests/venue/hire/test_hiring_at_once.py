"""Many who hire, change and call off at the same moment: no room twice, no booking half done, no error shown."""

import random
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from lokaal.exceptions import Refusal
from tests.parallel import at_once
from tests.venue.factories import Offered
from venue.hire import cancelling, hiring, quoting, rebooking
from venue.models import Booking, BookingState, DateState, Hold, QuoteState, Use

BOOKINGS = 12
STEPS_EACH = 6


class Desk:
    """The steps that staff and hirers take on a booking, each at whatever moment."""

    def __init__(self, house):
        self.house = house

    def option(self, booking):
        hiring.give_option(booking, by=self.house.planner)

    def quote(self, booking):
        quoting.send(quoting.draft(booking, by=self.house.planner), by=self.house.planner)

    def yes(self, booking):
        sent = booking.quotes.filter(state=QuoteState.SENT).first()
        if sent:
            quoting.accept(sent)
        else:
            hiring.confirm(booking, by=self.house.planner)

    def no(self, booking):
        sent = booking.quotes.filter(state=QuoteState.SENT).first()
        if sent:
            quoting.decline(sent)

    def off(self, booking):
        cancelling.cancel(booking)

    def later(self, booking):
        date = booking.dates.planned().first()
        if date:
            starts_at = date.use.starts_at + timedelta(minutes=30)
            rebooking.change(date, starts_at=starts_at, by=self.house.planner)

    def busy_with(self, booking, seed):
        """Some steps on one booking, in an order of their own; what is refused is counted."""
        own = random.Random(seed)
        steps = [self.option, self.option, self.quote, self.yes, self.yes, self.later]
        if own.random() < 0.3:
            steps += [self.no, self.off]

        def act():
            met = Counter()
            for _turn in range(STEPS_EACH):
                step = own.choice(steps)
                try:
                    step(booking)
                    met["done"] += 1
                except Refusal:
                    met["refused"] += 1
            return met

        return act


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", [4, 11])
def test_everybody_at_once_leaves_no_room_used_twice_and_no_booking_half_done(seed):
    """Twelve bookings of two evenings each, on the same few evenings."""
    house = Offered()
    shuffled = random.Random(seed)
    asked = [
        house.ask(house.wanted(7 + number % 3), house.wanted(8 + number % 3, hour=20))
        for number in range(BOOKINGS)
    ]
    quiet = house.ask(house.wanted(20))

    results = at_once(
        lambda: hiring.confirm(quiet, by=house.planner),
        *[Desk(house).busy_with(one, shuffled.random()) for one in asked],
    )

    assert [result for result in results if isinstance(result, Exception)] == []
    # How many of the others become firm is chance: a room may end as an option, or be called off by all.
    assert sum(results[1:], Counter()).total() == BOOKINGS * STEPS_EACH
    firm = list(Use.objects.filter(hold=Hold.FIRM).order_by("starts_at"))
    assert firm[-1].booking_date.booking == quiet
    assert all(one.ends_at <= two.starts_at for one, two in pairwise(firm))
    for booking in Booking.objects.prefetch_related("dates__use"):
        check(booking)


def check(booking):
    """A booking and the uses of its dates tell the same."""
    held = {date.use.hold for date in booking.dates.all() if date.state == DateState.PLANNED}
    let_go = {date.use.hold for date in booking.dates.all() if date.state == DateState.CANCELLED}
    assert let_go <= {Hold.RELEASED}
    if booking.state == BookingState.CONFIRMED:
        assert held == {Hold.FIRM}
        assert quoting.agreed(booking) is not None
    else:
        assert Hold.FIRM not in held
    if booking.state == BookingState.CANCELLED:
        assert held == set()
