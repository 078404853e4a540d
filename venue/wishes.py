"""What is asked of a space, and what can never be, whoever else is there: the times, the people, the hours of hire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from lokaal.centres.opening import Opening
from lokaal.exceptions import Refusal
from lokaal.people.models import Person
from venue import answers, hours, perms
from venue.exceptions import DoesNotFit, NoBuffer, WrongTime
from venue.models import Space, Use, UseKind

LONGEST = timedelta(days=31)
LONGEST_CLOSURE = timedelta(days=400)
FURTHEST = timedelta(days=5 * 366)
MOST_PEOPLE = 10_000


@dataclass(frozen=True)
class Wanted:
    """What is asked of a space. Times are UTC, half-open; `people` are guests, `staff` are counted with them.

    `before_minutes` and `after_minutes` None: as the layout or else the space says. Less than that needs a
    `buffer_reason`, a booking outside the hours of hire an `hours_reason`; for a booking both count only when `by`
    plans rooms there (venue.perms.PLANNING_ROLES). `equipment` says how many of which counted or unique equipment.
    """

    space: Space
    starts_at: datetime
    ends_at: datetime
    kind: UseKind
    title: str
    people: int = 0
    staff: int = 0
    layout: str = ""
    is_private: bool = False
    equipment: Mapping[UUID, int] = field(default_factory=dict)
    before_minutes: int | None = None
    after_minutes: int | None = None
    buffer_reason: str = ""
    hours_reason: str = ""
    set_up: str = ""
    closes: str = ""
    by: Person | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one date of several: a use, or the reason why not."""

    wanted: Wanted
    use: Use | None = None
    refusal: Refusal | None = None


def changed(was: Wanted, fields: Mapping[str, Any]) -> Wanted:
    """What is wanted then. Buffers belong to a room and its layout, a reason for odd hours to a time and a house."""
    fresh: dict[str, Any] = {}
    want = replace(was, **fields)
    if (want.space.pk, want.layout) != (was.space.pk, was.layout):
        fresh |= {"before_minutes": None, "after_minutes": None, "buffer_reason": ""}
    if not _lies_within(want, was):
        fresh |= {"hours_reason": ""}
    if want.space.centre_id != was.space.centre_id:
        fresh |= {"equipment": {}}  # what stays behind in the other house
    return replace(want, **{key: value for key, value in fresh.items() if key not in fields})


def out_of_each_others_way(now: Sequence[Wanted], wanted: Sequence[Wanted]) -> list[int]:
    """The order in which dates of a series move without meeting each other: the last one first when they go later."""
    later = [nth for nth, want in enumerate(wanted) if want.starts_at > now[nth].starts_at]
    earlier = [nth for nth in range(len(wanted)) if nth not in set(later)]
    later.sort(key=lambda nth: now[nth].starts_at, reverse=True)
    earlier.sort(key=lambda nth: now[nth].starts_at)
    return later + earlier


# What can never be, whoever else is there ----------------------------------------------------------


def check(wanted: Wanted, opening: Opening | None = None, *, was: Wanted | None = None) -> None:
    """Raise WrongTime, DoesNotFit, NoBuffer or Closed for what can never be, whoever else is there.

    `opening`: the hours of hire of the house, when they were read before. `was`: what holds now; what was agreed then
    and stays as it is, is not asked again.
    """
    if was is None or _times(wanted) != _times(was):
        _check_times(wanted)
    if wanted.kind == UseKind.CLOSURE:
        return
    if was is None or _people(wanted) != _people(was):
        _check_people(wanted)
    if was is None or _buffers(wanted) != _buffers(was):
        _check_buffers(wanted)
    if was is None or not _lies_within(wanted, was):
        _check_hours(wanted, opening)


def may_depart(wanted: Wanted) -> bool:
    """Whether a reason to leave out a buffer or to go outside the hours counts: the house itself, or who plans it."""
    if wanted.kind != UseKind.BOOKING:
        return True
    by = wanted.by
    return by is not None and by.holds(*perms.PLANNING_ROLES, centre_id=wanted.space.centre_id)


def _times(wanted: Wanted) -> tuple[Any, ...]:
    return wanted.starts_at, wanted.ends_at


def _people(wanted: Wanted) -> tuple[Any, ...]:
    return wanted.space.pk, wanted.layout, wanted.people, wanted.staff


def _buffers(wanted: Wanted) -> tuple[Any, ...]:
    return wanted.space.pk, wanted.layout, wanted.before_minutes, wanted.after_minutes


def _lies_within(wanted: Wanted, was: Wanted) -> bool:
    return (
        wanted.space.centre_id == was.space.centre_id
        and was.starts_at <= wanted.starts_at
        and wanted.ends_at <= was.ends_at
    )


def _check_times(wanted: Wanted) -> None:
    if wanted.ends_at <= wanted.starts_at:
        raise WrongTime(_("Het einde ligt voor het begin."))
    if wanted.kind == UseKind.CLOSURE:
        if wanted.ends_at - wanted.starts_at > LONGEST_CLOSURE:
            raise WrongTime(_("Dat is langer dan een jaar. Maak er twee van."))
    elif wanted.ends_at - wanted.starts_at > LONGEST:
        raise WrongTime(_("Dat is langer dan een maand. Maak er twee van."))
    if wanted.ends_at > timezone.now() + FURTHEST:
        raise WrongTime(_("Zo ver vooruit plannen wij nog niet."))


def _check_people(wanted: Wanted) -> None:
    if not wanted.space.is_active:
        raise DoesNotFit(_("Deze zaal is niet in gebruik. Kies een andere zaal."))
    if wanted.people < 0 or wanted.staff < 0:
        raise DoesNotFit(_("Vul in met hoeveel mensen je komt."))
    most = wanted.space.capacity_for(wanted.layout)
    if most is None and wanted.layout:
        raise DoesNotFit(_("Zo kan deze zaal niet staan. Kies een andere opstelling."))
    if wanted.people > (MOST_PEOPLE if most is None else most):
        raise DoesNotFit(answers.people_fit(wanted.space.name, most or MOST_PEOPLE))


def _check_buffers(wanted: Wanted) -> None:
    before, after = wanted.space.buffers_for(wanted.layout)
    asked_before = before if wanted.before_minutes is None else wanted.before_minutes
    asked_after = after if wanted.after_minutes is None else wanted.after_minutes
    if min(asked_before, asked_after) < 0:
        raise WrongTime(_("Minuten om klaar te zetten of op te ruimen zijn nul of meer."))
    if asked_before >= before and asked_after >= after:
        return
    if not wanted.buffer_reason:
        raise NoBuffer(_("Schrijf op waarom er minder tijd is om klaar te zetten of op te ruimen."))
    if not may_depart(wanted):
        raise NoBuffer(_("Alleen wie de zalen plant mag tijd om klaar te zetten weglaten."))


def _check_hours(wanted: Wanted, opening: Opening | None) -> None:
    if wanted.kind != UseKind.BOOKING or (wanted.hours_reason and may_depart(wanted)):
        return
    closed = (
        hours.problem(wanted)
        if opening is None
        else hours.problem_with(opening, wanted.starts_at, wanted.ends_at)
    )
    if closed:
        raise closed


@dataclass(frozen=True)
class Rules:
    """What is read once for all wants of one action."""

    openings: Mapping[UUID, Opening]

    @classmethod
    def of(cls, wants: Sequence[Wanted]) -> Rules:
        prefetch_related_objects([want.space for want in wants], "layouts")
        bookings = [want for want in wants if want.kind == UseKind.BOOKING]
        if not bookings:
            return cls({})
        return cls(
            hours.hire_openings(
                {want.space.centre_id for want in bookings},
                since=min(timezone.localdate(want.starts_at) for want in bookings),
            )
        )

    def check(self, wanted: Wanted, *, was: Wanted | None = None) -> None:
        check(wanted, self.openings.get(wanted.space.centre_id), was=was)
