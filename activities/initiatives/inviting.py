"""Those who supported a wish, once it is going to be tried: who comes is asked to join, who helps is asked to help.

Each is asked once per activity, by the channel they chose; without one, on paper at the desk. Only this module makes
helpers and changes their answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from activities.emails import plans as emails
from activities.models import (
    Activity,
    Helper,
    HelperAnswer,
    Occurrence,
    Support,
    SupportKind,
    Wish,
)
from activities.models.occurrence import AsTold
from lokaal import constraints
from lokaal.people.contact import contact_of
from lokaal.people.models import Person
from lokaal.secret_links import (
    hash_of,
    is_sealed,
    new_secret,
    saved_with_code,
    sealed,
    typed_code,
)

HELPER_ONCE = "activities_helper_asked_once"


def invite(activity: Activity) -> int:
    """Ask everybody who supports the wish behind an activity; how many. Called when it comes into the agenda.

    Again is harmless: who was asked for this activity is not asked again, who came since is. Without a date to come,
    and for an activity that grew out of no wish, nobody is asked.
    """
    with transaction.atomic():
        found = Wish.objects.filter(activity=activity).values_list("pk", flat=True).first()
        first = activity.occurrences.upcoming().going_ahead().with_card().first()
        if found is None or first is None:
            return 0
        wish = Wish.objects.locked(found)
        makers = {key for key, _to in emails.makers_and_coach(wish)}
        asked = 0
        for support in wish.supports.live().with_recipient().order_by("created_at", "id"):
            support.wish = wish
            if support.person_id in makers:
                continue  # they organise it
            if support.kind == SupportKind.HELP:
                asked += _ask_to_help(support, first)
            else:
                emails.come_and_join(support, first, secret=invitation_secret(support))
                asked += 1
        return asked


def invitation_secret(support: Support) -> str:
    """The secret of the link with which a supporter joins. It follows from our key; nobody can read it anywhere."""
    return sealed(_invitation(support))


def invited(pk: UUID, secret: str) -> Support | None:
    """The supporter whose link this is, when their support still stands and there is something to join."""
    found = (
        Support.objects.live()
        .select_related("person", "wish__activity__centre")
        .filter(pk=pk, wish__activity__isnull=False)
        .first()
    )
    return found if found and is_sealed(_invitation(found), secret) else None


def answer(helper: Helper, *, helps: bool, by: Person | None = None) -> Helper:
    """Keep the answer to "will you help?"; it may be changed later. `by`: a host or organiser who writes it down."""
    with transaction.atomic():
        locked = (
            Helper.objects.select_for_update(of=("self",), no_key=True)
            .select_related("activity__centre", "person")
            .get(pk=helper.pk)
        )
        given = HelperAnswer.YES if helps else HelperAnswer.NO
        if locked.answer != given:
            locked.answer = given
            locked.answered_at = timezone.now()
            locked.entered_by = by
            locked.save(update_fields=["answer", "answered_at", "entered_by"])
    return locked


def find_helper(pk: UUID, secret: str) -> Helper | None:
    """The helper whose link this is."""
    found = Helper.objects.select_related("activity__centre", "person").filter(pk=pk).first()
    return found if found and found.has_secret(secret) else None


def find_helper_by_code(typed: str) -> Helper | None:
    """The helper whose code this is, while there is a date to come."""
    code = typed_code(typed)
    if not code:
        return None
    found = Helper.objects.select_related("activity__centre", "person").filter(code=code).first()
    if found and found.activity.occurrences.upcoming().going_ahead().exists():
        return found
    return None


def tell_cancelled(occurrence: Occurrence) -> None:
    """A date is called off: tell who helps, unless they hear it as a guest. Called in that transaction."""
    for helper in _not_told(occurrence):
        emails.help_not_needed(helper, occurrence)


def tell_moved(occurrence: Occurrence, *, was: tuple[datetime, datetime]) -> None:
    """A date has other times: the same."""
    for helper in _not_told(occurrence):
        emails.help_moved(helper, occurrence, was=was)


def tell_reinstated(occurrence: Occurrence) -> None:
    """A date is held after all: the same."""
    for helper in _not_told(occurrence):
        emails.help_after_all(helper, occurrence)


def tell_changed(changes: Mapping[UUID, tuple[Occurrence, AsTold]]) -> None:
    """Several dates at once have other times or are called off: the same, in one message for each who helps.

    `changes`: each date (by key) as it is now, and as it was known.
    """
    activities = {now.activity_id for now, _was in changes.values()}
    helping = Helper.objects.helping().filter(activity__in=activities)
    helped = set(helping.values_list("activity", flat=True))
    theirs: dict[Helper, list[tuple[Occurrence, AsTold]]] = {}
    for now, was in changes.values():
        if now.activity_id in helped and _is_news(now, was):
            for helper in _not_told(now):
                theirs.setdefault(helper, []).append((now, was))
    for helper, lines in theirs.items():
        emails.help_changed(helper, sorted(lines, key=lambda line: line[0].starts_at))


def _is_news(now: Occurrence, was: AsTold) -> bool:
    """Whether a helper must know: another room or price is none of theirs."""
    before = (was.starts_at, was.ends_at, was.is_cancelled)
    return was.is_news(now) and before != (now.starts_at, now.ends_at, now.is_cancelled)


def _not_told(occurrence: Occurrence) -> Iterator[Helper]:
    """Who helps with a date and is not on its list: whoever is on the list hears from there."""
    helping = Helper.objects.helping().filter(activity=occurrence.activity_id)
    helpers = list(helping.select_related("person"))
    if not helpers:
        return
    guests = occurrence.sign_ups.live()
    told = {person for person in guests.values_list("person", flat=True) if person}
    reached = {
        contact_of(phone, email) for phone, email in guests.values_list("phone", "email")
    } - {""}
    for helper in helpers:
        if helper.person_id not in told and contact_of(helper.phone, helper.email) not in reached:
            yield helper


def _ask_to_help(support: Support, first: Occurrence) -> int:
    """Ask one supporter to help; 0 when they were asked before."""
    if Helper.objects.filter(activity=first.activity, support=support).exists():
        return 0
    secret = new_secret()
    helper = Helper(
        activity=first.activity,
        support=support,
        person=support.person,
        name=support.name,
        phone=support.phone,
        email=support.email,
        language=support.language,
        secret_hash=hash_of(secret),
    )
    try:
        saved_with_code(helper, "activities_helper_code")
    except IntegrityError as error:
        if constraints.broken_by(error) != HELPER_ONCE:
            raise
        return 0
    emails.will_you_help(helper, first, secret=secret)
    return 1


def _invitation(support: Support) -> str:
    return f"invitation|{support.pk}|{support.wish.activity_id}"
