"""The catalogues: gathered from code and templates, checked, compiled. Babel does it, so gettext need not be installed.

The source language is Dutch: a message id is the Dutch sentence. English must be complete. A further language is
compiled, and so switched on (see lokaal.languages), once its catalogue is complete.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.core import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from lokaal import languages

ROOMS = ("lokaal", "activities", "volunteers", "welfare", "venue", "templates")
MUST_BE_COMPLETE = ("en",)
PASSING_HEADERS = (
    b"POT-Creation-Date",
    b"PO-Revision-Date",
    b"Generated-By",
    b"Last-Translator",
    b"Language-Team",
    b"Report-Msgid-Bugs-To",
)
OPTIONS: Any = {"encoding": "utf-8"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


@dataclass
class Standing:
    """How far a catalogue is."""

    language: str
    missing: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return not self.missing and not self.wrong


def catalogue_path(base: Path, language: str, ending: str = "po") -> Path:
    return base / "locale" / language / "LC_MESSAGES" / f"django.{ending}"


def gathered(base: Path) -> Catalog:
    """Return a template catalogue of every sentence that is marked in the project's code and templates."""
    template = Catalog(charset="utf-8", fuzzy=False)
    for path in sorted(_sources(base)):
        place = path.relative_to(base).as_posix()
        for _line, function, said, comments in _marked(path):
            context, texts = _split(function, said)
            if texts:
                template.add(
                    texts if len(texts) > 1 else texts[0],
                    locations=[(place, 0)],
                    auto_comments=comments,
                    context=context,
                )
    return template


def read(base: Path, language: str) -> Catalog:
    path = catalogue_path(base, language)
    if not path.exists():
        return Catalog(locale=Locale.parse(language), charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(base: Path, language: str, template: Catalog) -> None:
    """Bring a catalogue up to date with the sentences in use; sentences no longer in use go."""
    catalogue = read(base, language)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    catalogue.project, catalogue.version = "Lokaal", ""
    catalogue.header_comment = (
        f"# Lokaal in {languages.OWN_NAMES[language]}. Message ids are Dutch."
    )
    path = catalogue_path(base, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    write_po(
        written, catalogue, sort_output=True, include_lineno=False, width=100, omit_header=False
    )
    path.write_bytes(_without_dates(written.getvalue()))


def standing(base: Path, language: str, template: Catalog) -> Standing:
    """Compare a catalogue with the sentences in use: what is not translated, and which placeholders went wrong."""
    catalogue = read(base, language)
    found = Standing(language)
    for message in template:
        if not message.id:
            continue
        translated = catalogue.get(message.id, message.context)
        if translated is None or translated.fuzzy or not _is_filled(translated):
            found.missing.append(_name(message))
        else:
            translated.flags |= message.flags
            found.wrong += [f"{_name(message)}: {error}" for error in translated.check(catalogue)]
    return found


def compile_catalogues(base: Path, template: Catalog | None = None) -> dict[str, bool]:
    """Compile every catalogue that may be switched on; return per language whether it was compiled.

    English is always compiled. A further language only when complete: otherwise an older compiled file is removed.
    """
    outcome = {}
    for language in languages.OWN_NAMES:
        if language == languages.SOURCE:
            continue
        compiled = catalogue_path(base, language, "mo")
        usable = language in MUST_BE_COMPLETE
        if not usable and catalogue_path(base, language).exists():
            template = template or gathered(base)
            usable = standing(base, language, template).is_complete
        if usable:
            fresh = io.BytesIO()
            write_mo(fresh, read(base, language))
            compiled.parent.mkdir(parents=True, exist_ok=True)
            compiled.write_bytes(fresh.getvalue())
        else:
            compiled.unlink(missing_ok=True)
        outcome[language] = usable
    return outcome


def _sources(base: Path) -> Iterator[Path]:
    for room in ROOMS:
        for pattern in ("*.py", "*.html", "*.txt"):
            for path in (base / room).rglob(pattern):
                if "migrations" not in path.parts:
                    yield path


def _marked(path: Path) -> Iterator[Any]:
    """Yield (line, function, what it was called with, comments) of every call that marks a sentence."""
    source = path.read_text()
    if path.suffix != ".py":
        # Django turns a template into a row of gettext calls; indentation means nothing there.
        code = templatize(source, origin=str(path))
        source = "\n".join(line.strip() for line in code.splitlines())
    yield from extract_python(io.BytesIO(source.encode()), KEYWORDS, ["Translators:"], OPTIONS)


def _split(function: str, said: object) -> tuple[str | None, tuple[str, ...]]:
    """Return (context, texts) of one call, following KEYWORDS; no texts when an argument is not a plain string."""
    parts = said if isinstance(said, tuple) else (said,)
    places = KEYWORDS[function] or (1,)
    context: str | None = None
    texts = []
    for place in places:
        index = place[0] if isinstance(place, tuple) else place
        part = parts[index - 1] if len(parts) >= index else None
        if not isinstance(part, str) or not part:
            return None, ()
        if isinstance(place, tuple):
            context = part
        else:
            texts.append(part)
    return context, tuple(texts)


def _is_filled(message: Message) -> bool:
    said = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return bool(said) and all(said)


def _name(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _without_dates(written: bytes) -> bytes:
    """Dates in the header change at every run and tell nothing that git does not know."""
    return re.sub(rb'"(' + b"|".join(PASSING_HEADERS) + rb'): .*\\n"\n', b"", written)
