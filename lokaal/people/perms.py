"""Who may do what, for the whole house. Apps add their own perms.py for their own objects."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required

from lokaal.people.models import Person, Role

#: Marks a view as open to everyone. A test lists every public route.
public = login_not_required


def has_admin_permission(person: Person, permission: str) -> bool:
    """Django's admin asks this. Administrators may do all that the admin offers; a director may look."""
    if not person.is_active:
        return False
    if person.holds(Role.ADMINISTRATOR):
        return True
    return person.holds(Role.DIRECTOR) and ".view_" in permission


def has_admin_module(person: Person, app_label: str) -> bool:
    return person.is_active and person.holds(Role.ADMINISTRATOR, Role.DIRECTOR)
