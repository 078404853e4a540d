"""The friendly question to somebody who was not there twice: does the time still suit you?"""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from activities.models.sign_up import SignUp
from lokaal.keys import UUIDKey
from lokaal.secret_links import is_sealed, sealed


class TimeAnswer(models.TextChoices):
    """What people answer in two taps."""

    NONE = "", _("nog niet geantwoord")
    FITS = "fits", _("de tijd past")
    OTHER_TIME = "other_time", _("liever een andere tijd")
    STOP = "stop", _("stopt")


class TimeQuestion(models.Model):
    """One question to one party. Organisers see how many gave which answer, never who."""

    id = UUIDKey()
    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="time_questions", verbose_name=_("activiteit")
    )
    sign_up = models.OneToOneField(
        SignUp,
        models.CASCADE,
        related_name="time_question",
        verbose_name=_("de tweede keer"),
    )
    party_key = models.CharField(
        max_length=64,
        db_index=True,
        editable=False,
        help_text="SHA-256 of the account, or of name and contact.",
    )
    answer = models.CharField(_("antwoord"), max_length=10, choices=TimeAnswer, blank=True)
    asked_at = models.DateTimeField(_("gevraagd"), default=timezone.now, editable=False)
    answered_at = models.DateTimeField(_("beantwoord"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("vraag over de tijd")
        verbose_name_plural = _("vragen over de tijd")
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.activity}: {self.get_answer_display()}"

    def secret(self) -> str:
        """The secret of the link: 256 bits, made of the key of the house and this row."""
        return sealed(self._said)

    def has_secret(self, secret: str) -> bool:
        return is_sealed(self._said, secret)

    @property
    def _said(self) -> str:
        return f"activities.time_question|{self.pk}"
