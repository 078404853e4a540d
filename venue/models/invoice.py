"""Invoices and credit notes. Once issued they never change: a mistake is put right by a credit note.

Amounts are cents. Prices include VAT. A credit note has positive amounts too; `sign` says which way the money goes.
What is written here is also kept by the database (migration 0004).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from venue.models.booking import Booking, BookingDate
from venue.models.hirer import Hirer
from venue.models.order import CateringOrder
from venue.models.quote import QuoteLine
from venue.models.seller import InvoiceKind, InvoiceSeries, ReminderStep
from venue.models.vat import VatCategory, VatCode


class InvoiceState(models.TextChoices):
    """Draft or issued. Whether it is paid is told by the payments, never written down."""

    DRAFT = "draft", _("concept")
    ISSUED = "issued", _("vastgelegd")


class Pillar(models.TextChoices):
    """Which part of the house earned it, for the figures of the treasurer."""

    HIRE = "hire", _("zaalverhuur")
    KITCHEN = "kitchen", _("keuken")
    ACTIVITIES = "activities", _("activiteiten")
    OTHER = "other", _("overig")


class Unit(models.TextChoices):
    """What is counted, by the codes of UN/ECE Recommendation 20 that EN 16931 asks for."""

    PIECE = "C62", _("stuk")
    HOUR = "HUR", _("uur")
    DAY = "DAY", _("dag")
    PERSON = "IE", _("persoon")


@dataclass(frozen=True)
class Party:
    """Who sells or buys, as it was on the day of issue; a copy, so that a later move changes no invoice."""

    name: str = ""
    contact: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "NL"
    kvk_number: str = ""
    oin: str = ""
    vat_id: str = ""
    email: str = ""
    phone: str = ""
    iban: str = ""
    bic: str = ""
    account_name: str = ""

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        known = cls.__dataclass_fields__
        return cls(**{name: value for name, value in kept.items() if name in known})

    def as_json(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def visible_to(self, person: Person, *roles: Any) -> InvoiceQuerySet:
        """Invoices of the centres where this person holds one of the roles; those of several centres need all."""
        held = [role for role in person.current_roles if role.role in roles]
        if any(role.centre_id is None for role in held):
            return self
        return self.filter(centre__in=[role.centre_id for role in held])

    def issued(self) -> InvoiceQuerySet:
        return self.filter(state=InvoiceState.ISSUED)

    def drafts(self) -> InvoiceQuerySet:
        return self.filter(state=InvoiceState.DRAFT)

    def with_money(self) -> InvoiceQuerySet:
        """Add paid_cents, credited_cents and open_cents, in one query.

        A credit note has nothing open itself: it makes what is open of its invoice less. Below zero is to be paid back.
        """
        from venue.models.payment import PaymentPart

        paid = (
            PaymentPart.objects.filter(invoice=OuterRef("pk"))
            .order_by()
            .values("invoice")
            .annotate(sum=Sum("amount_cents"))
            .values("sum")
        )
        credited = (
            Invoice.objects.filter(credited_invoice=OuterRef("pk"), state=InvoiceState.ISSUED)
            .order_by()
            .values("credited_invoice")
            .annotate(sum=Sum("gross_cents"))
            .values("sum")
        )
        number = models.IntegerField()
        return self.annotate(
            paid_cents=Coalesce(Subquery(paid, output_field=number), 0),
            credited_cents=Coalesce(Subquery(credited, output_field=number), 0),
            open_cents=Case(
                When(Q(kind=InvoiceKind.CREDIT) | Q(state=InvoiceState.DRAFT), then=Value(0)),
                default=F("gross_cents") - F("paid_cents") - F("credited_cents"),
                output_field=number,
            ),
        )

    def open(self) -> InvoiceQuerySet:
        """Issued invoices on which money is still to come (or to go back), unless nobody expects it any more."""
        return (
            self.with_money()
            .filter(state=InvoiceState.ISSUED, kind=InvoiceKind.INVOICE, uncollectible_at=None)
            .exclude(open_cents=0)  # type: ignore[misc]  # annotated
        )

    def overdue(self, day: date | None = None) -> InvoiceQuerySet:
        late = self.open().filter(due_on__lt=day or timezone.localdate())
        return late.filter(open_cents__gt=0)  # type: ignore[misc]  # annotated

    def paid(self) -> InvoiceQuerySet:
        whole = self.with_money().filter(state=InvoiceState.ISSUED, kind=InvoiceKind.INVOICE)
        return whole.filter(open_cents=0)  # type: ignore[misc]  # annotated

    def found_by(self, words: str) -> InvoiceQuerySet:
        """By (part of) the number, or of the name of the buyer."""
        words = words.strip()
        if not words:
            return self
        return self.filter(Q(number__icontains=words) | Q(hirer__name__icontains=words))

    def with_list(self) -> InvoiceQuerySet:
        """What a row in a list shows, without a query per row."""
        return self.with_money().select_related("hirer", "centre", "credited_invoice")

    def with_page(self) -> InvoiceQuerySet:
        return self.with_list().prefetch_related(
            "lines",
            "lines__vat_code",
            "vat_rows",
            "credit_notes",
            "reminders",
            "payment_parts__payment",
        )


class Invoice(models.Model):
    """An invoice or a credit note. Its number is given at issue; from then on the database refuses changes."""

    #: What may still be written on an issued invoice; the same list stands in migration 0004.
    AFTER_ISSUE = (
        "sent_at",
        "uncollectible_at",
        "uncollectible_reason",
        "instalments_until",
        "instalments_note",
    )

    id = UUIDKey()
    kind = models.CharField(
        _("soort"), max_length=7, choices=InvoiceKind, default=InvoiceKind.INVOICE
    )
    state = models.CharField(
        _("stand"), max_length=6, choices=InvoiceState, default=InvoiceState.DRAFT
    )
    series = models.ForeignKey(
        InvoiceSeries, models.PROTECT, null=True, blank=True, related_name="invoices"
    )
    year = models.PositiveSmallIntegerField(_("jaar"), null=True, blank=True)
    sequence = models.PositiveIntegerField(_("volgnummer"), null=True, blank=True)
    number = models.CharField(_("nummer"), max_length=20, null=True, blank=True, unique=True)
    hirer = models.ForeignKey(
        Hirer, models.PROTECT, related_name="invoices", verbose_name=_("voor wie")
    )
    centre = models.ForeignKey(
        Centre,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invoices",
        verbose_name=_("huis"),
        help_text=_("Leeg: van meer huizen."),
    )
    credited_invoice = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="credit_notes",
        verbose_name=_("credit op factuur"),
    )
    reason = models.CharField(_("waarom credit"), max_length=300, blank=True)
    language = models.CharField(_("taal"), max_length=7, default="nl")
    buyer_reference = models.CharField(_("uw kenmerk"), max_length=60, blank=True)
    order_reference = models.CharField(_("ons kenmerk"), max_length=60, blank=True)
    note = models.CharField(_("regel onder de factuur"), max_length=300, blank=True)
    period_from = models.DateField(_("geleverd vanaf"), null=True, blank=True)
    period_until = models.DateField(_("geleverd tot en met"), null=True, blank=True)
    issued_on = models.DateField(_("datum"), null=True, blank=True)
    due_on = models.DateField(_("betalen tot en met"), null=True, blank=True)
    seller = models.JSONField(_("afzender"), default=dict, blank=True)
    buyer = models.JSONField(_("ontvanger"), default=dict, blank=True)
    net_cents = models.IntegerField(_("zonder btw"), default=0)
    vat_cents = models.IntegerField(_("btw"), default=0)
    gross_cents = models.IntegerField(_("totaal"), default=0)
    created_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("gemaakt door"),
    )
    issued_at = models.DateTimeField(_("vastgelegd op"), null=True, blank=True)
    #: Who issued it, by name: a person can be erased, an issued invoice cannot change.
    issued_by = models.CharField(_("vastgelegd door"), max_length=120, blank=True)
    sent_at = models.DateTimeField(_("verstuurd"), null=True, blank=True)
    uncollectible_at = models.DateTimeField(_("oninbaar sinds"), null=True, blank=True)
    uncollectible_reason = models.CharField(_("waarom oninbaar"), max_length=300, blank=True)
    instalments_until = models.DateField(
        _("betaalt in delen tot"), null=True, blank=True, help_text=_("Tot dan geen herinnering.")
    )
    instalments_note = models.CharField(_("wat is afgesproken"), max_length=300, blank=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("factuur")
        verbose_name_plural = _("facturen")
        ordering = ["-issued_on", "-created_at", "-id"]
        indexes = [
            models.Index("state", "kind", "due_on", name="venue_invoice_by_due"),
            models.Index("issued_on", name="venue_invoice_by_date"),
        ]
        constraints = [
            models.UniqueConstraint("series", "year", "sequence", name="venue_invoice_number_once"),
            models.CheckConstraint(
                name="venue_invoice_issued_is_whole",
                condition=Q(state=InvoiceState.DRAFT, number=None, sequence=None, issued_on=None)
                | Q(
                    state=InvoiceState.ISSUED,
                    number__isnull=False,
                    sequence__isnull=False,
                    year__isnull=False,
                    series__isnull=False,
                    issued_on__isnull=False,
                    due_on__isnull=False,
                    issued_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="venue_invoice_adds_up",
                condition=Q(gross_cents=F("net_cents") + F("vat_cents")),
            ),
            models.CheckConstraint(
                name="venue_invoice_credit_names_its_invoice",
                condition=Q(kind=InvoiceKind.INVOICE, credited_invoice=None)
                | Q(kind=InvoiceKind.CREDIT, credited_invoice__isnull=False),
            ),
            models.CheckConstraint(
                name="venue_invoice_period_runs_forward",
                condition=Q(period_from=None)
                | Q(period_until=None)
                | Q(period_until__gte=F("period_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(_("concept"))

    def get_absolute_url(self) -> str:
        return reverse("venue:invoice", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == InvoiceState.DRAFT

    @property
    def is_credit(self) -> bool:
        return self.kind == InvoiceKind.CREDIT

    @property
    def sign(self) -> int:
        """1 for an invoice, -1 for a credit note: the way in which its amounts count."""
        return -1 if self.is_credit else 1

    @property
    def refund_cents(self) -> int:
        """What is to be given back (loaded with_money)."""
        opened: int = getattr(self, "open_cents", 0)
        return max(0, -opened)

    @property
    def seller_party(self) -> Party:
        return Party.from_json(self.seller)

    @property
    def buyer_party(self) -> Party:
        return Party.from_json(self.buyer)


class InvoiceLineQuerySet(models.QuerySet["InvoiceLine"]):
    def not_credited(self) -> InvoiceLineQuerySet:
        """Lines that no credit note, draft or issued, takes back."""
        return self.filter(~Exists(InvoiceLine.objects.filter(credited_line=OuterRef("pk"))))


class InvoiceLine(models.Model):
    """What was delivered, how many, for how much. `charge_key` names the thing: it is invoiced once.

    Credited wholly, `released_at` frees that name, so that it can be invoiced again, and right.
    """

    id = UUIDKey()
    invoice = models.ForeignKey(
        Invoice, models.CASCADE, related_name="lines", verbose_name=_("factuur")
    )
    position = models.PositiveSmallIntegerField(_("regel"))
    description = models.CharField(_("omschrijving"), max_length=300)
    quantity = models.DecimalField(_("aantal"), max_digits=9, decimal_places=2)
    unit = models.CharField(_("eenheid"), max_length=3, choices=Unit, default=Unit.PIECE)
    unit_price_cents = models.PositiveIntegerField(_("prijs per eenheid, met btw"))
    vat_code = models.ForeignKey(
        VatCode, models.PROTECT, related_name="+", verbose_name=_("btw-code")
    )
    vat_category = models.CharField(
        _("soort btw"), max_length=1, choices=VatCategory, blank=True, default=""
    )
    vat_percent = models.DecimalField(
        _("btw-percentage"), max_digits=4, decimal_places=2, default=0
    )
    vat_ground = models.CharField(_("grond in de wet"), max_length=200, blank=True)
    exemption_code = models.CharField(_("code van de vrijstelling"), max_length=30, blank=True)
    net_cents = models.IntegerField(_("zonder btw"), default=0)
    gross_cents = models.IntegerField(_("bedrag met btw"))
    pillar = models.CharField(_("onderdeel"), max_length=10, choices=Pillar, default=Pillar.OTHER)
    centre = models.ForeignKey(
        Centre, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("huis")
    )
    booking = models.ForeignKey(
        Booking,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invoice_lines",
        verbose_name=_("boeking"),
    )
    booking_date = models.ForeignKey(
        BookingDate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invoice_lines",
        verbose_name=_("datum van de boeking"),
    )
    quote_line = models.ForeignKey(
        QuoteLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invoice_lines",
        verbose_name=_("regel van de offerte"),
    )
    order = models.ForeignKey(
        CateringOrder,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invoice_lines",
        verbose_name=_("bestelling"),
    )
    delivered_from = models.DateField(_("van"), null=True, blank=True)
    delivered_until = models.DateField(_("tot en met"), null=True, blank=True)
    charge_key = models.CharField(max_length=80, blank=True, editable=False)
    credited_line = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="credited_by",
        verbose_name=_("neemt terug"),
    )
    released_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = InvoiceLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("regel van een factuur")
        verbose_name_plural = _("regels van facturen")
        ordering = ["invoice", "position"]
        constraints = [
            models.UniqueConstraint("invoice", "position", name="venue_invoiceline_position_once"),
            models.UniqueConstraint(
                "charge_key",
                name="venue_invoiceline_invoiced_once",
                condition=Q(released_at=None) & ~Q(charge_key=""),
                violation_error_message=_("Dit staat al op een factuur."),
            ),
            models.CheckConstraint(
                name="venue_invoiceline_counts_something", condition=~Q(quantity=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.description}"

    @property
    def vat_cents(self) -> int:
        return self.gross_cents - self.net_cents


class InvoiceVat(models.Model):
    """The total of one VAT rate on one invoice, frozen at issue."""

    id = UUIDKey()
    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="vat_rows")
    category = models.CharField(_("soort"), max_length=1, choices=VatCategory)
    percent = models.DecimalField(_("percentage"), max_digits=4, decimal_places=2)
    legal_ground = models.CharField(_("grond in de wet"), max_length=200, blank=True)
    exemption_code = models.CharField(_("code van de vrijstelling"), max_length=30, blank=True)
    net_cents = models.IntegerField(_("zonder btw"))
    vat_cents = models.IntegerField(_("btw"))
    gross_cents = models.IntegerField(_("met btw"))

    class Meta:
        verbose_name = _("btw op een factuur")
        verbose_name_plural = _("btw op facturen")
        ordering = ["invoice", "-percent", "category"]
        constraints = [
            models.UniqueConstraint(
                "invoice", "category", "percent", name="venue_invoicevat_rate_once"
            ),
            models.CheckConstraint(
                name="venue_invoicevat_adds_up",
                condition=Q(gross_cents=F("net_cents") + F("vat_cents")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.percent}%"


class Reminder(models.Model):
    """A reminder that went out. Each step once per invoice."""

    id = UUIDKey()
    invoice = models.ForeignKey(
        Invoice, models.PROTECT, related_name="reminders", verbose_name=_("factuur")
    )
    tone = models.CharField(_("toon"), max_length=8, choices=ReminderStep.Tone)
    sent_on = models.DateField(_("verstuurd op"))
    open_cents = models.PositiveIntegerField(_("toen nog open"))

    class Meta:
        verbose_name = _("herinnering")
        verbose_name_plural = _("herinneringen")
        ordering = ["sent_on", "id"]
        constraints = [models.UniqueConstraint("invoice", "tone", name="venue_reminder_step_once")]

    def __str__(self) -> str:
        return f"{self.invoice} {self.get_tone_display()}"
