"""The figures of the treasurer: per quarter, per part of the house, what is open; on the page and as a file."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.utils import timezone

from tests.centres.factories import CentreFactory
from tests.venue.money.factories import HirerFactory, draft, house_that_sells, issued, vat
from venue.models import Invoice, Pillar
from venue.money import bookkeeping, invoicing, paying
from venue.money.bookkeeping import Money, Sheet

YEAR = 2026


def cents(rows):
    return [[cell.cents if isinstance(cell, Money) else cell for cell in row] for row in rows]


@pytest.fixture
def year(db):
    """Two quarters, three rates, a credit note over the border of a quarter."""
    centre = CentreFactory(name="Waterkracht")
    room, food, drinks = vat("room", 0, "E", "art. 11"), vat("food", 9), vat("drinks", 21)
    first = issued((10000, room), (10900, food), on=date(2026, 3, 31), centre=centre)
    second = issued((12100, drinks), on=date(2026, 4, 1), centre=centre)
    note = invoicing.credit(first, reason="Geen eten", lines=[first.lines.get(position=2)])
    return first, second, invoicing.issue(note, on=date(2026, 4, 2))


def test_vat_per_quarter_takes_credit_notes_off_in_their_own_quarter(year):
    sheet = bookkeeping.vat_sheet(Invoice.objects.all(), YEAR)
    assert cents(sheet.rows) == [
        ["1e kwartaal 2026", "9%", "belast", 10000, 900, 10900],
        ["1e kwartaal 2026", "vrijgesteld", "vrijgesteld", 10000, 0, 10000],
        ["2e kwartaal 2026", "21%", "belast", 10000, 2100, 12100],
        ["2e kwartaal 2026", "9%", "belast", -10000, -900, -10900],
    ]
    assert cents([sheet.total]) == [["Totaal", "", "", 20000, 2100, 22100]]


def test_invoices_of_a_year_with_what_came_in(year):
    first, second, note = year
    paying.receive(second, amount_cents=2100, on=timezone.localdate())
    sheet = bookkeeping.invoice_sheet(Invoice.objects.all(), YEAR)
    assert [[row[0], *row[7:]] for row in cents(sheet.rows)] == [
        [note.number, -10000, -900, -10900, 0, 0],
        [first.number, 20000, 900, 20900, 0, 10000],
        [second.number, 10000, 2100, 12100, 2100, 10000],
    ]
    assert bookkeeping.invoice_sheet(Invoice.objects.all(), 2025).rows == []


def test_open_items_are_what_is_still_to_come(year):
    first, second, _note = year
    paying.receive(first, amount_cents=10000, on=timezone.localdate())
    sheet = bookkeeping.open_sheet(Invoice.objects.all())
    assert [[row[0], *row[4:]] for row in cents(sheet.rows)] == [
        [second.number, 12100, 0, 0, 12100]
    ]


def test_revenue_per_part_of_the_house_and_quarter(year):
    house_that_sells()
    made = draft((2180, vat("food", 9)), centre=CentreFactory(name="Nieuwstad"))
    made.lines.update(pillar=Pillar.KITCHEN)
    invoicing.issue(made, on=date(2026, 7, 1))
    sheet = bookkeeping.revenue_sheet(Invoice.objects.all(), YEAR)
    assert cents(sheet.rows) == [
        ["zaalverhuur", "Waterkracht", 20000, 0, 0, 0, 20000],
        ["keuken", "Nieuwstad", 0, 0, 2000, 0, 2000],
    ]
    assert cents([sheet.total]) == [["Totaal", "", 20000, 0, 2000, 0, 22000]]


def test_years_are_those_with_invoices(year):
    issued(on=date(2025, 1, 1))
    assert bookkeeping.years(Invoice.objects.all()) == [2026, 2025]


def test_figures_count_only_what_somebody_may_see(year):
    first, *_rest = year
    assert bookkeeping.vat_sheet(Invoice.objects.filter(pk=first.pk), YEAR).total[5] == Money(20900)


# As a file ---------------------------------------------------------------------------------------


def table(*rows):
    return Sheet("test", "Test", ["Naam", "Bedrag"], rows)


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+31612345678", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "|cmd", '=HYPERLINK("http://x")'],
)
def test_text_that_a_spreadsheet_would_work_out_is_made_harmless(text):
    content = bookkeeping.as_csv(table((text, Money(-100)))).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(content), delimiter=";"))
    assert rows[1] == [f"'{text}", "-1,00"]


def test_file_opens_in_a_dutch_excel():
    content = bookkeeping.as_csv(
        table(("Café; “Zus”", Money(123456)), (date(2026, 11, 3), Money(-5)))
    )
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines() == [
        "Naam;Bedrag",
        '"Café; “Zus”";1234,56',
        "03-11-2026;-0,05",
    ]


def test_file_for_a_program_has_commas_and_points():
    content = bookkeeping.as_csv(table((date(2026, 11, 3), Money(123456))), dutch=False)
    assert content == b"Naam,Bedrag\r\n2026-11-03,1234.56\r\n"


@pytest.mark.django_db
def test_name_of_a_hirer_cannot_smuggle_a_sum_into_the_file():
    issued(hirer=HirerFactory(name="=cmd|' /C calc'!A0"), on=date(2026, 3, 1))
    content = bookkeeping.as_csv(bookkeeping.invoice_sheet(Invoice.objects.all(), YEAR)).decode()
    assert ";'=cmd|' /C calc'!A0;" in content
