"""Files that go along with a mail: kept as they were, sent once, forgotten with the text."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from lokaal.outbox import sending, writing
from lokaal.outbox.models import Attachment, Message, MessageState

pytestmark = pytest.mark.django_db

PAPER = writing.Attached("F2026-0001.pdf", b"%PDF-1.7 \xff", "application/pdf")


def posted(email="nel@voorbeeld.nl", key="invoice:1"):
    return writing.post(
        key,
        to=writing.Recipient(name="Nel", email=email),
        template="letters/joined",
        context={"what": "Naaicafé"},
        attachments=[PAPER],
    )


def test_mail_carries_the_file():
    message = posted()
    sending.send(message.pk)
    (sent,) = mail.outbox
    assert sent.attachments == [("F2026-0001.pdf", PAPER.content, "application/pdf")]


def test_second_message_with_the_key_adds_no_file():
    assert posted() == posted()
    assert Attachment.objects.count() == 1


def test_paper_carries_no_file():
    assert posted(email="").state == MessageState.TO_PRINT
    assert not Attachment.objects.exists()


def test_files_are_forgotten_with_the_text():
    message = posted()
    sending.send(message.pk)
    sending.forget()
    assert Attachment.objects.count() == 1
    Message.objects.update(created_at=timezone.now() - timedelta(days=181))
    sending.forget()
    assert not Attachment.objects.exists()
