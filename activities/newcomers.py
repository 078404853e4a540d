"""Who signs up for a date or a course: what they told, what may not be missing, and how they are known again.

One home for both: activities.enrolment and activities.courses take what was told and make their own row of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Required, TypedDict
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber, to_python

from activities.exceptions import NeedsGuardian, TooManyCompanions
from activities.models import MAX_COMPANIONS, ForWhom
from activities.models.party import Party
from activities.needs import Asked
from lokaal.people.contact import contact_of
from lokaal.people.models import Person
from lokaal.secret_links import SentForm, hash_of, sender


class Told(TypedDict, total=False):
    """What somebody tells who signs up.

    `for_whom`: `name` is who comes; for another or a child `contact_name` is who signs up, and the contact theirs
    (empty: that of `person`). A child needs the name of a parent, a way to reach them and, where the parent does it
    themselves, their consent (`has_consent`; AVG article 8). `asked`: what they need to take part, for the organiser.
    """

    name: Required[str]
    language: Required[str]
    phone: str | PhoneNumber
    email: str
    companions: int
    companion_names: Sequence[str]
    wants_call: bool
    for_whom: str
    contact_name: str
    has_consent: bool
    asked: Iterable[Asked]
    person: Person | None
    entered_by: Person | None


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """Somebody who signs up, from what they told (`Told`)."""

    name: str
    language: str
    phone: str | PhoneNumber = ""
    email: str = ""
    companions: int = 0
    companion_names: Sequence[str] = ()
    wants_call: bool = False
    for_whom: str = ForWhom.SELF
    contact_name: str = ""
    has_consent: bool = False
    asked: Iterable[Asked] = ()
    person: Person | None = None
    entered_by: Person | None = None

    def check(self) -> None:
        """Raise TooManyCompanions or NeedsGuardian when they cannot sign up like this."""
        check_companions(self.companions)
        if self.for_whom != ForWhom.CHILD:
            return
        problems = guardian_problems(
            self.who_signs_up,
            bool(self.contact or self.person),
            self.has_consent,
            is_online=self.entered_by is None,
        )
        for field, sentence in problems:
            raise NeedsGuardian(sentence, field=field)

    @cached_property
    def number(self) -> PhoneNumber | str:
        return to_python(self.phone) or "" if self.phone else ""

    @cached_property
    def contact(self) -> str:
        return contact_of(self.number, self.email)

    @property
    def who_signs_up(self) -> str:
        """The name of who signs up for another; empty for oneself."""
        if self.for_whom == ForWhom.SELF:
            return ""
        return self.contact_name or (self.person.name if self.person else "")

    @property
    def account(self) -> Person | None:
        """The account of who comes: one person is on a list once, but may sign up others."""
        return self.person if self.for_whom == ForWhom.SELF else None

    @property
    def guest_key(self) -> str:
        """By which a guest without account is known again; empty for an account, and for who left no contact."""
        return "" if self.account or not (self.contact or self.person) else hash_of(self._who)

    def sent(self, what: str, form_token: UUID | None) -> SentForm:
        """The form that they sent, for the thing that `what` names."""
        return SentForm(what, form_token, self._who)

    def fields(self, sent: SentForm, secret: str) -> dict[str, Any]:
        """The fields of their row: all of a Party that does not depend on what they sign up for."""
        return {
            "person": self.person,
            "name": self.name,
            "phone": self.number,
            "email": self.email,
            "guest_key": self.guest_key,
            "for_whom": self.for_whom,
            "contact_name": self.who_signs_up,
            "consented_at": timezone.now() if self.has_consent else None,
            "wants_call": self.wants_call,
            "companions": self.companions,
            "companion_names": list(self.companion_names[: self.companions]),
            "language": self.language,
            "secret_hash": hash_of(secret),
            "form_key": sent.key,
            "entered_by": self.entered_by,
        }

    @property
    def _who(self) -> str:
        return sender(self.name, self.contact, self.person)


def told_before(party: Party, *, language: str) -> Told:
    """What a party told when it signed up, to do so again. Needs and names of companions were erased."""
    return {
        "name": party.name,
        "language": language,
        "phone": party.phone,
        "email": party.email,
        "companions": party.companions,
        "for_whom": party.for_whom,
        "contact_name": party.contact_name,
        "has_consent": party.consented_at is not None,
        "entered_by": party.entered_by,
        "person": party.person,
    }


def check_companions(companions: int) -> None:
    """Raise TooManyCompanions when one sign-up cannot bring this many others."""
    if not 0 <= companions <= MAX_COMPANIONS:
        raise TooManyCompanions(
            _("Je kunt hoogstens %(most)d mensen meenemen. Kom je met meer? Bel ons.")
            % {"most": MAX_COMPANIONS}
        )


def guardian_problems(
    contact_name: str, can_be_reached: bool, has_consent: bool, *, is_online: bool
) -> Iterator[tuple[str, str]]:
    """What is missing for a child to come: the field, and a sentence. At the desk the parent is there to ask."""
    if not contact_name:
        yield "contact_name", _("Vul de naam van een ouder of verzorger in.")
    if is_online and not can_be_reached:
        yield "phone", _("Vul een nummer of e-mailadres van de ouder of verzorger in.")
    if is_online and not has_consent:
        yield "has_consent", _("Een ouder of verzorger moet het goed vinden. Kruis dat aan.")
