"""Each difficulty of iCalendar, in a calendar of its own."""

from __future__ import annotations

import pytest

from activities.importing.calendars import read_calendar
from activities.importing.report import Topic
from tests.activities.importing.conftest import calendar, dates_of, ics, on_clock


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "weekly.ics",
            [
                ("Koffie-inloop", "2026-10-13 10:00", "2026-10-13 12:00"),
                ("Koffie-inloop", "2026-10-20 10:00", "2026-10-20 12:00"),
                ("Koffie-inloop", "2026-10-27 10:00", "2026-10-27 12:00"),
                ("Koffie-inloop", "2026-11-03 10:00", "2026-11-03 12:00"),
            ],
        ),
        (
            "rdate.ics",
            [
                ("Ruilmarkt", "2027-01-09 10:00", "2027-01-09 13:00"),
                ("Ruilmarkt", "2027-02-13 10:00", "2027-02-13 13:00"),
                ("Ruilmarkt", "2027-03-13 11:00", "2027-03-13 14:00"),
            ],
        ),
        (
            "rdate_period.ics",
            [
                ("Proeflokaal", "2027-01-10 19:00", "2027-01-10 21:00"),
                ("Proeflokaal", "2027-01-17 19:00", "2027-01-17 22:00"),
                ("Proeflokaal", "2027-01-24 19:00", "2027-01-24 19:30"),
            ],
        ),
        (
            "exdate.ics",
            [
                ("Buurtlunch", "2027-01-06 12:00", "2027-01-06 13:30"),
                ("Buurtlunch", "2027-01-27 12:00", "2027-01-27 13:30"),
            ],
        ),
        (
            "moved_date.ics",
            [
                ("Buurtkoor", "2027-01-07 19:30", "2027-01-07 21:30"),
                ("Buurtkoor in de kerk", "2027-01-15 20:00", "2027-01-15 22:00"),
                ("Buurtkoor", "2027-01-21 19:30", "2027-01-21 21:30"),
            ],
        ),
        (
            "this_and_future.ics",
            [
                ("Yoga", "2027-01-04 10:00", "2027-01-04 11:00"),
                ("Yoga", "2027-01-11 10:00", "2027-01-11 11:00"),
                ("Zachte yoga", "2027-01-18 11:30", "2027-01-18 13:00"),
                ("Zachte yoga", "2027-01-25 11:30", "2027-01-25 13:00"),
            ],
        ),
        (
            "all_day.ics",
            [
                ("Dicht wegens Pasen", "2027-03-28 00:00", "2027-03-30 00:00"),
                ("Burendag", "2027-09-25 00:00", "2027-09-26 00:00"),
            ],
        ),
        ("several_days.ics", [("Kampweekend", "2027-03-26 19:00", "2027-03-28 16:00")]),
        (
            "floating.ics",
            [
                ("Schaken", "2027-01-05 19:00", "2027-01-05 21:00"),
                ("Schaken buiten", "2027-07-06 19:00", "2027-07-06 21:00"),
            ],
        ),
        (
            "no_timezone_component.ics",
            [
                ("Taalcafé", "2027-01-05 13:30", "2027-01-05 15:30"),
                ("Leesclub", "2027-01-08 13:30", "2027-01-08 15:30"),
                ("Breicafé", "2027-01-09 13:30", "2027-01-09 15:30"),
                ("Naaicafé", "2027-07-07 13:30", "2027-07-07 15:30"),
            ],
        ),
        (
            "wrong_timezone_component.ics",
            [("Taalcafé", "2027-01-05 13:30", "2027-01-05 15:30")],
        ),
        ("custom_timezone.ics", [("Belconferentie", "2027-01-05 12:30", "2027-01-05 14:30")]),
        (
            "x_wr_timezone.ics",
            [
                ("Wandelgroep", "2027-03-23 09:00", "2027-03-23 10:30"),
                ("Wandelgroep", "2027-03-30 09:00", "2027-03-30 10:30"),
            ],
        ),
        (
            "duration.ics",
            [
                ("Spreekuur", "2027-01-05 09:00", "2027-01-05 10:30"),
                ("Expositie", "2027-02-01 00:00", "2027-02-04 00:00"),
            ],
        ),
        ("no_end.ics", [("Repetitie", "2027-01-05 20:00", "2027-01-05 20:00")]),
        ("fold_in_letter.ics", [("Café Renée", "2027-01-05 20:00", "2027-01-05 21:00")]),
        ("latin_1.ics", [("Café Sjølund - één", "2027-01-05 20:00", "2027-01-05 21:00")]),
        ("windows_1252.ics", [("Café Sjølund – één", "2027-01-05 20:00", "2027-01-05 21:00")]),
        ("utf_16.ics", [("Café Sjølund – één", "2027-01-05 20:00", "2027-01-05 21:00")]),
        ("utf_8_bom.ics", [("Café Sjølund – één", "2027-01-05 20:00", "2027-01-05 21:00")]),
        (
            "old_mac_line_ends.ics",
            [("Café Sjølund – één", "2027-01-05 20:00", "2027-01-05 21:00")],
        ),
        (
            "orphans.ics",
            [
                ("Tafeltennis", "2027-01-05 19:30", "2027-01-05 21:00"),
                ("Tafeltennis", "2027-01-12 19:00", "2027-01-12 20:30"),
            ],
        ),
        (
            "clock_change.ics",
            [
                ("Avondeten", "2026-10-18 18:00", "2026-10-18 19:00"),
                ("Dubbel uur", "2026-10-25 02:30", "2026-10-25 04:30"),
                ("Avondeten", "2026-10-25 18:00", "2026-10-25 19:00"),
                ("Avondeten", "2026-11-01 18:00", "2026-11-01 19:00"),
                ("Nachtdienst", "2027-03-27 02:30", "2027-03-27 03:30"),
                # 02:30 does not exist that night: RFC 5545 reads it with the offset before the change
                ("Nachtdienst", "2027-03-28 03:30", "2027-03-28 03:30"),
                ("Nachtdienst", "2027-03-29 02:30", "2027-03-29 03:30"),
            ],
        ),
    ],
)
def test_calendar_gives_its_dates(name: str, expected: list[tuple[str, str, str]]) -> None:
    assert dates_of(read_calendar(calendar(name))) == expected


def test_all_day_and_timed_dates_are_told_apart() -> None:
    dates = [d for s in read_calendar(calendar("all_day.ics")).series for d in s.dates]
    assert [date.is_all_day for date in dates] == [True, True]
    assert [
        d.is_all_day for s in read_calendar(calendar("weekly.ics")).series for d in s.dates
    ] == [False] * 4


def test_cancelled_date_and_cancelled_event_are_cancelled() -> None:
    dates = [d for s in read_calendar(calendar("cancelled.ics")).series for d in s.dates]
    assert {(on_clock(date.starts_at), date.is_cancelled) for date in dates} == {
        ("2027-01-08 20:00", False),
        ("2027-01-15 20:00", True),
        ("2027-01-22 20:00", False),
        ("2027-05-01 14:00", True),
    }


def test_method_cancel_cancels_everything() -> None:
    found = read_calendar(ics("UID:a\nDTSTART:20270105T100000Z\nSUMMARY:A", head="METHOD:CANCEL\n"))
    assert [date.is_cancelled for date in found.series[0].dates] == [True]


def test_moved_date_keeps_the_moment_the_rule_gave_it() -> None:
    (series,) = read_calendar(calendar("moved_date.ics")).series
    assert sorted(date.key for date in series.dates) == [
        "20270107T183000Z", "20270114T183000Z", "20270121T183000Z"
    ]  # fmt: skip
    (moved,) = [date for date in series.dates if date.room == "Kerkzaal"]
    assert moved.key == "20270114T183000Z"


def test_dates_after_this_and_future_keep_the_moment_the_rule_gave_them() -> None:
    (series,) = read_calendar(calendar("this_and_future.ics")).series
    assert [date.key for date in series.dates] == [
        "20270104T090000Z", "20270111T090000Z", "20270118T090000Z", "20270125T090000Z"
    ]  # fmt: skip


def test_endless_rules_stop_a_year_ahead_and_are_remembered() -> None:
    found = read_calendar(calendar("endless.ics"))
    assert {series.title: len(series.dates) for series in found.series} == {
        "Inloop": 14, "Vergadering": 14
    }  # fmt: skip
    again = read_calendar(found.endless.encode())
    assert dates_of(again) == dates_of(found)


def test_rules_with_an_end_are_not_remembered() -> None:
    assert read_calendar(calendar("weekly.ics")).endless == ""


def test_what_is_remembered_holds_nothing_about_persons() -> None:
    event = (
        "UID:a\nSUMMARY:A\nDTSTART:20270105T100000Z\nRRULE:FREQ=WEEKLY\n"
        "ORGANIZER;CN=Jan:mailto:jan@voorbeeld.nl\nATTENDEE:mailto:piet@voorbeeld.nl\nCONTACT:Kees"
    )
    remembered = read_calendar(ics(event)).endless
    assert "RRULE:FREQ=WEEKLY" in remembered
    assert not any(word in remembered for word in ("jan@", "piet@", "Kees"))


def test_unknown_zone_is_read_as_ours_and_said() -> None:
    report = read_calendar(calendar("no_timezone_component.ics")).report
    assert [(remark.name, remark.sentence) for remark in report.about(Topic.READ_AS)] == [
        ("Breicafé", "Tijdzone “Zutphense tijd” kennen we niet. We lezen de tijd als onze tijd.")
    ]


def test_two_files_with_a_zone_of_one_name_do_not_mix() -> None:
    first = calendar("custom_timezone.ics")
    second = first.replace(b"+0300", b"-0500").replace(b"+0200", b"-0600")
    assert dates_of(read_calendar(first)) == [
        ("Belconferentie", "2027-01-05 12:30", "2027-01-05 14:30")
    ]
    assert dates_of(read_calendar(second)) == [
        ("Belconferentie", "2027-01-05 20:30", "2027-01-05 22:30")
    ]
    assert dates_of(read_calendar(first)) == [
        ("Belconferentie", "2027-01-05 12:30", "2027-01-05 14:30")
    ]


def test_html_becomes_text() -> None:
    cooking, baking = read_calendar(calendar("html.ics")).series
    assert cooking.title == "Koken & eten"
    assert cooking.text == (
        "Kom mee koken, het is gratis.\n\n– Neem een schort mee\n– Meld allergieën\n\n"
        "Meer op onze site (https://buurthuis.example/koken)."
    )
    assert baking.text == "Brood bakken.\nVoor iedereen."


def test_text_that_runs_on_without_a_fold_is_kept() -> None:
    (series,) = read_calendar(calendar("odd_folding.ics")).series
    assert series.title == "Een lange naam"
    assert series.text == "Eerste regel\nTweede regel zonder vouw\nLet op: derde regel"
    assert series.room == "Atelier"
    assert dates_of(read_calendar(calendar("odd_folding.ics"))) == [
        ("Een lange naam", "2027-01-05 19:00", "2027-01-05 21:00")
    ]


def test_address_of_an_event_is_added_to_its_text() -> None:
    (series,) = read_calendar(
        ics("UID:a\nSUMMARY:A\nDTSTART:20270105T100000Z\nDESCRIPTION:Kom.\nURL:https://a.example/x")
    ).series
    assert series.text == "Kom.\n\nhttps://a.example/x"


def test_of_two_versions_the_newest_counts() -> None:
    old = "UID:a\nSEQUENCE:1\nSUMMARY:Oud\nDTSTART:20270105T100000Z\nDTEND:20270105T110000Z"
    new = "UID:a\nSEQUENCE:2\nSUMMARY:Nieuw\nDTSTART:20270105T120000Z\nDTEND:20270105T130000Z"
    for events in ((old, new), (new, old)):
        found = read_calendar(ics(*events))
        assert dates_of(found) == [("Nieuw", "2027-01-05 13:00", "2027-01-05 14:00")]
        (skipped,) = found.report.skipped()
        assert skipped.name == "Oud"
        assert skipped.reason.startswith("Dubbel: regel")


def test_every_component_has_an_outcome_or_is_on_its_way() -> None:
    found = read_calendar(calendar("all_kinds.ics"))
    assert len(found.report.entries) == calendar("all_kinds.ics").count(b"BEGIN:") - 1
    lines = calendar("all_kinds.ics").decode().split("\r\n")
    for entry in found.report.entries:
        assert lines[entry.line - 1] == f"BEGIN:{entry.kind}"
    assert {(entry.name, entry.reason) for entry in found.report.skipped()} == {
        ("Koffie", "Dubbel: regel 19 zegt hetzelfde of is nieuwer."),
        ("Zonder begin", "Er staat niet bij wanneer het is (DTSTART)."),
        ("Dokter", "Dit staat als privé in de bron. Dat zetten we niet in de agenda."),
        ("Ooit", "Het jaar 9999 kan niet kloppen."),
        ("Heel lang", "Dit duurt langer dan 31 dagen."),
        ("Rare herhaling", "RRULE is niet te lezen: FREQ=SOMETIMES"),
        ("Nooit", "De herhaling geeft geen enkele datum."),
        (
            "Fout begin",
            "DTSTART is niet te lezen: 2027-01-05 om tien",
        ),
    }
    assert {series.title for series in found.series} == {"Koffie", "Zonder kenmerk"}


def test_zone_of_the_calendar_that_does_not_exist_is_said() -> None:
    found = read_calendar(
        ics("UID:a\nSUMMARY:A\nDTSTART:20270105T100000", head="X-WR-TIMEZONE:Zutphen\n")
    )
    assert dates_of(found) == [("A", "2027-01-05 10:00", "2027-01-05 10:00")]
    assert [remark.sentence for remark in found.report.about(Topic.READ_AS)] == [
        "Tijdzone “Zutphen” kennen we niet. We lezen de tijd als onze tijd."
    ]
