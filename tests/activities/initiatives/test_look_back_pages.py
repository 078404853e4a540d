"""The pages of looking back: by a link, by who organised it, at the desk, on paper."""

import uuid

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from activities import limits
from activities.initiatives import looking_back, steps
from activities.models import (
    Choice,
    Lesson,
    LookBack,
    Reaction,
    Readers,
    Reflection,
    WishState,
)
from lokaal.limits import Limit
from lokaal.outbox.models import Message
from tests.activities.factories import (
    ActivityFactory,
    CentreFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)
from tests.activities.initiatives.look_back_factories import (
    LessonFactory,
    LookBackFactory,
    ReflectionFactory,
    TriedWishFactory,
)
from tests.activities.organising.pages import as_, errors, said, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_counts_of_before() -> None:
    cache.clear()


@pytest.fixture
def look_back() -> LookBack:
    wish = TriedWishFactory(state=WishState.LOOKING_BACK, activity__title="Zingen")
    return LookBackFactory(activity=wish.activity, wish=wish)


@pytest.fixture
def owner(look_back):
    return look_back.wish.person


@pytest.fixture
def host(look_back):
    return PersonFactory(host_of=look_back.centre)


# Beginning and looking ---------------------------------------------------------------------------


def test_organiser_begins_to_look_back_at_an_activity():
    activity = ActivityFactory(stopped=True)
    organiser = PersonFactory()
    activity.organisers.add(organiser)

    response = as_(organiser).post(url("look_back_new", activity.pk))

    assert response.url == url("look_back", LookBack.objects.get().pk)
    assert url("look_back_new", activity.pk) in (
        as_(organiser).get(url("activity_manage", activity.pk)).content.decode()
    )


def test_draft_is_not_looked_back_on():
    activity = ActivityFactory(draft=True)
    organiser = PersonFactory()
    activity.organisers.add(organiser)

    response = as_(organiser).post(url("look_back_new", activity.pk))

    assert response.url == url("activity_manage", activity.pk)
    assert said(response) == [
        "Dit stond nog niet in de agenda. Er is nog niets om op terug te kijken."
    ]


GET_PAGES = ["look_back", "look_back_paper", "look_back_enter", "look_back_decide", "lesson_new"]
POST_PAGES = [
    "look_back_ask",
    "look_back_enter",
    "look_back_decide",
    "lesson_new",
    "reflection_new",
]


@pytest.mark.parametrize("name", GET_PAGES)
def test_pages_are_for_those_who_made_it(look_back, owner, host, name):
    page = url(name, look_back.pk)

    for person in (owner, look_back.wish.coach, host):
        assert as_(person).get(page).status_code == 200
    for stranger in (PersonFactory(), PersonFactory(host_of=CentreFactory())):
        assert as_(stranger).get(page).status_code == 404
    assert Client().get(page).status_code == 302


@pytest.mark.parametrize("name", POST_PAGES)
def test_strangers_change_nothing(look_back, name):
    response = as_(PersonFactory()).post(
        url(name, look_back.pk), {"outcome": "stopped", "reason": "Zomaar."}
    )

    assert response.status_code == 404
    assert LookBack.objects.get().outcome == ""
    assert not Reflection.objects.exists()
    assert not Message.objects.exists()


def test_look_back_page_tells_all_to_its_makers(look_back, owner, host):
    ReflectionFactory(look_back=look_back, person=look_back.wish.coach, happened="Het was rustig.")
    LessonFactory(look_back=look_back, text="Neem de zaal.", readers=Readers.US)
    looking_back.react_openly(
        look_back,
        choice=Choice.AGAIN,
        sentence="Fijn!",
        language="nl",
        form_token=uuid.uuid4(),
    )

    page = as_(owner).get(url("look_back", look_back.pk)).content.decode()

    for words in ("Het was rustig.", "Neem de zaal.", "“Fijn!”", "Weer zo: 1"):
        assert words in page
    assert "Voor iemand zonder telefoon" not in page
    assert "Voor iemand zonder telefoon" in (
        as_(host).get(url("look_back", look_back.pk)).content.decode()
    )


def test_looking_at_it_changes_nothing(look_back, owner):
    OccurrenceFactory(activity=look_back.activity, over=True, heads=12)

    page = as_(owner).get(url("look_back", look_back.pk)).content.decode()

    assert "Samen 12 bezoeken" in page
    look_back.refresh_from_db()
    assert look_back.people_came == 0


@pytest.mark.parametrize("number", [1, 30])
def test_look_back_page_asks_a_fixed_number_of_queries(
    look_back, owner, number, django_assert_num_queries
):
    for _number in range(number):
        ReflectionFactory(look_back=look_back)
        LessonFactory(look_back=look_back)
        looking_back.react_openly(
            look_back,
            choice=Choice.AGAIN,
            sentence="Fijn!",
            language="nl",
            form_token=uuid.uuid4(),
        )
    client = as_(owner)
    client.get(url("look_back", look_back.pk))

    with django_assert_num_queries(11):
        client.get(url("look_back", look_back.pk))


# The four questions ------------------------------------------------------------------------------


def test_four_questions_one_by_one(look_back, owner):
    client = as_(owner)
    response = client.post(url("reflection_new", look_back.pk))
    pages = []
    for text in ("Er was niets.", "Het zat vol.", "", "Overdag."):
        pages.append(response.url)
        response = client.post(response.url, {"text": text})
    response = client.post(response.url, {"readers": "everyone", "with_name": "on"})

    reflection = Reflection.objects.get()
    assert pages == [
        url("reflection_step", reflection.pk, question)
        for question in ("why", "happened", "missing", "better_form")
    ]
    assert response.url == url("reflection", reflection.pk)
    assert reflection.answers == [
        ("why", "Er was niets."),
        ("happened", "Het zat vol."),
        ("better_form", "Overdag."),
    ]
    assert (reflection.person, reflection.readers) == (owner, Readers.EVERYONE)
    assert "Bedankt. Je antwoorden zijn bewaard." in client.get(response.url).content.decode()


def test_step_keeps_what_was_written_and_shows_it_again(look_back, owner):
    reflection = ReflectionFactory(look_back=look_back, person=owner)

    page = as_(owner).get(url("reflection_step", reflection.pk, "happened")).content.decode()

    assert "Er kwamen steeds meer mensen." in page
    assert "Vraag 2 van 5" in page


def test_step_says_why_a_number_cannot_be_kept(look_back, owner):
    reflection = ReflectionFactory(look_back=look_back, person=owner, why="Bel 06 12345678.")

    bsn = as_(owner).post(url("reflection_step", reflection.pk, "why"), {"text": "111222333"})
    phone = as_(owner).post(
        url("reflection_step", reflection.pk, "readers"), {"readers": "everyone"}
    )

    assert errors(bsn) == {
        "text": ["Hier staat een burgerservicenummer (BSN). Haal dat nummer weg."]
    }
    assert errors(phone) == {
        "__all__": ["Hier staat een telefoonnummer. Iedereen leest dit. Haal het weg."]
    }
    reflection.refresh_from_db()
    assert (reflection.why, reflection.readers) == ("Bel 06 12345678.", Readers.US)


def test_answers_of_another_are_nobody_elses(look_back, owner, host):
    reflection = ReflectionFactory(look_back=look_back, person=owner)

    for client in (as_(host), as_(PersonFactory()), Client()):
        for page in (
            url("reflection", reflection.pk),
            url("reflection_step", reflection.pk, "why"),
            url("reflection", reflection.pk, "x" * 64),
            url("reflection_step", reflection.pk, "x" * 64, "why"),
        ):
            assert client.get(page).status_code == 404
            assert client.post(page, {"text": "Weg."}).status_code == 404
    assert as_(owner).get(url("reflection_step", reflection.pk, "nergens")).status_code == 404


def test_guest_answers_with_the_link_of_the_message():
    wish = TriedWishFactory(person=None, name="Gerda", email="gerda@voorbeeld.nl")
    OccurrenceFactory(activity=wish.activity, over=True)
    looking_back.open_due()
    text = Message.objects.get(to_address="gerda@voorbeeld.nl").text
    page = "/" + next(word for word in text.split() if "/terugkijken/" in word).split("/", 3)[3]
    client = Client()

    assert client.get(page).status_code == 200
    first = client.get(page).context["first_url"]
    client.post(first, {"text": "Ik mis zingen."})
    client.post(
        page,
        {"text": "Begin klein.", "matter": "other", "readers": "us", "token": uuid.uuid4()},
    )

    assert Reflection.objects.get().why == "Ik mis zingen."
    assert Lesson.objects.get().text == "Begin klein."


def test_host_fills_in_for_somebody_without_account(look_back, host, owner):
    response = as_(host).post(url("reflection_new", look_back.pk), {"name": "Gerda"})
    reflection = Reflection.objects.get()

    assert response.url == url("reflection_step", reflection.pk, "why")
    assert as_(host).get(response.url).status_code == 200
    assert as_(owner).get(response.url).status_code == 404
    assert (reflection.name, reflection.entered_by, reflection.person) == ("Gerda", host, None)
    assert as_(owner).post(url("reflection_new", look_back.pk), {"name": "X"}).status_code == 403


# Lessons -----------------------------------------------------------------------------------------


def lesson(**fields):
    return {
        "text": "Neem de grote zaal.",
        "matter": "room",
        "readers": "everyone",
        "token": uuid.uuid4(),
    } | fields


def test_lesson_twice_with_one_form_is_one(look_back, owner):
    form = lesson(with_name="on")

    for _press in range(2):
        response = as_(owner).post(url("lesson_new", look_back.pk), form)

    made = Lesson.objects.get()
    assert response.url == url("look_back", look_back.pk)
    assert (made.text, made.matter, made.person) == ("Neem de grote zaal.", "room", owner)
    assert (made.readers, made.with_name) == (Readers.EVERYONE, True)


def test_lesson_is_changed_and_taken_back_by_its_writer_alone(look_back, owner, host):
    made = LessonFactory(look_back=look_back, person=owner)

    assert as_(host).post(url("lesson_edit", made.pk), lesson()).status_code == 404
    assert as_(host).post(url("lesson_take_back", made.pk)).status_code == 404
    as_(owner).post(url("lesson_edit", made.pk), lesson(text="Neem de tuin."))
    assert Lesson.objects.get().text == "Neem de tuin."
    as_(owner).post(url("lesson_take_back", made.pk))

    assert not Lesson.objects.exists()


def test_lesson_says_why_not(look_back, owner):
    response = as_(owner).post(
        url("lesson_new", look_back.pk), lesson(text="Bel 06 12345678.", matter="")
    )

    assert errors(response) == {
        "text": ["Hier staat een telefoonnummer. Iedereen leest dit. Haal het weg."],
        "matter": ["Kies waar het over gaat."],
    }


# Deciding ----------------------------------------------------------------------------------------


def test_decide_to_keep(look_back, owner):
    response = as_(owner).post(
        url("look_back_decide", look_back.pk),
        {"outcome": "kept", "reason": "Het zit vol.", "token": uuid.uuid4()},
    )

    assert response.url == url("look_back", look_back.pk)
    assert said(response) == ["Besloten. Iedereen die meedeed, krijgt bericht."]
    look_back.refresh_from_db()
    assert (look_back.outcome, look_back.reason) == ("kept", "Het zit vol.")
    again = as_(owner).get(url("look_back_decide", look_back.pk))
    assert again.url == url("look_back", look_back.pk)


def test_decide_asks_why_and_how(look_back, owner):
    response = as_(owner).post(
        url("look_back_decide", look_back.pk), {"outcome": "adapted", "reason": ""}
    )

    assert errors(response) == {
        "reason": ["Schrijf op waarom. Een ander leert ervan."],
        "text": ["Vertel in één zin hoe het verder gaat."],
    }


def test_decide_says_what_the_house_says(look_back, owner):
    look_back.activity.state = "stopped"
    look_back.activity.save()

    response = as_(owner).post(
        url("look_back_decide", look_back.pk), {"outcome": "kept", "reason": "Goed."}
    )

    assert errors(response) == {
        "__all__": ["Dit staat niet meer in de agenda. Zet het er eerst weer in."]
    }


# Those who came ----------------------------------------------------------------------------------


def asked(look_back):
    date = OccurrenceFactory(activity=look_back.activity, over=True)
    sign_up = SignUpFactory(occurrence=date, email="emine@voorbeeld.nl")
    looking_back.ask(look_back)
    reaction, secret = looking_back.asked_of(sign_up)
    return reaction, reverse("activities:reaction", args=[reaction.pk, secret])


def test_one_tap_and_then_a_sentence(look_back):
    reaction, page = asked(look_back)
    client = Client()

    assert client.get(page).status_code == 200
    reaction.refresh_from_db()
    assert reaction.choice == ""
    tapped = client.post(page, {"choice": "different"})
    assert said(tapped) == ["Bedankt. Wij lezen je antwoord."]
    client.post(page, {"choice": "different", "sentence": "Liever overdag.", "for_all": "on"})

    reaction.refresh_from_db()
    assert (reaction.choice, reaction.sentence) == ("different", "Liever overdag.")
    assert reaction.readers == Readers.EVERYONE
    response = client.get(page)
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_another_tap_keeps_the_sentence(look_back):
    _reaction, page = asked(look_back)
    client = Client()
    client.post(page, {"choice": "again", "sentence": "Fijn."})

    form = client.get(page).content.decode()

    assert '<input type="hidden" name="sentence" value="Fijn.">' in form


def test_wrong_link_says_so(look_back):
    reaction, _page = asked(look_back)

    response = Client().post(url("reaction", reaction.pk, "0" * 64), {"choice": "again"})

    assert response.status_code == 404
    assert "Deze link klopt niet" in response.content.decode()
    reaction.refresh_from_db()
    assert reaction.choice == ""


def test_after_the_decision_nothing_is_asked(look_back, owner):
    _reaction, page = asked(look_back)
    looking_back_decided = {"outcome": "kept", "reason": "Goed.", "token": uuid.uuid4()}
    as_(owner).post(url("look_back_decide", look_back.pk), looking_back_decided)

    assert "Er is al besloten. Bedankt dat je er was." in Client().get(page).content.decode()
    response = Client().post(page, {"choice": "again"})
    assert said(response) == ["Er is al besloten. Bedankt dat je er was."]
    assert Client().get(url("reaction_open", look_back.pk)).status_code == 404


def test_open_page_for_who_walked_in(look_back):
    client = Client()
    form = {"choice": "again", "token": uuid.uuid4()}

    response = client.post(url("reaction_open", look_back.pk), form)
    client.post(url("reaction_open", look_back.pk), form)

    made = Reaction.objects.get()
    assert (made.choice, made.sign_up) == ("again", None)
    assert response.url == url("reaction", made.pk, looking_back.secret_of(made))
    client.post(response.url, {"choice": "again", "sentence": "Fijn."})
    made.refresh_from_db()
    assert made.sentence == "Fijn."


def test_open_page_has_a_limit(look_back, monkeypatch):
    monkeypatch.setattr(limits, "REACTION_FROM_ADDRESS", Limit("reaction", most=1, seconds=600))
    page = url("reaction_open", look_back.pk)

    Client().post(page, {"choice": "again"})
    response = Client().post(page, {"choice": "again"})

    assert response.status_code == 429
    assert Reaction.objects.count() == 1


def test_open_page_catches_what_people_do_not_fill_in(look_back):
    response = Client().post(
        url("reaction_open", look_back.pk), {"choice": "again", "website": "x"}
    )

    assert errors(response) == {"website": ["Dit ging niet goed. Druk nog een keer op de knop."]}
    assert not Reaction.objects.exists()


def test_page_of_the_sign_up_asks_too(look_back):
    date = OccurrenceFactory(activity=look_back.activity, over=True)
    person = PersonFactory()
    sign_up = SignUpFactory(occurrence=date, person=person)
    page = url("sign_up", sign_up.pk)
    assert "Geef antwoord met één tik" not in as_(person).get(page).content.decode()

    looking_back.ask(look_back)

    assert "Geef antwoord met één tik" in as_(person).get(page).content.decode()


def test_ask_by_a_button_once(look_back, owner):
    SignUpFactory(
        occurrence=OccurrenceFactory(activity=look_back.activity, over=True),
        email="emine@voorbeeld.nl",
    )

    first = as_(owner).post(url("look_back_ask", look_back.pk))
    again = as_(owner).post(url("look_back_ask", look_back.pk))

    assert said(first) == ["1 mens krijgt een bericht."]
    assert said(again) == ["Niemand krijgt een bericht. Vraag het op papier."]
    assert Message.objects.count() == 1


# On paper ----------------------------------------------------------------------------------------


def pile(*papers, token=None):
    form = {
        "token": token or uuid.uuid4(),
        "paper-TOTAL_FORMS": 10,
        "paper-INITIAL_FORMS": 0,
    }
    for number, paper in enumerate(papers):
        form |= {f"paper-{number}-{name}": value for name, value in paper.items()}
    return form


def test_pile_of_paper_is_typed_in_once(look_back, host):
    form = pile(
        {"choice": "again", "sentence": "Fijn.", "for_all": "on"},
        {},
        {"choice": "no_need"},
    )

    for _press in range(2):
        response = as_(host).post(url("look_back_enter", look_back.pk), form)

    assert said(response) == ["2 papieren zijn ingevuld."]
    assert list(Reaction.objects.values_list("choice", "entered_by")) == [
        ("again", host.pk),
        ("no_need", host.pk),
    ]


def test_pile_says_what_is_missing(look_back, host):
    response = as_(host).post(
        url("look_back_enter", look_back.pk), pile({"sentence": "Fijn."}, {"choice": "again"})
    )

    assert response.context["papers"][0].errors == {"choice": ["Kies wat er op het papier staat."]}
    assert not Reaction.objects.exists()


def test_paper_has_the_code_of_the_open_page(look_back, owner):
    page = as_(owner).get(url("look_back_paper", look_back.pk)).content.decode()

    assert page.count('class="qr"') == 2
    assert "Moet het nog een keer?" in page


def test_lessons_of_run_1_stand_in_the_plan_of_run_2(look_back, host):
    """Acceptance test (h), on the page that the next organiser sees."""
    LessonFactory(look_back=look_back, text="Neem de grote zaal.", person=host)
    client = as_(host)
    client.post(
        url("look_back_decide", look_back.pk),
        {"outcome": "adapted", "reason": "Te klein.", "text": "Zingen in het park."},
    )
    grown = LookBack.objects.get().grew_into
    steps.begin(grown)

    page = as_(grown.coach).get(url("wish_plan", grown.pk)).content.decode()
    assert "Neem de grote zaal." in page
