"""The desk in a real browser: on a small phone, without JavaScript, and nothing that axe finds wrong."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities.models import Occurrence, Presence, SignUp, Wish, WishState
from lokaal.outbox.models import Message, MessageState
from lokaal.people.models import Person
from tests.activities.factories import (
    ActivityFactory,
    CentreFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
    WishFactory,
)
from tests.look.test_browser import TOO_SMALL
from tests.outbox.factories import MessageFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def host(settings: Any) -> Person:
    """A host on a busy day: somebody comes, somebody wants a call, there is paper, and post that did not arrive."""
    settings.DEMO = True  # no second factor is asked
    centre = CentreFactory(name="Waterkracht", mark="p-wk")
    now = OccurrenceFactory(
        activity=ActivityFactory(centre=centre, title="Hulp bij formulieren", room="Spreekkamer"),
        starts_at=timezone.now() - timedelta(minutes=10),
    )
    SignUpFactory(occurrence=now, name="Gerda Harmsen")
    SignUpFactory(occurrence=now, name="Abdi Nuur", wants_call=True, phone="+31612345678")
    WishFactory(centre=centre)
    MessageFactory(
        paper=True,
        centre=centre,
        to_name="Joop Wesselink",
        subject="Volgende week is er geen sjoelen",
        text=f"Dag Joop,\n\nKijk wat er wel is:\n{settings.ORIGIN}/agenda/",
        code="4821 7730",
    )
    MessageFactory(failed=True, centre=centre, to_name="Hanneke Bos", html="<p>Dag</p>")
    return PersonFactory(name="Nermin Aksoy", host_of=centre)


@pytest.fixture
def tab(host: Person, new_page: Any, live_server: Any) -> Any:
    """Open a page that is signed in as the host."""
    client = Client()
    client.force_login(host)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}

    def open_tab(**options: Any) -> Any:
        page = new_page(**options)
        page.context.add_cookies([session | {"url": live_server.url}])
        return page

    return open_tab


def pages() -> list[str]:
    return [
        reverse("portal:desk"),
        reverse("portal:desk_date", args=[Occurrence.objects.get().pk]),
        reverse("outbox:slips"),
        reverse("outbox:failed"),
        reverse("outbox:demo_mail"),
    ]


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_of_the_desk_fit_and_axe_finds_nothing(width: int, tab: Any, axe: Any) -> None:
    page = tab(width=width)

    for address in pages():
        assert page.goto(address).status == 200
        axe(page)
        assert page.evaluate(TOO_WIDE) is False
        assert page.evaluate(TOO_SMALL) == []


def test_a_host_does_the_work_of_the_day_on_a_phone_without_javascript(tab: Any) -> None:
    page = tab(javascript=False)
    page.goto(reverse("portal:desk"))

    page.get_by_role("button", name="Gerda Harmsen is er").click()
    assert (
        page.get_by_role("button", name="Gerda Harmsen is er").get_attribute("aria-pressed")
        == "true"
    )
    assert SignUp.objects.get(name="Gerda Harmsen").presence == Presence.PRESENT

    page.get_by_role("button", name="Gebeld").click()
    assert page.get_by_text("Abdi Nuur is gebeld.").is_visible()

    page.get_by_role("link", name="Print", exact=False).filter(has_text="Joop Wesselink").click()
    assert page.get_by_text("4821 7730").is_visible()
    page.get_by_role("button", name="Geprint").click()
    assert page.get_by_text("1 briefje is geprint.").is_visible()

    page.get_by_role("button", name="Laat maar").click()
    assert page.get_by_text("Dit bericht gaat niet meer weg.").is_visible()

    assert set(Message.objects.values_list("state", flat=True)) == {
        MessageState.PRINTED,
        MessageState.DROPPED,
    }

    page.get_by_role("link", name="Geef antwoord").click()
    page.get_by_role("button", name="Ja, we maken een plan").click()
    assert Wish.objects.get().state == WishState.PLANNING
    page.goto(reverse("portal:desk"))
    assert page.get_by_role("link", name="Geef antwoord").count() == 0


def test_slips_are_alone_on_their_paper(tab: Any) -> None:
    page = tab(width=794)
    page.goto(reverse("outbox:slips"))

    page.emulate_media(media="print")

    assert page.get_by_text("Dag Joop,").is_visible()
    assert page.get_by_role("img", name="Vierkante code voor je telefoon").is_visible()
    for name in ("Print", "Geprint"):
        assert page.get_by_role("button", name=name, exact=True).is_hidden()
    assert page.get_by_role("navigation").first.is_hidden()
