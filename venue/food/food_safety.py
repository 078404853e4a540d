"""The kitchen log (HACCP): temperatures, deliveries, cooling, hot holding, cleaning. Written once and signed.

What is measured is always kept. A value outside the limit of that day, or without a limit, is an alert until somebody
writes down what was done about it. The limits are dated rows (FoodSafetyLimit); none stands in code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from lokaal import constraints
from lokaal.centres.models import Centre
from lokaal.local_time import day_starts_at
from lokaal.people.models import Person
from venue.exceptions import NotNow, WrongTime
from venue.models import (
    CheckPoint,
    FoodSafetyLimit,
    HowOften,
    LogCorrection,
    LogEntry,
    LogKind,
    Remedy,
)

COLDEST, HOTTEST = Decimal(-60), Decimal(250)
#: How long afterwards something may still be written down: a busy lunch, not last week.
LATEST_ENTRY = timedelta(hours=24)
SOON = timedelta(minutes=2)  # clocks differ
PERIODS = {HowOften.DAILY: 1, HowOften.WEEKLY: 7, HowOften.MONTHLY: 28}


@dataclass(frozen=True)
class Due:
    """Something that is measured or cleaned regularly: when that was done last, and whether it waits."""

    point: CheckPoint
    last_at: datetime | None
    is_due: bool


@dataclass(frozen=True)
class Cooling:
    """What is being cooled now, and until when it may take (UTC; None without a limit)."""

    entry: LogEntry
    until: datetime | None

    @property
    def is_late(self) -> bool:
        return self.until is not None and timezone.now() > self.until


@dataclass(frozen=True)
class OpenLines:
    """What the log of a kitchen still asks: wrong values without a remedy, and what is being cooled."""

    alerts: list[LogEntry]
    coolings: list[Cooling]


def limit_on(kind: LogKind, day: date) -> FoodSafetyLimit | None:
    """The limit that holds for a kind on a local day; None when nobody wrote one down."""
    return FoodSafetyLimit.objects.on(day).filter(kind=kind).first()


def limits_on(day: date) -> dict[LogKind, FoodSafetyLimit]:
    """All limits of a local day, by kind. One query."""
    return {LogKind(row.kind): row for row in FoodSafetyLimit.objects.on(day)}


def measure(
    centre: Centre,
    kind: LogKind,
    celsius: Decimal,
    *,
    by: Person,
    point: CheckPoint | None = None,
    subject: str = "",
    at: datetime | None = None,
    form_key: UUID | None = None,
) -> LogEntry:
    """Write down a temperature (°C), now or at a moment of the last day (UTC). The same `form_key` writes it once.

    Look at `is_within` of what comes back: False or None asks what was done (`correct`). Raises WrongTime.
    """
    if not COLDEST <= celsius <= HOTTEST:
        raise WrongTime(_("Deze temperatuur kan niet kloppen. Kijk nog eens."))
    moment = _moment(at)
    limit = limit_on(kind, timezone.localdate(moment))
    is_within: bool | None = None
    if kind == LogKind.COOLING_BEGUN:
        is_within = True
    elif limit:
        is_within = holds(limit, celsius)
    return _written(
        LogEntry(
            centre=centre,
            kind=kind,
            point=point,
            subject=subject,
            celsius=celsius,
            limit=limit,
            is_within=is_within,
            measured_at=moment,
            form_key=form_key,
        ),
        by,
    )


def cooled(
    begun: LogEntry,
    celsius: Decimal,
    *,
    by: Person,
    at: datetime | None = None,
    form_key: UUID | None = None,
) -> LogEntry:
    """Write down how cold it is at the end of cooling. Good when cold enough and in time. Raises NotNow, WrongTime."""
    if not COLDEST <= celsius <= HOTTEST:
        raise WrongTime(_("Deze temperatuur kan niet kloppen. Kijk nog eens."))
    moment = _moment(at)
    if begun.kind != LogKind.COOLING_BEGUN:
        raise NotNow(_("Dit werd niet teruggekoeld."))
    if moment < begun.measured_at:
        raise WrongTime(_("Het einde ligt voor het begin."))
    limit = limit_on(LogKind.COOLED, timezone.localdate(moment))
    is_within = None
    if limit:
        took = moment - begun.measured_at
        in_time = limit.within_minutes is None or took <= timedelta(minutes=limit.within_minutes)
        is_within = holds(limit, celsius) and in_time
    return _written(
        LogEntry(
            centre=begun.centre,
            kind=LogKind.COOLED,
            subject=begun.subject,
            celsius=celsius,
            begun=begun,
            limit=limit,
            is_within=is_within,
            measured_at=moment,
            form_key=form_key,
        ),
        by,
    )


def cleaned(point: CheckPoint, *, by: Person, form_key: UUID | None = None) -> LogEntry:
    """Write down that something was cleaned. Raises NotNow for what is not on the cleaning list."""
    if point.kind != LogKind.CLEANING:
        raise NotNow(_("Dit staat niet op de schoonmaaklijst."))
    return _written(
        LogEntry(
            centre=point.centre,
            kind=LogKind.CLEANING,
            point=point,
            is_within=True,
            form_key=form_key,
        ),
        by,
    )


def correct(entry: LogEntry, remedy: Remedy, *, note: str = "", by: Person) -> LogCorrection:
    """Write down what was done about a line outside its limit. Raises NotNow for a good line, or without words."""
    if entry.is_within:
        raise NotNow(_("Deze meting is goed. Er hoeft niets te gebeuren."))
    if remedy == Remedy.OTHER and not note:
        raise NotNow(_("Schrijf op wat je hebt gedaan."))
    return LogCorrection.objects.create(
        entry=entry, remedy=remedy, note=note, signed_by=by, signed_name=by.name
    )


def holds(limit: FoodSafetyLimit, celsius: Decimal) -> bool:
    """Whether a temperature is within a limit; the limit itself is good."""
    return (limit.lowest is None or celsius >= limit.lowest) and (
        limit.highest is None or celsius <= limit.highest
    )


def due(centre: Centre, *, today: date | None = None) -> list[Due]:
    """What is measured and cleaned regularly, in the order of the kitchen, and what still waits. One query."""
    day = today or timezone.localdate()
    points = (
        CheckPoint.objects.in_use()
        .filter(centre=centre)
        .annotate(last_at=Max("entries__measured_at"))
    )
    return [Due(point, point.last_at, _waits(point, point.last_at, day)) for point in points]


def coolings(centre: Centre) -> list[Cooling]:
    """What is being cooled now, oldest first."""
    return open_lines(centre).coolings


def open_lines(centre: Centre) -> OpenLines:
    """What the log still asks, oldest first. Two queries, and one more while something is being cooled."""
    rows = list(LogEntry.objects.filter(centre=centre).still_open().with_rows())
    begun = [row for row in rows if row.kind == LogKind.COOLING_BEGUN]
    limit = limit_on(LogKind.COOLED, timezone.localdate()) if begun else None
    minutes = limit.within_minutes if limit else None
    return OpenLines(
        alerts=[row for row in rows if row.kind != LogKind.COOLING_BEGUN],
        coolings=[
            Cooling(row, row.measured_at + timedelta(minutes=minutes) if minutes else None)
            for row in begun
        ],
    )


def month_of(centre: Centre, month: date) -> list[LogEntry]:
    """All lines of the month in which a day falls, oldest first, as the inspector reads them."""
    first = month.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    rows = LogEntry.objects.filter(
        centre=centre,
        measured_at__gte=day_starts_at(first),
        measured_at__lt=day_starts_at(after),
    )
    return list(rows.with_rows().order_by("measured_at", "id"))


def _written(entry: LogEntry, by: Person) -> LogEntry:
    """Sign a line and write it. The same form sent twice gives the line that was written first."""
    entry.signed_by, entry.signed_name = by, by.name
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError as problem:
        if "begun" in constraints.broken_by(problem):
            raise NotNow(_("Dit is al opgeschreven.")) from problem
        before = (
            LogEntry.objects.filter(form_key=entry.form_key).first() if entry.form_key else None
        )
        if before is None:
            raise
        return before
    return entry


def _moment(at: datetime | None) -> datetime:
    now = timezone.now()
    moment = at or now
    if moment > now + SOON:
        raise WrongTime(_("Die tijd moet nog komen."))
    if moment < now - LATEST_ENTRY:
        raise WrongTime(_("Dat is te lang geleden. Schrijf het op dezelfde dag op."))
    return min(moment, now)


def _waits(point: CheckPoint, last_at: datetime | None, day: date) -> bool:
    if last_at is None:
        return True
    return (day - timezone.localdate(last_at)).days >= PERIODS[HowOften(point.how_often)]


def how_many_wait(rows: Iterable[Due]) -> int:
    return sum(row.is_due for row in rows)
