"""Joining a date, changing it, cancelling it. Only this module changes the state of a sign-up or counts places.

The row of the date is locked before anything else, then read again: whoever comes second sees what the first one did.
The sign-up, the places and the message are written in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from phonenumber_field.phonenumber import PhoneNumber, to_python

from activities import emails
from activities.exceptions import AlreadyThere, Full, NotOpen, TooManyCompanions
from activities.models import MAX_COMPANIONS, ActivityState, Occurrence, SignUp, SignUpState
from lokaal.people.contact import contact_of
from lokaal.people.models import Person
from lokaal.secret_links import (
    SentForm,
    hash_of,
    saved_with_code,
    sender,
    typed_code,
)

#: A code is good until this long after the date: someone who came late may still ask.
CODE_OUTLIVES_DATE = timedelta(days=1)


@dataclass(frozen=True)
class Joined:
    """A sign-up, the secret of its link, and whether this call made it. The secret is kept nowhere."""

    sign_up: SignUp
    secret: str
    is_new: bool


def join(
    occurrence: Occurrence,
    *,
    name: str,
    phone: str | PhoneNumber = "",
    email: str = "",
    companions: int = 0,
    wants_call: bool = False,
    person: Person | None = None,
    form_token: UUID | None = None,
    language: str,
    entered_by: Person | None = None,
) -> Joined:
    """Put a party on the list of a date, and tell them.

    The same `form_token` with the same name and contact gives the row that was made before, with the same secret: a
    button pressed twice, the back button, a request sent again by a poor network. Two such requests at the same
    moment give one row too.

    Raises NotOpen (over, called off, not in the agenda, or nobody needs to sign up), Full (the party does not fit),
    AlreadyThere (this person, or this name with this contact, is on the list), TooManyCompanions.
    """
    check_companions(companions)
    number = to_python(phone) if phone else ""
    contact = contact_of(number or "", email)
    who = sender(name, contact, person)
    sent = SentForm(f"sign-up|{occurrence.pk}", form_token, who)
    with transaction.atomic():
        locked = Occurrence.objects.locked(occurrence.pk)
        if form_token:
            sent_before = locked.sign_ups.with_page().filter(form_key=sent.key).first()
            if sent_before:
                given = sent.secret_given_before(sent_before.secret_hash)
                return Joined(sent_before, given, is_new=False)
        check_open(locked)
        guest_key = "" if person or not contact else hash_of(who)
        _check_not_there(locked, person=person, guest_key=guest_key)
        check_places(locked, 1 + companions)
        secret = sent.secret()
        sign_up = SignUp(
            occurrence=locked,
            person=person,
            name=name,
            phone=number or "",
            email=email,
            guest_key=guest_key,
            wants_call=wants_call,
            companions=companions,
            language=language,
            secret_hash=hash_of(secret),
            form_key=sent.key,
            entered_by=entered_by,
        )
        saved_with_code(sign_up, "activities_signup_code")
        _take(locked, sign_up.party_size)
        emails.joined(sign_up, locked, secret=secret)
    return Joined(sign_up, secret, is_new=True)


def rejoin(sign_up: SignUp, *, form_token: UUID | None = None, language: str) -> Joined:
    """Put a party that had cancelled on the list again, as a new sign-up. Raises what `join` raises."""
    return join(
        sign_up.occurrence,
        name=sign_up.name,
        phone=sign_up.phone,
        email=sign_up.email,
        companions=sign_up.companions,
        person=sign_up.person,
        form_token=form_token,
        language=language,
    )


def cancel(sign_up: SignUp, *, by: Person | None = None) -> SignUp:
    """Take a party off the list, give its places back and tell them. Twice is harmless.

    `by` None: the participant, with link or code. Raises NotOpen when the date is over.
    """
    with transaction.atomic():
        occurrence, locked = _locked(sign_up)
        if not locked.is_live:
            return locked
        if occurrence.is_over():
            raise NotOpen(_("Deze datum is al geweest. Afmelden hoeft niet meer."))
        locked.state = SignUpState.CANCELLED
        locked.cancelled_at = timezone.now()
        locked.cancelled_by = by
        locked.save(update_fields=["state", "cancelled_at", "cancelled_by", "updated_at"])
        _take(occurrence, -locked.party_size)
        emails.cancelled_by_participant(locked, occurrence)
    return locked


def change_party(sign_up: SignUp, companions: int) -> SignUp:
    """Come with more or fewer others, and tell them. The same number again changes nothing.

    Raises NotOpen (over, called off, or no longer on the list), Full (the larger party does not fit; the places held
    stay held), TooManyCompanions.
    """
    check_companions(companions)
    with transaction.atomic():
        occurrence, locked = _locked(sign_up)
        if not locked.is_live:
            raise NotOpen(_("Je staat niet meer op de lijst. Meld je opnieuw aan."))
        more = companions - locked.companions
        if not more:
            return locked
        check_open(occurrence)
        if more > 0:
            check_places(occurrence, more, size=1 + companions)
        locked.companions = companions
        locked.sequence += 1
        locked.save(update_fields=["companions", "sequence", "updated_at"])
        _take(occurrence, more)
        emails.changed(locked, occurrence)
    return locked


def remind(sign_up: SignUp) -> None:
    """Send a party the code once more, to the address on the row, at most once a day."""
    with transaction.atomic():
        emails.already_there(sign_up, sign_up.occurrence)


def called(sign_up: SignUp) -> None:
    """Somebody of the house rang this party, as they had asked. Twice is harmless: the first time counts."""
    SignUp.objects.filter(pk=sign_up.pk, called_at=None).update(called_at=timezone.now())


def find_by_code(code: str) -> SignUp | None:
    """Return the sign-up with this code, as people type it: with spaces, or with digits of another script.

    Whoever lets people try codes limits how often (activities.limits). Old codes find nothing.
    """
    digits = typed_code(code)
    if not digits:
        return None
    return (
        SignUp.objects.with_page()
        .filter(code=digits, occurrence__ends_at__gt=timezone.now() - CODE_OUTLIVES_DATE)
        .first()
    )


def find_by_secret(pk: UUID, secret: str) -> SignUp | None:
    """Return the sign-up whose link this is; None for a wrong, shortened or foreign link."""
    sign_up = SignUp.objects.with_page().filter(pk=pk).first()
    return sign_up if sign_up and sign_up.has_secret(secret) else None


def check_open(occurrence: Occurrence) -> None:
    """Raise NotOpen, with the reason, when nobody can sign up for this date."""
    activity = occurrence.activity
    if activity.state == ActivityState.DRAFT:
        raise NotOpen(_("Deze activiteit staat nog niet in de agenda."))
    if activity.state == ActivityState.STOPPED:
        raise NotOpen(_("Deze activiteit is gestopt. Kijk in de agenda wat er nog meer is."))
    if occurrence.is_cancelled:
        raise NotOpen(_("Gaat niet door. Kies een andere datum."))
    if occurrence.is_over():
        raise NotOpen(_("Deze datum is al geweest. Kies een andere datum."))
    if activity.is_drop_in:
        raise NotOpen(_("Je hoeft je niet aan te melden. Loop zo binnen."))


def why_closed(occurrence: Occurrence) -> str:
    """Return why nobody at all can sign up for this date now, in a sentence; empty when somebody can."""
    try:
        check_open(occurrence)
        check_places(occurrence, 1)
    except (NotOpen, Full) as refusal:
        return str(refusal)
    return ""


def check_places(occurrence: Occurrence, places: int, *, size: int | None = None) -> None:
    """Raise Full when so many places are not left. `size`: the whole party, where it already holds some of them."""
    left = occurrence.places_left
    if left is None or places <= left:
        return
    if left <= 0:
        raise Full(_("Vol. Er is geen plek meer op deze datum."), places_left=0)
    raise Full(
        ngettext(
            "Er is nog %(left)d plek. Jullie zijn met %(size)d mensen.",
            "Er zijn nog %(left)d plekken. Jullie zijn met %(size)d mensen.",
            left,
        )
        % {"left": left, "size": size or places},
        places_left=left,
    )


def check_companions(companions: int) -> None:
    """Raise TooManyCompanions when one sign-up cannot bring this many others."""
    if not 0 <= companions <= MAX_COMPANIONS:
        raise TooManyCompanions(
            _("Je kunt hoogstens %(most)d mensen meenemen. Kom je met meer? Bel ons.")
            % {"most": MAX_COMPANIONS}
        )


def _check_not_there(occurrence: Occurrence, *, person: Person | None, guest_key: str) -> None:
    live = occurrence.sign_ups.live().with_page()
    found = None
    if person:
        found = live.of(person).first()
    elif guest_key:
        found = live.filter(guest_key=guest_key).first()
    if found:
        raise AlreadyThere(_("Je staat al op de lijst."), sign_up=found)


def _locked(sign_up: SignUp) -> tuple[Occurrence, SignUp]:
    """Return the date and the sign-up as they are now, locked in that order, as everywhere."""
    occurrence = Occurrence.objects.locked(sign_up.occurrence_id)
    locked = SignUp.objects.select_for_update(of=("self",)).with_recipient().get(pk=sign_up.pk)
    locked.occurrence = occurrence
    return occurrence, locked


def _take(occurrence: Occurrence, places: int) -> None:
    """Count places of a locked date; a negative number gives them back."""
    occurrence.places_taken += places
    occurrence.save(update_fields=["places_taken"])
