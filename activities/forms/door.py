"""The forms of the door: presses, and what is paid."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.door.taps import Tap, moment_of
from activities.models import PaidBy, Tablet
from lokaal.people.fields import LineField, PriceField, TokenField
from lokaal.people.models import Person
from lokaal.people.names import NAME_LENGTH

#: What a press can say.
THERE, NOT_THERE, HEAD, HEAD_BACK, WALK_IN = "there", "not_there", "head", "head_back", "walk_in"
OF_A_PARTY = {THERE, NOT_THERE}


class TapForm(forms.Form):
    """One press. `age` is how long it waited for a connection, in milliseconds: no clock of a tablet is trusted."""

    what = forms.ChoiceField(
        choices=[(what, what) for what in (THERE, NOT_THERE, HEAD, HEAD_BACK, WALK_IN)]
    )
    occurrence = forms.UUIDField()
    sign_up = forms.UUIDField(required=False)
    name = LineField(required=False, max_length=NAME_LENGTH)
    key = TokenField()
    after = forms.UUIDField(required=False)
    age = forms.FloatField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        what = cleaned.get("what")
        if what in OF_A_PARTY and not cleaned.get("sign_up"):
            raise forms.ValidationError(_("Wie is er? Druk nog een keer op de naam."))
        if what == WALK_IN and not cleaned.get("name"):
            raise forms.ValidationError(_("Vul een naam in. De voornaam is genoeg."))
        return cleaned

    def tap(self, *, by: Person | None, tablet: Tablet | None, is_host: bool) -> Tap:
        """The press of a valid form."""
        return Tap(
            key=self.cleaned_data["key"],
            tapped_at=moment_of(int(self.cleaned_data["age"] or 0)),
            by=by,
            tablet=tablet,
            is_host=is_host,
            after=self.cleaned_data["after"],
        )


class PayForm(forms.Form):
    """What a party, or somebody without a name, pays. The button says how."""

    optional_unsaid = ("amount",)

    people = forms.IntegerField(
        label=gettext_lazy("Voor hoeveel mensen?"),
        min_value=1,
        max_value=99,
        initial=1,
        widget=forms.NumberInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    amount = PriceField(label=gettext_lazy("Welk bedrag?"), required=False)
    paid_by = forms.ChoiceField(choices=PaidBy.choices)
    token = TokenField()


class CloseTillForm(forms.Form):
    """The cash of a day, counted."""

    counted = PriceField(
        label=gettext_lazy("Hoeveel contant geld is er?"),
        help_text=gettext_lazy("Tel alleen het geld van vandaag. Niet het wisselgeld."),
    )
    note = LineField(
        label=gettext_lazy("Klopt het niet? Schrijf op wat je weet."),
        required=False,
        max_length=200,
    )
    shown = forms.IntegerField(widget=forms.HiddenInput)

    optional_unsaid = ("note",)
