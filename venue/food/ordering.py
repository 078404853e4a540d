"""What every action on an order shares: the locked row, its lines and numbers, the portions it holds, and the rules.

Used by venue.food.catering and venue.food.meals, which own the transactions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lokaal.centres.models import Centre
from lokaal.look.formats import day_and_clock
from lokaal.people.models import Person
from venue.exceptions import CannotBeOrdered, NotNow, TooLate, WrongTime
from venue.food import kitchen, lead_time
from venue.models import (
    CateringOrder,
    CateringTerms,
    Dish,
    Need,
    OrderEvent,
    OrderFact,
    OrderKind,
    OrderLine,
    OrderNeed,
    OrderState,
    Use,
)

MOST_PEOPLE = 10_000
#: A code is good until this long after serving: someone who came late may still ask.
CODE_OUTLIVES_ORDER = timedelta(days=1)


@dataclass(frozen=True)
class Wish:
    """So many of a dish. `is_per_person`: the number follows the number of people."""

    dish: Dish
    count: int
    is_per_person: bool = False


def locked(pk: UUID) -> CateringOrder:
    """The order as it is now, locked until the transaction ends."""
    rows = CateringOrder.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("centre", "slot", "use__space", "person").get(pk=pk)


def opened(order: CateringOrder) -> CateringOrder:
    """The order, locked, when it may still be changed. Raises NotNow."""
    now = locked(order.pk)
    if not now.is_open:
        raise NotNow(
            _("Deze bestelling is %(state)s. Veranderen kan niet meer.")
            % {"state": now.get_state_display()}
        )
    return now


def go(
    order: CateringOrder,
    state: OrderState,
    *,
    since: set[OrderState],
    fact: OrderFact,
    by: Person | None,
    reason: str = "",
) -> CateringOrder:
    """Bring a locked order to a state, and write it down. Raises NotNow from any other state."""
    if order.state not in since:
        raise NotNow(
            _("Dat kan niet meer: %(state)s.") % {"state": capfirst(order.get_state_display())}
        )
    order.state, order.state_changed_at = state, timezone.now()
    order.sequence += 1
    order.save(update_fields=["state", "state_changed_at", "sequence"])
    note(order, fact, by=by, reason=reason)
    return order


def note(
    order: CateringOrder,
    fact: OrderFact,
    *,
    by: Person | None,
    before: str = "",
    after: str = "",
    reason: str = "",
) -> None:
    """Write down what happened."""
    OrderEvent.objects.create(
        order=order, fact=fact, before=before[:300], after=after[:300], reason=reason[:200], by=by
    )


def counted(wishes: Sequence[Wish], people: int) -> list[Wish]:
    """What is wished for, in numbers: one per person is as many as there are people (when that is known)."""
    found = [
        replace(wish, count=people) if wish.is_per_person and people else wish for wish in wishes
    ]
    return [wish for wish in found if wish.count > 0]


def write_lines(order: CateringOrder, wishes: Sequence[Wish]) -> None:
    """Make the lines as wished: what was there keeps its price and recipe, what is new gets those of now."""
    wanted = {wish.dish.pk: wish for wish in wishes}
    on = timezone.localdate(order.serving_at)
    order.lines.exclude(dish__in=wanted).delete()
    known = {line.dish_id: line for line in order.lines.all()}
    for pk, wish in wanted.items():
        line = known.get(pk)
        if line is None:
            OrderLine.objects.create(
                order=order,
                dish=wish.dish,
                recipe=wish.dish.versions.filter(is_current=True).first(),
                count=wish.count,
                is_per_person=wish.is_per_person,
                unit_price_cents=_price(wish.dish, on),
                vat_code_id=wish.dish.vat_code_id,
                portions_each=wish.dish.kitchen_portions,
            )
        elif (line.count, line.is_per_person) != (wish.count, wish.is_per_person):
            line.count, line.is_per_person = wish.count, wish.is_per_person
            line.save(update_fields=["count", "is_per_person"])


def hold(order: CateringOrder, *, is_off: bool = False) -> None:
    """Hold as many portions as the order needs now, in the slot of its serving time; give back what it held before.

    `is_off`: the order was called off and needs nothing any more. Raises KitchenFull.
    """
    needed = 0 if is_off else _portions(order)
    held = order.slot
    slot = None
    if needed:
        slot = kitchen.slot_at(order.centre, order.serving_at)
        if slot is None:
            raise kitchen.closed(order.centre, order.serving_at)
    changes = [(slot, needed)] if slot else []
    if held:
        changes.append((held, -order.slot_portions))
    kitchen.shift(changes)
    order.slot, order.slot_portions = slot, needed
    order.save(update_fields=["slot", "slot_portions"])


def _portions(order: CateringOrder) -> int:
    """How much of the kitchen an order takes: of a meal for every place at the table."""
    total = 0
    for line in order.lines.all():
        count = line.count
        if line.is_per_person and order.kind == OrderKind.MEAL:
            count = order.places or 0
        total += count * line.portions_each
    return total


def write_needs(order: CateringOrder, needs: Mapping[Need, int]) -> None:
    most = order.places_taken if order.kind == OrderKind.MEAL else order.people
    for need, count in needs.items():
        if count < 0 or (most and count > most):
            raise WrongTime(
                _("%(need)s: dat zijn meer mensen dan er komen.")
                % {"need": capfirst(str(Need(need).label))}
            )
    order.needs.all().delete()
    OrderNeed.objects.bulk_create(
        OrderNeed(order=order, need=need, count=count) for need, count in needs.items() if count
    )


def _price(dish: Dish, on: date) -> int:
    """The price on a day. Raises CannotBeOrdered: what has no price is not given away by accident."""
    price = dish.price_on(on)
    if price is None:
        raise CannotBeOrdered(
            _("Voor %(dish)s weten we de prijs nog niet. Bel ons even.") % {"dish": dish.name}
        )
    return price


def terms_on(moment: datetime) -> CateringTerms | None:
    """The terms of the house on the local day of a moment."""
    return CateringTerms.objects.on(timezone.localdate(moment)).first()


def final_count_until(centre: Centre, serving_at: datetime) -> datetime:
    """Until when (UTC) the number of people may be changed, by the terms of the day; without terms until serving."""
    terms = terms_on(serving_at)
    return (
        lead_time.latest(centre, terms.final_count_hours, before=serving_at)
        if terms
        else serving_at
    )


def check(
    centre: Centre,
    serving_at: datetime,
    wishes: Sequence[Wish],
    *,
    by: Person | None,
    reason: str,
    is_pick_up: bool,
    known: Mapping[UUID, int] | None = None,
) -> None:
    """Raise what stands in the way of these dishes at that moment. `known`: what was agreed before, by dish."""
    if not wishes:
        raise CannotBeOrdered(_("Kies eerst wat je wilt eten of drinken."))
    if serving_at <= timezone.now():
        raise WrongTime(_("Die tijd is al geweest. Kies een latere tijd."))
    here = set(Dish.objects.on_menu(centre).values_list("pk", flat=True)) | set(known or {})
    may_differ = by is not None and bool(reason)
    for wish in wishes:
        if wish.dish.pk not in here:
            raise CannotBeOrdered(
                _("%(dish)s staat niet op deze kaart.") % {"dish": wish.dish.name}
            )
        if may_differ or (known or {}).get(wish.dish.pk) == wish.count:
            continue
        _check_wish(centre, serving_at, wish, is_pick_up=is_pick_up)
    if is_pick_up and not may_differ:
        check_pick_up(centre, serving_at)


def _check_wish(centre: Centre, serving_at: datetime, wish: Wish, *, is_pick_up: bool) -> None:
    dish = wish.dish
    if is_pick_up and not dish.is_for_lunch:
        raise CannotBeOrdered(_("%(dish)s kun je niet los bestellen.") % {"dish": dish.name})
    check_count(dish, wish.count)
    check_still_in_time(centre, serving_at, dish)


def check_count(dish: Dish, count: int) -> None:
    """Raise CannotBeOrdered for fewer or more than the kitchen makes of a dish."""
    if count < dish.minimum_count:
        raise CannotBeOrdered(
            _("%(dish)s maken wij vanaf %(least)s stuks.")
            % {"dish": dish.name, "least": dish.minimum_count}
        )
    if dish.maximum_count is not None and count > dish.maximum_count:
        raise CannotBeOrdered(
            _("%(dish)s: hoogstens %(most)s stuks. Wil je meer? Bel ons.")
            % {"dish": dish.name, "most": dish.maximum_count}
        )


def check_pick_up(centre: Centre, serving_at: datetime) -> None:
    """Raise WrongTime when the house is closed then, or it is too far ahead."""
    if not lead_time.is_open(centre, serving_at):
        raise WrongTime(_("Dan zijn we dicht. Kies een andere tijd."))
    terms = terms_on(timezone.now())
    if terms and serving_at > timezone.now() + timedelta(days=terms.days_ahead + 1):
        raise WrongTime(
            ngettext(
                "Je kunt tot %(days)s dag vooruit bestellen.",
                "Je kunt tot %(days)s dagen vooruit bestellen.",
                terms.days_ahead,
            )
            % {"days": terms.days_ahead}
        )


def check_still_in_time(centre: Centre, serving_at: datetime, dish: Dish) -> None:
    """Raise TooLate when fewer working hours are left than the dish takes."""
    if not lead_time.is_in_time(centre, dish.lead_hours, serving_at):
        first = lead_time.earliest(centre, dish.lead_hours)
        raise TooLate(
            _("%(dish)s kan pas vanaf %(when)s. Kies een latere tijd, of bel ons.")
            % {"dish": dish.name, "when": day_and_clock(first)}
        )


def check_people(people: int) -> None:
    if not 0 <= people <= MOST_PEOPLE:
        raise WrongTime(_("Dat aantal mensen kan niet. Kijk het nog eens na."))


def check_deadline(order: CateringOrder, *, by: Person | None, reason: str) -> None:
    """Raise TooLate after the last moment for other numbers; staff may, with a reason."""
    until = order.final_count_until
    if until is None or timezone.now() <= until or (by is not None and reason):
        return
    raise TooLate(
        _("Het aantal staat vast sinds %(when)s. Bel ons.") % {"when": day_and_clock(until)}
    )


def in_words(order: CateringOrder) -> str:
    """12 × Linzensoep, 12 × Koffie."""
    rows = order.lines.select_related("dish").order_by("dish__position", "dish__name")
    return ", ".join(f"{line.count} × {line.dish.name}" for line in rows)[:300]


def needs_in_words(order: CateringOrder) -> str:
    """3 × vegetarisch, 1 × zonder melk."""
    rows = order.needs.order_by("need")
    return ", ".join(f"{row.count} × {row.get_need_display()}" for row in rows)[:300]


def minutes_after(use: Use, serving_at: datetime) -> int:
    """How long after the begin of a use is served: so an order moves along with its room.

    Raises WrongTime on another local day than those of the room.
    """
    first, last = timezone.localdate(use.starts_at), timezone.localdate(use.ends_at)
    if not first <= timezone.localdate(serving_at) <= last:
        raise WrongTime(_("Dit eten hoort bij een zaal. Kies een tijd op dezelfde dag."))
    return round((serving_at - use.starts_at) / timedelta(minutes=1))
