"""What the house tells a party about its own sign-up."""

from __future__ import annotations

from django.utils import timezone

from activities.emails.telling import tell
from activities.models import Occurrence, SignUp
from lokaal.outbox.writing import link


def joined(sign_up: SignUp, occurrence: Occurrence, *, secret: str) -> None:
    """You are on the list. The only message with the link: its secret is known at this moment only."""
    tell(
        sign_up,
        occurrence,
        "joined",
        key=f"sign_up:{sign_up.id}:joined",
        link=link("activities:sign_up", sign_up.id, secret),
        is_secret=True,
    )


def already_there(sign_up: SignUp, occurrence: Occurrence) -> None:
    """Somebody with this name and contact signed up once more: here is the code again, at most once a day."""
    tell(
        sign_up,
        occurrence,
        "already_there",
        key=f"sign_up:{sign_up.id}:already_there:{timezone.localdate()}",
    )


def changed(sign_up: SignUp, occurrence: Occurrence) -> None:
    """You come with more or fewer people."""
    tell(sign_up, occurrence, "changed", key=f"sign_up:{sign_up.id}:changed:{sign_up.sequence}")


def cancelled_by_participant(
    sign_up: SignUp, occurrence: Occurrence, *, was_in_queue: bool = False
) -> None:
    """You are off the list, or out of the queue."""
    tell(
        sign_up,
        occurrence,
        "cancelled_by_participant",
        key=f"sign_up:{sign_up.id}:cancelled",
        calendar_method="",
        was_in_queue=was_in_queue,
    )
