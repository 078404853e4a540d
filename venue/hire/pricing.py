"""What hire costs, and why: a pure calculation on dated rows that were loaded at once.

The rules, for one space and one stretch of time:

- The day of the use decides which rows hold, not the day on which somebody asks.
- Of the units that have a price (hour, dagdeel, evening, day) the hirer gets the cheapest that cover the time, alone or
  together: five hours are a dagdeel and an hour where that is less than five hours. A dagdeel is usually four hours.
- Time counts from its begin in days of 24 hours, so that an evening that ends after midnight is one evening.
- A day never costs more than its cap.
- A class that pays nothing (TariffClass.is_free) pays nothing for the room, nor surcharges unless they say so. What the
  class that is the yardstick (TariffClass.is_yardstick) would have paid is kept as `waived_cents`.
- The deposit of a booking is the highest of its dates, asked once. It is no part of the price.
- Equipment and layouts without a surcharge are included. A room without a price, or a VAT code without a rate on that
  day, makes the price incomplete: staff must look. It is never zero by accident.

Cents include VAT.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lokaal.centres.opening import first_moment
from lokaal.look.formats import clock, day, euro
from venue.models import (
    BookingDate,
    Equipment,
    LineKind,
    Space,
    Surcharge,
    SurchargeKind,
    SurchargeUnit,
    Tariff,
    TariffClass,
    TariffUnit,
    VatCode,
    VatRate,
)
from venue.money.rounding import amount_of

A_DAY = timedelta(days=1)
#: Who closes "after 0.30" means the night that follows: times before this belong to the day before.
MORNING = time(6)


class Asked(Protocol):
    """What has a price: allocating.Wanted is one, and so is a Stay."""

    @property
    def space(self) -> Space: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def layout(self) -> str: ...
    @property
    def equipment(self) -> Mapping[UUID, int]: ...


@dataclass(frozen=True)
class Stay:
    """A space from one moment to another (UTC), in a layout, with equipment, perhaps of a booking date."""

    space: Space
    starts_at: datetime
    ends_at: datetime
    layout: str = ""
    equipment: Mapping[UUID, int] = field(default_factory=dict)
    booking_date: BookingDate | None = None

    @property
    def day(self) -> date:
        """The local day on which it begins."""
        return timezone.localdate(self.starts_at)

    @property
    def words(self) -> str:
        """Grote zaal, dinsdag 1 december, 19.00 tot 22.00 uur."""
        return _("%(space)s, %(day)s, %(start)s tot %(end)s uur") % {
            "space": self.space.name,
            "day": day(self.starts_at),
            "start": clock(self.starts_at),
            "end": clock(self.ends_at),
        }


@dataclass(frozen=True)
class PriceLine:
    """One thing with a price, as it will stand in a quote, on the date of its stay.

    `vat_code` is None only where nothing is paid.
    """

    kind: LineKind
    description: str
    quantity: Decimal
    unit: str
    unit_cents: int
    amount_cents: int
    waived_cents: int = 0
    vat_code: VatCode | None = None
    tariff: Tariff | None = None
    surcharge: Surcharge | None = None

    @property
    def quantity_words(self) -> str:
        return quantity_in_words(self.quantity, self.unit)


@dataclass(frozen=True)
class StayPrice:
    """What one date costs. `missing` says in a sentence what staff must look at; empty when nothing."""

    stay: Stay
    lines: tuple[PriceLine, ...]
    deposit_cents: int = 0
    missing: str = ""

    @property
    def total_cents(self) -> int:
        return sum(line.amount_cents for line in self.lines)

    @property
    def waived_cents(self) -> int:
        return sum(line.waived_cents for line in self.lines)


@dataclass(frozen=True)
class Price:
    """What all of it costs for one class of hirers. Never show `total_cents` as the price unless `is_complete`."""

    tariff_class: TariffClass
    stays: tuple[StayPrice, ...]

    @property
    def is_complete(self) -> bool:
        return bool(self.stays) and not self.missing

    @property
    def missing(self) -> tuple[str, ...]:
        """Why the price is not known yet, in sentences for the hirer."""
        return tuple(stay.missing for stay in self.stays if stay.missing)

    @property
    def lines(self) -> tuple[PriceLine, ...]:
        return tuple(line for stay in self.stays for line in stay.lines)

    @property
    def total_cents(self) -> int:
        return sum(stay.total_cents for stay in self.stays)

    @property
    def waived_cents(self) -> int:
        return sum(stay.waived_cents for stay in self.stays)

    @property
    def deposit_cents(self) -> int:
        return max((stay.deposit_cents for stay in self.stays), default=0)

    @property
    def why(self) -> str:
        """Why this price: the class of the hirer, in words."""
        return why(self.tariff_class)

    @property
    def words(self) -> str:
        """€ 37,50; Gratis; or what it is as long as staff has not looked."""
        if not self.is_complete:
            return _("Wij kijken wat het kost.")
        return euro(self.total_cents) if self.total_cents else _("Gratis")


def price(
    asked: Asked | BookingDate | Sequence[Asked | BookingDate], tariff_class: TariffClass
) -> Price:
    """What one date or several cost for a class of hirers. A fixed number of queries (5), however many dates.

    A BookingDate should come `with_price_facts()`.
    """
    wants = asked if isinstance(asked, Sequence) else [asked]
    stays = [stay_of(one) for one in wants]
    return PriceBook.load(stays, tariff_class).price(stays, tariff_class)


def stay_of(asked: Asked | BookingDate) -> Stay:
    if isinstance(asked, Stay):
        return asked
    if isinstance(asked, BookingDate):
        use = asked.use
        return Stay(use.space, use.starts_at, use.ends_at, use.layout, asked.equipment, asked)
    return Stay(asked.space, asked.starts_at, asked.ends_at, asked.layout, asked.equipment)


def why(tariff_class: TariffClass) -> str:
    """Prijsgroep: bewoners. Voor wie samen iets doet in de wijk."""
    return (
        _("Prijsgroep: %(name)s. %(explanation)s")
        % {"name": tariff_class.shown_name, "explanation": tariff_class.shown_explanation}
    ).strip()


def quantity_in_words(quantity: Decimal, unit: str) -> str:
    """3 uur, 1 dagdeel, 2 avonden."""
    shown = number_format(quantity.normalize(), use_l10n=True)
    one = quantity == 1
    words = {
        TariffUnit.HOUR: ngettext("%(count)s uur", "%(count)s uur", 1 if one else 2),
        TariffUnit.HALF_DAY: ngettext("%(count)s dagdeel", "%(count)s dagdelen", 1 if one else 2),
        TariffUnit.EVENING: ngettext("%(count)s avond", "%(count)s avonden", 1 if one else 2),
        TariffUnit.DAY: ngettext("%(count)s dag", "%(count)s dagen", 1 if one else 2),
        SurchargeUnit.TIME: ngettext("%(count)s keer", "%(count)s keren", 1 if one else 2),
        SurchargeUnit.PIECE: ngettext("%(count)s stuk", "%(count)s stuks", 1 if one else 2),
    }
    return words[unit] % {"count": shown}  # type: ignore[index]  # units are their values


# The calculation ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Piece:
    """So many units of a tariff. `is_cap`: the most that a day costs."""

    tariff: Tariff
    quantity: Decimal
    cents: int
    is_cap: bool = False


@dataclass(frozen=True)
class PriceBook:
    """The rows that a calculation needs, loaded at once."""

    tariffs: Mapping[tuple[UUID, UUID], Sequence[Tariff]]  # by space and class
    surcharges: Mapping[UUID, Sequence[Surcharge]]  # by centre
    included: Mapping[UUID, frozenset[UUID]]  # equipment that stands in a space for good
    rates: Mapping[UUID, Sequence[VatRate]]  # by VAT code
    yardstick: TariffClass | None = None

    @classmethod
    def load(cls, stays: Iterable[Stay], *classes: TariffClass) -> PriceBook:
        """All that the price of these stays can need, for these classes, in five queries."""
        stays = list(stays)
        today = timezone.localdate()
        first = min((stay.day for stay in stays), default=today)
        last = max((timezone.localdate(stay.ends_at) for stay in stays), default=today)
        spaces = {stay.space.pk for stay in stays}
        yardstick = TariffClass.objects.filter(is_yardstick=True).first()
        wanted = {one.pk for one in classes} | ({yardstick.pk} if yardstick else set())

        tariffs: dict[tuple[UUID, UUID], list[Tariff]] = {}
        rows = Tariff.objects.between(first, last).filter(space__in=spaces, tariff_class__in=wanted)
        for tariff in rows.select_related("vat_code").order_by("unit", "valid_from", "id"):
            tariffs.setdefault((tariff.space_id, tariff.tariff_class_id), []).append(tariff)
        surcharges: dict[UUID, list[Surcharge]] = {}
        extra = Surcharge.objects.between(first, last).filter(
            centre__in={stay.space.centre_id for stay in stays}
        )
        for surcharge in extra.select_related("vat_code").order_by("kind", "name", "id"):
            surcharges.setdefault(surcharge.centre_id, []).append(surcharge)
        included: dict[UUID, set[UUID]] = {}
        fixed = Equipment.fixed_in.through.objects.filter(space__in=spaces)
        for space, equipment in fixed.values_list("space_id", "equipment_id"):
            included.setdefault(space, set()).add(equipment)
        rates: dict[UUID, list[VatRate]] = {}
        for rate in VatRate.objects.between(first, last):
            rates.setdefault(rate.vat_code_id, []).append(rate)
        return cls(
            tariffs,
            surcharges,
            {space: frozenset(things) for space, things in included.items()},
            rates,
            yardstick,
        )

    def price(self, stays: Iterable[Stay], tariff_class: TariffClass) -> Price:
        return Price(tariff_class, tuple(self._stay(stay, tariff_class) for stay in stays))

    def _stay(self, stay: Stay, tariff_class: TariffClass) -> StayPrice:
        if stay.ends_at <= stay.starts_at:
            return StayPrice(stay, (), missing=_("Het einde ligt voor het begin."))
        room = self._free_room(stay) if tariff_class.is_free else self._room(stay, tariff_class)
        if room is None:
            return StayPrice(stay, (), missing=no_price(stay))
        lines = (*room, *self._extras(stay, tariff_class))
        deposits = [
            tariff.deposit_cents for tariff in self._in_force(stay.space, tariff_class, stay.day)
        ]
        missing = "" if self._has_rates(lines, stay.day) else no_rate(stay)
        return StayPrice(stay, lines, max(deposits, default=0), missing)

    def _room(self, stay: Stay, tariff_class: TariffClass) -> list[PriceLine] | None:
        pieces = self._pieces(stay, tariff_class)
        if pieces is None:
            return None
        return [
            PriceLine(
                kind=LineKind.ROOM,
                description=_capped(stay) if piece.is_cap else stay.space.name,
                quantity=piece.quantity,
                unit=TariffUnit.DAY if piece.is_cap else piece.tariff.unit,
                unit_cents=piece.cents if piece.is_cap else piece.tariff.price_cents,
                amount_cents=piece.cents,
                vat_code=piece.tariff.vat_code,
                tariff=piece.tariff,
            )
            for piece in pieces
        ]

    def _free_room(self, stay: Stay) -> list[PriceLine]:
        """One line of nothing, with what the yardstick would have paid (0 where that has no price)."""
        pieces = self._pieces(stay, self.yardstick) if self.yardstick else None
        return [
            PriceLine(
                kind=LineKind.ROOM,
                description=stay.space.name,
                quantity=Decimal(1),
                unit=SurchargeUnit.TIME,
                unit_cents=0,
                amount_cents=0,
                waived_cents=sum(piece.cents for piece in pieces or ()),
                vat_code=pieces[0].tariff.vat_code if pieces else None,
            )
        ]

    def _pieces(self, stay: Stay, tariff_class: TariffClass) -> list[_Piece] | None:
        """The cheapest units that cover the whole stay; None when some of it has no price."""
        found: list[_Piece] = []
        for starts_at, ends_at in _days(stay):
            of_day = self._day(stay.space, tariff_class, starts_at, ends_at)
            if of_day is None:
                return None
            found += of_day
        return _together(found)

    def _day(
        self, space: Space, tariff_class: TariffClass, starts_at: datetime, ends_at: datetime
    ) -> list[_Piece] | None:
        """The cheapest units that cover at most 24 hours."""
        on = timezone.localdate(starts_at)
        rows = {
            TariffUnit(tariff.unit): tariff for tariff in self._in_force(space, tariff_class, on)
        }
        minutes = _minutes(starts_at, ends_at)
        ways = [_by_time(minutes, rows)]
        if evening := rows.get(TariffUnit.EVENING):
            inside = _overlap(starts_at, ends_at, *_evening(evening, on))
            if inside:
                rest = _by_time(minutes - inside, rows)
                ways.append(None if rest is None else [_one(evening), *rest])
        if whole := rows.get(TariffUnit.DAY):
            ways.append([_one(whole)])
        possible = [way for way in ways if way is not None]
        if not possible:
            return None
        best = min(possible, key=lambda way: (_cents(way), len(way)))
        caps = [row for row in rows.values() if row.day_cap_cents]
        if caps:
            lowest = min(caps, key=lambda row: row.day_cap_cents or 0)
            cap = lowest.day_cap_cents or 0
            if cap < _cents(best):
                return [_Piece(lowest, Decimal(1), cap, is_cap=True)]
        return best

    def _in_force(self, space: Space, tariff_class: TariffClass, on: date) -> list[Tariff]:
        """One row per unit: that of the weekday, or else that of every day."""
        found: dict[str, Tariff] = {}
        for tariff in self.tariffs.get((space.pk, tariff_class.pk), ()):
            if not tariff.holds_on(on) or tariff.weekday not in {None, on.isoweekday()}:
                continue
            if tariff.unit not in found or tariff.weekday is not None:
                found[tariff.unit] = tariff
        return list(found.values())

    def _extras(self, stay: Stay, tariff_class: TariffClass) -> list[PriceLine]:
        """Surcharges, the most precise of each."""
        best: dict[tuple[str, str, UUID | None], Surcharge] = {}
        for row in self.surcharges.get(stay.space.centre_id, ()):
            if not row.holds_on(stay.day) or not _fits(row, stay, tariff_class):
                continue
            if row.equipment_id in self.included.get(stay.space.pk, frozenset()):
                continue
            what = (row.kind, row.layout, row.equipment_id)
            if what not in best or _precision(row) > _precision(best[what]):
                best[what] = row
        lines = []
        for row in best.values():
            quantity = _quantity(row, stay)
            if quantity:
                lines.append(_extra(row, stay, quantity, is_free=tariff_class.is_free))
        return lines

    def _has_rates(self, lines: Iterable[PriceLine], on: date) -> bool:
        """Whether it is known what every VAT code means on the day."""
        codes = {line.vat_code.pk for line in lines if line.vat_code and line.amount_cents}
        return all(any(rate.holds_on(on) for rate in self.rates.get(code, ())) for code in codes)


def _by_time(minutes: int, rows: Mapping[TariffUnit, Tariff]) -> list[_Piece] | None:
    """The cheapest hours and dagdelen that cover so many minutes; None when neither has a price."""
    if not minutes:
        return []
    hour, block = rows.get(TariffUnit.HOUR), rows.get(TariffUnit.HALF_DAY)
    ways = []
    most = -(-minutes // block.block_minutes) if block else 0
    for count in range(most + 1):
        rest = minutes - count * block.block_minutes if block else minutes
        way = []
        if block and count:
            way.append(_Piece(block, Decimal(count), count * block.price_cents))
        if rest > 0 and hour is None:
            continue
        if rest > 0 and hour is not None:
            steps = -(-rest // hour.rounding_minutes)
            hours = Decimal(steps * hour.rounding_minutes) / 60
            way.append(_Piece(hour, hours, max(1, amount_of(hours, hour.price_cents))))
        ways.append(way)
    return min(ways, key=lambda way: (_cents(way), len(way)), default=None)


def _together(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Pieces of the same tariff as one; days that cost the most stay apart, and so do amounts that were rounded."""
    found: dict[UUID, _Piece] = {}
    apart = []
    for piece in pieces:
        before = found.get(piece.tariff.pk)
        if piece.is_cap or piece.cents != piece.quantity * piece.tariff.price_cents:
            apart.append(piece)
        elif before is None:
            found[piece.tariff.pk] = piece
        else:
            quantity = before.quantity + piece.quantity
            found[piece.tariff.pk] = _Piece(piece.tariff, quantity, before.cents + piece.cents)
    return [*found.values(), *apart]


def _one(tariff: Tariff) -> _Piece:
    return _Piece(tariff, Decimal(1), tariff.price_cents)


def _cents(way: Iterable[_Piece]) -> int:
    return sum(piece.cents for piece in way)


def _days(stay: Stay) -> Iterable[tuple[datetime, datetime]]:
    """The stay in days of 24 hours from its begin."""
    starts_at = stay.starts_at
    while starts_at < stay.ends_at:
        ends_at = min(starts_at + A_DAY, stay.ends_at)
        yield starts_at, ends_at
        starts_at = ends_at


def _evening(tariff: Tariff, on: date) -> tuple[datetime, datetime]:
    starts, ends = tariff.starts or time.min, tariff.ends or time.min
    ends_on = on if ends > starts else on + A_DAY
    return first_moment(on, starts), first_moment(ends_on, ends)


def _minutes(starts_at: datetime, ends_at: datetime) -> int:
    """Minutes from one moment to another, begun ones whole."""
    return -int(-(ends_at - starts_at).total_seconds() // 60)


def _overlap(starts_at: datetime, ends_at: datetime, from_: datetime, until: datetime) -> int:
    return max(0, _minutes(max(starts_at, from_), min(ends_at, until)))


# Surcharges --------------------------------------------------------------------------------------


def _fits(row: Surcharge, stay: Stay, tariff_class: TariffClass) -> bool:
    if row.space_id not in {None, stay.space.pk}:
        return False
    if row.tariff_class_id not in {None, tariff_class.pk}:
        return False
    match row.kind:
        case SurchargeKind.LAYOUT:
            return row.layout == stay.layout
        case SurchargeKind.EQUIPMENT:
            return row.equipment_id is not None and stay.equipment.get(row.equipment_id, 0) > 0
    return True


def _precision(row: Surcharge) -> tuple[bool, bool]:
    return row.space_id is not None, row.tariff_class_id is not None


def _quantity(row: Surcharge, stay: Stay) -> Decimal:
    """How many times it counts; 0: not at all."""
    if row.kind == SurchargeKind.LATE:
        late = [_late(row, starts_at, ends_at) for starts_at, ends_at in _days(stay)]
        if row.unit == SurchargeUnit.TIME:
            return Decimal(sum(1 for minutes in late if minutes))
        return Decimal(sum(-(-minutes // 60) for minutes in late))
    if row.unit == SurchargeUnit.PIECE:
        return Decimal(stay.equipment.get(row.equipment_id, 0) if row.equipment_id else 1)
    if row.unit == SurchargeUnit.HOUR:
        return Decimal(-(-_minutes(stay.starts_at, stay.ends_at) // 60))
    return Decimal(1)


def _late(row: Surcharge, starts_at: datetime, ends_at: datetime) -> int:
    """The minutes that lie between an hour of closing and the morning after it.

    What begins in the small hours belongs to the night of the day before.
    """
    on = timezone.localdate(starts_at)
    return sum(
        _overlap(starts_at, ends_at, *_night_of(evening, row.after or time.min))
        for evening in (on - A_DAY, on)
    )


def _night_of(evening: date, after: time) -> tuple[datetime, datetime]:
    """From the hour of closing of an evening (it may lie after midnight) until the next morning."""
    late_on = evening + A_DAY if after < MORNING else evening
    return first_moment(late_on, after), first_moment(evening + A_DAY, MORNING)


def _extra(row: Surcharge, stay: Stay, quantity: Decimal, *, is_free: bool) -> PriceLine:
    cents = amount_of(quantity, row.price_cents)
    is_waived = is_free and not row.is_also_for_free
    return PriceLine(
        kind=LineKind.SURCHARGE,
        description=row.shown_name,
        quantity=quantity,
        unit=row.unit,
        unit_cents=0 if is_waived else row.price_cents,
        amount_cents=0 if is_waived else cents,
        waived_cents=cents if is_waived else 0,
        vat_code=row.vat_code,
        surcharge=row,
    )


# Sentences ---------------------------------------------------------------------------------------


def no_price(stay: Stay) -> str:
    """Said where a room has no price on a day."""
    return _("Voor %(space)s op %(day)s is nog geen prijs. Wij kijken ernaar.") % {
        "space": stay.space.name,
        "day": day(stay.starts_at),
    }


def no_rate(stay: Stay) -> str:
    """Said where it is not known what a VAT code means on a day."""
    return _("De btw voor %(day)s is nog niet bekend. Wij kijken ernaar.") % {
        "day": day(stay.starts_at)
    }


def _capped(stay: Stay) -> str:
    return _("%(space)s, hoogste prijs van een dag") % {"space": stay.space.name}
