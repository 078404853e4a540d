"""Asking, and having it too: what is kept, what is refused, what is counted."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from activities.exceptions import HoldsContact, NotShown
from activities.models import MeToo, Question, Showing
from activities.voice import alike, asking
from lokaal.bsn import HoldsBSN
from lokaal.outbox.models import Message
from tests.activities.factories import CentreFactory, PersonFactory
from tests.activities.voice.factories import MeTooFactory, QuestionFactory, ThemeFactory
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


def ask(**given) -> asking.Asked:
    return asking.ask(**{"text": "Waarom is de brug dicht?", "language": "nl"} | given)


# Asking ------------------------------------------------------------------------------------------


def test_one_sentence_is_enough_and_waits_for_a_look():
    asked = ask()

    row = Question.objects.get()
    assert (row.text, row.name, row.showing, row.state, row.kind) == (
        "Waarom is de brug dicht?",
        "",
        Showing.WAITING,
        "asked",
        "question",
    )
    assert asked.question == row
    assert asked.is_new
    assert row.has_secret(asked.secret)
    assert not row.has_secret(asked.secret[:-1])
    assert not Message.objects.exists()


def test_who_leaves_an_address_gets_the_code_and_the_link():
    asked = ask(name="Emine Kaya", email="e@voorbeeld.nl", centre=CentreFactory())

    message = Message.objects.get()
    assert message.subject == "Je vraag is binnen"
    assert "Dag Emine Kaya," in message.text
    assert asked.question.shown_code in message.text
    assert f"/vragen/{asked.question.pk}/volg/{asked.secret}/" in message.text
    assert message.is_secret


def test_all_that_was_given_is_kept():
    theme, centre, host = ThemeFactory(), CentreFactory(), PersonFactory()

    ask(
        kind="need",
        theme=theme,
        centre=centre,
        name="Abdi Nur",
        shows_name=True,
        phone="0612345678",
        language="en",
        entered_by=host,
    )

    row = Question.objects.get()
    assert (row.kind, row.theme, row.centre, row.name, row.shown_name, row.language) == (
        "need",
        theme,
        centre,
        "Abdi Nur",
        "Abdi",
        "en",
    )
    assert str(row.phone.as_e164) == "+31612345678"
    assert row.entered_by == host


def test_name_stays_hidden_unless_it_was_wanted():
    assert QuestionFactory(name="Abdi Nur").shown_name == ""
    assert not ask(shows_name=True).question.shows_name


def test_what_a_host_types_in_is_shown_at_once():
    host = PersonFactory(host_of=CentreFactory())

    assert ask(entered_by=host).question.showing == Showing.SHOWN
    assert ask(person=host).question.showing == Showing.SHOWN


def test_who_had_a_text_shown_before_is_shown_at_once():
    person = PersonFactory()
    assert ask(person=person).question.showing == Showing.WAITING

    Question.objects.update(showing=Showing.SHOWN)

    assert ask(text="En nu?", person=person).question.showing == Showing.SHOWN


def test_same_form_gives_the_same_question_and_link():
    token = uuid.uuid4()

    first = ask(email="e@voorbeeld.nl", form_token=token)
    again = ask(email="e@voorbeeld.nl", form_token=token)

    assert (again.question, again.secret, again.is_new) == (first.question, first.secret, False)
    assert Question.objects.count() == 1
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_same_form_at_once_is_one_question():
    token = uuid.uuid4()

    results = at_once(*[lambda: ask(email="e@voorbeeld.nl", form_token=token)] * 8)

    assert {result.question for result in results} == {Question.objects.get()}
    assert len({result.secret for result in results}) == 1
    assert [result.is_new for result in results].count(True) == 1
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "refusal", "sentence"),
    [
        ("Mijn nummer is 111222333", HoldsBSN, "burgerservicenummer"),
        ("Bel mij op 06 12345678", HoldsContact, "telefoonnummer"),
        ("Mail naar emine@voorbeeld.nl", HoldsContact, "e-mailadres"),
    ],
)
def test_what_does_not_belong_there_is_refused(text, refusal, sentence):
    with pytest.raises(refusal, match=sentence):
        ask(text=text)
    with pytest.raises(refusal, match=sentence):
        asking.me_too(QuestionFactory(), language="nl", example=text)

    assert not MeToo.objects.exists()
    assert Question.objects.count() == 1


def test_find_by_secret_and_code():
    asked = ask()
    other = QuestionFactory()

    assert asking.find_by_secret(asked.question.pk, asked.secret) == asked.question
    assert asking.find_by_secret(other.pk, asked.secret) is None
    assert asking.find_by_secret(asked.question.pk, asked.secret[:20]) is None
    assert asking.find_by_secret(uuid.uuid4(), asked.secret) is None
    assert asking.find_by_code(asked.question.shown_code) == asked.question
    assert asking.find_by_code("12 34") is None


# Having it too -----------------------------------------------------------------------------------


def test_me_too_counts():
    question = QuestionFactory()

    row, is_new = asking.me_too(question, language="nl")

    assert is_new
    assert (row.people, row.example, row.showing) == (1, "", Showing.WAITING)
    question.refresh_from_db()
    assert question.me_too == 1


def test_me_too_twice_counts_once():
    question, person, token = QuestionFactory(), PersonFactory(), uuid.uuid4()

    for _number in range(2):
        asking.me_too(question, language="nl", person=person)
        asking.me_too(question, language="nl", phone="0612345678")
        asking.me_too(question, language="nl", form_token=token)

    question.refresh_from_db()
    assert question.me_too == 3
    assert MeToo.objects.count() == 3


def test_me_too_may_add_an_example_later():
    question, person = QuestionFactory(), PersonFactory()
    asking.me_too(question, language="nl", person=person)

    row, is_new = asking.me_too(question, language="nl", person=person, example="Bij ons ook.")
    asking.me_too(question, language="nl", person=person, example="Iets anders.")

    row.refresh_from_db()
    assert (is_new, row.example, row.showing) == (False, "Bij ons ook.", Showing.WAITING)
    question.refresh_from_db()
    assert question.me_too == 1


def test_what_is_added_later_is_refused_when_nobody_can_read_it():
    question = QuestionFactory()
    row, _is_new = asking.me_too(question, language="nl")
    Question.objects.update(showing=Showing.WAITING)

    with pytest.raises(NotShown):
        asking.add_to_me_too(row, language="nl", example="Bij ons ook.")

    row.refresh_from_db()
    assert row.example == ""


def test_list_on_paper_counts_everybody_on_it():
    question = QuestionFactory()

    asking.me_too(question, language="nl", people=17, entered_by=PersonFactory())

    question.refresh_from_db()
    assert question.me_too == 17


@pytest.mark.parametrize("trait", ["waiting", "hidden"])
def test_me_too_of_what_nobody_can_read_is_refused(trait):
    question = QuestionFactory(**{trait: True})

    with pytest.raises(NotShown):
        asking.me_too(question, language="nl")

    assert not MeToo.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_me_too_of_many_at_once_loses_none():
    question = QuestionFactory()

    results = at_once(
        *[lambda: asking.me_too(Question.objects.get(), language="nl")[1] for _number in range(12)]
    )

    assert results == [True] * 12
    question.refresh_from_db()
    assert question.me_too == MeToo.objects.count() == 12


@pytest.mark.django_db(transaction=True)
def test_me_too_of_one_person_at_once_counts_once():
    question, person = QuestionFactory(), PersonFactory()

    results = at_once(
        *[lambda: asking.me_too(question, language="nl", person=person)[1] for _number in range(8)]
    )

    assert sorted(results) == [False] * 7 + [True]
    question.refresh_from_db()
    assert question.me_too == 1


def test_hidden_example_is_not_shown():
    shown = MeTooFactory(example="Bij ons ook.", showing=Showing.SHOWN)
    MeTooFactory(example="Onder de brug.", showing=Showing.WAITING)
    MeTooFactory(example="", showing=Showing.SHOWN)

    assert list(MeToo.objects.shown()) == [shown]


# Asked before ------------------------------------------------------------------------------------


@pytest.fixture
def asked_before():
    return {
        "light": QuestionFactory(text="Wanneer komt er verlichting in de fietstunnel?"),
        "rent": QuestionFactory(text="Waarom moet ik zo lang wachten op een huurwoning?"),
        "dogs": QuestionFactory(text="Mag mijn hond los op het veldje?"),
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Komt er licht bij de fietstunnel", "light"),
        ("wanneer is er verligting in de fietstunel", "light"),
        ("Ik wacht al zo lang op een huurwonning", "rent"),
        ("huurwoning", "rent"),
        ("honden los op het veldje", "dogs"),
    ],
)
def test_same_question_is_found_with_typing_errors(asked_before, text, found):
    assert alike.alike(text, most=3)[:1] == [asked_before[found]]


@pytest.mark.parametrize(
    "text", ["", "???", "de het een", "Kan ik subsidie krijgen?", "\x00", "a" * 9000]
)
def test_what_nobody_asked_finds_nothing(asked_before, text):
    assert alike.alike(text, most=3) == []


def test_hidden_questions_are_not_found():
    QuestionFactory(text="Wanneer komt er licht in de fietstunnel?", waiting=True)
    QuestionFactory(text="Wanneer komt er licht in de fietstunnel?", hidden=True)

    assert alike.alike("licht in de fietstunnel", most=3) == []


def test_alike_costs_two_queries(asked_before, django_assert_num_queries):
    with django_assert_num_queries(2):
        alike.alike("licht in de fietstunnel", most=3)


# Forgetting --------------------------------------------------------------------------------------


def test_contacts_are_forgotten_three_months_after_it_was_done():
    contact = {"name": "Emine Kaya", "phone": "+31612345678", "email": "e@voorbeeld.nl"}
    long_ago = timezone.now() - asking.CONTACTS_KEPT_FOR - timedelta(minutes=1)
    done = QuestionFactory(**contact, done=True, done_at=long_ago)
    shown = QuestionFactory(**contact, shows_name=True, done=True, done_at=long_ago)
    hidden = QuestionFactory(**contact, hidden=True, created_at=long_ago, state_since=long_ago)
    lately = QuestionFactory(**contact, done=True)
    going = QuestionFactory(**contact, answered=True, created_at=long_ago, state_since=long_ago)
    too = MeTooFactory(question=done, **contact, guest_key="a" * 64, example="Bij ons ook.")

    assert asking.forget_contacts() == 3
    assert asking.forget_contacts() == 0

    kept = {question.pk: (question.name, question.email) for question in Question.objects.all()}
    assert kept == {
        done.pk: ("", ""),
        shown.pk: ("Emine", ""),
        hidden.pk: ("", ""),
        lately.pk: ("Emine Kaya", "e@voorbeeld.nl"),
        going.pk: ("Emine Kaya", "e@voorbeeld.nl"),
    }
    too.refresh_from_db()
    assert (too.name, str(too.phone), too.email, too.guest_key) == ("", "", "", "")
    assert too.example == "Bij ons ook."
