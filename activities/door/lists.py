"""A list as it stands at the door: large names, one press each, and how many are there. No contact, no needs."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from activities.door.checking_in import fire_maximum, is_full
from activities.door.till import price_of
from activities.models import CostKind, Occurrence, Presence, SignUp
from activities.models.door import day_of
from lokaal.centres.models import Centre
from lokaal.local_time import day_starts_at
from lokaal.look.formats import clock
from lokaal.people.models import Person

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DoorParty:
    """A party on the list: the name to press, and how many come with it."""

    pk: UUID
    name: str
    others: str
    people: int
    is_there: bool
    was_absent: bool


@dataclass(frozen=True)
class DoorDate:
    """A date in the list of today."""

    occurrence: Occurrence
    title: str
    language: str
    time: str
    about: str
    is_running: bool


@dataclass(frozen=True)
class DoorList:
    """One date at the door. `most` is what the fire rules allow in the house, where one more may come in only just."""

    occurrence: Occurrence
    title: str
    language: str
    is_drop_in: bool
    is_full: bool
    is_host: bool
    has_begun: bool
    is_later: bool
    price_cents: int
    most: int | None
    parties: list[DoorParty] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    @property
    def coming(self) -> int:
        """How many people are on the list."""
        return sum(party.people for party in self.parties)

    @property
    def there(self) -> int:
        """How many of those are there."""
        return sum(party.people for party in self.parties if party.is_there)

    @property
    def heads(self) -> int:
        return self.occurrence.heads

    @property
    def unmarked(self) -> int:
        """Of how many parties nobody has said anything."""
        return sum(not (party.is_there or party.was_absent) for party in self.parties)

    @property
    def costs_money(self) -> bool:
        """Whether somebody may pay at the door: a price, or what one can."""
        return bool(self.price_cents) or self.occurrence.cost[0] == CostKind.PAY_WHAT_YOU_CAN

    @property
    def may_take_names(self) -> bool:
        """Whether somebody who is not on the list can be put on it."""
        closed = self.is_later or self.is_drop_in or self.is_full or bool(self.waiting)
        return not closed and not self.occurrence.is_over()

    @property
    def may_count(self) -> bool:
        """Whether one more may be let in without a name."""
        if self.is_later or self.occurrence.is_cancelled:
            return False
        return self.is_drop_in or not self.is_full or self.is_host


def dates_of_day(
    on: date, *, centres: Iterable[Centre | UUID] = (), organiser: Person | None = None
) -> list[Occurrence]:
    """What begins on a local day at some centres, and what somebody organises that day. Two queries."""
    here = Q(centre__in=list(centres))
    if organiser:
        here |= Q(activity__organisers=organiser)
    return list(
        Occurrence.objects.between(day_starts_at(on), day_starts_at(on + ONE_DAY))
        .public()
        .going_ahead()
        .filter(here)
        .with_card()
        .prefetch_related("activity__translations")
        .distinct()
    )


def door_date(occurrence: Occurrence) -> DoorDate:
    """A date loaded by `dates_of_day`, in words."""
    title, language = titled(occurrence)
    return DoorDate(
        occurrence=occurrence,
        title=title,
        language=language,
        time=_("Hele dag") if occurrence.is_all_day else clock(occurrence.starts_at),
        about=_about(occurrence),
        is_running=occurrence.is_running(),
    )


def _about(occurrence: Occurrence) -> str:
    if occurrence.activity.is_drop_in:
        return ngettext("%(count)s mens geteld", "%(count)s mensen geteld", occurrence.heads) % {
            "count": occurrence.heads
        }
    return ngettext(
        "%(count)s mens op de lijst", "%(count)s mensen op de lijst", occurrence.places_taken
    ) % {"count": occurrence.places_taken}


def door_list(occurrence: Occurrence, *, is_host: bool, first_names: bool = False) -> DoorList:
    """The list of a date loaded `with_card()`. `first_names`: for a tablet, which shows no more than that.

    At most two queries more than the date itself: the list, and what the fire rules allow when it is full.
    """
    live = list(occurrence.sign_ups.live())
    joined = sorted((one for one in live if one.is_joined), key=by_name)
    names = _first_names(joined) if first_names else [one.name for one in joined]
    waiting = sorted(
        (one for one in live if not one.is_joined),
        key=lambda one: (one.queued_at or one.created_at, one.pk),
    )
    title, language = titled(occurrence)
    full = not occurrence.activity.is_drop_in and is_full(occurrence)
    return DoorList(
        occurrence=occurrence,
        title=title,
        language=language,
        is_drop_in=occurrence.activity.is_drop_in,
        is_full=full,
        is_host=is_host,
        has_begun=occurrence.starts_at <= timezone.now(),
        is_later=timezone.localdate() < day_of(occurrence),
        price_cents=price_of(occurrence),
        most=fire_maximum(occurrence) if full and is_host else None,
        parties=[_party(one, name) for one, name in zip(joined, names, strict=True)],
        waiting=[] if first_names else [one.name for one in waiting],
    )


def _party(sign_up: SignUp, name: str) -> DoorParty:
    others = ngettext(
        "met nog %(others)s mens", "met nog %(others)s mensen", sign_up.companions
    ) % {"others": sign_up.companions}
    return DoorParty(
        pk=sign_up.pk,
        name=name,
        others=others if sign_up.companions else "",
        people=sign_up.party_size,
        is_there=sign_up.presence == Presence.PRESENT,
        was_absent=sign_up.presence == Presence.ABSENT,
    )


def by_name(sign_up: SignUp) -> str:
    """The order of a list that is searched by name: é beside e, capitals do not count."""
    plain = unicodedata.normalize("NFKD", sign_up.name.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def _first_names(sign_ups: list[SignUp]) -> list[str]:
    """First names; where two are the same, with the first letter of the last word: Gerda H., Gerda B."""
    words = [one.name.split() or [one.name] for one in sign_ups]
    times = Counter(found[0].casefold() for found in words)
    return [
        f"{found[0]} {found[-1][0]}."
        if times[found[0].casefold()] > 1 and len(found) > 1
        else found[0]
        for found in words
    ]


def titled(occurrence: Occurrence) -> tuple[str, str]:
    """The name of a date in the language of the page, and the language that it is in."""
    activity = occurrence.activity
    if occurrence.title:
        return occurrence.title, activity.text_language
    words = activity.words(get_language() or "nl")
    return words.title, words.language
