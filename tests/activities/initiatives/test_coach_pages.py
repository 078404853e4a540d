"""The desk of the coach, and paper."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities.initiatives import moderating
from activities.models import Look, Showing, Support, SupportKind, Wish, WishState
from lokaal.people.models import Role, StaffRole
from tests.activities.factories import (
    ActivityFactory,
    CentreFactory,
    PersonFactory,
    SupportFactory,
    WishFactory,
)
from tests.activities.initiatives.look_back_factories import LookBackFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_a_demo(settings):
    """Staff pages ask for no second factor then; that they do otherwise is tested where it is made."""
    settings.DEMO = True
    cache.clear()


@pytest.fixture
def here():
    return CentreFactory()


@pytest.fixture
def host(here):
    return PersonFactory(host_of=here, name="Nermin Aksoy")


@pytest.fixture
def desk(host):
    client = Client()
    client.force_login(host)
    return client


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def told(response):
    return [str(message) for message in response.context["messages"]]


def url(view, *parts):
    return reverse(f"activities:{view}", args=parts)


STAFF_VIEWS = [
    "wish_coach",
    "wish_take",
    "wish_name_coach",
    "wish_plan_together",
    "wish_not_now",
    "wish_back",
    "wish_release",
    "desk_wish_adopt",
    "wish_paper",
    "wish_sheet",
]


@pytest.mark.parametrize("view", STAFF_VIEWS)
def test_pages_of_the_coach_are_for_the_desk_of_that_house(view, here, desk, client):
    wish = WishFactory(centre=here)
    before = Wish.objects.values().get()
    elsewhere = PersonFactory(host_of=CentreFactory())

    assert client.post(url(view, wish.pk)).status_code == 302  # to sign in
    for person, status in ((PersonFactory(), 403), (elsewhere, 404)):
        other = Client()
        other.force_login(person)
        for answer in (other.get, other.post):
            assert answer(url(view, wish.pk)).status_code in (status, 405)

    assert Wish.objects.values().get() == before


def test_desk_lists_overdue_first_then_what_i_coach_and_what_lost_its_owner(here, host, desk):
    now = timezone.now()
    new = WishFactory(centre=here)
    late = WishFactory(centre=here, created_at=now - timedelta(days=20))
    WishFactory(centre=CentreFactory())
    mine = WishFactory(centre=here, coach=host, state=WishState.TRYING, answered_at=now)
    gone = PersonFactory(is_active=False)
    alone = WishFactory(centre=here, person=gone, state=WishState.PLANNING, answered_at=now)
    free = WishFactory(centre=here, let_go=True, answered_at=now)

    context = desk.get(url("wishes_desk")).context

    rows = {name: [row["wish"] for row in context[name]] for name in ("waiting", "coached")}
    assert rows == {"waiting": [late, new], "coached": [mine]}
    assert [row["due"] for row in context["waiting"]] == ["6 dagen te laat", "Nog 14 dagen"]
    assert [row["wish"] for row in context["left_alone"]] == [alone]
    assert [row["wish"] for row in context["to_adopt"]] == [free]


@pytest.mark.parametrize("count", [1, 30])
def test_desk_costs_the_same_at_one_and_at_thirty(
    here, host, desk, django_assert_num_queries, count
):
    WishFactory.create_batch(count, centre=here)
    WishFactory.create_batch(count, centre=here, coach=host, state=WishState.TRYING)

    LookBackFactory.create_batch(count, activity__centre=here)

    with django_assert_num_queries(10):
        desk.get(url("wishes_desk"))


def test_a_host_takes_it_and_says_yes(here, host, desk):
    wish = WishFactory(centre=here, name="Emine", email="e@voorbeeld.nl")
    assert "Nog 14 dagen" in text(desk.get(url("wish_coach", wish.pk)))

    desk.post(url("wish_take", wish.pk))
    response = desk.post(
        url("wish_plan_together", wish.pk), {"plan-reply": "Ik bel morgen."}, follow=True
    )

    assert told(response) == [
        "Jij begeleidt dit idee.",
        "Jullie maken samen een plan. Iedereen krijgt bericht.",
    ]
    wish.refresh_from_db()
    assert (wish.state, wish.coach, wish.reply) == (WishState.PLANNING, host, "Ik bel morgen.")


def test_not_now_wants_both_sentences(here, desk):
    wish = WishFactory(centre=here)

    response = desk.post(url("wish_not_now", wish.pk), {"not_now-reason": "Vol."})

    assert response.status_code == 400
    assert "Zeg wat iemand wel zou kunnen doen." in text(response)
    fields = {"not_now-reason": "Vol.", "not_now-route": "Je zou op zondag kunnen.", "seen": ""}
    desk.post(url("wish_not_now", wish.pk), fields)
    wish.refresh_from_db()
    assert wish.state == WishState.NOT_NOW


def test_who_decides_upon_an_old_page_is_told(here, desk):
    wish = WishFactory(centre=here, state=WishState.PLANNING)
    fields = {"not_now-reason": "Vol.", "not_now-route": "Kom.", "seen": "listening"}

    response = desk.post(url("wish_not_now", wish.pk), fields, follow=True)

    assert told(response) == ["Iemand anders besloot net iets anders. Kijk hoe het nu staat."]
    wish.refresh_from_db()
    assert wish.state == WishState.PLANNING


def test_a_coordinator_names_the_coach_and_a_host_does_not(here, host, desk):
    wish = WishFactory(centre=here)
    boss = PersonFactory()
    StaffRole.objects.create(person=boss, role=Role.COORDINATOR, centre=here)

    refused = desk.post(url("wish_name_coach", wish.pk), {"coach": host.pk}, follow=True)
    assert told(refused) == ["Een coördinator kiest wie dit begeleidt."]
    wish.refresh_from_db()
    assert wish.coach is None

    client = Client()
    client.force_login(boss)
    wrong = client.post(url("wish_name_coach", wish.pk), {"coach": PersonFactory().pk})
    assert "Kies een begeleider uit de lijst." in text(wrong)
    client.post(url("wish_name_coach", wish.pk), {"coach": host.pk})
    wish.refresh_from_db()
    assert wish.coach == host


def test_a_volunteer_who_is_named_coaches_this_idea_and_no_other(here, client):
    wish, other = WishFactory(centre=here), WishFactory(centre=here)
    boss, volunteer = PersonFactory(), PersonFactory(email="buur@voorbeeld.nl")
    StaffRole.objects.create(person=boss, role=Role.COORDINATOR, centre=here)
    client.force_login(boss)
    unknown = client.post(url("wish_name_coach", wish.pk), {"email": "niemand@voorbeeld.nl"})
    assert "Wij kennen geen account met dit e-mailadres." in text(unknown)
    empty = client.post(url("wish_name_coach", wish.pk), {})
    assert "Kies een begeleider." in text(empty)
    client.post(url("wish_name_coach", wish.pk), {"email": "Buur@voorbeeld.nl"})

    client.force_login(volunteer)
    page = text(client.get(url("wish_coach", wish.pk)))
    assert f'"{url("wishes_desk")}"' not in page
    assert f'"{reverse("portal:desk_wish", args=[wish.pk])}"' not in page
    assert url("wish_coach", wish.pk) in text(client.get(url("wish_page", wish.pk)))
    client.post(url("wish_plan_together", wish.pk), {"plan-reply": "Mooi."})
    wish.refresh_from_db()
    assert (wish.coach, wish.state) == (volunteer, WishState.PLANNING)
    assert client.get(url("wish_plan", wish.pk)).status_code == 200
    for view in ("wish_coach", "wish_sheet", "wish_paper"):
        assert client.get(url(view, other.pk)).status_code == 403
    assert client.get(url("wishes_desk")).status_code == 403
    assert client.post(url("wish_name_coach", wish.pk), {"coach": boss.pk}).status_code == 403

    client.force_login(boss)
    client.post(url("wish_name_coach", wish.pk), {"email": boss.email})
    client.force_login(volunteer)
    assert client.get(url("wish_coach", wish.pk)).status_code == 403


def test_desk_lists_what_waits_for_a_decision(here, desk):
    tried = LookBackFactory(activity__centre=here, title="Naaicafé")
    LookBackFactory(activity__centre=here, kept=True, title="Al besloten")
    LookBackFactory(activity__centre=CentreFactory(), title="Elders")

    response = desk.get(url("wishes_desk"))

    assert list(response.context["look_backs"]) == [tried]
    assert url("look_back", tried.pk) in text(response)


def test_the_owner_is_gone_and_the_coach_lets_go(here, desk):
    wish = WishFactory(centre=here, person=PersonFactory(is_active=False))
    assert "heeft geen account meer" in text(desk.get(url("wish_coach", wish.pk)))

    desk.post(url("wish_release", wish.pk))

    wish.refresh_from_db()
    assert wish.is_let_go


def test_somebody_at_the_desk_takes_it_over(here, host, desk):
    wish = WishFactory(centre=here, let_go=True, name="Emine")
    assert "Iemand neemt het over" in text(desk.get(url("wish_coach", wish.pk)))
    fields = {"name": "Gerda", "token": uuid.uuid4()}

    made = desk.post(url("desk_wish_adopt", wish.pk), fields)

    wish.refresh_from_db()
    assert (wish.name, wish.person, wish.entered_by) == ("Gerda", None, host)
    assert wish.shown_code in text(desk.get(made["Location"]))
    late = desk.post(url("desk_wish_adopt", wish.pk), fields | {"token": uuid.uuid4()})
    assert late.status_code == 409


# On paper ----------------------------------------------------------------------------------------


def test_somebody_tells_a_host_and_gets_a_slip(here, host, desk):
    page = desk.get(url("desk_wish_new"))
    assert page.context["form"]["centre"].value() == here.slug
    fields = {"text": "Bijen houden.", "centre": here.slug, "name": "", "token": uuid.uuid4()}

    made = desk.post(url("desk_wish_new"), fields)

    wish = Wish.objects.get()
    assert (wish.entered_by, wish.showing, wish.centre) == (host, Showing.SHOWN, here)
    slip = text(desk.get(made["Location"]))
    assert wish.shown_code in slip
    assert "Bijen houden." in slip
    assert desk.post(url("desk_wish_new"), fields)["Location"] == made["Location"]
    assert Wish.objects.count() == 1


def test_a_host_sees_what_looks_like_it_first(here, desk):
    ActivityFactory(title="Imkerclub", summary="Bijen houden.")
    fields = {"text": "Bijen houden.", "name": "Gerda", "token": uuid.uuid4()}

    first = desk.post(url("desk_wish_new"), fields)
    assert [heading for heading, _cards in first.context["similar"]] == ["Dit is er al"]
    assert not Wish.objects.exists()

    desk.post(url("desk_wish_new"), fields | {"step": "go_on"})
    assert Wish.objects.get().name == "Gerda"


def test_a_list_from_the_wall_is_typed_in_at_once(here, host, desk):
    wish = WishFactory(centre=here, shown=True)
    fields = {
        "come": "Gerda, 06 12345678\r\n\r\nTruus\r\n",
        "help": "Piet",
        "organise": "",
        "token": uuid.uuid4(),
    }

    response = desk.post(url("wish_paper", wish.pk), fields, follow=True)

    assert told(response) == ["3 namen erbij."]
    rows = Support.objects.order_by("name").values_list("name", "kind", "is_from_paper")
    assert list(rows) == [
        ("Gerda", SupportKind.COME, True),
        ("Piet", SupportKind.HELP, True),
        ("Truus", SupportKind.COME, True),
    ]
    assert told(desk.post(url("wish_paper", wish.pk), fields, follow=True)) == ["0 namen erbij."]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Vul minstens één naam in."),
        ({"come": "Gerda, 06 12"}, "Deze regel klopt niet: Gerda, 06 12"),
        ({"come": ", 0612345678"}, "Deze regel klopt niet: , 0612345678"),
        ({"come": "\n".join(["Piet"] * 61)}, "Vul hoogstens 60 namen tegelijk in."),
    ],
)
def test_a_list_that_is_wrong_is_not_taken_over(here, desk, fields, sentence):
    wish = WishFactory(centre=here, shown=True)

    assert sentence in text(desk.post(url("wish_paper", wish.pk), fields))
    assert not Support.objects.exists()


def test_the_sheet_has_lines_and_no_names(here, desk):
    wish = WishFactory(centre=here, shown=True)
    SupportFactory(wish=wish, name="Gerda Harmsen")

    sheet = text(desk.get(url("wish_sheet", wish.pk)))

    assert sheet.count("<tr><td>") == 18
    assert "Gerda" not in sheet


# Looks -------------------------------------------------------------------------------------------


def test_one_tap_puts_it_on_the_site(here, host, desk):
    wish = WishFactory(centre=here)
    assert wish.text in text(desk.get(url("looks")))
    assert desk.get(reverse("portal:desk")).context["desk"].counts.looks == 1

    response = desk.post(url("look", "wish", wish.pk), {"show": "1"}, follow=True)

    assert told(response) == ["Staat op de site."]
    assert "Alles is gelezen" in text(response)
    wish.refresh_from_db()
    assert wish.is_shown
    assert Look.objects.get().by == host


def test_hiding_wants_a_reason(here, desk):
    wish = WishFactory(centre=here)

    empty = desk.post(url("look", "wish", wish.pk), {"reason": " "})
    assert empty.status_code == 400
    assert "Zeg waarom, in vriendelijke woorden." in text(empty)

    desk.post(url("look", "wish", wish.pk), {"reason": "Noem geen buren."})
    wish.refresh_from_db()
    assert wish.showing == Showing.HIDDEN


def test_a_look_at_another_house_is_not_found(desk):
    wish = WishFactory(centre=CentreFactory())

    assert desk.post(url("look", "wish", wish.pk), {"show": "1"}).status_code == 404
    assert desk.post(url("look", "person", wish.pk), {"show": "1"}).status_code == 404
    wish.refresh_from_db()
    assert wish.showing == Showing.WAITING


def test_a_report_stands_with_what_it_is_about(here, desk):
    wish = WishFactory(centre=here, shown=True)
    moderating.report(wish, reason="Kwetsend.")

    page = text(desk.get(url("looks")))

    assert "Iemand meldt dit" in page
    assert "Kwetsend." in page
