"""Setting a paper: tagged PDF (PDF/UA-1) with the fonts of the house. The same rows always give the same paper."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.utils.translation import get_language

from venue.papers.invoice import FONTS

#: The mark of a centre without its own.
DOOR = "p-door"


def typeset(
    template: str,
    paper: dict[str, Any],
    *,
    mark: str = "",
    qr: str = "",
    sizes: Iterable[float] = (11,),
    brief_sizes: Iterable[float] = (),
    most_pages: int = 1,
) -> bytes:
    """Set `<template>.typ` with what the paper says, in the largest of the sizes (points) that fits on so many pages.

    What does not fit is set in brief (the template knows what to leave out), in the largest of `brief_sizes` that fits.
    What fits in none is set in the last, on more pages. `mark` is the gevelsteen of a centre; `qr` the path of one
    of our pages, which becomes a code for the camera of a phone.
    """
    language = get_language() or settings.LANGUAGE_CODE
    words = paper | {
        "lang": language,
        "is_rtl": language in settings.LANGUAGES_BIDI,
        "house": settings.SITE_NAME,
    }
    here = Path(__file__).parent
    drawings = settings.BASE_DIR / "static" / "drawings"
    drawing = drawings / f"{mark or DOOR}.svg"
    sources: dict[str, bytes] = {
        "main": (here / f"{template}.typ").read_bytes(),
        "house.typ": (here / "house.typ").read_bytes(),
        "mark.svg": (drawing if drawing.exists() else drawings / f"{DOOR}.svg").read_bytes(),
        "logo.svg": (settings.BASE_DIR / "static" / "img" / "logo.svg").read_bytes(),
    }
    if qr:
        sources["qr.svg"] = _qr(qr)
    with ExitStack() as stack:
        fonts: dict[str, Any] = {
            "font_paths": [stack.enter_context(as_file(files(font) / "files")) for font in FONTS],
            "ignore_system_fonts": True,
        }
        tries = [(size, False) for size in sizes] + [(size, True) for size in brief_sizes]
        for size, is_brief in tries:
            sources["paper.json"] = json.dumps(
                words | {"size": size, "is_brief": is_brief}
            ).encode()
            pages = json.loads(typst.query(sources, "<pages>", field="value", one=True, **fonts))
            if pages <= most_pages:
                break
        return typst.compile(
            sources,
            format="pdf",
            pdf_standards=["ua-1"],
            **fonts,
        )


def _qr(path: str) -> bytes:
    out = BytesIO()
    code = segno.make(settings.ORIGIN + path, error="m", micro=False)
    code.save(out, kind="svg", border=2, xmldecl=False, dark="#000", light="#fff")
    return out.getvalue()
