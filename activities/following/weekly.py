"""The message of the week: on Thursday morning, to whoever follows something, when there is news."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from activities import emails
from activities.following.news import news_of
from activities.models import Follower
from lokaal import local_time

THURSDAY = 3
#: When it goes out, by the clock here. When the worker came late, until the end of Friday.
GOES_AT, NOT_AFTER = time(9), time(20)
LATEST = timedelta(days=1)


def tell_all(now: datetime | None = None) -> int:
    """Look for everybody whether there is news this week, and tell them once. Returns how many were told.

    Outside the hours of the message nothing happens. Twice, and late, is harmless.
    """
    now = now or timezone.now()
    local = timezone.localtime(now)
    thursday = local.date() - timedelta(days=(local.weekday() - THURSDAY) % 7)
    begins = local_time.at(thursday, GOES_AT)
    is_in_time = local.date() <= thursday + LATEST and GOES_AT <= local.time() < NOT_AFTER
    if now < begins or not is_in_time:
        return 0
    to_tell = Follower.objects.to_tell(begins).values_list("pk", flat=True)
    return sum(tell(pk, begins, now) for pk in list(to_tell))


def tell(pk: UUID, begins: datetime, now: datetime) -> int:
    """Tell one follower the news since the last time; 1 when there was any."""
    with transaction.atomic():
        follower = (
            Follower.objects.select_related("person", "centre")
            .select_for_update(of=("self",))
            .filter(pk=pk, told_until__lt=begins)
            .first()
        )
        if follower is None:  # stopped, or told by another worker
            return 0
        follows = list(follower.follows.confirmed())
        news = news_of(follows, since=follower.told_until, now=now)
        follower.told_until = now
        follower.save(update_fields=["told_until"])
        if news:
            emails.week_of_news(follower, news, on=timezone.localdate(begins))
    return int(bool(news))
