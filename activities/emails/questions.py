"""What the house tells people about their questions to the municipality, and officials about what they are asked."""

from __future__ import annotations

from collections.abc import Sequence

from activities.emails.telling import title_of
from activities.models import MeToo, Question, QuestionStep, SessionGuest
from lokaal.outbox import writing
from lokaal.outbox.writing import in_its_language, link
from lokaal.people.models import Channel, Person


def question_received(question: Question, *, secret: str) -> None:
    """We have your question. The only message with the link: its secret is known at this moment only."""
    to = _asker(question)
    if not _reaches(to):
        return
    writing.post(
        f"question:{question.id}:received",
        to=to,
        template="activities/emails/question_received",
        context={
            "question": question,
            "name": to.name,
            "code": question.shown_code,
            "link": link("activities:question_follow", question.id, secret),
        },
        centre=question.centre,
        is_secret=True,
    )


def question_answered(question: Question, step: QuestionStep) -> None:
    """There is an answer: to who asked, and to everybody who has it too."""
    _tell_all(question, step, "answered")


def question_done(question: Question, step: QuestionStep) -> None:
    """What was done with it: to who asked, and to everybody who has it too."""
    _tell_all(question, step, "done")


def question_late(question: Question, *, watching: Sequence[Person]) -> None:
    """The promised day is past: once, to who keeps an eye on it, and to whoever promised."""
    by = question.due_on or question.pick_up_by
    for person in watching:
        writing.post(
            f"question:{question.id}:late:{by}:{person.id}",
            to=writing.Recipient.from_person(person),
            template="activities/emails/question_late",
            context={
                "question": question,
                "by": by,
                "name": person.name,
                "link": link("activities:desk_question", question.id),
            },
            centre=question.centre,
        )
    if question.owner_email and question.due_on:
        writing.post(
            f"question:{question.id}:late:{by}:owner",
            to=writing.Recipient(name=question.owner_name, email=question.owner_email),
            template="activities/emails/question_promise_late",
            context={
                "question": question,
                "by": by,
                "name": question.owner_name,
                "link": link("activities:question", question.id),
            },
            centre=question.centre,
        )


def guest_invited(guest: SessionGuest, *, secret: str) -> None:
    """Come and listen: the link of a guest. Its secret is known at this moment only."""
    occurrence = guest.session.occurrence
    writing.post(
        f"session_guest:{guest.id}:invited:{guest.times_invited}",
        to=writing.Recipient(name=guest.name, email=guest.email, language=guest.language),
        template="activities/emails/guest_invited",
        context={
            "guest": guest,
            "name": guest.name,
            "session": guest.session,
            "occurrence": occurrence,
            "centre": occurrence.centre,
            "title": in_its_language(lambda: title_of(occurrence)),
            "link": link("activities:session_guest", guest.id, secret),
        },
        centre=occurrence.centre,
        is_secret=True,
    )


def guest_told(guest: SessionGuest) -> None:
    """The date of a guest moved, is called off, or is held after all."""
    occurrence = guest.session.occurrence
    writing.post(
        f"session_guest:{guest.id}:date:{occurrence.sequence}",
        to=writing.Recipient(name=guest.name, email=guest.email, language=guest.language),
        template="activities/emails/guest_told",
        context={
            "name": guest.name,
            "session": guest.session,
            "occurrence": occurrence,
            "centre": occurrence.centre,
            "title": in_its_language(lambda: title_of(occurrence)),
        },
        centre=occurrence.centre,
    )


def _tell_all(question: Question, step: QuestionStep, what: str) -> None:
    asker = _asker(question)
    _tell(question, step, what, to=asker, key=f"question:{question.id}:{what}")
    told = {_reached_at(asker)}
    for row in question.supports.select_related("person").order_by("created_at", "id"):
        to = _supporter(row)
        if _reached_at(to) not in told:
            told.add(_reached_at(to))
            _tell(question, step, what, to=to, key=f"me_too:{row.id}:{what}")


def _tell(
    question: Question, step: QuestionStep, what: str, *, to: writing.Recipient, key: str
) -> None:
    if not _reaches(to):
        return
    writing.post(
        key,
        to=to,
        template=f"activities/emails/question_{what}",
        context={
            "question": question,
            "step": step,
            "name": to.name,
            "link": link("activities:question", question.id),
        },
        centre=question.centre,
    )


def _reaches(to: writing.Recipient) -> bool:
    """Whether they left a way to hear of it, or like paper best; nobody's desk fills up with letters for no one."""
    return to.reached_by != Channel.PAPER or to.channel == Channel.PAPER


def _reached_at(to: writing.Recipient) -> object:
    """Where somebody hears of it: who asked something and says that they have it too hears of it once."""
    return to.address_for(to.reached_by) or to.person


def _asker(question: Question) -> writing.Recipient:
    return writing.Recipient.reached_at(
        question.name,
        phone=question.phone,
        email=question.email,
        language=question.language,
        person=question.person,
    )


def _supporter(row: MeToo) -> writing.Recipient:
    return writing.Recipient.reached_at(
        row.name, phone=row.phone, email=row.email, language=row.language, person=row.person
    )
