"""A sign-up: one party, a lead and those they bring, for one date."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.course import CourseSignUp
from activities.models.occurrence import Occurrence
from activities.models.party import (
    HAS_QUEUE_FACTS,
    HOLDING,
    IS_FOR_SELF,
    IS_LIVE,
    LIVE,
    Party,
    SignUpState,
)
from lokaal.keys import UUIDKey
from lokaal.people.models import Person

#: Who did not answer an offer yet is rung when it ends within this time.
RING_WITHIN = timedelta(hours=2)


class Presence(models.TextChoices):
    """Whether they came: a fact of its own, beside the state."""

    UNKNOWN = "", _("niet bekend")
    PRESENT = "present", _("was er")
    ABSENT = "absent", _("was er niet")


class SignUpQuerySet(models.QuerySet["SignUp"]):
    def live(self) -> SignUpQuerySet:
        """On the list or in the queue."""
        return self.filter(state__in=LIVE)

    def joined(self) -> SignUpQuerySet:
        """On the list."""
        return self.filter(state=SignUpState.JOINED)

    def holding(self) -> SignUpQuerySet:
        """Those that hold places: on the list, or with an offer that was not answered yet."""
        return self.filter(state__in=HOLDING)

    def present(self) -> SignUpQuerySet:
        """Those on the list of whom somebody noted that they came."""
        return self.joined().filter(presence=Presence.PRESENT)

    def unmarked(self) -> SignUpQuerySet:
        """Those on the list of whom nobody said whether they came."""
        return self.joined().filter(presence=Presence.UNKNOWN)

    def waiting(self) -> SignUpQuerySet:
        """The queue, first in line first."""
        return self.filter(state=SignUpState.WAITING).order_by("queued_at", "id")

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

    def offers_run_out(self) -> SignUpQuerySet:
        """Those whose offer ran out, and that nobody settled yet (activities.queue)."""
        ran_out = self.filter(state=SignUpState.OFFERED, offered_until__lte=timezone.now())
        return ran_out.filter(course=None)  # those of a course go together (activities.courses)

    def offers_to_ring(self) -> SignUpQuerySet:
        """Open offers that somebody of the house had better ring about; the one that ends first is first.

        They end soon, no message can reach these people, or they like to be called.
        """
        now = timezone.now()
        unreachable = Q(email="") & (Q(person=None) | Q(person__email=None))
        if settings.SMS_BACKEND:
            unreachable &= Q(phone="") & (Q(person=None) | Q(person__phone=""))
        return self.filter(
            Q(offered_until__lte=now + RING_WITHIN) | Q(wants_call=True) | unreachable,
            state=SignUpState.OFFERED,
            offered_until__gt=now,
        ).order_by("offered_until", "id")

    def with_recipient(self) -> SignUpQuerySet:
        """With whom a message goes to, and the course that it is part of."""
        return self.select_related("person", "course")

    def with_page(self) -> SignUpQuerySet:
        """All that the page of a sign-up shows."""
        return self.select_related("person", "occurrence__activity", "occurrence__centre")


class SignUp(Party):
    """A party for one date."""

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
    course = models.ForeignKey(
        CourseSignUp,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="dates",
        verbose_name=_("aanmelding voor de cursus"),
    )
    makes_up = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="made_up_by",
        verbose_name=_("in plaats van"),
        help_text=_("De keer van de cursus die deze aanmelding inhaalt."),
    )
    presence = models.CharField(_("aanwezig"), max_length=7, choices=Presence, blank=True)
    presence_at = models.DateTimeField(_("gezien om"), null=True, blank=True, editable=False)
    presence_key = models.UUIDField(
        null=True,
        blank=True,
        editable=False,
        help_text="The press that said so; one sent twice counts once.",
    )

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
            models.Index(
                "occurrence",
                "queued_at",
                "id",
                name="activities_signup_queue",
                condition=Q(state=SignUpState.WAITING),
            ),
            models.Index(
                "offered_until",
                name="activities_signup_offers",
                condition=Q(state=SignUpState.OFFERED),
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
                condition=IS_LIVE & IS_FOR_SELF,
                violation_error_message=_("Je staat al op de lijst."),
            ),
            models.UniqueConstraint(
                "occurrence",
                "guest_key",
                name="activities_signup_one_per_guest",
                condition=IS_LIVE & ~Q(guest_key=""),
                violation_error_message=_("Je staat al op de lijst."),
            ),
            models.UniqueConstraint(
                "makes_up",
                name="activities_signup_made_up_once",
                condition=IS_LIVE & Q(makes_up__isnull=False),
                violation_error_message=_("Deze keer haal je al in."),
            ),
            models.CheckConstraint(name="activities_signup_queue_facts", condition=HAS_QUEUE_FACTS),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.occurrence}"
