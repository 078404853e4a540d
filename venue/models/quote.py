"""What was offered and agreed: quotes with frozen lines, and the deposit, which is owed and never earned.

Every price of a booking that somebody was told stands in a quote. One that staff agrees by word of mouth is a quote
that was never sent. Invoices are made of the lines of the accepted one.
"""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from lokaal.secret_links import is_secret_of
from venue.models.booking import Booking, BookingDate
from venue.models.tariff import Surcharge, Tariff
from venue.models.vat import VatCode


class QuoteState(models.TextChoices):
    DRAFT = "draft", _("wordt gemaakt")
    SENT = "sent", _("verstuurd")
    ACCEPTED = "accepted", _("aangenomen")
    DECLINED = "declined", _("niet aangenomen")
    REPLACED = "replaced", _("vervangen")


class QuoteQuerySet(models.QuerySet["Quote"]):
    def told(self) -> QuoteQuerySet:
        """Versions that the hirer was told, the newest first."""
        return self.exclude(state=QuoteState.DRAFT).order_by("-version")

    def with_lines(self) -> QuoteQuerySet:
        """All that stands in a quote, in two queries."""
        return self.prefetch_related(
            models.Prefetch(
                "lines", QuoteLine.objects.select_related("vat_code", "date__use__space")
            )
        )

    def with_page(self) -> QuoteQuerySet:
        """What the page of a quote shows, in a fixed number of queries."""
        return self.with_lines().select_related("booking__hirer", "booking__centre")


class Quote(models.Model):
    """A version of what a booking costs. Once sealed (sent or agreed) nothing of it changes but its state (trigger)."""

    id = UUIDKey()
    booking = models.ForeignKey(
        Booking, models.PROTECT, related_name="quotes", verbose_name=_("boeking")
    )
    version = models.PositiveSmallIntegerField(_("versie"))
    state = models.CharField(_("stand"), max_length=8, choices=QuoteState, default=QuoteState.DRAFT)
    language = models.CharField(_("taal"), max_length=7, default="nl")
    class_name = models.CharField(_("prijsgroep"), max_length=80)
    why = models.CharField(_("waarom deze prijs"), max_length=400, blank=True)
    missing = models.TextField(
        _("wat nog ontbreekt"),
        max_length=2000,
        blank=True,
        help_text=_("Zolang hier iets staat, kan de offerte niet weg."),
    )
    note = models.TextField(_("bericht aan de huurder"), max_length=2000, blank=True)
    total_cents = models.PositiveIntegerField(_("samen, inclusief btw"), default=0)
    waived_cents = models.PositiveIntegerField(_("gratis gegeven"), default=0)
    deposit_cents = models.PositiveIntegerField(_("borg"), default=0)
    secret_hash = models.CharField(max_length=64, blank=True, editable=False)
    valid_until = models.DateTimeField(_("geldt tot"), null=True, blank=True)
    by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("gemaakt door"),
    )
    made_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)
    sealed_at = models.DateTimeField(_("vast sinds"), null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("verstuurd"), null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(_("antwoord op"), null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("antwoord door"),
        help_text=_("Leeg: de huurder, met de link."),
    )
    decline_reason = models.CharField(_("waarom niet"), max_length=300, blank=True)

    objects = QuoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("offerte")
        verbose_name_plural = _("offertes")
        ordering = ["booking", "-version"]
        constraints = [
            models.UniqueConstraint("booking", "version", name="venue_quote_version_once"),
            models.UniqueConstraint(
                "booking", name="venue_quote_one_draft", condition=Q(state="draft")
            ),
            models.UniqueConstraint(
                "booking", name="venue_quote_one_sent", condition=Q(state="sent")
            ),
            models.UniqueConstraint(
                "booking", name="venue_quote_one_accepted", condition=Q(state="accepted")
            ),
            models.UniqueConstraint(
                "secret_hash", name="venue_quote_secret", condition=~Q(secret_hash="")
            ),
            models.CheckConstraint(
                name="venue_quote_sealed_unless_draft",
                condition=Q(state="draft", sealed_at__isnull=True)
                | (~Q(state="draft") & Q(sealed_at__isnull=False))
                | Q(state="replaced"),
            ),
            models.CheckConstraint(
                name="venue_quote_sealed_is_complete",
                condition=Q(sealed_at__isnull=True) | Q(missing=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking.reference}-{self.version}"

    @property
    def number(self) -> str:
        """How people call it: B1042-2."""
        return f"{self.booking.reference}-{self.version}"

    @property
    def has_run_out(self) -> bool:
        return self.valid_until is not None and self.valid_until <= timezone.now()

    def has_secret(self, secret: str) -> bool:
        """Whether this is the secret of its link. Only the hash is kept."""
        return bool(self.secret_hash) and is_secret_of(self.secret_hash, secret)


class LineKind(models.TextChoices):
    ROOM = "room", _("zaal")
    SURCHARGE = "surcharge", _("toeslag")
    OTHER = "other", _("iets anders")


class QuoteLine(models.Model):
    """One thing with a price. `amount_cents` is what counts; a negative one is a discount. Frozen with its quote."""

    id = UUIDKey()
    quote = models.ForeignKey(
        Quote, models.CASCADE, related_name="lines", verbose_name=_("offerte")
    )
    date = models.ForeignKey(
        BookingDate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="quote_lines",
        verbose_name=_("datum"),
        help_text=_("Leeg: hoort bij de hele boeking."),
    )
    date_sequence = models.PositiveIntegerField(
        default=0, editable=False, help_text="The version of the date that this was the price of."
    )
    position = models.PositiveSmallIntegerField(_("volgorde"), default=0)
    kind = models.CharField(_("soort"), max_length=9, choices=LineKind)
    description = models.CharField(_("wat"), max_length=200)
    quantity = models.DecimalField(
        _("aantal"),
        max_digits=8,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    unit = models.CharField(
        _("per"), max_length=8, help_text="A TariffUnit or SurchargeUnit.", default="time"
    )
    unit_cents = models.IntegerField(_("prijs per stuk, inclusief btw"))
    amount_cents = models.IntegerField(_("bedrag, inclusief btw"))
    waived_cents = models.PositiveIntegerField(_("gratis gegeven"), default=0)
    vat_code = models.ForeignKey(
        VatCode,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="quote_lines",
        verbose_name=_("btw-code"),
        help_text=_("Nodig bij elk bedrag."),
    )
    tariff = models.ForeignKey(
        Tariff,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="quote_lines",
        verbose_name=_("prijs"),
    )
    surcharge = models.ForeignKey(
        Surcharge,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="quote_lines",
        verbose_name=_("toeslag"),
    )

    original = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text="The same line in the first version that held it: what was invoiced once is not invoiced again.",
    )

    class Meta:
        verbose_name = _("regel van een offerte")
        verbose_name_plural = _("regels van offertes")
        ordering = ["quote", "position", "id"]
        constraints = [
            models.CheckConstraint(name="venue_quoteline_some", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="venue_quoteline_paid_has_vat",
                condition=Q(amount_cents=0) | Q(vat_code__isnull=False),
                violation_error_message=_("Kies de btw-code."),
            ),
        ]

    def __str__(self) -> str:
        return self.description


class DepositKind(models.TextChoices):
    ASKED = "asked", _("gevraagd")
    RECEIVED = "received", _("ontvangen")
    RETURNED = "returned", _("teruggegeven")
    KEPT = "kept", _("gehouden")


class DepositEntry(models.Model):
    """A step in the life of a deposit (borg): money of the hirer that we owe. Never revenue, never VAT.

    Never changed; never more goes back or is kept than came in (migration 0006).
    """

    id = UUIDKey()
    booking = models.ForeignKey(
        Booking, models.PROTECT, related_name="deposit_entries", verbose_name=_("boeking")
    )
    kind = models.CharField(_("wat"), max_length=8, choices=DepositKind)
    cents = models.PositiveIntegerField(_("bedrag"), validators=[MinValueValidator(1)])
    reason = models.CharField(_("waarom"), max_length=300, blank=True)
    at = models.DateTimeField(_("wanneer"), default=timezone.now)
    by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("door"),
    )

    class Meta:
        verbose_name = _("borg")
        verbose_name_plural = _("borg")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(name="venue_depositentry_some", condition=Q(cents__gt=0)),
            models.CheckConstraint(
                name="venue_depositentry_kept_has_a_reason",
                condition=~Q(kind="kept") | ~Q(reason=""),
                violation_error_message=_("Schrijf op waarom wij de borg houden."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.cents / 100:.2f}"
