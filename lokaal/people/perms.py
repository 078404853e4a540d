"""Who may do what, for the whole house. Apps add their own perms.py for their own objects.

Views of staff carry `@staff_required(...)`. It asks three things at every request, so that what was taken away is gone
at the next one: an account that is open, a staff role that is held today, and (outside demo mode) a second factor
passed in this session.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from lokaal.people import second_factor
from lokaal.people.models import Person, Role, Visitor

#: Marks a view as open to everyone. A test lists every public route.
public = login_not_required

#: Who may open the admin at /beheer/. A director may look, an administrator may change.
ADMIN_ROLES = (Role.ADMINISTRATOR, Role.DIRECTOR)

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase]


def signed_in(request: HttpRequest) -> Person:
    """The person who is signed in, for views that are not public. Raises PermissionDenied when nobody is."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


def visiting(request: HttpRequest) -> Person | None:
    """The person who is signed in, for public views; None for anybody else."""
    return request.user if isinstance(request.user, Person) else None


def holds_staff_role(visitor: Visitor, *roles: Role) -> bool:
    """True when the visitor holds one of the roles today (any role when none is named), at whatever centre."""
    if not visitor.is_authenticated or not visitor.is_active:
        return False
    return visitor.holds(*roles) if roles else visitor.is_staff


def is_staff_member(request: HttpRequest, *roles: Role) -> bool:
    """True when the visitor works here as one of the roles (any when none is named) and passed the second factor."""
    return holds_staff_role(request.user, *roles) and may_pass(request)


def may_pass(request: HttpRequest) -> bool:
    """True when the second factor that staff need was passed in this session; demo mode asks for none."""
    return settings.DEMO or second_factor.is_passed(request)


def may_enter_admin(request: HttpRequest) -> bool:
    """Whether the admin opens. Called by the admin site for every page of it."""
    return is_staff_member(request, *ADMIN_ROLES)


def way_in(request: HttpRequest, *roles: Role) -> HttpResponseBase | None:
    """None when the visitor may go on as one of the roles; else the page to go to first.

    Raises PermissionDenied, with a sentence, for someone who does not hold such a role.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not holds_staff_role(request.user, *roles):
        raise PermissionDenied(_("Deze pagina is voor medewerkers. Mis je iets? Bel ons."))
    if not may_pass(request):
        wanted = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('people:second_factor')}?{wanted}")
    return None


def staff_required(*roles: Role) -> Callable[[View[Arguments]], View[Arguments]]:
    """Let only staff into a view: those who hold one of the roles today, or any role when none is named.

    Which centre the role is for is asked by the view: `request.user.holds(role, centre_id=…)`.
    """

    def guard(view: View[Arguments]) -> View[Arguments]:
        @functools.wraps(view)
        def guarded(
            request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs
        ) -> HttpResponseBase:
            return way_in(request, *roles) or view(request, *args, **kwargs)

        return guarded

    return guard


def may_give_roles(visitor: Visitor) -> bool:
    """Only an administrator of all centres changes people and gives roles; else a role could give itself more."""
    return (
        visitor.is_authenticated
        and visitor.is_active
        and any(
            held.role == Role.ADMINISTRATOR and held.centre_id is None
            for held in visitor.current_roles
        )
    )


def has_admin_permission(person: Person, permission: str) -> bool:
    """Django's admin asks this. Administrators may do all that the admin offers; a director may look."""
    if not person.is_active:
        return False
    if person.holds(Role.ADMINISTRATOR):
        return True
    return person.holds(Role.DIRECTOR) and ".view_" in permission


def has_admin_module(person: Person, app_label: str) -> bool:
    return person.is_active and person.holds(*ADMIN_ROLES)
