from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from activities import enrolment, planning, queue
from activities.exceptions import Full, NeedsReason, NotOpen, OfferGone
from activities.models import Occurrence, QueueRule, SignUp, SignUpState
from lokaal.outbox.models import Message, MessageState
from lokaal.people.models import Channel
from tests.activities.factories import OccurrenceFactory, PersonFactory, SignUpFactory

pytestmark = pytest.mark.django_db

IN_A_WEEK = timedelta(days=7)


@pytest.fixture
def full():
    """A date next week with two places, both taken by Ali."""
    occurrence = OccurrenceFactory(
        activity__title="Naaicafé", capacity=2, starts_at=timezone.now() + IN_A_WEEK
    )
    SignUpFactory(occurrence=occurrence, name="Ali", companions=1)
    return occurrence


def offering(occurrence: Occurrence, hours: int = 24) -> Occurrence:
    activity = occurrence.activity
    activity.queue_rule, activity.offer_hours = QueueRule.OFFER, hours
    activity.save()
    return occurrence


def join(occurrence, name="Emine", **fields):
    fields = {"language": "nl", "email": f"{name.lower()}@voorbeeld.nl"} | fields
    return enrolment.join(occurrence, name=name, **fields).sign_up


def stand(occurrence) -> dict[str, str]:
    """Who stands how, after checking that the counts are those of the list and nobody waits who could be in."""
    occurrence.refresh_from_db()
    parties = list(occurrence.sign_ups.order_by("created_at", "id"))
    holding = sum(party.party_size for party in parties if party.holds_places)
    waiting = sorted((party for party in parties if party.is_waiting), key=lambda p: p.queued_at)
    assert occurrence.places_taken == holding
    assert occurrence.waiting == len(waiting)
    assert occurrence.capacity is None or holding <= occurrence.capacity
    return {party.name: str(party.state) for party in parties}


def again(party: SignUp) -> SignUp:
    return SignUp.objects.with_page().get(pk=party.pk)


def told(party: SignUp) -> list[str]:
    """The beginnings of the subjects of what this party was sent, in order."""
    messages = Message.objects.filter(key__contains=str(party.pk)).order_by("created_at", "id")
    return [message.subject.split(":")[0] for message in messages]


def who(name: str) -> SignUp:
    return SignUp.objects.with_page().get(name=name)


# Queueing ----------------------------------------------------------------------------------------


def test_who_comes_when_it_is_full_waits_and_hears_the_place_in_the_queue(full):
    emine, gerda = join(full, "Emine"), join(full, "Gerda")

    assert stand(full) == {"Ali": "joined", "Emine": "waiting", "Gerda": "waiting"}
    assert [queue.position_of(one) for one in (emine, gerda, who("Ali"))] == [1, 2, 0]
    message = Message.objects.get(key=f"sign_up:{gerda.pk}:waiting")
    assert message.subject.startswith("Je staat op de wachtlijst: Naaicafé, ")
    assert "Je bent nummer 2." in message.text
    assert f"/sign-ups/{gerda.pk}/" in message.text
    assert (message.calendar, message.is_secret) == ("", True)


def test_newcomer_waits_while_anyone_waits_although_places_are_free(full):
    full.capacity = 4
    full.save()
    join(full, "Familie", companions=2)

    join(full, "Alleen")

    assert stand(full) == {"Ali": "joined", "Familie": "waiting", "Alleen": "waiting"}


def test_without_a_queue_it_is_just_full(full):
    full.activity.queue_rule = QueueRule.NONE
    full.activity.save()

    with pytest.raises(Full) as refused:
        join(full)

    assert str(refused.value) == "Vol. Er is geen plek meer op deze datum."
    assert stand(full) == {"Ali": "joined"}


def test_queue_that_was_closed_still_serves_who_waits(full):
    full.capacity = 3
    full.save()
    join(full, "Familie", companions=1)
    full.activity.queue_rule = QueueRule.NONE
    full.activity.save()

    with pytest.raises(Full) as refused:
        join(full, "Alleen")
    assert str(refused.value) == "Er wachten al anderen. Kies een andere datum."

    enrolment.cancel(who("Ali"))
    assert stand(full) == {"Ali": "cancelled", "Familie": "joined"}


def test_party_larger_than_all_places_is_refused(full):
    with pytest.raises(Full) as refused:
        join(full, companions=2)

    assert str(refused.value) == "Er is plek voor 2 mensen. Jullie zijn met 3 mensen."
    assert stand(full) == {"Ali": "joined"}


def test_once_it_began_nobody_queues_and_who_is_there_goes_first(full):
    join(full, "Emine", companions=1)

    with time_machine.travel(full.starts_at + timedelta(minutes=5)):
        with pytest.raises(Full):
            join(full, "Laat")
        enrolment.change_party(who("Ali"), 0)
        join(full, "Op tijd")

    assert stand(full) == {"Ali": "joined", "Emine": "waiting", "Op tijd": "joined"}


def test_at_the_door_nobody_queues(full):
    with pytest.raises(Full):
        join(full, is_at_the_door=True)

    assert stand(full) == {"Ali": "joined"}


def test_queueing_twice_is_refused(full):
    there = join(full)

    with pytest.raises(enrolment.AlreadyThere) as refused:
        join(full)

    assert str(refused.value) == "Je staat al op de wachtlijst."
    assert refused.value.sign_up == there


# Promotion ---------------------------------------------------------------------------------------


def test_cancelling_gives_the_places_to_who_is_next(full):
    emine = join(full, "Emine", companions=1)
    gerda = join(full, "Gerda")

    enrolment.cancel(who("Ali"))

    assert stand(full) == {"Ali": "cancelled", "Emine": "joined", "Gerda": "waiting"}
    assert told(emine) == ["Je staat op de wachtlijst", "Er is plek. Je staat op de lijst"]
    assert told(gerda) == ["Je staat op de wachtlijst"]
    message = Message.objects.get(key=f"sign_up:{emine.pk}:joined")
    assert f"UID:{full.id}@" in message.calendar
    link = message.text.split(f"/sign-ups/{emine.pk}/")[1].split("/")[0]
    assert enrolment.find_by_secret(emine.pk, link) == emine
    assert enrolment.find_by_secret(gerda.pk, link) is None


def test_who_has_only_paper_is_told_at_the_desk(full):
    gerda = join(full, "Gerda", email="")
    assert told(gerda) == []

    enrolment.cancel(who("Ali"))

    message = Message.objects.get(key=f"sign_up:{gerda.pk}:joined")
    assert (message.channel, message.state) == (Channel.PAPER, MessageState.TO_PRINT)


def test_shrinking_party_lets_the_next_in(full):
    emine = join(full, "Emine")

    enrolment.change_party(who("Ali"), 0)

    assert stand(full) == {"Ali": "joined", "Emine": "joined"}
    assert told(emine)[-1] == "Er is plek. Je staat op de lijst"


def test_more_places_let_who_waits_in_as_far_as_they_fit(full):
    for name, companions in (("Emine", 1), ("Gerda", 0), ("Joop", 1), ("Sahra", 0)):
        join(full, name, companions=companions)

    planning.change(full, room="", capacity=6, note="", title="", by=None)

    assert stand(full) == {
        "Ali": "joined",
        "Emine": "joined",
        "Gerda": "joined",
        "Joop": "waiting",
        "Sahra": "waiting",
    }


def test_no_limit_any_more_lets_everybody_in(full):
    join(full, "Emine"), join(full, "Gerda", companions=1)

    planning.change(full, room="", capacity=None, note="", title="", by=None)

    assert set(stand(full).values()) == {"joined"}
    assert full.places_taken == 5


def test_leaving_the_queue_lets_the_next_move_up(full):
    full.capacity = 3
    full.save()
    familie, joop = join(full, "Familie", companions=1), join(full, "Joop")

    enrolment.cancel(familie)

    assert stand(full) == {"Ali": "joined", "Familie": "cancelled", "Joop": "joined"}
    assert told(familie) == ["Je staat op de wachtlijst", "Je bent afgemeld"]
    message = Message.objects.get(key=f"sign_up:{familie.pk}:cancelled")
    assert "Je staat niet meer op de wachtlijst." in message.text
    assert told(joop) == ["Je staat op de wachtlijst", "Er is plek. Je staat op de lijst"]


def test_smaller_party_may_fit_at_once_and_hears_one_thing(full):
    full.capacity = 3
    full.save()
    familie = join(full, "Familie", companions=1)

    changed = enrolment.change_party(familie, 0)

    assert changed.is_joined
    assert stand(full) == {"Ali": "joined", "Familie": "joined"}
    assert told(familie) == ["Je staat op de wachtlijst", "Er is plek. Je staat op de lijst"]


def test_party_that_grows_while_it_waits_keeps_its_turn(full):
    first, second = join(full, "Emine"), join(full, "Gerda")

    enrolment.change_party(first, 1)

    assert [queue.position_of(again(one)) for one in (first, second)] == [1, 2]
    assert told(first) == ["Je staat op de wachtlijst", "Veranderd"]


def test_party_on_the_list_does_not_grow_past_who_waits(full):
    full.capacity = 3
    full.save()
    join(full, "Familie", companions=1)

    with pytest.raises(Full) as refused:
        enrolment.change_party(who("Ali"), 2)

    assert str(refused.value) == "Er wachten al anderen. Meld apart aan wie er meekomt."
    assert stand(full) == {"Ali": "joined", "Familie": "waiting"}


def test_party_that_can_never_fit_any_more_does_not_hold_up_the_others(full):
    join(full, "Emine", companions=1), join(full, "Gerda")
    enrolment.change_party(who("Ali"), 0)
    assert stand(full)["Emine"] == "waiting"

    planning.change(full, room="", capacity=1, note="", title="", by=None)
    enrolment.cancel(who("Ali"))

    assert stand(full) == {"Ali": "cancelled", "Emine": "waiting", "Gerda": "joined"}


def test_nobody_moves_up_after_it_began(full):
    join(full, "Emine")

    with time_machine.travel(full.starts_at + timedelta(minutes=1)):
        enrolment.cancel(who("Ali"))

    assert stand(full) == {"Ali": "cancelled", "Emine": "waiting"}


# Offers ------------------------------------------------------------------------------------------


def test_offer_holds_the_places_until_a_moment(full):
    emine = join(offering(full), "Emine", companions=1)
    join(full, "Gerda")
    before = timezone.now()

    enrolment.cancel(who("Ali"))

    offered = again(emine)
    assert stand(full) == {"Ali": "cancelled", "Emine": "offered", "Gerda": "waiting"}
    assert offered.offered_until is not None
    assert (
        timedelta() <= offered.offered_until - before - timedelta(hours=24) < timedelta(minutes=1)
    )
    assert told(emine)[-1] == "Er is plek"
    message = Message.objects.get(key__startswith=f"sign_up:{emine.pk}:offered")
    assert "Er is plek voor jullie, met 2 mensen. Wil je die?" in message.text
    assert "Daarna krijgt iemand anders de plek." in message.text
    assert f"/sign-ups/{emine.pk}/{offered.lasting_secret}/" in message.text


def test_offer_ends_at_the_begin_at_the_latest(full):
    emine = join(offering(full, hours=1000), "Emine")

    enrolment.cancel(who("Ali"))

    assert again(emine).offered_until == full.starts_at


def test_who_cannot_be_reached_gets_the_place_itself(full):
    """Gerda has no phone and no e-mail: she cannot answer an offer, and should not lose her place for it."""
    gerda = join(offering(full), "Gerda", email="")

    enrolment.cancel(who("Ali"))

    assert again(gerda).is_joined


def test_in_the_last_two_hours_everybody_gets_a_short_offer(full):
    emine = join(full, "Emine")

    with time_machine.travel(full.starts_at - timedelta(minutes=100), tick=False):
        enrolment.cancel(who("Ali"))
        assert again(emine).offered_until == timezone.now() + timedelta(minutes=30)
        assert list(SignUp.objects.offers_to_ring()) == [emine]
    assert stand(full) == {"Ali": "cancelled", "Emine": "offered"}


def test_accepting_takes_the_place_and_twice_is_harmless(full):
    emine = join(offering(full), "Emine")
    enrolment.cancel(who("Ali"))

    enrolment.accept(emine)
    enrolment.accept(emine)

    assert stand(full) == {"Ali": "cancelled", "Emine": "joined"}
    assert again(emine).offered_until is None
    assert told(emine) == ["Je staat op de wachtlijst", "Er is plek", "Je staat op de lijst"]


def test_declining_offers_the_place_to_the_next(full):
    emine, gerda = join(offering(full), "Emine", companions=1), join(full, "Gerda")
    enrolment.cancel(who("Ali"))

    enrolment.cancel(emine)

    assert stand(full) == {"Ali": "cancelled", "Emine": "cancelled", "Gerda": "offered"}
    assert told(gerda)[-1] == "Er is plek"


def test_offer_that_ran_out_goes_to_the_next_by_the_job(full):
    emine, gerda = join(offering(full), "Emine", companions=1), join(full, "Gerda")
    enrolment.cancel(who("Ali"))

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        queue.settle_all()
        queue.settle_all()

    assert stand(full) == {"Ali": "cancelled", "Emine": "lapsed", "Gerda": "offered"}
    assert told(emine)[-2:] == ["Er is plek", "De plek is voor iemand anders"]
    assert told(gerda) == ["Je staat op de wachtlijst", "Er is plek"]


def test_offer_that_ran_out_is_seen_by_whoever_touches_the_date(full):
    emine = join(offering(full), "Emine", companions=1)
    enrolment.cancel(who("Ali"))

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        join(full, "Gerda")

    assert stand(full) == {"Ali": "cancelled", "Emine": "lapsed", "Gerda": "joined"}
    assert told(emine)[-1] == "De plek is voor iemand anders"


def test_accepting_too_late_is_refused_and_the_next_has_it(full):
    emine, gerda = join(offering(full), "Emine", companions=1), join(full, "Gerda")
    enrolment.cancel(who("Ali"))

    too_late = timezone.now() + timedelta(hours=25)
    with time_machine.travel(too_late), pytest.raises(OfferGone) as refused:
        enrolment.accept(emine)

    assert str(refused.value) == "Dit aanbod is voorbij. De plek is nu voor iemand anders."
    assert stand(full) == {"Ali": "cancelled", "Emine": "lapsed", "Gerda": "offered"}
    assert again(gerda).is_offered


def test_who_waits_cannot_accept(full):
    emine = join(full, "Emine")

    with pytest.raises(OfferGone):
        enrolment.accept(emine)

    assert stand(full) == {"Ali": "joined", "Emine": "waiting"}


def test_lapsed_party_may_queue_again_at_the_end(full):
    emine, gerda = join(offering(full), "Emine", companions=1), join(full, "Gerda")
    enrolment.cancel(who("Ali"))

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        queue.settle(full.pk)
        back = enrolment.rejoin(emine, language="nl").sign_up
        assert (back.name, back.companions, queue.position_of(back)) == ("Emine", 1, 1)
        assert again(gerda).is_offered


def test_smaller_party_with_an_offer_lets_the_next_in(full):
    emine, gerda = join(offering(full), "Emine", companions=1), join(full, "Gerda")
    enrolment.cancel(who("Ali"))

    enrolment.change_party(emine, 0)

    assert stand(full) == {"Ali": "cancelled", "Emine": "offered", "Gerda": "offered"}
    assert told(gerda)[-1] == "Er is plek"


# A place by hand ---------------------------------------------------------------------------------


def test_host_gives_a_free_place_to_somebody_further_back_with_a_reason(full):
    full.capacity = 3
    full.save()
    host = PersonFactory()
    join(full, "Familie", companions=1)
    gerda = join(full, "Gerda")

    enrolment.give_place(gerda, by=host, reason=" Zij is alleen en komt anders niet. ")

    assert stand(full) == {"Ali": "joined", "Familie": "waiting", "Gerda": "joined"}
    row = again(gerda)
    assert row.moved_ahead_by == host
    assert row.moved_ahead_reason == "Zij is alleen en komt anders niet."
    assert told(gerda)[-1] == "Er is plek. Je staat op de lijst"


def test_place_by_hand_needs_a_reason_and_a_free_place(full):
    host = PersonFactory()
    gerda = join(full, "Gerda")

    with pytest.raises(NeedsReason) as refused:
        enrolment.give_place(gerda, by=host, reason="  ")
    assert str(refused.value) == "Schrijf op waarom. Anderen wachten langer."
    with pytest.raises(Full):
        enrolment.give_place(gerda, by=host, reason="Omdat")
    with pytest.raises(NotOpen) as refused:
        enrolment.give_place(who("Ali"), by=host, reason="Omdat")
    assert str(refused.value) == "Ali wacht niet (meer)."

    assert stand(full) == {"Ali": "joined", "Gerda": "waiting"}


# What happens to the date ------------------------------------------------------------------------


def test_calling_off_tells_everybody_once_and_keeps_the_queue_for_later(full):
    full = offering(full)
    emine, gerda = join(full, "Emine", companions=1), join(full, "Gerda")
    enrolment.cancel(who("Ali"))
    assert again(emine).is_offered

    planning.cancel(full, reason="Ziek.", by=None)
    planning.cancel(full, reason="Ziek.", by=None)

    assert stand(full) == {"Ali": "cancelled", "Emine": "waiting", "Gerda": "waiting"}
    assert [told(one).count("Gaat niet door") for one in (emine, gerda)] == [1, 1]
    with pytest.raises(OfferGone):
        enrolment.accept(emine)

    planning.reinstate(full, by=None)

    assert stand(full) == {"Ali": "cancelled", "Emine": "offered", "Gerda": "waiting"}
    assert told(emine)[-2:] == ["Gaat toch door", "Er is plek"]
    assert told(gerda)[-1] == "Gaat toch door"
    message = Message.objects.get(key__contains=f"reinstated:2:{gerda.pk}")
    assert "Dit gaat toch door. Je staat nog op de wachtlijst." in message.text


def test_nobody_moves_up_while_it_is_called_off(full):
    join(full, "Emine")
    planning.cancel(full, reason="", by=None)

    enrolment.cancel(who("Ali"))

    assert stand(full) == {"Ali": "cancelled", "Emine": "waiting"}
    planning.reinstate(full, by=None)
    assert stand(full) == {"Ali": "cancelled", "Emine": "joined"}


def test_moving_tells_everybody_and_shortens_an_offer(full):
    emine, gerda = join(offering(full, hours=100), "Emine", companions=1), join(full, "Gerda")
    enrolment.cancel(who("Ali"))
    sooner = full.starts_at - timedelta(days=5)

    planning.move(full, starts_at=sooner, ends_at=sooner + timedelta(hours=2), by=None)

    assert again(emine).offered_until == sooner
    assert (told(emine)[-1], told(gerda)[-1]) == ("Nieuwe tijd", "Nieuwe tijd")
    assert (
        "Je staat nog op de wachtlijst."
        in Message.objects.get(key__contains="moved", key__endswith=str(gerda.pk)).text
    )
    assert (
        "Er is plek voor je. Zeg ja of nee voor "
        in Message.objects.get(key__contains="moved", key__endswith=str(emine.pk)).text
    )


def test_why_closed_says_nothing_when_one_can_wait(full):
    assert enrolment.why_closed(full) == ""

    full.activity.queue_rule = QueueRule.NONE
    assert enrolment.why_closed(full) == "Vol. Er is geen plek meer op deze datum."


def test_states_of_queue_need_their_facts():
    with pytest.raises(Exception, match="activities_signup_queue_facts"):
        SignUpFactory(state=SignUpState.WAITING)
