"""What the supervisor starts ends when the supervisor does, however that dies.

The supervisor holds the writing end of a pipe, each child the reading end. Nothing is ever written: when the supervisor
is gone, the kernel closes its end and every child wakes up and ends itself.
"""

import os
import signal
import threading
import time

VARIABLE = "LOKAAL_LIFELINE"
SECONDS_TO_LEAVE = 10


def follow() -> None:
    """End this process when the supervisor that started it is gone; nothing happens when none did."""
    descriptor = os.environ.pop(VARIABLE, "")
    if not descriptor:
        return
    threading.Thread(target=_wait, args=[int(descriptor)], name="lifeline", daemon=True).start()


def _wait(descriptor: int) -> None:
    os.read(descriptor, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_TO_LEAVE)
    os._exit(1)
