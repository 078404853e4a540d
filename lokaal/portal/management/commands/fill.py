"""Fill an empty database to a chosen size, to see how quick the house stays."""

from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from activities.models import Activity
from lokaal.bench import filling, filling_rooms


class Command(BaseCommand):
    help = "Fill an empty database with a realistic spread of ten years (made-up rows; never on a real house)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--occurrences", type=int, default=500_000)
        parser.add_argument("--sign-ups", type=int, default=5_000_000)
        parser.add_argument(
            "--allocations", type=int, default=400_000, help="parts of rooms in use"
        )

    def handle(
        self, *args: Any, occurrences: int, sign_ups: int, allocations: int, **options: Any
    ) -> None:
        if occurrences < 1 or min(sign_ups, allocations) < 0:
            raise CommandError("Give at least one occurrence, and no negative numbers.")
        if Activity.objects.exists():
            raise CommandError("This database has activities already. Fill an empty one.")
        started = monotonic()
        filling.fill(occurrences=occurrences, sign_ups=sign_ups)
        if allocations:
            filling_rooms.fill(allocations=allocations)
        self.stdout.write(
            f"{occurrences} occurrences, {sign_ups} sign-ups and {allocations} allocations"
            f" in {monotonic() - started:.1f} s."
        )
