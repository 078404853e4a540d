"""Everyone the house knows: residents, volunteers, staff. One person is one row, whichever door they came in by."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from lokaal.keys import UUIDKey


class Channel(models.TextChoices):
    """How a message reaches a person."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("sms")
    PAPER = "paper", _("papier")


class Role(models.TextChoices):
    """What somebody does for the house as staff (design.md, People)."""

    HOST = "host", _("gastvrouw of gastheer")
    COORDINATOR = "coordinator", _("coördinator")
    SOCIAL_WORKER = "social_worker", _("sociaal werker")
    VENUE = "venue", _("zaalbeheer")
    KITCHEN = "kitchen", _("keuken")
    TREASURER = "treasurer", _("penningmeester")
    PRIVACY_OFFICER = "privacy_officer", _("privacy-functionaris")
    DIRECTOR = "director", _("directeur")
    ADMINISTRATOR = "administrator", _("beheerder van de website")


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> Person:
        """Make a person. E-mail and password are both optional: many people have neither."""
        person = self.model(email=email or None, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Make the first administrator, for all centres (`manage.py createsuperuser`)."""
        fields.setdefault("name", email.split("@")[0])
        person = self.create_user(email, password, **fields)
        StaffRole.objects.create(person=person, role=Role.ADMINISTRATOR)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser):
    """A person. Only a name is asked; e-mail and phone are both optional (no BSN, nationality or religion, ever)."""

    id = UUIDKey()
    name = models.CharField(_("naam"), max_length=120)
    email = models.EmailField(_("e-mailadres"), unique=True, null=True, blank=True)
    phone = PhoneNumberField(_("telefoon"), blank=True)
    preferred_language = models.CharField(_("taal van berichten"), max_length=7, default="nl")
    channel = models.CharField(
        _("bericht het liefst per"), max_length=5, choices=Channel, blank=True, default=""
    )
    birth_date = models.DateField(
        _("geboortedatum"), null=True, blank=True, help_text=_("Alleen als een regel erom vraagt.")
    )
    is_active = models.BooleanField(_("actief"), default=True)
    entered_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ingevuld door")
    )
    created_at = models.DateTimeField(_("sinds"), default=timezone.now, editable=False)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("mens")
        verbose_name_plural = _("mensen")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="people_person_email_lower",
                condition=Q(email__isnull=True) | Q(email=Lower("email")),
                violation_error_message=_("Schrijf het e-mailadres met kleine letters."),
            ),
            models.CheckConstraint(
                name="people_person_email_not_empty",
                condition=Q(email__isnull=True) | ~Q(email=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower() if self.email else None

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.lower() if self.email else None
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def is_staff(self) -> bool:
        """True when the person holds a staff role today, for any centre."""
        return bool(self.current_roles)

    @property
    def is_superuser(self) -> bool:
        """No one is above the rules; Django's own code asks for this attribute."""
        return False

    @property
    def current_roles(self) -> list[StaffRole]:
        """The staff roles held today, asked once per request."""
        if not hasattr(self, "_current_roles"):
            self._current_roles = list(self.staff_roles.current())
        return self._current_roles

    def holds(self, *roles: Role, centre_id: Any = None) -> bool:
        """True when one of the roles is held today: for all centres, or for the centre asked after."""
        return any(
            held.role in roles and (centre_id is None or held.centre_id in (None, centre_id))
            for held in self.current_roles
        )

    def has_perm(self, perm: str, obj: object = None) -> bool:
        from lokaal.people import perms

        return perms.has_admin_permission(self, perm)

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        from lokaal.people import perms

        return perms.has_admin_module(self, app_label)


Visitor = Person | AnonymousUser


class StaffRoleQuerySet(models.QuerySet["StaffRole"]):
    def current(self, on: date | None = None) -> StaffRoleQuerySet:
        """Roles held on a day (local date; today when not given)."""
        day = on or timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class StaffRole(models.Model):
    """A staff role of a person, at one centre or, without a centre, at all of them."""

    id = UUIDKey()
    person = models.ForeignKey(
        Person, models.CASCADE, related_name="staff_roles", verbose_name=_("mens")
    )
    role = models.CharField(_("rol"), max_length=20, choices=Role)
    centre = models.ForeignKey(
        "centres.Centre",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="staff_roles",
        verbose_name=_("plek"),
        help_text=_("Leeg: voor alle plekken."),
    )
    starts_on = models.DateField(_("vanaf"), default=timezone.localdate)
    ends_on = models.DateField(_("tot en met"), null=True, blank=True)

    objects = StaffRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rol van een medewerker")
        verbose_name_plural = _("rollen van medewerkers")
        ordering = ["person__name", "role"]
        constraints = [
            models.UniqueConstraint(
                "person",
                "role",
                "centre",
                "starts_on",
                name="people_staffrole_once",
                nulls_distinct=False,
                violation_error_message=_("Deze rol is al gegeven."),
            ),
            models.CheckConstraint(
                name="people_staffrole_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("Het einde ligt voor het begin."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"
