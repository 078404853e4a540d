"""Questions to the municipality, knowledge sessions and screens: to look at; what is done with them, the desk does."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from activities.models import (
    AnswerDraft,
    HallScreen,
    KnowledgeSession,
    MeToo,
    Question,
    QuestionStep,
    QuestionTheme,
    SessionGuest,
    SessionNote,
    SessionQuestion,
)
from lokaal.admin import HouseModelAdmin, LookOnlyAdmin


@admin.register(QuestionTheme)
class QuestionThemeAdmin(HouseModelAdmin):
    explanation = gettext_lazy("Waar vragen over gaan.")
    list_display = ["name", "name_en", "position", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name"]
    ordering = ["position", "name"]
    fields = ["name", "name_en", "position", "is_active"]


@admin.register(Question)
class QuestionAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wat de buurt de gemeente vraagt.")
    list_display = ["text", "theme", "centre", "state", "showing", "me_too", "created_at"]
    list_filter = ["state", "showing", "centre", "theme"]
    list_select_related = ["theme", "centre"]
    search_fields = ["text__unaccent"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fields = [
        "text",
        "kind",
        "theme",
        "centre",
        "language",
        "name",
        "shows_name",
        "showing",
        "me_too",
        "state",
        "state_since",
        "owner_name",
        "owner_function",
        "due_on",
        "keeper",
        "session",
        "entered_by",
        "created_at",
        "answered_at",
        "done_at",
    ]


@admin.register(QuestionStep)
class QuestionStepAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wat er met een vraag gebeurde. Wat er staat, verandert niet.")
    list_display = ["question", "kind", "name", "due_on", "at"]
    list_filter = ["kind"]
    list_select_related = ["question"]
    search_fields = ["name__unaccent", "text__unaccent"]
    date_hierarchy = "at"
    ordering = ["-id"]
    fields = ["question", "kind", "name", "function", "text", "language", "due_on", "by", "at"]


@admin.register(MeToo)
class MeTooAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wie een vraag ook heeft, met of zonder voorbeeld.")
    list_display = ["question", "people", "example", "showing", "created_at"]
    list_filter = ["showing"]
    list_select_related = ["question"]
    search_fields = ["example__unaccent"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fields = ["question", "people", "example", "language", "showing", "entered_by", "created_at"]


@admin.register(KnowledgeSession)
class KnowledgeSessionAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Datums waarop bewoners en de gemeente samen praten.")
    list_display = ["occurrence", "theme", "about", "created_at"]
    list_filter = ["theme"]
    list_select_related = ["occurrence__activity", "theme"]
    search_fields = ["about__unaccent"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fields = ["occurrence", "theme", "about", "made_by", "created_at"]


@admin.register(SessionGuest)
class SessionGuestAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wie van de gemeente is uitgenodigd. Nooit de link zelf.")
    list_display = ["name", "function", "organisation", "session", "link_ends_at", "withdrawn_at"]
    list_filter = [("withdrawn_at", admin.EmptyFieldListFilter)]
    list_select_related = ["session__occurrence__activity"]
    search_fields = ["name__unaccent", "organisation__unaccent", "email"]
    date_hierarchy = "invited_at"
    ordering = ["-id"]
    fields = [
        "session",
        "name",
        "function",
        "organisation",
        "email",
        "language",
        "link_ends_at",
        "withdrawn_at",
        "invited_at",
        "invited_by",
    ]


@admin.register(SessionQuestion)
class SessionQuestionAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Welke vragen op de lijst van een sessie staan.")
    list_display = ["question", "session", "guest", "added_at"]
    list_filter = ["session__occurrence__centre"]
    list_select_related = ["question", "session__occurrence__activity", "guest"]
    search_fields = ["question__text__unaccent"]
    date_hierarchy = "added_at"
    ordering = ["-id"]
    fields = ["session", "question", "guest", "note", "added_by", "added_at"]


@admin.register(AnswerDraft)
class AnswerDraftAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wat een gast wil antwoorden. Wij lezen het eerst.")
    list_display = ["question", "guest", "created_at", "set_aside_at"]
    list_filter = [
        ("step", admin.EmptyFieldListFilter),
        ("set_aside_at", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["question", "guest"]
    search_fields = ["text__unaccent"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fields = ["question", "guest", "text", "language", "created_at", "step", "set_aside_at"]


@admin.register(SessionNote)
class SessionNoteAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Regels en voorbeelden die op een sessie zijn verteld.")
    list_display = ["text", "kind", "session", "showing", "created_at"]
    list_filter = ["kind", "showing"]
    list_select_related = ["session__occurrence__activity"]
    search_fields = ["text__unaccent"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fields = ["session", "kind", "text", "language", "guest", "entered_by", "showing", "created_at"]


@admin.register(HallScreen)
class HallScreenAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Links voor een scherm in de hal. Nooit de link zelf.")
    list_display = ["centre", "language", "by", "made_at", "revoked_at"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter), "centre"]
    list_select_related = ["centre", "by"]
    search_fields = ["centre__name"]
    date_hierarchy = "made_at"
    ordering = ["-made_at", "-id"]
    fields = ["centre", "language", "by", "made_at", "revoked_at"]
