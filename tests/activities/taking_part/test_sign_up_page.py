"""The page of a sign-up: who opens it, with link, account or code; changing and cancelling."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities import limits
from activities.models import Occurrence, QueueRule, SignUp, SignUpState, Wish
from lokaal.outbox.models import Message
from tests.activities.factories import (
    SECRET,
    CentreFactory,
    PersonFactory,
    SignUpFactory,
)
from tests.activities.taking_part.pages import form_of, join_url, page, taken, text

pytestmark = pytest.mark.django_db


# The page of a sign-up ----------------------------------------------------------------------------


def test_page_of_a_sign_up_is_private(client):
    found = SignUpFactory(phone="0612345678", email="emine@voorbeeld.nl")

    response = client.get(page("sign_up", found))

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "same-origin"
    assert "612345678" not in text(response)
    assert "emine@voorbeeld.nl" not in text(response)


@pytest.mark.parametrize(
    "secret", ["", "x", SECRET[:-1], SECRET + "s", "%00", "é" * 50, "change", "a" * 3000]
)
def test_wrong_link_is_a_plain_sentence_with_a_phone_number(client, secret):
    found = SignUpFactory()

    response = client.get(page("sign_up", found, secret=secret))

    assert response.status_code == 404
    assert "Deze link werkt niet" in text(response)
    assert "tel:+31575001234" in text(response)
    assert found.shown_code not in text(response)


def test_link_of_another_sign_up_opens_nothing(client):
    found, other = SignUpFactory(), SignUpFactory(secret_hash="0" * 64)

    for view in ["sign_up", "sign_up_change", "sign_up_slip", "sign_up_calendar"]:
        assert client.get(page(view, other)).status_code == 404
    for view in ["sign_up_change", "sign_up_cancel", "sign_up_rejoin"]:
        assert client.post(page(view, other), {"companions": 3}).status_code == 404

    other.refresh_from_db()
    assert (other.state, other.companions) == (SignUpState.JOINED, 0)
    assert SignUp.objects.count() == 2
    assert found.is_live


def test_link_to_a_date_that_is_over_says_so(client):
    found = SignUpFactory(occurrence__over=True)

    response = client.get(page("sign_up", found))

    assert response.status_code == 410
    assert "Deze datum is al geweest" in text(response)
    assert found.shown_code not in text(response)
    assert client.post(page("sign_up_cancel", found)).status_code == 410
    assert SignUp.objects.get().is_live


def test_get_changes_nothing(client):
    found = SignUpFactory(occurrence__capacity=6, email="emine@voorbeeld.nl")
    gone = SignUpFactory(occurrence=found.occurrence, cancelled=True)
    client.force_login(PersonFactory(host_of=found.occurrence.centre))
    before = state_of_everything()

    urls = [
        join_url(found.occurrence)
        + "?"
        + "&".join(f"{k}={v}" for k, v in form_of(found.occurrence).items()),
        reverse("activities:code") + f"?code={found.code}",
        reverse("activities:desk_sign_up", args=[found.occurrence_id]) + "?name=Gerda",
        reverse("activities:wish") + "?q=yoga&text=yoga",
    ]
    views = ["sign_up", "sign_up_change", "sign_up_cancel", "sign_up_rejoin", "sign_up_slip"]
    for view in [*views, "sign_up_calendar"]:
        for row in (found, gone):
            urls += [page(view, row, secret=secret) + "?companions=4" for secret in (SECRET, "")]
    for url in urls:
        for method in ("get", "head", "options"):
            response = getattr(client, method)(url)
            assert response.status_code in (200, 405), url

    assert state_of_everything() == before


def state_of_everything() -> list[object]:
    return [
        list(model.objects.order_by("pk").values()) for model in (SignUp, Occurrence, Message, Wish)
    ]


def test_change_party_by_link(client):
    found = SignUpFactory(occurrence__capacity=4)

    response = client.post(page("sign_up_change", found), {"companions": 3})

    assert response["Location"] == page("sign_up", found)
    assert "Dat is veranderd." in text(client.get(response["Location"]))
    assert taken(found.occurrence) == 4


def test_change_that_does_not_fit_is_told(client):
    found = SignUpFactory(occurrence__capacity=2)

    response = client.post(page("sign_up_change", found), {"companions": 3})

    assert response.status_code == 409
    assert "Er is nog 1 plek. Jullie zijn met 4 mensen." in text(response)
    assert taken(found.occurrence) == 1


def test_cancel_by_link_is_one_tap_and_twice_is_harmless(client):
    found = SignUpFactory(companions=1)

    for _ in range(2):
        response = client.post(page("sign_up_cancel", found))
        assert response["Location"] == page("sign_up", found)

    shown = text(client.get(page("sign_up", found)))
    assert "Je bent afgemeld" in shown
    assert "Toch weer meedoen" in shown
    assert taken(found.occurrence) == 0


def test_rejoin_is_a_new_sign_up_and_twice_is_one(client):
    found = SignUpFactory(cancelled=True, name="Emine", companions=2)
    token = uuid.uuid4()

    first = client.post(page("sign_up_rejoin", found), {"token": token})
    again = client.post(page("sign_up_rejoin", found), {"token": token})

    made = SignUp.objects.live().get()
    assert first["Location"] == again["Location"]
    assert f"/sign-ups/{made.pk}/" in first["Location"]
    assert (made.name, made.companions) == ("Emine", 2)
    assert taken(found.occurrence) == 3


def test_rejoin_when_full_is_told(client):
    found = SignUpFactory(
        cancelled=True,
        occurrence__capacity=1,
        occurrence__activity__queue_rule=QueueRule.NONE,
    )
    SignUpFactory(occurrence=found.occurrence)

    response = client.post(page("sign_up_rejoin", found), {"token": uuid.uuid4()})

    assert response.status_code == 409
    assert "Vol. Er is geen plek meer op deze datum." in text(response)
    assert taken(found.occurrence) == 1


def test_page_of_a_cancelled_date_says_that_it_is_called_off(client):
    found = SignUpFactory(occurrence__cancelled=True)

    shown = text(client.get(page("sign_up", found)))

    assert "Dit gaat niet door" in shown
    assert "Emine is dan weg." in shown
    assert "Zet in mijn agenda" not in shown


def test_calendar_file_holds_the_date(client):
    found = SignUpFactory(occurrence__activity__title="Naaicafé")

    response = client.get(page("sign_up_calendar", found))

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="naaicafe.ics"'
    assert f"UID:{found.occurrence.pk}@" in response.content.decode()
    assert found.code not in response.content.decode()


def test_slip_carries_code_and_qr(client):
    found = SignUpFactory(name="Gerda", code="48217730")

    shown = text(client.get(page("sign_up_slip", found)))

    assert "4821 7730" in shown
    assert "Gerda" in shown
    assert '<svg aria-hidden="true" viewBox' in shown
    assert "style=" not in shown


# Who may open it without the link -----------------------------------------------------------------


def test_sign_up_without_link_opens_for_its_own_person_only(client):
    person = PersonFactory()
    found = SignUpFactory(person=person)
    url = page("sign_up", found, secret="")

    assert client.get(url).status_code == 404
    client.force_login(PersonFactory())
    assert client.get(url).status_code == 404
    client.force_login(person)
    assert client.get(url).status_code == 200


def test_sign_up_without_link_opens_at_the_desk_of_its_centre(client):
    found = SignUpFactory()
    url = page("sign_up", found, secret="")

    client.force_login(PersonFactory(host_of=CentreFactory()))
    assert client.get(url).status_code == 404
    host = PersonFactory(host_of=found.occurrence.centre)
    client.force_login(host)
    assert client.get(url).status_code == 200
    client.post(page("sign_up_cancel", found, secret=""))

    row = SignUp.objects.get()
    assert (row.state, row.cancelled_by) == (SignUpState.CANCELLED, host)


def test_sign_up_stays_shut_for_a_host_without_second_factor(client, settings):
    settings.DEMO = False
    found = SignUpFactory()
    client.force_login(PersonFactory(host_of=found.occurrence.centre))

    response = client.get(page("sign_up", found, secret=""), secure=True)

    assert response.status_code == 404


# By code ------------------------------------------------------------------------------------------


def test_code_opens_the_sign_up_in_this_browser(client):
    found = SignUpFactory(code="48217730", companions=1)
    url = page("sign_up", found, secret="")

    response = client.post(reverse("activities:code"), {"code": "4821 7730"})

    assert response["Location"] == url
    assert "Je staat op de lijst" in text(client.get(url))
    assert Client().get(url).status_code == 404
    client.post(page("sign_up_cancel", found, secret=""))
    assert taken(found.occurrence) == 0


def test_code_opens_for_half_an_hour(client):
    found = SignUpFactory(code="48217730")
    client.post(reverse("activities:code"), {"code": "48217730"})
    session = client.session
    session["sign_ups_opened_by_code"] = {str(found.pk): int(timezone.now().timestamp()) - 31 * 60}
    session.save()

    assert client.get(page("sign_up", found, secret="")).status_code == 404


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "Vul je code in. Dat zijn 8 cijfers."),
        ("1234", "Een code heeft 8 cijfers. Kijk het nog eens na."),
        ("1" * 10_000, "Een code heeft 8 cijfers. Kijk het nog eens na."),
        ("²²²²²²²²", "Deze code kennen wij niet. Kijk nog eens goed, of bel ons."),
        ("12345678", "Deze code kennen wij niet. Kijk nog eens goed, of bel ons."),
        ("1234\x005678", "Hier staat een teken in dat wij niet kunnen lezen."),
    ],
)
def test_wrong_code_is_told_and_opens_nothing(client, code, sentence):
    SignUpFactory(code="48217730")

    response = client.post(reverse("activities:code"), {"code": code})

    assert response.status_code in (200, 404)
    assert sentence in text(response)


def test_guessing_codes_from_one_address_stops(client):
    SignUpFactory(code="48217730")
    url = reverse("activities:code")
    for n in range(20):
        assert client.post(url, {"code": f"{n:08d}"}).status_code == 404

    blocked = client.post(url, {"code": "48217730"})

    assert blocked.status_code == 429
    assert "Dit is te vaak geprobeerd. Wacht even, of bel ons." in text(blocked)
    elsewhere = Client(REMOTE_ADDR="10.0.0.9").post(url, {"code": "48217730"})
    assert elsewhere.status_code == 302


def test_guessing_codes_from_everywhere_stops(monkeypatch):
    few = limits.Limit("code_all", most=30, seconds=3600)
    monkeypatch.setattr("activities.limits.WRONG_CODE_ANYWHERE", few)
    SignUpFactory(code="48217730")
    url = reverse("activities:code")
    for n in range(30):
        client = Client(REMOTE_ADDR=f"10.0.0.{n}")
        assert client.post(url, {"code": f"{n:08d}"}).status_code == 404

    blocked = Client(REMOTE_ADDR="10.9.9.9").post(url, {"code": "48217730"})

    assert blocked.status_code == 429


def test_guessing_the_same_code_stops(client):
    url = reverse("activities:code")

    statuses = [
        Client(REMOTE_ADDR=f"10.0.0.{n}").post(url, {"code": "00000001"}).status_code
        for n in range(7)
    ]

    assert statuses == [404] * 5 + [429] * 2


def test_right_codes_are_not_counted(client):
    url = reverse("activities:code")
    found = SignUpFactory(code="48217730")

    statuses = {client.post(url, {"code": found.code}).status_code for _ in range(25)}

    assert statuses == {302}
