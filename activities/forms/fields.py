"""Fields that several forms ask, with what may go wrong said in plain words."""

from __future__ import annotations

import uuid
from typing import Any

import phonenumbers
from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import PhoneNumber, to_python

ValidationResult = phonenumbers.ValidationResult


class PhoneField(forms.CharField):
    """A phone number as people write it. Without a country it is Dutch. Cleans to a PhoneNumber or an empty text."""

    default_error_messages = {
        "too_short": _("Dit nummer heeft te weinig cijfers. Een nummer heeft er 10."),
        "too_long": _("Dit nummer heeft te veel cijfers. Een nummer heeft er 10."),
        "invalid": _("Dit nummer klopt niet. Kijk het nog eens na."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Telefoon"))
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
        "invalid": _("Dit e-mailadres klopt niet. Kijk of er een @ in staat.")
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("E-mail"))
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


class TrapField(forms.CharField):
    """A field that people do not see. What fills it in is most likely not a person; a person may simply try again."""

    def __init__(self) -> None:
        super().__init__(required=False, label=_("Laat dit leeg"), widget=TrapInput)

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
