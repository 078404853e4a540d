from __future__ import annotations

import uuid

import pytest

from activities.exceptions import NotToAdopt, WrongState
from activities.initiatives import adopting, wishing
from activities.models import Happened, Showing, SupportKind, Wish, WishState
from lokaal.outbox.models import Message
from tests.activities.factories import SECRET, PersonFactory, SupportFactory, WishFactory
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


def adopt(wish, **fields):
    return adopting.adopt(
        wish, **{"name": "Piet", "email": "p@voorbeeld.nl", "language": "nl"} | fields
    )


def test_let_go_keeps_supporters_and_tells_the_coach_once():
    wish = WishFactory(shown=True, email="e@voorbeeld.nl", coach=PersonFactory())
    given = SupportFactory(wish=wish)

    adopting.let_go(wish)
    adopting.let_go(wish)

    wish.refresh_from_db()
    assert wish.is_let_go
    assert list(wish.supports.live()) == [given]
    assert [moment.what for moment in wish.moments.all()] == [Happened.LET_GO]
    assert Message.objects.get().to_address == wish.coach.email
    assert list(Wish.objects.to_adopt()) == [wish]


@pytest.mark.parametrize("state", [WishState.KEPT, WishState.ADAPTED, WishState.STOPPED])
def test_let_go_of_what_is_done_is_refused(state):
    wish = WishFactory(state=state)

    with pytest.raises(WrongState):
        adopting.let_go(wish)


def test_keep_takes_it_back():
    wish = WishFactory(let_go=True)

    adopting.keep(wish)
    adopting.keep(wish)

    wish.refresh_from_db()
    assert not wish.is_let_go
    assert wish.moments.count() == 1


def test_adopt_makes_somebody_the_owner_and_carries_supporters():
    wish = WishFactory(
        let_go=True, name="Emine", email="e@voorbeeld.nl", phone="+31612345678", wants_call=True
    )
    given = SupportFactory(wish=wish, email="s@voorbeeld.nl")

    adopted = adopt(wish)

    row = Wish.objects.get()
    assert (row.name, row.email, row.phone, row.person) == ("Piet", "p@voorbeeld.nl", "", None)
    assert (row.is_let_go, row.wants_call) == (False, False)
    assert row.has_secret(adopted.secret)
    assert not row.has_secret(SECRET)
    assert row.code != wish.code
    assert list(row.supports.live()) == [given]
    told = {message.to_address: message for message in Message.objects.all()}
    assert set(told) == {"p@voorbeeld.nl", "e@voorbeeld.nl", "s@voorbeeld.nl"}
    assert adopted.secret in told["p@voorbeeld.nl"].text
    assert adopted.secret not in told["s@voorbeeld.nl"].text
    assert told["s@voorbeeld.nl"].subject == "Iemand gaat verder met dit idee"


def test_adopt_twice_with_one_form_gives_the_same_link():
    wish, token = WishFactory(let_go=True), uuid.uuid4()

    first, again = adopt(wish, form_token=token), adopt(wish, form_token=token)

    assert first.secret == again.secret
    assert Message.objects.count() == 1


def test_adopt_by_a_supporter_ends_their_own_support():
    wish, person = WishFactory(let_go=True), PersonFactory()
    wish.organisers.add(person)
    mine = SupportFactory(wish=wish, person=person, kind=SupportKind.ORGANISE)
    other = SupportFactory(wish=wish)

    adopt(wish, person=person, email="")

    wish.refresh_from_db()
    mine.refresh_from_db()
    assert (wish.person, wish.email) == (person, person.email)
    assert not mine.is_live
    assert list(wish.supports.live()) == [other]
    assert list(wish.organisers.all()) == []


@pytest.mark.parametrize("fields", [{"shown": True}, {"let_go": True, "showing": Showing.HIDDEN}])
def test_adopt_of_what_is_not_free_is_refused(fields):
    wish = WishFactory(name="Emine", **fields)

    with pytest.raises(NotToAdopt):
        adopt(wish)

    wish.refresh_from_db()
    assert wish.name == "Emine"


def test_the_old_owner_cannot_take_it_back_after_that():
    wish = WishFactory(let_go=True)
    before = Wish.objects.get()
    adopt(wish)

    with pytest.raises(NotToAdopt):
        adopting.keep(before)

    assert wishing.find_by_secret(wish.pk, SECRET) is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_adopt_at_once_one_does():
    wish = WishFactory(let_go=True, email="e@voorbeeld.nl")

    def take(name):
        try:
            return adopt(wish, name=name, email=f"{name}@voorbeeld.nl").wish.name
        except NotToAdopt:
            return None

    results = at_once(*[lambda name=name: take(name) for name in ("piet", "truus")])

    wish.refresh_from_db()
    assert set(results) == {wish.name, None}
    assert sorted(Message.objects.values_list("to_address", flat=True)) == sorted(
        ["e@voorbeeld.nl", f"{wish.name}@voorbeeld.nl"]
    )
    assert wish.moments.count() == 1


def test_left_alone_are_those_whose_owner_has_no_account_any_more():
    gone = PersonFactory()
    alone = WishFactory(person=gone)
    WishFactory(person=gone, state=WishState.STOPPED)
    WishFactory(person=gone, let_go=True)
    WishFactory(person=PersonFactory())
    WishFactory()
    gone.deactivate()

    assert list(Wish.objects.left_alone()) == [alone]
