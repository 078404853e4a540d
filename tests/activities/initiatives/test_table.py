from datetime import timedelta

import pytest
from django.utils import timezone

from activities.exceptions import AlreadyDecided, HoldsContact, NoPot, NotReady
from activities.initiatives import deciding, table
from activities.initiatives.table import Decision
from activities.models import (
    Consent,
    Grant,
    GrantState,
    LookBack,
    NeighbourhoodTable,
    Outcome,
    Pot,
    Showing,
    TableItem,
    Wish,
    WishState,
)
from lokaal.centres.models import Centre
from lokaal.people.models import Person
from tests.activities.factories import CentreFactory, OccurrenceFactory, PersonFactory
from tests.activities.initiatives.look_back_factories import (
    LookBackFactory,
    TableFactory,
    TableItemFactory,
    TriedWishFactory,
)
from tests.activities.initiatives.plan_factories import (
    PlannedWishFactory,
    PotFactory,
    maximum,
)
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre() -> Centre:
    return CentreFactory()


@pytest.fixture
def host(centre: Centre) -> Person:
    return PersonFactory(host_of=centre)


@pytest.fixture
def evening(centre: Centre) -> NeighbourhoodTable:
    return TableFactory(centre=centre)


def listening(centre, **fields) -> Wish:
    return PlannedWishFactory(state=WishState.LISTENING, centre=centre, **fields)


def asked_grant(centre, cents=5_000) -> Grant:
    return Grant.objects.create(
        centre=centre,
        wish=PlannedWishFactory(centre=centre),
        amount_cents=cents,
        purpose="Garen en naalden.",
    )


def decide(item, host, what, **fields):
    said = {"consent": Consent.CONSENT, "reason": "Het liep goed."} | fields
    return table.decide(item, Decision(what=what, **said), language="nl", by=host)


# The list ----------------------------------------------------------------------------------------


def test_prepare_puts_on_the_list_what_waits(centre, host):
    wish = listening(centre)
    anywhere = listening(None)
    grant = asked_grant(centre)
    tried = LookBackFactory(activity__centre=centre)
    LookBackFactory(kept=True, activity__centre=centre)
    LookBackFactory()
    listening(centre, showing=Showing.WAITING)
    listening(CentreFactory())

    made = table.prepare(centre, held_on=timezone.localdate(), by=host)

    rows = [(i.look_back, i.grant, i.wish) for i in made.items.on_the_list()]
    assert rows == [
        (tried, None, None),
        (None, grant, None),
        (None, None, wish),
        (None, None, anywhere),
    ]


def test_prepare_twice_for_a_day_is_one_table(centre, host):
    LookBackFactory(activity__centre=centre)

    first = table.prepare(centre, held_on=timezone.localdate(), by=host)
    again = table.prepare(centre, held_on=timezone.localdate(), by=host)

    assert first == again
    assert TableItem.objects.count() == 1


def test_prepare_hangs_on_the_date_in_the_agenda(centre, host):
    date = OccurrenceFactory(activity__centre=centre, activity__title="Buurttafel")
    OccurrenceFactory(activity__centre=centre, starts_at=date.starts_at)

    day = timezone.localdate(date.starts_at)

    assert table.prepare(centre, held_on=day, by=host).occurrence == date
    assert table.prepare(CentreFactory(), held_on=day, by=host).occurrence is None


@pytest.mark.django_db(transaction=True)
def test_prepare_and_propose_at_once_double_nothing():
    centre = CentreFactory()
    host = PersonFactory(host_of=centre)
    LookBackFactory.create_batch(3, activity__centre=centre)

    tables = at_once(*[lambda: table.prepare(centre, held_on=timezone.localdate(), by=host)] * 3)
    at_once(*[lambda: table.propose(tables[0])] * 3)

    assert set(tables) == {NeighbourhoodTable.objects.get()}
    assert TableItem.objects.count() == 3


def test_what_was_not_decided_comes_back_next_time(centre, host):
    before = table.prepare(centre, held_on=timezone.localdate() - timedelta(days=28), by=host)
    tried = LookBackFactory(activity__centre=centre)
    table.propose(before)
    table.add_subject(before, "De sleutel van de tuin.")
    table.not_yet(before.items.get(look_back=tried), objection="Te vroeg.")
    table.close(before, by=host)

    now = table.prepare(centre, held_on=timezone.localdate(), by=host)

    assert [str(item) for item in now.items.on_the_list()] == [
        tried.title,
        "De sleutel van de tuin.",
    ]


def test_what_was_left_out_stays_out(evening):
    LookBackFactory(activity__centre=evening.centre)
    table.propose(evening)
    item = TableItem.objects.get()

    table.leave_out(item)
    table.leave_out(item)

    assert table.propose(evening) == 0
    assert not evening.items.on_the_list().exists()
    table.leave_out(item, is_out=False)
    assert list(evening.items.on_the_list()) == [item]


def test_move_changes_places(evening):
    first, second, third = TableItemFactory.create_batch(3, table=evening)

    table.move(third, up=True)
    table.move(first, up=True)
    assert list(evening.items.on_the_list()) == [first, third, second]
    table.move(first, up=False)

    assert list(evening.items.on_the_list()) == [third, first, second]


def test_add_subject_twice_is_one_and_holds_no_number(evening):
    assert table.add_subject(evening, "De tuin.") == table.add_subject(evening, "De tuin.")
    with pytest.raises(HoldsContact):
        table.add_subject(evening, "Bel 06 12345678.")

    assert evening.items.count() == 1


def test_add_wish_also_one_that_was_left_out(evening):
    wish = listening(evening.centre)
    item = table.add_wish(evening, wish)
    table.leave_out(item)

    assert table.add_wish(evening, wish) == item
    assert list(evening.items.on_the_list()) == [item]


# Deciding ----------------------------------------------------------------------------------------


def test_decide_about_a_try_is_deciding(evening, host):
    wish = TriedWishFactory(state=WishState.LOOKING_BACK, centre=evening.centre)
    tried = LookBackFactory(activity=wish.activity, wish=wish)
    item = TableItemFactory(table=evening, look_back=tried, subject="")

    decide(
        item,
        host,
        "keep",
        consent=Consent.CHANGED,
        objection="Te laat op de avond.",
        changed="We beginnen om zeven uur.",
    )

    item.refresh_from_db()
    tried.refresh_from_db()
    wish.refresh_from_db()
    assert (tried.outcome, tried.reason, wish.state) == ("kept", "Het liep goed.", "kept")
    assert (item.consent, item.decision) == (Consent.CHANGED, "Het blijft")
    assert (item.objection, item.changed) == ("Te laat op de avond.", "We beginnen om zeven uur.")
    assert (item.decided_by, tried.decided_by) == (host, host)


@pytest.mark.parametrize(
    ("what", "outcome"), [("adapt", Outcome.ADAPTED), ("stop", Outcome.STOPPED)]
)
def test_decide_to_adapt_or_stop(evening, host, what, outcome):
    tried = LookBackFactory(activity__centre=evening.centre)
    item = TableItemFactory(table=evening, look_back=tried, subject="")

    decide(item, host, what, text="In het park.")

    assert LookBack.objects.get().outcome == outcome


def test_decide_about_a_wish_is_coaching(evening, host):
    plan, later = listening(evening.centre), listening(evening.centre)

    decide(table.add_wish(evening, plan), host, "plan", reason="")
    decide(table.add_wish(evening, later), host, "not_now", route="Kom in mei terug.")

    plan.refresh_from_db()
    later.refresh_from_db()
    assert plan.state == WishState.PLANNING
    assert (later.state, later.not_now_reason) == (WishState.NOT_NOW, "Het liep goed.")
    assert later.not_now_route == "Kom in mei terug."


def test_decide_about_money_is_the_pot(evening, host):
    maximum()
    pot = PotFactory(centre=evening.centre, year=timezone.localdate().year)
    yes, no = asked_grant(evening.centre), asked_grant(evening.centre)

    decide(TableItemFactory(table=evening, grant=yes, subject=""), host, "give", amount_cents=4_000)
    decide(TableItemFactory(table=evening, grant=no, subject=""), host, "refuse")

    yes.refresh_from_db()
    no.refresh_from_db()
    assert (yes.state, yes.amount_cents, no.state) == (
        GrantState.GRANTED,
        4_000,
        GrantState.REFUSED,
    )
    assert Pot.objects.get(pk=pot.pk).granted_cents == 4_000


def test_what_cannot_be_carried_out_is_not_decided(evening, host):
    item = TableItemFactory(table=evening, grant=asked_grant(evening.centre), subject="")

    with pytest.raises(NoPot):
        decide(item, host, "give")

    item.refresh_from_db()
    assert (item.consent, item.decided_at) == (Consent.NOT_YET, None)


def test_decide_twice_is_harmless_and_differently_is_refused(evening, host):
    item = TableItemFactory(table=evening)

    decide(item, host, "agreed")
    decide(item, host, "agreed")
    with pytest.raises(AlreadyDecided) as refused:
        decide(item, host, "agreed", consent=Consent.CHANGED, objection="Nee.", changed="Ja.")

    assert str(refused.value) == "Hierover is al besloten."
    with pytest.raises(AlreadyDecided):
        table.leave_out(item)
    with pytest.raises(AlreadyDecided):
        table.not_yet(item, objection="Toch niet.")


def test_decided_elsewhere_in_the_same_way_is_written_down(evening, host):
    tried = LookBackFactory(activity__centre=evening.centre)
    item = TableItemFactory(table=evening, look_back=tried, subject="")
    deciding.keep(tried, reason="Goed zo.", language="nl", by=host)

    decide(item, host, "keep")
    other = TableItemFactory(table=TableFactory(), look_back=tried, subject="")
    with pytest.raises(AlreadyDecided):
        decide(other, host, "stop")

    tried.refresh_from_db()
    item.refresh_from_db()
    assert (tried.reason, item.decision) == ("Goed zo.", "Het blijft")


@pytest.mark.parametrize(
    ("what", "fields", "sentence"),
    [
        ("fly", {}, "Kies wat jullie besluiten."),
        ("agreed", {"consent": Consent.NOT_YET}, "Kies wat jullie besluiten."),
        (
            "agreed",
            {"consent": Consent.CHANGED, "objection": "Te duur."},
            "Schrijf het bezwaar op, en wat jullie veranderden.",
        ),
    ],
)
def test_decision_must_be_whole(evening, host, what, fields, sentence):
    item = TableItemFactory(table=evening)

    with pytest.raises(NotReady) as refused:
        decide(item, host, what, **fields)

    assert str(refused.value) == sentence
    item.refresh_from_db()
    assert not item.is_decided


@pytest.mark.django_db(transaction=True)
def test_two_hosts_writing_different_decisions_at_once_is_one():
    centre = CentreFactory()
    host = PersonFactory(host_of=centre)
    tried = LookBackFactory(activity__centre=centre)
    item = TableItemFactory(table=TableFactory(centre=centre), look_back=tried, subject="")

    results = at_once(lambda: decide(item, host, "keep"), lambda: decide(item, host, "stop"))

    assert sum(isinstance(result, AlreadyDecided) for result in results) == 1
    item.refresh_from_db()
    words = {"kept": "Het blijft", "stopped": "Het stopt"}
    assert item.decision == words[LookBack.objects.get().outcome]


# The minutes -------------------------------------------------------------------------------------


def test_close_ends_the_list_and_reopen_begins_it_again(evening, host):
    item = TableItemFactory(table=evening)
    table.note(evening, people_there=14, words="Iedereen kreeg soep.")

    table.close(evening, by=host)
    table.close(evening, by=PersonFactory())

    evening.refresh_from_db()
    assert (evening.people_there, evening.note) == (14, "Iedereen kreeg soep.")
    assert (evening.is_closed, evening.closed_by) == (True, host)
    for act in (
        lambda: table.add_subject(evening, "Nog iets."),
        lambda: table.propose(evening),
        lambda: table.move(item, up=True),
        lambda: decide(item, host, "agreed"),
    ):
        with pytest.raises(NotReady):
            act()
    table.reopen(evening)
    assert table.add_subject(evening, "Nog iets.").table == evening


def test_close_before_the_day_is_refused(centre, host):
    coming = TableFactory(centre=centre, held_on=timezone.localdate() + timedelta(days=3))

    with pytest.raises(NotReady) as refused:
        table.close(coming, by=host)

    assert str(refused.value) == "De buurttafel is nog niet geweest."


def test_note_holds_no_address(evening):
    with pytest.raises(HoldsContact):
        table.note(evening, people_there=3, words="Mail joop@voorbeeld.nl.")


def test_led_by_the_desk_of_the_house(evening, host):
    assert list(NeighbourhoodTable.objects.led_by(host)) == [evening]
    assert not NeighbourhoodTable.objects.led_by(PersonFactory()).exists()
    assert not NeighbourhoodTable.objects.led_by(PersonFactory(host_of=CentreFactory())).exists()
