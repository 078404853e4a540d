"""Rows with words in other languages than Dutch, each language in a row of its own."""

from __future__ import annotations

from typing import Any

from django.db import models


class Translated(models.Model):
    """A row whose words stand in Dutch, and in its `translations` in other languages."""

    translations: Any  # the rows of one language each, with fields of the same names

    class Meta:
        abstract = True

    def words(self, field: str, language: str) -> tuple[str, str]:
        """Return the text of a field and its language: the translation, or else the Dutch words."""
        translated = next((t for t in self.translations.all() if t.language == language), None)
        text = getattr(translated, field, "")
        return (text, language) if text else (getattr(self, field), "nl")
