"""The kitchen log: limits as dated rows, alerts until somebody says what was done, lines that never change."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from lokaal.people.models import Person, Role, StaffRole
from tests.centres.factories import CentreFactory
from tests.parallel import at_once
from tests.people.factories import PersonFactory
from tests.venue.food.factories import CheckPointFactory, limits
from venue.exceptions import NotNow, WrongTime
from venue.food import food_safety
from venue.models import FoodSafetyLimit, HowOften, LogCorrection, LogEntry, LogKind, Remedy

pytestmark = pytest.mark.django_db


@pytest.fixture
def cook() -> Person:
    return PersonFactory(role=Role.KITCHEN, name="Lucia Martina")


@pytest.fixture(autouse=True)
def known_limits(db: None) -> None:
    limits()


@pytest.mark.parametrize(
    ("kind", "celsius", "is_within"),
    [
        (LogKind.FRIDGE, "7", True),
        (LogKind.FRIDGE, "7.1", False),
        (LogKind.FREEZER, "-18", True),
        (LogKind.FREEZER, "-17.9", False),
        (LogKind.ARRIVAL_COOL, "7", True),
        (LogKind.ARRIVAL_COOL, "7.1", False),
        (LogKind.ARRIVAL_FROZEN, "-15", True),
        (LogKind.ARRIVAL_FROZEN, "-14.9", False),
        (LogKind.HOT_HOLDING, "60", True),
        (LogKind.HOT_HOLDING, "59.9", False),
        (LogKind.CORE, "75", True),
        (LogKind.CORE, "74.9", False),
    ],
)
def test_limit_itself_is_good_and_a_tenth_beyond_is_not(kind, celsius, is_within, cook):
    entry = food_safety.measure(
        CentreFactory(), kind, Decimal(celsius), by=cook, subject="Soep van de dag"
    )
    assert (entry.is_within, entry.signed_name, entry.limit.kind) == (
        is_within,
        "Lucia Martina",
        kind,
    )
    assert LogEntry.objects.unanswered().count() == (0 if is_within else 1)


@pytest.mark.parametrize(
    ("celsius", "minutes", "is_within"),
    [("7", 300, True), ("7", 301, False), ("7.1", 120, False), ("4", 60, True)],
)
def test_cooling_is_good_when_cold_enough_and_in_time(
    celsius, minutes, is_within, cook, time_machine
):
    time_machine.move_to("2026-11-24 12:00+01:00", tick=False)
    begun = food_safety.measure(
        CentreFactory(), LogKind.COOLING_BEGUN, Decimal(82), by=cook, subject="Linzensoep"
    )
    assert [one.entry for one in food_safety.coolings(begun.centre)] == [begun]
    time_machine.shift(timedelta(minutes=minutes))
    entry = food_safety.cooled(begun, Decimal(celsius), by=cook)
    assert (entry.is_within, entry.took, entry.subject) == (
        is_within,
        timedelta(minutes=minutes),
        "Linzensoep",
    )
    assert food_safety.coolings(begun.centre) == []
    with pytest.raises(NotNow):
        food_safety.cooled(begun, Decimal(5), by=cook)


def test_cooling_tells_until_when_and_that_it_is_late(cook, time_machine):
    time_machine.move_to("2026-11-24 12:00+01:00", tick=False)
    begun = food_safety.measure(
        CentreFactory(), LogKind.COOLING_BEGUN, Decimal(82), by=cook, subject="Soep"
    )
    [cooling] = food_safety.coolings(begun.centre)
    assert (cooling.until, cooling.is_late) == (timezone.now() + timedelta(hours=5), False)
    time_machine.shift(timedelta(hours=6))
    assert food_safety.coolings(begun.centre)[0].is_late


def test_another_limit_holds_from_its_day_on(cook):
    today = timezone.localdate()
    FoodSafetyLimit.objects.filter(kind=LogKind.FRIDGE).update(
        valid_until=today - timedelta(days=1)
    )
    FoodSafetyLimit.objects.create(kind=LogKind.FRIDGE, highest=4, valid_from=today)
    entry = food_safety.measure(
        CentreFactory(), LogKind.FRIDGE, Decimal(5), by=cook, subject="Links"
    )
    assert (entry.is_within, entry.limit.highest) == (False, 4)
    assert food_safety.limit_on(LogKind.FRIDGE, today - timedelta(days=1)).highest == 7


def test_without_a_limit_nothing_is_called_good(cook):
    FoodSafetyLimit.objects.filter(kind=LogKind.FRIDGE).delete()
    entry = food_safety.measure(
        CentreFactory(), LogKind.FRIDGE, Decimal(3), by=cook, subject="Links"
    )
    assert entry.is_within is None
    assert list(LogEntry.objects.unanswered()) == [entry]


def test_alert_stays_until_somebody_says_what_was_done(cook):
    entry = food_safety.measure(
        CentreFactory(), LogKind.FRIDGE, Decimal(12), by=cook, subject="Links"
    )
    with pytest.raises(NotNow):
        food_safety.correct(entry, Remedy.OTHER, by=cook)
    assert list(LogEntry.objects.unanswered()) == [entry]
    done = food_safety.correct(entry, Remedy.THROWN_AWAY, note="De melk", by=cook)
    assert (done.signed_by, done.signed_name, done.note) == (cook, "Lucia Martina", "De melk")
    assert not LogEntry.objects.unanswered().exists()


def test_good_line_needs_no_remedy(cook):
    entry = food_safety.measure(
        CentreFactory(), LogKind.FRIDGE, Decimal(4), by=cook, subject="Links"
    )
    with pytest.raises(NotNow):
        food_safety.correct(entry, Remedy.MOVED, by=cook)


@pytest.mark.parametrize("celsius", ["-61", "251"])
def test_temperature_that_cannot_be_is_refused(celsius, cook):
    with pytest.raises(WrongTime):
        food_safety.measure(
            CentreFactory(), LogKind.FRIDGE, Decimal(celsius), by=cook, subject="Links"
        )


@pytest.mark.parametrize("hours", [-25, 1])
def test_moment_in_the_future_or_long_ago_is_refused(hours, cook):
    with pytest.raises(WrongTime):
        food_safety.measure(
            CentreFactory(),
            LogKind.FRIDGE,
            Decimal(4),
            by=cook,
            subject="Links",
            at=timezone.now() + timedelta(hours=hours),
        )


def test_lines_never_change_and_never_go(cook):
    entry = food_safety.measure(
        CentreFactory(), LogKind.FRIDGE, Decimal(9), by=cook, subject="Links"
    )
    food_safety.correct(entry, Remedy.MOVED, by=cook)
    for change in (
        lambda: LogEntry.objects.update(celsius=4),
        lambda: LogEntry.objects.update(signed_name="Iemand anders"),
        lambda: LogCorrection.objects.update(remedy=Remedy.MISTYPED),
        lambda: LogCorrection.objects.all().delete(),
        lambda: LogEntry.objects.filter(pk=entry.pk)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert LogEntry.objects.get().celsius == 9


def test_name_stays_when_the_person_is_erased(cook):
    entry = food_safety.measure(
        CentreFactory(), LogKind.FRIDGE, Decimal(4), by=cook, subject="Links"
    )
    StaffRole.objects.filter(person=cook).delete()
    cook.delete()
    entry.refresh_from_db()
    assert (entry.signed_by, entry.signed_name) == (None, "Lucia Martina")


def test_what_is_regular_waits_until_it_is_done(cook, time_machine):
    time_machine.move_to("2026-11-24 10:00+01:00", tick=False)
    fridge = CheckPointFactory(name="Koelkast")
    hood = CheckPointFactory(
        centre=fridge.centre, kind=LogKind.CLEANING, name="Afzuigkap", how_often=HowOften.WEEKLY
    )
    assert [(row.point, row.is_due) for row in food_safety.due(fridge.centre)] == [
        (hood, True),
        (fridge, True),
    ]
    food_safety.cleaned(hood, by=cook)
    food_safety.measure(fridge.centre, LogKind.FRIDGE, Decimal(4), by=cook, point=fridge)
    assert food_safety.how_many_wait(food_safety.due(fridge.centre)) == 0
    tomorrow, next_week = date(2026, 11, 25), date(2026, 12, 1)
    assert [r.point for r in food_safety.due(fridge.centre, today=tomorrow) if r.is_due] == [fridge]
    assert food_safety.how_many_wait(food_safety.due(fridge.centre, today=next_week)) == 2


def test_fridge_is_not_cleaned_by_mistake(cook):
    with pytest.raises(NotNow):
        food_safety.cleaned(CheckPointFactory(), by=cook)


def test_month_is_what_the_inspector_reads(cook, time_machine):
    centre = CentreFactory()
    for moment in ("2026-10-31 23:00+01:00", "2026-11-01 00:30+01:00", "2026-11-30 23:00+01:00"):
        time_machine.move_to(moment, tick=False)
        food_safety.measure(centre, LogKind.FRIDGE, Decimal(4), by=cook, subject="Links")
    lines = food_safety.month_of(centre, date(2026, 11, 15))
    assert [timezone.localtime(line.measured_at).day for line in lines] == [1, 30]


@pytest.mark.django_db(transaction=True)
def test_same_form_at_once_is_one_line():
    limits()
    cook = PersonFactory(role=Role.KITCHEN)
    centre, key = CentreFactory(), uuid4()

    def write():
        return food_safety.measure(
            centre, LogKind.FRIDGE, Decimal(4), by=cook, subject="Links", form_key=key
        )

    results = at_once(*[write for _ in range(4)])
    assert len({entry.pk for entry in results}) == 1
    assert LogEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_cooled_twice_at_once_is_written_once():
    limits()
    cook = PersonFactory(role=Role.KITCHEN)
    begun = food_safety.measure(
        CentreFactory(), LogKind.COOLING_BEGUN, Decimal(80), by=cook, subject="Soep"
    )
    results = at_once(*[lambda: food_safety.cooled(begun, Decimal(5), by=cook) for _ in range(3)])
    assert sorted(type(result).__name__ for result in results) == ["LogEntry", "NotNow", "NotNow"]


# Pages --------------------------------------------------------------------------------------------


def test_wrong_value_asks_at_once_what_was_done(client, cook):
    point = CheckPointFactory()
    client.force_login(cook)
    response = client.post(reverse("venue:kitchen_log_point", args=[point.pk]), {"celsius": "9,5"})
    entry = LogEntry.objects.get()
    assert (entry.celsius, entry.is_within) == (Decimal("9.5"), False)
    page = reverse("venue:kitchen_log_correct", args=[entry.pk])
    assert response.url == page
    assert "Dit is niet goed" in client.get(page).content.decode()
    response = client.post(page, {"remedy": "other"})
    assert "Schrijf op wat je hebt gedaan." in response.content.decode()
    client.post(page, {"remedy": "moved"})
    assert entry.corrections.get().signed_by == cook
    assert "1 meting" not in client.get(reverse("venue:kitchen")).content.decode()


@pytest.mark.parametrize("typed", ["4,5", "4.5 °C", " 4.5c"])
def test_temperature_is_typed_as_people_do(typed, client, cook):
    point = CheckPointFactory()
    client.force_login(cook)
    client.post(reverse("venue:kitchen_log_point", args=[point.pk]), {"celsius": typed})
    assert LogEntry.objects.get().celsius == Decimal("4.5")


@pytest.mark.parametrize("typed", ["", "warm", "NaN", "1e9", "\x00", "9" * 9])
def test_strange_temperature_is_a_plain_sentence(typed, client, cook):
    point = CheckPointFactory()
    client.force_login(cook)
    response = client.post(reverse("venue:kitchen_log_point", args=[point.pk]), {"celsius": typed})
    assert response.status_code in {200, 409}
    assert not LogEntry.objects.exists()


def test_get_does_not_clean(client, cook):
    point = CheckPointFactory(kind=LogKind.CLEANING)
    client.force_login(cook)
    address = reverse("venue:kitchen_log_point", args=[point.pk])
    assert client.get(address).status_code == 405
    client.post(address)
    assert LogEntry.objects.get().is_within


def test_log_of_another_kitchen_is_not_there(client):
    point = CheckPointFactory()
    elsewhere = PersonFactory()
    StaffRole.objects.create(person=elsewhere, role=Role.KITCHEN, centre=CentreFactory())
    client.force_login(elsewhere)
    address = reverse("venue:kitchen_log_point", args=[point.pk])
    assert client.post(address, {"celsius": "4"}).status_code == 404
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("role", [Role.HOST, Role.TREASURER, Role.SOCIAL_WORKER])
def test_log_is_for_the_kitchen(role, client):
    client.force_login(PersonFactory(role=role))
    assert client.get(reverse("venue:kitchen_log")).status_code == 403


@pytest.mark.parametrize("month", ["2026-11", "", "2026-13", "x", "0000-01"])
def test_month_on_paper_answers_whatever_is_asked(month, client, cook):
    CentreFactory()
    client.force_login(cook)
    assert client.get(reverse("venue:kitchen_log_month"), {"month": month}).status_code == 200


def test_log_page_asks_the_same_number_of_queries_at_one_and_thirty_rows(
    client, cook, django_assert_num_queries
):
    centre = CentreFactory()
    client.force_login(cook)
    for count in (1, 29):
        for number in range(count):
            point = CheckPointFactory(centre=centre, name=f"Koelkast {count} {number}")
            food_safety.measure(centre, LogKind.FRIDGE, Decimal(9), by=cook, point=point)
        with django_assert_num_queries(11):
            client.get(reverse("venue:kitchen_log"))
