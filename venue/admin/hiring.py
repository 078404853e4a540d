"""Hiring in /beheer/: prices and rules are dated rows, closed and followed by another; bookings are looked at only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lokaal import languages
from lokaal.admin import HouseForm, HouseModelAdmin, HouseStackedInline, LookOnlyAdmin
from lokaal.look.formats import euro
from venue.admin.dated import DatedAdmin, DatedForm, Holds, ShowsEuros
from venue.admin.invoices import LooksOnly
from venue.models import (
    AlcoholRule,
    Booking,
    BookingDate,
    BookingEvent,
    BookingLink,
    BookingSeries,
    CancellationRule,
    ChangeRequest,
    DepositEntry,
    HandOver,
    Hirer,
    Quote,
    QuoteLine,
    Surcharge,
    Tariff,
    TariffClass,
    VatCode,
    VatRate,
)

# What it costs -----------------------------------------------------------------------------------


OTHER_LANGUAGES = {
    code: name for code, name in languages.OWN_NAMES.items() if code != languages.SOURCE
}


class WordsForm(HouseForm):
    """A row with its words in other languages, each in a field of its own: name_en, explanation_en."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, words in self.instance.translations.items():
            self.initial.update({f"{field}_{code}": text for field, text in words.items()})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.instance.translations = {
            code: words
            for code in OTHER_LANGUAGES
            if (
                words := {
                    field: cleaned[f"{field}_{code}"]
                    for field in ("name", "explanation")
                    if cleaned.get(f"{field}_{code}")
                }
            )
        }
        return cleaned


def _name_fields() -> dict[str, forms.Field]:
    return {
        f"name_{code}": forms.CharField(
            label=format_lazy(_("Naam ({language})"), language=language),
            max_length=80,
            required=False,
        )
        for code, language in OTHER_LANGUAGES.items()
    }


def _words_fields() -> dict[str, forms.Field]:
    found = _name_fields()
    for code, language in OTHER_LANGUAGES.items():
        found[f"explanation_{code}"] = forms.CharField(
            label=format_lazy(_("Voor wie ({language})"), language=language),
            max_length=300,
            required=False,
            widget=forms.TextInput({"class": "vTextField"}),
        )
    return found


TariffClassForm = type("TariffClassForm", (WordsForm,), _words_fields())
SurchargeForm = type("SurchargeForm", (WordsForm, DatedForm), _name_fields())


class KeepsWords:
    """Writes the words in other languages, which stand in one field of the row."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)  # type: ignore[misc]
        if change and set(_words_fields()) & set(form.changed_data):
            obj.save(update_fields=["translations"])


@admin.register(TariffClass)
class TariffClassAdmin(KeepsWords, HouseModelAdmin):
    explanation = _("Wie welke prijs betaalt: bewoners, verenigingen, bedrijven, feesten.")
    form = TariffClassForm
    fields = [
        "name",
        "slug",
        "explanation",
        "is_free",
        "is_residents",
        "is_private_party",
        "is_yardstick",
        "position",
        *_words_fields(),
    ]
    list_display = ["name", "explanation", "is_free", "is_yardstick", "is_private_party"]
    list_filter = ["is_free", "is_residents", "is_private_party"]
    search_fields = ["name", "explanation"]
    ordering = ["position", "name"]
    prepopulated_fields = {"slug": ["name"]}


class SaysPrice:
    """A column with the price and its unit."""

    @admin.display(description=_("prijs"), ordering="price_cents")
    def price(self, row: Tariff | Surcharge) -> str:
        """€ 12,50 per uur."""
        return gettext("%(price)s per %(unit)s") % {
            "price": euro(row.price_cents),
            "unit": row.get_unit_display(),
        }


@admin.register(Tariff)
class TariffAdmin(SaysPrice, DatedAdmin):
    explanation = _("Wat een zaal kost, per prijsgroep, en vanaf welke dag.")
    fields = [
        "space",
        "tariff_class",
        "unit",
        "price_cents",
        "rounding_minutes",
        "block_minutes",
        "starts",
        "ends",
        "weekday",
        "day_cap_cents",
        "deposit_cents",
        "vat_code",
        "valid_from",
        "valid_until",
    ]
    list_display = ["space", "tariff_class", "price", "weekday", "valid_from", "valid_until"]
    list_filter = [Holds, "tariff_class", "unit", "space__centre"]
    list_select_related = ["space__centre", "tariff_class"]
    search_fields = ["space__name", "tariff_class__name"]
    ordering = ["space__centre__position", "space__position", "tariff_class", "unit", "-valid_from"]


@admin.register(Surcharge)
class SurchargeAdmin(KeepsWords, SaysPrice, DatedAdmin):
    explanation = _("Wat erbij komt: opstelling, spullen, schoonmaken, laat sluiten.")
    form = SurchargeForm
    fields = [
        "centre",
        "name",
        *_name_fields(),
        "kind",
        "layout",
        "equipment",
        "after",
        "unit",
        "price_cents",
        "space",
        "tariff_class",
        "is_also_for_free",
        "vat_code",
        "valid_from",
        "valid_until",
    ]
    list_display = ["name", "centre", "space", "price", "valid_from", "valid_until"]
    list_filter = [Holds, "kind", "centre"]
    list_select_related = ["centre", "space__centre"]
    search_fields = ["name", "space__name"]
    ordering = ["centre__position", "kind", "name", "-valid_from"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = super().get_fields(request, obj)
        if not self.is_shown_only(request, obj):
            return names
        return [name for name in names if name not in _name_fields()]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        if self.is_shown_only(request, obj):
            kwargs["form"] = DatedForm
        return super().get_form(request, obj, change=change, **kwargs)


class VatRateInline(LooksOnly, HouseStackedInline):
    model = VatRate
    fields = ["category", "percent", "legal_ground", "valid_from", "valid_until"]


@admin.register(VatCode)
class VatCodeAdmin(HouseModelAdmin):
    explanation = _("Wat voor btw iets heeft: zaalhuur, eten, alcohol. Vraag het je adviseur.")
    list_display = ["name", "code"]
    search_fields = ["name", "code"]
    ordering = ["name"]
    prepopulated_fields = {"code": ["name"]}
    inlines = [VatRateInline]


@admin.register(VatRate)
class VatRateAdmin(DatedAdmin):
    explanation = _("Welk percentage een btw-code heeft, volgens welke wet, en vanaf welke dag.")
    fields = [
        "vat_code",
        "category",
        "percent",
        "legal_ground",
        "exemption_code",
        "valid_from",
        "valid_until",
    ]
    list_display = [
        "vat_code",
        "category",
        "percent",
        "legal_ground",
        "valid_from",
        "valid_until",
    ]
    list_filter = [Holds, "vat_code", "category"]
    list_select_related = ["vat_code"]
    search_fields = ["vat_code__name", "legal_ground"]
    ordering = ["vat_code__name", "-valid_from"]


# Rules -------------------------------------------------------------------------------------------


@admin.register(CancellationRule)
class CancellationRuleAdmin(DatedAdmin):
    explanation = _("Wat iemand betaalt die kort van tevoren afzegt.")
    fields = ["centre", "notice_hours", "percent", "valid_from", "valid_until"]
    list_display = ["centre", "notice_hours", "percent", "valid_from", "valid_until"]
    list_filter = [Holds, "centre"]
    list_select_related = ["centre"]
    search_fields = ["centre__name"]
    ordering = ["centre__position", "-notice_hours", "-valid_from"]


@admin.register(AlcoholRule)
class AlcoholRuleAdmin(DatedAdmin):
    explanation = _("Wanneer er alcohol geschonken mag worden. Zonder regel nooit.")
    fields = [
        "centre",
        "weekday",
        "starts",
        "ends",
        "allows_private_parties",
        "not_in",
        "source",
        "valid_from",
        "valid_until",
    ]
    list_display = [
        "centre",
        "weekday",
        "starts",
        "ends",
        "allows_private_parties",
        "valid_from",
        "valid_until",
    ]
    list_filter = [Holds, "centre", "weekday"]
    list_select_related = ["centre"]
    search_fields = ["centre__name", "source"]
    ordering = ["centre__position", "weekday", "starts", "-valid_from"]
    filter_horizontal = ["not_in"]


# Who hires, and what ---------------------------------------------------------------------------------


@admin.register(Hirer)
class HirerAdmin(HouseModelAdmin):
    explanation = _("Wie zalen huurt, met het adres voor de factuur.")
    list_display = ["name", "kind", "email", "phone", "tariff_class", "created_at"]
    list_filter = ["kind", "tariff_class"]
    list_select_related = ["tariff_class"]
    search_fields = ["name__unaccent", "contact_name__unaccent", "email", "kvk_number"]
    date_hierarchy = "created_at"
    ordering = ["name", "id"]
    raw_id_fields = ["person"]


class BookingDateInline(LooksOnly, HouseStackedInline):
    model = BookingDate
    fields = ["use", "state", "reason", "cancelled_at", "cancel_percent"]
    readonly_fields = ["cancelled_at", "cancel_percent"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BookingDate]:
        return super().get_queryset(request).select_related("use")


class BookingEventInline(LooksOnly, HouseStackedInline):
    model = BookingEvent
    fields = ["kind", "at", "by", "by_hirer", "text"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BookingEvent]:
        return super().get_queryset(request).select_related("by")


class DepositEntryInline(ShowsEuros, LooksOnly, HouseStackedInline):
    model = DepositEntry
    fields = ["kind", "cents", "reason", "at", "by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DepositEntry]:
        return super().get_queryset(request).select_related("by")


@admin.register(Booking)
class BookingAdmin(LookOnlyAdmin):
    explanation = _("Elke aanvraag en boeking. Antwoorden doe je bij Verhuur.")
    list_display = ["reference", "state", "hirer", "purpose", "centre", "asked_at"]
    list_filter = ["state", "centre", "tariff_class"]
    list_select_related = ["hirer", "centre", "tariff_class"]
    search_fields = ["reference", "hirer__name__unaccent", "purpose__unaccent"]
    date_hierarchy = "asked_at"
    exclude = ["form_key"]
    inlines = [BookingDateInline, BookingEventInline, DepositEntryInline]


@admin.register(BookingDate)
class BookingDateAdmin(LookOnlyAdmin):
    explanation = _("De datums van boekingen, ook die niet doorgingen.")
    list_display = ["use", "booking", "state", "reason"]
    list_filter = ["state", "booking__centre"]
    list_select_related = ["use", "booking__hirer"]
    search_fields = ["booking__reference", "booking__hirer__name__unaccent", "reason"]
    date_hierarchy = "original_on"
    ordering = ["-original_on", "id"]


@admin.register(BookingEvent)
class BookingEventAdmin(LookOnlyAdmin):
    explanation = _("Wat er met boekingen gebeurde, wanneer en door wie.")
    list_display = ["at", "booking", "kind", "by", "by_hirer", "text", "is_to_call", "called_at"]
    list_filter = ["kind", "is_to_call"]
    list_select_related = ["booking__hirer", "by"]
    search_fields = ["booking__reference", "text"]
    date_hierarchy = "at"
    ordering = ["-at", "-id"]


@admin.register(BookingLink)
class BookingLinkAdmin(LookOnlyAdmin):
    explanation = _("Wanneer er links naar boekingen zijn verstuurd. Nooit de link zelf.")
    list_display = ["booking", "made_at"]
    list_filter = ["booking__centre"]
    list_select_related = ["booking__hirer"]
    search_fields = ["booking__reference"]
    date_hierarchy = "made_at"
    ordering = ["-made_at"]
    exclude = ["secret_hash"]


@admin.register(BookingSeries)
class BookingSeriesAdmin(LookOnlyAdmin):
    explanation = _("Boekingen die terugkomen, en volgens welke regel.")
    list_display = ["booking", "frequency", "first_on", "last_on", "starts", "ends"]
    list_filter = ["frequency", "skips_school_holidays", "booking__centre"]
    list_select_related = ["booking__hirer"]
    search_fields = ["booking__reference", "booking__hirer__name__unaccent"]
    date_hierarchy = "first_on"
    ordering = ["-first_on", "id"]


@admin.register(ChangeRequest)
class ChangeRequestAdmin(LookOnlyAdmin):
    explanation = _("Wat huurders anders wilden, en het antwoord.")
    list_display = ["asked_at", "date", "state", "space", "starts_at", "people", "reason"]
    list_filter = ["state", "space__centre"]
    list_select_related = ["date", "space__centre"]
    search_fields = ["date__booking__reference", "note", "reason"]
    date_hierarchy = "asked_at"
    ordering = ["-asked_at"]


@admin.register(HandOver)
class HandOverAdmin(LookOnlyAdmin):
    explanation = _("Wie de sleutel kreeg, en hoe de zaal was na afloop.")
    list_display = ["handed_at", "date", "signed_name", "keys", "returned_at", "room_state"]
    list_filter = ["room_state", ("returned_at", admin.EmptyFieldListFilter)]
    list_select_related = ["date"]
    search_fields = ["date__booking__reference", "signed_name__unaccent", "damage_note"]
    date_hierarchy = "handed_at"
    ordering = ["-handed_at"]


class QuoteLineInline(ShowsEuros, LooksOnly, HouseStackedInline):
    model = QuoteLine
    fields = [
        "description",
        "date",
        "quantity",
        "unit",
        "unit_cents",
        "amount_cents",
        "waived_cents",
        "vat_code",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuoteLine]:
        return super().get_queryset(request).select_related("date", "vat_code")


@admin.register(Quote)
class QuoteAdmin(ShowsEuros, LookOnlyAdmin):
    explanation = _("Elke versie van elke offerte, zoals de huurder hem kreeg.")
    list_display = [
        "number",
        "booking",
        "state",
        "total_cents",
        "waived_cents",
        "sent_at",
        "valid_until",
    ]
    list_filter = ["state", "booking__centre"]
    list_select_related = ["booking__hirer"]
    search_fields = ["booking__reference", "booking__hirer__name__unaccent"]
    date_hierarchy = "made_at"
    ordering = ["-made_at"]
    exclude = ["secret_hash"]
    inlines = [QuoteLineInline]


@admin.register(QuoteLine)
class QuoteLineAdmin(ShowsEuros, LookOnlyAdmin):
    explanation = _("De regels van offertes.")
    list_display = ["description", "quote", "amount_cents", "waived_cents", "vat_code"]
    list_filter = ["kind", "vat_code"]
    list_select_related = ["quote__booking", "vat_code"]
    search_fields = ["description", "quote__booking__reference"]
    date_hierarchy = "quote__made_at"
    ordering = ["-quote__made_at", "position"]


@admin.register(DepositEntry)
class DepositEntryAdmin(ShowsEuros, LookOnlyAdmin):
    explanation = _("Borg: gevraagd, ontvangen, teruggegeven of gehouden.")
    list_display = ["at", "booking", "kind", "cents", "reason", "by"]
    list_filter = ["kind", "booking__centre"]
    list_select_related = ["booking__hirer", "by"]
    search_fields = ["booking__reference", "booking__hirer__name__unaccent", "reason"]
    date_hierarchy = "at"
    ordering = ["-at"]
