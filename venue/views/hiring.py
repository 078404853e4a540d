"""Asking for a room, in a few short steps, without an account and without JavaScript. Only the last button asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lokaal.exceptions import Refusal, TooOften
from lokaal.look.formats import day_and_range
from lokaal.pages import open_for_a_while, private
from lokaal.people.models import Person
from lokaal.people.perms import may_pass, public, visiting
from venue import limits, perms, searching
from venue.exceptions import NotFree
from venue.forms.asking import Asking, Draft, as_answers
from venue.forms.hiring import SendForm
from venue.forms.spaces import ChosenForm
from venue.hire import catering_along, house_rules, requesting
from venue.models import Booking, Space
from venue.models.space import SpaceQuerySet
from venue.searching import Alternative
from venue.views.bookings import OPENED, sentence


def _rooms() -> SpaceQuerySet:
    """Rooms that can be asked for, with what the questions need."""
    rooms = Space.objects.for_hire().with_layouts()
    return rooms.annotate(party_alcohol=house_rules.parties_serve_alcohol())


@public
def request_new(request: HttpRequest, centre: str, slug: str) -> HttpResponse:
    """The first question. The time that was chosen comes along as a query, and goes along to the second."""
    space = get_object_or_404(_rooms(), centre__slug=centre, slug=slug)
    draft = Draft.begin(request.session, space)
    asking = _asking(request, draft, space)
    chosen = ChosenForm(request.GET)
    chosen.is_valid()
    if request.method == "POST":
        form = asking.form("what", request.POST)
        if form.is_valid():
            draft.answer("what", dict(request.POST.lists()))
            step = f"{redirect('venue:request_step', draft.pk, 'when').url}{chosen.asked.query()}"
            return redirect(step)
    else:
        form = asking.form("what", people=chosen.asked.people or None)
    return _step_page(request, asking, "what", form)


@public
def request_step(request: HttpRequest, pk: UUID, step: str) -> HttpResponse:
    """One of the questions after the first."""
    draft = Draft.find(request.session, pk)
    if draft is None:
        return _gone(request)
    if draft.sent_as:
        return redirect("venue:booking", draft.sent_as)
    space = _rooms().filter(pk=draft.space_pk).first()
    if space is None:
        return _gone(request)
    asking = _asking(request, draft, space)
    if step not in {one.slug for one in asking.steps}:
        return redirect("venue:request_step", pk, asking.missing() or "check")
    if missing := asking.missing(before=step):
        return redirect("venue:request_step", pk, missing)
    if step == "check":
        return _check(request, asking)
    return _answer(request, asking, step)


def _answer(request: HttpRequest, asking: Asking, step: str) -> HttpResponse:
    """Ask one of the questions, keep the answer and go on to the next that has none."""
    draft = asking.draft
    if request.method != "POST":
        given = draft.answers(step)
        chosen = ChosenForm(request.GET)
        chosen.is_valid()
        form = (
            asking.form(step, given, **_initial(step, chosen))
            if given is None
            else asking.form(step, given)
        )
        return _step_page(request, asking, step, form)
    if step == "when" and "choose" in request.POST:
        return _move(request, asking)
    form = asking.form(step, request.POST)
    if not form.is_valid():
        return _step_page(request, asking, step, form)
    draft.answer(step, {k: v for k, v in request.POST.lists() if k != "csrfmiddlewaretoken"})
    fresh = _asking(request, draft, asking.space)
    if step == "when":
        refused = _why_not(fresh)
        if refused is not None:
            reason, others = refused
            form.add_error(None, reason)
            return _step_page(request, asking, step, form, alternatives=others)
    return redirect("venue:request_step", draft.pk, fresh.missing() or "check")


def _initial(step: str, chosen: ChosenForm) -> dict[str, Any]:
    if step != "when":
        return {}
    asked = chosen.asked
    known = {"day": asked.day, "starts": asked.starts, "ends": asked.ends}
    if asked.until:
        known |= {"until": asked.until, "repeats": "weekly"}  # type: ignore[dict-item]
    return {name: value for name, value in known.items() if value}


def _why_not(asking: Asking) -> tuple[str, list[Alternative]] | None:
    """Why the chosen time cannot be asked, and what fits instead; None when it can."""
    try:
        problem = asking.problem()
        if problem is not None:
            return str(problem), []
        if asking.is_series:
            return None if asking.dates else (_("Op die dagen kan het niet."), [])
    except Refusal as refusal:
        return str(refusal), []
    checked = asking.check_free()
    if checked.is_free:
        return None
    return checked.reason, searching.alternatives(checked.wanted)


def _move(request: HttpRequest, asking: Asking) -> HttpResponse:
    """One of the proposals was pressed: another room or time."""
    wanted = (
        asking.wants[0] if asking.answered("when") and asking.answered("when").is_valid() else None
    )
    others = searching.alternatives(wanted) if wanted else []
    chosen = next((one for one in others if proposal_key(one) == request.POST["choose"]), None)
    if chosen is None:
        form = asking.form("when", asking.draft.answers("when"))
        form.is_valid()
        form.add_error(None, _("Dat kan net niet meer. Kies opnieuw."))
        return _step_page(request, asking, "when", form, alternatives=others)
    if chosen.space.pk != asking.space.pk:
        asking.draft.move(chosen.space)
    asking.draft.answer("when", as_answers(chosen))
    space = _rooms().get(pk=chosen.space.pk)
    fresh = _asking(request, asking.draft, space)
    return redirect("venue:request_step", asking.draft.pk, fresh.missing() or "check")


def proposal_key(one: Alternative) -> str:
    return f"{one.space.pk}|{one.starts_at.isoformat()}|{one.ends_at.isoformat()}"


def _check(request: HttpRequest, asking: Asking) -> HttpResponse:
    """Everything once more, the price and why; then the button that asks."""
    if not asking.wants:
        return redirect(
            "venue:request_step", asking.draft.pk, "dates" if asking.is_series else "when"
        )
    problem, others, status = "", [], 200
    if request.method == "POST":
        try:
            return _send(request, asking)
        except TooOften as refusal:
            problem, status = str(refusal), 429
        except Refusal as refusal:
            problem, status = str(refusal), 409
            others = list(refusal.alternatives) if isinstance(refusal, NotFree) else []
    context = _context(request, asking, "check") | {
        "form": SendForm(),
        "said": list(asking.said()),
        "times": asking.times(),
        "price": asking.price,
        "price_rows": asking.price_rows(),
        "food_rows": asking.food_rows(),
        "food_cents": sum(row.total_cents for row in asking.food_rows()),
        "rules": asking.rules,
        "problem": problem,
        "alternatives": _proposals(others),
    }
    return private(render(request, "venue/request_check.html", context, status=status))


def _send(request: HttpRequest, asking: Asking) -> HttpResponse:
    contact = asking.answered("contact").contact
    limits.consume(limits.HIRE_FROM_ADDRESS, limits.address_of(request))
    if contact and not asking.is_staff:
        limits.consume(limits.HIRE_WITH_CONTACT, contact)
    repeat = asking.repeat()
    requested = requesting.request(
        hirer=asking.hirer(),
        wants=asking.wants[:1] if repeat else asking.wants,
        purpose=asking.purpose,
        tariff_class=asking.tariff_class,
        is_private_party=asking.is_private_party,
        serves_alcohol=asking.serves_alcohol,
        note=asking.note(),
        repeat=repeat,
        form_token=asking.draft.pk,
        by=visiting(request) if asking.is_staff else None,
    )
    if requested.is_new:
        _order_food(request, asking, requested.booking)
    asking.draft.sent(requested.booking.pk)
    open_for_a_while(request, OPENED, requested.booking.pk)
    if asking.is_staff:
        return redirect("venue:booking_manage", requested.booking.pk)
    return redirect("venue:booking", requested.booking.pk, requested.secret)


def _order_food(request: HttpRequest, asking: Asking, booking: Booking) -> None:
    """Ask the kitchen for what was chosen; what it cannot make is said, and stands in the note for staff."""
    food = asking.food
    if food is None:
        return
    refused = catering_along.order(
        booking,
        wishes=food.wishes(),
        needs=food.needs(),
        serving=food.cleaned_data["serving"],
        by=booking.by,
    )
    for refusal in refused:
        messages.warning(
            request, _("De zaal is gevraagd. Het eten nog niet. %(why)s") % {"why": refusal}
        )


def _asking(request: HttpRequest, draft: Draft, space: Space) -> Asking:
    person = request.user
    is_staff = (
        isinstance(person, Person) and perms.can_plan(person, space.centre) and may_pass(request)
    )
    return Asking(draft, space, person, is_staff=is_staff)


def _context(request: HttpRequest, asking: Asking, step: str) -> dict[str, Any]:
    return {
        "space": asking.space,
        "centre": asking.space.centre,
        "draft": asking.draft,
        "step": step,
        "title": next(one.title for one in asking.steps if one.slug == step),
        "number": asking.number_of(step),
        "total": len(asking.steps),
        "back_to": _before(asking, step),
        "is_staff": asking.is_staff,
    }


def _before(asking: Asking, step: str) -> str:
    slugs = [one.slug for one in asking.steps]
    return slugs[slugs.index(step) - 1] if slugs.index(step) else ""


def _step_page(
    request: HttpRequest,
    asking: Asking,
    step: str,
    form: Any,
    *,
    alternatives: list[Alternative] | None = None,
) -> HttpResponse:
    context = _context(request, asking, step) | {
        "form": form,
        "alternatives": _proposals(alternatives or []),
    }
    return private(render(request, "venue/request_step.html", context))


def _proposals(alternatives: list[Alternative]) -> list[dict[str, Any]]:
    return [
        {
            "key": proposal_key(one),
            "space": one.space,
            "when": capfirst(day_and_range(one.starts_at, one.ends_at)),
        }
        for one in alternatives
    ]


def _gone(request: HttpRequest) -> HttpResponse:
    return sentence(
        request,
        status=404,
        heading=_("Je aanvraag staat niet meer open"),
        text=_("Er is niets verstuurd. Kies de zaal nog een keer."),
    )
