"""Beginning to follow something, saying yes to it, and stopping.

Needs no account. What is asked for with an address or a number counts when somebody said yes at that address: nobody
gets messages because a stranger typed their number. Who signed in, and paper at the desk, need no such yes. Who stops
is forgotten: the row goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber, to_python

from activities import emails
from activities.exceptions import NotReachable
from activities.models import Activity, Follow, Follower, Theme
from lokaal.centres.models import Centre
from lokaal.people.models import Person

#: An address that never said yes is forgotten after this time.
YES_WITHIN = timedelta(days=7)

Target = Activity | Person | Theme


def start(
    targets: Iterable[Target],
    *,
    name: str = "",
    email: str = "",
    phone: str | PhoneNumber = "",
    person: Person | None = None,
    paper_at: Centre | None = None,
    language: str,
    entered_by: Person | None = None,
) -> Follower:
    """Let somebody follow these, and ask for their yes where that is needed. Twice is harmless.

    Known by account, or e-mail address, or phone number; or without any by paper at the desk of a house. Raises
    NotReachable for a phone number where no text messages are sent.
    """
    number = to_python(phone) if phone else ""
    if number and not email and not person and not settings.SMS_BACKEND:
        raise NotReachable(
            _("Een sms sturen kan hier niet. Vul je e-mailadres in, of vraag het aan de balie.")
        )
    known = _known_by(person, email.lower(), number)
    needs_no_yes = person is not None or not known
    with transaction.atomic():
        if known:
            follower, _is_new = Follower.objects.get_or_create(
                **known,
                defaults={"name": name, "language": language, "entered_by": entered_by},
            )
            follower = Follower.objects.locked(follower.pk)
        else:
            follower = Follower.objects.create(
                name=name, centre=paper_at, language=language, entered_by=entered_by
            )
        for target in targets:
            thing: dict[str, Any] = {_kind_of(target): target}
            follow, _is_new = Follow.objects.get_or_create(follower=follower, **thing)
            if needs_no_yes and follow.confirmed_at is None:
                follow.confirmed_at = timezone.now()
                follow.save(update_fields=["confirmed_at"])
        pending = list(follower.follows.pending().with_words())
        if pending:
            emails.follow_asked(follower, pending)
    return follower


def confirm(follower: Follower) -> None:
    """Somebody said yes, at the address, to all that was asked for with it. Twice is harmless."""
    with transaction.atomic():
        locked = Follower.objects.locked(follower.pk)
        now = timezone.now()
        if not locked.follows.confirmed().exists():
            Follower.objects.filter(pk=locked.pk).update(told_until=now)  # news begins now
        locked.follows.pending().update(confirmed_at=now)


def stop(follow: Follow) -> None:
    """Follow this one thing no more. With the last of them, who followed is forgotten."""
    with transaction.atomic():
        follower = Follower.objects.select_for_update().filter(pk=follow.follower_id).first()
        Follow.objects.filter(pk=follow.pk).delete()
        if follower and not follower.follows.exists():
            follower.delete()


def stop_all(follower: Follower) -> None:
    """Follow nothing any more, and be forgotten. Twice is harmless."""
    Follower.objects.filter(pk=follower.pk).delete()


def forget_without_yes() -> None:
    """Forget what was asked for and nobody said yes to in time, and who follows nothing."""
    with transaction.atomic():
        Follow.objects.pending().filter(since__lt=timezone.now() - YES_WITHIN).delete()
        Follower.objects.filter(follows=None, asked_at__lt=timezone.now() - YES_WITHIN).delete()


def find(pk: UUID, secret: str) -> Follower | None:
    """Return the follower whose link this is; None for a wrong link, or somebody who stopped."""
    follower = Follower.objects.select_related("person", "centre").filter(pk=pk).first()
    return follower if follower and follower.has_secret(secret) else None


def follower_of(person: Person) -> Follower | None:
    """The row of somebody with an account who follows something."""
    return Follower.objects.filter(person=person).first()


def _known_by(person: Person | None, email: str, phone: PhoneNumber | str) -> dict[str, Any]:
    """By what a follower is found again: the account, else the address, else the number."""
    if person:
        return {"person": person}
    if email:
        return {"email": email}
    return {"phone": phone} if phone else {}


def _kind_of(target: Target) -> str:
    if isinstance(target, Activity):
        return "activity"
    return "theme" if isinstance(target, Theme) else "organiser"
