"""Drafts, numbers, freezing, credit notes: what an invoice promises, by code and by SQL."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from lokaal.outbox.models import Attachment, Message
from tests.parallel import at_once
from tests.people.factories import PersonFactory
from tests.venue.money.factories import (
    HirerFactory,
    SellerFactory,
    draft,
    house_that_sells,
    issued,
    vat,
)
from venue.exceptions import AlreadyInvoiced, Incomplete, NotNow
from venue.models import (
    Invoice,
    InvoiceCounter,
    InvoiceKind,
    InvoiceLine,
    InvoiceSeries,
    InvoiceState,
    InvoiceVat,
    Pillar,
    Seller,
    Unit,
    VatRate,
)
from venue.money import invoicing, rounding
from venue.money.charging import Chargeable

RATES = [Decimal(0), Decimal(9), Decimal(21), Decimal("5.5")]
OCTOBER = date(2026, 10, 6)


def charge(hirer, centre, code, *, key="quote_line:1", cents=5000, first=OCTOBER, **changes):
    values = {
        "description": "Zaal A, dinsdag 6 oktober",
        "quantity": Decimal(1),
        "unit": Unit.PIECE,
        "unit_cents": abs(cents),
        "pillar": Pillar.HIRE,
        "last": first,
        "order_reference": "B1001",
    }
    return Chargeable(
        key=key,
        hirer=hirer,
        centre=centre,
        amount_cents=cents,
        vat_code=code,
        first=first,
        **values | changes,
    )


# Rounding ----------------------------------------------------------------------------------------


@given(
    st.lists(st.integers(-10_000_00, 10_000_00), min_size=1, max_size=40),
    st.sampled_from(RATES),
)
def test_nets_of_lines_add_up_and_are_never_a_cent_off(grosses, percent):
    whole = sum(grosses)
    net = whole - rounding.vat_in(whole, percent)
    nets = rounding.shares(net, grosses, percent)
    assert sum(nets) == net
    for gross, one in zip(grosses, nets, strict=True):
        exact = Decimal(gross) * 100 / (100 + percent)
        assert abs(one - exact) < 1 + Decimal("0.0001")


@given(st.integers(-10_000_00, 10_000_00), st.sampled_from(RATES))
def test_vat_is_rounded_half_up(gross, percent):
    exact = Decimal(gross) * percent / (100 + percent)
    vat_cents = rounding.vat_in(gross, percent)
    assert -Decimal("0.5") <= exact - vat_cents <= Decimal("0.5")


@pytest.mark.parametrize(
    ("gross", "percent", "expected"),
    [(12100, 21, 2100), (109, 9, 9), (1, 21, 0), (3, 21, 1), (250, 0, 0), (606, 21, 105)],
)
def test_vat_of_an_amount(gross, percent, expected):
    assert rounding.vat_in(gross, Decimal(percent)) == expected


# Draft -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_draft_holds_what_was_charged():
    from tests.centres.factories import CentreFactory

    hirer, centre, code = (
        HirerFactory(company=True),
        CentreFactory(),
        vat("room", 0, "E", "art. 11"),
    )
    made = invoicing.draft(
        [
            charge(
                hirer,
                centre,
                code,
                quantity=Decimal("2.5"),
                unit=Unit.HOUR,
                unit_cents=1250,
                cents=3125,
            ),
            charge(
                hirer,
                centre,
                code,
                key="quote_line:2",
                cents=-500,
                quantity=Decimal(-1),
                first=date(2026, 10, 20),
            ),
        ]
    )
    assert list(
        made.lines.values_list("description", "quantity", "unit", "unit_price_cents", "gross_cents")
    ) == [
        ("Zaal A, dinsdag 6 oktober", Decimal("2.50"), "HUR", 1250, 3125),
        ("Zaal A, dinsdag 6 oktober", Decimal("-1.00"), "C62", 500, -500),
    ]
    assert (made.state, made.number, made.gross_cents, made.centre) == ("draft", None, 2625, centre)
    assert (made.period_from, made.period_until) == (OCTOBER, date(2026, 10, 20))
    assert made.order_reference == "B1001"


@pytest.mark.django_db
def test_draft_of_nothing_of_two_hirers_or_of_two_months_is_refused():
    from tests.centres.factories import CentreFactory

    hirer, centre, code = HirerFactory(), CentreFactory(), vat("room", 21)
    with pytest.raises(NotNow, match="niets"):
        invoicing.draft([])
    with pytest.raises(NotNow, match="één huurder"):
        invoicing.draft(
            [charge(hirer, centre, code), charge(HirerFactory(), centre, code, key="quote_line:2")]
        )
    with pytest.raises(NotNow, match="hoogstens één maand"):
        invoicing.draft(
            [
                charge(hirer, centre, code),
                charge(hirer, centre, code, key="quote_line:2", first=date(2026, 11, 1)),
            ]
        )
    assert not Invoice.objects.exists()


@pytest.mark.django_db
def test_a_thing_is_invoiced_once():
    from tests.centres.factories import CentreFactory

    hirer, centre, code = HirerFactory(), CentreFactory(), vat("room", 21)
    invoicing.draft([charge(hirer, centre, code)])
    with pytest.raises(AlreadyInvoiced):
        invoicing.draft([charge(hirer, centre, code)])
    assert (Invoice.objects.count(), InvoiceLine.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_thing_is_invoiced_once_by_several_at_the_same_moment():
    from tests.centres.factories import CentreFactory

    hirer, centre, code = HirerFactory(), CentreFactory(), vat("room", 21)
    results = at_once(*[lambda: invoicing.draft([charge(hirer, centre, code)])] * 6)
    assert sorted(type(result).__name__ for result in results) == ["AlreadyInvoiced"] * 5 + [
        "Invoice"
    ]
    assert (Invoice.objects.count(), InvoiceLine.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_thrown_away_draft_frees_what_it_charged():
    from tests.centres.factories import CentreFactory

    hirer, centre, code = HirerFactory(), CentreFactory(), vat("room", 21)
    invoicing.throw_away(invoicing.draft([charge(hirer, centre, code)]))
    assert not Invoice.objects.exists()
    assert invoicing.draft([charge(hirer, centre, code)]).gross_cents == 5000


@pytest.mark.django_db
def test_lines_by_hand_come_and_go():
    made = draft((5000, vat("room", 21)))
    line = invoicing.add_line(
        made,
        description="Schade aan de deur",
        amount_cents=7500,
        vat_code_id=vat("room").pk,
        pillar="other",
    )
    discount = invoicing.add_line(
        made, description="Korting", amount_cents=-1000, vat_code_id=vat("room").pk, pillar="hire"
    )
    made.refresh_from_db()
    assert (line.position, discount.position, discount.quantity, discount.unit_price_cents) == (
        2,
        3,
        -1,
        1000,
    )
    assert made.gross_cents == 11500
    invoicing.remove_line(line)
    made.refresh_from_db()
    assert made.gross_cents == 4000


# Issue -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_issue_gives_a_number_and_freezes_everything():
    house_that_sells()
    person = PersonFactory(name="Penny Meester")
    made = draft(
        (5000, vat("room", 0, "E", "vrijgesteld, artikel 11 Wet OB")),
        (2350, vat("food", 9)),
        (1799, vat("drinks", 21)),
        (-250, vat("drinks", 21)),
        hirer=HirerFactory(company=True),
    )
    done = invoicing.issue(made, by=person)
    done.refresh_from_db()
    today = timezone.localdate()
    assert done.number == f"F{today.year}-0001"
    assert (done.issued_on, done.due_on, done.issued_by) == (
        today,
        today + timedelta(days=14),
        "Penny Meester",
    )
    assert list(
        done.vat_rows.values_list("category", "percent", "net_cents", "vat_cents", "gross_cents")
    ) == [
        ("S", Decimal("21.00"), 1280, 269, 1549),
        ("S", Decimal("9.00"), 2156, 194, 2350),
        ("E", Decimal("0.00"), 5000, 0, 5000),
    ]
    assert list(done.lines.values_list("net_cents", "vat_percent", "vat_ground")) == [
        (5000, Decimal(0), "vrijgesteld, artikel 11 Wet OB"),
        (2156, Decimal(9), ""),
        (1487, Decimal(21), ""),
        (-207, Decimal(21), ""),
    ]
    assert (done.net_cents, done.vat_cents, done.gross_cents) == (8436, 463, 8899)
    assert done.buyer_party.kvk_number == "87654321"
    assert (done.seller_party.iban, done.seller_party.account_name) == (
        "NL91ABNA0417164300",
        "Stichting Buurthuis Voorbeeld",
    )


@pytest.mark.django_db
def test_snapshots_do_not_follow_their_rows():
    done = issued()
    done.hirer.city = "Elders"
    done.hirer.save()
    Seller.objects.update(city="Elders")
    done.refresh_from_db()
    assert (done.buyer_party.city, done.seller_party.city) == ("Zutphen", "Zutphen")


@pytest.mark.django_db
def test_issue_twice_is_refused_and_uses_no_number():
    done = issued()
    with pytest.raises(NotNow, match="ligt al vast"):
        invoicing.issue(done)
    assert InvoiceCounter.objects.get().last == 1


@pytest.mark.django_db(transaction=True)
def test_issue_by_two_at_once_gives_one_number():
    house_that_sells()
    made = draft((5000, vat("room", 21)))
    results = at_once(lambda: invoicing.issue(made), lambda: invoicing.issue(made))
    assert sorted(type(result).__name__ for result in results) == ["Invoice", "NotNow"]
    assert InvoiceCounter.objects.get().last == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_get_fifty_numbers_without_a_gap_also_when_some_are_rolled_back():
    house_that_sells()
    code = vat("room", 21)
    hirer = HirerFactory()
    drafts = [draft((5000, code), hirer=hirer) for _number in range(50)]

    class Broken(Exception):
        pass

    def issue_and_break(made):
        with transaction.atomic():
            invoicing.issue(made)
            raise Broken

    breaking = random.Random(7).sample(drafts, 20)
    actions = [
        (lambda made=made: issue_and_break(made))
        if made in breaking
        else (lambda made=made: invoicing.issue(made))
        for made in drafts
    ]
    results = []
    for start in range(0, 50, 25):
        results += at_once(*actions[start : start + 25])
    assert sum(isinstance(result, Broken) for result in results) == 20
    assert sum(isinstance(result, Invoice) for result in results) == 30
    for made in breaking:
        invoicing.issue(made)
    found = sorted(Invoice.objects.issued().values_list("sequence", flat=True))
    assert found == list(range(1, 51))
    assert Invoice.objects.issued().values("number").distinct().count() == 50


@pytest.mark.django_db
def test_every_year_begins_at_one_and_dates_do_not_go_back():
    first = issued(on=date(2025, 12, 30))
    second = issued(on=date(2026, 1, 2))
    assert (first.number, second.number) == ("F2025-0001", "F2026-0001")
    with pytest.raises(NotNow, match="latere dag"):
        issued(on=date(2026, 1, 1))
    assert issued(on=date(2026, 1, 2)).number == "F2026-0002"


@pytest.mark.django_db
def test_date_to_come_is_refused():
    with pytest.raises(NotNow, match="nog komt"):
        issued(on=timezone.localdate() + timedelta(days=1))


@pytest.mark.django_db
def test_vat_is_that_of_the_day_of_delivery():
    house_that_sells()
    code = vat("room", 9)
    VatRate.objects.filter(vat_code=code).update(valid_until=date(2026, 10, 31))
    VatRate.objects.create(vat_code=code, category="S", percent=21, valid_from=date(2026, 11, 1))
    made = draft((10900, code), (12100, code))
    made.lines.filter(position=1).update(
        delivered_from=date(2026, 10, 31), delivered_until=date(2026, 10, 31)
    )
    made.lines.filter(position=2).update(
        delivered_from=date(2026, 11, 1), delivered_until=date(2026, 11, 1)
    )
    done = invoicing.issue(made)
    assert list(done.lines.values_list("vat_percent", "net_cents")) == [(9, 10000), (21, 10000)]


def refused(made):
    """Why a draft is not issued; nothing of it changed and no number was used."""
    with pytest.raises((Incomplete, NotNow)) as refusal:
        invoicing.issue(made)
    made.refresh_from_db()
    assert (made.state, made.number) == (InvoiceState.DRAFT, None)
    assert not InvoiceCounter.objects.exists()
    return str(refusal.value)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"country": "1A"}, "Het land van de huurder klopt niet"),
        ({"vat_id": "004495445B01"}, "begint niet met een land"),
        ({"vat_id": "QQ004495445"}, "begint niet met een land"),
    ],
)
def test_buyer_that_no_receiver_would_take_cannot_be_issued(wrong, match):
    """EN 16931 refuses the whole document: BR-CL-14 and BR-CO-09."""
    house_that_sells()
    assert match in refused(draft((100, vat("drinks", 21)), hirer=HirerFactory(**wrong)))


@pytest.mark.django_db
def test_country_and_vat_number_are_written_as_the_rules_want():
    house_that_sells()
    hirer = HirerFactory(country="gr", vat_id="el 123456789")
    buyer = invoicing.issue(draft((100, vat("drinks", 21)), hirer=hirer)).buyer_party
    assert (buyer.country, buyer.vat_id) == ("GR", "EL123456789")


@pytest.mark.django_db
def test_only_a_discount_cannot_be_taken_back():
    """That would be a credit note on which somebody owes more."""
    done = issued((10000, vat("drinks", 21)), (-2500, vat("drinks", 21)))
    note = invoicing.credit(done, reason="Geen korting", lines=[done.lines.get(position=2)])
    with pytest.raises(NotNow, match="Neem dan de hele factuur terug"):
        invoicing.issue(note)
    note.refresh_from_db()
    assert (note.state, note.number) == (InvoiceState.DRAFT, None)


@pytest.mark.django_db
def test_vat_code_without_a_rate_cannot_be_issued():
    house_that_sells()
    code = vat("room", 21)
    VatRate.objects.all().delete()
    assert "Room staat nog geen btw-tarief" in refused(draft((5000, code)))


@pytest.mark.django_db
def test_without_a_seller_or_a_series_nothing_is_issued():
    code = vat("room", 21)
    assert "wie de facturen stuurt" in refused(draft((5000, code)))
    SellerFactory()
    InvoiceSeries.objects.all().delete()
    assert "reeks met nummers" in refused(draft((5000, code)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "match"),
    [
        ("street", " ", "adres"),
        ("postcode", "", "adres"),
        ("kvk_number", "123", "KvK-nummer"),
        ("oin", "12", "OIN"),
    ],
)
def test_incomplete_buyer_cannot_be_invoiced(field, value, match):
    house_that_sells()
    assert match in refused(draft((5000, vat("room", 21)), hirer=HirerFactory(**{field: value})))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amounts", "match"),
    [([], "geen bedrag"), ([500, -500], "geen bedrag"), ([-500], "lager dan nul")],
)
def test_invoice_without_an_amount_cannot_be_issued(amounts, match):
    house_that_sells()
    code = vat("room", 21)
    assert match in refused(draft(*[(cents, code) for cents in amounts]))


@pytest.mark.django_db
def test_what_is_outside_vat_stands_alone_and_taxed_needs_a_vat_number():
    house_that_sells()
    outside, taxed = vat("fine", 0, "O", "geen vergoeding"), vat("room", 21)
    assert "eigen factuur" in refused(draft((500, outside), (500, taxed)))
    Seller.objects.update(vat_id="")
    assert "btw-nummer van de afzender" in refused(draft((500, taxed)))
    assert invoicing.issue(draft((500, outside))).vat_cents == 0


# What is issued stays ----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE venue_invoice SET gross_cents = gross_cents + 1, net_cents = net_cents + 1",
        "UPDATE venue_invoice SET number = 'F2026-9999'",
        "UPDATE venue_invoice SET buyer = '{}'",
        "UPDATE venue_invoice SET state = 'draft', number = NULL, sequence = NULL, issued_on = NULL",
        "DELETE FROM venue_invoice",
        "UPDATE venue_invoiceline SET description = 'iets anders'",
        "UPDATE venue_invoiceline SET gross_cents = 1",
        "UPDATE venue_invoiceline SET released_at = now(), gross_cents = 1",
        "DELETE FROM venue_invoiceline",
        "UPDATE venue_invoicevat SET vat_cents = vat_cents + 1, net_cents = net_cents - 1",
        "DELETE FROM venue_invoicevat",
        "UPDATE venue_invoicecounter SET last = 7",
        "UPDATE venue_invoicecounter SET last = 0",
        "DELETE FROM venue_invoicecounter",
    ],
)
def test_issued_rows_cannot_be_changed_by_sql(statement):
    issued()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_line_cannot_be_slipped_into_an_issued_invoice():
    done, other = issued(), draft((5000, vat("room", 21)))
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceLine.objects.filter(invoice=other).update(invoice=done, position=9)
    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceVat.objects.create(
            invoice=done, category="Z", percent=0, net_cents=1, vat_cents=0, gross_cents=1
        )
    with pytest.raises(NotNow, match="creditfactuur"):
        invoicing.add_line(
            done, description="x", amount_cents=1, vat_code_id=vat("room").pk, pillar="hire"
        )
    with pytest.raises(NotNow, match="creditfactuur"):
        invoicing.throw_away(done)


@pytest.mark.django_db
def test_number_cannot_be_made_up():
    done = issued()
    other = draft((5000, vat("room", 21)))
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.filter(pk=other.pk).update(
            state="issued",
            number="F2026-0007",
            sequence=7,
            year=2026,
            series=done.series,
            issued_on=done.issued_on,
            due_on=done.due_on,
            issued_at=timezone.now(),
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.create(hirer=done.hirer, state="issued")


@pytest.mark.django_db(transaction=True)
def test_number_taken_for_no_invoice_is_given_back_at_commit():
    house_that_sells()
    from venue.money.numbering import take_number

    with pytest.raises(IntegrityError), transaction.atomic():
        take_number(InvoiceKind.INVOICE, timezone.localdate())
    assert not InvoiceCounter.objects.exists()


@pytest.mark.django_db
def test_what_may_be_written_later_is_what_the_database_allows():
    done = issued()
    for field in Invoice.AFTER_ISSUE:
        value = (
            "x"
            if field.endswith(("reason", "note"))
            else timezone.localdate()
            if field.endswith("until")
            else timezone.now()
        )
        changed = Invoice.objects.filter(pk=done.pk).update(**{field: value})
        assert changed == 1, field


# Credit ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_credit_of_all_takes_everything_back():
    code = vat("drinks", 21)
    done = issued((3333, code), (3333, code), (3334, code))
    note = invoicing.issue(invoicing.credit(done, reason="Ging niet door"))
    assert note.number == f"C{timezone.localdate().year}-0001"
    assert (note.kind, note.credited_invoice_id, note.reason) == (
        "credit",
        done.pk,
        "Ging niet door",
    )
    assert (note.net_cents, note.vat_cents, note.gross_cents) == (
        done.net_cents,
        done.vat_cents,
        done.gross_cents,
    )
    assert all(done.lines.values_list("released_at", flat=True))
    found = Invoice.objects.with_money().get(pk=done.pk)
    assert (found.credited_cents, found.open_cents) == (10000, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("amounts", [(1, 1, 1), (3333, 3333, 3334), (199, 201, 5), (17, 4999, 250)])
def test_credits_line_by_line_leave_not_a_cent_of_vat_behind(amounts):
    code = vat("drinks", 21)
    done = issued(*[(cents, code) for cents in amounts])
    for line in done.lines.all():
        invoicing.issue(invoicing.credit(done, reason="Klopt niet", lines=[line]))
    notes = Invoice.objects.filter(credited_invoice=done)
    assert sum(note.net_cents for note in notes) == done.net_cents
    assert sum(note.vat_cents for note in notes) == done.vat_cents
    assert sum(note.gross_cents for note in notes) == done.gross_cents


@pytest.mark.django_db
def test_line_is_credited_once_and_can_then_be_invoiced_again():
    from tests.centres.factories import CentreFactory

    house_that_sells()
    hirer, centre, code = HirerFactory(), CentreFactory(), vat("room", 21)
    done = invoicing.issue(invoicing.draft([charge(hirer, centre, code)]))
    line = done.lines.get()
    note = invoicing.credit(done, reason="Verkeerde prijs", lines=[line])
    with pytest.raises(NotNow, match="al op een creditfactuur"):
        invoicing.credit(done, reason="Nog eens", lines=[line])
    with pytest.raises(AlreadyInvoiced):
        invoicing.draft([charge(hirer, centre, code)])
    invoicing.issue(note)
    again = invoicing.draft([charge(hirer, centre, code, cents=4500)])
    assert again.gross_cents == 4500


@pytest.mark.django_db(transaction=True)
def test_credit_by_two_at_once_makes_one_note():
    done = issued()
    results = at_once(*[lambda: invoicing.credit(done, reason="Klopt niet")] * 4)
    assert sorted(type(result).__name__ for result in results) == ["Invoice"] + ["NotNow"] * 3
    assert Invoice.objects.filter(credited_invoice=done).count() == 1


@pytest.mark.django_db
def test_credit_needs_a_reason_and_an_issued_invoice():
    made = draft((5000, vat("room", 21)))
    with pytest.raises(NotNow, match="vastgelegde"):
        invoicing.credit(made, reason="Klopt niet")
    done = issued()
    with pytest.raises(NotNow, match="waarom"):
        invoicing.credit(done, reason=" ")
    note = invoicing.issue(invoicing.credit(done, reason="Klopt niet"))
    with pytest.raises(NotNow, match="vastgelegde"):
        invoicing.credit(note, reason="Klopt niet")


# Send --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_send_mails_the_paper_and_the_file_once():
    done = issued(
        hirer=HirerFactory(company=True, language="en", invoice_email="boek@voorbeeld.nl")
    )
    invoicing.send(done)
    invoicing.send(done)
    message = Message.objects.get()
    assert (message.to_address, message.state) == ("boek@voorbeeld.nl", "queued")
    assert done.number in message.subject
    assert done.number in message.text
    assert "NL91 ABNA 0417 1643 00" in message.text
    files = list(Attachment.objects.order_by("name").values_list("name", "content_type"))
    assert files == [
        (f"{done.number}.pdf", "application/pdf"),
        (f"{done.number}.xml", "application/xml"),
    ]
    assert bytes(Attachment.objects.order_by("name")[0].content).startswith(b"%PDF")
    done.refresh_from_db()
    assert done.sent_at is not None
    for _time in range(2):
        invoicing.send(done, again=True)
    assert Message.objects.count() == 2


@pytest.mark.django_db
def test_credit_note_goes_to_who_got_the_invoice():
    done = issued(hirer=HirerFactory(company=True))
    done.hirer.name, done.hirer.street, done.hirer.email = "Andere naam", "", "nieuw@voorbeeld.nl"
    done.hirer.save()
    note = invoicing.issue(invoicing.credit(done, reason="Klopt niet"))
    assert note.buyer_party.name == "Koor De Klank"
    assert (note.buyer_party.street, note.buyer_party.email) == (
        "Kerklaan 12",
        "nieuw@voorbeeld.nl",
    )


@pytest.mark.django_db
def test_send_needs_an_issued_invoice_and_an_address():
    with pytest.raises(NotNow, match="concept"):
        invoicing.send(draft((5000, vat("room", 21))))
    done = issued(hirer=HirerFactory(email=""))
    with pytest.raises(Incomplete, match="Print"):
        invoicing.send(done)
    invoicing.mark_sent(done)
    done.refresh_from_db()
    assert done.sent_at is not None
    assert not Message.objects.exists()


# Who sells ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_seller_numbers_are_checked_and_kept_without_spaces():
    seller = SellerFactory(iban="NL91 ABNA 0417 1643 00", vat_id="nl002455799b11")
    assert (seller.iban, seller.vat_id) == ("NL91ABNA0417164300", "NL002455799B11")
    wrong = SellerFactory.build(iban="NL92ABNA0417164300", vat_id="NL123456789B01", kvk_number="12")
    with pytest.raises(ValidationError) as problem:
        wrong.full_clean(exclude=["id"], validate_constraints=False)
    assert set(problem.value.message_dict) == {"iban", "vat_id", "kvk_number"}


@pytest.mark.django_db
def test_one_seller_a_day():
    SellerFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        SellerFactory(valid_from=date(2026, 1, 1))
