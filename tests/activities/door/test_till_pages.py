"""The pages of the till: one press per payment, sums to the cent, and only for who may see the names."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities.door import till
from activities.models import CostKind, Occurrence, PaidBy, TillClosing, TillEntry
from lokaal.centres.models import Centre
from lokaal.people.models import Person
from tests.activities.door.conftest import signed_in_as
from tests.activities.factories import (
    ActivityFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)

pytestmark = pytest.mark.django_db

NOON = "2026-11-24T11:00:00Z"


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def meal(house: Centre) -> Occurrence:
    activity = ActivityFactory(centre=house, title="Buurtmaaltijd", paid=True)
    return OccurrenceFactory(activity=activity, running=True)


def address(name: str, occurrence: Occurrence) -> str:
    return reverse(f"activities:{name}", args=[occurrence.pk])


def pay(client: Client, occurrence: Occurrence, **fields: Any) -> Any:
    sent = {"amount": "4", "paid_by": "cash", "people": "1", "token": uuid4()} | fields
    return client.post(address("till_pay", occurrence), sent)


def day(house: Centre) -> str:
    return reverse("activities:till_day", args=[house.slug])


def told(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_a_party_pays_with_one_press_of_what_stands_there(
    client: Client, host: Person, meal: Occurrence
) -> None:
    party = SignUpFactory(occurrence=meal, name="Gerda", companions=1)
    asked = client.get(f"{address('till_pay', meal)}?party={party.pk}")

    response = pay(client, meal, party=party.pk, amount=asked.context["form"]["amount"].value())

    entry = TillEntry.objects.get()
    assert (entry.sign_up, entry.cents, entry.people, entry.paid_by, entry.by) == (
        party,
        800,
        2,
        PaidBy.CASH,
        host,
    )
    assert response.url == f"{address('till', meal)}#e-{entry.pk}"
    page = client.get(address("till", meal))
    assert [row["is_paid"] for row in page.context["parties"]] == [True]
    assert page.context["sums"].cents == 800


@pytest.mark.parametrize(
    ("sent", "row"),
    [
        ({"amount": "1,50"}, (150, 400, 1, "cash")),
        ({"amount": "€ 8", "people": "2", "paid_by": "card"}, (800, 800, 2, "card")),
        ({"amount": "4", "paid_by": "waived"}, (0, 400, 1, "waived")),
        ({"amount": "", "paid_by": "waived"}, (0, 400, 1, "waived")),
        ({"amount": "4", "paid_by": "voucher"}, (400, 400, 1, "voucher")),
    ],
)
def test_somebody_without_a_name_pays_what_they_can(
    sent: dict[str, str], row: tuple[Any, ...], client: Client, meal: Occurrence
) -> None:
    pay(client, meal, **sent)

    found = TillEntry.objects.values_list("cents", "owed_cents", "people", "paid_by")
    assert list(found) == [row]


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({"amount": ""}, "amount", "Vul een bedrag in, of kies: hoeft niet."),
        ({"amount": "0"}, "amount", "Vul een bedrag in, of kies: hoeft niet."),
        ({"amount": "-4"}, "amount", "Vul een bedrag in. Bijvoorbeeld 3,50."),
        ({"amount": "1e3"}, "amount", ""),
        ({"amount": "veel"}, "amount", "Vul een bedrag in. Bijvoorbeeld 3,50."),
        ({"people": "0"}, "people", ""),
        ({"people": "1000"}, "people", ""),
        ({"paid_by": "gold"}, "paid_by", ""),
    ],
)
def test_what_is_no_amount_is_not_written_down(
    sent: dict[str, str], field: str, sentence: str, client: Client, meal: Occurrence
) -> None:
    response = pay(client, meal, **sent)

    if sent == {"amount": "1e3"}:
        assert TillEntry.objects.get().cents == 1000_00  # as typed; a person sees what it became
        return
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert not sentence or errors[field] == [sentence]
    assert TillEntry.objects.count() == 0


def test_a_form_sent_twice_pays_once(client: Client, meal: Occurrence) -> None:
    token = uuid4()

    pay(client, meal, token=token)
    pay(client, meal, token=token)

    assert TillEntry.objects.count() == 1


def test_a_mistake_is_taken_back_and_stays_to_be_read(client: Client, meal: Occurrence) -> None:
    pay(client, meal, amount="40")
    entry = TillEntry.objects.get()

    response = client.post(reverse("activities:till_take_back", args=[entry.pk]), follow=True)

    assert told(response) == ["Teruggedraaid. Schrijf het nu goed op."]
    assert response.context["sums"].cents == 0
    page = response.content.decode()
    assert page.count('class="back-row"') == 2
    assert reverse("activities:till_take_back", args=[entry.pk]) not in page


def test_the_till_of_a_date_is_for_its_host_and_organiser(client: Client, meal: Occurrence) -> None:
    organiser = PersonFactory()
    meal.activity.organisers.add(organiser)
    pay(client, meal)
    entry = TillEntry.objects.get()
    other = OccurrenceFactory()
    other_organiser = PersonFactory()
    other.activity.organisers.add(other_organiser)
    pages = [address("till", meal), address("till_pay", meal)]

    assert [signed_in_as(organiser).get(page).status_code for page in pages] == [200, 200]
    for stranger in (PersonFactory(host_of=other.centre), other_organiser, PersonFactory()):
        browser = signed_in_as(stranger)
        assert [browser.get(page).status_code for page in pages] == [404, 404]
        assert pay(browser, meal).status_code == 404
        taken = browser.post(reverse("activities:till_take_back", args=[entry.pk]))
        assert taken.status_code == 404
    assert TillEntry.objects.count() == 1


def test_a_party_of_another_list_does_not_pay_here(client: Client, meal: Occurrence) -> None:
    party = SignUpFactory()

    for key in (party.pk, "nonsense"):
        assert client.get(f"{address('till_pay', meal)}?party={key}").status_code == 404
        assert pay(client, meal, party=key).status_code == 404
    assert TillEntry.objects.count() == 0


@pytest.mark.parametrize("count", [1, 30])
def test_a_till_costs_the_same_with_one_party_and_with_thirty(
    count: int, client: Client, host: Person, meal: Occurrence, django_assert_num_queries: Any
) -> None:
    for _number in range(count):
        party = SignUpFactory(occurrence=meal)
        for sign_up in (party, None):
            till.pay(
                meal,
                cents=400,
                paid_by=PaidBy.CASH,
                sign_up=sign_up,
                form_token=uuid4(),
                by=host,
            )
    client.get(address("till", meal))

    # session, person, roles, the date with its words, the list, the entries, the footer
    with django_assert_num_queries(8):
        client.get(address("till", meal))
    with django_assert_num_queries(7):
        client.get(day(meal.centre))


def test_the_day_adds_up_per_date_and_is_counted_with_its_difference(
    client: Client, host: Person, house: Centre, meal: Occurrence
) -> None:
    lunch = OccurrenceFactory(
        activity=ActivityFactory(
            centre=house, title="Lunch", cost_kind=CostKind.PAY_WHAT_YOU_CAN, cost_cents=300
        ),
        running=True,
    )
    pay(client, meal)
    pay(client, meal, paid_by="card")
    pay(client, lunch, amount="2")

    page = client.get(day(house))
    assert [(row["title"][0], row["sums"].cents) for row in page.context["dates"]] == [
        ("Buurtmaaltijd", 800),
        ("Lunch", 200),
    ]
    assert page.context["form"].initial == {"shown": 600}
    counted = client.post(
        day(house), {"counted": "5,50", "note": "Munt zoek", "shown": "600"}, follow=True
    )

    assert told(counted) == ["De kas is geteld."]
    closing = TillClosing.objects.get()
    assert (closing.expected_cents, closing.counted_cents, closing.difference_cents) == (
        600,
        550,
        -50,
    )
    assert (closing.note, closing.by) == ("Munt zoek", host)
    assert "Tel het geld" not in counted.content.decode()


def test_money_that_came_in_while_counting_is_said(
    client: Client, house: Centre, meal: Occurrence
) -> None:
    pay(client, meal)

    response = client.post(day(house), {"counted": "0", "shown": "0"}, follow=True)

    assert told(response) == ["Er is net iets bij gekomen. Tel het geld nog een keer."]
    assert TillClosing.objects.count() == 0


def test_the_till_of_a_day_is_for_who_keeps_the_lists_of_the_house(
    house: Centre, meal: Occurrence
) -> None:
    organiser = PersonFactory()
    meal.activity.organisers.add(organiser)
    elsewhere = PersonFactory(host_of=OccurrenceFactory().centre)

    assert signed_in_as(organiser).get(day(house)).status_code == 403
    assert signed_in_as(elsewhere).get(day(house)).status_code == 404
    closed = signed_in_as(elsewhere).post(day(house), {"counted": "0", "shown": "0"})
    assert closed.status_code == 404


def test_another_day_is_looked_up_and_nonsense_is_today(
    client: Client, house: Centre, meal: Occurrence
) -> None:
    pay(client, meal)
    yesterday = timezone.localdate() - timedelta(days=1)

    assert client.get(f"{day(house)}?on={yesterday}").context["dates"] == []
    for nonsense in ("2026-02-31", "gisteren", "\x00"):
        assert len(client.get(day(house), {"on": nonsense}).context["dates"]) == 1
