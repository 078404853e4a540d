"""The help page: a voice, an open door, urgent numbers, and a way out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.centres.factories import CentreFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rows", [1, 30])
def test_help_page_costs_the_same(
    client: Client, rows: int, django_assert_num_queries: Any
) -> None:
    CentreFactory.create_batch(rows)
    with django_assert_num_queries(2):  # the places, and the footer
        page = client.get("/help/")
    assert len(page.context["places"]) == rows


def test_help_page_shows_who_is_open_first(client: Client) -> None:
    CentreFactory(name="Dicht", position=1)
    CentreFactory(name="Open", position=2, hours={2: [("9:00", "17:00")]})
    with time_machine.travel(datetime(2026, 11, 24, 11, tzinfo=UTC), tick=False):
        page = client.get("/help/")
    shown = [(p["centre"].name, p["status"].sentence) for p in page.context["places"]]
    assert shown == [("Open", "Nu open tot 17.00 uur"), ("Dicht", "Nu dicht")]


def test_help_page_has_numbers_that_call_and_no_form(client: Client) -> None:
    content = client.get("/help/").content.decode()
    for number in ("tel:112", "tel:08000113", "tel:08002000", "tel:+31575001234"):
        assert f'href="{number}"' in content
    assert "<form" not in content


def test_help_page_is_left_without_a_trace(client: Client) -> None:
    page = client.get("/help/")
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"
    assert (
        'href="https://nl.wikipedia.org/wiki/Weer" rel="noopener noreferrer"'
        in page.content.decode()
    )
