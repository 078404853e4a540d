"""The pages of following: without an account, with one, at the desk; and the themes."""

import uuid

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from activities.following import starting
from activities.models import Activity, Follow, Follower, Theme
from lokaal.outbox.models import Message
from lokaal.people.models import Role, StaffRole
from tests.activities.factories import ActivityFactory, CentreFactory, PersonFactory
from tests.activities.following.making import follower_of, theme

pytestmark = pytest.mark.django_db

FOLLOW = "/volgen/"


@pytest.fixture(autouse=True)
def no_counts_of_before():
    cache.clear()


def coordinator(centre=None):
    person = PersonFactory()
    StaffRole.objects.create(person=person, role=Role.COORDINATOR, centre=centre)
    return person


def page(view: str, found: Follower, secret: str = "") -> str:
    return reverse(f"activities:{view}", args=[found.pk, secret or found.secret()])


def test_activity_page_leads_to_following_it(client: Client):
    activity = ActivityFactory()

    assert (
        f'href="/volgen/?activity={activity.pk}"'
        in client.get(activity.get_absolute_url()).content.decode()
    )


def test_follow_page_offers_the_activity_its_organiser_and_the_themes(client: Client):
    emine, food = PersonFactory(), theme()
    activity = ActivityFactory(title="Naaicafé", organiser_name="Emine")
    activity.organisers.add(emine)

    form = client.get(f"{FOLLOW}?activity={activity.pk}").context["form"]

    assert [(key, str(option)) for key, option in form.fields["what"].choices] == [
        (f"activity:{activity.pk}", "Naaicafé"),
        (f"organiser:{emine.pk}", "Alles van Emine"),
        (f"theme:{food.pk}", "Koken en eten"),
    ]
    assert form.initial["what"] == [f"activity:{activity.pk}"]


def test_follow_page_names_nobody_who_did_not_choose_it(client: Client):
    activity = ActivityFactory()
    activity.organisers.add(PersonFactory())

    assert "Alles van" not in client.get(f"{FOLLOW}?activity={activity.pk}").content.decode()


@pytest.mark.parametrize("asked", ["", "nonsense", str(uuid.UUID(int=1))])
def test_follow_page_without_anything_to_follow_says_so(client: Client, asked):
    text = client.get(f"{FOLLOW}?activity={asked}").content.decode()

    assert "Er is nu niets om te volgen." in text


def test_following_with_an_address_asks_for_a_yes(client: Client):
    food = theme()

    response = client.post(FOLLOW, {"what": [f"theme:{food.pk}"], "email": "Emine@voorbeeld.nl"})

    assert response.url == "/volgen/gevraagd/"
    found = Follower.objects.get()
    assert (found.email, found.follows.get().theme) == ("emine@voorbeeld.nl", food)
    assert Message.objects.count() == 1
    again = client.post(FOLLOW, {"what": [f"theme:{food.pk}"], "email": "emine@voorbeeld.nl"})
    assert again.url == response.url  # nobody learns who follows


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": "emine@voorbeeld.nl"}, "Kies waarvan je nieuws wilt."),
        ({"what": "theme"}, "Vul je e-mailadres of je telefoonnummer in."),
        ({"what": "theme", "email": "emine"}, "Dit e-mailadres klopt niet."),
        ({"what": "theme", "phone": "12"}, "Dit nummer heeft te weinig cijfers."),
        (
            {"what": "theme", "email": "a@voorbeeld.nl", "website": "x"},
            "Dit ging niet goed. Druk nog een keer op de knop.",
        ),
    ],
)
def test_following_says_what_is_missing(client: Client, fields, sentence):
    food = theme()
    if "what" in fields:
        fields["what"] = [f"theme:{food.pk}"]

    response = client.post(FOLLOW, fields)

    assert sentence in response.content.decode()
    assert not Follower.objects.exists()


def test_following_what_is_not_public_is_refused(client: Client):
    draft = ActivityFactory(draft=True)
    theme()

    client.post(
        f"{FOLLOW}?activity={draft.pk}",
        {"what": [f"activity:{draft.pk}"], "email": "emine@voorbeeld.nl"},
    )

    assert not Follow.objects.exists()


def test_an_address_of_a_stranger_is_not_flooded(client: Client):
    themes = [theme(f"Thema {number}") for number in range(7)]

    statuses = [
        client.post(
            FOLLOW, {"what": [f"theme:{one.pk}"], "email": "emine@voorbeeld.nl"}
        ).status_code
        for one in themes
    ]

    assert statuses == [302] * 5 + [429] * 2
    assert Follow.objects.count() == 5


def test_who_is_signed_in_only_chooses(client: Client):
    me, food = PersonFactory(), theme()
    client.force_login(me)
    assert client.get("/me/follows/").url == FOLLOW

    response = client.post(FOLLOW, {"what": [f"theme:{food.pk}"]}, follow=True)

    found = Follower.objects.get()
    assert found.person == me
    assert response.redirect_chain[-1][0] == page("follower", found)
    assert "Koken en eten" in response.content.decode()
    assert not Message.objects.exists()


def test_yes_is_a_press_and_a_get_changes_nothing(client: Client):
    found = starting.start([theme()], email="emine@voorbeeld.nl", language="nl")

    shown = client.get(page("follower", found))
    assert "Ja, stuur mij dit nieuws" in shown.content.decode()
    assert shown["X-Robots-Tag"] == "noindex, nofollow"
    assert not Follow.objects.confirmed().exists()

    client.post(page("follower_confirm", found))

    assert Follow.objects.confirmed().count() == 1


def test_stopping_is_one_press_and_a_get_changes_nothing(client: Client):
    found = follower_of(theme())
    stop = page("follower_stop", found)

    assert client.get(stop).url == page("follower", found)
    assert Follower.objects.exists()

    response = client.post(stop)

    assert "Je krijgt geen berichten meer" in response.content.decode()
    assert not Follower.objects.exists()
    assert client.post(stop).status_code == 200


def test_mail_programs_stop_it_without_a_form():
    found = follower_of(theme())
    strict = Client(enforce_csrf_checks=True)

    strict.post(page("follower_stop", found), {"List-Unsubscribe": "One-Click"})

    assert not Follower.objects.exists()


def test_stopping_one_thing(client: Client):
    found = follower_of(theme(), ActivityFactory())
    other = follower_of(theme("Taal"), email="ander@voorbeeld.nl").follows.get()
    first, second = found.follows.all()

    client.post(page("follower_stop_one", found), {"follow": other.pk})
    client.post(page("follower_stop_one", found), {"follow": "nonsense"})
    client.post(page("follower_stop_one", found), {"follow": first.pk})

    assert set(Follow.objects.all()) == {second, other}


@pytest.mark.parametrize("view", ["follower_confirm", "follower_stop", "follower_stop_one"])
def test_a_wrong_secret_does_nothing(client: Client, view):
    found = starting.start([theme()], email="emine@voorbeeld.nl", language="nl")

    response = client.post(page(view, found, "a" * 64), {"follow": found.follows.get().pk})

    assert response.status_code == 200
    assert "emine" not in response.content.decode()
    assert found.follows.pending().count() == 1


def test_follower_page_costs_the_same_at_1_and_at_30(client: Client, django_assert_num_queries):
    found = follower_of(theme(), ActivityFactory())
    client.get(page("follower", found))
    with django_assert_num_queries(5):
        client.get(page("follower", found))
    starting.start([ActivityFactory() for _ in range(29)], email=found.email, language="nl")
    starting.confirm(found)
    with django_assert_num_queries(5):
        client.get(page("follower", found))


# At the desk -------------------------------------------------------------------------------------


def test_desk_writes_down_what_somebody_wants_on_paper(client: Client):
    centre, food = CentreFactory(), theme()
    host = PersonFactory(host_of=centre)
    client.force_login(host)

    client.post("/desk/follow/", {"what": [f"theme:{food.pk}"], "name": "Gerda"})

    found = Follower.objects.get()
    assert (found.name, found.centre, found.entered_by) == ("Gerda", centre, host)
    assert found.follows.confirmed().count() == 1
    assert not Message.objects.exists()


def test_desk_still_asks_an_address_for_its_yes(client: Client):
    food = theme()
    client.force_login(PersonFactory(host_of=CentreFactory()))

    client.post(
        "/desk/follow/",
        {"what": [f"theme:{food.pk}"], "name": "Gerda", "email": "gerda@voorbeeld.nl"},
    )

    assert Follow.objects.pending().count() == 1
    assert Message.objects.get().to_name == "Gerda"


def test_desk_is_for_hosts(client: Client):
    client.force_login(PersonFactory())

    assert client.get("/desk/follow/").status_code == 403


# Themes ------------------------------------------------------------------------------------------


def test_coordinator_keeps_the_themes(client: Client):
    client.force_login(coordinator())

    client.post("/desk/themes/new/", {"name": "Koken", "name_en": "Cooking", "is_active": "on"})
    made = Theme.objects.get()
    assert made.words("name", "en") == ("Cooking", "en")

    client.post(f"/desk/themes/{made.pk}/", {"name": "Koken en eten", "name_en": ""})
    made = Theme.objects.get()
    assert (made.name, made.is_active) == ("Koken en eten", False)
    assert made.words("name", "en") == ("Koken en eten", "nl")
    assert "Niet te kiezen" in client.get("/desk/themes/").content.decode()


def test_two_themes_do_not_have_one_name(client: Client):
    theme("Koken")
    client.force_login(coordinator())

    response = client.post("/desk/themes/new/", {"name": "koken", "is_active": "on"})

    assert "Er is al een thema met deze naam." in response.content.decode()
    assert Theme.objects.count() == 1


def test_coordinator_says_what_an_activity_is_about(client: Client):
    activity, food, gone = ActivityFactory(), theme(), theme("Oud", is_active=False)
    activity.themes.add(gone)
    client.force_login(coordinator(activity.centre))

    client.post(f"/activities/{activity.pk}/themes/", {"themes": [food.pk]})

    assert set(Activity.objects.get().themes.all()) == {food, gone}


@pytest.mark.parametrize("path", ["/desk/themes/", "/desk/themes/new/"])
def test_themes_are_for_coordinators(client: Client, path):
    client.force_login(PersonFactory(host_of=CentreFactory()))

    assert client.get(path).status_code == 403


def test_a_coordinator_of_another_house_says_nothing_of_this_activity(client: Client):
    activity = ActivityFactory()
    client.force_login(coordinator(CentreFactory()))

    assert client.get(f"/activities/{activity.pk}/themes/").status_code == 404
