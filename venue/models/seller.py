"""Who sells: the foundation as it stands on its invoices, and the series in which these are numbered."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from stdnum import iban as iban_number
from stdnum.exceptions import ValidationError as NumberError
from stdnum.nl import btw

from lokaal.keys import UUIDKey
from venue.models.vat import DatedQuerySet, DatedRow, ends_after_begin, validity


def check_iban(value: str) -> None:
    """Refuse an IBAN whose check digits are wrong."""
    try:
        iban_number.validate(value)
    except NumberError as problem:
        raise ValidationError(_("Dit rekeningnummer klopt niet.")) from problem


def check_vat_id(value: str) -> None:
    """Refuse a Dutch VAT number whose check digits are wrong; of other countries only the form is known here."""
    if value[:2].upper() == "NL" and not btw.is_valid(value):
        raise ValidationError(_("Dit btw-nummer klopt niet."))
    if not value[:2].isalpha():
        raise ValidationError(_("Een btw-nummer begint met een land, zoals NL."))


check_kvk_number = RegexValidator(r"^\d{8}$", _("Een KvK-nummer heeft 8 cijfers."))


class Seller(DatedRow):
    """The foundation as the law wants it on an invoice, in a stretch of days."""

    id = UUIDKey()
    legal_name = models.CharField(_("naam volgens de statuten"), max_length=120)
    street = models.CharField(_("straat en nummer"), max_length=120)
    postcode = models.CharField(_("postcode"), max_length=10)
    city = models.CharField(_("plaats"), max_length=80)
    country = models.CharField(_("land"), max_length=2, default="NL")
    kvk_number = models.CharField(_("KvK-nummer"), max_length=8, validators=[check_kvk_number])
    vat_id = models.CharField(
        _("btw-nummer"),
        max_length=14,
        blank=True,
        validators=[check_vat_id],
        help_text=_("Nodig zodra er btw of een vrijstelling op de factuur staat."),
    )
    iban = models.CharField(_("rekeningnummer (IBAN)"), max_length=34, validators=[check_iban])
    bic = models.CharField(_("BIC van de bank"), max_length=11, blank=True)
    account_name = models.CharField(
        _("rekening op naam van"),
        max_length=70,
        blank=True,
        help_text=_("Leeg: de naam hierboven."),
    )
    email = models.EmailField(_("e-mailadres voor vragen"))
    phone = models.CharField(_("telefoon"), max_length=20, blank=True)
    payment_days = models.PositiveSmallIntegerField(_("betalen binnen zoveel dagen"), default=14)

    objects = DatedQuerySet["Seller"].as_manager()

    class Meta:
        verbose_name = _("afzender van facturen")
        verbose_name_plural = _("afzenders van facturen")
        ordering = ["-valid_from"]
        constraints = [
            ends_after_begin("venue_seller_ends_after_begin"),
            ExclusionConstraint(
                name="venue_seller_one_a_day",
                expressions=[(validity(), RangeOperators.OVERLAPS)],
                violation_error_message=_("Voor deze dagen staat al een afzender."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.legal_name} ({self.valid_from:%d-%m-%Y})"

    def save(self, *args: object, **kwargs: object) -> None:
        """Numbers are kept without spaces, as banks and rules write them."""
        self.iban = iban_number.compact(self.iban)
        self.vat_id = self.vat_id.replace(" ", "").replace(".", "").upper()
        self.bic = self.bic.replace(" ", "").upper()
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class InvoiceKind(models.TextChoices):
    INVOICE = "invoice", _("factuur")
    CREDIT = "credit", _("creditfactuur")


class InvoiceSeries(models.Model):
    """A series of numbers that begins anew every year: F2026-0001. Credit notes have their own."""

    id = UUIDKey()
    kind = models.CharField(_("soort"), max_length=7, choices=InvoiceKind)
    prefix = models.CharField(
        _("begint met"),
        max_length=8,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Z0-9-]*$", _("Alleen hoofdletters, cijfers en streepjes."))
        ],
    )
    digits = models.PositiveSmallIntegerField(_("aantal cijfers"), default=4)
    is_active = models.BooleanField(_("in gebruik"), default=True)

    class Meta:
        verbose_name = _("reeks van nummers")
        verbose_name_plural = _("reeksen van nummers")
        ordering = ["kind", "prefix"]
        constraints = [
            models.UniqueConstraint(
                "kind",
                name="venue_invoiceseries_one_in_use",
                condition=Q(is_active=True),
                violation_error_message=_("Er is al een reeks in gebruik voor deze soort."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.get_kind_display()})"

    def text(self, year: int, sequence: int) -> str:
        """The number as it stands on the invoice: F2026-0001."""
        return f"{self.prefix}{year}-{sequence:0{self.digits}d}"


class InvoiceCounter(models.Model):
    """The last number given out in a series and year. Its row is locked while a number is given (money.numbering)."""

    id = UUIDKey()
    series = models.ForeignKey(InvoiceSeries, models.PROTECT, related_name="counters")
    year = models.PositiveSmallIntegerField(_("jaar"))
    last = models.PositiveIntegerField(_("laatste nummer"))

    class Meta:
        verbose_name = _("teller van nummers")
        verbose_name_plural = _("tellers van nummers")
        constraints = [
            models.UniqueConstraint("series", "year", name="venue_invoicecounter_once"),
            models.CheckConstraint(
                name="venue_invoicecounter_begins_at_1", condition=Q(last__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.year}: {self.last}"


class ReminderStep(models.Model):
    """When a reminder goes out, and in which words: friendly first, the last one firm. Set by the treasurer."""

    class Tone(models.TextChoices):
        FRIENDLY = "friendly", _("vriendelijk")
        SECOND = "second", _("tweede")
        LAST = "last", _("laatste")

    tone = models.CharField(_("toon"), max_length=8, choices=Tone, primary_key=True)
    days_late = models.PositiveSmallIntegerField(
        _("dagen te laat"), help_text=_("Zoveel dagen na de dag waarop betaald moest zijn.")
    )

    class Meta:
        verbose_name = _("stap van herinneren")
        verbose_name_plural = _("stappen van herinneren")
        ordering = ["days_late"]

    def __str__(self) -> str:
        return f"{self.get_tone_display()} ({self.days_late})"


def seller_on(day: date) -> Seller | None:
    """The seller of a day, or None when nobody wrote down who sells then."""
    return Seller.objects.on(day).first()
