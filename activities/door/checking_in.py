"""Who came: a fact of its own beside the sign-up. Absent is never a punishment, and nobody is absent by itself."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, Sum, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import enrolment
from activities.door.taps import Tap
from activities.exceptions import Full, NotOpen
from activities.models import Occurrence, Presence, SignUp
from activities.models.door import day_of
from lokaal.people.models import Person
from venue.models import Building


def mark(sign_up: SignUp, presence: Presence, tap: Tap | None = None) -> None:
    """Note that a party is there, was not, or (UNKNOWN) take that back. The newest press counts, by its own time.

    Raises NotOpen before the local day of the date, and for a party that is not on the list.
    """
    tap = tap or Tap()
    check_day(sign_up.occurrence)
    on_list = SignUp.objects.joined().filter(pk=sign_up.pk)
    is_newest = Q(presence_at=None) | Q(presence_at__lte=tap.tapped_at)
    if tap.after:
        is_newest |= Q(presence_key=tap.after)
    marked = (
        on_list.filter(is_newest)
        .exclude(presence_key=tap.key)
        .update(
            presence=presence,
            presence_at=Greatest("presence_at", Value(tap.tapped_at)),
            presence_key=tap.key,
            updated_at=timezone.now(),
        )
    )
    if not marked and not on_list.exists():
        said = (
            _("%(name)s staat niet op de lijst.")
            if sign_up.is_live
            else _("%(name)s staat niet meer op de lijst.")
        )
        raise NotOpen(said % {"name": sign_up.name})


def check_day(occurrence: Occurrence) -> None:
    """Raise NotOpen before the local day of a date, and for one that was called off."""
    if timezone.localdate() < day_of(occurrence):
        raise NotOpen(_("Dit is pas later. Je kunt nog niet zeggen wie er is."))
    if occurrence.is_cancelled:
        raise NotOpen(_("Gaat niet door. Er is hier niemand te tellen."))


# Who is not on the list --------------------------------------------------------------------------


def walk_in(occurrence: Occurrence, name: str, *, tap: Tap, language: str) -> SignUp:
    """Put somebody who is at the door on the list, and note that they are there. The same press twice makes one.

    Raises NotOpen (not today, over, called off, or nobody signs up for it) and Full: who waits goes first.
    """
    with transaction.atomic():
        locked = Occurrence.objects.locked(occurrence.pk)
        check_day(locked)
        joined = enrolment.join(
            locked,
            name=name,
            form_token=tap.key,
            language=language,
            entered_by=tap.by,
            is_at_the_door=True,
        )
        if joined.is_new:
            locked.refresh_from_db(fields=["places_taken"])
            if locked.capacity is not None and people_promised(locked) > locked.capacity:
                raise Full(_("Vol. Er is geen plek meer op deze datum."), places_left=0)
            if locked.waiting:
                raise Full(_("Er wachten mensen op een plek. Die gaan voor."), places_left=0)
            mark(joined.sign_up, Presence.PRESENT, tap)
    return joined.sign_up


def people_promised(occurrence: Occurrence) -> int:
    """How many chairs are gone: places that were promised, and heads that came in without a name."""
    return occurrence.places_taken + occurrence.heads


def is_full(occurrence: Occurrence) -> bool:
    """Whether no chair is left."""
    capacity = occurrence.capacity
    return capacity is not None and people_promised(occurrence) >= capacity


def check_room(occurrence: Occurrence, *, is_host: bool) -> None:
    """Raise Full when one more may not come in: full, for who is no host; what the fire rules allow, for everybody.

    Heads of who walks in and out all day say nothing of how many are inside at once, so there is no check of those.
    """
    if occurrence.activity.is_drop_in:
        return
    if is_full(occurrence) and not is_host:
        raise Full(_("Vol. Vraag het aan de balie."), places_left=0)
    most = fire_maximum(occurrence)
    if most is not None and people_there(occurrence) + 1 > most:
        raise Full(
            _("Dan zijn er te veel mensen in huis. Dat mag niet van de brandweer."), places_left=0
        )


def fire_maximum(occurrence: Occurrence) -> int | None:
    """How many people the fire rules allow in the whole house at one moment; None where nobody has said so."""
    building = Building.objects.filter(centre=occurrence.centre_id).first()
    return building.maximum_people if building else None


def people_there(occurrence: Occurrence) -> int:
    """How many came in so far: those on the list that were marked, and heads. One query."""
    present = occurrence.sign_ups.present()
    found = present.aggregate(parties=Sum("companions", default=0))
    return present.count() + int(found["parties"]) + occurrence.heads


# Klaar -------------------------------------------------------------------------------------------


@transaction.atomic
def close_list(occurrence: Occurrence, *, rest_was_absent: bool, by: Person) -> int:
    """The list is done. `rest_was_absent`: whoever has no mark yet, was not there. Returns how many those were.

    Marks may still change afterwards. Twice is harmless. Raises NotOpen before it begins, and when it was called off.
    """
    locked = Occurrence.objects.locked(occurrence.pk)
    check_day(locked)
    now = timezone.now()
    if now < locked.starts_at:
        raise NotOpen(_("Het is nog niet begonnen. Misschien komen ze nog."))
    absent = 0
    if rest_was_absent:
        absent = locked.sign_ups.unmarked().update(
            presence=Presence.ABSENT, presence_at=now, presence_key=None, updated_at=now
        )
    if locked.list_closed_at is None:
        locked.list_closed_at = now
        locked.list_closed_by = by
        locked.save(update_fields=["list_closed_at", "list_closed_by"])
    return absent
