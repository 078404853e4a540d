"""Messages for tests: a mail that waits to be sent, and traits for the other states."""

from datetime import timedelta

import factory
from django.utils import timezone

from lokaal.outbox.models import Failure, Message, MessageState
from lokaal.people.models import Channel


class MessageFactory(factory.django.DjangoModelFactory[Message]):
    class Meta:
        model = Message

    class Params:
        sms = factory.Trait(channel=Channel.SMS, to_address="+31612345678")
        paper = factory.Trait(channel=Channel.PAPER, to_address="", state=MessageState.TO_PRINT)
        sending = factory.Trait(
            state=MessageState.SENDING, attempts=1, claimed_at=factory.LazyFunction(timezone.now)
        )
        failed = factory.Trait(
            state=MessageState.FAILED, attempts=1, failure=Failure.ADDRESS, last_error="550 unknown"
        )
        sent = factory.Trait(state=MessageState.SENT, sent_at=factory.LazyFunction(timezone.now))
        old = factory.Trait(
            created_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=365))
        )

    key = factory.Sequence(lambda number: f"test:{number}")
    channel = Channel.EMAIL
    to_name = "Trudy Vink"
    to_address = factory.Sequence(lambda number: f"trudy{number}@voorbeeld.nl")
    subject = "Je doet mee: Naaicafé"
    text = "Dag Trudy,\n\nJe doet mee met het Naaicafé."
