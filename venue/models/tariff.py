"""What hire costs: dated prices of spaces per class of hirer, and surcharges. Cents include VAT ("inclusief btw")."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, UUIDField, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from lokaal.centres.models import Centre, Weekday
from lokaal.keys import UUIDKey
from venue.models.hirer import InOtherLanguages, TariffClass
from venue.models.space import Equipment, Layout, Space
from venue.models.vat import DatedQuerySet, DatedRow, VatCode, ends_after_begin, validity

#: Stands in an exclusion constraint for "any": there NULL would never equal NULL.
ANY = "00000000-0000-0000-0000-000000000000"


def _or_any(field: str) -> Coalesce:
    return Coalesce(field, Value(ANY, output_field=UUIDField()))


class TariffUnit(models.TextChoices):
    HOUR = "hour", _("uur")
    HALF_DAY = "half_day", _("dagdeel")
    EVENING = "evening", _("avond")
    DAY = "day", _("dag")


class Rounding(models.IntegerChoices):
    """Up to which stretch the time of a price per hour is rounded up."""

    QUARTER = 15, _("kwartier")
    HALF = 30, _("half uur")
    WHOLE = 60, _("uur")


class Tariff(DatedRow):
    """The price of a space for a class of hirers, per unit of time, from one day to another.

    The unit that is cheapest for the hirer counts (hire.pricing). A row for one weekday goes before the row for all
    days. A price is never zero: who pays nothing belongs to a class that says so (TariffClass.is_free).
    """

    id = UUIDKey()
    space = models.ForeignKey(Space, models.PROTECT, related_name="tariffs", verbose_name=_("zaal"))
    tariff_class = models.ForeignKey(
        TariffClass, models.PROTECT, related_name="tariffs", verbose_name=_("prijsgroep")
    )
    unit = models.CharField(_("per"), max_length=8, choices=TariffUnit)
    weekday = models.PositiveSmallIntegerField(
        _("alleen op"), choices=Weekday, null=True, blank=True, help_text=_("Leeg: elke dag.")
    )
    price_cents = models.PositiveIntegerField(
        _("prijs, inclusief btw"),
        validators=[MinValueValidator(1)],
    )
    day_cap_cents = models.PositiveIntegerField(
        _("hoogstens per dag"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Meer kost één dag nooit. Leeg: geen grens."),
    )
    rounding_minutes = models.PositiveSmallIntegerField(
        _("per begonnen"),
        choices=Rounding,
        default=Rounding.HALF,
        help_text=_("Telt alleen bij een prijs per uur."),
    )
    block_minutes = models.PositiveSmallIntegerField(
        _("minuten in een dagdeel"),
        default=240,
        validators=[MinValueValidator(60), MaxValueValidator(720)],
        help_text=_("Telt alleen bij een dagdeel. Meestal 4 uur: 240."),
    )
    starts = models.TimeField(
        _("avond vanaf"), null=True, blank=True, help_text=_("Nodig bij een prijs per avond.")
    )
    ends = models.TimeField(_("avond tot"), null=True, blank=True)
    deposit_cents = models.PositiveIntegerField(
        _("borg"),
        default=0,
        help_text=_("Krijgt de huurder terug. Is geen omzet en heeft geen btw."),
    )
    vat_code = models.ForeignKey(
        VatCode, models.PROTECT, related_name="tariffs", verbose_name=_("btw-code")
    )

    objects = DatedQuerySet["Tariff"].as_manager()

    class Meta:
        verbose_name = _("prijs van een zaal")
        verbose_name_plural = _("prijzen van zalen")
        ordering = ["space", "tariff_class", "unit", "weekday", "-valid_from"]
        constraints = [
            ends_after_begin("venue_tariff_ends_after_begin"),
            ExclusionConstraint(
                name="venue_tariff_one_a_day",
                expressions=[
                    ("space", RangeOperators.EQUAL),
                    ("tariff_class", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    (Coalesce("weekday", Value(0)), RangeOperators.EQUAL),
                    (validity(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "Voor deze dagen geldt al een prijs. Vul daar eerst een laatste dag in."
                ),
            ),
            models.CheckConstraint(
                name="venue_tariff_never_zero",
                condition=Q(price_cents__gt=0)
                & (Q(day_cap_cents__isnull=True) | Q(day_cap_cents__gt=0)),
                violation_error_message=_("Een prijs is nooit nul."),
            ),
            models.CheckConstraint(
                name="venue_tariff_evening_has_times",
                condition=~Q(unit=TariffUnit.EVENING) | Q(starts__isnull=False, ends__isnull=False),
                violation_error_message=_("Vul in hoe laat de avond begint en eindigt."),
            ),
            models.CheckConstraint(
                name="venue_tariff_weekday",
                condition=Q(weekday__isnull=True) | Q(weekday__gte=1, weekday__lte=7),
            ),
            models.CheckConstraint(
                name="venue_tariff_lengths",
                condition=Q(block_minutes__gte=60, block_minutes__lte=720)
                & Q(rounding_minutes__in=[15, 30, 60]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.space.name}, {self.tariff_class}, {self.get_unit_display()}"


class SurchargeKind(models.TextChoices):
    LAYOUT = "layout", _("opstelling")
    EQUIPMENT = "equipment", _("spullen")
    CLEANING = "cleaning", _("schoonmaken")
    LATE = "late", _("laat sluiten")


class SurchargeUnit(models.TextChoices):
    TIME = "time", _("keer")
    HOUR = "hour", _("uur")
    PIECE = "piece", _("stuk")


class Surcharge(InOtherLanguages, DatedRow):
    """What comes on top: a layout, equipment, cleaning, closing late. From one day to another.

    Without a space or class it counts for all of them; of two that fit, the one that says most precisely where and for
    whom counts. Late closing is what lies after `after` on the local clock, per begun hour or per time.
    """

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="surcharges", verbose_name=_("huis")
    )
    name = models.CharField(_("naam"), max_length=80)
    kind = models.CharField(_("soort"), max_length=9, choices=SurchargeKind)
    unit = models.CharField(_("per"), max_length=5, choices=SurchargeUnit)
    price_cents = models.PositiveIntegerField(
        _("prijs, inclusief btw"),
        validators=[MinValueValidator(1)],
    )
    space = models.ForeignKey(
        Space,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="surcharges",
        verbose_name=_("alleen in"),
        help_text=_("Leeg: in elke zaal."),
    )
    tariff_class = models.ForeignKey(
        TariffClass,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="surcharges",
        verbose_name=_("alleen voor"),
        help_text=_("Leeg: voor elke prijsgroep."),
    )
    is_also_for_free = models.BooleanField(
        _("ook voor wie niets betaalt voor de zaal"), default=False
    )
    layout = models.CharField(_("opstelling"), max_length=10, choices=Layout, blank=True)
    equipment = models.ForeignKey(
        Equipment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="surcharges",
        verbose_name=_("spullen"),
    )
    after = models.TimeField(
        _("vanaf hoe laat"), null=True, blank=True, help_text=_("Nodig bij laat sluiten.")
    )
    vat_code = models.ForeignKey(
        VatCode, models.PROTECT, related_name="surcharges", verbose_name=_("btw-code")
    )

    objects = DatedQuerySet["Surcharge"].as_manager()

    class Meta:
        verbose_name = _("toeslag")
        verbose_name_plural = _("toeslagen")
        ordering = ["centre", "kind", "name", "-valid_from"]
        constraints = [
            ends_after_begin("venue_surcharge_ends_after_begin"),
            ExclusionConstraint(
                name="venue_surcharge_one_a_day",
                expressions=[
                    ("centre", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("layout", RangeOperators.EQUAL),
                    (_or_any("space"), RangeOperators.EQUAL),
                    (_or_any("tariff_class"), RangeOperators.EQUAL),
                    (_or_any("equipment"), RangeOperators.EQUAL),
                    (validity(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "Voor deze dagen geldt al een toeslag. Vul daar eerst een laatste dag in."
                ),
            ),
            models.CheckConstraint(
                name="venue_surcharge_never_zero",
                condition=Q(price_cents__gt=0),
                violation_error_message=_("Een prijs is nooit nul."),
            ),
            models.CheckConstraint(
                name="venue_surcharge_says_what",
                condition=Q(kind=SurchargeKind.CLEANING)
                | (Q(kind=SurchargeKind.LAYOUT) & ~Q(layout=""))
                | Q(kind=SurchargeKind.EQUIPMENT, equipment__isnull=False)
                | Q(kind=SurchargeKind.LATE, after__isnull=False),
                violation_error_message=_("Kies de opstelling, de spullen of de tijd."),
            ),
            models.CheckConstraint(
                name="venue_surcharge_counts_pieces",
                condition=~Q(unit=SurchargeUnit.PIECE) | Q(kind=SurchargeKind.EQUIPMENT),
                violation_error_message=_("Alleen spullen kun je per stuk rekenen."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.centre})"
