"""Handing work to the worker: with the transaction, by name once, also from inside a job."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app, connector_params
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.psycopg_connector import PsycopgConnector

from lokaal import jobs
from lokaal.outbox import sending
from lokaal.outbox.models import Message, MessageState
from lokaal.outbox.writing import Recipient, post
from tests.outbox.factories import MessageFactory

pytestmark = pytest.mark.django_db(transaction=True)


def run_worker() -> None:
    """Do the jobs that wait now, as `manage.py worker --once` does, on connections of its own."""

    async def run() -> None:
        connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=2)
        with app.replace_connector(connector):
            async with app.open_async():
                await app.run_worker_async(
                    wait=False, install_signal_handlers=False, listen_notify=False
                )

    # In a thread of its own: a browser test in the same process leaves its event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, run()).result()


def test_defer_is_undone_with_the_transaction(waiting_jobs: Any) -> None:
    with transaction.atomic():
        jobs.defer("outbox.send_message", message_id="x")
        transaction.set_rollback(True)

    assert waiting_jobs() == []


def test_defer_once_makes_one_job_and_leaves_the_transaction_whole(waiting_jobs: Any) -> None:
    with transaction.atomic():
        assert jobs.defer("outbox.send_message", once="m", message_id="x") is True
        assert jobs.defer("outbox.send_message", once="m", message_id="x") is False
        message = MessageFactory()

    assert waiting_jobs() == [("outbox.send_message", {"message_id": "x"})]
    assert Message.objects.get() == message


def test_defer_of_an_unknown_task_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        jobs.defer("outbox.nothing")


def test_worker_sends_what_was_posted(waiting_jobs: Any, mailoutbox: list[Any]) -> None:
    message = post(
        "a",
        to=Recipient("Trudy", email="trudy@voorbeeld.nl"),
        template="letters/joined",
        context={"what": "Naaicafé"},
    )

    run_worker()

    message.refresh_from_db()
    assert message.state == MessageState.SENT
    assert [mail.to for mail in mailoutbox] == [["trudy@voorbeeld.nl"]]
    assert waiting_jobs() == []


def test_a_message_posted_inside_a_job_that_is_rolled_back_leaves_no_job(
    waiting_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def post_and_roll_back(message_id: str) -> None:
        with transaction.atomic():
            post(
                "inside",
                to=Recipient("Trudy", email="trudy@voorbeeld.nl"),
                template="letters/joined",
                context={"what": "Naaicafé"},
            )
            transaction.set_rollback(True)
        seen.append(message_id)

    monkeypatch.setattr(sending, "send", post_and_roll_back)
    jobs.defer("outbox.send_message", message_id="x")

    run_worker()

    assert seen == ["x"]
    assert Message.objects.count() == 0
    assert waiting_jobs() == []


def test_upkeep_runs_again_what_a_dead_worker_left(waiting_jobs: Any) -> None:
    message = MessageFactory()
    message.ask_to_send()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        )
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", cursor.fetchone()
        )
    jobs.defer("jobs.retry_stalled", timestamp=0)

    run_worker()
    run_worker()

    message.refresh_from_db()
    assert message.state == MessageState.SENT


def test_upkeep_forgets_jobs_that_are_done_and_keeps_failures_for_a_month(
    waiting_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_on_bad(message_id: str) -> None:
        if message_id == "bad":
            raise RuntimeError

    monkeypatch.setattr(sending, "send", break_on_bad)
    for message_id in ("good", "bad"):
        jobs.defer("outbox.send_message", message_id=message_id)
    run_worker()

    def kept_after(days: int) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_events SET at = now() - make_interval(days => %s)", [days]
            )
        jobs.defer("jobs.remove_old", timestamp=0)
        run_worker()
        sent = ProcrastinateJob.objects.filter(task_name="outbox.send_message").order_by("id")
        return [args["message_id"] for args in sent.values_list("args", flat=True)]

    assert kept_after(days=2) == ["good", "bad"]
    assert kept_after(days=4) == ["bad"]
    assert kept_after(days=31) == []
