"""Sharing a page: plain links to what people use already. No script of others, and nobody is followed."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _


class Share(NamedTuple):
    """One way to pass a page on."""

    word: str
    icon: str
    url: str


def links(title: str, address: str) -> list[Share]:
    """Return the ways to pass on a page: its title and its whole address."""
    text = f"{title}\n{address}"
    subject, body = quote(title, safe=""), quote(text, safe="")
    return [
        Share(
            _("Stuur met WhatsApp"),
            "chat-bubble-left-ellipsis",
            f"https://wa.me/?{urlencode({'text': text}, quote_via=quote)}",
        ),
        Share(
            _("Zet op Facebook"),
            "users",
            f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': address}, quote_via=quote)}",
        ),
        Share(_("Stuur per e-mail"), "envelope", f"mailto:?subject={subject}&body={body}"),
    ]
