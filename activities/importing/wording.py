"""Words from elsewhere, made fit for our pages: decoded, without HTML, without what hides or turns text around."""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from html.parser import HTMLParser

import nh3
from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from activities.importing.exceptions import BrokenFile

BYTE_ORDER_MARKS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
#: Bytes that windows-1252 leaves undefined: text with these is in some other code page.
UNDEFINED_IN_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
TAG = re.compile(
    r"</?(?:a|b|br|div|em|font|h[1-6]|html|i|li|ol|p|span|strong|table|td|tr|u|ul)\b[^<>]*>",
    re.IGNORECASE,
)
DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff]")
BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "tr", "blockquote"}
KEPT_TAGS = BLOCKS | {"br", "li", "a", "td"}
UNSEEN_TAGS = {"script", "style", "title", "noscript", "template", "iframe", "object"}


def encoding_of(content: bytes) -> tuple[str, int]:
    """Return the encoding of a text file, and how many bytes of it are the byte order mark."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return encoding, len(mark)
    even, odd = content[0:200:2].count(0), content[1:200:2].count(0)
    if max(even, odd) * 8 > len(content[:200]):  # letters of our alphabet, two bytes each
        return ("utf-16-le", 0) if odd > even else ("utf-16-be", 0)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _old_encoding_of(content), 0
    return "utf-8", 0


def decoded(content: bytes) -> str:
    """Return the text of a file, whichever way it was encoded. Raises BrokenFile."""
    encoding, start = encoding_of(content)
    try:
        text = content[start:].decode(encoding)
    except UnicodeDecodeError:
        raise BrokenFile(_("De letters in dit bestand zijn niet te lezen.")) from None
    return text.replace("\0", "")


def _old_encoding_of(content: bytes) -> str:
    """Most calendars that are not UTF-8 come from an old Windows program in western Europe."""
    if not UNDEFINED_IN_1252.search(content):
        return "cp1252"
    found = from_bytes(content[:100_000]).best()
    return found.encoding if found else "latin-1"


def plain(text: str) -> str:
    """Return text on lines, without HTML, control characters or marks that turn the reading direction."""
    if TAG.search(text):
        text = _without_html(text)
    elif "&" in text:
        text = html.unescape(text)
    text = (
        text.replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\u2028", "\n")
        .replace("\u2029", "\n")
    )
    text = DIRECTION.sub("", unicodedata.normalize("NFC", text))
    text = "".join(
        c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs", "Co"}
    )
    lines = (re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_line(text: str) -> str:
    return " ".join(plain(text).split())


def shortened(text: str, length: int) -> str:
    """Return at most this many characters, cut between two words where that can be."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    head, space, _rest = cut.rpartition(" ")
    return (head if space and len(head) > length // 2 else cut).rstrip(" ,.;:–-") + "…"


class _Text(HTMLParser):
    """Tidy HTML as lines of text; a link that says something else than its address shows both."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n– ")
        elif tag == "td":
            self.parts.append(" ")
        elif tag == "a":
            self.links.append((dict(attrs).get("href") or "", len(self.parts)))
        else:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.links:
            address, start = self.links.pop()
            words = "".join(self.parts[start:]).strip()
            if address.startswith(("http", "mailto:", "tel:")) and not _says(words, address):
                self.parts.append(f" ({address.removeprefix('mailto:').removeprefix('tel:')})")
        elif tag in BLOCKS:
            self.parts.append("\n\n" if tag != "tr" else "\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(re.sub(r"\s+", " ", data))


def _says(words: str, address: str) -> bool:
    bare = re.sub(r"^(https?://|mailto:|tel:)(www\.)?", "", address).rstrip("/")
    return not words or bare in words or words.rstrip("…").rstrip(".") in address


def _without_html(text: str) -> str:
    tidy = nh3.clean(
        text,
        tags=KEPT_TAGS,
        clean_content_tags=UNSEEN_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    reader = _Text()
    # Programs that put HTML in a plain field write line breaks as \n as well as <br>.
    reader.feed(tidy if re.search(r"<(br|p|div|li)\b", tidy) else tidy.replace("\n", "<br>"))
    reader.close()
    return "".join(reader.parts)
