"""Series on a phone: making one, changing, stopping, and what waits for somebody to decide."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.urls import reverse

from activities import planning, series
from activities.models import Activity, Occurrence, Series
from lokaal.centres.models import Centre, SchoolHoliday
from lokaal.outbox.models import Message
from lokaal.people.models import Person, Role
from tests.activities.factories import ActivityFactory, PersonFactory, SignUpFactory
from tests.activities.organising.pages import AMSTERDAM, as_, errors, said, url
from tests.activities.series.rules import begun, dates, on, told
from tests.people.factories import PersonFactory as StaffFactory
from tests.venue.factories import SpaceFactory

pytestmark = pytest.mark.django_db

TOKEN = "0192f0a2-5b1c-7d3e-8f4a-1b2c3d4e5f60"
WEEKLY = {
    "first": "2026-12-01",
    "starts": "13:30",
    "ends": "15:30",
    "repeats": "weekly",
    "last": "2026-12-22",
    "skips_closed_days": "on",
    "capacity": "8",
    "token": TOKEN,
}
FIRST = date(2026, 12, 1)


def options(response: Any, field: str) -> list[tuple[str, str, str, bool]]:
    choices = response.context["choice"].fields[field].choices
    return [(value, str(one), str(one.hint), one.is_disabled) for value, one in choices]


# Making -------------------------------------------------------------------------------------------


def test_series_is_shown_before_it_is_made(activity: Activity, organiser: Person) -> None:
    SchoolHoliday.objects.create(
        name="Kerstvakantie", starts_on=date(2026, 12, 19), ends_on=date(2027, 1, 3)
    )
    planning.plan(
        activity,
        starts_at=datetime(2026, 12, 8, 13, 30, tzinfo=AMSTERDAM),
        ends_at=datetime(2026, 12, 8, 15, 30, tzinfo=AMSTERDAM),
    )
    fields = WEEKLY | {"skips_school_holidays": "on"}
    response = as_(organiser).post(url("series_new", activity.pk), fields)
    assert options(response, "days") == [
        ("2026-12-01", "Dinsdag 1 december", "13.30 tot 15.30 uur", False),
        ("2026-12-08", "Dinsdag 8 december", "Deze datum staat er al.", True),
        ("2026-12-15", "Dinsdag 15 december", "13.30 tot 15.30 uur", False),
        ("2026-12-22", "Dinsdag 22 december", "13.30 tot 15.30 uur. Kerstvakantie.", False),
    ]
    assert response.context["choice"]["days"].value() == ["2026-12-01", "2026-12-15"]
    assert response.context["rule"] == "Elke dinsdag, 13.30 tot 15.30 uur"
    assert not Series.objects.exists()


def test_chosen_dates_of_a_series_are_made_once(activity: Activity, organiser: Person) -> None:
    client = as_(organiser)
    fields = WEEKLY | {"chosen": "1", "days": ["2026-12-01", "2026-12-15"]}
    response = client.post(url("series_new", activity.pk), fields)
    made = Series.objects.get()
    assert response.url == url("series_manage", made.pk)
    assert said(response) == ["De reeks is gemaakt. Er zijn 2 datums."]
    assert client.post(url("series_new", activity.pk), fields).url == response.url
    assert dates(activity) == ["01-12 13:30", "15-12 13:30"]
    assert (made.skips_closed_days, made.skips_school_holidays, made.capacity) == (True, False, 8)


def test_room_that_is_taken_asks_what_to_do(
    activity: Activity, organiser: Person, centre: Centre
) -> None:
    for name in ("Atelier", "Huiskamer"):
        SpaceFactory(centre=centre, name=name)
    begun(ActivityFactory(centre=centre), terms={"room": "Atelier"}, last_on=date(2026, 12, 15))
    fields = WEEKLY | {"room": "Atelier"}
    client = as_(organiser)
    response = client.post(url("series_new", activity.pk), fields)
    field = response.context["choice"].fields["room-2026-12-01"]
    assert field.label == "Dinsdag 1 december: Atelier is dan al bezet."
    assert [(value, str(one)) for value, one in field.choices] == [
        ("other", "In Huiskamer. Die is vrij."),
        ("without", "Wel, maar nog zonder zaal"),
        ("skip", "Niet op deze dag"),
    ]
    fields |= {
        "chosen": "1",
        "days": ["2026-12-22"],
        "room-2026-12-01": "other",
        "room-2026-12-08": "without",
        "room-2026-12-15": "skip",
    }
    client.post(url("series_new", activity.pk), fields)
    made = Series.objects.get(activity=activity)
    assert [(row.room, bool(row.use_id)) for row in series.dates_of(made)] == [
        ("Huiskamer", True),
        ("zaal volgt nog", False),
        ("Atelier", True),
    ]


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"first": "2026-11-23"}, "first", "Die dag is al geweest. Kies een dag die nog komt."),
        ({"last": "2026-11-30"}, "last", "De laatste dag ligt voor de eerste."),
        ({"ends": "12:00"}, "ends", "Het einde ligt voor het begin. Kies een latere tijd."),
        ({"ends": "13:30"}, "ends", "Het einde ligt voor het begin. Kies een latere tijd."),
        ({"repeats": "yearly"}, "repeats", None),
        ({"repeats": "own"}, "own_days", "Schrijf op welke datums het is."),
        (
            {"repeats": "own", "own_days": "1-12-2026\n31 juni"},
            "own_days",
            "Dit is geen dag: 31 juni. Schrijf bijvoorbeeld 8-12-2026.",
        ),
        (
            {"last": "2028-06-01"},
            "__all__",
            "Een reeks duurt hoogstens een jaar. Kies een eerdere laatste datum.",
        ),
        (
            {"repeats": "daily", "last": "2027-11-30"},
            "__all__",
            "Een reeks heeft hoogstens 120 datums.",
        ),
        ({"first": "2028-01-04", "last": ""}, "__all__", "Zo ver vooruit plannen wij nog niet."),
        ({"capacity": "0"}, "capacity", None),
        ({"token": "x"}, "token", None),
    ],
)
def test_series_that_cannot_be_says_why(
    activity: Activity, organiser: Person, fields: dict[str, str], field: str, sentence: str | None
) -> None:
    response = as_(organiser).post(
        url("series_new", activity.pk), WEEKLY | {"chosen": "1", "days": ["2026-12-01"]} | fields
    )
    if field == "token":  # a token that is not ours is replaced by a new one
        return
    assert field in errors(response)
    if sentence:
        assert errors(response)[field] == [sentence]
    assert not Series.objects.exists()


def test_500_own_days_are_refused_in_a_sentence(activity: Activity, organiser: Person) -> None:
    days = [FIRST + timedelta(days=n) for n in range(500)]
    text = "\n".join(f"{day:%d-%m-%Y}" for day in days)
    response = as_(organiser).post(
        url("series_new", activity.pk), WEEKLY | {"repeats": "own", "own_days": text}
    )
    assert errors(response)["__all__"] == [
        "Een reeks duurt hoogstens een jaar. Kies een eerdere laatste datum."
    ]


def test_own_days_and_nights_and_monthly_rules(activity: Activity, organiser: Person) -> None:
    client = as_(organiser)
    ways = [
        ({"repeats": "own", "own_days": "8-12, 1/12\n2026-12-15"}, ["01-12", "08-12", "15-12"]),
        ({"repeats": "monthly", "last": "2027-02-28"}, ["01-12", "05-01", "02-02"]),
        ({"repeats": "last", "last": "2027-01-31"}, ["29-12", "26-01"]),
        (
            {"repeats": "workday", "last": "2026-12-07"},
            ["01-12", "02-12", "03-12", "04-12", "07-12"],
        ),
        ({"repeats": "three_weekly"}, ["01-12", "22-12"]),
    ]
    for fields, expected in ways:
        response = client.post(url("series_new", activity.pk), WEEKLY | fields)
        choices = options(response, "days")
        assert [f"{value[8:]}-{value[5:7]}" for value, *_more in choices] == expected


# Its page, and changing -----------------------------------------------------------------------------


def test_page_of_a_series_says_its_rule_and_dates(activity: Activity, organiser: Person) -> None:
    made = begun(activity, terms={"own_cost_cents": 0, "skips_school_holidays": True})
    page = as_(organiser).get(url("series_manage", made.pk))
    text = page.content.decode()
    assert "<h1>Elke dinsdag, 13.30 tot 15.30 uur</h1>" in text
    assert "De laatste dag is dinsdag 29 december." in text
    assert [row.day for row in page.context["dates"]][:2] == [
        "Dinsdag 1 december",
        "Dinsdag 8 december",
    ]
    assert [fact for _icon, fact in page.context["facts"]] == [
        "8 plekken",
        "Gratis",
        "Niet in de schoolvakantie",
        "Niet als het huis dicht is",
    ]


def form_of(client: Any, address: str) -> dict[str, Any]:
    """What stands in the form of a page, as a browser would send it back."""
    form = client.get(address).context["form"]
    found = {}
    for bound in form:
        value = bound.value()
        if value not in (None, False, ""):
            found[bound.name] = value
    return found


def test_change_is_shown_first_and_done_once(activity: Activity, organiser: Person) -> None:
    made = begun(activity)
    SignUpFactory(occurrence=on(made, FIRST), name="Emine", email="emine@voorbeeld.nl")
    address = url("series_change", made.pk)
    client = as_(organiser)
    fields = form_of(client, address) | {"starts": "14:00", "ends": "16:00"}
    shown = client.post(address, fields)
    rows = shown.context["rows"]
    assert (rows[0].day, rows[0].text, rows[0].badge.label) == (
        "Dinsdag 1 december",
        "13.30 tot 15.30 uur. 1 mens. Wordt 14.00 tot 16.00 uur",
        "Verandert",
    )
    assert dates(made)[0] == "01-12 13:30"
    response = client.post(address, fields | {"chosen": "1"})
    assert said(response) == ["Veranderd. Wie zou komen, krijgt één bericht."]
    assert dates(made)[0] == "01-12 14:00"
    client.post(address, fields | {"chosen": "1"})
    assert told() == {"Emine": ["Veranderd: Naaicafé"]}


def test_nothing_changed_says_so(activity: Activity, organiser: Person) -> None:
    made = begun(activity)
    address = url("series_change", made.pk)
    client = as_(organiser)
    response = client.post(address, form_of(client, address))
    assert said(response) == ["Er is niets veranderd."]


def test_change_from_a_date_on(activity: Activity, organiser: Person) -> None:
    made = begun(activity)
    since = on(made, date(2026, 12, 15))
    address = f"{url('series_change', made.pk)}?since={since.pk}"
    client = as_(organiser)
    fields = form_of(client, address)
    assert (fields["scope"], fields["first"]) == ("following", date(2026, 12, 15))
    client.post(address, fields | {"first": "2026-12-17", "chosen": "1", "last": "2026-12-31"})
    assert dates(activity) == [
        "01-12 13:30",
        "08-12 13:30",
        "17-12 13:30",
        "24-12 13:30",
        "31-12 13:30",
    ]
    assert Series.objects.count() == 2


def test_change_of_all_from_the_page_of_a_later_date_shifts_all(
    activity: Activity, organiser: Person
) -> None:
    made = begun(activity)
    address = f"{url('series_change', made.pk)}?since={on(made, date(2026, 12, 15)).pk}"
    client = as_(organiser)
    fields = form_of(client, address) | {"scope": "all", "first": "2026-12-16", "last": ""}
    client.post(address, fields | {"chosen": "1"})
    assert dates(made)[:3] == ["02-12 13:30", "09-12 13:30", "16-12 13:30"]


def test_dates_that_fall_away_with_people_are_asked_about(
    activity: Activity, organiser: Person
) -> None:
    made = begun(activity)
    second = on(made, date(2026, 12, 8))
    SignUpFactory(occurrence=second, name="Emine", email="emine@voorbeeld.nl", companions=1)
    address = url("series_change", made.pk)
    client = as_(organiser)
    fields = form_of(client, address) | {"repeats": "fortnightly"}
    shown = client.post(address, fields)
    name = f"gone-{second.pk}"
    label = "Dinsdag 8 december vervalt. Er staan 2 mensen op de lijst."
    assert shown.context["choice"].fields[name].label == label
    refused = client.post(address, fields | {"chosen": "1"})
    assert errors(refused, "choice") == {name: ["Kies wat er met deze datum gebeurt."]}
    assert len(dates(made)) == 5
    client.post(address, fields | {"chosen": "1", name: "cancel"})
    assert dates(made) == ["01-12 13:30", "15-12 13:30", "29-12 13:30"]
    assert told() == {"Emine": ["Gaat niet door: Naaicafé"]}


def test_series_without_dates_to_come_has_nothing_to_change(
    activity: Activity, organiser: Person
) -> None:
    made = begun(activity)
    Occurrence.objects.all().delete()
    response = as_(organiser).get(url("series_change", made.pk))
    assert said(response) == ["Deze reeks heeft geen datums meer die nog komen."]


def test_stop_from_a_day(activity: Activity, organiser: Person) -> None:
    made = begun(activity)
    fields = {"first_off": "2026-12-15", "reason": "Emine verhuist."}
    client = as_(organiser)
    assert said(client.post(url("series_stop", made.pk), fields)) == [
        "De reeks stopt. 3 datums gaan niet door."
    ]
    assert dates(made) == [
        "01-12 13:30",
        "08-12 13:30",
        "15-12 13:30 x",
        "22-12 13:30 x",
        "29-12 13:30 x",
    ]
    refused = client.post(url("series_stop", made.pk), {"first_off": "2026-11-01", "reason": ""})
    assert errors(refused) == {
        "first_off": ["Die dag is al geweest. Kies een dag die nog komt."],
        "reason": ["Vertel in één zin waarom."],
    }


def test_more_dates_by_hand(activity: Activity, organiser: Person) -> None:
    made = begun(activity, last_on=None)
    client = as_(organiser)
    assert said(client.post(url("series_extend", made.pk))) == ["Er zijn 16 datums bij."]
    for _n in range(3):
        response = client.post(url("series_extend", made.pk))
    assert said(response)[-1] == "Er komen nu geen datums bij."
    assert len(dates(made)) == len(set(dates(made))) == 52


# One date -----------------------------------------------------------------------------------------


def test_one_date_has_a_price_and_a_host_of_its_own(activity: Activity, organiser: Person) -> None:
    made = begun(activity)
    first = on(made, FIRST)
    SignUpFactory(occurrence=first, name="Emine", email="emine@voorbeeld.nl")
    address = url("occurrence_change", first.pk)
    client = as_(organiser)
    fields = form_of(client, address) | {"own_cost_cents": "3,50", "host": str(organiser.pk)}
    client.post(address, fields)
    first.refresh_from_db()
    assert (first.own_cost_cents, first.host) == (350, organiser)
    assert first.own_fields == ["host", "own_cost_cents"]
    assert told() == {"Emine": ["Veranderd: Naaicafé"]}
    assert "Het kost nu: €\xa03,50." in Message.objects.get().text
    stranger = PersonFactory()
    refused = client.post(address, fields | {"host": str(stranger.pk)})
    assert "host" in errors(refused)


# What waits ---------------------------------------------------------------------------------------


def waiting(person: Person) -> Any:
    return as_(person).get(url("organise_attention")).context


def test_activity_whose_last_organiser_left_is_listed_for_who_decides(
    activity: Activity, organiser: Person, host: Person
) -> None:
    begun(activity)
    assert waiting(host)["waiting"].unled == []
    organiser.is_active = False
    organiser.save()
    assert waiting(host)["waiting"].unled == [activity]
    assert len(dates(activity)) == 5
    page = as_(host).get(url("organise_attention")).content.decode()
    assert "Niemand organiseert dit" in page
    activity.organisers.add(host)
    assert waiting(host)["waiting"].unled == []


def test_host_who_left_and_date_without_a_room_are_listed(
    activity: Activity, organiser: Person
) -> None:
    gone = PersonFactory(name="Nermin")
    made = begun(activity, terms={"host": gone})
    series.without(dates=[on(made, FIRST)], activity=activity, by=None)
    assert waiting(organiser)["hosts_left"] == []
    gone.is_active = False
    gone.save()
    context = waiting(organiser)
    assert len(context["hosts_left"]) == 5
    assert [row.day for row in context["without_room"]] == ["Dinsdag 1 december"]
    assert waiting(PersonFactory())["waiting"].count == 0


def test_holiday_that_is_entered_later_asks_about_the_dates_in_it(
    activity: Activity, organiser: Person
) -> None:
    made = begun(activity, terms={"skips_school_holidays": True})
    SignUpFactory(occurrence=on(made, date(2026, 12, 22)), name="Emine", email="emine@voorbeeld.nl")
    assert waiting(organiser)["days_off"] == []
    SchoolHoliday.objects.create(
        name="Kerstvakantie", starts_on=date(2026, 12, 19), ends_on=date(2027, 1, 3)
    )
    found = waiting(organiser)["days_off"]
    assert [(off.reason, len(off.dates)) for off, _form in found] == [("Kerstvakantie", 2)]
    client = as_(organiser)
    last = str(on(made, date(2026, 12, 29)).pk)
    fields = {"reason": "Kerstvakantie", "off-0-dates": [last]}
    response = client.post(url("organise_attention"), fields | {"keep": "1"})
    assert said(response) == ["Deze datums gaan gewoon door."]
    [(off, _form)] = waiting(organiser)["days_off"]
    fields["off-0-dates"] = [str(one.pk) for one in off.dates]
    client.post(url("organise_attention"), fields | {"cancel": "1"})
    assert dates(made)[-2:] == ["22-12 13:30 x", "29-12 13:30"]
    assert told() == {"Emine": ["Gaat niet door: Naaicafé"]}
    assert "Kerstvakantie." in Message.objects.get().text
    assert waiting(organiser)["days_off"] == []


def test_following_sent_twice_opens_the_series_that_it_became(
    activity: Activity, organiser: Person
) -> None:
    made, client = begun(activity), as_(organiser)
    since = on(made, date(2026, 12, 15))
    address = f"{url('series_change', made.pk)}?since={since.pk}"
    fields = client.get(address).context["form"].initial | {"starts": "14:00", "chosen": "1"}
    fields = {name: value for name, value in fields.items() if value not in (None, False)}
    first = client.post(address, fields)
    since.refresh_from_db()
    assert since.series_id != made.pk
    again = client.post(address, fields)
    assert again.url == first.url == url("series_manage", since.series_id)
    assert Series.objects.count() == 2


def test_date_of_another_activity_is_not_there(activity: Activity, organiser: Person) -> None:
    made = begun(activity)
    other = on(begun(ActivityFactory(centre=activity.centre)), FIRST)
    address = f"{url('series_change', made.pk)}?since={other.pk}"
    assert as_(organiser).get(address).status_code == 404


@pytest.mark.parametrize(("weeks", "folded"), [(8, 0), (9, 1), (12, 4)])
def test_later_dates_are_folded(
    weeks: int, folded: int, activity: Activity, organiser: Person
) -> None:
    made = begun(activity, last_on=FIRST + timedelta(weeks=weeks - 1))
    for page, key in (("series_manage", made.pk), ("activity_manage", activity.pk)):
        shown = as_(organiser).get(url(page, key)).content.decode()
        before, _summary, after = shown.partition("<summary>")
        assert before.count('/manage/">Dinsdag ') == min(weeks, 8)
        assert after.count('/manage/">Dinsdag ') == folded


# In the admin -----------------------------------------------------------------------------------------


def test_admin_only_looks_at_series(activity: Activity) -> None:
    made = begun(activity)
    client = as_(StaffFactory(role=Role.ADMINISTRATOR))
    page = reverse("admin:activities_series_change", args=[made.pk])
    assert url("series_manage", made.pk) in client.get(page).content.decode()
    assert client.post(page, {"room": "Zolder"}).status_code == 403
    assert client.get(reverse("admin:activities_series_add")).status_code == 403
    assert client.post(reverse("admin:activities_series_delete", args=[made.pk])).status_code == 403


# Who may, and how much it asks ------------------------------------------------------------------------

PAGES = ["series_manage", "series_change", "series_stop"]


@pytest.mark.parametrize("page", [*PAGES, "series_extend"])
def test_only_who_may_change_the_activity(page: str, activity: Activity, host: Person) -> None:
    made = begun(activity)
    stranger = PersonFactory()
    client = as_(stranger)
    address = url(page, made.pk)
    ask = client.post if page == "series_extend" else client.get
    assert ask(address).status_code == 404
    ask = as_(host).post if page == "series_extend" else as_(host).get
    assert ask(address).status_code in (200, 302)


def test_stranger_makes_no_series(activity: Activity) -> None:
    client = as_(PersonFactory())
    assert client.post(url("series_new", activity.pk), WEEKLY).status_code == 404


@pytest.mark.parametrize(("page", "queries"), [("series_manage", 6), ("series_change", 8)])
def test_pages_ask_as_often_for_one_date_as_for_thirty(
    page: str, queries: int, activity: Activity, organiser: Person, django_assert_num_queries: Any
) -> None:
    for last in (FIRST, FIRST + timedelta(weeks=29)):
        made = begun(activity, last_on=last, starts=time(9 + last.month % 3))
        client = as_(organiser)
        client.get(url(page, made.pk))
        with django_assert_num_queries(queries):
            client.get(url(page, made.pk))


def test_attention_asks_as_often_for_one_date_as_for_thirty(
    activity: Activity, organiser: Person, django_assert_num_queries: Any
) -> None:
    SchoolHoliday.objects.create(
        name="Lang vrij", starts_on=date(2026, 12, 1), ends_on=date(2027, 12, 31)
    )
    gone = PersonFactory(is_active=False)
    client = as_(organiser)
    client.get(url("organise_attention"))
    for last in (FIRST, FIRST + timedelta(weeks=29)):
        begun(activity, last_on=last, terms={"host": gone}, starts=time(9 + last.month % 3))
        Series.objects.update(skips_school_holidays=True)
        with django_assert_num_queries(10):
            client.get(url("organise_attention"))
