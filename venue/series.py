"""Bookings that come back: preview, saving what is free, and changing one date, the following or all of them.

Every date is a row of its own with its own use, so that a series can always be mended: a date that was refused or
skipped stays, says why, and can come back. The past is never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from lokaal import local_time, repeating
from lokaal.centres import days_off
from lokaal.centres.models import Centre
from lokaal.exceptions import Refusal
from lokaal.repeating import Planned, Rule
from venue import allocating, hours, searching
from venue.allocating import Outcome, Wanted
from venue.exceptions import NotNow
from venue.models import (
    Booking,
    BookingDate,
    BookingSeries,
    BookingState,
    DateState,
    Hold,
)
from venue.models.booking import REASON_LENGTH
from venue.searching import Checked, State


class Scope(StrEnum):
    """Which dates of a series a change is for."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True)
class Previewed:
    """One date of a series before it is saved. `checked` is None for a date that is left out."""

    planned: Planned
    checked: Checked | None = None

    @property
    def is_free(self) -> bool:
        return self.checked is not None and self.checked.is_free

    @property
    def state(self) -> State | None:
        """None: left out, `reason` says why."""
        return self.checked.state if self.checked else None

    @property
    def reason(self) -> str:
        if self.checked:
            return self.checked.reason
        return self.planned.skipped or str(self.planned.problem or "")


@dataclass(frozen=True)
class Saved:
    """A series as it was saved: its dates (planned, refused and skipped), and days that have no such time."""

    series: BookingSeries
    dates: Sequence[BookingDate]
    left_out: Sequence[Planned]

    @property
    def refused(self) -> list[BookingDate]:
        return [one for one in self.dates if one.state == DateState.REFUSED]


@dataclass(frozen=True)
class Changed:
    """What became of one date of a change: done, or it stayed as it was and why."""

    date: BookingDate
    refusal: Refusal | None = None


# Making ------------------------------------------------------------------------------------------


def plan(
    rule: Rule, centre: Centre, *, skips_school_holidays: bool, skips_closed_days: bool = True
) -> list[Planned]:
    """The dates of a rule in a house; school holidays and closed days are left out on wish, with the reason.

    Raises repeating.WrongRule.
    """
    days = repeating.days(rule)
    skip: dict[date, str] = {}
    if skips_closed_days:
        opening = hours.hire_opening(centre)
        skip |= days_off.closed_days(opening, days[0], days[-1])
    if skips_school_holidays:
        skip |= days_off.school_holidays(days[0], days[-1])
    return repeating.plan(rule, skip=skip)


def preview(
    rule: Rule,
    wanted: Wanted,
    *,
    for_staff: bool,
    skips_school_holidays: bool = False,
    skips_closed_days: bool = True,
) -> list[Previewed]:
    """Every date of a series: free, taken, closed, another room, or left out. Writes nothing.

    `wanted` says all but the times. The number of queries is the same for every series. Raises WrongRule.
    """
    planned = plan(
        rule,
        wanted.space.centre,
        skips_school_holidays=skips_school_holidays,
        skips_closed_days=skips_closed_days,
    )
    wants = {one.on: _at(wanted, one) for one in planned if one.is_on}
    checked = searching.check_each(list(wants.values()), for_staff=for_staff)
    by_day = dict(zip(wants, checked, strict=True))
    return [Previewed(one, by_day.get(one.on)) for one in planned]


def save(
    booking: Booking,
    rule: Rule,
    wanted: Wanted,
    *,
    hold: Hold,
    held_until: datetime | None = None,
    skips_school_holidays: bool = False,
    skips_closed_days: bool = True,
    only: Mapping[date, bool] | None = None,
) -> Saved:
    """Save what is free of a series, and keep the other dates with the reason, to be offered again.

    `only`: days that are unticked (False) are kept as skipped. Raises WrongRule; then nothing was written.
    """
    planned = plan(
        rule,
        wanted.space.centre,
        skips_school_holidays=skips_school_holidays,
        skips_closed_days=skips_closed_days,
    )
    on = [one for one in planned if one.is_on and (only or {}).get(one.on, True)]
    with transaction.atomic():
        allocating.take_turn(spaces=[wanted.space])
        series = BookingSeries.objects.create(
            booking=booking,
            frequency=rule.every.value,
            interval=rule.interval,
            first_on=planned[0].on,
            last_on=planned[-1].on,
            starts=rule.starts,
            ends=rule.ends,
            nth=rule.nth,
            own_days=list(rule.own_days),
            skips_school_holidays=skips_school_holidays,
            skips_closed_days=skips_closed_days,
        )
        outcomes = allocating.take_each(
            [_at(wanted, one) for one in on], hold=hold, held_until=held_until
        )
        by_day = dict(zip((one.on for one in on), outcomes, strict=True))
        dates = [_date(series, one, wanted, by_day.get(one.on)) for one in planned if one.starts_at]
        BookingDate.objects.bulk_create(dates)
    return Saved(series, dates, [one for one in planned if not one.starts_at])


def hold_of(booking: Booking) -> tuple[Hold, datetime | None]:
    """How a date that joins a booking holds its space: as firmly as the booking stands."""
    if booking.state in (BookingState.CONFIRMED, BookingState.FINISHED):
        return Hold.FIRM, None
    if booking.state in (BookingState.OPTION, BookingState.QUOTED) and booking.option_until:
        return Hold.OPTION, booking.option_until
    return Hold.REQUESTED, None


# Mending -----------------------------------------------------------------------------------------


def offer_again(series: BookingSeries) -> list[Changed]:
    """Try the coming dates once more that were refused. What is free now is planned; of the rest the reason is new."""
    refused = (
        series.dates.filter(state=DateState.REFUSED, use__starts_at__gt=timezone.now())
        .select_related("use__space", "booking")
        .order_by("use__starts_at")
    )
    return _brought_back(list(refused))


def skip(booking_date: BookingDate, *, reason: str = "") -> BookingDate:
    """Leave one date out and free its space. It can come back (`bring_back`). Twice is harmless.

    Raises NotNow for a date that has begun, or was called off or held.
    """
    with transaction.atomic():
        allocating.take_turn(uses=[booking_date.use])
        locked = _locked(booking_date)
        if locked.state == DateState.SKIPPED:
            return locked
        if locked.state not in (DateState.PLANNED, DateState.REFUSED):
            raise NotNow(_("Deze datum kan niet meer worden overgeslagen."))
        _refuse_past(locked)
        allocating.release(locked.use)
        return _set(locked, DateState.SKIPPED, reason)


def bring_back(booking_date: BookingDate) -> BookingDate:
    """Plan a date after all that was skipped or refused. Twice is harmless.

    Raises Taken and what else `allocating.take` raises when it cannot be; NotNow for the past or a date called off.
    """
    with transaction.atomic():
        allocating.take_turn(uses=[booking_date.use])
        locked = _locked(booking_date)
        if locked.state == DateState.PLANNED:
            return locked
        if locked.state not in (DateState.SKIPPED, DateState.REFUSED):
            raise NotNow(_("Deze datum is afgezegd of al geweest."))
        _refuse_past(locked)
        changed = _brought_back([locked])[0]
    if changed.refusal:
        raise changed.refusal
    return changed.date


def change(
    booking_date: BookingDate,
    scope: Scope,
    *,
    starts: time | None = None,
    ends: time | None = None,
    days_later: int = 0,
    refuse: Callable[[BookingDate], Refusal | None] = lambda _date: None,
    **fields: Any,
) -> list[Changed]:
    """Change one date, it and the following, or all that are still to come. The past stays as it was.

    This is about the rooms. The price and the hirer of a booking follow in rebooking.change_series.

    `starts`, `ends`: local times; `days_later`: to another day (a series from Tuesday to Wednesday: 1). `fields` are
    those of Wanted: space, layout, people, equipment, a reason. Each date on its own: what cannot be changed stays as
    it was and says why (`refuse`: or may not). Dates from a changed time on become a series of their own.
    Raises NotNow when the date itself has begun.
    """
    with transaction.atomic():
        spaces = [fields["space"]] if "space" in fields else []
        dates = _in_scope(booking_date, scope)
        allocating.take_turn(uses=[one.use for one in dates], spaces=spaces)
        dates = _in_scope(booking_date, scope)
        wishes = [refuse(one) or _wish(one, starts, ends, days_later, fields) for one in dates]
        possible = [
            (one, wish) for one, wish in zip(dates, wishes, strict=True) if isinstance(wish, dict)
        ]
        outcomes = allocating.change_each([(one.use, wish) for one, wish in possible])
        by_pk = {one.pk: out for (one, _w), out in zip(possible, outcomes, strict=True)}
        found = []
        for one, wish in zip(dates, wishes, strict=True):
            outcome = by_pk.get(one.pk)
            if outcome is not None and outcome.use is not None:
                one.use = outcome.use
                found.append(Changed(one))
            else:
                refusal = wish if isinstance(wish, Refusal) else outcome and outcome.refusal
                found.append(Changed(one, refusal or Refusal(_("Dit lukt niet."))))
        done = [one.date for one in found if one.refusal is None]
        BookingDate.objects.filter(pk__in=[one.pk for one in done]).update(
            sequence=F("sequence") + 1
        )
        for one in done:
            one.sequence += 1
        if scope != Scope.THIS and (starts or ends or days_later) and done:
            _split(booking_date.series, done, starts, ends, days_later)
    return found


def preview_change(
    booking_date: BookingDate,
    scope: Scope,
    *,
    for_staff: bool,
    starts: time | None = None,
    ends: time | None = None,
    days_later: int = 0,
    refuse: Callable[[BookingDate], Refusal | None] = lambda _date: None,
    **fields: Any,
) -> list[Previewed]:
    """What such a change would meet, per date. Writes nothing. Raises what `change` raises."""
    dates = _in_scope(booking_date, scope)
    planned = []
    wants = []
    moving = []
    held = allocating.wanted_each([one.use for one in dates])
    for one, now in zip(dates, held, strict=True):
        wish = refuse(one) or _wish(one, starts, ends, days_later, fields)
        if isinstance(wish, Refusal):
            planned.append(Planned(timezone.localdate(one.use.starts_at), problem=wish))
            continue
        want = allocating.changed(now, wish)
        planned.append(Planned(timezone.localdate(want.starts_at), want.starts_at, want.ends_at))
        wants.append(want)
        moving.append(one.use_id)
    checked = iter(searching.check_each(wants, for_staff=for_staff, besides=moving))
    return [Previewed(one, next(checked) if one.starts_at else None) for one in planned]


# Pieces ------------------------------------------------------------------------------------------


def _at(wanted: Wanted, planned: Planned) -> Wanted:
    if planned.starts_at is None or planned.ends_at is None:
        raise planned.problem or NotNow(_("Deze datum heeft geen tijd."))
    return replace(wanted, starts_at=planned.starts_at, ends_at=planned.ends_at)


def _date(
    series: BookingSeries, planned: Planned, wanted: Wanted, outcome: Outcome | None
) -> BookingDate:
    row = BookingDate(booking=series.booking, series=series, original_on=planned.on)
    if outcome and outcome.use:
        row.use = outcome.use
        return row
    row.use = allocating.note(_at(wanted, planned))
    row.state = DateState.REFUSED if outcome else DateState.SKIPPED
    row.reason = (str(outcome.refusal) if outcome else planned.skipped)[:REASON_LENGTH]
    return row


def _brought_back(dates: Sequence[BookingDate]) -> list[Changed]:
    found = []
    with transaction.atomic():
        allocating.take_turn(uses=[one.use for one in dates])
        for one in dates:
            hold, until = hold_of(one.booking)
            outcome = allocating.take_again([one.use], hold=hold, held_until=until)[0]
            if outcome.use:
                one.use = outcome.use
                found.append(Changed(_set(one, DateState.PLANNED, "")))
            else:
                refusal = outcome.refusal or Refusal(_("Dit lukt niet."))
                found.append(Changed(_set(one, one.state, str(refusal)), refusal))
    return found


def _in_scope(booking_date: BookingDate, scope: Scope) -> list[BookingDate]:
    """The dates of a change, in order: planned and not begun."""
    now = timezone.now()
    this = BookingDate.objects.select_related("use__space__centre", "use__by", "booking").get(
        pk=booking_date.pk
    )
    is_alone = scope == Scope.THIS or this.series_id is None
    if this.use.starts_at <= now and (is_alone or scope == Scope.FOLLOWING):
        raise NotNow(_("Deze datum is al geweest of bezig. Die blijft zoals hij was."))
    if is_alone:
        return [this]
    dates = (
        BookingDate.objects.planned()
        .filter(series=this.series_id, use__starts_at__gt=now)
        .select_related("use__space__centre", "use__by", "booking")
        .order_by("use__starts_at", "id")
    )
    if scope == Scope.FOLLOWING:
        dates = dates.filter(use__starts_at__gte=this.use.starts_at)
    return list(dates)


def _wish(
    booking_date: BookingDate,
    starts: time | None,
    ends: time | None,
    days_later: int,
    fields: Mapping[str, Any],
) -> dict[str, Any] | Refusal:
    """The change of one date as fields of Wanted, or why its new time does not exist."""
    wish = dict(fields)
    if not (starts or ends or days_later):
        return wish
    use = booking_date.use
    begin, end = timezone.localtime(use.starts_at), timezone.localtime(use.ends_at)
    on = begin.date() + timedelta(days=days_later)
    nights = (end.date() - begin.date()).days
    try:
        if nights > 1:  # one long stretch; its days stay as far apart
            wish["starts_at"] = local_time.at(on, starts or begin.time())
            wish["ends_at"] = local_time.at(on + timedelta(days=nights), ends or end.time())
        else:
            wish["starts_at"], wish["ends_at"] = repeating.moments(
                on, starts or begin.time(), ends or end.time()
            )
    except Refusal as refusal:
        return refusal
    return wish


def _split(
    series: BookingSeries | None,
    dates: Sequence[BookingDate],
    starts: time | None,
    ends: time | None,
    days_later: int,
) -> None:
    """Give changed dates a rule of their own; the old rule ends before them."""
    if series is None:
        return
    series = BookingSeries.objects.get(pk=series.pk)
    shift = timedelta(days=days_later)
    own = BookingSeries.objects.create(
        booking=series.booking,
        frequency=series.frequency,
        interval=series.interval,
        first_on=min(one.original_on for one in dates) + shift,
        last_on=series.last_on + shift,
        starts=starts or series.starts,
        ends=ends or series.ends,
        nth=series.nth,
        own_days=[day + shift for day in series.own_days],
        skips_school_holidays=series.skips_school_holidays,
        skips_closed_days=series.skips_closed_days,
    )
    BookingDate.objects.filter(pk__in=[one.pk for one in dates]).update(series=own)
    for one in dates:
        one.series = own
    before = series.dates.order_by("-original_on").values_list("original_on", flat=True).first()
    if before is None:
        series.delete()
    else:
        series.last_on = max(series.first_on, before)
        series.save(update_fields=["last_on"])


def _locked(booking_date: BookingDate) -> BookingDate:
    return (
        BookingDate.objects.select_for_update(of=("self",), no_key=True)
        .select_related("use__space__centre", "booking")
        .get(pk=booking_date.pk)
    )


def _refuse_past(booking_date: BookingDate) -> None:
    if booking_date.use.starts_at <= timezone.now():
        raise NotNow(_("Deze datum is al geweest of bezig. Die blijft zoals hij was."))


def _set(booking_date: BookingDate, state: str, reason: str) -> BookingDate:
    booking_date.state, booking_date.reason = state, reason[:REASON_LENGTH]
    booking_date.sequence += 1
    booking_date.save(update_fields=["state", "reason", "sequence"])
    return booking_date
