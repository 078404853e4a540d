"""Examples of plans, and the small pot: what one idea gets is written here, what is given on our own pages."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from activities.models import (
    Grant,
    GrantMaximum,
    Helper,
    Plan,
    PlanNote,
    PlanStep,
    PlanTemplate,
    Pot,
    Spending,
    TemplateStep,
)
from lokaal.admin import HouseInline, HouseModelAdmin, LookOnlyAdmin
from venue.admin.dated import DatedAdmin, Holds


class TemplateStepInline(HouseInline):
    model = TemplateStep
    fields = ["title", "kind", "days_before"]


@admin.register(PlanTemplate)
class PlanTemplateAdmin(HouseModelAdmin):
    explanation = gettext_lazy("Stappen om mee te beginnen. Organisatoren kiezen er een.")
    may_delete = True
    inlines = [TemplateStepInline]
    fields = ["name", "language", "is_offered", "created_by", "created_at"]
    readonly_fields = ["created_by", "created_at"]
    list_display = ["name", "language", "is_offered", "created_at"]
    list_filter = ["is_offered", "language"]
    search_fields = ["name__unaccent"]
    date_hierarchy = "created_at"
    ordering = ["name", "id"]


@admin.register(TemplateStep)
class TemplateStepAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("De stappen van alle voorbeelden. Ze veranderen bij het voorbeeld.")
    may_delete = True  # an example that is deleted takes its steps with it
    list_display = ["title", "kind", "days_before", "template"]
    list_filter = ["kind", "template__language"]
    list_select_related = ["template"]
    search_fields = ["title__unaccent"]
    ordering = ["template__name", "-days_before", "id"]
    fields = ["template", "title", "kind", "days_before"]


@admin.register(Plan)
class PlanAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("De plannen van ideeën. Wie het organiseert, maakt ze.")
    list_display = ["wish", "first_on", "created_at"]
    list_filter = ["wish__centre", "wish__state"]
    list_select_related = ["wish"]
    search_fields = ["wish__text__unaccent"]
    date_hierarchy = "first_on"
    ordering = ["-id"]
    fields = ["wish", "first_on", "created_at"]


@admin.register(PlanStep)
class PlanStepAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wat er in een plan moet gebeuren, en wat er klaar is.")
    list_display = ["title", "kind", "due_on", "who", "done_at", "plan"]
    list_filter = ["plan__wish__centre", "kind", ("done_at", admin.EmptyFieldListFilter)]
    list_select_related = ["plan__wish"]
    search_fields = ["title__unaccent", "who__unaccent"]
    date_hierarchy = "due_on"
    ordering = ["-id"]
    fields = [
        "plan",
        "title",
        "kind",
        "days_before",
        "due_on",
        "who",
        "note",
        "done_at",
        "done_by",
        "created_at",
    ]


@admin.register(PlanNote)
class PlanNoteAdmin(LookOnlyAdmin):
    """What organisers and coach write to each other is not read here; that they do, is."""

    explanation = gettext_lazy("Wie wanneer iets schreef bij een plan. De tekst is van hen.")
    list_display = ["created_at", "plan", "writer"]
    list_filter = ["plan__wish__centre", "plan__wish__state"]
    list_select_related = ["plan__wish", "writer"]
    search_fields = ["plan__wish__text__unaccent"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fields = ["plan", "writer", "created_at"]


@admin.register(Helper)
class HelperAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wie gevraagd is om te helpen, en wat die zei.")
    list_display = ["name", "activity", "answer", "asked_at", "answered_at"]
    list_filter = ["activity__centre", "answer"]
    list_select_related = ["activity"]
    search_fields = ["name__unaccent", "=code"]
    date_hierarchy = "asked_at"
    ordering = ["-id"]
    fields = [
        "activity",
        "name",
        "phone",
        "email",
        "person",
        "language",
        "answer",
        "entered_by",
        "asked_at",
        "answered_at",
    ]


@admin.register(GrantMaximum)
class GrantMaximumAdmin(DatedAdmin):
    explanation = gettext_lazy("Hoeveel één idee per jaar krijgt. Geldt vanaf een dag.")
    fields = ["most_cents", "valid_from", "valid_until"]
    list_display = ["most_cents", "valid_from", "valid_until"]
    list_filter = [Holds]
    search_fields = ["=most_cents"]
    date_hierarchy = "valid_from"
    ordering = ["-valid_from"]


@admin.register(Pot)
class PotAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Het potje van elk huis. Vullen en geven doe je bij de balie.")
    fields = ["centre", "year", "budget_cents", "granted_cents", "changed_by"]
    list_display = ["centre", "year", "budget_cents", "granted_cents"]
    list_filter = ["centre", "year"]
    list_select_related = ["centre"]
    search_fields = ["centre__name__unaccent", "=year"]
    date_hierarchy = "created_at"
    ordering = ["-year", "id"]


class SpendingInline(HouseInline):
    model = Spending
    can_delete = False
    fields = ["spent_on", "what", "amount_cents", "has_receipt", "entered_by", "struck_at"]
    readonly_fields = ["spent_on", "what", "amount_cents", "has_receipt", "entered_by", "struck_at"]

    def has_add_permission(self, request: object, obj: object = None) -> bool:
        return False


@admin.register(Grant)
class GrantAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wat gevraagd en gegeven is, en wat er gekocht is.")
    inlines = [SpendingInline]
    fields = [
        "centre",
        "pot",
        "wish",
        "activity",
        "state",
        "amount_cents",
        "spent_cents",
        "purpose",
        "asked_at",
        "asked_by",
        "asked_name",
        "decided_at",
        "decided_by",
        "decision_words",
        "closed_at",
    ]
    list_display = ["purpose", "centre", "state", "amount_cents", "spent_cents", "asked_at"]
    list_filter = ["centre", "state"]
    list_select_related = ["centre"]
    search_fields = ["purpose__unaccent"]
    date_hierarchy = "asked_at"
    ordering = ["-id"]


@admin.register(Spending)
class SpendingAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wat er uit het potje gekocht is, en of er een bonnetje is.")
    list_display = ["what", "amount_cents", "spent_on", "has_receipt", "struck_at", "grant"]
    list_filter = ["grant__centre", "has_receipt", ("struck_at", admin.EmptyFieldListFilter)]
    list_select_related = ["grant__centre", "grant__wish", "grant__activity"]
    search_fields = ["what__unaccent"]
    date_hierarchy = "spent_on"
    ordering = ["-id"]
    fields = [
        "grant",
        "what",
        "amount_cents",
        "spent_on",
        "has_receipt",
        "entered_by",
        "created_at",
        "struck_at",
        "struck_by",
    ]
