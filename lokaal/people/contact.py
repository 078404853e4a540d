"""How somebody without an account is reached: by phone, by e-mail, or not at all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber

from lokaal.people.models import Visitor


def written(phone: PhoneNumber | str) -> str:
    """A phone number as machines write it: +31612345678. Empty for none."""
    return str(phone.as_e164) if isinstance(phone, PhoneNumber) else phone


def contact_of(phone: PhoneNumber | str, email: str) -> str:
    """The one way that somebody gave: the phone number, or else the e-mail address, or an empty text."""
    return written(phone) or email.lower()


class ReachableForm(forms.Form):
    """A form with name, phone and email, and maybe `wants_call`. Of who has signed in, only the name is asked."""

    @property
    def asks_contact(self) -> bool:
        return "phone" in self.fields

    @property
    def contact(self) -> str:
        """How the person of a valid form is reached, or an empty text."""
        return contact_of(self.cleaned_data.get("phone", ""), self.cleaned_data.get("email", ""))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        asks = self.asks_contact and cleaned.get("wants_call")
        if asks and not cleaned.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Vul je telefoonnummer in. Dan kunnen we je bellen."))
        return cleaned

    def fill_in(self, visitor: Visitor) -> None:
        """Take over what we know already."""
        if visitor.is_authenticated:
            self.initial.setdefault("name", visitor.name)
            for field in ("phone", "email", "wants_call"):
                self.fields.pop(field, None)
