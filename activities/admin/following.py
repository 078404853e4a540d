"""Themes, who follows what, and the calendars of people: to look at. The desk keeps the themes."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from activities.models import Follow, Follower, PersonalCalendar, Theme, ThemeTranslation
from lokaal.admin import LookOnlyAdmin


@admin.register(Theme)
class ThemeAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wat mensen kunnen volgen. Coördinatoren maken de thema's.")
    list_display = ["name", "position", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name"]
    ordering = ["position", "name"]
    fields = ["name", "icon", "position", "is_active"]


@admin.register(ThemeTranslation)
class ThemeTranslationAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("De namen van thema's in andere talen.")
    list_display = ["name", "language", "theme"]
    list_filter = ["language"]
    list_select_related = ["theme"]
    search_fields = ["name"]
    ordering = ["theme__position", "language", "id"]
    fields = ["theme", "language", "name"]


@admin.register(Follower)
class FollowerAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wie nieuws wil. Wie stopt, staat hier niet meer.")
    list_display = ["__str__", "language", "centre", "told_until"]
    list_filter = ["language", "centre"]
    list_select_related = ["centre", "person"]
    search_fields = ["name", "=email"]
    date_hierarchy = "asked_at"
    ordering = ["-id"]
    fields = [
        "name",
        "email",
        "phone",
        "person",
        "centre",
        "language",
        "asked_at",
        "told_until",
        "entered_by",
    ]


@admin.register(Follow)
class FollowAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wat mensen volgen. Zonder ja van hen sturen wij niets.")
    list_display = ["__str__", "since", "confirmed_at"]
    list_filter = ["theme"]
    list_select_related = ["activity", "organiser", "theme"]
    search_fields = ["activity__title", "theme__name"]
    date_hierarchy = "since"
    ordering = ["-id"]
    fields = ["activity", "organiser", "theme", "since", "confirmed_at"]


@admin.register(PersonalCalendar)
class PersonalCalendarAdmin(LookOnlyAdmin):
    """Without the address: that is a secret of the person."""

    explanation = gettext_lazy("Wie de eigen datums in een agenda haalt. Het adres is geheim.")
    list_display = ["person", "made_at"]
    list_filter = ["made_at"]
    list_select_related = ["person"]
    search_fields = ["person__name"]
    date_hierarchy = "made_at"
    ordering = ["-id"]
    fields = ["person", "made_at"]
