"""Eating together: a meal with places at the table. Neighbours join with a name; never more than there are places.

A meal is a standing order: the kitchen holds portions for every place from the start. The row of the meal is locked
before anything else, then read again: whoever comes second sees what the first one did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from phonenumber_field.phonenumber import PhoneNumber

from lokaal.centres.models import Centre
from lokaal.people.contact import contact_of
from lokaal.people.models import Person
from lokaal.secret_links import (
    SentForm,
    hash_of,
    new_secret,
    saved_with_code,
    sender,
    typed_code,
)
from venue.emails import kitchen as emails
from venue.exceptions import AlreadyAtTable, NotNow, TableFull, TooLate, WrongTime
from venue.food import ordering
from venue.food.ordering import Wish
from venue.models import (
    CateringOrder,
    MealGuest,
    Need,
    OrderFact,
    OrderKind,
    OrderNeed,
    OrderState,
    Use,
)

MOST_COMPANIONS = 5


@dataclass(frozen=True)
class Joined:
    """A party at the table, the secret of its link, and whether this call made it. The secret is kept nowhere."""

    guest: MealGuest
    secret: str
    is_new: bool = True


def plan(
    *,
    centre: Centre,
    title: str,
    serving_at: datetime,
    wishes: Sequence[Wish],
    places: int,
    use: Use | None = None,
    by: Person,
    reason: str = "",
) -> CateringOrder:
    """Set a table: one of each dish per person, for so many places. Neighbours can join from now on.

    Raises what placing an order raises (venue.food.catering.order); then nothing was written.
    """
    if places < 1:
        raise WrongTime(_("Er is plek voor minstens één mens."))
    ordering.check_people(places)
    per_person = [Wish(wish.dish, places, is_per_person=True) for wish in wishes]
    meal = CateringOrder(
        kind=OrderKind.MEAL,
        centre=centre,
        use=use,
        title=title,
        state=OrderState.ACCEPTED,
        serving_at=serving_at,
        serving_after_minutes=ordering.minutes_after(use, serving_at) if use else None,
        places=places,
        final_count_until=ordering.final_count_until(centre, serving_at),
        secret_hash=hash_of(new_secret()),
        entered_by=by,
    )
    with transaction.atomic():
        ordering.check(centre, serving_at, per_person, by=by, reason=reason, is_pick_up=False)
        saved_with_code(meal, "venue_order_code")
        ordering.write_lines(meal, per_person)
        ordering.hold(meal)
        ordering.note(meal, OrderFact.ORDERED, by=by, reason=reason)
    return meal


def join(
    meal: CateringOrder,
    *,
    name: str,
    phone: str | PhoneNumber = "",
    email: str = "",
    companions: int = 0,
    needs: Mapping[Need, int] | None = None,
    person: Person | None = None,
    form_token: UUID | None = None,
    language: str = "nl",
    entered_by: Person | None = None,
) -> Joined:
    """Give a party places at the table, and tell them.

    What they may not eat is added to the numbers of the meal, and kept nowhere beside their name. The same `form_token`
    with the same name and contact gives the row that was made before, with the same secret.
    Raises NotNow (called off, over), TooLate (the number is final), TableFull, AlreadyAtTable, WrongTime.
    """
    if not 0 <= companions <= MOST_COMPANIONS:
        raise WrongTime(
            _("Je kunt hoogstens %(most)d mensen meenemen. Kom je met meer? Bel ons.")
            % {"most": MOST_COMPANIONS}
        )
    contact = contact_of(phone, email)
    who = sender(name, contact, person)
    sent = SentForm(f"meal|{meal.pk}", form_token, who)
    with transaction.atomic():
        now = ordering.locked(meal.pk)
        if form_token:
            before = MealGuest.objects.with_page().filter(form_key=sent.key).first()
            if before:
                given = sent.secret_given_before(before.secret_hash)
                return Joined(before, given, is_new=False)
        _check_open(now)
        guest_key = "" if person or not contact else hash_of(who)
        _check_not_there(now, person=person, guest_key=guest_key)
        _check_places(now, 1 + companions)
        secret = sent.secret()
        guest = MealGuest(
            order=now,
            name=name,
            phone=phone,
            email=email,
            person=person,
            companions=companions,
            language=language,
            guest_key=guest_key,
            secret_hash=hash_of(secret),
            form_key=sent.key,
            entered_by=entered_by,
        )
        saved_with_code(guest, "venue_mealguest_code", "venue_mealguest_form_once")
        _take(now, guest.party_size)
        _add_needs(now, needs or {}, most=guest.party_size)
        emails.meal_joined(guest, now, secret=secret)
    return Joined(guest, secret)


def leave(guest: MealGuest, *, by: Person | None = None) -> MealGuest:
    """Give the places of a party back, and tell them. Twice is harmless. Raises NotNow when the meal is over."""
    with transaction.atomic():
        now = ordering.locked(guest.order_id)
        fresh = MealGuest.objects.select_for_update(of=("self",)).get(pk=guest.pk)
        if not fresh.is_live:
            return fresh
        if now.state == OrderState.SERVED:
            raise NotNow(_("Deze maaltijd is al geweest. Afmelden hoeft niet meer."))
        fresh.left_at = timezone.now()
        fresh.save(update_fields=["left_at"])
        _take(now, -fresh.party_size)
        for row in now.needs.filter(count__gt=now.places_taken):
            _limit_need(row, now.places_taken)
        fresh.order = now
        emails.meal_left(fresh, now)
    return fresh


def set_places(meal: CateringOrder, places: int, *, by: Person) -> CateringOrder:
    """Set more or fewer places at the table. Raises NotNow, TableFull (more people joined already), KitchenFull."""
    ordering.check_people(places)
    with transaction.atomic():
        now = ordering.opened(meal)
        if places < max(1, now.places_taken):
            raise TableFull(
                ngettext(
                    "Er eet al %(taken)s mens mee. Minder plekken kan niet.",
                    "Er eten al %(taken)s mensen mee. Minder plekken kan niet.",
                    now.places_taken,
                )
                % {"taken": now.places_taken},
                places_left=now.places_left,
            )
        if places == now.places:
            return now
        before = str(now.places)
        now.places = places
        now.save(update_fields=["places"])
        ordering.hold(now)
        ordering.note(now, OrderFact.PLACES, by=by, before=before, after=str(places))
    return now


def find_by_secret(pk: UUID, secret: str) -> MealGuest | None:
    """Return the party whose link this is; None for a wrong, shortened or foreign link."""
    found = MealGuest.objects.with_page().filter(pk=pk).first()
    return found if found and found.has_secret(secret) else None


def find_by_code(code: str) -> MealGuest | None:
    """Return the party with this code. Whoever lets people try codes limits how often. Old ones find nothing."""
    digits = typed_code(code)
    if not digits:
        return None
    since = timezone.now() - ordering.CODE_OUTLIVES_ORDER
    rows = MealGuest.objects.with_page().filter(order__serving_at__gt=since)
    return rows.filter(code=digits).first()


def why_closed(meal: CateringOrder) -> str:
    """Why nobody at all can join now, in a sentence; empty when somebody can."""
    try:
        _check_open(meal)
        _check_places(meal, 1)
    except (NotNow, TooLate, TableFull) as refusal:
        return str(refusal)
    return ""


def _check_open(meal: CateringOrder) -> None:
    if meal.kind != OrderKind.MEAL or meal.state == OrderState.CANCELLED:
        raise NotNow(_("Deze maaltijd gaat niet door."))
    if meal.state == OrderState.SERVED or meal.serving_at <= timezone.now():
        raise NotNow(_("Deze maaltijd is al geweest."))
    if meal.final_count_until and timezone.now() > meal.final_count_until:
        raise TooLate(_("Aanmelden kan niet meer. De boodschappen zijn al gedaan. Bel ons even."))


def _check_places(meal: CateringOrder, size: int) -> None:
    left = meal.places_left
    if size <= left:
        return
    if left == 0:
        raise TableFull(_("Vol. Er is geen plek meer aan tafel."), places_left=0)
    raise TableFull(
        ngettext(
            "Er is nog %(left)d plek. Jullie zijn met %(size)d mensen.",
            "Er zijn nog %(left)d plekken. Jullie zijn met %(size)d mensen.",
            left,
        )
        % {"left": left, "size": size},
        places_left=left,
    )


def _check_not_there(meal: CateringOrder, *, person: Person | None, guest_key: str) -> None:
    live = meal.guests.live()
    is_there = (person and live.filter(person=person).exists()) or (
        guest_key and live.filter(guest_key=guest_key).exists()
    )
    if is_there:
        raise AlreadyAtTable(_("Je staat al op de lijst."))


def _take(meal: CateringOrder, places: int) -> None:
    """Count places of a locked meal; a negative number gives them back."""
    meal.places_taken += places
    meal.save(update_fields=["places_taken"])


def _add_needs(meal: CateringOrder, needs: Mapping[Need, int], *, most: int) -> None:
    for need, count in needs.items():
        if not 0 <= count <= most:
            raise WrongTime(_("Je telt meer mensen dan er komen. Kijk het nog eens na."))
        if not count:
            continue
        row = meal.needs.filter(need=need).first() or OrderNeed(order=meal, need=need, count=0)
        row.count += count
        row.save()


def _limit_need(row: OrderNeed, most: int) -> None:
    if most:
        row.count = most
        row.save(update_fields=["count"])
    else:
        row.delete()
