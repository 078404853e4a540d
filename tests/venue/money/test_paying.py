"""Money against invoices: by hand, from the bank, reminders. Nothing counts twice, nothing is guessed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from lokaal.outbox.models import Message
from tests.parallel import at_once
from tests.people.factories import PersonFactory
from tests.venue.money.factories import HirerFactory, SellerFactory, draft, issued, vat
from venue.exceptions import NotNow, NotReadable
from venue.models import (
    BankEntry,
    BankFile,
    Invoice,
    Payment,
    PaymentPart,
    Reminder,
    ReminderStep,
)
from venue.money import banking, invoicing, paying, reminding
from venue.money.bank_files import read

OURS = "NL91ABNA0417164300"
THEIRS = "NL02ABNA0123456789"
TODAY = timezone.localdate


def standing(invoice):
    found = paying.standing(invoice)
    return found.paid, found.open


def invoice_of(cents=12100, **fields):
    return issued((cents, vat("drinks", 21)), **fields)


# By hand -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_paid_follows_from_payments():
    invoice = invoice_of()
    assert invoice in Invoice.objects.open()
    paying.receive(invoice, amount_cents=5000, on=TODAY())
    assert standing(invoice) == (5000, 7100)
    paying.receive(invoice, amount_cents=7100, on=TODAY())
    assert standing(invoice) == (12100, 0)
    assert invoice in Invoice.objects.paid()
    assert invoice not in Invoice.objects.open()


@pytest.mark.django_db
def test_what_is_paid_too_much_is_to_be_given_back():
    invoice = invoice_of()
    paying.receive(invoice, amount_cents=13000, on=TODAY())
    assert standing(invoice) == (13000, -900)
    assert invoice in Invoice.objects.open()
    assert invoice not in Invoice.objects.overdue(TODAY() + timedelta(days=99))
    paying.receive(invoice, amount_cents=-900, on=TODAY())
    assert standing(invoice) == (12100, 0)


@pytest.mark.django_db
def test_sent_twice_is_paid_once():
    invoice = invoice_of()
    token = invoice.pk
    for _time in range(2):
        paying.receive(invoice, amount_cents=12100, on=TODAY(), token=token)
    assert standing(invoice) == (12100, 0)


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_once_is_paid_once():
    invoice = invoice_of()
    at_once(
        *[lambda: paying.receive(invoice, amount_cents=12100, on=TODAY(), token=invoice.pk)] * 4
    )
    assert standing(invoice) == (12100, 0)


@pytest.mark.django_db
def test_payment_that_cannot_be_is_refused():
    invoice = invoice_of()
    with pytest.raises(NotNow, match="bedrag"):
        paying.receive(invoice, amount_cents=0, on=TODAY())
    with pytest.raises(NotNow, match="komt nog"):
        paying.receive(invoice, amount_cents=1, on=TODAY() + timedelta(days=1))
    with pytest.raises(NotNow, match="vastgelegde"):
        paying.receive(draft((1, vat("drinks", 21))), amount_cents=1, on=TODAY())
    note = invoicing.issue(invoicing.credit(invoice, reason="Klopt niet"))
    with pytest.raises(NotNow, match="vastgelegde"):
        paying.receive(note, amount_cents=1, on=TODAY())
    assert not Payment.objects.exists()


@pytest.mark.django_db
def test_undone_payment_stays_but_counts_no_more():
    invoice = invoice_of()
    payment = paying.receive(invoice, amount_cents=12100, on=TODAY())
    paying.undo(payment, reason="Andere huurder")
    assert standing(invoice) == (0, 12100)
    payment.refresh_from_db()
    assert payment.undone_reason == "Andere huurder"
    with pytest.raises(NotNow, match="al teruggedraaid"):
        paying.undo(payment, reason="Nog eens")


@pytest.mark.django_db
def test_database_keeps_parts_within_the_payment():
    invoice, other = invoice_of(), invoice_of()
    payment = paying.receive(invoice, amount_cents=100, on=TODAY())
    for cents in (1, -1):
        with pytest.raises(IntegrityError), transaction.atomic():
            PaymentPart.objects.create(payment=payment, invoice=other, amount_cents=cents)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(amount_cents=1000)
    payment.parts.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        payment.delete()


@pytest.mark.django_db
def test_credit_note_of_a_paid_invoice_is_to_be_given_back():
    invoice = invoice_of()
    paying.receive(invoice, amount_cents=12100, on=TODAY())
    invoicing.issue(invoicing.credit(invoice, reason="Ging niet door"))
    assert standing(invoice) == (12100, -12100)


# Bank files --------------------------------------------------------------------------------------


def entry(cents, text, *, day="2026-11-20", name="J. Wesselink", iban=THEIRS, ref="", **more):
    """One entry of a CAMT.053 file."""
    kind, who = ("CRDT", "Dbtr") if cents > 0 else ("DBIT", "Cdtr")
    amount = f"{Decimal(abs(cents)) / 100:.2f}"
    reversal = "<RvslInd>true</RvslInd>" if more.get("is_reversal") else ""
    return f"""<Ntry><Amt Ccy="{more.get("currency", "EUR")}">{more.get("amount", amount)}</Amt>
<CdtDbtInd>{kind}</CdtDbtInd>{reversal}<Sts>{more.get("status", "BOOK")}</Sts>
<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{ref}</AcctSvcrRef>
<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
<RltdPties><{who}><Nm>{name}</Nm></{who}><{who}Acct><Id><IBAN>{iban}</IBAN></Id></{who}Acct></RltdPties>
<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"""


def camt(*entries, account=OURS, encoding="utf-8", version="02"):
    body = "".join(entries)
    return f"""<?xml version="1.0" encoding="{encoding}"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>
<GrpHdr><MsgId>1</MsgId><CreDtTm>2026-11-21T06:00:00</CreDtTm></GrpHdr>
<Stmt><Id>1</Id><Acct><Id><IBAN>{account}</IBAN></Id></Acct>{body}</Stmt></BkToCstmrStmt></Document>""".encode(
        encoding
    )


def bring(*entries, **options):
    return banking.import_file("november.xml", camt(*entries, **options))


def found(imported):
    return imported.new, imported.known, imported.matched


@pytest.mark.django_db
@pytest.mark.parametrize(
    "spelled", ["{}", "factuur {}", "f {}", "{}.", "Betaling/{}/dank", "lower"]
)
def test_number_and_amount_match_by_themselves(spelled):
    invoice = invoice_of()
    text = invoice.number.lower() if spelled == "lower" else spelled.format(invoice.number)
    assert found(bring(entry(12100, text))) == (1, 0, 1)
    assert standing(invoice) == (12100, 0)
    payment = Payment.objects.get()
    assert (payment.paid_on, payment.bank_entry.other_name) == (date(2026, 11, 20), "J. Wesselink")


@pytest.mark.django_db
def test_number_without_its_letter_is_enough_with_the_right_amount():
    invoice = invoice_of()
    assert found(bring(entry(12100, invoice.number.removeprefix("F").replace("-", " ")))) == (
        1,
        0,
        1,
    )


@pytest.mark.django_db
def test_two_numbers_in_one_payment_are_split():
    first, second = invoice_of(12100), invoice_of(24200)
    assert found(bring(entry(36300, f"{first.number} en {second.number}"))) == (1, 0, 1)
    assert (standing(first), standing(second)) == ((12100, 0), (24200, 0))


@pytest.mark.django_db
def test_same_file_again_changes_nothing():
    invoice = invoice_of()
    row = entry(12100, invoice.number)
    assert found(bring(row)) == (1, 0, 1)
    assert found(bring(row)) == (0, 1, 0)
    assert (BankFile.objects.count(), BankEntry.objects.count(), Payment.objects.count()) == (
        1,
        1,
        1,
    )


@pytest.mark.django_db
def test_entry_in_a_second_file_counts_once_and_twins_count_twice():
    invoice_of()
    row, twin = entry(500, "koffie"), entry(500, "koffie")
    assert found(bring(row)) == (1, 0, 0)
    assert found(bring(row, twin, entry(600, "thee"))) == (2, 1, 0)
    assert BankEntry.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_same_file_twice_at_once_counts_once():
    invoice = invoice_of()
    content = camt(entry(12100, invoice.number))
    at_once(*[lambda: banking.import_file("x.xml", content)] * 4)
    assert (BankEntry.objects.count(), Payment.objects.count()) == (1, 1)
    assert standing(invoice) == (12100, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cents", "text", "more", "doubt"),
    [
        (12100, "bedankt", {}, "geen nummer"),
        (12000, "{number}", {}, "anders dan"),
        (-12100, "{number}", {}, "ging geld weg"),
        (12100, "{number}", {"is_reversal": True}, "teruggeboekt"),
        (12100, "F2026-9999", {}, "geen nummer"),
        (12100, "99{number}", {}, "geen nummer"),
    ],
)
def test_what_is_not_sure_waits_for_a_person(cents, text, more, doubt):
    invoice = invoice_of()
    assert found(bring(entry(cents, text.format(number=invoice.number), **more))) == (1, 0, 0)
    waiting = BankEntry.objects.waiting().get()
    assert doubt in waiting.doubt
    assert standing(invoice) == (0, 12100)


@pytest.mark.django_db
def test_second_payment_of_a_paid_invoice_waits():
    invoice = invoice_of()
    rows = [entry(12100, invoice.number), entry(12100, invoice.number, day="2026-11-21")]
    assert found(bring(*rows)) == (2, 0, 1)
    waiting = BankEntry.objects.waiting().get()
    assert "al betaald" in waiting.doubt
    paying.match(waiting, [invoice])
    assert standing(invoice) == (24200, -12100)


@pytest.mark.django_db
def test_candidates_come_by_number_amount_account_and_name():
    by_number, by_amount = invoice_of(99900), invoice_of(12100)
    by_name = invoice_of(55500, hirer=HirerFactory(name="Nel de Wit"))
    bring(entry(12100, f"deel van {by_number.number}", name="Nel de Wit"))
    offered = banking.candidates(BankEntry.objects.get())
    assert [(one.invoice, one.why) for one in offered] == [
        (by_number, "Dit nummer staat erbij."),
        (by_amount, "Hetzelfde bedrag."),
        (by_name, "Dezelfde naam."),
    ]


@pytest.mark.django_db
def test_person_divides_and_the_rest_stands_on_the_last():
    first = invoice_of(10000, on=date(2026, 1, 5))
    second = invoice_of(5000, on=date(2026, 1, 6))
    bring(entry(16000, "huur"))
    waiting = BankEntry.objects.get()
    paying.match(waiting, [second, first], by=PersonFactory())
    assert (standing(first), standing(second)) == ((10000, 0), (6000, -1000))
    with pytest.raises(NotNow, match="al verwerkt"):
        paying.match(waiting, [first])


@pytest.mark.django_db
def test_parts_must_add_up_to_the_line():
    first, second = invoice_of(), invoice_of()
    bring(entry(10000, "huur"))
    waiting = BankEntry.objects.get()
    with pytest.raises(NotNow, match="samen niet"):
        paying.match(waiting, [first], parts={first.pk: 9999})
    with pytest.raises(NotNow, match="samen niet"):
        paying.match(waiting, [first, second], parts={first.pk: 15000, second.pk: -5000})
    paying.match(waiting, [first, second], parts={first.pk: 4000, second.pk: 6000})
    assert (standing(first), standing(second)) == ((4000, 8100), (6000, 6100))


@pytest.mark.django_db(transaction=True)
def test_line_is_decided_by_one_of_two():
    first, second = invoice_of(), invoice_of()
    bring(entry(10000, "huur"))
    waiting = BankEntry.objects.get()
    results = at_once(
        lambda: paying.match(waiting, [first]), lambda: paying.match(waiting, [second])
    )
    assert sorted(type(result).__name__ for result in results) == ["NotNow", "Payment"]
    assert Payment.objects.count() == 1


@pytest.mark.django_db
def test_reversal_takes_the_payment_back():
    invoice = invoice_of()
    bring(entry(12100, invoice.number))
    bring(entry(-12100, "storno", day="2026-11-22", is_reversal=True))
    waiting = BankEntry.objects.waiting().get()
    assert [one.invoice for one in banking.candidates(waiting)] == [invoice]
    paying.match(waiting, [invoice])
    assert standing(invoice) == (0, 12100)


@pytest.mark.django_db
def test_line_of_something_else_is_left_and_can_come_back():
    invoice_of()
    bring(entry(500000, "subsidie gemeente"))
    waiting = BankEntry.objects.get()
    paying.leave(waiting)
    assert not BankEntry.objects.waiting().exists()
    paying.reopen(waiting)
    assert BankEntry.objects.waiting().get() == waiting


@pytest.mark.django_db
def test_payment_can_be_moved_to_another_invoice():
    wrong, right = invoice_of(), invoice_of()
    bring(entry(12100, wrong.number))
    paying.move(Payment.objects.get(), [right])
    assert (standing(wrong), standing(right)) == ((0, 12100), (12100, 0))
    with pytest.raises(NotNow, match="van de bank"):
        paying.undo(Payment.objects.get(), reason="Klopt niet")


# Files that are not to be trusted ----------------------------------------------------------------

ENTITY = camt(entry(100, "&x;")).replace(
    b"<Document", b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document'
)
LAUGHS = camt(entry(100, "&b;")).replace(
    b"<Document",
    b'<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><Document',
)
SEVEN = camt(entry(100, "x")).replace(b'encoding="utf-8"', b'encoding="utf-7"')
SEVEN = SEVEN.replace(b"<Document", b"+ADwAIQ-DOCTYPE d [+ADwAIQ-ENTITY x 'y'+AD4]+AD4-<Document")
SIXTEEN = camt(entry(100, "&x;"), encoding="utf-16").replace(
    "<Document".encode("utf-16-le"), '<!DOCTYPE d [<!ENTITY x "y">]><Document'.encode("utf-16-le")
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "leeg"),
        (b"  \n", "leeg"),
        (b"datum;bedrag\n1-1-2026;5,00\n", "geen bankbestand"),
        (b"\x89PNG\r\n", "geen bankbestand"),
        (b"<html><body>Log in</body></html>", "geen dagafschrift"),
        (b"<Document>", "kapot"),
        (camt(entry(100, "x"))[:-60], "kapot"),
        (camt(entry(100, "x")).replace(b"camt.053", b"camt.052"), "geen dagafschrift"),
        (camt(entry(100, "caf\u00e9"), encoding="latin-1").replace(b"latin-1", b"utf-8"), "kapot"),
        (camt(entry(100, "x")).replace(b'encoding="utf-8"', b'encoding="geheim"'), "kapot"),
        (ENTITY, "niet te vertrouwen"),
        (LAUGHS, "niet te vertrouwen"),
        (SIXTEEN, "niet te vertrouwen"),
        (SEVEN, "niet te vertrouwen"),
        (camt(entry(100, "x", amount="-1.00")), "niet kan"),
        (camt(entry(100, "x", amount="1.005")), "niet kan"),
        (camt(entry(100, "x", amount="NaN")), "niet kan"),
        (camt(entry(100, "x", amount="1e30")), "niet kan"),
        (camt(entry(100, "x", amount="veel")), "niet kan"),
        (camt(entry(100, "x", currency="USD")), "geen euro"),
        (camt(entry(100, "x", day="2026-02-30")), "datum"),
        (camt(entry(100, "x"), account=THEIRS), "andere rekening"),
        (b":20:X\n:25:NL91ABNA0417164300EUR\n:61:kapot\n", "kapot"),
    ],
)
def test_file_that_is_no_good_is_refused_and_changes_nothing(content, match):
    SellerFactory()
    with pytest.raises(NotReadable, match=match):
        banking.import_file("x", content)
    assert not BankFile.objects.exists()
    assert not BankEntry.objects.exists()


def test_amounts_inside_that_do_not_come_to_the_entry_are_refused():
    """A batch of two without amounts of their own would otherwise count the whole twice."""
    twice = entry(100, "x").replace("</TxDtls>", "</TxDtls><TxDtls><Refs/></TxDtls>")
    with pytest.raises(NotReadable, match="kloppen niet"):
        read(camt(twice))


def test_pending_entries_are_not_read():
    assert read(camt(entry(100, "x", status="PDNG"))) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_other_encodings_are_read(encoding):
    (line,) = read(camt(entry(100, "café"), encoding=encoding))
    assert (line.description, line.amount_cents) == ("café", 100)


def test_newer_version_with_a_prefix_is_read():
    content = camt(entry(100, "x"), version="08").decode()
    content = content.replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>")
    content = content.replace("<Nm>", "<Pty><Nm>").replace("</Nm>", "</Nm></Pty>")
    (line,) = read(content.encode())
    assert (line.other_name, line.other_iban, line.amount_cents) == ("J. Wesselink", THEIRS, 100)


MT940 = """:20:ABN AMRO BANK NV
:25:NL91ABNA0417164300EUR
:28C:1
:60F:C261119EUR1000,00
:61:2611201120C121,00N658NONREF
:86:/TRTP/SEPA OVERBOEKING/IBAN/NL02ABNA0123456789/BIC/ABNANL2A
/NAME/J WESSELINK/REMI/{text}/EREF/NOTPROVIDED
:61:2611201120D50,00N426NONREF
:86:/TRTP/SEPA/NAME/ENERGIE/REMI/november
:62F:C261120EUR1071,00
"""


def test_mt940_reversal_of_what_came_in_went_out():
    """RC: the bank takes back what it had booked in. RD is the other way round."""
    content = MT940.format(text="x").replace("120C121,00", "120RC121,00")
    content = content.replace("120D50,00", "120RD50,00")
    found = [(line.amount_cents, line.is_reversal) for line in read(content.encode())]
    assert found == [(-12100, True), (5000, True)]


def test_mt940_of_two_accounts_is_refused():
    """Else the lines of the other account would stand on ours."""
    other = MT940.format(text="x").replace(OURS, "NL02ABNA0123456789")
    with pytest.raises(NotReadable, match="meer rekeningen"):
        read((MT940.format(text="x") + other).encode())


@pytest.mark.django_db
def test_mt940_is_read_too():
    invoice = invoice_of()
    content = MT940.format(text=invoice.number).encode()
    assert found(banking.import_file("x.sta", content)) == (2, 0, 1)
    assert found(banking.import_file("x.sta", content)) == (0, 2, 0)
    assert standing(invoice) == (12100, 0)
    assert [one.amount_cents for one in BankEntry.objects.order_by("amount_cents")] == [
        -5000,
        12100,
    ]
    assert BankEntry.objects.get(amount_cents=12100).other_iban == THEIRS


# Reminders ---------------------------------------------------------------------------------------


@pytest.fixture
def steps(db):
    for tone, days in [("friendly", 7), ("second", 21), ("last", 35)]:
        ReminderStep.objects.update_or_create(tone=tone, defaults={"days_late": days})


def late_invoice(days, **fields):
    """An invoice that had to be paid so many days ago."""
    return invoice_of(on=TODAY() - timedelta(days=14 + days), **fields)


def reminded(invoice):
    return list(invoice.reminders.values_list("tone", flat=True))


@pytest.mark.django_db
@pytest.mark.usefixtures("steps")
def test_reminders_go_in_steps_each_once():
    invoice = late_invoice(7)
    due = invoice.due_on
    assert reminding.remind_all(due + timedelta(days=6)) == 0
    for days, tones in [(7, 1), (8, 1), (20, 1), (21, 2), (34, 2), (35, 3), (400, 3)]:
        reminding.remind_all(due + timedelta(days=days))
        assert len(reminded(invoice)) == tones, days
    assert reminded(invoice) == ["friendly", "second", "last"]
    subjects = list(Message.objects.order_by("created_at").values_list("subject", flat=True))
    assert subjects == [
        f"Ben je factuur {invoice.number} vergeten?",
        f"Factuur {invoice.number} is nog niet betaald",
        f"Laatste herinnering: factuur {invoice.number}",
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("steps")
def test_late_first_reminder_moves_the_next_ones():
    invoice = late_invoice(60)
    assert [reminding.remind_all() for _time in range(3)] == [1, 0, 0]
    assert reminded(invoice) == ["friendly"]
    assert reminding.remind_all(TODAY() + timedelta(days=13)) == 0
    assert reminding.remind_all(TODAY() + timedelta(days=14)) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("steps")
def test_reminder_tells_what_is_still_open():
    invoice = late_invoice(7)
    paying.receive(invoice, amount_cents=2100, on=TODAY())
    reminding.remind(invoice)
    assert Reminder.objects.get().open_cents == 10000
    assert "Nog te betalen: €\u00a0100,00" in Message.objects.get().text


@pytest.mark.django_db
@pytest.mark.usefixtures("steps")
def test_nobody_who_pays_in_parts_is_reminded():
    invoice = late_invoice(30)
    reminding.agree_instalments(invoice, until=TODAY(), note="Elke maand 25 euro")
    assert reminding.remind_all() == 0
    assert reminding.remind_all(TODAY() + timedelta(days=1)) == 1
    assert reminded(invoice) == ["friendly"]


@pytest.mark.django_db
@pytest.mark.usefixtures("steps")
def test_no_reminder_for_paid_credited_or_given_up():
    paid, credited, gone = late_invoice(30), late_invoice(30), late_invoice(30)
    paying.receive(paid, amount_cents=12100, on=TODAY())
    invoicing.issue(invoicing.credit(credited, reason="Klopt niet"))
    reminding.give_up(gone, reason="Onvindbaar")
    assert reminding.remind_all() == 0
    assert gone not in Invoice.objects.open()
    with pytest.raises(NotNow, match="nu geen herinnering"):
        reminding.remind(paid)
    reminding.take_up_again(gone)
    assert reminding.remind_all() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("steps")
def test_reminder_by_several_at_once_goes_once():
    invoice = late_invoice(30)
    results = at_once(*[lambda: reminding.remind(invoice)] * 4)
    assert sorted(type(result).__name__ for result in results) == ["NotNow"] * 3 + ["Reminder"]
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_giving_up_needs_a_reason_and_something_open():
    invoice = invoice_of()
    with pytest.raises(NotNow, match="waarom"):
        reminding.give_up(invoice, reason="")
    paying.receive(invoice, amount_cents=12100, on=TODAY())
    with pytest.raises(NotNow, match="niets meer open"):
        reminding.give_up(invoice, reason="Onvindbaar")
    with pytest.raises(NotNow, match="al geweest"):
        reminding.agree_instalments(invoice, until=TODAY() - timedelta(days=1), note="x")
