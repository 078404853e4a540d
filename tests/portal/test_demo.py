"""The demo house: what domain.md asks for, relative to a day, and never double."""

from datetime import date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F, Q, Sum
from django.utils import timezone
from pytest_django import Settings

from activities import planning
from activities.models import (
    Activity,
    ActivityState,
    ActivityTranslation,
    Occurrence,
    SignUp,
    Wish,
)
from activities.models.party import HOLDING
from lokaal.centres.models import Centre, CentreTranslation
from lokaal.outbox.models import Message
from lokaal.people.demo_sign_in import PEOPLE
from lokaal.people.models import Person, Role
from lokaal.portal.demo import building
from lokaal.portal.demo.week import WISHES
from venue.models import (
    Booking,
    BookingState,
    CateringOrder,
    Dish,
    Hold,
    Invoice,
    Space,
    Use,
    UseKind,
)

pytestmark = pytest.mark.django_db

MODELS = (
    Space,
    Booking,
    Invoice,
    Dish,
    CateringOrder,
    Centre,
    CentreTranslation,
    Person,
    Activity,
    ActivityTranslation,
    Occurrence,
    SignUp,
    Wish,
)


def counts() -> list[int]:
    return [model.objects.count() for model in MODELS]


def last_planned_by_the_demo() -> datetime:
    """The last date of no series: those of series the worker makes."""
    return Occurrence.objects.filter(series=None).latest("starts_at").starts_at


def test_build_makes_two_centres_with_all_their_people_and_texts_in_both_languages() -> None:
    building.build()

    assert list(Centre.objects.values_list("name", flat=True)) == ["Waterkracht", "Nieuwstad"]
    assert set(Person.objects.values_list("name", flat=True)) == {plan.name for plan in PEOPLE}
    assert not Activity.objects.exclude(translations__language="en").exists()
    assert not Centre.objects.exclude(translations__language="en").exists()
    assert set(
        Activity.objects.filter(state=ActivityState.STOPPED).values_list("title", flat=True)
    ) == {"Leesclub", "Schaakavond", "Zondagfilm"}
    host = Person.objects.get(name="Nermin Aksoy")
    assert host.holds(Role.HOST, centre_id=Centre.objects.get(slug="waterkracht").pk)
    assert not host.holds(Role.HOST, centre_id=Centre.objects.get(slug="nieuwstad").pk)


def test_build_fills_the_rooms_of_both_houses_with_every_stage_of_hire() -> None:
    building.build()

    assert set(Booking.objects.values_list("state", flat=True)) == {
        BookingState.REQUEST,
        BookingState.OPTION,
        BookingState.QUOTED,
        BookingState.CONFIRMED,
        BookingState.FINISHED,
    }
    assert set(Use.objects.values_list("kind", flat=True)) == {
        UseKind.ACTIVITY,
        UseKind.BOOKING,
        UseKind.CLOSURE,
    }
    assert Use.objects.filter(hold=Hold.WAITING).count() == 1
    assert Invoice.objects.paid().count() == 2
    assert Invoice.objects.open().count() == 3
    assert Invoice.objects.drafts().count() == 1
    assert not Space.objects.exclude(translations__language="en").exists()


def test_build_twice_doubles_nothing() -> None:
    building.build()
    before = counts()
    building.build()
    assert counts() == before


def test_build_a_month_later_adds_weeks_and_nothing_else() -> None:
    today = timezone.localdate()
    building.build(today)
    before = counts()
    last = last_planned_by_the_demo()
    building.build(today + timedelta(weeks=4))

    after = counts()
    changed = {model for model, was, is_ in zip(MODELS, before, after, strict=True) if was != is_}
    assert changed == {Occurrence}
    assert last_planned_by_the_demo() - last == timedelta(weeks=4)


def test_build_again_does_not_bring_back_a_date_that_moved() -> None:
    building.build()
    moved = Occurrence.objects.upcoming().filter(activity__title="Naaicafé").first()
    assert moved is not None
    planning.move(
        moved,
        starts_at=moved.starts_at + timedelta(hours=1),
        ends_at=moved.ends_at + timedelta(hours=1),
        by=None,
    )
    before = Occurrence.objects.count()
    building.build()
    assert Occurrence.objects.count() == before


@pytest.mark.parametrize("today", [date(2027, 3, 26), date(2026, 10, 23)])
def test_build_keeps_the_clock_on_the_wall_across_a_clock_change(today: date) -> None:
    building.build(today)
    begins = {
        f"{timezone.localtime(moment):%H:%M}"
        for moment in Occurrence.objects.filter(activity__title="Naaicafé").values_list(
            "starts_at", flat=True
        )
    }
    assert begins == {"13:30"}


def test_build_counts_places_right_and_writes_to_nobody() -> None:
    building.build()
    held = Q(sign_ups__state__in=HOLDING)
    joined = Sum(F("sign_ups__companions") + 1, filter=held)
    wrong = Occurrence.objects.annotate(joined=joined).exclude(
        Q(joined=F("places_taken")) | Q(joined=None, places_taken=0)
    )
    assert not wrong.exists()
    assert not Message.objects.exists()


def test_demo_refuses_a_real_house(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("demo")
    assert not Centre.objects.exists()


def test_demo_if_stale_does_nothing_while_weeks_are_ahead() -> None:
    call_command("demo", verbosity=0)
    told = Wish.objects.filter(text=WISHES[0][0])
    told.delete()
    call_command("demo", if_stale=True, verbosity=0)
    assert not told.exists()
    soon = timezone.now() + timedelta(weeks=5)
    SignUp.objects.filter(occurrence__starts_at__gt=soon).delete()
    uses = list(Occurrence.objects.filter(starts_at__gt=soon).values_list("use", flat=True))
    Occurrence.objects.filter(starts_at__gt=soon).delete()
    Use.objects.filter(pk__in=uses).delete()
    call_command("demo", if_stale=True, verbosity=0)
    assert told.exists()
