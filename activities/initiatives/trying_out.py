"""Trying out: a plan gets a few dates, its rooms, helpers and guests in one go.

All of it in one transaction: the turn of the house, the wish, then the activity with its dates. Nothing half is left
when a room is not free. When the last date is over, activities.initiatives.looking_back takes it from here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities import organising, perms, rooms
from activities import series as dates_of_series
from activities.emails import plans as emails
from activities.exceptions import NoRoom, NotReady
from activities.initiatives import coaching, moderating, steps
from activities.initiatives.steps import By
from activities.models import (
    Activity,
    CostKind,
    Participation,
    Plan,
    PlanStepKind,
    Series,
    Wish,
    WishState,
)
from activities.series import SKIP, Answer, Slot, Standing
from lokaal import repeating
from lokaal.centres.models import Centre
from lokaal.look.formats import clock_range, day
from lokaal.repeating import Every, Rule
from venue import allocating, searching
from venue.allocating import Wanted
from venue.models import UseKind
from venue.searching import FoundSeries, Need

MOST_DATES = 8
USUAL_DATES = 4
MOST_ALTERNATIVES = 3
#: In these a try-out may begin.
BEFORE_TRYING = {WishState.PLANNING}


@dataclass(frozen=True, kw_only=True)
class TryOut:
    """What is asked before the first date. `rule` has no more than MOST_DATES days; `days` are those that go ahead.

    `room`: the name of a space of the house, which is then held, or other words for where it is.
    """

    centre: Centre
    title: str
    summary: str
    rule: Rule
    days: Collection[date]
    room: str
    content_when: str
    participation: str = Participation.SIGN_UP
    capacity: int | None = None
    cost_kind: str = CostKind.FREE
    cost_cents: int = 0


# Choosing ----------------------------------------------------------------------------------------


def rule_of(
    *, first: date, starts: object, ends: object, every_weeks: int, times: int, own: Sequence[date]
) -> Rule:
    """The rule of "every so many weeks, so many times", or of a few days of one's own. Raises WrongRule."""
    own_days = tuple(sorted({first, *own}))
    is_own = not every_weeks
    last = own_days[-1] if is_own else first + repeating.ONE_DAY * 7 * every_weeks * (times - 1)
    rule = Rule(
        every=Every.OWN if is_own else Every.WEEK,
        first_on=own_days[0] if is_own else first,
        last_on=last,
        starts=starts,  # type: ignore[arg-type]
        ends=ends,  # type: ignore[arg-type]
        interval=every_weeks or 1,
        own_days=own_days if is_own else (),
    )
    repeating.check(rule)
    return rule


def rooms_for(centre: Centre, rule: Rule, *, people: int) -> list[FoundSeries]:
    """The spaces of a house for all days of a rule, best first: those that are free most often.

    Raises WrongRule and NoSuchTime.
    """
    moments: list[tuple[datetime, datetime]] = []
    for planned in repeating.plan(rule):
        if planned.problem is not None:
            raise planned.problem
        if planned.starts_at and planned.ends_at:
            moments.append((planned.starts_at, planned.ends_at))
    need = Need(
        starts_at=moments[0][0],
        ends_at=moments[0][1],
        people=max(1, people),
        centre=centre,
        for_hirer=False,
    )
    return searching.find_series(need, moments)


# Beginning ---------------------------------------------------------------------------------------


def begin(wish: Wish, told: TryOut, *, key: UUID, by: By) -> Activity:
    """Make the activity of a wish with its try-out dates, hold their rooms, and ask who supports it.

    The same form (`key`) again gives the activity that was made before. It goes into the agenda when somebody of the
    house does it, or when the words of its owner were looked at before; else its coach is asked to put it there, and
    who supports it hears then.
    Raises NotReady (no plan, no dates, nobody wrote when they are content, tried already), NoRoom with the day and what
    is free instead, WrongRule, HoldsBSN and HoldsContact; then nothing was written.
    """
    moderating.check_public(told.title, told.summary, told.content_when, told.room)
    with transaction.atomic():
        allocating.take_turn_of([told.centre.pk])
        locked = Wish.objects.locked(wish.pk)
        if locked.activity_id == key:
            return Activity.objects.get(pk=key)
        _check(locked, told)
        activity = _activity(locked, told, key)
        _plan_dates(activity, told, by)
        locked.activity = activity
        locked.content_when = told.content_when
        locked.centre = locked.centre or told.centre
        locked.save(update_fields=["activity", "content_when", "centre"])
        _settle_plan(locked, min(told.days), by)
        coaching.become(locked, WishState.TRYING, by=by.person)
        if may_publish(locked, by):
            organising.publish(activity)
        else:
            emails.ready_to_publish(locked)
        activity.refresh_from_db()
    wish.refresh_from_db(fields=["activity", "content_when", "centre", "state", "state_since"])
    return activity


def may_publish(wish: Wish, by: By) -> bool:
    """Whether this goes into the agenda at once: staff of the house do it, or everybody may read the wish already."""
    return wish.is_shown or (by.person is not None and perms.can_coach(by.person, wish))


def _check(wish: Wish, told: TryOut) -> None:
    if wish.activity_id is not None or wish.state not in BEFORE_TRYING:
        raise NotReady(_("Dit idee is nu niet in de fase van het plan. Vraag je begeleider."))
    if not told.content_when.strip():
        raise NotReady(_("Schrijf eerst op wanneer jullie tevreden zijn."))
    if not told.days:
        raise NotReady(_("Kies een of meer datums."))
    if len(told.days) > MOST_DATES:
        raise NotReady(_("Probeer het eerst met hoogstens %(most)d datums.") % {"most": MOST_DATES})


def _activity(wish: Wish, told: TryOut, key: UUID) -> Activity:
    activity = organising.start(
        key=key,
        centre=told.centre,
        title=told.title,
        summary=told.summary,
        text_language=get_language() or "nl",
        participation=told.participation,
        default_capacity=told.capacity,
        cost_kind=told.cost_kind,
        cost_cents=told.cost_cents,
        room=told.room,
        organiser_name=wish.shown_name,
    )
    makers = set(wish.organisers.filter(is_active=True))
    if wish.person and not wish.is_let_go:
        makers.add(wish.person)
    activity.organisers.add(*makers)
    return activity


def _plan_dates(activity: Activity, told: TryOut, by: By) -> Series:
    draft = dates_of_series.draft(activity, told.rule, room=told.room, capacity=told.capacity)
    for slot in dates_of_series.preview(draft):
        if slot.standing == Standing.TAKEN and slot.on in told.days:
            raise NoRoom(_refusal(told, slot))
    chosen = {on: Answer() if on in told.days else SKIP for on in repeating.days(told.rule)}
    series = dates_of_series.begin(draft, answers=chosen, by=by.person)
    if not series.occurrences.exists():
        raise NotReady(_("Op die dagen valt geen enkele datum. Kies andere dagen."))
    return series


def _refusal(told: TryOut, slot: Slot) -> str:
    """Why the room is not free on a day, and what is free instead."""
    said = {"day": capfirst(day(slot.on)), "problem": slot.reason}
    space = rooms.spaces_of(told.centre.pk).get(told.room.lower())
    if space is None or slot.planned.starts_at is None or slot.planned.ends_at is None:
        return _("%(day)s: %(problem)s") % said
    wanted = Wanted(
        space=space,
        starts_at=slot.planned.starts_at,
        ends_at=slot.planned.ends_at,
        kind=UseKind.ACTIVITY,
        title=told.title,
        people=told.capacity or 0,
    )
    found = searching.alternatives(wanted, most=MOST_ALTERNATIVES)
    free = ", ".join(f"{one.space.name} {clock_range(one.starts_at, one.ends_at)}" for one in found)
    if not free:
        return _("%(day)s: %(problem)s") % said
    return _("%(day)s: %(problem)s Wel vrij: %(free)s.") % {**said, "free": free}


def _settle_plan(wish: Wish, first_on: date, by: By) -> None:
    """The plan counts back from the first date, and its room is found."""
    plan: Plan | None = steps.plan_of(wish)
    if plan is None:
        return
    steps.move_first_date(plan, first_on)
    for step in plan.steps.open().filter(kind=PlanStepKind.ROOM):
        steps.finish(step, by=by)
