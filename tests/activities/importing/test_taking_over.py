"""What an import makes of the rows of a centre: the first time, again, after edits, and two at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone

from activities import planning
from activities.importing.calendars import read_calendar
from activities.importing.choices import Choices
from activities.importing.exceptions import BrokenFile
from activities.importing.extending import extend_all, forget_stale_drafts
from activities.importing.joining import proposals
from activities.importing.report import Report, Topic
from activities.importing.taking_over import take_over
from activities.importing.telling import tell
from activities.models import (
    Activity,
    ActivityState,
    CalendarSource,
    CostKind,
    ImportDraft,
    ImportedEvent,
    Occurrence,
    Participation,
)
from lokaal.centres.models import Centre
from lokaal.outbox.models import Message
from tests.activities.factories import ActivityFactory, CentreFactory, SignUpFactory
from tests.activities.importing.conftest import (
    HERE,
    NOW,
    calendar,
    dates_here,
    dates_of,
    ics,
    on_clock,
)
from tests.parallel import at_once

pytestmark = pytest.mark.django_db

Bring = Callable[..., Report]

COOKING = (
    "UID:koken\nSUMMARY:{title}\nDTSTART:{start}\nDTEND:{end}\nLOCATION:{room}\nDESCRIPTION:{text}"
)


def cooking(
    title: str = "Samen koken", start: str = "20270105T170000Z", end: str = "20270105T190000Z",
    room: str = "Keuken", text: str = "Kom mee koken.", more: str = "",
) -> bytes:  # fmt: skip
    return ics(COOKING.format(title=title, start=start, end=end, room=room, text=text) + more)


def weekly(**changes: str) -> bytes:
    lines = {
        "UID": "koor", "SUMMARY": "Buurtkoor", "DTSTART": "20270107T183000Z", "DTEND": "20270107T203000Z",
        "RRULE": "FREQ=WEEKLY;COUNT=3",
    }  # fmt: skip
    return ics("\n".join(f"{name}:{value}" for name, value in (lines | changes).items()))


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=HERE)  # type: ignore[arg-type,misc]


# The first time ----------------------------------------------------------------------------------


def test_recurring_event_becomes_one_activity_with_its_dates(bring: Bring, centre: Centre) -> None:
    report = bring("weekly.ics")
    (activity,) = Activity.objects.all()
    assert (activity.title, activity.room, activity.centre) == (
        "Koffie-inloop",
        "Huiskamer",
        centre,
    )
    assert (activity.state, activity.participation) == (
        ActivityState.PUBLISHED,
        Participation.DROP_IN,
    )
    assert dates_here() == dates_of(read_calendar(calendar("weekly.ics")))
    assert report.counts == {"created": 1, "updated": 0, "unchanged": 0, "skipped": 3}
    assert report.dates == {"activities": 1, "created": 4}


def test_single_events_become_an_activity_each(bring: Bring) -> None:
    bring("same_title.ics")
    assert sorted(Activity.objects.values_list("title", flat=True)) == [
        "Kaarten",
        *["Naaicafé"] * 3,
    ]
    assert Occurrence.objects.count() == 4


def test_moved_date_is_a_row_with_its_own_words_and_its_first_moment(bring: Bring) -> None:
    bring("moved_date.ics")
    moved = Occurrence.objects.get(title="Buurtkoor in de kerk")
    assert (on_clock(moved.starts_at), moved.room) == ("2027-01-15 20:00", "Kerkzaal")
    assert on_clock(moved.original_starts_at) == "2027-01-14 19:30"
    assert moved.activity.title == "Buurtkoor"


def test_cancelled_dates_come_in_cancelled_and_tell_nobody(bring: Bring) -> None:
    bring("cancelled.ics")
    assert [date[0] for date in dates_here()] == [
        "Filmavond",
        "* Filmavond",
        "Filmavond",
        "* Straatfeest",
    ]
    assert Message.objects.count() == 0


def test_event_without_end_has_no_length(bring: Bring) -> None:
    bring("no_end.ics")
    occurrence = Occurrence.objects.get()
    assert occurrence.starts_at == occurrence.ends_at == local(2027, 1, 5, 20)


def test_nobody_said_that_an_imported_activity_is_free(bring: Bring) -> None:
    bring(cooking())
    made = Activity.objects.get()
    assert (made.cost_kind, made.cost_cents) == (CostKind.UNKNOWN, 0)


def test_what_was_imported_as_free_before_is_not_known(bring: Bring) -> None:
    bring(cooking(), choices=Choices(is_free=True))
    own = ActivityFactory()
    migration = import_module("activities.migrations.0004_imported_cost_unknown")

    migration.forget(apps, None)
    assert Activity.objects.exclude(pk=own.pk).get().cost_kind == CostKind.UNKNOWN
    own.refresh_from_db()
    assert own.cost_kind == CostKind.FREE

    migration.remember_as_free(apps, None)
    assert set(Activity.objects.values_list("cost_kind", flat=True)) == {CostKind.FREE}


def test_whoever_imports_may_say_that_all_is_free(bring: Bring) -> None:
    bring(cooking(), choices=Choices(is_free=True))
    assert Activity.objects.get().cost_kind == CostKind.FREE


def test_choices_hold_for_new_activities(bring: Bring) -> None:
    bring(
        "weekly.ics",
        choices=Choices(is_published=False, needs_sign_up=True, capacity=8, language="en"),
    )
    activity = Activity.objects.get()
    assert activity.state == ActivityState.DRAFT
    assert activity.participation == Participation.SIGN_UP
    assert (activity.default_capacity, activity.text_language) == (8, "en")
    assert set(Occurrence.objects.values_list("capacity", flat=True)) == {8}


def test_place_of_the_centre_itself_is_no_room(bring: Bring, centre: Centre) -> None:
    bring(cooking(room="Nieuwstad\\, Keuken\\, Bronsweg 12\\, 7201 AB Zutphen"))
    assert Activity.objects.get().room == "Keuken"


def test_long_words_are_cut_and_that_is_said(bring: Bring) -> None:
    report = bring(cooking(title="woord " * 40, text="zin " * 4000, room="zaal " * 40))
    activity = Activity.objects.get()
    assert len(activity.title) <= 120
    assert activity.title.endswith("woord…")
    assert activity.description.startswith("woord woord")
    assert (len(activity.description) <= 10_000, len(activity.room) <= 80) == (True, True)
    assert [remark.sentence for remark in report.about(Topic.READ_AS)] == [
        "De naam is ingekort. Hij staat heel in de tekst.",
        "De tekst is ingekort. Hij was erg lang.",
    ]


def test_event_without_a_name_gets_one_and_that_is_said(bring: Bring) -> None:
    report = bring(ics("UID:a\nDTSTART:20270105T100000Z"))
    assert Activity.objects.get().title == "Activiteit"
    assert [r.sentence for r in report.about(Topic.READ_AS)] == ["In de bron staat geen naam."]


@pytest.mark.parametrize(
    "name", ["all_kinds.ics", "weekly.ics", "cancelled.ics", "html.ics", "odd_folding.ics"]
)
def test_outcomes_add_up_to_the_components_of_the_file(bring: Bring, name: str) -> None:
    components = calendar(name).count(b"BEGIN:") - calendar(name).count(b"BEGIN:VCALENDAR")
    for report in (bring(name), bring(name)):
        assert sum(report.counts.values()) == report.total == components
        assert all(entry.reason for entry in report.skipped())
        assert Report.from_json(report.as_json()) == report


# Again -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["weekly.ics", "moved_date.ics", "this_and_future.ics", "cancelled.ics", "all_kinds.ics", "html.ics",
             "all_day.ics", "orphans.ics", "endless.ics", "same_title.ics", "no_end.ics"]
)  # fmt: skip
def test_same_file_again_changes_nothing(bring: Bring, name: str) -> None:
    first = bring(name)
    rows = list(Occurrence.objects.order_by("pk").values())
    activities = list(Activity.objects.order_by("pk").values())
    again = bring(name)
    assert list(Occurrence.objects.order_by("pk").values()) == rows
    assert list(Activity.objects.order_by("pk").values()) == activities
    assert again.counts["created"] == again.counts["updated"] == 0
    assert again.counts["unchanged"] == first.counts["created"]
    assert again.dates == {"unchanged": first.dates["created"]}
    assert again.changes_nothing


def test_dry_run_leaves_no_trace_and_tells_the_same(bring: Bring) -> None:
    looked = bring("moved_date.ics", is_dry_run=True)
    for model in (Activity, Occurrence, ImportedEvent, CalendarSource):
        assert model.objects.count() == 0
    done = bring("moved_date.ics")
    assert looked.counts == done.counts
    assert looked.dates == done.dates


def test_only_what_changed_in_the_source_changes(bring: Bring) -> None:
    bring(weekly())
    before = {row.pk: row.sequence for row in Occurrence.objects.all()}
    moved = (
        "UID:koor\nSUMMARY:Buurtkoor\nRECURRENCE-ID:20270114T183000Z\n"
        "DTSTART:20270114T190000Z\nDTEND:20270114T203000Z\nSEQUENCE:1"
    )
    core = weekly().decode().split("BEGIN:VEVENT")[1].split("END:VEVENT")[0]
    report = bring(ics(core, moved))
    assert report.dates == {"moved": 1, "unchanged": 2}
    assert report.counts == {"created": 0, "updated": 1, "unchanged": 1, "skipped": 0}
    after = {row.pk: row.sequence for row in Occurrence.objects.all()}
    assert after.keys() == before.keys()
    assert sorted(after[pk] - before[pk] for pk in after) == [0, 0, 1]


def test_single_event_that_moved_stays_the_same_row_and_people_are_told(bring: Bring) -> None:
    bring(cooking())
    occurrence = Occurrence.objects.get()
    SignUpFactory(occurrence=occurrence, name="Gerda", email="gerda@voorbeeld.nl")
    report = bring(cooking(start="20270106T170000Z", end="20270106T190000Z"))
    assert report.dates == {"moved": 1}
    assert Occurrence.objects.get().pk == occurrence.pk
    assert on_clock(Occurrence.objects.get().starts_at) == "2027-01-06 18:00"
    assert [message.to_address for message in Message.objects.all()] == ["gerda@voorbeeld.nl"]


def test_date_cancelled_in_the_source_is_cancelled_and_people_are_told_once(bring: Bring) -> None:
    bring(cooking())
    SignUpFactory(occurrence=Occurrence.objects.get(), email="gerda@voorbeeld.nl")
    for _again in range(2):
        bring(cooking(more="\nSTATUS:CANCELLED"))
    assert Occurrence.objects.get().is_cancelled
    assert Message.objects.count() == 1


def test_words_follow_the_source(bring: Bring) -> None:
    bring(cooking())
    report = bring(cooking(title="Samen eten", text="Kom mee eten.", room="Zaal"))
    activity = Activity.objects.get()
    assert (activity.title, activity.description, activity.room) == (
        "Samen eten",
        "Kom mee eten.",
        "Zaal",
    )
    assert report.counts["updated"] == 1
    assert report.dates["text"] == 1


def test_series_whose_hour_changed_keeps_its_rows(bring: Bring) -> None:
    bring("weekly.ics")
    rows = set(Occurrence.objects.values_list("pk", flat=True))
    report = bring("weekly_later.ics")
    assert set(Occurrence.objects.values_list("pk", flat=True)) == rows
    assert report.dates == {"moved": 4}
    assert [date[1][-5:] for date in dates_here()] == ["10:30"] * 4
    assert bring("weekly_later.ics").dates == {"unchanged": 4}


def test_single_event_that_becomes_a_series_keeps_its_row(bring: Bring) -> None:
    bring(cooking())
    first = Occurrence.objects.get()
    report = bring(cooking(more="\nRRULE:FREQ=WEEKLY;COUNT=3"))
    assert report.dates == {"unchanged": 1, "created": 2}
    assert Occurrence.objects.count() == 3
    assert Occurrence.objects.order_by("starts_at").first() == first
    assert bring(cooking()).dates == {"unchanged": 1, "vanished": 2}


# Edited here -------------------------------------------------------------------------------------


def test_edited_words_are_kept_and_reported_and_the_rest_follows(bring: Bring) -> None:
    bring(cooking())
    Activity.objects.update(title="Koken met Emine")
    report = bring(cooking(title="Samen eten", text="Kom mee eten."))
    activity = Activity.objects.get()
    assert (activity.title, activity.description) == ("Koken met Emine", "Kom mee eten.")
    assert [(r.name, r.sentence) for r in report.about(Topic.KEPT)] == [
        ("Koken met Emine", "Hier veranderd: naam. Dat blijft zo.")
    ]
    # and it stays so
    bring(cooking(title="Nog anders", text="Kom mee eten."))
    assert Activity.objects.get().title == "Koken met Emine"


def test_moved_here_stays_moved_whatever_the_source_says(bring: Bring) -> None:
    bring(cooking())
    occurrence = Occurrence.objects.get()
    planning.move(
        occurrence, starts_at=local(2027, 1, 7, 18), ends_at=local(2027, 1, 7, 20), by=None
    )
    for content in (cooking(), cooking(start="20270110T170000Z", end="20270110T190000Z")):
        report = bring(content)
        assert dates_here() == [("Samen koken", "2027-01-07 18:00", "2027-01-07 20:00")]
        (kept,) = report.about(Topic.KEPT)
        assert kept.sentence.endswith("hier anders (tijd). Dat blijft zo.")
        assert report.counts["unchanged"] == 1


def test_cancelled_here_stays_cancelled(bring: Bring) -> None:
    bring(weekly())
    second = Occurrence.objects.order_by("starts_at")[1]
    planning.cancel(second, reason="Emine is dan weg.", by=None)
    report = bring(weekly())
    second.refresh_from_db()
    assert (second.is_cancelled, second.cancel_reason) == (True, "Emine is dan weg.")
    assert Occurrence.objects.count() == 3
    assert len(report.about(Topic.KEPT)) == 1


def test_cancelled_in_the_source_does_not_come_back(bring: Bring) -> None:
    bring(cooking(more="\nSTATUS:CANCELLED"))
    report = bring(cooking(more="\nSTATUS:CONFIRMED"))
    assert Occurrence.objects.get().is_cancelled
    assert len(report.about(Topic.KEPT)) == 1


def test_deleted_here_does_not_come_back(bring: Bring) -> None:
    bring(weekly())
    Occurrence.objects.order_by("starts_at")[0].delete()
    report = bring(weekly())
    assert [date[1] for date in dates_here()] == ["2027-01-14 19:30", "2027-01-21 19:30"]
    assert [r.sentence for r in report.about(Topic.KEPT)] == [
        "donderdag 7 januari 2027, 19.30: hier weggehaald. Dat blijft zo."
    ]


def test_activity_deleted_here_does_not_come_back(bring: Bring) -> None:
    bring(weekly())
    Occurrence.objects.all().delete()
    Activity.objects.all().delete()
    report = bring(weekly())
    assert Activity.objects.count() == 0
    assert [r.sentence for r in report.about(Topic.KEPT)] == ["Hier weggehaald. Dat blijft zo."]
    assert report.counts["unchanged"] == 1


def test_stopped_activity_gets_no_new_dates(bring: Bring) -> None:
    bring(weekly())
    Activity.objects.update(state=ActivityState.STOPPED)
    report = bring(weekly(RRULE="FREQ=WEEKLY;COUNT=5"))
    assert Occurrence.objects.count() == 3
    assert [r.sentence for r in report.about(Topic.KEPT)] == [
        "Hier gestopt. Er komen geen datums bij."
    ]


def test_capacity_and_sign_ups_are_left_alone(bring: Bring) -> None:
    bring(cooking(), choices=Choices(needs_sign_up=True, capacity=8))
    occurrence = Occurrence.objects.get()
    SignUpFactory(occurrence=occurrence)
    Occurrence.objects.update(capacity=1)
    bring(cooking(room="Zaal", start="20270106T170000Z", end="20270106T190000Z"))
    occurrence.refresh_from_db()
    assert (occurrence.capacity, occurrence.places_taken) == (1, 1)


# Vanished ----------------------------------------------------------------------------------------


def test_vanished_dates_are_reported_and_stay(bring: Bring) -> None:
    bring(weekly())
    report = bring(weekly(RRULE="FREQ=WEEKLY;COUNT=2"))
    assert report.dates == {"unchanged": 2, "vanished": 1}
    assert [(r.name, r.sentence) for r in report.about(Topic.VANISHED)] == [
        (
            "Buurtkoor",
            "donderdag 21 januari 2027, 19.30: niet meer in de bron. Hier gaat het nog door.",
        )
    ]
    assert not any(row.is_cancelled for row in Occurrence.objects.all())


def test_vanished_dates_are_cancelled_when_asked_and_people_are_told(bring: Bring) -> None:
    bring(weekly())
    last = Occurrence.objects.order_by("starts_at").last()
    SignUpFactory(occurrence=last, email="gerda@voorbeeld.nl")
    report = bring(weekly(RRULE="FREQ=WEEKLY;COUNT=2"), cancel_vanished=True)
    assert report.dates == {"unchanged": 2, "cancelled": 1}
    assert [date[0] for date in dates_here()] == ["Buurtkoor", "Buurtkoor", "* Buurtkoor"]
    assert Message.objects.count() == 1
    # back in the source: it stays called off
    again = bring(weekly())
    assert [date[0] for date in dates_here()] == ["Buurtkoor", "Buurtkoor", "* Buurtkoor"]
    assert len(again.about(Topic.KEPT)) == 1


def test_vanished_event_is_reported(bring: Bring) -> None:
    bring("same_title.ics")
    report = bring("no_end.ics")
    assert sorted(r.name for r in report.about(Topic.VANISHED)) == ["Kaarten", *["Naaicafé"] * 3]


def test_dates_of_the_past_do_not_vanish(bring: Bring) -> None:
    bring("weekly.ics")
    report = bring("no_end.ics", cancel_vanished=True)
    assert not any(row.is_cancelled for row in Occurrence.objects.all())
    assert [r.sentence for r in report.about(Topic.READ_AS)] == [
        "4 datums van vroeger staan niet meer in de bron. Hier blijven ze staan."
    ]


def test_event_that_cannot_be_read_this_time_has_not_vanished(bring: Bring) -> None:
    bring(cooking())
    report = bring(cooking(start="morgen"), cancel_vanished=True)
    assert not Occurrence.objects.get().is_cancelled
    assert report.about(Topic.VANISHED) == []
    assert [entry.reason for entry in report.skipped()] == ["DTSTART is niet te lezen: morgen"]


# Joining -----------------------------------------------------------------------------------------


def test_same_names_are_proposed_and_nothing_is_joined_by_itself() -> None:
    (proposal,) = proposals(read_calendar(calendar("same_title.ics")).series)
    assert (proposal.title, proposal.events, proposal.dates, proposal.is_same_text) == (
        "Naaicafé",
        3,
        3,
        False,
    )


def test_joined_events_are_one_activity_and_their_own_words_are_kept(bring: Bring) -> None:
    report = bring("same_title.ics", joined_titles=["naaicafé"])
    assert sorted(Activity.objects.values_list("title", flat=True)) == ["Kaarten", "Naaicafé"]
    sewing = Activity.objects.get(title="Naaicafé")
    assert sewing.description == "Samen naaien."
    assert [row.note for row in sewing.occurrences.order_by("starts_at")] == [
        "",
        "",
        "Neem stof mee.",
    ]
    assert report.counts["created"] == 4


def test_joined_names_are_remembered_for_new_events(bring: Bring) -> None:
    bring("same_title.ics", joined_titles=["naaicafé"])
    more = calendar("same_title.ics").replace(b"END:VCALENDAR", (
        b"BEGIN:VEVENT\r\nUID:naai9\r\nSUMMARY:Naaicaf\xc3\xa9\r\nDTSTART:20270201T120000Z\r\n"
        b"DTEND:20270201T140000Z\r\nDESCRIPTION:Samen naaien.\r\nEND:VEVENT\r\nEND:VCALENDAR"
    ))  # fmt: skip
    report = bring(more)
    assert report.dates == {"unchanged": 4, "created": 1}
    assert Activity.objects.get(title="Naaicafé").occurrences.count() == 4
    assert bring(more).dates == {"unchanged": 5}


def test_joined_activity_keeps_its_words_when_the_first_event_vanishes(bring: Bring) -> None:
    bring("same_title.ics", joined_titles=["naaicafé"])
    text = calendar("same_title.ics").decode()
    first = text[text.index("BEGIN:VEVENT") : text.index("END:VEVENT") + len("END:VEVENT\r\n")]
    report = bring(text.replace(first, "").replace("Samen naaien.", "Samen breien.").encode())
    assert Activity.objects.get(title="Naaicafé").description == "Samen breien."
    assert report.dates["vanished"] == 1


# Broken, and at once -----------------------------------------------------------------------------


def test_broken_file_leaves_everything_as_it_was(bring: Bring) -> None:
    bring(weekly())
    before = list(Occurrence.objects.values()), list(ImportedEvent.objects.values())
    with pytest.raises(
        BrokenFile, match=r"Het bestand is afgebroken. Onderdeel VEVENT van regel 9"
    ):
        bring("broken_off.ics")
    assert (list(Occurrence.objects.values()), list(ImportedEvent.objects.values())) == before


def test_failure_halfway_leaves_everything_as_it_was(
    bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(weekly())
    before = list(Occurrence.objects.order_by("pk").values())

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(ImportedEvent.objects, "bulk_create", fail)
    with pytest.raises(RuntimeError):
        bring(weekly(DTSTART="20270107T190000Z", RRULE="FREQ=WEEKLY;COUNT=9"))
    assert list(Occurrence.objects.order_by("pk").values()) == before


def test_same_name_at_two_centres_is_two_sources(bring: Bring) -> None:
    bring(weekly())
    report = bring(weekly(), centre=CentreFactory(name="Waterkracht"))
    assert report.dates == {"activities": 1, "created": 3}
    assert Occurrence.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_source_at_once_make_no_doubles(centre: Centre) -> None:
    def once() -> Report:
        found = read_calendar(calendar("moved_date.ics"))
        return take_over(found, centre=centre, name="agenda.ics")

    reports = at_once(once, once, once, once)
    assert [type(report) for report in reports] == [Report] * 4, reports
    assert sorted(report.dates["created"] for report in reports) == [0, 0, 0, 3]
    assert Activity.objects.count() == 1
    assert Occurrence.objects.count() == 3
    assert ImportedEvent.objects.count() == 4


# As time passes ----------------------------------------------------------------------------------


def test_endless_calendar_gets_its_next_dates_and_nothing_else(bring: Bring) -> None:
    bring("endless.ics")
    Activity.objects.filter(title="Inloop").update(title="Koffie")
    before = Occurrence.objects.count()
    assert extend_all() == 0
    with time_machine.travel(NOW + timedelta(days=70), tick=True):
        assert (
            extend_all() == 5
        )  # the first Mondays of December and January, the first Tuesdays of three months
        assert extend_all() == 0
    assert Occurrence.objects.count() == before + 5
    assert Activity.objects.filter(title="Koffie").exists()
    with time_machine.travel(NOW + timedelta(days=70), tick=True):
        assert bring("endless.ics").dates["created"] == 0


def test_calendars_left_lying_are_forgotten_after_a_day(centre: Centre) -> None:
    ImportDraft.objects.create(
        centre=centre, name="a", content=b"", created_at=timezone.now() - timedelta(hours=25)
    )
    kept = ImportDraft.objects.create(centre=centre, name="b", content=b"")
    assert forget_stale_drafts() == 1
    assert list(ImportDraft.objects.all()) == [kept]


# What the page tells -----------------------------------------------------------------------------


def test_look_beforehand_names_what_is_new_and_what_changes(bring: Bring) -> None:
    first = bring("weekly.ics")
    assert [(r.name, r.sentence) for r in first.about(Topic.NEW)] == [
        ("Koffie-inloop", "4 datums, van dinsdag 13 oktober tot dinsdag 3 november.")
    ]
    bring(cooking(), name="koken.ics")
    later = bring(
        cooking(title="Samen eten", start="20270106T170000Z", end="20270106T190000Z"),
        name="koken.ics",
        is_dry_run=True,
    )
    assert later.about(Topic.NEW) == []
    assert [(r.name, r.sentence) for r in later.about(Topic.CHANGED)] == [
        ("Samen eten", "naam"),
        ("Samen eten", "dinsdag 5 januari 2027, 18.00 → woensdag 6 januari 2027, 18.00"),
    ]


def test_told_report_puts_problems_before_news(bring: Bring) -> None:
    bring("same_title.ics")
    told = tell(bring("all_kinds.ics", is_dry_run=True))
    assert [look.heading for look in told.looks] == [
        "Niet meer in de bron", "Kijk dit even na", "Nieuwe datums"
    ]  # fmt: skip
    assert told.sum == "18 onderdelen in het bestand: 2 nieuw, 16 overgeslagen."
    assert sum(group.number for group in told.left_aside) == 16
    assert told.left_aside[-1].examples[0].kind != "VEVENT"
