"""Building the plans of made-up ideas: one half done, one that is tried out now, and what the small pot gave."""

from __future__ import annotations

from datetime import date, time, timedelta
from uuid import UUID, uuid5

from django.utils import timezone

from activities import planning
from activities.initiatives import pot, steps, trying_out
from activities.initiatives.steps import By
from activities.initiatives.trying_out import TryOut
from activities.models import (
    Activity,
    ActivityTranslation,
    Grant,
    GrantMaximum,
    PlanStepKind,
    Pot,
    Wish,
    WishState,
)
from lokaal import local_time
from lokaal.centres.models import Centre
from lokaal.people.models import Person
from lokaal.portal.demo.building_wishes import DANCING, SWAPPING
from lokaal.portal.demo.week import WATERKRACHT

#: What one idea gets at most in a year, and what is in the pot of each house (domain.md, Zeggenschap).
MOST_CENTS = 250_00
BUDGET_CENTS = 1_500_00
STARTS, ENDS = time(19, 30), time(21, 0)
#: The last steps of the plan that is half done are so far off.
FIRST_IN = timedelta(days=20)
DATES_TO_COME = 3
ONE_WEEK = timedelta(weeks=1)
ONE_DAY = timedelta(days=1)
KEYS = UUID("8d0e6f0a-4a5c-4c58-9a55-3f1df1b1c0de")


def build(centres: dict[str, Centre], people: dict[str, Person]) -> None:
    """Make the pots, plans and the try-out that are not there yet: what became of them since is not undone."""
    today = timezone.localdate()
    _pots(centres, people["treasurer"], today)
    swapping = Wish.objects.filter(text=SWAPPING, state=WishState.PLANNING).first()
    if swapping and steps.plan_of(swapping) is None:
        _half_done(swapping, people, today)
    dancing = Wish.objects.filter(text=DANCING, state=WishState.PLANNING, activity=None).first()
    if dancing and steps.plan_of(dancing) is None:
        _tried_now(dancing, centres[WATERKRACHT], people, today)


def _pots(centres: dict[str, Centre], treasurer: Person, today: date) -> None:
    if not GrantMaximum.objects.exists():
        GrantMaximum.objects.create(most_cents=MOST_CENTS, valid_from=date(today.year - 1, 1, 1))
    for centre in centres.values():
        for year in (today.year - 1, today.year):
            if not Pot.objects.filter(centre=centre, year=year).exists():
                pot.fill(centre, year=year, budget_cents=BUDGET_CENTS, by=treasurer)


def _half_done(wish: Wish, people: dict[str, Person], today: date) -> None:
    """A plan with a step that is late, some that are done, what was written, and money that was asked for."""
    owner, coach = people["sewer"], people["coordinator"]
    wish.organisers.add(owner)
    plan = steps.begin(wish, first_on=today + FIRST_IN)
    talked, room, *_others = plan.steps.in_order()
    steps.finish(talked, by=By(coach))
    steps.change_step(
        room,
        title=room.title,
        kind=room.kind,
        days_before=None,
        due_on=today - 3 * ONE_DAY,
        who=owner.name,
        person=owner,
        note="De Woonkamer is groot genoeg voor de rekken.",
    )
    for text, by in (
        ("Ik heb al vier zakken met kinderkleren. Waar kan ik die laten?", owner),
        ("Zet ze maar in de berging. Ik leg een briefje klaar voor de balie.", coach),
    ):
        steps.write(plan, text=text, by=By(by))
    pot.ask(
        wish,
        amount_cents=40_00,
        purpose="Kledingrekken en hangers.",
        by=By(owner),
        centre=wish.centre,
    )


def _tried_now(wish: Wish, centre: Centre, people: dict[str, Person], today: date) -> None:
    """A try-out of which one date was, with money that was given and spent."""
    maker, coach = people["volunteer"], people["coordinator"]
    wish.organisers.add(maker)
    plan = steps.begin(wish, first_on=today + ONE_WEEK)
    activity = _activity(wish, centre, coach, today)
    ActivityTranslation.objects.create(
        activity=activity,
        language="en",
        title="Dancing to old songs",
        summary="We dance to songs from the old days. You may also sit and listen.",
    )
    last_week = today - ONE_WEEK + ONE_DAY
    planning.plan(
        activity,
        starts_at=local_time.at(last_week, STARTS),
        ends_at=local_time.at(last_week, ENDS),
    )
    for step in plan.steps.exclude(kind=PlanStepKind.ACCESS):
        steps.finish(step, by=By(maker))
    grant = _given(wish, maker, people["treasurer"])
    pot.spend(
        grant,
        amount_cents=41_50,
        what="Een doos oude platen en limonade",
        on=last_week,
        by=By(maker),
        has_receipt=True,
    )


def _activity(wish: Wish, centre: Centre, coach: Person, today: date) -> Activity:
    first = today + ONE_DAY
    rule = trying_out.rule_of(
        first=first, starts=STARTS, ends=ENDS, every_weeks=1, times=DATES_TO_COME, own=()
    )
    days = [first + number * ONE_WEEK for number in range(DATES_TO_COME)]
    told = TryOut(
        centre=centre,
        title="Dansen van vroeger",
        summary="Wij dansen op muziek van vroeger. Zitten en luisteren mag ook.",
        rule=rule,
        days=days,
        room=_room(centre, days),
        content_when="Er komen tien mensen. Er dansen ook mensen die eerst niet durfden.",
        capacity=20,
    )
    return trying_out.begin(wish, told, key=uuid5(KEYS, str(wish.pk)), by=By(coach))


def _room(centre: Centre, days: list[date]) -> str:
    """A room that is free on all these days, or else in words where it is."""
    rule = trying_out.rule_of(
        first=days[0], starts=STARTS, ends=ENDS, every_weeks=1, times=len(days), own=()
    )
    found = trying_out.rooms_for(centre, rule, people=20)
    free = [one for one in found if one.free_count == len(days)]
    return free[0].space.name if free else "Bij de balie"


def _given(wish: Wish, maker: Person, treasurer: Person) -> Grant:
    asked = pot.ask(wish, amount_cents=75_00, purpose="Platen en iets te drinken.", by=By(maker))
    return pot.give(asked, by=treasurer, words="Veel plezier. Bewaar de bonnetjes.")
