"""A wish: what is not there yet, in one sentence; and how it grows into something that is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from activities.models.activity import Activity
from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey
from lokaal.people.models import Person, Role, Visitor
from lokaal.secret_links import is_secret_of, shown_code

#: The house answers every wish within this time (domain.md, Zeggenschap).
ANSWER_WITHIN = timedelta(days=14)
REPLY_LENGTH = 1_000
WISH_LENGTH = 500
#: Who listens to wishes, coaches them and looks at what residents write.
COACHING_ROLES = {Role.HOST, Role.COORDINATOR, Role.DIRECTOR, Role.ADMINISTRATOR}
#: Who names the coach of a wish, and hears when an answer is late.
NAMING_ROLES = {Role.COORDINATOR, Role.DIRECTOR, Role.ADMINISTRATOR}


class WishState(models.TextChoices):
    """The road of a wish. Nothing is refused in silence: `NOT_NOW` says why, and what one could do."""

    LISTENING = "listening", _("wij luisteren")
    PLANNING = "planning", _("samen een plan maken")
    TRYING = "trying", _("uitproberen")
    LOOKING_BACK = "looking_back", _("terugkijken")
    KEPT = "kept", _("gebleven")
    ADAPTED = "adapted", _("aangepast")
    STOPPED = "stopped", _("gestopt")
    NOT_NOW = "not_now", _("nu niet")


#: Those in which something still happens.
ON_ITS_WAY = {
    WishState.LISTENING,
    WishState.PLANNING,
    WishState.TRYING,
    WishState.LOOKING_BACK,
}
#: Those in which it was tried, and there may be a lesson.
TRIED = {WishState.KEPT, WishState.ADAPTED, WishState.STOPPED}


class Showing(models.TextChoices):
    """Whether what a resident wrote may be seen by everybody. The first text of somebody waits for a look."""

    WAITING = "waiting", _("wacht op een blik")
    SHOWN = "shown", _("staat op de site")
    HIDDEN = "hidden", _("verborgen")


class WishQuerySet(models.QuerySet["Wish"]):
    def locked(self, pk: UUID) -> Wish:
        """The wish as it is now, for this transaction alone."""
        return (
            self.select_for_update(of=("self",))
            .select_related("person", "coach", "centre")
            .defer("search_vector", "search_sounds")
            .get(pk=pk)
        )

    def waiting(self) -> WishQuerySet:
        """Wishes that nobody answered yet, oldest first."""
        return self.filter(answered_at=None).order_by("asked_at", "id")

    def shown(self) -> WishQuerySet:
        """What everybody may read."""
        return self.filter(showing=Showing.SHOWN)

    def to_look_at(self) -> WishQuerySet:
        """What waits for somebody of the house to read it, oldest first."""
        return self.filter(showing=Showing.WAITING).order_by("created_at", "id")

    def visible_to(self, visitor: Visitor) -> WishQuerySet:
        """What is shown, what is one's own, helps to organise or coaches, and all that is for the desks of staff."""
        if not visitor.is_authenticated:
            return self.shown()
        mine = Q(person=visitor) | Q(coach=visitor)
        mine |= Q(
            Exists(Wish.organisers.through.objects.filter(wish=OuterRef("pk"), person=visitor))
        )
        return self.filter(Q(showing=Showing.SHOWN) | mine | self._of_desks(visitor))

    def coachable_by(self, person: Person) -> WishQuerySet:
        """What this person may look after: of the centres where they work at the desk, and of no centre."""
        return self.filter(self._of_desks(person) | Q(coach=person))

    @staticmethod
    def _of_desks(person: Person) -> Q:
        desks = [held.centre_id for held in person.current_roles if held.role in COACHING_ROLES]
        if None in desks:
            return Q(pk__isnull=False)
        return Q(centre__in=desks) | Q(centre__isnull=True) if desks else Q(pk__isnull=True)

    def of(self, person: Person) -> WishQuerySet:
        return self.filter(person=person)

    def concerning(self, person: Person) -> WishQuerySet:
        """What somebody told or took over, coaches, helps to organise or supports."""
        organised = Wish.organisers.through.objects.filter(wish=OuterRef("pk"), person=person)
        supports: Any = self.model._meta.get_field("supports").related_model
        supported = supports.objects.live().of(person).filter(wish=OuterRef("pk"))
        return self.filter(
            Q(person=person) | Q(coach=person) | Exists(organised) | Exists(supported)
        )

    def on_its_way(self) -> WishQuerySet:
        return self.filter(state__in=sorted(ON_ITS_WAY))

    def to_adopt(self) -> WishQuerySet:
        """Those whose owner let them go: somebody else may go on."""
        return self.filter(let_go_at__isnull=False)

    def left_alone(self) -> WishQuerySet:
        """Those on their way of which the account of the owner was closed; their coach sees to it."""
        return self.on_its_way().filter(let_go_at=None, person__is_active=False)

    def with_support(self) -> WishQuerySet:
        """With `coming`, `helping` and `organising`: how many support it, by what they offer."""
        live = Q(supports__taken_back_at=None)
        return self.annotate(
            coming=Count("supports", filter=live & Q(supports__kind="come")),
            helping=Count("supports", filter=live & Q(supports__kind="help")),
            organising=Count("supports", filter=live & Q(supports__kind="organise")),
        )

    def for_list(self) -> WishQuerySet:
        """What a line in a list shows, without a query per row: what still moves first, newest first."""
        rank = models.Case(
            models.When(state__in=sorted(ON_ITS_WAY), then=0),
            models.When(state=WishState.NOT_NOW, then=2),
            default=1,
            output_field=models.SmallIntegerField(),
        )
        return (
            self.select_related("centre")
            .defer("search_vector", "search_sounds")
            .with_support()
            .annotate(rank=rank)
            .order_by("rank", "-created_at", "-id")
        )

    def with_page(self) -> WishQuerySet:
        """All that the page of a wish shows, in a fixed number of queries."""
        return (
            self.select_related("centre", "coach", "activity", "grew_from", "person")
            .defer("search_vector", "search_sounds")
            .with_support()
            .prefetch_related("moments")
        )


class Wish(models.Model):
    """What somebody misses in the neighbourhood. The house answers within 14 days.

    Its owner is whoever told it, or took it over: with an account, or a guest with a link and a code.
    """

    id = UUIDKey()
    text = models.CharField(_("wat zou je willen?"), max_length=500)
    centre = models.ForeignKey(
        Centre, models.PROTECT, null=True, blank=True, related_name="wishes", verbose_name=_("huis")
    )
    person = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="wishes",
        verbose_name=_("mens"),
    )
    name = models.CharField(_("naam"), max_length=120, blank=True)
    phone = PhoneNumberField(_("telefoon"), blank=True)
    email = models.EmailField(_("e-mailadres"), blank=True)
    shows_name = models.BooleanField(_("voornaam erbij"), default=False)
    wants_call = models.BooleanField(_("bel mij"), default=False)
    language = models.CharField(_("taal"), max_length=7, default="nl")
    form_token = models.UUIDField(unique=True, null=True, editable=False)
    code = models.CharField(_("code"), max_length=8, blank=True, editable=False)
    secret_hash = models.CharField(max_length=64, blank=True, editable=False)
    owner_language = models.CharField(
        _("taal van wie het overnam"), max_length=7, blank=True, editable=False
    )
    adopt_key = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="SHA-256 of the form with which somebody took it over.",
    )
    entered_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ingevuld door"),
    )
    reply = models.TextField(_("antwoord"), max_length=REPLY_LENGTH, blank=True, editable=False)
    created_at = models.DateTimeField(_("verteld op"), default=timezone.now, editable=False)
    asked_at = models.DateTimeField(
        _("vraagt om antwoord sinds"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Later dan verteld, als het idee terugkwam."),
    )
    answered_at = models.DateTimeField(_("beantwoord op"), null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("beantwoord door"),
    )

    state = models.CharField(
        _("stand"), max_length=12, choices=WishState, default=WishState.LISTENING, editable=False
    )
    state_since = models.DateTimeField(_("stand sinds"), default=timezone.now, editable=False)
    showing = models.CharField(
        _("te zien"), max_length=7, choices=Showing, default=Showing.WAITING, editable=False
    )
    coach = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="coached_wishes",
        verbose_name=_("begeleider"),
    )
    organisers = models.ManyToManyField(
        Person, related_name="organised_wishes", blank=True, verbose_name=_("organiseren mee")
    )
    let_go_at = models.DateTimeField(
        _("losgelaten op"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Wie het idee had, gaat er niet mee door. Een ander mag het overnemen."),
    )
    content_when = models.TextField(_("wanneer zijn we tevreden?"), max_length=500, blank=True)
    activity = models.ForeignKey(
        Activity,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="wishes",
        verbose_name=_("wat het werd"),
    )
    grew_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="grew_into",
        verbose_name=_("aangepast uit"),
    )
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
    decision_reason = models.TextField(_("waarom"), max_length=1_000, blank=True, editable=False)
    not_now_reason = models.TextField(
        _("waarom nu niet"), max_length=REPLY_LENGTH, blank=True, editable=False
    )
    not_now_route = models.TextField(
        _("wat je zou kunnen doen"), max_length=REPLY_LENGTH, blank=True, editable=False
    )
    search_vector = models.GeneratedField(
        expression=models.Func(
            F("language"),
            F("text"),
            Value(""),
            Value(""),
            function="lokaal_search_vector",
            output_field=SearchVectorField(),
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    search_sounds = models.GeneratedField(
        expression=models.Func(
            F("text"),
            Value(""),
            function="lokaal_search_sounds",
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    supports: Any  # of activities.models.support, which knows this model
    coming: int  # when loaded with_support()
    helping: int
    organising: int

    objects = WishQuerySet.as_manager()

    class Meta:
        verbose_name = _("idee")
        verbose_name_plural = _("ideeën")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["showing", "-created_at", "-id"], name="activities_wish_list"),
            models.Index("asked_at", name="activities_wish_waiting", condition=Q(answered_at=None)),
            GinIndex(name="activities_wish_search", fields=["search_vector"]),
            GinIndex(
                name="activities_wish_sounds", fields=["search_sounds"], opclasses=["gin_trgm_ops"]
            ),
        ]
        constraints = [
            models.UniqueConstraint("code", name="activities_wish_code", condition=~Q(code="")),
            models.CheckConstraint(
                name="activities_wish_not_now_says_why",
                condition=~Q(state=WishState.NOT_NOW)
                | (~Q(not_now_reason="") & ~Q(not_now_route="")),
                violation_error_message=_("Zeg waarom het nu niet kan, en wat wel kan."),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A wish asks for an answer from the moment it is told."""
        if self.asked_at is None:
            self.asked_at = self.created_at
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("activities:wish_page", args=[self.id])

    @property
    def is_shown(self) -> bool:
        return self.showing == Showing.SHOWN

    @property
    def is_on_its_way(self) -> bool:
        return self.state in ON_ITS_WAY

    @property
    def is_let_go(self) -> bool:
        return self.let_go_at is not None

    @property
    def shown_name(self) -> str:
        """The first name of who told it, when they wanted it there."""
        return self.name.split(" ")[0] if self.shows_name and self.name else ""

    @property
    def shown_code(self) -> str:
        """The code as people read it: 4821 7730; empty for a wish that never had one."""
        return shown_code(self.code) if self.code else ""

    def has_secret(self, secret: str) -> bool:
        """True when this is the secret of the link. Compared in constant time; only its hash is kept."""
        return bool(self.secret_hash) and is_secret_of(self.secret_hash, secret)

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def answer_by(self) -> date:
        """The last local day on which an answer is on time."""
        return timezone.localdate((self.asked_at or self.created_at) + ANSWER_WITHIN)

    @property
    def days_left(self) -> int:
        """Days until the answer is due: 0 is today, below 0 is too late."""
        return (self.answer_by - timezone.localdate()).days
