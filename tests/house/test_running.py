"""The house with one command: it opens, says where, and leaves nothing behind however it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import psutil
import pytest
from pytest_django import Settings

from lokaal import running
from lokaal.embedded import EmbeddedServer
from lokaal.running import CannotRun, Children
from tests.house.processes import BASE_DIR, wait_until, with_argument

SLEEP = "import time; time.sleep(60)"
STUBBORN = (
    f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); {SLEEP}"
)
FOLLOWER = f"from lokaal import lifeline; lifeline.follow(); print(1, flush=True); {SLEEP}"
SUPERVISOR = """
import sys, time
import django
django.setup()
from lokaal.running import Children
children = Children()
children.start("follower", sys.executable, "-c", sys.argv[1])
print(children._running["follower"].pid, flush=True)
time.sleep(60)
"""


def test_demo_listens_on_this_machine_only(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOKAAL_BIND", "0.0.0.0")
    settings.DEMO = True
    assert running.host() == "127.0.0.1"
    settings.DEMO = False
    assert running.host() == "0.0.0.0"


def test_port_in_use_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotRun) as refused:
            running.held_port("127.0.0.1", port)
    assert str(refused.value) == (
        f"Port {port} cannot be used: Address already in use. "
        "Choose another one, such as: make run PORT=8123"
    )


def test_port_that_does_not_exist_is_one_sentence() -> None:
    with pytest.raises(CannotRun, match=r"^Port 70000 cannot be used: "):
        running.held_port("127.0.0.1", 70000)


def test_held_port_does_not_answer_before_the_house_is_open() -> None:
    with running.held_port("127.0.0.1", 0) as door, pytest.raises(ConnectionRefusedError):
        socket.create_connection(door.getsockname(), timeout=2)


def test_children_end_with_the_block() -> None:
    with Children() as children:
        children.start("sleeper", sys.executable, "-c", SLEEP)
        (child,) = children._running.values()
        children.refuse_ended()
    assert child.returncode == -signal.SIGTERM


def test_child_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SECONDS_TO_LEAVE", 0.2)
    with Children() as children:
        children.start("stubborn", sys.executable, "-c", STUBBORN)
        (child,) = children._running.values()
        time.sleep(0.5)
    assert child.returncode == -signal.SIGKILL


def test_child_that_ended_by_itself_is_reported() -> None:
    with Children() as children:
        children.start("web server", sys.executable, "-c", "raise SystemExit(3)")
        (child,) = children._running.values()
        child.wait()
        with pytest.raises(CannotRun, match=r"The web server ended by itself \(exit code 3\)"):
            children.refuse_ended()


def test_child_follows_a_supervisor_that_was_killed() -> None:
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, FOLLOWER],
        cwd=BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert supervisor.stdout is not None
    child = psutil.Process(int(supervisor.stdout.readline()))
    assert supervisor.stdout.readline() == "1\n"  # the child follows
    supervisor.kill()
    supervisor.wait()
    assert wait_until(lambda: not _lives(child), seconds=5)


# The whole house ---------------------------------------------------------------------------------


class House:
    """The house, run in a data folder of its own by a stand-in for make, whose death it must notice."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.said = data_dir / "said.txt"

    def start(self) -> None:
        command = f"{sys.executable} manage.py run --stop-with-parent; true"
        with self.said.open("w") as out:
            self.maker = subprocess.Popen(
                ["sh", "-c", command],
                cwd=BASE_DIR,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=os.environ
                | {
                    "PORT": str(self.port),
                    "LOKAAL_DATA": str(self.data_dir),
                    "DJANGO_SETTINGS_MODULE": "lokaal.settings",
                },
            )

    def opens(self) -> bool:
        return wait_until(lambda: "Stop with Ctrl-C." in self.said.read_text(), seconds=90)

    def supervisor(self) -> psutil.Process:
        (found,) = psutil.Process(self.maker.pid).children()
        return found

    def processes(self) -> list[psutil.Process]:
        """Return all that runs of it: supervisor, web server, worker; and the database with its guard."""
        return [
            *psutil.Process(self.maker.pid).children(recursive=True),
            *with_argument(str(self.data_dir)),
        ]


@pytest.fixture
def house() -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="lokaal-house-") as folder:
        Path(folder).chmod(0o755)
        house = House(Path(folder))
        yield house
        assert wait_until(lambda: not EmbeddedServer(house.data_dir).is_running())


def test_house_opens_and_however_it_ends_nothing_of_it_keeps_running(house: House) -> None:
    """First with Ctrl-C; then, quicker since all is there, killed; then with the one who started it killed."""
    house.start()
    assert house.opens(), house.said.read_text()
    assert f"The house is open: http://localhost:{house.port}/" in house.said.read_text()
    with urllib.request.urlopen(f"http://127.0.0.1:{house.port}/") as page:
        assert page.status == HTTPStatus.OK
        assert '<html lang="nl"' in page.read().decode()
    running_parts = house.processes()
    house.supervisor().send_signal(signal.SIGINT)
    house.maker.wait(timeout=30)
    assert not [part for part in running_parts if _lives(part)]
    assert house.said.read_text().endswith("Stopped.\n")

    for victim in ("supervisor", "make"):
        house.start()
        assert house.opens(), house.said.read_text()
        assert not re.search("Filling|up to date …", house.said.read_text())
        running_parts = house.processes()
        (house.supervisor() if victim == "supervisor" else house.maker).kill()
        house.maker.wait(timeout=30)
        ended = wait_until(lambda: not [part for part in running_parts if _lives(part)], seconds=15)  # noqa: B023
        assert ended, victim


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
