"""The day sheet: what has to be done in each room, in the order of the clock."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from lokaal.people.models import Role
from tests.centres.factories import CentreFactory
from tests.people.factories import PersonFactory, StaffRoleFactory
from tests.venue.board.test_planner import put
from tests.venue.factories import (
    EquipmentFactory,
    HirerFactory,
    Offered,
    PartFactory,
    SpaceFactory,
    SpaceLayoutFactory,
)
from tests.venue.food.factories import DishFactory, VatCodeFactory
from venue.board import day_sheet
from venue.hire import hiring
from venue.models import (
    CateringOrder,
    Hold,
    Layout,
    OrderKind,
    OrderLine,
    OrderState,
    UseKind,
)

pytestmark = pytest.mark.django_db

WEDNESDAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_tuesday() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def entries(space: Any, on: date = WEDNESDAY) -> list[day_sheet.Entry]:
    sheet = day_sheet.sheets([space.centre], on)[0]
    return next(room for room in sheet.rooms if room.space == space).entries


def tasks(entry: day_sheet.Entry) -> list[tuple[str, str, str]]:
    return [(task.time, task.icon, task.text) for task in entry.tasks]


def test_use_says_what_to_do_in_the_order_of_doing() -> None:
    space = SpaceFactory(after_minutes=15, capacity=0)
    SpaceLayoutFactory(space=space, layout=Layout.DINNER, capacity=48, before_minutes=60)
    beamer = EquipmentFactory(centre=space.centre, name="Beamer", stock=3)
    lamp = EquipmentFactory(centre=space.centre, name="Lamp", part=PartFactory(centre=space.centre))
    put(
        space,
        WEDNESDAY,
        time(12),
        time(14),
        title="Buurtmaaltijd",
        people=40,
        staff=3,
        layout=Layout.DINNER,
        equipment={beamer.pk: 2, lamp.pk: 1},
        set_up="Vazen op tafel",
        closes="Joop, sleutel 4",
    )
    entry = entries(space)[0]
    assert (entry.time, entry.title) == ("12.00 tot 14.00 uur", "Buurtmaaltijd")
    assert entry.about == ["40 mensen, 3 medewerkers"]
    assert tasks(entry) == [
        ("11.00", "tables", "Tafels om te eten"),
        ("", "clipboard-document-list", "Vazen op tafel"),
        ("", "wrench-screwdriver", "2 × Beamer, Lamp"),
        ("14.00", "arrow-path", "Opruimen"),
        ("", "key", "Afsluiten: Joop, sleutel 4"),
    ]


def test_food_stands_at_its_time() -> None:
    space = SpaceFactory()
    use = put(space, WEDNESDAY, time(12), time(14))
    for state, count in ((OrderState.ACCEPTED, 20), (OrderState.CANCELLED, 7)):
        order = CateringOrder.objects.create(
            kind=OrderKind.WITH_USE,
            centre=space.centre,
            use=use,
            state=state,
            serving_at=use.starts_at + timedelta(minutes=30),
            code=f"code{count}",
        )
        OrderLine.objects.create(
            order=order,
            dish=DishFactory(),
            count=count,
            unit_price_cents=300,
            vat_code=VatCodeFactory(),
        )
    assert tasks(entries(space)[0]) == [("12.30", "bowl", "20 stuks")]


def test_rooms_follow_the_house_and_uses_the_clock() -> None:
    centre = CentreFactory()
    second = SpaceFactory(centre=centre, position=2, name="Atelier")
    first = SpaceFactory(centre=centre, position=1, name="Zolder")
    SpaceFactory(centre=centre, position=3, name="Keuken")
    put(second, WEDNESDAY, time(19), time(21), title="Laat")
    put(second, WEDNESDAY, time(9), time(10), title="Vroeg")
    put(first, WEDNESDAY, title="Midden")
    sheet = day_sheet.sheets([centre], WEDNESDAY)[0]
    found = [(room.space.name, [entry.title for entry in room.entries]) for room in sheet.used]
    assert found == [("Zolder", ["Midden"]), ("Atelier", ["Vroeg", "Laat"])]
    assert sheet.free == "Keuken"


def test_night_stands_on_the_sheet_of_the_evening_with_its_clearing_up() -> None:
    space = SpaceFactory(before_minutes=30, after_minutes=30)
    thursday = WEDNESDAY + timedelta(days=1)
    put(space, WEDNESDAY, time(21), time(1), until=thursday, title="Feest")
    assert tasks(entries(space)[0]) == [
        ("20.30", "clock", "Zaal klaarzetten"),
        ("1.00", "arrow-path", "Opruimen"),
    ]
    assert entries(space, thursday) == []


def test_long_use_is_set_up_on_its_first_day_and_cleared_up_on_its_last() -> None:
    space = SpaceFactory(before_minutes=30, after_minutes=30)
    friday = WEDNESDAY + timedelta(days=2)
    put(space, WEDNESDAY, time(12), time(17), until=friday, title="Tentoonstelling")
    days = [WEDNESDAY + timedelta(days=n) for n in range(3)]
    assert [tasks(entries(space, on)[0]) for on in days] == [
        [("11.30", "clock", "Zaal klaarzetten")],
        [],
        [("17.00", "arrow-path", "Opruimen")],
    ]
    assert [entries(space, on)[0].time for on in days] == [
        "vanaf 12.00 uur, tot vrijdag 27 november",
        "de hele dag, tot vrijdag 27 november",
        "tot 17.00 uur",
    ]


def test_what_waits_or_was_asked_is_not_on_it() -> None:
    space = SpaceFactory()
    later = NOW + timedelta(days=1)
    put(space, WEDNESDAY, title="Optie", hold=Hold.OPTION, held_until=later, kind=UseKind.BOOKING)
    put(space, WEDNESDAY, title="Vraag", hold=Hold.REQUESTED, kind=UseKind.BOOKING)
    assert [entry.title for entry in entries(space)] == ["Optie"]


def test_closed_room_has_nothing_to_do_and_counts_no_people() -> None:
    space = SpaceFactory(before_minutes=30)
    put(space, WEDNESDAY, kind=UseKind.CLOSURE, title="Vloer in de was")
    entry = entries(space)[0]
    assert (entry.title, str(entry.look.word), entry.tasks) == ("Vloer in de was", "Dicht", [])
    assert day_sheet.sheets([space.centre], WEDNESDAY)[0].people == 0


def test_hirer_can_be_called() -> None:
    house = Offered()
    hirer = HirerFactory(name="Koor De Berkel", contact_name="Wim", phone="+31575009876")
    booking = house.ask(house.wanted(days=1), hirer=hirer)
    hiring.give_option(booking, by=house.planner)
    entry = entries(house.space)[0]
    assert entry.about[0] == "Koor De Berkel"
    assert (entry.contact, str(entry.phone)) == ("Wim", str(hirer.phone))


# The page ----------------------------------------------------------------------------------------


def test_host_prints_the_sheets_of_all_centres(client: Client) -> None:
    one, other = SpaceFactory(name="Atelier"), SpaceFactory(name="Tuinkamer")
    put(one, WEDNESDAY, title="Naaien")
    put(other, WEDNESDAY, title="Spelletjes")
    client.force_login(PersonFactory(role=Role.HOST))
    response = client.get(reverse("venue:day_sheet"), {"date": "2026-11-25"})
    assert [sheet.centre for sheet in response.context["sheets"]] == [one.centre, other.centre]
    html = response.content.decode()
    assert html.index("Naaien") < html.index("Spelletjes")
    assert "Woensdag 25 november" in html


def test_staff_of_one_centre_print_only_that_one(client: Client) -> None:
    mine, theirs = SpaceFactory(), SpaceFactory()
    put(theirs, WEDNESDAY, title="Van hen")
    client.force_login(StaffRoleFactory(role=Role.HOST, centre=mine.centre).person)
    query = {"date": "2026-11-25", "centre": theirs.centre.slug}
    response = client.get(reverse("venue:day_sheet"), query)
    assert [sheet.centre for sheet in response.context["sheets"]] == [mine.centre]
    assert "Van hen" not in response.content.decode()


@pytest.mark.parametrize("number", [1, 30])
def test_page_costs_the_same_at_any_size(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    centre = CentreFactory()
    beamer = EquipmentFactory(centre=centre, stock=100)
    for _ in range(number):
        put(SpaceFactory(centre=centre), WEDNESDAY, equipment={beamer.pk: 1})
    client.force_login(PersonFactory(role=Role.HOST))
    # session, person, roles, centres; uses, their equipment (counted, unique), catering, spaces; the footer
    with django_assert_num_queries(10):
        response = client.get(reverse("venue:day_sheet"), {"date": "2026-11-25"})
    assert response.content.decode().count('class="entry"') == number
