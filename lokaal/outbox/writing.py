"""Writing to people: one function, called in the transaction of the fact that it tells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import get_supported_language_variant, override

from lokaal.outbox.layout import absolute, mail_html
from lokaal.outbox.models import Attachment, Message, MessageState
from lokaal.people.contact import written
from lokaal.people.models import Channel
from lokaal.people.names import NAME_LENGTH

if TYPE_CHECKING:
    from phonenumber_field.phonenumber import PhoneNumber

    from lokaal.centres.models import Centre
    from lokaal.people.models import Person

__all__ = ["Attached", "Recipient", "absolute", "in_its_language", "link", "post"]

#: Words that are made at the moment they are written, so in the language of the message.
in_its_language = lazy(lambda make: make(), str)

SUBJECT_LENGTH = 200
ADDRESS_LENGTH = 254


@dataclass(frozen=True)
class Attached:
    """A file to send along. Only mail carries it."""

    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Recipient:
    """Who a message is for, and how that person can be reached."""

    name: str
    email: str = ""
    phone: str = ""
    language: str = "nl"
    person: Person | None = None
    channel: str = ""  # what the person likes best (a Channel); empty: no wish

    @classmethod
    def from_person(cls, person: Person) -> Recipient:
        return cls(
            name=person.name,
            email=person.email or "",
            phone=written(person.phone or ""),
            language=person.preferred_language,
            person=person,
            channel=person.channel,
        )

    @classmethod
    def reached_at(
        cls,
        name: str,
        *,
        phone: PhoneNumber | str,
        email: str,
        language: str,
        person: Person | None,
    ) -> Recipient:
        """Somebody who gave a phone number or an address with what they asked; else those of their account."""
        return cls(
            name=name,
            email=email or (person.email if person else "") or "",
            phone=written(phone or (person.phone if person else "") or ""),
            language=language,
            person=person,
            channel=person.channel if person else "",
        )

    @property
    def reached_by(self) -> Channel:
        """The wish of the person where it is possible; else e-mail, else a text message, else paper."""
        possible = {Channel.PAPER: True, Channel.EMAIL: _is_address(self.email)}
        possible[Channel.SMS] = bool(self.phone and settings.SMS_BACKEND)
        if self.channel and possible.get(Channel(self.channel)):
            return Channel(self.channel)
        return next(way for way in (Channel.EMAIL, Channel.SMS, Channel.PAPER) if possible[way])

    def address_for(self, channel: Channel) -> str:
        return {Channel.EMAIL: self.email, Channel.SMS: str(self.phone)}.get(channel, "")


def link(name: str, *parts: object) -> str:
    """Return the whole address of a page, in the language of the message."""
    return in_its_language(lambda: settings.ORIGIN + reverse(name, args=parts))


def post(
    key: str,
    *,
    to: Recipient,
    template: str,
    context: dict[str, Any],
    calendar: bytes | None = None,
    attachments: Sequence[Attached] = (),
    centre: Centre | None = None,
    is_secret: bool = False,
    stop_link: str = "",
) -> Message:
    """Write a message, once per key, and ask the worker to send it; both in the caller's transaction.

    `template` names `<template>.subject.txt` and `<template>.txt`, rendered in the person's language. Beside them may
    stand `<template>.sms.txt` (shorter) and `<template>.html`; without the last, mail gets our own layout around the
    text. What is called in the template is called in that language: pass `absolute_url` tags or callables, not URLs
    reversed before. A `code` in the context is printed large on a slip. Without any way to reach the person the
    message waits on the desk of `centre` to be printed. `is_secret`: the text is erased once it is sent. `stop_link`:
    an address of ours that ends such messages with one POST; mail programs show a button for it.

    Returns the message; a second one with the same key is not made, the first is returned and nothing is sent.
    """
    channel = to.reached_by
    language = _language(to.language)
    with override(language):
        words = {
            "to": to,
            "site_name": settings.SITE_NAME,
            "site_phone": settings.SITE_PHONE,
            "site_email": settings.SITE_EMAIL,
            **context,
        }
        subject = one_line(_render(f"{template}.subject.txt", words))[:SUBJECT_LENGTH]
        text = _text(template, words, channel)
        html = _html(template, words, subject, text) if channel == Channel.EMAIL else ""
    message = Message(
        key=key,
        person=to.person,
        centre=centre,
        channel=channel,
        to_name=one_line(to.name)[:NAME_LENGTH],
        to_address=to.address_for(channel)[:ADDRESS_LENGTH],
        language=language,
        subject=subject,
        text=text,
        html=html,
        code=one_line(str(context.get("code", "")))[:12],
        calendar=calendar.decode() if calendar else "",
        is_secret=is_secret,
        stop_link=str(stop_link),
        state=MessageState.TO_PRINT if channel == Channel.PAPER else MessageState.QUEUED,
    )
    with transaction.atomic():
        # Two transactions with one key at the same moment: the second waits here until the first has ended.
        Message.objects.bulk_create([message], ignore_conflicts=True)
        kept = Message.objects.get(key=key)
        if kept.id == message.id and kept.state == MessageState.QUEUED:
            if channel == Channel.EMAIL:
                Attachment.objects.bulk_create(
                    Attachment(
                        message=kept,
                        name=file.name,
                        content_type=file.content_type,
                        content=file.content,
                    )
                    for file in attachments
                )
            kept.ask_to_send()
    return kept


def one_line(text: str) -> str:
    """Return text fit for a header or a name: one line, no control characters."""
    return re.sub(r"\s+", " ", _without_controls(text)).strip()


def _text(template: str, words: dict[str, Any], channel: Channel) -> str:
    if channel == Channel.SMS:
        try:
            return _render(f"{template}.sms.txt", words)
        except TemplateDoesNotExist:
            pass
    return _render(f"{template}.txt", words)


def _html(template: str, words: dict[str, Any], subject: str, text: str) -> str:
    try:
        return get_template(f"{template}.html").render(words | {"subject": subject})
    except TemplateDoesNotExist:
        return mail_html(subject, text)


def _render(name: str, words: dict[str, Any]) -> str:
    """Render a plain text template: nothing is escaped, at most one empty line in a row."""
    raw = get_template(name).template.render(  # type: ignore[attr-defined]
        Context(words, autoescape=False)
    )
    lines = [line.rstrip() for line in _without_controls(raw).strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _without_controls(text: str) -> str:
    """Drop what PostgreSQL refuses (null) and what no reader sees; keep line ends, tabs and joiners of emoji."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


def _language(wish: str) -> str:
    try:
        return get_supported_language_variant(wish)
    except LookupError:
        return settings.LANGUAGE_CODE


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= ADDRESS_LENGTH
