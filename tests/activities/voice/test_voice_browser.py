"""The pages of the voice and of paper in a real browser: readable at every width, no violation, by keyboard."""

import pytest
from django.test import Client
from django.urls import reverse

from activities.papers import hall
from activities.voice import answering, asking, sessions
from lokaal.people.models import Role, StaffRole
from tests.activities.factories import PersonFactory
from tests.activities.voice.factories import (
    SECRET,
    GuestFactory,
    ListedFactory,
    NoteFactory,
    QuestionFactory,
    guest_secret,
)
from tests.activities.voice.pages import url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pages():
    """Addresses of everything, with something on it: for everybody, and for the coordinator."""
    guest = GuestFactory()
    centre = guest.session.occurrence.centre
    coordinator = PersonFactory()
    StaffRole.objects.create(person=coordinator, role=Role.COORDINATOR, centre=centre)
    question = QuestionFactory(centre=centre)
    answering.answer(question, text="Ja.", name="Karin", function="regisseur", by=coordinator)
    answering.correct(question, text="Nee.", name="Karin", function="regisseur", by=coordinator)
    asking.me_too(question, language="nl", example="Bij ons ook.", entered_by=coordinator)
    listed = ListedFactory(session=guest.session, guest=guest, note="Weet jij dit?")
    ListedFactory(session=guest.session)
    NoteFactory(session=guest.session, guest=guest)
    sessions.write_draft(guest, listed.question_id, text="Ja.", language="nl")
    QuestionFactory(centre=centre)
    screen = hall.make_link(centre, language="nl", by=coordinator)
    client = Client()
    client.force_login(coordinator)
    return {
        "public": [
            url("questions"),
            url("question", question.pk),
            url("question_follow", question.pk, SECRET),
            url("session", guest.session.pk),
            url("session_guest", guest.pk, guest_secret(guest.email)),
            url("hall_screen", screen.secret),
        ],
        "staff": [
            url("desk_questions"),
            url("desk_question", question.pk),
            url("desk_question_new"),
            url("desk_themes"),
            url("desk_session", guest.session.pk),
            url("session_new", guest.session.occurrence_id),
            url("desk_papers"),
        ],
        "session": client.cookies["sessionid"].value,
    }


@pytest.mark.parametrize(("width", "language"), [(320, "nl"), (1280, "en")])
def test_every_page_is_readable(new_page, axe, live_server, pages, width, language):
    tab = new_page(width=width, language=language)
    start = "" if language == "nl" else f"/{language}"
    for who in ("public", "staff"):
        if who == "staff":
            tab.context.add_cookies(
                [{"name": "sessionid", "value": pages["session"], "url": live_server.url}]
            )
        for address in pages[who]:
            assert tab.goto(f"{start}{address}").status == 200, address
            assert tab.evaluate("document.documentElement.scrollWidth") <= width, address
            if "/hal/" not in address:  # a screen on the wall refreshes itself; nobody types there
                axe(tab)


def test_guest_answers_by_keyboard_without_javascript(new_page, pages):
    tab = new_page(javascript=False)
    tab.goto(pages["public"][4])

    summary = tab.locator("article summary").last
    summary.focus()
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    tab.keyboard.type("In mei.")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")

    tab.get_by_text("Bedankt. Wij lezen het en zetten het op de site.").wait_for()
    assert tab.get_by_text("Jouw antwoord ligt bij ons").count() == 2


def test_link_that_is_wrong_says_nothing(new_page, pages):
    tab = new_page()

    response = tab.goto(pages["public"][4][:-3] + "/")

    assert response.status == 404
    assert tab.get_by_text("Karin").count() == 0
    assert tab.get_by_role("link", name="Agenda").first.get_attribute("href") == reverse(
        "activities:agenda"
    )
