"""The neighbourhood table: what is on the list, in which order, and what was decided by consent.

A decision at the table is carried out by the same functions as anywhere else (deciding, coaching, pot); the table keeps
how it came about. The row of the table is locked first, then whatever those functions lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.exceptions import AlreadyDecided, NotReady
from activities.initiatives import coaching, deciding, moderating, pot
from activities.models import (
    Consent,
    Grant,
    LookBack,
    NeighbourhoodTable,
    Occurrence,
    TableItem,
    Wish,
    WishState,
)
from lokaal import local_time
from lokaal.centres.models import Centre
from lokaal.people.models import Person

MOST_ITEMS = 40

#: What can be decided about a subject, by its kind: the name of the decision and the words for it.
ABOUT_A_TRY = {
    "keep": gettext_lazy("Het blijft"),
    "adapt": gettext_lazy("Het gaat anders verder"),
    "stop": gettext_lazy("Het stopt"),
}
ABOUT_A_WISH = {
    "plan": gettext_lazy("Samen een plan maken"),
    "not_now": gettext_lazy("Nu niet"),
}
ABOUT_A_GRANT = {
    "give": gettext_lazy("Geld uit het potje"),
    "refuse": gettext_lazy("Nu geen geld"),
}
ABOUT_WORDS = {"agreed": gettext_lazy("Afgesproken")}


def choices_for(item: TableItem) -> dict[str, Any]:
    """What can be decided about this subject: name and words."""
    if item.look_back_id:
        return ABOUT_A_TRY
    if item.wish_id:
        return ABOUT_A_WISH
    if item.grant_id:
        return ABOUT_A_GRANT
    return ABOUT_WORDS


# The evening and its list ------------------------------------------------------------------------


def prepare(
    centre: Centre,
    *,
    held_on: date,
    by: Person,
    starts: time | None = None,
    place: str = "",
    occurrence: Occurrence | None = None,
    form_token: UUID | None = None,
) -> NeighbourhoodTable:
    """Make the table of a day, with what waits for a decision on its list. The same day again gives the same table.

    When the agenda of the house has a neighbourhood table on that day, the table hangs on that date.
    """
    occurrence = occurrence or _in_the_agenda(centre, held_on)
    with transaction.atomic():
        table, is_new = NeighbourhoodTable.objects.get_or_create(
            centre=centre,
            held_on=held_on,
            defaults={
                "starts": starts,
                "place": place,
                "occurrence": occurrence,
                "created_by": by,
                "form_token": form_token,
            },
        )
        if is_new:
            propose(table)
    return table


def _in_the_agenda(centre: Centre, day: date) -> Occurrence | None:
    """The date of that day in the agenda that is called after the table."""
    begin, end = local_time.day_starts_at(day), local_time.day_starts_at(day + timedelta(days=1))
    return (
        Occurrence.objects.public()
        .going_ahead()
        .between(begin, end)
        .filter(centre=centre)
        .filter(Q(title__icontains="buurttafel") | Q(activity__title__icontains="buurttafel"))
        .first()
    )


def propose(table: NeighbourhoodTable) -> int:
    """Put on the list what waits for a decision and is not on it yet. Returns how many came. Twice adds nothing.

    First what was tried, then money that was asked, wishes, and words on which the table before did not decide; within
    each what waits longest. What was left out of this table stays out.
    """
    with transaction.atomic():
        locked = _open(table)
        there = list(locked.items.all())
        tries = {item.look_back_id for item in there}
        grants = {item.grant_id for item in there}
        wishes = {item.wish_id for item in there}
        subjects = {item.subject for item in there}
        room = max(0, MOST_ITEMS - len(there))
        made = [
            *(TableItem(look_back=one) for one in _tries(locked) if one.pk not in tries),
            *(TableItem(grant=one) for one in _grants(locked) if one.pk not in grants),
            *(TableItem(wish=one) for one in _wishes(locked) if one.pk not in wishes),
            *(TableItem(subject=words) for words in _left_open(locked) if words not in subjects),
        ][:room]
        last = max((item.position for item in there), default=0)
        for number, item in enumerate(made, start=1):
            item.table, item.position = locked, last + number
        TableItem.objects.bulk_create(made)
    return len(made)


def _tries(table: NeighbourhoodTable) -> Iterable[LookBack]:
    return LookBack.objects.undecided().filter(centre=table.centre_id)[:MOST_ITEMS]


def _grants(table: NeighbourhoodTable) -> Iterable[Grant]:
    return Grant.objects.waiting().filter(centre=table.centre_id)[:MOST_ITEMS]


def _wishes(table: NeighbourhoodTable) -> Iterable[Wish]:
    """Shown wishes to which the house is listening, for this house or for none in particular."""
    here = Q(centre=table.centre_id) | Q(centre__isnull=True)
    return (
        Wish.objects.shown()
        .filter(here, state=WishState.LISTENING)
        .order_by("created_at", "id")[:MOST_ITEMS]
    )


def _left_open(table: NeighbourhoodTable) -> list[str]:
    """Words of our own on which the table before this one did not decide."""
    before = (
        NeighbourhoodTable.objects.filter(centre=table.centre_id, held_on__lt=table.held_on)
        .order_by("-held_on")
        .first()
    )
    if before is None:
        return []
    left = before.items.on_the_list().filter(consent=Consent.NOT_YET).exclude(subject="")
    return list(left.values_list("subject", flat=True))


def add_subject(table: NeighbourhoodTable, words: str) -> TableItem:
    """Put words of our own on the list. The same words again give the subject that is there.

    Raises HoldsBSN and HoldsContact: everybody reads the list.
    """
    moderating.check_public(words)
    with transaction.atomic():
        locked = _open(table)
        found = locked.items.on_the_list().filter(subject=words).first()
        return found or TableItem.objects.create(
            table=locked, subject=words, position=_last(locked) + 1
        )


def add_wish(table: NeighbourhoodTable, wish: Wish) -> TableItem:
    """Put a wish on the list, also one that was left out. Twice is harmless."""
    with transaction.atomic():
        locked = _open(table)
        item, is_new = TableItem.objects.get_or_create(
            table=locked, wish=wish, defaults={"position": _last(locked) + 1}
        )
        if not is_new and item.is_left_out:
            _set_left_out(item, False)
    return item


def leave_out(item: TableItem, *, is_out: bool = True) -> TableItem:
    """Not this time; or after all. Twice is harmless. Raises AlreadyDecided for what was decided."""
    with transaction.atomic():
        _open(item.table)
        locked = _locked_item(item)
        if locked.is_decided:
            raise AlreadyDecided(_("Hierover is al besloten."))
        _set_left_out(locked, is_out)
    return locked


def move(item: TableItem, *, up: bool) -> None:
    """Let a subject come one place earlier or later. At the end of the list nothing changes."""
    with transaction.atomic():
        locked = _open(item.table)
        rows = list(locked.items.on_the_list())
        place = next((number for number, row in enumerate(rows) if row.pk == item.pk), None)
        other = None if place is None else place + (-1 if up else 1)
        if place is None or other is None or not 0 <= other < len(rows):
            return
        rows[place], rows[other] = rows[other], rows[place]
        for number, row in enumerate(rows, start=1):
            row.position = number
        TableItem.objects.bulk_update(rows, ["position"])


# Deciding ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decision:
    """What the table decided about one subject, and how.

    `what`: a name of `choices_for`. `reason`: why; of "not now" also `route`, what one could do. `text`: of "goes on
    differently", the new form in one sentence. `amount_cents`: of money, when it is another amount than was asked.
    """

    what: str
    consent: Consent
    reason: str = ""
    objection: str = ""
    changed: str = ""
    route: str = ""
    text: str = ""
    amount_cents: int | None = None


def decide(item: TableItem, decision: Decision, *, language: str, by: Person) -> TableItem:
    """Write down a decision of the table and carry it out. The same decision again is harmless.

    Raises AlreadyDecided (another decision stands), NotReady (something is missing), HoldsBSN and HoldsContact, and
    what carrying it out raises: WrongState, NotEnough, NoPot.
    """
    _check(item, decision)
    with transaction.atomic():
        _open(item.table)
        locked = _locked_item(item)
        words = str(choices_for(locked)[decision.what])
        if locked.is_decided:
            if (locked.consent, locked.decision) == (decision.consent, words):
                return locked
            raise AlreadyDecided(_("Hierover is al besloten."))
        _carry_out(locked, decision, language=language, by=by)
        locked.consent = decision.consent
        locked.decision = words
        locked.reason = decision.reason
        locked.objection = decision.objection
        locked.changed = decision.changed
        locked.decided_at = timezone.now()
        locked.decided_by = by
        locked.save(
            update_fields=[
                "consent",
                "decision",
                "reason",
                "objection",
                "changed",
                "decided_at",
                "decided_by",
            ]
        )
    return locked


def not_yet(item: TableItem, *, objection: str) -> TableItem:
    """Write down the objection for which nothing was decided yet. It comes back at the next table.

    Raises AlreadyDecided, HoldsBSN and HoldsContact.
    """
    moderating.check_public(objection)
    with transaction.atomic():
        _open(item.table)
        locked = _locked_item(item)
        if locked.is_decided:
            raise AlreadyDecided(_("Hierover is al besloten."))
        locked.objection = objection
        locked.save(update_fields=["objection"])
    return locked


def _check(item: TableItem, decision: Decision) -> None:
    if decision.what not in choices_for(item) or decision.consent == Consent.NOT_YET:
        raise NotReady(_("Kies wat jullie besluiten."))
    if decision.consent == Consent.CHANGED and not (decision.objection and decision.changed):
        raise NotReady(_("Schrijf het bezwaar op, en wat jullie veranderden."))
    moderating.check_public(
        decision.reason, decision.objection, decision.changed, decision.route, decision.text
    )


def _carry_out(item: TableItem, decision: Decision, *, language: str, by: Person) -> None:
    """Let it happen, by whoever does so elsewhere."""
    what, reason = decision.what, decision.reason
    if item.look_back:
        if what == "keep":
            deciding.keep(item.look_back, reason=reason, language=language, by=by)
        elif what == "stop":
            deciding.stop(item.look_back, reason=reason, language=language, by=by)
        else:
            deciding.adapt(
                item.look_back, reason=reason, text=decision.text, language=language, by=by
            )
    elif item.wish and what == "plan":
        coaching.plan_together(item.wish, by=by, reply=reason)
    elif item.wish:
        coaching.not_now(item.wish, reason=reason, route=decision.route, by=by)
    elif item.grant and what == "give":
        pot.give(item.grant, by=by, amount_cents=decision.amount_cents, words=reason)
    elif item.grant:
        pot.refuse(item.grant, by=by, words=reason)


# The minutes -------------------------------------------------------------------------------------


def note(table: NeighbourhoodTable, *, people_there: int | None, words: str) -> NeighbourhoodTable:
    """Write down how many were there, and what else was said. Raises HoldsBSN and HoldsContact."""
    moderating.check_public(words)
    with transaction.atomic():
        locked = NeighbourhoodTable.objects.locked(table.pk)
        locked.people_there = people_there
        locked.note = words
        locked.save(update_fields=["people_there", "note"])
    return locked


def close(table: NeighbourhoodTable, *, by: Person) -> NeighbourhoodTable:
    """The minutes are ready: everybody can read them, and the list changes no more. Twice is harmless.

    Raises NotReady before the day of the table.
    """
    with transaction.atomic():
        locked = NeighbourhoodTable.objects.locked(table.pk)
        if locked.is_closed:
            return locked
        if locked.held_on > timezone.localdate():
            raise NotReady(_("De buurttafel is nog niet geweest."))
        locked.closed_at = timezone.now()
        locked.closed_by = by
        locked.save(update_fields=["closed_at", "closed_by"])
    return locked


def reopen(table: NeighbourhoodTable) -> NeighbourhoodTable:
    """The minutes are not ready after all. Twice is harmless."""
    with transaction.atomic():
        locked = NeighbourhoodTable.objects.locked(table.pk)
        locked.closed_at = locked.closed_by = None
        locked.save(update_fields=["closed_at", "closed_by"])
    return locked


def _open(table: NeighbourhoodTable) -> NeighbourhoodTable:
    """The table as it is now, locked. Raises NotReady when its minutes are ready."""
    locked = NeighbourhoodTable.objects.locked(table.pk)
    if locked.is_closed:
        raise NotReady(_("Het verslag is klaar. Maak het eerst weer open."))
    return locked


def _locked_item(item: TableItem) -> TableItem:
    return (
        TableItem.objects.select_for_update(of=("self",))
        .with_subject()
        .select_related("grant__centre", "look_back__activity", "look_back__centre")
        .get(pk=item.pk)
    )


def _last(table: NeighbourhoodTable) -> int:
    return int(table.items.aggregate(last=Max("position"))["last"] or 0)


def _set_left_out(item: TableItem, is_out: bool) -> None:
    item.is_left_out = is_out
    item.save(update_fields=["is_left_out"])
