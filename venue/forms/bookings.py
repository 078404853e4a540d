"""What a hirer fills in after asking: another time, why not, and how a lost booking is found."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumber_field.phonenumber import PhoneNumber, to_python

from lokaal.exceptions import Refusal
from lokaal.look.widgets import Option, PickOne
from lokaal.people.fields import ClockField, DayField, LineField, TextField
from venue.forms.hiring import without_bsn
from venue.hire.offering import LAYOUT_ICONS, people_in_words
from venue.hours import moments
from venue.models import BookingDate, Layout, Space


class ReasonForm(forms.Form):
    """Why not. May stay empty."""

    reason = TextField(
        label=gettext_lazy("Wil je zeggen waarom?"),
        help_text=gettext_lazy("Dat hoeft niet. Het helpt ons wel."),
        max_length=300,
        required=False,
        validators=[without_bsn],
        widget=forms.Textarea({"rows": 2}),
    )
    optional_unsaid = ("reason",)


class ChangeForm(forms.Form):
    """A date as the hirer would rather have it."""

    optional_unsaid: tuple[str, ...] = ("note",)

    day = DayField()
    starts = ClockField(label=gettext_lazy("Hoe laat begin je?"))
    ends = ClockField(label=gettext_lazy("Hoe laat ben je klaar?"))
    people = forms.IntegerField(
        label=gettext_lazy("Met hoeveel mensen kom je?"),
        min_value=1,
        max_value=100_000,
        widget=forms.NumberInput({"inputmode": "numeric", "min": 1}),
    )
    space = forms.ChoiceField(label=gettext_lazy("Welke zaal?"), widget=forms.Select)
    layout = forms.ChoiceField(
        label=gettext_lazy("Hoe wil je zitten?"), required=False, widget=PickOne
    )
    note = TextField(
        label=gettext_lazy("Wil je er iets bij zeggen?"),
        max_length=500,
        required=False,
        validators=[without_bsn],
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, date: BookingDate, spaces: list[Space], **kwargs: Any) -> None:
        use = date.use
        starts, ends = timezone.localtime(use.starts_at), timezone.localtime(use.ends_at)
        known = {
            "day": starts.date(),
            "starts": starts.time(),
            "ends": ends.time(),
            "people": use.people or None,
            "space": str(use.space_id),
            "layout": use.layout,
        }
        super().__init__(*args, **{"initial": known, **kwargs})
        self.spaces = {str(space.pk): space for space in spaces}
        self.fields["space"].choices = [  # type: ignore[attr-defined]
            (
                pk,
                _("%(room)s, tot %(people)s")
                % {"room": space.name, "people": people_in_words(space.largest_capacity)},
            )
            for pk, space in self.spaces.items()
        ]
        self.fields["layout"].choices = [  # type: ignore[attr-defined]
            (layout.value, Option(capfirst(str(layout.label)), icon=LAYOUT_ICONS[layout]))
            for layout in Layout
            if any(space.capacity_for(layout) for space in spaces)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                cleaned["moment"] = moments(cleaned["day"], cleaned["starts"], cleaned["ends"])
            except Refusal as refusal:
                self.add_error("ends", str(refusal))
        return cleaned

    @property
    def wish(self) -> dict[str, Any]:
        """The date as it is wanted, of a valid form, for venue.hire.rebooking.ask."""
        starts_at, ends_at = self.cleaned_data["moment"]
        return {
            "space": self.spaces[self.cleaned_data["space"]],
            "starts_at": starts_at,
            "ends_at": ends_at,
            "people": self.cleaned_data["people"],
            "layout": self.cleaned_data["layout"],
            "note": self.cleaned_data["note"],
        }


class LookupForm(forms.Form):
    """The number of a booking, and the phone number or e-mail address that was given with it."""

    reference = LineField(
        label=gettext_lazy("Je nummer"),
        help_text=gettext_lazy("Het begint met een B. Het staat in je bericht."),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "off", "class": "short"}),
        error_messages={"required": gettext_lazy("Vul je nummer in. Bijvoorbeeld B1042.")},
    )
    contact = LineField(
        label=gettext_lazy("Je telefoon of e-mail"),
        help_text=gettext_lazy("Wat je invulde toen je de zaal vroeg."),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Vul je telefoon of e-mail in.")},
    )

    def clean_reference(self) -> str:
        return str(self.cleaned_data["reference"]).replace(" ", "").upper()

    @property
    def phone(self) -> str:
        """The contact of a valid form as an international number; empty when it is none."""
        number = to_python(self.cleaned_data["contact"][:40])
        return number.as_e164 if isinstance(number, PhoneNumber) and number.raw_input else ""

    @property
    def email(self) -> str:
        contact = str(self.cleaned_data["contact"]).lower()
        return contact if "@" in contact else ""
