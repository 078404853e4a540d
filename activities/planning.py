"""The dates of an activity: making them, moving them, calling them off. Only this module changes an occurrence's state.

Every action locks the row and reads it again, so that two people at the same moment never undo each other's work.
Whoever is on the list hears of a move or a cancellation by a message that is written in the same transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from types import EllipsisType

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import emails, rooms
from activities.exceptions import BelowTaken, WrongTime
from activities.models import Activity, Occurrence, OccurrenceState
from lokaal.people.models import Person
from venue import allocating

LONGEST = timedelta(days=31)


def plan(
    activity: Activity,
    *,
    starts_at: datetime,
    ends_at: datetime,
    room: str = "",
    capacity: int | EllipsisType | None = ...,
    note: str = "",
    title: str = "",
    is_all_day: bool = False,
    by: Person | None = None,
) -> Occurrence:
    """Add a date to an activity, with its room, and return it. Times are UTC.

    No capacity given: that of the activity; None: no limit. Raises WrongTime when the end is not after the start, or
    more than 31 days later, and NoRoom when somebody else has the room.
    """
    check_times(starts_at, ends_at)
    with transaction.atomic():
        allocating.take_turn_of([activity.centre_id])
        occurrence = Occurrence.objects.create(
            activity=activity,
            centre=activity.centre,
            starts_at=starts_at,
            ends_at=ends_at,
            original_starts_at=starts_at,
            is_all_day=is_all_day,
            room=room,
            capacity=activity.default_capacity if isinstance(capacity, EllipsisType) else capacity,
            note=note,
            title=title,
        )
        rooms.settle(occurrence, by=by)
    return occurrence


def move(
    occurrence: Occurrence,
    *,
    starts_at: datetime,
    ends_at: datetime,
    by: Person | None,
    is_all_day: bool | None = None,
    has_end: bool = True,
    needs_room: bool = True,
) -> Occurrence:
    """Give a date other times (UTC) and tell everyone on the list, unless it is over or called off.

    `is_all_day` None leaves that as it is; `by` None is a job or an import. The same times again change nothing.
    Without `has_end` the end may be the begin: a calendar elsewhere did not say when it ends. Not `needs_room`: when
    the room is not free then, the date moves without it.
    Raises WrongTime when the end is not after the start, or more than 31 days later, and NoRoom.
    """
    if has_end or ends_at != starts_at:
        check_times(starts_at, ends_at)
    with transaction.atomic():
        locked = _locked(occurrence)
        all_day = locked.is_all_day if is_all_day is None else is_all_day
        if (locked.starts_at, locked.ends_at, locked.is_all_day) == (starts_at, ends_at, all_day):
            return _refreshed(occurrence)
        was = (locked.starts_at, locked.ends_at)
        is_news = not locked.is_cancelled and max(locked.ends_at, ends_at) > timezone.now()
        locked.starts_at, locked.ends_at, locked.is_all_day = starts_at, ends_at, all_day
        _save(locked, "starts_at", "ends_at", "is_all_day", by=by)
        rooms.settle(locked, by=by, is_needed=needs_room)
        if is_news:
            for sign_up in locked.sign_ups.live().with_recipient():
                emails.occurrence_moved(sign_up, locked, was=was)
    return _refreshed(occurrence)


def change(
    occurrence: Occurrence,
    *,
    room: str,
    capacity: int | None,
    note: str,
    title: str,
    by: Person | None,
    needs_room: bool = True,
) -> Occurrence:
    """Change what is particular about a date. A capacity of None means that there is always place.

    Raises BelowTaken when more people are on the list than there would be places, and NoRoom when somebody else has
    the room; not `needs_room`: the date is then without it.
    """
    with transaction.atomic():
        locked = _locked(occurrence)
        wanted = {"room": room, "capacity": capacity, "note": note, "title": title}
        changed = [field for field, value in wanted.items() if getattr(locked, field) != value]
        if capacity is not None and "capacity" in changed and capacity < locked.places_taken:
            raise BelowTaken(
                ngettext(
                    "Er staat al %(taken)d mens op de lijst. Minder plekken kan niet.",
                    "Er staan al %(taken)d mensen op de lijst. Minder plekken kan niet.",
                    locked.places_taken,
                )
                % {"taken": locked.places_taken}
            )
        for field in changed:
            setattr(locked, field, wanted[field])
        if changed:
            _save(locked, *changed, by=by)
            rooms.settle(locked, by=by, is_needed=needs_room)
    return _refreshed(occurrence)


def cancel(occurrence: Occurrence, *, reason: str, by: Person | None) -> Occurrence:
    """Call a date off and tell everyone on the list once. The list stays, for when it is held after all.

    Twice is harmless: the second time changes nothing and nobody is told again. A date in the past may be called off
    too (it was not held, or a calendar elsewhere says so); that is no news to anybody.
    """
    with transaction.atomic():
        locked = _locked(occurrence)
        if not locked.is_cancelled:
            locked.state = OccurrenceState.CANCELLED
            locked.cancel_reason = reason
            locked.cancelled_at = timezone.now()
            _save(locked, "state", "cancel_reason", "cancelled_at", by=by)
            rooms.settle(locked, by=by)
            if not locked.is_over():
                for sign_up in locked.sign_ups.live().with_recipient():
                    emails.occurrence_cancelled(sign_up, locked)
    return _refreshed(occurrence)


def reinstate(occurrence: Occurrence, *, by: Person | None) -> Occurrence:
    """Hold a date after all that was called off, and tell everyone on the list. Twice is harmless.

    Raises NoRoom when somebody else has the room by now.
    """
    with transaction.atomic():
        locked = _locked(occurrence)
        if locked.is_cancelled:
            locked.state = OccurrenceState.PLANNED
            locked.cancel_reason = ""
            locked.cancelled_at = None
            _save(locked, "state", "cancel_reason", "cancelled_at", by=by)
            rooms.settle(locked, by=by)
            if not locked.is_over():
                for sign_up in locked.sign_ups.live().with_recipient():
                    emails.occurrence_reinstated(sign_up, locked)
    return _refreshed(occurrence)


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    """Raise WrongTime when these cannot be the begin and the end of a date."""
    if ends_at <= starts_at:
        raise WrongTime(_("Het einde ligt voor het begin. Kies een latere tijd."))
    if ends_at - starts_at > LONGEST:
        raise WrongTime(_("Een datum duurt hoogstens 31 dagen. Maak er meer datums van."))


def _locked(occurrence: Occurrence) -> Occurrence:
    """The date as it is now, locked; after the turn of its house, since that is the order of all who plan rooms."""
    allocating.take_turn_of([occurrence.centre_id])
    return Occurrence.objects.locked(occurrence.pk)


def _save(occurrence: Occurrence, *fields: str, by: Person | None) -> None:
    occurrence.sequence += 1
    occurrence.changed_by = by
    occurrence.save(update_fields=[*fields, "sequence", "changed_by", "updated_at"])


def _refreshed(occurrence: Occurrence) -> Occurrence:
    """Bring the caller's own copy up to date and return it."""
    occurrence.refresh_from_db()
    return occurrence
