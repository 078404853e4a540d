"""Joining a date, waiting for it, changing it, cancelling it. Who gets which place is decided by activities.queue.

The row of the date is locked before anything else, then read again: whoever comes second sees what the first one did.
Offers that ran out are taken back under that lock. The sign-up, the places and the message are written in one
transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Unpack
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import emails, needs
from activities.exceptions import (
    AlreadyThere,
    Full,
    NotOpen,
    OfferGone,
)
from activities.models import ActivityState, ForWhom, Occurrence, SignUp
from activities.needs import Asked
from activities.newcomers import Newcomer, Told, check_companions, told_before
from activities.queue import DateQueue, position_of
from lokaal.people.models import Person
from lokaal.secret_links import (
    saved_with_code,
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
    form_token: UUID | None = None,
    is_at_the_door: bool = False,
    **told: Unpack[Told],
) -> Joined:
    """Put a party on the list of a date, or in its queue when it is full or others wait, and tell them.

    `told`: who they are and what they need (newcomers.Told). `is_at_the_door`: they are inside already, so nothing is
    sent and nobody waits.

    The same `form_token` with the same name and contact gives the row that was made before, with the same secret: a
    button pressed twice, the back button, a request sent again by a poor network. Two such requests at the same
    moment give one row too.

    Raises NotOpen (over, called off, not in the agenda, or nobody needs to sign up), Full (the party does not fit and
    cannot wait), AlreadyThere (this person, or this name with this contact, is on the list), TooManyCompanions,
    NeedsGuardian, HoldsBSN.
    """
    newcomer = Newcomer(**told)
    newcomer.check()
    sent = newcomer.sent(f"sign-up|{occurrence.pk}", form_token)
    with transaction.atomic():
        locked = Occurrence.objects.locked(occurrence.pk)
        if form_token:
            sent_before = locked.sign_ups.with_page().filter(form_key=sent.key).first()
            if sent_before:
                given = sent.secret_given_before(sent_before.secret_hash)
                return Joined(sent_before, given, is_new=False)
        check_open(locked)
        its_queue = DateQueue(locked)
        its_queue.settle()
        _check_not_there(locked, person=newcomer.account, guest_key=newcomer.guest_key)
        secret = sent.secret()
        sign_up = SignUp(occurrence=locked, **newcomer.fields(sent, secret))
        its_queue.enter(sign_up, may_wait=not is_at_the_door)
        saved_with_code(sign_up, "activities_signup_code")
        needs.ask(sign_up, newcomer.asked)
        if sign_up.is_waiting:
            emails.waiting(sign_up, locked, secret=secret, position=position_of(sign_up))
        elif not is_at_the_door:
            emails.joined(sign_up, locked, secret=secret)
    return Joined(sign_up, secret, is_new=True)


def rejoin(sign_up: SignUp, *, form_token: UUID | None = None, language: str) -> Joined:
    """Put a party that had cancelled, or let an offer pass, on the list or in the queue again, as a new sign-up.

    Raises what `join` raises.
    """
    told = told_before(sign_up, language=language)
    return join(sign_up.occurrence, form_token=form_token, **told)


def cancel(sign_up: SignUp, *, by: Person | None = None) -> SignUp:
    """Take a party off the list or out of the queue, and tell them; its places go to who is next. Twice is harmless.

    `by` None: the participant, with link or code. Raises NotOpen when the date is over.
    """
    with transaction.atomic():
        occurrence, locked = _locked(sign_up)
        if not locked.is_live:
            return locked
        if occurrence.is_over():
            raise NotOpen(_("Deze datum is al geweest. Afmelden hoeft niet meer."))
        was_in_queue = not locked.is_joined
        DateQueue(occurrence).leave(locked, by=by)
        emails.cancelled_by_participant(locked, occurrence, was_in_queue=was_in_queue)
    return locked


def change_party(sign_up: SignUp, companions: int) -> SignUp:
    """Come with more or fewer others, and tell them. The same number again changes nothing.

    Who waits keeps the turn; a smaller party may get its places at once, and then hears that instead.
    Raises NotOpen (over, called off, or no longer on the list), Full (the larger party does not fit, or others wait
    for those places; the places held stay held), TooManyCompanions.
    """
    check_companions(companions)
    with transaction.atomic():
        occurrence, locked = _locked(sign_up)
        if not locked.is_live:
            raise NotOpen(_("Je staat niet meer op de lijst. Meld je opnieuw aan."))
        if companions == locked.companions:
            return locked
        check_open(occurrence)
        stood = locked.state
        DateQueue(occurrence).resize(locked, companions)
        if locked.state == stood:
            emails.changed(locked, occurrence)
    return locked


def accept(sign_up: SignUp) -> SignUp:
    """Take the places that are offered to a party, and tell them. Twice is harmless.

    Raises OfferGone when the offer ran out (then the next one has it by now), NotOpen when the date is called off.
    """
    with transaction.atomic():
        occurrence, locked = _locked(sign_up)
        try:
            is_news = DateQueue(occurrence).accept(locked)
        except OfferGone as refusal:
            gone = refusal  # raised below, so that what was settled stays
        else:
            if is_news:
                emails.accepted(locked, occurrence)
            return locked
    raise gone


def give_place(sign_up: SignUp, *, by: Person, reason: str) -> SignUp:
    """Give a party that waits the free places by hand, past others. The reason is kept and stands on the list.

    Raises NeedsReason, Full and NotOpen.
    """
    with transaction.atomic():
        occurrence, locked = _locked(sign_up)
        DateQueue(occurrence).give_place(locked, by=by, reason=reason)
    return locked


def tell_about_party(sign_up: SignUp, *, names: Sequence[str], asked: Iterable[Asked]) -> None:
    """Keep who come along and what each of a party needs, in the place of what was told before.

    Raises NotOpen (no longer on the list) and HoldsBSN.
    """
    with transaction.atomic():
        _occurrence, locked = _locked(sign_up)
        if not locked.is_live:
            raise NotOpen(_("Je staat niet meer op de lijst. Meld je opnieuw aan."))
        locked.companion_names = list(names[: locked.companions])
        locked.save(update_fields=["companion_names", "updated_at"])
        needs.ask(locked, asked)


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
    if activity.is_course:
        raise NotOpen(_("Dit is een cursus. Je meldt je aan voor de hele reeks."))


def why_closed(occurrence: Occurrence) -> str:
    """Return why nobody at all can sign up for this date now, in a sentence; empty when somebody can, or can wait."""
    its_queue = DateQueue(occurrence)
    try:
        check_open(occurrence)
        if not its_queue.takes_newcomers:
            its_queue.check_place_for(1)
    except (NotOpen, Full) as refusal:
        return str(refusal)
    return ""


def _check_not_there(occurrence: Occurrence, *, person: Person | None, guest_key: str) -> None:
    live = occurrence.sign_ups.live().with_page()
    found = None
    if person:
        found = live.of(person).filter(for_whom=ForWhom.SELF).first()
    elif guest_key:
        found = live.filter(guest_key=guest_key).first()
    if found and found.is_joined:
        raise AlreadyThere(_("Je staat al op de lijst."), sign_up=found)
    if found:
        raise AlreadyThere(_("Je staat al op de wachtlijst."), sign_up=found)


def _locked(sign_up: SignUp) -> tuple[Occurrence, SignUp]:
    """Return the date and the sign-up as they are now, locked in that order, as everywhere; offers are settled."""
    occurrence = Occurrence.objects.locked(sign_up.occurrence_id)
    DateQueue(occurrence).settle()
    locked = SignUp.objects.select_for_update(of=("self",)).with_recipient().get(pk=sign_up.pk)
    locked.occurrence = occurrence
    return occurrence, locked
