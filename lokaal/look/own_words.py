"""What people wrote, on a page that may be in another language: a screen reader must know which voice to take."""

from __future__ import annotations

from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language


def own_words(text: str, language: str) -> SafeString:
    """Return a text as HTML: marked with its language where that is not the language of the page."""
    if not text or not language or language == get_language():
        return conditional_escape(text)
    return format_html('<bdi class="wrap" lang="{}">{}</bdi>', language, text)


def sentence(words: Any, **values: Any) -> SafeString:
    """Fill a translated sentence with values that may be HTML already; everything else is escaped."""
    filled = conditional_escape(words) % {
        name: conditional_escape(value) for name, value in values.items()
    }
    return SafeString(filled)


def joined(parts: list[Any], between: str = ". ") -> SafeString:
    """Join what is there of these parts, each escaped unless it is HTML already."""
    return format_html_join(between, "{}", ((part,) for part in parts if part))
