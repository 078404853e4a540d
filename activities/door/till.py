"""The till of a date: who paid what at the door. Nothing is ever changed; a mistake is taken back by a row of its own.

Everybody pays what they can. Less than the price, or nothing, is written down as it is: nobody is asked why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.exceptions import AlreadyTakenBack, NothingToCount, NotOpen, WrongAmount
from activities.models import (
    Occurrence,
    PaidBy,
    SignUp,
    TillClosing,
    TillEntry,
)
from activities.models.activity import WITHOUT_PRICE
from activities.models.door import day_of
from lokaal import constraints
from lokaal.centres.models import Centre
from lokaal.people.models import Person


def price_of(occurrence: Occurrence) -> int:
    """What one person pays on this date, in cents: the date's own price, or else that of the activity."""
    kind, cents = occurrence.cost
    return 0 if kind in WITHOUT_PRICE else cents


def pay(
    occurrence: Occurrence,
    *,
    cents: int,
    paid_by: PaidBy,
    sign_up: SignUp | None = None,
    people: int = 1,
    form_token: UUID,
    by: Person,
) -> TillEntry:
    """Write down what a party, or somebody without a name, paid. The same form twice gives the same row.

    A party pays for all who are with it. `WAIVED` is nothing, whatever `cents` says. Raises NotOpen before the day of
    the date and for a party of another date, WrongAmount for nothing at all by cash, card or voucher.
    """
    if timezone.localdate() < day_of(occurrence):
        raise NotOpen(_("Dit is pas later. Schrijf dan op wie betaalt."))
    if sign_up and sign_up.occurrence_id != occurrence.pk:
        raise NotOpen(_("%(name)s staat niet op de lijst.") % {"name": sign_up.name})
    if paid_by == PaidBy.WAIVED:
        cents = 0
    elif cents <= 0:
        raise WrongAmount(_("Vul een bedrag in, of kies: hoeft niet."))
    people = sign_up.party_size if sign_up else people
    entry = TillEntry(
        occurrence=occurrence,
        centre_id=occurrence.centre_id,
        sign_up=sign_up,
        people=people,
        owed_cents=price_of(occurrence) * people,
        cents=cents,
        paid_by=paid_by,
        form_token=form_token,
        taken_on=timezone.localdate(),
        by=by,
    )
    return _saved_once(entry)


def take_back(entry: TillEntry, *, by: Person) -> TillEntry:
    """Take an entry back with a row that mirrors it and points at it, on the till of today. Twice gives the same row.

    Raises AlreadyTakenBack for a row that itself takes one back.
    """
    if entry.is_correction:
        raise AlreadyTakenBack(_("Dit is al teruggedraaid."))
    mirror = TillEntry(
        occurrence_id=entry.occurrence_id,
        centre_id=entry.centre_id,
        sign_up_id=entry.sign_up_id,
        people=entry.people,
        owed_cents=-entry.owed_cents,
        cents=-entry.cents,
        paid_by=entry.paid_by,
        corrects=entry,
        form_token=uuid4(),
        taken_on=timezone.localdate(),
        by=by,
    )
    return _saved_once(mirror)


def _saved_once(entry: TillEntry) -> TillEntry:
    """Save a row, or return the one that the same form, or the same correction, made before."""
    once: dict[str, dict[str, UUID | None]] = {
        "activities_tillentry_form_token": {"form_token": entry.form_token},
        "activities_tillentry_corrects": {"corrects": entry.corrects_id},
    }
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError as error:
        broken = constraints.broken_by(error)
        for prefix, found_by in once.items():
            if broken.startswith(prefix):
                return TillEntry.objects.get(**found_by)
        raise
    return entry


# Sums --------------------------------------------------------------------------------------------


@dataclass
class Sums:
    """What came in, by how it was paid, and what was given away. Cents."""

    by_way: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PaidBy.values, 0))
    people: int = 0
    given_cents: int = 0
    waived_people: int = 0

    @property
    def cents(self) -> int:
        """All that was paid."""
        return sum(self.by_way.values())

    @property
    def cash_cents(self) -> int:
        return self.by_way[PaidBy.CASH]

    def add(self, entry: TillEntry) -> None:
        """Add a row. `given_cents` is what the house gave to who paid less; what others paid more is not set off."""
        sign = -1 if entry.is_correction else 1
        self.by_way[entry.paid_by] += entry.cents
        self.people += sign * entry.people
        self.given_cents += sign * max(0, sign * (entry.owed_cents - entry.cents))
        if entry.paid_by == PaidBy.WAIVED:
            self.waived_people += sign * entry.people


def sums_of(entries: Iterable[TillEntry]) -> Sums:
    """Add entries up; what was taken back counts for nothing."""
    sums = Sums()
    for entry in entries:
        sums.add(entry)
    return sums


def sums_by_date(entries: Iterable[TillEntry]) -> dict[Occurrence, Sums]:
    """The sums of each date, in the order in which the dates came up. Give entries loaded `with_list()`."""
    found: dict[Occurrence, Sums] = {}
    for entry in entries:
        found.setdefault(entry.occurrence, Sums()).add(entry)
    return found


# Counting the till -------------------------------------------------------------------------------


def close_day(
    centre: Centre,
    on: date,
    *,
    counted_cents: int,
    shown_cents: int,
    note: str = "",
    by: Person,
) -> TillClosing:
    """The cash of a day was counted. What is written down later goes with the next count, so nobody has to wait.

    `shown_cents` is what the page said should be there. Raises NothingToCount when all was counted already, WrongAmount
    when something was written down in the meantime. Two at once: one counts, the other has nothing left to count.
    """
    with transaction.atomic():
        open_entries = list(
            TillEntry.objects.of_day(centre, on).open().select_for_update(of=("self",), no_key=True)
        )
        if not open_entries:
            raise NothingToCount(_("Alles is al geteld."))
        expected = sums_of(open_entries).cash_cents
        if expected != shown_cents:
            raise WrongAmount(_("Er is net iets bij gekomen. Tel het geld nog een keer."))
        closing = TillClosing.objects.create(
            centre=centre,
            on=on,
            expected_cents=expected,
            counted_cents=counted_cents,
            note=note,
            by=by,
        )
        TillEntry.objects.filter(pk__in=[entry.pk for entry in open_entries]).update(
            closing=closing
        )
    return closing
