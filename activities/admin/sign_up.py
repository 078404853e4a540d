"""Who joined: to look at."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from activities.models import SignUp
from lokaal.admin import LookOnlyAdmin


@admin.register(SignUp)
class SignUpAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wie zich aanmeldde. Aan- en afmelden doe je aan de balie.")
    list_display = ["name", "occurrence", "companions", "state", "presence", "created_at"]
    list_filter = ["state", "presence", "wants_call", "language"]
    list_select_related = ["occurrence__activity"]
    search_fields = ["name", "=code"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fields = [
        "occurrence",
        "name",
        "phone",
        "email",
        "person",
        "companions",
        "wants_call",
        "called_at",
        "language",
        "state",
        "presence",
        "entered_by",
        "created_at",
        "cancelled_at",
        "cancelled_by",
    ]
