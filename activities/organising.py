"""Making an activity and its dates: starting, telling, publishing, stopping, copying, planning a row of dates.

Only this module changes an activity's state. What happens to a date that exists is in activities.planning.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import planning, rooms, series
from activities.exceptions import NotReady, WrongTime
from activities.initiatives import inviting
from activities.models import Activity, ActivityState, ActivityTranslation, Occurrence
from activities.models.activity import TOLD_FIELDS
from lokaal import local_time
from lokaal.centres import days_off
from lokaal.centres.models import Centre
from lokaal.people.models import Person
from venue import allocating

#: What a copy takes over. Its dates, organisers and state are its own.
COPIED_FIELDS = ("centre_id", *TOLD_FIELDS)
COPIED_WORDS = (
    "language",
    "title",
    "summary",
    "description",
    "audience_note",
    "cost_note",
    "bring",
    "is_machine_made",
)
#: What the planner of the rooms shows of a date, or needs to know.
SHOWN_AT_ROOM = {"room", "title"}
MOST_TIMES = 52
ONE_DAY = timedelta(days=1)


# The activity ------------------------------------------------------------------------------------


def start(*, key: UUID, centre: Centre, title: str, **fields: Any) -> Activity:
    """Make a draft and return it. The same key again gives the draft that was made before.

    A name is unique to nobody: two sewing cafés may exist. The key is the identity of the form that was sent.
    """
    try:
        with transaction.atomic():
            return Activity.objects.create(id=key, centre=centre, title=title, **fields)
    except IntegrityError:
        made_before = Activity.objects.filter(pk=key, centre=centre).first()
        return made_before or Activity.objects.create(centre=centre, title=title, **fields)


def edit(activity: Activity, *, by: Person | None = None, **fields: Any) -> Activity:
    """Change only the fields named, so that two people who edit different things both keep their work.

    The dates to come without a room of their own move along when the room changes. Raises NoRoom when it is not free
    for one of them; then nothing has changed.
    """
    if not fields:
        return activity
    with transaction.atomic():
        allocating.take_turn_of([activity.centre_id])
        for field, value in fields.items():
            setattr(activity, field, value)
        activity.save(update_fields=[*fields, "updated_at"])
        if SHOWN_AT_ROOM & fields.keys():
            ahead = activity.occurrences.upcoming().going_ahead().select_related("use")
            rooms.settle_each(_of(activity, ahead), by=by)
    return activity


def _of(activity: Activity, occurrences: Iterable[Occurrence]) -> Iterator[Occurrence]:
    """The dates with the activity as it is in hand."""
    for occurrence in occurrences:
        occurrence.activity = activity
        yield occurrence


def translate(activity: Activity, language: str, **words: str) -> None:
    """Keep the words of an activity in another language. Without a title the translation is taken away."""
    if not words["title"]:
        activity.translations.filter(language=language).delete()
        return
    ActivityTranslation.objects.update_or_create(
        activity=activity, language=language, defaults={**words, "is_machine_made": False}
    )


def publish(activity: Activity) -> None:
    """Put an activity in the agenda; also one that was stopped. Twice is harmless.

    Who supported the wish that it grew from, is asked to come or to help. Raises NotReady when it does not say in one
    sentence what it is.
    """
    if not activity.summary.strip():
        raise NotReady(_("Vertel eerst in één zin wat jullie doen."))
    with transaction.atomic():
        _become(activity, ActivityState.PUBLISHED)
        never_before = Activity.objects.filter(pk=activity.pk, published_at=None)
        never_before.update(published_at=timezone.now())
        inviting.invite(activity)


def stop(activity: Activity) -> None:
    """Take an activity out of the agenda; its series end. Twice is harmless.

    Raises NotReady when dates are still to come: those are called off one by one, so that people are told.
    """
    with transaction.atomic():
        Activity.objects.select_for_update(no_key=True).get(pk=activity.pk)
        ahead = activity.occurrences.upcoming().going_ahead().count()
        if ahead:
            raise NotReady(_("Er zijn nog datums. Zeg die eerst af. Dan weten de mensen het."))
        series.end_all(activity)
        _become(activity, ActivityState.STOPPED)


def copy(activity: Activity, *, key: UUID, organiser: Person) -> Activity:
    """Make a draft with the same words and facts, without dates. The same key again gives the same draft."""
    with transaction.atomic():
        made = start(
            key=key,
            centre=activity.centre,
            **{field: getattr(activity, field) for field in COPIED_FIELDS if field != "centre_id"},
        )
        if not made.organisers.filter(pk=organiser.pk).exists():
            made.organisers.add(organiser)
        ActivityTranslation.objects.bulk_create(
            [
                ActivityTranslation(
                    activity=made, **{field: getattr(words, field) for field in COPIED_WORDS}
                )
                for words in activity.translations.all()
            ],
            ignore_conflicts=True,
        )
    return made


def add_organiser(activity: Activity, person: Person) -> None:
    """Let a person organise along. Twice is harmless."""
    activity.organisers.add(person)


def remove_organiser(activity: Activity, person: Person) -> None:
    """End that a person organises this. Twice is harmless."""
    activity.organisers.remove(person)


def _become(activity: Activity, state: ActivityState) -> None:
    activity.state = state
    activity.save(update_fields=["state", "updated_at"])


# Its dates ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlannedDate:
    """A date as it would be made, and what is to be known about it before it is.

    `problem`: it cannot be made (the sentence says why). `warning`: it can, but think first.
    """

    day: date
    starts_at: datetime | None
    ends_at: datetime | None
    problem: str = ""
    warning: str = ""


def planned_dates(
    activity: Activity, *, first: date, starts: time, ends: time, every_weeks: int, times: int
) -> list[PlannedDate]:
    """The dates of "every so many weeks, so many times", each from its own local date and time.

    Raises WrongTime when the end is not after the start.
    """
    if ends <= starts:
        raise WrongTime(_("Het einde ligt voor het begin. Kies een latere tijd."))
    count = min(times, MOST_TIMES) if every_weeks else 1
    days = [first + timedelta(weeks=number * every_weeks) for number in range(count)]
    closed = days_off.closed_days_of(activity.centre, days[0], days[-1])
    taken = _starts_between(activity, days[0], days[-1])
    no_room = rooms.problems(activity, _moments(days, starts, ends))
    found = []
    for day in days:
        try:
            starts_at, ends_at = local_time.at(day, starts), local_time.at(day, ends)
        except local_time.NoSuchTime as refusal:
            found.append(PlannedDate(day, None, None, problem=str(refusal)))
            continue
        if starts_at in taken:
            found.append(PlannedDate(day, starts_at, ends_at, problem=_("Deze datum staat er al.")))
        elif starts_at in no_room:
            found.append(PlannedDate(day, starts_at, ends_at, problem=no_room[starts_at]))
        elif day in closed:
            warning = _("Dan is het huis dicht: %(reason)s.") % {"reason": closed[day]}
            found.append(PlannedDate(day, starts_at, ends_at, warning=warning))
        else:
            found.append(PlannedDate(day, starts_at, ends_at))
    return found


def _moments(days: Iterable[date], starts: time, ends: time) -> list[tuple[datetime, datetime]]:
    """Begin and end (UTC) of those days on which the clock shows both times."""
    found = []
    for day in days:
        with suppress(local_time.NoSuchTime):
            found.append((local_time.at(day, starts), local_time.at(day, ends)))
    return found


def add_dates(
    activity: Activity,
    planned: Iterable[PlannedDate],
    *,
    chosen: Collection[date],
    by: Person | None = None,
) -> list[Occurrence]:
    """Make the chosen dates and return them. A date that is there is never made again.

    Of a course they belong to its series: who is in it, is on their list. Raises Full when there is no place for them,
    and NoRoom when somebody else has the room of one of them by now; then none was made.
    """
    wanted = [date for date in planned if date.day in chosen and date.starts_at and date.ends_at]
    if not wanted:
        return []
    with transaction.atomic():
        allocating.take_turn_of([activity.centre_id])
        Activity.objects.select_for_update(no_key=True).get(pk=activity.pk)
        taken = _starts_between(activity, wanted[0].day, wanted[-1].day)
        made = [
            planning.plan(activity, starts_at=date.starts_at, ends_at=date.ends_at, by=by)
            for date in wanted
            if date.starts_at and date.ends_at and date.starts_at not in taken
        ]
        series.add_to_course(activity, made)
        return made


def _starts_between(activity: Activity, first: date, last: date) -> set[datetime]:
    begin = local_time.day_starts_at(first)
    end = local_time.day_starts_at(last + ONE_DAY)
    starts = activity.occurrences.between(begin, end).values_list("starts_at", flat=True)
    return {moment.astimezone(UTC) for moment in starts}
