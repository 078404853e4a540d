"""A browser for the tests is looked for in the right order, and only one that starts will do."""

from pathlib import Path

import pytest

from tests import browsers


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without a browser: an empty folder of programs, an empty home and no root."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LOKAAL_BROWSER", raising=False)
    monkeypatch.delenv("PLAYWRIGHT_BROWSERS_PATH", raising=False)
    monkeypatch.setattr(browsers, "MAC_PROGRAMS", ())
    return tmp_path


def _program(path: Path, *, exit_code: int = 0) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    path.chmod(0o755)
    return str(path)


def test_machine_without_a_browser_has_none(machine: Path) -> None:
    assert browsers.find() is None


def test_installed_browser_is_found(machine: Path) -> None:
    chrome = _program(machine / "bin/google-chrome")
    assert browsers.find() == chrome


def test_stub_that_only_says_where_to_get_one_is_passed_over(machine: Path) -> None:
    _program(machine / "bin/chromium-browser", exit_code=1)
    chrome = _program(machine / "bin/google-chrome")
    assert browsers.find() == chrome


def test_named_browser_comes_first(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(machine / "bin/chromium")
    mine = _program(machine / "mine")
    monkeypatch.setenv("LOKAAL_BROWSER", mine)
    assert browsers.find() == mine


def test_newest_download_of_playwright_is_found(machine: Path) -> None:
    cache = machine / "home/.cache/ms-playwright"
    for build in ("1100", "1200"):
        _program(cache / f"chromium_headless_shell-{build}/linux/headless_shell")
    assert browsers.find() == str(cache / "chromium_headless_shell-1200/linux/headless_shell")


def test_nothing_is_fetched_where_a_browser_is(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []
    monkeypatch.setattr(browsers, "_download", lambda: bool(fetched.append("download")))
    monkeypatch.setattr(browsers, "_install", lambda: bool(fetched.append("install")))
    assert browsers.have() is None
    assert fetched == ["download", "install"]
    chrome = _program(machine / "bin/google-chrome")
    assert browsers.have() == chrome
    assert fetched == ["download", "install"]
