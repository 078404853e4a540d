"""Heads: who came in without a name. One press is one row; their sum stands on the date, in the same transaction."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from activities.door.checking_in import check_day, check_room
from activities.door.taps import Tap
from activities.exceptions import NotOpen
from activities.models import HeadTap, Occurrence


def count(occurrence: Occurrence, change: int, tap: Tap) -> Occurrence:
    """Count one head more (1) or one less (-1: that press was a mistake). Returns the date as it is then, locked.

    The same press twice counts once. Raises NotOpen before its day, when it was called off and below nobody, and Full
    (checking_in.check_room).
    """
    with transaction.atomic():
        locked = Occurrence.objects.locked(occurrence.pk)
        if HeadTap.objects.filter(key=tap.key).exists():
            return locked
        check_day(locked)
        if change > 0:
            check_room(locked, is_host=tap.is_host)
        elif not locked.heads:
            raise NotOpen(_("Er is nog niemand geteld."))
        HeadTap.objects.create(
            occurrence=locked,
            key=tap.key,
            change=change,
            tapped_at=tap.tapped_at,
            by=tap.by,
            tablet=tap.tablet,
        )
        locked.heads += change
        locked.save(update_fields=["heads"])
    return locked
