"""The rules by which activities have their dates: to look at."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.admin.doors import door
from activities.models import Series
from lokaal.admin import LookOnlyAdmin


@admin.register(Series)
class SeriesAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Hoe vaak iets is. Maken en veranderen doe je bij de activiteit.")
    list_display = ["activity", "every", "interval", "first_on", "last_on", "planned_until"]
    list_filter = ["activity__centre", "every"]
    list_select_related = ["activity"]
    search_fields = ["activity__title__unaccent", "room__unaccent"]
    date_hierarchy = "first_on"
    ordering = ["-id"]
    fields = [
        "activity",
        "manage",
        "every",
        "interval",
        "nth",
        "first_on",
        "last_on",
        "starts",
        "ends",
        "own_days",
        "skips_school_holidays",
        "skips_closed_days",
        "room",
        "capacity",
        "note",
        "own_cost_cents",
        "host",
        "places_taken",
        "waiting",
        "planned_until",
        "follows",
        "created_at",
        "created_by",
    ]
    readonly_fields = ["manage"]

    @admin.display(description=gettext_lazy("datums"))
    def manage(self, series: Series) -> str:
        url = reverse("activities:series_manage", args=[series.pk])
        return door(url, _("Bekijk de datums of verander de reeks"))
