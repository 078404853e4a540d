"""The pots of the house as staff see them: what is in, what is out, what waits. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from activities.models import Grant, GrantState, Pot
from lokaal.centres.models import Centre

#: So many of what is closed are shown; the admin has the rest.
MOST_CLOSED = 30


@dataclass(frozen=True)
class PotCard:
    """The pot of a house, or that it has none; the grants of this year that wait, run and are over."""

    centre: Centre
    year: int
    pot: Pot | None
    waiting: Sequence[Grant]
    running: Sequence[Grant]
    over: Sequence[Grant]


def pot_cards(centres: Sequence[Centre], year: int) -> list[PotCard]:
    """One card per house. Two queries, however many houses and grants."""
    found = {pot.centre_id: pot for pot in Pot.objects.filter(centre__in=centres, year=year)}
    grants: dict[object, list[Grant]] = {centre.pk: [] for centre in centres}
    of_year = Grant.objects.of_year(year).filter(centre__in=centres).with_subject()
    for grant in of_year.order_by("asked_at", "id"):
        grants[grant.centre_id].append(grant)
    return [
        PotCard(
            centre=centre,
            year=year,
            pot=found.get(centre.pk),
            waiting=_in(grants[centre.pk], GrantState.ASKED),
            running=_in(grants[centre.pk], GrantState.GRANTED),
            over=_in(grants[centre.pk], GrantState.CLOSED)[-MOST_CLOSED:],
        )
        for centre in centres
    ]


def _in(grants: Sequence[Grant], state: GrantState) -> list[Grant]:
    return [grant for grant in grants if grant.state == state]
