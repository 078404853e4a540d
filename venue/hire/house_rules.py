"""Alcohol and private parties: what the rules of the house and the municipality say about a booking (domain.md, 3).

Explained when somebody asks, checked again when a booking becomes firm. Without a rule for a day nothing is served.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from lokaal.centres.opening import first_moment
from lokaal.look.formats import clock, day
from venue.exceptions import NotAllowed
from venue.hire.pricing import Asked
from venue.models import AlcoholRule, Booking, Space

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Serving:
    """When alcohol may be served during one stay (UTC stretches); none: not at all, and `why` says so."""

    asked: Asked
    stretches: tuple[tuple[datetime, datetime], ...]
    why: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it may be served all the time."""
        return any(
            start <= self.asked.starts_at and self.asked.ends_at <= end
            for start, end in self.stretches
        )


def explanation(
    asked: Sequence[Asked], *, is_private_party: bool, serves_alcohol: bool
) -> list[str]:
    """What the hirer should know before sending: sentences, none when nothing is particular."""
    if not serves_alcohol:
        return [_no_alcohol_at_parties()] if is_private_party and not _ever(asked) else []
    found = servings(asked, is_private_party=is_private_party)
    said: list[str] = []
    for serving in found:
        if not serving.stretches:
            said.append(serving.why)
        elif not serving.is_whole:
            said += [
                _("%(day)s schenken wij alcohol van %(start)s tot %(end)s uur. Daarbuiten niet.")
                % {
                    "day": day(serving.asked.starts_at).capitalize(),
                    "start": clock(start),
                    "end": clock(end),
                }
                for start, end in serving.stretches
            ]
    if any(serving.stretches for serving in found):
        said.append(_("Alcohol is alleen voor mensen van 18 jaar en ouder."))
        said.append(_("Iemand van ons schenkt, of een vrijwilliger met een diploma."))
    return list(dict.fromkeys(said))


def parties_serve_alcohol() -> Exists:
    """For a query of spaces: whether alcohol is served at private parties in the house of each, from today on."""
    rules = AlcoholRule.objects.on(timezone.localdate()).filter(allows_private_parties=True)
    return Exists(rules.filter(centre=OuterRef("centre")))


def about_parties(*, serve_alcohol: bool) -> list[str]:
    """What somebody should know before thinking of a private party: sentences, none when nothing is particular."""
    return [] if serve_alcohol else [_no_alcohol_at_parties()]


def check(booking: Booking, asked: Sequence[Asked]) -> None:
    """Raise NotAllowed when the booking serves alcohol on a date on which that cannot be, with the reason."""
    if not booking.serves_alcohol:
        return
    is_party = booking.is_private_party or booking.tariff_class.is_private_party
    for serving in servings(asked, is_private_party=is_party):
        if not serving.stretches:
            raise NotAllowed(serving.why)


def servings(asked: Sequence[Asked], *, is_private_party: bool) -> list[Serving]:
    """When alcohol may be served during each stay. Three queries, however many stays."""
    if not asked:
        return []
    days = [timezone.localdate(one.starts_at) for one in asked]
    ends = [timezone.localdate(one.ends_at) for one in asked]
    rules = list(
        AlcoholRule.objects.between(min(days) - A_DAY, max(ends))
        .filter(centre__in={one.space.centre_id for one in asked})
        .order_by("starts", "id")
    )
    dry = _dry_spaces(rules, {one.space.pk for one in asked})
    return [_serving(one, rules, dry, is_private_party=is_private_party) for one in asked]


def _serving(
    one: Asked,
    rules: Iterable[AlcoholRule],
    dry: set[tuple[UUID, UUID]],
    *,
    is_private_party: bool,
) -> Serving:
    here = [rule for rule in rules if rule.centre_id == one.space.centre_id]
    if is_private_party:
        here = [rule for rule in here if rule.allows_private_parties]
        if not here:
            return Serving(one, (), _no_alcohol_at_parties())
    wet = [rule for rule in here if (rule.pk, one.space.pk) not in dry]
    if here and not wet:
        why = _("In %(space)s schenken wij geen alcohol.") % {"space": one.space.name}
        return Serving(one, (), why)
    stretches = sorted(_stretches(one, wet))
    if not stretches:
        why = _("Op %(day)s schenken wij dan geen alcohol.") % {"day": day(one.starts_at)}
        return Serving(one, (), why)
    return Serving(one, tuple(stretches))


def _stretches(one: Asked, rules: Iterable[AlcoholRule]) -> set[tuple[datetime, datetime]]:
    """The times of the rules, on the days of the stay and the night before, that touch the stay."""
    found = set()
    on = timezone.localdate(one.starts_at) - A_DAY
    last = timezone.localdate(one.ends_at)
    while on <= last:
        for rule in rules:
            if rule.weekday == on.isoweekday() and rule.holds_on(on):
                start, end = _times(rule, on)
                if start < one.ends_at and one.starts_at < end:
                    found.add((start, end))
        on += A_DAY
    return found


def _times(rule: AlcoholRule, on: date) -> tuple[datetime, datetime]:
    ends_on = on if rule.ends > rule.starts else on + A_DAY
    return first_moment(on, rule.starts), first_moment(ends_on, rule.ends)


def _dry_spaces(rules: Sequence[AlcoholRule], spaces: set[UUID]) -> set[tuple[UUID, UUID]]:
    """Which rule does not hold in which space: those it names, and those that share a part with one of them."""
    named = AlcoholRule.not_in.through.objects.filter(alcoholrule__in=rules)
    dry = set(named.values_list("alcoholrule_id", "space__parts"))
    parts = Space.parts.through.objects.filter(space__in=spaces).values_list("space_id", "part_id")
    return {(rule, space) for space, part in parts for rule, dry_part in dry if dry_part == part}


def _ever(asked: Sequence[Asked]) -> bool:
    """Whether alcohol can be served at a private party here at all."""
    return AlcoholRule.objects.filter(
        centre__in={one.space.centre_id for one in asked}, allows_private_parties=True
    ).exists()


def _no_alcohol_at_parties() -> str:
    return _("Bij een privéfeest schenken wij geen alcohol. Dat mag niet van de gemeente.")
