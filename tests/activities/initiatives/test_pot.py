"""The small pot: never more than there is, whoever asks at the same moment."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction

from activities.exceptions import AlreadyDecided, HoldsContact, NoPot, NotEnough, NotReady
from activities.initiatives import pot
from activities.initiatives.steps import By
from activities.models import Grant, GrantState, Pot, Spending, Wish
from lokaal.bsn import HoldsBSN
from lokaal.constraints import broken_by
from lokaal.outbox.models import Message
from lokaal.people.models import Person, Role, StaffRole
from tests.activities.factories import ActivityFactory, CentreFactory, PersonFactory
from tests.activities.initiatives.plan_factories import (
    PlannedWishFactory,
    PotFactory,
    house_of,
    maximum,
    plain,
    refuses,
)
from tests.parallel import at_once

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TODAY = date(2026, 11, 24)
ANS = By(name="Ans")


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Tuesday 24 November 2026, twelve o'clock."""
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=AMSTERDAM), tick=False):
        yield


@pytest.fixture
def treasurer() -> Person:
    return PersonFactory(name="Pien Penning")


@pytest.fixture
def wish() -> Wish:
    """An idea in a house with 200 euro, of which one gets at most 250."""
    maximum()
    return PlannedWishFactory(centre=PotFactory().centre)


def asked(wish: Wish, cents: int = 75_00, **more) -> Grant:
    return pot.ask(wish, amount_cents=cents, purpose="Stof en garen.", by=By(wish.person), **more)


def given(wish: Wish, treasurer: Person, cents: int = 75_00) -> Grant:
    return pot.give(asked(wish, cents), by=treasurer)


def now_in(wish: Wish) -> tuple[int, int]:
    """What is in the pot of the house of a wish, and what is out of it."""
    found = Pot.objects.get(centre=house_of(wish))
    return found.budget_cents, found.granted_cents


# What there is -----------------------------------------------------------------------------------


def test_fill_makes_a_pot_once_and_changes_it(treasurer: Person) -> None:
    centre = CentreFactory()
    pot.fill(centre, year=2026, budget_cents=500_00, by=treasurer)
    pot.fill(centre, year=2026, budget_cents=600_00, by=treasurer)
    pot.fill(centre, year=2027, budget_cents=0, by=treasurer)
    found = Pot.objects.order_by("year").values_list("year", "budget_cents", "granted_cents")
    assert list(found) == [(2026, 600_00, 0), (2027, 0, 0)]


def test_a_budget_below_what_was_given_is_refused(wish: Wish, treasurer: Person) -> None:
    given(wish, treasurer)
    with refuses(NotEnough, "Er is al € 75 uit het potje gegeven. Minder kan niet."):
        pot.fill(house_of(wish), year=2026, budget_cents=74_99, by=treasurer)
    assert now_in(wish) == (200_00, 75_00)
    pot.fill(house_of(wish), year=2026, budget_cents=75_00, by=treasurer)
    assert now_in(wish) == (75_00, 75_00)


def test_the_database_keeps_a_budget_above_what_was_given(wish: Wish, treasurer: Person) -> None:
    given(wish, treasurer)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Pot.objects.update(budget_cents=10_00)
    assert broken_by(refused.value) == "activities_pot_never_overdrawn"


def test_a_negative_budget_is_refused(treasurer: Person) -> None:
    with refuses(NotEnough, "Een bedrag is nul of meer."):
        pot.fill(CentreFactory(), year=2026, budget_cents=-1, by=treasurer)
    assert not Pot.objects.exists()


def test_the_highest_amount_is_that_of_the_day() -> None:
    maximum(250_00)
    assert pot.most_for_one(TODAY) == 250_00
    assert pot.most_for_one(date(2025, 12, 31)) is None


# Asking ------------------------------------------------------------------------------------------


def test_ask_keeps_what_who_and_how_much(wish: Wish) -> None:
    grant = asked(wish)
    assert (grant.state, grant.amount_cents, grant.purpose, grant.asked_by, grant.centre) == (
        "asked",
        75_00,
        "Stof en garen.",
        wish.person,
        wish.centre,
    )
    assert now_in(wish) == (200_00, 0)


def test_who_decides_of_the_pot_of_that_house_hears_once(wish: Wish, treasurer: Person) -> None:
    here, elsewhere = house_of(wish), CentreFactory()
    ours, theirs, host, left = (PersonFactory() for _number in range(4))
    StaffRole.objects.create(person=treasurer, role=Role.TREASURER)
    StaffRole.objects.create(person=ours, role=Role.COORDINATOR, centre=here)
    StaffRole.objects.create(person=ours, role=Role.DIRECTOR)
    StaffRole.objects.create(person=theirs, role=Role.COORDINATOR, centre=elsewhere)
    StaffRole.objects.create(person=host, role=Role.HOST, centre=here)
    StaffRole.objects.create(person=left, role=Role.TREASURER)
    Person.objects.filter(pk=left.pk).update(is_active=False)
    token = uuid.uuid4()
    for _twice in range(2):
        asked(wish, form_token=token)
    told = Message.objects.filter(key__contains=":asked:")
    assert {message.to_address for message in told} == {treasurer.email, ours.email}
    assert {plain(message.subject) for message in told} == {"Vraag aan het potje: € 75"}
    assert told.count() == 2
    assert "Stof en garen." in told[0].text


def test_who_asks_and_decides_is_not_told_what_they_know(wish: Wish) -> None:
    assert wish.person is not None
    StaffRole.objects.create(person=wish.person, role=Role.TREASURER)
    asked(wish)
    assert not Message.objects.exists()


def test_the_same_form_twice_asks_once(wish: Wish) -> None:
    token = uuid.uuid4()
    assert asked(wish, form_token=token) == asked(wish, form_token=token)
    assert Grant.objects.count() == 1


def test_one_question_at_a_time(wish: Wish) -> None:
    asked(wish)
    with refuses(NotReady, "Je hebt al iets gevraagd. Wacht eerst op het antwoord."):
        asked(wish, 10_00)
    assert Grant.objects.count() == 1


@pytest.mark.parametrize(
    ("cents", "sentence"),
    [
        (0, "Vul een bedrag in, meer dan nul."),
        (-5_00, "Vul een bedrag in, meer dan nul."),
        (200_01, "In het potje zit nog € 200. Meer kan niet."),
        (250_01, "Een idee krijgt hoogstens € 250 per jaar. Er kan nog € 250 bij."),
    ],
)
def test_what_cannot_be_asked(wish: Wish, cents: int, sentence: str) -> None:
    with refuses(NotEnough, sentence):
        asked(wish, cents)
    assert not Grant.objects.exists()


def test_a_year_without_a_pot_is_said() -> None:
    maximum()
    wish = PlannedWishFactory()
    PotFactory(centre=wish.centre, year=2025)
    with refuses(NoPot, "Er is nog geen potje voor 2026. Vraag het aan de coördinator."):
        asked(wish)
    assert not Grant.objects.exists()


def test_a_day_without_a_highest_amount_is_said() -> None:
    wish = PlannedWishFactory(centre=PotFactory().centre)
    with refuses(NoPot, "Nog niemand schreef op hoeveel een idee krijgt. Vraag de penningmeester."):
        asked(wish)
    assert not Grant.objects.exists()


def test_a_wish_of_no_house_chooses_one(wish: Wish) -> None:
    of_none = PlannedWishFactory(centre=None)
    with refuses(NoPot, "Kies eerst het huis. Elk huis heeft een eigen potje."):
        asked(of_none)
    assert asked(of_none, centre=house_of(wish)).centre == wish.centre


def test_no_phone_number_or_citizen_service_number_in_the_purpose(wish: Wish) -> None:
    for purpose, refusal in [("Bel 06 12345678", HoldsContact), ("111222333", HoldsBSN)]:
        with pytest.raises(refusal):
            pot.ask(wish, amount_cents=5_00, purpose=purpose, by=ANS)
    assert not Grant.objects.exists()


# Deciding ----------------------------------------------------------------------------------------


def test_give_takes_it_out_of_the_pot_and_tells_everybody_once(
    wish: Wish, treasurer: Person
) -> None:
    along = PersonFactory()
    wish.organisers.add(along, wish.person)
    grant = given(wish, treasurer)
    assert (grant.state, grant.decided_by, grant.pot.centre) == ("granted", treasurer, wish.centre)
    assert now_in(wish) == (200_00, 75_00)
    pot.give(grant, by=treasurer)
    told = Message.objects.filter(key__startswith=f"grant:{grant.id}")
    assert sorted(told.values_list("to_address", flat=True)) == sorted(
        [wish.person.email, along.email, wish.coach.email]
    )
    assert {message.subject for message in told} == {"Je krijgt € 75 uit het potje"}


def test_another_amount_may_be_given(wish: Wish, treasurer: Person) -> None:
    grant = pot.give(asked(wish), by=treasurer, amount_cents=50_00, words="Begin klein.")
    assert (grant.amount_cents, grant.decision_words) == (50_00, "Begin klein.")
    assert now_in(wish) == (200_00, 50_00)


def test_refusing_needs_a_reason_and_tells_it(wish: Wish, treasurer: Person) -> None:
    grant = asked(wish)
    with refuses(NotReady, "Vertel waarom het nu niet kan, en wat wel kan."):
        pot.refuse(grant, by=treasurer, words="  ")
    for _twice in range(2):
        pot.refuse(grant, by=treasurer, words="Vraag stof aan de kringloop.")
    grant.refresh_from_db()
    assert grant.state == "refused"
    assert now_in(wish) == (200_00, 0)
    letter = Message.objects.get(key__startswith=f"grant:{grant.id}", to_address=wish.person.email)
    assert "Vraag stof aan de kringloop." in letter.text


def test_what_was_decided_is_not_decided_differently(wish: Wish, treasurer: Person) -> None:
    grant = given(wish, treasurer)
    with pytest.raises(AlreadyDecided):
        pot.refuse(grant, by=treasurer, words="Toch niet.")
    with pytest.raises(AlreadyDecided):
        pot.give(grant, by=treasurer, amount_cents=10_00)
    with pytest.raises(AlreadyDecided):
        pot.withdraw(grant)
    assert now_in(wish) == (200_00, 75_00)


def test_withdraw_asks_no_more(wish: Wish, treasurer: Person) -> None:
    grant = asked(wish)
    pot.withdraw(grant)
    pot.withdraw(grant)
    with pytest.raises(AlreadyDecided):
        pot.give(grant, by=treasurer)
    assert now_in(wish) == (200_00, 0)


def test_one_idea_gets_no_more_than_the_highest_amount_a_year(
    wish: Wish, treasurer: Person
) -> None:
    Pot.objects.update(budget_cents=1_000_00)
    given(wish, treasurer, 200_00)
    sentence = "Een idee krijgt hoogstens € 250 per jaar. Er kan nog € 50 bij."
    with refuses(NotEnough, sentence):
        asked(wish, 50_01)
    activity = ActivityFactory(centre=wish.centre)
    Wish.objects.filter(pk=wish.pk).update(activity=activity)
    with pytest.raises(NotEnough):  # nor by way of what it became
        pot.ask(activity, amount_cents=50_01, purpose="Thee.", by=ANS)
    assert pot.ask(activity, amount_cents=50_00, purpose="Thee.", by=ANS).activity == activity


@pytest.mark.django_db(transaction=True)
def test_two_grants_at_once_never_take_more_than_there_is() -> None:
    maximum()
    treasurer, centre = PersonFactory(), PotFactory(budget_cents=100_00).centre
    first = asked(PlannedWishFactory(centre=centre), 60_00)
    second = asked(PlannedWishFactory(centre=centre), 60_00)

    found = at_once(lambda: pot.give(first, by=treasurer), lambda: pot.give(second, by=treasurer))

    refused = [one for one in found if isinstance(one, NotEnough)]
    assert [plain(one) for one in refused] == ["In het potje zit nog € 40. Meer kan niet."]
    assert sorted(Grant.objects.values_list("state", flat=True)) == ["asked", "granted"]
    assert Pot.objects.get().granted_cents == 60_00


@pytest.mark.django_db(transaction=True)
def test_the_same_grant_given_by_two_at_once_is_given_once() -> None:
    maximum()
    treasurer, other = PersonFactory(), PersonFactory()
    grant = asked(PlannedWishFactory(centre=PotFactory().centre), 60_00)
    at_once(lambda: pot.give(grant, by=treasurer), lambda: pot.give(grant, by=other))
    assert Pot.objects.get().granted_cents == 60_00
    assert Grant.objects.get().state == "granted"


@pytest.mark.django_db(transaction=True)
def test_a_lower_budget_and_a_grant_at_once() -> None:
    maximum()
    treasurer, centre = PersonFactory(), PotFactory(budget_cents=100_00).centre
    grant = asked(PlannedWishFactory(centre=centre), 60_00)
    at_once(
        lambda: pot.give(grant, by=treasurer),
        lambda: pot.fill(centre, year=2026, budget_cents=50_00, by=treasurer),
    )
    found = Pot.objects.get()
    assert (found.budget_cents, found.granted_cents) in {(100_00, 60_00), (50_00, 0)}


def test_the_database_refuses_a_grant_above_the_pot_whoever_writes_it(wish: Wish) -> None:
    grant = asked(wish)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(
            pot=Pot.objects.get(), state=GrantState.GRANTED, amount_cents=200_01
        )
    assert broken_by(refused.value) == "activities_pot_never_overdrawn"


def test_the_sums_are_written_by_nobody(wish: Wish, treasurer: Person) -> None:
    given(wish, treasurer)
    for model, field in [(Pot, "granted_cents"), (Grant, "spent_cents")]:
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            model.objects.update(**{field: 1})
        assert broken_by(refused.value) == "activities_sum_by_trigger"


# Spending ----------------------------------------------------------------------------------------


def bought(grant: Grant, cents: int, **more) -> Spending:
    return pot.spend(grant, amount_cents=cents, what="Garen", on=TODAY, by=ANS, **more)


def test_spend_counts_up_to_the_grant(wish: Wish, treasurer: Person) -> None:
    grant = given(wish, treasurer)
    made = bought(grant, 30_00, has_receipt=True)
    assert (made.entered_name, made.has_receipt, made.spent_on) == ("Ans", True, TODAY)
    assert grant.left_cents == 45_00
    with refuses(NotEnough, "Er is nog € 45 over van deze bijdrage."):
        bought(grant, 45_01)
    with refuses(NotEnough, "Vul een bedrag in, meer dan nul."):
        bought(grant, -1_00)
    with refuses(NotReady, "Die dag moet nog komen. Vul in wanneer je het kocht."):
        pot.spend(grant, amount_cents=1_00, what="Thee", on=date(2026, 11, 25), by=ANS)
    assert Spending.objects.count() == 1
    assert now_in(wish) == (200_00, 75_00)


def test_the_same_form_twice_spends_once(wish: Wish, treasurer: Person) -> None:
    grant = given(wish, treasurer)
    token = uuid.uuid4()
    assert bought(grant, 5_00, form_token=token) == bought(grant, 5_00, form_token=token)
    grant.refresh_from_db()
    assert grant.spent_cents == 5_00


@pytest.mark.django_db(transaction=True)
def test_two_who_spend_at_once_spend_no_more_than_was_given() -> None:
    maximum()
    grant = given(PlannedWishFactory(centre=PotFactory().centre), PersonFactory())
    found = at_once(lambda: bought(grant, 40_00), lambda: bought(grant, 40_00))
    assert len([one for one in found if isinstance(one, NotEnough)]) == 1
    assert Grant.objects.get().spent_cents == 40_00


def test_what_was_written_by_mistake_is_struck(wish: Wish, treasurer: Person) -> None:
    grant = given(wish, treasurer)
    wrong = bought(grant, 40_00)
    pot.strike(wrong, by=treasurer)
    struck = pot.strike(wrong, by=PersonFactory())
    assert struck.struck_by == treasurer
    grant.refresh_from_db()
    assert grant.spent_cents == 0
    assert Spending.objects.count() == 1


def test_nothing_is_spent_of_what_was_not_given(wish: Wish, treasurer: Person) -> None:
    grant = asked(wish)
    with refuses(NotReady, "Deze bijdrage is niet open. Je kunt er niets meer bij schrijven."):
        bought(grant, 1_00)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Spending.objects.create(grant=grant, amount_cents=1_00, what="Thee", spent_on=TODAY)
    assert broken_by(refused.value) == "activities_spending_while_granted"


def test_the_database_refuses_to_spend_more_than_was_given(wish: Wish, treasurer: Person) -> None:
    grant = given(wish, treasurer)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Spending.objects.create(grant=grant, amount_cents=75_01, what="Thee", spent_on=TODAY)
    assert broken_by(refused.value) == "activities_grant_spent_within"


def test_closing_gives_back_what_is_left(wish: Wish, treasurer: Person) -> None:
    grant = given(wish, treasurer)
    bought(grant, 30_00)
    pot.close(grant)
    closed = pot.close(grant)
    assert (closed.state, closed.spent_cents) == ("closed", 30_00)
    assert now_in(wish) == (200_00, 30_00)
    with refuses(NotReady, "Deze bijdrage is niet open. Je kunt er niets meer bij schrijven."):
        bought(grant, 1_00)
    spending = Spending.objects.get()
    with pytest.raises(NotReady):
        pot.strike(spending, by=treasurer)
    assert pot.see_receipt(spending, is_seen=True).has_receipt


def test_closing_what_was_never_given_is_refused(wish: Wish) -> None:
    with refuses(NotReady, "Deze bijdrage is niet open. Je kunt er niets meer bij schrijven."):
        pot.close(asked(wish))
    assert Grant.objects.get().state == GrantState.ASKED


# Told to all -------------------------------------------------------------------------------------


def test_the_public_line_tells_what_it_got(wish: Wish, treasurer: Person) -> None:
    assert pot.public_line(wish) == ""
    grant = asked(wish)
    assert pot.public_line(wish) == ""
    pot.give(grant, by=treasurer)
    assert plain(pot.public_line(wish)) == "Uit het potje: € 75"
    bought(grant, 30_00)
    pot.close(grant)
    assert plain(pot.public_line(wish)) == "Uit het potje: € 30"
    activity = ActivityFactory(centre=wish.centre)
    Wish.objects.filter(pk=wish.pk).update(activity=activity)
    assert plain(pot.public_line(activity)) == "Uit het potje: € 30"
