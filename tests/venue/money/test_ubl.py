"""The UBL file and the PDF: valid by the official schema, EN 16931 and Peppol rules, for every kind of buyer."""

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
import segno.helpers
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from peppol import check_rules, validate_xsd

from lokaal.portal.demo.rooms import VAT
from tests.venue.money.factories import (
    HirerFactory,
    draft,
    house_that_sells,
    issued,
    vat,
)
from venue.models import Invoice, InvoiceLine, Seller, Unit, VatRate
from venue.money import invoicing
from venue.money.rounding import amount_of
from venue.money.ubl import invoice_xml
from venue.papers.invoice import invoice_pdf

BUYERS = ["person", "company", "municipality"]
NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


def buyer(kind, **changes):
    return HirerFactory(**({} if kind == "person" else {kind: True}), **changes)


def whole(invoice):
    return Invoice.objects.with_page().get(pk=invoice.pk)


def xml_of(invoice):
    return invoice_xml(whole(invoice))


def valid(content):
    """Assert that the schema, EN 16931 and Peppol accept it, and what the Dutch rules ask besides (NL-R-…)."""
    assert validate_xsd(content) == (True, [])
    assert [str(finding) for finding in check_rules(content)] == []
    tree = etree.fromstring(content)
    assert [one for one in tree.iter() if len(one) == 0 and not (one.text or "").strip()] == []
    for party in tree.iterfind(".//cac:Party", NAMES):
        address = party.find("cac:PostalAddress", NAMES)
        for part in ("StreetName", "CityName", "PostalZone"):
            assert address.findtext(f"cbc:{part}", namespaces=NAMES)
        assert party.find("cbc:EndpointID", NAMES).get("schemeID") in {"0106", "0190", "9944"}
        legal = party.find("cac:PartyLegalEntity/cbc:CompanyID", NAMES)
        assert legal is None or legal.get("schemeID") in {"0106", "0190"}
    assert tree.find("cbc:BuyerReference", NAMES) is not None
    # BR-NL-11 asks it of every document with an amount, a credit note too
    assert tree.findtext("cac:PaymentMeans/cbc:PaymentMeansCode", namespaces=NAMES) == "58"
    if tree.tag.endswith("}CreditNote"):
        assert (
            tree.find("cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID", NAMES) is not None
        )
    return tree


def text(tree, path):
    return tree.findtext(path, namespaces=NAMES)


# The matrix --------------------------------------------------------------------------------------

EXEMPT = "vrijgesteld, artikel 11 lid 1 onder b Wet OB"


def several_rates():
    return [
        (5000, vat("room", 0, "E", EXEMPT)),
        (2350, vat("food", 9)),
        (1799, vat("drinks", 21)),
        (-250, vat("drinks", 21)),
    ]


LINES = {
    "exempt": lambda: [(12500, vat("room", 0, "E", EXEMPT))],
    "taxed": lambda: [(3333, vat("drinks", 21)), (1, vat("drinks", 21))],
    "zero": lambda: [(4000, vat("export", 0, "Z"))],
    "outside": lambda: [(4000, vat("fine", 0, "O", "schadevergoeding"))],
    "several": several_rates,
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", BUYERS)
@pytest.mark.parametrize("lines", sorted(LINES))
def test_invoice_and_its_credit_note_are_valid(kind, lines):
    invoice = issued(*LINES[lines](), hirer=buyer(kind))
    valid(xml_of(invoice))
    note = invoicing.issue(invoicing.credit(invoice, reason="Ging niet door"))
    tree = valid(xml_of(note))
    assert tree.tag.endswith("}CreditNote")
    assert text(tree, "cbc:CreditNoteTypeCode") == "381"
    assert text(tree, "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID") == invoice.number


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 500_000),
            st.decimals(Decimal("0.25"), 500, places=2),
            st.sampled_from(["room", "food", "drinks"]),
            st.booleans(),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_amounts_are_valid(db, rows):
    house_that_sells()
    codes = {
        "room": vat("room", 0, "E", EXEMPT),
        "food": vat("food", 9),
        "drinks": vat("drinks", 21),
    }
    invoice = draft(hirer=buyer("company"))
    total = 0
    for position, (price, quantity, code, is_discount) in enumerate(rows, start=1):
        counted = -quantity if is_discount and total > amount_of(quantity, price) else quantity
        gross = amount_of(counted, price)
        total += gross
        InvoiceLine.objects.create(
            invoice=invoice,
            position=position,
            description="Zaal",
            quantity=counted,
            unit=Unit.HOUR,
            unit_price_cents=price,
            gross_cents=gross,
            vat_code=codes[code],
        )
    if total <= 0:
        return
    done = invoicing.issue(invoice)
    tree = valid(xml_of(done))
    assert Decimal(text(tree, "cac:LegalMonetaryTotal/cbc:PayableAmount")) * 100 == total
    lines = sum(
        Decimal(one.text) for one in tree.iterfind("cac:InvoiceLine/cbc:LineExtensionAmount", NAMES)
    )
    assert lines == Decimal(text(tree, "cac:LegalMonetaryTotal/cbc:LineExtensionAmount"))


# What stands in it -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_company_is_known_by_its_kvk_number():
    tree = valid(xml_of(issued(hirer=buyer("company"))))
    party = "cac:AccountingCustomerParty/cac:Party/"
    assert text(tree, f"{party}cac:PartyLegalEntity/cbc:CompanyID") == "87654321"
    assert tree.find(f"{party}cbc:EndpointID", NAMES).get("schemeID") == "0106"
    assert text(tree, f"{party}cac:PartyTaxScheme/cbc:CompanyID") == "NL004495445B01"
    assert text(tree, f"{party}cac:Contact/cbc:Name") == "Nel de Wit"


@pytest.mark.django_db
def test_municipality_is_known_by_its_oin_and_reads_its_own_reference():
    tree = valid(xml_of(issued(hirer=buyer("municipality"), buyer_reference="BDF-2026-17")))
    party = "cac:AccountingCustomerParty/cac:Party/"
    assert text(tree, "cbc:BuyerReference") == "BDF-2026-17"
    for path in ("cbc:EndpointID", "cac:PartyLegalEntity/cbc:CompanyID"):
        number = tree.find(party + path, NAMES)
        assert (number.text, number.get("schemeID")) == ("00000001234567890000", "0190")


@pytest.mark.django_db
def test_person_gets_no_number_of_somebody_else():
    """A person has no electronic address: the document is addressed care of the seller, and names no legal id."""
    tree = valid(xml_of(issued(hirer=buyer("person"))))
    party = "cac:AccountingCustomerParty/cac:Party/"
    assert tree.find(f"{party}cac:PartyLegalEntity/cbc:CompanyID", NAMES) is None
    assert tree.find(f"{party}cac:PartyTaxScheme", NAMES) is None
    assert text(tree, f"{party}cbc:EndpointID") == "12345678"
    assert text(tree, f"{party}cac:PartyLegalEntity/cbc:RegistrationName") == "Joop Wesselink"


@pytest.mark.django_db
def test_exemption_tells_its_ground_and_code():
    code = vat("room", 0, "E", EXEMPT)
    code.rates.update(exemption_code="VATEX-EU-135-1")
    tree = valid(xml_of(issued((5000, code))))
    category = "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/"
    assert text(tree, f"{category}cbc:TaxExemptionReason") == EXEMPT
    assert text(tree, f"{category}cbc:TaxExemptionReasonCode") == "VATEX-EU-135-1"


@pytest.mark.parametrize(
    ("category", "code", "is_known"),
    [
        ("E", "VATEX-EU-135-1", True),
        ("E", "VATEX-EU-132-1N", True),
        ("O", "VATEX-EU-O", True),
        ("E", "", True),
        ("E", "VATEX-EU-135-1-L", False),
        ("E", "VATEX-EU-O", False),
        ("E", "VATEX-EU-AE", False),
        ("S", "VATEX-EU-132", False),
    ],
)
def test_a_code_outside_the_list_is_refused(category, code, is_known):
    """The official rules refuse the whole document for it (BR-CL-22, PEPPOL-EN16931-P0105 and further)."""
    rate = VatRate(category=category, exemption_code=code)
    if is_known:
        rate.clean()
        return
    with pytest.raises(ValidationError, match="Deze code staat niet in de lijst VATEX"):
        rate.clean()


def test_the_codes_of_the_demo_are_in_the_list():
    codes = {said.get("exemption_code", "") for _slug, _name, said in VAT}
    assert codes == {"", "VATEX-EU-135-1"}
    for _slug, _name, said in VAT:
        VatRate(**said).clean()


@pytest.mark.django_db
def test_outside_vat_nobody_has_a_vat_number():
    tree = valid(xml_of(issued(*LINES["outside"](), hirer=buyer("company"))))
    assert tree.find(".//cac:PartyTaxScheme", NAMES) is None
    assert tree.find(".//cbc:Percent", NAMES) is None
    assert text(tree, ".//cbc:TaxExemptionReasonCode") == "VATEX-EU-O"


@pytest.mark.django_db
def test_payment_is_told_with_account_reference_and_day():
    invoice = issued()
    tree = valid(xml_of(invoice))
    assert text(tree, "cac:PaymentMeans/cbc:PaymentID") == invoice.number
    assert text(tree, "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID") == "NL91ABNA0417164300"
    assert text(tree, "cbc:DueDate") == invoice.due_on.isoformat()


@pytest.mark.django_db
def test_odd_characters_do_no_harm():
    name = "Café <b>“Zus & Zo”</b> \x00\x0b]]>  ’s-Graven\u202ehage"
    invoice = issued(hirer=buyer("company", name=name.replace("\x00", "")))
    tree = valid(xml_of(invoice))
    told = text(tree, "cac:AccountingCustomerParty/cac:Party/cac:PartyName/cbc:Name")
    assert told.startswith("Café <b>“Zus & Zo”</b> ]]> ’s-Graven")
    assert invoice_pdf(whole(invoice)).startswith(b"%PDF")


@pytest.mark.django_db
def test_quantity_times_price_is_the_net_of_the_line():
    house_that_sells()
    invoice = draft()
    InvoiceLine.objects.create(
        invoice=invoice,
        position=1,
        description="Koffie",
        quantity=7,
        unit_price_cents=105,
        gross_cents=735,
        vat_code=vat("food", 9),
    )
    tree = valid(xml_of(invoicing.issue(invoice)))
    line = tree.find("cac:InvoiceLine", NAMES)
    net = Decimal(text(line, "cbc:LineExtensionAmount"))
    assert net == Decimal("6.74")
    assert abs(7 * Decimal(text(line, "cac:Price/cbc:PriceAmount")) - net) < Decimal("0.002")


# On paper ----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["nl", "en"])
def test_pdf_is_tagged_and_tells_its_language_and_title(language):
    invoice = issued(*several_rates(), language=language)
    content = invoice_pdf(whole(invoice))
    assert content.startswith(b"%PDF-1.7")
    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"pdfuaid"):
        assert mark in content
    assert f"/Lang({language})".encode() in content
    assert content == invoice_pdf(whole(invoice))


@pytest.mark.django_db
def test_pay_code_says_who_how_much_and_which_number(monkeypatch):
    told = {}
    make = segno.helpers.make_epc_qr

    def listen(**words):
        told.update(words)
        return make(**words)

    monkeypatch.setattr(segno.helpers, "make_epc_qr", listen)
    invoice = issued()
    invoice_pdf(whole(invoice))
    assert told == {
        "name": "Stichting Buurthuis Voorbeeld",
        "iban": "NL91ABNA0417164300",
        "amount": Decimal(121),
        "text": invoice.number,
        "encoding": "utf-8",
    }
    told.clear()
    invoice_pdf(whole(invoicing.issue(invoicing.credit(invoice, reason="Klopt niet"))))
    assert told == {}


# The command -------------------------------------------------------------------------------------


def export(folder, form="ubl", **options):
    out = StringIO()
    call_command("export_invoices", form=form, folder=folder, stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_export_writes_every_issued_document_once(tmp_path):
    first, second = issued(on=date(2026, 3, 1)), issued(on=date(2026, 4, 1))
    note = invoicing.issue(invoicing.credit(second, reason="Klopt niet"))
    draft((500, vat("drinks", 21)))
    for _time in range(2):
        assert export(tmp_path).startswith("3 files")
        names = sorted(path.name for path in tmp_path.iterdir())
        assert names == sorted(f"{one.number}.xml" for one in (first, second, note))
    for path in tmp_path.iterdir():
        valid(path.read_bytes())


@pytest.mark.django_db
def test_export_since_a_day_and_as_pdf(tmp_path):
    issued(on=date(2026, 3, 1))
    later = issued(on=date(2026, 4, 1))
    call_command("export_invoices", "--as", "pdf", "--to", str(tmp_path), "--since", "2026-04-01")
    assert [path.name for path in tmp_path.iterdir()] == [f"{later.number}.pdf"]
    assert (tmp_path / f"{later.number}.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.django_db
def test_export_says_what_is_wrong(tmp_path):
    issued()
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="Cannot make the folder"):
        export(tmp_path / "file" / "folder")
    with pytest.raises(CommandError):
        call_command("export_invoices", "--as", "ubl", "--to", str(tmp_path), "--since", "gisteren")


@pytest.mark.django_db
def test_files_do_not_follow_their_rows(tmp_path):
    issued()
    export(tmp_path)
    before = next(tmp_path.iterdir()).read_bytes()
    Seller.objects.update(city="Elders", iban="NL02ABNA0123456789")
    export(tmp_path)
    assert next(tmp_path.iterdir()).read_bytes() == before
