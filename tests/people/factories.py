"""People for tests: valid, and no more than that. Traits say what is special."""

from __future__ import annotations

from typing import Any

import factory
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

from lokaal.people.models import Person, Role, StaffRole

PASSWORD = "paard batterij nietje"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class PersonFactory(factory.django.DjangoModelFactory[Person]):
    """`PersonFactory(role=Role.HOST)`: staff of all centres. `with_app=True`: has an authenticator app."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    class Params:
        name_only = factory.Trait(email=None)
        closed = factory.Trait(is_active=False)
        english = factory.Trait(preferred_language="en")

    name = factory.Sequence(lambda number: f"Mens {number}")
    email = factory.Sequence(lambda number: f"mens{number}@voorbeeld.nl")

    @factory.post_generation
    def password(self: Person, create: bool, password: str | None, **kwargs: Any) -> None:
        if password:
            self.set_password(password)
        else:
            self.set_unusable_password()
        self.save(update_fields=["password"])

    @factory.post_generation
    def role(self: Person, create: bool, role: Role | None, **kwargs: Any) -> None:
        if role:
            StaffRole.objects.create(person=self, role=role)

    @factory.post_generation
    def with_app(self: Person, create: bool, wanted: bool | None, **kwargs: Any) -> None:
        if wanted:
            TOTP.activate(self, TOTP_SECRET)
            RecoveryCodes.activate(self)


class StaffRoleFactory(factory.django.DjangoModelFactory[StaffRole]):
    class Meta:
        model = StaffRole

    person = factory.SubFactory(PersonFactory)
    role = Role.HOST
