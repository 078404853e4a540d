"""Who changed what in /beheer/. Groups have no use here: what somebody may do follows from their roles."""

from __future__ import annotations

import django.contrib.auth.admin  # noqa: F401  registers a list of its own
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy

from lokaal.admin import LookOnlyAdmin

admin.site.unregister(Group)


@admin.register(LogEntry)
class LogEntryAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wie hier wat veranderde, en wanneer.")
    list_display = ["action_time", "user", "object_repr", "content_type", "action_flag"]
    list_filter = ["action_flag"]
    list_select_related = ["user", "content_type"]
    search_fields = ["object_repr", "user__name"]
    date_hierarchy = "action_time"
    ordering = ["-id"]
