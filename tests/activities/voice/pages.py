"""The pages of the voice, opened as somebody."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from lokaal.people.models import Person


def url(name: str, *args: Any) -> str:
    return reverse(f"activities:{name}", args=args)


def as_(person: Person | None = None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def ask_form(**fields: object) -> dict[str, object]:
    return {"text": "Waarom is de brug dicht?", "token": uuid.uuid4()} | fields
