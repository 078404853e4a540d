"""The till: what was paid at the door. Entries are only added; a mistake is taken back by a row that points at it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.occurrence import Occurrence
from activities.models.sign_up import SignUp
from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey
from lokaal.people.models import Person

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class PaidBy(models.TextChoices):
    """How somebody paid. Nobody is asked why they pay less, or nothing."""

    CASH = "cash", _("contant")
    CARD = "card", _("pin")
    VOUCHER = "voucher", _("bon")
    WAIVED = "waived", _("hoeft niet")


class TillClosing(models.Model):
    """The till of a centre counted: what the entries say should be in it, and what was in it. Cents."""

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="till_closings", verbose_name=_("huis")
    )
    on = models.DateField(_("dag"))
    expected_cents = models.IntegerField(_("contant opgeschreven (centen)"))
    counted_cents = models.PositiveIntegerField(_("contant geteld (centen)"))
    note = models.CharField(_("over het verschil"), max_length=200, blank=True)
    by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("door")
    )
    closed_at = models.DateTimeField(_("geteld om"), default=timezone.now, editable=False)

    entries: RelatedManager[TillEntry]

    class Meta:
        verbose_name = _("kas geteld")
        verbose_name_plural = _("kassen geteld")
        ordering = ["-closed_at", "-id"]
        indexes = [models.Index("centre", "on", name="activities_closing_of_day")]

    def __str__(self) -> str:
        return f"{self.centre}, {self.on:%d-%m-%Y}"

    @property
    def difference_cents(self) -> int:
        """What was in the till too much; negative: too little."""
        return self.counted_cents - self.expected_cents


class TillEntryQuerySet(models.QuerySet["TillEntry"]):
    def standing(self) -> TillEntryQuerySet:
        """Entries that were not taken back, and that take nothing back."""
        return self.filter(corrects=None, corrected_by=None)

    def of_day(self, centre: Centre | UUID, on: date) -> TillEntryQuerySet:
        """Everything that was written down at a centre on a local day, in order."""
        return self.filter(centre=centre, taken_on=on).order_by("taken_at", "id")

    def open(self) -> TillEntryQuerySet:
        """What was not counted yet."""
        return self.filter(closing=None)

    def with_list(self) -> TillEntryQuerySet:
        """What a list of entries shows."""
        return self.select_related("sign_up", "by", "corrected_by", "occurrence__activity")


class TillEntry(models.Model):
    """What one party paid on one date. `owed_cents` is what it costs; who can, pays that, and who cannot, pays less."""

    id = UUIDKey()
    occurrence = models.ForeignKey(
        Occurrence, models.PROTECT, related_name="till_entries", verbose_name=_("datum")
    )
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="till_entries", verbose_name=_("huis")
    )
    sign_up = models.ForeignKey(
        SignUp,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="till_entries",
        verbose_name=_("aanmelding"),
        help_text=_("Leeg: iemand zonder naam, of de naam is vergeten."),
    )
    people = models.PositiveSmallIntegerField(_("mensen"), default=1)
    owed_cents = models.IntegerField(_("kost (centen)"), default=0)
    cents = models.IntegerField(_("betaald (centen)"))
    paid_by = models.CharField(_("hoe"), max_length=7, choices=PaidBy)
    corrects: Any = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="corrected_by",
        verbose_name=_("draait terug"),
    )
    closing = models.ForeignKey(
        TillClosing,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="entries",
        verbose_name=_("geteld bij"),
    )
    form_token = models.UUIDField(unique=True, editable=False)
    taken_on = models.DateField(_("dag"))
    taken_at = models.DateTimeField(_("opgeschreven om"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("door")
    )

    corrected_by: TillEntry

    objects = TillEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("betaling aan de deur")
        verbose_name_plural = _("betalingen aan de deur")
        ordering = ["taken_at", "id"]
        indexes = [
            models.Index("centre", "taken_on", "taken_at", "id", name="activities_till_of_day"),
            models.Index("occurrence", "taken_at", "id", name="activities_till_of_date"),
        ]
        constraints = [
            models.CheckConstraint(
                name="activities_tillentry_sign",
                condition=Q(corrects__isnull=True, cents__gte=0, owed_cents__gte=0)
                | Q(corrects__isnull=False, cents__lte=0, owed_cents__lte=0),
                violation_error_message=_("Een bedrag is nooit minder dan nul."),
            ),
            models.CheckConstraint(
                name="activities_tillentry_waived",
                condition=Q(paid_by=PaidBy.WAIVED, cents=0)
                | (~Q(paid_by=PaidBy.WAIVED) & ~Q(cents=0)),
                violation_error_message=_("Vul een bedrag in, of kies: hoeft niet."),
            ),
            models.CheckConstraint(name="activities_tillentry_people", condition=Q(people__gte=1)),
            models.CheckConstraint(
                name="activities_tillentry_not_itself",
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_paid_by_display()}, {self.cents}: {self.occurrence}"

    @property
    def is_taken_back(self) -> bool:
        """Whether a later row takes this one back; asks nothing when loaded `with_list()`."""
        return getattr(self, "corrected_by", None) is not None

    @property
    def is_correction(self) -> bool:
        return self.corrects_id is not None
