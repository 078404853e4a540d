"""A press at the door: its own key and its own time, so that it may arrive late, twice or out of order without harm."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from activities.models import Tablet
from lokaal.keys import new_key
from lokaal.people.models import Person

#: A press that waited longer than this for a connection counts as one of so long ago.
OLDEST = timedelta(days=7)


@dataclass(frozen=True)
class Tap:
    """`key` names the press: the same one sent twice counts once. `tapped_at` is when it was pressed (UTC).

    `by` is who is signed in; a tablet has nobody. `is_host`: whoever keeps the lists of the house may let one more in.
    `after` is the press that the same hand made before on the same name: what comes after it counts, whatever a slow
    connection makes of the times.
    """

    key: UUID = field(default_factory=new_key)
    tapped_at: datetime = field(default_factory=timezone.now)
    by: Person | None = None
    tablet: Tablet | None = None
    is_host: bool = False
    after: UUID | None = None


def moment_of(age_ms: int) -> datetime:
    """Return when a press was made that says how long ago that was. The clock of an old tablet may be years off."""
    oldest_ms = OLDEST // timedelta(milliseconds=1)
    return timezone.now() - timedelta(milliseconds=min(max(0, age_ms), oldest_ms))
