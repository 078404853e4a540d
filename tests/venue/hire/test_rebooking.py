"""Another time, room or number of people: asked, answered, and what happens to the price."""

from datetime import time, timedelta
from functools import partial

import pytest
from django.utils import timezone

from lokaal import repeating
from lokaal.bsn import HoldsBSN
from lokaal.outbox.models import Message
from lokaal.people.models import Role
from tests.centres.factories import CentreFactory
from tests.parallel import at_once
from tests.people.factories import PersonFactory, StaffRoleFactory
from tests.venue.factories import AlcoholRuleFactory, Offered, SpaceFactory, TariffFactory
from tests.venue.money import factories as invoice_factories
from venue import allocating, series
from venue.board import placing
from venue.exceptions import DoesNotFit, NotAllowed, NotNow, PriceUnknown, Taken, WrongTime
from venue.hire import cancelling, hiring, quoting, rebooking, requesting
from venue.models import (
    BookingDate,
    BookingState,
    ChangeState,
    DateState,
    EventKind,
    Hold,
    QuoteState,
    Tariff,
    UseKind,
)
from venue.money import charging
from venue.searching import State
from venue.series import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return Offered()


def ask(date, **fields):
    use = date.use
    values = {
        "space": use.space,
        "starts_at": use.starts_at,
        "ends_at": use.ends_at,
        "people": use.people,
    }
    return rebooking.ask(date, **values | fields)


def longer(date, hours=1, **fields):
    return ask(date, ends_at=date.use.ends_at + timedelta(hours=hours), **fields)


def test_ask_changes_nothing_yet(house):
    booking = hiring.confirm(house.ask(), by=house.planner)
    date = booking.dates.get()
    change = longer(date, note="Het loopt uit.")
    assert (change.state, change.note) == (ChangeState.OPEN, "Het loopt uit.")
    assert rebooking.price_after(change).total_cents == 5000
    date.refresh_from_db()
    assert date.use.ends_at - date.use.starts_at == timedelta(hours=3)
    assert booking.events.last().kind == EventKind.CHANGE_ASKED
    assert booking.events.last().by_hirer is True


def test_ask_again_replaces_the_question_before(house):
    date = house.ask().dates.get()
    first = longer(date)
    second = longer(date, hours=2)
    first.refresh_from_db()
    assert (first.state, second.state) == (ChangeState.WITHDRAWN, ChangeState.OPEN)
    assert rebooking.withdraw(second).state == ChangeState.WITHDRAWN
    with pytest.raises(NotNow, match="al beantwoord of ingetrokken"):
        rebooking.accept(second, by=house.planner)


def test_ask_refuses_what_can_never_be(house):
    date = house.ask().dates.get()
    with pytest.raises(DoesNotFit):
        ask(date, people=10_000)
    with pytest.raises(WrongTime):
        ask(date, ends_at=date.use.starts_at)
    with pytest.raises(WrongTime, match="Dat is al geweest"):
        ask(date, starts_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(NotAllowed):
        ask(date, space=SpaceFactory(centre=house.centre, is_for_hire=False))
    assert date.changes.count() == 0


def test_accept_moves_the_room_and_agrees_the_new_price(house):
    booking = hiring.confirm(house.ask(), by=house.planner)
    date = booking.dates.get()

    done = rebooking.accept(longer(date), by=house.planner)

    assert done.is_price_changed is True
    assert done.date.use.ends_at - done.date.use.starts_at == timedelta(hours=4)
    quote = quoting.agreed(booking)
    assert (quote.version, quote.total_cents) == (2, 5000)
    assert booking.quotes.get(version=1).state == QuoteState.REPLACED
    message = Message.objects.get(subject="Veranderd: Repetitie")
    text = message.text.replace("\xa0", " ")
    assert "19.00 tot 23.00 uur, Grote zaal" in text
    assert "Het was: " in text
    assert "De prijs is nu samen € 50, inclusief btw." in text
    assert "SEQUENCE:1" in message.calendar
    assert booking.deposit_entries.count() == 1


def test_accept_twice_changes_once(house):
    booking = hiring.confirm(house.ask(), by=house.planner)
    change = longer(booking.dates.get())
    rebooking.accept(change, by=house.planner)
    rebooking.accept(change, by=house.planner)
    assert booking.quotes.count() == 2
    assert booking.events.filter(kind=EventKind.CHANGED).count() == 1


def test_accept_refuses_a_room_that_is_taken_and_leaves_all_as_it_was(house):
    booking = hiring.confirm(house.ask(house.wanted(hours=2)), by=house.planner)
    hiring.confirm(house.ask(house.wanted(hour=21, hours=2)), by=house.planner)
    change = longer(booking.dates.get())
    with pytest.raises(Taken):
        rebooking.accept(change, by=house.planner)
    change.refresh_from_db()
    assert change.state == ChangeState.OPEN
    assert booking.dates.get().use.ends_at - booking.dates.get().use.starts_at == timedelta(hours=2)


def test_accept_keeps_the_agreed_price_when_the_new_one_is_not_known(house):
    booking = hiring.confirm(house.ask(), by=house.planner)
    change = ask(booking.dates.get(), space=SpaceFactory(centre=house.centre, capacity=40))
    with pytest.raises(PriceUnknown):
        rebooking.accept(change, by=house.planner)
    assert booking.dates.get().use.space == house.space
    assert quoting.agreed(booking).total_cents == 3750


def test_accept_is_for_who_plans(house):
    change = longer(house.ask().dates.get())
    with pytest.raises(NotAllowed):
        rebooking.accept(change, by=PersonFactory(role=Role.HOST))


def test_accept_keeps_the_lines_of_other_dates_as_they_were_agreed(house):
    booking = hiring.confirm(house.ask(house.wanted(7), house.wanted(14)), by=house.planner)
    first, second = booking.dates.order_by("use__starts_at")
    before = {charge.key: charge.amount_cents for charge in charging.of_booking(booking)}
    house.tariff.price_cents = 2000
    house.tariff.save()

    rebooking.accept(longer(second), by=house.planner)

    quote = quoting.agreed(booking)
    amounts = {line.date_id: line.amount_cents for line in quote.lines.all()}
    assert amounts == {first.pk: 3750, second.pk: 8000}
    after = {charge.key: charge.amount_cents for charge in charging.of_booking(booking)}
    assert len(set(before) & set(after)) == 1  # that of the first date is still the same line


def test_accept_on_an_open_quote_sends_the_new_version(house):
    booking = house.ask()
    hiring.give_option(booking, by=house.planner)
    first, _secret = quoting.send(quoting.draft(booking, by=house.planner), by=house.planner)

    rebooking.accept(longer(booking.dates.get()), by=house.planner)

    first.refresh_from_db()
    booking.refresh_from_db()
    second = booking.quotes.get(version=2)
    assert (first.state, second.state, second.total_cents) == (
        QuoteState.REPLACED,
        QuoteState.SENT,
        5000,
    )
    assert booking.state == BookingState.QUOTED
    assert quoting.accept(second).state == BookingState.CONFIRMED


def test_accept_on_an_open_quote_without_a_new_price_waits_for_staff(house):
    booking = house.ask()
    hiring.give_option(booking, by=house.planner)
    first, _secret = quoting.send(quoting.draft(booking, by=house.planner), by=house.planner)
    other = SpaceFactory(centre=house.centre, capacity=40)

    rebooking.accept(ask(booking.dates.get(), space=other), by=house.planner)

    booking.refresh_from_db()
    assert booking.state == BookingState.OPTION
    with pytest.raises(NotNow, match="Er is een nieuwere offerte"):
        quoting.accept(first)
    assert booking.quotes.get(version=2).missing
    TariffFactory(space=other, tariff_class=house.club)
    quote, _secret = quoting.send(quoting.draft(booking, by=house.planner), by=house.planner)
    assert quote.total_cents == 3750


def test_decline_says_why_and_leaves_the_date(house):
    booking = hiring.confirm(house.ask(), by=house.planner)
    change = longer(booking.dates.get())
    with pytest.raises(NotNow, match="Schrijf op waarom"):
        rebooking.decline(change, reason="", by=house.planner)
    rebooking.decline(change, reason="Dan zijn wij dicht.", by=house.planner)
    rebooking.decline(change, reason="Dan zijn wij dicht.", by=house.planner)
    change.refresh_from_db()
    assert (change.state, change.by) == (ChangeState.DECLINED, house.planner)
    message = Message.objects.get(subject="Veranderen lukt niet: Repetitie")
    assert "Dan zijn wij dicht." in message.text
    assert "19.00 tot 22.00 uur" in message.text


def test_change_by_staff_needs_no_question(house):
    booking = hiring.confirm(house.ask(), by=house.planner)
    date = booking.dates.get()
    done = rebooking.change(date, people=30, by=house.planner)
    assert (done.date.use.people, done.is_price_changed) == (30, False)
    with pytest.raises(NotAllowed):
        rebooking.change(date, people=31, by=PersonFactory(role=Role.HOST))


def test_change_by_the_house_keeps_what_was_agreed(house):
    booking = hiring.confirm(house.ask(house.wanted(7), house.wanted(14)), by=house.planner)
    first, second = booking.dates.order_by("use__starts_at")
    dear = SpaceFactory(centre=house.centre, name="Dure zaal", capacity=40)
    TariffFactory(space=dear, tariff_class=house.club, price_cents=9900)

    rebooking.change(first, space=dear, by=house.planner, keeps_price=True)
    assert quoting.agreed(booking).total_cents == 7500
    assert Message.objects.filter(subject="Veranderd: Repetitie").count() == 1
    rebooking.accept(longer(second), by=house.planner)

    amounts = {line.date_id: line.amount_cents for line in quoting.agreed(booking).lines.all()}
    assert amounts == {first.pk: 3750, second.pk: 5000}


def test_swap_tells_the_hirer_of_the_other_room_and_keeps_the_price(house):
    booking = hiring.confirm(house.ask(), by=house.planner)
    other = SpaceFactory(centre=house.centre, name="Atelier", capacity=40)
    inside = allocating.take(house.wanted(space=other, kind=UseKind.ACTIVITY, title="Naaicafé"))

    placing.swap(booking.dates.get().use, inside, by=house.planner)

    assert booking.dates.get().use.space == other
    message = Message.objects.get(subject="Veranderd: Repetitie")
    assert "uur, Atelier" in message.text
    assert "uur, Grote zaal." in message.text
    assert quoting.agreed(booking).total_cents == 3750


def refused_once(house):
    """A firm booking of two dates, of which one was taken; and the booking that took it."""
    rival = hiring.confirm(house.ask(house.wanted(14)), by=house.planner)
    booking = house.ask(house.wanted(7), house.wanted(14))
    return hiring.confirm(booking, by=house.planner), rival


def test_bring_back_gives_the_date_its_price_and_tells(house):
    booking, rival = refused_once(house)
    date = booking.dates.get(state=DateState.REFUSED)
    with pytest.raises(Taken):
        rebooking.bring_back(date, by=house.planner)
    cancelling.cancel(rival, by=house.planner)

    rebooking.bring_back(date, by=house.planner)
    rebooking.bring_back(date, by=house.planner)

    date.refresh_from_db()
    assert (date.state, date.use.hold) == (DateState.PLANNED, Hold.FIRM)
    assert quoting.agreed(booking).total_cents == 7500
    assert not BookingDate.objects.without_agreed_price().exists()
    message = Message.objects.get(subject="Het kan toch: Repetitie")
    assert message.calendar.count("BEGIN:VEVENT") == 1


def test_a_firm_date_without_an_agreed_price_is_listed(house):
    booking, rival = refused_once(house)
    cancelling.cancel(rival, by=house.planner)
    date = booking.dates.get(state=DateState.REFUSED)
    series.bring_back(date)  # around the price
    assert list(BookingDate.objects.without_agreed_price()) == [date]


def test_bring_back_without_a_price_brings_nothing_back(house):
    booking, rival = refused_once(house)
    cancelling.cancel(rival, by=house.planner)
    day = timezone.localdate()
    Tariff.objects.update(valid_until=day + timedelta(days=10))
    with pytest.raises(PriceUnknown):
        rebooking.bring_back(booking.dates.get(state=DateState.REFUSED), by=house.planner)
    assert booking.dates.filter(state=DateState.REFUSED).count() == 1


def test_offer_again_tries_the_refused_dates_of_a_series(house):
    rival = hiring.confirm(house.ask(house.wanted(14)), by=house.planner)
    want = house.wanted(7)
    begin = timezone.localtime(want.starts_at)
    rule = repeating.Rule(
        every=repeating.Every.WEEK,
        first_on=begin.date(),
        last_on=begin.date() + timedelta(days=14),
        starts=begin.time(),
        ends=timezone.localtime(want.ends_at).time(),
    )
    booking = house.ask(want, repeat=requesting.Repeat(rule))
    hiring.give_option(booking, by=house.planner)
    assert booking.dates.filter(state=DateState.REFUSED).count() == 1
    assert rebooking.offer_again(booking, by=house.planner) == []
    cancelling.cancel(rival, by=house.planner)
    assert len(rebooking.offer_again(booking, by=house.planner)) == 1
    assert booking.dates.planned().count() == 3


def test_ask_keeps_no_citizen_service_number(house):
    date = house.ask().dates.get()
    with pytest.raises(HoldsBSN):
        longer(date, note="Mijn BSN is 111222333.")
    assert date.changes.count() == 0


def quoted(house, *wants):
    booking = house.ask(*wants)
    hiring.give_option(booking, by=house.planner)
    quote, _secret = quoting.send(quoting.draft(booking, by=house.planner), by=house.planner)
    return booking, quote


def test_change_on_an_open_quote_keeps_a_discount_for_the_whole_booking(house):
    booking = house.ask()
    hiring.give_option(booking, by=house.planner)
    draft = quoting.draft(booking, by=house.planner)
    quoting.add_line(
        draft,
        description="Korting",
        unit_cents=-1000,
        vat_code=house.tariff.vat_code,
        by=house.planner,
    )
    quoting.send(draft, by=house.planner)

    rebooking.accept(longer(booking.dates.get()), by=house.planner)

    assert booking.quotes.get(state=QuoteState.SENT).total_cents == 5000 - 1000


def test_change_on_an_open_quote_with_a_price_of_ones_own_waits_for_staff(house):
    booking = house.ask()
    hiring.give_option(booking, by=house.planner)
    draft = quoting.draft(booking, by=house.planner)
    quoting.add_line(
        draft,
        description="Korting",
        unit_cents=-1000,
        vat_code=house.tariff.vat_code,
        date=booking.dates.get(),
        by=house.planner,
    )
    quoting.send(draft, by=house.planner)

    rebooking.accept(longer(booking.dates.get()), by=house.planner)

    booking.refresh_from_db()
    assert booking.state == BookingState.OPTION
    assert booking.quotes.get(version=2).state == QuoteState.DRAFT


def test_change_that_says_the_same_leaves_the_open_quote(house):
    booking, quote = quoted(house)
    assert not rebooking.change(booking.dates.get(), people=5, by=house.planner).is_price_changed
    assert list(booking.quotes.all()) == [quote]


def test_change_to_before_the_end_of_the_option_shortens_the_quote(house):
    booking, _quote = quoted(house, house.wanted(12))
    sooner = house.wanted(2, hours=4)
    rebooking.change(
        booking.dates.get(), starts_at=sooner.starts_at, ends_at=sooner.ends_at, by=house.planner
    )
    assert booking.quotes.get(state=QuoteState.SENT).valid_until == sooner.starts_at


def test_change_to_another_house_is_for_who_plans_there(house):
    booking = hiring.confirm(house.ask(), by=house.planner)
    there = SpaceFactory(centre=CentreFactory(), capacity=40)
    TariffFactory(space=there, tariff_class=house.club)
    here_only = StaffRoleFactory(role=Role.VENUE, centre=house.centre).person
    with pytest.raises(NotAllowed):
        rebooking.change(booking.dates.get(), space=there, by=here_only)
    assert (
        rebooking.change(booking.dates.get(), space=there, by=house.planner).date.use.space == there
    )


def test_change_of_a_firm_booking_with_alcohol_keeps_to_the_rules(house):
    use_day = timezone.localdate(house.wanted(7).starts_at).isoweekday()
    rule = AlcoholRuleFactory(centre=house.centre, weekday=use_day)
    dry = SpaceFactory(centre=house.centre, name="Kinderhoek", capacity=40)
    rule.not_in.add(dry)
    TariffFactory(space=dry, tariff_class=house.club)
    booking = hiring.confirm(house.ask(serves_alcohol=True), by=house.planner)
    with pytest.raises(NotAllowed, match="In Kinderhoek schenken wij geen alcohol"):
        rebooking.change(booking.dates.get(), space=dry, by=house.planner)
    assert booking.dates.get().use.space == house.space


def weekly(house, *, weeks=3):
    want = house.wanted(7)
    begin = timezone.localtime(want.starts_at)
    rule = repeating.Rule(
        every=repeating.Every.WEEK,
        first_on=begin.date(),
        last_on=begin.date() + timedelta(weeks=weeks - 1),
        starts=begin.time(),
        ends=timezone.localtime(want.ends_at).time(),
    )
    return house.ask(want, repeat=requesting.Repeat(rule))


def test_change_of_a_series_gives_its_dates_one_new_price_and_tells_once(house):
    booking = hiring.confirm(weekly(house), by=house.planner)
    first, second, third = booking.dates.order_by("use__starts_at")

    done = rebooking.change_series(second, Scope.FOLLOWING, ends=time(23), by=house.planner)

    assert [one.refusal for one in done.dates] == [None, None]
    assert done.is_price_changed is True
    quote = quoting.agreed(booking)
    amounts = {line.date_id: line.amount_cents for line in quote.lines.all()}
    assert amounts == {first.pk: 3750, second.pk: 5000, third.pk: 5000}
    assert not BookingDate.objects.without_agreed_price().exists()
    message = Message.objects.get(subject="Veranderd: Repetitie")
    text = message.text.replace("\xa0", " ")
    assert text.count("19.00 tot 23.00 uur, Grote zaal") == 2
    assert "De prijs is nu samen € 137,50, inclusief btw." in text
    assert message.calendar.count("BEGIN:VEVENT") == 2
    assert message.calendar.count("SEQUENCE:1") == 2


def test_change_of_a_series_leaves_what_stands_on_an_invoice(house):
    booking = hiring.confirm(weekly(house), by=house.planner)
    first = booking.dates.order_by("use__starts_at").first()
    bill = invoice_factories.draft((3750, house.tariff.vat_code), hirer=booking.hirer)
    bill.lines.update(booking_date=first)

    done = rebooking.change_series(first, Scope.ALL, ends=time(23), by=house.planner)

    assert [str(one.refusal or "")[:34] for one in done.dates] == [
        "Deze datum staat op een factuur. M",
        "",
        "",
    ]
    assert quoting.agreed(booking).total_cents == 3750 + 2 * 5000


def test_change_of_a_series_without_a_price_changes_nothing(house):
    booking = hiring.confirm(weekly(house), by=house.planner)
    bare = SpaceFactory(centre=house.centre, capacity=40)
    with pytest.raises(PriceUnknown):
        rebooking.change_series(booking.dates.first(), Scope.ALL, space=bare, by=house.planner)
    assert set(booking.dates.values_list("use__space", flat=True)) == {house.space.pk}


def test_change_of_a_series_is_for_who_plans(house):
    booking = hiring.confirm(weekly(house), by=house.planner)
    with pytest.raises(NotAllowed):
        rebooking.change_series(
            booking.dates.first(), Scope.ALL, people=5, by=PersonFactory(role=Role.HOST)
        )


def test_preview_of_a_series_says_what_the_change_then_does(house):
    booking = hiring.confirm(weekly(house), by=house.planner)
    first, _second, third = booking.dates.order_by("use__starts_at")
    allocating.take(house.wanted(14, hour=22, hours=1))
    bill = invoice_factories.draft((3750, house.tariff.vat_code), hirer=booking.hirer)
    bill.lines.update(booking_date=third)
    change = {"ends": time(23), "by": house.planner}

    seen = rebooking.preview_series(first, Scope.ALL, **change)

    assert [(one.is_free, one.state, one.reason[:35]) for one in seen] == [
        (True, State.FREE, ""),
        (False, State.TAKEN, "Grote zaal is dan al bezet."),
        (False, None, "Deze datum staat op een factuur. Ma"),
    ]
    assert not booking.events.filter(kind=EventKind.CHANGED).exists()
    done = rebooking.change_series(first, Scope.ALL, **change)
    assert [one.refusal is None for one in done.dates] == [one.is_free for one in seen]


def test_preview_costs_the_same_for_a_long_series(house, django_assert_num_queries):
    for weeks in (2, 20):
        booking = hiring.confirm(weekly(house, weeks=weeks), by=house.planner)
        date = booking.dates.select_related("booking").order_by("use__starts_at").first()
        rebooking.preview_series(date, Scope.ALL, people=5, by=house.planner)
        with django_assert_num_queries(8):
            seen = rebooking.preview_series(date, Scope.ALL, people=5, by=house.planner)
        assert len(seen) == weeks
        cancelling.cancel(booking, by=house.planner)


def test_dates_in_counts_what_is_still_to_come(house):
    booking = hiring.confirm(weekly(house), by=house.planner)
    first, second, third = booking.dates.order_by("use__starts_at")
    cancelling.cancel_date(third, by=house.planner)
    assert rebooking.dates_in(second) == {Scope.THIS: 1, Scope.FOLLOWING: 1, Scope.ALL: 2}
    cancelling.cancel_date(second, by=house.planner)
    assert rebooking.dates_in(first) == {}
    assert rebooking.dates_in(house.ask(house.wanted(40)).dates.get()) == {}


def test_skip_frees_the_room_at_no_cost_and_the_date_can_come_back(house):
    booking = hiring.confirm(weekly(house, weeks=2), by=house.planner)
    first, second = booking.dates.order_by("use__starts_at")

    for _press in range(2):
        rebooking.skip(first, reason="Dan is er feest.", by=house.planner)

    first.refresh_from_db()
    assert (first.state, first.reason, first.use.hold) == (
        DateState.SKIPPED,
        "Dan is er feest.",
        Hold.RELEASED,
    )
    assert charging.owed_percent(first) == 0
    assert booking.events.filter(kind=EventKind.SKIPPED).count() == 1
    message = Message.objects.get(subject="Een datum slaan wij over: Repetitie")
    assert "Dan is er feest.\n\nJe betaalt hier niets voor." in message.text
    assert "METHOD:CANCEL" in message.calendar
    with pytest.raises(NotNow, match="Dit is de enige datum"):
        rebooking.skip(second, by=house.planner)

    rebooking.bring_back(first, by=house.planner)

    first.refresh_from_db()
    assert (first.state, first.use.hold) == (DateState.PLANNED, Hold.FIRM)
    assert quoting.agreed(booking).total_cents == 7500
    assert not BookingDate.objects.without_agreed_price().exists()


def test_skip_makes_the_open_quote_follow(house):
    booking = hiring.give_option(weekly(house, weeks=2), by=house.planner)
    quoting.send(quoting.draft(booking, by=house.planner), by=house.planner)
    rebooking.skip(booking.dates.first(), by=house.planner)
    assert booking.quotes.get(state=QuoteState.SENT).total_cents == 3750


def test_skip_is_for_who_plans_and_not_for_what_is_invoiced_or_over(house):
    booking = hiring.confirm(weekly(house), by=house.planner)
    first, second, _third = booking.dates.order_by("use__starts_at")
    with pytest.raises(NotAllowed):
        rebooking.skip(first, by=PersonFactory(role=Role.HOST))
    bill = invoice_factories.draft((3750, house.tariff.vat_code), hirer=booking.hirer)
    bill.lines.update(booking_date=first)
    with pytest.raises(NotNow, match="Deze datum staat op een factuur"):
        rebooking.skip(first, by=house.planner)
    cancelling.cancel_date(second, by=house.planner)
    with pytest.raises(NotNow, match="Deze datum gaat al niet door"):
        rebooking.skip(second, by=house.planner)
    assert booking.dates.get(pk=first.pk).state == DateState.PLANNED


@pytest.mark.django_db(transaction=True)
def test_skip_of_both_dates_at_once_leaves_one(house):
    booking = hiring.confirm(weekly(house, weeks=2), by=house.planner)
    done = at_once(
        *[partial(rebooking.skip, date, by=house.planner) for date in booking.dates.all()]
    )
    assert sorted(type(one).__name__ for one in done) == ["BookingDate", "NotNow"]
    assert booking.dates.planned().count() == 1
