"""Messages about signing in go through the outbox, like every other message."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from lokaal.keys import new_key
from lokaal.outbox.writing import Recipient, post
from lokaal.people import adapter
from lokaal.people.models import Channel, Person

#: What allauth puts in the context and no message needs.
_NOT_FOR_READERS = {"request", "current_site", "user", "ip", "user_agent"}


class AccountAdapter(adapter.AccountAdapter):
    """The adapter of settings.ACCOUNT_ADAPTER."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write `<template_prefix>.txt`, with its `.subject.txt`, to an address; the text is erased once it is sent.

        Always e-mail, whatever channel the person likes: it is the address that is being proven or warned.
        """
        person = context.get("user") or Person.objects.with_email(email).first()
        post(
            f"{template_prefix}:{new_key()}",
            to=Recipient(
                name=person.name if person else "",
                email=email,
                language=person.preferred_language if person else get_language() or "",
                person=person,
                channel=Channel.EMAIL,
            ),
            template=template_prefix,
            context={key: value for key, value in context.items() if key not in _NOT_FOR_READERS},
            is_secret=True,
        )
