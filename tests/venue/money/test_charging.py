"""From what was agreed and held to what stands on an invoice: rooms, late cancelling, food, and each thing once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from tests.venue.factories import Offered, TariffClassFactory
from tests.venue.food.factories import DishFactory
from tests.venue.money.factories import house_that_sells
from venue.exceptions import NotNow
from venue.hire import cancelling, hiring
from venue.models import (
    BookingDate,
    CancellationRule,
    CateringOrder,
    Hirer,
    InvoiceLine,
    OrderKind,
    OrderLine,
    OrderState,
)
from venue.money import bookkeeping, charging, invoicing
from venue.money.bookkeeping import Money

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    house_that_sells()
    return Offered()


def confirmed(house, *wants, **fields):
    booking = house.ask(*wants, **fields)
    hiring.give_option(booking, by=house.planner)
    return hiring.confirm(booking, by=house.planner)


def addressed(hirer):
    """The same hirer, with the address that an invoice needs."""
    hirer.street, hirer.postcode, hirer.city = "Kerklaan 12", "7203 BB", "Zutphen"
    hirer.save()
    return hirer


def ordered(dish, *, count=20, use=None, centre=None, state=OrderState.ACCEPTED, **fields):
    order = CateringOrder.objects.create(
        kind=OrderKind.WITH_USE if use else OrderKind.PICK_UP,
        centre=centre or use.centre,
        use=use,
        state=state,
        serving_at=use.starts_at if use else timezone.now() - timedelta(days=1),
        code=f"C{CateringOrder.objects.count():07}",
        secret_hash="x",
        **fields,
    )
    OrderLine.objects.create(
        order=order, dish=dish, count=count, unit_price_cents=300, vat_code=dish.vat_code
    )
    return order


def test_booking_is_charged_as_it_was_agreed(house):
    booking = confirmed(house)
    (charge,) = charging.of_booking(booking)
    on = booking.dates.get()
    assert (charge.quantity, charge.unit, charge.unit_cents, charge.amount_cents) == (
        3,
        "HUR",
        1250,
        3750,
    )
    assert charge.first == timezone.localdate(on.use.starts_at)
    assert (charge.booking_date, charge.order_reference) == (on, booking.reference)
    assert "19.00–22.00" in charge.description


def test_what_is_only_asked_is_not_charged(house):
    booking = house.ask()
    assert charging.of_booking(booking) == []
    with pytest.raises(NotNow, match="niets"):
        invoicing.draft_for(booking)


def test_what_waits_is_what_has_been(house):
    booking = confirmed(house)
    assert charging.waiting([house.centre]) == []
    after = timezone.localdate(booking.dates.get().use.starts_at)
    assert len(charging.waiting([house.centre], until=after)) == 1
    assert charging.waiting([], until=after) == []


def test_deposit_is_never_on_an_invoice(house):
    booking = confirmed(house)
    assert booking.quotes.get().deposit_cents == 5000
    (made,) = invoicing.draft_for(booking)
    assert made.gross_cents == 3750


def test_months_of_one_booking_are_invoices_of_their_own():
    with time_machine.travel("2026-03-10 12:00Z", tick=False):
        house = Offered()
        days = [
            (date(2026, 3, 30) - date(2026, 3, 10)).days,
            (date(2026, 4, 2) - date(2026, 3, 10)).days,
        ]
        booking = confirmed(house, *[house.wanted(days=one) for one in days])
        made = invoicing.draft_for(booking)
    assert [(one.period_from, one.gross_cents) for one in made] == [
        (date(2026, 3, 30), 3750),
        (date(2026, 4, 2), 3750),
    ]


def test_one_invoice_for_a_month_of_bookings_of_one_hirer():
    with time_machine.travel("2026-03-02 12:00Z", tick=False):
        house = Offered()
        first = confirmed(house, house.wanted(days=3))
        hirer = first.hirer
        second = confirmed(house, house.wanted(days=10), hirer=hirer)
        confirmed(house, house.wanted(days=40), hirer=hirer)
        confirmed(house, house.wanted(days=11))
        (made,) = invoicing.draft_for(hirer, month=date(2026, 3, 31))
    assert set(made.lines.values_list("booking", flat=True)) == {first.pk, second.pk}
    assert (made.period_from, made.period_until) == (date(2026, 3, 5), date(2026, 3, 12))
    assert made.order_reference == f"{first.reference}, {second.reference}"


def test_invoiced_is_not_charged_again_until_it_is_credited(house):
    booking = confirmed(house)
    addressed(booking.hirer)
    (made,) = invoicing.draft_for(booking)
    assert charging.of_booking(booking) == []
    done = invoicing.issue(made)
    assert charging.of_booking(booking) == []
    invoicing.issue(invoicing.credit(done, reason="Verkeerde prijs"))
    assert len(charging.of_booking(booking)) == 1


def test_late_cancelling_costs_its_part(house):
    CancellationRule.objects.create(
        centre=house.centre, notice_hours=24 * 14, percent=50, valid_from=date(2020, 1, 1)
    )
    booking = confirmed(house)
    cancelling.cancel(booking, by=house.planner)
    (charge,) = charging.of_booking(booking)
    assert (charge.quantity, charge.unit_cents, charge.amount_cents) == (1, 1875, 1875)
    assert charge.description.startswith("Afgezegd (50%): ")


def test_cancelling_in_time_costs_nothing(house):
    booking = confirmed(house)
    cancelling.cancel(booking, by=house.planner)
    assert charging.of_booking(booking) == []


def test_food_with_a_room_goes_on_the_invoice_of_the_room(house):
    booking = confirmed(house)
    addressed(booking.hirer)
    dish = DishFactory(name="Linzensoep", vat_code=house.tariff.vat_code)
    order = ordered(dish, use=booking.dates.get().use)
    ordered(dish, use=booking.dates.get().use, state=OrderState.ASKED)
    ordered(dish, use=booking.dates.get().use, state=OrderState.CANCELLED)
    (made,) = invoicing.draft_for(booking)
    assert list(made.lines.values_list("pillar", "gross_cents", "order")) == [
        ("hire", 3750, None),
        ("kitchen", 6000, order.pk),
    ]
    assert charging.of_booking(booking) == []
    invoicing.issue(made)
    assert InvoiceLine.objects.filter(pillar="kitchen").get().net_cents == 4959


def test_order_by_itself_is_invoiced_to_who_ordered(house):
    dish = DishFactory(vat_code=house.tariff.vat_code)
    order = ordered(dish, centre=house.centre, name="Nel de Wit", email="nel@voorbeeld.nl")
    assert charging.waiting([house.centre]) == []
    (made,) = invoicing.draft_for(order)
    assert (made.hirer.name, made.hirer.email, made.gross_cents) == (
        "Nel de Wit",
        "nel@voorbeeld.nl",
        6000,
    )
    with pytest.raises(NotNow, match="niets"):
        invoicing.draft_for(order)
    other = ordered(dish, centre=house.centre, name="Nel de Wit", email="nel@voorbeeld.nl")
    (second,) = invoicing.draft_for(other)
    assert second.hirer == made.hirer
    assert Hirer.objects.count() == 1


def test_new_price_is_not_charged_beside_the_old_one(house):
    """A booking whose price was agreed anew: a date that was invoiced already is credited first."""
    from venue.hire import rebooking

    booking = confirmed(house, house.wanted(days=7), house.wanted(days=8))
    addressed(booking.hirer)
    _first, second = booking.dates.order_by("use__starts_at")
    (charge, _other) = charging.of_booking(booking)
    invoicing.issue(invoicing.draft([charge]))
    rebooking.change(second, by=house.planner, ends_at=second.use.ends_at + timedelta(hours=1))
    booking.refresh_from_db()
    assert [(one.booking_date, one.amount_cents) for one in charging.of_booking(booking)] == [
        (second, 5000)
    ]


def test_counted_makes_quantity_times_price_the_amount(house):
    (charge,) = charging.of_booking(confirmed(house))
    from dataclasses import replace

    capped = replace(charge, amount_cents=3000).counted()
    assert (capped.quantity, capped.unit_cents, capped.unit) == (1, 3000, "C62")
    discount = replace(charge, quantity=Decimal(2), unit_cents=-500, amount_cents=-1000).counted()
    assert (discount.quantity, discount.unit_cents) == (-2, 500)


def test_value_of_free_use_per_quarter(house):
    booking = confirmed(house)
    on = timezone.localdate(booking.dates.get().use.starts_at)
    assert bookkeeping.free_sheet([house.centre], on.year).rows == []
    free = TariffClassFactory(free=True, name="Bewoners")
    house.club.is_yardstick = True
    house.club.save()
    given = confirmed(house, house.wanted(days=9), tariff_class=free)
    assert charging.of_booking(given) == []
    (row,) = bookkeeping.free_sheet([house.centre], on.year).rows
    assert (row[0], row[1], row[-1]) == ("Bewoners", house.centre.name, Money(3750))


def test_queries_do_not_grow_with_the_number_of_bookings(house, django_assert_num_queries):
    confirmed(house, house.wanted(days=7))
    after = timezone.localdate() + timedelta(days=60)
    with django_assert_num_queries(3):
        assert len(charging.waiting([house.centre], until=after)) == 1
    for days in range(8, 18):
        confirmed(house, house.wanted(days=days))
    with django_assert_num_queries(3):
        assert len(charging.waiting([house.centre], until=after)) == 11
    assert BookingDate.objects.count() == 11


def invoiced_food(house, **changes):
    """Food of a booking that stands on an issued invoice, and what became of the order after."""
    booking = confirmed(house)
    addressed(booking.hirer)
    order = ordered(DishFactory(vat_code=house.tariff.vat_code), use=booking.dates.get().use)
    (made,) = invoicing.draft_for(booking)
    invoicing.issue(made)
    OrderLine.objects.filter(order=order).update(**changes.pop("line", {}))
    CateringOrder.objects.filter(pk=order.pk).update(**changes)
    return made


def test_order_that_changed_after_its_invoice_is_shown_to_the_treasurer(house):
    made = invoiced_food(house, line={"count": 25})
    (one,) = charging.changed_since([house.centre])
    assert (one.line.invoice, one.now_cents, one.more_cents) == (made, 7500, 1500)
    assert [each.line for each in charging.changed_on(made)] == [one.line]
    assert charging.changed_since([]) == []


def test_order_called_off_after_its_invoice_is_shown_with_nothing_left(house):
    invoiced_food(house, state=OrderState.CANCELLED)
    (one,) = charging.changed_since([house.centre])
    assert (one.now_cents, one.more_cents) == (0, -6000)


def test_order_as_it_was_invoiced_or_credited_is_not_shown(house):
    made = invoiced_food(house)
    assert charging.changed_since([house.centre]) == []
    OrderLine.objects.update(count=25)
    invoicing.issue(invoicing.credit(made, reason="Meer gasten"))
    assert charging.changed_since([house.centre]) == []


def test_order_long_ago_is_not_looked_at_again(house):
    invoiced_food(house, line={"count": 25})
    later = timezone.localdate() + timedelta(days=30)
    assert charging.changed_since([house.centre], since=later) == []
