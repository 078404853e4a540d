"""What every message about a date has in common: to whom, the code, the calendar file, the words of the date."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override

from activities.calendars import calendar_bytes
from activities.models import CourseSignUp, Occurrence, SignUp
from lokaal.outbox import writing
from lokaal.outbox.writing import in_its_language, link
from lokaal.people.models import Channel


def reaches_by_message(sign_up: SignUp | CourseSignUp) -> str:
    """Return the channel by which this party hears from us (a Channel), or nothing when only paper is left."""
    channel = recipient(sign_up).reached_by
    return "" if channel == Channel.PAPER else str(channel)


def recipient(sign_up: SignUp | CourseSignUp) -> writing.Recipient:
    """Who hears of a party: who signed up, and of a child or somebody else the one who did it for them."""
    return writing.Recipient.reached_at(
        sign_up.contact_name or sign_up.name,
        phone=sign_up.phone,
        email=sign_up.email,
        language=sign_up.language,
        person=sign_up.person,
    )


def tell(
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
    to = recipient(sign_up)
    if to.reached_by == Channel.PAPER and not on_paper and to.channel != Channel.PAPER:
        return
    with override(sign_up.language):
        calendar = (
            calendar_bytes([occurrence], name=title_of(occurrence), method=calendar_method)
            if calendar_method
            else None
        )
    writing.post(
        key,
        to=to,
        template=f"activities/emails/{message}",
        context={
            "sign_up": sign_up,
            "name": to.name,
            "for_other": sign_up.name if to.name != sign_up.name else "",
            "code": (
                sign_up.course or sign_up
            ).shown_code,  # a course has one code for all its dates
            "occurrence": occurrence,
            "centre": occurrence.centre,
            "title": in_its_language(lambda: title_of(occurrence)),
            "bring": in_its_language(lambda: _words(occurrence).bring),
            "code_page": link("activities:code"),
            "activity_page": link("activities:activity", occurrence.activity_id),
            **words,
        },
        calendar=calendar,
        centre=occurrence.centre,
        is_secret=is_secret,
    )


def title_of(occurrence: Occurrence) -> str:
    """What a date is called, in the language that is on."""
    return occurrence.title or str(_words(occurrence).title)


def _words(occurrence: Occurrence) -> Any:
    return occurrence.activity.words(get_language() or settings.LANGUAGE_CODE)
