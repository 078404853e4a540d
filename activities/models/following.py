"""Who follows what: an activity, what somebody organises, or a theme. One message a week, without an account."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from activities.models.activity import Activity
from activities.models.theme import Theme
from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from lokaal.secret_links import is_sealed, sealed

if TYPE_CHECKING:
    from collections.abc import Sequence


class FollowerQuerySet(models.QuerySet["Follower"]):
    def to_tell(self, moment: datetime) -> FollowerQuerySet:
        """Those who follow something, and for whom nobody looked since a moment whether there is news."""
        confirmed = Follow.objects.confirmed().filter(follower=models.OuterRef("pk"))
        return self.filter(models.Exists(confirmed), told_until__lt=moment).order_by("id")

    def locked(self, pk: UUID) -> Follower:
        """Return the row as it is now, locked until the transaction ends."""
        return self.select_for_update(of=("self",)).select_related("person", "centre").get(pk=pk)


class Follower(models.Model):
    """Somebody who follows something: an address or number, or paper at the desk. Forgotten when they stop.

    The secret of their links is made of the key of the house and this row, so that every message can carry it, while
    who reads the database cannot make it.
    """

    id = UUIDKey()
    name = models.CharField(_("naam"), max_length=120, blank=True)
    email = models.EmailField(_("e-mailadres"), blank=True)
    phone = PhoneNumberField(_("telefoon"), blank=True)
    person = models.ForeignKey(
        Person,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("mens"),
    )
    centre = models.ForeignKey(
        Centre,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("huis"),
        help_text=_("Aan deze balie ligt het bericht op papier."),
    )
    language = models.CharField(_("taal"), max_length=7, default="nl")
    asked_at = models.DateTimeField(_("gevraagd"), default=timezone.now, editable=False)
    told_until = models.DateTimeField(_("verteld tot"), default=timezone.now, editable=False)
    entered_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ingevuld door"),
    )

    objects = FollowerQuerySet.as_manager()

    class Meta:
        verbose_name = _("volger")
        verbose_name_plural = _("volgers")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                "email", name="activities_follower_email_once", condition=~Q(email="")
            ),
            models.UniqueConstraint(
                "phone", name="activities_follower_phone_once", condition=~Q(phone="")
            ),
            models.UniqueConstraint(
                "person",
                name="activities_follower_person_once",
                condition=Q(person__isnull=False),
            ),
            models.CheckConstraint(
                name="activities_follower_reachable",
                condition=~Q(email="")
                | ~Q(phone="")
                | Q(person__isnull=False)
                | Q(centre__isnull=False),
                violation_error_message=_("Vul een e-mailadres of een telefoonnummer in."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or str(self.phone)

    @property
    def is_on_paper(self) -> bool:
        """Whether the message is printed at a desk, for somebody without address, number or account."""
        return not (self.email or self.phone or self.person_id)

    def secret(self) -> str:
        """The secret of this follower's links: 256 bits."""
        return sealed(self._said)

    def has_secret(self, secret: str) -> bool:
        return is_sealed(self._said, secret)

    @property
    def _said(self) -> str:
        return f"activities.follower|{self.pk}"


class FollowQuerySet(models.QuerySet["Follow"]):
    def confirmed(self) -> FollowQuerySet:
        """What people said themselves that they want to hear of."""
        return self.filter(confirmed_at__isnull=False)

    def pending(self) -> FollowQuerySet:
        """What somebody asked for with an address, and nobody confirmed at that address yet."""
        return self.filter(confirmed_at=None)

    def with_words(self) -> FollowQuerySet:
        """With what is needed to name each."""
        return self.select_related("activity", "organiser", "theme").prefetch_related(
            "activity__translations", "theme__translations"
        )


class Follow(models.Model):
    """One thing that somebody follows. Nothing is told of it before it was confirmed."""

    id = UUIDKey()
    follower = models.ForeignKey(
        Follower, models.CASCADE, related_name="follows", verbose_name=_("volger")
    )
    activity = models.ForeignKey(
        Activity,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("activiteit"),
    )
    organiser = models.ForeignKey(
        Person,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisator"),
    )
    theme = models.ForeignKey(
        Theme, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("thema")
    )
    since = models.DateTimeField(_("sinds"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("bevestigd"), null=True, blank=True, editable=False)

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("wat iemand volgt")
        verbose_name_plural = _("wat mensen volgen")
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                "follower",
                "activity",
                "organiser",
                "theme",
                name="activities_follow_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="activities_follow_one_thing",
                condition=Q(activity__isnull=False, organiser__isnull=True, theme__isnull=True)
                | Q(activity__isnull=True, organiser__isnull=False, theme__isnull=True)
                | Q(activity__isnull=True, organiser__isnull=True, theme__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.activity or self.organiser or self.theme)


def followed_activities(follows: Sequence[Follow]) -> Q:
    """The condition on activities that these follows are about."""
    return (
        Q(pk__in=[one.activity_id for one in follows if one.activity_id])
        | Q(organisers__in=[one.organiser_id for one in follows if one.organiser_id])
        | Q(themes__in=[one.theme_id for one in follows if one.theme_id])
    )
