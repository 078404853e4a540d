"""From a plan to a few dates: rooms held, organisers named, supporters carried over; all of it or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from activities import enrolment, organising, planning, rescheduling
from activities.exceptions import HoldsContact, NoRoom, NotReady
from activities.initiatives import coaching, inviting, steps, trying_out
from activities.initiatives.steps import By
from activities.initiatives.trying_out import TryOut
from activities.models import (
    Activity,
    ActivityState,
    Helper,
    Occurrence,
    PlanStepKind,
    Series,
    Showing,
    SignUp,
    Support,
    SupportKind,
    Wish,
    WishState,
)
from activities.rescheduling import Change, Scope
from lokaal.look.formats import clock, day
from lokaal.outbox.models import Message
from lokaal.people.models import Person, Role, StaffRole
from lokaal.repeating import WrongRule
from tests.activities.factories import ActivityFactory, PersonFactory, SignUpFactory
from tests.activities.initiatives.plan_factories import (
    PlanFactory,
    PlannedWishFactory,
    SupportFactory,
    house_of,
    plain,
    refuses,
)
from tests.parallel import at_once
from tests.venue.factories import SpaceFactory
from venue.models import Hold, Use

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FOUR_SUNDAYS = [date(2026, 12, 6), date(2026, 12, 13), date(2026, 12, 20), date(2026, 12, 27)]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Tuesday 24 November 2026, twelve o'clock."""
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=AMSTERDAM), tick=False):
        yield


@pytest.fixture
def wish() -> Wish:
    made = PlannedWishFactory()
    SpaceFactory(centre=made.centre, name="Atelier", capacity=16)
    return made


def four_sundays(wish: Wish, **changes: Any) -> TryOut:
    rule = trying_out.rule_of(
        first=FOUR_SUNDAYS[0], starts=time(14), ends=time(16), every_weeks=1, times=4, own=[]
    )
    told: dict[str, Any] = {
        "centre": house_of(wish),
        "title": "Zingen op zondag",
        "summary": "Samen liedjes zingen met koffie.",
        "rule": rule,
        "days": FOUR_SUNDAYS,
        "room": "Atelier",
        "capacity": 12,
        "content_when": "Elke keer komen er acht mensen.",
    }
    return TryOut(**told | changes)


def begin(
    wish: Wish, by: By | None = None, key: uuid.UUID | None = None, **changes: Any
) -> Activity:
    return trying_out.begin(
        wish,
        four_sundays(wish, **changes),
        key=key or uuid.uuid4(),
        by=by or By(wish.person, wish.name),
    )


def nothing_was_written(wish: Wish) -> bool:
    wish.refresh_from_db()
    return (
        wish.activity is None
        and wish.state == WishState.PLANNING
        and not Activity.objects.exists()
        and not Series.objects.exists()
        and not Occurrence.objects.exists()
        and not Use.objects.filter(occurrence__isnull=False).exists()
        and not Message.objects.exists()
    )


# Choosing ----------------------------------------------------------------------------------------


def test_rule_of_weeks_and_of_own_days() -> None:
    asked: dict[str, Any] = {"first": date(2026, 12, 6), "starts": time(14), "ends": time(16)}
    weeks = trying_out.rule_of(**asked, every_weeks=2, times=3, own=[date(2026, 12, 8)])
    assert (weeks.interval, weeks.last_on) == (2, date(2027, 1, 3))
    own = trying_out.rule_of(**asked, every_weeks=0, times=3, own=[date(2026, 12, 1)])
    assert own.own_days == (date(2026, 12, 1), date(2026, 12, 6))
    once = trying_out.rule_of(**asked, every_weeks=0, times=1, own=[])
    assert once.own_days == (date(2026, 12, 6),)


def test_rooms_for_all_days_best_first(wish: Wish) -> None:
    begin(PlannedWishFactory(centre=wish.centre), title="Ander idee", days=FOUR_SUNDAYS[1:2])
    SpaceFactory(centre=wish.centre, name="Zaal", capacity=30)
    SpaceFactory(centre=wish.centre, name="Kast", capacity=3)
    found = trying_out.rooms_for(house_of(wish), four_sundays(wish).rule, people=12)
    assert [(one.space.name, one.free_count) for one in found] == [
        ("Zaal", 4),
        ("Atelier", 3),
        ("Kast", 0),
    ]


# Beginning ---------------------------------------------------------------------------------------


def test_begin_makes_activity_dates_rooms_and_organisers(wish: Wish) -> None:
    along = PersonFactory()
    wish.organisers.add(along)
    activity = begin(wish)
    dates = activity.occurrences.order_by("starts_at")
    assert [date.starts_at.astimezone(AMSTERDAM) for date in dates] == [
        datetime(2026, 12, day, 14, tzinfo=AMSTERDAM) for day in (6, 13, 20, 27)
    ]
    assert {(d.capacity, d.place, d.use.space.name, d.series_id) for d in dates} == {
        (12, "Atelier", "Atelier", Series.objects.get().pk)
    }
    assert set(activity.organisers.all()) == {wish.person, along}
    assert (activity.state, activity.title, activity.centre) == (
        ActivityState.PUBLISHED,
        "Zingen op zondag",
        wish.centre,
    )
    wish.refresh_from_db()
    assert (wish.state, wish.activity, wish.content_when) == (
        WishState.TRYING,
        activity,
        "Elke keer komen er acht mensen.",
    )


def test_only_the_chosen_days_are_made(wish: Wish) -> None:
    activity = begin(wish, days=FOUR_SUNDAYS[:3])
    assert activity.occurrences.count() == 3


def test_one_date_is_enough_and_eight_is_the_most(wish: Wish) -> None:
    once = trying_out.rule_of(
        first=FOUR_SUNDAYS[0], starts=time(14), ends=time(16), every_weeks=0, times=1, own=[]
    )
    assert begin(wish, rule=once, days=FOUR_SUNDAYS[:1]).occurrences.count() == 1
    other = PlannedWishFactory(centre=wish.centre)
    with refuses(NotReady, "Probeer het eerst met hoogstens 8 datums."):
        begin(other, days=[date(2027, 1, day) for day in range(1, 10)])


def test_the_plan_follows_the_first_date_and_its_room_is_done(wish: Wish) -> None:
    plan = steps.begin(wish, first_on=date(2027, 3, 1))
    begin(wish)
    plan.refresh_from_db()
    assert plan.first_on == FOUR_SUNDAYS[0]
    assert list(plan.steps.exclude(done_at=None).values_list("kind", "done_name")) == [
        (PlanStepKind.ROOM, wish.person.name)
    ]


def test_what_one_is_content_with_is_written_before_the_first_date(wish: Wish) -> None:
    with refuses(NotReady, "Schrijf eerst op wanneer jullie tevreden zijn."):
        begin(wish, content_when="  ")
    assert nothing_was_written(wish)


def test_a_room_that_is_taken_says_what_is_free_and_leaves_nothing_half(wish: Wish) -> None:
    SpaceFactory(centre=wish.centre, name="Zaal", capacity=30)
    other = PlannedWishFactory(centre=wish.centre)
    begin(other, days=FOUR_SUNDAYS[1:2])
    before = (Activity.objects.count(), Occurrence.objects.count(), Message.objects.count())

    with pytest.raises(NoRoom) as refused:
        begin(wish)

    said = plain(refused.value)
    assert said.startswith("Zondag 13 december: ")
    assert "Wel vrij: Zaal 14.00 tot 16.00 uur" in said
    assert before == (
        Activity.objects.count(),
        Occurrence.objects.count(),
        Message.objects.count(),
    )
    wish.refresh_from_db()
    assert (wish.state, wish.activity, wish.content_when) == (WishState.PLANNING, None, "")


@pytest.mark.parametrize(
    ("field", "text"), [("summary", "Bel 06 12345678"), ("content_when", "mail a@voorbeeld.nl")]
)
def test_no_contact_in_what_all_may_read(wish: Wish, field: str, text: str) -> None:
    with pytest.raises(HoldsContact):
        begin(wish, **{field: text})
    assert nothing_was_written(wish)


@pytest.mark.parametrize("state", [WishState.LISTENING, WishState.STOPPED, WishState.NOT_NOW])
def test_only_what_is_planned_is_tried(wish: Wish, state: WishState) -> None:
    Wish.objects.filter(pk=wish.pk).update(
        state=state, not_now_reason="Vol.", not_now_route="Wacht."
    )
    with refuses(NotReady, "Dit idee is nu niet in de fase van het plan. Vraag je begeleider."):
        begin(wish)
    assert not Activity.objects.exists()


def test_days_that_are_over_cannot_be_tried(wish: Wish) -> None:
    rule = trying_out.rule_of(
        first=date(2026, 11, 1), starts=time(14), ends=time(16), every_weeks=0, times=1, own=[]
    )
    with pytest.raises(WrongRule):
        begin(wish, rule=rule, days=[date(2026, 11, 1)])
    assert nothing_was_written(wish)


def test_the_same_form_twice_is_one_try_out(wish: Wish) -> None:
    key = uuid.uuid4()
    assert begin(wish, key=key) == begin(wish, key=key)
    with pytest.raises(NotReady):
        begin(wish)
    assert Activity.objects.count() == 1
    assert Occurrence.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_the_same_form_twice_at_once_is_one_try_out() -> None:
    wish = PlannedWishFactory()
    SpaceFactory(centre=wish.centre, name="Atelier", capacity=16)
    SupportFactory(wish=wish)
    key = uuid.uuid4()
    found = at_once(lambda: begin(wish, key=key), lambda: begin(wish, key=key))
    assert found[0] == found[1] == Activity.objects.get()
    assert Occurrence.objects.count() == 4
    assert Message.objects.filter(key__contains=":invited:").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_ideas_want_the_same_room_at_once() -> None:
    first = PlannedWishFactory()
    second = PlannedWishFactory(centre=first.centre)
    SpaceFactory(centre=first.centre, name="Atelier", capacity=16)
    found = at_once(lambda: begin(first), lambda: begin(second))
    assert len([one for one in found if isinstance(one, NoRoom)]) == 1
    assert Activity.objects.count() == 1
    assert Use.objects.filter(hold=Hold.FIRM).count() == 4
    assert sorted(Wish.objects.values_list("state", flat=True)) == ["planning", "trying"]


# Into the agenda ---------------------------------------------------------------------------------


def test_what_nobody_looked_at_waits_for_the_coach(wish: Wish) -> None:
    Wish.objects.filter(pk=wish.pk).update(showing=Showing.WAITING)
    supporter = SupportFactory(wish=wish)
    activity = begin(wish)
    assert activity.state == ActivityState.DRAFT
    assert not Message.objects.filter(key__contains=f"{supporter.pk}:invited").exists()
    asked = Message.objects.get(key=f"wish:{wish.pk}:ready:{activity.pk}")
    assert asked.to_address == wish.coach.email

    organising.publish(activity)
    assert Message.objects.filter(key__contains=f"{supporter.pk}:invited").count() == 1


def test_a_host_puts_it_in_the_agenda_at_once(wish: Wish) -> None:
    Wish.objects.filter(pk=wish.pk).update(showing=Showing.WAITING)
    host = PersonFactory(host_of=wish.centre)
    assert begin(wish, By(host)).state == ActivityState.PUBLISHED


# Supporters --------------------------------------------------------------------------------------


def test_each_supporter_is_asked_once_by_what_they_offered(wish: Wish) -> None:
    coming = SupportFactory(wish=wish, name="Ans")
    helping = SupportFactory(wish=wish, name="Bob", kind=SupportKind.HELP)
    along = SupportFactory(wish=wish, name="Cor", kind=SupportKind.ORGANISE)
    SupportFactory(wish=wish, name="Weg", taken_back_at=datetime(2026, 11, 1, tzinfo=AMSTERDAM))
    SupportFactory(wish=wish, person=wish.person, name="Zelf")

    activity = begin(wish)
    organising.publish(activity)

    invited = Message.objects.filter(key__contains=":invited:")
    assert sorted(invited.values_list("to_name", flat=True)) == ["Ans", "Cor"]
    helper = Helper.objects.get()
    assert (helper.name, helper.answer, helper.support) == ("Bob", "waiting", helping)
    assert Message.objects.get(key=f"helper:{helper.pk}:asked").to_name == "Bob"
    for support in (coming, along):
        secret = inviting.invitation_secret(support)
        assert secret in Message.objects.get(key__contains=f"{support.pk}:invited").text


def test_who_supports_it_later_is_asked_when_it_is_published_again(wish: Wish) -> None:
    SupportFactory(wish=wish, name="Ans")
    activity = begin(wish)
    SupportFactory(wish=wish, name="Later", kind=SupportKind.HELP)
    organising.publish(activity)
    assert sorted(
        Message.objects.filter(key__regex="(:invited:|helper:)").values_list("to_name", flat=True)
    ) == ["Ans", "Later"]


def test_who_can_be_reached_by_nothing_is_asked_on_paper(wish: Wish) -> None:
    SupportFactory(wish=wish, name="Gerda", email="", is_from_paper=True)
    begin(wish)
    letter = Message.objects.get(key__contains=":invited:")
    assert (letter.channel, letter.state, letter.to_name) == ("paper", "to_print", "Gerda")


def test_supporters_do_not_hear_twice_that_it_is_tried(wish: Wish) -> None:
    SupportFactory(wish=wish, name="Ans")
    begin(wish)
    assert Message.objects.filter(to_name="Ans").count() == 1


def test_a_link_of_an_invitation_is_of_one_supporter_and_one_activity(wish: Wish) -> None:
    support = SupportFactory(wish=wish)
    other = SupportFactory(wish=wish)
    assert inviting.invited(support.pk, "x" * 64) is None
    begin(wish)
    support = Support.objects.select_related("wish").get(pk=support.pk)
    secret = inviting.invitation_secret(support)
    assert inviting.invited(support.pk, secret) == support
    assert inviting.invited(other.pk, secret) is None
    Support.objects.filter(pk=support.pk).update(
        taken_back_at=datetime(2026, 11, 24, tzinfo=AMSTERDAM)
    )
    assert inviting.invited(support.pk, secret) is None


# Helpers -----------------------------------------------------------------------------------------


@pytest.fixture
def helper(wish: Wish) -> Helper:
    SupportFactory(wish=wish, name="Bob", email="bob@voorbeeld.nl", kind=SupportKind.HELP)
    begin(wish)
    return Helper.objects.get()


def test_a_helper_answers_and_may_think_again(helper: Helper) -> None:
    assert inviting.answer(helper, helps=True).answer == "yes"
    host = PersonFactory()
    again = inviting.answer(helper, helps=False, by=host)
    assert (again.answer, again.entered_by) == ("no", host)
    assert inviting.find_helper_by_code(helper.shown_code) == helper
    assert inviting.find_helper_by_code("0000 0000") is None
    assert inviting.find_helper(helper.pk, "x" * 64) is None


def test_who_helps_hears_of_a_date_that_changes(helper: Helper) -> None:
    inviting.answer(helper, helps=True)
    first = helper.activity.occurrences.order_by("starts_at").first()
    assert first is not None
    planning.move(
        first,
        starts_at=datetime(2026, 12, 6, 15, tzinfo=AMSTERDAM),
        ends_at=datetime(2026, 12, 6, 17, tzinfo=AMSTERDAM),
        by=None,
    )
    planning.cancel(first, reason="Ziek.", by=None)
    planning.cancel(first, reason="Ziek.", by=None)
    planning.reinstate(first, by=None)
    told = Message.objects.filter(key__contains=f"helper:{helper.pk}").order_by("created_at", "id")
    assert [plain(message.subject) for message in told] == [
        "Help je mee? Zingen op zondag",
        "Andere tijd: Zingen op zondag",
        "Gaat niet door: Zingen op zondag, zondag 6 december",
        "Gaat toch door: Zingen op zondag, zondag 6 december",
    ]


def test_who_helps_hears_once_of_several_dates_and_only_of_those_not_on_their_own_list(
    helper: Helper,
) -> None:
    inviting.answer(helper, helps=True)
    dates = list(helper.activity.occurrences.order_by("starts_at"))
    assert len(dates) > 2
    SignUpFactory(occurrence=dates[0], name="Bob", email="bob@voorbeeld.nl")
    for _twice in range(2):
        rescheduling.cancel_each(dates, reason="Verbouwing.", by=None)
    told = Message.objects.get(key__contains=f":helper:{helper.pk}")
    assert plain(told.subject) == "Gaat niet door: Zingen op zondag"
    lines = [line for line in plain(told.text).splitlines() if line.startswith("- ")]
    assert len(lines) == len(dates) - 1
    assert "Verbouwing." in told.text


def test_who_helps_hears_once_of_a_new_time_of_the_series_and_not_of_another_room(
    helper: Helper,
) -> None:
    inviting.answer(helper, helps=True)
    first = helper.activity.occurrences.order_by("starts_at").first()
    assert first is not None
    first_starts_at = first.starts_at
    made = helper.activity.series.get()
    room = Change(terms={"room": "bij de voordeur"}, is_for_own=True)
    rescheduling.apply(made, Scope.ALL, room, answers={}, by=None)
    later = replace(made.rule, starts=time(19), ends=time(20))
    rescheduling.apply(made, Scope.ALL, Change(rule=later, is_for_own=True), answers={}, by=None)
    told = Message.objects.get(key__contains=f":helper:{helper.pk}")
    assert plain(told.subject) == "Veranderd: Zingen op zondag"
    assert plain(told.text).count("19.00 tot 20.00 uur") == 4
    assert f"Het was: {day(first_starts_at)}, {clock(first_starts_at)} uur." in plain(told.text)
    assert helper.shown_code in told.text


def test_plan_counts_back_from_the_first_date_that_is_left(helper: Helper) -> None:
    plan = PlanFactory(wish=helper.support.wish)
    dates = list(helper.activity.occurrences.order_by("starts_at"))
    rescheduling.cancel_each(dates[:1], reason="Ziek.", by=None)
    plan.refresh_from_db()
    assert plan.first_on == timezone.localdate(dates[1].starts_at)


def test_coach_hears_once_when_all_dates_are_called_off(helper: Helper) -> None:
    coach = helper.support.wish.coach
    assert coach is not None
    dates = list(helper.activity.occurrences.order_by("starts_at"))
    for date_before in dates[:-1]:
        planning.cancel(date_before, reason="Ziek.", by=None)
    told = Message.objects.filter(key__contains=":no_dates:")
    assert not told.exists()
    for _twice in range(2):
        rescheduling.cancel_each(dates, reason="Ziek.", by=None)
    message = told.get()
    assert (message.to_address, plain(message.subject)) == (
        coach.email,
        "Geen datums meer: Zingen op zondag",
    )
    assert reverse("activities:activity_manage", args=[helper.activity.pk]) in message.text
    assert reverse("activities:look_back_new", args=[helper.activity.pk]) in message.text


def test_coach_of_what_began_hears_nothing_of_dates_called_off(helper: Helper) -> None:
    last = helper.activity.occurrences.order_by("starts_at").last()
    assert last is not None
    with time_machine.travel(last.starts_at - timedelta(days=1), tick=False):
        planning.cancel(last, reason="Ziek.", by=None)
    assert not Message.objects.filter(key__contains=":no_dates:").exists()


def test_who_helps_and_has_a_phone_hears_it_in_a_short_message(helper: Helper) -> None:
    Helper.objects.update(email="", phone="+31612300001")
    helper.refresh_from_db()
    inviting.answer(helper, helps=True)
    first = helper.activity.occurrences.order_by("starts_at").first()
    assert first is not None
    planning.move(
        first,
        starts_at=datetime(2026, 12, 6, 15, tzinfo=AMSTERDAM),
        ends_at=datetime(2026, 12, 6, 17, tzinfo=AMSTERDAM),
        by=None,
    )
    planning.cancel(first, reason="Ziek.", by=None)
    planning.reinstate(first, by=None)
    told = Message.objects.filter(key__contains=f":helper:{helper.pk}").order_by("created_at", "id")
    assert [plain(message.text) for message in told][::2] == [
        (
            "Zingen op zondag is op een andere tijd: zondag 6 december om 15.00 uur. "
            "Kun je dan niet helpen? Bel ons."
        ),
        "Zingen op zondag op zondag 6 december om 15.00 uur gaat toch door. Fijn als je helpt.",
    ]


def test_who_helps_and_is_on_the_list_hears_it_once(helper: Helper) -> None:
    inviting.answer(helper, helps=True)
    first = helper.activity.occurrences.order_by("starts_at").first()
    SignUpFactory(occurrence=first, name="Bob", email="bob@voorbeeld.nl")
    assert first is not None
    planning.cancel(first, reason="Ziek.", by=None)
    assert Message.objects.filter(to_name="Bob", key__contains=":cancelled:").count() == 1


def test_who_does_not_help_hears_nothing(helper: Helper) -> None:
    inviting.answer(helper, helps=False)
    first = helper.activity.occurrences.order_by("starts_at").first()
    assert first is not None
    planning.cancel(first, reason="Ziek.", by=None)
    assert not Message.objects.filter(to_name="Bob", key__contains=":cancelled:").exists()


def test_inviting_for_what_grew_from_no_wish_does_nothing() -> None:
    assert inviting.invite(ActivityFactory()) == 0


# The whole road ----------------------------------------------------------------------------------


def test_a_wish_reaches_its_first_meeting_with_supporters_carried_over(wish: Wish) -> None:
    """Acceptance (g): who supported it stands on the list of the first date."""
    coach = PersonFactory(name="Ilse Nijhuis")
    StaffRole.objects.create(person=coach, role=Role.COORDINATOR, centre=wish.centre)
    Wish.objects.filter(pk=wish.pk).update(state=WishState.LISTENING, coach=None)
    supporters = [SupportFactory(wish=wish, name=name) for name in ("Ans", "Bob", "Cor")]

    coaching.plan_together(wish, by=coach, reply="Leuk. Kom langs.")
    steps.begin(wish, first_on=FOUR_SUNDAYS[0])
    wish.refresh_from_db()
    activity = begin(wish)

    first = activity.occurrences.order_by("starts_at").first()
    assert first is not None
    for support in Support.objects.filter(wish=wish).select_related("wish"):
        found = inviting.invited(support.pk, inviting.invitation_secret(support))
        assert found is not None
        enrolment.join(
            first, name=found.name, email=found.email, person=found.person, language="nl"
        )

    joined = SignUp.objects.filter(occurrence=first).joined()
    assert sorted(joined.values_list("name", flat=True)) == [one.name for one in supporters]
    first.refresh_from_db()
    assert first.places_taken == 3


def test_owner_without_an_account_does_all_of_it(wish: Wish) -> None:
    Wish.objects.filter(pk=wish.pk).update(person=None)
    wish.refresh_from_db()
    activity = begin(wish, By(name="Gerda"))
    assert activity.state == ActivityState.PUBLISHED
    assert list(activity.organisers.all()) == []
    assert Person.objects.filter(organises=activity).count() == 0
