"""How much a kitchen can make, per block of time: never more, however many order at the same moment.

A slot is made when it is first needed, from the weekly rule of that day. Portions are taken by one conditional update,
slots in order of time, inside the transaction of the order. Only this module writes KitchenSlot.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lokaal.centres.models import Centre
from lokaal.centres.opening import first_moment
from lokaal.local_time import day_starts_at
from lokaal.look.formats import clock
from venue.exceptions import KitchenFull
from venue.models import KitchenRule, KitchenSlot

MOST_OTHERS = 6


@dataclass(frozen=True)
class Block:
    """A block of time of a kitchen, whether or not its slot was made already: how many portions are left."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    used: int = 0

    @property
    def left(self) -> int:
        return max(0, self.capacity - self.used)


def blocks_on(centre: Centre, day: date) -> list[Block]:
    """All blocks of a local day, in order: slots as they are, else what the weekly rules say. Two queries."""
    return blocks_between(centre, day, 1)


def blocks_between(centre: Centre, first: date, days: int) -> list[Block]:
    """All blocks of some local days, in order. Two queries, however many days."""
    last = first + timedelta(days=days)
    made = [
        Block(slot.starts_at, slot.ends_at, slot.capacity, slot.used)
        for slot in KitchenSlot.objects.filter(
            centre=centre, starts_at__gte=day_starts_at(first), starts_at__lt=day_starts_at(last)
        )
    ]
    rules = list(KitchenRule.objects.filter(centre=centre))
    ruled = [
        block
        for number in range(days)
        for block in _ruled(rules, first + timedelta(days=number))
        if not any(
            slot.starts_at < block.ends_at and block.starts_at < slot.ends_at for slot in made
        )
    ]
    return sorted([*made, *ruled], key=lambda block: block.starts_at)


def slot_at(centre: Centre, moment: datetime) -> KitchenSlot | None:
    """The slot in which a moment (UTC) falls, made when it was not there yet; None when the kitchen does not work then.

    Two at the same moment make one: who comes second waits, and finds the slot of the first.
    """
    found = KitchenSlot.objects.at(centre, moment).first()
    if found:
        return found
    day = timezone.localdate(moment)
    block = next((b for b in blocks_on(centre, day) if b.starts_at <= moment < b.ends_at), None)
    if block is None:
        return None
    KitchenSlot.objects.bulk_create(
        [
            KitchenSlot(
                centre=centre,
                starts_at=block.starts_at,
                ends_at=block.ends_at,
                capacity=block.capacity,
            )
        ],
        ignore_conflicts=True,
    )
    return KitchenSlot.objects.at(centre, moment).first()


def shift(changes: Iterable[tuple[KitchenSlot, int]]) -> None:
    """Take portions of slots (or give back: below zero), in order of time, all or none. Raises KitchenFull.

    Call it within the transaction of the order. Portions of the same slot are added up first.
    """
    slots: dict[UUID, KitchenSlot] = {}
    portions: dict[UUID, int] = {}
    for slot, count in changes:
        slots[slot.pk] = slot
        portions[slot.pk] = portions.get(slot.pk, 0) + count
    with transaction.atomic():
        for slot in sorted(slots.values(), key=lambda slot: (slot.starts_at, slot.pk)):
            count = portions[slot.pk]
            rows = KitchenSlot.objects.filter(pk=slot.pk)
            if count > 0:
                rows = rows.filter(used__lte=F("capacity") - Value(count))
            if count and not rows.update(used=F("used") + Value(count)):
                raise full(slot, count)


def lock(centre_moments: Iterable[tuple[Centre, datetime]], held: Iterable[UUID]) -> None:
    """Lock slots for an action on several orders: those at some moments (UTC; made when needed), and those held now.

    All at once and in order of time, so that two such actions never wait for each other.
    """
    wanted = sorted(centre_moments, key=lambda pair: (pair[1], pair[0].pk))
    found = {slot.pk for pair in wanted if (slot := slot_at(*pair)) is not None}
    rows = KitchenSlot.objects.filter(pk__in=found | set(held)).order_by("starts_at", "pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def full(slot: KitchenSlot, count: int) -> KitchenFull:
    """What to say when so many portions do not fit in a slot any more."""
    left = KitchenSlot.objects.get(pk=slot.pk).left
    return KitchenFull(
        ngettext(
            "De keuken kan om %(time)s uur nog %(left)s portie maken.",
            "De keuken kan om %(time)s uur nog %(left)s porties maken.",
            left,
        )
        % {"time": clock(slot.starts_at), "left": left},
        others=others(slot.centre, timezone.localdate(slot.starts_at), count),
    )


def closed(centre: Centre, moment: datetime) -> KitchenFull:
    """What to say when the kitchen does not work at a moment (UTC)."""
    return KitchenFull(
        _("De keuken is dan dicht. Kies een andere tijd."),
        others=others(centre, timezone.localdate(moment), 1),
    )


def others(centre: Centre, day: date, count: int) -> list[datetime]:
    """Coming moments of a day at which the kitchen can still make so many portions."""
    now = timezone.now()
    found = [b.starts_at for b in blocks_on(centre, day) if b.left >= count and b.starts_at > now]
    return found[:MOST_OTHERS]


def set_capacity(slot: KitchenSlot, capacity: int) -> KitchenSlot:
    """Say by hand how many portions a slot can serve. Raises KitchenFull below what was ordered already."""
    changed = KitchenSlot.objects.filter(pk=slot.pk, used__lte=capacity).update(
        capacity=capacity, is_by_hand=True
    )
    slot.refresh_from_db()
    if not changed:
        raise KitchenFull(
            ngettext(
                "Er is al %(used)s portie besteld. Minder kan niet.",
                "Er zijn al %(used)s porties besteld. Minder kan niet.",
                slot.used,
            )
            % {"used": slot.used}
        )
    return slot


def open_by_hand(
    centre: Centre, starts_at: datetime, ends_at: datetime, capacity: int
) -> KitchenSlot:
    """Let the kitchen work at a time without a weekly rule. Raises KitchenFull when it works then already."""
    day = timezone.localdate(starts_at)
    if any(b.starts_at < ends_at and starts_at < b.ends_at for b in blocks_on(centre, day)):
        raise KitchenFull(_("De keuken werkt dan al. Verander het aantal porties daar."))
    try:
        with transaction.atomic():
            return KitchenSlot.objects.create(
                centre=centre,
                starts_at=starts_at,
                ends_at=ends_at,
                capacity=capacity,
                is_by_hand=True,
            )
    except IntegrityError as problem:  # somebody else opened it at the same moment
        raise KitchenFull(
            _("De keuken werkt dan al. Verander het aantal porties daar.")
        ) from problem


def follow_rules(centre: Centre) -> int:
    """Give coming slots the capacity of the weekly rules of now; never less than was ordered. By hand stays.

    Returns how many slots changed. Called after rules were changed.
    """
    changed = 0
    rules = list(KitchenRule.objects.filter(centre=centre))
    coming = KitchenSlot.objects.filter(
        centre=centre, is_by_hand=False, starts_at__gt=timezone.now()
    )
    for slot in coming.order_by("starts_at"):
        ruled = _ruled(rules, timezone.localdate(slot.starts_at))
        capacity = next((b.capacity for b in ruled if b.starts_at <= slot.starts_at < b.ends_at), 0)
        changed += (
            KitchenSlot.objects.filter(pk=slot.pk)
            .exclude(capacity=capacity)
            .update(capacity=Greatest(F("used"), Value(capacity)))
        )
    return changed


def _ruled(rules: Iterable[KitchenRule], day: date) -> list[Block]:
    """What the weekly rules say of a local day. Times that the clock skips in spring make no block."""
    return [
        block
        for rule in rules
        if rule.weekday == day.isoweekday()
        and rule.valid_from <= day
        and (rule.valid_until is None or day <= rule.valid_until)
        for block in _cut(rule, day)
    ]


def _cut(rule: KitchenRule, day: date) -> list[Block]:
    first, last = _minutes(rule.starts), _minutes(rule.ends)
    found = []
    for start in range(first, last, rule.slot_minutes):
        end = min(start + rule.slot_minutes, last)
        block = Block(_moment(day, start), _moment(day, end), rule.capacity)
        if block.starts_at < block.ends_at:
            found.append(block)
    return found


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _moment(day: date, minutes: int) -> datetime:
    return first_moment(day, time(minutes // 60, minutes % 60))
