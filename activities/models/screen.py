"""Links by which a screen in the hall shows what is on today, without signing in."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lokaal.centres.models import Centre
from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from lokaal.secret_links import hash_of, is_secret_of, sealed


class HallScreenQuerySet(models.QuerySet["HallScreen"]):
    def live(self) -> HallScreenQuerySet:
        """Links that open; newest first."""
        return self.filter(revoked_at=None).order_by("-made_at", "-id")

    def opened_by(self, secret: str) -> HallScreenQuerySet:
        """The one live link with this secret, of a centre in use."""
        return (
            self.live()
            .filter(secret_hash=hash_of(secret), centre__is_active=True)
            .select_related("centre")
        )


class HallScreen(models.Model):
    """A screen in the hall of a centre. Its link opens until staff take it back.

    Of the secret only a hash is kept. It is made of the key of the house and this row, so that staff can read the
    address again for a new screen, while who reads the database cannot.
    """

    id = UUIDKey()
    centre = models.ForeignKey(
        Centre, models.CASCADE, related_name="screens", verbose_name=_("huis")
    )
    language = models.CharField(_("taal"), max_length=7, default="nl")
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("gemaakt door"),
    )
    made_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("ingetrokken"), null=True, blank=True, editable=False)

    objects = HallScreenQuerySet.as_manager()

    class Meta:
        verbose_name = _("scherm in de hal")
        verbose_name_plural = _("schermen in de hal")
        ordering = ["centre", "-made_at"]

    def __str__(self) -> str:
        return f"{self.centre}, {self.made_at:%d-%m-%Y}"

    @property
    def secret(self) -> str:
        """The secret of the address (256 bits); empty when the key of the house has changed since: make a new link."""
        secret = self.made_secret()
        return secret if is_secret_of(self.secret_hash, secret) else ""

    def made_secret(self) -> str:
        return sealed(f"activities.hall|{self.pk}")
