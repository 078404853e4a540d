"""Every message to a person: stored in the transaction of the fact, sent by the worker afterwards."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lokaal.keys import UUIDKey
from lokaal.people.models import Channel


class MessageState(models.TextChoices):
    QUEUED = "queued", _("wacht op verzenden")
    SENDING = "sending", _("wordt verzonden")
    SENT = "sent", _("verzonden")
    FAILED = "failed", _("niet gelukt")
    TO_PRINT = "to_print", _("wacht op de printer")
    PRINTED = "printed", _("geprint")
    DROPPED = "dropped", _("niet meer nodig")


class MessageQuerySet(models.QuerySet["Message"]):
    def to_print(self) -> MessageQuerySet:
        """Paper that waits on the desk, oldest first."""
        return self.filter(state=MessageState.TO_PRINT).order_by("created_at")

    def failed(self) -> MessageQuerySet:
        """What did not reach its person, newest first."""
        return self.filter(state=MessageState.FAILED).order_by("-created_at")


class Message(models.Model):
    """One message to one person. `key` names the fact it tells: a second message with that key is never made."""

    id = UUIDKey()
    key = models.CharField(_("sleutel"), max_length=200, unique=True)
    person = models.ForeignKey(
        "people.Person", models.SET_NULL, null=True, blank=True, related_name="messages", verbose_name=_("mens")
    )
    centre = models.ForeignKey(
        "centres.Centre", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("plek"),
        help_text=_("De balie waar papier klaarligt."),
    )
    channel = models.CharField(_("kanaal"), max_length=5, choices=Channel)
    to_name = models.CharField(_("naam"), max_length=120, blank=True)
    to_address = models.CharField(_("adres of nummer"), max_length=254, blank=True)
    language = models.CharField(_("taal"), max_length=7, default="nl")
    subject = models.CharField(_("onderwerp"), max_length=200)
    text = models.TextField(_("tekst"))
    html = models.TextField(_("opgemaakte tekst"), blank=True)
    calendar = models.TextField(_("agendabestand"), blank=True)
    is_secret = models.BooleanField(
        _("geheim"), default=False, help_text=_("De tekst wordt gewist zodra het bericht weg is.")
    )
    state = models.CharField(_("stand"), max_length=8, choices=MessageState, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("pogingen"), default=0)
    last_error = models.TextField(_("laatste fout"), blank=True)
    created_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)
    claimed_at = models.DateTimeField(_("opgepakt"), null=True, blank=True)
    sent_at = models.DateTimeField(_("verzonden"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("bericht")
        verbose_name_plural = _("berichten")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                "state", "created_at", name="outbox_message_waiting",
                condition=Q(state__in=["queued", "sending", "failed", "to_print"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.to_name})"
