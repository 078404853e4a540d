"""Dated rows, and VAT as the first of them: what a code meant on a day. Never a rate in code.

A dated row that has begun may have been used: it is closed and followed by another, never edited (DatedRow.clean).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lokaal.keys import UUIDKey


class DateRange(Func):
    """The days from `valid_from` up to and including `valid_until` (empty: no end)."""

    function = "daterange"
    output_field = DateRangeField()


def validity() -> DateRange:
    return DateRange(F("valid_from"), F("valid_until"), Value("[]"))


Row = TypeVar("Row", bound=models.Model)


class DatedQuerySet(models.QuerySet[Row]):
    """Rows that hold for a stretch of days: `valid_from` up to and including `valid_until`."""

    def on(self, day: date) -> DatedQuerySet[Row]:
        """Rows that hold on a day."""
        return self.between(day, day)

    def between(self, first: date, last: date) -> DatedQuerySet[Row]:
        """Rows that hold on some day from the first up to and including the last."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=first), valid_from__lte=last
        )


class DatedRow(models.Model):
    """A rule or price that holds for a stretch of days. Once begun, only its last day may still be filled in."""

    valid_from = models.DateField(_("geldt vanaf"))
    valid_until = models.DateField(
        _("geldt tot en met"),
        null=True,
        blank=True,
        help_text=_("Leeg: tot er een nieuwe regel komt."),
    )

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @property
    def has_begun(self) -> bool:
        """Whether people may have been told this already."""
        return self.valid_from <= timezone.localdate()

    def clean(self) -> None:
        """Raise ValidationError when a row that has begun would say something else than it did."""
        super().clean()
        if self.valid_until and self.valid_from and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("Het einde ligt voor het begin.")})
        before = None if self._state.adding else type(self)._base_manager.filter(pk=self.pk).first()
        if before is None or not before.has_begun:
            return
        if self._said() != before._said():
            raise ValidationError(
                _("Dit geldt al. Vul hier een laatste dag in, en maak een nieuwe regel.")
            )
        yesterday = timezone.localdate() - timedelta(days=1)
        if (
            self.valid_until != before.valid_until
            and self.valid_until
            and self.valid_until < yesterday
        ):
            raise ValidationError({"valid_until": _("Die dag is al geweest. Kies een latere.")})

    def _said(self) -> dict[str, Any]:
        return {
            field.attname: getattr(self, field.attname)
            for field in self._meta.concrete_fields
            if field.name != "valid_until"
        }


def ends_after_begin(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
        violation_error_message=_("Het einde ligt voor het begin."),
    )


class VatCategory(models.TextChoices):
    """UNCL5305, the letters that EN 16931 uses."""

    STANDARD = "S", _("belast")
    EXEMPT = "E", _("vrijgesteld")
    ZERO = "Z", _("nultarief")
    OUTSIDE = "O", _("geen btw")


#: The articles of the VAT directive that exempt, as the list VATEX of the EU writes them.
EXEMPTING = (
    "79-C 132 132-1A 132-1B 132-1C 132-1D 132-1E 132-1F 132-1G 132-1H 132-1I 132-1J 132-1K 132-1L 132-1M 132-1N"
    " 132-1O 132-1P 132-1Q 135-1 143 143-1A 143-1B 143-1C 143-1D 143-1E 143-1F 143-1FA 143-1G 143-1H 143-1I"
    " 143-1J 143-1K 143-1L 144 146-1E 148 148-A 148-B 148-C 148-D 148-E 148-F 148-G 151 151-1A 151-1AA 151-1B"
    " 151-1C 151-1D 151-1E 153 159 309 D F I J"
)
#: The only codes for an exemption that a receiver takes (EN 16931, BR-CL-22).
EXEMPTION_CODES = frozenset(f"VATEX-EU-{law}" for law in EXEMPTING.split())
#: The code of what is outside VAT.
OUT_OF_SCOPE = "VATEX-EU-O"


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


class VatRate(DatedRow):
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

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("btw-tarief")
        verbose_name_plural = _("btw-tarieven")
        ordering = ["vat_code", "-valid_from"]
        constraints = [
            ends_after_begin("venue_vatrate_ends_after_begin"),
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

    def clean(self) -> None:
        """Raise ValidationError for a code that is not in the list: an invoice with it is refused by the receiver."""
        super().clean()
        known = {
            VatCategory.EXEMPT.value: EXEMPTION_CODES,
            VatCategory.OUTSIDE.value: {OUT_OF_SCOPE},
        }
        if self.exemption_code and self.exemption_code not in known.get(self.category, ()):
            raise ValidationError(
                {"exemption_code": _("Deze code staat niet in de lijst VATEX. Laat het vak leeg.")}
            )
