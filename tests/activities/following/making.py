"""People who follow, and the Thursday on which they hear of it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from activities.following import starting
from activities.models import Follower, Theme, ThemeTranslation

#: Thursday 26 November 2026, 9.05 on the clock here.
THURSDAY = datetime(2026, 11, 26, 9, 5, tzinfo=ZoneInfo("Europe/Amsterdam"))


def theme(name="Koken en eten", english="Cooking and eating", **fields) -> Theme:
    made = Theme.objects.create(name=name, **fields)
    ThemeTranslation.objects.create(theme=made, language="en", name=english)
    return made


def follower_of(*targets, since=None, **fields) -> Follower:
    """Somebody who said yes, and heard all until a moment (now)."""
    found = starting.start(targets, **{"email": "emine@voorbeeld.nl", "language": "nl"} | fields)
    starting.confirm(found)
    Follower.objects.filter(pk=found.pk).update(told_until=since or timezone.now())
    found.refresh_from_db()
    return found
