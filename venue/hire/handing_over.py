"""The form at the door: who got the key and signed, and how the room was when the key came back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lokaal import bsn
from lokaal.people.models import Person
from venue.exceptions import NotNow
from venue.hire import bookings
from venue.models import BookingDate, BookingState, DateState, EventKind, HandOver, RoomState


def hand_over(date: BookingDate, *, signed_name: str, by: Person, keys: str = "") -> HandOver:
    """Give the room to the hirer, who signed. Once more puts the form right, until the key is back.

    Raises NotNow (not firm, not going on, the key is back) and NotAllowed (does not work here).
    """
    bsn.check_none(signed_name, keys)
    with transaction.atomic():
        booking = bookings.locked(date.booking_id)
        bookings.check_staff(booking, by)
        now = BookingDate.objects.get(pk=date.pk)
        if booking.state != BookingState.CONFIRMED:
            raise NotNow(bookings.STANDS[BookingState(booking.state)])
        if now.state not in {DateState.PLANNED, DateState.HELD}:
            raise NotNow(_("Deze datum gaat niet door."))
        form = HandOver.objects.filter(date=now).first() or HandOver(date=now)
        if form.returned_at:
            raise NotNow(_("De sleutel is al terug."))
        is_new = form._state.adding
        form.signed_name, form.keys, form.handed_by = signed_name, keys, by
        form.save()
        if is_new:
            bookings.record(booking, EventKind.HANDED_OVER, date=now, by=by, text=signed_name)
    return form


def hand_back(
    date: BookingDate, *, room_state: RoomState, by: Person, damage_note: str = ""
) -> HandOver:
    """Take the room back and say how it was. Once more puts the note right.

    Raises NotNow (no key was given; damage without a note) and NotAllowed.
    """
    if room_state == RoomState.DAMAGED and not damage_note.strip():
        raise NotNow(_("Schrijf op wat er stuk is."))
    bsn.check_none(damage_note)
    with transaction.atomic():
        booking = bookings.locked(date.booking_id)
        bookings.check_staff(booking, by)
        form = HandOver.objects.select_for_update(of=("self",)).filter(date=date).first()
        if form is None:
            raise NotNow(_("Er is nog geen sleutel gegeven."))
        is_first = form.returned_at is None
        form.room_state, form.damage_note = room_state, damage_note
        if is_first:
            form.returned_at, form.returned_to = timezone.now(), by
        form.save()
        if is_first:
            bookings.record(booking, EventKind.HANDED_BACK, date=date, by=by, text=damage_note)
    return form
