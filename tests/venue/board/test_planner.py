"""The planner: every use in its room and at its time, free stretches that are free, and who may see what."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from lokaal import local_time
from lokaal.people.models import Person, Role
from tests.centres.factories import CentreFactory
from tests.people.factories import PersonFactory, StaffRoleFactory
from tests.venue.factories import PartFactory, SpaceFactory
from venue import allocating
from venue.allocating import Wanted
from venue.board import planner, planner_month
from venue.board.planner import Asked, Day, Row
from venue.models import Hold, Space, Use, UseKind

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 11, 24)
MONDAY = TUESDAY - timedelta(days=1)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # 10.00 on the clock


@pytest.fixture(autouse=True)
def on_tuesday() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def put(
    space: Space,
    on: date = TUESDAY,
    starts: time = time(13),
    ends: time = time(15),
    *,
    until: date | None = None,
    title: str = "Koor",
    kind: UseKind = UseKind.ACTIVITY,
    hold: Hold = Hold.FIRM,
    held_until: datetime | None = None,
    **fields: Any,
) -> Use:
    """Put something in a room, from a local time to a local time."""
    wanted = Wanted(
        space=space,
        starts_at=local_time.at(on, starts),
        ends_at=local_time.at(until or on, ends),
        kind=kind,
        title=title,
        **fields,
    )
    return allocating.take(wanted, hold=hold, held_until=held_until)


def week(space: Space, *, on: date = TUESDAY, view: str = "week", can_plan: bool = False) -> Any:
    asked = Asked(view=view, day=on, centre=space.centre)
    return planner.planner(asked, now=NOW, can_plan=can_plan)


def day_of(page: Any, on: date) -> Day:
    return next(day for day in page.days if day.date == on)


def row_of(page: Any, space: Space, on: date = TUESDAY) -> Row:
    return next(row for row in day_of(page, on).rows if row.space == space)


def drawn(row: Row) -> list[tuple[str, int, int, int]]:
    """Each use of a row: its title, first column, width and lane."""
    return [(slot.use.title, slot.place.start, slot.place.length, slot.lane) for slot in row.slots]


# Where it stands ---------------------------------------------------------------------------------


def test_use_stands_in_its_room_on_its_day_at_its_quarters() -> None:
    space = SpaceFactory()
    other = SpaceFactory(centre=space.centre)
    put(space, starts=time(13), ends=time(15, 15))
    page = week(space)
    assert [(hour.label, hour.css) for hour in page.axis.hours][:2] == [
        ("8.00", "d8"),
        ("10.00", "d8"),
    ]
    assert page.axis.css == "q60"
    assert drawn(row_of(page, space)) == [("Koor", 21, 9, 1)]
    assert drawn(row_of(page, other)) == []
    assert [day.count for day in page.days] == [0, 1, 0, 0, 0, 0, 0]
    assert row_of(page, space).slots[0].when == "13.00 tot 15.15 uur"


def test_set_up_time_is_drawn_before_and_after() -> None:
    space = SpaceFactory(before_minutes=30, after_minutes=15)
    put(space, starts=time(13), ends=time(15))
    slot = row_of(week(space), space).slots[0]
    assert (slot.before, slot.after) == ((19, 2), (29, 1))


def test_axis_grows_for_what_begins_earlier_or_ends_later() -> None:
    space = SpaceFactory(before_minutes=20)
    put(space, starts=time(6, 30), ends=time(7), title="Bakker")
    put(space, MONDAY, starts=time(21), ends=time(23, 45), title="Dansen")
    page = week(space)
    assert (page.axis.first, page.axis.last) == (6 * 4, 24 * 4)
    assert drawn(row_of(page, space)) == [("Bakker", 3, 2, 1)]
    assert row_of(page, space).slots[0].before == (1, 2)
    assert drawn(row_of(page, space, MONDAY)) == [("Dansen", 61, 11, 1)]


def test_night_is_drawn_once_with_the_evening_it_began() -> None:
    space = SpaceFactory()
    put(space, starts=time(22), ends=time(2), until=TUESDAY + timedelta(days=1), title="Feest")
    page = week(space)
    assert (page.axis.first, page.axis.last) == (32, 26 * 4)
    assert drawn(row_of(page, space)) == [("Feest", 57, 16, 1)]
    assert drawn(row_of(page, space, TUESDAY + timedelta(days=1))) == []
    slot = row_of(page, space).slots[0]
    assert (slot.when, slot.is_begun, slot.goes_on) == ("22.00 tot 2.00 uur", False, False)


def test_closure_of_days_stands_on_each_of_them() -> None:
    space = SpaceFactory()
    friday = TUESDAY + timedelta(days=3)
    put(space, starts=time(12), ends=time(17), until=friday, kind=UseKind.CLOSURE, title="Verven")
    page = week(space)
    assert page.axis.css == "q60"
    found = [
        (day.date, slot.place, slot.when, slot.is_begun, slot.goes_on)
        for day in page.days
        for slot in day.rows[0].slots
    ]
    assert found == [
        (TUESDAY, (17, 44), "vanaf 12.00 uur", False, True),
        (TUESDAY + timedelta(days=1), (1, 60), "de hele dag", True, True),
        (TUESDAY + timedelta(days=2), (1, 60), "de hele dag", True, True),
        (friday, (1, 36), "tot 17.00 uur", True, False),
    ]


@pytest.mark.parametrize("sunday", [date(2027, 3, 28), date(2027, 10, 31)])
def test_clock_change_leaves_every_use_at_its_hour(sunday: date) -> None:
    space = SpaceFactory()
    for on in (sunday - timedelta(days=1), sunday):
        put(space, on, time(10), time(12), title="Ontbijt")
    put(space, sunday, time(0, 30), time(5), title="Nacht")
    page = week(space, on=sunday)
    assert (page.axis.first, page.axis.last) == (0, 92)
    assert drawn(row_of(page, space, sunday - timedelta(days=1))) == [("Ontbijt", 41, 8, 1)]
    assert drawn(row_of(page, space, sunday)) == [("Nacht", 3, 18, 1), ("Ontbijt", 41, 8, 1)]


def test_request_over_an_option_gets_a_lane_of_its_own() -> None:
    space = SpaceFactory()
    later = NOW + timedelta(days=2)
    put(space, title="Optie", hold=Hold.OPTION, held_until=later, kind=UseKind.BOOKING)
    put(space, TUESDAY, time(14), time(16), title="Vraag", hold=Hold.REQUESTED)
    put(space, TUESDAY, time(16), time(17), title="Later")
    row = row_of(week(space), space)
    assert drawn(row) == [("Optie", 21, 8, 1), ("Vraag", 25, 8, 2), ("Later", 33, 4, 1)]
    assert row.lanes == 2
    assert [str(slot.look.word) for slot in row.slots] == ["Optie", "Aangevraagd", "Activiteit"]


def test_words_say_how_a_use_stands() -> None:
    space = SpaceFactory()
    made = {
        "Vast": put(space, starts=time(8), ends=time(9), kind=UseKind.BOOKING),
        "Activiteit": put(space, starts=time(9), ends=time(10)),
        "Van het huis": put(space, starts=time(10), ends=time(11), kind=UseKind.SHIFT),
        "Dicht": put(space, starts=time(11), ends=time(12), kind=UseKind.CLOSURE),
    }
    old = put(
        space,
        starts=time(12),
        ends=time(13),
        hold=Hold.OPTION,
        held_until=NOW + timedelta(minutes=1),
        kind=UseKind.BOOKING,
    )
    Use.objects.filter(pk=old.pk).update(held_until=NOW - timedelta(minutes=1))
    said = {slot.use.pk: str(slot.look.word) for slot in row_of(week(space), space).slots}
    assert said == {use.pk: word for word, use in made.items()} | {old.pk: "Optie verlopen"}


def test_released_use_is_not_shown() -> None:
    space = SpaceFactory()
    allocating.release(put(space))
    assert row_of(week(space), space).is_free


def test_closed_room_with_something_in_it_is_still_shown() -> None:
    space = SpaceFactory()
    put(space)
    Space.objects.filter(pk=space.pk).update(is_active=False)
    empty = SpaceFactory(centre=space.centre, is_active=False)
    page = week(space)
    assert page.rooms == [space]
    assert empty not in page.rooms


def test_one_room_of_a_week_has_its_days_as_rows() -> None:
    space = SpaceFactory(slug="atelier")
    other = SpaceFactory(centre=space.centre)
    put(space)
    put(other, title="Elders")
    asked = Asked(view="week", day=TUESDAY, centre=space.centre, room="atelier")
    page = planner.planner(asked, now=NOW, can_plan=False)
    assert page.by_day
    assert [row.label for row in page.rows] == [
        "ma 23",
        "di 24",
        "wo 25",
        "do 26",
        "vr 27",
        "za 28",
        "zo 29",
    ]
    assert [slot.use.title for row in page.rows for slot in row.slots] == ["Koor"]
    assert page.rooms == [space, other]


# Free stretches ----------------------------------------------------------------------------------


def gaps(row: Row) -> list[tuple[int, int]]:
    return [(gap.place.start, gap.place.length) for gap in row.gaps]


def test_free_stretches_leave_out_what_is_taken_with_its_set_up_time() -> None:
    space = SpaceFactory(before_minutes=30, after_minutes=30)
    wednesday = TUESDAY + timedelta(days=1)
    put(space, wednesday, time(10), time(12))
    put(space, wednesday, time(18), time(20), hold=Hold.REQUESTED)
    page = week(space, can_plan=True)
    assert gaps(row_of(page, space, wednesday)) == [(1, 6), (19, 42)]


def test_no_free_stretch_in_the_past_and_today_only_from_now() -> None:
    space = SpaceFactory()
    page = week(space, can_plan=True)
    assert gaps(row_of(page, space, MONDAY)) == []
    assert gaps(row_of(page, space)) == [(9, 52)]  # from 10.00


def test_nothing_is_offered_to_who_may_only_look() -> None:
    space = SpaceFactory()
    page = week(space, can_plan=False)
    assert [gaps(row) for row in page.rows] == [[]] * 7
    assert [day.new_url for day in page.days] == [""] * 7


def test_half_is_not_free_while_the_whole_is_taken() -> None:
    front = PartFactory()
    back = PartFactory(centre=front.centre)
    whole = SpaceFactory(centre=front.centre, name="Grote zaal", parts=[front, back])
    half = SpaceFactory(centre=front.centre, name="Zaal voor", parts=[front])
    aside = SpaceFactory(centre=front.centre, name="Atelier")
    wednesday = TUESDAY + timedelta(days=1)
    put(whole, wednesday, time(10), time(12), title="Koor")
    page = week(whole, can_plan=True)
    row = row_of(page, half, wednesday)
    shadows = [(shadow.place, shadow.title, shadow.space) for shadow in row.shadows]
    assert shadows == [((9, 8), "Koor", "Grote zaal")]
    assert gaps(row) == [(1, 8), (17, 44)]
    assert not row.is_free
    assert gaps(row_of(page, aside, wednesday)) == [(1, 60)]
    assert day_of(page, wednesday).free == "Atelier"


def test_free_stretch_leads_to_a_new_use_filled_in() -> None:
    space = SpaceFactory(centre__slug="waterkracht", slug="atelier")
    wednesday = TUESDAY + timedelta(days=1)
    put(space, wednesday, time(10), time(21))
    page = week(space, can_plan=True)
    first = row_of(page, space, wednesday).gaps[0]
    assert first.url == (
        "/planner/uses/new/?centre=waterkracht&room=atelier&date=2026-11-25&starts=08%3A00&ends=10%3A00"
    )
    assert first.words == f"Vrij: {space.name}, 8.00 tot 10.00"


# What is asked -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        {"view": "jaar", "date": "morgen", "centre": "nergens", "use": "x"},
        {"date": "0001-01-01"},
        {"date": "9999-12-31"},
        {"date": "2026-02-30", "room": "x" * 500},
    ],
)
def test_what_cannot_be_read_counts_as_not_asked(given: dict[str, str]) -> None:
    centre = CentreFactory()
    asked = Asked.read(given, [centre], TUESDAY)
    assert (asked.view, asked.day, asked.centre, asked.use) == ("week", TUESDAY, centre, None)


def test_days_of_a_view_follow_each_other() -> None:
    centre = CentreFactory()
    for view, count in (("day", 1), ("week", 7), ("month", 42)):
        asked = Asked(view=view, day=TUESDAY, centre=centre)
        later = Asked(view=view, day=asked.later, centre=centre)
        assert len(asked.days) == count
        assert all((after - before).days == 1 for before, after in pairwise(asked.days))
        assert later.earlier in asked.days
        assert later.days != asked.days


# A month -----------------------------------------------------------------------------------------


def test_month_counts_by_local_day_and_names_the_busiest() -> None:
    space = SpaceFactory(name="Atelier")
    other = SpaceFactory(centre=space.centre, name="Keuken")
    put(space, starts=time(0, 30), ends=time(1))  # still Monday in UTC
    put(space, starts=time(13), ends=time(15))
    put(other, starts=time(13), ends=time(15))
    put(other, MONDAY)
    put(other, date(2026, 12, 1))
    allocating.release(put(other, MONDAY, time(18), time(20)))
    asked = Asked(view="month", day=TUESDAY, centre=space.centre)
    month = planner_month.month(asked, now=NOW)
    found = {day.date: (day.count, day.busiest) for row in month.weeks for day in row if day.count}
    assert found == {MONDAY: (1, ""), TUESDAY: (3, "Atelier"), date(2026, 12, 1): (1, "")}
    assert month.busiest is not None
    assert month.busiest.date == TUESDAY
    assert month.total == 4


# Who may see what --------------------------------------------------------------------------------


def page_of(client: Client, person: Person, **query: Any) -> Any:
    client.force_login(person)
    return client.get(reverse("venue:planner"), query)


def test_planner_asks_to_sign_in(client: Client) -> None:
    response = client.get(reverse("venue:planner"))
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/code/")


@pytest.mark.parametrize("role", [Role.TREASURER, Role.SOCIAL_WORKER, Role.PRIVACY_OFFICER])
def test_other_staff_do_not_see_the_planner(client: Client, role: Role) -> None:
    assert page_of(client, PersonFactory(role=role)).status_code == 403


def test_host_looks_and_is_offered_nothing(client: Client) -> None:
    space = SpaceFactory()
    use = put(space, title="Sjoelen")
    response = page_of(client, PersonFactory(role=Role.HOST))
    html = response.content.decode()
    assert "Sjoelen" in html
    assert reverse("venue:use_new") not in html
    assert "data-moves" not in html
    assert client.get(reverse("venue:use", args=[use.pk])).status_code == 200


def test_staff_of_one_centre_see_only_that_one(client: Client) -> None:
    mine, theirs = SpaceFactory(), SpaceFactory()
    put(mine, title="Van ons")
    put(theirs, title="Van hen")
    person = StaffRoleFactory(role=Role.VENUE, centre=mine.centre).person
    html = page_of(client, person, centre=theirs.centre.slug).content.decode()
    assert "Van ons" in html
    assert "Van hen" not in html


def test_menu_of_who_sees_the_planner_has_its_door(client: Client) -> None:
    CentreFactory()
    for role, is_there in ((Role.HOST, True), (Role.TREASURER, False)):
        client.force_login(PersonFactory(role=role))
        html = client.get("/me/").content.decode()
        assert ('href="/planner/"' in html) is is_there


@pytest.mark.parametrize("view", ["day", "week", "month"])
@pytest.mark.parametrize("number", [1, 30])
def test_page_costs_the_same_at_any_size(
    client: Client, django_assert_num_queries: Any, view: str, number: int
) -> None:
    centre = CentreFactory()
    for place in range(number):
        space = SpaceFactory(centre=centre, name=f"Zaal {place:02}")
        put(space, title=f"Groep {place}")
    person = PersonFactory(role=Role.VENUE)
    client.force_login(person)
    # session, person, roles, centres, (uses,) spaces, their parts, (catering, hours | counts); the footer
    with django_assert_num_queries({"day": 10, "week": 10, "month": 8}[view]):
        response = client.get(reverse("venue:planner"), {"view": view})
    assert response.status_code == 200


def test_chosen_use_stands_beside_the_week(client: Client) -> None:
    space = SpaceFactory(name="Atelier")
    use = put(space, title="Naaicafé", people=9)
    response = page_of(client, PersonFactory(role=Role.VENUE), use=str(use.pk))
    html = response.content.decode()
    panel = html[html.index('id="gebruik"') : html.index("</aside>")]
    assert "Naaicafé" in panel
    assert "9 mensen" in panel
    assert reverse("venue:use_change", args=[use.pk]) in panel


def test_page_is_there_in_english(client: Client) -> None:
    put(SpaceFactory())
    client.force_login(PersonFactory(role=Role.VENUE))
    assert client.get("/en/planner/").status_code == 200
