"""What is kept at the door: to look at. Counting, paying and links are done there."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from activities.models import DateCount, HeadTap, Tablet, TillClosing, TillEntry
from lokaal.admin import LookOnlyAdmin
from venue.admin.dated import ShowsEuros


@admin.register(Tablet)
class TabletAdmin(LookOnlyAdmin):
    explanation = _("Links voor een tablet bij de deur. Maken en intrekken doe je aan de deur.")
    list_display = ["centre", "on", "by", "made_at", "revoked_at"]
    list_filter = ["centre"]
    list_select_related = ["centre", "by"]
    search_fields = ["centre__name__unaccent", "by__name__unaccent"]
    date_hierarchy = "on"
    fields = ["centre", "on", "by", "made_at", "revoked_at"]


@admin.register(HeadTap)
class HeadTapAdmin(LookOnlyAdmin):
    explanation = _("Elke keer dat aan de deur iemand is geteld, of één te veel.")
    list_display = ["occurrence", "change", "tapped_at", "by", "tablet"]
    list_filter = ["change", "occurrence__centre"]
    date_hierarchy = "tapped_at"
    list_select_related = ["occurrence__activity", "by", "tablet__centre"]
    search_fields = ["occurrence__activity__title__unaccent", "by__name__unaccent"]
    ordering = ["-id"]
    fields = ["occurrence", "change", "tapped_at", "received_at", "by", "tablet"]


@admin.register(DateCount)
class DateCountAdmin(LookOnlyAdmin):
    explanation = _("Hoeveel mensen er waren, nadat de namen zijn vergeten.")
    list_display = ["occurrence", "parties", "people", "present", "absent", "forgotten_on"]
    list_filter = ["occurrence__centre"]
    list_select_related = ["occurrence__activity"]
    search_fields = ["occurrence__activity__title__unaccent"]
    date_hierarchy = "forgotten_on"
    ordering = ["-forgotten_on", "pk"]


@admin.register(TillEntry)
class TillEntryAdmin(ShowsEuros, LookOnlyAdmin):
    explanation = _("Wat er aan de deur is betaald. Een fout draai je terug bij de lijst.")
    list_display = ["occurrence", "taken_at", "people", "owed_cents", "cents", "paid_by", "by"]
    list_filter = ["paid_by", "centre"]
    list_select_related = ["occurrence__activity", "by"]
    search_fields = ["occurrence__activity__title__unaccent", "by__name__unaccent"]
    date_hierarchy = "taken_on"
    ordering = ["-id"]
    fields = [
        "occurrence",
        "centre",
        "sign_up",
        "people",
        "owed_cents",
        "cents",
        "paid_by",
        "corrects",
        "closing",
        "taken_on",
        "taken_at",
        "by",
    ]


@admin.register(TillClosing)
class TillClosingAdmin(ShowsEuros, LookOnlyAdmin):
    explanation = _("Wanneer de kas is geteld, en of het klopte.")
    list_display = ["centre", "on", "expected_cents", "counted_cents", "note", "by", "closed_at"]
    list_filter = ["centre"]
    list_select_related = ["centre", "by"]
    search_fields = ["centre__name__unaccent", "note__unaccent"]
    date_hierarchy = "on"
    ordering = ["-id"]
    fields = ["centre", "on", "expected_cents", "counted_cents", "note", "by", "closed_at"]
