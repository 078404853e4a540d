"""In demo mode mail is read on a page, on this machine; otherwise that page does not exist."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.outbox.factories import MessageFactory

pytestmark = pytest.mark.django_db


def pages(message: Any) -> list[str]:
    names = ["demo_mail_html", "demo_mail_text", "demo_mail_calendar"]
    return [reverse("outbox:demo_mail")] + [
        reverse(f"outbox:{name}", args=[message.pk]) for name in names
    ]


@pytest.fixture
def demo(settings: Any) -> Client:
    settings.DEMO = True
    settings.ALLOWED_HOSTS = ["localhost", "lokaal.voorbeeld"]
    return Client(headers={"host": "localhost"})


def test_mail_shows_every_message_newest_first(demo: Client) -> None:
    old = MessageFactory(subject="Oud", text="Dag,\n\nKijk hier:\nhttps://lokaal.voorbeeld/x/")
    new = MessageFactory(subject="Nieuw", is_secret=True)

    response = demo.get(reverse("outbox:demo_mail"))

    assert [letter["message"] for letter in response.context["letters"]] == [new, old]
    assert '<a class="btn" href="https://lokaal.voorbeeld/x/">Kijk hier</a>' in (
        response.content.decode()
    )


def test_mail_parts_are_shown_as_they_are(demo: Client) -> None:
    message = MessageFactory(html="<style>p{}</style><p>Dag</p>", calendar="BEGIN:VCALENDAR")
    _page, html, text, calendar = [demo.get(url) for url in pages(message)]

    assert html.content == b"<style>p{}</style><p>Dag</p>"
    assert set(html["Content-Security-Policy"].split("; ")) == {
        "default-src 'none'",
        "frame-ancestors 'none'",
        "style-src 'unsafe-inline'",
    }
    assert text["Content-Type"] == "text/plain; charset=utf-8"
    assert text.content.decode().startswith("Dag Trudy,")
    assert calendar["Content-Type"] == "text/calendar; charset=utf-8"
    assert calendar.content == b"BEGIN:VCALENDAR"


def test_mail_without_such_a_part_is_not_found(demo: Client) -> None:
    message = MessageFactory()

    assert [demo.get(url).status_code for url in pages(message)] == [200, 404, 200, 404]


@pytest.mark.parametrize(
    ("is_demo", "options"),
    [
        (False, {"headers": {"host": "localhost"}}),
        (True, {"headers": {"host": "lokaal.voorbeeld"}}),
        (True, {"headers": {"host": "localhost"}, "REMOTE_ADDR": "203.0.113.7"}),
        (True, {"headers": {"host": "localhost", "x-forwarded-for": "127.0.0.1"}}),
    ],
)
def test_mail_does_not_exist_outside_a_demo_on_this_machine(
    is_demo: bool, options: dict[str, Any], settings: Any, demo: Client
) -> None:
    settings.DEMO = is_demo
    settings.SECURE_SSL_REDIRECT = False
    message = MessageFactory(html="<p>x</p>", calendar="x")

    assert [Client(**options).get(url).status_code for url in pages(message)] == [404] * 4
