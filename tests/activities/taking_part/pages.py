"""The pages of taking part, opened as a visitor does."""

import re
import uuid

from django.db.models import F, Sum
from django.test import Client
from django.urls import reverse

from activities.models import Occurrence, SignUp
from tests.activities.factories import (
    SECRET,
)


def join_url(occurrence: Occurrence) -> str:
    return reverse("activities:occurrence_join", args=[occurrence.activity_id])


def page(view: str, found: SignUp, *, secret: str = SECRET) -> str:
    return reverse(f"activities:{view}", args=[found.pk, secret] if secret else [found.pk])


def form_of(occurrence: Occurrence, **fields) -> dict[str, object]:
    return {"date": occurrence.pk, "name": "Emine", "companions": 0, "token": uuid.uuid4()} | fields


def post(occurrence: Occurrence, client: Client | None = None, **fields):
    return (client or Client()).post(join_url(occurrence), form_of(occurrence, **fields))


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def taken(occurrence: Occurrence) -> int:
    occurrence.refresh_from_db()
    live = occurrence.sign_ups.holding().aggregate(n=Sum(F("companions") + 1))["n"] or 0
    assert occurrence.places_taken == live
    return live


def desk_url(occurrence: Occurrence) -> str:
    return reverse("activities:desk_sign_up", args=[occurrence.pk])
