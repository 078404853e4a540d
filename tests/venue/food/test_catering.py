"""Orders: placed, changed, moved with their room, served, called off; two at the same moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from lokaal.outbox.models import Message, MessageState
from lokaal.people.models import Role
from tests.centres.factories import CentreFactory, OpeningHoursFactory
from tests.parallel import at_once
from tests.people.factories import PersonFactory
from tests.venue.factories import Offered, SpaceFactory
from tests.venue.food.factories import (
    DishFactory,
    IngredientFactory,
    in_days,
    kitchen,
    terms,
)
from venue import allocating, options
from venue.allocating import Wanted
from venue.exceptions import CannotBeOrdered, KitchenFull, NotNow, TooLate, WrongTime
from venue.food import catering, dishes
from venue.food.catering import Wish
from venue.hire import hiring
from venue.models import (
    CateringOrder,
    Hold,
    KitchenSlot,
    Measure,
    Need,
    OrderEvent,
    OrderLine,
    OrderState,
    Use,
    UseKind,
)

pytestmark = pytest.mark.django_db


def lunch(centre, dish, count=2, **fields):
    fields.setdefault("serving_at", in_days(1))
    fields.setdefault("name", "Gerda")
    return catering.order(centre=centre, wishes=[Wish(dish, count)], **fields)


def a_use(centre, *, days=10, hour=10, hours=4, **fields) -> Use:
    start = in_days(days, hour)
    return allocating.take(
        Wanted(
            space=fields.pop("space", None) or SpaceFactory(centre=centre),
            starts_at=start,
            ends_at=start + timedelta(hours=hours),
            kind=UseKind.BOOKING,
            title="Koor",
            **fields,
        )
    )


def used(centre) -> list[int]:
    return list(
        KitchenSlot.objects.filter(centre=centre)
        .order_by("starts_at")
        .values_list("used", flat=True)
    )


# Placing ------------------------------------------------------------------------------------------


def test_order_freezes_price_code_and_recipe_and_holds_portions():
    centre = kitchen()
    leek = IngredientFactory()
    dish = DishFactory(centres=[centre], price=350, recipe=[(leek, "1", Measure.KILOGRAM)])
    first = dish.recipe
    placed = lunch(centre, dish, 4, email="gerda@voorbeeld.nl")
    dishes.set_price(dish, 500, since=timezone.localdate(), by=None)
    dishes.write_recipe(
        dish, portions=2, amounts=[dishes.Amount(leek, 3, Measure.PIECE)], method="", by=None
    )

    line = OrderLine.objects.get()
    assert (line.count, line.unit_price_cents, line.vat_code, line.recipe) == (
        4,
        350,
        dish.vat_code,
        first,
    )
    assert placed.order.total_cents == 1400
    assert placed.order.state == OrderState.ACCEPTED
    assert used(centre) == [4]
    assert [event.fact for event in OrderEvent.objects.all()] == ["ordered"]
    message = Message.objects.get()
    assert message.to_address == "gerda@voorbeeld.nl"
    assert message.is_secret
    assert placed.order.shown_code in message.text
    assert placed.secret in message.text
    assert "4 × " + dish.name in message.text


def test_order_without_phone_or_mail_has_a_code_and_sends_nothing():
    centre = kitchen()
    placed = lunch(centre, DishFactory(centres=[centre]))
    assert len(placed.order.code) == 8
    assert Message.objects.count() == 0
    assert catering.find_by_code(placed.order.shown_code) == placed.order
    assert catering.find_by_secret(placed.order.pk, placed.secret) == placed.order
    assert catering.find_by_secret(placed.order.pk, "anders") is None


def test_order_sent_twice_is_one_order_with_the_same_link():
    centre = kitchen()
    dish, token = DishFactory(centres=[centre]), uuid4()
    first = lunch(centre, dish, form_token=token)
    again = lunch(centre, dish, form_token=token)
    assert (first.order, first.secret, again.is_new) == (again.order, again.secret, False)
    assert used(centre) == [2]


@pytest.mark.parametrize(
    ("count", "fields", "refusal", "sentence"),
    [
        (0, {}, CannotBeOrdered, "Kies eerst wat je wilt eten of drinken."),
        (1, {"minimum_count": 5}, CannotBeOrdered, "Soep maken wij vanaf 5 stuks."),
        (
            9,
            {"maximum_count": 8},
            CannotBeOrdered,
            "Soep: hoogstens 8 stuks. Wil je meer? Bel ons.",
        ),
        (1, {"is_on_menu": False}, CannotBeOrdered, "Soep staat niet op deze kaart."),
        (1, {"is_for_lunch": False}, CannotBeOrdered, "Soep kun je niet los bestellen."),
        (10_001, {}, KitchenFull, "De keuken kan om 12.00 uur nog 60 porties maken."),
    ],
)
def test_order_is_refused_in_plain_words(count, fields, refusal, sentence):
    centre = kitchen()
    dish = DishFactory(name="Soep", centres=[centre], **fields)
    with pytest.raises(refusal) as refused:
        lunch(centre, dish, count)
    assert str(refused.value) == sentence
    assert CateringOrder.objects.count() == 0


def test_order_without_a_price_is_never_free_by_accident():
    centre = kitchen()
    dish = DishFactory(name="Soep", centres=[centre])
    dish.prices.all().delete()
    with pytest.raises(CannotBeOrdered) as refused:
        lunch(centre, dish)
    assert str(refused.value) == "Voor Soep weten we de prijs nog niet. Bel ons even."
    assert CateringOrder.objects.count() == 0


def test_order_in_the_past_and_outside_the_kitchen_is_refused():
    centre = kitchen()
    dish = DishFactory(centres=[centre])
    with pytest.raises(WrongTime):
        lunch(centre, dish, serving_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(KitchenFull) as refused:
        lunch(centre, dish, serving_at=in_days(1, 22))
    assert str(refused.value) == "De keuken is dan dicht. Kies een andere tijd."
    assert refused.value.others[0] == in_days(1, 8)


def test_order_counts_lead_time_in_hours_that_the_house_is_open(time_machine):
    time_machine.move_to("2026-11-27 15:00+01:00", tick=False)  # Friday
    hours = [("09:00", "17:00")]
    centre = kitchen(centre=CentreFactory(hours={1: hours, 5: hours}))
    dish = DishFactory(name="Soep", centres=[centre], lead_hours=4)
    with pytest.raises(TooLate) as refused:
        lunch(centre, dish, serving_at=in_days(3, 10, 30))
    assert str(refused.value) == (
        "Soep kan pas vanaf maandag 30 november, 11.00 uur. Kies een latere tijd, of bel ons."
    )
    assert lunch(centre, dish, serving_at=in_days(3, 11)).is_new


def test_staff_with_a_reason_go_outside_lead_time_but_never_above_the_kitchen():
    centre = kitchen(capacity=3)
    dish = DishFactory(centres=[centre], lead_hours=400, minimum_count=10)
    by = PersonFactory(role=Role.KITCHEN)
    with pytest.raises(CannotBeOrdered):
        lunch(centre, dish, 3, by=by)
    placed = lunch(centre, dish, 3, by=by, reason="Voor de vrijwilligers")
    assert placed.order.events.get().reason == "Voor de vrijwilligers"
    with pytest.raises(KitchenFull):
        lunch(centre, dish, 1, by=by, reason="Nog een")
    assert used(centre) == [3]


def test_order_to_pick_up_carries_no_dietary_needs():
    centre = kitchen()
    placed = lunch(centre, DishFactory(centres=[centre]), needs={Need.NO_MILK: 1})
    assert placed.order.needs.count() == 0
    with pytest.raises(NotNow):
        catering.set_needs(placed.order, {Need.NO_MILK: 1})


# With a room --------------------------------------------------------------------------------------


def with_room(centre, dish, *, people=20, serving=None, **fields):
    use = a_use(centre, **fields)
    placed = catering.order(
        centre=centre,
        use=use,
        serving_at=serving or in_days(10, 12),
        people=people,
        wishes=[Wish(dish, 1, is_per_person=True)],
        needs={Need.VEGETARIAN: 3},
    )
    return use, placed.order


def test_order_with_a_room_follows_the_number_of_people():
    terms()
    centre = kitchen()
    _use, order = with_room(centre, DishFactory(centres=[centre]))
    assert (order.state, order.lines.get().count, used(centre)) == (OrderState.ASKED, 20, [20])
    catering.set_people(order, 26)
    assert (order.lines.get().count, used(centre)) == (26, [26])
    catering.set_people(order, 24, is_final=True)
    order.refresh_from_db()
    assert (order.people, order.is_final, used(centre)) == (24, True, [24])
    assert [(e.fact, e.before, e.after) for e in order.events.all()] == [
        ("ordered", "", ""),
        ("people", "20", "26"),
        ("final", "26", "24"),
    ]


def test_people_after_the_last_moment_are_refused_and_staff_give_a_reason():
    terms()
    centre = kitchen()
    _use, order = with_room(centre, DishFactory(centres=[centre]))
    CateringOrder.objects.update(final_count_until=timezone.now() - timedelta(hours=1))
    with pytest.raises(TooLate) as refused:
        catering.set_people(order, 30)
    assert str(refused.value).startswith("Het aantal staat vast sinds ")
    by = PersonFactory(role=Role.KITCHEN)
    with pytest.raises(TooLate):
        catering.set_people(order, 30, by=by)
    catering.set_people(order, 30, by=by, reason="Zij belden")
    assert used(centre) == [30]
    assert order.events.last().reason == "Zij belden"


@pytest.mark.parametrize("people", [-1, 0, 10_001])
def test_people_that_cannot_be_are_refused(people):
    centre = kitchen()
    _use, order = with_room(centre, DishFactory(centres=[centre]))
    with pytest.raises(WrongTime):
        catering.set_people(order, people)
    assert used(centre) == [20]


def test_needs_are_numbers_within_the_people():
    centre = kitchen()
    _use, order = with_room(centre, DishFactory(centres=[centre]))
    catering.set_needs(order, {Need.NO_MILK: 2, Need.HALAL: 0})
    assert [(row.need, row.count) for row in order.needs.all()] == [("no_milk", 2)]
    with pytest.raises(WrongTime) as refused:
        catering.set_needs(order, {Need.NO_MILK: 21})
    assert str(refused.value) == "Zonder melk: dat zijn meer mensen dan er komen."
    texts = [
        field.name
        for field in CateringOrder._meta.fields
        if field.get_internal_type() == "TextField"
    ]
    assert texts == []


def test_moved_room_takes_its_order_along():
    centre = kitchen()
    use, order = with_room(centre, DishFactory(centres=[centre]))
    start = in_days(11, 14)
    use = allocating.change(use, starts_at=start, ends_at=start + timedelta(hours=4))
    [followed] = catering.moved(use)
    assert (followed.order, followed.refusal) == (order, None)
    order.refresh_from_db()
    assert order.serving_at == in_days(11, 16)
    assert used(centre) == [0, 20]


def test_moved_room_to_a_full_kitchen_asks_and_keeps_the_old_slot():
    centre = kitchen(capacity=25)
    dish = DishFactory(centres=[centre])
    lunch(centre, dish, 10, serving_at=in_days(11, 12))
    use, order = with_room(centre, dish)
    start = in_days(11, 10)
    use = allocating.change(use, starts_at=start, ends_at=start + timedelta(hours=4))
    [followed] = catering.moved(use)
    assert isinstance(followed.refusal, KitchenFull)
    assert str(followed.refusal) == "De keuken kan om 12.00 uur nog 15 porties maken."
    order.refresh_from_db()
    assert (order.serving_at, order.wanted_serving_at) == (in_days(10, 12), in_days(11, 12))
    assert used(centre) == [20, 10]

    catering.move(order, in_days(11, 13), by=PersonFactory(role=Role.KITCHEN))
    order.refresh_from_db()
    assert (order.serving_at, order.wanted_serving_at) == (in_days(11, 13), None)
    assert used(centre) == [0, 10, 20]


def test_food_with_a_room_is_served_on_the_day_of_the_room():
    """Any other day is a slip of the pen; weeks away, it did not even fit in the row."""
    centre = kitchen()
    dish = DishFactory(centres=[centre])
    use, order = with_room(centre, dish)
    cook = PersonFactory(role=Role.KITCHEN)
    for day in (9, 11, 60):
        with pytest.raises(WrongTime, match="Kies een tijd op dezelfde dag"):
            catering.move(order, in_days(day, 12), by=cook, reason="Wim belde")
        with pytest.raises(WrongTime, match="Kies een tijd op dezelfde dag"):
            lunch(centre, dish, use=use, serving_at=in_days(day, 12))
    order.refresh_from_db()
    assert (order.serving_at, used(centre)) == (in_days(10, 12), [20])
    catering.move(order, in_days(10, 13), by=cook)
    assert used(centre) == [0, 20]


def test_lunch_to_pick_up_moves_to_an_hour_at_which_the_house_is_open():
    centre = kitchen()
    OpeningHoursFactory(
        centre=centre, weekday=in_days(1).isoweekday(), opens=time(9), closes=time(16)
    )
    order = lunch(centre, DishFactory(centres=[centre])).order
    cook = PersonFactory(role=Role.KITCHEN)
    with pytest.raises(WrongTime, match="Dan zijn we dicht"):
        catering.move(order, in_days(1, 18), by=cook)
    assert used(centre) == [2]
    catering.move(order, in_days(1, 15), by=cook)
    order.refresh_from_db()
    assert (order.serving_at, used(centre)) == (in_days(1, 15), [0, 2])


def test_moved_room_that_comes_back_needs_no_decision():
    centre = kitchen(capacity=25)
    dish = DishFactory(centres=[centre])
    lunch(centre, dish, 10, serving_at=in_days(11, 12))
    use, order = with_room(centre, dish)
    there, back = in_days(11, 10), use.starts_at
    use = allocating.change(use, starts_at=there, ends_at=there + timedelta(hours=4))
    catering.moved(use)
    use = allocating.change(use, starts_at=back, ends_at=back + timedelta(hours=4))
    assert catering.moved(use) == []
    order.refresh_from_db()
    assert order.wanted_serving_at is None


def test_date_that_lost_its_room_lets_the_kitchen_go():
    """By an option that ran out, or a room that was given to somebody else first."""
    house = Offered()
    kitchen(centre=house.space.centre)
    dish = DishFactory(centres=[house.space.centre])
    booking = house.ask(house.wanted(7), house.wanted(14), house.wanted(21))
    out, taken, left = (date.use for date in booking.dates.order_by("use__starts_at"))
    orders = [
        lunch(house.space.centre, dish, use=use, serving_at=use.starts_at, name="").order
        for use in (out, taken, left)
    ]
    allocating.take(replace(allocating.wanted_of(taken), kind=UseKind.ACTIVITY), hold=Hold.FIRM)
    hiring.give_option(booking, by=house.planner)
    allocating.hold(out, Hold.OPTION, until=timezone.now() - timedelta(minutes=1))
    lapse = options.lapse_all()
    hiring.options_changed(released=lapse.released, promoted=lapse.promoted)

    found = dict(CateringOrder.objects.values_list("pk", "state"))
    assert [found[one.pk] for one in orders] == [
        OrderState.CANCELLED,
        OrderState.CANCELLED,
        OrderState.ASKED,
    ]
    assert used(house.space.centre) == [0, 0, 2]


def test_room_that_is_let_go_lets_the_kitchen_go():
    centre = kitchen()
    use, order = with_room(centre, DishFactory(centres=[centre]))
    allocating.release(use)
    assert catering.let_go(use, reason="Afgezegd") == [order]
    assert catering.let_go(use) == []
    order.refresh_from_db()
    assert (order.state, order.slot_portions, used(centre)) == (OrderState.CANCELLED, 0, [0])
    assert use.hold == Hold.FIRM  # the caller's own object is older


# From accepted to served --------------------------------------------------------------------------


def test_states_go_forward_once_and_say_no_in_plain_words():
    centre = kitchen()
    by = PersonFactory(role=Role.KITCHEN)
    _use, order = with_room(centre, DishFactory(centres=[centre]))
    catering.accept(order, by=by)
    catering.accept(order, by=by)
    catering.ready(order, by=by)
    catering.not_ready(order, by=by)
    catering.ready(order, by=by)
    with pytest.raises(NotNow) as refused:
        catering.served(order, by=by)
    assert str(refused.value) == "Dit eten is voor een andere dag."
    assert [event.fact for event in order.events.all()] == [
        "ordered",
        "accepted",
        "ready",
        "not_ready",
        "ready",
    ]
    with pytest.raises(NotNow) as refused:
        catering.set_people(order, 3)
    assert str(refused.value) == "Deze bestelling is klaar. Veranderen kan niet meer."


def test_served_order_never_changes(time_machine):
    time_machine.move_to("2026-11-24 09:00+01:00", tick=False)
    centre = kitchen()
    by = PersonFactory(role=Role.KITCHEN)
    order = lunch(centre, DishFactory(centres=[centre]), serving_at=in_days(0, 12)).order
    catering.served(order, by=by)
    catering.served(order, by=by)
    assert [event.fact for event in order.events.all()] == ["ordered", "served"]
    for change in (
        lambda: catering.cancel(order, by=by, reason="Toch niet"),
        lambda: catering.change_lines(order, [], by=by, reason="Toch niet"),
    ):
        with pytest.raises(NotNow):
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        order.lines.update(count=9)
    assert order.lines.get().count == 2


def test_frozen_price_and_history_cannot_be_written_over():
    centre = kitchen()
    order = lunch(centre, DishFactory(centres=[centre])).order
    with pytest.raises(IntegrityError), transaction.atomic():
        order.lines.update(unit_price_cents=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        order.events.update(reason="Anders")
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderEvent.objects.all().delete()


def test_recipe_that_an_order_used_never_changes():
    centre = kitchen()
    flour = IngredientFactory()
    dish = DishFactory(centres=[centre], recipe=[(flour, "1", Measure.KILOGRAM)])
    lunch(centre, dish)
    row = dish.recipe.ingredients.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        dish.recipe.ingredients.update(quantity=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        dish.versions.update(portions=9)
    newer = dishes.write_recipe(
        dish,
        portions=1,
        amounts=[dishes.Amount(flour, 2, Measure.KILOGRAM)],
        method="",
        by=None,
    )
    assert (newer.number, dish.recipe) == (2, newer)
    assert OrderLine.objects.get().recipe.number == 1


def test_change_lines_keeps_old_prices_and_gives_back_what_is_dropped():
    centre = kitchen()
    soup, bread = DishFactory(centres=[centre], price=300), DishFactory(centres=[centre])
    order = lunch(centre, soup, 4).order
    dishes.set_price(soup, 900, since=timezone.localdate(), by=None)
    catering.change_lines(order, [Wish(soup, 5), Wish(bread, 1)], by=None)
    lines = {line.dish_id: (line.count, line.unit_price_cents) for line in order.lines.all()}
    assert lines == {soup.pk: (5, 300), bread.pk: (1, 300)}
    assert used(centre) == [6]
    catering.change_lines(order, [Wish(bread, 2)], by=None)
    assert used(centre) == [2]


# Calling off --------------------------------------------------------------------------------------


def test_cancel_gives_the_portions_back_and_tells_once():
    centre = kitchen()
    order = lunch(centre, DishFactory(centres=[centre]), email="gerda@voorbeeld.nl").order
    catering.cancel(order)
    catering.cancel(order)
    assert used(centre) == [0]
    assert Message.objects.filter(key__endswith=":cancelled").count() == 1


def test_cancel_by_a_guest_is_too_late_when_the_pots_are_on(time_machine):
    terms(cancel_hours=2)
    centre = kitchen()
    order = lunch(centre, DishFactory(centres=[centre])).order
    time_machine.move_to(in_days(1, 11), tick=False)
    with pytest.raises(TooLate) as refused:
        catering.cancel(order)
    assert str(refused.value) == "Het eten wordt al gemaakt. Bel ons even."
    by = PersonFactory(role=Role.KITCHEN)
    with pytest.raises(NotNow):
        catering.cancel(order, by=by)
    catering.cancel(order, by=by, reason="Gerda is ziek")
    assert used(centre) == [0]


def test_cancelled_order_without_an_address_is_told_on_paper():
    centre = kitchen()
    order = lunch(centre, DishFactory(centres=[centre])).order
    catering.cancel(order, by=PersonFactory(role=Role.KITCHEN), reason="De oven is stuk.")
    message = Message.objects.get()
    assert (message.state, "De oven is stuk." in message.text) == (MessageState.TO_PRINT, True)


# For others ---------------------------------------------------------------------------------------


def test_portions_of_uses_are_those_of_orders_that_go_on():
    centre = kitchen()
    dish = DishFactory(name="Soep", centres=[centre], price=325)
    use, _order = with_room(centre, dish)
    assert catering.portions_of([use.pk]) == {use.pk: 20}
    catering.let_go(use)
    assert catering.portions_of([use.pk]) == {}


# At the same moment -------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_thirty_two_at_once_end_exactly_at_capacity():
    centre = kitchen(capacity=60)
    dish = DishFactory(centres=[centre])
    results = at_once(*[lambda: lunch(centre, dish, 3) for _ in range(32)])
    placed = [result for result in results if isinstance(result, catering.Placed)]
    assert len(placed) == 20
    assert [type(r) for r in results if r not in placed] == [KitchenFull] * 12
    assert used(centre) == [60]
    assert KitchenSlot.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_orders_that_move_and_are_called_off_at_once_lose_no_portion():
    centre = kitchen(capacity=40)
    dish = DishFactory(centres=[centre])
    orders = [
        lunch(centre, dish, 4, serving_at=in_days(1, 12 if n % 2 else 13)).order for n in range(12)
    ]
    by = PersonFactory(role=Role.KITCHEN)

    def act(number, order):
        if number % 3 == 0:
            return lambda: catering.cancel(order, by=by, reason="Toch niet")
        wanted = in_days(1, 13 if number % 2 else 12)
        return lambda: catering.move(order, wanted, by=by)

    results = at_once(*[act(number, order) for number, order in enumerate(orders)])
    assert [r for r in results if isinstance(r, Exception) and not isinstance(r, KitchenFull)] == []
    for slot in KitchenSlot.objects.all():
        held = sum(order.slot_portions for order in slot.orders.all())
        assert (slot.used, slot.used <= slot.capacity) == (held, True)
    assert CateringOrder.objects.live().count() == 8
    assert sum(used(centre)) == 32


@pytest.mark.django_db(transaction=True)
def test_rooms_that_move_at_once_never_wait_for_each_other():
    """Each use has two orders, and they change slots crosswise: without one order of locking this is a deadlock."""
    centre = kitchen(capacity=100)
    dish = DishFactory(centres=[centre])
    uses = []
    for hour, servings in ((8, (8, 10)), (12, (14, 12))):
        use = a_use(centre, hour=hour)
        for serving in servings:
            catering.order(
                centre=centre,
                use=use,
                serving_at=in_days(10, serving),
                people=5,
                wishes=[Wish(dish, 5)],
            )
        uses.append(use)
    there = {uses[0].pk: in_days(10, 12), uses[1].pk: in_days(10, 8)}

    def move(use):
        def act():
            with transaction.atomic():
                fresh = Use.objects.select_related("space__centre").get(pk=use.pk)
                fresh.starts_at = there[use.pk]
                return catering.moved(fresh)

        return act

    for _n in range(5):
        results = at_once(*[move(use) for use in uses])
        assert [r for r in results if isinstance(r, Exception)] == []
        there = {uses[0].pk: there[uses[1].pk], uses[1].pk: there[uses[0].pk]}
    assert sum(used(centre)) == 20
    for slot in KitchenSlot.objects.all():
        assert slot.used == sum(order.slot_portions for order in slot.orders.all())


@pytest.mark.django_db(transaction=True)
def test_same_form_at_once_makes_one_order():
    centre = kitchen()
    dish, token = DishFactory(centres=[centre]), uuid4()
    results = at_once(*[lambda: lunch(centre, dish, form_token=token) for _ in range(4)])
    assert {result.secret for result in results} == {results[0].secret}
    assert CateringOrder.objects.count() == 1
    assert used(centre) == [2]


@pytest.mark.django_db(transaction=True)
def test_cancelled_twice_at_once_gives_back_once():
    centre = kitchen()
    dish = DishFactory(centres=[centre])
    lunch(centre, dish, 5)
    order = lunch(centre, dish, 2).order
    at_once(*[lambda: catering.cancel(order) for _ in range(4)])
    assert used(centre) == [5]
    assert order.events.filter(fact="cancelled").count() == 1


@pytest.mark.django_db(transaction=True)
def test_recipes_written_at_once_are_versions_in_a_row():
    flour = IngredientFactory()
    dish = DishFactory(recipe=[(flour, "1", Measure.KILOGRAM)])

    def write(quantity):
        amounts = [dishes.Amount(flour, quantity, Measure.KILOGRAM)]
        return lambda: dishes.write_recipe(dish, portions=1, amounts=amounts, method="", by=None)

    at_once(*[write(n) for n in range(2, 6)])
    numbers = dish.versions.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, 4, 5]
    assert dish.versions.filter(is_current=True).count() == 1
