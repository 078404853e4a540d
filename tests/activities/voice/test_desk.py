"""Questions at the desk: what needs somebody, each step, paper, themes; and who may not."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from activities.models import MeToo, Question, QuestionState, QuestionStep, QuestionTheme
from lokaal.people.models import Role, StaffRole
from tests.activities.factories import CentreFactory, PersonFactory
from tests.activities.voice.factories import (
    QuestionFactory,
    SessionFactory,
    ThemeFactory,
    coordinator_of,
)
from tests.activities.voice.pages import as_, ask_form, said, text, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def coordinator(centre):
    return coordinator_of(centre)


def step(client, question, what, **fields):
    return client.post(
        url("desk_question_step", question.pk, what),
        {f"{what}-{name}": value for name, value in fields.items()},
    )


WHO = {"name": "Karin Pol", "function": "gebiedsregisseur"}


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


def test_desk_lists_late_new_and_going_for_its_houses(centre, coordinator):
    past = timezone.localdate() - timedelta(days=1)
    late = QuestionFactory(centre=centre, picked_up=True, due_on=past)
    new = QuestionFactory(centre=centre)
    nowhere = QuestionFactory()
    going = QuestionFactory(centre=centre, answered=True)
    QuestionFactory(centre=CentreFactory())
    QuestionFactory(centre=centre, waiting=True)
    QuestionFactory(centre=centre, done=True)

    context = as_(coordinator).get(url("desk_questions")).context

    def of(name):
        return [item["row"].question for item in context[name]]

    assert (of("late"), of("new"), of("going")) == ([late], [new, nowhere], [going])


def test_each_step_from_its_form(centre, coordinator):
    question = QuestionFactory(centre=centre)
    session = SessionFactory(occurrence__activity__centre=centre)
    client = as_(coordinator)

    step(client, question, "pick-up", **WHO, due_on=tomorrow(), session=session.pk)
    step(client, question, "answer", **WHO, text="Ja, in mei.")
    step(client, question, "promise", **WHO, text="Een lamp.", due_on=tomorrow())
    step(client, question, "correct", **WHO, text="Nee, in juni.")
    last = step(client, question, "done", **WHO, text="De lamp brandt.")

    assert list(question.steps.values_list("kind", flat=True)) == [
        "picked_up",
        "answered",
        "promised",
        "corrected",
        "done",
    ]
    question.refresh_from_db()
    assert (question.state, question.session) == (QuestionState.DONE, session)
    assert session.listed.get().question == question
    assert said(last)[-1] == "Wat ermee is gedaan, staat op de site."


def test_question_does_not_go_to_a_session_of_another_house(centre, coordinator):
    StaffRole.objects.create(person=coordinator, role=Role.HOST, centre=CentreFactory())
    question = QuestionFactory(centre=centre)
    elsewhere = SessionFactory(
        occurrence__activity__centre=coordinator.staff_roles.get(role=Role.HOST).centre
    )

    response = step(
        as_(coordinator), question, "pick-up", **WHO, due_on=tomorrow(), session=elsewhere.pk
    )

    assert list(response.context["wrong"].errors) == ["session"]
    assert not elsewhere.listed.exists()
    question.refresh_from_db()
    assert question.state == QuestionState.ASKED


def test_form_says_what_is_missing_and_stays_open(centre, coordinator):
    question = QuestionFactory(centre=centre)

    response = step(as_(coordinator), question, "answer", text="", name="", function="")

    assert response.status_code == 200
    shown = text(response)
    for sentence in [
        "Schrijf eerst het antwoord.",
        "Een antwoord heeft een naam.",
        "Vul in wat deze mens doet.",
    ]:
        assert sentence in shown
    assert not QuestionStep.objects.exists()


def test_too_long_and_past_are_refused(centre, coordinator):
    question, client = QuestionFactory(centre=centre), as_(coordinator)

    long = step(client, question, "answer", **WHO, text="a" * 1001)
    past = step(client, question, "pick-up", **WHO, due_on=timezone.localdate() - timedelta(days=1))

    assert "Hoogstens 1.000 tekens." in text(long)
    assert "Die dag is al geweest." in text(past)
    assert not QuestionStep.objects.exists()


def test_step_that_comes_too_late_says_so(centre, coordinator):
    question = QuestionFactory(centre=centre, answered=True)

    response = step(as_(coordinator), question, "pick-up", **WHO, due_on=tomorrow())

    assert said(response) == ["Iemand was je voor. Kijk wat er nu staat."]


def test_what_is_not_shown_offers_no_steps(centre, coordinator):
    question = QuestionFactory(centre=centre, waiting=True)

    response = as_(coordinator).get(url("desk_question", question.pk))

    assert response.context["steps"] == []
    assert "Kijk er eerst naar." in text(response)


def test_host_reads_but_does_not_move(centre):
    question = QuestionFactory(centre=centre)
    client = as_(PersonFactory(host_of=centre))

    assert client.get(url("desk_question", question.pk)).context["steps"] == []
    assert step(client, question, "answer", **WHO, text="Ja.").status_code == 403
    assert not QuestionStep.objects.exists()


@pytest.mark.parametrize("who", ["nobody", "resident", "elsewhere"])
def test_wrong_person_sees_and_does_nothing(centre, who):
    question = QuestionFactory(centre=centre, name="Emine Kaya")
    person = {
        "nobody": lambda: None,
        "resident": PersonFactory,
        "elsewhere": lambda: coordinator_of(CentreFactory()),
    }[who]()
    client = as_(person)

    responses = [
        client.get(url("desk_question", question.pk)),
        step(client, question, "answer", **WHO, text="Ja."),
        client.post(url("desk_question_paper", question.pk), {"people": 5}),
    ]

    assert {response.status_code for response in responses} <= {302, 403, 404}
    assert all("Emine" not in text(response) for response in responses)
    assert not QuestionStep.objects.exists()
    assert not MeToo.objects.exists()


def test_list_on_paper_is_counted_once(centre):
    question, token = QuestionFactory(centre=centre), uuid.uuid4()
    client = as_(PersonFactory(host_of=centre))

    for _number in range(2):
        client.post(url("desk_question_paper", question.pk), {"people": 17, "token": token})
    wrong = client.post(url("desk_question_paper", question.pk), {"people": 501})

    assert said(wrong)[-1] == "Kies een getal van 1 tot 500."
    question.refresh_from_db()
    assert question.me_too == 17


def test_host_types_in_a_question_and_gets_a_slip(centre):
    host = PersonFactory(host_of=centre)
    client = as_(host)

    response = client.post(
        url("desk_question_new"), ask_form(name="Gerda Harmsen", centre=centre.slug)
    )

    question = Question.objects.get()
    assert response["Location"] == url("question_slip", question.pk)
    assert (question.name, question.entered_by, question.showing) == (
        "Gerda Harmsen",
        host,
        "shown",
    )
    assert question.shown_code in text(client.get(response["Location"]))


def test_host_pressing_twice_gets_the_same_slip(centre):
    client, fields = as_(PersonFactory(host_of=centre)), ask_form()

    first, second = (client.post(url("desk_question_new"), fields) for _number in range(2))

    assert first["Location"] == second["Location"]
    assert Question.objects.count() == 1


def test_host_sees_first_what_was_asked_before(centre):
    before = QuestionFactory(text="Waarom is de brug nog dicht?", centre=CentreFactory())
    client, fields = as_(PersonFactory(host_of=centre)), ask_form(email="g@voorbeeld.nl")

    response = client.post(url("desk_question_new"), fields)

    assert [row.question for row in response.context["rows"]] == [before]
    shown = text(response)
    assert "Vroeg iemand dit al?" in shown
    assert 'name="email" value="g@voorbeeld.nl"' in shown
    assert not Question.objects.exclude(pk=before.pk).exists()

    client.post(url("desk_question_new"), fields | {"seen": "1"})
    assert Question.objects.exclude(pk=before.pk).get().text == "Waarom is de brug dicht?"


def test_guest_of_a_host_counts_along_once_and_hears_the_answer(centre):
    before = QuestionFactory(text="Waarom is de brug nog dicht?", centre=CentreFactory())
    host = PersonFactory(host_of=centre)
    client = as_(host)
    fields = ask_form(name="Gerda", email="g@voorbeeld.nl", same=before.pk)

    first, second = (client.post(url("desk_question_new"), fields) for _number in range(2))

    assert first["Location"] == second["Location"] == before.get_absolute_url()
    assert [*said(first), *said(second)][-1] == "Je gast telde al mee."
    row = MeToo.objects.get()
    assert (row.question, row.name, row.email, row.entered_by, row.person) == (
        before,
        "Gerda",
        "g@voorbeeld.nl",
        host,
        None,
    )
    before.refresh_from_db()
    assert (before.me_too, Question.objects.count()) == (1, 1)


@pytest.mark.parametrize("trait", ["waiting", "hidden"])
def test_guest_does_not_count_along_with_what_nobody_reads(centre, trait):
    hidden = QuestionFactory(**{trait: True})
    client = as_(PersonFactory(host_of=centre))

    for same, status in [(hidden.pk, 404), (uuid.uuid4(), 404), ("geen", 200)]:
        answered = client.post(url("desk_question_new"), ask_form(same=same))
        assert answered.status_code == status

    assert not MeToo.objects.exists()
    assert Question.objects.count() == 1


def test_themes_are_added_once_and_taken_out_of_use(coordinator):
    client = as_(coordinator)
    client.post(url("desk_themes"), {"name": "Wonen", "name_en": "Housing"})
    again = client.post(url("desk_themes"), {"name": "Wonen"})

    assert "Dit thema is er al." in text(again)
    theme = QuestionTheme.objects.get()
    assert theme.words("en") == ("Housing", "en")

    client.post(url("desk_theme_use", theme.pk))
    theme.refresh_from_db()
    assert not theme.is_active
    assert "Wonen" not in text(as_().get(url("question_new")))
    client.post(url("desk_theme_use", theme.pk), {"in_use": "1"})
    theme.refresh_from_db()
    assert theme.is_active


def test_host_keeps_no_themes(centre):
    client = as_(PersonFactory(host_of=centre))
    theme = ThemeFactory()

    assert client.post(url("desk_themes"), {"name": "Wonen"}).status_code == 403
    assert client.post(url("desk_theme_use", theme.pk)).status_code == 403
    assert QuestionTheme.objects.get() == theme


@pytest.mark.parametrize("number", [1, 30])
def test_desk_costs_the_same_at_any_size(number, django_assert_num_queries, centre, coordinator):
    for _number in range(number):
        QuestionFactory(centre=centre, theme=ThemeFactory())
        QuestionFactory(centre=centre, answered=True)
        SessionFactory(occurrence__activity__centre=centre)
    client = as_(coordinator)
    client.get(url("desk_questions"))

    with django_assert_num_queries(10):
        client.get(url("desk_questions"))
