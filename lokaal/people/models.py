"""Everyone the house knows: residents, volunteers, staff. One person is one row, whichever door they came in by."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from lokaal.keys import UUIDKey
from lokaal.people.exceptions import AddressTaken, LastAdministrator
from lokaal.people.names import NAME_LENGTH, clean_name

#: One lock for "is somebody still administrator of everything?", taken by the trigger of migration 0001 as well.
ADMINISTRATORS_LOCK = 4_201_001


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


class PersonQuerySet(models.QuerySet["Person"]):
    def active(self) -> PersonQuerySet:
        return self.filter(is_active=True)

    def with_email(self, email: str) -> PersonQuerySet:
        """The person who reads mail at this address, however it was written."""
        return self.filter(email=email.strip().lower())


class PersonManager(BaseUserManager["Person"]):
    def matching(self, text: str) -> PersonQuerySet:
        """Active people whose name holds the text (accents forgiven) or whose address it is, by name. For staff."""
        found = Q(name__unaccent__icontains=text) | Q(email=text.strip().lower())
        return self.active().filter(found).order_by("name", "id")

    def get_queryset(self) -> PersonQuerySet:
        return PersonQuerySet(self.model, using=self._db)

    def active(self) -> PersonQuerySet:
        return self.get_queryset().active()

    def with_email(self, email: str) -> PersonQuerySet:
        return self.get_queryset().with_email(email)

    def create_user(
        self, email: str | None = None, password: str | None = None, **fields: Any
    ) -> Person:
        """Make a person. E-mail and password are both optional: many people have neither."""
        person = self.model(email=email or None, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Make the first administrator, for all centres (`manage.py createsuperuser`)."""
        fields.setdefault("name", email.split("@", maxsplit=1)[0])
        with transaction.atomic(using=self._db):
            person = self.create_user(email, password, **fields)
            StaffRole.objects.create(person=person, role=Role.ADMINISTRATOR)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser):
    """A person. Only a name is asked; e-mail and phone are both optional (no BSN, nationality or religion, ever)."""

    id = UUIDKey()
    name = models.CharField(_("naam"), max_length=NAME_LENGTH)
    email = models.EmailField(
        _("e-mailadres"),
        unique=True,
        null=True,
        blank=True,
        error_messages={"unique": _("Iemand anders heeft dit e-mailadres al.")},
    )
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
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ingevuld door"),
    )
    created_at = models.DateTimeField(_("sinds"), default=timezone.now, editable=False)
    # Part of what a session is signed with: one higher, and every session of this person is over.
    session_round = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[PersonManager] = PersonManager()
    if TYPE_CHECKING:
        emailaddress_set: Any  # allauth's

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
                name="people_person_name_not_empty",
                condition=~Q(name=""),
                violation_error_message=_("Vul een naam in. Een voornaam is genoeg."),
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
        self._tidy()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._tidy()
        super().save(*args, **kwargs)

    def _tidy(self) -> None:
        self.name = clean_name(self.name)
        self.email = self.email.strip().lower() if self.email else None

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

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """What Django's admin asks; `lokaal.people.perms.HouseBackend` answers."""
        return any(backend.has_perm(self, perm, obj) for backend in get_backends())

    def has_perms(self, perm_list: list[str], obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return any(
            backend.has_module_perms(self, app_label)  # type: ignore[attr-defined]
            for backend in get_backends()
        )

    # What happens to a person --------------------------------------------------------------------

    def change_email(self, email: str | None) -> None:
        """Give the person another address, or none. Nobody signs in with the old one any more.

        Raises AddressTaken when somebody else has the address, and ValidationError when it is no address.
        """
        address = (email or "").strip().lower() or None
        if address:
            validate_email(address)
        with transaction.atomic():
            if address and Person.objects.with_email(address).exclude(pk=self.pk).exists():
                raise AddressTaken
            self.email = address
            self.save(update_fields=["email"])
            self.forget_other_addresses()

    def forget_other_addresses(self) -> None:
        """Drop the addresses that were proven for sign-in and are not this person's address now."""
        self.emailaddress_set.exclude(email=self.email or "").delete()

    def prove_email(self, email: str) -> bool:
        """Record that the person reads mail at their own address. False when it is not their address."""
        if not self.email or self.email != email.strip().lower():
            return False
        with transaction.atomic():
            self.emailaddress_set.model.objects.filter(email=self.email, verified=True).exclude(
                user=self
            ).delete()
            self.emailaddress_set.exclude(email=self.email).update(primary=False)
            self.emailaddress_set.update_or_create(
                email=self.email, defaults={"verified": True, "primary": True}
            )
        return True

    def close_sessions(self) -> None:
        """Sign the person out everywhere, from the next request on."""
        Person.objects.filter(pk=self.pk).update(session_round=F("session_round") + 1)
        self.refresh_from_db(fields=["session_round"])

    def deactivate(self) -> None:
        """Close the account and every session of it. Raises LastAdministrator."""
        with transaction.atomic():
            lock_administrators()
            self.refuse_if_last_administrator()
            self.is_active = False
            self.save(update_fields=["is_active"])
            self.close_sessions()

    def activate(self) -> None:
        """Let the person in again. Old sessions stay closed."""
        self.is_active = True
        self.save(update_fields=["is_active"])

    def refuse_if_last_administrator(self) -> None:
        """Raise LastAdministrator when nobody else is lastingly administrator of all centres."""
        lasting = StaffRole.objects.lasting_administrators()
        if lasting.filter(person=self).exists() and not lasting.exclude(person=self).exists():
            raise LastAdministrator

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remove the person. Raises LastAdministrator."""
        with transaction.atomic():
            lock_administrators()
            self.refuse_if_last_administrator()
            return super().delete(*args, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's hash of the password, and of the round of sessions."""
        return salted_hmac(
            "lokaal.people.Person.session",
            f"{self.password}:{self.session_round}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


Visitor = Person | AnonymousUser


class StaffRoleQuerySet(models.QuerySet["StaffRole"]):
    def current(self, on: date | None = None) -> StaffRoleQuerySet:
        """Roles held on a day (local date; today when not given)."""
        day = on or timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def lasting_administrators(self) -> StaffRoleQuerySet:
        """Who administers all centres now, without an end in sight. There is always at least one (see the trigger)."""
        return self.current().filter(
            role=Role.ADMINISTRATOR,
            centre__isnull=True,
            ends_on__isnull=True,
            person__is_active=True,
        )


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
        verbose_name=_("huis"),
        help_text=_("Leeg: voor alle huizen."),
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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the role. Raises LastAdministrator."""
        with transaction.atomic():
            lock_administrators()
            if not self.is_lasting_administrator:
                self.refuse_if_last()
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Take the role away. Raises LastAdministrator."""
        with transaction.atomic():
            lock_administrators()
            self.refuse_if_last()
            return super().delete(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if not self.is_lasting_administrator:
            try:
                self.refuse_if_last()
            except LastAdministrator as refusal:
                raise ValidationError(refusal.message) from refusal

    def end(self, on: date | None = None) -> None:
        """Let the role end on a day (today when not given). Raises LastAdministrator."""
        self.ends_on = on or timezone.localdate()
        self.save(update_fields=["ends_on"])

    @property
    def is_lasting_administrator(self) -> bool:
        return (
            self.role == Role.ADMINISTRATOR
            and self.centre_id is None
            and self.ends_on is None
            and self.starts_on <= timezone.localdate()
        )

    def refuse_if_last(self) -> None:
        """Raise LastAdministrator when the role, as stored, is the only lasting one of an administrator."""
        lasting = StaffRole.objects.lasting_administrators()
        if lasting.filter(pk=self.pk).exists() and not lasting.exclude(pk=self.pk).exists():
            raise LastAdministrator


def lock_administrators() -> None:
    """Wait for whoever changes administrators at this moment; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADMINISTRATORS_LOCK])
