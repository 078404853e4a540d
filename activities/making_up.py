"""Missing one time of a course, and coming another time instead.

Somebody who cannot come one time frees that date and stays in the course. For each time they missed or will miss they
may come another time, on a date of the same activity that has place: the database keeps that to one for one. A time
that the house called off counts too. The locks are those of activities.courses.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import courses, emails
from activities.courses import CourseQueue
from activities.exceptions import AlreadyThere, CannotMakeUp, NotOpen
from activities.models import (
    CourseSignUp,
    Occurrence,
    OccurrenceState,
    Presence,
    SignUp,
    SignUpState,
)
from activities.models.occurrence import OccurrenceQuerySet
from activities.models.party import LIVE
from lokaal.people.models import Person


def miss(sign_up: SignUp, *, by: Person | None = None) -> SignUp:
    """Somebody in a course cannot come one time: free that date, and tell them. Twice is harmless.

    Also takes back another time that was chosen. Raises NotOpen when the date is over.
    """
    with transaction.atomic():
        queue, _course, found = _locked_date(sign_up)
        if not found.is_live:
            return found
        if found.occurrence.is_over():
            raise NotOpen(_("Deze datum is al geweest. Afmelden hoeft niet meer."))
        found.state = SignUpState.CANCELLED
        found.offered_until = None
        found.cancelled_at, found.cancelled_by = timezone.now(), by
        found.sequence += 1
        _save_state(found)
        queue.count_date(found.occurrence, -found.party_size)
        queue.promote()
        emails.course_date_missed(found, found.occurrence)
    return found


def come_after_all(sign_up: SignUp) -> SignUp:
    """Somebody in a course comes after all, to a date they would miss. Twice is harmless.

    Raises NotOpen (over, called off, or no longer in the course), Full, and CannotMakeUp when they chose another time.
    """
    with transaction.atomic():
        queue, course, found = _locked_date(sign_up)
        if found.is_live:
            return found
        _check_in_course(course)
        _check_can_come(found.occurrence)
        if found.makes_up_id:
            raise CannotMakeUp(_("Kies opnieuw een andere keer."))
        if found.made_up_by.live().exists():
            raise CannotMakeUp(_("Je koos al een andere keer. Zeg die eerst af."))
        found.state = course.state
        found.offered_until = course.offered_until
        found.cancelled_at = found.cancelled_by = None
        found.companions = course.companions
        found.sequence += 1
        queue.count_date(found.occurrence, found.party_size)
        _save_state(found)
        emails.course_date_taken(found, found.occurrence)
    return found


def missed(course: CourseSignUp) -> list[SignUp]:
    """The times that a party in a course missed, will miss, or could not have, and does not make up yet; in order."""
    if not course.is_joined:
        return []
    made_up = SignUp.objects.filter(makes_up=OuterRef("pk"), state__in=LIVE)
    not_there = Q(state=SignUpState.CANCELLED) | Q(
        state=SignUpState.JOINED, presence=Presence.ABSENT
    )
    return list(
        course.dates.filter(
            not_there | Q(occurrence__state=OccurrenceState.CANCELLED), makes_up=None
        )
        .exclude(Exists(made_up))
        .select_related("occurrence__activity")
        .order_by("occurrence__starts_at", "id")
    )


def other_times(course: CourseSignUp) -> OccurrenceQuerySet:
    """The dates of the same activity on which a party in a course can make up for one it missed, first one first."""
    mine = SignUp.objects.filter(course=course, occurrence=OuterRef("pk"))
    return (
        Occurrence.objects.filter(
            Q(capacity=None) | Q(places_taken__lte=F("capacity") - course.party_size),
            activity=course.series.activity_id,
            starts_at__gt=timezone.now(),
        )
        .going_ahead()
        .exclude(Exists(mine))
        .order_by("starts_at", "id")
    )


def make_up(instead_of: SignUp, occurrence: Occurrence) -> SignUp:
    """Let a party in a course come another time instead of one that it missed or will miss, and tell them.

    Raises CannotMakeUp (not missed, made up already, or not of this activity), AlreadyThere, NotOpen, Full.
    """
    with transaction.atomic():
        queue, course, found = _locked_date(instead_of, also=[occurrence.pk])
        date = queue.dates.get(occurrence.pk)
        _check_in_course(course)
        if found.pk not in {one.pk for one in missed(course)}:
            raise CannotMakeUp(_("Voor deze keer heb je al een andere datum."))
        if date is None:
            raise NotOpen(_("Deze datum is al geweest. Kies een andere datum."))
        if date.activity_id != course.series.activity_id:
            raise CannotMakeUp(_("Kies een datum van dezelfde activiteit."))
        _check_can_come(date)
        there = courses.of_same_people(course).live().filter(occurrence=date).first()
        if there:
            raise AlreadyThere(_("Je staat al op de lijst."), sign_up=there)
        taken = courses.sign_up_of(course, date)
        taken.makes_up = found
        queue.count_date(date, taken.party_size)
        courses.saved_at_once([taken])
        emails.course_date_taken(taken, date)
    return taken


# Within ------------------------------------------------------------------------------------------


def _locked_date(
    sign_up: SignUp, *, also: Iterable[UUID] = ()
) -> tuple[CourseQueue, CourseSignUp, SignUp]:
    """Return the queue of a course, a party in it and one of its sign-ups as they are now, locked in that order."""
    course = CourseSignUp.objects.get(dates=sign_up)
    queue = courses.locked_queue(course.series_id, also=[sign_up.occurrence_id, *also])
    course = courses.locked(course)
    found = (
        SignUp.objects.select_for_update(of=("self",))
        .select_related("person", "occurrence__activity", "occurrence__centre")
        .get(pk=sign_up.pk)
    )
    found.course = course
    found.occurrence = queue.dates.get(found.occurrence_id, found.occurrence)
    return queue, course, found


def _save_state(sign_up: SignUp) -> None:
    sign_up.save(
        update_fields=[
            "state",
            "offered_until",
            "cancelled_at",
            "cancelled_by",
            "companions",
            "sequence",
            "updated_at",
        ]
    )


def _check_in_course(course: CourseSignUp) -> None:
    if not course.is_joined:
        raise NotOpen(_("Je doet niet meer mee. Meld je opnieuw aan."))


def _check_can_come(date: Occurrence) -> None:
    if date.is_cancelled:
        raise NotOpen(_("Gaat niet door. Kies een andere datum."))
    if date.is_over():
        raise NotOpen(_("Deze datum is al geweest. Kies een andere datum."))
