"""The planner in a real browser: for everyone (axe), without script, by keyboard, and dragged."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from lokaal.people.models import Role
from tests.centres.factories import CentreFactory
from tests.people.factories import PersonFactory
from tests.venue.board.test_planner import put
from tests.venue.factories import SpaceFactory
from venue.board import door
from venue.models import DoorPurpose, Hold, Space, Use, UseKind

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def monday() -> date:
    """A Monday of which every day is still to come."""
    today = timezone.localdate()
    return today + timedelta(days=7 - today.weekday())


@pytest.fixture
def space(monday: date) -> Space:
    """A room with one of everything in a week."""
    cache.clear()
    centre = CentreFactory(name="Waterkracht", slug="waterkracht", mark="p-wk")
    hall = SpaceFactory(
        centre=centre, name="Grote zaal", slug="grote-zaal", before_minutes=30, after_minutes=30
    )
    SpaceFactory(centre=centre, name="Atelier", slug="atelier")
    until = timezone.now() + timedelta(days=3)
    booking = {"kind": UseKind.BOOKING}
    put(hall, monday, time(10), time(12), title="Naaicafé", people=9)
    put(
        hall,
        monday,
        time(15),
        time(17),
        title="Koor",
        hold=Hold.OPTION,
        held_until=until,
        **booking,
    )
    put(hall, monday, time(16), time(18), title="Wijkraad", hold=Hold.REQUESTED, **booking)
    put(hall, monday + timedelta(days=1), time(9), time(12), title="Huurdersraad", **booking)
    put(hall, monday + timedelta(days=2), kind=UseKind.CLOSURE, title="Vloer in de was")
    return hall


@pytest.fixture
def open_as(new_page: Any, live_server: Any, client: Any) -> Any:
    """Open a page as somebody of the staff."""

    def opened(path: str, *, role: Role = Role.VENUE, **options: Any) -> Any:
        client.force_login(PersonFactory(role=role))
        page = new_page(**options)
        value = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        page.goto(path)
        return page

    return opened


def week_of(monday: date, **query: str) -> str:
    said = {"date": monday.isoformat()} | query
    return f"{reverse('venue:planner')}?" + "&".join(f"{key}={said[key]}" for key in said)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("view", ["week", "month"])
def test_planner_is_for_everyone(
    open_as: Any, axe: Any, space: Space, monday: date, width: int, view: str
) -> None:
    page = open_as(week_of(monday, view=view), width=width)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_chosen_use_day_sheet_and_door_are_for_everyone(
    open_as: Any, axe: Any, space: Space, monday: date
) -> None:
    use = Use.objects.get(title="Koor")
    page = open_as(week_of(monday, use=str(use.pk)), width=1280)
    axe(page)
    link = door.make_link(space, DoorPurpose.SCREEN, by=PersonFactory())
    for path in (
        f"{reverse('venue:day_sheet')}?date={monday.isoformat()}",
        reverse("venue:use", args=[use.pk]),
        reverse("venue:use_change", args=[use.pk]),
        reverse("venue:use_swap", args=[use.pk]),
        reverse("venue:space_close"),
        reverse("venue:door_links"),
        reverse("venue:door", args=[link.secret]),
    ):
        assert page.goto(path).ok, path
        axe(page)


def test_phone_reads_the_day_by_time(open_as: Any, space: Space, monday: date) -> None:
    page = open_as(week_of(monday), width=360, javascript=False)
    lines = page.locator(f"#dag-{monday.isoformat()} .by-time li")
    assert [text.split("\n")[0] for text in lines.all_inner_texts()] == ["10.00", "15.00", "16.00"]
    assert page.locator(".by-room").first.is_hidden()
    lines.first.get_by_role("link").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Naaicafé"


def test_something_new_by_keyboard_and_without_script(
    open_as: Any, axe: Any, space: Space, monday: date
) -> None:
    page = open_as(week_of(monday), width=1280, javascript=False)
    gap = page.get_by_role("link", name=re.compile("^Vrij: Atelier, 8.00 tot 23.00")).first
    gap.focus()
    page.keyboard.press("Enter")
    assert page.locator("[name=day]").input_value() == monday.isoformat()
    assert page.locator("[name=starts]").input_value() == "08:00"
    page.locator("[name=title]").fill("Schilderen")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("use="))
    use = Use.objects.get(title="Schilderen")
    assert (use.space.name, timezone.localtime(use.starts_at).time()) == ("Atelier", time(8))


@pytest.mark.parametrize("javascript", [True, False])
def test_clash_offers_another_room_with_one_press(
    open_as: Any, axe: Any, space: Space, monday: date, *, javascript: bool
) -> None:
    query = f"?room=grote-zaal&date={monday.isoformat()}&starts=10:00&ends=11:00"
    page = open_as(reverse("venue:use_new") + query, width=360, javascript=javascript)
    page.locator("[name=title]").fill("Lezing")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Grote zaal is dan al bezet.").wait_for()
    if javascript:  # axe is a script itself
        axe(page)
    page.get_by_role("button", name=re.compile("Atelier")).first.click()
    page.wait_for_url(re.compile("use="))
    assert Use.objects.get(title="Lezing").space.name == "Atelier"


def test_drag_over_a_free_stretch_fills_in_its_times(
    open_as: Any, space: Space, monday: date
) -> None:
    page = open_as(week_of(monday), width=1280)
    slots = page.locator(f"#dag-{monday.isoformat()} [data-room=atelier] .slots")
    slots.scroll_into_view_if_needed()
    box = slots.bounding_box()
    column, y = box["width"] / 60, box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 8.5 * column, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 15.5 * column, y, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile("uses/new"))
    found = [page.locator(f"[name={name}]").input_value() for name in ("starts", "ends")]
    assert found == ["10:00", "12:00"]
    assert Use.objects.count() == 5


def test_drag_of_a_use_asks_before_it_moves(open_as: Any, space: Space, monday: date) -> None:
    page = open_as(week_of(monday), width=1280)
    use = Use.objects.get(title="Naaicafé")
    start = page.locator(f"[data-moves='{reverse('venue:use_change', args=[use.pk])}']")
    start.scroll_into_view_if_needed()
    box = start.bounding_box()
    other = page.locator(f"#dag-{monday.isoformat()} [data-room=atelier] .slots").bounding_box()
    column = other["width"] / 60
    page.mouse.move(box["x"] + 2.5 * column, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 6.5 * column, other["y"] + 10, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile("change"))
    assert page.locator("[name=starts]").input_value() == "11:00"
    use.refresh_from_db()
    assert (use.space.name, timezone.localtime(use.starts_at).time()) == ("Grote zaal", time(10))
    page.get_by_role("button", name="Verander").click()
    page.wait_for_url(re.compile(f"{use.pk}/$"))
    use.refresh_from_db()
    assert (use.space.name, timezone.localtime(use.starts_at).time()) == ("Atelier", time(11))


def test_door_keeps_what_it_showed_without_internet(
    new_page: Any, space: Space, monday: date
) -> None:
    link = door.make_link(space, DoorPurpose.SCREEN, by=PersonFactory())
    page = new_page(width=1024)
    page.clock.install()
    page.goto(reverse("venue:door", args=[link.secret]))
    assert page.locator("h1").inner_text() == "Grote zaal"
    assert page.locator("#offline").is_hidden()
    Space.objects.filter(pk=space.pk).update(name="Grote hal")
    page.clock.run_for(61_000)
    page.locator("h1", has_text="Grote hal").wait_for()
    page.context.set_offline(True)
    page.clock.run_for(61_000)
    page.locator("#offline").wait_for(state="visible")
    assert page.locator("h1").inner_text() == "Grote hal"
    page.context.set_offline(False)
    page.clock.run_for(61_000)
    page.locator("#offline").wait_for(state="hidden")
