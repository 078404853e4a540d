"""What was tried, the lessons, and the neighbourhood tables: to look at. They are written on their own pages."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from activities.models import (
    Lesson,
    LookBack,
    NeighbourhoodTable,
    Reaction,
    Readers,
    Reflection,
    TableItem,
)
from lokaal.admin import LookOnlyAdmin


@admin.register(LookBack)
class LookBackAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wat we probeerden, en wat ervan werd.")
    list_display = ["title", "centre", "outcome", "times_held", "decided_at"]
    list_filter = ["centre", "outcome"]
    list_select_related = ["centre"]
    search_fields = ["title__unaccent"]
    date_hierarchy = "opened_at"
    ordering = ["-id"]
    fields = [
        "title",
        "summary",
        "centre",
        "activity",
        "wish",
        "opened_at",
        "opened_by",
        "asked_at",
        "first_on",
        "last_on",
        "times_held",
        "people_came",
        "outcome",
        "reason",
        "decided_at",
        "decided_by",
        "grew_into",
    ]


@admin.register(Lesson)
class LessonAdmin(LookOnlyAdmin):
    """Who may read it is the choice of its writer; whether it may be seen is decided on the desk."""

    explanation = gettext_lazy("Wat mensen leerden, voor wie zoiets begint.")
    list_display = ["text", "matter", "look_back", "readers", "showing"]
    list_filter = ["look_back__centre", "matter", "readers", "showing"]
    list_select_related = ["look_back"]
    search_fields = ["text__unaccent"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fields = [
        "text",
        "matter",
        "look_back",
        "readers",
        "showing",
        "with_name",
        "language",
        "entered_by",
        "created_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lesson]:
        """What is only for those who wrote it is not read here."""
        return super().get_queryset(request).exclude(readers=Readers.US)


@admin.register(Reflection)
class ReflectionAdmin(LookOnlyAdmin):
    """What is only for those who organised it is not read here; that it is there, is."""

    explanation = gettext_lazy("De vier antwoorden van wie het organiseerde, en de begeleider.")
    list_display = ["look_back", "writer", "readers", "showing", "finished_at"]
    list_filter = ["look_back__centre", "writer", "readers", "showing"]
    list_select_related = ["look_back", "person"]
    search_fields = ["look_back__title__unaccent"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fields = [
        "look_back",
        "writer",
        "why",
        "happened",
        "missing",
        "better_form",
        "readers",
        "showing",
        "with_name",
        "language",
        "entered_by",
        "created_at",
        "finished_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reflection]:
        return super().get_queryset(request).exclude(readers=Readers.US)


@admin.register(Reaction)
class ReactionAdmin(LookOnlyAdmin):
    """Nobody is named: who came answers freely."""

    explanation = gettext_lazy("Wat wie er was, zegt in één tik. Zonder naam.")
    list_display = ["look_back", "choice", "readers", "showing", "answered_at"]
    list_filter = ["look_back__centre", "choice", "readers", "showing"]
    list_select_related = ["look_back"]
    search_fields = ["look_back__title__unaccent"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fields = [
        "look_back",
        "choice",
        "sentence",
        "readers",
        "showing",
        "language",
        "entered_by",
        "created_at",
        "answered_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reaction]:
        return super().get_queryset(request).exclude(readers=Readers.US)


@admin.register(TableItem)
class TableItemAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Waar een buurttafel over sprak, en wat er besloten is.")
    list_display = ["table", "__str__", "consent", "is_left_out", "decided_at"]
    list_filter = ["table__centre", "consent", "is_left_out"]
    list_select_related = ["table__centre", "wish", "look_back", "grant"]
    search_fields = ["subject__unaccent", "decision__unaccent"]
    date_hierarchy = "decided_at"
    ordering = ["-id"]
    fields = [
        "table",
        "subject",
        "wish",
        "look_back",
        "grant",
        "is_left_out",
        "consent",
        "decision",
        "reason",
        "objection",
        "changed",
        "decided_at",
        "decided_by",
    ]


@admin.register(NeighbourhoodTable)
class NeighbourhoodTableAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("De avonden waarop de buurt samen besluit.")
    list_display = ["held_on", "centre", "people_there", "closed_at"]
    list_filter = ["centre", ("closed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["centre"]
    search_fields = ["note__unaccent"]
    date_hierarchy = "held_on"
    ordering = ["-held_on", "-id"]
    fields = [
        "centre",
        "held_on",
        "starts",
        "place",
        "people_there",
        "note",
        "created_by",
        "closed_at",
        "closed_by",
    ]
