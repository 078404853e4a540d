"""The plan of a wish: steps counted back from its first date, who does them, and what organisers and coach write.

Only this module changes plans and their steps. Who may: activities.perms.can_plan, or the link or code of the wish.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from activities.emails import plans as emails
from activities.exceptions import NameTaken, NotReady
from activities.models import (
    Activity,
    Plan,
    PlanNote,
    PlanStep,
    PlanStepKind,
    PlanTemplate,
    TemplateStep,
    Wish,
    WishState,
)
from activities.models.wish import ON_ITS_WAY
from lokaal import bsn, constraints
from lokaal.people.models import Person

#: What nearly every first time asks, for who takes no other example: kind, words, days before.
FIRST_STEPS: Sequence[tuple[PlanStepKind, Any, int]] = (
    (PlanStepKind.OTHER, gettext_lazy("Praat samen over je idee"), 42),
    (PlanStepKind.ROOM, gettext_lazy("Kies een plek in het huis"), 28),
    (PlanStepKind.MONEY, gettext_lazy("Reken uit wat het kost"), 28),
    (PlanStepKind.HELPERS, gettext_lazy("Vraag wie er helpt"), 21),
    (PlanStepKind.ACCESS, gettext_lazy("Kijk of iedereen erbij kan"), 21),
    (PlanStepKind.POSTER, gettext_lazy("Hang een poster op en vertel het rond"), 14),
    (PlanStepKind.OTHER, gettext_lazy("Zet alles klaar"), 1),
)
MOST_STEPS = 60
MOST_NOTES = 500


@dataclass(frozen=True)
class By:
    """Who does something to a plan: somebody with an account, or who has the link of the wish, by their name."""

    person: Person | None = None
    name: str = ""

    @property
    def shown_name(self) -> str:
        return (self.person.name if self.person else self.name)[:120]


# The plan ----------------------------------------------------------------------------------------


def plan_of(wish: Wish) -> Plan | None:
    """The plan of a wish, when it has one."""
    return Plan.objects.filter(wish=wish).first()


def begin(
    wish: Wish, *, template: PlanTemplate | None = None, first_on: date | None = None
) -> Plan:
    """Make the plan of a wish, with the steps of a template or else the usual ones. Twice gives the first one.

    Raises NotReady when nothing happens with the wish any more.
    """
    with transaction.atomic():
        locked = Wish.objects.locked(wish.pk)
        found = plan_of(locked)
        if found:
            return found
        _check_on_its_way(locked)
        plan = Plan.objects.create(wish=locked, first_on=first_on)
        language = get_language() or "nl"
        if template:
            told = [(s.kind, s.title, s.days_before) for s in template.steps.all()]
            language = template.language
        else:
            told = [(kind, str(title), days) for kind, title, days in FIRST_STEPS]
        steps = [
            PlanStep(plan=plan, kind=kind, title=title, days_before=days, language=language)
            for kind, title, days in told
        ]
        for step in steps:
            step.due_on = _from_today_on(step.due_for(first_on))
        PlanStep.objects.bulk_create(steps)
    return plan


def move_first_date(plan: Plan, first_on: date | None) -> Plan:
    """Hope for another first day: what is still to be done is counted back from it. What is done stays as it was.

    No step becomes due before today. The same day again changes nothing. None: no day yet.
    """
    with transaction.atomic():
        locked = _locked(plan)
        if locked.first_on != first_on:
            locked.first_on = first_on
            locked.save(update_fields=["first_on"])
            moved = []
            for step in locked.steps.open().filter(days_before__isnull=False):
                step.due_on = _from_today_on(step.due_for(first_on))
                moved.append(step)
            PlanStep.objects.bulk_update(moved, ["due_on"])
    plan.first_on = first_on
    return plan


def follow_dates(activity: Activity) -> None:
    """Count the steps back from the first date of an activity, once it was moved or called off.

    With no date left that goes ahead, the coach of what is tried hears so. Called in the transaction of the change.
    Does nothing for what grew out of no wish, or has begun.
    """
    wishes = list(Wish.objects.filter(activity=activity).select_related("coach"))
    if not wishes:
        return
    first = activity.occurrences.going_ahead().order_by("starts_at").first()
    if first is None:
        for wish in wishes:
            if wish.state == WishState.TRYING:
                emails.no_dates_left(wish, activity)
        return
    if first.starts_at <= timezone.now():
        return
    for plan in Plan.objects.filter(wish__in=wishes):
        move_first_date(plan, timezone.localdate(first.starts_at))


# Its steps ---------------------------------------------------------------------------------------


def add_step(
    plan: Plan,
    *,
    title: str,
    kind: PlanStepKind | str = PlanStepKind.OTHER,
    days_before: int | None = None,
    due_on: date | None = None,
    who: str = "",
    person: Person | None = None,
    note: str = "",
    form_token: UUID | None = None,
) -> PlanStep:
    """Add a step: so many days before the first time, on a day of its own, or without a day.

    The same form again gives the step that was made before. Raises HoldsBSN, and NotReady when there are too many
    steps, or nothing happens with the wish any more.
    """
    bsn.check_none(title, who, note)
    with transaction.atomic():
        locked = _locked(plan)
        if form_token:
            made_before = locked.steps.filter(form_token=form_token).first()
            if made_before:
                return made_before
        _check_on_its_way(locked.wish)
        if locked.steps.count() >= MOST_STEPS:
            raise NotReady(_("Dit plan heeft al heel veel stappen. Haal er eerst een weg."))
        step = PlanStep(
            plan=locked,
            kind=kind,
            title=title,
            days_before=days_before,
            due_on=due_on,
            who=who,
            person=person,
            note=note,
            language=get_language() or "nl",
            form_token=form_token,
        )
        if days_before is not None:
            step.due_on = _from_today_on(step.due_for(locked.first_on))
        step.save(force_insert=True)
    return step


def change_step(
    step: PlanStep,
    *,
    title: str,
    kind: PlanStepKind | str,
    days_before: int | None,
    due_on: date | None,
    who: str,
    note: str,
    person: Person | None = None,
) -> PlanStep:
    """Change what a step says. A step that is done keeps its day. Raises HoldsBSN."""
    bsn.check_none(title, who, note)
    with transaction.atomic():
        plan = _locked(step.plan)
        locked = plan.steps.select_for_update(no_key=True).get(pk=step.pk)
        was = (locked.days_before, locked.due_on)
        if locked.title != title:
            locked.language = get_language() or "nl"
        locked.title, locked.kind, locked.who, locked.note = title, kind, who, note
        locked.person = person
        locked.days_before = days_before
        if locked.is_done:
            locked.due_on = was[1]
        elif days_before is None:
            locked.due_on = due_on
        elif days_before != was[0]:
            locked.due_on = _from_today_on(locked.due_for(plan.first_on))
        locked.save(
            update_fields=[
                "title",
                "language",
                "kind",
                "who",
                "note",
                "person",
                "days_before",
                "due_on",
            ]
        )
    return locked


def finish(step: PlanStep, *, by: By) -> PlanStep:
    """Mark a step as done. Twice is harmless: the first one counts."""
    with transaction.atomic():
        locked = PlanStep.objects.select_for_update(no_key=True).get(pk=step.pk)
        if not locked.is_done:
            locked.done_at = timezone.now()
            locked.done_by = by.person
            locked.done_name = by.shown_name
            locked.save(update_fields=["done_at", "done_by", "done_name"])
    return locked


def reopen(step: PlanStep) -> PlanStep:
    """A step is not done after all: it is counted back from the first time again. Twice is harmless."""
    with transaction.atomic():
        plan = _locked(step.plan)
        locked = plan.steps.select_for_update(no_key=True).get(pk=step.pk)
        if locked.is_done:
            locked.done_at, locked.done_by, locked.done_name = None, None, ""
            if locked.days_before is not None:
                locked.due_on = locked.due_for(plan.first_on)
            locked.save(update_fields=["done_at", "done_by", "done_name", "due_on"])
    return locked


def remove_step(step: PlanStep) -> None:
    """Take a step away that nobody needs. Twice is harmless. Raises NotReady for one that is done: that happened."""
    with transaction.atomic():
        locked = PlanStep.objects.select_for_update().filter(pk=step.pk).first()
        if locked is None:
            return
        if locked.is_done:
            raise NotReady(_("Deze stap is al klaar. Die blijft staan."))
        locked.delete()


# What they write ---------------------------------------------------------------------------------


def write(plan: Plan, *, text: str, by: By, form_token: UUID | None = None) -> PlanNote:
    """Keep what somebody wrote with a plan. The same form again gives the first one. Raises HoldsBSN, NotReady."""
    bsn.check_none(text)
    with transaction.atomic():
        locked = _locked(plan)
        if form_token:
            written_before = locked.notes.filter(form_token=form_token).first()
            if written_before:
                return written_before
        if locked.notes.count() >= MOST_NOTES:
            raise NotReady(_("Hier staan al heel veel berichten. Bel elkaar even."))
        return PlanNote.objects.create(
            plan=locked,
            text=text,
            language=get_language() or "nl",
            writer=by.person,
            writer_name=by.shown_name,
            form_token=form_token,
        )


# Templates ---------------------------------------------------------------------------------------


def keep_as_template(plan: Plan, *, name: str, by: Person) -> PlanTemplate:
    """Keep the steps of a plan as an example for others: what to do and when, not who did it or what was written.

    Raises NameTaken, HoldsBSN, and NotReady when no step is counted from the first time.
    """
    steps = list(plan.steps.filter(days_before__isnull=False).in_order())
    bsn.check_none(name, *(step.title for step in steps))
    if not steps:
        raise NotReady(_("Er zijn nog geen stappen om te bewaren."))
    try:
        with transaction.atomic():
            template = PlanTemplate.objects.create(
                name=name, created_by=by, language=steps[0].language
            )
            TemplateStep.objects.bulk_create(
                TemplateStep(
                    template=template,
                    kind=step.kind,
                    title=step.title,
                    days_before=step.days_before or 0,
                )
                for step in steps
            )
    except IntegrityError as error:
        if constraints.broken_by(error) != "activities_plantemplate_name":
            raise
        raise NameTaken(_("Er is al een voorbeeld met deze naam. Kies een andere.")) from None
    return template


# What is late ------------------------------------------------------------------------------------


def late_for_coach(person: Person) -> list[PlanStep]:
    """What should have been done by now in the plans that this person coaches, longest late first."""
    return list(PlanStep.objects.late().coached_by(person).with_wish())


def late_for_organiser(person: Person) -> list[PlanStep]:
    """The same in the plans of what this person organises."""
    return list(PlanStep.objects.late().organised_by(person).with_wish())


# Pieces ------------------------------------------------------------------------------------------


def _locked(plan: Plan) -> Plan:
    """The plan as it is now, locked until the transaction ends, with its wish."""
    return Plan.objects.select_related("wish").select_for_update(of=("self",)).get(pk=plan.pk)


def _check_on_its_way(wish: Wish) -> None:
    if wish.state not in ON_ITS_WAY:
        raise NotReady(_("Dit idee is klaar. Je kunt het plan nog wel lezen."))


def _from_today_on(day: date | None) -> date | None:
    """Nothing begins late: what should have been done before today is due today."""
    return None if day is None else max(day, timezone.localdate())


def usual_first_day() -> date:
    """A first day that leaves time for all the usual steps."""
    return timezone.localdate() + timedelta(days=max(days for _k, _t, days in FIRST_STEPS))
