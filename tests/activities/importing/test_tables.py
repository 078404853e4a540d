"""Tables as people keep them: any mark between the cells, any way of writing a date, and no tricks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest

from activities.importing import limits
from activities.importing.bringing import read
from activities.importing.clock_words import (
    UnreadableWords,
    datetime_in,
    duration_in,
    is_month_first,
    time_in,
    times_in,
)
from activities.importing.exceptions import BrokenFile, TooMuch
from activities.importing.found import Found
from activities.importing.report import Report, Topic
from activities.importing.tables import Columns, guess, read_rows, read_table
from activities.importing.taking_over import take_over
from activities.models import Activity, Occurrence, SourceKind
from lokaal.centres.models import Centre
from tests.activities.importing.conftest import dates_here, dates_of

DUTCH = "Activiteit;Datum;Begin;Einde;Zaal;Omschrijving\nKoken;dinsdag 5 januari 2027;17.30;20.00;Keuken;Kom mee.\n"


def found_in(text: str, encoding: str = "utf-8") -> Found:
    return read(text.encode(encoding), SourceKind.CSV)


def sheet(
    *rows: list[Any], title: str = "Agenda", more: dict[str, list[list[Any]]] | None = None
) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name, others in (more or {}).items():
        extra = book.create_sheet(name)
        for row in others:
            extra.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_any_mark_and_encoding_is_read(mark: str, encoding: str) -> None:
    text = f"Naam{mark}Datum{mark}Tijd\nCafé één{mark}5-1-2027{mark}19.30\nBuurtcafé{mark}6-1-2027{mark}20.00\n"
    assert dates_of(found_in(text, encoding)) == [
        ("Café één", "2027-01-05 19:30", "2027-01-05 19:30"),
        ("Buurtcafé", "2027-01-06 20:00", "2027-01-06 20:00"),
    ]


def test_row_becomes_an_activity_with_its_words() -> None:
    (series,) = found_in(DUTCH).series
    assert (series.title, series.room, series.text) == ("Koken", "Keuken", "Kom mee.")
    assert dates_of(found_in(DUTCH)) == [("Koken", "2027-01-05 17:30", "2027-01-05 20:00")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # both times in one cell
        ("Wat;Wanneer;Tijd\nKoken;5-1-2027;19.30 - 21.30 uur", ("2027-01-05 19:30", "2027-01-05 21:30")),
        # how long it takes
        ("Naam;Datum;Aanvang;Duur\nKoken;5-1-2027;19:30;1,5 uur", ("2027-01-05 19:30", "2027-01-05 21:00")),
        # begin and end with their own days
        (
            "Titel;Begindatum;Begintijd;Einddatum;Eindtijd\nKamp;5-1-2027;19:00;7-1-2027;16:00",
            ("2027-01-05 19:00", "2027-01-07 16:00"),
        ),
        # day and time in one cell
        ("Titel;Start;Eind\nKoken;2027-01-05 19:30;2027-01-05 21:00", ("2027-01-05 19:30", "2027-01-05 21:00")),
        # past midnight
        ("Naam;Datum;Van;Tot\nFeest;5-1-2027;20:00;01:00", ("2027-01-05 20:00", "2027-01-06 01:00")),
        # no times at all: the whole day
        ("Naam;Datum\nBurendag;25-9-2027", ("2027-09-25 00:00", "2027-09-26 00:00")),
        ("Naam;Datum;Einddatum\nKunstroute;25-9-2027;26-9-2027", ("2027-09-25 00:00", "2027-09-27 00:00")),
        # the export of a well-known program, in American English
        (
            (
                "Subject,Start Date,Start Time,End Date,End Time,Location\n"
                "Quilt,01/25/2027,7:30:00 PM,01/25/2027,9:30:00 PM,Room"
            ),
            ("2027-01-25 19:30", "2027-01-25 21:30"),
        ),
        # a title above the table, an empty line, cells with line ends
        (
            'Programma winter;;\n;;\nActiviteit;Datum;Tijd\n"Koken\nen eten";5 jan 2027;19u30',
            ("2027-01-05 19:30", "2027-01-05 19:30"),
        ),
        ("sep=;\nNaam;Datum;Tijd\nKoken;5-1-2027;9", ("2027-01-05 09:00", "2027-01-05 09:00")),
    ],
)  # fmt: skip
def test_times_are_read_as_people_write_them(text: str, expected: tuple[str, str]) -> None:
    assert [date[1:] for date in dates_of(found_in(text))] == [expected]


def test_every_row_has_an_outcome_with_its_number() -> None:
    text = (
        "Naam;Datum;Begin;Einde;Status\n"
        "Koken;5-1-2027;19.30;21.00;\n"
        ";6-1-2027;19.30;;\n"
        "\n"
        "Zonder dag;;19.30;;\n"
        "Rare dag;31-2-2027;19.30;;\n"
        "Half;5 januari;19.30;;\n"
        "Rare tijd;5-1-2027;kwart voor;;\n"
        "Gat;28-3-2027;02.30;;\n"
        "Eeuwen;5-1-9999;19.30;;\n"
        "Weg;7-1-2027;19.30;21.00;vervalt\n"
        "Koken;5-1-2027;19.30;21.00;\n"
    )
    found = found_in(text)
    found.report.finish()
    assert {
        (entry.line, entry.name, entry.reason) for entry in found.report.entries if entry.reason
    } >= {
        (3, "", "Er staat geen naam in deze rij."),
        (5, "Zonder dag", "Er staat geen datum in deze rij."),
        (6, "Rare dag", "“31-2-2027” bestaat niet als datum."),
        (7, "Half", "“5 januari” is geen hele datum. Schrijf bijvoorbeeld 24-11-2026."),
        (8, "Rare tijd", "“kwart voor” is geen tijd. Schrijf bijvoorbeeld 19.30."),
        (9, "Gat", "In die nacht gaat de klok een uur vooruit of terug. Kies een andere tijd."),
        (10, "Eeuwen", "Het jaar 9999 kan niet kloppen."),
        (12, "Koken", "Dubbel: rij 2 zegt hetzelfde."),
    }
    assert len(found.report.entries) == 10
    assert [(s.title, s.dates[0].is_cancelled) for s in found.series] == [
        ("Koken", False),
        ("Weg", True),
    ]


def test_same_name_twice_on_one_day_is_two_dates() -> None:
    text = "Naam;Datum;Tijd\nRondleiding;5-1-2027;10.00\nRondleiding;5-1-2027;14.00\n"
    assert [date[1] for date in dates_of(found_in(text))] == [
        "2027-01-05 10:00",
        "2027-01-05 14:00",
    ]


def test_columns_are_guessed_from_the_headings_and_can_be_chosen() -> None:
    table = read_rows(b"A;B;C\nKoken;5-1-2027;19.30\n", SourceKind.CSV)
    assert not guess(table).is_enough
    assert dates_of(read_table(table, Columns(title=0, date=1, start=2))) == [
        ("Koken", "2027-01-05 19:30", "2027-01-05 19:30")
    ]
    with pytest.raises(BrokenFile, match="We zien niet welke kolom"):
        found_in("A;B;C\nKoken;5-1-2027;19.30\n")


def test_sheet_is_read_with_real_dates_and_times() -> None:
    content = sheet(
        ["Programma", None, None, None],
        ["Activiteit", "Datum", "Begin", "Einde"],
        ["Koken", datetime(2027, 1, 5), time(19, 30), time(21, 0)],  # noqa: DTZ001 - as a sheet has it
        ["Breien", date(2027, 1, 6), 0.5, "13.30"],
        ["Lezen", 46394, "19:30", None],
    )
    assert dates_of(read(content, SourceKind.XLSX)) == [
        ("Koken", "2027-01-05 19:30", "2027-01-05 21:00"),
        ("Breien", "2027-01-06 12:00", "2027-01-06 13:30"),
        ("Lezen", "2027-01-07 19:30", "2027-01-07 19:30"),
    ]


def test_other_sheets_are_named() -> None:
    content = sheet(
        ["Naam", "Datum"],
        ["Koken", date(2027, 1, 5)],
        more={"Vorig jaar": [["Naam", "Datum"], ["Oud", 1]]},
    )
    report = read(content, SourceKind.XLSX).report
    assert [(r.name, r.sentence) for r in report.about(Topic.READ_AS)] == [
        ("Vorig jaar", "Dit blad is niet gelezen. We lezen alleen het eerste.")
    ]


@pytest.mark.django_db
def test_table_again_changes_only_what_changed(centre: Centre) -> None:
    def bring(text: str) -> Report:
        return take_over(found_in(text), centre=centre, name="agenda.csv")

    assert bring(DUTCH).dates == {"activities": 1, "created": 1}
    assert bring(DUTCH).dates == {"unchanged": 1}
    Activity.objects.update(description="Wij koken.")
    report = bring(DUTCH.replace("17.30", "18.00").replace("Kom mee.", "Kom!"))
    assert report.dates == {"moved": 1, "kept": 1}
    assert dates_here() == [("Koken", "2027-01-05 18:00", "2027-01-05 20:00")]
    assert Activity.objects.get().description == "Wij koken."
    assert Occurrence.objects.count() == 1


# Tricks ------------------------------------------------------------------------------------------


def remade(
    content: bytes, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None
) -> bytes:
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            new.writestr(member, change(member, old.read(member)))
        for name, data in (extra or {}).items():
            new.writestr(name, data)
    return kept.getvalue()


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]>'
)


@pytest.mark.parametrize(
    "member", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_in_a_sheet_are_refused(member: str, encoding: str) -> None:
    def trick(name: str, data: bytes) -> bytes:
        if name != member:
            return data
        body = data.decode().split("?>", 1)[-1]
        return (LAUGHS.decode() + body).encode(encoding)

    content = remade(sheet(["Naam", "Datum"], ["Koken", date(2027, 1, 5)]), trick)
    with pytest.raises(TooMuch, match="zit iets dat er niet hoort"):
        read(content, SourceKind.XLSX)


def test_sheet_that_unpacks_to_far_too_much_is_refused() -> None:
    bomb = remade(
        sheet(["Naam", "Datum"], ["Koken", date(2027, 1, 5)]),
        lambda name, data: data,
        {"xl/media/x.bin": b"0" * (limits.UNPACKED_BYTES + 1)},
    )
    assert len(bomb) < 200_000
    with pytest.raises(TooMuch, match="uitgepakt veel te groot"):
        read(bomb, SourceKind.XLSX)


def test_sheet_with_a_row_very_far_down_is_read_in_no_time() -> None:
    content = remade(
        sheet(["Naam", "Datum"], ["Koken", "5-1-2027"]),
        lambda name, data: (
            data.replace(b'<row r="2"', b'<row r="1048576"') if "sheet1" in name else data
        ),
    )
    with pytest.raises((TooMuch, BrokenFile)):
        read(content, SourceKind.XLSX)


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", SourceKind.CSV, "oud Excel-bestand"),
        (b"PK\x03\x04rommel", SourceKind.XLSX, "kapot of op slot"),
        (b"", SourceKind.CSV, "geen rijen"),
        (b"Naam;Datum\n", SourceKind.CSV, "geen rijen"),
        (b'Naam;Datum\n"' + b"x" * 200_000, SourceKind.CSV, "veel te lang|niet te lezen"),
        (b"Naam;Datum\n" + b";" * 200 + b"x", SourceKind.CSV, "Regel 2 is veel te lang"),
        (b"a;b\n" * (limits.ROWS + 2), SourceKind.CSV, "meer dan 20000 rijen"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_a_sentence(content: bytes, kind: str, message: str) -> None:
    with pytest.raises((BrokenFile, TooMuch), match=message):
        read(content, kind)


# Words of the clock ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("24-11-2026", date(2026, 11, 24)), ("24/11/26", date(2026, 11, 24)), ("24.11.2026", date(2026, 11, 24)),
        ("2026-11-24", date(2026, 11, 24)), ("di 24 november 2026", date(2026, 11, 24)),
        ("24 nov. 2026", date(2026, 11, 24)), ("24 nov '26", date(2026, 11, 24)), ("1 mrt 2027", date(2027, 3, 1)),
        ("1 maart 2027", date(2027, 3, 1)), ("May 4, 2027", date(2027, 5, 4)),
        ("Dinsdag 1e juni 2027", date(2027, 6, 1)),
        ("2026-11-24T19:30:00", date(2026, 11, 24)),
    ],
)  # fmt: skip
def test_day_is_read(words: str, expected: date) -> None:
    assert datetime_in(words)[0] == expected


@pytest.mark.parametrize(
    "words",
    ["", "morgen", "24-13-2026", "30-2-2026", "24 nov", "1-1-1800", "24-11-9999", "x" * 9999],
)
def test_day_that_cannot_be_is_refused(words: str) -> None:
    with pytest.raises(UnreadableWords):
        datetime_in(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("19.30", time(19, 30)), ("19:30", time(19, 30)), ("19u30", time(19, 30)), ("19.30 uur", time(19, 30)),
        ("1930", time(19, 30)), ("9", time(9, 0)), ("9 uur", time(9, 0)), ("7:30 PM", time(19, 30)),
        ("12:15 am", time(0, 15)), ("19:30:00", time(19, 30)), ("24:00", time(0, 0)), (0.8125, time(19, 30)),
        (timedelta(hours=9), time(9, 0)), ("٣:٠٠", time(3, 0)),
    ],
)  # fmt: skip
def test_time_is_read(words: Any, expected: time) -> None:
    assert time_in(words) == expected


@pytest.mark.parametrize("words", ["25:00", "19:75", "half acht", "-", "1e5"])
def test_time_that_cannot_be_is_refused(words: str) -> None:
    with pytest.raises(UnreadableWords):
        time_in(words)


@pytest.mark.parametrize(
    "words", ["19.30 - 21.30", "19:30–21:30", "van 19.30 tot 21.30 uur", "19.30 t/m 21.30"]
)
def test_span_is_read(words: str) -> None:
    assert times_in(words) == (time(19, 30), time(21, 30))


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("1:30", 90),
        ("1,5 uur", 90),
        ("1 uur en 30 minuten", 90),
        ("90 min", 90),
        ("90", 90),
        ("2", 120),
        ("1u30", 90),
    ],
)
def test_length_is_read(words: str, minutes: int) -> None:
    assert duration_in(words) == timedelta(minutes=minutes)


def test_order_of_day_and_month_follows_from_the_dates() -> None:
    assert is_month_first(["11/24/2026", "01/02/2027"])
    assert not is_month_first(["24/11/2026", "01/02/2027"])
    assert not is_month_first(["01/02/2027"])
    assert not is_month_first(["2026-11-24"])
