"""Who looks after messages: whoever stands at a desk, for the centres of that desk."""

from __future__ import annotations

from uuid import UUID

from lokaal.people.models import Person, Role

#: Who hands out paper and decides about messages that did not arrive.
DESK_ROLES = (Role.HOST, Role.COORDINATOR, Role.DIRECTOR, Role.ADMINISTRATOR)


def desks_of(person: Person) -> set[UUID] | None:
    """Return the centres at whose desk a person stands; None: at every desk."""
    held = [role.centre_id for role in person.current_roles if role.role in DESK_ROLES]
    return None if None in held else {centre_id for centre_id in held if centre_id}
