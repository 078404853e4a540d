"""Money in /beheer/: who sells, in which series, when reminders go. Invoices and payments are looked at only."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lokaal.admin import HouseInline, HouseModelAdmin, LookOnlyAdmin
from venue.admin.dated import Holds, OverIsOver, ShowsEuros
from venue.models import (
    BankEntry,
    BankFile,
    Invoice,
    InvoiceCounter,
    InvoiceLine,
    InvoiceSeries,
    InvoiceVat,
    Payment,
    PaymentPart,
    Reminder,
    ReminderStep,
    Seller,
)


@admin.register(Seller)
class SellerAdmin(OverIsOver):
    explanation = _("Wie de facturen stuurt: naam, adres, KvK, btw-nummer en rekening.")
    list_display = ["legal_name", "iban", "payment_days", "valid_from", "valid_until"]
    list_filter = [Holds]
    search_fields = ["legal_name", "iban"]


@admin.register(InvoiceSeries)
class InvoiceSeriesAdmin(HouseModelAdmin):
    explanation = _("Hoe nummers van facturen beginnen.")
    list_display = ["prefix", "kind", "digits", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["prefix"]

    def get_readonly_fields(
        self, request: HttpRequest, obj: InvoiceSeries | None = None
    ) -> list[str]:
        """Numbers that were given out keep their look."""
        return ["kind", "prefix", "digits"] if obj and obj.counters.exists() else []


@admin.register(ReminderStep)
class ReminderStepAdmin(HouseModelAdmin):
    explanation = _("Hoeveel dagen te laat een herinnering weggaat.")
    list_display = ["tone", "days_late"]
    search_fields = ["tone"]
    may_delete = True

    def get_readonly_fields(
        self, request: HttpRequest, obj: ReminderStep | None = None
    ) -> list[str]:
        """The tone tells the steps apart; another tone is another step."""
        return [] if obj is None else ["tone"]


class LooksOnly:
    """Rows under an invoice or payment: shown, never changed here."""

    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class LineInline(ShowsEuros, LooksOnly, HouseInline):
    model = InvoiceLine
    fk_name = "invoice"
    fields = ["position", "description", "quantity", "vat_percent", "net_cents", "gross_cents"]


class VatInline(ShowsEuros, LooksOnly, HouseInline):
    model = InvoiceVat
    fields = ["category", "percent", "legal_ground", "net_cents", "vat_cents", "gross_cents"]


class PartInline(ShowsEuros, LooksOnly, HouseInline):
    model = PaymentPart
    fields = ["invoice", "amount_cents"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PaymentPart]:
        return super().get_queryset(request).select_related("invoice")


@admin.register(Invoice)
class InvoiceAdmin(ShowsEuros, LookOnlyAdmin):
    explanation = _("Elke factuur en creditfactuur. Maken en crediteren doe je bij Facturen.")
    list_display = ["number", "kind", "state", "hirer", "issued_on", "due_on", "gross_cents"]
    list_display_links = ["number", "hirer"]
    list_filter = ["state", "kind", "centre"]
    list_select_related = ["hirer"]
    search_fields = ["number", "hirer__name__unaccent"]
    date_hierarchy = "issued_on"
    inlines = [LineInline, VatInline]


@admin.register(Payment)
class PaymentAdmin(ShowsEuros, LookOnlyAdmin):
    explanation = _("Geld dat binnenkwam of wegging, en voor welke factuur.")
    list_display = ["paid_on", "amount_cents", "method", "note", "undone_at"]
    list_filter = ["method", ("undone_at", admin.EmptyFieldListFilter)]
    search_fields = ["note", "parts__invoice__number"]
    date_hierarchy = "paid_on"
    inlines = [PartInline]


@admin.register(BankEntry)
class BankEntryAdmin(ShowsEuros, LookOnlyAdmin):
    explanation = _("De regels uit bestanden van de bank.")
    list_display = ["booked_on", "amount_cents", "other_name", "description", "state"]
    list_filter = ["state", "is_reversal"]
    search_fields = ["other_name__unaccent", "description", "other_iban"]
    date_hierarchy = "booked_on"

    def get_queryset(self, request: HttpRequest) -> QuerySet[BankEntry]:
        return super().get_queryset(request).select_related("bank_file")


@admin.register(InvoiceLine)
class InvoiceLineAdmin(ShowsEuros, LookOnlyAdmin):
    explanation = _("Wat er op facturen staat, regel voor regel.")
    list_display = ["invoice", "position", "description", "gross_cents", "pillar"]
    list_display_links = ["invoice", "description"]
    list_filter = ["pillar", "vat_category", "centre"]
    list_select_related = ["invoice"]
    search_fields = ["description", "invoice__number"]
    date_hierarchy = "invoice__issued_on"


@admin.register(InvoiceVat)
class InvoiceVatAdmin(ShowsEuros, LookOnlyAdmin):
    explanation = _("De btw op elke factuur, per tarief.")
    list_display = ["invoice", "category", "percent", "net_cents", "vat_cents", "gross_cents"]
    list_filter = ["category", "percent"]
    list_select_related = ["invoice"]
    search_fields = ["invoice__number", "legal_ground"]
    date_hierarchy = "invoice__issued_on"


@admin.register(InvoiceCounter)
class InvoiceCounterAdmin(LookOnlyAdmin):
    explanation = _("Het laatste nummer van elke reeks en elk jaar.")
    list_display = ["series", "year", "last"]
    list_filter = ["series", "year"]
    list_select_related = ["series"]
    search_fields = ["series__prefix"]
    ordering = ["-year", "series__prefix"]


@admin.register(Reminder)
class ReminderAdmin(ShowsEuros, LookOnlyAdmin):
    explanation = _("Herinneringen die weg zijn.")
    list_display = ["invoice", "tone", "sent_on", "open_cents"]
    list_filter = ["tone"]
    list_select_related = ["invoice"]
    search_fields = ["invoice__number", "invoice__hirer__name"]
    date_hierarchy = "sent_on"


@admin.register(PaymentPart)
class PaymentPartAdmin(ShowsEuros, LookOnlyAdmin):
    explanation = _("Hoeveel van een betaling bij welke factuur hoort.")
    list_display = ["invoice", "amount_cents", "payment"]
    list_filter = ["payment__method"]
    list_select_related = ["invoice", "payment"]
    search_fields = ["invoice__number", "invoice__hirer__name__unaccent"]
    date_hierarchy = "payment__paid_on"


@admin.register(BankFile)
class BankFileAdmin(LookOnlyAdmin):
    explanation = _("De bestanden van de bank die gelezen zijn.")
    list_display = ["name", "imported_at", "by"]
    list_filter = [("imported_at", admin.DateFieldListFilter)]
    list_select_related = ["by"]
    search_fields = ["name"]
    date_hierarchy = "imported_at"
