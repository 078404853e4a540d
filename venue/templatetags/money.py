"""Amounts with their cents, always, so that they stand straight under each other in a table."""

from __future__ import annotations

from django import template

from venue.papers.invoice import money as written

register = template.Library()


@register.filter
def money(cents: int | None) -> str:
    """€ 4,00: on an invoice and in a table, where `euro` would leave the cents out."""
    return "" if cents is None else written(cents)
