"""What the house tells people about the dates they are on the list for, and about their wishes.

One function per message. Each writes to the outbox in the transaction of the fact, under a key that names the fact.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, override

from activities.calendars import calendar_bytes
from activities.models import Occurrence, SignUp, Wish
from lokaal.outbox import writing
from lokaal.outbox.writing import in_its_language, link
from lokaal.people.models import Channel


def joined(sign_up: SignUp, occurrence: Occurrence, *, secret: str) -> None:
    """You are on the list. The only message with the link: its secret is known at this moment only."""
    _tell(
        sign_up,
        occurrence,
        "joined",
        key=f"sign_up:{sign_up.id}:joined",
        link=link("activities:sign_up", sign_up.id, secret),
        is_secret=True,
    )


def already_there(sign_up: SignUp, occurrence: Occurrence) -> None:
    """Somebody with this name and contact signed up once more: here is the code again, at most once a day."""
    _tell(
        sign_up,
        occurrence,
        "already_there",
        key=f"sign_up:{sign_up.id}:already_there:{timezone.localdate()}",
    )


def changed(sign_up: SignUp, occurrence: Occurrence) -> None:
    """You come with more or fewer people."""
    _tell(sign_up, occurrence, "changed", key=f"sign_up:{sign_up.id}:changed:{sign_up.sequence}")


def cancelled_by_participant(sign_up: SignUp, occurrence: Occurrence) -> None:
    """You are off the list."""
    _tell(
        sign_up,
        occurrence,
        "cancelled_by_participant",
        key=f"sign_up:{sign_up.id}:cancelled",
        calendar_method="",
    )


def occurrence_cancelled(sign_up: SignUp, occurrence: Occurrence) -> None:
    """The date is called off."""
    _tell(
        sign_up,
        occurrence,
        "occurrence_cancelled",
        key=f"occurrence:{occurrence.id}:cancelled:{occurrence.sequence}:{sign_up.id}",
        calendar_method="CANCEL",
        on_paper=True,
    )


def occurrence_reinstated(sign_up: SignUp, occurrence: Occurrence) -> None:
    """The date is held after all."""
    _tell(
        sign_up,
        occurrence,
        "occurrence_reinstated",
        key=f"occurrence:{occurrence.id}:reinstated:{occurrence.sequence}:{sign_up.id}",
        on_paper=True,
    )


def occurrence_moved(
    sign_up: SignUp, occurrence: Occurrence, *, was: tuple[datetime, datetime]
) -> None:
    """The date has other times. `was`: the begin and the end before (UTC)."""
    _tell(
        sign_up,
        occurrence,
        "occurrence_moved",
        key=f"occurrence:{occurrence.id}:moved:{occurrence.sequence}:{sign_up.id}",
        on_paper=True,
        old_starts_at=was[0],
        old_ends_at=was[1],
    )


def wish_received(wish: Wish) -> None:
    """Thank you for your wish; you hear from us within 14 days. Only where there is a way to reach the person."""
    to = _wisher(wish)
    if to.reached_by == Channel.PAPER and to.channel != Channel.PAPER:
        return
    writing.post(
        f"wish:{wish.id}:received",
        to=to,
        template="activities/emails/wish_received",
        context={"wish": wish, "name": wish.name},
        centre=wish.centre,
    )


def wish_answered(wish: Wish) -> None:
    """The reply to your wish, from whoever answered. Without an address it waits on the desk, on paper."""
    writing.post(
        f"wish:{wish.id}:answered",
        to=_wisher(wish),
        template="activities/emails/wish_answered",
        context={"wish": wish, "name": wish.name, "writer": wish.answered_by},
        centre=wish.centre,
    )


def reply_channel(wish: Wish) -> str:
    """Return the channel of a written reply: e-mail or paper. Nothing for who is better called: they left a number."""
    to = _wisher(wish)
    if to.reached_by == Channel.EMAIL or to.channel == Channel.PAPER or not to.phone:
        return str(to.reached_by)
    return ""


def _wisher(wish: Wish) -> writing.Recipient:
    return writing.Recipient(
        name=wish.name,
        email=wish.email,
        phone=wish.phone.as_e164 if wish.phone else "",
        language=wish.language,
        person=wish.person,
        channel=wish.person.channel if wish.person else "",
    )


def reaches_by_message(sign_up: SignUp) -> str:
    """Return the channel by which this party hears from us (a Channel), or nothing when only paper is left."""
    channel = _recipient(sign_up).reached_by
    return "" if channel == Channel.PAPER else str(channel)


def _tell(
    sign_up: SignUp,
    occurrence: Occurrence,
    message: str,
    *,
    key: str,
    calendar_method: str = "PUBLISH",
    on_paper: bool = False,
    is_secret: bool = False,
    **words: Any,
) -> None:
    """Post a message about a date.

    Without an address it is printed at the desk only when `on_paper`, or when the person likes paper best: what
    somebody just did is on the page and the slip in their hand, but that a date was called off must be told.
    """
    to = _recipient(sign_up)
    if to.reached_by == Channel.PAPER and not on_paper and to.channel != Channel.PAPER:
        return
    with override(sign_up.language):
        calendar = (
            calendar_bytes([occurrence], name=_title(occurrence), method=calendar_method)
            if calendar_method
            else None
        )
    writing.post(
        key,
        to=to,
        template=f"activities/emails/{message}",
        context={
            "sign_up": sign_up,
            "name": sign_up.name,
            "code": sign_up.shown_code,
            "occurrence": occurrence,
            "centre": occurrence.centre,
            "title": in_its_language(lambda: _title(occurrence)),
            "bring": in_its_language(lambda: _words(occurrence).bring),
            "code_page": link("activities:code"),
            "activity_page": link("activities:activity", occurrence.activity_id),
            **words,
        },
        calendar=calendar,
        centre=occurrence.centre,
        is_secret=is_secret,
    )


def _recipient(sign_up: SignUp) -> writing.Recipient:
    return writing.Recipient.reached_at(
        sign_up.name,
        phone=sign_up.phone,
        email=sign_up.email,
        language=sign_up.language,
        person=sign_up.person,
    )


def _title(occurrence: Occurrence) -> str:
    return occurrence.title or _words(occurrence).title


def _words(occurrence: Occurrence) -> Any:
    return occurrence.activity.words(get_language() or settings.LANGUAGE_CODE)
