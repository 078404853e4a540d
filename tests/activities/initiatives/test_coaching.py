from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from activities.exceptions import AlreadyCoached, HoldsContact, NeedsReason, WrongState
from activities.initiatives import coaching
from activities.models import Happened, SupportKind, Wish, WishMoment, WishState
from lokaal.bsn import HoldsBSN
from lokaal.outbox.models import Message
from lokaal.people.models import Role, StaffRole
from tests.activities.factories import CentreFactory, PersonFactory, SupportFactory, WishFactory
from tests.parallel import at_once

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def coordinator(centre=None, **fields):
    person = PersonFactory(**fields)
    StaffRole.objects.create(person=person, role=Role.COORDINATOR, centre=centre)
    return person


def wish_with_people(**fields):
    """A wish with an owner, an organiser, and three who support it: by mail, by account, and out of reach."""
    wish = WishFactory(shown=True, email="owner@voorbeeld.nl", centre=CentreFactory(), **fields)
    organiser = PersonFactory(email="organiser@voorbeeld.nl")
    wish.organisers.add(organiser)
    SupportFactory(wish=wish, person=organiser, kind=SupportKind.ORGANISE)
    SupportFactory(wish=wish, email="supporter@voorbeeld.nl")
    SupportFactory(wish=wish)
    SupportFactory(wish=wish, email="gone@voorbeeld.nl", taken_back=True)
    return wish


def told():
    return sorted(Message.objects.values_list("to_address", flat=True))


# The coach ---------------------------------------------------------------------------------------


def test_take_makes_a_host_the_coach():
    wish = WishFactory(centre=CentreFactory())
    host = PersonFactory(host_of=wish.centre, name="Nermin Aksoy")

    coaching.take(wish, by=host)
    coaching.take(wish, by=host)

    wish.refresh_from_db()
    assert wish.coach == host
    moment = WishMoment.objects.get()
    assert (moment.what, moment.note, moment.by) == (Happened.COACHED, "Nermin", host)
    assert not Message.objects.exists()


def test_take_of_what_another_took_is_refused():
    wish = WishFactory(coach=PersonFactory())

    with pytest.raises(AlreadyCoached):
        coaching.take(wish, by=PersonFactory())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_at_once_one_does():
    wish = WishFactory()
    hosts = PersonFactory.create_batch(2)

    def take(host):
        try:
            return coaching.take(wish, by=host).coach
        except AlreadyCoached:
            return None

    results = at_once(*[lambda host=host: take(host) for host in hosts])

    wish.refresh_from_db()
    assert set(results) == {wish.coach, None}
    assert WishMoment.objects.count() == 1


def test_name_coach_tells_the_coach():
    wish = WishFactory(centre=CentreFactory())
    host, boss = PersonFactory(host_of=wish.centre), coordinator(name="Ilse Nijhuis")

    coaching.name_coach(wish, host, by=boss)
    coaching.name_coach(wish, host, by=boss)

    wish.refresh_from_db()
    assert wish.coach == host
    message = Message.objects.get()
    assert (message.to_address, message.subject) == (host.email, "Jij begeleidt dit idee")
    assert "Ilse Nijhuis" in message.text


def test_name_coach_may_be_anybody_with_an_account():
    wish = WishFactory(centre=CentreFactory())

    for person in (PersonFactory(host_of=CentreFactory()), PersonFactory()):
        coaching.name_coach(wish, person, by=coordinator())
        wish.refresh_from_db()
        assert wish.coach == person


def test_name_coach_of_who_told_it_or_who_is_gone_is_refused():
    wish = WishFactory(centre=CentreFactory(), person=PersonFactory())
    gone = PersonFactory()
    gone.deactivate()

    for person in (wish.person, gone):
        with pytest.raises(AlreadyCoached):
            coaching.name_coach(wish, person, by=coordinator())

    wish.refresh_from_db()
    assert wish.coach is None


def test_who_may_coach_are_the_people_of_the_desk():
    wish = WishFactory(centre=CentreFactory())
    host, boss = PersonFactory(host_of=wish.centre, name="B"), coordinator(name="A")
    PersonFactory(host_of=CentreFactory())
    gone = PersonFactory(host_of=wish.centre)
    gone.deactivate()

    assert coaching.who_may_coach(wish) == [boss, host]


# The road ----------------------------------------------------------------------------------------


def test_plan_together_answers_and_tells_each_once():
    wish = wish_with_people()
    host = PersonFactory(name="Nermin Aksoy")

    with time_machine.travel(NOW, tick=False):
        coaching.plan_together(wish, by=host, reply="Ik bel je morgen op 06 11122233.")
        coaching.plan_together(wish, by=host, reply="Ik bel je morgen op 06 11122233.")

    wish.refresh_from_db()
    assert (wish.state, wish.state_since, wish.coach) == (WishState.PLANNING, NOW, host)
    assert (wish.answered_by, wish.answered_at) == (host, NOW)
    assert told() == ["organiser@voorbeeld.nl", "owner@voorbeeld.nl", "supporter@voorbeeld.nl"]
    texts = {message.to_address: message.text for message in Message.objects.all()}
    assert "Ik bel je morgen" in texts["owner@voorbeeld.nl"]
    assert "Ik bel je morgen" not in texts["supporter@voorbeeld.nl"]
    assert "Wij maken samen een plan." in texts["supporter@voorbeeld.nl"]
    assert [moment.what for moment in wish.moments.all()] == ["coached", "became"]


def test_plan_together_with_a_bsn_is_refused():
    wish = WishFactory()

    with pytest.raises(HoldsBSN):
        coaching.plan_together(wish, by=PersonFactory(), reply="Je nummer is 111222333.")

    wish.refresh_from_db()
    assert (wish.state, wish.is_answered) == (WishState.LISTENING, False)


def test_not_now_says_why_and_what_one_could_do():
    wish = wish_with_people()
    host = PersonFactory()

    coaching.not_now(
        wish, reason="De zaal is vol.", route="Je zou in het park kunnen zingen.", by=host
    )

    wish.refresh_from_db()
    assert (wish.state, wish.is_answered) == (WishState.NOT_NOW, True)
    assert wish.not_now_reason == "De zaal is vol."
    assert wish.moments.get().note == "De zaal is vol.\nJe zou in het park kunnen zingen."
    assert told() == ["organiser@voorbeeld.nl", "owner@voorbeeld.nl", "supporter@voorbeeld.nl"]
    for text in Message.objects.values_list("text", flat=True):
        assert "De zaal is vol." in text
        assert "Je zou in het park kunnen zingen." in text


def test_not_now_reaches_an_owner_on_paper():
    wish = WishFactory(name="Gerda", centre=CentreFactory())

    coaching.not_now(wish, reason="De zaal is vol.", route="Kom vrijdag.", by=PersonFactory())

    message = Message.objects.get()
    assert (message.channel, message.centre, message.to_name) == ("paper", wish.centre, "Gerda")


@pytest.mark.parametrize(("reason", "route"), [("", "Kom."), ("Vol.", ""), (" ", "\n"), ("", "")])
def test_not_now_without_reason_or_route_is_refused(reason, route):
    wish = WishFactory()

    with pytest.raises(NeedsReason):
        coaching.not_now(wish, reason=reason, route=route, by=PersonFactory())
    with pytest.raises(NeedsReason):
        coaching.become(wish, WishState.NOT_NOW, by=PersonFactory())

    wish.refresh_from_db()
    assert wish.state == WishState.LISTENING
    assert not WishMoment.objects.exists()


def test_not_now_with_a_number_for_everybody_is_refused():
    with pytest.raises(HoldsContact):
        coaching.not_now(WishFactory(), reason="Vol.", route="Bel 06 11122233.", by=PersonFactory())


def test_the_database_knows_no_silent_no():
    wish = WishFactory()
    wish.state = WishState.NOT_NOW

    with pytest.raises(IntegrityError), transaction.atomic():
        wish.save()


def test_not_now_can_come_back_with_14_new_days():
    wish = WishFactory(not_now=True, created_at=NOW - timedelta(days=40))

    with time_machine.travel(NOW, tick=False):
        coaching.come_back(wish)
        coaching.come_back(wish)

        wish.refresh_from_db()
        assert (wish.state, wish.is_answered, wish.days_left) == (WishState.LISTENING, False, 14)
        assert (wish.not_now_reason, wish.not_now_route) == ("", "")
        assert [moment.what for moment in wish.moments.all()] == ["came_back"]
        assert list(Wish.objects.waiting()) == [wish]


def test_come_back_of_what_is_on_its_way_is_refused():
    with pytest.raises(WrongState):
        coaching.come_back(WishFactory(state=WishState.TRYING))


@pytest.mark.parametrize("state", list(WishState))
@pytest.mark.parametrize("to", [state for state in WishState if state != WishState.NOT_NOW])
def test_the_road_goes_only_where_it_goes(state, to):
    why = {"not_now_reason": "Vol.", "not_now_route": "Kom."} if state == "not_now" else {}
    wish = WishFactory(state=state, **why)
    by = PersonFactory()

    if to == state:
        coaching.become(wish, to, by=by)
        assert not WishMoment.objects.exists()
    elif to in coaching.NEXT[state]:
        coaching.become(wish, to, by=by, note="Dat is zo.")
        wish.refresh_from_db()
        assert wish.state == to
        moment = WishMoment.objects.get()
        assert (moment.state, moment.note, moment.by) == (to, "Dat is zo.", by)
    else:
        with pytest.raises(WrongState):
            coaching.become(wish, to, by=by)
        wish.refresh_from_db()
        assert wish.state == state


def test_every_road_leads_on_or_is_an_end():
    seen, last = {WishState.LISTENING}, set()
    while seen != last:
        last = set(seen)
        seen |= {to for state in last for to in coaching.NEXT[state]}

    assert seen == set(WishState)


def test_supporters_do_not_hear_of_looking_back():
    wish = wish_with_people(state=WishState.TRYING)

    coaching.become(wish, WishState.LOOKING_BACK, by=None)

    assert told() == ["organiser@voorbeeld.nl", "owner@voorbeeld.nl"]


def test_become_quietly_writes_to_nobody():
    wish = wish_with_people(state=WishState.TRYING)

    coaching.become(wish, WishState.LOOKING_BACK, by=None, tells=False)

    assert told() == []


def test_an_owner_who_let_go_hears_nothing():
    wish = wish_with_people()
    Wish.objects.filter(pk=wish.pk).update(let_go_at=timezone.now())

    coaching.plan_together(wish, by=PersonFactory())

    assert told() == ["organiser@voorbeeld.nl", "supporter@voorbeeld.nl"]


def test_messages_are_in_the_language_of_each():
    wish = WishFactory(shown=True, email="owner@voorbeeld.nl", language="en", text="A choir.")
    SupportFactory(wish=wish, email="supporter@voorbeeld.nl", language="nl")

    coaching.plan_together(wish, by=PersonFactory())

    languages = {m.to_address: m.language for m in Message.objects.all()}
    assert languages == {"owner@voorbeeld.nl": "en", "supporter@voorbeeld.nl": "nl"}


@pytest.mark.django_db(transaction=True)
def test_of_yes_and_not_now_at_once_one_counts():
    wish, host = WishFactory(email="o@voorbeeld.nl"), PersonFactory()

    def try_(act):
        try:
            return act().state
        except WrongState:
            return None

    seen = WishState.LISTENING
    results = at_once(
        lambda: try_(lambda: coaching.plan_together(wish, by=host, seen=seen)),
        lambda: try_(
            lambda: coaching.not_now(wish, reason="Vol.", route="Kom.", by=host, seen=seen)
        ),
        lambda: try_(lambda: coaching.plan_together(wish, by=host, seen=seen)),
    )

    wish.refresh_from_db()
    assert set(results) == {wish.state, None}
    assert wish.moments.get(what=Happened.BECAME).state == wish.state
    assert Message.objects.count() == 1


# The clock ---------------------------------------------------------------------------------------


def test_nudge_tells_the_coach_at_three_days_and_the_coordinator_when_late_once_each():
    centre = CentreFactory()
    coach, boss = PersonFactory(host_of=centre), coordinator(centre)
    coordinator(CentreFactory())
    wish = WishFactory(centre=centre, coach=coach, created_at=NOW)

    def at(days):
        with time_machine.travel(NOW + timedelta(days=days), tick=False):
            coaching.nudge()
            coaching.nudge()
        return told()

    assert at(10) == []
    assert at(11) == [coach.email]
    assert at(14) == [coach.email]
    assert at(15) == sorted([coach.email, boss.email])
    assert at(16) == sorted([coach.email, boss.email])
    late = Message.objects.get(to_address=boss.email)
    assert late.subject == "Een idee wacht al te lang op antwoord"
    assert wish.text in late.text


def test_nudge_without_a_coach_tells_the_coordinator():
    boss = coordinator()
    WishFactory(created_at=timezone.now() - timedelta(days=12))

    assert coaching.nudge() == 1

    assert told() == [boss.email]


def test_nudge_leaves_answered_ones_alone():
    coordinator()
    WishFactory(created_at=timezone.now() - timedelta(days=30), answered_at=timezone.now())

    assert coaching.nudge() == 0
    assert told() == []
