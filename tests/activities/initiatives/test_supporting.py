from __future__ import annotations

import contextlib
import uuid
from collections import Counter

import pytest

from activities.exceptions import AlreadySupports, NotOpen
from activities.initiatives import supporting
from activities.initiatives.supporting import OnPaper
from activities.models import Showing, Support, SupportKind, Wish, WishState
from lokaal.outbox.models import Message
from lokaal.people.fields import PhoneField
from tests.activities.factories import PersonFactory, SupportFactory, WishFactory
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


def support(wish, kind=SupportKind.COME, **fields):
    return supporting.support(
        wish,
        **{"kind": kind, "name": "Gerda", "language": "nl", "email": "g@voorbeeld.nl"} | fields,
    )


def counts(wish):
    row = Wish.objects.with_support().get(pk=wish.pk)
    return row.coming, row.helping, row.organising


def test_support_counts_and_gives_a_link_and_a_code():
    wish = WishFactory(shown=True)

    given = support(wish, SupportKind.HELP)

    row = Support.objects.get()
    assert given.support == row
    assert row.has_secret(given.secret)
    assert counts(wish) == (0, 1, 0)
    message = Message.objects.get()
    assert (message.to_address, message.is_secret) == ("g@voorbeeld.nl", True)
    assert f"/supports/{row.pk}/{given.secret}/" in message.text
    assert row.shown_code in message.text


def test_support_without_contact_writes_no_message():
    support(WishFactory(shown=True), email="")

    assert not Message.objects.exists()


def test_same_form_twice_is_one_and_gives_the_same_link():
    wish, token = WishFactory(shown=True), uuid.uuid4()

    first = support(wish, form_token=token)
    again = support(wish, form_token=token)

    assert (first.support, first.secret) == (again.support, again.secret)
    assert counts(wish) == (1, 0, 0)
    assert Message.objects.count() == 1


def test_a_guest_supports_once():
    wish = WishFactory(shown=True)
    support(wish)

    with pytest.raises(AlreadySupports):
        support(wish, SupportKind.HELP, name="GERDA")

    assert counts(wish) == (1, 0, 0)
    support(wish, name="Truus", email="g@voorbeeld.nl")
    assert counts(wish) == (2, 0, 0)


def test_somebody_with_an_account_changes_what_they_do():
    wish, person = WishFactory(shown=True), PersonFactory()
    support(wish, SupportKind.ORGANISE, person=person, email="")
    assert list(wish.organisers.all()) == [person]

    support(wish, SupportKind.COME, person=person, email="")

    assert counts(wish) == (1, 0, 0)
    assert list(wish.organisers.all()) == []
    with pytest.raises(AlreadySupports):
        support(wish, SupportKind.COME, person=person, email="")


def test_who_organises_along_without_an_account_is_invited_and_claims_it_later():
    wish = WishFactory(shown=True, name="Emine", email="e@voorbeeld.nl", coach=PersonFactory())
    given = support(wish, SupportKind.ORGANISE)
    person = PersonFactory()
    told = {m.to_address: m.text for m in Message.objects.all()}
    assert set(told) == {"g@voorbeeld.nl", "e@voorbeeld.nl", wish.coach.email}
    assert "Maak een account" in told["g@voorbeeld.nl"]
    assert "Gerda wil mee organiseren" in told["e@voorbeeld.nl"]
    assert list(wish.organisers.all()) == []

    supporting.claim(given.support, person)
    supporting.claim(given.support, person)

    assert list(wish.organisers.all()) == [person]
    given.support.refresh_from_db()
    assert given.support.person == person
    with pytest.raises(NotOpen):
        supporting.claim(given.support, PersonFactory())


def test_claim_by_who_supports_it_already_is_refused():
    wish, person = WishFactory(shown=True), PersonFactory()
    support(wish, person=person, email="")
    other = support(wish, name="Truus", email="t@voorbeeld.nl")

    with pytest.raises(AlreadySupports):
        supporting.claim(other.support, person)


def test_take_back_counts_no_longer_and_support_again_is_possible():
    wish, person = WishFactory(shown=True), PersonFactory()
    given = support(wish, SupportKind.ORGANISE, person=person, email="").support

    supporting.take_back(given)
    supporting.take_back(given)

    assert counts(wish) == (0, 0, 0)
    assert list(wish.organisers.all()) == []
    with pytest.raises(NotOpen):
        supporting.change(given, SupportKind.HELP)
    support(wish, person=person, email="")
    assert counts(wish) == (1, 0, 0)


def test_change_is_counted():
    wish = WishFactory(shown=True)
    given = support(wish).support

    supporting.change(given, SupportKind.HELP)
    supporting.change(given, SupportKind.HELP)

    assert counts(wish) == (0, 1, 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"showing": Showing.HIDDEN},
        {"shown": True, "state": WishState.KEPT},
        {"shown": True, "state": WishState.STOPPED},
        {"shown": True, "state": WishState.ADAPTED},
    ],
)
def test_support_of_what_is_done_or_hidden_is_refused(fields):
    wish = WishFactory(**fields)

    with pytest.raises(NotOpen):
        support(wish)

    assert not Support.objects.exists()


def test_not_now_can_still_be_supported():
    wish = WishFactory(not_now=True)

    support(wish)

    assert counts(wish) == (1, 0, 0)


def test_a_paper_list_is_taken_over_once():
    wish, host, token = WishFactory(shown=True), PersonFactory(), uuid.uuid4()
    number = PhoneField().clean("06 12345678")
    lines = [
        OnPaper(SupportKind.COME, "Gerda", number),
        OnPaper(SupportKind.COME, "Gerda", number),
        OnPaper(SupportKind.HELP, "Piet"),
        OnPaper(SupportKind.HELP, "Piet"),
        OnPaper(SupportKind.ORGANISE, "Truus"),
    ]

    added = supporting.from_paper(wish, lines, form_token=token, language="nl", entered_by=host)
    again = supporting.from_paper(wish, lines, form_token=token, language="nl", entered_by=host)

    assert ([one.name for one in added], again) == (["Gerda", "Piet", "Piet", "Truus"], [])
    assert counts(wish) == (1, 2, 1)
    assert {(s.is_from_paper, s.entered_by) for s in Support.objects.all()} == {(True, host)}


def test_find_by_code_and_secret():
    given = support(WishFactory(shown=True))
    code = given.support.shown_code

    assert supporting.find_by_code(f" {code} ") == given.support
    assert supporting.find_by_code("12345") is None
    assert supporting.find_by_secret(given.support.pk, given.secret) == given.support
    assert supporting.find_by_secret(given.support.pk, given.secret[:-1]) is None


@pytest.mark.django_db(transaction=True)
def test_counts_are_right_when_many_press_at_once():
    wish, person, token = WishFactory(shown=True), PersonFactory(), uuid.uuid4()

    def as_guest(number):
        return support(wish, SupportKind.HELP, email=f"g{number}@voorbeeld.nl").is_new

    def as_person():
        try:
            return support(wish, person=person, email="").is_new
        except AlreadySupports:
            return "already"

    results = at_once(
        *[lambda n=n: as_guest(n) for n in range(6)],
        *[as_person] * 3,
        *[lambda: support(wish, SupportKind.ORGANISE, name="Piet", form_token=token).is_new] * 3,
    )

    assert counts(wish) == (1, 6, 1)
    assert Counter(map(str, results)) == {"True": 8, "already": 2, "False": 2}


@pytest.mark.django_db(transaction=True)
def test_change_and_take_back_at_once_end_in_one_state():
    given = SupportFactory(person=PersonFactory())

    def change():
        with contextlib.suppress(NotOpen):
            supporting.change(given, SupportKind.ORGANISE)

    at_once(change, lambda: supporting.take_back(given))

    given.refresh_from_db()
    assert not given.is_live
    assert list(given.wish.organisers.all()) == []
