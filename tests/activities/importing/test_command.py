"""`manage.py import_calendar`: what it prints, what it stores, and how it refuses."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from activities.models import Activity, ActivityState, CalendarSource, Occurrence, Participation
from lokaal.centres.models import Centre
from tests.activities.importing.conftest import CALENDARS, calendar

pytestmark = pytest.mark.django_db


def run(file: str | Path, **options: object) -> str:
    out = StringIO()
    path = CALENDARS / file if isinstance(file, str) else file
    call_command(
        "import_calendar",
        str(path),
        stdout=out,
        no_color=True,
        **({"centre": "nieuwstad"} | options),
    )
    return out.getvalue()


def test_report_is_printed(centre: Centre) -> None:
    assert run("cancelled.ics") == (
        "6 components: 3 created, 0 updated, 0 unchanged, 3 skipped.\n"
        "Activities: 2 new. Dates: 4 new.\n"
        "\nSkipped:\n"
        "  line 4, VTIMEZONE: Een tijdzone. Die is alleen gebruikt om de tijden te lezen.\n"
        "  line 6, DAYLIGHT: Een tijdzone. Die is alleen gebruikt om de tijden te lezen.\n"
        "  line 12, STANDARD: Een tijdzone. Die is alleen gebruikt om de tijden te lezen.\n"
    )
    assert CalendarSource.objects.get().name == "cancelled.ics"
    assert "0 created, 0 updated, 3 unchanged, 3 skipped" in run("cancelled.ics")


def test_dry_run_stores_nothing(centre: Centre) -> None:
    assert run("weekly.ics", dry_run=True).startswith("Dry run: nothing was stored.\n")
    assert (Activity.objects.count(), CalendarSource.objects.count()) == (0, 0)


def test_options_hold_and_are_remembered(centre: Centre, tmp_path: Path) -> None:
    run("same_title.ics", capacity=8, draft=True, join_same_title=True)
    assert sorted(Activity.objects.values_list("title", flat=True)) == ["Kaarten", "Naaicafé"]
    assert set(Activity.objects.values_list("state", "participation", "default_capacity")) == {
        (ActivityState.DRAFT, Participation.SIGN_UP, 8)
    }
    other = tmp_path / "same_title.ics"
    other.write_bytes(
        calendar("same_title.ics").replace(b"Kaarten", b"Bridge").replace(b"los@", b"bridge@")
    )
    run(other)
    assert Activity.objects.get(title="Bridge").default_capacity == 8


def test_same_titles_stay_apart_without_the_flag(centre: Centre) -> None:
    run("same_title.ics")
    assert Activity.objects.filter(title="Naaicafé").count() == 3


def test_vanished_dates_are_named_and_cancelled_when_asked(centre: Centre) -> None:
    run("same_title.ics", name="agenda")
    printed = run("no_end.ics", name="agenda")
    assert "Not in the source any more (use --cancel-vanished to call these off):\n" in printed
    assert (
        "  Kaarten: donderdag 7 januari 2027, 13.00: niet meer in de bron. Hier gaat het nog door.\n"
        in printed
    )
    run("no_end.ics", name="agenda", cancel_vanished=True)
    assert sum(row.is_cancelled for row in Occurrence.objects.all()) == 4


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        ("broken_off.ics", {}, "Nothing was taken over. Het bestand is afgebroken."),
        ("weekly.ics", {"centre": "nergens"}, "There is no centre nergens. Known: nieuwstad."),
        ("nergens.ics", {}, "There is no file"),
        (
            "http://127.0.0.1/a.ics",
            {},
            "Nothing was taken over. Dit webadres ligt niet op het openbare internet.",
        ),
        ("weekly.ics", {"capacity": 0}, "--capacity is 1 or more."),
    ],
)
def test_refusal_is_a_sentence(
    centre: Centre, source: str, options: dict[str, object], message: str
) -> None:
    where = Path(source) if "://" in source else source
    with pytest.raises(CommandError) as refusal:
        call_command("import_calendar", str(CALENDARS / where) if "://" not in source else source,
                     **({"centre": "nieuwstad"} | options))  # fmt: skip
    assert message in str(refusal.value)
    assert Activity.objects.count() == 0


def test_table_is_read_by_its_headings(centre: Centre, tmp_path: Path) -> None:
    table = tmp_path / "programma.csv"
    table.write_text("Activiteit;Datum;Tijd\nKoken;5-1-2027;19.30\nZonder dag;;20.00\n")
    printed = run(table)
    assert printed.startswith("2 rows: 1 created, 0 updated, 0 unchanged, 1 skipped.\n")
    assert "  line 3, rij Zonder dag: Er staat geen datum in deze rij.\n" in printed
    assert Activity.objects.get().title == "Koken"
