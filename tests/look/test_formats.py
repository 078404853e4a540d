from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.template import Context, Template
from django.utils import translation

from lokaal.look import formats

TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def tuesday_morning() -> object:
    with time_machine.travel(datetime(2026, 11, 24, 9, 12, tzinfo=UTC), tick=False):
        yield


@pytest.mark.parametrize(
    ("language", "expected"),
    [("nl", "13.30"), ("en", "13:30"), ("tr", "13:30"), ("ar", "13:30")],
)
def test_clock_follows_the_language(language: str, expected: str) -> None:
    with translation.override(language):
        assert formats.clock(time(13, 30)) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 24, 8, 5, tzinfo=UTC), "9.05"),  # winter: an hour ahead of UTC
        (datetime(2026, 7, 1, 8, 5, tzinfo=UTC), "10.05"),  # summer: two hours
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2.30"),  # the hour that comes twice
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2.30"),
        (datetime(2026, 11, 24, 23, 0, tzinfo=UTC), "0.00"),
    ],
)
def test_clock_is_local_and_has_no_leading_zero(moment: datetime, expected: str) -> None:
    assert formats.clock(moment) == expected


def test_clock_range_is_a_sentence() -> None:
    assert formats.clock_range(time(13, 30), time(15)) == "13.30 tot 15.00 uur"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nl", "dinsdag 24 november"),
        ("en", "Tuesday 24 November"),
        ("tr", "24 Kasım Salı"),
        ("ar", "الثلاثاء، 24 نوفمبر"),
    ],
)
def test_day_is_written_in_full(language: str, expected: str) -> None:
    with translation.override(language):
        assert formats.day(TUESDAY) == expected


def test_day_of_another_year_names_it() -> None:
    assert formats.day(date(2027, 1, 1)) == "vrijdag 1 januari 2027"
    with translation.override("tr"):
        assert formats.day(date(2027, 1, 1)) == "1 Ocak 2027 Cuma"


def test_day_of_a_moment_is_the_local_day() -> None:
    assert formats.day(datetime(2026, 11, 24, 23, 30, tzinfo=UTC)) == "woensdag 25 november"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 23), "Gisteren, maandag 23 november"),
        (TUESDAY, "Vandaag, dinsdag 24 november"),
        (date(2026, 11, 25), "Morgen, woensdag 25 november"),
        (date(2026, 11, 29), "Zondag 29 november"),
    ],
)
def test_relative_day_is_a_heading(day: date, expected: str) -> None:
    assert formats.relative_day(day) == expected


def test_relative_day_turns_over_at_local_midnight() -> None:
    with time_machine.travel(datetime(2026, 11, 24, 23, 30, tzinfo=UTC), tick=False):
        assert formats.relative_day(TUESDAY) == "Gisteren, dinsdag 24 november"


def test_tile_is_short() -> None:
    assert formats.tile(TUESDAY) == ("di", "24", "nov")
    with translation.override("en"):
        assert formats.tile(TUESDAY) == ("Tue", "24", "Nov")


@pytest.mark.parametrize(
    ("language", "cents", "expected"),
    [
        ("nl", 400, "€\xa04"),
        ("nl", 350, "€\xa03,50"),
        ("nl", 5, "€\xa00,05"),
        ("nl", 0, "€\xa00"),
        ("nl", 125000, "€\xa01.250"),
        ("nl", 123456789, "€\xa01.234.567,89"),
        ("nl", -350, "€\xa0-3,50"),
        ("en", 400, "€4"),
        ("en", 350, "€3.50"),
        ("tr", 350, "€3,50"),
    ],
)
def test_euro_leaves_out_empty_cents(language: str, cents: int, expected: str) -> None:
    with translation.override(language):
        assert formats.euro(cents) == expected


def test_filters_are_silent_about_nothing() -> None:
    template = Template(
        "{% load lokaal %}[{{ no|clock }}{{ no|day }}{{ no|relative_day }}{{ none|euro }}]"
    )

    assert template.render(Context({"no": None, "none": None})) == "[]"


def test_filters_write_what_the_functions_say() -> None:
    template = Template("{% load lokaal %}{{ day|day }}, {{ at|clock }}, {{ free|euro }}")

    assert (
        template.render(Context({"day": TUESDAY, "at": time(9, 30), "free": 0}))
        == "dinsdag 24 november, 9.30, €\xa00"
    )
