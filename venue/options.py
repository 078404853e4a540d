"""Options that run out: the room is free again, and the next in line gets it.

An option blocks until a moment. Whoever came later waits (Hold.WAITING), in the order in which they asked. When the
option runs out, is declined or moves away, the first who fits gets an option of their own, for as long as the house
gives one. This happens at the moment somebody else asks for a room, and by a job for when nobody does.

What ran out and who is next is told to hire.hiring by a job (`venue.options_changed`), written in the transaction of
the fact: so no booking is ever locked while a house is, and nothing is lost. Until that job has run a booking may still
say that it is an option; its use tells the truth.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from lokaal import jobs
from venue import allocating
from venue.models import Building, Hold, Use

OPTION_DAYS = 7  # where nobody wrote down the rules of the house
CHANGED_JOB = "venue.options_changed"


@dataclass(frozen=True)
class Lapse:
    """Uses (keys) whose option ran out, and uses that were next and got an option."""

    released: tuple[UUID, ...] = ()
    promoted: tuple[UUID, ...] = ()


def let_go_of_run_out(centres: Collection[UUID]) -> Lapse:
    """Release options of these houses whose time has run out, oldest first, and give an option to who waits for them.

    The caller has the turn of the houses (allocating.take_turn) and a transaction.
    """
    run_out = list(Use.objects.run_out().filter(centre__in=centres))
    for use in run_out:
        allocating.set_hold(use, Hold.RELEASED)
    promoted: list[UUID] = []
    for use in run_out:
        promoted += _promoted({use.centre_id}, use.taken_from, use.taken_until)
    lapse = Lapse(tuple(use.pk for use in run_out), tuple(promoted))
    _tell(lapse)
    return lapse


def give_to_who_waits(
    centres: Collection[UUID], start: datetime | None = None, end: datetime | None = None
) -> Lapse:
    """Give an option to those who wait for what came free in [start, end), UTC; ever. The caller has the turn."""
    lapse = Lapse((), tuple(_promoted(centres, start, end)))
    _tell(lapse)
    return lapse


def lapse_all() -> Lapse:
    """Release every option that has run out, house by house, and promote all who wait and fit. Twice is harmless."""
    released: list[UUID] = []
    promoted: list[UUID] = []
    waits = Use.objects.waiting().filter(starts_at__gt=timezone.now()).values_list("centre")
    for (centre,) in Use.objects.run_out().values_list("centre").union(waits):
        lapse = _lapse_in(centre)
        released += lapse.released
        promoted += lapse.promoted
    return Lapse(tuple(released), tuple(promoted))


@allocating.retried
def _lapse_in(centre: UUID) -> Lapse:
    with transaction.atomic():
        allocating.take_turn_of([centre])
        lapse = let_go_of_run_out([centre])
        more = give_to_who_waits([centre])
        return Lapse(lapse.released, lapse.promoted + more.promoted)


def rank(use: Use) -> int:
    """The place in line for a space and time: 1 is first (or holds it), 2 waits behind one, and so on."""
    return ranks([use.pk]).get(use.pk, 1)


RANKS = """
SELECT mine.id, 1 + count(DISTINCT other.id)
FROM venue_use mine
JOIN venue_use other ON other.centre_id = mine.centre_id AND other.during && mine.during AND other.id <> mine.id
    AND (other.hold = 'firm' OR other.hold = 'option' AND other.held_until > %(now)s
        OR other.hold = 'waiting' AND other.id < mine.id)
WHERE mine.id = ANY (%(uses)s::uuid[]) AND mine.hold IN ('waiting', 'requested') AND EXISTS (
    SELECT FROM venue_allocation a JOIN venue_allocation b ON b.part_id = a.part_id AND b.during && a.during
        AND b.kind && a.kind
    WHERE a.use_id = mine.id AND b.use_id = other.id
)
GROUP BY mine.id
"""


def ranks(uses: Iterable[UUID]) -> dict[UUID, int]:
    """The place in line of several uses that wait or were asked, in one query; 1 where one is not in the answer."""
    with connection.cursor() as cursor:
        cursor.execute(RANKS, {"uses": list(uses), "now": timezone.now()})
        return dict(cursor.fetchall())


def option_ends_at(centre: UUID, starts_at: datetime) -> datetime:
    """Until when (UTC) an option that is given now blocks: as many days as the house says, never past the begin."""
    days = Building.objects.filter(centre=centre).values_list("option_days", flat=True).first()
    return min(timezone.now() + timedelta(days=OPTION_DAYS if days is None else days), starts_at)


def _promoted(
    centres: Collection[UUID], start: datetime | None, end: datetime | None
) -> list[UUID]:
    """Give an option to each who waits and now fits, first come first served; those who do not fit wait on."""
    waiting = Use.objects.waiting().filter(centre__in=centres, starts_at__gt=timezone.now())
    if start is not None and end is not None:
        waiting = waiting.overlapping(start - timedelta(days=1), end + timedelta(days=1))
    promoted = []
    for use in waiting:
        try:
            with transaction.atomic():
                allocating.set_hold(use, Hold.OPTION, option_ends_at(use.centre_id, use.starts_at))
        except IntegrityError:
            continue
        promoted.append(use.pk)
    return promoted


def _tell(lapse: Lapse) -> None:
    if lapse.released or lapse.promoted:
        jobs.defer(
            CHANGED_JOB,
            released=[str(pk) for pk in lapse.released],
            promoted=[str(pk) for pk in lapse.promoted],
        )
