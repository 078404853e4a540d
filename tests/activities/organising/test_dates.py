"""Organising on a phone: adding dates, and changing, moving and calling off one; at a fixed number of queries."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from activities import organising
from activities.exceptions import WrongTime
from activities.models import Activity, ActivityState, Occurrence, SignUp
from lokaal.centres.models import SpecialDay
from lokaal.outbox.models import Message
from lokaal.people.models import Person, Role, StaffRole
from tests.activities.factories import (
    ActivityFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)
from tests.activities.organising.pages import (
    AMSTERDAM,
    DATE_PAGES,
    GET_PAGES,
    as_,
    errors,
    said,
    url,
)
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


# Adding dates -------------------------------------------------------------------------------------

WEEKLY = {
    "first": "2026-12-11",
    "starts": "19:00",
    "ends": "21:00",
    "every_weeks": "1",
    "times": "3",
}


def starts(activity: Activity) -> list[str]:
    moments = activity.occurrences.order_by("starts_at").values_list("starts_at", flat=True)
    return [moment.astimezone(AMSTERDAM).strftime("%Y-%m-%d %H:%M") for moment in moments]


def test_dates_are_shown_before_they_are_made(activity: Activity, organiser: Person) -> None:
    SpecialDay.objects.create(date=date(2026, 12, 25), reason="Eerste kerstdag")
    OccurrenceFactory(
        activity=activity, starts_at=datetime(2026, 12, 18, 19, tzinfo=AMSTERDAM).astimezone(UTC)
    )
    response = as_(organiser).post(url("dates_add", activity.pk), WEEKLY)
    choices = response.context["choice"].fields["days"].choices
    assert [(value, str(option), option.hint, option.is_disabled) for value, option in choices] == [
        ("2026-12-11", "Vrijdag 11 december", "19.00 tot 21.00 uur", False),
        ("2026-12-18", "Vrijdag 18 december", "Deze datum staat er al.", True),
        (
            "2026-12-25",
            "Vrijdag 25 december",
            "19.00 tot 21.00 uur. Dan is het huis dicht: Eerste kerstdag.",
            False,
        ),
    ]
    assert response.context["choice"]["days"].value() == ["2026-12-11"]
    assert activity.occurrences.count() == 1


def test_chosen_dates_are_made_once(activity: Activity, organiser: Person) -> None:
    days = {"chosen": "1", "days": ["2026-12-11", "2026-12-25"]}
    client = as_(organiser)
    told = said(client.post(url("dates_add", activity.pk), WEEKLY | days))
    client.post(url("dates_add", activity.pk), WEEKLY | days)
    assert starts(activity) == ["2026-12-11 19:00", "2026-12-25 19:00"]
    assert {date.capacity for date in activity.occurrences.all()} == {8}
    assert told == ["Er zijn 2 datums bij."]


def test_second_press_says_what_is_there(activity: Activity, organiser: Person) -> None:
    one = WEEKLY | {"every_weeks": "0", "times": "", "chosen": "1", "days": ["2026-12-11"]}
    as_(organiser).post(url("dates_add", activity.pk), one)
    response = as_(organiser).post(url("dates_add", activity.pk), one)
    assert said(response) == ["Deze datums stonden er al."]
    assert starts(activity) == ["2026-12-11 19:00"]


@pytest.mark.django_db(transaction=True)
def test_dates_added_at_the_same_moment_are_made_once() -> None:
    activity = ActivityFactory()
    when = {"first": date(2026, 12, 11), "starts": time(19), "ends": time(21)}
    planned = organising.planned_dates(activity, **when, every_weeks=1, times=3)
    chosen = {date.day for date in planned}
    made = at_once(
        *[lambda: len(organising.add_dates(activity, planned, chosen=chosen)) for _ in range(4)]
    )
    assert sorted(made) == [0, 0, 0, 3]
    assert activity.occurrences.count() == 3


def test_weekly_dates_keep_their_local_time_over_the_clock_change(activity: Activity) -> None:
    planned = organising.planned_dates(
        activity, first=date(2027, 3, 26), starts=time(19), ends=time(21), every_weeks=1, times=2
    )
    organising.add_dates(activity, planned, chosen={date.day for date in planned})
    assert starts(activity) == ["2027-03-26 19:00", "2027-04-02 19:00"]


def test_time_that_does_not_exist_is_told(activity: Activity) -> None:
    planned = organising.planned_dates(
        activity, first=date(2027, 3, 28), starts=time(2, 30), ends=time(4), every_weeks=0, times=1
    )
    assert [date.problem for date in planned] == [
        "In die nacht gaat de klok een uur vooruit of terug. Kies een andere tijd."
    ]
    assert organising.add_dates(activity, planned, chosen={date(2027, 3, 28)}) == []


def test_end_before_begin_is_refused(activity: Activity) -> None:
    with pytest.raises(WrongTime):
        organising.planned_dates(
            activity, first=date(2026, 12, 1), starts=time(9), ends=time(9), every_weeks=0, times=1
        )


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({"first": "2026-11-23"}, {"first": ["Die dag is al geweest. Kies een dag die nog komt."]}),
        ({"first": "2029-01-01"}, {"first": ["Dat is te ver weg. Kies een dag binnen twee jaar."]}),
        ({"first": "9999-12-31"}, {"first": ["Dat is te ver weg. Kies een dag binnen twee jaar."]}),
        (
            {"first": "31-31"},
            {"first": ["Deze datum kennen wij niet. Vul dag, maand en jaar in."]},
        ),
        ({"starts": "25:00"}, {"starts": ["Deze tijd kennen wij niet. Vul in: 13:30."]}),
        ({"ends": "18:00"}, {"ends": ["Het einde ligt voor het begin. Kies een latere tijd."]}),
        ({"times": ""}, {"times": ["Vul in hoeveel keer. Bijvoorbeeld 10."]}),
        ({"times": "53"}, {"times": ["Dit getal is te groot. Kies 52 of minder."]}),
        ({"every_weeks": "3"}, {"every_weeks": ["Kies een antwoord uit de lijst."]}),
    ],
)
def test_bad_dates_are_told(
    activity: Activity, organiser: Person, changed: dict[str, str], problems: dict[str, list[str]]
) -> None:
    response = as_(organiser).post(url("dates_add", activity.pk), WEEKLY | changed)
    assert errors(response) == problems


def test_no_date_chosen_is_told(activity: Activity, organiser: Person) -> None:
    response = as_(organiser).post(url("dates_add", activity.pk), WEEKLY | {"chosen": "1"})
    assert errors(response, "choice") == {"days": ["Kies een of meer datums."]}


def test_date_outside_the_plan_is_refused(activity: Activity, organiser: Person) -> None:
    days = {"chosen": "1", "days": ["2027-06-01"]}
    response = as_(organiser).post(url("dates_add", activity.pk), WEEKLY | days)
    assert "days" in errors(response, "choice")
    assert not activity.occurrences.exists()


# One date -----------------------------------------------------------------------------------------


def test_move_tells_who_would_come(occurrence: Occurrence, organiser: Person) -> None:
    SignUpFactory(occurrence=occurrence, email="gast@voorbeeld.nl")
    fields = {"first": "2026-12-02", "starts": "14:00", "ends": "16:00"}
    for _time in range(2):
        response = as_(organiser).post(url("occurrence_move", occurrence.pk), fields)
        assert said(response) == ["Veranderd. Wie zou komen, krijgt bericht."]
    occurrence.refresh_from_db()
    assert occurrence.starts_at == datetime(2026, 12, 2, 14, tzinfo=AMSTERDAM)
    assert occurrence.changed_by == organiser
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        (
            {"first": "2026-12-02", "starts": "14:00", "ends": "13:00"},
            "Het einde ligt voor het begin. Kies een latere tijd.",
        ),
        (
            {"first": "2027-03-28", "starts": "02:30", "ends": "04:00"},
            "In die nacht gaat de klok een uur vooruit of terug. Kies een andere tijd.",
        ),
    ],
)
def test_move_to_a_wrong_time_is_told(
    occurrence: Occurrence, organiser: Person, fields: dict[str, str], problem: str
) -> None:
    response = as_(organiser).post(url("occurrence_move", occurrence.pk), fields)
    assert errors(response) == {"__all__": [problem]}
    before = occurrence.starts_at
    occurrence.refresh_from_db()
    assert occurrence.starts_at == before


def test_move_of_whole_days_asks_no_time(occurrence: Occurrence, organiser: Person) -> None:
    midnight = datetime(2026, 12, 1, tzinfo=AMSTERDAM)
    Occurrence.objects.update(
        is_all_day=True, starts_at=midnight, ends_at=midnight + timedelta(days=2)
    )
    page = as_(organiser).get(url("occurrence_move", occurrence.pk))
    assert list(page.context["form"].fields) == ["first", "last"]
    assert page.context["form"].initial["last"] == date(2026, 12, 2)
    as_(organiser).post(
        url("occurrence_move", occurrence.pk), {"first": "2026-12-05", "last": "2026-12-06"}
    )
    occurrence.refresh_from_db()
    assert occurrence.starts_at == datetime(2026, 12, 5, tzinfo=AMSTERDAM)
    assert occurrence.ends_at == datetime(2026, 12, 7, tzinfo=AMSTERDAM)


def test_change_of_one_date(occurrence: Occurrence, organiser: Person) -> None:
    fields = {
        "title": "Tassen maken",
        "room": "Huiskamer",
        "capacity": "4",
        "note": "Neem stof mee",
    }
    response = as_(organiser).post(url("occurrence_change", occurrence.pk), fields)
    assert said(response) == ["Bewaard."]
    occurrence.refresh_from_db()
    assert (occurrence.title, occurrence.room) == ("Tassen maken", "Huiskamer")
    assert (occurrence.capacity, occurrence.note) == (4, "Neem stof mee")


def test_fewer_places_than_taken_is_told(occurrence: Occurrence, organiser: Person) -> None:
    SignUpFactory(occurrence=occurrence, companions=2)
    response = as_(organiser).post(url("occurrence_change", occurrence.pk), {"capacity": "2"})
    assert errors(response) == {
        "capacity": ["Er staan al 3 mensen op de lijst. Minder plekken kan niet."]
    }
    occurrence.refresh_from_db()
    assert occurrence.capacity == 8


def test_cancel_tells_who_would_come_once(occurrence: Occurrence, organiser: Person) -> None:
    SignUpFactory(occurrence=occurrence, email="gast@voorbeeld.nl")
    for _time in range(2):
        response = as_(organiser).post(
            url("occurrence_cancel", occurrence.pk), {"reason": "Emine is dan weg."}
        )
        assert said(response) == ["Het gaat niet door. Wie zou komen, krijgt bericht."]
    occurrence.refresh_from_db()
    assert (occurrence.is_cancelled, occurrence.cancel_reason) == (True, "Emine is dan weg.")
    assert Message.objects.count() == 1


def test_cancel_asks_why(occurrence: Occurrence, organiser: Person) -> None:
    response = as_(organiser).post(url("occurrence_cancel", occurrence.pk), {"reason": " "})
    assert errors(response) == {"reason": ["Vertel in één zin waarom."]}
    occurrence.refresh_from_db()
    assert not occurrence.is_cancelled


def test_date_goes_ahead_after_all(occurrence: Occurrence, host: Person) -> None:
    as_(host).post(url("occurrence_cancel", occurrence.pk), {"reason": "Storm."})
    for _time in range(2):
        response = as_(host).post(url("occurrence_reinstate", occurrence.pk))
        assert said(response) == ["Het gaat toch door. Wie zou komen, krijgt bericht."]
    occurrence.refresh_from_db()
    assert (occurrence.is_cancelled, occurrence.cancel_reason) == (False, "")


def test_list_tells_who_comes_and_no_more(occurrence: Occurrence, organiser: Person) -> None:
    SignUpFactory(occurrence=occurrence, name="Fadime", companions=1, phone="+31612345678")
    SignUpFactory(occurrence=occurrence, name="Trudy", wants_call=True, phone="+31687654321")
    SignUpFactory(occurrence=occurrence, name="Weg", cancelled=True)
    page = as_(organiser).get(url("occurrence_people", occurrence.pk))
    assert [(g.name, g.party, g.phone) for g in page.context["guests"]] == [
        ("Fadime", "Neemt 1 mens mee", ""),
        ("Trudy", "Komt alleen", "06 87654321"),
    ]
    assert "12345678" not in page.content.decode()
    assert "Weg" not in page.content.decode()


# Pages cost the same whatever they hold -----------------------------------------------------------

SESSION, PERSON, ROLES, FOOTER = 1, 1, 1, 1
ALWAYS = SESSION + PERSON + ROLES + FOOTER


@pytest.mark.parametrize("rows", [1, 30])
def test_list_costs_the_same(
    activity: Activity, organiser: Person, rows: int, django_assert_num_queries: Any
) -> None:
    for _number in range(rows - 1):
        OccurrenceFactory(activity__centre=activity.centre).activity.organisers.add(organiser)
    client = as_(organiser)
    with django_assert_num_queries(ALWAYS + 7):
        page = client.get(url("organise"))
    assert page.context["page"].paginator.count == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_activity_costs_the_same(
    activity: Activity, organiser: Person, rows: int, django_assert_num_queries: Any
) -> None:
    OccurrenceFactory.create_batch(rows, activity=activity)
    activity.organisers.add(*PersonFactory.create_batch(rows))
    client = as_(organiser)
    with django_assert_num_queries(ALWAYS + 6):
        page = client.get(url("activity_manage", activity.pk))
    assert len(page.context["dates"]) == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_people_cost_the_same(
    activity: Activity, organiser: Person, rows: int, django_assert_num_queries: Any
) -> None:
    occurrence = OccurrenceFactory(activity=activity)
    SignUpFactory.create_batch(rows, occurrence=occurrence)
    client = as_(organiser)
    with django_assert_num_queries(ALWAYS + 5):
        page = client.get(url("occurrence_people", occurrence.pk))
    assert len(page.context["guests"]) == rows == SignUp.objects.count()


def test_list_shows_what_each_may_change(
    activity: Activity, organiser: Person, host: Person
) -> None:
    other = ActivityFactory(centre=activity.centre, title="Schaken", draft=True)
    ActivityFactory(title="Elders")
    director = PersonFactory()
    StaffRole.objects.create(person=director, role=Role.DIRECTOR)
    found = {
        who: [row.title for row in as_(person).get(url("organise")).context["page"]]
        for who, person in {"organiser": organiser, "host": host, "director": director}.items()
    }
    assert found == {
        "organiser": ["Naaicafé"],
        "host": ["Schaken", "Naaicafé"],
        "director": ["Schaken", "Elders", "Naaicafé"],
    }
    assert other.state == ActivityState.DRAFT


def test_list_is_searched_by_name(activity: Activity, host: Person) -> None:
    ActivityFactory(centre=activity.centre, title="Schaken")
    page = as_(host).get(url("organise"), {"q": "naaicafe"})
    assert [row.title for row in page.context["page"]] == ["Naaicafé"]
    assert as_(host).get(url("organise"), {"q": "\x00"}).status_code == 200


@pytest.mark.parametrize("name", DATE_PAGES)
def test_every_page_of_a_date_opens(occurrence: Occurrence, organiser: Person, name: str) -> None:
    for state in ("planned", "cancelled"):
        Occurrence.objects.update(state=state)
        assert as_(organiser).get(url(name, occurrence.pk)).status_code == 200


@pytest.mark.parametrize(("name", "args"), GET_PAGES)
def test_every_page_of_an_activity_opens(
    activity: Activity, host: Person, name: str, args: tuple[str, ...]
) -> None:
    OccurrenceFactory(activity=activity, cancelled=True)
    for state in ActivityState.values:
        Activity.objects.update(state=state)
        assert as_(host).get(url(name, activity.pk, *args)).status_code == 200
