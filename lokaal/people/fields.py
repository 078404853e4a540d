"""Fields that several forms ask, with what may go wrong said in plain words."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import phonenumbers
from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumber_field.phonenumber import PhoneNumber, to_python

from lokaal.people.names import clean_name
from lokaal.secret_links import CODE_LENGTH

ValidationResult = phonenumbers.ValidationResult

FURTHEST_AHEAD = timedelta(days=730)
DEAREST_CENTS = 1_000_00


class LineField(forms.CharField):
    """One line of text, without control, hidden or direction characters."""

    def to_python(self, value: Any) -> str:
        return clean_name(super().to_python(value) or "")


class TextField(forms.CharField):
    """Several lines of text."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class PhoneField(forms.CharField):
    """A phone number as people write it. Without a country it is Dutch. Cleans to a PhoneNumber or an empty text."""

    default_error_messages = {
        "too_short": gettext_lazy("Dit nummer heeft te weinig cijfers. Een nummer heeft er 10."),
        "too_long": gettext_lazy("Dit nummer heeft te veel cijfers. Een nummer heeft er 10."),
        "invalid": gettext_lazy("Dit nummer klopt niet. Kijk het nog eens na."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Telefoon"))
        options.setdefault("required", False)
        options.setdefault(
            "widget", forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"})
        )
        super().__init__(**options)

    def clean(self, value: Any) -> PhoneNumber | str:
        text = "".join(c for c in str(value or "") if c.isprintable()).strip()
        self.validate(text)
        if not text:
            return ""
        number = to_python(text[:40])
        try:
            possible = phonenumbers.is_possible_number_with_reason(number)
        except AttributeError:  # not a number at all
            possible = (
                ValidationResult.TOO_SHORT if text.isdigit() else ValidationResult.INVALID_LENGTH
            )
        if possible == ValidationResult.TOO_SHORT:
            raise forms.ValidationError(self.error_messages["too_short"], code="too_short")
        if possible == ValidationResult.TOO_LONG or len(text) > 40:
            raise forms.ValidationError(self.error_messages["too_long"], code="too_long")
        if possible != ValidationResult.IS_POSSIBLE:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return number


class EmailField(forms.EmailField):
    """An e-mail address, in small letters."""

    default_error_messages = {
        "invalid": gettext_lazy("Dit e-mailadres klopt niet. Kijk of er een @ in staat.")
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("E-mail"))
        options.setdefault("required", False)
        options.setdefault("widget", forms.EmailInput({"autocomplete": "email"}))
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        return (super().to_python(str(value or "").replace("\x00", "")) or "").lower()


class TokenField(forms.UUIDField):
    """Names one form as it was shown, so that sending it twice does its work once. A lost one is made anew."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, initial=uuid.uuid4)

    def clean(self, value: Any) -> uuid.UUID:
        try:
            return super().clean(value) or uuid.uuid4()
        except forms.ValidationError:
            return uuid.uuid4()


class CodeField(forms.CharField):
    """The code of a slip as people type it. Cleans to what was typed, when it has as many digits as a code."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Je code"))
        options.setdefault(
            "help_text",
            gettext_lazy("Dat zijn 8 cijfers. Ze staan op je briefje of in je bericht."),
        )
        options.setdefault(
            "widget",
            forms.TextInput(
                {
                    "inputmode": "numeric",
                    "autocomplete": "off",
                    "class": "code-input",
                    "maxlength": "40",
                }
            ),
        )
        super().__init__(**options)
        self.error_messages["required"] = gettext_lazy("Vul je code in. Dat zijn 8 cijfers.")

    def clean(self, value: Any) -> str:
        code = str(super().clean(value))
        if sum(c.isdigit() for c in code) != CODE_LENGTH:
            raise forms.ValidationError(_("Een code heeft 8 cijfers. Kijk het nog eens na."))
        return code[:40]


class TrapField(forms.CharField):
    """A field that people do not see. What fills it in is most likely not a person; a person may simply try again."""

    def __init__(self) -> None:
        super().__init__(required=False, label=gettext_lazy("Laat dit leeg"), widget=TrapInput)

    def clean(self, value: Any) -> str:
        if value:
            raise forms.ValidationError(_("Dit ging niet goed. Druk nog een keer op de knop."))
        return ""


class TrapInput(forms.TextInput):
    """Never shows what was filled in, so that the second try of a person succeeds."""

    is_hidden = True

    def __init__(self) -> None:
        super().__init__({"autocomplete": "off", "tabindex": "-1"})

    def format_value(self, value: Any) -> None:
        return None


class PriceField(forms.CharField):
    """An amount in euros as people write it: 4, 3,50, € 3.50. Cleans to cents; empty is nothing."""

    most_cents = DEAREST_CENTS
    too_much = gettext_lazy("Dit is meer dan 1.000 euro. Kijk het nog eens na.")
    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})

    def clean(self, value: Any) -> int:
        text = super().clean(value).replace("€", "").replace(" ", "").replace(",", ".")
        if not text:
            return 0
        try:
            cents = Decimal(text) * 100
        except InvalidOperation:
            raise forms.ValidationError(_("Vul een bedrag in. Bijvoorbeeld 3,50.")) from None
        if not cents.is_finite() or cents != cents.to_integral_value() or cents < 0:
            raise forms.ValidationError(_("Vul een bedrag in. Bijvoorbeeld 3,50."))
        if cents > self.most_cents:
            raise forms.ValidationError(self.too_much)
        return int(cents)


class DayField(forms.DateField):
    """A day, chosen in the calendar of the phone."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Welke dag?"))
        super().__init__(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options)
        self.error_messages["required"] = gettext_lazy("Kies een dag.")

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is None:
            return
        today = timezone.localdate()
        if value < today:
            raise forms.ValidationError(_("Die dag is al geweest. Kies een dag die nog komt."))
        if value > today + FURTHEST_AHEAD:
            raise forms.ValidationError(_("Dat is te ver weg. Kies een dag binnen twee jaar."))


class ClockField(forms.TimeField):
    """A time on the local clock."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
            input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
            **options,
        )
        self.error_messages["required"] = gettext_lazy("Vul een tijd in. Bijvoorbeeld 13:30.")
