"""Doing things at the same moment, each in a thread with a connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections


def together(actions: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start all actions at once and return, in order, what each returned or the exception it raised."""
    start = Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=30)
            return action()
        except Exception as error:  # noqa: BLE001  the test looks at what was raised
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))
