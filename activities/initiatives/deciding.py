"""Deciding what becomes of something that was tried: keep, adapt or stop, always with a reason.

A decision is taken once: the row of the wish is locked, then that of the look-back, and read again. Everybody who
had to do with it hears of it, once. Stopped is a lesson, not a failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import organising, perms, planning
from activities.emails import look_backs as emails
from activities.emails.telling import recipient
from activities.emails.wishes import wisher
from activities.exceptions import AlreadyDecided, NotReady
from activities.initiatives import coaching, looking_back, moderating, wishing
from activities.initiatives.wishing import Told
from activities.models import (
    Activity,
    Helper,
    LookBack,
    Outcome,
    SignUp,
    Support,
    Wish,
    WishState,
)
from lokaal.outbox.writing import Recipient
from lokaal.people.models import Person
from venue import allocating

#: The state that a wish comes into.
STATES = {
    Outcome.KEPT: WishState.KEPT,
    Outcome.ADAPTED: WishState.ADAPTED,
    Outcome.STOPPED: WishState.STOPPED,
}


def keep(look_back: LookBack, *, reason: str, language: str, by: Person) -> LookBack:
    """It stays: the try-out becomes ordinary. The same decision again is harmless.

    Raises AlreadyDecided when somebody decided differently, NotReady without a reason or for what has stopped by now,
    HoldsBSN and HoldsContact.
    """
    _check_reason(reason)
    with transaction.atomic():
        locked = _locked(look_back)
        if _is_decided(locked, Outcome.KEPT):
            return locked
        if not locked.activity.is_public:
            raise NotReady(_("Dit staat niet meer in de agenda. Zet het er eerst weer in."))
        _decide(locked, Outcome.KEPT, reason, language, by=by)
    return locked


def stop(look_back: LookBack, *, reason: str, language: str, by: Person) -> LookBack:
    """It stops: the dates to come are called off, it leaves the agenda, and everybody is told and thanked, once.

    The same decision again is harmless. Raises what `keep` raises.
    """
    _check_reason(reason)
    with transaction.atomic():
        locked = _locked(look_back)
        if not _is_decided(locked, Outcome.STOPPED):
            told = list(_everybody(locked))
            _end(locked.activity, reason, by=by)
            _decide(locked, Outcome.STOPPED, reason, language, by=by, told=told)
    return locked


def adapt(
    look_back: LookBack,
    *,
    reason: str,
    text: str,
    language: str,
    by: Person,
    form_token: UUID | None = None,
) -> LookBack:
    """It goes on in another form: a new wish that points back, with the same owner, organisers, coach and supporters.

    `text`: the new form, in one sentence. What was tried ends. The same decision again is harmless, and gives the wish
    that it grew into before. Raises what `keep` raises.
    """
    _check_reason(reason)
    moderating.check_public(text)
    if not text.strip():
        raise NotReady(_("Vertel in één zin hoe het verder gaat."))
    with transaction.atomic():
        locked = _locked(look_back)
        if not _is_decided(locked, Outcome.ADAPTED):
            told = list(_everybody(locked))
            _end(locked.activity, reason, by=by)
            told_wish = _new_form(locked, text, language, by=by, form_token=form_token)
            locked.grew_into = told_wish.wish
            _decide(
                locked,
                Outcome.ADAPTED,
                reason,
                language,
                by=by,
                told=told,
                secret=told_wish.secret,
            )
    return locked


# What each of them does --------------------------------------------------------------------------


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise NotReady(_("Schrijf op waarom. Een ander leert ervan."))
    moderating.check_public(reason)


def _locked(look_back: LookBack) -> LookBack:
    """The look-back as it is now: after the turn of its house, and after its wish."""
    allocating.take_turn_of([look_back.centre_id])
    if look_back.wish_id:
        Wish.objects.select_for_update(of=("self",), no_key=True).get(pk=look_back.wish_id)
    return LookBack.objects.locked(look_back.pk)


def _is_decided(look_back: LookBack, outcome: Outcome) -> bool:
    """Whether it was decided so before. Raises AlreadyDecided when it was decided differently."""
    if look_back.outcome and look_back.outcome != outcome:
        raise AlreadyDecided(
            _("Er is al besloten: %(outcome)s.") % {"outcome": look_back.get_outcome_display()}
        )
    return bool(look_back.outcome)


def _decide(
    look_back: LookBack,
    outcome: Outcome,
    reason: str,
    language: str,
    *,
    by: Person,
    told: list[Recipient] | None = None,
    secret: str = "",
) -> None:
    """Write the decision down, with the numbers of now, and tell everybody once.

    `secret`: of the link with which a guest goes on with the wish that it grew into.
    """
    told = list(_everybody(look_back)) if told is None else told
    looking_back.keep_numbers(look_back)
    look_back.outcome = outcome
    look_back.reason = reason
    look_back.reason_language = language
    look_back.decided_at = timezone.now()
    look_back.decided_by = by
    look_back.save(
        update_fields=[
            "outcome",
            "reason",
            "reason_language",
            "decided_at",
            "decided_by",
            "grew_into",
        ]
    )
    if look_back.wish:
        _decide_wish(look_back.wish, outcome, reason, by=by)
    for to in told:
        emails.decided(look_back, to, secret=secret if emails.is_of(to, look_back.wish) else "")


def _decide_wish(wish: Wish, outcome: Outcome, reason: str, *, by: Person) -> None:
    coaching.become(wish, STATES[outcome], by=by, note=reason, tells=False)
    wish.decided_at = timezone.now()
    wish.decided_by = by
    wish.decision_reason = reason
    wish.save(update_fields=["decided_at", "decided_by", "decision_reason"])


def _end(activity: Activity, reason: str, *, by: Person) -> None:
    """Call off what was still to come and take it out of the agenda. People hear of it in one message of their own."""
    for occurrence in activity.occurrences.upcoming().going_ahead():
        planning.cancel(occurrence, reason=reason[:200], by=by, tells=False)
    organising.stop(activity)


def _new_form(
    look_back: LookBack, text: str, language: str, *, by: Person, form_token: UUID | None
) -> Told:
    """The wish that it grows into. Without a wish before it, who decides has the idea.

    Who supported the one before supports this one now: their links keep working. With a coach the plan begins at once;
    without one the house listens first, and answers as to any wish.
    """
    before = look_back.wish
    owner = before if before and not before.is_let_go else None
    told = wishing.tell(
        text=text,
        language=language,
        centre=look_back.centre,
        name=owner.name if owner else "",
        phone=owner.phone if owner else "",
        email=owner.email if owner else "",
        shows_name=owner.shows_name if owner else False,
        person=owner.person if owner else by,
        entered_by=by if by.is_staff and owner and owner.person != by else None,
        form_token=form_token,
        grew_from=before,
        tells=False,
    )
    wish = told.wish
    wish.coach = (before.coach if before else None) or (by if perms.can_coach(by, wish) else None)
    wish.save(update_fields=["coach"])
    wish.organisers.set(look_back.activity.organisers.all())
    if before:
        wish.organisers.add(*before.organisers.all())
        Support.objects.live().filter(wish=before).update(wish=wish)
    if wish.coach:
        coaching.become(wish, WishState.PLANNING, by=by, tells=False)
    return told


# Who hears of it ---------------------------------------------------------------------------------


def _everybody(look_back: LookBack) -> Iterator[Recipient]:
    """Owner, organisers, coach, supporters and those on a list, each once."""
    seen: set[str] = set()
    for to, must_hear in _all_ways(look_back):
        ways = emails.ways_to(to)
        if seen.isdisjoint(ways) and (must_hear or emails.is_reachable(to)):
            seen.update(ways)
            yield to


def _all_ways(look_back: LookBack) -> Iterator[tuple[Recipient, bool]]:
    """Every way to everybody; True for who would still come: they hear it on paper when there is no other way."""
    wish = look_back.wish
    for person in look_back.activity.organisers.all():
        yield emails.organiser(person), False
    if wish:
        if not wish.is_let_go:
            yield wisher(wish), False
        for person in wish.organisers.all():
            yield emails.organiser(person), False
        for support in Support.objects.live().filter(wish=wish).with_recipient():
            yield emails.supporter(support), False
    for helper in Helper.objects.helping().filter(activity=look_back.activity_id):
        yield emails.supporter(helper), False
    for sign_up in _on_a_list(look_back):
        yield recipient(sign_up), not sign_up.occurrence.is_over()


def _on_a_list(look_back: LookBack) -> Iterator[SignUp]:
    """Those who came, and those who would still come."""
    since = looking_back.people_since(look_back)
    found = SignUp.objects.live().filter(occurrence__activity=look_back.activity_id)
    if since:
        found = found.filter(occurrence__ends_at__gt=since)
    yield from found.select_related("person", "occurrence").order_by("-id").iterator()
