"""A row of everything that is kept at the door, for the tests of the admin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django.db.models import Model
from django.utils import timezone

from activities.door import tablets
from activities.models import DateCount, HeadTap, PaidBy, Tablet, TillClosing, TillEntry
from tests.activities.factories import (
    CentreFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)


def made_tablet(number: int) -> Tablet:
    on = timezone.localdate() + timedelta(days=number)
    return tablets.make(CentreFactory(), on=on, by=PersonFactory())


def made_entry(number: int) -> TillEntry:
    party = SignUpFactory()
    return TillEntry.objects.create(
        occurrence=party.occurrence,
        centre=party.occurrence.centre,
        sign_up=party,
        owed_cents=400,
        cents=400,
        paid_by=PaidBy.CASH,
        form_token=uuid4(),
        taken_on=timezone.localdate(),
        by=PersonFactory(),
    )


DOOR_ROWS: dict[type[Model], Callable[[int], Model]] = {
    Tablet: made_tablet,
    HeadTap: lambda number: HeadTap.objects.create(
        occurrence=OccurrenceFactory(),
        key=uuid4(),
        change=1,
        tapped_at=timezone.now(),
        by=PersonFactory(),
        tablet=made_tablet(number),
    ),
    DateCount: lambda number: DateCount.objects.create(occurrence=OccurrenceFactory()),
    TillEntry: made_entry,
    TillClosing: lambda number: TillClosing.objects.create(
        centre=CentreFactory(),
        on=timezone.localdate(),
        expected_cents=400,
        counted_cents=400,
        by=PersonFactory(),
    ),
}
