"""Forms of spaces, things and rules of a house, for the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from lokaal.admin import HouseForm
from lokaal.centres.forms import ToldPhoto
from lokaal.exceptions import Refusal
from venue import dividing, stocktaking
from venue.models import Building, Equipment, Part, Space

MOST_SHOWN = 5


class SpaceForm(ToldPhoto, HouseForm):
    """A space. Other parts take along what is planned, or nothing changes and the report says what would meet."""

    class Meta:
        model = Space
        exclude: list[str] = []
        widgets = {"parts": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = Part.objects.filter(equipment=None).select_related("centre")
        if not self.instance._state.adding:
            parts = parts.filter(centre=self.instance.centre_id)
        if "parts" in self.fields:  # who may only look gets no fields
            self.fields["parts"].queryset = parts  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._clean_parts(cleaned)
        return cleaned

    def _clean_parts(self, cleaned: dict[str, Any]) -> None:
        parts = list(cleaned.get("parts") or [])
        centre = cleaned.get("centre") or (self.instance.pk and self.instance.centre)
        if not parts or not centre or "parts" not in self.changed_data:
            return
        if any(part.centre_id != centre.pk for part in parts):
            self.add_error("parts", _("Dat deel is van een ander huis."))
        elif not self.instance._state.adding:
            clashes = dividing.clashes(self.instance, parts)
            if clashes:
                self.add_error("parts", str(dividing.Clashes(clashes)))
            for clash in clashes[:MOST_SHOWN]:
                self.add_error(
                    "parts",
                    _("%(use)s botst met %(other)s.") % {"use": clash.use, "other": clash.other},
                )

    def _save_m2m(self) -> None:
        parts = self.cleaned_data.pop("parts", None)
        super()._save_m2m()  # type: ignore[misc]
        if parts is not None:
            dividing.set_parts(self.instance, parts)


class PartForm(HouseForm):
    """A part, which can be cut in pieces: every space that had it has all of them, with what is planned."""

    pieces = forms.CharField(
        label=_lazy("Deel dit op"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_lazy(
            "Een naam per regel, minstens twee. Elke zaal met dit deel krijgt alle stukken."
        ),
    )

    class Meta:
        model = Part
        exclude: list[str] = []

    @property
    def names(self) -> list[str]:
        """The names of the pieces, as they were typed."""
        return [name for name in self.cleaned_data.get("pieces", "").splitlines() if name.strip()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.names:
            try:
                dividing.check_pieces(self.instance, self.names)
            except Refusal as refusal:
                self.add_error("pieces", str(refusal))
        return cleaned

    def _save_m2m(self) -> None:
        super()._save_m2m()  # type: ignore[misc]
        if self.names:
            dividing.divide(self.instance, self.names)


class EquipmentForm(HouseForm):
    """A thing and how many there are: never fewer than are promised."""

    class Meta:
        model = Equipment
        exclude: list[str] = []
        widgets = {"fixed_in": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spaces = Space.objects.in_use().select_related("centre")
        if not self.instance._state.adding:
            spaces = spaces.filter(centre=self.instance.centre_id)
        if "fixed_in" in self.fields:
            self.fields["fixed_in"].queryset = spaces  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        centre = cleaned.get("centre") or (self.instance.pk and self.instance.centre)
        part, fixed_in = cleaned.get("part"), cleaned.get("fixed_in") or []
        if part and centre and part.centre_id != centre.pk:
            self.add_error("part", _("Dat deel is van een ander huis."))
        if part and part.spaces.exists():
            self.add_error("part", _("Dat deel hoort bij een zaal. Maak er een eigen deel van."))
        if centre and any(space.centre_id != centre.pk for space in fixed_in):
            self.add_error("fixed_in", _("Die zaal is van een ander huis."))
        if not self.instance._state.adding and "stock" in self.changed_data:
            try:
                stocktaking.check_stock(self.instance, cleaned.get("stock") or 0)
            except Refusal as refusal:
                self.add_error("stock", str(refusal))
        return cleaned


class BuildingForm(forms.ModelForm):
    """The rules of a house; its maximum is never below who is already expected."""

    class Meta:
        model = Building
        exclude: list[str] = []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        maximum = cleaned.get("maximum_people")
        if maximum and not self.instance._state.adding and "maximum_people" in self.changed_data:
            try:
                stocktaking.check_maximum(self.instance, maximum)
            except Refusal as refusal:
                self.add_error("maximum_people", str(refusal))
        return cleaned
