"""VAT as dated data: which code something carries, and what that code meant on a day. Never a rate in code."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from lokaal.keys import UUIDKey


class DateRange(Func):
    """The days from `valid_from` up to and including `valid_until` (empty: no end)."""

    function = "daterange"
    output_field = DateRangeField()


def validity() -> DateRange:
    return DateRange(F("valid_from"), F("valid_until"), Value("[]"))


class DatedQuerySet(models.QuerySet):
    """Rows that hold for a stretch of days: `valid_from` up to and including `valid_until`."""

    def on(self, day: date) -> DatedQuerySet:
        """Rows that hold on a day."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day
        )


class VatCategory(models.TextChoices):
    """UNCL5305, the letters that EN 16931 uses."""

    STANDARD = "S", _("belast")
    EXEMPT = "E", _("vrijgesteld")
    ZERO = "Z", _("nultarief")
    OUTSIDE = "O", _("geen btw")


class VatCode(models.Model):
    """What a product carries: "room hire", "food", "alcohol". The treasurer sets it with the adviser."""

    id = UUIDKey()
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("naam"), max_length=80)

    class Meta:
        verbose_name = _("btw-code")
        verbose_name_plural = _("btw-codes")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class VatRate(models.Model):
    """What a VAT code meant in a stretch of days: category, percentage and the ground in law."""

    id = UUIDKey()
    vat_code = models.ForeignKey(
        VatCode, models.PROTECT, related_name="rates", verbose_name=_("btw-code")
    )
    category = models.CharField(_("soort"), max_length=1, choices=VatCategory)
    percent = models.DecimalField(
        _("percentage"),
        max_digits=4,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(99)],
    )
    legal_ground = models.CharField(
        _("grond in de wet"),
        max_length=200,
        blank=True,
        help_text=_("Staat op de factuur. Nodig bij vrijgesteld."),
    )
    exemption_code = models.CharField(
        _("code van de vrijstelling"), max_length=30, blank=True, help_text=_("VATEX, EN 16931.")
    )
    valid_from = models.DateField(_("geldt vanaf"))
    valid_until = models.DateField(_("geldt tot en met"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("btw-tarief")
        verbose_name_plural = _("btw-tarieven")
        ordering = ["vat_code", "-valid_from"]
        constraints = [
            ExclusionConstraint(
                name="venue_vatrate_one_a_day",
                expressions=[
                    ("vat_code", RangeOperators.EQUAL),
                    (validity(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Voor deze dagen geldt al een tarief."),
            ),
            models.CheckConstraint(
                name="venue_vatrate_percent_fits",
                condition=Q(category=VatCategory.STANDARD, percent__gt=0)
                | (~Q(category=VatCategory.STANDARD) & Q(percent=0)),
                violation_error_message=_("Alleen belast heeft een percentage."),
            ),
            models.CheckConstraint(
                name="venue_vatrate_exempt_has_a_ground",
                condition=~Q(category=VatCategory.EXEMPT) | ~Q(legal_ground=""),
                violation_error_message=_("Schrijf op welke regel uit de wet geldt."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vat_code}: {self.percent}% ({self.valid_from:%d-%m-%Y})"
