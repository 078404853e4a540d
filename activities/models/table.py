"""The neighbourhood table (buurttafel): once a month neighbours decide together, by consent, about wishes and tries."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.activity import EDITING_ROLES
from activities.models.look_back import LookBack
from activities.models.occurrence import Occurrence
from activities.models.pot import Grant
from activities.models.wish import Wish
from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey
from lokaal.people.models import Person

NOTE_LENGTH = 1_000
SUBJECT_LENGTH = 200


class Consent(models.TextChoices):
    """How a decision came about: nobody has an objection that cannot wait, or one was heard and something changed."""

    NOT_YET = "", _("nog niet besloten")
    CONSENT = "consent", _("niemand had bezwaar")
    CHANGED = "changed", _("er was bezwaar, en we hebben iets veranderd")


class TableQuerySet(models.QuerySet["NeighbourhoodTable"]):
    def for_list(self) -> TableQuerySet:
        """Newest first, with how many subjects each has."""
        kept = Q(items__is_left_out=False)
        return (
            self.select_related("centre")
            .annotate(
                subjects=models.Count("items", filter=kept),
                decisions=models.Count("items", filter=kept & ~Q(items__consent="")),
            )
            .order_by("-held_on", "-id")
        )

    def with_page(self) -> TableQuerySet:
        return self.select_related("centre", "occurrence")

    def led_by(self, person: Person) -> TableQuerySet:
        """Those of the houses where this person works at the desk."""
        desks = [held.centre_id for held in person.current_roles if held.role in EDITING_ROLES]
        return self if None in desks else self.filter(centre__in=desks)

    def locked(self, pk: UUID) -> NeighbourhoodTable:
        """Return the row as it is now, locked until the transaction ends."""
        return self.select_for_update(of=("self",), no_key=True).select_related("centre").get(pk=pk)


class NeighbourhoodTable(models.Model):
    """One evening at the table of a house."""

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="tables", verbose_name=_("huis")
    )
    held_on = models.DateField(_("dag"))
    starts = models.TimeField(_("begin"), null=True, blank=True)
    place = models.CharField(_("ruimte"), max_length=80, blank=True)
    occurrence = models.ForeignKey(
        Occurrence,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tables",
        verbose_name=_("datum in de agenda"),
    )
    people_there = models.PositiveSmallIntegerField(_("hoeveel mensen"), null=True, blank=True)
    note = models.TextField(_("wat er verder gezegd is"), max_length=NOTE_LENGTH, blank=True)
    language = models.CharField(_("taal"), max_length=7, default="nl")
    form_token = models.UUIDField(unique=True, null=True, editable=False)
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
    closed_at = models.DateTimeField(_("verslag klaar op"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("verslag klaar door"),
    )

    subjects: int  # when loaded for_list()
    decisions: int

    objects = TableQuerySet.as_manager()

    class Meta:
        verbose_name = _("buurttafel")
        verbose_name_plural = _("buurttafels")
        ordering = ["-held_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                "centre",
                "held_on",
                name="activities_table_one_a_day",
                violation_error_message=_("Op die dag is er al een buurttafel."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.centre.name}, {self.held_on:%d-%m-%Y}"

    def get_absolute_url(self) -> str:
        return reverse("activities:table", args=[self.id])

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class TableItemQuerySet(models.QuerySet["TableItem"]):
    def on_the_list(self) -> TableItemQuerySet:
        """What is spoken about, in its order."""
        return self.filter(is_left_out=False).order_by("position", "id")

    def with_subject(self) -> TableItemQuerySet:
        return self.select_related("wish", "look_back__wish", "grant__wish", "grant__activity")


class TableItem(models.Model):
    """One subject of a table: a wish, something that was tried, money that was asked, or words of our own."""

    id = UUIDKey()
    table = models.ForeignKey(
        NeighbourhoodTable,
        models.CASCADE,
        related_name="items",
        verbose_name=_("buurttafel"),
    )
    wish = models.ForeignKey(
        Wish,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="table_items",
        verbose_name=_("idee"),
    )
    look_back = models.ForeignKey(
        LookBack,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="table_items",
        verbose_name=_("terugblik"),
    )
    grant = models.ForeignKey(
        Grant,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="table_items",
        verbose_name=_("bijdrage uit het potje"),
    )
    subject = models.CharField(_("onderwerp"), max_length=SUBJECT_LENGTH, blank=True)
    position = models.PositiveIntegerField(_("volgorde"), default=0)
    is_left_out = models.BooleanField(_("niet deze keer"), default=False)
    consent = models.CharField(
        _("hoe besloten"), max_length=7, choices=Consent, blank=True, editable=False
    )
    decision = models.CharField(
        _("wat besloten"), max_length=SUBJECT_LENGTH, blank=True, editable=False
    )
    reason = models.TextField(_("waarom"), max_length=NOTE_LENGTH, blank=True, editable=False)
    objection = models.TextField(_("het bezwaar"), max_length=NOTE_LENGTH, blank=True)
    changed = models.TextField(_("wat we veranderden"), max_length=NOTE_LENGTH, blank=True)
    decided_at = models.DateTimeField(_("besloten op"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("opgeschreven door"),
    )

    objects = TableItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("onderwerp van een buurttafel")
        verbose_name_plural = _("onderwerpen van buurttafels")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                "table",
                "wish",
                name="activities_tableitem_wish_once",
                condition=Q(wish__isnull=False),
            ),
            models.UniqueConstraint(
                "table",
                "look_back",
                name="activities_tableitem_try_once",
                condition=Q(look_back__isnull=False),
            ),
            models.UniqueConstraint(
                "table",
                "grant",
                name="activities_tableitem_grant_once",
                condition=Q(grant__isnull=False),
            ),
            models.CheckConstraint(
                name="activities_tableitem_decided",
                condition=Q(consent="", decided_at__isnull=True)
                | (~Q(consent="") & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.subject or self.look_back or self.wish or self.grant)

    @property
    def is_decided(self) -> bool:
        return bool(self.consent)
