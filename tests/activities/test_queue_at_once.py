"""The queue with real parallel connections, and after any row of deeds. Letters: the acceptance tests of the issue."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from activities import enrolment, planning, queue
from activities.exceptions import BelowTaken, Full, NotOpen, OfferGone
from activities.models import Occurrence, QueueRule, SignUp
from lokaal.outbox.models import Message
from tests.activities.factories import OccurrenceFactory, SignUpFactory
from tests.parallel import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def join(occurrence, name, companions=0):
    return enrolment.join(
        Occurrence.objects.get(pk=occurrence.pk),
        name=name,
        email=f"{name.lower().replace(' ', '.')}@voorbeeld.nl",
        companions=companions,
        language="nl",
    ).sign_up


def date_with(capacity: int, *, rule: str = QueueRule.AUTOMATIC, **fields) -> Occurrence:
    return OccurrenceFactory(
        capacity=capacity,
        starts_at=timezone.now() + timedelta(days=7),
        activity__queue_rule=rule,
        **fields,
    )


def stand(occurrence) -> dict[str, str]:
    """Who stands how, after checking all that must always hold."""
    occurrence.refresh_from_db()
    parties = list(occurrence.sign_ups.order_by("queued_at", "id"))
    holding = sum(party.party_size for party in parties if party.holds_places)
    waiting = [party for party in parties if party.is_waiting]
    assert occurrence.places_taken == holding
    assert occurrence.capacity is None or holding <= occurrence.capacity
    assert occurrence.waiting == len(waiting)
    if waiting and not occurrence.is_cancelled:
        left = occurrence.places_left
        can_fit = [party for party in waiting if party.party_size <= (occurrence.capacity or 99)]
        assert left is not None
        assert not can_fit or can_fit[0].party_size > left, "the first in line fits, and waits"
    return {party.name: str(party.state) for party in parties}


def keys() -> list[str]:
    return list(Message.objects.values_list("key", flat=True))


# (a) ---------------------------------------------------------------------------------------------


def test_a_last_seat_two_connections_one_in_one_queued():
    for _round in range(5):
        occurrence = date_with(1)

        results = at_once(
            lambda occurrence=occurrence: join(occurrence, "Een"),
            lambda occurrence=occurrence: join(occurrence, "Twee"),
        )

        assert sorted(str(result.state) for result in results) == ["joined", "waiting"]
        assert sorted(stand(occurrence).values()) == ["joined", "waiting"]
        mine = [key for key in keys() if any(str(one.pk) in key for one in results)]
        assert sorted(key.split(":")[2] for key in mine) == ["joined", "waiting"]


def test_a_50_at_once_on_10_places_gives_10_and_40_in_order_of_arrival():
    occurrence = date_with(10)

    results = at_once(*[lambda n=n: join(occurrence, f"Mens {n}") for n in range(50)])

    assert all(isinstance(result, SignUp) for result in results)
    stands = list(stand(occurrence).values())
    assert (stands.count("joined"), stands.count("waiting")) == (10, 40)
    waiting = list(occurrence.sign_ups.waiting())
    assert [queue.position_of(one) for one in waiting] == list(range(1, 41))
    assert len({one.queued_at for one in waiting}) == 40
    numbers = [
        int(
            Message.objects.get(key=f"sign_up:{one.pk}:waiting")
            .text.split("nummer ")[1]
            .split(".")[0]
        )
        for one in waiting
    ]
    assert numbers == list(range(1, 41))
    assert Message.objects.count() == 50


# (b) ---------------------------------------------------------------------------------------------


def test_b_cancel_while_a_newcomer_arrives_first_waiter_gets_it():
    for _round in range(8):
        occurrence = date_with(1)
        leaver = SignUpFactory(occurrence=occurrence, name="Ali")
        first = join(occurrence, "Eerste")

        at_once(
            lambda leaver=leaver: enrolment.cancel(leaver),
            lambda occurrence=occurrence: join(occurrence, "Nieuw"),
        )

        assert stand(occurrence) == {"Ali": "cancelled", "Eerste": "joined", "Nieuw": "waiting"}
        assert keys().count(f"sign_up:{first.pk}:joined") == 1


# (c) ---------------------------------------------------------------------------------------------


def test_c_family_of_three_is_never_split_and_never_passed():
    for _round in range(5):
        occurrence = date_with(4)
        singles = [SignUpFactory(occurrence=occurrence, name=f"Een {n}") for n in range(4)]
        familie = join(occurrence, "Familie", companions=2)
        join(occurrence, "Alleen")

        at_once(
            lambda singles=singles: enrolment.cancel(singles[0]),
            lambda singles=singles: enrolment.cancel(singles[1]),
            lambda occurrence=occurrence: join(occurrence, "Laat"),
        )
        assert SignUp.objects.get(pk=familie.pk).is_waiting
        stands = stand(occurrence)
        assert [stands[name] for name in ("Familie", "Alleen", "Laat")] == ["waiting"] * 3

        enrolment.cancel(singles[2])
        stands = stand(occurrence)
        assert [stands[name] for name in ("Familie", "Alleen", "Laat")] == [
            "joined",
            "waiting",
            "waiting",
        ]
        assert occurrence.places_taken == 4


# Others ------------------------------------------------------------------------------------------


def test_capacity_raised_while_cancelling_lets_exactly_two_in():
    for _round in range(5):
        occurrence = date_with(1)
        leaver = SignUpFactory(occurrence=occurrence, name="Ali")
        first, second, third = (join(occurrence, name) for name in ("Een", "Twee", "Drie"))

        at_once(
            lambda leaver=leaver: enrolment.cancel(leaver),
            lambda occurrence=occurrence: planning.change(
                occurrence, room="", capacity=2, note="", title="", by=None
            ),
        )

        stands = stand(occurrence)
        assert [stands[name] for name in ("Een", "Twee", "Drie")] == ["joined", "joined", "waiting"]
        told = keys()
        assert [told.count(f"sign_up:{one.pk}:joined") for one in (first, second, third)] == [
            1,
            1,
            0,
        ]


@pytest.mark.parametrize(
    ("left_ms", "outcomes"),
    [(30_000, {"joined"}), (-1_000, {"lapsed"}), (15, {"joined", "lapsed"})],
    ids=["in time", "too late", "that very moment"],
)
def test_offer_accepted_while_it_lapses_goes_to_exactly_one(left_ms, outcomes):
    for _round in range(4):
        occurrence = date_with(1, rule=QueueRule.OFFER)
        leaver = SignUpFactory(occurrence=occurrence, name="Ali")
        first, _second = join(occurrence, "Eerste"), join(occurrence, "Tweede")
        enrolment.cancel(leaver)
        ends = timezone.now() + timedelta(milliseconds=left_ms)
        SignUp.objects.filter(pk=first.pk).update(offered_until=ends)

        accepted, _settled, _again = at_once(
            lambda first=first: enrolment.accept(first),
            lambda occurrence=occurrence: queue.settle(occurrence.pk),
            queue.settle_all,
        )

        queue.settle(occurrence.pk)
        stands = stand(occurrence)
        lapses = keys().count(f"sign_up:{first.pk}:lapsed")
        assert stands["Eerste"] in outcomes
        if isinstance(accepted, OfferGone):
            assert (stands["Eerste"], stands["Tweede"], lapses) == ("lapsed", "offered", 1)
        else:
            assert (stands["Eerste"], stands["Tweede"], lapses) == ("joined", "waiting", 0)


def test_two_accept_at_once_and_one_declines_twice():
    occurrence = date_with(2, rule=QueueRule.OFFER)
    leaver = SignUpFactory(occurrence=occurrence, name="Ali", companions=1)
    first, second, third = (join(occurrence, name) for name in ("Een", "Twee", "Drie"))
    enrolment.cancel(leaver)
    assert stand(occurrence) == {
        "Ali": "cancelled",
        "Een": "offered",
        "Twee": "offered",
        "Drie": "waiting",
    }

    at_once(
        lambda: enrolment.accept(first),
        lambda: enrolment.accept(first),
        lambda: enrolment.cancel(second),
        lambda: enrolment.cancel(second),
    )

    assert stand(occurrence) == {
        "Ali": "cancelled",
        "Een": "joined",
        "Twee": "cancelled",
        "Drie": "offered",
    }
    told = keys()
    assert told.count(f"sign_up:{first.pk}:joined") == 1
    assert sum(key.startswith(f"sign_up:{third.pk}:offered") for key in told) == 1


def test_calling_off_while_a_place_comes_free_tells_each_once():
    for _round in range(5):
        occurrence = date_with(1)
        leaver = SignUpFactory(occurrence=occurrence, name="Ali")
        first = join(occurrence, "Eerste")

        at_once(
            lambda leaver=leaver: enrolment.cancel(leaver),
            lambda occurrence=occurrence: planning.cancel(occurrence, reason="", by=None),
        )

        assert stand(occurrence)["Ali"] == "cancelled"
        off = [key for key in keys() if ":cancelled:1:" in key and key.endswith(str(first.pk))]
        assert len(off) == 1


# Anything ----------------------------------------------------------------------------------------


def any_deed(chance: random.Random, occurrence: Occurrence, name: str) -> None:
    """Do one thing, as somebody would, to somebody's sign-up or to the date."""
    live = list(SignUp.objects.filter(occurrence=occurrence).live())
    deed = chance.choice(
        ["join", "join", "join", "cancel", "resize", "accept", "raise", "off", "lapse"]
    )
    try:
        if deed == "join":
            join(occurrence, name, companions=chance.randint(0, 3))
        elif deed == "cancel" and live:
            enrolment.cancel(chance.choice(live))
        elif deed == "resize" and live:
            enrolment.change_party(chance.choice(live), chance.randint(0, 4))
        elif deed == "accept" and live:
            enrolment.accept(chance.choice(live))
        elif deed == "raise":
            capacity = chance.randint(2, 9)
            planning.change(occurrence, room="", capacity=capacity, note="", title="", by=None)
        elif deed == "off":
            planning.cancel(occurrence, reason="", by=None)
            planning.reinstate(occurrence, by=None)
        elif deed == "lapse":
            offered = [one for one in live if one.is_offered]
            if offered:
                SignUp.objects.filter(pk=chance.choice(offered).pk, state="offered").update(
                    offered_until=timezone.now()
                )
            queue.settle_all()
    except (Full, NotOpen, OfferGone, BelowTaken):
        pass


@pytest.mark.parametrize("rule", [QueueRule.AUTOMATIC, QueueRule.OFFER])
@pytest.mark.parametrize("seed", range(4))
def test_after_any_row_of_deeds_everything_holds(rule, seed):
    """One after another: after every single deed the counts are right and nobody waits who could be in."""
    chance = random.Random(f"{seed}-{rule}")
    occurrence = date_with(4, rule=rule)

    before: list[SignUp] = []
    for step in range(60):
        any_deed(chance, occurrence, f"Mens {step}")
        stand(occurrence)
        now = list(occurrence.sign_ups.waiting())
        assert [one for one in before if one in now] == [one for one in now if one in before]
        for number, party in enumerate(before):
            if SignUp.objects.holding().filter(pk=party.pk).exists():
                passed = [one for one in before[:number] if one in now]
                assert all(one.party_size > (occurrence.capacity or 99) for one in passed)
        before = now
    assert len(keys()) == len(set(keys()))


@pytest.mark.parametrize("rule", [QueueRule.AUTOMATIC, QueueRule.OFFER])
def test_anything_at_any_moment_by_six_at_once(rule):
    occurrence = date_with(5, rule=rule)

    def person(number: int) -> None:
        chance = random.Random(f"{rule}-{number}")
        for step in range(25):
            any_deed(chance, occurrence, f"Mens {number} {step}")

    results = at_once(*[lambda number=number: person(number) for number in range(6)])

    assert results == [None] * 6
    queue.settle(occurrence.pk)
    assert stand(occurrence)
