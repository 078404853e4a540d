"""Activities in /beheer/: words and facts are changed here; places, lists and states by the actions that keep them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import planning, wishing
from activities.exceptions import WrongTime
from activities.forms.organising import spoken_choices
from activities.models import (
    Activity,
    ActivityTranslation,
    CalendarSource,
    ImportDraft,
    ImportedEvent,
    Occurrence,
    SignUp,
    Wish,
)
from activities.models.activity import TOLD_FIELDS, WITHOUT_PRICE
from lokaal.admin import HouseModelAdmin, HouseStackedInline, LookOnlyAdmin
from lokaal.people.fields import PriceField
from lokaal.people.perms import signed_in


def door(url: str, text: str) -> SafeString:
    return format_html('<a class="button" href="{}">{}</a>', url, text)


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
            {"fields": ["participation", "default_capacity", "audience", "audience_note"]},
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


class OccurrenceForm(forms.ModelForm):
    """The times and the particulars of a date. Refused before it is saved: what planning would refuse."""

    class Meta:
        model = Occurrence
        fields = ["starts_at", "ends_at", "title", "room", "capacity", "note"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("starts_at") and cleaned.get("ends_at"):
            try:
                planning.check_times(cleaned["starts_at"], cleaned["ends_at"])
            except WrongTime as refusal:
                self.add_error("ends_at", str(refusal))
        return cleaned


@admin.register(Occurrence)
class OccurrenceAdmin(HouseModelAdmin):
    explanation = gettext_lazy("Elke datum van een activiteit: dag, tijd, ruimte, plekken.")
    form = OccurrenceForm
    list_display = ["starts_at", "activity", "centre", "state", "places_taken", "capacity"]
    list_filter = ["state", "centre"]
    list_select_related = ["activity", "centre"]
    search_fields = ["activity__title__unaccent", "title__unaccent"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at", "-id"]
    fields = [
        "activity",
        "centre",
        "starts_at",
        "ends_at",
        "is_all_day",
        "title",
        "room",
        "capacity",
        "places_taken",
        "note",
        "state",
        "cancel_reason",
        "cancelled_at",
        "manage",
        "original_starts_at",
        "changed_by",
        "updated_at",
    ]
    readonly_fields = [
        "activity",
        "centre",
        "is_all_day",
        "places_taken",
        "state",
        "cancel_reason",
        "cancelled_at",
        "manage",
        "original_starts_at",
        "changed_by",
        "updated_at",
    ]
    PARTICULARS = ("room", "capacity", "note", "title")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Dates are made on the page of their activity, where one sees them first."""
        return False

    def save_model(self, request: HttpRequest, obj: Occurrence, form: Any, change: bool) -> None:
        """Everything goes through planning: people are told, places are kept."""
        fields = form.cleaned_data
        particulars = {name: fields[name] for name in self.PARTICULARS}
        times = {name: fields[name] for name in ("starts_at", "ends_at")}
        if {"starts_at", "ends_at"}.intersection(form.changed_data):
            planning.move(obj, **times, by=signed_in(request))
        if set(self.PARTICULARS).intersection(form.changed_data):
            planning.change(obj, **particulars, by=signed_in(request))

    @admin.display(description=gettext_lazy("afzeggen, lijst"))
    def manage(self, occurrence: Occurrence) -> str:
        url = reverse("activities:occurrence_manage", args=[occurrence.pk])
        return door(url, _("Zeg af, of bekijk wie er komt"))


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


@admin.register(Wish)
class WishAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wat mensen missen. Iedereen hoort binnen 14 dagen iets.")
    may_delete = True
    list_display = ["text", "name", "centre", "created_at", "answered_at"]
    list_filter = ["centre", ("answered_at", admin.EmptyFieldListFilter)]
    list_select_related = ["centre"]
    search_fields = ["text", "name"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    actions = ["answer"]
    fields = [
        "text",
        "name",
        "phone",
        "email",
        "wants_call",
        "centre",
        "person",
        "language",
        "entered_by",
        "created_at",
        "answered_at",
        "answered_by",
        "reply",
    ]

    @admin.action(description=gettext_lazy("Wij hebben geantwoord"), permissions=["delete"])
    def answer(self, request: HttpRequest, wishes: QuerySet[Wish]) -> None:
        for wish in wishes:
            wishing.answer(wish, by=signed_in(request))


@admin.register(CalendarSource)
class CalendarSourceAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Agenda's van elders die wij overnemen.")
    list_display = ["name", "centre", "kind", "imported_at"]
    list_filter = ["centre"]
    list_select_related = ["centre"]
    search_fields = ["name"]
    date_hierarchy = "created_at"
    ordering = ["-id"]


@admin.register(ImportedEvent)
class ImportedEventAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Wat er van elders kwam, met de waarden van toen.")
    list_display = ["uid", "recurrence_id", "source", "activity", "seen_at"]
    list_filter = ["source__centre", "source__kind", ("activity", admin.EmptyFieldListFilter)]
    list_select_related = ["source", "activity"]
    search_fields = ["=uid", "activity__title__unaccent"]
    date_hierarchy = "seen_at"
    ordering = ["-id"]


@admin.register(ImportDraft)
class ImportDraftAdmin(LookOnlyAdmin):
    explanation = gettext_lazy("Bestanden die nog niet zijn overgenomen.")
    may_delete = True
    list_display = ["name", "centre", "made_by", "created_at"]
    list_filter = ["centre"]
    list_select_related = ["centre", "made_by"]
    search_fields = ["name"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fields = ["name", "centre", "kind", "made_by", "created_at"]
