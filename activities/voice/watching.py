"""Who of the house looks after questions: hosts look at new ones, coordinators bring them further."""

from __future__ import annotations

from activities.models import Question
from lokaal.people.models import Person, Role, StaffRole


def coordinators_of(question: Question) -> list[Person]:
    """The coordinators of its house and those of all houses, by name; each once."""
    roles = StaffRole.objects.current().filter(role=Role.COORDINATOR, person__is_active=True)
    if question.centre_id:
        roles = roles.filter(centre=None) | roles.filter(centre=question.centre_id)
    people = {held.person_id: held.person for held in roles.select_related("person")}
    return sorted(people.values(), key=lambda person: (person.name, person.pk))
