"""manage.py worker: do the jobs of the house, until told to stop."""

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app, connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector

from lokaal import database, environment, lifeline

CONCURRENCY = 4
SECONDS_TO_FINISH = 8  # for the jobs in hand, when asked to stop; the supervisor waits a little longer
SECONDS_BETWEEN_TRIES = 5

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Do the jobs of the house: send messages, and whatever runs by the clock."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--once", action="store_true", help="Do the jobs that wait now, then stop."
        )

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        lifeline.follow()
        database.refuse_unfit()
        while not self.work(wait=not once):
            logger.error("The database is gone. Trying again in %s seconds.", SECONDS_BETWEEN_TRIES)
            time.sleep(SECONDS_BETWEEN_TRIES)

    def work(self, *, wait: bool) -> bool:
        """Do jobs until asked to stop (True), or until the database is lost (False)."""
        connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=CONCURRENCY)
        with app.replace_connector(connector):
            try:
                app.run_worker(
                    wait=wait,
                    concurrency=CONCURRENCY,
                    shutdown_graceful_timeout=SECONDS_TO_FINISH,
                    # LISTEN does not pass through PgBouncer; then new jobs are looked for every few seconds.
                    listen_notify=not environment.flag("DATABASE_PGBOUNCER"),
                )
            except ConnectorException:
                logger.exception("The worker lost the database")
                return False
        return True
