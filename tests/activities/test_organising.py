"""Organising on a phone: making, telling, planning; and what others may not."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from activities import organising
from activities.exceptions import NotReady, WrongTime
from activities.models import Activity, ActivityState, ActivityTranslation, Occurrence, SignUp
from lokaal.centres.models import Centre, SpecialDay
from lokaal.outbox.models import Message
from lokaal.people.models import Person, Role, StaffRole
from tests.activities.factories import (
    ActivityFactory,
    ActivityTranslationFactory,
    CentreFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)
from tests.activities.together import together

pytestmark = pytest.mark.django_db

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NEW = {
    "title": "Breicafé",
    "summary": "Samen breien met thee.",
    "participation": "sign_up",
    "default_capacity": "12",
    "cost_kind": "fixed",
    "cost_cents": "3,50",
}


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Tuesday 24 November 2026, twelve o'clock."""
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=AMSTERDAM), tick=False):
        yield


@pytest.fixture
def centre() -> Centre:
    return CentreFactory()


@pytest.fixture
def host(centre: Centre) -> Person:
    return PersonFactory(host_of=centre)


@pytest.fixture
def organiser() -> Person:
    return PersonFactory()


@pytest.fixture
def activity(centre: Centre, organiser: Person) -> Activity:
    made = ActivityFactory(centre=centre, title="Naaicafé", default_capacity=8)
    made.organisers.add(organiser)
    return made


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"activities:{name}", args=args)


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def errors(response: Any, form: str = "form") -> dict[str, list[str]]:
    return response.context[form].errors


# Starting ----------------------------------------------------------------------------------------


def test_host_starts_an_activity(host: Person, centre: Centre) -> None:
    response = as_(host).post(url("activity_new"), NEW | {"centre": centre.pk})
    made = Activity.objects.get()
    assert (made.title, made.centre, made.state) == ("Breicafé", centre, ActivityState.DRAFT)
    assert (made.default_capacity, made.cost_cents) == (12, 350)
    assert response["Location"] == url("activity_manage", made.pk)


def test_starting_twice_makes_one(host: Person, centre: Centre) -> None:
    token = uuid.uuid4()
    for _time in range(2):
        as_(host).post(url("activity_new"), NEW | {"centre": centre.pk, "token": token})
    assert Activity.objects.count() == 1


def test_token_of_a_foreign_activity_opens_nothing(host: Person, centre: Centre) -> None:
    foreign = ActivityFactory(title="Van een ander")
    as_(host).post(url("activity_new"), NEW | {"centre": centre.pk, "token": foreign.pk})
    foreign.refresh_from_db()
    assert foreign.title == "Van een ander"
    assert Activity.objects.get(title="Breicafé").pk != foreign.pk


@pytest.mark.django_db(transaction=True)
def test_starting_at_the_same_moment_makes_one() -> None:
    centre, key = CentreFactory(), uuid.uuid4()
    made = together(
        [lambda: organising.start(key=key, centre=centre, title="Breicafé").pk for _ in range(4)]
    )
    assert made == [key] * 4
    assert Activity.objects.count() == 1


def test_host_starts_nothing_at_another_centre(host: Person) -> None:
    response = as_(host).post(url("activity_new"), NEW | {"centre": CentreFactory().pk})
    assert errors(response) == {"centre": ["Kies een antwoord uit de lijst."]}
    assert not Activity.objects.exists()


def test_resident_starts_nothing(organiser: Person) -> None:
    assert as_(organiser).get(url("activity_new")).status_code == 403
    assert as_(organiser).post(url("activity_new"), NEW).status_code == 403


def test_visitor_signs_in_first() -> None:
    response = Client().get(url("organise"))
    assert response.status_code == 302
    assert response["Location"].endswith(f"?next={url('organise')}")


def test_staff_pass_their_second_factor_first(host: Person, settings: Any) -> None:
    settings.DEMO = False
    response = as_(host).get(url("organise"))
    assert response["Location"].startswith(reverse("people:second_factor"))


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({"title": ""}, {"title": ["Vul een naam in."]}),
        ({"title": "\u202e \n"}, {"title": ["Vul een naam in."]}),
        ({"title": "a" * 121}, {"title": ["Dit is te lang. Er passen 120 tekens."]}),
        ({"summary": ""}, {"summary": ["Vertel in één zin wat jullie doen."]}),
        (
            {"default_capacity": "0"},
            {"default_capacity": ["Dit getal is te klein. Kies 1 of meer."]},
        ),
        ({"cost_cents": ""}, {"cost_cents": ["Vul de prijs in. Bijvoorbeeld 4."]}),
        ({"cost_cents": "veel"}, {"cost_cents": ["Vul een bedrag in. Bijvoorbeeld 3,50."]}),
        (
            {"cost_cents": "1e999"},
            {"cost_cents": ["Dit is meer dan 1.000 euro. Kijk het nog eens na."]},
        ),
        ({"cost_cents": "NaN"}, {"cost_cents": ["Vul een bedrag in. Bijvoorbeeld 3,50."]}),
        ({"cost_cents": "-4"}, {"cost_cents": ["Vul een bedrag in. Bijvoorbeeld 3,50."]}),
        ({"cost_cents": "3,505"}, {"cost_cents": ["Vul een bedrag in. Bijvoorbeeld 3,50."]}),
    ],
)
def test_bad_answers_are_told(
    host: Person, centre: Centre, changed: dict[str, str], problems: dict[str, list[str]]
) -> None:
    response = as_(host).post(url("activity_new"), NEW | {"centre": centre.pk} | changed)
    assert errors(response) == problems
    assert not Activity.objects.exists()


def test_unreadable_signs_are_told(activity: Activity, organiser: Person) -> None:
    words = {"title": "Naaien", "summary": "Samen.", "description": "a\x00b"}
    response = as_(organiser).post(url("activity_edit", activity.pk, "words"), words)
    assert errors(response) == {
        "description": ["Hier staat een teken in dat wij niet kunnen lezen."]
    }


def test_free_needs_no_price(host: Person, centre: Centre) -> None:
    as_(host).post(
        url("activity_new"), NEW | {"centre": centre.pk, "cost_kind": "free", "cost_cents": "veel"}
    )
    assert Activity.objects.get().cost_cents == 0


# Telling -----------------------------------------------------------------------------------------

PARTS = {
    "words": {"title": "Naaien", "summary": "Samen naaien.", "description": "Veel\r\nregels"},
    "taking-part": {"participation": "drop_in", "default_capacity": ""},
    "audience": {"audience": "women", "audience_note": "Vanaf 18 jaar"},
    "cost": {"cost_kind": "fixed", "cost_cents": "4", "cost_note": "Met soep"},
    "languages": {"languages": ["nl", "tr"]},
    "place": {"room": "Atelier", "step_free": "yes", "accessible_toilet": "no"},
    "mood": {"mood": "quiet", "someone_greets": "yes", "childcare": "no", "bring": "Een broek"},
    "organiser": {
        "organiser_name": "Emine",
        "organiser_words": "Kom maar.",
        "contact_phone": "0575 00 12 34",
    },
}
STORED = {
    "description": "Veel\nregels",
    "default_capacity": None,
    "cost_cents": 400,
    "contact_phone": "+31575001234",
}


@pytest.mark.parametrize("part", PARTS)
def test_organiser_tells_every_part(activity: Activity, organiser: Person, part: str) -> None:
    page = as_(organiser).get(url("activity_edit", activity.pk, part))
    assert page.status_code == 200
    response = as_(organiser).post(url("activity_edit", activity.pk, part), PARTS[part])
    assert (response.status_code, said(response)) == (302, ["Bewaard."])
    activity.refresh_from_db()
    expected = PARTS[part] | {name: v for name, v in STORED.items() if name in PARTS[part]}
    assert {name: getattr(activity, name) for name in expected} == expected


def test_two_who_tell_different_things_both_keep_their_work(activity: Activity) -> None:
    first, second = (Activity.objects.get(pk=activity.pk) for _ in range(2))
    organising.edit(first, title="Naaien")
    organising.edit(second, room="Atelier")
    activity.refresh_from_db()
    assert (activity.title, activity.room) == ("Naaien", "Atelier")


def test_free_again_takes_the_price_away(activity: Activity, organiser: Person) -> None:
    organising.edit(activity, cost_kind="fixed", cost_cents=400)
    as_(organiser).post(
        url("activity_edit", activity.pk, "cost"), {"cost_kind": "free", "cost_cents": "4"}
    )
    activity.refresh_from_db()
    assert (activity.cost_kind, activity.cost_cents) == ("free", 0)


def test_unknown_part_is_not_there(activity: Activity, organiser: Person) -> None:
    assert as_(organiser).get(url("activity_edit", activity.pk, "state")).status_code == 404


GET_PAGES = [
    ("activity_manage", ()),
    ("activity_edit", ("words",)),
    ("activity_translate", ("en",)),
    ("activity_organisers", ()),
    ("dates_add", ()),
]
DATE_PAGES = [
    "occurrence_manage",
    "occurrence_move",
    "occurrence_change",
    "occurrence_cancel",
    "occurrence_people",
]


@pytest.mark.parametrize(("name", "args"), GET_PAGES)
def test_strangers_find_no_activity(activity: Activity, name: str, args: tuple[str, ...]) -> None:
    foreign_host = PersonFactory(host_of=CentreFactory())
    for person in (PersonFactory(), foreign_host):
        assert as_(person).get(url(name, activity.pk, *args)).status_code == 404
        assert as_(person).post(url(name, activity.pk, *args)).status_code in {404, 405}


@pytest.mark.parametrize("name", ["activity_publish", "activity_stop", "activity_copy"])
def test_strangers_change_no_state(activity: Activity, name: str) -> None:
    assert as_(PersonFactory()).post(url(name, activity.pk)).status_code == 404
    activity.refresh_from_db()
    assert activity.state == ActivityState.PUBLISHED


@pytest.mark.parametrize("name", [*DATE_PAGES, "occurrence_reinstate"])
def test_strangers_find_no_date(activity: Activity, name: str) -> None:
    occurrence = OccurrenceFactory(activity=activity)
    address = url(name, occurrence.pk)
    assert as_(PersonFactory()).post(address, {"reason": "Zomaar"}).status_code in {404, 405}
    if name != "occurrence_reinstate":
        assert as_(PersonFactory()).get(address).status_code == 404
    occurrence.refresh_from_db()
    assert not occurrence.is_cancelled


@pytest.mark.parametrize("name", ["activity_publish", "activity_stop", "activity_copy"])
def test_reading_changes_no_state(activity: Activity, organiser: Person, name: str) -> None:
    assert as_(organiser).get(url(name, activity.pk)).status_code == 405


# In another language -----------------------------------------------------------------------------


def test_words_in_english_are_kept_and_taken_away(activity: Activity, organiser: Person) -> None:
    address = url("activity_translate", activity.pk, "en")
    words = {"title": "Sewing café", "summary": "Sewing together."}
    for _time in range(2):
        as_(organiser).post(address, words)
    assert list(ActivityTranslation.objects.values_list("language", "title", "summary")) == [
        ("en", "Sewing café", "Sewing together.")
    ]
    as_(organiser).post(address, {"title": ""})
    assert not ActivityTranslation.objects.exists()


def test_words_without_a_name_are_refused(activity: Activity, organiser: Person) -> None:
    response = as_(organiser).post(
        url("activity_translate", activity.pk, "en"), {"summary": "Sewing together."}
    )
    assert errors(response) == {"title": ["Vul ook de naam in."]}


def test_own_and_unknown_languages_are_not_there(activity: Activity, organiser: Person) -> None:
    for language in ("nl", "xx"):
        address = url("activity_translate", activity.pk, language)
        assert as_(organiser).get(address).status_code == 404


# In and out of the agenda ------------------------------------------------------------------------


def test_publish_puts_it_in_the_agenda_twice_too(activity: Activity, organiser: Person) -> None:
    Activity.objects.update(state=ActivityState.DRAFT)
    for _time in range(2):
        response = as_(organiser).post(url("activity_publish", activity.pk))
        assert said(response) == ["Het staat in de agenda. Iedereen kan het nu zien."]
    activity.refresh_from_db()
    assert activity.state == ActivityState.PUBLISHED


def test_publish_asks_for_a_sentence() -> None:
    with pytest.raises(NotReady, match="Vertel eerst in één zin wat jullie doen"):
        organising.publish(ActivityFactory(draft=True, summary=" "))


def test_stop_takes_it_out_of_the_agenda(activity: Activity, organiser: Person) -> None:
    OccurrenceFactory(activity=activity, over=True)
    OccurrenceFactory(activity=activity, cancelled=True)
    for _time in range(2):
        response = as_(organiser).post(url("activity_stop", activity.pk))
        assert said(response) == ["Gestopt. Het staat niet meer in de agenda."]
    activity.refresh_from_db()
    assert activity.state == ActivityState.STOPPED


def test_stop_waits_for_dates_to_come(activity: Activity, organiser: Person) -> None:
    OccurrenceFactory(activity=activity)
    response = as_(organiser).post(url("activity_stop", activity.pk))
    assert said(response) == ["Er zijn nog datums. Zeg die eerst af. Dan weten de mensen het."]
    activity.refresh_from_db()
    assert activity.state == ActivityState.PUBLISHED


# Copying -----------------------------------------------------------------------------------------


def test_copy_takes_the_words_and_no_dates(activity: Activity, host: Person) -> None:
    ActivityTranslationFactory(activity=activity)
    OccurrenceFactory(activity=activity)
    token = uuid.uuid4()
    for _time in range(2):
        response = as_(host).post(url("activity_copy", activity.pk), {"token": token})
        assert response["Location"] == url("activity_manage", token)
    made = Activity.objects.get(pk=token)
    assert (made.title, made.state, list(made.organisers.all())) == ("Naaicafé", "draft", [host])
    assert [words.title for words in made.translations.all()] == ["Sewing café"]
    assert not made.occurrences.exists()


def test_copy_takes_over_every_field_that_tells() -> None:
    told = {field.attname for field in Activity._meta.concrete_fields if field.editable}
    own = {"state", "updated_at", "search_vector", "search_sounds"}
    assert set(organising.COPIED_FIELDS) == told - own


def test_organiser_asks_a_host_for_a_copy(activity: Activity, organiser: Person) -> None:
    assert as_(organiser).post(url("activity_copy", activity.pk)).status_code == 403
    assert Activity.objects.count() == 1


# Who organises -----------------------------------------------------------------------------------


def test_host_finds_and_adds_an_organiser(activity: Activity, host: Person) -> None:
    person = PersonFactory(name="Émine Kaya", email="emine@voorbeeld.nl")
    PersonFactory(name="Emine Weg", is_active=False)
    address = url("activity_organisers", activity.pk)
    for query in ("emine k", "EMINE@voorbeeld.nl"):
        assert list(as_(host).get(address, {"q": query}).context["found"]) == [
            (person, "em…@voorbeeld.nl")
        ]
    for _time in range(2):
        response = as_(host).post(address, {"add": person.pk})
        assert said(response) == ["Émine Kaya organiseert dit nu ook."]
    assert activity.organisers.filter(pk=person.pk).count() == 1


def test_host_takes_an_organiser_away(activity: Activity, host: Person, organiser: Person) -> None:
    response = as_(host).post(url("activity_organisers", activity.pk), {"remove": organiser.pk})
    assert said(response) == [f"{organiser.name} organiseert dit niet meer."]
    assert not activity.organisers.exists()


def test_organiser_looks_nobody_up(activity: Activity, organiser: Person) -> None:
    address = url("activity_organisers", activity.pk)
    assert as_(organiser).get(address, {"q": "mens"}).status_code == 403
    assert as_(organiser).post(address, {"add": PersonFactory().pk}).status_code == 403


@pytest.mark.parametrize("key", ["", "geen", "00000000-0000-0000-0000-000000000000"])
def test_unknown_person_is_not_added(activity: Activity, host: Person, key: str) -> None:
    response = as_(host).post(url("activity_organisers", activity.pk), {"add": key})
    assert response.status_code == 404


# Adding dates ------------------------------------------------------------------------------------

WEEKLY = {
    "first": "2026-12-11",
    "starts": "19:00",
    "ends": "21:00",
    "every_weeks": "1",
    "times": "3",
}


def starts(activity: Activity) -> list[str]:
    moments = activity.occurrences.order_by("starts_at").values_list("starts_at", flat=True)
    return [moment.astimezone(AMSTERDAM).strftime("%Y-%m-%d %H:%M") for moment in moments]


def test_dates_are_shown_before_they_are_made(activity: Activity, organiser: Person) -> None:
    SpecialDay.objects.create(date=date(2026, 12, 25), reason="Eerste kerstdag")
    OccurrenceFactory(
        activity=activity, starts_at=datetime(2026, 12, 18, 19, tzinfo=AMSTERDAM).astimezone(UTC)
    )
    response = as_(organiser).post(url("dates_add", activity.pk), WEEKLY)
    choices = response.context["choice"].fields["days"].choices
    assert [(value, str(option), option.hint, option.is_disabled) for value, option in choices] == [
        ("2026-12-11", "Vrijdag 11 december", "19.00 tot 21.00 uur", False),
        ("2026-12-18", "Vrijdag 18 december", "Deze datum staat er al.", True),
        (
            "2026-12-25",
            "Vrijdag 25 december",
            "19.00 tot 21.00 uur. Dan is het huis dicht: Eerste kerstdag.",
            False,
        ),
    ]
    assert response.context["choice"]["days"].value() == ["2026-12-11"]
    assert activity.occurrences.count() == 1


def test_chosen_dates_are_made_once(activity: Activity, organiser: Person) -> None:
    days = {"chosen": "1", "days": ["2026-12-11", "2026-12-25"]}
    client = as_(organiser)
    told = said(client.post(url("dates_add", activity.pk), WEEKLY | days))
    client.post(url("dates_add", activity.pk), WEEKLY | days)
    assert starts(activity) == ["2026-12-11 19:00", "2026-12-25 19:00"]
    assert {date.capacity for date in activity.occurrences.all()} == {8}
    assert told == ["Er zijn 2 datums bij."]


def test_second_press_says_what_is_there(activity: Activity, organiser: Person) -> None:
    one = WEEKLY | {"every_weeks": "0", "times": "", "chosen": "1", "days": ["2026-12-11"]}
    as_(organiser).post(url("dates_add", activity.pk), one)
    response = as_(organiser).post(url("dates_add", activity.pk), one)
    assert said(response) == ["Deze datums stonden er al."]
    assert starts(activity) == ["2026-12-11 19:00"]


@pytest.mark.django_db(transaction=True)
def test_dates_added_at_the_same_moment_are_made_once() -> None:
    activity = ActivityFactory()
    when = {"first": date(2026, 12, 11), "starts": time(19), "ends": time(21)}
    planned = organising.planned_dates(activity, **when, every_weeks=1, times=3)
    chosen = {date.day for date in planned}
    made = together(
        [lambda: len(organising.add_dates(activity, planned, chosen=chosen)) for _ in range(4)]
    )
    assert sorted(made) == [0, 0, 0, 3]
    assert activity.occurrences.count() == 3


def test_weekly_dates_keep_their_local_time_over_the_clock_change(activity: Activity) -> None:
    planned = organising.planned_dates(
        activity, first=date(2027, 3, 26), starts=time(19), ends=time(21), every_weeks=1, times=2
    )
    organising.add_dates(activity, planned, chosen={date.day for date in planned})
    assert starts(activity) == ["2027-03-26 19:00", "2027-04-02 19:00"]


def test_time_that_does_not_exist_is_told(activity: Activity) -> None:
    planned = organising.planned_dates(
        activity, first=date(2027, 3, 28), starts=time(2, 30), ends=time(4), every_weeks=0, times=1
    )
    assert [date.problem for date in planned] == [
        "In die nacht gaat de klok een uur vooruit of terug. Kies een andere tijd."
    ]
    assert organising.add_dates(activity, planned, chosen={date(2027, 3, 28)}) == []


def test_end_before_begin_is_refused(activity: Activity) -> None:
    with pytest.raises(WrongTime):
        organising.planned_dates(
            activity, first=date(2026, 12, 1), starts=time(9), ends=time(9), every_weeks=0, times=1
        )


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({"first": "2026-11-23"}, {"first": ["Die dag is al geweest. Kies een dag die nog komt."]}),
        ({"first": "2029-01-01"}, {"first": ["Dat is te ver weg. Kies een dag binnen twee jaar."]}),
        ({"first": "9999-12-31"}, {"first": ["Dat is te ver weg. Kies een dag binnen twee jaar."]}),
        (
            {"first": "31-31"},
            {"first": ["Deze datum kennen wij niet. Vul dag, maand en jaar in."]},
        ),
        ({"starts": "25:00"}, {"starts": ["Deze tijd kennen wij niet. Vul in: 13:30."]}),
        ({"ends": "18:00"}, {"ends": ["Het einde ligt voor het begin. Kies een latere tijd."]}),
        ({"times": ""}, {"times": ["Vul in hoeveel keer. Bijvoorbeeld 10."]}),
        ({"times": "53"}, {"times": ["Dit getal is te groot. Kies 52 of minder."]}),
        ({"every_weeks": "3"}, {"every_weeks": ["Kies een antwoord uit de lijst."]}),
    ],
)
def test_bad_dates_are_told(
    activity: Activity, organiser: Person, changed: dict[str, str], problems: dict[str, list[str]]
) -> None:
    response = as_(organiser).post(url("dates_add", activity.pk), WEEKLY | changed)
    assert errors(response) == problems


def test_no_date_chosen_is_told(activity: Activity, organiser: Person) -> None:
    response = as_(organiser).post(url("dates_add", activity.pk), WEEKLY | {"chosen": "1"})
    assert errors(response, "choice") == {"days": ["Kies een of meer datums."]}


def test_date_outside_the_plan_is_refused(activity: Activity, organiser: Person) -> None:
    days = {"chosen": "1", "days": ["2027-06-01"]}
    response = as_(organiser).post(url("dates_add", activity.pk), WEEKLY | days)
    assert "days" in errors(response, "choice")
    assert not activity.occurrences.exists()


# One date ----------------------------------------------------------------------------------------


@pytest.fixture
def occurrence(activity: Activity) -> Occurrence:
    return OccurrenceFactory(
        activity=activity,
        starts_at=datetime(2026, 12, 1, 13, 30, tzinfo=AMSTERDAM),
        ends_at=datetime(2026, 12, 1, 15, 30, tzinfo=AMSTERDAM),
        capacity=8,
    )


def test_move_tells_who_would_come(occurrence: Occurrence, organiser: Person) -> None:
    SignUpFactory(occurrence=occurrence, email="gast@voorbeeld.nl")
    fields = {"first": "2026-12-02", "starts": "14:00", "ends": "16:00"}
    for _time in range(2):
        response = as_(organiser).post(url("occurrence_move", occurrence.pk), fields)
        assert said(response) == ["Veranderd. Wie zou komen, krijgt bericht."]
    occurrence.refresh_from_db()
    assert occurrence.starts_at == datetime(2026, 12, 2, 14, tzinfo=AMSTERDAM)
    assert occurrence.changed_by == organiser
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        (
            {"first": "2026-12-02", "starts": "14:00", "ends": "13:00"},
            "Het einde ligt voor het begin. Kies een latere tijd.",
        ),
        (
            {"first": "2027-03-28", "starts": "02:30", "ends": "04:00"},
            "In die nacht gaat de klok een uur vooruit of terug. Kies een andere tijd.",
        ),
    ],
)
def test_move_to_a_wrong_time_is_told(
    occurrence: Occurrence, organiser: Person, fields: dict[str, str], problem: str
) -> None:
    response = as_(organiser).post(url("occurrence_move", occurrence.pk), fields)
    assert errors(response) == {"__all__": [problem]}
    before = occurrence.starts_at
    occurrence.refresh_from_db()
    assert occurrence.starts_at == before


def test_move_of_whole_days_asks_no_time(occurrence: Occurrence, organiser: Person) -> None:
    midnight = datetime(2026, 12, 1, tzinfo=AMSTERDAM)
    Occurrence.objects.update(
        is_all_day=True, starts_at=midnight, ends_at=midnight + timedelta(days=2)
    )
    page = as_(organiser).get(url("occurrence_move", occurrence.pk))
    assert list(page.context["form"].fields) == ["first", "last"]
    assert page.context["form"].initial["last"] == date(2026, 12, 2)
    as_(organiser).post(
        url("occurrence_move", occurrence.pk), {"first": "2026-12-05", "last": "2026-12-06"}
    )
    occurrence.refresh_from_db()
    assert occurrence.starts_at == datetime(2026, 12, 5, tzinfo=AMSTERDAM)
    assert occurrence.ends_at == datetime(2026, 12, 7, tzinfo=AMSTERDAM)


def test_change_of_one_date(occurrence: Occurrence, organiser: Person) -> None:
    fields = {
        "title": "Tassen maken",
        "room": "Huiskamer",
        "capacity": "4",
        "note": "Neem stof mee",
    }
    response = as_(organiser).post(url("occurrence_change", occurrence.pk), fields)
    assert said(response) == ["Bewaard."]
    occurrence.refresh_from_db()
    assert (occurrence.title, occurrence.room) == ("Tassen maken", "Huiskamer")
    assert (occurrence.capacity, occurrence.note) == (4, "Neem stof mee")


def test_fewer_places_than_taken_is_told(occurrence: Occurrence, organiser: Person) -> None:
    SignUpFactory(occurrence=occurrence, companions=2)
    response = as_(organiser).post(url("occurrence_change", occurrence.pk), {"capacity": "2"})
    assert errors(response) == {
        "capacity": ["Er staan al 3 mensen op de lijst. Minder plekken kan niet."]
    }
    occurrence.refresh_from_db()
    assert occurrence.capacity == 8


def test_cancel_tells_who_would_come_once(occurrence: Occurrence, organiser: Person) -> None:
    SignUpFactory(occurrence=occurrence, email="gast@voorbeeld.nl")
    for _time in range(2):
        response = as_(organiser).post(
            url("occurrence_cancel", occurrence.pk), {"reason": "Emine is dan weg."}
        )
        assert said(response) == ["Het gaat niet door. Wie zou komen, krijgt bericht."]
    occurrence.refresh_from_db()
    assert (occurrence.is_cancelled, occurrence.cancel_reason) == (True, "Emine is dan weg.")
    assert Message.objects.count() == 1


def test_cancel_asks_why(occurrence: Occurrence, organiser: Person) -> None:
    response = as_(organiser).post(url("occurrence_cancel", occurrence.pk), {"reason": " "})
    assert errors(response) == {"reason": ["Vertel in één zin waarom."]}
    occurrence.refresh_from_db()
    assert not occurrence.is_cancelled


def test_date_goes_ahead_after_all(occurrence: Occurrence, host: Person) -> None:
    as_(host).post(url("occurrence_cancel", occurrence.pk), {"reason": "Storm."})
    for _time in range(2):
        response = as_(host).post(url("occurrence_reinstate", occurrence.pk))
        assert said(response) == ["Het gaat toch door. Wie zou komen, krijgt bericht."]
    occurrence.refresh_from_db()
    assert (occurrence.is_cancelled, occurrence.cancel_reason) == (False, "")


def test_list_tells_who_comes_and_no_more(occurrence: Occurrence, organiser: Person) -> None:
    SignUpFactory(occurrence=occurrence, name="Fadime", companions=1, phone="+31612345678")
    SignUpFactory(occurrence=occurrence, name="Trudy", wants_call=True, phone="+31687654321")
    SignUpFactory(occurrence=occurrence, name="Weg", cancelled=True)
    page = as_(organiser).get(url("occurrence_people", occurrence.pk))
    assert [(g.name, g.party, g.phone) for g in page.context["guests"]] == [
        ("Fadime", "Neemt 1 mens mee", ""),
        ("Trudy", "Komt alleen", "06 87654321"),
    ]
    assert "12345678" not in page.content.decode()
    assert "Weg" not in page.content.decode()


# Pages cost the same whatever they hold ----------------------------------------------------------

SESSION, PERSON, ROLES, FOOTER = 1, 1, 1, 1
ALWAYS = SESSION + PERSON + ROLES + FOOTER


@pytest.mark.parametrize("rows", [1, 30])
def test_list_costs_the_same(
    activity: Activity, organiser: Person, rows: int, django_assert_num_queries: Any
) -> None:
    for _number in range(rows - 1):
        OccurrenceFactory(activity__centre=activity.centre).activity.organisers.add(organiser)
    client = as_(organiser)
    with django_assert_num_queries(ALWAYS + 2):
        page = client.get(url("organise"))
    assert page.context["page"].paginator.count == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_activity_costs_the_same(
    activity: Activity, organiser: Person, rows: int, django_assert_num_queries: Any
) -> None:
    OccurrenceFactory.create_batch(rows, activity=activity)
    activity.organisers.add(*PersonFactory.create_batch(rows))
    client = as_(organiser)
    with django_assert_num_queries(ALWAYS + 4):
        page = client.get(url("activity_manage", activity.pk))
    assert len(page.context["dates"]) == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_people_cost_the_same(
    activity: Activity, organiser: Person, rows: int, django_assert_num_queries: Any
) -> None:
    occurrence = OccurrenceFactory(activity=activity)
    SignUpFactory.create_batch(rows, occurrence=occurrence)
    client = as_(organiser)
    with django_assert_num_queries(ALWAYS + 2):
        page = client.get(url("occurrence_people", occurrence.pk))
    assert len(page.context["guests"]) == rows == SignUp.objects.count()


def test_list_shows_what_each_may_change(
    activity: Activity, organiser: Person, host: Person
) -> None:
    other = ActivityFactory(centre=activity.centre, title="Schaken", draft=True)
    ActivityFactory(title="Elders")
    director = PersonFactory()
    StaffRole.objects.create(person=director, role=Role.DIRECTOR)
    found = {
        who: [row.title for row in as_(person).get(url("organise")).context["page"]]
        for who, person in {"organiser": organiser, "host": host, "director": director}.items()
    }
    assert found == {
        "organiser": ["Naaicafé"],
        "host": ["Schaken", "Naaicafé"],
        "director": ["Schaken", "Elders", "Naaicafé"],
    }
    assert other.state == ActivityState.DRAFT


def test_list_is_searched_by_name(activity: Activity, host: Person) -> None:
    ActivityFactory(centre=activity.centre, title="Schaken")
    page = as_(host).get(url("organise"), {"q": "naaicafe"})
    assert [row.title for row in page.context["page"]] == ["Naaicafé"]
    assert as_(host).get(url("organise"), {"q": "\x00"}).status_code == 200


@pytest.mark.parametrize("name", DATE_PAGES)
def test_every_page_of_a_date_opens(occurrence: Occurrence, organiser: Person, name: str) -> None:
    for state in ("planned", "cancelled"):
        Occurrence.objects.update(state=state)
        assert as_(organiser).get(url(name, occurrence.pk)).status_code == 200


@pytest.mark.parametrize(("name", "args"), GET_PAGES)
def test_every_page_of_an_activity_opens(
    activity: Activity, host: Person, name: str, args: tuple[str, ...]
) -> None:
    OccurrenceFactory(activity=activity, cancelled=True)
    for state in ActivityState.values:
        Activity.objects.update(state=state)
        assert as_(host).get(url(name, activity.pk, *args)).status_code == 200
