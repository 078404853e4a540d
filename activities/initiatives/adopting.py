"""Letting a wish go, and taking one over. The wish keeps those who support it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber, to_python

from activities import emails
from activities.exceptions import NotToAdopt, WrongState
from activities.initiatives import supporting
from activities.models import Happened, Showing, Support, Wish, WishState
from activities.models.wish import ON_ITS_WAY
from lokaal.people.contact import contact_of
from lokaal.people.models import Person
from lokaal.secret_links import SentForm, hash_of, saved_with_code, sender

#: What can be let go, and taken over.
CAN_BE_LET_GO = ON_ITS_WAY | {WishState.NOT_NOW}


@dataclass(frozen=True)
class Adopted:
    """A wish that somebody took over, and the secret of their link. The secret is kept nowhere."""

    wish: Wish
    secret: str


def let_go(wish: Wish, *, by: Person | None = None) -> Wish:
    """The owner does not go on with it: somebody else may. Twice is harmless.

    `by` None: the owner, with link or code. Raises WrongState when the wish is at its end.
    """
    with transaction.atomic():
        locked = Wish.objects.locked(wish.pk)
        if locked.is_let_go:
            return locked
        if locked.state not in CAN_BE_LET_GO:
            raise WrongState(_("Dit idee is al klaar. Loslaten hoeft niet."))
        locked.let_go_at = timezone.now()
        locked.save(update_fields=["let_go_at"])
        locked.moments.create(what=Happened.LET_GO, state=locked.state, by=by)
        emails.wish_let_go(locked)
    return locked


def keep(wish: Wish, *, by: Person | None = None) -> Wish:
    """The owner goes on with it after all. Twice is harmless; after somebody took it over it is theirs."""
    with transaction.atomic():
        locked = Wish.objects.locked(wish.pk)
        if locked.secret_hash != wish.secret_hash or locked.person_id != wish.person_id:
            raise NotToAdopt(_("Iemand anders gaat hier al mee verder."))
        if locked.is_let_go:
            locked.let_go_at = None
            locked.save(update_fields=["let_go_at"])
            locked.moments.create(what=Happened.CAME_BACK, state=locked.state, by=by)
    return locked


def adopt(
    wish: Wish,
    *,
    name: str,
    phone: str | PhoneNumber = "",
    email: str = "",
    shows_name: bool = False,
    person: Person | None = None,
    form_token: UUID | None = None,
    language: str,
    entered_by: Person | None = None,
) -> Adopted:
    """Take over a wish that was let go: it is yours, with those who support it, and everybody is told once.

    The same form again gives the same link. The link and code of who had it work no longer, and how to reach them is
    forgotten. Raises NotToAdopt when nobody let it go, or somebody else was first.
    """
    number = to_python(phone) if phone else ""
    who = sender(name, contact_of(number or "", email), person)
    sent = SentForm(f"adopt|{wish.pk}", form_token, who)
    with transaction.atomic():
        locked = Wish.objects.locked(wish.pk)
        if form_token and locked.adopt_key == sent.key:
            return Adopted(locked, sent.secret_given_before(locked.secret_hash))
        _check_to_adopt(locked)
        before = emails.wisher(locked)
        secret = sent.secret()
        locked.person = person
        locked.name = name or (person.name if person else "")
        locked.phone = number or (person.phone if person else "")
        locked.email = email or (person.email if person else "") or ""
        locked.shows_name = shows_name
        locked.owner_language = language
        locked.wants_call = False
        locked.entered_by = entered_by
        locked.secret_hash = hash_of(secret)
        locked.adopt_key = sent.key
        locked.let_go_at = None
        _save_with_new_code(locked)
        _end_own_support(locked, person)
        locked.moments.create(what=Happened.ADOPTED, state=locked.state, by=person)
        emails.wish_adopted(locked, secret=secret, before=before)
    return Adopted(locked, secret)


def _check_to_adopt(locked: Wish) -> None:
    if locked.showing == Showing.HIDDEN:
        raise NotToAdopt(_("Dit idee staat niet meer op de site."))
    if not locked.is_let_go:
        raise NotToAdopt(_("Iemand gaat hier al mee verder. Je kunt wel meedoen."))


def _save_with_new_code(locked: Wish) -> None:
    """Save the new owner, with a code that nobody else has."""
    fields = [
        "person",
        "name",
        "phone",
        "email",
        "shows_name",
        "owner_language",
        "wants_call",
        "entered_by",
        "secret_hash",
        "adopt_key",
        "let_go_at",
    ]
    saved_with_code(locked, "activities_wish_code", update_fields=fields)


def _end_own_support(locked: Wish, person: Person | None) -> None:
    """Whoever takes it over need not support it besides."""
    if person:
        for given in Support.objects.live().of(person).filter(wish=locked):
            supporting.end(locked, given)
