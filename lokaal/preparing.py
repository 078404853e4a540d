"""What is made from the checkout before it can serve: compiled translations, fonts and pictograms, static files.

Each is made again only when something it is made of changed, so that a second start is quick.
"""

import fcntl
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

Say = Callable[[str], None]


@dataclass(frozen=True)
class Step:
    """One command, what it reads and what it leaves behind (files, or folders with everything in them).

    `words` are settings that it reads.
    """

    command: str
    sentence: str
    inputs: tuple[Path, ...]
    outputs: tuple[Path, ...]
    words: tuple[str, ...] = ()

    def fingerprint(self) -> str:
        """Return a text that changes when a word does, or an input, by its size or time of change."""
        found = sorted(
            f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}"
            for given in self.inputs
            for path in _files(given)
        )
        return hashlib.sha256("\n".join([*self.words, *found]).encode()).hexdigest()

    def is_made(self) -> bool:
        return all(path.exists() for path in self.outputs)


def steps() -> list[Step]:
    """Return the steps in the order in which they build on each other."""
    base: Path = settings.BASE_DIR
    packages = base / "deploy" / "requirements.txt"
    return [
        Step(
            "compile_translations",
            "Compiling the translations",
            (base / "locale", base / "lokaal" / "portal" / "translating.py"),
            (base / "locale" / "en" / "LC_MESSAGES" / "django.mo",),
        ),
        Step(
            "build_look",
            "Cutting the fonts and the pictograms",
            (
                *(base / "lokaal" / "look", base / "static" / "drawings", packages),
                base / "static" / "img",
                base / "templates" / "components" / "street.html",
            ),
            tuple(settings.BUILD_DIR / name for name in ("icons.svg", "fonts", "share.png")),
            (settings.SITE_NAME,),
        ),
        Step(
            "collectstatic",
            "Collecting the static files",
            (base / "static", settings.BUILD_DIR, packages),
            (Path(settings.STATIC_ROOT) / "staticfiles.json",),
        ),
    ]


def prepare(say: Say, *, only: set[str] | None = None) -> None:
    """Make what is missing or out of date. Two starters wait for each other."""
    folder: Path = settings.BASE_DIR / ".local"
    folder.mkdir(exist_ok=True)
    stamps = folder / "made.json"
    with _alone(folder / "preparing.lock"):
        made = json.loads(stamps.read_text()) if stamps.exists() else {}
        for step in steps():
            if only is not None and step.command not in only:
                continue
            fingerprint = step.fingerprint()
            if made.get(step.command) == fingerprint and step.is_made():
                continue
            say(f"{step.sentence} …")
            options = {"interactive": False} if step.command == "collectstatic" else {}
            call_command(step.command, verbosity=0, stdout=StringIO(), **options)
            made[step.command] = step.fingerprint()
            unfinished = stamps.with_suffix(".unfinished")
            unfinished.write_text(json.dumps(made, indent=1))
            unfinished.replace(stamps)


def _files(given: Path) -> Iterator[Path]:
    """Return the file, or those in the folder, except what is made of them."""
    if given.is_file():
        yield given
    for path in given.rglob("*"):
        if path.is_file() and path.suffix not in {".mo", ".pyc"} and not path.name.startswith("."):
            yield path


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
