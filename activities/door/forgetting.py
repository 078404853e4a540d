"""When names are forgotten. What stays is numbers: places taken, heads, and a count of each list (DateCount).
The terms and their source stand in activities.models.door.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils import timezone

from activities.door.figures import LIST_SUMS
from activities.models import CourseSignUp, DateCount, HeadTap, Occurrence, SignUp, Tablet
from activities.models.door import NAMES_KEPT_FOR

#: Which press was made on which tablet: long enough to find out why a number is odd.
TAPS_KEPT_FOR = timedelta(days=92)

DATES_AT_ONCE = 200


def forget_all(now: datetime | None = None) -> int:
    """Turn every list of more than a year ago into numbers. Returns how many dates those were.

    Each date is its own transaction, so that it can stop anywhere and run twice, or at the same time as itself.
    """
    now = now or timezone.now()
    forgotten = 0
    while dates := due(now)[:DATES_AT_ONCE]:
        for occurrence in dates:
            forgotten += forget_list(occurrence)
    _forget_courses(now)
    forget_taps(now)
    return forgotten


def due(now: datetime) -> models.QuerySet[Occurrence]:
    """The dates whose list is to be forgotten, oldest first."""
    has_list = Exists(SignUp.objects.filter(occurrence=OuterRef("pk")))
    return Occurrence.objects.filter(has_list, ends_at__lte=now - NAMES_KEPT_FOR).order_by(
        "starts_at", "id"
    )


@transaction.atomic
def forget_list(occurrence: Occurrence) -> bool:
    """Keep the numbers of one list and delete the rest. False when somebody else did so just now."""
    locked = Occurrence.objects.locked(occurrence.pk)
    sums: dict[str, Any] = locked.sign_ups.aggregate(parties=Count("id"), **LIST_SUMS)
    if not sums["parties"]:
        return False
    kept, is_new = DateCount.objects.get_or_create(occurrence=locked, defaults=sums)
    if not is_new:  # a list that was filled in once more after it was forgotten
        for name, number in sums.items():
            setattr(kept, name, getattr(kept, name) + number)
        kept.save()
    locked.sign_ups.all().delete()
    return True


def _forget_courses(now: datetime) -> int:
    """Delete who joined a whole course, once its last date is as long ago and all those lists are forgotten."""
    over = CourseSignUp.objects.annotate(last=Max("series__occurrences__ends_at")).filter(
        Q(last__lte=now - NAMES_KEPT_FOR) | Q(last=None, updated_at__lte=now - NAMES_KEPT_FOR),
        dates=None,
    )
    return CourseSignUp.objects.filter(pk__in=list(over.values_list("pk", flat=True))).delete()[0]


def forget_taps(now: datetime) -> None:
    """Delete single presses and old tablets; the number of heads stands on the date."""
    before = now - TAPS_KEPT_FOR
    HeadTap.objects.filter(tapped_at__lt=before).delete()
    Tablet.objects.filter(on__lt=timezone.localdate(before)).delete()
