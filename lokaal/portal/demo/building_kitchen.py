"""A week in the made-up kitchen: lunches to pick up, a meal of the neighbourhood, and what was measured. Made once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal

from django.utils import timezone

from lokaal import local_time
from lokaal.centres.models import Centre, Weekday
from lokaal.exceptions import Refusal
from lokaal.people.models import Person
from lokaal.portal.demo.food import KITCHEN_CENTRE
from venue.food import catering, food_safety, meals
from venue.food.catering import Wish
from venue.models import CateringOrder, CheckPoint, Dish, LogEntry, LogKind, Need, OrderKind, Remedy

WEEKEND = (Weekday.SATURDAY, Weekday.SUNDAY)
#: Who picks up what, how many working days from now, and when.
LUNCHES = [
    ("Gerda", {"Linzensoep": 1, "Koffie of thee": 1}, 0, time(12)),
    ("Sahra", {"Linzensoep": 3, "Tosti": 4}, 0, time(12, 30)),
    ("Rachid", {"Börek": 6, "Appelsap": 2}, 1, time(17)),
]
#: Who joins the meal: how many others, and what the party eats otherwise.
GUESTS: list[tuple[str, int, dict[Need, int]]] = [
    ("Gerda", 0, {}),
    ("Joop", 2, {Need.NO_MILK: 1}),
    ("Fatma", 3, {Need.HALAL: 4}),
    ("Olena", 1, {Need.VEGETARIAN: 2}),
]
MEAL_DISHES = ("Linzensoep", "Börek")


def build(
    centres: Mapping[str, Centre], dishes: Mapping[str, Dish], *, cook: Person, today: date
) -> None:
    """Make what is not there yet."""
    centre = centres[KITCHEN_CENTRE]
    if not CateringOrder.objects.filter(kind=OrderKind.PICK_UP).exists():
        _lunches(centre, dishes, cook, today)
    if not CateringOrder.objects.filter(kind=OrderKind.MEAL).exists():
        _meal(centre, dishes, cook, today)
    if not LogEntry.objects.exists():
        _log(centre, cook)


def _lunches(centre: Centre, dishes: Mapping[str, Dish], cook: Person, today: date) -> None:
    ahead = (today + timedelta(days=number) for number in range(1, 9))
    days = [day for day in ahead if day.isoweekday() not in WEEKEND]
    for name, chosen, number, at in LUNCHES:
        try:
            catering.order(
                centre=centre,
                serving_at=local_time.at(days[number], at),
                wishes=[Wish(dishes[dish], count) for dish, count in chosen.items()],
                name=name,
                by=cook,
                reason="Aan de balie besteld",
            )
        except Refusal:  # a special day: the house is closed
            continue


def _meal(centre: Centre, dishes: Mapping[str, Dish], cook: Person, today: date) -> None:
    ahead = (today + timedelta(days=number) for number in range(3, 10))
    wednesday = next(day for day in ahead if day.isoweekday() == Weekday.WEDNESDAY)
    try:
        meal = meals.plan(
            centre=centre,
            title="Buurtmaaltijd",
            serving_at=local_time.at(wednesday, time(18)),
            wishes=[Wish(dishes[dish], 1) for dish in MEAL_DISHES],
            places=30,
            by=cook,
            reason="Elke woensdag",
        )
    except Refusal:  # a neighbourhood that is built as of a day gone by
        return
    for name, companions, needs in GUESTS:
        meals.join(meal, name=name, companions=companions, needs=needs, entered_by=cook)


def _log(centre: Centre, cook: Person) -> None:
    """What was measured today: one delivery was too warm and is answered, one fridge still asks what was done."""
    now = timezone.now()
    too_warm = food_safety.measure(
        centre,
        LogKind.ARRIVAL_COOL,
        Decimal("9.5"),
        by=cook,
        subject="Zuivel van de boer",
        at=now - timedelta(hours=4),
    )
    food_safety.correct(too_warm, Remedy.SENT_BACK, note="Zes pakken yoghurt", by=cook)
    food_safety.measure(
        centre,
        LogKind.CORE,
        Decimal(81),
        by=cook,
        subject="Linzensoep",
        at=now - timedelta(hours=2),
    )
    food_safety.measure(
        centre,
        LogKind.COOLING_BEGUN,
        Decimal(78),
        by=cook,
        subject="Linzensoep",
        at=now - timedelta(hours=1),
    )
    fridge = CheckPoint.objects.filter(centre=centre, kind=LogKind.FRIDGE).first()
    if fridge:
        food_safety.measure(centre, LogKind.FRIDGE, Decimal("8.2"), by=cook, point=fridge)
