"""What is asked about the small pot: how much, for what, and what became of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Grant, Wish
from lokaal.centres.models import Centre
from lokaal.look.widgets import PickOne
from lokaal.people.fields import LineField, PriceField, TextField, TokenField


def in_euros(cents: int) -> str:
    """An amount as people type it: 75 or 12,50."""
    euros, rest = divmod(cents, 100)
    return f"{euros},{rest:02d}" if rest else str(euros)


class AmountField(PriceField):
    """An amount of more than nothing."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Hoeveel euro?"))
        options.setdefault("help_text", gettext_lazy("Bijvoorbeeld 75 of 12,50."))
        options.setdefault("max_length", 12)
        super().__init__(**options)
        self.error_messages["required"] = gettext_lazy("Vul een bedrag in. Bijvoorbeeld 12,50.")

    def clean(self, value: Any) -> int:
        cents = super().clean(value)
        if cents == 0:
            raise forms.ValidationError(_("Vul een bedrag in, meer dan nul."))
        return cents


class BudgetField(PriceField):
    """What a house may give in a year."""

    most_cents = 100_000_00
    too_much = gettext_lazy("Dit is meer dan 100.000 euro. Kijk het nog eens na.")


class AskForm(forms.Form):
    """Money for an idea."""

    centre = forms.ModelChoiceField(
        label=gettext_lazy("Van welk huis?"),
        queryset=Centre.objects.none(),
        to_field_name="slug",
        widget=PickOne(in_a_row=True),
        empty_label=None,
        error_messages={"required": gettext_lazy("Kies een huis.")},
    )
    amount = AmountField()
    purpose = LineField(
        label=gettext_lazy("Waarvoor is het?"),
        help_text=gettext_lazy("Bijvoorbeeld: stof en garen voor tien mensen."),
        max_length=300,
        error_messages={"required": gettext_lazy("Vertel waarvoor het is.")},
    )
    token = TokenField()

    def __init__(self, *args: Any, wish: Wish, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if wish.centre_id is not None:
            del self.fields["centre"]
        else:
            self.fields["centre"].queryset = Centre.objects.open_to_public()  # type: ignore[attr-defined]


class FillForm(forms.Form):
    """How much is in the pot."""

    budget = BudgetField(
        label=gettext_lazy("Hoeveel euro zit erin?"),
        help_text=gettext_lazy("Voor het hele jaar. Bijvoorbeeld 1000."),
        max_length=12,
        error_messages={"required": gettext_lazy("Vul een bedrag in. Nul mag ook.")},
    )


class GiveForm(forms.Form):
    """Yes: how much, and a word with it."""

    amount = AmountField()
    words = LineField(
        label=gettext_lazy("Wil je er iets bij zeggen?"), max_length=500, required=False
    )

    optional_unsaid = ("words",)

    def __init__(self, *args: Any, grant: Grant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("amount", in_euros(grant.amount_cents))


class RefuseForm(forms.Form):
    """Not now: why, and what one could do."""

    words = TextField(
        label=gettext_lazy("Waarom kan het nu niet? En wat kan wel?"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("Vertel waarom het nu niet kan, en wat wel kan.")},
    )


class SpendForm(forms.Form):
    """What was bought."""

    what = LineField(
        label=gettext_lazy("Wat heb je gekocht?"),
        max_length=200,
        error_messages={"required": gettext_lazy("Vul in wat je kocht.")},
    )
    amount = AmountField()
    on = forms.DateField(
        label=gettext_lazy("Op welke dag?"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Kies een dag.")},
    )
    has_receipt = forms.BooleanField(label=gettext_lazy("Ik heb het bonnetje"), required=False)
    token = TokenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())

    def clean_on(self) -> date:
        value: date = self.cleaned_data["on"]
        if value > timezone.localdate():
            raise forms.ValidationError(_("Die dag moet nog komen. Vul in wanneer je het kocht."))
        return value
