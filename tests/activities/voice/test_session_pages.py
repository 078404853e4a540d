"""The pages of sessions: the public one, that of a guest (who opens nothing else), and where staff prepare them."""

import uuid

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from activities.models import (
    AnswerDraft,
    QuestionStep,
    SessionGuest,
    SessionNote,
    SessionQuestion,
    Showing,
)
from activities.voice import sessions
from tests.activities.factories import (
    ActivityFactory,
    CentreFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)
from tests.activities.voice.factories import (
    GuestFactory,
    ListedFactory,
    NoteFactory,
    QuestionFactory,
    SessionFactory,
    coordinator_of,
    guest_secret,
)
from tests.activities.voice.pages import as_, said, text, url
from tests.test_security import example, routes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_counts_of_before():
    cache.clear()


def guest_url(guest: SessionGuest, *more: object, name: str = "session_guest") -> str:
    return url(name, guest.pk, guest_secret(guest.email), *more)


@pytest.fixture
def guest():
    return GuestFactory()


@pytest.fixture
def keeper(guest):
    return coordinator_of(guest.session.occurrence.centre)


# For everybody -----------------------------------------------------------------------------------


def test_public_page_shows_who_comes_and_what_is_shown(client, guest):
    session = guest.session
    listed = ListedFactory(session=session, note="Alleen voor Karin", guest=guest)
    hidden = ListedFactory(session=session, question=QuestionFactory(hidden=True))
    NoteFactory(session=session, text="Een gift mag.")
    NoteFactory(session=session, text="Nog niet gelezen.", showing=Showing.WAITING)
    gone = GuestFactory(session=session, name="Bas Roelofs", withdrawn=True)

    shown = text(client.get(session.get_absolute_url()))

    for seen in ["Wonen in de buurt", "Karin Pol", listed.question.text, "Een gift mag."]:
        assert seen in shown
    for unseen in ["Alleen voor Karin", hidden.question.text, "Nog niet", gone.name, guest.email]:
        assert unseen not in shown


def test_session_of_a_draft_is_not_there(client):
    session = SessionFactory(occurrence=OccurrenceFactory(activity=ActivityFactory(draft=True)))

    assert client.get(session.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_public_page_costs_the_same_at_any_size(number, django_assert_num_queries, client):
    session = SessionFactory()
    for _number in range(number):
        ListedFactory(session=session)
        NoteFactory(session=session, guest=GuestFactory(session=session))
    client.get(session.get_absolute_url())

    with django_assert_num_queries(7):
        client.get(session.get_absolute_url())


# The link of a guest -----------------------------------------------------------------------------


def test_guest_sees_the_session_and_no_participants(client, guest):
    occurrence = guest.session.occurrence
    SignUpFactory(occurrence=occurrence, name="Emine Kaya")
    question = QuestionFactory(name="Abdi Nur", email="a@voorbeeld.nl", phone="0612345678")
    ListedFactory(session=guest.session, question=question, guest=guest, note="Weet jij dit?")

    response = client.get(guest_url(guest))

    shown = text(response)
    assert question.text in shown
    assert "Weet jij dit?" in shown
    for unseen in ["Emine", "Abdi", "a@voorbeeld.nl", "12345678", "aangemeld"]:
        assert unseen not in shown
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]


def test_wrong_shortened_late_and_withdrawn_links_are_refused(client, guest):
    secret = guest_secret(guest.email)
    late, withdrawn = GuestFactory(late=True), GuestFactory(withdrawn=True)
    other = GuestFactory()

    for pk, wrong in [
        (guest.pk, secret[:-1]),
        (guest.pk, secret[:12]),
        (guest.pk, "x"),
        (other.pk, secret),
        (uuid.uuid4(), secret),
        (late.pk, guest_secret(late.email)),
        (withdrawn.pk, guest_secret(withdrawn.email)),
    ]:
        assert client.get(url("session_guest", pk, wrong)).status_code == 404
        posted = client.post(url("session_guest_note", pk, wrong), {"note-text": "Zo."})
        assert posted.status_code == 404
    assert not SessionNote.objects.exists()


def test_link_of_a_guest_opens_nothing_else(client, guest):
    """After opening it, this browser gets of every other page no more than anybody does."""
    ListedFactory(session=guest.session)
    assert client.get(guest_url(guest)).status_code == 200
    stranger = Client()

    for route in routes():
        address = example(route)
        if address is None or "session_guest" in route.name or route.name.startswith("admin:"):
            continue
        mine, theirs = client.get(address), stranger.get(address)
        assert (route.name, mine.status_code) == (route.name, theirs.status_code)
        if not route.is_public:
            assert mine.status_code in {302, 403, 404, 405}, route.name
    for name, pk in [
        ("desk_session", guest.session.pk),
        ("desk_question", guest.session.listed.get().question_id),
        ("occurrence_manage", guest.session.occurrence_id),
        ("occurrence_people", guest.session.occurrence_id),
    ]:
        response = client.get(url(name, pk))
        assert response.status_code == 302
        assert reverse("account_request_login_code") in response["Location"]


def test_secret_of_a_guest_opens_no_other_kind_of_link(client, guest):
    question = ListedFactory(session=guest.session).question
    secret = guest_secret(guest.email)

    for name in ("question_follow", "question_slip"):
        assert client.get(url(name, question.pk, secret)).status_code == 404
    assert client.get(url("sign_up", guest.pk, secret)).status_code == 404
    assert client.get(reverse("venue:door", args=[secret])).status_code == 404


def test_get_changes_nothing(client, guest):
    listed = ListedFactory(session=guest.session)
    before = list(SessionGuest.objects.values())

    client.get(guest_url(guest))
    assert (
        client.get(guest_url(guest, listed.question_id, name="session_guest_answer")).status_code
        == 405
    )
    assert client.get(guest_url(guest, name="session_guest_note")).status_code == 405

    assert list(SessionGuest.objects.values()) == before
    assert not AnswerDraft.objects.exists()
    assert not SessionNote.objects.exists()


def test_guest_answers_and_it_waits(client, guest):
    listed = ListedFactory(session=guest.session)
    field = f"{listed.question_id}-text"
    address = guest_url(guest, listed.question_id, name="session_guest_answer")

    empty = client.post(address, {field: " "})
    assert "Schrijf eerst het antwoord." in text(empty)
    response = client.post(address, {field: "Ja, in mei."})

    assert response["Location"] == guest_url(guest)
    assert said(response) == ["Bedankt. Wij lezen het en zetten het op de site."]
    draft = AnswerDraft.objects.get()
    assert (draft.text, draft.guest, draft.question) == ("Ja, in mei.", guest, listed.question)
    assert "Ja, in mei." not in text(client.get(url("question", listed.question_id)))
    assert "Ja, in mei." in text(client.get(guest_url(guest)))


def test_guest_cannot_answer_what_is_not_on_the_list(client, guest):
    other = ListedFactory().question

    response = client.post(
        guest_url(guest, other.pk, name="session_guest_answer"), {f"{other.pk}-text": "Ja."}
    )

    assert said(response) == ["Deze vraag staat niet meer op de lijst."]
    assert not AnswerDraft.objects.exists()


def test_guest_tells_a_rule(client, guest):
    client.post(
        guest_url(guest, name="session_guest_note"),
        {"note-kind": "rule", "note-text": "Een gift mag.", "note-token": uuid.uuid4()},
    )

    note = SessionNote.objects.get()
    assert (note.kind, note.text, note.showing) == ("rule", "Een gift mag.", Showing.WAITING)
    assert "Een gift mag." not in text(client.get(guest.session.get_absolute_url()))


@pytest.mark.parametrize("number", [1, 30])
def test_page_of_a_guest_costs_the_same_at_any_size(
    number, django_assert_num_queries, client, guest
):
    for _number in range(number):
        ListedFactory(session=guest.session)
        NoteFactory(session=guest.session)
    client.get(guest_url(guest))

    with django_assert_num_queries(6):
        client.get(guest_url(guest))


# At the desk -------------------------------------------------------------------------------------


def test_session_is_made_and_a_guest_invited():
    occurrence = OccurrenceFactory()
    client = as_(coordinator_of(occurrence.centre))

    made = client.post(url("session_new", occurrence.pk), {"about": "Wonen"})
    session = occurrence.knowledge_session
    assert made["Location"] == url("desk_session", session.pk)
    fields = {
        "guest-name": "Karin Pol",
        "guest-function": "gebiedsregisseur",
        "guest-organisation": "gemeente",
        "guest-email": "karin@voorbeeld.nl",
    }
    response = client.post(url("session_invite", session.pk), fields)

    assert said(response) == [
        "De sessie is klaar. Nodig nu gasten uit.",
        "Karin Pol krijgt een link.",
    ]
    assert SessionGuest.objects.get().email == "karin@voorbeeld.nl"
    missing = client.post(url("session_invite", session.pk), fields | {"guest-function": ""})
    assert "Vul in wat deze mens doet." in text(missing)


def test_question_goes_on_the_list_and_off(guest, keeper):
    question, client = QuestionFactory(), as_(keeper)

    client.post(
        url("session_list", guest.session.pk, question.pk),
        {"guest": guest.pk, "note": "Weet jij dit?"},
    )
    listed = SessionQuestion.objects.get()
    assert (listed.question, listed.guest, listed.note) == (question, guest, "Weet jij dit?")

    client.post(url("session_unlist", listed.pk))
    assert not SessionQuestion.objects.exists()


def test_draft_is_published_or_set_aside(guest, keeper):
    client = as_(keeper)
    drafts = [
        sessions.write_draft(
            guest, ListedFactory(session=guest.session).question_id, text=words, language="nl"
        )
        for words in ("Ja.", "Nee.")
    ]

    client.post(url("draft_decide", drafts[0].pk, "publish"))
    client.post(url("draft_decide", drafts[1].pk, "set-aside"))

    assert QuestionStep.objects.get().text == "Ja."
    assert client.post(url("draft_decide", drafts[0].pk, "weg")).status_code == 404


def test_link_is_renewed_and_withdrawn(guest, keeper):
    client = as_(keeper)
    old = guest_secret(guest.email)

    client.post(url("session_guest_renew", guest.pk))
    assert sessions.find_guest(guest.pk, old) is None
    client.post(url("session_guest_withdraw", guest.pk))

    guest.refresh_from_db()
    assert guest.is_withdrawn


@pytest.mark.parametrize("who", ["resident", "host", "elsewhere"])
def test_wrong_person_prepares_nothing(guest, who):
    person = {
        "resident": PersonFactory,
        "host": lambda: PersonFactory(host_of=guest.session.occurrence.centre),
        "elsewhere": lambda: coordinator_of(CentreFactory()),
    }[who]()
    client = as_(person)
    listed = ListedFactory(session=guest.session)
    draft = sessions.write_draft(guest, listed.question_id, text="Ja.", language="nl")
    before = list(SessionGuest.objects.values())

    addresses = [
        url("session_invite", guest.session.pk),
        url("session_note", guest.session.pk),
        url("session_list", guest.session.pk, QuestionFactory().pk),
        url("session_unlist", listed.pk),
        url("session_guest_renew", guest.pk),
        url("session_guest_withdraw", guest.pk),
        url("draft_decide", draft.pk, "publish"),
        url("session_new", guest.session.occurrence_id),
    ]
    assert {client.post(address).status_code for address in addresses} <= {403, 404}
    assert client.get(url("desk_session", guest.session.pk)).status_code in {403, 404}

    assert list(SessionGuest.objects.values()) == before
    assert SessionQuestion.objects.get() == listed
    assert not QuestionStep.objects.exists()


@pytest.mark.parametrize("number", [1, 30])
def test_desk_page_costs_the_same_at_any_size(number, django_assert_num_queries, guest, keeper):
    for _number in range(number):
        listed = ListedFactory(session=guest.session)
        QuestionFactory()
        colleague = GuestFactory(session=guest.session)
        NoteFactory(session=guest.session, guest=colleague)
        sessions.write_draft(colleague, listed.question_id, text="Ja.", language="nl")
    client = as_(keeper)
    client.get(url("desk_session", guest.session.pk))

    with django_assert_num_queries(11):
        client.get(url("desk_session", guest.session.pk))
