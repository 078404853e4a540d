"""Calendars from elsewhere: what came in, and what waits."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from activities.models import CalendarSource, ImportDraft, ImportedEvent
from lokaal.admin import LookOnlyAdmin


@admin.register(CalendarSource)
class CalendarSourceAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Agenda's van elders die wij overnemen.")
    list_display = ["name", "centre", "kind", "imported_at"]
    list_filter = ["centre"]
    list_select_related = ["centre"]
    search_fields = ["name"]
    date_hierarchy = "created_at"
    ordering = ["-id"]


@admin.register(ImportedEvent)
class ImportedEventAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wat er van elders kwam, met de waarden van toen.")
    list_display = ["uid", "recurrence_id", "source", "activity", "seen_at"]
    list_filter = ["source__centre", "source__kind", ("activity", admin.EmptyFieldListFilter)]
    list_select_related = ["source", "activity"]
    search_fields = ["=uid", "activity__title__unaccent"]
    date_hierarchy = "seen_at"
    ordering = ["-id"]


@admin.register(ImportDraft)
class ImportDraftAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Bestanden die nog niet zijn overgenomen.")
    may_delete = True
    list_display = ["name", "centre", "made_by", "created_at"]
    list_filter = ["centre"]
    list_select_related = ["centre", "made_by"]
    search_fields = ["name"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fields = ["name", "centre", "kind", "made_by", "created_at"]
