"""The screen at a door and the calendar of a room: what they show, what they hide, and what opens them."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client, override_settings
from django.urls import reverse
from icalendar import Calendar

from lokaal.people.models import Role
from tests.people.factories import PersonFactory, StaffRoleFactory
from tests.venue.board.test_planner import put
from tests.venue.factories import PartFactory, SpaceFactory
from venue.board import door
from venue.models import DoorLink, DoorPurpose, Hold, Space, UseKind

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # 10.00 on the clock


@pytest.fixture(autouse=True)
def on_tuesday() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def link_of(space: Space, purpose: DoorPurpose = DoorPurpose.SCREEN) -> DoorLink:
    return door.make_link(space, purpose, by=PersonFactory())


def screen(client: Client, space: Space) -> Any:
    return client.get(reverse("venue:door", args=[link_of(space).secret]))


def feed(client: Client, space: Space) -> Any:
    link = link_of(space, DoorPurpose.CALENDAR)
    return client.get(reverse("venue:space_calendar", args=[link.secret]))


def at(hour: int, minute: int = 0, on: date = TUESDAY) -> datetime:
    return datetime(on.year, on.month, on.day, hour - 1, minute, tzinfo=UTC)


# Now and next ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "state", "word", "until"),
    [
        (at(9), "free", "Vrij", "Tot 10.00 uur"),
        (at(9, 50), "soon", "Zo bezet", "Vanaf 10.00 uur"),
        (at(10), "busy", "Bezet", "Tot 12.00 uur"),
        (at(11, 59), "busy", "Bezet", "Tot 12.00 uur"),
        (at(12), "shut", "Dicht", "Tot 13.00 uur"),
        (at(13), "free", "Vrij", "Tot 22.00 uur"),
        (at(23, 30), "busy", "Bezet", "Tot 2.00 uur"),
    ],
)
def test_screen_says_how_the_room_is_at_every_moment(
    now: datetime, state: str, word: str, until: str
) -> None:
    space = SpaceFactory()
    put(space, starts=time(10), ends=time(12), title="Naaicafé")
    put(space, starts=time(12), ends=time(13), kind=UseKind.CLOSURE, title="Schoonmaken")
    put(space, starts=time(22), ends=time(2), until=TUESDAY + timedelta(days=1), title="Feest")
    found = door.door_of(space, now=now)
    assert (found.state, found.word, found.until) == (state, word, until)


def test_screen_shows_who_is_in_and_who_comes() -> None:
    space = SpaceFactory()
    put(space, starts=time(9), ends=time(11), title="Naaicafé")
    put(space, starts=time(13), ends=time(15), title="Taalcafé")
    put(space, TUESDAY + timedelta(days=1), time(9), time(10), title="Koffie")
    put(space, TUESDAY + timedelta(days=2), time(9), time(10), title="Overmorgen")
    found = door.door_of(space, now=NOW)
    assert found.now == door.DoorLine("Naaicafé", "9.00 tot 11.00 uur")
    assert found.next == [
        door.DoorLine("Taalcafé", "13.00 tot 15.00 uur"),
        door.DoorLine("Koffie", "9.00 tot 10.00 uur", "Morgen"),
    ]
    assert (found.clock, found.today) == ("10.00", "Dinsdag 24 november")


def test_screen_of_a_closed_room_says_why_once() -> None:
    space = SpaceFactory()
    put(space, starts=time(9), ends=time(11), kind=UseKind.CLOSURE, title="Oven stuk")
    put(space, starts=time(13), ends=time(14), kind=UseKind.CLOSURE, title="Schoonmaken")
    found = door.door_of(space, now=NOW)
    assert found.now == door.DoorLine("Oven stuk", "9.00 tot 11.00 uur")
    assert found.next == [door.DoorLine("Dicht: Schoonmaken", "13.00 tot 14.00 uur")]


def test_screen_of_a_half_shows_what_fills_the_whole() -> None:
    front = PartFactory()
    whole = SpaceFactory(
        centre=front.centre, parts=[front, PartFactory(centre=front.centre)], name="Grote zaal"
    )
    half = SpaceFactory(centre=front.centre, parts=[front], name="Zaal voor")
    put(whole, starts=time(9), ends=time(11), title="Koor")
    assert door.door_of(half, now=NOW).now == door.DoorLine("Koor", "9.00 tot 11.00 uur")


def test_what_only_waits_was_asked_or_has_lapsed_is_not_on_it() -> None:
    space = SpaceFactory()
    for hold in (Hold.REQUESTED, Hold.WAITING):
        put(space, starts=time(9), ends=time(11), hold=hold, kind=UseKind.BOOKING)
    put(
        space,
        starts=time(12),
        ends=time(13),
        hold=Hold.OPTION,
        held_until=NOW + timedelta(minutes=5),
        kind=UseKind.BOOKING,
    )
    found = door.door_of(space, now=NOW + timedelta(minutes=10))
    assert (found.now, found.next) == (None, [])


# Private -----------------------------------------------------------------------------------------


def private_uses(space: Space) -> None:
    """Names that nobody may read: now, next, and of an option."""
    put(space, starts=time(9), ends=time(11), title="Verjaardag Sahra", is_private=True)
    put(space, starts=time(12), ends=time(13), title="Notaris Bos", is_private=True)
    put(
        space,
        starts=time(14),
        ends=time(15),
        title="Stichting Geheim",
        hold=Hold.OPTION,
        held_until=NOW + timedelta(days=1),
        kind=UseKind.BOOKING,
    )


@pytest.mark.parametrize("show", [screen, feed])
def test_private_names_are_shown_nowhere(client: Client, show: Any) -> None:
    space = SpaceFactory()
    private_uses(space)
    answer = show(client, space).content.decode()
    assert not re.search("Sahra|Notaris|Geheim|Verjaardag", answer)
    assert answer.count("Bezet") >= 3


# Links -------------------------------------------------------------------------------------------


def test_link_opens_without_signing_in_and_keeps_out_of_caches(client: Client) -> None:
    response = screen(client, SpaceFactory(name="Atelier"))
    assert response.status_code == 200
    assert "Atelier" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"


def test_only_a_hash_of_the_secret_is_stored() -> None:
    link = link_of(SpaceFactory())
    assert re.fullmatch("[0-9a-f]{64}", link.secret)
    row = DoorLink.objects.filter(pk=link.pk).values().get()
    assert link.secret not in [str(value) for value in row.values()]


def test_link_that_was_taken_back_opens_nothing(client: Client) -> None:
    for purpose, name in (
        (DoorPurpose.SCREEN, "venue:door"),
        (DoorPurpose.CALENDAR, "venue:space_calendar"),
    ):
        link = link_of(SpaceFactory(), purpose)
        assert client.get(reverse(name, args=[link.secret])).status_code == 200
        door.revoke_link(link)
        door.revoke_link(link)
        assert client.get(reverse(name, args=[link.secret])).status_code == 404


def test_secret_opens_only_what_it_was_made_for(client: Client) -> None:
    space = SpaceFactory()
    of_screen, of_calendar = link_of(space), link_of(space, DoorPurpose.CALENDAR)
    for name, secret in (
        ("venue:door", of_calendar.secret),
        ("venue:space_calendar", of_screen.secret),
        ("venue:door", "x"),
        ("venue:door", of_screen.secret_hash),
    ):
        assert client.get(reverse(name, args=[secret])).status_code == 404


def test_link_of_a_room_that_is_gone_opens_nothing(client: Client) -> None:
    space = SpaceFactory()
    link = link_of(space)
    Space.objects.filter(pk=space.pk).update(is_active=False)
    assert client.get(reverse("venue:door", args=[link.secret])).status_code == 404


def test_new_key_of_the_house_leaves_old_links_open_but_unreadable(client: Client) -> None:
    link = link_of(SpaceFactory())
    secret = link.secret
    with override_settings(SECRET_KEY="another"):
        assert link.secret == ""
        assert door.find_link(secret, DoorPurpose.SCREEN) == link


# Staff -------------------------------------------------------------------------------------------


def test_staff_make_and_revoke_links(client: Client) -> None:
    space = SpaceFactory()
    person = PersonFactory(role=Role.VENUE)
    client.force_login(person)
    client.post(reverse("venue:door_link_make", args=[space.pk, "screen"]))
    link = DoorLink.objects.get()
    assert (link.space, link.purpose, link.by) == (space, "screen", person)
    address = reverse("venue:door", args=[link.secret])
    assert address in client.get(reverse("venue:door_links")).content.decode()
    client.post(reverse("venue:door_link_revoke", args=[link.pk]))
    link.refresh_from_db()
    assert link.revoked_at == NOW
    assert address not in client.get(reverse("venue:door_links")).content.decode()


def test_looking_at_the_links_makes_none(client: Client) -> None:
    space = SpaceFactory()
    client.force_login(PersonFactory(role=Role.VENUE))
    client.get(reverse("venue:door_links"))
    assert client.get(reverse("venue:door_link_make", args=[space.pk, "screen"])).status_code == 405
    assert client.post(reverse("venue:door_link_make", args=[space.pk, "x"])).status_code == 404
    assert not DoorLink.objects.exists()


def test_hosts_and_staff_elsewhere_make_and_revoke_nothing(client: Client) -> None:
    space = SpaceFactory()
    link = link_of(space)
    make = reverse("venue:door_link_make", args=[space.pk, "screen"])
    revoke = reverse("venue:door_link_revoke", args=[link.pk])
    for person, status in (
        (PersonFactory(role=Role.HOST), 403),
        (StaffRoleFactory(role=Role.VENUE, centre=SpaceFactory().centre).person, 404),
    ):
        client.force_login(person)
        assert client.post(make).status_code == status
        assert client.post(revoke).status_code == status
    assert DoorLink.objects.live().get() == link


@pytest.mark.parametrize("number", [1, 30])
def test_pages_cost_the_same_at_any_size(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    space = SpaceFactory()
    for hour in range(number):
        put(space, TUESDAY + timedelta(days=hour // 12), time(10 + hour % 12), time(11 + hour % 12))
        link_of(SpaceFactory(centre=space.centre))
    link, calendar = link_of(space), link_of(space, DoorPurpose.CALENDAR)
    with django_assert_num_queries(2):  # the link with its space; the uses
        client.get(reverse("venue:door", args=[link.secret]))
    with django_assert_num_queries(2):
        client.get(reverse("venue:space_calendar", args=[calendar.secret]))
    client.force_login(PersonFactory(role=Role.VENUE))
    with django_assert_num_queries(7):  # session, person, roles, centres, spaces, links; the footer
        client.get(reverse("venue:door_links"))


# Calendar ----------------------------------------------------------------------------------------


def test_calendar_holds_every_use_at_its_own_time(client: Client) -> None:
    space = SpaceFactory(name="Atelier", slug="atelier", centre__name="Waterkracht")
    use = put(space, starts=time(19), ends=time(21), title="Naaicafé")
    put(space, date(2027, 3, 28), time(10), time(12), title="Na de zomertijd")
    put(space, starts=time(14), ends=time(15), title="Vraag", hold=Hold.REQUESTED)
    response = feed(client, space)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(response.content).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["Naaicafé", "Na de zomertijd"]
    assert str(events[0]["uid"]).startswith(f"use-{use.pk}@")
    assert events[0]["dtstart"].dt.astimezone(UTC) == use.starts_at
    assert events[1]["dtstart"].dt.strftime("%H:%M %z") == "10:00 +0200"
    assert str(events[0]["location"]).startswith("Atelier, Waterkracht, ")
    assert [str(event["status"]) for event in events] == ["CONFIRMED", "CONFIRMED"]


def test_calendar_gives_the_same_bytes_for_the_same_rows(client: Client) -> None:
    space = SpaceFactory()
    put(space)
    with time_machine.travel(NOW, tick=False):
        first = feed(client, space).content
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert feed(client, space).content == first
