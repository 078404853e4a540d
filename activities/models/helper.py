"""Who helps with an activity: asked because they said "I help", and their answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from activities.models.activity import Activity
from activities.models.support import Support
from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from lokaal.secret_links import is_secret_of, shown_code


class HelperAnswer(models.TextChoices):
    WAITING = "waiting", _("nog geen antwoord")
    YES = "yes", _("helpt mee")
    NO = "no", _("kan niet")


class HelperQuerySet(models.QuerySet["Helper"]):
    def helping(self) -> HelperQuerySet:
        """Those who said yes."""
        return self.filter(answer=HelperAnswer.YES)

    def in_order(self) -> HelperQuerySet:
        """Who helps first, then who has not answered, then who cannot."""
        rank = models.Case(
            models.When(answer=HelperAnswer.YES, then=0),
            models.When(answer=HelperAnswer.WAITING, then=1),
            default=2,
        )
        return self.annotate(rank=rank).order_by("rank", "name", "id")


class Helper(models.Model):
    """One person who was asked to help with all dates of an activity. A link or a code opens the question."""

    id = UUIDKey()
    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="helpers", verbose_name=_("activiteit")
    )
    support = models.ForeignKey(
        Support,
        models.CASCADE,
        editable=False,
        related_name="asked_to_help",
        verbose_name=_("steun"),
        help_text="The supporter of the wish who said: I help.",
    )
    person = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="helps_with",
        verbose_name=_("mens"),
    )
    name = models.CharField(_("naam"), max_length=120)
    phone = PhoneNumberField(_("telefoon"), blank=True)
    email = models.EmailField(_("e-mailadres"), blank=True)
    language = models.CharField(_("taal"), max_length=7, default="nl")
    answer = models.CharField(
        _("antwoord"), max_length=7, choices=HelperAnswer, default=HelperAnswer.WAITING
    )
    answered_at = models.DateTimeField(_("antwoord op"), null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("ingevuld door"),
    )
    code = models.CharField(_("code"), max_length=8, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    asked_at = models.DateTimeField(_("gevraagd op"), default=timezone.now, editable=False)

    objects = HelperQuerySet.as_manager()

    class Meta:
        verbose_name = _("helper")
        verbose_name_plural = _("helpers")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint("code", name="activities_helper_code"),
            models.UniqueConstraint("activity", "support", name="activities_helper_asked_once"),
            models.CheckConstraint(
                name="activities_helper_answered_at",
                condition=Q(answer=HelperAnswer.WAITING, answered_at__isnull=True)
                | (~Q(answer=HelperAnswer.WAITING) & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.activity}"

    @property
    def shown_code(self) -> str:
        """The code as people read it: 4821 7730."""
        return shown_code(self.code)

    def has_secret(self, secret: str) -> bool:
        """True when this is the secret of the link. Compared in constant time; only its hash is kept."""
        return is_secret_of(self.secret_hash, secret)
