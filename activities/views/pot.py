"""The small pot: asking out of a plan, and what the house gives. A GET changes nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from activities import perms
from activities.forms.pot import AskForm, FillForm, GiveForm, RefuseForm, SpendForm, in_euros
from activities.initiatives import pot
from activities.initiatives.steps import By
from activities.models import Grant, GrantState, Pot, Spending, Wish
from activities.models.pot import POT_ROLES
from activities.plan_page import GRANT_SIGNS, grant_row
from activities.pot_page import PotCard, pot_cards
from activities.views.plans import address, by, context_of, done, for_makers
from activities.views.refusing import status_of
from lokaal.centres.models import Centre
from lokaal.exceptions import Refusal
from lokaal.pages import get_or_post
from lokaal.people.perms import signed_in, staff_required

#: A pot is filled for this year and the next, and the last one may be put right.
YEARS_AROUND = 1


# Out of a plan -----------------------------------------------------------------------------------


@for_makers
@get_or_post
def plan_pot(request: HttpRequest, wish: Wish, secret: str) -> HttpResponse:
    """Ask for money for an idea; what was asked and given before."""
    grants = list(wish.grants.order_by("-asked_at", "id"))
    waits = any(grant.state == GrantState.ASKED for grant in grants)
    form = AskForm(request.POST or None, wish=wish)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            pot.ask(
                wish,
                amount_cents=form.cleaned_data["amount"],
                purpose=form.cleaned_data["purpose"],
                by=by(request, wish),
                centre=form.cleaned_data.get("centre"),
                form_token=form.cleaned_data["token"],
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = status_of(refusal)
        else:
            messages.success(request, _("Gevraagd. Je hoort of het kan."))
            return redirect(address(wish, secret, "plan_pot"))
    context = context_of(
        wish,
        secret,
        form=None if waits or not wish.is_on_its_way else form,
        most=pot.most_for_one(),
        rows=[
            (
                grant_row(grant),
                address(wish, secret, "grant_withdraw", grant.pk),
                address(wish, secret, "grant_spend", grant.pk),
            )
            for grant in grants
        ],
    )
    return render(request, "activities/plans/plan_pot.html", context, status=status)


@for_makers
@require_POST
def grant_withdraw(request: HttpRequest, wish: Wish, secret: str, grant: UUID) -> HttpResponse:
    found = get_object_or_404(Grant, pk=grant, wish=wish)
    return done(
        request, wish, secret, lambda: pot.withdraw(found), _("Je vraagt dit geld niet meer.")
    )


@for_makers
@get_or_post
def grant_spend(request: HttpRequest, wish: Wish, secret: str, grant: UUID) -> HttpResponse:
    """Write down what was bought."""
    found = get_object_or_404(Grant.objects.with_subject(), pk=grant, wish=wish)
    form = SpendForm(request.POST or None)
    if request.method == "POST" and _spent(form, found, by(request, wish)):
        messages.success(request, _("Opgeschreven. Bewaar het bonnetje."))
        return redirect(address(wish, secret, "grant_spend", found.pk))
    context = context_of(
        wish,
        secret,
        form=form if found.state == GrantState.GRANTED else None,
        row=grant_row(found),
        spendings=found.spendings.filter(struck_at=None),
        pot_url=address(wish, secret, "plan_pot"),
    )
    return render(request, "activities/plans/grant_spend.html", context)


def _spent(form: SpendForm, grant: Grant, by: By) -> bool:
    """Write it down, when the form and the grant allow it; else the form says why not."""
    if not form.is_valid():
        return False
    try:
        pot.spend(
            grant,
            amount_cents=form.cleaned_data["amount"],
            what=form.cleaned_data["what"],
            on=form.cleaned_data["on"],
            has_receipt=form.cleaned_data["has_receipt"],
            by=by,
            form_token=form.cleaned_data["token"],
        )
    except Refusal as refusal:
        form.add_error("amount", refusal.message)
        return False
    return True


# Of the house ------------------------------------------------------------------------------------


@never_cache
@require_safe
@staff_required(*POT_ROLES)
def pots(request: HttpRequest) -> HttpResponse:
    """The pots of this year: what is left, what was asked, what runs."""
    year = timezone.localdate().year
    cards: list[PotCard] = pot_cards(perms.centres_of_pots(request.user), year)
    context = {"cards": cards, "year": year, "most": pot.most_for_one()}
    return render(request, "activities/pot/pots.html", context)


@never_cache
@get_or_post
@staff_required(*POT_ROLES)
def pot_fill(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Say how much is in the pot of a year."""
    centre = _centre(request, slug)
    if abs(year - timezone.localdate().year) > YEARS_AROUND:
        raise Http404
    found: Pot | None = pot.pot_of(centre, year)
    initial = {"budget": in_euros(found.budget_cents)} if found else {}
    form = FillForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            pot.fill(
                centre,
                year=year,
                budget_cents=form.cleaned_data["budget"],
                by=signed_in(request),
            )
        except Refusal as refusal:
            form.add_error("budget", refusal.message)
            status = status_of(refusal)
        else:
            messages.success(request, _("Bewaard."))
            return redirect("activities:pots")
    context = {"centre": centre, "year": year, "pot": found, "form": form}
    return render(request, "activities/pot/pot_fill.html", context, status=status)


@never_cache
@require_safe
@staff_required()
def grant(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was asked, and the answer; what was bought of it. For who decides of the pot of its house (`_grant`)."""
    return _grant_page(request, _grant(request, pk))


def _grant_page(
    request: HttpRequest, found: Grant, *, status: int = 200, **forms: Any
) -> HttpResponse:
    icon, kind = GRANT_SIGNS[found.state]
    context = {
        "grant": found,
        "pot": pot.pot_of(found.centre),
        "subject": found.subject,
        "icon": icon,
        "kind": kind,
        "spendings": found.spendings.select_related("entered_by"),
        "give_form": GiveForm(grant=found),
        "refuse_form": RefuseForm(),
        "spend_form": SpendForm(),
        "is_asked": found.state == GrantState.ASKED,
        "is_running": found.state == GrantState.GRANTED,
        "wrong_forms": [form for form in forms.values() if form.errors],
        **forms,
    }
    return render(request, "activities/pot/grant.html", context, status=status)


@require_POST
@staff_required(*POT_ROLES)
def grant_give(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _grant(request, pk)
    form = GiveForm(request.POST, grant=found)
    if not form.is_valid():
        return _grant_page(request, found, give_form=form)
    try:
        pot.give(
            found,
            by=signed_in(request),
            amount_cents=form.cleaned_data["amount"],
            words=form.cleaned_data["words"],
        )
    except Refusal as refusal:
        form.add_error("amount", refusal.message)
        return _grant_page(request, found, status=status_of(refusal), give_form=form)
    messages.success(request, _("Gegeven. Wie het vroeg, krijgt bericht."))
    return redirect("activities:grant", pk)


@require_POST
@staff_required(*POT_ROLES)
def grant_refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _grant(request, pk)
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return _grant_page(request, found, refuse_form=form)
    try:
        pot.refuse(found, by=signed_in(request), words=form.cleaned_data["words"])
    except Refusal as refusal:
        form.add_error("words", refusal.message)
        return _grant_page(request, found, status=status_of(refusal), refuse_form=form)
    messages.success(request, _("Geantwoord. Wie het vroeg, krijgt bericht."))
    return redirect("activities:grant", pk)


@require_POST
@staff_required(*POT_ROLES)
def grant_bought(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Staff write down what was bought, from a receipt."""
    found = _grant(request, pk)
    form = SpendForm(request.POST)
    if not _spent(form, found, By(signed_in(request))):
        return _grant_page(request, found, spend_form=form)
    messages.success(request, _("Opgeschreven."))
    return redirect("activities:grant", pk)


@require_POST
@staff_required(*POT_ROLES)
def grant_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _grant(request, pk)
    return _acted(
        request, pk, lambda: pot.close(found), _("Klaar. Wat over is, zit weer in het potje.")
    )


@require_POST
@staff_required(*POT_ROLES)
def spending_strike(request: HttpRequest, pk: UUID, spending: UUID) -> HttpResponse:
    row = get_object_or_404(Spending, pk=spending, grant=_grant(request, pk))
    sentence = _("Doorgestreept. Het telt niet meer mee.")
    return _acted(request, pk, lambda: pot.strike(row, by=signed_in(request)), sentence)


@require_POST
@staff_required(*POT_ROLES)
def spending_receipt(request: HttpRequest, pk: UUID, spending: UUID) -> HttpResponse:
    row = get_object_or_404(Spending, pk=spending, grant=_grant(request, pk))
    is_seen = request.POST.get("seen") == "1"
    return _acted(request, pk, lambda: pot.see_receipt(row, is_seen=is_seen), _("Genoteerd."))


def _acted(request: HttpRequest, pk: UUID, act: Any, sentence: str) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, sentence)
    return redirect("activities:grant", pk)


def _grant(request: HttpRequest, pk: UUID) -> Grant:
    found = get_object_or_404(Grant.objects.with_subject(), pk=pk)
    _check(request, found.centre)
    return found


def _centre(request: HttpRequest, slug: str) -> Centre:
    centre = get_object_or_404(Centre.objects.open_to_public(), slug=slug)
    _check(request, centre)
    return centre


def _check(request: HttpRequest, centre: Centre) -> None:
    if not perms.can_decide_of_pot(request.user, centre):
        raise PermissionDenied(_("Dit potje is van een ander huis."))
