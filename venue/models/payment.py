"""Money that came in or went out, and which invoices it pays. Bank files are read once, whatever is sent twice."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from venue.models.invoice import Invoice


class PaymentMethod(models.TextChoices):
    BANK = "bank", _("bank")
    CASH = "cash", _("contant")
    CARD = "card", _("pin")
    OTHER = "other", _("anders")


class BankFile(models.Model):
    """A file of the bank that was read."""

    id = UUIDKey()
    name = models.CharField(_("bestand"), max_length=200)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    imported_at = models.DateTimeField(_("gelezen op"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("gelezen door"),
    )

    class Meta:
        verbose_name = _("bankbestand")
        verbose_name_plural = _("bankbestanden")
        ordering = ["-imported_at"]

    def __str__(self) -> str:
        return self.name


class EntryState(models.TextChoices):
    WAITING = "waiting", _("wacht op een mens")
    MATCHED = "matched", _("verwerkt")
    DEPOSIT = "deposit", _("borg")
    LEFT = "left", _("hoort niet bij een factuur")


class BankEntryQuerySet(models.QuerySet["BankEntry"]):
    def waiting(self) -> BankEntryQuerySet:
        """What no rule was sure about, oldest first."""
        return self.filter(state=EntryState.WAITING).order_by("booked_on", "id")


class BankEntry(models.Model):
    """One line of the bank: money in (above zero) or out (below zero), in cents. `fingerprint` tells it apart."""

    id = UUIDKey()
    bank_file = models.ForeignKey(
        BankFile, models.PROTECT, related_name="entries", verbose_name=_("bankbestand")
    )
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    account_iban = models.CharField(_("onze rekening"), max_length=34)
    booked_on = models.DateField(_("datum"))
    amount_cents = models.BigIntegerField(_("bedrag"))
    is_reversal = models.BooleanField(_("teruggeboekt"), default=False)
    other_name = models.CharField(_("naam"), max_length=140, blank=True)
    other_iban = models.CharField(_("rekening"), max_length=34, blank=True)
    description = models.CharField(_("omschrijving"), max_length=500, blank=True)
    state = models.CharField(
        _("stand"), max_length=7, choices=EntryState, default=EntryState.WAITING
    )
    doubt = models.CharField(_("waarom twijfel"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("beslist op"), null=True, blank=True)
    decided_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("beslist door"),
    )

    objects = BankEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("regel van de bank")
        verbose_name_plural = _("regels van de bank")
        ordering = ["-booked_on", "-id"]
        indexes = [
            models.Index(
                "booked_on", name="venue_bankentry_waiting", condition=Q(state=EntryState.WAITING)
            )
        ]
        constraints = [
            models.CheckConstraint(name="venue_bankentry_some_money", condition=~Q(amount_cents=0))
        ]

    def __str__(self) -> str:
        return f"{self.booked_on:%d-%m-%Y} {self.amount_cents / 100:.2f} {self.other_name}"


class Payment(models.Model):
    """Money that came in (above zero) or went back (below zero), in cents. Its parts say for which invoices.

    A mistake is undone, never wiped out: `undone_at` keeps the row without its parts.
    """

    id = UUIDKey()
    paid_on = models.DateField(_("betaald op"))
    amount_cents = models.BigIntegerField(_("bedrag"))
    method = models.CharField(
        _("hoe"), max_length=5, choices=PaymentMethod, default=PaymentMethod.BANK
    )
    note = models.CharField(_("opmerking"), max_length=200, blank=True)
    bank_entry = models.OneToOneField(
        BankEntry,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="payment",
        verbose_name=_("regel van de bank"),
    )
    #: Sent along by the form, so that pressing twice makes one payment.
    token = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    created_at = models.DateTimeField(_("ingevuld op"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ingevuld door"),
    )
    undone_at = models.DateTimeField(_("teruggedraaid op"), null=True, blank=True)
    undone_reason = models.CharField(_("waarom teruggedraaid"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("betaling")
        verbose_name_plural = _("betalingen")
        ordering = ["-paid_on", "-id"]
        constraints = [
            models.CheckConstraint(name="venue_payment_some_money", condition=~Q(amount_cents=0))
        ]

    def __str__(self) -> str:
        return f"{self.paid_on:%d-%m-%Y} {self.amount_cents / 100:.2f}"


class PaymentPart(models.Model):
    """How much of a payment pays an invoice. A trigger keeps the parts within the payment (migration 0004)."""

    id = UUIDKey()
    payment = models.ForeignKey(
        Payment, models.PROTECT, related_name="parts", verbose_name=_("betaling")
    )
    invoice = models.ForeignKey(
        Invoice, models.PROTECT, related_name="payment_parts", verbose_name=_("factuur")
    )
    amount_cents = models.BigIntegerField(_("bedrag"))

    class Meta:
        verbose_name = _("deel van een betaling")
        verbose_name_plural = _("delen van betalingen")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("payment", "invoice", name="venue_paymentpart_once"),
            models.CheckConstraint(
                name="venue_paymentpart_some_money", condition=~Q(amount_cents=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.amount_cents / 100:.2f}"
