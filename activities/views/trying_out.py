"""Trying an idea out: choosing days and a room; and what supporters and helpers do with the link they get."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities.exceptions import NotReady
from activities.forms.joining import SHOWN_DATES, JoinForm
from activities.forms.plans import TryOutForm, TryOutRoomForm, usual_first_day
from activities.initiatives import inviting, steps, trying_out
from activities.initiatives.trying_out import TryOut
from activities.models import ActivityState, Helper, HelperAnswer, Wish, WishState
from activities.plan_page import date_rows
from activities.views.plans import address, by, context_of, done, for_makers
from activities.views.refusing import plain_page, status_of
from lokaal import repeating
from lokaal.exceptions import Refusal
from lokaal.pages import get_or_post, is_open, private
from lokaal.people.perms import public, visiting

#: In the session: helpers who opened their question with their code.
OPENED_BY_CODE = "helpers_opened_by_code"
#: The button that makes the dates, and the one that asks for others.
MAKE, AGAIN = "make", "again"
#: How many come when nobody said so: a room is looked for that holds them.
USUAL_PEOPLE = 8


# For who makes it --------------------------------------------------------------------------------


@for_makers
@get_or_post
def plan_try(request: HttpRequest, wish: Wish, secret: str) -> HttpResponse:
    """First the days, then a room that is free, then all of it is made at once."""
    if wish.state != WishState.PLANNING or wish.activity_id is not None:
        messages.info(request, _("Dit idee wordt nu niet gepland."))
        return redirect(address(wish, secret))
    plan = steps.plan_of(wish)
    initial = {"first": usual_first_day(plan.first_on if plan else None)}
    form = TryOutForm(request.POST or None, wish=wish, initial=initial)
    if request.method != "POST" or not form.is_valid() or AGAIN in request.POST:
        return _days_page(request, wish, secret, form)
    try:
        choice = _choice(request, form)
    except Refusal as refusal:
        form.add_error("first", refusal.message)
        return _days_page(request, wish, secret, form)
    status = 200
    if MAKE in request.POST and choice.is_valid():
        try:
            activity = trying_out.begin(
                wish,
                _told(form, choice),
                key=form.cleaned_data["token"],
                by=by(request, wish),
            )
        except NotReady as refusal:
            choice.add_error("days", refusal.message)
            status = status_of(refusal)
        except Refusal as refusal:
            choice.add_error("room", refusal.message)
            status = 409
        else:
            messages.success(request, _made(activity.state))
            return redirect(address(wish, secret))
    context = context_of(wish, secret, form=form, choice=choice)
    return render(request, "activities/plans/plan_try_room.html", context, status=status)


def _days_page(request: HttpRequest, wish: Wish, secret: str, form: TryOutForm) -> HttpResponse:
    context = context_of(wish, secret, form=form)
    return render(request, "activities/plans/plan_try.html", context)


def _choice(request: HttpRequest, form: TryOutForm) -> TryOutRoomForm:
    rule = form.rule()
    people = form.cleaned_data["default_capacity"] or USUAL_PEOPLE
    return TryOutRoomForm(
        request.POST if MAKE in request.POST else None,
        rooms=trying_out.rooms_for(form.house, rule, people=people),
        moments=[(one.on, one.starts_at, one.ends_at) for one in repeating.plan(rule)],
    )


def _told(form: TryOutForm, choice: TryOutRoomForm) -> TryOut:
    cleaned = form.cleaned_data
    return TryOut(
        centre=form.house,
        title=cleaned["title"],
        summary=cleaned["summary"],
        rule=form.rule(),
        days=choice.chosen,
        room=choice.where,
        content_when=cleaned["content_when"],
        participation=cleaned["participation"],
        capacity=cleaned["default_capacity"],
        cost_kind=cleaned["cost_kind"],
        cost_cents=cleaned["cost_cents"],
    )


def _made(state: str) -> str:
    if state == ActivityState.PUBLISHED:
        return _("Het staat in de agenda. Wie mee wil doen, krijgt bericht.")
    return _("De datums staan klaar. Je begeleider kijkt en zet het in de agenda.")


@for_makers
@require_POST
def plan_helper(request: HttpRequest, wish: Wish, secret: str, helper: UUID) -> HttpResponse:
    """A maker or a host writes down what a helper said."""
    found = get_object_or_404(Helper, pk=helper, activity=wish.activity_id)
    helps = request.POST.get("answer") == HelperAnswer.YES
    return done(
        request,
        wish,
        secret,
        lambda: inviting.answer(found, helps=helps, by=visiting(request)),
        _("Genoteerd."),
    )


# For who supports it -----------------------------------------------------------------------------


@public
@require_safe
def invitation(request: HttpRequest, pk: UUID, secret: str) -> HttpResponse:
    """The page on which a supporter says "I come": their name and how we reach them are filled in."""
    support = inviting.invited(pk, secret)
    activity = support.wish.activity if support else None
    if support is None or activity is None or not activity.is_public:
        return _no_such_link(request)
    form = JoinForm.for_activity(
        activity, None, visitor=request.user, asked=request.GET.get("date", ""), most=SHOWN_DATES
    )
    form.initial.setdefault("name", support.name)
    form.initial.setdefault("phone", support.phone)
    form.initial.setdefault("email", support.email)
    context = {
        "activity": activity,
        "words": activity.words(get_language() or "nl"),
        "join_form": form,
    }
    return private(render(request, "activities/occurrence_join.html", context))


@public
@get_or_post
def helper(request: HttpRequest, pk: UUID, secret: str = "") -> HttpResponse:
    """Will you help? Yes or no, and again another answer."""
    found = inviting.find_helper(pk, secret) if secret else _opened(request, pk)
    if found is None:
        return _no_such_link(request)
    status = 200
    if request.method == "POST" and request.POST.get("answer") in (
        HelperAnswer.YES,
        HelperAnswer.NO,
    ):
        helps = request.POST["answer"] == HelperAnswer.YES
        inviting.answer(found, helps=helps, by=None if secret else visiting(request))
        messages.success(
            request, _("Fijn dat je helpt!") if helps else _("Jammer. Fijn dat je het zegt.")
        )
        args: list[Any] = [pk, secret] if secret else [pk]
        return redirect(reverse("activities:helper", args=args))
    activity = found.activity
    context = {
        "helper": found,
        "activity": activity,
        "words": activity.words(get_language() or "nl"),
        "dates": date_rows(activity),
    }
    return private(render(request, "activities/plans/helper.html", context, status=status))


def _opened(request: HttpRequest, pk: UUID) -> Helper | None:
    """The question to help, for whoever opened it with their code or was asked with their account."""
    found = Helper.objects.select_related("activity__centre", "person").filter(pk=pk).first()
    if found is None:
        return None
    is_own = request.user.is_authenticated and found.person_id == request.user.pk
    return found if is_own or is_open(request, OPENED_BY_CODE, pk) else None


def _no_such_link(request: HttpRequest) -> HttpResponse:
    return private(
        plain_page(
            request,
            status=404,
            heading=_("Deze link werkt niet"),
            sentence=_("Misschien mist een stuk van de link. Heb je een code? Vul die in."),
        )
    )
