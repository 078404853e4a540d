"""Of what a space is made: giving it other parts, or cutting a part in pieces, with all that is planned in it.

The future is rewritten in one action, or nothing changes and the report says which uses would meet. The past keeps the
parts it had.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lokaal.exceptions import Refusal
from venue import allocating, options
from venue.exceptions import NotNow
from venue.models import Allocation, Part, Space, Use


@dataclass(frozen=True)
class Clash:
    """Two uses that would be in the same part at the same time."""

    use: Use
    other: Use


class Clashes(Refusal):
    """The space cannot be made of these parts: uses would meet. `clashes` says which."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        count = len(clashes)
        sentence = ngettext(
            "Dat kan niet. %(count)d afspraak botst dan met een andere: %(first)s.",
            "Dat kan niet. %(count)d afspraken botsen dan met andere. De eerste: %(first)s.",
            count,
        )
        super().__init__(sentence % {"count": count, "first": clashes[0].use})
        self.clashes = tuple(clashes)


def clashes(space: Space, parts: Iterable[Part]) -> list[Clash]:
    """Which uses would meet if the space were made of these parts. Inside a transaction, which gets the turn."""
    allocating.take_turn(spaces=[space])
    options.let_go_of_run_out([space.centre_id])
    now = set(space.parts.values_list("pk", flat=True))
    return _clashes(space, {part.pk for part in parts} - now)


def set_parts(space: Space, parts: Iterable[Part]) -> Space:
    """Let a space be made of these parts, and all that is planned in it from now on too.

    Raises Clashes with every pair of uses that would meet, and NotNow for no parts or parts of another house; then
    nothing changed.
    """
    wanted = {part.pk: part for part in parts}
    if not wanted:
        raise NotNow(_("Een zaal heeft minstens één deel."))
    if any(part.centre_id != space.centre_id for part in wanted.values()):
        raise NotNow(_("Dat deel is van een ander huis."))
    with transaction.atomic():
        allocating.take_turn(spaces=[space])
        now = set(space.parts.values_list("pk", flat=True))
        added, removed = wanted.keys() - now, now - wanted.keys()
        if not added and not removed:
            return space
        found = clashes(space, wanted.values())
        if found:
            raise Clashes(found)
        space.parts.set(wanted.values())
        future = list(Use.objects.filter(space=space, ends_at__gt=timezone.now()))
        Allocation.objects.filter(use__in=future, part__in=removed).delete()
        Allocation.objects.bulk_create(
            row for use in future for row in allocating.rows_of(use, added)
        )
    return space


def divide(part: Part, names: Sequence[str]) -> list[Part]:
    """Cut a part in pieces: every space that had it has them all, and so has what is planned. Nothing can clash.

    Afterwards spaces can be made of one piece each. Raises what `check_pieces` raises.
    """
    wanted = [name.strip() for name in names]
    with transaction.atomic():
        allocating.take_turn_of([part.centre_id])
        check_pieces(part, wanted)
        pieces = [
            part if name == part.name else Part.objects.create(centre_id=part.centre_id, name=name)
            for name in wanted
        ]
        for space in Space.objects.filter(parts=part):
            space.parts.add(*pieces)
            if part not in pieces:
                space.parts.remove(part)
        future = list(
            Use.objects.filter(allocations__part=part, ends_at__gt=timezone.now()).distinct()
        )
        new = [piece.pk for piece in pieces if piece.pk != part.pk]
        if part not in pieces:
            Allocation.objects.filter(use__in=future, part=part).delete()
        Allocation.objects.bulk_create(
            row for use in future for row in allocating.rows_of(use, new)
        )
    return pieces


def check_pieces(part: Part, names: Sequence[str]) -> None:
    """Raise NotNow when a part cannot be cut in pieces with these names: fewer than two, one that is there, a thing."""
    wanted = [name.strip() for name in names]
    longest = Part._meta.get_field("name").max_length or 0
    if len({name.lower() for name in wanted if name}) < max(2, len(wanted)):
        raise NotNow(_("Geef twee of meer delen, elk met een eigen naam."))
    if any(len(name) > longest for name in wanted):
        raise NotNow(_("Kies kortere namen."))
    if hasattr(part, "equipment"):
        raise NotNow(_("Dit hoort bij spullen waarvan er maar één is."))
    if Part.objects.filter(centre=part.centre_id, name__in=wanted).exclude(pk=part.pk).exists():
        raise NotNow(_("Er is al een deel met die naam."))


CLASHES = """
SELECT DISTINCT mine.use_id, other.use_id
FROM venue_use u
JOIN venue_allocation mine ON mine.use_id = u.id AND mine.blocking
JOIN venue_allocation other ON other.part_id = ANY (%(parts)s::uuid[]) AND other.blocking
    AND other.during && mine.during AND other.kind && mine.kind AND other.use_id <> u.id
WHERE u.space_id = %(space)s AND u.ends_at > %(now)s
"""


def _clashes(space: Space, parts: Iterable[UUID]) -> list[Clash]:
    with connection.cursor() as cursor:
        cursor.execute(CLASHES, {"space": space.pk, "parts": list(parts), "now": timezone.now()})
        pairs = cursor.fetchall()
    uses = Use.objects.with_place().in_bulk({pk for pair in pairs for pk in pair})
    return sorted(
        (Clash(uses[one], uses[other]) for one, other in pairs),
        key=lambda clash: (clash.use.starts_at, clash.other.starts_at),
    )
