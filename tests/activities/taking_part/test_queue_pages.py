"""The waiting list as people meet it: on the page, at the desk, with a code. (i): without anything but a name."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities import enrolment
from activities.models import QueueRule, SignUp, SignUpState
from lokaal.outbox.models import Message
from tests.activities.factories import (
    CentreFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)
from tests.activities.taking_part.pages import desk_url, join_url, page, post, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def full():
    occurrence = OccurrenceFactory(
        activity__title="Naaicafé", capacity=2, starts_at=timezone.now() + timedelta(days=7)
    )
    SignUpFactory(occurrence=occurrence, name="Ali", companions=1)
    return occurrence


@pytest.fixture
def host(full):
    return PersonFactory(host_of=full.centre)


def waits(full, name="Emine", **fields) -> SignUp:
    return enrolment.join(full, name=name, language="nl", **fields).sign_up


def offered(full, name="Emine", **fields) -> SignUp:
    """Somebody with a phone who has an offer, since Ali cannot come."""
    full.activity.queue_rule = QueueRule.OFFER
    full.activity.save()
    found = waits(full, name, phone="0612345678", **fields)
    enrolment.cancel(full.sign_ups.get(name="Ali"))
    return SignUp.objects.get(pk=found.pk)


def state_of(found: SignUp) -> str:
    return str(SignUp.objects.get(pk=found.pk).state)


# On the page -------------------------------------------------------------------------------------


def test_page_of_what_is_full_offers_the_queue(client, full):
    waits(full)

    shown = text(client.get(full.activity.get_absolute_url()))

    assert "Vol. Er wacht 1. Je komt op de wachtlijst." in shown
    assert "Zet mij op de wachtlijst" in shown
    assert "Ja, ik kom" not in shown


def test_page_ticks_the_first_date_with_a_place(client, full):
    free = OccurrenceFactory(
        activity=full.activity, capacity=5, starts_at=full.starts_at + timedelta(days=7)
    )

    form = client.get(full.activity.get_absolute_url()).context["join_form"]

    assert form.initial["date"] == str(free.pk)
    assert form.is_all_full is False


def test_three_taps_lead_into_the_queue_and_the_page_says_the_number(client, full):
    waits(full, "Gerda")

    response = post(full, client, name="Emine", email="emine@voorbeeld.nl")
    shown = text(client.get(response["Location"]))

    assert "Je bent nummer 2" in shown
    assert "Vol. Er wachten 2." in shown
    assert "Komt er plek? Dan krijg je meteen een e-mail." in shown
    assert "Haal mij van de wachtlijst" in shown
    assert "Zet in mijn agenda" not in shown


def test_leaving_the_queue_is_one_tap(client, full):
    joined = enrolment.join(full, name="Emine", language="nl")

    client.post(page("sign_up_cancel", joined.sign_up, secret=joined.secret))

    assert state_of(joined.sign_up) == SignUpState.CANCELLED
    full.refresh_from_db()
    assert full.waiting == 0


def test_family_hears_how_many_places_there_are(client, full):
    full.capacity = 3
    full.save()
    joined = enrolment.join(full, name="Familie", companions=2, language="nl")
    url = page("sign_up", joined.sign_up, secret=joined.secret)

    assert "Er is nog 1 plek. Kom je met minder mensen? Dan kan het nu." in text(client.get(url))

    response = client.post(
        page("sign_up_change", joined.sign_up, secret=joined.secret), {"companions": 0}
    )
    assert response["Location"] == url
    assert "Je staat op de lijst" in text(client.get(url))


def test_offer_says_until_when_and_yes_takes_the_place(client, full):
    found = offered(full, companions=1)
    secret = found.lasting_secret
    url = page("sign_up", found, secret=secret)

    with time_machine.travel(timezone.now(), tick=False):
        shown = text(client.get(url))
        assert "Er is plek voor je" in shown
        assert "Zeg ja of nee voor " in shown
        assert "De plekken zijn voor 2 mensen. Daarna krijgt iemand anders ze." in shown
        assert "Ja, ik kom" in shown
        assert "Nee, ik kom niet" in shown

    response = client.post(page("sign_up_accept", found, secret=secret))
    assert response["Location"] == url
    assert state_of(found) == SignUpState.JOINED
    assert "Je staat op de lijst" in text(client.get(url))


def test_get_of_an_offer_changes_nothing(client, full):
    found = offered(full)

    assert client.get(page("sign_up_accept", found, secret=found.lasting_secret)).status_code == 405
    assert state_of(found) == SignUpState.OFFERED


def test_no_gives_the_place_to_the_next(client, full):
    found = offered(full, companions=1)
    gerda = waits(full, "Gerda")

    client.post(page("sign_up_cancel", found, secret=found.lasting_secret))

    assert (state_of(found), state_of(gerda)) == (SignUpState.CANCELLED, SignUpState.JOINED)


def test_offer_that_ran_out_says_so_and_offers_the_queue_again(client, full):
    found = offered(full, companions=1)
    waits(full, "Gerda", phone="0612345679")
    secret = found.lasting_secret

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        shown = text(client.get(page("sign_up", found, secret=secret)))
        assert "De plek is voor iemand anders" in shown
        assert state_of(found) == SignUpState.OFFERED, "a GET changes nothing"

        after = client.post(page("sign_up_accept", found, secret=secret), follow=True)
        assert "Dit aanbod is voorbij. De plek is nu voor iemand anders." in text(after)

        again = client.post(
            page("sign_up_rejoin", found, secret=secret), {"token": uuid.uuid4()}, follow=True
        )
        assert "Je bent nummer 1" in text(again)
    assert state_of(found) == SignUpState.LAPSED


def test_my_page_tells_of_a_wait_and_of_an_offer(client, full):
    person = PersonFactory(email="sahra@voorbeeld.nl")
    full.activity.queue_rule = QueueRule.OFFER
    full.activity.save()
    waits(full, "Sahra", person=person)
    client.force_login(person)

    assert "Wachtlijst" in text(client.get(reverse("portal:my_page")))

    enrolment.cancel(full.sign_ups.get(name="Ali"))
    shown = text(client.get(reverse("portal:my_page")))
    assert "Er is plek voor je" in shown
    assert "Zeg ja of nee voor " in shown


# At the desk -------------------------------------------------------------------------------------


def test_desk_puts_somebody_in_the_queue_with_a_name_alone(client, full, host):
    client.force_login(host)
    assert "Zet iemand op de wachtlijst" in text(client.get(desk_url(full)))

    slip = client.post(desk_url(full), {"name": "Gerda"}, follow=True)

    shown = text(slip)
    assert "Gerda is nummer 1 op de wachtlijst. Print het briefje." in shown
    assert "Je bent nummer 1 op de wachtlijst." in shown
    found = SignUp.objects.get(name="Gerda")
    assert (found.state, found.entered_by) == (SignUpState.WAITING, host)


def test_desk_sees_the_queue_apart_and_gives_a_place_with_a_reason(client, full, host):
    full.capacity = 3
    full.save()
    waits(full, "Familie", companions=1)
    gerda = waits(full, "Gerda")
    client.force_login(host)
    listed = client.get(reverse("portal:desk_date", args=[full.pk]))
    date = listed.context["date"]
    assert [guest.name for guest in date.guests] == ["Ali"]
    assert [(guest.name, guest.text) for guest in date.waiting] == [
        ("Familie", "Nummer 1. Neemt 1 mens mee."),
        ("Gerda", "Nummer 2."),
    ]
    url = reverse("activities:sign_up_place", args=[gerda.pk])
    assert url in text(listed)

    assert "Anderen wachten langer." in text(client.get(url))
    refused = client.post(url, {"reason": " "})
    assert "Schrijf op waarom. Anderen wachten langer." in text(refused)
    assert state_of(gerda) == SignUpState.WAITING

    client.post(url, {"reason": "Komt met de rolstoeltaxi, die rijdt alleen dinsdag."})
    assert state_of(gerda) == SignUpState.JOINED
    people = text(client.get(reverse("activities:occurrence_people", args=[full.pk])))
    assert "Ging voor: Komt met de rolstoeltaxi, die rijdt alleen dinsdag." in people


def test_host_of_another_centre_gives_no_places(client, full):
    gerda = waits(full, "Gerda")
    client.force_login(PersonFactory(host_of=CentreFactory()))

    url = reverse("activities:sign_up_place", args=[gerda.pk])

    assert client.post(url, {"reason": "Omdat"}).status_code == 403
    assert state_of(gerda) == SignUpState.WAITING


def test_participant_gives_no_places(client, full):
    gerda = waits(full, "Gerda")
    client.force_login(PersonFactory())

    url = reverse("activities:sign_up_place", args=[gerda.pk])

    assert client.post(url, {"reason": "Omdat"}).status_code == 403
    assert state_of(gerda) == SignUpState.WAITING


@pytest.mark.parametrize(("answer", "state"), [("yes", "joined"), ("no", "cancelled")])
def test_desk_rings_about_an_offer_and_notes_the_answer(client, full, host, answer, state):
    found = offered(full, companions=1)
    SignUp.objects.filter(pk=found.pk).update(offered_until=timezone.now() + timedelta(hours=1))
    client.force_login(host)
    desk = client.get(reverse("portal:desk"))
    assert [guest.phone for guest in desk.context["desk"].offers.rows] == ["06 12345678"]
    assert "Er is plek. Bel even" in text(desk)

    client.post(reverse("portal:desk_offer", args=[found.pk]), {"answer": answer})

    assert state_of(found) == state
    assert not client.get(reverse("portal:desk")).context["desk"].offers


def test_desk_does_not_ring_about_an_offer_that_can_wait(client, full, host, settings):
    settings.SMS_BACKEND = "lokaal.outbox.sms.ConsoleBackend"
    offered(full, email="emine@voorbeeld.nl")
    client.force_login(host)

    assert not client.get(reverse("portal:desk")).context["desk"].offers


# The list of the organiser -----------------------------------------------------------------------


def test_list_shows_who_waits_apart_and_counts_only_who_comes(client, full):
    organiser = PersonFactory()
    full.activity.organisers.add(organiser)
    waits(full, "Emine"), waits(full, "Gerda", companions=1)
    client.force_login(organiser)

    shown = client.get(reverse("activities:occurrence_people", args=[full.pk]))

    assert [guest.name for guest in shown.context["guests"]] == ["Ali"]
    assert [(guest.name, guest.about) for guest in shown.context["waiting"]] == [
        ("Emine", "Nummer 1."),
        ("Gerda", "Nummer 2."),
    ]
    assert "2 mensen" in text(shown)


# (i) ---------------------------------------------------------------------------------------------


def test_i_whole_route_without_email_phone_account_or_javascript(full, host):
    """Gerda comes by. The host types her name; she waits, gets the place, hears it from paper, and cancels by code."""
    desk, anybody = Client(), Client()
    desk.force_login(host)
    desk.post(desk_url(full), {"name": "Gerda"})
    gerda = SignUp.objects.get(name="Gerda")

    opened = anybody.post(reverse("activities:code"), {"code": gerda.code}, follow=True)
    assert "Je bent nummer 1" in text(opened)
    assert "Kijk met je code, of vraag het aan de balie." in text(opened)

    enrolment.cancel(full.sign_ups.get(name="Ali"))

    assert "Je staat op de lijst" in text(anybody.get(opened.redirect_chain[-1][0]))
    slip = Message.objects.get(key=f"sign_up:{gerda.pk}:joined")
    assert slip.subject.startswith("Er is plek. Je staat op de lijst: Naaicafé")
    assert slip.code == gerda.shown_code
    assert "Gerda" in text(desk.get(reverse("portal:desk")))

    anybody.post(reverse("activities:sign_up_cancel", args=[gerda.pk]))
    assert state_of(gerda) == SignUpState.CANCELLED


def test_i_newcomer_without_anything_waits_by_the_plain_form(full):
    visitor = Client()

    response = visitor.post(
        join_url(full), {"date": full.pk, "name": "Joop", "companions": 0}, follow=True
    )

    assert "Je bent nummer 1" in text(response)
    assert SignUp.objects.get(name="Joop").shown_code in text(response)
