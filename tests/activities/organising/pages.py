"""The pages of organising, opened as somebody."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from lokaal.people.models import Person

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NEW = {
    "title": "Breicafé",
    "summary": "Samen breien met thee.",
    "participation": "sign_up",
    "default_capacity": "12",
    "cost_kind": "fixed",
    "cost_cents": "3,50",
}
GET_PAGES = [
    ("activity_manage", ()),
    ("activity_edit", ("words",)),
    ("activity_translate", ("en",)),
    ("activity_organisers", ()),
    ("dates_add", ()),
]

DATE_PAGES = [
    "occurrence_manage",
    "occurrence_move",
    "occurrence_change",
    "occurrence_cancel",
    "occurrence_people",
]


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"activities:{name}", args=args)


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def errors(response: Any, form: str = "form") -> dict[str, list[str]]:
    return response.context[form].errors
