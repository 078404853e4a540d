"""Building the made-up neighbourhood, as of a day. Building it again adds what is new and doubles nothing."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from activities import planning
from activities.models import (
    Activity,
    ActivityState,
    ActivityTranslation,
    CostKind,
    Occurrence,
    Presence,
    SignUp,
)
from lokaal import local_time
from lokaal.centres.models import Centre, CentreTranslation, OpeningHours
from lokaal.outbox.models import Message
from lokaal.people.demo_sign_in import PEOPLE
from lokaal.people.models import Person, Role, StaffRole
from lokaal.portal.demo import (
    building_courses,
    building_door,
    building_food,
    building_hire,
    building_kitchen,
    building_plans,
    building_queue,
    building_rooms,
    building_series,
    building_tried,
    building_voice,
    building_wishes,
)
from lokaal.portal.demo.week import ACTIVITIES, CENTRES, GUESTS, WATERKRACHT, ActivityPlan
from lokaal.secret_links import hash_of

WEEKS_BACK = 8
WEEKS_AHEAD = 10
RENEW_BELOW_WEEKS = 6
#: Staff roles that are held at one centre; the others are for all.
AT_ONE_CENTRE = {Role.HOST: WATERKRACHT, Role.KITCHEN: WATERKRACHT}


def is_stale() -> bool:
    """Tell whether the coming weeks of the demo house are running out, or it has not been built."""
    wanted = timezone.now() + timedelta(weeks=RENEW_BELOW_WEEKS)
    return not Occurrence.objects.filter(starts_at__gt=wanted, series=None).exists()


@transaction.atomic
def build(today: date | None = None) -> None:
    """Make the centres, people, activities, dates, sign-ups and wishes that are not there yet."""
    day = today or timezone.localdate()
    written = list(Message.objects.values_list("pk", flat=True))
    centres = {plan.slug: _centre(plan.slug) for plan in CENTRES}
    people = _people(centres)
    spaces = building_rooms.build(centres)
    dishes = building_food.build(centres, cook=people["kitchen"])
    for plan in ACTIVITIES:
        activity = _activity(plan, centres[plan.centre], people)
        _dates(activity, plan, day)
    building_hire.build(spaces, dishes, people, day)
    building_kitchen.build(centres, dishes, cook=people["kitchen"], today=day)
    building_wishes.build(centres, people)
    building_plans.build(centres, people)
    building_voice.build(centres, people, day)
    building_tried.build(centres, people, day)
    building_series.build(day)
    building_courses.build(centres, people, day)
    building_door.build(people["host"])
    building_queue.build(people["host"])
    Message.objects.exclude(pk__in=written).delete()  # nobody lived this, so nobody hears of it


def _centre(slug: str) -> Centre:
    plan = next(plan for plan in CENTRES if plan.slug == slug)
    centre, is_new = Centre.objects.get_or_create(slug=slug, defaults=plan.fields)
    if is_new:
        OpeningHours.objects.bulk_create(
            OpeningHours(centre=centre, weekday=day, opens=opens, closes=closes)
            for day, opens, closes in plan.hours
        )
        CentreTranslation.objects.create(centre=centre, language="en", **plan.english)
    return centre


def _people(centres: dict[str, Centre]) -> dict[str, Person]:
    found = {}
    for plan in PEOPLE:
        person = Person.objects.filter(name=plan.name, email=plan.email).first()
        if person is None:
            person = Person.objects.create_user(
                plan.email, name=plan.name, preferred_language=plan.language
            )
            for role in plan.roles:
                centre = centres.get(AT_ONE_CENTRE.get(role, ""))
                StaffRole.objects.create(person=person, role=role, centre=centre)
        found[plan.key] = person
    return found


def _activity(plan: ActivityPlan, centre: Centre, people: dict[str, Person]) -> Activity:
    activity, is_new = Activity.objects.get_or_create(
        centre=centre,
        title=plan.fields["title"],
        defaults={"cost_kind": CostKind.FREE}
        | plan.fields
        | {"state": ActivityState.STOPPED if plan.is_stopped else ActivityState.PUBLISHED},
    )
    if is_new:
        ActivityTranslation.objects.create(activity=activity, language="en", **plan.english)
        if plan.organiser:
            activity.organisers.add(people[plan.organiser])
    return activity


def _dates(activity: Activity, plan: ActivityPlan, today: date) -> None:
    """Add the dates around today that were never there: one that was moved or called off does not come back."""
    monday = today - timedelta(days=today.weekday())
    known = set(activity.occurrences.values_list("original_starts_at", flat=True))
    is_new = not known
    coming = 0
    for week in range(-WEEKS_BACK, WEEKS_AHEAD):
        for weekday in plan.days:
            on = monday + timedelta(weeks=week, days=weekday - 1)
            starts_at = local_time.at(on, plan.starts)
            if starts_at in known:
                continue
            occurrence = planning.plan(
                activity, starts_at=starts_at, ends_at=local_time.at(on, plan.ends)
            )
            if not is_new:
                continue
            if on < today:
                _lived(occurrence, max(0, plan.taken - on.toordinal() % 4))
            else:
                _lived(occurrence, plan.taken >> coming)
                if not coming and plan.cancelled_next:
                    planning.cancel(occurrence, reason=plan.cancelled_next, by=None)
                coming += 1


def _lived(occurrence: Occurrence, parties: int) -> None:
    """Write down who came, or comes, as if they had joined in the days before. Nobody is sent a message about it.

    (activities.enrolment refuses dates that are over, and tells everyone; this is history that nobody lived.)
    """
    if not parties:
        return
    chance = random.Random(occurrence.starts_at.isoformat() + occurrence.activity.title)  # noqa: S311
    is_over = occurrence.is_over()
    guests = chance.sample(GUESTS, len(GUESTS))
    SignUp.objects.bulk_create(
        SignUp(
            occurrence=occurrence,
            name=guests[number % len(guests)],
            code=_free_code(chance),
            secret_hash=hash_of(str(chance.random())),
            presence=(Presence.PRESENT if chance.random() < 0.85 else Presence.ABSENT)
            if is_over
            else "",
            created_at=_days_before(occurrence.starts_at, chance.randrange(1, 9)),
        )
        for number in range(parties)
    )
    occurrence.places_taken = parties
    occurrence.save(update_fields=["places_taken"])


def _free_code(chance: random.Random) -> str:
    while True:
        code = f"{chance.randrange(10**8):08}"
        if not SignUp.objects.filter(code=code).exists():
            return code


def _days_before(moment: datetime, days: int) -> datetime:
    return min(moment, timezone.now()) - timedelta(days=days)
