"""What hangs beside the door of a room: who is in there now, who comes next. Opened by a link that staff make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lokaal.centres.models import Centre
from lokaal.local_time import day_starts_at
from lokaal.look.formats import clock, day
from lokaal.people.models import Person
from lokaal.secret_links import hash_of
from venue.board import planned
from venue.models import DoorLink, DoorPurpose, Hold, Space, Use, UseKind

ONE_DAY = timedelta(days=1)
MOST_NEXT = 4
#: Somebody who comes in so long before it begins is at the right door.
SOON = timedelta(minutes=15)


# Links -------------------------------------------------------------------------------------------


@transaction.atomic
def make_link(space: Space, purpose: DoorPurpose, *, by: Person) -> DoorLink:
    """Make a link for a screen or a calendar. Its secret is kept nowhere: `DoorLink.secret` makes it again."""
    link = DoorLink(space=space, purpose=purpose, by=by)
    link.secret_hash = hash_of(link.made_secret())
    link.save()
    return link


def revoke_link(link: DoorLink) -> None:
    """Take a link back: from now on it opens nothing. Twice does no harm."""
    DoorLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())


def find_link(secret: str, purpose: DoorPurpose) -> DoorLink | None:
    """The link that opens with a secret; None for one that was taken back, or is for something else."""
    return DoorLink.objects.opened_by(secret, purpose).first()


# What it shows -----------------------------------------------------------------------------------


def uses_of(space: Space, begin: datetime, end: datetime, *, now: datetime) -> list[Use]:
    """What keeps others out of a space in a stretch (UTC): its own uses, and those of spaces that share a part."""
    spaces = Space.objects.overlapping(space).values("pk")
    return list(
        Use.objects.blocking(now)
        .overlapping(begin, end)
        .filter(space__in=spaces)
        .with_place()
        .order_by("starts_at", "id")
    )


def is_hidden(use: Use) -> bool:
    """Whether everyone may know the name. An option is nobody's business yet."""
    return use.is_private or use.hold == Hold.OPTION


def shown_title(use: Use) -> str:
    """What stands at the door and in calendars: the name, or only that it is taken."""
    if is_hidden(use):
        return _("Bezet")
    if use.kind == UseKind.CLOSURE:
        return _("Dicht: %(why)s") % {"why": use.title}
    return use.title


@dataclass(frozen=True)
class DoorLine:
    """A use as it stands on the screen."""

    title: str
    time: str
    day: str = ""


@dataclass(frozen=True)
class Door:
    """Everything on the screen. `state`: free, busy, soon or shut (a class of door.css); `word` says it."""

    space: Space
    state: str
    word: str
    until: str
    now: DoorLine | None
    next: list[DoorLine]
    clock: str
    today: str
    made_at: datetime


def door_of(space: Space, *, now: datetime) -> Door:
    """What the screen of a space shows at a moment (UTC): now, and what comes today and tomorrow."""
    today = timezone.localdate(now)
    uses = uses_of(space, now, day_starts_at(today + 2 * ONE_DAY), now=now)
    current = next((use for use in uses if use.starts_at <= now < use.ends_at), None)
    coming = [use for use in uses if use.starts_at > now]
    first = coming[0] if coming else None
    state, word, until = _state(current, first, now)
    return Door(
        space=space,
        state=state,
        word=word,
        until=until,
        now=_now(current) if current else None,
        next=[_line(use, today) for use in coming[:MOST_NEXT]],
        clock=clock(now),
        today=capfirst(day(today)),
        made_at=now,
    )


def _state(current: Use | None, first: Use | None, now: datetime) -> tuple[str, str, str]:
    if current:
        until = _("Tot %(time)s uur") % {"time": _clock(current.ends_at, now)}
        is_shut = current.kind == UseKind.CLOSURE
        return ("shut", _("Dicht"), until) if is_shut else ("busy", _("Bezet"), until)
    if first is None:
        return "free", _("Vrij"), _("Vandaag komt er niets meer.")
    if first.starts_at - now <= SOON:
        return "soon", _("Zo bezet"), _("Vanaf %(time)s uur") % {"time": clock(first.starts_at)}
    if timezone.localdate(first.starts_at) > timezone.localdate(now):
        return "free", _("Vrij"), _("Vandaag komt er niets meer.")
    return "free", _("Vrij"), _("Tot %(time)s uur") % {"time": clock(first.starts_at)}


def _clock(moment: datetime, now: datetime) -> str:
    """The time; with the day when that is not today nor the coming night."""
    if moment - now > ONE_DAY:
        return f"{day(moment)}, {clock(moment)}"
    return clock(moment)


def _now(use: Use) -> DoorLine:
    """Who is in: that a closed room is closed is said above it."""
    title = use.title if use.kind == UseKind.CLOSURE and not is_hidden(use) else shown_title(use)
    return DoorLine(title, planned.hours(use))


def _line(use: Use, today: date) -> DoorLine:
    on = timezone.localdate(use.starts_at)
    return DoorLine(
        title=shown_title(use),
        time=planned.hours(use),
        day="" if on <= today else _("Morgen"),
    )


# For staff ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DoorRow:
    """A space with the links that open now."""

    space: Space
    links: list[DoorLink]


def rows(centres: list[Centre]) -> list[DoorRow]:
    """The spaces of some centres with their live links, in two queries."""
    spaces = Space.objects.in_use().filter(centre__in=centres).select_related("centre")
    by_space: dict[object, list[DoorLink]] = {}
    links = DoorLink.objects.live().filter(space__centre__in=centres).select_related("by")
    for link in links:
        by_space.setdefault(link.space_id, []).append(link)
    return [DoorRow(space, by_space.get(space.pk, [])) for space in spaces]
