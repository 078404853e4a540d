"""The small pot: money for what residents begin. Only this module changes pots, grants and what was spent of them.

Never more than there is, also for two at the same moment: the row of the pot is locked before anything else, then read
again; triggers keep the sums, and the database checks them (migration small_pot_rules). All amounts are in cents.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities.emails import pot as emails
from activities.exceptions import AlreadyDecided, NoPot, NotEnough, NotReady
from activities.initiatives import moderating
from activities.initiatives.steps import By
from activities.models import Activity, Grant, GrantMaximum, GrantState, Pot, Spending, Wish
from lokaal import bsn
from lokaal.centres.models import Centre
from lokaal.look.formats import day, euro
from lokaal.people.models import Person

# What there is -----------------------------------------------------------------------------------


def pot_of(centre: Centre, year: int | None = None) -> Pot | None:
    """The pot of a house for a year (this year)."""
    return Pot.objects.filter(centre=centre, year=year or timezone.localdate().year).first()


def most_for_one(on: date | None = None) -> int | None:
    """What one idea gets at most on a day (today), in all of that year; None when nobody wrote it down."""
    rule = GrantMaximum.objects.on(on or timezone.localdate()).first()
    return rule.most_cents if rule else None


def fill(centre: Centre, *, year: int, budget_cents: int, by: Person) -> Pot:
    """Say how much is in the pot of a house for a year. The same again changes nothing.

    Raises NotEnough when more was given already, or when the amount is below zero.
    """
    if budget_cents < 0:
        raise NotEnough(_("Een bedrag is nul of meer."), left_cents=0)
    with transaction.atomic():
        pot, _is_new = Pot.objects.get_or_create(
            centre=centre, year=year, defaults={"budget_cents": budget_cents, "changed_by": by}
        )
        locked = _locked(pot)
        if budget_cents < locked.granted_cents:
            raise NotEnough(
                _("Er is al %(given)s uit het potje gegeven. Minder kan niet.")
                % {"given": euro(locked.granted_cents)},
                left_cents=locked.left_cents,
            )
        if locked.budget_cents != budget_cents:
            locked.budget_cents = budget_cents
            locked.changed_by = by
            locked.save(update_fields=["budget_cents", "changed_by"])
    return locked


# Asking and deciding -----------------------------------------------------------------------------


def ask(
    subject: Wish | Activity,
    *,
    amount_cents: int,
    purpose: str,
    by: By,
    centre: Centre | None = None,
    form_token: UUID | None = None,
) -> Grant:
    """Ask for money for a wish or an activity, and tell who decides.

    `centre` says whose pot, for a wish of no house in particular.
    The same form again gives what was asked before. Raises NoPot, NotEnough (more than one idea gets, or than there
    is), NotReady (something was asked already and waits for an answer), HoldsBSN and HoldsContact.
    """
    moderating.check_public(purpose)
    _check_above_zero(amount_cents)
    house = subject.centre or centre
    if house is None:
        raise NoPot(_("Kies eerst het huis. Elk huis heeft een eigen potje."))
    with transaction.atomic():
        if form_token:
            asked_before = Grant.objects.filter(form_token=form_token).first()
            if asked_before:
                return asked_before
        pot = _pot_now(house)
        _check_most(subject, pot, amount_cents)
        _check_left(pot, amount_cents)
        if _grants_of(subject).waiting().exists():
            raise NotReady(_("Je hebt al iets gevraagd. Wacht eerst op het antwoord."))
        made = Grant.objects.create(
            centre=house,
            wish=subject if isinstance(subject, Wish) else None,
            activity=subject if isinstance(subject, Activity) else None,
            amount_cents=amount_cents,
            purpose=purpose,
            language=get_language() or "nl",
            asked_by=by.person,
            asked_name=by.shown_name,
            form_token=form_token,
        )
        emails.pot_asked(made)
    return made


def give(grant: Grant, *, by: Person, amount_cents: int | None = None, words: str = "") -> Grant:
    """Give what was asked, or another amount, out of the pot of this year; tell whoever asked. Twice is harmless.

    Raises NoPot, NotEnough, and AlreadyDecided when somebody answered differently.
    """
    bsn.check_none(words)
    with transaction.atomic():
        pot = _pot_now(grant.centre)
        locked = _locked_grant(grant)
        amount = locked.amount_cents if amount_cents is None else amount_cents
        if locked.state == GrantState.GRANTED and locked.amount_cents == amount:
            return locked
        _check_waits(locked)
        _check_above_zero(amount)
        _check_most(locked.subject, pot, amount)
        _check_left(pot, amount)
        locked.amount_cents = amount
        locked.pot = pot
        _decide(locked, GrantState.GRANTED, by=by, words=words)
        emails.pot_decided(locked)
    return locked


def refuse(grant: Grant, *, by: Person, words: str) -> Grant:
    """Say: not now, and why. Nothing is refused in silence. Twice is harmless.

    Raises NotReady without words, and AlreadyDecided when somebody answered differently.
    """
    bsn.check_none(words)
    if not words.strip():
        raise NotReady(_("Vertel waarom het nu niet kan, en wat wel kan."))
    with transaction.atomic():
        locked = _locked_grant(grant)
        if locked.state == GrantState.REFUSED and locked.decision_words == words:
            return locked
        _check_waits(locked)
        _decide(locked, GrantState.REFUSED, by=by, words=words)
        emails.pot_decided(locked)
    return locked


def withdraw(grant: Grant) -> Grant:
    """Who asked does not need it any more. Twice is harmless. Raises AlreadyDecided when it was answered."""
    with transaction.atomic():
        locked = _locked_grant(grant)
        if locked.state != GrantState.WITHDRAWN:
            _check_waits(locked)
            locked.state = GrantState.WITHDRAWN
            locked.save(update_fields=["state"])
    return locked


# Spending ----------------------------------------------------------------------------------------


def spend(
    grant: Grant,
    *,
    amount_cents: int,
    what: str,
    on: date,
    by: By,
    has_receipt: bool = False,
    form_token: UUID | None = None,
) -> Spending:
    """Write down what was bought. The same form again gives the first one.

    Raises NotEnough when less is left of the grant, NotReady when it is not running or the day is to come, HoldsBSN.
    """
    bsn.check_none(what)
    _check_above_zero(amount_cents)
    if on > timezone.localdate():
        raise NotReady(_("Die dag moet nog komen. Vul in wanneer je het kocht."))
    with transaction.atomic():
        locked = _locked_with_pot(grant)
        if form_token:
            written_before = locked.spendings.filter(form_token=form_token).first()
            if written_before:
                return written_before
        _check_runs(locked)
        if amount_cents > locked.left_cents:
            raise NotEnough(
                _("Er is nog %(left)s over van deze bijdrage.") % {"left": euro(locked.left_cents)},
                left_cents=locked.left_cents,
            )
        made = Spending.objects.create(
            grant=locked,
            amount_cents=amount_cents,
            what=what,
            spent_on=on,
            has_receipt=has_receipt,
            entered_by=by.person,
            entered_name=by.shown_name,
            form_token=form_token,
        )
    grant.refresh_from_db(fields=["spent_cents"])
    return made


def strike(spending: Spending, *, by: Person) -> Spending:
    """Cross out what was written by mistake; it stays to be read. Twice is harmless. Raises NotReady when closed."""
    with transaction.atomic():
        grant = _locked_with_pot(spending.grant)
        locked = grant.spendings.select_for_update(no_key=True).get(pk=spending.pk)
        if locked.struck_at is None:
            _check_runs(grant)
            locked.struck_at = timezone.now()
            locked.struck_by = by
            locked.save(update_fields=["struck_at", "struck_by"])
    return locked


def see_receipt(spending: Spending, *, is_seen: bool) -> Spending:
    """Note whether there is a receipt; also afterwards."""
    spending.has_receipt = is_seen
    spending.save(update_fields=["has_receipt"])
    return spending


def close(grant: Grant) -> Grant:
    """All was bought: what is left goes back into the pot. Twice is harmless. Raises NotReady when it does not run."""
    with transaction.atomic():
        locked = _locked_with_pot(grant)
        if locked.state != GrantState.CLOSED:
            _check_runs(locked)
            locked.state = GrantState.CLOSED
            locked.closed_at = timezone.now()
            locked.save(update_fields=["state", "closed_at"])
    return locked


# Told to all -------------------------------------------------------------------------------------


def given_to(subject: Wish | Activity) -> int:
    """What a wish or an activity got: what was given, of what is closed what was spent."""
    return _given(_grants_of(subject).paid_out())


def public_line(subject: Wish | Activity) -> str:
    """Uit het potje: € 75. Empty when there was nothing."""
    cents = given_to(subject)
    return _("Uit het potje: %(amount)s") % {"amount": euro(cents)} if cents else ""


# Pieces ------------------------------------------------------------------------------------------


def _grants_of(subject: Wish | Activity) -> Any:
    """Those for the wish and for what it became: they are one initiative."""
    if isinstance(subject, Wish):
        own = Q(wish=subject)
        return Grant.objects.filter(
            own | Q(activity=subject.activity_id) if subject.activity_id else own
        )
    return Grant.objects.filter(Q(activity=subject) | Q(wish__activity=subject))


def _given(grants: Any) -> int:
    sums = grants.aggregate(
        running=Sum("amount_cents", filter=Q(state=GrantState.GRANTED)),
        closed=Sum("spent_cents", filter=Q(state=GrantState.CLOSED)),
    )
    return (sums["running"] or 0) + (sums["closed"] or 0)


def _locked(pot: Pot) -> Pot:
    return Pot.objects.select_for_update(of=("self",), no_key=True).get(pk=pot.pk)


def _pot_now(centre: Centre) -> Pot:
    """The pot of this year, locked. Raises NoPot."""
    year = timezone.localdate().year
    pots = Pot.objects.select_for_update(of=("self",), no_key=True)
    found = pots.filter(centre=centre, year=year).first()
    if found is None:
        raise NoPot(
            _("Er is nog geen potje voor %(year)s. Vraag het aan de coördinator.") % {"year": year}
        )
    return found


def _locked_grant(grant: Grant) -> Grant:
    locked = Grant.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("wish", "activity", "centre").get(pk=grant.pk)


def _locked_with_pot(grant: Grant) -> Grant:
    """The row of the pot first, then that of the grant."""
    pot_id = Grant.objects.values_list("pot", flat=True).get(pk=grant.pk)
    if pot_id:
        Pot.objects.select_for_update(of=("self",), no_key=True).get(pk=pot_id)
    return _locked_grant(grant)


def _decide(grant: Grant, state: GrantState, *, by: Person, words: str) -> None:
    grant.state = state
    grant.decided_at = timezone.now()
    grant.decided_by = by
    grant.decision_words = words
    grant.save(
        update_fields=["state", "amount_cents", "pot", "decided_at", "decided_by", "decision_words"]
    )


def _check_above_zero(amount_cents: int) -> None:
    if amount_cents <= 0:
        raise NotEnough(_("Vul een bedrag in, meer dan nul."), left_cents=0)


def _check_waits(grant: Grant) -> None:
    if grant.state != GrantState.ASKED:
        when = grant.decided_at or grant.asked_at
        raise AlreadyDecided(
            _("Hier is al op geantwoord, op %(day)s. Kijk nog eens.") % {"day": day(when)}
        )


def _check_runs(grant: Grant) -> None:
    if grant.state != GrantState.GRANTED:
        raise NotReady(_("Deze bijdrage is niet open. Je kunt er niets meer bij schrijven."))


def _check_most(subject: Wish | Activity, pot: Pot, amount_cents: int) -> None:
    most = most_for_one()
    if most is None:
        raise NoPot(_("Nog niemand schreef op hoeveel een idee krijgt. Vraag de penningmeester."))
    had = _given(_grants_of(subject).paid_out().filter(pot=pot))
    if had + amount_cents > most:
        raise NotEnough(
            _("Een idee krijgt hoogstens %(most)s per jaar. Er kan nog %(left)s bij.")
            % {"most": euro(most), "left": euro(max(0, most - had))},
            left_cents=max(0, most - had),
        )


def _check_left(pot: Pot, amount_cents: int) -> None:
    if amount_cents > pot.left_cents:
        raise NotEnough(
            _("In het potje zit nog %(left)s. Meer kan niet.") % {"left": euro(pot.left_cents)},
            left_cents=pot.left_cents,
        )
