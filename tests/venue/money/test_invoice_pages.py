"""The pages of the treasurer: who may see them, what they do and say, how many queries they cost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from lokaal.outbox.models import Message
from lokaal.people.models import Role
from tests.centres.factories import CentreFactory
from tests.people.factories import PersonFactory, StaffRoleFactory
from tests.venue.factories import Offered
from tests.venue.money.factories import (
    HirerFactory,
    SellerFactory,
    draft,
    house_that_sells,
    issued,
    vat,
)
from tests.venue.money.test_charging import addressed, confirmed
from tests.venue.money.test_paying import camt, entry
from venue.hire import deposits
from venue.models import BankEntry, BankFile, Booking, EntryState, Invoice, Payment, ReminderStep
from venue.money import invoicing, paying
from venue.money.bank_files import LARGEST

pytestmark = pytest.mark.django_db

LIST, WAITING, BANK = "/facturen/", "/facturen/waiting/", "/facturen/bank/"
REMINDERS, FIGURES = "/facturen/reminders/", "/facturen/figures/"


@pytest.fixture(autouse=True)
def demo(settings):
    settings.DEMO = True  # no second factor is asked


@pytest.fixture
def wim():
    return PersonFactory(name="Wim Hartgers", role=Role.TREASURER)


@pytest.fixture
def treasurer(client, wim):
    client.force_login(wim)
    return client


def to(name, invoice, *more):
    return reverse(f"venue:{name}", args=[invoice.pk, *more])


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def said(response):
    return [str(message) for message in response.context["messages"]]


def invoice_of(cents=12100, **fields):
    return issued((cents, vat("drinks", 21)), **fields)


# Who may see it ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", [LIST, WAITING, BANK, REMINDERS, FIGURES, "/facturen/figures/vat.csv"]
)
def test_pages_are_for_who_minds_the_money(client, path):
    assert client.get(path).status_code == 302
    client.force_login(PersonFactory(role=Role.HOST))
    assert client.get(path).status_code == 403
    client.force_login(PersonFactory(role=Role.TREASURER))
    assert client.get(path).status_code == 200


def test_treasurer_of_one_centre_sees_only_its_invoices(client):
    here, there = CentreFactory(), CentreFactory()
    mine, other = invoice_of(centre=here), invoice_of(centre=there)
    client.force_login(StaffRoleFactory(role=Role.TREASURER, centre=here).person)
    shown = client.get(LIST).content.decode()
    assert mine.number in shown
    assert other.number not in shown
    assert client.get(to("invoice", mine)).status_code == 200
    for name in ("invoice", "invoice_pay", "invoice_credit", "invoice_buyer"):
        assert client.get(to(name, other)).status_code == 404
    assert client.post(to("invoice_issue", other)).status_code == 404
    assert client.get(to("invoice_file", other, "pdf")).status_code == 404
    assert client.get(BANK).status_code == 403
    assert other.number not in client.get("/facturen/figures/invoices.csv").content.decode()


def test_get_changes_nothing(treasurer):
    made = draft((5000, vat("room", 21)))
    for name in ("invoice_issue", "invoice_throw_away", "invoice_send"):
        assert treasurer.get(to(name, made)).status_code == 405
    assert Invoice.objects.get().is_draft


# The list ----------------------------------------------------------------------------------------


def numbers(response):
    return [row.invoice.number for row in response.context["rows"]]


def test_list_filters_and_finds(treasurer):
    today = timezone.localdate()
    late = invoice_of(on=today - timedelta(days=30), hirer=HirerFactory(name="Koor De Klank"))
    fresh, paid = invoice_of(), invoice_of()
    paying.receive(paid, amount_cents=12100, on=today)
    draft((5000, vat("room", 21)))
    for query, found in [
        ("", [late.number, fresh.number]),
        ("?show=overdue", [late.number]),
        ("?show=paid", [paid.number]),
        ("?show=draft", [None]),
        ("?q=klank", [late.number]),
        (f"?q={fresh.number}", [fresh.number]),
        ("?q=niemand", []),
        ("?show=onzin&page=99", [late.number, fresh.number]),
        ("?q=%00", [late.number, fresh.number]),
    ]:
        assert numbers(treasurer.get(LIST + query)) == found, query


def test_list_costs_the_same_for_one_row_and_for_thirty(treasurer, django_assert_num_queries):
    invoice_of()
    with django_assert_num_queries(8):
        treasurer.get(LIST)
    for _number in range(29):
        invoice_of(hirer=HirerFactory(company=True))
    with django_assert_num_queries(8):
        assert len(numbers(treasurer.get(LIST))) == 30


def test_page_of_an_invoice_costs_the_same_for_many_lines(treasurer, django_assert_num_queries):
    code = vat("room", 21)
    for invoice in (issued((100, code)), issued(*[(100, code)] * 30)):
        with django_assert_num_queries(12):
            treasurer.get(to("invoice", invoice))


def test_reminders_cost_the_same_for_many_rows(treasurer, django_assert_num_queries):
    long_ago = timezone.localdate() - timedelta(days=40)
    for count in (1, 30):
        while Invoice.objects.overdue().count() < count:
            invoice_of(on=long_ago)
        with django_assert_num_queries(10):
            treasurer.get(REMINDERS)


# From what was delivered to paid -----------------------------------------------------------------


def test_from_a_booking_to_a_paid_invoice(treasurer):
    house_that_sells()
    house = Offered()
    booking = confirmed(house)
    addressed(booking.hirer)
    assert treasurer.get(WAITING).context["groups"] == []
    response = treasurer.post(reverse("venue:invoice_of_booking", args=[booking.pk]), follow=True)
    made = Invoice.objects.get()
    assert response.redirect_chain == [(to("invoice", made), 302)]
    assert "Leg vast en verstuur" in text_of(response)

    response = treasurer.post(to("invoice_issue", made), {"send": "1"}, follow=True)
    made.refresh_from_db()
    assert said(response) == [f"{made.number} ligt vast en is verstuurd."]
    assert Message.objects.filter(key=f"invoice:{made.pk}:sent").count() == 1

    form = {"direction": "in", "amount": "37,50", "on": timezone.localdate(), "method": "card"}
    response = treasurer.post(to("invoice_pay", made), form, follow=True)
    assert said(response) == ["De betaling staat erbij."]
    assert "Betaald" in text_of(response)
    assert paying.standing(made).open == 0


def test_waiting_page_makes_drafts_per_hirer_and_month_once(treasurer, monkeypatch):
    from venue.money import charging

    house = Offered()
    for _booking in range(2):
        confirmed(house, house.wanted(days=7 + _booking))
    later = timezone.localdate() + timedelta(days=60)
    real = charging.waiting
    monkeypatch.setattr(charging, "waiting", lambda centres: real(centres, until=later))
    page = treasurer.get(WAITING)
    assert [group.total for group in page.context["groups"]] == [3750, 3750]
    key = page.context["groups"][0].key
    assert treasurer.post(WAITING, {"group": key}).url == to("invoice", Invoice.objects.get())
    response = treasurer.post(WAITING, {"group": key}, follow=True)
    assert said(response) == ["Hier staat al een concept van."]
    treasurer.post(WAITING, {"group": "all"})
    assert Invoice.objects.count() == 2


def test_draft_without_an_address_asks_for_it_first(treasurer):
    house_that_sells()
    made = draft((5000, vat("room", 21)), hirer=HirerFactory(street=""))
    page = treasurer.get(to("invoice", made))
    assert "Vul het adres in" in text_of(page)
    response = treasurer.post(to("invoice_issue", made), follow=True)
    assert said(response) == ["Het adres van de huurder is niet volledig. Vul het eerst in."]
    form = {
        "name": "Joop",
        "street": "",
        "postcode": "7203 BB",
        "city": "Zutphen",
        "kvk_number": "12",
        "vat_id": "NL1",
    }
    response = treasurer.post(to("invoice_buyer", made), form)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"street", "kvk_number", "vat_id"}
    form = {"name": "Joop", "street": "Kerklaan 12", "postcode": "7203 BB", "city": "Zutphen"}
    treasurer.post(to("invoice_buyer", made), form | {"buyer_reference": "PO 7"})
    treasurer.post(to("invoice_issue", made))
    made.refresh_from_db()
    assert (made.number is not None, made.buyer_reference) == (True, "PO 7")


def test_lines_of_a_draft_are_added_and_taken_off(treasurer):
    code = vat("room", 21)
    made = draft((5000, code))
    form = {"description": "Schade", "amount": "-12,50", "vat_code": code.pk, "pillar": "other"}
    treasurer.post(to("line_add", made), form)
    added = made.lines.get(position=2)
    assert (added.description, added.gross_cents) == ("Schade", -1250)
    treasurer.post(reverse("venue:line_remove", args=[added.pk]))
    assert made.lines.count() == 1
    response = treasurer.post(to("line_add", made), {"description": "", "amount": "veel"})
    assert response.status_code == 422
    assert response.context["form"].errors["amount"] == ["Vul een bedrag in. Bijvoorbeeld 3,50."]


def test_draft_is_thrown_away_and_again_is_no_error(treasurer):
    made = draft((5000, vat("room", 21)))
    for _time in range(2):
        response = treasurer.post(to("invoice_throw_away", made), follow=True)
        assert said(response) == ["Het concept is weg."]
    done = invoice_of()
    response = treasurer.post(to("invoice_throw_away", done), follow=True)
    assert said(response)[0].startswith("Deze factuur ligt al vast.")


def test_lines_are_taken_back_with_a_credit_note(treasurer):
    code = vat("drinks", 21)
    done = issued((5000, code), (300, code))
    page = treasurer.get(to("invoice_credit", done))
    line = done.lines.get(position=2)
    response = treasurer.post(
        to("invoice_credit", done), {"lines": [str(line.pk)], "reason": "Geen koffie"}
    )
    note = Invoice.objects.get(kind="credit")
    assert response.url == to("invoice", note)
    treasurer.post(to("invoice_issue", note))
    note.refresh_from_db()
    assert (note.gross_cents, note.reason, page.status_code) == (300, "Geen koffie", 200)
    response = treasurer.post(to("invoice_credit", done), {"lines": [], "reason": ""})
    assert set(response.context["form"].errors) == {"lines", "reason"}


def test_payment_by_hand_can_be_undone(treasurer):
    done = invoice_of()
    payment = paying.receive(done, amount_cents=100, on=timezone.localdate())
    url = reverse("venue:payment_undo", args=[payment.pk])
    assert treasurer.post(url, {"reason": ""}).status_code == 422
    treasurer.post(url, {"reason": "Verkeerde factuur"})
    assert paying.standing(done).paid == 0
    assert treasurer.post(url, {"reason": "Nog eens"}).status_code == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "9.999.999,99"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"on": "2999-01-01"}, "on"),
        ({"on": "1926-11-24"}, "on"),
        ({"method": "goud"}, "method"),
    ],
)
def test_payment_that_cannot_be_is_refused_in_words(treasurer, given, field):
    done = invoice_of()
    form = {"direction": "in", "amount": "5", "on": timezone.localdate(), "method": "bank"}
    response = treasurer.post(to("invoice_pay", done), form | given)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Payment.objects.exists()


def test_amount_of_a_thousand_with_a_point_is_read_right(treasurer):
    done = invoice_of(200000)
    form = {"direction": "in", "amount": "€ 1.250,50", "on": timezone.localdate(), "method": "bank"}
    treasurer.post(to("invoice_pay", done), form)
    assert paying.standing(done).paid == 125050


def test_paying_in_parts_and_giving_up_are_written_down(treasurer):
    done = invoice_of(on=timezone.localdate() - timedelta(days=60))
    until = timezone.localdate() + timedelta(days=90)
    treasurer.post(to("invoice_instalments", done), {"until": until, "note": "Elke maand 25 euro"})
    done.refresh_from_db()
    assert (done.instalments_until, done.instalments_note) == (until, "Elke maand 25 euro")
    treasurer.post(to("invoice_give_up", done), {"reason": "Onvindbaar"})
    done.refresh_from_db()
    assert done.uncollectible_reason == "Onvindbaar"
    treasurer.post(to("invoice_give_up", done), {"again": "1"})
    done.refresh_from_db()
    assert done.uncollectible_at is None


def test_files_of_an_invoice(treasurer):
    done = invoice_of()
    paper = treasurer.get(to("invoice_file", done, "pdf"))
    assert (paper["Content-Type"], paper.content[:4]) == ("application/pdf", b"%PDF")
    assert paper["Content-Disposition"] == f'inline; filename="{done.number}.pdf"'
    assert treasurer.get(to("invoice_file", done, "xml")).content.startswith(b"<?xml")
    assert treasurer.get(to("invoice_file", done, "exe")).status_code == 404
    made = draft((5000, vat("room", 21)))
    assert treasurer.get(to("invoice_file", made, "pdf")).url == to("invoice", made)


# The bank ----------------------------------------------------------------------------------------


def bring(treasurer, content, name="november.xml"):
    return treasurer.post(BANK, {"file": SimpleUploadedFile(name, content)}, follow=True)


def test_bank_file_is_read_and_told(treasurer):
    done = invoice_of()
    content = camt(entry(12100, done.number), entry(500, "koffie"))
    assert said(bring(treasurer, content)) == ["1 betaling is verwerkt. 1 regel wacht op jou."]
    assert said(bring(treasurer, content)) == ["Dit bestand was al gelezen. Er is niets veranderd."]
    assert paying.standing(done).open == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"geen bank", "Dit is geen bankbestand. Kies CAMT.053 of MT940 bij je bank."),
        (b"", "Dit bestand is leeg."),
        (b"<" * (LARGEST + 1), "Dit bestand is te groot. Neem een kortere periode."),
        (camt(entry(100, "x"))[:-90], "Dit bestand is kapot. Haal het opnieuw bij je bank."),
    ],
)
def test_bad_bank_file_is_refused_on_the_page(treasurer, content, sentence):
    SellerFactory()
    response = bring(treasurer, content)
    assert response.status_code == 422
    assert response.context["form"].errors["file"] == [sentence]
    assert not BankFile.objects.exists()


def test_doubtful_line_is_decided_by_a_person(treasurer, wim):
    done = invoice_of()
    bring(treasurer, camt(entry(12000, done.number)))
    line = BankEntry.objects.get()
    url = reverse("venue:bank_entry", args=[line.pk])
    page = treasurer.get(url)
    assert [one.invoice for one in page.context["offered"]] == [done]
    assert treasurer.post(url, {"do": "match"}).status_code == 422
    response = treasurer.post(url, {"do": "match", "invoices": [str(done.pk)]}, follow=True)
    assert said(response) == ["Deze regel is klaar."]
    line.refresh_from_db()
    assert (line.state, line.decided_by) == (EntryState.MATCHED, wim)
    assert paying.standing(done).paid == 12000


def test_line_that_pays_the_wrong_invoice_is_moved(treasurer):
    wrong, right = invoice_of(), invoice_of(24200)
    bring(treasurer, camt(entry(12100, wrong.number)))
    url = reverse("venue:bank_entry", args=[BankEntry.objects.get().pk])
    page = treasurer.get(f"{url}?q={right.number}")
    assert [part.invoice for part in page.context["paid"]] == [wrong]
    url = f"{url}?q={right.number}"
    treasurer.post(url, {"do": "match", "invoices": [str(right.pk)]}, follow=True)
    assert (paying.standing(wrong).paid, paying.standing(right).paid) == (0, 12100)
    response = treasurer.post(url, {"do": "leave"}, follow=True)
    assert said(response) == ["Deze regel is al verwerkt."]


def test_line_is_found_by_searching_left_and_taken_up_again(treasurer):
    done = invoice_of(hirer=HirerFactory(name="Koor De Klank"))
    bring(treasurer, camt(entry(777, "zomaar")))
    url = reverse("venue:bank_entry", args=[BankEntry.objects.get().pk])
    assert treasurer.get(url).context["offered"] == []
    assert [one.invoice for one in treasurer.get(f"{url}?q=klank").context["offered"]] == [done]
    treasurer.post(url, {"do": "leave"})
    assert BankEntry.objects.get().state == EntryState.LEFT
    treasurer.post(url, {"do": "reopen"})
    assert BankEntry.objects.get().state == EntryState.WAITING
    assert treasurer.post(url, {"do": "onzin"}).status_code == 200


def test_deposit_comes_in_and_goes_back_by_the_bank(treasurer):
    SellerFactory()
    house = Offered()
    booking = confirmed(house)
    bring(treasurer, camt(entry(5000, f"borg {booking.reference}")))
    url = reverse("venue:bank_entry", args=[BankEntry.objects.get().pk])
    assert treasurer.get(url).context["deposits"] == [booking]
    treasurer.post(url, {"do": "deposit", "booking": str(booking.pk)})
    assert deposits.of(Booking.objects.get()).held_cents == 5000
    bring(treasurer, camt(entry(-5000, "borg terug", day="2026-11-21")))
    line = BankEntry.objects.get(amount_cents=-5000)
    url = reverse("venue:bank_entry", args=[line.pk])
    treasurer.post(url, {"do": "deposit", "booking": str(booking.pk)})
    line.refresh_from_db()
    assert line.state == EntryState.DEPOSIT
    assert deposits.of(Booking.objects.get()).held_cents == 0
    assert not Payment.objects.exists()


# Reminders and figures ---------------------------------------------------------------------------


def test_reminder_is_sent_now_and_once(treasurer):
    ReminderStep.objects.get_or_create(tone="friendly", defaults={"days_late": 7})
    done = invoice_of(on=timezone.localdate() - timedelta(days=30))
    assert "Stuur nu" in text_of(treasurer.get(REMINDERS))
    response = treasurer.post(to("invoice_remind", done), follow=True)
    assert said(response) == ["De herinnering is verstuurd."]
    assert said(treasurer.post(to("invoice_remind", done), follow=True)) == [
        "Er hoeft nu geen herinnering weg."
    ]
    assert Message.objects.filter(key__contains="reminder").count() == 1


def test_figures_on_the_page_are_those_in_the_file(treasurer):
    done = invoice_of()
    year = timezone.localdate().year
    page = text_of(treasurer.get(f"{FIGURES}?year={year}"))
    assert "21,00" in page.replace("\xa0", " ")
    file = treasurer.get(f"/facturen/figures/vat.csv?year={year}")
    assert file["Content-Disposition"] == f'attachment; filename="vat-{year}.csv"'
    assert (
        file.content.decode("utf-8-sig").splitlines()[1].endswith(";21%;belast;100,00;21,00;121,00")
    )
    program = treasurer.get(f"/facturen/figures/invoices.csv?year={year}&for=program")
    assert f"{done.number},factuur," in program.content.decode()
    assert treasurer.get("/facturen/figures/onzin.csv").status_code == 404
    assert treasurer.get(f"{FIGURES}?year=abc").context["year"] == year


# In a browser ------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_are_accessible_and_fit(
    new_page: Any, axe: Any, client: Any, live_server: Any, width: int
) -> None:
    today = timezone.localdate()
    late = invoice_of(on=today - timedelta(days=40))
    paying.receive(late, amount_cents=100, on=today)
    made = draft((5000, vat("room", 21)), hirer=HirerFactory(company=True))
    note = invoicing.credit(late, reason="Klopt niet")
    from venue.money import banking

    banking.import_file("x.xml", camt(entry(12000, late.number), entry(-300, "retour")))
    line = BankEntry.objects.filter(amount_cents__gt=0).get()
    client.force_login(PersonFactory(role=Role.TREASURER))
    page = new_page(width=width)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([session | {"url": live_server.url}])
    for path in [
        LIST,
        WAITING,
        BANK,
        REMINDERS,
        FIGURES,
        to("invoice", late),
        to("invoice", made),
        to("invoice", note),
        to("invoice_pay", late),
        to("invoice_buyer", made),
        reverse("venue:bank_entry", args=[line.pk]),
    ]:
        page.goto(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
