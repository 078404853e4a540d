"""Orders: placed, changed, moved along with their room, made, served, called off. Only this module (and food.meals)
changes the state of an order, its numbers and the portions it holds.

The order's row is locked before anything else, then the slots of the kitchen in order of time. Where rooms change too
(`moved`, `let_go`), the rooms come first: call these after venue.allocating, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber

from lokaal.centres.models import Centre
from lokaal.exceptions import Refusal
from lokaal.look.formats import day_and_clock
from lokaal.people.contact import contact_of
from lokaal.people.models import Person
from lokaal.secret_links import (
    SentForm,
    hash_of,
    saved_with_code,
    sender,
    typed_code,
)
from venue.emails import kitchen as emails
from venue.exceptions import NotNow, TooLate, WrongTime
from venue.food import kitchen, lead_time, ordering
from venue.food.ordering import Wish as Wish  # noqa: PLC0414 - who orders, asks this module
from venue.models import (
    CateringOrder,
    Need,
    OrderFact,
    OrderKind,
    OrderState,
    Use,
)


@dataclass(frozen=True)
class Placed:
    """An order, the secret of its link, and whether this call made it. The secret is kept nowhere."""

    order: CateringOrder
    secret: str
    is_new: bool = True


@dataclass(frozen=True)
class Followed:
    """What became of an order whose room moved. With a `refusal` it stayed where it was, and somebody must decide."""

    order: CateringOrder
    refusal: Refusal | None = None


# Placing ------------------------------------------------------------------------------------------


def order(
    *,
    centre: Centre,
    serving_at: datetime,
    wishes: Sequence[Wish],
    use: Use | None = None,
    people: int = 0,
    needs: Mapping[Need, int] | None = None,
    name: str = "",
    phone: str | PhoneNumber = "",
    email: str = "",
    person: Person | None = None,
    language: str = "nl",
    form_token: UUID | None = None,
    by: Person | None = None,
    reason: str = "",
) -> Placed:
    """Order for a moment (UTC): with a use of a room, or without one to pick up. Tells who ordered.

    The portions are held from now on. An order to pick up is agreed at once; with a room the kitchen still accepts it.
    Staff (`by`) with a `reason` may go outside lead time and numbers, never above what the kitchen can make.
    The same `form_token` with the same name and contact gives the order that was made before, with the same secret.
    Dietary needs are not taken with an order to pick up: that carries a name. Several orders in one transaction are
    placed in the order of serving.

    Raises CannotBeOrdered, TooLate, WrongTime, KitchenFull (with other times); then nothing was written.
    """
    kind = OrderKind.WITH_USE if use else OrderKind.PICK_UP
    wishes = ordering.counted(wishes, people)
    contact = contact_of(phone, email)
    who = sender(name, contact, person)
    sent = SentForm(f"catering|{centre.pk}|{use.pk if use else ''}", form_token, who)
    secret = sent.secret()
    placed = CateringOrder(
        kind=kind,
        centre=centre,
        use=use,
        state=OrderState.ASKED if use else OrderState.ACCEPTED,
        serving_at=serving_at,
        serving_after_minutes=ordering.minutes_after(use, serving_at) if use else None,
        people=people,
        final_count_until=ordering.final_count_until(centre, serving_at) if use else None,
        name=name,
        phone=phone,
        email=email,
        person=person,
        language=language,
        secret_hash=hash_of(secret),
        form_key=sent.key,
        entered_by=by,
    )
    with transaction.atomic():
        sent_before = _sent_before(sent.key)
        if sent_before is None:
            ordering.check(centre, serving_at, wishes, by=by, reason=reason, is_pick_up=use is None)
            ordering.check_people(people)
            if not saved_with_code(placed, "venue_order_code", "venue_order_form_once"):
                sent_before = _sent_before(sent.key)
        if sent_before is not None:
            given = sent.secret_given_before(sent_before.secret_hash)
            return Placed(sent_before, given, is_new=False)
        ordering.write_lines(placed, wishes)
        if use:
            ordering.write_needs(placed, needs or {})
        ordering.hold(placed)
        ordering.note(placed, OrderFact.ORDERED, by=by, reason=reason)
        emails.received(placed, secret=secret)
    return Placed(placed, secret)


# Changing -----------------------------------------------------------------------------------------


def change_lines(
    order: CateringOrder, wishes: Sequence[Wish], *, by: Person | None, reason: str = ""
) -> CateringOrder:
    """Make it other dishes or other numbers. What stays keeps its price and recipe; what is new gets those of now.

    Raises NotNow, TooLate (after the last moment; staff may, with a reason), CannotBeOrdered, KitchenFull.
    """
    with transaction.atomic():
        now = ordering.opened(order)
        ordering.check_deadline(now, by=by, reason=reason)
        if now.kind == OrderKind.MEAL:  # one of each for everybody at the table
            wishes = [Wish(wish.dish, now.places or 0, is_per_person=True) for wish in wishes]
        wishes = ordering.counted(wishes, now.people)
        ordering.check(
            now.centre,
            now.serving_at,
            wishes,
            by=by,
            reason=reason,
            is_pick_up=now.kind == OrderKind.PICK_UP,
            known={line.dish_id: line.count for line in now.lines.all()},
        )
        before = ordering.in_words(now)
        ordering.write_lines(now, wishes)
        ordering.hold(now)
        ordering.note(
            now, OrderFact.LINES, by=by, reason=reason, before=before, after=ordering.in_words(now)
        )
    return now


def set_people(
    order: CateringOrder,
    people: int,
    *,
    is_final: bool = False,
    by: Person | None = None,
    reason: str = "",
) -> CateringOrder:
    """Say with how many people they come; lines of one per person follow. `is_final`: this is the last word.

    Raises NotNow, TooLate (after the last moment; staff may, with a reason), WrongTime (no such number), KitchenFull.
    """
    ordering.check_people(people)
    if not people:
        raise WrongTime(_("Komt er niemand? Zeg het eten dan af."))
    with transaction.atomic():
        now = ordering.opened(order)
        ordering.check_deadline(now, by=by, reason=reason)
        if (now.people, now.is_final) == (people, is_final or now.is_final):
            return now
        if not (by is not None and reason):
            for line in now.lines.filter(is_per_person=True).select_related("dish"):
                ordering.check_count(line.dish, people)
        before = str(now.people)
        now.people, now.is_final = people, is_final or now.is_final
        now.sequence += 1
        now.save(update_fields=["people", "is_final", "sequence"])
        if now.kind != OrderKind.MEAL:
            now.lines.filter(is_per_person=True).update(count=people)
            ordering.hold(now)
        fact = OrderFact.FINAL if is_final else OrderFact.PEOPLE
        ordering.note(now, fact, by=by, reason=reason, before=before, after=str(people))
    return now


def set_needs(
    order: CateringOrder, needs: Mapping[Need, int], *, by: Person | None = None, reason: str = ""
) -> CateringOrder:
    """Say how many people have a dietary need: numbers, never names. Raises NotNow and WrongTime (more than come)."""
    with transaction.atomic():
        now = ordering.opened(order)
        if now.kind == OrderKind.PICK_UP:
            raise NotNow(_("Bij deze bestelling staat een naam. Bel ons over je eetwens."))
        before = ordering.needs_in_words(now)
        ordering.write_needs(now, needs)
        ordering.note(
            now,
            OrderFact.NEEDS,
            by=by,
            reason=reason,
            before=before,
            after=ordering.needs_in_words(now),
        )
    return now


def move(
    order: CateringOrder, serving_at: datetime, *, by: Person | None, reason: str = ""
) -> CateringOrder:
    """Serve at another moment (UTC). Raises NotNow, TooLate, WrongTime, KitchenFull (with others); then it stays."""
    with transaction.atomic():
        now = ordering.opened(order)
        _move(now, serving_at, by=by, reason=reason)
        emails.moved(now)
    return now


def moved(use: Use, *, by: Person | None = None) -> list[Followed]:
    """Let the orders of a use follow it to its new time. Whoever moves a use calls this, in the same transaction.

    What cannot follow (the kitchen is full or closed then, or it is too late) stays as it was, is marked for the
    kitchen, and is in the answer with the reason: show it to whoever moved the room.
    """
    found = []
    with transaction.atomic():
        rows = [
            ordering.locked(pk)
            for pk in CateringOrder.objects.live()
            .filter(use=use)
            .order_by("id")
            .values_list("id", flat=True)
        ]
        if not rows:
            return []
        kitchen.lock(
            [(use.space.centre, _wanted(use, row)) for row in rows],
            [row.slot_id for row in rows if row.slot_id],
        )
        for now in rows:
            if now.serving_at == _wanted(use, now) and now.centre_id == use.centre_id:
                _decided(now)
            else:
                found.append(_followed(use, now, by))
    return found


def _wanted(use: Use, order: CateringOrder) -> datetime:
    """When an order is served after its use has moved (UTC)."""
    return use.starts_at + timedelta(minutes=order.serving_after_minutes or 0)


def _followed(use: Use, order: CateringOrder, by: Person | None) -> Followed:
    wanted = _wanted(use, order)
    try:
        with transaction.atomic():
            _move(order, wanted, by=by, reason="", centre=use.space.centre)
    except Refusal as refusal:
        now = ordering.locked(order.pk)
        now.wanted_serving_at = wanted
        now.save(update_fields=["wanted_serving_at"])
        ordering.note(
            now,
            OrderFact.STAYED,
            by=by,
            after=day_and_clock(wanted),
            reason=str(refusal),
        )
        return Followed(now, refusal)
    emails.moved(order)
    return Followed(order)


def let_go(use: Use, *, by: Person | None = None, reason: str = "") -> list[CateringOrder]:
    """Call off the live orders of a use that is let go. Whoever releases a use calls this, in the same transaction."""
    return let_go_each([use], by=by, reason=reason)


def let_go_each(
    uses: Iterable[Use], *, by: Person | None = None, reason: str = ""
) -> list[CateringOrder]:
    """Call off the live orders of several uses that are let go, all or none."""
    with transaction.atomic():
        found = CateringOrder.objects.live().filter(use__in=[use.pk for use in uses])
        rows = [
            ordering.locked(pk) for pk in list(found.order_by("id").values_list("pk", flat=True))
        ]
        kitchen.lock([], [row.slot_id for row in rows if row.slot_id])
        return [_cancelled(row, by=by, reason=reason) for row in rows if row.is_live]


# From asked to served -----------------------------------------------------------------------------


def accept(order: CateringOrder, *, by: Person) -> CateringOrder:
    """The kitchen will make it. Twice is harmless. Raises NotNow when it was called off."""
    with transaction.atomic():
        now = ordering.locked(order.pk)
        if now.state in {OrderState.ACCEPTED, OrderState.READY, OrderState.SERVED}:
            return now
        ordering.go(
            now, OrderState.ACCEPTED, since={OrderState.ASKED}, fact=OrderFact.ACCEPTED, by=by
        )
        emails.confirmed(now)
    return now


def ready(order: CateringOrder, *, by: Person) -> CateringOrder:
    """It is made. Twice is harmless. Raises NotNow."""
    with transaction.atomic():
        now = ordering.locked(order.pk)
        if now.state == OrderState.READY:
            return now
        since = {OrderState.ASKED, OrderState.ACCEPTED}
        return ordering.go(now, OrderState.READY, since=since, fact=OrderFact.READY, by=by)


def not_ready(order: CateringOrder, *, by: Person) -> CateringOrder:
    """A thumb slipped: it is not made yet. Twice is harmless. Raises NotNow."""
    with transaction.atomic():
        now = ordering.locked(order.pk)
        if now.state == OrderState.ACCEPTED:
            return now
        since = {OrderState.READY}
        return ordering.go(now, OrderState.ACCEPTED, since=since, fact=OrderFact.NOT_READY, by=by)


def served(order: CateringOrder, *, by: Person) -> CateringOrder:
    """It is on the table, or was picked up. From now on nothing of it changes. Twice is harmless. Raises NotNow."""
    with transaction.atomic():
        now = ordering.locked(order.pk)
        if now.state == OrderState.SERVED:
            return now
        if now.state == OrderState.CANCELLED:
            raise NotNow(_("Deze bestelling is afgezegd."))
        if timezone.localdate(now.serving_at) > timezone.localdate():
            raise NotNow(_("Dit eten is voor een andere dag."))
        if now.kind == OrderKind.MEAL:
            _settle_meal(now)
        since = {OrderState.ASKED, OrderState.ACCEPTED, OrderState.READY}
        return ordering.go(now, OrderState.SERVED, since=since, fact=OrderFact.SERVED, by=by)


def cancel(order: CateringOrder, *, by: Person | None = None, reason: str = "") -> CateringOrder:
    """Call it off, give the portions back and tell them. Twice is harmless.

    `by` None: who ordered, with link or code, until some working hours before. Staff may later, with a reason.
    Raises TooLate and NotNow (served, or staff gave no reason).
    """
    with transaction.atomic():
        now = ordering.locked(order.pk)
        if now.state == OrderState.CANCELLED:
            return now
        if now.state == OrderState.SERVED:
            raise NotNow(_("Dit eten is al opgediend."))
        if by is None and timezone.now() > cancel_until(now):
            raise TooLate(_("Het eten wordt al gemaakt. Bel ons even."))
        if by is not None and not reason:
            raise NotNow(_("Schrijf op waarom het niet doorgaat."))
        return _cancelled(now, by=by, reason=reason)


def cancel_until(order: CateringOrder) -> datetime:
    """Until when (UTC) a guest may call off, by the terms of the day; without terms until serving."""
    terms = ordering.terms_on(order.serving_at)
    hours = terms.cancel_hours if terms else 0
    return lead_time.latest(order.centre, hours, before=order.serving_at)


def remind_of_final_counts(*, now: datetime | None = None) -> int:
    """Ask who did not give their last number yet, some time before it is fixed. Once each, also when run twice.

    Returns how many were asked.
    """
    at = now or timezone.now()
    asked = 0
    for pk in list(CateringOrder.objects.to_remind(at).values_list("pk", flat=True)):
        with transaction.atomic():
            order = ordering.locked(pk)
            terms = ordering.terms_on(order.serving_at)
            wait = timedelta(hours=terms.reminder_hours if terms else 24)
            is_due = order.final_count_until and order.final_count_until - wait <= at
            if not is_due or order.reminded_at or order.is_final or not order.is_open:
                continue
            order.reminded_at = at
            order.save(update_fields=["reminded_at"])
            emails.final_count_asked(order)
            asked += 1
    return asked


# Finding ------------------------------------------------------------------------------------------


def find_by_secret(pk: UUID, secret: str) -> CateringOrder | None:
    """Return the order whose link this is; None for a wrong, shortened or foreign link."""
    found = CateringOrder.objects.with_page().with_words().filter(pk=pk).first()
    return found if found and found.has_secret(secret) else None


def find_by_code(code: str) -> CateringOrder | None:
    """Return the order to pick up with this code. Whoever lets people try codes limits how often."""
    digits = typed_code(code)
    if not digits:
        return None
    since = timezone.now() - ordering.CODE_OUTLIVES_ORDER
    rows = (
        CateringOrder.objects.with_page()
        .with_words()
        .filter(kind=OrderKind.PICK_UP, serving_at__gt=since)
    )
    return rows.filter(code=digits).first()


def portions_of(uses: Iterable[UUID]) -> dict[UUID, int]:
    """How many things were ordered with each of these uses; uses without an order are left out. One query."""
    rows = CateringOrder.objects.not_cancelled().filter(use__in=list(uses))
    found = rows.order_by().values_list("use").annotate(Sum("lines__count"))
    return {use: count for use, count in found if use and count}


# --------------------------------------------------------------------------------------------------


def _move(
    order: CateringOrder,
    serving_at: datetime,
    *,
    by: Person | None,
    reason: str,
    centre: Centre | None = None,
) -> None:
    if not order.is_open:
        raise NotNow(_("Dit eten is al klaar. Verplaatsen kan niet meer."))
    if serving_at <= timezone.now():
        raise WrongTime(_("Die tijd is al geweest. Kies een latere tijd."))
    place = centre or order.centre
    if not (by is not None and reason):
        for line in order.lines.select_related("dish"):
            ordering.check_still_in_time(place, serving_at, line.dish)
        if order.kind == OrderKind.PICK_UP:
            ordering.check_pick_up(place, serving_at)
    before = day_and_clock(order.serving_at)
    order.centre, order.serving_at, order.wanted_serving_at = place, serving_at, None
    if order.use:
        order.serving_after_minutes = ordering.minutes_after(order.use, serving_at)
    if order.final_count_until:
        order.final_count_until = ordering.final_count_until(place, serving_at)
        order.reminded_at = None
    order.sequence += 1
    order.save(
        update_fields=[
            "centre",
            "serving_at",
            "wanted_serving_at",
            "serving_after_minutes",
            "final_count_until",
            "reminded_at",
            "sequence",
        ]
    )
    ordering.hold(order)
    ordering.note(
        order,
        OrderFact.MOVED,
        by=by,
        reason=reason,
        before=before,
        after=day_and_clock(serving_at),
    )


def _decided(order: CateringOrder) -> None:
    if order.wanted_serving_at is not None:
        order.wanted_serving_at = None
        order.save(update_fields=["wanted_serving_at"])


def _cancelled(order: CateringOrder, *, by: Person | None, reason: str) -> CateringOrder:
    """Call off a locked order, give its portions back, and tell everybody."""
    order.cancel_reason = reason[:200]
    order.wanted_serving_at = None
    order.save(update_fields=["cancel_reason", "wanted_serving_at"])
    since = {OrderState.ASKED, OrderState.ACCEPTED, OrderState.READY}
    ordering.go(
        order,
        OrderState.CANCELLED,
        since=since,
        fact=OrderFact.CANCELLED,
        by=by,
        reason=reason,
    )
    ordering.hold(order, is_off=True)
    emails.cancelled(order)
    for guest in order.guests.live().select_related("person"):
        emails.meal_cancelled(guest, order)
    return order


def _settle_meal(order: CateringOrder) -> None:
    """Write down how many ate, before nothing changes any more."""
    heads = order.heads
    order.people, order.is_final = heads, True
    order.save(update_fields=["people", "is_final"])
    if heads:
        order.lines.filter(is_per_person=True).update(count=heads)


def _sent_before(form_key: str) -> CateringOrder | None:
    if not form_key:
        return None
    return CateringOrder.objects.with_page().filter(form_key=form_key).first()
