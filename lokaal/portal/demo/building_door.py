"""What was noted at the door in the past weeks: heads of who walked in, lists that are done, and what was paid."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta

from django.utils import timezone

from activities.door import till
from activities.models import (
    Occurrence,
    PaidBy,
    Presence,
    SignUp,
    TillClosing,
    TillEntry,
)
from activities.models.door import day_of
from lokaal.people.models import Person

#: How people pay, as often as it stands here.
WAYS = (PaidBy.CASH, PaidBy.CASH, PaidBy.CARD, PaidBy.CARD, PaidBy.CARD, PaidBy.VOUCHER)
WAIVED_IN = 9
CLOSED_AFTER = timedelta(minutes=20)


def build(host: Person) -> None:
    """Write down, once, what a host noted on the dates that are over. (The actions refuse what is not of today.)"""
    over = Occurrence.objects.going_ahead().filter(ends_at__lte=timezone.now(), list_closed_at=None)
    for occurrence in over.with_card().order_by("starts_at", "id"):
        chance = random.Random(f"door {occurrence.starts_at} {occurrence.activity.title}")  # noqa: S311
        if occurrence.activity.is_drop_in:
            occurrence.heads = chance.randrange(6, 28)
        elif occurrence.activity.is_public:
            occurrence.heads = chance.choice((0, 0, 0, 1, 2))
        occurrence.list_closed_at = occurrence.ends_at + CLOSED_AFTER
        occurrence.list_closed_by = host
        occurrence.save(update_fields=["heads", "list_closed_at", "list_closed_by"])
        if till.price_of(occurrence):
            _paid(occurrence, host, chance)


def _paid(occurrence: Occurrence, host: Person, chance: random.Random) -> None:
    """Those who were there paid; now and then somebody did not have to."""
    price = till.price_of(occurrence)
    there: list[SignUp | None] = list(occurrence.sign_ups.filter(presence=Presence.PRESENT))
    there += [None] * occurrence.heads
    entries: list[TillEntry] = []
    for party in there:
        people = party.party_size if party else 1
        is_waived = not chance.randrange(WAIVED_IN)
        entries.append(
            TillEntry(
                occurrence=occurrence,
                centre_id=occurrence.centre_id,
                sign_up=party,
                people=people,
                owed_cents=price * people,
                cents=0 if is_waived else price * people,
                paid_by=PaidBy.WAIVED if is_waived else chance.choice(WAYS),
                form_token=uuid.uuid4(),
                taken_on=day_of(occurrence),
                taken_at=occurrence.starts_at + timedelta(minutes=chance.randrange(30)),
                by=host,
            )
        )
    if not entries:
        return
    closing = None
    if day_of(occurrence) < timezone.localdate():
        cash = till.sums_of(entries).cash_cents
        closing = TillClosing.objects.create(
            centre_id=occurrence.centre_id,
            on=day_of(occurrence),
            expected_cents=cash,
            counted_cents=cash,
            by=host,
            closed_at=occurrence.ends_at + CLOSED_AFTER,
        )
    for entry in entries:
        entry.closing = closing
    TillEntry.objects.bulk_create(entries)
