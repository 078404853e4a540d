"""The dates of an activity: making them, moving them, calling them off. Only this module changes an occurrence's state.

Every action locks the row and reads it again, so that two people at the same moment never undo each other's work.
Whoever is on the list hears of a move or a cancellation by a message that is written in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from types import EllipsisType
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import emails, queue, rooms
from activities.exceptions import BelowTaken, WrongTime
from activities.initiatives import inviting, steps
from activities.models import Activity, Occurrence, OccurrenceState
from activities.queue import DateQueue
from lokaal.people.models import Person
from venue import allocating

LONGEST = timedelta(days=31)
#: In `own_fields`: the times of this one date were changed.
TIMES = "times"


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
        _save(locked, "starts_at", "ends_at", "is_all_day", *_own(locked, {TIMES}), by=by)
        rooms.settle(locked, by=by, is_needed=needs_room)
        if is_news:
            DateQueue(locked).shorten_offers()
            for sign_up in locked.sign_ups.live().with_recipient():
                emails.occurrence_moved(sign_up, locked, was=was)
            inviting.tell_moved(locked, was=was)
        steps.follow_dates(locked.activity)
        queue.promote(locked)
    return _refreshed(occurrence)


def change(
    occurrence: Occurrence,
    *,
    room: str,
    capacity: int | None,
    note: str,
    title: str,
    host: Person | EllipsisType | None = ...,
    own_cost_cents: int | EllipsisType | None = ...,
    by: Person | None,
    needs_room: bool = True,
    is_told: bool = False,
) -> Occurrence:
    """Change what is particular about a date. A capacity of None means that there is always place.

    `host` and `own_cost_cents` stay as they are where they are not given; a cost of None is that of the activity. More
    places go to who waits. `is_told`: who is on the list hears of another room or price.
    Raises BelowTaken when more people are on the list than there would be places, and NoRoom when somebody else has
    the room; not `needs_room`: the date is then without it.
    """
    with transaction.atomic():
        locked = _locked(occurrence)
        was = locked.as_told()
        wanted: dict[str, Any] = {
            "room": room,
            "capacity": capacity,
            "note": note,
            "title": title,
            "host": host,
            "own_cost_cents": own_cost_cents,
        }
        wanted = {name: value for name, value in wanted.items() if value is not ...}
        changed = [field for field, value in wanted.items() if getattr(locked, field) != value]
        if "capacity" in changed:
            check_capacity(locked, capacity)
        for field in changed:
            setattr(locked, field, wanted[field])
        if changed:
            _save(locked, *changed, *_own(locked, changed), by=by)
            rooms.settle(locked, by=by, is_needed=needs_room)
            if "capacity" in changed:
                queue.promote(locked)
            if is_told and was.is_news(locked):
                for sign_up in locked.sign_ups.live().with_recipient():
                    emails.dates_changed([sign_up], {locked.pk: (locked, was)})
    return _refreshed(occurrence)


def cancel(
    occurrence: Occurrence, *, reason: str, by: Person | None, tells: bool = True
) -> Occurrence:
    """Call a date off and tell everyone on the list once. The list stays, for when it is held after all.

    Not `tells`: the caller calls off several dates, and writes to each person itself.

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
            DateQueue(locked).suspend()
            if tells and not locked.is_over():
                for sign_up in locked.sign_ups.live().with_recipient():
                    emails.occurrence_cancelled(sign_up, locked)
                inviting.tell_cancelled(locked)
            steps.follow_dates(locked.activity)
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
                inviting.tell_reinstated(locked)
            steps.follow_dates(locked.activity)
            queue.promote(locked)
    return _refreshed(occurrence)


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    """Raise WrongTime when these cannot be the begin and the end of a date."""
    if ends_at <= starts_at:
        raise WrongTime(_("Het einde ligt voor het begin. Kies een latere tijd."))
    if ends_at - starts_at > LONGEST:
        raise WrongTime(_("Een datum duurt hoogstens 31 dagen. Maak er meer datums van."))


def check_capacity(occurrence: Occurrence, capacity: int | None) -> None:
    """Raise BelowTaken when more people are on the list than there would be places."""
    if capacity is not None and capacity < occurrence.places_taken:
        raise BelowTaken(
            ngettext(
                "Er staat al %(taken)d mens op de lijst. Minder plekken kan niet.",
                "Er staan al %(taken)d mensen op de lijst. Minder plekken kan niet.",
                occurrence.places_taken,
            )
            % {"taken": occurrence.places_taken}
        )


def _own(occurrence: Occurrence, names: Iterable[str]) -> list[str]:
    """Note what was changed for this one date of a series, which the series then leaves alone; what to save."""
    new = [name for name in names if name not in occurrence.own_fields]
    if occurrence.series_id is None or not new:
        return []
    occurrence.own_fields = [*occurrence.own_fields, *new]
    return ["own_fields"]


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
