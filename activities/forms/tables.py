"""The forms of the neighbourhood table: its day, its list, a decision by consent, the minutes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.forms.look_backs import refused
from activities.initiatives import moderating
from activities.initiatives.table import Decision, choices_for
from activities.models import Consent, TableItem
from activities.models.table import NOTE_LENGTH, SUBJECT_LENGTH
from lokaal.centres.models import Centre
from lokaal.exceptions import Refusal
from lokaal.look.widgets import Option, PickOne
from lokaal.people.fields import (
    ClockField,
    DayField,
    LineField,
    PriceField,
    TextField,
    TokenField,
)

NOT_YET = "not_yet"
CONSENTS = [
    (
        Consent.CONSENT,
        Option(
            gettext_lazy("Niemand heeft bezwaar"),
            gettext_lazy("Dan is het besloten."),
            icon="check-circle",
        ),
    ),
    (
        Consent.CHANGED,
        Option(
            gettext_lazy("Er was bezwaar, en we hebben iets veranderd"),
            gettext_lazy("Nu is het goed genoeg voor iedereen."),
            icon="arrow-path",
        ),
    ),
    (
        NOT_YET,
        Option(
            gettext_lazy("Nog niet"),
            gettext_lazy("Er is bezwaar. Het komt terug, de volgende keer."),
            icon="clock",
        ),
    ),
]
TOO_LONG = gettext_lazy("Dit is te lang. Hoogstens %(limit_value)d tekens.")


class TableForm(forms.Form):
    """When and where the table is."""

    centre = forms.ModelChoiceField(
        queryset=Centre.objects.none(),
        to_field_name="slug",
        label=gettext_lazy("In welk huis?"),
        empty_label=None,
        widget=PickOne(in_a_row=True),
        error_messages={"required": gettext_lazy("Kies een huis.")},
    )
    held_on = DayField()
    starts = ClockField(label=gettext_lazy("Hoe laat?"), required=False)
    place = LineField(label=gettext_lazy("In welke ruimte?"), max_length=80, required=False)
    token = TokenField()

    def __init__(self, *args: Any, centres: Iterable[Centre], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [centre.pk for centre in centres]
        self.fields["centre"].queryset = Centre.objects.filter(pk__in=keys)  # type: ignore[attr-defined]
        if len(keys) == 1:
            self.fields["centre"].widget = forms.HiddenInput()
            self.initial.setdefault("centre", self.fields["centre"].queryset.first())  # type: ignore[attr-defined]


class SubjectForm(forms.Form):
    """Something else to talk about."""

    subject = LineField(
        label=gettext_lazy("Nog een onderwerp"),
        help_text=gettext_lazy("Iedereen leest dit. Schrijf geen namen op."),
        max_length=SUBJECT_LENGTH,
        error_messages={
            "required": gettext_lazy("Schrijf waar jullie over praten."),
            "max_length": TOO_LONG,
        },
    )

    def clean_subject(self) -> str:
        return refused(moderating.check_public, str(self.cleaned_data["subject"]))


class ItemDecisionForm(forms.Form):
    """What is decided about one subject, and how it came about. What may stay empty depends on the answer."""

    optional_unsaid = ("amount_cents", "text", "route", "reason", "objection", "changed")

    what = forms.ChoiceField(
        label=gettext_lazy("Wat besluiten jullie?"),
        widget=PickOne,
        required=False,
    )
    consent = forms.ChoiceField(
        label=gettext_lazy("Is iedereen het eens?"),
        choices=CONSENTS,
        widget=PickOne,
        error_messages={"required": gettext_lazy("Kies een van de drie.")},
    )
    amount_cents = PriceField(
        label=gettext_lazy("Hoeveel euro?"),
        help_text=gettext_lazy("Leeg: wat is gevraagd."),
        required=False,
    )
    text = LineField(
        label=gettext_lazy("Hoe gaat het verder, in één zin?"),
        help_text=gettext_lazy("Alleen als het anders verder gaat."),
        max_length=500,
        required=False,
    )
    route = TextField(
        label=gettext_lazy("Wat kan wel?"),
        help_text=gettext_lazy("Alleen bij “nu niet”."),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    reason = TextField(
        label=gettext_lazy("Waarom?"),
        help_text=gettext_lazy("Iedereen leest dit. Schrijf geen namen op."),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    objection = TextField(
        label=gettext_lazy("Wat was het bezwaar?"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    changed = TextField(
        label=gettext_lazy("Wat hebben jullie veranderd?"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, item: TableItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        words = choices_for(item)
        self.fields["what"].choices = list(words.items())  # type: ignore[attr-defined]
        if len(words) == 1:
            self.fields["what"].widget = forms.HiddenInput()
            self.initial["what"] = next(iter(words))
        if not item.grant_id:
            del self.fields["amount_cents"]
        if not item.look_back_id:
            del self.fields["text"]
        if not item.wish_id:
            del self.fields["route"]
        self.initial.setdefault("objection", item.objection)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("text", "route", "reason", "objection", "changed"):
            if name in cleaned:
                try:
                    moderating.check_public(cleaned[name])
                except Refusal as refusal:
                    self.add_error(name, str(refusal))
        for name, sentence in self._missing(cleaned):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        return cleaned

    def _missing(self, cleaned: dict[str, Any]) -> list[tuple[str, str]]:
        """The fields that this answer asks, and what to say when they are empty."""
        consent, what = cleaned.get("consent"), cleaned.get("what")
        asked = []
        if consent == NOT_YET:
            return [("objection", _("Schrijf het bezwaar op."))]
        if consent == Consent.CHANGED:
            asked += [
                ("objection", _("Schrijf het bezwaar op.")),
                ("changed", _("Schrijf op wat jullie veranderden.")),
            ]
        asked.append(("what", _("Kies wat jullie besluiten.")))
        if what == "adapt":
            asked.append(("text", _("Vertel in één zin hoe het verder gaat.")))
        if what == "not_now":
            asked.append(("route", _("Schrijf op wat wel kan.")))
        if what in {"keep", "adapt", "stop", "not_now", "refuse"}:
            asked.append(("reason", _("Schrijf op waarom. Een ander leert ervan.")))
        return asked

    @property
    def is_not_yet(self) -> bool:
        return bool(self.cleaned_data["consent"] == NOT_YET)

    @property
    def decision(self) -> Decision:
        """What a valid form says."""
        cleaned = self.cleaned_data
        return Decision(
            what=cleaned["what"],
            consent=Consent(cleaned["consent"]),
            reason=cleaned["reason"].strip(),
            objection=cleaned["objection"].strip(),
            changed=cleaned["changed"].strip(),
            route=cleaned.get("route", "").strip(),
            text=cleaned.get("text", ""),
            amount_cents=cleaned.get("amount_cents") or None,
        )


class MinutesForm(forms.Form):
    """How many were there, and what else was said."""

    people_there = forms.IntegerField(
        label=gettext_lazy("Hoeveel mensen waren er?"),
        required=False,
        min_value=0,
        max_value=500,
        error_messages={
            "invalid": gettext_lazy("Vul een getal in."),
            "min_value": gettext_lazy("Vul een getal in."),
            "max_value": gettext_lazy("Dat zijn er wel heel veel. Kijk het nog eens na."),
        },
    )
    note = TextField(
        label=gettext_lazy("Wat is er verder gezegd?"),
        help_text=gettext_lazy("Iedereen leest dit. Schrijf geen namen op."),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )

    def clean_note(self) -> str:
        return refused(moderating.check_public, str(self.cleaned_data["note"]).strip())


def consent_in_words(item: TableItem) -> str:
    """How it was decided: Niemand had bezwaar."""
    return capfirst(str(Consent(item.consent).label))
