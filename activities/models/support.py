"""Support for a wish: who comes, who helps, who organises along. Never for or against."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from activities.models.wish import Wish
from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from lokaal.secret_links import is_secret_of, shown_code


class SupportKind(models.TextChoices):
    COME = "come", _("ik kom")
    HELP = "help", _("ik help")
    ORGANISE = "organise", _("ik organiseer mee")


class SupportQuerySet(models.QuerySet["Support"]):
    def live(self) -> SupportQuerySet:
        """Those that count: not taken back."""
        return self.filter(taken_back_at=None)

    def of(self, person: Person) -> SupportQuerySet:
        return self.filter(person=person)

    def with_recipient(self) -> SupportQuerySet:
        """With whom a message goes to."""
        return self.select_related("person")

    def with_page(self) -> SupportQuerySet:
        """All that the page of somebody's support shows."""
        return self.select_related("person", "wish__centre").defer(
            "wish__search_vector", "wish__search_sounds"
        )


class Support(models.Model):
    """One person who comes, helps or organises along. With an account, as a guest, or as a name on a paper list."""

    id = UUIDKey()
    wish = models.ForeignKey(Wish, models.CASCADE, related_name="supports", verbose_name=_("idee"))
    kind = models.CharField(_("wat"), max_length=8, choices=SupportKind, default=SupportKind.COME)
    person = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="supports",
        verbose_name=_("mens"),
    )
    name = models.CharField(_("naam"), max_length=120)
    phone = PhoneNumberField(_("telefoon"), blank=True)
    email = models.EmailField(_("e-mailadres"), blank=True)
    guest_key = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="SHA-256 of name and contact; empty without contact.",
    )
    is_from_paper = models.BooleanField(_("van een lijst op papier"), default=False)
    language = models.CharField(_("taal"), max_length=7, default="nl")
    code = models.CharField(_("code"), max_length=8, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    form_key = models.CharField(
        max_length=64, blank=True, editable=False, help_text="SHA-256 of the form that was sent."
    )
    entered_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ingevuld door"),
    )
    created_at = models.DateTimeField(_("sinds"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("veranderd"), auto_now=True)
    taken_back_at = models.DateTimeField(_("teruggenomen"), null=True, blank=True, editable=False)

    objects = SupportQuerySet.as_manager()

    class Meta:
        verbose_name = _("steun")
        verbose_name_plural = _("steun")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint("code", name="activities_support_code"),
            models.UniqueConstraint(
                "wish", "form_key", name="activities_support_form_once", condition=~Q(form_key="")
            ),
            models.UniqueConstraint(
                "wish",
                "person",
                name="activities_support_one_per_person",
                condition=Q(taken_back_at=None),
                violation_error_message=_("Je doet al mee met dit idee."),
            ),
            models.UniqueConstraint(
                "wish",
                "guest_key",
                name="activities_support_one_per_guest",
                condition=Q(taken_back_at=None) & ~Q(guest_key=""),
                violation_error_message=_("Je doet al mee met dit idee."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_kind_display()}"

    @property
    def is_live(self) -> bool:
        return self.taken_back_at is None

    @property
    def shown_code(self) -> str:
        """The code as people read it: 4821 7730."""
        return shown_code(self.code)

    def has_secret(self, secret: str) -> bool:
        """True when this is the secret of the link. Compared in constant time; only its hash is kept."""
        return is_secret_of(self.secret_hash, secret)
