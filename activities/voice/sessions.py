"""Knowledge sessions: a date, the questions on its list, the officials who are guests, and what was told there.

A guest has a link and no account. It opens the session and what is meant for them; besides, they see what everybody
sees. What a guest writes is a draft until somebody of the house publishes it.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import emails
from activities.exceptions import NotOpen, NotShown, StepTaken
from activities.initiatives import moderating
from activities.models import (
    AnswerDraft,
    KnowledgeSession,
    NoteKind,
    Occurrence,
    Question,
    QuestionStep,
    QuestionTheme,
    SessionGuest,
    SessionNote,
    SessionQuestion,
)
from activities.models.wish import Showing
from activities.voice import answering
from lokaal import bsn
from lokaal.people.models import Person
from lokaal.secret_links import SentForm, hash_of, new_secret

# The session and its list ------------------------------------------------------------------------


def make(
    occurrence: Occurrence, *, theme: QuestionTheme | None, about: str, by: Person
) -> KnowledgeSession:
    """Make a date a knowledge session. The same date again gives the session that there is, with these words."""
    bsn.check_none(about)
    with transaction.atomic():
        Occurrence.objects.locked(occurrence.pk)
        session, is_new = KnowledgeSession.objects.get_or_create(
            occurrence=occurrence, defaults={"theme": theme, "about": about, "made_by": by}
        )
        if not is_new:
            session.theme, session.about = theme, about
            session.save(update_fields=["theme", "about"])
    return session


def put_on_list(
    session: KnowledgeSession,
    question: Question,
    *,
    by: Person,
    guest: SessionGuest | None = None,
    note: str = "",
) -> SessionQuestion:
    """Put a question on the list of a session, maybe to one of its guests. Again only changes for whom, and the note.

    Raises NotShown for a question that not everybody may read, and NotOpen for the guest of another session.
    """
    bsn.check_none(note)
    if guest is not None and guest.session_id != session.pk:
        raise NotOpen(_("Deze gast komt niet naar deze sessie."))
    with transaction.atomic():
        locked = Question.objects.select_for_update(of=("self",), no_key=True).get(pk=question.pk)
        if not locked.is_shown:
            raise NotShown(_("Deze vraag staat nu niet op de site. Kijk er eerst naar."))
        listed, _is_new = SessionQuestion.objects.update_or_create(
            session=session,
            question=locked,
            defaults={"guest": guest, "note": note},
            create_defaults={"guest": guest, "note": note, "added_by": by},
        )
    return listed


def take_off_list(listed: SessionQuestion) -> None:
    """Take a question off the list. Twice is harmless; what was said about it stays."""
    SessionQuestion.objects.filter(pk=listed.pk).delete()


# Guests ------------------------------------------------------------------------------------------


def invite(
    session: KnowledgeSession,
    *,
    name: str,
    function: str,
    organisation: str,
    email: str,
    language: str,
    by: Person,
) -> tuple[SessionGuest, str]:
    """Invite an official and send them a link; return the guest and the secret, which is kept nowhere.

    The same address again sends nothing: the guest that there is comes back, without a secret.
    Raises NotOpen when the session is over or called off.
    """
    with transaction.atomic():
        locked = _locked(session)
        _check_to_come(locked)
        secret = new_secret()
        guest, is_new = SessionGuest.objects.get_or_create(
            session=locked,
            email=email.lower(),
            defaults={
                "name": name,
                "function": function,
                "organisation": organisation,
                "language": language,
                "secret_hash": hash_of(secret),
                "link_ends_at": locked.link_ends_at(),
                "told_starts_at": locked.occurrence.starts_at,
                "invited_by": by,
            },
        )
        if not is_new:
            return guest, ""
        emails.guest_invited(guest, secret=secret)
    return guest, secret


def renew(guest: SessionGuest, *, by: Person) -> str:
    """Give a guest a new link, also after it ended or was withdrawn; the old one opens nothing any more.

    Sends it, and returns the secret.
    """
    with transaction.atomic():
        locked = _locked_guest(guest)
        secret = new_secret()
        locked.secret_hash = hash_of(secret)
        locked.link_ends_at = locked.session.link_ends_at()
        locked.withdrawn_at = None
        locked.told_starts_at = locked.session.occurrence.starts_at
        locked.told_cancelled = locked.session.occurrence.is_cancelled
        locked.times_invited += 1
        locked.invited_at, locked.invited_by = timezone.now(), by
        locked.save(
            update_fields=[
                "secret_hash",
                "link_ends_at",
                "withdrawn_at",
                "told_starts_at",
                "told_cancelled",
                "times_invited",
                "invited_at",
                "invited_by",
            ]
        )
        emails.guest_invited(locked, secret=secret)
    return secret


def withdraw(guest: SessionGuest) -> None:
    """Take a link back: from now on it opens nothing. Twice is harmless."""
    SessionGuest.objects.filter(pk=guest.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())


def tell_guests() -> int:
    """Tell guests once that their date moved, is called off, or is held after all; the link follows the date.

    Returns how many were told. Twice, or twice at once, sends nothing more. (A job: dates change in many ways.)
    """
    told = 0
    for guest in SessionGuest.objects.to_tell():
        with transaction.atomic():
            locked = _locked_guest(guest)
            occurrence = locked.session.occurrence
            if not SessionGuest.objects.to_tell().filter(pk=locked.pk).exists():
                continue
            locked.told_starts_at = occurrence.starts_at
            locked.told_cancelled = occurrence.is_cancelled
            locked.link_ends_at = max(locked.link_ends_at, locked.session.link_ends_at())
            locked.save(update_fields=["told_starts_at", "told_cancelled", "link_ends_at"])
            emails.guest_told(locked)
            told += 1
    return told


def find_guest(pk: UUID, secret: str) -> SessionGuest | None:
    """The guest whose link this is; None for a wrong, shortened, old or withdrawn one."""
    found = (
        SessionGuest.objects.live()
        .filter(pk=pk)
        .select_related(
            "session__theme", "session__occurrence__activity", "session__occurrence__centre"
        )
        .first()
    )
    return found if found and found.has_secret(secret) else None


# What guests write -------------------------------------------------------------------------------


def listed_for(guest: SessionGuest) -> list[SessionQuestion]:
    """The questions that a guest sees: the public ones on the list; what is put to them first. One query and steps.

    The note beside a question is for one guest; of those for others nothing is left here.
    """
    rows = list(
        guest.session.listed.filter(question__showing=Showing.SHOWN)
        .select_related("question__theme", "question__centre")
        .prefetch_related("question__steps")
    )
    for row in rows:
        if row.guest_id != guest.pk:
            row.note, row.guest_id = "", None
    return sorted(rows, key=lambda row: row.guest_id is None)


def write_draft(guest: SessionGuest, question_id: UUID, *, text: str, language: str) -> AnswerDraft:
    """Keep what a guest would answer. Again: the words of the draft that waits change.

    Raises NotOpen when the link was withdrawn meanwhile, NotShown for a question that is not on their list, and
    HoldsBSN.
    """
    bsn.check_none(text)
    with transaction.atomic():
        locked = _locked_guest(guest)
        if not locked.is_open:
            raise NotOpen(_("Deze link werkt niet meer. Vraag een nieuwe aan ons."))
        listed = (
            locked.session.listed.filter(question=question_id, question__showing=Showing.SHOWN)
            .select_related("question")
            .first()
        )
        if listed is None:
            raise NotShown(_("Deze vraag staat niet meer op de lijst."))
        waiting = AnswerDraft.objects.waiting().select_for_update(of=("self",))
        draft = waiting.filter(question=question_id, guest=locked).first()
        if draft is None:
            return AnswerDraft.objects.create(
                question=listed.question, guest=locked, text=text, language=language
            )
        draft.text, draft.language, draft.updated_at = text, language, timezone.now()
        draft.save(update_fields=["text", "language", "updated_at"])
    return draft


def publish_draft(draft: AnswerDraft, *, by: Person) -> QuestionStep:
    """Let everybody read the answer of a guest, under their name: the answer, or a better one for what stands there.

    Twice is harmless. Raises StepTaken when it was set aside, and what answering raises.
    """
    with transaction.atomic():
        locked = _locked_draft(draft)
        if locked.set_aside_at is not None:
            raise StepTaken(_("Dit antwoord is opzij gelegd."))
        if locked.step_id is not None:
            return QuestionStep.objects.get(pk=locked.step_id)
        question = Question.objects.select_for_update(of=("self",), no_key=True).get(
            pk=locked.question_id
        )
        write: Callable[..., QuestionStep] = (
            answering.correct if question.answered_at else answering.answer
        )
        locked.step = write(
            question,
            text=locked.text,
            name=locked.guest.name,
            function=locked.guest.full_function,
            language=locked.language,
            by=by,
        )
        locked.save(update_fields=["step"])
    return locked.step


def set_aside(draft: AnswerDraft, *, by: Person) -> None:
    """Do not publish what a guest wrote. Twice is harmless. Raises StepTaken when it was published."""
    with transaction.atomic():
        locked = _locked_draft(draft)
        if locked.step_id is not None:
            raise StepTaken(_("Dit antwoord staat al op de site."))
        if locked.set_aside_at is None:
            locked.set_aside_at, locked.set_aside_by = timezone.now(), by
            locked.save(update_fields=["set_aside_at", "set_aside_by"])


def add_note(
    session: KnowledgeSession,
    *,
    kind: NoteKind | str,
    text: str,
    language: str,
    guest: SessionGuest | None = None,
    by: Person | None = None,
    form_token: UUID | None = None,
) -> SessionNote:
    """Write down a rule or an example that was told. Of a guest it waits for a look; of the house it shows at once.

    The same form again gives the row that there is. Raises NotOpen, HoldsBSN and HoldsContact.
    """
    moderating.check_public(text)
    sent = SentForm(f"session-note|{session.pk}", form_token, str(guest.pk if guest else ""))
    with transaction.atomic():
        _locked(session)
        if guest is not None and not _locked_guest(guest).is_open:
            raise NotOpen(_("Deze link werkt niet meer. Vraag een nieuwe aan ons."))
        before = SessionNote.objects.filter(form_key=sent.key).first() if sent.key else None
        return before or SessionNote.objects.create(
            session=session,
            kind=kind,
            text=text,
            language=language,
            guest=guest,
            entered_by=by,
            showing=Showing.WAITING if guest else Showing.SHOWN,
            form_key=sent.key,
        )


# What the actions share --------------------------------------------------------------------------


def _locked(session: KnowledgeSession) -> KnowledgeSession:
    return (
        KnowledgeSession.objects.select_for_update(of=("self",), no_key=True)
        .select_related("occurrence__activity", "occurrence__centre")
        .get(pk=session.pk)
    )


def _locked_guest(guest: SessionGuest) -> SessionGuest:
    return (
        SessionGuest.objects.select_for_update(of=("self",))
        .select_related("session__occurrence__activity", "session__occurrence__centre")
        .get(pk=guest.pk)
    )


def _locked_draft(draft: AnswerDraft) -> AnswerDraft:
    return (
        AnswerDraft.objects.select_for_update(of=("self",))
        .select_related("guest__session", "question")
        .get(pk=draft.pk)
    )


def _check_to_come(session: KnowledgeSession) -> None:
    if session.occurrence.is_cancelled:
        raise NotOpen(_("Deze sessie gaat niet door."))
    if session.occurrence.is_over():
        raise NotOpen(_("Deze sessie is al geweest. Geef een nieuwe link aan wie er was."))
