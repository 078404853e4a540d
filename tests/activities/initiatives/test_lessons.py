import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.exceptions import HoldsContact
from activities.initiatives import deciding, lessons, tried
from activities.initiatives.tried import Counts
from activities.models import Lesson, Matter, PlanStepKind, Readers, Showing, Wish, WishState
from lokaal.bsn import HoldsBSN
from tests.activities.factories import CentreFactory, PersonFactory
from tests.activities.initiatives.look_back_factories import (
    LessonFactory,
    LookBackFactory,
    ReflectionFactory,
    TriedWishFactory,
)
from tests.activities.initiatives.plan_factories import PlannedWishFactory
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


def add(look_back, person, **fields):
    said = {
        "text": "Neem de grote zaal.",
        "matter": Matter.ROOM,
        "readers": Readers.EVERYONE,
        "language": "nl",
    }
    return lessons.add(look_back, person=person, **said | fields)


# Writing -----------------------------------------------------------------------------------------


def test_add_of_a_resident_waits_for_a_look_and_of_staff_does_not():
    look_back = LookBackFactory()

    first = add(look_back, PersonFactory())
    staff = add(look_back, PersonFactory(host_of=look_back.centre))

    assert (first.showing, staff.showing) == (Showing.WAITING, Showing.SHOWN)
    assert list(Lesson.objects.for_all()) == [staff]


@pytest.mark.django_db(transaction=True)
def test_add_at_once_with_one_form_is_one():
    look_back, person, token = LookBackFactory(), PersonFactory(), uuid.uuid4()

    results = at_once(*[lambda: add(look_back, person, form_token=token)] * 4)

    assert set(results) == {Lesson.objects.get()}


def test_add_refuses_what_others_may_not_read():
    look_back, person = LookBackFactory(), PersonFactory()
    with pytest.raises(HoldsContact):
        add(look_back, person, text="Vraag joop@voorbeeld.nl.")
    with pytest.raises(HoldsBSN):
        add(look_back, person, text="111222333", readers=Readers.US)
    add(look_back, person, text="Vraag joop@voorbeeld.nl.", readers=Readers.US)

    assert Lesson.objects.count() == 1


def test_change_of_another_text_is_looked_at_again():
    lesson = LessonFactory(showing=Showing.HIDDEN)

    changed = lessons.change(
        lesson, text="Neem de tuin.", matter=Matter.TIME, readers=Readers.HOUSE, with_name=True
    )

    assert (changed.text, changed.matter, changed.readers) == ("Neem de tuin.", "time", "house")
    assert (changed.showing, changed.with_name) == (Showing.WAITING, True)


def test_take_back_twice_is_harmless():
    lesson = LessonFactory()

    lessons.take_back(lesson)
    lessons.take_back(lesson)

    assert not Lesson.objects.exists()


def test_name_is_shown_only_when_wanted():
    assert LessonFactory(person__name="Sahra Warsame", with_name=True).shown_name == "Sahra"
    assert LessonFactory(person__name="Sahra Warsame").shown_name == ""


# At the step of the next one ---------------------------------------------------------------------


def test_a_lesson_of_run_1_appears_in_the_plan_of_run_2():
    """Acceptance test (h): the whole road, from a lesson to the step of the plan that it grew into."""
    wish = TriedWishFactory(state=WishState.LOOKING_BACK)
    look_back = LookBackFactory(activity=wish.activity, wish=wish)
    host = PersonFactory(host_of=wish.centre)
    lesson = add(look_back, host)
    deciding.adapt(
        look_back, reason="Te klein.", text="Zingen in het park.", language="nl", by=host
    )

    run_2 = Wish.objects.get(grew_from=wish)

    assert lessons.for_step(PlanStepKind.ROOM, run_2) == [lesson]
    assert lessons.for_step(PlanStepKind.MONEY, run_2) == []
    assert lessons.for_step(PlanStepKind.ROOM, wish) == []


def test_nearest_lessons_come_first():
    house = CentreFactory()
    wish = PlannedWishFactory(text="Samen leren naaien met een naaimachine.", centre=house)
    sewing = {"look_back__activity__title": "Naaicafé", "look_back__activity__summary": "Naaien."}
    walking = {
        "look_back__activity__title": "Wandelgroep",
        "look_back__activity__summary": "Wandelen door de wijk.",
    }
    far = LessonFactory(**walking)
    near = LessonFactory(**walking, look_back__activity__centre=house)
    like = LessonFactory(**sewing)
    best = LessonFactory(**sewing, look_back__activity__centre=house)
    grown = LessonFactory(**walking, look_back__outcome="adapted", look_back__grew_into=wish)

    assert lessons.for_step("room", wish, most=9) == [grown, best, like, near, far]
    assert lessons.for_step("room", wish) == [grown, best, like]


def test_organisers_read_what_is_for_their_house():
    wish = PlannedWishFactory()
    here = LessonFactory(readers=Readers.HOUSE, look_back__activity__centre=wish.centre)
    LessonFactory(readers=Readers.HOUSE)
    LessonFactory(readers=Readers.US, look_back__activity__centre=wish.centre)
    LessonFactory(waiting=True, look_back__activity__centre=wish.centre)

    assert lessons.for_step("room", wish) == [here]


@pytest.mark.parametrize("matter", [Matter.TIME, Matter.FORM, Matter.OTHER])
def test_lessons_without_a_step_of_their_own_stand_at_other(matter):
    lesson = LessonFactory(matter=matter)

    assert lessons.for_plan(PlannedWishFactory()) == {"other": [lesson]}


@pytest.mark.parametrize("number", [1, 30])
def test_for_plan_is_one_query(number):
    LessonFactory.create_batch(number)
    wish = PlannedWishFactory()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = lessons.for_plan(wish)
        for lesson in found["room"]:
            assert lesson.shown_name == ""
            assert lesson.look_back.centre.name

    assert len(queries) == 1


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE x; --", "%_%", "\x00", "Ⅷ 🎉", "a" * 900, "", "de het een"]
)
def test_any_words_are_safe(text):
    LessonFactory()

    assert lessons.like(text) == []
    assert len(lessons.for_plan(PlannedWishFactory.build(text=text, centre=CentreFactory()))) == 1


def test_like_finds_what_resembles_an_idea_with_its_lessons():
    lesson = LessonFactory(
        look_back__activity__title="Leesclub", look_back__activity__summary="Samen boeken lezen."
    )
    LessonFactory(waiting=True, look_back=lesson.look_back)
    LessonFactory(look_back__activity__title="Wandelgroep")

    found = lessons.like("Ik zou graag met buren boeken lezen.")

    assert found == [lesson.look_back]
    assert found[0].public_lessons == [lesson]
    assert lessons.like("zwemmen") == []


# Finding what was tried --------------------------------------------------------------------------


def test_find_forgives_accents_and_typing_errors():
    found = LookBackFactory(
        stopped=True, activity__title="Naaicafé", activity__summary="Kleding maken."
    )
    LookBackFactory(kept=True, activity__title="Sjoelen", activity__summary="Elke week.")

    for question in ("naaicafe", "naaikafee", "café", "naaicfé"):
        assert tried.find(question).ids == [found.pk], question
    assert tried.find("naaicafe").is_exact
    assert tried.find("voetbal").ids == []


def test_find_looks_in_lessons_and_answers_that_everybody_may_read():
    by_lesson = LessonFactory(text="Vraag een tolk.").look_back
    LessonFactory(text="Vraag een tolk.", readers=Readers.HOUSE)
    LessonFactory(text="Vraag een tolk.", waiting=True)
    by_answer = LookBackFactory(kept=True)
    ReflectionFactory(
        look_back=by_answer,
        missing="De mannen.",
        readers=Readers.EVERYONE,
        showing=Showing.SHOWN,
    )
    ReflectionFactory(look_back=LookBackFactory(kept=True), missing="De mannen.")

    assert tried.find("tolk").ids == [by_lesson.pk]
    assert tried.find("mannen").ids == [by_answer.pk]


def test_public_is_what_was_decided_and_may_be_seen():
    seen = LookBackFactory(kept=True)
    LookBackFactory()
    LookBackFactory(kept=True, activity__draft=True)
    hidden = TriedWishFactory(showing=Showing.HIDDEN)
    LookBackFactory(kept=True, activity=hidden.activity, wish=hidden)

    assert list(tried.of()) == [seen]


def test_counts_by_what_became_of_it():
    LookBackFactory.create_batch(5, kept=True)
    LookBackFactory.create_batch(3, decided=True, outcome="adapted")
    LookBackFactory.create_batch(4, stopped=True)

    counts = tried.counts_of(tried.of())

    assert counts == Counts(kept=5, adapted=3, stopped=4)
    assert counts.total == 12
