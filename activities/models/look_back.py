"""Looking back at something that was tried: what its organisers, those who came and the coach say, and the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity, ActivityState
from activities.models.sign_up import SignUp
from activities.models.wish import COACHING_ROLES, Showing, Wish
from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from lokaal.secret_links import is_secret_of

if TYPE_CHECKING:
    from activities.models.lesson import Lesson

ANSWER_LENGTH = 1_000
SENTENCE_LENGTH = 300
REASON_LENGTH = 1_000


class Readers(models.TextChoices):
    """Who may read what somebody wrote. The writer chooses."""

    US = "us", _("alleen wij")
    HOUSE = "house", _("wie iets organiseert in dit huis")
    EVERYONE = "everyone", _("iedereen")


class Outcome(models.TextChoices):
    """What was decided. Stopped is a lesson, not a failure."""

    KEPT = "kept", _("gebleven")
    ADAPTED = "adapted", _("aangepast")
    STOPPED = "stopped", _("gestopt")


class Choice(models.TextChoices):
    """What somebody who came says, in one tap."""

    AGAIN = "again", _("weer zo")
    DIFFERENT = "different", _("anders")
    NO_NEED = "no_need", _("hoeft niet")


class Writer(models.TextChoices):
    """As who somebody looks back."""

    ORGANISER = "organiser", _("organisator")
    COACH = "coach", _("begeleider")


#: What search needs and pages do not.
FOR_SEARCH = ("search_vector", "search_sounds")
#: Written for everybody, and seen by somebody of the house.
IS_FOR_ALL = Q(readers=Readers.EVERYONE, showing=Showing.SHOWN)


class LookBackQuerySet(models.QuerySet["LookBack"]):
    def public(self) -> LookBackQuerySet:
        """What everybody may see: decided, of an activity that was in the agenda, of a wish that is shown."""
        return self.exclude(outcome="").filter(
            Q(wish=None) | Q(wish__showing=Showing.SHOWN),
            activity__state__in=[ActivityState.PUBLISHED, ActivityState.STOPPED],
        )

    def workable_by(self, person: Person) -> LookBackQuerySet:
        """Those on which this person may look back and decide: organisers, the coach, and the desk of the house."""
        desks = [held.centre_id for held in person.current_roles if held.role in COACHING_ROLES]
        if None in desks:
            return self
        activities = Activity.organisers.through.objects.filter(person=person)
        wishes = Wish.organisers.through.objects.filter(person=person)
        return self.filter(
            Q(centre__in=desks)
            | Q(activity__in=activities.values("activity"))
            | Q(wish__in=wishes.values("wish"))
            | Q(wish__person=person, wish__let_go_at=None)
            | Q(wish__coach=person)
        )

    def askable(self) -> LookBackQuerySet:
        """Those on which who came may still answer."""
        return self.filter(outcome="").exclude(activity__state=ActivityState.DRAFT)

    def undecided(self) -> LookBackQuerySet:
        """Those that wait for a decision, longest waiting first."""
        return self.filter(outcome="").order_by("opened_at", "id")

    def newest_first(self) -> LookBackQuerySet:
        return self.order_by(F("decided_at").desc(nulls_first=True), "-id")

    def with_page(self) -> LookBackQuerySet:
        """With what it was about and where."""
        return self.select_related("activity", "centre", "wish__coach", "grew_into").defer(
            *FOR_SEARCH,
            *(f"{of}__{name}" for of in ("activity", "wish", "grew_into") for name in FOR_SEARCH),
        )

    def with_public_lessons(self) -> LookBackQuerySet:
        """With `public_lessons`: the lessons that everybody may read, oldest first."""
        from activities.models.lesson import Lesson  # it imports this module

        lessons = (
            Lesson.objects.for_all().select_related("person").defer(*FOR_SEARCH).order_by("id")
        )
        return self.prefetch_related(models.Prefetch("lessons", lessons, to_attr="public_lessons"))

    def locked(self, pk: UUID) -> LookBack:
        """Return the row as it is now, locked until the transaction ends. The row of its wish is locked before it."""
        return (
            self.select_for_update(of=("self",), no_key=True)
            .select_related("activity", "centre", "wish")
            .get(pk=pk)
        )


class LookBack(models.Model):
    """One look back at something that was tried. It belongs to a wish, or to an activity that ran without one.

    Its name and sentence are those of then: what grows out of it may be called something else. How often it was held
    and how many came are counted while it is open and kept from the decision on, when lists are erased.
    """

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="look_backs", verbose_name=_("huis")
    )
    activity = models.ForeignKey(
        Activity, models.PROTECT, related_name="look_backs", verbose_name=_("activiteit")
    )
    wish = models.ForeignKey(
        Wish,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="look_backs",
        verbose_name=_("idee"),
    )
    title = models.CharField(_("naam"), max_length=120)
    summary = models.CharField(_("in één zin"), max_length=500, blank=True)
    language = models.CharField(_("taal van de tekst"), max_length=7, default="nl")
    opened_at = models.DateTimeField(_("begonnen op"), default=timezone.now, editable=False)
    opened_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("begonnen door"),
    )
    asked_at = models.DateTimeField(_("gevraagd op"), null=True, blank=True, editable=False)
    first_on = models.DateField(_("eerste keer"), null=True, blank=True, editable=False)
    last_on = models.DateField(_("laatste keer"), null=True, blank=True, editable=False)
    times_held = models.PositiveIntegerField(_("hoe vaak"), default=0, editable=False)
    people_came = models.PositiveIntegerField(
        _("bezoeken"), default=0, editable=False, help_text=_("Alle keren bij elkaar.")
    )
    outcome = models.CharField(
        _("besluit"), max_length=7, choices=Outcome, blank=True, editable=False
    )
    reason = models.TextField(_("waarom"), max_length=REASON_LENGTH, blank=True, editable=False)
    reason_language = models.CharField(max_length=7, default="nl", editable=False)
    decided_at = models.DateTimeField(_("besloten op"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("besloten door"),
    )
    grew_into = models.OneToOneField(
        Wish,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="grew_from_look_back",
        verbose_name=_("werd"),
    )
    search_vector = models.GeneratedField(
        expression=models.Func(
            F("language"),
            F("title"),
            F("summary"),
            F("reason"),
            function="lokaal_search_vector",
            output_field=SearchVectorField(),
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    search_sounds = models.GeneratedField(
        expression=models.Func(
            F("title"),
            F("summary"),
            function="lokaal_search_sounds",
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    public_lessons: list[Lesson]  # when loaded with_public_lessons()

    objects = LookBackQuerySet.as_manager()

    class Meta:
        verbose_name = _("terugblik")
        verbose_name_plural = _("terugblikken")
        ordering = ["-id"]
        indexes = [
            models.Index("decided_at", "id", name="activities_lookback_decided"),
            GinIndex(name="activities_lookback_search", fields=["search_vector"]),
            GinIndex(
                name="activities_lookback_sounds",
                fields=["search_sounds"],
                opclasses=["gin_trgm_ops"],
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                "activity",
                name="activities_lookback_one_open",
                condition=Q(outcome=""),
                violation_error_message=_("Hier wordt al op teruggekeken."),
            ),
            models.CheckConstraint(
                name="activities_lookback_decision",
                condition=Q(outcome="", decided_at__isnull=True, reason="")
                | (Q(decided_at__isnull=False) & ~Q(outcome="") & ~Q(reason="")),
                violation_error_message=_("Bij een besluit hoort een reden."),
            ),
            models.CheckConstraint(
                name="activities_lookback_grew",
                condition=Q(grew_into__isnull=True) | Q(outcome=Outcome.ADAPTED),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("activities:tried_one", args=[self.id])

    @property
    def is_decided(self) -> bool:
        return bool(self.outcome)


class _Written(models.Model):
    """What somebody wrote while looking back, and who may read it."""

    language = models.CharField(_("taal"), max_length=7, default="nl")
    readers = models.CharField(
        _("wie mag dit lezen"), max_length=8, choices=Readers, default=Readers.US
    )
    showing = models.CharField(
        _("te zien"), max_length=7, choices=Showing, default=Showing.WAITING, editable=False
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
    created_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)

    class Meta:
        abstract = True

    @property
    def is_for_all(self) -> bool:
        """Whether everybody may read it."""
        return self.readers == Readers.EVERYONE and self.showing == Showing.SHOWN


#: The four questions (domain.md, 5), in the order in which they are asked.
QUESTIONS = ("why", "happened", "missing", "better_form")


class ReflectionQuerySet(models.QuerySet["Reflection"]):
    def for_all(self) -> ReflectionQuerySet:
        """What everybody may read."""
        return self.filter(IS_FOR_ALL)

    def of(self, person: Person) -> ReflectionQuerySet:
        """One's own, and those that one types in for somebody without an account."""
        return self.filter(Q(person=person) | Q(person=None, secret_hash="", entered_by=person))

    def with_page(self) -> ReflectionQuerySet:
        return self.select_related("person", "entered_by", "look_back__centre")


class Reflection(_Written):
    """The four answers of one organiser, or of the coach. A guest who had the idea answers with a link."""

    id = UUIDKey()
    look_back = models.ForeignKey(
        LookBack, models.CASCADE, related_name="reflections", verbose_name=_("terugblik")
    )
    person = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reflections",
        verbose_name=_("mens"),
    )
    name = models.CharField(_("naam"), max_length=120, blank=True, editable=False)
    secret_hash = models.CharField(max_length=64, blank=True, editable=False)
    writer = models.CharField(
        _("als"), max_length=9, choices=Writer, default=Writer.ORGANISER, editable=False
    )
    why = models.TextField(
        _("waarom vonden we dat er iets moest gebeuren?"), max_length=ANSWER_LENGTH, blank=True
    )
    happened = models.TextField(_("wat gebeurde er?"), max_length=ANSWER_LENGTH, blank=True)
    missing = models.TextField(_("wie was er niet?"), max_length=ANSWER_LENGTH, blank=True)
    better_form = models.TextField(
        _("welke vorm past beter?"), max_length=ANSWER_LENGTH, blank=True
    )
    with_name = models.BooleanField(_("met mijn voornaam"), default=False)
    updated_at = models.DateTimeField(_("veranderd"), auto_now=True)
    finished_at = models.DateTimeField(_("klaar op"), null=True, blank=True, editable=False)

    objects = ReflectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("antwoorden bij een terugblik")
        verbose_name_plural = _("antwoorden bij terugblikken")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "look_back", "person", name="activities_reflection_one_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.look_back}: {self.writer_name or self.get_writer_display()}"

    @property
    def writer_name(self) -> str:
        """Who wrote it, for who may know: a person the house knows, or the name of a guest."""
        return self.person.name if self.person else self.name

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Question and answer, for those that were answered."""
        return [(name, getattr(self, name)) for name in QUESTIONS if getattr(self, name)]

    @property
    def shown_name(self) -> str:
        """The first name, only where the writer wants it."""
        return self.writer_name.split(" ")[0] if self.with_name else ""

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    def has_secret(self, secret: str) -> bool:
        """True when this is the secret of the link to these answers."""
        return bool(self.secret_hash) and is_secret_of(self.secret_hash, secret)


class ReactionQuerySet(models.QuerySet["Reaction"]):
    def answered(self) -> ReactionQuerySet:
        return self.exclude(choice="")

    def for_all(self) -> ReactionQuerySet:
        """Sentences that everybody may read."""
        return self.answered().exclude(sentence="").filter(IS_FOR_ALL)


class Reaction(_Written):
    """One who came: asked, and maybe answered with one tap and a sentence. On paper and open pages nobody is named."""

    id = UUIDKey()
    look_back = models.ForeignKey(
        LookBack, models.CASCADE, related_name="reactions", verbose_name=_("terugblik")
    )
    sign_up = models.ForeignKey(
        SignUp,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="reactions",
        verbose_name=_("aanmelding"),
    )
    choice = models.CharField(_("nog een keer?"), max_length=9, choices=Choice, blank=True)
    sentence = models.CharField(_("in één zin"), max_length=SENTENCE_LENGTH, blank=True)
    secret_hash = models.CharField(max_length=64, blank=True, editable=False)
    form_token = models.UUIDField(unique=True, null=True, editable=False)
    answered_at = models.DateTimeField(_("geantwoord op"), null=True, blank=True, editable=False)

    objects = ReactionQuerySet.as_manager()

    class Meta:
        verbose_name = _("antwoord van wie er was")
        verbose_name_plural = _("antwoorden van wie er was")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("look_back", "sign_up", name="activities_reaction_once"),
            models.CheckConstraint(
                name="activities_reaction_answered",
                condition=Q(choice="", answered_at__isnull=True)
                | (~Q(choice="") & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.look_back}: {self.get_choice_display()}"

    def has_secret(self, secret: str) -> bool:
        """True when this is the secret of the link of this answer."""
        return bool(self.secret_hash) and is_secret_of(self.secret_hash, secret)
