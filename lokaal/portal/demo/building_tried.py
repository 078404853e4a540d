"""Building what the made-up neighbourhood tried and learned, with its neighbourhood tables."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.utils import timezone

from activities.initiatives import looking_back, table
from activities.models import (
    Activity,
    Choice,
    Consent,
    Happened,
    Lesson,
    LookBack,
    NeighbourhoodTable,
    Reaction,
    Readers,
    Reflection,
    Showing,
    TableItem,
    Wish,
    WishState,
)
from lokaal.centres.models import Centre
from lokaal.people.models import Person
from lokaal.portal.demo.tried import TABLE, TRIED, TriedPlan

#: So long after the last time it was decided.
DECIDED_AFTER = timedelta(days=9)
ONE_WEEK = timedelta(weeks=1)
#: The next table.
IN_DAYS = 12


def build(centres: dict[str, Centre], people: dict[str, Person], today: date) -> None:
    """Make what was tried and decided, the first time only: what became of it since is not undone."""
    if LookBack.objects.exists():
        return
    for plan in TRIED:
        _tried(plan, centres[plan.centre], people, today)
    for wish in Wish.objects.filter(state=WishState.LOOKING_BACK, activity__isnull=False):
        if wish.activity:
            looking_back.open_for(wish.activity, by=wish.coach)
    _tables(centres, people["coordinator"], today)


def _tried(plan: TriedPlan, centre: Centre, people: dict[str, Person], today: date) -> LookBack:
    """Write down what was tried, as if it had been looked back on then. (Nobody lived this.)"""
    activity = Activity.objects.get(centre=centre, title=plan.title)
    last_on = today - timedelta(weeks=plan.weeks_ago)
    decided_at = timezone.now() - timedelta(weeks=plan.weeks_ago) + DECIDED_AFTER
    writer = people[plan.writer]
    look_back = LookBack.objects.create(
        centre=centre,
        activity=activity,
        wish=Wish.objects.filter(activity=activity).first(),
        title=activity.title,
        summary=activity.summary,
        opened_at=decided_at - DECIDED_AFTER,
        asked_at=decided_at - DECIDED_AFTER,
        first_on=last_on - ONE_WEEK * (plan.times - 1),
        last_on=last_on,
        times_held=plan.times,
        people_came=plan.people,
        outcome=plan.outcome,
        reason=plan.reason,
        decided_at=decided_at,
        decided_by=people["coordinator"],
        grew_into=_grown(plan, centre, people) if plan.grew_into else None,
    )
    shown = {"readers": Readers.EVERYONE, "showing": Showing.SHOWN, "created_at": decided_at}
    Reflection.objects.create(
        look_back=look_back,
        person=writer,
        with_name=True,
        finished_at=decided_at,
        **plan.answers,
        **shown,
    )
    Lesson.objects.bulk_create(
        Lesson(
            look_back=look_back, person=writer, matter=matter, text=text, with_name=True, **shown
        )
        for matter, text in plan.lessons
    )
    choices = [
        *[Choice.AGAIN] * plan.again,
        *[Choice.DIFFERENT] * plan.different,
        *[Choice.NO_NEED] * plan.no_need,
    ]
    Reaction.objects.bulk_create(
        Reaction(
            look_back=look_back,
            choice=choice,
            sentence=plan.sentences[number] if number < len(plan.sentences) else "",
            answered_at=decided_at,
            **shown,
        )
        for number, choice in enumerate(choices)
    )
    return look_back


def _grown(plan: TriedPlan, centre: Centre, people: dict[str, Person]) -> Wish | None:
    """The wish that it grew into, which became an activity and stayed."""
    if plan.grew_into is None:
        return None
    text, title = plan.grew_into
    told_at = timezone.now() - timedelta(weeks=plan.weeks_ago - 2)
    wish = Wish.objects.create(
        text=text,
        centre=centre,
        person=people["coordinator"],
        name=people["coordinator"].name,
        coach=people["coordinator"],
        activity=Activity.objects.get(centre=centre, title=title),
        state=WishState.KEPT,
        showing=Showing.SHOWN,
        created_at=told_at,
        asked_at=told_at,
        state_since=told_at + timedelta(weeks=8),
        answered_at=told_at,
        answered_by=people["coordinator"],
        decided_at=told_at + timedelta(weeks=8),
        decided_by=people["coordinator"],
        decision_reason="Het is elke week gezellig. Er komen nieuwe mensen bij. Het blijft.",
    )
    for number, state in enumerate(
        (WishState.PLANNING, WishState.TRYING, WishState.LOOKING_BACK, WishState.KEPT), start=1
    ):
        wish.moments.create(
            what=Happened.BECAME,
            state=state,
            by=people["coordinator"],
            at=told_at + timedelta(weeks=2 * number),
        )
    return wish


def _tables(centres: dict[str, Centre], coordinator: Person, today: date) -> None:
    """One table that was, with its minutes, and the next one in each house."""
    plan = TABLE
    held_on = today - timedelta(weeks=plan.weeks_ago)
    decided_at = timezone.now() - timedelta(weeks=plan.weeks_ago)
    past = NeighbourhoodTable.objects.create(
        centre=centres[plan.centre],
        held_on=held_on,
        starts=time(19, 30),
        place="Woonkamer",
        people_there=plan.people,
        note=plan.note,
        created_by=coordinator,
        closed_at=decided_at,
        closed_by=coordinator,
    )
    said = {"decided_at": decided_at, "decided_by": coordinator}
    kept = LookBack.objects.filter(centre=past.centre).newest_first()[:1]
    items = [
        *(
            TableItem(
                look_back=one,
                consent=Consent.CONSENT,
                decision="Het blijft",
                reason=one.reason,
                **said,
            )
            for one in kept
        ),
        *(
            TableItem(
                subject=subject,
                consent=Consent.CHANGED if objection else Consent.CONSENT,
                decision="Afgesproken",
                objection=objection,
                changed=changed,
                **said,
            )
            for subject, objection, changed in plan.subjects
        ),
    ]
    for number, item in enumerate(items, start=1):
        item.table, item.position = past, number
    TableItem.objects.bulk_create(items)
    for centre in centres.values():
        table.prepare(
            centre,
            held_on=today + timedelta(days=IN_DAYS),
            starts=time(19, 30),
            place="Huiskamer" if centre.slug != plan.centre else "Woonkamer",
            by=coordinator,
        )
