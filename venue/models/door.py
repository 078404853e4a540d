"""Links by which a screen at the door or a calendar shows what goes on in a space, without signing in."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from lokaal.secret_links import hash_of, is_secret_of, sealed
from venue.models.space import Space


class DoorPurpose(models.TextChoices):
    SCREEN = "screen", _("scherm bij de deur")
    CALENDAR = "calendar", _("agenda van de zaal")


class DoorLinkQuerySet(models.QuerySet["DoorLink"]):
    def live(self) -> DoorLinkQuerySet:
        """Links that open; newest first."""
        return self.filter(revoked_at=None).order_by("-made_at", "-id")

    def opened_by(self, secret: str, purpose: DoorPurpose) -> DoorLinkQuerySet:
        """The one live link with this secret, of a space in use."""
        return (
            self.live()
            .filter(secret_hash=hash_of(secret), purpose=purpose, space__is_active=True)
            .select_related("space__centre")
        )


class DoorLink(models.Model):
    """A link of one space. Opens with a secret until staff take it back; titles that are private stay hidden.

    Of the secret only a hash is kept. It is made of the key of the house and this row, so that staff can read the
    address again for a new tablet, while who reads the database cannot.
    """

    id = UUIDKey()
    space = models.ForeignKey(
        Space, models.CASCADE, related_name="door_links", verbose_name=_("zaal")
    )
    purpose = models.CharField(_("waarvoor"), max_length=8, choices=DoorPurpose)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("gemaakt door"),
    )
    made_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("ingetrokken"), null=True, blank=True, editable=False)

    objects = DoorLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link van een deur")
        verbose_name_plural = _("links van deuren")
        ordering = ["space", "purpose", "-made_at"]

    def __str__(self) -> str:
        return f"{self.space}: {self.get_purpose_display()}"

    @property
    def secret(self) -> str:
        """The secret of the address (256 bits); empty when the key of the house has changed since: make a new link."""
        secret = self.made_secret()
        return secret if is_secret_of(self.secret_hash, secret) else ""

    def made_secret(self) -> str:
        return sealed(f"venue.door|{self.purpose}|{self.pk}")
