"""What the house tells who waits for a place. Each fact is told once, also on paper: nobody was there to see it."""

from __future__ import annotations

from activities.emails.telling import tell
from activities.models import Occurrence, SignUp
from lokaal.outbox.writing import link


def waiting(sign_up: SignUp, occurrence: Occurrence, *, secret: str, position: int) -> None:
    """You are in the queue, and this is your place in it now."""
    tell(
        sign_up,
        occurrence,
        "waiting",
        key=f"sign_up:{sign_up.id}:waiting",
        calendar_method="",
        link=link("activities:sign_up", sign_up.id, secret),
        position=position,
        is_secret=True,
    )


def joined_from_queue(sign_up: SignUp, occurrence: Occurrence) -> None:
    """There is a place, and it is yours."""
    tell(
        sign_up,
        occurrence,
        "joined_from_queue",
        key=f"sign_up:{sign_up.id}:joined",
        link=link("activities:sign_up", sign_up.id, sign_up.lasting_secret),
        on_paper=True,
        is_secret=True,
    )


def accepted(sign_up: SignUp, occurrence: Occurrence) -> None:
    """You took the place that was offered."""
    tell(
        sign_up,
        occurrence,
        "joined",
        key=f"sign_up:{sign_up.id}:joined",
        link=link("activities:sign_up", sign_up.id, sign_up.lasting_secret),
        is_secret=True,
    )


def place_offered(sign_up: SignUp, occurrence: Occurrence) -> None:
    """There is a place. Say yes or no before this moment."""
    tell(
        sign_up,
        occurrence,
        "place_offered",
        key=f"sign_up:{sign_up.id}:offered:{sign_up.offered_until}",
        calendar_method="",
        link=link("activities:sign_up", sign_up.id, sign_up.lasting_secret),
        on_paper=True,
        is_secret=True,
    )


def offer_lapsed(sign_up: SignUp, occurrence: Occurrence) -> None:
    """You did not answer in time; you can queue again."""
    tell(
        sign_up,
        occurrence,
        "offer_lapsed",
        key=f"sign_up:{sign_up.id}:lapsed",
        calendar_method="",
        link=link("activities:sign_up", sign_up.id, sign_up.lasting_secret),
        on_paper=True,
        is_secret=True,
    )
