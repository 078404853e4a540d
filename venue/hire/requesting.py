"""Asking for rooms, by a hirer without an account or by staff. Nothing is held by it: staff answers (hire.hiring)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from lokaal import bsn, constraints, repeating
from lokaal.look.formats import day
from lokaal.people.models import Person
from lokaal.secret_links import SentForm, plain_name
from venue import allocating, perms, searching, series
from venue.allocating import Outcome, Wanted, retried
from venue.emails import hiring as emails
from venue.exceptions import NotAllowed, Taken, TooSoon, WrongTime
from venue.hire import bookings, house_rules
from venue.models import (
    Booking,
    BookingDate,
    Building,
    DateState,
    EventKind,
    Hirer,
    HirerKind,
    Hold,
    TariffClass,
    Use,
    UseKind,
)
from venue.models.booking import REASON_LENGTH

#: Nobody asks for more than a date a week, a year long, in one go.
MOST_DATES = 60
AN_HOUR = timedelta(hours=1)
FORM_ONCE = "venue_booking_form_once"


@dataclass(frozen=True)
class Repeat:
    """A request for a series: the rule, and which of its days are left out on wish."""

    rule: repeating.Rule
    skips_school_holidays: bool = False
    skips_closed_days: bool = True
    #: Days that the hirer unticked (False) in the preview.
    only: Mapping[date, bool] | None = None


@dataclass(frozen=True)
class Requested:
    """A request, the secret of its link (kept nowhere), and whether this call made it."""

    booking: Booking
    secret: str
    is_new: bool


@retried
def request(
    *,
    hirer: Hirer,
    wants: Sequence[Wanted],
    purpose: str,
    tariff_class: TariffClass,
    is_private_party: bool = False,
    serves_alcohol: bool = False,
    note: str = "",
    repeat: Repeat | None = None,
    form_token: UUID | None = None,
    by: Person | None = None,
) -> Requested:
    """Ask for one or more rooms and times. Nothing is held yet; staff answers. The hirer needs no account.

    `hirer` may be new (not saved yet). `wants` say what and when; kind and title are ours. With `repeat` the one want
    says all but the days. `by`: the member of staff who fills it in; who plans rooms there may go outside notice.
    The same `form_token` with the same name and contact gives the request that was made before.

    Raises TooSoon (notice, residents first), WrongTime, Closed, Taken (a room that is firmly somebody else's; both with
    alternatives), DoesNotFit, NotAllowed (a room that is not for hire), repeating.WrongRule, HoldsBSN.
    """
    if not 1 <= len(wants) <= MOST_DATES or (repeat and len(wants) != 1):
        raise WrongTime(_("Vraag minstens 1 en hoogstens %(most)s datums.") % {"most": MOST_DATES})
    bsn.check_none(purpose, note, *(want.set_up for want in wants))
    sent = SentForm("booking", form_token, _who(hirer))
    is_planner = by is not None and all(perms.can_plan(by, want.space.centre) for want in wants)
    tariff_class = hirer.tariff_class or tariff_class
    is_party = is_private_party or tariff_class.is_private_party
    wanted = [_own(want, hirer, purpose, is_party=is_party, by=by) for want in wants]
    booking = Booking(
        centre=wants[0].space.centre,
        purpose=purpose,
        tariff_class=tariff_class,
        is_class_checked=is_planner or hirer.tariff_class is not None,
        is_private_party=is_party,
        serves_alcohol=serves_alcohol,
        note=note,
        form_key=sent.key,
        by=by,
    )
    try:
        with transaction.atomic():
            allocating.take_turn(spaces=[want.space for want in wanted])
            sent_before = _sent_before(sent.key)
            if sent_before:
                return sent_before
            if not is_planner:
                _check_for_hire(wanted)
            check_notice(wanted, tariff_class, is_planner=is_planner)
            asked = _asked(booking, hirer, wanted, repeat)
            if repeat:
                uses = [date.use for date in bookings.planned(booking)]
                check_notice(uses, tariff_class, is_planner=is_planner)
            return asked
    except IntegrityError as problem:  # sent twice at the same moment, for rooms of two houses
        sent_before = _sent_before(sent.key)
        if constraints.broken_by(problem) != FORM_ONCE or sent_before is None:
            raise
        return sent_before


def _asked(
    booking: Booking, hirer: Hirer, wanted: Sequence[Wanted], repeat: Repeat | None
) -> Requested:
    if hirer._state.adding:
        hirer.save()
    booking.hirer = hirer
    booking.reference = bookings.next_reference()
    booking.save(force_insert=True)
    if repeat:
        _ask_series(booking, wanted[0], repeat)
    else:
        _ask_each(booking, wanted)
    by = booking.by
    with override(hirer.language):
        rules = house_rules.explanation(
            wanted,
            is_private_party=booking.is_private_party,
            serves_alcohol=booking.serves_alcohol,
        )
    bookings.record(
        booking,
        EventKind.ASKED,
        by=by,
        by_hirer=by is None,
        tell=lambda event: emails.requested(event, rules=rules),
    )
    emails.notice_request(booking)
    return Requested(booking, booking.new_link(), is_new=True)


def check_notice(
    wanted: Iterable[Wanted | Use], tariff_class: TariffClass, *, is_planner: bool = False
) -> None:
    """Raise WrongTime for what is over, and TooSoon outside the notice of the house or while residents go first.

    Who plans the rooms is only bound by the first.
    """
    wanted = list(wanted)
    now = timezone.now()
    if any(want.starts_at <= now for want in wanted):
        raise WrongTime(_("Dat is al geweest. Kies een later moment."))
    if is_planner:
        return
    rules = {
        building.centre_id: building
        for building in Building.objects.filter(centre__in={w.space.centre_id for w in wanted})
    }
    for want in wanted:
        rule = rules.get(want.space.centre_id)
        if rule is not None:
            _check_notice(want, rule, tariff_class, now)


def _check_notice(
    want: Wanted | Use, rule: Building, tariff_class: TariffClass, now: datetime
) -> None:
    ahead = want.starts_at - now
    if ahead < rule.minimum_notice_hours * AN_HOUR:
        hours = rule.minimum_notice_hours
        raise TooSoon(
            ngettext(
                "Vraag een zaal minstens %(hours)s uur vooraf. Moet het sneller? Bel ons.",
                "Vraag een zaal minstens %(hours)s uur vooraf. Moet het sneller? Bel ons.",
                hours,
            )
            % {"hours": hours}
        )
    days = (timezone.localdate(want.starts_at) - timezone.localdate(now)).days
    if days > rule.maximum_notice_days:
        raise TooSoon(
            _("Je kunt hoogstens %(days)s dagen vooraf huren. Kies een eerdere datum.")
            % {"days": rule.maximum_notice_days}
        )
    first = rule.residents_first_days
    if first and days > first and not tariff_class.is_residents:
        since = timezone.localdate(want.starts_at) - timedelta(days=first)
        raise TooSoon(
            _("Bewoners gaan voor. Jij kunt deze datum vragen vanaf %(day)s.") % {"day": day(since)}
        )


def _check_for_hire(wanted: Iterable[Wanted]) -> None:
    if not all(want.space.is_for_hire and want.space.is_active for want in wanted):
        raise NotAllowed(_("Deze zaal is niet te huur. Kies een andere zaal."))


def _own(want: Wanted, hirer: Hirer, purpose: str, *, is_party: bool, by: Person | None) -> Wanted:
    """The want as a booking: our kind, a title for the planner, hidden at the door where it is about private life."""
    return replace(
        want,
        kind=UseKind.BOOKING,
        title=purpose or hirer.name,
        is_private=want.is_private or is_party or hirer.kind == HirerKind.PERSON,
        by=by,
    )


def _ask_series(booking: Booking, want: Wanted, repeat: Repeat) -> None:
    saved = series.save(
        booking,
        repeat.rule,
        want,
        hold=Hold.REQUESTED,
        skips_school_holidays=repeat.skips_school_holidays,
        skips_closed_days=repeat.skips_closed_days,
        only=repeat.only,
    )
    _refuse_firmly_taken([one for one in saved.dates if one.state == DateState.PLANNED])
    if not booking.dates.planned().exists():
        raise Taken(_("Op geen van deze dagen is de zaal vrij. Kies een andere dag."))


def _refuse_firmly_taken(dates: Sequence[BookingDate]) -> None:
    """Keep the dates of a series whose room is firmly somebody else's as refused, to be offered again."""
    outcomes = [Outcome(allocating.wanted_of(one.use), one.use) for one in dates]
    taken = _firmly_taken(outcomes)
    for one in dates:
        if refusal := taken.get(one.use):
            allocating.release(one.use)
            one.state = DateState.REFUSED
            one.reason = str(refusal)[:REASON_LENGTH]
            one.save(update_fields=["state", "reason"])


def _ask_each(booking: Booking, wanted: Sequence[Wanted]) -> None:
    """Write down what was asked. One date that cannot be is refused; of several those stay, with the reason."""
    outcomes = allocating.take_each(wanted, hold=Hold.REQUESTED)
    taken = _firmly_taken(outcomes)
    refusals = [outcome.refusal or taken.get(outcome.use) for outcome in outcomes]
    wrong = next((refusal for refusal in refusals if isinstance(refusal, WrongTime)), None)
    if wrong or all(refusals):
        raise bookings.with_alternatives(wanted[0], wrong or refusals[0])
    for want, outcome, refusal in zip(wanted, outcomes, refusals, strict=True):
        use = outcome.use or allocating.note(want)
        if refusal and outcome.use:
            allocating.release(use)
        BookingDate.objects.create(
            booking=booking,
            use=use,
            original_on=timezone.localdate(want.starts_at),
            state=DateState.REFUSED if refusal else DateState.PLANNED,
            reason=str(refusal or "")[:REASON_LENGTH],
        )


def _firmly_taken(outcomes: Iterable[Outcome]) -> dict[Use | None, Taken]:
    """Which of these uses meet one that is firmly somebody else's; behind an option one may wait."""
    asked = [(outcome.wanted, outcome.use) for outcome in outcomes if outcome.use]
    checked = searching.check_each(
        [want for want, _use in asked], for_staff=True, besides=[use.pk for _want, use in asked]
    )
    return {
        use: Taken(found.reason)
        for (_want, use), found in zip(asked, checked, strict=True)
        if found.state == searching.State.TAKEN and found.use and found.use.hold == Hold.FIRM
    }


def _who(hirer: Hirer) -> str:
    return f"{plain_name(hirer.name)}|{hirer.email.lower()}|{hirer.phone}"


def _sent_before(form_key: str) -> Requested | None:
    booking = Booking.objects.filter(form_key=form_key).first() if form_key else None
    return Requested(booking, booking.new_link(), is_new=False) if booking else None
