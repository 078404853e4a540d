"""The main job, on real input: somebody finds what came from a calendar file and joins it, in three taps."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from activities.models import Occurrence, SignUp, SignUpState
from lokaal.outbox.models import Message
from tests.activities.factories import CentreFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: What a first visit may weigh, with fonts (design.md, Speed), when compressed as the house sends it.
MOST_BYTES = 150_000
WORDS = {
    "nl": {"agenda": "Agenda", "yes": "Ja, ik kom", "name": "Naam", "there": "Je staat op de lijst",
           "not": "Ik kan niet", "gone": "Je bent afgemeld"},
    "en": {"agenda": "What's on", "yes": "Yes, I'm coming", "name": "Name", "there": "You are on the list",
           "not": "I can't come", "gone": "Your sign-up is cancelled"},
}  # fmt: skip


@pytest.fixture
def imported(tmp_path: Path) -> Occurrence:
    """A date of today's week that came from a calendar file, with one place."""
    cache.clear()
    centre = CentreFactory(name="Waterkracht", slug="waterkracht")
    starts_at = timezone.localtime() + timedelta(minutes=20)
    file = tmp_path / "agenda.ics"
    file.write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Elders//NL\r\nBEGIN:VEVENT\r\nUID:naaien@elders.voorbeeld\r\n"
        f"DTSTART;TZID=Europe/Amsterdam:{starts_at:%Y%m%dT%H%M%S}\r\nDURATION:PT2H\r\nSUMMARY:Naaicafé\r\n"
        "LOCATION:Atelier\r\nDESCRIPTION:Samen naaien en praten.\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    call_command(
        "import_calendar", str(file), centre=centre.slug, sign_up=True, capacity=1, verbosity=0
    )
    return Occurrence.objects.get()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_resident_joins_and_cancels_on_a_phone_without_javascript_or_account(
    new_page: Any, imported: Occurrence, language: str
) -> None:
    said = WORDS[language]
    page = new_page(javascript=False, language=language)
    page.goto("/" if language == "nl" else f"/{language}/")

    page.get_by_role("navigation").get_by_role(
        "link", name=said["agenda"], exact=True
    ).click()  # tap 1
    page.get_by_role("link", name="Naaicafé").click()  # tap 2
    page.locator("[name=name]").fill("Gerda")
    page.get_by_role("button", name=said["yes"]).click()  # tap 3

    assert page.get_by_role("heading", level=1).inner_text() == said["there"]
    sign_up = SignUp.objects.get()
    assert (sign_up.name, sign_up.occurrence, sign_up.state) == (
        "Gerda",
        imported,
        SignUpState.JOINED,
    )
    assert sign_up.shown_code in page.locator("body").inner_text()
    imported.refresh_from_db()
    assert imported.is_full

    page.get_by_role("button", name=said["not"]).or_(
        page.get_by_role("link", name=said["not"])
    ).first.click()
    if page.get_by_role("heading", level=1).inner_text() != said["gone"]:
        page.get_by_role("button").filter(has_text=said["not"]).first.click()
    assert page.get_by_role("heading", level=1).inner_text() == said["gone"]
    sign_up.refresh_from_db()
    imported.refresh_from_db()
    assert (sign_up.state, imported.places_taken) == (SignUpState.CANCELLED, 0)
    assert not Message.objects.filter(channel="email").exists()


@pytest.mark.parametrize(
    "path", ["/", "/agenda/", "/help/", "/begin/", "/code/", "/centres/waterkracht/"]
)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_public_page_fits_the_smallest_phone_and_satisfies_axe(
    new_page: Any, axe: Any, imported: Occurrence, path: str, prefix: str
) -> None:
    page = new_page(width=320)
    page.goto(prefix + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    axe(page)


def test_activity_page_fits_the_smallest_phone_and_satisfies_axe(
    new_page: Any, axe: Any, imported: Occurrence
) -> None:
    page = new_page(width=320)
    page.goto(imported.get_absolute_url())
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    axe(page)


def test_first_view_is_light(new_page: Any, imported: Occurrence) -> None:
    import brotli

    page = new_page()
    weights: dict[str, int] = {}

    def weigh(response: Any) -> None:
        body = response.body()
        path = urlsplit(response.url).path
        weights[path] = len(body) if path.endswith("woff2") else len(brotli.compress(body))

    page.on("response", weigh)
    page.goto("/agenda/", wait_until="networkidle")
    assert sum(weights.values()) < MOST_BYTES, weights
    assert any(path.endswith(".woff2") for path in weights)
