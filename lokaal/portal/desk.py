"""The desk: what needs me today, for whoever stands at it. A fixed number of queries, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from activities.door.lists import by_name
from activities.enrolment import why_closed
from activities.initiatives import moderating
from activities.initiatives.moderating import count_of
from activities.models import Grant, Occurrence, Presence, Question, SignUp, Wish
from activities.models.occurrence import IS_LONG, LONG
from activities.models.pot import POT_ROLES
from activities.models.wish import COACHING_ROLES
from activities.perms import can_import
from activities.planning import LONGEST
from lokaal.centres.models import Centre
from lokaal.local_time import day_starts_at
from lokaal.look.formats import clock, day
from lokaal.look.own_words import joined, own_words, sentence
from lokaal.outbox.models import Message
from lokaal.outbox.perms import desks_of
from lokaal.people.models import Person
from venue.hire import hiring_desk
from venue.perms import KITCHEN_ROLES, LOOKING_ROLES, MONEY_ROLES, PLANNING_ROLES

NAMES_PER_DATE = 6
ROWS_PER_LIST = 5
ROWS_COUNTED = 100
URGENT_WITHIN_DAYS = 3
TINTS = ("lucht", "roos", "munt")


@dataclass(frozen=True)
class Guest:
    """A party on a list: a name, what to know, and one button."""

    name: str
    text: str
    url: str
    button: str = ""
    told: str = ""
    done: str = ""
    icon: str = "check"
    phone: str = ""
    page: str = ""
    place_page: str = ""


@dataclass(frozen=True)
class DeskDate:
    """A date of today as the desk sees it. `guests` is empty for who may not see names."""

    occurrence: Occurrence
    title: str
    language: str
    time: str
    about: str
    tint: str
    is_running: bool
    is_over: bool
    may_see_names: bool
    guests: list[Guest] = field(default_factory=list)
    waiting: list[Guest] = field(default_factory=list)
    parties: int = 0

    @property
    def anchor(self) -> str:
        return f"d-{self.occurrence.id}"

    @property
    def is_cancelled(self) -> bool:
        return self.occurrence.is_cancelled

    @property
    def may_sign_up(self) -> bool:
        """Whether the desk can put somebody on the list."""
        return self.may_see_names and not why_closed(self.occurrence)

    @property
    def has_more_names(self) -> bool:
        return self.parties > len(self.guests)


@dataclass(frozen=True)
class WaitingWish:
    """A wish that waits for an answer, and how long that may still take."""

    wish: Wish
    due: str
    is_urgent: bool


@dataclass(frozen=True)
class Rows:
    """The first rows of a list, and how many there are in all (counted up to ROWS_COUNTED)."""

    rows: list[Any]
    total: int

    @property
    def has_more(self) -> bool:
        return self.total > len(self.rows)

    def __bool__(self) -> bool:
        return bool(self.rows)


class OtherDesk(NamedTuple):
    """Another page where this person works: a word, a pictogram and the address."""

    word: Any
    icon: str
    url: str


class Counts(NamedTuple):
    """Texts of residents to look at, questions to the municipality that are late, and money that is asked."""

    looks: int = 0
    late_questions: int = 0
    grants: int = 0


NO_COUNTS = Counts()


@dataclass(frozen=True)
class Desk:
    """Everything on the page of the desk."""

    centres: list[Centre]
    chosen: Centre | None
    dates: list[DeskDate]
    over: list[DeskDate]
    keeps_lists: bool
    calls: Rows
    offers: Rows
    wishes: Rows
    paper: Rows
    failed: Rows
    may_import: bool
    others: list[OtherDesk] = field(default_factory=list)
    hire_requests: int = 0
    counts: Counts = NO_COUNTS

    @property
    def is_quiet(self) -> bool:
        return not (
            self.calls
            or self.offers
            or self.wishes
            or self.paper
            or self.failed
            or self.hire_requests
            or any(self.counts)
        )


def desk_of(person: Person, *, centre_slug: str = "", now: datetime | None = None) -> Desk:
    """Gather what needs this person today. `centre_slug` narrows it to one of the centres they work for."""
    now = now or timezone.now()
    centres = list(centres_of(person))
    chosen = next((centre for centre in centres if centre.slug == centre_slug), None)
    if chosen is None and len(centres) == 1:
        chosen = centres[0]
    here = {chosen.id} if chosen else {centre.id for centre in centres}
    at_desk = desks_of(person)
    kept = here if at_desk is None else here & at_desk
    back = f"{reverse('portal:desk')}{'?' + urlencode({'centre': chosen.slug}) if chosen else ''}"
    dates = [
        date_of(
            occurrence,
            now=now,
            may_see_names=occurrence.centre_id in kept,
            back=back,
            tint=TINTS[number % len(TINTS)],
        )
        for number, occurrence in enumerate(dates_of_today(here, now))
    ]
    calls, offers = to_ring(kept)
    counts = counts_of(person, kept)
    letters = Message.objects.visible_to(person).on_desks(kept).with_list()
    return Desk(
        centres=centres,
        chosen=chosen,
        dates=[date for date in dates if not date.is_over],
        over=[date for date in dates if date.is_over],
        keeps_lists=bool(kept),
        calls=_first([call_of(sign_up, back) for sign_up in calls]),
        offers=_first([offer_of(sign_up, back) for sign_up in offers]),
        wishes=_first([waiting_wish(wish) for wish in wishes_for(kept)]),
        paper=_first(list(letters.to_print()[:ROWS_COUNTED])),
        failed=_first(list(letters.failed()[:ROWS_COUNTED])),
        may_import=can_import(person),
        others=other_desks(person),
        counts=counts,
        hire_requests=hiring_desk.waiting_count(person) if person.holds(*PLANNING_ROLES) else 0,
    )


def other_desks(person: Person) -> list[OtherDesk]:
    """The other pages where this person works, by their roles. No query."""
    desks = (
        (COACHING_ROLES, _("Ideeën"), "light-bulb", "activities:wishes_desk"),
        (COACHING_ROLES, _("Buurttafel"), "users", "activities:tables_desk"),
        (COACHING_ROLES, _("Vragen"), "chat-bubble-left-right", "activities:desk_questions"),
        (COACHING_ROLES, _("Papier"), "printer", "activities:desk_papers"),
        (POT_ROLES, _("Het potje"), "currency-euro", "activities:pots"),
        (LOOKING_ROLES, _("Planner"), "calendar", "venue:planner"),
        (LOOKING_ROLES, _("Verhuur"), "building-office-2", "venue:hiring_desk"),
        (KITCHEN_ROLES, _("Keuken"), "pan", "venue:kitchen"),
        (MONEY_ROLES, _("Facturen"), "document-text", "venue:invoices"),
    )
    return [
        OtherDesk(word, icon, reverse(view))
        for roles, word, icon, view in desks
        if person.holds(*roles)
    ]


def centres_of(person: Person) -> QuerySet[Centre]:
    """The centres in use for which a person holds a staff role today."""
    held = {role.centre_id for role in person.current_roles}
    centres = Centre.objects.open_to_public()
    return (
        centres
        if None in held
        else centres.filter(pk__in=[centre_id for centre_id in held if centre_id])
    )


def dates_of_today(centre_ids: set[UUID], now: datetime) -> Iterable[Occurrence]:
    """What is on today at these centres: what starts today, and what still runs from an earlier day."""
    today = timezone.localdate(now)
    start, end = day_starts_at(today), day_starts_at(today + timedelta(days=1))
    began_earlier = Occurrence.objects.filter(
        IS_LONG | Q(starts_at__gte=start - LONG), starts_at__lt=start, ends_at__gt=start
    )
    return (
        (Occurrence.objects.between(start, end) | began_earlier)
        .public()
        .filter(centre__in=centre_ids)
        .with_card()
        .with_live_sign_ups()
        .prefetch_related("activity__translations")
        .order_by("starts_at", "id")
    )


def to_ring(centre_ids: set[UUID]) -> tuple[list[SignUp], list[SignUp]]:
    """Who asked to be called about a date of these centres, and who had better be rung about a place that is free.

    Who is in both is rung about the place. Two queries for both lists.
    """
    if not centre_ids:
        return [], []
    here = SignUp.objects.filter(
        occurrence__centre__in=centre_ids,
        # Says nothing new, but keeps ten years of dates out of the search.
        occurrence__starts_at__gt=timezone.now() - LONGEST,
    )
    offers = here.offers_to_ring().values_list("pk", flat=True)[:ROWS_COUNTED]
    calls = here.waiting_for_call().values_list("pk", flat=True)[:ROWS_COUNTED]
    found = SignUp.objects.filter(pk__in=offers.union(calls)).with_page()
    about_place: list[SignUp] = []
    asked: list[SignUp] = []
    for sign_up in found.prefetch_related("occurrence__activity__translations"):
        (about_place if sign_up.offer_stands else asked).append(sign_up)
    asked.sort(key=lambda one: (one.occurrence.starts_at, one.created_at))
    about_place.sort(key=lambda one: (one.offered_until or one.created_at, one.pk))
    return asked, about_place


def counts_of(person: Person, centre_ids: set[UUID]) -> Counts:
    """What else waits for this person, as numbers. One query."""
    rows = Person.objects.filter(pk=person.pk)
    none = Value(0)
    decides = person.holds(*POT_ROLES)
    found = rows.values_list(
        moderating.waiting_count(person) if centre_ids else none,
        count_of(Question.objects.of_desks(centre_ids).late()) if centre_ids else none,
        count_of(Grant.objects.to_decide_by(person)) if decides else none,
    )
    return Counts(*found.get()) if centre_ids or decides else NO_COUNTS


def wishes_of_desks(centre_ids: set[UUID] | None) -> QuerySet[Wish]:
    """Wishes for the centres of these desks, and for none in particular. None: all."""
    wishes = Wish.objects.select_related("centre", "person", "answered_by")
    if centre_ids is None:
        return wishes
    return wishes.filter(Q(centre__in=centre_ids) | Q(centre__isnull=True))


def wishes_for(centre_ids: set[UUID]) -> Iterable[Wish]:
    """Wishes that wait for an answer of these desks, oldest first."""
    return wishes_of_desks(centre_ids).waiting()[:ROWS_COUNTED] if centre_ids else []  # type: ignore[attr-defined]


def date_of(
    occurrence: Occurrence,
    *,
    now: datetime,
    may_see_names: bool,
    back: str,
    tint: str = "lucht",
    whole: bool = False,
) -> DeskDate:
    """Return a date with the names on its list: the first few, or the whole list. Colours carry no meaning."""
    is_running = occurrence.is_running(now) and not occurrence.is_cancelled
    live: list[SignUp] = occurrence.live_sign_ups
    sign_ups = [sign_up for sign_up in live if sign_up.is_joined]
    waiting = sorted((sign_up for sign_up in live if not sign_up.is_joined), key=by_turn)
    may_be_marked = timezone.localdate(occurrence.starts_at) <= timezone.localdate(now)
    shown = sorted(sign_ups, key=by_name) if whole else sign_ups[:NAMES_PER_DATE]
    anchor = f"{back}#d-{occurrence.id}"
    return DeskDate(
        occurrence=occurrence,
        title=title_of(occurrence),
        language=language_of(occurrence),
        time=_("Hele dag") if occurrence.is_all_day else clock(occurrence.starts_at),
        about=about(occurrence, sign_ups),
        tint="zon" if is_running else tint,
        is_running=is_running,
        is_over=occurrence.is_over(now),
        may_see_names=may_see_names,
        guests=[guest_of(s, anchor, may_be_marked) for s in shown] if may_see_names else [],
        waiting=_waiting(occurrence, waiting) if may_see_names else [],
        parties=len(sign_ups) if may_see_names else 0,
    )


def by_turn(sign_up: SignUp) -> tuple[bool, datetime, UUID]:
    """The order in which those who are not on the list may come on it: who has an offer first, then the queue."""
    return sign_up.is_waiting, sign_up.queued_at or sign_up.created_at, sign_up.pk


def title_of(occurrence: Occurrence) -> str:
    return occurrence.title or occurrence.activity.words(get_language() or "nl").title


def language_of(occurrence: Occurrence) -> str:
    """The language of that title."""
    activity = occurrence.activity
    if occurrence.title:
        return activity.text_language
    return activity.words(get_language() or "nl").language


def about(occurrence: Occurrence, sign_ups: list[SignUp]) -> str:
    """Return in a few words: where, how many come, how many are there."""
    words: list[str] = []
    if occurrence.place:
        words.append(own_words(f"{occurrence.place}.", occurrence.activity.text_language))
    coming = sum(sign_up.party_size for sign_up in sign_ups)
    there = sum(s.party_size for s in sign_ups if s.presence == Presence.PRESENT)
    if there:
        words.append(
            ngettext("%(there)s van %(coming)s is er.", "%(there)s van %(coming)s zijn er.", there)
            % {"there": there, "coming": coming}
        )
    elif occurrence.heads and occurrence.activity.is_drop_in:
        counted = ngettext("%(heads)s mens geteld.", "%(heads)s mensen geteld.", occurrence.heads)
        words.append(counted % {"heads": occurrence.heads})
    elif occurrence.activity.is_drop_in:
        words.append(_("Iedereen loopt zo binnen."))
    elif occurrence.capacity is None:
        words.append(_("%(coming)s aangemeld.") % {"coming": coming})
    else:
        words.append(
            ngettext(
                "%(coming)s aangemeld, %(capacity)s plek.",
                "%(coming)s aangemeld, %(capacity)s plekken.",
                occurrence.capacity,
            )
            % {"coming": coming, "capacity": occurrence.capacity}
        )
    return joined(words, " ")


def _waiting(occurrence: Occurrence, waiting: list[SignUp]) -> list[Guest]:
    """Return who has an offer and who waits. A place that is free while they wait may be given by hand."""
    before = sum(sign_up.is_offered for sign_up in waiting)
    left = occurrence.places_left
    return [
        waiting_guest(
            sign_up,
            place=number - before,
            can_have_place=not occurrence.is_cancelled
            and sign_up.is_waiting
            and (left is None or sign_up.party_size <= left),
        )
        for number, sign_up in enumerate(waiting, start=1)
    ]


def waiting_guest(sign_up: SignUp, *, place: int, can_have_place: bool) -> Guest:
    """Return a party that is not on the list: it waits, or has an offer. The queue decides; a host with a reason."""
    words = []
    if sign_up.is_offered and sign_up.offered_until:
        until = {"day": day(sign_up.offered_until), "time": clock(sign_up.offered_until)}
        words.append(_("Heeft een aanbod tot %(day)s, %(time)s uur.") % until)
    else:
        words.append(_("Nummer %(place)d.") % {"place": place})
    words += _brings(sign_up)
    return Guest(
        name=sign_up.name,
        text=" ".join(words),
        url="",
        page=reverse("activities:sign_up", args=[sign_up.pk]),
        place_page=reverse("activities:sign_up_place", args=[sign_up.pk]) if can_have_place else "",
    )


def _brings(sign_up: SignUp) -> list[str]:
    if not sign_up.companions:
        return []
    words = ngettext("Neemt %(count)s mens mee.", "Neemt %(count)s mensen mee.", sign_up.companions)
    return [words % {"count": sign_up.companions}]


def offer_of(sign_up: SignUp, back: str) -> Guest:
    """Return somebody to ring about a place that is free: for what, until when, and on which number."""
    occurrence = sign_up.occurrence
    number: Any = sign_up.phone or (sign_up.person.phone if sign_up.person else "")
    until = sign_up.offered_until or occurrence.starts_at
    return Guest(
        name=sign_up.contact_name or sign_up.name,
        text=sentence(
            _("%(title)s, %(day)s. Een plek tot %(until)s uur."),
            title=own_words(title_of(occurrence), language_of(occurrence)),
            day=day(occurrence.starts_at),
            until=clock(until) if is_today(until) else f"{day(until)}, {clock(until)}",
        ),
        url=_post_to("portal:desk_offer", sign_up.id, back),
        phone=str(number.as_national) if number else "",
    )


def is_today(moment: datetime) -> bool:
    return timezone.localdate(moment) == timezone.localdate()


def guest_of(sign_up: SignUp, back: str, may_be_marked: bool = True) -> Guest:
    """Return a party as a row: press the button when they come in, and once more to take that back."""
    words = _brings(sign_up)
    if sign_up.wants_call and sign_up.called_at is None:
        words.append(_("Wil gebeld worden."))
    is_there = sign_up.presence == Presence.PRESENT
    return Guest(
        name=sign_up.name,
        text=" ".join(words),
        url=_post_to("portal:desk_presence", sign_up.id, back),
        button=_("Is er") if may_be_marked else "",
        told=_("%(name)s is er") % {"name": sign_up.name},
        done=_("Is er") if is_there else "",
    )


def call_of(sign_up: SignUp, back: str) -> Guest:
    """Return somebody to call: for what, and on which number."""
    occurrence = sign_up.occurrence
    number: Any = sign_up.phone or (sign_up.person.phone if sign_up.person else "")
    return Guest(
        name=sign_up.name,
        text=sentence(
            _("%(title)s, %(day)s"),
            title=own_words(title_of(occurrence), language_of(occurrence)),
            day=day(occurrence.starts_at),
        ),
        url=_post_to("portal:desk_called", sign_up.id, back),
        phone=str(number.as_national) if number else "",
    )


def waiting_wish(wish: Wish) -> WaitingWish:
    """Return a wish with the time that is left to answer it."""
    left = wish.days_left
    if left < 0:
        due = ngettext("%(days)s dag te laat", "%(days)s dagen te laat", -left) % {"days": -left}
    elif left == 0:
        due = _("Vandaag de laatste dag")
    else:
        due = ngettext("Nog %(days)s dag", "Nog %(days)s dagen", left) % {"days": left}
    return WaitingWish(wish, due, is_urgent=left <= URGENT_WITHIN_DAYS)


def _post_to(view: str, pk: UUID, back: str) -> str:
    return f"{reverse(view, args=[pk])}?{urlencode({'next': back})}"


def _first(rows: list[Any]) -> Rows:
    return Rows(rows[:ROWS_PER_LIST], len(rows))
