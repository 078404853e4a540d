"""Quotes: made, completed, sent, answered once; told versions stay what they were."""

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from lokaal.outbox.models import Message
from lokaal.people.models import Role
from tests.parallel import at_once
from tests.people.factories import PersonFactory
from tests.venue.factories import AlcoholRuleFactory, Offered, TariffFactory, VatCodeFactory
from venue import options, series
from venue.exceptions import NotAllowed, NotNow, PriceUnknown, Taken, WrongTime
from venue.hire import deposits, hiring, quoting
from venue.models import (
    Booking,
    BookingDate,
    BookingState,
    DateState,
    DepositKind,
    EventKind,
    Hold,
    Quote,
    QuoteLine,
    QuoteState,
    Tariff,
    Use,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return Offered()


def quoted(house, booking=None, **fields):
    """A booking with an option and a quote that was sent, and the secret of its link."""
    booking = booking or house.ask()
    hiring.give_option(booking, by=house.planner)
    quote, secret = quoting.send(
        quoting.draft(booking, by=house.planner), by=house.planner, **fields
    )
    booking.refresh_from_db()
    return booking, quote, secret


def later(**ahead):
    return time_machine.travel(timezone.now() + timedelta(**ahead), tick=False)


# Making ------------------------------------------------------------------------------------------


def test_draft_holds_the_lines_of_the_tariffs_and_tells_nobody(house):
    booking = house.ask()
    quote = quoting.draft(booking, by=house.planner)
    assert (quote.state, quote.version, quote.number) == (
        QuoteState.DRAFT,
        1,
        f"{booking.reference}-1",
    )
    assert (quote.total_cents, quote.deposit_cents, quote.missing) == (3750, 5000, "")
    assert quote.why == "Prijsgroep: Maatschappelijk. Voor verenigingen."
    (line,) = quote.lines.all()
    assert (line.quantity, line.unit, line.unit_cents, line.amount_cents) == (3, "hour", 1250, 3750)
    assert (line.tariff, line.vat_code) == (house.tariff, house.tariff.vat_code)
    assert Message.objects.count() == 1  # that the question came in


def test_draft_again_makes_the_same_version_anew(house):
    booking = house.ask()
    first = quoting.draft(booking, by=house.planner)
    second = quoting.draft(booking, by=house.planner)
    assert (second.pk, second.lines.count()) == (first.pk, 1)


def test_draft_is_for_who_plans(house):
    with pytest.raises(NotAllowed):
        quoting.draft(house.ask(), by=PersonFactory(role=Role.HOST))


def test_draft_without_a_tariff_says_so_and_cannot_be_sent_until_staff_adds_a_price(house):
    house.tariff.delete()
    booking = house.ask()
    hiring.give_option(booking, by=house.planner)
    quote = quoting.draft(booking, by=house.planner)
    assert quote.missing.startswith("Voor Grote zaal op ")
    assert quote.total_cents == 0
    with pytest.raises(PriceUnknown, match="is nog geen prijs"):
        quoting.send(quote, by=house.planner)

    quote = quoting.add_line(
        quote,
        description="Vaste prijs",
        unit_cents=4000,
        vat_code=VatCodeFactory(),
        date=booking.dates.get(),
        by=house.planner,
    )

    assert (quote.missing, quote.total_cents) == ("", 4000)
    sent, _secret = quoting.send(quote, by=house.planner)
    assert sent.state == QuoteState.SENT


def test_draft_with_a_vat_code_without_a_rate_waits(house):
    house.tariff.delete()
    TariffFactory(space=house.space, tariff_class=house.club, vat_code=VatCodeFactory(rate=False))
    assert quoting.draft(house.ask(), by=house.planner).missing.startswith("De btw voor ")


def test_add_line_takes_a_discount_but_never_below_nothing(house):
    quote = quoting.draft(house.ask(), by=house.planner)
    code = house.tariff.vat_code
    quote = quoting.add_line(
        quote,
        description="Korting voor de buurt",
        unit_cents=-750,
        vat_code=code,
        waived_cents=750,
        by=house.planner,
    )
    assert (quote.total_cents, quote.waived_cents, quote.missing) == (3000, 750, "")
    quote = quoting.add_line(
        quote, description="Nog meer", unit_cents=-9000, vat_code=code, by=house.planner
    )
    assert quote.missing == "De korting is hoger dan de prijs."
    line = quote.lines.get(description="Nog meer")
    assert quoting.remove_line(line, by=house.planner).missing == ""


def test_add_line_rounds_half_a_cent_away_from_nothing(house):
    quote = quoting.draft(house.ask(), by=house.planner)
    quoting.add_line(
        quote,
        description="Half uur",
        quantity=Decimal("0.5"),
        unit_cents=-25,
        vat_code=house.tariff.vat_code,
        by=house.planner,
    )
    assert quote.lines.get(description="Half uur").amount_cents == -13


# Sending -----------------------------------------------------------------------------------------


def test_send_seals_the_quote_and_mails_its_link(house):
    booking, quote, secret = quoted(house, note="Fijn dat je komt.")

    assert booking.state == BookingState.QUOTED
    assert quote.sealed_at is not None
    assert quote.valid_until == booking.option_until == booking.dates.get().use.held_until
    assert quoting.find_by_secret(quote.pk, secret) == quote
    assert quoting.find_by_secret(quote.pk, secret[:-1]) is None
    assert quote.secret_hash != secret
    message = Message.objects.get(subject="Dit kost de zaal: Repetitie")
    text = message.text.replace("\xa0", " ")
    assert "Samen: € 37,50, inclusief btw." in text
    assert "Borg: € 50. Die krijg je later terug." in text
    assert "Fijn dat je komt." in text
    assert re.search(r"Dit kan tot .* uur\.", text)
    assert f"/zalen/quotes/{quote.pk}/{secret}/" in text
    assert message.is_secret is True
    assert booking.events.last().kind == EventKind.QUOTED


def test_a_quote_link_opens_no_other_quote(house):
    _booking, _quote, secret = quoted(house)
    _other, other_quote, _secret = quoted(house, house.ask(house.wanted(14)))
    assert quoting.find_by_secret(other_quote.pk, secret) is None


def test_send_makes_the_option_as_long_as_the_quote(house):
    until = timezone.now() + timedelta(days=5)
    booking, quote, _secret = quoted(house, valid_until=until)
    assert booking.dates.get().use.held_until == booking.option_until == quote.valid_until == until


@pytest.mark.parametrize("days", [-1, 30])
def test_send_refuses_a_moment_that_cannot_be(house, days):
    with pytest.raises(WrongTime):
        quoted(house, valid_until=timezone.now() + timedelta(days=days))
    assert Quote.objects.get().state == QuoteState.DRAFT


def test_send_needs_an_option(house):
    quote = quoting.draft(house.ask(), by=house.planner)
    with pytest.raises(NotNow, match="Geef eerst een optie"):
        quoting.send(quote, by=house.planner)


def test_send_twice_is_refused(house):
    booking, quote, _secret = quoted(house)
    with pytest.raises(NotNow, match="Deze offerte is al verstuurd"):
        quoting.send(quote, by=house.planner)
    assert booking.events.filter(kind=EventKind.QUOTED).count() == 1


def test_send_of_a_new_version_replaces_the_one_before(house):
    booking, first, _secret = quoted(house)
    second, _secret = quoting.send(quoting.draft(booking, by=house.planner), by=house.planner)
    first.refresh_from_db()
    assert (first.state, second.state, second.version) == (
        QuoteState.REPLACED,
        QuoteState.SENT,
        2,
    )
    with pytest.raises(NotNow, match="Er is een nieuwere offerte"):
        quoting.accept(first)


def test_a_quote_that_was_told_cannot_be_changed_by_anything(house):
    _booking, quote, _secret = quoted(house)
    line = quote.lines.get()
    changes = [
        lambda: Quote.objects.filter(pk=quote.pk).update(total_cents=1),
        lambda: Quote.objects.filter(pk=quote.pk).update(valid_until=None),
        lambda: Quote.objects.filter(pk=quote.pk).delete(),
        lambda: QuoteLine.objects.filter(pk=line.pk).update(amount_cents=1),
        lambda: QuoteLine.objects.filter(pk=line.pk).delete(),
        lambda: QuoteLine.objects.create(
            quote=quote, kind="other", description="Meer", unit_cents=0, amount_cents=0
        ),
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    with pytest.raises(NotNow):
        quoting.add_line(quote, description="Meer", unit_cents=1, vat_code=None, by=house.planner)


def test_a_quote_is_only_sealed_when_its_lines_add_up(house):
    quote = quoting.draft(house.ask(), by=house.planner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Quote.objects.filter(pk=quote.pk).update(
            state=QuoteState.SENT, sealed_at=timezone.now(), total_cents=1
        )


# Saying yes --------------------------------------------------------------------------------------


def test_accept_makes_every_date_firm(house):
    booking, quote, _secret = quoted(house, house.ask(house.wanted(7), house.wanted(14)))

    quoting.accept(quote)

    booking.refresh_from_db()
    quote.refresh_from_db()
    assert (booking.state, booking.option_until) == (BookingState.CONFIRMED, None)
    assert {one.use.hold for one in booking.dates.all()} == {Hold.FIRM}
    assert (quote.state, quote.answered_by) == (QuoteState.ACCEPTED, None)
    event = booking.events.get(kind=EventKind.CONFIRMED)
    assert (event.by, event.by_hirer) == (None, True)
    assert deposits.of(booking).asked_cents == 5000
    message = Message.objects.get(subject="De zaal is van jou: Repetitie")
    assert message.calendar.count("BEGIN:VEVENT") == 2


def test_accept_twice_confirms_once(house):
    booking, quote, _secret = quoted(house)
    quoting.accept(quote)
    quoting.accept(quote)
    assert booking.events.filter(kind=EventKind.CONFIRMED).count() == 1
    assert booking.deposit_entries.count() == 1


@pytest.mark.django_db(transaction=True)
def test_accept_at_the_same_moment_confirms_once(house):
    booking, quote, _secret = quoted(house)
    results = at_once(*[lambda: quoting.accept(quote) for _ in range(6)])
    assert [type(result) for result in results] == [Booking] * 6
    assert booking.events.filter(kind=EventKind.CONFIRMED).count() == 1
    assert Message.objects.filter(subject="De zaal is van jou: Repetitie").count() == 1


@pytest.mark.django_db(transaction=True)
def test_accept_and_decline_at_the_same_moment_gives_one_answer(house):
    booking, quote, _secret = quoted(house)
    results = at_once(lambda: quoting.accept(quote), lambda: quoting.decline(quote))
    assert sorted(type(result).__name__ for result in results) == ["Booking", "NotNow"]
    booking.refresh_from_db()
    hold = booking.dates.get().use.hold
    assert (booking.state, hold) in {
        (BookingState.CONFIRMED, Hold.FIRM),
        (BookingState.CANCELLED, Hold.RELEASED),
    }


@pytest.mark.django_db(transaction=True)
def test_accept_of_two_ranked_options_at_once_confirms_the_first(house):
    first, first_quote, _secret = quoted(house)
    second, second_quote, _secret = quoted(house)
    results = at_once(lambda: quoting.accept(second_quote), lambda: quoting.accept(first_quote))
    assert [type(result).__name__ for result in results] == ["Taken", "Booking"]
    assert Use.objects.filter(hold=Hold.FIRM).count() == 1
    first.refresh_from_db()
    assert first.state == BookingState.CONFIRMED
    second.refresh_from_db()
    assert second.state == BookingState.QUOTED


@pytest.mark.django_db(transaction=True)
def test_accept_of_two_options_that_ran_out_confirms_exactly_one(house):
    _first, first_quote, _secret = quoted(house)
    _second, second_quote, _secret = quoted(house)
    with later(days=6, hours=23):
        Use.objects.filter(hold=Hold.OPTION).update(held_until=timezone.now())
        results = at_once(lambda: quoting.accept(second_quote), lambda: quoting.accept(first_quote))
    assert sorted(type(result).__name__ for result in results) == ["Booking", "Taken"]
    assert Use.objects.filter(hold=Hold.FIRM).count() == 1


def test_accept_of_who_waits_says_that_another_goes_first(house):
    quoted(house)
    _second, quote, _secret = quoted(house)
    with pytest.raises(Taken, match="Iemand anders heeft nog een optie op deze zaal"):
        quoting.accept(quote)


def test_accept_after_expiry_takes_the_room_that_is_still_free(house):
    booking, quote, _secret = quoted(house, valid_until=timezone.now() + timedelta(days=1))
    with later(days=2):
        quote.refresh_from_db()
        assert quote.has_run_out is True
        quoting.accept(quote)
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED
    assert booking.dates.get().use.hold == Hold.FIRM


def test_accept_after_the_job_let_the_option_go_still_takes_a_free_room(house):
    booking, quote, _secret = quoted(house, valid_until=timezone.now() + timedelta(days=1))
    with later(days=2):
        lapse = options.lapse_all()
        hiring.options_changed(released=lapse.released, promoted=lapse.promoted)
        booking.refresh_from_db()
        assert booking.state == BookingState.LAPSED
        quoting.accept(quote)
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED


def test_accept_after_expiry_is_refused_once_somebody_else_has_the_room(house):
    booking, quote, _secret = quoted(house, valid_until=timezone.now() + timedelta(days=1))
    with later(days=2):
        rival = house.ask(house.wanted(5))
        hiring.confirm(rival, by=house.planner)
        with pytest.raises(
            Taken, match=r"Je optie is verlopen\. Iemand anders heeft de zaal nu"
        ) as refused:
            quoting.accept(quote)
    assert refused.value.alternatives
    quote.refresh_from_db()
    assert quote.state == QuoteState.SENT
    assert booking.dates.get().use.hold == Hold.RELEASED


def test_accept_after_the_date_is_refused(house):
    _booking, quote, _secret = quoted(house)
    with later(days=8), pytest.raises(NotNow, match="Deze datum is al geweest"):
        quoting.accept(quote)


def test_accept_is_all_dates_or_none(house):
    booking, quote, _secret = quoted(
        house,
        house.ask(house.wanted(7), house.wanted(14)),
        valid_until=timezone.now() + timedelta(days=1),
    )
    with later(days=2):
        hiring.confirm(house.ask(house.wanted(12)), by=house.planner)
        with pytest.raises(Taken):
            quoting.accept(quote)
    booking.refresh_from_db()
    assert booking.state == BookingState.QUOTED
    assert Hold.FIRM not in {one.use.hold for one in booking.dates.all()}


def test_accept_checks_alcohol_again(house):
    booking, quote, _secret = quoted(house, house.ask(serves_alcohol=True))
    with pytest.raises(NotAllowed, match="schenken wij dan geen alcohol"):
        quoting.accept(quote)
    use = booking.dates.get().use
    AlcoholRuleFactory(centre=house.centre, weekday=timezone.localdate(use.starts_at).isoweekday())
    assert quoting.accept(quote).state == BookingState.CONFIRMED


def test_accept_by_staff_is_for_who_plans(house):
    _booking, quote, _secret = quoted(house)
    with pytest.raises(NotAllowed):
        quoting.accept(quote, by=PersonFactory(role=Role.HOST))
    quoting.accept(quote, by=house.planner)
    quote.refresh_from_db()
    assert quote.answered_by == house.planner


def test_confirm_by_staff_takes_the_quote_that_was_sent(house):
    booking, quote, _secret = quoted(house)
    house.tariff.price_cents = 99_00
    house.tariff.save()
    hiring.confirm(booking, by=house.planner)
    assert quoting.agreed(booking) == quote
    assert quoting.agreed(booking).total_cents == 3750


# Saying no ---------------------------------------------------------------------------------------


def test_decline_frees_the_room_and_keeps_the_reason(house):
    booking, quote, _secret = quoted(house)
    quoting.decline(quote, reason="Te duur.")
    quoting.decline(quote, reason="Nog eens.")
    booking.refresh_from_db()
    quote.refresh_from_db()
    assert (quote.state, quote.decline_reason) == (QuoteState.DECLINED, "Te duur.")
    assert booking.state == BookingState.CANCELLED
    assert [one.state for one in booking.dates.all()] == [DateState.CANCELLED]
    assert booking.dates.get().use.hold == Hold.RELEASED
    with pytest.raises(NotNow, match="Je hebt nee gezegd tegen deze offerte"):
        quoting.accept(quote)


def test_decline_after_yes_is_refused(house):
    booking, quote, _secret = quoted(house)
    quoting.accept(quote)
    with pytest.raises(NotNow, match="Deze offerte is al aangenomen"):
        quoting.decline(quote)
    assert booking.dates.get().use.hold == Hold.FIRM


# Deposit -----------------------------------------------------------------------------------------


def test_deposit_comes_in_and_goes_back(house):
    booking, quote, _secret = quoted(house)
    quoting.accept(quote)
    deposits.receive(booking, 5000, by=house.planner)
    assert deposits.of(booking).held_cents == 5000
    deposits.keep(booking, 1000, reason="Een stoel stuk.", by=house.planner)
    deposits.give_back(booking, 4000, by=house.planner)

    stands = deposits.of(Booking.objects.get(pk=booking.pk))
    assert (stands.asked_cents, stands.received_cents, stands.held_cents, stands.open_cents) == (
        5000,
        5000,
        0,
        0,
    )
    texts = booking.events.filter(kind=EventKind.DEPOSIT).values_list("text", flat=True)
    assert [text.replace("\xa0", " ") for text in texts] == [
        "ontvangen, € 50",
        "gehouden, € 10: Een stoel stuk.",
        "teruggegeven, € 40",
    ]


def test_deposit_that_goes_back_or_is_kept_is_told(house):
    booking = house.ask()
    deposits.receive(booking, 5000, by=PersonFactory(role=Role.TREASURER))
    deposits.keep(booking, 1000, reason="Een stoel stuk.", by=house.planner)
    deposits.give_back(booking, 4000, by=house.planner)
    kept, back = Message.objects.filter(subject="Je borg: Repetitie").order_by("id")
    assert "van je borg.\nDit is waarom:\nEen stoel stuk." in kept.text
    assert "Je krijgt € 40 borg terug." in back.text.replace("\xa0", " ")
    with pytest.raises(NotAllowed):
        deposits.receive(booking, 1, by=PersonFactory())


def test_deposit_never_gives_back_more_than_came_in(house):
    booking = house.ask()
    deposits.receive(booking, 5000, by=house.planner)
    with pytest.raises(NotNow, match="Wij hebben nog"):
        deposits.give_back(booking, 5001, by=house.planner)
    with pytest.raises(NotNow, match="Schrijf op waarom"):
        deposits.keep(booking, 100, reason="", by=house.planner)
    assert deposits.of(booking).held_cents == 5000


@pytest.mark.django_db(transaction=True)
def test_deposit_given_back_at_the_same_moment_goes_back_once(house):
    booking = house.ask()
    deposits.receive(booking, 5000, by=house.planner)
    results = at_once(*[lambda: deposits.give_back(booking, 5000, by=house.planner)] * 4)
    assert sorted(type(result).__name__ for result in results) == ["DepositEntry"] + ["NotNow"] * 3


def test_deposit_rows_never_change(house):
    booking = house.ask()
    entry = deposits.receive(booking, 5000, by=house.planner)
    for change in (
        lambda: type(entry).objects.filter(pk=entry.pk).update(cents=1),
        lambda: type(entry).objects.filter(pk=entry.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert booking.deposit_entries.get().kind == DepositKind.RECEIVED


def test_tariffs_never_overlap(house):
    with pytest.raises(IntegrityError), transaction.atomic():
        TariffFactory(space=house.space, tariff_class=house.club, valid_from=date(2026, 1, 1))


# Firm dates without a price -------------------------------------------------------------------------


def unpriced(house):
    """A firm booking of two dates, of which one came back around its price."""
    booking = house.ask(house.wanted(7), house.wanted(14))
    date = booking.dates.order_by("use__starts_at").last()
    series.skip(date)
    hiring.confirm(booking, by=house.planner)
    series.bring_back(date)
    return booking, date


def test_agree_again_gives_firm_dates_their_price_once(house):
    booking, date = unpriced(house)
    assert list(BookingDate.objects.without_agreed_price()) == [date]
    for _press in range(2):
        quoting.agree_again(booking, by=house.planner)
    assert not BookingDate.objects.without_agreed_price().exists()
    quote = quoting.agreed(booking)
    assert (quote.version, quote.total_cents) == (2, 7500)


def test_agree_again_also_prices_what_was_held_meanwhile(house):
    booking, date = unpriced(house)
    with later(days=15):
        for one in booking.dates.all():
            hiring.held(one, by=house.planner)
        quoting.agree_again(booking, by=house.planner)
    quote = quoting.agreed(booking)
    assert {line.date_id for line in quote.lines.all()} == set(
        booking.dates.values_list("pk", flat=True)
    )
    assert quote.total_cents == 7500
    assert booking.events.filter(date=date, kind=EventKind.HELD).count() == 1


def test_agree_again_without_a_tariff_changes_nothing(house):
    booking, date = unpriced(house)
    Tariff.objects.update(valid_until=timezone.localdate() + timedelta(days=10))
    with pytest.raises(PriceUnknown):
        quoting.agree_again(booking, by=house.planner)
    assert list(BookingDate.objects.without_agreed_price()) == [date]
    assert quoting.agreed(booking).total_cents == 3750


def test_agree_again_is_for_firm_bookings_and_who_plans(house):
    with pytest.raises(NotNow, match="Deze aanvraag wacht nog op antwoord"):
        quoting.agree_again(house.ask(house.wanted(3)), by=house.planner)
    booking, _date = unpriced(house)
    with pytest.raises(NotAllowed):
        quoting.agree_again(booking, by=PersonFactory(role=Role.HOST))


@pytest.mark.django_db(transaction=True)
def test_agree_again_at_once_makes_one_version(house):
    booking, _date = unpriced(house)
    at_once(*[partial(quoting.agree_again, booking, by=house.planner)] * 2)
    assert booking.quotes.count() == 2
    assert quoting.agreed(booking).total_cents == 7500
