"""Fill the demo house: two centres, their people, their week."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from activities.models import Occurrence
from lokaal.portal.demo import building


class Command(BaseCommand):
    help = "Make the demo data, relative to today. Again: adds the weeks that are new, doubles nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-stale", action="store_true", help="only when the coming weeks are running out"
        )

    def handle(self, *args: Any, if_stale: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "Demo data goes into a demo house only; this one has a DATABASE_URL of its own."
            )
        if if_stale and not building.is_stale():
            return
        building.build()
        if options["verbosity"]:
            self.stdout.write(f"The demo house has {Occurrence.objects.count()} dates.")
