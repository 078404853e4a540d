"""Where a browser for the browser tests is found, and how one is had where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
MAC_PROGRAMS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
SECONDS_TO_ANSWER = 20
SECONDS_TO_DOWNLOAD = 180
SECONDS_TO_INSTALL = 600


def find() -> str | None:
    """Return the program of a browser that starts: LOKAAL_BROWSER, an installed one, or Playwright's own."""
    named = os.environ.get("LOKAAL_BROWSER")
    installed = [path for name in NAMES if (path := shutil.which(name))]
    on_a_mac = [str(path) for path in MAC_PROGRAMS if path.exists()]
    for program in [*([named] if named else []), *installed, *on_a_mac, *_own_downloads()]:
        if _starts(program):
            return program
    return None


def have() -> str | None:
    """Return a browser, fetching one where none is installed; None when that is impossible here."""
    return find() or (_download() and find()) or (_install() and find()) or None


def _own_downloads() -> list[str]:
    """Return the headless browsers that Playwright keeps in its cache."""
    folder = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    caches = [
        Path(folder) if folder else None,
        Path.home() / ".cache/ms-playwright",
        Path.home() / "Library/Caches/ms-playwright",
    ]
    patterns = (
        "chromium*/**/headless_shell",
        "chromium*/**/chrome-headless-shell",
        "chromium*/**/chrome",
    )
    return [
        str(found)
        for cache in caches
        if cache and cache.is_dir()
        for pattern in patterns
        for found in sorted(cache.glob(pattern), reverse=True)
    ]


def _starts(program: str) -> bool:
    """Tell whether it is a working browser: some systems ship a stub that only says where to get one."""
    return _succeeds(program, "--version", seconds=SECONDS_TO_ANSWER)


def _download() -> bool:
    return _succeeds(
        *(sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"),
        seconds=SECONDS_TO_DOWNLOAD,
    )


def _install() -> bool:
    """Install Debian's package, which only root may do."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    return _succeeds("apt-get", "update", "-q") and _succeeds(
        "apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"
    )


def _succeeds(*command: str, seconds: int = SECONDS_TO_INSTALL) -> bool:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    have()
