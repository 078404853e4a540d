"""What the kitchen tells people: that an order came in, is agreed, moved or called off, and about meals they join.

One function per message. Each writes to the outbox in the transaction of the fact, under a key that names the fact.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from lokaal.outbox import writing
from lokaal.outbox.writing import in_its_language, link
from lokaal.people.models import Channel
from venue.emails import hiring
from venue.models import CateringOrder, MealGuest, OrderKind


def received(order: CateringOrder, *, secret: str) -> None:
    """We have your order. The only message with the link: its secret is known at this moment only."""
    if not _is_own(order):  # asked together with a room: the answer to that request tells it
        return
    _tell(
        order,
        "order_received",
        key=f"catering:{order.id}:received",
        link=link("venue:order", order.id, secret),
        is_secret=True,
    )


def confirmed(order: CateringOrder) -> None:
    """The kitchen will make it."""
    _tell(order, "order_confirmed", key=f"catering:{order.id}:confirmed")


def moved(order: CateringOrder) -> None:
    """It is served at another time."""
    _tell(order, "order_moved", key=f"catering:{order.id}:moved:{order.sequence}", on_paper=True)
    for guest in order.guests.live().select_related("person"):
        _tell_guest(
            guest,
            order,
            "meal_moved",
            key=f"meal_guest:{guest.id}:moved:{order.sequence}",
            on_paper=True,
        )


def final_count_asked(order: CateringOrder) -> None:
    """With how many do you come? Tell us before the moment after which the number is final."""
    _tell(
        order,
        "order_final_count",
        key=f"catering:{order.id}:final_count:{order.final_count_until:%Y%m%d%H%M}",
    )


def cancelled(order: CateringOrder) -> None:
    """It is not made."""
    _tell(order, "order_cancelled", key=f"catering:{order.id}:cancelled", on_paper=True)


def meal_joined(guest: MealGuest, meal: CateringOrder, *, secret: str) -> None:
    """You are on the list of the meal. The only message with the link."""
    _tell_guest(
        guest,
        meal,
        "meal_joined",
        key=f"meal_guest:{guest.id}:joined",
        link=link("venue:meal_guest", guest.id, secret),
        is_secret=True,
    )


def meal_left(guest: MealGuest, meal: CateringOrder) -> None:
    """You are off the list."""
    _tell_guest(guest, meal, "meal_left", key=f"meal_guest:{guest.id}:left")


def meal_cancelled(guest: MealGuest, meal: CateringOrder) -> None:
    """The meal is called off."""
    key = f"meal_guest:{guest.id}:cancelled"
    _tell_guest(guest, meal, "meal_cancelled", key=key, on_paper=True)


def reaches_by_message(row: CateringOrder | MealGuest) -> str:
    """Return the channel by which they hear from us (a Channel), or nothing when only paper is left."""
    to = _reached(row) if isinstance(row, MealGuest) else recipient(row)
    return "" if to is None or to.reached_by == Channel.PAPER else str(to.reached_by)


def recipient(order: CateringOrder) -> writing.Recipient | None:
    """Who hears about an order: who ordered it, else who hired the room; nobody for what the house does itself."""
    if _is_own(order):
        return _reached(order)
    booking_date = getattr(order.use, "booking_date", None) if order.use else None
    if booking_date is None or order.kind == OrderKind.MEAL:
        return None
    return hiring.recipient(booking_date.booking.hirer)


def _is_own(order: CateringOrder) -> bool:
    return bool(order.name)


def _tell(
    order: CateringOrder, message: str, *, key: str, on_paper: bool = False, **words: Any
) -> None:
    to = recipient(order)
    if to is not None:
        context: dict[str, Any] = {
            "order": order,
            "code": order.shown_code if order.kind == OrderKind.PICK_UP else "",
            "lines": [
                {"count": line.count, "dish": in_its_language(_named(line.dish))}
                for line in order.lines.select_related("dish").prefetch_related(
                    "dish__translations"
                )
            ],
        }
        _post(to, order, message, key=key, on_paper=on_paper, **context, **words)


def _tell_guest(
    guest: MealGuest,
    meal: CateringOrder,
    message: str,
    *,
    key: str,
    on_paper: bool = False,
    **words: Any,
) -> None:
    context: dict[str, Any] = {"guest": guest, "order": meal, "code": guest.shown_code}
    _post(_reached(guest), meal, message, key=key, on_paper=on_paper, **context, **words)


def _post(
    to: writing.Recipient,
    order: CateringOrder,
    message: str,
    /,
    *,
    key: str,
    on_paper: bool,
    is_secret: bool = False,
    **words: Any,
) -> None:
    """Post a message. Without an address it is printed only when they must be told, or like paper best."""
    if to.reached_by == Channel.PAPER and not on_paper and to.channel != Channel.PAPER:
        return
    context = {"name": to.name, "centre": order.centre, "code_page": link("venue:order_code")}
    writing.post(
        key,
        to=to,
        template=f"venue/emails/{message}",
        context=context | words,
        centre=order.centre,
        is_secret=is_secret,
    )


def _reached(row: CateringOrder | MealGuest) -> writing.Recipient:
    return writing.Recipient.reached_at(
        row.name, phone=row.phone, email=row.email, language=row.language, person=row.person
    )


def _named(dish: Any) -> Any:
    return lambda: dish.words("name", get_language() or settings.LANGUAGE_CODE)[0]
