"""The rooms to hire: the list, the search, the page of a room with its week, the photo."""

import io
from datetime import date, time, timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from lokaal import local_time
from lokaal.centres.models import Fact
from lokaal.look.formats import day
from tests.centres.factories import CentreFactory
from tests.venue.factories import (
    BuildingFactory,
    EquipmentFactory,
    Offered,
    PartFactory,
    SpaceFactory,
    SpaceLayoutFactory,
    TariffClassFactory,
    TariffFactory,
    evening,
)
from tests.venue.hire.pages import text_of
from venue import allocating
from venue.hire import free_week
from venue.hire.drawing import plan_of
from venue.models import HireHours, Hold, Layout, SpaceTranslation, UseKind

pytestmark = pytest.mark.django_db

SPACES = "/zalen/"


@pytest.fixture
def house():
    return Offered()


def search(client: Client, **asked):
    return client.get(SPACES, asked)


def in_a_week() -> date:
    return timezone.localdate(evening()[0])


def found(response) -> list[str]:
    return [card.space.name for card in response.context["results"].cards]


# The list ----------------------------------------------------------------------------------------


def test_spaces_shows_each_room_with_what_fits_and_what_it_costs(client, house):
    TariffClassFactory(free=True)
    SpaceLayoutFactory(space=house.space, layout=Layout.STANDING, capacity=60)

    said = text_of(client.get(SPACES))

    assert f"{house.centre.name} Grote zaal Gratis, of vanaf € 12,50 per uur Tot 60 mensen" in said


def test_spaces_leaves_out_what_is_not_for_hire_or_not_in_use(client, house):
    SpaceFactory(centre=house.centre, name="Jongerenruimte", is_for_hire=False)
    SpaceFactory(centre=house.centre, name="Oude zaal", is_active=False)
    SpaceFactory(centre=CentreFactory(is_active=False), name="Dichte zaal")
    assert found(client.get(SPACES)) == ["Grote zaal"]


def test_spaces_without_any_room_says_so(client):
    assert "Er zijn nog geen zalen te huur" in text_of(client.get(SPACES))


def test_spaces_is_there_in_english(client, house):
    response = client.get("/en/zalen/")
    assert response.status_code == 200
    assert 'lang="en"' in response.content.decode()


@pytest.mark.parametrize("rooms", [1, 30])
def test_spaces_takes_a_fixed_number_of_queries(client, rooms, django_assert_num_queries):
    club = TariffClassFactory()
    for room in SpaceFactory.create_batch(rooms, centre=CentreFactory()):
        TariffFactory(space=room, tariff_class=club)
    client.get(SPACES)
    with django_assert_num_queries(6):
        assert len(found(client.get(SPACES))) == rooms


# Searching ---------------------------------------------------------------------------------------


def test_search_puts_the_smallest_that_fits_first(client, house):
    SpaceFactory(centre=house.centre, name="Kleine zaal", capacity=25)
    SpaceFactory(centre=house.centre, name="Kamer", capacity=8)

    response = search(client, people=20, day=in_a_week().isoformat(), part="evening")

    assert found(response) == ["Kleine zaal", "Grote zaal"]
    said = text_of(response)
    assert "19.00 tot 22.00 uur Er zijn 2 zalen vrij." in said
    assert "1 zaal past dan niet Kamer" in said
    assert "Er passen 8 mensen in Kamer." in said


def test_search_hides_a_room_that_is_taken_and_never_says_by_whom(client, house):
    allocating.take(house.wanted(title="Geheim overleg"))
    small = SpaceFactory(centre=house.centre, name="Kleine zaal", capacity=25)

    response = search(client, people=20, day=in_a_week().isoformat(), part="evening")

    assert found(response) == [small.name]
    assert "Grote zaal is dan al bezet." in text_of(response)
    assert "Geheim" not in response.content.decode()


def test_search_finds_a_room_whose_option_has_run_out(client, house):
    until = timezone.now() + timedelta(minutes=1)
    allocating.take(house.wanted(), hold=Hold.OPTION, held_until=until)
    asked = {"people": 20, "day": in_a_week().isoformat(), "part": "evening"}
    assert found(search(client, **asked)) == []
    with time_machine.travel(until + timedelta(seconds=1)):
        assert found(search(client, **asked)) == ["Grote zaal"]


def test_search_by_step_free_equipment_layout_and_centre(client, house):
    house.space.step_free = Fact.YES
    house.space.save()
    beamer = EquipmentFactory(centre=house.centre, name="Beamer")
    other = Offered(name="Andere zaal", centre=CentreFactory(name="Elders", slug="elders"))
    SpaceLayoutFactory(space=other.space, layout=Layout.DINNER, capacity=30)

    assert found(search(client, step_free="on")) == ["Grote zaal"]
    assert found(search(client, equipment=beamer.name)) == ["Grote zaal"]
    assert found(search(client, layout="dinner")) == ["Andere zaal"]
    assert found(search(client, centre="elders")) == ["Andere zaal"]
    with_all = search(client, step_free="on", equipment="Beamer", people=20,
                      day=in_a_week().isoformat(), part="evening")  # fmt: skip
    assert found(with_all) == ["Grote zaal"]


def test_search_that_finds_nothing_proposes_the_nearest_one_tap_away(client, house):
    allocating.take(house.wanted())

    response = search(client, people=20, day=in_a_week().isoformat(), part="evening")

    said = text_of(response)
    assert "Dan is er niets vrij dat past. Dit kan wel:" in said
    first, *_rest, last = response.context["results"].proposals
    assert first.text.endswith("16.00 tot 19.00 uur")
    assert f"day={in_a_week().isoformat()}&starts=16%3A00&ends=19%3A00" in first.url
    assert last.text.endswith("19.00 tot 22.00 uur")
    assert client.get(first.url).context["chosen"].is_good is True


def test_search_for_more_people_than_any_room_holds_says_the_largest(client, house):
    for asked in (
        {"people": 10_000},
        {"people": 10_000, "day": in_a_week().isoformat(), "part": "evening"},
    ):
        said = text_of(search(client, **asked))
        assert "Zo veel mensen passen er niet. In Grote zaal passen er 40." in said


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"people": 0}, "Dit getal is te klein. Kies 1 of meer."),
        ({"people": "veel"}, "Vul een getal in. Bijvoorbeeld 3."),
        ({"day": "2020-01-01", "part": "evening"}, "Die dag is al geweest."),
        ({"part": "evening"}, "Kies ook een dag."),
        ({"starts": "19:00"}, "Vul twee tijden in. Van en tot."),
    ],
)
def test_search_that_cannot_be_read_says_what_to_do(client, house, asked, said):
    response = search(client, **asked)
    assert response.status_code == 200
    assert said in text_of(response)
    assert found(response) == ["Grote zaal"]


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        ("19:00", "19:00", "Het einde is gelijk aan het begin."),
        ("19:00", "18:00", "Het einde ligt voor het begin."),
    ],
)
def test_search_for_no_time_at_all_says_so(client, house, starts, ends, said):
    response = search(client, day=in_a_week().isoformat(), starts=starts, ends=ends)
    assert said in text_of(response)


def test_search_past_midnight_and_in_the_hour_that_does_not_exist(client, house):
    tonight = search(client, day=in_a_week().isoformat(), starts="22:00", ends="01:00")
    assert found(tonight) == ["Grote zaal"]
    with time_machine.travel("2026-12-01"):
        gap = search(client, day="2027-03-28", starts="02:30", ends="04:00")
    assert "In die nacht gaat de klok een uur vooruit of terug." in text_of(gap)


def test_search_for_every_week_puts_the_room_first_that_is_free_most_often(client, house):
    SpaceFactory(centre=house.centre, name="Kleine zaal", capacity=25)
    allocating.take(house.wanted(days=14))
    first = in_a_week()
    asked = {"people": 20, "day": first.isoformat(), "part": "evening", "weekly": "on",
             "until": (first + timedelta(weeks=3)).isoformat()}  # fmt: skip

    response = search(client, **asked)

    assert found(response) == ["Kleine zaal", "Grote zaal"]
    said = text_of(response)
    assert "Altijd vrij" in said
    assert "3 van de 4 keer vrij" in said
    url = response.context["results"].cards[0].url
    assert client.get(url).context["chosen"].ask_url.endswith(f"&until={asked['until']}")


def test_search_for_three_years_is_refused_in_plain_words(client, house):
    first = in_a_week()
    asked = {"day": first.isoformat(), "part": "evening", "weekly": "on"}
    long = search(client, **asked, until=(first + timedelta(days=700)).isoformat())
    assert "Een reeks duurt hoogstens een jaar." in text_of(long)
    longer = search(client, **asked, until=(first + timedelta(days=1100)).isoformat())
    assert "Dat is te ver weg." in text_of(longer)


@pytest.mark.parametrize("rooms", [1, 30])
def test_search_takes_a_fixed_number_of_queries(client, rooms, django_assert_num_queries):
    centre = CentreFactory()
    EquipmentFactory(centre=centre, name="Beamer")
    SpaceFactory.create_batch(rooms, centre=centre)
    asked = {"people": 20, "day": in_a_week().isoformat(), "part": "evening", "equipment": "Beamer"}
    search(client, **asked)
    with django_assert_num_queries(8):
        assert len(found(search(client, **asked))) == rooms


def test_search_that_finds_nothing_takes_a_fixed_number_of_queries(
    client, house, django_assert_num_queries
):
    allocating.take(house.wanted())
    asked = {"people": 20, "day": in_a_week().isoformat(), "part": "evening"}
    search(client, **asked)
    with django_assert_num_queries(9):
        search(client, **asked)


# The page of a room ------------------------------------------------------------------------------


def test_space_page_says_what_a_hirer_must_know(client, house):
    TariffClassFactory(name="Bewoners", free=True, explanation="Voor de buurt.")
    house.space.step_free = Fact.NO
    house.space.description = "Een lichte zaal."
    house.space.save()
    EquipmentFactory(centre=house.centre, name="Beamer").fixed_in.add(house.space)
    EquipmentFactory(centre=house.centre, name="Flipover", stock=3)

    said = text_of(client.get(house.space.get_absolute_url()))

    for sentence in (
        "Een lichte zaal.",
        "40 mensen Rijen stoelen",
        "Met een trap of drempel",
        "Is er een aangepast toilet? Dat weten we nog niet. Bel ons even.",
        "Beamer Staat in deze zaal",
        "Flipover Kun je erbij vragen. Wij hebben er 3.",
        "Bewoners Gratis Voor de buurt.",
        "Maatschappelijk € 12,50 per uur Voor verenigingen. Borg € 50. Die krijg je terug.",
        "Bronsweg 12, Zutphen",
    ):
        assert sentence in said


def test_space_page_falls_back_to_dutch_and_says_in_which_language(client, house):
    house.space.description = "Een lichte zaal."
    house.space.save()
    english = f"/en{house.space.get_absolute_url()}"
    assert '<p class="lead" lang="nl">Een lichte zaal.' in client.get(english).content.decode()
    SpaceTranslation.objects.create(space=house.space, language="en", description="A light hall.")
    assert '<p class="lead">A light hall.' in client.get(english).content.decode()


@pytest.mark.parametrize("hidden", [{"is_for_hire": False}, {"is_active": False}])
def test_space_page_of_a_room_that_is_not_for_hire_is_not_there(client, hidden):
    room = SpaceFactory(**hidden)
    assert client.get(room.get_absolute_url()).status_code == 404


def cells(house, on, **shown):
    week = free_week.week_of(house.space, on, **shown)
    return {one.on: [(cell.state.value, cell.text) for cell in one.cells] for one in week.days}


def test_week_shows_free_taken_and_closed_parts_of_a_day(house):
    on = in_a_week()
    for weekday in range(1, 8):
        HireHours.objects.create(
            centre=house.centre, weekday=weekday, opens=time(9), closes=time(23)
        )
    HireHours.objects.filter(weekday=(on + timedelta(days=1)).isoweekday()).delete()
    house.space.refresh_from_db()
    allocating.take(house.wanted())  # 19.00 to 22.00

    said = cells(house, on)

    assert said[on] == [("free", "Vrij"), ("free", "Vrij"), ("partly", "18.00–19.00")]
    if on.isoweekday() < 7:
        assert said[on + timedelta(days=1)] == [("closed", "Dicht")] * 3


def test_week_of_a_half_knows_that_the_whole_is_taken(house):
    half = SpaceFactory(
        centre=house.centre, parts=[house.space.parts.get(), PartFactory(centre=house.centre)]
    )
    starts_at, ends_at = evening(hour=18, hours=6)
    allocating.take(house.wanted(starts_at=starts_at, ends_at=ends_at))
    evening_of = free_week.week_of(half, in_a_week()).days[in_a_week().weekday()].cells[2]
    assert (evening_of.state.value, evening_of.url) == ("taken", "")


def test_week_says_to_call_within_the_notice_of_the_house(house):
    BuildingFactory(centre=house.centre, minimum_notice_hours=24)
    with time_machine.travel(local_time.at(date(2026, 12, 1), time(10))):  # a Tuesday
        said = cells(house, date(2026, 12, 1))
        tomorrow = free_week.week_of(house.space, date(2026, 12, 1)).days[2].cells[0]
    assert said[date(2026, 11, 30)] == [("over", "Voorbij")] * 3
    assert said[date(2026, 12, 1)] == [("over", "Bel ons")] * 3
    assert said[date(2026, 12, 2)][0] == ("free", "Vrij")
    assert tomorrow.url.endswith("?day=2026-12-02&starts=10%3A00&ends=12%3A00")


def test_week_never_says_who(client, house):
    allocating.take(house.wanted(title="Geheim overleg"))
    content = client.get(f"{house.space.get_absolute_url()}?shown={in_a_week()}").content.decode()
    assert 'class="partly"' in content or 'class="taken"' in content
    assert "Geheim" not in content


def test_week_leads_to_asking_at_that_time(client, house):
    week = free_week.week_of(house.space, in_a_week())
    url = week.days[in_a_week().weekday()].cells[2].url
    assert url.endswith(f"?day={in_a_week().isoformat()}&starts=19%3A00&ends=22%3A00")
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("strange", ["", "x", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_space_page_with_a_strange_week_or_time_still_opens(client, house, strange):
    page = house.space.get_absolute_url()
    asked = {"shown": strange, "day": strange, "starts": "x", "ends": "99:99", "people": "-1"}
    assert client.get(page, asked).status_code == 200


def test_space_page_says_whether_the_chosen_time_is_free(client, house):
    asked = {"day": in_a_week().isoformat(), "starts": "19:00", "ends": "22:00"}
    page = house.space.get_absolute_url()
    free = client.get(page, asked)
    assert "Dan is deze zaal vrij." in text_of(free)
    assert day(in_a_week()).capitalize() in text_of(free)
    allocating.take(house.wanted(title="Geheim overleg", kind=UseKind.ACTIVITY))
    taken = client.get(page, asked)
    assert "Grote zaal is dan al bezet." in text_of(taken)
    assert "Geheim" not in taken.content.decode()


def test_space_page_takes_a_fixed_number_of_queries(client, house, django_assert_num_queries):
    page = house.space.get_absolute_url()
    for number in range(30):
        EquipmentFactory(centre=house.centre)
        allocating.take(house.wanted(days=7 + number % 7, hour=8 + number % 5, hours=1))
    client.get(page)
    with django_assert_num_queries(8):
        client.get(page)


# Drawing and photo -------------------------------------------------------------------------------


def test_plan_has_a_dot_for_each_chair_and_stays_on_the_paper():
    for layout, capacity in [(Layout.THEATRE, 80), (Layout.DINNER, 48), (Layout.U_SHAPE, 30),
                             (Layout.STANDING, 100), (Layout.U_SHAPE, 3)]:  # fmt: skip
        room = SpaceFactory(capacity=0)
        SpaceLayoutFactory(space=room, layout=layout, capacity=capacity)
        plan = plan_of(room)
        assert plan.chairs.count("M") == capacity
        points = [[float(x) for x in dot[:-2].split()] for dot in plan.chairs.split("M")[1:]]
        assert all(0 <= x <= 320 and 0 <= y <= 180 for x, y in points)


def test_plan_of_a_room_without_layouts_is_an_empty_room():
    plan = plan_of(SpaceFactory(capacity=0))
    assert (plan.chairs, plan.tables) == ("", "")


def test_photo_of_a_room_is_served_and_nothing_else(client, house, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    picture = io.BytesIO()
    Image.new("RGB", (20, 10), "green").save(picture, "WEBP")
    house.space.photo.save("zaal.webp", ContentFile(picture.getvalue()))

    response = client.get(house.space.photo_url)

    assert response["Content-Type"] == "image/webp"
    assert b"".join(response.streaming_content) == picture.getvalue()
    assert client.get("/media/spaces/anders.webp").status_code == 404
    assert client.get("/media/spaces/..%2fgeheim").status_code == 404
    assert house.space.photo_url in client.get(SPACES).content.decode()


def test_sitemap_names_the_rooms(client, house):
    page = reverse("venue:space", args=[house.centre.slug, house.space.slug])
    assert page in client.get("/sitemap.xml").content.decode()
