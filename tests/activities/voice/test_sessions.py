"""Knowledge sessions: their list, guests and links, what guests write, and that a link opens nothing else."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from activities import planning
from activities.exceptions import HoldsContact, NotOpen, NotShown, StepTaken
from activities.models import (
    AnswerDraft,
    KnowledgeSession,
    Question,
    QuestionStep,
    SessionGuest,
    SessionNote,
    SessionQuestion,
    Showing,
)
from activities.voice import sessions
from lokaal.bsn import HoldsBSN
from lokaal.outbox.models import Message
from tests.activities.factories import OccurrenceFactory, PersonFactory
from tests.activities.voice.factories import (
    GuestFactory,
    ListedFactory,
    QuestionFactory,
    SessionFactory,
    ThemeFactory,
    guest_secret,
)
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return PersonFactory()


def invite(session, by, **given):
    return sessions.invite(
        session,
        **{
            "name": "Karin Pol",
            "function": "gebiedsregisseur",
            "organisation": "gemeente",
            "email": "karin@voorbeeld.nl",
            "language": "nl",
        }
        | given,
        by=by,
    )


# The session and its list ------------------------------------------------------------------------


def test_make_twice_is_one_session_with_the_last_words(staff):
    occurrence, theme = OccurrenceFactory(), ThemeFactory()

    first = sessions.make(occurrence, theme=None, about="Wonen", by=staff)
    again = sessions.make(occurrence, theme=theme, about="Huren", by=PersonFactory())

    row = KnowledgeSession.objects.get()
    assert first == again == row
    assert (row.theme, row.about, row.made_by) == (theme, "Huren", staff)


@pytest.mark.django_db(transaction=True)
def test_make_at_once_is_one_session():
    staff, occurrence = PersonFactory(), OccurrenceFactory()

    results = at_once(*[lambda: sessions.make(occurrence, theme=None, about="Wonen", by=staff)] * 4)

    assert set(results) == {KnowledgeSession.objects.get()}


def test_put_on_list_once_and_change_for_whom(staff):
    guest = GuestFactory()
    question = QuestionFactory()

    sessions.put_on_list(guest.session, question, by=staff)
    sessions.put_on_list(guest.session, question, guest=guest, note="Weet jij dit?", by=staff)

    row = SessionQuestion.objects.get()
    assert (row.guest, row.note, row.added_by) == (guest, "Weet jij dit?", staff)
    sessions.take_off_list(row)
    sessions.take_off_list(row)
    assert not SessionQuestion.objects.exists()


def test_guest_of_another_session_cannot_be_asked(staff):
    with pytest.raises(NotOpen):
        sessions.put_on_list(SessionFactory(), QuestionFactory(), guest=GuestFactory(), by=staff)

    assert not SessionQuestion.objects.exists()


@pytest.mark.parametrize("trait", ["waiting", "hidden"])
def test_what_nobody_may_read_does_not_get_on_a_list(staff, trait):
    with pytest.raises(NotShown):
        sessions.put_on_list(SessionFactory(), QuestionFactory(**{trait: True}), by=staff)

    assert not SessionQuestion.objects.exists()


# Guests and their links --------------------------------------------------------------------------


def test_invite_sends_the_only_link(staff):
    session = SessionFactory(about="Wonen in de buurt")

    guest, secret = invite(session, staff)

    assert guest.has_secret(secret)
    assert secret not in str(SessionGuest.objects.values().get())
    assert guest.link_ends_at == session.occurrence.ends_at + timedelta(days=7)
    message = Message.objects.get()
    assert (message.to_address, message.is_secret) == ("karin@voorbeeld.nl", True)
    assert f"/vragen/gast/{guest.pk}/{secret}/" in message.text
    assert "Wonen in de buurt" in message.text
    assert sessions.find_guest(guest.pk, secret) == guest


def test_invite_same_address_twice_sends_once(staff):
    session = SessionFactory()

    first, _secret = invite(session, staff)
    again, secret = invite(session, staff, email="Karin@voorbeeld.nl")

    assert (again, secret) == (first, "")
    assert Message.objects.count() == 1


@pytest.mark.parametrize("trait", ["over", "cancelled"])
def test_invite_to_what_is_not_to_come_is_refused(staff, trait):
    session = SessionFactory(occurrence=OccurrenceFactory(**{trait: True}))

    with pytest.raises(NotOpen):
        invite(session, staff)

    assert not SessionGuest.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("trait", ["withdrawn", "late"])
def test_withdrawn_or_late_link_opens_nothing(trait):
    guest = GuestFactory(**{trait: True})

    assert sessions.find_guest(guest.pk, guest_secret(guest.email)) is None


def test_shortened_foreign_and_empty_links_open_nothing():
    guest, other = GuestFactory(), GuestFactory()
    secret = guest_secret(guest.email)

    assert sessions.find_guest(guest.pk, secret) == guest
    for wrong in ("", secret[:-1], secret[:20], secret + "a", guest_secret(other.email)):
        assert sessions.find_guest(guest.pk, wrong) is None
    assert sessions.find_guest(uuid.uuid4(), secret) is None


def test_link_ends_a_week_after_the_session(staff):
    session = SessionFactory()
    guest, secret = invite(session, staff)

    with time_machine.travel(
        session.occurrence.ends_at + timedelta(days=7, seconds=-1), tick=False
    ):
        assert sessions.find_guest(guest.pk, secret) == guest
    with time_machine.travel(session.occurrence.ends_at + timedelta(days=7), tick=False):
        assert sessions.find_guest(guest.pk, secret) is None


def test_new_link_replaces_the_old_one(staff):
    guest, old = invite(SessionFactory(), staff)
    sessions.withdraw(guest)
    assert sessions.find_guest(guest.pk, old) is None

    new = sessions.renew(guest, by=staff)

    assert sessions.find_guest(guest.pk, old) is None
    assert sessions.find_guest(guest.pk, new) == guest
    assert Message.objects.count() == 2


def test_new_link_after_the_session_works_for_a_week(staff):
    session = SessionFactory()
    guest, _secret = invite(session, staff)
    later = session.occurrence.ends_at + timedelta(days=30)

    with time_machine.travel(later, tick=False):
        sessions.renew(guest, by=staff)
        guest.refresh_from_db()

    assert guest.link_ends_at == later + timedelta(days=7)


def test_withdraw_twice_keeps_the_first_moment():
    guest = GuestFactory()

    sessions.withdraw(guest)
    guest.refresh_from_db()
    first = guest.withdrawn_at
    sessions.withdraw(guest)

    guest.refresh_from_db()
    assert guest.withdrawn_at == first


def test_guest_hears_once_that_the_date_moved_and_that_it_is_called_off(staff):
    session = SessionFactory()
    guest, secret = invite(session, staff)
    invited = Message.objects.get()
    occurrence = session.occurrence
    assert sessions.tell_guests() == 0

    later = occurrence.starts_at + timedelta(days=30)
    planning.move(occurrence, starts_at=later, ends_at=later + timedelta(hours=2), by=staff)
    assert [sessions.tell_guests(), sessions.tell_guests()] == [1, 0]
    moved = Message.objects.exclude(pk=invited.pk).get()
    assert moved.subject.startswith("Je bent gast op")
    guest.refresh_from_db()
    assert guest.link_ends_at == later + timedelta(hours=2) + timedelta(days=7)
    assert sessions.find_guest(guest.pk, secret) == guest

    planning.cancel(occurrence, reason="Karin is ziek.", by=staff)
    assert [sessions.tell_guests(), sessions.tell_guests()] == [1, 0]
    off = Message.objects.exclude(pk__in=[invited.pk, moved.pk]).get()
    assert off.subject.startswith("Gaat niet door:")
    assert "Karin is ziek." in off.text

    planning.reinstate(occurrence, by=staff)
    assert [sessions.tell_guests(), sessions.tell_guests()] == [1, 0]


def test_who_was_withdrawn_or_whose_date_is_over_hears_nothing():
    now = timezone.now()
    GuestFactory(withdrawn=True, told_starts_at=now)
    GuestFactory(session__occurrence=OccurrenceFactory(over=True), told_starts_at=now)

    assert sessions.tell_guests() == 0


@pytest.mark.django_db(transaction=True)
def test_telling_twice_at_once_tells_once():
    GuestFactory(told_starts_at=timezone.now())

    assert sorted(at_once(sessions.tell_guests, sessions.tell_guests)) == [0, 1]
    assert Message.objects.count() == 1


# What a guest sees and writes --------------------------------------------------------------------


def test_guest_sees_public_questions_and_what_is_put_to_them():
    guest = GuestFactory()
    colleague = GuestFactory(session=guest.session)
    plain = ListedFactory(session=guest.session)
    mine = ListedFactory(session=guest.session, guest=guest, note="Voor jou")
    theirs = ListedFactory(session=guest.session, guest=colleague, note="Voor haar")
    ListedFactory(session=guest.session, question=QuestionFactory(hidden=True), guest=guest)
    ListedFactory()

    seen = sessions.listed_for(guest)

    assert [(row.pk, row.guest_id, row.note) for row in seen] == [
        (mine.pk, guest.pk, "Voor jou"),
        (plain.pk, None, ""),
        (theirs.pk, None, ""),
    ]


def test_draft_waits_and_may_be_written_again():
    guest = GuestFactory()
    listed = ListedFactory(session=guest.session)

    sessions.write_draft(guest, listed.question_id, text="Ja.", language="nl")
    sessions.write_draft(guest, listed.question_id, text="Ja, in mei.", language="nl")

    draft = AnswerDraft.objects.get()
    assert (draft.text, draft.guest, draft.is_open) == ("Ja, in mei.", guest, True)
    assert not QuestionStep.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_draft_at_once_is_one_draft():
    guest = GuestFactory()
    listed = ListedFactory(session=guest.session)

    at_once(
        *[
            lambda text=text: sessions.write_draft(
                guest, listed.question_id, text=text, language="nl"
            )
            for text in "abcd"
        ]
    )

    assert AnswerDraft.objects.count() == 1


def test_draft_for_what_is_not_on_the_list_is_refused():
    guest = GuestFactory()
    hidden = ListedFactory(session=guest.session, question=QuestionFactory(hidden=True))
    elsewhere = ListedFactory()

    for pk in (hidden.question_id, elsewhere.question_id, QuestionFactory().pk, uuid.uuid4()):
        with pytest.raises(NotShown):
            sessions.write_draft(guest, pk, text="Ja.", language="nl")

    assert not AnswerDraft.objects.exists()


@pytest.mark.parametrize("trait", ["withdrawn", "late"])
def test_who_lost_the_link_writes_nothing(trait):
    guest = GuestFactory(**{trait: True})
    listed = ListedFactory(session=guest.session)

    with pytest.raises(NotOpen):
        sessions.write_draft(guest, listed.question_id, text="Ja.", language="nl")
    with pytest.raises(NotOpen):
        sessions.add_note(guest.session, kind="rule", text="Zo.", language="nl", guest=guest)

    assert not AnswerDraft.objects.exists()
    assert not SessionNote.objects.exists()


def test_draft_with_a_bsn_is_refused():
    guest = GuestFactory()
    listed = ListedFactory(session=guest.session)

    with pytest.raises(HoldsBSN):
        sessions.write_draft(guest, listed.question_id, text="bsn 111222333", language="nl")


def test_published_draft_is_the_answer_under_the_name_of_the_guest(staff):
    guest = GuestFactory()
    listed = ListedFactory(session=guest.session)
    draft = sessions.write_draft(guest, listed.question_id, text="Ja, in mei.", language="nl")

    first = sessions.publish_draft(draft, by=staff)
    again = sessions.publish_draft(draft, by=staff)

    step = QuestionStep.objects.get()
    assert first == again == step
    assert (step.kind, step.name, step.function, step.text, step.by) == (
        "answered",
        "Karin Pol",
        "gebiedsregisseur, gemeente",
        "Ja, in mei.",
        staff,
    )
    listed.question.refresh_from_db()
    assert listed.question.state == "answered"


def test_second_draft_becomes_a_better_answer(staff):
    guest = GuestFactory()
    listed = ListedFactory(session=guest.session)
    for text in ("Ja.", "Nee."):
        draft = sessions.write_draft(guest, listed.question_id, text=text, language="nl")
        sessions.publish_draft(draft, by=staff)

    assert list(QuestionStep.objects.values_list("kind", "text")) == [
        ("answered", "Ja."),
        ("corrected", "Nee."),
    ]


def test_draft_set_aside_is_not_published_and_the_other_way_round(staff):
    guest = GuestFactory()
    listed = ListedFactory(session=guest.session)
    draft = sessions.write_draft(guest, listed.question_id, text="Ja.", language="nl")

    sessions.set_aside(draft, by=staff)
    sessions.set_aside(draft, by=staff)
    with pytest.raises(StepTaken):
        sessions.publish_draft(draft, by=staff)
    assert not QuestionStep.objects.exists()

    other = sessions.write_draft(guest, listed.question_id, text="Nee.", language="nl")
    assert other != draft
    sessions.publish_draft(other, by=staff)
    with pytest.raises(StepTaken):
        sessions.set_aside(other, by=staff)


@pytest.mark.django_db(transaction=True)
def test_publish_and_set_aside_at_once_is_one_of_the_two():
    staff, guest = PersonFactory(), GuestFactory()
    listed = ListedFactory(session=guest.session)
    draft = sessions.write_draft(guest, listed.question_id, text="Ja.", language="nl")

    results = at_once(
        lambda: sessions.publish_draft(draft, by=staff), lambda: sessions.set_aside(draft, by=staff)
    )

    assert [type(result).__name__ for result in results].count("StepTaken") == 1
    draft.refresh_from_db()
    assert (draft.step is None) != (draft.set_aside_at is None)


# Rules and examples ------------------------------------------------------------------------------


def test_note_of_a_guest_waits_and_of_the_house_shows(staff):
    guest = GuestFactory()

    theirs = sessions.add_note(
        guest.session, kind="rule", text="Een gift mag.", language="nl", guest=guest
    )
    ours = sessions.add_note(
        guest.session, kind="example", text="Een buurvrouw kreeg 50 euro.", language="nl", by=staff
    )

    assert (theirs.showing, theirs.guest) == (Showing.WAITING, guest)
    assert (ours.showing, ours.entered_by) == (Showing.SHOWN, staff)


def test_note_twice_with_one_form_is_one(staff):
    session, token = SessionFactory(), uuid.uuid4()

    for _number in range(2):
        sessions.add_note(
            session, kind="rule", text="Zo.", language="nl", by=staff, form_token=token
        )

    assert SessionNote.objects.count() == 1


def test_note_with_a_phone_number_is_refused(staff):
    with pytest.raises(HoldsContact):
        sessions.add_note(
            SessionFactory(), kind="rule", text="Bel 0575 123456", language="nl", by=staff
        )

    assert not SessionNote.objects.exists()


def test_question_is_picked_up_in_a_session(staff):
    from activities.voice import answering

    session, question = SessionFactory(), QuestionFactory()

    answering.pick_up(
        question,
        owner_name="Karin Pol",
        owner_function="gebiedsregisseur",
        due_on=timezone.localdate() + timedelta(days=14),
        session=session,
        by=staff,
    )

    assert Question.objects.get(pk=question.pk).session == session
