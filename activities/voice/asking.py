"""Asking the municipality something, and saying "I have that too". Nobody needs a name, an address or an account.

Only this module counts who has something too: under the lock of the question, so that no press is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber, to_python

from activities import emails
from activities.exceptions import NotShown
from activities.initiatives import moderating
from activities.models import MeToo, Question, QuestionKind, QuestionTheme
from activities.models.wish import Showing
from lokaal.centres.models import Centre
from lokaal.people.contact import contact_of
from lokaal.people.models import Person
from lokaal.secret_links import SentForm, hash_of, saved_with_code, sender, typed_code

#: Who asked may be reached until so long after it was done (AVG art. 5.1.e names no term; this is the house's).
CONTACTS_KEPT_FOR = timedelta(days=90)
FIRST_NAME = Func(F("name"), Value(" "), Value(1), function="split_part", output_field=CharField())


@dataclass(frozen=True)
class Asked:
    """A question, the secret of its link, and whether this call made it. The secret is kept nowhere."""

    question: Question
    secret: str
    is_new: bool


def ask(
    *,
    text: str,
    language: str,
    kind: QuestionKind | str = QuestionKind.QUESTION,
    theme: QuestionTheme | None = None,
    centre: Centre | None = None,
    name: str = "",
    shows_name: bool = False,
    phone: str | PhoneNumber = "",
    email: str = "",
    person: Person | None = None,
    form_token: UUID | None = None,
    entered_by: Person | None = None,
) -> Asked:
    """Keep a question, an example or a need, and thank whoever can be reached.

    The same form again gives the row that was made before, with the same secret. Nobody reads it before somebody of
    the house has, unless the house knows the writer (`moderating`).
    Raises HoldsBSN or HoldsContact when something is in the text that does not belong there.
    """
    moderating.check_public(text)
    number = to_python(phone) if phone else ""
    known_name = name or (person.name if person else "")
    sent = _sent(form_token, known_name, number or "", email, person)
    with transaction.atomic():
        if form_token:
            before = Question.objects.filter(form_key=sent.key).first()
            if before:
                return Asked(before, sent.secret_given_before(before.secret_hash), is_new=False)
        secret = sent.secret()
        question = Question(
            kind=kind,
            text=text,
            theme=theme,
            centre=centre,
            language=language,
            person=person,
            name=known_name,
            shows_name=shows_name and bool(known_name),
            phone=number or "",
            email=email,
            secret_hash=hash_of(secret),
            form_key=sent.key,
            entered_by=entered_by,
            showing=moderating.first_showing(person, entered_by=entered_by),
        )
        is_new = saved_with_code(
            question, "activities_question_code", "activities_question_form_once"
        )
        if not is_new:
            before = Question.objects.get(form_key=sent.key)
            return Asked(before, sent.secret_given_before(before.secret_hash), is_new=False)
        emails.question_received(question, secret=secret)
    return Asked(question, secret, is_new=True)


def is_in(
    form_token: UUID | None,
    *,
    name: str = "",
    phone: str | PhoneNumber = "",
    email: str = "",
    person: Person | None = None,
) -> bool:
    """Whether this form was sent before: then it is no question beside one that is like it."""
    number = to_python(phone) if phone else ""
    known_name = name or (person.name if person else "")
    sent = _sent(form_token, known_name, number or "", email, person)
    return form_token is not None and Question.objects.filter(form_key=sent.key).exists()


def me_too(
    question: Question,
    *,
    language: str,
    example: str = "",
    name: str = "",
    phone: str | PhoneNumber = "",
    email: str = "",
    people: int = 1,
    person: Person | None = None,
    form_token: UUID | None = None,
    entered_by: Person | None = None,
) -> tuple[MeToo, bool]:
    """Count somebody who has this too, and return the row and whether it is new. Twice counts once.

    Who said so before may still add an example. `people`: how many stand on a list on paper.
    Raises NotShown when the question cannot be read, and HoldsBSN or HoldsContact.
    """
    moderating.check_public(example)
    number = to_python(phone) if phone else ""
    contact = contact_of(number or "", email)
    sent = SentForm(f"me-too|{question.pk}", form_token, sender(name, contact, person))
    guest_key = hash_of(f"{question.pk}|{contact}") if contact and not person else ""
    with transaction.atomic():
        locked = _locked(question)
        if not locked.is_shown:
            raise NotShown(_("Deze vraag staat nu niet op de site."))
        before = _said_before(locked, form_key=sent.key, person=person, guest_key=guest_key)
        showing = (
            moderating.first_showing(person, entered_by=entered_by) if example else Showing.WAITING
        )
        if before:
            if example and not before.example:
                before.example, before.showing, before.language = example, showing, language
                before.save(update_fields=["example", "showing", "language"])
            return before, False
        row = MeToo.objects.create(
            question=locked,
            people=people,
            example=example,
            showing=showing,
            language=language,
            person=person,
            name=name or (person.name if person else ""),
            phone=number or "",
            email=email,
            guest_key=guest_key,
            form_key=sent.key,
            entered_by=entered_by,
        )
        locked.me_too += people
        locked.save(update_fields=["me_too"])
    question.me_too = locked.me_too
    return row, True


def add_to_me_too(
    row: MeToo,
    *,
    language: str,
    example: str = "",
    name: str = "",
    phone: str | PhoneNumber = "",
    email: str = "",
) -> MeToo:
    """Add what was not there yet to what somebody said before: an example, a way to hear the answer.

    Raises NotShown when the question cannot be read any more, and HoldsBSN and HoldsContact.
    """
    moderating.check_public(example)
    number = to_python(phone) if phone else ""
    with transaction.atomic():
        # The question first, as `me_too` does: two who add something wait for each other.
        if (
            not Question.objects.select_for_update(of=("self",), no_key=True)
            .get(pk=row.question_id)
            .is_shown
        ):
            raise NotShown(_("Deze vraag staat nu niet op de site."))
        locked = MeToo.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if example and not locked.example:
            locked.example, locked.language = example, language
            locked.showing = moderating.first_showing(locked.person, entered_by=locked.entered_by)
        if not (locked.phone or locked.email):
            locked.phone, locked.email = number or "", email
        locked.name = locked.name or name
        locked.save(update_fields=["example", "language", "showing", "phone", "email", "name"])
    return locked


def find_by_secret(pk: UUID, secret: str) -> Question | None:
    """Return the question whose link this is; None for a wrong, shortened or foreign link."""
    question = Question.objects.with_page().filter(pk=pk).first()
    return question if question and question.has_secret(secret) else None


def find_by_code(code: str) -> Question | None:
    """Return the question with this code, as people type it. Whoever lets people try limits how often."""
    digits = typed_code(code)
    return Question.objects.filter(code=digits).first() if digits else None


def forget_contacts() -> int:
    """Erase how people are reached, and the names that nobody sees, of questions that were done or hidden long ago.

    Returns of how many questions. Twice is harmless.
    """
    past = timezone.now() - CONTACTS_KEPT_FOR
    over = Question.objects.filter(
        Q(done_at__lt=past) | Q(showing=Showing.HIDDEN, state_since__lt=past, created_at__lt=past)
    )
    with transaction.atomic():
        MeToo.objects.filter(question__in=over).exclude(
            name="", phone="", email="", guest_key=""
        ).update(name="", phone="", email="", guest_key="")
        hidden_names = over.filter(shows_name=False).exclude(name="", phone="", email="")
        forgotten = hidden_names.update(name="", phone="", email="")
        shown_names = over.filter(shows_name=True).exclude(phone="", email="")
        forgotten += shown_names.update(phone="", email="", name=FIRST_NAME)
    return forgotten


def _sent(
    form_token: UUID | None,
    name: str,
    phone: str | PhoneNumber,
    email: str,
    person: Person | None,
) -> SentForm:
    return SentForm("question", form_token, sender(name, contact_of(phone, email), person))


def _said_before(
    question: Question, *, form_key: str, person: Person | None, guest_key: str
) -> MeToo | None:
    said = question.supports
    if form_key and (same := said.filter(form_key=form_key).first()):
        return same
    if person:
        return said.filter(person=person).first()
    return said.filter(guest_key=guest_key).first() if guest_key else None


def _locked(question: Question) -> Question:
    return Question.objects.select_for_update(of=("self",), no_key=True).get(pk=question.pk)
