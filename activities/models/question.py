"""Questions to the municipality: what residents ask, tell or need, and the line of what happened with it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from activities.models.wish import Showing
from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from lokaal.secret_links import is_secret_of, shown_code

QUESTION_LENGTH = 500
EXAMPLE_LENGTH = 300
ANSWER_LENGTH = 1_000
#: A question that nobody picked up after this time is on the desk as late.
PICK_UP_WITHIN = timedelta(days=14)
#: One list on paper carries at most so many names.
MOST_ON_PAPER = 500


class QuestionKind(models.TextChoices):
    QUESTION = "question", _("vraag")
    EXAMPLE = "example", _("voorbeeld")
    NEED = "need", _("behoefte")


class QuestionState(models.TextChoices):
    """The road of a question. Each step says who, and when the next one comes."""

    ASKED = "asked", _("gesteld")
    PICKED_UP = "picked_up", _("opgepakt")
    ANSWERED = "answered", _("beantwoord")
    DONE = "done", _("gedaan")


#: Those in which somebody still owes something.
OPEN_STATES = {QuestionState.ASKED, QuestionState.PICKED_UP, QuestionState.ANSWERED}


class QuestionThemeQuerySet(models.QuerySet["QuestionTheme"]):
    def in_use(self) -> QuestionThemeQuerySet:
        return self.filter(is_active=True)


class QuestionTheme(models.Model):
    """What questions are about: living, money, the street. Kept by coordinators."""

    id = UUIDKey()
    name = models.CharField(
        _("naam"),
        max_length=60,
        unique=True,
        error_messages={"unique": _("Dit thema is er al.")},
    )
    name_en = models.CharField(_("naam in het Engels"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("volgorde"), default=0)
    is_active = models.BooleanField(_("in gebruik"), default=True)

    objects = QuestionThemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("thema")
        verbose_name_plural = _("thema's")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def words(self, language: str) -> tuple[str, str]:
        """Return the name and its language: English where there is one, or else the Dutch."""
        return (self.name_en, "en") if language == "en" and self.name_en else (self.name, "nl")


class QuestionQuerySet(models.QuerySet["Question"]):
    def shown(self) -> QuestionQuerySet:
        """What everybody may read."""
        return self.filter(showing=Showing.SHOWN)

    def open(self) -> QuestionQuerySet:
        """Those with which something still must happen."""
        return self.filter(state__in=OPEN_STATES)

    def of_desks(self, centre_ids: set[UUID] | None) -> QuestionQuerySet:
        """Questions for the centres of these desks, and for none in particular. None: all."""
        if centre_ids is None:
            return self
        return self.filter(Q(centre__in=centre_ids) | Q(centre__isnull=True))

    def late(self, on: date | None = None) -> QuestionQuerySet:
        """Shown questions of which the promised day is past, or that nobody picked up in time; oldest first."""
        today = on or timezone.localdate()
        unseen = Q(state=QuestionState.ASKED, created_at__lt=timezone.now() - PICK_UP_WITHIN)
        promised = Q(state__in=OPEN_STATES - {QuestionState.ASKED}, due_on__lt=today)
        return self.shown().filter(unseen | promised).order_by("created_at", "id")

    def with_row(self) -> QuestionQuerySet:
        """What a line in a list shows, without a query per row."""
        return self.select_related("theme", "centre").defer("search_vector", "search_sounds")

    def with_page(self) -> QuestionQuerySet:
        """All that the page of a question shows, in a fixed number of queries."""
        return self.select_related(
            "theme", "centre", "session__occurrence__activity"
        ).prefetch_related("steps")


class Question(models.Model):
    """What somebody asks the municipality, or the house. Needs no name.

    Everybody may read it once somebody of the house has looked at it. Who asked it stays unknown, unless they wanted
    their first name with it.
    """

    id = UUIDKey()
    kind = models.CharField(
        _("soort"), max_length=8, choices=QuestionKind, default=QuestionKind.QUESTION
    )
    text = models.CharField(_("wat wil je vragen of vertellen?"), max_length=QUESTION_LENGTH)
    theme = models.ForeignKey(
        QuestionTheme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("thema"),
    )
    centre = models.ForeignKey(
        Centre,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("huis"),
    )
    language = models.CharField(_("taal"), max_length=7, default="nl")
    person = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("mens"),
    )
    name = models.CharField(_("naam"), max_length=120, blank=True)
    shows_name = models.BooleanField(_("voornaam erbij"), default=False)
    phone = PhoneNumberField(_("telefoon"), blank=True)
    email = models.EmailField(_("e-mailadres"), blank=True)
    code = models.CharField(_("code"), max_length=8, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    form_key = models.CharField(
        max_length=64, blank=True, editable=False, help_text="SHA-256 of the form that was sent."
    )
    entered_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("ingevuld door"),
    )
    created_at = models.DateTimeField(_("gevraagd op"), default=timezone.now, editable=False)
    showing = models.CharField(
        _("te zien"), max_length=7, choices=Showing, default=Showing.WAITING, editable=False
    )
    me_too = models.PositiveIntegerField(_("hebben dat ook"), default=0, editable=False)

    state = models.CharField(
        _("stand"),
        max_length=9,
        choices=QuestionState,
        default=QuestionState.ASKED,
        editable=False,
    )
    state_since = models.DateTimeField(_("stand sinds"), default=timezone.now, editable=False)
    answered_at = models.DateTimeField(_("beantwoord op"), null=True, blank=True, editable=False)
    done_at = models.DateTimeField(_("gedaan op"), null=True, blank=True, editable=False)
    owner_name = models.CharField(_("wie doet het"), max_length=120, blank=True, editable=False)
    owner_function = models.CharField(_("functie"), max_length=120, blank=True, editable=False)
    owner_email = models.EmailField(_("e-mailadres"), blank=True, editable=False)
    due_on = models.DateField(_("uiterlijk"), null=True, blank=True, editable=False)
    keeper = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="kept_questions",
        verbose_name=_("wie let op"),
    )
    session = models.ForeignKey(
        "activities.KnowledgeSession",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="picked_up",
        verbose_name=_("kennissessie"),
    )

    search_vector = models.GeneratedField(
        expression=models.Func(
            models.F("language"),
            models.F("text"),
            models.Value(""),
            models.Value(""),
            function="lokaal_search_vector",
            output_field=SearchVectorField(),
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    search_sounds = models.GeneratedField(
        expression=models.Func(
            models.F("text"),
            models.Value(""),
            function="lokaal_search_sounds",
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("vraag aan de gemeente")
        verbose_name_plural = _("vragen aan de gemeente")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["showing", "-created_at", "-id"], name="activities_question_list"),
            models.Index(
                "due_on",
                name="activities_question_due",
                condition=Q(state__in=sorted(OPEN_STATES)),
            ),
            GinIndex(name="activities_question_search", fields=["search_vector"]),
            GinIndex(
                name="activities_question_sounds",
                fields=["search_sounds"],
                opclasses=["gin_trgm_ops"],
            ),
        ]
        constraints = [
            models.UniqueConstraint("code", name="activities_question_code"),
            models.UniqueConstraint(
                "form_key", name="activities_question_form_once", condition=~Q(form_key="")
            ),
            models.CheckConstraint(
                name="activities_question_owner",
                condition=~Q(state=QuestionState.PICKED_UP)
                | (~Q(owner_name="") & Q(due_on__isnull=False)),
                violation_error_message=_("Zeg wie het oppakt, en wanneer."),
            ),
            models.CheckConstraint(
                name="activities_question_facts",
                condition=Q(
                    state__in=[QuestionState.ASKED, QuestionState.PICKED_UP],
                    answered_at=None,
                    done_at=None,
                )
                | Q(state=QuestionState.ANSWERED, answered_at__isnull=False, done_at=None)
                | Q(state=QuestionState.DONE, answered_at__isnull=False, done_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return reverse("activities:question", args=[self.id])

    @property
    def is_shown(self) -> bool:
        return self.showing == Showing.SHOWN

    @property
    def shown_name(self) -> str:
        """The first name of who asked, when they wanted it there."""
        return self.name.split(" ")[0] if self.shows_name and self.name else ""

    @property
    def shown_code(self) -> str:
        """The code as people read it: 4821 7730."""
        return shown_code(self.code)

    @property
    def pick_up_by(self) -> date:
        """The last local day on which picking it up is on time."""
        return timezone.localdate(self.created_at + PICK_UP_WITHIN)

    @property
    def is_late(self) -> bool:
        """Whether the promised day is past."""
        if self.state == QuestionState.DONE:
            return False
        by = self.pick_up_by if self.state == QuestionState.ASKED else self.due_on
        return by is not None and by < timezone.localdate()

    @property
    def can_be_told(self) -> bool:
        """Whether whoever asked left a way to hear the answer."""
        return bool(self.email or self.phone or self.person_id)

    def has_secret(self, secret: str) -> bool:
        """True when this is the secret of the link. Compared in constant time; only its hash is kept."""
        return is_secret_of(self.secret_hash, secret)


class QuestionStepKind(models.TextChoices):
    """What happened with a question. Rows are added, never changed."""

    PICKED_UP = "picked_up", _("opgepakt")
    ANSWERED = "answered", _("antwoord")
    CORRECTED = "corrected", _("antwoord verbeterd")
    PROMISED = "promised", _("afspraak")
    DONE = "done", _("wat is ermee gedaan")


#: Those that hold an answer; the latest one counts.
ANSWERS = {QuestionStepKind.ANSWERED, QuestionStepKind.CORRECTED}


class QuestionStep(models.Model):
    """One thing that happened with a question: who of the municipality or the house did it, and in which words."""

    id = UUIDKey()
    question = models.ForeignKey(
        Question, models.CASCADE, related_name="steps", verbose_name=_("vraag")
    )
    kind = models.CharField(_("wat"), max_length=9, choices=QuestionStepKind)
    name = models.CharField(_("wie"), max_length=120)
    function = models.CharField(_("functie"), max_length=120, blank=True)
    text = models.TextField(_("in gewone woorden"), max_length=ANSWER_LENGTH, blank=True)
    language = models.CharField(_("taal"), max_length=7, default="nl")
    due_on = models.DateField(_("uiterlijk"), null=True, blank=True)
    by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("gezet door"),
    )
    at = models.DateTimeField(_("wanneer"), default=timezone.now)

    class Meta:
        verbose_name = _("stap van een vraag")
        verbose_name_plural = _("stappen van vragen")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                name="activities_step_named",
                condition=~Q(name=""),
                violation_error_message=_("Zeg wie het is. Een antwoord heeft een naam."),
            ),
            models.UniqueConstraint(
                "question",
                "kind",
                name="activities_step_once",
                condition=Q(kind__in=[QuestionStepKind.ANSWERED, QuestionStepKind.DONE]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.question}"

    @property
    def is_answer(self) -> bool:
        return self.kind in ANSWERS

    @property
    def signature(self) -> str:
        """Who it was, with what they do: Karin Pol, gebiedsregisseur."""
        return f"{self.name}, {self.function}" if self.function else self.name


class MeTooQuerySet(models.QuerySet["MeToo"]):
    def shown(self) -> MeTooQuerySet:
        """Those whose own example everybody may read."""
        return self.filter(showing=Showing.SHOWN).exclude(example="")


class MeToo(models.Model):
    """Somebody has this too, maybe with an example of their own; or a list of people on paper."""

    id = UUIDKey()
    question = models.ForeignKey(
        Question, models.CASCADE, related_name="supports", verbose_name=_("vraag")
    )
    people = models.PositiveSmallIntegerField(_("hoeveel mensen"), default=1)
    example = models.CharField(_("eigen voorbeeld"), max_length=EXAMPLE_LENGTH, blank=True)
    showing = models.CharField(
        _("te zien"), max_length=7, choices=Showing, default=Showing.WAITING, editable=False
    )
    language = models.CharField(_("taal"), max_length=7, default="nl")
    person = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("mens"),
    )
    name = models.CharField(_("naam"), max_length=120, blank=True)
    phone = PhoneNumberField(_("telefoon"), blank=True)
    email = models.EmailField(_("e-mailadres"), blank=True)
    guest_key = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="SHA-256 of the contact; empty without contact.",
    )
    form_key = models.CharField(
        max_length=64, blank=True, editable=False, help_text="SHA-256 of the form that was sent."
    )
    entered_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("ingevuld door"),
    )
    created_at = models.DateTimeField(_("sinds"), default=timezone.now, editable=False)

    objects = MeTooQuerySet.as_manager()

    class Meta:
        verbose_name = _("dat heb ik ook")
        verbose_name_plural = _("dat heb ik ook")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                "question",
                "person",
                name="activities_me_too_one_per_person",
                condition=Q(person__isnull=False),
            ),
            models.UniqueConstraint(
                "question",
                "guest_key",
                name="activities_me_too_one_per_guest",
                condition=~Q(guest_key=""),
            ),
            models.UniqueConstraint(
                "form_key", name="activities_me_too_form_once", condition=~Q(form_key="")
            ),
            models.CheckConstraint(
                name="activities_me_too_people",
                condition=Q(people__gte=1, people__lte=MOST_ON_PAPER),
                violation_error_message=_("Kies een getal van 1 tot 500."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.people}: {self.question}"

    @property
    def centre(self) -> Centre | None:
        """The house of the question."""
        return self.question.centre
