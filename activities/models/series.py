"""A series: the rule by which an activity has its dates. Every date is made into a row some months ahead."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from lokaal import repeating
from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from lokaal.repeating import Rule


class Every(models.TextChoices):
    """How often; the words of lokaal.repeating."""

    DAY = "daily", _("elke dag")
    WORKDAY = "workday", _("elke werkdag")
    WEEK = "weekly", _("elke week")
    MONTH = "monthly", _("elke maand")
    OWN = "own", _("eigen datums")


class SeriesQuerySet(models.QuerySet["Series"]):
    def going_on(self) -> SeriesQuerySet:
        """Series whose dates are not all made yet: the worker adds them as time passes."""
        return self.filter(Q(last_on=None) | Q(planned_until__lt=F("last_on")))

    def not_over(self) -> SeriesQuerySet:
        """Series with a last day to come, or without one."""
        return self.filter(Q(last_on=None) | Q(last_on__gte=timezone.localdate()))

    def locked(self, pk: UUID) -> Series:
        """Return the row as it is now, locked until the transaction ends, with its activity and house.

        Whoever makes or changes dates of a series takes this lock, after the turn of the house (venue.allocating).
        """
        return (
            self.select_for_update(of=("self",), no_key=True)
            .select_related("activity__centre", "host")
            .get(pk=pk)
        )

    def editable_by(self, person: Person) -> SeriesQuerySet:
        """The series of what this person may change."""
        return self.filter(activity__in=Activity.objects.editable_by(person))

    def with_page(self) -> SeriesQuerySet:
        """What the page of a series shows but its dates."""
        return self.select_related("activity__centre", "host", "follows")


class Series(models.Model):
    """When an activity is, again and again. Days and times are local; an end at or before the begin is on the next day.

    A date keeps its series and the moment for which it was first planned; by those it never comes back once it was
    moved or called off.
    """

    id = UUIDKey()
    activity = models.ForeignKey(
        Activity, models.PROTECT, related_name="series", verbose_name=_("activiteit")
    )
    every = models.CharField(_("hoe vaak"), max_length=7, choices=Every)
    interval = models.PositiveSmallIntegerField(_("om de hoeveel"), default=1)
    nth = models.SmallIntegerField(
        _("welke van de maand"), null=True, blank=True, help_text=_("1 tot 4; -1 is de laatste.")
    )
    first_on = models.DateField(_("eerste dag"))
    last_on = models.DateField(
        _("laatste dag"), null=True, blank=True, help_text=_("Leeg: gaat door.")
    )
    starts = models.TimeField(_("begin"))
    ends = models.TimeField(_("einde"))
    own_days: Any = ArrayField(
        models.DateField(), verbose_name=_("eigen datums"), default=list, blank=True
    )
    skips_school_holidays = models.BooleanField(_("niet in de schoolvakantie"), default=False)
    skips_closed_days = models.BooleanField(_("niet als het huis dicht is"), default=True)
    room = models.CharField(_("ruimte"), max_length=80, blank=True)
    capacity = models.PositiveIntegerField(
        _("aantal plekken"), null=True, blank=True, help_text=_("Leeg: er is altijd plek.")
    )
    note = models.CharField(_("bericht bij deze datum"), max_length=200, blank=True)
    own_cost_cents = models.PositiveIntegerField(
        _("eigen prijs in centen"),
        null=True,
        blank=True,
        help_text=_("Leeg: de prijs van de activiteit."),
    )
    host = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("wie ontvangt"),
    )
    places_taken = models.PositiveIntegerField(
        _("plekken bezet"),
        default=0,
        editable=False,
        help_text=_("Van een cursus: wie de hele reeks meedoet."),
    )
    waiting = models.PositiveIntegerField(_("wachten op een plek"), default=0, editable=False)
    planned_until = models.DateField(
        _("datums gemaakt tot en met"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Over elke dag tot en met deze is besloten; wat daar niet staat, komt niet."),
    )
    follows = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="followed_by",
        verbose_name=_("vervolg op"),
    )
    created_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("gemaakt door"),
    )

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("reeks")
        verbose_name_plural = _("reeksen")
        ordering = ["first_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="activities_series_last_after_first",
                condition=Q(last_on__isnull=True) | Q(last_on__gte=F("first_on")),
                violation_error_message=_("De laatste dag ligt voor de eerste."),
            ),
            models.CheckConstraint(
                name="activities_series_interval",
                condition=Q(interval__gte=1),
                violation_error_message=_("Kies 1 of meer."),
            ),
            models.CheckConstraint(
                name="activities_series_not_overfull",
                condition=Q(capacity__isnull=True) | Q(places_taken__lte=F("capacity")),
                violation_error_message=_("Er hebben zich al meer mensen aangemeld."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity.title}, {self.get_every_display()} vanaf {self.first_on:%d-%m-%Y}"

    @property
    def rule(self) -> Rule:
        """The rule, as lokaal.repeating makes dates of it."""
        return Rule(
            every=repeating.Every(self.every),
            first_on=self.first_on,
            last_on=self.last_on,
            starts=self.starts,
            ends=self.ends,
            interval=self.interval,
            nth=self.nth,
            own_days=tuple(self.own_days),
        )

    @property
    def place(self) -> str:
        """The room of its dates, or else that of the activity."""
        return self.room or self.activity.room

    @property
    def goes_on(self) -> bool:
        """Whether dates are still to be made: as `going_on()`."""
        if self.last_on is None:
            return True
        return self.planned_until is not None and self.planned_until < self.last_on

    def is_over(self, on: date | None = None) -> bool:
        """Whether its last day is past."""
        return self.last_on is not None and self.last_on < (on or timezone.localdate())
