"""Every message to a person: stored in the transaction of the fact, sent by the worker afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lokaal import jobs
from lokaal.keys import UUIDKey
from lokaal.outbox import perms
from lokaal.outbox.exceptions import AlreadyHandled, TextErased
from lokaal.people.models import Channel, Person

SEND_JOB = "outbox.send_message"


class MessageState(models.TextChoices):
    QUEUED = "queued", _("wacht op verzenden")
    SENDING = "sending", _("wordt verzonden")
    SENT = "sent", _("verzonden")
    FAILED = "failed", _("niet gelukt")
    TO_PRINT = "to_print", _("wacht op de printer")
    PRINTED = "printed", _("geprint")
    DROPPED = "dropped", _("niet meer nodig")


#: Nothing will happen to these any more.
DONE = {MessageState.SENT, MessageState.PRINTED, MessageState.DROPPED}


class Failure(models.TextChoices):
    """Why a message did not arrive, as the desk reads it."""

    ADDRESS = "address", _("Dit e-mailadres werkt niet.")
    PHONE = "phone", _("Dit telefoonnummer werkt niet.")
    REFUSED = "refused", _("De ontvanger nam dit bericht niet aan.")
    SERVER = "server", _("Versturen werkt nu niet. We hebben het vaak geprobeerd.")
    UNSURE = "unsure", _("Misschien verzonden. We weten het niet zeker.")
    OURS = "ours", _("Er ging iets mis bij ons. Vraag het de beheerder van de website.")


class MessageQuerySet(models.QuerySet["Message"]):
    def to_print(self) -> MessageQuerySet:
        """Paper that waits on the desk, oldest first."""
        return self.filter(state=MessageState.TO_PRINT).order_by("created_at", "id")

    def failed(self) -> MessageQuerySet:
        """What did not reach its person, newest first."""
        return self.filter(state=MessageState.FAILED).order_by("-created_at", "-id")

    def on_desks(self, centre_ids: set[UUID] | None) -> MessageQuerySet:
        """What the desks of these centres look after, and what belongs to no desk; None: everything."""
        if centre_ids is None:
            return self
        return self.filter(Q(centre__in=centre_ids) | Q(centre__isnull=True))

    def visible_to(self, person: Person) -> MessageQuerySet:
        """What a person at a desk may see; nobody else sees a message of someone else."""
        if not person.holds(*perms.DESK_ROLES):
            return self.none()
        return self.on_desks(perms.desks_of(person))

    def with_list(self) -> MessageQuerySet:
        """What a row in a list shows, without a query per row."""
        return self.select_related("centre", "handled_by")

    def with_attachment_names(self) -> MessageQuerySet:
        """The files that go along, without what is in them."""
        return self.prefetch_related(
            models.Prefetch("attachments", Attachment.objects.defer("content"))
        )

    def waiting_since(self, moment: datetime) -> MessageQuerySet:
        """Queued, and due before this moment."""
        due_at = Coalesce("next_attempt_at", "created_at")
        return self.filter(state=MessageState.QUEUED).alias(due_at=due_at).filter(due_at__lt=moment)

    def stuck_since(self, moment: datetime) -> MessageQuerySet:
        """Claimed before this moment and still not finished: whoever sent it is gone."""
        return self.filter(state=MessageState.SENDING, claimed_at__lt=moment)

    def claim(self, message_id: Any) -> Message | None:
        """Take a queued message to send it; None when there is nothing to send (any more). One claimer gets it."""
        with transaction.atomic(
            durable=True
        ):  # nobody may send what a rollback could hand out again
            claimed = self.filter(pk=message_id, state=MessageState.QUEUED).update(
                state=MessageState.SENDING, claimed_at=timezone.now(), attempts=F("attempts") + 1
            )
            return self.get(pk=message_id) if claimed else None


class Message(models.Model):
    """One message to one person. `key` names the fact it tells: a second message with that key is never made."""

    id = UUIDKey()
    key = models.CharField(_("sleutel"), max_length=200, unique=True)
    person = models.ForeignKey(
        "people.Person",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("mens"),
    )
    centre = models.ForeignKey(
        "centres.Centre",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("huis"),
        help_text=_("De balie waar papier klaarligt."),
    )
    channel = models.CharField(_("kanaal"), max_length=5, choices=Channel)
    to_name = models.CharField(_("naam"), max_length=120, blank=True)
    to_address = models.CharField(_("adres of nummer"), max_length=254, blank=True)
    language = models.CharField(_("taal"), max_length=7, default="nl")
    subject = models.CharField(_("onderwerp"), max_length=200)
    text = models.TextField(_("tekst"))
    html = models.TextField(_("opgemaakte tekst"), blank=True)
    code = models.CharField(_("code op het briefje"), max_length=12, blank=True)
    calendar = models.TextField(_("agendabestand"), blank=True)
    stop_link = models.URLField(
        _("link om te stoppen"),
        max_length=300,
        blank=True,
        help_text=_("Van berichten die steeds weer komen (RFC 8058)."),
    )
    is_secret = models.BooleanField(
        _("geheim"), default=False, help_text=_("De tekst wordt gewist zodra het bericht weg is.")
    )
    state = models.CharField(
        _("stand"), max_length=8, choices=MessageState, default=MessageState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("pogingen"), default=0)
    next_attempt_at = models.DateTimeField(_("volgende poging"), null=True, blank=True)
    failure = models.CharField(_("waarom niet gelukt"), max_length=7, choices=Failure, blank=True)
    last_error = models.TextField(_("laatste fout"), blank=True)
    created_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)
    claimed_at = models.DateTimeField(_("opgepakt"), null=True, blank=True)
    sent_at = models.DateTimeField(_("verzonden of geprint"), null=True, blank=True)
    handled_at = models.DateTimeField(_("afgehandeld"), null=True, blank=True)
    handled_by = models.ForeignKey(
        "people.Person",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("afgehandeld door"),
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("bericht")
        verbose_name_plural = _("berichten")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="outbox_message_newest"),
            models.Index(
                "state",
                "created_at",
                name="outbox_message_waiting",
                condition=Q(state__in=["queued", "sending", "failed", "to_print"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.to_name})"

    @property
    def job_name(self) -> str:
        return f"outbox-{self.pk}"

    @property
    def can_be_printed(self) -> bool:
        """True while it waits for the printer, and afterwards too: paper gets lost."""
        return self.state in {MessageState.TO_PRINT, MessageState.PRINTED} and bool(self.text)

    def ask_to_send(self, *, at: datetime | None = None) -> bool:
        """Hand it to the worker, in the caller's transaction. False when a job for it waits already."""
        return jobs.defer(SEND_JOB, at=at, once=self.job_name, message_id=str(self.pk))

    # What the worker does ------------------------------------------------------------------------

    def mark_sent(self) -> None:
        """Sent. A secret text is erased, except in demo mode, where mail is read on a page. Raises AlreadyHandled."""
        self._move(
            MessageState.SENT,
            since={MessageState.SENDING},
            sent_at=timezone.now(),
            next_attempt_at=None,
            failure="",
            last_error="",
            **self._erased(),
        )

    def mark_failed(self, failure: Failure, error: str) -> None:
        """Not sent, and not tried again by itself. Raises AlreadyHandled."""
        self._move(
            MessageState.FAILED,
            since={MessageState.SENDING},
            failure=failure,
            last_error=error,
            next_attempt_at=None,
        )

    def put_back(self, error: str, *, wait: timedelta) -> None:
        """Not sent; try again after a while. Raises AlreadyHandled."""
        again_at = timezone.now() + wait
        with transaction.atomic():
            self._move(
                MessageState.QUEUED,
                since={MessageState.SENDING},
                last_error=error,
                next_attempt_at=again_at,
            )
            self.ask_to_send(at=again_at)

    # What people at the desk do ------------------------------------------------------------------

    def try_again(self, *, by: Person) -> None:
        """Send what failed once more, with all its attempts. Raises AlreadyHandled and TextErased."""
        with transaction.atomic():
            self._refuse_without_text()
            self._move(
                MessageState.QUEUED,
                since={MessageState.FAILED},
                attempts=0,
                failure="",
                next_attempt_at=None,
                **self._handled(by),
            )
            self.ask_to_send()

    def print_instead(self, *, by: Person) -> None:
        """Put what failed on the desk as paper. Raises AlreadyHandled and TextErased."""
        self._refuse_without_text()
        self._move(
            MessageState.TO_PRINT,
            since={MessageState.FAILED},
            channel=Channel.PAPER,
            **self._handled(by),
        )

    def mark_printed(self, *, by: Person) -> None:
        """Printed and given along. Raises AlreadyHandled."""
        self._move(
            MessageState.PRINTED,
            since={MessageState.TO_PRINT},
            sent_at=timezone.now(),
            **self._handled(by),
            **self._erased(),
        )

    def drop(self, *, by: Person) -> None:
        """Leave it: the message is not needed any more. Raises AlreadyHandled."""
        self._move(
            MessageState.DROPPED,
            since={MessageState.FAILED, MessageState.TO_PRINT},
            **self._handled(by),
            **self._erased(),
        )

    # ---------------------------------------------------------------------------------------------

    def _move(self, state: MessageState, *, since: set[MessageState], **changes: Any) -> None:
        """Go to a state in one statement that also checks the state of now; of two at once, one is refused."""
        changes["state"] = state
        if not Message.objects.filter(pk=self.pk, state__in=since).update(**changes):
            raise AlreadyHandled(_("Dit bericht is al afgehandeld."))
        for field, value in changes.items():
            setattr(self, field, value)

    def _refuse_without_text(self) -> None:
        if not self.text:
            raise TextErased(_("Dit bericht was geheim. De tekst is gewist."))

    def _handled(self, by: Person) -> dict[str, Any]:
        return {"handled_by": by, "handled_at": timezone.now()}

    def _erased(self) -> dict[str, Any]:
        return dict.fromkeys(ERASED_TEXT, "") if self.is_secret and not settings.DEMO else {}


#: What is erased of a secret message once it is done.
ERASED_TEXT = ("text", "html", "code", "calendar", "stop_link")


class Attachment(models.Model):
    """A file that goes along with a message by mail, such as an invoice. Kept as it was sent."""

    id = UUIDKey()
    message = models.ForeignKey(
        Message, models.CASCADE, related_name="attachments", verbose_name=_("bericht")
    )
    name = models.CharField(_("bestandsnaam"), max_length=100)
    content_type = models.CharField(_("soort bestand"), max_length=60)
    content = models.BinaryField(_("inhoud"))

    class Meta:
        verbose_name = _("bijlage")
        verbose_name_plural = _("bijlagen")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("message", "name", name="outbox_attachment_name_once")
        ]

    def __str__(self) -> str:
        return self.name
