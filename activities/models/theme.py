"""Themes: what people can follow when they do not know yet which activity they look for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lokaal.keys import UUIDKey
from lokaal.translated import Translated


class ThemeQuerySet(models.QuerySet["Theme"]):
    def in_use(self) -> ThemeQuerySet:
        """Those that residents may choose, in their order."""
        return self.filter(is_active=True).order_by("position", "name", "id")

    def with_count(self) -> ThemeQuerySet:
        """With `number`: how many activities in the agenda are about each."""
        in_agenda = models.Q(activities__state="published")
        return self.annotate(number=models.Count("activities", filter=in_agenda))

    def with_words(self) -> ThemeQuerySet:
        """With their names in all languages."""
        return self.prefetch_related("translations")


class Theme(Translated):
    """Something that several activities are about, such as cooking or speaking Dutch. Coordinators keep the list."""

    id = UUIDKey()
    name = models.CharField(_("naam"), max_length=60, unique=True)
    icon = models.CharField(_("pictogram"), max_length=40, default="sparkles")
    position = models.PositiveSmallIntegerField(_("volgorde"), default=0)
    is_active = models.BooleanField(_("in gebruik"), default=True)

    number: int  # when loaded with_count()

    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("thema")
        verbose_name_plural = _("thema's")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class ThemeTranslation(models.Model):
    """The name of a theme in another language than Dutch."""

    id = UUIDKey()
    theme = models.ForeignKey(
        Theme, models.CASCADE, related_name="translations", verbose_name=_("thema")
    )
    language = models.CharField(_("taal"), max_length=7)
    name = models.CharField(_("naam"), max_length=60)

    class Meta:
        verbose_name = _("vertaling van een thema")
        verbose_name_plural = _("vertalingen van thema's")
        constraints = [
            models.UniqueConstraint("theme", "language", name="activities_theme_translation_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"
