"""A space used from one moment to another, and the rows by which the database keeps two uses apart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    BigIntegerRangeField,
    DateTimeRangeField,
    RangeOperators,
)
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lokaal import local_time
from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from venue.models.space import Equipment, Layout, Part, Space


class UseKind(models.TextChoices):
    """Why a space is in use. Whose it is stands at the owner: a booking's date, an activity's date, a shift."""

    BOOKING = "booking", _("verhuur")
    ACTIVITY = "activity", _("activiteit")
    SHIFT = "shift", _("dienst")
    CLOSURE = "closure", _("dicht")


class Hold(models.TextChoices):
    """How firmly a use holds its space."""

    FIRM = "firm", _("vast")
    OPTION = "option", _("optie")
    WAITING = "waiting", _("wacht op de optie van een ander")
    REQUESTED = "requested", _("aangevraagd")
    RELEASED = "released", _("vrijgegeven")


#: Uses that keep others out. An option whose time has run out no longer does (UseQuerySet.blocking).
BLOCKING_HOLDS = (Hold.FIRM, Hold.OPTION)


class UseQuerySet(models.QuerySet["Use"]):
    def blocking(self, at: datetime | None = None) -> UseQuerySet:
        """Uses that keep others out at a moment (now): firm ones, and options that have not run out."""
        live = Q(hold=Hold.FIRM) | Q(hold=Hold.OPTION, held_until__gt=at or timezone.now())
        return self.filter(live)

    def shown(self) -> UseQuerySet:
        """What a planner shows: all but what was released."""
        return self.exclude(hold=Hold.RELEASED)

    def run_out(self, at: datetime | None = None) -> UseQuerySet:
        """Options whose time has run out, in the order in which they are let go."""
        return self.filter(hold=Hold.OPTION, held_until__lte=at or timezone.now()).order_by("id")

    def waiting(self) -> UseQuerySet:
        """Uses that wait behind another's option, first come first."""
        return self.filter(hold=Hold.WAITING).order_by("id")

    def overlapping(self, start: datetime, end: datetime) -> UseQuerySet:
        """Uses that touch the half-open stretch [start, end), UTC, without their buffers."""
        return self.filter(during__overlap=(start, end))

    def at_centres(self, centres: Iterable[Centre]) -> UseQuerySet:
        """Uses at some houses: those that somebody may see or plan."""
        return self.filter(centre__in=centres)

    def with_place(self) -> UseQuerySet:
        return self.select_related("space", "centre")


class Use(models.Model):
    """One space, one half-open stretch of time (UTC), for one purpose. Written by venue.allocating only.

    Booking dates, activity dates, shifts and closures each point at their use; a planner needs no other table.
    """

    id = UUIDKey()
    #: Tells uses apart in the exclusion constraint, where only a number can make a range.
    number = models.BigIntegerField(
        unique=True,
        editable=False,
        db_default=Func(Value("venue_use_number"), function="nextval"),
    )
    kind = models.CharField(_("soort"), max_length=8, choices=UseKind)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="uses", verbose_name=_("huis"))
    space = models.ForeignKey(Space, models.PROTECT, related_name="uses", verbose_name=_("zaal"))
    layout = models.CharField(_("opstelling"), max_length=10, choices=Layout, blank=True)
    starts_at = models.DateTimeField(_("begin"))
    ends_at = models.DateTimeField(_("einde"))
    during = models.GeneratedField(
        expression=Func(
            F("starts_at"),
            F("ends_at"),
            Value("[)"),
            function="tstzrange",
            output_field=DateTimeRangeField(),
        ),
        output_field=DateTimeRangeField(),
        db_persist=True,
    )
    people = models.PositiveIntegerField(_("mensen"), default=0)
    staff = models.PositiveIntegerField(_("medewerkers"), default=0)
    hold = models.CharField(_("stand"), max_length=9, choices=Hold, default=Hold.FIRM)
    held_until = models.DateTimeField(_("optie tot"), null=True, blank=True)
    title = models.CharField(_("naam"), max_length=120)
    is_private = models.BooleanField(
        _("naam niet laten zien"),
        default=False,
        help_text=_("Op het scherm bij de deur en in agenda's staat dan: bezet."),
    )
    before_minutes = models.PositiveSmallIntegerField(_("minuten klaarzetten"), default=0)
    after_minutes = models.PositiveSmallIntegerField(_("minuten opruimen"), default=0)
    buffer_reason = models.CharField(
        _("waarom zonder tijd om klaar te zetten"), max_length=200, blank=True
    )
    hours_reason = models.CharField(_("waarom buiten de tijden"), max_length=200, blank=True)
    set_up = models.CharField(_("zo klaarzetten"), max_length=500, blank=True)
    closes = models.CharField(_("wie sluit af, wie heeft de sleutel"), max_length=120, blank=True)
    by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ingevuld door"),
    )
    created_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("veranderd"), auto_now=True)

    objects = UseQuerySet.as_manager()

    class Meta:
        verbose_name = _("gebruik van een zaal")
        verbose_name_plural = _("gebruik van zalen")
        ordering = ["starts_at", "id"]
        indexes = [
            GistIndex("centre", "during", name="venue_use_when"),
            models.Index("space", "starts_at", name="venue_use_where"),
            models.Index("held_until", name="venue_use_options", condition=Q(hold=Hold.OPTION)),
        ]
        constraints = [
            models.CheckConstraint(
                name="venue_use_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("Het einde ligt voor het begin."),
            ),
            models.CheckConstraint(
                name="venue_use_option_has_an_end",
                condition=~Q(hold=Hold.OPTION) | Q(held_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {timezone.localtime(self.starts_at):%d-%m-%Y %H:%M}"

    @property
    def taken_from(self) -> datetime:
        """When setting up begins (UTC)."""
        return self.starts_at - timedelta(minutes=self.before_minutes)

    @property
    def taken_until(self) -> datetime:
        """When clearing up is done (UTC)."""
        return self.ends_at + timedelta(minutes=self.after_minutes)

    def moment_at(self, clock: time) -> datetime:
        """The moment (UTC) of a local time on its first day, or in the night after it. Raises NoSuchTime."""
        day = timezone.localdate(self.starts_at)
        moment = local_time.at(day, clock)
        if moment < self.starts_at:
            later = local_time.at(day + timedelta(days=1), clock)
            return later if later <= self.ends_at else moment
        return moment

    @property
    def is_blocking(self) -> bool:
        """Whether it keeps others out now."""
        if self.hold == Hold.OPTION:
            return self.held_until is not None and self.held_until > timezone.now()
        return self.hold == Hold.FIRM


class Allocation(models.Model):
    """One part, one half-open stretch of time (UTC), for one use: the use itself, or its buffer before or after.

    `kind` is (,) for the use itself and [number, number + 1) of the use for a buffer. So a use conflicts with
    everything, while the buffers of two uses may overlap. Written by venue.allocating (and venue.dividing) only.
    """

    id = UUIDKey()
    use = models.ForeignKey(Use, models.CASCADE, related_name="allocations")
    part = models.ForeignKey(Part, models.PROTECT, related_name="allocations")
    during = DateTimeRangeField()
    kind = BigIntegerRangeField()
    blocking = models.BooleanField()

    class Meta:
        verbose_name = _("bezet deel")
        verbose_name_plural = _("bezette delen")
        constraints = [
            ExclusionConstraint(
                name="venue_allocation_never_twice",
                expressions=[
                    ("part", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                    ("kind", RangeOperators.OVERLAPS),
                ],
                condition=Q(blocking=True),
                deferrable=models.Deferrable.IMMEDIATE,
                violation_error_message=_("De zaal is dan al bezet."),
            ),
            models.CheckConstraint(
                name="venue_allocation_has_a_length",
                condition=Q(during__isempty=False)
                & Q(during__lower_inf=False)
                & Q(during__upper_inf=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} {self.during}"


class EquipmentUse(models.Model):
    """How many of a counted kind of equipment a use takes. A trigger keeps the sum within the stock.

    `during` and `blocking` follow the use. Written by venue.allocating only.
    """

    id = UUIDKey()
    use = models.ForeignKey(Use, models.CASCADE, related_name="equipment_uses")
    equipment = models.ForeignKey(
        Equipment, models.PROTECT, related_name="uses", verbose_name=_("spullen")
    )
    count = models.PositiveIntegerField(_("aantal"))
    during = DateTimeRangeField()
    blocking = models.BooleanField()

    class Meta:
        verbose_name = _("spullen bij een gebruik")
        verbose_name_plural = _("spullen bij gebruik")
        indexes = [
            GistIndex(
                "equipment",
                "during",
                name="venue_equipmentuse_when",
                condition=Q(blocking=True),
            )
        ]
        constraints = [
            models.UniqueConstraint("use", "equipment", name="venue_equipmentuse_once"),
            models.CheckConstraint(name="venue_equipmentuse_some", condition=Q(count__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.count} × {self.equipment_id}"
