"""Looking back at what was tried: the four answers of organisers and coach, and one tap of those who came.

After the last date of a try-out the house asks by itself, once. Whatever ran without a wish can be looked back on too.
Answers are kept as they are given. The writer chooses who may read them; what everybody may read is looked at first
(activities.initiatives.moderating). The row of the wish is locked before that of the look-back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.emails import look_backs as emails
from activities.emails.telling import recipient
from activities.emails.wishes import wisher
from activities.exceptions import NotOpen, NotReady
from activities.initiatives import coaching, moderating
from activities.models import (
    Activity,
    ActivityState,
    Choice,
    LookBack,
    Occurrence,
    OccurrenceState,
    Presence,
    Reaction,
    Readers,
    Reflection,
    SignUp,
    SignUpState,
    Wish,
    WishState,
    Writer,
)
from activities.models.look_back import QUESTIONS
from activities.models.occurrence import OccurrenceQuerySet
from activities.models.wish import Showing
from lokaal import bsn
from lokaal.people.models import Person
from lokaal.secret_links import hash_of, sealed

#: Of something that runs longer than a try-out, those who came within this time are asked.
ASK_BACK = timedelta(weeks=26)
#: People get home before the house asks.
ASK_AFTER = timedelta(hours=2)
MOST_FROM_PAPER = 10


# Beginning ---------------------------------------------------------------------------------------


def open_for(activity: Activity, *, by: Person | None) -> LookBack:
    """Begin to look back at an activity, with the wish that it was tried for. Twice, or two at once, gives one.

    The wish goes on to "looking back"; who organised it hears so from `ask_organisers`. Raises NotReady for what was
    never in the agenda.
    """
    if activity.state == ActivityState.DRAFT:
        raise NotReady(_("Dit stond nog niet in de agenda. Er is nog niets om op terug te kijken."))
    with transaction.atomic():
        wish = _wish_tried_with(activity)
        found = LookBack.objects.filter(activity=activity, outcome="").first()
        if found:
            return found
        look_back, is_new = LookBack.objects.get_or_create(
            activity=activity,
            outcome="",
            defaults={
                "centre": activity.centre,
                "wish": wish,
                "title": activity.title,
                "summary": activity.summary or (wish.text if wish else ""),
                "language": activity.text_language,
                "opened_by": by,
            },
        )
        if is_new:
            if wish:
                coaching.become(wish, WishState.LOOKING_BACK, by=by, tells=False)
            keep_numbers(look_back)
    return look_back


def open_due() -> int:
    """Begin to look back at every try-out of which the last date is over, and ask who was there. Returns how many.

    Safe to run twice, or at the same moment as itself. A wish that goes wrong does not stop the others.
    """
    return sum(_open_one(pk) for pk in _try_outs_over())


def _try_outs_over() -> list[UUID]:
    """Wishes that are tried, of which a date was held and none is to come."""
    now = timezone.now()
    dates = Occurrence.objects.filter(state=OccurrenceState.PLANNED)
    return list(
        Wish.objects.filter(
            state=WishState.TRYING,
            activity__in=dates.filter(ends_at__lte=now - ASK_AFTER).values("activity"),
        )
        .exclude(
            activity__in=dates.filter(
                ends_at__gt=now - ASK_AFTER, activity__wishes__isnull=False
            ).values("activity")
        )
        .order_by("id")
        .values_list("pk", flat=True)
    )


def _open_one(pk: UUID) -> bool:
    with transaction.atomic():
        wish = (
            Wish.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
            .filter(pk=pk, state=WishState.TRYING)
            .first()
        )
        if wish is None or wish.activity is None or wish.activity.state == ActivityState.DRAFT:
            return False
        look_back = open_for(wish.activity, by=None)
        ask_organisers(look_back)
        ask(look_back)
    return True


def _wish_tried_with(activity: Activity) -> Wish | None:
    """The wish that is tried with this activity now, locked."""
    return (
        Wish.objects.select_for_update(of=("self",), no_key=True)
        .filter(
            activity=activity,
            state__in=[WishState.TRYING, WishState.LOOKING_BACK, WishState.KEPT],
        )
        .order_by("-created_at", "-id")
        .first()
    )


# Numbers -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Numbers:
    """When and how often something was held, and how many came in all."""

    first_on: date | None
    last_on: date | None
    times: int
    people: int


def numbers_of(look_back: LookBack) -> Numbers:
    """Count from the dates that were held since the look-back before this one. Two queries."""
    held = _held(look_back.activity_id, since=begin_of(look_back))
    size = 1 + F("sign_ups__companions")
    joined = Q(sign_ups__state=SignUpState.JOINED)
    rows = held.annotate(
        there=Sum(size, filter=joined & Q(sign_ups__presence=Presence.PRESENT), default=0),
        listed=Sum(size, filter=joined, default=0),
        marked=Count("sign_ups", filter=joined & ~Q(sign_ups__presence=Presence.UNKNOWN)),
    ).values_list(
        "starts_at",
        "heads",
        "there",
        "listed",
        "marked",
        "date_count__present",
        "date_count__people",
        "date_count__absent",
    )
    days: list[date] = []
    people = 0
    for starts_at, heads, there, listed, marked, present, on_list, absent in rows:
        days.append(timezone.localdate(starts_at))
        people += heads + (there if marked else listed)
        if present is not None:  # names were forgotten, the numbers stayed
            people += present if present or absent else on_list
    return Numbers(min(days, default=None), max(days, default=None), len(days), people)


def begin_of(look_back: LookBack) -> datetime | None:
    """From when on this look-back counts: the decision of the one before it; None when it is the first."""
    found: datetime | None = (
        LookBack.objects.filter(activity=look_back.activity_id, decided_at__isnull=False)
        .exclude(pk=look_back.pk)
        .order_by("-decided_at")
        .values_list("decided_at", flat=True)
        .first()
    )
    return found


def refresh_numbers(look_back: LookBack) -> None:
    """Bring the numbers of one in hand up to date; nothing is saved."""
    found = numbers_of(look_back)
    look_back.first_on, look_back.last_on = found.first_on, found.last_on
    look_back.times_held, look_back.people_came = found.times, found.people


def keep_numbers(look_back: LookBack) -> None:
    """Write down how often it was held and how many came, as it is now."""
    refresh_numbers(look_back)
    look_back.save(update_fields=["first_on", "last_on", "times_held", "people_came"])


def _held(activity_id: UUID, *, since: datetime | None = None) -> OccurrenceQuerySet:
    held = Occurrence.objects.going_ahead().filter(
        activity=activity_id, ends_at__lte=timezone.now()
    )
    return held.filter(starts_at__gt=since) if since else held


# Organisers and coach ----------------------------------------------------------------------------


def ask_organisers(look_back: LookBack) -> int:
    """Ask everybody who organised it to look back, once. Returns how many were asked. Twice asks nobody again."""
    wish = look_back.wish
    people = {person.pk: person for person in look_back.activity.organisers.all()}
    if wish:
        people |= {person.pk: person for person in wish.organisers.all()}
        if wish.person and not wish.is_let_go:
            people[wish.person.pk] = wish.person
    asked = 0
    with transaction.atomic():
        for person in people.values():
            if person.is_active:
                reflection = begin(look_back, person=person)
                emails.reflection_asked(reflection, emails.organiser(person), secret="")
                asked += 1
        if wish and wish.person is None and not wish.is_let_go:
            asked += _ask_guest(look_back, wish)
    return asked


def _ask_guest(look_back: LookBack, wish: Wish) -> int:
    """Ask who had the idea and has no account: by a link."""
    to = wisher(wish)
    if not emails.is_reachable(to):
        return 0
    reflection, secret = _guest_reflection(look_back, wish)
    emails.reflection_asked(reflection, to, secret=secret)
    return 1


def _guest_reflection(look_back: LookBack, wish: Wish) -> tuple[Reflection, str]:
    locked = LookBack.objects.locked(look_back.pk)
    reflection = locked.reflections.exclude(secret_hash="").first()
    if reflection is None:
        reflection = Reflection(look_back=locked, name=wish.name, language=wish.language)
    secret = sealed(f"activities.reflection|{reflection.pk}")
    reflection.secret_hash = hash_of(secret)
    reflection.save()
    return reflection, secret


def begin(
    look_back: LookBack,
    *,
    person: Person | None,
    name: str = "",
    language: str = "",
    entered_by: Person | None = None,
) -> Reflection:
    """Return the answers of somebody, empty at first. A person has one set; a host makes one for who has no account."""
    language = language or (person.preferred_language if person else "nl")
    if person is None:
        return Reflection.objects.create(
            look_back=look_back, name=name, language=language, entered_by=entered_by
        )
    reflection, _is_new = Reflection.objects.get_or_create(
        look_back=look_back,
        person=person,
        defaults={"writer": _writer(look_back, person), "language": language},
    )
    return reflection


def _writer(look_back: LookBack, person: Person) -> Writer:
    wish = look_back.wish
    organises = look_back.activity.organisers.filter(pk=person.pk).exists() or (
        wish is not None
        and (wish.person_id == person.pk or wish.organisers.filter(pk=person.pk).exists())
    )
    return Writer.ORGANISER if organises else Writer.COACH


def answer(reflection: Reflection, question: str, text: str) -> Reflection:
    """Keep the answer to one question, at once. Raises HoldsBSN, and HoldsContact when everybody may read it."""
    if question not in QUESTIONS:
        raise ValueError(question)
    with transaction.atomic():
        locked = _locked_reflection(reflection)
        _check(text, locked.readers)
        if getattr(locked, question) != text:
            setattr(locked, question, text)
            locked.showing = _showing(locked)
            locked.save(update_fields=[question, "showing", "updated_at"])
    return locked


def finish(reflection: Reflection, *, readers: Readers, with_name: bool) -> Reflection:
    """Choose who may read the answers. Twice is harmless; the last choice counts.

    Raises HoldsContact when everybody would read a phone number or an e-mail address.
    """
    with transaction.atomic():
        locked = _locked_reflection(reflection)
        for _question, text in locked.answers:
            _check(text, readers)
        locked.readers = readers
        locked.with_name = with_name
        locked.finished_at = locked.finished_at or timezone.now()
        locked.showing = _showing(locked)
        locked.save(update_fields=["readers", "with_name", "finished_at", "showing", "updated_at"])
    return locked


def _locked_reflection(reflection: Reflection) -> Reflection:
    return (
        Reflection.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person", "entered_by", "look_back")
        .get(pk=reflection.pk)
    )


def _showing(written: Reflection | Reaction) -> Showing:
    """Whether what was written may be seen at once. What was hidden is looked at again when it is another text."""
    if written.showing == Showing.HIDDEN:
        return Showing.WAITING
    person = getattr(written, "person", None)
    return moderating.first_showing(person, entered_by=written.entered_by)


def _check(text: str, readers: str) -> None:
    if readers == Readers.US:
        bsn.check_none(text)
    else:
        moderating.check_public(text)


def find_reflection(pk: UUID, secret: str) -> Reflection | None:
    """Return the answers whose link this is; None for a wrong or shortened link."""
    found = Reflection.objects.with_page().filter(pk=pk).first()
    return found if found and found.has_secret(secret) else None


# Those who came ----------------------------------------------------------------------------------


def ask(look_back: LookBack) -> int:
    """Ask everybody who came, once: one message per person, however many dates. Returns how many were asked.

    Who has no address is asked on paper, by a host.
    """
    with transaction.atomic():
        locked = LookBack.objects.locked(look_back.pk)
        if locked.asked_at is not None or locked.is_decided:
            return 0
        locked.asked_at = timezone.now()
        locked.save(update_fields=["asked_at"])
        asked = 0
        for sign_up in _who_came(locked):
            reaction = Reaction(look_back=locked, sign_up=sign_up, language=sign_up.language)
            secret = secret_of(reaction)
            reaction.secret_hash = hash_of(secret)
            reaction.save(force_insert=True)
            emails.reaction_asked(reaction, sign_up, secret=secret)
            asked += 1
    look_back.asked_at = locked.asked_at
    return asked


def _who_came(look_back: LookBack) -> Iterable[SignUp]:
    """One sign-up for everybody who came and can be reached: their last one."""
    since = people_since(look_back)
    found = (
        SignUp.objects.joined()
        .filter(occurrence__in=_held(look_back.activity_id, since=since))
        .exclude(presence=Presence.ABSENT)
        .with_recipient()
        .order_by("-occurrence__starts_at", "-id")
    )
    seen: set[str] = set()
    for sign_up in found:
        to = recipient(sign_up)
        ways = emails.ways_to(to)
        if seen.isdisjoint(ways) and emails.is_reachable(to):
            seen.update(ways)
            yield sign_up


def people_since(look_back: LookBack) -> datetime | None:
    """Since when people had to do with it: of a try-out all of it, of what runs longer the last half year."""
    begin = begin_of(look_back)
    if look_back.wish_id and begin is None:
        return None
    half_a_year_ago = timezone.now() - ASK_BACK
    return max(begin, half_a_year_ago) if begin else half_a_year_ago


def secret_of(reaction: Reaction) -> str:
    """The secret of the link. It follows from the key of the house, so that the page of a sign-up can show the link."""
    return sealed(f"activities.reaction|{reaction.pk}")


def asked_of(sign_up: SignUp) -> tuple[Reaction, str] | None:
    """The question that this party was asked and may still answer, with the secret of its link; None without one."""
    found = (
        Reaction.objects.filter(sign_up=sign_up, look_back__outcome="")
        .select_related("look_back")
        .first()
    )
    if found is None:
        return None
    secret = secret_of(found)
    return (found, secret) if found.has_secret(secret) else None


def find_reaction(pk: UUID, secret: str) -> Reaction | None:
    """Return the answer whose link this is; None for a wrong or shortened link."""
    found = Reaction.objects.select_related("look_back__centre").filter(pk=pk).first()
    return found if found and found.has_secret(secret) else None


def react(
    reaction: Reaction, *, choice: Choice, sentence: str = "", readers: Readers = Readers.US
) -> Reaction:
    """Answer with one tap and, if one likes, a sentence. Again is another answer in its place.

    Raises NotOpen after the decision, HoldsBSN, and HoldsContact when everybody would read the sentence.
    """
    _check(sentence, readers)
    with transaction.atomic():
        look_back = LookBack.objects.locked(reaction.look_back_id)
        _check_open(look_back)
        locked = Reaction.objects.select_for_update(of=("self",)).get(pk=reaction.pk)
        _say(locked, choice, sentence, readers)
        locked.save(update_fields=["choice", "sentence", "readers", "showing", "answered_at"])
    return locked


def react_openly(
    look_back: LookBack,
    *,
    choice: Choice,
    sentence: str = "",
    readers: Readers = Readers.US,
    language: str,
    form_token: UUID,
    entered_by: Person | None = None,
) -> Reaction:
    """Answer without a link: on the page of the look-back, or on paper. The same form again gives the same answer.

    Raises what `react` raises.
    """
    _check(sentence, readers)
    with transaction.atomic():
        locked = LookBack.objects.locked(look_back.pk)
        sent_before = locked.reactions.filter(form_token=form_token).first()
        if sent_before:
            return sent_before
        _check_open(locked)
        reaction = Reaction(
            look_back=locked, language=language, form_token=form_token, entered_by=entered_by
        )
        reaction.secret_hash = hash_of(secret_of(reaction))
        _say(reaction, choice, sentence, readers)
        reaction.save(force_insert=True)
    return reaction


@dataclass(frozen=True)
class FromPaper:
    """One answered form."""

    choice: Choice
    sentence: str = ""
    readers: Readers = Readers.US


def enter_paper(
    look_back: LookBack,
    papers: Sequence[FromPaper],
    *,
    language: str,
    form_token: UUID,
    by: Person,
) -> int:
    """Type in a pile of paper forms, all or none. The same pile again adds nothing. Returns how many were typed in."""
    with transaction.atomic():
        for number, paper in enumerate(papers):
            react_openly(
                look_back,
                choice=paper.choice,
                sentence=paper.sentence,
                readers=paper.readers,
                language=language,
                form_token=uuid5(form_token, str(number)),
                entered_by=by,
            )
    return len(papers)


def _say(reaction: Reaction, choice: Choice, sentence: str, readers: Readers) -> None:
    said_before = (reaction.sentence, reaction.readers)
    reaction.choice = choice
    reaction.sentence = sentence
    reaction.readers = readers if sentence else Readers.US
    reaction.answered_at = timezone.now()
    if said_before != (sentence, reaction.readers) or reaction._state.adding:
        reaction.showing = _showing(reaction)


def _check_open(look_back: LookBack) -> None:
    if look_back.is_decided:
        raise NotOpen(_("Er is al besloten. Bedankt dat je er was."))


@dataclass(frozen=True)
class Counted:
    """How many gave each answer."""

    again: int
    different: int
    no_need: int

    @property
    def total(self) -> int:
        return self.again + self.different + self.no_need


def counted(look_back: LookBack) -> Counted:
    """Count the answers of those who came. One query."""
    rows = dict(
        look_back.reactions.answered().order_by().values_list("choice").annotate(number=Count("id"))
    )
    return Counted(
        rows.get(Choice.AGAIN, 0), rows.get(Choice.DIFFERENT, 0), rows.get(Choice.NO_NEED, 0)
    )
