"""Tomorrow it is; and does the time still suit you?"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities import planning, reminding
from activities.models import (
    OccurrenceState,
    Presence,
    SignUp,
    SignUpState,
    TimeAnswer,
    TimeQuestion,
)
from lokaal.outbox.models import Message
from lokaal.people.models import Channel
from tests.activities.courses import making
from tests.activities.factories import (
    ActivityFactory,
    OccurrenceFactory,
    PersonFactory,
    SignUpFactory,
)
from tests.parallel import at_once

pytestmark = pytest.mark.django_db

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
#: A Monday, and the Tuesday on which the date is.
MONDAY = datetime(2026, 11, 23, 10, 30, tzinfo=AMSTERDAM)
TUESDAY = datetime(2026, 11, 24, 13, 30, tzinfo=AMSTERDAM)


@pytest.fixture
def monday():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def date_on(starts_at=TUESDAY, **fields):
    return OccurrenceFactory(activity__title="Naaicafé", starts_at=starts_at, **fields)


def guest(date, days_ago=5, **fields):
    return SignUpFactory(
        occurrence=date,
        created_at=timezone.now() - timedelta(days=days_ago),
        **{"email": "emine@voorbeeld.nl"} | fields,
    )


# The day before ----------------------------------------------------------------------------------


def test_remind_tells_everybody_on_the_list_the_day_before(monday):
    found = guest(date_on(activity__bring="Een broek"), name="Emine", companions=1)

    assert reminding.remind_all() == 1

    message = Message.objects.get()
    assert message.subject == "Denk je eraan? Naaicafé, dinsdag 24 november"
    assert "Denk je eraan? Morgen, dinsdag 24 november kom je." in message.text
    assert "Je neemt 1 mens mee." in message.text
    assert "Neem mee: Een broek" in message.text
    assert found.shown_code in message.text
    assert message.calendar.count("BEGIN:VEVENT") == 1


def test_remind_twice_tells_once(monday):
    guest(date_on())

    assert [reminding.remind_all(), reminding.remind_all()] == [1, 0]
    assert Message.objects.count() == 1


def test_remind_by_text_message_is_short(monday, settings):
    settings.SMS_BACKEND = "lokaal.outbox.sms.ConsoleBackend"
    guest(date_on(), email="", phone="+31612345678")

    reminding.remind_all()

    message = Message.objects.get()
    assert message.channel == Channel.SMS
    assert message.text.startswith(
        "Denk je eraan? Naaicafé: Morgen, dinsdag 24 november, 13.30 uur"
    )
    assert len(message.text) < 240


def test_remind_writes_in_the_language_of_each(monday):
    guest(date_on(), language="en")

    reminding.remind_all()

    assert Message.objects.get().language == "en"


@pytest.mark.parametrize(("hour", "told"), [(7, 0), (9, 0), (10, 1), (20, 1), (21, 0)])
def test_remind_keeps_to_the_hours_of_the_day(hour, told):
    with time_machine.travel(MONDAY.replace(hour=hour), tick=False):
        guest(date_on())
        assert reminding.remind_all() == told


def test_remind_that_comes_late_still_helps_in_the_morning():
    with time_machine.travel(TUESDAY.replace(hour=8), tick=False):
        guest(date_on())
        assert reminding.remind_all() == 1


def test_remind_that_comes_too_late_stays_away():
    with time_machine.travel(TUESDAY - timedelta(minutes=59), tick=False):
        guest(date_on())
        assert reminding.remind_all() == 0


def test_remind_is_for_tomorrow_only(monday):
    guest(date_on(TUESDAY + timedelta(days=1)))

    assert reminding.remind_all() == 0


def test_remind_leaves_out_who_signed_up_less_than_a_day_before(monday):
    date = date_on()
    due = MONDAY.replace(hour=10, minute=0)
    SignUpFactory(occurrence=date, email="a@voorbeeld.nl", created_at=due - timedelta(hours=23))
    SignUpFactory(occurrence=date, email="b@voorbeeld.nl", created_at=due - timedelta(hours=25))

    reminding.remind_all()

    assert [m.to_address for m in Message.objects.all()] == ["b@voorbeeld.nl"]
    monday.move_to(MONDAY.replace(hour=20))
    assert reminding.remind_all() == 0


@pytest.mark.parametrize("state", [SignUpState.WAITING, SignUpState.OFFERED, SignUpState.CANCELLED])
def test_remind_is_for_who_is_on_the_list(monday, state):
    found = guest(date_on())
    until = timezone.now() + timedelta(hours=2)
    SignUp.objects.update(state=state, queued_at=found.created_at, offered_until=until)

    assert reminding.remind_all() == 0


def test_remind_never_of_what_is_called_off(monday):
    guest(date_on(state=OccurrenceState.CANCELLED))
    guest(date_on(activity__draft=True))

    assert reminding.remind_all() == 0


def test_remind_anew_of_a_date_that_moved(monday):
    date = date_on()
    guest(date)
    reminding.remind_all()
    planning.move(
        date,
        starts_at=TUESDAY + timedelta(hours=3),
        ends_at=TUESDAY + timedelta(hours=5),
        by=None,
    )

    reminding.remind_all()
    reminding.remind_all()

    reminders = Message.objects.filter(key__contains="reminder").order_by("created_at")
    assert [m.subject for m in reminders] == [
        "Denk je eraan? Naaicafé, dinsdag 24 november",
        "Denk je eraan? Naaicafé, dinsdag 24 november",
    ]
    assert "16.30 tot 18.30 uur" in reminders[1].text


def test_remind_on_paper_only_who_likes_paper_best(monday):
    date = date_on()
    guest(date, name="Gerda", email="")
    liked = PersonFactory(name="Joop", channel=Channel.PAPER)
    guest(date, name="Joop", email="", person=liked)

    assert reminding.remind_all() == 1

    assert Message.objects.get().to_name == "Joop"


def test_remind_of_a_course_gives_the_code_of_the_course():
    with time_machine.travel(MONDAY - timedelta(days=9), tick=False) as clock:
        series = making.course_of()
        making.date_of(series, 0, starts_at=TUESDAY)
        course = making.join(series, email="emine@voorbeeld.nl").course
        clock.move_to(MONDAY)

        assert reminding.remind_all() == 1

    message = Message.objects.get(key__contains="reminder")
    assert course.shown_code in message.text


@pytest.mark.django_db(transaction=True)
def test_remind_at_once_tells_once():
    with time_machine.travel(MONDAY, tick=False):
        guest(date_on())

        at_once(*[reminding.remind_all] * 4)

        assert Message.objects.count() == 1


# Does the time suit? -----------------------------------------------------------------------------


def missed(*presences, activity=None, **fields):
    """A guest with sign-ups in the weeks before, and a date to come; the last presence is that of last week."""
    activity = activity or ActivityFactory(title="Naaicafé")
    for ago, presence in zip(range(len(presences), 0, -1), presences, strict=True):
        date = OccurrenceFactory(activity=activity, starts_at=timezone.now() - timedelta(weeks=ago))
        SignUpFactory(
            occurrence=date,
            presence=presence,
            **{"name": "Emine", "email": "emine@voorbeeld.nl", "guest_key": "e" * 64} | fields,
        )
    OccurrenceFactory(activity=activity, starts_at=timezone.now() + timedelta(days=3))
    return activity


def test_who_missed_twice_is_asked_once_and_kindly(monday):
    activity = missed(Presence.ABSENT, Presence.ABSENT)

    assert [reminding.ask_all(), reminding.ask_all()] == [1, 0]

    question = TimeQuestion.objects.get()
    assert (question.activity, question.answer) == (activity, "")
    message = Message.objects.get()
    assert message.subject == "We misten je: Naaicafé"
    assert "Je was er twee keer niet bij Naaicafé. Dat geeft niet." in message.text
    assert f"/time-questions/{question.id}/{question.secret()}/" in message.text


@pytest.mark.parametrize(
    "presences",
    [
        [Presence.ABSENT],
        [Presence.ABSENT, Presence.PRESENT],
        [Presence.PRESENT, Presence.ABSENT],
        [Presence.ABSENT, Presence.UNKNOWN, Presence.ABSENT],
        [Presence.ABSENT, Presence.ABSENT, Presence.PRESENT],
    ],
)
def test_nobody_else_is_asked(monday, presences):
    missed(*presences)

    assert reminding.ask_all() == 0


def test_nobody_is_asked_about_what_stopped_or_has_no_date(monday):
    activity = missed(Presence.ABSENT, Presence.ABSENT)
    activity.occurrences.filter(starts_at__gt=timezone.now()).update(
        state=OccurrenceState.CANCELLED
    )

    assert reminding.ask_all() == 0


def test_a_name_alone_or_paper_is_not_asked(monday):
    missed(Presence.ABSENT, Presence.ABSENT, email="", guest_key="")

    assert reminding.ask_all() == 0


def test_nobody_is_asked_twice_in_three_months_whatever_the_activity(monday):
    missed(Presence.ABSENT, Presence.ABSENT)
    reminding.ask_all()
    missed(Presence.ABSENT, Presence.ABSENT)
    assert reminding.ask_all() == 0

    monday.shift(timedelta(days=93))
    missed(Presence.ABSENT, Presence.ABSENT)
    assert reminding.ask_all() == 1


@pytest.mark.django_db(transaction=True)
def test_asked_at_once_is_asked_once():
    with time_machine.travel(MONDAY, tick=False):
        missed(Presence.ABSENT, Presence.ABSENT)
        missed(Presence.ABSENT, Presence.ABSENT)

        at_once(*[reminding.ask_all] * 3)

        assert TimeQuestion.objects.count() == 1
        assert Message.objects.count() == 1


def test_answers_are_counted_without_names(monday):
    activity = missed(Presence.ABSENT, Presence.ABSENT)
    reminding.ask_all()
    question = TimeQuestion.objects.get()

    reminding.answer(question, TimeAnswer.FITS)
    reminding.answer(question, TimeAnswer.OTHER_TIME)

    assert reminding.answers_of(activity) == {"fits": 0, "other_time": 1, "stop": 0}


def test_who_stops_is_taken_off_the_coming_dates_of_this_activity(monday):
    activity = missed(Presence.ABSENT, Presence.ABSENT)
    reminding.ask_all()
    coming = activity.occurrences.get(starts_at__gt=timezone.now())
    mine = SignUpFactory(occurrence=coming, name="Emine", guest_key="e" * 64)
    other = SignUpFactory(occurrence=coming, name="Gerda")
    elsewhere = SignUpFactory(name="Emine", guest_key="e" * 64)

    reminding.answer(TimeQuestion.objects.get(), TimeAnswer.STOP)

    for row in (mine, other, elsewhere):
        row.refresh_from_db()
    assert mine.state == SignUpState.CANCELLED
    assert other.is_joined
    assert elsewhere.is_joined
    coming.refresh_from_db()
    assert coming.places_taken == 1


# The page ----------------------------------------------------------------------------------------


def page_of(question, secret=None, view="time_question"):
    return reverse(f"activities:{view}", args=[question.pk, secret or question.secret()])


def test_question_page_asks_and_a_get_changes_nothing(monday, client: Client):
    missed(Presence.ABSENT, Presence.ABSENT)
    reminding.ask_all()
    question = TimeQuestion.objects.get()

    response = client.get(page_of(question))

    text = response.content.decode()
    assert response.status_code == 200
    assert "Past de tijd nog?" in text
    assert text.count('name="answer"') == 3
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    question.refresh_from_db()
    assert question.answer == ""


def test_question_is_answered_with_one_press(monday, client: Client):
    missed(Presence.ABSENT, Presence.ABSENT)
    reminding.ask_all()
    question = TimeQuestion.objects.get()

    response = client.post(
        page_of(question, view="time_question_answer"), {"answer": "other_time"}, follow=True
    )

    assert "Dank je. Wij kijken of er een andere tijd kan." in response.content.decode()
    question.refresh_from_db()
    assert (question.answer, question.answered_at) == ("other_time", MONDAY)


@pytest.mark.parametrize("answer", ["", "nonsense"])
def test_question_page_ignores_what_is_no_answer(monday, client: Client, answer):
    missed(Presence.ABSENT, Presence.ABSENT)
    reminding.ask_all()
    question = TimeQuestion.objects.get()

    client.post(page_of(question, view="time_question_answer"), {"answer": answer})

    question.refresh_from_db()
    assert question.answer == ""


def test_question_page_opens_for_its_own_link_only_and_not_for_ever(monday, client: Client):
    missed(Presence.ABSENT, Presence.ABSENT)
    reminding.ask_all()
    question = TimeQuestion.objects.get()

    wrong = client.post(
        page_of(question, secret="a" * 64, view="time_question_answer"), {"answer": "stop"}
    )
    assert wrong.status_code == 404
    assert "Deze link werkt niet" in wrong.content.decode()
    monday.shift(timedelta(days=61))
    assert client.get(page_of(question)).status_code == 404
    question.refresh_from_db()
    assert question.answer == ""
