"""Wishes: somebody tells what is missing, the house answers within 14 days."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber, to_python

from activities import emails
from activities.exceptions import AlreadyAnswered
from activities.initiatives import moderating
from activities.models import Happened, Wish
from lokaal import bsn
from lokaal.centres.models import Centre
from lokaal.people.contact import contact_of
from lokaal.people.models import Person
from lokaal.secret_links import SentForm, hash_of, saved_with_code, sender, typed_code


@dataclass(frozen=True)
class Told:
    """A wish, the secret of its owner's link, and whether this call made it. The secret is kept nowhere."""

    wish: Wish
    secret: str
    is_new: bool


def tell(
    *,
    text: str,
    language: str,
    centre: Centre | None = None,
    name: str = "",
    phone: str | PhoneNumber = "",
    email: str = "",
    wants_call: bool = False,
    shows_name: bool = False,
    person: Person | None = None,
    form_token: UUID | None = None,
    entered_by: Person | None = None,
    grew_from: Wish | None = None,
    tells: bool = True,
) -> Told:
    """Keep a wish, and thank whoever can be reached. The same form again gives the wish that was made before.

    Everybody may read it once somebody of the house has: at once when staff wrote it, or who had a text shown before.
    `grew_from`: the wish of which this is another form. Not `tells`: the caller writes to its owner.

    Raises HoldsBSN and HoldsContact: what everybody reads holds no such numbers or addresses.
    """
    moderating.check_public(text)
    number = to_python(phone) if phone else ""
    who = sender(name, contact_of(number or "", email), person)
    sent = SentForm("wish", form_token, who)
    with transaction.atomic():
        told = _told_before(sent, form_token)
        if told:
            return told
        secret = sent.secret()
        wish = Wish(
            text=text,
            language=language,
            centre=centre,
            name=name or (person.name if person else ""),
            phone=number or (person.phone if person else ""),
            email=email or (person.email if person else "") or "",
            wants_call=wants_call,
            shows_name=shows_name,
            person=person,
            entered_by=entered_by,
            grew_from=grew_from,
            form_token=form_token,
            secret_hash=hash_of(secret),
            showing=moderating.first_showing(person, entered_by=entered_by),
        )
        if not saved_with_code(wish, "activities_wish_code", FORM_ONCE):
            again = _told_before(sent, form_token)
            if again is None:
                raise RuntimeError("A form was sent before, but its wish is not there.")
            return again
        if tells:
            emails.wish_received(wish, secret=secret)
    return Told(wish, secret, is_new=True)


#: The constraint by which one form makes one wish.
FORM_ONCE = "activities_wish_form_token_key"


def _told_before(sent: SentForm, form_token: UUID | None) -> Told | None:
    """The wish of a form that was sent before. Only the same sender gets its link again."""
    wish = Wish.objects.with_page().filter(form_token=form_token).first() if form_token else None
    return Told(wish, sent.secret_given_before(wish.secret_hash), is_new=False) if wish else None


def was_told(form_token: UUID) -> bool:
    """Whether a form was sent before."""
    return Wish.objects.filter(form_token=form_token).exists()


def answer(wish: Wish, *, by: Person) -> Wish:
    """Mark a wish as answered. Twice is harmless: the first answer counts."""
    with transaction.atomic():
        locked = Wish.objects.locked(wish.pk)
        if not locked.is_answered:
            mark_answered(locked, by=by)
            locked.moments.create(what=Happened.ANSWERED, state=locked.state, by=by)
    return locked


def mark_answered(locked: Wish, *, by: Person) -> None:
    """Note on a locked wish that it got its answer; the first one counts."""
    if not locked.is_answered:
        locked.answered_at = timezone.now()
        locked.answered_by = by
        locked.save(update_fields=["answered_at", "answered_by"])


def reply(wish: Wish, *, text: str, by: Person) -> Wish:
    """Answer a wish in writing, along the way in which the person is reached. The same reply again sends nothing.

    Raises AlreadyAnswered when somebody answered before, and HoldsBSN when the text holds a citizen service number.
    """
    bsn.check_none(text)
    with transaction.atomic():
        locked = Wish.objects.locked(wish.pk)
        if not locked.is_answered:
            locked.reply = text
            locked.save(update_fields=["reply"])
            locked = answer(locked, by=by)
            emails.wish_answered(locked)
        elif locked.reply != text:
            raise AlreadyAnswered(_("Iemand heeft al geantwoord. Jouw antwoord is niet verstuurd."))
    return locked


def find_by_code(code: str) -> Wish | None:
    """Return the wish with this code, as people type it. Whoever lets people try codes limits how often."""
    digits = typed_code(code)
    return Wish.objects.with_page().filter(code=digits).first() if digits else None


def find_by_secret(pk: UUID, secret: str) -> Wish | None:
    """Return the wish whose owner's link this is; None for a wrong, shortened or foreign link."""
    wish = Wish.objects.with_page().filter(pk=pk).first()
    return wish if wish and wish.has_secret(secret) else None
