"""Who may do what with rooms, the kitchen and the money of both."""

from __future__ import annotations

from lokaal.centres.models import Centre, CentreQuerySet
from lokaal.people.models import Person, Role

#: Who sees the planner and the day sheet.
LOOKING_ROLES = (
    Role.HOST,
    Role.VENUE,
    Role.KITCHEN,
    Role.COORDINATOR,
    Role.DIRECTOR,
    Role.ADMINISTRATOR,
)
#: Who plans rooms and answers hirers.
PLANNING_ROLES = (Role.VENUE, Role.COORDINATOR, Role.DIRECTOR, Role.ADMINISTRATOR)
#: Who works with orders, dishes and the kitchen log.
KITCHEN_ROLES = (Role.KITCHEN, Role.VENUE, Role.DIRECTOR, Role.ADMINISTRATOR)
#: Who makes invoices and matches payments.
MONEY_ROLES = (Role.TREASURER, Role.DIRECTOR, Role.ADMINISTRATOR)
#: Who takes a deposit, and gives it back at the door: hosts do, the kitchen does not.
DEPOSIT_ROLES = (Role.HOST, *PLANNING_ROLES, Role.TREASURER)


def centres_for(person: Person, *roles: Role) -> CentreQuerySet:
    """The centres in use where this person holds one of the roles; a role for all centres counts everywhere."""
    held = [role for role in person.current_roles if role.role in roles]
    centres = Centre.objects.open_to_public()
    if any(role.centre_id is None for role in held):
        return centres
    return centres.filter(pk__in=[role.centre_id for role in held])


def can_plan(person: Person, centre: Centre) -> bool:
    """Whether this person plans the rooms of a centre; others who see the planner may look."""
    return person.holds(*PLANNING_ROLES, centre_id=centre.pk)
