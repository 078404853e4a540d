from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from activities import enrolment, needs, perms
from activities.exceptions import AlreadyThere, NeedsGuardian
from activities.models import CostKind, CourseSignUp, ForWhom, Need, NeedKind, SignUp
from activities.needs import Asked
from lokaal.bsn import HoldsBSN
from lokaal.outbox.models import Message
from tests.activities.courses.making import course_of, dates_of
from tests.activities.factories import OccurrenceFactory, PersonFactory, SignUpFactory
from tests.activities.taking_part.pages import desk_url, page, post, text

pytestmark = pytest.mark.django_db

INTERPRETER = Asked(NeedKind.INTERPRETER, language="Tigrinya")
A_BSN = "123456782"


@pytest.fixture
def occurrence():
    return OccurrenceFactory(
        activity__title="Naaicafé", activity__cost_kind=CostKind.UNKNOWN, capacity=6
    )


@pytest.fixture
def organiser(occurrence):
    person = PersonFactory(email="organiser@voorbeeld.nl")
    occurrence.activity.organisers.add(person)
    return person


def join(occurrence, name="Emine", **fields):
    return enrolment.join(occurrence, name=name, **{"language": "nl"} | fields).sign_up


def told() -> list[tuple[int, str, str, str]]:
    return list(
        Need.objects.order_by("whose", "kind").values_list("whose", "kind", "language", "words")
    )


# For another -------------------------------------------------------------------------------------


def test_neighbour_signs_up_a_neighbour_and_hears_of_it(occurrence):
    found = join(
        occurrence,
        "Gerda",
        for_whom=ForWhom.OTHER,
        contact_name="Nermin",
        email="nermin@voorbeeld.nl",
    )

    message = Message.objects.get()
    assert (found.name, found.contact_name) == ("Gerda", "Nermin")
    assert (message.to_name, message.to_address) == ("Nermin", "nermin@voorbeeld.nl")
    assert "Dag Nermin," in message.text
    assert "Voor: Gerda" in message.text


def test_person_may_sign_up_others_beside_themselves_but_nobody_twice(occurrence):
    person = PersonFactory(name="Sahra")
    join(occurrence, "Sahra", person=person)
    gerda = join(occurrence, "Gerda", person=person, for_whom=ForWhom.OTHER)
    join(occurrence, "Joop", person=person, for_whom=ForWhom.OTHER)

    with pytest.raises(AlreadyThere):
        join(occurrence, "gerda", person=person, for_whom=ForWhom.OTHER)
    with pytest.raises(AlreadyThere):
        join(occurrence, "Sahra", person=person)

    assert gerda.contact_name == "Sahra"
    assert occurrence.sign_ups.live().count() == 3


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"contact_name": ""}, "contact_name", "Vul de naam van een ouder of verzorger in."),
        ({"phone": ""}, "phone", "Vul een nummer of e-mailadres van de ouder of verzorger in."),
        (
            {"has_consent": False},
            "has_consent",
            "Een ouder of verzorger moet het goed vinden. Kruis dat aan.",
        ),
    ],
)
def test_child_online_needs_a_parent_who_agrees_and_can_be_reached(
    occurrence, fields, field, sentence
):
    child = {
        "for_whom": ForWhom.CHILD,
        "contact_name": "Emine",
        "phone": "0612345678",
        "has_consent": True,
    }

    with pytest.raises(NeedsGuardian) as refused:
        join(occurrence, "Deniz", **child | fields)

    assert (refused.value.field, str(refused.value)) == (field, sentence)
    assert not SignUp.objects.exists()


def test_consent_of_a_parent_can_be_proved(occurrence):
    with time_machine.travel(timezone.now(), tick=False):
        found = join(
            occurrence,
            "Deniz",
            for_whom=ForWhom.CHILD,
            contact_name="Emine",
            phone="0612345678",
            has_consent=True,
        )
        assert found.consented_at == timezone.now()


def test_child_at_the_desk_needs_the_name_of_a_parent_only(occurrence):
    host = PersonFactory(host_of=occurrence.centre)

    found = join(occurrence, "Deniz", for_whom=ForWhom.CHILD, contact_name="Emine", entered_by=host)

    assert (found.contact_name, found.consented_at) == ("Emine", None)
    with pytest.raises(NeedsGuardian):
        join(occurrence, "Ali", for_whom=ForWhom.CHILD, entered_by=host)


# Needs -------------------------------------------------------------------------------------------


def test_needs_are_kept_and_the_organiser_hears_that_there_are_some(occurrence, organiser):
    found = join(occurrence, asked=[INTERPRETER, Asked(NeedKind.COST)])

    assert told() == [(0, "cost", "", ""), (0, "interpreter", "Tigrinya", "")]
    message = Message.objects.get()
    assert message.to_address == "organiser@voorbeeld.nl"
    assert message.subject == "Iemand heeft iets nodig: Naaicafé"
    assert reverse("activities:occurrence_people", args=[occurrence.pk]) in message.text
    for secret in ("Tigrinya", "tolk", "kosten", "Emine"):
        assert secret not in message.text + message.subject

    needs.ask(found, [Asked(NeedKind.STEP_FREE)])
    assert told() == [(0, "step_free", "", "")]
    assert Message.objects.count() == 1


def test_needs_do_not_hold_a_citizen_service_number(occurrence):
    with pytest.raises(HoldsBSN):
        join(occurrence, asked=[Asked(NeedKind.OTHER, words=f"Mijn nummer is {A_BSN}")])

    assert not SignUp.objects.exists()


def test_needs_are_erased_when_somebody_cancels(occurrence):
    found = join(occurrence, companions=1, companion_names=["Deniz"], asked=[INTERPRETER])

    enrolment.cancel(found)

    assert told() == []
    assert SignUp.objects.get().companion_names == []


def test_needs_and_names_of_companions_are_erased_after_the_date(occurrence):
    join(occurrence, companions=1, companion_names=["Deniz"], asked=[INTERPRETER])
    later = OccurrenceFactory(starts_at=timezone.now() + timedelta(days=9))
    join(later, "Gerda", companions=1, companion_names=["Joop"], asked=[Asked(NeedKind.COST)])

    needs.forget_past()
    assert len(told()) == 2

    with time_machine.travel(occurrence.ends_at + timedelta(minutes=1)):
        needs.forget_past()
        needs.forget_past()

    assert told() == [(0, "cost", "", "")]
    names = {one.name: one.companion_names for one in SignUp.objects.all()}
    assert names == {"Emine": [], "Gerda": ["Joop"]}


def test_needs_of_who_stays_at_home_are_not_kept(occurrence):
    found = join(occurrence, companions=1)

    needs.ask(found, [Asked(NeedKind.STEP_FREE, 1), Asked(NeedKind.STEP_FREE, 2)])

    assert told() == [(1, "step_free", "", "")]


# Who reads them ----------------------------------------------------------------------------------


def test_only_the_organiser_reads_needs(client, occurrence, organiser):
    join(
        occurrence,
        companions=1,
        companion_names=["Deniz"],
        asked=[INTERPRETER, Asked(NeedKind.STEP_FREE, 1)],
    )
    host = PersonFactory(host_of=occurrence.centre)
    url = reverse("activities:occurrence_people", args=[occurrence.pk])

    client.force_login(host)
    shown = client.get(url)
    assert shown.context["guests"][0].needs == ()
    assert "Tigrinya" not in text(shown)

    client.force_login(organiser)
    assert client.get(url).context["guests"][0].needs == (
        "Een tolk: Tigrinya",
        "Zonder drempel (Deniz)",
    )
    assert perms.can_see_needs(organiser, occurrence.activity)
    assert not perms.can_see_needs(host, occurrence.activity)


def test_where_nobody_organises_with_an_account_the_host_sees_to_it(occurrence):
    host = PersonFactory(host_of=occurrence.centre)

    assert perms.can_see_needs(host, occurrence.activity)
    assert not perms.can_see_needs(PersonFactory(), occurrence.activity)


def test_desk_does_not_open_the_needs_of_a_guest(client, occurrence, organiser):
    found = join(occurrence, asked=[INTERPRETER])
    host = PersonFactory(host_of=occurrence.centre)
    client.force_login(host)
    url = reverse("activities:sign_up_party", args=[found.pk])

    refused = client.get(url)
    assert refused.status_code == 403
    assert "Tigrinya" not in text(refused)
    assert client.post(url, {"needs_0": ["cost"]}).status_code == 403
    assert told() == [(0, "interpreter", "Tigrinya", "")]

    client.post(reverse("activities:code"), {"code": found.code})
    assert "Tigrinya" in text(client.get(url))


# Pages -------------------------------------------------------------------------------------------


def test_join_page_keeps_it_folded_until_something_is_there(client, occurrence):
    shown = text(client.get(occurrence.activity.get_absolute_url()))
    assert '<details class="fold in-card"><summary>' in shown
    assert "Voor iemand anders, of iets nodig?" in shown

    refused = post(occurrence, client, for_whom="child", name="Deniz")

    shown = text(refused)
    assert '<details class="fold in-card" open>' in shown
    for sentence in (
        "Vul de naam van een ouder of verzorger in.",
        "Vul een nummer of e-mailadres van de ouder of verzorger in.",
        "Een ouder of verzorger moet het goed vinden. Kruis dat aan.",
    ):
        assert sentence in shown
    assert not SignUp.objects.exists()


def test_join_page_takes_a_child_and_its_needs(client, occurrence):
    post(
        occurrence,
        client,
        name="Deniz",
        for_whom="child",
        contact_name="Emine",
        phone="0612345678",
        has_consent="on",
        needs=["childcare"],
        need_language="Turks",
        need_words="Deniz is doof aan één oor.",
    )

    found = SignUp.objects.get()
    assert (found.for_whom, found.contact_name) == ("child", "Emine")
    assert found.consented_at is not None
    assert told() == [
        (0, "childcare", "", ""),
        (0, "interpreter", "Turks", ""),
        (0, "other", "", "Deniz is doof aan één oor."),
    ]


def test_interpreter_asks_which_language(client, occurrence):
    refused = post(occurrence, client, needs=["interpreter"])

    assert "Welke taal spreekt de tolk? Vul dat in." in text(refused)
    assert not SignUp.objects.exists()


def test_who_is_signed_in_gives_the_name_of_the_other(client, occurrence):
    person = PersonFactory(name="Sahra")
    client.force_login(person)

    refused = post(occurrence, client, name="Sahra", for_whom="other")
    assert "Vul de naam in van wie er komt." in text(refused)

    post(occurrence, client, name="Gerda", for_whom="child", has_consent="on")
    found = SignUp.objects.get()
    assert (found.name, found.contact_name, found.person) == ("Gerda", "Sahra", person)


def test_nobody_asks_help_with_the_costs_of_what_is_free(client):
    free = OccurrenceFactory(activity__cost_kind=CostKind.FREE)
    paid = OccurrenceFactory(activity__paid=True)

    assert "hulp met de kosten" not in text(client.get(free.activity.get_absolute_url()))
    shown = text(client.get(paid.activity.get_absolute_url()))
    assert "Ik vraag hulp met de kosten" in shown
    assert "Je hoeft niets te bewijzen." in shown


def test_desk_signs_up_a_child_with_a_parent(client, occurrence):
    client.force_login(PersonFactory(host_of=occurrence.centre))

    refused = client.post(desk_url(occurrence), {"name": "Deniz", "for_whom": "child"})
    assert "Vul de naam van een ouder of verzorger in." in text(refused)

    client.post(
        desk_url(occurrence), {"name": "Deniz", "for_whom": "child", "contact_name": "Emine"}
    )
    assert SignUp.objects.get().contact_name == "Emine"


def test_page_of_the_party_takes_names_and_needs_of_each(client, occurrence, organiser):
    found = SignUpFactory(occurrence=occurrence, name="Emine", companions=2)
    url = page("sign_up_party", found)

    shown = text(client.get(url))
    assert "Wie er meekomt: 2" in shown

    response = client.post(
        url,
        {
            "needs_0": ["cost"],
            "name_1": "Deniz",
            "needs_1": ["step_free"],
            "language_2": "Arabisch",
        },
    )

    assert response["Location"] == page("sign_up", found)
    found.refresh_from_db()
    assert found.companion_names == ["Deniz", ""]
    assert told() == [
        (0, "cost", "", ""),
        (1, "step_free", "", ""),
        (2, "interpreter", "Arabisch", ""),
    ]
    again = text(client.get(url))
    assert 'value="Deniz"' in again
    assert 'value="Arabisch"' in again


def test_page_of_the_party_refuses_a_citizen_service_number(client, occurrence):
    found = SignUpFactory(occurrence=occurrence)

    refused = client.post(page("sign_up_party", found), {"words_0": f"Nummer {A_BSN}"})

    assert "Hier staat een burgerservicenummer (BSN). Haal dat nummer weg." in text(refused)
    assert told() == []


def test_page_of_the_party_opens_for_its_own_link_only(client, occurrence):
    found = SignUpFactory(occurrence=occurrence)

    assert client.get(page("sign_up_party", found, secret="x" * 43)).status_code == 404


# Of a course -------------------------------------------------------------------------------------


def test_needs_of_a_course_stand_on_the_list_of_each_date(client):
    series = course_of(0, 1)
    organiser = PersonFactory()
    series.activity.organisers.add(organiser)

    client.post(
        reverse("activities:course_join", args=[series.activity_id]),
        {
            "group": series.pk,
            "name": "Deniz",
            "companions": 0,
            "for_whom": "child",
            "contact_name": "Emine",
            "phone": "0612345678",
            "has_consent": "on",
            "need_language": "Turks",
        },
    )

    course = CourseSignUp.objects.get()
    assert (course.contact_name, course.consented_at is not None) == ("Emine", True)
    client.force_login(organiser)
    for date in dates_of(series):
        shown = client.get(reverse("activities:occurrence_people", args=[date.pk]))
        assert [guest.needs for guest in shown.context["guests"]] == [("Een tolk: Turks",)]

    with time_machine.travel(dates_of(series)[0].ends_at + timedelta(minutes=1)):
        needs.forget_past()
        assert Need.objects.count() == 1
    with time_machine.travel(dates_of(series)[-1].ends_at + timedelta(minutes=1)):
        needs.forget_past()
        assert Need.objects.count() == 0
