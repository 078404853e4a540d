"""The tablet at the door: a link for one centre and one day, made and taken back by a host."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from activities.models import Tablet
from lokaal.centres.models import Centre
from lokaal.people.models import Person
from lokaal.secret_links import hash_of


@transaction.atomic
def make(centre: Centre, *, on: date | None = None, by: Person) -> Tablet:
    """Make a link for a day (today). Its secret is kept nowhere: `Tablet.secret` makes it again."""
    tablet = Tablet(centre=centre, on=on or timezone.localdate(), by=by)
    tablet.secret_hash = hash_of(tablet.made_secret())
    tablet.save()
    return tablet


def revoke(tablet: Tablet) -> None:
    """Take a link back: from now on it opens nothing. Twice does no harm."""
    Tablet.objects.filter(pk=tablet.pk, revoked_at=None).update(revoked_at=timezone.now())


def find(secret: str) -> Tablet | None:
    """The tablet that opens with a secret; None for one that was taken back, or that was for another day."""
    return Tablet.objects.opened_by(secret).first()
