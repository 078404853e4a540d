"""Messages and jobs in the admin: looked up, never changed by hand; secrets stay secret."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from lokaal import jobs
from lokaal.outbox.models import MessageState
from lokaal.people.models import Person, Role, StaffRole
from tests.activities.factories import PersonFactory
from tests.outbox.factories import MessageFactory

pytestmark = pytest.mark.django_db
LIST = "admin:outbox_message_changelist"


@pytest.fixture(autouse=True)
def demo(settings: Any, letters: None) -> None:
    settings.DEMO = True  # no second factor is asked


def sign_in(client: Client, role: Role) -> Person:
    person = PersonFactory()
    StaffRole.objects.create(person=person, role=role)
    client.force_login(person)
    return person


def test_list_is_searched_and_filtered(client: Client) -> None:
    sign_in(client, Role.ADMINISTRATOR)
    gerda = MessageFactory(to_name="Gerda", failed=True)
    MessageFactory(to_name="Joop")

    by_name = client.get(reverse(LIST), {"q": "Gerda"})
    by_state = client.get(reverse(LIST), {"state__exact": "failed"})

    assert list(by_name.context["cl"].result_list) == [gerda]
    assert list(by_state.context["cl"].result_list) == [gerda]


def test_a_message_is_shown_and_cannot_be_changed_added_or_deleted(client: Client) -> None:
    sign_in(client, Role.ADMINISTRATOR)
    message = MessageFactory(text="Dag Trudy, tot morgen.")
    url = reverse("admin:outbox_message_change", args=[message.pk])

    page = client.get(url).content.decode()

    assert "Dag Trudy, tot morgen." in page
    assert 'name="_save"' not in page
    assert client.post(url, {"subject": "Anders"}).status_code == 403
    assert client.get(reverse("admin:outbox_message_add")).status_code == 403
    assert client.post(reverse("admin:outbox_message_delete", args=[message.pk])).status_code == 403
    message.refresh_from_db()
    assert message.subject == "Je doet mee: Naaicafé"


def test_a_secret_is_shown_to_nobody(client: Client) -> None:
    sign_in(client, Role.ADMINISTRATOR)
    message = MessageFactory(is_secret=True, text="123456", html="<b>123456</b>", code="123456")

    page = client.get(reverse("admin:outbox_message_change", args=[message.pk])).content.decode()

    assert "Dit bericht is geheim." in page
    assert "123456" not in page


def test_actions_use_the_same_steps_as_the_desk_and_say_what_could_not(client: Client) -> None:
    administrator = sign_in(client, Role.ADMINISTRATOR)
    failed, sent = MessageFactory(failed=True), MessageFactory(sent=True)

    response = client.post(
        reverse(LIST),
        {"action": "print_instead", "_selected_action": [failed.pk, sent.pk]},
        follow=True,
    )

    assert sorted(str(message) for message in response.context["messages"]) == sorted(
        [f"{sent}: Dit bericht is al afgehandeld.", "1 bericht gedaan."]
    )
    failed.refresh_from_db()
    sent.refresh_from_db()
    assert (failed.state, failed.handled_by) == (MessageState.TO_PRINT, administrator)
    assert sent.state == MessageState.SENT


def test_a_director_may_look_and_not_act(client: Client) -> None:
    sign_in(client, Role.DIRECTOR)
    failed = MessageFactory(failed=True)

    assert client.get(reverse(LIST)).status_code == 200
    client.post(reverse(LIST), {"action": "drop", "_selected_action": [failed.pk]})

    failed.refresh_from_db()
    assert failed.state == MessageState.FAILED


def test_jobs_are_listed_and_those_that_failed_run_again(client: Client, waiting_jobs: Any) -> None:
    sign_in(client, Role.ADMINISTRATOR)
    jobs.defer("outbox.send_message", message_id="x")
    job = ProcrastinateJob.objects.get()
    url = reverse("admin:procrastinate_procrastinatejob_changelist")

    assert client.get(url, {"q": "send_message"}).context["cl"].result_count == 1
    response = client.post(url, {"action": "run_again", "_selected_action": [job.pk]}, follow=True)

    assert [str(message) for message in response.context["messages"]] == ["0 taken gaan opnieuw."]
