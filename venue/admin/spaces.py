"""Spaces, things and rules of a house in /beheer/. What is planned in them is looked at only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lokaal.admin import (
    DropsOldPhoto,
    HouseInline,
    HouseModelAdmin,
    HouseStackedInline,
    LookOnlyAdmin,
)
from venue.forms.house import BuildingForm, EquipmentForm, PartForm, SpaceForm
from venue.models import (
    Allocation,
    Building,
    DoorLink,
    Equipment,
    EquipmentUse,
    HireHours,
    Part,
    Space,
    SpaceLayout,
    SpaceTranslation,
    Use,
)


class StaysInItsHouse(HouseModelAdmin):
    """What belongs to one house for good: the house is chosen once."""

    for_good: tuple[str, ...] = ("centre",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = list(super().get_readonly_fields(request, obj))
        return fields if obj is None else [*fields, *self.for_good]


@admin.register(Building)
class BuildingAdmin(StaysInItsHouse):
    explanation = _("Hoeveel mensen in huis mogen, en de regels voor het huren.")
    form = BuildingForm
    list_display = ["centre", "maximum_people", "option_days", "minimum_notice_hours"]
    list_select_related = ["centre"]
    search_fields = ["centre__name"]
    ordering = ["centre__position"]


class SpaceLayoutInline(HouseInline):
    model = SpaceLayout
    fields = ["layout", "capacity", "before_minutes", "after_minutes"]


class SpaceTranslationInline(HouseStackedInline):
    model = SpaceTranslation
    fields = ["language", "description", "photo_description"]


@admin.register(Space)
class SpaceAdmin(DropsOldPhoto, StaysInItsHouse):
    explanation = _(
        "De zalen: uit welke delen ze bestaan, hoe ze kunnen staan, wat er vast bij is."
    )
    form = SpaceForm
    inlines = [SpaceLayoutInline, SpaceTranslationInline]
    list_display = ["name", "centre", "floor", "step_free", "is_for_hire", "is_active"]
    list_filter = ["centre", "is_active", "is_for_hire", "step_free"]
    list_select_related = ["centre"]
    search_fields = ["name", "centre__name"]
    ordering = ["centre__position", "position", "name"]
    prepopulated_fields = {"slug": ["name"]}
    save_on_top = True
    fieldsets = [
        (None, {"fields": ["centre", "name", "slug", "is_active", "is_for_hire", "position"]}),
        (_("Waaruit bestaat de zaal?"), {"fields": ["parts"]}),
        (_("Over de zaal"), {"fields": ["description", "photo", "photo_description", "floor"]}),
        (_("Hoe kom je binnen?"), {"fields": ["step_free", "step_free_toilet", "hearing_loop"]}),
        (_("Klaarzetten en opruimen"), {"fields": ["before_minutes", "after_minutes"]}),
    ]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {"slug": ["name"]} if obj is None else {}


class BeginsAtItsSpace(HouseModelAdmin):
    """What belongs to one space: it is made at its space, and changed there or here."""

    may_delete = True
    readonly_fields = ["space"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(SpaceLayout)
class SpaceLayoutAdmin(BeginsAtItsSpace):
    explanation = _("Hoe een zaal kan staan, en voor hoeveel mensen.")
    fields = ["space", "layout", "capacity", "before_minutes", "after_minutes"]
    list_display = ["space", "layout", "capacity", "before_minutes", "after_minutes"]
    list_filter = ["layout", "space__centre"]
    list_select_related = ["space__centre"]
    search_fields = ["space__name"]
    ordering = ["space__centre__position", "space__position", "-capacity"]


@admin.register(SpaceTranslation)
class SpaceTranslationAdmin(BeginsAtItsSpace):
    explanation = _("De woorden van een zaal in een andere taal.")
    fields = ["space", "language", "description", "photo_description"]
    list_display = ["space", "language", "description"]
    list_filter = ["language", "space__centre"]
    list_select_related = ["space__centre"]
    search_fields = ["space__name", "description"]
    ordering = ["space__centre__position", "space__position", "language"]


@admin.register(Part)
class PartAdmin(StaysInItsHouse):
    explanation = _("De kleinste stukken van het huis: een halve zaal, de keuken.")
    form = PartForm
    list_display = ["name", "centre"]
    list_filter = ["centre"]
    list_select_related = ["centre"]
    search_fields = ["name"]
    ordering = ["centre__position", "name"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A part that is there can be cut in pieces."""
        return ["centre", "name", *([] if obj is None else ["pieces"])]


@admin.register(Equipment)
class EquipmentAdmin(StaysInItsHouse):
    explanation = _("Wat je bij een zaal kunt vragen. Nooit minder dan er is toegezegd.")
    form = EquipmentForm
    for_good = ("centre", "part")
    list_display = ["name", "centre", "stock", "part", "is_active"]
    list_filter = ["centre", "is_active"]
    list_select_related = ["centre", "part__centre"]
    search_fields = ["name"]
    ordering = ["centre__position", "name"]


@admin.register(HireHours)
class HireHoursAdmin(HouseModelAdmin):
    explanation = _("Wanneer je een zaal kunt huren. Op dagen dat het huis dicht is niet.")
    may_delete = True
    list_display = ["centre", "weekday", "opens", "closes"]
    list_filter = ["centre", "weekday"]
    list_select_related = ["centre"]
    search_fields = ["centre__name"]
    ordering = ["centre__position", "weekday", "opens"]


@admin.register(Use)
class UseAdmin(LookOnlyAdmin):
    explanation = _("Wat er in de zalen is. Plannen doe je op de planner.")
    list_display = ["title", "space", "starts_at", "kind", "hold", "people"]
    list_filter = ["hold", "kind", "centre"]
    list_select_related = ["space__centre"]
    search_fields = ["title__unaccent", "space__name"]
    date_hierarchy = "starts_at"
    ordering = ["-id"]


@admin.register(Allocation)
class AllocationAdmin(LookOnlyAdmin):
    explanation = _("Welk deel wanneer bezet is. Hiermee voorkomt de database dubbel gebruik.")
    list_display = ["part", "use", "during", "blocking"]
    list_filter = ["blocking", "part__centre"]
    list_select_related = ["part__centre", "use"]
    search_fields = ["use__title__unaccent", "part__name"]
    date_hierarchy = "use__starts_at"
    ordering = ["-id"]


@admin.register(EquipmentUse)
class EquipmentUseAdmin(LookOnlyAdmin):
    explanation = _("Welke spullen wanneer zijn toegezegd. Nooit meer dan er zijn.")
    list_display = ["equipment", "count", "use", "during", "blocking"]
    list_filter = ["blocking", "equipment__centre"]
    list_select_related = ["equipment__centre", "use"]
    search_fields = ["equipment__name", "use__title__unaccent"]
    date_hierarchy = "use__starts_at"
    ordering = ["-id"]


@admin.register(DoorLink)
class DoorLinkAdmin(LookOnlyAdmin):
    explanation = _("Links voor een scherm of agenda van een zaal. Nooit de link zelf.")
    list_display = ["space", "purpose", "by", "made_at", "revoked_at"]
    list_filter = ["purpose", ("revoked_at", admin.EmptyFieldListFilter), "space__centre"]
    list_select_related = ["space__centre", "by"]
    search_fields = ["space__name"]
    date_hierarchy = "made_at"
    ordering = ["-made_at", "-id"]
    fields = ["space", "purpose", "by", "made_at", "revoked_at"]
