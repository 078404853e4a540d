"""What the house tells those around an initiative: its owner, who organises along, its coach; and who may help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from activities.models import Activity, Helper, Occurrence, Support, Wish
from activities.models.occurrence import AsTold
from lokaal.outbox import writing
from lokaal.outbox.writing import Recipient, in_its_language, link
from lokaal.people.models import Person


def makers(wish: Wish) -> Iterator[tuple[UUID, Recipient]]:
    """Who makes it happen, each once, with a name for the key of a message: the owner, and who organises along."""
    told: set[UUID] = set()
    if not wish.is_let_go:
        owner = Recipient.reached_at(
            wish.name,
            phone=wish.phone,
            email=wish.email,
            language=wish.language,
            person=wish.person,
        )
        told.add(wish.person_id or wish.pk)
        yield wish.person_id or wish.pk, owner
    for person in wish.organisers.filter(is_active=True):
        if person.pk not in told:
            told.add(person.pk)
            yield person.pk, Recipient.from_person(person)


def makers_and_coach(wish: Wish) -> Iterator[tuple[UUID, Recipient]]:
    """The same, and the coach."""
    told = set()
    for key, to in makers(wish):
        told.add(key)
        yield key, to
    coach: Person | None = wish.coach
    if coach and coach.is_active and coach.pk not in told:
        yield coach.pk, Recipient.from_person(coach)


def come_and_join(support: Support, occurrence: Occurrence, *, secret: str) -> None:
    """What you support is going to be tried: here you can say that you come. Each supporter once per activity."""
    activity = occurrence.activity
    writing.post(
        f"support:{support.id}:invited:{activity.id}",
        to=_supporter(support),
        template="activities/emails/try_out_invitation",
        context=_about(occurrence)
        | {
            "name": support.name,
            "wish": support.wish,
            "link": link("activities:invitation", support.id, secret),
        },
        centre=occurrence.centre,
        is_secret=True,
    )


def will_you_help(helper: Helper, occurrence: Occurrence, *, secret: str) -> None:
    """You said "I help": will you, on these dates? The only message with the link to answer."""
    writing.post(
        f"helper:{helper.id}:asked",
        to=_helper(helper),
        template="activities/emails/try_out_help",
        context=_about(occurrence)
        | {
            "name": helper.name,
            "code": helper.shown_code,
            "link": link("activities:helper", helper.id, secret),
            "code_page": link("activities:code"),
        },
        centre=occurrence.centre,
        is_secret=True,
    )


def help_not_needed(helper: Helper, occurrence: Occurrence) -> None:
    """The date that you help with is called off."""
    writing.post(
        f"occurrence:{occurrence.id}:cancelled:{occurrence.sequence}:helper:{helper.id}",
        to=_helper(helper),
        template="activities/emails/help_not_needed",
        context=_about(occurrence) | {"name": helper.name},
        centre=occurrence.centre,
    )


def help_after_all(helper: Helper, occurrence: Occurrence) -> None:
    """The date that you help with is held after all."""
    writing.post(
        f"occurrence:{occurrence.id}:reinstated:{occurrence.sequence}:helper:{helper.id}",
        to=_helper(helper),
        template="activities/emails/help_after_all",
        context=_about(occurrence) | {"name": helper.name},
        centre=occurrence.centre,
    )


def help_moved(helper: Helper, occurrence: Occurrence, *, was: tuple[datetime, datetime]) -> None:
    """The date that you help with has other times."""
    writing.post(
        f"occurrence:{occurrence.id}:moved:{occurrence.sequence}:helper:{helper.id}",
        to=_helper(helper),
        template="activities/emails/help_moved",
        context=_about(occurrence)
        | {"name": helper.name, "old_starts_at": was[0], "code": helper.shown_code},
        centre=occurrence.centre,
    )


def help_changed(helper: Helper, changes: Sequence[tuple[Occurrence, AsTold]]) -> None:
    """Some dates that you help with have other times or are called off; in order. Each as it is now and as it was."""
    first = changes[0][0]
    writing.post(
        f"occurrence:{first.id}:changed:{first.sequence}:helper:{helper.id}",
        to=_helper(helper),
        template="activities/emails/help_changed",
        context=_about(first)
        | {
            "name": helper.name,
            "lines": changes,
            "is_over": all(now.is_cancelled for now, _was in changes),
            "code": helper.shown_code,
        },
        centre=first.centre,
    )


def ready_to_publish(wish: Wish) -> None:
    """The try-out was made by somebody whose texts nobody looked at yet: the coach puts it in the agenda."""
    coach = wish.coach
    if coach is None or not coach.is_active or wish.activity is None:
        return
    activity = wish.activity
    writing.post(
        f"wish:{wish.id}:ready:{activity.id}",
        to=Recipient.from_person(coach),
        template="activities/emails/try_out_ready",
        context={
            "name": coach.name,
            "wish": wish,
            "title": activity.title,
            "page": link("activities:activity_manage", activity.id),
        },
        centre=activity.centre,
    )


def no_dates_left(wish: Wish, activity: Activity) -> None:
    """All dates of a try-out are called off: its coach plans again with the makers, or looks back."""
    coach = wish.coach
    if coach is None or not coach.is_active:
        return
    last = activity.occurrences.order_by("-cancelled_at", "-starts_at").first()
    if last is None:
        return
    writing.post(
        f"wish:{wish.id}:no_dates:{last.id}:{last.sequence}",
        to=Recipient.from_person(coach),
        template="activities/emails/try_out_no_dates",
        context={
            "name": coach.name,
            "wish": wish,
            "title": activity.title,
            "page": link("activities:activity_manage", activity.id),
            "look_back_page": link("activities:look_back_new", activity.id),
        },
        centre=activity.centre,
    )


def _about(occurrence: Occurrence) -> dict[str, Any]:
    activity = occurrence.activity
    return {
        "occurrence": occurrence,
        "centre": occurrence.centre,
        "title": in_its_language(lambda: _title(activity)),
        "activity_page": link("activities:activity", occurrence.activity_id),
    }


def _title(activity: Any) -> str:
    return str(activity.words(get_language() or "nl").title)


def _supporter(support: Support) -> Recipient:
    return Recipient.reached_at(
        support.name,
        phone=support.phone,
        email=support.email,
        language=support.language,
        person=support.person,
    )


def _helper(helper: Helper) -> Recipient:
    return Recipient.reached_at(
        helper.name,
        phone=helper.phone,
        email=helper.email,
        language=helper.language,
        person=helper.person,
    )
