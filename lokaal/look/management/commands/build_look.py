from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from lokaal.look.building import build


class Command(BaseCommand):
    help = "Make the fonts, pictograms and picture that the pages use. Does nothing when they are up to date."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        made = build(settings.BUILD_DIR, settings.BASE_DIR / "static" / "drawings")
        for name in made:
            self.stdout.write(f"made {name}")
        if not made:
            self.stdout.write("fonts, pictograms and picture are up to date")
