"""The admin: every list and form opens, quickly, for whom it is; and none of them can break a promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages import get_messages
from django.db import connection
from django.db.models import DateField, Model
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from activities.models import (
    Activity,
    ActivityTranslation,
    CalendarSource,
    GrantMaximum,
    Happened,
    ImportDraft,
    ImportedEvent,
    Look,
    Need,
    Occurrence,
    PlanTemplate,
    QuestionTheme,
    Report,
    Series,
    SignUp,
    Support,
    TemplateStep,
    Wish,
    WishMoment,
)
from lokaal.admin import HouseModelAdmin
from lokaal.centres.models import (
    Centre,
    CentreTranslation,
    OpeningHours,
    SchoolHoliday,
    SpecialDay,
)
from lokaal.outbox.models import Attachment, Message
from lokaal.people.models import Person, Role, StaffRole
from tests.activities.door.admin_rows import DOOR_ROWS
from tests.activities.factories import (
    ActivityFactory,
    ActivityTranslationFactory,
    CalendarSourceFactory,
    OccurrenceFactory,
    PersonFactory,
    SeriesFactory,
    SignUpFactory,
    SupportFactory,
    WishFactory,
)
from tests.activities.following.admin_rows import FOLLOWING_ROWS
from tests.activities.initiatives.admin_rows import INITIATIVE_ROWS
from tests.activities.voice.admin_rows import VOICE_ROWS
from tests.centres.factories import (
    CentreFactory,
    CentreTranslationFactory,
    OpeningHoursFactory,
    SpecialDayFactory,
)
from tests.venue.admin_rows import ADMIN_ROWS
from venue.models import (
    AlcoholRule,
    Building,
    CancellationRule,
    CateringTerms,
    CheckPoint,
    Equipment,
    FoodSafetyLimit,
    HireHours,
    Hirer,
    InvoiceSeries,
    KitchenRule,
    Part,
    ReminderStep,
    Seller,
    Space,
    SpaceLayout,
    SpaceTranslation,
    Surcharge,
    Tariff,
    TariffClass,
    VatCode,
    VatRate,
)

pytestmark = pytest.mark.django_db

OWN_APPS = {"people", "centres", "outbox", "activities", "venue"}
#: Most that a page of the admin may ask, whatever it holds.
MOST_QUERIES = 16
MODELS = [pytest.param(model, id=model._meta.label) for model in admin.site._registry]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 24, 11, tzinfo=UTC), tick=False):
        yield


def person_with(role: Role) -> Person:
    person = PersonFactory()
    StaffRole.objects.create(person=person, role=role)
    return person


@pytest.fixture
def administrator() -> Client:
    return as_(person_with(Role.ADMINISTRATOR))


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(model: type[Model], name: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def made_message(number: int) -> Message:
    return Message.objects.create(
        key=f"test-{number}", channel="email", subject="Hallo", text="Dag", to_name="Emine"
    )


def made_job(number: int) -> ProcrastinateJob:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'taak', '{}')"
            " RETURNING id"
        )
        return ProcrastinateJob.objects.get(pk=cursor.fetchone()[0])


def made_log(number: int) -> LogEntry:
    return LogEntry.objects.create(
        user=PersonFactory(),
        content_type=ContentType.objects.get_for_model(Centre),
        object_id=str(number),
        object_repr="Waterkracht",
        action_flag=CHANGE,
    )


MAKERS: dict[type[Model], Callable[[int], Model]] = {
    Person: lambda number: PersonFactory(),
    StaffRole: lambda number: StaffRole.objects.create(
        person=PersonFactory(), role=Role.HOST, centre=CentreFactory()
    ),
    Centre: lambda number: CentreFactory(hours={1: [("9:00", "17:00")]}),
    CentreTranslation: lambda number: CentreTranslationFactory(),
    OpeningHours: lambda number: OpeningHoursFactory(),
    SpecialDay: lambda number: SpecialDayFactory(
        date=date(2026, 12, 1) + timedelta(days=number), centre=CentreFactory()
    ),
    Message: made_message,
    Attachment: lambda number: Attachment.objects.create(
        message=made_message(number),
        name="F2026-0001.pdf",
        content_type="application/pdf",
        content=b"%PDF",
    ),
    Activity: lambda number: ActivityTranslationFactory().activity,
    ActivityTranslation: lambda number: ActivityTranslationFactory(),
    Occurrence: lambda number: OccurrenceFactory(),
    Series: lambda number: SeriesFactory(),
    SignUp: lambda number: SignUpFactory(person=PersonFactory()),
    Wish: lambda number: WishFactory(centre=CentreFactory()),
    Support: lambda number: SupportFactory(),
    WishMoment: lambda number: WishMoment.objects.create(
        wish=WishFactory(), what=Happened.ANSWERED, state="listening", by=PersonFactory()
    ),
    Report: lambda number: Report.objects.create(
        wish=WishFactory(shown=True), reason="Kwetsend.", decided_by=PersonFactory()
    ),
    Look: lambda number: Look.objects.create(
        wish=WishFactory(shown=True), is_shown=True, by=PersonFactory()
    ),
    CalendarSource: lambda number: CalendarSourceFactory(),
    ImportedEvent: lambda number: ImportedEvent.objects.create(
        source=CalendarSourceFactory(), uid=f"uid-{number}", activity=ActivityFactory()
    ),
    ImportDraft: lambda number: ImportDraft.objects.create(
        centre=CentreFactory(), name="agenda.csv", made_by=PersonFactory()
    ),
    EmailAddress: lambda number: EmailAddress.objects.create(
        user=PersonFactory(), email=f"adres{number}@voorbeeld.nl"
    ),
    Authenticator: lambda number: Authenticator.objects.create(
        user=PersonFactory(), type=Authenticator.Type.TOTP, data={"secret": "GEHEIM"}
    ),
    ProcrastinateJob: made_job,
    LogEntry: made_log,
    SchoolHoliday: lambda number: SchoolHoliday.objects.create(
        name="Kerstvakantie",
        starts_on=date(2000 + number, 12, 20),
        ends_on=date(2001 + number, 1, 4),
    ),
    **ADMIN_ROWS,
    **DOOR_ROWS,
    **FOLLOWING_ROWS,
    **INITIATIVE_ROWS,
    **VOICE_ROWS,
}


def test_every_model_of_the_house_has_a_list() -> None:
    """But what somebody needs to take part, which reaches the organiser only (activities.needs)."""
    own = {model for model in apps.get_models() if model._meta.app_label in OWN_APPS}
    assert own - set(admin.site._registry) == {Need}


def test_lists_of_packages_that_have_no_use_are_not_there() -> None:
    others = {
        model._meta.label for model in admin.site._registry if model._meta.app_label not in OWN_APPS
    }
    assert others == {
        "account.EmailAddress",
        "admin.LogEntry",
        "mfa.Authenticator",
        "procrastinate.ProcrastinateJob",
    }


def test_front_page_says_what_is_where(administrator: Client) -> None:
    response = administrator.get(reverse("admin:index"))
    pillars = [str(app["pillar"]) for app in response.context["app_list"]]
    assert pillars == sorted(
        pillars, key=["Huis", "Zalen en keuken", "Activiteiten", "Techniek"].index
    )
    apps_of_the_house = response.context["app_list"]
    assert [str(app["name"]) for app in apps_of_the_house if app["app_label"] == "venue"] == [
        "Zalen",
        "Verhuur",
        "Keuken",
        "Facturen",
    ]
    shown = [model["model"] for app in apps_of_the_house for model in app["models"]]
    assert sorted(map(str, shown)) == sorted(map(str, admin.site._registry))
    names = [str(model["name"]) for app in apps_of_the_house for model in app["models"]]
    assert [names.count(name) for name in ("Veranderingen", "Keukenlogboek", "Taken")] == [1, 1, 1]
    unexplained = [
        model["object_name"]
        for app in response.context["app_list"]
        for model in app["models"]
        if not model["explanation"]
    ]
    assert unexplained == []


#: Lists with so few rows that nobody has to look for one.
SHORT_LISTS = {Building, ReminderStep, SchoolHoliday, VatCode}
#: Lists of what has no day of its own, though a moment stands in it somewhere.
WITHOUT_A_DAY = {ActivityTranslation, Authenticator, EmailAddress, LogEntry, ProcrastinateJob}


@pytest.mark.parametrize("model", MODELS)
def test_list_is_narrowed_down_and_walked_through_by_date(model: type[Model]) -> None:
    model_admin = admin.site._registry[model]
    has_days = any(isinstance(field, DateField) for field in model._meta.concrete_fields)
    assert bool(model_admin.list_filter) == (model not in SHORT_LISTS)
    if has_days and model not in WITHOUT_A_DAY:
        assert model_admin.date_hierarchy
    if model._meta.app_label in OWN_APPS:
        assert isinstance(model_admin, HouseModelAdmin)
        assert model_admin.explanation


# Every page opens, and costs the same with one row and with thirty ---------------------------------


def asked(client: Client, address: str, **query: str) -> int:
    """Open a page and return how many questions it put to the database."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, query)
    assert response.status_code == 200, address
    return len(queries)


@pytest.mark.parametrize("model", MODELS)
def test_list_costs_the_same_whatever_it_holds(administrator: Client, model: type[Model]) -> None:
    MAKERS[model](0)
    asked(administrator, page(model, "changelist"))  # content types are asked once per process
    one = asked(administrator, page(model, "changelist"))
    for number in range(1, 30):
        MAKERS[model](number)
    thirty = asked(administrator, page(model, "changelist"))
    assert thirty == one
    assert one <= MOST_QUERIES


@pytest.mark.parametrize("model", MODELS)
def test_list_is_searched(administrator: Client, model: type[Model]) -> None:
    MAKERS[model](0)
    assert admin.site._registry[model].search_fields
    response = administrator.get(page(model, "changelist"), {"q": "zoekt\u00e9rm die niets vindt"})
    assert response.status_code == 200
    assert response.context["cl"].result_count == 0
    assert administrator.get(page(model, "changelist"), {"q": "a\x00b"}).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_form_of_a_row_costs_the_same_whatever_there_is(
    administrator: Client, model: type[Model]
) -> None:
    row = MAKERS[model](0)
    asked(administrator, page(model, "change", row.pk))
    one = asked(administrator, page(model, "change", row.pk))
    for number in range(1, 30):
        MAKERS[model](number)
    assert asked(administrator, page(model, "change", row.pk)) == one
    assert one <= MOST_QUERIES


@pytest.mark.parametrize("model", MODELS)
def test_form_of_a_new_row_opens_where_rows_are_made(
    administrator: Client, model: type[Model]
) -> None:
    response = administrator.get(page(model, "add"))
    can_add = admin.site._registry[model].has_add_permission(response.wsgi_request)
    assert response.status_code == (200 if can_add else 403)


@pytest.mark.parametrize("model", MODELS)
def test_history_opens(administrator: Client, model: type[Model]) -> None:
    row = MAKERS[model](0)
    assert administrator.get(page(model, "history", row.pk)).status_code == 200


def test_row_of_a_centre_with_many_hours_costs_the_same(administrator: Client) -> None:
    centre = CentreFactory()
    OpeningHoursFactory(centre=centre)
    asked(administrator, page(Centre, "change", centre.pk))
    one = asked(administrator, page(Centre, "change", centre.pk))
    for hour in range(10, 23):
        OpeningHoursFactory(centre=centre, weekday=2, opens=time(hour), closes=time(hour, 30))
    assert asked(administrator, page(Centre, "change", centre.pk)) == one


# Who comes in --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role", [None, *(role for role in Role if role not in {"administrator", "director"})]
)
def test_nobody_else_comes_in(role: Role | None) -> None:
    client = as_(person_with(role) if role else PersonFactory())
    row = CentreFactory()
    for address in (
        reverse("admin:index"),
        page(Centre, "changelist"),
        page(Centre, "change", row.pk),
        page(Centre, "add"),
    ):
        response = client.get(address, follow=True)
        assert response.status_code == 403
    response = client.post(page(Centre, "change", row.pk), {"name": "Anders"}, follow=True)
    assert response.status_code == 403
    row.refresh_from_db()
    assert row.name != "Anders"


def test_visitor_comes_to_our_own_sign_in_page(settings: Any) -> None:
    response = Client().get("/beheer/centres/")
    assert response["Location"] == "/beheer/login/?next=/beheer/centres/"
    response = Client().get(response["Location"])
    assert response["Location"] == f"{settings.LOGIN_URL}?next=/beheer/centres/"


def test_way_in_leads_to_no_other_site(administrator: Client) -> None:
    response = administrator.get(reverse("admin:login"), {"next": "https://elders.voorbeeld/"})
    assert response["Location"] == reverse("admin:index")


def test_second_factor_is_asked_outside_the_demo(administrator: Client, settings: Any) -> None:
    settings.DEMO = False
    response = administrator.get(reverse("admin:index"), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("people:second_factor"))


@pytest.mark.parametrize("model", MODELS)
def test_director_looks_and_changes_nothing(model: type[Model]) -> None:
    client = as_(person_with(Role.DIRECTOR))
    row = MAKERS[model](0)
    assert client.get(page(model, "changelist")).status_code == 200
    assert client.get(page(model, "change", row.pk)).status_code == 200
    assert client.get(page(model, "add")).status_code == 403
    assert client.post(page(model, "change", row.pk), {"name": "Anders"}).status_code == 403
    assert client.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model._default_manager.filter(pk=row.pk).exists()


# What the forms cannot do --------------------------------------------------------------------------

SAFE_TO_DELETE = {
    Centre,  # only one that nothing stands on
    CentreTranslation,
    OpeningHours,
    SpecialDay,
    ActivityTranslation,
    SchoolHoliday,
    Wish,
    ImportDraft,
    HireHours,
    KitchenRule,  # coming slots follow, and never below what was ordered
    PlanTemplate,
    TemplateStep,
    ReminderStep,
    SpaceLayout,
    SpaceTranslation,
}


@pytest.mark.parametrize("model", MODELS)
def test_only_harmless_rows_are_deleted(administrator: Client, model: type[Model]) -> None:
    row = MAKERS[model](0)
    administrator.post(page(model, "delete", row.pk), {"post": "yes"})
    administrator.post(
        page(model, "changelist"),
        {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
    )
    assert model._default_manager.filter(pk=row.pk).exists() == (model not in SAFE_TO_DELETE)


#: All that is written in the admin. Everything else is written by actions: uses and allocations, bookings, quotes,
#: orders, invoices, payments and the logs are looked at only.
WRITTEN_HERE = {
    Person,
    Centre,
    CentreTranslation,
    OpeningHours,
    SchoolHoliday,
    SpecialDay,
    Activity,
    ActivityTranslation,
    Occurrence,
    Building,
    Space,
    SpaceLayout,
    SpaceTranslation,
    Part,
    Equipment,
    HireHours,
    TariffClass,
    Tariff,
    Surcharge,
    VatCode,
    VatRate,
    CancellationRule,
    AlcoholRule,
    Hirer,
    Seller,
    InvoiceSeries,
    ReminderStep,
    QuestionTheme,
    PlanTemplate,
    GrantMaximum,
    KitchenRule,
    CateringTerms,
    CheckPoint,
    FoodSafetyLimit,
}


def test_what_is_written_in_the_admin_is_no_more_than_this() -> None:
    request = RequestFactory().get("/")
    request.user = person_with(Role.ADMINISTRATOR)
    for may in ("has_add_permission", "has_change_permission"):
        written = {
            model
            for model, model_admin in admin.site._registry.items()
            if getattr(model_admin, may)(request)
        }
        assert written - WRITTEN_HERE == set(), may
    assert written == WRITTEN_HERE


def test_no_form_holds_what_promises_stand_on() -> None:
    kept = {
        Activity: {"state"},
        Occurrence: {"state", "places_taken", "sequence", "original_starts_at", "cancelled_at"},
        SignUp: {"state", "code", "secret_hash", "form_key", "guest_key"},
        Person: {"password", "session_round"},
        ImportedEvent: {"values", "uid"},
        Message: {"key", "state", "text"},
    }
    request = RequestFactory().get("/")
    request.user = person_with(Role.ADMINISTRATOR)
    for model, names in kept.items():
        model_admin = admin.site._registry[model]
        if not model_admin.has_change_permission(request):
            continue
        form = model_admin.get_form(request, MAKERS[model](0))
        assert names.intersection(form.base_fields) == set()


def occurrence_fields(occurrence: Occurrence, **changed: str) -> dict[str, str]:
    return {
        "starts_at_0": "2026-12-01",
        "starts_at_1": "13:30",
        "ends_at_0": "2026-12-01",
        "ends_at_1": "15:30",
        "title": "",
        "room": occurrence.room,
        "capacity": "8",
        "note": "",
    } | changed


@pytest.fixture
def occurrence() -> Occurrence:
    return OccurrenceFactory(
        starts_at=datetime(2026, 12, 1, 12, 30, tzinfo=UTC),
        ends_at=datetime(2026, 12, 1, 14, 30, tzinfo=UTC),
        capacity=8,
    )


def test_moving_a_date_tells_who_would_come(administrator: Client, occurrence: Occurrence) -> None:
    SignUpFactory(occurrence=occurrence, email="gast@voorbeeld.nl")
    administrator.post(
        page(Occurrence, "change", occurrence.pk),
        occurrence_fields(occurrence, starts_at_1="14:00", room="Atelier"),
    )
    occurrence.refresh_from_db()
    assert occurrence.starts_at == datetime(2026, 12, 1, 13, tzinfo=UTC)
    assert (occurrence.room, occurrence.places_taken) == ("Atelier", 1)
    assert Message.objects.count() == 1


def test_fewer_places_than_taken_are_refused(administrator: Client, occurrence: Occurrence) -> None:
    SignUpFactory(occurrence=occurrence, companions=2)
    response = administrator.post(
        page(Occurrence, "change", occurrence.pk),
        occurrence_fields(occurrence, capacity="2", starts_at_1="13:00"),
    )
    assert said(response) == ["Er staan al 3 mensen op de lijst. Minder plekken kan niet."]
    before = occurrence.starts_at
    occurrence.refresh_from_db()
    assert (occurrence.capacity, occurrence.starts_at) == (8, before)
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ends_at_1": "13:00"}, "ends_at"),
        ({"starts_at_0": "2027-03-28", "starts_at_1": "02:30"}, "starts_at"),
        ({"ends_at_0": "2028-12-01"}, "ends_at"),
    ],
)
def test_wrong_times_are_refused(
    administrator: Client, occurrence: Occurrence, changed: dict[str, str], field: str
) -> None:
    response = administrator.post(
        page(Occurrence, "change", occurrence.pk), occurrence_fields(occurrence, **changed)
    )
    assert field in response.context["adminform"].form.errors
    occurrence.refresh_from_db()
    assert occurrence.starts_at == datetime(2026, 12, 1, 12, 30, tzinfo=UTC)


def test_two_who_change_an_activity_both_keep_their_work(administrator: Client) -> None:
    activity = ActivityFactory(title="Naaicafé", room="Atelier")
    form = administrator.get(page(Activity, "change", activity.pk)).context["adminform"].form
    fields = {
        name: "" if value is None else value
        for name in form.fields
        if (value := form[name].value()) not in (None, [], False)
    }
    Activity.objects.filter(pk=activity.pk).update(title="Breicafé")
    prefix = "translations"
    fields |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    administrator.post(
        page(Activity, "change", activity.pk), fields | {"room": "Huiskamer", "title": "Breicafé"}
    )
    activity.refresh_from_db()
    assert (activity.title, activity.room) == ("Breicafé", "Huiskamer")


def test_wishes_are_marked_answered(administrator: Client) -> None:
    wish = WishFactory()
    administrator.post(
        page(Wish, "changelist"), {"action": "answer", "_selected_action": [wish.pk]}
    )
    wish.refresh_from_db()
    assert wish.answered_at == datetime(2026, 11, 24, 11, tzinfo=UTC)
    assert wish.answered_by is not None
