"""The themes of the house: coordinators keep the list, and say which activity is about which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction

from activities.models import Activity, Theme, ThemeTranslation


def keep(
    theme: Theme | None, *, name: str, is_active: bool, translations: Mapping[str, str]
) -> Theme:
    """Add a theme, or give it other names. One that is no longer in use stays with who follows it."""
    with transaction.atomic():
        if theme is None:
            theme = Theme(position=Theme.objects.count())
        theme.name, theme.is_active = name, is_active
        theme.save()
        for language, words in translations.items():
            if words:
                ThemeTranslation.objects.update_or_create(
                    theme=theme, language=language, defaults={"name": words}
                )
            else:
                theme.translations.filter(language=language).delete()
    return theme


def choose(activity: Activity, themes: Iterable[UUID]) -> None:
    """Say which themes an activity is about; those no longer in use stay as they are."""
    wanted = Theme.objects.filter(pk__in=list(themes))
    unused = activity.themes.filter(is_active=False)
    activity.themes.set([*wanted, *unused])
