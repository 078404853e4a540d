"""Examples of plans, and the small pot: what one idea gets is written here, what is given on our own pages."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from activities.models import Grant, GrantMaximum, PlanTemplate, Pot, Spending, TemplateStep
from lokaal.admin import HouseInline, HouseModelAdmin, LookOnlyAdmin
from venue.admin.dated import DatedAdmin


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
    search_fields = ["name"]
    ordering = ["name", "id"]


@admin.register(GrantMaximum)
class GrantMaximumAdmin(DatedAdmin):
    explanation = gettext_lazy("Hoeveel één idee per jaar krijgt. Geldt vanaf een dag.")
    fields = ["most_cents", "valid_from", "valid_until"]
    list_display = ["most_cents", "valid_from", "valid_until"]
    ordering = ["-valid_from"]


@admin.register(Pot)
class PotAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Het potje van elk huis. Vullen en geven doe je bij de balie.")
    fields = ["centre", "year", "budget_cents", "granted_cents", "changed_by"]
    list_display = ["centre", "year", "budget_cents", "granted_cents"]
    list_filter = ["centre", "year"]
    list_select_related = ["centre"]
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
    search_fields = ["purpose"]
    ordering = ["-id"]
