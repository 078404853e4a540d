"""From option to the day itself: held, waiting, promoted, lapsed, firm, declined, held or not come."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from lokaal.outbox.models import Message
from lokaal.people.models import Role
from tests.centres.factories import CentreFactory
from tests.parallel import at_once
from tests.people.factories import PersonFactory, StaffRoleFactory
from tests.venue.factories import HirerFactory, Offered, TariffClassFactory
from venue import allocating, options, tasks
from venue.exceptions import NotAllowed, NotNow, PriceUnknown, Taken, WrongTime
from venue.hire import bookings, hiring, quoting
from venue.models import (
    Booking,
    BookingState,
    CateringOrder,
    DateState,
    DepositKind,
    EventKind,
    Hold,
    OrderKind,
    OrderState,
    QuoteState,
    Use,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return Offered()


def kinds(booking):
    return list(booking.events.values_list("kind", flat=True))


def holds(booking):
    return list(booking.dates.order_by("use__starts_at").values_list("use__hold", flat=True))


def follow():
    """What the jobs do: let go of options that ran out, then tell the bookings."""
    lapse = options.lapse_all()
    hiring.options_changed(released=lapse.released, promoted=lapse.promoted)
    return lapse


def later(**ahead):
    return time_machine.travel(timezone.now() + timedelta(**ahead), tick=False)


# Option ------------------------------------------------------------------------------------------


def test_give_option_holds_the_room_and_tells_until_when(house):
    booking = house.ask()

    hiring.give_option(booking, by=house.planner)

    booking.refresh_from_db()
    use = booking.dates.get().use
    assert booking.state == BookingState.OPTION
    assert (use.hold, use.held_until) == (Hold.OPTION, booking.option_until)
    assert booking.option_until - timezone.now() <= timedelta(days=7, hours=1)
    assert (booking.option_until.minute, booking.option_until.second) == (0, 0)
    assert kinds(booking) == [EventKind.ASKED, EventKind.OPTION]
    assert booking.events.last().by == house.planner
    subjects = list(Message.objects.values_list("subject", flat=True).order_by("id"))
    assert subjects == [
        "Je vraag om een zaal: Repetitie",
        "De zaal is voor je vastgehouden: Repetitie",
    ]


def test_give_option_again_makes_it_longer(house):
    booking = house.ask()
    hiring.give_option(booking, by=house.planner, until=timezone.now() + timedelta(days=1))
    until = timezone.now() + timedelta(days=3)
    hiring.give_option(booking, by=house.planner, until=until)
    booking.refresh_from_db()
    assert (booking.option_until, booking.dates.get().use.held_until) == (until, until)


def test_give_option_after_it_ran_out_keeps_the_price_that_was_told(house):
    booking = house.ask()
    hiring.give_option(booking, by=house.planner)
    quote, _secret = quoting.send(quoting.draft(booking, by=house.planner), by=house.planner)
    with later(days=6, hours=20):
        allocating.hold(booking.dates.get().use, Hold.OPTION, until=timezone.now())
        follow()
        assert hiring.give_option(booking, by=house.planner).state == BookingState.QUOTED
        assert quoting.accept(quote).state == BookingState.CONFIRMED


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(minutes=-1), "Dat is al geweest. Kies een later moment."),
        (timedelta(days=30), "Een optie geldt hoogstens tot het begin van de eerste datum."),
    ],
)
def test_give_option_refuses_a_moment_that_cannot_be(house, ahead, said):
    booking = house.ask()
    with pytest.raises(WrongTime, match=said):
        hiring.give_option(booking, by=house.planner, until=timezone.now() + ahead)
    booking.refresh_from_db()
    assert booking.state == BookingState.REQUEST
    assert holds(booking) == [Hold.REQUESTED]


def test_give_option_is_for_who_plans_this_house(house):
    booking = house.ask()
    elsewhere = PersonFactory()
    StaffRoleFactory(person=elsewhere, role=Role.VENUE, centre=CentreFactory())
    for stranger in (elsewhere, PersonFactory(role=Role.HOST), PersonFactory()):
        with pytest.raises(NotAllowed):
            hiring.give_option(booking, by=stranger)
    assert holds(booking) == [Hold.REQUESTED]


def test_give_option_behind_anothers_option_waits(house):
    first, second = house.ask(), house.ask()
    hiring.give_option(first, by=house.planner)

    hiring.give_option(second, by=house.planner)

    second.refresh_from_db()
    assert (second.state, second.option_until) == (BookingState.OPTION, None)
    assert holds(second) == [Hold.WAITING]
    assert second.is_waiting is True
    assert kinds(second) == [EventKind.ASKED, EventKind.WAITING]
    assert Message.objects.filter(subject="Je bent de volgende: Repetitie").count() == 1


def test_give_option_refuses_a_room_that_is_firmly_anothers(house):
    late = house.ask()
    hiring.confirm(house.ask(), by=house.planner)

    with pytest.raises(Taken, match="Grote zaal is dan al bezet") as refused:
        hiring.give_option(late, by=house.planner)

    assert refused.value.alternatives
    late.refresh_from_db()
    assert late.state == BookingState.REQUEST
    assert [date.state for date in late.dates.all()] == [DateState.PLANNED]


def test_give_option_of_several_dates_keeps_those_that_are_free(house):
    several = house.ask(house.wanted(7), house.wanted(14), house.wanted(21))
    hiring.confirm(house.ask(house.wanted(14)), by=house.planner)

    hiring.give_option(several, by=house.planner)

    dates = several.dates.order_by("use__starts_at")
    assert [(date.state, date.use.hold) for date in dates] == [
        (DateState.PLANNED, Hold.OPTION),
        (DateState.REFUSED, Hold.RELEASED),
        (DateState.PLANNED, Hold.OPTION),
    ]
    assert dates[1].reason == "Grote zaal is dan al bezet."


@pytest.mark.django_db(transaction=True)
def test_give_option_at_the_same_moment_holds_one_and_lets_the_other_wait(house):
    asked = [house.ask() for _ in range(4)]
    results = at_once(*[lambda one=one: hiring.give_option(one, by=house.planner) for one in asked])
    assert [type(result) for result in results] == [Booking] * 4
    assert sorted(Use.objects.values_list("hold", flat=True)) == ["option"] + ["waiting"] * 3


# Running out -------------------------------------------------------------------------------------


def test_an_option_that_ran_out_frees_the_room_and_tells(house):
    booking = house.ask()
    hiring.give_option(booking, by=house.planner, until=timezone.now() + timedelta(days=1))

    with later(days=2):
        booking.refresh_from_db()
        assert (booking.is_live, booking.has_lapsed) == (False, True)  # also before the job
        follow()
        follow()

    booking.refresh_from_db()
    assert booking.state == BookingState.LAPSED
    assert holds(booking) == [Hold.RELEASED]
    assert kinds(booking) == [EventKind.ASKED, EventKind.OPTION, EventKind.LAPSED]
    assert Message.objects.filter(subject__startswith="De zaal is niet meer").count() == 1


def test_an_option_that_ran_out_for_one_date_makes_a_quote_of_what_is_left(house):
    booking = house.ask(house.wanted(7), house.wanted(14))
    hiring.give_option(booking, by=house.planner)
    quoting.send(quoting.draft(booking, by=house.planner), by=house.planner)
    gone, left = booking.dates.order_by("use__starts_at")
    allocating.hold(gone.use, Hold.OPTION, until=timezone.now() - timedelta(minutes=1))

    follow()

    gone.refresh_from_db()
    assert gone.state == DateState.REFUSED
    quotes = dict(booking.quotes.values_list("state", "total_cents"))
    assert quotes == {QuoteState.REPLACED: 7500, QuoteState.SENT: 3750}
    quoting.accept(booking.quotes.get(state=QuoteState.SENT))
    left.refresh_from_db()
    assert left.use.hold == Hold.FIRM


def test_an_option_that_ran_out_lets_go_of_its_food(house):
    booking = house.ask()
    hiring.give_option(booking, by=house.planner, until=timezone.now() + timedelta(days=1))
    order = CateringOrder.objects.create(
        kind=OrderKind.WITH_USE,
        centre=house.centre,
        use=booking.dates.get().use,
        state=OrderState.ACCEPTED,
        serving_at=booking.dates.get().use.starts_at,
        code="00000001",
        secret_hash="x",
    )
    with later(days=2):
        follow()
    order.refresh_from_db()
    assert (order.state, order.cancel_reason) == (OrderState.CANCELLED, "De optie is verlopen.")


def test_an_option_that_ran_out_goes_to_who_waits(house):
    first, second, third = house.ask(), house.ask(), house.ask()
    hiring.give_option(first, by=house.planner, until=timezone.now() + timedelta(days=1))
    hiring.give_option(second, by=house.planner)
    hiring.give_option(third, by=house.planner)

    with later(days=2):
        follow()

    for booking in (first, second, third):
        booking.refresh_from_db()
    assert [first.state, second.state, third.state] == [
        BookingState.LAPSED,
        BookingState.OPTION,
        BookingState.OPTION,
    ]
    assert [holds(one)[0] for one in (second, third)] == [Hold.OPTION, Hold.WAITING]
    assert second.option_until == second.dates.get().use.held_until
    assert kinds(second)[-1] == EventKind.PROMOTED
    assert kinds(third)[-1] == EventKind.WAITING
    assert Message.objects.filter(subject="De zaal kwam vrij: Repetitie").count() == 1


def test_an_option_that_ran_out_is_let_go_when_somebody_else_asks(house):
    first = house.ask()
    hiring.give_option(first, by=house.planner, until=timezone.now() + timedelta(days=1))
    with later(days=2):
        second = house.ask()
        hiring.confirm(second, by=house.planner)  # no job ran
        assert holds(second) == [Hold.FIRM]
        assert holds(first) == [Hold.RELEASED]


def test_options_changed_leaves_alone_what_was_confirmed_meanwhile(house):
    booking = house.ask()
    hiring.give_option(booking, by=house.planner)
    hiring.confirm(booking, by=house.planner)
    use = booking.dates.get().use
    hiring.options_changed(released=[use.pk], promoted=[use.pk])
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED
    assert EventKind.LAPSED not in kinds(booking)
    assert EventKind.PROMOTED not in kinds(booking)


def test_declining_gives_the_room_to_who_waits(house):
    first, second = house.ask(), house.ask()
    hiring.give_option(first, by=house.planner)
    hiring.give_option(second, by=house.planner)
    hiring.decline(first, reason="De zaal wordt geverfd.", by=house.planner)
    assert holds(second) == [Hold.OPTION]


# Yes or no of the house -----------------------------------------------------------------------------


def test_confirm_writes_down_what_was_agreed_and_tells_with_a_calendar(house):
    booking = house.ask()

    hiring.confirm(booking, by=house.planner)

    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED
    assert booking.is_class_checked is True
    assert holds(booking) == [Hold.FIRM]
    quote = quoting.agreed(booking)
    assert (quote.state, quote.total_cents, quote.version) == (QuoteState.ACCEPTED, 3750, 1)
    assert quote.answered_by == house.planner
    (line,) = quote.lines.all()
    assert (line.description, line.quantity, line.amount_cents) == ("Grote zaal", 3, 3750)
    assert line.date == booking.dates.get()
    deposit = booking.deposit_entries.get()
    assert (deposit.kind, deposit.cents) == (DepositKind.ASKED, 5000)
    message = Message.objects.get(subject="De zaal is van jou: Repetitie")
    assert "Prijs: € 37,50, inclusief btw." in message.text.replace("\xa0", " ")
    assert "Borg: € 50. Die krijg je later terug." in message.text.replace("\xa0", " ")
    assert f"UID:booking-{booking.dates.get().pk}@" in message.calendar
    assert message.is_secret is True


def test_confirm_twice_tells_once(house):
    booking = house.ask()
    hiring.confirm(booking, by=house.planner)
    hiring.confirm(booking, by=house.planner)
    assert kinds(booking).count(EventKind.CONFIRMED) == 1
    assert booking.quotes.count() == 1


def test_confirm_refuses_without_a_price(house):
    house.tariff.delete()
    booking = house.ask()
    with pytest.raises(PriceUnknown, match="is nog geen prijs"):
        hiring.confirm(booking, by=house.planner)
    booking.refresh_from_db()
    assert booking.state == BookingState.REQUEST
    assert holds(booking) == [Hold.REQUESTED]
    assert booking.quotes.count() == 0


def test_confirm_of_residents_is_free_and_keeps_what_it_is_worth(house):
    house.club.is_yardstick = True
    house.club.save()
    booking = house.ask(tariff_class=TariffClassFactory(free=True))
    hiring.confirm(booking, by=house.planner)
    quote = quoting.agreed(booking)
    assert (quote.total_cents, quote.waived_cents) == (0, 3750)
    assert (
        "Je betaalt niets voor de zaal."
        in Message.objects.get(subject__startswith="De zaal is van jou").text
    )


@pytest.mark.django_db(transaction=True)
def test_confirm_of_rivals_at_the_same_moment_makes_one_firm(house):
    asked = [house.ask() for _ in range(6)]
    results = at_once(*[lambda one=one: hiring.confirm(one, by=house.planner) for one in asked])
    assert sorted(type(result).__name__ for result in results) == ["Booking"] + ["Taken"] * 5
    assert Booking.objects.filter(state=BookingState.CONFIRMED).count() == 1
    assert Use.objects.filter(hold=Hold.FIRM).count() == 1


def test_confirm_refuses_what_is_over(house):
    booking = house.ask()
    with later(days=8), pytest.raises(NotNow, match="Deze datum is al geweest"):
        hiring.confirm(booking, by=house.planner)


def test_decline_says_why_and_lets_go(house):
    booking = house.ask()
    hiring.give_option(booking, by=house.planner)

    hiring.decline(booking, reason="De zaal wordt geverfd.", by=house.planner)
    hiring.decline(booking, reason="Nog eens.", by=house.planner)

    booking.refresh_from_db()
    assert (booking.state, booking.decline_reason) == (
        BookingState.DECLINED,
        "De zaal wordt geverfd.",
    )
    assert holds(booking) == [Hold.RELEASED]
    message = Message.objects.get(subject="Het lukt niet: Repetitie")
    assert "De zaal wordt geverfd." in message.text


def test_decline_needs_a_reason_and_refuses_what_is_firm(house):
    booking = house.ask()
    with pytest.raises(NotNow, match="Schrijf op waarom het niet kan"):
        hiring.decline(booking, reason=" ", by=house.planner)
    hiring.confirm(booking, by=house.planner)
    with pytest.raises(NotNow, match="Deze boeking staat al vast"):
        hiring.decline(booking, reason="Toch niet.", by=house.planner)
    assert holds(booking) == [Hold.FIRM]


def test_set_class_is_staffs_word(house):
    booking = house.ask()
    party = TariffClassFactory(party=True)
    hiring.set_class(booking, party, by=house.planner)
    booking.refresh_from_db()
    assert (booking.tariff_class, booking.is_class_checked) == (party, True)
    assert booking.is_private_party is True


def test_set_class_to_a_private_party_hides_what_it_is_for(house):
    booking = house.ask(purpose="Bruiloft van Nel")
    assert booking.dates.get().use.is_private is False
    hiring.set_class(booking, TariffClassFactory(party=True), by=house.planner)
    assert booking.dates.get().use.is_private is True


def test_set_class_refuses_once_a_price_was_agreed(house):
    booking = house.ask()
    hiring.confirm(booking, by=house.planner)
    with pytest.raises(NotNow, match="De prijs is al afgesproken"):
        hiring.set_class(booking, TariffClassFactory(), by=house.planner)


def test_drop_alcohol_lets_a_party_go_on(house):
    booking = house.ask(is_private_party=True, serves_alcohol=True)
    with pytest.raises(NotAllowed, match="Bij een privéfeest schenken wij geen alcohol"):
        hiring.confirm(booking, by=house.planner)
    with pytest.raises(NotAllowed):
        hiring.drop_alcohol(booking, by=PersonFactory(role=Role.HOST))
    hiring.drop_alcohol(booking)
    hiring.drop_alcohol(booking)
    assert kinds(booking).count(EventKind.NO_ALCOHOL) == 1
    assert hiring.confirm(booking, by=house.planner).state == BookingState.CONFIRMED


# What the clock does -------------------------------------------------------------------------------


def test_remind_of_options_tells_once_that_time_runs_out(house):
    booking = house.ask()
    hiring.give_option(booking, by=house.planner, until=timezone.now() + timedelta(days=3))
    assert hiring.remind_of_options() == 0
    with later(days=2):
        assert hiring.remind_of_options() == 1
        assert hiring.remind_of_options() == 0
    assert Message.objects.filter(subject="Nog even: Repetitie").count() == 1
    with later(days=4):
        assert hiring.remind_of_options() == 0  # it is over


def test_jobs_do_both_and_can_run_twice(house):
    booking = house.ask()
    hiring.give_option(booking, by=house.planner, until=timezone.now() + timedelta(days=1))
    for _time in range(2):
        tasks.remind_of_options(timestamp=0)
    assert kinds(booking).count(EventKind.REMINDED) == 1
    with later(days=8):
        for _time in range(2):
            tasks.close_unanswered(timestamp=0)
    booking.refresh_from_db()
    assert booking.state == BookingState.LAPSED


def test_close_unanswered_says_sorry(house):
    booking = house.ask()
    coming = house.ask(house.wanted(20))
    with later(days=8):
        assert hiring.close_unanswered() == 1
        assert hiring.close_unanswered() == 0
    booking.refresh_from_db()
    coming.refresh_from_db()
    assert (booking.state, coming.state) == (BookingState.LAPSED, BookingState.REQUEST)
    assert holds(booking) == [Hold.RELEASED]
    assert (
        "Wij hebben niet op tijd geantwoord."
        in Message.objects.get(subject="Sorry: Repetitie").text
    )


def test_close_unanswered_lets_go_of_who_still_waits(house):
    first, second = house.ask(), house.ask()
    hiring.give_option(first, by=house.planner)
    hiring.give_option(second, by=house.planner)
    hiring.confirm(first, by=house.planner)
    with later(days=8):
        assert hiring.close_unanswered() == 1
    second.refresh_from_db()
    assert (second.state, holds(second)) == (BookingState.LAPSED, [Hold.RELEASED])


# Who cannot read mail ------------------------------------------------------------------------------


def test_a_hirer_with_a_phone_reads_text_messages(house):
    house.ask(hirer=HirerFactory(by_phone=True))
    message = Message.objects.get()
    assert (message.channel, message.to_address) == ("sms", "+31612345678")
    assert message.text.startswith("Wij hebben je vraag om een zaal. Je hoort van ons.")


def test_a_hirer_with_a_phone_only_stands_on_the_list_of_who_must_be_called(house, settings):
    settings.SMS_BACKEND = ""
    booking = house.ask(hirer=HirerFactory(by_phone=True))
    hiring.confirm(booking, by=house.planner)

    assert Message.objects.count() == 0
    to_call = booking.events.to_tell_by_phone()
    assert [event.kind for event in to_call] == [EventKind.CONFIRMED]
    with pytest.raises(NotAllowed):
        bookings.called(to_call[0], by=PersonFactory(role=Role.HOST))
    bookings.called(to_call[0], by=house.planner)
    assert not booking.events.to_tell_by_phone().exists()


def test_a_hirer_without_anything_gets_paper_at_the_desk(house):
    booking = house.ask(hirer=HirerFactory(unreachable=True))
    message = Message.objects.get()
    assert (message.state, message.centre) == ("to_print", booking.centre)


def test_a_hirer_reads_in_their_own_language(house):
    house.ask(hirer=HirerFactory(language="en"))
    assert Message.objects.get().language == "en"


# The day itself -------------------------------------------------------------------------------------


def test_held_rounds_off_the_booking_with_its_last_date(house):
    booking = house.ask(house.wanted(7), house.wanted(14))
    hiring.confirm(booking, by=house.planner)
    first, last = booking.dates.order_by("use__starts_at")
    host = PersonFactory(role=Role.HOST)

    with later(days=8):
        hiring.held(first, by=host)
        booking.refresh_from_db()
        assert booking.state == BookingState.CONFIRMED
    with later(days=15):
        hiring.no_show(last, by=host)
        hiring.no_show(last, by=host)

    booking.refresh_from_db()
    assert booking.state == BookingState.FINISHED
    assert [date.state for date in booking.dates.order_by("use__starts_at")] == [
        DateState.HELD,
        DateState.NO_SHOW,
    ]
    assert kinds(booking)[-2:] == [EventKind.HELD, EventKind.NO_SHOW]


def test_held_puts_a_mistake_right(house):
    booking = house.ask()
    hiring.confirm(booking, by=house.planner)
    date = booking.dates.get()
    with later(days=8):
        hiring.no_show(date, by=house.planner)
        assert hiring.held(date, by=house.planner).state == DateState.HELD
    booking.refresh_from_db()
    assert booking.state == BookingState.FINISHED


def test_held_refuses_what_has_yet_to_come_and_who_does_not_work_here(house):
    booking = house.ask()
    hiring.confirm(booking, by=house.planner)
    with pytest.raises(NotNow, match="Deze datum moet nog komen"):
        hiring.held(booking.dates.get(), by=house.planner)
    with later(days=8), pytest.raises(NotAllowed):
        hiring.held(booking.dates.get(), by=PersonFactory())


def test_history_cannot_be_rewritten(house):
    from django.db import IntegrityError, transaction

    booking = house.ask()
    event = booking.events.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        type(event).objects.filter(pk=event.pk).update(text="iets anders")
