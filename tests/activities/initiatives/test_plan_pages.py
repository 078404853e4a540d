"""The pages of a plan: who opens them, by account, link or code; and everything done on them without JavaScript."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from activities.initiatives import inviting, pot, steps
from activities.initiatives.steps import By
from activities.models import (
    Activity,
    Grant,
    Helper,
    PlanNote,
    PlanStep,
    PlanTemplate,
    Spending,
    Support,
    SupportKind,
    Wish,
    WishState,
)
from lokaal.people.models import Person, Role, StaffRole
from lokaal.secret_links import hash_of
from tests.activities.factories import CentreFactory, PersonFactory
from tests.activities.initiatives.plan_factories import (
    PlannedWishFactory,
    PlanStepFactory,
    PotFactory,
    SupportFactory,
    maximum,
    plain,
)
from tests.activities.organising.pages import as_
from tests.venue.factories import SpaceFactory

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SECRET = "p" * 64
CODE = "48217730"
QUERIES_OF_PLAN = 11


@pytest.fixture(autouse=True)
def noon(settings: Any) -> Iterator[None]:
    """Tuesday 24 November 2026, twelve o'clock. Staff need no second factor here."""
    settings.DEMO = True
    cache.clear()
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=AMSTERDAM), tick=False):
        yield


@pytest.fixture
def wish() -> Wish:
    made = PlannedWishFactory(code=CODE, secret_hash=hash_of(SECRET))
    SpaceFactory(centre=made.centre, name="Atelier", capacity=16)
    steps.begin(made, first_on=date(2027, 1, 24))
    return made


@pytest.fixture
def owner(wish: Wish) -> Client:
    return as_(wish.person)


def url(wish: Wish, view: str = "wish_plan", *more: object, secret: str = "") -> str:
    args = [wish.pk, secret, *more] if secret else [wish.pk, *more]
    return reverse(f"activities:{view}", args=args)


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def held(person: Person, role: Role, wish: Wish) -> Person:
    StaffRole.objects.create(person=person, role=role, centre=wish.centre)
    return person


def step_of(wish: Wish) -> PlanStep:
    return wish.plan.steps.in_order()[0]


# Who opens it ------------------------------------------------------------------------------------


def test_owner_organisers_coach_and_coordinators_open_the_plan(wish: Wish) -> None:
    along = PersonFactory()
    wish.organisers.add(along)
    coordinator = held(PersonFactory(), Role.COORDINATOR, wish)
    for person in (wish.person, along, wish.coach, coordinator):
        response = as_(person).get(url(wish))
        assert response.status_code == 200
        assert "Vraag wie er helpt" in response.text


def test_nobody_else_opens_the_plan(wish: Wish) -> None:
    elsewhere = PersonFactory()
    StaffRole.objects.create(person=elsewhere, role=Role.COORDINATOR, centre=CentreFactory())
    supporter = PersonFactory()
    SupportFactory(wish=wish, person=supporter, kind=SupportKind.HELP)
    host = held(PersonFactory(), Role.HOST, wish)
    for client in (Client(), as_(elsewhere), as_(supporter), as_(host)):
        response = client.get(url(wish))
        assert response.status_code == 404
        assert "Deze link werkt niet" in response.text
        assert "Vraag wie er helpt" not in response.text


@pytest.mark.parametrize(
    ("view", "data"),
    [
        ("plan_begin", {}),
        ("plan_first_date", {"first_on": "2027-02-01"}),
        ("step_new", {"title": "Vreemd", "kind": "other"}),
        ("plan_note", {"text": "Vreemd"}),
        ("plan_pot", {"amount": "5", "purpose": "Vreemd"}),
    ],
)
def test_a_stranger_changes_nothing(wish: Wish, view: str, data: dict[str, str]) -> None:
    for client in (Client(), as_(PersonFactory())):
        assert client.post(url(wish, view), data).status_code == 404
        assert client.post(url(wish, view, secret="x" * 64), data).status_code == 404
    assert PlanStep.objects.count() == 7
    assert not PlanNote.objects.exists()
    assert not Grant.objects.exists()


def test_the_link_opens_it_and_stays_private(wish: Wish, client: Client) -> None:
    response = client.get(url(wish, secret=SECRET))
    assert response.status_code == 200
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]


def test_the_code_opens_it_for_a_while(wish: Wish, client: Client) -> None:
    client.post(reverse("activities:code"), {"code": "4821 7730"})
    assert client.get(url(wish)).status_code == 200


def test_who_let_it_go_does_not_open_it(wish: Wish, client: Client) -> None:
    Wish.objects.filter(pk=wish.pk).update(let_go_at=datetime(2026, 11, 1, tzinfo=AMSTERDAM))
    assert as_(wish.person).get(url(wish)).status_code == 404
    assert client.get(url(wish, secret=SECRET)).status_code == 404


def test_staff_pass_their_second_factor_first(wish: Wish, settings: Any) -> None:
    settings.DEMO = False
    coordinator = held(PersonFactory(), Role.COORDINATOR, wish)
    response = as_(coordinator).get(url(wish))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("people:second_factor"))


def test_a_step_opens_only_with_its_own_wish(wish: Wish, owner: Client) -> None:
    other = PlanStepFactory()
    assert owner.get(url(wish, "step", other.pk)).status_code == 404
    assert owner.post(url(wish, "step_done", other.pk)).status_code == 404
    other.refresh_from_db()
    assert other.done_at is None


# The plan ----------------------------------------------------------------------------------------


def test_a_wish_without_a_plan_begins_one(owner: Client, wish: Wish) -> None:
    wish.plan.delete()
    template = PlanTemplate.objects.create(name="Samen eten")
    template.steps.create(title="Bel de keuken", days_before=10)
    page = owner.get(url(wish))
    assert "Maak een plan" in page.text
    assert not PlanStep.objects.exists()
    data = {"template": template.pk, "first_on": "2027-01-24"}
    assert said(owner.post(url(wish, "plan_begin"), data)) == [
        "Dit is het plan. Verander wat anders is."
    ]
    assert [(s.title, s.due_on) for s in PlanStep.objects.all()] == [
        ("Bel de keuken", date(2027, 1, 14))
    ]


def test_the_plan_says_what_is_late(owner: Client, wish: Wish) -> None:
    PlanStepFactory(plan=wish.plan, title="Te laat", due_on=date(2026, 11, 20))
    assert "1 stap is te laat. Kijk samen wat kan." in owner.get(url(wish)).text
    organise = owner.get(reverse("activities:organise"))
    assert "1 stap is te laat. Kijk samen wat kan." in organise.text
    coach = held(wish.coach, Role.HOST, wish)
    desk = as_(coach).get(reverse("activities:wishes_desk"))
    assert "Te laat in een plan" in desk.text
    assert "Te laat" in desk.text


@pytest.mark.parametrize("more", [1, 30])
def test_the_plan_asks_as_much_at_1_and_at_30_rows(
    wish: Wish, owner: Client, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(more):
        PlanStepFactory(plan=wish.plan, due_on=date(2027, 1, 1), person=PersonFactory())
        steps.write(wish.plan, text=f"Bericht {n}", by=By(PersonFactory()))
    owner.get(url(wish))
    with django_assert_num_queries(QUERIES_OF_PLAN):
        assert owner.get(url(wish)).status_code == 200


def test_the_first_day_moves_the_steps(owner: Client, wish: Wish) -> None:
    page = owner.get(url(wish, "plan_first_date"))
    assert 'value="2027-01-24"' in page.text
    owner.post(url(wish, "plan_first_date"), {"first_on": "2027-02-24"})
    assert step_of(wish).due_on == date(2027, 1, 13)


def test_a_first_day_in_the_past_is_said(owner: Client, wish: Wish) -> None:
    response = owner.post(url(wish, "plan_first_date"), {"first_on": "2026-11-01"})
    assert response.context["form"].errors == {
        "first_on": ["Die dag is al geweest. Kies een dag die nog komt."]
    }


def test_a_step_is_added_by_a_name_around_the_wish(owner: Client, wish: Wish) -> None:
    data = {
        "title": "Bel de keuken",
        "kind": "room",
        "days_before": "10",
        "who": wish.coach.name,
        "token": str(uuid.uuid4()),
    }
    for _twice in range(2):
        owner.post(url(wish, "step_new"), data)
    made = PlanStep.objects.get(title="Bel de keuken")
    assert (made.person, made.due_on) == (wish.coach, date(2027, 1, 14))


def test_a_step_has_one_kind_of_day(owner: Client, wish: Wish) -> None:
    data = {"title": "Bel", "kind": "room", "days_before": "10", "due_on": "2026-12-01"}
    response = owner.post(url(wish, "step_new"), data)
    assert response.context["form"].errors == {
        "due_on": ["Kies één van de twee: dagen vooraf, of een eigen dag."]
    }
    assert PlanStep.objects.count() == 7


def test_a_citizen_service_number_is_refused_in_words(owner: Client, wish: Wish) -> None:
    response = owner.post(url(wish, "step_new"), {"title": "111222333", "kind": "other"})
    assert response.status_code == 400
    assert "Hier staat een burgerservicenummer (BSN). Haal dat nummer weg." in response.text
    response = owner.post(url(wish, "plan_note"), {"text": "111222333"})
    assert response.status_code == 400
    assert not PlanNote.objects.exists()


def test_a_step_that_is_late_can_be_changed(owner: Client, wish: Wish) -> None:
    step = PlanStepFactory(plan=wish.plan, title="Oud", due_on=date(2026, 11, 1))
    data = {"title": "Nieuw", "kind": "other", "due_on": "2026-11-01", "note": "Na 14 uur."}
    assert said(owner.post(url(wish, "step", step.pk), data)) == ["Bewaard."]
    step.refresh_from_db()
    assert (step.title, step.due_on, step.note) == ("Nieuw", date(2026, 11, 1), "Na 14 uur.")


def test_steps_are_done_reopened_and_removed(wish: Wish, client: Client) -> None:
    step = step_of(wish)
    client.post(url(wish, "step_done", step.pk, secret=SECRET))
    step.refresh_from_db()
    assert (step.done_name, step.done_by) == (wish.name, None)
    assert "Klaar op dinsdag 24 november" in client.get(url(wish, secret=SECRET)).text
    removed = client.post(url(wish, "step_remove", step.pk, secret=SECRET))
    assert said(removed) == ["Deze stap is al klaar. Die blijft staan."]
    client.post(url(wish, "step_reopen", step.pk, secret=SECRET))
    for _twice in range(2):
        client.post(url(wish, "step_remove", step.pk, secret=SECRET))
    assert not PlanStep.objects.filter(pk=step.pk).exists()


@pytest.mark.parametrize("view", ["step_done", "step_reopen", "step_remove"])
def test_a_get_changes_no_step(owner: Client, wish: Wish, view: str) -> None:
    assert owner.get(url(wish, view, step_of(wish).pk)).status_code == 405


def test_a_host_with_the_code_does_it_in_their_own_name(wish: Wish) -> None:
    host = held(PersonFactory(name="Nermin Aksoy"), Role.HOST, wish)
    client = as_(host)
    client.post(reverse("activities:code"), {"code": CODE})
    client.post(url(wish, "step_done", step_of(wish).pk))
    assert PlanStep.objects.get(done_by=host).done_name == "Nermin Aksoy"


def test_notes_show_writer_and_time(wish: Wish, owner: Client) -> None:
    data = {"text": "Ik bel morgen.\nGoed?", "token": str(uuid.uuid4())}
    for _twice in range(2):
        owner.post(url(wish, "plan_note"), data)
    page = as_(wish.coach).get(url(wish)).text
    assert "Ik bel morgen.<br>Goed?" in page
    assert "dinsdag 24 november, 12.00 uur" in page
    assert PlanNote.objects.count() == 1


def test_only_coordinators_keep_an_example(wish: Wish, owner: Client) -> None:
    assert owner.get(url(wish, "plan_keep")).status_code == 403
    client = as_(held(PersonFactory(), Role.COORDINATOR, wish))
    assert said(client.post(url(wish, "plan_keep"), {"name": "Samen zingen"})) == [
        "Bewaard. Anderen kunnen hier nu mee beginnen."
    ]
    again = client.post(url(wish, "plan_keep"), {"name": "Samen zingen"})
    assert again.context["form"].errors == {
        "name": ["Er is al een voorbeeld met deze naam. Kies een andere."]
    }
    assert PlanTemplate.objects.get().steps.count() == 7


def test_the_plan_stands_on_paper(wish: Wish, owner: Client) -> None:
    page = owner.get(url(wish, "plan_paper"))
    assert page.status_code == 200
    assert page.text.count('<span class="box') == 7
    assert "Eerste keer: <b>zondag 24 januari 2027</b>" in page.text


# Trying out --------------------------------------------------------------------------------------


def days(**changes: str) -> dict[str, str]:
    return {
        "title": "Zingen op zondag",
        "summary": "Samen liedjes zingen.",
        "first": "2026-12-06",
        "starts": "14:00",
        "ends": "16:00",
        "every_weeks": "1",
        "times": "4",
        "participation": "sign_up",
        "default_capacity": "12",
        "cost_kind": "free",
        "content_when": "Er komen acht mensen.",
        "token": str(uuid.uuid4()),
    } | changes


def test_days_then_a_room_then_it_is_made(wish: Wish, client: Client) -> None:
    asked = days()
    page = client.post(url(wish, "plan_try", secret=SECRET), asked)
    choice = page.context["choice"]
    room, elsewhere = choice.fields["room"].choices
    assert (str(room[1]), plain(room[1].hint)) == (
        "Atelier",
        "Voor 16 mensen. Vrij op alle datums.",
    )
    assert elsewhere[0] == "-"
    assert choice.initial["days"] == ["2026-12-06", "2026-12-13", "2026-12-20", "2026-12-27"]
    assert not Activity.objects.exists()

    made = asked | {"make": "1", "room": room[0], "days": ["2026-12-06", "2026-12-13"]}
    for _twice in range(2):
        response = client.post(url(wish, "plan_try", secret=SECRET), made)
        assert response.status_code == 302
    activity = Activity.objects.get()
    assert activity.occurrences.count() == 2
    wish.refresh_from_db()
    assert (wish.state, wish.activity) == (WishState.TRYING, activity)
    page = client.get(url(wish, secret=SECRET))
    assert "We proberen het uit" in page.text
    assert "Zondag 6 december" in page.text


def test_days_of_ones_own(wish: Wish, owner: Client) -> None:
    page = owner.post(url(wish, "plan_try"), days(every_weeks="0", times="", own_0="2026-12-09"))
    assert page.context["choice"].initial["days"] == ["2026-12-06", "2026-12-09"]


def test_what_one_is_content_with_is_asked_first(wish: Wish, owner: Client) -> None:
    response = owner.post(url(wish, "plan_try"), days(content_when=" "))
    assert response.context["form"].errors == {
        "content_when": ["Schrijf op wanneer jullie tevreden zijn. Eén zin is genoeg."]
    }


def test_more_than_eight_times_is_too_many(wish: Wish, owner: Client) -> None:
    response = owner.post(url(wish, "plan_try"), days(times="9"))
    assert response.context["form"].errors == {"times": ["Probeer het eerst met hoogstens 8 keer."]}


def test_a_busy_room_says_so_and_what_is_free(wish: Wish, owner: Client) -> None:
    other = PlannedWishFactory(centre=wish.centre)
    room = wish.centre.spaces.get()
    as_(other.person).post(
        url(other, "plan_try"),
        days(times="1") | {"make": "1", "room": str(room.pk), "days": ["2026-12-06"]},
    )
    SpaceFactory(centre=wish.centre, name="Zaal", capacity=30)
    page = owner.post(url(wish, "plan_try"), days())
    hints = {
        str(option): plain(option.hint)
        for _value, option in page.context["choice"].fields["room"].choices
    }
    assert hints["Atelier"] == "Voor 16 mensen. Niet vrij op zondag 6 december."
    assert hints["Zaal"] == "Voor 30 mensen. Vrij op alle datums."

    response = owner.post(
        url(wish, "plan_try"),
        days() | {"make": "1", "room": str(room.pk), "days": ["2026-12-06"]},
    )
    assert response.status_code == 409
    [problem] = response.context["choice"].errors["room"]
    assert "Wel vrij: Zaal 14.00 tot 16.00 uur" in plain(problem)
    assert Activity.objects.count() == 1


def test_elsewhere_wants_words(wish: Wish, owner: Client) -> None:
    asked = days() | {"make": "1", "room": "-", "days": ["2026-12-06"]}
    response = owner.post(url(wish, "plan_try"), asked)
    assert response.context["choice"].errors == {"place": ["Vul in waar het is."]}
    owner.post(url(wish, "plan_try"), asked | {"place": "Bij de voordeur"})
    assert Activity.objects.get().room == "Bij de voordeur"


def test_a_wish_of_no_house_chooses_one(wish: Wish, owner: Client) -> None:
    slug = wish.centre.slug
    Wish.objects.filter(pk=wish.pk).update(centre=None)
    assert owner.post(url(wish, "plan_try"), days()).context["form"].errors == {
        "centre": ["Kies een huis."]
    }
    page = owner.post(url(wish, "plan_try"), days(centre=slug))
    assert "choice" in page.context


def test_what_is_tried_is_not_tried_again(wish: Wish, owner: Client) -> None:
    Wish.objects.filter(pk=wish.pk).update(state=WishState.LISTENING)
    response = owner.get(url(wish, "plan_try"))
    assert said(response) == ["Dit idee wordt nu niet gepland."]


# Supporters and helpers --------------------------------------------------------------------------


@pytest.fixture
def tried(wish: Wish, owner: Client) -> Wish:
    SupportFactory(wish=wish, name="Ans", email="ans@voorbeeld.nl")
    SupportFactory(wish=wish, name="Bob", kind=SupportKind.HELP)
    owner.post(
        url(wish, "plan_try"),
        days() | {"make": "1", "room": "-", "place": "Plein", "days": ["2026-12-06"]},
    )
    wish.refresh_from_db()
    return wish


def test_an_invitation_opens_the_form_with_what_we_know(tried: Wish, client: Client) -> None:
    support = Support.objects.select_related("wish").get(name="Ans")
    link = reverse("activities:invitation", args=[support.pk, inviting.invitation_secret(support)])
    page = client.get(link)
    assert page.status_code == 200
    assert 'value="Ans"' in page.text
    assert 'value="ans@voorbeeld.nl"' in page.text
    assert client.get(link[:-2] + "0/").status_code == 404


def test_a_helper_says_yes_by_link_and_no_by_code(tried: Wish, client: Client) -> None:
    helper = Helper.objects.get()
    secret = "h" * 64
    Helper.objects.update(secret_hash=hash_of(secret), code="11112222")
    link = reverse("activities:helper", args=[helper.pk, secret])
    assert "Help je mee?" in client.get(link).text
    assert said(client.post(link, {"answer": "yes"})) == ["Fijn dat je helpt!"]
    helper.refresh_from_db()
    assert helper.answer == "yes"
    own = reverse("activities:helper", args=[helper.pk])
    assert client.get(own).status_code == 404
    assert client.post(reverse("activities:code"), {"code": "1111 2222"})["Location"] == own
    client.post(own, {"answer": "no"})
    client.post(own, {"answer": "misschien"})
    helper.refresh_from_db()
    assert helper.answer == "no"


def test_makers_write_down_what_a_helper_said(tried: Wish, owner: Client) -> None:
    helper = Helper.objects.get()
    assert said(owner.post(url(tried, "plan_helper", helper.pk), {"answer": "yes"}))[-1:] == [
        "Genoteerd."
    ]
    helper.refresh_from_db()
    assert (helper.answer, helper.entered_by) == ("yes", tried.person)
    assert as_(PersonFactory()).post(url(tried, "plan_helper", helper.pk)).status_code == 404


# Money -------------------------------------------------------------------------------------------


@pytest.fixture
def filled(wish: Wish) -> Wish:
    maximum()
    PotFactory(centre=wish.centre)
    return wish


def test_money_is_asked_and_taken_back(filled: Wish, client: Client) -> None:
    page = url(filled, "plan_pot", secret=SECRET)
    assert "Hoogstens € 250 per idee." in plain(client.get(page).text)
    data = {"amount": "75", "purpose": "Stof en garen.", "token": str(uuid.uuid4())}
    for _twice in range(2):
        client.post(page, data)
    grant = Grant.objects.get()
    assert (grant.amount_cents, grant.asked_by, grant.asked_name) == (75_00, None, filled.name)
    assert client.get(page).context["form"] is None
    client.post(url(filled, "grant_withdraw", grant.pk, secret=SECRET))
    grant.refresh_from_db()
    assert grant.state == "withdrawn"


@pytest.mark.parametrize(
    ("amount", "problem"),
    [
        ("0", {"amount": ["Vul een bedrag in, meer dan nul."]}),
        ("-5", {"amount": ["Vul een bedrag in. Bijvoorbeeld 3,50."]}),
        ("veel", {"amount": ["Vul een bedrag in. Bijvoorbeeld 3,50."]}),
        ("225", {"__all__": ["In het potje zit nog € 200. Meer kan niet."]}),
    ],
)
def test_an_amount_that_cannot_be_is_said(
    filled: Wish, owner: Client, amount: str, problem: dict[str, list[str]]
) -> None:
    response = owner.post(url(filled, "plan_pot"), {"amount": amount, "purpose": "Stof."})
    errors = response.context["form"].errors
    assert {name: [plain(one) for one in found] for name, found in errors.items()} == problem
    assert not Grant.objects.exists()


def test_what_was_bought_is_written_by_who_makes_it(filled: Wish, owner: Client) -> None:
    grant = pot.give(
        pot.ask(filled, amount_cents=75_00, purpose="Stof.", by=By(filled.person)),
        by=PersonFactory(),
    )
    page = url(filled, "grant_spend", grant.pk)
    data = {"what": "Garen", "amount": "12,50", "on": "2026-11-20", "token": str(uuid.uuid4())}
    for _twice in range(2):
        owner.post(page, data)
    assert Spending.objects.get().amount_cents == 12_50
    too_much = owner.post(page, data | {"amount": "62,51", "token": str(uuid.uuid4())})
    [problem] = too_much.context["form"].errors["amount"]
    assert plain(problem) == "Er is nog € 62,50 over van deze bijdrage."
    page_of_all = Client().get(filled.get_absolute_url())
    assert "Uit het potje: € 75" in plain(page_of_all.text)
