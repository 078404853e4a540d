from __future__ import annotations

import pytest

from activities.initiatives import finding
from activities.models import WishState
from tests.activities.factories import (
    ActivityFactory,
    ActivityTranslationFactory,
    WishFactory,
)

pytestmark = pytest.mark.django_db


def texts(similar):
    return [wish.text for wish in similar.wishes]


@pytest.mark.parametrize(
    "asked",
    [
        "Ik zou graag samen zingen",
        "ZINGEN met andere mensen!",
        "zinge",
        "Kunnen we hier een zangkoor beginnen om te zingen?",
    ],
)
def test_wishes_with_the_same_words_are_found(asked):
    WishFactory(shown=True, text="Samen zingen. Ik kan het niet goed.")
    WishFactory(shown=True, text="Een plek waar ik mijn fiets kan leren maken.")

    assert texts(finding.similar_to(asked)) == ["Samen zingen. Ik kan het niet goed."]


@pytest.mark.parametrize("asked", ["joga voor ouderen", "Yoga", "naar de yogha"])
def test_spelling_by_ear_is_forgiven(asked):
    WishFactory(shown=True, text="Yoga op een stoel.")

    assert texts(finding.similar_to(asked)) == ["Yoga op een stoel."]


def test_accents_are_forgiven():
    ActivityFactory(title="Naaicafé", summary="Kleren maken.")

    (found,) = finding.similar_to("een naaikafee voor iedereen").activities

    assert found.title == "Naaicafé"


def test_activities_that_run_come_before_those_that_stopped():
    stopped = ActivityFactory(stopped=True, title="Zangkoor van vroeger")
    running = ActivityFactory(title="Zangkoor")
    ActivityFactory(draft=True, title="Zangkoor straks")
    ActivityFactory(title="Timmeren")

    assert finding.similar_to("Een zangkoor").activities == [running, stopped]


def test_a_translation_is_found():
    activity = ActivityFactory(title="Naaicafé", summary="")
    ActivityTranslationFactory(activity=activity, title="Sewing café")

    assert finding.similar_to("I would like to do sewing").activities == [activity]


def test_what_has_most_in_common_comes_first_and_little_is_left_out():
    best = WishFactory(shown=True, text="Voetbal voor meisjes op woensdag.")
    WishFactory(shown=True, text="Koffie op woensdag.")

    assert finding.similar_to("voetbal voor meisjes, op woensdag of zo").wishes == [best]


def test_what_waits_or_is_hidden_is_not_found():
    WishFactory(text="Samen zingen.")

    assert not finding.similar_to("zingen")


def test_tried_ones_are_found_too():
    tried = WishFactory(shown=True, text="Leesclub.", state=WishState.STOPPED)

    assert finding.similar_to("een leesclub").wishes == [tried]


@pytest.mark.parametrize("asked", ["", "ik wil iets", "  ", "%_'\\\"&|!:*()", "\x00", "a" * 9000])
def test_strange_questions_find_nothing_and_break_nothing(asked):
    WishFactory(shown=True)

    assert not finding.similar_to(asked)


def test_it_costs_the_same_at_one_and_at_thirty(django_assert_num_queries):
    for number in (1, 29):
        WishFactory.create_batch(number, shown=True, text="Samen zingen.")
        ActivityFactory.create_batch(number, title="Zingen")
        with django_assert_num_queries(5):
            assert finding.similar_to("zingen")
