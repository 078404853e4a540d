"""Sending: never lost, never twice by itself; what breaks is tried again or handed to a person."""

import smtplib
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone

from lokaal.outbox import sending, tasks
from lokaal.outbox.models import Failure, Message, MessageState
from tests.outbox.factories import MessageFactory
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


class Post(EmailBackend):
    """A mail server that breaks: `at_door` when it is asked, `at_counter` when it is handed the mail."""

    at_door: Exception | None = None
    at_counter: Exception | None = None

    def open(self) -> None:
        if self.at_door:
            raise self.at_door

    def send_messages(self, messages: Any) -> int:
        if self.at_counter:
            raise self.at_counter
        return super().send_messages(messages)


@pytest.fixture
def post_office(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the mail server break; without arguments it works again."""
    settings.EMAIL_BACKEND = f"{__name__}.Post"

    def breaks(at_door: Exception | None = None, at_counter: Exception | None = None) -> None:
        monkeypatch.setattr(Post, "at_door", at_door)
        monkeypatch.setattr(Post, "at_counter", at_counter)

    return breaks


def sent_mail() -> EmailMessage:
    (only,) = mail.outbox
    return message_from_bytes(only.message().as_bytes(), policy=policy.default)


def test_send_mails_text_html_and_calendar() -> None:
    message = MessageFactory(
        to_address="trudy@voorbeeld.nl",
        html="<p>Je doet mee: été</p>",
        calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    )

    sending.send(message.id)

    received = sent_mail()
    assert received["To"] == "trudy@voorbeeld.nl"
    assert received["Subject"] == "Je doet mee: Naaicafé"
    assert received["Message-ID"] == f"<{message.id}@lokaal.voorbeeld>"
    assert received["Auto-Submitted"] == "auto-generated"
    assert received["Reply-To"] == "hallo@lokaal.voorbeeld"
    text, html, calendar = [part for part in received.walk() if not part.is_multipart()]
    assert text.get_content().startswith(
        "Dag Trudy,\n\nJe doet mee met het Naaicafé.\n\n-- \nLokaal\nVragen?"
    )
    assert html.get_content().strip() == "<p>Je doet mee: été</p>"
    assert calendar.get_content_type() == "text/calendar"
    assert calendar["Content-Type"].params["method"] == "PUBLISH"
    assert calendar["Content-Type"].params["charset"] == "utf-8"
    assert calendar.get_filename() == "lokaal.ics"
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.SENT, 1)
    assert message.sent_at is not None


def test_send_twice_sends_once() -> None:
    message = MessageFactory()

    sending.send(message.id)
    sending.send(message.id)

    assert len(mail.outbox) == 1


def test_send_of_a_message_that_is_gone_does_nothing() -> None:
    sending.send("019ac000-0000-7000-8000-000000000000")

    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_eight_workers_with_one_message_send_it_once() -> None:
    message = MessageFactory()

    results = at_once(*[lambda: sending.send(message.id)] * 8)

    assert results == [None] * 8
    assert len(mail.outbox) == 1
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.SENT, 1)


@pytest.mark.django_db(transaction=True)
def test_claim_is_committed_before_the_mail_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    message = MessageFactory()
    seen = []

    def look(taken: Message) -> None:
        assert not connection.in_atomic_block
        (state,) = at_once(lambda: Message.objects.get(pk=taken.pk).state)
        seen.append(state)

    monkeypatch.setattr(sending, "_send_mail", look)
    sending.send(message.id)

    assert seen == [MessageState.SENDING]


@pytest.mark.parametrize(
    "trouble",
    [
        {"at_door": ConnectionRefusedError("refused")},
        {"at_door": smtplib.SMTPAuthenticationError(535, b"who are you")},
        {"at_counter": smtplib.SMTPRecipientsRefused({"t@v.nl": (450, b"greylisted")})},
        {"at_counter": smtplib.SMTPDataError(421, b"too busy")},
        {"at_counter": smtplib.SMTPSenderRefused(451, b"later", "me")},
    ],
)
@pytest.mark.django_db(transaction=True)
def test_send_that_may_work_later_is_tried_again_after_a_while(
    trouble: dict[str, Exception], post_office: Any, waiting_jobs: Any
) -> None:
    message = MessageFactory()
    post_office(**trouble)

    with time_machine.travel("2026-11-24T10:00:00Z", tick=False):
        sending.send(message.id)

        message.refresh_from_db()
        assert (message.state, message.attempts) == (MessageState.QUEUED, 1)
        assert message.next_attempt_at == timezone.now() + timedelta(minutes=1)
        assert message.last_error == str(next(iter(trouble.values())))
        assert waiting_jobs() == [("outbox.send_message", {"message_id": str(message.id)})]

    post_office()
    sending.send(message.id)
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == (MessageState.SENT, 2, "")
    assert len(mail.outbox) == 1


def test_send_gives_up_after_the_last_wait(post_office: Any, waiting_jobs: Any) -> None:
    message = MessageFactory()
    post_office(at_door=TimeoutError("timed out"))

    for attempt in range(1, 8):
        sending.send(message.id)
        message.refresh_from_db()
        assert message.attempts == attempt
        assert message.state == (MessageState.FAILED if attempt == 7 else MessageState.QUEUED)

    assert (message.failure, message.last_error) == (Failure.SERVER, "timed out")
    assert list(Message.objects.failed()) == [message]


@pytest.mark.parametrize(
    ("trouble", "failure"),
    [
        (smtplib.SMTPRecipientsRefused({"t@v.nl": (550, b"no such user")}), Failure.ADDRESS),
        (smtplib.SMTPDataError(554, b"looks like spam"), Failure.REFUSED),
        (smtplib.SMTPServerDisconnected("Connection unexpectedly closed"), Failure.UNSURE),
        (TimeoutError("timed out"), Failure.UNSURE),
        (ValueError("cannot be written"), Failure.OURS),
    ],
)
def test_send_that_failed_for_good_or_may_have_left_waits_for_a_person(
    trouble: Exception, failure: Failure, post_office: Any, waiting_jobs: Any
) -> None:
    message = MessageFactory()
    post_office(at_counter=trouble)

    sending.send(message.id)

    message.refresh_from_db()
    assert (message.state, message.failure) == (MessageState.FAILED, failure)
    assert message.last_error == str(trouble)
    assert waiting_jobs() == []


def test_send_keeps_new_lines_out_of_the_headers() -> None:
    message = MessageFactory(subject="Hallo\nBcc: x@kwaad.nl")

    sending.send(message.id)

    assert mail.outbox == []
    message.refresh_from_db()
    assert (message.state, message.failure) == (MessageState.FAILED, Failure.OURS)


class Provider:
    """A provider of text messages that remembers, or breaks."""

    sent: list[dict[str, str]] = []
    trouble: Exception | None = None

    def send(self, **message: str) -> None:
        if self.trouble:
            raise self.trouble
        self.sent.append(message)


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[Provider]:
    settings.SMS_BACKEND = f"{__name__}.Provider"
    monkeypatch.setattr(Provider, "sent", [])
    monkeypatch.setattr(Provider, "trouble", None)
    return Provider


def test_send_hands_a_text_message_to_the_provider(provider: type[Provider]) -> None:
    message = MessageFactory(sms=True, text="Tot morgen!")

    sending.send(message.id)

    assert provider.sent == [
        {"to": "+31612345678", "text": "Tot morgen!", "reference": str(message.id)}
    ]
    message.refresh_from_db()
    assert message.state == MessageState.SENT


@pytest.mark.parametrize(
    ("trouble", "state", "failure"),
    [
        (sending.sms.SmsProblem("busy"), MessageState.QUEUED, ""),
        (sending.sms.SmsRefused("unknown number"), MessageState.FAILED, Failure.PHONE),
        (sending.sms.SmsUnsure("no answer"), MessageState.FAILED, Failure.UNSURE),
    ],
)
def test_send_of_a_text_message_that_breaks(
    trouble: Exception, state: str, failure: str, provider: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "trouble", trouble)
    message = MessageFactory(sms=True)

    sending.send(message.id)

    message.refresh_from_db()
    assert (message.state, message.failure) == (state, failure)


def test_send_erases_a_secret_and_only_a_secret() -> None:
    secret = MessageFactory(is_secret=True, html="<p>123456</p>", code="123456", calendar="x")
    plain = MessageFactory()

    sending.send(secret.id)
    sending.send(plain.id)

    assert "Je doet mee" in mail.outbox[0].body
    secret.refresh_from_db()
    plain.refresh_from_db()
    assert (secret.text, secret.html, secret.code, secret.calendar) == ("", "", "", "")
    assert plain.text == "Dag Trudy,\n\nJe doet mee met het Naaicafé."


def test_send_keeps_a_secret_in_demo_mode(settings: Any) -> None:
    settings.DEMO = True
    secret = MessageFactory(is_secret=True)

    sending.send(secret.id)

    secret.refresh_from_db()
    assert secret.text == "Dag Trudy,\n\nJe doet mee met het Naaicafé."


def test_rescue_hands_what_got_stuck_to_the_desk_and_does_not_send_it(waiting_jobs: Any) -> None:
    now = timezone.now()
    stuck = MessageFactory(sending=True, claimed_at=now - timedelta(minutes=16))
    busy = MessageFactory(sending=True, claimed_at=now - timedelta(minutes=14))

    assert sending.rescue() == 1
    assert sending.rescue() == 0

    stuck.refresh_from_db()
    busy.refresh_from_db()
    assert (stuck.state, stuck.failure) == (MessageState.FAILED, Failure.UNSURE)
    assert busy.state == MessageState.SENDING
    assert waiting_jobs() == []
    assert mail.outbox == []


def test_rescue_gives_a_lost_message_a_job_once(waiting_jobs: Any) -> None:
    now = timezone.now()
    lost = MessageFactory(created_at=now - timedelta(minutes=6))
    MessageFactory(created_at=now - timedelta(minutes=4))
    MessageFactory(created_at=now - timedelta(days=1), next_attempt_at=now + timedelta(hours=1))

    assert sending.rescue() == 1
    assert sending.rescue() == 0

    assert waiting_jobs() == [("outbox.send_message", {"message_id": str(lost.id)})]


def test_a_worker_that_comes_back_after_the_desk_was_told_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    message = MessageFactory()

    def slow(taken: Message) -> None:
        Message.objects.filter(pk=taken.pk).update(claimed_at=timezone.now() - timedelta(hours=1))
        sending.rescue()

    monkeypatch.setattr(sending, "_send_mail", slow)
    sending.send(message.id)

    message.refresh_from_db()
    assert (message.state, message.failure) == (MessageState.FAILED, Failure.UNSURE)


def test_forget_erases_old_secrets_whatever_became_of_them() -> None:
    week = {"is_secret": True, "created_at": timezone.now() - timedelta(days=8)}
    failed, paper = MessageFactory(failed=True, **week), MessageFactory(paper=True, **week)
    young = MessageFactory(failed=True, is_secret=True)

    assert sending.forget() == 2
    assert sending.forget() == 0

    for message in (failed, paper):
        message.refresh_from_db()
        assert (message.state, message.text) == (MessageState.DROPPED, "")
    young.refresh_from_db()
    assert (young.state, young.text) == (
        MessageState.FAILED,
        "Dag Trudy,\n\nJe doet mee met het Naaicafé.",
    )


def test_forget_empties_old_messages_that_are_done_but_keeps_their_key() -> None:
    old = MessageFactory(sent=True, old=True, key="sign-up:1:joined", html="<p>x</p>")
    waiting = MessageFactory(paper=True, old=True)
    fresh = MessageFactory(sent=True)

    assert sending.forget() == 1

    old.refresh_from_db()
    assert old.key == "sign-up:1:joined"
    assert (old.to_name, old.to_address, old.subject, old.text, old.html) == ("", "", "", "", "")
    for message in (waiting, fresh):
        message.refresh_from_db()
        assert message.text == "Dag Trudy,\n\nJe doet mee met het Naaicafé."


def test_every_job_of_the_clock_can_run_twice() -> None:
    queued, old = MessageFactory(), MessageFactory(sent=True, old=True)
    for job in (tasks.rescue_messages, tasks.forget_messages):
        job(timestamp=0)
        once = list(Message.objects.order_by("key").values())
        job(timestamp=0)
        assert list(Message.objects.order_by("key").values()) == once
    queued.refresh_from_db()
    old.refresh_from_db()
    assert (queued.state, old.text) == (MessageState.QUEUED, "")
