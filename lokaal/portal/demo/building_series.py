"""Some of the made-up activities go on as series: the worker adds their dates."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from activities import series
from activities.models import Activity
from activities.series import Answer, Standing
from lokaal.repeating import Every, Rule

#: By title: until how many weeks ahead; None goes on.
SERIES: dict[str, int | None] = {"Naaicafé": None, "Sjoelen": 12, "Huiswerkklas": None}


def build(today: date) -> None:
    """Let the weekly dates of some activities belong to a series each, from the next one on. Twice is harmless."""
    for activity in Activity.objects.filter(title__in=SERIES, series=None).distinct():
        weeks = SERIES[activity.title]
        begun = set()
        for occurrence in activity.occurrences.upcoming().going_ahead():
            starts = timezone.localtime(occurrence.starts_at)
            key = (starts.isoweekday(), starts.time())
            if key in begun or starts.date() <= today:
                continue
            begun.add(key)
            rule = Rule(
                every=Every.WEEK,
                first_on=starts.date(),
                last_on=today + timedelta(weeks=weeks) if weeks else None,
                starts=starts.time(),
                ends=timezone.localtime(occurrence.ends_at).time(),
            )
            _begin(activity, rule)


def _begin(activity: Activity, rule: Rule) -> None:
    draft = series.draft(activity, rule, capacity=activity.default_capacity)
    without = Answer(room=series.words_without_room(activity))
    slots = series.preview(draft)
    answers = {slot.on: without for slot in slots if slot.standing == Standing.TAKEN}
    series.begin(draft, answers=answers, by=None)
