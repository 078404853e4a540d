"""Changing a series while something else happens to it, and whatever it is changed to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from activities import enrolment, planning, rescheduling, series
from activities.models import Activity, Occurrence, Series, SignUp
from activities.rescheduling import Change, Scope
from lokaal.outbox.models import Message
from lokaal.repeating import Every
from tests.activities.factories import ActivityFactory
from tests.activities.series.rules import AMSTERDAM, begun, dates, on
from tests.parallel import at_once

pytestmark = pytest.mark.django_db

SECOND = date(2026, 12, 8)
THIRD = date(2026, 12, 15)


@pytest.mark.django_db(transaction=True)
def test_extension_and_change_at_once_lose_nothing_and_make_nothing_twice(
    activity: Activity,
) -> None:
    made = begun(activity, last_on=None)
    new = replace(made.rule, starts=time(19), ends=time(21), first_on=date(2026, 12, 3))
    until = date(2027, 6, 30)
    results = at_once(
        lambda: series.extend(Series.objects.get(pk=made.pk), until=until, by=None),
        lambda: rescheduling.apply(
            Series.objects.get(pk=made.pk), Scope.ALL, Change(rule=new), answers={}, by=None
        ),
        lambda: series.extend(Series.objects.get(pk=made.pk), until=until, by=None),
    )
    assert not [one for one in results if isinstance(one, Exception)]
    moments = [timezone.localtime(row.starts_at) for row in series.dates_of(made)]
    assert {(moment.isoweekday(), moment.time()) for moment in moments} == {(4, time(19))}
    weeks = [moment.date() for moment in moments]
    assert weeks == [date(2026, 12, 3) + timedelta(weeks=n) for n in range(len(weeks))]
    assert weeks[-1] in (date(2027, 6, 24), date(2027, 7, 1))


@pytest.mark.django_db(transaction=True)
def test_change_and_sign_up_at_once_who_came_hears_of_it(activity: Activity) -> None:
    made = begun(activity)
    new = replace(made.rule, starts=time(15), ends=time(17))
    joins = [
        lambda n=n: enrolment.join(
            on(made, SECOND), name=f"Gast {n}", email=f"g{n}@voorbeeld.nl", language="nl"
        )
        for n in range(5)
    ]
    results = at_once(
        lambda: rescheduling.apply(made, Scope.ALL, Change(rule=new), answers={}, by=None), *joins
    )
    assert not [one for one in results if isinstance(one, Exception)]
    assert on(made, SECOND).places_taken == 5
    for message in Message.objects.filter(subject__startswith="Je komt"):
        heard = Message.objects.filter(to_name=message.to_name)
        is_new = "15.00" in message.text
        assert heard.count() == (1 if is_new else 2)
    assert SignUp.objects.joined().count() == 5


@pytest.mark.django_db(transaction=True)
def test_cancel_and_join_at_once_nobody_is_left_uninformed(activity: Activity) -> None:
    made = begun(activity)
    results = at_once(
        lambda: rescheduling.stop(made, first_off=SECOND, reason="Weg.", by=None),
        *[
            lambda n=n: enrolment.join(
                on(made, SECOND), name=f"Gast {n}", email=f"g{n}@voorbeeld.nl", language="nl"
            )
            for n in range(5)
        ],
    )
    joined = {one.sign_up.name for one in results if not isinstance(one, int | Exception)}
    told_off = set(
        Message.objects.filter(subject__startswith="Gaat niet door").values_list(
            "to_name", flat=True
        )
    )
    assert told_off == joined
    assert on(made, SECOND).is_cancelled


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_come_one_after_the_other(activity: Activity) -> None:
    made = begun(activity)

    def to(starts: time, ends: time) -> Series:
        of = Series.objects.get(pk=made.pk)
        change = Change(rule=replace(of.rule, starts=starts, ends=ends))
        return rescheduling.apply(of, Scope.ALL, change, answers={}, by=None)

    at_once(lambda: to(time(9), time(10)), lambda: to(time(20), time(21)))
    found = {text[-5:] for text in dates(made)}
    assert found in ({"09:00"}, {"20:00"})
    assert len(dates(made)) == 5
    assert {row.sequence for row in made.occurrences.all()} == {2}


class EveryChange(TestCase):
    """Whatever changes: every row stays, no moment is there twice, and the job adds none that was decided."""

    @settings(max_examples=25, deadline=None)
    @given(
        shift=st.integers(0, 20),
        every=st.sampled_from([Every.DAY, Every.WORKDAY, Every.WEEK, Every.MONTH]),
        interval=st.integers(1, 3),
        hour=st.integers(6, 20),
        since=st.integers(0, 6),
        gone=st.sets(st.integers(0, 12), max_size=4),
    )
    def test_no_row_is_lost_and_no_date_is_there_twice(
        self, shift: int, every: Every, interval: int, hour: int, since: int, gone: set[int]
    ) -> None:
        with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=AMSTERDAM), tick=False):
            made = begun(ActivityFactory(), last_on=None)
            rows = list(series.dates_of(made))
            for nth in gone:
                planning.cancel(rows[nth], reason="Weg.", by=None)
            first = rows[since]
            new = replace(
                made.rule,
                every=every,
                interval=interval,
                first_on=timezone.localdate(first.starts_at) + timedelta(days=shift),
                starts=time(hour, 15),
                ends=time(hour + 1, 15),
                nth=None,
            )
            later = rescheduling.apply(
                made, Scope.FOLLOWING, Change(rule=new), since=first, answers={}, by=None
            )
            assert {row.pk for row in rows} <= set(Occurrence.objects.values_list("pk", flat=True))
            series.extend_all()
            series.extend(later, until=timezone.localdate() + timedelta(days=200), by=None)
            held = Occurrence.objects.filter(activity=made.activity, state="planned")
            moments = list(held.values_list("starts_at", flat=True))
            assert len(moments) == len(set(moments))
            of_later = [
                timezone.localtime(row.starts_at)
                for row in series.dates_of(later)
                if not row.is_cancelled
            ]
            assert {moment.time() for moment in of_later} <= {time(hour, 15)}
            slots = series.slots_between(later, later.first_on, later.planned_until, besides=[])
            assert {moment.date() for moment in of_later} <= {slot.on for slot in slots}
            if later != made:
                before = {timezone.localtime(row.starts_at) for row in series.dates_of(made)}
                assert not set(of_later) & before
