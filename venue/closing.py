"""Closing a space for a while: first see what is in it, then decide for each, then close. All in one action.

What stays makes a hole in the closure: nobody is put out by accident, and the rest of the time is closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lokaal.exceptions import Refusal
from lokaal.people.models import Person
from venue import allocating, options
from venue.allocating import Wanted
from venue.exceptions import NotNow
from venue.models import BookingDate, DateState, Hold, Space, Use, UseKind
from venue.models.booking import REASON_LENGTH
from venue.models.use import UseQuerySet


@dataclass(frozen=True)
class Move:
    """This use goes to another space, at the same time."""

    to: Space


@dataclass(frozen=True)
class Cancel:
    """This use cannot be. Its owner is told by who calls (`Closing.cancelled`)."""


@dataclass(frozen=True)
class Leave:
    """This use stays; the space is closed around it."""


Decision = Move | Cancel | Leave


class NotDecided(Refusal):
    """There are uses in the space that nobody decided about. `uses` are those."""

    def __init__(self, message: str, uses: list[Use]) -> None:
        super().__init__(message)
        self.uses = uses


@dataclass(frozen=True)
class Closing:
    """What was done: the closures, and the uses that were moved, cancelled and left."""

    closures: tuple[Use, ...]
    moved: tuple[Use, ...]
    cancelled: tuple[Use, ...]
    left: tuple[Use, ...]


def listed(space: Space, start: datetime, end: datetime) -> UseQuerySet:
    """What is planned in a space, or in one that shares a part with it, between two moments (UTC); waiting ones too."""
    return (
        Use.objects.shown()
        .filter(space__in=Space.objects.overlapping(space))
        .overlapping(start, end)
        .exclude(kind=UseKind.CLOSURE)
        .with_place()
    )


def close(
    space: Space,
    start: datetime,
    end: datetime,
    *,
    title: str,
    decisions: Mapping[UUID, Decision],
    by: Person | None,
) -> Closing:
    """Close a space between two moments (UTC), with a decision for each use in it (by key). All or nothing.

    A booking date that is cancelled gets that state, with the title as its reason. Raises NotDecided with what somebody
    put in the space meanwhile, Taken when a use cannot move, WrongTime.
    """
    allocating.check(Wanted(space, start, end, UseKind.CLOSURE, title))
    spaces = [space, *(one.to for one in decisions.values() if isinstance(one, Move))]
    with transaction.atomic():
        allocating.take_turn(spaces=spaces)
        options.let_go_of_run_out([space.centre_id])
        uses = {use.pk: use for use in listed(space, start, end)}
        open_questions = [use for pk, use in uses.items() if pk not in decisions]
        if open_questions:
            count = len(open_questions)
            sentence = ngettext(
                "Kies eerst wat er gebeurt met %(count)d afspraak in deze zaal.",
                "Kies eerst wat er gebeurt met %(count)d afspraken in deze zaal.",
                count,
            )
            raise NotDecided(sentence % {"count": count}, open_questions)
        moved, cancelled, left = [], [], []
        for pk, use in uses.items():
            decision = decisions[pk]
            if isinstance(decision, Move):
                moved.append(_moved(space, use, decision.to))
            elif isinstance(decision, Cancel):
                cancelled.append(use)
            else:
                left.append(use)
        if cancelled:
            _cancel(cancelled, title)
        closures = _closures(space, start, end, title, by)
        options.give_to_who_waits([space.centre_id], start, end)  # what is free beside the closure
    return Closing(tuple(closures), tuple(moved), tuple(cancelled), tuple(left))


def reopen(closure: Use) -> Use:
    """Open the space again, from now on when it is closed already. Twice is harmless. Raises NotNow for another use."""
    if closure.kind != UseKind.CLOSURE:
        raise NotNow(_("Dit is geen sluiting."))
    now = timezone.now()
    if closure.starts_at < now < closure.ends_at:
        return allocating.change(closure, ends_at=now)
    return allocating.release(closure)


def _moved(space: Space, use: Use, to: Space) -> Use:
    if Space.objects.overlapping(space).filter(pk=to.pk).exists():
        raise NotNow(_("%(space)s gaat dan ook dicht.") % {"space": to.name})
    outcome = allocating.change_each([(use, {"space": to})], is_given_away=False)[0]
    if outcome.use is None:
        raise outcome.refusal or Refusal(_("Dit lukt niet."))
    return outcome.use


def _cancel(uses: list[Use], title: str) -> None:
    for use in uses:
        allocating.set_hold(use, Hold.RELEASED)
    BookingDate.objects.planned().filter(use__in=uses).update(
        state=DateState.CANCELLED, reason=title[:REASON_LENGTH], cancelled_at=timezone.now()
    )


def _closures(
    space: Space, start: datetime, end: datetime, title: str, by: Person | None
) -> list[Use]:
    """A closure for each stretch in which nothing was left."""
    wants = [
        Wanted(
            space=space,
            starts_at=lower,
            ends_at=upper,
            kind=UseKind.CLOSURE,
            title=title,
            by=by,
        )
        for lower, upper in _stretches_left(space, start, end)
    ]
    closures = []
    for outcome in allocating.take_each(wants, hold=Hold.FIRM):
        if outcome.use is None:
            raise outcome.refusal or Refusal(_("Dit lukt niet."))
        closures.append(outcome.use)
    return closures


def _stretches_left(
    space: Space, start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT lower(free), upper(free) FROM unnest(
                tstzmultirange(tstzrange(%(start)s, %(end)s)) - coalesce((
                    SELECT range_agg(b.busy) FROM venue_space_parts sp CROSS JOIN LATERAL venue_busy(
                        sp.part_id, tstzrange(%(start)s, %(end)s), 0, 0, '{}'::uuid[], %(now)s) b
                    WHERE sp.space_id = %(space)s), '{}'::tstzmultirange)) AS free
            ORDER BY 1
            """,
            {"start": start, "end": end, "space": space.pk, "now": timezone.now()},
        )
        return list(cursor.fetchall())
