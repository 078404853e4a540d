"""A party: somebody and those they bring, on the list of a date or of a whole course."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from lokaal.people.models import Person
from lokaal.people.names import NAME_LENGTH
from lokaal.secret_links import is_sealed, is_secret_of, sealed, shown_code


class SignUpState(models.TextChoices):
    """`JOINED` and `OFFERED` hold places; `WAITING` stands in the queue."""

    JOINED = "joined", _("doet mee")
    WAITING = "waiting", _("wacht op een plek")
    OFFERED = "offered", _("krijgt een plek aangeboden")
    CANCELLED = "cancelled", _("afgemeld")
    LAPSED = "lapsed", _("niet geantwoord op het aanbod")


#: A person holds at most one sign-up in these states per date (or course).
LIVE = {SignUpState.JOINED, SignUpState.WAITING, SignUpState.OFFERED}
#: These hold places.
HOLDING = {SignUpState.JOINED, SignUpState.OFFERED}

IS_LIVE = Q(state__in=sorted(LIVE))
#: A party with an offer has a moment until which it holds; who waits has a place in the queue.
HAS_QUEUE_FACTS = (~Q(state=SignUpState.OFFERED) | Q(offered_until__isnull=False)) & (
    ~Q(state=SignUpState.WAITING) | Q(queued_at__isnull=False)
)


class ForWhom(models.TextChoices):
    """For whom somebody signs up."""

    SELF = "self", _("voor mijzelf")
    OTHER = "other", _("voor iemand anders")
    CHILD = "child", _("voor een kind")


#: Somebody holds one live sign-up for themselves; for others they sign up as many as they help.
IS_FOR_SELF = Q(for_whom=ForWhom.SELF)


#: Why somebody further back in the queue was given a place by hand.
REASON_LENGTH = 200
#: One sign-up brings at most this many others; a larger group rings the bell.
MAX_COMPANIONS = 5


class Party(models.Model):
    """Needs no account: a name, and a way to reach them or none (a printed slip with a code)."""

    name = models.CharField(_("naam"), max_length=120)
    phone = PhoneNumberField(_("telefoon"), blank=True)
    email = models.EmailField(_("e-mailadres"), blank=True)
    guest_key = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="SHA-256 of name and contact; empty without contact.",
    )
    for_whom = models.CharField(_("voor wie"), max_length=5, choices=ForWhom, default=ForWhom.SELF)
    contact_name = models.CharField(
        _("wie meldt aan"),
        max_length=120,
        blank=True,
        help_text=_("Bij een kind: een ouder of verzorger."),
    )
    consented_at = models.DateTimeField(
        _("ouder vindt het goed sinds"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Onder de 16 geeft een ouder of verzorger toestemming (AVG, artikel 8)."),
    )
    wants_call = models.BooleanField(_("bel mij"), default=False)
    called_at = models.DateTimeField(_("gebeld"), null=True, blank=True, editable=False)
    companions = models.PositiveSmallIntegerField(_("neemt mee"), default=0)
    companion_names: Any = ArrayField(
        models.CharField(max_length=NAME_LENGTH, blank=True),
        verbose_name=_("wie er meekomen"),
        default=list,
        blank=True,
        editable=False,
        help_text=_("Mag leeg blijven. Wordt gewist na de datum."),
    )
    language = models.CharField(_("taal"), max_length=7, default="nl")
    state = models.CharField(
        _("stand"), max_length=9, choices=SignUpState, default=SignUpState.JOINED
    )
    queued_at = models.DateTimeField(_("wacht sinds"), null=True, blank=True, editable=False)
    offered_until = models.DateTimeField(
        _("aanbod geldt tot"), null=True, blank=True, editable=False
    )
    moved_ahead_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("voorgelaten door"),
    )
    moved_ahead_reason = models.CharField(
        _("waarom voorgelaten"), max_length=REASON_LENGTH, blank=True, editable=False
    )
    code = models.CharField(_("code"), max_length=8, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    form_key = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="SHA-256 of the form that was sent, and who it was for.",
    )
    entered_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ingevuld door"),
    )
    created_at = models.DateTimeField(_("aangemeld"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("veranderd"), auto_now=True)
    cancelled_at = models.DateTimeField(_("afgemeld"), null=True, blank=True, editable=False)
    cancelled_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("afgemeld door"),
        help_text=_("Leeg: de gast zelf, zonder account."),
    )
    sequence = models.PositiveIntegerField(_("versie"), default=0, editable=False)

    person: Any  # each kind of party has its own

    class Meta:
        abstract = True

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_joined(self) -> bool:
        return self.state == SignUpState.JOINED

    @property
    def is_waiting(self) -> bool:
        return self.state == SignUpState.WAITING

    @property
    def is_offered(self) -> bool:
        """Whether a place is offered that they may still take, or that the job has not taken back yet."""
        return self.state == SignUpState.OFFERED

    @property
    def offer_stands(self) -> bool:
        """Whether they may take the place now."""
        return (
            self.is_offered
            and self.offered_until is not None
            and self.offered_until > timezone.now()
        )

    @property
    def is_for_self(self) -> bool:
        return self.for_whom == ForWhom.SELF

    @property
    def holds_places(self) -> bool:
        return self.state in HOLDING

    @property
    def party_size(self) -> int:
        return 1 + self.companions

    @property
    def shown_code(self) -> str:
        """The code as people read it: 4821 7730."""
        return shown_code(self.code)

    def has_secret(self, secret: str) -> bool:
        """True when this is the secret of a link we gave: the first one, of which we keep the hash, or a later one."""
        return is_secret_of(self.secret_hash, secret) or is_sealed(self._said, secret)

    @property
    def lasting_secret(self) -> str:
        """The secret of the link in a later message, when the first is known to nobody but who got it."""
        return sealed(self._said)

    @property
    def _said(self) -> str:
        return f"{self._meta.model_name}|{self.pk}"
