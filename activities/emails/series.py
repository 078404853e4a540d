"""What the house tells people when several of their dates change at once: one message, with all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import override

from activities.calendars import calendar_bytes
from activities.cards import cost_in_words
from activities.emails.telling import recipient, title_of
from activities.models import Occurrence, SignUp
from activities.models.occurrence import AsTold
from lokaal.outbox import writing
from lokaal.outbox.writing import in_its_language, link


@dataclass(frozen=True)
class Line:
    """One date of somebody, as it is now and as they knew it."""

    occurrence: Occurrence
    was: AsTold
    code: str

    @property
    def is_moved(self) -> bool:
        is_there = not self.occurrence.is_cancelled and not self.was.is_cancelled
        return is_there and self.was.starts_at != self.occurrence.starts_at

    @property
    def is_back(self) -> bool:
        return self.was.is_cancelled and not self.occurrence.is_cancelled

    @property
    def cost(self) -> str:
        """The price where it became another; in the language of the message."""
        return cost_in_words(*self.occurrence.cost) if self.was.cost != self.occurrence.cost else ""


def dates_changed(
    sign_ups: Sequence[SignUp], changes: Mapping[UUID, tuple[Occurrence, AsTold]]
) -> None:
    """Some dates of one person have other times, another room or price, or are called off.

    `sign_ups`: all of the person that it is about; `changes`: each date (by key) as it is now, and as it was known.
    """
    lines = sorted(
        (Line(*changes[sign_up.occurrence_id], _code(sign_up)) for sign_up in sign_ups),
        key=lambda line: line.occurrence.starts_at,
    )
    first, sign_up = lines[0].occurrence, sign_ups[0]
    is_over = all(line.occurrence.is_cancelled for line in lines)
    to = recipient(sign_up)
    with override(sign_up.language):
        calendar = calendar_bytes(
            [line.occurrence for line in lines],
            name=title_of(first),
            method="CANCEL" if is_over else "PUBLISH",
        )
    writing.post(
        f"occurrence:{first.id}:changed:{first.sequence}:{sign_up.id}",
        to=to,
        template="activities/emails/dates_changed",
        context={
            "name": to.name,
            "for_other": sign_up.name if to.name != sign_up.name else "",
            "lines": lines,
            "is_over": is_over,
            "reason": first.cancel_reason if is_over else "",
            "code": _code(sign_up),
            "centre": first.centre,
            "title": in_its_language(lambda: title_of(first)),
            "code_page": link("activities:code"),
            "activity_page": link("activities:activity", first.activity_id),
        },
        calendar=calendar,
        centre=first.centre,
    )


def _code(sign_up: SignUp) -> str:
    """The code that opens it: a course has one for all its dates."""
    return (sign_up.course or sign_up).shown_code
