"""Staff put something in a room, change it, let it change rooms, let go of it, and close a room."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lokaal import local_time
from lokaal.centres.models import Weekday
from lokaal.outbox.models import Message
from lokaal.people.models import Role
from tests.parallel import at_once
from tests.people.factories import PersonFactory, StaffRoleFactory
from tests.venue.board.test_planner import put
from tests.venue.factories import (
    BuildingFactory,
    EquipmentFactory,
    HirerFactory,
    Offered,
    SpaceFactory,
)
from venue import allocating
from venue.board import placing, planned
from venue.exceptions import NotNow
from venue.models import EventKind, HireHours, Hold, Space, Use, UseKind

pytestmark = pytest.mark.django_db

WEDNESDAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_tuesday() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(PersonFactory(role=Role.VENUE, name="Daan"))
    return client


def given(space: Space) -> dict[str, Any]:
    """A filled-in form for a new use."""
    return {
        "title": "Bewonersavond",
        "kind": "activity",
        "space": str(space.pk),
        "day": "2026-11-25",
        "starts": "19:00",
        "ends": "21:00",
        "people": "12",
    }


def put_in(client: Client, room: Space, **changes: Any) -> Any:
    address = f"{reverse('venue:use_new')}?centre={room.centre.slug}"
    return client.post(address, given(room) | changes)


def at(on: date, hour: int, minute: int = 0) -> datetime:
    return local_time.at(on, time(hour, minute))


# Something new -----------------------------------------------------------------------------------


def test_new_use_stands_in_the_planner(staff: Client) -> None:
    space = SpaceFactory(before_minutes=30, after_minutes=15)
    beamer = EquipmentFactory(centre=space.centre, stock=3)
    response = put_in(
        staff,
        space,
        layout="theatre",
        staff="2",
        set_up="Twee rijen",
        closes="Joop",
        is_private="on",
        **{f"equipment_{beamer.pk.hex}": "2"},
    )
    use = Use.objects.get()
    assert response.status_code == 302
    assert response["Location"] == (
        f"/planner/?centre={space.centre.slug}&date=2026-11-25&use={use.pk}"
    )
    assert (use.kind, use.title, use.space, use.hold) == (
        "activity",
        "Bewonersavond",
        space,
        "firm",
    )
    assert (use.starts_at, use.ends_at) == (at(WEDNESDAY, 19), at(WEDNESDAY, 21))
    assert (use.people, use.staff, use.layout, use.is_private) == (12, 2, "theatre", True)
    assert (use.before_minutes, use.after_minutes) == (30, 15)
    assert (use.set_up, use.closes, use.by.name) == ("Twee rijen", "Joop", "Daan")
    assert [(row.equipment, row.count) for row in use.equipment_uses.all()] == [(beamer, 2)]


def test_new_use_shows_the_way_to_a_booking(staff: Client) -> None:
    space = SpaceFactory(slug="atelier", centre__slug="waterkracht")
    inside = SpaceFactory(slug="hok", centre=space.centre, is_for_hire=False)
    address = reverse("venue:use_new")
    query = {"date": "2026-11-25", "starts": "19:00", "ends": "21:00", "centre": "waterkracht"}
    of_room = staff.get(address, query | {"room": space.slug}).context["hire_url"]
    assert of_room == (
        "/zalen/waterkracht/atelier/aanvragen/?day=2026-11-25&starts=19%3A00&ends=21%3A00"
    )
    for room in (inside.slug, "nergens", ""):
        assert staff.get(address, query | {"room": room}).context["hire_url"] == "/zalen/"


def test_new_use_into_the_night_ends_the_next_day(staff: Client) -> None:
    put_in(staff, SpaceFactory(), starts="22:00", ends="01:30")
    assert Use.objects.get().ends_at == at(WEDNESDAY + timedelta(days=1), 1, 30)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"starts": "19:00", "ends": "19:00"}, "ends", "Het einde is gelijk aan het begin."),
        ({"starts": "19:00", "ends": "13:00"}, "ends", "Het einde ligt voor het begin."),
        ({"day": "2026-11-23"}, "day", "Die dag is al geweest. Kies een dag die nog komt."),
        (
            {"day": "2027-03-28", "starts": "02:30", "ends": "04:00"},
            "starts",
            "In die nacht gaat de klok",
        ),
        ({"people": "10000"}, "people", "Zoveel mensen passen hier niet."),
        ({"people": "-1"}, "people", ""),
        ({"title": ""}, "title", "Vul een naam in."),
        ({"space": "x"}, "space", "Kies een zaal."),
        ({"kind": "closure"}, "kind", ""),
    ],
)
def test_new_use_with_bad_input_is_explained(
    staff: Client, changes: dict[str, str], field: str, sentence: str
) -> None:
    response = put_in(staff, SpaceFactory(), **changes)
    assert response.status_code == 200
    assert sentence in " ".join(response.context["form"].errors[field])
    assert not Use.objects.exists()


def test_taken_room_says_who_is_there_and_what_is_free(staff: Client) -> None:
    space = SpaceFactory(name="Atelier")
    other = SpaceFactory(centre=space.centre, name="Tuinkamer")
    there = put(space, WEDNESDAY, time(18), time(22), title="Schilderen")
    response = put_in(staff, space)
    assert response.status_code == 409
    clash = response.context["clash"]
    assert clash.message == "Atelier is dan al bezet."
    assert clash.others == [there]
    assert clash.ways[0].room == "Tuinkamer"
    assert clash.ways[0].value == placing.way_value(other, at(WEDNESDAY, 19), at(WEDNESDAY, 21))
    assert Use.objects.count() == 1


def test_other_way_is_one_press(staff: Client) -> None:
    space = SpaceFactory(name="Atelier")
    other = SpaceFactory(centre=space.centre, name="Tuinkamer")
    put(space, WEDNESDAY, time(18), time(22))
    way = put_in(staff, space).context["clash"].ways[0]
    response = put_in(staff, space, instead=way.value)
    assert response.status_code == 302
    made = Use.objects.get(title="Bewonersavond")
    assert (made.space, made.starts_at, made.people) == (other, at(WEDNESDAY, 19), 12)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x|y|z",
        "x",
        "01a20d4d-a225-772f-a543-02fd18a9b759|2026-11-25|2026-11-25",
        "{space}|9999-12-31T23:00+00:00|9999-12-31T23:30+00:00",
    ],
)
def test_other_way_that_cannot_be_read_is_no_choice(staff: Client, value: str) -> None:
    space = SpaceFactory()
    put_in(staff, space, instead=value.format(space=space.pk))
    assert Use.objects.get().space == space


def test_other_way_to_a_room_elsewhere_is_no_choice(client: Client) -> None:
    space, elsewhere = SpaceFactory(), SpaceFactory()
    client.force_login(StaffRoleFactory(role=Role.VENUE, centre=space.centre).person)
    value = placing.way_value(elsewhere, at(WEDNESDAY, 19), at(WEDNESDAY, 21))
    put_in(client, space, instead=value)
    assert Use.objects.get().space == space


def test_only_set_up_time_in_the_way_can_be_dropped_with_a_reason(staff: Client) -> None:
    space = SpaceFactory(before_minutes=30, after_minutes=30)
    put(space, WEDNESDAY, time(17), time(19), title="Koor", buffer_reason="Kort", after_minutes=0)
    response = put_in(staff, space)
    clash = response.context["clash"]
    assert clash.is_only_buffer
    assert 'name="buffer_reason"' in response.content.decode()
    put_in(staff, space, buffer_reason="Het koor ruimt zelf op.")
    use = Use.objects.get(title="Bewonersavond")
    assert (use.before_minutes, use.after_minutes) == (0, 0)
    assert use.buffer_reason == "Het koor ruimt zelf op."


def test_outside_the_hours_asks_why(staff: Client) -> None:
    space = SpaceFactory()
    HireHours.objects.create(
        centre=space.centre, weekday=Weekday.WEDNESDAY, opens=time(9), closes=time(17)
    )
    response = put_in(staff, space)
    assert response.status_code == 409
    assert response.context["clash"].asks_hours
    assert not Use.objects.exists()
    put_in(staff, space, hours_reason="De buurtwerker sluit af.")
    assert Use.objects.get().hours_reason == "De buurtwerker sluit af."


def test_full_house_says_who_is_in(staff: Client) -> None:
    space = SpaceFactory()
    BuildingFactory(centre=space.centre, maximum_people=25)
    other = put(SpaceFactory(centre=space.centre), WEDNESDAY, time(18), time(22), people=15)
    response = put_in(staff, space)
    assert response.status_code == 409
    assert response.context["clash"].is_full
    assert response.context["clash"].others == [other]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_one_room() -> None:
    space = SpaceFactory()
    person = PersonFactory(role=Role.VENUE)
    clients = [Client(), Client()]
    for one in clients:
        one.force_login(person)
    answers = at_once(*[lambda one=one: put_in(one, space).status_code for one in clients])
    assert sorted(answers) == [302, 409]
    assert Use.objects.count() == 1


@pytest.mark.parametrize("role", [Role.HOST, Role.KITCHEN])
def test_who_only_looks_cannot_change_anything(client: Client, role: Role) -> None:
    space = SpaceFactory()
    use = put(space, WEDNESDAY)
    client.force_login(PersonFactory(role=role))
    for name in ("use_change", "use_swap", "use_release", "use_restore"):
        assert client.post(reverse(f"venue:{name}", args=[use.pk])).status_code == 403
    assert put_in(client, space).status_code == 403
    assert client.post(reverse("venue:space_close")).status_code == 403
    html = client.get(reverse("venue:use", args=[use.pk])).content.decode()
    assert reverse("venue:use_change", args=[use.pk]) not in html
    use.refresh_from_db()
    assert use.hold == Hold.FIRM


def test_staff_of_another_centre_find_nothing(client: Client) -> None:
    use = put(SpaceFactory(), WEDNESDAY)
    client.force_login(StaffRoleFactory(role=Role.VENUE, centre=SpaceFactory().centre).person)
    for name in ("use", "use_change", "use_swap", "use_release"):
        assert client.get(reverse(f"venue:{name}", args=[use.pk])).status_code == 404
    assert client.post(reverse("venue:use_release", args=[use.pk])).status_code == 404
    use.refresh_from_db()
    assert use.hold == Hold.FIRM


# Change ------------------------------------------------------------------------------------------


def changed(client: Client, use: Use, **changes: Any) -> Any:
    fields = given(use.space) | {"title": use.title} | changes
    return client.post(reverse("venue:use_change", args=[use.pk]), fields)


def test_change_moves_a_use(staff: Client) -> None:
    use = put(SpaceFactory(), WEDNESDAY, time(10), time(12))
    other = SpaceFactory(centre=use.centre)
    response = changed(staff, use, space=str(other.pk), starts="14:00", ends="16:30", people="8")
    assert response.status_code == 302
    use.refresh_from_db()
    assert (use.space, use.people) == (other, 8)
    assert (use.starts_at, use.ends_at) == (at(WEDNESDAY, 14), at(WEDNESDAY, 16, 30))


def test_change_into_something_else_leaves_it_where_it_was(staff: Client) -> None:
    space = SpaceFactory()
    use = put(space, WEDNESDAY, time(10), time(12), title="Naaien")
    there = put(space, WEDNESDAY, time(14), time(16), title="Schilderen")
    response = changed(staff, use, starts="15:00", ends="17:00")
    assert response.status_code == 409
    assert response.context["clash"].others == [there]
    use.refresh_from_db()
    assert use.starts_at == at(WEDNESDAY, 10)


def test_change_shows_where_it_was_dragged_to(staff: Client) -> None:
    use = put(SpaceFactory(), WEDNESDAY, time(10), time(12))
    other = SpaceFactory(centre=use.centre, slug="tuin")
    address = reverse("venue:use_change", args=[use.pk])
    query = {"room": "tuin", "date": "2026-11-26", "starts": "14:00", "ends": "16:00"}
    form = staff.get(address, query).context["form"]
    assert form["space"].value() == str(other.pk)
    assert form["day"].value() == date(2026, 11, 26)
    assert (form["starts"].value(), form["ends"].value()) == (time(14), time(16))
    use.refresh_from_db()
    assert use.starts_at == at(WEDNESDAY, 10)


def test_change_keeps_equipment_and_reasons(staff: Client) -> None:
    space = SpaceFactory(before_minutes=30)
    beamer = EquipmentFactory(centre=space.centre, stock=3)
    use = put(
        space,
        WEDNESDAY,
        equipment={beamer.pk: 2},
        before_minutes=0,
        buffer_reason="Staat al klaar",
    )
    form = staff.get(reverse("venue:use_change", args=[use.pk])).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    fields = {
        name: f"{value:%H:%M}" if isinstance(value, time) else str(value)
        for name, value in shown.items()
        if value not in (None, "", False)
    }
    staff.post(reverse("venue:use_change", args=[use.pk]), fields | {"people": "3"})
    use.refresh_from_db()
    assert (use.people, use.before_minutes, use.buffer_reason) == (3, 0, "Staat al klaar")
    assert [(row.equipment, row.count) for row in use.equipment_uses.all()] == [(beamer, 2)]


def test_past_closed_and_released_uses_do_not_change(staff: Client) -> None:
    space = SpaceFactory()
    past = put(space, date(2026, 11, 23))
    shut = put(space, WEDNESDAY, kind=UseKind.CLOSURE)
    gone = allocating.release(put(space, date(2026, 11, 26)))
    for use in (past, shut, gone):
        response = changed(staff, use)
        assert response["Location"] == reverse("venue:use", args=[use.pk])
        before = (use.title, use.starts_at, use.hold)
        use.refresh_from_db()
        assert (use.title, use.starts_at, use.hold) == before


# Swap --------------------------------------------------------------------------------------------


def test_swap_offers_other_rooms_of_the_day_and_changes_both(staff: Client) -> None:
    use = put(SpaceFactory(), WEDNESDAY, time(10), time(12), title="Naaien")
    same = put(SpaceFactory(centre=use.centre), WEDNESDAY, time(11), time(13), title="Koor")
    late = put(SpaceFactory(centre=use.centre), WEDNESDAY, time(19), time(21), title="Yoga")
    put(SpaceFactory(centre=use.centre), date(2026, 11, 26), title="Morgen")
    put(SpaceFactory(), WEDNESDAY, title="Ander huis")
    put(SpaceFactory(centre=use.centre), WEDNESDAY, title="Dicht", kind=UseKind.CLOSURE)
    address = reverse("venue:use_swap", args=[use.pk])
    choices = staff.get(address).context["form"].fields["other"].choices
    assert [key for key, _words in choices] == [str(same.pk), str(late.pk)]
    first, second = use.space, same.space
    response = staff.post(address, {"other": str(same.pk)})
    assert response.status_code == 302
    use.refresh_from_db()
    same.refresh_from_db()
    assert (use.space, same.space) == (second, first)


def test_swap_with_something_strange_is_refused(staff: Client) -> None:
    use = put(SpaceFactory(), WEDNESDAY)
    stranger = put(SpaceFactory(), WEDNESDAY)
    put(SpaceFactory(centre=use.centre), WEDNESDAY)
    room = use.space
    response = staff.post(reverse("venue:use_swap", args=[use.pk]), {"other": str(stranger.pk)})
    assert response.status_code == 200
    assert response.context["form"].errors["other"] == ["Dit kan niet meer. Kies opnieuw."]
    use.refresh_from_db()
    assert use.space == room


# Let go ------------------------------------------------------------------------------------------


def test_release_asks_first_then_frees_the_room_and_it_can_come_back(staff: Client) -> None:
    use = put(SpaceFactory(), WEDNESDAY)
    address = reverse("venue:use_release", args=[use.pk])
    assert staff.get(address).status_code == 200
    use.refresh_from_db()
    assert use.hold == Hold.FIRM
    staff.post(address)
    staff.post(address)
    use.refresh_from_db()
    assert use.hold == Hold.RELEASED
    staff.post(reverse("venue:use_restore", args=[use.pk]))
    use.refresh_from_db()
    assert use.hold == Hold.FIRM


def test_restore_is_refused_when_somebody_else_is_there(staff: Client) -> None:
    use = put(SpaceFactory(), WEDNESDAY)
    allocating.release(use)
    put(use.space, WEDNESDAY, title="Nieuw")
    response = staff.post(reverse("venue:use_restore", args=[use.pk]), follow=True)
    assert "dan al bezet" in response.content.decode()
    use.refresh_from_db()
    assert use.hold == Hold.RELEASED


def test_booking_is_not_called_off_in_the_planner(staff: Client) -> None:
    use = booked()
    with pytest.raises(NotNow):
        placing.release(use, by=PersonFactory(role=Role.VENUE))
    response = staff.post(reverse("venue:use_release", args=[use.pk]), follow=True)
    assert "Dit is een boeking. Zeg die bij de boeking af." in response.content.decode()
    use.refresh_from_db()
    assert use.hold != Hold.RELEASED


def booked() -> Use:
    """A use that belongs to a booking."""
    hirer = HirerFactory(name="Koor De Berkel", phone="+31575009876")
    return Offered().ask(hirer=hirer).dates.get().use


def test_booking_shows_whose_it_is(staff: Client) -> None:
    use = booked()
    html = staff.get(reverse("venue:use", args=[use.pk])).content.decode()
    assert "Koor De Berkel" in html
    assert 'href="tel:+31575009876"' in html
    assert planned.owner_of(put(SpaceFactory(), WEDNESDAY)) is None


def test_change_of_a_booking_is_told_to_the_hirer(staff: Client) -> None:
    use = booked()
    response = changed(
        staff, use, day=f"{local_time_of(use):%Y-%m-%d}", starts="20:00", ends="22:00", people="20"
    )
    assert response.status_code == 302
    use.refresh_from_db()
    assert f"{local_time_of(use):%H:%M}" == "20:00"
    booking = use.booking_date.booking
    assert [event.kind for event in booking.events.order_by("at", "id")][-1] == EventKind.CHANGED


def local_time_of(use: Use) -> datetime:
    return timezone.localtime(use.starts_at)


# Close a room ------------------------------------------------------------------------------------


def closing_of(space: Space, **changes: Any) -> dict[str, Any]:
    return {
        "space": str(space.pk),
        "title": "Vloer in de was",
        "day": "2026-11-25",
        "starts": "08:00",
        "ends": "23:00",
    } | changes


def test_empty_room_closes_at_once(staff: Client) -> None:
    space = SpaceFactory()
    response = staff.post(reverse("venue:space_close"), closing_of(space, last="2026-11-27"))
    assert response.status_code == 302
    use = Use.objects.get()
    assert (use.kind, use.title, use.space) == (UseKind.CLOSURE, "Vloer in de was", space)
    assert (use.starts_at, use.ends_at) == (at(WEDNESDAY, 8), at(date(2026, 11, 27), 23))


def test_room_with_uses_asks_what_becomes_of_each(staff: Client) -> None:
    space = SpaceFactory(name="Atelier")
    free = SpaceFactory(centre=space.centre, name="Tuinkamer")
    small = SpaceFactory(centre=space.centre, name="Hok", capacity=2)
    busy = SpaceFactory(centre=space.centre, name="Zolder")
    goes = put(space, WEDNESDAY, time(9), time(10), title="Yoga", people=10)
    stays = put(space, WEDNESDAY, time(12), time(14), title="Lunch")
    ends = put(space, WEDNESDAY, time(19), time(21), title="Koor")
    put(busy, WEDNESDAY, time(9), time(10))
    address = reverse("venue:space_close")
    response = staff.post(address, closing_of(space))
    assert response.status_code == 200
    decide = response.context["decide"]
    assert [key for key, _ in decide.fields[goes.pk.hex].choices] == [
        str(free.pk),
        "leave",
        "cancel",
    ]
    assert str(small.pk) in [key for key, _ in decide.fields[stays.pk.hex].choices]
    assert not Use.objects.filter(kind=UseKind.CLOSURE).exists()

    half = closing_of(space, decided="1") | {goes.pk.hex: str(free.pk)}
    response = staff.post(address, half)
    assert response.context["decide"].errors[stays.pk.hex] == ["Kies wat er met Lunch gebeurt."]

    whole = half | {stays.pk.hex: "leave", ends.pk.hex: "cancel"}
    response = staff.post(address, whole, follow=True)
    assert "Vertel het aan: Yoga, Koor." in response.content.decode()
    for use in (goes, stays, ends):
        use.refresh_from_db()
    assert (goes.space, stays.space, ends.hold) == (free, space, Hold.RELEASED)
    closed = Use.objects.filter(kind=UseKind.CLOSURE).order_by("starts_at")
    assert [(use.starts_at, use.ends_at) for use in closed] == [
        (at(WEDNESDAY, 8), at(WEDNESDAY, 12)),
        (at(WEDNESDAY, 14), at(WEDNESDAY, 23)),
    ]


def test_closing_tells_hirers_and_the_kitchen(staff: Client) -> None:
    house = Offered(before_minutes=0)
    booking = house.ask(house.wanted(days=1), house.wanted(days=2))
    stays, goes = booking.dates.order_by("use__starts_at")
    on = f"{timezone.localtime(goes.use.starts_at):%Y-%m-%d}"
    fields = closing_of(house.space, day=on, decided="1") | {goes.use_id.hex: "cancel"}
    response = staff.post(reverse("venue:space_close"), fields)
    assert response.status_code == 302
    goes.refresh_from_db()
    stays.refresh_from_db()
    assert (goes.state, goes.reason, goes.use.hold) == ("cancelled", "Vloer in de was", "released")
    assert stays.state == "planned"
    assert (
        Message.objects.filter(to_address=booking.hirer.email, text__contains="Vloer").count() == 1
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last": "2026-11-24"}, "last"),
        ({"ends": "07:00"}, "ends"),
        ({"day": "2027-03-28", "starts": "02:30", "last": "2027-03-29"}, "starts"),
        ({"title": ""}, "title"),
    ],
)
def test_close_with_bad_input_is_explained(
    staff: Client, changes: dict[str, str], field: str
) -> None:
    response = staff.post(reverse("venue:space_close"), closing_of(SpaceFactory(), **changes))
    assert list(response.context["form"].errors) == [field]
    assert not Use.objects.exists()


def test_closed_room_opens_again(staff: Client) -> None:
    use = put(SpaceFactory(), WEDNESDAY, kind=UseKind.CLOSURE)
    staff.post(reverse("venue:use_release", args=[use.pk]))
    use.refresh_from_db()
    assert use.hold == Hold.RELEASED
