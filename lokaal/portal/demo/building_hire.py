"""Building who hires in the made-up neighbourhood: bookings at every stage, with their quotes, orders and invoices."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from lokaal import local_time
from lokaal.people.models import Person
from lokaal.portal.demo.building_rooms import SINCE
from lokaal.portal.demo.hire import BOOKINGS, CLOSURES, HIRERS, BookingPlan, ClosurePlan, Stage
from venue import allocating
from venue.allocating import Wanted
from venue.food import catering
from venue.food.ordering import Wish
from venue.hire import bookings, hiring, quoting
from venue.models import (
    Booking,
    BookingDate,
    BookingState,
    Dish,
    Equipment,
    Hirer,
    Hold,
    Invoice,
    InvoiceKind,
    InvoiceSeries,
    Seller,
    Space,
    TariffClass,
    Use,
    UseKind,
)
from venue.money import invoicing, paying

OVER = {Stage.HELD, Stage.PAID, Stage.DRAFTED}
Spaces = dict[tuple[str, str], Space]


def build(spaces: Spaces, dishes: dict[str, Dish], people: dict[str, Person], today: date) -> None:
    """Make the hirers and their bookings, the first time only: what became of them since is not undone."""
    if Hirer.objects.exists():
        return
    planner, treasurer = people["administrator"], people["treasurer"]
    monday, now = today - timedelta(days=today.weekday()), timezone.localdate()
    _seller()
    hirers = {plan.key: _hirer(plan.key) for plan in HIRERS}
    for plan in CLOSURES:
        _closure(plan, spaces[plan.centre, plan.space], monday, planner)
    for booking_plan in BOOKINGS:
        days = [monday + timedelta(days=day) for day in booking_plan.days]
        is_over, is_ahead = max(days) < now, min(days) > now
        if not (is_over if booking_plan.stage in OVER else is_ahead):
            continue  # a neighbourhood that is built as of another day
        booking = _asked(booking_plan, hirers[booking_plan.hirer], spaces, days, planner)
        _along(booking, booking_plan, planner, treasurer)
        _fed(booking, booking_plan, dishes, planner)


def _seller() -> None:
    Seller.objects.create(
        legal_name="Stichting Lokaal (voorbeeld)",
        street="Bronsweg 12",
        postcode="7200 AA",
        city="Zutphen",
        kvk_number="90000001",
        vat_id="NL002230884B01",
        iban="NL13TEST0123456789",
        email="penningmeester@voorbeeld.nl",
        phone="+31575001234",
        valid_from=SINCE,
    )
    InvoiceSeries.objects.get_or_create(kind=InvoiceKind.INVOICE, defaults={"prefix": "F"})
    InvoiceSeries.objects.get_or_create(kind=InvoiceKind.CREDIT, defaults={"prefix": "C"})


def _hirer(key: str) -> Hirer:
    plan = next(plan for plan in HIRERS if plan.key == key)
    return Hirer.objects.create(
        kind=plan.kind,
        name=plan.name,
        tariff_class=TariffClass.objects.get(slug=plan.tariff_class),
        **plan.fields,
    )


def _closure(plan: ClosurePlan, space: Space, monday: date, by: Person) -> Use:
    on = monday + timedelta(days=plan.day)
    return allocating.take(
        Wanted(
            space=space,
            starts_at=local_time.at(on, plan.starts),
            ends_at=local_time.at(on, plan.ends),
            kind=UseKind.CLOSURE,
            title=plan.title,
            by=by,
        )
    )


def _asked(
    plan: BookingPlan, hirer: Hirer, spaces: Spaces, days: list[date], planner: Person
) -> Booking:
    """Write a request down as if it had been sent then: hire.requesting refuses what is over, and tells people."""
    space = spaces[plan.centre, plan.space]
    group = hirer.tariff_class or TariffClass.objects.get(slug="maatschappelijk")
    booking = Booking.objects.create(
        reference=bookings.next_reference(),
        hirer=hirer,
        centre=space.centre,
        purpose=plan.purpose,
        tariff_class=group,
        is_class_checked=plan.stage != Stage.REQUEST,
        is_private_party=group.is_private_party,
        serves_alcohol=plan.serves_alcohol,
        note=plan.note,
        asked_at=timezone.now() - timedelta(days=2),
    )
    wants = [_wanted(plan, space, on, hirer, planner) for on in days]
    for on, want in zip(days, wants, strict=True):
        use = allocating.take(want, hold=Hold.REQUESTED)
        BookingDate.objects.create(booking=booking, use=use, original_on=on)
    return booking


def _wanted(plan: BookingPlan, space: Space, on: date, hirer: Hirer, planner: Person) -> Wanted:
    things = Equipment.objects.filter(centre=space.centre, name__in=plan.equipment)
    equipment: dict[UUID, int] = {thing.pk: 1 for thing in things}
    return Wanted(
        space=space,
        starts_at=local_time.at(on, plan.starts),
        ends_at=local_time.at(on, plan.ends),
        kind=UseKind.BOOKING,
        title=plan.purpose,
        people=plan.people,
        layout=plan.layout,
        is_private=bool(hirer.tariff_class and hirer.tariff_class.is_private_party),
        equipment=equipment,
        by=planner,
    )


def _along(booking: Booking, plan: BookingPlan, planner: Person, treasurer: Person) -> None:
    """Take a booking as far as its plan says, by the same actions that staff use."""
    if plan.stage == Stage.REQUEST:
        return
    if plan.stage in {Stage.OPTION, Stage.QUOTED}:
        hiring.give_option(booking, by=planner)
        if plan.stage == Stage.QUOTED:
            quoting.send(quoting.draft(booking, by=planner), by=planner)
        return
    if plan.stage not in OVER:
        hiring.confirm(booking, by=planner)
        return
    _agreed_then(booking, planner)
    for one in booking.dates.all():
        hiring.held(one, by=planner)
    booking.refresh_from_db()
    for invoice in invoicing.draft_for(booking, by=treasurer):
        if plan.stage != Stage.DRAFTED:
            _issued(invoice, treasurer, is_paid=plan.stage == Stage.PAID)


def _agreed_then(booking: Booking, planner: Person) -> None:
    """Make a booking firm that is over by now: venue.hire.hiring refuses that, and nobody is to hear of it."""
    with transaction.atomic():
        locked = bookings.locked(booking)
        quoting.agree(locked, by=planner)
        allocating.hold_each([one.use for one in bookings.planned(locked)], Hold.FIRM)
        bookings.go(locked, BookingState.CONFIRMED, since={BookingState.REQUEST})


def _issued(invoice: Invoice, treasurer: Person, *, is_paid: bool) -> None:
    today = timezone.localdate()
    issued = invoicing.issue(invoice, by=treasurer)
    if is_paid:
        paying.receive(issued, amount_cents=issued.gross_cents, on=today, by=treasurer)


def _fed(booking: Booking, plan: BookingPlan, dishes: dict[str, Dish], planner: Person) -> None:
    first = booking.dates.select_related("use").order_by("use__starts_at").first()
    if not plan.catering or first is None:
        return
    catering.order(
        centre=booking.centre,
        serving_at=first.use.starts_at,
        wishes=[Wish(dishes[name], count) for name, count in plan.catering.items()],
        use=first.use,
        people=plan.people,
        name=booking.hirer.name,
        by=planner,
        reason="Afgesproken aan de telefoon",
    )
