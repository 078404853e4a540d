import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from activities import courses, enrolment, planning, queue
from activities.course_page import groups_of
from activities.exceptions import (
    AlreadyInCourse,
    Full,
    NeedsGuardian,
    NotOpen,
    OfferGone,
    TooManyCompanions,
)
from activities.models import (
    CourseSignUp,
    Need,
    NeedKind,
    Occurrence,
    Participation,
    Presence,
    QueueRule,
    Series,
    SignUp,
    SignUpState,
)
from activities.needs import Asked
from lokaal.look.formats import day
from lokaal.outbox.models import Message
from lokaal.people.models import Channel
from tests.activities.courses.making import course_of, date_of, dates_of, join, names_on, taken
from tests.activities.factories import OccurrenceFactory, PersonFactory
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


# Joining -----------------------------------------------------------------------------------------


def test_join_puts_a_party_on_the_list_of_every_date_and_tells_them_once():
    series = course_of(0, 1, 2, capacity=6)

    joined = join(series, email="emine@voorbeeld.nl", phone="0612345678", companions=1)

    course = CourseSignUp.objects.get()
    assert (joined.course, joined.is_new, course.state) == (course, True, SignUpState.JOINED)
    assert re.fullmatch(r"\d{8}", course.code)
    assert taken(series) == 2
    rows = SignUp.objects.order_by("occurrence__starts_at")
    assert [row.occurrence for row in rows] == dates_of(series)
    for row in rows:
        assert (row.course, row.name, row.companions, row.state) == (
            course,
            "Emine",
            1,
            SignUpState.JOINED,
        )
        assert (row.email, row.phone.as_e164) == ("emine@voorbeeld.nl", "+31612345678")
    message = Message.objects.get()
    assert message.subject == "Je doet mee: Fietsles"
    assert f"Je code is {course.shown_code}. Bewaar die goed." in message.text
    assert f"/courses/{course.id}/{joined.secret}/" in message.text
    assert message.text.count(" tot ") == 3
    assert message.calendar.count("BEGIN:VEVENT") == 3
    assert message.is_secret is True


def test_join_with_a_phone_only_writes_one_short_text_message(settings):
    settings.SMS_BACKEND = "lokaal.outbox.sms.ConsoleBackend"
    course = join(course_of(0, 1, 2), phone="0612345678").course

    message = Message.objects.get()
    assert message.channel == Channel.SMS
    assert message.text.startswith("Je doet mee: Fietsles, 3 keer, vanaf ")
    assert f"Code {course.shown_code}." in message.text
    assert len(message.text) < 240


def test_join_halfway_is_for_the_coming_dates_only():
    series = course_of(-2, -1, 0, 1)

    join(series)

    past, coming = dates_of(series)[:2], dates_of(series)[2:]
    assert [date.places_taken for date in past] == [0, 0]
    assert [date.places_taken for date in coming] == [1, 1]


def test_a_course_that_began_says_in_words_from_when_and_how_often():
    series = course_of(-1, 0, 1, 2)
    course_of(0, 1, activity=series.activity)

    begun, new = groups_of(series.activity)

    assert (begun.series, new.has_begun) == (series, False)
    assert begun.halfway == (
        f"De cursus is al begonnen. Je doet mee vanaf {day(begun.dates[0].starts_at)}: nog 3 keer."
    )
    assert new.halfway == ""


def test_join_is_all_or_nothing_when_one_date_is_full():
    series = course_of(0, 1, capacity=2, activity__queue_rule=QueueRule.NONE)
    last = dates_of(series)[-1]
    planning.change(last, room="", capacity=1, note="", title="", by=None)
    join(series, "Gerda")

    with pytest.raises(Full) as refused:
        join(series, "Emine")

    assert str(refused.value) == "Vol. Er is geen plek meer in deze cursus."
    assert taken(series) == 1
    assert [names_on(date) for date in dates_of(series)] == [["Gerda"], ["Gerda"]]


def test_join_never_splits_a_party():
    series = course_of(0, 1, capacity=4, activity__queue_rule=QueueRule.NONE)
    join(series, "Gerda", companions=1)

    with pytest.raises(Full) as refused:
        join(series, companions=2)

    assert str(refused.value) == "Er zijn nog 2 plekken. Jullie zijn met 3 mensen."
    assert taken(series) == 2


@pytest.mark.parametrize(
    ("weeks", "traits", "sentence"),
    [
        ([0], {"activity__draft": True}, "Deze activiteit staat nog niet in de agenda."),
        (
            [0],
            {"activity__stopped": True},
            "Deze activiteit is gestopt. Kijk in de agenda wat er nog meer is.",
        ),
        ([-2], {}, "Deze cursus is al geweest."),
        (
            [0],
            {"activity__participation": Participation.SIGN_UP},
            "Kies een datum. Je hoeft niet de hele reeks mee te doen.",
        ),
    ],
)
def test_join_is_refused_when_the_course_is_not_open(weeks, traits, sentence):
    series = course_of(*weeks, **traits)

    with pytest.raises(NotOpen) as refused:
        join(series)

    assert str(refused.value) == sentence
    assert not CourseSignUp.objects.exists()


def test_join_is_refused_when_every_date_is_called_off():
    series = course_of(0)
    planning.cancel(dates_of(series)[0], reason="", by=None)

    with pytest.raises(NotOpen) as refused:
        join(series)

    assert str(refused.value) == "Deze cursus gaat niet door."


def test_join_with_too_many_is_refused():
    with pytest.raises(TooManyCompanions):
        join(course_of(0), companions=6)


def test_a_child_comes_with_the_name_and_consent_of_a_parent():
    series = course_of(0)

    with pytest.raises(NeedsGuardian):
        join(series, "Deniz", for_whom="child", phone="0612345678")
    joined = join(
        series,
        "Deniz",
        for_whom="child",
        contact_name="Emine",
        email="emine@voorbeeld.nl",
        has_consent=True,
    )

    assert (joined.course.name, joined.course.contact_name) == ("Deniz", "Emine")
    assert joined.course.consented_at is not None
    message = Message.objects.get()
    assert message.to_name == "Emine"
    assert "Deniz doet mee met de hele cursus." in message.text


def test_what_somebody_needs_is_kept_with_the_course():
    course = join(course_of(0), asked=[Asked(NeedKind.STEP_FREE)]).course

    assert Need.objects.get().course_sign_up == course
    courses.cancel(course)
    assert not Need.objects.exists()


def test_single_dates_of_a_course_cannot_be_joined():
    series = course_of(0)

    with pytest.raises(NotOpen) as refused:
        enrolment.join(dates_of(series)[0], name="Emine", language="nl")

    assert str(refused.value) == "Dit is een cursus. Je meldt je aan voor de hele reeks."


# Once --------------------------------------------------------------------------------------------


def test_same_form_twice_gives_the_same_row_and_the_same_link():
    series = course_of(0, 1, capacity=1)
    form = uuid.uuid4()

    first = join(series, form_token=form, email="emine@voorbeeld.nl")
    second = join(series, form_token=form, email="emine@voorbeeld.nl")

    assert (second.course, second.secret) == (first.course, first.secret)
    assert (first.is_new, second.is_new) == (True, False)
    assert taken(series) == 1
    assert Message.objects.count() == 1


@pytest.mark.parametrize("fields", [{"phone": "0612345678"}, {"email": "emine@voorbeeld.nl"}])
def test_same_guest_is_there_once(fields):
    series = course_of(0)
    first = join(series, **fields).course

    with pytest.raises(AlreadyInCourse) as refused:
        join(series, "  emine ", **fields)

    assert refused.value.course == first
    assert taken(series) == 1


def test_same_person_is_there_once_and_may_sign_up_a_neighbour():
    series, person = course_of(0), PersonFactory()
    join(series, person=person)

    with pytest.raises(AlreadyInCourse):
        join(series, "Anders", person=person)
    join(series, "Gerda", person=person, for_whom="other")

    assert taken(series) == 2
    assert names_on(dates_of(series)[0]) == ["Emine", "Gerda"]


def test_remind_writes_the_code_once_a_day_and_no_link():
    joined = join(course_of(0), email="emine@voorbeeld.nl")

    courses.remind(joined.course)
    courses.remind(joined.course)

    message = Message.objects.get(key__contains="already_there")
    assert joined.course.shown_code in message.text
    assert joined.secret not in message.text


# Leaving -----------------------------------------------------------------------------------------


def test_cancel_frees_the_coming_dates_and_keeps_what_was():
    series = course_of(0, 1, 2)
    course = join(series, email="emine@voorbeeld.nl", companions=1).course
    first = dates_of(series)[0]

    with time_machine.travel(first.ends_at + timedelta(minutes=1)):
        courses.cancel(course)
        courses.cancel(course)

    course.refresh_from_db()
    assert course.state == SignUpState.CANCELLED
    rows = SignUp.objects.order_by("occurrence__starts_at")
    assert [row.state for row in rows] == ["joined", "cancelled", "cancelled"]
    assert [date.places_taken for date in dates_of(series)] == [2, 0, 0]
    series.refresh_from_db()
    assert series.places_taken == 0
    message = Message.objects.get(key=f"course:{course.id}:left")
    assert message.subject == "Je bent afgemeld: Fietsles"


def test_cancel_is_refused_when_the_course_is_over():
    series = course_of(0)
    course = join(series).course

    with (
        time_machine.travel(timezone.now() + timedelta(days=9)),
        pytest.raises(NotOpen) as refused,
    ):
        courses.cancel(course)

    assert str(refused.value) == "Deze cursus is al geweest. Afmelden hoeft niet meer."


def test_rejoin_is_a_new_party_on_all_dates():
    series = course_of(0, 1)
    first = join(series, email="emine@voorbeeld.nl", companions=1)
    courses.cancel(first.course)

    again = courses.rejoin(first.course, language="nl")

    assert again.course != first.course
    assert (again.course.name, again.course.companions) == ("Emine", 1)
    assert taken(series) == 2


def test_change_party_counts_on_every_date():
    series = course_of(0, 1, capacity=4)
    course = join(series, email="emine@voorbeeld.nl").course

    courses.change_party(course, 3)
    courses.change_party(course, 3)

    assert taken(series) == 4
    assert [date.places_taken for date in dates_of(series)] == [4, 4]
    assert Message.objects.filter(key=f"course:{course.id}:changed:1").count() == 1
    assert Message.objects.count() == 2


def test_change_party_that_does_not_fit_keeps_what_it_held():
    series = course_of(0, 1, capacity=3)
    course = join(series).course
    join(series, "Gerda")

    with pytest.raises(Full):
        courses.change_party(course, 2)

    assert taken(series) == 2


def test_smaller_party_that_fits_by_it_hears_of_its_place_alone():
    series = course_of(0, 1, capacity=3)
    join(series, "Gerda", companions=1)
    course = join(series, email="emine@voorbeeld.nl", companions=1).course

    courses.change_party(course, 0)

    course.refresh_from_db()
    assert course.is_joined
    assert taken(series) == 3
    told = Message.objects.filter(key__startswith=f"course:{course.id}:")
    assert sorted(key.split(":")[2] for key in told.values_list("key", flat=True)) == [
        "place",
        "waiting",
    ]


def test_offer_that_ran_out_cannot_be_changed():
    series = course_of(0, 1, capacity=2, activity__queue_rule=QueueRule.OFFER)
    first = join(series, "Gerda", companions=1).course
    course = join(series, email="emine@voorbeeld.nl").course
    courses.cancel(first)
    CourseSignUp.objects.filter(pk=course.pk).update(offered_until=timezone.now())

    with pytest.raises(NotOpen):
        courses.change_party(course, 1)


# The queue ---------------------------------------------------------------------------------------


def test_who_does_not_fit_waits_for_the_whole_course():
    series = course_of(0, 1, capacity=1)
    join(series, "Gerda")

    joined = join(series, email="emine@voorbeeld.nl")

    assert joined.course.state == SignUpState.WAITING
    assert courses.position_of(joined.course) == 1
    assert taken(series) == 1
    assert not SignUp.objects.filter(course=joined.course).exists()
    message = Message.objects.get()
    assert message.subject == "Je staat op de wachtlijst: Fietsles"
    assert joined.secret in message.text
    assert message.calendar == ""


def test_newcomer_queues_while_somebody_waits():
    series = course_of(0, capacity=3)
    join(series, "Gerda", companions=1)
    join(series, "Gezin", companions=2)

    late = join(series, "Joop").course

    assert late.state == SignUpState.WAITING
    assert courses.position_of(late) == 2
    assert taken(series) == 2


def test_place_that_comes_free_goes_to_who_is_first_on_every_date():
    series = course_of(0, 1, capacity=1)
    leaver = join(series, "Gerda").course
    first = join(series, "Emine", email="emine@voorbeeld.nl").course
    join(series, "Joop")

    courses.cancel(leaver)

    first.refresh_from_db()
    assert first.state == SignUpState.JOINED
    assert [names_on(date) for date in dates_of(series)] == [["Emine"], ["Emine"]]
    assert taken(series) == 1
    message = Message.objects.get(key__contains=":place:")
    assert message.subject == "Er is plek. Je doet mee: Fietsles"
    assert message.calendar.count("BEGIN:VEVENT") == 2


def test_place_is_offered_where_the_activity_says_so_and_lapses_to_the_next():
    series = course_of(1, 2, capacity=1, activity__queue_rule=QueueRule.OFFER)
    leaver = join(series, "Gerda").course
    first = join(series, "Emine", email="emine@voorbeeld.nl").course
    second = join(series, "Joop", email="joop@voorbeeld.nl").course

    courses.cancel(leaver)
    first.refresh_from_db()
    assert first.state == SignUpState.OFFERED
    assert set(first.dates.values_list("state", flat=True)) == {SignUpState.OFFERED}
    assert taken(series) == 1

    with time_machine.travel(first.offered_until + timedelta(minutes=1)):
        queue.settle_all()  # the offers of dates go their own way
        assert set(first.dates.values_list("state", flat=True)) == {SignUpState.OFFERED}
        courses.settle_all()
        courses.settle_all()
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, second.state) == (SignUpState.LAPSED, SignUpState.OFFERED)
        with pytest.raises(OfferGone):
            courses.accept(first)
        courses.accept(second)
        courses.accept(second)
    assert taken(series) == 1
    assert names_on(dates_of(series)[0]) == ["Joop"]
    keys = Message.objects.order_by("created_at", "id").values_list("subject", flat=True)
    assert list(keys)[-3:] == [
        "De plek is weg: Fietsles",
        "Er is plek. Wil je die? Fietsles",
        "Er is plek. Je doet mee: Fietsles",
    ]


def test_settle_gives_the_places_of_a_larger_course():
    series = course_of(0, capacity=1)
    join(series, "Gerda")
    waiting = join(series, "Emine").course
    Series.objects.update(capacity=2)
    planning.change(dates_of(series)[0], room="", capacity=2, note="", title="", by=None)

    courses.settle_all()

    waiting.refresh_from_db()
    assert waiting.state == SignUpState.JOINED
    assert taken(series) == 2


# Dates -------------------------------------------------------------------------------------------


def test_include_puts_everybody_on_the_list_of_a_new_date():
    series = course_of(0, capacity=4)
    join(series, "Emine", companions=1)
    join(series, "Gerda")
    left = join(series, "Joop").course
    courses.cancel(left)
    added = date_of(series, 1)

    courses.include(added)
    courses.include(added)

    added.refresh_from_db()
    assert names_on(added) == ["Emine", "Gerda"]
    assert added.places_taken == 3
    assert taken(series) == 3


def test_include_refuses_a_date_that_is_too_small():
    series = course_of(0, capacity=4)
    join(series, companions=1)
    added = date_of(series, 1, capacity=1)

    with pytest.raises(Full) as refused:
        courses.include(added)

    assert str(refused.value).startswith("Op ")
    assert not added.sign_ups.exists()


def test_include_leaves_other_activities_alone():
    date = OccurrenceFactory()

    courses.include(date)

    assert not SignUp.objects.exists()


def test_dates_that_got_a_series_of_their_own_stay_in_the_course():
    series = course_of(0, 1)
    join(series, "Emine")
    following = course_of(activity=series.activity, follows=series)
    Occurrence.objects.filter(pk=dates_of(series)[1].pk).update(series=following)
    added = date_of(following, 2)

    courses.include(added)
    late = join(following, "Gerda").course

    assert late.series == series
    assert names_on(added) == ["Emine", "Gerda"]
    assert names_on(dates_of(following)[0]) == ["Emine", "Gerda"]
    courses.cancel(late)
    assert names_on(added) == ["Emine"]


def test_date_that_moves_is_told_once_to_a_person_in_the_course():
    series = course_of(0, 1)
    course = join(series, email="emine@voorbeeld.nl").course
    date = dates_of(series)[1]

    planning.move(
        date,
        starts_at=date.starts_at + timedelta(hours=1),
        ends_at=date.ends_at + timedelta(hours=1),
        by=None,
    )

    message = Message.objects.exclude(key__endswith="joined").get()
    assert message.subject.startswith("Nieuwe tijd: Fietsles")
    assert course.shown_code in message.text


# Finding -----------------------------------------------------------------------------------------


def test_find_by_code_and_secret():
    series = course_of(0)
    joined = join(series)

    code = joined.course.shown_code
    assert courses.find_by_code(code) == joined.course
    assert courses.find_by_code("1234567") is None
    assert courses.find_by_secret(joined.course.pk, joined.secret) == joined.course
    assert courses.find_by_secret(joined.course.pk, joined.secret[:-1]) is None
    assert courses.find_by_secret(uuid.uuid4(), joined.secret) is None
    date = dates_of(series)[0]
    assert courses.date_by_code(code, date) == date.sign_ups.get()
    assert courses.date_by_code(code, OccurrenceFactory()) is None
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        assert courses.find_by_code(code) is None


# At the same moment ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_last_place_of_a_course_goes_to_exactly_one():
    series = course_of(0, 1, 2, capacity=3, activity__queue_rule=QueueRule.NONE)
    join(series, "Gerda", companions=1)

    results = at_once(*[lambda n=n: join(series, f"Mens {n}") for n in range(10)])

    assert sum(isinstance(result, Full) for result in results) == 9
    assert sum(isinstance(result, courses.JoinedCourse) for result in results) == 1
    assert taken(series) == 3


@pytest.mark.django_db(transaction=True)
def test_first_in_line_gets_the_place_also_when_a_newcomer_comes_at_that_moment():
    for _round in range(3):
        series = course_of(0, 1, capacity=1)
        leaver = join(series, "Gerda").course
        first = join(series, "Emine").course

        at_once(lambda c=leaver: courses.cancel(c), lambda s=series: join(s, "Joop"))

        first.refresh_from_db()
        assert first.state == SignUpState.JOINED
        assert CourseSignUp.objects.get(series=series, name="Joop").is_waiting
        assert taken(series) == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_misses_a_date_that_is_added_while_they_join():
    for _round in range(3):
        series = course_of(0)

        def add(series=series):
            with transaction.atomic():
                Series.objects.locked(series.pk)
                courses.include(date_of(series, 1))

        results = at_once(
            add, *[lambda n=n, series=series: join(series, f"Mens {n}") for n in range(4)]
        )

        assert not [result for result in results if isinstance(result, Exception)]
        assert [date.places_taken for date in dates_of(series)] == [4, 4]
        assert taken(series) == 4


@pytest.mark.django_db(transaction=True)
def test_same_form_at_once_makes_one_party():
    series, form = course_of(0, 1), uuid.uuid4()

    results = at_once(*[lambda: join(series, phone="0612345678", form_token=form)] * 6)

    assert {result.course for result in results} == {CourseSignUp.objects.get()}
    assert len({result.secret for result in results}) == 1
    assert taken(series) == 1


def test_presence_of_what_was_stays_when_a_course_is_left():
    series = course_of(0, 1)
    course = join(series).course
    first = dates_of(series)[0]
    with time_machine.travel(first.ends_at + timedelta(hours=1)):
        SignUp.objects.filter(occurrence=first).update(presence=Presence.PRESENT)
        courses.cancel(course)

    assert first.sign_ups.get().presence == Presence.PRESENT
