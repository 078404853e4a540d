"""Changing a series: rows, sign-ups and codes stay, the past too; everyone hears once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from activities import enrolment, planning, rescheduling, rooms, series
from activities.exceptions import BelowTaken, NoRoom, NotNow, Undecided
from activities.models import Activity, Series, SignUp, SignUpState
from activities.rescheduling import Becomes, Change, Scope
from activities.series import SKIP, Answer
from lokaal.centres.models import Centre, SchoolHoliday
from lokaal.outbox.models import Message
from lokaal.repeating import Every, WrongRule
from tests.activities.factories import ActivityFactory, PersonFactory, SignUpFactory
from tests.activities.series.rules import AMSTERDAM, TUESDAY, begun, dates, on, rule, told
from tests.venue.factories import SpaceFactory
from venue import allocating
from venue.models import Hold, Space, Use

pytestmark = pytest.mark.django_db

SECOND = date(2026, 12, 8)
THIRD = date(2026, 12, 15)


def changed(
    of: Series,
    *,
    since: date | None = None,
    answers: Mapping[str, Answer] | None = None,
    terms: Mapping[str, Any] | None = None,
    is_for_own: bool = False,
    by: Any = None,
    **to: Any,
) -> Series:
    """A change of the rule (`to`: fields of Rule) or of the terms, of all dates or from a day on."""
    new = replace(of.rule, **to) if to else None
    return rescheduling.apply(
        of,
        Scope.FOLLOWING if since else Scope.ALL,
        Change(rule=new, terms=terms or {}, is_for_own=is_for_own),
        since=on(of, since) if since else None,
        answers=answers or {},
        by=by,
    )


def turns(of: Series, **to: Any) -> list[tuple[str, str, str]]:
    found = rescheduling.preview(of, Scope.ALL, Change(rule=replace(of.rule, **to)))
    return [
        (
            f"{timezone.localdate(turn.occurrence.starts_at):%d-%m}" if turn.occurrence else "",
            f"{turn.slot.on:%d-%m}" if turn.slot else "",
            turn.becomes.value,
        )
        for turn in found
    ]


# All, and the following ----------------------------------------------------------------------------


def test_other_time_moves_every_date_and_keeps_rows_sign_ups_and_codes(activity: Activity) -> None:
    made, by = begun(activity), PersonFactory()
    rows = list(series.dates_of(made))
    emine = [
        SignUpFactory(occurrence=row, name="Emine", email="emine@voorbeeld.nl", guest_key="e")
        for row in rows[1:4]
    ]
    gerda = SignUpFactory(occurrence=rows[4], name="Gerda")
    codes = [sign_up.code for sign_up in emine]

    assert changed(made, starts=time(14), ends=time(16), by=by) == made

    assert dates(made) == [
        "01-12 14:00",
        "08-12 14:00",
        "15-12 14:00",
        "22-12 14:00",
        "29-12 14:00",
    ]
    assert list(series.dates_of(made)) == rows
    assert {(row.sequence, row.changed_by) for row in made.occurrences.all()} == {(1, by)}
    assert all(row.starts_at == row.original_starts_at for row in made.occurrences.all())
    assert list(SignUp.objects.order_by("code").values_list("code", "occurrence")) == sorted(
        [*zip(codes, [row.pk for row in rows[1:4]], strict=True), (gerda.code, rows[4].pk)]
    )
    assert told() == {"Emine": ["Veranderd: Naaicafé"], "Gerda": ["Veranderd: Naaicafé"]}
    text = Message.objects.get(to_name="Emine").text
    assert text.count("14.00 tot 16.00 uur") == text.count("Het was:") == 3
    assert "- dinsdag 8 december, 14.00 tot 16.00 uur" in text
    assert "Het was: dinsdag 8 december, 13.30 uur." in text
    assert f"Je code: {emine[0].shown_code}" in text
    assert Message.objects.get(to_name="Emine").calendar.count("BEGIN:VEVENT") == 3


def test_other_weekday_shifts_every_date(activity: Activity) -> None:
    made = begun(activity)
    keys = [row.pk for row in series.dates_of(made)]
    changed(made, first_on=date(2026, 12, 3))
    assert dates(activity) == [
        "03-12 13:30",
        "10-12 13:30",
        "17-12 13:30",
        "24-12 13:30",
        "29-12 13:30 x",
    ]
    # the last Thursday would be the 31st, after the last day: so the last date fell away
    assert [row.pk for row in series.dates_of(made)][:4] == keys[:4]


def test_following_gives_the_later_dates_a_series_of_their_own(activity: Activity) -> None:
    made, by = begun(activity), PersonFactory()
    later = changed(made, since=THIRD, starts=time(10), ends=time(12), first_on=THIRD, by=by)
    assert dates(made) == ["01-12 13:30", "08-12 13:30"]
    assert dates(later) == ["15-12 10:00", "22-12 10:00", "29-12 10:00"]
    assert (later.follows, later.created_by, made.last_on) == (made, by, date(2026, 12, 14))
    assert (later.starts, made.starts) == (time(10), time(13, 30))


def test_following_from_the_first_date_is_all(activity: Activity) -> None:
    made = begun(activity)
    assert changed(made, since=TUESDAY, starts=time(13)) == made
    assert Series.objects.count() == 1


def test_the_past_and_its_sign_ups_stay_as_they_were(activity: Activity) -> None:
    made = begun(activity)
    first = on(made, TUESDAY)
    SignUpFactory(occurrence=first, name="Emine", email="emine@voorbeeld.nl")
    with time_machine.travel(datetime(2026, 12, 1, 14, tzinfo=AMSTERDAM), tick=False):
        with pytest.raises(NotNow):
            changed(made, since=TUESDAY, starts=time(10))
        changed(made, starts=time(14), ends=time(16), first_on=SECOND)
    assert dates(made)[:2] == ["01-12 13:30", "08-12 14:00"]
    first.refresh_from_db()
    assert (first.sequence, first.series) == (0, made)
    assert told() == {}


def test_terms_reach_the_dates_to_come_and_those_that_are_made_later(
    activity: Activity, space: Space
) -> None:
    made, host = begun(activity, last_on=None), PersonFactory()
    emine = SignUpFactory(occurrence=on(made, TUESDAY), name="Emine", email="emine@voorbeeld.nl")
    changed(
        made,
        terms={
            "room": "Atelier",
            "capacity": 12,
            "own_cost_cents": 300,
            "host": host,
            "note": "Taart",
        },
    )
    series.extend(made, until=date(2027, 4, 30), by=None)
    assert {
        (row.room, row.capacity, row.own_cost_cents, row.host, row.note)
        for row in made.occurrences.all()
    } == {("Atelier", 12, 300, host, "Taart")}
    assert Use.objects.filter(hold=Hold.FIRM, space=space).count() == made.occurrences.count()
    text = Message.objects.get(to_name=emine.name).text
    assert "Het kost nu: €\xa03." in text
    assert ", Atelier" in text


def test_note_alone_is_no_news(activity: Activity) -> None:
    made = begun(activity)
    SignUpFactory(occurrence=on(made, TUESDAY), email="emine@voorbeeld.nl")
    changed(made, terms={"note": "Neem een schaar mee."})
    assert told() == {}
    assert {row.note for row in made.occurrences.all()} == {"Neem een schaar mee."}


def test_terms_of_the_following_split_too(activity: Activity) -> None:
    made = begun(activity, last_on=None)
    later = changed(made, since=THIRD, terms={"capacity": 20})
    assert {row.capacity for row in made.occurrences.all()} == {8}
    assert {row.capacity for row in later.occurrences.all()} == {20}
    assert (later.first_on, later.last_on, made.last_on) == (THIRD, None, date(2026, 12, 14))
    assert len(dates(made)) == 2
    series.extend_all()
    assert len(dates(activity)) == len(set(dates(activity))) == 18


def test_capacity_below_who_is_on_the_list_is_refused_with_the_day(activity: Activity) -> None:
    made = begun(activity)
    SignUpFactory(occurrence=on(made, SECOND), companions=3)
    with pytest.raises(BelowTaken) as refused:
        changed(made, terms={"capacity": 3})
    assert str(refused.value) == (
        "Dinsdag 8 december: Er staan al 4 mensen op de lijst. Minder plekken kan niet."
    )
    assert {row.capacity for row in made.occurrences.all()} == {8}


def test_more_places_go_to_who_waits(activity: Activity) -> None:
    made = begun(activity, terms={"capacity": 1})
    SignUpFactory(occurrence=on(made, TUESDAY))
    waiting = enrolment.join(on(made, TUESDAY), name="Joop", language="nl").sign_up
    assert waiting.state == SignUpState.WAITING
    changed(made, terms={"capacity": 2})
    waiting.refresh_from_db()
    assert waiting.state == SignUpState.JOINED


# What is its own ----------------------------------------------------------------------------------


def test_date_changed_by_hand_is_left_alone_unless_asked(activity: Activity) -> None:
    made = begun(activity)
    moved, elsewhere = on(made, SECOND), on(made, THIRD)
    planning.move(
        moved,
        starts_at=moved.starts_at + timedelta(days=1),
        ends_at=moved.ends_at + timedelta(days=1),
        by=None,
    )
    planning.change(elsewhere, room="In het park", capacity=8, note="", title="", by=None)
    assert (moved.own_fields, elsewhere.own_fields) == (["times"], ["room"])

    changed(made, terms={"room": "Zaal 2"}, starts=time(14), ends=time(16))
    assert dates(made)[:3] == ["01-12 14:00", "09-12 13:30", "15-12 14:00"]
    assert [row.room for row in series.dates_of(made)][:3] == ["Zaal 2", "Zaal 2", "In het park"]

    changed(made, terms={"room": "Zaal 3"}, starts=time(15), ends=time(16), is_for_own=True)
    assert dates(made)[:3] == ["01-12 15:00", "08-12 15:00", "15-12 15:00"]
    assert {row.room for row in made.occurrences.all()} == {"Zaal 3"}
    assert {tuple(row.own_fields) for row in made.occurrences.all()} == {()}


def test_date_called_off_stays_called_off_and_nothing_comes_in_its_place(
    activity: Activity,
) -> None:
    made = series.begin(series.draft(activity, rule(last_on=None)), answers={THIRD: SKIP}, by=None)
    planning.cancel(on(made, SECOND), reason="Ziek.", by=None)
    changed(made, first_on=date(2026, 12, 2))
    assert dates(made)[:3] == ["02-12 13:30", "09-12 13:30 x", "23-12 13:30"]
    assert told() == {}
    series.extend(made, until=date(2027, 4, 30), by=None)
    assert len(dates(made)) == len(set(dates(made)))
    assert dates(made)[:3] == ["02-12 13:30", "09-12 13:30 x", "23-12 13:30"]


# Dates that the new rule does not have ---------------------------------------------------------------


def test_fewer_dates_are_shown_first_and_called_off_only_when_somebody_says_so(
    activity: Activity,
) -> None:
    made = begun(activity)
    people = [
        SignUpFactory(
            occurrence=on(made, day), name="Emine", email="emine@voorbeeld.nl", guest_key="e"
        )
        for day in (SECOND, THIRD, date(2026, 12, 22))
    ]
    assert turns(made, interval=2) == [
        ("01-12", "01-12", "same"),
        ("08-12", "", "gone"),
        ("15-12", "15-12", "same"),
        ("22-12", "", "gone"),
        ("29-12", "29-12", "same"),
    ]
    with pytest.raises(Undecided):
        changed(made, interval=2)
    assert dates(made) == [
        "01-12 13:30",
        "08-12 13:30",
        "15-12 13:30",
        "22-12 13:30",
        "29-12 13:30",
    ]
    kept, gone = on(made, SECOND), on(made, date(2026, 12, 22))
    answers = {str(kept.pk): Answer(), str(gone.pk): SKIP}
    changed(made, interval=2, starts=time(14), answers=answers)
    assert dates(made) == ["01-12 14:00", "15-12 14:00", "29-12 14:00"]
    assert dates(activity) == [
        "01-12 14:00",
        "08-12 13:30",
        "15-12 14:00",
        "22-12 13:30 x",
        "29-12 14:00",
    ]
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.series, gone.series) == (None, None)
    assert gone.cancel_reason == "Deze datum hoort niet meer bij de reeks."
    assert told() == {"Emine": ["Veranderd: Naaicafé"]}
    text = Message.objects.get().text
    assert "dinsdag 22 december, 13.30 tot 15.30 uur: gaat niet door" in text
    assert "dinsdag 15 december, 14.00 tot 15.30 uur" in text
    assert "8 december" not in text
    assert {sign_up.code for sign_up in people} == set(
        SignUp.objects.values_list("code", flat=True)
    )


def test_more_dates_come_where_the_new_rule_has_them(activity: Activity) -> None:
    made = begun(activity, interval=2, last_on=None)
    before = dates(made)
    changed(made, interval=1)
    assert dates(made)[:4] == ["01-12 13:30", "08-12 13:30", "15-12 13:30", "22-12 13:30"]
    assert set(before) < set(dates(made))
    assert len(dates(made)) == 18


def test_new_day_on_which_the_house_is_closed_falls_away_in_the_preview(activity: Activity) -> None:
    SchoolHoliday.objects.create(
        name="Kerstvakantie", starts_on=date(2026, 12, 23), ends_on=date(2027, 1, 3)
    )
    made = begun(activity, terms={"skips_school_holidays": True})
    assert dates(made)[-1] == "22-12 13:30"
    assert turns(made, first_on=date(2026, 12, 2))[-1] == ("22-12", "", "gone")


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        ({"interval": 0}, "Kies om de hoeveel weken"),
        ({"first_on": date(2026, 11, 3)}, "De eerste dag is al geweest."),
        ({"last_on": date(2026, 11, 30)}, "De laatste datum ligt voor de eerste."),
        ({"last_on": date(2029, 11, 30)}, "Een reeks duurt hoogstens een jaar."),
        ({"ends": time(13, 30)}, "Het einde is gelijk aan het begin."),
        ({"every": Every.DAY, "last_on": date(2027, 11, 1)}, "Een reeks heeft hoogstens 120"),
    ],
)
def test_rule_that_cannot_be_changes_nothing(
    activity: Activity, to: dict[str, Any], sentence: str
) -> None:
    made = begun(activity)
    before = dates(made)
    with pytest.raises(WrongRule) as refused:
        changed(made, **to)
    assert str(refused.value).startswith(sentence)
    assert dates(made) == before


def test_time_that_the_clock_skips_makes_that_date_fall_away(activity: Activity) -> None:
    made = begun(activity, first_on=date(2027, 3, 21), last_on=date(2027, 4, 4))
    assert turns(made, starts=time(2, 30), ends=time(5))[1] == ("28-03", "", "gone")


# Rooms --------------------------------------------------------------------------------------------


def test_dates_take_each_others_place_and_their_rooms_go_along(
    activity: Activity, space: Space
) -> None:
    made = begun(activity, terms={"room": "Atelier"})
    changed(made, first_on=date(2026, 12, 8), last_on=date(2027, 1, 5))
    assert dates(made) == [
        "08-12 13:30",
        "15-12 13:30",
        "22-12 13:30",
        "29-12 13:30",
        "05-01 13:30",
    ]
    held = Use.objects.filter(hold=Hold.FIRM, space=space).order_by("starts_at")
    assert [use.starts_at for use in held] == [row.starts_at for row in series.dates_of(made)]


def test_room_that_is_refused_is_shown_and_needs_an_answer(
    activity: Activity, space: Space, centre: Centre
) -> None:
    SpaceFactory(centre=centre, name="Huiskamer")
    made = begun(activity, terms={"room": "Atelier"})
    begun(
        ActivityFactory(centre=centre),
        terms={"room": "Atelier"},
        first_on=SECOND,
        last_on=SECOND,
        starts=time(16),
        ends=time(18),
    )
    new = replace(made.rule, starts=time(15), ends=time(17))
    found = rescheduling.preview(made, Scope.ALL, Change(rule=new))
    refused = [turn for turn in found if turn.is_room_refused]
    assert [(turn.reason, turn.slot.other.name) for turn in refused if turn.slot] == [
        ("Atelier is dan al bezet.", "Huiskamer")
    ]
    with pytest.raises(NoRoom) as refusal:
        changed(made, starts=time(15), ends=time(17))
    assert str(refusal.value).startswith("Dinsdag 8 december: Atelier is dan al bezet.")
    assert dates(made)[0] == "01-12 13:30"
    changed(
        made, starts=time(15), ends=time(17), answers={refused[0].key: Answer(room="Huiskamer")}
    )
    assert [row.room for row in series.dates_of(made)] == ["Atelier", "Huiskamer", *["Atelier"] * 3]
    assert on(made, SECOND).use.space.name == "Huiskamer"
    assert on(made, SECOND).own_fields == ["room"]


def test_date_that_waits_for_a_room_takes_the_new_one(
    activity: Activity, space: Space, centre: Centre
) -> None:
    SpaceFactory(centre=centre, name="Huiskamer")
    begun(ActivityFactory(centre=centre), terms={"room": "Atelier"}, last_on=TUESDAY)
    draft = series.draft(activity, rule(), room="Atelier")
    made = series.begin(draft, answers={TUESDAY: Answer(room="zaal volgt nog")}, by=None)
    changed(made, terms={"room": "Huiskamer"})
    assert {row.room for row in made.occurrences.all()} == {"Huiskamer"}
    assert not rooms.has_no_room_yet(on(made, TUESDAY))
    assert on(made, TUESDAY).own_fields == []


# Stopping, calling off ------------------------------------------------------------------------------


def test_date_moved_out_of_the_past_stays_and_the_rest_shifts(activity: Activity) -> None:
    made = begun(activity)
    planning.move(
        on(made, TUESDAY),
        starts_at=datetime(2026, 12, 4, 10, tzinfo=AMSTERDAM),
        ends_at=datetime(2026, 12, 4, 11, tzinfo=AMSTERDAM),
        by=None,
    )
    with time_machine.travel(datetime(2026, 12, 3, 12, tzinfo=AMSTERDAM), tick=False):
        assert rescheduling.first_day(made, None) == SECOND
        changed(made, first_on=date(2026, 12, 9), last_on=date(2026, 12, 30))
    assert dates(made) == [
        "04-12 10:00",
        "09-12 13:30",
        "16-12 13:30",
        "23-12 13:30",
        "30-12 13:30",
    ]


def test_key_of_another_activity_begins_nothing(activity: Activity) -> None:
    other = begun(ActivityFactory(centre=activity.centre))
    draft = series.draft(activity, rule(), key=other.pk)
    with pytest.raises(WrongRule):
        series.begin(draft, answers={}, by=None)
    assert dates(activity) == []


def test_stop_calls_off_what_is_from_that_day_and_tells_everyone_once(
    activity: Activity, space: Space
) -> None:
    made = begun(activity, last_on=None, terms={"room": "Atelier"})
    for day in (SECOND, THIRD, date(2026, 12, 22)):
        SignUpFactory(occurrence=on(made, day), name="Emine", email="e@voorbeeld.nl", guest_key="e")
    assert rescheduling.stop(made, first_off=THIRD, reason="Emine verhuist.", by=None) == 16
    assert dates(made)[:4] == ["01-12 13:30", "08-12 13:30", "15-12 13:30 x", "22-12 13:30 x"]
    assert made.last_on == date(2026, 12, 14)
    assert Use.objects.filter(hold=Hold.FIRM).count() == 2
    assert told() == {"Emine": ["Gaat niet door: Naaicafé"]}
    message = Message.objects.get()
    assert "Emine verhuist." in message.text
    assert message.text.count("december, 13.30 tot 15.30 uur") == 2
    assert "METHOD:CANCEL" in message.calendar
    assert rescheduling.stop(made, first_off=THIRD, reason="Nog eens.", by=None) == 0
    assert series.extend_all() == 0
    assert Message.objects.count() == 1


def test_stop_on_a_day_that_is_past_is_refused(activity: Activity) -> None:
    with pytest.raises(NotNow):
        rescheduling.stop(begun(activity), first_off=date(2026, 11, 23), reason="", by=None)


def test_stop_later_than_the_dates_made_still_makes_those_in_between(activity: Activity) -> None:
    made = begun(activity, last_on=None)
    assert rescheduling.stop(made, first_off=date(2027, 4, 21), reason="", by=None) == 0
    with time_machine.travel(datetime(2027, 1, 20, tzinfo=AMSTERDAM), tick=False):
        series.extend_all()
        assert series.extend_all() == 0
    assert dates(made)[-1] == "20-04 13:30"


def test_cancel_each_leaves_the_past_and_what_was_called_off(activity: Activity) -> None:
    made = begun(activity)
    planning.cancel(on(made, THIRD), reason="Ziek.", by=None)
    with time_machine.travel(datetime(2026, 12, 2, 12, tzinfo=AMSTERDAM), tick=False):
        found = rescheduling.cancel_each(list(series.dates_of(made)), reason="Dicht.", by=None)
    assert len(found) == 3
    assert dates(made) == [
        "01-12 13:30",
        "08-12 13:30 x",
        "15-12 13:30 x",
        "22-12 13:30 x",
        "29-12 13:30 x",
    ]
    assert on(made, THIRD).cancel_reason == "Ziek."


def test_preview_asks_as_often_for_one_date_as_for_thirty(
    activity: Activity, space: Space, django_assert_num_queries: Any
) -> None:
    short = begun(activity, terms={"room": "Atelier"}, last_on=TUESDAY)
    long = begun(
        activity,
        terms={"room": "Atelier"},
        last_on=TUESDAY + timedelta(weeks=29),
        starts=time(19),
        ends=time(20),
    )
    for made in (short, long):
        of = Series.objects.with_page().get(pk=made.pk)
        new = replace(of.rule, starts=time(21), ends=time(22))
        with django_assert_num_queries(12):
            found = rescheduling.preview(of, Scope.ALL, Change(rule=new))
        assert {turn.becomes for turn in found} == {Becomes.CHANGED}


def test_room_that_the_planner_gave_one_date_stays_its_own(
    activity: Activity, space: Space, centre: Centre
) -> None:
    for name in ("Huiskamer", "Keuken"):
        SpaceFactory(centre=centre, name=name)
    made = begun(activity, terms={"room": "Atelier"})
    huiskamer = Space.objects.get(name="Huiskamer")
    allocating.change(on(made, SECOND).use, space=huiskamer)
    assert on(made, SECOND).own_fields == ["room"]
    changed(made, terms={"room": "Keuken"})
    assert [row.room for row in series.dates_of(made)] == ["Keuken", "Huiskamer", *["Keuken"] * 3]
    assert all(row.own_fields == [] for row in made.occurrences.exclude(room="Huiskamer"))
