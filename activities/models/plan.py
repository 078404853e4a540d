"""The plan of an initiative: steps counted back from its first date, and what its makers write to each other."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.wish import ON_ITS_WAY, Wish
from lokaal.keys import UUIDKey
from lokaal.people.models import Person

STEP_LENGTH = 120
NOTE_LENGTH = 1_000


class PlanStepKind(models.TextChoices):
    """What a step is about; lessons of others are shown at the step of their kind."""

    ROOM = "room", _("plek")
    MONEY = "money", _("geld")
    HELPERS = "helpers", _("hulp")
    ACCESS = "access", _("iedereen kan erbij")
    POSTER = "poster", _("bekend maken")
    OTHER = "other", _("iets anders")


# Templates ---------------------------------------------------------------------------------------


class PlanTemplate(models.Model):
    """Steps to begin with, as somebody found them useful before."""

    id = UUIDKey()
    name = models.CharField(_("naam"), max_length=80)
    language = models.CharField(_("taal"), max_length=7, default="nl")
    is_offered = models.BooleanField(_("te kiezen"), default=True)
    created_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("bewaard door"),
    )
    created_at = models.DateTimeField(_("bewaard op"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("voorbeeld van een plan")
        verbose_name_plural = _("voorbeelden van plannen")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                "name",
                name="activities_plantemplate_name",
                violation_error_message=_("Er is al een voorbeeld met deze naam."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateStep(models.Model):
    id = UUIDKey()
    template = models.ForeignKey(
        PlanTemplate, models.CASCADE, related_name="steps", verbose_name=_("voorbeeld")
    )
    kind = models.CharField(
        _("soort"), max_length=7, choices=PlanStepKind, default=PlanStepKind.OTHER
    )
    title = models.CharField(_("wat er moet gebeuren"), max_length=STEP_LENGTH)
    days_before = models.PositiveSmallIntegerField(_("dagen voor de eerste keer"), default=14)

    class Meta:
        verbose_name = _("stap van een voorbeeld")
        verbose_name_plural = _("stappen van een voorbeeld")
        ordering = ["-days_before", "id"]

    def __str__(self) -> str:
        return self.title


# Plans -------------------------------------------------------------------------------------------


class Plan(models.Model):
    """The plan of one wish. It has a first date as soon as somebody hopes for one."""

    id = UUIDKey()
    wish = models.OneToOneField(
        Wish, models.CASCADE, related_name="plan", verbose_name=_("idee"), editable=False
    )
    first_on = models.DateField(_("eerste keer"), null=True, blank=True)
    created_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plannen")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return str(self.wish)


class PlanStepQuerySet(models.QuerySet["PlanStep"]):
    def open(self) -> PlanStepQuerySet:
        """What is still to be done."""
        return self.filter(done_at=None)

    def in_order(self) -> PlanStepQuerySet:
        """As they come: by day, those without a day last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "-days_before", "id")

    def late(self, on: date | None = None) -> PlanStepQuerySet:
        """What should be done by now, of plans that still go on."""
        return (
            self.open()
            .filter(due_on__lt=on or timezone.localdate(), plan__wish__state__in=ON_ITS_WAY)
            .order_by("due_on", "id")
        )

    def coached_by(self, person: Person) -> PlanStepQuerySet:
        return self.filter(plan__wish__coach=person)

    def organised_by(self, person: Person) -> PlanStepQuerySet:
        """Steps of what this person had the idea for, or organises along."""
        mine = Q(plan__wish__person=person, plan__wish__let_go_at=None)
        organised = Wish.objects.filter(organisers=person)
        return self.filter(mine | Q(plan__wish__in=organised))

    def with_wish(self) -> PlanStepQuerySet:
        return self.select_related("plan__wish")


class PlanStep(models.Model):
    """Something that has to happen before the first time."""

    id = UUIDKey()
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="steps", verbose_name=_("plan"))
    kind = models.CharField(
        _("soort"), max_length=7, choices=PlanStepKind, default=PlanStepKind.OTHER
    )
    title = models.CharField(_("wat moet er gebeuren?"), max_length=STEP_LENGTH)
    language = models.CharField(_("taal"), max_length=7, default="nl")
    days_before = models.PositiveSmallIntegerField(
        _("dagen voor de eerste keer"),
        null=True,
        blank=True,
        help_text=_("Leeg: op een eigen dag, of zonder dag."),
    )
    due_on = models.DateField(_("klaar op"), null=True, blank=True)
    who = models.CharField(_("wie doet het?"), max_length=120, blank=True)
    person = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="plan_steps",
        verbose_name=_("mens"),
    )
    note = models.CharField(_("bericht"), max_length=500, blank=True)
    done_at = models.DateTimeField(_("klaar"), null=True, blank=True, editable=False)
    done_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("klaar gemeld door"),
    )
    done_name = models.CharField(max_length=120, blank=True, editable=False)
    form_token = models.UUIDField(unique=True, null=True, editable=False)
    created_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)

    objects = PlanStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("stap")
        verbose_name_plural = _("stappen")
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(
                "due_on",
                name="activities_planstep_open",
                condition=Q(done_at=None, due_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def is_late(self) -> bool:
        return not self.is_done and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def doer(self) -> str:
        """Who does it: a person the house knows, or the words that were written; empty for nobody yet."""
        return self.person.name if self.person else self.who

    def due_for(self, first_on: date | None) -> date | None:
        """The day on which it is due when the first time is on a day. A day of its own stays."""
        if self.days_before is None:
            return self.due_on
        return None if first_on is None else first_on - timedelta(days=self.days_before)


class PlanNote(models.Model):
    """What organisers and coach write to each other; it stays with the plan and is never public."""

    id = UUIDKey()
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="notes", verbose_name=_("plan"))
    text = models.TextField(_("bericht"), max_length=NOTE_LENGTH)
    language = models.CharField(_("taal"), max_length=7, default="nl")
    writer = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("geschreven door"),
    )
    writer_name = models.CharField(max_length=120, blank=True, editable=False)
    form_token = models.UUIDField(unique=True, null=True, editable=False)
    created_at = models.DateTimeField(_("geschreven op"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("bericht bij een plan")
        verbose_name_plural = _("berichten bij plannen")
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.text[:80]
