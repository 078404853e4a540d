"""Sending what was written. Runs in the worker, one message at a time.

A row is claimed and that is committed; then it is sent; then that it was sent is committed. Whatever breaks before the
message left us is tried again. Whatever breaks while it may have left stays for a person to decide: a message is never
lost and never sent twice by itself.
"""

from __future__ import annotations

import logging
import re
import smtplib
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from lokaal.outbox import sms
from lokaal.outbox.exceptions import AlreadyHandled
from lokaal.outbox.models import (
    DONE,
    ERASED_TEXT,
    Attachment,
    Failure,
    Message,
    MessageState,
)
from lokaal.people.models import Channel

logger = logging.getLogger(__name__)

#: How long to wait after the first attempt that did not work, the second, and so on; after the last one it failed.
WAITS = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=24),
]
STUCK_AFTER = timedelta(minutes=15)
LOST_AFTER = timedelta(minutes=5)
SECRETS_KEPT_FOR = timedelta(days=7)
TEXTS_KEPT_FOR = timedelta(days=180)


class NotNow(Exception):
    """Not sent; trying later may help."""


class NotThisOne(Exception):
    """Not sent, and trying again would not help."""

    def __init__(self, failure: Failure, error: object) -> None:
        super().__init__(error)
        self.failure = failure


def send(message_id: Any) -> None:
    """Send a message, if it waits. Called twice, or by two workers at once, it is sent once."""
    message = Message.objects.claim(message_id)
    if message is None:
        return
    try:
        if message.channel == Channel.SMS:
            _send_sms(message)
        else:
            _send_mail(message)
    except NotNow as problem:
        _try_later(message, str(problem))
    except NotThisOne as problem:
        message.mark_failed(problem.failure, str(problem))
    else:
        _note_sent(message)


def rescue() -> int:
    """Give queued messages that lost their job a new one, and hand those that got stuck to the desk.

    Returns how many were helped.
    """
    now = timezone.now()
    helped = 0
    for message in Message.objects.stuck_since(now - STUCK_AFTER):
        try:
            message.mark_failed(Failure.UNSURE, "Sending stopped half-way.")
        except AlreadyHandled:
            continue
        helped += 1
    for message in Message.objects.waiting_since(now - LOST_AFTER):
        helped += message.ask_to_send()
    return helped


def forget() -> int:
    """Erase what need not be known any more: secrets after a week, names and texts of old messages after half a year.

    The key stays, so that no fact is ever told twice. Returns how many rows were emptied.
    """
    now = timezone.now()
    nothing = dict.fromkeys(ERASED_TEXT, "")
    old_secrets = Message.objects.filter(is_secret=True, created_at__lt=now - SECRETS_KEPT_FOR)
    waiting = old_secrets.exclude(state__in=DONE).exclude(state=MessageState.SENDING)
    waiting.update(state=MessageState.DROPPED)
    count = old_secrets.filter(state__in=DONE).exclude(text="").update(**nothing)
    old = Message.objects.filter(state__in=DONE, created_at__lt=now - TEXTS_KEPT_FOR)
    Attachment.objects.filter(message__in=old).delete()
    count += old.exclude(subject="").update(
        **nothing, subject="", to_name="", to_address="", last_error="", person=None
    )
    return count


def mail_text(message: Message) -> str:
    """Return the text of a mail as it is sent: ours, and below it how to reach us."""
    with override(message.language):
        ask = _("Vragen? Bel %(phone)s of schrijf naar %(email)s.") % {
            "phone": settings.SITE_PHONE,
            "email": settings.SITE_EMAIL,
        }
    return f"{message.text}\n\n-- \n{settings.SITE_NAME}\n{ask}\n"


def as_mail(message: Message) -> EmailMultiAlternatives:
    """Return the mail of a message. The same message always has the same Message-ID, so a double is recognised."""
    host = urlsplit(settings.ORIGIN).hostname
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=mail_text(message),
        to=[message.to_address],
        reply_to=[settings.SITE_EMAIL],
        headers={
            "Message-ID": f"<{message.id}@{host}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "List-Id": f"<berichten.{host}>",
            "Content-Language": message.language,
        },
    )
    if message.stop_link:
        mail.extra_headers["List-Unsubscribe"] = f"<{message.stop_link}>"
        mail.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    if message.calendar:
        method = re.search(r"^METHOD:(\w+)", message.calendar, re.MULTILINE)
        kind = f"text/calendar; method={method[1] if method else 'PUBLISH'}"
        mail.attach("lokaal.ics", message.calendar, kind)
    for file in message.attachments.all():
        mail.attach(file.name, bytes(file.content), file.content_type)
    return mail


def _send_mail(message: Message) -> None:
    connection = get_connection()
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        raise NotNow(error) from error
    try:
        mail = as_mail(message)
        mail.connection = connection
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _answer in error.recipients.values()]
        raise _by_code(min(codes), Failure.ADDRESS, error) from error
    except smtplib.SMTPResponseException as error:
        raise _by_code(error.smtp_code, Failure.REFUSED, error) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotThisOne(Failure.UNSURE, error) from error  # the line broke while we were talking
    except ValueError as error:
        logger.exception("Message %s cannot be written as mail", message.id)
        raise NotThisOne(Failure.OURS, error) from error
    finally:
        _close(connection)


def _by_code(code: int, failure: Failure, error: object) -> Exception:
    """SMTP answers 4xx for "later" and 5xx for "no"."""
    return NotNow(error) if 400 <= code < 500 else NotThisOne(failure, error)


def _close(connection: Any) -> None:
    try:
        connection.close()
    except (smtplib.SMTPException, OSError):  # it was sent or refused already
        logger.info("The mail server hung up first", exc_info=True)


def _send_sms(message: Message) -> None:
    try:
        sms.backend().send(to=message.to_address, text=message.text, reference=str(message.id))
    except sms.SmsProblem as error:
        raise NotNow(error) from error
    except sms.SmsRefused as error:
        raise NotThisOne(Failure.PHONE, error) from error
    except sms.SmsUnsure as error:
        raise NotThisOne(Failure.UNSURE, error) from error


def _try_later(message: Message, error: str) -> None:
    if message.attempts > len(WAITS):
        message.mark_failed(Failure.SERVER, error)
    else:
        message.put_back(error, wait=WAITS[message.attempts - 1])


def _note_sent(message: Message) -> None:
    try:
        message.mark_sent()
    except AlreadyHandled:
        # It took longer than STUCK_AFTER, and the desk was told that nobody knows. Now we do, but they may have acted.
        logger.warning("Message %s was sent after it was given up", message.id)
