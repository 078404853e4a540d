"""Reading a PDF back: its pages, its words, and that it tells what it is."""

from __future__ import annotations

import re
import unicodedata
from io import BytesIO

from pypdf import PdfReader


def read(content: bytes) -> PdfReader:
    assert content.startswith(b"%PDF")
    return PdfReader(BytesIO(content))


def words(content: bytes) -> str:
    """All words, in the order of the paper, without marks of direction, on one line."""
    text = "\n".join(page.extract_text() for page in read(content).pages)
    plain = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return re.sub(r"\s+", " ", plain)


def size(content: bytes) -> tuple[int, int]:
    """Of the first page, in millimetres."""
    box = read(content).pages[0].mediabox
    return round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)


def is_tagged(content: bytes) -> bool:
    root = read(content).trailer["/Root"]
    return bool(root["/MarkInfo"]["/Marked"]) and "/StructTreeRoot" in root


def language(content: bytes) -> str:
    return str(read(content).trailer["/Root"]["/Lang"])
