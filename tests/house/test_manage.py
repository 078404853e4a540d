"""Which commands make the database run first."""

import pytest

from manage import needs_database


@pytest.mark.parametrize(
    ("command", "options", "needed"),
    [
        ("migrate", [], True),
        ("run", ["--stop-with-parent"], True),
        ("check", [], False),
        ("check", ["--database", "default"], True),
        ("prepare", [], False),
        ("compile_translations", [], False),
        ("migrate", ["--help"], False),
        ("--version", [], False),
        ("help", ["migrate"], False),
        ("a_command_of_tomorrow", [], True),
    ],
)
def test_database_runs_only_for_commands_that_ask_it(
    command: str, options: list[str], needed: bool
) -> None:
    assert needs_database(command, options) is needed
