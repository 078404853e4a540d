"""The plan of an idea, for who makes it: with an account, or with the link or code of the idea. A GET changes nothing.

A host does it for somebody at the desk with the code on their slip; what is done then stands to the host's name.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities import perms
from activities.emails.plans import makers_and_coach
from activities.forms.plans import BeginPlanForm, FirstDateForm, KeepPlanForm, NoteForm, StepForm
from activities.idea_cards import other_language, state_sign
from activities.initiatives import lessons, pot, steps, wishing
from activities.initiatives.steps import By
from activities.models import Plan, PlanStep, Wish, WishState
from activities.plan_page import (
    date_rows,
    grant_row,
    helper_rows,
    late_words,
    note_rows,
    step_row,
    step_rows,
)
from activities.views.ideas import OPENED_BY_CODE
from activities.views.refusing import plain_page, status_of
from lokaal.exceptions import Refusal
from lokaal.pages import get_or_post, is_open, private
from lokaal.people import perms as people_perms
from lokaal.people.models import Person
from lokaal.people.perms import public, signed_in, visiting

PlanView = Callable[..., HttpResponse]


# Who may open it ---------------------------------------------------------------------------------


def for_makers(view: PlanView) -> Callable[..., HttpResponseBase]:
    """Give a view the wish, for who makes its plan; anybody else gets a plain sentence. What follows is private.

    The view is called with the request, the wish, the secret that it was opened with, and what else is in the address.
    """

    @public
    @functools.wraps(view)
    def guarded(request: HttpRequest, pk: UUID, secret: str = "", **more: Any) -> HttpResponseBase:
        found = wishing.find_by_secret(pk, secret) if secret else _opened(request, pk)
        if isinstance(found, HttpResponseBase):
            return found
        if found is None or (secret and found.is_let_go):
            return private(
                plain_page(
                    request,
                    status=404,
                    heading=_("Deze link werkt niet"),
                    sentence=_("Misschien mist een stuk van de link. Heb je een code? Vul die in."),
                )
            )
        return private(view(request, found, secret, **more))

    return guarded


def _opened(request: HttpRequest, pk: UUID) -> Wish | HttpResponseBase | None:
    """The wish, for whoever opens it without its link; staff pass their second factor first."""
    found = Wish.objects.with_page().filter(pk=pk).first()
    if found is None:
        return None
    if is_open(request, OPENED_BY_CODE, pk) and not found.is_let_go:
        return found
    if not perms.can_plan(request.user, found):
        return None
    if people_perms.holds_staff_role(request.user):
        return people_perms.way_in(request) or found
    return found


def by(request: HttpRequest, wish: Wish) -> By:
    """Who does it: who is signed in, or the owner by the name that stands with the idea."""
    return By(visiting(request), wish.name)


def address(wish: Wish, secret: str, view: str = "wish_plan", *more: object) -> str:
    """The address of a page of a plan, with the secret that it was asked with."""
    return reverse(
        f"activities:{view}", args=[wish.pk, secret, *more] if secret else [wish.pk, *more]
    )


def context_of(wish: Wish, secret: str, **more: Any) -> dict[str, Any]:
    """What every page of a plan shows."""
    return {
        "wish": wish,
        "secret": secret,
        "lang": other_language(wish.language),
        "plan_url": address(wish, secret),
        **more,
    }


def done(
    request: HttpRequest, wish: Wish, secret: str, act: Callable[[], object], sentence: str
) -> HttpResponse:
    """Do one thing, say so or why not, and go back to the plan."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, sentence)
    return redirect(address(wish, secret))


def _plan(wish: Wish) -> Plan:
    return get_object_or_404(Plan, wish=wish)


def _step(wish: Wish, step: UUID) -> PlanStep:
    return get_object_or_404(
        PlanStep.objects.select_related("plan__wish", "person"), pk=step, plan__wish=wish
    )


def _people(wish: Wish) -> list[Person]:
    """Those around an idea who have an account: they can be named at a step."""
    return [to.person for _key, to in makers_and_coach(wish) if to.person]


# The plan ----------------------------------------------------------------------------------------


@for_makers
@require_safe
def wish_plan(request: HttpRequest, wish: Wish, secret: str) -> HttpResponse:
    """The plan: what is to be done and by when, what is late, the dates, the money, what they write."""
    return _plan_page(request, wish, secret)


def _plan_page(
    request: HttpRequest,
    wish: Wish,
    secret: str,
    *,
    note_form: NoteForm | None = None,
    begin_form: BeginPlanForm | None = None,
    status: int = 200,
) -> HttpResponse:
    plan = steps.plan_of(wish)
    if plan is None:
        context = context_of(
            wish,
            secret,
            form=begin_form or BeginPlanForm(),
            is_on_its_way=wish.is_on_its_way,
            back_url=_idea_url(wish, secret),
            begin_url=address(wish, secret, "plan_begin"),
        )
        return render(request, "activities/plans/plan_begin.html", context, status=status)
    todo, finished = step_rows(plan, wish)
    for row in todo:
        _with_urls(row, wish, secret)
    for row in finished:
        _with_urls(row, wish, secret)
    activity = wish.activity
    context = context_of(
        wish,
        secret,
        plan=plan,
        badge=state_sign(wish),
        todo=todo,
        finished=finished,
        late=late_words(sum(row.is_late for row in todo)),
        is_on_its_way=wish.is_on_its_way,
        may_try=wish.state == WishState.PLANNING and activity is None,
        activity=activity,
        dates=date_rows(activity) if activity else [],
        helpers=helper_rows(activity) if activity else [],
        may_manage=activity is not None and perms.can_edit(request.user, activity),
        grants=[grant_row(grant) for grant in wish.grants.order_by("-asked_at", "id")],
        notes=note_rows(plan),
        note_form=note_form or NoteForm(),
        may_keep=perms.can_keep_examples(request.user),
        back_url=_idea_url(wish, secret),
        urls={
            name: address(wish, secret, name)
            for name in (
                "plan_first_date",
                "step_new",
                "plan_note",
                "plan_keep",
                "plan_paper",
                "plan_try",
                "plan_pot",
            )
        },
    )
    return render(request, "activities/plans/wish_plan.html", context, status=status)


def _with_urls(row: Any, wish: Wish, secret: str) -> None:
    row.urls.update(
        page=address(wish, secret, "step", row.step.pk),
        done=address(wish, secret, "step_done", row.step.pk),
        reopen=address(wish, secret, "step_reopen", row.step.pk),
    )


def _idea_url(wish: Wish, secret: str) -> str:
    return address(wish, secret, "wish_mine") if secret else wish.get_absolute_url()


@for_makers
@require_POST
def plan_begin(request: HttpRequest, wish: Wish, secret: str) -> HttpResponse:
    form = BeginPlanForm(request.POST)
    if not form.is_valid():
        return _plan_page(request, wish, secret, begin_form=form)
    return done(
        request,
        wish,
        secret,
        lambda: steps.begin(
            wish,
            template=form.cleaned_data.get("template"),
            first_on=form.cleaned_data["first_on"],
        ),
        _("Dit is het plan. Verander wat anders is."),
    )


@for_makers
@get_or_post
def plan_first_date(request: HttpRequest, wish: Wish, secret: str) -> HttpResponse:
    """Another first day. Once there are dates, the first of those is it."""
    plan = _plan(wish)
    if wish.activity_id is not None:
        messages.info(request, _("De datums staan al in de agenda. Verander ze daar."))
        return redirect(address(wish, secret))
    form = FirstDateForm(request.POST or None, initial={"first_on": plan.first_on})
    if request.method == "POST" and form.is_valid():
        return done(
            request,
            wish,
            secret,
            lambda: steps.move_first_date(plan, form.cleaned_data["first_on"]),
            _("Bewaard. De stappen schuiven mee."),
        )
    context = context_of(wish, secret, form=form)
    return render(request, "activities/plans/plan_first_date.html", context)


@for_makers
@require_POST
def plan_note(request: HttpRequest, wish: Wish, secret: str) -> HttpResponse:
    plan = _plan(wish)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            steps.write(
                plan,
                text=form.cleaned_data["text"],
                by=by(request, wish),
                form_token=form.cleaned_data["token"],
            )
        except Refusal as refusal:
            form.add_error("text", refusal.message)
            return _plan_page(request, wish, secret, note_form=form, status=status_of(refusal))
        return redirect(f"{address(wish, secret)}#notes")
    return _plan_page(request, wish, secret, note_form=form)


@for_makers
@get_or_post
def plan_keep(request: HttpRequest, wish: Wish, secret: str) -> HttpResponse:
    """Keep the steps as an example for others. For coordinators."""
    plan = _plan(wish)
    if not perms.can_keep_examples(request.user):
        raise PermissionDenied(_("Een coördinator bewaart voorbeelden. Vraag het gerust."))
    form = KeepPlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            steps.keep_as_template(plan, name=form.cleaned_data["name"], by=signed_in(request))
        except Refusal as refusal:
            form.add_error("name", refusal.message)
        else:
            messages.success(request, _("Bewaard. Anderen kunnen hier nu mee beginnen."))
            return redirect(address(wish, secret))
    context = context_of(wish, secret, form=form)
    return render(request, "activities/plans/plan_keep.html", context)


@for_makers
@require_safe
def plan_paper(request: HttpRequest, wish: Wish, secret: str) -> HttpResponse:
    """The plan on one A4: to take home, or to hang in the kitchen."""
    plan = _plan(wish)
    todo, finished = step_rows(plan, wish)
    context = context_of(
        wish,
        secret,
        plan=plan,
        rows=[*todo, *finished],
        dates=date_rows(wish.activity) if wish.activity else [],
        line=pot.public_line(wish),
        coach=wish.coach,
    )
    return render(request, "activities/plans/plan_paper.html", context)


# Its steps ---------------------------------------------------------------------------------------


@for_makers
@get_or_post
def step_new(request: HttpRequest, wish: Wish, secret: str) -> HttpResponse:
    plan = _plan(wish)
    form = StepForm(request.POST or None, people=_people(wish))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            steps.add_step(plan, **form.told, form_token=form.cleaned_data["token"])
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = status_of(refusal)
        else:
            messages.success(request, _("De stap staat erbij."))
            return redirect(address(wish, secret))
    context = context_of(wish, secret, form=form)
    return render(request, "activities/plans/step_new.html", context, status=status)


@for_makers
@get_or_post
def step(request: HttpRequest, wish: Wish, secret: str, step: UUID) -> HttpResponse:
    """One step: what others learned about it, and changing it."""
    found = _step(wish, step)
    form = StepForm(request.POST or None, people=_people(wish), step=found)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            steps.change_step(found, **form.told)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            status = status_of(refusal)
        else:
            messages.success(request, _("Bewaard."))
            return redirect(address(wish, secret))
    context = context_of(
        wish,
        secret,
        form=form,
        row=step_row(found, lessons.for_step(found.kind, wish)),
        done_url=address(wish, secret, "step_done", found.pk),
        reopen_url=address(wish, secret, "step_reopen", found.pk),
        remove_url=address(wish, secret, "step_remove", found.pk),
    )
    return render(request, "activities/plans/step.html", context, status=status)


@for_makers
@require_POST
def step_done(request: HttpRequest, wish: Wish, secret: str, step: UUID) -> HttpResponse:
    found = _step(wish, step)
    return done(
        request, wish, secret, lambda: steps.finish(found, by=by(request, wish)), _("Mooi. Klaar.")
    )


@for_makers
@require_POST
def step_reopen(request: HttpRequest, wish: Wish, secret: str, step: UUID) -> HttpResponse:
    found = _step(wish, step)
    sentence = _("De stap staat weer open.")
    return done(request, wish, secret, lambda: steps.reopen(found), sentence)


@for_makers
@require_POST
def step_remove(request: HttpRequest, wish: Wish, secret: str, step: UUID) -> HttpResponse:
    found = PlanStep.objects.filter(pk=step, plan__wish=wish).first()
    if found is None:
        return redirect(address(wish, secret))
    return done(request, wish, secret, lambda: steps.remove_step(found), _("De stap is weg."))
