"""The till: exact cents, rows that stay as they were written, and a count that waits for nobody."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from activities.door import till
from activities.exceptions import AlreadyTakenBack, NothingToCount, NotOpen, WrongAmount
from activities.models import CostKind, Occurrence, PaidBy, TillClosing, TillEntry
from lokaal import constraints
from lokaal.people.models import Person
from tests.activities.factories import (
    ActivityFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)
from tests.parallel import at_once

pytestmark = pytest.mark.django_db

NOON = "2026-11-24T11:00:00Z"
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def meal() -> Occurrence:
    """A meal of € 4 that began an hour ago."""
    return OccurrenceFactory(activity=ActivityFactory(paid=True), running=True)


@pytest.fixture
def host() -> Person:
    return PersonFactory()


def pay(occurrence: Occurrence, by: Person, cents: int = 400, **fields: Any) -> TillEntry:
    values = {"paid_by": PaidBy.CASH, "form_token": uuid4()} | fields
    return till.pay(occurrence, cents=cents, by=by, **values)


def rows(occurrence: Occurrence) -> list[tuple[Any, ...]]:
    return list(
        occurrence.till_entries.order_by("taken_at", "id").values_list(
            "cents", "owed_cents", "people", "paid_by"
        )
    )


# The price ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "cents", "own", "price"),
    [
        (CostKind.FIXED, 400, None, 400),
        (CostKind.FIXED, 400, 0, 0),
        (CostKind.FIXED, 400, 250, 250),
        (CostKind.FREE, 0, None, 0),
        (CostKind.UNKNOWN, 0, None, 0),
        (CostKind.PAY_WHAT_YOU_CAN, 300, None, 300),
    ],
)
def test_a_date_costs_its_own_price_or_that_of_the_activity(
    kind: CostKind, cents: int, own: int | None, price: int
) -> None:
    activity = ActivityFactory(cost_kind=kind, cost_cents=cents)

    assert till.price_of(OccurrenceFactory(activity=activity, own_cost_cents=own)) == price


# Paying ------------------------------------------------------------------------------------------


def test_a_party_pays_for_all_who_are_with_it(meal: Occurrence, host: Person) -> None:
    party = SignUpFactory(occurrence=meal, companions=2)

    entry = pay(meal, host, 1200, sign_up=party)

    assert rows(meal) == [(1200, 1200, 3, PaidBy.CASH)]
    assert (entry.sign_up, entry.by, entry.taken_on, entry.centre) == (
        party,
        host,
        TODAY,
        meal.centre,
    )


def test_who_can_pays_less_or_nothing_and_nobody_is_asked_why(
    meal: Occurrence, host: Person
) -> None:
    pay(meal, host, 150)
    pay(meal, host, 900, paid_by=PaidBy.WAIVED, people=2)

    assert rows(meal) == [(150, 400, 1, PaidBy.CASH), (0, 800, 2, PaidBy.WAIVED)]


def test_the_same_form_twice_is_one_row(meal: Occurrence, host: Person) -> None:
    token = uuid4()

    first = pay(meal, host, form_token=token)
    again = pay(meal, host, form_token=token)

    assert first == again
    assert TillEntry.objects.count() == 1


def test_nothing_by_cash_is_no_payment(meal: Occurrence, host: Person) -> None:
    with pytest.raises(WrongAmount) as refusal:
        pay(meal, host, 0)

    assert str(refusal.value) == "Vul een bedrag in, of kies: hoeft niet."
    assert TillEntry.objects.count() == 0


def test_a_party_of_another_date_pays_there(meal: Occurrence, host: Person) -> None:
    party = SignUpFactory(name="Joop")

    with pytest.raises(NotOpen) as refusal:
        pay(meal, host, sign_up=party)

    assert str(refusal.value) == "Joop staat niet op de lijst."


def test_nobody_pays_before_the_day(host: Person) -> None:
    with pytest.raises(NotOpen):
        pay(OccurrenceFactory(), host)

    assert TillEntry.objects.count() == 0


# Taking back -------------------------------------------------------------------------------------


def test_a_mistake_is_taken_back_by_a_row_that_points_at_it(meal: Occurrence, host: Person) -> None:
    wrong = pay(meal, host, 4000, people=2)

    mirror = till.take_back(wrong, by=host)
    again = till.take_back(wrong, by=host)

    assert again == mirror
    assert mirror.corrects == wrong
    assert rows(meal) == [(4000, 800, 2, PaidBy.CASH), (-4000, -800, 2, PaidBy.CASH)]
    sums = till.sums_of(TillEntry.objects.all())
    assert (sums.cents, sums.people, sums.given_cents) == (0, 0, 0)


def test_what_takes_back_is_not_taken_back(meal: Occurrence, host: Person) -> None:
    mirror = till.take_back(pay(meal, host), by=host)

    with pytest.raises(AlreadyTakenBack) as refusal:
        till.take_back(mirror, by=host)

    assert str(refusal.value) == "Dit is al teruggedraaid."


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"cents": 1}, "activities_tillentry_stays"),
        ({"paid_by": PaidBy.CARD}, "activities_tillentry_stays"),
        ({"taken_on": date(2020, 1, 1)}, "activities_tillentry_stays"),
        ({"by": "another"}, "activities_tillentry_stays"),
    ],
)
def test_a_row_of_the_till_never_changes(
    change: dict[str, Any], rule: str, meal: Occurrence, host: Person
) -> None:
    entry = pay(meal, host)
    if "by" in change:
        change = {"by": PersonFactory()}

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        TillEntry.objects.filter(pk=entry.pk).update(**change)

    assert constraints.broken_by(error.value) == rule
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM activities_tillentry")


def test_a_correction_that_mirrors_nothing_is_refused(meal: Occurrence, host: Person) -> None:
    entry = pay(meal, host)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        TillEntry.objects.create(
            occurrence=meal,
            centre=meal.centre,
            cents=-300,
            owed_cents=-400,
            paid_by=PaidBy.CASH,
            corrects=entry,
            form_token=uuid4(),
            taken_on=TODAY,
        )

    assert constraints.broken_by(error.value) == "activities_tillentry_mirrors"


def test_the_till_forgets_who_wrote_and_who_paid_when_they_are_gone(
    meal: Occurrence, host: Person
) -> None:
    party = SignUpFactory(occurrence=meal)
    entry = pay(meal, host, sign_up=party)

    party.delete()
    host.delete()

    entry.refresh_from_db()
    assert (entry.sign_up, entry.by, entry.cents) == (None, None, 400)


# Sums --------------------------------------------------------------------------------------------


def test_sums_say_what_came_in_how_and_what_the_house_gave(meal: Occurrence, host: Person) -> None:
    other = OccurrenceFactory(activity__centre=meal.centre, running=True)
    pay(meal, host, 400)
    pay(meal, host, 150, paid_by=PaidBy.CARD)
    pay(meal, host, 400, paid_by=PaidBy.VOUCHER)
    pay(meal, host, 0, paid_by=PaidBy.WAIVED)
    pay(meal, host, 1000)  # a generous one: gives nothing away of what others need not pay
    pay(other, host, 200)

    entries = TillEntry.objects.of_day(meal.centre, TODAY).with_list()
    sums = till.sums_of(entries)

    assert sums.by_way == {"cash": 1600, "card": 150, "voucher": 400, "waived": 0}
    assert (sums.cents, sums.cash_cents, sums.people) == (2150, 1600, 6)
    assert (sums.given_cents, sums.waived_people) == (650, 1)
    assert [(one.pk, its.cents) for one, its in till.sums_by_date(entries).items()] == [
        (meal.pk, 1950),
        (other.pk, 200),
    ]


# Counting ----------------------------------------------------------------------------------------


def close(occurrence: Occurrence, by: Person, counted: int, shown: int, note: str = "") -> Any:
    return till.close_day(
        occurrence.centre, TODAY, counted_cents=counted, shown_cents=shown, note=note, by=by
    )


def test_a_till_is_counted_and_the_difference_noted(meal: Occurrence, host: Person) -> None:
    pay(meal, host, 400)
    pay(meal, host, 400, paid_by=PaidBy.CARD)

    closing = close(meal, host, 350, 400, "Er viel een munt onder de kast.")

    assert (closing.expected_cents, closing.difference_cents, closing.by) == (400, -50, host)
    assert set(TillEntry.objects.values_list("closing", flat=True)) == {closing.pk}


def test_what_comes_after_the_count_goes_with_the_next(meal: Occurrence, host: Person) -> None:
    pay(meal, host, 400)
    close(meal, host, 400, 400)
    pay(meal, host, 300)

    second = close(meal, host, 300, 300)

    assert second.expected_cents == 300
    with pytest.raises(NothingToCount) as refusal:
        close(meal, host, 0, 0)
    assert str(refusal.value) == "Alles is al geteld."


def test_a_mistake_found_after_the_count_is_taken_back_in_the_next(
    meal: Occurrence, host: Person
) -> None:
    wrong = pay(meal, host, 400)
    close(meal, host, 400, 400)

    till.take_back(wrong, by=host)

    assert close(meal, host, 0, -400).expected_cents == -400


def test_money_that_came_in_while_counting_is_not_missed(meal: Occurrence, host: Person) -> None:
    pay(meal, host, 400)
    pay(meal, host, 400)

    with pytest.raises(WrongAmount) as refusal:
        close(meal, host, 400, 400)

    assert str(refusal.value) == "Er is net iets bij gekomen. Tel het geld nog een keer."
    assert TillClosing.objects.count() == 0
    assert TillEntry.objects.open().count() == 2


def test_a_count_of_another_house_or_day_is_left_alone(meal: Occurrence, host: Person) -> None:
    elsewhere = OccurrenceFactory(activity=ActivityFactory(paid=True), running=True)
    pay(elsewhere, host, 700)
    with time_machine.travel(timezone.now() - timedelta(days=1)):
        pay(OccurrenceFactory(activity=meal.activity, running=True), host, 500)
    pay(meal, host, 400)

    close(meal, host, 400, 400)

    assert sorted(TillEntry.objects.open().values_list("cents", flat=True)) == [500, 700]


def test_a_count_never_changes(meal: Occurrence, host: Person) -> None:
    pay(meal, host, 400)
    closing = close(meal, host, 400, 400)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        TillClosing.objects.filter(pk=closing.pk).update(counted_cents=0)

    assert constraints.broken_by(error.value) == "activities_tillclosing_stays"


# Two at once -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_same_form_twice_at_once_is_one_row(meal: Occurrence, host: Person) -> None:
    token = uuid4()

    def press() -> Any:
        return pay(meal, host, form_token=token).pk

    pressed = at_once(press, press)

    assert pressed[0] == pressed[1]
    assert TillEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_mistake_taken_back_twice_at_once_is_taken_back_once(
    meal: Occurrence, host: Person
) -> None:
    wrong = pay(meal, host)

    taken = at_once(*[lambda: till.take_back(wrong, by=host).pk] * 2)

    assert taken[0] == taken[1]
    assert TillEntry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_till_counted_by_two_at_once_is_counted_once(meal: Occurrence, host: Person) -> None:
    pay(meal, host, 400)

    counted = at_once(*[lambda: close(meal, host, 400, 400)] * 2)

    assert sorted(type(one).__name__ for one in counted) == ["NothingToCount", "TillClosing"]
    assert TillClosing.objects.count() == 1
