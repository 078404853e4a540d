"""The programme, the poster and the list for the door: the same data as the pages, on the right number of pages."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import override

from activities import limits
from activities.models import Need, NeedKind, Occurrence
from activities.papers.lists import people_pdf
from activities.papers.poster import poster, poster_pdf, when
from activities.papers.programme import SIZES, Form, monday_of, programme, programme_pdf
from lokaal.centres.models import Centre, SpecialDay
from tests.activities.factories import (
    ActivityFactory,
    ActivityTranslationFactory,
    CentreFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)
from tests.activities.organising.pages import AMSTERDAM
from tests.activities.papers.reading import is_tagged, language, read, size, words
from tests.activities.voice.pages import as_, url

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def noon():
    """Tuesday 24 November 2026, twelve o'clock."""
    cache.clear()
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=AMSTERDAM), tick=False):
        yield


@pytest.fixture
def centre():
    return CentreFactory(name="Waterkracht", slug="waterkracht", mark="p-wk")


def on(day, hour, activity, **fields):
    starts_at = datetime.combine(day, time(hour, 30), AMSTERDAM)
    return OccurrenceFactory(
        activity=activity, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), **fields
    )


def sheet(centre, form=Form.SHEET, monday=MONDAY):
    return programme_pdf(Centre.objects.with_hours(on=monday).get(pk=centre.pk), monday, form)


# The programme -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "pages", "millimetres"),
    [(Form.SHEET, 1, (210, 297)), (Form.POSTER, 1, (297, 420)), (Form.FOLDED, 2, (297, 210))],
)
def test_programme_has_its_size_and_pages(centre, form, pages, millimetres):
    activity = ActivityFactory(centre=centre, title="Naaicafé", room="Atelier")
    for number in range(7):
        on(MONDAY + timedelta(days=number), 13, activity)

    made = sheet(centre, form)

    assert (len(read(made).pages), size(made)) == (pages, millimetres)
    said = words(made)
    for seen in ["Waterkracht", "Maandag 23 november", "Zondag 29 november", "Naaicafé", "Atelier"]:
        assert seen in said
    assert said.count("13.30") == 7
    assert is_tagged(made)
    assert language(made) == "nl"
    assert read(made).metadata.title.startswith("Dit is er te doen: Waterkracht")
    assert made == sheet(centre, form)


def test_busy_week_is_set_smaller_and_stays_on_its_page(centre):
    for number in range(30):
        on(MONDAY + timedelta(days=number % 7), 9 + number // 7, ActivityFactory(centre=centre))

    for form, (_sizes, most) in SIZES.items():
        made = sheet(centre, form)
        assert len(read(made).pages) <= most
        assert words(made).count("Naaicafé") == 30


def test_very_busy_week_says_only_what_when_and_where(centre):
    for number in range(44):
        activity = ActivityFactory(
            centre=centre,
            title=f"Samen iets doen met de hele buurt {number}",
            room="Atelier",
            step_free="yes",
            languages=["nl", "tr", "ar", "uk"],
        )
        on(MONDAY + timedelta(days=number % 7), 9 + number // 7, activity)

    for form in (Form.SHEET, Form.POSTER):
        made = sheet(centre, form)
        assert len(read(made).pages) == 1
        said = words(made)
        assert (said.count("Samen iets doen"), said.count("Atelier")) == (44, 44)
        assert "Gratis" not in said


def test_week_with_few_dates_is_set_in_one_column(centre):
    on(MONDAY, 10, ActivityFactory(centre=centre))
    found = Centre.objects.with_hours(on=MONDAY).get(pk=centre.pk)

    assert programme(found, MONDAY, Form.SHEET)["turn"] == 0
    assert programme(found, MONDAY, Form.FOLDED)["turn"] > 0
    for number in range(6):
        on(MONDAY + timedelta(days=number), 14, ActivityFactory(centre=centre))
    assert programme(found, MONDAY, Form.SHEET)["turn"] > 0


def test_far_too_much_for_a_page_goes_on_the_next_and_loses_nothing(centre):
    activity = ActivityFactory(centre=centre, title="Naaicafé", room="Atelier")
    for number in range(120):
        on(MONDAY + timedelta(days=number % 7), 6 + number // 8, activity)

    made = sheet(centre)

    assert len(read(made).pages) > 1
    assert words(made).count("Naaicafé") == 120


def test_programme_shows_what_is_called_off_and_nothing_of_elsewhere(centre):
    on(date(2026, 11, 25), 10, ActivityFactory(centre=centre, title="Sjoelen"), cancelled=True)
    on(date(2026, 11, 25), 10, ActivityFactory(centre=centre, title="Concept", draft=True))
    on(date(2026, 11, 25), 10, ActivityFactory(title="Elders"))
    on(date(2026, 11, 30), 10, ActivityFactory(centre=centre, title="Volgende week"))
    on(date(2026, 11, 23), 10, ActivityFactory(centre=centre, title="Gisteren"))

    said = words(sheet(centre))

    assert "Sjoelen Gaat niet door" in said
    assert "Gisteren" in said
    for unseen in ["Concept", "Elders", "Volgende week", "Nog 3 plekken", "Vandaag"]:
        assert unseen not in said


def test_closed_day_says_so(centre):
    SpecialDay.objects.create(centre=centre, date=date(2026, 11, 26), reason="Verbouwing")

    days = programme(Centre.objects.with_hours(on=MONDAY).get(pk=centre.pk), MONDAY, Form.SHEET)[
        "days"
    ]

    assert [day["note"] for day in days] == ["", "", "", "Dicht: Verbouwing", "", "", ""]


def test_programme_in_english_has_english_words(centre):
    activity = ActivityFactory(centre=centre, title="Naaicafé", room="Atelier")
    ActivityTranslationFactory(activity=activity, title="Sewing café")
    on(date(2026, 11, 25), 13, activity)

    with override("en"):
        made = sheet(centre)

    said = words(made)
    assert language(made) == "en"
    for seen in ["Sewing café", "13:30", "Wednesday 25 November", "Atelier"]:
        assert seen in said


def test_programme_in_arabic_reads_from_the_right(centre):
    on(date(2026, 11, 25), 13, ActivityFactory(centre=centre, title="Naaicafé"))

    with override("ar"):
        made = sheet(centre)

    assert language(made) == "ar"
    assert len(read(made).pages) == 1
    assert "Naaicafé" in words(made)


@pytest.mark.parametrize(("tongue", "is_right"), [("nl", True), ("ar", False)])
def test_front_of_the_sheet_to_fold_is_where_one_begins_to_read(centre, tongue, is_right):
    with override(tongue):
        made = sheet(centre, Form.FOLDED)

    outside, places = read(made).pages[0], []
    outside.extract_text(
        visitor_text=lambda text, cm, _tm, _font, size: (
            places.append((size, cm[4])) if "Waterkracht" in text else None
        )
    )
    _size, largest = max(places)
    assert (largest > outside.mediabox.width / 2) is is_right


def test_programme_is_for_everybody_and_of_the_week_asked(client, centre):
    on(date(2026, 12, 2), 13, ActivityFactory(centre=centre, title="Naaicafé"))

    response = client.get(url("programme", "waterkracht", "a4"), {"week": "2026-12-02"})

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="waterkracht-2026-11-30-a4.pdf"'
    assert "Naaicafé" in words(response.content)
    for week in ("weg", "2026-02-31", "1999-01-01", "\x00"):
        now = client.get(url("programme", "waterkracht", "a4"), {"week": week})
        assert 'waterkracht-2026-11-23-a4.pdf"' in now["Content-Disposition"]


def test_programme_of_what_is_not_there(client, centre):
    assert client.get(url("programme", "weg", "a4")).status_code == 404
    assert client.get(url("programme", "waterkracht", "a5")).status_code == 404
    CentreFactory(slug="oud", is_active=False)
    assert client.get(url("programme", "oud", "a4")).status_code == 404


def test_programme_is_not_set_without_end(client, centre, monkeypatch):
    monkeypatch.setattr(
        "activities.limits.PAPER_FROM_ADDRESS", limits.Limit("paper", most=1, seconds=600)
    )

    statuses = [client.get(url("programme", "waterkracht", "a4")).status_code for _n in range(2)]

    assert statuses == [200, 429]


@pytest.mark.parametrize("number", [1, 30])
def test_programme_costs_the_same_at_any_size(number, centre, django_assert_num_queries):
    for count in range(number):
        on(MONDAY + timedelta(days=count % 7), 10, ActivityFactory(centre=centre))
    found = Centre.objects.with_hours(on=MONDAY).get(pk=centre.pk)

    with django_assert_num_queries(2):
        programme(found, MONDAY, Form.SHEET)


def test_monday_of_a_day():
    assert monday_of() == MONDAY
    assert monday_of(date(2026, 11, 29)) == MONDAY
    assert monday_of(date(2026, 11, 30)) == date(2026, 11, 30)


# The poster --------------------------------------------------------------------------------------


def test_poster_says_what_when_and_where_on_one_page(centre):
    activity = ActivityFactory(
        centre=centre, title="Naaicafé", room="Atelier", organiser_name="Emine", step_free="yes"
    )
    dates = [on(date(2026, 11, 24) + timedelta(weeks=n), 13, activity) for n in range(3)]

    made = poster_pdf(activity, dates)

    said = words(made)
    assert len(read(made).pages) == 1
    assert (is_tagged(made), language(made), read(made).metadata.title) == (True, "nl", "Naaicafé")
    for seen in [
        "Naaicafé",
        "Samen naaien, maken en praten.",
        "Elke dinsdag, 13.30 tot 15.30 uur",
        "Waterkracht, Atelier",
        "Zonder drempel",
        "Gratis",
        "Van Emine",
    ]:
        assert seen in said
    assert "Vandaag" not in said


def test_poster_of_a_long_title_stays_on_one_page(centre):
    activity = ActivityFactory(
        centre=centre, title="W" * 40 + " " + "Samen " * 13, summary="Lang. " * 50, bring="x" * 120
    )

    made = poster_pdf(activity, [])

    assert len(read(made).pages) == 1
    assert "Vraag ons wanneer." in words(made)


def test_dates_on_a_poster_leave_out_what_is_called_off(centre):
    activity = ActivityFactory(centre=centre)
    dates = [
        on(date(2026, 11, 24), 13, activity),
        on(date(2026, 11, 26), 10, activity, cancelled=True),
        on(date(2027, 1, 5), 10, activity, is_all_day=True),
    ]

    assert when(dates) == [
        "Dinsdag 24 november, 13.30 tot 15.30 uur",
        "Dinsdag 5 januari 2027, hele dag",
    ]


def test_poster_in_another_language_marks_own_words(centre):
    activity = ActivityFactory(centre=centre, title="Naaicafé", room="Atelier")

    with override("en"):
        paper = poster(activity, [])
        made = poster_pdf(activity, [])

    assert (paper["words_lang"], paper["place"]["room_lang"]) == ("nl", "nl")
    assert language(made) == "en"


def test_poster_is_for_organisers(centre):
    organiser = PersonFactory()
    activity = ActivityFactory(centre=centre, title="Naaicafé", draft=True)
    activity.organisers.add(organiser)
    address = url("poster", activity.pk)

    response = as_(organiser).get(address)

    assert response["Content-Disposition"] == 'inline; filename="poster-naaicafe.pdf"'
    assert "Naaicafé" in words(response.content)
    assert as_(PersonFactory()).get(address).status_code == 404
    assert as_().get(address).status_code == 302


# The list for the door ---------------------------------------------------------------------------


def loaded(occurrence):
    return Occurrence.objects.with_card().with_live_sign_ups().get(pk=occurrence.pk)


def test_list_has_names_and_parties_and_nothing_else(centre):
    occurrence = on(date(2026, 11, 25), 13, ActivityFactory(centre=centre, title="Naaicafé"))
    guest = SignUpFactory(
        occurrence=occurrence,
        name="Emine Kaya",
        companions=2,
        phone="+31612345678",
        email="e@voorbeeld.nl",
        wants_call=True,
    )
    Need.objects.create(sign_up=guest, kind=NeedKind.OTHER, words="Ik zie slecht.")
    SignUpFactory(occurrence=occurrence, name="Abdi Nur", cancelled=True)
    SignUpFactory(occurrence=occurrence, name="Greet Bosman", waiting=True)

    made = people_pdf(loaded(occurrence))

    said = words(made)
    assert (len(read(made).pages), is_tagged(made)) == (1, True)
    for seen in [
        "Naaicafé",
        "woensdag 25 november",
        "Emine Kaya",
        "Neemt 2 mensen mee",
        "Ik ben er",
    ]:
        assert seen in said
    for unseen in ["12345678", "voorbeeld.nl", "zie slecht", "Abdi", "Greet", guest.code]:
        assert unseen not in said


def test_long_list_goes_on_and_loses_nobody(centre):
    occurrence = on(date(2026, 11, 25), 13, ActivityFactory(centre=centre))
    for number in range(60):
        SignUpFactory(occurrence=occurrence, name=f"Gast nummer {number:02d}.")

    made = people_pdf(loaded(occurrence))

    said = words(made)
    assert len(read(made).pages) > 1
    assert [f"Gast nummer {number:02d}." in said for number in range(60)] == [True] * 60
    assert said.count("Met wie") == len(read(made).pages)


@pytest.mark.parametrize(
    ("who", "status"), [("organiser", 200), ("host", 200), ("resident", 404), ("elsewhere", 404)]
)
def test_list_is_for_who_may_see_the_names(centre, who, status):
    occurrence = on(date(2026, 11, 25), 13, ActivityFactory(centre=centre))
    SignUpFactory(occurrence=occurrence, name="Emine Kaya")
    person = PersonFactory(
        host_of={"host": centre, "elsewhere": CentreFactory()}.get(who)  # nobody's for the others
    )
    if who == "organiser":
        occurrence.activity.organisers.add(person)

    response = as_(person).get(url("people_paper", occurrence.pk))

    assert response.status_code == status
    if status == 200:
        assert "Emine Kaya" in words(response.content)
        assert "no-store" in response["Cache-Control"]


def test_list_is_gone_for_the_organiser_after_a_month(centre):
    organiser = PersonFactory()
    occurrence = on(date(2026, 11, 25), 13, ActivityFactory(centre=centre))
    occurrence.activity.organisers.add(organiser)

    with time_machine.travel(timezone.now() + timedelta(days=40), tick=False):
        assert as_(organiser).get(url("people_paper", occurrence.pk)).status_code == 404
