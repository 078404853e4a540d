"""The worker as a process of its own: it does what is handed to it, ends when asked, and survives a lost database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from lokaal import lifeline
from lokaal.outbox.models import Message, MessageState
from tests.outbox.factories import MessageFactory

pytestmark = pytest.mark.django_db(transaction=True)

BASE_DIR = Path(__file__).resolve().parent.parent.parent
WORKER = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
import django
django.setup()
from django.core.management import call_command
from lokaal.outbox.management.commands import worker
worker.SECONDS_BETWEEN_TRIES = 1
print("up", flush=True)
call_command("worker")
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(waiting_jobs: Any) -> Iterator[Start]:
    """Start a worker on the database of the tests."""
    started: list[subprocess.Popen[str]] = []

    def start_worker(**options: Any) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, connection.settings_dict["NAME"]],
            cwd=BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        return process

    yield start_worker
    for process in started:
        process.kill()
        process.communicate(timeout=20)


def sends(message: Message, seconds: float = 20) -> bool:
    """Hand a message to the worker and wait until it is sent."""
    message.ask_to_send()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        message.refresh_from_db()
        if message.state == MessageState.SENT:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    "signals", [[signal.SIGTERM], [signal.SIGINT, signal.SIGINT, signal.SIGTERM]]
)
def test_worker_sends_and_ends_when_asked(signals: list[signal.Signals], start: Start) -> None:
    worker = start()
    assert sends(MessageFactory())

    for signal_number in signals:
        worker.send_signal(signal_number)

    assert worker.wait(timeout=10) == 0


def test_worker_ends_when_its_supervisor_is_gone(start: Start) -> None:
    follow, hold = os.pipe()
    worker = start(env=os.environ | {lifeline.VARIABLE: str(follow)}, pass_fds=[follow])
    os.close(follow)
    assert sends(MessageFactory())
    assert worker.poll() is None

    os.close(hold)

    assert worker.wait(timeout=15) == 0


def test_worker_goes_on_after_the_database_hung_up(start: Start) -> None:
    worker = start()
    assert sends(MessageFactory())

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    assert sends(MessageFactory())
    assert worker.poll() is None
