"""Who came: a fact of its own beside the sign-up, kept at the desk."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from activities.exceptions import NotOpen
from activities.models import Presence, SignUp
from activities.models.sign_up import LIVE


def mark(sign_up: SignUp, presence: Presence) -> None:
    """Note that a party is there, was not, or (UNKNOWN) take that back. Twice is harmless: the last one counts.

    Raises NotOpen before the local day of the date, and for a party that is off the list.
    """
    first_day = timezone.localdate(sign_up.occurrence.starts_at)
    if timezone.localdate() < first_day:
        raise NotOpen(_("Dit is pas later. Je kunt nog niet zeggen wie er is."))
    marked = SignUp.objects.filter(pk=sign_up.pk, state__in=LIVE).update(
        presence=presence, updated_at=timezone.now()
    )
    if not marked:
        raise NotOpen(_("%(name)s staat niet meer op de lijst.") % {"name": sign_up.name})
