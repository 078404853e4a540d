"""Joining a course: the whole series at once. Only this module changes the state of a party in a course.

The row of the series is locked first, then those of its coming dates, then the parties: in the order of the house. The
party, its sign-up for every date, the places of the series and of each date, and the message are one transaction. The
rules of the queue are those of activities.queue.

Who cannot come one time, and comes another time instead: activities.making_up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import emails, enrolment, needs
from activities.exceptions import AlreadyInCourse, Full, NotOpen, OfferGone
from activities.models import (
    ActivityState,
    CourseSignUp,
    ForWhom,
    Occurrence,
    QueueRule,
    Series,
    SignUp,
    SignUpState,
)
from activities.models.party import HOLDING, LIVE
from activities.newcomers import Newcomer, Told, check_companions, told_before
from activities.queue import Queue
from lokaal import constraints
from lokaal.look.formats import day
from lokaal.people.models import Person
from lokaal.secret_links import (
    CODE_ATTEMPTS,
    hash_of,
    new_code,
    new_secret,
    saved_with_code,
    typed_code,
)

#: What a sign-up for one date takes over from the party in the course.
TAKEN_OVER = (
    "person",
    "name",
    "phone",
    "email",
    "guest_key",
    "for_whom",
    "contact_name",
    "consented_at",
    "language",
    "entered_by",
)


@dataclass(frozen=True)
class JoinedCourse:
    """A party in a course, the secret of its link, and whether this call made it. The secret is kept nowhere."""

    course: CourseSignUp
    secret: str
    is_new: bool


class CourseQueue(Queue[CourseSignUp]):
    """The queue of a locked series, with its dates that are not over, locked too.

    A party fits when the series and every coming date have place for it. Its sign-ups for those dates follow it.
    """

    def __init__(
        self, series: Series, coming: Iterable[Occurrence], elsewhere: Iterable[Occurrence] = ()
    ) -> None:
        """`elsewhere`: dates that are not of this course, on which its people come another time."""
        self.series = series
        self.coming = sorted(coming, key=lambda date: (date.starts_at, date.pk))
        self.dates = {date.pk: date for date in [*self.coming, *elsewhere]}
        held = [date.starts_at for date in self.coming if not date.is_cancelled]
        super().__init__(
            series,
            CourseSignUp.objects.filter(series=series),
            activity=series.activity,
            begins_at=max(held, default=timezone.now()),  # who comes in halfway takes the rest
            is_called_off=not held,
        )

    @property
    def left(self) -> int | None:
        """Places still free for the whole course: of the series, and of its fullest date."""
        lefts = [super().left, *(date.places_left for date in self.coming)]
        return min((left for left in lefts if left is not None), default=None)

    @property
    def full_sentence(self) -> str:
        return _("Vol. Er is geen plek meer in deze cursus.")

    def tell_place(self, party: CourseSignUp) -> None:
        emails.course_place(party, self.coming)

    def tell_offer(self, party: CourseSignUp) -> None:
        emails.course_offered(party, self.coming)

    def tell_lapsed(self, party: CourseSignUp) -> None:
        emails.course_lapsed(party, self.coming)

    def count_date(self, date: Occurrence, places: int) -> None:
        """Count places of one of the locked dates; a negative number gives them back. Raises Full."""
        left = date.places_left
        if left is not None and places > max(left, 0):
            raise Full(
                _("Op %(day)s is er niet genoeg plek.") % {"day": day(date.starts_at)},
                places_left=max(left, 0),
            )
        if places:
            date.places_taken += places
            date.save(update_fields=["places_taken"])

    def follow(self, party: CourseSignUp, *, by: Person | None = None) -> None:
        """Let the sign-ups of a party for the coming dates be as the party is. A time it misses stays missed."""
        rows = {
            row.occurrence_id: row
            for row in SignUp.objects.filter(course=party, occurrence__in=self.dates)
            .select_for_update()
            .order_by("id")
        }
        for row in rows.values():
            if row.is_live:
                self._follow_one(row, party, by)
        if party.holds_places:
            self._make([date for date in self.coming if date.pk not in rows], party)

    def _offer_until(self, party: CourseSignUp, now: datetime) -> datetime | None:
        """A course goes on: that its next date is near shortens no offer."""
        to = emails.recipient(party)
        if self.activity.queue_rule != QueueRule.OFFER or not (to.email or to.phone):
            return None
        return min(now + timedelta(hours=self.activity.offer_hours), self.begins_at)

    def _save(self, party: CourseSignUp, *fields: str) -> None:  # type: ignore[override]
        super()._save(party, *fields)
        self.follow(party, by=party.cancelled_by)

    def _follow_one(self, row: SignUp, party: CourseSignUp, by: Person | None) -> None:
        date, size = self.dates[row.occurrence_id], row.party_size
        if not party.holds_places:
            row.state, row.offered_until = SignUpState.CANCELLED, None
            row.cancelled_at, row.cancelled_by = timezone.now(), by
            self.count_date(date, -size)
        else:
            row.state, row.offered_until = party.state, party.offered_until
            if not row.makes_up_id:  # another time is for as many as it was chosen for
                row.companions = party.companions
                row.companion_names = party.companion_names
                self.count_date(date, row.party_size - size)
        row.save(
            update_fields=[
                "state",
                "offered_until",
                "cancelled_at",
                "cancelled_by",
                "companions",
                "companion_names",
                "updated_at",
            ]
        )

    def _make(self, dates: list[Occurrence], party: CourseSignUp) -> None:
        """Sign a party up for dates of the course, unless the same people are on their list already."""
        there = of_same_people(party).filter(occurrence__in=dates, state__in=LIVE)
        known = set(there.values_list("occurrence_id", flat=True))
        wanted = [date for date in dates if date.pk not in known]
        for date in wanted:
            self.count_date(date, party.party_size)
        saved_at_once([sign_up_of(party, date) for date in wanted])


# Joining -----------------------------------------------------------------------------------------


def join(series: Series, *, form_token: UUID | None = None, **told: Unpack[Told]) -> JoinedCourse:
    """Put a party in a course, on the list of all its coming dates, or at the end of its queue; and tell them.

    All or nothing: a party that does not fit on one of the dates waits for the whole. What is asked, and what the same
    `form_token` does, is as for a single date (`enrolment.join`).

    Raises NotOpen (no coming date, not in the agenda, no course), Full (it does not fit and cannot wait),
    AlreadyInCourse, TooManyCompanions, NeedsGuardian, HoldsBSN.
    """
    newcomer = Newcomer(**told)
    newcomer.check()
    sent = newcomer.sent(f"course|{series.pk}", form_token)
    with transaction.atomic():
        queue = locked_queue(series.pk)
        queue.settle()
        if form_token:
            before = queue.parties.with_page().filter(form_key=sent.key).first()  # type: ignore[attr-defined]
            if before:
                given = sent.secret_given_before(before.secret_hash)
                return JoinedCourse(before, given, is_new=False)
        _check_open(queue)
        _check_not_there(queue, person=newcomer.account, guest_key=newcomer.guest_key)
        secret = sent.secret()
        course = CourseSignUp(series=queue.series, **newcomer.fields(sent, secret))
        queue.enter(course)
        saved_with_code(course, "activities_course_code")
        queue.follow(course)
        needs.ask(course, newcomer.asked)
        if course.is_joined:
            emails.course_joined(course, queue.coming, secret=secret)
        else:
            emails.course_waiting(course, queue.coming, secret=secret)
    return JoinedCourse(course, secret, is_new=True)


def rejoin(course: CourseSignUp, *, form_token: UUID | None = None, language: str) -> JoinedCourse:
    """Put a party that had left the course in it again, as a new sign-up. Raises what `join` raises."""
    told = told_before(course, language=language)
    return join(course.series, form_token=form_token, **told)


def cancel(course: CourseSignUp, *, by: Person | None = None) -> CourseSignUp:
    """Take a party out of the course, or out of its queue: all dates that are not over. Twice is harmless.

    What was, stays: who was there is a fact. Raises NotOpen when the last date is over.
    """
    with transaction.atomic():
        queue = locked_queue(course.series_id, also=_dates_elsewhere(course))
        queue.settle()
        found = locked(course)
        if not found.is_live:
            return found
        if not queue.coming:
            raise NotOpen(_("Deze cursus is al geweest. Afmelden hoeft niet meer."))
        was_waiting = found.is_waiting
        queue.leave(found, by=by)
        needs.forget(found)
        emails.course_left(found, queue.coming, was_waiting=was_waiting)
    return found


def accept(course: CourseSignUp) -> CourseSignUp:
    """Take the place that was offered. Twice is harmless. Raises OfferGone and NotOpen."""
    with transaction.atomic():
        queue = locked_queue(course.series_id)
        queue.settle()
        found = locked(course)
        try:
            is_news = queue.accept(found)
        except OfferGone as refusal:
            gone = refusal  # raised below, so that what was settled stays
        else:
            if is_news:
                emails.course_accepted(found, queue.coming)
            return found
    raise gone


def change_party(course: CourseSignUp, companions: int) -> CourseSignUp:
    """Come to the coming dates with more or fewer others, and tell them. The same number again changes nothing.

    Who waits keeps the turn; a smaller party may get its places at once, and then hears that instead.
    Raises NotOpen (over, or no longer in the course), Full, TooManyCompanions.
    """
    check_companions(companions)
    with transaction.atomic():
        queue = locked_queue(course.series_id)
        queue.settle()
        found = locked(course)
        if not found.is_live:
            raise NotOpen(_("Je doet niet meer mee. Meld je opnieuw aan."))
        if companions == found.companions:
            return found
        _check_open(queue)
        stood = found.state
        queue.resize(found, companions)
        if found.state == stood:
            emails.course_changed(found, queue.coming)
    return found


# The dates of a series ---------------------------------------------------------------------------


def include(occurrence: Occurrence) -> None:
    """A date was added to a series: who is in the course is on its list. For more dates at once: `include_all`.

    Called in the transaction that made the date, which holds the row of the series. Raises Full.
    """
    if occurrence.series_id and occurrence.activity.is_course:
        include_all(occurrence.series_id)


def include_all(series_id: UUID) -> None:
    """Put everybody in the course of a series on the list of all its coming dates. Twice is harmless. Raises Full."""
    with transaction.atomic():
        queue = locked_queue(series_id)
        inside = queue.parties.filter(state__in=HOLDING).order_by("id")
        for course in inside.select_for_update(of=("self",)).select_related("person"):
            queue.follow(course)


def settle(series_id: UUID) -> None:
    """Take back the offers of a course that ran out, and give what is free to who waits. Twice is harmless."""
    with transaction.atomic():
        locked_queue(series_id).settle()


def settle_all() -> None:
    """Settle every course in which somebody waits or has an offer, each in a transaction of its own."""
    for pk in Series.objects.filter(
        Q(waiting__gt=0)
        | Exists(CourseSignUp.objects.filter(series=OuterRef("pk"), state="offered"))
    ).values_list("pk", flat=True):
        settle(pk)


# Finding -----------------------------------------------------------------------------------------


def find_by_code(code: str) -> CourseSignUp | None:
    """Return the party in a course with this code. Whoever lets people try codes limits how often."""
    digits = typed_code(code)
    if not digits:
        return None
    lately = timezone.now() - enrolment.CODE_OUTLIVES_DATE
    dates = Occurrence.objects.filter(series=OuterRef("series"), ends_at__gt=lately)
    return CourseSignUp.objects.with_page().filter(Exists(dates), code=digits).first()


def find_by_secret(pk: UUID, secret: str) -> CourseSignUp | None:
    """Return the party whose link this is; None for a wrong, shortened or foreign link."""
    found = CourseSignUp.objects.with_page().filter(pk=pk).first()
    return found if found and found.has_secret(secret) else None


def date_by_code(code: str, occurrence: Occurrence) -> SignUp | None:
    """Return the sign-up for one date of the party in a course with this code: for the door."""
    digits = typed_code(code)
    if not digits:
        return None
    return occurrence.sign_ups.live().filter(course__code=digits).first()


def remind(course: CourseSignUp) -> None:
    """Send a party the code once more, to the address on the row, at most once a day."""
    with transaction.atomic():
        emails.course_already_there(course, coming_dates(course.series))


def position_of(course: CourseSignUp) -> int:
    """Return the place of a waiting party in its queue: 1 is next; 0 for one that does not wait."""
    if not course.is_waiting:
        return 0
    before = Q(queued_at__lt=course.queued_at) | Q(queued_at=course.queued_at, id__lt=course.pk)
    return CourseSignUp.objects.waiting().filter(before, series=course.series_id).count() + 1


def coming_dates(series: Series) -> list[Occurrence]:
    """The dates of a course that are not over, first one first."""
    parts = parts_of(series.pk)
    return list(Occurrence.objects.with_card().filter(series__in=parts).upcoming())


# Within ------------------------------------------------------------------------------------------


def parts_of(series_id: UUID) -> list[UUID]:
    """The series that make up one course, the first one first: the others took over some of its dates since.

    (A change of "this date and those after it" gives those a series of their own, that follows.)
    """
    follows = dict(
        Series.objects.filter(activity__series=series_id).values_list("pk", "follows_id")
    )

    def first_of(pk: UUID) -> UUID:
        before = follows[pk]
        return first_of(before) if before else pk

    first = first_of(series_id)
    return [first, *(pk for pk in sorted(follows) if pk != first and first_of(pk) == first)]


def locked_queue(series_id: UUID, *, also: Iterable[UUID] = ()) -> CourseQueue:
    """Return the queue of a course as it is now, with its dates that are not over, and others besides."""
    parts = parts_of(series_id)
    series = Series.objects.locked(parts[0])
    wanted = Q(series__in=parts) | Q(pk__in=list(also))
    dates = (
        Occurrence.objects.filter(wanted, ends_at__gt=timezone.now())
        .select_for_update(of=("self",), no_key=True)
        .select_related("activity", "centre")
        .order_by("id")
    )
    ours: list[Occurrence] = []
    elsewhere: list[Occurrence] = []
    for date in dates:
        (ours if date.series_id in parts else elsewhere).append(date)
    return CourseQueue(series, ours, elsewhere)


def sign_up_of(course: CourseSignUp, date: Occurrence) -> SignUp:
    """A sign-up for one date, not saved yet. It is opened by the link and the code of the course, never by its own."""
    taken_over: dict[str, Any] = {name: getattr(course, name) for name in TAKEN_OVER}
    return SignUp(
        occurrence=date,
        course=course,
        state=course.state,
        offered_until=course.offered_until,
        queued_at=course.queued_at,
        companions=course.companions,
        companion_names=course.companion_names,
        secret_hash=hash_of(new_secret()),
        **taken_over,
    )


def saved_at_once(rows: list[SignUp]) -> None:
    """Save new sign-ups, each with a code that nobody else has."""
    for _attempt in range(CODE_ATTEMPTS):
        for row in rows:
            row.code = new_code()
        try:
            with transaction.atomic():
                SignUp.objects.bulk_create(rows)
        except IntegrityError as error:
            if constraints.broken_by(error) != "activities_signup_code":
                raise
        else:
            return
    raise RuntimeError("No free code was found; the codes are nearly used up.")


def locked(course: CourseSignUp) -> CourseSignUp:
    return CourseSignUp.objects.select_for_update(of=("self",)).with_page().get(pk=course.pk)


def _dates_elsewhere(course: CourseSignUp) -> list[UUID]:
    """The dates of other series on which this party makes up for one that it missed."""
    chosen = course.dates.live().filter(makes_up__isnull=False)
    return list(chosen.values_list("occurrence_id", flat=True))


def of_same_people(course: CourseSignUp) -> Any:
    """The sign-ups of the same person, or the same guest."""
    if course.person_id and course.for_whom == ForWhom.SELF:
        return SignUp.objects.filter(person=course.person_id, for_whom=ForWhom.SELF)
    if course.guest_key:
        return SignUp.objects.filter(guest_key=course.guest_key)
    return SignUp.objects.filter(course=course)


def _check_open(queue: CourseQueue) -> None:
    """Raise NotOpen, with the reason, when nobody can join this course."""
    activity = queue.activity
    if activity.state == ActivityState.DRAFT:
        raise NotOpen(_("Deze activiteit staat nog niet in de agenda."))
    if activity.state == ActivityState.STOPPED:
        raise NotOpen(_("Deze activiteit is gestopt. Kijk in de agenda wat er nog meer is."))
    if not activity.is_course:
        raise NotOpen(_("Kies een datum. Je hoeft niet de hele reeks mee te doen."))
    if not queue.coming:
        raise NotOpen(_("Deze cursus is al geweest."))
    if queue.is_called_off:
        raise NotOpen(_("Deze cursus gaat niet door."))


def _check_not_there(queue: CourseQueue, *, person: Person | None, guest_key: str) -> None:
    live = CourseSignUp.objects.live().with_page().filter(series=queue.series)
    found = None
    if person:
        found = live.of(person).filter(for_whom=ForWhom.SELF).first()
    elif guest_key:
        found = live.filter(guest_key=guest_key).first()
    if found:
        raise AlreadyInCourse(_("Je doet al mee."), course=found)
