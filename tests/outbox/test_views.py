"""Paper and failures at the desk: seen and decided by the right desk only, and a GET changes nothing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lokaal.outbox.models import Message, MessageState
from lokaal.people.models import Person, Role, StaffRole
from tests.activities.factories import CentreFactory, PersonFactory
from tests.outbox.factories import MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo(settings: Any, letters: None) -> None:
    settings.DEMO = True  # no second factor is asked


@pytest.fixture
def host(client: Client) -> Person:
    """A host of one centre, signed in."""
    person = PersonFactory(host_of=CentreFactory(name="Waterkracht"))
    client.force_login(person)
    return person


def centre_of(host: Person) -> Any:
    return host.staff_roles.get().centre


def told(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_slips_show_what_waits_on_this_desk_and_on_none(host: Person, client: Client) -> None:
    MessageFactory(paper=True, to_name="Gerda", centre=centre_of(host), code="4821 7730")
    MessageFactory(paper=True, to_name="Joop", centre=None)
    MessageFactory(paper=True, to_name="Elders", centre=CentreFactory())
    MessageFactory(paper=True, to_name="Klaar", centre=None, state=MessageState.PRINTED)

    response = client.get(reverse("outbox:slips"))

    assert [slip.message.to_name for slip in response.context["slips"]] == ["Gerda", "Joop"]
    assert "4821 7730" in response.content.decode()


def test_a_slip_has_the_words_a_square_code_and_no_address(host: Person, client: Client) -> None:
    message = MessageFactory(
        paper=True, text="Dag Gerda,\n\nKijk hier:\nhttps://lokaal.voorbeeld/agenda/"
    )

    page = client.get(reverse("outbox:message_slip", args=[message.pk])).content.decode()

    assert "Dag Gerda," in page
    assert "Kijk hier" in page
    assert 'src="data:image/svg+xml' in page
    assert "https://lokaal.voorbeeld/agenda/" not in page


def test_slips_printed_marks_those_of_this_desk_and_says_how_many(
    host: Person, client: Client
) -> None:
    mine, done = MessageFactory(paper=True), MessageFactory(state=MessageState.PRINTED)

    response = client.post(
        reverse("outbox:slips_printed"), {"message": [mine.pk, done.pk]}, follow=True
    )

    assert told(response) == ["1 briefje is geprint."]
    mine.refresh_from_db()
    done.refresh_from_db()
    assert (mine.state, mine.handled_by) == (MessageState.PRINTED, host)
    assert done.handled_by is None


@pytest.mark.parametrize("ids", [[], ["geen"], ["019ac000-0000-7000-8000-000000000000"]])
def test_slips_printed_of_nothing_or_nonsense_is_a_sentence(
    ids: list[str], host: Person, client: Client
) -> None:
    response = client.post(reverse("outbox:slips_printed"), {"message": ids}, follow=True)

    assert told(response) == ["Kies eerst wat er geprint is."]


def test_slips_of_another_desk_cannot_be_marked(host: Person, client: Client) -> None:
    other = MessageFactory(paper=True, centre=CentreFactory())

    client.post(reverse("outbox:slips_printed"), {"message": [other.pk]})

    other.refresh_from_db()
    assert other.state == MessageState.TO_PRINT


def test_failed_shows_to_whom_what_and_why(host: Person, client: Client) -> None:
    MessageFactory(failed=True, to_name="Hanneke", to_address="h@voorbeeld.nl")
    MessageFactory(failed=True, to_name="Elders", centre=CentreFactory())
    MessageFactory(to_name="Wacht nog")

    page = client.get(reverse("outbox:failed")).content.decode()

    assert "Hanneke" in page
    assert "h@voorbeeld.nl" in page
    assert "Dit e-mailadres werkt niet." in page
    assert "550 unknown" not in page
    assert "Elders" not in page
    assert "Wacht nog" not in page


@pytest.mark.parametrize(
    ("step", "start", "after", "sentence"),
    [
        ("message_try_again", "failed", "queued", "We sturen het nog een keer."),
        ("message_print_instead", "failed", "to_print", "Het ligt klaar om te printen."),
        ("message_drop", "failed", "dropped", "Dit bericht gaat niet meer weg."),
        ("message_printed", "to_print", "printed", "Het briefje is geprint."),
    ],
)
def test_each_button_does_its_work_once_and_says_so(
    step: str, start: str, after: str, sentence: str, host: Person, client: Client
) -> None:
    message = MessageFactory(state=start)
    url = reverse(f"outbox:{step}", args=[message.pk])

    assert client.get(url).status_code == 405
    assert told(client.post(url, follow=True)) == [sentence]
    assert told(client.post(url, follow=True)) == ["Dit bericht is al afgehandeld."]

    message.refresh_from_db()
    assert (message.state, message.handled_by) == (after, host)


@pytest.mark.parametrize(
    "step", ["message_try_again", "message_print_instead", "message_drop", "message_printed"]
)
def test_no_button_works_on_a_message_of_another_desk(
    step: str, host: Person, client: Client
) -> None:
    other = MessageFactory(failed=True, centre=CentreFactory())

    response = client.post(reverse(f"outbox:{step}", args=[other.pk]))

    assert response.status_code == 404
    other.refresh_from_db()
    assert other.state == MessageState.FAILED


def test_buttons_lead_back_to_where_they_were_and_never_elsewhere(
    host: Person, client: Client
) -> None:
    failed = reverse("outbox:failed")
    first, second = MessageFactory.create_batch(2, failed=True)

    back = client.post(reverse("outbox:message_drop", args=[first.pk]), {"next": failed})
    away = client.post(
        reverse("outbox:message_drop", args=[second.pk]), {"next": "https://kwaad.voorbeeld/"}
    )

    assert back.url == failed
    assert away.url == reverse("portal:desk")


@pytest.mark.parametrize("name", ["slips", "failed"])
@pytest.mark.parametrize("role", [None, Role.KITCHEN, Role.TREASURER])
def test_messages_are_for_the_desk_only(name: str, role: Role | None, client: Client) -> None:
    person = PersonFactory()
    if role:
        StaffRole.objects.create(person=person, role=role)
    client.force_login(person)

    assert client.get(reverse(f"outbox:{name}")).status_code == 403


def test_messages_ask_a_visitor_to_sign_in(client: Client) -> None:
    response = client.get(reverse("outbox:slips"))

    assert response.status_code == 302
    assert Message.objects.visible_to(PersonFactory()).count() == 0


@pytest.mark.parametrize("name", ["slips", "failed"])
def test_lists_cost_the_same_with_one_row_and_with_thirty(
    name: str, host: Person, client: Client, django_assert_num_queries: Any
) -> None:
    state = {"paper": True} if name == "slips" else {"failed": True}
    url = reverse(f"outbox:{name}")
    MessageFactory(centre=centre_of(host), **state)
    client.get(url)
    with django_assert_num_queries(6 if name == "failed" else 5):
        client.get(url)

    MessageFactory.create_batch(29, centre=centre_of(host), **state)
    with django_assert_num_queries(6 if name == "failed" else 5):
        client.get(url)
