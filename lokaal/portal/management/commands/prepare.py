"""Make what the checkout needs before it can serve or be tested."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from lokaal import preparing


class Command(BaseCommand):
    help = "Compile translations, cut fonts and pictograms, collect static files: what changed since last time."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--only",
            nargs="+",
            metavar="STEP",
            help="compile_translations, build_look, collectstatic",
        )

    def handle(self, *args: Any, only: list[str] | None, **options: Any) -> None:
        preparing.prepare(self.stdout.write, only=set(only) if only else None)
