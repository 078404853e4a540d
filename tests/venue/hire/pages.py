"""Pages of room hire as tests go through them: the steps of a request, and what stands in a page."""

import html
import re
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.venue.factories import Offered
from venue.models import Booking

ANSWERS: dict[str, dict[str, Any]] = {
    "what": {"purpose": "Koor", "people": "20", "is_private_party": "no", "serves_alcohol": "no"},
    "needs": {"layout": "theatre", "catering": "", "note": ""},
    "group": {"kind": "group"},
    "contact": {"organisation": "Koor De Zon", "name": "Els", "phone": "0612345678", "email": ""},
}


def text_of(response: Any) -> str:
    """What a reader sees of a page: no tags, single spaces."""
    content = re.sub(
        r"<(script|style|head).*?</\1>", " ", response.content.decode(), flags=re.DOTALL
    )
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content)).split())


def begin(client: Client, house: Offered, **answers: Any) -> str:
    """Answer the first question of a request and return the address of the second, without its query."""
    page = reverse("venue:request_new", args=[house.centre.slug, house.space.slug])
    response = client.post(page, ANSWERS["what"] | answers)
    assert response.status_code == 302, text_of(response)
    return str(response.url).split("?", maxsplit=1)[0]


def answer(client: Client, url: str, step: str, **answers: Any) -> Any:
    """Send the answers of a step; returns the response."""
    return client.post(step_url(url, step), ANSWERS.get(step, {}) | answers)


def step_url(url: str, step: str) -> str:
    return re.sub(r"/(what|when|dates|needs|food|group|contact|check)/$", f"/{step}/", url)


def when(house: Offered, *, days: int = 7, **answers: Any) -> dict[str, Any]:
    """The second question: an evening, some days from now."""
    from django.utils import timezone

    start = timezone.localtime(house.wanted(days).starts_at)
    return {
        "day": start.date().isoformat(),
        "starts": "19:00",
        "ends": "22:00",
        "repeats": "once",
    } | answers


def until_check(client: Client, house: Offered, **times: Any) -> str:
    """Answer all questions of a request for one evening and return the address of the last page."""
    url = begin(client, house)
    answer(client, url, "when", **when(house, **times))
    answer(client, url, "needs")
    answer(client, url, "group", tariff_class=str(house.club.pk))
    response = answer(client, url, "contact")
    assert response.url == step_url(url, "check"), response.url
    return step_url(url, "check")


def page_of(booking: Booking, view: str = "booking", *more: Any) -> str:
    """The address of a page of a booking with a fresh secret."""
    return reverse(f"venue:{view}", args=[booking.pk, booking.new_link(), *more])
