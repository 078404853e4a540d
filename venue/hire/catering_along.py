"""Food that is asked together with a room: the same for every date, each as an order of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time

from django.db import transaction

from lokaal.exceptions import Refusal
from lokaal.people.models import Person
from venue.food import catering
from venue.food.ordering import Wish
from venue.models import Booking, Need


def order(
    booking: Booking,
    *,
    wishes: Sequence[Wish],
    needs: Mapping[Need, int],
    serving: time,
    by: Person | None = None,
) -> list[Refusal]:
    """Order the same with every date of a request that is planned. The kitchen still has to accept.

    Returns why it could not be, once per reason: the room stays asked, and the rest of the food too.
    """
    refused: dict[str, Refusal] = {}
    dates = booking.dates.planned().select_related("use__centre").order_by("use__starts_at", "id")
    for date in dates:
        use = date.use
        try:
            with transaction.atomic():
                catering.order(
                    centre=use.centre,
                    use=use,
                    serving_at=use.moment_at(serving),
                    people=use.people,
                    wishes=wishes,
                    needs=needs,
                    by=by,
                )
        except Refusal as refusal:
            refused.setdefault(str(refusal), refusal)
    return list(refused.values())
