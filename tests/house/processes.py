"""Real processes for tests: users of a database that come, go and are killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

BASE_DIR = Path(__file__).resolve().parent.parent.parent

USE = """
import sys
from pathlib import Path
from lokaal.embedded import EmbeddedServer
EmbeddedServer(Path(sys.argv[1])).ensure()
print("up", flush=True)
sys.stdin.readline()
"""

FORK = """
import os, sys
from pathlib import Path
from lokaal.embedded import EmbeddedServer
EmbeddedServer(Path(sys.argv[1])).ensure()
if os.fork() == 0:
    print("up", flush=True)
    sys.stdin.readline()
    os._exit(0)
"""


class DatabaseUser:
    """A process that uses the embedded server of a data folder until it is told to leave."""

    def __init__(self, data_dir: Path, program: str = USE) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, str(data_dir)],
            cwd=BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_until_up(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "up\n"

    def leave(self) -> None:
        """Let it end by itself; its forks see the end of their input too."""
        self.process.communicate("\n", timeout=30)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=30)


def wait_until(happened: Callable[[], bool], seconds: float = 20) -> bool:
    """Tell whether it happened in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.05)
    return happened()


def with_argument(text: str) -> list[psutil.Process]:
    """Return the live processes that were started with this text in their command line."""
    return [
        process
        for process in psutil.process_iter(["cmdline", "status"])
        if process.info["status"] != psutil.STATUS_ZOMBIE
        and process.pid != os.getpid()
        and any(text in part for part in process.info["cmdline"] or [])
    ]
