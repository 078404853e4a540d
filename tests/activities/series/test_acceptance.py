"""Acceptance tests (d) and (f): a moved date survives; one date called off, everyone told once, all let go together."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from activities import enrolment, planning, series
from activities.models import Activity, SignUpState
from lokaal.outbox.models import Message
from tests.activities.series.rules import TUESDAY, begun, dates, on, told
from tests.venue.food.factories import DishFactory, kitchen
from venue.food import catering
from venue.models import CateringOrder, Hold, OrderState, Space, Use

pytestmark = pytest.mark.django_db


def test_d_moved_date_survives_that_the_series_is_made_again(activity: Activity) -> None:
    made = begun(activity, last_on=None)
    moved = on(made, TUESDAY)
    planning.move(
        moved,
        starts_at=moved.starts_at + timedelta(days=2),
        ends_at=moved.ends_at + timedelta(days=2),
        by=None,
    )
    expected = dates(made)
    made.planned_until = None
    made.save()
    series.extend_all()
    series.extend(made, until=timezone.localdate() + series.AHEAD, by=None)
    assert dates(made) == expected
    assert expected[:2] == ["03-12 13:30", "08-12 13:30"]


def test_f_date_called_off_releases_people_queue_room_and_food_and_tells_each_once(
    activity: Activity, space: Space
) -> None:
    made = begun(activity, terms={"room": "Atelier", "capacity": 2})
    first = on(made, TUESDAY)
    for name in ("Emine", "Gerda", "Joop", "Sahra"):
        enrolment.join(first, name=name, email=f"{name.lower()}@voorbeeld.nl", language="nl")
    states = dict(first.sign_ups.values_list("name", "state"))
    assert states == {
        "Emine": SignUpState.JOINED,
        "Gerda": SignUpState.JOINED,
        "Joop": SignUpState.WAITING,
        "Sahra": SignUpState.WAITING,
    }
    first = on(made, TUESDAY)
    dish = DishFactory(centres=[kitchen(centre=first.centre)])
    catering.order(
        centre=first.centre,
        use=first.use,
        serving_at=first.starts_at,
        people=4,
        wishes=[catering.Wish(dish, 4)],
    )
    Message.objects.all().delete()

    planning.cancel(first, reason="Emine is dan weg.", by=None)
    planning.cancel(first, reason="Nog eens.", by=None)

    subject = "Gaat niet door: Naaicafé, dinsdag 1 december"
    assert told() == {name: [subject] for name in states}
    assert CateringOrder.objects.get().state == OrderState.CANCELLED
    assert Use.objects.get(pk=first.use_id).hold == Hold.RELEASED
    assert Use.objects.filter(hold=Hold.FIRM, space=space).count() == 4
    assert on(made, date(2026, 12, 8)).use.hold == Hold.FIRM
