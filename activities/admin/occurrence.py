"""Dates: their times and particulars, through planning."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import planning
from activities.admin.doors import door
from activities.exceptions import WrongTime
from activities.models import Occurrence
from lokaal.admin import HouseModelAdmin
from lokaal.people.perms import signed_in


class OccurrenceForm(forms.ModelForm):
    """The times and the particulars of a date. Refused before it is saved: what planning would refuse."""

    class Meta:
        model = Occurrence
        fields = ["starts_at", "ends_at", "title", "room", "capacity", "note"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("starts_at") and cleaned.get("ends_at"):
            try:
                planning.check_times(cleaned["starts_at"], cleaned["ends_at"])
            except WrongTime as refusal:
                self.add_error("ends_at", str(refusal))
        return cleaned


@admin.register(Occurrence)
class OccurrenceAdmin(HouseModelAdmin):
    explanation = gettext_lazy("Elke datum van een activiteit: dag, tijd, ruimte, plekken.")
    form = OccurrenceForm
    list_display = ["starts_at", "activity", "centre", "state", "places_taken", "capacity"]
    list_filter = ["state", "centre"]
    list_select_related = ["activity", "centre"]
    search_fields = ["activity__title__unaccent", "title__unaccent"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at", "-id"]
    fields = [
        "activity",
        "centre",
        "starts_at",
        "ends_at",
        "is_all_day",
        "title",
        "room",
        "capacity",
        "places_taken",
        "note",
        "state",
        "cancel_reason",
        "cancelled_at",
        "manage",
        "original_starts_at",
        "changed_by",
        "updated_at",
    ]
    readonly_fields = [
        "activity",
        "centre",
        "is_all_day",
        "places_taken",
        "state",
        "cancel_reason",
        "cancelled_at",
        "manage",
        "original_starts_at",
        "changed_by",
        "updated_at",
    ]
    PARTICULARS = ("room", "capacity", "note", "title")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Dates are made on the page of their activity, where one sees them first."""
        return False

    def save_model(self, request: HttpRequest, obj: Occurrence, form: Any, change: bool) -> None:
        """Everything goes through planning: people are told, places are kept."""
        fields = form.cleaned_data
        particulars = {name: fields[name] for name in self.PARTICULARS}
        times = {name: fields[name] for name in ("starts_at", "ends_at")}
        if {"starts_at", "ends_at"}.intersection(form.changed_data):
            planning.move(obj, **times, by=signed_in(request))
        if set(self.PARTICULARS).intersection(form.changed_data):
            planning.change(obj, **particulars, by=signed_in(request))

    @admin.display(description=gettext_lazy("afzeggen, lijst"))
    def manage(self, occurrence: Occurrence) -> str:
        url = reverse("activities:occurrence_manage", args=[occurrence.pk])
        return door(url, _("Zeg af, of bekijk wie er komt"))
