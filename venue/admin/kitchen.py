"""The kitchen in /beheer/: times, terms and limits are kept here. Dishes, orders and the log are looked at only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lokaal.admin import HouseInline, LookOnlyAdmin
from venue.admin.dated import ClosedForm, DatedAdmin, DatedForm, Holds, OverIsOver, ShowsEuros
from venue.admin.invoices import LooksOnly
from venue.admin.spaces import StaysInItsHouse
from venue.food import kitchen
from venue.models import (
    CateringOrder,
    CateringTerms,
    CheckPoint,
    Dish,
    DishPrice,
    DishTranslation,
    FoodSafetyLimit,
    Ingredient,
    IngredientAllergen,
    KitchenRule,
    KitchenSlot,
    LogCorrection,
    LogEntry,
    MealGuest,
    OrderEvent,
    OrderLine,
    OrderNeed,
    RecipeIngredient,
    RecipeVersion,
)

# What the kitchen makes ----------------------------------------------------------------------------


@admin.register(Dish)
class DishAdmin(LookOnlyAdmin):
    explanation = _("Wat de keuken maakt. Veranderen doe je op de pagina van de keuken.")
    list_display = ["name", "course", "is_on_menu", "is_for_lunch", "changed_at", "changed_by"]
    list_filter = ["course", "is_on_menu", "is_for_lunch", "centres"]
    list_select_related = ["changed_by"]
    search_fields = ["name__unaccent"]
    date_hierarchy = "changed_at"


@admin.register(DishPrice)
class DishPriceAdmin(ShowsEuros, LookOnlyAdmin):
    explanation = _("Wat een gerecht kost, en vanaf welke dag.")
    list_display = ["dish", "price_cents", "valid_from", "valid_until"]
    list_filter = [Holds, "dish__course"]
    list_select_related = ["dish"]
    search_fields = ["dish__name__unaccent"]
    date_hierarchy = "valid_from"
    ordering = ["dish__name", "-valid_from"]


@admin.register(DishTranslation)
class DishTranslationAdmin(LookOnlyAdmin):
    explanation = _("De woorden van een gerecht in een andere taal.")
    list_display = ["name", "dish", "language"]
    list_filter = ["language"]
    list_select_related = ["dish"]
    search_fields = ["name__unaccent", "dish__name__unaccent"]
    ordering = ["dish__name", "language"]


class RecipeIngredientInline(LooksOnly, HouseInline):
    model = RecipeIngredient
    fields = ["ingredient", "quantity", "unit"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RecipeIngredient]:
        return super().get_queryset(request).select_related("ingredient")


@admin.register(RecipeVersion)
class RecipeVersionAdmin(LookOnlyAdmin):
    explanation = _("Hoe een gerecht gemaakt wordt. Elk ander recept is een nieuwe versie.")
    list_display = ["dish", "number", "portions", "is_current", "made_at", "made_by"]
    list_filter = ["is_current", "dish__course"]
    list_select_related = ["dish", "made_by"]
    search_fields = ["dish__name__unaccent", "method"]
    date_hierarchy = "made_at"
    ordering = ["dish__name", "-number"]
    inlines = [RecipeIngredientInline]


@admin.register(RecipeIngredient)
class RecipeIngredientAdmin(LookOnlyAdmin):
    explanation = _("Hoeveel er van een ingrediënt in een recept gaat.")
    list_display = ["version", "ingredient", "quantity", "unit"]
    list_filter = ["version__is_current", "unit"]
    list_select_related = ["version__dish", "ingredient"]
    search_fields = ["version__dish__name__unaccent", "ingredient__name__unaccent"]
    ordering = ["version__dish__name", "-version__number", "position"]


@admin.register(Ingredient)
class IngredientAdmin(LookOnlyAdmin):
    explanation = _("Wat erin gaat. Het etiket lees je op de pagina van de keuken.")
    list_display = ["name", "source", "checked_at", "checked_by"]
    list_filter = [
        ("checked_at", admin.EmptyFieldListFilter),
        "is_vegetarian",
        "is_vegan",
        "is_halal",
    ]
    list_select_related = ["checked_by"]
    search_fields = ["name__unaccent", "source"]
    date_hierarchy = "checked_at"


@admin.register(IngredientAllergen)
class IngredientAllergenAdmin(LookOnlyAdmin):
    explanation = _("Welke allergenen in een ingrediënt zitten, of kunnen zitten.")
    list_display = ["ingredient", "allergen", "trace", "detail"]
    list_filter = ["allergen", "trace"]
    list_select_related = ["ingredient"]
    search_fields = ["ingredient__name__unaccent", "detail"]
    ordering = ["ingredient__name", "allergen"]


# What was ordered ----------------------------------------------------------------------------------


@admin.register(CateringOrder)
class CateringOrderAdmin(LookOnlyAdmin):
    explanation = _("Bestellingen. Veranderen doe je op de pagina van de keuken.")
    list_display = ["shown_code", "kind", "centre", "serving_at", "people", "state"]
    list_filter = ["kind", "state", "centre"]
    list_select_related = ["centre"]
    date_hierarchy = "serving_at"
    search_fields = ["=code", "title__unaccent", "name__unaccent"]


@admin.register(OrderLine)
class OrderLineAdmin(ShowsEuros, LookOnlyAdmin):
    explanation = _("Wat er besteld is, met de prijs en het recept van toen.")
    list_display = ["order", "dish", "count", "is_per_person", "unit_price_cents"]
    list_filter = ["order__kind", "order__state", "dish__course"]
    list_select_related = ["order", "dish"]
    search_fields = ["=order__code", "dish__name__unaccent"]
    date_hierarchy = "order__serving_at"
    ordering = ["-order__serving_at", "-id"]


@admin.register(OrderNeed)
class OrderNeedAdmin(LookOnlyAdmin):
    explanation = _("Hoeveel mensen iets niet eten. Nooit wie.")
    list_display = ["order", "need", "count"]
    list_filter = ["need", "order__kind"]
    list_select_related = ["order"]
    search_fields = ["=order__code", "order__title__unaccent"]
    date_hierarchy = "order__serving_at"
    ordering = ["-order__serving_at", "-id"]


@admin.register(OrderEvent)
class OrderEventAdmin(LookOnlyAdmin):
    explanation = _("Wat er met bestellingen gebeurde, wanneer en door wie.")
    list_display = ["at", "order", "fact", "before", "after", "reason", "by"]
    list_filter = ["fact", "order__kind"]
    list_select_related = ["order", "by"]
    search_fields = ["=order__code", "reason"]
    date_hierarchy = "at"
    ordering = ["-at", "-id"]


@admin.register(MealGuest)
class MealGuestAdmin(LookOnlyAdmin):
    explanation = _("Wie mee-eet. Alleen een naam en hoe je iemand bereikt.")
    list_display = ["name", "order", "companions", "joined_at", "left_at"]
    list_filter = [("left_at", admin.EmptyFieldListFilter), "order__centre"]
    list_select_related = ["order"]
    search_fields = ["name__unaccent", "=code"]
    date_hierarchy = "joined_at"


# When and how ----------------------------------------------------------------------------------------


class KitchenRuleForm(DatedForm):
    """Refuses what has no length before the database would."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("Het einde ligt voor het begin."))
        return cleaned


@admin.register(KitchenRule)
class KitchenRuleAdmin(StaysInItsHouse):
    explanation = _("Wanneer de keuken werkt, en hoeveel porties per blok.")
    form = KitchenRuleForm
    may_delete = True
    list_display = ["centre", "weekday", "starts", "ends", "capacity", "valid_from", "valid_until"]
    list_filter = [Holds, "centre", "weekday"]
    list_select_related = ["centre"]
    search_fields = ["centre__name"]
    date_hierarchy = "valid_from"
    ordering = ["centre__position", "weekday", "starts", "-valid_from"]

    def save_model(
        self, request: HttpRequest, obj: KitchenRule, form: ModelForm, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        kitchen.follow_rules(obj.centre)

    def delete_model(self, request: HttpRequest, obj: KitchenRule) -> None:
        super().delete_model(request, obj)
        kitchen.follow_rules(obj.centre)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[KitchenRule]) -> None:
        centres = {rule.centre for rule in queryset.select_related("centre")}
        super().delete_queryset(request, queryset)
        for centre in centres:
            kitchen.follow_rules(centre)


@admin.register(KitchenSlot)
class KitchenSlotAdmin(LookOnlyAdmin):
    explanation = _("Hoe druk de keuken het heeft. Veranderen doe je op de pagina van de keuken.")
    list_display = ["centre", "starts_at", "ends_at", "capacity", "used", "is_by_hand"]
    list_filter = ["centre", "is_by_hand"]
    list_select_related = ["centre"]
    search_fields = ["centre__name"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at", "centre"]


@admin.register(CateringTerms)
class CateringTermsAdmin(DatedAdmin):
    explanation = _("Hoe lang vooraf iets vaststaat of afgezegd kan worden. In werkuren.")
    form = ClosedForm
    fields = [
        "final_count_hours",
        "cancel_hours",
        "reminder_hours",
        "days_ahead",
        "valid_from",
        "valid_until",
    ]
    list_display = ["valid_from", "valid_until", "final_count_hours", "cancel_hours", "days_ahead"]
    list_filter = [Holds]
    search_fields = ["valid_from", "valid_until"]
    ordering = ["-valid_from"]


# Food safety ------------------------------------------------------------------------------------------


@admin.register(CheckPoint)
class CheckPointAdmin(StaysInItsHouse):
    explanation = _("Koelkasten, vriezers en wat schoon moet.")
    list_display = ["name", "centre", "kind", "how_often", "is_active"]
    list_filter = ["centre", "kind", "is_active"]
    list_select_related = ["centre"]
    search_fields = ["name__unaccent", "centre__name"]
    ordering = ["centre__position", "position", "name"]

    def get_readonly_fields(self, request: HttpRequest, obj: CheckPoint | None = None) -> list[str]:
        """What stands in the log keeps its name and kind: the log must go on saying what it said."""
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "kind", "name"] if obj and obj.entries.exists() else fields


@admin.register(FoodSafetyLimit)
class FoodSafetyLimitAdmin(OverIsOver):
    explanation = _("Grenzen voor veilig eten. Is er een nieuwe regel? Maak een nieuwe rij.")
    list_display = ["kind", "lowest", "highest", "within_minutes", "valid_from", "valid_until"]
    list_filter = [Holds, "kind"]
    search_fields = ["source", "valid_from"]

    def get_readonly_fields(
        self, request: HttpRequest, obj: FoodSafetyLimit | None = None
    ) -> list[str]:
        """What was measured against stays; only its end may be written down."""
        if obj is None or not LogEntry.objects.filter(limit=obj).exists():
            return []
        return ["kind", "lowest", "highest", "within_minutes", "source", "valid_from"]


class LogCorrectionInline(LooksOnly, HouseInline):
    model = LogCorrection
    fields = ["remedy", "note", "done_at", "signed_name"]


@admin.register(LogEntry)
class LogEntryAdmin(LookOnlyAdmin):
    explanation = _("Het keukenlogboek. Wat hier staat, verandert nooit.")
    list_display = ["measured_at", "centre", "kind", "about", "celsius", "is_within", "signed_name"]
    list_filter = ["centre", "kind", "is_within"]
    list_select_related = ["centre", "point"]
    search_fields = ["subject__unaccent", "point__name__unaccent", "signed_name__unaccent"]
    date_hierarchy = "measured_at"
    inlines = [LogCorrectionInline]

    @admin.display(description=_("wat"))
    def about(self, entry: LogEntry) -> Any:
        return entry.what


@admin.register(LogCorrection)
class LogCorrectionAdmin(LookOnlyAdmin):
    explanation = _("Wat er gedaan is als een meting niet goed was. Verandert nooit.")
    list_display = ["done_at", "about", "remedy", "note", "signed_name"]
    list_filter = ["remedy", "entry__centre"]
    list_select_related = ["entry__point"]
    search_fields = [
        "note__unaccent",
        "signed_name__unaccent",
        "entry__subject__unaccent",
        "entry__point__name__unaccent",
    ]
    date_hierarchy = "done_at"
    ordering = ["-done_at", "-id"]

    @admin.display(description=_("wat"))
    def about(self, correction: LogCorrection) -> Any:
        return correction.entry.what
