"""The door in a real browser: presses survive a lost connection and a reload; and all of it works without script."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities.models import HeadTap, Occurrence, PaidBy, Presence, SignUp, Tablet, TillEntry
from lokaal.centres.models import Centre
from lokaal.people.models import Person
from tests.activities.factories import ActivityFactory, OccurrenceFactory, SignUpFactory
from tests.look.test_browser import TOO_SMALL

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
KEPT = "Object.keys(localStorage).filter(name => name.startsWith('lokaal-tap:')).length"


def begun(house: Centre, **fields: Any) -> Occurrence:
    """A date that began a moment ago, also just after midnight."""
    activity = ActivityFactory(centre=house, **fields.pop("activity", {}))
    return OccurrenceFactory(
        activity=activity, starts_at=timezone.now() - timedelta(seconds=1), **fields
    )


@pytest.fixture
def coffee(house: Centre) -> Occurrence:
    return begun(house, activity={"drop_in": True, "title": "Koffie-inloop"})


@pytest.fixture
def cafe(house: Centre) -> Occurrence:
    cafe = begun(house, activity={"paid": True, "title": "Buurtmaaltijd"}, capacity=8)
    SignUpFactory(occurrence=cafe, name="Gerda Harmsen", companions=1)
    SignUpFactory(occurrence=cafe, name="Joop Wesselink")
    return cafe


@pytest.fixture
def tab(host: Person, new_page: Any, live_server: Any) -> Any:
    """Open a page that is signed in as the host."""
    client = Client()
    client.force_login(host)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}

    def open_tab(**options: Any) -> Any:
        page = new_page(**options)
        page.context.add_cookies([session | {"url": live_server.url}])
        return page

    return open_tab


def door_of(occurrence: Occurrence) -> str:
    return reverse("activities:door_date", args=[occurrence.pk])


def heads_of(occurrence: Occurrence) -> int:
    occurrence.refresh_from_db()
    return occurrence.heads


def all_sent(page: Any) -> None:
    """Wait until the house has every press."""
    page.locator("#saving").wait_for(state="hidden")


# A lost connection -------------------------------------------------------------------------------


def test_five_presses_without_a_connection_are_exactly_five_when_it_is_back(
    tab: Any, coffee: Occurrence
) -> None:
    page = tab()
    page.goto(door_of(coffee))
    plus = page.get_by_role("button", name="Er komt iemand binnen")

    page.context.set_offline(True)
    for _number in range(5):
        plus.click()

    assert page.locator("#heads").inner_text() == "5"
    assert page.get_by_text("Wordt bewaard: 5").is_visible()
    assert page.get_by_text("Geen internet. Druk gewoon door.").is_visible()
    assert heads_of(coffee) == 0
    page.context.set_offline(False)
    all_sent(page)

    assert (heads_of(coffee), HeadTap.objects.count()) == (5, 5)
    assert page.locator("#heads").inner_text() == "5"
    assert page.evaluate(KEPT) == 0


def test_a_reload_in_between_loses_nothing(tab: Any, coffee: Occurrence) -> None:
    page = tab()
    page.goto(door_of(coffee))
    page.context.set_offline(True)
    for _number in range(3):
        page.get_by_role("button", name="Er komt iemand binnen").click()
    page.get_by_role("button", name="Eén te veel geteld").click()

    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.reload()
    page.context.set_offline(False)
    page.goto(door_of(coffee))
    all_sent(page)

    assert (heads_of(coffee), HeadTap.objects.count()) == (2, 4)
    assert page.locator("#heads").inner_text() == "2"


def test_an_answer_that_never_came_back_counts_once(tab: Any, coffee: Occurrence) -> None:
    page = tab()
    page.goto(door_of(coffee))
    lost: list[int] = []

    def lose_the_first_answer(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)  # it did arrive
        route.abort()

    page.route("**/door/taps/", lose_the_first_answer)
    page.get_by_role("button", name="Er komt iemand binnen").click()
    all_sent(page)

    assert lost == [200]
    assert (heads_of(coffee), HeadTap.objects.count()) == (1, 1)
    assert page.locator("#heads").inner_text() == "1"


def test_presence_and_a_new_name_are_kept_too(tab: Any, cafe: Occurrence) -> None:
    page = tab()
    page.goto(door_of(cafe))
    page.context.set_offline(True)
    gerda = page.get_by_role("button", name="Gerda Harmsen")
    gerda.click()
    page.get_by_label("Naam").fill("Fatma")
    page.get_by_role("button", name="Zet op de lijst").click()

    assert gerda.get_attribute("aria-pressed") == "true"
    assert page.locator("#there").inner_text() == "2"
    assert page.get_by_text("Fatma. Wordt bewaard").is_visible()
    page.context.set_offline(False)
    all_sent(page)
    page.get_by_role("button", name="Fatma").wait_for()

    assert dict(SignUp.objects.values_list("name", "presence")) == {
        "Gerda Harmsen": Presence.PRESENT,
        "Joop Wesselink": Presence.UNKNOWN,
        "Fatma": Presence.PRESENT,
    }
    assert page.locator("#there").inner_text() == "3"


def test_the_last_press_on_a_name_counts(tab: Any, cafe: Occurrence) -> None:
    page = tab()
    page.goto(door_of(cafe))
    joop = page.get_by_role("button", name="Joop Wesselink")

    joop.click()
    joop.click(click_count=2)  # a hand that trembles, within half a second
    assert joop.get_attribute("aria-pressed") == "true"
    page.wait_for_timeout(700)
    joop.click()
    all_sent(page)

    assert joop.get_attribute("aria-pressed") == "false"
    assert SignUp.objects.get(name="Joop Wesselink").presence == Presence.UNKNOWN


def test_a_press_that_is_refused_says_why_and_is_not_sent_again(tab: Any, cafe: Occurrence) -> None:
    page = tab()
    page.goto(door_of(cafe))
    SignUp.objects.filter(name="Joop Wesselink").update(state="cancelled")

    page.get_by_role("button", name="Joop Wesselink").click()
    page.get_by_text("Joop Wesselink staat niet meer op de lijst.").wait_for()

    assert page.evaluate(KEPT) == 0


def test_a_press_outlives_a_session_that_ended(tab: Any, host: Person, coffee: Occurrence) -> None:
    page = tab()
    page.goto(door_of(coffee))
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")

    page.get_by_role("button", name="Er komt iemand binnen").click()
    page.get_by_text("Er raakt niets kwijt. Log opnieuw in, of vraag een nieuwe link.").wait_for()
    assert heads_of(coffee) == 0
    page.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "sessionid"])
    page.goto(door_of(coffee))
    all_sent(page)

    assert heads_of(coffee) == 1


def test_a_tablet_shows_what_another_counted(
    new_page: Any, tablet: Tablet, coffee: Occurrence
) -> None:
    address = reverse("activities:tablet_date", args=[tablet.secret, coffee.pk])
    first, second = new_page(width=768), new_page(width=768)
    first.goto(address)
    second.goto(address)

    first.get_by_role("button", name="Er komt iemand binnen").click()
    all_sent(first)
    second.get_by_role("button", name="Er komt iemand binnen").click()
    all_sent(second)

    assert second.locator("#heads").inner_text() == "2"
    assert heads_of(coffee) == 2


# Without script, and how it looks ----------------------------------------------------------------


def test_a_host_keeps_the_door_without_javascript(tab: Any, cafe: Occurrence) -> None:
    page = tab(javascript=False)
    page.goto(reverse("portal:desk"))
    page.get_by_role("link", name="Naar de deur").first.click()

    page.get_by_role("button", name="Gerda Harmsen").click()
    assert page.get_by_role("button", name="Gerda Harmsen").get_attribute("aria-pressed") == "true"
    page.get_by_label("Naam").fill("Fatma")
    page.get_by_role("button", name="Zet op de lijst").click()
    assert page.get_by_text("Fatma is er.").is_visible()
    page.get_by_role("button", name="Tel iemand zonder naam").click()
    assert page.locator("#heads").inner_text() == "1"

    page.get_by_role("link", name="Wie heeft betaald?").click()
    page.get_by_role("link", name="Betaalt").filter(has_text="Gerda Harmsen").click()
    assert page.get_by_label("Welk bedrag?").input_value() == "8"
    page.get_by_role("button", name="Contant").click()
    page.get_by_role("link", name="Iemand zonder naam betaalt").click()
    page.get_by_role("button", name="Hoeft niet").click()
    assert list(TillEntry.objects.order_by("id").values_list("cents", "people", "paid_by")) == [
        (800, 2, PaidBy.CASH),
        (0, 1, PaidBy.WAIVED),
    ]
    page.get_by_role("link", name="De kas van deze dag").click()
    page.get_by_label("Hoeveel contant geld is er?").fill("8")
    page.get_by_role("button", name="De kas is geteld").click()
    assert page.get_by_text("Er was € 8 contant. Opgeschreven was € 8.").is_visible()

    page.goto(door_of(cafe))
    page.get_by_role("link", name="Klaar met de lijst").click()
    page.get_by_role("button", name="Die waren er niet").click()
    assert page.get_by_text("De lijst is klaar. 1 naam was er niet.").is_visible()
    assert SignUp.objects.get(name="Joop Wesselink").presence == Presence.ABSENT


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_of_the_door_fit_and_axe_finds_nothing(
    width: int, tab: Any, axe: Any, cafe: Occurrence, coffee: Occurrence, tablet: Tablet
) -> None:
    party = SignUp.objects.get(name="Gerda Harmsen")
    page = tab(width=width)
    addresses = [
        reverse("activities:door"),
        door_of(cafe),
        door_of(coffee),
        reverse("activities:door_party", args=[party.pk]),
        reverse("activities:door_done", args=[cafe.pk]),
        reverse("activities:door_tablets"),
        reverse("activities:tablet", args=[tablet.secret]),
        reverse("activities:tablet_date", args=[tablet.secret, cafe.pk]),
        reverse("activities:till", args=[cafe.pk]),
        f"{reverse('activities:till_pay', args=[cafe.pk])}?party={party.pk}",
        reverse("activities:till_day", args=[cafe.centre.slug]),
    ]

    for address in addresses:
        assert page.goto(address).status == 200
        axe(page)
        assert page.evaluate(TOO_WIDE) is False, address
        assert page.evaluate(TOO_SMALL) == [], address
