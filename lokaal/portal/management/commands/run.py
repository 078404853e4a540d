"""Run the whole house: web server and worker."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from lokaal import running


class Command(BaseCommand):
    help = "Prepare what changed, then run the web server and the worker until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--stop-with-parent",
            action="store_true",
            help="stop when the process that started us dies",
        )

    def handle(self, *args: Any, stop_with_parent: bool, **options: Any) -> None:
        try:
            running.run(self._say, stop_with_parent=stop_with_parent)
        except (running.CannotRun, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
