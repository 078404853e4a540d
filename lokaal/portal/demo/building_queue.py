"""Who waits for a place in the made-up neighbourhood: children for the homework class, neighbours for the kitchen."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from activities import enrolment, organising
from activities.models import Activity, ForWhom, NeedKind, Occurrence, QueueRule, SignUp
from activities.needs import Asked
from activities.queue import DateQueue
from lokaal.people.models import Person
from lokaal.portal.demo.week import GUESTS

#: A child, its parent, how many come along, and what they need.
CHILDREN = [
    ("Deniz", "Leyla Demir", 0, [Asked(NeedKind.INTERPRETER, language="Turks")]),
    ("Samira", "Amal Haddad", 1, []),
    ("Bilal", "Nour Saleh", 0, [Asked(NeedKind.STEP_FREE)]),
]
COOKS = [("Riet Hoekstra", 0), ("Abdi Nur", 1), ("Gerda Harmsen", 0)]
PHONE = "+31612300021"


def build(host: Person) -> None:
    """Let people wait for a date of two activities, the first time only: what became of it since is not undone."""
    if SignUp.objects.exclude(queued_at=None).exists():
        return
    homework = _full_date("Huiswerkklas", host)
    if homework:
        for name, parent, others, asked in CHILDREN:
            enrolment.join(
                homework,
                name=name,
                for_whom=ForWhom.CHILD,
                contact_name=parent,
                phone=PHONE,
                has_consent=True,
                companions=others,
                asked=asked,
                language="nl",
            )
    cooking = Activity.objects.filter(title="Koken voor groepen").first()
    if cooking:
        organising.edit(cooking, queue_rule=QueueRule.OFFER)
    kitchen = _full_date("Koken voor groepen", host)
    if kitchen:
        for name, others in COOKS:
            phone = "" if name == "Gerda Harmsen" else PHONE  # she has none
            enrolment.join(
                kitchen,
                name=name,
                phone=phone,
                companions=others,
                language="nl",
                entered_by=host if not phone else None,
            )
        enrolment.cancel(kitchen.sign_ups.joined().latest("created_at"))


def _full_date(title: str, host: Person) -> Occurrence | None:
    """The first date of an activity from tomorrow on, with as many guests as there are places."""
    dates = Occurrence.objects.public().going_ahead().filter(activity__title=title)
    occurrence = dates.upcoming(timezone.now() + timedelta(days=1)).with_card().first()
    if occurrence is None or occurrence.capacity is None:
        return None
    for name in reversed(GUESTS):
        occurrence.refresh_from_db(fields=["places_taken", "waiting"])
        if not DateQueue(occurrence).has_place_for(1):
            break
        enrolment.join(occurrence, name=name, language="nl", entered_by=host)
    return occurrence
