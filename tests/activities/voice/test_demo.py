"""The made-up neighbourhood asks: questions at every step, one late, one that waits; a session with a guest."""

import pytest

from activities.models import KnowledgeSession, MeToo, Question, QuestionStep, SessionGuest, Showing
from lokaal.outbox.models import Message
from lokaal.portal.demo import building

pytestmark = pytest.mark.django_db


def test_demo_has_a_question_at_every_step_and_tells_nobody():
    building.build()

    states = set(Question.objects.shown().values_list("state", flat=True))
    assert states == {"asked", "picked_up", "answered", "done"}
    assert Question.objects.late().count() == 1
    assert Question.objects.filter(showing=Showing.WAITING).count() == 1
    for question in Question.objects.all():
        people = sum(MeToo.objects.filter(question=question).values_list("people", flat=True))
        assert question.me_too == people
        times = [question.created_at, *question.steps.values_list("at", flat=True)]
        assert times == sorted(times)
    session = KnowledgeSession.objects.get()
    assert session.listed.count() == 3
    assert session.guests.get().name == "Karin Pol"
    assert not Message.objects.exists()

    before = [model.objects.count() for model in (Question, QuestionStep, MeToo, SessionGuest)]
    building.build()
    assert [
        model.objects.count() for model in (Question, QuestionStep, MeToo, SessionGuest)
    ] == before
