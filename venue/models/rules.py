"""Rules of a house that change by date: what cancelling costs, and when alcohol may be served."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lokaal.centres.models import Centre, Weekday
from lokaal.keys import UUIDKey
from venue.models.space import Space
from venue.models.vat import DatedQuerySet, DatedRow, ends_after_begin, validity


class CancellationRule(DatedRow):
    """Who cancels less than so many hours before, pays this part of the price. Of several, the dearest counts."""

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="cancellation_rules", verbose_name=_("huis")
    )
    notice_hours = models.PositiveIntegerField(
        _("korter dan zoveel uur vooraf"), validators=[MinValueValidator(1)]
    )
    percent = models.PositiveSmallIntegerField(
        _("deel van de prijs, in procenten"),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    objects = DatedQuerySet["CancellationRule"].as_manager()

    class Meta:
        verbose_name = _("regel voor afzeggen")
        verbose_name_plural = _("regels voor afzeggen")
        ordering = ["centre", "-notice_hours", "-valid_from"]
        constraints = [
            ends_after_begin("venue_cancellationrule_ends_after_begin"),
            ExclusionConstraint(
                name="venue_cancellationrule_one_a_day",
                expressions=[
                    ("centre", RangeOperators.EQUAL),
                    ("notice_hours", RangeOperators.EQUAL),
                    (validity(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Voor deze dagen geldt al een regel."),
            ),
            models.CheckConstraint(
                name="venue_cancellationrule_percent",
                condition=Q(percent__lte=100) & Q(notice_hours__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre}: < {self.notice_hours} u, {self.percent}%"


class AlcoholRule(DatedRow):
    """When alcohol may be served, on the local clock; past midnight if it ends before it begins.

    Without a row nothing is served. The municipality sets these times (verordening paracommercie; domain.md, 3).
    """

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="alcohol_rules", verbose_name=_("huis")
    )
    weekday = models.PositiveSmallIntegerField(_("dag"), choices=Weekday)
    starts = models.TimeField(_("vanaf"))
    ends = models.TimeField(_("tot"))
    allows_private_parties = models.BooleanField(_("ook bij een privéfeest"), default=False)
    not_in = models.ManyToManyField(
        Space,
        blank=True,
        related_name="+",
        verbose_name=_("niet in deze zalen"),
        help_text=_("Bijvoorbeeld een zaal voor jongeren."),
    )
    source = models.CharField(
        _("waar staat dit"), max_length=200, help_text=_("De regel van de gemeente, met de datum.")
    )

    objects = DatedQuerySet["AlcoholRule"].as_manager()

    class Meta:
        verbose_name = _("regel voor alcohol")
        verbose_name_plural = _("regels voor alcohol")
        ordering = ["centre", "weekday", "starts", "-valid_from"]
        constraints = [
            ends_after_begin("venue_alcoholrule_ends_after_begin"),
            ExclusionConstraint(
                name="venue_alcoholrule_one_a_day",
                expressions=[
                    ("centre", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    ("starts", RangeOperators.EQUAL),
                    (validity(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Voor deze dagen geldt al een regel."),
            ),
            models.CheckConstraint(
                name="venue_alcoholrule_weekday",
                condition=Q(weekday__gte=1, weekday__lte=7),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre} {self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"
