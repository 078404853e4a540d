"""Who does a course, and what people answered when they were not there: to look at."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from activities.models import CourseSignUp, TimeQuestion
from lokaal.admin import LookOnlyAdmin


@admin.register(CourseSignUp)
class CourseSignUpAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wie een hele cursus doet, of erop wacht. De balie verandert dat.")
    list_display = ["name", "series", "companions", "state", "created_at"]
    list_filter = ["state", "wants_call", "language"]
    list_select_related = ["series__activity"]
    search_fields = ["name", "=code"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fields = [
        "series",
        "name",
        "phone",
        "email",
        "person",
        "companions",
        "wants_call",
        "called_at",
        "language",
        "state",
        "queued_at",
        "offered_until",
        "entered_by",
        "created_at",
        "cancelled_at",
        "cancelled_by",
    ]


@admin.register(TimeQuestion)
class TimeQuestionAdmin(LookOnlyAdmin):
    """Without the party: who answered what is nobody's business, also here."""

    explanation = gettext_lazy("Of de tijd nog past. Dat vragen wij na twee keer niet komen.")
    list_display = ["activity", "answer", "asked_at", "answered_at"]
    list_filter = ["answer"]
    list_select_related = ["activity"]
    search_fields = ["activity__title"]
    date_hierarchy = "asked_at"
    ordering = ["-id"]
    fields = ["activity", "answer", "asked_at", "answered_at"]
