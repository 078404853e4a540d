import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from activities.exceptions import AlreadyDecided, HoldsContact, NotReady
from activities.initiatives import deciding, wishing
from activities.models import (
    ActivityState,
    LookBack,
    Outcome,
    Support,
    SupportKind,
    TableItem,
    Wish,
    WishState,
)
from lokaal.outbox.models import Message, MessageState
from tests.activities.factories import (
    OccurrenceFactory,
    PersonFactory,
    SeriesFactory,
    SignUpFactory,
)
from tests.activities.initiatives.look_back_factories import (
    LookBackFactory,
    TableItemFactory,
    TriedWishFactory,
)
from tests.activities.initiatives.plan_factories import SupportFactory
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def wish() -> Wish:
    return TriedWishFactory(state=WishState.LOOKING_BACK, activity__title="Leesclub")


@pytest.fixture
def look_back(wish: Wish) -> LookBack:
    return LookBackFactory(activity=wish.activity, wish=wish)


def keep(look_back, by, **fields):
    return deciding.keep(
        look_back, **{"reason": "Er kwamen veel mensen.", "language": "nl", "by": by} | fields
    )


def stop(look_back, by, **fields):
    return deciding.stop(
        look_back, **{"reason": "Niemand had tijd.", "language": "nl", "by": by} | fields
    )


def adapt(look_back, by, **fields):
    said = {"reason": "Voorlezen past beter.", "text": "Voorleeskoffie.", "language": "nl"}
    return deciding.adapt(look_back, **said | {"by": by} | fields)


def to_come(activity, days=7):
    return OccurrenceFactory(activity=activity, starts_at=timezone.now() + timedelta(days=days))


def been(activity):
    return OccurrenceFactory(activity=activity, over=True)


# Keep --------------------------------------------------------------------------------------------


def test_keep_lets_it_go_on(look_back, wish):
    date = to_come(wish.activity)

    keep(look_back, wish.coach)

    look_back.refresh_from_db()
    wish.refresh_from_db()
    date.refresh_from_db()
    assert (look_back.outcome, look_back.reason) == (Outcome.KEPT, "Er kwamen veel mensen.")
    assert (wish.state, wish.decision_reason) == (WishState.KEPT, "Er kwamen veel mensen.")
    assert (wish.decided_by, look_back.decided_by) == (wish.coach, wish.coach)
    assert wish.activity.state == ActivityState.PUBLISHED
    assert not date.is_cancelled


def test_keep_tells_each_once(look_back, wish):
    along = PersonFactory()
    wish.organisers.add(along)
    wish.activity.organisers.add(along, wish.person)
    SupportFactory(wish=wish, name="Emine", email="emine@voorbeeld.nl")
    SupportFactory(wish=wish, name="Joop", email="joop@voorbeeld.nl")
    SupportFactory(wish=wish, person=along, email="")
    SignUpFactory(occurrence=been(wish.activity), name="Emine", email="Emine@voorbeeld.nl")
    SignUpFactory(occurrence=to_come(wish.activity), name="Sahra", email="sahra@voorbeeld.nl")
    SignUpFactory(occurrence=to_come(wish.activity, 14), name="Sahra", email="sahra@voorbeeld.nl")
    SignUpFactory(
        occurrence=been(wish.activity), name="Weg", email="w@voorbeeld.nl", cancelled=True
    )

    keep(look_back, wish.coach)
    keep(look_back, wish.coach)

    assert sorted(Message.objects.values_list("to_address", flat=True)) == sorted(
        [
            wish.person.email,
            along.email,
            "emine@voorbeeld.nl",
            "joop@voorbeeld.nl",
            "sahra@voorbeeld.nl",
        ]
    )
    assert set(Message.objects.values_list("subject", flat=True)) == {"Leesclub blijft"}


def test_keep_refuses_what_left_the_agenda(look_back, wish):
    wish.activity.state = ActivityState.STOPPED
    wish.activity.save()

    with pytest.raises(NotReady) as refused:
        keep(look_back, wish.coach)

    assert str(refused.value) == "Dit staat niet meer in de agenda. Zet het er eerst weer in."
    assert LookBack.objects.get().outcome == ""


@pytest.mark.parametrize("decide", [keep, stop, adapt])
def test_a_decision_says_why(decide, look_back, wish):
    with pytest.raises(NotReady) as refused:
        decide(look_back, wish.coach, reason="  ")
    assert str(refused.value) == "Schrijf op waarom. Een ander leert ervan."
    with pytest.raises(HoldsContact):
        decide(look_back, wish.coach, reason="Bel 06 12345678.")

    wish.refresh_from_db()
    assert (LookBack.objects.get().outcome, wish.state) == ("", WishState.LOOKING_BACK)
    assert not Message.objects.exists()


# Stop --------------------------------------------------------------------------------------------


def test_stop_calls_off_what_was_to_come_and_tells_each_once(look_back, wish):
    series = SeriesFactory(activity=wish.activity)
    first, second = to_come(wish.activity), to_come(wish.activity, 14)
    SignUpFactory(occurrence=first, name="Sahra", email="sahra@voorbeeld.nl")
    SignUpFactory(occurrence=second, name="Sahra", email="sahra@voorbeeld.nl")

    stop(look_back, wish.coach)
    stop(look_back, wish.coach)

    for date in (first, second):
        date.refresh_from_db()
        assert (date.is_cancelled, date.cancel_reason) == (True, "Niemand had tijd.")
    wish.refresh_from_db()
    series.refresh_from_db()
    assert (wish.state, wish.activity.state) == (WishState.STOPPED, ActivityState.STOPPED)
    assert series.last_on == timezone.localdate()
    assert Message.objects.filter(to_address="sahra@voorbeeld.nl").count() == 1
    text = Message.objects.get(to_address="sahra@voorbeeld.nl").text
    assert "Leesclub stopt. Datums die nog kwamen, gaan niet door." in text
    assert "Gestopt is een les. We weten nu meer dan eerst." in text
    assert "Niemand had tijd." in text


def test_stop_tells_on_paper_who_would_still_come(look_back, wish):
    SignUpFactory(occurrence=to_come(wish.activity), name="Gerda")
    SignUpFactory(occurrence=been(wish.activity), name="Mehari")

    stop(look_back, wish.coach)

    printed = Message.objects.filter(state=MessageState.TO_PRINT)
    assert [one.to_name for one in printed] == ["Gerda"]


def test_stop_an_activity_that_ran_without_a_wish_and_stopped():
    look_back = LookBackFactory(activity__stopped=True)
    host = PersonFactory(host_of=look_back.centre)

    stop(look_back, host)

    look_back.refresh_from_db()
    assert (look_back.outcome, look_back.decided_by) == (Outcome.STOPPED, host)


def test_decision_keeps_the_numbers_of_then(look_back, wish):
    OccurrenceFactory(activity=wish.activity, over=True, heads=7)

    stop(look_back, wish.coach)
    wish.activity.occurrences.update(heads=0)

    look_back.refresh_from_db()
    assert (look_back.times_held, look_back.people_came) == (1, 7)


# Adapt -------------------------------------------------------------------------------------------


def test_adapt_grows_into_a_wish_with_the_same_people(look_back, wish):
    along = PersonFactory()
    wish.organisers.add(along)
    support = SupportFactory(wish=wish, kind=SupportKind.HELP)
    date = to_come(wish.activity)

    adapt(look_back, wish.coach)

    look_back.refresh_from_db()
    wish.refresh_from_db()
    date.refresh_from_db()
    grown = Wish.objects.get(grew_from=wish)
    assert look_back.grew_into == grown
    assert (wish.state, wish.activity.state) == (WishState.ADAPTED, ActivityState.STOPPED)
    assert date.is_cancelled
    assert (grown.text, grown.person, grown.coach) == ("Voorleeskoffie.", wish.person, wish.coach)
    assert (grown.centre, grown.state) == (wish.centre, WishState.PLANNING)
    assert list(grown.organisers.all()) == [along]
    assert list(Support.objects.filter(wish=grown)) == [support]


def test_adapt_tells_each_once_with_the_new_form(look_back, wish):
    SupportFactory(wish=wish, name="Emine", email="emine@voorbeeld.nl")

    adapt(look_back, wish.coach)
    adapt(look_back, wish.coach)

    assert Wish.objects.filter(grew_from=wish).count() == 1
    assert sorted(Message.objects.values_list("to_address", flat=True)) == sorted(
        [wish.person.email, "emine@voorbeeld.nl"]
    )
    message = Message.objects.get(to_address="emine@voorbeeld.nl")
    assert message.subject == "Leesclub gaat anders verder"
    assert f"/ideeen/{Wish.objects.get(grew_from=wish).pk}/" in message.text


def test_adapt_gives_a_guest_the_link_of_the_new_wish():
    wish = TriedWishFactory(
        state=WishState.LOOKING_BACK, person=None, name="Gerda", email="gerda@voorbeeld.nl"
    )
    look_back = LookBackFactory(activity=wish.activity, wish=wish)
    SupportFactory(wish=wish, email="emine@voorbeeld.nl")

    adapt(look_back, wish.coach, form_token=uuid.uuid4())

    grown = Wish.objects.get(grew_from=wish)
    message = Message.objects.get(to_address="gerda@voorbeeld.nl")
    secret = message.text.split(f"/{grown.pk}/")[1].split("/")[0]
    assert wishing.find_by_secret(grown.pk, secret) == grown
    assert message.is_secret
    assert secret not in Message.objects.get(to_address="emine@voorbeeld.nl").text


def test_adapt_without_a_wish_before_is_the_idea_of_who_decides():
    look_back = LookBackFactory()
    host = PersonFactory(host_of=look_back.centre)

    adapt(look_back, host)

    grown = Wish.objects.get()
    assert (grown.person, grown.grew_from, grown.coach) == (host, None, host)
    assert LookBack.objects.get().grew_into == grown


def test_adapt_by_a_resident_without_a_coach_asks_the_house_to_listen():
    wish = TriedWishFactory(state=WishState.LOOKING_BACK, coach=None)
    look_back = LookBackFactory(activity=wish.activity, wish=wish)

    adapt(look_back, wish.person)

    grown = Wish.objects.get(grew_from=wish)
    assert (grown.state, grown.coach, grown.entered_by) == (WishState.LISTENING, None, None)
    assert not grown.is_answered
    assert grown.is_shown


def test_decision_is_no_news_to_who_came_long_ago():
    look_back = LookBackFactory()
    host = PersonFactory(host_of=look_back.centre)
    long_ago = OccurrenceFactory(
        activity=look_back.activity, starts_at=timezone.now() - timedelta(days=300)
    )
    SignUpFactory(occurrence=long_ago, email="ooit@voorbeeld.nl")
    SignUpFactory(occurrence=been(look_back.activity), email="nu@voorbeeld.nl")

    keep(look_back, host)

    assert [one.to_address for one in Message.objects.all()] == ["nu@voorbeeld.nl"]


def test_adapt_after_the_owner_let_go_has_another_owner(look_back, wish):
    wish.let_go_at = timezone.now()
    wish.save(update_fields=["let_go_at"])

    adapt(look_back, wish.coach)

    grown = Wish.objects.get(grew_from=wish)
    assert (grown.person, grown.email) == (wish.coach, wish.coach.email)
    assert not Message.objects.filter(to_address=wish.person.email).exists()


def test_adapt_asks_the_new_form(look_back, wish):
    with pytest.raises(NotReady) as refused:
        adapt(look_back, wish.coach, text=" ")

    assert str(refused.value) == "Vertel in één zin hoe het verder gaat."
    assert Wish.objects.get() == wish


# Two deciding ------------------------------------------------------------------------------------


def test_another_decision_after_it_is_refused(look_back, wish):
    stop(look_back, wish.coach)

    with pytest.raises(AlreadyDecided) as refused:
        keep(look_back, wish.coach)

    assert str(refused.value) == "Er is al besloten: gestopt."
    assert LookBack.objects.get().outcome == Outcome.STOPPED


@pytest.mark.django_db(transaction=True)
def test_two_deciding_differently_at_once_is_one_decision():
    wish = TriedWishFactory(state=WishState.LOOKING_BACK)
    look_back = LookBackFactory(activity=wish.activity, wish=wish)
    SignUpFactory(occurrence=to_come(wish.activity), email="sahra@voorbeeld.nl")

    results = at_once(
        lambda: keep(look_back, wish.coach),
        lambda: adapt(look_back, wish.coach),
        lambda: stop(look_back, wish.coach),
    )

    assert sum(isinstance(result, AlreadyDecided) for result in results) == 2
    assert Message.objects.filter(to_address="sahra@voorbeeld.nl").count() == 1
    wish.refresh_from_db()
    assert wish.state == LookBack.objects.get().outcome


@pytest.mark.django_db(transaction=True)
def test_adapting_at_once_grows_into_one():
    wish = TriedWishFactory(state=WishState.LOOKING_BACK)
    look_back = LookBackFactory(activity=wish.activity, wish=wish)

    results = at_once(*[lambda: adapt(look_back, wish.coach)] * 3)

    assert {result.grew_into for result in results} == {Wish.objects.get(grew_from=wish)}
    assert Message.objects.filter(to_address=wish.person.email).count() == 1


def test_an_idea_that_is_erased_leaves_what_was_tried(look_back, wish):
    adapt(look_back, wish.coach)
    grown = Wish.objects.get(grew_from=wish)
    TableItemFactory(subject="", wish=grown)

    grown.delete()
    wish.delete()

    look_back.refresh_from_db()
    assert (look_back.wish, look_back.grew_into, look_back.outcome) == (None, None, "adapted")
    assert not TableItem.objects.exists()
