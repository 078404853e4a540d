"""Two people at the same moment: real threads, each with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """Run the actions at the same moment and return what each returned, or the exception it raised, in order.

    For tests with `@pytest.mark.django_db(transaction=True)`: only what is committed can be seen by the others.
    """
    start = Barrier(len(actions), timeout=30)

    def run(action: Callable[[], Any]) -> Any:
        try:
            connections["default"].ensure_connection()
            start.wait()
            return action()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(actions)) as threads:
        return list(threads.map(run, actions))
