import random
import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db.models import F, Sum
from django.utils import timezone

from activities import enrolment, planning
from activities.exceptions import AlreadyThere, Full, NotOpen, TooManyCompanions
from activities.models import Occurrence, QueueRule, SignUp, SignUpState
from lokaal.outbox.models import Message
from lokaal.people.models import Channel
from lokaal.secret_links import hash_of
from tests.activities.factories import (
    SECRET,
    ActivityTranslationFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


def join(occurrence, name="Emine", **fields):
    return enrolment.join(occurrence, name=name, **{"language": "nl"} | fields)


def without_queue(**fields) -> Occurrence:
    """A date of an activity that has no waiting list (for that: test_queue)."""
    return OccurrenceFactory(activity__queue_rule=QueueRule.NONE, **fields)


def taken(occurrence: Occurrence) -> int:
    """The places that the row counts, after checking that they are those of the parties that hold them."""
    occurrence.refresh_from_db()
    live = occurrence.sign_ups.holding().aggregate(n=Sum(F("companions") + 1))["n"] or 0
    assert occurrence.places_taken == live
    assert occurrence.capacity is None or live <= occurrence.capacity
    return live


# Joining -----------------------------------------------------------------------------------------


def test_join_puts_a_party_on_the_list_and_tells_them():
    occurrence = OccurrenceFactory(activity__title="Naaicafé", capacity=5)

    joined = join(occurrence, email="Emine@Voorbeeld.nl", phone="06 12 34 56 78", companions=2)

    row = SignUp.objects.get()
    assert joined.sign_up == row
    assert joined.is_new is True
    assert (row.name, row.companions, row.state) == ("Emine", 2, SignUpState.JOINED)
    assert row.phone.as_e164 == "+31612345678"
    assert re.fullmatch(r"\d{8}", row.code)
    assert row.shown_code == f"{row.code[:4]} {row.code[4:]}"
    assert taken(occurrence) == 3
    message = Message.objects.get()
    assert message.subject.startswith("Je staat op de lijst: Naaicafé, ")
    assert (message.to_name, message.channel) == ("Emine", Channel.EMAIL)
    assert f"Je code is {row.shown_code}. Bewaar die goed." in message.text
    assert "Je neemt 2 mensen mee." in message.text
    assert f"/sign-ups/{row.id}/{joined.secret}/" in message.text
    assert message.is_secret is True
    assert f"UID:{occurrence.id}@" in message.calendar


def test_join_keeps_only_a_hash_of_a_secret_of_256_bits():
    joined = join(OccurrenceFactory(), form_token=uuid.uuid4())

    assert re.fullmatch(r"[0-9a-f]{64}", joined.secret)
    assert joined.sign_up.secret_hash == hash_of(joined.secret)
    row = SignUp.objects.filter(pk=joined.sign_up.pk).values().get()
    assert joined.secret not in {str(value) for value in row.values()}


def test_join_with_a_name_only_writes_no_message():
    occurrence = OccurrenceFactory()

    join(occurrence, name="Gerda")

    assert taken(occurrence) == 1
    assert not Message.objects.exists()


def test_join_with_a_phone_only_writes_a_short_text_message(settings):
    settings.SMS_BACKEND = "lokaal.outbox.sms.ConsoleBackend"
    found = join(OccurrenceFactory(activity__title="Naaicafé"), phone="0612345678").sign_up

    message = Message.objects.get()
    assert (message.channel, message.to_address) == (Channel.SMS, "+31612345678")
    assert message.text.startswith("Je staat op de lijst voor Naaicafé: ")
    assert f"Je code is {found.shown_code}." in message.text
    assert len(message.text) < 240


def test_join_with_a_phone_only_prints_nothing_where_no_texts_are_sent(settings):
    settings.SMS_BACKEND = ""

    join(OccurrenceFactory(), phone="0612345678")

    assert not Message.objects.exists()


def test_join_writes_in_the_language_of_the_participant():
    occurrence = OccurrenceFactory(activity__bring="Een broek")
    ActivityTranslationFactory(activity=occurrence.activity, title="Sewing café", bring="Trousers")

    joined = join(occurrence, email="olena@voorbeeld.nl", language="en")

    message = Message.objects.get()
    assert message.language == "en"
    assert "Sewing café" in message.subject
    assert f"/en/sign-ups/{joined.sign_up.id}/" in message.text
    assert "Trousers" in message.text


def test_join_tells_a_person_by_the_address_of_the_account():
    person = PersonFactory(name="Sahra", email="sahra@voorbeeld.nl")

    join(OccurrenceFactory(), name="Sahra", person=person)

    message = Message.objects.get()
    assert (message.person, message.to_address) == (person, "sahra@voorbeeld.nl")


def test_join_when_full_says_so_and_writes_nothing():
    occurrence = without_queue(capacity=1)
    SignUpFactory(occurrence=occurrence)

    with pytest.raises(Full) as refused:
        join(occurrence, email="emine@voorbeeld.nl")

    assert str(refused.value) == "Vol. Er is geen plek meer op deze datum."
    assert refused.value.places_left == 0
    assert taken(occurrence) == 1
    assert not Message.objects.exists()


def test_join_never_splits_a_party():
    occurrence = without_queue(capacity=4)
    SignUpFactory(occurrence=occurrence, companions=1)

    with pytest.raises(Full) as refused:
        join(occurrence, companions=2)

    assert str(refused.value) == "Er zijn nog 2 plekken. Jullie zijn met 3 mensen."
    assert refused.value.places_left == 2
    assert taken(occurrence) == 2


@pytest.mark.parametrize(
    ("traits", "sentence"),
    [
        ({"over": True}, "Deze datum is al geweest. Kies een andere datum."),
        ({"cancelled": True}, "Gaat niet door. Kies een andere datum."),
        ({"activity__draft": True}, "Deze activiteit staat nog niet in de agenda."),
        (
            {"activity__stopped": True},
            "Deze activiteit is gestopt. Kijk in de agenda wat er nog meer is.",
        ),
        ({"activity__drop_in": True}, "Je hoeft je niet aan te melden. Loop zo binnen."),
    ],
)
def test_join_is_refused_when_the_date_is_not_open(traits, sentence):
    occurrence = OccurrenceFactory(**traits)

    with pytest.raises(NotOpen) as refused:
        join(occurrence)

    assert str(refused.value) == sentence
    assert taken(occurrence) == 0


def test_join_is_possible_while_it_is_going_on():
    occurrence = OccurrenceFactory(running=True)

    join(occurrence)

    assert taken(occurrence) == 1


@pytest.mark.parametrize("companions", [-1, 6])
def test_join_with_too_many_is_refused(companions):
    occurrence = OccurrenceFactory()

    with pytest.raises(TooManyCompanions) as refused:
        join(occurrence, companions=companions)

    assert str(refused.value) == "Je kunt hoogstens 5 mensen meenemen. Kom je met meer? Bel ons."
    assert taken(occurrence) == 0


def test_join_reads_the_date_again_before_it_decides():
    occurrence = OccurrenceFactory()
    planning.cancel(Occurrence.objects.get(), reason="", by=None)

    assert occurrence.is_cancelled is False
    with pytest.raises(NotOpen):
        join(occurrence)


# Once --------------------------------------------------------------------------------------------


def test_same_form_twice_gives_the_same_row_and_the_same_link():
    occurrence = OccurrenceFactory(capacity=1)
    form = uuid.uuid4()

    first = join(occurrence, form_token=form, email="emine@voorbeeld.nl")
    second = join(occurrence, form_token=form, email="emine@voorbeeld.nl")

    assert (second.sign_up, second.secret) == (first.sign_up, first.secret)
    assert (first.is_new, second.is_new) == (True, False)
    assert taken(occurrence) == 1
    assert Message.objects.count() == 1


def test_same_form_for_somebody_else_is_another_sign_up():
    occurrence = OccurrenceFactory()
    form = uuid.uuid4()

    first = join(occurrence, name="Emine", form_token=form)
    second = join(occurrence, name="Gerda", form_token=form)

    assert second.sign_up != first.sign_up
    assert second.secret != first.secret
    assert taken(occurrence) == 2


def test_same_form_for_another_date_is_another_sign_up():
    first, other = OccurrenceFactory(), OccurrenceFactory()
    form = uuid.uuid4()

    join(first, form_token=form)
    join(other, form_token=form)

    assert (taken(first), taken(other)) == (1, 1)


def test_same_form_after_our_key_changed_still_gives_the_link(settings):
    occurrence = OccurrenceFactory()
    form = uuid.uuid4()
    first = join(occurrence, form_token=form)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "een nieuwe sleutel"
    assert join(occurrence, form_token=form).secret == first.secret

    settings.SECRET_KEY_FALLBACKS = []
    again = join(occurrence, form_token=form)
    assert (again.sign_up, again.secret) == (first.sign_up, "")


@pytest.mark.parametrize(
    ("name", "contact"),
    [
        ("  emine ", {"phone": "+31 6 12345678"}),
        ("ÉMINE", {"phone": "0612345678"}),
        ("Emine", {"phone": "0612345678", "email": "ander@voorbeeld.nl"}),
    ],
)
def test_same_guest_is_already_there(name, contact):
    occurrence = OccurrenceFactory()
    there = join(occurrence, phone="06 12 34 56 78").sign_up

    with pytest.raises(AlreadyThere) as refused:
        join(occurrence, name=name, **contact)

    assert refused.value.sign_up == there
    assert taken(occurrence) == 1


def test_family_on_one_phone_may_all_come():
    occurrence = OccurrenceFactory()

    join(occurrence, name="Emine", phone="0612345678")
    join(occurrence, name="Deniz", phone="0612345678")

    assert taken(occurrence) == 2


def test_two_with_one_name_and_no_contact_may_both_come():
    occurrence = OccurrenceFactory()

    join(occurrence, name="Jan")
    join(occurrence, name="Jan")

    assert taken(occurrence) == 2


def test_same_person_is_already_there():
    occurrence = OccurrenceFactory()
    person = PersonFactory()
    there = join(occurrence, person=person).sign_up

    with pytest.raises(AlreadyThere) as refused:
        join(occurrence, name="Anders", person=person)

    assert refused.value.sign_up == there
    assert taken(occurrence) == 1


def test_remind_writes_the_code_once_a_day_and_no_link():
    occurrence = OccurrenceFactory()
    joined = join(occurrence, email="emine@voorbeeld.nl")

    with time_machine.travel(timezone.now()) as clock:
        enrolment.remind(joined.sign_up)
        enrolment.remind(joined.sign_up)
        assert Message.objects.exclude(key__endswith="joined").count() == 1
        clock.shift(timedelta(days=1))
        enrolment.remind(joined.sign_up)

    reminders = Message.objects.exclude(key__endswith="joined")
    assert reminders.count() == 2
    for message in reminders:
        assert joined.sign_up.shown_code in message.text
        assert joined.secret not in message.text


def test_code_that_is_taken_is_tried_again(monkeypatch):
    occurrence = OccurrenceFactory()
    SignUpFactory(code="00000007")
    numbers = iter([7, 7, 48217730])
    monkeypatch.setattr("lokaal.secret_links.secrets.randbelow", lambda most: next(numbers))

    assert join(occurrence).sign_up.code == "48217730"
    assert taken(occurrence) == 1


# Cancelling --------------------------------------------------------------------------------------


def test_cancel_gives_the_places_back_and_tells_them():
    occurrence = OccurrenceFactory(activity__title="Naaicafé", capacity=3)
    found = join(occurrence, email="emine@voorbeeld.nl", companions=2).sign_up

    enrolment.cancel(found)

    row = SignUp.objects.get()
    assert (row.state, row.cancelled_by) == (SignUpState.CANCELLED, None)
    assert row.cancelled_at is not None
    assert taken(occurrence) == 0
    message = Message.objects.get(key=f"sign_up:{row.id}:cancelled")
    assert message.subject.startswith("Je bent afgemeld: Naaicafé, ")


def test_cancel_twice_changes_nothing():
    occurrence = OccurrenceFactory()
    host = PersonFactory()
    found = join(occurrence, email="emine@voorbeeld.nl", companions=1).sign_up
    SignUpFactory(occurrence=occurrence)

    enrolment.cancel(found, by=host)
    first = SignUp.objects.get(pk=found.pk).cancelled_at
    enrolment.cancel(found)

    row = SignUp.objects.get(pk=found.pk)
    assert (row.cancelled_at, row.cancelled_by) == (first, host)
    assert taken(occurrence) == 1
    assert Message.objects.count() == 2


def test_cancel_is_refused_when_the_date_is_over():
    found = SignUpFactory(occurrence__over=True)

    with pytest.raises(NotOpen) as refused:
        enrolment.cancel(found)

    assert str(refused.value) == "Deze datum is al geweest. Afmelden hoeft niet meer."
    assert SignUp.objects.get().is_live


def test_rejoin_is_a_new_sign_up_of_the_same_party():
    occurrence = OccurrenceFactory()
    first = join(occurrence, email="emine@voorbeeld.nl", companions=1)
    enrolment.cancel(first.sign_up)

    again = enrolment.rejoin(first.sign_up, language="nl")

    assert again.sign_up != first.sign_up
    assert again.secret != first.secret
    assert (again.sign_up.name, again.sign_up.email, again.sign_up.companions) == (
        "Emine",
        "emine@voorbeeld.nl",
        1,
    )
    assert taken(occurrence) == 2


def test_rejoin_is_refused_when_somebody_else_took_the_place():
    occurrence = without_queue(capacity=1)
    first = join(occurrence)
    enrolment.cancel(first.sign_up)
    join(occurrence, name="Gerda")

    with pytest.raises(Full):
        enrolment.rejoin(first.sign_up, language="nl")

    assert taken(occurrence) == 1


# Changing ----------------------------------------------------------------------------------------


def test_change_party_counts_the_places_and_tells_them():
    occurrence = OccurrenceFactory(capacity=4)
    found = join(occurrence, email="emine@voorbeeld.nl", companions=1).sign_up

    enrolment.change_party(found, 3)
    assert taken(occurrence) == 4
    enrolment.change_party(found, 0)
    assert taken(occurrence) == 1

    subjects = [m.subject.split(":")[0] for m in Message.objects.order_by("created_at", "id")]
    assert subjects == ["Je staat op de lijst", "Veranderd", "Veranderd"]


def test_change_party_to_the_same_number_tells_nobody():
    found = join(OccurrenceFactory(), email="emine@voorbeeld.nl", companions=1).sign_up

    enrolment.change_party(found, 1)

    assert Message.objects.count() == 1
    assert SignUp.objects.get().sequence == 0


def test_change_party_that_does_not_fit_keeps_the_places_it_held():
    occurrence = OccurrenceFactory(capacity=3)
    found = join(occurrence, companions=1).sign_up

    with pytest.raises(Full) as refused:
        enrolment.change_party(found, 3)

    assert str(refused.value) == "Er is nog 1 plek. Jullie zijn met 4 mensen."
    assert SignUp.objects.get().companions == 1
    assert taken(occurrence) == 2


def test_change_party_after_cancelling_is_refused():
    occurrence = OccurrenceFactory()
    found = join(occurrence).sign_up
    enrolment.cancel(found)

    with pytest.raises(NotOpen) as refused:
        enrolment.change_party(found, 2)

    assert str(refused.value) == "Je staat niet meer op de lijst. Meld je opnieuw aan."
    assert taken(occurrence) == 0


def test_called_counts_once():
    found = SignUpFactory(wants_call=True, phone="0612345678")
    assert list(SignUp.objects.waiting_for_call()) == [found]

    enrolment.called(found)
    first = SignUp.objects.get().called_at
    enrolment.called(found)

    assert SignUp.objects.get().called_at == first
    assert not SignUp.objects.waiting_for_call()


# Finding -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["48217730", "4821 7730", " 48-21.77 30", "٤٨٢١٧٧٣٠"])
def test_find_by_code_reads_what_people_type(typed):
    found = SignUpFactory(code="48217730")

    assert enrolment.find_by_code(typed) == found


@pytest.mark.parametrize(
    "typed", ["", "4821773", "482177301", "48217731", "abcdefgh", "\x00", "²³"]
)
def test_find_by_code_finds_nothing_for_another_code(typed):
    SignUpFactory(code="48217730")

    assert enrolment.find_by_code(typed) is None


def test_find_by_code_forgets_old_codes():
    SignUpFactory(code="48217730", occurrence__starts_at=timezone.now() - timedelta(days=2))

    assert enrolment.find_by_code("48217730") is None


def test_find_by_secret_finds_only_its_own():
    found = SignUpFactory()
    other = SignUpFactory(secret_hash=hash_of("anders"))

    assert enrolment.find_by_secret(found.pk, SECRET) == found
    assert enrolment.find_by_secret(other.pk, SECRET) is None
    assert enrolment.find_by_secret(found.pk, SECRET[:-1]) is None
    assert enrolment.find_by_secret(uuid.uuid4(), SECRET) is None


# At the same moment ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_last_place_under_50_parallel_calls_goes_to_exactly_one():
    occurrence = without_queue(capacity=8)
    SignUpFactory(occurrence=occurrence, companions=5)
    SignUpFactory(occurrence=occurrence)

    results = at_once(*[lambda n=n: join(occurrence, name=f"Mens {n}") for n in range(50)])

    refused = [result for result in results if isinstance(result, Full)]
    won = [result for result in results if not isinstance(result, Exception)]
    assert (len(won), len(refused)) == (1, 49)
    assert {str(refusal) for refusal in refused} == {"Vol. Er is geen plek meer op deze datum."}
    assert taken(occurrence) == 8


@pytest.mark.django_db(transaction=True)
def test_same_form_20_times_at_once_gives_one_row():
    occurrence = OccurrenceFactory(capacity=1)
    form = uuid.uuid4()

    results = at_once(*[lambda: join(occurrence, email="emine@voorbeeld.nl", form_token=form)] * 20)

    row = SignUp.objects.get()
    assert {result.sign_up for result in results} == {row}
    assert len({result.secret for result in results}) == 1
    assert sorted(result.is_new for result in results) == [False] * 19 + [True]
    assert taken(occurrence) == 1
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_same_guest_at_once_from_two_forms_is_there_once():
    occurrence = OccurrenceFactory()

    results = at_once(*[lambda: join(occurrence, phone="0612345678", form_token=uuid.uuid4())] * 8)

    assert sum(isinstance(result, AlreadyThere) for result in results) == 7
    assert taken(occurrence) == 1


@pytest.mark.django_db(transaction=True)
def test_cancelling_twice_at_once_gives_the_places_back_once():
    occurrence = OccurrenceFactory(capacity=9)
    found = join(occurrence, email="emine@voorbeeld.nl", companions=2).sign_up
    SignUpFactory(occurrence=occurrence)

    at_once(*[lambda: enrolment.cancel(SignUp.objects.get(pk=found.pk))] * 8)

    assert taken(occurrence) == 1
    assert Message.objects.filter(key=f"sign_up:{found.id}:cancelled").count() == 1


@pytest.mark.django_db(transaction=True)
def test_place_that_is_given_back_goes_to_whoever_comes_at_that_moment():
    """Either order is right; what may not happen is that the count and the list differ."""
    for _round in range(5):
        occurrence = OccurrenceFactory(capacity=2)
        leaver = SignUpFactory(occurrence=occurrence, companions=1)

        cancelled, *joins = at_once(
            *[
                lambda leaver=leaver: enrolment.cancel(leaver),
                lambda occurrence=occurrence: join(occurrence, name="Een"),
                lambda occurrence=occurrence: join(occurrence, name="Twee"),
            ]
        )

        assert not isinstance(cancelled, Exception)
        assert all(isinstance(r, Full | enrolment.Joined) for r in joins)
        assert taken(occurrence) == sum(not isinstance(r, Exception) for r in joins)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_anything_at_any_moment_keeps_the_count_right(seed):
    """Eight people do forty random things each to two dates, all at the same time."""
    dates = [OccurrenceFactory(capacity=7), OccurrenceFactory(capacity=3)]

    def person(number: int) -> None:
        chance = random.Random(f"{seed}-{number}")
        mine: list[SignUp] = []
        for step in range(40):
            try:
                deed = chance.choice(["join", "join", "cancel", "change", "capacity"])
                if deed == "join":
                    date = chance.choice(dates)
                    companions = chance.randint(0, 3)
                    joined = join(date, name=f"{number}-{step}", companions=companions)
                    mine.append(joined.sign_up)
                elif deed == "cancel" and mine:
                    enrolment.cancel(chance.choice(mine))
                elif deed == "change" and mine:
                    enrolment.change_party(chance.choice(mine), chance.randint(0, 5))
                elif deed == "capacity" and number == 0:
                    date = chance.choice(dates)
                    capacity = chance.randint(3, 9)
                    planning.change(date, room="", capacity=capacity, note="", title="", by=None)
            except (Full, NotOpen, planning.BelowTaken):
                continue

    results = at_once(*[lambda number=number: person(number) for number in range(8)])

    assert results == [None] * 8
    assert SignUp.objects.filter(state=SignUpState.CANCELLED).exists()
    for date in dates:
        taken(date)
