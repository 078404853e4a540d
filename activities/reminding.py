"""Reminding people of a date, the day before; and asking, once in a while, whether the time still suits them.

A reminder goes to everybody on the list, by the channel of each, once for every moment of a date: one that moved is
reminded of anew, one that was called off never. Who signed up shortly before knows it still, and paper would come too
late (unless somebody likes paper best). The key in the outbox decides, so the job can run twice, or late.

Somebody who was not there twice in a row gets one friendly question. It is no punishment: nobody is taken off any
list by it, and organisers see only how many answered what.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import courses, emails, enrolment
from activities.exceptions import NotOpen
from activities.models import (
    Activity,
    ActivityState,
    ForWhom,
    Occurrence,
    Presence,
    SignUp,
    TimeAnswer,
    TimeQuestion,
)
from lokaal import local_time
from lokaal.outbox.models import Message
from lokaal.people.models import Channel
from lokaal.secret_links import hash_of

#: When people are reminded: the day before, by the clock here.
REMIND_AT = time(10)
#: Nobody is disturbed before or after these times, also when the job comes late.
DAY_BEGINS, DAY_ENDS = time(8), time(21)
#: Who signed up later than this before the reminder knows it still.
FRESH = timedelta(days=1)
#: A reminder that comes less than this before the begin helps nobody.
TOO_LATE = timedelta(hours=1)

#: So long after a date that somebody missed may the question still come: presence is often noted afterwards.
ASK_WITHIN = timedelta(days=10)
#: And nobody gets a second question within this time, whatever the activity.
QUIET = timedelta(days=92)
#: A question can be answered this long.
ANSWERED_WITHIN = timedelta(days=60)
#: Only one job asks at a time.
ASKING_LOCK = 5_010_002


# The day before ----------------------------------------------------------------------------------


def remind_all(now: datetime | None = None) -> int:
    """Remind everybody of what is tomorrow, and of what is later today if that was not done. Returns how many."""
    now = now or timezone.now()
    local = timezone.localtime(now)
    if not DAY_BEGINS <= local.time() < DAY_ENDS:
        return 0
    last = local.date() + timedelta(days=1 if local.time() >= REMIND_AT else 0)
    dates = (
        Occurrence.objects.public()
        .going_ahead()
        .between(now + TOO_LATE, local_time.day_starts_at(last + timedelta(days=1)))
    )
    return sum(remind_of(pk, now) for pk in dates.values_list("pk", flat=True))


def remind_of(pk: UUID, now: datetime) -> int:
    """Remind everybody on the list of one date who was not reminded of this moment yet. Returns how many."""
    with transaction.atomic():
        date = Occurrence.objects.locked(pk)  # nobody leaves the list while we write
        if date.is_cancelled or date.starts_at < now + TOO_LATE:
            return 0
        known_before = reminded_at(date) - FRESH
        on_list = date.sign_ups.joined().with_recipient().filter(created_at__lte=known_before)
        keys = {emails.reminder_key(one, date): one for one in on_list.order_by("created_at", "id")}
        done = set(Message.objects.filter(key__in=keys).values_list("key", flat=True))
        to_tell = [one for key, one in keys.items() if key not in done]
        return sum(emails.reminder(one, date) for one in to_tell)


def reminded_at(date: Occurrence) -> datetime:
    """The moment at which people are reminded of a date."""
    day_before = timezone.localdate(date.starts_at) - timedelta(days=1)
    return local_time.at(day_before, REMIND_AT)


# Does the time still suit? -----------------------------------------------------------------------


def ask_all(now: datetime | None = None) -> int:
    """Ask whoever was not there twice in a row whether the time still suits. Returns how many were asked.

    Of parties that can be reached, for what goes on, and never twice within QUIET.
    """
    now = now or timezone.now()
    if not DAY_BEGINS <= timezone.localtime(now).time() < DAY_ENDS:
        return 0
    missed = (
        SignUp.objects.joined()
        .filter(
            presence=Presence.ABSENT,
            occurrence__ends_at__gt=now - ASK_WITHIN,
            occurrence__ends_at__lte=now,
            occurrence__activity__state=ActivityState.PUBLISHED,
            time_question=None,
        )
        .with_page()
        .order_by("occurrence__starts_at", "id")
    )
    return sum(_ask(sign_up, now) for sign_up in missed)


def answers_of(activity: Activity) -> dict[str, int]:
    """How many gave which answer (a TimeAnswer), for the organisers. Who they are is nobody's business."""
    found = dict.fromkeys([TimeAnswer.FITS, TimeAnswer.OTHER_TIME, TimeAnswer.STOP], 0)
    for answer in activity.time_questions.exclude(answer="").values_list("answer", flat=True):
        found[TimeAnswer(answer)] += 1
    return {str(answer): number for answer, number in found.items()}


def answers_in_words(activity: Activity) -> list[str]:
    """The same in sentences, without what nobody answered."""
    found = answers_of(activity)
    fits, other, stop = (found[key] for key in ("fits", "other_time", "stop"))
    said = [
        ngettext("%(n)d mens: de tijd past", "%(n)d mensen: de tijd past", fits) % {"n": fits},
        ngettext(
            "%(n)d mens wil liever een andere tijd",
            "%(n)d mensen willen liever een andere tijd",
            other,
        )
        % {"n": other},
        ngettext("%(n)d mens stopt", "%(n)d mensen stoppen", stop) % {"n": stop},
    ]
    return [words for words, number in zip(said, (fits, other, stop), strict=True) if number]


def find_question(pk: UUID, secret: str) -> TimeQuestion | None:
    """Return the question whose link this is; None for a wrong link, or one that is too old."""
    question = (
        TimeQuestion.objects.filter(pk=pk, asked_at__gt=timezone.now() - ANSWERED_WITHIN)
        .select_related("activity__centre", "sign_up__person", "sign_up__course__series")
        .first()
    )
    return question if question and question.has_secret(secret) else None


def answer(question: TimeQuestion, answered: TimeAnswer) -> None:
    """Keep an answer; the last one counts. Who stops is taken off every coming date of the activity, as they asked."""
    with transaction.atomic():
        TimeQuestion.objects.filter(pk=question.pk).update(
            answer=answered, answered_at=timezone.now()
        )
    if answered == TimeAnswer.STOP:
        for sign_up in coming_of(question.sign_up):
            _take_off(sign_up)
    question.answer = answered


def coming_of(sign_up: SignUp) -> Iterable[SignUp]:
    """The coming dates of the same activity that the same party is on the list for."""
    return (
        same_party(sign_up)
        .live()
        .upcoming()
        .filter(occurrence__activity=sign_up.occurrence.activity_id)
        .select_related("course")
    )


def same_party(sign_up: SignUp):  # type: ignore[no-untyped-def]  # a SignUpQuerySet
    """All sign-ups of the same party: of a course, of an account, or with the same name and contact."""
    if sign_up.course_id:
        return SignUp.objects.filter(course=sign_up.course_id)
    if sign_up.person_id and sign_up.for_whom == ForWhom.SELF:
        return SignUp.objects.filter(person=sign_up.person_id, for_whom=ForWhom.SELF)
    if sign_up.guest_key:
        return SignUp.objects.filter(guest_key=sign_up.guest_key)
    return SignUp.objects.filter(pk=sign_up.pk)


def _take_off(sign_up: SignUp) -> None:
    try:
        if sign_up.course:
            courses.cancel(sign_up.course)
        else:
            enrolment.cancel(sign_up)
    except NotOpen:  # it was over in the meantime
        return


def _ask(sign_up: SignUp, now: datetime) -> int:
    key = _party_key(sign_up)
    reached_by = emails.recipient(sign_up).reached_by
    if not key or reached_by == Channel.PAPER or not _missed_before(sign_up):
        return 0
    activity = sign_up.occurrence.activity
    if not activity.occurrences.going_ahead().filter(starts_at__gt=now).exists():
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ASKING_LOCK])
        if TimeQuestion.objects.filter(party_key=key, asked_at__gt=now - QUIET).exists():
            return 0
        question = TimeQuestion.objects.create(
            activity=activity, sign_up=sign_up, party_key=key, asked_at=now
        )
        emails.does_the_time_suit(question)
    return 1


def _missed_before(sign_up: SignUp) -> bool:
    """Whether this party was absent the time before this one too, and not seen since."""
    times = (
        same_party(sign_up)
        .joined()
        .filter(
            occurrence__activity=sign_up.occurrence.activity_id,
            occurrence__ends_at__lte=timezone.now(),
        )
    )
    last_two = list(
        times.order_by("-occurrence__starts_at", "-id").values_list("pk", "presence")[:2]
    )
    absent = [pk for pk, presence in last_two if presence == Presence.ABSENT]
    return len(absent) == 2 and absent[0] == sign_up.pk


def _party_key(sign_up: SignUp) -> str:
    """By what a party is known again; empty for a name alone."""
    if sign_up.person_id and sign_up.for_whom == ForWhom.SELF:
        return hash_of(f"person|{sign_up.person_id}")
    return sign_up.guest_key


def said(answered: str) -> str:
    """What somebody answered, in a sentence back to them."""
    return {
        TimeAnswer.FITS: _("Fijn. Tot de volgende keer."),
        TimeAnswer.OTHER_TIME: _("Dank je. Wij kijken of er een andere tijd kan."),
        TimeAnswer.STOP: _("Dank je. Je staat niet meer op de lijst. Je mag altijd terugkomen."),
    }.get(TimeAnswer(answered), "")
