"""The plan: counted back from the first date, done by whom, kept as an example, late or not."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from activities import planning
from activities.exceptions import NameTaken, NotReady
from activities.initiatives import steps
from activities.initiatives.steps import By
from activities.models import (
    Plan,
    PlanNote,
    PlanStep,
    PlanStepKind,
    PlanTemplate,
    TemplateStep,
    WishState,
)
from lokaal.bsn import HoldsBSN
from tests.activities.factories import ActivityFactory, OccurrenceFactory, PersonFactory
from tests.activities.initiatives.plan_factories import (
    PlanFactory,
    PlannedWishFactory,
    PlanStepFactory,
    PlanTemplateFactory,
    TemplateStepFactory,
    refuses,
)
from tests.parallel import at_once

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TODAY = date(2026, 11, 24)
BSN = "111222333"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Tuesday 24 November 2026, twelve o'clock."""
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=AMSTERDAM), tick=False):
        yield


def told(plan: Plan) -> list[tuple[str, date | None]]:
    return [(step.title, step.due_on) for step in plan.steps.in_order()]


# Beginning ---------------------------------------------------------------------------------------


def test_begin_gives_the_usual_steps_counted_back() -> None:
    plan = steps.begin(PlannedWishFactory(), first_on=date(2027, 1, 24))
    assert told(plan) == [
        ("Praat samen over je idee", date(2026, 12, 13)),
        ("Kies een plek in het huis", date(2026, 12, 27)),
        ("Reken uit wat het kost", date(2026, 12, 27)),
        ("Vraag wie er helpt", date(2027, 1, 3)),
        ("Kijk of iedereen erbij kan", date(2027, 1, 3)),
        ("Hang een poster op en vertel het rond", date(2027, 1, 10)),
        ("Zet alles klaar", date(2027, 1, 23)),
    ]


def test_begin_without_a_day_gives_steps_without_a_day() -> None:
    plan = steps.begin(PlannedWishFactory())
    assert {step.due_on for step in plan.steps.all()} == {None}
    assert [step.days_before for step in plan.steps.in_order()] == [42, 28, 28, 21, 21, 14, 1]


def test_begin_takes_the_steps_of_a_template() -> None:
    template = PlanTemplateFactory(language="tr")
    TemplateStepFactory(
        template=template, title="Mutfağa sor", kind=PlanStepKind.ROOM, days_before=10
    )
    plan = steps.begin(PlannedWishFactory(), template=template, first_on=date(2026, 12, 24))
    step = plan.steps.get()
    assert (step.title, step.kind, step.due_on, step.language) == (
        "Mutfağa sor",
        "room",
        date(2026, 12, 14),
        "tr",
    )


def test_no_step_begins_late() -> None:
    plan = steps.begin(PlannedWishFactory(), first_on=date(2026, 12, 8))
    assert told(plan)[0] == ("Praat samen over je idee", TODAY)
    assert steps.late_for_organiser(plan.wish.person) == []


def test_begin_twice_gives_the_first_plan() -> None:
    wish = PlannedWishFactory()
    first = steps.begin(wish, first_on=date(2027, 1, 24))
    assert steps.begin(wish, first_on=date(2027, 3, 1)) == first
    assert Plan.objects.get().first_on == date(2027, 1, 24)
    assert PlanStep.objects.count() == 7


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_at_once_make_one_plan() -> None:
    wish = PlannedWishFactory()
    found = at_once(lambda: steps.begin(wish), lambda: steps.begin(wish))
    assert found[0] == found[1] == Plan.objects.get()
    assert PlanStep.objects.count() == 7


def test_begin_is_refused_for_what_is_over() -> None:
    wish = PlannedWishFactory(state=WishState.STOPPED)
    with refuses(NotReady, "Dit idee is klaar. Je kunt het plan nog wel lezen."):
        steps.begin(wish)
    assert not Plan.objects.exists()


# The first date moves ----------------------------------------------------------------------------


def test_moving_the_first_date_moves_what_is_not_done() -> None:
    plan = PlanFactory(first_on=date(2027, 1, 24))
    done = steps.add_step(plan, title="Klaar", days_before=7)
    open_one = steps.add_step(plan, title="Open", days_before=7)
    own_day = steps.add_step(plan, title="Eigen dag", due_on=date(2027, 1, 2))
    steps.finish(done, by=By(name="Fatma"))

    steps.move_first_date(plan, date(2027, 2, 24))

    for step in (done, open_one, own_day):
        step.refresh_from_db()
    assert done.due_on == date(2027, 1, 17)
    assert open_one.due_on == date(2027, 2, 17)
    assert own_day.due_on == date(2027, 1, 2)


def test_the_same_first_date_again_leaves_what_is_late() -> None:
    plan = PlanFactory(first_on=date(2026, 12, 1))
    late = PlanStepFactory(plan=plan, days_before=14, due_on=date(2026, 11, 17))
    steps.move_first_date(plan, date(2026, 12, 1))
    late.refresh_from_db()
    assert late.due_on == date(2026, 11, 17)


def test_without_a_first_date_counted_steps_have_no_day() -> None:
    plan = PlanFactory(first_on=date(2027, 1, 24))
    step = steps.add_step(plan, title="Poster", days_before=7)
    steps.move_first_date(plan, None)
    step.refresh_from_db()
    assert step.due_on is None


def test_steps_follow_when_the_first_date_of_the_activity_moves() -> None:
    activity = ActivityFactory()
    plan = PlanFactory(
        wish__activity=activity, wish__state=WishState.TRYING, first_on=date(2026, 12, 15)
    )
    step = steps.add_step(plan, title="Poster", days_before=7)
    occurrence = OccurrenceFactory(
        activity=activity, starts_at=datetime(2026, 12, 15, 19, tzinfo=AMSTERDAM)
    )
    later = OccurrenceFactory(
        activity=activity, starts_at=datetime(2026, 12, 29, 19, tzinfo=AMSTERDAM)
    )

    planning.move(
        occurrence,
        starts_at=datetime(2026, 12, 22, 19, tzinfo=AMSTERDAM),
        ends_at=datetime(2026, 12, 22, 21, tzinfo=AMSTERDAM),
        by=None,
    )
    step.refresh_from_db()
    plan.refresh_from_db()
    assert (plan.first_on, step.due_on) == (date(2026, 12, 22), date(2026, 12, 15))

    planning.cancel(occurrence, reason="Ziek.", by=None)
    step.refresh_from_db()
    assert step.due_on == date(2026, 12, 22)

    planning.cancel(later, reason="Ziek.", by=None)  # none is left: the plan stays as it was
    plan.refresh_from_db()
    assert plan.first_on == date(2026, 12, 29)


# Steps -------------------------------------------------------------------------------------------


def test_add_step_keeps_who_when_and_what() -> None:
    plan = PlanFactory(first_on=date(2027, 1, 24))
    step = steps.add_step(
        plan,
        title="Bel de keuken",
        kind=PlanStepKind.ROOM,
        days_before=10,
        who="Buurvrouw Ans",
        note="Na 14 uur.",
    )
    assert (step.title, step.kind, step.due_on, step.doer, step.note) == (
        "Bel de keuken",
        "room",
        date(2027, 1, 14),
        "Buurvrouw Ans",
        "Na 14 uur.",
    )


def test_the_same_form_twice_adds_one_step() -> None:
    plan = PlanFactory()
    token = uuid.uuid4()
    first = steps.add_step(plan, title="Bel", form_token=token)
    assert steps.add_step(plan, title="Bel", form_token=token) == first
    assert plan.steps.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_form_twice_at_once_adds_one_step() -> None:
    plan = PlanFactory()
    token = uuid.uuid4()
    found = at_once(
        lambda: steps.add_step(plan, title="Bel", form_token=token),
        lambda: steps.add_step(plan, title="Bel", form_token=token),
    )
    assert found[0] == found[1] == PlanStep.objects.get()


@pytest.mark.parametrize("field", ["title", "who", "note"])
def test_a_citizen_service_number_is_kept_nowhere(field: str) -> None:
    plan = PlanFactory()
    with pytest.raises(HoldsBSN):
        steps.add_step(plan, **{"title": "Bel", field: f"nummer {BSN}"})
    assert not PlanStep.objects.exists()


def test_a_plan_has_no_endless_steps() -> None:
    plan = PlanFactory()
    PlanStep.objects.bulk_create(PlanStep(plan=plan, title="Bel") for _n in range(60))
    with refuses(NotReady, "Dit plan heeft al heel veel stappen. Haal er eerst een weg."):
        steps.add_step(plan, title="Nog een")
    assert plan.steps.count() == 60


def test_change_step_counts_again_only_when_the_days_change() -> None:
    plan = PlanFactory(first_on=date(2026, 12, 1))
    late = PlanStepFactory(plan=plan, days_before=14, due_on=date(2026, 11, 17))
    same = {"title": "Anders", "kind": "money", "who": "Ans", "note": "", "due_on": None}

    assert steps.change_step(late, days_before=14, **same).due_on == date(2026, 11, 17)
    changed = steps.change_step(late, days_before=3, **same)
    assert (changed.title, changed.kind, changed.due_on) == ("Anders", "money", date(2026, 11, 28))


def test_change_step_that_is_done_keeps_its_day() -> None:
    step = PlanStepFactory(
        plan__first_on=date(2026, 12, 1), due_on=date(2026, 11, 1), done_at=timezone.now()
    )
    changed = steps.change_step(
        step, title="Anders", kind="other", days_before=2, due_on=None, who="", note=""
    )
    assert changed.due_on == date(2026, 11, 1)


def test_finish_keeps_by_whom_and_when_once() -> None:
    person = PersonFactory(name="Sahra Warsame")
    step = PlanStepFactory()
    steps.finish(step, by=By(person))
    again = steps.finish(step, by=By(name="Iemand anders"))
    assert (again.done_by, again.done_name, again.done_at) == (
        person,
        "Sahra Warsame",
        timezone.now(),
    )


def test_reopen_counts_from_the_first_date_again() -> None:
    step = PlanStepFactory(
        plan__first_on=date(2026, 12, 1), days_before=10, due_on=date(2026, 10, 1)
    )
    steps.finish(step, by=By(name="Ans"))
    again = steps.reopen(step)
    assert (again.done_at, again.done_name, again.due_on) == (None, "", date(2026, 11, 21))
    assert steps.reopen(step).due_on == date(2026, 11, 21)


def test_remove_step_twice_is_harmless_and_what_is_done_stays() -> None:
    step, done = PlanStepFactory(), PlanStepFactory()
    steps.remove_step(step)
    steps.remove_step(step)
    steps.finish(done, by=By(name="Ans"))
    with refuses(NotReady, "Deze stap is al klaar. Die blijft staan."):
        steps.remove_step(done)
    assert list(PlanStep.objects.all()) == [done]


# What they write ---------------------------------------------------------------------------------


def test_notes_keep_writer_and_time_and_come_once_per_form() -> None:
    plan = PlanFactory()
    token = uuid.uuid4()
    note = steps.write(plan, text="Ik bel morgen.", by=By(name="Ans"), form_token=token)
    assert steps.write(plan, text="Ik bel morgen.", by=By(name="Ans"), form_token=token) == note
    assert (note.writer_name, note.created_at) == ("Ans", timezone.now())
    with pytest.raises(HoldsBSN):
        steps.write(plan, text=f"Mijn nummer is {BSN}", by=By(name="Ans"))
    assert PlanNote.objects.count() == 1


# Templates ---------------------------------------------------------------------------------------


def test_a_plan_is_kept_as_an_example_without_names_or_notes() -> None:
    plan = PlanFactory(first_on=date(2027, 1, 24))
    coordinator = PersonFactory()
    steps.add_step(plan, title="Bel", kind="room", days_before=10, who="Ans", note="Geheim")
    steps.add_step(plan, title="Eigen dag", due_on=date(2027, 1, 2))

    template = steps.keep_as_template(plan, name="Samen zingen", by=coordinator)

    assert (template.name, template.created_by) == ("Samen zingen", coordinator)
    assert list(template.steps.values_list("title", "kind", "days_before")) == [("Bel", "room", 10)]
    assert {field.name for field in TemplateStep._meta.fields} == {
        "id",
        "template",
        "kind",
        "title",
        "days_before",
    }


def test_two_examples_have_two_names() -> None:
    plan = PlanFactory()
    steps.add_step(plan, title="Bel", days_before=10)
    steps.keep_as_template(plan, name="Samen zingen", by=PersonFactory())
    with refuses(NameTaken, "Er is al een voorbeeld met deze naam. Kies een andere."):
        steps.keep_as_template(plan, name="Samen zingen", by=PersonFactory())
    assert PlanTemplate.objects.count() == TemplateStep.objects.count() == 1


def test_nothing_to_keep_is_said() -> None:
    with refuses(NotReady, "Er zijn nog geen stappen om te bewaren."):
        steps.keep_as_template(PlanFactory(), name="Leeg", by=PersonFactory())
    assert not PlanTemplate.objects.filter(name="Leeg").exists()


# Late --------------------------------------------------------------------------------------------


def test_late_is_seen_by_who_coaches_and_who_organises() -> None:
    wish = PlannedWishFactory()
    along = PersonFactory()
    wish.organisers.add(along)
    plan = PlanFactory(wish=wish)
    late = PlanStepFactory(plan=plan, due_on=date(2026, 11, 23))
    PlanStepFactory(plan=plan, due_on=TODAY)
    PlanStepFactory(plan=plan, due_on=date(2026, 11, 1), done_at=timezone.now())
    PlanStepFactory(due_on=date(2026, 11, 1), plan__wish__state=WishState.STOPPED)

    assert steps.late_for_coach(wish.coach) == [late]
    assert steps.late_for_organiser(wish.person) == [late]
    assert steps.late_for_organiser(along) == [late]
    assert steps.late_for_coach(along) == []
    assert steps.late_for_organiser(PersonFactory()) == []
