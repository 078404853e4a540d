"""The screen in the hall: what it shows at a moment, without names; its link; and where staff make it."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.conf import settings

from activities.models import HallScreen
from activities.papers import hall
from lokaal.centres.models import Centre, OpeningHours
from tests.activities.factories import (
    ActivityFactory,
    CentreFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)
from tests.activities.organising.pages import AMSTERDAM
from tests.activities.voice.pages import as_, text, url

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=AMSTERDAM), tick=False):
        yield


@pytest.fixture
def centre():
    made = CentreFactory(name="Waterkracht")
    OpeningHours.objects.create(centre=made, weekday=2, opens=time(9), closes=time(17))
    return made


def on(day, hour, centre, title, **fields):
    starts_at = datetime.combine(day, time(hour), AMSTERDAM)
    return OccurrenceFactory(
        activity=ActivityFactory(centre=centre, title=title, room="Atelier"),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        **fields,
    )


def shown(centre):
    found = Centre.objects.with_hours().get(pk=centre.pk)
    return hall.hall_of(found, now=datetime(2026, 11, 24, 12, tzinfo=AMSTERDAM))


def test_shows_today_from_now_and_the_next_days(centre):
    on(TODAY, 9, centre, "Voorbij")
    on(TODAY, 11, centre, "Bezig")
    on(TODAY, 14, centre, "Straks")
    on(TODAY, 15, centre, "Afgezegd", cancelled=True)
    on(TODAY + timedelta(days=1), 10, centre, "Morgen iets")
    on(TODAY + timedelta(days=3), 10, centre, "Vrijdag iets")
    on(TODAY + timedelta(days=4), 10, centre, "Te ver")
    on(TODAY, 14, CentreFactory(), "Elders")

    screen = shown(centre)

    assert [(line.time, line.title, line.room, line.state) for line in screen.day.lines] == [
        ("11.00", "Bezig", "Atelier", "Nu bezig"),
        ("14.00", "Straks", "Atelier", ""),
        ("15.00", "Afgezegd", "Atelier", "Gaat niet door"),
    ]
    assert [(day.heading, [line.title for line in day.lines]) for day in screen.next] == [
        ("Morgen", ["Morgen iets"]),
        ("Donderdag 26 november", []),
        ("Vrijdag 27 november", ["Vrijdag iets"]),
    ]
    assert (screen.clock, screen.today) == ("12.00", "Dinsdag 24 november")
    assert screen.status.sentence == "Nu open tot 17.00 uur"


def test_busy_day_says_how_much_more_there_is(centre):
    for number in range(hall.MOST_TODAY + 3):
        on(TODAY, 14, centre, f"Iets {number}")

    screen = shown(centre)

    assert (len(screen.day.lines), screen.day.more) == (hall.MOST_TODAY, 3)


def test_letters_are_as_large_as_what_is_on_allows(centre):
    on(TODAY, 14, centre, "Naaicafé")
    quiet = shown(centre)
    for day in range(4):
        for number in range(12):
            on(TODAY + timedelta(days=day), 15, centre, f"Iets met een lange naam {number}")
    busy = shown(centre)

    assert (quiet.height, quiet.tall_height) == (44, 48)
    assert quiet.height < busy.height < max(hall.HEIGHTS)
    assert quiet.tall_height < busy.tall_height < max(hall.HEIGHTS)


def test_every_height_has_its_letters():
    style = (settings.BASE_DIR / "static" / "css" / "hall.css").read_text()

    for high in hall.HEIGHTS:
        for name in ("high", "tall"):
            assert f".{name}-{high} {{ font-size: {100 / high:.2f}vh; }}" in style


@pytest.mark.parametrize("number", [1, 30])
def test_screen_costs_the_same_at_any_size(number, centre, django_assert_num_queries):
    for _number in range(number):
        on(TODAY, 14, centre, "Iets")
    found = Centre.objects.with_hours().get(pk=centre.pk)

    with django_assert_num_queries(2):
        hall.hall_of(found, now=datetime(2026, 11, 24, 12, tzinfo=AMSTERDAM))


def test_page_refreshes_itself_and_holds_no_names_and_no_script(client, centre):
    occurrence = on(TODAY, 14, centre, "Naaicafé")
    SignUpFactory(occurrence=occurrence, name="Emine Kaya")
    link = hall.make_link(centre, language="nl", by=PersonFactory(name="Nermin Aksoy"))

    response = client.get(url("hall_screen", link.secret))

    page = text(response)
    assert '<meta http-equiv="refresh" content="120">' in page
    assert "Naaicafé" in page
    for unseen in ["Emine", "Nermin", "<script", "<form"]:
        assert unseen not in page
    assert (response["X-Robots-Tag"], response["Referrer-Policy"]) == ("noindex", "no-referrer")


def test_page_is_in_the_language_of_the_link(client, centre):
    link = hall.make_link(centre, language="en", by=PersonFactory())

    page = text(client.get(url("hall_screen", link.secret)))

    assert '<html lang="en"' in page
    assert "Tuesday 24 November" in page


def test_wrong_shortened_and_revoked_links_open_nothing(client, centre):
    link = hall.make_link(centre, language="nl", by=PersonFactory())
    secret = link.secret
    assert client.get(url("hall_screen", secret)).status_code == 200
    assert client.get(url("hall_screen", secret[:-1])).status_code == 404
    assert client.get(url("hall_screen", "x")).status_code == 404

    hall.revoke_link(link)
    link.refresh_from_db()
    first = link.revoked_at
    hall.revoke_link(link)

    link.refresh_from_db()
    assert link.revoked_at == first
    assert client.get(url("hall_screen", secret)).status_code == 404


def test_screen_of_a_centre_no_longer_in_use_opens_nothing(client, centre):
    link = hall.make_link(centre, language="nl", by=PersonFactory())

    Centre.objects.filter(pk=centre.pk).update(is_active=False)

    assert client.get(url("hall_screen", link.secret)).status_code == 404


def test_secret_is_not_in_the_database(centre):
    link = hall.make_link(centre, language="nl", by=PersonFactory())

    assert len(link.secret) == 64
    assert link.secret not in str(HallScreen.objects.values().get())


def test_host_makes_and_takes_back_a_link(centre):
    host = PersonFactory(host_of=centre)
    client = as_(host)

    client.post(url("hall_screen_make", centre.pk))
    link = HallScreen.objects.get()
    page = text(client.get(url("desk_papers")))
    assert url("hall_screen", link.secret) in page
    assert url("programme", centre.slug, "a3") in page

    client.post(url("hall_screen_revoke", link.pk))
    link.refresh_from_db()
    assert link.revoked_at is not None
    assert (link.by, link.language) == (host, "nl")


@pytest.mark.parametrize("who", ["nobody", "resident", "elsewhere"])
def test_wrong_person_makes_and_takes_back_nothing(centre, who):
    link = hall.make_link(centre, language="nl", by=PersonFactory())
    person = {
        "nobody": lambda: None,
        "resident": PersonFactory,
        "elsewhere": lambda: PersonFactory(host_of=CentreFactory()),
    }[who]()
    client = as_(person)

    assert client.post(url("hall_screen_make", centre.pk)).status_code in {302, 403, 404}
    assert client.post(url("hall_screen_revoke", link.pk)).status_code in {302, 403, 404}
    assert link.secret not in text(client.get(url("desk_papers")))

    assert HallScreen.objects.live().get() == link


@pytest.mark.parametrize("number", [1, 30])
def test_desk_page_costs_the_same_at_any_size(number, centre, django_assert_num_queries):
    for _number in range(number):
        hall.make_link(centre, language="nl", by=PersonFactory())
    client = as_(PersonFactory(host_of=centre))
    client.get(url("desk_papers"))

    with django_assert_num_queries(6):
        client.get(url("desk_papers"))
