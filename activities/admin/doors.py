"""A button in the admin that opens a page of the house."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString


def door(url: str, text: str) -> SafeString:
    return format_html('<a class="button" href="{}">{}</a>', url, text)
