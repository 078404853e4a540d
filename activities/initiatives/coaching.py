"""The road of a wish, walked with a coach who answers within 14 days. Only this module changes the state of a wish.

The row of the wish is locked and read again before anything is decided; what happened is kept as a line that everybody
may read, and told in the same transaction: its owner and organisers always, those who support it when it matters.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import emails, perms
from activities.exceptions import AlreadyCoached, NeedsReason, WrongState
from activities.initiatives import moderating, wishing
from activities.models import Happened, Wish, WishState
from activities.models.wish import ANSWER_WITHIN, NAMING_ROLES
from lokaal import bsn
from lokaal.people.models import Person, StaffRole

#: Where a wish may go from where it is.
NEXT: dict[str, set[str]] = {
    WishState.LISTENING: {WishState.PLANNING, WishState.NOT_NOW},
    WishState.PLANNING: {WishState.TRYING, WishState.NOT_NOW},
    WishState.TRYING: {WishState.LOOKING_BACK},
    WishState.LOOKING_BACK: {
        WishState.TRYING,
        WishState.KEPT,
        WishState.ADAPTED,
        WishState.STOPPED,
    },
    WishState.NOT_NOW: {WishState.LISTENING, WishState.PLANNING},
    WishState.KEPT: {WishState.LOOKING_BACK},
    WishState.ADAPTED: set(),
    WishState.STOPPED: set(),
}
#: Those who support a wish hear of these. (Of trying out they hear by an invitation: inviting.)
TELLS_SUPPORTERS = {
    WishState.PLANNING,
    WishState.KEPT,
    WishState.ADAPTED,
    WishState.STOPPED,
    WishState.NOT_NOW,
}
#: The coach is reminded when so much time is left.
NUDGE_WHEN_LEFT = timedelta(days=3)


def become(
    wish: Wish, state: WishState, *, by: Person | None, note: str = "", tells: bool = True
) -> Wish:
    """Let a wish go on to its next state, and tell who is concerned. The same again is harmless.

    `note` is a plain sentence about it that everybody may read. Not `tells`: the caller writes to everybody itself.
    "Not now" needs more than that: `not_now`. Raises WrongState when the road does not go there from where the wish is
    now, HoldsBSN and HoldsContact for the note.
    """
    if state == WishState.NOT_NOW:
        raise NeedsReason(_("Zeg waarom het nu niet kan, en wat wel kan."))
    moderating.check_public(note)
    with transaction.atomic():
        locked = Wish.objects.locked(wish.pk)
        if locked.state != state:
            _go(locked, state, by=by, note=note, tells=tells)
    return locked


def plan_together(wish: Wish, *, by: Person, reply: str = "", seen: str = "") -> Wish:
    """Answer with yes: together we make a plan. `reply` goes to the owner alone. The same again is harmless.

    Who answers becomes the coach of a wish that has none. `seen`: the state that they decided upon. Raises WrongState,
    also when somebody decided otherwise meanwhile, and HoldsBSN for the reply.
    """
    bsn.check_none(reply)
    with transaction.atomic():
        locked = Wish.objects.locked(wish.pk)
        if locked.state == WishState.PLANNING:
            return locked
        _check_seen(locked, seen)
        if locked.coach_id is None:
            _give_coach(locked, by, by=by)
        if reply:
            locked.reply = reply
            locked.save(update_fields=["reply"])
        _go(locked, WishState.PLANNING, by=by, reply=reply)
    return locked


def not_now(wish: Wish, *, reason: str, route: str, by: Person, seen: str = "") -> Wish:
    """Say that it cannot be now, why, and what one could do. Everybody may read both. The same again is harmless.

    `seen`: the state that they decided upon. Raises NeedsReason when reason or route is missing, WrongState (also when
    somebody decided otherwise meanwhile), HoldsBSN and HoldsContact.
    """
    reason, route = reason.strip(), route.strip()
    if not (reason and route):
        raise NeedsReason(_("Zeg waarom het nu niet kan, en wat wel kan."))
    moderating.check_public(reason, route)
    with transaction.atomic():
        locked = Wish.objects.locked(wish.pk)
        if locked.state == WishState.NOT_NOW:
            return locked
        _check_seen(locked, seen)
        _check(locked, WishState.NOT_NOW)
        locked.not_now_reason = reason
        locked.not_now_route = route
        _go(locked, WishState.NOT_NOW, by=by, note=f"{reason}\n{route}")
    return locked


def come_back(wish: Wish, *, by: Person | None = None) -> Wish:
    """Ask again about a wish that could not be then: the house has 14 days to answer. The same again is harmless.

    `by` None: its owner, with link or code. Raises WrongState.
    """
    with transaction.atomic():
        locked = Wish.objects.locked(wish.pk)
        if locked.state == WishState.LISTENING:
            return locked
        if locked.state != WishState.NOT_NOW:
            raise WrongState(_("Dit idee is al onderweg."))
        now = timezone.now()
        locked.state = WishState.LISTENING
        locked.state_since = locked.asked_at = now
        locked.answered_at = locked.answered_by = None
        locked.reply = locked.not_now_reason = locked.not_now_route = ""
        locked.save(
            update_fields=[
                "state",
                "state_since",
                "asked_at",
                "answered_at",
                "answered_by",
                "reply",
                "not_now_reason",
                "not_now_route",
            ]
        )
        locked.moments.create(what=Happened.CAME_BACK, state=locked.state, by=by, at=now)
    return locked


def take(wish: Wish, *, by: Person) -> Wish:
    """Look after a wish oneself. Twice is harmless. Raises AlreadyCoached when somebody else does already."""
    with transaction.atomic():
        locked = Wish.objects.locked(wish.pk)
        if locked.coach_id not in (None, by.pk):
            raise AlreadyCoached(_("Een ander begeleidt dit idee al."))
        if locked.coach_id is None:
            _give_coach(locked, by, by=by)
    return locked


def name_coach(wish: Wish, coach: Person, *, by: Person) -> Wish:
    """Give a wish a coach, or another one, who is told. The same again is harmless.

    Whoever names a coach may choose anybody with an account: the pages of this wish open for them, and of no other.
    Raises AlreadyCoached for who told it, and for an account that was closed.
    """
    with transaction.atomic():
        locked = Wish.objects.locked(wish.pk)
        if not coach.is_active or coach.pk == locked.person_id:
            raise AlreadyCoached(_("Kies iemand anders. Een begeleider kijkt van buiten mee."))
        if locked.coach_id != coach.pk:
            _give_coach(locked, coach, by=by)
    return locked


def nudge(now: datetime | None = None) -> int:
    """Remind who owes an answer: the coach when few days are left, who names coaches when it is late; once each.

    Without a coach the second ones hear it both times. Returns the number of wishes that owe one.
    """
    now = now or timezone.now()
    due = Wish.objects.waiting().filter(asked_at__lte=now - ANSWER_WITHIN + NUDGE_WHEN_LEFT)
    count = 0
    for wish in due.select_related("coach", "centre").defer("search_vector", "search_sounds"):
        count += 1
        is_late = wish.answer_by < timezone.localdate(now)
        with transaction.atomic():
            if wish.coach and not is_late:
                emails.answer_is_due(wish, wish.coach, is_late=False)
                continue
            for person in who_names_coaches(wish):
                emails.answer_is_due(wish, person, is_late=is_late)
    return count


def who_names_coaches(wish: Wish) -> list[Person]:
    """Those who name coaches at the house of a wish; of a wish for no house, those of all houses."""
    held = (
        StaffRole.objects.current()
        .filter(role__in=[str(role) for role in NAMING_ROLES], person__is_active=True)
        .select_related("person")
        .order_by("person__name", "person_id")
    )
    here = [row for row in held if row.centre_id in (None, wish.centre_id)]
    coordinators = [row for row in here if row.role == "coordinator"]
    return list({row.person_id: row.person for row in coordinators or here}.values())


def who_may_coach(wish: Wish) -> list[Person]:
    """Everybody who can look after this wish, by name."""
    held = StaffRole.objects.current().filter(person__is_active=True).select_related("person")
    rows = held.order_by("person__name", "person_id")
    people = {row.person_id: row.person for row in rows if perms.is_for_coaching(row, wish)}
    return list(people.values())


def _check_seen(locked: Wish, seen: str) -> None:
    """Raise WrongState when somebody else decided since this state was on the screen."""
    if seen and locked.state != seen:
        raise WrongState(_("Iemand anders besloot net iets anders. Kijk hoe het nu staat."))


def _check(locked: Wish, state: WishState) -> None:
    if state not in NEXT[locked.state]:
        raise WrongState(
            _("Dit idee staat nu op: %(now)s. Van daar kan het niet naar: %(next)s.")
            % {"now": locked.get_state_display(), "next": state.label}
        )


def _go(
    locked: Wish,
    state: WishState,
    *,
    by: Person | None,
    note: str = "",
    reply: str = "",
    tells: bool = True,
) -> None:
    """Write the next state of a locked wish, the line about it, and the messages."""
    _check(locked, state)
    was_not_now = locked.state == WishState.NOT_NOW
    locked.state = state
    locked.state_since = timezone.now()
    fields = ["state", "state_since", "not_now_reason", "not_now_route"]
    if was_not_now:
        locked.not_now_reason = locked.not_now_route = ""
    locked.save(update_fields=fields)
    if by:
        wishing.mark_answered(locked, by=by)
    moment = locked.moments.create(what=Happened.BECAME, state=state, by=by, note=note)
    if tells:
        emails.wish_became(moment, locked, reply=reply, tells_supporters=state in TELLS_SUPPORTERS)


def _give_coach(locked: Wish, coach: Person, *, by: Person) -> None:
    locked.coach = coach
    locked.save(update_fields=["coach"])
    locked.moments.create(
        what=Happened.COACHED, state=locked.state, by=by, note=coach.get_short_name()
    )
    if coach.pk != by.pk:
        emails.coach_named(locked, coach, by=by)
