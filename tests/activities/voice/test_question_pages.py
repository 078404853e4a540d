"""The public pages of questions: reading, asking, having it too, following. A GET changes nothing."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from activities import limits
from activities.models import MeToo, Question, Showing
from activities.voice import answering
from tests.activities.factories import CentreFactory, PersonFactory
from tests.activities.voice.factories import (
    SECRET,
    MeTooFactory,
    QuestionFactory,
    SessionFactory,
    ThemeFactory,
)
from tests.activities.voice.pages import as_, ask_form, said, text, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_counts_of_before():
    cache.clear()


# The list ----------------------------------------------------------------------------------------


def test_list_shows_what_may_be_read_newest_first(client):
    old = QuestionFactory(created_at=timezone.now() - timedelta(days=1))
    new = QuestionFactory(name="Emine Kaya", shows_name=True)
    QuestionFactory(waiting=True)
    QuestionFactory(hidden=True)

    response = client.get(url("questions"))

    assert [row.question for row in response.context["rows"]] == [new, old]
    assert "Kaya" not in text(response)


def test_list_by_theme_state_and_house(client):
    theme, centre = ThemeFactory(), CentreFactory()
    CentreFactory()
    of_theme = QuestionFactory(theme=theme)
    done = QuestionFactory(done=True)
    there = QuestionFactory(centre=centre)

    def found(**asked):
        response = client.get(url("questions"), asked)
        return {row.question for row in response.context["rows"]}

    assert found(theme=str(theme.pk)) == {of_theme}
    assert found(state="done") == {done}
    assert found(centre=centre.slug) == {there}
    assert found(centre=centre.slug, state="done") == set()
    assert found(theme="weg", state="weg\x00", centre="\x00", page="9") == {of_theme, done, there}


def test_list_is_searched_with_typing_errors(client):
    found = QuestionFactory(text="Wanneer komt er verlichting in de fietstunnel?")
    QuestionFactory(text="Mag mijn hond los op het veldje?")

    response = client.get(url("questions"), {"q": "fietstunel"})

    assert [row.question for row in response.context["rows"]] == [found]
    assert 'content="noindex, follow"' in text(response)


def test_list_says_who_answered(client):
    question = QuestionFactory()
    answering.answer(
        question, text="Ja, in mei.", name="Karin Pol", function="regisseur", by=PersonFactory()
    )

    shown = text(client.get(url("questions")))

    assert "Karin Pol, regisseur" in shown
    assert "Ja, in mei." in shown


def test_link_out_shows_only_when_it_is_set(client, settings):
    settings.PARTICIPATION_URL = ""
    assert "Ga naar de site van de gemeente" not in text(client.get(url("questions")))

    settings.PARTICIPATION_URL = "https://praatmee.voorbeeld.nl/"
    assert 'href="https://praatmee.voorbeeld.nl/"' in text(client.get(url("questions")))


@pytest.mark.parametrize("number", [1, 30])
def test_list_costs_the_same_at_any_size(number, django_assert_num_queries, client):
    for _number in range(number):
        question = QuestionFactory(theme=ThemeFactory(), centre=CentreFactory(), answered=True)
        SessionFactory(theme=question.theme)
    client.get(url("questions"))

    with django_assert_num_queries(8):
        client.get(url("questions"))


# One question ------------------------------------------------------------------------------------


@pytest.mark.parametrize("trait", ["waiting", "hidden"])
def test_question_that_may_not_be_read_is_not_there(client, trait):
    question = QuestionFactory(**{trait: True})

    for view in ("question", "question_me_too"):
        assert client.post(url(view, question.pk)).status_code in {404, 405}
    assert client.get(url("question", question.pk)).status_code == 404
    assert not MeToo.objects.exists()


def test_question_shows_no_contact_and_no_more_of_the_name_than_wanted(client):
    question = QuestionFactory(
        name="Emine Kaya", shows_name=True, phone="0612345678", email="e@voorbeeld.nl"
    )
    other = QuestionFactory(name="Abdi Nur")
    MeTooFactory(question=question, name="Greet Bosman", email="g@voorbeeld.nl")
    MeTooFactory(question=question, example="Onder de brug.", showing=Showing.WAITING)
    MeTooFactory(question=question, example="Bij de flat.", showing=Showing.SHOWN)

    shown = text(client.get(url("question", question.pk)))

    assert "Emine" in shown
    assert "Bij de flat." in shown
    for hidden in [
        "Kaya",
        "12345678",
        "voorbeeld.nl/e",
        "e@voorbeeld.nl",
        "Greet",
        "Onder de brug",
    ]:
        assert hidden not in shown
    assert "Abdi" not in text(client.get(url("question", other.pk)))


@pytest.mark.parametrize("number", [1, 30])
def test_question_costs_the_same_at_any_size(number, django_assert_num_queries, client):
    question = QuestionFactory(theme=ThemeFactory(), centre=CentreFactory())
    answering.answer(question, text="Ja.", name="Karin", function="regisseur", by=PersonFactory())
    for _number in range(number):
        MeTooFactory(question=question, example="Bij ons ook.", showing=Showing.SHOWN)
    client.get(url("question", question.pk))

    with django_assert_num_queries(4):
        client.get(url("question", question.pk))


# Having it too -----------------------------------------------------------------------------------


def test_one_press_counts_and_again_does_not(client):
    question = QuestionFactory()

    for told in ("Bedankt. Jij telt mee.", "Bedankt. Jij telde al mee."):
        response = client.post(url("question_me_too", question.pk), {"token": uuid.uuid4()})
        assert response["Location"] == f"{question.get_absolute_url()}#ook"
        assert said(response)[-1] == told

    question.refresh_from_db()
    assert question.me_too == 1
    assert "Jij telt mee" in text(client.get(url("question", question.pk)))


def test_same_browser_adds_an_example_and_an_address_later(client):
    question = QuestionFactory()
    client.post(url("question_me_too", question.pk), {"token": uuid.uuid4()})

    client.post(
        url("question_me_too", question.pk),
        {"token": uuid.uuid4(), "example": "Bij ons ook.", "email": "e@voorbeeld.nl"},
    )

    row = MeToo.objects.get()
    assert (row.example, row.email, row.showing) == (
        "Bij ons ook.",
        "e@voorbeeld.nl",
        Showing.WAITING,
    )
    question.refresh_from_db()
    assert question.me_too == 1


def test_two_browsers_count_twice():
    question = QuestionFactory()

    for _number in range(2):
        as_().post(url("question_me_too", question.pk), {"token": uuid.uuid4()})

    question.refresh_from_db()
    assert question.me_too == 2


def test_example_with_a_number_is_asked_to_take_it_out(client):
    question = QuestionFactory()

    response = client.post(
        url("question_me_too", question.pk), {"example": "Bel 06 12345678", "name": "Emine"}
    )

    assert "Hier staat een telefoonnummer. Iedereen leest dit. Haal het weg." in text(response)
    assert not MeToo.objects.exists()


def test_get_counts_nobody(client):
    question = QuestionFactory()

    assert client.get(url("question_me_too", question.pk)).status_code == 405
    question.refresh_from_db()
    assert question.me_too == 0


def test_too_many_presses_from_one_address_are_refused(monkeypatch):
    few = limits.Limit("question", most=2, seconds=600)
    monkeypatch.setattr("activities.limits.QUESTION_FROM_ADDRESS", few)
    question = QuestionFactory()

    statuses = [
        as_().post(url("question_me_too", question.pk), {"token": uuid.uuid4()}).status_code
        for _number in range(3)
    ]

    assert statuses == [302, 302, 429]
    question.refresh_from_db()
    assert question.me_too == 2


# Asking ------------------------------------------------------------------------------------------


def test_one_sentence_is_enough_and_leads_to_the_code(client):
    response = client.post(url("question_new"), ask_form())

    question = Question.objects.get()
    assert re.fullmatch(rf"/vragen/{question.pk}/volg/[0-9a-f]{{64}}/", response["Location"])
    page = client.get(response["Location"])
    assert question.shown_code in text(page)
    assert "We hebben je vraag" in text(page)
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page["Cache-Control"]


def test_who_is_known_and_presses_twice_asks_once():
    person, fields = PersonFactory(), ask_form()
    QuestionFactory(person=person, text="Is er licht?")
    client = as_(person)

    first, second = (client.post(url("question_new"), fields) for _number in range(2))

    assert first["Location"] == second["Location"]
    assert Question.objects.exclude(text="Is er licht?").get().is_shown


def test_only_the_desk_of_its_house_is_led_on():
    question = QuestionFactory(centre=CentreFactory())

    for person, may in [
        (PersonFactory(host_of=question.centre), True),
        (PersonFactory(host_of=CentreFactory()), False),
        (PersonFactory(), False),
    ]:
        page = text(as_(person).get(question.get_absolute_url()))
        assert (url("desk_question", question.pk) in page) is may


def test_what_was_asked_before_is_shown_first_and_may_be_passed(client):
    before = QuestionFactory(text="Waarom is de brug nog dicht?")
    fields = ask_form(name="Emine", email="e@voorbeeld.nl")

    response = client.post(url("question_new"), fields)

    assert [row.question for row in response.context["rows"]] == [before]
    assert not Question.objects.exclude(pk=before.pk).exists()
    shown = text(response)
    assert "Is dit jouw vraag?" in shown
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown))
    assert (kept["text"], kept["name"], kept["email"], kept["seen"]) == (
        "Waarom is de brug dicht?",
        "Emine",
        "e@voorbeeld.nl",
        "1",
    )

    kept.pop("csrfmiddlewaretoken", None)
    client.post(url("question_new"), kept)
    question = Question.objects.exclude(pk=before.pk).get()
    assert (question.text, question.name) == ("Waarom is de brug dicht?", "Emine")


def test_same_form_twice_is_one_question(client):
    fields = ask_form()

    places = {client.post(url("question_new"), fields)["Location"] for _number in range(2)}

    assert len(places) == 1
    assert Question.objects.count() == 1


def test_all_of_the_form_is_kept(client):
    theme, centre = ThemeFactory(), CentreFactory()

    client.post(
        url("question_new"),
        ask_form(kind="need", theme=theme.pk, centre=centre.slug, name="Abdi Nur", shows_name="on"),
    )

    question = Question.objects.get()
    assert (question.kind, question.theme, question.centre, question.shown_name) == (
        "need",
        theme,
        centre,
        "Abdi",
    )


def test_somebody_signed_in_is_asked_no_contact():
    person = PersonFactory(name="Sahra Warsame")
    client = as_(person)
    assert 'name="email"' not in text(client.get(url("question_new")))

    client.post(url("question_new"), ask_form())

    question = Question.objects.get()
    assert (question.person, question.name, question.shown_name) == (person, "Sahra Warsame", "")
    assert client.get(url("question_follow", question.pk)).status_code == 200
    assert as_(PersonFactory()).get(url("question_follow", question.pk)).status_code == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": " "}, "Schrijf wat je wilt vragen. Eén zin is genoeg."),
        ({"text": "a" * 501}, "Dit is te lang. Vertel het in het kort: hoogstens 500 tekens."),
        (
            {"text": "bsn 111222333"},
            "Hier staat een burgerservicenummer (BSN). Haal dat nummer weg.",
        ),
        (
            {"text": "Bel 0575 123456"},
            "Hier staat een telefoonnummer. Iedereen leest dit. Haal het weg.",
        ),
        (
            {"text": "e@voorbeeld.nl"},
            "Hier staat een e-mailadres. Iedereen leest dit. Haal het weg.",
        ),
        ({"text": "a\x00b"}, "Hier staat een teken in dat wij niet kunnen lezen."),
        ({"email": "emine"}, "Dit e-mailadres klopt niet. Kijk of er een @ in staat."),
        ({"theme": uuid.uuid4()}, "Kies een antwoord uit de lijst."),
        ({"website": "spam"}, "Dit ging niet goed. Druk nog een keer op de knop."),
    ],
)
def test_form_says_what_is_wrong_and_keeps_the_rest(client, fields, sentence):
    response = client.post(url("question_new"), ask_form(name="Emine") | fields)

    shown = text(response)
    assert response.status_code == 200
    assert sentence in shown
    assert 'value="Emine"' in shown
    assert not Question.objects.exists()


def test_page_takes_the_words_of_a_search(client):
    theme = ThemeFactory()

    response = client.get(url("question_new"), {"q": "licht\x00", "theme": str(theme.pk)})

    assert response.context["form"]["text"].value() == "licht"
    assert response.context["form"]["theme"].value() == str(theme.pk)


# Following ---------------------------------------------------------------------------------------


def test_wrong_shortened_and_foreign_links_show_nothing(client):
    question = QuestionFactory(waiting=True)

    for secret in (SECRET[:-1], SECRET[:8], "x" * 64):
        for view in ("question_follow", "question_slip"):
            response = client.get(url(view, question.pk, secret))
            assert response.status_code == 404
            assert question.text not in text(response)
    assert client.get(url("question_follow", question.pk)).status_code == 404
    assert client.get(url("question_follow", uuid.uuid4(), SECRET)).status_code == 404


def test_own_page_says_why_it_is_hidden(client):
    from activities.initiatives import moderating

    question = QuestionFactory()
    moderating.hide(question, by=PersonFactory(), reason="Er stond een naam in.")

    shown = text(client.get(url("question_follow", question.pk, SECRET)))

    assert "Deze vraag staat niet op de site" in shown
    assert "Er stond een naam in." in shown


def test_code_opens_the_question_in_this_browser_only(client):
    question = QuestionFactory(waiting=True)

    response = client.post(url("question_code"), {"code": question.shown_code})

    assert response["Location"] == url("question_follow", question.pk)
    assert client.get(response["Location"]).status_code == 200
    assert as_().get(response["Location"]).status_code == 404


def test_wrong_codes_are_counted(client):
    QuestionFactory()

    statuses = [
        client.post(url("question_code"), {"code": "99999999"}).status_code for _n in range(6)
    ]

    assert statuses == [404] * 5 + [429]


def test_slip_has_the_code_and_no_name(client):
    question = QuestionFactory(name="Emine Kaya")

    shown = text(client.get(url("question_slip", question.pk, SECRET)))

    assert question.shown_code in shown
    assert "Emine" not in shown


# In the browser ----------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_somebody_asks_without_javascript(new_page, axe, width):
    ThemeFactory(name="Wonen")
    QuestionFactory(text="Waarom is de brug nog dicht?")
    tab = new_page(width=width, javascript=width != 320)

    tab.goto(url("questions"))
    if width != 320:
        axe(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.get_by_role("link", name="Stel een vraag").click()
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.get_by_label("Wat wil je vragen of vertellen?").fill("Waarom is de brug dicht?")
    tab.get_by_label("Wonen").check()
    tab.get_by_role("button", name="Stel je vraag").click()
    assert tab.get_by_role("heading", name="Is dit jouw vraag?").is_visible()
    if width != 320:
        axe(tab)
    tab.get_by_role("button", name="Stel mijn vraag").click()

    assert tab.get_by_role("heading", name="Jouw vraag").is_visible()
    if width != 320:
        axe(tab)
    question = Question.objects.get(text="Waarom is de brug dicht?")
    assert question.theme.name == "Wonen"
    tab.goto(url("question", Question.objects.exclude(pk=question.pk).get().pk))
    if width != 320:
        axe(tab)
    tab.get_by_role("button", name="Dat heb ik ook").click()
    assert tab.get_by_text("Jij telt mee", exact=True).is_visible()
