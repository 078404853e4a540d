"""Files that want to do harm, or that no house could have: refused with a sentence, and nothing is left."""

from __future__ import annotations

import pytest

from activities.importing import limits
from activities.importing.calendars import read_calendar
from activities.importing.exceptions import BrokenFile, TooMuch
from tests.activities.importing.conftest import dates_of, ics


def recurring(rule: str, start: str = "20270105T100000Z", uid: str = "a", more: str = "") -> str:
    return f"UID:{uid}\nSUMMARY:Herhaling\nDTSTART:{start}\nRRULE:{rule}{more}"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=SECONDLY;COUNT=9999999",
        "FREQ=DAILY;COUNT=9999999",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=" + ",".join(map(str, range(60))),
        "FREQ=YEARLY;BYSECOND=" + ",".join(map(str, range(60))) + ";BYMINUTE=" + ",".join(map(str, range(60)))
        + ";BYHOUR=" + ",".join(map(str, range(24))),
        "FREQ=HOURLY",
    ],
)  # fmt: skip
def test_rule_that_recurs_too_often_is_refused(rule: str) -> None:
    with pytest.raises(TooMuch, match=r"Regel 3 herhaalt"):
        read_calendar(ics(recurring(rule, start="20200105T100000Z")))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU;COUNT=3",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5",
        "FREQ=YEARLY;BYDAY=60MO",
    ],
)
def test_rule_that_never_comes_true_does_not_look_for_ever(rule: str) -> None:
    found = read_calendar(ics(recurring(rule, start="20270104T100000Z")))
    assert len(dates_of(found)) <= 1


def test_many_dear_rules_together_are_refused() -> None:
    rule = "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYSETPOS=99"
    events = [recurring(rule, start="20000105T100000Z", uid=str(n)) for n in range(60)]
    with pytest.raises(TooMuch):
        read_calendar(ics(*events))


def test_many_dates_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DATES_PER_FILE", 100)
    events = [recurring("FREQ=DAILY;COUNT=60", uid=str(n)) for n in range(2)]
    with pytest.raises(TooMuch, match=r"Het bestand geeft meer dan 100 datums. Dat is te veel."):
        read_calendar(ics(*events))


def test_time_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SECONDS", -1)
    with pytest.raises(TooMuch, match="kost te veel tijd"):
        read_calendar(ics(recurring("FREQ=DAILY;COUNT=2")))


def test_long_lists_of_dates_are_refused() -> None:
    dates = ",".join(
        f"20270105T{n // 3600:02d}{n // 60 % 60:02d}{n % 60:02d}Z" for n in range(6000)
    )
    for name in ("RDATE", "EXDATE"):
        with pytest.raises(TooMuch, match=r"Regel 3 noemt veel te veel datums."):
            read_calendar(ics(f"UID:a\nDTSTART:20270105T100000Z\n{name}:{dates}"))


def test_file_over_ten_megabytes_is_refused() -> None:
    with pytest.raises(TooMuch, match="groter dan 10 MB"):
        read_calendar(ics("UID:a\nDTSTART:20270105T100000Z\nCOMMENT:" + "x" * limits.BYTES))


def test_long_line_is_refused_but_not_an_attachment() -> None:
    event = "UID:a\nSUMMARY:A\nDTSTART:20270105T100000Z\n{name}:" + "x" * (limits.LINE + 1)
    with pytest.raises(TooMuch, match=r"Regel 7 is veel te lang."):
        read_calendar(ics(event.format(name="DESCRIPTION")))
    assert (
        len(dates_of(read_calendar(ics(event.format(name="ATTACH;VALUE=BINARY;ENCODING=BASE64")))))
        == 1
    )


def test_components_nested_deeply_are_refused() -> None:
    with pytest.raises(TooMuch, match="te veel onderdelen in elkaar"):
        read_calendar(ics("BEGIN:VALARM\n" * 500 + "END:VALARM\n" * 500))


def test_too_many_components_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "COMPONENTS", 10)
    with pytest.raises(TooMuch, match="meer dan 10 onderdelen"):
        read_calendar(ics(*["UID:a"] * 10))


def test_zone_that_changes_every_second_is_refused() -> None:
    zone = (
        "BEGIN:VTIMEZONE\nTZID:Snel\nBEGIN:STANDARD\nDTSTART:19700101T000000\nRRULE:FREQ=SECONDLY\n"
        "TZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nEND:STANDARD\nEND:VTIMEZONE\n"
    )
    with pytest.raises(TooMuch, match="deze tijdzone verandert te vaak"):
        read_calendar(ics("UID:a\nDTSTART;TZID=Snel:20270105T100000", head=zone))


@pytest.mark.parametrize(
    "start", ["99990101T100000Z", "00010101T000000Z", "21990101T100000", "18000101"]
)
def test_absurd_year_is_skipped_with_its_reason(start: str) -> None:
    found = read_calendar(ics(f"UID:a\nSUMMARY:A\nDTSTART:{start}"))
    (entry,) = found.report.skipped()
    assert entry.reason.startswith(("Het jaar", "DTSTART is niet te lezen"))
    assert found.series == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "leeg"),
        (b"\r\n\r\n", "leeg"),
        (b"zomaar tekst", "geen agenda"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "webpagina"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "geen agenda"),
        (b"PK\x03\x04xxxx", "geen agenda"),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "geen agenda"),
        (b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n", "Regel 2 sluit VEVENT"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VCALENDAR\r\n", "Regel 2 begint een agenda in een agenda"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n", "Regel 3 sluit VCALENDAR"),
        (
            b"BEGIN:VCALENDAR\r\nCALSCALE:HEBREW\r\nEND:VCALENDAR\r\n",
            "telt niet volgens onze kalender",
        ),
        (bytes(range(256)) * 40, "geen agenda"),
    ],
)
def test_what_is_no_calendar_is_refused_in_a_sentence(content: bytes, message: str) -> None:
    with pytest.raises(BrokenFile, match=message):
        read_calendar(content)


def test_null_bytes_and_direction_marks_do_not_reach_the_words() -> None:
    (series,) = read_calendar(
        ics(
            "UID:a\nSUMMARY:Kof\0fie \u202eevil\u202c ☕\nDTSTART:20270105T100000Z\nDESCRIPTION:a\0b\u0007c"
        )
    ).series
    assert (series.title, series.text) == ("Koffie evil ☕", "abc")


def test_long_text_without_a_fold_is_read() -> None:
    lines = "zomaar een regel zonder vouw\n" * 200_000
    (series,) = read_calendar(
        ics(f"UID:a\nSUMMARY:A\nDTSTART:20270105T100000Z\nDESCRIPTION:x\n{lines}")
    ).series
    assert series.text.startswith("x\nzomaar")
