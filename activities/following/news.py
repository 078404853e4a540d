"""What is news to somebody who follows: new activities, dates that were added by hand, dates called off or moved.

A date that comes every week is no news: that the worker made it a row is nobody's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from activities.models import Activity, Follow, Occurrence
from activities.models.following import followed_activities
from activities.models.occurrence import OccurrenceQuerySet

#: What is called off or moved further ahead than this can wait for the next message.
SOON = timedelta(days=28)
#: A message is read, not studied.
MOST = 20


class NewsKind(StrEnum):
    NEW = "new"
    DATES = "dates"
    CALLED_OFF = "called_off"
    MOVED = "moved"


@dataclass(frozen=True)
class News:
    """One thing to tell: what happened, to which activity, and on which dates (the first few)."""

    kind: NewsKind
    activity: Activity
    dates: tuple[Occurrence, ...]


def news_of(follows: Sequence[Follow], *, since: datetime, now: datetime) -> list[News]:
    """What happened since a moment to what these follow, the soonest first, at most MOST. Five queries."""
    followed = Activity.objects.public().filter(followed_activities(follows)).values("pk")
    activities = (
        Activity.objects.filter(pk__in=followed, centre__is_active=True)
        .annotate(came_at=Coalesce("published_at", "created_at"))
        .select_related("centre")
        .prefetch_related("translations")
        .defer("search_vector", "search_sounds")
    )
    by_key = {activity.pk: activity for activity in activities}
    new = {pk for pk, activity in by_key.items() if activity.came_at > since}
    coming = Occurrence.objects.filter(activity__in=by_key).upcoming(now).select_related("centre")
    found: list[News] = []
    for kind, dates in _by_kind(coming, new, since, now):
        grouped: dict[UUID, list[Occurrence]] = {}
        for date in dates:
            date.activity = by_key[date.activity_id]
            grouped.setdefault(date.activity_id, []).append(date)
        found += [News(kind, by_key[pk], tuple(ours)) for pk, ours in grouped.items()]
    return sorted(found, key=lambda news: news.dates[0].starts_at)[:MOST]


def _by_kind(
    coming: OccurrenceQuerySet, new: set[UUID], since: datetime, now: datetime
) -> list[tuple[NewsKind, list[Occurrence]]]:
    dates: list[Occurrence] = list(
        coming.filter(
            Q(activity__in=new)
            | Q(created_at__gt=since)
            | Q(cancelled_at__gt=since)
            | Q(updated_at__gt=since) & ~Q(starts_at=F("original_starts_at"))
        ).annotate(series_since=F("series__created_at"))
    )
    of_new = [date for date in dates if date.activity_id in new and not date.is_cancelled]
    of_old = [date for date in dates if date.activity_id not in new]
    soon = now + SOON
    off = [
        date
        for date in of_old
        if date.is_cancelled
        and date.cancelled_at
        and date.cancelled_at > since >= date.created_at
        and date.starts_at < soon
    ]
    added = [
        date
        for date in of_old
        if not date.is_cancelled
        and date.created_at > since
        and (date.series_id is None or date.series_since > since)  # type: ignore[attr-defined]
    ]
    moved = [
        date
        for date in of_old
        if not date.is_cancelled
        and date.created_at <= since < date.updated_at
        and date.starts_at != date.original_starts_at
        and date.starts_at < soon
    ]
    return [
        (NewsKind.NEW, of_new),
        (NewsKind.DATES, added),
        (NewsKind.CALLED_OFF, off),
        (NewsKind.MOVED, moved),
    ]
