"""Wishes: somebody tells what is missing, the house answers within 14 days."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber

from activities import emails
from activities.exceptions import AlreadyAnswered
from activities.models import Wish
from lokaal import bsn
from lokaal.centres.models import Centre
from lokaal.people.models import Person


def tell(
    *,
    text: str,
    language: str,
    centre: Centre | None = None,
    name: str = "",
    phone: str | PhoneNumber = "",
    email: str = "",
    wants_call: bool = False,
    person: Person | None = None,
    form_token: UUID | None = None,
    entered_by: Person | None = None,
) -> Wish:
    """Keep a wish, and thank whoever can be reached. The same form again gives the wish that was made before.

    Raises HoldsBSN when the text holds a citizen service number: the house may not keep one (Wabb; domain.md).
    """
    bsn.check_none(text)
    told = {
        "text": text,
        "language": language,
        "centre": centre,
        "name": name or (person.name if person else ""),
        "phone": phone or (person.phone if person else ""),
        "email": email or (person.email if person else "") or "",
        "wants_call": wants_call,
        "person": person,
        "entered_by": entered_by,
    }
    with transaction.atomic():
        if form_token:
            wish, is_new = Wish.objects.get_or_create(form_token=form_token, defaults=told)
        else:
            wish, is_new = Wish.objects.create(**told), True
        if is_new:
            emails.wish_received(wish)
    return wish


def answer(wish: Wish, *, by: Person) -> Wish:
    """Mark a wish as answered. Twice is harmless: the first answer counts."""
    with transaction.atomic():
        locked = Wish.objects.select_for_update(of=("self",)).get(pk=wish.pk)
        if not locked.is_answered:
            locked.answered_at = timezone.now()
            locked.answered_by = by
            locked.save(update_fields=["answered_at", "answered_by"])
    return locked


def reply(wish: Wish, *, text: str, by: Person) -> Wish:
    """Answer a wish in writing, along the way in which the person is reached. The same reply again sends nothing.

    Raises AlreadyAnswered when somebody answered before, and HoldsBSN when the text holds a citizen service number.
    """
    bsn.check_none(text)
    with transaction.atomic():
        locked = Wish.objects.select_for_update(of=("self",)).get(pk=wish.pk)
        if not locked.is_answered:
            locked.reply = text
            locked.save(update_fields=["reply"])
            locked = answer(locked, by=by)
            emails.wish_answered(locked)
        elif locked.reply != text:
            raise AlreadyAnswered(_("Iemand heeft al geantwoord. Jouw antwoord is niet verstuurd."))
    return locked
