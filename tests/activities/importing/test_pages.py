"""The same on a page: bring, answer, look, take over. For coordinators and administrators of the centre only."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from activities.importing import limits, sources
from activities.importing.sources import Brought
from activities.models import Activity, CalendarSource, ImportDraft, Occurrence, Participation
from lokaal.centres.models import Centre
from lokaal.people.models import Person, Role, StaffRole
from tests.activities.factories import CentreFactory, PersonFactory
from tests.activities.importing.conftest import CALENDARS, calendar

pytestmark = pytest.mark.django_db

START = "/desk/import/"
CHOICES = {"joining": "drop_in", "showing": "now", "language": "nl"}


def staff(role: Role, centre: Centre | None) -> Person:
    person = PersonFactory()
    StaffRole.objects.create(person=person, role=role, centre=centre)
    return person


@pytest.fixture
def coordinator(centre: Centre, client: Client) -> Person:
    person = staff(Role.COORDINATOR, centre)
    client.force_login(person)
    return person


def upload(name: str, content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, calendar(name) if content is None else content)


def bring(
    client: Client, centre: Centre, file: SimpleUploadedFile | None = None, **data: Any
) -> Any:
    return client.post(START, {"centre": centre.pk, **({"file": file} if file else {}), **data})


def to(step: str, draft: ImportDraft) -> str:
    return reverse(f"activities:import_{step}", args=[draft.pk])


def test_calendar_is_brought_looked_at_and_taken_over(
    client: Client, coordinator: Person, centre: Centre
) -> None:
    answer = bring(client, centre, upload("weekly.ics"))
    draft = ImportDraft.objects.get()
    assert answer.url == to("choices", draft)
    answer = client.post(answer.url, CHOICES | {"joining": "sign_up", "capacity": "8"})
    assert answer.url == to("preview", draft)
    page = client.get(answer.url)
    assert Activity.objects.count() == 0
    assert "4 onderdelen in het bestand: 1 nieuw, 3 overgeslagen." in page.content.decode()
    answer = client.post(answer.url, {})
    source = CalendarSource.objects.get()
    assert answer.url == source.get_absolute_url()
    assert (source.name, source.imported_by) == ("weekly.ics", coordinator)
    activity = Activity.objects.get()
    assert (activity.title, activity.participation, activity.default_capacity) == (
        "Koffie-inloop", Participation.SIGN_UP, 8
    )  # fmt: skip
    assert ImportDraft.objects.count() == 0
    page = client.get(answer.url).content.decode()
    assert "De agenda is overgenomen." in page
    assert "4 onderdelen in het bestand: 1 nieuw, 3 overgeslagen." in page


@pytest.mark.parametrize(("cost", "kind"), [({}, "unknown"), ({"cost": "free"}, "free")])
def test_whoever_brings_a_calendar_is_asked_what_it_costs(
    client: Client, coordinator: Person, centre: Centre, cost: dict[str, str], kind: str
) -> None:
    bring(client, centre, upload("weekly.ics"))
    draft = ImportDraft.objects.get()
    assert "Wat kost het?" in client.get(to("choices", draft)).content.decode()
    client.post(to("choices", draft), CHOICES | cost)
    client.post(to("preview", draft), {})
    assert Activity.objects.get().cost_kind == kind


def test_taking_over_twice_makes_no_second(
    client: Client, coordinator: Person, centre: Centre
) -> None:
    bring(client, centre, upload("weekly.ics"))
    draft = ImportDraft.objects.get()
    client.post(to("choices", draft), CHOICES)
    client.post(to("preview", draft), {})
    assert client.post(to("preview", draft), {}).status_code == 404
    assert Activity.objects.count() == 1


def test_same_names_are_asked_about_and_not_ticked(
    client: Client, coordinator: Person, centre: Centre
) -> None:
    bring(client, centre, upload("same_title.ics"))
    draft = ImportDraft.objects.get()
    answer = client.post(to("choices", draft), CHOICES)
    assert answer.url == to("series", draft)
    page = client.get(answer.url).content.decode()
    assert (
        "3 datums, van maandag 4 januari 2027 tot woensdag 6 januari 2027. De tekst is niet steeds gelijk."
        in page
    )
    assert "checked" not in page
    client.post(to("series", draft), {"together": ["naaicafé"]})
    client.post(to("preview", draft), {})
    assert sorted(Activity.objects.values_list("title", flat=True)) == ["Kaarten", "Naaicafé"]


def test_known_source_goes_straight_to_the_look(
    client: Client, coordinator: Person, centre: Centre
) -> None:
    bring(client, centre, upload("weekly.ics"))
    draft = ImportDraft.objects.get()
    client.post(to("choices", draft), CHOICES)
    client.post(to("preview", draft), {})
    source = CalendarSource.objects.get()
    answer = client.post(
        reverse("activities:import_again", args=[source.pk]), {"file": upload("weekly_later.ics")}
    )
    draft = ImportDraft.objects.get()
    assert (answer.url, draft.name) == (to("preview", draft), "weekly.ics")
    assert "datums veranderd" in client.get(answer.url).content.decode()
    client.post(answer.url, {})
    assert Occurrence.objects.count() == 4


def test_address_is_fetched_now_and_again(
    client: Client, coordinator: Person, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fetch(address: str) -> Brought:
        asked.append(address)
        return Brought("https://buurthuis.example/agenda.ics", calendar("weekly.ics"))

    monkeypatch.setattr(sources, "fetch", fetch)
    bring(client, centre, address=" webcal://buurthuis.example/agenda.ics ")
    draft = ImportDraft.objects.get()
    client.post(to("choices", draft), CHOICES)
    client.post(to("preview", draft), {})
    source = CalendarSource.objects.get()
    assert source.is_address
    client.post(reverse("activities:import_again", args=[source.pk]))
    assert asked == [
        "webcal://buurthuis.example/agenda.ics",
        "https://buurthuis.example/agenda.ics",
    ]
    assert (
        "Er is niets veranderd"
        in client.get(to("preview", ImportDraft.objects.get())).content.decode()
    )


def test_table_asks_for_its_columns_and_remembers_them(
    client: Client, coordinator: Person, centre: Centre
) -> None:
    table = b"Wat;Op;Vanaf\nKoken;5-1-2027;19.30\nBreien;6-1-2027;20.00\n"
    answer = bring(client, centre, upload("programma.csv", table))
    draft = ImportDraft.objects.get()
    assert answer.url == to("columns", draft)
    page = client.get(answer.url).content.decode()
    assert "Koken" in page
    refused = client.post(answer.url, {"title": "0", "date": "", "order": "day"})
    assert refused.status_code == 422
    assert "Kies de kolom. Zonder kan het niet." in refused.content.decode()
    answer = client.post(answer.url, {"title": "0", "date": "1", "start": "2", "order": "day"})
    assert answer.url == to("choices", draft)
    client.post(answer.url, CHOICES)
    client.post(to("preview", draft), {})
    assert sorted(Activity.objects.values_list("title", flat=True)) == ["Breien", "Koken"]
    assert CalendarSource.objects.get().columns["date"] == 1
    answer = bring(client, centre, upload("programma.csv", table.replace(b"20.00", b"20.30")))
    assert answer.url == to("preview", ImportDraft.objects.get())


def test_vanished_dates_are_cancelled_when_ticked(
    client: Client, coordinator: Person, centre: Centre
) -> None:
    bring(client, centre, upload("agenda.ics", calendar("no_end.ics")))
    draft = ImportDraft.objects.get()
    client.post(to("choices", draft), CHOICES)
    assert "Zeg af wat niet meer" not in client.get(to("preview", draft)).content.decode()
    client.post(to("preview", draft), {})
    bring(client, centre, upload("agenda.ics", calendar("duration.ics")))
    draft = ImportDraft.objects.get()
    page = client.get(to("preview", draft)).content.decode()
    assert "niet meer in de bron. Hier gaat het nog door." in page
    assert "Zeg af wat niet meer in de bron staat" in page
    client.post(to("preview", draft), {"cancel_vanished": "on"})
    assert Occurrence.objects.get(activity__title="Repetitie").is_cancelled


def test_what_was_brought_can_be_dropped_twice(
    client: Client, coordinator: Person, centre: Centre
) -> None:
    bring(client, centre, upload("weekly.ics"))
    address = to("drop", ImportDraft.objects.get())
    assert [client.post(address).status_code for _again in range(2)] == [302, 302]
    assert (ImportDraft.objects.count(), Activity.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Kies een bestand, of plak een webadres."),
        ({"address": "agenda"}, "Een webadres begint met https://"),
        ({"address": "http://127.0.0.1/a.ics"}, "Dit webadres ligt niet op het openbare internet."),
        ({"address": "http://169.254.169.254/latest/"}, "Dit webadres ligt niet op het openbare internet."),
        ({"file": ("agenda.ics", b"hallo")}, "Dit bestand is geen agenda."),
        ({"file": ("agenda.ics", calendar("broken_off.ics"))}, "Het bestand is afgebroken."),
        ({"file": ("agenda.ics", b"x" * (limits.BYTES + 1))}, "Dit bestand is groter dan 10 MB."),
        ({"file": ("agenda.xlsx", b"PK\x03\x04rommel")}, "Dit Excel-bestand is kapot of op slot."),
        ({"file": ("../../etc/passwd", b"")}, "leeg"),
        ({"centre": "x", "file": ("a.ics", b"x")}, "Kies"),
    ],
)  # fmt: skip
def test_refusal_is_a_sentence_beside_the_question(
    client: Client, coordinator: Person, centre: Centre, data: dict[str, Any], sentence: str
) -> None:
    if "file" in data:
        data = data | {"file": SimpleUploadedFile(*data["file"])}
    answer = client.post(START, {"centre": centre.pk} | data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert ImportDraft.objects.count() == 0


# Who ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role", [Role.HOST, Role.SOCIAL_WORKER, Role.KITCHEN, Role.TREASURER, Role.DIRECTOR]
)
def test_other_staff_is_refused(client: Client, centre: Centre, role: Role) -> None:
    client.force_login(staff(role, centre))
    assert client.get(START).status_code == 403


def test_visitor_is_asked_to_sign_in_and_resident_is_refused(client: Client) -> None:
    assert client.get(START).status_code == 302
    client.force_login(PersonFactory())
    assert client.get(START).status_code == 403


def test_administrator_of_all_centres_may_choose_the_centre(client: Client, centre: Centre) -> None:
    CentreFactory(name="Waterkracht")
    client.force_login(staff(Role.ADMINISTRATOR, None))
    page = client.get(START).content.decode()
    assert ("Nieuwstad" in page, "Waterkracht" in page) == (True, True)


def test_coordinator_of_another_centre_sees_and_changes_nothing(
    client: Client, coordinator: Person, centre: Centre
) -> None:
    bring(client, centre, upload("weekly.ics"))
    draft = ImportDraft.objects.get()
    source = CalendarSource.objects.create(centre=centre, name="agenda.ics")
    client.force_login(staff(Role.COORDINATOR, CentreFactory(name="Waterkracht")))
    for step in ("choices", "series", "preview", "columns"):
        assert client.get(to(step, draft)).status_code == 404
    assert client.post(to("preview", draft), {}).status_code == 404
    assert client.get(source.get_absolute_url()).status_code == 404
    assert client.post(reverse("activities:import_again", args=[source.pk])).status_code == 404
    client.post(to("drop", draft))
    assert ImportDraft.objects.count() == 1
    assert bring(client, centre, upload("weekly.ics")).status_code == 422
    assert Activity.objects.count() == 0


@pytest.mark.parametrize(("role", "is_shown"), [(Role.COORDINATOR, True), (Role.HOST, False)])
def test_way_in_is_shown_to_who_may_go_in(
    client: Client, centre: Centre, role: Role, is_shown: bool
) -> None:
    client.force_login(staff(role, centre))
    page = client.get(reverse("activities:organise")).content.decode()
    assert (f'href="{START}"' in page) is is_shown


def test_admin_shows_the_way_in(client: Client) -> None:
    client.force_login(staff(Role.ADMINISTRATOR, None))
    page = client.get(reverse("admin:activities_calendarsource_changelist")).content.decode()
    assert f'href="{START}"' in page


@pytest.mark.parametrize("step", ["drop", "again"])
def test_get_changes_nothing(
    client: Client, coordinator: Person, centre: Centre, step: str
) -> None:
    draft = ImportDraft.objects.create(centre=centre, name="a", content=b"")
    source = CalendarSource.objects.create(centre=centre, name="agenda.ics")
    pk = draft.pk if step == "drop" else source.pk
    assert client.get(reverse(f"activities:import_{step}", args=[pk])).status_code == 405
    assert ImportDraft.objects.count() == 1


# In a browser ------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "javascript"), [(320, False), (1280, True)])
def test_calendar_is_taken_over_in_a_browser(
    new_page: Any, axe: Any, live_server: Any, client: Client, width: int, javascript: bool
) -> None:
    centre = CentreFactory(name="Nieuwstad")
    CentreFactory(name="Waterkracht")
    client.force_login(staff(Role.COORDINATOR, None))
    page = new_page(width=width, javascript=javascript)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([session | {"url": live_server.url}])

    def look(name: str) -> None:
        page.wait_for_load_state()
        overflow = page.locator("body").evaluate("body => body.scrollWidth > window.innerWidth")
        assert not overflow, f"{name} scrolls sideways"
        if javascript:
            axe(page)

    page.goto(START)
    look("start")
    page.get_by_role("button", name="Verder").click()
    look("start-refused")
    page.get_by_label("Nieuwstad").check()
    page.get_by_label("Kies het bestand").set_input_files(CALENDARS / "same_title.ics")
    page.get_by_role("button", name="Verder").click()
    page.get_by_label("Mensen kunnen zich aanmelden").check()
    look("choices")
    page.get_by_role("button", name="Verder").click()
    look("series")
    page.get_by_label("Naaicafé").check()
    page.get_by_role("button", name="Verder").click()
    look("preview")
    page.get_by_role("button", name="Neem over").click()
    look("report")
    assert page.get_by_text("De agenda is overgenomen.").is_visible()

    table = "Activiteit;Datum;Tijd;Zaal\nKoken;5-1-2027;19.30;Keuken\nZonder dag;;20.00;\n"
    page.goto(START)
    page.get_by_label("Nieuwstad").check()
    page.get_by_label("Kies het bestand").set_input_files(
        {"name": "programma.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    page.get_by_role("button", name="Verder").click()
    look("columns")
    page.get_by_role("button", name="Ja, dit klopt").click()
    page.get_by_role("button", name="Verder").click()
    page.get_by_text("Dit hebben we overgeslagen").click()
    look("table-preview")
    page.get_by_role("button", name="Neem over").click()
    assert set(Activity.objects.values_list("title", "centre__name")) == {
        ("Kaarten", centre.name),
        ("Naaicafé", centre.name),
        ("Koken", centre.name),
    }

    page.goto(START)
    page.get_by_label("Nieuwstad").check()
    page.get_by_label("Kies het bestand").set_input_files(
        {"name": "same_title.ics", "mimeType": "text/calendar", "buffer": calendar("all_kinds.ics")}
    )
    page.get_by_role("button", name="Verder").click()
    page.get_by_text("Dit hebben we overgeslagen").click()
    look("vanished")
