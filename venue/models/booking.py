"""A booking: one hirer, one purpose, one or more dates. Each date holds its use of a space."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from venue.models.hirer import Hirer, TariffClass
from venue.models.use import Use


class BookingState(models.TextChoices):
    """Where a booking stands. Invoiced and paid are told by its invoices."""

    REQUEST = "request", _("aangevraagd")
    OPTION = "option", _("optie")
    QUOTED = "quoted", _("offerte verstuurd")
    CONFIRMED = "confirmed", _("vast")
    FINISHED = "finished", _("geweest")
    DECLINED = "declined", _("afgewezen")
    LAPSED = "lapsed", _("verlopen")
    CANCELLED = "cancelled", _("afgezegd")


#: Bookings that may still become something.
LIVE_STATES = (
    BookingState.REQUEST,
    BookingState.OPTION,
    BookingState.QUOTED,
    BookingState.CONFIRMED,
)


class DateState(models.TextChoices):
    PLANNED = "planned", _("gepland")
    REFUSED = "refused", _("niet gelukt")
    SKIPPED = "skipped", _("overgeslagen")
    CANCELLED = "cancelled", _("afgezegd")
    HELD = "held", _("geweest")
    NO_SHOW = "no_show", _("niet gekomen")


class Booking(models.Model):
    """What somebody asked for, and what became of it. Its states are changed by venue.hiring only."""

    id = UUIDKey()
    reference = models.CharField(_("nummer"), max_length=12, unique=True, editable=False)
    hirer = models.ForeignKey(
        Hirer, models.PROTECT, related_name="bookings", verbose_name=_("huurder")
    )
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="bookings", verbose_name=_("plek")
    )
    state = models.CharField(
        _("stand"), max_length=9, choices=BookingState, default=BookingState.REQUEST
    )
    purpose = models.CharField(_("waarvoor"), max_length=200)
    tariff_class = models.ForeignKey(
        TariffClass, models.PROTECT, related_name="bookings", verbose_name=_("prijsgroep")
    )
    is_class_checked = models.BooleanField(_("prijsgroep is nagekeken"), default=False)
    is_private_party = models.BooleanField(_("privéfeest"), default=False)
    serves_alcohol = models.BooleanField(_("met alcohol"), default=False)
    note = models.TextField(_("vraag of wens"), max_length=2000, blank=True)
    option_until = models.DateTimeField(_("optie tot"), null=True, blank=True)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    decline_reason = models.CharField(_("waarom niet"), max_length=300, blank=True)
    by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ingevuld door"),
    )
    asked_at = models.DateTimeField(_("gevraagd op"), default=timezone.now, editable=False)
    state_changed_at = models.DateTimeField(_("stand sinds"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("boeking")
        verbose_name_plural = _("boekingen")
        ordering = ["-asked_at", "id"]
        indexes = [
            models.Index("state", "asked_at", name="venue_booking_waiting"),
            models.Index(
                "option_until",
                name="venue_booking_options",
                condition=Q(option_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.hirer.name}"


class Frequency(models.TextChoices):
    WEEKLY = "weekly", _("elke week of elke paar weken")
    MONTHLY = "monthly", _("elke maand op een vaste weekdag")


class BookingSeries(models.Model):
    """The rule by which the dates of a booking were made (lokaal.repeating). The dates themselves are rows.

    Times are local: a series at 19.00 is at 19.00 in summer and in winter.
    """

    id = UUIDKey()
    booking = models.ForeignKey(
        Booking, models.CASCADE, related_name="series", verbose_name=_("boeking")
    )
    frequency = models.CharField(_("hoe vaak"), max_length=7, choices=Frequency)
    interval = models.PositiveSmallIntegerField(_("om de hoeveel"), default=1)
    first_on = models.DateField(_("eerste keer"))
    last_on = models.DateField(_("laatste keer"))
    starts = models.TimeField(_("van"))
    ends = models.TimeField(_("tot"))
    skips_school_holidays = models.BooleanField(_("niet in de schoolvakantie"), default=False)

    class Meta:
        verbose_name = _("reeks")
        verbose_name_plural = _("reeksen")

    def __str__(self) -> str:
        return f"{self.booking} {self.first_on:%d-%m-%Y}"


class BookingDate(models.Model):
    """One space at one time for a booking. A date that was refused or skipped stays, and can come back."""

    id = UUIDKey()
    booking = models.ForeignKey(
        Booking, models.PROTECT, related_name="dates", verbose_name=_("boeking")
    )
    use = models.OneToOneField(
        Use, models.PROTECT, related_name="booking_date", verbose_name=_("gebruik")
    )
    series = models.ForeignKey(
        BookingSeries,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="dates",
        verbose_name=_("reeks"),
    )
    original_on = models.DateField(_("eerst gepland op"), editable=False)
    state = models.CharField(_("stand"), max_length=9, choices=DateState, default=DateState.PLANNED)
    reason = models.CharField(_("waarom niet"), max_length=300, blank=True)
    damage_note = models.TextField(_("schade of bijzonderheden"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("datum van een boeking")
        verbose_name_plural = _("datums van boekingen")
        ordering = ["use__starts_at", "id"]
        constraints = [
            models.UniqueConstraint(
                "series", "original_on", name="venue_bookingdate_once_in_a_series"
            )
        ]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.original_on:%d-%m-%Y}"
