"""Who somebody is (allauth) and what the admin lets them do (lokaal.people.perms)."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from lokaal.people import perms
from lokaal.people.models import Person


class HouseBackend(AuthenticationBackend):
    """Signs in by e-mail address. Permissions follow from staff roles; there are no groups and no superusers."""

    def has_perm(self, user_obj: Person, perm: str, obj: Any = None) -> bool:
        return perms.has_admin_permission(user_obj, perm)

    def has_module_perms(self, user_obj: Person, app_label: str) -> bool:
        return perms.has_admin_module(user_obj, app_label)

    def get_all_permissions(self, user_obj: Person, obj: Any = None) -> set[str]:
        return set()
