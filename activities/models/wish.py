"""A wish: what is not there yet, in one sentence."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey
from lokaal.people.models import Person

#: The house answers every wish within this time (domain.md, Zeggenschap).
ANSWER_WITHIN = timedelta(days=14)
REPLY_LENGTH = 1_000


class WishQuerySet(models.QuerySet["Wish"]):
    def waiting(self) -> WishQuerySet:
        """Wishes that nobody answered yet, oldest first."""
        return self.filter(answered_at=None).order_by("created_at")


class Wish(models.Model):
    """What somebody misses in the neighbourhood. The house answers within 14 days."""

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
    wants_call = models.BooleanField(_("bel mij"), default=False)
    language = models.CharField(_("taal"), max_length=7, default="nl")
    form_token = models.UUIDField(unique=True, null=True, editable=False)
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

    objects = WishQuerySet.as_manager()

    class Meta:
        verbose_name = _("idee")
        verbose_name_plural = _("ideeën")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def answer_by(self) -> date:
        """The last local day on which an answer is on time."""
        return timezone.localdate(self.created_at + ANSWER_WITHIN)

    @property
    def days_left(self) -> int:
        """Days until the answer is due: 0 is today, below 0 is too late."""
        return (self.answer_by - timezone.localdate()).days
