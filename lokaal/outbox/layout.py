"""The look of our mail: the text of a message in plain, accessible HTML.

A paragraph becomes a paragraph, lines that start with a dash become a list. A link of ours that stands alone on a line
becomes a button the first time, and a link after that; the line above it, when short, is what the button says:

    Kun je niet komen?
    Zeg je af:
    https://…
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

LABEL_LENGTH = 40


@dataclass(frozen=True)
class Block:
    """A piece of a message: a paragraph of lines, a list of items, or a link with its words."""

    kind: str  # "text", "list", "button" or "link"
    lines: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def words(self) -> str:
        return self.lines[0]


def absolute(path: str) -> str:
    """Return the whole address of one of our pages, for use outside the site."""
    return f"{settings.ORIGIN}{path}"


def mail_html(subject: str, text: str) -> str:
    """Return the HTML of a mail, in the language that is active."""
    return render_to_string(
        "outbox/message.html",
        {
            "subject": subject,
            "blocks": blocks(text),
            "origin": settings.ORIGIN,
            "site_name": settings.SITE_NAME,
            "site_phone": settings.SITE_PHONE,
            "site_email": settings.SITE_EMAIL,
        },
    )


def blocks(text: str) -> list[Block]:
    """Cut a text into the pieces that are drawn."""
    found = [block for paragraph in text.split("\n\n") for block in _paragraph(paragraph)]
    first = next((block for block in found if block.kind == "link"), None)
    return [Block("button", block.lines, block.url) if block is first else block for block in found]


def first_link(text: str) -> Block | None:
    """Return the link that is the heart of a text, if it has one."""
    return next((block for block in blocks(text) if block.kind == "button"), None)


def is_own_link(line: str) -> bool:
    """True for an address of this site, and nothing else: words of a stranger never become a button."""
    return line.startswith(f"{settings.ORIGIN}/") and not any(map(str.isspace, line))


def _paragraph(paragraph: str) -> Iterator[Block]:
    lines: list[str] = []
    for line in filter(None, map(str.strip, paragraph.split("\n"))):
        if is_own_link(line):
            words = _label(lines)
            yield from _written(lines)
            yield Block("link", [words], line)
            lines = []
        else:
            lines.append(line)
    yield from _written(lines)


def _label(lines: list[str]) -> str:
    """Take the words for a link from the line above it, when that is short and ends with a colon."""
    if lines and lines[-1].endswith(":") and len(lines[-1]) <= LABEL_LENGTH:
        return lines.pop().removesuffix(":")
    return _("Open de pagina")


def _written(lines: list[str]) -> Iterator[Block]:
    if lines and all(line.startswith("- ") for line in lines):
        yield Block("list", [line.removeprefix("- ") for line in lines])
    elif lines:
        yield Block("text", list(lines))
