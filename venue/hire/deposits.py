"""The deposit (borg): asked, received, given back or kept. Money of the hirer that we owe; never revenue, never VAT."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lokaal import constraints
from lokaal.look.formats import euro
from lokaal.people.models import Person
from venue import perms
from venue.emails import hiring as emails
from venue.exceptions import NotNow, WrongAmount
from venue.hire import bookings
from venue.models import Booking, BookingEvent, DepositEntry, DepositKind, EventKind
from venue.models.booking import REASON_LENGTH


@dataclass(frozen=True)
class Deposit:
    """How the deposit of a booking stands, in cents. `held_cents` is what we owe now."""

    asked_cents: int = 0
    received_cents: int = 0
    returned_cents: int = 0
    kept_cents: int = 0

    @property
    def held_cents(self) -> int:
        return self.received_cents - self.returned_cents - self.kept_cents

    @property
    def open_cents(self) -> int:
        """What was asked and did not come in yet."""
        return max(0, self.asked_cents - self.received_cents)


def of(booking: Booking) -> Deposit:
    """How the deposit stands. No query when the booking was loaded with_page()."""
    sums: dict[str, int] = {}
    for entry in booking.deposit_entries.all():
        sums[entry.kind] = sums.get(entry.kind, 0) + entry.cents
    return Deposit(**{f"{kind}_cents": cents for kind, cents in sums.items()})


def ask(booking: Booking, cents: int, *, by: Person) -> DepositEntry:
    """Ask (more) deposit. Raises WrongAmount and NotAllowed."""
    return _entered(booking, DepositKind.ASKED, cents, by=by)


def ask_once(booking: Booking, cents: int, *, by: Person | None) -> None:
    """Ask the deposit of an agreed price, unless one was asked before. For a locked booking."""
    if cents and not booking.deposit_entries.filter(kind=DepositKind.ASKED).exists():
        DepositEntry.objects.create(booking=booking, kind=DepositKind.ASKED, cents=cents, by=by)


def receive(booking: Booking, cents: int, *, by: Person) -> DepositEntry:
    """The hirer paid (a part of) the deposit. Raises WrongAmount and NotAllowed."""
    return _entered(booking, DepositKind.RECEIVED, cents, by=by)


def give_back(booking: Booking, cents: int, *, by: Person) -> DepositEntry:
    """Give deposit back. Raises NotNow when less is held, WrongAmount and NotAllowed."""
    return _entered(booking, DepositKind.RETURNED, cents, by=by)


def keep(booking: Booking, cents: int, *, reason: str, by: Person) -> DepositEntry:
    """Keep deposit, for a reason that the hirer can read. Raises NotNow, WrongAmount and NotAllowed."""
    if not reason.strip():
        raise NotNow(_("Schrijf op waarom wij de borg houden."))
    return _entered(booking, DepositKind.KEPT, cents, by=by, reason=reason)


def _entered(
    booking: Booking, kind: DepositKind, cents: int, *, by: Person, reason: str = ""
) -> DepositEntry:
    if cents <= 0:
        raise WrongAmount(_("Vul een bedrag in dat hoger is dan nul."))
    with transaction.atomic():
        now = bookings.locked(booking)
        bookings.check_staff(now, by, *perms.DEPOSIT_ROLES)
        try:
            with transaction.atomic():
                entry = DepositEntry.objects.create(
                    booking=now,
                    kind=kind,
                    cents=cents,
                    by=by,
                    reason=reason[:REASON_LENGTH],
                )
        except IntegrityError as problem:
            if constraints.broken_by(problem) != "venue_depositentry_held":
                raise
            held = of(Booking.objects.get(pk=now.pk)).held_cents
            raise NotNow(
                _("Wij hebben nog %(held)s borg van deze huurder.") % {"held": euro(held)}
            ) from problem
        said = ": ".join(part for part in [f"{kind.label}, {euro(cents)}", reason] if part)
        bookings.record(now, EventKind.DEPOSIT, by=by, text=said, tell=_told(entry))
    return entry


def _told(entry: DepositEntry) -> Callable[[BookingEvent], None] | None:
    """The hirer hears what became of their money."""
    if entry.kind == DepositKind.RETURNED:
        return lambda event: emails.deposit_returned(event, entry)
    if entry.kind == DepositKind.KEPT:
        return lambda event: emails.deposit_kept(event, entry)
    return None
