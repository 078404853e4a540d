"""What the house tells about the small pot."""

from __future__ import annotations

from activities.emails.plans import makers_and_coach
from activities.models import Grant
from lokaal.outbox import writing
from lokaal.outbox.writing import Recipient, link


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
