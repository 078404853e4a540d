"""An activity: what it is, for whom, what it costs, and the facts by which a resident chooses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from activities.models.theme import Theme
from lokaal.centres.models import Centre, Fact
from lokaal.keys import UUIDKey
from lokaal.people.models import Person, Role, Visitor


class ActivityState(models.TextChoices):
    DRAFT = "draft", _("concept")
    PUBLISHED = "published", _("in de agenda")
    STOPPED = "stopped", _("gestopt")


class Participation(models.TextChoices):
    SIGN_UP = "sign_up", _("aanmelden")
    DROP_IN = "drop_in", _("loop zo binnen")
    COURSE = "course", _("cursus: de hele reeks")


class QueueRule(models.TextChoices):
    """What happens when a place comes free while people wait."""

    AUTOMATIC = "automatic", _("wie vooraan staat krijgt de plek")
    OFFER = "offer", _("wie vooraan staat krijgt een aanbod")
    NONE = "none", _("geen wachtlijst")


class LanguageLevel(models.TextChoices):
    """How much of the language one needs to follow it."""

    UNKNOWN = "", _("niet bekend")
    NONE = "none", _("je hoeft de taal niet te spreken")
    BASIC = "basic", _("een beetje is genoeg")
    GOOD = "good", _("je kunt een gesprek volgen")


class Audience(models.TextChoices):
    EVERYONE = "everyone", _("iedereen")
    CHILDREN = "children", _("kinderen")
    YOUTH = "youth", _("jongeren")
    PARENTS = "parents", _("ouders")
    SENIORS = "seniors", _("ouderen")
    WOMEN = "women", _("vrouwen")


class CostKind(models.TextChoices):
    """What it costs. Unknown is something else than free: nobody has said it yet."""

    UNKNOWN = "unknown", _("niet bekend")
    FREE = "free", _("gratis")
    FIXED = "fixed", _("vaste prijs")
    PAY_WHAT_YOU_CAN = "pay_what_you_can", _("betaal wat je kunt")


#: Those that say no amount.
WITHOUT_PRICE = (CostKind.FREE, CostKind.UNKNOWN)


def cost_of_date(own_cents: int | None, kind: str, cents: int) -> tuple[str, int]:
    """The kind of price and the cents of a date: its own, where it has one, or else those of its activity."""
    if own_cents is None:
        return kind, cents
    return (CostKind.FIXED if own_cents else CostKind.FREE), own_cents


class Mood(models.TextChoices):
    UNKNOWN = "", _("niet bekend")
    QUIET = "quiet", _("rustig")
    LIVELY = "lively", _("druk en gezellig")


class ActivityQuerySet(models.QuerySet["Activity"]):
    def public(self) -> ActivityQuerySet:
        return self.filter(state=ActivityState.PUBLISHED)

    def not_draft(self) -> ActivityQuerySet:
        """What is or was in the agenda."""
        return self.exclude(state=ActivityState.DRAFT)

    def visible_to(self, visitor: Visitor) -> ActivityQuerySet:
        """Everyone sees what is or was in the agenda; drafts are for their organisers and the staff of their centre."""
        if not visitor.is_authenticated:
            return self.not_draft()
        editable = self._editable_by(visitor)
        if not editable:  # no condition: this person may change, and so see, everything
            return self.all()
        return self.filter(~Q(state=ActivityState.DRAFT) | editable).distinct()

    def editable_by(self, person: Person) -> ActivityQuerySet:
        """What this person may change: what they organise, and all of a centre where they are host or coordinator."""
        return self.filter(self._editable_by(person)).distinct()

    @staticmethod
    def _editable_by(person: Person) -> Q:
        editors = [r for r in person.current_roles if r.role in EDITING_ROLES]
        if any(role.centre_id is None for role in editors):
            return Q()
        return Q(organisers=person) | Q(centre__in=[role.centre_id for role in editors])

    def named_like(self, text: str) -> ActivityQuerySet:
        """Those whose name holds a text, accents forgiven; all of them for an empty text."""
        return self.filter(title__unaccent__icontains=text) if text else self

    def for_list(self) -> ActivityQuerySet:
        """What a list for organisers shows: what is not in the agenda yet first, what was stopped last."""
        rank = models.Case(
            models.When(state=ActivityState.DRAFT, then=0),
            models.When(state=ActivityState.STOPPED, then=2),
            default=1,
        )
        return (
            self.select_related("centre")
            .defer("description", "search_vector", "search_sounds")
            .with_next_date()
            .annotate(rank=rank)
            .order_by("rank", "title", "id")
        )

    def with_next_date(self) -> ActivityQuerySet:
        """With `next_starts_at`: when its first coming date that is not called off begins; None without one."""
        dates: Any = self.model._meta.get_field("occurrences").related_model
        upcoming = dates.objects.upcoming()
        first = upcoming.going_ahead().filter(activity=models.OuterRef("pk"))
        return self.annotate(next_starts_at=models.Subquery(first.values("starts_at")[:1]))

    def unled(self) -> ActivityQuerySet:
        """In the agenda with dates to come, and nobody organises it (any more). Not what a calendar elsewhere keeps."""
        through = self.model.organisers.through
        active = through.objects.filter(activity=models.OuterRef("pk"), person__is_active=True)
        dates: Any = self.model._meta.get_field("occurrences").related_model
        coming = dates.objects.upcoming().going_ahead().filter(activity=models.OuterRef("pk"))
        kept_elsewhere: Any = self.model._meta.get_field("imported_from").related_model
        imported = kept_elsewhere.objects.filter(activity=models.OuterRef("pk"))
        return self.public().filter(
            models.Exists(coming), ~models.Exists(active), ~models.Exists(imported)
        )

    def with_page(self) -> ActivityQuerySet:
        """All that the activity page shows, in a fixed number of queries."""
        return self.select_related("centre").prefetch_related("organisers", "translations")


def _search_vector(language: str) -> models.GeneratedField:
    """The stems of all words, for whole words and their beginnings. `language` names the field that tells theirs."""
    return models.GeneratedField(
        expression=models.Func(
            models.F(language),
            models.F("title"),
            models.F("summary"),
            models.F("description"),
            function="lokaal_search_vector",
            output_field=SearchVectorField(),
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )


def _search_sounds() -> models.GeneratedField:
    """How title and summary sound, for words written by ear, parts of compounds and typing errors."""
    return models.GeneratedField(
        expression=models.Func(
            models.F("title"),
            models.F("summary"),
            function="lokaal_search_sounds",
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )


#: What people tell about an activity, in the order in which forms ask it.
TOLD_FIELDS = (
    "title",
    "summary",
    "description",
    "text_language",
    "participation",
    "audience",
    "audience_note",
    "cost_kind",
    "cost_cents",
    "cost_note",
    "languages",
    "language_level",
    "step_free",
    "accessible_toilet",
    "childcare",
    "someone_greets",
    "mood",
    "bring",
    "room",
    "default_capacity",
    "queue_rule",
    "offer_hours",
    "organiser_name",
    "organiser_words",
    "contact_phone",
)

#: Staff who may change every activity of their centre.
EDITING_ROLES = {Role.HOST, Role.COORDINATOR, Role.DIRECTOR, Role.ADMINISTRATOR}


class Activity(models.Model):
    """What is done, for whom and on which terms; its dates are occurrences."""

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="activities", verbose_name=_("huis")
    )
    title = models.CharField(_("naam"), max_length=120)
    summary = models.CharField(_("in één zin"), max_length=300, blank=True)
    description = models.TextField(_("meer vertellen"), max_length=10_000, blank=True)
    text_language = models.CharField(_("taal van de tekst"), max_length=7, default="nl")
    state = models.CharField(
        _("stand"), max_length=9, choices=ActivityState, default=ActivityState.DRAFT
    )
    participation = models.CharField(
        _("meedoen"), max_length=7, choices=Participation, default=Participation.SIGN_UP
    )
    audience = models.CharField(
        _("voor wie"), max_length=8, choices=Audience, default=Audience.EVERYONE
    )
    audience_note = models.CharField(
        _("voor wie precies"),
        max_length=80,
        blank=True,
        help_text=_("Bijvoorbeeld: van 8 tot 12 jaar."),
    )
    cost_kind = models.CharField(
        _("kosten"), max_length=16, choices=CostKind, default=CostKind.UNKNOWN
    )
    cost_cents = models.PositiveIntegerField(_("prijs in centen"), default=0)
    cost_note = models.CharField(_("over de prijs"), max_length=120, blank=True)
    languages = ArrayField(
        models.CharField(max_length=7),
        verbose_name=_("talen die we spreken"),
        default=list,
        blank=True,
    )
    language_level = models.CharField(
        _("hoeveel taal"), max_length=5, choices=LanguageLevel, blank=True
    )
    step_free = models.CharField(_("zonder drempel"), max_length=3, choices=Fact, blank=True)
    accessible_toilet = models.CharField(
        _("aangepast toilet"), max_length=3, choices=Fact, blank=True
    )
    childcare = models.CharField(_("kinderen mogen mee"), max_length=3, choices=Fact, blank=True)
    someone_greets = models.CharField(
        _("er is iemand voor je"),
        max_length=3,
        choices=Fact,
        blank=True,
        help_text=_("Fijn als je alleen komt."),
    )
    mood = models.CharField(_("rustig of druk"), max_length=6, choices=Mood, blank=True)
    bring = models.CharField(_("neem mee"), max_length=120, blank=True)
    room = models.CharField(_("ruimte"), max_length=80, blank=True)
    default_capacity = models.PositiveIntegerField(_("aantal plekken"), null=True, blank=True)
    queue_rule = models.CharField(
        _("als het vol is"), max_length=9, choices=QueueRule, default=QueueRule.AUTOMATIC
    )
    offer_hours = models.PositiveSmallIntegerField(
        _("een aanbod geldt (uren)"),
        default=24,
        help_text=_("Nooit langer dan tot het begin."),
    )
    organisers = models.ManyToManyField(
        Person, related_name="organises", blank=True, verbose_name=_("organisatoren")
    )
    themes = models.ManyToManyField(
        Theme, related_name="activities", blank=True, verbose_name=_("thema's")
    )
    organiser_name = models.CharField(
        _("van wie is dit"), max_length=120, blank=True, help_text=_("Zo staat het op de pagina.")
    )
    organiser_words = models.TextField(_("woorden van de organisator"), max_length=1000, blank=True)
    contact_phone = PhoneNumberField(_("telefoon voor vragen"), blank=True)
    created_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(
        _("eerst in de agenda"), null=True, blank=True, editable=False
    )
    updated_at = models.DateTimeField(_("veranderd"), auto_now=True)
    search_vector = _search_vector("text_language")
    search_sounds = _search_sounds()

    next_starts_at: datetime | None  # when loaded with_next_date()

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activiteit")
        verbose_name_plural = _("activiteiten")
        ordering = ["title"]
        indexes = [
            models.Index(
                fields=["id"],
                name="activities_activity_hidden",
                condition=~Q(state=ActivityState.PUBLISHED),
            ),
            GinIndex(name="activities_activity_search", fields=["search_vector"]),
            GinIndex(
                name="activities_activity_sounds",
                fields=["search_sounds"],
                opclasses=["gin_trgm_ops"],
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="activities_activity_cost",
                condition=Q(cost_kind__in=WITHOUT_PRICE, cost_cents=0)
                | Q(cost_kind=CostKind.FIXED, cost_cents__gt=0)
                | Q(cost_kind=CostKind.PAY_WHAT_YOU_CAN),
                violation_error_message=_("Een vaste prijs is meer dan nul. Gratis is nul."),
            ),
            models.CheckConstraint(
                name="activities_activity_capacity",
                condition=Q(default_capacity__isnull=True) | Q(default_capacity__gt=0),
                violation_error_message=_("Er is plek voor minstens één mens."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("activities:activity", args=[self.id])

    @property
    def is_public(self) -> bool:
        return self.state == ActivityState.PUBLISHED

    @property
    def is_drop_in(self) -> bool:
        return self.participation == Participation.DROP_IN

    @property
    def takes_sign_ups(self) -> bool:
        """Whether people join single dates."""
        return self.participation == Participation.SIGN_UP

    @property
    def is_course(self) -> bool:
        """Whether people join the whole series at once."""
        return self.participation == Participation.COURSE

    @property
    def is_free(self) -> bool | None:
        """Whether nobody pays anything; None when nobody has said so."""
        return None if self.cost_kind == CostKind.UNKNOWN else self.cost_kind == CostKind.FREE

    def words(self, language: str) -> Activity | ActivityTranslation:
        """Return who has the words in a language: the translation, or else the activity itself in its own language.

        Both have title, summary, description, audience_note, cost_note, bring, language and is_machine_made.
        """
        if self.text_language == language:
            return self
        return next((t for t in self.translations.all() if t.language == language), self)

    @property
    def language(self) -> str:
        """The language of the activity's own words."""
        return self.text_language

    @property
    def is_machine_made(self) -> bool:
        """Its own words were written by a person."""
        return False


class ActivityTranslation(models.Model):
    """The words of an activity in another language than its own."""

    id = UUIDKey()
    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="translations", verbose_name=_("activiteit")
    )
    language = models.CharField(_("taal"), max_length=7)
    title = models.CharField(_("naam"), max_length=120)
    summary = models.CharField(_("in één zin"), max_length=300, blank=True)
    description = models.TextField(_("meer vertellen"), max_length=10_000, blank=True)
    audience_note = models.CharField(_("voor wie precies"), max_length=80, blank=True)
    cost_note = models.CharField(_("over de prijs"), max_length=120, blank=True)
    bring = models.CharField(_("neem mee"), max_length=120, blank=True)
    is_machine_made = models.BooleanField(_("automatisch vertaald"), default=False)
    updated_at = models.DateTimeField(_("veranderd"), auto_now=True)
    search_vector = _search_vector("language")
    search_sounds = _search_sounds()

    class Meta:
        verbose_name = _("vertaling van een activiteit")
        verbose_name_plural = _("vertalingen van activiteiten")
        indexes = [
            GinIndex(name="activities_translation_search", fields=["search_vector"]),
            GinIndex(
                name="activities_translation_sounds",
                fields=["search_sounds"],
                opclasses=["gin_trgm_ops"],
            ),
        ]
        constraints = [
            models.UniqueConstraint("activity", "language", name="activities_translation_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"
