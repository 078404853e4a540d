"""Every table of the activities that holds a person's name, number or address has a rule, and the rules work."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone
from phonenumber_field.modelfields import PhoneNumberField

from activities import forgetting, tasks
from activities.door.taps import OLDEST, moment_of
from activities.models import (
    Helper,
    Plan,
    PlanNote,
    PlanStep,
    PlanStepKind,
    QuestionState,
    Support,
    Wish,
    WishState,
)
from activities.models.door import NAMES_KEPT_FOR
from tests.activities.door.test_forgetting import rows_that_hold
from tests.activities.factories import ActivityFactory, SupportFactory, WishFactory
from tests.activities.voice.factories import GuestFactory, QuestionFactory

pytestmark = pytest.mark.django_db

NAME = "Gerda Harmsen"

#: Where the rule of each is kept.
RULES = {
    "activities.door.forgetting": {
        "SignUp": {"name", "phone", "email", "contact_name", "companion_names"},
        "CourseSignUp": {"name", "phone", "email", "contact_name", "companion_names"},
    },
    "activities.voice.asking": {
        "Question": {"name", "phone", "email"},
        "MeToo": {"name", "phone", "email"},
    },
    "activities.following.starting": {"Follower": {"name", "phone", "email"}},
    "activities.forgetting": {
        "Wish": {"name", "phone", "email"},
        "Support": {"name", "phone", "email"},
        "Helper": {"name", "phone", "email"},
        "PlanStep": {"who", "done_name"},
        "PlanNote": {"writer_name"},
        "Reflection": {"name"},
        "SessionGuest": {"email"},
        "Question": {"owner_email"},
        "Grant": {"asked_name"},
        "Spending": {"entered_name"},
    },
}
#: What has no term: names of things, officials in their function, and whom the page of an activity says to ask.
NOT_OF_RESIDENTS = {
    ("Activity", "organiser_name"),
    ("Activity", "contact_phone"),
    ("CalendarSource", "name"),
    ("ImportDraft", "name"),
    ("PlanTemplate", "name"),
    ("Question", "owner_name"),
    ("QuestionStep", "name"),
    ("SessionGuest", "name"),
    ("QuestionTheme", "name"),
    ("QuestionTheme", "name_en"),
    ("Theme", "name"),
    ("ThemeTranslation", "name"),
}


def holds_a_person(field: Any) -> bool:
    """Whether a column is made for who somebody is, or how they are reached."""
    if isinstance(field, models.EmailField | PhoneNumberField):
        return True
    is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
    words = field.name.split("_")
    return (is_text or field.name == "companion_names") and bool(
        {"name", "names", "who", "phone", "email"} & set(words)
    )


def test_every_column_that_holds_a_person_has_a_rule() -> None:
    found = {
        (model.__name__, field.name)
        for model in apps.get_app_config("activities").get_models()
        for field in model._meta.concrete_fields
        if holds_a_person(field)
    }
    ruled = {
        (model, field)
        for tables in RULES.values()
        for model, fields in tables.items()
        for field in fields
    }
    assert found == ruled | NOT_OF_RESIDENTS


def planned_wish(days_ago: int, state: WishState) -> Wish:
    """A wish with support, a helper and a plan; nothing has happened with it for so many days."""
    since = timezone.now() - timedelta(days=days_ago)
    wish = WishFactory(
        name=NAME, phone="+31612345678", email="gerda@voorbeeld.nl", state=state, state_since=since
    )
    Wish.objects.filter(pk=wish.pk).update(
        not_now_reason="Er is geen plek.", not_now_route="Vraag het in mei."
    )
    support = SupportFactory(
        wish=wish, name=NAME, phone="+31612345678", email="gerda@voorbeeld.nl", created_at=since
    )
    Helper.objects.create(
        activity=ActivityFactory(),
        support=support,
        name=NAME,
        email="gerda@voorbeeld.nl",
        code="10000009",
        secret_hash="x",
        asked_at=since,
    )
    plan = Plan.objects.create(wish=wish)
    PlanStep.objects.create(
        plan=plan, kind=PlanStepKind.choices[0][0], title="Affiche", who=NAME, done_name=NAME
    )
    PlanNote.objects.create(plan=plan, text="Wie zet thee?", writer_name=NAME)
    return wish


def test_after_a_year_of_rest_nobody_of_a_wish_is_named_and_the_support_still_counts() -> None:
    wish = planned_wish(366, WishState.STOPPED)
    Wish.objects.filter(pk=wish.pk).update(shows_name=True)

    tasks.forget_names(timestamp=0)
    tasks.forget_names(timestamp=0)

    for trace in (NAME, "612345678", "gerda@voorbeeld.nl"):
        assert rows_that_hold(trace) == []
    wish.refresh_from_db()
    assert (wish.shown_name, wish.secret_hash) == ("Gerda", "")
    assert Wish.objects.with_support().get(pk=wish.pk).coming == 1


@pytest.mark.parametrize(
    ("days_ago", "state"), [(364, WishState.STOPPED), (800, WishState.PLANNING)]
)
def test_a_wish_that_moves_or_rests_less_than_a_year_keeps_its_people(
    days_ago: int, state: WishState
) -> None:
    planned_wish(days_ago, state)

    forgetting.forget_all()

    assert {"Wish", "Support", "PlanStep", "PlanNote"} <= set(rows_that_hold(NAME))


def test_support_that_was_taken_back_is_forgotten_after_a_year_also_of_a_wish_that_moves() -> None:
    before = timezone.now() - NAMES_KEPT_FOR - timedelta(days=1)
    support = SupportFactory(name=NAME, taken_back_at=before, created_at=before)

    forgetting.forget_all()

    assert Support.objects.get(pk=support.pk).name == ""


def test_the_addresses_of_officials_go_a_year_after_their_links() -> None:
    ended = timezone.now() - NAMES_KEPT_FOR - timedelta(days=1)
    first = GuestFactory(email="karin@voorbeeld.nl", link_ends_at=ended)
    GuestFactory(session=first.session, email="jan@voorbeeld.nl", link_ends_at=ended)
    GuestFactory(session=first.session, email="els@voorbeeld.nl")

    forgetting.forget_all()
    forgetting.forget_all()

    assert [rows_that_hold(one) for one in ("karin@", "jan@", "els@")] == [[], [], ["SessionGuest"]]


def test_the_address_of_who_took_up_a_question_goes_a_year_after_it_was_done() -> None:
    done = timezone.now() - NAMES_KEPT_FOR - timedelta(days=1)
    QuestionFactory(
        state=QuestionState.DONE, answered_at=done, done_at=done, owner_email="karin@voorbeeld.nl"
    )

    forgetting.forget_all()

    assert rows_that_hold("karin@") == []


def test_a_press_that_says_it_is_older_than_time_itself_is_a_week_old() -> None:
    pressed = moment_of(10**300)
    assert abs(timezone.now() - OLDEST - pressed) < timedelta(minutes=1)
