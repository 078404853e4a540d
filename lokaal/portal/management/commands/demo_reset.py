"""Throw the demo house away; the next run makes a new one."""

import shutil
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lokaal.embedded import EmbeddedServer, ServerFailure


class Command(BaseCommand):
    help = "Remove the embedded database and the uploads of a demo house. There is no way back."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is no demo house. Nothing was removed.")
        try:
            EmbeddedServer(settings.DATA_DIR).discard()
        except ServerFailure as error:
            raise CommandError(str(error)) from error
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
        self.stdout.write("The demo house is gone. `make run` makes a new one.")
