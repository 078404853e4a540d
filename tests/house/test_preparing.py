"""What is made from the checkout is made once, and again when it must be."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from pytest_django import Settings

from lokaal import preparing
from lokaal.preparing import Step

ONE_SECOND = 1_000_000_000


@pytest.fixture
def checkout(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one step: the folder `in` becomes the file `out`."""
    settings.BASE_DIR = tmp_path
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("one")
    step = Step("bake", "Baking", (tmp_path / "in",), (tmp_path / "out",))
    monkeypatch.setattr(preparing, "steps", lambda: [step])
    return tmp_path


@pytest.fixture
def baked(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that were run."""
    commands: list[str] = []

    def call_command(name: str, **options: Any) -> None:
        commands.append(name)
        (checkout / "out").write_text("made")

    monkeypatch.setattr(preparing, "call_command", call_command)
    return commands


def test_step_runs_once_and_says_so(baked: list[str]) -> None:
    said: list[str] = []
    preparing.prepare(said.append)
    preparing.prepare(said.append)
    assert baked == ["bake"]
    assert said == ["Baking …"]


@pytest.mark.parametrize("change", ["content", "time", "new file", "file gone", "output gone"])
def test_step_runs_again_when_something_changed(
    checkout: Path, baked: list[str], change: str
) -> None:
    given = checkout / "in" / "a.txt"
    preparing.prepare(str)
    if change == "content":
        given.write_text("three")
    elif change == "time":
        later = given.stat().st_mtime_ns + ONE_SECOND
        os.utime(given, ns=(later, later))
    elif change == "new file":
        (checkout / "in" / "b.txt").write_text("two")
    elif change == "file gone":
        given.unlink()
    else:
        (checkout / "out").unlink()
    preparing.prepare(str)
    preparing.prepare(str)
    assert baked == ["bake", "bake"]


def test_step_runs_again_when_a_setting_it_reads_changed(
    checkout: Path, baked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Lokaal", "Lokaal", "De Buurt"):
        step = Step("bake", "Baking", (checkout / "in",), (checkout / "out",), (name,))
        monkeypatch.setattr(preparing, "steps", lambda made=step: [made])
        preparing.prepare(str)
    assert baked == ["bake", "bake"]


@pytest.mark.parametrize("name", ["django.mo", "module.pyc", ".stamp"])
def test_what_is_made_in_between_is_no_change(checkout: Path, baked: list[str], name: str) -> None:
    preparing.prepare(str)
    (checkout / "in" / name).write_text("made")
    preparing.prepare(str)
    assert baked == ["bake"]


def test_step_that_failed_runs_again(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []

    def fail(name: str, **options: Any) -> None:
        tries.append(name)
        raise CommandError("burnt")

    monkeypatch.setattr(preparing, "call_command", fail)
    for _ in range(2):
        with pytest.raises(CommandError, match="burnt"):
            preparing.prepare(str)
    assert tries == ["bake", "bake"]


def test_only_the_asked_steps_run(baked: list[str]) -> None:
    preparing.prepare(str, only={"boil"})
    assert baked == []
    preparing.prepare(str, only={"bake"})
    assert baked == ["bake"]


def test_every_step_of_the_house_reads_files_that_exist() -> None:
    assert [step.command for step in preparing.steps()] == [
        "compile_translations",
        "build_look",
        "collectstatic",
    ]
    missing = [
        str(given)
        for step in preparing.steps()
        for given in step.inputs
        if not given.exists() and ".local" not in given.parts
    ]
    assert missing == []
