"""The road of a question: each step by whom, once, in order; told once; late ones reminded once."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from activities.exceptions import NoAnswerer, NotShown, StepTaken
from activities.models import Question, QuestionState, QuestionStep, QuestionStepKind
from activities.voice import answering, shown
from lokaal.bsn import HoldsBSN
from lokaal.outbox.models import Message
from tests.activities.factories import CentreFactory, PersonFactory
from tests.activities.voice.factories import MeTooFactory, QuestionFactory, coordinator_of
from tests.parallel import at_once

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("Europe/Amsterdam"))
DUE = date(2026, 12, 8)
WHO = {"name": "Karin Pol", "function": "gebiedsregisseur"}


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def staff():
    return PersonFactory(name="Ilse Nijhuis")


def pick_up(question, by, **given):
    return answering.pick_up(
        question,
        **{"owner_name": "Karin Pol", "owner_function": "gebiedsregisseur", "due_on": DUE} | given,
        by=by,
    )


def promise(question, by, **given):
    return answering.promise(
        question,
        **{
            "text": "De lamp wordt gemaakt.",
            "owner_name": "Karin Pol",
            "owner_function": "gebiedsregisseur",
            "due_on": DUE,
        }
        | given,
        by=by,
    )


def answer(question, by, text="Ja, in mei.", **given):
    return answering.answer(question, text=text, **WHO | given, by=by)


def finish(question, by, text="De lamp brandt.", **given):
    return answering.finish(question, text=text, **WHO | given, by=by)


def steps_of(question):
    return list(question.steps.values_list("kind", "name", "function", "text", "due_on"))


# The whole road ----------------------------------------------------------------------------------


def test_whole_road_is_a_line_of_steps(staff):
    question = QuestionFactory(name="Emine Kaya", shows_name=True)

    pick_up(question, staff)
    answer(question, staff)
    promise(question, staff)
    finish(question, staff)

    question.refresh_from_db()
    assert (question.state, question.answered_at, question.done_at, question.due_on) == (
        QuestionState.DONE,
        NOON,
        NOON,
        None,
    )
    assert steps_of(question) == [
        ("picked_up", "Karin Pol", "gebiedsregisseur", "", DUE),
        ("answered", "Karin Pol", "gebiedsregisseur", "Ja, in mei.", None),
        ("promised", "Karin Pol", "gebiedsregisseur", "De lamp wordt gemaakt.", DUE),
        ("done", "Karin Pol", "gebiedsregisseur", "De lamp brandt.", None),
    ]
    assert [(said.heading, said.who) for said in shown.line_of(question)] == [
        ("Gesteld", "Emine"),
        ("Opgepakt", "Karin Pol, gebiedsregisseur"),
        ("Antwoord", "Karin Pol, gebiedsregisseur"),
        ("Dit gaat er gebeuren", "Karin Pol, gebiedsregisseur"),
        ("Dit is ermee gedaan", "Karin Pol, gebiedsregisseur"),
    ]
    assert set(QuestionStep.objects.values_list("by", flat=True)) == {staff.pk}


def test_answer_at_once_needs_no_pick_up(staff):
    question = QuestionFactory()

    answer(question, staff)

    question.refresh_from_db()
    assert (question.state, question.keeper) == (QuestionState.ANSWERED, staff)


def test_who_picks_up_keeps_an_eye_on_it(staff):
    question = QuestionFactory()

    pick_up(question, staff, owner_email="karin@voorbeeld.nl")

    question.refresh_from_db()
    assert (question.state, question.owner_name, question.owner_email, question.due_on) == (
        QuestionState.PICKED_UP,
        "Karin Pol",
        "karin@voorbeeld.nl",
        DUE,
    )
    assert (question.keeper, question.session) == (staff, None)


# Twice, and out of order -------------------------------------------------------------------------


@pytest.mark.parametrize("does", [pick_up, answer, promise, finish])
def test_same_step_twice_is_one_step(staff, does):
    traits = {promise: "picked_up", finish: "answered"}
    question = QuestionFactory(**{traits[does]: True} if does in traits else {})

    does(question, staff)
    does(question, staff)

    assert QuestionStep.objects.count() == 1


def test_answer_in_other_words_comes_too_late(staff):
    question = QuestionFactory()
    answer(question, staff)

    with pytest.raises(StepTaken) as refused:
        answer(question, staff, text="Nee.")

    assert str(refused.value) == "Deze vraag heeft al een antwoord. Verbeter dat antwoord."
    assert [step[3] for step in steps_of(question)] == ["Ja, in mei."]


@pytest.mark.parametrize(
    ("trait", "does"),
    [
        ("", finish),
        ("", promise),
        ("picked_up", finish),
        ("answered", pick_up),
        ("done", pick_up),
        ("done", promise),
        ("done", finish),
        ("answered", answer),
        ("done", answer),
    ],
)
def test_step_out_of_order_is_refused(staff, trait, does):
    question = QuestionFactory(**{trait: True} if trait else {})
    before = Question.objects.values("state", "state_since", "due_on").get()

    with pytest.raises(StepTaken):
        does(question, staff)

    assert Question.objects.values("state", "state_since", "due_on").get() == before
    assert not QuestionStep.objects.exists()


def test_somebody_else_picks_up_too_late(staff):
    question = QuestionFactory()
    pick_up(question, staff)

    with pytest.raises(StepTaken) as refused:
        pick_up(question, staff, owner_name="Bas Roelofs")

    assert str(refused.value) == "Iemand was je voor. Kijk wat er nu staat."
    question.refresh_from_db()
    assert question.owner_name == "Karin Pol"


@pytest.mark.parametrize("trait", ["waiting", "hidden"])
def test_what_nobody_may_read_is_not_answered(staff, trait):
    question = QuestionFactory(**{trait: True})

    for does in (pick_up, answer):
        with pytest.raises(NotShown):
            does(question, staff)

    assert not QuestionStep.objects.exists()


@pytest.mark.parametrize(
    ("trait", "does"),
    [
        ("picked_up", promise),
        ("answered", promise),
        ("answered", finish),
        ("answered", lambda q, by: answering.correct(q, text="Nee.", **WHO, by=by)),
    ],
)
def test_what_was_reported_goes_no_further_until_it_is_seen(staff, trait, does):
    question = QuestionFactory(email="e@voorbeeld.nl", hidden=True, **{trait: True})
    if trait == "answered":
        QuestionStep.objects.create(question=question, kind="answered", name="Karin", text="Ja.")
    before = steps_of(question)

    with pytest.raises(NotShown):
        does(question, staff)

    question.refresh_from_db()
    assert (steps_of(question), question.state) == (before, trait)
    assert not Message.objects.exists()


def test_answer_has_a_name(staff):
    question = QuestionFactory()

    for name in ("", "  "):
        with pytest.raises(NoAnswerer):
            answer(question, staff, name=name)
        with pytest.raises(NoAnswerer):
            pick_up(question, staff, owner_name=name)

    assert not QuestionStep.objects.exists()


def test_bsn_in_an_answer_is_refused(staff):
    with pytest.raises(HoldsBSN):
        answer(QuestionFactory(), staff, text="Uw nummer is 111222333.")
    with pytest.raises(HoldsBSN):
        finish(QuestionFactory(answered=True), staff, text="Uw nummer is 111222333.")


# A better answer ---------------------------------------------------------------------------------


def test_better_answer_keeps_the_earlier_one_to_be_read(staff):
    question = QuestionFactory()
    answer(question, staff)

    answering.correct(question, text="Nee, in juni.", **WHO, by=staff)
    answering.correct(question, text="Nee, in juni.", **WHO, by=staff)

    assert [(step[0], step[3]) for step in steps_of(question)] == [
        ("answered", "Ja, in mei."),
        ("corrected", "Nee, in juni."),
    ]
    found = Question.objects.with_page().get()
    assert [(said.text, said.old) for said in shown.line_of(found)[1:]] == [
        ("Ja, in mei.", True),
        ("Nee, in juni.", False),
    ]
    assert answering.current_answer(found).text == "Nee, in juni."


def test_better_answer_before_there_is_one_is_refused(staff):
    with pytest.raises(StepTaken):
        answering.correct(QuestionFactory(picked_up=True), text="Nee.", **WHO, by=staff)


# Two at once -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts():
    staff, question = PersonFactory(), QuestionFactory(email="e@voorbeeld.nl")

    results = at_once(*[lambda text=text: answer(question, staff, text=text) for text in "ab"])

    assert [type(result).__name__ for result in results].count("StepTaken") == 1
    step = QuestionStep.objects.get()
    assert Message.objects.get().text.count(f"\n{step.text}\n") == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_pick_up_at_once_one_does():
    staff, question = PersonFactory(), QuestionFactory()

    results = at_once(
        *[
            lambda name=name: pick_up(question, staff, owner_name=name)
            for name in ("Karin Pol", "Bas Roelofs")
        ]
    )

    assert [type(result).__name__ for result in results].count("StepTaken") == 1
    question.refresh_from_db()
    assert question.owner_name == QuestionStep.objects.get().name


# Told once ---------------------------------------------------------------------------------------


def test_asker_and_who_has_it_too_are_told_once_at_answered_and_done(staff):
    question = QuestionFactory(name="Emine", email="e@voorbeeld.nl", text="Komt er licht?")
    MeTooFactory(question=question, email="a@voorbeeld.nl", language="en")
    MeTooFactory(question=question, person=PersonFactory(email="p@voorbeeld.nl"))
    MeTooFactory(question=question)

    pick_up(question, staff)
    assert not Message.objects.exists()

    for _number in range(2):
        answer(question, staff)
        assert set(Message.objects.values_list("to_address", "language")) == {
            ("e@voorbeeld.nl", "nl"),
            ("a@voorbeeld.nl", "en"),
            ("p@voorbeeld.nl", "nl"),
        }
        assert Message.objects.count() == 3
    message = Message.objects.get(to_address="e@voorbeeld.nl")
    assert message.subject == "Er is antwoord op je vraag"
    for words in ["Komt er licht?", "Karin Pol, gebiedsregisseur", "Ja, in mei."]:
        assert words in message.text

    answering.correct(question, text="Nee.", **WHO, by=staff)
    for _number in range(2):
        finish(question, staff)
    assert Message.objects.filter(key__endswith=":done").count() == 3
    assert Message.objects.count() == 6


def test_who_asked_and_has_it_too_is_told_once(staff):
    person = PersonFactory(email="e@voorbeeld.nl")
    question = QuestionFactory(name="Emine", person=person)
    MeTooFactory(question=question, email="e@voorbeeld.nl")
    MeTooFactory(question=question, person=person)

    answer(question, staff)
    finish(question, staff)

    assert sorted(Message.objects.values_list("to_address", "key")) == [
        ("e@voorbeeld.nl", f"question:{question.id}:answered"),
        ("e@voorbeeld.nl", f"question:{question.id}:done"),
    ]


def test_who_likes_paper_best_finds_it_at_the_desk(staff):
    person = PersonFactory(without_contact=True, channel="paper")
    question = QuestionFactory(person=person, name="Gerda", centre=CentreFactory())

    answer(question, staff)

    message = Message.objects.get()
    assert (message.channel, message.centre) == ("paper", question.centre)


# Late --------------------------------------------------------------------------------------------


def test_late_are_those_past_their_day_and_those_nobody_picked_up():
    past = timezone.localdate() - timedelta(days=1)
    unseen = QuestionFactory(created_at=NOON - timedelta(days=15))
    owed = QuestionFactory(picked_up=True, due_on=past, created_at=NOON - timedelta(days=2))
    follow_up = QuestionFactory(answered=True, due_on=past)
    QuestionFactory(created_at=NOON - timedelta(days=14))
    QuestionFactory(picked_up=True, due_on=timezone.localdate())
    QuestionFactory(answered=True)
    QuestionFactory(done=True, created_at=NOON - timedelta(days=30))
    QuestionFactory(waiting=True, created_at=NOON - timedelta(days=30))

    assert list(Question.objects.late()) == [unseen, owed, follow_up]
    assert [question.is_late for question in Question.objects.late()] == [True, True, True]


def test_late_question_is_reminded_of_once(staff):
    question = QuestionFactory()
    pick_up(question, staff, owner_email="karin@voorbeeld.nl")
    with time_machine.travel(NOON + timedelta(days=15), tick=False):
        assert answering.nudge_late() == 1
        assert answering.nudge_late() == 1
    with time_machine.travel(NOON + timedelta(days=16), tick=False):
        assert answering.nudge_late() == 1

    assert set(Message.objects.values_list("to_address", "subject")) == {
        (staff.email, "Een vraag uit de buurt is te laat"),
        ("karin@voorbeeld.nl", "Een vraag uit de buurt wacht op jou"),
    }
    assert Message.objects.count() == 2


def test_new_promise_may_be_reminded_of_again(staff):
    question = QuestionFactory()
    pick_up(question, staff)
    with time_machine.travel(NOON + timedelta(days=15), tick=False):
        answering.nudge_late()
        promise(question, staff, due_on=date(2026, 12, 20))
        assert answering.nudge_late() == 0
    with time_machine.travel(NOON + timedelta(days=30), tick=False):
        answering.nudge_late()

    assert Message.objects.count() == 2


def test_what_nobody_picked_up_is_for_the_coordinators_of_its_house():
    centre = CentreFactory()
    here, everywhere = coordinator_of(centre), coordinator_of(None)
    coordinator_of(CentreFactory())
    PersonFactory(host_of=centre)
    QuestionFactory(centre=centre, created_at=NOON - timedelta(days=15))

    answering.nudge_late()

    assert set(Message.objects.values_list("to_address", flat=True)) == {
        here.email,
        everywhere.email,
    }


# Numbers -----------------------------------------------------------------------------------------


def test_numbers_count_what_is_shown():
    assert shown.numbers() == shown.Numbers(0, 0, 0, None)
    for days in (1, 5, 30):
        QuestionFactory(answered=True, created_at=NOON - timedelta(days=days))
    QuestionFactory(done=True, created_at=NOON - timedelta(days=7))
    QuestionFactory()
    QuestionFactory(waiting=True)

    assert shown.numbers() == shown.Numbers(asked=5, answered=4, done=1, median_days=6)
    assert shown.numbers().median == "6 dagen"


def test_step_kinds_that_hold_an_answer():
    assert {QuestionStepKind.ANSWERED, QuestionStepKind.CORRECTED} == shown.ANSWERS
