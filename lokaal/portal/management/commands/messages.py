"""Gather the sentences of the house into the catalogues, or check that the translations are complete."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lokaal import languages
from lokaal.portal import translating


class Command(BaseCommand):
    help = "Update locale/*/LC_MESSAGES/django.po from code and templates; with --check only look."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail when incomplete"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        base = settings.BASE_DIR
        template = translating.gathered(base)
        incomplete = False
        for language in languages.OWN_NAMES:
            if language == languages.SOURCE:
                continue
            if not check:
                translating.update(base, language, template)
            standing = translating.standing(base, language, template)
            required = language in translating.MUST_BE_COMPLETE
            incomplete |= required and not standing.is_complete
            self.stdout.write(
                f"{language}: {len(standing.missing)} missing, {len(standing.wrong)} wrong"
                f"{'' if required else ' (switched on when complete)'}"
            )
            if required:
                for line in standing.missing + standing.wrong:
                    self.stdout.write(f"  {line!r}")
        if check and incomplete:
            raise CommandError(
                "A catalogue that must be complete is not. Run `make messages` and translate."
            )
