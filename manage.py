#!/usr/bin/env python
"""Django's command line for the house."""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from lokaal import database, embedded, lifeline

# These work on files alone; every other command may ask the database, so it runs first.
WITHOUT_DATABASE = {
    "build_look",
    "check",
    "collectstatic",
    "compile_translations",
    "demo_reset",
    "diffsettings",
    "help",
    "makemessages",
    "messages",
    "prepare",
    "version",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lokaal.settings")
    lifeline.follow()
    command = next(iter(sys.argv[1:]), "help")
    try:
        if needs_database(command, sys.argv[2:]):
            database.ensure()
            django.setup()
            database.refuse_unfit()
        execute_from_command_line(sys.argv)
    except (embedded.ServerFailure, ImproperlyConfigured) as error:
        sys.exit(str(error))  # a sentence that says what to do


def needs_database(command: str, options: list[str]) -> bool:
    if command.startswith("-") or not {"--help", "-h", "--version"}.isdisjoint(options):
        return False
    return command not in WITHOUT_DATABASE or "--database" in options


if __name__ == "__main__":
    main()
