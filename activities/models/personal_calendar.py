"""The secret address at which a person's own dates can be fetched as a calendar."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from lokaal.secret_links import is_sealed, sealed


class PersonalCalendar(models.Model):
    """The address of one person's calendar. A new address is a new row, so that the old one stops.

    The secret is made of the key of the house and this row: the page can show the address again, while who reads the
    database cannot make it.
    """

    id = UUIDKey()
    person = models.OneToOneField(
        Person, models.CASCADE, related_name="calendar", verbose_name=_("mens")
    )
    made_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("eigen agenda")
        verbose_name_plural = _("eigen agenda's")

    def __str__(self) -> str:
        return str(self.person)

    def secret(self) -> str:
        """The secret of the address: 256 bits."""
        return sealed(self._said)

    def has_secret(self, secret: str) -> bool:
        return is_sealed(self._said, secret)

    @property
    def _said(self) -> str:
        return f"activities.calendar|{self.pk}"
