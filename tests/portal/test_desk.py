"""The desk: what needs me today, for my centres, with the names only for who keeps the lists."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from activities.models import Activity, Presence, QueueRule, SignUp, SignUpState
from lokaal.outbox.models import Message, MessageState
from lokaal.people.models import Person, Role, StaffRole
from lokaal.portal.desk import Desk, desk_of
from tests.activities.factories import (
    ActivityFactory,
    CentreFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
    WishFactory,
)
from tests.activities.voice.factories import QuestionFactory
from tests.outbox.factories import MessageFactory

pytestmark = pytest.mark.django_db

MORNING = "2026-11-24T09:12:00Z"  # Tuesday 10.12 in Amsterdam
DESK = "portal:desk"


@pytest.fixture(autouse=True)
def tuesday(settings: Any) -> Any:
    settings.DEMO = True  # no second factor is asked
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def host() -> Person:
    return PersonFactory(name="Nermin Aksoy", host_of=CentreFactory(name="Waterkracht", slug="wk"))


@pytest.fixture
def here(host: Person) -> Any:
    return host.staff_roles.get().centre


@pytest.fixture
def client(host: Person) -> Client:
    client = Client()
    client.force_login(host)
    return client


def date(centre: Any, hours: float, title: str = "Naaicafé", **fields: Any) -> Any:
    """A date that begins so many hours from now."""
    drop_in = fields.pop("drop_in", False)
    activity = ActivityFactory(centre=centre, title=title, drop_in=drop_in)
    starts_at = timezone.now() + timedelta(hours=hours)
    return OccurrenceFactory(activity=activity, starts_at=starts_at, **fields)


def fresh(person: Person) -> Desk:
    return desk_of(Person.objects.get(pk=person.pk))


def told(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_desk_shows_the_dates_of_today_at_my_centre_in_order(host: Person, here: Any) -> None:
    date(here, 3, "Naaicafé")
    date(here, -0.2, "Hulp bij formulieren")
    date(here, 24, "Morgen")
    date(here, -24, "Gisteren")
    date(CentreFactory(), 1, "Elders")
    date(here, -4, "Ontbijt")
    date(here, -30, "Kamp", ends_at=timezone.now() + timedelta(hours=5))
    OccurrenceFactory(activity=ActivityFactory(centre=here, draft=True), starts_at=timezone.now())

    desk = fresh(host)

    assert [(d.time, d.title, d.is_running) for d in desk.dates] == [
        ("4.12", "Kamp", True),
        ("10.00", "Hulp bij formulieren", True),
        ("13.12", "Naaicafé", False),
    ]
    assert [d.title for d in desk.over] == ["Ontbijt"]


@pytest.mark.parametrize(
    ("fields", "parties", "sentence"),
    [
        ({"capacity": 12, "room": "Atelier"}, [0, 2], "Atelier. 4 aangemeld, 12 plekken."),
        ({"capacity": 1}, [], "0 aangemeld, 1 plek."),
        ({}, [0], "1 aangemeld."),
        ({"drop_in": True, "room": "Huiskamer"}, [], "Huiskamer. Iedereen loopt zo binnen."),
    ],
)
def test_a_date_says_where_it_is_and_how_many_come(
    fields: dict[str, Any], parties: list[int], sentence: str, host: Person, here: Any
) -> None:
    occurrence = date(here, 3, **fields)
    for companions in parties:
        SignUpFactory(occurrence=occurrence, companions=companions)
    SignUpFactory(occurrence=occurrence, cancelled=True)

    assert fresh(host).dates[0].about == sentence


def test_a_drop_in_says_how_many_were_counted(host: Person, here: Any) -> None:
    date(here, -0.5, drop_in=True, heads=12)

    assert fresh(host).dates[0].about == "12 mensen geteld."


def test_a_date_says_how_many_are_there(host: Person, here: Any) -> None:
    occurrence = date(here, -0.2)
    SignUpFactory(occurrence=occurrence, companions=1, presence=Presence.PRESENT)
    SignUpFactory(occurrence=occurrence)

    assert fresh(host).dates[0].about == "2 van 3 zijn er."


def test_a_date_shows_the_first_names_and_what_to_know(host: Person, here: Any) -> None:
    occurrence = date(here, 3)
    SignUpFactory(occurrence=occurrence, name="Fadime Öz", companions=1)
    SignUpFactory(occurrence=occurrence, name="Abdi Nuur", wants_call=True, companions=2)
    SignUpFactory.create_batch(6, occurrence=occurrence)

    shown = fresh(host).dates[0]

    assert [(guest.name, guest.text) for guest in shown.guests[:2]] == [
        ("Fadime Öz", "Neemt 1 mens mee."),
        ("Abdi Nuur", "Neemt 2 mensen mee. Wil gebeld worden."),
    ]
    assert (len(shown.guests), shown.parties, shown.has_more_names) == (6, 8, True)


def test_who_waits_for_a_place_stands_apart_and_without_a_button(host: Person, here: Any) -> None:
    occurrence = date(here, 1, capacity=2)
    SignUpFactory(occurrence=occurrence, name="Gerda")
    now = timezone.now()
    late, early = (
        SignUpFactory(occurrence=occurrence, name=name, state=SignUpState.WAITING, queued_at=queued)
        for name, queued in (("Later", now), ("Eerder", now - timedelta(hours=1)))
    )
    SignUpFactory(
        occurrence=occurrence,
        name="Aanbod",
        state=SignUpState.OFFERED,
        offered_until=now + timedelta(hours=1),
    )

    shown = fresh(host).dates[0]

    assert [guest.name for guest in shown.guests] == ["Gerda"]
    assert [(guest.name, guest.text, guest.button) for guest in shown.waiting] == [
        ("Aanbod", "Heeft een aanbod tot dinsdag 24 november, 11.12 uur.", ""),
        (early.name, "Nummer 1.", ""),
        (late.name, "Nummer 2.", ""),
    ]
    assert shown.parties == 1


def test_the_desk_leads_to_the_door_in_one_press(here: Any, client: Client) -> None:
    occurrence = date(here, 0.5, drop_in=True)

    page = client.get(reverse(DESK)).content.decode()

    assert reverse("activities:door_date", args=[occurrence.pk]) in page
    assert f'href="{reverse("activities:door")}"' in page


def test_what_people_wrote_is_marked_on_an_english_desk(here: Any, client: Client) -> None:
    occurrence = date(here, 3, "Naaicafé", room="Atelier")
    SignUpFactory(occurrence=occurrence, name="Abdi Nuur", wants_call=True, phone="+31612345678")
    WishFactory(text="Yüzmek istiyorum.", language="tr", centre=here)
    with translation.override("en"):
        address = reverse(DESK)

    page = client.get(address).content.decode()

    assert '</bdi> <bdi class="wrap" lang="nl">Naaicafé</bdi></h2>' in page
    assert '<bdi class="wrap" lang="nl">Atelier.</bdi> 1 signed up.' in page
    assert '<bdi class="wrap" lang="nl">Naaicafé</bdi>, Tuesday 24 November' in page
    assert '<b lang="tr">Yüzmek istiyorum.</b>' in page


def test_a_cancelled_date_says_why_and_takes_nobody(
    host: Person, here: Any, client: Client
) -> None:
    occurrence = date(here, 3, cancelled=True)

    assert fresh(host).dates[0].may_sign_up is False
    page = client.get(reverse(DESK)).content.decode()
    assert "Gaat niet door" in page
    assert "Emine is dan weg." in page
    assert reverse("activities:desk_sign_up", args=[occurrence.pk]) not in page


def test_the_desk_can_put_somebody_on_a_list_that_has_places(here: Any, client: Client) -> None:
    free = date(here, 3)
    full = date(here, 4, capacity=1)
    Activity.objects.filter(pk=full.activity_id).update(queue_rule=QueueRule.NONE)
    SignUpFactory(occurrence=full)
    queue = date(here, 4, capacity=1)
    SignUpFactory(occurrence=queue)

    page = client.get(reverse(DESK)).content.decode()

    assert reverse("activities:desk_sign_up", args=[free.pk]) in page
    assert reverse("activities:desk_sign_up", args=[full.pk]) not in page
    assert reverse("activities:desk_sign_up", args=[queue.pk]) in page


@pytest.mark.parametrize("role", [Role.KITCHEN, Role.VENUE, Role.TREASURER, Role.SOCIAL_WORKER])
def test_other_staff_see_the_dates_and_no_names(role: Role, here: Any) -> None:
    person = PersonFactory()
    StaffRole.objects.create(person=person, role=role, centre=here)
    SignUpFactory(occurrence=date(here, 3), name="Gerda Harmsen", wants_call=True)
    WishFactory(text="Een schaakavond", centre=here)
    MessageFactory(paper=True, centre=here, to_name="Joop")
    client = Client()
    client.force_login(person)

    page = client.get(reverse(DESK)).content.decode()

    assert "Naaicafé" in page
    assert "1 aangemeld." in page
    for name in ("Gerda", "schaakavond", "Joop"):
        assert name not in page


def test_a_person_with_a_desk_at_one_centre_sees_only_the_names_there(
    host: Person, here: Any
) -> None:
    kitchen = CentreFactory()
    StaffRole.objects.create(person=host, role=Role.KITCHEN, centre=kitchen)
    SignUpFactory(occurrence=date(kitchen, 1), name="Elders")
    SignUpFactory(occurrence=date(here, 2), name="Hier")

    names = [[guest.name for guest in d.guests] for d in fresh(host).dates]

    assert names == [[], ["Hier"]]


def test_who_works_for_all_centres_sees_all_and_can_choose_one(here: Any) -> None:
    person, other = PersonFactory(), CentreFactory(name="Nieuwstad", slug="nieuwstad")
    StaffRole.objects.create(person=person, role=Role.COORDINATOR)
    date(here, 1, "Hier")
    date(other, 2, "Daar")
    person = Person.objects.get(pk=person.pk)

    assert [d.title for d in desk_of(person).dates] == ["Hier", "Daar"]
    assert [d.title for d in desk_of(person, centre_slug="nieuwstad").dates] == ["Daar"]
    assert desk_of(person, centre_slug="bestaat-niet").chosen is None


def test_calls_are_of_my_centre_and_not_made_yet(host: Person, here: Any) -> None:
    soon = date(here, 30, "Taalcafé")
    asked = {"wants_call": True, "phone": "+31612345678"}
    SignUpFactory(occurrence=soon, name="Abdi Nuur", **asked)
    SignUpFactory(occurrence=soon, name="Gebeld", called_at=timezone.now(), **asked)
    SignUpFactory(occurrence=date(CentreFactory(), 30), name="Elders", **asked)

    (call,) = fresh(host).calls.rows

    assert (call.name, call.text, call.phone) == (
        "Abdi Nuur",
        "Taalcafé, woensdag 25 november",
        "06 12345678",
    )


@pytest.mark.parametrize(
    ("days_ago", "due", "is_urgent"),
    [
        (0, "Nog 14 dagen", False),
        (11, "Nog 3 dagen", True),
        (13, "Nog 1 dag", True),
        (14, "Vandaag de laatste dag", True),
        (15, "1 dag te laat", True),
        (20, "6 dagen te laat", True),
    ],
)
def test_wishes_say_how_long_an_answer_may_take(
    days_ago: int, due: str, is_urgent: bool, host: Person
) -> None:
    WishFactory(created_at=timezone.now() - timedelta(days=days_ago))

    (waiting,) = fresh(host).wishes.rows

    assert (waiting.due, waiting.is_urgent) == (due, is_urgent)


def test_wishes_paper_and_failures_are_those_of_my_desk_and_of_none(
    host: Person, here: Any
) -> None:
    other = CentreFactory()
    for centre in (here, None, other):
        WishFactory(centre=centre)
        MessageFactory(paper=True, centre=centre)
        MessageFactory(failed=True, centre=centre)
    WishFactory(answered_at=timezone.now())
    MessageFactory(sent=True)

    desk = fresh(host)

    assert {waiting.wish.centre for waiting in desk.wishes.rows} == {here, None}
    assert {message.centre for message in desk.paper.rows} == {here, None}
    assert {message.centre for message in desk.failed.rows} == {here, None}
    assert desk.is_quiet is False


def test_a_quiet_day_says_so(client: Client) -> None:
    page = client.get(reverse(DESK)).content.decode()

    assert "Vandaag komt er niets meer" in page
    assert "Niemand wacht op jou" in page


def test_desk_is_for_staff(here: Any) -> None:
    resident = Client()
    assert resident.get(reverse(DESK)).status_code == 302

    resident.force_login(PersonFactory())
    assert resident.get(reverse(DESK)).status_code == 403


def test_desk_speaks_english(client: Client, here: Any) -> None:
    date(here, 3)

    response = client.get(f"/en{reverse(DESK)}")

    assert response.status_code == 200
    assert "13:12" in response.content.decode()


def test_late_questions_of_my_houses_are_counted(host: Person, here: Any, client: Client) -> None:
    assert fresh(host).is_quiet
    past = timezone.localdate() - timedelta(days=1)
    QuestionFactory(centre=here, picked_up=True, due_on=past)
    QuestionFactory(created_at=timezone.now() - timedelta(days=15))
    QuestionFactory(centre=here, picked_up=True)
    QuestionFactory(centre=here, hidden=True, created_at=timezone.now() - timedelta(days=15))
    QuestionFactory(centre=CentreFactory(), picked_up=True, due_on=past)
    QuestionFactory(centre=here, waiting=True)

    response = client.get(reverse(DESK))

    desk = response.context["desk"]
    assert (desk.counts.late_questions, desk.counts.looks, desk.is_quiet) == (2, 1, False)
    assert "2 vragen zijn te laat" in response.content.decode()


def fill(here: Any, count: int) -> None:
    for number in range(count):
        occurrence = date(here, 1 + number / 60, f"Activiteit {number}")
        SignUpFactory(occurrence=occurrence, wants_call=True, phone="+31612345678")
        SignUpFactory(occurrence=occurrence, waiting=True)
        SignUpFactory(
            occurrence=occurrence,
            offered=True,
            phone="+31612345679",
            offered_until=timezone.now() + timedelta(hours=1),
        )
        WishFactory(centre=here)
        QuestionFactory(centre=here, created_at=timezone.now() - timedelta(days=15))
        MessageFactory(paper=True, centre=here)
        MessageFactory(failed=True, centre=here, state=MessageState.FAILED)


@pytest.mark.parametrize("count", [1, 30])
def test_desk_costs_the_same_with_one_row_and_with_thirty(
    count: int, client: Client, here: Any, django_assert_num_queries: Any
) -> None:
    fill(here, count)

    with django_assert_num_queries(14):
        response = client.get(reverse(DESK))

    assert len(response.context["desk"].dates) == count
    assert response.context["desk"].calls.total == count
    assert response.context["desk"].offers.total == count
    assert response.context["desk"].counts.late_questions == count


# What is noted there -----------------------------------------------------------------------------


def test_presence_is_noted_and_taken_back(here: Any, client: Client) -> None:
    sign_up = SignUpFactory(occurrence=date(here, -0.2))
    url = reverse("portal:desk_presence", args=[sign_up.pk])

    assert client.get(url).status_code == 405
    client.post(url)
    sign_up.refresh_from_db()
    assert sign_up.presence == Presence.PRESENT

    client.post(url)
    sign_up.refresh_from_db()
    assert sign_up.presence == Presence.UNKNOWN


def test_presence_leads_back_to_the_date_and_never_elsewhere(here: Any, client: Client) -> None:
    sign_up = SignUpFactory(occurrence=date(here, -0.2))
    url = reverse("portal:desk_presence", args=[sign_up.pk])

    assert client.post(f"{url}?next=/desk/%23d-1").url == "/desk/#d-1"
    assert client.post(f"{url}?next=https://kwaad.voorbeeld/").url == reverse(DESK)


@pytest.mark.parametrize(
    ("hours", "trait", "sentence"),
    [
        (30, {}, "Dit is pas later. Je kunt nog niet zeggen wie er is."),
        (1, {"cancelled": True}, "Gerda staat niet meer op de lijst."),
    ],
)
def test_presence_before_the_day_or_off_the_list_is_refused_with_a_sentence(
    hours: int, trait: dict[str, Any], sentence: str, here: Any, client: Client
) -> None:
    sign_up = SignUpFactory(occurrence=date(here, hours), name="Gerda", **trait)

    response = client.post(reverse("portal:desk_presence", args=[sign_up.pk]), follow=True)

    assert told(response) == [sentence]
    sign_up.refresh_from_db()
    assert sign_up.presence == Presence.UNKNOWN


@pytest.mark.parametrize("view", ["desk_presence", "desk_called"])
def test_nothing_is_noted_on_a_list_of_another_desk(view: str, client: Client) -> None:
    other = SignUpFactory(occurrence=date(CentreFactory(), -0.2), wants_call=True)

    response = client.post(reverse(f"portal:{view}", args=[other.pk]), follow=True)

    assert told(response) == ["Deze lijst hoort bij een ander huis."]
    other.refresh_from_db()
    assert (other.presence, other.called_at) == (Presence.UNKNOWN, None)


def test_called_is_noted_once(here: Any, client: Client) -> None:
    sign_up = SignUpFactory(occurrence=date(here, 30), name="Abdi Nuur", wants_call=True)
    url = reverse("portal:desk_called", args=[sign_up.pk])

    assert told(client.post(url, follow=True)) == ["Abdi Nuur is gebeld."]
    first = SignUp.objects.get(pk=sign_up.pk).called_at
    with time_machine.travel("2026-11-24T11:00:00Z", tick=False):
        client.post(url)

    assert first == timezone.now()
    assert SignUp.objects.get(pk=sign_up.pk).called_at == first


def test_the_whole_list_is_sorted_by_name_without_minding_accents(
    here: Any, client: Client
) -> None:
    occurrence = date(here, 3)
    for name in ("Zwart", "Éva", "de Vries", "Evi"):
        SignUpFactory(occurrence=occurrence, name=name)

    response = client.get(reverse("portal:desk_date", args=[occurrence.pk]))

    assert [guest.name for guest in response.context["date"].guests] == [
        "de Vries",
        "Éva",
        "Evi",
        "Zwart",
    ]


def test_the_list_of_another_desk_is_not_shown(client: Client) -> None:
    other = SignUpFactory(occurrence=date(CentreFactory(), 3), name="Elders")

    response = client.get(reverse("portal:desk_date", args=[other.occurrence.pk]), follow=True)

    assert told(response) == ["Deze lijst hoort bij een ander huis."]
    assert "Elders" not in response.content.decode()


def test_a_wish_is_read_in_full_and_answered_once(host: Person, here: Any, client: Client) -> None:
    wish = WishFactory(text="Zwemles voor moeders.", centre=here, phone="+31612345678")
    answered = reverse("portal:desk_wish_answered", args=[wish.pk])

    page = client.get(reverse("portal:desk_wish", args=[wish.pk])).content.decode()
    assert "Zwemles voor moeders." in page
    assert 'href="tel:+31612345678"' in page
    assert client.get(answered).status_code == 405

    assert told(client.post(answered, follow=True)) == ["Dit idee is beantwoord."]
    wish.refresh_from_db()
    assert (wish.answered_at, wish.answered_by) == (timezone.now(), host)


def test_a_wish_is_answered_in_writing(host: Person, here: Any, client: Client) -> None:
    wish = WishFactory(centre=here, email="a@voorbeeld.nl")
    page = reverse("portal:desk_wish", args=[wish.pk])

    empty = client.post(page, {"text": " "})
    assert empty.context["form"].errors == {"text": ["Schrijf eerst je antwoord."]}
    assert told(client.post(page, {"text": "Ja. Kom vrijdag."}, follow=True)) == [
        "Je antwoord is verstuurd."
    ]

    wish.refresh_from_db()
    assert (wish.reply, wish.answered_by) == ("Ja. Kom vrijdag.", host)
    assert Message.objects.get().to_address == "a@voorbeeld.nl"
    assert "Ja. Kom vrijdag." in client.get(page).content.decode()
    assert told(client.post(page, {"text": "Nee."}, follow=True)) == [
        "Iemand heeft al geantwoord. Jouw antwoord is niet verstuurd."
    ]
    wish.refresh_from_db()
    assert wish.reply == "Ja. Kom vrijdag."


def test_who_left_only_a_number_is_called(here: Any, client: Client) -> None:
    wish = WishFactory(centre=here, phone="+31612345678")
    page = reverse("portal:desk_wish", args=[wish.pk])

    assert "Wat wil je antwoorden?" not in client.get(page).content.decode()
    client.post(page, {"text": "Ja."})

    wish.refresh_from_db()
    assert not wish.is_answered
    assert not Message.objects.exists()


def test_a_reply_to_who_left_nothing_lies_ready_to_print(here: Any, client: Client) -> None:
    wish = WishFactory(centre=here, name="Gerda")

    response = client.post(
        reverse("portal:desk_wish", args=[wish.pk]), {"text": "Ja."}, follow=True
    )

    assert told(response) == ["Je antwoord ligt klaar. Print het en geef het mee."]
    assert [message.to_name for message in response.context["desk"].paper.rows] == ["Gerda"]


def test_desk_leads_who_may_import_to_the_calendar_from_elsewhere(
    here: Any, client: Client
) -> None:
    link = f'href="{reverse("activities:import_start")}"'
    assert link not in client.get(reverse(DESK)).content.decode()

    coordinator = PersonFactory()
    StaffRole.objects.create(person=coordinator, role=Role.COORDINATOR, centre=here)
    client.force_login(coordinator)
    assert link in client.get(reverse(DESK)).content.decode()


def test_a_wish_for_another_desk_is_not_found(client: Client) -> None:
    wish = WishFactory(centre=CentreFactory())

    assert client.get(reverse("portal:desk_wish", args=[wish.pk])).status_code == 404
    assert client.post(reverse("portal:desk_wish_answered", args=[wish.pk])).status_code == 404
    reply = client.post(reverse("portal:desk_wish", args=[wish.pk]), {"text": "Ja."})
    assert reply.status_code == 404
    wish.refresh_from_db()
    assert wish.answered_at is None


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.HOST, ["Ideeën", "Buurttafel", "Vragen", "Papier", "Planner", "Verhuur"]),
        (Role.VENUE, ["Planner", "Verhuur", "Keuken"]),
        (Role.KITCHEN, ["Planner", "Verhuur", "Keuken"]),
        (Role.TREASURER, ["Het potje", "Facturen"]),
        (
            Role.DIRECTOR,
            [
                "Ideeën",
                "Buurttafel",
                "Vragen",
                "Papier",
                "Het potje",
                "Planner",
                "Verhuur",
                "Keuken",
                "Facturen",
            ],
        ),
        (Role.SOCIAL_WORKER, []),
    ],
)
def test_desk_leads_to_the_other_pages_where_one_works(
    role: Role, words: list[str], client: Client
) -> None:
    person = PersonFactory()
    StaffRole.objects.create(person=person, role=role, centre=CentreFactory())
    client.force_login(person)

    response = client.get(reverse(DESK))

    others = response.context["desk"].others
    assert [str(other.word) for other in others] == words
    assert [client.get(other.url).status_code for other in others] == [200] * len(words)
    assert all(f'href="{other.url}"' in response.content.decode() for other in others)
