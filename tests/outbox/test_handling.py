"""What the desk decides about a message: each step from the right state only, recorded by whom, also of two at once."""

from collections.abc import Callable
from typing import Any

import pytest

from lokaal.outbox.exceptions import AlreadyHandled, TextErased
from lokaal.outbox.models import Message, MessageState
from lokaal.people.models import Channel, Person
from tests.activities.factories import PersonFactory
from tests.outbox.factories import MessageFactory
from tests.parallel import at_once

pytestmark = pytest.mark.django_db

STEPS: dict[str, Callable[[Message, Person], None]] = {
    "try_again": lambda message, by: message.try_again(by=by),
    "print_instead": lambda message, by: message.print_instead(by=by),
    "mark_printed": lambda message, by: message.mark_printed(by=by),
    "drop": lambda message, by: message.drop(by=by),
}
ALLOWED = {
    ("try_again", "failed"): "queued",
    ("print_instead", "failed"): "to_print",
    ("mark_printed", "to_print"): "printed",
    ("drop", "failed"): "dropped",
    ("drop", "to_print"): "dropped",
}


@pytest.mark.parametrize("state", MessageState.values)
@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_taken_from_its_own_states_only(step: str, state: str) -> None:
    by = PersonFactory()
    message = MessageFactory(state=state)
    after = ALLOWED.get((step, state))

    if after is None:
        with pytest.raises(AlreadyHandled, match="al afgehandeld"):
            STEPS[step](message, by)
    else:
        STEPS[step](message, by)

    message.refresh_from_db()
    assert message.state == (after or state)
    assert message.handled_by == (by if after else None)
    assert (message.handled_at is not None) == bool(after)


def test_try_again_starts_counting_anew_and_asks_the_worker(waiting_jobs: Any) -> None:
    message = MessageFactory(failed=True, attempts=7)

    message.try_again(by=PersonFactory())

    message.refresh_from_db()
    assert (message.attempts, message.failure) == (0, "")
    assert waiting_jobs() == [("outbox.send_message", {"message_id": str(message.id)})]


def test_print_instead_turns_it_into_paper(waiting_jobs: Any) -> None:
    message = MessageFactory(failed=True)

    message.print_instead(by=PersonFactory())

    message.refresh_from_db()
    assert message.channel == Channel.PAPER
    assert list(Message.objects.to_print()) == [message]
    assert waiting_jobs() == []


@pytest.mark.parametrize("step", ["try_again", "print_instead"])
def test_what_was_erased_cannot_be_sent_or_printed(step: str) -> None:
    message = MessageFactory(failed=True, is_secret=True, text="")

    with pytest.raises(TextErased, match="De tekst is gewist"):
        STEPS[step](message, PersonFactory())

    message.refresh_from_db()
    assert message.state == MessageState.FAILED


@pytest.mark.parametrize("step", ["mark_printed", "drop"])
def test_a_secret_is_erased_when_it_is_printed_or_dropped(step: str) -> None:
    message = MessageFactory(paper=True, is_secret=True, code="123")

    STEPS[step](message, PersonFactory())

    message.refresh_from_db()
    assert (message.text, message.code) == ("", "")


@pytest.mark.django_db(transaction=True)
def test_of_two_hosts_who_print_one_slip_at_once_one_is_told_that_it_was_done() -> None:
    message = MessageFactory(paper=True)
    hosts = PersonFactory.create_batch(2)

    results = at_once(
        *[lambda by=by: Message.objects.get(pk=message.pk).mark_printed(by=by) for by in hosts]
    )

    first = results.index(None)
    message.refresh_from_db()
    assert message.handled_by == hosts[first]
    assert type(results[1 - first]) is AlreadyHandled


@pytest.mark.django_db(transaction=True)
def test_two_hosts_who_try_again_at_once_make_one_job(waiting_jobs: Any) -> None:
    message = MessageFactory(failed=True)
    by = PersonFactory()

    results = at_once(*[lambda: Message.objects.get(pk=message.pk).try_again(by=by)] * 4)

    assert [type(result) for result in results if result] == [AlreadyHandled] * 3
    assert len(waiting_jobs()) == 1
