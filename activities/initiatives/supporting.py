"""Supporting a wish: I come, I help, I organise along. Only this module makes, changes and ends support.

The row of the wish is locked first, so the one live row per person stays one, and counts are those of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber, to_python

from activities import emails
from activities.exceptions import AlreadySupports, NotOpen
from activities.models import Showing, Support, SupportKind, Wish, WishState
from activities.models.wish import ON_ITS_WAY
from lokaal.people.contact import contact_of
from lokaal.people.models import Person
from lokaal.secret_links import SentForm, hash_of, saved_with_code, sender, typed_code

#: Support still says something about these.
OPEN_TO_SUPPORT = ON_ITS_WAY | {WishState.NOT_NOW}


@dataclass(frozen=True)
class Supported:
    """A support, the secret of its link, and whether this call made it. The secret is kept nowhere."""

    support: Support
    secret: str
    is_new: bool


class OnPaper(NamedTuple):
    """A line of a paper list: what somebody ticked, the name, and a phone number if they wrote one."""

    kind: SupportKind
    name: str
    phone: PhoneNumber | str = ""


def support(
    wish: Wish,
    *,
    kind: SupportKind,
    name: str,
    phone: str | PhoneNumber = "",
    email: str = "",
    person: Person | None = None,
    form_token: UUID | None = None,
    language: str,
    entered_by: Person | None = None,
) -> Supported:
    """Put somebody down for a wish, and tell them. The same form again gives the row that was made before.

    Who organises along becomes one of its organisers; without an account they are invited to make one. A person who
    supports it already in another way changes that. Raises NotOpen and AlreadySupports.
    """
    number = to_python(phone) if phone else ""
    contact = contact_of(number or "", email)
    who = sender(name, contact, person)
    sent = SentForm(f"support|{wish.pk}", form_token, who)
    with transaction.atomic():
        locked = Wish.objects.locked(wish.pk)
        if form_token:
            before = locked.supports.with_page().filter(form_key=sent.key).first()
            if before:
                given = sent.secret_given_before(before.secret_hash)
                return Supported(before, given, is_new=False)
        check_open(locked)
        guest_key = "" if person or not contact else hash_of(who)
        found = _live_one(locked, person=person, guest_key=guest_key)
        if found and person and found.kind != kind:
            return Supported(_changed(locked, found, kind), "", is_new=False)
        if found:
            raise AlreadySupports(_("Je doet al mee met dit idee."), support=found)
        secret = sent.secret()
        made = Support(
            wish=locked,
            kind=kind,
            person=person,
            name=name,
            phone=number or "",
            email=email,
            guest_key=guest_key,
            language=language,
            secret_hash=hash_of(secret),
            form_key=sent.key,
            entered_by=entered_by,
        )
        saved_with_code(made, "activities_support_code")
        emails.supported(made, locked, secret=secret)
        _keep_organisers(locked, made)
    return Supported(made, secret, is_new=True)


def from_paper(
    wish: Wish, lines: Iterable[OnPaper], *, form_token: UUID, language: str, entered_by: Person
) -> list[Support]:
    """Take over a list of names from paper. The same list sent again adds nothing; who is there already is left out.

    Returns those that were added. Raises NotOpen.
    """
    added: list[Support] = []
    with transaction.atomic():
        locked = Wish.objects.locked(wish.pk)
        check_open(locked)
        for number, line in enumerate(lines):
            who = sender(line.name, contact_of(line.phone, ""), None)
            sent = SentForm(f"support|{wish.pk}", uuid5(form_token, str(number)), who)
            guest_key = hash_of(who) if line.phone else ""
            if locked.supports.filter(form_key=sent.key).exists():
                continue
            if _live_one(locked, person=None, guest_key=guest_key):
                continue
            made = Support(
                wish=locked,
                kind=line.kind,
                name=line.name,
                phone=line.phone,
                guest_key=guest_key,
                is_from_paper=True,
                language=language,
                secret_hash=hash_of(sent.secret()),
                form_key=sent.key,
                entered_by=entered_by,
            )
            saved_with_code(made, "activities_support_code")
            _keep_organisers(locked, made)
            added.append(made)
    return added


def change(given: Support, kind: SupportKind) -> Support:
    """Support in another way. The same again changes nothing. Raises NotOpen when it was taken back."""
    with transaction.atomic():
        wish, locked = _locked(given)
        if not locked.is_live:
            raise NotOpen(_("Je doet niet meer mee. Kies opnieuw wat je wilt doen."))
        return _changed(wish, locked, kind)


def take_back(given: Support) -> Support:
    """No longer support a wish. Twice is harmless."""
    with transaction.atomic():
        wish, locked = _locked(given)
        if locked.is_live:
            end(wish, locked)
    return locked


def end(wish: Wish, locked: Support) -> None:
    """End a support of a locked wish: it counts no longer, and whoever organised along does so no longer."""
    locked.taken_back_at = timezone.now()
    locked.save(update_fields=["taken_back_at", "updated_at"])
    if locked.person_id:
        wish.organisers.remove(locked.person_id)  # type: ignore[arg-type]


def claim(given: Support, person: Person) -> Support:
    """Put a support that was given without an account on an account. Whoever holds its link or code may.

    Twice is harmless. Raises AlreadySupports when this account supports the wish already.
    """
    with transaction.atomic():
        wish, locked = _locked(given)
        if locked.person_id == person.pk:
            return locked
        if locked.person_id is not None:
            raise NotOpen(_("Deze steun hoort bij een ander account."))
        found = _live_one(wish, person=person, guest_key="")
        if found:
            raise AlreadySupports(_("Je doet al mee met dit idee."), support=found)
        locked.person = person
        locked.guest_key = ""
        locked.save(update_fields=["person", "guest_key", "updated_at"])
        if locked.is_live and locked.kind == SupportKind.ORGANISE:
            wish.organisers.add(person)
    return locked


def remind(given: Support) -> None:
    """Send somebody their code once more, to the address on the row, at most once a day."""
    with transaction.atomic():
        emails.supports_already(given, given.wish)


def check_open(wish: Wish) -> None:
    """Raise NotOpen, with the reason, when nobody can support this wish any more."""
    if wish.showing == Showing.HIDDEN:
        raise NotOpen(_("Dit idee staat niet meer op de site."))
    if wish.state not in OPEN_TO_SUPPORT:
        raise NotOpen(_("Dit idee is klaar. Kijk in de agenda wat er nu is."))


def find_by_code(code: str) -> Support | None:
    """Return the support with this code, as people type it. Whoever lets people try codes limits how often."""
    digits = typed_code(code)
    return Support.objects.with_page().filter(code=digits).first() if digits else None


def find_by_secret(pk: UUID, secret: str) -> Support | None:
    """Return the support whose link this is; None for a wrong, shortened or foreign link."""
    found = Support.objects.with_page().filter(pk=pk).first()
    return found if found and found.has_secret(secret) else None


def _locked(given: Support) -> tuple[Wish, Support]:
    """Return the wish and the support as they are now, locked in that order."""
    wish = Wish.objects.locked(given.wish_id)
    locked = Support.objects.select_for_update(of=("self",)).with_recipient().get(pk=given.pk)
    locked.wish = wish
    return wish, locked


def _live_one(wish: Wish, *, person: Person | None, guest_key: str) -> Support | None:
    live = Support.objects.live().with_page().filter(wish=wish)
    if person:
        return live.of(person).first()
    return live.filter(guest_key=guest_key).first() if guest_key else None


def _changed(wish: Wish, locked: Support, kind: SupportKind) -> Support:
    if locked.kind != kind:
        locked.kind = kind
        locked.save(update_fields=["kind", "updated_at"])
        if locked.person_id and kind != SupportKind.ORGANISE:
            wish.organisers.remove(locked.person_id)  # type: ignore[arg-type]
        _keep_organisers(wish, locked)
    return locked


def _keep_organisers(wish: Wish, given: Support) -> None:
    """Whoever organises along is one of the organisers, as soon as they have an account; owner and coach hear it."""
    if given.kind == SupportKind.ORGANISE:
        if given.person:
            wish.organisers.add(given.person)
        emails.organises_along(given, wish)
