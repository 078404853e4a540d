"""What the house tells everyone on the list or in the queue when a date changes."""

from __future__ import annotations

from datetime import datetime

from activities.emails.telling import tell
from activities.models import Occurrence, SignUp


def occurrence_cancelled(sign_up: SignUp, occurrence: Occurrence) -> None:
    """The date is called off."""
    tell(
        sign_up,
        occurrence,
        "occurrence_cancelled",
        key=f"occurrence:{occurrence.id}:cancelled:{occurrence.sequence}:{sign_up.id}",
        calendar_method="CANCEL" if sign_up.is_joined else "",
        on_paper=True,
    )


def occurrence_reinstated(sign_up: SignUp, occurrence: Occurrence) -> None:
    """The date is held after all."""
    tell(
        sign_up,
        occurrence,
        "occurrence_reinstated",
        key=f"occurrence:{occurrence.id}:reinstated:{occurrence.sequence}:{sign_up.id}",
        calendar_method="PUBLISH" if sign_up.is_joined else "",
        on_paper=True,
    )


def occurrence_moved(
    sign_up: SignUp, occurrence: Occurrence, *, was: tuple[datetime, datetime]
) -> None:
    """The date has other times. `was`: the begin and the end before (UTC)."""
    tell(
        sign_up,
        occurrence,
        "occurrence_moved",
        key=f"occurrence:{occurrence.id}:moved:{occurrence.sequence}:{sign_up.id}",
        calendar_method="PUBLISH" if sign_up.is_joined else "",
        on_paper=True,
        old_starts_at=was[0],
        old_ends_at=was[1],
    )
