"""Running the whole house with one command: prepare it, then keep web server and worker going until told to stop."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from types import FrameType, TracebackType
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from lokaal import database, environment, lifeline, preparing
from lokaal.centres.models import Centre
from lokaal.embedded import EmbeddedServer
from lokaal.people import demo_sign_in
from lokaal.preparing import Say

LOOPBACK = "127.0.0.1"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_BETWEEN_LOOKS = 0.2
SECONDS_TO_ANSWER = 60
SECONDS_TO_LEAVE = lifeline.SECONDS_TO_LEAVE + 2


class CannotRun(Exception):
    """The house cannot run here; the message says why and what to do."""


def run(say: Say, *, stop_with_parent: bool = False) -> None:
    """Run the house until a signal asks to stop, or, with stop_with_parent, until who started us is gone.

    Raises CannotRun, also when the web server or the worker ended by itself.
    """
    parent = os.getppid()
    _on_stop(_interrupt)
    try:
        with held_port(host(), settings.PORT) as door, Children() as children:
            try:
                make_ready(say)
                children.start("web server", *web_command(door), keep=door)
                wait_for_answer(children)  # before the worker starts: the first page comes sooner
                children.start("worker", sys.executable, "manage.py", "worker")
                welcome(say)
                while not stop_with_parent or os.getppid() == parent:
                    time.sleep(SECONDS_BETWEEN_LOOKS)
                    children.refuse_ended()
            finally:
                _on_stop(signal.SIG_IGN)  # we are stopping already
    except KeyboardInterrupt:
        say("Stopped.")
    finally:
        if database.is_embedded():
            EmbeddedServer(settings.DATA_DIR).release()


# Before the doors open ---------------------------------------------------------------------------


def host() -> str:
    """Return where we listen. A demo, in which anyone signs in as anyone, is for this machine only."""
    return LOOPBACK if settings.DEMO else environment.text("LOKAAL_BIND", LOOPBACK)


def held_port(host: str, port: int) -> socket.socket:
    """Take the port before the work begins, without answering yet. Raises CannotRun when another program has it."""
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except (OSError, OverflowError) as error:
        door.close()
        raise CannotRun(
            f"Port {port} cannot be used: {getattr(error, 'strerror', None) or error}. "
            "Choose another one, such as: make run PORT=8123"
        ) from error
    return door


def make_ready(say: Say) -> None:
    """Bring files and database up to date; a new demo house gets its people and its week."""
    preparing.prepare(say)
    executor = MigrationExecutor(connections["default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Bringing the database up to date …")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
    if settings.DEMO:
        if not Centre.objects.exists():
            say("Filling the demo house …")
        call_command(
            "demo", if_stale=True, verbosity=0
        )  # weeks go by: there must be something to join
    connections.close_all()
    connections["default"].close_pool()  # type: ignore[attr-defined]


# While they are open -----------------------------------------------------------------------------


class Children:
    """The processes of the house. They end with the block, or with this process however it dies (lokaal.lifeline)."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._follow, self._hold = os.pipe()

    def __enter__(self) -> "Children":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for child in self._running.values():
            child.terminate()
        deadline = time.monotonic() + SECONDS_TO_LEAVE
        for child in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0, deadline - time.monotonic()))
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)  # itself, or what it left behind
            child.wait()
        os.close(self._hold)
        os.close(self._follow)

    def start(self, name: str, *command: str, keep: socket.socket | None = None) -> None:
        """Start a process, in a group of its own: Ctrl-C in the terminal reaches us alone, and we end it in order."""
        inherited = [self._follow] + ([keep.fileno()] if keep else [])
        self._running[name] = subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            env=os.environ
            | {lifeline.VARIABLE: str(self._follow), "LOKAAL_DATA": str(settings.DATA_DIR)},
            pass_fds=inherited,
            start_new_session=True,
        )

    def refuse_ended(self) -> None:
        """Raise CannotRun when one of them ended by itself."""
        for name, child in self._running.items():
            if child.poll() is not None:
                raise CannotRun(
                    f"The {name} ended by itself (exit code {child.returncode}); its last words are above."
                )


def web_command(door: socket.socket) -> list[str]:
    """Return how the web server is started on the port that we hold."""
    return [
        *(sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"),
        *("--bind", f"fd://{door.fileno()}", "lokaal.wsgi"),
    ]


def wait_for_answer(children: Children) -> None:
    """Wait until the first page comes. Raises CannotRun when it is an error or does not come."""
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < deadline:
        children.refuse_ended()
        status = _first_page_status()
        if status is None:
            time.sleep(SECONDS_BETWEEN_LOOKS)
        elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise CannotRun(f"The first page answers with error {status}; the reason is above.")
        else:
            return
    raise CannotRun(f"The web server gives no answer within {SECONDS_TO_ANSWER} seconds.")


def _first_page_status() -> int | None:
    connection = http.client.HTTPConnection(host(), settings.PORT, timeout=SECONDS_TO_ANSWER)
    try:
        connection.request("GET", "/", headers={"Host": urlsplit(settings.ORIGIN).netloc})
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def welcome(say: Say) -> None:
    """Say where the house is, and in a demo who to come in as."""
    say(f"\nThe house is open: {settings.ORIGIN}/")
    if settings.DEMO:
        say(f"Sign in without a password at {settings.ORIGIN}{settings.LOGIN_URL} as one of these:")
        for person in [person for person in demo_sign_in.PEOPLE if person.is_offered]:
            say(f"  {person.name} ({person.offered_as})")
    say("Stop with Ctrl-C.")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _on_stop(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    """Handle every wish to stop in the same way; nohup's wish not to is kept."""
    for wanted in STOP_SIGNALS:
        if wanted != signal.SIGHUP or signal.getsignal(wanted) is not signal.SIG_IGN:
            signal.signal(wanted, handler)
