"""The agenda in a real browser: what is ticked is shown at once, and without JavaScript after a press."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import CostKind
from tests.activities.factories import OccurrenceFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def two_dates() -> None:
    soon = timezone.now() + timedelta(minutes=1)
    OccurrenceFactory(activity__title="Naaicafé", starts_at=soon)
    OccurrenceFactory(
        activity__title="Kookles",
        activity__cost_kind=CostKind.FIXED,
        activity__cost_cents=400,
        starts_at=soon,
    )


def cards(tab: Any) -> Any:
    return tab.locator(".acts-box .act h3")


def test_what_is_ticked_is_shown_at_once(new_page: Any, axe: Any) -> None:
    tab = new_page(width=1280)
    tab.goto(reverse("activities:agenda"))
    assert cards(tab).count() == 2
    tab.locator("#zoek").fill("half getypt")
    box = tab.get_by_role("checkbox", name="Alleen gratis")
    box.focus()
    tab.keyboard.press("Space")

    tab.get_by_role("status").get_by_text("1 ding", exact=True).wait_for(state="attached")
    assert cards(tab).all_inner_texts() == ["Naaicafé"]
    assert tab.url.endswith(f"{reverse('activities:agenda')}?free=1")
    assert box.evaluate("box => box === document.activeElement")
    assert tab.locator("#zoek").input_value() == "half getypt"
    assert tab.locator(".search [name=free]").count() == 1
    assert "free=1" in str(tab.locator(".langs a").first.get_attribute("href"))
    axe(tab)

    tab.keyboard.press("Space")
    tab.get_by_role("status").get_by_text("2 dingen", exact=True).wait_for(state="attached")
    assert cards(tab).count() == 2


def test_without_javascript_the_button_does_it(new_page: Any) -> None:
    tab = new_page(javascript=False)
    tab.goto(reverse("activities:agenda"))
    tab.get_by_text("Kies wat je wilt zien").click()
    tab.get_by_text("Alleen gratis").click()
    assert cards(tab).count() == 2
    tab.get_by_role("button", name="Laat zien").click()
    assert cards(tab).all_inner_texts() == ["Naaicafé"]


def test_keyboard_goes_past_the_questions_to_the_list(new_page: Any) -> None:
    tab = new_page(width=1280)
    tab.goto(reverse("activities:agenda"))
    tab.get_by_role("link", name="Ga naar wat er is").focus()
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.locator(".acts-box a:focus").count() == 1
