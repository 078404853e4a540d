"""One date of an activity. Every date is a row of its own: it can move, be cancelled or have other places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import DurationField, ExpressionWrapper, F, Q, Value
from django.db.models.lookups import GreaterThan
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity, ActivityState, cost_of_date
from activities.models.series import Series
from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from venue.models import Use

if TYPE_CHECKING:
    from activities.models.sign_up import SignUp


class OccurrenceState(models.TextChoices):
    PLANNED = "planned", _("gaat door")
    CANCELLED = "cancelled", _("gaat niet door")


#: A date that may still run on a day after the one on which it began. Few do, so they have an index of their own.
LONG = timedelta(hours=12)
IS_LONG = Q(GreaterThan(ExpressionWrapper(F("ends_at") - F("starts_at"), DurationField()), LONG))


HAS_OWN_TITLE = ~Q(title="")


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    def public(self) -> OccurrenceQuerySet:
        """Dates anyone may see: those of published activities, cancelled ones too (people must know)."""
        return self.filter(activity__state=ActivityState.PUBLISHED)

    def upcoming(self, at: datetime | None = None) -> OccurrenceQuerySet:
        """Dates not over yet at a moment (now), first one first."""
        return self.filter(ends_at__gt=at or timezone.now()).order_by("starts_at", "id")

    def editable_by(self, person: Person) -> OccurrenceQuerySet:
        """The dates of what this person may change."""
        return self.filter(activity__in=Activity.objects.editable_by(person))

    def with_live_sign_ups(self) -> OccurrenceQuerySet:
        """With who is on the list, in the order in which they came."""
        from activities.models.sign_up import SignUp  # it imports this module

        live = SignUp.objects.live()
        return self.prefetch_related(
            models.Prefetch("sign_ups", live.order_by("created_at", "id"), to_attr="live_sign_ups")
        )

    def going_ahead(self) -> OccurrenceQuerySet:
        """Dates that are not called off."""
        return self.filter(state=OccurrenceState.PLANNED)

    def between(self, start: datetime, end: datetime) -> OccurrenceQuerySet:
        """Dates that start in the half-open stretch [start, end)."""
        return self.filter(starts_at__gte=start, starts_at__lt=end).order_by("starts_at", "id")

    def locked(self, pk: UUID) -> Occurrence:
        """Return the row as it is now, locked until the transaction ends, with its activity and centre.

        Whoever changes a date or its list takes this lock first.
        """
        return (
            self.select_for_update(of=("self",), no_key=True)
            .select_related("activity", "centre", "use")
            .get(pk=pk)
        )

    def to_choose(self, *, chosen: UUID | None = None, most: int) -> list[Occurrence]:
        """The coming dates that a join form offers: the first few, and the one that was chosen elsewhere."""
        dates = list(self.upcoming()[:most])
        if chosen and chosen not in {date.pk for date in dates}:
            dates += self.upcoming().filter(pk=chosen)
        return dates

    def with_manage(self) -> OccurrenceQuerySet:
        """What the page of one date shows to who organises it."""
        return self.select_related("activity", "centre", "series__activity", "host")

    def with_card(self) -> OccurrenceQuerySet:
        """What a card in a list shows, without a query per row."""
        return self.select_related("activity", "centre")


@dataclass(frozen=True)
class AsTold:
    """What people on the list know of a date: its times (UTC), place and price, and whether it goes on."""

    starts_at: datetime
    ends_at: datetime
    place: str
    cost: tuple[str, int]
    is_cancelled: bool

    def is_news(self, now: Occurrence) -> bool:
        """Whether who would come must hear how the date is now."""
        if max(self.ends_at, now.ends_at) <= timezone.now():
            return False
        if self.is_cancelled and now.is_cancelled:
            return False
        return self != now.as_told()


class Occurrence(models.Model):
    """A date of an activity. Times are UTC; the room's clock is Europe/Amsterdam."""

    id = UUIDKey()
    activity = models.ForeignKey(
        Activity, models.PROTECT, related_name="occurrences", verbose_name=_("activiteit")
    )
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="occurrences", verbose_name=_("huis")
    )
    starts_at = models.DateTimeField(_("begin"))
    ends_at = models.DateTimeField(_("einde"))
    is_all_day = models.BooleanField(_("hele dag"), default=False)
    original_starts_at = models.DateTimeField(
        _("eerst gepland op"), editable=False, help_text=_("Blijft gelijk als de datum verschuift.")
    )
    series = models.ForeignKey(
        Series,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="occurrences",
        verbose_name=_("reeks"),
    )
    own_fields: Any = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        editable=False,
        help_text=_("Wat alleen voor deze datum is veranderd; de reeks blijft daar af."),
    )
    title = models.CharField(
        _("eigen naam van deze datum"),
        max_length=120,
        blank=True,
        help_text=_("Leeg: de naam van de activiteit."),
    )
    note = models.CharField(_("bericht bij deze datum"), max_length=200, blank=True)
    room = models.CharField(_("ruimte"), max_length=80, blank=True)
    use = models.OneToOneField(
        Use,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="occurrence",
        verbose_name=_("gebruik van een zaal"),
        help_text=_("Wat de ruimte voor deze datum vasthoudt (activities.rooms)."),
    )
    state = models.CharField(
        _("stand"), max_length=9, choices=OccurrenceState, default=OccurrenceState.PLANNED
    )
    cancel_reason = models.CharField(_("waarom het niet doorgaat"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(_("afgezegd op"), null=True, blank=True, editable=False)
    capacity = models.PositiveIntegerField(
        _("aantal plekken"), null=True, blank=True, help_text=_("Leeg: er is altijd plek.")
    )
    places_taken = models.PositiveIntegerField(_("plekken bezet"), default=0, editable=False)
    waiting = models.PositiveIntegerField(
        _("wachten op een plek"),
        default=0,
        editable=False,
        help_text=_("Hoeveel aanmeldingen er in de rij staan."),
    )
    heads = models.PositiveIntegerField(
        _("koppen geteld"),
        default=0,
        editable=False,
        help_text=_("Wie er was zonder aanmelding, geteld aan de deur."),
    )
    list_closed_at = models.DateTimeField(
        _("lijst klaar om"), null=True, blank=True, editable=False
    )
    list_closed_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("lijst klaar door"),
    )
    host = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("wie ontvangt"),
    )
    own_cost_cents = models.PositiveIntegerField(
        _("eigen prijs in centen"),
        null=True,
        blank=True,
        help_text=_("Leeg: de prijs van de activiteit. Nul: deze keer gratis."),
    )
    changed_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("veranderd door"),
    )
    sequence = models.PositiveIntegerField(
        _("versie"),
        default=0,
        editable=False,
        help_text=_("Telt op bij elke verandering (iCalendar)."),
    )
    created_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("veranderd"), auto_now=True)

    live_sign_ups: list[SignUp]  # when loaded with_live_sign_ups()

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("datum")
        verbose_name_plural = _("datums")
        ordering = ["starts_at", "id"]
        indexes = [
            # Everything that counting the dates of a week needs, so that it reads only this index.
            models.Index(
                fields=["starts_at", "id"],
                include=["ends_at", "state", "activity", "centre"],
                name="activities_occurrence_when",
            ),
            models.Index("centre", "starts_at", "id", name="activities_occurrence_where"),
            models.Index("activity", "starts_at", name="activities_occurrence_of"),
            models.Index(
                "starts_at", "ends_at", name="activities_occurrence_long", condition=IS_LONG
            ),
            # Few dates have a name of their own, so search pays for those alone.
            GinIndex(
                models.Func(
                    F("title"),
                    function="lokaal_title_vector",
                    output_field=SearchVectorField(),
                ),
                name="activities_occurrence_search",
                condition=HAS_OWN_TITLE,
            ),
            GinIndex(
                OpClass(
                    models.Func(
                        F("title"),
                        Value(""),
                        function="lokaal_search_sounds",
                        output_field=models.TextField(),
                    ),
                    name="gin_trgm_ops",
                ),
                name="activities_occurrence_sounds",
                condition=HAS_OWN_TITLE,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="activities_occurrence_ends_after_start",
                condition=Q(
                    ends_at__gte=F("starts_at")
                ),  # equal: nobody said when it ends (imports)
                violation_error_message=_("Het einde ligt voor het begin."),
            ),
            models.CheckConstraint(
                name="activities_occurrence_not_overfull",
                condition=Q(capacity__isnull=True) | Q(places_taken__lte=F("capacity")),
                violation_error_message=_("Er hebben zich al meer mensen aangemeld."),
            ),
            models.UniqueConstraint(
                "series",
                "original_starts_at",
                name="activities_occurrence_once_per_series",
                condition=Q(series__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.activity.title}, {timezone.localtime(self.starts_at):%d-%m-%Y %H:%M}"

    def get_absolute_url(self) -> str:
        return f"{reverse('activities:activity', args=[self.activity_id])}?date={self.id}"

    @property
    def is_cancelled(self) -> bool:
        return self.state == OccurrenceState.CANCELLED

    @property
    def place(self) -> str:
        """The room: that of this date, or else that of the activity; empty when neither says so."""
        return self.room or self.activity.room

    @property
    def cost(self) -> tuple[str, int]:
        """The kind of price and the amount in cents of this date: its own, or else that of the activity."""
        return cost_of_date(self.own_cost_cents, self.activity.cost_kind, self.activity.cost_cents)

    def as_told(self) -> AsTold:
        """What people know of it now; to compare with after a change."""
        return AsTold(self.starts_at, self.ends_at, self.place, self.cost, self.is_cancelled)

    @property
    def places_left(self) -> int | None:
        """Places still free; None where there is no limit."""
        return None if self.capacity is None else self.capacity - self.places_taken

    @property
    def is_full(self) -> bool:
        return self.capacity is not None and self.places_taken >= self.capacity

    def is_over(self, at: datetime | None = None) -> bool:
        return self.ends_at <= (at or timezone.now())

    def is_running(self, at: datetime | None = None) -> bool:
        moment = at or timezone.now()
        return self.starts_at <= moment < self.ends_at
