"""A person's own dates as a calendar: what they joined, what they wait for, and what they organise.

The address is secret, and every calendar program on a phone fetches it by itself. Making a new one stops the old.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Event

from activities.calendars import occurrence_event
from activities.models import (
    ActivityState,
    CourseSignUp,
    Occurrence,
    PersonalCalendar,
    SignUp,
    SignUpState,
)
from lokaal.icalendar import empty_calendar
from lokaal.people.models import Person

DAYS_BACK = timedelta(days=30)
DAYS_AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Feed:
    """A calendar file, and the tag by which somebody knows that they have it already."""

    content: bytes
    etag: str


def renew(person: Person) -> PersonalCalendar:
    """Give a person an address for their calendar; the one before stops. Two at once make one."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        PersonalCalendar.objects.filter(person=person).delete()
        return PersonalCalendar.objects.create(person=person)


def stop(person: Person) -> None:
    """Let the address stop, without another."""
    PersonalCalendar.objects.filter(person=person).delete()


def find(pk: UUID, secret: str) -> PersonalCalendar | None:
    """Return the calendar at this address, of somebody whose account is open; None for any other."""
    found = (
        PersonalCalendar.objects.select_related("person")
        .filter(pk=pk, person__is_active=True)
        .first()
    )
    return found if found and found.has_secret(secret) else None


def feed_of(person: Person, now: datetime | None = None) -> Feed:
    """A month back and a year ahead, in the language of the person. The same rows give the same bytes."""
    now = now or timezone.now()
    with override(person.preferred_language):
        name = _("Mijn agenda bij %(house)s") % {"house": settings.SITE_NAME}
        calendar = empty_calendar(name=name)
        for event in _events(person, now):
            calendar.add_component(event)
    content = bytes(calendar.to_ical())
    return Feed(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def _events(person: Person, now: datetime) -> list[Event]:
    """A date that somebody organises and joined too stands there once; of two answers the surest counts."""
    stretch = {
        "starts_at__gte": now - DAYS_BACK,
        "starts_at__lt": now + DAYS_AHEAD,
    }
    dates: dict[UUID, tuple[Occurrence, bool, datetime]] = {}
    in_queue = CourseSignUp.objects.of(person).waiting()
    waiting_for = {one.series_id: one.updated_at for one in in_queue}
    mine = SignUp.objects.of(person).live().values_list("occurrence", "state", "updated_at")
    states = {pk: (state, changed_at) for pk, state, changed_at in mine}
    organised = Q(activity__organisers=person) & ~Q(activity__state=ActivityState.DRAFT)
    found = (
        Occurrence.objects.filter(
            organised | Q(pk__in=states) | Q(series__in=waiting_for), **stretch
        )
        .distinct()
        .select_related("activity", "centre")
        .prefetch_related("activity__translations", "activity__organisers")
        .order_by("starts_at", "id")
    )
    for date in found:
        state, changed_at = states.get(date.pk, ("", date.updated_at))
        is_host = person in date.activity.organisers.all()
        is_sure = is_host or state == SignUpState.JOINED
        if not state and not is_host:
            changed_at = waiting_for[date.series_id]  # type: ignore[index]  # found by it
        dates[date.pk] = (date, is_sure, changed_at)
    return [_event(*told) for told in dates.values()]


def _event(date: Occurrence, is_sure: bool, changed_at: datetime) -> Event:
    event = occurrence_event(date)
    if not is_sure and not date.is_cancelled:
        event["status"] = "TENTATIVE"
    changed_at = changed_at.astimezone(UTC).replace(microsecond=0)
    if changed_at > event.decoded("last-modified"):
        for name in ("dtstamp", "last-modified"):
            del event[name]
            event.add(name, changed_at)
    return event
