"""The dates of a series on the pages of staff: changed for one, the following or all; skipped and put back."""

from datetime import time

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from lokaal.people.models import Role
from tests.people.factories import PersonFactory
from tests.venue.factories import Offered, SpaceFactory
from tests.venue.hire.pages import text_of
from tests.venue.hire.test_rebooking import weekly
from venue import allocating
from venue.hire import hiring
from venue.models import DateState, EventKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(client):
    house = Offered()
    client.force_login(house.planner)
    return house


@pytest.fixture
def dates(house):
    booking = hiring.confirm(weekly(house), by=house.planner)
    return list(booking.dates.order_by("use__starts_at"))


def page_of(date, view="date_change"):
    return reverse(f"venue:{view}", args=[date.pk])


def answers(date, **changes):
    use = date.use
    said = {
        "day": timezone.localtime(use.starts_at).date().isoformat(),
        "starts": "19:00",
        "ends": "22:00",
        "people": str(use.people),
        "space": str(use.space_id),
        "layout": use.layout,
        "hours_reason": "",
        "scope": "this",
    }
    return said | changes


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def ends(dates):
    for date in dates:
        date.use.refresh_from_db()
    return [timezone.localtime(date.use.ends_at).time() for date in dates]


def badges(response):
    return [(str(card.badge.label), card.reason) for card in response.context["cards"]]


def test_page_offers_the_dates_of_a_series(client, dates):
    said = text_of(client.get(page_of(dates[1])))
    assert "Alleen deze datum" in said
    assert "Deze en de volgende 2 datums" in said
    assert "Alle die nog komen 3 datums" in said


def test_page_of_a_date_that_stands_alone_offers_no_choice(client, house):
    date = house.ask().dates.get()
    assert "Voor welke datums?" not in text_of(client.get(page_of(date)))


def test_nothing_is_done_before_it_was_shown(client, house, dates):
    koffie = allocating.take(house.wanted(14, hour=22, hours=1, title="Koffie"))
    change = answers(dates[0], ends="23:00", scope="all")

    shown = client.post(page_of(dates[0]), change)

    assert "Dit is er dan in de zaal: Koffie" in text_of(shown)
    assert reverse("venue:use", args=[koffie.pk]) in shown.content.decode()

    assert badges(shown) == [
        ("Vrij", ""),
        ("Bezet", "Grote zaal is dan al bezet."),
        ("Vrij", ""),
    ]
    assert "Een deel kan" in text_of(shown)
    assert "Verander 2 datums" in text_of(shown)
    assert ends(dates) == [time(22)] * 3

    done = client.post(page_of(dates[0]), change | {"sure": "yes"})

    told = said(done)
    assert told[0] == "2 datums zijn veranderd. De huurder krijgt één bericht."
    assert told[1].endswith("blijft zoals het was. Grote zaal is dan al bezet.")
    assert ends(dates) == [time(23), time(22), time(23)]


def test_another_room_that_is_free_is_named(client, house, dates):
    SpaceFactory(centre=house.centre, name="Kleine zaal", capacity=25)
    allocating.take(house.wanted(7, hour=22, hours=1))
    shown = client.post(page_of(dates[0]), answers(dates[0], ends="23:00"))
    assert badges(shown) == [("Bezet", "Grote zaal is dan al bezet. Kleine zaal is wel vrij.")]
    assert "Dit kan niet" in text_of(shown)
    assert 'name="sure"' not in shown.content.decode()


def test_following_dates_change_and_the_one_before_stays(client, dates):
    change = answers(dates[1], ends="23:00", scope="following", sure="yes")
    client.post(page_of(dates[1]), change)
    assert ends(dates) == [time(22), time(23), time(23)]


def test_this_date_only_is_changed_after_it_was_shown(client, dates):
    change = answers(dates[1], people="30", scope="this")
    assert "Verander 1 datum" in text_of(client.post(page_of(dates[1]), change))
    done = client.post(page_of(dates[1]), change | {"sure": "yes"})
    assert said(done) == ["De datum is veranderd. De huurder krijgt bericht."]
    people = [type(date).objects.get(pk=date.pk).use.people for date in dates]
    assert people == [20, 30, 20]


def test_what_differs_between_the_dates_stays(client, house, dates):
    allocating.change(dates[2].use, people=35)
    client.post(page_of(dates[0]), answers(dates[0], ends="23:00", scope="all", sure="yes"))
    dates[2].use.refresh_from_db()
    assert (dates[2].use.people, ends(dates)[2]) == (35, time(23))


def test_going_back_keeps_what_was_filled_in(client, dates):
    back = client.post(page_of(dates[0]), answers(dates[0], ends="23:00", scope="all", again="yes"))
    assert back.context["form"].data["ends"] == "23:00"
    assert ends(dates) == [time(22)] * 3


def test_nothing_different_is_said(client, dates):
    same = client.post(page_of(dates[0]), answers(dates[0], scope="all"))
    assert "Er is niets anders. Verander eerst de tijd, zaal of mensen." in text_of(same)
    unknown = client.post(page_of(dates[0]), answers(dates[0], scope="never", ends="23:00"))
    assert unknown.context["form"].errors["scope"]


def test_change_without_a_price_says_so_and_changes_nothing(client, house, dates):
    bare = SpaceFactory(centre=house.centre, capacity=40, name="Zolder")
    change = answers(dates[0], space=str(bare.pk), scope="all")
    refused = client.post(page_of(dates[0]), change | {"sure": "yes"})
    assert "nog geen prijs" in text_of(refused)
    kept = client.post(page_of(dates[0]), change | {"sure": "yes", "keeps_price": "on"})
    assert said(kept) == ["3 datums zijn veranderd. De huurder krijgt één bericht."]


def test_date_is_skipped_and_put_back(client, dates):
    date = dates[0]
    manage = reverse("venue:booking_manage", args=[date.booking_id])
    assert page_of(date, "date_skip") in client.get(manage).content.decode()
    assert "De huurder betaalt deze datum niet." in text_of(client.get(page_of(date, "date_skip")))

    response = client.post(page_of(date, "date_skip"), {"reason": "Vakantie"}, follow=True)

    assert "De datum is overgeslagen. De huurder krijgt bericht." in text_of(response)
    assert "Zet terug" in text_of(response)
    date.refresh_from_db()
    assert (date.state, date.reason) == (DateState.SKIPPED, "Vakantie")

    client.post(page_of(date, "date_bring_back"))
    date.refresh_from_db()
    assert date.state == DateState.PLANNED
    kinds = list(date.events.values_list("kind", flat=True))
    assert kinds == [EventKind.SKIPPED, EventKind.CAME_BACK]


def test_who_does_not_plan_changes_and_skips_nothing(client, dates):
    client.force_login(PersonFactory(role=Role.HOST))
    change = answers(dates[0], ends="23:00", scope="all", sure="yes")
    assert client.post(page_of(dates[0]), change).status_code == 403
    assert client.post(page_of(dates[0], "date_skip"), {"reason": ""}).status_code == 403
    assert ends(dates) == [time(22)] * 3
