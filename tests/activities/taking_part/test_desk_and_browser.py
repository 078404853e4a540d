"""At the desk, and in a real browser."""

import re
import uuid
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from activities import enrolment
from activities.models import QueueRule, SignUp
from tests.activities.factories import (
    CentreFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)
from tests.activities.taking_part.pages import desk_url, join_url, page, taken, text

pytestmark = pytest.mark.django_db


# At the desk --------------------------------------------------------------------------------------


def test_desk_signs_somebody_up_with_a_name_only_and_shows_the_slip(client, occurrence):
    host = PersonFactory(host_of=occurrence.centre)
    client.force_login(host)

    response = client.post(desk_url(occurrence), {"name": "Gerda", "token": uuid.uuid4()})

    row = SignUp.objects.get()
    assert (row.name, row.entered_by, row.person, row.phone) == ("Gerda", host, None, "")
    assert "/slip/" in response["Location"]
    shown = text(client.get(response["Location"]))
    assert row.shown_code in shown
    assert "Gerda staat op de lijst. Print het briefje." in shown
    assert "Nog iemand aanmelden" in shown
    assert taken(occurrence) == 1


def test_desk_pressed_twice_is_one_sign_up(client, occurrence):
    client.force_login(PersonFactory(host_of=occurrence.centre))
    form = {"name": "Gerda", "token": uuid.uuid4()}

    urls = {client.post(desk_url(occurrence), form)["Location"] for _ in range(2)}

    assert len(urls) == 1
    assert taken(occurrence) == 1


def test_desk_is_told_when_full(client):
    occurrence = OccurrenceFactory(capacity=1, activity__queue_rule=QueueRule.NONE)
    SignUpFactory(occurrence=occurrence)
    client.force_login(PersonFactory(host_of=occurrence.centre))

    response = client.post(desk_url(occurrence), {"name": "Gerda"})

    assert response.status_code == 409
    assert "Vol. Er is geen plek meer op deze datum." in text(response)
    assert taken(occurrence) == 1


def test_desk_of_another_centre_may_not(client, occurrence):
    client.force_login(PersonFactory(host_of=CentreFactory()))

    response = client.post(desk_url(occurrence), {"name": "Gerda"})

    assert response.status_code == 403
    assert "Dit is de lijst van een ander huis" in text(response)
    assert not SignUp.objects.exists()


def test_desk_is_for_staff(client, occurrence):
    assert client.post(desk_url(occurrence), {"name": "Gerda"}).status_code == 302
    client.force_login(PersonFactory())
    assert client.post(desk_url(occurrence), {"name": "Gerda"}).status_code == 403

    assert not SignUp.objects.exists()


def test_desk_sees_that_somebody_is_already_there(client, occurrence):
    there = enrolment.join(occurrence, name="Gerda", phone="0612345678", language="nl").sign_up
    client.force_login(PersonFactory(host_of=occurrence.centre))

    response = client.post(desk_url(occurrence), {"name": "gerda", "phone": "06 12345678"})

    assert response["Location"] == page("sign_up_slip", there, secret="")
    assert "Deze gast staat al op de lijst." in text(client.get(response["Location"]))
    assert taken(occurrence) == 1


# In a browser -------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_joins_changes_and_cancels_on_a_phone(new_page, axe, javascript):
    occurrence = OccurrenceFactory(activity__title="Naaicafé", capacity=4)
    tab = new_page(javascript=javascript)

    tab.goto(join_url(occurrence))
    tab.get_by_role("button", name="Ja, ik kom").click()
    assert tab.locator(".note.fout").inner_text().startswith("Je staat nog niet op de lijst")
    if javascript:
        axe(tab)
    tab.get_by_label("Je naam").fill("Emine")
    tab.get_by_role("button", name="Ja, ik kom").click()
    assert tab.get_by_role("heading", name="Je staat op de lijst").is_visible()
    if javascript:
        axe(tab)
    link = urlsplit(tab.url).path
    row = SignUp.objects.get()
    assert row.shown_code in tab.locator(".code").inner_text()

    tab.go_back()
    tab.get_by_role("button", name="Ja, ik kom").click()
    assert taken(occurrence) == 1
    assert urlsplit(tab.url).path == link

    tab.get_by_role("link", name="Neem iemand mee").click()
    tab.get_by_text("Ja, 2").click()
    tab.get_by_role("button", name="Zo is het goed").click()
    assert tab.get_by_text("Je neemt 2 mensen mee.").is_visible()
    assert taken(occurrence) == 3

    tab.get_by_role("link", name="Print een briefje").click()
    if javascript:
        axe(tab)
        paper = tab.pdf(prefer_css_page_size=True)
        assert re.findall(rb"/Type /Page\b", paper) == [b"/Type /Page"]
        assert re.findall(rb"/MediaBox \[0 0 29[78][.0-9]* (?:419|420)", paper), "not A6"
    assert tab.locator(".slip svg").first.is_visible()

    tab.goto(link)
    tab.get_by_role("button", name="Ik kan niet").click()
    assert tab.get_by_role("heading", name="Je bent afgemeld").is_visible()
    assert taken(occurrence) == 0
    tab.get_by_role("button", name="Toch weer meedoen").click()
    assert tab.get_by_role("heading", name="Je staat op de lijst").is_visible()
    assert taken(occurrence) == 3


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_fit_and_can_be_used_by_everyone(new_page, axe, width):
    gone = SignUpFactory(cancelled=True, name="E" * 120)
    called_off = SignUpFactory(occurrence__cancelled=True)
    tab = new_page(width=width)

    for path in [
        reverse("activities:code"),
        page("sign_up", gone),
        page("sign_up", called_off),
        page("sign_up_change", called_off),
        page("sign_up_slip", gone),
        page("sign_up", gone, secret="x"),
    ]:
        tab.goto(path)
        axe(tab)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_host_signs_somebody_up_and_holds_the_slip(new_page, axe, live_server):
    occurrence = OccurrenceFactory()
    client = Client()
    client.force_login(PersonFactory(host_of=occurrence.centre))
    tab = new_page()
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    tab.context.add_cookies([session | {"url": live_server.url}])

    tab.goto(desk_url(occurrence))
    tab.locator("[name=name]:focus").wait_for()
    axe(tab)
    tab.locator("[name=name]").fill("Gerda")
    tab.locator("[name=name]").press("Enter")

    tab.get_by_text("Gerda staat op de lijst. Print het briefje.").wait_for()
    tab.get_by_role("button", name="Print dit briefje").wait_for()
    assert SignUp.objects.get().shown_code in tab.locator(".code").inner_text()
