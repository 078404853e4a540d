"""What the house tells about the small pot."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from activities.emails.plans import makers_and_coach
from activities.models import Grant
from activities.models.pot import POT_ROLES
from lokaal.outbox import writing
from lokaal.outbox.writing import Recipient, link
from lokaal.people.models import Person, StaffRole


def pot_asked(grant: Grant) -> None:
    """Somebody asks for money out of the pot: to each who decides of it, once, and not to who asked."""
    for person in deciders(grant):
        writing.post(
            f"grant:{grant.id}:asked:{person.id}",
            to=Recipient.from_person(person),
            template="activities/emails/pot_asked",
            context={
                "name": person.name,
                "grant": grant,
                "about": str(grant.subject),
                "page": link("activities:grant", grant.id),
            },
            centre=grant.centre,
        )


def deciders(grant: Grant) -> Iterable[Person]:
    """Who decides today of the pot of the house of a grant."""
    here = Q(centre=grant.centre_id) | Q(centre=None)
    roles = StaffRole.objects.current().filter(here, role__in=sorted(POT_ROLES))
    people = Person.objects.filter(is_active=True, pk__in=roles.values("person"))
    return people.exclude(pk=grant.asked_by_id) if grant.asked_by_id else people


def pot_decided(grant: Grant) -> None:
    """There is money for it, or not now, and why: to who makes the initiative, its coach, and who asked."""
    told = dict(makers_and_coach(grant.wish)) if grant.wish else {}
    asked_by = grant.asked_by
    if asked_by and asked_by.is_active and asked_by.pk not in told:
        told[asked_by.pk] = Recipient.from_person(asked_by)
    for key, to in told.items():
        writing.post(
            f"grant:{grant.id}:{grant.state}:{key}",
            to=to,
            template="activities/emails/pot_decided",
            context={
                "name": to.name,
                "grant": grant,
                "is_given": grant.state == "granted",
                "about": str(grant.subject),
                "writer": grant.decided_by,
                "page": link("activities:wish_page", grant.wish_id)
                if grant.wish_id
                else link("activities:activity", grant.activity_id),
            },
            centre=grant.centre,
        )
