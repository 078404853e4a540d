"""What people need so that they can take part: told to the organiser alone, and forgotten as soon as it is over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from activities import emails
from activities.models import CourseSignUp, Need, NeedKind, Occurrence, SignUp
from activities.models.party import Party
from lokaal import bsn


@dataclass(frozen=True)
class Asked:
    """One need as somebody told it. `whose`: 0 for who signed up, 1 for the first they bring, and so on."""

    kind: NeedKind
    whose: int = 0
    language: str = ""
    words: str = ""


def ask(party: SignUp | CourseSignUp, asked: Iterable[Asked]) -> None:
    """Keep what a party needs, in the place of what it told before, and tell the organisers that there is something.

    What it is stands only on the list of the organiser (activities.perms.can_see_needs), not in the message. Raises
    HoldsBSN when the words hold a citizen service number.
    """
    wanted = [one for one in asked if one.whose <= party.companions]
    for one in wanted:
        bsn.check_none(one.language, one.words)
    with transaction.atomic():
        told_before = Need.objects.filter(_of(party)).delete()[0]
        Need.objects.bulk_create(
            Need(
                **_key(party),
                whose=one.whose,
                kind=one.kind,
                language=one.language,
                words=one.words,
            )
            for one in wanted
        )
        if wanted and not told_before:
            _tell_organisers(party)


def forget(party: Party) -> None:
    """Erase what a party needed and who they would bring: it does not come."""
    if party.companion_names:
        party.companion_names = []
        party.save(update_fields=["companion_names"])
    Need.objects.filter(_of(party)).delete()


def forget_past() -> None:
    """Erase the needs and the names of companions of every date and course that is over."""
    now = timezone.now()
    not_over = Occurrence.objects.filter(ends_at__gt=now)
    Need.objects.filter(
        Q(sign_up__occurrence__ends_at__lte=now)
        | Q(course_sign_up__isnull=False) & ~Q(course_sign_up__series__in=not_over.values("series"))
    ).delete()
    named = ~Q(companion_names=[])
    SignUp.objects.filter(named, occurrence__ends_at__lte=now).update(companion_names=[])
    courses = CourseSignUp.objects.filter(named)
    courses.exclude(series__in=not_over.values("series")).update(companion_names=[])


def _tell_organisers(party: SignUp | CourseSignUp) -> None:
    if isinstance(party, CourseSignUp):
        activity, centre = party.series.activity, party.series.activity.centre
    else:
        activity, centre = party.occurrence.activity, party.occurrence.centre
    for organiser in activity.organisers.all():
        emails.needs_asked(party, organiser, activity=activity, centre=centre)


def _key(party: Party) -> dict[str, Party]:
    return {"sign_up" if isinstance(party, SignUp) else "course_sign_up": party}


def _of(party: Party) -> Q:
    return Q(**_key(party))
