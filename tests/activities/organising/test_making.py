"""Organising on a phone: making an activity, telling about it, in and out of the agenda; and what others may not."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from activities import organising
from activities.exceptions import NotReady
from activities.models import Activity, ActivityState, ActivityTranslation, CostKind
from lokaal.centres.models import Centre
from lokaal.people.models import Person
from tests.activities.factories import (
    ActivityFactory,
    ActivityTranslationFactory,
    CentreFactory,
    OccurrenceFactory,
    PersonFactory,
)
from tests.activities.organising.pages import DATE_PAGES, GET_PAGES, NEW, as_, errors, said, url
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


# Starting -----------------------------------------------------------------------------------------


def test_host_starts_an_activity(host: Person, centre: Centre) -> None:
    response = as_(host).post(url("activity_new"), NEW | {"centre": centre.pk})
    made = Activity.objects.get()
    assert (made.title, made.centre, made.state) == ("Breicafé", centre, ActivityState.DRAFT)
    assert (made.default_capacity, made.cost_cents) == (12, 350)
    assert response["Location"] == url("activity_manage", made.pk)


def test_new_activity_asks_what_it_costs(host: Person, centre: Centre) -> None:
    form = as_(host).get(url("activity_new")).context["form"]
    assert form.initial.get("cost_kind") is None
    response = as_(host).post(url("activity_new"), NEW | {"centre": centre.pk, "cost_kind": ""})
    assert errors(response) == {"cost_kind": ["Kies wat het kost."]}
    assert not Activity.objects.exists()


def test_organiser_is_asked_for_a_price_until_somebody_says_it(
    activity: Activity, organiser: Person
) -> None:
    asked = "Dat staat er nog niet bij. Mensen willen het weten."
    page = url("activity_manage", activity.pk)
    assert asked not in as_(organiser).get(page).content.decode()
    organising.edit(activity, cost_kind=CostKind.UNKNOWN)
    assert asked in as_(organiser).get(page).content.decode()
    edit = url("activity_edit", activity.pk, "cost")
    assert errors(as_(organiser).post(edit, {"cost_kind": "unknown"})) == {
        "cost_kind": ["Kies een antwoord uit de lijst."]
    }
    as_(organiser).post(edit, {"cost_kind": "free"})
    activity.refresh_from_db()
    assert activity.cost_kind == CostKind.FREE


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
    made = at_once(
        *[lambda: organising.start(key=key, centre=centre, title="Breicafé").pk for _ in range(4)]
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


# Telling ------------------------------------------------------------------------------------------

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


def test_organiser_chooses_what_happens_when_it_is_full(
    activity: Activity, organiser: Person
) -> None:
    taking_part = {"participation": "sign_up", "default_capacity": "8"}
    asked = url("activity_edit", activity.pk, "taking-part")

    as_(organiser).post(asked, taking_part | {"queue_rule": "offer", "offer_hours": "12"})
    activity.refresh_from_db()
    assert (activity.queue_rule, activity.offer_hours) == ("offer", 12)

    as_(organiser).post(asked, taking_part)
    activity.refresh_from_db()
    assert (activity.queue_rule, activity.offer_hours) == ("offer", 12)

    refused = as_(organiser).post(asked, taking_part | {"offer_hours": "9999"})
    assert refused.status_code == 200
    activity.refresh_from_db()
    assert activity.offer_hours == 12


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


# In another language ------------------------------------------------------------------------------


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


def test_words_to_translate_are_shown_as_they_are_and_in_their_language(
    activity: Activity, organiser: Person
) -> None:
    Activity.objects.update(title="<b>Naaien", cost_note="")
    with translation.override("en"):
        address = url("activity_translate", activity.pk, "tr")
    page = as_(organiser).get(address).content.decode()
    assert '<bdi class="wrap" lang="nl">&lt;b&gt;Naaien</bdi>' in page
    assert "<b>Naaien" not in page
    assert as_(organiser).get(address).context["form"].fields["title"].widget.attrs["lang"] == "tr"


def test_what_an_activity_tells_is_marked_on_an_english_page(
    activity: Activity, organiser: Person
) -> None:
    Activity.objects.update(
        summary="Samen <naaien>.", cost_kind=CostKind.FREE, cost_cents=0, cost_note="Stof is er."
    )
    with translation.override("en"):
        address = url("activity_manage", activity.pk)
    parts = {part.slug: part.text for part in as_(organiser).get(address).context["parts"]}
    assert parts["words"] == '<bdi class="wrap" lang="nl">Samen &lt;naaien&gt;.</bdi>'
    assert parts["cost"] == 'Free. <bdi class="wrap" lang="nl">Stof is er</bdi>'


def test_own_and_unknown_languages_are_not_there(activity: Activity, organiser: Person) -> None:
    for language in ("nl", "xx"):
        address = url("activity_translate", activity.pk, language)
        assert as_(organiser).get(address).status_code == 404


# In and out of the agenda -------------------------------------------------------------------------


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


# Copying ------------------------------------------------------------------------------------------


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


# Who organises ------------------------------------------------------------------------------------


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
