"""What happened with a wish, one line each, as everybody may read it on its page."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models.wish import Wish, WishState
from lokaal.keys import UUIDKey
from lokaal.people.models import Person


class Happened(models.TextChoices):
    COACHED = "coached", _("kreeg een begeleider")
    ANSWERED = "answered", _("kreeg antwoord")
    BECAME = "became", _("ging verder")
    LET_GO = "let_go", _("losgelaten")
    ADOPTED = "adopted", _("overgenomen")
    CAME_BACK = "came_back", _("kwam terug")


class WishMoment(models.Model):
    """One thing that happened with a wish. Rows are added, never changed."""

    id = UUIDKey()
    wish = models.ForeignKey(Wish, models.CASCADE, related_name="moments", verbose_name=_("idee"))
    what = models.CharField(_("wat"), max_length=9, choices=Happened)
    state = models.CharField(_("stand daarna"), max_length=12, choices=WishState)
    note = models.TextField(_("in gewone woorden"), max_length=2_000, blank=True)
    by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("door"),
        help_text=_("Leeg: een gast, zonder account."),
    )
    at = models.DateTimeField(_("wanneer"), default=timezone.now)

    class Meta:
        verbose_name = _("wat er met een idee gebeurde")
        verbose_name_plural = _("wat er met ideeën gebeurde")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.wish}: {self.get_what_display()}"
