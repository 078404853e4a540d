"""One run: per size a fresh database, a server as in production, and every page measured in turn with wrk.

What counts is the ratio to the floor, a bare Django view in the same server: machines differ, ratios hardly.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

CONNECTIONS = 4
SIGN_UP_SCRIPT = Path(__file__).parent / "sign_up.lua"
REQUEST_SCRIPT = Path(__file__).parent / "request.lua"
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Target:
    """A page to measure; with a script, what wrk sends to it. With a cookie, as somebody who is signed in."""

    name: str
    path: str
    script: Path | None = None
    arguments: tuple[str, ...] = ()
    cookie: str = ""


@dataclass
class Measured:
    """What the rounds gave for one page: requests a second, milliseconds; queries and bytes of one request."""

    target: Target
    rates: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    refused: int = 0
    queries: int = 0
    size: int = 0

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)


def load_tool() -> str:
    """Return wrk's path; raises CommandError that says where to get it."""
    found = shutil.which("wrk")
    if not found and sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get"):
        for step in (["update", "-q"], ["install", "-q", "-y", "wrk"]):
            subprocess.run(["apt-get", *step], check=False, stdout=subprocess.DEVNULL)
        found = shutil.which("wrk")
    if not found:
        raise CommandError(
            "The load tool wrk is not here. Install it: `apt install wrk` or `brew install wrk`."
        )
    return found


@contextmanager
def fresh_database(name: str) -> Iterator[None]:
    """Make an empty database of this name, and drop it afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def environment_for(database: str, port: int) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "lokaal.bench.settings",
        "LOKAAL_BENCH_DATABASE": database,
        "PORT": str(port),
    }


def manage(database: str, *arguments: str) -> str:
    """Run a command of the house on the database to measure; return what it printed."""
    return subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
        env=environment_for(database, 0),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


@contextmanager
def server(database: str) -> Iterator[str]:
    """Serve the database with gunicorn, configured as in production; yield the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "lokaal.wsgi"],
        cwd=settings.BASE_DIR,
        env=environment_for(database, port),
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise CommandError("The server to measure stopped before it answered.")
        try:
            urllib.request.urlopen(f"{address}/floor/", timeout=5).close()  # noqa: S310 - our own address
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise CommandError("The server to measure does not answer.")


def press(tool: str, address: str, target: Target, seconds: int) -> tuple[float, float, float, int]:
    """Press one page for some seconds; return requests a second, p50 and p99 (ms), answers that were errors."""
    command = [tool, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    if target.cookie:
        command += ["-H", f"Cookie: {target.cookie}"]
    with tempfile.TemporaryDirectory() as folder:
        if target.script:
            told = Path(folder, "arguments")
            told.write_text("\n".join(target.arguments))
            command += ["-s", str(target.script), address + target.path, "--", str(told)]
        else:
            command.append(address + target.path)
        said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return read_wrk(said)


def read_wrk(said: str) -> tuple[float, float, float, int]:
    """Read wrk's report; raises ValueError when it has no rate."""
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if not rate:
        raise ValueError(f"wrk gave no rate: {said}")
    latencies = {
        share: float(value) * UNITS[unit]
        for share, value, unit in re.findall(
            r"^\s+(50|99)%\s+([\d.]+)(us|ms|s|m)$", said, re.MULTILINE
        )
    }
    errors = re.search(r"(?:Not accepted|Non-2xx or 3xx responses): (\d+)", said)
    return float(rate[1]), latencies["50"], latencies["99"], int(errors[1]) if errors else 0


def measure(
    tool: str, address: str, targets: list[Target], *, seconds: int, rounds: int
) -> list[Measured]:
    """Press the pages in turn, round after round, so that a slow moment of the machine hits all alike."""
    found = [Measured(target) for target in targets]
    for one in found:
        press(tool, address, one.target, 1)
    for _ in range(rounds):
        for one in found:
            rate, p50, p99, errors = press(tool, address, one.target, seconds)
            one.rates.append(rate)
            one.p50.append(p50)
            one.p99.append(p99)
            one.refused += errors
    return found
