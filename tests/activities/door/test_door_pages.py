"""The pages at the door: who may open them, what they show and hide, and what a press does without JavaScript."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities.door import tablets
from activities.models import HeadTap, Occurrence, Presence, SignUp, SignUpState, Tablet
from lokaal.centres.models import Centre
from lokaal.people.models import Person
from tests.activities.door.conftest import signed_in_as
from tests.activities.factories import (
    ActivityFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)
from venue.models import Building

pytestmark = pytest.mark.django_db

NOON = "2026-11-24T11:00:00Z"
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def cafe(house: Centre) -> Occurrence:
    """A date with six places that began an hour ago."""
    activity = ActivityFactory(centre=house, title="Naaicafé")
    return OccurrenceFactory(activity=activity, running=True, capacity=6)


def page_of(occurrence: Occurrence) -> str:
    return reverse("activities:door_date", args=[occurrence.pk])


def press(client: Client, occurrence: Occurrence, what: str, **fields: Any) -> Any:
    address = fields.pop("address", reverse("activities:door_taps"))
    headers = fields.pop("headers", None)
    sent = {"what": what, "occurrence": occurrence.pk, "key": uuid4()} | fields
    return client.post(address, sent, headers=headers)


def told(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


# Today -------------------------------------------------------------------------------------------


def test_the_door_shows_the_dates_of_today_at_my_centre_and_what_i_organise(
    client: Client, host: Person, house: Centre, cafe: Occurrence
) -> None:
    elsewhere = ActivityFactory(title="Sjoelen")
    elsewhere.organisers.add(host)
    mine = OccurrenceFactory(activity=elsewhere, running=True)
    over = OccurrenceFactory(
        activity=ActivityFactory(centre=house), starts_at=timezone.now() - timedelta(hours=4)
    )
    OccurrenceFactory(activity=ActivityFactory(centre=house))  # tomorrow
    OccurrenceFactory(activity=ActivityFactory(centre=house, draft=True), running=True)
    OccurrenceFactory(activity=ActivityFactory(centre=house), running=True, cancelled=True)
    OccurrenceFactory(running=True)  # of another house

    response = client.get(reverse("activities:door"))

    assert {row["date"].occurrence for row in response.context["rows"]} == {cafe, mine}
    assert [row["date"].occurrence for row in response.context["over"]] == [over]


def test_who_has_nothing_to_do_at_a_door_sees_an_empty_day_and_no_way_to_the_desk() -> None:
    OccurrenceFactory(running=True)

    response = signed_in_as(PersonFactory()).get(reverse("activities:door"))

    assert reverse("portal:desk") not in response.content.decode()

    assert response.context["rows"] == []
    assert "Vandaag komt er niets meer." in response.content.decode()


# Who may open it ---------------------------------------------------------------------------------


def test_a_list_opens_for_its_host_and_its_organiser_and_for_nobody_else(
    client: Client, cafe: Occurrence
) -> None:
    organiser = PersonFactory()
    cafe.activity.organisers.add(organiser)
    other = OccurrenceFactory(running=True)
    other_organiser = PersonFactory()
    other.activity.organisers.add(other_organiser)
    host_elsewhere = PersonFactory(host_of=other.centre)

    assert client.get(page_of(cafe)).status_code == 200
    assert signed_in_as(organiser).get(page_of(cafe)).status_code == 200
    for stranger in (other_organiser, host_elsewhere, PersonFactory()):
        assert signed_in_as(stranger).get(page_of(cafe)).status_code == 404
    assert Client().get(page_of(cafe)).status_code == 302


def test_an_organiser_sees_no_list_of_more_than_a_month_ago(cafe: Occurrence) -> None:
    organiser = PersonFactory()
    cafe.activity.organisers.add(organiser)
    SignUpFactory(occurrence=cafe, name="Gerda")

    with time_machine.travel(timezone.now() + timedelta(days=40)):
        client = signed_in_as(organiser)
        for name in ("door_date", "door_done", "till", "till_pay"):
            assert client.get(reverse(f"activities:{name}", args=[cafe.pk])).status_code == 404
        people = client.get(reverse("activities:occurrence_people", args=[cafe.pk]))
    assert "Gerda" not in people.content.decode()


@pytest.mark.parametrize("what", ["there", "head", "walk_in"])
def test_nobody_presses_on_a_list_of_another_house(what: str, client: Client, host: Person) -> None:
    elsewhere = OccurrenceFactory(running=True)
    party = SignUpFactory(occurrence=elsewhere)

    refused = press(client, elsewhere, what, sign_up=party.pk, name="Joop", headers=JSON)

    assert refused.status_code == 404
    assert refused.json() == {"message": "Deze lijst is niet van jou."}
    plain = client.get(press(client, elsewhere, what, sign_up=party.pk, name="Joop").url)
    assert told(plain) == ["Deze lijst is niet van jou."]
    party.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (party.presence, elsewhere.heads, SignUp.objects.count()) == ("", 0, 1)


def test_a_party_of_another_list_is_not_marked_through_mine(
    client: Client, cafe: Occurrence
) -> None:
    party = SignUpFactory(occurrence=OccurrenceFactory(running=True))

    refused = press(client, cafe, "there", sign_up=party.pk, headers=JSON)

    assert (refused.status_code, refused.json()["message"]) == (
        409,
        "Deze naam staat niet op de lijst.",
    )
    party.refresh_from_db()
    assert party.presence == Presence.UNKNOWN


# The list ----------------------------------------------------------------------------------------


def test_the_list_shows_who_is_on_it_by_name_and_apart_who_waits(
    client: Client, cafe: Occurrence
) -> None:
    SignUpFactory(occurrence=cafe, name="Zohra", companions=2)
    SignUpFactory(occurrence=cafe, name="Émile", presence=Presence.PRESENT)
    SignUpFactory(occurrence=cafe, name="Afgemeld", cancelled=True)
    SignUpFactory(
        occurrence=cafe, name="Wacht", state=SignUpState.WAITING, queued_at=timezone.now()
    )

    listed = client.get(page_of(cafe)).context["list"]

    assert [(one.name, one.others, one.is_there) for one in listed.parties] == [
        ("Émile", "", True),
        ("Zohra", "met nog 2 mensen", False),
    ]
    assert listed.waiting == ["Wacht"]
    assert (listed.there, listed.coming) == (1, 4)


@pytest.mark.parametrize("count", [1, 30])
def test_a_list_costs_the_same_with_one_party_and_with_thirty(
    count: int, client: Client, cafe: Occurrence, django_assert_num_queries: Any
) -> None:
    Occurrence.objects.filter(pk=cafe.pk).update(capacity=None)
    for _number in range(count):
        SignUpFactory(occurrence=cafe)
    client.get(page_of(cafe))

    # session, person, roles, the date with its words, the list, may keep it
    with django_assert_num_queries(6):
        client.get(page_of(cafe))


def test_a_press_is_noted_and_pressed_again_taken_back_without_javascript(
    client: Client, cafe: Occurrence
) -> None:
    party = SignUpFactory(occurrence=cafe, name="Gerda")

    response = press(client, cafe, "there", sign_up=party.pk)

    assert response.url == f"{page_of(cafe)}#p-{party.pk}"
    page = client.get(page_of(cafe)).content.decode()
    assert 'name="what" value="not_there"' in page
    party.refresh_from_db()
    assert party.presence == Presence.PRESENT
    press(client, cafe, "not_there", sign_up=party.pk)
    party.refresh_from_db()
    assert party.presence == Presence.UNKNOWN


def test_a_press_tells_the_script_what_has_arrived(client: Client, cafe: Occurrence) -> None:
    key = uuid4()

    first = press(client, cafe, "head", key=key, age="4200.5", headers=JSON)
    again = press(client, cafe, "head", key=key, age="9000", headers=JSON)

    expected = {"message": "", "occurrence": str(cafe.pk), "heads": 1}
    assert (first.json(), again.json()) == (expected, expected)
    tap = HeadTap.objects.get()
    assert timezone.now() - tap.tapped_at == timedelta(milliseconds=4200)


def test_who_is_not_on_the_list_is_put_there_or_counted(
    client: Client, host: Person, cafe: Occurrence
) -> None:
    response = client.get(press(client, cafe, "walk_in", name="  Fatma ").url)
    press(client, cafe, "head")

    assert told(response) == ["Fatma is er."]
    cafe.refresh_from_db()
    assert (cafe.places_taken, cafe.heads) == (1, 1)
    assert SignUp.objects.get().entered_by == host


def test_a_walk_in_without_a_name_is_asked_for_one(client: Client, cafe: Occurrence) -> None:
    response = press(client, cafe, "walk_in", name=" ", headers=JSON)

    assert (response.status_code, response.json()) == (
        400,
        {"message": "Vul een naam in. De voornaam is genoeg."},
    )


def test_a_full_list_says_so_and_leaves_it_to_the_host(
    client: Client, cafe: Occurrence, house: Centre
) -> None:
    Building.objects.create(centre=house, maximum_people=120)
    Occurrence.objects.filter(pk=cafe.pk).update(capacity=1)
    SignUpFactory(occurrence=cafe)
    organiser = PersonFactory()
    cafe.activity.organisers.add(organiser)

    seen_by_host = client.get(page_of(cafe)).content.decode()
    seen_by_organiser = signed_in_as(organiser).get(page_of(cafe)).content.decode()

    assert "Vol. Jij beslist of er nog iemand bij kan." in seen_by_host
    assert "In huis mogen 120 mensen zijn. Meer mag niet van de brandweer." in seen_by_host
    assert "Laat toch iemand binnen" in seen_by_host
    assert "Vol. Vraag het aan de balie." in seen_by_organiser
    for page in (seen_by_host, seen_by_organiser):
        assert 'name="name"' not in page
    assert "Laat toch iemand binnen" not in seen_by_organiser
    refused = press(signed_in_as(organiser), cafe, "head", headers=JSON)
    assert (refused.status_code, refused.json()["message"]) == (409, "Vol. Vraag het aan de balie.")
    assert press(client, cafe, "head", headers=JSON).json()["heads"] == 1


def test_drop_in_shows_a_number_and_no_names(client: Client, house: Centre) -> None:
    coffee = OccurrenceFactory(
        activity=ActivityFactory(centre=house, drop_in=True), running=True, heads=12
    )

    page = client.get(page_of(coffee)).content.decode()

    assert '<b id="heads">12</b>' in page
    assert "Er komt iemand binnen" in page
    assert 'class="names"' not in page


@pytest.mark.parametrize(
    "sent",
    [
        {"what": "fly"},
        {"what": "there", "sign_up": ""},
        {"what": "there", "sign_up": "1'; --"},
        {"what": "head", "occurrence": "nonsense"},
        {"what": "head", "age": "long ago"},
    ],
)
def test_nonsense_is_refused_in_words(
    sent: dict[str, str], client: Client, cafe: Occurrence
) -> None:
    fields = {"occurrence": cafe.pk} | sent

    response = client.post(reverse("activities:door_taps"), fields, headers=JSON)

    assert response.status_code == 400
    assert response.json()["message"]
    cafe.refresh_from_db()
    assert cafe.heads == 0


@pytest.mark.parametrize("age", ["nan", "inf", "-inf", "1e400", "-1"])
def test_strange_ages_are_refused_or_count_as_now(
    age: str, client: Client, cafe: Occurrence
) -> None:
    assert press(client, cafe, "head", age=age, headers=JSON).status_code in {200, 400}


@pytest.mark.parametrize("trait", [{}, {"running": True, "cancelled": True}])
def test_nothing_can_be_pressed_before_the_day_or_when_it_was_called_off(
    trait: dict[str, bool], client: Client, house: Centre
) -> None:
    occurrence = OccurrenceFactory(activity=ActivityFactory(centre=house), **trait)
    SignUpFactory(occurrence=occurrence, name="Gerda")
    coffee = OccurrenceFactory(activity=ActivityFactory(centre=house, drop_in=True), **trait)

    page = client.get(page_of(occurrence)).content.decode()

    assert page.count("<button") == page.count(" disabled") == 1
    assert "<button" not in client.get(page_of(coffee)).content.decode()
    assert press(client, coffee, "head", headers=JSON).status_code == 409


# One party ---------------------------------------------------------------------------------------


def test_the_code_of_a_slip_opens_one_big_button_for_who_may_press_it(
    client: Client, cafe: Occurrence
) -> None:
    party = SignUpFactory(occurrence=cafe, name="Gerda", companions=1)
    address = reverse("activities:door_party", args=[party.pk])

    page = client.get(address)

    assert page.context["party"].name == "Gerda"
    assert page.content.decode().count("<button") == 1
    assert signed_in_as(PersonFactory()).get(address).status_code == 404


def test_a_slip_of_who_cancelled_or_of_another_day_says_so(client: Client, house: Centre) -> None:
    tomorrow = OccurrenceFactory(activity=ActivityFactory(centre=house))
    gone = SignUpFactory(occurrence=tomorrow, name="Joop", cancelled=True)
    early = SignUpFactory(occurrence=tomorrow, name="Gerda")
    waits = SignUpFactory(
        occurrence=tomorrow, name="Riet", state=SignUpState.WAITING, queued_at=timezone.now()
    )

    pages = [
        client.get(reverse("activities:door_party", args=[one.pk])).content.decode()
        for one in (gone, early, waits)
    ]

    assert "Joop staat niet op de lijst." in pages[0]
    assert "Deze lijst is niet van vandaag." in pages[1]
    assert "Riet wacht op een plek." in pages[2]
    assert "<button" not in "".join(pages)


def test_the_page_of_a_sign_up_leads_who_keeps_the_list_to_the_big_button(
    client: Client, cafe: Occurrence
) -> None:
    party = SignUpFactory(occurrence=cafe, name="Gerda")
    address = reverse("activities:sign_up", args=[party.pk, "s" * 43])
    big_button = reverse("activities:door_party", args=[party.pk])

    assert big_button in client.get(address).content.decode()
    assert big_button not in Client().get(address).content.decode()


def test_the_code_on_a_slip_leads_who_keeps_the_list_to_the_big_button(
    client: Client, cafe: Occurrence
) -> None:
    party = SignUpFactory(occurrence=cafe, code="48217730")
    scanned = f"{reverse('activities:code')}?code=48217730"

    assert client.get(scanned).url == reverse("activities:door_party", args=[party.pk])
    assert signed_in_as(PersonFactory()).get(scanned).status_code == 200


# Klaar -------------------------------------------------------------------------------------------


def test_done_asks_whether_the_rest_was_absent_and_does_what_is_answered(
    client: Client, cafe: Occurrence
) -> None:
    SignUpFactory(occurrence=cafe, name="Gerda", presence=Presence.PRESENT)
    joop = SignUpFactory(occurrence=cafe, name="Joop")
    address = reverse("activities:door_done", args=[cafe.pk])

    asked = client.get(address).content.decode()
    unknown = client.post(address, follow=True)
    joop.refresh_from_db()

    assert "Joop" in asked
    assert "Gerda" not in asked
    assert told(unknown) == ["De lijst is klaar."]
    assert joop.presence == Presence.UNKNOWN
    absent = client.post(address, {"absent": "1"}, follow=True)
    joop.refresh_from_db()
    assert told(absent) == ["De lijst is klaar. 1 naam was er niet."]
    assert joop.presence == Presence.ABSENT


# The tablet --------------------------------------------------------------------------------------


def test_a_tablet_shows_first_names_and_nothing_else(tablet: Tablet, cafe: Occurrence) -> None:
    SignUpFactory(
        occurrence=cafe, name="Gerda Harmsen", phone="+31612345678", email="gerda@voorbeeld.nl"
    )
    SignUpFactory(occurrence=cafe, name="Joop Wesselink")
    SignUpFactory(occurrence=cafe, name="Joop Bakker", wants_call=True)
    SignUpFactory(
        occurrence=cafe, name="Wacht", state=SignUpState.WAITING, queued_at=timezone.now()
    )
    browser = Client()

    today = browser.get(reverse("activities:tablet", args=[tablet.secret]))
    response = browser.get(reverse("activities:tablet_date", args=[tablet.secret, cafe.pk]))

    assert [row["date"].occurrence for row in today.context["rows"]] == [cafe]
    assert [one.name for one in response.context["list"].parties] == ["Gerda", "Joop B.", "Joop W."]
    page = response.content.decode()
    for hidden in ("Harmsen", "Wesselink", "12345678", "voorbeeld.nl", "gebeld", "Wacht<", "till"):
        assert hidden not in page
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]


def test_a_tablet_notes_presence_heads_and_names(tablet: Tablet, cafe: Occurrence) -> None:
    party = SignUpFactory(occurrence=cafe)
    address = reverse("activities:tablet_taps", args=[tablet.secret])
    browser = Client(enforce_csrf_checks=False)

    press(browser, cafe, "there", sign_up=party.pk, address=address)
    press(browser, cafe, "walk_in", name="Fatma", address=address)
    press(browser, cafe, "head", address=address)

    party.refresh_from_db()
    cafe.refresh_from_db()
    assert party.presence == Presence.PRESENT
    assert (cafe.places_taken, cafe.heads) == (2, 1)
    assert HeadTap.objects.get().tablet == tablet
    assert SignUp.objects.get(name="Fatma").entered_by is None


def test_a_tablet_lets_nobody_in_over_what_fits(tablet: Tablet, cafe: Occurrence) -> None:
    Occurrence.objects.filter(pk=cafe.pk).update(capacity=1)
    SignUpFactory(occurrence=cafe)
    address = reverse("activities:tablet_taps", args=[tablet.secret])

    for what in ("head", "walk_in"):
        refused = press(Client(), cafe, what, name="Fatma", address=address, headers=JSON)
        assert refused.status_code == 409
    cafe.refresh_from_db()
    assert (cafe.places_taken, cafe.heads) == (1, 0)


def test_a_slip_held_before_the_tablet_opens_one_big_button_with_a_first_name(
    tablet: Tablet, cafe: Occurrence
) -> None:
    party = SignUpFactory(occurrence=cafe, name="Gerda Harmsen", code="48217730")
    elsewhere = SignUpFactory(occurrence=OccurrenceFactory(running=True))
    browser = Client()
    browser.get(reverse("activities:tablet", args=[tablet.secret]))
    big_button = reverse("activities:tablet_party", args=[tablet.secret, party.pk])

    scanned = [
        browser.get(reverse("activities:sign_up", args=[party.pk, "s" * 43])),
        browser.get(f"{reverse('activities:code')}?code=48217730"),
    ]

    assert [response.url for response in scanned] == [big_button] * 2
    page = browser.get(big_button).content.decode()
    assert page.count("<button") == 1
    assert "Gerda" in page
    assert "Harmsen" not in page
    other = browser.get(reverse("activities:sign_up", args=[elsewhere.pk, "s" * 43]))
    assert other.status_code == 200  # of another house: the page of the guest, as everywhere
    foreign = reverse("activities:tablet_party", args=[tablet.secret, elsewhere.pk])
    assert browser.get(foreign).status_code == 404
    tablets.revoke(tablet)
    assert browser.get(big_button).status_code == 404
    assert browser.get(scanned[0].request["PATH_INFO"]).status_code == 200


def test_a_tablet_opens_no_other_house_no_other_day_and_no_draft(
    tablet: Tablet, house: Centre
) -> None:
    closed = [
        OccurrenceFactory(running=True),
        OccurrenceFactory(activity=ActivityFactory(centre=house)),
        OccurrenceFactory(activity=ActivityFactory(centre=house, draft=True), running=True),
    ]
    address = reverse("activities:tablet_taps", args=[tablet.secret])

    for occurrence in closed:
        page = reverse("activities:tablet_date", args=[tablet.secret, occurrence.pk])
        assert Client().get(page).status_code == 404
        assert press(Client(), occurrence, "head", address=address, headers=JSON).status_code == 404
    assert HeadTap.objects.count() == 0


def test_a_link_that_was_taken_back_or_of_yesterday_opens_nothing(
    tablet: Tablet, cafe: Occurrence
) -> None:
    party = SignUpFactory(occurrence=cafe)
    pages = [
        reverse("activities:tablet", args=[tablet.secret]),
        reverse("activities:tablet_date", args=[tablet.secret, cafe.pk]),
    ]
    address = reverse("activities:tablet_taps", args=[tablet.secret])

    def nothing_opens() -> bool:
        found = [Client().get(page).status_code for page in pages]
        pressed = press(Client(), cafe, "there", sign_up=party.pk, address=address, headers=JSON)
        return found == [404, 404] and pressed.status_code == 404

    with time_machine.travel("2026-11-25T01:59:00Z"):  # 02.59 in the night after
        assert not nothing_opens()
    with time_machine.travel("2026-11-25T02:01:00Z"):
        assert nothing_opens()
    tablets.revoke(tablet)
    assert nothing_opens()
    assert Client().get(reverse("activities:tablet", args=["0" * 64])).status_code == 404


def test_a_host_makes_and_takes_back_links_of_the_own_house_only(
    client: Client, host: Person, house: Centre
) -> None:
    elsewhere = OccurrenceFactory().centre
    theirs = tablets.make(elsewhere, by=PersonFactory())

    client.post(reverse("activities:door_tablet_make", args=[house.pk]))
    foreign = client.post(reverse("activities:door_tablet_make", args=[elsewhere.pk]))
    foreign_back = client.post(reverse("activities:door_tablet_revoke", args=[theirs.pk]))

    assert (foreign.status_code, foreign_back.status_code) == (404, 404)
    made = Tablet.objects.get(centre=house)
    assert (made.by, made.on) == (host, timezone.localdate())
    assert Tablet.objects.live().count() == 2
    page = client.get(reverse("activities:door_tablets")).content.decode()
    assert reverse("activities:tablet", args=[made.secret]) in page
    assert theirs.secret not in page
    client.post(reverse("activities:door_tablet_revoke", args=[made.pk]))
    assert list(Tablet.objects.live()) == [theirs]


def test_an_organiser_makes_no_links(cafe: Occurrence) -> None:
    organiser = PersonFactory()
    cafe.activity.organisers.add(organiser)

    response = signed_in_as(organiser).post(
        reverse("activities:door_tablet_make", args=[cafe.centre_id])
    )

    assert response.status_code == 403
    assert Tablet.objects.count() == 0


def test_of_a_link_only_a_hash_is_kept(tablet: Tablet) -> None:
    assert tablet.secret
    assert tablet.secret not in str(Tablet.objects.values_list().get())
