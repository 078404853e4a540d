"""What came from a calendar kept elsewhere, and what it said when it came."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from activities.models.occurrence import Occurrence
from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey
from lokaal.people.models import Person, Role

if TYPE_CHECKING:
    from activities.importing.report import Report

#: Staff who may take over calendars for their centre.
IMPORTING_ROLES = (Role.COORDINATOR, Role.ADMINISTRATOR)
#: A calendar that was brought and not taken over is forgotten after this.
DRAFT_KEPT_FOR = timedelta(days=1)


def _of_centres_of(person: Person) -> Q:
    held = [role for role in person.current_roles if role.role in IMPORTING_ROLES]
    if any(role.centre_id is None for role in held):
        return Q()
    return Q(centre__in=[role.centre_id for role in held])


class SourceKind(models.TextChoices):
    ICAL = "ical", _("agenda (iCalendar)")
    CSV = "csv", _("tabel (CSV)")
    XLSX = "xlsx", _("tabel (Excel)")


class CalendarSourceQuerySet(models.QuerySet["CalendarSource"]):
    def manageable_by(self, person: Person) -> CalendarSourceQuerySet:
        """The sources of centres where this person may import."""
        return self.filter(_of_centres_of(person))

    def endless(self) -> CalendarSourceQuerySet:
        """Calendars whose rules go on: dates are added as time passes."""
        return self.exclude(endless="")


class CalendarSource(models.Model):
    """A calendar, file or table that was imported into a centre. The same source again changes only what changed."""

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="calendar_sources", verbose_name=_("huis")
    )
    name = models.CharField(
        _("bron"), max_length=500, help_text=_("Het webadres of de naam van het bestand.")
    )
    kind = models.CharField(
        _("soort"), max_length=4, choices=SourceKind, default=SourceKind.ICAL, editable=False
    )
    choices = models.JSONField(_("keuzes"), default=dict, blank=True, editable=False)
    columns = models.JSONField(_("kolommen"), default=dict, blank=True, editable=False)
    joined_titles = models.JSONField(
        _("samengevoegde namen"), default=list, blank=True, editable=False
    )
    endless = models.TextField(
        blank=True,
        editable=False,
        help_text=_("De herhalingen zonder einde, voor de datums die nog komen."),
    )
    report = models.JSONField(_("verslag"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)
    imported_at = models.DateTimeField(
        _("laatst overgenomen"), null=True, blank=True, editable=False
    )
    imported_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("overgenomen door"),
    )

    objects = CalendarSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda van elders")
        verbose_name_plural = _("agenda's van elders")
        ordering = ["-imported_at", "name"]
        constraints = [models.UniqueConstraint("centre", "name", name="activities_source_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("activities:import_source", args=[self.id])

    @property
    def is_address(self) -> bool:
        """True when it can be fetched again without a file."""
        return self.name.startswith(("https://", "http://"))

    @property
    def last_report(self) -> Report | None:
        from activities.importing.report import Report

        return Report.from_json(self.report) if self.report else None


class ImportedEvent(models.Model):
    """One event of a source, by its UID and recurrence id, with the values it had when it was last taken over.

    A difference between `values` and the row here means that a person edited the row: the import then leaves it alone.
    A row that was deleted here leaves its event behind, empty, so that it does not come back.
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
        Activity,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="imported_from",
        verbose_name=_("activiteit"),
    )
    occurrence = models.ForeignKey(
        Occurrence,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="imported_from",
        verbose_name=_("datum"),
    )
    values = models.JSONField(default=dict)
    seen_at = models.DateTimeField(_("laatst gezien"), default=timezone.now)

    class Meta:
        verbose_name = _("gebeurtenis van elders")
        verbose_name_plural = _("gebeurtenissen van elders")
        constraints = [
            models.UniqueConstraint(
                "source", "uid", "recurrence_id", name="activities_imported_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.uid} {self.recurrence_id}".strip()


class ImportDraftQuerySet(models.QuerySet["ImportDraft"]):
    def manageable_by(self, person: Person) -> ImportDraftQuerySet:
        return self.filter(_of_centres_of(person))

    def stale(self, at: datetime | None = None) -> ImportDraftQuerySet:
        """Calendars that somebody brought and left lying."""
        return self.filter(created_at__lt=(at or timezone.now()) - DRAFT_KEPT_FOR)


class ImportDraft(models.Model):
    """A calendar that was brought and is being looked at. What is previewed is what is taken over."""

    id = UUIDKey()
    centre = models.ForeignKey(Centre, models.CASCADE, related_name="+", verbose_name=_("huis"))
    name = models.CharField(_("bron"), max_length=500)
    kind = models.CharField(_("soort"), max_length=4, choices=SourceKind, default=SourceKind.ICAL)
    content = models.BinaryField(editable=False)
    choices = models.JSONField(default=dict, blank=True)
    columns = models.JSONField(default=dict, blank=True)
    joined_titles = models.JSONField(default=list, blank=True)
    made_by = models.ForeignKey(
        Person, models.CASCADE, null=True, related_name="+", verbose_name=_("klaargelegd door")
    )
    created_at = models.DateTimeField(_("klaargelegd op"), default=timezone.now)

    objects = ImportDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda die klaarligt")
        verbose_name_plural = _("agenda's die klaarliggen")

    def __str__(self) -> str:
        return self.name

    @property
    def is_table(self) -> bool:
        return self.kind in (SourceKind.CSV, SourceKind.XLSX)
