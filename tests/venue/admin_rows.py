"""A row of everything of venue that stands in /beheer/, as bare as can be: thirty of them are made in a test."""

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal

from django.db.models import Model
from django.utils import timezone

from tests.venue.factories import (
    AlcoholRuleFactory,
    BuildingFactory,
    EquipmentFactory,
    HirerFactory,
    PartFactory,
    SpaceFactory,
    SpaceLayoutFactory,
    SurchargeFactory,
    TariffClassFactory,
    TariffFactory,
    VatCodeFactory,
    evening,
)
from tests.venue.food import factories as kitchen_factories
from tests.venue.money.factories import SellerFactory, draft, issued, vat
from venue import allocating
from venue.allocating import Wanted
from venue.models import (
    AlcoholRule,
    Allocation,
    BankEntry,
    BankFile,
    Booking,
    BookingDate,
    BookingEvent,
    BookingLink,
    BookingSeries,
    Building,
    CancellationRule,
    ChangeRequest,
    DepositEntry,
    DepositKind,
    DoorLink,
    DoorPurpose,
    Equipment,
    EquipmentUse,
    EventKind,
    Frequency,
    HandOver,
    HireHours,
    Hirer,
    Invoice,
    InvoiceCounter,
    InvoiceKind,
    InvoiceLine,
    InvoiceSeries,
    InvoiceVat,
    LineKind,
    Part,
    Payment,
    PaymentPart,
    Quote,
    QuoteLine,
    Reminder,
    ReminderStep,
    Seller,
    Space,
    SpaceLayout,
    SpaceTranslation,
    Surcharge,
    Tariff,
    TariffClass,
    Use,
    UseKind,
    VatCode,
    VatRate,
)

LONG_AGO = date(2020, 1, 1)


def in_stretch(number: int) -> dict[str, date]:
    """Half a year that no other number has."""
    return {"valid_from": date(1980 + number, 1, 1), "valid_until": date(1980 + number, 6, 1)}


# Spaces ------------------------------------------------------------------------------------------


def space_translation(number: int) -> SpaceTranslation:
    return SpaceTranslation.objects.create(space=SpaceFactory(), language="en", description="Hall")


def hire_hours(number: int) -> HireHours:
    centre = BuildingFactory().centre
    return HireHours.objects.create(centre=centre, weekday=1, opens=time(9), closes=time(17))


def use(number: int, *, with_beamer: bool = False) -> Use:
    """A firm use of a space of its own, with all that belongs to it."""
    space = SpaceFactory()
    starts_at, ends_at = evening()
    beamers = [EquipmentFactory(centre=space.centre)] if with_beamer else []
    return allocating.take(
        Wanted(
            space=space,
            starts_at=starts_at,
            ends_at=ends_at,
            kind=UseKind.SHIFT,
            title=f"Overleg {number}",
            equipment={beamer.pk: 1 for beamer in beamers},
        )
    )


def bare_use(number: int) -> Use:
    """A use as a row alone, for what points at it."""
    space = SpaceFactory(parts=[], capacity=0)
    starts_at, ends_at = evening()
    return Use.objects.create(
        kind=UseKind.BOOKING,
        space=space,
        centre=space.centre,
        starts_at=starts_at,
        ends_at=ends_at,
        title=f"Koor {number}",
    )


def door_link(number: int) -> DoorLink:
    return DoorLink.objects.create(
        space=SpaceFactory(), purpose=DoorPurpose.SCREEN, secret_hash=f"{number:064d}"
    )


# Hiring --------------------------------------------------------------------------------------------


def booking(number: int) -> Booking:
    hirer = HirerFactory()
    return Booking.objects.create(
        reference=f"B9{number:04d}",
        hirer=hirer,
        centre=BuildingFactory().centre,
        tariff_class=TariffClassFactory(),
        purpose="Repetitie",
    )


def booking_date(number: int) -> BookingDate:
    made = bare_use(number)
    on = timezone.localdate(made.starts_at)
    return BookingDate.objects.create(booking=booking(number), use=made, original_on=on)


def series(number: int) -> BookingSeries:
    return BookingSeries.objects.create(
        booking=booking(number),
        frequency=Frequency.WEEKLY,
        first_on=date(2026, 12, 1),
        last_on=date(2027, 5, 1),
        starts=time(19),
        ends=time(22),
    )


def change_request(number: int) -> ChangeRequest:
    on = booking_date(number)
    return ChangeRequest.objects.create(
        date=on,
        space=on.use.space,
        starts_at=on.use.starts_at,
        ends_at=on.use.ends_at + timedelta(hours=1),
    )


def quote(number: int) -> Quote:
    return Quote.objects.create(booking=booking(number), version=1, class_name="Maatschappelijk")


def quote_line(number: int) -> QuoteLine:
    return QuoteLine.objects.create(
        quote=quote(number),
        kind=LineKind.ROOM,
        description="Grote zaal",
        unit_cents=1250,
        amount_cents=3750,
        vat_code=VatCodeFactory(),
    )


def deposit(number: int) -> DepositEntry:
    return DepositEntry.objects.create(
        booking=booking(number), kind=DepositKind.RECEIVED, cents=5000
    )


def cancellation_rule(number: int) -> CancellationRule:
    centre = BuildingFactory().centre
    return CancellationRule.objects.create(
        centre=centre, notice_hours=48, percent=50, valid_from=LONG_AGO
    )


# Money -----------------------------------------------------------------------------------------------


def invoice(number: int) -> Invoice:
    """The first one is issued and stays for ever; the others are drafts, which are made in no time."""
    return issued() if number == 0 else invoice_draft(number)


def invoice_draft(number: int) -> Invoice:
    return draft((12100, vat("drinks", 21)))


def invoice_vat(number: int) -> InvoiceVat:
    return InvoiceVat.objects.create(
        invoice=invoice_draft(number),
        category="S",
        percent=Decimal(21),
        net_cents=10000,
        vat_cents=2100,
        gross_cents=12100,
    )


def counter(number: int) -> InvoiceCounter:
    """The counter of a year in which an invoice was issued; there are as many as there are years."""
    day = date(2020 + number % 7, 6, 1)
    return InvoiceCounter.objects.get(year=day.year) if number > 6 else _issued_in(day)


def _issued_in(day: date) -> InvoiceCounter:
    made = issued(on=day)
    return InvoiceCounter.objects.get(series=made.series, year=made.year)


def invoice_series(number: int) -> InvoiceSeries:
    return InvoiceSeries.objects.create(
        kind=InvoiceKind.INVOICE, prefix=f"X{number}", is_active=False
    )


def reminder_step(number: int) -> ReminderStep:
    """One of the three that there can be."""
    tone = list(ReminderStep.Tone)[number % 3]
    return ReminderStep.objects.get_or_create(tone=tone, defaults={"days_late": 7 + number})[0]


def reminder(number: int) -> Reminder:
    return Reminder.objects.create(
        invoice=invoice_draft(number), tone="friendly", sent_on=date(2026, 11, 1), open_cents=12100
    )


def bank_file(number: int) -> BankFile:
    return BankFile.objects.create(name=f"{number}.xml", digest=f"{number:064d}")


def bank_entry(number: int) -> BankEntry:
    return BankEntry.objects.create(
        bank_file=bank_file(number),
        fingerprint=f"{number:064d}",
        account_iban="NL91ABNA0417164300",
        booked_on=date(2026, 11, 20),
        amount_cents=12100,
        other_name="J. Wesselink",
    )


def payment(number: int) -> Payment:
    return Payment.objects.create(paid_on=date(2026, 11, 20), amount_cents=12100)


def payment_part(number: int) -> PaymentPart:
    return PaymentPart.objects.create(
        payment=payment(number), invoice=invoice_draft(number), amount_cents=12100
    )


#: A row of every model of venue that stands in /beheer/; each number makes another one.
ADMIN_ROWS: dict[type[Model], Callable[[int], Model]] = {
    # spaces
    Building: lambda number: BuildingFactory(),
    Part: lambda number: PartFactory(),
    Space: lambda number: SpaceFactory(),
    SpaceLayout: lambda number: SpaceLayoutFactory(),
    SpaceTranslation: space_translation,
    Equipment: lambda number: EquipmentFactory(),
    HireHours: hire_hours,
    Use: use,
    Allocation: lambda number: use(number).allocations.get(),
    EquipmentUse: lambda number: use(number, with_beamer=True).equipment_uses.get(),
    DoorLink: door_link,
    # hiring
    TariffClass: lambda number: TariffClassFactory(),
    Tariff: lambda number: TariffFactory(),
    Surcharge: lambda number: SurchargeFactory(),
    VatCode: lambda number: VatCodeFactory(),
    VatRate: lambda number: VatCodeFactory().rates.get(),
    CancellationRule: cancellation_rule,
    AlcoholRule: lambda number: AlcoholRuleFactory(),
    Hirer: lambda number: HirerFactory(),
    Booking: booking,
    BookingDate: booking_date,
    BookingSeries: series,
    BookingEvent: lambda number: BookingEvent.objects.create(
        booking=booking(number), kind=EventKind.ASKED
    ),
    BookingLink: lambda number: BookingLink.objects.create(
        booking=booking(number), secret_hash=f"{number:064d}"
    ),
    ChangeRequest: change_request,
    HandOver: lambda number: HandOver.objects.create(
        date=booking_date(number), signed_name="Emine Kaya"
    ),
    Quote: quote,
    QuoteLine: quote_line,
    DepositEntry: deposit,
    # money
    Seller: lambda number: SellerFactory(**in_stretch(number)),
    InvoiceSeries: invoice_series,
    InvoiceCounter: counter,
    Invoice: invoice,
    InvoiceLine: lambda number: invoice_draft(number).lines.get(),
    InvoiceVat: invoice_vat,
    ReminderStep: reminder_step,
    Reminder: reminder,
    Payment: payment,
    PaymentPart: payment_part,
    BankFile: bank_file,
    BankEntry: bank_entry,
    # kitchen
    **kitchen_factories.ADMIN_ROWS,
}
