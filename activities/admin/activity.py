"""Activities and their words in other languages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.admin.doors import door
from activities.forms.organising import spoken_choices
from activities.models import Activity, ActivityTranslation
from activities.models.activity import TOLD_FIELDS, WITHOUT_PRICE
from lokaal.admin import HouseModelAdmin, HouseStackedInline
from lokaal.people.fields import PriceField


class ActivityForm(forms.ModelForm):
    """An activity; the price in euros, the languages as boxes."""

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Talen die we spreken"),
        choices=spoken_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    cost_cents = PriceField(label=gettext_lazy("Prijs in euro"), required=False, max_length=12)

    class Meta:
        model = Activity
        fields = ["centre", *TOLD_FIELDS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.cost_cents:
            self.initial["cost_cents"] = f"{self.instance.cost_cents / 100:.2f}".replace(".", ",")
        else:
            self.initial["cost_cents"] = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("cost_kind") in WITHOUT_PRICE:
            cleaned["cost_cents"] = 0
        return cleaned


class ActivityTranslationInline(HouseStackedInline):
    model = ActivityTranslation
    fields = [
        "language",
        "title",
        "summary",
        "description",
        "audience_note",
        "cost_note",
        "bring",
        "is_machine_made",
    ]


@admin.register(Activity)
class ActivityAdmin(HouseModelAdmin):
    explanation = gettext_lazy("Wat er te doen is: voor wie, wat het kost, wie het organiseert.")
    form = ActivityForm
    inlines = [ActivityTranslationInline]
    list_display = [
        "title",
        "centre",
        "state",
        "participation",
        "audience",
        "cost_kind",
        "updated_at",
    ]
    list_filter = ["state", "centre", "participation", "audience", "cost_kind", "step_free"]
    list_select_related = ["centre"]
    search_fields = ["title__unaccent", "summary__unaccent", "organiser_name__unaccent"]
    date_hierarchy = "created_at"
    ordering = ["title", "id"]
    readonly_fields = ["state", "manage", "who_organises", "created_at", "updated_at"]
    fieldsets = [
        (None, {"fields": ["title", "summary", "description", "text_language", "state", "manage"]}),
        (gettext_lazy("Waar"), {"fields": ["centre", "room", "step_free", "accessible_toilet"]}),
        (
            gettext_lazy("Meedoen"),
            {
                "fields": [
                    "participation",
                    "default_capacity",
                    "queue_rule",
                    "offer_hours",
                    "audience",
                    "audience_note",
                ]
            },
        ),
        (gettext_lazy("Kosten"), {"fields": ["cost_kind", "cost_cents", "cost_note"]}),
        (
            gettext_lazy("Hoe is het daar"),
            {"fields": ["languages", "mood", "someone_greets", "childcare", "bring"]},
        ),
        (
            gettext_lazy("Van wie is dit"),
            {"fields": ["who_organises", "organiser_name", "organiser_words", "contact_phone"]},
        ),
        (gettext_lazy("Sinds"), {"fields": ["created_at", "updated_at"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Activity]:
        return super().get_queryset(request).defer("search_vector", "search_sounds")

    def get_readonly_fields(self, request: HttpRequest, obj: Activity | None = None) -> list[str]:
        """Its dates stand at its centre, so the centre of an activity that exists stays."""
        return [*self.readonly_fields, "centre"] if obj else list(self.readonly_fields)

    @admin.display(description=gettext_lazy("organisatoren"))
    def who_organises(self, activity: Activity) -> str:
        if activity._state.adding:
            return _("Bewaar eerst. Daarna kun je mensen kiezen.")
        names = ", ".join(person.name for person in activity.organisers.all())
        url = reverse("activities:activity_organisers", args=[activity.pk])
        return format_html("{} {}", names, door(url, _("Kies wie organiseert")))

    @admin.display(description=gettext_lazy("datums en agenda"))
    def manage(self, activity: Activity) -> str:
        if activity._state.adding:
            return _("Bewaar eerst. Daarna kun je datums maken.")
        url = reverse("activities:activity_manage", args=[activity.pk])
        return door(url, _("Maak datums, zet in de agenda of stop"))


@admin.register(ActivityTranslation)
class ActivityTranslationAdmin(HouseModelAdmin):
    explanation = gettext_lazy("De woorden van een activiteit in een andere taal.")
    may_delete = True
    list_display = ["title", "activity", "language", "is_machine_made"]
    list_filter = ["language", "is_machine_made"]
    list_select_related = ["activity"]
    search_fields = ["title__unaccent", "activity__title__unaccent"]
    ordering = ["-id"]
    readonly_fields = ["activity"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A translation begins at its activity."""
        return False
