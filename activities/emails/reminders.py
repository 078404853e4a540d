"""Messages that come by themselves: tomorrow it is, and does the time still suit you?"""

from __future__ import annotations

from datetime import UTC

from activities.emails.telling import recipient, tell
from activities.models import Occurrence, SignUp, TimeQuestion
from lokaal.outbox.writing import link
from lokaal.people.models import Channel


def reminder_key(sign_up: SignUp, occurrence: Occurrence) -> str:
    """One reminder for one party and one moment: a date that moved is another."""
    moment = occurrence.starts_at.astimezone(UTC)
    return f"sign_up:{sign_up.id}:reminder:{moment:%Y%m%dT%H%M}"


def reminder(sign_up: SignUp, occurrence: Occurrence) -> bool:
    """Tomorrow (or later today) it is. False when this party only reads paper, and did not ask for it."""
    to = recipient(sign_up)
    if to.reached_by == Channel.PAPER and to.channel != Channel.PAPER:
        return False
    tell(sign_up, occurrence, "reminder", key=reminder_key(sign_up, occurrence))
    return True


def does_the_time_suit(question: TimeQuestion) -> None:
    """You were not there twice. Does the time still suit you? Two taps answer it."""
    sign_up = question.sign_up
    tell(
        sign_up,
        sign_up.occurrence,
        "does_the_time_suit",
        key=f"time_question:{question.id}",
        calendar_method="",
        is_secret=True,
        link=link("activities:time_question", question.id, question.secret()),
    )
