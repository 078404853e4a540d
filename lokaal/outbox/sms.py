"""Text messages. A provider is one class with one method; the setting SMS_BACKEND names it."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


class SmsProblem(Exception):
    """The text message was not sent; trying later may help."""


class SmsRefused(Exception):
    """The text message was not sent and never will be: the number is wrong."""


class SmsUnsure(Exception):
    """The line broke after the text message was handed over: nobody knows whether it was sent."""


class SmsBackend(Protocol):
    """Sends one text message. Raises SmsProblem, SmsRefused or SmsUnsure."""

    def send(self, *, to: str, text: str, reference: str) -> None:
        """`to` is an E.164 number; `reference` is the same at every attempt, for providers that refuse doubles."""


class ConsoleBackend:
    """Writes text messages to the log instead of sending them."""

    def send(self, *, to: str, text: str, reference: str) -> None:
        logger.warning("Text message %s to %s:\n%s", reference, to, text)


def backend() -> SmsBackend:
    """Return the provider of this house. Raises ImproperlyConfigured where there is none."""
    return _load(settings.SMS_BACKEND)


@lru_cache
def _load(path: str) -> SmsBackend:
    if not path:
        raise ImproperlyConfigured("Set LOKAAL_SMS_BACKEND: no text message can be sent without.")
    return import_string(path)()
