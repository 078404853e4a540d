"""The desk of the coach: ideas by the days that are left, the page of one, and what happens on paper."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from activities import perms
from activities.emails import reply_channel
from activities.forms.wishes import (
    AdoptForm,
    CoachForm,
    DeskWishForm,
    NotNowForm,
    PaperForm,
    PlanTogetherForm,
)
from activities.idea_cards import (
    cards_of_similar,
    days_left_words,
    is_urgent,
    other_language,
    state_sign,
    support_facts,
)
from activities.initiatives import adopting, coaching, finding, steps, supporting, wishing
from activities.models import LookBack, Wish, WishState
from activities.views.ideas import story
from activities.views.organising import organiser_view
from activities.views.refusing import status_of
from activities.views.wishes import GO_ON
from lokaal.exceptions import Refusal
from lokaal.look.qr import qr_svg
from lokaal.outbox.perms import DESK_ROLES
from lokaal.pages import get_or_post
from lokaal.people.perms import signed_in, staff_required, visiting

ROWS = 100
#: Lines on a paper list: as many as fit on A4, large enough to write on.
PAPER_LINES = 18


def for_coach(view: Callable[[HttpRequest, UUID], HttpResponse]) -> Callable[..., HttpResponseBase]:
    """For the desk, and for the coach of this idea, who need not work here; a role asks for the second factor."""
    at_desk = staff_required(*DESK_ROLES)(view)
    as_coach = organiser_view(view)

    @functools.wraps(view)
    def guarded(request: HttpRequest, pk: UUID) -> HttpResponseBase:
        person = visiting(request)
        if person and Wish.objects.filter(pk=pk, coach=person).exists():
            return as_coach(request, pk)
        return at_desk(request, pk)

    return guarded


@never_cache
@require_safe
@staff_required(*DESK_ROLES)
def wishes_desk(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, overdue first; what I look after; what lost its owner; what waits for a decision."""
    person = signed_in(request)
    mine = Wish.objects.coachable_by(person).for_list().select_related("centre", "coach")
    waiting = mine.filter(state=WishState.LISTENING).waiting()[:ROWS]
    coached = mine.filter(coach=person).on_its_way()[:ROWS]
    context = {
        "waiting": [_row(wish) for wish in waiting],
        "coached": [_row(wish) for wish in coached],
        "left_alone": [_row(wish) for wish in mine.left_alone()[:ROWS]],
        "to_adopt": [_row(wish) for wish in mine.to_adopt()[:ROWS]],
        "look_backs": LookBack.objects.workable_by(person).undecided().with_page()[:ROWS],
        "late_steps": steps.late_for_coach(person)[:ROWS],
    }
    return render(request, "activities/wishes/wishes_desk.html", context)


def _row(wish: Wish) -> dict[str, Any]:
    return {
        "wish": wish,
        "lang": other_language(wish.language),
        "badge": state_sign(wish),
        "due": "" if wish.is_answered else days_left_words(wish),
        "is_urgent": is_urgent(wish),
        "support": support_facts(wish),
    }


@never_cache
@get_or_post
@staff_required(*DESK_ROLES)
def desk_wish_new(request: HttpRequest) -> HttpResponse:
    """A host types in what somebody tells: what looks like it comes first, then the slip with the code."""
    if request.method != "POST":
        return render(
            request,
            "activities/wishes/desk_wish_new.html",
            {"form": DeskWishForm(initial=_here(request))},
        )
    form = DeskWishForm(request.POST)
    similar = None
    if form.is_valid():
        cleaned = form.cleaned_data
        if request.POST.get("step") != GO_ON and not wishing.was_told(cleaned["token"]):
            similar = finding.similar_to(cleaned["text"])
        if not similar:
            told = wishing.tell(
                text=cleaned["text"],
                centre=cleaned["centre"],
                name=cleaned["name"],
                phone=cleaned["phone"],
                form_token=cleaned["token"],
                language=get_language() or "nl",
                entered_by=signed_in(request),
            )
            if not told.secret:
                return redirect("activities:wish_coach", told.wish.pk)
            return redirect("activities:wish_slip", told.wish.pk, told.secret)
    context = {"form": form, "similar": cards_of_similar(similar) if similar else None}
    return render(request, "activities/wishes/desk_wish_new.html", context)


def _here(request: HttpRequest) -> dict[str, Any]:
    """The house of who has a desk at one house only."""
    held = {r.centre for r in signed_in(request).current_roles if r.role in DESK_ROLES}
    only = next(iter(held)) if len(held) == 1 else None
    return {"centre": only.slug} if only else {}


@never_cache
@require_safe
@for_coach
def wish_coach(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One idea: who told it, how long the answer may take, what can be done with it."""
    return _coach_page(request, _wish(request, pk))


@require_POST
@staff_required(*DESK_ROLES)
def wish_take(request: HttpRequest, pk: UUID) -> HttpResponse:
    wish = _wish(request, pk)
    return _done(
        request,
        wish,
        lambda: coaching.take(wish, by=signed_in(request)),
        _("Jij begeleidt dit idee."),
    )


@require_POST
@staff_required(*DESK_ROLES)
def wish_name_coach(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A coordinator says who looks after it."""
    wish = _wish(request, pk)
    form = CoachForm(request.POST, people=coaching.who_may_coach(wish))
    if not perms.can_name_coach(request.user, wish):
        messages.error(request, _("Een coördinator kiest wie dit begeleidt."))
        return redirect("activities:wish_coach", pk)
    if not form.is_valid():
        return _coach_page(request, wish, coach_form=form)
    coach = form.cleaned_data["coach"]
    return _done(
        request,
        wish,
        lambda: coaching.name_coach(wish, coach, by=signed_in(request)),
        _("%(name)s begeleidt dit idee.") % {"name": coach.name},
    )


@require_POST
@for_coach
def wish_plan_together(request: HttpRequest, pk: UUID) -> HttpResponse:
    wish = _wish(request, pk)
    form = PlanTogetherForm(request.POST, prefix="plan")
    if not form.is_valid():
        return _coach_page(request, wish, plan_form=form)
    reply = form.cleaned_data["reply"]
    return _done(
        request,
        wish,
        lambda: coaching.plan_together(
            wish, by=signed_in(request), reply=reply, seen=_seen(request)
        ),
        _("Jullie maken samen een plan. Iedereen krijgt bericht."),
    )


@require_POST
@for_coach
def wish_not_now(request: HttpRequest, pk: UUID) -> HttpResponse:
    wish = _wish(request, pk)
    form = NotNowForm(request.POST, prefix="not_now")
    if not form.is_valid():
        return _coach_page(request, wish, not_now_form=form)
    return _done(
        request,
        wish,
        lambda: coaching.not_now(
            wish, **form.cleaned_data, by=signed_in(request), seen=_seen(request)
        ),
        _("Nu niet. Wie het vertelde, leest waarom en wat wel kan."),
    )


@require_POST
@for_coach
def wish_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What could not be then, may be now."""
    wish = _wish(request, pk)
    return _done(
        request,
        wish,
        lambda: coaching.come_back(wish, by=signed_in(request)),
        _("Het idee is terug."),
    )


@require_POST
@for_coach
def wish_release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The owner is gone, or said so at the desk: somebody else may take it over."""
    wish = _wish(request, pk)
    return _done(
        request,
        wish,
        lambda: adopting.let_go(wish, by=signed_in(request)),
        _("Losgelaten. Een ander mag het overnemen."),
    )


@never_cache
@get_or_post
@for_coach
def desk_wish_adopt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody at the desk goes on with an idea: a name is enough, and the slip with the code can be printed."""
    wish = _wish(request, pk)
    data = request.POST if request.method == "POST" else None
    form = AdoptForm(data, visitor=AnonymousUser())
    status = 200
    if form.is_valid():
        try:
            adopted = adopting.adopt(
                wish,
                name=form.cleaned_data["name"],
                phone=form.cleaned_data["phone"],
                email=form.cleaned_data["email"],
                shows_name=form.cleaned_data["shows_name"],
                form_token=form.cleaned_data["token"],
                language=get_language() or "nl",
                entered_by=signed_in(request),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = status_of(refusal)
        else:
            return redirect("activities:wish_slip", adopted.wish.pk, adopted.secret)
    context = {
        "wish": wish,
        "lang": other_language(wish.language),
        "form": form,
        "is_desk": True,
    }
    return render(request, "activities/wishes/wish_adopt.html", context, status=status)


@never_cache
@get_or_post
@for_coach
def wish_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A list that hung on the wall, typed in."""
    wish = _wish(request, pk)
    form = PaperForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            added = supporting.from_paper(
                wish,
                form.lines,
                form_token=form.cleaned_data["token"],
                language=get_language() or "nl",
                entered_by=signed_in(request),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = status_of(refusal)
        else:
            told = ngettext("%(n)s naam erbij.", "%(n)s namen erbij.", len(added))
            messages.success(request, told % {"n": len(added)})
            return redirect("activities:wish_coach", pk)
    context = {"wish": wish, "lang": other_language(wish.language), "form": form}
    return render(request, "activities/wishes/wish_paper.html", context, status=status)


@never_cache
@require_safe
@for_coach
def wish_sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A4 with lines to write on, for the wall: who comes, who helps, who organises along."""
    wish = _wish(request, pk)
    context = {
        "wish": wish,
        "lang": other_language(wish.language),
        "lines": range(PAPER_LINES),
        "qr": qr_svg(wish.get_absolute_url()),
        "today": timezone.localdate(),
    }
    return render(request, "activities/wishes/wish_sheet.html", context)


def _seen(request: HttpRequest) -> str:
    """The state that stood on the page upon which somebody decided."""
    return request.POST.get("seen", "")[:20]


def _wish(request: HttpRequest, pk: UUID) -> Wish:
    found = Wish.objects.coachable_by(signed_in(request)).with_page()
    return get_object_or_404(found, pk=pk)


def _done(
    request: HttpRequest, wish: Wish, act: Callable[[], object], sentence: str
) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, sentence)
    return redirect("activities:wish_coach", wish.pk)


def _coach_page(
    request: HttpRequest,
    wish: Wish,
    *,
    plan_form: PlanTogetherForm | None = None,
    not_now_form: NotNowForm | None = None,
    coach_form: CoachForm | None = None,
) -> HttpResponse:
    wrong = plan_form or not_now_form or coach_form
    can_name = perms.can_name_coach(request.user, wish)
    if can_name and coach_form is None:
        people = coaching.who_may_coach(wish)
        coach_form = CoachForm(people=people, initial={"coach": wish.coach_id})
    context = {
        **_row(wish),
        "story": story(wish),
        "supporters": wish.supports.live().with_recipient(),
        "is_at_desk": perms.is_at_desk_of(request.user, wish),
        "is_mine": wish.coach_id == signed_in(request).pk,
        "coach_form": coach_form if can_name else None,
        "wrong_form": wrong,
        "may_open_plan": perms.can_plan(request.user, wish),
        "may_plan": WishState.PLANNING in coaching.NEXT[wish.state],
        "may_say_not_now": WishState.NOT_NOW in coaching.NEXT[wish.state],
        "may_come_back": wish.state == WishState.NOT_NOW,
        "may_let_go": wish.state in adopting.CAN_BE_LET_GO and not wish.is_let_go,
        "owner_is_gone": bool(wish.person and not wish.person.is_active),
        "plan_form": plan_form or PlanTogetherForm(prefix="plan"),
        "not_now_form": not_now_form or NotNowForm(prefix="not_now"),
        "channel": reply_channel(wish),
        "reply_url": reverse("portal:desk_wish", args=[wish.pk]),
    }
    template = "activities/wishes/wish_coach.html"
    return render(request, template, context, status=400 if wrong and wrong.errors else 200)
