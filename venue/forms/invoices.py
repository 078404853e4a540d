"""What the treasurer fills in: a line, a payment, what to take back, a bank file, who gets the invoice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lokaal.look.formats import day, euro
from lokaal.look.widgets import Option, PickOne, PickSome
from lokaal.people.fields import EmailField, LineField, TokenField
from venue.models import Booking, Hirer, InvoiceLine, PaymentMethod, Pillar, VatCode
from venue.models.seller import check_kvk_number, check_vat_id
from venue.money.banking import Candidate

MOST_CENTS = 1_000_000_00


class AmountField(forms.CharField):
    """An amount in euros as people write it: 4, 3,50, 1.250,00 or -3.50. Cleans to cents, never to zero."""

    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, may_be_negative: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.may_be_negative = may_be_negative
        self.error_messages["required"] = gettext_lazy("Vul een bedrag in. Bijvoorbeeld 3,50.")

    def prepare_value(self, value: Any) -> Any:
        return f"{Decimal(value) / 100:.2f}".replace(".", ",") if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        text = super().clean(value).replace("€", "").replace("\u00a0", "").replace(" ", "")
        if not text and not self.required:
            return 0
        if "," in text:
            text = text.replace(".", "").replace(",", ".")
        try:
            cents = Decimal(text) * 100
        except InvalidOperation:
            raise forms.ValidationError(_("Vul een bedrag in. Bijvoorbeeld 3,50.")) from None
        if not cents.is_finite() or cents != cents.to_integral_value() or cents == 0:
            raise forms.ValidationError(_("Vul een bedrag in. Bijvoorbeeld 3,50."))
        if cents < 0 and not self.may_be_negative:
            raise forms.ValidationError(_("Het bedrag moet hoger zijn dan nul."))
        if abs(cents) > MOST_CENTS:
            raise forms.ValidationError(_("Dat is wel heel veel geld. Kijk het nog eens na."))
        return int(cents)


class PastDayField(forms.DateField):
    """A day that has been, today at the latest."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options)
        self.error_messages["required"] = gettext_lazy("Kies een dag.")
        self.error_messages["invalid"] = gettext_lazy("Kies een dag.")

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and value > timezone.localdate():
            raise forms.ValidationError(_("Die dag komt nog. Kies de dag van de betaling."))
        if value and value.year < 2000:
            raise forms.ValidationError(_("Dat is te lang geleden. Kijk de dag na."))


class LineForm(forms.Form):
    """A line by hand: damage, extra hours, a discount."""

    description = LineField(label=gettext_lazy("Wat is het?"), max_length=200)
    amount = AmountField(
        label=gettext_lazy("Hoeveel, met btw?"),
        help_text=gettext_lazy("Korting? Zet er een min voor."),
        may_be_negative=True,
    )
    vat_code = forms.ModelChoiceField(
        label=gettext_lazy("Welke btw hoort erbij?"),
        queryset=VatCode.objects.all(),
        empty_label=gettext_lazy("Kies de btw"),
    )
    pillar = forms.ChoiceField(
        label=gettext_lazy("Waar hoort het bij?"),
        choices=Pillar.choices,
        initial=Pillar.HIRE,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["description"].error_messages["required"] = _("Schrijf op wat het is.")
        self.fields["vat_code"].error_messages["required"] = _("Kies de btw.")


class PaymentForm(forms.Form):
    """Money that came in, or that we gave back."""

    direction = forms.ChoiceField(
        label=gettext_lazy("Wat gebeurde er?"),
        choices=[
            ("in", Option(gettext_lazy("Wij kregen geld"))),
            ("out", Option(gettext_lazy("Wij gaven geld terug"))),
        ],
        widget=PickOne(in_a_row=True),
        initial="in",
    )
    amount = AmountField(label=gettext_lazy("Hoeveel?"))
    on = PastDayField(label=gettext_lazy("Op welke dag?"))
    method = forms.ChoiceField(
        label=gettext_lazy("Hoe?"), choices=PaymentMethod.choices, widget=PickOne(in_a_row=True)
    )
    note = LineField(label=gettext_lazy("Opmerking"), max_length=200, required=False)
    token = TokenField()

    @property
    def cents(self) -> int:
        """What was filled in; below zero when it went out."""
        amount: int = self.cleaned_data["amount"]
        return -amount if self.cleaned_data["direction"] == "out" else amount


class CreditForm(forms.Form):
    """Which lines to take back, and why."""

    lines = forms.MultipleChoiceField(
        label=gettext_lazy("Wat neem je terug?"),
        help_text=gettext_lazy("Haal het vinkje weg bij wat wel klopt."),
        widget=PickSome,
    )
    reason = LineField(
        label=gettext_lazy("Waarom?"),
        help_text=gettext_lazy("Dit staat op de creditfactuur."),
        max_length=300,
    )

    def __init__(self, *args: Any, lines: Sequence[InvoiceLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["lines"]
        field.choices = [
            (str(line.pk), Option(line.description, euro(line.gross_cents))) for line in lines
        ]
        field.initial = [str(line.pk) for line in lines]
        field.error_messages["required"] = _("Kies minstens één regel.")
        self.fields["reason"].error_messages["required"] = _("Schrijf op waarom.")
        self._lines = {str(line.pk): line for line in lines}

    @property
    def chosen(self) -> list[InvoiceLine]:
        return [self._lines[key] for key in self.cleaned_data["lines"]]


class InstalmentsForm(forms.Form):
    """An agreement to pay in parts."""

    until = forms.DateField(
        label=gettext_lazy("Tot wanneer?"),
        help_text=gettext_lazy("Tot die dag sturen wij geen herinnering."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Kies een dag."),
            "invalid": gettext_lazy("Kies een dag."),
        },
    )
    note = LineField(
        label=gettext_lazy("Wat spraken jullie af?"),
        help_text=gettext_lazy("Bijvoorbeeld: elke maand 25 euro."),
        max_length=300,
        error_messages={"required": gettext_lazy("Schrijf op wat jullie afspraken.")},
    )


class ReasonForm(forms.Form):
    """Only why."""

    reason = LineField(
        label=gettext_lazy("Waarom?"),
        max_length=300,
        error_messages={"required": gettext_lazy("Schrijf op waarom.")},
    )


class BankFileForm(forms.Form):
    """A file of the bank."""

    file = forms.FileField(
        label=gettext_lazy("Bestand van de bank"),
        help_text=gettext_lazy("Kies bij je bank: CAMT.053 of MT940."),
        error_messages={
            "required": gettext_lazy("Kies een bestand."),
            "empty": gettext_lazy("Dit bestand is leeg."),
        },
    )


class EntryForm(forms.Form):
    """Which invoices a line of the bank pays, and how much of each when it is divided."""

    invoices = forms.MultipleChoiceField(
        label=gettext_lazy("Bij welke factuur hoort dit?"),
        widget=PickSome,
        error_messages={"required": gettext_lazy("Kies een factuur.")},
    )

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["invoices"]
        field.choices = [(str(one.invoice.pk), _option(one)) for one in candidates]
        self.candidates = {one.invoice.pk: one.invoice for one in candidates}

    @property
    def chosen(self) -> list[Any]:
        return [self.candidates[UUID(key)] for key in self.cleaned_data["invoices"]]


def _option(candidate: Candidate) -> Option:
    invoice: Any = candidate.invoice
    opened = (
        _("Nog open: %(amount)s.") % {"amount": euro(invoice.open_cents)}
        if invoice.open_cents
        else _("Al betaald.")
    )
    return Option(
        f"{invoice.number}, {invoice.hirer.name}",
        " ".join([_("Van %(day)s.") % {"day": day(invoice.issued_on)}, opened, candidate.why]),
    )


class DepositForm(forms.Form):
    """Of which booking a line of the bank is the deposit."""

    booking = forms.ChoiceField(
        label=gettext_lazy("Van welke boeking is deze borg?"),
        widget=PickOne,
        error_messages={"required": gettext_lazy("Kies een boeking.")},
    )

    def __init__(self, *args: Any, bookings: Sequence[Booking], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["booking"]
        field.choices = [
            (str(one.pk), Option(f"{one.reference}, {one.hirer.name}", one.purpose))
            for one in bookings
        ]
        self._bookings = {str(one.pk): one for one in bookings}

    @property
    def chosen(self) -> Booking:
        return self._bookings[self.cleaned_data["booking"]]


class BuyerForm(forms.ModelForm):
    """What must stand on an invoice about who gets it."""

    invoice_email = EmailField(
        label=gettext_lazy("E-mailadres voor de factuur"),
        help_text=gettext_lazy("Leeg: het gewone e-mailadres."),
    )

    class Meta:
        model = Hirer
        fields = [
            "name",
            "contact_name",
            "street",
            "postcode",
            "city",
            "invoice_email",
            "buyer_reference",
            "kvk_number",
            "oin",
            "vat_id",
        ]
        labels = {
            "name": gettext_lazy("Naam op de factuur"),
            "contact_name": gettext_lazy("Contactpersoon"),
            "street": gettext_lazy("Straat en nummer"),
            "postcode": gettext_lazy("Postcode"),
            "city": gettext_lazy("Plaats"),
            "buyer_reference": gettext_lazy("Kenmerk dat de huurder wil zien"),
            "kvk_number": gettext_lazy("KvK-nummer"),
            "oin": gettext_lazy("OIN"),
            "vat_id": gettext_lazy("Btw-nummer"),
        }
        help_texts = {
            "buyer_reference": gettext_lazy("Een gemeente wil dit vaak."),
            "kvk_number": gettext_lazy("Alleen voor een organisatie. 8 cijfers."),
            "oin": gettext_lazy("Alleen voor een overheid. 20 cijfers."),
            "vat_id": gettext_lazy("Alleen voor een organisatie. Begint met NL."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("street", "postcode", "city"):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = _("Dit staat op de factuur. Vul het in.")

    def clean_kvk_number(self) -> str:
        number: str = self.cleaned_data["kvk_number"].replace(" ", "")
        if number:
            check_kvk_number(number)
        return number

    def clean_oin(self) -> str:
        number: str = self.cleaned_data["oin"].replace(" ", "")
        if number and not (number.isascii() and number.isdigit() and len(number) == 20):
            raise forms.ValidationError(_("Een OIN heeft 20 cijfers."))
        return number

    def clean_vat_id(self) -> str:
        number: str = self.cleaned_data["vat_id"].replace(" ", "").replace(".", "").upper()
        if number:
            check_vat_id(number)
        return number
