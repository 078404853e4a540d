"""Compile the catalogues, so that nobody needs gettext."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from lokaal.portal import translating


class Command(BaseCommand):
    help = "Compile locale/*/LC_MESSAGES/django.po; a language beside Dutch and English only when complete."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for language, compiled in translating.compile_catalogues(settings.BASE_DIR).items():
            self.stdout.write(
                f"{language}: {'compiled' if compiled else 'not complete, stays off'}"
            )
