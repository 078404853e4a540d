"""The queue of what is full: first come, first served. No party passes another, and none is ever split.

`Queue` keeps the rules for dates and courses alike. Who makes one has locked its line (the row of the date or of the
series), and calls `settle` before anything else, so that nobody acts on an offer that ran out. What differs stands in
a subclass: `DateQueue` here, that of courses in activities.courses.

How places go round:
- A newcomer queues when the party does not fit, or when somebody waits. Once it has begun, who is there goes first.
- A place that comes free goes to the head of the queue at once, in the transaction that freed it. The head keeps the
  others behind it until its whole party fits; a party larger than all places together is stepped over until it is not.
- By the rule of the activity the head joins, or gets an offer that holds the places until a moment, at the latest the
  begin. Whoever left no phone number and no address cannot answer an offer, and joins.
- In the last two hours nobody joins unasked: they may have other plans by then. Everyone gets a short offer, so that
  the next one still has a chance; the desk sees whom to ring (`offers_to_ring`).
- Nothing moves once it began, was called off or stopped. When it is called off, who had an offer is first in line
  again, and hears of it anew when it is held after all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import emails, needs
from activities.exceptions import Full, NeedsReason, NotOpen, OfferGone
from activities.models import Activity, ActivityState, Occurrence, QueueRule, SignUp, SignUpState
from activities.models.party import Party
from lokaal.people.models import Person

#: Nobody is put on the list unasked so shortly before the begin.
LAST_HOURS = timedelta(hours=2)
#: How long an offer of those hours stands.
SHORT_OFFER = timedelta(minutes=30)
ONE_TICK = timedelta(microseconds=1)

PartyT = TypeVar("PartyT", bound=Party)


class Line(Protocol):
    """What people queue for: the row of a date or a series."""

    capacity: int | None
    places_taken: int
    waiting: int

    def save(self, *, update_fields: Iterable[str]) -> None: ...


class Queue(ABC, Generic[PartyT]):
    """The parties of one locked line. Only here do they change their state and are places counted."""

    def __init__(
        self,
        line: Any,
        parties: QuerySet[PartyT],
        *,
        activity: Activity,
        begins_at: datetime,
        is_called_off: bool,
    ) -> None:
        self.line: Line = line
        self.parties = parties
        self.activity = activity
        self.begins_at = begins_at
        self.is_called_off = is_called_off

    # What a subclass tells, in the transaction of the fact

    @abstractmethod
    def tell_place(self, party: PartyT) -> None:
        """A place came free and this party has it."""

    @abstractmethod
    def tell_offer(self, party: PartyT) -> None:
        """A place came free; this party has until `offered_until` to take it."""

    @abstractmethod
    def tell_lapsed(self, party: PartyT) -> None:
        """The offer ran out; the party is out of the queue."""

    # How it stands

    @property
    def is_moving(self) -> bool:
        """Whether places still go to who waits: not once it began, was called off or stopped."""
        is_public = self.activity.state == ActivityState.PUBLISHED
        return is_public and not self.is_called_off and timezone.now() < self.begins_at

    @property
    def takes_newcomers(self) -> bool:
        """Whether who comes now and does not fit can wait."""
        return self.is_moving and self.activity.queue_rule != QueueRule.NONE

    @property
    def left(self) -> int | None:
        """Places still free; None where there is no limit. Those of an offer are not free."""
        return None if self.line.capacity is None else self.line.capacity - self.line.places_taken

    def has_place_for(self, places: int) -> bool:
        """Whether a newcomer gets so many places at once: they are free, and nobody waits for them."""
        return self._fits(places) and not (self.is_moving and self.line.waiting)

    def check_place_for(self, places: int, *, size: int | None = None) -> None:
        """Raise Full when so many places are not left. `size`: the whole party, where it holds some of them."""
        left = self.left
        if left is None or places <= left:
            return
        if left <= 0:
            raise Full(self.full_sentence, places_left=0)
        raise Full(
            ngettext(
                "Er is nog %(left)d plek. Jullie zijn met %(size)d mensen.",
                "Er zijn nog %(left)d plekken. Jullie zijn met %(size)d mensen.",
                left,
            )
            % {"left": left, "size": size or places},
            places_left=left,
        )

    @property
    def full_sentence(self) -> str:
        return _("Vol. Er is geen plek meer.")

    # Coming and going

    def enter(self, party: PartyT, *, may_wait: bool = True) -> None:
        """Give a new party its state and count it: on the list, or at the end of the queue. The caller saves it.

        Raises Full when it does not fit and cannot wait, or when it is larger than all places together.
        """
        if self.has_place_for(party.party_size):
            party.state = SignUpState.JOINED
            self._count(places=party.party_size)
            return
        if not (may_wait and self.takes_newcomers):
            self._refuse(party.party_size)
        self._check_fits_ever(party.party_size)
        party.state = SignUpState.WAITING
        party.queued_at = self._after_the_last()
        self._count(waiting=1)

    def leave(self, party: PartyT, *, by: Person | None) -> None:
        """Take a locked, live party off the list or out of the queue; whoever is next gets the places."""
        if party.is_waiting:
            self._count(waiting=-1)
        else:
            self._count(places=-party.party_size)
        party.state = SignUpState.CANCELLED
        party.offered_until = None
        party.cancelled_at = timezone.now()
        party.cancelled_by = by
        self._save(party, "offered_until", "cancelled_at", "cancelled_by")
        needs.forget(party)
        self.promote()

    def resize(self, party: PartyT, companions: int) -> None:
        """Give a locked, live party another size. Who waits keeps the turn, and may fit now.

        Raises Full when the larger party does not fit, or when others wait for those places; nothing is changed then.
        """
        more, size = companions - party.companions, 1 + companions
        if party.is_waiting:
            self._check_fits_ever(size)
        elif more > 0:
            if self.is_moving and self.line.waiting:
                raise Full(
                    _("Er wachten al anderen. Meld apart aan wie er meekomt."),
                    places_left=max(self.left or 0, 0),
                )
            self.check_place_for(more, size=size)
        party.companions = companions
        party.companion_names = party.companion_names[:companions]
        party.sequence += 1
        self._save(party, "companions", "companion_names", "sequence")
        if not party.is_waiting:
            self._count(places=more)
        self.promote()
        party.refresh_from_db(fields=["state", "offered_until"])

    def accept(self, party: PartyT) -> bool:
        """Take the places that are offered to a locked party. False when it had them already.

        Raises OfferGone when there is no offer (any more), NotOpen when it does not take place.
        """
        if party.is_joined:
            return False
        if not party.is_offered:
            raise OfferGone(_("Dit aanbod is voorbij. De plek is nu voor iemand anders."))
        if self.is_called_off:
            raise NotOpen(_("Gaat niet door. Kies een andere datum."))
        self._join(party)
        return True

    def give_place(self, party: PartyT, *, by: Person, reason: str) -> None:
        """Give a waiting, locked party free places by hand, past those before it. The reason is kept.

        Raises NeedsReason, Full when the party does not fit in what is free, and NotOpen for a party that does not
        wait, or when it does not take place.
        """
        if self.is_called_off or not party.is_waiting:
            raise NotOpen(_("%(name)s wacht niet (meer).") % {"name": party.name})
        if self.is_moving and not reason.strip():
            raise NeedsReason(_("Schrijf op waarom. Anderen wachten langer."))
        self.check_place_for(party.party_size)
        self._count(places=party.party_size, waiting=-1)
        party.moved_ahead_by = by
        party.moved_ahead_reason = reason.strip()
        self._save(party, "moved_ahead_by", "moved_ahead_reason")
        self._join(party)
        self.tell_place(party)

    # Moving on

    def settle(self) -> None:
        """Take back offers that ran out, and give what is free to who is next. Twice is harmless."""
        if self.line.places_taken:
            due = Q(state=SignUpState.OFFERED, offered_until__lte=timezone.now())
            for party in self._locked(self.parties.filter(due).order_by("queued_at", "id")):
                self._count(places=-party.party_size)
                party.state = SignUpState.LAPSED
                self._save(party)
                needs.forget(party)
                if self.is_moving:  # at the begin everybody knows
                    self.tell_lapsed(party)
        self.promote()

    def promote(self) -> None:
        """Give what is free to who waits, as long as the first in line fits."""
        if not self.is_moving or not self.line.waiting or not self._fits(1):
            return
        for party in self._next_in_line():
            if not self._fits(party.party_size):
                return
            self._promote(party)

    def suspend(self) -> None:
        """It was called off: who had an offer is in line again, where they stood, and their places are free."""
        self.is_called_off = True
        for party in self._locked(self.parties.filter(state=SignUpState.OFFERED)):
            self._count(places=-party.party_size, waiting=1)
            party.state = SignUpState.WAITING
            party.offered_until = None
            self._save(party, "offered_until")

    def shorten_offers(self) -> None:
        """It begins at another moment: no offer stands longer than that."""
        longer = self.parties.filter(state=SignUpState.OFFERED, offered_until__gt=self.begins_at)
        longer.update(offered_until=self.begins_at)

    # Within

    def _promote(self, party: PartyT) -> None:
        self._count(places=party.party_size, waiting=-1)
        until = self._offer_until(party, timezone.now())
        if until is None:
            self._join(party)
            self.tell_place(party)
            return
        party.state = SignUpState.OFFERED
        party.offered_until = until
        party.called_at = None
        self._save(party, "offered_until", "called_at")
        self.tell_offer(party)

    def _offer_until(self, party: PartyT, now: datetime) -> datetime | None:
        """Until when a place is offered to this party; None when it joins without being asked."""
        if self.begins_at - now < LAST_HOURS:
            return min(now + SHORT_OFFER, self.begins_at)
        to = emails.recipient(party)  # type: ignore[arg-type]
        if self.activity.queue_rule != QueueRule.OFFER or not (to.email or to.phone):
            return None
        return min(now + timedelta(hours=self.activity.offer_hours), self.begins_at)

    def _join(self, party: PartyT) -> None:
        party.state = SignUpState.JOINED
        party.offered_until = None
        self._save(party, "offered_until")

    def _next_in_line(self) -> Iterable[PartyT]:
        """Who waits, first in line first; not those who are with more than there will ever be places."""
        waiting = self.parties.filter(state=SignUpState.WAITING).order_by("queued_at", "id")
        if self.line.capacity is None:
            return self._locked(waiting)
        can_fit = waiting.filter(companions__lt=self.line.capacity)
        return self._locked(can_fit[: self.line.capacity - self.line.places_taken + 1])

    @staticmethod
    def _locked(parties: QuerySet[PartyT]) -> Iterable[PartyT]:
        return list(parties.select_for_update(of=("self",)).select_related("person"))

    def _after_the_last(self) -> datetime:
        """The moment at which a newcomer queues: after everybody else, also when two machines disagree on the time."""
        last = (
            self.parties.filter(state__in=[SignUpState.WAITING, SignUpState.OFFERED])
            .order_by("-queued_at")
            .values_list("queued_at", flat=True)
            .first()
        )
        now = timezone.now()
        return max(now, last + ONE_TICK) if last else now

    def _fits(self, places: int) -> bool:
        return self.left is None or places <= self.left

    def _check_fits_ever(self, size: int) -> None:
        capacity = self.line.capacity
        if capacity is not None and size > capacity:
            raise Full(
                ngettext(
                    "Er is plek voor %(capacity)d mens. Jullie zijn met %(size)d mensen.",
                    "Er is plek voor %(capacity)d mensen. Jullie zijn met %(size)d mensen.",
                    capacity,
                )
                % {"capacity": capacity, "size": size},
                places_left=max(self.left or 0, 0),
            )

    def _refuse(self, size: int) -> None:
        self.check_place_for(size)
        raise Full(_("Er wachten al anderen. Kies een andere datum."), places_left=0)

    def _count(self, *, places: int = 0, waiting: int = 0) -> None:
        """Count places and parties that wait; negative numbers give them back."""
        self.line.places_taken += places
        self.line.waiting += waiting
        self.line.save(update_fields=["places_taken", "waiting"])

    @staticmethod
    def _save(party: PartyT, *fields: str) -> None:
        party.save(update_fields=["state", *fields, "updated_at"])


class DateQueue(Queue[SignUp]):
    """The queue of a date."""

    def __init__(self, occurrence: Occurrence) -> None:
        super().__init__(
            occurrence,
            SignUp.objects.filter(occurrence=occurrence, course=None),
            activity=occurrence.activity,
            begins_at=occurrence.starts_at,
            is_called_off=occurrence.is_cancelled,
        )
        self.occurrence = occurrence

    @property
    def is_moving(self) -> bool:
        """Of a course people join the whole series; its dates have no queue of their own."""
        return self.activity.takes_sign_ups and super().is_moving

    @property
    def full_sentence(self) -> str:
        return _("Vol. Er is geen plek meer op deze datum.")

    def tell_place(self, party: SignUp) -> None:
        emails.joined_from_queue(party, self.occurrence)

    def tell_offer(self, party: SignUp) -> None:
        emails.place_offered(party, self.occurrence)

    def tell_lapsed(self, party: SignUp) -> None:
        emails.offer_lapsed(party, self.occurrence)


def position_of(party: SignUp) -> int:
    """Return the place of a waiting party in its queue: 1 is next; 0 for one that does not wait."""
    if not party.is_waiting:
        return 0
    before = Q(queued_at__lt=party.queued_at) | Q(queued_at=party.queued_at, id__lt=party.pk)
    waiting = SignUp.objects.filter(occurrence=party.occurrence_id, state=SignUpState.WAITING)
    return waiting.filter(before).count() + 1


def promote(occurrence: Occurrence) -> None:
    """Let the queue of a locked date follow what became of it: other places, another begin, or called off."""
    its_queue = DateQueue(occurrence)
    if occurrence.is_cancelled:
        its_queue.suspend()
        return
    its_queue.shorten_offers()
    its_queue.settle()


def settle(pk: UUID) -> None:
    """Take back the offers of one date that ran out, and move on."""
    with transaction.atomic():
        DateQueue(Occurrence.objects.locked(pk)).settle()


def settle_all() -> None:
    """Settle every date with an offer that ran out, each in a transaction of its own."""
    for pk in SignUp.objects.offers_run_out().values_list("occurrence_id", flat=True).distinct():
        settle(pk)
