"""The pages of a course: joining, one time not, another time instead, leaving; for residents, desk and organisers."""

import uuid

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities import courses, making_up
from activities.models import CourseSignUp, QueueRule, SignUp, SignUpState
from lokaal.outbox.models import Message
from tests.activities.courses.making import course_of, dates_of, join, names_on, taken
from tests.activities.factories import OccurrenceFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_counts_of_before():
    cache.clear()


def join_url(series) -> str:
    return reverse("activities:course_join", args=[series.activity_id])


def form_of(series, **fields) -> dict[str, object]:
    return {
        "group": series.pk,
        "name": "Emine",
        "companions": 0,
        "token": uuid.uuid4(),
    } | fields


def page(view: str, joined, *, by_link: bool = True) -> str:
    args = [joined.course.pk, joined.secret] if by_link else [joined.course.pk]
    return reverse(f"activities:{view}", args=args)


def text(response) -> str:
    return " ".join(response.content.decode().split())


# Joining -----------------------------------------------------------------------------------------


def test_activity_page_of_a_course_shows_all_times_and_one_form(client: Client):
    series = course_of(0, 1, 2, capacity=8)

    shown = text(client.get(series.activity.get_absolute_url()))

    assert "Dit is een cursus. Je meldt je één keer aan, voor alle keren." in shown
    assert "Nog 8 plekken." in shown
    assert f'action="{join_url(series)}"' in shown
    assert "Alle keren" in shown
    assert "Op welke dag?" not in shown
    assert "De cursus is al begonnen" not in shown


def test_activity_page_says_from_when_one_joins_halfway(client: Client):
    series = course_of(-1, 0, 1)

    assert "nog 2 keer." in text(client.get(series.activity.get_absolute_url()))


def test_activity_page_costs_the_same_with_1_and_30_dates(
    client: Client, django_assert_num_queries
):
    few, many = course_of(0), course_of(*range(30))
    for series in (few, many):
        client.get(series.activity.get_absolute_url())
        with django_assert_num_queries(8):
            client.get(series.activity.get_absolute_url())


def test_join_gives_a_page_with_all_times_and_the_code(client: Client):
    series = course_of(0, 1)

    response = client.post(
        join_url(series), form_of(series, email="emine@voorbeeld.nl"), follow=True
    )

    course = CourseSignUp.objects.get()
    shown = text(response)
    assert "Je doet mee" in shown
    assert course.shown_code in shown
    assert shown.count("Ik kan niet<") == 2
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert taken(series) == 1


def test_join_twice_with_one_form_is_one_party(client: Client):
    series = course_of(0)
    form = form_of(series, phone="0612345678")

    first, second = client.post(join_url(series), form), client.post(join_url(series), form)

    assert first.url == second.url
    assert taken(series) == 1


def test_join_asks_which_group_where_there_are_several(client: Client):
    first = course_of(0, 1)
    second = course_of(2, 3, activity=first.activity)

    shown = text(client.get(join_url(first)))
    assert "Wanneer wil je meedoen?" in shown
    client.post(join_url(first), form_of(second))

    assert (taken(first), taken(second)) == (0, 1)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "Vul je naam in. Je voornaam is genoeg."),
        ({"group": ""}, "Kies een groep."),
        ({"group": uuid.uuid4()}, "Deze groep kan niet meer. Kies een andere."),
        ({"companions": 9}, "Je kunt hoogstens 5 mensen meenemen."),
        ({"wants_call": "on"}, "Vul je telefoonnummer in. Dan kunnen we je bellen."),
        ({"website": "x"}, "Dit ging niet goed. Druk nog een keer op de knop."),
    ],
)
def test_join_says_what_is_missing(client: Client, fields, sentence):
    series = course_of(0)

    response = client.post(join_url(series), form_of(series, **fields))

    assert sentence in text(response)
    assert not CourseSignUp.objects.exists()


def test_join_a_full_course_goes_to_the_queue(client: Client):
    series = course_of(0, capacity=1)
    join(series, "Gerda")
    page = text(client.get(join_url(series)))
    assert "Vol. Je komt op de wachtlijst." in page
    assert "Zet mij op de wachtlijst" in page
    assert "Ja, ik doe mee" not in page

    response = client.post(join_url(series), form_of(series), follow=True)

    assert "Je bent de eerste op de wachtlijst." in text(response)
    assert taken(series) == 1


def test_join_a_full_course_without_a_queue_says_so(client: Client):
    series = course_of(0, capacity=1, activity__queue_rule=QueueRule.NONE)
    join(series, "Gerda")

    response = client.post(join_url(series), form_of(series))

    assert "Er is nu geen plek." in text(response)
    assert taken(series) == 1


def test_a_stranger_learns_nothing_of_who_is_there(client: Client):
    series = course_of(0)
    course = join(series, email="emine@voorbeeld.nl").course

    response = client.post(join_url(series), form_of(series, email="emine@voorbeeld.nl"))

    shown = text(response)
    assert "Je doet al mee" in shown
    assert course.shown_code not in shown
    assert str(course.pk) not in shown
    assert Message.objects.filter(key__contains="already_there").count() == 1


# The page of a party -----------------------------------------------------------------------------


def test_miss_and_come_after_all_and_a_get_changes_nothing(client: Client):
    series = course_of(0, 1)
    joined = join(series)
    first = joined.course.dates.order_by("occurrence__starts_at")[0]
    assert client.get(page("course_miss", joined)).status_code == 405

    shown = text(client.post(page("course_miss", joined), {"sign_up": first.pk}, follow=True))
    assert "Goed dat je het zegt. Je doet nog wel mee." in shown
    assert "Toch komen" in shown
    assert "Kies een andere keer" in shown
    assert names_on(first.occurrence) == []

    client.post(page("course_come", joined), {"sign_up": first.pk})
    assert names_on(first.occurrence) == ["Emine"]


@pytest.mark.parametrize("view", ["course_miss", "course_come"])
def test_a_time_of_somebody_else_cannot_be_touched(client: Client, view):
    series = course_of(0)
    mine, theirs = join(series), join(series, "Gerda")

    for sign_up in (theirs.course.dates.get().pk, "nonsense", ""):
        client.post(page(view, mine), {"sign_up": sign_up})

    assert names_on(dates_of(series)[0]) == ["Emine", "Gerda"]


def test_another_time_is_chosen_on_a_page(client: Client):
    series = course_of(0, 1)
    other = course_of(0, activity=series.activity)
    joined = join(series)
    assert "Je mist geen enkele keer." in text(client.get(page("course_make_up", joined)))
    missed = making_up.miss(joined.course.dates.order_by("occurrence__starts_at")[0])

    shown = text(client.get(page("course_make_up", joined)))
    assert "Wanneer kom je wel?" in shown
    assert not SignUp.objects.filter(makes_up=missed).exists()
    target = dates_of(other)[0]
    response = client.post(
        page("course_make_up", joined), {"instead_of": missed.pk, "date": target.pk}, follow=True
    )

    assert "Gelukt. Je komt een andere keer." in text(response)
    assert "In plaats van een keer die je mist" in text(response)
    assert names_on(target) == ["Emine"]


def test_another_time_that_is_not_offered_is_refused(client: Client):
    series = course_of(0, 1)
    course_of(0, activity=series.activity)
    joined = join(series)
    missed = making_up.miss(joined.course.dates.order_by("occurrence__starts_at")[0])

    response = client.post(
        page("course_make_up", joined), {"instead_of": missed.pk, "date": OccurrenceFactory().pk}
    )

    assert "Deze dag kan niet meer. Kies een andere dag." in text(response)
    assert not SignUp.objects.filter(makes_up=missed).exists()


def test_party_is_changed_and_refused_in_words(client: Client):
    series = course_of(0, capacity=3)
    joined = join(series)
    join(series, "Gerda")

    client.post(page("course_change", joined), {"companions": 1})
    assert taken(series) == 3
    response = client.post(page("course_change", joined), {"companions": 3})

    assert "Vol." in text(response) or "plek" in text(response)
    assert response.status_code == 409
    assert taken(series) == 3


def test_leave_and_join_again(client: Client):
    series = course_of(0)
    joined = join(series)

    shown = text(client.post(page("course_cancel", joined), follow=True))
    assert "Je bent afgemeld" in shown
    assert taken(series) == 0
    token = uuid.uuid4()
    for _press in range(2):
        again = client.post(page("course_rejoin", joined), {"token": token}, follow=True)

    assert "Je doet mee" in text(again)
    assert taken(series) == 1


def test_an_offered_place_is_taken_with_one_press(client: Client):
    series = course_of(3, capacity=1, activity__queue_rule=QueueRule.OFFER)
    leaver = join(series, "Gerda").course
    joined = join(series, email="emine@voorbeeld.nl")
    courses.cancel(leaver)

    assert "Wil je deze plek?" in text(client.get(page("course", joined)))
    shown = text(client.post(page("course_accept", joined), follow=True))

    assert "Gelukt. Je doet mee." in shown
    assert CourseSignUp.objects.get(pk=joined.course.pk).is_joined


def test_accept_without_an_offer_is_refused_in_words(client: Client):
    series = course_of(0, capacity=1)
    join(series, "Gerda")
    joined = join(series)

    response = client.post(page("course_accept", joined))

    assert response.status_code == 409
    assert "Dit aanbod is voorbij. De plek is nu voor iemand anders." in text(response)
    assert CourseSignUp.objects.get(pk=joined.course.pk).state == SignUpState.WAITING


def test_slip_and_calendar_have_all_times(client: Client):
    joined = join(course_of(0, 1))

    slip = text(client.get(page("course_slip", joined)))
    calendar = client.get(page("course_calendar", joined))

    assert joined.course.shown_code in slip
    assert "<svg" in slip
    assert calendar["Content-Type"] == "text/calendar; charset=utf-8"
    assert calendar.content.count(b"BEGIN:VEVENT") == 2


@pytest.mark.parametrize(
    "view",
    ["course", "course_change", "course_make_up", "course_slip", "course_calendar"],
)
def test_pages_of_a_party_open_for_its_holder_only(client: Client, view):
    joined, other = join(course_of(0)), join(course_of(0))
    wrong = reverse(f"activities:{view}", args=[joined.course.pk, other.secret])

    assert client.get(page(view, joined)).status_code == 200
    for address in (wrong, page(view, joined, by_link=False)):
        response = client.get(address)
        assert response.status_code == 404
        assert "Deze link werkt niet" in text(response)


@pytest.mark.parametrize(
    "view", ["course_cancel", "course_rejoin", "course_accept", "course_miss", "course_come"]
)
def test_a_stranger_changes_nothing(client: Client, view):
    series = course_of(0)
    joined = join(series)

    response = client.post(
        page(view, joined, by_link=False), {"sign_up": joined.course.dates.get().pk}
    )

    assert response.status_code == 404
    assert taken(series) == 1
    assert names_on(dates_of(series)[0]) == ["Emine"]


def test_page_opens_with_the_code_in_this_browser(client: Client):
    joined = join(course_of(0))

    response = client.post(reverse("activities:code"), {"code": joined.course.shown_code})

    assert response.url == page("course", joined, by_link=False)
    assert client.get(response.url).status_code == 200
    assert Client().get(response.url).status_code == 404


def test_page_opens_for_the_account_and_the_desk_of_its_house():
    me, series = PersonFactory(), course_of(0)
    joined = join(series, person=me)
    host, elsewhere = PersonFactory(host_of=series.activity.centre), PersonFactory()

    for person, status in ((me, 200), (host, 200), (elsewhere, 404)):
        browser = Client()
        browser.force_login(person)
        assert browser.get(page("course", joined, by_link=False)).status_code == status


def test_sign_up_of_one_date_leads_to_the_course():
    me, series = PersonFactory(), course_of(0)
    joined = join(series, person=me)
    browser = Client()
    browser.force_login(me)

    response = browser.get(reverse("activities:sign_up", args=[joined.course.dates.get().pk]))

    assert response.url == page("course", joined, by_link=False)


def test_page_of_a_course_that_is_over_says_so(client: Client):
    series = course_of(0)
    joined = join(series)
    dates_of(series)[0].__class__.objects.update(
        starts_at="2020-01-01T10:00Z", ends_at="2020-01-01T11:00Z"
    )

    response = client.get(page("course", joined))

    assert response.status_code == 410
    assert "Deze cursus is al geweest" in text(response)


def test_page_costs_the_same_with_1_and_30_dates(client: Client, django_assert_num_queries):
    few, many = join(course_of(0)), join(course_of(*range(30)))
    for joined in (few, many):
        client.get(page("course", joined))
        with django_assert_num_queries(8):
            client.get(page("course", joined))


# Desk and organiser ------------------------------------------------------------------------------


def test_desk_puts_somebody_in_with_a_name_alone():
    series = course_of(0, 1)
    host = PersonFactory(host_of=series.activity.centre)
    browser = Client()
    browser.force_login(host)
    address = reverse("activities:desk_course", args=[series.pk])
    assert "Iemand doet mee" in text(browser.get(address))

    response = browser.post(
        address, {"name": "Gerda", "companions": 0, "token": uuid.uuid4()}, follow=True
    )

    course = CourseSignUp.objects.get()
    assert course.entered_by == host
    assert "Gerda doet mee. Print het briefje." in text(response)
    assert course.shown_code in text(response)


def test_desk_asks_for_whom_and_what_is_needed_as_the_public_form_does():
    series = course_of(0, 1, capacity=1)
    browser = Client()
    browser.force_login(PersonFactory(host_of=series.activity.centre))
    address = reverse("activities:desk_course", args=[series.pk])
    child = {
        "name": "Sami",
        "companions": 0,
        "for_whom": "child",
        "contact_name": "Emine",
        "needs": ["step_free"],
    }
    assert "Zet op de lijst" in text(browser.get(address))

    browser.post(address, child | {"token": uuid.uuid4()})

    course = CourseSignUp.objects.get()
    assert (course.for_whom, course.contact_name) == ("child", "Emine")
    assert list(course.needs.values_list("kind", flat=True)) == ["step_free"]
    assert "Zet op de wachtlijst" in text(browser.get(address))


def test_offer_that_ran_out_asks_for_no_answer(client: Client):
    series = course_of(0, 1, capacity=1, activity__queue_rule="offer")
    first = join(series, "Gerda").course
    joined = join(series, "Emine", email="emine@voorbeeld.nl")
    courses.cancel(first)
    address = reverse("activities:course", args=[joined.course.pk, joined.secret])
    assert "Ja, ik doe mee" in text(client.get(address))
    CourseSignUp.objects.filter(pk=joined.course.pk).update(offered_until=timezone.now())

    page = text(client.get(address))

    assert "De plek is voor iemand anders" in page
    assert "Ja, ik doe mee" not in page


def test_desk_of_another_house_and_strangers_are_kept_out():
    series = course_of(0)
    address = reverse("activities:desk_course", args=[series.pk])
    other, nobody = Client(), Client()
    other.force_login(PersonFactory(host_of=course_of(0).activity.centre))
    nobody.force_login(PersonFactory())

    assert "Dit is de lijst van een ander huis" in text(other.get(address))
    assert nobody.post(address, {"name": "Gerda"}).status_code == 403
    assert not CourseSignUp.objects.exists()


def test_organiser_sees_who_is_in_and_who_waits():
    series = course_of(0, capacity=2)
    join(series, "Emine", companions=1)
    join(series, "Gerda")
    organiser = PersonFactory()
    series.activity.organisers.add(organiser)
    browser = Client()
    browser.force_login(organiser)

    shown = text(browser.get(reverse("activities:course_people", args=[series.activity_id])))

    assert "Neemt 1 mens mee" in shown
    assert shown.index("Emine") < shown.index("Wachtlijst") < shown.index("Gerda")


def test_list_is_for_its_organisers():
    series = course_of(0)
    browser = Client()
    address = reverse("activities:course_people", args=[series.activity_id])
    assert browser.get(address).status_code == 302
    browser.force_login(PersonFactory())
    assert browser.get(address).status_code == 404


def test_list_costs_the_same_at_1_and_at_30(django_assert_num_queries):
    series = course_of(0)
    organiser = PersonFactory()
    series.activity.organisers.add(organiser)
    browser = Client()
    browser.force_login(organiser)
    address = reverse("activities:course_people", args=[series.activity_id])
    join(series)
    browser.get(address)
    with django_assert_num_queries(10):
        browser.get(address)
    for number in range(29):
        join(series, f"Mens {number}")
    with django_assert_num_queries(10):
        browser.get(address)


def test_desk_button_of_a_date_leads_to_the_whole_course():
    series = course_of(0)
    browser = Client()
    browser.force_login(PersonFactory(host_of=series.activity.centre))

    response = browser.get(reverse("activities:desk_sign_up", args=[dates_of(series)[0].pk]))

    assert response.url == reverse("activities:desk_course", args=[series.pk])


def test_my_page_says_for_which_course_i_wait():
    me, series = PersonFactory(), course_of(0, capacity=1)
    join(series, "Gerda")
    waiting = join(series, person=me)
    browser = Client()
    browser.force_login(me)

    shown = text(browser.get(reverse("portal:my_page")))

    assert "Hier wacht je op een plek" in shown
    assert page("course", waiting, by_link=False) in shown


def test_join_ticks_a_group_with_place_before_a_full_one(client: Client):
    full = course_of(0, capacity=1)
    free = course_of(1, activity=full.activity)
    join(full, "Gerda")

    form = client.get(join_url(full)).context["course_form"]

    assert form.initial["group"] == str(free.pk)


def test_activity_page_of_a_course_says_places_once(client: Client):
    series = course_of(0, 1, capacity=8)

    assert text(client.get(series.activity.get_absolute_url())).count("Nog 8 plekken") == 1
