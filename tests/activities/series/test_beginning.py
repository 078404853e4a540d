"""Beginning a series and adding dates to it: every date once, none that was decided on comes back."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from activities import organising, planning, series
from activities.exceptions import NoRoom
from activities.models import Activity, Occurrence, Series
from activities.series import SKIP, Answer, Standing
from lokaal.centres.models import Centre, SchoolHoliday, SpecialDay
from lokaal.repeating import LAST, Every, WrongRule
from tests.activities.factories import ActivityFactory, PersonFactory
from tests.activities.series.rules import AMSTERDAM, TUESDAY, begun, dates, on, rule
from tests.parallel import at_once
from tests.venue.factories import SpaceFactory
from venue.models import Hold, Space, Use

pytestmark = pytest.mark.django_db

CHRISTMAS = date(2026, 12, 22)


@pytest.fixture
def holiday() -> SchoolHoliday:
    return SchoolHoliday.objects.create(
        name="Kerstvakantie", starts_on=date(2026, 12, 19), ends_on=date(2027, 1, 3)
    )


# Showing it first ---------------------------------------------------------------------------------


def shown(activity: Activity, terms: Any = None, **changes: Any) -> list[tuple[str, str, str]]:
    draft = series.draft(activity, rule(**changes), **(terms or {}))
    found = series.preview(draft)
    assert not Series.objects.exists()
    return [(f"{slot.on:%d-%m}", slot.standing.value, slot.reason) for slot in found]


def test_preview_says_of_every_date_what_it_would_meet(
    activity: Activity, space: Space, centre: Centre, holiday: SchoolHoliday
) -> None:
    SpecialDay.objects.create(date=date(2026, 12, 15), reason="Personeelsuitje", centre=centre)
    other = ActivityFactory(centre=centre)
    SpaceFactory(centre=centre, name="Huiskamer")
    planning.plan(
        other,
        starts_at=datetime(2026, 12, 8, 15, tzinfo=AMSTERDAM),
        ends_at=datetime(2026, 12, 8, 16, tzinfo=AMSTERDAM),
        room="Atelier",
    )
    planning.plan(
        activity,
        starts_at=datetime(2026, 12, 1, 13, 30, tzinfo=AMSTERDAM),
        ends_at=datetime(2026, 12, 1, 15, 30, tzinfo=AMSTERDAM),
    )
    terms = {"room": "Atelier", "skips_school_holidays": True}
    found = shown(activity, terms, first_on=date(2026, 11, 24), starts=time(11), ends=time(15, 30))
    assert [(day, standing) for day, standing, _reason in found[:2]] == [
        ("24-11", "past"),
        ("01-12", "free"),
    ]
    assert shown(activity, terms) == [
        ("01-12", "there", "Deze datum staat er al."),
        ("08-12", "taken", "Atelier is dan al bezet."),
        ("15-12", "day_off", "Personeelsuitje"),
        ("22-12", "day_off", "Kerstvakantie"),
        ("29-12", "day_off", "Kerstvakantie"),
    ]
    taken = series.preview(series.draft(activity, rule(), **terms))[1]
    assert taken.other
    assert taken.other.name == "Huiskamer"


def test_preview_says_when_the_clock_skips_the_time(activity: Activity) -> None:
    found = shown(
        activity,
        first_on=date(2027, 3, 21),
        last_on=date(2027, 4, 4),
        starts=time(2, 30),
        ends=time(6),
    )
    assert [(day, standing) for day, standing, _reason in found] == [
        ("21-03", "free"),
        ("28-03", "no_time"),
        ("04-04", "free"),
    ]
    assert found[1][2].startswith("In die nacht gaat de klok")


def test_preview_asks_as_often_for_one_date_as_for_thirty(
    activity: Activity, space: Space, django_assert_num_queries: Any
) -> None:
    for last in (TUESDAY, TUESDAY + timedelta(weeks=29)):
        draft = series.draft(
            activity, rule(last_on=last), room="Atelier", skips_school_holidays=True
        )
        with django_assert_num_queries(7):
            assert len(series.preview(draft)) in (1, 30)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"last_on": date(2026, 11, 1)}, "De laatste datum ligt voor de eerste."),
        ({"last_on": date(2029, 12, 1)}, "Een reeks duurt hoogstens een jaar."),
        ({"interval": 0}, "Kies om de hoeveel weken of maanden: 1 of meer."),
        ({"interval": 4000}, "Er zit te veel tijd tussen de datums."),
        ({"every": Every.MONTH, "nth": 5}, "Kies de eerste, tweede, derde, vierde of laatste"),
        ({"ends": time(13, 30)}, "Het einde is gelijk aan het begin."),
        ({"every": Every.DAY, "last_on": date(2027, 11, 1)}, "Een reeks heeft hoogstens 120"),
        (
            {"every": Every.OWN, "own_days": tuple(date(2026, 12, 1) + timedelta(days=n) for n in range(500))},
            "Een reeks duurt hoogstens een jaar.",
        ),
        ({"every": Every.OWN, "own_days": ()}, "Kies minstens één datum."),
        ({"first_on": date(2029, 1, 1), "last_on": None}, "Zo ver vooruit plannen wij nog niet."),
        ({"first_on": date(2026, 1, 6), "last_on": date(2026, 3, 1)}, "Op die dagen valt geen"),
    ],
)  # fmt: skip
def test_rule_that_cannot_be_is_refused_in_words(
    activity: Activity, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(WrongRule) as refused:
        begun(activity, **changes)
    assert str(refused.value).startswith(sentence)
    assert not Series.objects.exists()


# Beginning ----------------------------------------------------------------------------------------


def test_begin_makes_every_date_with_its_room_and_what_the_series_says(
    activity: Activity, space: Space
) -> None:
    host, by = PersonFactory(), PersonFactory()
    made = begun(
        activity,
        by=by,
        terms={"room": "Atelier", "note": "Neem stof mee.", "own_cost_cents": 250, "host": host},
    )
    assert dates(made) == [
        "01-12 13:30",
        "08-12 13:30",
        "15-12 13:30",
        "22-12 13:30",
        "29-12 13:30",
    ]
    assert {
        (row.room, row.capacity, row.note, row.own_cost_cents, row.host, row.changed_by)
        for row in made.occurrences.all()
    } == {("Atelier", 8, "Neem stof mee.", 250, host, by)}
    assert all(row.original_starts_at == row.starts_at for row in made.occurrences.all())
    assert all(row.own_fields == [] for row in made.occurrences.all())
    assert Use.objects.filter(hold=Hold.FIRM, space=space, occurrence__series=made).count() == 5
    assert (made.planned_until, made.created_by) == (date(2026, 12, 29), by)


def test_begin_leaves_out_days_off_unless_somebody_says_otherwise(
    activity: Activity, holiday: SchoolHoliday
) -> None:
    draft = series.draft(activity, rule(), skips_school_holidays=True)
    made = series.begin(draft, answers={CHRISTMAS: Answer()}, by=None)
    assert dates(made) == ["01-12 13:30", "08-12 13:30", "15-12 13:30", "22-12 13:30"]
    assert on(made, CHRISTMAS).own_fields == ["days_off"]


def test_begin_asks_what_to_do_where_the_room_is_taken(
    activity: Activity, space: Space, centre: Centre
) -> None:
    SpaceFactory(centre=centre, name="Huiskamer")
    begun(ActivityFactory(centre=centre), terms={"room": "Atelier"}, last_on=date(2026, 12, 15))
    draft = series.draft(activity, rule(), room="Atelier")
    answers = {
        date(2026, 12, 1): Answer(room="Huiskamer"),
        date(2026, 12, 8): Answer(room="zaal volgt nog"),
        date(2026, 12, 15): SKIP,
        date(2026, 12, 29): SKIP,
    }
    made = series.begin(draft, answers=answers, by=None)
    assert [(row.room, row.own_fields, bool(row.use_id)) for row in series.dates_of(made)] == [
        ("Huiskamer", ["room"], True),
        ("zaal volgt nog", ["room"], False),
        ("Atelier", [], True),
    ]
    assert dates(made) == ["01-12 13:30", "08-12 13:30", "22-12 13:30"]


def test_begin_writes_nothing_when_somebody_took_the_room_meanwhile(
    activity: Activity, space: Space, centre: Centre
) -> None:
    draft = series.draft(activity, rule(), room="Atelier")
    begun(ActivityFactory(centre=centre), terms={"room": "Atelier"}, last_on=TUESDAY)
    with pytest.raises(NoRoom) as refused:
        series.begin(draft, answers={TUESDAY: Answer()}, by=None)
    assert str(refused.value).startswith("Dinsdag 1 december: Atelier is dan al bezet.")
    assert activity.series.count() == activity.occurrences.count() == 0


def test_begin_with_the_same_key_makes_nothing(activity: Activity) -> None:
    first = begun(activity)
    again = series.draft(activity, rule(starts=time(9)), key=first.pk)
    assert series.begin(again, answers={}, by=None) == first
    assert len(dates(activity)) == 5


def test_series_without_any_date_is_not_begun(activity: Activity) -> None:
    begun(activity)
    with pytest.raises(WrongRule, match="Kies minstens één datum"):
        begun(activity)  # every date is there, in the other series
    assert activity.series.count() == 1


def test_begin_takes_in_a_date_that_stood_there_on_its_own(activity: Activity) -> None:
    alone = planning.plan(
        activity,
        starts_at=datetime(2026, 12, 8, 13, 30, tzinfo=AMSTERDAM),
        ends_at=datetime(2026, 12, 8, 16, tzinfo=AMSTERDAM),
        note="Met taart.",
        capacity=8,
    )
    made = begun(activity)
    alone.refresh_from_db()
    assert alone.series == made
    assert alone.own_fields == ["note", "times"]
    assert len(dates(activity)) == 5


def test_working_days_and_the_last_friday(activity: Activity) -> None:
    daily = begun(
        activity, every=Every.WORKDAY, first_on=date(2026, 12, 4), last_on=date(2026, 12, 8)
    )
    assert dates(daily) == ["04-12 13:30", "07-12 13:30", "08-12 13:30"]
    monthly = begun(
        activity,
        every=Every.MONTH,
        nth=LAST,
        first_on=date(2026, 12, 4),
        last_on=date(2027, 2, 28),
        starts=time(20),
        ends=time(1),
    )
    assert dates(monthly) == ["25-12 20:00", "29-01 20:00", "26-02 20:00"]


@pytest.mark.django_db(transaction=True)
def test_begun_twice_at_once_with_one_key_is_one_series(activity: Activity) -> None:
    draft = series.draft(activity, rule())
    at_once(
        *[
            lambda: series.begin(
                series.draft(activity, rule(), key=draft.pk, capacity=8), answers={}, by=None
            )
        ]
        * 4
    )
    assert Series.objects.count() == 1
    assert len(dates(activity)) == 5


# As time passes -----------------------------------------------------------------------------------


def endless(activity: Activity, **changes: Any) -> Series:
    return begun(activity, **{"last_on": None, **changes})


def test_series_without_a_last_day_has_its_dates_some_months_ahead(activity: Activity) -> None:
    made = endless(activity)
    assert len(dates(made)) == 18
    assert made.planned_until == TUESDAY + series.AHEAD
    with time_machine.travel(datetime(2026, 12, 24, 4, 30, tzinfo=AMSTERDAM), tick=False):
        assert series.extend_all() == 3
        assert series.extend_all() == 0
    assert dates(made)[-4:] == ["30-03 13:30", "06-04 13:30", "13-04 13:30", "20-04 13:30"]


def test_date_that_was_moved_called_off_or_skipped_never_comes_back(activity: Activity) -> None:
    """Acceptance test (d): a moved date survives regeneration."""
    draft = series.draft(activity, rule(last_on=None))
    made = series.begin(draft, answers={date(2026, 12, 15): SKIP}, by=None)
    moved = on(made, TUESDAY)
    planning.move(
        moved,
        starts_at=moved.starts_at + timedelta(days=1),
        ends_at=moved.ends_at + timedelta(days=1),
        by=None,
    )
    planning.cancel(on(made, date(2026, 12, 8)), reason="Ziek.", by=None)
    expected = dates(made)
    assert expected[:4] == ["02-12 13:30", "08-12 13:30 x", "22-12 13:30", "29-12 13:30"]
    assert series.extend_all() == 0
    assert dates(made) == expected
    Series.objects.update(planned_until=None)  # even if it forgot until when it was decided
    series.extend_all()
    assert dates(made) == sorted([*expected, "15-12 13:30"], key=expected_order)


def expected_order(text: str) -> tuple[bool, str]:
    """By month of the winter, then by day."""
    return text[3:5] != "12", f"{text[3:5]}{text[:2]}"


def test_extend_leaves_out_days_off_and_tells_of_a_room_that_is_taken(
    activity: Activity, space: Space, centre: Centre
) -> None:
    made = endless(activity, terms={"room": "Atelier", "skips_school_holidays": True})
    SchoolHoliday.objects.create(
        name="Meivakantie", starts_on=date(2027, 4, 6), ends_on=date(2027, 4, 6)
    )
    planning.plan(
        ActivityFactory(centre=centre),
        starts_at=datetime(2027, 4, 13, 13, tzinfo=AMSTERDAM),
        ends_at=datetime(2027, 4, 13, 17, tzinfo=AMSTERDAM),
        room="Atelier",
    )
    until = date(2027, 4, 20)
    assert len(series.extend(made, until=until, by=None)) == 2
    assert dates(made)[-3:] == ["30-03 13:30", "13-04 13:30", "20-04 13:30"]
    assert on(made, date(2027, 4, 13)).room == "zaal volgt nog"
    assert on(made, date(2027, 4, 13)).use is None
    assert on(made, until).use.space == space


def test_extend_adds_nothing_to_what_stopped(activity: Activity) -> None:
    made = endless(activity)
    for occurrence in made.occurrences.select_related("activity"):
        planning.cancel(occurrence, reason="Gestopt.", by=None)
    organising.stop(activity)
    made.refresh_from_db()
    assert made.last_on == date(2026, 12, 1)
    assert series.extend(made, until=date(2027, 10, 1), by=None) == []
    assert series.extend_all() == 0


def test_extend_all_goes_on_after_a_series_that_cannot(activity: Activity) -> None:
    broken, fine = endless(activity), endless(activity, starts=time(9), ends=time(10))
    Series.objects.update(planned_until=date(2026, 12, 31))
    Occurrence.objects.filter(starts_at__gte=datetime(2027, 1, 1, tzinfo=AMSTERDAM)).delete()
    Series.objects.filter(pk=broken.pk).update(ends=broken.starts)
    assert series.extend_all() == 12
    assert len(dates(fine)) == 17


@pytest.mark.django_db(transaction=True)
def test_extended_by_several_at_once_every_date_is_made_once(activity: Activity) -> None:
    made = endless(activity)
    until = date(2027, 6, 1)
    results = at_once(
        *[lambda: series.extend(Series.objects.get(pk=made.pk), until=until, by=None)] * 5
    )
    assert sorted(len(found) for found in results) == [0, 0, 0, 0, 9]
    assert len(dates(made)) == 27 == len(set(dates(made)))


class EveryRule(TestCase):
    """Whatever the rule: every date once, in order, at the same time on the clock of the wall."""

    @settings(max_examples=25, deadline=None)
    @given(
        every=st.sampled_from([Every.DAY, Every.WORKDAY, Every.WEEK, Every.MONTH]),
        days=st.integers(0, 400),
        interval=st.integers(1, 6),
        nth=st.sampled_from([None, 1, 2, 3, 4, LAST]),
        starts=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        again=st.lists(st.integers(1, 300), max_size=4),
    )
    def test_dates_are_those_of_the_rule(
        self,
        every: Every,
        days: int,
        interval: int,
        nth: int | None,
        starts: time,
        again: list[int],
    ) -> None:
        ends = (datetime.combine(TUESDAY, starts) + timedelta(minutes=45)).time()
        with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=AMSTERDAM), tick=False):
            first_on = TUESDAY + timedelta(days=min(days, 300))
            if every == Every.MONTH and interval > 2:
                nth = None  # else its first date may lie further ahead than dates are made
            made = begun(
                ActivityFactory(),
                every=every,
                first_on=first_on,
                last_on=None,
                interval=interval,
                nth=nth,
                starts=starts,
                ends=ends,
            )
            first = timezone.localdate()
            for more in again:
                series.extend(made, until=first + timedelta(days=more), by=None)
            rows = list(series.dates_of(made))
            moments = [timezone.localtime(row.starts_at) for row in rows]
            assert moments == sorted(set(moments))
            assert all(moment.time() == starts for moment in moments)
            slots = series.slots_between(made, made.first_on, made.planned_until, besides=())
            expected = [slot.on for slot in slots if slot.standing != Standing.NO_TIME]
            assert [moment.date() for moment in moments] == expected
