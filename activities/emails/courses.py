"""What the house tells a party about its course: all its dates at once, or one time that it misses or takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, override

from activities.calendars import calendar_bytes
from activities.emails.telling import recipient, tell
from activities.models import Activity, CourseSignUp, Occurrence, SignUp
from lokaal.outbox import writing
from lokaal.outbox.writing import in_its_language, link
from lokaal.people.models import Channel

Dates = Sequence[Occurrence]


def course_joined(course: CourseSignUp, dates: Dates, *, secret: str) -> None:
    """You are in the course. With the link: its secret is known at this moment only."""
    _tell(course, dates, "joined", key="joined", secret=secret)


def course_waiting(course: CourseSignUp, dates: Dates, *, secret: str) -> None:
    """You are in the queue of the course. With the link."""
    _tell(course, dates, "waiting", key="waiting", secret=secret, has_calendar=False)


def course_place(course: CourseSignUp, dates: Dates) -> None:
    """A place came free, and it is yours."""
    _tell(course, dates, "place", key=f"place:{_stamp(course)}", on_paper=True)


def course_accepted(course: CourseSignUp, dates: Dates) -> None:
    """You took the place that was offered."""
    _tell(course, dates, "place", key=f"accepted:{_stamp(course)}", has_accepted=True)


def course_offered(course: CourseSignUp, dates: Dates) -> None:
    """A place came free. Do you want it? Say so before `offered_until`."""
    key = f"offered:{_stamp(course)}"
    _tell(course, dates, "offered", key=key, has_calendar=False, on_paper=True)


def course_lapsed(course: CourseSignUp, dates: Dates) -> None:
    """You did not answer in time, so the place is somebody else's."""
    _tell(course, dates, "lapsed", key="lapsed", has_calendar=False)


def course_left(course: CourseSignUp, dates: Dates, *, was_waiting: bool) -> None:
    """You are out of the course, or out of its queue."""
    _tell(course, dates, "left", key="left", has_calendar=False, was_waiting=was_waiting)


def course_changed(course: CourseSignUp, dates: Dates) -> None:
    """You come with more or fewer people."""
    _tell(course, dates, "changed", key=f"changed:{course.sequence}")


def course_already_there(course: CourseSignUp, dates: Dates) -> None:
    """Somebody with this name and contact signed up once more: here is the code again, at most once a day."""
    _tell(course, dates, "already_there", key=f"already_there:{timezone.localdate()}")


def course_date_missed(sign_up: SignUp, occurrence: Occurrence) -> None:
    """You do not come this one time. You are still in the course."""
    _tell_date(sign_up, occurrence, "course_date_missed", "missed", calendar_method="CANCEL")


def course_date_taken(sign_up: SignUp, occurrence: Occurrence) -> None:
    """You come this time: another time instead of one you miss, or after all."""
    _tell_date(sign_up, occurrence, "course_date_taken", "taken", calendar_method="PUBLISH")


def _stamp(course: CourseSignUp) -> str:
    """One place or offer is told once; who stood in line again hears of the next."""
    return f"{course.queued_at:%Y%m%d%H%M%S%f}" if course.queued_at else ""


def _tell_date(
    sign_up: SignUp, occurrence: Occurrence, message: str, fact: str, *, calendar_method: str
) -> None:
    """A message about one date of a course. The code is that of the course."""
    tell(
        sign_up,
        occurrence,
        message,
        key=f"course_date:{sign_up.id}:{fact}:{sign_up.sequence}",
        calendar_method=calendar_method,
    )


def _tell(
    course: CourseSignUp,
    dates: Dates,
    message: str,
    *,
    key: str,
    secret: str = "",
    has_calendar: bool = True,
    on_paper: bool = False,
    **words: Any,
) -> None:
    """Post a message about a whole course, with all its coming dates; on paper as `telling.tell` does it."""
    to = recipient(course)
    if to.reached_by == Channel.PAPER and not on_paper and to.channel != Channel.PAPER:
        return
    activity = course.series.activity
    held = [date for date in dates if not date.is_cancelled]
    with override(course.language):
        name = _title(activity)
        calendar = calendar_bytes(held, name=name) if has_calendar and held else None
    writing.post(
        f"course:{course.id}:{key}",
        to=to,
        template=f"activities/emails/course_{message}",
        context={
            "course": course,
            "sign_up": course,
            "name": to.name,
            "for_other": course.name if to.name != course.name else "",
            "code": course.shown_code,
            "dates": held,
            "first": held[0] if held else None,
            "centre": activity.centre,
            "title": in_its_language(lambda: _title(activity)),
            "bring": in_its_language(lambda: _words(activity).bring),
            "code_page": link("activities:code"),
            "activity_page": link("activities:activity", activity.pk),
            "link": link("activities:course", course.id, secret) if secret else "",
            **words,
        },
        calendar=calendar,
        centre=activity.centre,
        is_secret=bool(secret),
    )


def _title(activity: Activity) -> str:
    return str(_words(activity).title)


def _words(activity: Activity) -> Any:
    return activity.words(get_language() or settings.LANGUAGE_CODE)
