"""Knowledge sessions: dates at which officials are guests, and rules and examples are exchanged."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.occurrence import Occurrence, OccurrenceState
from activities.models.question import ANSWER_LENGTH, Question, QuestionStep, QuestionTheme
from activities.models.wish import Showing
from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from lokaal.secret_links import is_secret_of

#: The link of a guest works until this long after the session; renewed, this long from then.
LINK_OUTLIVES = timedelta(days=7)
NOTE_LENGTH = 500


class KnowledgeSessionQuerySet(models.QuerySet["KnowledgeSession"]):
    def public(self) -> KnowledgeSessionQuerySet:
        """Those of dates that anyone may see."""
        return self.filter(occurrence__in=Occurrence.objects.public())

    def upcoming(self) -> KnowledgeSessionQuerySet:
        """Those that are not over, first one first."""
        return self.filter(occurrence__ends_at__gt=timezone.now()).order_by(
            "occurrence__starts_at", "id"
        )

    def of_centres(self, centre_ids: set[UUID] | None) -> KnowledgeSessionQuerySet:
        """Those at these centres. None: all."""
        return self if centre_ids is None else self.filter(occurrence__centre__in=centre_ids)

    def with_row(self) -> KnowledgeSessionQuerySet:
        """What a line in a list shows."""
        return self.select_related("occurrence__activity", "occurrence__centre")

    def with_page(self) -> KnowledgeSessionQuerySet:
        """All that its page shows of the session itself."""
        return self.select_related(
            "theme", "occurrence__activity", "occurrence__centre"
        ).prefetch_related("occurrence__activity__translations")


class KnowledgeSession(models.Model):
    """A date of an activity at which residents and officials tell each other how things are."""

    id = UUIDKey()
    occurrence = models.OneToOneField(
        Occurrence, models.PROTECT, related_name="knowledge_session", verbose_name=_("datum")
    )
    theme = models.ForeignKey(
        QuestionTheme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("thema"),
    )
    about = models.CharField(_("waar gaat het over"), max_length=300, blank=True)
    made_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("gemaakt door"),
    )
    created_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)

    objects = KnowledgeSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("kennissessie")
        verbose_name_plural = _("kennissessies")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return str(self.occurrence)

    def get_absolute_url(self) -> str:
        return reverse("activities:session", args=[self.id])

    def link_ends_at(self, at: datetime | None = None) -> datetime:
        """Until when a link that is given now works (UTC)."""
        return max(self.occurrence.ends_at, at or timezone.now()) + LINK_OUTLIVES


class SessionGuestQuerySet(models.QuerySet["SessionGuest"]):
    def live(self) -> SessionGuestQuerySet:
        """Guests whose link opens now."""
        return self.filter(withdrawn_at=None, link_ends_at__gt=timezone.now())

    def to_tell(self) -> SessionGuestQuerySet:
        """Guests of a date to come that moved, was called off, or is held after all, and who do not know it yet."""
        cancelled = Q(session__occurrence__state=OccurrenceState.CANCELLED)
        return self.filter(
            withdrawn_at=None, session__occurrence__ends_at__gt=timezone.now()
        ).filter(
            (cancelled & Q(told_cancelled=False))
            | (~cancelled & Q(told_cancelled=True))
            | (~cancelled & ~Q(told_starts_at=F("session__occurrence__starts_at")))
        )


class SessionGuest(models.Model):
    """An official who is invited. Needs no account: a link opens the session, and nothing else."""

    id = UUIDKey()
    session = models.ForeignKey(
        KnowledgeSession, models.CASCADE, related_name="guests", verbose_name=_("kennissessie")
    )
    name = models.CharField(_("naam"), max_length=120)
    function = models.CharField(_("functie"), max_length=120)
    organisation = models.CharField(_("van welke organisatie"), max_length=120)
    email = models.EmailField(_("e-mailadres"))
    language = models.CharField(_("taal"), max_length=7, default="nl")
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    link_ends_at = models.DateTimeField(_("link werkt tot"), editable=False)
    withdrawn_at = models.DateTimeField(_("ingetrokken"), null=True, blank=True, editable=False)
    told_starts_at = models.DateTimeField(
        null=True, editable=False, help_text=_("Welk begin deze gast weet.")
    )
    told_cancelled = models.BooleanField(
        default=False, editable=False, help_text=_("Of deze gast weet dat het niet doorgaat.")
    )
    times_invited = models.PositiveSmallIntegerField(default=1, editable=False)
    invited_at = models.DateTimeField(_("uitgenodigd op"), default=timezone.now, editable=False)
    invited_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("uitgenodigd door"),
    )

    objects = SessionGuestQuerySet.as_manager()

    class Meta:
        verbose_name = _("gast van een kennissessie")
        verbose_name_plural = _("gasten van kennissessies")
        ordering = ["invited_at", "id"]
        constraints = [
            models.UniqueConstraint(
                "session",
                "email",
                name="activities_session_guest_once",
                violation_error_message=_("Deze gast is al uitgenodigd."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.function}"

    @property
    def full_function(self) -> str:
        """What they do and for whom: gebiedsregisseur, gemeente Zutphen."""
        return f"{self.function}, {self.organisation}" if self.organisation else self.function

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def is_open(self) -> bool:
        """Whether the link opens now."""
        return not self.is_withdrawn and self.link_ends_at > timezone.now()

    def has_secret(self, secret: str) -> bool:
        return is_secret_of(self.secret_hash, secret)


class SessionQuestion(models.Model):
    """A question on the list of a session, maybe put to one of the guests."""

    id = UUIDKey()
    session = models.ForeignKey(
        KnowledgeSession, models.CASCADE, related_name="listed", verbose_name=_("kennissessie")
    )
    question = models.ForeignKey(
        Question, models.CASCADE, related_name="listed", verbose_name=_("vraag")
    )
    guest = models.ForeignKey(
        SessionGuest,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="asked",
        verbose_name=_("voor welke gast"),
    )
    note = models.CharField(
        _("erbij voor de gast"),
        max_length=300,
        blank=True,
        help_text=_("Alleen deze gast leest dit."),
    )
    added_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("door")
    )
    added_at = models.DateTimeField(_("wanneer"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("vraag op een kennissessie")
        verbose_name_plural = _("vragen op kennissessies")
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(
                "session",
                "question",
                name="activities_session_question_once",
                violation_error_message=_("Deze vraag staat al op de lijst."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.question)


class AnswerDraftQuerySet(models.QuerySet["AnswerDraft"]):
    def waiting(self) -> AnswerDraftQuerySet:
        """Those that nobody of the house has published or set aside yet, oldest first."""
        return self.filter(step=None, set_aside_at=None).order_by("created_at", "id")


class AnswerDraft(models.Model):
    """An answer as a guest wrote it. Nobody else reads it until somebody of the house publishes it."""

    id = UUIDKey()
    question = models.ForeignKey(
        Question, models.CASCADE, related_name="drafts", verbose_name=_("vraag")
    )
    guest = models.ForeignKey(
        SessionGuest, models.CASCADE, related_name="drafts", verbose_name=_("gast")
    )
    text = models.TextField(_("antwoord"), max_length=ANSWER_LENGTH)
    language = models.CharField(_("taal"), max_length=7, default="nl")
    created_at = models.DateTimeField(_("geschreven"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("veranderd"), default=timezone.now, editable=False)
    step = models.OneToOneField(
        QuestionStep,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="draft",
        verbose_name=_("werd"),
    )
    set_aside_at = models.DateTimeField(_("opzij gelegd"), null=True, blank=True, editable=False)
    set_aside_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("opzij gelegd door"),
    )

    objects = AnswerDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("antwoord dat klaarligt")
        verbose_name_plural = _("antwoorden die klaarliggen")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                "question",
                "guest",
                name="activities_draft_one_open",
                condition=Q(step__isnull=True, set_aside_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guest}: {self.question}"

    @property
    def is_open(self) -> bool:
        return self.step_id is None and self.set_aside_at is None


class NoteKind(models.TextChoices):
    RULE = "rule", _("regel")
    EXAMPLE = "example", _("voorbeeld")


class SessionNote(models.Model):
    """A rule or an example that was told at a session. Everybody may read it once somebody of the house has looked."""

    id = UUIDKey()
    session = models.ForeignKey(
        KnowledgeSession, models.CASCADE, related_name="notes", verbose_name=_("kennissessie")
    )
    kind = models.CharField(_("soort"), max_length=7, choices=NoteKind)
    text = models.CharField(_("tekst"), max_length=NOTE_LENGTH)
    language = models.CharField(_("taal"), max_length=7, default="nl")
    showing = models.CharField(
        _("te zien"), max_length=7, choices=Showing, default=Showing.WAITING, editable=False
    )
    guest = models.ForeignKey(
        SessionGuest,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="notes",
        verbose_name=_("van welke gast"),
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
    form_key = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("verteld op"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("regel of voorbeeld")
        verbose_name_plural = _("regels en voorbeelden")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                "form_key", name="activities_note_form_once", condition=~Q(form_key="")
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def centre(self) -> Centre:
        """The house where it was told."""
        return self.session.occurrence.centre
