"""A sign-up: one party, a lead and those they bring, for one date."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from activities.models.occurrence import Occurrence
from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from lokaal.secret_links import is_secret_of, shown_code


class SignUpState(models.TextChoices):
    """`JOINED` holds places; `WAITING` comes with the waiting list."""

    JOINED = "joined", _("doet mee")
    CANCELLED = "cancelled", _("afgemeld")


class Presence(models.TextChoices):
    """Whether they came: a fact of its own, beside the state."""

    UNKNOWN = "", _("niet bekend")
    PRESENT = "present", _("was er")
    ABSENT = "absent", _("was er niet")


#: One sign-up brings at most this many others; a larger group rings the bell.
MAX_COMPANIONS = 5

#: A person holds at most one sign-up in these states per date.
LIVE = {SignUpState.JOINED}


class SignUpQuerySet(models.QuerySet["SignUp"]):
    def live(self) -> SignUpQuerySet:
        return self.filter(state__in=LIVE)

    def of(self, person: Person) -> SignUpQuerySet:
        return self.filter(person=person)

    def upcoming(self) -> SignUpQuerySet:
        """Those for dates that are not over, first date first."""
        return self.filter(occurrence__ends_at__gt=timezone.now()).order_by(
            "occurrence__starts_at", "id"
        )

    def waiting_for_call(self) -> SignUpQuerySet:
        """Live ones for a coming date whose people asked for a call and did not get it yet; longest waiting first."""
        return self.live().upcoming().filter(wants_call=True, called_at=None).order_by("created_at")

    def with_recipient(self) -> SignUpQuerySet:
        """With whom a message goes to."""
        return self.select_related("person")

    def with_page(self) -> SignUpQuerySet:
        """All that the page of a sign-up shows."""
        return self.select_related("person", "occurrence__activity", "occurrence__centre")


class SignUp(models.Model):
    """A party for one date. Needs no account: a name, and a way to reach them or none (a printed slip with a code)."""

    id = UUIDKey()
    occurrence = models.ForeignKey(
        Occurrence, models.PROTECT, related_name="sign_ups", verbose_name=_("datum")
    )
    person = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="sign_ups",
        verbose_name=_("mens"),
    )
    name = models.CharField(_("naam"), max_length=120)
    phone = PhoneNumberField(_("telefoon"), blank=True)
    email = models.EmailField(_("e-mailadres"), blank=True)
    guest_key = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="SHA-256 of name and contact; empty without contact.",
    )
    wants_call = models.BooleanField(_("bel mij"), default=False)
    called_at = models.DateTimeField(_("gebeld"), null=True, blank=True, editable=False)
    companions = models.PositiveSmallIntegerField(_("neemt mee"), default=0)
    language = models.CharField(_("taal"), max_length=7, default="nl")
    state = models.CharField(
        _("stand"), max_length=9, choices=SignUpState, default=SignUpState.JOINED
    )
    presence = models.CharField(_("aanwezig"), max_length=7, choices=Presence, blank=True)
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

    objects = SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("aanmelding")
        verbose_name_plural = _("aanmeldingen")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                "occurrence",
                name="activities_signup_to_call",
                condition=Q(wants_call=True, called_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint("code", name="activities_signup_code"),
            models.UniqueConstraint(
                "occurrence",
                "form_key",
                name="activities_signup_form_once",
                condition=~Q(form_key=""),
            ),
            models.UniqueConstraint(
                "occurrence",
                "person",
                name="activities_signup_one_per_person",
                condition=Q(state__in=["joined"]),
                violation_error_message=_("Je staat al op de lijst."),
            ),
            models.UniqueConstraint(
                "occurrence",
                "guest_key",
                name="activities_signup_one_per_guest",
                condition=Q(state__in=["joined"]) & ~Q(guest_key=""),
                violation_error_message=_("Je staat al op de lijst."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.occurrence}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def party_size(self) -> int:
        return 1 + self.companions

    @property
    def shown_code(self) -> str:
        """The code as people read it: 4821 7730."""
        return shown_code(self.code)

    def has_secret(self, secret: str) -> bool:
        """True when this is the secret of the link. Compared in constant time; only its hash is kept."""
        return is_secret_of(self.secret_hash, secret)
