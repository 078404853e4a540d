"""What is kept at the door: the link of a tablet, heads that were counted, and what stays when names are forgotten."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.occurrence import Occurrence
from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey
from lokaal.local_time import day_starts_at
from lokaal.people.models import Person
from lokaal.secret_links import hash_of, is_secret_of, sealed

# The retention schedule of the house: sign-ups one year, then counts only; an organiser sees names until a month after
# the date. (AVG art. 5.1.e asks for a term and names none; these are the ones the foundation chose.)
#: The names on the list of a date, for who keeps the lists of the house.
NAMES_KEPT_FOR = timedelta(days=365)
#: The same names, for the organiser.
ORGANISER_SEES_FOR = timedelta(days=31)

ONE_DAY = timedelta(days=1)
#: An evening may run past midnight; its tablet still counts so long after the day.
TABLET_OUTLIVES_DAY = timedelta(hours=3)


class TabletQuerySet(models.QuerySet["Tablet"]):
    def live(self, now: datetime | None = None) -> TabletQuerySet:
        """Tablets that open something at a moment (now), newest first."""
        moment = timezone.localtime(now)
        days = {moment.date(), (moment - TABLET_OUTLIVES_DAY).date()}
        return self.filter(revoked_at=None, on__in=days).order_by("-made_at", "-id")

    def opened_by(self, secret: str, now: datetime | None = None) -> TabletQuerySet:
        """The one live tablet with this secret, of a centre in use."""
        return (
            self.live(now)
            .filter(secret_hash=hash_of(secret), centre__is_active=True)
            .select_related("centre")
        )


class Tablet(models.Model):
    """A link for a tablet at the door of a centre, on one day: the lists of that day, first names only.

    Of the secret only a hash is kept. It is made of the key of the house and this row, so that a host can show the
    code again, while who reads the database cannot.
    """

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.CASCADE, related_name="tablets", verbose_name=_("huis")
    )
    on = models.DateField(_("dag"))
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("gemaakt door"),
    )
    made_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("ingetrokken"), null=True, blank=True, editable=False)

    objects = TabletQuerySet.as_manager()

    class Meta:
        verbose_name = _("tablet bij de deur")
        verbose_name_plural = _("tablets bij de deur")
        ordering = ["-on", "-made_at"]
        indexes = [models.Index("centre", "on", name="activities_tablet_of_day")]

    def __str__(self) -> str:
        return f"{self.centre}, {self.on:%d-%m-%Y}"

    @property
    def secret(self) -> str:
        """The secret of the address (256 bits); empty when the key of the house has changed since: make a new link."""
        secret = self.made_secret()
        return secret if is_secret_of(self.secret_hash, secret) else ""

    @property
    def ends_at(self) -> datetime:
        """Until when it opens."""
        return day_starts_at(self.on + ONE_DAY) + TABLET_OUTLIVES_DAY

    def made_secret(self) -> str:
        return sealed(f"activities.tablet|{self.pk}")


class HeadTap(models.Model):
    """One press at the door: somebody came in, or that was one too many. Kept with the date that it was counted on.

    `Occurrence.heads` is their sum, written in the same transaction (activities.door.counting).
    """

    id = UUIDKey()
    occurrence = models.ForeignKey(
        Occurrence, models.CASCADE, related_name="head_taps", verbose_name=_("datum")
    )
    key = models.UUIDField(unique=True, editable=False)
    change = models.SmallIntegerField(_("erbij of eraf"))
    tapped_at = models.DateTimeField(_("gedrukt om"))
    received_at = models.DateTimeField(_("aangekomen om"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("door")
    )
    tablet = models.ForeignKey(
        Tablet, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tablet")
    )

    class Meta:
        verbose_name = _("kop geteld")
        verbose_name_plural = _("koppen geteld")
        ordering = ["tapped_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="activities_headtap_one", condition=Q(change=1) | Q(change=-1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change:+d}: {self.occurrence}"


class DateCount(models.Model):
    """What is left of the list of a date once its names are forgotten: numbers of people."""

    occurrence: Any = models.OneToOneField(
        Occurrence,
        models.CASCADE,
        primary_key=True,
        related_name="date_count",
        verbose_name=_("datum"),
    )
    parties = models.PositiveIntegerField(_("aanmeldingen"), default=0)
    people = models.PositiveIntegerField(_("mensen op de lijst"), default=0)
    present = models.PositiveIntegerField(_("was er"), default=0)
    absent = models.PositiveIntegerField(_("was er niet"), default=0)
    cancelled = models.PositiveIntegerField(_("afgemeld"), default=0)
    waited = models.PositiveIntegerField(_("kwam niet aan de beurt"), default=0)
    forgotten_on = models.DateField(_("namen vergeten op"), default=timezone.localdate)

    class Meta:
        verbose_name = _("telling van een datum")
        verbose_name_plural = _("tellingen van datums")

    def __str__(self) -> str:
        return f"{self.present}: {self.occurrence}"


def day_of(occurrence: Occurrence) -> date:
    """The local day on which a date begins: its list is of that day."""
    return timezone.localdate(occurrence.starts_at)
