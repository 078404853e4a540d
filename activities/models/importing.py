"""What came from a calendar kept elsewhere, and what it said when it came."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from activities.models.occurrence import Occurrence
from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey


class CalendarSource(models.Model):
    """A calendar, file or table that was imported into a centre. The same source again changes only what changed."""

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="calendar_sources", verbose_name=_("plek")
    )
    name = models.CharField(
        _("bron"), max_length=500, help_text=_("Het webadres of de naam van het bestand.")
    )
    created_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)
    imported_at = models.DateTimeField(_("laatst ingelezen"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("agenda van elders")
        verbose_name_plural = _("agenda's van elders")
        constraints = [
            models.UniqueConstraint("centre", "name", name="activities_source_once")
        ]

    def __str__(self) -> str:
        return self.name


class ImportedEvent(models.Model):
    """One event of a source, by its UID and recurrence id, with the values it had when it was last taken over.

    A difference between `values` and the row here means that a person edited the row: the import then leaves it alone.
    """

    id = UUIDKey()
    source = models.ForeignKey(
        CalendarSource, models.CASCADE, related_name="events", verbose_name=_("bron")
    )
    uid = models.CharField(max_length=500)
    recurrence_id = models.CharField(
        max_length=40, blank=True, help_text=_("Leeg: het hele evenement, niet één datum.")
    )
    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="imported_from", verbose_name=_("activiteit")
    )
    occurrence = models.ForeignKey(
        Occurrence, models.CASCADE, null=True, blank=True, related_name="imported_from", verbose_name=_("datum")
    )
    values = models.JSONField(default=dict)
    seen_at = models.DateTimeField(_("laatst gezien"), default=timezone.now)

    class Meta:
        verbose_name = _("gebeurtenis van elders")
        verbose_name_plural = _("gebeurtenissen van elders")
        constraints = [
            models.UniqueConstraint("source", "uid", "recurrence_id", name="activities_imported_once")
        ]

    def __str__(self) -> str:
        return f"{self.uid} {self.recurrence_id}".strip()
