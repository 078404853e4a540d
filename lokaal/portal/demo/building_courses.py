"""A course in the made-up neighbourhood that began and is full, a second group beside it, and themes to follow."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.utils import timezone

from activities import courses, planning, series
from activities.following import theming
from activities.models import (
    Activity,
    ActivityState,
    ActivityTranslation,
    Audience,
    CostKind,
    LanguageLevel,
    Mood,
    Occurrence,
    Participation,
    Series,
    Theme,
)
from lokaal import local_time
from lokaal.centres.models import Centre, Fact
from lokaal.people.models import Person
from lokaal.portal.demo.week import GUESTS, WATERKRACHT
from lokaal.repeating import Every, Rule

TITLE = "Nederlands voor beginners"
PLACES = 6
WEEKS_GONE, WEEKS_IN_ALL = 2, 10
#: Name in Dutch and English, pictogram, and what is about it.
THEMES = [
    ("Koken en eten", "Cooking and eating", "bowl", ["Buurtmaaltijd", "Koken voor groepen"]),
    ("Taal en leren", "Language and learning", "language", ["Taalcafé", "Huiswerkklas", TITLE]),
    ("Maken en repareren", "Making and repairing", "needle", ["Naaicafé", "Repaircafé"]),
    ("Buiten en bewegen", "Outdoors and moving", "map-pin", ["Wandelgroep", "Sjoelen"]),
]


def build(centres: dict[str, Centre], people: dict[str, Person], today: date) -> None:
    """Make the course and the themes, the first time only: what became of them since is not undone."""
    if not Activity.objects.filter(title=TITLE).exists():
        _course(centres[WATERKRACHT], people, today)
    if not Theme.objects.exists():
        for name, english, icon, titles in THEMES:
            theme = theming.keep(None, name=name, is_active=True, translations={"en": english})
            Theme.objects.filter(pk=theme.pk).update(icon=icon)
            theme.activities.set(Activity.objects.filter(title__in=titles))


def _course(centre: Centre, people: dict[str, Person], today: date) -> None:
    activity = Activity.objects.create(
        centre=centre,
        title=TITLE,
        summary="Tien keer samen leren praten. Je begint bij nul.",
        description="Elke keer een ander onderwerp: de dokter, de winkel, de school. Met koffie.",
        participation=Participation.COURSE,
        state=ActivityState.PUBLISHED,
        audience=Audience.EVERYONE,
        cost_kind=CostKind.FREE,
        languages=["nl", "en"],
        language_level=LanguageLevel.NONE,
        step_free=Fact.YES,
        someone_greets=Fact.YES,
        mood=Mood.QUIET,
        default_capacity=PLACES,
        organiser_name="Olena Koval",
        organiser_words="Fouten maken mag. Zo leer je het.",
    )
    ActivityTranslation.objects.create(
        activity=activity,
        language="en",
        title="Dutch for beginners",
        summary="Learn to speak together in ten times. You start from nothing.",
        description="Another subject each time: the doctor, the shop, the school. With coffee.",
    )
    activity.organisers.add(people["buddy"])
    monday = today - timedelta(days=today.weekday())
    begun = _group(activity, monday - timedelta(weeks=WEEKS_GONE), time(10), time(11, 30))
    _group(activity, monday + timedelta(weeks=1, days=3), time(19), time(20, 30))
    if not courses.coming_dates(begun):
        return  # a neighbourhood that is built as of another day
    for name in GUESTS[: PLACES + 1]:  # the last one waits
        courses.join(begun, name=name, language="nl", entered_by=people["host"])


def _group(activity: Activity, first_on: date, starts: time, ends: time) -> Series:
    """Ten times, a week apart, on the weekday of the first; those that were are there too."""
    last_on = first_on + timedelta(weeks=WEEKS_IN_ALL - 1)
    rule = Rule(every=Every.WEEK, first_on=first_on, last_on=last_on, starts=starts, ends=ends)
    group = series.begin(series.draft(activity, rule, capacity=PLACES), answers={}, by=None)
    known = set(group.occurrences.values_list("original_starts_at", flat=True))
    for week in range(WEEKS_IN_ALL):
        on = first_on + timedelta(weeks=week)
        starts_at = local_time.at(on, starts)
        if starts_at <= timezone.now() and starts_at not in known:
            gone = planning.plan(
                activity, starts_at=starts_at, ends_at=local_time.at(on, ends), capacity=PLACES
            )
            Occurrence.objects.filter(pk=gone.pk).update(series=group)
    return group
