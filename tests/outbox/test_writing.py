"""Writing: once per key, in the caller's transaction, in the person's language, by a channel that is possible."""

from typing import Any

import pytest
from django.db import transaction

from lokaal.outbox.models import Message, MessageState
from lokaal.outbox.writing import Recipient, absolute, post
from lokaal.people.models import Channel, Person
from tests.centres.factories import CentreFactory
from tests.parallel import at_once

pytestmark = pytest.mark.django_db

TRUDY = Recipient("Trudy Vink", email="trudy@voorbeeld.nl")


def write(key: str = "sign-up:1:joined", **changes: Any) -> Message:
    options = {"to": TRUDY, "template": "letters/joined", "context": {"what": "Naaicafé"}}
    return post(key, **options | changes)


def test_post_stores_the_message_and_hands_it_to_the_worker(waiting_jobs: Any) -> None:
    message = write(calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")

    assert list(Message.objects.all()) == [message]
    assert (message.channel, message.to_name, message.to_address, message.state) == (
        Channel.EMAIL,
        "Trudy Vink",
        "trudy@voorbeeld.nl",
        MessageState.QUEUED,
    )
    assert message.subject == "Je doet mee: Naaicafé"
    assert message.text == (
        "Dag Trudy Vink,\n\nJe doet mee met Naaicafé.\nTot dan!\n\n"
        "- Neem een schaar mee.\n- Koffie is gratis.\n\n"
        "Kun je niet?\nZeg je af:\nhttps://lokaal.voorbeeld/"
    )
    assert message.calendar == "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    assert waiting_jobs() == [("outbox.send_message", {"message_id": str(message.id)})]


def test_post_with_a_known_key_returns_the_first_and_sends_nothing(waiting_jobs: Any) -> None:
    first = write()
    again = write(context={"what": "iets anders"})

    assert again == first
    assert again.subject == "Je doet mee: Naaicafé"
    assert Message.objects.count() == 1
    assert len(waiting_jobs()) == 1


@pytest.mark.django_db(transaction=True)
def test_post_that_is_rolled_back_leaves_no_message_and_no_job(waiting_jobs: Any) -> None:
    with transaction.atomic():
        write()
        assert len(waiting_jobs()) == 1
        transaction.set_rollback(True)

    assert Message.objects.count() == 0
    assert waiting_jobs() == []


@pytest.mark.django_db(transaction=True)
def test_post_with_one_key_in_two_transactions_at_once_makes_one_row(waiting_jobs: Any) -> None:
    def act() -> Message:
        with transaction.atomic():
            return write()

    results = at_once(*[act] * 8)

    assert {message.pk for message in results} == {Message.objects.get().pk}
    assert len(waiting_jobs()) == 1


def test_post_speaks_the_language_of_the_person_also_in_its_links() -> None:
    message = write(to=Recipient("Ann", email="ann@voorbeeld.nl", language="en"))

    assert message.language == "en"
    assert "https://lokaal.voorbeeld/en/" in message.text
    assert '<html lang="en" dir="ltr">' in message.html


@pytest.mark.parametrize("language", ["so", "", "xx-yy"])
def test_post_falls_back_to_dutch_for_a_language_that_is_not_switched_on(language: str) -> None:
    message = write(to=Recipient("Abdi", email="abdi@voorbeeld.nl", language=language))

    assert message.language == "nl"
    assert message.text.endswith("https://lokaal.voorbeeld/")


@pytest.mark.parametrize(
    ("contact", "sms", "channel", "address"),
    [
        ({"email": "a@voorbeeld.nl", "phone": "+31612345678"}, True, "email", "a@voorbeeld.nl"),
        ({"phone": "+31612345678"}, True, "sms", "+31612345678"),
        ({"phone": "+31612345678"}, False, "paper", ""),
        ({}, True, "paper", ""),
        ({"email": "a@voorbeeld.nl", "channel": "paper"}, True, "paper", ""),
        (
            {"email": "a@voorbeeld.nl", "phone": "+31612345678", "channel": "sms"},
            True,
            "sms",
            "+31612345678",
        ),
        ({"email": "a@voorbeeld.nl", "channel": "sms"}, True, "email", "a@voorbeeld.nl"),
        ({"email": "a@voorbeeld.nl\nBcc: x@kwaad.nl"}, True, "paper", ""),
        ({"email": "geen adres", "phone": "+31612345678"}, True, "sms", "+31612345678"),
    ],
)
def test_post_takes_the_wish_when_possible_else_what_is(
    contact: dict[str, str], sms: bool, channel: str, address: str, settings: Any
) -> None:
    settings.SMS_BACKEND = "lokaal.outbox.sms.ConsoleBackend" if sms else ""

    message = write(to=Recipient("Gerda", **contact))

    assert (message.channel, message.to_address) == (channel, address)


def test_post_on_paper_waits_on_the_desk_without_a_job(waiting_jobs: Any) -> None:
    centre = CentreFactory()

    message = write(
        to=Recipient("Gerda"), centre=centre, context={"what": "sjoelen", "code": "ABC123"}
    )

    assert (message.state, message.centre, message.code) == (
        MessageState.TO_PRINT,
        centre,
        "ABC123",
    )
    assert message.html == ""
    assert list(Message.objects.to_print()) == [message]
    assert waiting_jobs() == []


def test_post_uses_the_short_text_for_a_text_message_only(settings: Any) -> None:
    settings.SMS_BACKEND = "lokaal.outbox.sms.ConsoleBackend"
    options = {"template": "letters/short", "context": {}}

    assert write("a", to=Recipient("G", phone="+31612345678"), **options).text == "Tot morgen!"
    assert write("b", **options).text == "Een lange tekst, voor wie veel plek heeft."


def test_post_uses_a_template_for_the_html_where_there_is_one() -> None:
    message = write(template="letters/own", context={"what": "<b>"})

    assert message.html.strip() == "<h1>Eigen</h1><p>&lt;b&gt;</p>"


def test_post_keeps_names_and_subjects_on_one_line_and_without_null_bytes() -> None:
    message = write(
        to=Recipient("Piet\r\nBcc: x@kwaad.nl\x00", email="piet@voorbeeld.nl"),
        context={"what": "Naai\r\nBcc: y@kwaad.nl\x00café" + "é" * 300},
    )

    assert message.to_name == "Piet Bcc: x@kwaad.nl"
    assert message.subject.startswith("Je doet mee: Naai Bcc: y@kwaad.nlcaféé")
    assert len(message.subject) == 200
    assert "\x00" not in message.text + message.html


def test_post_keeps_emoji_and_does_not_escape_plain_text() -> None:
    message = write(context={"what": "Soep & brood 🍲 <3"})

    assert "Je doet mee met Soep & brood 🍲 <3." in message.text
    assert "Soep &amp; brood 🍲 &lt;3" in message.html


def test_recipient_from_person_takes_over_how_to_reach_them() -> None:
    person = Person(
        name="Nermin",
        email="nermin@voorbeeld.nl",
        phone="0612345678",
        preferred_language="en",
        channel=Channel.SMS,
    )

    assert Recipient.from_person(person) == Recipient(
        "Nermin",
        email="nermin@voorbeeld.nl",
        phone="+31612345678",
        language="en",
        person=person,
        channel="sms",
    )


def test_recipient_from_person_of_whom_only_the_name_is_known_gets_paper() -> None:
    gerda = Recipient.from_person(Person(name="Gerda"))

    assert (gerda.email, gerda.phone, gerda.reached_by) == ("", "", Channel.PAPER)


def test_absolute_gives_the_whole_address() -> None:
    assert absolute("/agenda/") == "https://lokaal.voorbeeld/agenda/"
