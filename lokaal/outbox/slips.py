"""Messages on paper: what stands on a slip that is printed at the desk."""

from __future__ import annotations

from dataclasses import dataclass

import segno

from lokaal.outbox.layout import Block, blocks, first_link
from lokaal.outbox.models import Message


@dataclass(frozen=True)
class Slip:
    """A message as it is printed: links become one square code, since nobody can press paper."""

    message: Message
    blocks: list[Block]
    link_words: str = ""
    link_image: str = ""  # a QR code, as an address that holds the image itself

    @classmethod
    def of(cls, message: Message) -> Slip:
        link = first_link(message.text)
        words = [block for block in blocks(message.text) if block.kind in {"text", "list"}]
        if link is None:
            return cls(message, words)
        code = segno.make(link.url, error="m", micro=False)
        return cls(message, words, link.words, code.svg_data_uri(border=2, dark="#14302a"))
