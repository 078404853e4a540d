"""The form with which somebody tells what is missing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models.wish import REPLY_LENGTH
from lokaal import bsn
from lokaal.centres.models import Centre
from lokaal.look.widgets import PickOne
from lokaal.people.contact import ReachableForm
from lokaal.people.fields import EmailField, PhoneField, TextField, TokenField, TrapField
from lokaal.people.forms import NameField
from lokaal.people.models import Visitor

WISH_LENGTH = 500


class WishForm(ReachableForm):
    """One sentence; who you are and how you are reached only if you like. Someone signed in is known already."""

    optional_unsaid = ("phone", "email")

    text = forms.CharField(
        label=gettext_lazy("Wat zou je willen?"),
        help_text=gettext_lazy("Eén zin is genoeg. Fouten maken mag."),
        error_messages={
            "required": gettext_lazy("Vertel ons wat je zou willen. Eén zin is genoeg.")
        },
        widget=forms.Textarea({"rows": 3}),
    )
    centre = forms.ModelChoiceField(
        queryset=Centre.objects.none(),
        to_field_name="slug",
        label=gettext_lazy("Waar?"),
        required=False,
        blank=True,
        empty_label=gettext_lazy("Maakt niet uit"),
        widget=PickOne(in_a_row=True),
    )
    name = NameField(required=False)
    phone = PhoneField()
    email = EmailField()
    wants_call = forms.BooleanField(label=gettext_lazy("Bel mij hierover"), required=False)
    token = TokenField()
    website = TrapField()

    def __init__(self, *args: Any, visitor: Visitor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["centre"].queryset = Centre.objects.open_to_public()  # type: ignore[attr-defined]
        if visitor.is_authenticated:
            for field in ("name", "phone", "email"):
                del self.fields[field]
            if not visitor.phone:
                del self.fields["wants_call"]

    def clean_text(self) -> str:
        text = " ".join(str(self.cleaned_data["text"]).split())
        if len(text) > WISH_LENGTH:
            raise forms.ValidationError(
                _("Dit is te lang. Vertel het in het kort: hoogstens %(most)d tekens.")
                % {"most": WISH_LENGTH}
            )
        return _without_bsn(text)


class ReplyForm(forms.Form):
    """What the house writes back."""

    text = TextField(
        label=gettext_lazy("Wat wil je antwoorden?"),
        help_text=gettext_lazy("Een paar gewone zinnen zijn genoeg."),
        max_length=REPLY_LENGTH,
        error_messages={"required": gettext_lazy("Schrijf eerst je antwoord.")},
    )

    def clean_text(self) -> str:
        return _without_bsn(str(self.cleaned_data["text"]))


def _without_bsn(text: str) -> str:
    try:
        bsn.check_none(text)
    except bsn.HoldsBSN as refusal:
        raise forms.ValidationError(refusal.message, code="bsn") from None
    return text
