"""The desk of room hire: what waits, the page of a booking, one button for each step, and who may press it."""

from datetime import time, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from lokaal.outbox.models import Message
from lokaal.people.models import Role, StaffRole
from lokaal.repeating import Every, Rule
from tests.centres.factories import CentreFactory
from tests.people.factories import PersonFactory
from tests.venue.factories import (
    HirerFactory,
    Offered,
    SpaceFactory,
    TariffClassFactory,
    VatCodeFactory,
)
from tests.venue.hire.pages import text_of
from venue import allocating, series
from venue.hire import hiring, quoting, rebooking, requesting
from venue.models import (
    BookingState,
    CancellationRule,
    ChangeState,
    DateState,
    DepositEntry,
    EventKind,
    Hold,
    Quote,
    QuoteState,
    RoomState,
    Use,
)

pytestmark = pytest.mark.django_db

DESK = "/verhuur/"


@pytest.fixture
def house(client):
    house = Offered()
    client.force_login(house.planner)
    return house


def do(client, view, row, **data):
    return client.post(reverse(f"venue:{view}", args=[row.pk]), data, follow=True)


def manage(booking):
    return reverse("venue:booking_manage", args=[booking.pk])


# What waits --------------------------------------------------------------------------------------


def test_desk_shows_requests_with_their_age_the_oldest_first(client, house):
    with time_machine.travel(timezone.now() - timedelta(days=3)):
        house.ask(house.wanted(days=20), purpose="Oud")
    house.ask(purpose="Nieuw")
    said = text_of(client.get(DESK))
    assert said.index("Oud") < said.index("Nieuw")
    assert "Wacht al 3 dagen" in said
    assert "Vandaag gevraagd" in said
    assert "2 aanvragen" in said


def test_desk_shows_options_that_run_out_soon_only(client, house):
    soon, later = house.ask(purpose="Straks"), house.ask(house.wanted(days=9), purpose="Later")
    hiring.give_option(soon, by=house.planner, until=timezone.now() + timedelta(hours=20))
    hiring.give_option(later, by=house.planner, until=timezone.now() + timedelta(days=6))
    said = text_of(client.get(DESK))
    assert "Opties die aflopen Straks" in said
    assert "Optie loopt af over 19 uur" in said
    assert "Later" not in said


def test_desk_shows_who_comes_today_and_tomorrow_in_all_houses(client, house):
    other = Offered(centre=CentreFactory(name="Nieuwstad"))
    with time_machine.travel(timezone.localtime().replace(hour=8, minute=0)):
        hiring.confirm(
            house.ask(house.wanted(0, hour=13), purpose="Vandaag koor"), by=house.planner
        )
        hiring.confirm(other.ask(other.wanted(1), purpose="Morgen yoga"), by=other.planner)
        said = text_of(client.get(DESK))
        only = text_of(client.get(DESK, {"centre": other.centre.slug}))
    assert "Vandaag koor" in said
    assert "Morgen yoga" in said
    assert "Vandaag koor" not in only
    assert "Geef de sleutel" in said


def test_desk_shows_whom_to_call_and_the_button_ends_it(client, house, settings):
    settings.SMS_BACKEND = ""
    booking = house.ask(hirer=HirerFactory(by_phone=True, name="Gerda"))
    hiring.give_option(booking, by=house.planner)
    assert "Bel deze huurders Zij hebben geen e-mail. Gerda" in text_of(client.get(DESK))
    for event in booking.events.filter(is_to_call=True):
        assert "Genoteerd: gebeld." in text_of(do(client, "event_called", event))
        event.refresh_from_db()
        assert event.called_at is not None
    assert "Bel deze huurders" not in text_of(client.get(DESK))


def test_desk_asks_how_it_went_and_what_can_be_offered_again(client, house):
    booking = hiring.confirm(house.ask(purpose="Koor"), by=house.planner)
    taken = house.ask(house.wanted(days=12), house.wanted(days=13), purpose="Reeks")
    date = taken.dates.order_by("use__starts_at").first()
    date.state = DateState.REFUSED
    date.save()
    allocating.release(date.use)
    said = text_of(client.get(DESK))
    assert "Kan dit nu wel?" in said
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        client.force_login(house.planner)
        assert "Zijn ze geweest?" in text_of(client.get(DESK))
        do(client, "date_held", booking.dates.get())
    booking.refresh_from_db()
    assert booking.state == BookingState.FINISHED
    assert "Het kan nu wel." in text_of(do(client, "date_bring_back", date))
    date.refresh_from_db()
    assert date.state == DateState.PLANNED


def test_desk_names_firm_dates_without_a_price_and_one_tap_ends_it(client, house):
    booking = house.ask(house.wanted(7), house.wanted(14), purpose="Koor")
    date = booking.dates.order_by("use__starts_at").last()
    series.skip(date)
    hiring.confirm(booking, by=house.planner)
    assert "Nog geen prijs" not in text_of(client.get(DESK))
    series.bring_back(date)  # around the price
    said = text_of(client.get(DESK))
    assert "1 boeking zonder prijs" in said
    assert "Zet de prijs erbij" in said
    assert "De prijs staat erbij." in text_of(do(client, "booking_agree", booking))
    assert "Nog geen prijs" not in text_of(client.get(DESK))
    assert quoting.agreed(booking).total_cents == 7500


def test_desk_without_work_says_so(client, house):
    assert "Niemand wacht op jou" in text_of(client.get(DESK))


def test_desk_finds_bookings_by_number_name_and_purpose(client, house):
    booking = house.ask(hirer=HirerFactory(name="Koor Zélia"), purpose="Repetitie")
    for words in (booking.reference.lower(), "zelia", "repeti"):
        assert "1 boeking gevonden" in text_of(client.get(DESK, {"q": words}))
    assert "Niets gevonden" in text_of(client.get(DESK, {"q": "\x00x"}))


def test_desk_of_the_house_says_how_many_ask_for_a_room(client, house):
    house.ask()
    assert "1 mens vraagt een zaal" in text_of(client.get("/desk/"))
    client.force_login(PersonFactory(role=Role.HOST))
    assert "vraagt een zaal" not in text_of(client.get("/desk/"))


# Who may -----------------------------------------------------------------------------------------


def test_planner_of_another_house_sees_and_does_nothing_here(client, house):
    booking = house.ask(purpose="Koor")
    stranger = PersonFactory()
    StaffRole.objects.create(person=stranger, role=Role.VENUE, centre=CentreFactory())
    client.force_login(stranger)
    assert "Koor" not in text_of(client.get(DESK))
    assert client.get(manage(booking)).status_code == 404
    steps = ("option", "confirm", "decline", "call_off", "say", "agree")
    for view in [f"booking_{step}" for step in steps]:
        assert do(client, view, booking, reason="x").status_code == 404
    booking.refresh_from_db()
    assert booking.state == BookingState.REQUEST


def test_host_sees_who_comes_and_hands_over_but_does_not_answer(client, house):
    booking = hiring.confirm(house.ask(house.wanted(1)), by=house.planner)
    waiting = house.ask(house.wanted(days=9), purpose="Schaakclub")
    client.force_login(PersonFactory(role=Role.HOST))
    said = text_of(client.get(DESK))
    assert "Schaakclub" not in said
    assert "Geef de sleutel" in said
    assert client.get(manage(waiting)).status_code == 403
    date = booking.dates.get()
    do(client, "date_hand_over", date, signed_name="Els", keys="Zaal")
    date.refresh_from_db()
    assert date.hand_over.signed_name == "Els"


def test_visitors_and_other_staff_do_not_come_in(client, house):
    client.logout()
    assert client.get(DESK).status_code == 302
    client.force_login(PersonFactory())
    assert client.get(DESK).status_code == 403
    client.force_login(PersonFactory(role=Role.SOCIAL_WORKER))
    assert client.get(DESK).status_code == 403


# From request to firm ----------------------------------------------------------------------------


def test_option_holds_the_room(client, house):
    booking = house.ask()
    assert "De zaal wordt vastgehouden." in text_of(do(client, "booking_option", booking))
    booking.refresh_from_db()
    assert (booking.state, booking.dates.get().use.hold) == (BookingState.OPTION, Hold.OPTION)


def test_option_until_a_day_of_choice(client, house):
    booking = house.ask()
    day = timezone.localdate() + timedelta(days=3)
    do(client, "booking_option", booking, day=day.isoformat(), time="12:00")
    booking.refresh_from_db()
    assert timezone.localtime(booking.option_until).date() == day
    wrong = do(client, "booking_option", booking, day="2020-01-01")
    assert "Die dag is al geweest." in text_of(wrong)


def test_option_on_a_room_that_is_firmly_taken_says_what_is_free(client, house):
    booking = house.ask()
    SpaceFactory(centre=house.centre, name="Kleine zaal", capacity=25)
    allocating.take(house.wanted())
    said = text_of(do(client, "booking_option", booking))
    assert "Grote zaal is dan al bezet." in said
    assert "Wel vrij: Kleine zaal" in said
    booking.refresh_from_db()
    assert booking.state == BookingState.REQUEST


def test_confirm_makes_firm_and_twice_does_no_harm(client, house):
    booking = house.ask()
    for _press in range(2):
        assert "De boeking is vast." in text_of(do(client, "booking_confirm", booking))
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED
    assert booking.events.filter(kind=EventKind.CONFIRMED).count() == 1


def test_confirm_without_a_price_waits_and_says_why(client):
    house = Offered(tariff=False)
    client.force_login(house.planner)
    booking = house.ask()
    assert "is nog geen prijs. Wij kijken ernaar." in text_of(
        do(client, "booking_confirm", booking)
    )
    booking.refresh_from_db()
    assert booking.state == BookingState.REQUEST


def test_decline_asks_a_reason_that_the_hirer_reads(client, house):
    booking = house.ask()
    page = reverse("venue:booking_decline", args=[booking.pk])
    assert "De huurder leest dit." in text_of(client.get(page))
    assert "Schrijf op waarom het niet kan." in text_of(client.post(page, {"reason": " "}))
    client.post(page, {"reason": "Dan is er feest."})
    booking.refresh_from_db()
    assert (booking.state, booking.decline_reason) == (BookingState.DECLINED, "Dan is er feest.")


def test_class_is_looked_at(client, house):
    booking = house.ask()
    other = TariffClassFactory(name="Bedrijven")
    do(client, "booking_class", booking, tariff_class=str(other.pk))
    booking.refresh_from_db()
    assert (booking.tariff_class, booking.is_class_checked) == (other, True)
    wrong = do(client, "booking_class", booking, tariff_class="x")
    assert "Kies een antwoord uit de lijst." in text_of(wrong)


# The price ---------------------------------------------------------------------------------------


def test_quote_is_made_completed_and_sent_from_the_page(client, house):
    booking = house.ask()
    code = VatCodeFactory(name="Hoog")
    do(client, "booking_quote_draft", booking)
    added = do(client, "quote_line_add", booking, description="Piano stemmen",
               price_cents="25", vat_code=str(code.pk))  # fmt: skip
    assert "Piano stemmen" in text_of(added)
    do(client, "quote_line_add", booking, description="Korting", price_cents="5,50",
       is_discount="on", vat_code=str(code.pk))  # fmt: skip
    quote = Quote.objects.get()
    assert quote.total_cents == 3750 + 2500 - 550

    sent = do(client, "booking_quote_send", booking, note="Tot dan!")

    assert "De offerte is verstuurd." in text_of(sent)
    quote.refresh_from_db()
    booking.refresh_from_db()
    assert (quote.state, quote.note, booking.state) == (
        QuoteState.SENT,
        "Tot dan!",
        BookingState.QUOTED,
    )


def test_quote_line_is_taken_off_a_draft_only(client, house):
    booking = hiring.give_option(house.ask(), by=house.planner)
    quote = quoting.draft(booking, by=house.planner)
    line = quote.lines.get()
    do(client, "quote_line_remove", line)
    assert not quote.lines.exists()
    again = quoting.draft(booking, by=house.planner)
    quoting.send(again, by=house.planner)
    sealed = again.lines.get()
    refused = do(client, "quote_line_remove", sealed)
    assert "Deze offerte is al verstuurd. Maak een nieuwe versie." in text_of(refused)
    assert again.lines.count() == 1


def test_quote_line_says_what_is_wrong(client, house):
    booking = house.ask()
    do(client, "booking_quote_draft", booking)
    code = VatCodeFactory()
    said = text_of(do(client, "quote_line_add", booking, description="", price_cents="veel",
                      vat_code=str(code.pk)))  # fmt: skip
    assert "Schrijf op waarvoor dit is." in said
    assert "Vul een bedrag in. Bijvoorbeeld 3,50." in said


def test_incomplete_quote_cannot_be_sent(client):
    house = Offered(tariff=False)
    client.force_login(house.planner)
    booking = house.ask()
    page = text_of(do(client, "booking_quote_draft", booking))
    assert "Dit mist nog" in page
    said = text_of(do(client, "booking_quote_send", booking, note=""))
    assert "nog geen prijs" in said
    assert Quote.objects.get().state == QuoteState.DRAFT
    booking.refresh_from_db()
    assert booking.state == BookingState.REQUEST  # both or neither


def test_deposit_is_received_given_back_and_kept(client, house):
    booking = hiring.confirm(house.ask(), by=house.planner)
    do(client, "booking_deposit", booking, kind="received", cents="50")
    do(client, "booking_deposit", booking, kind="returned", cents="30")
    too_much = do(client, "booking_deposit", booking, kind="returned", cents="30")
    assert "Wij hebben nog € 20 borg van deze huurder." in text_of(too_much)
    no_reason = do(client, "booking_deposit", booking, kind="kept", cents="20", reason="")
    assert "Schrijf op waarom wij de borg houden." in text_of(no_reason)
    do(client, "booking_deposit", booking, kind="kept", cents="20", reason="Stoel stuk")
    steps = list(DepositEntry.objects.order_by("at").values_list("kind", "cents"))
    assert steps == [("asked", 5000), ("received", 5000), ("returned", 3000), ("kept", 2000)]


# A word to the hirer -----------------------------------------------------------------------------


def test_hirer_is_asked_something_from_the_page(client, house):
    booking = house.ask()
    page = reverse("venue:booking_say", args=[booking.pk])
    assert page in client.get(manage(booking)).content.decode()
    assert "De huurder leest dit precies zo." in text_of(client.get(page))
    assert "Schrijf op wat je wilt zeggen of vragen." in text_of(client.post(page, {"text": " "}))
    done = client.post(page, {"text": "Hoeveel stoelen?"}, follow=True)
    assert "De huurder krijgt je bericht." in text_of(done)
    assert "Bericht aan de huurder : Hoeveel stoelen?" in text_of(done)
    assert Message.objects.filter(text__contains="Hoeveel stoelen?").count() == 1


def test_hirer_with_only_a_phone_is_on_the_list_to_call(client, house, settings):
    settings.SMS_BACKEND = ""
    booking = house.ask(hirer=HirerFactory(by_phone=True, name="Gerda"))
    page = reverse("venue:booking_say", args=[booking.pk])
    assert "Deze huurder heeft geen e-mail. Wij bellen hierover." in text_of(client.get(page))
    done = client.post(page, {"text": "Hoeveel stoelen?"}, follow=True)
    assert "Dit staat nu op de bellijst. Bel de huurder." in text_of(done)
    assert "Bericht aan de huurder: Hoeveel stoelen?" in text_of(client.get(DESK))


# Dates -------------------------------------------------------------------------------------------


def test_date_is_changed_by_staff_at_once(client, house):
    booking = house.ask()
    date = booking.dates.get()
    day = timezone.localtime(date.use.starts_at).date()
    page = reverse("venue:date_change", args=[date.pk])
    assert client.get(page).status_code == 200
    values = {"day": day.isoformat(), "starts": "18:00", "ends": "21:00", "people": "30",
              "space": str(house.space.pk), "layout": "", "hours_reason": ""}  # fmt: skip
    client.post(page, values)
    date.use.refresh_from_db()
    assert timezone.localtime(date.use.starts_at).hour == 18
    assert date.use.people == 30
    refused = client.post(page, values | {"people": "10000"})
    assert "Er passen 40 mensen in Grote zaal." in text_of(refused)


def test_all_dates_that_could_not_be_are_tried_once_more(client, house):
    allocating.take(house.wanted(days=14))
    first = timezone.localtime(house.wanted().starts_at).date()
    rule = Rule(every=Every.WEEK, first_on=first, last_on=first + timedelta(days=7),
                starts=time(19), ends=time(22))  # fmt: skip
    booking = house.ask(house.wanted(), repeat=requesting.Repeat(rule))
    taken = booking.dates.order_by("use__starts_at").last()
    assert taken.state == DateState.REFUSED
    hiring.confirm(booking, by=house.planner)
    assert "Er is nog niets vrijgekomen." in text_of(do(client, "booking_offer_again", booking))
    allocating.release(Use.objects.get(title=""))
    assert "Nu wel mogelijk: 1." in text_of(do(client, "booking_offer_again", booking))
    taken.refresh_from_db()
    assert taken.state == DateState.PLANNED


def test_date_is_called_off_with_or_without_the_cost(client, house):
    CancellationRule.objects.create(
        centre=house.centre, notice_hours=240, percent=100, valid_from="2020-01-01"
    )
    booking = hiring.confirm(house.ask(house.wanted(), house.wanted(days=8)), by=house.planner)
    first, second = booking.dates.order_by("use__starts_at")
    page = reverse("venue:date_call_off", args=[first.pk])
    assert "Afzeggen kost de huurder nu € 37,50." in text_of(client.get(page))
    client.post(page, {"reason": "Ziek", "free_of_charge": "on"})
    do(client, "booking_call_off", booking, reason="")
    first.refresh_from_db()
    second.refresh_from_db()
    assert [(one.state, one.cancel_percent) for one in (first, second)] == [
        (DateState.CANCELLED, 0),
        (DateState.CANCELLED, 100),
    ]


def test_change_that_was_asked_is_accepted_or_declined(client, house):
    booking = house.ask()
    date = booking.dates.get()
    wish = {"space": house.space, "starts_at": date.use.starts_at, "people": 20,
            "ends_at": date.use.ends_at + timedelta(hours=1)}  # fmt: skip
    change = rebooking.ask(date, **wish)
    assert "Iets anders gevraagd" in text_of(client.get(DESK))
    do(client, "change_accept", change)
    date.use.refresh_from_db()
    assert date.use.ends_at == wish["ends_at"]
    other = rebooking.ask(date, **wish | {"people": 30})
    page = reverse("venue:change_decline", args=[other.pk])
    assert client.get(page).status_code == 200
    client.post(page, {"reason": "Te vol"})
    other.refresh_from_db()
    assert (other.state, other.reason) == (ChangeState.DECLINED, "Te vol")


def test_key_goes_and_comes_back_with_a_note_of_damage(client, house):
    booking = hiring.confirm(house.ask(house.wanted(1)), by=house.planner)
    date = booking.dates.get()
    page = reverse("venue:date_hand_over", args=[date.pk])
    assert "Handtekening bij het begin" in text_of(client.get(page))
    client.post(page, {"signed_name": "Els", "keys": "Zaal en voordeur"})
    assert "Sleutel is weg" in text_of(client.get(DESK))
    missing = client.post(page, {"room_state": "damaged", "damage_note": ""})
    assert "Schrijf op wat er stuk is." in text_of(missing)
    client.post(page, {"room_state": "damaged", "damage_note": "Stoel stuk"})
    form = type(date).objects.get(pk=date.pk).hand_over
    assert (form.room_state, form.damage_note, form.returned_to) == (
        RoomState.DAMAGED,
        "Stoel stuk",
        house.planner,
    )
    assert "Stoel stuk" in text_of(client.get(manage(booking)))


def test_no_show_is_noted(client, house):
    booking = hiring.confirm(house.ask(), by=house.planner)
    early = do(client, "date_no_show", booking.dates.get())
    assert "Deze datum moet nog komen." in text_of(early)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        client.force_login(house.planner)
        do(client, "date_no_show", booking.dates.get())
    assert booking.dates.get().state == DateState.NO_SHOW


def test_looking_changes_nothing_and_steps_are_posted(client, house):
    booking = house.ask()
    steps = ("option", "confirm", "class", "quote_draft", "agree")
    for view in [f"booking_{step}" for step in steps]:
        assert client.get(reverse(f"venue:{view}", args=[booking.pk])).status_code == 405
    assert client.get(manage(booking)).status_code == 200
    booking.refresh_from_db()
    assert booking.state == BookingState.REQUEST


# The invoice -------------------------------------------------------------------------------------


def test_who_makes_invoices_starts_one_from_a_firm_booking(client, house):
    booking = house.ask()
    button = reverse("venue:invoice_of_booking", args=[booking.pk])
    director = PersonFactory(role=Role.DIRECTOR)
    client.force_login(director)
    assert button not in client.get(manage(booking)).content.decode()
    hiring.confirm(booking, by=house.planner)
    assert button in client.get(manage(booking)).content.decode()
    client.force_login(house.planner)
    assert button not in client.get(manage(booking)).content.decode()


# Speed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 12])
def test_desk_takes_a_fixed_number_of_queries(client, house, rows, django_assert_num_queries):
    for number in range(rows):
        house.ask(house.wanted(days=10 + number))
        hiring.give_option(
            house.ask(house.wanted(days=30 + number)),
            by=house.planner,
            until=timezone.now() + timedelta(hours=5),
        )
        hiring.confirm(house.ask(house.wanted(1, hour=7 + number, hours=1)), by=house.planner)
    client.get(DESK)
    with django_assert_num_queries(14):
        assert client.get(DESK).status_code == 200


@pytest.mark.parametrize("dates", [1, 30])
def test_page_of_a_booking_takes_a_fixed_number_of_queries(
    client, house, dates, django_assert_num_queries
):
    booking = house.ask(*[house.wanted(days=7 + number) for number in range(dates)])
    quoting.draft(booking, by=house.planner)
    client.get(manage(booking))
    with django_assert_num_queries(14):
        assert client.get(manage(booking)).status_code == 200


def test_change_that_is_asked_shows_what_it_would_cost(client, house):
    booking = hiring.confirm(house.ask(), by=house.planner)
    date = booking.dates.select_related("use__space").get()
    rebooking.ask(
        date,
        space=date.use.space,
        starts_at=date.use.starts_at,
        ends_at=date.use.ends_at + timedelta(hours=1),
        people=date.use.people,
    )
    assert "Deze datum kost dan € 50." in text_of(client.get(manage(booking)))


def test_planner_notes_that_it_goes_on_without_alcohol(client, house):
    booking = house.ask(is_private_party=True, serves_alcohol=True)
    assert "Toch zonder alcohol" in text_of(client.get(manage(booking)))
    said = text_of(do(client, "booking_no_alcohol", booking))
    assert "Genoteerd: zonder alcohol." in said
    booking.refresh_from_db()
    assert booking.serves_alcohol is False
    client.force_login(PersonFactory(role=Role.KITCHEN))
    assert client.post(reverse("venue:booking_no_alcohol", args=[booking.pk])).status_code == 403
