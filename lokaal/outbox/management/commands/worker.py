"""manage.py worker: do the jobs of the house, until told to stop."""

import asyncio
import logging
import signal
import time
from contextlib import suppress
from typing import Any

import psycopg
from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app, connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector

from lokaal import database, environment, lifeline

CONCURRENCY = 4
SECONDS_TO_FINISH = (
    8  # for the jobs in hand, when asked to stop; the supervisor waits a little longer
)
SECONDS_BETWEEN_TRIES = 5

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Do the jobs of the house: send messages, and whatever runs by the clock."
    is_stopping = False

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--once", action="store_true", help="Do the jobs that wait now, then stop."
        )

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        lifeline.follow()
        database.refuse_unfit()
        while not self.is_stopping:
            try:
                asyncio.run(self.work(wait=not once))
            except (ConnectorException, psycopg.OperationalError):
                logger.exception("The worker lost the database")
            if once or self.is_stopping:
                return
            logger.error("The worker starts again in %s seconds.", SECONDS_BETWEEN_TRIES)
            time.sleep(SECONDS_BETWEEN_TRIES)

    async def work(self, *, wait: bool) -> None:
        """Do jobs until asked to stop, or, without `wait`, until none is left. Ends too when the database is lost."""
        self._stop_on_signals()
        connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=CONCURRENCY)
        with app.replace_connector(connector), suppress(asyncio.CancelledError):
            async with app.open_async():
                await app.run_worker_async(
                    wait=wait,
                    concurrency=CONCURRENCY,
                    shutdown_graceful_timeout=SECONDS_TO_FINISH,
                    install_signal_handlers=False,
                    # LISTEN does not pass through PgBouncer; then new jobs are looked for every few seconds.
                    listen_notify=not environment.flag("DATABASE_PGBOUNCER"),
                )

    def _stop_on_signals(self) -> None:
        """Finish the jobs in hand at the first signal; Ctrl-C may come twice, from the terminal and from above."""
        work = asyncio.current_task()

        def stop() -> None:
            if not self.is_stopping and work is not None:
                self.is_stopping = True
                work.cancel()

        for signal_number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(signal_number, stop)
