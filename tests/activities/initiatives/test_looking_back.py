import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from activities.exceptions import HoldsContact, NotOpen, NotReady
from activities.initiatives import looking_back, moderating
from activities.initiatives.looking_back import Counted, FromPaper, Numbers
from activities.models import (
    Choice,
    DateCount,
    LookBack,
    Presence,
    Reaction,
    Readers,
    Reflection,
    Showing,
    WishState,
    Writer,
)
from lokaal.bsn import HoldsBSN
from lokaal.outbox.models import Message, MessageState
from tests.activities.factories import (
    ActivityFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)
from tests.activities.initiatives.look_back_factories import (
    LookBackFactory,
    ReflectionFactory,
    TriedWishFactory,
)
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


def held(activity, *, days_ago=1, **fields):
    return OccurrenceFactory(
        activity=activity, starts_at=timezone.now() - timedelta(days=days_ago), **fields
    )


# Beginning ---------------------------------------------------------------------------------------


def test_open_for_takes_the_wish_along():
    wish = TriedWishFactory()
    held(wish.activity)

    found = looking_back.open_for(wish.activity, by=wish.coach)

    wish.refresh_from_db()
    assert found == LookBack.objects.get()
    assert (found.wish, found.activity, found.centre) == (wish, wish.activity, wish.centre)
    assert (found.title, found.opened_by) == (wish.activity.title, wish.coach)
    assert (found.times_held, found.people_came) == (1, 0)
    assert wish.state == WishState.LOOKING_BACK
    assert not Message.objects.exists()


def test_open_for_an_activity_without_a_wish_that_stopped():
    activity = ActivityFactory(stopped=True, title="Leesclub", summary="Samen lezen.")

    found = looking_back.open_for(activity, by=None)

    assert (found.wish, found.title, found.summary) == (None, "Leesclub", "Samen lezen.")


def test_open_for_twice_is_one():
    activity = ActivityFactory()

    assert looking_back.open_for(activity, by=None) == looking_back.open_for(activity, by=None)
    assert LookBack.objects.count() == 1


def test_open_for_a_draft_is_refused():
    with pytest.raises(NotReady) as refused:
        looking_back.open_for(ActivityFactory(draft=True), by=None)

    assert str(refused.value) == (
        "Dit stond nog niet in de agenda. Er is nog niets om op terug te kijken."
    )
    assert not LookBack.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_open_for_at_once_is_one():
    wish = TriedWishFactory()
    held(wish.activity)

    results = at_once(*[lambda: looking_back.open_for(wish.activity, by=None)] * 4)

    assert set(results) == {LookBack.objects.get()}
    assert wish.moments.count() == 1


def test_open_for_what_was_kept_before_looks_back_again():
    wish = TriedWishFactory(state=WishState.KEPT)
    LookBackFactory(kept=True, activity=wish.activity, wish=wish)

    again = looking_back.open_for(wish.activity, by=None)

    assert LookBack.objects.count() == 2
    assert again.wish == wish
    wish.refresh_from_db()
    assert wish.state == WishState.LOOKING_BACK


# By itself ---------------------------------------------------------------------------------------


def test_open_due_asks_organisers_and_who_came_once():
    wish = TriedWishFactory()
    date = held(wish.activity)
    SignUpFactory(occurrence=date, name="Emine", email="emine@voorbeeld.nl")

    assert looking_back.open_due() == 1
    assert looking_back.open_due() == 0

    found = LookBack.objects.get()
    assert found.asked_at is not None
    subjects = dict(Message.objects.values_list("to_address", "subject"))
    assert subjects == {
        wish.person.email: f"Kijk terug op {wish.activity.title}",
        "emine@voorbeeld.nl": f"Nog een keer {wish.activity.title}?",
    }
    assert Reflection.objects.get().person == wish.person
    assert "Vier" not in Message.objects.get(to_address="emine@voorbeeld.nl").text


@pytest.mark.parametrize(
    "dates",
    [
        [],
        [{"days_ago": 1, "cancelled": True}],
        [{"days_ago": 7}, {"days_ago": -7}],
        [{"days_ago": 0}],
    ],
    ids=["never planned", "called off", "one to come", "just begun"],
)
def test_open_due_waits_for_the_last_date(dates):
    wish = TriedWishFactory()
    for fields in dates:
        held(wish.activity, **fields)

    assert looking_back.open_due() == 0
    assert not LookBack.objects.exists()


def test_open_due_after_the_rest_was_called_off():
    wish = TriedWishFactory()
    held(wish.activity, days_ago=7)
    held(wish.activity, days_ago=-7, cancelled=True)

    assert looking_back.open_due() == 1


def test_open_due_asks_a_guest_with_a_link():
    wish = TriedWishFactory(person=None, name="Gerda", email="gerda@voorbeeld.nl")
    held(wish.activity)

    looking_back.open_due()

    reflection = Reflection.objects.get()
    message = Message.objects.get()
    assert (reflection.name, reflection.person) == ("Gerda", None)
    assert message.is_secret
    secret = message.text.split(f"/terugkijken/{reflection.pk}/")[1].split("/")[0]
    assert looking_back.find_reflection(reflection.pk, secret) == reflection
    assert looking_back.find_reflection(reflection.pk, secret[:-1]) is None


@pytest.mark.django_db(transaction=True)
def test_open_due_at_once_asks_once():
    wish = TriedWishFactory()
    SignUpFactory(occurrence=held(wish.activity), email="emine@voorbeeld.nl")

    results = at_once(*[looking_back.open_due] * 3)

    assert sum(results) == 1
    assert Message.objects.count() == 2
    assert Reaction.objects.count() == 1


# Who came ----------------------------------------------------------------------------------------


def test_ask_asks_everybody_once_for_all_dates():
    look_back = LookBackFactory()
    first, second = held(look_back.activity, days_ago=14), held(look_back.activity, days_ago=7)
    person = PersonFactory()
    SignUpFactory(occurrence=first, person=person)
    SignUpFactory(occurrence=second, person=person)
    SignUpFactory(occurrence=first, email="emine@voorbeeld.nl")
    SignUpFactory(occurrence=second, email="Emine@voorbeeld.nl")

    assert looking_back.ask(look_back) == 2
    assert looking_back.ask(look_back) == 0

    assert sorted(Message.objects.values_list("to_address", flat=True)) == sorted(
        [person.email, "Emine@voorbeeld.nl"]
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"cancelled": True},
        {"waiting": True},
        {"presence": Presence.ABSENT},
        {"email": ""},
    ],
    ids=["cancelled", "in the queue", "was not there", "no address"],
)
def test_ask_leaves_out_who_did_not_come_or_cannot_be_reached(fields):
    look_back = LookBackFactory()
    SignUpFactory(occurrence=held(look_back.activity), **{"email": "e@voorbeeld.nl"} | fields)

    assert looking_back.ask(look_back) == 0
    assert not Message.objects.exists()


def test_ask_leaves_out_dates_to_come_and_called_off():
    look_back = LookBackFactory()
    for date in (
        held(look_back.activity, days_ago=-1),
        held(look_back.activity, cancelled=True),
        held(look_back.activity, days_ago=200),
    ):
        SignUpFactory(occurrence=date, email="e@voorbeeld.nl")

    assert looking_back.ask(look_back) == 0


def test_react_by_the_link_of_the_message():
    look_back = LookBackFactory()
    SignUpFactory(occurrence=held(look_back.activity), email="e@voorbeeld.nl")
    looking_back.ask(look_back)
    reaction = Reaction.objects.get()
    secret = Message.objects.get().text.split(f"/terugblik/{reaction.pk}/")[1].split("/")[0]
    found = looking_back.find_reaction(reaction.pk, secret)

    looking_back.react(found, choice=Choice.AGAIN)
    looking_back.react(
        found, choice=Choice.DIFFERENT, sentence="Liever 's avonds.", readers=Readers.EVERYONE
    )

    reaction = Reaction.objects.get()
    assert (reaction.choice, reaction.sentence) == ("different", "Liever 's avonds.")
    assert (reaction.readers, reaction.showing) == (Readers.EVERYONE, Showing.WAITING)
    assert looking_back.counted(look_back) == Counted(0, 1, 0)


def test_asked_of_gives_the_link_on_the_page_of_the_sign_up():
    look_back = LookBackFactory()
    sign_up = SignUpFactory(occurrence=held(look_back.activity), email="e@voorbeeld.nl")
    assert looking_back.asked_of(sign_up) is None

    looking_back.ask(look_back)

    reaction, secret = looking_back.asked_of(sign_up)
    assert reaction.has_secret(secret)


def test_react_after_the_decision_is_refused():
    look_back = LookBackFactory(kept=True)

    with pytest.raises(NotOpen) as refused:
        looking_back.react_openly(
            look_back, choice=Choice.AGAIN, language="nl", form_token=uuid.uuid4()
        )

    assert str(refused.value) == "Er is al besloten. Bedankt dat je er was."
    assert not Reaction.objects.exists()


def test_react_openly_twice_with_one_form_is_one():
    look_back = LookBackFactory()
    token = uuid.uuid4()

    for _press in range(2):
        looking_back.react_openly(look_back, choice=Choice.AGAIN, language="nl", form_token=token)

    assert Reaction.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_react_openly_at_once_with_one_form_is_one():
    look_back = LookBackFactory()
    token = uuid.uuid4()

    results = at_once(
        *[
            lambda: looking_back.react_openly(
                look_back, choice=Choice.AGAIN, language="nl", form_token=token
            )
        ]
        * 4
    )

    assert set(results) == {Reaction.objects.get()}


def test_react_refuses_what_everybody_may_not_read():
    look_back = LookBackFactory()
    with pytest.raises(HoldsContact):
        looking_back.react_openly(
            look_back,
            choice=Choice.AGAIN,
            sentence="Bel 06 12345678.",
            readers=Readers.EVERYONE,
            language="nl",
            form_token=uuid.uuid4(),
        )
    with pytest.raises(HoldsBSN):
        looking_back.react_openly(
            look_back,
            choice=Choice.AGAIN,
            sentence="111222333",
            language="nl",
            form_token=uuid.uuid4(),
        )

    assert not Reaction.objects.exists()


def test_a_pile_of_paper_is_typed_in_once():
    look_back = LookBackFactory()
    host = PersonFactory(host_of=look_back.centre)
    pile = [
        FromPaper(Choice.AGAIN, "Gezellig.", Readers.EVERYONE),
        FromPaper(Choice.AGAIN, "Gezellig.", Readers.EVERYONE),
        FromPaper(Choice.NO_NEED),
    ]
    token = uuid.uuid4()

    for _press in range(2):
        looking_back.enter_paper(look_back, pile, language="nl", form_token=token, by=host)

    assert looking_back.counted(look_back) == Counted(2, 0, 1)
    shown = Reaction.objects.for_all()
    assert [one.sentence for one in shown] == ["Gezellig.", "Gezellig."]
    assert {one.entered_by for one in Reaction.objects.all()} == {host}


# The four questions ------------------------------------------------------------------------------


def test_begin_knows_organiser_and_coach():
    wish = TriedWishFactory()
    look_back = LookBackFactory(activity=wish.activity, wish=wish)
    along = PersonFactory()
    wish.organisers.add(along)

    writers = {
        person: looking_back.begin(look_back, person=person).writer
        for person in (wish.person, along, wish.coach)
    }

    assert writers == {
        wish.person: Writer.ORGANISER,
        along: Writer.ORGANISER,
        wish.coach: Writer.COACH,
    }
    assert looking_back.begin(look_back, person=along) in Reflection.objects.all()
    assert Reflection.objects.count() == 3


def test_answers_are_kept_one_by_one_and_seen_by_us_alone():
    reflection = looking_back.begin(LookBackFactory(), person=PersonFactory())

    looking_back.answer(reflection, "why", "Er was niets voor ons.")
    looking_back.answer(reflection, "missing", "De vaders. Bel 06 12345678.")

    reflection.refresh_from_db()
    assert reflection.answers == [
        ("why", "Er was niets voor ons."),
        ("missing", "De vaders. Bel 06 12345678."),
    ]
    assert (reflection.readers, reflection.is_for_all) == (Readers.US, False)


def test_finish_for_everybody_waits_for_a_look_the_first_time():
    reflection = ReflectionFactory()
    staff = PersonFactory(host_of=reflection.look_back.centre)

    looking_back.finish(reflection, readers=Readers.EVERYONE, with_name=True)

    reflection.refresh_from_db()
    assert (reflection.showing, reflection.is_finished) == (Showing.WAITING, True)
    assert [one.text for one in moderating.waiting_for(staff)] == [reflection]
    moderating.show(reflection, by=staff)
    reflection.refresh_from_db()
    assert reflection.is_for_all
    assert reflection.shown_name == reflection.person.name.split(" ")[0]


def test_finish_refuses_a_phone_number_for_everybody():
    reflection = ReflectionFactory(happened="Bel 06 12345678.")

    with pytest.raises(HoldsContact):
        looking_back.finish(reflection, readers=Readers.EVERYONE, with_name=False)

    reflection.refresh_from_db()
    assert (reflection.readers, reflection.finished_at) == (Readers.US, None)


def test_what_was_hidden_is_looked_at_again_when_it_changes():
    reflection = ReflectionFactory(
        readers=Readers.EVERYONE, showing=Showing.HIDDEN, finished_at=timezone.now()
    )

    looking_back.answer(reflection, "happened", "Er kwamen steeds meer mensen.")
    reflection.refresh_from_db()
    assert reflection.showing == Showing.HIDDEN
    looking_back.answer(reflection, "happened", "Het was rustig.")

    reflection.refresh_from_db()
    assert reflection.showing == Showing.WAITING


def test_host_types_in_for_somebody_without_account():
    look_back = LookBackFactory()
    host = PersonFactory(host_of=look_back.centre)

    reflection = looking_back.begin(look_back, person=None, name="Gerda", entered_by=host)
    looking_back.answer(reflection, "why", "Ik mis het.")
    looking_back.finish(reflection, readers=Readers.EVERYONE, with_name=True)

    reflection.refresh_from_db()
    assert (reflection.is_for_all, reflection.shown_name) == (True, "Gerda")


# Who may -----------------------------------------------------------------------------------------


def test_workable_by_those_who_made_it_and_the_desk():
    wish = TriedWishFactory()
    look_back = LookBackFactory(activity=wish.activity, wish=wish)
    LookBackFactory()
    organiser, along = PersonFactory(), PersonFactory()
    wish.activity.organisers.add(organiser)
    wish.organisers.add(along)
    host = PersonFactory(host_of=look_back.centre)

    for person in (wish.person, wish.coach, organiser, along, host):
        assert list(LookBack.objects.workable_by(person)) == [look_back]
    assert not LookBack.objects.workable_by(PersonFactory()).exists()
    wish.let_go_at = timezone.now()
    wish.save(update_fields=["let_go_at"])
    assert not LookBack.objects.workable_by(wish.person).exists()


# Numbers -----------------------------------------------------------------------------------------


def test_numbers_count_heads_presence_and_lists():
    look_back = LookBackFactory()
    marked = held(look_back.activity, days_ago=21)
    SignUpFactory(occurrence=marked, companions=2, presence=Presence.PRESENT)
    SignUpFactory(occurrence=marked, presence=Presence.ABSENT)
    SignUpFactory(occurrence=marked)
    unmarked = held(look_back.activity, days_ago=14, heads=4)
    SignUpFactory(occurrence=unmarked, companions=1)
    SignUpFactory(occurrence=unmarked, cancelled=True)
    forgotten = held(look_back.activity, days_ago=7)
    DateCount.objects.create(occurrence=forgotten, people=9, present=6)
    held(look_back.activity, days_ago=3, cancelled=True)
    held(look_back.activity, days_ago=-3)

    today = timezone.localdate()
    assert looking_back.numbers_of(look_back) == Numbers(
        today - timedelta(days=21), today - timedelta(days=7), 3, 3 + (4 + 2) + 6
    )


def test_numbers_count_from_the_look_back_before():
    before = LookBackFactory(kept=True, decided_at=timezone.now() - timedelta(days=10))
    held(before.activity, days_ago=14, heads=10)
    held(before.activity, days_ago=7, heads=3)
    now = LookBackFactory(activity=before.activity)

    assert looking_back.numbers_of(now).people == 3


def test_messages_say_what_is_asked():
    look_back = LookBackFactory(activity__title="Naaicafé")
    SignUpFactory(occurrence=held(look_back.activity), name="Emine", email="e@voorbeeld.nl")

    looking_back.ask(look_back)

    message = Message.objects.get()
    assert message.subject == "Nog een keer Naaicafé?"
    assert message.text.startswith("Dag Emine,\n\nFijn dat je bij Naaicafé was.")
    assert "Moet het weer zo, anders, of hoeft het niet? Eén tik is genoeg:" in message.text
    assert message.state == MessageState.QUEUED
