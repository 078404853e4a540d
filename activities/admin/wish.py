"""Ideas of residents: to look at; their road is walked on the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from activities.initiatives import wishing
from activities.models import Look, Report, Support, Wish, WishMoment
from activities.models.moderation import TEXT_FIELDS
from lokaal.admin import LookOnlyAdmin
from lokaal.people.perms import signed_in


@admin.register(Wish)
class WishAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wat mensen missen. Iedereen hoort binnen 14 dagen iets.")
    may_delete = True
    list_display = ["text", "name", "centre", "state", "showing", "created_at", "answered_at"]
    list_filter = ["centre", "state", "showing", ("answered_at", admin.EmptyFieldListFilter)]
    list_select_related = ["centre"]
    search_fields = ["text", "name"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    actions = ["answer"]
    fields = [
        "text",
        "name",
        "shows_name",
        "phone",
        "email",
        "wants_call",
        "centre",
        "person",
        "language",
        "entered_by",
        "state",
        "state_since",
        "showing",
        "coach",
        "organisers",
        "let_go_at",
        "activity",
        "grew_from",
        "content_when",
        "created_at",
        "answered_at",
        "answered_by",
        "reply",
        "not_now_reason",
        "not_now_route",
        "decided_at",
        "decided_by",
        "decision_reason",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Wish]:
        return super().get_queryset(request).defer("search_vector", "search_sounds")

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """What belongs to an idea goes with it. Money that was asked, and what grew out of it, keep it."""
        going, counts, _needed, keeping = super().get_deleted_objects(objs, request)
        return going, counts, set(), keeping

    @admin.action(description=gettext_lazy("Wij hebben geantwoord"), permissions=["delete"])
    def answer(self, request: HttpRequest, wishes: QuerySet[Wish]) -> None:
        for wish in wishes:
            wishing.answer(wish, by=signed_in(request))


@admin.register(Support)
class SupportAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wie bij een idee komt, helpt of mee organiseert.")
    list_display = ["name", "wish", "kind", "is_from_paper", "created_at", "taken_back_at"]
    list_filter = ["kind", "is_from_paper", ("taken_back_at", admin.EmptyFieldListFilter)]
    list_select_related = ["wish"]
    search_fields = ["name", "=code"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fields = [
        "wish",
        "name",
        "kind",
        "phone",
        "email",
        "person",
        "is_from_paper",
        "language",
        "entered_by",
        "created_at",
        "taken_back_at",
    ]


@admin.register(WishMoment)
class WishMomentAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wat er met een idee gebeurde. Deze regels veranderen nooit.")
    list_display = ["wish", "what", "state", "by", "at"]
    list_filter = ["what", "state"]
    list_select_related = ["wish", "by"]
    search_fields = ["wish__text", "note"]
    date_hierarchy = "at"
    ordering = ["-id"]
    fields = ["wish", "what", "state", "note", "by", "at"]


@admin.register(Report)
class ReportAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wat mensen melden over een tekst. Wie het meldt, weet niemand.")
    list_display = ["reason", "created_at", "decided_at", "decided_by"]
    list_filter = [("decided_at", admin.EmptyFieldListFilter)]
    list_select_related = ["decided_by"]
    search_fields = ["reason"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fields = ["reason", *TEXT_FIELDS, "created_at", "decided_at", "decided_by"]


@admin.register(Look)
class LookAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wie een tekst las, en of die op de site kwam.")
    list_display = ["at", "is_shown", "reason", "had_report", "by"]
    list_filter = ["is_shown", "had_report"]
    list_select_related = ["by"]
    search_fields = ["reason"]
    date_hierarchy = "at"
    ordering = ["-id"]
    fields = [*TEXT_FIELDS, "is_shown", "reason", "had_report", "by", "at"]
